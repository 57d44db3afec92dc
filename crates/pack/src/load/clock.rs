//! `[clocks.…]`: one clock of a procedure.

use super::action::condition;
use super::log::{Log, Word};
use super::read::Table;
use crate::Name;
use crate::procedure::{Binds, Clock, Every, LimitRef, OnLapse};

const BINDS: [(&str, Binds); 3] =
    [("agency", Binds::Agency), ("applicant", Binds::Applicant), ("officer", Binds::Officer)];

/// Reads a clock; over one of a layer above, what is not written stays as it was.
pub(crate) fn read(table: &Table, name: &Word, base: Option<&Clock>) -> Clock {
    let log = table.log;
    let names = |key: &'static str, base: Option<&Vec<Name>>| -> Vec<Name> {
        let words = table.words(key).map(|words| words.into_iter().map(|w| w.text).collect());
        words.or_else(|| base.cloned()).unwrap_or_default()
    };
    let title = match base {
        Some(base) => table.text_or("title", &base.title),
        None => table.required("title", "title = \"作出决定\"").map_or(String::new(), |w| w.text.to_string()),
    };
    let every = table.word("every").and_then(|w| every(log, &w)).or_else(|| base.and_then(|b| b.every));
    let limit = match base {
        // Also where the period is misspelt, which is told already.
        _ if every.is_some() || table.has("every") => {
            if let Some(limit) = table.word("limit") {
                let help = "every 说的就是多长：删去 limit，或者删去 every";
                log.error(&limit.place, "contradiction", "周期性的时限不能另写 limit", help);
            }
            LimitRef::Period
        }
        Some(base) => table.word("limit").and_then(|w| limit(log, &w)).unwrap_or_else(|| base.limit.clone()),
        None => table.required("limit", "limit = \"XK-42-1\"").and_then(|w| limit(log, &w)).unwrap_or(LimitRef::Item),
    };
    let (binds, officer) = binds(table, base);
    let clock = Clock {
        title,
        step: table.word("step").map(|w| w.text).or_else(|| base.and_then(|b| b.step.clone())),
        starts: names("starts", base.map(|b| &b.starts)),
        stops: names("stops", base.map(|b| &b.stops)),
        ends: names("ends", base.map(|b| &b.ends)),
        every,
        bars: names("bars", base.map(|b| &b.bars)),
        before: table.word("before").map(|w| w.text).or_else(|| base.and_then(|b| b.before.clone())),
        pauses: names("pauses", base.map(|b| &b.pauses)),
        resumes: names("resumes", base.map(|b| &b.resumes)),
        limit,
        promise_ends: names("promise-ends", base.map(|b| &b.promise_ends)),
        only_if: table.word("only-if").map_or_else(|| base.and_then(|b| b.only_if.clone()), |w| condition(log, &w)),
        promise: table.flag_or("promise", base.is_some_and(|b| b.promise)),
        yellow: table.whole("yellow", 0, 10_000).map_or_else(|| base.map_or(0, |b| b.yellow), |(n, _)| n as u32),
        on_lapse: on_lapse(table).or_else(|| base.and_then(|b| b.on_lapse.clone())),
        right: table.flag_or("right", base.map_or(binds == Binds::Applicant, |b| b.right)),
        binds,
        officer,
        duty: table.one_of("duty", "制度", &super::action::DUTIES).or_else(|| base.and_then(|b| b.duty)),
        line: base.map_or_else(|| log.line(&name.place), |b| b.line),
    };
    table.finish();
    clock
}

/// `agency`, `applicant`, `officer`, or `officer:FIELD`.
fn binds(table: &Table, base: Option<&Clock>) -> (Binds, Name) {
    let before = base.map_or((Binds::Agency, Name::from("officer")), |b| (b.binds, b.officer.clone()));
    let Some(word) = table.word("binds") else { return before };
    match word.text.split_once(':') {
        Some(("officer", field)) => (Binds::Officer, Name::from(field)),
        _ => (table.choose(&word, "binds", "受约束的人", &BINDS).unwrap_or(before.0), before.1),
    }
}

fn on_lapse(table: &Table) -> Option<OnLapse> {
    let inner = table.table("on-lapse")?;
    let action = inner.required("action", "action = \"accept\"");
    let as_of = inner.word("as-of").map(|w| w.text);
    inner.finish();
    Some(OnLapse { action: action?.text, as_of })
}

/// A series of the library, `item`, `step:初审`, `until:field`.
fn limit(log: &Log, word: &Word) -> Option<LimitRef> {
    let found = match word.text.split_once(':') {
        None if &*word.text == "item" => LimitRef::Item,
        None => LimitRef::Series(word.text.clone()),
        Some(("step", step)) => LimitRef::Step(Name::from(step.trim())),
        Some(("until", field)) => LimitRef::Until(Name::from(field.trim())),
        Some((kind, _)) => {
            let message = format!("limit 里没有“{kind}:”这种写法");
            let help = "写时限的 id，或者 \"item\"（按事项）、\"step:初审\"（按环节）、\"until:字段\"（到某日为止）";
            log.error(&word.place, "unknown-word", message, help);
            return None;
        }
    };
    Some(found)
}

const PERIODS: [(&str, Every); 6] = [
    ("day", Every::Days(1)),
    ("week", Every::Days(7)),
    ("month", Every::Months(1)),
    ("quarter", Every::Months(3)),
    ("half-year", Every::Months(6)),
    ("year", Every::Months(12)),
];
/// The longest period: ten years of days.
const PERIOD_MAX: u32 = 3_660;

/// `month`, `week`, ..., or `10 days`, `2 months`.
fn every(log: &Log, word: &Word) -> Option<Every> {
    if let Some((_, every)) = PERIODS.iter().find(|(name, _)| *name == &*word.text) {
        return Some(*every);
    }
    let numbered = word.text.split_once(' ').and_then(|(n, unit)| {
        let n: u32 = n.parse().ok().filter(|n| (1..=PERIOD_MAX).contains(n))?;
        match unit {
            "days" => Some(Every::Days(n)),
            "months" => Some(Every::Months(n)),
            _ => None,
        }
    });
    if numbered.is_none() {
        let message = format!("every 里没有“{}”这种周期", word.text);
        let help = "写 day、week、month、quarter、half-year、year，或者 \"10 days\"、\"2 months\"";
        log.error(&word.place, "unknown-word", message, help);
    }
    numbered
}
