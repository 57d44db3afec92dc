//! What each question means, in the plainest words.

use super::rows::Rows;
use crate::{
    AwayFilter, AwayRow, BreachFilter, BreachRow, CaseFilter, CaseOrder, CaseRow, ClockAsked, ClockDue, Cursor,
    NoticeFilter, NoticeRow, Page, effective_limit, micros,
};
use jiff::Timestamp;
use std::cmp::Ordering;

/// `None` asks for anything.
fn same<T: PartialEq>(asked: Option<&T>, found: &T) -> bool {
    asked.is_none_or(|asked| asked == found)
}

fn one_of(asked: Option<&Vec<String>>, found: Option<&String>) -> bool {
    asked.is_none_or(|asked| found.is_some_and(|found| asked.contains(found)))
}

pub(super) fn case_matches(row: &CaseRow, f: &CaseFilter) -> bool {
    let text = f.text.as_ref().is_none_or(|text| {
        row.number.starts_with(text)
            || (!f.text_is_number() && (row.title.contains(text) || row.applicant_masked.contains(text)))
    });
    text && one_of(f.holder.as_ref(), row.holder.as_ref())
        && one_of(f.offered_to.as_ref(), row.offered_to.as_ref())
        && same(f.unit.as_ref(), &row.unit)
        && same(f.intake_unit.as_ref(), &row.intake_unit)
        && same(f.tier.as_ref(), &row.tier)
        && same(f.procedure.as_ref(), &row.procedure)
        && !f.not_procedures.contains(&row.procedure)
        && same(f.item.as_ref(), &row.item)
        && same(f.state.as_ref(), &row.state)
        && same(f.open.as_ref(), &row.open)
        && same(f.standing.as_ref(), &row.standing)
        && (f.lights.is_empty() || f.lights.contains(&row.light))
        && f.lookup.as_ref().is_none_or(|asked| row.lookup.as_ref() == Some(asked))
        && f.due_before.is_none_or(|at| row.due_at.is_some_and(|due| due < at))
        && f.received_from.is_none_or(|at| row.received_at >= at)
        && f.received_before.is_none_or(|at| row.received_at < at)
        && f.closed_from.is_none_or(|at| row.closed_at.is_some_and(|closed| closed >= at))
        && f.closed_before.is_none_or(|at| row.closed_at.is_some_and(|closed| closed < at))
        && f.result_public_by.is_none_or(|at| row.result_public_at.is_some_and(|from| from <= at))
}

pub(super) fn cases(rows: &Rows, filter: &CaseFilter) -> Page<CaseRow> {
    let order = filter.order;
    let compare = |a: (i64, &str), b: (i64, &str)| match order {
        CaseOrder::DueFirst => a.cmp(&b),
        CaseOrder::ReceivedLast | CaseOrder::ClosedLast => b.cmp(&a),
    };
    let mut found: Vec<_> =
        rows.cases
            .values()
            .filter(|row| case_matches(row, filter))
            .filter(|row| {
                filter.after.as_ref().is_none_or(|after| {
                    compare((order.key(row), &row.case), (after.key, &after.id)) == Ordering::Greater
                })
            })
            .collect();
    found.sort_by(|a, b| compare((order.key(a), &a.case), (order.key(b), &b.case)));
    let limit = effective_limit(filter.limit);
    let found = found.into_iter().take(limit + 1).cloned().collect();
    Page::cut(found, limit, |row| order.cursor(row))
}

pub(super) fn clocks_due(rows: &Rows, at: Timestamp, limit: usize) -> Vec<ClockDue> {
    let mut due: Vec<_> = rows
        .clocks
        .iter()
        .flat_map(|(case, clocks)| clocks.iter().map(move |clock| (case, clock)))
        .filter_map(|(case, clock)| {
            let next_change_at = clock.next_change_at.filter(|next| *next <= at)?;
            Some(ClockDue { case: case.clone(), clock: clock.clock.clone(), next_change_at })
        })
        .collect();
    due.sort_by(|a, b| (a.next_change_at, &a.case, &a.clock).cmp(&(b.next_change_at, &b.case, &b.clock)));
    due.truncate(limit);
    due
}

