//! The case page: where it is, its clocks and why, what can be done now, what happened.

use std::collections::BTreeSet;

use maud::{Markup, html};
use xiaoneng_casework::{Acted, Actor, ClockView, Happening, Name, Recorded, Refusal, Status, Value};
use xiaoneng_office::CaseFile;
use xiaoneng_pack::{Action, By, FieldKind, Procedure};

use super::{list::cells, new_key};
use crate::app::App;
use crate::choices::{Choices, On};
use crate::form::Form;
use crate::session::Officer;
use crate::ui::{self, Button, FieldInput, Link, LinkKind, TimelineRow, Who, say};

/// A form that was refused: what was typed stays.
pub struct Attempt<'a> {
    /// The action, or `hand-over`, `correct`.
    pub action: &'a str,
    /// What was typed.
    pub form: &'a Form,
    /// Why not.
    pub refusal: &'a Refusal,
}

/// The whole content of a case page.
pub fn content(
    app: &App,
    officer: &Officer,
    file: &CaseFile,
    attempt: Option<&Attempt>,
    changed: Option<Markup>,
) -> Markup {
    let now = app.office.now();
    let opening = &file.case.opening;
    let state = file.procedure.states.get(&file.case.state).map_or("", |s| s.title.as_str());
    let (law, steps): (Vec<&ClockView>, Vec<&ClockView>) = file.clocks.iter().partition(|c| c.step.is_none());
    let live = |c: &&&ClockView| matches!(c.status, Status::Running | Status::Paused { .. });
    html! {
        (ui::breadcrumbs(&[("工作台", "/desk"), (&opening.number, "")]))
        (ui::head(&opening.title, &format!("{}　{}", opening.number, state), html! {}))
        @if let Some(changed) = changed { (changed) }
        (super::passes::ring(file))
        @if let Some(attempt) = attempt { (ui::refusal(attempt.refusal)) }
        (ui::state_line(&file.procedure, &file.case))
        details class="why map-of" { summary { "全部环节" } (ui::state_map(&file.procedure, Some(&file.case))) }
        div class="cols" {
            div {
                (actions(app, officer, file, attempt))
                section {
                    h2 { "时限" }
                    @for clock in law.iter().filter(live) { (ui::clock_card(clock, &cells(app, &file.case.unit, clock, now), started(file, clock), now)) }
                    @for clock in steps.iter().filter(live) { (ui::clock_card(clock, &cells(app, &file.case.unit, clock, now), started(file, clock), now)) }
                    @let past: Vec<_> = law.iter().chain(&steps).filter(|c| !live(c)).collect();
                    @if !past.is_empty() {
                        details class="why" {
                            summary { "已经停下的时限（" (past.len()) "）" }
                            @for clock in past { (ui::clock_card(clock, &cells(app, &file.case.unit, clock, now), started(file, clock), now)) }
                        }
                    }
                    @if file.clocks.is_empty() { p class="sub" { "现在没有在计的时限。" } }
                }
                section { h2 { "办理经过" } (ui::timeline(&timeline(app, file))) }
            }
            aside class="side" {
                (facts(app, file))
                (papers(file))
                (super::family::family(app, file))
                (chain(app, file))
                (super::passes::list(app, file))
            }
        }
    }
}

/// The word under the day on which a clock started: the action's title.
fn started<'a>(file: &'a CaseFile, clock: &ClockView) -> &'a str {
    let act = file.case.acts.iter().find(|a| &*a.event == clock.started_by());
    act.and_then(|a| file.procedure.actions.get(&a.action)).map_or("起算", |a| short_title(&a.title))
}

fn short_title(title: &str) -> &str {
    title.split('（').next().unwrap_or(title)
}

