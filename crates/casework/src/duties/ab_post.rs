//! AB岗制: A and B are never both away; where one falls ill, a third is named or the other recalled.

use jiff::Timestamp;
use xiaoneng_pack::{Action, Duty, Name, Org, Post};

use super::Discharged;
use crate::{
    Away, Breach, Case, Facts, Happening, Refusal, Stream, Why,
    facts::{civil, instant},
    fields::Sheet,
};

/// A and B are never both away; every post he stands in has someone.
pub(super) fn obey(
    action: &Action,
    sheet: &Sheet,
    id: &Name,
    facts: &Facts,
    out: &mut Discharged,
) -> Result<(), Refusal> {
    let org = &facts.world.org;
    let (Some(posts), Some(deputy)) = (sheet.get("posts"), sheet.text("deputy")) else {
        return leaving(action, sheet, id, facts, out);
    };
    let posts = || posts.list().iter().filter_map(|p| org.posts.get(p));
    if !action.opens() {
        return posts().try_for_each(|post| released(action, facts, post, deputy));
    }
    let Some(until) = moment(sheet.text("until")) else { return Ok(()) };
    posts().try_for_each(|post| may_stand_in(action, id, facts, post, deputy, until))?;
    for post in posts() {
        let what = Happening::DeputyNamed { officer: deputy.into(), post: post.id.clone(), case: id.clone(), until };
        out.also.push((Stream::Post(post.id.clone()), what.clone()));
        // His own posts hear of it as well: his leave and his naming cannot pass each other by.
        out.also.extend(org.posts_of_officer(deputy).map(|own| (Stream::Post(own.id.clone()), what.clone())));
    }
    Ok(())
}

/// Someone leaves his posts for a time.
fn leaving(action: &Action, sheet: &Sheet, id: &Name, facts: &Facts, out: &mut Discharged) -> Result<(), Refusal> {
    let written = |f: &str| sheet.text(f);
    let Some(officer) = written("officer") else { return Ok(()) };
    let (Some(from), Some(until)) = (moment(written("start")), moment(written("until"))) else { return Ok(()) };
    let org = &facts.world.org;
    let at_once = action.notice.is_some();
    let meets = |a: &&Away| a.case != *id && a.from < until && (a.out || a.until > from) && !(at_once && a.asked);
    let overlaps = |a: &&Away| a.stands_in.is_none() && meets(a);
    let refuse =
        |rule: String, instead: String, by: &str| Err(Refusal::new(Why::Duty, &action.title, rule, instead).by(by));
    let theirs = facts.away.iter().filter(|a| &*a.officer == officer);
    if let Some(own) = theirs.clone().find(overlaps) {
        let rule = format!("您已经登记了这段时间的离岗（{} 起{}）", clock_face(own.from), until_words(own));
        return refuse(rule, "已经回来的先点“返岗”；不去了的先撤销原来的申请".into(), "离岗告示制");
    }
    if let Some((own, post)) = theirs.filter(meets).find_map(|a| Some((a, org.posts.get(a.stands_in.as_ref()?)?))) {
        let rule = format!("您正在“{}”临时顶岗，至 {}", full(org, post), clock_face(own.until));
        return refuse(rule, "请等顶岗结束，或者请负责人改由别人顶岗".into(), "AB岗制");
    }
    for post in org.posts_of_officer(officer) {
        let other = if post.is_a(officer) { &post.b } else { &post.a };
        let named = |until: Timestamp| {
            let third = |a: &&Away| a.stands_in.as_ref() == Some(&post.id) && a.until >= until;
            facts.away.iter().any(|a| third(&a))
        };
        let Some(other) = other else {
            if named(until) {
                continue;
            }
            let rule = format!("“{}”没有另一岗，离岗后无人顶岗", post.title);
            return refuse(rule, "请先由负责人为这个岗位指定B岗，或者指定临时顶岗的人".into(), "AB岗制");
        };
        // Where the other is late, nobody knows when he is back: then it is for the whole time.
        let both = |a: &&Away| if a.out && a.until <= from { until } else { a.until.min(until) };
        let clash = facts.away.iter().find(|a| a.officer == *other && overlaps(a) && !named(both(a)));
        if let Some(clash) = clash {
            let name = called(org, other);
            let rule = format!(
                "A岗B岗不能同时离岗：“{}”的{name}已登记离岗（{} 起{}）",
                post.title,
                clock_face(clash.from),
                until_words(clash)
            );
            let instead = format!(
                "请改到{name}返岗以后；急病急事请负责人指定临时顶岗的人（C岗）到两人中先回来的那一刻，或者召回{name}"
            );
            return refuse(rule, instead, "AB岗制");
        }
        out.also.push((
            Stream::Post(post.id.clone()),
            Happening::PostLeft { officer: officer.into(), case: id.clone(), from, until },
        ));
    }
    Ok(())
}

