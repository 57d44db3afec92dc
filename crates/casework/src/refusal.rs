//! 不能这样做: which state, which action, which rule with its article, and what to do instead.

use serde::Serialize;
use xiaoneng_pack::Name;

/// Why an action does not happen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Refusal {
    /// The kind, for programs.
    pub why: Why,
    /// The action asked for, in the user's word.
    pub action: String,
    /// The state the case is in, in the user's word.
    pub state: Option<String>,
    /// The rule.
    pub rule: String,
    /// Its article, where it has one.
    pub article: Option<String>,
    /// The way out.
    pub instead: String,
    /// Fields to mend.
    pub fields: Vec<FieldFault>,
}

/// Kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// No such action in this procedure.
    UnknownAction,
    /// Not from this state.
    WrongState,
    /// Not by this person.
    NotYours,
    /// His own matter, or a step that another must take (回避).
    Recused,
    /// Paused.
    Paused,
    /// Fields are missing or wrong.
    Fields,
    /// A reason is needed.
    Reason,
    /// Papers are incomplete.
    Incomplete,
    /// A duty stands against it.
    Duty,
    /// Too late, or too early, or the dates are out of order.
    Time,
    /// The condition of the action does not hold.
    Condition,
    /// The packs lack something (a post, a limit).
    Rules,
}

/// What is wrong with one field, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldFault {
    /// The field.
    pub field: Name,
    /// In words.
    pub message: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "不能“{}”", self.action)?;
        if let Some(state) = &self.state {
            write!(f, "（当前：{state}）")?;
        }
        write!(f, "：{}", self.rule)?;
        if let Some(article) = &self.article {
            write!(f, "（{article}）")?;
        }
        for fault in &self.fields {
            write!(f, "；{}", fault.message)?;
        }
        write!(f, "。{}", self.instead)
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    pub(crate) fn new(why: Why, action: &str, rule: impl Into<String>, instead: impl Into<String>) -> Self {
        Refusal {
            why,
            action: action.to_owned(),
            state: None,
            rule: rule.into(),
            article: None,
            instead: instead.into(),
            fields: Vec::new(),
        }
    }

    pub(crate) fn in_state(mut self, state: Option<&str>) -> Self {
        self.state = state.map(str::to_owned);
        self
    }

    pub(crate) fn by(mut self, article: &str) -> Self {
        if !article.is_empty() {
            self.article = Some(article.to_owned());
        }
        self
    }
}
