//! 督查问题: the finding that a breach opens. The machine opens it, and takes it back when the breach was none after
//! all; what lies between is said by the unit concerned and decided by named people.

use jiff::{Timestamp, civil::Date};
use xiaoneng_pack::{Action, Duty, FieldKind, FindingRule, Name, Procedure, Unit, World};

use crate::{Breach, Case, Fields, Opening, Parent, Terms, Value, facts::civil};

/// What a finding's id begins with; the rest is its breach's event. So there is one for each breach, however often
/// the message comes.
const ID: &str = "finding-";
/// What the key of a finding begins with on the case it is about; no name in a pack has a `/`.
const KEY: &str = "breach/";

/// A finding to be opened; its number is the office's to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The id it has, and no other.
    pub id: Name,
    /// The action of its procedure that opens it.
    pub action: Name,
    /// How it begins.
    pub opening: Opening,
    /// What it carries.
    pub fields: Fields,
}

/// The id of a breach's finding.
pub fn finding_id(breach: &str) -> Name {
    format!("{ID}{breach}").into()
}

impl Parent {
    /// Does that case wait for this one, and hear of it? One that has a finding about it does not.
    pub fn waits(&self) -> bool {
        !self.key.starts_with(KEY)
    }
}

/// The unit that a breach concerns: that of the post he acted in, his own, or the one that has the case.
pub fn concerned<'a>(world: &'a World, case: &'a Case, breach: &Breach) -> &'a Name {
    let org = &world.org;
    let post = breach.post.as_ref().and_then(|p| org.posts.get(p));
    let officer = breach.officer.as_ref();
    let his = |p: &&xiaoneng_pack::Post| officer.is_none_or(|o| p.is_a(o) || p.is_b(o));
    let home = || officer.and_then(|o| org.officers.get(o)).map(|o| &o.unit);
    post.filter(his).map(|p| &p.unit).or_else(home).unwrap_or(&case.unit)
}

/// The finding that a breach on record opens; `None` where it opens none: the breach was voided, its duty leads to
/// the record only, the city has no supervision office, or the case is a finding itself or was opened by one.
pub fn finding_for(world: &World, id: &Name, case: &Case, breach: &str, at: Timestamp) -> Option<Finding> {
    let (_, found) = case.breaches.iter().find(|(event, _)| &**event == breach)?;
    let rule = world.duties.finding_for(found.duty)?;
    let of_one = case.opening.parent.as_ref().is_some_and(|p| p.case.starts_with(ID));
    if case.opening.procedure == rule.procedure || of_one {
        return None;
    }
    let procedure = world.procedures.get(&rule.procedure)?;
    let target = world.org.units.get(concerned(world, case, found))?;
    let (office, action) = office(world, rule, target)?;
    let opens = procedure.actions.get(action)?;
    let parent = Parent {
        tenant: case.opening.tenant.clone(),
        case: id.clone(),
        number: case.opening.number.clone(),
        unit: case.unit.clone(),
        key: format!("{KEY}{breach}").into(),
    };
    let opening = Opening {
        number: "".into(),
        tenant: office.tenant.clone(),
        procedure: procedure.id.clone(),
        rules: world.version.clone(),
        item: None,
        title: format!("{}：{}", world.duties.title(found.duty), case.opening.title),
        unit: office.id.clone(),
        intake: office.id.clone(),
        standing: false,
        terms: Terms::default(),
        track: None,
        parent: Some(parent),
    };
    let fields = fields(world, procedure, opens, case, found, target, answer_by(world, rule, target, at));
    Some(Finding { id: finding_id(breach), action: action.clone(), opening, fields })
}

/// Where it is opened and how: the jurisdiction's supervision office; where that is the unit concerned, the one a tier
/// up; above which there is none, the leaders of its government.
fn office<'a>(world: &'a World, rule: &'a FindingRule, target: &Unit) -> Option<(&'a Unit, &'a Name)> {
    let org = &world.org;
    let own = &org.posts_of_tenant(&target.tenant, "supervision").next()?.unit;
    if *own != target.id {
        return Some((org.units.get(own)?, &rule.opens));
    }
    let above = org.tier_above(own).filter(|u| org.posts_with(&u.id, "supervision").next().is_some());
    if let Some(above) = above {
        return Some((above, &rule.opens_above));
    }
    let government = org.units.values().find(|u| u.government && u.tenant == target.tenant)?;
    Some((government, &rule.opens_top))
}

/// Until when the unit has to answer: so many working days after today.
fn answer_by(world: &World, rule: &FindingRule, target: &Unit, at: Timestamp) -> Date {
    let (today, days) = (civil(at).date(), i64::from(rule.answer_workdays));
    let known = world.calendar_of(&target.id).known_on(today);
    // OK because beyond the years of the calendar the same number of plain days is near enough for a notice.
    known.add_workdays(today, days).unwrap_or_else(|_| today.saturating_add(jiff::Span::new().days(days)))
}

fn fields(
    world: &World,
    procedure: &Procedure,
    opens: &Action,
    case: &Case,
    breach: &Breach,
    target: &Unit,
    by: Date,
) -> Fields {
    let text = |id: &str| -> Option<String> {
        Some(match id {
            "source" => if matches!(breach.duty, Duty::Promise) { "时限" } else { "制度" }.to_owned(),
            "duty" => world.duties.title(breach.duty).to_owned(),
            "rule" => breach.rule.clone(),
            "fault" => breach.facts.clone(),
            "matter" => format!("{}：{}", breach.rule, breach.facts),
            "case-number" => case.opening.number.to_string(),
            "target" => target.id.to_string(),
            "about" => breach.officer.as_ref().filter(|o| world.org.officers.contains_key(*o))?.to_string(),
            "answer-by" | "state-by" => by.to_string(),
            _ => return None,
        })
    };
    let one = |id: &Name| {
        let written = text(id)?;
        let written = match &procedure.fields.get(id)?.kind {
            FieldKind::Text(max) => written.chars().take(*max as usize).collect(),
            FieldKind::Choice(of) if !of.contains(&written) => of.last()?.clone(),
            _ => written,
        };
        Some((id.clone(), Value::Text(written)))
    };
    opens.needs.iter().chain(&opens.takes).filter_map(one).collect()
}
