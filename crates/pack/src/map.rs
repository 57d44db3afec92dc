//! Maps by name: in the order of the file, and quick to look in. Every decision looks for a dozen names; what is put
//! in comes from packs, never from strangers, so a hash that nobody can steer is not needed.

/// A map that keeps the order in which it was written.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, rustc_hash::FxBuildHasher>;
