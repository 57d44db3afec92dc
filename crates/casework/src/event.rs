//! 事件: what happened. The only thing ever stored as truth.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use xiaoneng_pack::{Duty, Name};

use crate::{Fields, Light};

/// Something that happened, with who, when written and when it counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The event's id (a UUID made by the office).
    pub id: Name,
    /// Who did it.
    pub actor: Actor,
    /// In whose place, when a deputy acted for his A.
    pub acting_for: Option<Name>,
    /// When it was written; never goes back.
    pub recorded_at: Timestamp,
    /// When it counts in law.
    pub effective_at: Timestamp,
    /// The event that caused it (a lapse causes the law's action).
    pub cause: Option<Name>,
    /// What happened.
    pub what: Happening,
}

/// Who acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// An officer, in a post.
    Officer {
        /// His id.
        id: Name,
        /// The post he acted in; absent for acts about himself (a leave).
        post: Option<Name>,
    },
    /// The citizen or firm whose matter it is.
    Applicant,
    /// The law itself: by time alone.
    Law,
}

/// Which stream an event belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stream {
    /// The case itself.
    Case,
    /// A post: so that A's and B's leaves cannot both pass.
    Post(Name),
}

/// What happened to a case (or, for the last three, to a post or the calendar).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Happening {
    /// An action of the procedure.
    Acted(Box<Acted>),
    /// A clock's light changed.
    Turned {
        /// The clock.
        clock: Name,
        /// The event that started its run.
        run: Name,
        /// Yellow or red.
        light: Light,
    },
    /// A limit of law ran out.
    Lapsed {
        /// The clock.
        clock: Name,
        /// The event that started its run.
        run: Name,
        /// The law's action that follows, if any.
        action: Option<Name>,
    },
    /// 交办: offered to another post; the holder stays until it takes over.
    Offered {
        /// To this post.
        to: Name,
        /// Why.
        reason: String,
    },
    /// 接收.
    TakenOver {
        /// By this post.
        post: Name,
    },
    /// 退回交办.
    OfferDeclined {
        /// Why.
        reason: String,
    },
    /// A past event is corrected: its effective instant or its field values, nothing else.
    Corrected {
        /// The event corrected.
        event: Name,
        /// When it counts in law, corrected.
        effective_at: Option<Timestamp>,
        /// Field values, corrected.
        fields: Fields,
        /// Why.
        reason: String,
    },
    /// An event by the law that is no longer true after a correction.
    Voided {
        /// The event voided.
        event: Name,
    },
    /// A holiday notice, or a version of the rules that took effect, moved a clock's date (or its light alone).
    Moved {
        /// The clock.
        clock: Name,
        /// The event that started its run.
        run: Name,
        /// It was due then.
        from: Timestamp,
        /// And is due now.
        to: Timestamp,
        /// The notice's number; of a version of the rules, `规则 ` before it.
        notice: String,
    },
    /// A letter lies among the files as it was issued: its fingerprint stands in the ledger.
    LetterKept {
        /// The event that issued it.
        event: Name,
        /// SHA-256 of the sealed file, in hexadecimal digits.
        sha256: String,
    },
    /// A duty was breached.
    Breached(Breach),
    /// A case opened by this one has its number in its own tenant.
    ChildOpened {
        /// Which: its key on this case.
        key: Name,
        /// Its id.
        case: Name,
        /// Its number.
        number: Name,
    },
    /// A case opened by this one moved; told by a message, never read.
    ChildMoved {
        /// Which: its key on this case.
        key: Name,
        /// Where it is now, in the words of its procedure.
        state: String,
        /// It is closed.
        closed: bool,
        /// Its result, if it has one.
        result: Option<String>,
    },
    /// The next in turn is to be opened now.
    ChildCalled {
        /// Which: its key on this case.
        key: Name,
    },
    /// An officer of this post will be or is away.
    PostLeft {
        /// Who.
        officer: Name,
        /// The leave's case.
        case: Name,
        /// From.
        from: Timestamp,
        /// Until.
        until: Timestamp,
    },
    /// 临时顶岗: an officer was named to stand in in this post while its A and its B are both out.
    DeputyNamed {
        /// Who.
        officer: Name,
        /// For this post.
        post: Name,
        /// The case of his naming.
        case: Name,
        /// Until.
        until: Timestamp,
    },
    /// His time in the post is over.
    DeputyReleased {
        /// Who.
        officer: Name,
        /// The case of his naming.
        case: Name,
    },
    /// A holiday notice was taken up; the cases whose dates it moved each say so themselves.
    NoticeTaken {
        /// Its number.
        notice: String,
    },
    /// A version of the rules took effect: an act of a named person; by the law itself only the first one.
    RulesInForce(Box<RulesInForce>),
    /// The leave that concerned this post is over (or was never taken).
    PostBack {
        /// Who.
        officer: Name,
        /// The leave's case.
        case: Name,
    },
}

