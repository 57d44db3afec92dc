//! How a letter writes a value, by the type of its field.

use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use xiaoneng_casework::Value;
use xiaoneng_pack::{Field, FieldKind};

use crate::cite::{Laws, plain_date};

/// Who and what ids stand for.
pub trait Names {
    /// 民和县自然资源局
    fn unit(&self, id: &str) -> String;
    /// 马文秀
    fn officer(&self, id: &str) -> String;
    /// The title of a post, with its unit.
    fn post(&self, id: &str) -> String;
    /// 农村宅基地审批
    fn item(&self, code: &str) -> String;
    /// The unit that decides an item: 民和县自然资源局
    fn unit_of_item(&self, code: &str) -> String;
    /// 户口簿, of the case's own item.
    fn material(&self, id: &str) -> String;
}

/// 2015年8月20日10时30分, as a letter writes an instant.
///
/// ```
/// use jiff::civil::date;
/// use xiaoneng_letters::plain_moment;
/// assert_eq!(plain_moment(date(2015, 8, 20).at(10, 0, 0, 0)), "2015年8月20日10时");
/// assert_eq!(plain_moment(date(2015, 8, 20).at(9, 5, 0, 0)), "2015年8月20日9时05分");
/// ```
pub fn plain_moment(at: DateTime) -> String {
    match at.minute() {
        0 => format!("{}{}时", plain_date(at.date()), at.hour()),
        minute => format!("{}{}时{minute:02}分", plain_date(at.date()), at.hour()),
    }
}

/// A field's value in words; `None` if nothing is written (or what is written cannot be opened).
pub(crate) fn value(field: &Field, value: &Value, on: Date, names: &dyn Names, laws: &Laws) -> Option<String> {
    if value.is_empty() {
        return None;
    }
    let said = match value {
        Value::Flag(yes) => if *yes { "是" } else { "否" }.to_owned(),
        Value::Number(n) => match field.kind {
            FieldKind::Money => money(*n),
            FieldKind::Percent => format!("{n}%"),
            _ => format!("{n}{}", field.measure),
        },
        Value::List(ids) => {
            let name = |id: &str| match field.kind {
                FieldKind::Units => names.unit(id),
                FieldKind::Posts => names.post(id),
                FieldKind::Items => names.item(id),
                FieldKind::Materials => names.material(id),
                _ => id.to_owned(),
            };
            ids.iter().map(|id| name(id)).collect::<Vec<_>>().join("、")
        }
        Value::Text(text) => match field.kind {
            FieldKind::Unit => names.unit(text),
            FieldKind::Officer => names.officer(text),
            FieldKind::Date => Date::from_str(text).map_or_else(|_| text.clone(), plain_date),
            FieldKind::Instant => DateTime::from_str(text).map_or_else(|_| text.clone(), plain_moment),
            FieldKind::Articles => {
                let articles = text.lines().map(str::trim).filter(|line| !line.is_empty());
                articles.map(|article| laws.cite(article, on)).collect::<Vec<_>>().join("、")
            }
            _ => text.trim().to_owned(),
        },
        Value::Sealed { .. } => return None,
    };
    Some(said)
}

/// 12,500元, 1.05元: of whole fen.
fn money(fen: i64) -> String {
    let (yuan, rest) = (fen.unsigned_abs() / 100, fen.unsigned_abs() % 100);
    let digits = yuan.to_string();
    let mut out = String::from(if fen < 0 { "负" } else { "" });
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if rest > 0 {
        out.push_str(&format!(".{rest:02}"));
    }
    out + "元"
}
