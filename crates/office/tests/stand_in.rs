//! A third at the desk: when A is away and B falls ill, one is named, one alone, and he acts there.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use xiaoneng_casework::{Fields, Name, PLACE, Value};
use xiaoneng_office::{ActError, DemoTime, Done, Intake, Office, Parts, Who};
use xiaoneng_store::{MemoryKeys, MemoryStore};

const TENANT: &str = "630222";
const POSTS: [&str; 2] = ["630222-zrzy.window", "630222-zrzy.handler"];
const HEAD: &str = "mh-zrzy-head";

fn office() -> Arc<Office> {
    let now: DateTime = "2015-08-20T10:00".parse().expect("a date and time");
    let time = Arc::new(DemoTime::at(Timestamp::UNIX_EPOCH));
    time.fix(Some(PLACE.to_timestamp(now).expect("in range")));
    let (store, keys) = (Arc::new(MemoryStore::new()), Arc::new(MemoryKeys::new()));
    Arc::new(Office::new(Parts { world: xiaoneng_packbox::world(), store, keys, time }))
}

async fn opens(
    office: &Office,
    procedure: &str,
    action: &str,
    who: &str,
    fields: Fields,
    key: &str,
) -> Result<Done, ActError> {
    let intake = Intake {
        action: action.into(),
        item: None,
        procedure: Some(procedure.into()),
        unit: Some("630222-zrzy".into()),
        intake: None,
        title: Some("离岗和顶岗".to_owned()),
        fields,
        reason: Some("B岗突发急病".to_owned()),
        attachments: vec![],
        effective_at: None,
        who: Who::Officer(who.into()),
        key: key.to_owned(),
    };
    office.open(intake).await
}

async fn names(office: &Office, deputy: &str, key: &str) -> Result<Done, ActError> {
    let mut fields = Fields::new();
    fields.insert("posts".into(), Value::List(POSTS.iter().map(|p| Name::from(*p)).collect()));
    fields.insert("deputy".into(), deputy.into());
    fields.insert("until".into(), "2015-08-20T12:00".into());
    opens(office, "stand-in", "name", HEAD, fields, key).await
}

async fn goes(office: &Office, action: &str, who: &str, officer: &str, key: &str) -> Result<Done, ActError> {
    let mut fields = Fields::new();
    for (id, value) in
        [("officer", officer), ("where", "会场"), ("start", "2015-08-20T10:00"), ("until", "2015-08-20T11:00")]
    {
        fields.insert(id.into(), value.into());
    }
    if action == "report" {
        fields.insert("why".into(), "请假".into());
    }
    opens(office, "leave", action, who, fields, key).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_named_for_one_post_at_once_only_one_stands_in() {
    for round in 0..20 {
        let office = office();
        let (one, two) = (office.clone(), office.clone());
        let first = tokio::spawn(async move { names(&one, "mh-zrzy-checker", "key-00000001").await });
        let second = tokio::spawn(async move { names(&two, HEAD, "key-00000002").await });
        let (first, second) = (first.await.expect("no panic"), second.await.expect("no panic"));
        assert!(first.is_ok() != second.is_ok(), "round {round}: {} {}", first.is_ok(), second.is_ok());
        let words = first.err().or(second.err()).expect("one is refused").to_string();
        assert!(words.contains("已经指定"), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_named_and_who_steps_out_at_the_same_moment_does_one_of_both() {
    for round in 0..20 {
        let office = office();
        let (one, two) = (office.clone(), office.clone());
        let named = tokio::spawn(async move { names(&one, "mh-zrzy-checker", "key-00000001").await });
        let gone =
            tokio::spawn(
                async move { goes(&two, "step-out", "mh-zrzy-checker", "mh-zrzy-checker", "key-00000002").await },
            );
        let (named, gone) = (named.await.expect("no panic"), gone.await.expect("no panic"));
        assert!(named.is_ok() != gone.is_ok(), "round {round}: {} {}", named.is_ok(), gone.is_ok());
    }
}

#[tokio::test]
async fn the_third_has_the_post_and_the_public_reads_his_name() {
    let office = office();
    goes(&office, "step-out", "mh-zrzy-window", "mh-zrzy-window", "key-00000001").await.expect("A is out");
    let early = goes(&office, "report", HEAD, "mh-zrzy-handler", "key-00000002").await;
    assert!(early.expect_err("nobody would be there").to_string().contains("C岗"));
    names(&office, "mh-zrzy-checker", "key-00000003").await.expect("a third is named");
    goes(&office, "report", HEAD, "mh-zrzy-handler", "key-00000004").await.expect("B is ill");
    let posts = office.posts_of(&TENANT.into(), "mh-zrzy-checker").await.expect("posts");
    let third: Vec<_> = posts.iter().filter(|p| p.named).collect();
    assert_eq!(third.len(), 2);
    assert!(third.iter().all(|p| p.acting && !p.is_a), "{third:?}");
    let third = &office.world.org.officers["mh-zrzy-checker"].name;
    let notices = office.leave_notices(&TENANT.into(), None).await.expect("notices");
    assert_eq!(notices.len(), 2);
    for (post, who) in notices.iter().flat_map(|n| &n.stand_in) {
        assert_eq!(who.as_ref(), Some(third), "{post}");
    }
    office.rebuild(&TENANT.into(), |_, _| {}).await.expect("rebuilds");
    let again = office.leave_notices(&TENANT.into(), None).await.expect("notices");
    assert_eq!(again, notices, "rows made again from the events say the same");
}
