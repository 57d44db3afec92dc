//! Every entry of a world as a value, to be held against the same entry of another.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Change, Kind, Part, Touches, What, say};
use crate::{Spot, World};

/// Kind, the procedure it is part of, id.
pub(super) type Key = (Kind, String, String);

/// One entry.
pub(super) struct Entry {
    title: String,
    keys: Map<String, Value>,
    spot: Option<Spot>,
}

type Entries = BTreeMap<Key, Entry>;

/// All entries of a world.
pub(super) fn all(world: &World) -> Entries {
    let mut all = Entries::new();
    laws(world, &mut all);
    calendars(world, &mut all);
    procedures(world, &mut all);
    org(world, &mut all);
    for item in world.items.values() {
        put(&mut all, Kind::Item, "", &item.code, &item.title, &**item, line(&item.file, item.line));
    }
    for (name, words) in &world.words {
        put(&mut all, Kind::Words, "", name, name, &serde_json::json!({ "words": words }), None);
    }
    for (name, value) in &world.values {
        put(&mut all, Kind::Value, "", name, name, &serde_json::json!({ "value": value }), None);
    }
    all
}

fn line(file: &str, line: u32) -> Option<Spot> {
    (!file.is_empty()).then(|| Spot { file: file.to_owned(), line, column: 1 })
}

fn put(all: &mut Entries, kind: Kind, of: &str, id: &str, title: &str, value: &impl Serialize, spot: Option<Spot>) {
    // OK because every entry is a plain structure of texts, numbers and lists.
    let mut keys = match serde_json::to_value(value) {
        Ok(Value::Object(keys)) => keys,
        _ => Map::new(),
    };
    // Where it is written is no part of what it says; its id is its key.
    ["file", "line", "id", "code"].into_iter().for_each(|key| drop(keys.remove(key)));
    all.insert((kind, of.to_owned(), id.to_owned()), Entry { title: title.to_owned(), keys, spot });
}

fn laws(world: &World, all: &mut Entries) {
    for law in world.limits.laws.values() {
        put(all, Kind::Law, "", &law.id, &law.name(), law, line(&law.file, law.line));
    }
    for limit in world.limits.all() {
        let title = format!("{} {}，{}", limit.law, limit.article, limit.in_words());
        put(all, Kind::Limit, "", &limit.id, &title, limit, line(&limit.file, limit.line));
    }
}

fn calendars(world: &World, all: &mut Entries) {
    for notice in world.calendar.notices() {
        let spot = world.written_at.of("notice", &notice.number).cloned();
        put(all, Kind::Notice, "", &notice.number, &format!("{}年放假安排", notice.year), notice, spot);
    }
    let regimes = serde_json::json!({ "rules": world.calendar.regimes(), "anchors": world.calendar.anchors() });
    put(all, Kind::Calendar, "", "statutory", "法定节假日", &regimes, None);
    for (id, calendar) in &world.calendars {
        put(all, Kind::Calendar, "", id, id, &serde_json::json!({ "layers": calendar.layers() }), None);
    }
}

fn procedures(world: &World, all: &mut Entries) {
    for (id, procedure) in &world.procedures {
        let spot = |part: &str| {
            let at = if part.is_empty() { id.to_string() } else { format!("{id} {part}") };
            world.written_at.of("procedure", &at).or_else(|| world.written_at.of("procedure", id)).cloned()
        };
        let mut own = serde_json::to_value(&**procedure).unwrap_or_default();
        for part in ["fields", "states", "actions", "clocks", "children", "letters"] {
            own.as_object_mut().map(|keys| keys.remove(part));
        }
        put(all, Kind::Procedure, "", id, &procedure.title, &own, spot(""));
        for (name, state) in &procedure.states {
            put(all, Kind::State, id, name, &state.title, state, spot(&format!("states.{name}")));
        }
        for (name, action) in &procedure.actions {
            put(all, Kind::Action, id, name, &action.title, action, spot(&format!("actions.{name}")));
        }
        for (name, clock) in &procedure.clocks {
            put(all, Kind::Clock, id, name, &clock.title, clock, spot(&format!("clocks.{name}")));
        }
        for (name, field) in &procedure.fields {
            put(all, Kind::Field, id, name, &field.title, field, spot(&format!("fields.{name}")));
        }
        for (name, children) in &procedure.children {
            put(all, Kind::Children, id, name, &children.title, children, spot(&format!("children.{name}")));
        }
        for (name, letter) in &procedure.letters {
            let title = say::plain(&serde_json::to_value(&letter.title).unwrap_or_default());
            put(all, Kind::Letter, id, name, &title, letter, spot(&format!("letters.{name}")));
        }
    }
}

