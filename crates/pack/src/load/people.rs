//! `officers.toml`: officers, and who stands in which post.

use std::collections::BTreeMap;

use super::files::{Files, Kind};
use super::layers::Pack;
use super::log::{Log, Place, Word};
use super::read::Table;
use super::{OrgPlaces, check_name};
use crate::Name;
use crate::org::{Officer, Org};
use crate::text::help_for_name;

struct Reader<'a> {
    log: &'a Log<'a>,
    officers: BTreeMap<Name, Place>,
    posts: BTreeMap<Name, Place>,
}

/// Adds the officers and puts them in their posts. A lower layer's word on a post replaces a higher one's.
pub(crate) fn read(files: &Files, packs: &[Pack], org: &mut Org, places: &mut OrgPlaces, log: &Log) {
    let mut reader = Reader { log, officers: BTreeMap::new(), posts: BTreeMap::new() };
    for pack in packs {
        files.each(&pack.folder, Kind::Officers, log, |_, _, table| {
            reader.officers(table, org);
        });
    }
    for pack in packs {
        files.each(&pack.folder, Kind::Officers, log, |_, _, table| {
            reader.stands(table, org);
            table.finish();
        });
    }
    places.officers.extend(reader.officers);
    places.posts.extend(reader.posts);
}

impl Reader<'_> {
    fn unknown(&self, kind: &'static str, word: &Word, code: &'static str, what: &str, known: &[&Name]) {
        if !self.log.is_read(kind) {
            return;
        }
        let help = help_for_name(&word.text, what, known.iter().map(|k| &***k));
        self.log.error(&word.place, code, format!("没有“{}”这个{what}", word.text), help);
    }

    fn officers(&mut self, table: &Table, org: &mut Org) {
        for entry in table.tables("officer") {
            let id = entry.required("id", "id = \"mh-zrzy-window\"");
            let name = entry.required("name", "name = \"姓名\"");
            let unit = entry.required("unit", "unit = \"630222-zrzy\"");
            let demo = entry.flag("demo");
            entry.finish();
            let (Some(id), Some(name), Some(unit)) = (id, name, unit) else { continue };
            check_name(self.log, &id, "人员");
            if let Some(other) = self.officers.get(&id.text) {
                let message = format!("人员“{}”已经写在 {}", id.text, self.log.spot(other));
                self.log.error_with(&id.place, other, "twice", message, "换一个 id：它也是登录名");
                continue;
            }
            if !org.units.contains_key(&unit.text) {
                self.unknown("org", &unit, "unknown-unit", "单位", &near(&unit.text, org.units.keys()));
            }
            self.officers.insert(id.text.clone(), id.place);
            let officer = Officer { id: id.text.clone(), name: name.text.to_string(), unit: unit.text, demo };
            org.officers.insert(id.text, officer);
        }
    }

    fn stands(&mut self, table: &Table, org: &mut Org) {
        table.tables("officer");
        for entry in table.tables("stands") {
            let post = entry.required("post", "post = \"630222-zrzy.window\"");
            let (a, b) = (entry.word("a"), entry.word("b"));
            entry.finish();
            let Some(post) = post else { continue };
            if let Some(other) = self.posts.get(&post.text).filter(|other| other.file == post.place.file) {
                let message = format!("岗位“{}”的人员已经写在 {}", post.text, self.log.spot(other));
                self.log.error_with(&post.place, other, "twice", message, "删去一处");
                continue;
            }
            for officer in [&a, &b].into_iter().flatten().filter(|w| !org.officers.contains_key(&w.text)) {
                self.unknown("officers", officer, "unknown-officer", "人员", &near(&officer.text, org.officers.keys()));
            }
            if let (Some(a), Some(b)) = (&a, &b)
                && a.text == b.text
            {
                let message = format!("“{}”不能既是 A 岗又是 B 岗：他一走就没有人了", a.text);
                self.log.error(&b.place, "a-is-b", message, "B 岗换成同单位的另一个人");
            }
            match org.posts.get_mut(&post.text) {
                Some(found) => {
                    found.a = a.map(|w| w.text);
                    found.b = b.map(|w| w.text);
                }
                None => self.unknown("org", &post, "unknown-post", "岗位", &near(&post.text, org.posts.keys())),
            }
            self.posts.insert(post.text, post.place);
        }
    }
}

/// Of thousands of names only those that begin alike can be meant: the work stays bounded.
fn near<'a>(word: &str, names: impl Iterator<Item = &'a Name>) -> Vec<&'a Name> {
    let beginning: String = word.chars().take(6).collect();
    let (alike, others): (Vec<_>, Vec<_>) = names.partition(|name| name.starts_with(&beginning));
    if alike.is_empty() { others.into_iter().take(200).collect() } else { alike }
}
