//! `xiaoneng search`: items and registers by the words people use.

use serde_json::{Value, json};
use xiaoneng_pack::World;

use crate::cli::{Cli, SearchArgs};
use crate::output::{self, End, Ended};
use crate::packs;

pub fn run(cli: &Cli, args: &SearchArgs) -> Ended {
    let world = packs::world(cli.pack.as_deref())?;
    let words = args.words.join(" ");
    let found = find(&world, &words, usize::from(args.top));
    if cli.json {
        output::json(&found)?;
        return Ok(End::Done);
    }
    if found.is_empty() {
        output::remark(&format!("没有找到“{words}”。换个说法试试，例如：盖房、办餐馆、低保"));
        return Ok(End::Done);
    }
    let kind = |v: &Value| if v["kind"] == "item" { "事项" } else { "清单" }.to_owned();
    let word = |v: &Value, key: &str| v[key].as_str().unwrap_or_default().to_owned();
    let rows: Vec<Vec<String>> =
        found.iter().map(|v| vec![kind(v), word(v, "code"), word(v, "title"), word(v, "unit_title")]).collect();
    output::text(&output::grid(&["类别", "编号", "名称", "单位"], &[6, 24, 44, 40], &rows))?;
    Ok(End::Done)
}

fn find(world: &World, words: &str, top: usize) -> Vec<Value> {
    let title = |unit: &str| world.org.units.get(unit).map_or(String::new(), |u| u.title.clone());
    let items = world.search_items(words, top).into_iter().map(|(item, score)| {
        json!({
            "kind": "item",
            "code": &*item.code,
            "title": item.title,
            "unit": &*item.unit,
            "unit_title": title(&item.unit),
            "score": score,
        })
    });
    let lower = words.to_lowercase();
    let terms: Vec<&str> = lower.split_whitespace().collect();
    let registers = world.procedures.values().filter(|p| p.standing).filter(|p| {
        let text = format!("{} {} {}", p.id, p.title, p.about).to_lowercase();
        !terms.is_empty() && terms.iter().all(|term| text.contains(term))
    });
    let registers = registers.map(
        |p| json!({"kind": "register", "code": &*p.id, "title": p.title, "unit": "", "unit_title": "", "score": 0}),
    );
    items.chain(registers).take(top).collect()
}
