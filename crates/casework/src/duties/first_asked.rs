//! 首问负责制: who was asked first answers until another has taken over; who passed a case to whom, and why.

use jiff::{Timestamp, civil::Time};
use xiaoneng_pack::{Action, Duty, Name, Org, Post, World};

use crate::{
    Actor, Breach, Case, Child, Facts, Happening, Offer, Planned,
    authority::Standing,
    clock,
    facts::{civil, instant},
    fields::Sheet,
};

/// 经手: a case passed on, from one post to another or from one unit to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// The unit that had it.
    pub from_unit: Name,
    /// The unit that has it then.
    pub to_unit: Name,
    /// The post that held it.
    pub from: Option<Name>,
    /// The post that took over.
    pub to: Option<Name>,
    /// Who passed it on.
    pub by: Actor,
    /// When the other had it.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// Who passed a case to whom, when and why, oldest first. Its own steps (a window to its handler) are no passing-on.
pub fn passes(case: &Case, org: &Org) -> Vec<Pass> {
    let voided = case.voided();
    let unit_of = |post: &Option<Name>| post.as_ref().and_then(|p| org.posts.get(p)).map(|p| p.unit.clone());
    let (mut out, mut holder, mut unit): (Vec<Pass>, Option<Name>, Name) =
        (Vec::new(), None, case.opening.unit.clone());
    let mut offered: Option<(Actor, String)> = None;
    for event in case.history.iter().filter(|e| !voided.contains(&e.id)) {
        match &event.what {
            Happening::Offered { reason, .. } => offered = Some((event.actor.clone(), reason.clone())),
            Happening::TakenOver { post } => {
                let to = Some(post.clone());
                let (by, reason) = offered.take().unwrap_or((event.actor.clone(), String::new()));
                out.push(Pass {
                    from_unit: unit_of(&holder).unwrap_or_else(|| unit.clone()),
                    to_unit: unit_of(&to).unwrap_or_else(|| unit.clone()),
                    from: std::mem::replace(&mut holder, to.clone()),
                    to,
                    by,
                    at: event.effective_at,
                    reason,
                });
            }
            Happening::Acted(acted) => {
                if let Some(moved) = &acted.moved {
                    out.push(Pass {
                        from_unit: std::mem::replace(&mut unit, moved.clone()),
                        to_unit: moved.clone(),
                        from: holder.clone(),
                        to: acted.holder.clone(),
                        by: event.actor.clone(),
                        at: event.effective_at,
                        reason: acted.reason.clone().unwrap_or_default(),
                    });
                }
                holder = acted.holder.clone();
            }
            _ => {}
        }
    }
    out
}

/// Of two asked together the higher-ranking answers: the post named in `asked-with` holds the case, where it ranks
/// above the one whose officer wrote it down.
pub(super) fn higher(action: &Action, sheet: &Sheet, holder: Option<&Name>, world: &World) -> Option<Name> {
    if !action.opens() || !action.duties.contains(&Duty::FirstAsked) {
        return None;
    }
    let other = sheet.given("asked-with")?.text()?;
    let post = world.org.posts_of_officer(other).find(|p| p.is_a(other))?;
    let own = world.org.posts.get(holder?)?;
    let above = rank(world, post) < rank(world, own);
    above.then(|| post.id.clone())
}

/// The place of a post's highest role in the pack's `post-ranks`; a role that is not in it comes last.
fn rank(world: &World, post: &Post) -> usize {
    let ranks = world.words.get("post-ranks").map(Vec::as_slice).unwrap_or_default();
    ranks.iter().position(|role| post.has_role(role)).unwrap_or(ranks.len())
}

