//! 子件与移送: cases that a case opens and waits for, and cases that move to another unit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use xiaoneng_pack::{Action, By, Children, Each, FieldKind, Item, Name, Procedure, Whose, condition::Operand};

use crate::{
    Case, Decision, Facts, Fields, Happening, Planned, Refusal, Value, Why, authority::Place, clock::turn::Look,
    draft::Draft, fields::check_fields, perform::act_by_law, watch,
};

/// Most cases that one action opens.
const CHILDREN_MAX: usize = 50;

/// What a child's tenant tells its parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum News {
    /// It is open, under this id and number.
    Opened {
        /// Which: its key on the parent.
        key: Name,
        /// Its id.
        case: Name,
        /// Its number.
        number: Name,
    },
    /// It moved.
    Moved {
        /// Which: its key on the parent.
        key: Name,
        /// Where it is, in the words of its procedure.
        state: String,
        /// It is closed.
        closed: bool,
        /// Its result, if it has one.
        result: Option<String>,
    },
}

impl News {
    /// The child's key on its parent.
    pub fn key(&self) -> &Name {
        match self {
            News::Opened { key, .. } | News::Moved { key, .. } => key,
        }
    }
}

/// What a parent makes of its child's message. `None`: it knows that already, or knows no such child.
///
/// A message may come twice and late, never in the wrong order for one child. The parent takes note even when it
/// is closed itself.
pub fn told(
    procedure: &Procedure,
    id: &Name,
    case: &Case,
    news: &News,
    facts: &Facts,
    at: Timestamp,
) -> Option<Decision> {
    let child = case.children.get(news.key())?;
    let (what, closes) = match news {
        News::Opened { key, case, number } => {
            if child.opened.is_some() {
                return None;
            }
            (Happening::ChildOpened { key: key.clone(), case: case.clone(), number: number.clone() }, false)
        }
        News::Moved { key, state, closed, result } => {
            if child.closed_at.is_some() == *closed && child.state == *state && child.result == *result {
                return None;
            }
            // Messages may overtake each other: what is closed does not open again by an older one.
            if child.closed_at.is_some() && !*closed {
                return None;
            }
            let what = Happening::ChildMoved {
                key: key.clone(),
                state: state.clone(),
                closed: *closed,
                result: result.clone(),
            };
            (what, *closed && child.closed_at.is_none())
        }
    };
    let kind = child.planned.kind.clone();
    let mut draft = Draft::new(procedure, Some(case), id, facts, at);
    watch::catch_up(procedure, &mut draft, facts, Look::Open).ok()?;
    let event = draft.by_law(draft.at(), None, what);
    if closes && let Some(children) = procedure.children.get(&kind) {
        go_on(procedure, children, &kind, &mut draft, event, facts);
    }
    watch::catch_up(procedure, &mut draft, facts, Look::Open).ok()?;
    let (case, events) = draft.finish();
    Some(Decision { events, claims: Vec::new(), case: case? })
}

/// One is closed: the next in turn is called, or after the last the parent goes on.
fn go_on(procedure: &Procedure, children: &Children, kind: &Name, draft: &mut Draft, cause: Name, facts: &Facts) {
    let Some(case) = draft.case() else { return };
    if case.closed_at.is_some() {
        return;
    }
    let open = |kind: &Name| case.children.iter().find(|(_, c)| c.planned.kind == *kind && c.closed_at.is_none());
    if let Some((key, child)) = open(kind) {
        if child.planned.waits {
            let key = key.clone();
            draft.by_law(draft.at(), Some(cause), Happening::ChildCalled { key });
        }
        return;
    }
    // Kinds after which the same is done are waited for together.
    let Some(then) = &children.then else { return };
    let mut alike = procedure.children.iter().filter(|(_, c)| c.then.as_ref() == Some(then));
    if alike.all(|(other, _)| open(other).is_none()) {
        act_by_law(procedure, then, draft, draft.at(), cause, facts);
    }
}

/// The cases that an action opens.
pub(crate) fn planned(
    procedure: &Procedure,
    name: &Name,
    action: &Action,
    case: Option<&Case>,
    place: &Place,
    facts: &Facts,
) -> Result<Vec<Planned>, Refusal> {
    let mut out = Vec::new();
    for (kind, children) in procedure.children.iter().filter(|(_, c)| c.opened_by.contains(name)) {
        let before = case.map_or(0, |c| c.children.values().filter(|c| c.planned.kind == *kind).count());
        let wanted = wanted(&children.each, place, facts);
        if children.each == Each::Above && wanted.is_empty() {
            let rule = "上面没有单位了".to_owned();
            return Err(Refusal::new(Why::Duty, &action.title, rule, "这一级已经是最上一级"));
        }
        if before + wanted.len() > CHILDREN_MAX {
            let rule = format!("“{}”最多 {CHILDREN_MAX} 件", children.title);
            return Err(Refusal::new(Why::Fields, &action.title, rule, "请分成几件办理"));
        }
        for (i, id) in wanted.iter().enumerate() {
            // Keys sort in the order in which the cases come.
            let key = Name::from(format!("{kind}-{:02}", before + i + 1));
            let one = one(procedure, kind, children, key, id, facts).ok_or_else(|| {
                let rule = format!("“{}”里的“{id}”现在不能办理", children.title);
                Refusal::new(Why::Fields, &action.title, rule, "请核对清单：它可能已经取消或者改了编码")
            })?;
            out.push(Planned { waits: children.in_turn && i > 0, ..one });
        }
    }
    Ok(out)
}

