//! Procedures: states, actions, clocks, duties, letters, public face. One file says everything.
//!
//! These are the *compiled* forms: every name in them has been resolved by the loader, so the engine
//! never meets a state, action, field or clock that does not exist.

use serde::{Deserialize, Serialize};

use crate::{
    IndexMap, Name,
    condition::{Condition, Type},
    letter::Letter,
};

/// 程序: one institution in one form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Procedure {
    /// `licence`, `homestead`, `power`, `leave`.
    pub id: Name,
    /// What users call it: 行政许可.
    pub title: String,
    /// One or two sentences for a newcomer.
    pub about: String,
    /// A standing case is a register's entry: kept by a unit, owed to nobody, held by nobody.
    pub standing: bool,
    /// What is written down.
    pub fields: IndexMap<Name, Field>,
    /// Where a case can be.
    pub states: IndexMap<Name, State>,
    /// What can be done to it.
    pub actions: IndexMap<Name, Action>,
    /// What limits run on it.
    pub clocks: IndexMap<Name, Clock>,
    /// Cases opened by this one, by kind.
    pub children: IndexMap<Name, Children>,
    /// What it writes to people; the house's own letters stand apart.
    pub letters: IndexMap<Name, Letter>,
    /// How standing cases form a list; `None` for procedures without a public register.
    pub register: Option<Register>,
    /// How long the papers are kept after the case is closed; `None`: not laid down yet.
    pub retention: Option<Retention>,
    /// Where it is written (pack file), for messages.
    pub file: String,
}

/// A place a case can be in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct State {
    /// The officer's word: 待受理.
    pub title: String,
    /// The citizen's words on `/track`: 窗口正在核对材料. Falls back to the title.
    pub public: String,
    /// 环节: the step this state belongs to (受理 初审 审核 签发 ...), if any.
    pub step: Option<Name>,
    /// Nobody must act any more: the case is closed.
    pub end: bool,
}

/// What is written down on a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Label: 申请人.
    pub title: String,
    /// Type, with its limits.
    pub kind: FieldKind,
    /// Sealed at rest, masked outside the office.
    pub personal: bool,
    /// Shown to anyone.
    pub public: bool,
    /// A flag: where it is set, only the unit at whose window the case came in sees this personal field, whoever
    /// the case moves to (a caller who asks that the agency not learn who he is).
    pub hidden_if: Option<Name>,
    /// Unique within the tenant and procedure (a register's code).
    pub unique: bool,
    /// What a number counts: 人, 元, 公里; empty for the rest.
    pub measure: String,
    /// Least and greatest number allowed, for `count` and `money` (in whole yuan there).
    pub range: (Option<i64>, Option<i64>),
    /// Whom it may name, relative to the case; `None`: any unit or officer.
    pub within: Option<Within>,
    /// Units that it may not name: who is to decide is no party (`@unit`, `@above`).
    pub never: Vec<Whose>,
    /// A hint under the field.
    pub help: String,
}

/// Whom a field of units or officers may name.
///
/// Written `below`, `role`, `role@above`, `role@FIELD`, `@unit`, `@FIELD`: where an act has a role, as in `by`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// The units directly under the one that decides now: of its own line one tier down, or its subordinates.
    Below,
    /// Who stands in a post of that unit: one with this role, or any.
    Posts(Option<Name>, Whose),
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// Free text of at most so many characters.
    Text(u32),
    /// One of these words.
    Choice(Vec<String>),
    /// A whole number, 0 and up.
    Count,
    /// 0 to 100.
    Percent,
    /// Whole fen.
    Money,
    /// A civil date, `2015-08-20`.
    Date,
    /// A civil date and time of the place, `2015-08-20T10:00`.
    Instant,
    /// A person's or firm's name.
    Person,
    /// An identity number (18 characters) or unified code; looked up by keyed hash only.
    Identity,
    /// A telephone number.
    Phone,
    /// An officer's id.
    Officer,
    /// Ids of posts.
    Posts,
    /// A unit's id.
    Unit,
    /// Ids of units: those asked, those that assist.
    Units,
    /// Codes of items: what a bundle holds.
    Items,
    /// Articles of law, one a line.
    Articles,
    /// A code, `[A-Za-z0-9.-]{1,40}`.
    Code,
    /// Ids of the item's materials; what is written adds to what was there.
    Materials,
    /// Yes or no.
    Flag,
}

