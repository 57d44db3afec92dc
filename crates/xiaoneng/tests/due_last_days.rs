//! `xiaoneng due` on the last days of thirty limits, against the naive twin.

#[path = "../../packbox/tests/naive/mod.rs"]
mod naive;

use std::io::Write;
use std::process::{Command, Stdio};

use naive::count;
use naive::days::{self, DAY_SECONDS};
use naive::known::Papers;
use naive::last::{self, Scenario};
use naive::library;
use serde_json::{Value, json};
use xiaoneng_calendar::{Direction, Length, Question};

const SAMPLE: usize = 30;

/// What a scenario must answer, and at which second it ends.
struct Wanted {
    scenario: Scenario,
    known_on: jiff::civil::Date,
    due: i64,
    provisional: bool,
}

/// Thirty of the scenarios, far from each other in the library.
fn sample() -> Vec<Wanted> {
    let sources = xiaoneng_packbox::sources();
    let text = |path: &str| sources.iter().find(|(known, _)| *known == path).unwrap().1;
    let mut papers = Papers::read(text("cn/calendar/notices.toml"), text("cn/calendar/statutory.toml"), Vec::new());
    let scenarios = last::scenarios(&mut papers, &library::read(sources.iter()));
    let mut wanted = |scenario: &Scenario| {
        let known_on = scenario.start.date();
        let table = papers.known_on(known_on, 0);
        let question =
            Question { direction: scenario.limit.direction, ..Question::new(scenario.length, scenario.start) };
        let ends = count::ends(&table, &question).ok()?;
        Some(Wanted { scenario: scenario.clone(), known_on, due: ends.due, provisional: ends.provisional })
    };
    let step = scenarios.len() / SAMPLE;
    let sample: Vec<Wanted> = (0..SAMPLE).filter_map(|n| scenarios[n * step..].iter().find_map(&mut wanted)).collect();
    let has = |direction| sample.iter().any(|wanted| wanted.scenario.limit.direction == direction);
    assert!(has(Direction::Forward) && has(Direction::Backward) && has(Direction::NotBefore));
    sample
}

fn answers(questions: &[Value]) -> Vec<Value> {
    let mut xiaoneng = Command::new(env!("CARGO_BIN_EXE_xiaoneng"))
        .args(["due", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary");
    let lines: String = questions.iter().map(|question| format!("{question}\n")).collect();
    xiaoneng.stdin.take().expect("an input").write_all(lines.as_bytes()).expect("read");
    let output = xiaoneng.wait_with_output().expect("an end");
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn thirty_limits_end_for_the_binary_in_the_second_in_which_they_end_for_the_twin() {
    let sample = sample();
    assert_eq!(sample.len(), SAMPLE);
    let mut questions = Vec::new();
    for wanted in &sample {
        for at in [wanted.due, wanted.due + 1] {
            questions.push(json!({
                "limit": wanted.scenario.limit.id,
                "from": wanted.scenario.start,
                "known_on": wanted.known_on,
                "at": days::to_instant(at),
            }));
        }
    }
    let answers = answers(&questions);
    assert_eq!(answers.len(), questions.len());
    let mut faults = Vec::new();
    for (wanted, told) in sample.iter().zip(answers.chunks(2)) {
        let (last, past) = (&told[0], &told[1]);
        let mut hold = |what: &str, said: &Value, right: Value| {
            if *said != right {
                let Wanted { scenario, known_on, .. } = wanted;
                faults.push(format!("{scenario}, known on {known_on}: {what} is {said}, not {right}"));
            }
        };
        let waits = wanted.scenario.limit.direction == Direction::NotBefore;
        let lit = |light: &str| if waits { Value::Null } else { light.into() };
        hold("due_at", &last["due_at"], json!(days::to_instant(wanted.due)));
        hold("due_date", &last["due_date"], json!(days::to_date(days::day_of(wanted.due))));
        hold("provisional", &last["provisional"], json!(wanted.provisional));
        hold("light in the last second", &last["light"], lit("yellow"));
        hold("light a second later", &past["light"], lit("red"));
        if !matches!(wanted.scenario.length, Length::Hours(_)) {
            hold("left on the last day", &last["left"], json!(0));
        }
        if waits {
            let first = days::to_date(days::day_of(wanted.due + DAY_SECONDS));
            hold("allowed_from", &last["allowed_from"], json!(first));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
