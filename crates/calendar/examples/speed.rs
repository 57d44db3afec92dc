//! Times ten million random questions: our batch, the memory floor, the naive loop; and one
//! question at a time. `cargo run --release -p xiaoneng-calendar --example speed`
#![allow(clippy::disallowed_methods, reason = "an example measures; the crate does not")]

use std::hint::black_box;
use std::time::Instant;

use jiff::civil::date;
use xiaoneng_calendar::{Calendar, Length, Question, bench, count, due};

const QUESTIONS: usize = 10_000_000;

fn median(rounds: usize, mut run: impl FnMut()) -> f64 {
    let mut taken: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    taken[rounds / 2]
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pack = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/cn/calendar");
    let read = |name: &str| std::fs::read_to_string(format!("{pack}/{name}.toml"));
    let calendar = Calendar::new(toml::from_str(&read("notices")?)?, toml::from_str(&read("statutory")?)?)?;
    let built = Instant::now();
    let known = calendar.known_all();
    println!("one epoch's tables {:8.3} ms", built.elapsed().as_secs_f64() * 1e3);

    let input = bench::prepare(QUESTIONS, 42);
    let (mut out, mut expected) = (bench::room(QUESTIONS), bench::room(QUESTIONS));
    let naive = median(3, || bench::naive(&known, black_box(&input), black_box(&mut expected)));
    let floor = median(41, || bench::floor(black_box(&input), black_box(&mut out)));
    let ours = median(41, || bench::ours(&known, black_box(&input), black_box(&mut out)));
    assert!(out == expected, "the batch and the naive loop disagree");
    println!("naive loop         {naive:8.2} ms");
    println!("floor              {floor:8.2} ms");
    println!("ours               {ours:8.2} ms   {:.2} x floor", ours / floor);

    let day = date(2015, 8, 31);
    let one = median(21, || {
        for n in 0..100_000 {
            black_box(known.add_workdays(black_box(day), n % 120).ok());
        }
    });
    println!("one question       {:8.1} ns", one * 10.0);
    let question = Question::new(Length::Workdays(20), day.at(10, 0, 0, 0));
    let dues = median(21, || {
        for _ in 0..10_000 {
            black_box(due(&known, black_box(&question)).ok());
        }
    });
    println!("due                {:8.1} ns", dues * 100.0);
    let counts = median(21, || {
        for _ in 0..1_000 {
            black_box(count(&known, black_box(&question)).ok());
        }
    });
    println!("count, with why    {:8.1} ns", counts * 1000.0);
    Ok(())
}
