//! Who may: a role relative to the case, held by whoever stands in the post.

use xiaoneng_pack::{Action, By, FieldKind, Name, Org, Post, Procedure, Whose, role_title};

use crate::{Actor, Case, Facts, Refusal, Why, fields::Sheet};

/// In which post an officer acts, and in whose place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The actor as recorded.
    pub actor: Actor,
    /// A's id, when B acts for him.
    pub acting_for: Option<Name>,
}

/// Where a role is looked for.
pub(crate) struct Place<'a> {
    /// The unit that decides now.
    pub unit: &'a str,
    pub intake: &'a str,
    pub tenant: &'a str,
    /// The unit that had it before.
    pub back: Option<&'a str>,
    /// What is written, with what this action writes.
    pub fields: Sheet<'a>,
}

impl<'a> Place<'a> {
    pub fn of(case: &'a Case) -> Place<'a> {
        Place::with(case, Sheet::of(case))
    }

    pub fn with(case: &'a Case, fields: Sheet<'a>) -> Place<'a> {
        let back = case.route.last().map(|u| &**u);
        Place { unit: &case.unit, intake: &case.opening.intake, tenant: &case.opening.tenant, back, fields }
    }

    pub fn opening(opening: &'a crate::Opening, fields: Sheet<'a>) -> Place<'a> {
        Place { unit: &opening.unit, intake: &opening.intake, tenant: &opening.tenant, back: None, fields }
    }
}

/// The posts that have a role for a case: in the unit named; where that unit has none, in the jurisdiction.
pub fn posts_for<'a>(org: &'a Org, role: &str, unit: &str, tenant: &str) -> Vec<&'a Post> {
    let own: Vec<&Post> = org.posts_with(unit, role).collect();
    if !own.is_empty() {
        return own;
    }
    // A role that one unit has for all (督查, 领导, 清单管理). One that many have must be the unit's own: a case that
    // lacks a checker is not checked by whatever township comes first.
    let all: Vec<&Post> = org.posts_of_tenant(tenant, role).collect();
    if all.iter().all(|p| p.unit == all[0].unit) { all } else { Vec::new() }
}

/// In what capacity an officer stands in a post at this moment.
///
/// A stands for himself; B only while A is out, and the event says for whom (AB岗制).
pub fn standing_in(post: &Post, officer: &str, facts: &Facts) -> Result<Standing, NotStanding> {
    let acting_for = stands(post, officer, facts)?;
    let actor = Actor::Officer { id: officer.into(), post: Some(post.id.clone()) };
    Ok(Standing { actor, acting_for })
}

/// The A for whom he stands in the post, if not for himself.
fn stands(post: &Post, officer: &str, facts: &Facts) -> Result<Option<Name>, NotStanding> {
    if post.is_a(officer) {
        return if facts.is_out(officer) { Err(NotStanding::SelfAway) } else { Ok(None) };
    }
    if !post.is_b(officer) {
        return named_for(post, officer, facts);
    }
    match &post.a {
        None => Ok(None),
        Some(_) if facts.is_out(officer) => Err(NotStanding::SelfAway),
        Some(a) if facts.is_out(a) && post.own_licence => Err(NotStanding::OwnLicence(a.clone())),
        Some(a) if facts.is_out(a) => Ok(Some(a.clone())),
        Some(a) => Err(NotStanding::APresent(a.clone())),
    }
}

/// A third one, named for a time: he stands in while both A and B are out.
fn named_for(post: &Post, officer: &str, facts: &Facts) -> Result<Option<Name>, NotStanding> {
    if !facts.away.iter().any(|a| a.stands_in.as_ref() == Some(&post.id) && &*a.officer == officer) {
        return Err(NotStanding::Stranger);
    }
    let present = |who: &Option<Name>| who.as_ref().filter(|w| !facts.is_out(w)).cloned();
    match (present(&post.a), present(&post.b)) {
        _ if facts.is_out(officer) => Err(NotStanding::SelfAway),
        (Some(a), _) => Err(NotStanding::APresent(a)),
        (None, Some(b)) => Err(NotStanding::BPresent(b)),
        (None, None) => match &post.a {
            Some(a) if post.own_licence => Err(NotStanding::OwnLicence(a.clone())),
            a => Ok(a.clone()),
        },
    }
}

