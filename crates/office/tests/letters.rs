//! A letter is kept as it was issued, sealed, and only while it is that.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use jiff::civil::DateTime;
use xiaoneng_casework::{Actor, Fields, Happening, Name, PLACE, Parent, Value, Verb};
use xiaoneng_ledger::{AttachmentHash, TenantId};
use xiaoneng_office::{DemoTime, Done, Intake, Issued, Office, Parts, Press, Request, Who};
use xiaoneng_store::{Desk, KeyStore, MemoryKeys, MemoryStore};

const TENANT: &str = "630222";

/// Writes down whose letter it is, and how often it was asked to.
#[derive(Default)]
struct Quill(AtomicU32);

impl Press for Quill {
    fn write(&self, issued: &Issued) -> Option<Vec<u8>> {
        let n = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        let name = issued.fields.get("applicant").and_then(Value::text).unwrap_or_default();
        let letter = issued.acted().letter.as_deref().unwrap_or_default();
        Some(format!("{n}. {letter}: {name}, {} -> {}", issued.before.is_some(), issued.then.state).into_bytes())
    }
}

struct Stage {
    office: Office,
    time: Arc<DemoTime>,
    store: Arc<MemoryStore>,
    keys: Arc<MemoryKeys>,
}

fn stage() -> Stage {
    let (store, keys) = (Arc::new(MemoryStore::new()), Arc::new(MemoryKeys::new()));
    let time = Arc::new(DemoTime::at(Timestamp::UNIX_EPOCH));
    let parts =
        Parts { world: xiaoneng_packbox::world(), store: store.clone(), keys: keys.clone(), time: time.clone() };
    let stage = Stage { office: Office::new(parts), time, store, keys };
    stage.now("2015-08-20T10:00");
    stage
}

impl Stage {
    fn now(&self, text: &str) {
        let civil: DateTime = text.parse().expect("a date and time");
        self.time.fix(Some(PLACE.to_timestamp(civil).expect("in range")));
    }

    /// Taken in and accepted: the acceptance is the letter. Answers the case and the letter's event.
    async fn accepted(&self) -> (Name, Name) {
        let item = &self.office.world.items["630222-spjy"];
        let materials = item.materials.iter().filter(|m| m.required).map(|m| m.id.clone()).collect();
        let fields = [
            ("applicant", "马秀兰（演示）".into()),
            ("identity", "63022219800101001X".into()),
            ("phone", "0972-5550001".into()),
            ("materials", Value::List(materials)),
        ];
        let intake = Intake {
            action: "receive".into(),
            item: Some("630222-spjy".into()),
            procedure: None,
            unit: None,
            intake: None,
            title: None,
            fields: fields.into_iter().map(|(name, value)| (Name::from(name), value)).collect(),
            reason: None,
            attachments: vec![],
            effective_at: None,
            who: Who::Officer("mh-scjg-window".into()),
            key: "key-00000001".to_owned(),
        };
        let id = self.office.open(intake).await.expect("taken in").id;
        let done = self.accept(&id).await;
        let acted = |what: &Happening| matches!(what, Happening::Acted(a) if a.letter.as_deref() == Some("acceptance"));
        let event = done.case.history.iter().find(|e| acted(&e.what)).expect("the letter's event");
        (id, event.id.clone())
    }

    async fn accept(&self, id: &Name) -> Done {
        let request = Request {
            tenant: TENANT.into(),
            case: id.clone(),
            verb: Verb::Do("accept".into()),
            fields: Fields::new(),
            reason: None,
            attachments: vec![],
            effective_at: None,
            who: Who::Officer("mh-scjg-window".into()),
            key: "key-00000002".to_owned(),
            seen: None,
        };
        self.office.act(request).await.expect("accepted")
    }

    async fn kept(&self, id: &Name, event: &Name) -> Option<String> {
        let kept = self.office.kept_letter(&self.issued(id, event).await).await.expect("asks");
        kept.map(|bytes| String::from_utf8(bytes).expect("a text"))
    }

    async fn issued(&self, id: &Name, event: &Name) -> Issued {
        self.office.issued(&TENANT.into(), id, event).await.expect("asks").expect("it was issued")
    }

    /// What lies in the store under the letter's event.
    async fn lies(&self, event: &Name) -> Option<AttachmentHash> {
        let hash = self.store.setting(&TENANT.into(), &format!("letter/{event}")).await.expect("asks")?;
        Some(hash.as_str().expect("a text").parse().expect("a hash"))
    }

    async fn deliver(&self) {
        self.office.deliver(&TENANT.into()).await.expect("delivered");
    }
}

