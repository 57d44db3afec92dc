//! `divisions.toml` and `org.toml`: divisions, and the units and posts that are expanded over them.

use jiff::civil::Time;

use super::files::{Files, Kind};
use super::layers::{Pack, division_of};
use super::log::{Log, Place, Word};
use super::read::Table;
use super::{OrgPlaces, check_name};
use crate::org::{Division, Org, Post, Tier, Unit};
use crate::text::help_for_name;
use crate::{IndexMap, Name};

/// Levels of divisions and the tier of the units there; `other` (industrial parks) is no tier.
const LEVELS: [(&str, Option<Tier>); 8] = [
    ("province", Some(Tier::Province)),
    ("city", Some(Tier::City)),
    ("county", Some(Tier::County)),
    ("town", Some(Tier::Township)),
    ("township", Some(Tier::Township)),
    ("ethnic_township", Some(Tier::Township)),
    ("subdistrict", Some(Tier::Township)),
    ("other", None),
];

/// Tiers by their names in packs.
pub(crate) const TIERS: [(&str, Tier); 4] =
    [("province", Tier::Province), ("city", Tier::City), ("county", Tier::County), ("township", Tier::Township)];

/// More units or posts than this are refused.
const UNITS_MAX: usize = 100_000;

struct Template {
    id: Word,
    title: String,
    roles: Vec<Name>,
    own_licence: bool,
}

/// What is written about one agency (or all townships), before it is expanded.
struct Agency {
    posts: Option<Word>,
    phone: String,
    address: String,
    hours: String,
    closes: Option<Time>,
    government: bool,
    calendar: Option<Word>,
    place: Place,
}

/// Divisions, units and posts of all packs.
pub(crate) fn read(files: &Files, packs: &[Pack], log: &Log) -> (Org, OrgPlaces) {
    let mut reader =
        Reader { log, packs, org: Org::default(), places: OrgPlaces::default(), templates: IndexMap::default() };
    for pack in packs {
        files.each(&pack.folder, Kind::Divisions, log, |_, _, table| reader.divisions(table));
    }
    reader.check_divisions();
    // Sets of posts first: a lower pack's agencies may use a higher pack's set.
    for pack in packs {
        files.each(&pack.folder, Kind::Org, log, |_, _, table| reader.templates(table));
    }
    for (layer, pack) in packs.iter().enumerate() {
        files.each(&pack.folder, Kind::Org, log, |_, _, table| reader.units(table, layer));
    }
    reader.link_parents();
    (reader.org, reader.places)
}

/// The tier of a division.
pub(crate) fn tier_of(division: &Division) -> Option<Tier> {
    LEVELS.iter().find(|(level, _)| *level == division.level).and_then(|(_, tier)| *tier)
}

/// Is a division the other one, or part of it?
pub(crate) fn lies_in(org: &Org, division: &str, outer: &str) -> bool {
    let mut at = org.divisions.get(division);
    // A chain longer than there are divisions would be a ring, which is a fault of its own.
    for _ in 0..org.divisions.len() {
        match at {
            Some(d) if &*d.code == outer => return true,
            Some(d) => at = d.parent.as_ref().and_then(|p| org.divisions.get(p)),
            None => return false,
        }
    }
    false
}

/// The county (or the city) whose administration owns the cases of a division's units.
pub(crate) fn tenant_of(org: &Org, division: &Division) -> Name {
    match (tier_of(division), &division.parent) {
        (Some(Tier::Township) | None, Some(parent)) if org.divisions.contains_key(parent) => parent.clone(),
        _ => division.code.clone(),
    }
}

struct Reader<'a> {
    log: &'a Log<'a>,
    packs: &'a [Pack],
    org: Org,
    places: OrgPlaces,
    templates: IndexMap<Name, Vec<Template>>,
}

