//! One window, one number, one collection: a restaurant, over two bureaus and a county that reports to the city.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
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

    async fn act(
        &self,
        id: &Name,
        tenant: &str,
        action: &str,
        who: &str,
        fields: &[(&str, Value)],
    ) -> Result<Done, ActError> {
        let papers = ["hand-in"].contains(&action);
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
}

fn papers(ids: &[&str]) -> Value {
    Value::List(ids.iter().map(|id| Name::from(*id)).collect())
}

async fn intake(stage: &Stage, item: &str, who: &str, at: Option<&str>, more: &[(&str, Value)]) -> Done {
    let mut fields = Fields::new();
    fields.insert("applicant".into(), "韩小明".into());
    fields.insert("phone".into(), "13900000000".into());
    fields.extend(more.iter().map(|(f, v)| (Name::from(*f), v.clone())));
    let paper = Attachment {
        hash: "0".repeat(64),
        name: "布局图.png".to_owned(),
        media: "image/png".to_owned(),
        size: 1,
        material: None,
    };
    stage
        .office
        .open(Intake {
            action: "receive".into(),
            item: Some(item.into()),
            procedure: None,
            unit: None,
            intake: at.map(Name::from),
            title: None,
            fields,
            reason: None,
            attachments: vec![paper],
            effective_at: None,
            who: Who::Officer(who.into()),
            key: stage.key(),
        })
        .await
        .expect("received")
}

#[tokio::test]
async fn a_restaurant_comes_once_and_each_bureau_decides_for_itself() {
    let stage = stage();
    let all = ["application", "licence", "layout", "system", "health", "effect", "consent"];
    let items = Value::List(vec!["630222-spjy".into(), "630222-hwgg".into()]);
    let more = [("matter", "开拉面馆".into()), ("items", items), ("materials", papers(&all))];
    let bundle = intake(&stage, "630222-kcyd", "mh-zwzx-window1", None, &more).await;
    let id = &bundle.id;
    stage.act(id, "630222", "accept", "mh-zwzx-window1", &[]).await.expect("accepted");
    let ask = Value::List(vec!["630222-wsjk".into()]);
    stage.act(id, "630222", "split", "mh-scjg-handler", &[("units", ask)]).await.expect("split");
    let case = stage.case("630222", id).await;
    assert_eq!(case.children.len(), 3);
    let opened = |key: &str| case.children[key].opened.clone().expect("open").0;
    let (food, sign, opinion) = (opened("item-01"), opened("item-02"), opened("opinion-01"));
    let food_case = stage.case("630222", &food).await;
    assert_eq!(food_case.fields["materials"], papers(&all[..5]), "what its own list asks for");
    assert_eq!(food_case.attachments.len(), 1, "the papers come with it");
    assert!(matches!(food_case.fields["applicant"], Value::Sealed { .. }), "sealed under its own key");
    assert_eq!(food_case.holder.as_deref(), Some("630222-scjg.handler"));

    let note = || [("opinion", Value::from("同意"))];
    for (child, bureau) in [(&food, "scjg"), (&sign, "cgj")] {
        for (action, post) in [("examine", "handler"), ("check", "checker"), ("grant", "head"), ("seal", "handler")] {
            let who = format!("mh-{bureau}-{post}");
            let fields: &[(&str, Value)] = if action == "examine" || action == "check" { &note() } else { &[] };
            stage.act(child, "630222", action, &who, fields).await.expect(action);
        }
        let channel = [("channel", "交综合窗口统一送达".into())];
        stage.act(child, "630222", "deliver", &format!("mh-{bureau}-window"), &channel).await.expect("handed in");
    }
    assert_eq!(&*stage.case("630222", id).await.state, "running", "one opinion is open still");
    stage.act(&opinion, "630222", "agree", "mh-wsjk-handler", &note()).await.expect("agreed");
    let case = stage.case("630222", id).await;
    assert_eq!(&*case.state, "collected");
    let results: Vec<_> = case.children.values().map(|c| c.result.clone().unwrap_or_default()).collect();
    assert_eq!(results, ["准予许可", "准予许可", "同意"]);
    let answer = [("summary", "都办成了".into()), ("fee", Value::Number(0))];
    stage.act(id, "630222", "answer", "mh-scjg-handler", &answer).await.expect("answered");
    let channel = [("channel", "窗口领取".into())];
    stage.act(id, "630222", "deliver", "mh-zwzx-window1", &channel).await.expect("collected once");
    assert!(stage.case("630222", id).await.closed_at.is_some());
}

#[tokio::test]
async fn a_county_reports_to_the_city_and_hears_of_its_decision() {
    let stage = stage();
    let all = ["application", "licence", "place", "person", "plan"];
    let lower = intake(&stage, "630222-whsb", "mh-yjgl-window", None, &[("materials", papers(&all))]).await;
    let id = &lower.id;
    stage.act(id, "630222", "accept", "mh-yjgl-window", &[]).await.expect("accepted");
    let review = [("first-review", "符合条件".into()), ("advice", "建议准予".into())];
    stage.act(id, "630222", "review", "mh-yjgl-handler", &review).await.expect("reviewed");
    let upper = Value::List(vec!["630200-whjy".into()]);
    stage.act(id, "630222", "report", "mh-yjgl-head", &[("upper", upper)]).await.expect("reported");
    let case = stage.case("630222", id).await;
    let (upper, number) = case.children["decision-01"].opened.clone().expect("the city has it");
    assert!(number.starts_with("630200-"));
    let above = stage.case("630200", &upper).await;
    assert_eq!(above.fields["materials"], papers(&all));
    assert_eq!(above.text("first-review"), Some("符合条件"));
    stage.act(&upper, "630200", "withdraw", "hd-yjgl-handler", &[]).await.expect("ended above");
    assert_eq!(&*stage.case("630222", id).await.state, "decided");
}