/// 规则施行: which rules, in place of which, why, and what the person had seen who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesInForce {
    /// The version that took effect.
    pub version: String,
    /// The one before; none for the first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<String>,
    /// Why, as typed in.
    pub reason: String,
    /// The document that orders it, by its number; empty where there is none.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub document: String,
    /// SHA-256 of the difference that was shown; empty for the first.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub difference: String,
    /// How many entries were added, changed or dropped.
    pub changes: u64,
    /// SHA-256 under which the texts are kept, so that the version can be read again.
    pub texts: String,
}

/// One action done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acted {
    /// The action's id in its procedure.
    pub action: Name,
    /// Set on the event that opened the case.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opening: Option<Arc<Opening>>,
    /// Where the case is now; `None`: where it was.
    pub to: Option<Name>,
    /// Who holds it now; `None`: nobody need act.
    pub holder: Option<Name>,
    /// The case is closed by it.
    pub closes: bool,
    /// Clocks that name this action pause (`Some(true)`) or run again (`Some(false)`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pauses: Option<bool>,
    /// The clock it extends.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub extends: Option<Name>,
    /// Clocks that it would start, but for their condition.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub spares: Vec<Name>,
    /// The unit to which it moved the case: from now on that one decides.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub moved: Option<Name>,
    /// The cases it opens, those that wait for their turn included.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub opens: Vec<Planned>,
    /// Children called off with it, by key.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub calls_off: Vec<Name>,
    /// What was written, each value replacing the one before.
    pub fields: Arc<Fields>,
    /// The reason typed in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Papers that came with it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub attachments: Vec<Attachment>,
    /// The letter it issues.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub letter: Option<Name>,
    /// The public notice it puts up.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub notice: Option<Name>,
    /// The public notice it takes down.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clears: Option<Name>,
    /// The result where it is nobody's but the parties'.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<String>,
    /// The result, public on the day it is decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub result: Option<String>,
}

/// How a case began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// 办件编号, unique in the tenant.
    pub number: Name,
    /// The tenant that owns it.
    pub tenant: Name,
    /// Its procedure.
    pub procedure: Name,
    /// Which rules (the world's version) it was opened under.
    pub rules: String,
    /// The item applied for, if any.
    pub item: Option<Name>,
    /// What it is called in lists.
    pub title: String,
    /// The unit that decides (or keeps, for a standing case).
    pub unit: Name,
    /// The unit at whose window it came in.
    pub intake: Name,
    /// A register's entry.
    pub standing: bool,
    /// What was promised on that day: a later change of the item changes no case under way.
    pub terms: Terms,
    /// Hash of the code with which a citizen tracks it.
    pub track: Option<String>,
    /// The case that opened it, if one did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<Parent>,
}

/// The case that opened this one, and waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// Its tenant.
    pub tenant: Name,
    /// Its id.
    pub case: Name,
    /// Its number, for people.
    pub number: Name,
    /// The unit that decided it when it asked; empty in events from before this was written down.
    #[serde(skip_serializing_if = "str::is_empty", default)]
    pub unit: Name,
    /// This case's key on it.
    pub key: Name,
}

/// A case to be opened by another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// `opinion-1`: its kind and place, unique on the parent.
    pub key: Name,
    /// Its kind: the `[children.…]` of the parent's procedure.
    pub kind: Name,
    /// Its procedure.
    pub procedure: Name,
    /// Its item, if it is one's.
    pub item: Option<Name>,
    /// The unit that decides it.
    pub unit: Name,
    /// Waits for the one before it.
    pub waits: bool,
}

/// The item's limits as they stood when the case was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// A series of the library.
    pub law: Option<Name>,
    /// Working days stated by the agency.
    pub stated: Option<u32>,
    /// Working days promised.
    pub promised: Option<u32>,
    /// Working days of each step.
    pub steps: Vec<(Name, u32)>,
}

/// A paper, kept apart by its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// SHA-256 of its bytes, hex.
    pub hash: String,
    /// File name as given.
    pub name: String,
    /// Media type as detected.
    pub media: String,
    /// Bytes.
    pub size: u64,
    /// The material it is, if it is one.
    pub material: Option<Name>,
}

/// A duty breached: the rule and the facts; the one concerned answers, a named person decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// Which of the nine.
    pub duty: Duty,
    /// The rule in words.
    pub rule: String,
    /// The facts in words.
    pub facts: String,
    /// Whose.
    pub officer: Option<Name>,
    /// In which post.
    pub post: Option<Name>,
}
