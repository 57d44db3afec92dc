//! `xiaoneng check NEW --against OLD`: two versions of the rules beside each other, and what the change does to the
//! cases of a store.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use xiaoneng_office::{kept_texts, rules_in_force};
use xiaoneng_pack::compare::{Change, Difference, compare};
use xiaoneng_pack::{Severity, Spot, World, load_with_warnings};
use xiaoneng_store_sqlite::SqliteStore;

use crate::cli::{CheckArgs, Cli, DataArgs};
use crate::output::{self, End, Ended, Stop};
use crate::packs::{self, Packs};
use crate::{data, words};

use super::{check, check_impact};

/// Changes told in full as text; the rest is counted.
const CHANGES_SHOWN_MAX: usize = 500;

/// What `--against` and `--data` name.
#[derive(Debug, Default, PartialEq, Eq)]
struct Against {
    /// The old rules' folder.
    packs: Option<PathBuf>,
    /// The store's folder.
    data: Option<PathBuf>,
}

pub fn run(cli: &Cli, args: &CheckArgs) -> Ended {
    let against = against(args)?;
    let new_dir = args.dir.as_deref().or(cli.pack.as_deref());
    // Both folders named: --pack is what is in force.
    let in_force = if args.dir.is_some() { cli.pack.as_deref() } else { None };
    let old_dir = against.packs.as_deref().or(in_force);
    let old = old_packs(old_dir, against.data.as_deref())?;
    let mut new = packs::read(new_dir)?;
    if new.single {
        let kept = new.complete_from(&old);
        if !kept.is_empty() && !cli.json {
            output::remark(&format!("只给了一个规则包，其余的按原样：{}", kept.join("、")));
        }
    }
    let before = old_world(&old, old_dir)?;
    let (after, faults) = load_with_warnings(&new.sources);
    let Some(after) = after else { return faulty(cli, &new.located(&faults)) };
    let difference = compare(&before, &after);
    let hash = difference.hash();
    let shown = located(difference, &old, &new);
    let head = Head { before: &before, after: &after, difference: &shown, hash: &hash };
    match &against.data {
        None if cli.json => output::json(&json!({"ok": true, "difference": head.json()})).map(|()| End::Done),
        None => output::text(&head.text()).map(|()| End::Done),
        Some(dir) => check_impact::run(cli, args, dir, &head),
    }
}

/// The rules that a change is held against: those named; else those that the store says are in force; else the
/// binary's.
fn old_packs(dir: Option<&Path>, data: Option<&Path>) -> Result<Packs, Stop> {
    let (None, Some(data)) = (dir, data) else { return packs::read(dir) };
    let kept = data::block_on(async {
        let store = SqliteStore::open_read_only(data)?;
        let fault = |e: xiaoneng_office::OfficeError| Stop::refused(e.to_string());
        match rules_in_force(&store).await.map_err(fault)? {
            Some((tenant, last)) => kept_texts(&store, &tenant, &last.rules).await.map_err(fault),
            None => Ok(None),
        }
    })?;
    match kept {
        Some(sources) => Ok(Packs { sources, root: None, filled: Vec::new(), single: false, kept: true }),
        None => packs::read(None),
    }
}

/// The two versions and what is between them, with paths that can be opened.
pub(super) struct Head<'a> {
    pub before: &'a World,
    pub after: &'a World,
    pub difference: &'a Difference,
    pub hash: &'a str,
}

/// New rules that do not load are told as `check` tells them; nothing is compared.
fn faulty(cli: &Cli, faults: &[xiaoneng_pack::Fault]) -> Ended {
    let errors = faults.iter().filter(|f| f.severity == Severity::Error).count();
    if cli.json {
        output::json(&json!({"ok": false, "errors": errors, "faults": faults, "difference": null}))?;
    } else {
        let grave: Vec<_> = faults.iter().filter(|f| f.severity == Severity::Error).cloned().collect();
        let told = check::shown(&grave, errors, None, false);
        output::text(&format!("{told}\n新规则有错误，没有比较：请先改好"))?;
    }
    Ok(End::Found)
}

