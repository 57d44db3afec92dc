//! Sentences of the law and of the office's life, tried on the engine.
//!
//! Each file in `scenarios/` holds scenarios that a lawyer can read: lines of time, who, what; then what must be
//! true. A line that starts with ✗ must be refused, with the words after ⇒ in the refusal.

#![allow(clippy::disallowed_methods, reason = "scenarios are files beside the test")]

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::{Timestamp, civil};
use serde::Deserialize;
use xiaoneng_casework::{
    Actor, Away, Case, Command, Decision, Facts, Fields, Happening, Name, Opening, PLACE, Recorded, Refusal, Stream,
    Terms, Value, Verb, clock_views, decide, due_by_law, evolve, replay,
};
use xiaoneng_pack::{By, FieldKind, Procedure, World};

/// The city of Haidong, loaded once.
fn world() -> &'static World {
    static WORLD: OnceLock<Arc<World>> = OnceLock::new();
    WORLD.get_or_init(xiaoneng_packbox::world)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    scenario: Vec<Scenario>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    title: String,
    #[serde(default)]
    basis: String,
    #[serde(default)]
    item: Option<String>,
    #[serde(default)]
    procedure: Option<String>,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    intake: Option<String>,
    steps: Vec<String>,
    #[serde(default)]
    then: Vec<String>,
}

/// The office of one scenario: several cases by name (a leave beside a licence), leaves as they stand.
struct Stage {
    cases: BTreeMap<String, (Name, Case)>,
    away: Vec<Away>,
    ids: u128,
    now: Timestamp,
}

#[test]
fn every_scenario_holds() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut faults = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("scenarios") {
        let path = entry.expect("an entry").path();
        let file: File = toml::from_str(&std::fs::read_to_string(&path).expect("a text"))
            .unwrap_or_else(|e| panic!("{path:?}: {e}"));
        for scenario in file.scenario {
            count += 1;
            if let Err(fault) = play(&scenario) {
                faults.push(format!("{}\n  （{}）\n  {fault}", scenario.title, scenario.basis));
            }
        }
    }
    assert!(count >= 30, "only {count} scenarios were found");
    assert!(faults.is_empty(), "{} of {count} scenarios fail:\n{}", faults.len(), faults.join("\n"));
}

fn play(scenario: &Scenario) -> Result<(), String> {
    let mut stage = Stage { cases: BTreeMap::new(), away: Vec::new(), ids: 1 << 20, now: Timestamp::MIN };
    for line in &scenario.steps {
        let (wanted, refusal) = match line.strip_prefix('✗') {
            Some(rest) => {
                let (step, words) = rest.split_once('⇒').ok_or(format!("“{line}”没有写 ⇒ 拒绝的话"))?;
                (step.trim(), Some(words.trim()))
            }
            None => (line.trim(), None),
        };
        match (stage.step(scenario, wanted), refusal) {
            (Ok(()), None) => {}
            (Ok(()), Some(_)) => return Err(format!("“{wanted}”应当被拒绝，却办成了")),
            (Err(Step::Refused(r)), Some(words)) if r.to_string().contains(words) => {
                if r.instead.is_empty() || r.rule.is_empty() {
                    return Err(format!("“{wanted}”的拒绝没有说明规则或出路"));
                }
            }
            (Err(Step::Refused(r)), Some(words)) => return Err(format!("“{wanted}”被拒绝，但不是因为“{words}”：{r}")),
            (Err(Step::Refused(r)), None) => return Err(format!("“{wanted}”被拒绝：{r}")),
            (Err(Step::Fault(f)), _) => return Err(format!("“{wanted}”：{f}")),
        }
    }
    scenario.then.iter().try_for_each(|line| stage.holds(line).map_err(|f| format!("“{line}”：{f}")))
}

enum Step {
    Refused(Box<Refusal>),
    Fault(String),
}

impl From<String> for Step {
    fn from(fault: String) -> Self {
        Step::Fault(fault)
    }
}

