//! Sentences of the law and of the office's life, tried on the engine.
//!
//! Each file in `scenarios/` holds scenarios that a lawyer can read: lines of time, who, what; then what must be
//! true. A line that starts with ✗ must be refused, with the words after ⇒ in the refusal.

#![allow(clippy::disallowed_methods, reason = "scenarios are files beside the test")]

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::{Timestamp, civil};
use serde::Deserialize;

mod common;

use xiaoneng_casework::{
    Acted, Actor, Attachment, Away, Case, Command, Decision, Facts, Fields, Happening, Name, News, Opening, PLACE,
    Parent, Planned, Recorded, Refusal, Status, Stream, Terms, Value, Verb, clock_views, decide, due_by_law, evolve,
    replay, told,
};
use xiaoneng_pack::{By, Field, FieldKind, Item, Procedure, Whose, World};

/// The city of Haidong, loaded once.
fn city() -> &'static World {
    static WORLD: OnceLock<Arc<World>> = OnceLock::new();
    WORLD.get_or_init(xiaoneng_packbox::world)
}

fn world_of(scenario: &Scenario) -> &'static World {
    match scenario.pack.as_deref() {
        None => city(),
        Some("clocks") => common::clocks(),
        Some(other) => panic!("没有测试包“{other}”"),
    }
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
    /// A pack of `tests/packs`, in place of the city's.
    #[serde(default)]
    pack: Option<String>,
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
    world: &'static World,
    cases: BTreeMap<String, (Name, Case)>,
    away: Vec<Away>,
    ids: u128,
    now: Timestamp,
}

#[test]
fn every_scenario_of_the_city_holds() {
    all_hold(|scenario| scenario.pack.is_none(), 30);
}

#[test]
fn every_scenario_of_a_test_pack_holds() {
    all_hold(|scenario| scenario.pack.is_some(), 30);
}

fn all_hold(wanted: impl Fn(&Scenario) -> bool, least: usize) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut faults = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("scenarios") {
        let path = entry.expect("an entry").path();
        let file: File = toml::from_str(&std::fs::read_to_string(&path).expect("a text"))
            .unwrap_or_else(|e| panic!("{path:?}: {e}"));
        for scenario in file.scenario.into_iter().filter(&wanted) {
            count += 1;
            if let Err(fault) = play(&scenario) {
                faults.push(format!("{}\n  （{}）\n  {fault}", scenario.title, scenario.basis));
            }
        }
    }
    assert!(count >= least, "only {count} scenarios were found");
    assert!(faults.is_empty(), "{} of {count} scenarios fail:\n{}", faults.len(), faults.join("\n"));
}

