//! 时限: the state of a clock, a pure function of its case's events, the calendar and the instant.
//!
//! [`clock_views`] serves list, page, message, report and interface alike: there is no second way to a date.

use jiff::{SignedDuration, Timestamp, civil};
use serde::Serialize;
use xiaoneng_calendar::{
    Answer, DayCell, Direction, Due as Dates, Known, Length, Question, Unit, count, due, strip, usage,
};
use xiaoneng_pack::{Binds, Clock, Every, Name, Procedure};

use crate::{Case, Facts, Light, case::RunId, facts::civil};
use period::Periods;
use run::{Run, Stop, field_of, last_run, runs};
use stretch::{Point, Stretch, closes, is_owed, standing};
use terms::Terms;
use turn::period_points;

pub(crate) mod only_if;
pub(crate) mod period;
pub(crate) mod quiet;
pub(crate) mod run;
pub(crate) mod stretch;
pub(crate) mod terms;
pub(crate) mod turn;

/// How a run of a clock stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It runs.
    Running,
    /// It stands still.
    Paused {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: String,
    },
    /// What it waited for has happened; a minimum wait is over.
    Stopped {
        /// When.
        at: Timestamp,
    },
    /// The case ended without it (withdrawn).
    Ended {
        /// When.
        at: Timestamp,
    },
    /// 逾期失权: a right that had its time has ended, and nobody is late.
    Lapsed {
        /// From when.
        at: Timestamp,
    },
}

/// A clock as anyone may see it: its date, its light, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClockView {
    /// Its id in the procedure.
    pub clock: Name,
    /// 作出决定.
    pub title: String,
    /// Set for a step's limit.
    pub step: Option<Name>,
    /// Whom it binds.
    pub binds: Binds,
    /// The agency or its officer is late when it runs out: it is neither a party's limit nor a right nor a wait.
    pub owed: bool,
    /// It only makes others wait: it has no light of its own, and nobody is late by it.
    pub waits: bool,
    /// The event that started this run; of a recurring clock with the period behind it (`…#3`).
    pub run: Name,
    /// Of a recurring clock: which period, from 1.
    pub period: Option<u32>,
    /// When it started, in law; of a recurring clock, the period.
    pub start: Timestamp,
    /// How it stands.
    pub status: Status,
    /// Its light at the instant asked. What the agency does not owe never shows red, nor that it was missed.
    pub light: Light,
    /// Dates and explanation; for a paused clock, as if it resumed at the instant asked.
    pub answer: Answer,
    /// The due instant (the promise's, where one is given).
    pub due_at: Timestamp,
    /// The statute's due instant.
    pub statutory_due_at: Timestamp,
    /// Days (or hours) of the limit's own kind used.
    pub used: i64,
    /// And left; negative when late.
    pub left: i64,
    /// Their kind.
    pub unit: Unit,
    /// How long the statute (or the agency's own statement) gives.
    pub length: Length,
    /// How many of them were promised, if fewer.
    pub promise: Option<u32>,
    /// Extended by so many.
    pub extended: u32,
    /// The law and article, or the agency's own statement.
    pub basis: String,
    /// The kind of day is open in law: every answer says so.
    pub doubtful: bool,
    /// What else explains the date, in sentences: started anew, counted back, given another date.
    pub notes: Vec<String>,
    /// When its light changes next; `None` if it will not by time alone.
    pub next_change_at: Option<Timestamp>,
    /// What was asked of the calendar: the day strip is drawn from it.
    #[serde(skip)]
    pub question: Question,
}

impl ClockView {
    /// 时限日历: one cell a day, from the first to the due day (or today, if that is later).
    pub fn strip(&self, known: &Known, today: civil::Date) -> Vec<DayCell> {
        strip(known, &self.question, today).unwrap_or_default()
    }

    /// Someone still has to do something about it.
    pub fn is_live(&self) -> bool {
        matches!(self.status, Status::Running | Status::Paused { .. })
    }

    /// The event that started it.
    pub fn started_by(&self) -> &str {
        self.run.split('#').next().unwrap_or(&self.run)
    }
}

