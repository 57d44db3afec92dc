//! Forms: label, hint, fault beside its field, the right keyboard on a telephone, nothing lost.

use maud::{Markup, PreEscaped, html};
use xiaoneng_pack::{Field, FieldKind};

/// A choice with at most so many words shows them all.
const RADIOS_MAX: usize = 4;
/// More boxes than this scroll.
const CHECKS_SCROLL: usize = 12;

/// One field of a form.
#[derive(Clone, Copy, Debug)]
pub struct FieldInput<'a> {
    /// The field's id: also its `name` and the target of the error summary (`#f-{id}`).
    pub id: &'a str,
    /// What the pack says of it.
    pub field: &'a Field,
    /// It must be given.
    pub required: bool,
    /// What stands in it, as typed (money in yuan, dates as the browser writes them).
    pub value: &'a str,
    /// What is wrong with it and how to mend it.
    pub error: Option<&'a str>,
    /// Words one may take over by a click (stock opinions, reasons).
    pub stock: &'a [String],
}

/// What a field may choose from: value and title.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lists<'a> {
    /// Officers, units or items, as the field's kind is.
    pub named: &'a [(String, String)],
}

/// A labelled input, as the field's kind asks for. Materials have a form of their own:
/// [`super::materials_checklist`].
pub fn field_input(input: &FieldInput, lists: &Lists) -> Markup {
    let FieldInput { id, field, error, .. } = *input;
    let group = match &field.kind {
        FieldKind::Choice(words) => words.len() <= RADIOS_MAX,
        FieldKind::Units | FieldKind::Posts | FieldKind::Items => true,
        _ => false,
    };
    let wide = matches!(field.kind, FieldKind::Text(n) if n > 80)
        || matches!(field.kind, FieldKind::Articles | FieldKind::Units | FieldKind::Posts | FieldKind::Items);
    html! {
        div class={ "fld" @if error.is_some() { " bad" } @if wide { " wide" } } {
            @if group {
                fieldset aria-describedby=[described(input)] {
                    legend { (field.title) (mark(input)) }
                    (notes(input))
                    (control(input, lists))
                }
            } @else if field.kind == FieldKind::Flag {
                (notes(input))
                (control(input, lists))
            } @else {
                label for={ "f-" (id) } { (field.title) (mark(input)) }
                (notes(input))
                (control(input, lists))
            }
        }
    }
}

fn mark(input: &FieldInput) -> Markup {
    html! { @if input.required { span class="req" { "必填" } } @else { span class="req" { "选填" } } }
}

fn notes(input: &FieldInput) -> Markup {
    html! {
        @if !input.field.help.is_empty() { p class="hint" id={ "h-" (input.id) } { (input.field.help) } }
        @if let Some(error) = input.error { p class="err" id={ "e-" (input.id) } { (error) } }
    }
}

fn described(input: &FieldInput) -> Option<String> {
    let mut ids = Vec::new();
    if !input.field.help.is_empty() {
        ids.push(format!("h-{}", input.id));
    }
    if input.error.is_some() {
        ids.push(format!("e-{}", input.id));
    }
    (!ids.is_empty()).then(|| ids.join(" "))
}

