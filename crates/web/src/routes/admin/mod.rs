//! `/admin`: for those who keep the house's rules.

pub mod cases;
pub mod changes;
pub mod packs;
pub mod text;

use maud::{Markup, html};
use xiaoneng_pack::Spot;

use crate::app::App;
use crate::fault::Fault;
use crate::session::{Officer, encode};

/// May he look? Keepers of rules, and whoever supervises.
fn seen_by(app: &App, officer: &Officer) -> Result<(), Fault> {
    if app.office.sees_rules(&officer.id) {
        return Ok(());
    }
    Err(Fault::Forbidden(
        "规则页面由规则管理岗、信息岗、督查和领导查看。公布的法定时限在“法定时限”里，人人可看".to_owned(),
    ))
}

/// A place in the texts, as a link to its line.
fn place(of: &str, spot: &Spot) -> Markup {
    html! { a class="code" href=(text_href(of, &spot.file, spot.line)) { (spot.file) ":" (spot.line) } }
}

/// The address of a line of a text; `of` is `new` or `old`.
fn text_href(of: &str, file: &str, line: u32) -> String {
    let line = line.max(1);
    format!("/admin/packs/text?of={of}&file={}&line={line}#L{line}", encode(file))
}
