//! What anyone may see: tracking by number and code, results, figures of the day.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use xiaoneng_casework::{Case, ClockView, Name, clock_views};
use xiaoneng_pack::{Item, Procedure};
use xiaoneng_store::{Cursor, NoticeFilter};

use crate::{Office, OfficeError, number::track_hash, office::tenant_id};

/// A case as its citizen sees it. No personal field is in it.
#[derive(Clone, Debug)]
pub struct Tracked {
    /// Whose.
    pub tenant: Name,
    /// Its id: never shown.
    pub id: Name,
    /// The case.
    pub case: Arc<Case>,
    /// Its procedure.
    pub procedure: Arc<Procedure>,
    /// Its item.
    pub item: Option<Arc<Item>>,
    /// Its clocks now.
    pub clocks: Vec<ClockView>,
    /// Who answers for it: unit, post, officer's name, telephone.
    pub answers: Option<(String, String, String, String)>,
}

/// A public result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublicResult {
    /// 办件编号.
    pub number: String,
    /// The item.
    pub title: String,
    /// The unit.
    pub unit: Name,
    /// Masked.
    pub applicant: String,
    /// 准予许可.
    pub result: String,
    /// Who decided.
    pub officer: String,
    /// When.
    pub at: Timestamp,
}

impl Office {
    /// Track a case by its number and code; `None` says nothing of which of them was wrong.
    pub async fn track(&self, number: &str, code: &str) -> Result<Option<Tracked>, OfficeError> {
        let number = number.trim().to_uppercase();
        let Some(row) = self.store.case_by_track(&number, &track_hash(&number, code)).await? else { return Ok(None) };
        let (tenant, id): (Name, Name) = (row.tenant.as_str().into(), row.case.as_str().into());
        let Some(case) = self.case(&tenant, &id).await? else { return Ok(None) };
        let procedure = self.procedure_of(&case)?.clone();
        let clocks = clock_views(&procedure, &case, &self.facts(&[], 0), self.now());
        let item = case.opening.item.as_ref().and_then(|i| self.world.items.get(i)).cloned();
        let answers = case.holder.as_ref().and_then(|h| self.answers(h));
        Ok(Some(Tracked { tenant, id, answers, case, procedure, item, clocks }))
    }

    fn answers(&self, post: &Name) -> Option<(String, String, String, String)> {
        let post = self.world.org.posts.get(post)?;
        let unit = self.world.org.units.get(&post.unit)?;
        Some((unit.title.clone(), post.title.clone(), self.holder_name(&post.id), unit.phone.clone()))
    }

    /// Results decided, the newest first.
    pub async fn results(
        &self,
        tenant: &Name,
        unit: Option<&Name>,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<(Vec<PublicResult>, Option<Cursor>), OfficeError> {
        let filter = NoticeFilter {
            kind: Some("result".to_owned()),
            unit: unit.map(ToString::to_string),
            at: Some(self.now()),
            after,
            limit,
            ..NoticeFilter::new(tenant_id(tenant))
        };
        let page = self.store.notices(&filter).await?;
        let result = |row: xiaoneng_store::NoticeRow| {
            let text = |key: &str| row.body_json[key].as_str().unwrap_or_default().to_owned();
            PublicResult {
                number: text("number"),
                applicant: text("applicant"),
                result: text("result"),
                officer: text("officer"),
                title: row.title.clone(),
                unit: row.unit.as_str().into(),
                at: row.shown_from,
            }
        };
        Ok((page.rows.into_iter().map(result).collect(), page.next))
    }

    /// The tenants of this city: the city's own administration and each county's.
    pub fn tenants(&self) -> Vec<Name> {
        let mut tenants: Vec<Name> = Vec::new();
        for unit in self.world.org.units.values() {
            if !tenants.contains(&unit.tenant) {
                tenants.push(unit.tenant.clone());
            }
        }
        tenants
    }
}
