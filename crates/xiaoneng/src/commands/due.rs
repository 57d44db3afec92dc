//! `xiaoneng due`: when a limit ends, and why.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, ToSpan};
use serde::Serialize;
use xiaoneng_calendar::{
    Answer, CalendarError, DayCell, Direction, Due, Known, LAST_DAY, Length, Pause, Question, StillPaused, Stretch,
    Unit, Usage, count, due, strip, usage, warns_at,
};
use xiaoneng_pack::limits::{AsOf, Evidence, Law, Outcome};
use xiaoneng_pack::{LimitVersion, World};

use crate::cli::{Cli, DueArgs};
use crate::commands::{due_lines, due_text, limits};
use crate::output::{self, End, Ended, Stop};
use crate::{packs, when, words};

/// The house's own clocks warn one day ahead; so does this command.
const YELLOW: u32 = 1;

/// A question as it was asked, read but not yet held against the law.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub limit: String,
    pub from: DateTime,
    pub at: Option<DateTime>,
    pub promise: Option<u32>,
    pub extend: bool,
    pub pauses: Vec<Pause>,
    pub known_on: Option<Date>,
    pub unit: Option<String>,
}

/// A limit's end, with all that may be said of it.
pub struct Told<'a> {
    pub version: &'a LimitVersion,
    /// The law it stands in; `None` for a local rule that is named only by its title.
    pub law: Option<&'a Law>,
    pub asked: Asked,
    pub length: Length,
    pub at: DateTime,
    pub answer: Answer,
    pub usage: Usage,
    /// `None` for a minimum wait, which has no light.
    pub light: Option<Light>,
    pub next_change_at: Option<DateTime>,
    pub strip: Vec<DayCell>,
}

/// A clock's state to the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Light {
    Green,
    Yellow,
    Red,
    Paused,
}

impl Light {
    pub fn id(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
            Light::Paused => "paused",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Light::Green => "绿灯（正常）",
            Light::Yellow => "黄灯（临期）",
            Light::Red => "红灯（超期）",
            Light::Paused => "暂停计时",
        }
    }
}

pub fn run(cli: &Cli, args: &DueArgs) -> Ended {
    if args.limit == "-" {
        return due_lines::run(cli, args);
    }
    let asked = asked(args).map_err(Stop::usage)?;
    let world = packs::world(cli.pack.as_deref())?;
    let told = tell(&world, asked, true).map_err(Stop::Refused)?;
    if cli.json {
        output::json(&object(&told))?;
    } else {
        output::text(&due_text::shown(&told, output::Paint::of_stdout()))?;
    }
    Ok(End::Done)
}

fn asked(args: &DueArgs) -> Result<Asked, String> {
    let from = args.from.as_deref().ok_or("还缺 --from：从什么时候起算，例如 --from 2015-08-20T10:00")?;
    Ok(Asked {
        limit: args.limit.clone(),
        from: when::instant(from)?,
        at: args.at.as_deref().map(when::instant).transpose()?,
        promise: args.promise.as_deref().map(promise).transpose()?,
        extend: args.extend,
        pauses: args.pauses.iter().map(|p| pause(p)).collect::<Result<_, _>>()?,
        known_on: args.known_on.as_deref().map(when::date).transpose()?,
        unit: args.unit.clone(),
    })
}

fn promise(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("承诺“{text}”应当是 0 或者正整数，与法定时限同一种日子"))
}

/// `A..B`, `A..` (still paused), either with `=reason`.
fn pause(text: &str) -> Result<Pause, String> {
    let (span, reason) = text.split_once('=').unwrap_or((text, ""));
    let (from, to) = span
        .split_once("..")
        .ok_or_else(|| format!("暂停“{text}”应当写成 A..B（还在暂停就写 A..），例如 2015-08-24..2015-08-26"))?;
    let to = if to.is_empty() { None } else { Some(when::instant(to)?) };
    Ok(Pause { from: when::instant(from)?, to, reason: reason.to_owned() })
}