fn control(input: &FieldInput, lists: &Lists) -> Markup {
    match &input.field.kind {
        FieldKind::Text(max) if *max > 80 => area(input, *max),
        FieldKind::Text(max) => line(input, &Line { max: Some(*max), ..Line::TEXT }),
        FieldKind::Articles => area(input, 2000),
        FieldKind::Choice(words) if words.len() <= RADIOS_MAX => radios(input, words),
        FieldKind::Choice(words) => {
            let options: Vec<(String, String)> = words.iter().map(|w| (w.clone(), w.clone())).collect();
            select(input, &options)
        }
        FieldKind::Officer | FieldKind::Unit => select(input, lists.named),
        FieldKind::Units | FieldKind::Items | FieldKind::Posts => checks(input, lists.named),
        FieldKind::Count if !input.field.measure.is_empty() => suffixed(input, "numeric", &input.field.measure),
        FieldKind::Count => line(input, &Line { mode: Some("numeric"), class: "short", max: Some(12), ..Line::TEXT }),
        FieldKind::Percent => suffixed(input, "numeric", "%"),
        FieldKind::Money => suffixed(input, "decimal", "元"),
        FieldKind::Date => line(input, &Line { kind: "date", class: "short", ..Line::TEXT }),
        FieldKind::Instant => line(input, &Line { kind: "datetime-local", class: "mid", ..Line::TEXT }),
        FieldKind::Person => line(input, &Line { fill: Some("name"), max: Some(100), ..Line::TEXT }),
        FieldKind::Phone => {
            line(input, &Line { kind: "tel", fill: Some("tel"), class: "mid", max: Some(20), ..Line::TEXT })
        }
        FieldKind::Identity => line(input, &Line { class: "mid code", max: Some(18), fill: Some("off"), ..Line::TEXT }),
        FieldKind::Code => line(input, &Line { class: "mid code", max: Some(40), fill: Some("off"), ..Line::TEXT }),
        FieldKind::Flag => html! {
            label class="pick" {
                input type="checkbox" id={ "f-" (input.id) } name=(input.id) value="true" checked[input.value == "true"]
                    aria-describedby=[described(input)];
                span { (input.field.title) }
            }
        },
        FieldKind::Materials => html! {},
    }
}

/// What a one-line input is.
struct Line {
    kind: &'static str,
    mode: Option<&'static str>,
    fill: Option<&'static str>,
    class: &'static str,
    max: Option<u32>,
}

impl Line {
    const TEXT: Line = Line { kind: "text", mode: None, fill: None, class: "", max: None };
}

fn line(input: &FieldInput, line: &Line) -> Markup {
    html! {
        input class={ "in " (line.class) } id={ "f-" (input.id) } name=(input.id) type=(line.kind) value=(input.value)
            inputmode=[line.mode] autocomplete=[line.fill] maxlength=[line.max] required[input.required]
            aria-invalid=[input.error.map(|_| "true")] aria-describedby=[described(input)];
        (stock(input))
    }
}

fn suffixed(input: &FieldInput, mode: &'static str, unit: &str) -> Markup {
    html! { div class="unit" { (line(input, &Line { mode: Some(mode), max: Some(16), ..Line::TEXT })) span { (unit) } } }
}

fn area(input: &FieldInput, max: u32) -> Markup {
    html! {
        textarea class="in" id={ "f-" (input.id) } name=(input.id) maxlength=(max) rows="3" required[input.required]
            aria-invalid=[input.error.map(|_| "true")] aria-describedby=[described(input)] { (PreEscaped("\n")) (input.value) }
        (stock(input))
    }
}

/// Words to take over by a click; they do nothing without the script, so they are not shown then.
fn stock(input: &FieldInput) -> Markup {
    html! {
        @if !input.stock.is_empty() {
            div class="stock js-only" {
                @for words in input.stock { button type="button" data-fill={ "f-" (input.id) } { (words) } }
            }
        }
    }
}

fn radios(input: &FieldInput, words: &[String]) -> Markup {
    html! {
        div class="picks" {
            @for (n, word) in words.iter().enumerate() {
                label class="pick" {
                    input type="radio" id={ "f-" (input.id) @if n > 0 { "-" (n) } } name=(input.id) value=(word)
                        checked[word == input.value] required[input.required];
                    span { (word) }
                }
            }
        }
    }
}

/// Several of a list: boxes to tick, in a frame that scrolls when they are many.
fn checks(input: &FieldInput, options: &[(String, String)]) -> Markup {
    let ticked: Vec<&str> = input.value.split('\n').collect();
    html! {
        @let long = options.len() > CHECKS_SCROLL;
        @if long {
            input class="in js-only" type="search" data-narrow={ "l-" (input.id) } aria-label={ "在“" (input.field.title) "”里找" } placeholder="输入几个字缩小范围";
        }
        div id={ "l-" (input.id) } class={ "picks" @if long { " tall" } } tabindex=[long.then_some("0")] role=[long.then_some("group")] aria-label=[long.then_some(&input.field.title)] {
            @for (n, (value, title)) in options.iter().enumerate() {
                label class="pick" {
                    input type="checkbox" id={ "f-" (input.id) @if n > 0 { "-" (n) } } name=(input.id) value=(value)
                        checked[ticked.contains(&value.as_str())];
                    span { (title) }
                }
            }
            @if options.is_empty() { p class="sub" { "没有可以选的" } }
        }
    }
}

