//! A procedure on one screen.

use crate::Name;
use crate::procedure::{Action, Binds, By, Children, Clock, Each, Field, LimitRef, Procedure, Whose, Within};
use crate::text::{pad, width, wrap};

/// Columns of the screen, a Chinese character taking two.
const COLUMNS: usize = 100;
const GAP: &str = "  ";

/// The transitions and clocks of a procedure, for reading: at most 100 columns wide.
///
/// ```text
/// 行政许可（licence）：10 个状态，16 个动作，5 个时限
///
/// 状态      动作              谁              到
/// （开办）  收件              窗口@收件单位   待受理
/// 待受理    一次性告知补正    窗口@收件单位   待补正
/// ```
pub fn transition_table(procedure: &Procedure) -> String {
    let (states, actions, clocks) = (procedure.states.len(), procedure.actions.len(), procedure.clocks.len());
    let kind = if procedure.standing { "（清单）" } else { "" };
    let mut text = format!(
        "{}（{}）{kind}：{states} 个状态，{actions} 个动作，{clocks} 个时限\n\n",
        procedure.title, procedure.id
    );
    text.push_str(&grid(&["状态", "动作", "谁", "到"], &transitions(procedure), &[18, 30, 28, 18]));
    if clocks > 0 {
        text.push('\n');
        let rows: Vec<Vec<String>> = procedure.clocks.values().map(|clock| clock_row(procedure, clock)).collect();
        text.push_str(&grid(&["时限", "起", "止", "停走", "多长", "届满"], &rows, &[14, 18, 20, 12, 12, 14]));
    }
    if !procedure.children.is_empty() {
        text.push('\n');
        let rows: Vec<Vec<String>> = procedure.children.values().map(|c| children_row(procedure, c)).collect();
        text.push_str(&grid(&["子件", "由谁开立", "每个", "全部办结后", "由谁叫停"], &rows, &[22, 22, 18, 18, 12]));
    }
    let named: Vec<String> = procedure.fields.values().flat_map(|f| within(procedure, f)).collect();
    if !named.is_empty() {
        text.push('\n');
        text.push_str(&grid(&["只能填写"], &named.into_iter().map(|n| vec![n]).collect::<Vec<_>>(), &[COLUMNS]));
    }
    text
}

fn children_row(procedure: &Procedure, children: &Children) -> Vec<String> {
    let each = match &children.each {
        Each::Above => "上级单位".to_owned(),
        Each::Unit => "本单位".to_owned(),
        Each::Field(field) => procedure.fields.get(field).map_or(field.to_string(), |f| f.title.clone()),
    };
    let mut title = format!("{}（{}）", children.title, children.procedure.as_deref().unwrap_or("按事项"));
    if children.in_turn {
        title.push_str("依次");
    }
    vec![
        title,
        titles(procedure, &children.opened_by),
        each,
        titles(procedure, children.then.as_slice()),
        titles(procedure, &children.called_off_by),
    ]
}

fn titles(procedure: &Procedure, names: &[Name]) -> String {
    let titles = names.iter().map(|n| procedure.actions.get(n).map_or_else(|| n.to_string(), |a| a.title.clone()));
    titles.collect::<Vec<_>>().join("、")
}

/// 下级信访局：直接下级单位.
fn within(procedure: &Procedure, field: &Field) -> Vec<String> {
    let of = |whose: &Whose| match whose {
        Whose::Unit => "本单位".to_owned(),
        Whose::Intake => "收件单位".to_owned(),
        Whose::Above => "上级单位".to_owned(),
        Whose::Back => "原单位".to_owned(),
        Whose::Field(field) => procedure.fields.get(field).map_or(field.to_string(), |f| format!("“{}”", f.title)),
    };
    let whom = field.within.as_ref().map(|within| match within {
        Within::Below => "直接下级单位".to_owned(),
        Within::Posts(None, whose) => format!("{}的人员", of(whose)),
        Within::Posts(Some(name), Whose::Unit) => format!("{}岗位的人员", role_title(name)),
        Within::Posts(Some(name), whose) => format!("{}{}岗位的人员", of(whose), role_title(name)),
    });
    let never = field.never.iter().map(|whose| format!("不能是{}", of(whose)));
    whom.into_iter().chain(never).map(|words| format!("{}：{words}", field.title)).collect()
}

/// One row for each state and action, in the order of the states; a state is named once.
fn transitions(procedure: &Procedure) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut section = |label: String, actions: Vec<&Action>| {
        if actions.is_empty() {
            rows.push(vec![label, String::new(), String::new(), String::new()]);
            return;
        }
        for (i, action) in actions.into_iter().enumerate() {
            let label = if i == 0 { label.clone() } else { String::new() };
            let to = match &action.to {
                Some(to) => state_title(procedure, to),
                None => "（不变）".to_owned(),
            };
            rows.push(vec![label, action_label(action), who(procedure, action), to]);
        }
    };
    section("（开办）".to_owned(), procedure.opening_actions().map(|(_, a)| a).collect());
    for (name, state) in &procedure.states {
        let actions: Vec<&Action> = procedure.actions.values().filter(|a| a.from.contains(name)).collect();
        let label = if state.end { format!("{} ■", state.title) } else { state.title.clone() };
        section(label, actions);
    }
    rows
}

fn action_label(action: &Action) -> String {
    let marks = [(action.reason, "理由"), (action.complete, "材料齐"), (action.when.is_some(), "有条件")];
    let marks: Vec<&str> = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect();
    if marks.is_empty() { action.title.clone() } else { format!("{} [{}]", action.title, marks.join("、")) }
}

