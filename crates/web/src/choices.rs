//! What a form's fields may choose from: units, officers, items.

use std::collections::BTreeMap;

use xiaoneng_casework::{Case, Fields, may_be_named};
use xiaoneng_pack::{Action, Each, FieldKind, Item, Name, Procedure};

use crate::app::App;
use crate::ui::Lists;

/// Values with their titles.
type Pairs = Vec<(String, String)>;

/// The list of each field of a form that has one.
#[derive(Debug, Default)]
pub struct Choices {
    of: BTreeMap<Name, Pairs>,
}

/// What a form is for: a case, or one that begins at a unit.
#[derive(Clone, Copy, Debug)]
pub enum On<'a> {
    /// An action of this case.
    Case(&'a Case),
    /// A case of this unit that is about to begin.
    Begins(&'a str),
}

impl Choices {
    /// Those that an action's fields ask for, in a tenant.
    pub fn of(app: &App, tenant: &str, procedure: &Procedure, action: &Action, on: On) -> Choices {
        let org = &app.office.world.org;
        let (case, unit) = match on {
            On::Case(case) => (Some(case), &*case.unit),
            On::Begins(unit) => (None, unit),
        };
        let mut of = BTreeMap::new();
        for id in action.needs.iter().chain(&action.takes) {
            let Some(field) = procedure.fields.get(id) else { continue };
            let named = may_be_named(field, case, &Fields::new(), (unit, tenant), org);
            let mut list = match field.kind {
                FieldKind::Unit | FieldKind::Units => units(app, tenant, abroad(procedure, id)),
                FieldKind::Officer => officers(app, tenant),
                FieldKind::Posts => posts(app, tenant),
                FieldKind::Items => items(app, tenant),
                _ => continue,
            };
            list.retain(|(id, _)| named.as_ref().is_none_or(|n| n.iter().any(|n| **n == **id)));
            of.insert(id.clone(), list);
        }
        Choices { of }
    }

    /// Of a bundle only what it holds.
    pub fn of_item(mut self, procedure: &Procedure, item: &Item) -> Choices {
        let items = |id: &Name| procedure.fields.get(id).is_some_and(|f| f.kind == FieldKind::Items);
        for (_, list) in self.of.iter_mut().filter(|(id, _)| items(id) && !item.holds.is_empty()) {
            list.retain(|(code, _)| item.holds.iter().any(|h| **h == **code));
            list.sort_by_key(|(code, _)| item.holds.iter().position(|h| **h == **code));
        }
        self
    }

    /// Of posts and officers only those of one unit: a head names his own people.
    pub fn of_unit(mut self, app: &App, unit: &str) -> Choices {
        let org = &app.office.world.org;
        let elsewhere = |id: &str| {
            let posted = org.posts.get(id).map(|p| &p.unit);
            posted.or(org.officers.get(id).map(|o| &o.unit)).is_some_and(|of| **of != *unit)
        };
        for list in self.of.values_mut() {
            list.retain(|(id, _)| !elsewhere(id));
        }
        self
    }

    /// As the input of a field takes it.
    pub fn lists(&self, field: &str) -> Lists<'_> {
        Lists { named: self.of.get(field).map_or(&[], |list| list) }
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

fn posts(app: &App, tenant: &str) -> Pairs {
    let org = &app.office.world.org;
    let of_tenant = org.posts.values().filter(|p| org.units.get(&p.unit).is_some_and(|u| &*u.tenant == tenant));
    of_tenant.map(|p| (p.id.to_string(), format!("{}{}", app.unit(&p.unit), p.title))).collect()
}

fn items(app: &App, tenant: &str) -> Pairs {
    let of_tenant = app.office.world.items.values().filter(|i| &*i.tenant == tenant);
    of_tenant.map(|i| (i.code.to_string(), format!("{}　{}", i.title, app.unit(&i.unit)))).collect()
}
