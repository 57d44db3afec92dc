//! A breach becomes a finding: once, with what it is about, answered by the unit, decided by a person, taken back when
//! it was none.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use xiaoneng_casework::{Case, Fields, Happening, Name, PLACE, Value, Verb, finding_id};
use xiaoneng_ledger::TenantId;
use xiaoneng_office::{ActError, DemoTime, Done, Intake, Office, Parts, Request, Who};
use xiaoneng_store::{CaseFilter, MemoryKeys, MemoryStore};

const TENANT: &str = "630222";
const CITY: &str = "630200";

struct Stage {
    office: Office,
    time: Arc<DemoTime>,
}

fn stage() -> Stage {
    let time = Arc::new(DemoTime::at(Timestamp::UNIX_EPOCH));
    let (store, keys) = (Arc::new(MemoryStore::new()), Arc::new(MemoryKeys::new()));
    let parts = Parts { world: xiaoneng_packbox::world(), store, keys, time: time.clone() };
    Stage { office: Office::new(parts), time }
}

fn at(text: &str) -> Timestamp {
    let civil: DateTime = text.parse().expect("a date and time");
    PLACE.to_timestamp(civil).expect("in range")
}

fn fields(list: &[(&str, &str)]) -> Fields {
    list.iter().map(|(id, text)| ((*id).into(), Value::Text((*text).to_owned()))).collect()
}

impl Stage {
    fn now(&self, text: &str) {
        self.time.fix(Some(at(text)));
    }

    /// An application that nobody answers.
    async fn received(&self) -> Done {
        let item = &self.office.world.items["630222-spjy"];
        let materials = item.materials.iter().filter(|m| m.required).map(|m| m.id.clone()).collect();
        let mut fields =
            fields(&[("applicant", "马秀兰（演示）"), ("identity", "63022219800101001X"), ("phone", "0972-5550001")]);
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
            attachments: vec![],
            effective_at: None,
            who: Who::Officer("mh-scjg-window".into()),
            key: "key-00000001".to_owned(),
        };
        self.office.open(intake).await.expect("taken in")
    }

    async fn act(&self, case: &Name, verb: Verb, fields: Fields, who: &str, key: &str) -> Result<Done, ActError> {
        let request = Request {
            tenant: TENANT.into(),
            case: case.clone(),
            verb,
            fields,
            reason: Some("收件时间登记错了".to_owned()),
            attachments: vec![],
            effective_at: None,
            who: Who::Officer(who.into()),
            key: key.to_owned(),
            seen: None,
        };
        self.office.act(request).await
    }

    /// One round of the service.
    async fn round(&self) {
        for tenant in [TENANT, CITY] {
            self.office.watch(&tenant.into()).await.expect("watches");
            self.office.deliver(&tenant.into()).await.expect("delivers");
        }
    }

    async fn findings(&self, tenant: &str) -> Vec<Arc<Case>> {
        let mut filter = CaseFilter::new(TenantId::from(tenant));
        filter.procedure = Some("finding".to_owned());
        let mut found = Vec::new();
        for row in self.office.store.cases(&filter).await.expect("rows").rows {
            found.extend(self.office.case(&tenant.into(), &row.case.into()).await.expect("reads"));
        }
        found
    }

    async fn case(&self, id: &Name) -> Arc<Case> {
        self.office.case(&TENANT.into(), id).await.expect("reads").expect("is there")
    }
}

#[tokio::test]
async fn a_lapse_opens_one_finding_however_often_the_watch_runs() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let case = stage.received().await;
    stage.now("2015-08-31T09:00");
    for _ in 0..3 {
        stage.round().await;
    }
    let late = stage.case(&case.id).await;
    assert_eq!(late.breaches.len(), 1, "{:?}", late.breaches);
    let findings = stage.findings(TENANT).await;
    assert_eq!(findings.len(), 1);
    let finding = &findings[0];
    assert_eq!(finding.text("case-number"), Some(&*case.case.opening.number));
    assert_eq!(finding.text("target"), Some("630222-scjg"));
    assert_eq!((&*finding.opening.unit, &*finding.unit), ("630222-xnb", "630222-scjg"), "theirs, asked of the unit");
    assert_eq!(finding.text("fault"), Some(&*late.breaches[0].1.facts));
    // Five working days after 31 August 2015: 3 and 4 September were a holiday, the 6th was worked.
    assert_eq!(finding.text("answer-by"), Some("2015-09-08"));
    // The same message once more opens nothing.
    let before = stage.office.store.ledger_size(&TENANT.into()).await.expect("size");
    stage.round().await;
    assert_eq!(stage.office.store.ledger_size(&TENANT.into()).await.expect("size"), before);
}