fn facts(app: &App, file: &CaseFile) -> Markup {
    let opening = &file.case.opening;
    let mut rows: Vec<(&str, Markup)> = vec![("办件编号", html! { span class="num" { (opening.number) } })];
    if !file.track_code.is_empty() && file.opened {
        rows.push(("查询码", html! { span class="num" { (file.track_code) } }));
    }
    rows.push(("办理单位", html! { (app.unit(&file.case.unit)) }));
    if opening.intake != file.case.unit {
        rows.push(("收件单位", html! { (app.unit(&opening.intake)) }));
    }
    rows.push(("承办", html! { (holder(app, file)) }));
    if let Some(item) = &file.item {
        rows.push(("事项", html! { a href={ "/items/" (item.code) } { (item.title) } }));
    }
    let written = written(app, &file.procedure, &file.fields);
    html! {
        section { h2 { "基本情况" } (ui::definition_list(&rows, true)) }
        section {
            h2 { "登记内容" }
            @if !file.opened { p class="sub" { "您不经办这个办件，个人信息不显示。" } }
            dl class="dl lines" { @for (label, value) in &written { dt { (label) } dd { (value) } } }
        }
    }
}

fn holder(app: &App, file: &CaseFile) -> Markup {
    let Some(post) = file.case.holder.as_ref().and_then(|h| app.office.world.org.posts.get(h)) else {
        // A register's entry is kept by its unit; nobody owes anything.
        let kept = file.case.opening.standing && file.case.closed_at.is_none();
        return html! { span class="sub" { @if kept { "由" (app.unit(&file.case.unit)) "保管，没有欠办的" } @else { "已办结，无人承办" } } };
    };
    html! { (app.unit(&post.unit)) (post.title) "　" b { (app.office.holder_name(&post.id)) } }
}

/// Fields as label and text, in the procedure's order.
fn written(app: &App, procedure: &Procedure, fields: &xiaoneng_casework::Fields) -> Vec<(String, String)> {
    let line = |(id, field): (&Name, &xiaoneng_pack::Field)| {
        let value = fields.get(id)?;
        if field.kind == FieldKind::Materials {
            return None; // Shown as the checklist.
        }
        Some((field.title.clone(), said(app, &field.kind, value)))
    };
    procedure.fields.iter().filter_map(line).collect()
}

fn said(app: &App, kind: &FieldKind, value: &Value) -> String {
    match (kind, value) {
        (FieldKind::Money, Value::Number(n)) => say::money(*n),
        (_, Value::Number(n)) => n.to_string(),
        (_, Value::Flag(yes)) => if *yes { "是" } else { "否" }.to_owned(),
        (FieldKind::Units, Value::List(ids)) => ids.iter().map(|id| app.unit(id)).collect::<Vec<_>>().join("、"),
        (FieldKind::Posts, Value::List(ids)) => {
            let title = |id: &Name| app.office.world.org.posts.get(id).map_or(id.to_string(), |p| p.title.clone());
            ids.iter().map(title).collect::<Vec<_>>().join("、")
        }
        (FieldKind::Items, Value::List(ids)) => {
            let title = |id: &Name| app.office.world.items.get(id).map_or(id.to_string(), |i| i.title.clone());
            ids.iter().map(title).collect::<Vec<_>>().join("、")
        }
        (_, Value::List(ids)) => ids.join("、"),
        (FieldKind::Unit, Value::Text(id)) => app.unit(id),
        (FieldKind::Officer, Value::Text(id)) => {
            app.office.world.org.officers.get(id.as_str()).map_or(id.clone(), |o| o.name.clone())
        }
        (FieldKind::Instant, Value::Text(t)) => t.replace('T', " "),
        (_, Value::Text(text)) => text.clone(),
        (_, Value::Sealed { masked, .. }) if !masked.is_empty() => masked.clone(),
        (_, Value::Sealed { .. }) => "（已加密）".to_owned(),
    }
}