/// What a child begins with: the fields passed on to it that its opening action asks for. Of the materials handed in
/// once for all, it gets those that its own item lists.
pub fn passed_on<'a>(
    children: &Children,
    (theirs, opens): (&Procedure, &Action),
    item: Option<&Item>,
    written: impl Fn(&str) -> Option<&'a Value>,
) -> Fields {
    let asked = |f: &&Name| opens.needs.contains(f) || opens.takes.contains(f);
    let fitting = |field: &Name, value: &Value| {
        let materials = theirs.fields.get(field).is_some_and(|f| f.kind == FieldKind::Materials);
        let (true, Value::List(ids)) = (materials, value) else { return Some(value.clone()) };
        let own = ids.iter().filter(|id| item.is_some_and(|i| i.material(id).is_some()));
        Some(Value::List(own.cloned().collect())).filter(|v| !v.is_empty())
    };
    let pass = |f: &Name| Some((f.clone(), fitting(f, written(f)?)?));
    children.passes.iter().filter(asked).filter_map(pass).collect()
}

/// What each child must begin with is there. Refused here, before anything happens: its own rules would refuse to
/// open it when the parent's act has long been done. (What the law itself opens has nobody to ask.)
///
/// # Errors
/// A field that a child needs is not written, or is not of the kind that the child takes.
pub(crate) fn told_enough(
    procedure: &Procedure,
    action: &Action,
    opens: &[Planned],
    place: &Place,
    facts: &Facts,
) -> Result<(), Refusal> {
    opens.iter().try_for_each(|planned| match procedure.children.get(&planned.kind) {
        Some(children) => told_one(procedure, action, children, planned, place, facts),
        None => Ok(()),
    })
}

fn told_one(
    procedure: &Procedure,
    action: &Action,
    children: &Children,
    planned: &Planned,
    place: &Place,
    facts: &Facts,
) -> Result<(), Refusal> {
    let Some(theirs) = facts.procedure(&planned.procedure) else { return Ok(()) };
    let Some((_, opens)) = theirs.opened_by_law() else { return Ok(()) };
    let item = facts.item(planned.item.as_ref());
    let passed = passed_on(children, (theirs, opens), item, |f| place.fields.get(f));
    let mut faults = check_fields(theirs, item, facts.world, &opens.needs, &opens.takes, &passed);
    let Some(first) = faults.first().map(|f| f.field.clone()) else { return Ok(()) };
    // In the words of the case that passes it on: 发现的问题 here, 问题 there.
    let field = |id: &Name| procedure.fields.get(id).or(theirs.fields.get(id));
    let title = |id: &Name| field(id).map_or(id.to_string(), |f| f.title.clone());
    for fault in faults.iter_mut().filter(|f| !passed.contains_key(&f.field)) {
        fault.message = format!("请填写“{}”", title(&fault.field));
    }
    let titles: Vec<String> = faults.iter().map(|f| title(&f.field)).collect();
    let rule = format!("要立“{}”，得先写明“{}”", children.title, titles.join("”“"));
    let writes = |a: &Action| a.needs.contains(&first) || a.takes.contains(&first);
    let elsewhere = procedure.actions.values().find(|a| writes(a) && !a.from.is_empty());
    let instead = if writes(action) {
        "请在这一步里填写，再提交；不需要另立的，就不选单位或者事项".to_owned()
    } else if let Some(other) = elsewhere {
        format!("请先在“{}”时填写", other.title)
    } else {
        "这一步没有地方填写：请规则管理员在规则包里补上".to_owned()
    };
    faults.retain(|f| action.needs.contains(&f.field) || action.takes.contains(&f.field));
    let mut refusal = Refusal::new(Why::Fields, &action.title, rule, instead).by(&action.basis);
    refusal.fields = faults;
    Err(refusal)
}

