//! Rows beside the events: a pure function of a case, so that any row can be made again.

use xiaoneng_casework::{Case, ClockView, Facts, Happening, Light, Name, Status, clock_lights, concerned, leading};
use xiaoneng_ledger::TenantId;
use xiaoneng_pack::{Duty, Procedure, Tier, World};
use xiaoneng_store::{AwayRow, BreachRow, CaseRow, ClockRow, NoticeRow, RowChange};

use crate::{asked::Asked, office::DEPUTY, sealing::masked_applicant};

/// What rows are made from, beside the case.
#[derive(Clone, Debug)]
pub struct RowFacts<'a> {
    /// The packs.
    pub world: &'a World,
    /// The case's procedure.
    pub procedure: &'a Procedure,
    /// Whose.
    pub tenant: &'a Name,
    /// The case's id.
    pub id: &'a Name,
    /// The keyed hash under which the applicant's cases are found.
    pub lookup: Option<String>,
}

/// All rows of a case, as they stand after its last event.
pub fn rows_of(facts: &RowFacts, case: &Case) -> Vec<RowChange> {
    let at = case.last_at();
    let kernel = Facts { world: facts.world, away: &[], ids: 0 };
    let views = clock_lights(facts.procedure, case, &kernel, at);
    let mut rows = vec![RowChange::Case(case_row(facts, case, &views)), clock_rows(facts.id, &case.unit, &views)];
    rows.extend(notice_rows(facts, case));
    rows.extend(away_rows(facts, case));
    rows.extend(breach_rows(facts, case));
    rows
}

fn case_row(facts: &RowFacts, case: &Case, views: &[ClockView]) -> CaseRow {
    let opening = &case.opening;
    let tenant = TenantId::from(&**facts.tenant);
    let first = case.acts.first().map_or(case.last_at(), |a| a.at);
    let lead = leading(views);
    let state = facts.procedure.states.get(&case.state);
    let step = state.and_then(|s| s.step.as_deref()).or(state.map(|s| s.title.as_str())).unwrap_or_default();
    let tier = facts.world.org.units.get(&case.unit).map_or(Tier::County, |u| u.tier);
    CaseRow {
        procedure: opening.procedure.to_string(),
        item: opening.item.as_deref().unwrap_or_default().to_owned(),
        title: opening.title.clone(),
        unit: case.unit.to_string(),
        intake_unit: opening.intake.to_string(),
        tier: tier_word(tier).to_owned(),
        state: case.state.to_string(),
        standing: opening.standing,
        open: case.is_open(),
        holder: case.holder.as_ref().map(ToString::to_string),
        offered_to: case.offer.as_ref().map(|o| o.to.to_string()),
        applicant_masked: masked_applicant(facts.procedure, case),
        lookup: facts.lookup.clone(),
        track_code: opening.track.clone().unwrap_or_default(),
        due_at: lead.map(|v| v.due_at),
        due_date: lead.map(|v| v.answer.due_date.to_string()),
        light: row_light(case, views, lead).to_owned(),
        provisional: lead.is_some_and(|v| v.answer.provisional),
        started_at: lead.map(|v| v.start),
        closed_at: case.closed_at,
        result: case.result.as_ref().map(|(r, _)| r.clone()),
        result_public_at: case.result.as_ref().map(|(_, at)| *at),
        version: case.version(),
        step: step.to_owned(),
        ..CaseRow::blank(tenant, facts.id, &opening.number, first)
    }
}

/// The light a list shows: an open case's leading clock, none if none of its clocks runs (how an earlier one
/// ended is no light of what is to be done); a closed one's worst end, its steps left out.
fn row_light(case: &Case, views: &[ClockView], lead: Option<&ClockView>) -> &'static str {
    if case.is_open() {
        let live = |v: &&ClockView| matches!(v.status, Status::Running | Status::Paused { .. });
        return lead.filter(live).map_or("none", |v| v.light.id());
    }
    let ended = |v: &&ClockView| v.owed && v.step.is_none() && matches!(v.status, Status::Stopped { .. });
    let lights = views.iter().filter(ended).map(|v| v.light);
    lights.max_by_key(|l| *l == Light::Missed).map_or("none", Light::id)
}

fn tier_word(tier: Tier) -> &'static str {
    match tier {
        Tier::Province => "province",
        Tier::City => "city",
        Tier::County => "county",
        Tier::Township => "township",
    }
}

fn clock_rows(id: &Name, unit: &Name, views: &[ClockView]) -> RowChange {
    let row = |v: &ClockView| ClockRow {
        clock: v.clock.to_string(),
        light: v.light.id().to_owned(),
        due_at: Some(v.due_at),
        next_change_at: v.next_change_at,
        provisional: v.answer.provisional,
        running: matches!(v.status, Status::Running),
        asked: Asked::of(unit, v),
    };
    RowChange::Clocks { case: id.to_string(), rows: views.iter().map(row).collect() }
}

