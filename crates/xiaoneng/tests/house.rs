//! The floors hold: what is pure stays pure, what knows SQL is a store, small rooms stay small.

use std::path::{Path, PathBuf};
use std::process::Command;

const PURE: [&str; 4] = ["calendar", "pack", "casework", "ledger"];
/// Crates that bring I/O, a clock or chance with them.
const BANNED: [&str; 12] = [
    "tokio",
    "rusqlite",
    "getrandom",
    "rand",
    "axum",
    "hyper",
    "mio",
    "socket2",
    "reqwest",
    "chrono",
    "time",
    "tempfile",
];
/// Rooms that have grown beyond 600 lines: the list only shrinks.
const LARGE: [&str; 0] = [];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("crates").join(folder).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a crate's src") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).expect("a text")));
            }
        }
    }
    found
}

/// The part of a file that is not its tests or comments.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]").next().unwrap_or(text);
    body.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn invariant_6_the_pure_floors_have_no_clock_chance_or_io_in_their_trees() {
    for floor in PURE {
        let out = Command::new(env!("CARGO"))
            .args([
                "tree",
                "--offline",
                "--locked",
                "-e",
                "normal",
                "--prefix",
                "none",
                "-p",
                &format!("xiaoneng-{floor}"),
            ])
            .current_dir(root())
            .output()
            .expect("cargo tree runs");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let tree = String::from_utf8_lossy(&out.stdout);
        for line in tree.lines() {
            let name = line.split_whitespace().next().unwrap_or_default();
            assert!(!BANNED.contains(&name), "{floor} depends on {name}");
        }
        let stores = ["xiaoneng-store", "xiaoneng-office", "xiaoneng-web"];
        assert!(!stores.iter().any(|s| tree.contains(s)), "{floor} stands on a floor above it");
    }
}

#[test]
fn invariant_6_the_pure_floors_read_no_clock_and_await_nothing() {
    let banned = [
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "std::fs",
        "std::net",
        "std::env",
        "async fn",
        ".await",
        "HashMap",
    ];
    for floor in PURE {
        for (path, text) in sources(floor) {
            for word in banned {
                assert!(!code(&text).contains(word), "{path} names {word}");
            }
        }
    }
}

#[test]
fn invariant_6_only_stores_hold_sql_and_pages_name_no_database() {
    for floor in ["calendar", "pack", "casework", "ledger", "store", "office", "letters", "web", "sim"] {
        for (path, text) in sources(floor) {
            for word in ["rusqlite", "SELECT ", "INSERT INTO", "CREATE TABLE", "store_sqlite"] {
                assert!(!code(&text).contains(word), "{path} names {word:?}");
            }
        }
    }
}

#[test]
fn the_readme_counts_the_laws_as_the_library_does() {
    let laws = xiaoneng_packbox::world().limits.laws.len();
    let said = [("README.md", format!("{laws} laws")), ("README.zh-CN.md", format!("{laws} 部法"))];
    for (file, words) in said {
        let text = std::fs::read_to_string(root().join(file)).expect("a text");
        assert!(text.contains(&words), "{file} does not say {words:?}");
    }
}

#[test]
fn small_rooms_stay_small() {
    let mut large = Vec::new();
    for folder in std::fs::read_dir(root().join("crates")).expect("crates") {
        let name = folder.expect("an entry").file_name().to_string_lossy().into_owned();
        for (path, text) in sources(&name) {
            let lines = text.split("#[cfg(test)]").next().unwrap_or_default().lines().count();
            if lines > 600 && !LARGE.iter().any(|l| path.ends_with(l)) {
                large.push(format!("{path}: {lines}"));
            }
        }
    }
    assert!(large.is_empty(), "rooms over 600 lines: {large:?}");
}