/// The last run of every clock that has started, in the procedure's order; of a recurring clock the earliest period
/// that is still open, else the running one.
pub fn clock_views(procedure: &Procedure, case: &Case, facts: &Facts, at: Timestamp) -> Vec<ClockView> {
    views(procedure, case, facts, at, true)
}

/// The same without the explanation (`answer.why` and `notes` are empty): for rows, and lists of many cases.
pub fn clock_lights(procedure: &Procedure, case: &Case, facts: &Facts, at: Timestamp) -> Vec<ClockView> {
    views(procedure, case, facts, at, false)
}

fn views(procedure: &Procedure, case: &Case, facts: &Facts, at: Timestamp, explain: bool) -> Vec<ClockView> {
    let known = known(&case.unit, facts, at);
    let viewer = Viewer { procedure, case, facts, known: &known, at, explain };
    procedure.clocks.iter().filter_map(|(id, clock)| viewer.view(id, clock)).collect()
}

/// The clock that a list shows for a case: the law's or the promise's that ends first; else a step's; else one that
/// the agency does not owe; else the last. Never a minimum wait.
pub fn leading(views: &[ClockView]) -> Option<&ClockView> {
    let real = || views.iter().filter(|v| !v.waits);
    let first = |owed: bool, step: bool| {
        let alike = |v: &&ClockView| v.is_live() && v.owed == owed && v.step.is_some() == step;
        real().filter(alike).min_by_key(|v| v.due_at)
    };
    let decided = || real().filter(|v| v.step.is_none()).max_by_key(|v| (v.light == Light::Missed, v.start));
    first(true, false).or_else(|| first(true, true)).or_else(|| first(false, false)).or_else(decided)
}

/// The calendar of a unit as known on that day.
pub(crate) fn known(unit: &Name, facts: &Facts, at: Timestamp) -> Known {
    facts.world.calendar_of(unit).known_on(civil(at).date())
}

/// Who looks at a case's clocks, and when.
struct Viewer<'v> {
    procedure: &'v Procedure,
    case: &'v Case,
    facts: &'v Facts<'v>,
    known: &'v Known,
    at: Timestamp,
    explain: bool,
}

/// How one run stands, before the calendar is asked for the explanation.
struct Told<'v> {
    run: RunId,
    start: Timestamp,
    status: Status,
    light: Light,
    /// By the promise, and by the statute.
    due: (Timestamp, Timestamp),
    asked: Question,
    dates: Dates,
    /// None for a period: the procedure itself says how long it is.
    terms: Option<Terms<'v>>,
    notes: Vec<String>,
    next: Option<Timestamp>,
}

impl<'v> Viewer<'v> {
    fn view(&self, id: &'v Name, clock: &'v Clock) -> Option<ClockView> {
        let run = last_run(id, clock, self.case)?;
        let told = match clock.every {
            Some(every) => self.period(id, clock, &run, every)?,
            None => self.plain(id, clock, &run)?,
        };
        let mut answer = if self.explain { count(self.known, &told.asked).ok()? } else { unexplained(&told.dates) };
        // A date that is given is given to the second, and may be gone by before the start: the calendar was asked of days.
        (answer.due_at, answer.statutory_due_at) = (civil(told.due.0), civil(told.due.1));
        (answer.due_date, answer.statutory_due_date) = (answer.due_at.date(), answer.statutory_due_at.date());
        let used = usage(self.known, &told.asked, civil(run.until(self.at))).ok()?;
        Some(ClockView {
            clock: id.clone(),
            title: clock.title.clone(),
            step: clock.step.clone(),
            binds: clock.binds,
            owed: is_owed(clock),
            waits: clock.waits(),
            run: told.run.run(),
            period: (told.run.period > 0).then_some(told.run.period),
            start: told.start,
            status: told.status,
            light: told.light,
            due_at: told.due.0,
            statutory_due_at: told.due.1,
            used: used.used,
            left: used.left,
            unit: used.unit,
            length: told.asked.length,
            promise: told.asked.promise,
            extended: told.asked.extension.unwrap_or(0),
            basis: told.terms.as_ref().map_or_else(|| period::basis(clock), Terms::basis),
            doubtful: told.terms.as_ref().is_some_and(Terms::doubtful),
            notes: told.notes,
            next_change_at: told.next,
            answer,
            question: told.asked,
        })
    }

