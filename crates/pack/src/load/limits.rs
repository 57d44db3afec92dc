//! `limits/*.toml`: the library of limits.

use jiff::civil::Date;
use xiaoneng_calendar::{Direction, Length};

use super::files::{Files, Kind};
use super::laws::{self, Laws, Named};
use super::layers::Pack;
use super::log::{Log, Place, Word};
use super::read::Table;
use crate::limits::{AsOf, Evidence, Extension, Law, Outcome, Silence};
use crate::{IndexMap, LimitLibrary, LimitVersion, Name};

const EVIDENCE: [(&str, Evidence); 3] =
    [("seen", Evidence::Seen), ("indirect", Evidence::Indirect), ("doubtful", Evidence::Doubtful)];

const DIRECTIONS: [(&str, Direction); 3] =
    [("backward", Direction::Backward), ("not-before", Direction::NotBefore), ("shift-back", Direction::ShiftBack)];

/// The library of all packs.
pub(crate) fn read(files: &Files, packs: &[Pack], log: &Log) -> LimitLibrary {
    let laws = laws::read(files, packs, log);
    let mut versions: Vec<LimitVersion> = Vec::new();
    let mut places: IndexMap<Name, Place> = IndexMap::default();
    for pack in packs {
        files.each(&pack.folder, Kind::Limits, log, |_, _, table| {
            // Read already: asked for again, so that it is not named as unknown.
            table.tables("law");
            for entry in table.tables("limit") {
                let Some((version, id)) = version(&entry, &laws) else { continue };
                if let Some(other) = places.get(&version.id) {
                    let message = format!("时限“{}”已经写在 {}", version.id, log.spot(other));
                    let help = "每条时限一个 id；同一类时限的新旧规定各有 id，series 相同";
                    log.error_with(&id.place, other, "twice", message, help);
                    continue;
                }
                places.insert(version.id.clone(), id.place);
                versions.push(version);
            }
            table.finish();
        });
    }
    library(laws.laws, versions, &places, log)
}

/// Series with their versions, oldest first; two in force on one day are a fault.
fn library(
    laws: IndexMap<Name, Law>,
    versions: Vec<LimitVersion>,
    places: &IndexMap<Name, Place>,
    log: &Log,
) -> LimitLibrary {
    let mut library = LimitLibrary { laws, ..LimitLibrary::default() };
    for version in versions {
        library.series.entry(version.series.clone()).or_default().push(version);
    }
    for (series, versions) in &mut library.series {
        versions.sort_by(|a, b| (a.from, &a.id).cmp(&(b.from, &b.id)));
        // A version whose first day could not be read is a fault already.
        let dated: Vec<&LimitVersion> = versions.iter().filter(|v| v.from != Date::MIN).collect();
        for pair in dated.windows(2) {
            neighbours(series, pair[0], pair[1], places, log);
        }
    }
    foreign_versions(&library, places, log);
    // A version may not bear the name of a series that it is not of: asking by that name would be ambiguous.
    for version in library.series.values().flatten() {
        if *version.id != *version.series && library.series.contains_key(&version.id) {
            let message = format!("“{}”既是一个系列的名字，又是系列“{}”里一条时限的 id", version.id, version.series);
            log.error(&places[&version.id], "ambiguous", message, "换一个 id");
        }
    }
    library.index();
    library
}

/// Of two versions that follow each other, one ends on the eve of the other: both at once is a contradiction, neither
/// leaves days without a limit that nobody meant to leave.
fn neighbours(series: &str, old: &LimitVersion, new: &LimitVersion, places: &IndexMap<Name, Place>, log: &Log) {
    let (first, second) = (&places[&old.id], &places[&new.id]);
    let eve = new.from.yesterday().ok();
    let ends = eve.map_or(String::new(), |day| day.to_string());
    if old.overlaps(new) {
        let message =
            format!("时限系列“{series}”里，“{}”和“{}”（{}）有同时施行的日子", new.id, old.id, log.spot(first));
        let help = format!("给“{}”写上 to = \"{ends}\"，或者改正施行日期", old.id);
        log.error_with(second, first, "overlap", message, help);
    } else if let Some(to) = old.to.filter(|to| *to >= old.from && Some(*to) != eve && new.gap.is_empty()) {
        let message = format!(
            "时限系列“{series}”里，“{}”（{}）只到 {to}，“{}”从 {} 起：中间的日子没有规定",
            old.id,
            log.spot(first),
            new.id,
            new.from
        );
        let help = format!("给“{}”写上 to = \"{ends}\"；法律确实有空档的，给“{}”写上 gap = \"为什么\"", old.id, new.id);
        log.error_with(second, first, "gap", message, help);
    }
}

