//! Conditions over fields and time, in the syntax of CEL, the subset without macros.
//!
//! Parsed when a pack is loaded, so that the engine never meets a misspelt one. A condition always
//! ends: its length and depth are bounded and it has no loops.
//!
//! A field is written with `_` where its name has `-`: `missing_note` is the field `missing-note`.
//! `now` is the instant at which the action is done.

use std::fmt;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use eval::Binary;
pub use eval::Operand;

mod eval;
mod parse;
mod say;

/// Longest condition, in characters.
pub const TEXT_MAX: usize = 1_000;
/// Deepest nesting.
pub const DEPTH_MAX: usize = 32;

/// A condition, parsed.
///
/// ```
/// use xiaoneng_pack::condition::{Condition, Operand};
/// let short = Condition::parse("until > start && until - start <= hours(1)")?;
/// let at = |h: i8| Some(Operand::Instant(jiff::civil::date(2015, 5, 13).at(h, 0, 0, 0)));
/// assert!(short.eval(&|name| if name == "start" { at(9) } else { at(10) })?);
/// assert!(!short.eval(&|name| if name == "start" { at(9) } else { at(11) })?);
/// # Ok::<(), xiaoneng_pack::condition::ConditionError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    text: String,
    ast: Node,
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The type of a value in a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A whole number.
    Number,
    /// A text.
    Text,
    /// Yes or no.
    Flag,
    /// A date or an instant.
    Instant,
    /// A stretch of time.
    Span,
    /// A list of texts or numbers.
    List,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "数",
            Self::Text => "文字",
            Self::Flag => "是否",
            Self::Instant => "时间",
            Self::Span => "时长",
            Self::List => "列表",
        })
    }
}

/// What is wrong with a condition, or why it has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// It cannot be read, or its types do not fit.
    #[error("{message}")]
    Syntax {
        /// Character of the text, from 0.
        at: usize,
        /// What is wrong.
        message: String,
        /// The way out.
        help: String,
    },
    /// It names a field that the procedure does not have.
    #[error("没有“{name}”这个字段")]
    UnknownField {
        /// Character of the text, from 0.
        at: usize,
        /// The field's name, with `-`.
        name: String,
    },
    /// A field it needs is not filled in.
    #[error("还没有填写“{name}”")]
    Missing {
        /// The field's name, with `-`.
        name: String,
    },
    /// A sum that has no result: division by zero, a number too large, values of two types.
    #[error("条件算不出结果：{0}")]
    NoResult(String),
}

impl ConditionError {
    fn syntax(at: usize, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Syntax { at, message: message.into(), help: help.into() }
    }
}

/// A part of a condition, with where it begins.
#[derive(Clone, Debug, PartialEq)]
struct Node {
    at: usize,
    part: Part,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Value(Operand),
    Field(String),
    List(Vec<Node>),
    Not(Box<Node>),
    Minus(Box<Node>),
    Two(Binary, Box<Node>, Box<Node>),
    Call(Function, Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Hours,
    Days,
    /// Yuan as the fen in which amounts are kept.
    Yuan,
    Size,
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// [`ConditionError::Syntax`] with the character at which reading stopped.
    pub fn parse(text: &str) -> Result<Self, ConditionError> {
        let ast = parse::parse(text)?;
        Ok(Self { text: text.to_owned(), ast })
    }

    /// As it is written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Checks names and types: `type_of` answers the type of a field (by its name with `-`).
    ///
    /// # Errors
    /// The first name that is unknown, or the first two values that do not go together.
    pub fn check(&self, type_of: &dyn Fn(&str) -> Option<Type>) -> Result<(), ConditionError> {
        match self.ast.type_of(type_of)? {
            Type::Flag => Ok(()),
            other => Err(ConditionError::syntax(
                0,
                format!("条件的结果应当是“是”或“否”，这里得出的是{other}"),
                "加上比较，例如 area <= 200",
            )),
        }
    }

    /// Is it true? `lookup` answers the value of a field (by its name with `-`) and of `now`.
    ///
    /// As in CEL, `&&` and `||` have an answer when either side alone decides.
    ///
    /// # Errors
    /// A field that is not filled in, or a sum without a result.
    pub fn eval(&self, lookup: &dyn Fn(&str) -> Option<Operand>) -> Result<bool, ConditionError> {
        self.ast.eval(lookup)?.flag()
    }

    /// The fields it names (with `-`), `now` excepted.
    pub fn fields(&self) -> Vec<&str> {
        let mut fields = Vec::new();
        self.ast.fields(&mut fields);
        fields
    }
}

impl Node {
    fn fields<'a>(&'a self, fields: &mut Vec<&'a str>) {
        match &self.part {
            Part::Value(_) => {}
            Part::Field(name) if name == "now" || fields.contains(&&**name) => {}
            Part::Field(name) => fields.push(name),
            Part::List(list) => list.iter().for_each(|n| n.fields(fields)),
            Part::Not(node) | Part::Minus(node) | Part::Call(_, node) => node.fields(fields),
            Part::Two(_, a, b) => {
                a.fields(fields);
                b.fields(fields);
            }
        }
    }

    fn type_of(&self, type_of: &dyn Fn(&str) -> Option<Type>) -> Result<Type, ConditionError> {
        let refuse = |message: String, help: &str| Err(ConditionError::syntax(self.at, message, help));
        match &self.part {
            Part::Value(value) => Ok(value.type_of()),
            Part::Field(name) if name == "now" => Ok(Type::Instant),
            Part::Field(name) => {
                type_of(name).ok_or_else(|| ConditionError::UnknownField { at: self.at, name: name.clone() })
            }
            Part::List(list) => {
                let types = list.iter().map(|n| n.type_of(type_of)).collect::<Result<Vec<_>, _>>()?;
                match types.first() {
                    Some(first) if types.iter().any(|t| t != first) => {
                        refuse("列表里的值应当是同一类".into(), "全写文字，或者全写数")
                    }
                    _ => Ok(Type::List),
                }
            }
            Part::Not(node) => match node.type_of(type_of)? {
                Type::Flag => Ok(Type::Flag),
                other => refuse(format!("“!”后面应当是“是否”，这里是{other}"), "先写比较，再加括号和“!”"),
            },
            Part::Minus(node) => match node.type_of(type_of)? {
                t @ (Type::Number | Type::Span) => Ok(t),
                other => refuse(format!("{other}前面不能加负号"), "去掉负号"),
            },
            Part::Call(function, node) => match (function, node.type_of(type_of)?) {
                (Function::Hours | Function::Days, Type::Number) => Ok(Type::Span),
                (Function::Yuan, Type::Number) | (Function::Size, Type::Text | Type::List) => Ok(Type::Number),
                (Function::Size, other) => refuse(format!("size 不能用于{other}"), "size 用于文字和列表"),
                (_, other) => refuse(format!("hours、days、yuan 里应当是数，这里是{other}"), "例如 hours(1)"),
            },
            Part::Two(binary, a, b) => {
                let (left, right) = (a.type_of(type_of)?, b.type_of(type_of)?);
                binary.result(left, right).ok_or_else(|| {
                    let message = format!("“{}”两边不能是{left}和{right}", binary.sign());
                    ConditionError::syntax(
                        self.at,
                        message,
                        "两边换成同一类的值；时间相减得时长，再与 hours(…)、days(…) 比",
                    )
                })
            }
        }
    }
}

/// A civil date as the instant at which it begins.
fn midnight(date: Date) -> jiff::civil::DateTime {
    date.at(0, 0, 0, 0)
}

#[cfg(test)]
mod tests;