/// The answer, or what is wrong with the question. The strip of days is drawn only for a reader.
pub fn tell(world: &World, asked: Asked, with_strip: bool) -> Result<Told<'_>, String> {
    let version = world.limits.in_force(&asked.limit, asked.from.date()).map_err(|e| e.to_string())?;
    let law = format!("{}（{}{}）", version.id, version.law, version.article);
    let length = version.length.ok_or_else(|| {
        let open = if version.open.is_empty() { "法律没有写天数" } else { &version.open };
        format!("{law}没有可以计算的天数：{open}")
    })?;
    let extension = match (&version.extension, asked.extend) {
        (Some(extension), true) => Some(extension.by),
        (None, true) => {
            let note = &version.extension_note;
            let why = if note.is_empty() {
                "没有规定可以延长".to_owned()
            } else {
                format!("没有写延长多久（{note}）")
            };
            return Err(format!("{law}{why}，请去掉 --extend（逐行时去掉 \"extend\"）"));
        }
        (_, false) => None,
    };
    let (calendar, closing) = match &asked.unit {
        None => (&world.calendar, None),
        Some(unit) => {
            let known = world.org.units.get(&**unit);
            let known = known.ok_or_else(|| format!("没有“{unit}”这个单位，单位编号形如 630222-zrzy"))?;
            (world.calendar_of(unit), known.closes)
        }
    };
    let known = asked.known_on.map_or_else(|| calendar.known_all(), |on| calendar.known_on(on));
    let question = Question {
        direction: version.direction,
        pauses: asked.pauses.clone(),
        extension,
        promise: asked.promise,
        closing,
        at: asked.at,
        ..Question::new(length, asked.from)
    };
    let at = asked.at.unwrap_or(asked.from);
    let fault = |e| beyond(&law, &question, &e).unwrap_or_else(|| words::calendar(&e));
    let answer = count(&known, &question).map_err(fault)?;
    let usage = usage(&known, &question, at).map_err(fault)?;
    let ends = due(&known, &question).map_err(fault)?;
    let (light, next_change_at) = light_at(&known, &question, &ends, at);
    let strip = if with_strip { strip(&known, &question, at.date()).map_err(fault)? } else { Vec::new() };
    let law = world.limits.laws.get(&version.law_id);
    Ok(Told { version, law, asked, length, at, answer, usage, light, next_change_at, strip })
}

/// A limit of years may reach past the calendar: the corresponding day is known, whether it is one of rest is not.
fn beyond(law: &str, question: &Question, error: &CalendarError) -> Option<String> {
    let CalendarError::ResultOutOfRange { .. } = error else { return None };
    let months = match question.length {
        Length::Years(n) => n * 12,
        Length::Months(n) => n,
        _ => return None,
    };
    let day = question.start.date().checked_add(i64::from(months).months()).ok()?;
    let length = question.length;
    Some(format!(
        "{law}的{length}到 {day} 为止，超出了日历（到 {LAST_DAY}）：那天是不是休息日、要不要顺延，现在还不能算"
    ))
}

/// The light at an instant and when it changes next, by the rule of the house's clocks (casework): yellow from
/// the start of the day on which the warning's days are left, red after the last second, paused in between.
fn light_at(known: &Known, asked: &Question, ends: &Due, at: DateTime) -> (Option<Light>, Option<DateTime>) {
    if asked.direction == Direction::NotBefore {
        return (None, None);
    }
    let red = ends.due_at + SignedDuration::from_secs(1);
    let yellow = warns_at(known, asked, ends, YELLOW).filter(|y| *y <= ends.due_at);
    let standing = asked.pauses.iter().find(|p| p.from <= at && p.to.is_none_or(|to| at < to));
    if let Some(pause) = standing {
        return (Some(Light::Paused), pause.to);
    }
    let light = match yellow {
        _ if at >= red => Light::Red,
        Some(yellow) if at >= yellow => Light::Yellow,
        _ => Light::Green,
    };
    let pauses = asked.pauses.iter().map(|p| p.from);
    let next = pauses.chain(yellow).chain([red]).filter(|t| *t > at).min();
    (Some(light), next)
}

/// One object, as `house.md` lists it, with what else is known beside. Instants are the place's, without offset.
#[derive(Serialize)]
pub struct Object<'a> {
    limit: &'a str,
    series: &'a str,
    law: &'a str,
    law_id: &'a str,
    article: &'a str,
    length: Option<u32>,
    kind: &'static str,
    direction: &'static str,
    start: DateTime,
    first_day: Date,
    due_date: Date,
    due_at: DateTime,
    statutory_due_date: Date,
    statutory_due_at: DateTime,
    provisional: bool,
    statutory_provisional: bool,
    promise: Option<u32>,
    extended: Option<u32>,
    at: DateTime,
    light: Option<Light>,
    used: i64,
    left: i64,
    statutory_left: i64,
    unit: Unit,
    next_change_at: Option<DateTime>,
    paused: Option<&'a StillPaused>,
    /// Of a minimum wait: the first day on which it may happen.
    allowed_from: Option<Date>,
    lapse: &'a str,
    silence: SilenceOn,
    evidence: Evidence,
    doubtful: bool,
    doubt: Option<String>,
    /// What must be said with the answer, in sentences: that it is doubtful, cited, or another place's.
    notes: Vec<String>,
    known_on: Option<Date>,
    why: &'a [Stretch],
    why_statutory: &'a [Stretch],
}

