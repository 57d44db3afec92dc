//! `GET /desk/cases/{number}/letters/{event}`: a letter as of its event, on one page, ready to print.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use xiaoneng_casework::{Act, Acted, Actor, Case, Child, ClockView, Happening, Name, Parent, Value, clock_views};
use xiaoneng_letters::{
    Addressee, ChildSaid, ClockSaid, Contact, Count, Given, LawTitle, Laws, Letter, LetterData, Missing, Names, Own,
    Track, document, fill, plain_date, plain_moment, title_of,
};
use xiaoneng_office::{CaseFile, Issued, KEPT_SECRET, Office, Press};
use xiaoneng_pack::{Action, LimitRef, Post, Unit};

use super::{case_file, list::cells};
use crate::app::{App, Demo};
use crate::fault::{Answer, Fault, answer};
use crate::rulebook::Rulebook;
use crate::session::{Officer, encode};
use crate::ui::{Captions, assets::letters_css_path, say, text_twin};

/// Told on the screen over a letter that was not kept when it was issued, and for which the rules have changed since.
const NOT_KEPT: &str = "这件文书发出时没有留存原样，现在按现行的规则重新排印，用语可能和发出的不同。";

pub async fn get(State(app): State<App>, officer: Officer, Path((number, event)): Path<(String, String)>) -> Response {
    let letter = show(&app, &officer, &number, &event).await;
    answer(&app, Some(&officer), letter)
}

async fn show(app: &App, officer: &Officer, number: &str, event: &str) -> Answer {
    let file = case_file(app, officer, number).await?;
    if !file.opened {
        return Err(Fault::Forbidden("文书只有经办这个办件的人可以打印".to_owned()));
    }
    let issued = app.office.issued(&file.tenant, &file.id, event).await?;
    let mut issued = issued.ok_or_else(|| Fault::NotFound("这一步没有文书".to_owned()))?;
    // The sheet as it was issued names whoever asked for secrecy: others get it written without the name.
    let kept =
        if file.hidden.is_empty() { app.office.kept_letter(&issued).await? } else { withhold(&file, &mut issued) };
    let sheet = Sheet { app, issued: &issued };
    let kept: Option<LetterData> = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let changed = issued.case.opening.rules != app.office.world.version;
    let note = (kept.is_none() && changed).then_some(NOT_KEPT);
    let letter = match kept {
        // The words are those of the day; that it was sealed since, and under which number, is said of it now.
        Some(kept) => LetterData { number: sheet.number(), sealed: sheet.sealed(), ..kept },
        None => sheet.data().ok_or_else(|| Fault::NotFound("现行的规则里没有这种文书了".to_owned()))?,
    };
    Ok(document(&letter, &letters_css_path(), note).into_response())
}

/// Takes out of a letter what its reader may not see; answers no kept one.
fn withhold(file: &CaseFile, issued: &mut Issued) -> Option<Vec<u8>> {
    for field in &file.hidden {
        issued.fields.insert(field.clone(), Value::Text(KEPT_SECRET.to_owned()));
    }
    issued.track_code.clear();
    None
}

/// Writes the letters that the office keeps as they are issued.
pub struct Printer {
    /// Weak: the office holds its press.
    office: Weak<Office>,
    rulebook: Weak<Rulebook>,
    demo: Option<Arc<Demo>>,
    base_url: Arc<str>,
}

impl Printer {
    /// For the office of this service.
    pub fn of(app: &App) -> Printer {
        Printer {
            office: Arc::downgrade(&app.office),
            rulebook: Arc::downgrade(&app.rulebook),
            demo: app.demo.clone(),
            base_url: app.base_url.clone(),
        }
    }
}

impl Press for Printer {
    fn write(&self, issued: &Issued) -> Option<Vec<u8>> {
        let (office, rulebook) = (self.office.upgrade()?, self.rulebook.upgrade()?);
        let app = App { office, rulebook, demo: self.demo.clone(), base_url: self.base_url.clone() };
        let letter = Sheet { app: &app, issued }.data()?;
        serde_json::to_vec(&letter).ok()
    }
}

/// What a letter is written from.
struct Sheet<'a> {
    app: &'a App,
    issued: &'a Issued,
}