fn play(scenario: &Scenario) -> Result<(), String> {
    let world = world_of(scenario);
    let mut stage = Stage { world, cases: BTreeMap::new(), away: Vec::new(), ids: 1 << 20, now: Timestamp::MIN };
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
    /// `2015-08-20 10:00 窗口 收件 缺=身份证 理由=…`; `… 到期` lets the watch pass by; `[名字]` first names another case;
    /// `生效=2015-08-19T10:00` counts from then; `附件=照片` comes with a paper. Children open by themselves, as `[标题]`,
    /// `[标题2]` ...
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
        let opening = opens.then(|| opening(self.world, scenario, &procedure, who, &given)).transpose()?;
        let case = self.cases.get(name).cloned();
        let actor = self.actor(who, action.map(|(_, a)| a), case.as_ref().map(|c| &c.1), opening.as_ref(), scenario)?;
        let fields = match action {
            Some((_, a)) => fields(
                self.world,
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
            fields: if what == "更正" { self.mended(&given)? } else { fields },
            reason: given.get("理由").map(ToString::to_string),
            attachments: given.get("附件").map(|name| paper(name)).into_iter().collect(),
            effective_at: given.get("生效").map(|t| moment(t)).transpose()?,
        };
        self.ids += 1 << 8;
        let id = case.as_ref().map_or_else(|| format!("case-{name}-{}", self.ids).into(), |c| c.0.clone());
        let facts = Facts { world: self.world, away: &self.away, ids: self.ids };
        let case = if opens { None } else { case.map(|c| c.1) };
        let decision = decide(&procedure, &id, case.as_ref(), &command, &actor, &facts, self.now)
            .map_err(|r| Step::Refused(Box::new(r)))?;
        self.record(name, id, decision)
    }

    /// `改.字段=值`: a field's value, corrected.
    fn mended(&self, given: &BTreeMap<&str, &str>) -> Result<Fields, String> {
        let mended = given.iter().filter_map(|(k, v)| Some((k.strip_prefix("改.")?, *v)));
        Ok(mended.map(|(id, text)| (id.into(), Value::Text(text.to_owned()))).collect())
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
        self.carry(name, &decision.events).map_err(Step::Fault)
    }

    fn pass(&mut self, name: &str) -> Result<(), String> {
        let (id, case) = self.cases.get(name).cloned().ok_or("没有这个办件")?;
        let procedure = self.world.procedures.get(&case.opening.procedure).ok_or("没有程序")?;
        self.ids += 1 << 8;
        let facts = Facts { world: self.world, away: &self.away, ids: self.ids };
        let events: Vec<Recorded> = due_by_law(procedure, &case, &facts, self.now);
        let case = events.iter().cloned().fold(Some(case), evolve).ok_or("到期以后没有办件了")?;
        self.cases.insert(name.to_owned(), (id, case));
        self.refresh_away();
        self.carry(name, &events.into_iter().map(|e| (Stream::Case, e)).collect::<Vec<_>>())
    }

    /// Carries the messages between a case and its children, as the office does: opened, called off, told.
    fn carry(&mut self, name: &str, events: &[(Stream, Recorded)]) -> Result<(), String> {
        let acted = events.iter().filter_map(|(_, event)| match &event.what {
            Happening::Acted(acted) => Some(acted.as_ref()),
            _ => None,
        });
        for acted in acted {
            for planned in acted.opens.iter().filter(|p| !p.waits) {
                self.open_child(name, planned)?;
            }
            for key in &acted.calls_off {
                self.call_off(name, key)?;
            }
            self.tell_parent(name, acted)?;
        }
        let called = events.iter().filter_map(|(_, event)| match &event.what {
            Happening::ChildCalled { key } => Some(key),
            _ => None,
        });
        for key in called {
            let planned = self.cases[name].1.children[key].planned.clone();
            self.open_child(name, &planned)?;
        }
        Ok(())
    }

    fn open_child(&mut self, name: &str, planned: &Planned) -> Result<(), String> {
        let (parent, case) = self.cases[name].clone();
        let children = &self.world.procedures[&case.opening.procedure].children[&planned.kind];
        let procedure = self.world.procedures.get(&planned.procedure).ok_or("没有子件的程序")?;
        let (action, opens) = procedure.opened_by_law().ok_or("子件没有由法律开立的动作")?;
        let item = planned.item.as_ref().and_then(|i| self.world.items.get(i));
        let passed = children.passes.iter().filter(|f| opens.needs.contains(f) || opens.takes.contains(f));
        let fields =
            passed.filter_map(|f| Some((f.clone(), fitting(case.fields.get(f)?, &procedure.fields[f], item)?)));
        let fields = fields.collect();
        let unit = &self.world.org.units[&planned.unit];
        let opening = Opening {
            tenant: unit.tenant.clone(),
            procedure: procedure.id.clone(),
            item: planned.item.clone(),
            title: children.title.clone(),
            unit: unit.id.clone(),
            intake: unit.id.clone(),
            standing: procedure.standing,
            terms: item.map_or(Terms::default(), |i| terms(i)),
            parent: Some(Parent {
                tenant: case.opening.tenant.clone(),
                case: parent,
                number: case.opening.number.clone(),
                key: planned.key.clone(),
            }),
            ..case.opening.clone()
        };
        let before = self.cases.keys().filter(|n| n.starts_with(&children.title)).count();
        let child = if before == 0 { children.title.clone() } else { format!("{}{}", children.title, before + 1) };
        let verb = Verb::Open { action: action.clone(), opening: Box::new(opening) };
        self.by_law(&child, procedure, None, verb, fields)
    }

    fn call_off(&mut self, name: &str, key: &Name) -> Result<(), String> {
        let (_, case) = &self.cases[name];
        let child = &case.children[key];
        let action = self.world.procedures[&case.opening.procedure].children[&child.planned.kind].call_off.clone();
        let (Some(action), Some((id, _))) = (action, child.opened.clone()) else { return Ok(()) };
        let found = self.cases.iter().find(|(_, (other, _))| *other == id).map(|(n, (_, c))| (n.clone(), c.clone()));
        let (child, case) = found.ok_or("没有这个子件")?;
        let procedure = self.world.procedures.get(&case.opening.procedure).ok_or("没有程序")?;
        self.by_law(&child, procedure, Some(&case), Verb::Do(action), Fields::new())
    }

    fn by_law(
        &mut self,
        name: &str,
        procedure: &Procedure,
        case: Option<&Case>,
        verb: Verb,
        fields: Fields,
    ) -> Result<(), String> {
        self.ids += 1 << 8;
        let id = self.cases.get(name).map_or_else(|| format!("case-{name}").into(), |c| c.0.clone());
        let facts = Facts { world: self.world, away: &self.away, ids: self.ids };
        let reason = Some("上一级办件已经叫停".to_owned());
        let command = Command { verb, fields, reason, attachments: Vec::new(), effective_at: None };
        let decision = decide(procedure, &id, case, &command, &Actor::Law, &facts, self.now)
            .map_err(|r| format!("[{name}] 由法律办理被拒绝：{r}"))?;
        self.record(name, id, decision).map_err(|step| match step {
            Step::Refused(r) => r.to_string(),
            Step::Fault(f) => f,
        })
    }

    fn tell_parent(&mut self, name: &str, acted: &Acted) -> Result<(), String> {
        let (id, case) = &self.cases[name];
        let Some(parent) = case.opening.parent.clone() else { return Ok(()) };
        let key = parent.key.clone();
        let state = self.world.procedures[&case.opening.procedure].state_title(&case.state).to_owned();
        let result = case.outcome.as_ref().or(case.result.as_ref()).map(|(r, _)| r.clone());
        let mut news = Vec::new();
        if acted.opening.is_some() {
            news.push(News::Opened { key: key.clone(), case: id.clone(), number: case.opening.number.clone() });
        }
        if acted.to.is_some() {
            news.push(News::Moved { key, state, closed: acted.closes, result });
        }
        for news in news {
            let found =
                self.cases.iter().find(|(_, (other, _))| *other == parent.case).map(|(n, c)| (n.clone(), c.1.clone()));
            let (name, case) = found.ok_or("没有父件")?;
            let procedure = self.world.procedures.get(&case.opening.procedure).ok_or("没有程序")?;
            self.ids += 1 << 8;
            let facts = Facts { world: self.world, away: &self.away, ids: self.ids };
            let Some(decision) = told(procedure, &parent.case, &case, &news, &facts, self.now) else { continue };
            self.cases.insert(name.clone(), (parent.case.clone(), decision.case));
            self.carry(&name, &decision.events)?;
        }
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
                self.world.items.get(item.as_str()).ok_or(format!("没有事项 {item}"))?.procedure.clone()
            }
            ("", None, Some(p)) => p.as_str().into(),
            (name, ..) => self.cases.get(name).map_or("leave".into(), |(_, case)| case.opening.procedure.clone()),
        };
        let procedure = self.world.procedures.get(&id).ok_or(format!("没有程序 {id}"))?;
        Ok((**procedure).clone())
    }

    /// `窗口` `承办` `审核` `负责人` are the posts' A; with B behind, their deputy; anything else an officer's id.
    fn actor(
        &self,
        who: &str,
        action: Option<&xiaoneng_pack::Action>,
        case: Option<&Case>,
        opening: Option<&Opening>,
        scenario: &Scenario,
    ) -> Result<Actor, String> {
        let officer = |id: &Name| Actor::Officer { id: id.clone(), post: None };
        if who == "申请人" {
            return Ok(Actor::Applicant);
        }
        if self.world.org.officers.contains_key(who) {
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
            let post = post.and_then(|p| self.world.org.posts.get(&p)).ok_or("没有岗位")?;
            let id = if deputy { &post.b } else { &post.a };
            return id.as_ref().map(officer).ok_or("岗位没有人".to_owned());
        }
        let role = match word {
            "窗口" => "window",
            "承办" | "乡镇" => "handler",
            "审核" => "checker",
            "负责人" => "head",
            "审改办" => "reform",
            "督查" => "supervision",
            "领导" => "leader",
            other => return Err(format!("不认识“{other}”")),
        };
        let opening = opening.or(case.map(|c| &c.opening));
        let unit = case.map(|c| c.unit.clone()).or(opening.map(|o| o.unit.clone()));
        let unit = unit.or(scenario.unit.as_deref().map(Name::from)).ok_or("没有单位")?;
        let intake = opening.map(|o| o.intake.clone()).unwrap_or(unit.clone());
        let whose = action.into_iter().flat_map(|a| &a.by).find_map(|by| match by {
            By::Role(r, whose) if &**r == role => Some(whose),
            _ => None,
        });
        let above = || self.world.org.above(&unit).map(|u| u.id.clone()).ok_or("上面没有单位");
        let place = &match whose {
            Some(Whose::Intake) => intake,
            Some(Whose::Above) => above()?,
            _ if word == "乡镇" => intake,
            _ => unit,
        };
        let tenant = &self.world.org.units[place].tenant;
        let holder =
            case.and_then(|c| c.holder.as_ref()).and_then(|h| self.world.org.posts.get(h)).filter(|p| p.has_role(role));
        let post =
            holder.or_else(|| xiaoneng_casework::posts_for(&self.world.org, role, place, tenant).first().copied());
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
        let procedure = self.world.procedures.get(&case.opening.procedure).ok_or("没有程序")?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let facts = Facts { world: self.world, away: &self.away, ids: 0 };
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
            ["届满", n] => {
                let voided = case.voided();
                let lapsed = |e: &&Arc<Recorded>| matches!(e.what, Happening::Lapsed { .. }) && !voided.contains(&e.id);
                equal(case.history.iter().filter(lapsed).count().to_string(), n)
            }
            ["做过", action, n] => equal(case.acts.iter().filter(|a| &*a.action == action).count().to_string(), n),
            ["对内结果", outcome] => equal(case.outcome.as_ref().map_or("无", |o| &o.0).to_owned(), outcome),
            ["单位", unit] => equal(case.unit.to_string(), unit),
            ["没有", field] => equal(case.fields.get(field).map_or("", |_| field).to_owned(), ""),
            ["结果", result] => equal(case.result.as_ref().map_or("无", |r| &r.0).to_owned(), result),
            [clock, "说明", ..] => {
                let wanted = words[2..].join(" ");
                let views = clock_views(procedure, case, &facts, self.now);
                let view = views.iter().find(|v| v.title == clock).ok_or(format!("没有在计“{clock}”"))?;
                match view.notes.iter().any(|n| n.contains(&wanted)) {
                    true => Ok(()),
                    false => Err(format!("是{:?}", view.notes)),
                }
            }
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
                    "期" => equal(view.period.map_or("无".to_owned(), |n| n.to_string()), wanted),
                    "是" => equal(status(&view.status).to_owned(), wanted),
                    "变灯" => {
                        let next = view.next_change_at.map(|at| PLACE.to_datetime(at).date().to_string());
                        equal(next.unwrap_or("无".to_owned()), wanted)
                    }
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

fn status(status: &Status) -> &'static str {
    match status {
        Status::Running => "在计",
        Status::Paused { .. } => "暂停",
        Status::Stopped { .. } => "停止",
        Status::Ended { .. } => "终止",
        Status::Lapsed { .. } => "失权",
    }
}

