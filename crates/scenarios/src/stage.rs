//! The office of one scenario: steps in words become acts of the engine.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{Timestamp, civil};
use xiaoneng_casework::{
    Actor, Away, Case, Command, Decision, Facts, Fields, Name, Opening, PLACE, Recorded, Refusal, Stream, Value, Verb,
    decide, due_by_law, evolve, replay,
};
use xiaoneng_pack::{By, Procedure, Whose, World};

use crate::Scenario;
use crate::fields::{fields, moment, named, opening, paper};

/// The office of one scenario: several cases by name (a leave beside a licence), leaves as they stand.
pub(crate) struct Stage<'w> {
    pub world: &'w World,
    pub cases: BTreeMap<String, (Name, Case)>,
    pub away: Vec<Away>,
    pub ids: u128,
    pub now: Timestamp,
}

/// Plays a scenario.
pub(crate) fn play(scenario: &Scenario, world: &World) -> Result<(), String> {
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

pub(crate) enum Step {
    Refused(Box<Refusal>),
    Fault(String),
}

impl From<String> for Step {
    fn from(fault: String) -> Self {
        Step::Fault(fault)
    }
}

impl Stage<'_> {
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
        let procedure = self.procedure(scenario, name, what)?;
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
                opening.as_ref().or(case.as_ref().map(|c| &*c.1.opening)),
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

    pub fn record(&mut self, name: &str, id: Name, decision: Decision) -> Result<(), Step> {
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
        let events: Vec<Arc<Recorded>> = due_by_law(procedure, &case, &facts, self.now);
        let case = events.iter().cloned().fold(Some(case), evolve).ok_or("到期以后没有办件了")?;
        self.cases.insert(name.to_owned(), (id, case));
        self.refresh_away();
        self.carry(name, &events.into_iter().map(|e| (Stream::Case, e)).collect::<Vec<_>>())
    }

    /// Carries the messages between a case and its children, as the office does: opened, called off, told.
    fn refresh_away(&mut self) {
        let moment = |case: &Case, f: &str| {
            let at: Option<civil::DateTime> = case.text(f).and_then(|t| t.parse().ok());
            at.and_then(|a| PLACE.to_timestamp(a).ok())
        };
        let at = |c: &Case| c.acts.first().map(|a| a.at);
        let of = |c: &Case, id: &str| &*c.opening.procedure == id && c.closed_at.is_none();
        let leaves = self.cases.values().filter(|(_, c)| of(c, "leave"));
        let away = leaves.filter_map(|(id, c)| {
            Some(Away {
                officer: c.text("officer")?.into(),
                case: id.clone(),
                from: moment(c, "start")?,
                until: moment(c, "until")?,
                out: xiaoneng_casework::is_gone(c),
                asked: &*c.state == "asked",
                stands_in: None,
            })
        });
        let named = self.cases.values().filter(|(_, c)| of(c, "stand-in")).flat_map(|(id, c)| {
            let posts = c.fields.get("posts").map(Value::list).unwrap_or_default();
            posts.iter().filter_map(|post| {
                Some(Away {
                    officer: c.text("deputy")?.into(),
                    case: id.clone(),
                    from: at(c)?,
                    until: moment(c, "until")?,
                    out: false,
                    asked: false,
                    stands_in: Some(post.clone()),
                })
            })
        });
        self.away = away.chain(named).collect();
    }

    fn procedure(&self, scenario: &Scenario, name: &str, what: &str) -> Result<Procedure, String> {
        let id = match (name, &scenario.item, &scenario.procedure) {
            ("", Some(item), _) => {
                self.world.items.get(item.as_str()).ok_or(format!("没有事项 {item}"))?.procedure.clone()
            }
            ("", None, Some(p)) => p.as_str().into(),
            (name, ..) => match self.cases.get(name) {
                Some((_, case)) => case.opening.procedure.clone(),
                None => self.beside(what),
            },
        };
        let procedure = self.world.procedures.get(&id).ok_or(format!("没有程序 {id}"))?;
        Ok((**procedure).clone())
    }

    /// The procedure of a case beside the scenario's own, by the action that opens it: a leave, a standing in.
    fn beside(&self, what: &str) -> Name {
        let opens = |id: &&&str| {
            let procedure = self.world.procedures.get(**id);
            procedure.is_some_and(|p| p.opening_actions().any(|(_, a)| a.title == what))
        };
        ["stand-in", "follow", "appointment"].iter().find(opens).copied().unwrap_or("leave").into()
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
        let opening = opening.or(case.map(|c| &*c.opening));
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
}
