//! Requests as pages would make them: who is there, in which post, and what is typed in.

use jiff::{SignedDuration, Timestamp};
use xiaoneng_casework::{Actor, Attachment, Away, Case, Fields, Name, Verb};
use xiaoneng_office::{ActError, Intake, Office, Request, Who};
use xiaoneng_pack::Post;

use crate::{
    fill::{Filled, fill},
    leaves::{self, Leave},
    path::Part,
    power::{self, Entry},
    script::{Move, Script},
    who::{Doer, colleague, doer, opener, present},
};

/// How much earlier a corrected act is said to have been.
const SLIP: SignedDuration = SignedDuration::from_mins(25);

/// What comes of a planned move.
pub enum Made {
    /// This is asked of the office.
    Ask(Box<Request>),
    /// Nobody who may is there: later.
    Away,
    /// Who is there may not.
    Barred,
    /// Its fields cannot be filled in so that its condition holds.
    Unfit,
}

fn request(tenant: &Name, case: &Name, verb: Verb, who: Who, key: String) -> Request {
    Request {
        tenant: tenant.clone(),
        case: case.clone(),
        verb,
        fields: Fields::new(),
        reason: None,
        attachments: Vec::new(),
        effective_at: None,
        who,
        key,
        seen: None,
    }
}

/// The request of a case's planned move. `paper` is what is attached where a word alone proves nothing.
pub async fn of_case(
    office: &Office,
    script: &mut Script,
    wanted: &Move,
    case: Option<&Case>,
    away: &[Away],
    paper: &Attachment,
    at: Timestamp,
) -> Result<Made, ActError> {
    let world = office.world.clone();
    let org = &world.org;
    let name = if script.child { "child" } else { "case" };
    let key = format!("{name}-{}-{}", script.n, script.tries);
    script.tries += 1;
    let procedure = script.procedure.clone();
    let holder = || case.and_then(|c| c.holder.as_ref()).and_then(|h| org.posts.get(h));
    let (tenant, id) = (script.tenant.clone(), script.case.clone().unwrap_or_else(|| "".into()));
    let by = |verb: Verb, post: Option<&Post>| match post.and_then(|p| present(p, away)) {
        Some(officer) => Ok(request(&tenant, &id, verb, Who::Officer(officer), key.clone())),
        None => Err(Made::Away),
    };
    let made = match wanted {
        Move::Open(name) => return opens(office, script, name, away, paper, key, at).await,
        Move::Do(name, part) => {
            let (Some(case), Some(action)) = (case, procedure.actions.get(name)) else { return Ok(Made::Unfit) };
            let who = match doer(&world, &procedure, case, (name, action), away, &mut script.dice) {
                Doer::Found(who) => who,
                Doer::Away => return Ok(Made::Away),
                Doer::Barred => return Ok(Made::Barred),
            };
            let Some(filled) = fill(script, &world, (name, action), *part, Some(case), at) else {
                return Ok(Made::Unfit);
            };
            let Filled { fields, reason } = filled;
            let attachments = if action.papers { vec![paper.clone()] } else { Vec::new() };
            Ok(Request { fields, reason, attachments, ..request(&tenant, &id, Verb::Do(name.clone()), who, key) })
        }
        Move::HandOver => {
            let Some(to) = holder().and_then(|h| colleague(org, h, &mut script.dice)) else { return Ok(Made::Unfit) };
            let reason = Some("本岗办件集中或者应当回避，请协助办理（演示）".to_owned());
            by(Verb::HandOver { to }, holder()).map(|r| Request { reason, ..r })
        }
        Move::Answer(takes) => {
            let to = case.and_then(|c| c.offer.as_ref()).and_then(|o| org.posts.get(&o.to));
            let reason = (!takes).then(|| "本岗同样办件集中，请原岗继续办理（演示）".to_owned());
            let verb = if *takes { Verb::TakeOver } else { Verb::DeclineHandOver };
            by(verb, to).map(|r| Request { reason, ..r })
        }
        Move::Correct => {
            let Some(first) = case.and_then(|c| c.acts.first()) else { return Ok(Made::Unfit) };
            let verb = Verb::Correct { event: first.event.clone(), effective_at: Some(first.at - SLIP) };
            let reason = Some("收件时间记错，按收件登记簿更正（演示）".to_owned());
            // Only who did it may say that it was otherwise.
            let Actor::Officer { post: Some(post), .. } = &first.actor else { return Ok(Made::Unfit) };
            by(verb, org.posts.get(post)).map(|r| Request { reason, ..r })
        }
        Move::Look => return Ok(Made::Unfit),
    };
    Ok(made.map_or_else(|made| made, |request| Made::Ask(Box::new(request))))
}

