//! `xiaoneng limits`: the library of limits.

use serde_json::{Value, json};
use xiaoneng_calendar::{Direction, Length};
use xiaoneng_pack::limits::Law;
use xiaoneng_pack::{LimitLibrary, LimitVersion};

use crate::cli::{Cli, LimitsArgs};
use crate::commands::limits_text;
use crate::output::{self, End, Ended, Paint, Stop};
use crate::{packs, when};

pub fn run(cli: &Cli, args: &LimitsArgs) -> Ended {
    let on = args.on.as_deref().map(when::date).transpose().map_err(Stop::usage)?;
    let world = packs::world(cli.pack.as_deref())?;
    let library = &world.limits;
    let named = library.search(&args.words);
    if named.is_empty() {
        return Err(Stop::Refused(nothing(library, &args.words)));
    }
    let laws = args.law.as_deref().map(|word| laws(library, word)).transpose().map_err(Stop::Refused)?;
    let of_law = |v: &LimitVersion| laws.as_ref().is_none_or(|laws| laws.iter().any(|law| law.id == v.law_id));
    let found: Vec<&LimitVersion> =
        named.iter().copied().filter(|v| of_law(v) && on.is_none_or(|on| v.in_force_on(on))).collect();
    if found.is_empty() {
        let filters = args.law.iter().map(|law| format!("--law {law}")).chain(on.map(|on| format!("--on {on}")));
        let filters: Vec<String> = filters.collect();
        return Err(Stop::refused(format!("有 {} 条时限，都不合 {}；请去掉一个条件", named.len(), filters.join(" "))));
    }
    if cli.json {
        output::json(&found.iter().map(|v| value(library, v)).collect::<Vec<_>>())?;
    } else {
        let exactly = |v: &LimitVersion| args.words.iter().any(|w| same(w, &v.id) || same(w, &v.series));
        output::text(&match found.len() == 1 || found.iter().all(|v| exactly(v)) && !args.words.is_empty() {
            true => limits_text::cards(library, &found, Paint::of_stdout()),
            false => limits_text::table(library, &found, Paint::of_stdout()),
        })?;
    }
    Ok(End::Done)
}

fn same(asked: &str, id: &str) -> bool {
    asked.eq_ignore_ascii_case(id)
}

/// The laws that a word names, or which are near.
fn laws<'a>(library: &'a LimitLibrary, word: &str) -> Result<Vec<&'a Law>, String> {
    let found = library.laws_named(word);
    if !found.is_empty() {
        return Ok(found);
    }
    let near: Vec<String> = library.near_laws(word).iter().map(|law| format!("{} {}", law.id, law.name())).collect();
    let near = match (near.is_empty(), library.title_words_near(word)) {
        (false, _) => format!("相近的有：{}", near.join("、")),
        (true, words) if !words.is_empty() => format!("是不是“{}”？", words.join("”“")),
        (true, _) => "法的编号和名称见 xiaoneng limits".to_owned(),
    };
    Err(format!("没有“{}”这部法；{near}", output::cut(word, 60)))
}

/// No limit has all these words: which one knows none, and what is near it.
fn nothing(library: &LimitLibrary, words: &[String]) -> String {
    let strange = words.iter().find(|w| library.search(std::slice::from_ref(w)).is_empty());
    let Some(word) = strange else {
        return format!("没有哪条时限同时有“{}”这几个词；请少写一个", output::cut(&words.join(" "), 60));
    };
    let ids = library.near(word);
    let near = match (ids.is_empty(), library.words_near(word)) {
        (false, _) => format!("相近的有：{}", ids.join("、")),
        (true, words) if !words.is_empty() => format!("是不是“{}”？", words.join("”“")),
        (true, _) => "不写词就列出全部".to_owned(),
    };
    format!("没有哪条时限里有“{}”；{near}", output::cut(word, 60))
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

/// One limit, as `--json` answers it.
fn value(library: &LimitLibrary, v: &LimitVersion) -> Value {
    let law = library.laws.get(&v.law_id);
    json!({
        "id": &*v.id,
        "series": &*v.series,
        "law": v.law,
        "law_id": &*v.law_id,
        "edition": law.map(|l| &l.edition),
        "rank": law.map(|l| l.rank.id()),
        "place": law.map(|l| &l.place),
        "article": v.article,
        "from": v.from,
        "to": v.to,
        "bound": v.bound,
        "starts": v.starts,
        "stops": v.stops,
        "length": v.length.and_then(|l| l.number()).map(|(n, _)| n),
        "kind": v.length.map(kind),
        "text": v.in_words(),
        "direction": direction(v.direction),
        "open": v.open,
        "extension": v.extension,
        "extension_note": v.extension_note,
        "excluded": v.excluded,
        "silence": v.silence,
        "lapse": v.on_lapse,
        "count_authority": v.count_authority,
        "evidence": v.evidence,
        "file": v.file,
        "line": v.line,
    })
}
