//! The look: components as functions from values to HTML, one stylesheet, a little JavaScript.
//!
//! Nothing here queries, knows a route's rules or reads a clock: a component is handed values and the
//! instant it speaks of. No component writes a `style` attribute or an inline script, so that the
//! content security policy can forbid both. What a light or a strip shows by colour it also says by
//! shape and in words.
//!
//! ```
//! use xiaoneng_web::ui::say;
//! assert_eq!(say::money(123_456), "1,234.56 元");
//! ```

pub mod assets;
pub mod bits;
pub mod clock;
pub mod filter;
mod fold;
pub mod form;
pub mod heat;
pub mod light;
pub mod list;
pub mod map;
pub mod materials;
pub mod page;
pub mod refusal;
pub mod say;
pub mod steps;
pub mod strip;
pub mod timeline;
mod tiny;
mod twin;
mod under;

#[cfg(test)]
mod tests;

pub use bits::{breadcrumbs, definition_list, empty_state, head, notice_card, progress, stat};
pub use clock::clock_card;
pub use filter::{Filter, Tab, filters, search_box, tabs};
pub use form::{
    Button, FieldInput, Lists, button, csrf_field, danger, error_summary, field_input, idempotency_field, link_button,
    papers_input, reason_input,
};
pub use heat::{HeatCell, HeatRow, heat};
pub use light::{light, limit, limit_text};
pub use list::{CaseListRow, LimitCell, case_table, pager};
pub use map::state_map;
pub use materials::{materials_checklist, materials_list};
pub use page::{DemoBar, Flash, NavItem, PageFrame, Section, Tone, UserBadge, page, seal_mark};
pub use refusal::refusal;
pub use say::limit_words;
pub use steps::{Link, LinkKind, Step, StepState, handover_chain, state_line, step_line};
pub use strip::{Captions, Size, day_strip};
pub use timeline::{TimelineRow, Who, timeline};
pub use twin::text_twin;

/// Markup that a component is given to hold, or gives.
pub use maud::Markup;
