//! `xiaoneng scenarios`: what the institutions promise, in sentences; with `--run`, tried on the engine.

use std::fmt::Write as _;

use serde_json::{Value, json};
use xiaoneng_pack::World;
use xiaoneng_scenarios::{Told, all};

use crate::cli::{Cli, ScenariosArgs};
use crate::output::{self, End, Ended, Stop};
use crate::packs;

/// One scenario, and how it went if it was tried.
struct Line {
    told: Told,
    procedure: String,
    went: Option<Result<(), String>>,
}

pub fn run(cli: &Cli, args: &ScenariosArgs) -> Ended {
    let world = packs::world(cli.pack.as_deref())?;
    let lines: Vec<Line> = all()
        .into_iter()
        .map(|told| line(&world, told))
        .filter(|line| matches(line, &args.words))
        .map(|line| Line { went: args.run.then(|| line.told.text.play(&world)), ..line })
        .collect();
    if lines.is_empty() {
        let words = args.words.join(" ");
        return Err(Stop::refused(format!("没有讲到“{words}”的情景；不写词语列出全部，例如 xiaoneng scenarios 信访")));
    }
    match cli.json {
        true => output::json(&lines.iter().map(to_json).collect::<Vec<_>>())?,
        false => output::text(&text(&lines, args.steps))?,
    }
    let fail = lines.iter().filter(|l| matches!(l.went, Some(Err(_)))).count();
    if fail > 0 {
        return Err(Stop::refused(format!("{fail} 条情景不成立：规则包和情景有一个不对，见上面的 ✗")));
    }
    Ok(End::Done)
}

fn line(world: &World, told: Told) -> Line {
    let procedure = told.text.procedure_of(world);
    let title = procedure.as_ref().and_then(|p| world.procedures.get(p)).map(|p| p.title.clone());
    Line { procedure: title.unwrap_or_else(|| told.file.clone()), told, went: None }
}

/// Every word is in its sentence, its article, its procedure or its file.
fn matches(line: &Line, words: &[String]) -> bool {
    let scenario = &line.told.text;
    let all = format!("{} {} {} {}", scenario.title, scenario.basis, line.procedure, line.told.file);
    words.iter().all(|word| all.contains(word.as_str()))
}

fn text(lines: &[Line], steps: bool) -> String {
    let mut text = String::new();
    let mut last = "";
    for line in lines {
        if line.procedure != last {
            last = &line.procedure;
            let _ = writeln!(text, "{}{last}", if text.is_empty() { "" } else { "\n" });
        }
        let mark = match &line.went {
            None => "·",
            Some(Ok(())) => "✓",
            Some(Err(_)) => "✗",
        };
        let scenario = &line.told.text;
        let basis = if scenario.basis.is_empty() { String::new() } else { format!("（{}）", scenario.basis) };
        let _ = writeln!(text, "  {mark} {}{basis}", scenario.title);
        if steps {
            for step in &scenario.steps {
                let _ = writeln!(text, "      {step}");
            }
            for then in &scenario.then {
                let _ = writeln!(text, "      → {then}");
            }
        }
        if let Some(Err(fault)) = &line.went {
            let _ = writeln!(text, "      {fault}");
        }
    }
    let tried = lines.iter().filter(|l| l.went.is_some()).count();
    let held = lines.iter().filter(|l| matches!(l.went, Some(Ok(())))).count();
    let _ = match tried {
        0 => write!(text, "\n共 {} 条；--run 逐条在程序里试，--steps 写出每一步", lines.len()),
        _ => write!(text, "\n共 {} 条，成立 {held} 条", lines.len()),
    };
    text
}

fn to_json(line: &Line) -> Value {
    let scenario = &line.told.text;
    json!({
        "file": line.told.file,
        "procedure": line.procedure,
        "title": scenario.title,
        "basis": scenario.basis,
        "steps": scenario.steps,
        "then": scenario.then,
        "holds": line.went.as_ref().map(Result::is_ok),
        "fault": line.went.as_ref().and_then(|w| w.as_ref().err()),
    })
}
