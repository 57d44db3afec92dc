//! Sentences of the law and of the office's life hold: those of the box on the city, those beside on test packs.

#![allow(clippy::disallowed_methods, reason = "scenarios are files beside the test")]

mod common;

use xiaoneng_scenarios::{Scenario, parse};

/// So many the box holds at least.
const CITY_MIN: usize = 250;
/// And so many are told of test packs.
const TEST_PACKS_MIN: usize = 30;

#[test]
fn every_scenario_of_the_city_holds() {
    let world = xiaoneng_packbox::world();
    let all: Vec<Scenario> = xiaoneng_scenarios::all().into_iter().map(|told| told.text).collect();
    hold(&all, CITY_MIN, |scenario| scenario.play(&world));
}

#[test]
fn every_scenario_of_a_test_pack_holds() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("scenarios") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        all.extend(parse(&text).unwrap_or_else(|fault| panic!("{path:?}: {fault}")));
    }
    hold(&all, TEST_PACKS_MIN, |scenario| match scenario.pack.as_deref() {
        Some("clocks") => scenario.play(common::clocks()),
        other => Err(format!("没有测试包 {other:?}")),
    });
}

fn hold(all: &[Scenario], least: usize, play: impl Fn(&Scenario) -> Result<(), String>) {
    let fails = |s: &Scenario| play(s).err().map(|fault| format!("{}\n  （{}）\n  {fault}", s.title, s.basis));
    let faults: Vec<String> = all.iter().filter_map(fails).collect();
    assert!(all.len() >= least, "only {} scenarios were found", all.len());
    assert!(faults.is_empty(), "{} of {} scenarios fail:\n{}", faults.len(), all.len(), faults.join("\n"));
}
