//! 决定: what someone wants to do, and the events or the refusal that follow.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use xiaoneng_pack::{
    Action, FieldKind, Item, LimitRef, Name, Procedure, Whose,
    condition::{ConditionError, Operand},
};

use crate::{
    Acted, Actor, Attachment, Case, Facts, Fields, Happening, Opening, Recorded, Refusal, Stream, Value, Why,
    authority::{Place, Standing, authorise, impartial, subject},
    children, clock,
    clock::turn::Look,
    correct,
    correct::Correction,
    draft::Draft,
    duties,
    duties::{Discharged, Goes},
    extend,
    facts::{civil, instant},
    fields::{Sheet, check_fields},
    handover,
    named::check_named,
    perform::{acted, holder_after},
    timely::Timely,
    watch,
};

/// Longest reason.
const REASON_MAX: usize = 500;
/// Most papers with one action.
const ATTACHMENTS_MAX: usize = 50;
/// Most events on one case that somebody caused: a case that reaches it is a fault, not work. What the law does by
/// time alone (a daily clock that nobody looked at for years) does not use up its room.
const EVENTS_MAX: usize = 5_000;

/// What someone wants done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// Which.
    pub verb: Verb,
    /// What was typed in.
    #[serde(default)]
    pub fields: Fields,
    /// The reason, where one was typed in.
    #[serde(default)]
    pub reason: Option<String>,
    /// Papers that came with it, already kept by their hash.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// When it counts in law, if that is earlier than now.
    #[serde(default)]
    pub effective_at: Option<Timestamp>,
}

/// What can be wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// An action of the procedure that opens a case; the office has made its number.
    Open {
        /// The action.
        action: Name,
        /// How the case begins.
        opening: Box<Opening>,
    },
    /// An action of the procedure.
    Do(Name),
    /// 交办.
    HandOver {
        /// To this post.
        to: Name,
    },
    /// 接收.
    TakeOver,
    /// 退回交办.
    DeclineHandOver,
    /// 更正.
    Correct {
        /// The event.
        event: Name,
        /// Its effective instant, corrected.
        effective_at: Option<Timestamp>,
    },
}

/// What follows: events in order, each for its stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Events of the case and, for a leave, of the posts it concerns.
    pub events: Vec<(Stream, Arc<Recorded>)>,
    /// Values that must be unique: field and value.
    pub claims: Vec<(Name, String)>,
    /// The case after them.
    pub case: Case,
}

/// Decide. Pure: everything it knows is in its arguments.
///
/// `id` is the case's id (new for an opening action). Before anything else every lapse due at or before
/// `at` is recorded: the watch may be late, the law may not.
pub fn decide(
    procedure: &Procedure,
    id: &Name,
    case: Option<&Case>,
    command: &Command,
    actor: &Actor,
    facts: &Facts,
    at: Timestamp,
) -> Result<Decision, Refusal> {
    let mut draft = Draft::new(procedure, case, id, facts, at);
    watch::catch_up(procedure, &mut draft, facts, Look::Open)?;
    let claims = match &command.verb {
        Verb::Open { action, opening } => act(procedure, action, Some(opening), command, actor, &mut draft, facts)?,
        Verb::Do(action) => act(procedure, action, None, command, actor, &mut draft, facts)?,
        verb => {
            general(procedure, verb, command, actor, &mut draft, facts)?;
            Vec::new()
        }
    };
    let (case, events) = draft.finish();
    let Some(case) = case else {
        return Err(Refusal::new(Why::WrongState, "办理", "没有这个办件", "请核对办件编号"));
    };
    Ok(Decision { events, claims, case })
}

