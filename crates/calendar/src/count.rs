//! The one function behind every deadline shown anywhere.

use crate::CalendarError;
use crate::known::Known;
use crate::limit::{Answer, Direction, Due, Pause, Question};
use crate::plan::{End, Plan};
use crate::why::explain;

/// When a limit ends, and why then.
///
/// Intervals are (start, end]: the day of the event does not count (民法典 201), and a pause
/// from A to B takes out the days after A up to and including B; pauses that overlap count
/// once, and one that starts and ends on one day costs nothing. Limits in hours are counted
/// to the instant, pauses too. A pause does not move 当日 or a fixed date.
///
/// ```
/// # let notices = toml::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/cn/calendar/notices.toml")))?;
/// # let statutory = toml::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/cn/calendar/statutory.toml")))?;
/// # let calendar = xiaoneng_calendar::Calendar::new(notices, statutory)?;
/// use jiff::civil::date;
/// use xiaoneng_calendar::{Length, Question, count};
/// let known = calendar.known_on(date(2015, 8, 20));
/// // 行政许可法 42: twenty working days; the item promises five.
/// let question = Question {
///     promise: Some(5),
///     ..Question::new(Length::Workdays(20), date(2015, 8, 20).at(10, 0, 0, 0))
/// };
/// let answer = count(&known, &question)?;
/// assert_eq!(answer.due_at, date(2015, 8, 27).at(23, 59, 59, 0));
/// assert_eq!(answer.statutory_due_date, date(2015, 9, 18));
/// assert_eq!(answer.why[1].reason, "周末");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// A number past its bound, a promise longer than the statute, a pause that ends before it
/// starts or starts after the statute's limit has lapsed, a result past the calendar; each
/// names what is at fault. See [`CalendarError`].
pub fn count(known: &Known, question: &Question) -> Result<Answer, CalendarError> {
    let plan = Plan::new(known, question)?;
    let ends = Ends::of(&plan)?;
    let due = ends.due(&plan)?;
    let why = explain(&plan, &ends.promise);
    let why_statutory =
        if ends.promise.due_at == ends.statute.due_at { Vec::new() } else { explain(&plan, &ends.statute) };
    Ok(Answer {
        start: due.start,
        first_day: due.first_day,
        due_date: due.due_date,
        due_at: due.due_at,
        statutory_due_date: due.statutory_due_date,
        statutory_due_at: due.statutory_due_at,
        provisional: due.provisional,
        statutory_provisional: due.statutory_provisional,
        paused: due.paused,
        why,
        why_statutory,
    })
}

/// [`count`] without the explanation: the same dates, in time that does not grow with the
/// limit. For lists and for recomputing every open clock after a notice.
///
/// # Errors
/// As [`count`].
pub fn due(known: &Known, question: &Question) -> Result<Due, CalendarError> {
    let plan = Plan::new(known, question)?;
    Ends::of(&plan)?.due(&plan)
}

/// Where a limit ends by promise and by statute; the same where nothing is promised.
pub(crate) struct Ends {
    pub promise: End,
    pub statute: End,
}

impl Ends {
    pub fn of(plan: &Plan<'_>) -> Result<Self, CalendarError> {
        let (n, _) = plan.question.length.number().unwrap_or_default();
        if plan.question.direction == Direction::ShiftBack {
            in_turn(plan, n)?;
        }
        let statute = plan.end(n)?;
        // A pause past the end has not moved it: the end with all pauses is the one to hold them against.
        plan.question.pauses.iter().try_for_each(|pause| in_time(pause, &statute))?;
        let promise = match plan.question.promise {
            Some(promise) => plan.end(promise)?,
            None => statute.clone(),
        };
        Ok(Self { promise, statute })
    }

    fn due(&self, plan: &Plan<'_>) -> Result<Due, CalendarError> {
        Ok(Due {
            start: plan.question.start,
            first_day: plan.first_day(&self.promise)?,
            due_date: self.promise.due_at.date(),
            due_at: self.promise.due_at,
            statutory_due_date: self.statute.due_at.date(),
            statutory_due_at: self.statute.due_at,
            provisional: self.promise.provisional,
            statutory_provisional: self.statute.provisional,
            paused: plan.paused.clone(),
        })
    }
}

/// Refuses a pause that starts after the limit has lapsed.
fn in_time(pause: &Pause, end: &End) -> Result<(), CalendarError> {
    if pause.from <= end.due_at {
        return Ok(());
    }
    Err(CalendarError::PauseAfterLapse { from: pause.from, due_at: end.due_at, reason: pause.reason.clone() })
}

/// Holds each pause against the end as it stood when the pause began. Shifted back, a limit ends before its last
/// day: a pause between the two would move that day, though the limit is over.
fn in_turn(plan: &Plan<'_>, n: u32) -> Result<(), CalendarError> {
    let mut pauses = plan.question.pauses.clone();
    pauses.sort_by_key(|pause| pause.from);
    let mut before = Question { pauses: Vec::with_capacity(pauses.len()), ..plan.question.clone() };
    for pause in pauses {
        in_time(&pause, &Plan::new(plan.known, &before)?.end(n)?)?;
        before.pauses.push(pause);
    }
    Ok(())
}
