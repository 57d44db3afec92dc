//! The office at work: what is done once stays done, who comes second is told, nothing personal lies open.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use xiaoneng_casework::{Case, Fields, Name, PLACE, Value, Verb};
use xiaoneng_ledger::{StreamId, TenantId};
use xiaoneng_office::{
    ActError, Chance, DemoTime, Done, Intake, Office, OfficeTime, Parts, Request, SignInError, Who, hash_password,
};

use xiaoneng_store::{CaseFilter, MemoryKeys, MemoryStore, Store, StoreError};

const TENANT: &str = "630222";

struct Stage {
    office: Arc<Office>,
    time: Arc<DemoTime>,
}

fn stage() -> Stage {
    stage_over(Arc::new(MemoryStore::new()))
}

fn stage_over(store: Arc<dyn Store>) -> Stage {
    let time = Arc::new(DemoTime::at(Timestamp::UNIX_EPOCH));
    let parts =
        Parts { world: xiaoneng_packbox::world(), store, keys: Arc::new(MemoryKeys::new()), time: time.clone() };
    Stage { office: Arc::new(Office::new(parts)), time }
}

/// Chance that draws the same case number twice.
#[derive(Default)]
struct Stutter(std::sync::atomic::AtomicU64);

impl Chance for Stutter {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), String> {
        let call = self.0.fetch_add(u64::from(bytes.len() == 16), std::sync::atomic::Ordering::SeqCst) + 1;
        // Of the draws of sixteen bytes the second and the fifth are the numbers of the first two cases.
        let value = if bytes.len() == 16 && matches!(call, 2 | 5) { 7 } else { call as u8 + 100 };
        bytes.fill(value);
        Ok(())
    }
}

#[tokio::test]
async fn a_number_drawn_twice_is_drawn_again() {
    let time = Arc::new(DemoTime::at(Timestamp::UNIX_EPOCH));
    let parts = Parts {
        world: xiaoneng_packbox::world(),
        store: Arc::new(MemoryStore::new()),
        keys: Arc::new(MemoryKeys::new()),
        time: time.clone(),
    };
    let stage = Stage { office: Arc::new(Office::new(parts).with_chance(Arc::new(Stutter::default()))), time };
    stage.now("2015-08-20T10:00");
    let first = stage.receive("key-00000001").await.expect("taken in");
    let second = stage.receive("key-00000002").await.expect("taken in under another number");
    assert_ne!(first.case.opening.number, second.case.opening.number);
    let code = stage.office.track_code(&TENANT.into(), &second.case.opening.number).await.expect("a code");
    assert!(stage.office.track(&second.case.opening.number, &code).await.expect("asks").is_some());
}

fn at(text: &str) -> Timestamp {
    let civil: DateTime = text.parse().expect("a date and time");
    PLACE.to_timestamp(civil).expect("in range")
}

impl Stage {
    fn now(&self, text: &str) {
        self.time.fix(Some(at(text)));
    }

    async fn receive(&self, key: &str) -> Result<Done, ActError> {
        let item = &self.office.world.items["630222-spjy"];
        let materials = item.materials.iter().filter(|m| m.required).map(|m| m.id.clone()).collect();
        let mut fields = Fields::new();
        fields.insert("applicant".into(), "马秀兰（演示）".into());
        fields.insert("identity".into(), "63022219800101001X".into());
        fields.insert("phone".into(), "0972-5550001".into());
        fields.insert("materials".into(), Value::List(materials));
        self.office.open(intake("receive", Some("630222-spjy"), fields, "mh-scjg-window", key)).await
    }

    async fn act(&self, case: &Name, action: &str, who: &str, key: &str, seen: Option<u64>) -> Result<Done, ActError> {
        let mut fields = Fields::new();
        if matches!(action, "examine" | "check") {
            fields.insert("opinion".into(), "同意".into());
        }
        self.office.act(request(case, Verb::Do(action.into()), fields, who, key, seen)).await
    }

