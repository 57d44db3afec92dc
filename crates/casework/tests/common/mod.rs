//! The test packs: the nation's calendar and limits with small procedures that use each kind of clock.
#![allow(dead_code, clippy::disallowed_methods, reason = "shared by tests, each of which uses a part; packs are files")]

use std::path::Path;
use std::sync::{Arc, OnceLock};

use xiaoneng_casework::{Name, Opening, Terms};
use xiaoneng_pack::{Sources, World, load};

/// What the nation's pack lends to the test pack.
const LENT: [&str; 3] = ["cn/pack.toml", "cn/calendar/", "cn/limits/"];

/// The pack in `packs/clocks`, loaded once.
pub fn clocks() -> &'static World {
    static WORLD: OnceLock<Arc<World>> = OnceLock::new();
    WORLD.get_or_init(|| Arc::new(load(&sources("clocks")).unwrap_or_else(|faults| panic!("{faults}"))))
}

fn sources(pack: &str) -> Sources {
    let mut sources = Sources::new();
    for (path, text) in xiaoneng_packbox::sources().iter() {
        if LENT.iter().any(|lent| path.starts_with(lent)) {
            sources.add(path, text);
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packs");
    let mut folders = vec![root.join(pack)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a test pack") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let name = path.strip_prefix(&root).expect("inside").display().to_string();
                    sources.add(name, std::fs::read_to_string(&path).expect("a text"));
                }
            }
        }
    }
    sources
}

/// How a case of the test pack begins.
pub fn opening(procedure: &str) -> Opening {
    Opening {
        number: "630222-20150105-00001".into(),
        tenant: "630222".into(),
        procedure: procedure.into(),
        rules: String::new(),
        item: None,
        title: procedure.to_owned(),
        unit: Name::from("630222-bz"),
        intake: Name::from("630222-bz"),
        standing: false,
        terms: Terms::default(),
        track: None,
        parent: None,
    }
}