#[tokio::test]
async fn a_letter_is_kept_once_as_it_was_when_it_was_issued() {
    let stage = stage();
    stage.office.set_press(Arc::new(Quill::default()));
    let (id, event) = stage.accepted().await;
    assert_eq!(stage.lies(&event).await, None, "not before it is delivered");
    stage.deliver().await;
    let hash = stage.lies(&event).await.expect("it is kept");
    let said = "1. acceptance: 马秀兰（演示）, true -> examining";
    assert_eq!(stage.kept(&id, &event).await.as_deref(), Some(said));
    stage.now("2015-10-21T10:00");
    assert_eq!(stage.kept(&id, &event).await.as_deref(), Some(said), "what was issued stays so");
    assert_eq!(stage.lies(&event).await, Some(hash));
}

#[tokio::test]
async fn the_fingerprint_of_a_kept_letter_stands_in_the_ledger_once_and_disturbs_nobody() {
    let stage = stage();
    stage.office.set_press(Arc::new(Quill::default()));
    let (id, event) = stage.accepted().await;
    let seen = stage.issued(&id, &event).await.case.version();
    stage.deliver().await;
    stage.deliver().await;
    let hash = stage.lies(&event).await.expect("it is kept");
    let case = stage.issued(&id, &event).await.case;
    let kept = case.history.iter().filter(|e| match &e.what {
        Happening::LetterKept { event: of, sha256 } => *of == event && *sha256 == hash.as_str(),
        _ => false,
    });
    assert_eq!(kept.count(), 1);
    let last = case.history.last().expect("an event");
    assert_eq!((last.actor.clone(), last.cause.clone()), (Actor::Law, Some(event.clone())));
    assert!(case.version() > seen, "it is an event of the case");
    let file = stage.store.attachment(&TENANT.into(), &hash).await.expect("asks").expect("the file");
    assert_eq!(AttachmentHash::of(&file.bytes), hash, "what the ledger names is what lies there");
}

#[tokio::test]
async fn a_letter_that_is_printed_before_it_is_delivered_is_kept_as_printed() {
    let stage = stage();
    stage.office.set_press(Arc::new(Quill::default()));
    let (id, event) = stage.accepted().await;
    let printed = stage.kept(&id, &event).await.expect("written at once");
    stage.deliver().await;
    assert_eq!(stage.kept(&id, &event).await, Some(printed));
}

#[tokio::test]
async fn what_is_kept_lies_sealed_and_goes_with_the_key_of_its_case() {
    let stage = stage();
    stage.office.set_press(Arc::new(Quill::default()));
    let (id, event) = stage.accepted().await;
    stage.deliver().await;
    let tenant = TenantId::from(TENANT);
    let hash = stage.lies(&event).await.expect("is kept");
    let file = stage.store.attachment(&tenant, &hash).await.expect("asks").expect("the file");
    let text = String::from_utf8(file.bytes).expect("JSON");
    assert!(text.contains("\"sealed\"") && !text.contains("acceptance") && !text.contains("马秀兰"), "{text}");

    assert!(stage.keys.destroy(&tenant, &format!("case/{id}")).await.expect("destroyed"));
    // Another office over the same store: nothing cached.
    let parts = Parts {
        world: xiaoneng_packbox::world(),
        store: stage.store.clone(),
        keys: stage.keys.clone(),
        time: stage.time.clone(),
    };
    let later = Office::new(parts);
    let issued = later.issued(&TENANT.into(), &id, &event).await.expect("asks").expect("the act stands");
    assert_eq!(later.kept_letter(&issued).await.expect("asks"), None);
}

#[tokio::test]
async fn a_letter_delivered_too_late_or_without_a_press_is_not_kept() {
    let late = stage();
    late.office.set_press(Arc::new(Quill::default()));
    let (id, event) = late.accepted().await;
    late.now("2015-08-28T10:01");
    late.deliver().await;
    assert_eq!(late.kept(&id, &event).await, None, "the rules may be others by now");

    let bare = stage();
    let (id, event) = bare.accepted().await;
    bare.deliver().await;
    assert_eq!(bare.kept(&id, &event).await, None);
    let issued = bare.issued(&id, &event).await;
    assert_eq!((&*issued.then.state, issued.before.map(|b| b.state)), ("examining", Some("received".into())));
    let opening = issued.case.history[0].id.clone();
    assert!(bare.office.issued(&TENANT.into(), &id, &opening).await.expect("asks").is_none(), "no letter, none issued");
}

#[test]
fn a_parent_from_before_its_unit_was_written_down_is_read_and_written_as_it_was() {
    let old = r#"{"tenant":"630222","case":"c1","number":"630222-20150820-00001","key":"opinion-01"}"#;
    let parent: Parent = serde_json::from_str(old).expect("it is read");
    assert_eq!(&*parent.unit, "");
    assert_eq!(serde_json::to_string(&parent).expect("it is written"), old);
}
