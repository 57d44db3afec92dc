//! `xiaoneng check`: every fault of the packs with its place and the way out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;
use xiaoneng_pack::{Fault, Severity, World, load_with_warnings, schema, transition_table};

use crate::cli::{CheckArgs, Cli};
use crate::output::{self, End, Ended, Stop};
use crate::packs;

pub fn run(cli: &Cli, args: &CheckArgs) -> Ended {
    if let Some(kind) = &args.schema {
        return schemas(kind);
    }
    if args.against.is_some() || args.data.is_some() {
        return super::check_against::run(cli, args);
    }
    let packs = packs::read(args.dir.as_deref().or(cli.pack.as_deref()))?;
    let (world, faults) = load_with_warnings(&packs.sources);
    let faults = packs.located(&faults);
    let errors = faults.iter().filter(|f| f.severity == Severity::Error).count();
    if !packs.filled.is_empty() && !cli.json {
        output::remark(&format!("上级规则包 {} 取自程序自带", packs.filled.join("、")));
    }
    if cli.json {
        let tables = args.table.then(|| tables(world.as_ref()));
        output::json(&json!({
            "ok": errors == 0,
            "errors": errors,
            "warnings": faults.len() - errors,
            "faults": faults,
            "filled_from_binary": packs.filled,
            "world": world.as_ref().map(counts),
            "tables": tables,
        }))?;
    } else {
        output::text(&shown(&faults, errors, world.as_ref(), args.table))?;
    }
    Ok(End::found(errors > 0))
}

/// The JSON Schema of one kind of file, or all by their names.
fn schemas(kind: &str) -> Ended {
    let value = match kind {
        "" => json!(schema::kinds().map(|kind| (kind, schema::schema(kind))).collect::<BTreeMap<_, _>>()),
        kind => json!(schema::schema(kind).ok_or_else(|| {
            let known: Vec<&str> = schema::kinds().collect();
            Stop::refused(format!("没有“{kind}”这种规则文件的 Schema：可以写 {}", known.join("、")))
        })?),
    };
    output::json(&value)?;
    Ok(End::found(false))
}

pub(super) fn shown(faults: &[Fault], errors: usize, world: Option<&World>, table: bool) -> String {
    let mut text = String::new();
    if table {
        for table in tables(world) {
            let _ = writeln!(text, "{table}");
        }
    }
    for fault in faults {
        let _ = writeln!(text, "{fault}");
    }
    text += &match (errors, faults.len() - errors) {
        (0, 0) => "没有发现问题".to_owned(),
        (0, warnings) => format!("没有错误，{warnings} 个提醒"),
        (errors, 0) => format!("共 {errors} 个错误"),
        (errors, warnings) => format!("共 {errors} 个错误，{warnings} 个提醒"),
    };
    if let Some(world) = world {
        let layers: Vec<String> = world.layers.iter().map(|l| format!("{}（{}）", l.title, l.id)).collect();
        let _ = write!(
            text,
            "\n{}：{} 条时限，{} 个程序，{} 个事项，{} 项职权，{} 个单位，{} 个岗位，{} 名人员；规则版本 {}",
            layers.join(" > "),
            world.limits.all().count(),
            world.procedures.len(),
            world.items.len(),
            world.powers.len(),
            world.org.units.len(),
            world.org.posts.len(),
            world.org.officers.len(),
            world.version
        );
    }
    text
}

fn tables(world: Option<&World>) -> Vec<String> {
    world.map_or_else(Vec::new, |w| w.procedures.values().map(|p| transition_table(p)).collect())
}

fn counts(world: &World) -> serde_json::Value {
    json!({
        "version": world.version,
        "layers": world.layers.iter().map(|l| json!({"id": &*l.id, "title": l.title})).collect::<Vec<_>>(),
        "limits": world.limits.all().count(),
        "procedures": world.procedures.len(),
        "items": world.items.len(),
        "powers": world.powers.len(),
        "units": world.org.units.len(),
        "posts": world.org.posts.len(),
        "officers": world.org.officers.len(),
    })
}