fn papers(file: &CaseFile) -> Markup {
    let Some(item) = &file.item else { return html! {} };
    let have: BTreeSet<&Name> = file.fields.get("materials").map(Value::list).unwrap_or_default().iter().collect();
    html! {
        section {
            h2 { "材料" }
            ul class="ticks" {
                @for material in &item.materials {
                    @let in_hand = have.contains(&material.id);
                    li class={ @if in_hand { "have" } @else if material.required { "lack" } @else { "opt" } } {
                        (material.name)
                        span class="sub" { @if in_hand { "　已收" } @else if material.required { "　未收" } @else { "　可选" } }
                    }
                }
            }
            @if !file.case.attachments.is_empty() {
                h3 { "附件" }
                ul class="files" {
                    @for paper in &file.case.attachments {
                        li {
                            @if file.opened { a href={ "/desk/cases/" (file.case.opening.number) "/papers/" (paper.hash) } { (paper.name) } }
                            @else { (paper.name) }
                            span class="sub num" { "　" (paper.size.div_ceil(1024)) " KB" }
                        }
                    }
                }
            }
        }
    }
}

fn chain(app: &App, file: &CaseFile) -> Markup {
    let org = &app.office.world.org;
    let mut links: Vec<Link> = Vec::new();
    let link = |post: &Name, at: jiff::Timestamp, kind: LinkKind| {
        let post = org.posts.get(post)?;
        let name = post.a.as_ref().and_then(|a| org.officers.get(a)).map_or(String::new(), |o| o.name.clone());
        Some(Link {
            name,
            post: format!("{}{}", app.unit(&post.unit), post.title),
            since: say::short_instant(at),
            kind,
        })
    };
    let mut last: Option<Name> = None;
    for event in &file.case.history {
        let holder = match &event.what {
            Happening::Acted(acted) => acted.holder.clone(),
            Happening::TakenOver { post } => Some(post.clone()),
            _ => continue,
        };
        if holder.is_some() && holder != last {
            links.extend(holder.as_ref().and_then(|h| link(h, event.effective_at, LinkKind::Held)));
            last = holder;
        }
    }
    if file.case.holder.is_some()
        && let Some(last) = links.last_mut()
    {
        last.kind = LinkKind::Holds;
    }
    if let Some(offer) = &file.case.offer {
        links.extend(link(&offer.to, offer.at, LinkKind::Offered));
    }
    html! { @if !links.is_empty() { section { h2 { "谁经手" } (ui::handover_chain(&links)) } } }
}

/// What can be done now. The first is open; what refuses or ends asks for its reason before it can be sent.
fn actions(app: &App, officer: &Officer, file: &CaseFile, attempt: Option<&Attempt>) -> Markup {
    let tried = |name: &str| attempt.filter(|a| a.action == name);
    let mut first = attempt.is_none();
    let number = &file.case.opening.number;
    // What moves the case on comes first; what sends back, refuses or ends asks for its reason and comes last.
    let mut possible: Vec<_> = file.possible.iter().map(|p| (p, &file.procedure.actions[&p.name])).collect();
    possible.sort_by_key(|(_, a)| (a.reason, a.to.is_none() && !a.while_paused));
    html! {
        section class="todo" {
            h2 { "现在可以办" }
            @if file.offered_to_me { (offered(app, officer, file)) }
            @if file.possible.is_empty() && !file.offered_to_me {
                p class="sub" { @if file.case.closed_at.is_some() { "已经办结。" } @else { "这一步不在您的岗位。承办：" (holder(app, file)) } }
            }
            @for (possible, action) in possible {
                @let open = tried(&possible.name).is_some() || std::mem::take(&mut first);
                details class={ "act" @if action.reason { " grave" } } open[open] {
                    summary { (action.title) @if let Some(a) = &possible.standing.acting_for { span class="tag" { "代 " (person(app, a)) } } }
                    form class="form" method="post" enctype="multipart/form-data" action={ "/desk/cases/" (number) "/act/" (possible.name) } {
                        (hidden(officer, file))
                        (inputs(app, file, action, &possible.name, tried(&possible.name)))
                        @let papers = format!("papers-{}", possible.name);
                        @let fault = tried(&possible.name).and_then(|t| t.refusal.fields.iter().find(|f| *f.field == *papers));
                        div class={ "fld" @if fault.is_some() { " bad" } } {
                            label for={ "f-papers-" (possible.name) } { "附件" span class="sub" { "　PDF、图片、Word、Excel，单个不超过 20 MB" } }
                            @if let Some(fault) = fault { p class="err" id={ "e-" (papers) } { (fault.message) } }
                            input class="in" id={ "f-" (papers) } aria-describedby=[fault.map(|_| format!("e-{papers}"))] type="file" name="papers" multiple accept=".pdf,.jpg,.jpeg,.png,.doc,.docx,.xls,.xlsx";
                        }
                        (ui::button(if action.reason { Button::Danger } else { Button::Primary }, &action.title, None))
                    }
                }
            }
            @if file.holds && file.case.offer.is_none() && file.case.closed_at.is_none() { (hand_over(app, officer, file, tried("hand-over"))) }
            (correction(app, officer, file, tried("correct")))
        }
    }
}

