//! Parts of procedures in plain Chinese.

use maud::{Markup, html};
use xiaoneng_pack::letter::{Block, Piece, Slot};
use xiaoneng_pack::role_title;
use xiaoneng_pack::{Action, Binds, By, Clock, Duty, Letter, LimitRef, LimitVersion, Name, Procedure, Whose, World};

/// Actions by their titles.
pub fn actions(procedure: &Procedure, names: &[Name]) -> String {
    let title = |n: &Name| procedure.actions.get(n).map_or(n.to_string(), |a| a.title.clone());
    names.iter().map(title).collect::<Vec<_>>().join("、")
}

/// Fields by their titles.
pub fn fields(procedure: &Procedure, names: &[Name]) -> String {
    names.iter().map(|n| field(procedure, n)).collect::<Vec<_>>().join("、")
}

fn field(procedure: &Procedure, name: &Name) -> String {
    procedure.fields.get(name).map_or(name.to_string(), |f| f.title.clone())
}

/// Who may do an action.
pub fn who(procedure: &Procedure, by: &[By]) -> String {
    by.iter().map(|b| one(procedure, b)).collect::<Vec<_>>().join("、")
}

pub fn one(procedure: &Procedure, by: &By) -> String {
    match by {
        By::Role(role, whose) => {
            let role = role_title(role);
            match whose {
                Whose::Unit => format!("{role}岗"),
                Whose::Intake => format!("收件单位的{role}岗"),
                Whose::Above => format!("上级单位的{role}岗"),
                Whose::Back => format!("原单位的{role}岗"),
                Whose::Field(name) => format!("“{}”的{role}岗", field(procedure, name)),
            }
        }
        By::Holder => "承办岗位".to_owned(),
        By::Applicant => "申请人".to_owned(),
        By::Law => "到期依法自动".to_owned(),
        By::Officer => "本人".to_owned(),
        By::Named(name) => format!("“{}”写明的人", field(procedure, name)),
        By::Keeper => "保管单位".to_owned(),
    }
}

/// One of the nine systems.
pub fn duty(duty: Duty) -> &'static str {
    match duty {
        Duty::PostResponsibility => "岗位责任制",
        Duty::FirstAsked => "首问负责制",
        Duty::Promise => "服务承诺制",
        Duty::Immediate => "即时办结制",
        Duty::AbPost => "AB岗制",
        Duty::OneNotice => "一次性告知制",
        Duty::OneStop => "一站式服务制",
        Duty::LeaveNotice => "离岗告示制",
        Duty::Accountability => "责任追究制",
    }
}

/// What must be true besides, in half sentences.
pub fn conditions(procedure: &Procedure, action: &Action) -> Vec<String> {
    let mut said = Vec::new();
    let mut add = |yes: bool, words: String| {
        if yes {
            said.push(words);
        }
    };
    add(!action.needs.is_empty(), format!("要填：{}", fields(procedure, &action.needs)));
    add(action.reason, "写明理由".to_owned());
    add(action.complete, "必需的材料齐全".to_owned());
    add(action.papers, "附上材料".to_owned());
    add(!action.apart_from.is_empty(), format!("不能是做过“{}”的人", actions(procedure, &action.apart_from)));
    add(!action.recuse.is_empty(), format!("“{}”回避", fields(procedure, &action.recuse)));
    if let Some(when) = &action.when {
        let titles = |name: &str| {
            let field = procedure.fields.get(name)?;
            Some((field.title.clone(), field.kind.type_in_conditions()))
        };
        said.push(format!("条件：{}", when.say(&titles)));
    }
    said
}

