//! `GET /desk/cases/{number}/letters/{event}`: a letter as of its event, on one page, ready to print.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use xiaoneng_casework::{Acted, Actor, Case, ClockView, Fields, Happening, Name, Recorded, Value, clock_views, replay};
use xiaoneng_letters::{
    ClockSaid, Contact, Count, Given, LawTitle, Laws, Letter, LetterData, Missing, Names, Own, Track, document, fill,
    plain_date, plain_moment, title_of,
};
use xiaoneng_office::CaseFile;
use xiaoneng_pack::{Action, LimitRef, Post, Unit};

use super::{case_file, list::cells};
use crate::app::App;
use crate::fault::{Answer, Fault, answer};
use crate::session::{Officer, encode};
use crate::ui::{Captions, assets::letters_css_path, say, text_twin};

pub async fn get(State(app): State<App>, officer: Officer, Path((number, event)): Path<(String, String)>) -> Response {
    let letter = show(&app, &officer, &number, &event).await;
    answer(&app, Some(&officer), letter)
}

async fn show(app: &App, officer: &Officer, number: &str, event: &str) -> Answer {
    let file = case_file(app, officer, number).await?;
    if !file.opened {
        return Err(Fault::Forbidden("文书只有经办这个办件的人可以打印".to_owned()));
    }
    let gone = || Fault::NotFound("这一步没有文书".to_owned());
    let place = file.case.history.iter().position(|e| *e.id == *event).ok_or_else(gone)?;
    let event = &file.case.history[place];
    let Happening::Acted(acted) = &event.what else { return Err(gone()) };
    let id = acted.letter.as_deref().ok_or_else(gone)?;
    // The letter says what was so when it was issued: the case as of its event.
    let then = replay(file.case.history[..=place].to_vec()).ok_or_else(gone)?;
    let before = replay(file.case.history[..place].to_vec());
    let fields = app.office.opened(&file.tenant, &file.id, &then.fields).await?;
    let sheet = Sheet { app, file: &file, then: &then, before: before.as_ref(), fields: &fields, event, acted };
    let letter = sheet.letter(id).ok_or_else(|| Fault::NotFound(format!("没有“{id}”这种文书")))?;
    Ok(document(&sheet.data(letter), &letters_css_path()).into_response())
}

/// What a letter is written from.
struct Sheet<'a> {
    app: &'a App,
    file: &'a CaseFile,
    /// The case as of the event, and before it (nothing, where the event opened it).
    then: &'a Case,
    before: Option<&'a Case>,
    /// The fields as of the event, opened.
    fields: &'a Fields,
    event: &'a Recorded,
    acted: &'a Acted,
}

