//! A procedure's own letter is filled as its text and the types of its fields say.

#[path = "samples/plain.rs"]
mod plain;

use std::collections::BTreeMap;

use jiff::civil::date;
use plain::{Plain, laws};
use xiaoneng_casework::{Fields, Value};
use xiaoneng_letters::{Addressee, ChildSaid, ClockSaid, Count, Given, Laws, Own, Run, Said, Written, fill, title_of};
use xiaoneng_pack::{Name, Procedure, Sources, load_with_warnings};

/// A procedure with a field of every type and one letter.
fn procedure(letter: &str) -> Procedure {
    let text = format!(
        "{}\n[letters.note]\ntitle = \"{{result}}（{{choice}}）告知书\"\n{letter}",
        include_str!("samples/every-kind.toml")
    );
    let mut sources: Vec<(String, String)> =
        xiaoneng_packbox::sources().iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    sources.push(("cn/procedures/every-kind.toml".to_owned(), text));
    let (world, faults) = load_with_warnings(&Sources::from_iter(sources));
    let world = world.unwrap_or_else(|| panic!("{}", faults.errors().map(ToString::to_string).collect::<String>()));
    (*world.procedures["every-kind"]).clone()
}

fn list(ids: &[&str]) -> Value {
    Value::List(ids.iter().map(|id| Name::from(*id)).collect())
}

fn fields() -> Fields {
    let of: [(&str, Value); 18] = [
        ("text", "第一句。第二句。".into()),
        ("choice", "甲类".into()),
        ("count", Value::Number(12)),
        ("percent", Value::Number(95)),
        ("money", Value::Number(1_234_550)),
        ("date", "2015-08-07".into()),
        ("instant", "2015-08-07T09:30".into()),
        ("person", "马进才".into()),
        ("identity", "632122199001010011".into()),
        ("phone", "0972-1234567".into()),
        ("officer", "o1".into()),
        ("unit", "630222-swj".into()),
        ("units", list(&["630222-swj", "x"])),
        ("items", list(&["a", "b"])),
        ("articles", "行政许可法 32\n信访工作条例 第二十二条".into()),
        ("code", "A-1".into()),
        ("materials", list(&["m1", "m2"])),
        ("flag", Value::Flag(true)),
    ];
    of.into_iter().map(|(name, value)| (Name::from(name), value)).collect()
}

fn filled(letter: &str, fields: &Fields) -> Written {
    filled_to(letter, fields).0
}

fn filled_to(letter: &str, fields: &Fields) -> (Written, Vec<Addressee>) {
    let procedure = procedure(letter);
    let (laws, names) = (laws(), Plain);
    fill("note", &given(&procedure, fields, &laws, &names, false)).expect("the letter is there")
}

fn given<'a>(
    procedure: &'a Procedure,
    fields: &'a Fields,
    laws: &'a Laws,
    names: &'a Plain,
    by_law: bool,
) -> Given<'a> {
    Given {
        procedure,
        fields,
        names,
        laws,
        by_law,
        own: Own {
            reason: "材料不实；".to_owned(),
            unit: "县信访局".to_owned(),
            unit_before: "县住建局".to_owned(),
            number: "630222-2015-000001".to_owned(),
            title: "反映路灯不亮".to_owned(),
            date: date(2015, 8, 20),
            opened: date(2015, 8, 3),
            basis: "信访工作条例 22、23 第一款".to_owned(),
            officer: "马文秀".to_owned(),
            phone: "0972-0000101".to_owned(),
            address: "政务大厅".to_owned(),
            result: "准予".to_owned(),
            certificate: String::new(),
            parent: "县政府办".to_owned(),
            parent_number: "630222-2015-000009".to_owned(),
        },
        clocks: BTreeMap::from([(
            "answer".into(),
            ClockSaid {
                due: "2015年10月2日".to_owned(),
                due_before: String::new(),
                limit: "60日".to_owned(),
                extension: String::new(),
                count: Count { text: "8月4日起".to_owned(), ..Count::default() },
            },
        )]),
        days: BTreeMap::from([("open".into(), date(2015, 8, 3))]),
        children: vec![child("ask", "征求意见", "县水务局", "同意"), child("part", "协办", "县林业局", "")],
    }
}