fn select(input: &FieldInput, options: &[(String, String)]) -> Markup {
    html! {
        select class="in" id={ "f-" (input.id) } name=(input.id) required[input.required]
            aria-invalid=[input.error.map(|_| "true")] aria-describedby=[described(input)] {
            option value="" { "请选择" }
            @for (value, title) in options { option value=(value) selected[value == input.value] { (title) } }
        }
    }
}

/// 附件: papers that come with a form; `id` is the input's, `error` what is wrong with them.
pub fn papers_input(id: &str, error: Option<&str>) -> Markup {
    html! {
        div class={ "fld wide" @if error.is_some() { " bad" } } {
            label for={ "f-" (id) } { "扫描件、照片" span class="sub" { "　PDF、图片、Word、Excel，单个不超过 20 MB，可以一次选多个" } }
            @if let Some(error) = error { p class="err" id={ "e-" (id) } { (error) } }
            input class="in" id={ "f-" (id) } aria-describedby=[error.map(|_| format!("e-{id}"))] type="file" name="papers" multiple accept=".pdf,.jpg,.jpeg,.png,.doc,.docx,.xls,.xlsx";
        }
    }
}

/// What is wrong, above the form, each with a link to its field: field id and words.
pub fn error_summary(errors: &[(String, String)]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div class="errs" role="alert" tabindex="-1" data-focus {
                h2 { "还有 " (errors.len()) " 处需要改" }
                ul { @for (field, words) in errors { li { a href={ "#f-" (field) } { (words) } } } }
            }
        }
    }
}

/// The token every form that changes something carries.
pub fn csrf_field(token: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(token); }
}

/// The key that makes a form sent twice happen once.
pub fn idempotency_field(key: &str) -> Markup {
    html! { input type="hidden" name="idempotency-key" value=(key); }
}

/// What a button is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// The one thing to do here.
    Primary,
    /// Another thing one may do.
    Secondary,
    /// Something that refuses, ends or takes away.
    Danger,
    /// A thing beside.
    Plain,
}

impl Button {
    fn class(self) -> &'static str {
        match self {
            Button::Primary => "btn primary",
            Button::Secondary => "btn",
            Button::Danger => "btn danger",
            Button::Plain => "btn plain",
        }
    }
}

/// A button that sends its form; `name` and `value` tell which of several it was.
pub fn button(kind: Button, words: &str, name_value: Option<(&str, &str)>) -> Markup {
    html! { button class=(kind.class()) type="submit" name=[name_value.map(|n| n.0)] value=[name_value.map(|n| n.1)] { (words) } }
}

/// A link that looks like a button.
pub fn link_button(kind: Button, words: &str, href: &str) -> Markup {
    html! { a class=(kind.class()) href=(href) { (words) } }
}

/// 理由: typed in before anything that refuses, extends, sends back or corrects.
pub fn reason_input(label: &str, value: &str, error: Option<&str>, stock_words: &[String]) -> Markup {
    let field = Field {
        title: label.to_owned(),
        kind: FieldKind::Text(500),
        personal: false,
        public: false,
        hidden_if: None,
        unique: false,
        measure: String::new(),
        range: (None, None),
        within: None,
        never: Vec::new(),
        help: "写明事实和理由；会记入办理经过。".to_owned(),
    };
    field_input(
        &FieldInput { id: "reason", field: &field, required: true, value, error, stock: stock_words },
        &Lists::default(),
    )
}

/// A dangerous action: its form opens first, asks for the reason, and only then can be sent.
/// `hidden` holds the csrf and idempotency fields.
pub fn danger(words: &str, action: &str, hidden: Markup, stock_words: &[String]) -> Markup {
    html! {
        details class="why danger-zone" {
            summary { (words) }
            form class="form" method="post" action=(action) {
                (hidden)
                (reason_input("理由", "", None, stock_words))
                (button(Button::Danger, words, None))
            }
        }
    }
}