/// How long a clock runs, with the articles of its versions.
pub fn limit(world: &World, procedure: &Procedure, clock: &Clock) -> Markup {
    let step = |name: &Name| format!("事项给“{name}”环节定的天数");
    html! {
        @match &clock.limit {
            LimitRef::Series(name) => {
                @for v in versions(world, name) { p { (v.in_words()) "　" (article(world, v, "../")) "　" span class="quiet num" { (v.in_force_words()) } } }
            }
            LimitRef::Item => p { "按事项：承诺的天数，不长于法定的、公布的" },
            LimitRef::Step(name) => p { (step(name)) },
            LimitRef::Until(name) => p { "到“" (field(procedure, name)) "”为止" },
            LimitRef::Period => @if let Some(every) = clock.every { p { (every) } },
        }
        @if let Some(name) = &clock.before { p { "从“" (field(procedure, name)) "”往前数" } }
        @if clock.promise { p class="quiet" { "可以承诺更短" } }
    }
}

/// The versions that a name means: a series', or the one of that id.
fn versions<'w>(world: &'w World, name: &str) -> Vec<&'w LimitVersion> {
    match world.limits.series.get(name) {
        Some(series) => series.iter().collect(),
        None => world.limits.all().filter(|v| &*v.id == name).collect(),
    }
}

/// The article, as a link to its law's page where there is one.
pub fn article(world: &World, v: &LimitVersion, up: &str) -> Markup {
    let law = world.limits.laws.get(&v.law_id);
    html! {
        @if let Some(law) = law { a href={ (up) "laws/" (law.id) ".html#" (v.id) } { (law.name()) (v.article) } } @else { (v.law) (v.article) }
    }
}

/// What becomes of it when it runs out.
pub fn lapse(procedure: &Procedure, clock: &Clock) -> String {
    if clock.waits() {
        return format!("期满以前不能“{}”", actions(procedure, &clock.bars));
    }
    let mut said = Vec::new();
    if let Some(lapse) = &clock.on_lapse {
        said.push(format!("到期依法“{}”", actions(procedure, std::slice::from_ref(&lapse.action))));
    }
    said.push(match (clock.binds, clock.right, &clock.step) {
        (_, true, _) => "逾期权利消灭，不能再办".to_owned(),
        (Binds::Agency, _, Some(_)) => "超期亮红灯（本单位自己的安排）".to_owned(),
        (Binds::Agency, _, None) => "超期亮红灯，记录在案".to_owned(),
        (Binds::Applicant, ..) => "当事人逾期".to_owned(),
        (Binds::Officer, ..) => "本人逾期，记录在案".to_owned(),
    });
    said.join("；")
}

/// A letter's text; what is filled in stands in 〔〕.
pub fn letter(procedure: &Procedure, letter: &Letter) -> Markup {
    let text = |pieces: &[Piece]| pieces_text(procedure, pieces);
    html! {
        div class="letter" {
            @for block in &letter.text {
                @match block {
                    Block::Paragraph(pieces) => p { (text(pieces)) },
                    Block::Entry(pieces) => p { "· " (text(pieces)) },
                    Block::Strip(_) => p { "〔时限日历〕" },
                    Block::Children(_) => p { "〔子件〕" },
                }
            }
            @if !letter.remedy.is_empty() { p { (text(&letter.remedy)) } }
        }
    }
}

/// A line of a letter.
pub fn pieces_text(procedure: &Procedure, pieces: &[Piece]) -> String {
    let clock = |id: &Name| procedure.clocks.get(id).map_or(id.to_string(), |c| c.title.clone());
    let mut said = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => said += text,
            Piece::Optional(inner) => said += &pieces_text(procedure, inner),
            Piece::Slot(slot) => {
                let words = match slot {
                    Slot::Field(name) => field(procedure, name),
                    Slot::Word(word) => word.title().to_owned(),
                    Slot::Due(id) => format!("{}的到期日", clock(id)),
                    Slot::DueBefore(id) => format!("{}原来的到期日", clock(id)),
                    Slot::Limit(id) => format!("{}的期限", clock(id)),
                    Slot::Extension(id) => format!("{}延长的天数", clock(id)),
                    Slot::On(id) => format!("{}那天", actions(procedure, std::slice::from_ref(id))),
                };
                said += &format!("〔{words}〕");
            }
        }
    }
    said
}
