//! Every letter of the packs in the box can be written, with everything missing and with everything there.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::date;
use xiaoneng_casework::{Fields, Value};
use xiaoneng_letters::{Addressee, ChildSaid, ClockSaid, Given, LawTitle, Laws, Names, Own, Run, Said, Written, fill};
use xiaoneng_pack::{Action, Children, FieldKind, Letter, Name, Procedure};

/// Ids stand for themselves.
struct Plain;

impl Names for Plain {
    fn unit(&self, id: &str) -> String {
        id.to_owned()
    }
    fn officer(&self, id: &str) -> String {
        id.to_owned()
    }

    fn post(&self, id: &str) -> String {
        id.to_owned()
    }
    fn item(&self, code: &str) -> String {
        code.to_owned()
    }
    fn unit_of_item(&self, code: &str) -> String {
        format!("{code}的单位")
    }
    fn material(&self, id: &str) -> String {
        id.to_owned()
    }
}

fn laws() -> Laws {
    let world = xiaoneng_packbox::world();
    let law = |law: &xiaoneng_pack::limits::Law| LawTitle { title: law.title.clone(), from: law.from, to: law.to };
    Laws(world.limits.laws.values().map(law).collect())
}

/// A value of every field.
fn full(procedure: &Procedure) -> Fields {
    let value = |kind: &FieldKind| match kind {
        FieldKind::Count | FieldKind::Percent | FieldKind::Money => Value::Number(12),
        FieldKind::Flag => Value::Flag(true),
        FieldKind::Units | FieldKind::Items | FieldKind::Materials => Value::List(vec!["a".into(), "b".into()]),
        FieldKind::Date => "2015-08-20".into(),
        FieldKind::Instant => "2015-08-20T10:00".into(),
        FieldKind::Choice(words) => words.first().map_or("", String::as_str).into(),
        _ => "某".into(),
    };
    procedure.fields.iter().map(|(name, field)| (name.clone(), value(&field.kind))).collect()
}

/// Two of each kind that it opens.
fn children(procedure: &Procedure) -> Vec<ChildSaid> {
    let child = |kind: &Name, title: &str, unit: &str| ChildSaid {
        kind: kind.clone(),
        title: title.to_owned(),
        unit: unit.to_owned(),
        said: "同意".to_owned(),
    };
    let two = |(kind, c): (&Name, &Children)| [child(kind, &c.title, "甲局"), child(kind, &c.title, "乙局")];
    procedure.children.iter().flat_map(two).collect()
}

/// Each letter as each action that issues it writes it, and to whom.
fn written(empty: bool) -> Vec<(String, Written, Vec<Addressee>)> {
    let (world, laws) = (xiaoneng_packbox::world(), laws());
    let mut all = Vec::new();
    for procedure in world.procedures.values() {
        for (name, action) in &procedure.actions {
            let Some(letter) = action.letter.as_ref().filter(|l| procedure.letters.contains_key(*l)) else { continue };
            let said = |text: &str| if empty { String::new() } else { text.to_owned() };
            let clock = ClockSaid {
                due: said("2015年8月27日"),
                due_before: said("2015年8月26日"),
                limit: said("20个工作日"),
                extension: said("10个工作日"),
                ..ClockSaid::default()
            };
            let given = Given {
                procedure,
                fields: &if empty { Fields::new() } else { full(procedure) },
                names: &Plain,
                laws: &laws,
                by_law: false,
                own: Own {
                    reason: said("事实清楚。"),
                    unit: said("甲局"),
                    unit_before: said("乙局"),
                    number: "630222-20150820-00001".to_owned(),
                    title: "某事".to_owned(),
                    date: date(2015, 8, 20),
                    opened: date(2015, 8, 3),
                    basis: action.basis.clone(),
                    officer: said("某人"),
                    phone: said("0972-1"),
                    address: said("大厅"),
                    result: action.result.clone().unwrap_or_else(|| said("办结")),
                    certificate: said("某证"),
                    parent: said("丙局"),
                    parent_number: said("630202-20150820-00002"),
                },
                clocks: procedure.clocks.keys().map(|name| (name.clone(), clock.clone())).collect(),
                days: match empty {
                    true => BTreeMap::new(),
                    false => procedure.actions.keys().map(|name| (name.clone(), date(2015, 8, 4))).collect(),
                },
                children: if empty { Vec::new() } else { children(procedure) },
            };
            let (written, to) = fill(letter, &given).expect("the loader checked its name");
            all.push((format!("{}.{name}", procedure.id), written, to));
        }
    }
    assert!(all.len() > 10, "{} letters", all.len());
    all
}

fn text(written: &Written) -> String {
    let word = |run: &Run| match run {
        Run::Text(text) | Run::Value(text) | Run::Due(text) => text.clone(),
        Run::Gap(what) => format!("<{what}>"),
    };
    let line = |runs: &[Run]| runs.iter().map(word).collect::<String>();
    let block = |said: &Said| match said {
        Said::Paragraph(runs) | Said::Entry(runs) => line(runs),
        Said::Count(_) => String::new(),
    };
    let blocks = written.blocks.iter().map(block);
    blocks.chain([line(&written.remedy)]).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn with_everything_there_no_letter_has_a_gap_or_a_mark_of_its_form() {
    let world = xiaoneng_packbox::world();
    let issued = |(name, action): (&Name, &Action), procedure: &Procedure| {
        let letter = procedure.letters.get(action.letter.as_ref()?)?;
        Some((format!("{}.{name}", procedure.id), letter.clone()))
    };
    let of = |procedure: &Arc<Procedure>| {
        procedure.actions.iter().filter_map(|action| issued(action, procedure)).collect::<Vec<_>>()
    };
    let letters: BTreeMap<String, Letter> = world.procedures.values().flat_map(of).collect();
    for (action, written, to) in written(false) {
        let text = text(&written);
        assert_eq!(written.gaps(), Vec::<&str>::new(), "{action}:\n{text}");
        assert!(!text.contains(['{', '}', '[', ']']), "{action}:\n{text}");
        for doubled in ["。。", "，，", "，。", "；。", "、。", "。；", "。，", "。”。"] {
            assert!(!text.contains(doubled), "{action} says {doubled}:\n{text}");
        }
        assert!(!written.title.is_empty() && !text.is_empty(), "{action}");
        let letter = &letters[&action];
        assert_eq!(to.len(), letter.to.len(), "{action} goes to {to:?}");
        assert!(to.iter().all(|to| !to.name.is_empty()), "{action} goes to {to:?}");
    }
}

#[test]
fn with_everything_missing_each_letter_still_comes_out_whole() {
    for (action, written, _) in written(true) {
        assert!(!written.blocks.is_empty(), "{action}");
    }
}

#[test]
fn every_basis_of_an_action_that_issues_a_letter_is_cited_in_full() {
    for procedure in xiaoneng_packbox::world().procedures.values() {
        for (name, action) in procedure.actions.iter().filter(|(_, a)| a.letter.is_some() && !a.basis.is_empty()) {
            let cited = laws().cite(&action.basis, date(2024, 8, 20));
            println!("{}\t→ {cited}\t← 2015: {}", action.basis, laws().cite(&action.basis, date(2015, 8, 20)));
            assert!(cited.contains('《'), "{}.{name}: {} is cited as {cited}", procedure.id, action.basis);
        }
    }
}
