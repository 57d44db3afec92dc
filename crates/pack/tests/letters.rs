//! Letters: what their texts mean, and every slip in them told at its place.

mod common;

use common::*;
use xiaoneng_pack::letter::{Block, Piece, Slot, To, Word};
use xiaoneng_pack::{Letter, Severity};

const TEXT: &str = "您{opened}提交的申请，已于{date}受理[，面积{area}]。";

#[track_caller]
fn letter(pack: &Pack) -> Letter {
    pack.world().procedures["licence"].letters["acceptance"].clone()
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

#[test]
fn a_letter_is_read_into_paragraphs_entries_and_values() {
    let letter = letter(&good());
    let word = |word| Piece::Slot(Slot::Word(word));
    assert_eq!(letter.title, [text("受理通知书")]);
    assert_eq!(letter.to, [To::Field("applicant".into())]);
    assert_eq!(
        letter.text,
        [
            Block::Paragraph(vec![
                text("您"),
                word(Word::Opened),
                text("提交的申请，已于"),
                word(Word::Date),
                text("受理"),
                Piece::Optional(vec![text("，面积"), Piece::Slot(Slot::Field("area".into()))]),
                text("。"),
            ]),
            Block::Entry(vec![
                text("应当在"),
                Piece::Slot(Slot::Limit("decide".into())),
                text("内办结，至迟"),
                Piece::Slot(Slot::Due("decide".into())),
                text("。"),
            ]),
        ]
    );
    assert_eq!(letter.remedy, [text("有疑问的，可以打电话"), word(Word::Phone), text("。")]);
}

#[test]
fn lines_of_a_paragraph_are_one_and_a_day_strip_stands_alone() {
    let pack = good().with(LICENCE, TEXT, "第一行，\n第二行ABC\nXYZ。\n\n{strip.decide}\n\n- 甲\n  乙\n- 丙");
    let blocks = letter(&pack).text;
    assert_eq!(
        blocks[..4],
        [
            Block::Paragraph(vec![text("第一行，第二行ABC XYZ。")]),
            Block::Strip("decide".into()),
            Block::Entry(vec![text("甲乙")]),
            Block::Entry(vec![text("丙")]),
        ]
    );
}

#[test]
fn whom_a_letter_addresses() {
    let to = |line: &str| {
        let pack = good().with(LICENCE, "title = \"受理通知书\"", &format!("title = \"受理通知书\"\n{line}"));
        letter(&pack).to
    };
    let field = |name: &str| To::Field(name.into());
    assert_eq!(to(""), [field("applicant")]);
    assert_eq!(to("to = \"public\""), []);
    assert_eq!(to("to = \"unit\""), [To::Unit]);
    assert_eq!(to("to = \"unit-before\""), [To::UnitBefore]);
    assert_eq!(to("to = \"note\""), [field("note")]);
    assert_eq!(to("to = [\"applicant\", \"note\"]"), [field("applicant"), field("note")]);
}

/// The procedure with a way in by the law, as a child has one, and with children of its own.
fn family() -> Pack {
    let opened = "[actions.asked]\ntitle = \"收到\"\nto = \"received\"\nby = \"law\"\nhands-to = \"window\"\n";
    let children =
        "[children.opinion]\ntitle = \"征求意见\"\nprocedure = \"licence\"\nopened-by = \"accept\"\neach = \"@unit\"\n";
    good().with(LICENCE, "[letters.acceptance]", &format!("{opened}{children}[letters.acceptance]"))
}

#[test]
fn a_letter_of_a_child_goes_to_the_unit_that_asked() {
    let pack = family().with(LICENCE, "title = \"受理通知书\"", "title = \"受理通知书\"\nto = \"parent\"");
    assert_eq!(letter(&pack).to, [To::Parent]);
    let number = letter(&family().with(LICENCE, TEXT, "你处{parent-number}号。"));
    let Block::Paragraph(pieces) = &number.text[0] else { panic!("a paragraph") };
    assert_eq!(pieces[1], Piece::Slot(Slot::Word(Word::ParentNumber)));
    let said = "没有请求办理的单位";
    let to = "title = \"受理通知书\"\nto = «\"parent\"";
    good().with(LICENCE, "title = \"受理通知书\"", to).one_fault("no-parent", said, "by = \"law\"");
    good().with(LICENCE, TEXT, "«{parent}。").one_fault("no-parent", said, "by = \"law\"");
}

#[test]
fn the_cases_that_a_case_opened_are_listed_in_a_paragraph_of_their_own() {
    let listed = |typed: &str| letter(&family().with(LICENCE, TEXT, typed)).text[0].clone();
    assert_eq!(listed("{children}"), Block::Children(None));
    assert_eq!(listed("- {children.opinion}"), Block::Children(Some("opinion".into())));
    let fault = |pack: Pack, typed: &str, code: &str, message: &str, help: &str| {
        pack.with(LICENCE, TEXT, typed).one_fault(code, message, help);
    };
    fault(good(), "«{children}", "no-children", "不开立子件", "[children.…]");
    fault(family(), "«{children.opinoin}", "unknown-children", "没有“opinoin”这个子件", "是不是“opinion”？");
    fault(family(), "结果：«{children}", "bad-letter", "不能写在句子里", "自成一段");
    fault(family(), "结果：«{children.opinion}", "bad-letter", "不能写在句子里", "自成一段");
}

#[test]
fn a_field_that_is_called_like_a_word_of_the_house_is_named_in_full() {
    let phone = "phone = { type = \"phone\", title = \"联系电话\", personal = true }\narea =";
    let pack = good().with(LICENCE, "area =", phone);
    pack.clone().with(LICENCE, "电话{phone}", "电话«{phone}").one_fault(
        "two-meanings",
        "“{phone}”有两个意思",
        "{field.phone}；要系统的，写 {case.phone}",
    );
    let own = letter(&pack.clone().with(LICENCE, "{phone}", "{case.phone}"));
    assert_eq!(own.remedy[1], Piece::Slot(Slot::Word(Word::Phone)));
    let field = letter(&pack.with(LICENCE, "电话{phone}", "电话[{field.phone}]"));
    assert_eq!(field.remedy[1], Piece::Optional(vec![Piece::Slot(Slot::Field("phone".into()))]));
    // What a case is called: its own field says it best.
    let title = "title = { type = \"text\", max = 50, title = \"标题\" }\narea =";
    let titled = letter(&good().with(LICENCE, "area =", title).with(LICENCE, "{opened}", "[{title}]"));
    let Block::Paragraph(pieces) = &titled.text[0] else { panic!("a paragraph") };
    assert_eq!(pieces[1], Piece::Optional(vec![Piece::Slot(Slot::Field("title".into()))]));
}

#[test]
fn a_letter_is_issued_by_an_action_and_finds_what_it_says() {
    let unissued = good().with(LICENCE, "letter = \"acceptance\"\n", "");
    let fault = unissued.with(LICENCE, "[letters.acceptance]", "[letters.«acceptance]").one_fault(
        "letter-not-issued",
        "没有动作发出文书“acceptance”",
        "letter = \"acceptance\"",
    );
    assert_eq!(fault.severity, Severity::Warning);

    good()
        .with(LICENCE, "[letters.acceptance]", "[letters.«acceptance]")
        .with(LICENCE, "您{opened}", "依照{article}，您{opened}")
        .one_fault("no-basis", "发出它的动作“accept”没有写 basis", "{article}");

    for (typed, said) in [("面积{area}。", "面积"), ("{reason}。", "理由"), ("延长{extension.decide}。", "延长多久")]
    {
        let pack = good().with(LICENCE, TEXT, typed).with(LICENCE, "text = \"\"\"", "text = «\"\"\"");
        let fault = pack.one_fault("may-be-empty", said, "放进 […]");
        assert_eq!(fault.severity, Severity::Warning);
    }
    // Asked for on every way there: sure. By the law itself nothing is filled in, but what came before counts.
    good().with(LICENCE, TEXT, "{applicant}：").world();
    // Where the law acts, the letter has words of its own.
    let by_law = good().with(LICENCE, "remedy =", "by-law = \"\"\"\n视为受理。\n\"\"\"\nremedy =");
    assert_eq!(letter(&by_law).by_law, [Block::Paragraph(vec![text("视为受理。")])]);
    by_law.with(LICENCE, TEXT, "面积{area}。").world();
}

#[test]
fn a_lower_layer_adds_and_rewords_letters() {
    let county = |toml: &str| {
        let more = format!("id = \"licence\"\nextends = true\n{toml}");
        good().county().and("county/procedures/licence.toml", &more)
    };
    let reworded = county("[letters.acceptance]\ntext = \"民和县已于{date}受理，编号{number}。\"\n");
    let letter = letter(&reworded);
    assert_eq!(letter.text.len(), 1);
    assert_eq!((letter.title, letter.remedy.len()), (vec![text("受理通知书")], 3));
    let added =
        county("[actions.grant]\nletter = \"grant\"\n[letters.grant]\ntitle = \"准予决定书\"\ntext = \"{note}。\"\n");
    assert_eq!(added.world().procedures["licence"].letters.len(), 2);
    county("[letters.acceptance]\ntext = «\"\"\n").one_fault("empty", "text 是空的", "写上内容");
    county("[letters.acceptance]\ntext = \"«{numbr}\"\n").one_fault(
        "unknown-placeholder",
        "没有“numbr”这个填写项",
        "是不是“number”？",
    );
}

/// A slip that shows twice is told at its first place.
#[test]
fn brackets_do_not_nest_and_the_names_of_the_house_are_taken() {
    let (_, faults) = good().with(LICENCE, TEXT, "您好。\n\n[，{area}[x]]").load();
    let fault = faults.iter().next().expect("a fault");
    assert!(fault.code == "bad-letter" && fault.message.contains("“[”里不能再写“[”"), "{fault}");
    let (_, faults) = good().with(LICENCE, "[letters.acceptance]", "[letters.correction]").load();
    assert!(faults.iter().any(|f| f.code == "bad-name" && f.message.contains("系统自带的文书")), "{faults}");
}
