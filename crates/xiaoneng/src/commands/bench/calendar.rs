//! The calendar: ten million random questions in a batch, beside the floor and the loop that everyone writes first.

use std::hint::black_box;
use std::time::Instant;

use serde_json::{Value, json};
use xiaoneng_calendar::{Length, Question, bench, count, due};

use super::{median, ms, round};
use crate::cli::Cli;
use crate::output::Stop;
use crate::packs;

const QUESTIONS: u64 = 10_000_000;
const ROUNDS: usize = 41;
const NAIVE_ROUNDS: usize = 3;
const SEED: u64 = 42;
/// Single questions in one round.
const SINGLE: usize = 10_000;

pub fn run(cli: &Cli, n: Option<u64>) -> Result<Value, Stop> {
    let world = packs::world(cli.pack.as_deref())?;
    let known = world.calendar.known_all();
    let n = n.unwrap_or(QUESTIONS) as usize;
    let input = bench::prepare(n, SEED);
    let (mut out, mut expected) = (bench::room(n), bench::room(n));
    let (mut naive, mut floor, mut ours) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // In turns, so that what disturbs the machine disturbs all of them.
        if round % (ROUNDS / NAIVE_ROUNDS) == 0 && naive.len() < NAIVE_ROUNDS {
            naive.push(timed(|| bench::naive(&known, black_box(&input), black_box(&mut expected))));
        }
        floor.push(timed(|| bench::floor(black_box(&input), black_box(&mut out))));
        ours.push(timed(|| bench::ours(&known, black_box(&input), black_box(&mut out))));
    }
    if out != expected {
        return Err(Stop::refused("成批计算与逐日计算的结果不一致：这是程序的错误，请报给维护人员"));
    }
    let (naive, floor, ours) = (median(&mut naive), median(&mut floor), median(&mut ours));
    let figure = |name: &str, ms: f64| json!({"name": name, "ms": round(ms), "ns_each": round(ms * 1e6 / n as f64)});
    let question = Question::new(Length::Workdays(20), jiff::civil::date(2015, 8, 31).at(10, 0, 0, 0));
    let single = |mut ask: Box<dyn FnMut() + '_>| {
        let mut taken: Vec<f64> =
            (0..21).map(|_| timed(|| (0..SINGLE).for_each(|_| ask())) * 1e6 / SINGLE as f64).collect();
        round(median(&mut taken))
    };
    Ok(json!({
        "n": n,
        "rounds": ROUNDS,
        "figures": [figure("ours", ours), figure("floor", floor), figure("naive", naive)],
        "ratios": {"ours_to_floor": round(ours / floor), "naive_to_ours": round(naive / ours)},
        "agree": true,
        "single_ns": {
            "add_workdays": single(Box::new(|| { black_box(known.add_workdays(black_box(question.start.date()), 20).ok()); })),
            "due": single(Box::new(|| { black_box(due(&known, black_box(&question)).ok()); })),
            "count_with_why": single(Box::new(|| { black_box(count(&known, black_box(&question)).ok()); })),
        },
    }))
}

fn timed(run: impl FnOnce()) -> f64 {
    let started = Instant::now();
    run();
    ms(started)
}