fn paper(name: &str) -> Attachment {
    Attachment { hash: "0".repeat(64), name: name.to_owned(), media: "image/jpeg".to_owned(), size: 1, material: None }
}

/// `2015-08-20T10:00`, of the place.
fn moment(text: &str) -> Result<Timestamp, String> {
    let at: civil::DateTime = text.parse().map_err(|e| format!("时间：{e}"))?;
    PLACE.to_timestamp(at).map_err(|e| e.to_string())
}

fn named(line: &str) -> (&str, &str) {
    match line.strip_prefix('[').and_then(|l| l.split_once(']')) {
        Some((name, rest)) => (name, rest.trim()),
        None => ("", line),
    }
}

fn opening(
    world: &World,
    scenario: &Scenario,
    procedure: &Procedure,
    who: &str,
    given: &BTreeMap<&str, &str>,
) -> Result<Opening, String> {
    let item = scenario.item.as_ref().filter(|_| &*procedure.id != "leave").and_then(|i| world.items.get(i.as_str()));
    let officer = world.org.officers.get(*given.get("人").unwrap_or(&who));
    let unit =
        item.map(|i| i.unit.clone()).or(officer.map(|o| o.unit.clone())).or(scenario.unit.as_deref().map(Name::from));
    let unit = unit.ok_or("没有单位")?;
    let intake = item.and_then(|i| i.intake.first().cloned());
    let intake = scenario.intake.as_deref().map(Name::from).or(intake).unwrap_or(unit.clone());
    Ok(Opening {
        number: "630222-20150820-00001".into(),
        tenant: world.org.units[&unit].tenant.clone(),
        procedure: procedure.id.clone(),
        rules: world.version.clone(),
        item: item.map(|i| i.code.clone()),
        title: procedure.title.clone(),
        unit,
        intake,
        standing: procedure.standing,
        terms: item.map_or(Terms::default(), |i| terms(i)),
        track: None,
        parent: None,
    })
}

