//! `[[law]]` of `limits/*.toml`: the instruments that limits stand in.

use jiff::civil::Date;

use super::files::{Files, Kind};
use super::layers::Pack;
use super::log::{Log, Place, Word};
use super::read::Table;
use crate::limits::{Law, Rank};
use crate::text::help_for_name;
use crate::{IndexMap, Name};

/// The laws of all packs, and where each is written.
#[derive(Default)]
pub(crate) struct Laws {
    pub laws: IndexMap<Name, Law>,
    places: IndexMap<Name, Place>,
}

/// What a limit's `law` names.
pub(crate) enum Named<'a> {
    /// One that is written as `[[law]]`.
    Law(&'a Law),
    /// A title that stands for itself: a local rule without a page of its own.
    Title,
}

/// Reads every `[[law]]`; the limits beside them are read later, when all laws are known.
pub(crate) fn read(files: &Files, packs: &[Pack], log: &Log) -> Laws {
    let mut laws = Laws::default();
    let mut replaced: Vec<(Name, Word)> = Vec::new();
    for pack in packs {
        files.each(&pack.folder, Kind::Limits, log, |_, _, table| {
            for entry in table.tables("law") {
                let Some((law, id, replaces)) = law(&entry) else { continue };
                if let Some(other) = laws.places.get(&law.id) {
                    let message = format!("法“{}”已经写在 {}", law.id, log.spot(other));
                    log.error_with(
                        &id.place,
                        other,
                        "twice",
                        message,
                        "每部法一个 id；修订前后各写一部，用 replaces 相连",
                    );
                    continue;
                }
                replaced.extend(replaces.map(|word| (law.id.clone(), word)));
                laws.places.insert(law.id.clone(), id.place);
                laws.laws.insert(law.id.clone(), law);
            }
        });
    }
    for (law, word) in replaced {
        laws.check_replaced(&law, &word, log);
    }
    laws
}

impl Laws {
    /// What a limit's `law` names; `None` after a fault.
    pub fn named(&self, word: &Word, log: &Log) -> Option<Named<'_>> {
        if let Some(law) = self.laws.get(&word.text) {
            return Some(Named::Law(law));
        }
        // What looks like an id is one: a slip of the pen must not become a title. After a syntax error laws are
        // missing that are written.
        if !is_id(&word.text) || !log.is_read(Kind::Limits.name()) {
            return Some(Named::Title);
        }
        let help = help_for_name(&word.text, "法", self.laws.keys().map(|id| &**id));
        log.error(&word.place, "unknown-law", format!("没有“{}”这部法", word.text), help);
        None
    }

    fn check_replaced(&self, law: &str, word: &Word, log: &Log) {
        let Some(before) = self.laws.get(&word.text) else {
            let help = help_for_name(&word.text, "法", self.laws.keys().map(|id| &**id));
            log.error(&word.place, "unknown-law", format!("没有“{}”这部法", word.text), help);
            return;
        };
        if before.to.is_none_or(|to| to >= self.laws[law].from) {
            let place = log.spot(&self.places[&before.id]);
            let message =
                format!("“{law}”代替“{}”（{place}），可是“{}”在“{law}”施行的时候还在施行", before.id, before.id);
            let help = format!("给“{}”写上 to，早于“{law}”的 from；两部并行的，删去 replaces", before.id);
            log.error_with(&word.place, &self.places[&before.id], "overlap", message, help);
        }
    }
}

fn is_id(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

fn law(table: &Table) -> Option<(Law, Word, Option<Word>)> {
    let id = table.required("id", "id = \"XK\"");
    if let Some(id) = &id
        && (!is_id(&id.text) || id.text.is_empty())
    {
        let message = format!("“{}”不能作法的 id", id.text);
        table.log.error(&id.place, "bad-name", message, "id 只用英文字母、数字和中间的“-”：它写在网址里");
    }
    let title = table.required("title", "title = \"中华人民共和国行政许可法\"");
    let ranks = Rank::ALL.map(|rank| (rank.id(), rank));
    let rank = table.one_of("rank", "位阶", &ranks).unwrap_or(Rank::Practice);
    if !table.has("rank") {
        table.missing("rank", "rank = \"law\"（法律；行政法规写 regulation，规章写 rules）");
    }
    let (from, to) = in_force(table);
    if !table.has("from") {
        table.missing("from", "from = \"2004-07-01\"（施行日）");
    }
    let days = table.required("days", "days = \"工作日，不含法定节假日（第八十二条）\"");
    let replaces = table.word("replaces");
    let law = Law {
        id: id.as_ref().map_or(Name::from(""), |w| w.text.clone()),
        title: title.map_or(String::new(), |w| w.text.to_string()),
        edition: table.text_or("edition", ""),
        rank,
        from: from.unwrap_or(Date::MIN),
        to,
        days: days.map_or(String::new(), |w| w.text.to_string()),
        replaces: replaces.as_ref().map(|w| w.text.clone()),
        place: table.text_or("place", ""),
        note: table.text_or("note", ""),
        file: table.place().file.to_string(),
        line: table.log.line(id.as_ref().map_or(table.place(), |w| &w.place)),
    };
    table.finish();
    Some((law, id?, replaces))
}

/// `from` and `to`, the second not before the first.
pub(crate) fn in_force(table: &Table) -> (Option<Date>, Option<Date>) {
    let (from, to) = (table.date("from"), table.date("to"));
    if let (Some((from, _)), Some((to, place))) = (&from, &to)
        && to < from
    {
        let message = format!("to（{to}）在 from（{from}）之前");
        table.log.error(place, "bad-date", message, "to 是施行的最后一天，不早于 from");
    }
    (from.map(|(day, _)| day), to.map(|(day, _)| day))
}