impl Sheet<'_> {
    fn acted(&self) -> &Acted {
        self.issued.acted()
    }

    fn data(&self) -> Option<LetterData> {
        let issued = self.issued;
        let opening = &issued.case.opening;
        let world = &self.app.office.world;
        let basis = self.action().map(|a| self.laws().cite(&a.basis, self.date())).filter(|b| !b.is_empty());
        let (letter, to) = self.letter(self.acted().letter.as_deref()?)?;
        Some(LetterData {
            tenant: world.org.divisions.get(&opening.tenant).map_or(String::new(), |d| d.name.clone()),
            unit: match &letter {
                Letter::Own(_) | Letter::Correction { .. } => {
                    self.issuing_unit().map_or(String::new(), |u| u.title.clone())
                }
                _ => self.app.unit(&issued.then.unit),
            },
            number: self.number(),
            case_number: opening.number.to_string(),
            to,
            item: opening.title.clone(),
            basis: basis.into_iter().collect(),
            officer: self.officer(),
            date: date(issued.event.recorded_at),
            track: (!issued.track_code.is_empty()).then(|| Track {
                url: format!(
                    "{}/track?number={}&code={}",
                    self.app.base_url,
                    encode(&opening.number),
                    issued.track_code
                ),
                code: issued.track_code.clone(),
            }),
            sealed: self.sealed(),
            demo: self.app.demo.is_some(),
            letter,
        })
    }

    /// The letter, and to whom it goes.
    fn letter(&self, id: &str) -> Option<(Letter, Vec<Addressee>)> {
        let applicant = || vec![Addressee { name: self.text("applicant"), own: true }];
        Some(match id {
            "correction" => {
                let received = date(self.issued.case.acts.first()?.at);
                let (missing, note, helper) = (self.missing(), self.text("missing-note"), self.officer());
                (Letter::Correction { received, missing, note, helper }, applicant())
            }
            "delivery" => {
                let (documents, channel) = (self.delivered(), self.text("channel"));
                let place = self.app.unit(&self.issued.case.opening.intake);
                (Letter::Delivery { documents, channel, place, by: self.officer().name }, applicant())
            }
            "leave" => (self.leave(), Vec::new()),
            "hand-over" => (self.hand_over(), Vec::new()),
            own => return self.own(own),
        })
    }

    /// A letter that the procedure itself writes.
    fn own(&self, id: &str) -> Option<(Letter, Vec<Addressee>)> {
        let issued = self.issued;
        let (then, acted, laws, unit) = (&issued.then, self.acted(), self.laws(), self.issuing_unit());
        let result = acted.result.clone().or_else(|| Some(then.result.as_ref()?.0.clone()));
        let parent = then.opening.parent.as_ref();
        let asking = |parent: &Parent| match &*parent.unit {
            // An event from before the unit was written down.
            "" => format!("请求办理的单位（编号{}）", parent.number),
            unit => self.app.unit(unit),
        };
        let own = Own {
            reason: acted.reason.clone().unwrap_or_default(),
            unit: self.app.unit(&then.unit),
            unit_before: self.app.unit(&issued.before.as_ref().unwrap_or(then).unit),
            number: then.opening.number.to_string(),
            title: then.opening.title.clone(),
            date: self.date(),
            opened: date(then.acts.first()?.at),
            basis: self.action().map_or(String::new(), |a| a.basis.clone()),
            officer: self.officer().name,
            phone: unit.map_or(String::new(), |u| u.phone.clone()),
            address: unit.map_or(String::new(), |u| u.address.clone()),
            result: result.unwrap_or_default(),
            certificate: issued.item.as_ref().map_or(String::new(), |i| i.result.clone()),
            parent: parent.map_or(String::new(), asking),
            parent_number: parent.map_or(String::new(), |p| p.number.to_string()),
        };
        let given = Given {
            procedure: &issued.procedure,
            fields: &issued.fields,
            names: self,
            laws: &laws,
            by_law: issued.event.actor == Actor::Law,
            own,
            clocks: self.clocks(),
            days: then.acts.iter().map(|act| (act.action.clone(), date(act.at))).collect(),
            children: self.children(),
        };
        fill(id, &given).map(|(written, to)| (Letter::Own(written), to))
    }

    /// The cases that it had opened by then, and what had come of them.
    fn children(&self) -> Vec<ChildSaid> {
        let said = |child: &Child| {
            let (planned, kinds) = (&child.planned, &self.issued.procedure.children);
            let items = &self.app.office.world.items;
            let item = planned.item.as_ref().and_then(|code| items.get(code)).map(|item| &item.title);
            let kind = kinds.get(&planned.kind);
            // Of an item: what is applied for; of a unit: what is asked of it.
            let title = item.filter(|_| kind.is_none_or(|k| k.procedure.is_none())).or(kind.map(|k| &k.title));
            ChildSaid {
                kind: planned.kind.clone(),
                title: title.cloned().unwrap_or_default(),
                unit: self.app.unit(&planned.unit),
                said: child.result.clone().unwrap_or_else(|| child.state.clone()),
            }
        };
        self.issued.then.children.values().map(said).collect()
    }

    fn action(&self) -> Option<&Action> {
        self.issued.procedure.actions.get(&self.acted().action)
    }

    /// The day on which the act counts, as it was corrected.
    fn date(&self) -> Date {
        let issued = self.issued;
        let act = issued.then.acts.iter().rev().find(|act| act.event == issued.event.id);
        date(act.map_or(issued.event.effective_at, |act| act.at))
    }

    fn laws(&self) -> Laws {
        let laws = self.app.office.world.limits.laws.values();
        Laws(laws.map(|law| LawTitle { title: law.title.clone(), from: law.from, to: law.to }).collect())
    }

    /// The text of a field, opened, as it stood when the letter was issued.
    fn text(&self, id: &str) -> String {
        self.issued.fields.get(id).and_then(Value::text).unwrap_or_default().to_owned()
    }

    /// The clocks as they stood when the letter was issued, and of those that had not begun the length.
    fn clocks(&self) -> BTreeMap<Name, ClockSaid> {
        let facts = self.app.office.facts(&[], 0);
        let procedure = &self.issued.procedure;
        let at = self.issued.event.recorded_at;
        let mut said: BTreeMap<Name, ClockSaid> = BTreeMap::new();
        for (id, clock) in &procedure.clocks {
            if let LimitRef::Series(series) = &clock.limit
                && let Ok(version) = self.app.office.world.limits.in_force(series, self.date())
            {
                let limit = version.length.map_or(String::new(), |length| length.to_string());
                said.insert(id.clone(), ClockSaid { limit, ..ClockSaid::default() });
            }
        }
        let views = |case: Option<&Case>| case.map_or_else(Vec::new, |case| clock_views(procedure, case, &facts, at));
        let before = views(self.issued.before.as_ref());
        for view in views(Some(&self.issued.then)) {
            let old = before.iter().find(|old| old.clock == view.clock);
            let more = view.extended - old.map_or(0, |old| old.extended).min(view.extended);
            let whole = ClockSaid {
                due: last(&view),
                due_before: old.map_or(String::new(), last),
                limit: view
                    .promise
                    .map_or_else(|| view.length.to_string(), |n| format!("{n}{}（承诺）", say::unit(view.unit))),
                extension: if more > 0 { format!("{more}{}", say::unit(view.unit)) } else { String::new() },
                count: self.count(&view),
            };
            said.insert(view.clock.clone(), whole);
        }
        said
    }

    fn count(&self, view: &ClockView) -> Count {
        let mut strip = cells(self.app, &self.issued.then.unit, view, self.issued.event.recorded_at);
        // Paper knows no today; and the statute's day is said before the strip's words.
        strip.iter_mut().for_each(|cell| cell.is_today = false);
        let mut promised = strip.clone();
        promised.iter_mut().for_each(|cell| cell.is_statutory_due &= cell.is_due);
        let statute = match view.promise {
            Some(_) => format!(
                "{}的期限为{}，至{}",
                say::source(view),
                view.length,
                plain_date(view.answer.statutory_due_date)
            ),
            None => String::new(),
        };
        Count {
            statute,
            basis: self.laws().cite(&view.basis, self.date()),
            text: text_twin(&promised, &Captions::of(view)),
            strip,
            provisional: view.answer.provisional,
        }
    }

    /// What is handed over: the decision, and what the item gives.
    fn delivered(&self) -> Vec<String> {
        let decisions = self.issued.then.history.iter().rev().filter_map(|event| match &event.what {
            Happening::Acted(acted) if acted.letter.is_some() && acted.result.is_some() => Some(acted),
            _ => None,
        });
        let decision = decisions.take(1).map(|acted| {
            let result = acted.result.as_deref().unwrap_or_default();
            let title =
                title_of(&self.issued.procedure, acted.letter.as_deref().unwrap_or_default(), &acted.fields, result);
            let number = self.issued.then.fields.get("document").and_then(Value::text).unwrap_or_default();
            if number.is_empty() { title } else { format!("{title}（{number}）") }
        });
        decision.chain(self.issued.item.as_ref().map(|item| item.result.clone())).filter(|d| !d.is_empty()).collect()
    }

    fn missing(&self) -> Vec<Missing> {
        let ids = self.acted().fields.get("missing").map(Value::list).unwrap_or_default();
        let material = |id: &Name| {
            let material = self.issued.item.as_ref()?.material(id)?;
            let copies = match (material.originals, material.copies) {
                (0, c) => format!("复印件 {c} 份"),
                (o, 0) => format!("原件 {o} 份"),
                (o, c) => format!("原件 {o} 份、复印件 {c} 份"),
            };
            Some(Missing {
                name: material.name.clone(),
                fault: "未提交或者不符合要求".to_owned(),
                mend: format!("{copies}；{}", material.help),
            })
        };
        ids.iter().filter_map(material).collect()
    }

    fn leave(&self) -> Letter {
        let moment = |id: &str| self.text(id).replace('T', " ");
        let org = &self.app.office.world.org;
        let officer = self.text("officer");
        let post = org.posts_of_officer(&officer).find(|p| p.is_a(&officer));
        let stand_in = post.and_then(|p| p.b.as_ref()).and_then(|b| org.officers.get(b));
        Letter::Leave {
            reason: self.text("why"),
            whereabouts: self.text("where"),
            from: moment("start"),
            until: moment("until"),
            stand_in: Contact {
                name: stand_in.map_or(String::new(), |o| o.name.clone()),
                post: post.map_or(String::new(), |p| p.title.clone()),
                ..Contact::default()
            },
        }
    }

    /// After a leave: what the deputy hands back.
    fn hand_over(&self) -> Letter {
        Letter::HandOver {
            from: Contact::default(),
            to: self.officer(),
            reason: "离岗返回，岗位交还".to_owned(),
            at: say::instant(self.issued.event.recorded_at),
            limit: String::new(),
            done: Vec::new(),
            to_do: lines(&self.text("handed-back"), &self.text("note")),
            papers: Vec::new(),
        }
    }

    /// Who acted, or who should have where the law did.
    fn post(&self) -> Option<&Post> {
        let posts = &self.app.office.world.org.posts;
        let own = match &self.issued.event.actor {
            Actor::Officer { post, .. } => post.as_ref(),
            Actor::Law => self.issued.before.as_ref().and_then(|before| before.holder.as_ref()),
            Actor::Applicant => None,
        };
        own.or(self.issued.then.holder.as_ref()).and_then(|post| posts.get(post))
    }

    /// Whose letter it is: the unit whose post did the act, or should have; the deciding one where the applicant did.
    fn issuing_unit(&self) -> Option<&Unit> {
        let deciding = &self.issued.before.as_ref().unwrap_or(&self.issued.then).unit;
        if let Some(asking) = self.asking_unit() {
            return Some(asking);
        }
        let unit = match self.issued.event.actor {
            Actor::Applicant => deciding,
            _ => self.post().map_or(deciding, |post| &post.unit),
        };
        self.app.office.world.org.units.get(unit)
    }

    /// What comes with the opening of a case by another one is the word of the unit that asks: 任务交办单.
    fn asking_unit(&self) -> Option<&Unit> {
        let issued = self.issued;
        let opens = issued.before.is_none() && issued.event.actor == Actor::Law;
        let parent = issued.then.opening.parent.as_ref().filter(|_| opens)?;
        self.app.office.world.org.units.get(&parent.unit)
    }

    /// Who answers for it: the officer of the event, or the holder where the law acted; of another unit, the unit.
    fn officer(&self) -> Contact {
        let org = &self.app.office.world.org;
        if let Some(unit) = self.asking_unit() {
            let (phone, address, hours) = (unit.phone.clone(), unit.address.clone(), unit.hours.clone());
            return Contact { phone, address, hours, ..Contact::default() };
        }
        let post = self.post();
        let id = match &self.issued.event.actor {
            Actor::Officer { id, .. } => Some(id.clone()),
            _ => post.and_then(|p| p.a.clone()),
        };
        let unit = post.and_then(|p| org.units.get(&p.unit));
        Contact {
            name: id.and_then(|i| org.officers.get(&i).map(|o| o.name.clone())).unwrap_or_default(),
            post: post.map_or(String::new(), |p| p.title.clone()),
            phone: unit.map_or(String::new(), |u| u.phone.clone()),
            address: unit.map_or(String::new(), |u| u.address.clone()),
            hours: unit.map_or(String::new(), |u| u.hours.clone()),
        }
    }

    /// The sealing as recorded. Where the next step is the sealing (用印), it counts from that act; every other paper
    /// counts as issued with the registration of its step.
    fn sealed(&self) -> Option<String> {
        let day = |at: Timestamp| plain_date(date(at));
        if !self.is_sealed_apart() {
            return Some(format!("{} 随本步登记", day(self.issued.event.recorded_at)));
        }
        self.sealing().map(|a| format!("{} 用印", day(a.at)))
    }

    fn is_sealed_apart(&self) -> bool {
        let seal = self.issued.procedure.actions.get("seal");
        seal.is_some_and(|seal| self.acted().to.as_ref().is_some_and(|to| seal.from.contains(to)))
    }

    fn sealing(&self) -> Option<&Act> {
        let sealing = |act: &&Arc<Act>| &*act.action == "seal" && act.at >= self.issued.event.effective_at;
        self.issued.case.acts.iter().find(sealing).map(|act| &**act)
    }

    /// 文书号: as typed with the act, or else with its sealing. One typed for another paper is not this one's.
    fn number(&self) -> Option<String> {
        let typed = |acted: &Acted| acted.fields.get("document").and_then(Value::text).map(str::to_owned);
        typed(self.acted()).or_else(|| {
            let sealing = self.sealing().filter(|_| self.is_sealed_apart())?;
            let event = self.issued.case.history.iter().find(|event| event.id == sealing.event)?;
            match &event.what {
                Happening::Acted(acted) => typed(acted),
                _ => None,
            }
        })
    }
}