    async fn step_out(&self, who: &str, from: &str, until: &str, key: &str) -> Result<Done, ActError> {
        let mut fields = Fields::new();
        fields.insert("where".into(), "会场".into());
        fields.insert("start".into(), from.into());
        fields.insert("until".into(), until.into());
        self.office.leave("step-out", &who.into(), fields, key.to_owned()).await
    }
}

fn intake(action: &str, item: Option<&str>, fields: Fields, who: &str, key: &str) -> Intake {
    Intake {
        action: action.into(),
        item: item.map(Name::from),
        procedure: None,
        unit: None,
        intake: None,
        title: None,
        fields,
        reason: None,
        attachments: vec![],
        effective_at: None,
        who: Who::Officer(who.into()),
        key: key.to_owned(),
    }
}

fn request(case: &Name, verb: Verb, fields: Fields, who: &str, key: &str, seen: Option<u64>) -> Request {
    Request {
        tenant: TENANT.into(),
        case: case.clone(),
        verb,
        fields,
        reason: None,
        attachments: vec![],
        effective_at: None,
        who: Who::Officer(who.into()),
        key: key.to_owned(),
        seen,
    }
}

fn acts(case: &Case) -> Vec<&str> {
    case.acts.iter().map(|a| &*a.action).collect()
}

#[tokio::test]
async fn a_form_posted_twice_happens_once_and_answers_the_same() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let first = stage.receive("key-00000001").await.expect("taken in");
    let second = stage.receive("key-00000001").await.expect("answered the same");
    assert_eq!(first.id, second.id);
    assert!(!first.replayed && second.replayed);
    let page = stage.office.store.cases(&CaseFilter::new(TenantId::from(TENANT))).await.expect("a page");
    assert_eq!(page.rows.len(), 1, "no second case");

    stage.act(&first.id, "accept", "mh-scjg-window", "key-00000002", None).await.expect("accepted");
    let again = stage.act(&first.id, "accept", "mh-scjg-window", "key-00000002", None).await.expect("the same answer");
    assert!(again.replayed);
    assert_eq!(acts(&again.case), ["receive", "accept"]);
}

#[tokio::test]
async fn another_body_under_the_same_key_is_an_error() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let case = stage.receive("key-00000001").await.expect("taken in").id;
    stage.act(&case, "accept", "mh-scjg-window", "key-00000002", None).await.expect("accepted");
    let other = stage.act(&case, "withdraw", "mh-scjg-window", "key-00000002", None).await;
    assert!(
        matches!(other, Err(ActError::Office(xiaoneng_office::OfficeError::Store(StoreError::KeyReused { .. })))),
        "{other:?}"
    );
}

#[tokio::test]
async fn who_asks_for_secrecy_is_known_to_the_window_and_not_to_the_agency_it_goes_to() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let call = async |secret: bool, key: &str| {
        let mut fields: Fields = [
            ("line", "12345"),
            ("kind", "投诉"),
            ("matter", "夜里施工（演示）"),
            ("applicant", "马秀兰（演示）"),
            ("phone", "0972-5550001"),
        ]
        .map(|(id, text)| (id.into(), text.into()))
        .into_iter()
        .collect();
        fields.insert("secret".into(), Value::Flag(secret));
        let opened = stage.office.open(intake("call", Some("630222-rx"), fields, "mh-zwzx-window1", key)).await;
        let case = opened.expect("taken in").id;
        let agency = [("agency".into(), "630222-cgj".into())].into_iter().collect();
        let verb = Verb::Do("dispatch".into());
        let key = format!("{key}-d");
        stage.office.act(request(&case, verb, agency, "mh-zwzx-window1", &key, None)).await.expect("dispatched");
        case
    };
    let name = async |case: &Name, who: &str| {
        let file = stage.office.case_file(&TENANT.into(), case, &who.into()).await.expect("asks").expect("his to see");
        (file.fields["applicant"].text().unwrap_or_default().to_owned(), file.hidden.len())
    };
    let (open, secret) = (call(false, "key-00000001").await, call(true, "key-00000002").await);
    assert_eq!(name(&open, "mh-cgj-handler").await, ("马秀兰（演示）".to_owned(), 0));
    assert_eq!(name(&secret, "mh-cgj-handler").await, (xiaoneng_office::KEPT_SECRET.to_owned(), 2));
    assert_eq!(name(&secret, "mh-zwzx-window1").await, ("马秀兰（演示）".to_owned(), 0));
    let rows = stage.office.store.cases(&CaseFilter::new(TenantId::from(TENANT))).await.expect("a page").rows;
    let mut shown: Vec<&str> = rows.iter().map(|r| &*r.applicant_masked).collect();
    shown.sort_unstable();
    assert_eq!(shown.len(), 2);
    assert!(shown.contains(&xiaoneng_office::KEPT_SECRET), "{shown:?}");
}