async fn opens(
    office: &Office,
    script: &mut Script,
    name: &Name,
    away: &[Away],
    paper: &Attachment,
    key: String,
    at: Timestamp,
) -> Result<Made, ActError> {
    let (world, procedure) = (office.world.clone(), script.procedure.clone());
    let Some(action) = procedure.actions.get(name) else { return Ok(Made::Unfit) };
    let place = (&*script.unit, &*script.intake, &*script.tenant);
    let who = match opener(&world.org, &action.by, place, away, &mut script.dice) {
        Doer::Found(who) => who,
        Doer::Away | Doer::Barred => return Ok(Made::Away),
    };
    let Some(Filled { fields, reason }) = fill(script, &world, (name, action), Part::Other, None, at) else {
        return Ok(Made::Unfit);
    };
    let of_none = script.item.is_none();
    let intake = Intake {
        action: name.clone(),
        item: script.item.as_ref().map(|i| i.code.clone()),
        procedure: of_none.then(|| procedure.id.clone()),
        unit: of_none.then(|| script.unit.clone()),
        intake: Some(script.intake.clone()),
        title: of_none.then(|| script.title.clone()),
        fields,
        reason,
        attachments: if action.papers { vec![paper.clone()] } else { Vec::new() },
        effective_at: None,
        who,
        key,
    };
    Ok(Made::Ask(Box::new(office.opening(intake).await?)))
}

/// He steps out, or asks for leave.
pub async fn leave_begins(office: &Office, leave: &mut Leave, key: String, at: Timestamp) -> Result<Request, ActError> {
    let world = office.world.clone();
    let org = &world.org;
    let procedure = world.procedures.get(leaves::PROCEDURE).ok_or_else(|| ActError::NotFound("离岗程序".to_owned()))?;
    let who = org.officers.get(&leave.officer).ok_or_else(|| ActError::NotFound("这个人员".to_owned()))?;
    let mut fields = leave.fields(procedure, at);
    fields.insert("officer".into(), (&*leave.officer).into());
    let action = if leave.long.is_some() { leaves::ASK } else { leaves::STEP_OUT };
    if leave.long.is_none() {
        fields.remove("why");
    }
    let intake = Intake {
        action: action.into(),
        item: None,
        procedure: Some(leaves::PROCEDURE.into()),
        unit: Some(who.unit.clone()),
        intake: None,
        title: Some(format!("离岗：{}", who.name)),
        fields,
        reason: None,
        attachments: Vec::new(),
        effective_at: None,
        who: Who::Officer(leave.officer.clone()),
        key,
    };
    office.opening(intake).await
}

/// An act on a leave: by whoever holds it, or by himself.
pub fn of_leave(
    office: &Office,
    leave: &Leave,
    action: &str,
    case: &Case,
    away: &[Away],
    key: String,
) -> Option<Request> {
    let id = leave.case.as_ref()?;
    let holder = || case.holder.as_ref().and_then(|h| office.world.org.posts.get(h));
    let officer = if action == leaves::RETURN { leave.officer.clone() } else { present(holder()?, away)? };
    let mut made = request(&leave.tenant, id, Verb::Do(action.into()), Who::Officer(officer), key);
    made.reason = (action == leaves::DECLINE).then(|| "当日窗口人手不足，请改期（演示）".to_owned());
    Some(made)
}

/// An act on the power list.
pub async fn of_entry(
    office: &Office,
    entry: &mut Entry,
    n: usize,
    away: &[Away],
    at: Timestamp,
) -> Result<Option<Request>, ActError> {
    let Some(action) = entry.action() else { return Ok(None) };
    let world = office.world.clone();
    let Some(procedure) = world.procedures.get(power::PROCEDURE) else { return Ok(None) };
    let Some(by) = procedure.actions.get(action).map(|a| &a.by) else { return Ok(None) };
    let place = (&*entry.unit, &*entry.unit, &*entry.tenant);
    let Doer::Found(who) = opener(&world.org, by, place, away, &mut entry.dice) else { return Ok(None) };
    let key = format!("power-{n}-{}", entry.tries);
    entry.tries += 1;
    let (fields, reason) = entry.fill(action, &world, at);
    if let Some(id) = &entry.case {
        return Ok(Some(Request { fields, reason, ..request(&entry.tenant, id, Verb::Do(action.into()), who, key) }));
    }
    let intake = Intake {
        action: action.into(),
        item: None,
        procedure: Some(power::PROCEDURE.into()),
        unit: Some(entry.unit.clone()),
        intake: None,
        title: Some(entry.title.clone()),
        fields,
        reason,
        attachments: Vec::new(),
        effective_at: None,
        who,
        key,
    };
    office.opening(intake).await.map(Some)
}
