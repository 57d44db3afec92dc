//! Is what was typed in what the procedure asks for?

use jiff::civil;
use xiaoneng_pack::{Field, FieldKind, Item, Name, Procedure, World};

use crate::{Case, FieldFault, Fields, Value};

/// Longest text of fields without a limit of their own (names, telephones, codes).
const SHORT_MAX: usize = 100;
/// Largest count or amount: far beyond any real one, far below what JSON loses.
const NUMBER_MAX: i64 = 1_000_000_000_000_000;
/// Largest count: days, persons, square metres of one matter.
const COUNT_MAX: i64 = 1_000_000;
/// Most ids in one list.
const LIST_MAX: usize = 200;

/// What is written on a case, with what an action writes over it.
#[derive(Clone, Copy)]
pub(crate) struct Sheet<'a> {
    before: Option<&'a Fields>,
    given: Option<&'a Fields>,
}

impl<'a> Sheet<'a> {
    pub fn of(case: &'a Case) -> Sheet<'a> {
        Sheet { before: Some(&case.fields), given: None }
    }

    pub fn with(case: Option<&'a Case>, given: &'a Fields) -> Sheet<'a> {
        Sheet { before: case.map(|c| &*c.fields), given: Some(given) }
    }

    /// What the action itself writes there; an empty value writes nothing.
    pub fn given(&self, id: &str) -> Option<&'a Value> {
        self.given.and_then(|g| g.get(id)).filter(|v| !v.is_empty())
    }

    pub fn get(&self, id: &str) -> Option<&'a Value> {
        self.given(id).or_else(|| self.before.and_then(|b| b.get(id)))
    }

    pub fn text(&self, id: &str) -> Option<&'a str> {
        self.get(id).and_then(Value::text)
    }

    /// The action writes nothing at all.
    pub fn gives_nothing(&self) -> bool {
        self.given.is_none_or(|g| g.is_empty())
    }

    /// All that the action writes.
    pub fn all_given(&self) -> Fields {
        let mut given = self.given.cloned().unwrap_or_default();
        given.retain(|_, value| !value.is_empty());
        given
    }
}

/// Check values against a procedure's fields; every fault says how to mend it.
///
/// `needs` must be there and not empty; whatever else is given must be a field of the procedure.
pub fn check_fields(
    procedure: &Procedure,
    item: Option<&Item>,
    world: &World,
    needs: &[Name],
    takes: &[Name],
    given: &Fields,
) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for id in needs {
        if given.get(id).is_none_or(Value::is_empty) {
            let title = procedure.fields.get(id).map_or(&**id, |f| &f.title);
            faults.push(fault(id, format!("请填写“{title}”")));
        }
    }
    for (id, value) in given {
        let Some(field) = procedure.fields.get(id) else {
            faults.push(fault(id, format!("“{}”没有“{id}”这一项，请去掉", procedure.title)));
            continue;
        };
        if !needs.contains(id) && !takes.contains(id) {
            faults.push(fault(id, format!("这一步不填“{}”，请去掉", field.title)));
        } else if !value.is_empty()
            && let Err(message) = check_value(field, value, item, world)
        {
            faults.push(fault(id, message));
        }
    }
    faults
}

fn fault(field: &Name, message: String) -> FieldFault {
    FieldFault { field: field.clone(), message }
}

/// Check one value against its field.
pub(crate) fn check_value(field: &Field, value: &Value, item: Option<&Item>, world: &World) -> Result<(), String> {
    let title = &field.title;
    if matches!(value, Value::Sealed { .. }) {
        return Ok(()); // OK because only the office seals, after it was checked.
    }
    match &field.kind {
        FieldKind::Text(max) => text(title, value, *max as usize).map(drop),
        FieldKind::Articles => text(title, value, 2000).map(drop),
        FieldKind::Person => text(title, value, SHORT_MAX).map(drop),
        FieldKind::Choice(of) => {
            let text = text(title, value, SHORT_MAX)?;
            if of.iter().any(|o| o == text) {
                Ok(())
            } else {
                Err(format!("“{title}”请从这些里选：{}", of.join("、")))
            }
        }
        FieldKind::Count => {
            let (min, max) = field.range;
            number(title, value, min.unwrap_or(0), max.unwrap_or(COUNT_MAX))
        }
        FieldKind::Percent => number(title, value, 0, 100),
        FieldKind::Money => {
            let fen = |yuan: Option<i64>| yuan.map(|y| y.saturating_mul(100));
            let (min, max) = field.range;
            money(title, value, fen(min).unwrap_or(0), fen(max).unwrap_or(NUMBER_MAX))
        }
        FieldKind::Date => text(title, value, 10)?
            .parse::<civil::Date>()
            .map_err(|_| format!("“{title}”请写成 2015-08-20 这样的日期"))
            .and_then(|d| in_range(title, d)),
        FieldKind::Instant => text(title, value, 19)?
            .parse::<civil::DateTime>()
            .map_err(|_| format!("“{title}”请写成 2015-08-20T10:00 这样的日期和时间"))
            .and_then(|d| in_range(title, d.date())),
        FieldKind::Identity => identity(title, text(title, value, 18)?),
        FieldKind::Phone => phone(title, text(title, value, 30)?),
        FieldKind::Officer => known(title, value, "人员", |id| world.org.officers.contains_key(id)),
        FieldKind::Posts => many(title, value, "岗位", |id| world.org.posts.contains_key(id)),
        FieldKind::Units => many(title, value, "单位", |id| world.org.units.contains_key(id)),
        FieldKind::Items => match item.filter(|i| !i.holds.is_empty()) {
            // A bundle holds what its item says, whatever a form sends.
            Some(bundle) => many(title, value, "一并办理的事项", |id| bundle.holds.iter().any(|h| **h == *id)),
            None => many(title, value, "事项", |id| world.items.contains_key(id)),
        },
        FieldKind::Unit => known(title, value, "单位", |id| world.org.units.contains_key(id)),
        FieldKind::Code => {
            let text = text(title, value, 40)?;
            let fine = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
            if fine {
                Ok(())
            } else {
                Err(format!("“{title}”只用字母、数字、点和短横，最长 40 个字符"))
            }
        }
        FieldKind::Materials => materials(title, value, item),
        FieldKind::Flag => match value {
            Value::Flag(_) => Ok(()),
            _ => Err(format!("“{title}”请选是或否")),
        },
    }
}

