//! 更正: a correction names the event it corrects and may change only its effective instant or field values.

use jiff::Timestamp;
use xiaoneng_pack::{Duty, Name, Procedure};

use crate::{
    Actor, Breach, Case, Facts, FieldFault, Fields, Happening, Refusal, Why, authority::Standing,
    clock::runs_and_turns, draft::Draft, fields::check_value, handover::as_post,
};

const CORRECT: &str = "更正";

/// What someone wants corrected.
pub(crate) struct Correction<'a> {
    pub event: &'a Name,
    pub effective_at: Option<Timestamp>,
    pub fields: &'a Fields,
    pub reason: Option<&'a str>,
}

/// Check a correction: by the post whose act it was (or a head of the units concerned), with a reason, within the
/// order of things. Whoever holds the case now cannot move what others did.
pub(crate) fn correct(
    procedure: &Procedure,
    case: &Case,
    wanted: &Correction,
    actor: &Actor,
    facts: &Facts,
    at: Timestamp,
) -> Result<(Standing, Happening), Refusal> {
    let reason = wanted.reason.map(str::trim).filter(|r| !r.is_empty()).ok_or_else(|| {
        Refusal::new(Why::Reason, CORRECT, "更正要写明理由", "请在“理由”里写清楚错在哪里、依据什么改")
    })?;
    let Some(place) = case.acts.iter().position(|a| a.event == *wanted.event) else {
        return Err(Refusal::new(
            Why::Fields,
            CORRECT,
            "没有这条记录，或者它不是办理动作",
            "请从办理经过里选要更正的一条",
        ));
    };
    let standing = corrector(case, &case.acts[place], actor, facts)?;
    if wanted.effective_at.is_none() && wanted.fields.is_empty() {
        return Err(Refusal::new(Why::Fields, CORRECT, "没有写要改什么", "请改生效时间，或者改登记的内容"));
    }
    if let Some(moved) = wanted.effective_at {
        let after = place.checked_sub(1).map(|p| case.acts[p].at);
        // What the law did follows by itself and is judged anew; only people's acts stand in the way.
        let before = case.acts[place + 1..].iter().find(|a| a.actor != Actor::Law).map_or(at, |a| a.at);
        if moved > before || moved > at || after.is_some_and(|a| moved < a) {
            return Err(Refusal::new(
                Why::Time,
                CORRECT,
                "更正后的时间不能早于前一步，也不能晚于后一步或现在",
                "请核对前后两步的时间；要连改几步的，从最早的一步改起",
            ));
        }
    }
    check_written(procedure, case, wanted, facts)?;
    Ok((
        standing,
        Happening::Corrected {
            event: wanted.event.clone(),
            effective_at: wanted.effective_at,
            fields: wanted.fields.clone(),
            reason: reason.to_owned(),
        },
    ))
}

fn corrector(case: &Case, act: &crate::Act, actor: &Actor, facts: &Facts) -> Result<Standing, Refusal> {
    let own = match &act.actor {
        Actor::Officer { post, .. } => post.clone(),
        _ => None,
    };
    let org = &facts.world.org;
    let heads = [&case.unit, &case.opening.intake].into_iter().flat_map(|u| org.posts_with(u, "head"));
    let mut last = None;
    for post in own.into_iter().chain(heads.map(|p| p.id.clone())) {
        match as_post(Some(&post), actor, facts, CORRECT) {
            Ok(standing) => return Ok(standing),
            Err(refusal) => last = last.or(Some(refusal)),
        }
    }
    Err(last.unwrap_or_else(|| {
        Refusal::new(Why::NotYours, CORRECT, "这一步由当时办理的岗位更正", "请联系办理这一步的岗位，或者单位负责人")
    }))
}