/// Who acts in a post now: its A, else its B, else who was named for the time; `None`: nobody.
pub fn acting_in<'a>(post: &'a Post, facts: &Facts<'a>) -> Option<&'a Name> {
    let third = facts.away.iter().filter(|a| a.stands_in.as_ref() == Some(&post.id)).map(|a| &a.officer);
    post.a.iter().chain(&post.b).chain(third).find(|who| stands(post, who, facts).is_ok())
}

/// Why an officer does not stand in a post now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotStanding {
    /// Neither A nor B.
    Stranger,
    /// A is there.
    APresent(Name),
    /// B is there, and stands in before whoever else was named.
    BPresent(Name),
    /// A's own licence is needed.
    OwnLicence(Name),
    /// He himself is announced as away.
    SelfAway,
}

/// May this actor do it, and in which post?
pub(crate) fn authorise(
    action: &Action,
    case: Option<&Case>,
    place: &Place,
    actor: &Actor,
    subject: Option<&str>,
    facts: &Facts,
) -> Result<Standing, Refusal> {
    let Action { by, title, .. } = action;
    let id = match actor {
        Actor::Law if by.contains(&By::Law) => return Ok(Standing { actor: Actor::Law, acting_for: None }),
        Actor::Applicant if by.contains(&By::Applicant) => {
            return Ok(Standing { actor: Actor::Applicant, acting_for: None });
        }
        Actor::Officer { id, .. } => id,
        _ => return Err(Refusal::new(Why::NotYours, title, "这一步不由您办理", words(by))),
    };
    if by.contains(&By::Officer) && subject == Some(&**id) {
        let actor = Actor::Officer { id: id.clone(), post: None };
        return Ok(Standing { actor, acting_for: None });
    }
    let named = |b: &By| matches!(b, By::Named(f) if place.fields.text(f) == Some(&**id));
    if by.iter().any(named) {
        let post = facts.world.org.posts_of_officer(id).find(|p| p.is_a(id)).map(|p| p.id.clone());
        return Ok(Standing { actor: Actor::Officer { id: id.clone(), post }, acting_for: None });
    }
    let org = &facts.world.org;
    let holder = case.filter(|c| c.is_open()).and_then(|c| c.holder.as_ref()).and_then(|h| org.posts.get(h));
    let in_post = |post: &Post, acting_for| {
        let actor = Actor::Officer { id: id.clone(), post: Some(post.id.clone()) };
        Ok(Standing { actor, acting_for })
    };
    let stands = |post: &Post| match stands(post, id, facts) {
        Ok(Some(a)) if action.own_licence => Err(NotStanding::OwnLicence(a)),
        other => other,
    };
    // Most acts are the holder's: no other post need be looked for.
    if let Some(post) = holder.filter(|h| by.iter().any(|who| is_his(action, who, h, place, org)))
        && let Ok(acting_for) = stands(post)
    {
        return in_post(post, acting_for);
    }
    let candidates = candidates(action, holder, place, subject, org);
    let mut nearest = None;
    for post in &candidates {
        match stands(post) {
            Ok(acting_for) => return in_post(post, acting_for),
            Err(NotStanding::Stranger) => {}
            Err(why) => nearest = Some((why, *post)),
        }
    }
    Err(not_yours(title, nearest, &candidates, by, facts))
}

/// Is it the holder who may do it? Where his post has the role asked for, no other post of that role may act; but
/// what someone uninvolved must do is not bound to the holder, who may be involved, and a role of another unit
/// (`@above`, `@intake`) is that unit's.
fn is_his(action: &Action, who: &By, holder: &Post, place: &Place, org: &Org) -> bool {
    match who {
        By::Holder => true,
        By::Role(role, whose) => {
            // A post of neither unit holds it because it was handed over: then it is the post's.
            let stranger = *holder.unit != *place.unit && *holder.unit != *place.intake;
            let own = |unit: &str| stranger || *holder.unit == *unit || org.posts_with(unit, role).next().is_none();
            let bound = action.apart_from.is_empty() && action.recuse.is_empty() && holder.has_role(role);
            bound && place.whose(whose, org).is_none_or(own)
        }
        By::Keeper | By::Applicant | By::Law | By::Officer | By::Named(_) => false,
    }
}

