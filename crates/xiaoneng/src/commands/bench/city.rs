//! A few offices at work, for the measurements: cases of licences taken through their actions by those who stand
//! in the posts, in groups, on a fixed clock.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use xiaoneng_casework::{Fields, Name, PLACE, Value, Verb};
use xiaoneng_ledger::TenantId;
use xiaoneng_office::{ActError, DemoTime, Intake, Office, OfficeError, OfficeTime, Parts, Request, Who};
use xiaoneng_pack::{Item, World};
use xiaoneng_store::{KeyStore, StoreError};
use xiaoneng_store_sqlite::BenchGroup;

use crate::data;
use crate::output::Stop;

/// The actions of a licence's life after it was received.
pub const STEPS: [&str; 6] = ["accept", "examine", "check", "grant", "seal", "deliver"];
/// Acts in one commit.
pub const GROUP: usize = 64;

/// Cases received before the next day comes: numbers are drawn by tenant and day, and a day has only so many.
const CASES_A_DAY: usize = 256;
/// Cases between the first of one lane and of the next.
const LANE: usize = 10_000_000;
/// Days at most, however many cases: the calendar must still cover them.
const DAYS_MAX: usize = 2_000;

/// Offices over a store of their own.
pub struct City {
    pub office: Arc<Office>,
    pub time: Arc<DemoTime>,
    keys: Arc<dyn KeyStore>,
    items: Vec<Arc<Item>>,
    made: usize,
    a_day: usize,
    /// What was written, commit by commit, where it is to be written again by others.
    tape: Option<Vec<BenchGroup>>,
}

/// A case under way.
#[derive(Clone)]
pub struct Going {
    tenant: Name,
    id: Name,
    holder: Option<Name>,
}

