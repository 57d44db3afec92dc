//! AB岗制: A and B are never both away.

use jiff::Timestamp;
use xiaoneng_pack::{Action, Name};

use super::Discharged;
use crate::{
    Away, Case, Facts, Happening, Refusal, Stream, Why,
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
    let written = |f: &str| sheet.text(f);
    let Some(officer) = written("officer") else { return Ok(()) };
    let (Some(from), Some(until)) = (moment(written("start")), moment(written("until"))) else { return Ok(()) };
    let org = &facts.world.org;
    let at_once = action.notice.is_some();
    let overlaps = |a: &&Away| a.case != *id && a.from < until && (a.out || a.until > from) && !(at_once && a.asked);
    if let Some(own) = facts.away.iter().find(|a| &*a.officer == officer && overlaps(a)) {
        return Err(Refusal::new(
            Why::Duty,
            &action.title,
            format!("您已经登记了这段时间的离岗（{} 起{}）", clock_face(own.from), until_words(own)),
            "已经回来的先点“返岗”；不去了的先撤销原来的申请",
        )
        .by("离岗告示制"));
    }
    for post in org.posts_of_officer(officer) {
        let other = if post.is_a(officer) { &post.b } else { &post.a };
        let Some(other) = other else {
            return Err(Refusal::new(
                Why::Duty,
                &action.title,
                format!("“{}”没有另一岗，离岗后无人顶岗", post.title),
                "请先由负责人为这个岗位指定B岗",
            )
            .by("AB岗制"));
        };
        let clash = facts.away.iter().find(|a| a.officer == *other && overlaps(a));
        if let Some(clash) = clash {
            let name = org.officers.get(other).map_or(&**other, |o| &o.name);
            return Err(Refusal::new(
                Why::Duty,
                &action.title,
                format!(
                    "A岗B岗不能同时离岗：“{}”的{name}已登记离岗（{} 起{}）",
                    post.title,
                    clock_face(clash.from),
                    until_words(clash)
                ),
                format!("请改到{name}返岗以后，或请{name}先返岗；急事请负责人协调"),
            )
            .by("AB岗制"));
        }
        out.also.push((
            Stream::Post(post.id.clone()),
            Happening::PostLeft { officer: officer.into(), case: id.clone(), from, until },
        ));
    }
    Ok(())
}

/// The leave is over or was never taken: every post it concerned is told.
pub(crate) fn back(case: &Case, id: &Name, facts: &Facts) -> Vec<(Stream, Happening)> {
    let Some(officer) = case.text("officer") else { return Vec::new() };
    let told = |p: &xiaoneng_pack::Post| {
        (Stream::Post(p.id.clone()), Happening::PostBack { officer: officer.into(), case: id.clone() })
    };
    facts.world.org.posts_of_officer(officer).map(told).collect()
}

fn moment(text: Option<&str>) -> Option<Timestamp> {
    text?.parse::<jiff::civil::DateTime>().ok().map(instant)
}

fn until_words(away: &Away) -> String {
    if away.out { "，尚未返岗".to_owned() } else { format!("，至 {}", clock_face(away.until)) }
}

fn clock_face(at: Timestamp) -> String {
    civil(at).strftime("%Y年%-m月%-d日 %H:%M").to_string()
}
