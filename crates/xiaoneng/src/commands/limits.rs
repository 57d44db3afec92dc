//! `xiaoneng limits`: the library of limits.

use serde_json::{Value, json};
use xiaoneng_calendar::{Direction, Length};
use xiaoneng_pack::LimitVersion;
use xiaoneng_pack::limits::Evidence;

use crate::cli::{Cli, LimitsArgs};
use crate::output::{self, End, Ended};
use crate::packs;

pub fn run(cli: &Cli, args: &LimitsArgs) -> Ended {
    let world = packs::world(cli.pack.as_deref())?;
    let words: Vec<String> = args.words.iter().map(|w| w.to_lowercase()).collect();
    let found: Vec<&LimitVersion> = world.limits.all().filter(|v| has_all(v, &words)).collect();
    if cli.json {
        output::json(&found.iter().map(|v| value(v)).collect::<Vec<_>>())?;
        return Ok(End::Done);
    }
    if found.is_empty() {
        output::remark(&format!("没有哪条时限里有“{}”；不写词就列出全部", args.words.join(" ")));
        return Ok(End::Done);
    }
    let rows: Vec<Vec<String>> = found.iter().map(|v| row(v)).collect();
    let heading = ["编号", "法律", "条款", "多长", "起", "延长", "施行", "依据"];
    let table = output::grid(&heading, &[14, 34, 22, 14, 30, 10, 23, 6], &rows);
    output::text(&format!("{table}共 {} 条", found.len()))?;
    Ok(End::Done)
}

fn has_all(version: &LimitVersion, words: &[String]) -> bool {
    let v = version;
    let text = [&*v.id, &*v.series, &v.law, &v.article, &v.bound, &v.starts, &v.stops, &v.open, &v.on_lapse]
        .join("\n")
        .to_lowercase();
    words.iter().all(|word| text.contains(&**word))
}

fn row(v: &LimitVersion) -> Vec<String> {
    let extension = v.extension.as_ref().map(|e| match e.times {
        1 => format!("+{}", e.by),
        times => format!("+{}×{times}", e.by),
    });
    let to = v.to.map_or(String::new(), |to| to.to_string());
    vec![
        v.id.to_string(),
        v.law.clone(),
        v.article.clone(),
        length(v),
        v.starts.clone(),
        extension.unwrap_or_default(),
        format!("{}—{to}", v.from),
        evidence(v.evidence).to_owned(),
    ]
}

/// How long, with the way it is counted.
pub fn length(v: &LimitVersion) -> String {
    let Some(length) = v.length else { return "无天数".to_owned() };
    match v.direction {
        Direction::Forward => length.to_string(),
        Direction::Backward => format!("{length}前"),
        Direction::NotBefore => format!("至少等{length}"),
        Direction::ShiftBack => format!("{length}，遇休提前"),
    }
}

/// The kind of day, in a word for programs.
pub fn kind(length: Length) -> &'static str {
    match length {
        Length::Workdays(_) => "workdays",
        Length::Days(_) => "days",
        Length::Months(_) => "months",
        Length::Years(_) => "years",
        Length::Hours(_) => "hours",
        Length::SameDay => "same-day",
        Length::FixedDate { .. } => "fixed-date",
        Length::UntilDate(_) => "until-date",
    }
}

/// Which way it is counted, in a word for programs.
pub fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Forward => "forward",
        Direction::Backward => "backward",
        Direction::NotBefore => "not-before",
        Direction::ShiftBack => "shift-back",
    }
}

/// How a limit is evidenced, in a word for users.
pub fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Seen => "原文",
        Evidence::Indirect => "转引",
        Evidence::Doubtful => "存疑",
    }
}

fn value(v: &LimitVersion) -> Value {
    json!({
        "id": &*v.id,
        "series": &*v.series,
        "law": v.law,
        "article": v.article,
        "from": v.from,
        "to": v.to,
        "bound": v.bound,
        "starts": v.starts,
        "stops": v.stops,
        "length": v.length.and_then(|l| l.number()).map(|(n, _)| n),
        "kind": v.length.map(kind),
        "text": length(v),
        "direction": direction(v.direction),
        "open": v.open,
        "extension": v.extension,
        "excluded": v.excluded,
        "lapse": v.on_lapse,
        "count_authority": v.count_authority,
        "evidence": v.evidence,
        "file": v.file,
        "line": v.line,
    })
}