pub(super) fn clocks_asked(rows: &Rows, after: Option<(&str, &str)>, limit: usize) -> Vec<ClockAsked> {
    let mut asked: Vec<_> = rows
        .clocks
        .iter()
        .flat_map(|(case, clocks)| clocks.iter().map(move |clock| (case, clock)))
        .filter(|(case, clock)| after.is_none_or(|after| (case.as_str(), clock.clock.as_str()) > after))
        .filter_map(|(case, row)| {
            let (asked, due_at) = (row.asked.clone()?, row.due_at?);
            Some(ClockAsked { case: case.clone(), clock: row.clock.clone(), due_at, asked })
        })
        .collect();
    asked.sort_by(|a, b| (&a.case, &a.clock).cmp(&(&b.case, &b.clock)));
    asked.truncate(limit);
    asked
}

pub(super) fn away_at(rows: &Rows, at: Timestamp) -> Vec<AwayRow> {
    let mut found: Vec<_> =
        rows.away.values().filter(|row| row.from <= at && row.until.is_none_or(|until| at < until)).cloned().collect();
    found.sort_by(|a, b| (&a.post, &a.case).cmp(&(&b.post, &b.case)));
    found
}

pub(super) fn away(rows: &Rows, filter: &AwayFilter) -> Vec<AwayRow> {
    let mut found: Vec<_> = rows
        .away
        .values()
        .filter(|row| filter.until.is_none_or(|until| row.from < until))
        .filter(|row| row.until.is_none_or(|until| filter.from < until))
        .cloned()
        .collect();
    found.sort_by(|a, b| (a.from, &a.case, &a.post).cmp(&(b.from, &b.case, &b.post)));
    found
}

/// Newest first: by instant, then id, both descending.
fn newest<T: Clone>(rows: Vec<&T>, cursor_of: impl Fn(&T) -> Cursor, after: Option<&Cursor>, limit: usize) -> Page<T> {
    let key = |row: &T| {
        let cursor = cursor_of(row);
        (cursor.key, cursor.id)
    };
    let mut rows: Vec<_> =
        rows.into_iter().filter(|row| after.is_none_or(|after| key(row) < (after.key, after.id.clone()))).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(key(row)));
    let limit = effective_limit(limit);
    let rows = rows.into_iter().take(limit + 1).cloned().collect();
    Page::cut(rows, limit, cursor_of)
}

pub(super) fn notices(rows: &Rows, f: &NoticeFilter) -> Page<NoticeRow> {
    let shown = |row: &NoticeRow, at: Timestamp| {
        row.shown_from <= at
            && row.shown_until.is_none_or(|until| at < until)
            && row.cleared_at.is_none_or(|cleared| at < cleared)
    };
    let found = rows
        .notices
        .values()
        .filter(|row| same(f.kind.as_ref(), &row.kind) && same(f.unit.as_ref(), &row.unit))
        .filter(|row| f.case.as_ref().is_none_or(|case| row.case.as_ref() == Some(case)))
        .filter(|row| f.at.is_none_or(|at| shown(row, at)))
        .collect();
    let cursor = |row: &NoticeRow| Cursor { key: micros(row.shown_from), id: row.id.clone() };
    newest(found, cursor, f.after.as_ref(), f.limit)
}

pub(super) fn breaches(rows: &Rows, f: &BreachFilter) -> Page<BreachRow> {
    let found = rows
        .breaches
        .values()
        .filter(|row| same(f.unit.as_ref(), &row.unit) && same(f.duty.as_ref(), &row.duty))
        .filter(|row| f.case.as_ref().is_none_or(|case| row.case.as_ref() == Some(case)))
        .filter(|row| f.post.as_ref().is_none_or(|post| row.post.as_ref() == Some(post)))
        .filter(|row| f.from.is_none_or(|from| row.at >= from))
        .filter(|row| f.until.is_none_or(|until| row.at < until))
        .collect();
    let cursor = |row: &BreachRow| Cursor { key: micros(row.at), id: row.id.clone() };
    newest(found, cursor, f.after.as_ref(), f.limit)
}
