//! `items.toml`, `items/*.toml`: items, expanded over the units that decide them.

use std::cell::RefCell;
use std::sync::Arc;

use super::files::{Files, Kind};
use super::layers::{Pack, lies_under};
use super::log::{Log, Place, Word};
use super::read::{Places, Table};
use super::{DraftItem, check_name, org, tighten};
use crate::item::{Item, ItemLimit, Material};
use crate::org::{Org, Tier};
use crate::text::help_for_name;
use crate::{IndexMap, LimitLibrary, Name};

/// More items than this (after expansion) are refused.
const ITEMS_MAX: usize = 200_000;

/// One `[[item]]` as it is written.
pub(crate) struct ItemSource {
    pub place: Place,
    pub places: Places,
    prefix: String,
    /// Index into the packs.
    pub layer: usize,
}

impl ItemSource {
    /// The place of a path within the entry (`limit.promised`), or of the nearest thing around it.
    pub fn place(&self, path: &str) -> Place {
        let mut path = path;
        loop {
            if let Some(place) = self.places.get(&format!("{}.{path}", self.prefix)) {
                return place.clone();
            }
            let Some((outer, _)) = path.rsplit_once('.') else { return self.place.clone() };
            path = outer;
        }
    }
}

/// All items by code.
pub(crate) fn read(
    files: &Files,
    packs: &[Pack],
    org: &Org,
    limits: &LimitLibrary,
    log: &Log,
) -> IndexMap<Name, DraftItem> {
    let mut reader = Reader { log, packs, org, limits, items: IndexMap::default() };
    for (layer, pack) in packs.iter().enumerate() {
        files.each(&pack.folder, Kind::Items, log, |_, _, table| {
            let places = RefCell::new(Places::new());
            let mut entries = Vec::new();
            {
                let table = table.noting(&places);
                for (index, entry) in table.tables("item").iter().enumerate() {
                    entries.push((index, reader.entry(entry, layer)));
                }
                table.finish();
            }
            reader.keep(entries, places.take(), layer);
        });
    }
    reader.items
}

/// An entry read, not yet expanded.
struct Entry {
    code: Word,
    item: Item,
    unit: Option<Word>,
    intake: Vec<Word>,
    holds: Vec<Word>,
    divisions: Vec<Name>,
}

struct Reader<'a> {
    log: &'a Log<'a>,
    packs: &'a [Pack],
    org: &'a Org,
    limits: &'a LimitLibrary,
    items: IndexMap<Name, DraftItem>,
}