fn person(app: &App, id: &str) -> String {
    app.office.world.org.officers.get(id).map_or(id.to_owned(), |o| o.name.clone())
}

fn hidden(officer: &Officer, file: &CaseFile) -> Markup {
    html! {
        (ui::csrf_field(&officer.csrf))
        (ui::idempotency_field(&new_key()))
        input type="hidden" name="seen" value=(file.case.version());
    }
}

/// The inputs of an action, with what was typed and what is wrong with it.
pub fn inputs(app: &App, file: &CaseFile, action: &Action, name: &str, tried: Option<&Attempt>) -> Markup {
    let error = |id: &str| {
        let fault = tried.and_then(|t| t.refusal.fields.iter().find(|f| &*f.field == id));
        fault.map(|f| f.message.as_str())
    };
    let words = &app.office.world.words;
    let step = file.procedure.states.get(&file.case.state).and_then(|s| s.step.clone()).unwrap_or_default();
    let none = Vec::new();
    let choices = Choices::of(app, &file.tenant, &file.procedure, action, On::Case(&file.case));
    html! {
        @for id in action.needs.iter().chain(&action.takes) {
            @let field = &file.procedure.fields[id];
            @if field.kind == FieldKind::Materials {
                @if let Some(item) = &file.item {
                    p class="lab" { (field.title) }
                    (ui::materials_checklist(item, id, &|m| ticked(file, id, m, tried), error(id)))
                }
            } @else {
                @let typed = tried.map_or(String::new(), |t| t.form.all(id).collect::<Vec<_>>().join("\n"));
                @let stock = if &**id == "opinion" { words.get(format!("opinions-{step}").as_str()).or(words.get("opinions")).unwrap_or(&none) } else { &none };
                (ui::field_input(&FieldInput { id, field, required: action.needs.contains(id), value: &typed, error: error(id), stock }, &choices.lists(id)))
            }
        }
        @if action.reason || name == "ask" {
            @let stock = words.get(format!("{name}-reasons").as_str()).unwrap_or(&none);
            @let typed = tried.map(|t| t.form.get("reason").to_owned()).unwrap_or_default();
            @if action.reason { (ui::reason_input("理由", &typed, None, stock)) }
            @else if file.case.first_notice.is_some() { (second_notice(&typed)) }
        }
    }
}

/// A second demand: what the first notice did not name needs a reason, and goes on record.
fn second_notice(typed: &str) -> Markup {
    html! {
        div class="fld wide" {
            label for="f-second-reason" { "第二次告知的理由" span class="sub" { "　要求了首次告知书没有列出的材料才填；将记为违反一次性告知制" } }
            input class="in" id="f-second-reason" name="reason" value=(typed) maxlength="500";
        }
    }
}

fn ticked(file: &CaseFile, id: &str, material: &str, tried: Option<&Attempt>) -> bool {
    if let Some(tried) = tried {
        return tried.form.all(id).any(|v| v == material);
    }
    let have = file.fields.get("materials").map(Value::list).unwrap_or_default();
    match id {
        // The one-time notice starts from what is required and not there: nothing is forgotten by oversight.
        "missing" => {
            let required = file.item.as_ref().is_some_and(|i| i.material(material).is_some_and(|m| m.required));
            required && !have.iter().any(|h| &**h == material)
        }
        _ => have.iter().any(|h| &**h == material),
    }
}

