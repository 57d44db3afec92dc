//! A hundred thousand clocks, counted by the engine and by a naive twin that shares no code with it.

mod naive;

use std::fmt;

use jiff::civil::{Date, date};
use naive::count::{self, Fault};
use naive::days::{self, DAY_SECONDS, DAYS, Day};
use naive::dice::Dice;
use naive::known::Papers;
use naive::library::{self, Limit};
use xiaoneng_calendar::{
    Calendar, CalendarError, DayOfWeek, Direction, Layer, Length, LocalDays, Pause, Question, Stretch, count, due,
    usage,
};

const CLOCKS: i64 = 100_000;
const SEED: u64 = 20_150_820;

fn text(path: &str) -> String {
    xiaoneng_packbox::sources().iter().find(|(known, _)| *known == path).unwrap().1.to_owned()
}

fn limits() -> Vec<Limit> {
    library::read(xiaoneng_packbox::sources().iter())
}

/// A hall that is open on Saturdays and moved house, a clinic without holidays, a town that stands still now and then.
fn layers() -> Vec<Layer> {
    let layer = |id: &str| Layer {
        id: id.to_owned(),
        title: id.to_owned(),
        known_from: None,
        open_weekdays: None,
        ignores_holidays: false,
        closings: Vec::new(),
        openings: Vec::new(),
        exempt: Vec::new(),
    };
    let yearly = |(month, day): (i8, i8), last: (i8, i8)| -> Vec<LocalDays> {
        let run = |year| LocalDays {
            from: date(year, month, day),
            to: date(year, last.0, last.1),
            reason: "演示".to_owned(),
        };
        (2004..=2035).map(run).collect()
    };
    use DayOfWeek::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    let hall = Layer {
        open_weekdays: Some(vec![Mon, Tue, Wed, Thu, Fri, Sat]),
        closings: yearly((7, 1), (7, 3)),
        ..layer("hall")
    };
    let clinic = Layer {
        open_weekdays: Some(vec![Mon, Tue, Thu, Fri, Sun]),
        ignores_holidays: true,
        openings: yearly((8, 10), (8, 16)),
        ..layer("clinic")
    };
    let town = Layer {
        openings: yearly((10, 1), (10, 2)),
        closings: yearly((11, 30), (12, 2)),
        exempt: [yearly((3, 10), (3, 24)), yearly((3, 20), (3, 28)), yearly((9, 29), (9, 30))].concat(),
        ..layer("town")
    };
    vec![hall, clinic, town]
}

/// The engine's calendars, and the twin's papers.
struct Two {
    calendars: Vec<Calendar>,
    papers: Papers,
}

impl Two {
    fn read() -> Self {
        let (notices, statutory) = (text("cn/calendar/notices.toml"), text("cn/calendar/statutory.toml"));
        let nation = Calendar::new(toml::from_str(&notices).unwrap(), toml::from_str(&statutory).unwrap()).unwrap();
        let local = layers().into_iter().map(|layer| nation.with_layer(&layer).unwrap()).collect::<Vec<_>>();
        let calendars = [vec![nation], local].concat();
        Self { calendars, papers: Papers::read(&notices, &statutory, layers()) }
    }

    /// Whether a clock has an end; or what the two say differently of it.
    fn agree(&mut self, clock: &Clock) -> Result<bool, String> {
        let table = self.papers.known_on(clock.known_on, clock.layer);
        let known = self.calendars[clock.layer].known_on(clock.known_on);
        let twin = count::ends(&table, &clock.question);
        let engine = match due(&known, &clock.question) {
            Ok(due) => Ok(count::Ends {
                first_day: days::of(due.first_day),
                due: days::second(due.due_at),
                statutory: days::second(due.statutory_due_at),
                provisional: due.provisional,
                statutory_provisional: due.statutory_provisional,
            }),
            Err(CalendarError::ResultOutOfRange { .. } | CalendarError::OutOfRange { .. }) => Err(Fault::Past),
            Err(CalendarError::PauseAfterLapse { .. }) => Err(Fault::PauseAfterLapse),
            Err(other) => return Err(format!("the engine refuses: {other}")),
        };
        if engine != twin {
            return Err(format!("the engine says {}\n  the twin says   {}", shown(&engine), shown(&twin)));
        }
        // The explanation is the slow part of both.
        if twin.is_ok()
            && clock.number % 10 == 0
            && let Some(twin) = count::explained(&table, &clock.question)
        {
            let why = count(&known, &clock.question).unwrap().why;
            let days = |stretch: &Stretch| days::of(stretch.from)..=days::of(stretch.to);
            let engine: Vec<_> = why.iter().flat_map(|s| days(s).map(|day| (day, s.counts))).collect();
            if engine != twin {
                return Err(format!("the engine explains {engine:?}\n  the twin           {twin:?}"));
            }
        }
        let (Ok(_), Some(at)) = (twin, clock.question.at) else { return Ok(twin.is_ok()) };
        let twin = count::usage(&table, &clock.question, days::second(at)).unwrap();
        let engine = usage(&known, &clock.question, at).unwrap();
        let engine = count::Usage { used: engine.used, left: engine.left, statutory_left: engine.statutory_left };
        if engine == twin { Ok(true) } else { Err(format!("the engine says {engine:?}\n  the twin says   {twin:?}")) }
    }
}

