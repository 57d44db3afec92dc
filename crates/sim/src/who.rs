//! Who does the next thing: whoever of those that may is there, by the kernel's own word.

use rand::Rng;
use xiaoneng_casework::{Actor, Away, Case, Facts, Name, Value, possible, posts_for};
use xiaoneng_office::Who;
use xiaoneng_pack::{Action, By, Org, Post, Procedure, Whose, World};

use crate::chance::Dice;

/// Who is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doer {
    /// This one.
    Found(Who),
    /// Nobody who may is there.
    Away,
    /// Who is there may not: it is his own matter, or he did the step before.
    Barred,
}

/// Who acts in a post now: its A, or its B while A is out.
pub fn present(post: &Post, away: &[Away]) -> Option<Name> {
    let out = |officer: &Name| away.iter().any(|a| a.out && a.officer == *officer);
    let deputy = || post.b.clone().filter(|b| !out(b) && !post.own_licence);
    match &post.a {
        Some(a) if !out(a) => Some(a.clone()),
        _ => deputy(),
    }
}

/// Who opens a case: the first post of a role there, or the citizen himself.
pub fn opener(
    org: &Org,
    by: &[By],
    (unit, intake, tenant): (&str, &str, &str),
    away: &[Away],
    dice: &mut Dice,
) -> Doer {
    let himself = by.contains(&By::Applicant);
    let roles = by.iter().find_map(|who| match who {
        By::Role(role, whose) => {
            let place = if *whose == Whose::Intake { intake } else { unit };
            posts_for(org, role, place, tenant).into_iter().find_map(|p| present(p, away))
        }
        _ => None,
    });
    match roles {
        Some(officer) if !himself || dice.random_bool(0.6) => Doer::Found(Who::Officer(officer)),
        _ if himself => Doer::Found(Who::Applicant),
        _ => Doer::Away,
    }
}

/// Who does an action of a case.
pub fn doer(
    world: &World,
    procedure: &Procedure,
    case: &Case,
    (name, action): (&Name, &Action),
    away: &[Away],
    dice: &mut Dice,
) -> Doer {
    let facts = Facts { world, away, ids: 0 };
    let can = |actor: &Actor| possible(procedure, case, actor, &facts).iter().any(|p| p.name == *name);
    if action.by.contains(&By::Applicant) && (action.by.len() == 1 || dice.random_bool(0.5)) && can(&Actor::Applicant) {
        return Doer::Found(Who::Applicant);
    }
    let mut nobody = Doer::Away;
    for officer in candidates(&world.org, action, case, away) {
        if can(&Actor::Officer { id: officer.clone(), post: None }) {
            return Doer::Found(Who::Officer(officer));
        }
        nobody = Doer::Barred;
    }
    nobody
}

/// Who of those that might is there; the holder's post first.
fn candidates(org: &Org, action: &Action, case: &Case, away: &[Away]) -> Vec<Name> {
    let holder = case.holder.as_ref().and_then(|h| org.posts.get(h));
    let (mut officers, mut posts) = (Vec::new(), Vec::new());
    for who in &action.by {
        match who {
            By::Named(field) => {
                let named = case.fields.get(field).and_then(Value::text).map(Name::from);
                officers.extend(named.filter(|n| !away.iter().any(|a| a.out && a.officer == *n)));
            }
            By::Holder => posts.extend(holder),
            By::Role(role, _) if holder.is_some_and(|h| h.has_role(role)) => posts.extend(holder),
            By::Role(role, whose) => {
                let unit = place(org, case, whose);
                posts.extend(unit.into_iter().flat_map(|u| posts_for(org, role, u, &case.opening.tenant)));
            }
            By::Keeper => posts.extend(org.posts_of(&case.unit)),
            By::Applicant | By::Law | By::Officer => {}
        }
    }
    for post in posts {
        officers.extend(present(post, away));
    }
    officers
}

/// The unit in which a role is looked for.
fn place<'a>(org: &'a Org, case: &'a Case, whose: &Whose) -> Option<&'a str> {
    match whose {
        Whose::Unit => Some(&case.unit),
        Whose::Intake => Some(&case.opening.intake),
        Whose::Above => org.above(&case.unit).map(|u| &*u.id),
        Whose::Back => case.route.last().map(|u| &**u),
        Whose::Field(field) => case.fields.get(field).and_then(Value::text),
    }
}

/// Another post of the jurisdiction that does the same work: of the same unit, else of the same tier.
pub fn colleague(org: &Org, holder: &Post, dice: &mut Dice) -> Option<Name> {
    let tier = |p: &Post| org.units.get(&p.unit).map(|u| (u.tenant.clone(), u.tier));
    let alike = |p: &&Post| p.id != holder.id && p.roles.iter().any(|r| holder.has_role(r));
    let own: Vec<&Post> = org.posts_of(&holder.unit).filter(alike).collect();
    let posts = match own.is_empty() {
        false => own,
        true => org.posts.values().filter(alike).filter(|p| tier(p) == tier(holder)).collect(),
    };
    (!posts.is_empty()).then(|| posts[dice.random_range(0..posts.len())].id.clone())
}
