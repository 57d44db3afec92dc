//! Rules take effect by a named person, for everybody at once, and never over a case that would be left alone.

use std::sync::Arc;

use xiaoneng_casework::{Fields, Happening, Name, PLACE, Value, Verb};
use xiaoneng_ledger::{StreamId, TenantId};
use xiaoneng_office::{
    ActError, DemoTime, Done, Intake, Office, OfficeError, Parts, Request, RulesError, TakeEffect, Who, kept_texts,
    rules_in_force,
};
use xiaoneng_pack::compare::compare;
use xiaoneng_pack::{Sources, World, load};
use xiaoneng_store::{MemoryKeys, MemoryStore, Store};

const COUNTY: &str = "630222";
const CITY: &str = "630200";

fn office(store: &Arc<MemoryStore>) -> Office {
    let at: jiff::civil::DateTime = "2015-08-20T10:00".parse().expect("an instant");
    Office::new(Parts {
        world: xiaoneng_packbox::world(),
        store: store.clone(),
        keys: Arc::new(MemoryKeys::new()),
        time: Arc::new(DemoTime::at(PLACE.to_timestamp(at).expect("in range"))),
    })
}

/// The packs with one file edited.
fn edited(edits: &[(&str, &str, &str)]) -> (Arc<World>, Sources) {
    let mut sources = xiaoneng_packbox::sources();
    for (file, from, to) in edits {
        let text = sources.text(file).expect("the file");
        assert!(text.contains(from), "{file} has {from}");
        let text = text.replace(from, to);
        sources.add(*file, text);
    }
    let world = load(&sources).unwrap_or_else(|faults| panic!("{faults}"));
    (Arc::new(world), sources)
}

/// Acceptance is called by another name: harmless.
fn renamed(to: &str) -> (Arc<World>, Sources) {
    edited(&[("cn/procedures/licence.toml", "title = \"受理\"\nfrom", &format!("title = \"{to}\"\nfrom"))])
}

/// No handler anywhere is called so any more.
fn without_handlers() -> (Arc<World>, Sources) {
    edited(&[
        ("cn-6302/org.toml", "id = \"handler\"", "id = \"case-officer\""),
        ("demo/officers.toml", ".handler\"", ".case-officer\""),
    ])
}

/// The keeper of the city's rules, who is A in his post.
fn keeper(office: &Office) -> Name {
    let org = &office.world.org;
    let post = org.posts_of_tenant(CITY, "rules").next().expect("the city has a keeper of rules");
    post.a.clone().expect("someone stands in it")
}

fn ask(office: &Office, new: &World) -> TakeEffect {
    TakeEffect {
        officer: keeper(office),
        reason: "按市政府文件改称".into(),
        document: "东政办〔2015〕88号（演示）".into(),
        seen: office.world.version.clone(),
        difference: compare(&office.world, new).hash(),
    }
}

async fn received(office: &Office, key: &str) -> Done {
    let item = &office.world.items["630222-spjy"];
    let materials = item.materials.iter().filter(|m| m.required).map(|m| m.id.clone()).collect();
    let mut fields = Fields::new();
    fields.insert("applicant".into(), "马秀兰（演示）".into());
    fields.insert("phone".into(), "0972-5550001".into());
    fields.insert("materials".into(), Value::List(materials));
    let intake = Intake {
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
        key: key.into(),
    };
    office.open(intake).await.expect("taken in")
}

async fn accept(office: &Office, id: &Name) -> Result<Done, ActError> {
    let request = Request {
        tenant: COUNTY.into(),
        case: id.clone(),
        verb: Verb::Do("accept".into()),
        fields: Fields::new(),
        reason: None,
        attachments: Vec::new(),
        effective_at: None,
        who: Who::Officer("mh-scjg-window".into()),
        key: format!("accept-{id}"),
        seen: None,
    };
    office.act(request).await
}

async fn noted(store: &MemoryStore, tenant: &str) -> Vec<(Option<String>, String, String)> {
    let events = store.stream(&TenantId::from(tenant), &StreamId::rules()).await.expect("a stream");
    events
        .into_iter()
        .map(|e| (e.actor.officer, e.payload["version"].to_string(), e.payload["reason"].to_string()))
        .collect()
}