fn shown(ends: &Result<count::Ends, Fault>) -> String {
    match ends {
        Err(fault) => format!("{fault:?}"),
        Ok(ends) => format!(
            "first {}, due {}{}, by statute {}{}",
            days::to_date(ends.first_day),
            days::to_instant(ends.due),
            if ends.provisional { " (provisional)" } else { "" },
            days::to_instant(ends.statutory),
            if ends.statutory_provisional { " (provisional)" } else { "" },
        ),
    }
}

/// A clock at random.
struct Clock {
    number: i64,
    limit: String,
    known_on: Date,
    layer: usize,
    question: Question,
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = &self.question;
        let layer = ["nation", "hall", "clinic", "town"][self.layer];
        write!(
            f,
            "clock {}: {} {:?} {:?} from {}",
            self.number, self.limit, asked.direction, asked.length, asked.start
        )?;
        write!(f, ", known on {} ({layer})", self.known_on)?;
        if let Some(by) = asked.extension {
            write!(f, ", extended by {by}")?;
        }
        if let Some(promise) = asked.promise {
            write!(f, ", promised {promise}")?;
        }
        for pause in &asked.pauses {
            write!(f, ", paused {}..{}", pause.from, pause.to.map_or(String::new(), |to| to.to_string()))?;
        }
        if let Some(closing) = asked.closing {
            write!(f, ", closing at {closing}")?;
        }
        asked.at.map_or(Ok(()), |at| write!(f, ", asked at {at}"))
    }
}

/// Throws clocks.
struct Thrower {
    dice: Dice,
    limits: Vec<Limit>,
    /// Days on which counting goes wrong most easily, or on which something was published.
    edges: Vec<Day>,
}

impl Thrower {
    fn new(limits: Vec<Limit>, published: impl Iterator<Item = Date>) -> Self {
        let mut edges: Vec<Day> = published.map(days::of).collect();
        for year in 2004..=2035 {
            let months = (1..=12).map(|month| days::of_ymd(year, month, days::month_length(year, month)));
            edges.extend(months);
            // Spring Festival, May, the national holiday.
            edges.extend([(1, 25), (2, 8), (5, 3), (10, 4)].map(|(month, day)| days::of_ymd(year, month, day)));
        }
        edges.retain(|day| (0..DAYS).contains(day));
        Self { dice: Dice(SEED), limits, edges }
    }

    fn clock(&mut self, number: i64) -> Clock {
        let limit = self.limits[number as usize % self.limits.len()].clone();
        let from = days::of(limit.from).max(0);
        let to = limit.to.map_or(DAYS - 1, days::of).min(DAYS - 1);
        // One in ten is of a kind that the library does not have.
        let invented = self.dice.one_in(10);
        let (length, direction) = if invented { self.kind() } else { (limit.length.unwrap(), limit.direction) };
        let start = self.start(from, to, length);
        let closing = self.dice.one_in(3).then(|| *self.dice.of(&[(12, 0), (17, 30), (18, 0)]));
        let mut question = Question { direction, ..Question::new(length, start) };
        question.closing = closing.map(|(hour, minute)| jiff::civil::time(hour, minute, 0, 0));
        if direction != Direction::Backward {
            self.befall(&mut question, limit.extension.filter(|_| !invented));
        }
        if question.pauses.iter().any(|pause| pause.to.is_none()) || self.dice.one_in(4) {
            let at = days::second(start) + self.dice.between(-20, 90) * DAY_SECONDS + self.dice.below(1_440) * 60;
            question.at = Some(days::to_instant(at.clamp(0, i64::from(DAYS) * DAY_SECONDS - 60)));
        }
        let layer = if self.dice.one_in(3) { self.dice.between(1, 3) as usize } else { 0 };
        let known_on = match self.dice.below(3) {
            0 => days::of(start.date()) + self.dice.between(0, 60) as Day,
            1 => *self.dice.of(&self.edges) - self.dice.below(2) as Day,
            _ => self.dice.below(i64::from(DAYS)) as Day,
        };
        let limit = if invented { "(invented)".to_owned() } else { limit.id };
        Clock { number, limit, known_on: days::to_date(known_on), layer, question }
    }