/// 动作: what an officer, a citizen or the law itself does to a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Action {
    /// Button and timeline: 受理.
    pub title: String,
    /// States it is possible in. Empty: it opens a case.
    pub from: Vec<Name>,
    /// Where the case goes; `None`: it stays where it is.
    pub to: Option<Name>,
    /// Who may; any of these.
    pub by: Vec<By>,
    /// Fields that must be given.
    pub needs: Vec<Name>,
    /// Fields that may be given.
    pub takes: Vec<Name>,
    /// A reason must be typed in.
    pub reason: bool,
    /// Article(s): 行政许可法 32.
    pub basis: String,
    /// The letter it issues (id of a letter template).
    pub letter: Option<Name>,
    /// The law wants it told in writing: without a letter it is a fault of the pack.
    pub written: bool,
    /// Duties it discharges or must obey.
    pub duties: Vec<Duty>,
    /// Who holds the case afterwards; `None`: the holder stays (an opening action: the actor's post).
    pub hands_to: Option<By>,
    /// The clock that it extends (once, before its lapse).
    pub extends: Option<Name>,
    /// Only when all required materials are in.
    pub complete: bool,
    /// Only with at least one paper attached: a word alone proves nothing.
    pub papers: bool,
    /// Fields naming officers, or units whose officers, may not do it: one does not judge one's own matter (回避).
    pub recuse: Vec<Name>,
    /// The field with the day (or instant) from which it counts in law, where that is not when it was written:
    /// the day a letter was signed for.
    pub dated: Option<Name>,
    /// Actions whose doer may not do this one on the same case: who examines does not sign.
    pub apart_from: Vec<Name>,
    /// Possible while the case is paused (pausing itself, resuming, withdrawing...).
    pub while_paused: bool,
    /// Holds only if this is true of fields and time.
    pub when: Option<Condition>,
    /// Public notice it puts up (kind), and takes down.
    pub notice: Option<Name>,
    /// Kind of notice it takes down.
    pub clears: Option<Name>,
    /// The public result: 准予许可.
    pub result: Option<String>,
    /// The result where it is nobody's but the parties': shown on the case and told to the case that opened it.
    pub outcome: Option<String>,
    /// It needs the own qualification of the post's A: nobody who stands in for him may do it (代签).
    pub own_licence: bool,
    /// An official signs or sends back several at once.
    pub batch: bool,
    /// Line in the file, for messages.
    pub line: u32,
}

/// Who, always a role relative to the case, never a person's name.
///
/// Written `role`, `role@intake`, `role@unit`, `role@above`, `role@back`, `role@FIELD`, `officer:FIELD`,
/// `holder`, `applicant`, `law`, `officer`, `keeper`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// A post with this role (`window`, `handler`, `checker`, `head`) in that unit.
    Role(Name, Whose),
    /// The one post that holds the case.
    Holder,
    /// The citizen or firm whose matter it is.
    Applicant,
    /// The law itself: happens by time alone.
    Law,
    /// The officer whom the case is about (a leave).
    Officer,
    /// The officer whom this field names (a sponsor, one who is heard).
    Named(Name),
    /// The unit that keeps a standing case.
    Keeper,
}

/// Which unit a role is looked for in.
///
/// In `hands-to`, `above`, `back` and a field move the whole case: from then on that unit is the one that decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// The unit that decides the matter now (the item's, until the case is moved).
    Unit,
    /// The unit at whose window it came in (a township for a homestead).
    Intake,
    /// The unit above the one that decides (复查, 复核).
    Above,
    /// The unit that had the case before it was moved here (a transfer objected to).
    Back,
    /// The unit that this field names.
    Field(Name),
}

impl Whose {
    /// Does handing the case there move it to another unit?
    pub fn moves(&self) -> bool {
        matches!(self, Whose::Above | Whose::Back | Whose::Field(_))
    }
}