/// Verbs that every procedure has.
fn general(
    procedure: &Procedure,
    verb: &Verb,
    command: &Command,
    actor: &Actor,
    draft: &mut Draft,
    facts: &Facts,
) -> Result<(), Refusal> {
    let Some(case) = draft.case() else {
        return Err(Refusal::new(Why::WrongState, "办理", "没有这个办件", "请核对办件编号"));
    };
    let reason = command.reason.as_deref();
    let open = |title: &str| match case.is_open() {
        true => Ok(()),
        false => Err(Refusal::new(Why::WrongState, title, "办件已经办结，不再由谁承办", "需要补充的，请用“更正”")
            .in_state(state_title(procedure, case))),
    };
    enough(case, "办理")?;
    let mut corrected = false;
    let (standing, what) = match verb {
        Verb::HandOver { to } => {
            open(handover::OFFER).and_then(|()| handover::offer(procedure, case, to, reason, actor, facts))?
        }
        Verb::TakeOver => open(handover::TAKE).and_then(|()| handover::take(case, actor, facts))?,
        Verb::DeclineHandOver => handover::decline(case, reason, actor, facts)?,
        Verb::Correct { event, effective_at } => {
            corrected = true;
            let wanted = Correction { event, effective_at: *effective_at, fields: &command.fields, reason };
            correct::correct(procedure, case, &wanted, actor, facts, draft.at())?
        }
        Verb::Open { .. } | Verb::Do(_) => unreachable!("handled by act"),
    };
    let breach = match (verb, &case.offer) {
        (Verb::HandOver { to }, _) => duties::ring(case, Goes::Post(to), &standing, facts),
        (Verb::DeclineHandOver, Some(offer)) => duties::given_back_late(case, offer, &standing, facts, draft.at()),
        _ => None,
    };
    let event = draft.push(Stream::Case, standing, draft.at(), None, what);
    if let Some(breach) = breach {
        draft.by_law(draft.at(), Some(event), Happening::Breached(breach));
    }
    if corrected {
        correct::void_untrue(procedure, draft, facts);
        watch::catch_up(procedure, draft, facts, Look::All)?;
        if let (Verb::Correct { event, .. }, Some(case)) = (verb, draft.case()) {
            correct::in_order(case, event)?;
        }
    }
    Ok(())
}

/// One action of the procedure.
fn act(
    procedure: &Procedure,
    name: &Name,
    opening: Option<&Opening>,
    command: &Command,
    actor: &Actor,
    draft: &mut Draft,
    facts: &Facts,
) -> Result<Vec<(Name, String)>, Refusal> {
    let (name, action) = find(procedure, name)?;
    let wanted = wanted(procedure, action, command, draft.at());
    correct::make_way(procedure, draft, facts, name, wanted);
    let asked = Asked { procedure, name, action, opening, command, actor, facts, id: draft.id(), at: draft.at() };
    let state = || draft.case().and_then(|c| state_title(procedure, c));
    let Weighed { acted, standing, effective, duties } =
        asked.weigh(draft.case(), wanted).map_err(|r| r.in_state(state()))?;
    let claims = unique(procedure, &acted.fields);
    let clears = acted.clears.is_some() || acted.closes;
    let event = draft.push(Stream::Case, standing.clone(), effective, None, Happening::Acted(acted));
    for breach in duties.breaches {
        draft.by_law(effective, Some(event.clone()), Happening::Breached(breach));
    }
    let back = draft.case().filter(|_| clears).map_or(Vec::new(), |case| duties::back(case, draft.id(), facts));
    for (stream, what) in duties.also.into_iter().chain(back) {
        draft.push(stream, standing.clone(), effective, Some(event.clone()), what);
    }
    let backdated = effective < draft.at();
    if backdated {
        // What the law did since then may not be true any more: it counted on an act that was not on record yet.
        correct::void_untrue(procedure, draft, facts);
    }
    // A step that starts its clock in the past may already be late.
    watch::catch_up(procedure, draft, facts, if backdated { Look::All } else { Look::Open })?;
    Ok(claims)
}

/// An action that somebody asks for.
struct Asked<'a> {
    procedure: &'a Procedure,
    name: &'a Name,
    action: &'a Action,
    opening: Option<&'a Opening>,
    command: &'a Command,
    actor: &'a Actor,
    facts: &'a Facts<'a>,
    id: &'a Name,
    at: Timestamp,
}

/// An action that may be done: what it does, in which capacity, from when, and what its duties add.
struct Weighed {
    acted: Box<Acted>,
    standing: Standing,
    effective: Timestamp,
    duties: Discharged,
}

