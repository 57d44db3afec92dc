//! The second half of `check --against`: what a change does to the cases of a store, told case by case as they are
//! found, then counted.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufWriter, Stdout, Write as _};
use std::path::Path;

use serde_json::json;
use xiaoneng_casework::{Name, PLACE};
use xiaoneng_office::impact::{Block, Impact, Moved, Sides, Stand, Tally, blocks, impact};
use xiaoneng_pack::World;
use xiaoneng_store::{CaseFilter, Store};
use xiaoneng_store_sqlite::SqliteStore;

use crate::cli::{CheckArgs, Cli};
use crate::output::{self, Bar, End, Ended, Stop};
use crate::{data, words};

use super::check_against::Head;

/// Cases listed as text unless `--top` says otherwise.
const LISTED: usize = 200;

pub(super) fn run(cli: &Cli, args: &CheckArgs, dir: &Path, head: &Head) -> Ended {
    data::block_on(async {
        // For reading only: a server may be at work on it.
        let store = SqliteStore::open_read_only(dir)?;
        let at = data::demo_now(&store).await?.unwrap_or_else(data::wall_clock);
        let tenants = data::tenants(&store).await?;
        let sides = Sides { before: head.before, after: head.after, difference: head.difference, at };
        let all = open_cases(&store, &tenants).await?;
        let top = args.top.unwrap_or(if cli.json { usize::MAX } else { LISTED });
        let mut told = Told { out: BufWriter::new(std::io::stdout()), json: cli.json, top, listed: 0, left_off: 0 };
        told.begin(dir, head, &PLACE.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string())?;
        let (mut bar, mut fault) = (Bar::new("看办件"), None);
        let counted = impact(
            &store,
            &tenants,
            &sides,
            &mut |moved| told.case(&moved).map_err(|e| fault = Some(e)).is_ok(),
            &mut |done| bar.set((done as usize).min(all), all),
        )
        .await;
        let counted = counted.map_err(|e| Stop::refused(e.to_string()))?;
        if let Some(fault) = fault {
            return Err(fault);
        }
        let blocks = blocks(&store, &tenants, head.before, head.after, head.difference).await;
        let blocks = blocks.map_err(|e| Stop::refused(e.to_string()))?;
        told.end(&counted, &blocks, all, head.before)?;
        Ok(End::found(!blocks.is_empty() || counted.all.blocked > 0))
    })
}

/// Open cases and entries of registers: from the summary, never by a scan.
async fn open_cases(store: &dyn Store, tenants: &[Name]) -> Result<usize, Stop> {
    let ids: Vec<_> = tenants.iter().map(|t| t.as_ref().into()).collect();
    let open: u64 = store.summary(&ids).await?.iter().filter(|row| row.open).map(|row| row.count).sum();
    let mut standing = 0;
    for id in ids {
        standing +=
            store.count_cases(&CaseFilter { standing: Some(true), ..CaseFilter::new(id) }, u64::MAX >> 1).await?;
    }
    Ok((open + standing) as usize)
}

/// What is told, as it is found: nothing of it is kept.
struct Told {
    out: BufWriter<Stdout>,
    json: bool,
    top: usize,
    listed: usize,
    left_off: usize,
}

impl Told {
    fn begin(&mut self, dir: &Path, head: &Head, at: &str) -> Result<(), Stop> {
        if self.json {
            let (difference, data) = (head.json(), json!(dir));
            write!(
                self.out,
                "{{\"ok\":true,\"difference\":{difference},\"data\":{data},\"at\":{},\"cases\":[",
                json!(at)
            )?;
        } else {
            writeln!(self.out, "{}\n对在办件的影响（{}，按 {at} 看灯）", head.text(), dir.display())?;
            if !head.difference.changes.is_empty() {
                writeln!(
                    self.out,
                    "期限的天数、承诺在开办时已经定下，不随事项改；日历、程序的形式、时限库、岗位的改动对在办件也算数"
                )?;
            }
        }
        Ok(())
    }

