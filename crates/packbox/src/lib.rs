//! The packs in the box: the texts that the binary carries, and that every test stands on.

use std::sync::{Arc, OnceLock};

use include_dir::{Dir, DirEntry, include_dir};
use xiaoneng_pack::{Sources, World, load};

static PACKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../packs");

/// All texts of the box, by their path in it: `cn/procedures/licence.toml`.
pub fn sources() -> Sources {
    let mut sources = Sources::new();
    add(&PACKS, &mut sources);
    sources
}

fn add(dir: &Dir<'_>, sources: &mut Sources) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(dir) => add(dir, sources),
            DirEntry::File(file) if file.path().extension().is_some_and(|e| e == "toml") => {
                // OK because what is in the box was tested as UTF-8 before it was built in.
                let text = file.contents_utf8().unwrap_or_default();
                sources.add(file.path().to_string_lossy().replace('\\', "/"), text);
            }
            DirEntry::File(_) => {}
        }
    }
}

/// The city of the box, loaded once.
///
/// # Panics
/// If the box has a fault: then the program should not have been built.
///
/// ```
/// let world = xiaoneng_packbox::world();
/// assert_eq!(world.items["630222-zjd"].title, "农村宅基地审批");
/// ```
pub fn world() -> Arc<World> {
    static WORLD: OnceLock<Arc<World>> = OnceLock::new();
    WORLD.get_or_init(|| Arc::new(load(&sources()).unwrap_or_else(|faults| panic!("{faults}")))).clone()
}
