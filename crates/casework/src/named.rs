//! 指名: whom a field of units or officers may name.

use xiaoneng_pack::{Field, Name, Org, Procedure, Unit, Whose, Within, role_title};

use crate::{
    Case, FieldFault, Fields, Value,
    authority::{Place, posts_for},
    fields::Sheet,
};

/// The units or officers that a field may name on this case, or on one that begins at that unit; `None`: any.
///
/// `given` is what has been filled in so far: whose officer it must be may be said in the same act.
pub fn may_be_named(
    field: &Field,
    case: Option<&Case>,
    given: &Fields,
    (unit, tenant): (&str, &str),
    org: &Org,
) -> Option<Vec<Name>> {
    let sheet = Sheet::with(case, given);
    let place = match case {
        Some(case) => Place::with(case, sheet),
        None => Place { unit, intake: unit, tenant, back: None, fields: sheet },
    };
    if let Some(within) = &field.within {
        return nameable(within, &place, org);
    }
    let barred: Vec<&str> = field.never.iter().filter_map(|whose| place.whose(whose, org)).collect();
    let others = || org.units.keys().filter(|id| !barred.contains(&&***id)).cloned().collect();
    (!barred.is_empty()).then(others)
}

/// `None` where it is not written yet whose officer it must be.
fn nameable(within: &Within, place: &Place, org: &Org) -> Option<Vec<Name>> {
    match within {
        Within::Below => {
            Some(org.units.values().filter(|u| org.is_below(u, place.unit)).map(|u| u.id.clone()).collect())
        }
        Within::Posts(role, whose) => {
            let mut out: Vec<Name> = Vec::new();
            for unit in units(whose, place, org)? {
                let posts = match role {
                    Some(role) => posts_for(org, role, unit, place.tenant),
                    None => org.posts_of(unit).collect(),
                };
                for officer in posts.into_iter().flat_map(|p| p.a.iter().chain(&p.b)) {
                    if !out.contains(officer) {
                        out.push(officer.clone());
                    }
                }
            }
            Some(out)
        }
    }
}

/// The units meant: a field of units means each of them.
fn units<'a>(whose: &Whose, place: &Place<'a>, org: &'a Org) -> Option<Vec<&'a str>> {
    match whose {
        Whose::Field(field) => match place.fields.get(field)? {
            Value::List(ids) => Some(ids.iter().map(|id| &**id).collect()),
            value => value.text().map(|id| vec![id]),
        },
        whose => place.whose(whose, org).map(|unit| vec![unit]),
    }
}

/// Faults of what an act names: a unit or an officer that its field may not name here.
pub(crate) fn check_named(procedure: &Procedure, given: &Fields, place: &Place, org: &Org) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for (id, value) in given.iter().filter(|(_, v)| !v.is_empty()) {
        let Some(field) = procedure.fields.get(id) else { continue };
        let ids: Vec<&str> = match value {
            Value::List(ids) => ids.iter().map(|id| &**id).collect(),
            value => value.text().into_iter().collect(),
        };
        for whose in &field.never {
            let barred = place.whose(whose, org).filter(|unit| ids.contains(unit)).and_then(|id| org.units.get(id));
            if let Some(unit) = barred {
                faults.push(FieldFault { field: id.clone(), message: judge(field, unit, org) });
            }
        }
        let Some(within) = &field.within else { continue };
        let Some(known) = nameable(within, place, org) else { continue };
        if let Some(wrong) = ids.iter().find(|id| !known.iter().any(|k| **k == ***id)) {
            let message = said(procedure, field, within, place, wrong, &known, org);
            faults.push(FieldFault { field: id.clone(), message });
        }
    }
    faults
}

/// Nobody decides in his own matter: it belongs to the tier above.
fn judge(field: &Field, unit: &Unit, org: &Org) -> String {
    let instead = match org.tier_above(&unit.id) {
        Some(above) => format!("请向“{}”提出", above.title),
        None => "请向它的上一级机关提出".to_owned(),
    };
    format!("“{}”不能是“{}”：这一件由它办理、决定，自己的事自己不能决定；{instead}", field.title, unit.title)
}

/// Most names that a message offers.
const OFFERED_MAX: usize = 6;

fn said(
    procedure: &Procedure,
    field: &Field,
    within: &Within,
    place: &Place,
    wrong: &str,
    known: &[Name],
    org: &Org,
) -> String {
    let unit = |id: &str| org.units.get(id).map_or(id.to_owned(), |u| u.title.clone());
    let officer = |id: &str| org.officers.get(id).map_or(id.to_owned(), |o| o.name.clone());
    let (name, must): (&dyn Fn(&str) -> String, String) = match within {
        Within::Below => (&unit, format!("“{}”的直接下级单位", unit(place.unit))),
        Within::Posts(role, whose) => {
            // A role that one unit has for all (领导) is not this unit's own.
            let own = |id: &&str| role.as_ref().is_none_or(|r| org.posts_with(id, r).next().is_some());
            let of = match whose {
                Whose::Field(of) => procedure.fields.get(of).map_or(String::new(), |f| format!("“{}”", f.title)),
                whose => place.whose(whose, org).filter(own).map_or(String::new(), |id| format!("“{}”", unit(id))),
            };
            let whom = role.as_deref().map_or("的人员".to_owned(), |r| format!("{}岗位的人员", role_title(r)));
            (&officer, format!("{of}{whom}"))
        }
    };
    let offered: Vec<String> = known.iter().take(OFFERED_MAX).map(|id| name(id)).collect();
    let more = if known.len() > OFFERED_MAX { "等" } else { "" };
    let instead = match offered.is_empty() {
        true => "现在一个也没有".to_owned(),
        false => format!("可以选：{}{more}", offered.join("、")),
    };
    format!("“{}”要是{must}，“{}”不是；{instead}", field.title, name(wrong))
}