#[tokio::test]
async fn another_title_under_the_same_key_is_another_request() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let titled = |title: &str| {
        let fields = [("party", "某饭馆（演示）"), ("fact", "后厨不洁（演示）")];
        let fields = fields.map(|(id, text)| (id.into(), text.into())).into_iter().collect();
        let mut intake = intake("note", None, fields, "mh-scjg-handler", "key-00000001");
        intake.procedure = Some("penalty".into());
        intake.unit = Some("630222-scjg".into());
        intake.title = Some(title.to_owned());
        intake
    };
    stage.office.open(titled("饭馆后厨")).await.expect("opened");
    assert!(stage.office.open(titled("饭馆后厨")).await.expect("the same answer").replayed);
    let other = stage.office.open(titled("烧烤摊")).await;
    assert!(
        matches!(other, Err(ActError::Office(xiaoneng_office::OfficeError::Store(StoreError::KeyReused { .. })))),
        "{other:?}"
    );
}

#[tokio::test]
async fn a_number_taken_from_the_summary_is_the_length_of_its_list() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let first = stage.receive("key-00000001").await.expect("taken in");
    stage.receive("key-00000002").await.expect("another");
    stage.act(&first.id, "accept", "mh-scjg-window", "key-00000003", None).await.expect("accepted");
    let filter = |change: fn(&mut CaseFilter)| {
        let mut filter = CaseFilter { standing: Some(false), ..CaseFilter::new(TenantId::from(TENANT)) };
        change(&mut filter);
        filter
    };
    let filters = [
        filter(|_| {}),
        filter(|f| f.open = Some(true)),
        filter(|f| f.open = Some(false)),
        filter(|f| f.standing = Some(true)),
        filter(|f| f.lights = vec!["green".to_owned()]),
        filter(|f| f.not_procedures = vec!["licence".to_owned()]),
        filter(|f| f.unit = Some("630222-scjg".to_owned())),
        // These the summary does not know.
        filter(|f| f.state = Some("received".to_owned())),
        filter(|f| f.text = Some(TENANT.to_owned())),
    ];
    for filter in filters {
        let length = stage.office.store.count_cases(&filter, 1_000).await.expect("a length");
        assert_eq!(stage.office.count(&filter, 1_000).await.expect("a number"), length, "{filter:?}");
    }
    let all = filter(|_| {});
    assert_eq!(stage.office.count(&all, 1_000).await.expect("a number"), 2);
    assert_eq!(stage.office.count(&all, 1).await.expect("a number"), 1);
}