/// A series belongs to the pack that began it: a lower pack could otherwise loosen the law by
/// adding a longer version for the time after the law's own has ended.
fn foreign_versions(library: &LimitLibrary, places: &IndexMap<Name, Place>, log: &Log) {
    let folder = |place: &Place| place.file.split('/').next().unwrap_or("").to_owned();
    for (series, versions) in &library.series {
        // Places stand in the order of the layers.
        let place_of = |version: &LimitVersion| places.get_index_of(&version.id).unwrap_or(usize::MAX);
        let Some(first) = versions.iter().min_by_key(|v| place_of(v)).map(|v| &places[&v.id]) else { continue };
        for version in versions.iter().filter(|v| folder(&places[&v.id]) != folder(first)) {
            let message = format!("时限系列“{series}”是上级包的（{}），下级包不能往里加", log.spot(first));
            let help = "本地的时限另起一个系列，再在 extends 的程序里换上它";
            log.error_with(&places[&version.id], first, "foreign-series", message, help);
        }
    }
}

fn version(table: &Table, laws: &Laws) -> Option<(LimitVersion, Word)> {
    let id = table.required("id", "id = \"XK-42-1\"");
    let series = table.word("series");
    let law = table.required("law", "law = \"XK\"（本包 [[law]] 的 id；没有写成 [[law]] 的地方规定写全名）");
    let named = law.as_ref().and_then(|word| laws.named(word, table.log));
    let law = match named {
        Some(Named::Law(law)) => Some(law),
        _ => None,
    };
    let article = table.required("article", "article = \"第四十二条第一款\"");
    let (from, to) = time(table, law);
    let text = |key| table.text_or(key, "");
    let direction = direction(table);
    let (length, open) = length(table);
    let on_lapse = text("on-lapse");
    let version = LimitVersion {
        id: id.as_ref().map_or(Name::from(""), |w| w.text.clone()),
        series: series.or(id.clone()).map_or(Name::from(""), |w| w.text),
        law_id: law.map_or(Name::from(""), |law| law.id.clone()),
        law: law.map_or_else(|| text("law"), |law| law.title.clone()),
        article: article.map_or(String::new(), |w| w.text.to_string()),
        from,
        to,
        bound: text("bound"),
        starts: text("starts"),
        stops: text("stops"),
        length,
        direction,
        open,
        extension: extension(table, length),
        extension_note: text("extension-note"),
        excluded: text("excluded"),
        silence: silence(table, &on_lapse),
        on_lapse,
        count_authority: text("count-authority"),
        gap: text("gap"),
        evidence: table.one_of("evidence", "查证程度", &EVIDENCE).unwrap_or(Evidence::Doubtful),
        file: table.place().file.to_string(),
        line: table.log.line(id.as_ref().map_or(table.place(), |w| &w.place)),
    };
    if !table.has("evidence") {
        table.missing("evidence", "evidence = \"seen\"（读过原文；转引写 indirect，存疑写 doubtful）");
    }
    table.finish();
    Some((version, id?))
}

/// When it is in force: what is written, or as long as its law; never outside its law's time.
fn time(table: &Table, law: Option<&Law>) -> (Date, Option<Date>) {
    let (from, to) = laws::in_force(table);
    let Some(law) = law else {
        if !table.has("from") {
            table.missing("from", "from = \"2004-07-01\"（施行日）");
        }
        return (from.unwrap_or(Date::MIN), to);
    };
    let outside = |key: &str, day: Date| {
        let message = format!("{key}（{day}）在“{}”的施行期以外（{}）", law.id, law.in_force_words());
        let help = "与法同时施行、同时失效的，删去 from 和 to；否则核对日期";
        table.log.error(&table.place_of(key), "outside-law", message, help);
    };
    if let Some(day) = from.filter(|day| !law.in_force_on(*day)) {
        outside("from", day);
    }
    if let Some(day) = to.filter(|day| !law.in_force_on(*day)) {
        outside("to", day);
    }
    (from.unwrap_or(law.from), to.or(law.to))
}