fn org(world: &World, all: &mut Entries) {
    let org = &world.org;
    let spot = |kind: &str, id: &str| world.written_at.of(kind, id).cloned();
    for (id, division) in &org.divisions {
        put(all, Kind::Division, "", id, &division.name, division, spot("division", id));
    }
    for (id, unit) in &org.units {
        put(all, Kind::Unit, "", id, &unit.title, unit, spot("unit", id));
    }
    for (id, post) in &org.posts {
        let unit = org.units.get(&post.unit).map_or("", |u| &u.title);
        let at = spot("post", id).or_else(|| spot("unit", &post.unit));
        put(all, Kind::Post, "", id, &format!("{unit}{}", post.title), post, at);
    }
    for (id, officer) in &org.officers {
        put(all, Kind::Officer, "", id, &officer.name, officer, spot("officer", id));
    }
}

/// What became of one entry; `None`: nothing.
pub(super) fn change(key: &Key, before: Option<&Entry>, after: Option<&Entry>) -> Option<Change> {
    let parts = match (before, after) {
        (Some(old), Some(new)) => {
            let parts = parts(&old.keys, &new.keys);
            if parts.is_empty() {
                return None;
            }
            parts
        }
        _ => Vec::new(),
    };
    let what = match (before, after) {
        (None, _) => What::Added,
        (_, None) => What::Dropped,
        _ => What::Changed,
    };
    let (kind, of, id) = key.clone();
    Some(Change {
        touches: touches(kind, what, &parts),
        title: after.or(before).map_or(String::new(), |e| e.title.clone()),
        before: before.and_then(|e| e.spot.clone()),
        after: after.and_then(|e| e.spot.clone()),
        kind,
        what,
        of,
        id,
        parts,
    })
}

fn parts(old: &Map<String, Value>, new: &Map<String, Value>) -> Vec<Part> {
    let keys: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut parts = Vec::new();
    for key in keys {
        let (was, is) = (old.get(key).unwrap_or(&Value::Null), new.get(key).unwrap_or(&Value::Null));
        if unlined(was) != unlined(is) {
            let (before, after) = say::both(was, is);
            parts.push(Part { key: key.clone(), title: say::key_title(key).to_owned(), before, after });
        }
    }
    parts
}

/// A value without the lines it is written on.
fn unlined(value: &Value) -> Value {
    match value {
        Value::Object(keys) => keys
            .iter()
            .filter(|(k, _)| *k != "line")
            .map(|(k, v)| (k.clone(), unlined(v)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(list) => list.iter().map(unlined).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}

/// What an item promises is frozen in the case that was opened for it; what it asks for is not.
const ITEM_OPEN: [&str; 3] = ["materials", "unit", "intake"];

fn touches(kind: Kind, what: What, parts: &[Part]) -> Touches {
    let only = |keys: &[&str]| what == What::Changed && parts.iter().all(|p| keys.contains(&&*p.key));
    match kind {
        Kind::Law | Kind::Division | Kind::Letter => Touches::Shown,
        Kind::Item if what == What::Added || !parts.iter().any(|p| ITEM_OPEN.contains(&&*p.key)) => Touches::New,
        Kind::Procedure | Kind::State | Kind::Action | Kind::Clock | Kind::Field | Kind::Children
            if only(&["title", "about", "help", "public", "basis"]) =>
        {
            Touches::Shown
        }
        Kind::Unit if only(&["title", "phone", "address", "hours"]) => Touches::Shown,
        Kind::Procedure | Kind::Unit | Kind::Post | Kind::Officer if what == What::Added => Touches::New,
        _ => Touches::Open,
    }
}
