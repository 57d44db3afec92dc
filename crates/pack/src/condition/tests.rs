use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn lookup(name: &str) -> Option<Operand> {
    Some(match name {
        "area" => Operand::Number(150),
        "land-kind" => Operand::Text("村内空闲地".into()),
        "urgent" => Operand::Flag(true),
        "materials" => Operand::List(vec![Operand::Text("form".into()), Operand::Text("id".into())]),
        "posted-to" => Operand::Date(date(2015, 5, 13)),
        "start" => Operand::Instant(date(2015, 5, 13).at(9, 0, 0, 0)),
        "now" => Operand::Instant(date(2015, 5, 13).at(9, 30, 0, 0)),
        _ => return None,
    })
}

fn type_of(name: &str) -> Option<Type> {
    lookup(name).map(|o| o.type_of()).or((name == "empty").then_some(Type::Number))
}

fn check(text: &str) -> Result<bool, ConditionError> {
    let condition = Condition::parse(text)?;
    condition.check(&type_of)?;
    condition.eval(&lookup)
}

#[test]
fn conditions_answer_as_cel_does() {
    for (text, expected) in [
        ("true", true),
        ("area <= 200 && urgent", true),
        ("area > 200 || !urgent", false),
        ("1 + 2 * 3 == 7", true),
        ("(1 + 2) * 3 == 9", true),
        ("-7 / 2 == -3 && -7 % 2 == -1", true),
        ("land_kind in [\"原址翻建\", '村内空闲地']", true),
        ("land_kind in []", false),
        ("'form' in materials && size(materials) == 2", true),
        ("size(land_kind) == 5", true),
        ("now - start <= hours(1)", true),
        ("now - start == hours(1) / 2", true),
        ("start + days(1) > now", true),
        ("posted_to < start", true),
        ("\"a\" + 'b' == \"ab\"", true),
        ("area > 100 == true", true),
        ("empty > 1 || urgent", true),
        ("empty > 1 && !urgent", false),
    ] {
        let answer = if text == "area > 100 == true" {
            check(text).is_err() // A comparison of comparisons is refused, not guessed.
        } else {
            check(text).unwrap_or_else(|e| panic!("{text}: {e}"))
        };
        assert_eq!(answer, expected, "{text}");
    }
}

#[test]
fn a_faulty_condition_says_where_and_how_to_mend_it() {
    for (text, at, message, help) in [
        ("area = 200", 5, "条件里不能写“=”", "相等写 =="),
        ("area <=", 7, "条件没有写完", "在后面补上一个值"),
        ("(area < 2", 9, "这里少了“)”", "补上“)”"),
        ("hour(1) < now - start", 0, "没有“hour”这个函数", "是不是“hours”？"),
        ("area < \"2\"", 5, "“<”两边不能是数和文字", "两边换成同一类"),
        ("area + 1", 0, "条件的结果应当是“是”或“否”", "加上比较"),
        ("area 200", 5, "条件在这里应当已经结束", "两个值之间"),
        ("urgent（", 6, "条件里不能写“（”", "改用英文标点"),
        ("12x < 3", 0, "“12x”不是整数", "只写数字"),
        ("'abc", 0, "文字的引号没有收尾", "引号"),
    ] {
        match check(text).unwrap_err() {
            ConditionError::Syntax { at: a, message: m, help: h } => {
                assert_eq!(a, at, "{text}");
                assert!(m.contains(message), "{text}: {m}");
                assert!(h.contains(help), "{text}: {h}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn an_unknown_field_and_an_empty_field_are_two_things() {
    assert_eq!(check("aera < 2"), Err(ConditionError::UnknownField { at: 0, name: "aera".into() }));
    assert_eq!(check("empty < 2"), Err(ConditionError::Missing { name: "empty".into() }));
    assert_eq!(check("1 / 0 == 1"), Err(ConditionError::NoResult("除数是 0".into())));
    assert_eq!(check("hours(9223372036854775807) == days(1)"), Err(ConditionError::NoResult("数太大".into())));
}

#[test]
fn deep_nesting_is_refused() {
    for text in ["(".repeat(500), "!".repeat(900) + "true", "1+".repeat(400) + "1", "-".repeat(500), "[".repeat(900)] {
        assert!(matches!(Condition::parse(&text), Err(ConditionError::Syntax { .. })), "{text}");
    }
    assert!(Condition::parse(&"a".repeat(TEXT_MAX + 1)).is_err());
}

#[test]
fn it_is_written_down_as_its_text() {
    let condition = Condition::parse("area < 2 && now > start").unwrap();
    assert_eq!(serde_json::to_string(&condition).unwrap(), "\"area < 2 && now > start\"");
    assert_eq!(condition.fields(), ["area", "start"]);
}

proptest! {
    #[test]
    fn prop_reading_any_text_never_panics(text in "\\PC{0,80}") {
        let _ = check(&text);
    }

    #[test]
    fn prop_reading_any_mixture_of_words_never_panics(words in prop::collection::vec(
        prop::sample::select(vec![
            "area", "now", "start", "urgent", "materials", "land_kind", "posted_to", "(", ")", "[", "]", ",", "+", "-",
            "*", "/", "%", "==", "!=", "<", "<=", ">", "in", "&&", "||", "!", "hours(", "days(", "size(", "0", "1",
            "9223372036854775807", "'a'", "true", "false",
        ]), 0..40))
    {
        let _ = check(&words.join(" "));
    }

    /// What passes the check never fails for its types.
    #[test]
    fn prop_a_checked_condition_has_an_answer(words in prop::collection::vec(
        prop::sample::select(vec!["area", "1", "urgent", "now", "start", "-", "<", "==", "&&", "||", "hours(1)"]), 1..9))
    {
        let text = words.join(" ");
        if let Ok(condition) = Condition::parse(&text) && condition.check(&type_of).is_ok() {
            prop_assert!(condition.eval(&lookup).is_ok(), "{text}");
        }
    }
}
