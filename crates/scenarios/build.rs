//! The scenarios are part of the binary: it is built anew when one of their files changes, comes or goes.

fn main() {
    println!("cargo::rerun-if-changed=../../scenarios");
    println!("cargo::rerun-if-changed=build.rs");
}
