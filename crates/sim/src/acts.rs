//! Requests as pages would make them: who is there, in which post, and what is typed in.

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use xiaoneng_casework::{Away, Case, Fields, Name, Verb, posts_for};
use xiaoneng_office::{ActError, Intake, Office, Request, Who};
use xiaoneng_pack::{By, Org, Post, Whose};

use crate::{
    fill::fill,
    leaves::{self, Leave},
    path::Part,
    power::{self, Entry},
    script::{Move, Script},
};

/// How much earlier a corrected act is said to have been.
const SLIP: SignedDuration = SignedDuration::from_mins(25);

/// Who acts in a post now: its A, or its B while A is out.
pub fn present(post: &Post, away: &[Away]) -> Option<Name> {
    let out = |officer: &Name| away.iter().any(|a| a.out && a.officer == *officer);
    let deputy = || post.b.clone().filter(|b| !out(b) && !post.own_licence);
    match &post.a {
        Some(a) if !out(a) => Some(a.clone()),
        _ => deputy(),
    }
}

/// The post whose turn it is: the holder's where it has the role, else the first that has it there.
fn turn<'a>(org: &'a Org, by: &[By], case: Option<&Case>, unit: &str, intake: &str, tenant: &str) -> Option<&'a Post> {
    let holder = case.and_then(|c| c.holder.as_ref()).and_then(|h| org.posts.get(h));
    by.iter().find_map(|who| match who {
        By::Holder => holder,
        By::Role(role, _) if holder.is_some_and(|h| h.has_role(role)) => holder,
        By::Role(role, whose) => {
            let place = if *whose == Whose::Intake { intake } else { unit };
            posts_for(org, role, place, tenant).into_iter().next()
        }
        By::Keeper => org.posts_of(unit).find(|p| p.has_role("handler") || p.has_role("head")),
        By::Applicant | By::Law | By::Officer | By::Named(_) => None,
    })
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

/// The request of a case's planned move; `None` if nobody is there to make it.
pub async fn of_case(
    office: &Office,
    script: &mut Script,
    wanted: &Move,
    case: Option<&Case>,
    away: &[Away],
    at: Timestamp,
) -> Result<Option<Request>, ActError> {
    let (world, item, procedure) = (office.world.clone(), script.item.clone(), script.procedure.clone());
    let org = &world.org;
    let key = format!("case-{}-{}", script.n, script.tries);
    script.tries += 1;
    let place = org.units.get(&script.intake).and_then(|u| org.divisions.get(&u.division)).map_or("", |d| &d.short);
    let holder = || case.and_then(|c| c.holder.as_ref()).and_then(|h| org.posts.get(h));
    let officer = |post: Option<&Post>| post.and_then(|p| present(p, away)).map(Who::Officer);
    let id = script.case.clone().unwrap_or_else(|| "".into());
    let simple = |verb: Verb, who: Option<Who>| who.map(|who| request(&item.tenant, &id, verb, who, key.clone()));
    Ok(match wanted {
        Move::Open(name) => {
            let action = &procedure.actions[name];
            let post = turn(org, &action.by, None, &item.unit, &script.intake, &item.tenant);
            let Some(who) = officer(post) else { return Ok(None) };
            let (fields, reason) = fill(script, action, Part::Other, None, place, at);
            let intake = Intake {
                action: name.clone(),
                item: Some(item.code.clone()),
                procedure: None,
                unit: None,
                intake: Some(script.intake.clone()),
                title: None,
                fields,
                reason,
                attachments: Vec::new(),
                effective_at: None,
                who,
                key,
            };
            Some(office.opening(intake).await?)
        }
        Move::Do(name, part) => {
            let action = &procedure.actions[name];
            let himself = action.by.contains(&By::Applicant) && script.dice.random_bool(0.5);
            let post = turn(org, &action.by, case, &item.unit, &script.intake, &item.tenant);
            let Some(who) = (if himself { Some(Who::Applicant) } else { officer(post) }) else { return Ok(None) };
            let (fields, reason) = fill(script, action, *part, case, place, at);
            Some(Request { fields, reason, ..request(&item.tenant, &id, Verb::Do(name.clone()), who, key) })
        }
        Move::HandOver => {
            let Some(to) = holder().and_then(|h| colleague(org, h, script)) else { return Ok(None) };
            let made = simple(Verb::HandOver { to }, officer(holder()));
            made.map(|r| Request { reason: Some("本岗办件集中，请协助办理（演示）".to_owned()), ..r })
        }
        Move::Answer(takes) => {
            let to = case.and_then(|c| c.offer.as_ref()).and_then(|o| org.posts.get(&o.to));
            let reason = (!takes).then(|| "本岗同样办件集中，请原岗继续办理（演示）".to_owned());
            let verb = if *takes { Verb::TakeOver } else { Verb::DeclineHandOver };
            simple(verb, officer(to)).map(|r| Request { reason, ..r })
        }
        Move::Correct => {
            let first = case.and_then(|c| c.acts.first());
            let verb = first.map(|a| Verb::Correct { event: a.event.clone(), effective_at: Some(a.at - SLIP) });
            let made = verb.and_then(|verb| simple(verb, officer(holder())));
            made.map(|r| Request {
                reason: Some("收件时间记错，按收件登记簿更正（演示）".to_owned()), ..r
            })
        }
        Move::Look => None,
    })
}

/// Another post of the tenant that does the same work.
fn colleague(org: &Org, holder: &Post, script: &mut Script) -> Option<Name> {
    let place = |p: &Post| org.units.get(&p.unit).map(|u| (u.tenant.clone(), u.tier));
    let alike = |p: &&Post| p.id != holder.id && p.roles == holder.roles && place(p) == place(holder);
    let posts: Vec<&Post> = org.posts.values().filter(alike).collect();
    (!posts.is_empty()).then(|| posts[script.dice.random_range(0..posts.len())].id.clone())
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
    let post = turn(&world.org, by, None, &entry.unit, &entry.unit, &entry.tenant);
    let Some(who) = post.and_then(|p| present(p, away)).map(Who::Officer) else { return Ok(None) };
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