    fn case(&mut self, moved: &Moved) -> Result<(), Stop> {
        if self.listed >= self.top {
            self.left_off += 1;
            return Ok(());
        }
        if self.json {
            let comma = if self.listed > 0 { "," } else { "" };
            write!(self.out, "{comma}{}", serde_json::to_string(moved)?)?;
        } else {
            self.out.write_all(case_text(moved).as_bytes())?;
        }
        self.listed += 1;
        Ok(())
    }

    fn end(&mut self, impact: &Impact, blocks: &[Block], all: usize, before: &World) -> Result<(), Stop> {
        if self.json {
            let (totals, blocks) = (serde_json::to_string(impact)?, serde_json::to_string(blocks)?);
            writeln!(self.out, "],\"cases_left_off\":{},\"totals\":{totals},\"blocks\":{blocks}}}", self.left_off)?;
        } else {
            self.out.write_all(end_text(impact, blocks, all, self.left_off, before).as_bytes())?;
        }
        self.out.flush()?;
        Ok(())
    }
}

fn case_text(moved: &Moved) -> String {
    let mut text = format!("  {} {}（{}）\n", moved.number, moved.title, moved.state);
    let stand = |s: &Option<Stand>| match s {
        Some(s) if s.due_date == s.statutory_due_date => format!("{} {}", s.due_date, s.light_title),
        Some(s) => format!("{} {}（法定 {}）", s.due_date, s.light_title, s.statutory_due_date),
        None => "不计".to_owned(),
    };
    for clock in &moved.clocks {
        let _ = writeln!(text, "    {}：{} → {}", clock.title, stand(&clock.before), stand(&clock.after));
    }
    if let Some(holder) = &moved.holder {
        let _ = writeln!(text, "    承办：{} → {}", words::or_none(&holder.before), words::or_none(&holder.after));
    }
    for block in &moved.blocks {
        let _ = writeln!(text, "    不能施行：{block}");
    }
    for why in &moved.why {
        let _ = writeln!(text, "    因为：{why}");
    }
    text
}

fn end_text(impact: &Impact, blocks: &[Block], all: usize, left_off: usize, before: &World) -> String {
    let mut text = String::new();
    if all == 0 {
        return "  这里还没有办件：只比较了规则\n".to_owned();
    }
    if left_off > 0 {
        let _ = writeln!(text, "  另有 {left_off} 件没有列出；--top 可以多列，--json 列出全部");
    }
    if impact.all.cases == 0 {
        let _ = writeln!(text, "  没有一件在办件会动（{all} 件在办件和清单条目）");
    } else {
        let rows = |map: &BTreeMap<String, Tally>, name: &dyn Fn(&str) -> String| {
            map.iter().map(|(id, tally)| row(name(id), tally)).collect::<Vec<_>>()
        };
        let procedure = |id: &str| before.procedures.get(id).map_or(id.to_owned(), |p| p.title.clone());
        let unit = |id: &str| before.org.units.get(id).map_or(id.to_owned(), |u| u.title.clone());
        let mut table = |title: &str, mut rows: Vec<Vec<String>>| {
            rows.push(row("合计".to_owned(), &impact.all));
            let heading = [title, "件", "日期动", "推后", "提前", "灯变", "变红", "换人", "不能施行"];
            let _ = write!(text, "\n{}", output::grid(&heading, &[40, 9, 9, 9, 9, 9, 9, 9, 9], &rows));
        };
        table("程序", rows(&impact.procedures, &procedure));
        table("单位", rows(&impact.units, &unit));
        let _ = writeln!(text, "看了 {} 件，其中 {} 件在改动所及的范围内", impact.cases, impact.reached);
    }
    for block in blocks {
        let _ = writeln!(text, "不能施行：{}：{} 件\n  {}", block.why, block.cases, block.numbers.join(" "));
        let _ = writeln!(text, "  出路：{}", block.way_out);
    }
    if blocks.is_empty() && impact.all.blocked == 0 {
        text += "没有什么挡着它施行\n";
    }
    text
}

fn row(name: String, t: &Tally) -> Vec<String> {
    let figures = [t.cases, t.dates, t.later, t.earlier, t.lights, t.reddened, t.holders, t.blocked];
    [name].into_iter().chain(figures.iter().map(u64::to_string)).collect()
}
