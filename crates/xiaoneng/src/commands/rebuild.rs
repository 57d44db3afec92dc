//! `xiaoneng rebuild`: every row made again from the events, and held against what was there.

use serde::Serialize;
use serde_json::{Map, Value, json};
use xiaoneng_casework::Name;
use xiaoneng_office::Office;

use crate::cli::{Cli, DataArgs};
use crate::output::{self, Bar, End, Ended, Stop};
use crate::{data, rules};

/// A line of rows is shown up to so many columns.
const SHOWN_MAX: usize = 400;

/// What became of one tenant's rows.
#[derive(Debug, Serialize)]
struct Rebuilt {
    tenant: Name,
    cases: usize,
    rows_before: usize,
    rows_after: usize,
    identical: bool,
    difference: Option<Difference>,
}

/// The first row that is not the same.
#[derive(Debug, PartialEq, Serialize)]
struct Difference {
    before: Option<String>,
    after: Option<String>,
}

pub fn run(cli: &Cli, args: &DataArgs) -> Ended {
    let dir = data::existing(args)?;
    let rebuilt = data::block_on(async {
        let opened = data::open(&dir)?;
        // Lists are what the rules in force make of the events.
        let world = rules::of(&*opened.store, cli.pack.clone()).await?.world;
        let office = data::office(world, opened).await?;
        let mut rebuilt = Vec::new();
        for tenant in data::tenants(&*office.store).await? {
            rebuilt.push(rebuild(&office, &tenant).await?);
        }
        Ok(rebuilt)
    })?;
    let identical = rebuilt.iter().all(|r| r.identical);
    if cli.json {
        output::json(&json!({"identical": identical, "tenants": rebuilt}))?;
    } else {
        output::text(&shown(&rebuilt))?;
    }
    Ok(End::found(!identical))
}

async fn rebuild(office: &Office, tenant: &Name) -> Result<Rebuilt, Stop> {
    let id = tenant.as_ref().into();
    let before = office.store.dump_rows(&id).await?;
    let mut bar = Bar::new(format!("重建 {tenant}"));
    let cases = office.rebuild(tenant, |done, all| bar.set(done, all)).await?;
    let after = office.store.dump_rows(&id).await?;
    let difference = difference(&before, &after);
    Ok(Rebuilt {
        tenant: tenant.clone(),
        cases,
        rows_before: before.lines().count(),
        rows_after: after.lines().count(),
        identical: difference.is_none(),
        difference,
    })
}

/// The first line in which two sorted texts differ.
fn difference(before: &str, after: &str) -> Option<Difference> {
    if before == after {
        return None;
    }
    let (mut old, mut new) = (before.lines(), after.lines());
    loop {
        match (old.next(), new.next()) {
            (None, None) => return None,
            (a, b) if a == b => {}
            (a, b) => return Some(Difference { before: a.map(str::to_owned), after: b.map(str::to_owned) }),
        }
    }
}

impl Difference {
    /// Of one row changed, what changed in it; else both lines.
    fn shown(&self) -> String {
        if let Some(changed) = self.changed() {
            return changed;
        }
        let line =
            |l: &Option<String>| l.as_deref().map_or("（没有这一行）".to_owned(), |l| output::cut(l, SHOWN_MAX));
        format!("    原来：{}\n    现在：{}\n", line(&self.before), line(&self.after))
    }

    /// The fields that differ, if the two lines are the same row.
    fn changed(&self) -> Option<String> {
        let (table, before) = row(self.before.as_deref()?)?;
        let (same_table, after) = row(self.after.as_deref()?)?;
        let id = ["number", "case", "id"].iter().find_map(|key| before.get(*key).filter(|v| v.is_string()))?;
        if table != same_table || !after.values().any(|v| v == id) {
            return None;
        }
        let mut text = format!("    {table} {}\n", id.as_str()?);
        for key in before.keys().chain(after.keys().filter(|k| !before.contains_key(*k))) {
            let (old, new) = (before.get(key), after.get(key));
            if old != new {
                let word =
                    |v: Option<&Value>| output::cut(&v.map_or("（没有）".to_owned(), Value::to_string), SHOWN_MAX / 4);
                text += &format!("    {key}：原来 {}，现在 {}\n", word(old), word(new));
            }
        }
        Some(text)
    }
}

/// A line of a dump: its table and its fields.
fn row(line: &str) -> Option<(&str, Map<String, Value>)> {
    let (table, fields) = line.split_once(' ')?;
    Some((table, serde_json::from_str(fields).ok()?))
}

fn shown(rebuilt: &[Rebuilt]) -> String {
    if rebuilt.is_empty() {
        return "这里还没有任何办件，没有什么要重建".to_owned();
    }
    let mut text = String::new();
    for r in rebuilt {
        let end =
            if r.identical { "与原来逐行一致" } else { "与原来不一致，已改成由事件得出的" };
        text += &format!("{}：{} 个办件，{} 行（原来 {} 行），{end}\n", r.tenant, r.cases, r.rows_after, r.rows_before);
        if let Some(d) = &r.difference {
            text += &format!("  第一处不同\n{}", d.shown());
        }
    }
    if rebuilt.iter().all(|r| r.identical) {
        text += "全部一致：列表数据与事件相符\n";
    } else {
        text += "不一致说明列表数据曾经出错；现在已经按事件改正。请把上面第一处不同报给维护人员\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_shown_from_both_sides() {
        assert_eq!(difference("case a\ncase b\n", "case a\ncase b\n"), None);
        let changed = difference("case a\ncase b\n", "case a\ncase c\n").unwrap();
        assert_eq!((changed.before.as_deref(), changed.after.as_deref()), (Some("case b"), Some("case c")));
        let gone = difference("case a\nclock b\n", "case a\n").unwrap();
        assert_eq!((gone.before.as_deref(), gone.after), (Some("clock b"), None));
        let row = |state: &str| format!("case {{\"number\":\"630222-1\",\"state\":\"{state}\"}}\n");
        let shown = difference(&row("accepted"), &row("closed")).unwrap().shown();
        assert_eq!(shown, "    case 630222-1\n    state：原来 \"accepted\"，现在 \"closed\"\n");
        let came = difference("case a\n", "case a\nclock b\n").unwrap();
        assert_eq!((came.before, came.after.as_deref()), (None, Some("clock b")));
    }
}