    fn plain(&self, id: &'v Name, clock: &'v Clock, run: &Run<'v>) -> Option<Told<'v>> {
        let stretch = standing(clock, self.case, run, self.facts, self.known, self.at)?;
        let due = stretch.due();
        let status = self.status(clock, run, &stretch, due);
        let points: Vec<Point> = stretch.points(clock, self.known).collect();
        let light = match &status {
            Status::Paused { .. } => Light::Paused,
            Status::Running => {
                let on = points.iter().filter(|p| p.at <= self.at && (is_owed(clock) || !p.lapse));
                on.map(|p| p.light).max().unwrap_or(Light::Green)
            }
            Status::Stopped { at } | Status::Ended { at } if *at > due.0 && is_owed(clock) => Light::Missed,
            Status::Stopped { .. } | Status::Ended { .. } | Status::Lapsed { .. } => Light::Met,
        };
        let next = points.iter().map(|p| p.at).filter(|t| *t > self.at).min();
        Some(Told {
            run: RunId { clock: id.clone(), event: run.start.event.clone(), period: 0 },
            start: run.start.at,
            light,
            due,
            notes: if self.explain { self.notes(id, clock, run, &stretch, &status) } else { Vec::new() },
            next: next.filter(|_| status == Status::Running),
            status,
            asked: stretch.asked,
            dates: stretch.dates,
            terms: Some(stretch.terms),
        })
    }

    fn status(&self, clock: &Clock, run: &Run, stretch: &Stretch, due: (Timestamp, Timestamp)) -> Status {
        let now = run.until(self.at);
        match (run.stop, stretch.paused) {
            // A wait is over when its last day is, whatever comes later.
            _ if clock.waits() && now > due.0 => Status::Stopped { at: due.0 },
            (Some(Stop::Done(at)), _) => Status::Stopped { at },
            _ if clock.right && stretch.paused.is_none() && now > due.1 => {
                Status::Lapsed { at: due.1 + SignedDuration::from_secs(1) }
            }
            (Some(stop), _) => Status::Ended { at: stop.at() },
            (None, Some(act)) => Status::Paused { since: act.at, reason: act.note.clone() },
            (None, None) => Status::Running,
        }
    }

    /// A recurring clock shows its earliest open period that has begun, else the running one.
    fn period(&self, id: &Name, clock: &Clock, run: &Run, every: Every) -> Option<Told<'v>> {
        let periods = Periods::of(every, run, closes(&self.case.unit, self.facts));
        let shown = periods.shown(run.until(self.at))?;
        let status = match (shown.done, run.stop) {
            (Some(at), _) => Status::Stopped { at },
            (None, Some(stop)) => Status::Ended { at: stop.at() },
            (None, None) => Status::Running,
        };
        let light = match status {
            Status::Stopped { at } | Status::Ended { at } if at <= shown.due_at => Light::Met,
            Status::Stopped { .. } | Status::Ended { .. } => Light::Missed,
            _ => {
                let on = period_points(clock, &shown).into_iter().filter(|p| p.at <= self.at);
                on.map(|p| p.light).max().unwrap_or(Light::Green)
            }
        };
        let asked = Question::new(Length::UntilDate(shown.due), civil(shown.begins));
        Some(Told {
            run: RunId { clock: id.clone(), event: run.start.event.clone(), period: shown.n },
            start: shown.begins,
            status,
            light,
            due: (shown.due_at, shown.due_at),
            dates: due(self.known, &asked).ok()?,
            asked,
            terms: None,
            notes: if self.explain { vec![periods.words(&shown, run.until(self.at))] } else { Vec::new() },
            next: run.is_open().then(|| next_of(clock, &periods, self.at)).flatten(),
        })
    }

