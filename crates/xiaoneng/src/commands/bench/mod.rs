//! `xiaoneng bench`: figures as JSON, with the machine they were taken on. What is compared is measured in one
//! run, in turns, and told as medians: a busy minute of the machine then falls on all alike.

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use xiaoneng_casework::PLACE;

use crate::cli::{BenchArgs, Cli};
use crate::output::{self, End, Ended, Stop};
use crate::{data, packs};

mod act;
mod calendar;
mod city;
mod decide;
mod lists;
mod lives;
mod notice;

pub fn run(cli: &Cli, args: &BenchArgs) -> Ended {
    let mut figures = match args.name.as_str() {
        "calendar" => calendar::run(cli, args.n)?,
        "act" => act::run(cli, args)?,
        "decide" => decide::run(cli, args)?,
        "lists" => lists::run(cli, args)?,
        "notice" => notice::run(cli, args)?,
        _ => rules(cli)?,
    };
    if let Value::Object(map) = &mut figures {
        map.insert("bench".to_owned(), json!(args.name));
        map.insert("machine".to_owned(), machine());
        map.insert("version".to_owned(), json!(env!("CARGO_PKG_VERSION")));
        map.insert("release".to_owned(), json!(!cfg!(debug_assertions)));
    }
    output::json(&figures)?;
    Ok(End::Done)
}

/// How long the packs take to be read, laid and checked.
fn rules(cli: &Cli) -> Result<Value, Stop> {
    const ROUNDS: usize = 21;
    let packs = packs::read(cli.pack.as_deref())?;
    let (mut taken, mut items) = (Vec::new(), 0);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let world = packs::world(cli.pack.as_deref())?;
        taken.push(ms(started));
        items = world.items.len();
    }
    let bytes: usize = packs.sources.iter().map(|(_, text)| text.len()).sum();
    let files = packs.sources.iter().count();
    Ok(json!({"rounds": ROUNDS, "files": files, "bytes": bytes, "items": items, "load_ms": round(median(&mut taken))}))
}

fn machine() -> Value {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let after = |text: &str, key: &str| {
        let line = text.lines().find(|l| l.starts_with(key));
        line.and_then(|l| l.split_once([':', '='])).map(|(_, v)| v.trim().trim_matches('"').to_owned())
    };
    let (cpu, memory, os) = (read("/proc/cpuinfo"), read("/proc/meminfo"), read("/etc/os-release"));
    json!({
        "cpu": after(&cpu, "model name").or_else(|| after(&cpu, "Model")).unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "memory": after(&memory, "MemTotal").unwrap_or_default(),
        "os": after(&os, "PRETTY_NAME").unwrap_or_else(|| std::env::consts::OS.to_owned()),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "date": PLACE.to_datetime(data::wall_clock()).date(),
    })
}

/// A folder for the measurement alone; it goes with its value.
fn scratch(dir: Option<&Path>) -> Result<tempfile::TempDir, Stop> {
    let made = match dir {
        Some(dir) => tempfile::Builder::new().prefix("xiaoneng-bench-").tempdir_in(dir),
        None => tempfile::Builder::new().prefix("xiaoneng-bench-").tempdir(),
    };
    made.map_err(|e| Stop::refused(format!("临时文件夹建不了（{e}）：请用 --dir 指定一个能写的文件夹")))
}

fn ms(started: Instant) -> f64 {
    started.elapsed().as_secs_f64() * 1e3
}

/// The middle one; 0 of none.
fn median(taken: &mut [f64]) -> f64 {
    quantile(taken, 0.5)
}

/// The value that so great a share does not exceed; 0 of none.
fn quantile(taken: &mut [f64], share: f64) -> f64 {
    taken.sort_by(f64::total_cmp);
    let last = taken.len().saturating_sub(1);
    taken.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
}

/// Three digits after the point say enough.
fn round(figure: f64) -> f64 {
    (figure * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_taken() {
        let mut taken = [5.0, 1.0, 3.0];
        assert_eq!(median(&mut taken), 3.0);
        assert_eq!(quantile(&mut taken, 0.99), 5.0);
        assert_eq!(median(&mut []), 0.0);
    }
}
