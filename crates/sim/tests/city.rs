//! A small city of each of three seeds, looked over by checkers that know nothing of the engine.

use std::sync::Arc;

use jiff::Timestamp;
use xiaoneng_casework::{Facts, Status, clock_lights};
use xiaoneng_office::{DemoTime, Office, Parts};
use xiaoneng_sim::{Plan, Report, SHOWCASE, SHOWCASE_PROCEDURE, SeededChance, checkers, make_city};
use xiaoneng_store::{CaseFilter, MemoryKeys, MemoryStore};

async fn city(seed: u64, cases: usize) -> (Office, Plan, Report) {
    let instant = |text: &str| text.parse::<Timestamp>().unwrap();
    let plan = Plan { seed, cases, from: instant("2025-05-18T09:30+08:00"), to: instant("2026-05-18T09:30+08:00") };
    let time = Arc::new(DemoTime::at(plan.to));
    let (store, keys) = (Arc::new(MemoryStore::new()), Arc::new(MemoryKeys::new()));
    let parts = Parts { world: xiaoneng_packbox::world(), store, keys, time: time.clone() };
    let office = Office::new(parts).with_chance(Arc::new(SeededChance::new(seed)));
    let mut last = 0;
    let report = make_city(&office, &time, &plan, |p| last = last.max(p.done)).await.unwrap();
    assert_eq!(last, report.cases);
    assert!(report.unexpected.is_empty(), "{:#?}", report.unexpected);
    (office, plan, report)
}

async fn dump(office: &Office) -> String {
    let mut all = String::new();
    for tenant in office.store.tenants().await.unwrap() {
        all.push_str(&office.store.dump_rows(&tenant).await.unwrap());
    }
    all
}

#[tokio::test]
async fn three_cities_keep_the_rules() {
    let mut deputies = 0;
    for seed in [1, 2, 3] {
        let (office, _, report) = city(seed, 300).await;
        let (looked, faults) = checkers::check(&*office.store, &office.world).await.unwrap();
        assert!(faults.is_empty(), "seed {seed}: {faults:#?}");
        assert!(looked.events > 1_000 && looked.dates > 300, "{looked:?}");
        deputies += looked.deputies;
        assert!(looked.findings > 10 && looked.findings as u64 >= report.findings, "{looked:?}");
        assert_eq!(looked.events as u64, report.events);
        assert_eq!(checkers::unchanged_by_rebuild(&office).await.unwrap(), Vec::<String>::new());
    }
    assert!(deputies > 0, "no deputy acted");
}

#[tokio::test]
async fn the_same_seed_makes_the_same_city_and_another_another() {
    let (one, ..) = city(7, 60).await;
    let (again, ..) = city(7, 60).await;
    let (other, ..) = city(8, 60).await;
    let first = dump(&one).await;
    assert!(first == dump(&again).await, "the rows of two runs differ");
    assert!(first != dump(&other).await);
}

#[tokio::test]
async fn at_the_end_the_city_is_alive() {
    let (office, plan, report) = city(1, 150).await;
    assert!(office.now() >= plan.to, "the clock runs on");
    assert!(report.away >= 5 && report.entries >= 20 && report.late_returns > 0, "{report:#?}");
    for light in ["green", "yellow", "red", "paused", "met", "missed"] {
        assert!(report.lights.get(light).is_some_and(|n| *n > 0), "no {light}: {:?}", report.lights);
    }
    // What the heat map counts is what the rows have: cases, and leaves.
    let lights = office.lights(&office.tenants()).await.unwrap();
    let open: u64 = lights.iter().map(|u| u.all.open()).sum();
    let leaves: u64 = lights.iter().filter_map(|u| u.by_procedure.get("leave")).map(|l| l.open()).sum();
    assert_eq!(open - leaves, report.open);
    // The showcase has its procedure's every state.
    for state in office.world.procedures[SHOWCASE_PROCEDURE].states.keys() {
        let mut filter = CaseFilter::new(SHOWCASE.into());
        filter.procedure = Some(SHOWCASE_PROCEDURE.to_owned());
        filter.state = Some(state.to_string());
        assert!(office.store.count_cases(&filter, 1).await.unwrap() == 1, "no case is in {state}");
    }
}

#[tokio::test]
async fn everyone_named_can_sign_in() {
    let (office, _, report) = city(1, 30).await;
    assert_eq!(report.logins.len(), 10);
    let login = &report.logins[0];
    let (_, who) = office.sign_in(&login.officer, report.password).await.unwrap();
    assert_eq!(who.officer, login.officer);
}

/// What a notice moves is told from the rows alone; read case by case it is the same.
#[tokio::test]
async fn a_notice_moves_the_cases_whose_clocks_say_so_and_no_others() {
    let world = xiaoneng_packbox::world();
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    // Two weeks before the first of 2020, and the holiday lengthened while it ran.
    let plan = Plan { seed: 5, cases: 300, from: at("2019-06-01T09:00+08:00"), to: at("2020-01-22T17:00+08:00") };
    let time = Arc::new(DemoTime::at(plan.to));
    let (store, keys) = (Arc::new(MemoryStore::new()), Arc::new(MemoryKeys::new()));
    let office = Office::new(Parts { world, store, keys, time: time.clone() });
    make_city(&office, &time, &plan, |_| {}).await.unwrap();
    let now = at("2020-01-27T10:00+08:00");
    time.fix(Some(now));
    let (mut moved, mut clocks) = (0, 0);
    for tenant in office.tenants() {
        let found = office.moved_since(&tenant, "2020-01-26".parse().unwrap()).await.unwrap();
        let mut filter = CaseFilter::new(tenant.as_ref().into());
        filter.limit = 10_000;
        let mut expected = Vec::new();
        for row in office.store.cases(&filter).await.unwrap().rows {
            let case = office.case(&tenant, &row.case.as_str().into()).await.unwrap().unwrap();
            let procedure = office.procedure_of(&case).unwrap();
            let facts = Facts { world: &office.world, away: &[], ids: 0 };
            let runs = |at| {
                let lights = clock_lights(procedure, &case, &facts, at).into_iter();
                lights.filter(|v| v.status == Status::Running).map(|v| (v.clock, v.due_at)).collect::<Vec<_>>()
            };
            let (before, after) = (runs(case.last_at()), runs(now));
            if after.iter().any(|(clock, due)| before.iter().any(|(c, was)| c == clock && was != due)) {
                expected.push(row.case);
            }
        }
        expected.sort();
        let told: Vec<&str> = found.cases.iter().map(|case| &**case).collect();
        assert_eq!(told, expected, "{tenant}");
        (moved, clocks) = (moved + told.len(), clocks + found.clocks);
    }
    assert!(moved > 10 && clocks > moved, "{moved} of {clocks}");
}