/// Ids of the items or units for which children are opened.
fn wanted(each: &Each, place: &Place, facts: &Facts) -> Vec<Name> {
    match each {
        Each::Above => facts.world.org.tier_above(place.unit).map(|u| u.id.clone()).into_iter().collect(),
        Each::Unit => vec![place.unit.into()],
        Each::Field(field) => match place.fields.get(field) {
            Some(Value::List(ids)) => ids.clone(),
            Some(value) => value.text().map(Name::from).into_iter().collect(),
            None => Vec::new(),
        },
    }
}

fn one(
    procedure: &Procedure,
    kind: &Name,
    children: &Children,
    key: Name,
    id: &Name,
    facts: &Facts,
) -> Option<Planned> {
    let of_items = match &children.each {
        Each::Field(field) => procedure.fields.get(field).is_some_and(|f| f.kind == FieldKind::Items),
        Each::Above | Each::Unit => false,
    };
    let (item, unit) = match of_items {
        true => {
            let item = facts.item(Some(id))?;
            (Some(item), item.unit.clone())
        }
        false => (None, facts.world.org.units.get(id)?.id.clone()),
    };
    let own = children.procedure.clone().or_else(|| item.map(|i| i.procedure.clone()))?;
    // What no law can open, or could never call off, is refused here: its tenant would have to refuse it for ever.
    let theirs = facts.procedure(&own)?;
    theirs.opened_by_law()?;
    if let Some(call_off) = &children.call_off {
        theirs.actions.get(call_off).filter(|a| a.by.contains(&By::Law))?;
    }
    let item = item.or_else(|| only_item(facts, &unit, &own));
    Some(Planned { key, kind: kind.clone(), procedure: own, item: item.map(|i| i.code.clone()), unit, waits: false })
}

/// A unit's own item of a procedure, where it has exactly one: its limits are the case's.
fn only_item<'a>(facts: &Facts<'a>, unit: &str, procedure: &str) -> Option<&'a Item> {
    let mut items = facts.world.items.values().filter(|i| &*i.unit == unit && &*i.procedure == procedure);
    items.next().filter(|_| items.next().is_none()).map(|i| &**i)
}

/// Open children that an action calls off.
pub(crate) fn called_off(procedure: &Procedure, name: &Name, case: &Case) -> Vec<Name> {
    let ends = |kind: &Name| procedure.children.get(kind).is_some_and(|c| c.called_off_by.contains(name));
    let open = case.children.iter().filter(|(_, c)| c.closed_at.is_none() && ends(&c.planned.kind));
    open.map(|(key, _)| key.clone()).collect()
}

/// The unit to which an action moves the case.
///
/// # Errors
/// No such unit, one of another jurisdiction, the same one, or one that had the case before: a case does not go
/// round in a ring, unless somebody gives his reason for sending it there again.
pub(crate) fn moved(
    action: &Action,
    case: Option<&Case>,
    place: &Place,
    reason: Option<&str>,
    facts: &Facts,
) -> Result<Option<Name>, Refusal> {
    let Some(whose) = action.moves_to() else { return Ok(None) };
    let org = &facts.world.org;
    let refuse = |rule: String, instead: &str| Err(Refusal::new(Why::Duty, &action.title, rule, instead));
    let Some(unit) = place.whose(whose, org).and_then(|id| org.units.get(id)) else {
        return match whose {
            Whose::Above => refuse("上面没有同一辖区的单位".into(), "请向上一级政府提出，由它另立办件"),
            Whose::Back => refuse("没有原来的单位可以退回".into(), "请核对办件的经过"),
            _ => refuse("没有写明移送到哪个单位".into(), "请选择单位"),
        };
    };
    if &*unit.tenant != place.tenant {
        return refuse(
            format!("“{}”属于另一个辖区", unit.title),
            "跨辖区不能直接移送：请用转办，由对方另立办件，结果会报回来",
        );
    }
    if &*unit.id == place.unit {
        return refuse(format!("现在就由“{}”办理", unit.title), "请选择另一个单位");
    }
    let had_it = case.is_some_and(|c| c.route.contains(&unit.id));
    let reasoned = reason.is_some_and(|r| !r.trim().is_empty());
    if had_it && matches!(whose, Whose::Field(_)) && !(action.reason && reasoned) {
        return refuse(
            format!("“{}”已经收过这一件，又移送出来：不能转圈", unit.title),
            "请选没有收过的单位，或者由有权的单位指定并写明理由",
        );
    }
    Ok(Some(unit.id.clone()))
}

/// What a condition may ask about children.
pub(crate) fn operand(name: &str, case: Option<&Case>) -> Option<Operand> {
    let children = || case.into_iter().flat_map(|c| c.children.values());
    Some(match name {
        "children" => Operand::Number(children().count() as i64),
        "children-open" => Operand::Number(children().filter(|c| c.closed_at.is_none()).count() as i64),
        "child-results" => Operand::List(children().filter_map(|c| c.result.clone()).map(Operand::Text).collect()),
        _ => return None,
    })
}