impl Stage {
    /// `2015-08-20 10:00 窗口 收件 缺=身份证 理由=…`; `… 到期` lets the watch pass by; `[名字]` first names another case.
    fn step(&mut self, scenario: &Scenario, line: &str) -> Result<(), Step> {
        let (name, line) = named(line);
        let mut words = line.split_whitespace();
        let day = words.next().unwrap_or_default();
        let time = words.next().unwrap_or_default();
        let at: civil::DateTime = format!("{day}T{time}").parse().map_err(|e| format!("时间：{e}"))?;
        self.now = PLACE.to_timestamp(at).map_err(|e| e.to_string())?;
        let who = words.next().unwrap_or_default();
        if who == "到期" {
            return self.pass(name).map_err(Step::Fault);
        }
        let what = words.next().ok_or("没有写动作".to_owned())?;
        let given: BTreeMap<&str, &str> = words.filter_map(|w| w.split_once('=')).collect();
        let procedure = self.procedure(scenario, name)?;
        let action =
            procedure.actions.iter().find(|(_, a)| a.title == what || a.title.starts_with(&format!("{what}（")));
        let opens = action.is_some_and(|(_, a)| a.opens());
        let opening = opens.then(|| opening(scenario, &procedure, who, &given)).transpose()?;
        let case = self.cases.get(name).cloned();
        let actor = self.actor(
            who,
            &procedure,
            action.map(|(_, a)| a),
            case.as_ref().map(|c| &c.1),
            opening.as_ref(),
            scenario,
        )?;
        let fields = match action {
            Some((_, a)) => fields(
                &procedure,
                a,
                &given,
                &actor,
                opening.as_ref().or(case.as_ref().map(|c| &c.1.opening)),
                self.now,
            )?,
            None => Fields::new(),
        };
        let verb = self.verb(what, action.map(|(n, _)| n), opening, &given, case.as_ref().map(|c| &c.1))?;
        let command = Command {
            verb,
            fields: if what == "更正" { Fields::new() } else { fields },
            reason: given.get("理由").map(ToString::to_string),
            attachments: vec![],
            effective_at: None,
        };
        self.ids += 1 << 8;
        let id = case.as_ref().map_or_else(|| format!("case-{name}-{}", self.ids).into(), |c| c.0.clone());
        let facts = Facts { world: world(), away: &self.away, ids: self.ids };
        let case = if opens { None } else { case.map(|c| c.1) };
        let decision = decide(&procedure, &id, case.as_ref(), &command, &actor, &facts, self.now)
            .map_err(|r| Step::Refused(Box::new(r)))?;
        self.record(name, id, decision)
    }

    fn record(&mut self, name: &str, id: Name, decision: Decision) -> Result<(), Step> {
        let mut again =
            self.cases.get(name).map(|c| c.1.clone()).filter(|c| c.state != "".into() && self.cases[name].0 == id);
        for (stream, event) in &decision.events {
            if *stream == Stream::Case {
                again = evolve(again, event.clone());
            }
        }
        if again.as_ref() != Some(&decision.case) {
            return Err(Step::Fault("evolve 与 decide 算出的办件不一样".to_owned()));
        }
        if replay(decision.case.history.clone()).as_ref() != Some(&decision.case) {
            return Err(Step::Fault("从事件重放出来的办件不一样".to_owned()));
        }
        self.cases.insert(name.to_owned(), (id, decision.case));
        self.refresh_away();
        Ok(())
    }

    fn pass(&mut self, name: &str) -> Result<(), String> {
        let (id, case) = self.cases.get(name).cloned().ok_or("没有这个办件")?;
        let procedure = world().procedures.get(&case.opening.procedure).ok_or("没有程序")?;
        self.ids += 1 << 8;
        let facts = Facts { world: world(), away: &self.away, ids: self.ids };
        let events: Vec<Recorded> = due_by_law(procedure, &case, &facts, self.now);
        let case = events.into_iter().fold(Some(case), evolve).ok_or("到期以后没有办件了")?;
        self.cases.insert(name.to_owned(), (id, case));
        self.refresh_away();
        Ok(())
    }