impl Reader<'_> {
    fn entry(&self, table: &Table, layer: usize) -> Option<Entry> {
        let log = self.log;
        let text = |word: Option<Word>| word.map_or(String::new(), |w| w.text.to_string());
        let code = table.required("code", "code = \"zjd\"");
        let title = text(table.required("title", "title = \"农村宅基地审批\""));
        let procedure = table.required("procedure", "procedure = \"licence\"");
        let unit = table.required("unit", "unit = \"zrzy\"");
        let divisions = org::spread(table, self.org, self.packs, layer);
        let intake = table.words("intake").unwrap_or_default();
        let holds = table.words("holds").unwrap_or_default();
        let item = Item {
            code: Name::from(""),
            title,
            words: table.texts("words"),
            procedure: procedure.map_or(Name::from(""), |w| w.text),
            kind: text(table.required("kind", "kind = \"行政许可\"")),
            serves: table.texts("serves"),
            power: table.word("power").map_or(Name::from(""), |w| w.text),
            holds: Vec::new(),
            unit: Name::from(""),
            intake: Vec::new(),
            tenant: Name::from(""),
            basis: table.texts("basis"),
            conditions: table.texts("conditions"),
            to_confirm: table.texts("to-confirm"),
            limit: limit(table),
            steps: steps(table),
            materials: materials(table),
            fee_fen: table.whole("fee-fen", 0, i64::MAX).map_or(0, |(n, _)| n),
            fee_note: table.text_or("fee-note", ""),
            immediate: table.flag("immediate"),
            result: table.text_or("result", ""),
            questions: questions(table),
            popular: table.flag("popular"),
            file: table.place().file.to_string(),
            line: log.line(code.as_ref().map_or(table.place(), |w| &w.place)),
        };
        table.finish();
        let code = code?;
        check_name(log, &code, "事项");
        Some(Entry { code, item, unit, intake, holds, divisions })
    }

    fn keep(&mut self, entries: Vec<(usize, Option<Entry>)>, places: Places, layer: usize) {
        for (index, entry) in entries {
            let Some(entry) = entry else { continue };
            let prefix = format!("item.{index}");
            let inner = format!("{prefix}.");
            let places = places.range(inner.clone()..).take_while(|(path, _)| path.starts_with(&inner));
            let places = places.map(|(path, place)| (path.clone(), place.clone())).collect();
            let source = Arc::new(ItemSource { place: entry.code.place.clone(), places, prefix, layer });
            let mut told = false;
            for division in &entry.divisions {
                if self.items.len() >= ITEMS_MAX {
                    return;
                }
                // What is wrong at one division is wrong at the others: said once.
                if let Some(item) = self.expand(&entry, division, &mut told) {
                    self.add(item, &entry.code, &source);
                }
            }
        }
    }

    fn expand(&self, entry: &Entry, division: &Name, told: &mut bool) -> Option<Item> {
        let place = &self.org.divisions[division];
        let unit_word = entry.unit.as_ref()?;
        let unit = match &*unit_word.text {
            "township" => division.clone(),
            short => Name::from(format!("{division}-{short}")),
        };
        if !self.org.units.contains_key(&unit) {
            self.unknown_unit(unit_word, &unit, division, told);
            return None;
        }
        let mut intake = Vec::new();
        for word in &entry.intake {
            match &*word.text {
                "township" => intake.extend(self.townships_of(division)),
                short => match self.org.units.get_key_value(format!("{division}-{short}").as_str()) {
                    Some((id, _)) => intake.push(id.clone()),
                    None => self.unknown_unit(word, &format!("{division}-{short}"), division, told),
                },
            }
        }
        Some(Item {
            code: Name::from(format!("{division}-{}", entry.code.text)),
            power: Name::from(match &*entry.item.power {
                "" => format!("{division}-{}", entry.code.text),
                power => format!("{division}-{power}"),
            }),
            unit,
            intake,
            holds: entry.holds.iter().map(|w| Name::from(format!("{division}-{}", w.text))).collect(),
            tenant: org::tenant_of(self.org, place),
            ..entry.item.clone()
        })
    }

    fn unknown_unit(&self, word: &Word, unit: &str, division: &Name, told: &mut bool) {
        if !self.log.is_read("org") || !self.log.is_read("divisions") || std::mem::replace(told, true) {
            return;
        }
        // An item that is nowhere is not missed from the list of powers too.
        self.log.mark_unread(Kind::Items.name());
        let beginning = format!("{division}-");
        let shorts = self.org.units.keys().filter_map(|id| id.strip_prefix(&beginning));
        let help = help_for_name(&word.text, "机关", shorts.chain(["township"]));
        let name = self.org.divisions.get(division).map_or("", |d| &d.short);
        let message = format!("{name}没有“{}”这个机关（单位 {unit}）", word.text);
        self.log.error(&word.place, "unknown-unit", message, help);
    }

    fn townships_of(&self, division: &str) -> Vec<Name> {
        let units = self.org.units.values().filter(|u| u.tier == Tier::Township);
        units.filter(|u| org::lies_in(self.org, &u.division, division)).map(|u| u.id.clone()).collect()
    }

    /// An item of a lower layer takes the place of a higher one, if it is as tight.
    fn add(&mut self, item: Item, code: &Word, source: &Arc<ItemSource>) {
        let code_full = item.code.clone();
        let draft = DraftItem { item, source: source.clone() };
        let Some(above) = self.items.get(&code_full) else {
            self.items.insert(code_full, draft);
            return;
        };
        if above.source.layer == source.layer || !lies_under(self.packs, source.layer, above.source.layer) {
            let message = format!("事项“{code_full}”已经写在 {}", self.log.spot(&above.source.place));
            let help = "删去一处，或者换一个 code；上级的事项由它的下级包收紧";
            self.log.error_with(&code.place, &above.source.place, "twice", message, help);
            return;
        }
        self.tighter(above, &draft);
        self.items.insert(code_full, draft);
    }

    fn tighter(&self, above: &DraftItem, below: &DraftItem) {
        let (old, new) = (&above.item.limit, &below.item.limit);
        let fault = |key: &str, what: String, help: &str| {
            let (mine, theirs) = (below.source.place(key), above.source.place(key));
            let code = &below.item.code;
            let message = format!("下级包放宽了事项“{code}”：{what}；上级的规定在 {}", self.log.spot(&theirs));
            self.log.error_with(&mine, &theirs, "loosened", message, help);
        };
        if above.item.procedure != below.item.procedure {
            let what = format!("程序从“{}”改成了“{}”", above.item.procedure, below.item.procedure);
            fault("procedure", what, "用上级的程序；要更紧的，写 extends 的程序");
        }
        if above.item.immediate && !below.item.immediate {
            fault("immediate", "不再当场办结".into(), "写上 immediate = true");
        }
        match (&old.law, &new.law) {
            (Some(law), None) => fault("limit", format!("不再写法定时限“{law}”"), &format!("写上 law = \"{law}\"")),
            (Some(law), Some(other)) if law != other => {
                if let Some((what, help)) = tighten::looser_series(self.limits, law, other) {
                    fault("limit.law", what, &help);
                }
            }
            _ => {}
        }
        for (key, name, old, new) in [
            ("limit.stated", "公布的时限", &old.stated, &new.stated),
            ("limit.promised", "承诺时限", &old.promised, &new.promised),
        ] {
            match (old, new) {
                (Some((days, _)), None) => {
                    fault(
                        key,
                        format!("不再写{name}（{days} 个工作日）"),
                        &format!("写上{name}，不长于 {days} 个工作日"),
                    );
                }
                (Some((old, _)), Some((new, _))) if new > old => {
                    let what = format!("{name}从 {old} 个工作日改成了 {new} 个");
                    fault(&format!("{key}.workdays"), what, &format!("不长于 {old} 个工作日"));
                }
                _ => {}
            }
        }
    }
}

