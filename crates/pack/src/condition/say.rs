//! A condition in the words of the people who meet it.

use super::eval::{Binary, Operand};
use super::{Condition, Function, Node, Part, Type};

impl Condition {
    /// In Chinese: `fee == 0 || paid >= fee` with the fields' titles is
    /// 应收费用等于 0，或者已收费用不少于应收费用.
    ///
    /// `title_of` answers a field's title and type (by its name with `-`).
    ///
    /// ```
    /// use xiaoneng_pack::condition::{Condition, Type};
    /// let condition = Condition::parse("fee == yuan(0) || paid_on <= now")?;
    /// let titles = |name: &str| match name {
    ///     "fee" => Some(("应收费用".to_owned(), Type::Number)),
    ///     _ => Some(("缴费日期".to_owned(), Type::Instant)),
    /// };
    /// assert_eq!(condition.say(&titles), "“应收费用”等于 0 元，或者“缴费日期”不晚于现在");
    /// # Ok::<(), xiaoneng_pack::condition::ConditionError>(())
    /// ```
    pub fn say(&self, title_of: &dyn Fn(&str) -> Option<(String, Type)>) -> String {
        self.ast.say(title_of)
    }
}

type Titles<'a> = &'a dyn Fn(&str) -> Option<(String, Type)>;

impl Node {
    fn say(&self, titles: Titles) -> String {
        match &self.part {
            Part::Value(value) => value.say(),
            Part::Field(name) => match name.as_str() {
                "now" => "现在".to_owned(),
                "children" => "子件的件数".to_owned(),
                "children-open" => "没有办结的子件".to_owned(),
                "child-results" => "子件的结果".to_owned(),
                name => format!("“{}”", titles(name).map_or_else(|| name.to_owned(), |(title, _)| title)),
            },
            Part::List(list) => list.iter().map(|n| n.say(titles)).collect::<Vec<_>>().join("、"),
            Part::Not(node) => format!("不是（{}）", node.say(titles)),
            Part::Minus(node) => format!("负 {}", node.say(titles)),
            Part::Call(function, node) => {
                let inner = node.say(titles);
                match function {
                    Function::Hours => format!("{} 小时", inner.trim()),
                    Function::Days => format!("{} 天", inner.trim()),
                    Function::Yuan => format!("{} 元", inner.trim_end()),
                    Function::Size => format!("{inner}的字数（项数）"),
                }
            }
            Part::Two(binary, a, b) => {
                let time = a.is_time(titles) || b.is_time(titles);
                let (left, right) = (a.within(titles), b.within(titles));
                match binary {
                    Binary::And => format!("{left}，并且{right}"),
                    Binary::Or => format!("{left}，或者{right}"),
                    Binary::In => format!("{left}是其中之一：{right}"),
                    other => format!("{left}{}{right}", other.said(time)),
                }
            }
        }
    }

    /// A part of another: what joins several is set apart.
    fn within(&self, titles: Titles) -> String {
        match &self.part {
            Part::Two(Binary::And | Binary::Or, ..) => format!("（{}）", self.say(titles)),
            _ => self.say(titles),
        }
    }

    fn is_time(&self, titles: Titles) -> bool {
        match &self.part {
            Part::Value(value) => value.type_of() == Type::Instant,
            Part::Field(name) => name == "now" || titles(name).is_some_and(|(_, kind)| kind == Type::Instant),
            Part::Two(Binary::Plus | Binary::Minus, a, b) => a.is_time(titles) != b.is_time(titles),
            _ => false,
        }
    }
}

impl Operand {
    fn say(&self) -> String {
        match self {
            Self::Number(n) => format!(" {n}"),
            Self::Text(text) => format!("“{text}”"),
            Self::Flag(flag) => if *flag { "是" } else { "否" }.to_owned(),
            Self::Date(date) => format!(" {}年{}月{}日", date.year(), date.month(), date.day()),
            Self::Instant(at) => format!(" {at}"),
            Self::Seconds(seconds) => format!(" {seconds} 秒"),
            Self::List(list) => list.iter().map(Operand::say).collect::<Vec<_>>().join("、"),
        }
    }
}

impl Binary {
    fn said(self, time: bool) -> &'static str {
        match (self, time) {
            (Self::Same, _) => "等于",
            (Self::Differs, _) => "不等于",
            (Self::Less, false) => "少于",
            (Self::Less, true) => "早于",
            (Self::AtMost, false) => "不超过",
            (Self::AtMost, true) => "不晚于",
            (Self::More, false) => "多于",
            (Self::More, true) => "晚于",
            (Self::AtLeast, false) => "不少于",
            (Self::AtLeast, true) => "不早于",
            (Self::Plus, _) => "加",
            (Self::Minus, _) => "减",
            (Self::Times, _) => "乘",
            (Self::Divide, _) => "除以",
            (Self::Rest, _) => "除以后的余数，除数",
            (Self::And | Self::Or | Self::In, _) => "",
        }
    }
}
