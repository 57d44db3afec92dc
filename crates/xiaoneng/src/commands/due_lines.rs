//! `xiaoneng due -`: a JSON object a line in, one a line out.

use std::io::Write;

use serde_json::{Map, Value, json};
use xiaoneng_calendar::{PAUSES_MAX, Pause};

use crate::cli::{Cli, DueArgs};
use crate::commands::due::{self, Asked};
use crate::lines::{self, LINE_MAX, Line};
use crate::output::{self, End, Ended, Stop};
use crate::{packs, when};

const KEYS: [&str; 8] = ["limit", "from", "at", "promise", "extend", "pauses", "known_on", "unit"];

pub fn run(cli: &Cli, args: &DueArgs) -> Ended {
    let typed =
        args.from.is_some() || args.at.is_some() || args.promise.is_some() || args.extend || !args.pauses.is_empty();
    if typed {
        return Err(Stop::usage(
            "逐行时（-）起算时间、暂停、承诺、延长都写在每一行里；命令上只能写 --known-on 和 --unit，作每行的默认",
        ));
    }
    let defaults = Asked {
        known_on: args.known_on.as_deref().map(when::date).transpose().map_err(Stop::usage)?,
        unit: args.unit.clone(),
        ..Asked::default()
    };
    let world = packs::world(cli.pack.as_deref())?;
    let mut faulty = 0_u64;
    let mut out = output::out();
    lines::each(lines::stdin(), &mut out, |number, line, out| {
        let told = match line {
            Line::TooLong => Err(format!("这一行超过 {LINE_MAX} 字节")),
            Line::Text(text) => read(text, &defaults).and_then(|asked| due::tell(&world, asked, false)),
        };
        match told {
            Ok(told) => serde_json::to_writer(&mut *out, &due::object(&told))?,
            Err(fault) => {
                faulty += 1;
                let fault = json!({ "error": format!("第 {number} 行：{fault}") });
                serde_json::to_writer(&mut *out, &fault)?;
            }
        }
        out.write_all(b"\n")
    })?;
    Ok(End::found(faulty > 0))
}

/// One line as a question.
fn read(line: &[u8], defaults: &Asked) -> Result<Asked, String> {
    let map: Map<String, Value> = serde_json::from_slice(line).map_err(|e| {
        format!(
            "不是一个 JSON 对象（第 {} 列：{e}），例如 {{\"limit\":\"XK-42-1\",\"from\":\"2015-08-20T10:00\"}}",
            e.column()
        )
    })?;
    if let Some(other) = map.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("没有“{other}”这一项，可以写的有：{}", KEYS.join("、")));
    }
    let get = |key: &str| map.get(key).filter(|v| !v.is_null());
    let text = |key: &str| match get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(format!("“{key}”应当是文字")),
    };
    let needed = |key: &str| text(key)?.ok_or_else(|| format!("还缺“{key}”"));
    Ok(Asked {
        limit: needed("limit")?.to_owned(),
        from: when::instant(needed("from")?)?,
        at: text("at")?.map(when::instant).transpose()?,
        promise: match get("promise") {
            None => None,
            Some(n) => Some(n.as_u64().and_then(|n| u32::try_from(n).ok()).ok_or("“promise”应当是 0 或者正整数")?),
        },
        extend: match get("extend") {
            None => false,
            Some(flag) => flag.as_bool().ok_or("“extend”应当是 true 或 false")?,
        },
        pauses: get("pauses").map_or(Ok(Vec::new()), pauses)?,
        known_on: text("known_on")?.map(when::date).transpose()?.or(defaults.known_on),
        unit: text("unit")?.map(str::to_owned).or_else(|| defaults.unit.clone()),
    })
}

/// `[["A","B"], ["A",null], ["A","B","why"]]`.
fn pauses(value: &Value) -> Result<Vec<Pause>, String> {
    let shape = || "“pauses”应当是 [[\"起\",\"止\"], …]，还在暂停的写 [\"起\",null]".to_owned();
    let list = value.as_array().ok_or_else(shape)?;
    if list.len() > PAUSES_MAX {
        return Err(format!("有 {} 段暂停，最多 {PAUSES_MAX} 段", list.len()));
    }
    let one = |pause: &Value| {
        let parts = pause.as_array().filter(|p| (1..=3).contains(&p.len())).ok_or_else(shape)?;
        let part = |i: usize| match parts.get(i) {
            None | Some(Value::Null) => Ok(""),
            Some(Value::String(text)) => Ok(text.as_str()),
            Some(_) => Err(shape()),
        };
        let to = Some(part(1)?).filter(|to| !to.is_empty()).map(when::instant).transpose()?;
        Ok(Pause { from: when::instant(part(0)?)?, to, reason: part(2)?.to_owned() })
    };
    list.iter().map(one).collect()
}