fn check_written(procedure: &Procedure, case: &Case, wanted: &Correction, facts: &Facts) -> Result<(), Refusal> {
    let item = facts.item(case.opening.item.as_ref());
    let written = case.history.iter().find(|e| e.id == *wanted.event).map(|e| &e.what);
    let Some(Happening::Acted(acted)) = written else { return Ok(()) };
    let mut faults = Vec::new();
    for (id, value) in wanted.fields {
        let message = match procedure.fields.get(id) {
            Some(_) if !acted.fields.contains_key(id) => Some("这一步没有登记这一项，不能在这里更正".to_owned()),
            Some(field) => check_value(field, value, item, facts.world).err(),
            None => Some(format!("没有“{id}”这一项")),
        };
        faults.extend(message.map(|message| FieldFault { field: id.clone(), message }));
    }
    if faults.is_empty() {
        return Ok(());
    }
    let mut refusal = Refusal::new(Why::Fields, CORRECT, "有几项要先改好", "请按提示修改后再提交");
    refusal.fields = faults;
    Err(refusal)
}

/// After a correction: void what the law did and is no longer true, with all that followed from it by itself.
pub(crate) fn void_untrue(procedure: &Procedure, draft: &mut Draft, facts: &Facts) {
    let Some(case) = draft.case() else { return };
    let turns = runs_and_turns(procedure, case, facts, draft.at());
    let true_at = |clock: &Name, run: &Name, lapse: bool, light: Option<crate::Light>, at: Timestamp| {
        turns.iter().any(|t| {
            t.clock == *clock && t.run == *run && t.at == at && t.lapse == lapse && (lapse || Some(t.light) == light)
        })
    };
    let mut untrue: Vec<Name> = Vec::new();
    for event in live(case) {
        let fine = match &event.what {
            Happening::Turned { clock, run, light } => true_at(clock, run, false, Some(*light), event.effective_at),
            Happening::Lapsed { clock, run, .. } => {
                true_at(clock, run, true, None, event.effective_at)
                    && counts_from_start(procedure, case, event, clock, run)
            }
            _ => event.cause.as_ref().is_none_or(|c| !untrue.contains(c)),
        };
        if !fine {
            untrue.push(event.id.clone());
        }
    }
    let late = |id: &Name| {
        let event = case.history.iter().find(|e| e.id == *id).map(|e| &e.what);
        matches!(event, Some(Happening::Turned { light: crate::Light::Red, .. } | Happening::Lapsed { .. }))
    };
    let put_out = untrue.iter().filter(|id| late(id)).count();
    let holder = case.holder.clone();
    for event in untrue {
        draft.by_law(draft.at(), None, Happening::Voided { event });
    }
    if put_out > 0 {
        // A correction that puts out a red light is looked at by others, whoever made it.
        draft.by_law(
            draft.at(),
            None,
            Happening::Breached(Breach {
                duty: Duty::Accountability,
                rule: "更正撤销了已经亮起的红灯或者已经届满的期限，须由督查核实".to_owned(),
                facts: format!("更正以后作废 {put_out} 条超期或者届满的记录"),
                officer: None,
                post: holder,
            }),
        );
    }
}

/// Does what the law did upon a lapse still count from where it should (a deemed acceptance from the receipt)?
fn counts_from_start(procedure: &Procedure, case: &Case, lapse: &crate::Recorded, clock: &Name, run: &Name) -> bool {
    let as_of = procedure.clocks.get(clock).and_then(|c| c.on_lapse.as_ref()).is_some_and(|o| o.as_of.is_some());
    let started = case.acts.iter().find(|a| a.event == *run).map(|a| a.at);
    let mut followed = case.history.iter().filter(|e| e.cause.as_ref() == Some(&lapse.id));
    !as_of || followed.all(|e| !matches!(e.what, Happening::Acted(_)) || Some(e.effective_at) == started)
}

/// Events that have not been voided.
fn live(case: &Case) -> Vec<&crate::Recorded> {
    let voided = case.voided();
    case.history.iter().map(|e| &**e).filter(|e| !voided.contains(&e.id)).collect()
}