/// 制度: the nine systems, as far as an action names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duty {
    /// 岗位责任制
    PostResponsibility,
    /// 首问负责制
    FirstAsked,
    /// 服务承诺制
    Promise,
    /// 即时办结制
    Immediate,
    /// AB岗制
    AbPost,
    /// 一次性告知制
    OneNotice,
    /// 一站式服务制
    OneStop,
    /// 离岗告示制
    LeaveNotice,
    /// 责任追究制
    Accountability,
}

/// 时限: a limit on a case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clock {
    /// 作出决定.
    pub title: String,
    /// 环节: set when the clock is one step's limit rather than the law's.
    pub step: Option<Name>,
    /// Actions that start it. One that happens again starts it anew: the old run counts for nothing more
    /// (a corrected information request restarts its twenty days).
    pub starts: Vec<Name>,
    /// Actions that stop it; of a recurring clock, those that discharge its earliest open period.
    pub stops: Vec<Name>,
    /// Actions that end a recurring clock altogether, or make a right moot before it is lost.
    pub ends: Vec<Name>,
    /// It recurs: numbered periods from its start, none of which a late report moves.
    pub every: Option<Every>,
    /// It bars these actions until it has run out: a minimum wait has no light and no lapse (not less than 30 days
    /// of comment).
    pub bars: Vec<Name>,
    /// Counted back from the date in this field: at least so many days before it.
    pub before: Option<Name>,
    /// Actions that pause it.
    pub pauses: Vec<Name>,
    /// Actions that let it run again.
    pub resumes: Vec<Name>,
    /// How long.
    pub limit: LimitRef,
    /// An item may promise less.
    pub promise: bool,
    /// Actions after which the promise holds no more, and only the statute's limit counts (a public notice that takes
    /// longer than what was promised).
    pub promise_ends: Vec<Name>,
    /// It starts only if this is true of the fields when it would: who left no name need not be told.
    pub only_if: Option<Condition>,
    /// Yellow so many days (of the limit's own kind; hours for hour limits) before the due day.
    pub yellow: u32,
    /// What the law makes of silence.
    pub on_lapse: Option<OnLapse>,
    /// Whom it binds: an agency's lapse is a breach, a party's is only late.
    pub binds: Binds,
    /// Its lapse ends a right: what would have stopped it can no longer be done, and nobody is blamed
    /// (a party's, unless the pack says otherwise).
    pub right: bool,
    /// The field naming the officer bound, for [`Binds::Officer`].
    pub officer: Name,
    /// The duty whose breach its lapse is, where that is not the one that goes with whom it binds.
    pub duty: Option<Duty>,
    /// Line in the file.
    pub line: u32,
}

/// Whom a clock binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Binds {
    /// 机关
    #[default]
    Agency,
    /// 当事人
    Applicant,
    /// 本人 (an officer on leave, or one whom a field names)
    Officer,
}

/// 周期: the period of a recurring clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    /// So many calendar days (a week is seven).
    Days(u32),
    /// So many months, to the corresponding day or the month's last (a quarter is three, a year twelve).
    Months(u32),
}

/// How long a clock runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitRef {
    /// A series of the library; the version in force when the clock starts governs. Or one version by its own id:
    /// then the clock runs only where that text is in force (two texts with opposite anchors stand side by side).
    Series(Name),
    /// What the item says: its law's series if it names one, else what the source states.
    Item,
    /// The item's limit of this step, in working days.
    Step(Name),
    /// Until the instant (or the end of the date) in this field.
    Until(Name),
    /// One period of a recurring clock.
    Period,
}

/// What a lapse does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OnLapse {
    /// The action the law performs.
    pub action: Name,
    /// Effective as of this earlier action (deemed acceptance counts from receipt); `None`: at the lapse.
    pub as_of: Option<Name>,
}

/// 子件: cases that this one opens, and waits for.
///
/// Each is a case of its own with its own holder and clocks, in its unit's own tenant; the parent learns of it by
/// messages and never reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Children {
    /// 各单位意见.
    pub title: String,
    /// Their procedure; `None`: each item's own.
    pub procedure: Option<Name>,
    /// Actions that open them.
    pub opened_by: Vec<Name>,
    /// For whom.
    pub each: Each,
    /// One after the other, each when the one before is closed; else all at once.
    pub in_turn: bool,
    /// Fields that the child begins with, of the same name in both.
    pub passes: Vec<Name>,
    /// What the law does to the parent when the last of them is closed.
    pub then: Option<Name>,
    /// Actions of the parent that call off those still open.
    pub called_off_by: Vec<Name>,
    /// The child's action that the law does when it is called off.
    pub call_off: Option<Name>,
    /// Line in the file.
    pub line: u32,
}

