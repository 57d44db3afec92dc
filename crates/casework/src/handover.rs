//! 交接: a case goes to another post only when that post has taken over (首问负责制).

use xiaoneng_pack::{By, Duty, Name, Post, Procedure};

use crate::{
    Actor, Case, Facts, Happening, Refusal, Why,
    authority::{NotStanding, Standing, standing_in},
};

pub(crate) const OFFER: &str = "交办";
pub(crate) const TAKE: &str = "接收";
pub(crate) const DECLINE: &str = "退回交办";

/// Offer the case to another post. The holder stays the holder.
pub(crate) fn offer(
    procedure: &Procedure,
    case: &Case,
    to: &Name,
    reason: Option<&str>,
    actor: &Actor,
    facts: &Facts,
) -> Result<(Standing, Happening), Refusal> {
    let standing = as_post(case.holder.as_ref(), actor, facts, OFFER)?;
    let reason = typed(reason, OFFER)?;
    let org = &facts.world.org;
    let Some(post) = org.posts.get(to) else {
        return Err(Refusal::new(Why::Fields, OFFER, format!("没有“{to}”这个岗位"), "请从岗位列表里选"));
    };
    if case.holder.as_ref() == Some(to) {
        return Err(Refusal::new(Why::Fields, OFFER, "办件本来就在这个岗位", "请选另一个岗位"));
    }
    let holder = case.holder.as_ref().and_then(|h| org.posts.get(h));
    let alike = holder.is_some_and(|h| h.roles.iter().any(|r| post.has_role(r)));
    // Who answers because he was the higher of two asked may not be able to do the step himself: one who is can take it.
    let does = |p: &Post| {
        let here = procedure.actions.values().filter(|a| a.from.contains(&case.state));
        here.flat_map(|a| &a.by).any(|by| matches!(by, By::Role(role, _) if p.has_role(role)))
    };
    if !alike && (holder.is_none_or(does) || !does(post)) {
        return Err(Refusal::new(
            Why::Duty,
            OFFER,
            format!("“{}”不承担这一环节，接过去也办不了", post.title),
            "请交给承担同一环节的岗位；要往下走，请用本环节的办理动作",
        )
        .by("首问负责制"));
    }
    let tenant = org.units.get(&post.unit).map(|u| &u.tenant);
    if tenant != Some(&case.opening.tenant) {
        return Err(
            Refusal::new(Why::Duty, OFFER, "岗位属于另一个辖区", "跨辖区请用转办，由对方另立办件").by("首问负责制")
        );
    }
    Ok((standing, Happening::Offered { to: to.clone(), reason }))
}

/// Take over what was offered.
pub(crate) fn take(case: &Case, actor: &Actor, facts: &Facts) -> Result<(Standing, Happening), Refusal> {
    let offer = offered(case, TAKE)?;
    let standing = as_post(Some(&offer.to), actor, facts, TAKE)?;
    Ok((standing, Happening::TakenOver { post: offer.to.clone() }))
}

/// Give back what was offered, with a reason.
pub(crate) fn decline(
    case: &Case,
    reason: Option<&str>,
    actor: &Actor,
    facts: &Facts,
) -> Result<(Standing, Happening), Refusal> {
    let offer = offered(case, DECLINE)?;
    let standing = as_post(Some(&offer.to), actor, facts, DECLINE)?;
    Ok((standing, Happening::OfferDeclined { reason: typed(reason, DECLINE)? }))
}

fn offered<'a>(case: &'a Case, title: &str) -> Result<&'a crate::Offer, Refusal> {
    case.offer.as_ref().ok_or_else(|| {
        Refusal::new(Why::WrongState, title, "这个办件现在没有交办", "刷新页面看它现在由谁承办").by("首问负责制")
    })
}

fn typed(reason: Option<&str>, title: &str) -> Result<String, Refusal> {
    match reason.map(str::trim).filter(|r| !r.is_empty()) {
        Some(reason) if reason.chars().count() <= 500 => Ok(reason.to_owned()),
        Some(_) => Err(Refusal::new(Why::Reason, title, "理由最多 500 个字", "请写短一些")),
        None => Err(Refusal::new(Why::Reason, title, "要写明理由", "请在“理由”里写一句")),
    }
}

/// The actor as someone who stands in this very post.
pub(crate) fn as_post(post: Option<&Name>, actor: &Actor, facts: &Facts, title: &str) -> Result<Standing, Refusal> {
    let org = &facts.world.org;
    let (Actor::Officer { id, .. }, Some(post)) = (actor, post.and_then(|p| org.posts.get(p))) else {
        return Err(Refusal::new(Why::NotYours, title, "没有承办岗位可以这样做", "请由承办岗位办理"));
    };
    standing_in(post, id, facts).map_err(|why| {
        let a = post.a.as_ref().and_then(|a| org.officers.get(a)).map_or("", |o| &o.name);
        let unit = org.units.get(&post.unit).map_or("", |u| &u.title);
        let rule = match why {
            NotStanding::SelfAway => "您正在离岗告示中",
            NotStanding::APresent(_) => "A岗在岗，B岗只在A岗离岗时代行",
            NotStanding::BPresent(_) => "B岗在岗，临时顶岗的人只在A岗B岗都离岗时代行",
            NotStanding::OwnLicence(_) => "这一步需要A岗本人的执业资格",
            NotStanding::Stranger => "这一步不由您的岗位办理",
        };
        Refusal::new(Why::NotYours, title, rule, format!("应当由{unit}{}（{a}）办理", post.title)).by(
            if matches!(why, NotStanding::Stranger) {
                duty_word(Duty::PostResponsibility)
            } else {
                duty_word(Duty::AbPost)
            },
        )
    })
}

fn duty_word(duty: Duty) -> &'static str {
    match duty {
        Duty::AbPost => "AB岗制",
        _ => "岗位责任制",
    }
}