/// 临时顶岗: the unit's head names a third for a post while both its A and its B are out.
fn may_stand_in(
    action: &Action,
    id: &Name,
    facts: &Facts,
    post: &Post,
    deputy: &str,
    until: Timestamp,
) -> Result<(), Refusal> {
    let org = &facts.world.org;
    let refuse = |rule: String, instead: &str| Err(Refusal::new(Why::Duty, &action.title, rule, instead).by("AB岗制"));
    let who = called(org, deputy);
    if post.is_a(deputy) || post.is_b(deputy) {
        let letter = if post.is_a(deputy) { "A" } else { "B" };
        let rule = format!("{who}本来就是“{}”的{letter}岗，不能再临时顶这个岗", full(org, post));
        return refuse(rule, "请选A岗B岗以外的人；只有一人离岗的，由另一岗顶岗，不必指定");
    }
    if org.officers.get(deputy).is_none_or(|o| o.unit != post.unit) {
        let rule = format!("{who}不是本单位的人，不能指定他顶“{}”", full(org, post));
        return refuse(rule, "请从本单位的人里指定；确实无人的，请上级单位派人");
    }
    if post.own_licence {
        let rule = format!("“{}”需要本人的执业资格，不能由别人临时顶岗", full(org, post));
        return refuse(rule, "请召回A岗，或者把办件交给有资格的岗位");
    }
    let others = || facts.away.iter().filter(|a| a.case != *id);
    let before = others().find(|a| a.stands_in.as_ref() == Some(&post.id));
    if let Some(before) = before {
        let rule = format!(
            "“{}”已经指定{}临时顶岗，至 {}",
            full(org, post),
            called(org, &before.officer),
            clock_face(before.until)
        );
        return refuse(rule, "一个岗位同时只有一个临时顶岗的人：要换人的，先结束原来的指定");
    }
    let theirs = |a: &&Away| &*a.officer == deputy && a.stands_in.is_none() && !a.asked;
    if let Some(away) = others().filter(theirs).find(|a| a.out || a.from < until) {
        let rule = format!("{who}自己也离岗（{} 起{}），顶不了岗", clock_face(away.from), until_words(away));
        return refuse(rule, "请指定这段时间在岗的人");
    }
    Ok(())
}

/// He is not released while nobody else is there.
fn released(action: &Action, facts: &Facts, post: &Post, deputy: &str) -> Result<(), Refusal> {
    let org = &facts.world.org;
    let there = |who: &Option<Name>| who.as_ref().is_some_and(|w| !facts.is_out(w));
    if there(&post.a) || there(&post.b) {
        return Ok(());
    }
    let rule = format!("“{}”的A岗B岗都还没有返岗，{}走了就没有人了", full(org, post), called(org, deputy));
    Err(Refusal::new(Why::Duty, &action.title, rule, "请等一人返岗，或者先召回一人").by("AB岗制"))
}

/// The leave is over or was never taken: every post it concerned is told.
pub(crate) fn back(case: &Case, id: &Name, facts: &Facts) -> Vec<(Stream, Happening)> {
    let org = &facts.world.org;
    if let (Some(posts), Some(deputy)) = (case.fields.get("posts"), case.text("deputy")) {
        let what = Happening::DeputyReleased { officer: deputy.into(), case: id.clone() };
        let own = org.posts_of_officer(deputy).map(|p| p.id.clone());
        return own.chain(posts.list().iter().cloned()).map(|p| (Stream::Post(p), what.clone())).collect();
    }
    let Some(officer) = case.text("officer") else { return Vec::new() };
    let told =
        |p: &Post| (Stream::Post(p.id.clone()), Happening::PostBack { officer: officer.into(), case: id.clone() });
    org.posts_of_officer(officer).map(told).collect()
}

/// Who was asked to hand over and had the time to, and goes without: a breach of his (离岗前未交接).
pub(crate) fn gone_without_word(action: &Action, case: &Case, at: Timestamp) -> Option<Breach> {
    let due = action.duties.contains(&Duty::AbPost) && action.notice.is_some();
    let handed = || case.text("handed").is_some_and(|t| !t.trim().is_empty());
    // Approved after it had begun (an illness): nobody could have handed over before.
    let in_time = || case.acts.last().is_some_and(|a| a.recorded_at < at);
    if !due || handed() || !in_time() {
        return None;
    }
    let officer: Name = case.text("officer")?.into();
    Some(Breach {
        duty: Duty::AbPost,
        rule: "离岗前应当把在办的事交给顶岗的人".to_owned(),
        facts: "离岗开始时没有写下交接清单，顶岗的人要自己接着办".to_owned(),
        officer: Some(officer),
        post: case.holder.clone(),
    })
}

fn moment(text: Option<&str>) -> Option<Timestamp> {
    text?.parse::<jiff::civil::DateTime>().ok().map(instant)
}

fn called<'a>(org: &'a Org, officer: &'a str) -> &'a str {
    org.officers.get(officer).map_or(officer, |o| &o.name)
}

fn full(org: &Org, post: &Post) -> String {
    format!("{}{}", org.units.get(&post.unit).map_or("", |u| &u.title), post.title)
}

fn until_words(away: &Away) -> String {
    if away.out { "，尚未返岗".to_owned() } else { format!("，至 {}", clock_face(away.until)) }
}

fn clock_face(at: Timestamp) -> String {
    civil(at).strftime("%Y年%-m月%-d日 %H:%M").to_string()
}