impl Asked<'_> {
    /// May it be done to the case, and what does it do?
    fn weigh(&self, case: Option<&Case>, wanted: Timestamp) -> Result<Weighed, Refusal> {
        let Asked { procedure, name, action, opening, command, actor, facts, .. } = *self;
        let own = opening.or(case.map(|c| &*c.opening));
        let own = own.ok_or_else(|| Refusal::new(Why::WrongState, &action.title, "没有这个办件", "请核对办件编号"))?;
        let timely = |at| Timely::new(procedure, (name, action), case, own, facts, at);
        timely(wanted).right_stands()?;
        may_from(procedure, (name, action), case, opening)?;
        let item = facts.item(own.item.as_ref());
        let sheet = Sheet::with(case, &command.fields);
        let place = match (opening, case) {
            (None, Some(case)) => Place::with(case, sheet),
            _ => Place::opening(own, sheet),
        };
        let about = subject(&sheet);
        let standing = authorise(action, case, &place, actor, about, facts)?;
        impartial(procedure, action, case, &sheet, &standing, &facts.world.org)?;
        written(procedure, action, item, command, &place, facts)?;
        let effective = effective(action, wanted, case, self.at)?;
        not_past(procedure, action, command, effective)?;
        allowed(procedure, action, case, item, &sheet, facts, effective)?;
        timely(effective).check(&sheet)?;
        let mut duties = duties::obey(action, case, item, command, &sheet, self.id, facts)?;

        let reason = command.reason.as_deref();
        let mut acted = acted(procedure, (name, action), case, &sheet, reason, &command.attachments, effective);
        acted.opening = opening.cloned().map(Arc::new);
        acted.moved = children::moved(action, case, &place, reason, facts)?;
        acted.opens = children::planned(procedure, name, action, case, &place, facts)?;
        children::told_enough(procedure, action, &acted.opens, &place, facts)?;
        duties.breaches.extend(case.and_then(|c| duties::asked_again(action, c, &acted.opens, &standing)));
        acted.calls_off = case.map_or(Vec::new(), |c| children::called_off(procedure, name, c));
        let holder = holder_after(action, case, opening, &standing, &place, about, acted.closes, facts)?;
        acted.holder = duties::answerable(action, &sheet, &place, holder, facts);
        if let (Some(to), Some(case), Some(Whose::Field(_))) = (&acted.moved, case, action.moves_to()) {
            duties.breaches.extend(duties::ring(case, Goes::Unit(to), &standing, facts));
        }
        Ok(Weighed { acted, standing, effective, duties })
    }
}

fn find<'a>(procedure: &'a Procedure, name: &Name) -> Result<(&'a Name, &'a Action), Refusal> {
    procedure.actions.get_key_value(name).ok_or_else(|| {
        let known: Vec<&str> = procedure.actions.values().map(|a| a.title.as_str()).collect();
        let instead = format!("可用的动作：{}", known.join("、"));
        Refusal::new(Why::UnknownAction, name, format!("“{}”没有这个动作", procedure.title), instead)
    })
}

fn state_title<'a>(procedure: &'a Procedure, case: &Case) -> Option<&'a str> {
    procedure.states.get(&case.state).map(|s| s.title.as_str())
}

fn may_from(
    procedure: &Procedure,
    (name, action): (&Name, &Action),
    case: Option<&Case>,
    opening: Option<&Opening>,
) -> Result<(), Refusal> {
    let title = &action.title;
    let Some(case) = case else {
        if opening.is_some() && action.opens() {
            return Ok(());
        }
        return Err(Refusal::new(Why::WrongState, title, "这个动作不能开立办件", "请从事项或登记页面开始"));
    };
    if opening.is_some() || action.opens() {
        return Err(Refusal::new(Why::WrongState, title, "办件已经开立", "刷新页面看它现在到了哪一步"));
    }
    enough(case, title)?;
    if !action.from.contains(&case.state) {
        let from: Vec<&str> =
            action.from.iter().filter_map(|s| procedure.states.get(s)).map(|s| s.title.as_str()).collect();
        let rule = format!("只能在“{}”时办理", from.join("”“"));
        return Err(Refusal::new(Why::WrongState, title, rule, "刷新页面，按现在的环节办理").by(&action.basis));
    }
    if let Some(pause) = &case.pause {
        if !action.while_paused {
            let rule = format!("正在暂停计时（{}）", pause.reason);
            // What lets it run again has the procedure's own name: 收到第三方意见, 恢复计时.
            let named = |n: &Name| procedure.actions.get(n).map(|a| format!("“{}”", a.title));
            let mut resumes: Vec<String> =
                procedure.clocks.values().flat_map(|c| &c.resumes).filter_map(named).collect();
            resumes.sort();
            resumes.dedup();
            return Err(
                Refusal::new(Why::Paused, title, rule, format!("请先{}", resumes.join("或者"))).by(&action.basis)
            );
        }
    } else if clock::resumes(procedure, name) {
        return Err(Refusal::new(Why::WrongState, title, "现在没有暂停", "不需要恢复"));
    }
    Ok(())
}

/// A case has only so many events.
fn enough(case: &Case, title: &str) -> Result<(), Refusal> {
    if case.history.len() < EVENTS_MAX || case.history.iter().filter(|e| e.actor != Actor::Law).count() < EVENTS_MAX {
        return Ok(());
    }
    Err(Refusal::new(Why::Rules, title, format!("一个办件最多 {EVENTS_MAX} 条记录"), "请联系信息岗检查这个办件"))
}