impl Reader<'_> {
    fn divisions(&mut self, table: &Table) {
        for entry in table.tables("division") {
            let code = entry.required("code", "code = \"630222\"");
            let name = entry.required("name", "name = \"民和回族土族自治县\"");
            let short = entry.text("short");
            let level = entry.word("level");
            if level.is_none() && !entry.has("level") {
                entry.missing("level", "level = \"county\"");
            }
            entry.learn_words("level", LEVELS.iter().map(|(name, _)| *name));
            if let Some(level) = &level {
                entry.choose(level, "level", "区划级别", &LEVELS);
            }
            let parent = entry.word("parent");
            entry.finish();
            let (Some(code), Some(name)) = (code, name) else { continue };
            if code.text.is_empty() || !code.text.chars().all(|c| c.is_ascii_digit()) {
                let message = format!("“{}”不是区划代码", code.text);
                self.log.error(&code.place, "bad-name", message, "只写数字，例如 630222、630222100");
            }
            if self.twice(self.places.divisions.get(&code.text), &code, "区划") {
                continue;
            }
            self.places.divisions.insert(code.text.clone(), parent.as_ref().unwrap_or(&code).place.clone());
            let division = Division {
                code: code.text.clone(),
                short: short.unwrap_or_else(|| name.text.to_string()),
                name: name.text.to_string(),
                level: level.map_or(String::new(), |w| w.text.to_string()),
                parent: parent.map(|w| w.text),
            };
            self.org.divisions.insert(code.text, division);
        }
        table.finish();
    }

    fn twice(&self, other: Option<&Place>, word: &Word, what: &str) -> bool {
        let Some(other) = other else { return false };
        let message = format!("{what}“{}”已经写在 {}", word.text, self.log.spot(other));
        self.log.error_with(&word.place, other, "twice", message, "删去一处");
        true
    }

    fn check_divisions(&self) {
        if !self.log.is_read("divisions") {
            return;
        }
        for division in self.org.divisions.values() {
            let Some(parent) = &division.parent else { continue };
            let place = &self.places.divisions[&division.code];
            match self.org.divisions.get(parent) {
                None => {
                    let help = help_for_name(parent, "区划代码", self.org.divisions.keys().map(|k| &**k));
                    let message = format!("没有上级区划“{parent}”");
                    self.log.error(place, "unknown-division", message, help);
                }
                Some(_) if lies_in(&self.org, parent, &division.code) => {
                    let message = format!("区划“{}”绕了一圈又归自己管", division.code);
                    self.log.error(place, "ring", message, "改正 parent");
                }
                Some(_) => {}
            }
        }
    }

    fn templates(&mut self, table: &Table) {
        for (name, posts) in table.named_lists("posts") {
            let mut set: Vec<Template> = Vec::new();
            for post in posts {
                let id = post.required("id", "id = \"window\"");
                let title = post.required("title", "title = \"窗口岗\"");
                let roles = post.words("roles").unwrap_or_default();
                if roles.is_empty() {
                    post.missing("roles", "roles = [\"window\"]");
                }
                let own_licence = post.flag("own-licence");
                post.finish();
                let (Some(id), Some(title)) = (id, title) else { continue };
                check_name(self.log, &id, "岗位");
                if self.twice(set.iter().find(|t| t.id.text == id.text).map(|t| &t.id.place), &id, "岗位") {
                    continue;
                }
                let roles = roles.into_iter().map(|w| w.text).collect();
                set.push(Template { id, title: title.text.to_string(), roles, own_licence });
            }
            self.templates.insert(name.text, set);
        }
    }

    fn units(&mut self, table: &Table, layer: usize) {
        table.table("posts");
        for entry in table.tables("agency") {
            let short = entry.required("short", "short = \"zrzy\"");
            let title = entry.required("title", "title = \"自然资源局\"");
            let divisions = self.spread(&entry, layer);
            let agency = self.agency(&entry, short.as_ref());
            let (Some(short), Some(title)) = (short, title) else { continue };
            check_name(self.log, &short, "机关");
            for code in divisions {
                let division = &self.org.divisions[&code];
                let title = format!("{}{}", division.short, title.text);
                self.unit(Name::from(format!("{code}-{}", short.text)), title, &code, &agency);
            }
        }
        if let Some(entry) = table.table("township") {
            let also: Vec<Word> = entry.words("also").unwrap_or_default();
            let agency = self.agency(&entry, None);
            let own = division_of(self.packs, layer).cloned();
            let mut codes: Vec<Name> = self.of_tier(Tier::Township, own.as_deref());
            codes.extend(also.iter().filter_map(|w| self.known_division(w, layer)));
            for code in codes {
                let division = &self.org.divisions[&code];
                let title = match (&*division.level, division.name.ends_with("街道")) {
                    ("subdistrict", true) => format!("{}办事处", division.name),
                    ("subdistrict", false) => format!("{}街道办事处", division.name),
                    ("other", _) => division.name.clone(),
                    _ => format!("{}人民政府", division.name),
                };
                self.unit(code.clone(), title, &code, &agency);
            }
        }
        table.finish();
    }

    /// Where an agency stands: `at` tiers, within the pack's own division, or `divisions`.
    fn spread(&self, entry: &Table, layer: usize) -> Vec<Name> {
        spread(entry, &self.org, self.packs, layer)
    }

    fn of_tier(&self, tier: Tier, own: Option<&str>) -> Vec<Name> {
        divisions_of(&self.org, tier, own)
    }

    fn known_division(&self, word: &Word, layer: usize) -> Option<Name> {
        known_division(self.log, &self.org, self.packs, layer, word)
    }

    fn agency(&self, entry: &Table, short: Option<&Word>) -> Agency {
        let posts = entry.required("posts", "posts = \"agency\"（[posts] 里的一组岗位）");
        if let Some(posts) = &posts
            && !self.templates.contains_key(&posts.text)
            && self.log.is_read("org")
        {
            let help = help_for_name(&posts.text, "岗位组", self.templates.keys().map(|k| &**k));
            self.log.error(&posts.place, "unknown-posts", format!("没有“{}”这组岗位", posts.text), help);
            // The posts that it would have made are not missed elsewhere.
            self.log.mark_unread(Kind::Org.name());
        }
        let closes = entry.word("closes").and_then(|word| {
            let parsed = format!("{}:00", word.text).parse::<Time>().ok().filter(|_| word.text.len() == 5);
            if parsed.is_none() {
                let message = format!("closes 不是时刻：“{}”", word.text);
                self.log.error(&word.place, "bad-time", message, "写成 \"17:30\"");
            }
            parsed
        });
        let agency = Agency {
            posts,
            phone: entry.text_or("phone", ""),
            address: entry.text_or("address", ""),
            hours: entry.text_or("hours", ""),
            closes,
            government: entry.flag("government"),
            calendar: entry.word("calendar"),
            place: short.map_or_else(|| entry.place().clone(), |w| w.place.clone()),
        };
        entry.finish();
        agency
    }

    /// A unit with its posts. One of a higher layer is replaced: the lower layer knows its own telephone.
    fn unit(&mut self, id: Name, title: String, code: &Name, agency: &Agency) {
        let division = &self.org.divisions[code];
        let tier = tier_of(division).unwrap_or(Tier::Township);
        if let Some(other) = self.places.units.get(&id).filter(|other| other.file == agency.place.file) {
            let message = format!("单位“{id}”已经写在 {}", self.log.spot(other));
            self.log.error_with(&agency.place, other, "twice", message, "删去一处，或者换一个 short");
            return;
        }
        if self.org.units.len() >= UNITS_MAX {
            return;
        }
        if let Some(calendar) = &agency.calendar {
            self.places.calendars.insert(id.clone(), calendar.place.clone());
        }
        let unit = Unit {
            id: id.clone(),
            title,
            division: code.clone(),
            tenant: tenant_of(&self.org, division),
            tier,
            parent: None,
            phone: agency.phone.clone(),
            address: agency.address.clone(),
            hours: agency.hours.clone(),
            closes: agency.closes,
            government: agency.government,
            calendar: agency.calendar.as_ref().map(|w| w.text.clone()),
        };
        if self.org.units.contains_key(&id) {
            self.org.posts.retain(|_, post| post.unit != id);
        }
        let set = agency.posts.as_ref().and_then(|posts| self.templates.get(&posts.text));
        for template in set.into_iter().flatten() {
            let post = Name::from(format!("{id}.{}", template.id.text));
            self.org.posts.insert(
                post.clone(),
                Post {
                    id: post,
                    title: template.title.clone(),
                    unit: id.clone(),
                    roles: template.roles.clone(),
                    a: None,
                    b: None,
                    own_licence: template.own_licence,
                },
            );
        }
        self.places.units.insert(id.clone(), agency.place.clone());
        self.org.units.insert(id, unit);
    }

    /// An agency's unit above is the agency of the same short name one tier up.
    fn link_parents(&mut self) {
        let mut parents: Vec<(Name, Name)> = Vec::new();
        for unit in self.org.units.values() {
            let Some((_, short)) = unit.id.split_once('-') else { continue };
            let above = self.org.divisions[&unit.division].parent.as_ref().map(|code| format!("{code}-{short}"));
            if let Some((id, _)) = above.and_then(|id| self.org.units.get_key_value(id.as_str())) {
                parents.push((unit.id.clone(), id.clone()));
            }
        }
        for (unit, parent) in parents {
            self.org.units[&unit].parent = Some(parent);
        }
    }
}