/// For whom children are opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Each {
    /// One for each in this field of items or of units; a field of one unit: one.
    Field(Name),
    /// One at the unit above the one that decides now, in whichever jurisdiction it is.
    Above,
    /// One at the unit that decides now: a complaint that is borne out opens a finding at the same office.
    Unit,
}

/// 保管期限: how long a closed case is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Retention {
    /// Years after the end of the year in which it closed; `None`: for ever (永久).
    pub years: Option<u32>,
    /// By what authority; says so where it is the house's own.
    pub basis: String,
}

/// How standing cases form a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Register {
    /// 权力清单.
    pub title: String,
    /// Field that is the entry's code.
    pub code: Name,
    /// Fields shown as columns.
    pub columns: Vec<Name>,
    /// Fields it is ordered by.
    pub order: Vec<Name>,
}

impl Procedure {
    /// Actions that open a case.
    pub fn opening_actions(&self) -> impl Iterator<Item = (&Name, &Action)> {
        self.actions.iter().filter(|(_, a)| a.opens())
    }

    /// Opening actions that somebody does; those by the law alone open children and are nobody's button.
    pub fn ways_in(&self) -> impl Iterator<Item = (&Name, &Action)> {
        self.opening_actions().filter(|(_, a)| a.by.iter().any(|by| *by != By::Law))
    }

    /// The opening action by the law, with which a case of this procedure begins as another one's child.
    pub fn opened_by_law(&self) -> Option<(&Name, &Action)> {
        self.opening_actions().find(|(_, a)| a.by.contains(&By::Law))
    }

    /// The title of a state, or its name.
    pub fn state_title<'a>(&'a self, state: &'a str) -> &'a str {
        self.states.get(state).map_or(state, |s| &s.title)
    }

    /// Is this an end state (nobody must act any more)?
    pub fn is_end(&self, state: &str) -> bool {
        self.states.get(state).is_some_and(|s| s.end)
    }
}

impl Action {
    /// The move to another unit that handing over makes.
    pub fn moves_to(&self) -> Option<&Whose> {
        match &self.hands_to {
            Some(By::Role(_, whose)) if whose.moves() => Some(whose),
            _ => None,
        }
    }

    /// It opens a case: possible from nothing.
    pub fn opens(&self) -> bool {
        self.from.is_empty()
    }
}

impl Clock {
    /// It only makes others wait: no light, no lapse that is anyone's breach.
    pub fn waits(&self) -> bool {
        !self.bars.is_empty()
    }
}

impl std::fmt::Display for Every {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Every::Days(1) => f.write_str("每日"),
            Every::Days(7) => f.write_str("每周"),
            Every::Days(n) => write!(f, "每 {n} 日"),
            Every::Months(1) => f.write_str("每月"),
            Every::Months(3) => f.write_str("每季度"),
            Every::Months(6) => f.write_str("每半年"),
            Every::Months(12) => f.write_str("每年"),
            Every::Months(n) => write!(f, "每 {n} 个月"),
        }
    }
}

impl FieldKind {
    /// What a field of this kind is in a condition.
    pub fn type_in_conditions(&self) -> Type {
        match self {
            FieldKind::Count | FieldKind::Percent | FieldKind::Money => Type::Number,
            FieldKind::Date | FieldKind::Instant => Type::Instant,
            FieldKind::Materials | FieldKind::Units | FieldKind::Posts | FieldKind::Items => Type::List,
            FieldKind::Flag => Type::Flag,
            FieldKind::Text(_)
            | FieldKind::Choice(_)
            | FieldKind::Person
            | FieldKind::Identity
            | FieldKind::Phone
            | FieldKind::Officer
            | FieldKind::Unit
            | FieldKind::Articles
            | FieldKind::Code => Type::Text,
        }
    }
}