fn offered(app: &App, officer: &Officer, file: &CaseFile) -> Markup {
    let number = &file.case.opening.number;
    html! {
        div class="offer" {
            p { "这个办件交给了您：" (file.case.offer.as_ref().map_or("", |o| &o.reason)) }
            @if let Some(until) = super::passes::until(app, file) { p class="sub" { "不该您办的，请在 " (until) " 以前写明理由退回；您接收以前，仍由交办的岗位负责。" } }
            form method="post" action={ "/desk/cases/" (number) "/hand-over" } {
                (hidden(officer, file))
                (ui::button(Button::Primary, "接收", Some(("verb", "take"))))
            }
            form class="form" method="post" action={ "/desk/cases/" (number) "/hand-over" } {
                (hidden(officer, file))
                div class="fld" { label for="f-decline-reason" { "退回的理由" } input class="in" id="f-decline-reason" name="reason" maxlength="500"; }
                (ui::button(Button::Secondary, "退回交办", Some(("verb", "decline"))))
            }
        }
    }
}

fn hand_over(app: &App, officer: &Officer, file: &CaseFile, tried: Option<&Attempt>) -> Markup {
    let org = &app.office.world.org;
    let Some(holder) = file.case.holder.as_ref().and_then(|h| org.posts.get(h)) else { return html! {} };
    // Who holds it because he was the higher of two asked hands it to one who does the step.
    let here = || file.procedure.actions.values().filter(|a| a.from.contains(&file.case.state));
    let does = |p: &xiaoneng_pack::Post| {
        here().flat_map(|a| &a.by).any(|by| matches!(by, By::Role(role, _) if p.has_role(role)))
    };
    let idle = !does(holder);
    let alike = |p: &&xiaoneng_pack::Post| {
        let unit = org.units.get(&p.unit);
        let fits = p.roles.iter().any(|r| holder.has_role(r)) || idle && does(p);
        p.id != holder.id && fits && unit.is_some_and(|u| u.tenant == file.tenant)
    };
    html! {
        details class="act grave" open[tried.is_some()] {
            summary { "交给别的岗位" }
            form class="form" method="post" action={ "/desk/cases/" (file.case.opening.number) "/hand-over" } {
                (hidden(officer, file))
                p class="sub" { "对方接收以前，仍由您的岗位负责（首问负责制）。" }
                div class="fld" {
                    label for="f-to" { "交给" }
                    select class="in" id="f-to" name="to" required {
                        option value="" { "请选岗位" }
                        @for post in org.posts.values().filter(alike) { option value=(post.id) { (app.unit(&post.unit)) (post.title) "　" (app.office.holder_name(&post.id)) } }
                    }
                }
                div class="fld wide" { label for="f-offer-reason" { "理由" } input class="in" id="f-offer-reason" name="reason" required maxlength="500" value=(tried.map_or("", |t| t.form.get("reason"))); }
                (ui::button(Button::Secondary, "交办", Some(("verb", "offer"))))
            }
        }
    }
}

