//! Text to tree.

use super::eval::{Binary, Operand};
use super::{ConditionError, DEPTH_MAX, Function, Node, Part, TEXT_MAX};
use crate::text::help_for_name;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(i64),
    Text(String),
    Name(String),
    Sign(&'static str),
}

/// Longer signs first, so that `<=` is not read as `<`.
const SIGNS: [&str; 19] =
    ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "(", ")", "[", "]", ","];

/// Signs with their binding strength, weakest first.
const LEVELS: [&[(&str, Binary)]; 5] = [
    &[("||", Binary::Or)],
    &[("&&", Binary::And)],
    &[
        ("==", Binary::Same),
        ("!=", Binary::Differs),
        ("<=", Binary::AtMost),
        (">=", Binary::AtLeast),
        ("<", Binary::Less),
        (">", Binary::More),
        ("in", Binary::In),
    ],
    &[("+", Binary::Plus), ("-", Binary::Minus)],
    &[("*", Binary::Times), ("/", Binary::Divide), ("%", Binary::Rest)],
];

pub(super) fn parse(text: &str) -> Result<Node, ConditionError> {
    if text.chars().count() > TEXT_MAX {
        return Err(ConditionError::syntax(0, format!("条件超过 {TEXT_MAX} 个字"), "写短一些，或者分成几个动作"));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, next: 0, end: text.chars().count(), depth: 0 };
    let node = parser.level(0)?;
    match parser.tokens.get(parser.next) {
        None => Ok(node),
        Some((at, token)) => {
            let help = match token {
                Token::Name(_) | Token::Text(_) | Token::Number(_) => "两个值之间要有运算或者 && ||",
                Token::Sign(_) => "检查括号是不是成对",
            };
            Err(ConditionError::syntax(*at, "条件在这里应当已经结束", help))
        }
    }
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, ConditionError> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let (c, at) = (chars[i], i);
        if c.is_whitespace() {
            i += 1;
        } else if c == '"' || c == '\'' {
            let (value, next) = quoted(&chars, i)?;
            tokens.push((at, Token::Text(value)));
            i = next;
        } else if c.is_ascii_digit() {
            while i < chars.len() && chars[i].is_ascii_alphanumeric() {
                i += 1;
            }
            let digits: String = chars[at..i].iter().collect();
            let number = digits.parse().map_err(|_| {
                ConditionError::syntax(at, format!("“{digits}”不是整数"), "只写数字，不写单位，不超过十八位")
            })?;
            tokens.push((at, Token::Number(number)));
        } else if c.is_ascii_alphabetic() || c == '_' {
            while i < chars.len() && (chars[i].is_ascii_alphanumeric() || chars[i] == '_') {
                i += 1;
            }
            tokens.push((at, Token::Name(chars[at..i].iter().collect())));
        } else {
            let sign = SIGNS.into_iter().find(|s| s.chars().enumerate().all(|(k, c)| chars.get(i + k) == Some(&c)));
            let Some(sign) = sign else { return Err(strange(c, at)) };
            i += sign.len();
            tokens.push((at, Token::Sign(sign)));
        }
    }
    Ok(tokens)
}

fn strange(c: char, at: usize) -> ConditionError {
    let help = match c {
        '=' => "相等写 ==",
        '&' => "并且写 &&",
        '|' => "或者写 ||",
        '（' | '）' | '，' | '“' | '”' | '《' | '》' | '！' => "改用英文标点",
        _ => "可用的有：字段名 数 \"文字\" true false now hours() days() size() in + - * / % == != < <= > >= && || !",
    };
    ConditionError::syntax(at, format!("条件里不能写“{c}”"), help)
}

fn quoted(chars: &[char], start: usize) -> Result<(String, usize), ConditionError> {
    let mut value = String::new();
    let mut i = start + 1;
    while let Some(&c) = chars.get(i) {
        match c {
            c if c == chars[start] => return Ok((value, i + 1)),
            '\\' => {
                i += 1;
                match chars.get(i) {
                    Some('n') => value.push('\n'),
                    Some(&c @ ('\\' | '"' | '\'')) => value.push(c),
                    _ => return Err(ConditionError::syntax(i - 1, "“\\”后面只能是 \\ \" ' n", "去掉“\\”")),
                }
            }
            c => value.push(c),
        }
        i += 1;
    }
    Err(ConditionError::syntax(start, "文字的引号没有收尾", "文字前后都要有引号"))
}

struct Parser<'t> {
    tokens: &'t [(usize, Token)],
    next: usize,
    end: usize,
    depth: usize,
}