    fn kind(&mut self) -> (Length, Direction) {
        let n = self.dice.below(100) as u32;
        let length = match self.dice.below(8) {
            0 | 1 => Length::Workdays(n),
            2 | 3 => Length::Days(n),
            4 => Length::Months(n % 30),
            5 => Length::Years(n % 3),
            6 => Length::Hours(n),
            _ if n < 50 => Length::SameDay,
            _ => *self.dice.of(&[
                Length::FixedDate { month: 2, day: 29 },
                Length::FixedDate { month: 10, day: 2 },
                Length::UntilDate(date(2035, 10, 3)),
            ]),
        };
        let ways = [Direction::Forward, Direction::NotBefore, Direction::ShiftBack, Direction::Backward];
        let direction = ways[self.dice.below(if length.number().is_some() { 4 } else { 3 }) as usize];
        (length, direction)
    }

    fn start(&mut self, from: Day, to: Day, length: Length) -> jiff::civil::DateTime {
        let mut day = self.dice.between(i64::from(from), i64::from(to)) as Day;
        if self.dice.one_in(3) {
            // Somewhere before or on an edge, so that the end often falls there too.
            let back = count::number(length) as i64;
            let near = *self.dice.of(&self.edges) - self.dice.between(0, back.min(40) + 2) as Day;
            day = near.clamp(from, to);
        }
        if let Length::UntilDate(until) = length {
            day = day.min(days::of(until));
        }
        // Hours are walked minute by minute, so they begin on a full one.
        let second = match self.dice.below(8) {
            0 => 0,
            1 if !matches!(length, Length::Hours(_)) => DAY_SECONDS - 1,
            2 => self.dice.between(17 * 60, 18 * 60) * 60,
            _ => self.dice.below(1_440) * 60,
        };
        days::to_instant(i64::from(day) * DAY_SECONDS + second)
    }

    /// Extension, promise and pauses.
    fn befall(&mut self, question: &mut Question, extension: Option<(u32, u32)>) {
        if question.length.number().is_some() {
            self.lengthen(question, extension);
        }
        self.pause(question);
    }

    fn lengthen(&mut self, question: &mut Question, extension: Option<(u32, u32)>) {
        let n = count::number(question.length);
        if let Some((by, times)) = extension {
            question.extension = self.dice.one_in(2).then(|| by * self.dice.between(1, times.into()) as u32);
        } else if self.dice.one_in(5) {
            question.extension = Some(self.dice.below(i64::from(n).min(30) + 2) as u32);
        }
        if matches!(question.length, Length::Years(_)) {
            // No law extends years; and many more of them would only run past the calendar.
            question.extension = question.extension.map(|by| by % 3);
        }
        question.promise = self.dice.one_in(3).then(|| self.dice.between(0, n.into()) as u32);
    }

    fn pause(&mut self, question: &mut Question) {
        let start = days::second(question.start);
        let whole = match question.length {
            Length::Hours(n) => i64::from(n) / 24 + 1,
            Length::Months(n) => i64::from(n) * 30,
            Length::Years(n) => i64::from(n) * 365,
            Length::FixedDate { .. } | Length::UntilDate(_) => 100,
            length => i64::from(count::number(length)) * 4 / 3,
        };
        // Half of them run undisturbed; of the others some pauses come too late, overlap, or have no end yet.
        for _ in 0..self.dice.below(7) - 3 {
            let from = start + self.dice.between(-1, whole + 1) * DAY_SECONDS + self.dice.below(1_440) * 60;
            let from = from - from.rem_euclid(60);
            let to = from + self.dice.below(25) * DAY_SECONDS / 2 + self.dice.below(60) * 60;
            if from < 0 || to >= i64::from(DAYS) * DAY_SECONDS {
                continue;
            }
            let to = (!self.dice.one_in(8)).then(|| days::to_instant(to));
            question.pauses.push(Pause { from: days::to_instant(from), to, reason: "听证".to_owned() });
        }
    }
}

