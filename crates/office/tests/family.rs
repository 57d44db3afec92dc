//! Cases that open others and wait for them: by messages, over jurisdictions, each in its own transaction.

use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::{Timestamp, civil};
use xiaoneng_casework::{Attachment, Case, Fields, Name, PLACE, Value, Verb};
use xiaoneng_office::{ActError, DemoTime, Done, Intake, Office, Parts, Request, Who};
use xiaoneng_store::{MemoryKeys, MemoryStore};

struct Stage {
    office: Office,
    time: Arc<DemoTime>,
    keys: std::cell::Cell<u32>,
}

fn stage() -> Stage {
    let time = Arc::new(DemoTime::at(Timestamp::UNIX_EPOCH));
    let parts = Parts {
        world: xiaoneng_packbox::world(),
        store: Arc::new(MemoryStore::new()),
        keys: Arc::new(MemoryKeys::new()),
        time: time.clone(),
    };
    let stage = Stage { office: Office::new(parts), time, keys: std::cell::Cell::new(0) };
    stage.now("2015-08-20T10:00");
    stage
}

impl Stage {
    fn now(&self, text: &str) {
        let civil: DateTime = text.parse().expect("a date and time");
        self.time.fix(Some(PLACE.to_timestamp(civil).expect("in range")));
    }

    fn key(&self) -> String {
        self.keys.set(self.keys.get() + 1);
        format!("key-{:08}", self.keys.get())
    }

    /// The leader of Minhe county writes a line on a paper.
    async fn instruct(&self, units: &[&str]) -> Result<Done, ActError> {
        let mut fields = Fields::new();
        fields.insert("words".into(), "请抓紧办".into());
        fields.insert("goal".into(), "修好镇政府门前的路".into());
        fields.insert("due".into(), civil::date(2015, 9, 20).to_string().as_str().into());
        fields.insert("units".into(), Value::List(units.iter().map(|u| Name::from(*u)).collect()));
        self.office
            .open(Intake {
                action: "instruct".into(),
                item: None,
                procedure: Some("instruction".into()),
                unit: Some("630222-zfb".into()),
                intake: None,
                title: Some("关于门前道路的批示".to_owned()),
                fields,
                reason: None,
                attachments: Vec::new(),
                effective_at: None,
                who: Who::Officer("mh-zfb-leader".into()),
                key: self.key(),
            })
            .await
    }

    async fn act(
        &self,
        id: &Name,
        tenant: &str,
        action: &str,
        who: &str,
        fields: &[(&str, Value)],
    ) -> Result<Done, ActError> {
        let papers = ["hand-in", "submit"].contains(&action);
        let paper = Attachment {
            hash: "0".repeat(64),
            name: "照片.png".to_owned(),
            media: "image/png".to_owned(),
            size: 1,
            material: None,
        };
        self.office
            .act(Request {
                tenant: tenant.into(),
                case: id.clone(),
                verb: Verb::Do(action.into()),
                fields: fields.iter().map(|(f, v)| (Name::from(*f), v.clone())).collect(),
                reason: Some("理由".to_owned()),
                attachments: if papers { vec![paper] } else { Vec::new() },
                effective_at: None,
                who: Who::Officer(who.into()),
                key: self.key(),
                seen: None,
            })
            .await
    }

    async fn case(&self, tenant: &str, id: &Name) -> Arc<Case> {
        self.office.case(&tenant.into(), id).await.expect("loads").expect("is there")
    }

    /// A task from report to acceptance.
    async fn finish(&self, id: &Name, tenant: &str) {
        let handler = self.holder(id, tenant).await;
        self.act(id, tenant, "hand-in", &handler, &[("result-note", "已修好".into())]).await.expect("handed in");
        let supervisor = self.holder(id, tenant).await;
        self.act(id, tenant, "accept", &supervisor, &[]).await.expect("accepted");
    }

    /// The officer in whose post a case lies.
    async fn holder(&self, id: &Name, tenant: &str) -> Name {
        let post = self.case(tenant, id).await.holder.clone().expect("held");
        self.office.world.org.posts[&post].a.clone().expect("someone stands in it")
    }
}

fn child<'a>(case: &'a Case, key: &str) -> &'a xiaoneng_casework::Child {
    &case.children[key]
}

#[tokio::test]
async fn an_instruction_becomes_a_task_for_each_unit_and_is_answered_when_the_last_is_done() {
    let stage = stage();
    // Two counties: Minhe's own bureau, and Ledu's.
    let parent = stage.instruct(&["630222-zrzy", "630202-zrzy"]).await.expect("instructed");
    let case = stage.case("630222", &parent.id).await;
    assert_eq!(case.children.len(), 2);
    let (own, number) = child(&case, "task-01").opened.clone().expect("opened at once");
    assert!(number.starts_with("630222-"), "{number}");
    let (abroad, number) = child(&case, "task-02").opened.clone().expect("opened in the other jurisdiction");
    assert!(number.starts_with("630202-"), "{number}");

    let task = stage.case("630202", &abroad).await;
    assert_eq!(task.holder.as_deref(), Some("630202-zrzy.handler"));
    assert_eq!(task.text("goal"), Some("修好镇政府门前的路"), "what was passed");
    assert_eq!(task.opening.parent.as_ref().map(|p| &*p.key), Some("task-02"));

    stage.finish(&own, "630222").await;
    let case = stage.case("630222", &parent.id).await;
    assert_eq!(&*case.state, "issued", "one is open still");
    assert_eq!(child(&case, "task-01").result.as_deref(), Some("任务完成"));

    stage.finish(&abroad, "630202").await;
    let case = stage.case("630222", &parent.id).await;
    assert_eq!(&*case.state, "answered", "the law moves it on");
    stage.act(&parent.id, "630222", "close", "mh-zfb-leader", &[]).await.expect("read and closed");
}