    fn refresh_away(&mut self) {
        let moment = |case: &Case, f: &str| {
            let at: Option<civil::DateTime> = case.text(f).and_then(|t| t.parse().ok());
            at.and_then(|a| PLACE.to_timestamp(a).ok())
        };
        let leaves = self.cases.values().filter(|(_, c)| &*c.opening.procedure == "leave" && c.closed_at.is_none());
        let away = leaves.filter_map(|(id, c)| {
            Some(Away {
                officer: c.text("officer")?.into(),
                case: id.clone(),
                from: moment(c, "start")?,
                until: moment(c, "until")?,
                out: &*c.state == "away",
                asked: &*c.state == "asked",
            })
        });
        self.away = away.collect();
    }

    fn procedure(&self, scenario: &Scenario, name: &str) -> Result<Procedure, String> {
        let id = match (name, &scenario.item, &scenario.procedure) {
            ("", Some(item), _) => {
                world().items.get(item.as_str()).ok_or(format!("没有事项 {item}"))?.procedure.clone()
            }
            ("", None, Some(p)) => p.as_str().into(),
            _ => "leave".into(),
        };
        let procedure = world().procedures.get(&id).ok_or(format!("没有程序 {id}"))?;
        Ok((**procedure).clone())
    }

    /// `窗口` `承办` `审核` `负责人` are the posts' A; with B behind, their deputy; anything else an officer's id.
    fn actor(
        &self,
        who: &str,
        procedure: &Procedure,
        action: Option<&xiaoneng_pack::Action>,
        case: Option<&Case>,
        opening: Option<&Opening>,
        scenario: &Scenario,
    ) -> Result<Actor, String> {
        let officer = |id: &Name| Actor::Officer { id: id.clone(), post: None };
        if who == "申请人" {
            return Ok(Actor::Applicant);
        }
        if world().org.officers.contains_key(who) {
            return Ok(officer(&who.into()));
        }
        let (word, deputy) = match who.strip_suffix('B') {
            Some(word) => (word, true),
            None => (who, false),
        };
        if word == "承接" || word == "承办人" {
            let post = if word == "承接" {
                case.and_then(|c| c.offer.as_ref()).map(|o| o.to.clone())
            } else {
                case.and_then(|c| c.holder.clone())
            };
            let post = post.and_then(|p| world().org.posts.get(&p)).ok_or("没有岗位")?;
            let id = if deputy { &post.b } else { &post.a };
            return id.as_ref().map(officer).ok_or("岗位没有人".to_owned());
        }
        let role = match word {
            "窗口" => "window",
            "承办" | "乡镇" => "handler",
            "审核" => "checker",
            "负责人" => "head",
            "审改办" => "reform",
            other => return Err(format!("不认识“{other}”")),
        };
        let opening = opening.or(case.map(|c| &c.opening));
        let unit = opening.map(|o| o.unit.clone()).or(scenario.unit.as_deref().map(Name::from)).ok_or("没有单位")?;
        let intake = opening.map(|o| o.intake.clone()).unwrap_or(unit.clone());
        let at_intake = action.is_some_and(|a| {
            a.by.iter().any(|b| matches!(b, By::Role(r, xiaoneng_pack::Whose::Intake) if &**r == role))
        });
        let _ = procedure;
        let place = if at_intake || word == "乡镇" { &intake } else { &unit };
        let tenant = &world().org.units[place].tenant;
        let holder =
            case.and_then(|c| c.holder.as_ref()).and_then(|h| world().org.posts.get(h)).filter(|p| p.has_role(role));
        let post = holder.or_else(|| xiaoneng_casework::posts_for(&world().org, role, place, tenant).first().copied());
        let post = post.ok_or("没有岗位")?;
        let id = if deputy { &post.b } else { &post.a };
        id.as_ref().map(officer).ok_or("岗位没有人".to_owned())
    }

