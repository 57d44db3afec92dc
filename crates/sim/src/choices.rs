//! Units, officers and items that someone would choose in a field, so that what follows is possible.

use std::collections::BTreeSet;

use rand::Rng;
use xiaoneng_casework::{Case, Fields, Name, Value};
use xiaoneng_pack::{By, Children, Each, Org, Post, Procedure, Tier, Unit, Whose, Within, World};

use crate::{chance::Dice, names::pick, script::Script};

/// What a field is chosen for.
pub struct Choosing<'a> {
    pub world: &'a World,
    pub script: &'a Script,
    pub case: Option<&'a Case>,
    pub name: &'a Name,
    /// What has been filled in so far.
    pub given: &'a Fields,
}

impl<'a> Choosing<'a> {
    fn org(&self) -> &'a Org {
        &self.world.org
    }

    /// The unit that decides now.
    fn here(&self) -> &str {
        self.case.map_or(&self.script.unit, |c| &c.unit)
    }

    fn written(&self, id: &str) -> Option<&Value> {
        self.given.get(id).or_else(|| self.case.and_then(|c| c.fields.get(id)))
    }

    /// The children that are opened for each unit or item in this field.
    fn children(&self, id: &str) -> Option<&'a Children> {
        let for_each = |c: &&Children| matches!(&c.each, Each::Field(f) if &**f == id);
        let world: &'a World = self.world;
        let procedure: &'a Procedure = world.procedures.get(&self.script.procedure.id)?;
        procedure.children.values().find(for_each)
    }

    /// The role that a unit must have for what follows.
    fn role(&self, id: &str) -> Option<&'a str> {
        let world: &'a World = self.world;
        let procedure = world.procedures.get(&self.script.procedure.id)?;
        if let Some(By::Role(role, Whose::Field(field))) = &procedure.actions.get(self.name)?.hands_to
            && &**field == id
        {
            return Some(role);
        }
        let theirs = self.children(id)?.procedure.as_ref().and_then(|p| world.procedures.get(p))?;
        match &theirs.opened_by_law()?.1.hands_to {
            Some(By::Role(role, _)) => Some(role),
            _ => None,
        }
    }

    /// One unit.
    pub fn unit(&self, id: &str, dice: &mut Dice) -> Option<Name> {
        let units = self.units_for(id, dice);
        (!units.is_empty()).then(|| pick(&units, dice).id.clone())
    }

    /// One to three units.
    pub fn units(&self, id: &str, dice: &mut Dice) -> Option<Vec<Name>> {
        if let (Some(Value::List(target)), "faults") = (self.written("target"), id) {
            return Some(vec![pick(target, dice).clone()]);
        }
        let mut units = self.units_for(id, dice);
        let count = if units.len() > 1 { dice.random_range(1..=units.len().min(3)) } else { units.len() };
        let mut chosen = BTreeSet::new();
        while chosen.len() < count {
            chosen.insert(units.swap_remove(dice.random_range(0..units.len())).id.clone());
        }
        (!chosen.is_empty()).then(|| chosen.into_iter().collect())
    }

    fn units_for(&self, id: &str, dice: &mut Dice) -> Vec<&'a Unit> {
        let (org, here) = (self.org(), self.here());
        let role = self.role(id);
        let children = self.children(id);
        // Nobody judges his own unit, nor the government that is to decide in the end.
        let judged = self.script.procedure.actions.values().any(|a| a.recuse.iter().any(|r| &**r == id));
        let fits = |u: &&Unit| {
            if judged && (u.government || org.posts_with(&u.id, "supervision").next().is_some()) {
                return false;
            }
            let had_it = self.case.is_some_and(|c| c.route.contains(&u.id)) && children.is_none();
            &*u.id != here && !had_it && role.is_none_or(|r| org.posts_with(&u.id, r).next().is_some())
        };
        let own: Vec<&Unit> = org.units.values().filter(|u| u.tenant == self.script.tenant).filter(fits).collect();
        let below = || org.units.values().filter(|u| org.is_below(u, here)).filter(fits);
        if self.script.procedure.fields.get(id).is_some_and(|f| f.within == Some(Within::Below)) {
            return below().collect();
        }
        if children.and_then(|c| c.procedure.as_deref()) == Some("takeup") {
            let town = |u: &&Unit| u.tier == Tier::Township && u.tenant == self.script.tenant;
            let below: Vec<&Unit> = below().collect();
            return if below.is_empty() { org.units.values().filter(town).filter(fits).collect() } else { below };
        }
        // Now and then a unit of another jurisdiction, where a case of its own is opened there.
        if children.is_some() && dice.random_bool(0.2) {
            let bureau = |u: &&Unit| u.tier != Tier::Township && u.tenant != self.script.tenant;
            return org.units.values().filter(bureau).filter(fits).collect();
        }
        let bureaus: Vec<&Unit> = own.iter().copied().filter(|u| u.tier != Tier::Township).collect();
        if bureaus.is_empty() || dice.random_bool(0.12) { own } else { bureaus }
    }

    /// An officer.
    pub fn officer(&self, id: &str, dice: &mut Dice) -> Option<Name> {
        let taken: BTreeSet<&str> = self.given.values().filter_map(Value::text).collect();
        let world: &'a World = self.world;
        let org = &world.org;
        let of = |unit: &str, fits: &dyn Fn(&Post) -> bool| -> Vec<Name> {
            let posts = org.posts_of(unit).filter(|p| fits(p));
            posts.filter_map(|p| p.a.clone()).filter(|a| !taken.contains(&**a)).collect()
        };
        // Who examines is none of those who check and sign.
        let works = |p: &Post| !p.has_role("checker") && !p.has_role("head") && !p.has_role("leader");
        let officers = match id {
            "sponsor" | "leader" => self.leaders(),
            "chair" => of(self.here(), &|p| p.has_role("checker")),
            "person" | "about" => {
                let unit = self.written("target").and_then(Value::text).map(Name::from);
                let unit = unit.or_else(|| self.unit("target", dice))?;
                of(&unit, &works)
            }
            "superior" => {
                let person = self.written("person").and_then(Value::text)?;
                let unit = &org.officers.get(person)?.unit;
                of(unit, &|p| p.has_role("head"))
            }
            _ => of(self.here(), &works),
        };
        (!officers.is_empty()).then(|| pick(&officers, dice).clone())
    }

    fn leaders(&self) -> Vec<Name> {
        let org = self.org();
        let own =
            |p: &&Post| p.has_role("leader") && org.units.get(&p.unit).is_some_and(|u| u.tenant == self.script.tenant);
        org.posts.values().filter(own).filter_map(|p| p.a.clone()).collect()
    }

    /// Items: what a bundle holds, or the same matter one tier up.
    pub fn items(&self, dice: &mut Dice) -> Option<Vec<Name>> {
        let item = self.script.item.as_ref()?;
        if !item.holds.is_empty() {
            return Some(item.holds.clone());
        }
        let world = self.world;
        let above = world.org.tier_above(self.here())?;
        let opened = |code: &Name| {
            let procedure = world.items.get(code).and_then(|i| world.procedures.get(&i.procedure));
            procedure.is_some_and(|p| p.opened_by_law().is_some())
        };
        let upper = |code: &Name, same: bool| {
            let other = &world.items[code];
            other.unit == above.id && (!same || other.title == item.title)
        };
        let all: Vec<&Name> = world.items.keys().filter(|c| opened(c)).collect();
        let same: Vec<&Name> = all.iter().copied().filter(|c| upper(c, true)).collect();
        let alike: Vec<&Name> = all.iter().copied().filter(|c| upper(c, false)).collect();
        let from = if same.is_empty() { alike } else { same };
        (!from.is_empty()).then(|| vec![(*pick(&from, dice)).clone()])
    }
}
