//! Tree and values to an answer.

use jiff::civil::{Date, DateTime};

use super::{ConditionError, Function, Node, Part, Type, midnight};

/// A value in a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A count, a percentage, fen.
    Number(i64),
    /// A text, a choice, a code.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A day; where an instant is needed, its beginning.
    Date(Date),
    /// A civil date and time of the place.
    Instant(DateTime),
    /// A stretch of time in seconds.
    Seconds(i64),
    /// Several values: ids of materials.
    List(Vec<Operand>),
}

impl Operand {
    /// Its type.
    pub fn type_of(&self) -> Type {
        match self {
            Self::Number(_) => Type::Number,
            Self::Text(_) => Type::Text,
            Self::Flag(_) => Type::Flag,
            Self::Date(_) | Self::Instant(_) => Type::Instant,
            Self::Seconds(_) => Type::Span,
            Self::List(_) => Type::List,
        }
    }

    pub(super) fn flag(self) -> Result<bool, ConditionError> {
        match self {
            Self::Flag(flag) => Ok(flag),
            other => Err(ConditionError::NoResult(format!("要的是“是否”，得到的是{}", other.type_of()))),
        }
    }

    /// Days and instants as instants.
    fn plain(self) -> Self {
        match self {
            Self::Date(date) => Self::Instant(midnight(date)),
            other => other,
        }
    }
}

/// A sign between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Or,
    And,
    Same,
    Differs,
    Less,
    AtMost,
    More,
    AtLeast,
    In,
    Plus,
    Minus,
    Times,
    Divide,
    Rest,
}

impl Binary {
    pub fn sign(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Same => "==",
            Self::Differs => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::In => "in",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Divide => "/",
            Self::Rest => "%",
        }
    }

    /// The type of the result; `None`: these two do not go together.
    pub fn result(self, left: Type, right: Type) -> Option<Type> {
        use Type::{Flag, Instant, List, Number, Span};
        match (self, left, right) {
            (Self::Or | Self::And, Flag, Flag) => Some(Flag),
            (Self::Same | Self::Differs, a, b) if a == b => Some(Flag),
            (Self::Less | Self::AtMost | Self::More | Self::AtLeast, a, b) if a == b => {
                (!matches!(a, List | Flag)).then_some(Flag)
            }
            (Self::In, a, List) if a != List => Some(Flag),
            (Self::Plus, Instant, Span) | (Self::Plus, Span, Instant) | (Self::Minus, Instant, Span) => Some(Instant),
            (Self::Minus, Instant, Instant) => Some(Span),
            (Self::Plus | Self::Minus, Span, Span) => Some(Span),
            (Self::Plus, Type::Text, Type::Text) => Some(Type::Text),
            (Self::Times, Span, Number) | (Self::Times, Number, Span) | (Self::Divide, Span, Number) => Some(Span),
            (Self::Plus | Self::Minus | Self::Times | Self::Divide | Self::Rest, Number, Number) => Some(Number),
            _ => None,
        }
    }

    fn apply(self, left: Operand, right: Operand) -> Result<Operand, ConditionError> {
        use Operand::{Flag, Instant, List, Number, Seconds, Text};
        let none = |why: &str| ConditionError::NoResult(why.to_owned());
        let (left, right) = (left.plain(), right.plain());
        if self.result(left.type_of(), right.type_of()).is_none() {
            let message = format!("“{}”两边是{}和{}", self.sign(), left.type_of(), right.type_of());
            return Err(ConditionError::NoResult(message));
        }
        let too_large = || none("数太大");
        match (self, left, right) {
            (Self::Same, a, b) => Ok(Flag(a == b)),
            (Self::Differs, a, b) => Ok(Flag(a != b)),
            (Self::In, a, List(list)) => Ok(Flag(list.into_iter().any(|b| b.plain() == a))),
            (Self::Less | Self::AtMost | Self::More | Self::AtLeast, a, b) => {
                let order = match (a, b) {
                    (Number(a), Number(b)) | (Seconds(a), Seconds(b)) => a.cmp(&b),
                    (Text(a), Text(b)) => a.cmp(&b),
                    (Instant(a), Instant(b)) => a.cmp(&b),
                    _ => return Err(none("两边不能比大小")),
                };
                Ok(Flag(match self {
                    Self::Less => order.is_lt(),
                    Self::AtMost => order.is_le(),
                    Self::More => order.is_gt(),
                    _ => order.is_ge(),
                }))
            }
            (Self::Minus, Instant(a), Instant(b)) => Ok(Seconds(a.duration_since(b).as_secs())),
            (Self::Plus, Instant(t), Seconds(s)) | (Self::Plus, Seconds(s), Instant(t)) => shift(t, s),
            (Self::Minus, Instant(t), Seconds(s)) => shift(t, s.checked_neg().ok_or_else(too_large)?),
            (Self::Plus, Text(a), Text(b)) => Ok(Text(a + &b)),
            (_, Number(a), Number(b)) => self.sum(a, b).map(Number),
            (_, Seconds(a), Seconds(b)) | (_, Seconds(a), Number(b)) | (_, Number(a), Seconds(b)) => {
                self.sum(a, b).map(Seconds)
            }
            _ => Err(none("两边不能这样算")),
        }
    }

    fn sum(self, a: i64, b: i64) -> Result<i64, ConditionError> {
        let result = match self {
            Self::Plus => a.checked_add(b),
            Self::Minus => a.checked_sub(b),
            Self::Times => a.checked_mul(b),
            Self::Divide => a.checked_div(b),
            _ => a.checked_rem(b),
        };
        result.ok_or_else(|| {
            let why = if b == 0 { "除数是 0" } else { "数太大" };
            ConditionError::NoResult(why.to_owned())
        })
    }
}