impl Names for Sheet<'_> {
    fn unit(&self, id: &str) -> String {
        self.app.unit(id)
    }

    fn officer(&self, id: &str) -> String {
        self.app.office.world.org.officers.get(id).map_or(id.to_owned(), |o| o.name.clone())
    }

    fn post(&self, id: &str) -> String {
        let post = self.app.office.world.org.posts.get(id);
        post.map_or(id.to_owned(), |p| format!("{}{}", self.app.unit(&p.unit), p.title))
    }

    fn item(&self, code: &str) -> String {
        self.app.office.world.items.get(code).map_or(code.to_owned(), |i| i.title.clone())
    }

    fn unit_of_item(&self, code: &str) -> String {
        self.app.office.world.items.get(code).map_or(code.to_owned(), |i| self.app.unit(&i.unit))
    }

    fn material(&self, id: &str) -> String {
        self.issued.item.as_ref().and_then(|i| i.material(id)).map_or(id.to_owned(), |m| m.name.clone())
    }
}

/// What is handed back, a line each; the note stands where nothing was.
fn lines(handed: &str, note: &str) -> Vec<String> {
    let text = if handed.trim().is_empty() { note } else { handed };
    text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
}

/// A clock's last day; of a limit in hours, its last instant.
fn last(view: &ClockView) -> String {
    match view.unit {
        xiaoneng_calendar::Unit::Hours => plain_moment(say::local(view.due_at)),
        _ => plain_date(view.answer.due_date),
    }
}

fn date(at: Timestamp) -> Date {
    say::local(at).date()
}