/// Of the materials handed in once for all, a child takes those that its own item asks for.
fn fitting(value: &Value, field: &Field, item: Option<&Arc<Item>>) -> Option<Value> {
    if field.kind != FieldKind::Materials {
        return Some(value.clone());
    }
    let own = value.list().iter().filter(|id| item.is_some_and(|i| i.material(id).is_some()));
    Some(Value::List(own.cloned().collect())).filter(|v| !v.is_empty())
}

fn terms(item: &Item) -> Terms {
    Terms {
        law: item.limit.law.clone(),
        stated: item.limit.stated.as_ref().map(|s| s.0),
        promised: item.limit.promised.as_ref().map(|s| s.0),
        steps: item.steps.iter().map(|(s, n)| (s.clone(), *n)).collect(),
    }
}

/// What an action needs, filled in plainly, with what the line gives put over it.
fn fields(
    world: &World,
    procedure: &Procedure,
    action: &xiaoneng_pack::Action,
    given: &BTreeMap<&str, &str>,
    actor: &Actor,
    opening: Option<&Opening>,
    now: Timestamp,
) -> Result<Fields, String> {
    let item = opening.and_then(|o| o.item.as_ref()).and_then(|i| world.items.get(i));
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
            (Some(text), FieldKind::Units | FieldKind::Items) => {
                Value::List(text.split('，').map(Name::from).collect())
            }
            (Some(text), FieldKind::Flag) => Value::Flag(*text == "是"),
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