#[tokio::test]
async fn what_is_called_off_ends_below_too() {
    let stage = stage();
    let parent = stage.instruct(&["630222-zrzy", "630202-zrzy"]).await.expect("instructed");
    let case = stage.case("630222", &parent.id).await;
    let (abroad, _) = child(&case, "task-02").opened.clone().expect("opened");
    stage.act(&parent.id, "630222", "close", "mh-zfb-leader", &[]).await.expect("closed early");
    assert_eq!(&*stage.case("630202", &abroad).await.state, "dropped");
    let case = stage.case("630222", &parent.id).await;
    assert!(case.children.values().all(|c| c.closed_at.is_some()), "and the parent knows");
    assert_eq!(child(&case, "task-02").result.as_deref(), Some("任务撤销"));
}

#[tokio::test]
async fn a_message_that_comes_twice_happens_once() {
    let stage = stage();
    let parent = stage.instruct(&["630222-zrzy"]).await.expect("instructed");
    let before = stage.case("630222", &parent.id).await.version();
    stage.now("2015-08-20T11:00");
    stage.office.deliver(&"630222".into()).await.expect("nothing is due");
    assert_eq!(stage.case("630222", &parent.id).await.version(), before);
}

#[tokio::test]
async fn a_case_is_not_handed_up_while_its_parts_are_open() {
    let stage = stage();
    let mut fields = Fields::new();
    fields.insert("goal".into(), "建成便民服务站".into());
    fields.insert("lead".into(), "630222-mzj".into());
    fields.insert("due".into(), "2015-12-20".into());
    fields.insert("source".into(), "年度方案".into());
    fields.insert("assist".into(), Value::List(vec!["630222-zjj".into()]));
    let parent = stage
        .office
        .open(Intake {
            action: "assign".into(),
            item: None,
            procedure: Some("task".into()),
            unit: Some("630222-xnb".into()),
            intake: None,
            title: Some("便民服务站".to_owned()),
            fields,
            reason: None,
            attachments: Vec::new(),
            effective_at: None,
            who: Who::Officer("mh-xnb-super1".into()),
            key: stage.key(),
        })
        .await
        .expect("assigned");
    let case = stage.case("630222", &parent.id).await;
    assert_eq!(case.holder.as_deref(), Some("630222-mzj.handler"), "the lead unit holds it");
    assert_eq!(&*case.unit, "630222-mzj");
    let (part, _) = child(&case, "part-01").opened.clone().expect("the assisting unit has its own");
    let early = stage.act(&parent.id, "630222", "hand-in", "mh-mzj-handler", &[("result-note", "好了".into())]).await;
    assert!(matches!(early, Err(ActError::Refused(_))), "{early:?}");
    stage.finish(&part, "630222").await;
    stage.finish(&parent.id, "630222").await;
    assert!(stage.case("630222", &parent.id).await.closed_at.is_some());
}

#[tokio::test]
async fn what_the_closing_act_opens_is_opened_a_document_published_stands_on_the_register() {
    let stage = stage();
    let fields = [("subject", "农田灌溉用水管理办法（演示）"), ("need", "用水紧张")];
    let intake = Intake {
        action: "draft".into(),
        item: None,
        procedure: Some("normative-document".into()),
        unit: Some("630222-swj".into()),
        intake: None,
        title: Some("灌溉用水".to_owned()),
        fields: fields.map(|(id, text)| (id.into(), text.into())).into_iter().collect(),
        reason: None,
        attachments: Vec::new(),
        effective_at: None,
        who: Who::Officer("mh-swj-handler".into()),
        key: stage.key(),
    };
    let id = stage.office.open(intake).await.expect("drafted").id;
    let act = async |action: &str, who: &str, fields: &[(&str, Value)]| {
        stage.act(&id, "630222", action, who, fields).await.unwrap_or_else(|e| panic!("{action}: {e:?}"));
    };
    act("publish-draft", "mh-swj-handler", &[("comment-until", "2015-09-20".into())]).await;
    stage.now("2015-09-21T10:00");
    let answers = [("comments", 3.into()), ("adopted-note", "都采纳".into()), ("review-by", "2015-10-15".into())];
    act("submit", "mh-swj-handler", &answers).await;
    act("review", "mh-swj-checker", &[("opinion", "合法".into()), ("opinion-note", "合法".into())]).await;
    act("adopt", "mh-swj-head", &[("meeting", "局务会".into())]).await;
    let text = [("document", "演示〔2015〕1号".into()), ("expires-on", "2020-09-30".into())];
    act("publish", "mh-swj-handler", &text).await;

    let case = stage.case("630222", &id).await;
    assert!(case.closed_at.is_some() && case.holder.is_none(), "nobody owes anything");
    let (entry, _) = child(&case, "entry-01").opened.clone().expect("opened at once");
    let entry = stage.case("630222", &entry).await;
    assert_eq!(
        (&*entry.state, &*entry.unit, entry.text("document")),
        ("in-force", "630222-swj", Some("演示〔2015〕1号"))
    );
    assert!(entry.opening.standing && entry.holder.is_none());
}