    /// What a date hangs on beside its limit.
    fn notes(&self, id: &Name, clock: &Clock, run: &Run, stretch: &Stretch, status: &Status) -> Vec<String> {
        let title = |id: &Name| self.procedure.actions.get(id).map_or(id.to_string(), |a| a.title.clone());
        let field = |id: &Name| self.procedure.fields.get(id).map_or(id.to_string(), |f| f.title.clone());
        let day = |at: Timestamp| civil(at).date();
        let mut notes = Vec::new();
        let again = |earlier: &Run| earlier.stop == Some(Stop::Again(run.start.at));
        if let Some(earlier) = runs(id, clock, self.case).take_while(|r| r.start.event != run.start.event).find(again) {
            let (what, from) = (title(&run.start.action), day(earlier.start.at));
            notes.push(format!("因“{what}”自 {} 重新起算，原来自 {from} 起算的不再计", day(run.start.at)));
        }
        if let (Some(id), Direction::Backward) = (&clock.before, stretch.terms.direction) {
            let (event, length) = (stretch.terms.event.date(), stretch.terms.length);
            notes.push(format!("从“{}”（{event}）往前数，当日不计，中间至少隔 {length}", field(id)));
        }
        if let (Some(act), Some(id)) = (stretch.redated, field_of(clock)) {
            let date = stretch.terms.exact.unwrap_or(stretch.terms.event).date();
            notes.push(format!("{} “{}”把“{}”改为 {date}", day(act.at), title(&act.action), field(id)));
        }
        if let Some(act) = stretch.unpromised {
            notes.push(format!("{} “{}”以后不再按承诺的天数算，按法定期限算", day(act.at), title(&act.action)));
        }
        if clock.waits() && *status == Status::Running {
            let barred: Vec<String> = clock.bars.iter().map(title).collect();
            notes.push(format!("期满以前不能“{}”", barred.join("”“")));
        }
        if matches!(status, Status::Lapsed { .. }) {
            let lost: Vec<String> = clock.stops.iter().map(title).collect();
            notes.push(format!("期限届满，不能再“{}”", lost.join("”“")));
        }
        notes
    }
}

/// The next change of a recurring clock: of the running period, or of the one after it.
fn next_of(clock: &Clock, periods: &Periods, at: Timestamp) -> Option<Timestamp> {
    let running = periods.at(at)?.n;
    let open = (running..=running + 1).filter_map(|n| periods.get(n)).filter(|p| p.done.is_none());
    open.flat_map(|p| period_points(clock, &p)).map(|p| p.at).filter(|t| *t > at).min()
}

/// The dates alone.
fn unexplained(dates: &Dates) -> Answer {
    let Dates {
        start,
        first_day,
        due_date,
        due_at,
        statutory_due_date,
        statutory_due_at,
        provisional,
        statutory_provisional,
        paused,
    } = dates.clone();
    Answer {
        start,
        first_day,
        due_date,
        due_at,
        statutory_due_date,
        statutory_due_at,
        provisional,
        statutory_provisional,
        paused,
        why: Vec::new(),
        why_statutory: Vec::new(),
    }
}

/// Does an action pause the case (`Some(true)`), or let it run again (`Some(false)`)?
///
/// It runs again when a clock that stood still goes on, starts anew or stops, and none is left that stands still.
pub(crate) fn pauses(procedure: &Procedure, action: &Name, case: Option<&Case>) -> Option<bool> {
    let mut pausing = procedure.clocks.iter().filter(|(_, c)| !c.pauses.is_empty());
    if pausing.clone().any(|(_, c)| c.pauses.contains(action)) {
        return Some(true);
    }
    if resumes(procedure, action) {
        return Some(false);
    }
    let case = case.filter(|c| c.pause.is_some())?;
    let touches = |c: &Clock| [&c.starts, &c.stops, &c.ends].into_iter().any(|list| list.contains(action));
    if !pausing.clone().any(|(_, c)| touches(c)) {
        return None;
    }
    let stands = |(id, c): (&Name, &Clock)| !touches(c) && last_run(id, c, case).is_some_and(|r| r.is_paused());
    (!pausing.any(stands)).then_some(false)
}

/// Is it an action that lets a clock run again?
pub(crate) fn resumes(procedure: &Procedure, action: &Name) -> bool {
    procedure.clocks.values().any(|c| c.resumes.contains(action))
}