#[tokio::test]
async fn the_second_of_two_officers_is_told_what_changed() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let taken = stage.receive("key-00000001").await.expect("taken in");
    let seen = Some(taken.case.version());
    stage.act(&taken.id, "accept", "mh-scjg-window", "key-00000002", seen).await.expect("the first is quicker");
    match stage.act(&taken.id, "accept", "mh-scjg-window", "key-00000003", seen).await {
        Err(ActError::Changed { since }) => assert_eq!(since.len(), 1, "one thing happened since"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_officers_at_once_leave_one_acceptance() {
    let stage = Arc::new(stage());
    stage.now("2015-08-20T10:00");
    let case = stage.receive("key-00000001").await.expect("taken in").id;
    let mut racers = Vec::new();
    for n in 0..100 {
        let (stage, case) = (stage.clone(), case.clone());
        racers.push(tokio::spawn(async move {
            stage.act(&case, "accept", "mh-scjg-window", &format!("race-{n:08}"), None).await.is_ok()
        }));
    }
    let mut won = 0;
    for racer in racers {
        won += usize::from(racer.await.expect("no panic"));
    }
    assert_eq!(won, 1);
    let case = stage.office.case(&TENANT.into(), &case).await.expect("loads").expect("is there");
    assert_eq!(acts(&case), ["receive", "accept"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_and_b_who_ask_for_leave_at_once_only_one_gets_it() {
    for round in 0..20 {
        let stage = Arc::new(stage());
        stage.now("2015-08-20T10:00");
        let (one, two) = (stage.clone(), stage.clone());
        let a = tokio::spawn(async move {
            one.step_out("mh-zrzy-window", "2015-08-20T10:00", "2015-08-20T10:40", "leave-a-0001").await
        });
        let b = tokio::spawn(async move {
            two.step_out("mh-zrzy-handler", "2015-08-20T10:00", "2015-08-20T10:30", "leave-b-0001").await
        });
        let (a, b) = (a.await.expect("no panic"), b.await.expect("no panic"));
        assert!(a.is_ok() != b.is_ok(), "round {round}: {} {}", a.is_ok(), b.is_ok());
        let refused = if a.is_err() { a.err() } else { b.err() };
        let words = refused.expect("one is refused").to_string();
        assert!(words.contains("不能同时离岗"), "{words}");
        assert_eq!(stage.office.leave_notices(&TENANT.into(), None).await.expect("notices").len(), 1);
    }
}

#[tokio::test]
async fn b_acts_for_a_who_is_out_and_the_event_says_for_whom() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let case = stage.receive("key-00000001").await.expect("taken in").id;
    let early = stage.act(&case, "accept", "mh-scjg-handler", "key-00000002", None).await;
    assert!(early.is_err(), "A is there");
    stage.step_out("mh-scjg-window", "2015-08-20T10:00", "2015-08-20T10:40", "leave-a-0001").await.expect("A is out");
    let notices = stage.office.leave_notices(&TENANT.into(), None).await.expect("notices");
    assert_eq!(notices.len(), 1, "public from the minute it starts");
    let done = stage.act(&case, "accept", "mh-scjg-handler", "key-00000003", None).await.expect("B acts");
    let event = done.case.history.last().expect("an event");
    assert_eq!(event.acting_for.as_deref(), Some("mh-scjg-window"));
}

#[tokio::test]
async fn what_lies_in_the_ledger_holds_no_name_number_or_telephone() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let taken = stage.receive("key-00000001").await.expect("taken in");
    let tenant = TenantId::from(TENANT);
    let events = stage.office.store.stream(&tenant, &StreamId::case(&taken.id)).await.expect("events");
    let rows = stage.office.store.dump_rows(&tenant).await.expect("rows");
    for plain in ["马秀兰", "63022219800101001X", "5550001"] {
        assert!(events.iter().all(|e| !e.payload.to_string().contains(plain)), "{plain} lies open in an event");
        assert!(!rows.contains(plain), "{plain} lies open in a row");
    }
    assert!(rows.contains("马**"), "the masked name may be shown");
    let opened = stage.office.opened(&TENANT.into(), &taken.id, &taken.case.fields).await.expect("opens");
    assert_eq!(opened["applicant"], "马秀兰（演示）".into(), "the office can open it");
}

#[tokio::test]
async fn a_citizen_tracks_with_number_and_code_and_with_nothing_else() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let taken = stage.receive("key-00000001").await.expect("taken in");
    let number = taken.case.opening.number.clone();
    let code = stage.office.track_code(&TENANT.into(), &number).await.expect("a code");
    assert!(stage.office.track(&number, &code).await.expect("asks").is_some());
    assert!(stage.office.track(&number, &code.to_lowercase()).await.expect("asks").is_some(), "typed small");
    assert!(stage.office.track(&number, "AAAAAAAA").await.expect("asks").is_none());
    assert!(stage.office.track("630222-20150820-00000", &code).await.expect("asks").is_none());
    assert!(stage.office.track("x", "y").await.expect("asks").is_none());
}

#[tokio::test]
async fn silence_accepts_for_the_office_and_the_watch_records_it() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let case = stage.receive("key-00000001").await.expect("taken in").id;
    stage.now("2015-08-28T09:00");
    assert!(stage.office.watch(&TENANT.into()).await.expect("watches") > 0);
    let case = stage.office.case(&TENANT.into(), &case).await.expect("loads").expect("is there");
    assert_eq!(acts(&case), ["receive", "accept"]);
    assert_eq!(stage.office.watch(&TENANT.into()).await.expect("watches"), 0, "nothing is recorded twice");
}

#[tokio::test]
async fn rows_made_again_from_the_events_are_the_same_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let stage = stage_over(Arc::new(xiaoneng_store_sqlite::SqliteStore::open(folder.path()).expect("opens")));
    stage.now("2015-08-20T10:00");
    for n in 0..5 {
        let case = stage.receive(&format!("key-{n:08}")).await.expect("taken in").id;
        if n > 0 {
            stage.act(&case, "accept", "mh-scjg-window", &format!("acc-{n:08}"), None).await.expect("accepted");
        }
        if n > 1 {
            stage.act(&case, "examine", "mh-scjg-handler", &format!("exa-{n:08}"), None).await.expect("examined");
        }
    }
    stage.step_out("mh-zrzy-window", "2015-08-20T10:00", "2015-08-20T10:40", "leave-a-0001").await.expect("A is out");
    stage.now("2015-09-30T09:00");
    stage.office.watch(&TENANT.into()).await.expect("watches");
    let tenant = TenantId::from(TENANT);
    let before = stage.office.store.dump_rows(&tenant).await.expect("rows");
    stage.office.rebuild(&TENANT.into(), |_, _| {}).await.expect("rebuilds");
    let after = stage.office.store.dump_rows(&tenant).await.expect("rows");
    assert_eq!(before, after);
    assert!(before.len() > 1000);
}