#[tokio::test]
async fn the_unit_answers_and_another_office_decides() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    stage.received().await;
    stage.now("2015-08-31T09:00");
    stage.round().await;
    let finding = stage.findings(TENANT).await.remove(0);
    let breach = finding.opening.parent.as_ref().expect("about a case").key.trim_start_matches("breach/").to_owned();
    let id = finding_id(&breach);
    let dismiss = || Verb::Do("dismiss".into());
    let own = stage.act(&id, dismiss(), Fields::new(), "mh-scjg-handler", "key-00000002").await;
    assert!(matches!(own, Err(ActError::Refused(_))), "the unit does not judge itself");
    let pursue = stage.act(
        &id,
        Verb::Do("pursue".into()),
        fields(&[("accountability-number", "X")]),
        "mh-xnb-super1",
        "key-00000003",
    );
    assert!(matches!(pursue.await, Err(ActError::Refused(_))), "nothing follows before it was answered");
    let said = fields(&[("statement", "窗口漏看，当天已经受理")]);
    let answered =
        stage.act(&id, Verb::Do("answer".into()), said, "mh-scjg-handler", "key-00000004").await.expect("answers");
    assert_eq!(&*answered.case.state, "answered");
    assert!(
        answered.case.holder.as_deref().is_some_and(|h| h.starts_with("630222-xnb.")),
        "{:?}",
        answered.case.holder
    );
    let holder = stage.office.world.org.posts[answered.case.holder.as_ref().unwrap()].a.clone().unwrap();
    let done = stage.act(&id, dismiss(), Fields::new(), &holder, "key-00000005").await.expect("decided");
    assert_eq!(done.case.outcome.as_ref().map(|(o, _)| &**o), Some("不成立"));
}

#[tokio::test]
async fn what_a_correction_makes_untrue_withdraws_by_itself() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let case = stage.received().await;
    stage.now("2015-08-31T09:00");
    stage.round().await;
    let opened = stage.findings(TENANT).await.remove(0);
    assert!(opened.closed_at.is_none());
    let event = stage.case(&case.id).await.acts[0].event.clone();
    let verb = Verb::Correct { event, effective_at: Some(at("2015-08-30T10:00")) };
    stage.act(&case.id, verb, Fields::new(), "mh-scjg-window", "key-00000006").await.expect("corrected");
    stage.round().await;
    stage.round().await;
    let findings = stage.findings(TENANT).await;
    let withdrawn: Vec<_> = findings.iter().filter(|f| &*f.state == "withdrawn").collect();
    assert_eq!(withdrawn.len(), 1, "{:?}", findings.iter().map(|f| &f.state).collect::<Vec<_>>());
    let why = withdrawn[0].history.iter().rev().find_map(|e| match &e.what {
        Happening::Acted(acted) => acted.reason.clone(),
        _ => None,
    });
    assert_eq!(why.as_deref(), Some("办件更正以后，原来记录的违规不再成立"));
    // A correction that puts out a red light is looked at by others.
    let second = findings.iter().find(|f| &*f.state == "open").expect("one of the correction");
    assert_eq!(second.text("duty"), Some("责任追究制"));
    let rows = stage.office.store.dump_rows(&TENANT.into()).await.expect("rows");
    stage.office.rebuild(&TENANT.into(), |_, _| {}).await.expect("rebuilds");
    assert_eq!(stage.office.store.dump_rows(&TENANT.into()).await.expect("rows"), rows);
}

#[tokio::test]
async fn the_supervision_offices_own_breach_goes_a_tier_up_and_a_finding_has_none() {
    let stage = stage();
    stage.now("2015-08-20T10:00");
    let mut complaint =
        fields(&[("channel", "来访"), ("target", "630222-scjg"), ("grounds", "拖延"), ("facts", "跑了三趟（演示）")]);
    complaint.insert("phone".into(), "0972-5550001".into());
    let intake = Intake {
        action: "complain".into(),
        item: Some("630222-xnts".into()),
        procedure: None,
        unit: None,
        intake: None,
        title: None,
        fields: complaint,
        reason: None,
        attachments: vec![],
        effective_at: None,
        who: Who::Officer("mh-xnb-super1".into()),
        key: "key-00000001".to_owned(),
    };
    let taken = stage.office.open(intake).await.expect("taken in");
    stage.now("2015-08-21T10:00");
    stage
        .act(&taken.id, Verb::Do("accept".into()), Fields::new(), "mh-xnb-super1", "key-00000002")
        .await
        .expect("accepted");
    stage.now("2015-11-16T09:00");
    stage.round().await;
    assert!(stage.findings(TENANT).await.is_empty(), "nobody judges himself");
    let above = stage.findings(CITY).await;
    assert_eq!(above.len(), 1);
    assert_eq!((&*above[0].unit, above[0].text("target")), ("630200-xnb", Some("630222-xnb")));
    assert_eq!(above[0].children.len(), 1, "the office is asked for its statement");
    // Months later the statement is overdue, and nothing new is found about a finding.
    stage.now("2016-01-15T09:00");
    stage.round().await;
    stage.round().await;
    assert_eq!(stage.findings(CITY).await.len(), 1);
    assert_eq!(&*stage.findings(CITY).await[0].state, "heard");
}