#[tokio::test]
async fn a_version_takes_effect_for_every_administration_with_who_and_why() {
    let store = Arc::new(MemoryStore::new());
    let before = office(&store);
    before.note_first_rules(&xiaoneng_packbox::sources()).await.expect("noted");
    before.note_first_rules(&xiaoneng_packbox::sources()).await.expect("once is enough");
    let (world, texts) = renamed("准予受理");
    let after = before.put_into_effect(world.clone(), &texts, &ask(&before, &world)).await.expect("in effect");
    assert_eq!(after.world.version, world.version);
    for tenant in before.tenants() {
        let noted = noted(&store, &tenant).await;
        let expected = if &*tenant == CITY { 2 } else { 1 };
        assert_eq!(noted.len(), expected, "{tenant}");
        let (who, version, reason) = noted.last().expect("one");
        assert_eq!(who.as_deref(), Some(&*keeper(&before)), "{tenant}");
        assert!(version.contains(&world.version) && reason.contains("按市政府文件"), "{version} {reason}");
    }
    let history = after.rules_history().await.expect("a history");
    assert_eq!(history[0].officer, None, "the first version is nobody's act");
    assert_eq!(history[1].rules.difference, compare(&before.world, &world).hash());
    assert_eq!(history[1].rules.before.as_deref(), Some(&*before.world.version));
    let (tenant, last) = rules_in_force(&*store).await.expect("asked").expect("noted");
    let kept = kept_texts(&*store, &tenant, &last.rules).await.expect("asked").expect("kept");
    assert_eq!(load(&kept).expect("loads").version, world.version, "the version can be read again from the store");
}

#[tokio::test]
async fn what_was_decided_under_the_old_rules_is_not_written_once_the_new_are_in_force() {
    let store = Arc::new(MemoryStore::new());
    let before = office(&store);
    let case = received(&before, "one").await;
    let (world, texts) = renamed("准予受理");
    let after = before.put_into_effect(world.clone(), &texts, &ask(&before, &world)).await.expect("in effect");
    let refused = accept(&before, &case.id).await.expect_err("the old office writes no more");
    assert!(matches!(&refused, ActError::Office(OfficeError::Superseded(now)) if *now == world.version), "{refused}");
    assert!(refused.to_string().contains("刚刚换了版本"), "{refused}");
    let stream = StreamId::case(&case.id);
    assert_eq!(store.stream_version(&TenantId::from(COUNTY), &stream).await.expect("asked"), 1, "nothing was written");
    let done = accept(&after, &case.id).await.expect("the new office goes on with the same case");
    assert_eq!(
        done.case.history.len() as u64,
        store.stream_version(&TenantId::from(COUNTY), &stream).await.expect("asked")
    );
}

#[tokio::test]
async fn acts_and_the_change_at_once_each_happen_under_one_version() {
    let store = Arc::new(MemoryStore::new());
    let before = Arc::new(office(&store));
    let mut cases = Vec::new();
    for n in 0..12 {
        cases.push(received(&before, &format!("case-{n}")).await.id);
    }
    let (world, texts) = renamed("准予受理");
    let change = ask(&before, &world);
    let acts: Vec<_> = cases
        .iter()
        .map(|id| {
            let (office, id) = (before.clone(), id.clone());
            tokio::spawn(async move { accept(&office, &id).await.is_ok() })
        })
        .collect();
    let after = before.put_into_effect(world.clone(), &texts, &change).await.expect("in effect");
    let mut done = 0;
    for act in acts {
        done += usize::from(act.await.expect("ends"));
    }
    let mut accepted = 0;
    for id in &cases {
        let case = after.case(&COUNTY.into(), id).await.expect("loads").expect("is there");
        accepted +=
            usize::from(case.history.iter().any(|e| matches!(&e.what, Happening::Acted(a) if &*a.action == "accept")));
    }
    assert_eq!(accepted, done, "what was answered as done is there, and nothing else");
}

#[tokio::test]
async fn of_two_who_put_rules_into_effect_the_second_is_told_what_the_first_did() {
    let store = Arc::new(MemoryStore::new());
    let before = office(&store);
    let ((one, one_texts), (two, two_texts)) = (renamed("准予受理"), renamed("同意受理"));
    let (first, second) = (ask(&before, &one), ask(&before, &two));
    let (a, b) = tokio::join!(
        before.put_into_effect(one.clone(), &one_texts, &first),
        before.put_into_effect(two.clone(), &two_texts, &second)
    );
    let errors: Vec<RulesError> = [a, b].into_iter().filter_map(Result::err).collect();
    let [RulesError::Superseded(winner)] = &errors[..] else { panic!("exactly one is told: {errors:?}") };
    assert_eq!(winner.rules.version, one.version);
    assert!(errors[0].to_string().contains("按市政府文件改称"), "{}", errors[0]);
    assert_eq!(noted(&store, CITY).await.len(), 1, "one event");
}

#[tokio::test]
async fn a_post_removed_that_holds_cases_forbids_the_change_and_nothing_is_written() {
    let store = Arc::new(MemoryStore::new());
    let before = office(&store);
    let (world, texts) = without_handlers();
    let case = received(&before, "one").await;
    let held = accept(&before, &case.id).await.expect("accepted");
    assert!(held.case.holder.as_deref().is_some_and(|h| h.ends_with(".handler")), "the handler holds it");
    let change = ask(&before, &world);
    let refused = before.put_into_effect(world, &texts, &change).await.err().expect("it cannot take effect");
    let RulesError::Blocked(blocks) = &refused else { panic!("{refused}") };
    assert_eq!(blocks.len(), 1, "{blocks:?}");
    assert_eq!(blocks[0].numbers, [held.case.opening.number.to_string()]);
    assert!(blocks[0].why.contains("被删去") && blocks[0].way_out.contains("交办"), "{blocks:?}");
    assert_eq!(noted(&store, CITY).await.len(), 0);
    received(&before, "two").await;
}

