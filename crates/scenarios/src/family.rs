//! Messages between a case and those it opened, carried as the office carries them.

use std::sync::Arc;

use xiaoneng_casework::{
    Acted, Actor, Case, Command, Facts, Fields, Happening, Name, News, Opening, Parent, Planned, Recorded, Stream,
    Terms, Verb, decide, finding_for, finding_id, passed_on, told,
};
use xiaoneng_pack::Procedure;

use crate::fields::terms;
use crate::stage::{Stage, Step};

impl Stage<'_> {
    /// Carries the messages between a case and its children, as the office does: opened, called off, told.
    pub fn carry(&mut self, name: &str, events: &[(Stream, Arc<Recorded>)]) -> Result<(), String> {
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
        for (_, event) in events {
            match &event.what {
                Happening::Breached(_) => self.open_finding(name, &event.id)?,
                Happening::Voided { event } => self.take_back(event)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// A breach opens its finding, as `[督查问题]`.
    fn open_finding(&mut self, name: &str, breach: &Name) -> Result<(), String> {
        let (id, case) = self.cases[name].clone();
        let Some(finding) = finding_for(self.world, &id, &case, breach, self.now) else { return Ok(()) };
        let procedure = &self.world.procedures[&finding.opening.procedure];
        let opening = Opening { number: case.opening.number.clone(), ..finding.opening };
        let verb = Verb::Open { action: finding.action, opening: Box::new(opening) };
        let called = self.called(&procedure.title);
        self.by_law(&called, Some(finding.id), procedure, None, verb, finding.fields)
    }

    /// A breach that was none takes its finding back, unless that was decided in the meantime.
    fn take_back(&mut self, breach: &Name) -> Result<(), String> {
        let (Some(rule), id) = (&self.world.duties.finding, finding_id(breach)) else { return Ok(()) };
        let found = self.cases.iter().find(|(_, (other, c))| *other == id && c.closed_at.is_none());
        let Some((name, case)) = found.map(|(n, (_, c))| (n.clone(), c.clone())) else { return Ok(()) };
        let procedure = &self.world.procedures[&case.opening.procedure];
        self.by_law(&name, None, procedure, Some(&case), Verb::Do(rule.withdraws.clone()), Fields::new())
    }

    /// The title, with a number where there is one already.
    fn called(&self, title: &str) -> String {
        let before = self.cases.keys().filter(|n| n.starts_with(title)).count();
        if before == 0 { title.to_owned() } else { format!("{title}{}", before + 1) }
    }

    fn open_child(&mut self, name: &str, planned: &Planned) -> Result<(), String> {
        let (parent, case) = self.cases[name].clone();
        let children = &self.world.procedures[&case.opening.procedure].children[&planned.kind];
        let procedure = self.world.procedures.get(&planned.procedure).ok_or("没有子件的程序")?;
        let (action, opens) = procedure.opened_by_law().ok_or("子件没有由法律开立的动作")?;
        let item = planned.item.as_ref().and_then(|i| self.world.items.get(i));
        let fields = passed_on(children, (procedure, opens), item.map(|i| &**i), |f| case.fields.get(f));
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
                unit: case.unit.clone(),
                key: planned.key.clone(),
            }),
            ..Opening::clone(&case.opening)
        };
        let child = self.called(&children.title);
        let verb = Verb::Open { action: action.clone(), opening: Box::new(opening) };
        self.by_law(&child, None, procedure, None, verb, fields)
    }

    fn call_off(&mut self, name: &str, key: &Name) -> Result<(), String> {
        let (_, case) = &self.cases[name];
        let child = &case.children[key];
        let action = self.world.procedures[&case.opening.procedure].children[&child.planned.kind].call_off.clone();
        let (Some(action), Some((id, _))) = (action, child.opened.clone()) else { return Ok(()) };
        let found = self.cases.iter().find(|(_, (other, _))| *other == id).map(|(n, (_, c))| (n.clone(), c.clone()));
        let (child, case) = found.ok_or("没有这个子件")?;
        let procedure = self.world.procedures.get(&case.opening.procedure).ok_or("没有程序")?;
        self.by_law(&child, None, procedure, Some(&case), Verb::Do(action), Fields::new())
    }

    fn by_law(
        &mut self,
        name: &str,
        id: Option<Name>,
        procedure: &Procedure,
        case: Option<&Case>,
        verb: Verb,
        fields: Fields,
    ) -> Result<(), String> {
        self.ids += 1 << 8;
        let known = id.or_else(|| self.cases.get(name).map(|c| c.0.clone()));
        let id = known.unwrap_or_else(|| format!("case-{name}").into());
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
        let Some(parent) = case.opening.parent.clone().filter(Parent::waits) else { return Ok(()) };
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
}