fn who(procedure: &Procedure, action: &Action) -> String {
    let mut text = action.by.iter().map(|b| by(procedure, b)).collect::<Vec<_>>().join("、");
    if let Some(to) = &action.hands_to {
        text.push_str(&format!(" →{}", by(procedure, to)));
    }
    text
}

/// A role in the office's words.
///
/// ```
/// assert_eq!(xiaoneng_pack::role_title("handler"), "承办");
/// ```
pub fn role_title(role: &str) -> &str {
    match role {
        "window" => "窗口",
        "handler" => "承办",
        "checker" => "审核",
        "head" => "负责人",
        "supervision" => "督查",
        "appraisal" => "考核",
        "leader" => "领导",
        "reform" => "清单管理",
        "it" => "信息化",
        "rules" => "规则管理",
        other => other,
    }
}

fn by(procedure: &Procedure, by: &By) -> String {
    let title = |field: &Name| procedure.fields.get(field).map_or(field.to_string(), |f| f.title.clone());
    match by {
        By::Role(name, Whose::Unit) => role_title(name).to_owned(),
        By::Role(name, Whose::Intake) => format!("{}@收件", role_title(name)),
        By::Role(name, Whose::Above) => format!("{}@上级", role_title(name)),
        By::Role(name, Whose::Back) => format!("{}@原单位", role_title(name)),
        By::Role(name, Whose::Field(field)) => format!("{}@{}", role_title(name), title(field)),
        By::Named(field) => format!("“{}”所写的人", title(field)),
        By::Holder => "承办岗位".to_owned(),
        By::Applicant => "申请人".to_owned(),
        By::Law => "法律".to_owned(),
        By::Officer => "本人".to_owned(),
        By::Keeper => "保管单位".to_owned(),
    }
}

fn clock_row(procedure: &Procedure, clock: &Clock) -> Vec<String> {
    let titles = |names: &[Name]| titles(procedure, names);
    let mut title = clock.title.clone();
    match clock.binds {
        Binds::Agency => {}
        Binds::Applicant => title.push_str("（约束当事人）"),
        Binds::Officer => title.push_str("（约束本人）"),
    }
    let mut limit = match &clock.limit {
        LimitRef::Series(series) => series.to_string(),
        LimitRef::Item => "按事项".to_owned(),
        LimitRef::Step(step) => format!("环节 {step}"),
        LimitRef::Until(field) => {
            format!("到 {}", procedure.fields.get(field).map_or(&**field, |f| &f.title))
        }
        LimitRef::Period => clock.every.map_or(String::new(), |every| every.to_string()),
    };
    if let Some(field) = &clock.before {
        limit.push_str(&format!("（{}之前）", procedure.fields.get(field).map_or(&**field, |f| &f.title)));
    }
    if clock.promise {
        limit.push_str("，可承诺");
    }
    if !clock.promise_ends.is_empty() {
        limit.push_str(&format!("（{}以后不算承诺）", titles(&clock.promise_ends)));
    }
    if let Some(condition) = &clock.only_if {
        let title = |name: &str| {
            Some((procedure.fields.get(name)?.title.clone(), procedure.fields[name].kind.type_in_conditions()))
        };
        limit.push_str(&format!("，只在{}时", condition.say(&title)));
    }
    let pauses = match (titles(&clock.pauses), titles(&clock.resumes)) {
        (pauses, _) if pauses.is_empty() => String::new(),
        (pauses, resumes) => format!("{pauses}、{resumes}"),
    };
    let mut lapse = clock.on_lapse.as_ref().map_or(String::new(), |lapse| {
        let back = lapse.as_of.as_ref().map(|a| format!("（自{}）", titles(std::slice::from_ref(a))));
        format!("{}{}", titles(std::slice::from_ref(&lapse.action)), back.unwrap_or_default())
    });
    if clock.waits() {
        lapse = format!("此前不得{}", titles(&clock.bars));
    }
    let stops: Vec<Name> = clock.stops.iter().chain(&clock.ends).cloned().collect();
    vec![title, titles(&clock.starts), titles(&stops), pauses, limit, lapse]
}

fn state_title(procedure: &Procedure, name: &str) -> String {
    procedure.states.get(name).map_or_else(|| name.to_owned(), |s| s.title.clone())
}

/// Rows under a heading, each column as wide as it needs, at most as wide as it may be.
fn grid(heading: &[&str], rows: &[Vec<String>], widest: &[usize]) -> String {
    let gaps = GAP.len() * (heading.len() - 1);
    assert!(widest.iter().sum::<usize>() + gaps <= COLUMNS, "the columns fit on the screen");
    let widths: Vec<usize> = (0..heading.len())
        .map(|i| rows.iter().map(|row| width(&row[i])).chain([width(heading[i])]).max().unwrap_or(0).min(widest[i]))
        .collect();
    let heading: Vec<String> = heading.iter().map(|h| (*h).to_owned()).collect();
    let rule: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
    let mut text = String::new();
    for row in [&heading, &rule].into_iter().chain(rows) {
        let cells: Vec<Vec<String>> = row.iter().zip(&widths).map(|(cell, w)| wrap(cell, *w)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(1);
        for line in 0..height {
            let parts: Vec<String> =
                cells.iter().zip(&widths).map(|(cell, w)| pad(cell.get(line).map_or("", |s| s), *w)).collect();
            text.push_str(parts.join(GAP).trim_end());
            text.push('\n');
        }
    }
    text
}