/// The divisions of a tier, within a division.
fn divisions_of(org: &Org, tier: Tier, own: Option<&str>) -> Vec<Name> {
    let of_tier = org.divisions.values().filter(|d| tier_of(d) == Some(tier));
    of_tier.filter(|d| own.is_none_or(|own| lies_in(org, &d.code, own))).map(|d| d.code.clone()).collect()
}

/// A division that exists and lies in the division that the pack speaks for.
fn known_division(log: &Log, org: &Org, packs: &[Pack], layer: usize, word: &Word) -> Option<Name> {
    let Some((code, _)) = org.divisions.get_key_value(&word.text) else {
        if log.is_read("divisions") {
            let help = help_for_name(&word.text, "区划代码", org.divisions.keys().map(|k| &**k));
            log.error(&word.place, "unknown-division", format!("没有“{}”这个区划", word.text), help);
        }
        return None;
    };
    if let Some(own) = division_of(packs, layer)
        && !lies_in(org, code, own)
    {
        let message = format!("规则包“{}”只管 {own}，管不到 {code}", packs[layer].layer.id);
        log.error(&word.place, "outside", message, "写进那个区划自己的包，或者上级的包");
        return None;
    }
    Some(code.clone())
}

/// `at` (tiers, within the pack's own division) or `divisions` (codes), exactly one of them.
pub(crate) fn spread(entry: &Table, org: &Org, packs: &[Pack], layer: usize) -> Vec<Name> {
    let at = entry.words("at");
    entry.learn_words("at", TIERS.iter().map(|(name, _)| *name));
    let divisions = entry.words("divisions");
    match (at, divisions) {
        (Some(at), None) => {
            let own = division_of(packs, layer);
            let tiers = at.iter().filter_map(|w| entry.choose(w, "at", "级别", &TIERS));
            tiers.flat_map(|tier| divisions_of(org, tier, own.map(|o| &**o))).collect()
        }
        (None, Some(codes)) => codes.iter().filter_map(|w| known_division(entry.log, org, packs, layer, w)).collect(),
        (Some(_), Some(_)) => {
            entry.log.error(&entry.place_of("divisions"), "contradiction", "at 和 divisions 只能写一个", "删去一个");
            Vec::new()
        }
        (None, None) => {
            if !entry.has("at") && !entry.has("divisions") {
                entry.missing_either(["at", "divisions"], "at = [\"city\", \"county\"]，或者 divisions = [\"630222\"]");
            }
            Vec::new()
        }
    }
}