#[tokio::test]
async fn only_the_citys_keeper_with_a_reason_and_what_he_saw() {
    let store = Arc::new(MemoryStore::new());
    let before = office(&store);
    let (world, texts) = renamed("准予受理");
    let good = ask(&before, &world);
    let county =
        before.world.org.posts_of_tenant(COUNTY, "rules").next().and_then(|p| p.a.clone()).expect("a county's");
    let post = before.world.org.posts_of_tenant(CITY, "rules").next().expect("the city's");
    let deputy = post.b.clone().expect("B, while A is there");
    let post = post.id.clone();
    let tries = [
        (TakeEffect { officer: "mh-scjg-window".into(), ..good.clone() }, "规则管理岗"),
        (TakeEffect { officer: county, ..good.clone() }, "规则管理岗"),
        (TakeEffect { officer: deputy, ..good.clone() }, "规则管理岗"),
        (TakeEffect { reason: " 改 ".into(), ..good.clone() }, "理由"),
        (TakeEffect { document: "号".repeat(300), ..good.clone() }, "文件号"),
        (TakeEffect { difference: "0".repeat(64), ..good.clone() }, "又变了"),
        (TakeEffect { seen: "0123456789abcdef".into(), ..good.clone() }, "已经不是您看到的"),
    ];
    for (ask, word) in tries {
        let refused = before.put_into_effect(world.clone(), &texts, &ask).await.err().expect("refused");
        assert!(refused.to_string().contains(word), "{word}: {refused}");
    }
    let same = TakeEffect { difference: compare(&before.world, &before.world).hash(), ..good.clone() };
    let refused = before.put_into_effect(before.world.clone(), &texts, &same).await.err().expect("refused");
    assert!(matches!(refused, RulesError::Same), "{refused}");
    assert_eq!(noted(&store, CITY).await.len(), 0, "nothing was written");
    let after = before.put_into_effect(world, &texts, &good).await.expect("in effect");
    let last = after.rules_history().await.expect("a history").pop().expect("one");
    assert_eq!((last.officer, last.post), (Some(keeper(&after)), Some(post)));
}

#[tokio::test]
async fn rules_without_a_keeper_of_rules_never_take_effect() {
    let store = Arc::new(MemoryStore::new());
    let before = office(&store);
    let (world, texts) =
        edited(&[("cn-6302/org.toml", "\"reform\", \"handler\", \"rules\"", "\"reform\", \"handler\"")]);
    let refused = before.put_into_effect(world.clone(), &texts, &ask(&before, &world)).await.err().expect("refused");
    assert!(refused.to_string().contains("没有人能再改规则"), "{refused}");
}

#[tokio::test]
async fn lists_follow_the_new_rules_and_each_case_says_from_when_to_when() {
    let store = Arc::new(MemoryStore::new());
    let before = office(&store);
    let (moved, still) = (received(&before, "one").await.id, received(&before, "two").await.id);
    accept(&before, &still).await.expect("accepted");
    let row = async |id: &Name| store.case_row(&TenantId::from(COUNTY), id).await.expect("asked").expect("a row");
    let due = row(&moved).await.due_at.expect("the notice of acceptance is due");
    // 受理告知 within 3 working days instead of 5.
    let mut sources = xiaoneng_packbox::sources();
    let text = sources.text("cn/limits/licence.toml").expect("the file").to_owned();
    let at = text.find("id = \"XK-32-1-4\"").expect("the limit");
    let shorter = format!("{}{}", &text[..at], text[at..].replacen("workdays = 5", "workdays = 3", 1));
    assert!(shorter != text);
    sources.add("cn/limits/licence.toml", shorter);
    let world = Arc::new(load(&sources).unwrap_or_else(|faults| panic!("{faults}")));
    let after = before.put_into_effect(world.clone(), &sources, &ask(&before, &world)).await.expect("in effect");
    let untouched = row(&still).await;
    assert_eq!(after.follow_rules(&before.world).await.expect("follows"), 1);
    let now = row(&moved).await;
    assert!(now.due_at.expect("still due") < due, "{:?} before {due}", now.due_at);
    let case = after.case(&COUNTY.into(), &moved).await.expect("loads").expect("is there");
    let said = case.history.iter().find_map(|e| match &e.what {
        Happening::Moved { clock, from, to, notice, .. } => Some((clock.to_string(), *from, *to, notice.clone())),
        _ => None,
    });
    let expected = ("notice".to_owned(), due, now.due_at.expect("due"), format!("规则 {}", world.version));
    assert_eq!(said, Some(expected));
    assert_eq!(row(&still).await, untouched, "a case that the change does not reach stays as it is");
    assert_eq!(after.follow_rules(&before.world).await.expect("again"), 0, "once only");
}