fn limit(table: &Table) -> ItemLimit {
    let Some(inner) = table.table("limit") else {
        return ItemLimit { law: None, stated: None, promised: None };
    };
    let law = inner.word("law").map(|w| w.text);
    let (stated, promised) = (workdays(&inner, "stated"), workdays(&inner, "promised"));
    inner.finish();
    ItemLimit { law, stated, promised }
}

fn workdays(table: &Table, key: &'static str) -> Option<(u32, String)> {
    let inner = table.table(key)?;
    let days = inner.whole("workdays", 0, i64::from(xiaoneng_calendar::WORKDAYS_MAX));
    if !inner.has("workdays") {
        inner.missing("workdays", "workdays = 10");
    }
    let source = inner.required("source", "source = \"出处\"");
    inner.finish();
    Some((days?.0 as u32, source?.text.to_string()))
}

fn steps(table: &Table) -> IndexMap<Name, u32> {
    let steps = table.named_numbers("steps", 0, i64::from(xiaoneng_calendar::WORKDAYS_MAX));
    steps.into_iter().map(|(name, days)| (name.text, days as u32)).collect()
}

fn materials(table: &Table) -> Vec<Material> {
    let mut materials: Vec<Material> = Vec::new();
    for entry in table.tables("material") {
        let id = entry.required("id", "id = \"application\"");
        let name = entry.required("name", "name = \"申请表\"");
        let count = |key| entry.whole(key, 0, 1_000).map(|(n, _)| n as u32);
        let (originals, copies) = (count("originals").unwrap_or(0), count("copies").unwrap_or(0));
        let required = entry.flag_or("required", true);
        let help = entry.text_or("help", "");
        entry.finish();
        let (Some(id), Some(name)) = (id, name) else { continue };
        check_name(table.log, &id, "材料");
        if materials.iter().any(|m| m.id == id.text) {
            let message = format!("材料“{}”写了两次", id.text);
            table.log.error(&id.place, "twice", message, "删去一处，或者换一个 id");
            continue;
        }
        materials.push(Material { id: id.text, name: name.text.to_string(), originals, copies, required, help });
    }
    materials
}

fn questions(table: &Table) -> Vec<(String, String)> {
    let mut questions = Vec::new();
    for entry in table.tables("question") {
        let ask = entry.required("ask", "ask = \"…？\"");
        let answer = entry.required("answer", "answer = \"…\"");
        entry.finish();
        if let (Some(ask), Some(answer)) = (ask, answer) {
            questions.push((ask.text.to_string(), answer.text.to_string()));
        }
    }
    questions
}
