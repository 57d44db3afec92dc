//! Lists follow the rules: every open case whose dates or lights a new version moved says so, with its rows made again.
//!
//! What a page shows of one case is always reckoned under the rules in force; what lists and the watch go by was
//! written at the case's last event.

use std::sync::Arc;

use xiaoneng_casework::{Case, ClockView, Facts, Happening, Name, clock_lights};
use xiaoneng_pack::World;
use xiaoneng_pack::compare::{Reach, compare};
use xiaoneng_store::{CaseFilter, CaseOrder, PAGE_MAX};

use crate::{
    Office, OfficeError,
    act::TRIES_MAX,
    batch::Overlay,
    holidays::by_law,
    office::{id_seed, tenant_id, uuid_text},
};

impl Office {
    /// After this office's rules took effect in place of `before`: note on each open case what they moved. Answers how
    /// many. A case that has noted it is left alone, so that it can be done again after an interruption.
    ///
    /// # Errors
    /// The store's; [`OfficeError::Superseded`] where yet another version took effect.
    pub async fn follow_rules(&self, before: &World) -> Result<usize, OfficeError> {
        let difference = compare(before, &self.world);
        let reach = Reach::of(&difference, before, &self.world);
        let mut moved = 0;
        if reach.is_empty() {
            return Ok(moved);
        }
        for tenant in self.tenants() {
            let mut filter = CaseFilter::new(tenant_id(&tenant));
            (filter.open, filter.order, filter.limit) = (Some(true), CaseOrder::ReceivedLast, PAGE_MAX);
            loop {
                let page = self.store.cases(&filter).await?;
                for row in &page.rows {
                    let posts = [row.holder.as_deref(), row.offered_to.as_deref()];
                    if reach.holds(&row.procedure, &row.unit, &posts) {
                        moved += usize::from(self.follow(&tenant, &row.case.as_str().into(), before).await?);
                    }
                }
                match page.next {
                    Some(next) => filter.after = Some(next),
                    None => break,
                }
            }
        }
        Ok(moved)
    }

    async fn follow(&self, tenant: &Name, id: &Name, before: &World) -> Result<bool, OfficeError> {
        let notice = format!("规则 {}", self.world.version);
        for _ in 0..TRIES_MAX {
            let Some(case) = self.case(tenant, id).await? else { return Ok(false) };
            let noted = |e: &Happening| matches!(e, Happening::Moved { notice: n, .. } if *n == notice);
            if case.history.iter().any(|e| noted(&e.what)) {
                return Ok(false);
            }
            let procedure = self.procedure_of(&case)?.clone();
            let at = self.instant_after(tenant, &Overlay::default()).await?;
            let changes = self.moved_by_rules(before, &case, at, &notice);
            if changes.is_empty() {
                return Ok(false);
            }
            let ids = id_seed(at, &*self.chance)?;
            let event = |(n, what)| Arc::new(by_law(uuid_text(ids.wrapping_add(n as u128)), at, what));
            let events = changes.into_iter().enumerate().map(event).collect();
            let prepared = self.by_law(tenant, id, &procedure, &case, events, &Overlay::default()).await?;
            let (append, prepared) = prepared.split();
            let _turn = self.turn().await?;
            match self.store.append(append).await {
                Ok(_) => {
                    self.finish(prepared);
                    return Ok(true);
                }
                Err(error) => self.again(tenant, id, error)?,
            }
        }
        Ok(false)
    }

    /// Live clocks whose date, light or next change is another under the rules before.
    fn moved_by_rules(&self, before: &World, case: &Case, at: jiff::Timestamp, notice: &str) -> Vec<Happening> {
        let views = |world: &World| match world.procedures.get(&case.opening.procedure) {
            Some(procedure) => clock_lights(procedure, case, &Facts { world, away: &[], ids: 0 }, at),
            None => Vec::new(),
        };
        let was = views(before);
        let differs = |a: &ClockView, b: &ClockView| {
            (a.due_at, a.light, a.next_change_at) != (b.due_at, b.light, b.next_change_at)
        };
        let moved = |now: ClockView| {
            let old = was.iter().find(|old| old.clock == now.clock && old.run == now.run);
            // A clock that the old rules did not have begins with this: from the date it has now.
            let from = old.map_or(now.due_at, |old| old.due_at);
            old.is_none_or(|old| differs(old, &now)).then(|| Happening::Moved {
                clock: now.clock.clone(),
                run: now.run.clone(),
                from,
                to: now.due_at,
                notice: notice.to_owned(),
            })
        };
        views(&self.world).into_iter().filter(ClockView::is_live).filter_map(moved).collect()
    }
}