fn old_world(old: &Packs, dir: Option<&Path>) -> Result<World, Stop> {
    let (world, faults) = load_with_warnings(&old.sources);
    world.ok_or_else(|| {
        let told: String = old
            .located(&faults)
            .iter()
            .filter(|f| f.severity == Severity::Error)
            .take(5)
            .map(ToString::to_string)
            .collect();
        let name = dir.map_or("程序自带的规则".to_owned(), |d| d.display().to_string());
        let errors = faults.errors().count();
        Stop::refused(format!(
            "拿来比的旧规则 {name} 有 {errors} 个错误，读不成规则，没有比较：\n{told}请核对 --against 指的是不是施行中的规则包"
        ))
    })
}

/// A folder of packs, a folder of data, or a store's address.
fn against(args: &CheckArgs) -> Result<Against, Stop> {
    let mut found = Against::default();
    let store = |dir: Option<PathBuf>, store: Option<String>| data::existing(&DataArgs { data: dir, store });
    if let Some(word) = &args.against {
        let path = Path::new(word);
        let is_url = word.split_once(':').is_some_and(|(scheme, _)| {
            scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric()) && !path.exists()
        });
        if is_url {
            found.data = Some(store(None, Some(word.clone()))?);
        } else if path.join(data::MAIN_FILE).is_file() || path.file_name().is_some_and(|n| n == data::MAIN_FILE) {
            found.data = Some(store(None, Some(format!("sqlite:{word}")))?);
        } else {
            found.packs = Some(path.to_owned());
        }
    }
    if let Some(dir) = &args.data {
        if found.data.is_some() {
            return Err(Stop::usage(
                "--against 已经指了数据，不用再写 --data；旧规则用 --pack 或者 --against 规则包文件夹",
            ));
        }
        found.data = Some(store(Some(dir.clone()), None)?);
    }
    Ok(found)
}

/// The same with paths that can be opened from here.
fn located(mut difference: Difference, old: &Packs, new: &Packs) -> Difference {
    let locate = |spot: &mut Option<Spot>, packs: &Packs| {
        if let Some(spot) = spot {
            spot.file = packs.path(&spot.file);
        }
    };
    for change in &mut difference.changes {
        locate(&mut change.before, old);
        locate(&mut change.after, new);
    }
    difference
}

impl Head<'_> {
    pub fn json(&self) -> Value {
        json!({
            "before": self.before.version,
            "after": self.after.version,
            "hash": self.hash,
            "changes": self.difference.changes,
        })
    }

    pub fn text(&self) -> String {
        let changes = &self.difference.changes;
        let mut text = format!("规则版本 {} → {}\n", self.before.version, self.after.version);
        if changes.is_empty() {
            let same = self.before.version == self.after.version;
            text += if same {
                "两版一字不差\n"
            } else {
                "文字不同（注释、次序），规则一样：没有一条改动\n"
            };
            return text;
        }
        let _ = writeln!(text, "{} 处改动，差别摘要 {}", changes.len(), &self.hash[..16]);
        for (kind, [added, changed, dropped]) in self.difference.counts() {
            let parts = [("新增", added), ("修改", changed), ("删去", dropped)];
            let parts: Vec<String> =
                parts.into_iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{word} {n}")).collect();
            let _ = writeln!(text, "  {}：{}", kind.title(), parts.join("，"));
        }
        text.push('\n');
        for change in changes.iter().take(CHANGES_SHOWN_MAX) {
            text += &told(change);
        }
        if changes.len() > CHANGES_SHOWN_MAX {
            let _ = writeln!(text, "另有 {} 处没有列出；--json 列出全部", changes.len() - CHANGES_SHOWN_MAX);
        }
        text
    }
}

fn told(change: &Change) -> String {
    let mut text = format!("{}  [{}]\n", change.headline(), change.touches.title());
    let place = |spot: &Spot| format!("{}:{}", spot.file, spot.line);
    match (&change.before, &change.after) {
        (Some(old), Some(new)) if old == new => drop(writeln!(text, "    {}", place(new))),
        (old, new) => {
            for (word, spot) in [("原", old), ("新", new)] {
                if let Some(spot) = spot {
                    let _ = writeln!(text, "    {word}：{}", place(spot));
                }
            }
        }
    }
    for part in &change.parts {
        let _ =
            writeln!(text, "    {}：{} → {}", part.title, words::or_none(&part.before), words::or_none(&part.after));
    }
    text
}