    fn verb(
        &self,
        what: &str,
        action: Option<&Name>,
        opening: Option<Opening>,
        given: &BTreeMap<&str, &str>,
        case: Option<&Case>,
    ) -> Result<Verb, String> {
        Ok(match (what, action, opening) {
            (_, Some(action), Some(opening)) => Verb::Open { action: action.clone(), opening: Box::new(opening) },
            (_, Some(action), None) => Verb::Do(action.clone()),
            ("交办", ..) => Verb::HandOver { to: (*given.get("给").ok_or("没有写 给=")?).into() },
            ("接收", ..) => Verb::TakeOver,
            ("退回交办", ..) => Verb::DeclineHandOver,
            ("更正", ..) => {
                let step = *given.get("动作").ok_or("没有写 动作=")?;
                let case = case.ok_or("没有办件")?;
                let act = case.acts.iter().rev().find(|a| &*a.action == step).ok_or(format!("没有做过 {step}"))?;
                let at: Option<civil::DateTime> =
                    given.get("时间").map(|t| t.parse()).transpose().map_err(|e| format!("{e}"))?;
                let effective_at = at.and_then(|a| PLACE.to_timestamp(a).ok());
                Verb::Correct { event: act.event.clone(), effective_at }
            }
            (other, ..) => Verb::Do(other.into()),
        })
    }

    /// `状态 初审中`, `作出决定 应于 2015-08-27`, `作出决定 灯 红`, `承办 window`, `违规 1`, `不存在 deliver` ...
    fn holds(&self, line: &str) -> Result<(), String> {
        let (name, line) = named(line);
        let (_, case) = self.cases.get(name).ok_or("没有这个办件")?;
        let procedure = world().procedures.get(&case.opening.procedure).ok_or("没有程序")?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let facts = Facts { world: world(), away: &self.away, ids: 0 };
        let equal =
            |found: String, wanted: &str| if found == wanted { Ok(()) } else { Err(format!("是“{found}”")) };
        match words[..] {
            ["状态", state] => equal(procedure.states[&case.state].title.clone(), state),
            ["承办", post] => equal(case.holder.as_deref().unwrap_or("无").to_owned(), post),
            ["违规", n] => equal(case.breaches.len().to_string(), n),
            ["代行", who] => {
                equal(case.history.iter().rev().find_map(|e| e.acting_for.as_deref()).unwrap_or("无").to_owned(), who)
            }
            ["作废", n] => {
                let voided = case.history.iter().filter(|e| matches!(e.what, Happening::Voided { .. })).count();
                equal(voided.to_string(), n)
            }
            ["结果", result] => equal(case.result.as_ref().map_or("无", |r| &r.0).to_owned(), result),
            [clock, check, wanted] => {
                let views = clock_views(procedure, case, &facts, self.now);
                let view = views
                    .iter()
                    .find(|v| v.title == clock)
                    .ok_or(format!("没有在计“{clock}”：{:?}", views.iter().map(|v| &v.title).collect::<Vec<_>>()))?;
                let counted: u32 = view.answer.why.iter().filter(|s| s.counts).map(|s| s.days).sum();
                match check {
                    "应于" => equal(view.answer.due_date.to_string(), wanted),
                    "法定" => equal(view.answer.statutory_due_date.to_string(), wanted),
                    "起于" => equal(PLACE.to_datetime(view.start).date().to_string(), wanted),
                    "灯" => equal(view.light.title().to_owned(), wanted),
                    "已用" => equal(view.used.to_string(), wanted),
                    "剩余" => equal(view.left.to_string(), wanted),
                    "计入" => equal(counted.to_string(), wanted),
                    other => Err(format!("不认识“{other}”")),
                }
            }
            _ => Err("看不懂".to_owned()),
        }
    }
}

fn named(line: &str) -> (&str, &str) {
    match line.strip_prefix('[').and_then(|l| l.split_once(']')) {
        Some((name, rest)) => (name, rest.trim()),
        None => ("", line),
    }
}

