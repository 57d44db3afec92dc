//! A holiday notice: one event for it, one for each case whose date it moved, and lists that say so.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use xiaoneng_casework::{Fields, Happening, Name, PLACE, Value, Verb};
use xiaoneng_ledger::{StreamId, TenantId};
use xiaoneng_office::{DemoTime, Intake, Office, Parts, Request, Who};
use xiaoneng_store::{MemoryKeys, MemoryStore, Store};

const TENANT: &str = "630222";

struct Stage {
    office: Office,
    store: Arc<MemoryStore>,
    time: Arc<DemoTime>,
}

impl Stage {
    fn now(&self, text: &str) {
        let civil: DateTime = text.parse().expect("a date and time");
        self.time.fix(Some(PLACE.to_timestamp(civil).expect("in range")));
    }

    /// A food licence, taken in and accepted.
    async fn accepted(&self, key: &str) -> Name {
        let item = &self.office.world.items["630222-spjy"];
        let materials = item.materials.iter().filter(|m| m.required).map(|m| m.id.clone()).collect();
        let mut fields = Fields::new();
        fields.insert("applicant".into(), "马秀兰（演示）".into());
        fields.insert("phone".into(), "0972-5550001".into());
        fields.insert("materials".into(), Value::List(materials));
        let done = self
            .office
            .open(Intake {
                action: "receive".into(),
                item: Some("630222-spjy".into()),
                procedure: None,
                unit: None,
                intake: None,
                title: None,
                fields,
                reason: None,
                attachments: Vec::new(),
                effective_at: None,
                who: Who::Officer("mh-scjg-window".into()),
                key: format!("{key}-open"),
            })
            .await
            .expect("taken in");
        self.office
            .act(Request {
                tenant: TENANT.into(),
                case: done.id.clone(),
                verb: Verb::Do("accept".into()),
                fields: Fields::new(),
                reason: None,
                attachments: Vec::new(),
                effective_at: None,
                who: Who::Officer("mh-scjg-window".into()),
                key: format!("{key}-accept"),
                seen: None,
            })
            .await
            .expect("accepted");
        done.id
    }

    async fn moves(&self, id: &Name) -> usize {
        let case = self.office.case(&TENANT.into(), id).await.expect("loads").expect("is there");
        case.history.iter().filter(|e| matches!(e.what, Happening::Moved { .. })).count()
    }
}

fn stage() -> Stage {
    let time = Arc::new(DemoTime::at(Timestamp::UNIX_EPOCH));
    let store = Arc::new(MemoryStore::new());
    let parts = Parts {
        world: xiaoneng_packbox::world(),
        store: store.clone(),
        keys: Arc::new(MemoryKeys::new()),
        time: time.clone(),
    };
    Stage { office: Office::new(parts), store, time }
}

/// 2015-05-13: the third of September became a holiday. Ten promised days from May do not reach it.
#[tokio::test]
async fn a_notice_is_taken_up_once_and_leaves_what_does_not_reach_it() {
    let stage = stage();
    let tenant = Name::from(TENANT);
    stage.now("2015-05-04T09:00");
    assert_eq!(stage.office.take_notices(&tenant).await.expect("the first time"), 0, "it only notes what is known");
    let early = stage.accepted("early-000001").await;
    stage.now("2015-05-12T09:00");
    assert_eq!(stage.office.take_notices(&tenant).await.expect("nothing new"), 0);

    stage.now("2015-05-13T09:00");
    let moved = stage.office.take_notices(&tenant).await.expect("taken up");
    assert_eq!(moved, 0, "no clock ran so far");
    assert_eq!(stage.moves(&early).await, 0);
    let calendar = stage.store.stream(&TenantId::from(TENANT), &StreamId::calendar()).await.expect("a stream");
    let before = calendar.len();
    assert_eq!(stage.office.take_notices(&tenant).await.expect("again"), 0, "once only");
    let calendar = stage.store.stream(&TenantId::from(TENANT), &StreamId::calendar()).await.expect("a stream");
    assert_eq!(calendar.len(), before);
}

/// 2020-01-27: the Spring Festival holiday was lengthened while it ran.
#[tokio::test]
async fn a_holiday_lengthened_while_it_runs_moves_the_dates_of_open_cases_once() {
    let stage = stage();
    let tenant = Name::from(TENANT);
    stage.now("2020-01-20T09:00");
    stage.office.take_notices(&tenant).await.expect("the first time");
    let id = stage.accepted("spring-00001").await;
    let row = stage.store.case_row(&TenantId::from(TENANT), &id).await.expect("asks").expect("a row");
    stage.now("2020-01-27T09:00");
    assert_eq!(stage.office.take_notices(&tenant).await.expect("taken up"), 1);
    assert!(stage.moves(&id).await >= 1);
    let moved = stage.store.case_row(&TenantId::from(TENANT), &id).await.expect("asks").expect("a row");
    assert!(moved.due_at > row.due_at, "the list says the new date: {:?} after {:?}", moved.due_at, row.due_at);
    let events = stage.moves(&id).await;
    assert_eq!(stage.office.take_notices(&tenant).await.expect("again"), 0);
    assert_eq!(stage.moves(&id).await, events, "once only");

    let rows = stage.store.dump_rows(&TenantId::from(TENANT)).await.expect("rows");
    stage.office.rebuild(&tenant, |_, _| {}).await.expect("rebuilt");
    assert_eq!(stage.store.dump_rows(&TenantId::from(TENANT)).await.expect("rows"), rows, "made again, the same");
}
