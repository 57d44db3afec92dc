//! being built
fn main() {}
