//! Deciding: the kernel alone, on one thread, over lives of every procedure: from a command and a case to the events
//! and the case after them. No store, no sealing, no rows.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use serde_json::{Value, json};
use xiaoneng_casework::{Facts, decide};
use xiaoneng_pack::World;

use super::lives::{Life, acts_of, lives};
use super::{median, round};
use crate::cli::{BenchArgs, Cli};
use crate::output::Stop;
use crate::packs;

/// Actions in one round.
const ACTS: u64 = 500_000;
const ROUNDS: usize = 5;
/// Lives of each procedure.
const OF_EACH: usize = 60;

pub fn run(cli: &Cli, args: &BenchArgs) -> Result<Value, Stop> {
    let world = packs::world(cli.pack.as_deref())?;
    let lives = lives(&world, OF_EACH);
    if lives.is_empty() {
        return Err(Stop::refused("规则包里没有哪个程序的岗位都有人，没有办件可以量：请用程序自带的规则包"));
    }
    let acts = args.n.unwrap_or(ACTS) as usize;
    let (mut all, mut by_procedure) = (Vec::new(), BTreeMap::<String, Vec<f64>>::new());
    for _ in 0..ROUNDS {
        all.push(rate(&world, &lives.iter().collect::<Vec<_>>(), acts));
    }
    for procedure in world.procedures.keys() {
        let own: Vec<&Life> = lives.iter().filter(|l| l.procedure.id == *procedure).collect();
        if !own.is_empty() {
            by_procedure.entry(procedure.to_string()).or_default().push(rate(&world, &own, acts / 20));
        }
    }
    let by_procedure: BTreeMap<String, f64> =
        by_procedure.into_iter().map(|(id, mut rates)| (id, median(&mut rates).round())).collect();
    Ok(json!({
        "lives": lives.len(),
        "acts_each_life": round(acts_of(&lives) as f64 / lives.len() as f64),
        "procedures": by_procedure.len(),
        "rounds": ROUNDS,
        "acts": acts,
        "actions_per_second": median(&mut all).round(),
        "by_procedure": by_procedure,
        "measures": "decide on one thread: command and case to events and the case after them (evolve included)",
    }))
}

/// Actions a second: every life from its beginning, again and again.
pub fn rate(world: &World, lives: &[&Life], acts: usize) -> f64 {
    let started = Instant::now();
    let mut done = 0;
    while done < acts {
        for life in lives {
            let mut case = None;
            for (n, act) in life.acts.iter().enumerate() {
                let facts = Facts { world, away: &[], ids: (n as u128 + 1) << 32 };
                // OK because each was decided so when the life was made.
                let Ok(decision) =
                    decide(&life.procedure, &life.id, case.as_ref(), &act.command, &act.actor, &facts, act.at)
                else {
                    break;
                };
                black_box(&decision.events);
                case = Some(decision.case);
                done += 1;
            }
        }
    }
    done as f64 / started.elapsed().as_secs_f64()
}
