//! `powers.toml`: which unit holds which power, expanded over divisions as items are.

use super::files::{Files, Kind};
use super::layers::Pack;
use super::log::{Log, Place, Word};
use super::read::Table;
use super::{check_name, org};
use crate::Name;
use crate::org::Org;
use crate::powers::Power;
use crate::text::help_for_name;

/// More than this are refused.
const POWERS_MAX: usize = 200_000;

/// A power with the place of the entry it was expanded from.
pub(crate) struct DraftPower {
    pub power: Power,
    pub place: Place,
}

/// The lists of all packs.
pub(crate) fn read(files: &Files, packs: &[Pack], org: &Org, log: &Log) -> Vec<DraftPower> {
    let mut powers: Vec<DraftPower> = Vec::new();
    for (layer, pack) in packs.iter().enumerate() {
        files.each(&pack.folder, Kind::Powers, log, |_, _, table| {
            for entry in table.tables("power") {
                read_entry(&entry, org, packs, layer, &mut powers);
            }
            table.finish();
        });
    }
    powers
}

fn read_entry(table: &Table, org: &Org, packs: &[Pack], layer: usize, powers: &mut Vec<DraftPower>) {
    let code = table.required("code", "code = \"qsxk\"（和办它的事项相同）");
    let title = table.required("title", "title = \"取水许可\"");
    let kind = table.required("kind", "kind = \"行政许可\"");
    let unit = table.word("unit");
    let with = table.words("with").unwrap_or_default();
    let divisions = org::spread(table, org, packs, layer);
    let ex_officio = table.flag("ex-officio");
    let basis = table.texts("basis");
    table.finish();
    let (Some(code), Some(title), Some(kind)) = (code, title, kind) else {
        table.log.mark_unread(Kind::Powers.name());
        return;
    };
    check_name(table.log, &code, "职权");
    let mut told = false;
    for division in divisions {
        if powers.len() >= POWERS_MAX {
            return;
        }
        let mut known = |word: &Word| unit_of(org, &division, word, table.log, &mut told);
        let holder = unit.as_ref().map(&mut known);
        let with: Vec<Name> = with.iter().filter_map(&mut known).collect();
        if holder == Some(None) {
            continue;
        }
        let power = Power {
            code: Name::from(format!("{division}-{}", code.text)),
            title: title.text.to_string(),
            kind: kind.text.to_string(),
            unit: holder.flatten(),
            with,
            ex_officio,
            basis: basis.clone(),
            tenant: org::tenant_of(org, &org.divisions[&division]),
            file: code.place.file.to_string(),
            line: table.log.line(&code.place),
        };
        powers.push(DraftPower { power, place: code.place.clone() });
    }
}

/// The unit of a short name at a division; what is wrong at one division is told once.
fn unit_of(org: &Org, division: &Name, word: &Word, log: &Log, told: &mut bool) -> Option<Name> {
    let id = match &*word.text {
        "township" => division.clone(),
        short => Name::from(format!("{division}-{short}")),
    };
    if org.units.contains_key(&id) {
        return Some(id);
    }
    if log.is_read("org") && log.is_read("divisions") && !std::mem::replace(told, true) {
        // A list that lacks an entry for a slip of the pen accuses nobody.
        log.mark_unread(Kind::Powers.name());
        let beginning = format!("{division}-");
        let shorts = org.units.keys().filter_map(|id| id.strip_prefix(&*beginning));
        let help = help_for_name(&word.text, "机关", shorts.chain(["township"]));
        let name = org.divisions.get(division).map_or("", |d| &d.short);
        log.error(&word.place, "unknown-unit", format!("{name}没有“{}”这个机关（单位 {id}）", word.text), help);
    }
    None
}