impl Parser<'_> {
    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(at, _)| *at)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = match self.tokens.get(self.next) {
            Some((_, Token::Sign(s))) => *s == sign,
            Some((_, Token::Name(name))) => name == sign,
            _ => false,
        };
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), ConditionError> {
        if self.take_sign(sign) {
            return Ok(());
        }
        Err(ConditionError::syntax(self.at(), format!("这里少了“{sign}”"), format!("补上“{sign}”")))
    }

    /// Chains at one level are built to the left; each link counts as depth, so that neither the
    /// reading nor the later walk over the tree can exhaust the stack.
    fn level(&mut self, level: usize) -> Result<Node, ConditionError> {
        let Some(signs) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        let mut links = 0;
        loop {
            let at = self.at();
            let Some((_, binary)) = signs.iter().find(|(sign, _)| self.take_sign(sign)) else { return Ok(left) };
            links += 1;
            if links > DEPTH_MAX * 2 {
                return Err(too_deep(at));
            }
            if links > 1 && level == 2 {
                return Err(ConditionError::syntax(at, "比较不能连着写", "分成两个，用 && 连起来：a < b && b < c"));
            }
            let right = self.level(level + 1)?;
            left = Node { at, part: Part::Two(*binary, Box::new(left), Box::new(right)) };
        }
    }

    fn unary(&mut self) -> Result<Node, ConditionError> {
        let at = self.at();
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(too_deep(at));
        }
        let node = if self.take_sign("!") {
            Node { at, part: Part::Not(Box::new(self.unary()?)) }
        } else if self.take_sign("-") {
            Node { at, part: Part::Minus(Box::new(self.unary()?)) }
        } else {
            self.primary()?
        };
        self.depth -= 1;
        Ok(node)
    }

    fn primary(&mut self) -> Result<Node, ConditionError> {
        let at = self.at();
        let Some((_, token)) = self.tokens.get(self.next) else {
            return Err(ConditionError::syntax(at, "条件没有写完", "在后面补上一个值"));
        };
        self.next += 1;
        let part = match token {
            Token::Number(n) => Part::Value(Operand::Number(*n)),
            Token::Text(text) => Part::Value(Operand::Text(text.clone())),
            Token::Name(name) if name == "true" => Part::Value(Operand::Flag(true)),
            Token::Name(name) if name == "false" => Part::Value(Operand::Flag(false)),
            Token::Name(name) if self.take_sign("(") => return self.call(name, at),
            Token::Name(name) if name == "in" => {
                return Err(ConditionError::syntax(at, "“in”前面要有一个值", "例如 kind in [\"甲\", \"乙\"]"));
            }
            Token::Name(name) => Part::Field(name.replace('_', "-")),
            Token::Sign("(") => {
                let node = self.level(0)?;
                self.expect(")")?;
                return Ok(node);
            }
            Token::Sign("[") => Part::List(self.list()?),
            Token::Sign(sign) => {
                return Err(ConditionError::syntax(at, format!("“{sign}”前面少了一个值"), "补上字段名、数或者文字"));
            }
        };
        Ok(Node { at, part })
    }

    fn call(&mut self, name: &str, at: usize) -> Result<Node, ConditionError> {
        let function = match name {
            "hours" => Function::Hours,
            "days" => Function::Days,
            "size" => Function::Size,
            "yuan" => Function::Yuan,
            "date" => return self.date(at),
            other => {
                let help = help_for_name(other, "函数", ["hours", "days", "size", "yuan", "date"]);
                return Err(ConditionError::syntax(at, format!("没有“{other}”这个函数"), help));
            }
        };
        let argument = self.level(0)?;
        self.expect(")")?;
        Ok(Node { at, part: Part::Call(function, Box::new(argument)) })
    }

    /// `date("2021-07-15")`: a day, at its beginning.
    fn date(&mut self, at: usize) -> Result<Node, ConditionError> {
        let help = "写成 date(\"2021-07-15\")";
        let Some((_, Token::Text(text))) = self.tokens.get(self.next) else {
            return Err(ConditionError::syntax(at, "date 里应当是带引号的日期", help));
        };
        let Ok(date) = text.parse::<jiff::civil::Date>() else {
            return Err(ConditionError::syntax(at, format!("“{text}”不是日期"), help));
        };
        self.next += 1;
        self.expect(")")?;
        Ok(Node { at, part: Part::Value(Operand::Date(date)) })
    }

    fn list(&mut self) -> Result<Vec<Node>, ConditionError> {
        let mut list = Vec::new();
        while !self.take_sign("]") {
            if !list.is_empty() {
                self.expect(",")?;
            }
            list.push(self.level(0)?);
        }
        Ok(list)
    }
}

fn too_deep(at: usize) -> ConditionError {
    ConditionError::syntax(at, "条件套得太深或者太长", "拆成几个动作，或者写成 in […]")
}
