//! What a form's fields may choose from: units, officers, items.

use xiaoneng_pack::{Action, Each, FieldKind, Item, Name, Procedure};

use crate::app::App;
use crate::ui::Lists;

/// Values with their titles.
type Pairs = Vec<(String, String)>;

/// The lists that an action's fields need, gathered once for its form.
#[derive(Debug, Default)]
pub struct Choices {
    units: Pairs,
    officers: Pairs,
    items: Pairs,
}

impl Choices {
    /// Those that these actions' fields ask for, in a tenant.
    pub fn of<'a>(
        app: &App,
        tenant: &str,
        procedure: &Procedure,
        actions: impl IntoIterator<Item = &'a Action>,
    ) -> Choices {
        let mut out = Choices::default();
        for action in actions {
            for id in action.needs.iter().chain(&action.takes) {
                let Some(field) = procedure.fields.get(id) else { continue };
                match field.kind {
                    FieldKind::Unit | FieldKind::Units if out.units.is_empty() => {
                        out.units = units(app, tenant, abroad(procedure, id));
                    }
                    FieldKind::Officer if out.officers.is_empty() => out.officers = officers(app, tenant),
                    FieldKind::Items if out.items.is_empty() => out.items = items(app, tenant),
                    _ => {}
                }
            }
        }
        out
    }

    /// Of a bundle only what it holds.
    pub fn of_item(mut self, item: &Item) -> Choices {
        if !item.holds.is_empty() {
            self.items.retain(|(code, _)| item.holds.iter().any(|h| **h == **code));
            self.items.sort_by_key(|(code, _)| item.holds.iter().position(|h| **h == **code));
        }
        self
    }

    /// As the inputs take them.
    pub fn lists(&self) -> Lists<'_> {
        Lists { units: &self.units, officers: &self.officers, items: &self.items }
    }
}

/// May this field name units of other jurisdictions? Only where a case of its own is opened there.
fn abroad(procedure: &Procedure, field: &Name) -> bool {
    procedure.children.values().any(|c| c.each == Each::Field(field.clone()))
}

/// The tenant's own units, then, where they may be named, those of the others.
fn units(app: &App, tenant: &str, abroad: bool) -> Pairs {
    let all = || app.office.world.org.units.values();
    let pair = |u: &xiaoneng_pack::Unit| (u.id.to_string(), u.title.clone());
    let mut out: Pairs = all().filter(|u| &*u.tenant == tenant).map(pair).collect();
    if abroad {
        out.extend(all().filter(|u| &*u.tenant != tenant).map(pair));
    }
    out
}

fn officers(app: &App, tenant: &str) -> Pairs {
    let org = &app.office.world.org;
    let of_tenant = org.officers.values().filter_map(|o| Some((o, org.units.get(&o.unit)?)));
    let mut out: Pairs = of_tenant
        .filter(|(_, u)| &*u.tenant == tenant)
        .map(|(o, u)| (o.id.to_string(), format!("{}　{}", u.title, o.name)))
        .collect();
    out.sort_by(|a, b| a.1.cmp(&b.1));
    out
}

fn items(app: &App, tenant: &str) -> Pairs {
    let of_tenant = app.office.world.items.values().filter(|i| &*i.tenant == tenant);
    of_tenant.map(|i| (i.code.to_string(), format!("{}　{}", i.title, app.unit(&i.unit)))).collect()
}
