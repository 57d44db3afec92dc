//! What ids and laws are called in the tests.

use jiff::civil::date;
use xiaoneng_letters::{LawTitle, Laws, Names};

/// Ids stand for themselves, but for one unit.
pub struct Plain;

impl Names for Plain {
    fn unit(&self, id: &str) -> String {
        if id == "630222-swj" { "民和县水务局".to_owned() } else { format!("单位{id}") }
    }
    fn officer(&self, id: &str) -> String {
        format!("某{id}")
    }

    fn post(&self, id: &str) -> String {
        id.to_owned()
    }
    fn item(&self, code: &str) -> String {
        format!("事项{code}")
    }
    fn unit_of_item(&self, code: &str) -> String {
        format!("管{}的单位", &code[..1])
    }
    fn material(&self, id: &str) -> String {
        format!("材料{id}")
    }
}

pub fn laws() -> Laws {
    let law = |title: &str| LawTitle { title: title.to_owned(), from: date(2004, 7, 1), to: None };
    Laws(vec![law("中华人民共和国行政许可法"), law("信访工作条例")])
}