fn text<'a>(title: &str, value: &'a Value, max: usize) -> Result<&'a str, String> {
    let text = value.text().ok_or_else(|| format!("“{title}”应当是文字"))?;
    // No character is shorter than a byte: most texts need not be counted.
    if text.len() > max {
        let long = text.chars().count();
        if long > max {
            return Err(format!("“{title}”最多 {max} 个字，现在 {long} 个"));
        }
    }
    // Bytes that a control character begins with.
    let suspect = |b: u8| b < b' ' || b == 0x7f || b == 0xc2;
    if text.bytes().any(suspect) && text.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t') {
        return Err(format!("“{title}”里有看不见的控制字符，请重新输入"));
    }
    Ok(text)
}

fn number(title: &str, value: &Value, min: i64, max: i64) -> Result<(), String> {
    match value {
        Value::Number(n) if (min..=max).contains(n) => Ok(()),
        Value::Number(_) => Err(format!("“{title}”应当在 {min} 到 {max} 之间")),
        _ => Err(format!("“{title}”应当是整数")),
    }
}

/// An amount in fen, spoken of in yuan.
fn money(title: &str, value: &Value, min: i64, max: i64) -> Result<(), String> {
    match value {
        Value::Number(n) if (min..=max).contains(n) => Ok(()),
        Value::Number(_) if max == NUMBER_MAX => Err(format!("“{title}”不少于 {} 元，不能大得离谱", min / 100)),
        Value::Number(_) => Err(format!("“{title}”应当在 {} 到 {} 元之间", min / 100, max / 100)),
        _ => Err(format!("“{title}”应当是金额，最多两位小数，例如 1200.50")),
    }
}

fn in_range(title: &str, date: civil::Date) -> Result<(), String> {
    // A person may be born earlier, but no field of today's procedures holds a birthday.
    if (2004..=2035).contains(&date.year()) {
        Ok(())
    } else {
        Err(format!("“{title}”的年份应当在 2004 到 2035 之间"))
    }
}

fn identity(title: &str, text: &str) -> Result<(), String> {
    let fine = text.len() == 18 && text.chars().all(|c| c.is_ascii_alphanumeric());
    if fine {
        Ok(())
    } else {
        Err(format!("“{title}”应当是 18 位（身份证号或统一社会信用代码），现在 {} 位", text.chars().count()))
    }
}

fn phone(title: &str, text: &str) -> Result<(), String> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let fine = (7..=15).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || "+- ()".contains(c));
    if fine { Ok(()) } else { Err(format!("“{title}”应当是 7 到 15 位数字，可以带区号和短横")) }
}

fn known(title: &str, value: &Value, what: &str, exists: impl Fn(&str) -> bool) -> Result<(), String> {
    let id = text(title, value, SHORT_MAX)?;
    if exists(id) { Ok(()) } else { Err(format!("“{title}”：没有“{id}”这个{what}")) }
}

/// A list of ids, each known and none twice.
fn many(title: &str, value: &Value, what: &str, exists: impl Fn(&str) -> bool) -> Result<(), String> {
    let Value::List(ids) = value else { return Err(format!("“{title}”应当是一张清单")) };
    if ids.len() > LIST_MAX {
        return Err(format!("“{title}”最多 {LIST_MAX} 项"));
    }
    if let Some(id) = ids.iter().find(|id| !exists(id)) {
        return Err(format!("“{title}”：没有“{id}”这个{what}"));
    }
    match ids.iter().enumerate().find(|(i, id)| ids[..*i].contains(id)) {
        None => Ok(()),
        Some((_, id)) => Err(format!("“{title}”里“{id}”写了两次，删去一个")),
    }
}

fn materials(title: &str, value: &Value, item: Option<&Item>) -> Result<(), String> {
    let Value::List(ids) = value else { return Err(format!("“{title}”应当是材料清单里的勾选")) };
    if ids.len() > LIST_MAX {
        return Err(format!("“{title}”最多 {LIST_MAX} 项"));
    }
    let Some(item) = item else {
        return Err(format!("“{title}”：这个办件没有对应的事项，没有材料清单"));
    };
    match ids.iter().find(|id| item.material(id).is_none()) {
        None => Ok(()),
        Some(id) => Err(format!("“{}”的材料清单里没有“{id}”", item.title)),
    }
}