#[tokio::test]
async fn a_wrong_password_says_nothing_of_the_name_and_five_rest_the_account() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let hash = hash_password("right").expect("hashes");
    stage.office.set_password(&"mh-scjg-window".into(), hash).await.expect("set");
    let unknown = stage.office.sign_in("nobody", "x").await.expect_err("refused").to_string();
    let wrong = stage.office.sign_in("mh-scjg-window", "x").await.expect_err("refused").to_string();
    assert_eq!(unknown, wrong);
    let (cookie, who) = stage.office.sign_in("mh-scjg-window", "right").await.expect("signs in");
    assert_eq!(&*who.officer, "mh-scjg-window");
    assert!(stage.office.session(&cookie).await.expect("asks").is_some());
    assert!(stage.office.session(&cookie.replace(TENANT, "630223")).await.expect("asks").is_none(), "another tenant's");
    for _ in 0..5 {
        let _ = stage.office.sign_in("mh-scjg-window", "x").await;
    }
    let resting = stage.office.sign_in("mh-scjg-window", "right").await;
    assert!(matches!(resting, Err(SignInError::Resting(_))));
    stage.office.sign_out(&cookie).await.expect("signs out");
    assert!(stage.office.session(&cookie).await.expect("asks").is_none());
}

#[tokio::test]
async fn who_does_not_work_on_a_case_does_not_see_it() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let case = stage.receive("key-00000001").await.expect("taken in").id;
    let tenant: Name = TENANT.into();
    assert!(
        stage.office.case_file(&tenant, &case, &"mh-scjg-window".into()).await.expect("asks").is_some_and(|f| f.opened)
    );
    assert!(stage.office.case_file(&tenant, &case, &"mh-zrzy-window".into()).await.expect("asks").is_none());
    let watching =
        stage.office.case_file(&tenant, &case, &"mh-xnb-super1".into()).await.expect("asks").expect("may watch");
    assert!(!watching.opened);
    assert_eq!(watching.fields["applicant"], "马**".into());
    assert_eq!(watching.fields["phone"], "（不显示）".into());
    let looked = stage.office.store.access_of(&TenantId::from(TENANT), &case, 10).await.expect("notes");
    assert_eq!(looked.len(), 2, "who looked is on record");
    assert!(stage.time.now() == at("2015-08-20T10:00"));
}
