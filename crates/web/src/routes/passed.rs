//! 转手: in oversight, the cases that went round or were given back late, with how often they were passed on and by
//! whom.

use maud::{Markup, html};
use xiaoneng_casework::{Name, passes};
use xiaoneng_ledger::TenantId;
use xiaoneng_store::BreachFilter;

use crate::app::App;
use crate::fault::Fault;
use crate::ui::say;

/// Lines at most.
const SHOWN: usize = 20;

/// One case that was passed on wrongly.
struct Line {
    at: jiff::Timestamp,
    unit: Name,
    count: usize,
    facts: String,
    number: String,
}

/// The section of the oversight page; nothing where nobody passed anything on wrongly.
pub async fn section(app: &App, tenants: &[Name]) -> Result<Markup, Fault> {
    let mut lines = Vec::new();
    for tenant in tenants {
        let duty = Some("first-asked".to_owned());
        let filter = BreachFilter { duty, limit: SHOWN, ..BreachFilter::new(TenantId::from(&**tenant)) };
        for row in app.office.store.breaches(&filter).await?.rows {
            let id: Option<Name> = row.case.as_deref().map(Name::from);
            let case = match &id {
                Some(id) => app.office.case(tenant, id).await?,
                None => None,
            };
            lines.push(Line {
                at: row.at,
                unit: row.unit.as_str().into(),
                count: case.map_or(0, |c| passes(&c, &app.office.world.org).len()),
                facts: row.facts_json["facts"].as_str().unwrap_or_default().to_owned(),
                number: row.facts_json["number"].as_str().unwrap_or_default().to_owned(),
            });
        }
    }
    lines.sort_by_key(|l| std::cmp::Reverse(l.at));
    lines.truncate(SHOWN);
    Ok(html! {
        @if !lines.is_empty() {
            section {
                h2 { "转手" }
                p class="sub" { "转了圈的、退得迟的。经过里写着每个岗位和人；归谁办由负责人或者共同的上一级指定。" }
                table class="t stackable" {
                    caption class="vh" { "转手" }
                    thead { tr { th scope="col" { "时间" } th scope="col" { "单位" } th scope="col" { "转手次数" } th scope="col" { "经过" } th scope="col" { "办件" } } }
                    tbody { @for line in &lines { tr {
                        td data-l="时间" class="num" { (say::short_instant(line.at)) }
                        td data-l="单位" { (app.unit(&line.unit)) }
                        td data-l="转手次数" class="num" { (line.count) }
                        td data-l="经过" { (line.facts) }
                        td data-l="办件" { a class="num" href={ "/desk/cases/" (line.number) } { (line.number) } }
                    } } }
                }
            }
        }
    })
}