/// A case goes back to a post, or a unit, that had passed it on itself: a ring. It is allowed with its reason, and
/// goes to supervision with the chain of names. Who stands above the desks may settle whose it is.
pub(crate) fn ring(case: &Case, to: Goes, who: &Standing, facts: &Facts) -> Option<Breach> {
    let org = &facts.world.org;
    let Actor::Officer { id, post } = &who.actor else { return None };
    let passes = passes(case, org);
    let had_it = passes.iter().any(|p| match to {
        Goes::Post(to) => p.from.as_ref() == Some(to),
        Goes::Unit(to) => p.from_unit == *to && p.from_unit != p.to_unit,
    });
    let settles = || {
        let handler = facts.world.words.get("post-ranks").and_then(|r| r.iter().position(|r| r == "handler"));
        let own = post.as_ref().and_then(|p| org.posts.get(p)).map(|p| rank(facts.world, p));
        own.zip(handler).is_some_and(|(own, handler)| own < handler)
    };
    if !had_it || settles() {
        return None;
    }
    let name = |post: &Option<Name>, unit: &Name| {
        let unit = org.units.get(unit).map_or("", |u| u.title.as_str());
        let Some(post) = post.as_ref().and_then(|p| org.posts.get(p)) else { return unit.to_owned() };
        let who = post.a.as_ref().and_then(|a| org.officers.get(a)).map_or("", |o| &o.name);
        format!("{unit}{}（{who}）", post.title)
    };
    let mut chain: Vec<String> = passes.iter().map(|p| name(&p.from, &p.from_unit)).collect();
    chain.extend(passes.last().map(|p| name(&p.to, &p.to_unit)));
    chain.push(match to {
        Goes::Post(to) => name(&Some(to.clone()), org.posts.get(to).map_or(to, |p| &p.unit)),
        Goes::Unit(to) => name(&None, to),
    });
    Some(Breach {
        duty: Duty::FirstAsked,
        rule: "一件事不能在几个岗位、几个单位之间转圈".to_owned(),
        facts: format!("又转给了转出过这一件的地方：{}", chain.join(" → ")),
        officer: Some(id.clone()),
        post: post.clone(),
    })
}

/// 转办: the same unit is asked once more, after it had not taken the matter over. Possible with a reason, on record.
pub(crate) fn asked_again(action: &Action, case: &Case, opens: &[Planned], who: &Standing) -> Option<Breach> {
    if opens.is_empty() || !action.duties.contains(&Duty::FirstAsked) {
        return None;
    }
    let Actor::Officer { id, post } = &who.actor else { return None };
    let before = |p: &&Planned| {
        let same = |c: &Child| c.planned.kind == p.kind && c.planned.unit == p.unit && c.closed_at.is_some();
        case.children.values().any(same)
    };
    let again = opens.iter().find(before)?;
    Some(Breach {
        duty: Duty::FirstAsked,
        rule: "一件事不能在几个岗位、几个单位之间转圈".to_owned(),
        facts: format!("又转给了不接收过的单位（{}）：应当请共同的上一级决定归谁办", again.unit),
        officer: Some(id.clone()),
        post: post.clone(),
    })
}

/// Where a case is about to go.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goes<'a> {
    /// 交办: to a post.
    Post(&'a Name),
    /// 移送: to a unit.
    Unit(&'a Name),
}

/// A wrong transfer comes back by the noon of the next working day (the pack's `give-back-workdays`,
/// `give-back-hour`); who sits on it longer and then gives it back is on record.
pub(crate) fn given_back_late(
    case: &Case,
    offer: &Offer,
    who: &Standing,
    facts: &Facts,
    at: Timestamp,
) -> Option<Breach> {
    let until = give_back_until(case, offer, facts)?;
    let Actor::Officer { id, post } = &who.actor else { return None };
    (at > until).then(|| Breach {
        duty: Duty::FirstAsked,
        rule: "不该自己办的交办，应当在期限内写明理由退回".to_owned(),
        facts: format!(
            "{} 交来，应当在 {} 以前退回，{} 才退回",
            civil(offer.at).strftime("%-m月%-d日 %H:%M"),
            civil(until).strftime("%-m月%-d日 %H:%M"),
            civil(at).strftime("%-m月%-d日 %H:%M")
        ),
        officer: Some(id.clone()),
        post: post.clone(),
    })
}

/// Until when what was offered may be given back in time; `None` where the packs set no limit.
pub fn give_back_until(case: &Case, offer: &Offer, facts: &Facts) -> Option<Timestamp> {
    let value = |name: &str| facts.world.values.get(name).copied();
    let (days, hour) = (value("give-back-workdays")?, value("give-back-hour")?);
    let day = civil(offer.at).date();
    let last = clock::known(&case.unit, facts, offer.at).add_workdays(day, days).ok()?;
    Some(instant(last.to_datetime(Time::new(hour.clamp(0, 23) as i8, 0, 0, 0).ok()?)))
}
