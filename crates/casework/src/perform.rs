//! An action performed: the event it leaves, and who holds the case after it.

use std::sync::Arc;

use jiff::Timestamp;
use xiaoneng_pack::{Action, By, Name, Procedure};

use crate::{
    Acted, Actor, Attachment, Case, Facts, Happening, Opening, Refusal, Stream, Why,
    authority::{Place, Standing, resolve, subject},
    children::{called_off, moved, planned},
    clock,
    draft::Draft,
    duties,
    fields::Sheet,
};

/// The law's own action after a lapse: no one to ask, nothing to fill in, never refused.
pub(crate) fn act_by_law(
    procedure: &Procedure,
    name: &Name,
    draft: &mut Draft,
    effective: Timestamp,
    cause: Name,
    facts: &Facts,
) {
    let Some(case) = draft.case() else { return };
    let Some((name, action)) = procedure.actions.get_key_value(name) else { return };
    if !action.from.contains(&case.state) {
        return; // OK because check warns of a lapse whose action is not possible in its state.
    }
    let standing = Standing { actor: Actor::Law, acting_for: None };
    let place = Place::of(case);
    let mut acted = acted(procedure, (name, action), Some(case), &place.fields, None, &[], effective);
    acted.moved = moved(action, Some(case), &place, None, facts).unwrap_or_default();
    acted.opens = planned(procedure, name, action, Some(case), &place, facts).unwrap_or_default();
    acted.calls_off = called_off(procedure, name, case);
    acted.holder =
        holder_after(action, Some(case), None, &standing, &place, subject(&place.fields), acted.closes, facts)
            .unwrap_or_else(|_| case.holder.clone());
    let breach = duties::gone_without_word(action, case, effective);
    let event = draft.push(Stream::Case, standing, effective, Some(cause), Happening::Acted(acted));
    if let Some(breach) = breach {
        draft.by_law(effective, Some(event), Happening::Breached(breach));
    }
}

pub(crate) fn acted(
    procedure: &Procedure,
    (name, action): (&Name, &Action),
    case: Option<&Case>,
    sheet: &Sheet,
    reason: Option<&str>,
    attachments: &[Attachment],
    at: Timestamp,
) -> Box<Acted> {
    let mut fields = sheet.all_given();
    if let Some(materials) = duties::materials_after(case, sheet) {
        fields.insert("materials".into(), materials);
    }
    let pauses = clock::pauses(procedure, name, case);
    // Where the action is the reason why it pauses (征求第三方意见), nobody chooses it again.
    let itself = (pauses == Some(true) && !fields.contains_key("pause-reason")).then_some(action.title.as_str());
    let to = action.to.clone();
    let closes = to.as_ref().is_some_and(|t| procedure.is_end(t));
    Box::new(Acted {
        action: name.clone(),
        opening: None,
        to,
        holder: None,
        closes,
        pauses,
        extends: action.extends.clone(),
        spares: clock::only_if::spared(procedure, name, case, sheet, at),
        moved: None,
        opens: Vec::new(),
        calls_off: Vec::new(),
        fields: Arc::new(fields),
        reason: reason.map(str::trim).filter(|r| !r.is_empty()).or(itself).map(str::to_owned),
        attachments: attachments.to_vec(),
        letter: action.letter.clone(),
        notice: action.notice.clone(),
        clears: action.clears.clone(),
        outcome: action.outcome.clone(),
        result: action.result.clone(),
    })
}

/// Who holds the case after an action: an open case always has exactly one holder.
#[expect(clippy::too_many_arguments, reason = "the facts of one decision, each of another kind")]
pub(crate) fn holder_after(
    action: &Action,
    case: Option<&Case>,
    opening: Option<&Opening>,
    standing: &Standing,
    place: &Place,
    about: Option<&str>,
    closes: bool,
    facts: &Facts,
) -> Result<Option<Name>, Refusal> {
    let is_standing = opening.or(case.map(|c| &*c.opening)).is_some_and(|o| o.standing);
    if closes || is_standing {
        return Ok(None);
    }
    let org = &facts.world.org;
    let holder = match &action.hands_to {
        Some(to) => resolve(to, case, place, about, org),
        None => case.and_then(|c| c.holder.clone()).or_else(|| match &standing.actor {
            Actor::Officer { post: Some(post), .. } => Some(post.clone()),
            _ => resolve(&By::Officer, case, place, about, org),
        }),
    };
    if holder.is_some() {
        return Ok(holder);
    }
    Err(Refusal::new(
        Why::Rules,
        &action.title,
        "办理之后没有岗位承办：规则里缺少这个岗位",
        "请规则管理员为单位设置相应岗位（xiaoneng check 会指出缺哪一个）",
    )
    .by("岗位责任制"))
}