/// What silence does: with what becomes of the matter goes as of when, and the sentence for people.
fn silence(table: &Table, on_lapse: &str) -> Silence {
    let Some(inner) = table.table("silence") else { return Silence::default() };
    let outcomes = Outcome::ALL.map(|outcome| (outcome.id(), outcome));
    let becomes = inner.one_of("becomes", "后果", &outcomes);
    if !inner.has("becomes") {
        inner.missing("becomes", "becomes = \"accepted\"");
    }
    let as_of = inner.one_of("as-of", "起点", &AsOf::ALL.map(|end| (end.id(), end)));
    match (becomes, inner.has("as-of")) {
        (Some(Outcome::None), true) => {
            let help = "删去 as-of；法律有规定后果的，becomes 写那个后果";
            table.log.error(&inner.place_of("as-of"), "contradiction", "没有后果，也就没有从哪天算起", help);
        }
        (Some(outcome), false) if outcome != Outcome::None => {
            inner.missing("as-of", "as-of = \"start\"（从起算那天算起；从期满那天算起写 end）");
        }
        _ => {}
    }
    inner.finish();
    let becomes = becomes.unwrap_or_default();
    if becomes != Outcome::None && on_lapse.trim().is_empty() {
        table.missing("on-lapse", "on-lapse = \"视为受理，从收到那天算起\"（给人看的一句话）");
    }
    Silence { becomes, as_of }
}

fn direction(table: &Table) -> Direction {
    let written: Vec<_> = DIRECTIONS.iter().filter(|(key, _)| table.flag(key)).collect();
    match written.as_slice() {
        [] => Direction::Forward,
        [(_, direction)] => *direction,
        [.., (key, _)] => {
            let help = "倒数的写 backward，“不得早于”的写 not-before，遇假提前的写 shift-back，只留一个";
            table.log.error(&table.place_of(key), "contradiction", "一条时限只能有一个数法", help);
            Direction::Forward
        }
    }
}

/// A number made into a length of one kind.
type Make = fn(u32) -> Length;

/// Exactly one kind of length, or `open` with the reason why there is none.
fn length(table: &Table) -> (Option<Length>, String) {
    let mut found: Vec<(&str, Option<Length>)> = Vec::new();
    let kinds: [(&'static str, Make); 5] = [
        ("workdays", Length::Workdays),
        ("days", Length::Days),
        ("months", Length::Months),
        ("years", Length::Years),
        ("hours", Length::Hours),
    ];
    for (key, make) in kinds {
        if let Some((n, place)) = table.number(key) {
            let length = make(n);
            if let Err(error) = length.check() {
                table.log.error(&place, "out-of-range", format!("时限太长（{error}）"), "核对数字和单位");
            }
            found.push((key, Some(length)));
        }
    }
    if table.flag("same-day") {
        found.push(("same-day", Some(Length::SameDay)));
    }
    if let Some(day) = table.word("fixed-date") {
        found.push(("fixed-date", fixed_date(table, &day)));
    }
    let open = table.word("open");
    if open.is_some() {
        found.push(("open", None));
    }
    match found.as_slice() {
        [] => {
            let help = "写上其中一项：workdays、days、months、years、hours = 数；same-day = true；fixed-date = \"06-30\"；\
                        法律没有写期限的，open = \"为什么没有\"";
            table.log.error(table.place(), "no-length", "这条时限没有写多长", help);
        }
        [_] => {}
        [(first, _), .., (last, _)] => {
            let message = format!("这条时限写了两个长短：{first} 和 {last}");
            table.log.error(&table.place_of(last), "contradiction", message, "只留一个：日的种类由法律自己规定");
        }
    }
    (found.first().and_then(|(_, length)| *length), open.map_or(String::new(), |w| w.text.to_string()))
}

fn fixed_date(table: &Table, word: &Word) -> Option<Length> {
    let parsed = word
        .text
        .split_once('-')
        .and_then(|(month, day)| Some(Length::FixedDate { month: month.parse().ok()?, day: day.parse().ok()? }));
    let length = parsed.filter(|length| length.check().is_ok());
    if length.is_none() {
        let message = format!("fixed-date 不是月-日：“{}”", word.text);
        table.log.error(&word.place, "bad-date", message, "写成 \"06-30\"");
    }
    length
}

fn extension(table: &Table, length: Option<Length>) -> Option<Extension> {
    let inner = table.table("extension")?;
    let by = inner.number("by");
    if !inner.has("by") {
        inner.missing("by", "by = 10");
    }
    let approver = inner.required("approver", "approver = \"本行政机关负责人\"");
    let times = inner.whole("times", 1, 10).map_or(1, |(n, _)| n as u32);
    inner.finish();
    let (by, place) = by?;
    match length.map(|length| length.number()) {
        Some(Some(_)) if by == 0 => {
            table.log.error(&place, "out-of-range", "延长的数是 0", "不能延长的，删去 extension");
        }
        Some(None) => {
            table.log.error(inner.place(), "contradiction", "没有长短的时限不能延长", "删去 extension");
        }
        _ => {}
    }
    Some(Extension { by, approver: approver?.text.to_string(), times })
}