fn shift(time: DateTime, seconds: i64) -> Result<Operand, ConditionError> {
    time.checked_add(jiff::SignedDuration::from_secs(seconds))
        .map(Operand::Instant)
        .map_err(|_| ConditionError::NoResult("时间超出范围".to_owned()))
}

impl Node {
    pub(super) fn eval(&self, lookup: &dyn Fn(&str) -> Option<Operand>) -> Result<Operand, ConditionError> {
        match &self.part {
            Part::Value(value) => Ok(value.clone()),
            Part::Field(name) => lookup(name).ok_or_else(|| ConditionError::Missing { name: name.clone() }),
            Part::List(list) => list.iter().map(|n| n.eval(lookup)).collect::<Result<_, _>>().map(Operand::List),
            Part::Not(node) => Ok(Operand::Flag(!node.eval(lookup)?.flag()?)),
            Part::Minus(node) => match node.eval(lookup)? {
                Operand::Number(n) => Binary::Minus.sum(0, n).map(Operand::Number),
                Operand::Seconds(n) => Binary::Minus.sum(0, n).map(Operand::Seconds),
                other => Err(ConditionError::NoResult(format!("{}前面有负号", other.type_of()))),
            },
            Part::Two(Binary::And, a, b) => decide(a, b, lookup, false),
            Part::Two(Binary::Or, a, b) => decide(a, b, lookup, true),
            Part::Two(binary, a, b) => binary.apply(a.eval(lookup)?, b.eval(lookup)?),
            Part::Call(function, node) => match (function, node.eval(lookup)?) {
                (Function::Hours, Operand::Number(n)) => Binary::Times.sum(n, 3_600).map(Operand::Seconds),
                (Function::Days, Operand::Number(n)) => Binary::Times.sum(n, 86_400).map(Operand::Seconds),
                (Function::Yuan, Operand::Number(n)) => Binary::Times.sum(n, 100).map(Operand::Number),
                (Function::Size, Operand::Text(text)) => Ok(Operand::Number(text.chars().count() as i64)),
                (Function::Size, Operand::List(list)) => Ok(Operand::Number(list.len() as i64)),
                (_, other) => Err(ConditionError::NoResult(format!("函数不能用于{}", other.type_of()))),
            },
        }
    }
}

/// `&&` (decided by `false`) and `||` (decided by `true`): either side alone may decide.
fn decide(
    a: &Node,
    b: &Node,
    lookup: &dyn Fn(&str) -> Option<Operand>,
    decisive: bool,
) -> Result<Operand, ConditionError> {
    let side = |node: &Node| node.eval(lookup).and_then(Operand::flag);
    let left = side(a);
    if left == Ok(decisive) {
        return Ok(Operand::Flag(decisive));
    }
    match (left, side(b)) {
        (_, Ok(right)) if right == decisive => Ok(Operand::Flag(decisive)),
        (Err(error), _) | (_, Err(error)) => Err(error),
        _ => Ok(Operand::Flag(!decisive)),
    }
}
