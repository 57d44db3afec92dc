//! The library of limits for reading: a table under each law, or each limit with all that is known of it.

use std::fmt::Write as _;

use xiaoneng_calendar::Length;
use xiaoneng_pack::limits::{Evidence, Law, Outcome};
use xiaoneng_pack::{LimitLibrary, LimitVersion};

use crate::output::{Paint, cut, pad, width};

/// The widest that a column of the table may be: id, series, article, length, matter, evidence.
const WIDEST: [usize; 6] = [15, 11, 22, 24, 72, 4];
/// The column that names stand in on a card.
const LABEL: usize = 10;

/// All of them, under their laws, in columns that stand in one line through the whole list.
pub fn table(library: &LimitLibrary, found: &[&LimitVersion], paint: Paint) -> String {
    let mut groups: Vec<(&str, Vec<&LimitVersion>)> = Vec::new();
    for v in found {
        match groups.iter_mut().find(|(law, _)| *law == key(v)) {
            Some((_, group)) => group.push(v),
            None => groups.push((key(v), vec![v])),
        }
    }
    for (_, group) in &mut groups {
        group.sort_by_key(|v| (&v.file, v.line));
    }
    let rows: Vec<[String; 6]> = found.iter().map(|v| row(v)).collect();
    let column = |i: usize| rows.iter().map(|r| width(&r[i])).max().unwrap_or(0).min(WIDEST[i]);
    let columns: Vec<usize> = (0..WIDEST.len()).map(column).collect();
    let mut text = String::new();
    for (_, group) in &groups {
        let _ = writeln!(text, "{}", heading(library, group, paint));
        for v in group {
            let cells = row(v);
            let shown: Vec<String> =
                cells.iter().zip(&columns).filter(|(_, w)| **w > 0).map(|(c, w)| pad(&cut(c, *w), *w)).collect();
            let line = format!("  {}", shown.join("  ").trim_end());
            let _ = writeln!(
                text,
                "{}",
                if v.evidence == Evidence::Doubtful { paint.light("yellow", &line) } else { line }
            );
        }
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "共 {} 条，{} 部。写上编号就看一条的全部，例如 xiaoneng limits {}",
        found.len(),
        groups.len(),
        found[0].id
    );
    for (evidence, words) in [
        (Evidence::Indirect, "转引：没有读到原文，取自别处的引用"),
        (Evidence::Doubtful, "存疑：按哪一种日子、或者多长，没有定论，算出来的日期只供参考"),
    ] {
        if found.iter().any(|v| v.evidence == evidence) {
            let _ = writeln!(text, "{}", paint.faint(words));
        }
    }
    text
}

/// What limits stand under: their law, or a local rule's title.
fn key(v: &LimitVersion) -> &str {
    if v.law_id.is_empty() { &v.law } else { &v.law_id }
}

fn heading(library: &LimitLibrary, group: &[&LimitVersion], paint: Paint) -> String {
    let Some(law) = library.laws.get(&group[0].law_id) else { return paint.bold(&group[0].law) };
    format!("{}　{}", paint.bold(&format!("{}　{}", law.id, law.name())), paint.faint(&about(library, law)))
}

/// Its rank, its time, its predecessor and successor, and whose it is.
fn about(library: &LimitLibrary, law: &Law) -> String {
    let mut parts = vec![law.rank.title().to_owned(), law.in_force_words()];
    if !law.place.is_empty() {
        parts.insert(0, format!("外地规定：{}", law.place));
    }
    parts.extend(law.replaces.as_ref().map(|before| format!("代替 {before}")));
    parts.extend(library.replaced_by(&law.id).map(|after| format!("由 {} 代替", after.id)));
    parts.join("，")
}

fn row(v: &LimitVersion) -> [String; 6] {
    let series = if v.series == v.id { String::new() } else { v.series.to_string() };
    let evidence = if v.evidence == Evidence::Seen { "" } else { v.evidence.title() };
    let matter = format!("{}：{} → {}", v.bound, v.starts, v.stops);
    [v.id.to_string(), series, v.article.clone(), length(v), matter, evidence.to_owned()]
}

/// How long, with its extension: 20个工作日（+10）.
fn length(v: &LimitVersion) -> String {
    let more = match &v.extension {
        Some(e) if e.times > 1 => format!("（+{}×{}）", e.by, e.times),
        Some(e) => format!("（+{}）", e.by),
        None => String::new(),
    };
    v.in_words() + &more
}

/// Each with all that is known of it.
pub fn cards(library: &LimitLibrary, found: &[&LimitVersion], paint: Paint) -> String {
    found.iter().map(|v| card(library, v, paint)).collect::<Vec<_>>().join("\n")
}

fn card(library: &LimitLibrary, v: &LimitVersion, paint: Paint) -> String {
    let law = library.laws.get(&v.law_id);
    let mut text = format!("{}　{}　{}\n", paint.bold(&v.id), law.map_or(v.law.clone(), Law::name), v.article);
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {}{value}", pad(name, LABEL));
        }
    };
    row("多长", paint.bold(&v.in_words()));
    row("", v.open.clone());
    row("约束谁", v.bound.clone());
    row("从", v.starts.clone());
    row("到", v.stops.clone());
    row("日的种类", v.count_authority.clone());
    row("延长", extension(v));
    row("不算", v.excluded.clone());
    match v.silence.becomes {
        Outcome::None => row("沉默", v.on_lapse.clone()),
        _ => {
            row("沉默", v.silence.in_words());
            row("", v.on_lapse.clone());
        }
    }
    row("施行", v.in_force_words());
    row("系列", series(library, v));
    row(
        "依据",
        match v.evidence {
            Evidence::Seen => "读过原文".to_owned(),
            Evidence::Indirect => "转引，没有读到原文".to_owned(),
            Evidence::Doubtful => paint.light("yellow", "存疑"),
        },
    );
    row("性质", law.map_or(String::new(), |law| about(library, law)));
    row("说明", law.map_or(String::new(), |law| law.note.clone()));
    text
}

/// 可以延长 10个工作日，1 次，本行政机关负责人批准；…
fn extension(v: &LimitVersion) -> String {
    let by = v.extension.as_ref().map(|e| {
        let length = v.length.map_or_else(|| Length::Days(e.by), |length| length.with_number(e.by));
        format!("{length}，{} 次；{}", e.times, approver(&e.approver))
    });
    by.into_iter()
        .chain((!v.extension_note.is_empty()).then(|| v.extension_note.clone()))
        .collect::<Vec<_>>()
        .join("；")
}

/// Who approves; where the law does not say who, that.
pub fn approver(who: &str) -> String {
    if who.starts_with("条文") { who.to_owned() } else { format!("{who}批准") }
}

/// Its series, with the other versions and their time.
fn series(library: &LimitLibrary, v: &LimitVersion) -> String {
    let others = library.series.get(&v.series).into_iter().flatten().filter(|o| o.id != v.id);
    let others: Vec<String> = others.map(|o| format!("{}（{}，{}）", o.id, o.in_words(), o.in_force_words())).collect();
    if others.is_empty() { String::new() } else { format!("{}：还有 {}", v.series, others.join("、")) }
}