/// A day until which a clock is to run lies ahead: nobody promises to have done it last year.
fn not_past(procedure: &Procedure, action: &Action, command: &Command, effective: Timestamp) -> Result<(), Refusal> {
    let today = civil(effective).date();
    let past = |clock: &xiaoneng_pack::Clock| {
        let LimitRef::Until(field) = &clock.limit else { return None };
        let (name, kind) = procedure.fields.get_key_value(field)?;
        let day: jiff::civil::Date = command.fields.get(field).and_then(Value::text)?.parse().ok()?;
        let message = format!("“{}”（{day}）已经过去，请写今天（{today}）或以后的日期", kind.title);
        (kind.kind == FieldKind::Date && day < today).then(|| crate::FieldFault { field: name.clone(), message })
    };
    let faults: Vec<crate::FieldFault> = procedure.clocks.values().filter_map(past).collect();
    if faults.is_empty() {
        return Ok(());
    }
    let rule = "日期已经过去";
    let mut refusal = Refusal::new(Why::Fields, &action.title, rule, "请按提示改日期后再提交，已填的内容都还在");
    refusal.fields = faults;
    Err(refusal)
}

fn written(
    procedure: &Procedure,
    action: &Action,
    item: Option<&Item>,
    command: &Command,
    place: &Place,
    facts: &Facts,
) -> Result<(), Refusal> {
    let title = &action.title;
    let mut faults = check_fields(procedure, item, facts.world, &action.needs, &action.takes, &command.fields);
    if faults.is_empty() {
        faults = check_named(procedure, &command.fields, place, &facts.world.org);
    }
    let reason = command.reason.as_deref().map(str::trim).unwrap_or_default();
    if !faults.is_empty() {
        let mut refusal = Refusal::new(Why::Fields, title, "有几项要先填好", "请按提示补上后再提交，已填的内容都还在");
        refusal.fields = faults;
        return Err(refusal);
    }
    if action.reason && reason.is_empty() {
        return Err(
            Refusal::new(Why::Reason, title, "要写明理由", "请在“理由”里写一句，将记入办理经过").by(&action.basis)
        );
    }
    if reason.chars().count() > REASON_MAX {
        return Err(Refusal::new(Why::Reason, title, format!("理由最多 {REASON_MAX} 个字"), "请写短一些"));
    }
    if action.papers && command.attachments.is_empty() {
        let rule = "要附上证明材料";
        return Err(Refusal::new(Why::Incomplete, title, rule, "请上传照片、扫描件或者文件，再提交").by(&action.basis));
    }
    if command.attachments.len() > ATTACHMENTS_MAX {
        return Err(Refusal::new(Why::Fields, title, format!("一次最多 {ATTACHMENTS_MAX} 个附件"), "请分几次上传"));
    }
    Ok(())
}

/// When it is to count: as asked, else from the day written in its field, else now.
fn wanted(procedure: &Procedure, action: &Action, command: &Command, at: Timestamp) -> Timestamp {
    command.effective_at.or_else(|| dated(procedure, action, command, at)).unwrap_or(at)
}

/// When it counts: neither in the future nor before what was done last.
fn effective(action: &Action, wanted: Timestamp, case: Option<&Case>, at: Timestamp) -> Result<Timestamp, Refusal> {
    let title = &action.title;
    if wanted > at {
        return Err(Refusal::new(Why::Time, title, "生效时间不能晚于现在", "请核对时间"));
    }
    let last = case.and_then(|c| c.acts.last()).map(|a| a.at);
    if wanted < at && last.is_some_and(|l| wanted < l) {
        return Err(Refusal::new(
            Why::Time,
            title,
            "生效时间不能早于上一步",
            "请核对时间；上一步记错了的，先更正上一步",
        ));
    }
    Ok(wanted)
}

/// The instant of the field that dates an action. A day counts whole: its last second, or now if it is today.
fn dated(procedure: &Procedure, action: &Action, command: &Command, at: Timestamp) -> Option<Timestamp> {
    let field = action.dated.as_ref()?;
    let text = command.fields.get(field).and_then(Value::text)?;
    Some(match procedure.fields.get(field)?.kind {
        FieldKind::Instant => instant(text.parse().ok()?),
        _ => {
            let day: jiff::civil::Date = text.parse().ok()?;
            if day == civil(at).date() { at } else { instant(day.at(23, 59, 59, 0)) }
        }
    })
}