#[test]
fn a_hundred_thousand_clocks_end_when_the_twin_says() {
    let mut two = Two::read();
    let counted: Vec<Limit> = limits().into_iter().filter(|limit| limit.length.is_some()).collect();
    let mut thrower = Thrower::new(counted, two.papers.published.clone().into_iter());
    let (mut found, mut ended) = (Vec::new(), 0);
    for number in 0..CLOCKS {
        let clock = thrower.clock(number);
        match two.agree(&clock) {
            Ok(ends) => ended += i64::from(ends),
            Err(difference) => found.push(format!("{clock}\n  {difference}")),
        }
    }
    assert!(
        found.is_empty(),
        "{} of {CLOCKS} differ, the first:\n{}",
        found.len(),
        found[..found.len().min(8)].join("\n")
    );
    assert!(ended > CLOCKS * 8 / 10, "only {ended} of {CLOCKS} clocks have an end: the others say little");
}

#[test]
fn the_library_is_what_its_texts_say_and_the_version_in_force_governs() {
    let world = xiaoneng_packbox::world();
    let read = limits();
    assert_eq!(read.len(), world.limits.all().count());
    for limit in read {
        let version = world.limits.all().find(|version| *version.id == *limit.id).expect("the same ids");
        assert_eq!(*version.series, *limit.series, "{}", limit.id);
        assert_eq!((version.from, version.to), (limit.from, limit.to), "{}", limit.id);
        assert_eq!((version.length, version.direction), (limit.length, limit.direction), "{}", limit.id);
        let extension = version.extension.as_ref().map(|extension| (extension.by, extension.times));
        assert_eq!(extension, limit.extension, "{}", limit.id);
        let governs = |on: Date| world.limits.in_force(&limit.series, on).map(|found| found.id.to_string());
        assert_eq!(governs(limit.from).as_ref(), Ok(&limit.id));
        if let Some(to) = limit.to {
            assert_eq!(governs(to).as_ref(), Ok(&limit.id));
            assert_ne!(governs(to.tomorrow().unwrap()).as_ref(), Ok(&limit.id));
        }
        assert_ne!(governs(limit.from.yesterday().unwrap()).as_ref(), Ok(&limit.id));
    }
}

/// The twin too is held against dates that people counted with a calendar in their hands.
#[test]
fn the_twin_counts_as_people_do() {
    let mut papers = Two::read().papers;
    let mut due = |length, start: &str, known_on: &str| {
        let table = papers.known_on(known_on.parse().unwrap(), 0);
        let ends = count::ends(&table, &Question::new(length, start.parse().unwrap())).unwrap();
        days::to_date(days::day_of(ends.due)).to_string()
    };
    // The parade of 3 September 2015 was announced on 13 May; its make-up day was Sunday the 6th.
    assert_eq!(due(Length::Workdays(20), "2015-08-31T09:00", "2015-05-12"), "2015-09-28");
    assert_eq!(due(Length::Workdays(20), "2015-08-31T09:00", "2015-05-13"), "2015-09-29");
    assert_eq!(due(Length::Workdays(5), "2015-08-20T10:00", "2015-08-20"), "2015-08-27");
    // 民法典 202, 203: no 31 June; then Saturday, so on to Monday.
    assert_eq!(due(Length::Months(1), "2015-05-31T09:00", "2015-05-31"), "2015-06-30");
    assert_eq!(due(Length::Months(6), "2015-08-31T09:00", "2016-01-01"), "2016-02-29");
    assert_eq!(due(Length::Years(1), "2016-02-29T09:00", "2017-01-01"), "2017-02-28");
    assert_eq!(due(Length::Days(15), "2015-04-10T09:00", "2015-04-10"), "2015-04-27");
    // The national holiday of 2014 ended on the 7th; of 2027 in June 2026 only three days were known.
    assert_eq!(due(Length::Days(15), "2014-09-17T09:00", "2014-09-17"), "2014-10-08");
    assert_eq!(due(Length::Days(15), "2027-09-17T09:00", "2026-06-01"), "2027-10-04");
    assert_eq!(due(Length::Hours(24), "2014-09-30T18:00", "2014-09-30"), "2014-10-01");
}
