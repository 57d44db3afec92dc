//! `GET /desk/cases/{number}/letters/{event}`: a letter as of its event, on one page, ready to print.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use xiaoneng_casework::{Acted, Actor, Case, ClockView, Happening, Name, Recorded, Value, clock_views, replay};
use xiaoneng_letters::{Contact, Due, Letter, LetterData, Missing, Track, document, remedies};
use xiaoneng_office::CaseFile;

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
    let sheet = Sheet { app, file: &file, then: &then, event, acted };
    let letter = sheet.letter(id).ok_or_else(|| Fault::NotFound(format!("没有“{id}”这种文书")))?;
    Ok(document(&sheet.data(letter), &letters_css_path()).into_response())
}

/// What a letter is written from.
struct Sheet<'a> {
    app: &'a App,
    file: &'a CaseFile,
    then: &'a Case,
    event: &'a Recorded,
    acted: &'a Acted,
}

impl Sheet<'_> {
    fn data(&self, letter: Letter) -> LetterData {
        let opening = &self.file.case.opening;
        let world = &self.app.office.world;
        let own = self.acted.fields.get("document").and_then(Value::text).map(str::to_owned);
        let action = self.file.procedure.actions.get(&self.acted.action);
        let at_window =
            matches!(letter, Letter::Acceptance { .. } | Letter::Correction { .. } | Letter::Rejection { .. });
        let unit = if at_window { &opening.intake } else { &opening.unit };
        let basis = action.map(|a| a.basis.clone()).filter(|b| !b.is_empty());
        LetterData {
            tenant: world.org.divisions.get(&opening.tenant).map_or(String::new(), |d| d.name.clone()),
            unit: self.app.unit(unit),
            number: own,
            case_number: opening.number.to_string(),
            addressee: self.text("applicant"),
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
            sealed: self.sealed(&letter),
            demo: self.app.demo.is_some(),
            letter,
        }
    }

    fn letter(&self, id: &str) -> Option<Letter> {
        let received = date(self.file.case.acts.first()?.at);
        let accepted = self.at("accept").map_or(received, date);
        let reason = self.acted.reason.clone().unwrap_or_default();
        let result = self.acted.result.clone().unwrap_or_default();
        let remedies = || remedies(date(self.event.recorded_at), "");
        Some(match id {
            "acceptance" => Letter::Acceptance {
                received,
                accepted: date(self.event.effective_at),
                deemed: self.event.actor == Actor::Law,
                due: self.due("decide"),
            },
            "correction" => Letter::Correction {
                received,
                missing: self.missing(),
                note: self.text("missing-note"),
                helper: self.officer(),
            },
            "rejection" => Letter::Rejection { received, reason, go_to: None, remedies: remedies() },
            "decision-grant" => Letter::Grant {
                result,
                accepted,
                findings: self.text("opinion"),
                decision: String::new(),
                document: self.file.item.as_ref().map_or(String::new(), |i| i.result.clone()),
                deliver_by: self.view("deliver").map(|v| v.answer.due_date),
            },
            "decision-refuse" => Letter::Refuse { result, accepted, reasons: vec![reason], remedies: remedies() },
            "pause" => Letter::Pause {
                reason: self.text("pause-reason"),
                since: date(self.event.effective_at),
                days: match self.acted.fields.get("pause-days") {
                    Some(Value::Number(n)) => u32::try_from(*n).unwrap_or(u32::MAX),
                    _ => 0,
                },
                due: self.due("decide"),
            },
            "extension" => self.extension(reason)?,
            "delivery" => Letter::Delivery {
                documents: self.file.item.as_ref().map(|i| i.result.clone()).into_iter().collect(),
                channel: self.text("channel"),
                place: self.app.unit(&self.file.case.opening.intake),
                by: self.officer().name,
            },
            "leave" => self.leave(),
            "hand-over" => self.hand_over(),
            _ => return None,
        })
    }

    /// The text of a field, opened, as it stands on the case.
    fn text(&self, id: &str) -> String {
        let own = self.acted.fields.get(id).and_then(Value::text);
        own.or_else(|| self.file.fields.get(id).and_then(Value::text)).unwrap_or_default().to_owned()
    }

    fn at(&self, action: &str) -> Option<Timestamp> {
        self.then.acts.iter().rev().find(|a| &*a.action == action).map(|a| a.at)
    }

    /// The clock as it stood when the letter was issued.
    fn view(&self, clock: &str) -> Option<ClockView> {
        let facts = self.app.office.facts(&[], 0);
        clock_views(&self.file.procedure, self.then, &facts, self.event.recorded_at)
            .into_iter()
            .find(|v| &*v.clock == clock)
    }

    fn due(&self, clock: &str) -> Due {
        let Some(view) = self.view(clock) else { return Due::default() };
        let strip = cells(self.app, &self.file.case.unit, &view, self.event.recorded_at);
        let statute = match view.promise {
            Some(_) => format!(
                "{} {}，至 {}",
                say::source(&view),
                say::length(view.length),
                say::plain_date(view.answer.statutory_due_date)
            ),
            None => String::new(),
        };
        Due {
            length: view.promise.map_or_else(|| say::length(view.length), |n| format!("{n} 个工作日")),
            date: Some(view.answer.due_date),
            statute,
            basis: view.basis.clone(),
            text: text_twin(&strip, &Captions::of(&view)),
            strip,
            provisional: view.answer.provisional,
        }
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

    fn extension(&self, reason: String) -> Option<Letter> {
        let before = replay(self.then.history[..self.then.history.len().saturating_sub(1)].to_vec())?;
        let facts = self.app.office.facts(&[], 0);
        let views = clock_views(&self.file.procedure, &before, &facts, self.event.recorded_at);
        let old = views.into_iter().find(|v| &*v.clock == "decide")?;
        let new = self.view("decide")?;
        Some(Letter::Extension {
            reason,
            by: format!("{} 个工作日", new.extended),
            approver: self.officer().name,
            before: old.answer.due_date,
            due: self.due("decide"),
        })
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

    /// Who answers for it: the officer of the event, or the holder where the law acted.
    fn officer(&self) -> Contact {
        let org = &self.app.office.world.org;
        let (id, post) = match &self.event.actor {
            Actor::Officer { id, post } => (Some(id.clone()), post.clone()),
            _ => (None, self.then.holder.clone()),
        };
        let post = post.and_then(|p| org.posts.get(&p));
        let id = id.or_else(|| post.and_then(|p| p.a.clone()));
        let unit = post.and_then(|p| org.units.get(&p.unit));
        Contact {
            name: id.and_then(|i| org.officers.get(&i).map(|o| o.name.clone())).unwrap_or_default(),
            post: post.map_or(String::new(), |p| p.title.clone()),
            phone: unit.map_or(String::new(), |u| u.phone.clone()),
            address: unit.map_or(String::new(), |u| u.address.clone()),
            hours: unit.map_or(String::new(), |u| u.hours.clone()),
        }
    }

    /// The sealing as recorded: of a decision by the act of sealing; of every other paper by its own registration.
    fn sealed(&self, letter: &Letter) -> Option<String> {
        let day = |at: Timestamp| say::plain_date(date(at));
        if !matches!(letter, Letter::Grant { .. } | Letter::Refuse { .. }) {
            return Some(format!("{} 随本步登记", day(self.event.recorded_at)));
        }
        let sealing = self.file.case.acts.iter().find(|a| &*a.action == "seal" && a.at >= self.event.effective_at);
        sealing.map(|a| format!("{} 用印", day(a.at)))
    }
}

fn date(at: Timestamp) -> Date {
    say::local(at).date()
}