impl City {
    /// A city in a folder for so many cases, starting on a Monday morning of 2015.
    pub fn new(world: Arc<World>, dir: &Path, cases: usize) -> Result<Self, Stop> {
        let items: Vec<Arc<Item>> = world.items.values().filter(|i| can_be_worked(&world, i)).cloned().collect();
        if items.is_empty() {
            return Err(Stop::refused(
                "规则包里没有哪个行政许可事项的岗位都有人，没有办件可以量：请用程序自带的规则包",
            ));
        }
        let opened = data::open(dir)?;
        let start = PLACE.to_timestamp(date(2015, 3, 2).at(9, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH);
        let time = Arc::new(DemoTime::at(start));
        time.fix(Some(start));
        let keys = opened.keys.clone();
        let office = Arc::new(Office::new(Parts { world, store: opened.store, keys: opened.keys, time: time.clone() }));
        let a_day = CASES_A_DAY.max(cases / DAYS_MAX);
        Ok(City { office, time, keys, items, made: 0, a_day, tape: None })
    }

    /// The same city worked by another hand at the same time: other cases, and the clock stands still, so that
    /// neither writes before what the other has written.
    pub fn lane(&self, n: usize) -> Self {
        City {
            office: self.office.clone(),
            time: self.time.clone(),
            keys: self.keys.clone(),
            items: self.items.clone(),
            made: n * LANE,
            a_day: usize::MAX,
            tape: None,
        }
    }

    /// Keep from now on what is written.
    pub fn record(&mut self) {
        self.tape = Some(Vec::new());
    }

    /// What was kept.
    pub fn recorded(&mut self) -> Vec<BenchGroup> {
        self.tape.take().unwrap_or_default()
    }

    /// So many new cases, received; one commit.
    pub async fn receive(&mut self, count: usize) -> Result<Vec<Going>, Stop> {
        if self.made / self.a_day != (self.made + count) / self.a_day {
            self.pass(SignedDuration::from_hours(24));
        }
        let mut requests = Vec::with_capacity(count);
        for _ in 0..count {
            let n = self.made;
            self.made += 1;
            let item = self.items[n % self.items.len()].clone();
            requests.push(self.office.opening(self.intake(&item, n)?).await?);
        }
        self.act(&requests).await
    }

    /// The next action on each of these cases, by whoever holds it; one commit.
    pub async fn step(&mut self, going: &[Going], action: &str) -> Result<Vec<Going>, Stop> {
        let mut requests = Vec::with_capacity(going.len());
        for (i, case) in going.iter().enumerate() {
            let officer = self.officer(case.holder.as_ref())?;
            requests.push(Request {
                tenant: case.tenant.clone(),
                case: case.id.clone(),
                verb: Verb::Do(action.into()),
                fields: fields_of(action),
                reason: None,
                attachments: Vec::new(),
                effective_at: None,
                who: Who::Officer(officer),
                key: format!("{action}-{}-{i}", case.id),
                seen: None,
            });
        }
        self.act(&requests).await
    }

    /// Lets time pass.
    pub fn pass(&self, time: SignedDuration) {
        self.time.fix(Some(self.time.now() + time));
    }

    async fn act(&mut self, requests: &[Request]) -> Result<Vec<Going>, Stop> {
        let mut batch = self.office.batch();
        for request in requests {
            batch.add(request).await?;
        }
        let part = batch.part();
        let mut group = self.tape.as_ref().map(|_| {
            let keys = part.keys().into_iter().map(|(tenant, keys)| (TenantId::from(&*tenant), keys));
            BenchGroup { appends: part.appends().cloned().collect(), keys: keys.collect() }
        });
        let mut going = Vec::with_capacity(requests.len());
        for (done, request) in self.office.write(part).await.into_iter().zip(requests) {
            match done {
                Ok(done) => {
                    going.push(Going { tenant: request.tenant.clone(), id: done.id, holder: done.case.holder.clone() });
                }
                // Of so many cases on one day two draw the same number now and then: the second falls out.
                Err(ActError::Office(OfficeError::Store(StoreError::Taken { .. }))) => {
                    if let Some(group) = &mut group {
                        group.appends.retain(|append| append.answer["case"] != *request.case);
                    }
                }
                Err(fault) => return Err(fault.into()),
            }
        }
        if let (Some(tape), Some(group)) = (&mut self.tape, group) {
            tape.push(group);
        }
        Ok(going)
    }

    fn officer(&self, post: Option<&Name>) -> Result<Name, Stop> {
        let post = post.and_then(|p| self.office.world.org.posts.get(p));
        post.and_then(|p| p.a.clone()).ok_or_else(|| Stop::refused("办件到了没有人的岗位，不能继续量"))
    }

    fn intake(&self, item: &Item, n: usize) -> Result<Intake, Stop> {
        let intake = item.intake.first().unwrap_or(&item.unit);
        let window = self.office.world.org.posts_with(intake, "window").next().map(|p| p.id.clone());
        let materials = item.materials.iter().map(|m| m.id.clone()).collect();
        let fields = [
            ("applicant", Value::Text(format!("测试{n:06}"))),
            ("phone", Value::Text(format!("139{:08}", n % 100_000_000))),
            ("identity", Value::Text(format!("632122{:012}", n % 1_000_000_000))),
            ("materials", Value::List(materials)),
        ];
        Ok(Intake {
            action: "receive".into(),
            item: Some(item.code.clone()),
            procedure: None,
            unit: None,
            intake: None,
            title: None,
            fields: fields.into_iter().map(|(id, value)| (id.into(), value)).collect(),
            reason: None,
            attachments: Vec::new(),
            effective_at: None,
            who: Who::Officer(self.officer(window.as_ref())?),
            key: format!("receive-{n}"),
        })
    }
}

/// A licence whose every post is held, at a window and a unit of its own.
fn can_be_worked(world: &World, item: &Item) -> bool {
    let held = |unit: &Name, role: &str| world.org.posts_with(unit, role).next().is_some_and(|p| p.a.is_some());
    let intake = item.intake.first().unwrap_or(&item.unit);
    &*item.procedure == "licence"
        && !item.materials.is_empty()
        && held(intake, "window")
        && ["handler", "checker", "head"].iter().all(|role| held(&item.unit, role))
}

fn fields_of(action: &str) -> Fields {
    let text = |id: &str, text: &str| (Name::from(id), Value::Text(text.to_owned()));
    match action {
        "examine" => [text("opinion", "材料齐全，符合条件，拟准予。")].into(),
        "check" => [text("opinion", "同意初审意见。")].into(),
        "deliver" => [text("channel", "窗口领取")].into(),
        _ => Fields::new(),
    }
}