fn candidates<'a>(
    action: &Action,
    holder: Option<&'a Post>,
    place: &Place<'a>,
    subject: Option<&str>,
    org: &'a Org,
) -> Vec<&'a Post> {
    let mut posts = Vec::new();
    for who in &action.by {
        match who {
            _ if holder.is_some_and(|h| is_his(action, who, h, place, org)) => posts.extend(holder),
            By::Keeper => {
                posts.extend(org.posts_of(place.unit).filter(|p| p.has_role("handler") || p.has_role("head")))
            }
            By::Role(role, whose) => {
                let unit = place.whose(whose, org);
                posts.extend(unit.into_iter().flat_map(|u| approvers(org, role, u, place.tenant, subject)));
            }
            By::Holder | By::Applicant | By::Law | By::Officer | By::Named(_) => {}
        }
    }
    posts
}

impl<'a> Place<'a> {
    /// The unit meant; `None` where there is none (no unit above, nothing written in the field).
    pub fn whose(&self, whose: &Whose, org: &'a Org) -> Option<&'a str> {
        match whose {
            Whose::Unit => Some(self.unit),
            Whose::Intake => Some(self.intake),
            Whose::Above => org.above(self.unit).map(|u| &*u.id),
            Whose::Back => self.back,
            Whose::Field(field) => self.fields.text(field),
        }
    }
}

/// Posts of a role, leaving out those in which the subject himself stands, as A or as B: nobody approves his own leave.
pub(crate) fn approvers<'a>(
    org: &'a Org,
    role: &str,
    unit: &str,
    tenant: &str,
    subject: Option<&str>,
) -> Vec<&'a Post> {
    let mut posts = posts_for(org, role, unit, tenant);
    if let Some(subject) = subject {
        posts.retain(|p| !p.is_a(subject) && !p.is_b(subject));
        if posts.is_empty() {
            posts = posts_for(org, "leader", unit, tenant);
            posts.retain(|p| !p.is_a(subject) && !p.is_b(subject));
        }
    }
    posts
}

/// The post that holds the case after an action.
pub(crate) fn resolve<'a>(
    to: &By,
    case: Option<&Case>,
    place: &Place<'a>,
    subject: Option<&str>,
    org: &'a Org,
) -> Option<Name> {
    match to {
        By::Holder => case.and_then(|c| c.holder.clone()),
        By::Officer => {
            org.posts_of_officer(subject?).find(|p| p.is_a(subject.unwrap_or_default())).map(|p| p.id.clone())
        }
        By::Role(role, whose) => {
            let unit = place.whose(whose, org)?;
            let posts = approvers(org, role, unit, place.tenant, subject);
            // Several posts of the role: the one that held the case before keeps it, else the cases spread by number.
            let before = case.and_then(|c| posts.iter().find(|p| held_before(c, &p.id)));
            before.or_else(|| posts.get(spread(case, posts.len()))).map(|p| p.id.clone())
        }
        By::Named(field) => {
            let officer = place.fields.text(field)?;
            org.posts_of_officer(officer).find(|p| p.is_a(officer)).map(|p| p.id.clone())
        }
        By::Applicant | By::Law | By::Keeper => None,
    }
}

fn held_before(case: &Case, post: &str) -> bool {
    case.acts.iter().any(|a| matches!(&a.actor, Actor::Officer { post: Some(p), .. } if &**p == post))
}

fn spread(case: Option<&Case>, posts: usize) -> usize {
    let sum: usize = case.map_or(0, |c| c.opening.number.bytes().map(usize::from).sum());
    if posts == 0 { 0 } else { sum % posts }
}

/// The officer whom a case is about (a leave), from its field.
pub(crate) fn subject<'a>(fields: &Sheet<'a>) -> Option<&'a str> {
    fields.text("officer")
}