fn correction(app: &App, officer: &Officer, file: &CaseFile, tried: Option<&Attempt>) -> Markup {
    // Each post corrects its own acts; the office checks again, and lets heads correct any.
    let own: Vec<&Name> = app.office.world.org.posts_of_officer(&officer.id).map(|p| &p.id).collect();
    let head = app.office.world.org.posts_with(&file.case.unit, "head").any(|p| own.contains(&&p.id));
    let mine = |a: &&std::sync::Arc<xiaoneng_casework::Act>| match &a.actor {
        Actor::Officer { post, .. } => head || post.as_ref().is_some_and(|p| own.contains(&p)),
        _ => false,
    };
    let acts: Vec<_> = file.case.acts.iter().rev().filter(mine).collect();
    if acts.is_empty() {
        return html! {};
    }
    let typed = |name: &str| tried.map_or("", |t| t.form.get(name)).to_owned();
    html! {
        details class="act grave" open[tried.is_some()] {
            summary { "更正登记错误" }
            form class="form" method="post" action={ "/desk/cases/" (file.case.opening.number) "/correct" } {
                (hidden(officer, file))
                p class="sub" { "只能改某一步的生效时间；原来的记录保留，时限按更正后的重新计算。" }
                div class="fld" {
                    label for="f-event" { "更正哪一步" }
                    select class="in" id="f-event" name="event" required {
                        @for act in acts {
                            option value=(act.event) { (file.procedure.actions.get(&act.action).map_or(&*act.action, |a| a.title.as_str())) "　" (say::instant(act.at)) }
                        }
                    }
                }
                div class="fld" { label for="f-effective" { "应当是" } input class="in" id="f-effective" type="datetime-local" name="effective" required value=(typed("effective")); }
                div class="fld wide" { label for="f-correct-reason" { "理由" } input class="in" id="f-correct-reason" name="reason" required maxlength="500" value=(typed("reason")); }
                (ui::button(Button::Danger, "更正", None))
            }
        }
    }
}

/// The history, newest first, in words.
pub fn timeline(app: &App, file: &CaseFile) -> Vec<TimelineRow> {
    let voided = file.case.voided();
    // That a letter was put away is for the ledger; it shows with the act that issued it.
    let told = |e: &&std::sync::Arc<Recorded>| !matches!(e.what, Happening::LetterKept { .. });
    file.case.history.iter().rev().filter(told).map(|e| happened(app, file, e, voided.contains(&e.id))).collect()
}

fn happened(app: &App, file: &CaseFile, event: &Recorded, voided: bool) -> TimelineRow {
    let clock = |id: &Name| file.procedure.clocks.get(id).map_or(id.to_string(), |c| c.title.clone());
    let post = |id: &Name| {
        let post = app.office.world.org.posts.get(id);
        post.map_or(id.to_string(), |p| format!("{}{}", app.unit(&p.unit), p.title))
    };
    let (mut light, mut reason, mut row_fields, mut basis, mut links) =
        (None, None, Vec::new(), String::new(), Vec::new());
    let what = match &event.what {
        Happening::Acted(acted) => {
            let action = file.procedure.actions.get(&acted.action);
            reason = acted.reason.clone();
            row_fields = fields_of(app, file, acted);
            basis = action.map_or(String::new(), |a| a.basis.clone());
            links = papers_of(file, event, acted);
            action.map_or(acted.action.to_string(), |a| a.title.clone())
        }
        Happening::Turned { clock: id, light: to, .. } => {
            light = Some(*to);
            format!("“{}”{}", clock(id), to.title())
        }
        Happening::Lapsed { clock: id, .. } => format!("“{}”期限届满", clock(id)),
        Happening::Offered { to, reason: why } => {
            reason = Some(why.clone());
            format!("交给{}，等待接收", post(to))
        }
        Happening::TakenOver { post: by } => format!("{}接收", post(by)),
        Happening::OfferDeclined { reason: why } => {
            reason = Some(why.clone());
            "退回交办".to_owned()
        }
        Happening::Corrected { effective_at, reason: why, .. } => {
            reason = Some(why.clone());
            effective_at.map_or("更正登记内容".to_owned(), |at| format!("更正生效时间为 {}", say::instant(at)))
        }
        Happening::Voided { .. } => "更正以后不再成立的一条，作废".to_owned(),
        Happening::Breached(breach) => {
            reason = Some(breach.facts.clone());
            format!("记录在案：{}", breach.rule)
        }
        Happening::ChildOpened { key, number, .. } => format!("{}已开立，编号 {number}", child(app, file, key)),
        Happening::ChildMoved { key, state, result, .. } => {
            reason = result.clone();
            format!("{}：{state}", child(app, file, key))
        }
        Happening::ChildCalled { key } => format!("轮到{}", child(app, file, key)),
        Happening::Moved { clock: id, from, to, notice, .. } => {
            reason = Some(notice.clone());
            if notice.starts_with("规则 ") && from == to {
                format!("“{}”的灯改按新施行的规则", clock(id))
            } else if notice.starts_with("规则 ") {
                format!("“{}”因新规则施行由 {} 改到 {}", clock(id), say::instant(*from), say::instant(*to))
            } else {
                format!("“{}”因放假安排由 {} 改到 {}", clock(id), say::instant(*from), say::instant(*to))
            }
        }
        Happening::LetterKept { .. }
        | Happening::NoticeTaken { .. }
        | Happening::RulesInForce(_)
        | Happening::PostLeft { .. }
        | Happening::PostBack { .. }
        | Happening::DeputyNamed { .. }
        | Happening::DeputyReleased { .. } => String::new(),
    };
    TimelineRow {
        id: event.id.to_string(),
        what,
        who: who(app, file, event),
        recorded: say::short_instant(event.recorded_at),
        effective: (event.effective_at != event.recorded_at).then(|| say::short_instant(event.effective_at)),
        reason,
        fields: row_fields,
        basis,
        light,
        papers: links,
        voided,
    }
}

