//! `pack.toml`: which pack lies under which.

use std::collections::BTreeMap;

use super::files::{Files, Kind};
use super::log::{Log, Place, Word};
use crate::Name;
use crate::text::help_for_name;
use crate::world::Layer;

/// A pack with its folder and the places of its words.
pub(crate) struct Pack {
    pub layer: Layer,
    pub folder: Name,
    /// Index of the pack above.
    pub above: Option<usize>,
}

struct Raw {
    layer: Layer,
    folder: Name,
    id: Word,
    under: Option<Word>,
}

/// Packs from the top down; packs side by side in the order of their ids.
pub(crate) fn read(files: &Files, log: &Log) -> Vec<Pack> {
    let mut raws: Vec<Raw> = Vec::new();
    for folder in files.folders() {
        let (mut found, before) = (false, log.count());
        files.each(folder, Kind::Pack, log, |_, _, table| {
            found = true;
            let id = table.required("id", "id = \"cn-6302\"");
            let title = table.required("title", "title = \"海东市\"");
            let under = table.word("under");
            let division = table.word("division");
            table.finish();
            let Some(id) = id else { return };
            super::check_name(log, &id, "规则包");
            let layer = Layer {
                id: id.text.clone(),
                title: title.map_or(String::new(), |t| t.text.to_string()),
                under: under.as_ref().map(|u| u.text.clone()),
                division: division.map(|d| d.text),
            };
            raws.push(Raw { layer, folder: folder.clone(), id, under });
        });
        if !found && log.count() == before {
            let file = format!("{folder}/pack.toml");
            let help = "写上：id = \"…\"、title = \"…\"，有上级包的再写 under = \"…\"";
            log.error_of_file(&file, "no-pack", format!("文件夹 {folder} 里没有 pack.toml"), help);
        }
    }
    drop_twins(&mut raws, log);
    order(raws, log)
}

fn drop_twins(raws: &mut Vec<Raw>, log: &Log) {
    let mut seen: BTreeMap<Name, Place> = BTreeMap::new();
    raws.retain(|raw| {
        if let Some(other) = seen.get(&raw.layer.id) {
            let message = format!("规则包“{}”已经写在 {}", raw.layer.id, log.spot(other));
            log.error_with(&raw.id.place, other, "twice", message, "两个包换成不同的 id，或者合成一个");
            return false;
        }
        seen.insert(raw.layer.id.clone(), raw.id.place.clone());
        true
    });
}

fn order(mut raws: Vec<Raw>, log: &Log) -> Vec<Pack> {
    raws.sort_by(|a, b| a.layer.id.cmp(&b.layer.id));
    let ids: Vec<Name> = raws.iter().map(|r| r.layer.id.clone()).collect();
    for raw in &mut raws {
        let Some(under) = &raw.under else { continue };
        if !ids.contains(&under.text) {
            let others = ids.iter().filter(|id| **id != raw.layer.id).map(|id| &**id);
            let mut help = help_for_name(&under.text, "规则包", others);
            help.push_str("；也可能是上级包没有一起读进来");
            log.error(&under.place, "unknown-pack", format!("没有“{}”这个规则包", under.text), help);
            raw.under = None;
            raw.layer.under = None;
        }
    }
    one_root(&raws, log);
    let mut packs: Vec<Pack> = Vec::new();
    while !raws.is_empty() {
        let placed = |id: &Name| packs.iter().position(|p| p.layer.id == *id);
        // Depth first, so that a pack stands right after the one above it or its siblings.
        let next = raws.iter().position(|r| r.layer.under.as_ref().is_none_or(|u| placed(u).is_some()));
        let Some(next) = next else {
            ring(&raws, log);
            break;
        };
        let raw = raws.remove(next);
        let above = raw.layer.under.as_ref().and_then(placed);
        packs.push(Pack { layer: raw.layer, folder: raw.folder, above });
    }
    packs
}

fn one_root(raws: &[Raw], log: &Log) {
    let mut roots: Vec<&Raw> = raws.iter().filter(|r| r.layer.under.is_none()).collect();
    // The nation's pack speaks for no division: it is the one that rightly lies under none.
    roots.sort_by_key(|r| r.layer.division.is_some());
    let Some((first, others)) = roots.split_first() else { return };
    for other in others.iter().filter(|_| log.count() == 0) {
        let message =
            format!("“{}”和“{}”（{}）都没有上级包", other.layer.id, first.layer.id, log.spot(&first.id.place));
        let help = format!("给其中一个写上 under，例如 under = \"{}\"", first.layer.id);
        log.error_with(&other.id.place, &first.id.place, "two-roots", message, help);
    }
}

/// What is left lies in a ring or hangs on one: names the packs of the ring.
fn ring(raws: &[Raw], log: &Log) {
    let above = |id: &Name| raws.iter().find(|r| r.layer.id == *id).and_then(|r| r.layer.under.clone());
    // After as many steps as there are packs one stands inside the ring.
    let mut at = raws[0].layer.id.clone();
    for _ in 0..raws.len() {
        at = above(&at).expect("what is left has a pack above it that is left");
    }
    let mut ring = vec![at.clone()];
    while let Some(next) = above(ring.last().expect("not empty")).filter(|next| *next != at) {
        ring.push(next);
    }
    ring.sort();
    let raw = raws.iter().find(|r| r.layer.id == ring[0]).expect("a pack of the ring");
    let place = raw.under.as_ref().map_or(&raw.id.place, |u| &u.place);
    let message = format!("规则包互为上级，成了一个圈：{}", ring.join("、"));
    log.error(place, "ring", message, "改掉其中一个的 under，使最上面的一个没有 under");
}

/// The division a pack speaks for: its own, or that of the pack above it.
pub(crate) fn division_of(packs: &[Pack], pack: usize) -> Option<&Name> {
    let mut at = Some(pack);
    while let Some(i) = at {
        if packs[i].layer.division.is_some() {
            return packs[i].layer.division.as_ref();
        }
        at = packs[i].above;
    }
    None
}

/// Does `lower` lie under `upper` (or are they the same)?
pub(crate) fn lies_under(packs: &[Pack], lower: usize, upper: usize) -> bool {
    let mut at = Some(lower);
    while let Some(i) = at {
        if i == upper {
            return true;
        }
        at = packs[i].above;
    }
    false
}
