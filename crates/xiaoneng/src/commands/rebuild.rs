//! `xiaoneng rebuild`: every row made again from the events, and held against what was there.

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use xiaoneng_casework::Name;
use xiaoneng_office::Office;

use crate::cli::{Cli, DataArgs};
use crate::output::{self, Bar, End, Ended, Stop};
use crate::{data, packs};

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
    let world = Arc::new(packs::world(cli.pack.as_deref())?);
    let rebuilt = data::block_on(async {
        let office = data::office(world, data::open(&dir)?).await?;
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

fn shown(rebuilt: &[Rebuilt]) -> String {
    if rebuilt.is_empty() {
        return "这里还没有任何办件，没有什么要重建".to_owned();
    }
    let mut text = String::new();
    for r in rebuilt {
        let end = if r.identical { "与原来逐行一致" } else { "与原来不一致，已改成由事件得出的" };
        text += &format!("{}：{} 个办件，{} 行（原来 {} 行），{end}\n", r.tenant, r.cases, r.rows_after, r.rows_before);
        if let Some(d) = &r.difference {
            let line = |l: &Option<String>| l.as_deref().map_or("（没有这一行）".to_owned(), |l| output::cut(l, SHOWN_MAX));
            text += &format!("  第一处不同\n    原来：{}\n    现在：{}\n", line(&d.before), line(&d.after));
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
        let came = difference("case a\n", "case a\nclock b\n").unwrap();
        assert_eq!((came.before, came.after.as_deref()), (None, Some("clock b")));
    }
}