/// 回避: nobody judges his own matter, and who examined does not sign.
///
/// # Errors
/// The actor, or the A for whom he acts, is named in one of the action's `recuse` fields, or did one of the
/// actions it must stay apart from.
pub(crate) fn impartial(
    procedure: &Procedure,
    action: &Action,
    case: Option<&Case>,
    fields: &Sheet,
    standing: &Standing,
    org: &Org,
) -> Result<(), Refusal> {
    let Actor::Officer { id, .. } = &standing.actor else { return Ok(()) };
    let himself = |other: &str| &**id == other || standing.acting_for.as_deref() == Some(other);
    let refuse = |rule: String, basis: &str| {
        let instead = "请由另一岗或者另一位人员办理；没有别人的，请负责人指定";
        Err(Refusal::new(Why::Recused, &action.title, rule, instead).by(basis))
    };
    let own_unit = |unit: &str| match &standing.actor {
        Actor::Officer { post: Some(post), .. } => org.posts.get(post).is_some_and(|p| &*p.unit == unit),
        _ => false,
    };
    for field in &action.recuse {
        let kind = procedure.fields.get(field);
        let title = kind.map_or(&**field, |f| &f.title);
        match (kind.map(|f| &f.kind), fields.text(field)) {
            (Some(FieldKind::Unit), Some(unit)) if own_unit(unit) => {
                return refuse(format!("“{title}”就是您所在的单位，应当回避"), "回避");
            }
            (Some(FieldKind::Officer), Some(officer)) if himself(officer) => {
                return refuse(format!("您就是“{title}”，应当回避"), "回避");
            }
            _ => {}
        }
    }
    let did = case.into_iter().flat_map(|c| &c.acts).rev().find(|act| {
        action.apart_from.contains(&act.action) && matches!(&act.actor, Actor::Officer { id: other, .. } if other == id)
    });
    let Some(did) = did else { return Ok(()) };
    let title = procedure.actions.get(&did.action).map_or(&*did.action, |a| &a.title);
    refuse(format!("同一件的“{title}”是您做的，这一步应当由另一个人做"), "不相容岗位分离")
}

fn not_yours(title: &str, nearest: Option<(NotStanding, &Post)>, posts: &[&Post], by: &[By], facts: &Facts) -> Refusal {
    let name = |id: &Name| facts.world.org.officers.get(id).map_or(id.to_string(), |o| o.name.clone());
    let (rule, instead) = match nearest {
        Some((NotStanding::SelfAway, _)) => {
            ("您正在离岗告示中".to_owned(), "请先在“离岗”里点“返岗”，再办理".to_owned())
        }
        Some((NotStanding::APresent(a), post)) => (
            format!("“{}”的A岗{}在岗，B岗只在A岗离岗时代行", post.title, name(&a)),
            format!("请由{}办理；他确已离开的，先由他登记离岗", name(&a)),
        ),
        Some((NotStanding::BPresent(b), post)) => (
            format!("“{}”的B岗{}在岗，临时顶岗的人只在A岗B岗都离岗时代行", post.title, name(&b)),
            format!("请由{}办理", name(&b)),
        ),
        Some((NotStanding::OwnLicence(a), post)) => (
            format!("“{}”的这一步需要{}本人的执业资格，顶岗的人不能代签", post.title, name(&a)),
            format!("请负责人召回{}，或者由有资格的人员接收这一件", name(&a)),
        ),
        _ => ("这一步不由您的岗位办理".to_owned(), who_instead(posts, by, facts)),
    };
    let mut refusal = Refusal::new(Why::NotYours, title, rule, instead);
    refusal.article = Some("岗位责任制、AB岗制".to_owned());
    refusal
}

fn who_instead(posts: &[&Post], by: &[By], facts: &Facts) -> String {
    let org = &facts.world.org;
    let Some(post) = posts.first() else { return words(by) };
    let unit = org.units.get(&post.unit).map_or("", |u| &u.title);
    let officer = post.a.as_ref().and_then(|a| org.officers.get(a)).map_or("", |o| &o.name);
    format!("应当由{unit}{}（{officer}）办理", post.title)
}

fn words(by: &[By]) -> String {
    let words: Vec<&str> = by
        .iter()
        .filter(|b| **b != By::Law)
        .map(|b| match b {
            By::Role(role, _) => role_title(role),
            By::Holder => "承办岗位",
            By::Applicant => "申请人",
            By::Law => "",
            By::Officer => "本人",
            By::Named(_) => "办件里写明的人",
            By::Keeper => "保管单位",
        })
        .collect();
    if words.is_empty() {
        return "到期自动发生，不由人办理".to_owned();
    }
    format!("应当由{}办理", words.join("、"))
}