fn opening(
    scenario: &Scenario,
    procedure: &Procedure,
    who: &str,
    given: &BTreeMap<&str, &str>,
) -> Result<Opening, String> {
    let item = scenario.item.as_ref().filter(|_| &*procedure.id != "leave").and_then(|i| world().items.get(i.as_str()));
    let officer = world().org.officers.get(*given.get("人").unwrap_or(&who));
    let unit =
        item.map(|i| i.unit.clone()).or(officer.map(|o| o.unit.clone())).or(scenario.unit.as_deref().map(Name::from));
    let unit = unit.ok_or("没有单位")?;
    let intake = item.and_then(|i| i.intake.first().cloned());
    let intake = scenario.intake.as_deref().map(Name::from).or(intake).unwrap_or(unit.clone());
    Ok(Opening {
        number: "630222-20150820-00001".into(),
        tenant: world().org.units[&unit].tenant.clone(),
        procedure: procedure.id.clone(),
        rules: world().version.clone(),
        item: item.map(|i| i.code.clone()),
        title: procedure.title.clone(),
        unit,
        intake,
        standing: procedure.standing,
        terms: item.map_or(Terms::default(), |i| Terms {
            law: i.limit.law.clone(),
            stated: i.limit.stated.as_ref().map(|s| s.0),
            promised: i.limit.promised.as_ref().map(|s| s.0),
            steps: i.steps.iter().map(|(s, n)| (s.clone(), *n)).collect(),
        }),
        track: None,
        parent: None,
    })
}

/// What an action needs, filled in plainly, with what the line gives put over it.
fn fields(
    procedure: &Procedure,
    action: &xiaoneng_pack::Action,
    given: &BTreeMap<&str, &str>,
    actor: &Actor,
    opening: Option<&Opening>,
    now: Timestamp,
) -> Result<Fields, String> {
    let item = opening.and_then(|o| o.item.as_ref()).and_then(|i| world().items.get(i));
    let mut fields = Fields::new();
    for id in action.needs.iter().chain(&action.takes) {
        let field = &procedure.fields[id];
        let word = given.get(&**id).or_else(|| given.get(field.title.as_str()));
        let short = match &**id {
            "missing" => given.get("缺"),
            "materials" => given.get("材料"),
            "officer" => given.get("人"),
            "until" => given.get("至"),
            "start" => given.get("自"),
            _ => None,
        };
        let needed = action.needs.contains(id);
        let value = match (word.or(short), &field.kind) {
            (Some(&"空"), _) => continue,
            (Some(text), FieldKind::Materials) => {
                let all = item.ok_or("没有事项")?;
                let ids = match *text {
                    "齐" => all.materials.iter().filter(|m| m.required).map(|m| m.id.clone()).collect(),
                    text => text.split('，').map(Name::from).collect(),
                };
                Value::List(ids)
            }
            (Some(text), FieldKind::Count | FieldKind::Money | FieldKind::Percent) => {
                Value::Number(text.parse().map_err(|_| "不是数")?)
            }
            (Some(text), _) => Value::Text(text.to_string()),
            (None, _) if !needed => continue,
            (None, FieldKind::Materials) => Value::List(
                item.ok_or("没有事项")?.materials.iter().filter(|m| m.required).map(|m| m.id.clone()).collect(),
            ),
            (None, FieldKind::Choice(of)) => Value::Text(of[0].clone()),
            (None, FieldKind::Phone) => "0972-5550000".into(),
            (None, FieldKind::Count | FieldKind::Money | FieldKind::Percent) => Value::Number(3),
            (None, FieldKind::Instant) => Value::Text(PLACE.to_datetime(now).strftime("%Y-%m-%dT%H:%M").to_string()),
            (None, FieldKind::Date) => Value::Text(PLACE.to_datetime(now).date().to_string()),
            (None, FieldKind::Unit) => Value::Text(opening.map_or("630222-zrzy", |o| &o.unit).to_owned()),
            (None, FieldKind::Officer) => match actor {
                Actor::Officer { id, .. } => Value::Text(id.to_string()),
                _ => return Err("没有人员".to_owned())?,
            },
            (None, _) => "演示".into(),
        };
        fields.insert(id.clone(), value);
    }
    Ok(fields)
}
