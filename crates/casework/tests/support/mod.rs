//! Tests stand on the packs in the box: the same texts that the program carries.

use std::path::Path;
use std::sync::OnceLock;

use xiaoneng_pack::{Sources, World, load};

/// The city of Haidong, loaded once.
pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
        let mut sources = Sources::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("the packs lie in the repository") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "toml") {
                    let name = path.strip_prefix(&root).expect("under the root").to_string_lossy().into_owned();
                    sources.add(name, std::fs::read_to_string(&path).expect("a text"));
                }
            }
        }
        load(&sources).unwrap_or_else(|faults| panic!("{faults}"))
    })
}
