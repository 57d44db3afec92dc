//! 更正: a correction names the event it corrects and may change only its effective instant or field values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use xiaoneng_pack::{Duty, Name, Procedure, Strategy};

use crate::{
    Act, Actor, Breach, Case, Facts, FieldFault, Fields, Happening, Light, Recorded, Refusal, Why,
    authority::Standing,
    case::RunId,
    clock::{stretch::is_owed, turn::turns},
    draft::Draft,
    facts::civil,
    fields::check_value,
    handover::as_post,
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
        // What the law did follows by itself and is judged anew; only people's acts stand in the way.
        let by_people = |a: &&Arc<Act>| a.actor != Actor::Law;
        let after = case.acts[..place].iter().rev().find(by_people).map(|a| a.at);
        let before = case.acts[place + 1..].iter().find(by_people).map_or(at, |a| a.at);
        if moved > before || after.is_some_and(|a| moved < a) {
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
    let Some(case) = draft.case().filter(|c| !c.marks.is_empty()) else { return };
    let untrue = untrue(procedure, case, facts, draft.at());
    void(procedure, draft, untrue, facts);
}

/// An act that is recorded late counts from then: void what the law did since and would not have done.
pub(crate) fn make_way(procedure: &Procedure, draft: &mut Draft, facts: &Facts, action: &Name, since: Timestamp) {
    let at = draft.at();
    let Some(case) = draft.case().filter(|c| since < at && !c.marks.is_empty()) else { return };
    let mut supposed = case.clone();
    let act = Act::supposed(action, since);
    supposed.acts.insert(case.acts.partition_point(|a| a.at <= since), Arc::new(act));
    let untrue = untrue(procedure, &supposed, facts, at);
    void(procedure, draft, untrue, facts);
}

/// Events by the law itself that are not true (any more), oldest first.
fn untrue(procedure: &Procedure, case: &Case, facts: &Facts, at: Timestamp) -> Vec<Name> {
    let turns: BTreeMap<(RunId, bool, Light, Timestamp), Timestamp> =
        turns(procedure, case, facts, at).into_iter().map(|t| ((t.run, t.lapse, t.light, t.at), t.started)).collect();
    let started = |clock: &Name, run: &Name, lapse: bool, light: Light, at: Timestamp| {
        turns.get(&(RunId::read(clock, run), lapse, light, at)).copied()
    };
    let (mut untrue, mut order) = (BTreeSet::new(), Vec::new());
    for event in live(case) {
        let at = event.effective_at;
        let fine = match &event.what {
            Happening::Turned { clock, run, light } => started(clock, run, false, *light, at).is_some(),
            Happening::Lapsed { clock, run, .. } => started(clock, run, true, Light::Red, at)
                .is_some_and(|started| counts_from_start(procedure, case, event, clock, started)),
            _ => event.cause.as_ref().is_none_or(|c| !untrue.contains(c)),
        };
        if !fine {
            untrue.insert(&event.id);
            order.push(event.id.clone());
        }
    }
    order
}

fn void(procedure: &Procedure, draft: &mut Draft, events: Vec<Name>, facts: &Facts) {
    let Some(case) = draft.case() else { return };
    let late = |event: &&Arc<Recorded>| match &event.what {
        Happening::Turned { light, .. } => *light == Light::Red,
        Happening::Lapsed { clock, .. } => procedure.clocks.get(clock).is_none_or(is_owed),
        _ => false,
    };
    let voided: BTreeSet<&Name> = events.iter().collect();
    let put_out = case.history.iter().filter(|e| voided.contains(&e.id)).filter(late).count();
    let holder = case.holder.clone();
    draft.void(events);
    if put_out > 0 && facts.world.duties.runs(Strategy::SecondLook) {
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
fn counts_from_start(procedure: &Procedure, case: &Case, lapse: &Recorded, clock: &Name, started: Timestamp) -> bool {
    let as_of = procedure.clocks.get(clock).and_then(|c| c.on_lapse.as_ref()).is_some_and(|o| o.as_of.is_some());
    let mut followed = case.history.iter().filter(|e| e.cause.as_ref() == Some(&lapse.id));
    !as_of || followed.all(|e| !matches!(e.what, Happening::Acted(_)) || e.effective_at == started)
}

/// After a correction: what the law did and is still true stands before what came after it.
pub(crate) fn in_order(case: &Case, event: &Name) -> Result<(), Refusal> {
    let Some(place) = case.acts.iter().position(|a| a.event == *event) else { return Ok(()) };
    let act = &case.acts[place];
    let Some(before) = case.acts[..place].iter().find(|a| a.at > act.at) else { return Ok(()) };
    let rule = format!("更正后的时间早于依法已经发生的一步（{}）", civil(before.at).date());
    Err(Refusal::new(Why::Time, CORRECT, rule, "请核对时间；要连改几步的，从最早的一步改起"))
}

/// Events that have not been voided.
fn live(case: &Case) -> Vec<&Recorded> {
    let voided = case.voided();
    case.history.iter().map(|e| &**e).filter(|e| !voided.contains(&e.id)).collect()
}
