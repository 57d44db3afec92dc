//! 不到期不能做，逾期不能再做: what time alone forbids.

use jiff::{SignedDuration, Timestamp, ToSpan, civil};
use xiaoneng_calendar::{Direction, due};
use xiaoneng_pack::{Action, Clock, Name, Procedure};

use crate::{
    Case, Facts, Opening, Refusal, Why,
    case::Written,
    clock::{
        known, only_if,
        run::{Run, Stop, field_of, last_run},
        stretch::{Stretch, closes, standing},
        terms::{Terms, terms},
    },
    facts::{civil, instant},
    fields::Sheet,
};

/// How many days ahead the earliest date that leaves enough notice is looked for.
const AHEAD_MAX: i64 = 800;
const END_OF_DAY: civil::Time = civil::Time::constant(23, 59, 59, 0);

/// One action that is to count from `at`.
pub(crate) struct Timely<'a> {
    pub procedure: &'a Procedure,
    pub name: &'a Name,
    pub action: &'a Action,
    pub case: Option<&'a Case>,
    /// The unit that decides.
    pub unit: &'a Name,
    /// What was promised when the case was opened.
    pub own: &'a crate::Terms,
    pub facts: &'a Facts<'a>,
    pub at: Timestamp,
}

impl<'a> Timely<'a> {
    /// Of a case; of one that is about to be opened.
    pub fn new(
        procedure: &'a Procedure,
        (name, action): (&'a Name, &'a Action),
        case: Option<&'a Case>,
        opening: &'a Opening,
        facts: &'a Facts<'a>,
        at: Timestamp,
    ) -> Timely<'a> {
        let unit = case.map_or(&opening.unit, |c| &c.unit);
        Timely { procedure, name, action, case, unit, own: &opening.terms, facts, at }
    }

    fn refuse(&self, rule: String, instead: String, article: &str) -> Refusal {
        Refusal::new(Why::Time, &self.action.title, rule, instead).by(article)
    }

    fn standing(&self, clock: &'a Clock, case: &'a Case, run: &Run<'a>) -> Option<Stretch<'a>> {
        standing(clock, case, run, self.facts, &known(self.unit, self.facts, self.at), self.at)
    }

    fn titles(&self, actions: &[Name]) -> String {
        let title = |id: &Name| self.procedure.actions.get(id).map_or(id.to_string(), |a| a.title.clone());
        actions.iter().map(title).collect::<Vec<_>>().join("”或者“")
    }

    /// A right that its limit has ended is gone, whatever state the case is in now.
    pub fn right_stands(&self) -> Result<(), Refusal> {
        let Some(case) = self.case else { return Ok(()) };
        let ends = |c: &Clock| c.right && c.every.is_none() && c.stops.contains(self.name);
        for (id, clock) in self.procedure.clocks.iter().filter(|(_, c)| ends(c)) {
            let Some(run) = last_run(id, clock, case) else { continue };
            let Some(stretch) = self.standing(clock, case, &run) else { continue };
            let due = stretch.due().1;
            let lapsed = stretch.paused.is_none() && run.until(self.at) > due;
            // What ended it otherwise than by closing the case has made it moot: the state says so better.
            let moot = run.stop.is_some_and(|stop| case.closed_at != Some(stop.at()) || matches!(stop, Stop::Done(_)));
            if lapsed && !moot {
                let rule = format!("“{}”的期限（{}）已于 {} 届满", clock.title, said(&stretch), day(due));
                let instead = "逾期就不能再这样做；因不可抗力等正当理由耽误的，请凭证明向承办单位说明".to_owned();
                return Err(self.refuse(rule, instead, &stretch.terms.basis()));
            }
        }
        Ok(())
    }

    /// Neither before a minimum wait is over, nor with a date that leaves no time for the notice before it.
    pub fn check(&self, sheet: &Sheet) -> Result<(), Refusal> {
        for (id, clock) in &self.procedure.clocks {
            if clock.bars.contains(self.name) {
                self.waited_out(id, clock)?;
            }
            if clock.before.is_some() {
                self.enough_notice(id, clock, sheet)?;
            }
        }
        self.not_lapsed()
    }

    fn waited_out(&self, id: &Name, clock: &'a Clock) -> Result<(), Refusal> {
        let run = self.case.and_then(|case| Some((case, last_run(id, clock, case)?)));
        let Some((case, run)) = run else {
            // Nothing has to be waited for where what would have started it did not.
            let spared = |case: &&Case| case.acts.iter().any(|a| a.spares.contains(id));
            if self.case.is_some_and(|case| spared(&case)) {
                return Ok(());
            }
            let date = field_of(clock).and_then(|f| self.case?.fields.get(f)).and_then(Written::read);
            if terms(clock, self.own, self.at, date, self.facts).is_none() {
                return Ok(()); // No law demands the wait on this day, no date is written.
            }
            let rule = format!("要等“{}”期满，它还没有开始", clock.title);
            return Err(self.refuse(rule, format!("请先“{}”", self.titles(&clock.starts)), &self.action.basis));
        };
        let Some(stretch) = self.standing(clock, case, &run) else { return Ok(()) };
        let due = stretch.due().0;
        if stretch.paused.is_none() && run.until(self.at) > due {
            return Ok(());
        }
        let basis = stretch.terms.basis();
        if let Some(stop) = run.stop {
            let rule = format!("“{}”在期满以前已于 {} 终止", clock.title, day(stop.at()));
            return Err(self.refuse(rule, format!("请重新“{}”，等它期满", self.titles(&clock.starts)), &basis));
        }
        let rule = format!("“{}”（{}）要到 {} 才期满", clock.title, said(&stretch), last(due));
        Err(self.refuse(rule, format!("{} 起可以办理", next(due)), &basis))
    }

    /// Counted back from a date: an act that starts the clock, or gives it another date, must leave time for it.
    fn enough_notice(&self, id: &Name, clock: &'a Clock, sheet: &Sheet) -> Result<(), Refusal> {
        let starts =
            clock.starts.contains(self.name) && only_if::starts(self.procedure, clock, self.case, sheet, self.at);
        let run = self.case.and_then(|case| last_run(id, clock, case)).filter(Run::is_open);
        let Some(field) = field_of(clock).filter(|f| starts || (run.is_some() && sheet.given(f).is_some())) else {
            return Ok(());
        };
        let Some(date) = sheet.get(field).and_then(Written::read) else { return Ok(()) };
        let start = run.filter(|_| !starts).map_or(self.at, |r| r.start.at);
        let Some((terms, latest)) = self.latest(clock, start, date).filter(|(_, latest)| self.at > *latest) else {
            return Ok(());
        };
        let earliest = (1..=AHEAD_MAX).find_map(|days| {
            let day = civil(self.at).date().checked_add(days.days()).ok()?;
            let date = Written { at: day.to_datetime(date.at.time()), ..date };
            self.latest(clock, start, date).is_some_and(|(_, latest)| self.at <= latest).then_some(day)
        });
        let title = self.procedure.fields.get(field).map_or(&**field, |f| &f.title);
        let rule = format!(
            "“{}”要比“{title}”至少提前 {}；定在 {} 的话，最迟在 {}，已经过了",
            clock.title,
            terms.length,
            date.at.date(),
            day(latest)
        );
        let instead = earliest.map_or_else(|| "请把日期定晚一些".to_owned(), |d| format!("“{title}”最早可以定在 {d}"));
        Err(self.refuse(rule, instead, &terms.basis()))
    }

    /// The last instant at which what is counted back from a date is in time.
    fn latest(&self, clock: &'a Clock, start: Timestamp, date: Written) -> Option<(Terms<'a>, Timestamp)> {
        let terms = terms(clock, self.own, start, Some(date), self.facts)?;
        if terms.direction != Direction::Backward {
            return None;
        }
        let asked = terms.question(Vec::new(), 0, closes(self.unit, self.facts), self.at);
        let dates = due(&known(self.unit, self.facts, self.at), &asked).ok()?;
        Some((terms, instant(dates.due_at)))
    }

    /// A limit that has lapsed cannot be paused any more (unless another that goes on is paused with it). An action
    /// that also moves the case is possible; it does not pause what has lapsed.
    fn not_lapsed(&self) -> Result<(), Refusal> {
        let Some(case) = self.case.filter(|_| self.action.to.is_none()) else { return Ok(()) };
        let mut lapsed = None;
        let law = |c: &Clock| c.step.is_none() && c.pauses.contains(self.name);
        for (id, clock) in self.procedure.clocks.iter().filter(|(_, c)| law(c)) {
            let Some(run) = last_run(id, clock, case).filter(Run::is_open) else { continue };
            let Some(stretch) = self.standing(clock, case, &run) else { continue };
            if self.at <= stretch.due().1 {
                return Ok(());
            }
            lapsed.get_or_insert((clock, stretch));
        }
        let Some((clock, stretch)) = lapsed else { return Ok(()) };
        let due = day(stretch.due().1);
        let rule = format!("“{}”已于 {due} 届满，届满以后不能再暂停计时", clock.title);
        Err(self.refuse(rule, "请尽快办结；超期将记录在案".to_owned(), &stretch.terms.basis()))
    }
}

fn day(at: Timestamp) -> civil::Date {
    civil(at).date()
}

/// 20个工作日, 至2015-09-30.
fn said(stretch: &Stretch) -> String {
    match stretch.terms.exact {
        Some(until) => format!("至 {}", until.date()),
        None => stretch.asked.length.to_string(),
    }
}

/// The last moment of a wait: the day, or the minute where it does not end with a day.
fn last(due: Timestamp) -> String {
    let due = civil(due);
    match due.time() == END_OF_DAY {
        true => due.date().to_string(),
        false => due.strftime("%Y-%m-%d %H:%M").to_string(),
    }
}

/// From when what was barred is possible.
fn next(due: Timestamp) -> String {
    let after = civil(due + SignedDuration::from_secs(1));
    match after.time() == civil::Time::midnight() {
        true => after.date().to_string(),
        false => after.strftime("%Y-%m-%d %H:%M").to_string(),
    }
}
