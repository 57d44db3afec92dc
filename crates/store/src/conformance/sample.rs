//! Data for the checks.

use crate::{Append, CaseRow, ClockRow, Idempotency, NewEvent};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use xiaoneng_ledger::{Actor, StreamId, TenantId};

/// The tenant of most checks: 互助县.
#[must_use]
pub fn tenant() -> TenantId {
    "630223".into()
}

/// Seconds after 2015-06-01 09:00 +08:00.
#[must_use]
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::constant(1_433_120_400, 0) + SignedDuration::from_secs(seconds)
}

/// An event of a case, recorded and effective at this second.
#[must_use]
pub fn new_event(case: &str, kind: &str, seconds: i64) -> NewEvent {
    NewEvent {
        stream: StreamId::case(case),
        id: format!("{case}-{kind}-{seconds}").into(),
        kind: kind.to_owned(),
        actor: Actor::officer("ma.xiulan", "window-a"),
        acting_for: None,
        recorded_at: at(seconds),
        effective_at: at(seconds),
        cause: None,
        payload: json!({"note": "材料齐全", "fee": 1000}),
    }
}

/// A row with most fields filled.
#[must_use]
pub fn case_row(case: &str, number: u32, seconds: i64) -> CaseRow {
    let mut row = CaseRow::blank(tenant(), case, &format!("630223-2015-{number:05}"), at(seconds));
    row.procedure = "licence".to_owned();
    row.item = "XK-001".to_owned();
    row.title = "食品经营许可".to_owned();
    row.unit = "scjg".to_owned();
    row.intake_unit = "zwdt".to_owned();
    row.state = "received".to_owned();
    row.holder = Some("window-a".to_owned());
    row.applicant_masked = "马*兰".to_owned();
    row.track_code = format!("code-{number}");
    row.due_at = Some(at(seconds + 1000));
    row.due_date = Some("2015-06-30".to_owned());
    row.light = "green".to_owned();
    row.row_json = json!({"left": 5, "tags": ["绿"]});
    row
}

/// A running clock.
#[must_use]
pub fn clock(name: &str, next: Option<i64>) -> ClockRow {
    ClockRow {
        clock: name.to_owned(),
        light: "green".to_owned(),
        due_at: next.map(at),
        next_change_at: next.map(at),
        provisional: false,
        running: next.is_some(),
        asked: None,
    }
}

/// An act with one event of a case that expects this version; the key is `key` if it is not empty.
#[must_use]
pub fn act(case: &str, version: u64, seconds: i64, key: &str) -> Append {
    let mut act = Append::new(tenant());
    act.expects = vec![(StreamId::case(case), version)];
    act.events = vec![new_event(case, "accepted", seconds)];
    act.answer = json!({"case": case, "version": version + 1});
    if !key.is_empty() {
        let (actor, key) = ("ma.xiulan".to_owned(), key.to_owned());
        act.idempotency = Some(Idempotency { actor, key, body_hash: [7; 32] });
    }
    act
}