/// A case that this one opened, in words: its item and unit.
fn child(app: &App, file: &CaseFile, key: &Name) -> String {
    let Some(planned) = file.case.children.get(key).map(|c| &c.planned) else { return key.to_string() };
    let item = planned.item.as_ref().and_then(|i| app.office.world.items.get(i)).map(|i| i.title.clone());
    let kind = || file.procedure.children.get(&planned.kind).map_or(key.to_string(), |k| k.title.clone());
    format!("{}（{}）", item.unwrap_or_else(kind), app.unit(&planned.unit))
}

fn who(app: &App, file: &CaseFile, event: &Recorded) -> Who {
    match &event.actor {
        Actor::Law => Who::Law,
        Actor::Applicant => {
            Who::Applicant(file.fields.get("applicant").and_then(Value::text).unwrap_or("申请人").to_owned())
        }
        Actor::Officer { id, post } => Who::Officer {
            name: person(app, id),
            post: post
                .as_ref()
                .and_then(|p| app.office.world.org.posts.get(p))
                .map_or(String::new(), |p| p.title.clone()),
            acting_for: event.acting_for.as_ref().map(|a| person(app, a)),
        },
    }
}

fn fields_of(app: &App, file: &CaseFile, acted: &Acted) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for (id, value) in acted.fields.iter() {
        let Some(field) = file.procedure.fields.get(id) else { continue };
        let text = match (&field.kind, value) {
            (FieldKind::Materials, Value::List(ids)) => {
                let name =
                    |m: &Name| file.item.as_ref().and_then(|i| i.material(m)).map_or(m.to_string(), |m| m.name.clone());
                ids.iter().map(name).collect::<Vec<_>>().join("、")
            }
            (_, Value::Sealed { .. }) if file.opened => continue, // Stands opened in the facts beside.
            _ => said(app, &field.kind, value),
        };
        lines.push((field.title.clone(), text));
    }
    lines
}

fn papers_of(file: &CaseFile, event: &Recorded, acted: &Acted) -> Vec<(String, String)> {
    let number = &file.case.opening.number;
    let mut links = Vec::new();
    if let Some(letter) = acted.letter.as_ref().filter(|_| file.opened) {
        let decided = || file.case.result.as_ref().map(|(result, _)| result.as_str());
        let result = acted.result.as_deref().or_else(decided).unwrap_or_default();
        let title = xiaoneng_letters::title_of(&file.procedure, letter, &file.fields, result);
        links.push((format!("打印文书：{title}"), format!("/desk/cases/{number}/letters/{}", event.id)));
    }
    for paper in &acted.attachments {
        links.push((paper.name.clone(), format!("/desk/cases/{number}/papers/{}", paper.hash)));
    }
    links
}