/// What becomes of silence, and as of which day.
#[derive(Serialize)]
struct SilenceOn {
    becomes: Outcome,
    as_of: Option<AsOf>,
    date: Option<Date>,
    text: String,
}

/// What `--json` answers.
pub fn object<'a>(told: &'a Told) -> Object<'a> {
    let (v, a) = (told.version, &told.answer);
    let doubtful = v.evidence == Evidence::Doubtful;
    let extension = v.extension.as_ref().filter(|_| told.asked.extend);
    Object {
        limit: &v.id,
        series: &v.series,
        law: &v.law,
        law_id: &v.law_id,
        article: &v.article,
        length: told.length.number().map(|(n, _)| n),
        kind: limits::kind(told.length),
        direction: limits::direction(v.direction),
        start: a.start,
        first_day: a.first_day,
        due_date: a.due_date,
        due_at: a.due_at,
        statutory_due_date: a.statutory_due_date,
        statutory_due_at: a.statutory_due_at,
        provisional: a.provisional,
        statutory_provisional: a.statutory_provisional,
        promise: told.asked.promise,
        extended: extension.map(|e| e.by),
        at: told.at,
        light: told.light,
        used: told.usage.used,
        left: told.usage.left,
        statutory_left: told.usage.statutory_left,
        unit: told.usage.unit,
        next_change_at: told.next_change_at,
        paused: a.paused.as_ref(),
        allowed_from: allowed_from(told),
        lapse: &v.on_lapse,
        silence: SilenceOn {
            becomes: v.silence.becomes,
            as_of: v.silence.as_of,
            date: silence_date(told),
            text: v.silence.in_words(),
        },
        evidence: v.evidence,
        doubtful,
        doubt: doubtful.then(|| doubt(v)),
        notes: notes(told),
        known_on: told.asked.known_on,
        why: &a.why,
        why_statutory: &a.why_statutory,
    }
}

/// The day from which the consequence of silence counts: the law's, whatever was promised.
pub fn silence_date(told: &Told) -> Option<Date> {
    told.version.silence.as_of.map(|as_of| match as_of {
        AsOf::Start => told.answer.start.date(),
        AsOf::End => told.answer.statutory_due_date,
    })
}

/// Of a minimum wait: the first day on which what it bars may happen.
pub fn allowed_from(told: &Told) -> Option<Date> {
    let wait = told.version.direction == Direction::NotBefore;
    wait.then(|| told.answer.statutory_due_date.tomorrow().ok()).flatten()
}

/// What must be said with every answer about this limit.
pub fn notes(told: &Told) -> Vec<String> {
    let v = told.version;
    let evidence = match v.evidence {
        Evidence::Seen => None,
        Evidence::Indirect => Some("转引：这一条没有读到原文，取自别处的引用".to_owned()),
        Evidence::Doubtful => Some(doubt(v)),
    };
    let place = told.law.map(|law| &law.place).filter(|place| !place.is_empty());
    let elsewhere = place.map(|place| format!("外地规定：这是{place}的，不约束本地，只供对照"));
    evidence.into_iter().chain(elsewhere).collect()
}

/// What is open about a doubtful limit.
fn doubt(version: &LimitVersion) -> String {
    let why = version.count_authority.trim_start_matches("存疑：");
    let why = if why.is_empty() { String::new() } else { format!("（{why}）") };
    format!("存疑：这个时限按哪一种日子计算，法律没有写明{why}；请以有权机关的解释为准")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_read_with_or_without_end_and_reason() {
        let closed = pause("2015-08-24T09:00..2015-08-26=专家评审").unwrap();
        assert_eq!((closed.to.is_some(), &*closed.reason), (true, "专家评审"));
        assert_eq!(pause("2015-08-24..").unwrap().to, None);
        assert!(pause("2015-08-24").unwrap_err().contains("A..B"));
        assert!(pause("..2015-08-24").is_err() && pause("2015-08-24..x").is_err());
    }
}