fn child(kind: &str, title: &str, unit: &str, said: &str) -> ChildSaid {
    ChildSaid { kind: kind.into(), title: title.to_owned(), unit: unit.to_owned(), said: said.to_owned() }
}

/// The words of a letter, blocks parted by line ends; what is missing as 【…】.
fn words(written: &Written) -> String {
    let line = |runs: &[Run]| {
        let word = |run: &Run| match run {
            Run::Text(text) | Run::Value(text) | Run::Due(text) => text.clone(),
            Run::Gap(what) => format!("【{what}】"),
        };
        runs.iter().map(word).collect::<String>()
    };
    let block = |said: &Said| match said {
        Said::Paragraph(runs) => line(runs),
        Said::Entry(runs) => format!("- {}", line(runs)),
        Said::Count(count) => format!("# {}", count.text),
    };
    written.blocks.iter().map(block).chain([line(&written.remedy)]).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn says(text: &str, want: &str) {
    let written = filled(&format!("text = \"\"\"\n{text}\n\"\"\"\n"), &fields());
    assert_eq!(words(&written).trim_end(), want, "{text}");
}

#[test]
fn a_field_of_every_type_is_written_as_letters_write_it() {
    for (field, want) in [
        ("text", "第一句。第二句"),
        ("choice", "甲类"),
        ("count", "12户"),
        ("percent", "95%"),
        ("money", "12,345.50元"),
        ("date", "2015年8月7日"),
        ("instant", "2015年8月7日9时30分"),
        ("person", "马进才"),
        ("identity", "632122199001010011"),
        ("phone", "0972-1234567"),
        ("officer", "某o1"),
        ("unit", "民和县水务局"),
        ("units", "民和县水务局、单位x"),
        ("items", "事项a、事项b"),
        ("articles", "《中华人民共和国行政许可法》第三十二条、《信访工作条例》第二十二条"),
        ("code", "A-1"),
        ("materials", "材料m1、材料m2"),
        ("flag", "是"),
    ] {
        says(&format!("值：{{field.{field}}}。"), &format!("值：{want}。"));
    }
}

#[test]
fn what_every_case_has() {
    says("{opened}、{case.date}、{on.open}", "2015年8月3日、2015年8月20日、2015年8月3日");
    says("{number}{title}", "630222-2015-000001反映路灯不亮");
    says("由{unit-before}转{case.unit}", "由县住建局转县信访局");
    says("因{reason}，依照{article}", "因材料不实，依照《信访工作条例》第二十二条、第二十三条第一款");
    says("{case.officer}，{case.phone}，{address}，{result}", "马文秀，0972-0000101，政务大厅，准予");
    says("{limit.answer}内，至迟{due.answer}", "60日内，至迟2015年10月2日");
    says("理由是：{reason}", "理由是：材料不实。");
    says("- 说明：{text}\n- 比例：{percent}", "- 说明：第一句。第二句。\n- 比例：95%");
    says("你处{parent-number}号，{parent}", "你处630222-2015-000009号，县政府办");
    says("[另有说明：{text}]", "另有说明：第一句。第二句。");
    says("各单位：\n\n{children}", "各单位：\n- 征求意见（县水务局）：同意；\n- 协办（县林业局）。");
    says("- {children.ask}\n- 完", "- 征求意见（县水务局）：同意。\n- 完");
    says("一。\n\n{strip.answer}\n\n- 二\n- 三", "一。\n# 8月4日起\n- 二\n- 三");
}

#[test]
fn what_is_missing_is_left_out_in_brackets_and_left_blank_elsewhere() {
    let letter = "text = \"\"\"\n[见{text}。]编号{code}[，{count}]。\n\n{money}，{due-before.answer}。\n\"\"\"\n";
    let mut some = fields();
    for gone in ["text", "count", "money"] {
        some.remove(gone);
    }
    let written = filled(letter, &some);
    assert_eq!(words(&written).trim_end(), "编号A-1。\n【金额】，【“答复”的到期日】。");
    assert_eq!(written.gaps(), ["金额", "“答复”的到期日"]);
    // A paragraph of which nothing remains is none.
    some.remove("code");
    let written = filled("text = \"\"\"\n[{text}]\n\n[编号{code}]\n\n好。\n\"\"\"\n", &some);
    assert_eq!(words(&written).trim_end(), "好。");
    // What cannot be opened any more is missing, and never shown as its cipher.
    let sealed = Value::Sealed { sealed: "abc".to_owned(), key: "k".to_owned(), masked: "马**".to_owned() };
    some.insert("person".into(), sealed);
    assert_eq!(words(&filled("text = \"{person}\"\n", &some)).trim_end(), "【人】");
}

#[test]
fn a_text_of_several_paragraphs_stays_so_where_it_stands_alone() {
    let mut long = fields();
    long.insert("text".into(), "第一段。\n\n第二段".into());
    let written = filled("text = \"{text}\"\n", &long);
    assert_eq!(words(&written).trim_end(), "第一段。\n第二段。");
    long.insert("text".into(), "没有打句号".into());
    assert_eq!(words(&filled("text = \"经查：{text}\"\n", &long)).trim_end(), "经查：没有打句号。");
}

#[test]
fn the_title_is_the_same_in_lists_and_on_the_paper() {
    let procedure = procedure("text = \"好。\"\n");
    assert_eq!(filled("text = \"好。\"\n", &fields()).title, "准予（甲类）告知书");
    assert_eq!(title_of(&procedure, "note", &fields(), "准予"), "准予（甲类）告知书");
    assert_eq!(title_of(&procedure, "correction", &fields(), ""), "一次性告知书");
    assert_eq!(title_of(&procedure, "gone", &fields(), ""), "gone");
}

#[test]
fn a_letter_goes_to_whom_it_names_and_the_law_has_words_of_its_own() {
    let given_to = |to: &str, fields: &Fields| filled_to(&format!("to = {to}\ntext = \"好。\"\n"), fields).1;
    let to = |to: &str| given_to(to, &fields()).into_iter().map(|to| (to.name, to.own)).collect::<Vec<_>>();
    let one = |name: &str, own| vec![(name.to_owned(), own)];
    assert_eq!(to("\"person\""), one("马进才", true), "his own matter, where nobody is called applicant");
    assert_eq!(to("\"units\""), one("民和县水务局、单位x", false));
    assert_eq!(to("\"items\""), one("管a的单位、管b的单位", false));
    assert_eq!(to("\"unit-before\""), one("县住建局", false));
    assert_eq!(to("\"parent\""), one("县政府办", false));
    assert_eq!(to("\"public\""), []);
    assert_eq!(to("[\"person\", \"parent\"]"), [one("马进才", true), one("县政府办", false)].concat());
    // Who is not known gets none, but the sheet of one's own is there to be handed over.
    let nobody = Fields::new();
    assert_eq!(given_to("[\"units\", \"officer\"]", &nobody), []);
    assert_eq!(given_to("\"person\"", &nobody), [Addressee { name: String::new(), own: true }]);
    let procedure = procedure("text = \"办了。\"\nby-law = \"没有答复，视为同意。\"\n");
    let (fields, laws, names) = (fields(), laws(), Plain);
    let said = |by_law| fill("note", &given(&procedure, &fields, &laws, &names, by_law)).expect("it is there").0;
    assert_eq!(words(&said(false)).trim_end(), "办了。");
    assert_eq!(words(&said(true)).trim_end(), "没有答复，视为同意。");
}
