//! Several acts in one commit: each stands upon those before it, and falls with them.

use std::sync::Arc;

use jiff::Timestamp;
use xiaoneng_casework::{Fields, Name, PLACE, Value, Verb};
use xiaoneng_ledger::TenantId;
use xiaoneng_office::{ActError, DemoTime, Intake, Office, Parts, Request, Who};
use xiaoneng_store::{MemoryKeys, MemoryStore};

const TENANT: &str = "630222";

fn at(text: &str) -> Timestamp {
    PLACE.to_timestamp(text.parse().expect("a date and time")).expect("in range")
}

fn stage() -> (Office, Arc<DemoTime>) {
    let time = Arc::new(DemoTime::at(Timestamp::UNIX_EPOCH));
    let (store, keys) = (Arc::new(MemoryStore::new()), Arc::new(MemoryKeys::new()));
    let office = Office::new(Parts { world: xiaoneng_packbox::world(), store, keys, time: time.clone() });
    (office, time)
}

async fn receive(office: &Office, key: &str) -> Request {
    let item = &office.world.items["630222-spjy"];
    let materials = item.materials.iter().filter(|m| m.required).map(|m| m.id.clone()).collect();
    let mut fields = Fields::new();
    fields.insert("applicant".into(), "李海平（演示）".into());
    fields.insert("identity".into(), "63022219800132001F".into());
    fields.insert("phone".into(), "0972-5550001".into());
    fields.insert("materials".into(), Value::List(materials));
    opening(office, "receive", Some("630222-spjy"), fields, "mh-scjg-window", key).await
}

async fn opening(office: &Office, action: &str, item: Option<&str>, fields: Fields, who: &str, key: &str) -> Request {
    let leave = item.is_none();
    let intake = Intake {
        action: action.into(),
        item: item.map(Name::from),
        procedure: leave.then(|| "leave".into()),
        unit: leave.then(|| "630222-scjg".into()),
        intake: None,
        title: None,
        fields,
        reason: None,
        attachments: vec![],
        effective_at: None,
        who: Who::Officer(who.into()),
        key: key.to_owned(),
    };
    office.opening(intake).await.expect("it can be asked for")
}

fn act(case: &Name, action: &str, who: &str, key: &str) -> Request {
    Request {
        tenant: TENANT.into(),
        case: case.clone(),
        verb: Verb::Do(action.into()),
        fields: Fields::new(),
        reason: None,
        attachments: vec![],
        effective_at: None,
        who: Who::Officer(who.into()),
        key: key.to_owned(),
        seen: None,
    }
}

#[tokio::test]
async fn an_act_stands_upon_those_before_it_in_the_same_commit() {
    let (office, time) = stage();
    time.fix(Some(at("2015-08-20T10:00:00")));
    let mut batch = office.batch();
    let case = batch.add(&receive(&office, "key-00000001").await).await.expect("taken in").id;
    let mut away = Fields::new();
    for (id, text) in
        [("officer", "mh-scjg-window"), ("where", "会场"), ("start", "2015-08-20T10:00"), ("until", "2015-08-20T10:40")]
    {
        away.insert(id.into(), text.into());
    }
    let leave = opening(&office, "step-out", None, away.clone(), "mh-scjg-window", "key-00000002").await;
    batch.add(&leave).await.expect("out");
    // A is out from here on: he cannot act, his deputy can, and cannot leave himself.
    let himself = batch.add(&act(&case, "accept", "mh-scjg-window", "key-00000003")).await;
    assert!(matches!(himself, Err(ActError::Refused(_))), "{himself:?}");
    away.insert("officer".into(), "mh-scjg-handler".into());
    let deputy = opening(&office, "step-out", None, away, "mh-scjg-handler", "key-00000004").await;
    assert!(matches!(batch.add(&deputy).await, Err(ActError::Refused(_))));
    let accepted = batch.add(&act(&case, "accept", "mh-scjg-handler", "key-00000005")).await.expect("accepted");
    assert_eq!(accepted.case.history.last().and_then(|e| e.acting_for.as_deref()), Some("mh-scjg-window"));

    let tenant = TenantId::from(TENANT);
    assert_eq!(office.store.ledger_size(&tenant).await, Ok(0), "nothing is written before all is");
    assert!(batch.commit().await.iter().all(Result::is_ok));
    let rows = office.store.dump_rows(&tenant).await.expect("rows");
    office.rebuild(&TENANT.into(), |_, _| {}).await.expect("made again");
    assert_eq!(office.store.dump_rows(&tenant).await.expect("rows"), rows);
}

#[tokio::test]
async fn what_someone_was_quicker_with_takes_what_was_decided_upon_it_and_no_more() {
    let (office, time) = stage();
    time.fix(Some(at("2015-08-20T10:00:00")));
    let (one, two) = (receive(&office, "key-00000001").await, receive(&office, "key-00000002").await);
    let (one, two) = (office.act(one).await.expect("in").id, office.act(two).await.expect("in").id);
    let mut batch = office.batch();
    batch.add(&act(&one, "accept", "mh-scjg-window", "key-00000003")).await.expect("decided");
    let withdraw =
        Request { reason: Some("不再需要".to_owned()), ..act(&one, "withdraw", "mh-scjg-handler", "key-00000004") };
    batch.add(&withdraw).await.expect("decided upon it");
    batch.add(&act(&two, "accept", "mh-scjg-window", "key-00000005")).await.expect("decided");
    office.act(act(&one, "accept", "mh-scjg-window", "key-00000006")).await.expect("quicker");
    let answers = batch.commit().await;
    assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, false, true]);
    let case = office.case(&TENANT.into(), &one).await.expect("read").expect("there");
    assert_eq!(case.acts.len(), 2, "only the quicker acceptance counts");
}

#[tokio::test]
async fn a_key_used_before_answers_what_was_done_then() {
    let (office, time) = stage();
    time.fix(Some(at("2015-08-20T10:00:00")));
    let first = office.act(receive(&office, "key-00000001").await).await.expect("in");
    let again = office.act_many(&[receive(&office, "key-00000001").await]).await.remove(0).expect("answered");
    assert!(again.replayed);
    assert_eq!(again.id, first.id);
    assert_eq!(office.case(&TENANT.into(), &first.id).await.expect("read").expect("there").acts.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_come_first_at_once_share_the_tenants_key() {
    for round in 0..20 {
        let (office, time) = stage();
        time.fix(Some(at("2015-08-20T10:00:00")));
        let office = Arc::new(office);
        let ask = |n: u32| {
            let office = office.clone();
            tokio::spawn(async move { receive(&office, &format!("key-0000000{n}")).await })
        };
        let (one, two) = (ask(1), ask(2));
        let (one, two) = (one.await.expect("no panic"), two.await.expect("no panic"));
        assert!(office.act(one).await.is_ok() && office.act(two).await.is_ok(), "round {round}");
    }
}