fn allowed(
    procedure: &Procedure,
    action: &Action,
    case: Option<&Case>,
    item: Option<&Item>,
    sheet: &Sheet,
    facts: &Facts,
    at: Timestamp,
) -> Result<(), Refusal> {
    let title = &action.title;
    if action.complete
        && let Some(item) = item
    {
        let materials = duties::materials_after(case, sheet);
        let outstanding = duties::outstanding(item, materials.as_ref().or(sheet.get("materials")));
        if !outstanding.is_empty() {
            let rule = format!("材料还不齐：{}", outstanding.join("、"));
            return Err(Refusal::new(Why::Incomplete, title, rule, "请用“一次性告知补正”一次列全，补齐后再受理")
                .by(&action.basis));
        }
    }
    if let Some(condition) = &action.when {
        let now = civil(at);
        let lookup = |name: &str| operand(name, sheet, procedure, now).or_else(|| children::operand(name, case));
        let titles = |name: &str| {
            let field = procedure.fields.get(name)?;
            Some((field.title.clone(), field.kind.type_in_conditions()))
        };
        match condition.eval(&lookup) {
            Ok(true) => {}
            Ok(false) => {
                return Err(Refusal::new(
                    Why::Condition,
                    title,
                    format!("不符合条件：要{}", condition.say(&titles)),
                    "请核对填写的时间和内容",
                ));
            }
            Err(ConditionError::Missing { name }) => return Err(not_written(procedure, title, &name)),
            Err(error) => {
                return Err(Refusal::new(
                    Why::Condition,
                    title,
                    format!("条件无法判断：{error}"),
                    "请核对填写的内容，或请规则管理员检查",
                ));
            }
        }
    }
    match (&action.extends, case) {
        (Some(clock), Some(case)) => extend::may_extend(procedure, case, clock, title, facts, at),
        _ => Ok(()),
    }
}

/// A condition asks for what nobody has written yet: in the form's words, and where it is written.
fn not_written(procedure: &Procedure, action: &str, field: &str) -> Refusal {
    let title = procedure.fields.get(field).map_or(field, |f| &f.title);
    let writes = |a: &&Action| a.needs.iter().chain(&a.takes).any(|f| &**f == field);
    let writers: Vec<String> =
        procedure.actions.values().filter(writes).map(|a| format!("“{}”", a.title)).take(3).collect();
    let instead = format!("请先办理{}，写明它", writers.join("或者"));
    Refusal::new(Why::Condition, action, format!("还没有填写“{title}”"), instead)
}

/// A field (or `now`) as a condition reads it.
pub(crate) fn operand(name: &str, sheet: &Sheet, procedure: &Procedure, now: jiff::civil::DateTime) -> Option<Operand> {
    if name == "now" {
        return Some(Operand::Instant(now));
    }
    let written = |id: &str| Some((sheet.get(id)?, &procedure.fields.get(id)?.kind));
    let (value, kind) = written(name).or_else(|| written(&name.replace('_', "-")))?;
    Some(match (kind, value) {
        (FieldKind::Instant, Value::Text(t)) => Operand::Instant(t.parse().ok()?),
        (FieldKind::Date, Value::Text(t)) => Operand::Date(t.parse().ok()?),
        (_, Value::Number(n)) => Operand::Number(*n),
        (_, Value::Flag(f)) => Operand::Flag(*f),
        (_, Value::List(l)) => Operand::List(l.iter().map(|id| Operand::Text(id.to_string())).collect()),
        (_, Value::Text(t)) => Operand::Text(t.clone()),
        (_, Value::Sealed { .. }) => return None,
    })
}

fn unique(procedure: &Procedure, fields: &Fields) -> Vec<(Name, String)> {
    let unique = procedure.fields.iter().filter(|(_, field)| field.unique);
    let claim = |id: &Name| Some((format!("{}.{id}", procedure.id).into(), fields.get(id)?.text()?.to_owned()));
    unique.filter_map(|(id, _)| claim(id)).collect()
}

/// An action that someone could do now, and what it asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Possible {
    /// The action.
    pub name: Name,
    /// In which post, in whose place.
    pub standing: Standing,
}

/// What this officer can do with this case now: the buttons of the case page.
pub fn possible(procedure: &Procedure, case: &Case, actor: &Actor, facts: &Facts) -> Vec<Possible> {
    let place = Place::of(case);
    let about = subject(&place.fields);
    let mut out = Vec::new();
    for (name, action) in &procedure.actions {
        if may_from(procedure, (name, action), Some(case), None).is_err() {
            continue;
        }
        if let Ok(standing) = authorise(action, Some(case), &place, actor, about, facts)
            && impartial(procedure, action, Some(case), &place.fields, &standing, &facts.world.org).is_ok()
        {
            out.push(Possible { name: name.clone(), standing });
        }
    }
    out
}