impl Sheet<'_> {
    fn data(&self, letter: Letter) -> LetterData {
        let opening = &self.file.case.opening;
        let world = &self.app.office.world;
        let basis = self.action().map(|a| self.laws().cite(&a.basis, self.date())).filter(|b| !b.is_empty());
        LetterData {
            tenant: world.org.divisions.get(&opening.tenant).map_or(String::new(), |d| d.name.clone()),
            unit: match &letter {
                Letter::Own(_) | Letter::Correction { .. } => {
                    self.issuing_unit().map_or(String::new(), |u| u.title.clone())
                }
                _ => self.app.unit(&self.then.unit),
            },
            number: self.acted.fields.get("document").and_then(Value::text).map(str::to_owned),
            case_number: opening.number.to_string(),
            addressee: match &letter {
                Letter::Own(written) => written.addressee.clone(),
                _ => self.text("applicant"),
            },
            item: opening.title.clone(),
            basis: basis.into_iter().collect(),
            officer: self.officer(),
            date: date(self.event.recorded_at),
            track: (!self.file.track_code.is_empty()).then(|| Track {
                url: format!(
                    "{}/track?number={}&code={}",
                    self.app.base_url,
                    encode(&opening.number),
                    self.file.track_code
                ),
                code: self.file.track_code.clone(),
            }),
            sealed: self.sealed(),
            demo: self.app.demo.is_some(),
            letter,
        }
    }

    fn letter(&self, id: &str) -> Option<Letter> {
        Some(match id {
            "correction" => Letter::Correction {
                received: date(self.file.case.acts.first()?.at),
                missing: self.missing(),
                note: self.text("missing-note"),
                helper: self.officer(),
            },
            "delivery" => Letter::Delivery {
                documents: self.delivered(),
                channel: self.text("channel"),
                place: self.app.unit(&self.file.case.opening.intake),
                by: self.officer().name,
            },
            "leave" => self.leave(),
            "hand-over" => self.hand_over(),
            own => return self.own(own),
        })
    }

    /// A letter that the procedure itself writes.
    fn own(&self, id: &str) -> Option<Letter> {
        let laws = self.laws();
        let unit = self.issuing_unit();
        let result = self.acted.result.clone().or_else(|| Some(self.then.result.as_ref()?.0.clone()));
        let own = Own {
            reason: self.acted.reason.clone().unwrap_or_default(),
            unit: self.app.unit(&self.then.unit),
            unit_before: self.app.unit(&self.before.unwrap_or(self.then).unit),
            number: self.then.opening.number.to_string(),
            title: self.then.opening.title.clone(),
            date: self.date(),
            opened: date(self.then.acts.first()?.at),
            basis: self.action().map_or(String::new(), |a| a.basis.clone()),
            officer: self.officer().name,
            phone: unit.map_or(String::new(), |u| u.phone.clone()),
            address: unit.map_or(String::new(), |u| u.address.clone()),
            result: result.unwrap_or_default(),
            certificate: self.file.item.as_ref().map_or(String::new(), |i| i.result.clone()),
        };
        let given = Given {
            procedure: &self.file.procedure,
            fields: self.fields,
            names: self,
            laws: &laws,
            by_law: self.event.actor == Actor::Law,
            own,
            clocks: self.clocks(),
            days: self.then.acts.iter().map(|act| (act.action.clone(), date(act.at))).collect(),
        };
        fill(id, &given).map(Letter::Own)
    }

    fn action(&self) -> Option<&Action> {
        self.file.procedure.actions.get(&self.acted.action)
    }

    /// The day on which the act counts, as it was corrected.
    fn date(&self) -> Date {
        let act = self.then.acts.iter().rev().find(|act| act.event == self.event.id);
        date(act.map_or(self.event.effective_at, |act| act.at))
    }

    fn laws(&self) -> Laws {
        let laws = self.app.office.world.limits.laws.values();
        Laws(laws.map(|law| LawTitle { title: law.title.clone(), from: law.from, to: law.to }).collect())
    }

    /// The text of a field, opened, as it stood when the letter was issued.
    fn text(&self, id: &str) -> String {
        self.fields.get(id).and_then(Value::text).unwrap_or_default().to_owned()
    }

    /// The clocks as they stood when the letter was issued, and of those that had not begun the length.
    fn clocks(&self) -> BTreeMap<Name, ClockSaid> {
        let facts = self.app.office.facts(&[], 0);
        let procedure = &self.file.procedure;
        let at = self.event.recorded_at;
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
        let before = views(self.before);
        for view in views(Some(self.then)) {
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
        let mut strip = cells(self.app, &self.then.unit, view, self.event.recorded_at);
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
        let decisions = self.then.history.iter().rev().filter_map(|event| match &event.what {
            Happening::Acted(acted) if acted.letter.is_some() && acted.result.is_some() => Some(acted),
            _ => None,
        });
        let decision = decisions.take(1).map(|acted| {
            let result = acted.result.as_deref().unwrap_or_default();
            let title =
                title_of(&self.file.procedure, acted.letter.as_deref().unwrap_or_default(), &acted.fields, result);
            let number = self.then.fields.get("document").and_then(Value::text).unwrap_or_default();
            if number.is_empty() { title } else { format!("{title}（{number}）") }
        });
        decision.chain(self.file.item.as_ref().map(|item| item.result.clone())).filter(|d| !d.is_empty()).collect()
    }

    fn missing(&self) -> Vec<Missing> {
        let ids = self.acted.fields.get("missing").map(Value::list).unwrap_or_default();
        let material = |id: &Name| {
            let material = self.file.item.as_ref()?.material(id)?;
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
            at: say::instant(self.event.recorded_at),
            limit: String::new(),
            done: Vec::new(),
            to_do: Some(self.text("note")).filter(|n| !n.is_empty()).into_iter().collect(),
            papers: Vec::new(),
        }
    }

    /// Who acted, or who should have where the law did.
    fn post(&self) -> Option<&Post> {
        let posts = &self.app.office.world.org.posts;
        let own = match &self.event.actor {
            Actor::Officer { post, .. } => post.as_ref(),
            Actor::Law => self.before.and_then(|before| before.holder.as_ref()),
            Actor::Applicant => None,
        };
        own.or(self.then.holder.as_ref()).and_then(|post| posts.get(post))
    }

    /// Whose letter it is: the unit whose post did the act, or should have; the deciding one where the applicant did.
    fn issuing_unit(&self) -> Option<&Unit> {
        let deciding = &self.before.unwrap_or(self.then).unit;
        let unit = match self.event.actor {
            Actor::Applicant => deciding,
            _ => self.post().map_or(deciding, |post| &post.unit),
        };
        self.app.office.world.org.units.get(unit)
    }

    /// Who answers for it: the officer of the event, or the holder where the law acted.
    fn officer(&self) -> Contact {
        let org = &self.app.office.world.org;
        let post = self.post();
        let id = match &self.event.actor {
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
        let seal = self.file.procedure.actions.get("seal");
        if !seal.is_some_and(|seal| self.acted.to.as_ref().is_some_and(|to| seal.from.contains(to))) {
            return Some(format!("{} 随本步登记", day(self.event.recorded_at)));
        }
        let sealing = self.file.case.acts.iter().find(|a| &*a.action == "seal" && a.at >= self.event.effective_at);
        sealing.map(|a| format!("{} 用印", day(a.at)))
    }
}

impl Names for Sheet<'_> {
    fn unit(&self, id: &str) -> String {
        self.app.unit(id)
    }

    fn officer(&self, id: &str) -> String {
        self.app.office.world.org.officers.get(id).map_or(id.to_owned(), |o| o.name.clone())
    }

    fn item(&self, code: &str) -> String {
        self.app.office.world.items.get(code).map_or(code.to_owned(), |i| i.title.clone())
    }

    fn material(&self, id: &str) -> String {
        self.file.item.as_ref().and_then(|i| i.material(id)).map_or(id.to_owned(), |m| m.name.clone())
    }
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