fn notice_rows(facts: &RowFacts, case: &Case) -> Vec<RowChange> {
    let mut rows = Vec::new();
    let unit = case.unit.to_string();
    let mut shown: Option<NoticeRow> = None;
    for event in &case.history {
        let Happening::Acted(acted) = &event.what else { continue };
        if let Some(kind) = &acted.notice {
            shown = Some(NoticeRow {
                id: format!("{kind}/{}", facts.id),
                kind: kind.to_string(),
                unit: unit.clone(),
                title: case.opening.title.clone(),
                body_json: public_fields(facts, case),
                shown_from: event.effective_at,
                shown_until: None,
                cleared_at: None,
                case: Some(facts.id.to_string()),
            });
        }
        if (acted.clears.is_some() || acted.closes)
            && let Some(notice) = &mut shown
        {
            notice.cleared_at.get_or_insert(event.effective_at);
        }
    }
    rows.extend(shown.map(RowChange::Notice));
    if let Some((result, at)) = &case.result {
        rows.push(RowChange::Notice(NoticeRow {
            id: format!("result/{}", facts.id),
            kind: "result".to_owned(),
            unit,
            title: case.opening.title.clone(),
            body_json: serde_json::json!({
                "number": &*case.opening.number,
                "applicant": masked_applicant(facts.procedure, case),
                "result": result,
                "officer": decider(facts, case),
            }),
            shown_from: *at,
            shown_until: None,
            cleared_at: None,
            case: Some(facts.id.to_string()),
        }));
    }
    rows
}

fn public_fields(facts: &RowFacts, case: &Case) -> serde_json::Value {
    let mut body = serde_json::Map::new();
    for (id, field) in facts.procedure.fields.iter().filter(|(_, f)| f.public && !f.personal) {
        if let Some(value) = case.fields.get(id) {
            let _ = field;
            body.insert(id.to_string(), serde_json::to_value(value).unwrap_or_default());
        }
    }
    let org = &facts.world.org;
    if let Some(officer) = case.text("officer") {
        let name = |id: &str| org.officers.get(id).map_or(id.to_owned(), |o| o.name.clone());
        body.insert("officer-name".to_owned(), name(officer).into());
        let stand_ins: Vec<serde_json::Value> = org
            .posts_of_officer(officer)
            .filter(|p| p.is_a(officer))
            .map(|p| serde_json::json!({ "post": p.title, "officer": p.b.as_deref().map(name) }))
            .collect();
        body.insert("stand-in".to_owned(), stand_ins.into());
    }
    body.into()
}

/// Who decided: the officer of the act that gave the result.
fn decider(facts: &RowFacts, case: &Case) -> String {
    let act = case.history.iter().rev().find(|e| matches!(&e.what, Happening::Acted(a) if a.result.is_some()));
    let Some(xiaoneng_casework::Actor::Officer { id, .. }) = act.map(|e| &e.actor) else { return String::new() };
    facts.world.org.officers.get(id).map_or(id.to_string(), |o| o.name.clone())
}

fn away_rows(facts: &RowFacts, case: &Case) -> Vec<RowChange> {
    let leaves = facts.procedure.actions.values().any(|a| a.duties.contains(&Duty::AbPost));
    let who = case.text("officer").or_else(|| case.text("deputy"));
    let Some(officer) = who.filter(|_| leaves) else { return Vec::new() };
    if case.closed_at.is_some() {
        return vec![RowChange::AwayGone { case: facts.id.to_string() }];
    }
    let moment = |field: &str| {
        let civil: jiff::civil::DateTime = case.text(field)?.parse().ok()?;
        xiaoneng_casework::PLACE.to_timestamp(civil).ok()
    };
    if let (Some(posts), Some(named)) = (case.fields.get("posts"), case.text("deputy")) {
        let row = |post: &Name| {
            RowChange::Away(AwayRow {
                case: facts.id.to_string(),
                post: post.to_string(),
                officer: named.to_owned(),
                from: case.acts.first().map_or(case.last_at(), |a| a.at),
                until: moment("until"),
                stand_in: None,
                state: DEPUTY.to_owned(),
            })
        };
        return posts.list().iter().map(row).collect();
    }
    let Some(from) = moment("start") else { return Vec::new() };
    let out = xiaoneng_casework::is_gone(case);
    let row = |post: &xiaoneng_pack::Post| {
        let other = if post.is_a(officer) { &post.b } else { &post.a };
        RowChange::Away(AwayRow {
            case: facts.id.to_string(),
            post: post.id.to_string(),
            officer: officer.to_owned(),
            from,
            // Who is out stays out until he returns, whatever he announced.
            until: if out { None } else { moment("until") },
            stand_in: other.as_ref().map(ToString::to_string),
            // Late is out, too.
            state: if out { "away".to_owned() } else { case.state.to_string() },
        })
    };
    facts.world.org.posts_of_officer(officer).map(row).collect()
}

fn breach_rows(facts: &RowFacts, case: &Case) -> Vec<RowChange> {
    let row = |(event, breach): &(Name, xiaoneng_casework::Breach)| {
        let at = case.history.iter().find(|e| e.id == *event).map_or(case.last_at(), |e| e.effective_at);
        let unit = concerned(facts.world, case, breach);
        RowChange::Breach(BreachRow {
            id: event.to_string(),
            case: Some(facts.id.to_string()),
            unit: unit.to_string(),
            post: breach.post.as_ref().map(ToString::to_string),
            officer: breach.officer.as_ref().map(ToString::to_string),
            duty: serde_json::to_value(breach.duty)
                .ok()
                .and_then(|v| v.as_str().map(str::to_owned))
                .unwrap_or_default(),
            rule: breach.rule.clone(),
            at,
            facts_json: serde_json::json!({ "facts": breach.facts, "number": &*case.opening.number, "title": case.opening.title }),
        })
    };
    let mut rows: Vec<RowChange> = case.breaches.iter().map(row).collect();
    // A breach that a correction made untrue leaves the list; its event stays in the ledger.
    let voided = case.history.iter().filter_map(|e| match &e.what {
        Happening::Breached(_) if !case.breaches.iter().any(|(id, _)| *id == e.id) => Some(e.id.to_string()),
        _ => None,
    });
    rows.extend(voided.map(|id| RowChange::BreachGone { id }));
    rows
}
