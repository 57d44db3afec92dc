//! What a clerk sees: lists of cases and the case's file.

use std::sync::Arc;

use jiff::Timestamp;
use xiaoneng_casework::{
    Actor, Away, Case, ClockView, Fields, Name, Possible, clock_lights, clock_views, leading, possible,
};
use xiaoneng_pack::{Item, Procedure};
use xiaoneng_store::{AccessNote, CaseFilter, CaseOrder, CaseRow, Cursor};

use crate::{
    Office, OfficeError,
    office::tenant_id,
    sealing::{KEPT_SECRET, hidden, key_id, open_fields},
};

/// Counts on tabs stop here: "999+" says enough.
const COUNT_CAP: u64 = 999;

/// The tabs of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// 待办: held by a post in which I act now.
    Todo,
    /// 交办: offered to me, not taken over yet.
    Offered,
    /// 特别程序: held by me and paused.
    Special,
    /// 预警: held by me, yellow or red.
    Warning,
    /// 本单位在办: open at my units.
    Unit,
    /// 已办: closed at my units.
    Done,
}

impl Tab {
    /// All, in the order shown.
    pub const ALL: [Tab; 6] = [Tab::Todo, Tab::Offered, Tab::Special, Tab::Warning, Tab::Unit, Tab::Done];

    /// The word in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Tab::Todo => "todo",
            Tab::Offered => "offered",
            Tab::Special => "special",
            Tab::Warning => "warning",
            Tab::Unit => "unit",
            Tab::Done => "done",
        }
    }

    /// What users see.
    pub fn title(self) -> &'static str {
        match self {
            Tab::Todo => "待办",
            Tab::Offered => "交办待接收",
            Tab::Special => "特别程序",
            Tab::Warning => "预警",
            Tab::Unit => "本单位在办",
            Tab::Done => "已办",
        }
    }

    /// From the word in an address.
    pub fn parse(id: &str) -> Option<Tab> {
        Tab::ALL.into_iter().find(|t| t.id() == id)
    }
}

/// A line of a list: the row, and its clock from the one function.
#[derive(Clone, Debug)]
pub struct ListRow {
    /// The row.
    pub row: CaseRow,
    /// The clock that leads.
    pub lead: Option<ClockView>,
    /// The state in words.
    pub state: String,
    /// Who holds it: officer (A of the post).
    pub officer: String,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct ListPage {
    /// Lines.
    pub rows: Vec<ListRow>,
    /// Where the next page starts.
    pub next: Option<Cursor>,
}

/// A case as someone of the office sees it.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// Whose.
    pub tenant: Name,
    /// Its id.
    pub id: Name,
    /// The case.
    pub case: Arc<Case>,
    /// Its procedure.
    pub procedure: Arc<Procedure>,
    /// Its item.
    pub item: Option<Arc<Item>>,
    /// Its clocks now.
    pub clocks: Vec<ClockView>,
    /// Its fields: opened for those who work on it, masked for others.
    pub fields: Fields,
    /// Personal fields are opened.
    pub opened: bool,
    /// Fields that this officer may not see though he works on it: their owner asked for secrecy.
    pub hidden: Vec<Name>,
    /// What this officer can do now.
    pub possible: Vec<Possible>,
    /// He acts in the holder's post now.
    pub holds: bool,
    /// It is offered to a post in which he acts now.
    pub offered_to_me: bool,
    /// The code with which the citizen tracks it.
    pub track_code: String,
}

/// How far an officer sees into a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sight {
    /// Works on it: everything.
    Works,
    /// Watches over it: personal fields masked.
    Watches,
    /// Not his.
    None,
}

impl Office {
    /// A page of a tab of the desk.
    pub async fn desk(
        &self,
        tenant: &Name,
        officer: &str,
        tab: Tab,
        text: Option<String>,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<ListPage, OfficeError> {
        let Some(mut filter) = self.tab_filter(tenant, officer, tab).await? else {
            return Ok(ListPage { rows: Vec::new(), next: None });
        };
        filter.text = text.filter(|t| !t.trim().is_empty());
        filter.after = after;
        filter.limit = limit;
        self.list(&filter).await
    }

    /// How many cases a tab has, counted to 999 at most.
    pub async fn desk_count(&self, tenant: &Name, officer: &str, tab: Tab) -> Result<u64, OfficeError> {
        match self.tab_filter(tenant, officer, tab).await? {
            Some(filter) => self.count(&filter, COUNT_CAP).await,
            None => Ok(0),
        }
    }

    /// How many cases a list has, counted to `cap`. What the summary counts by, it answers, however many they
    /// are; anything else is counted case by case.
    pub async fn count(&self, filter: &CaseFilter, cap: u64) -> Result<u64, OfficeError> {
        let counted = CaseFilter {
            unit: filter.unit.clone(),
            procedure: filter.procedure.clone(),
            not_procedures: filter.not_procedures.clone(),
            lights: filter.lights.clone(),
            open: filter.open,
            standing: filter.standing,
            // How a list is shown plays no part in how long it is.
            order: filter.order,
            after: filter.after.clone(),
            limit: filter.limit,
            ..CaseFilter::new(filter.tenant.clone())
        };
        if counted != *filter {
            return Ok(self.store.count_cases(filter, cap).await?);
        }
        let among = |wanted: &Option<String>, word: &String| wanted.as_ref().is_none_or(|w| w == word);
        let mut count = 0;
        for row in self.store.summary(std::slice::from_ref(&filter.tenant)).await? {
            let wanted = among(&filter.unit, &row.unit)
                && among(&filter.procedure, &row.procedure)
                && !filter.not_procedures.contains(&row.procedure)
                && (filter.lights.is_empty() || filter.lights.contains(&row.light))
                && filter.open.is_none_or(|open| open == row.open);
            if !wanted {
                continue;
            }
            // All cases of a procedure are entries of a register, or none is. Of one that is known no more only its cases tell.
            match (filter.standing, self.world.procedures.get(row.procedure.as_str())) {
                (Some(_), None) => return Ok(self.store.count_cases(filter, cap).await?),
                (Some(standing), Some(procedure)) if procedure.standing != standing => {}
                _ => count += row.count,
            }
        }
        Ok(count.min(cap))
    }

    async fn tab_filter(&self, tenant: &Name, officer: &str, tab: Tab) -> Result<Option<CaseFilter>, OfficeError> {
        let acting: Vec<String> = self
            .posts_of(tenant, officer)
            .await?
            .into_iter()
            .filter(|p| p.acting)
            .map(|p| p.post.to_string())
            .collect();
        let unit = self.world.org.officers.get(officer).map(|o| o.unit.to_string());
        let mut filter = CaseFilter::new(tenant_id(tenant));
        filter.standing = Some(false);
        filter.open = Some(tab != Tab::Done);
        match tab {
            Tab::Unit => filter.unit = unit,
            Tab::Done => {
                filter.unit = unit;
                filter.order = CaseOrder::ClosedLast;
            }
            _ if acting.is_empty() => return Ok(None),
            Tab::Offered => filter.offered_to = Some(acting),
            _ => filter.holder = Some(acting),
        }
        filter.lights = match tab {
            Tab::Special => vec!["paused".to_owned()],
            Tab::Warning => vec!["yellow".to_owned(), "red".to_owned()],
            _ => Vec::new(),
        };
        Ok(Some(filter))
    }

    /// A page of cases, each with its clock at this instant.
    pub async fn list(&self, filter: &CaseFilter) -> Result<ListPage, OfficeError> {
        let mut filter = filter.clone();
        if filter.open == Some(false) && filter.order == CaseOrder::DueFirst {
            // Nothing is due of what is closed: what ended last comes first.
            filter.order = CaseOrder::ClosedLast;
        }
        let page = self.store.cases(&filter).await?;
        let tenant: Name = filter.tenant.as_str().into();
        let now = self.now();
        let mut rows = Vec::with_capacity(page.rows.len());
        for row in page.rows {
            rows.push(self.list_row(&tenant, row, now).await?);
        }
        Ok(ListPage { rows, next: page.next })
    }

    async fn list_row(&self, tenant: &Name, row: CaseRow, now: Timestamp) -> Result<ListRow, OfficeError> {
        let case = self.case(tenant, &row.case.as_str().into()).await?;
        let procedure = self.world.procedures.get(row.procedure.as_str());
        let lead = match (&case, procedure) {
            (Some(case), Some(procedure)) => leading(&clock_lights(procedure, case, &self.facts(&[], 0), now)).cloned(),
            _ => None,
        };
        let state =
            procedure.and_then(|p| p.states.get(row.state.as_str())).map_or(row.state.clone(), |s| s.title.clone());
        let officer = row.holder.as_deref().map_or(String::new(), |h| self.holder_name(h));
        Ok(ListRow { row, lead, state, officer })
    }

    /// The name of a post's A.
    pub fn holder_name(&self, post: &str) -> String {
        let org = &self.world.org;
        let a = org.posts.get(post).and_then(|p| p.a.as_ref());
        a.and_then(|a| org.officers.get(a)).map_or(String::new(), |o| o.name.clone())
    }

    /// A case's file for an officer; `None` if there is none or it is not his to see. Looking is recorded.
    pub async fn case_file(&self, tenant: &Name, id: &Name, officer: &Name) -> Result<Option<CaseFile>, OfficeError> {
        let Some(case) = self.case(tenant, id).await? else { return Ok(None) };
        let procedure = self.procedure_of(&case)?.clone();
        let (now, away) = (self.now(), self.away(tenant).await?);
        let facts = self.facts(&away, 0);
        let actor = Actor::Officer { id: officer.clone(), post: None };
        let (clocks, possible) =
            (clock_views(&procedure, &case, &facts, now), possible(&procedure, &case, &actor, &facts));
        // Who may act on it works on it, wherever his post is (the reform office on any unit's entry).
        let sight = if possible.is_empty() { self.sight(tenant, &case, officer) } else { Sight::Works };
        if sight == Sight::None {
            return Ok(None);
        }
        let opened = sight == Sight::Works;
        let mut fields = if opened { self.opened(tenant, id, &case.fields).await? } else { masked(&case.fields) };
        let hidden = if self.is_of(officer, &case.opening.intake) { Vec::new() } else { hidden(&procedure, &case) };
        for field in hidden.iter().filter(|f| case.fields.contains_key(*f)) {
            fields.insert(field.clone(), xiaoneng_casework::Value::Text(KEPT_SECRET.to_owned()));
        }
        let acts_in = |post: Option<&Name>| self.acts_in(post, officer, &away);
        let note = AccessNote {
            officer: officer.to_string(),
            case: id.to_string(),
            at: now,
            what: if opened { "page" } else { "page, masked" }.to_owned(),
        };
        self.store.access_note(&tenant_id(tenant), note).await?;
        // With the code one sees what the citizen sees.
        let track_code = if hidden.is_empty() { self.code_of(tenant, &case).await? } else { String::new() };
        Ok(Some(CaseFile {
            tenant: tenant.clone(),
            id: id.clone(),
            item: case.opening.item.as_ref().and_then(|i| self.world.items.get(i)).cloned(),
            holds: acts_in(case.holder.as_ref()),
            offered_to_me: acts_in(case.offer.as_ref().map(|o| &o.to)),
            case,
            procedure,
            clocks,
            fields,
            opened,
            hidden,
            possible,
            track_code,
        }))
    }

    /// The code with which a citizen tracks a case; empty where it has none.
    pub(crate) async fn code_of(&self, tenant: &Name, case: &Case) -> Result<String, OfficeError> {
        Ok(match case.opening.track {
            Some(_) => crate::track_code(&self.office_key(&tenant_id(tenant)).await?, &case.opening.number),
            None => String::new(),
        })
    }

    /// Fields opened with the case's key.
    pub async fn opened(&self, tenant: &Name, id: &Name, fields: &Fields) -> Result<Fields, OfficeError> {
        let key = self.keys.get(&tenant_id(tenant), &key_id(id)).await?;
        Ok(open_fields(tenant, id, fields, key.as_ref()))
    }

    /// Has this officer a post in that unit?
    fn is_of(&self, officer: &str, unit: &str) -> bool {
        self.world.org.posts_of_officer(officer).any(|p| *p.unit == *unit)
    }

    fn acts_in(&self, post: Option<&Name>, officer: &str, away: &[Away]) -> bool {
        let Some(post) = post.and_then(|p| self.world.org.posts.get(p)) else { return false };
        xiaoneng_casework::standing_in(post, officer, &self.facts(away, 0)).is_ok()
    }

    fn sight(&self, tenant: &Name, case: &Case, officer: &str) -> Sight {
        let org = &self.world.org;
        let opening = &case.opening;
        let mut sight = Sight::None;
        for post in org.posts_of_officer(officer) {
            let held = case.holder.as_ref() == Some(&post.id) || case.offer.as_ref().is_some_and(|o| o.to == post.id);
            if held || post.unit == case.unit || post.unit == opening.intake || had_it(case, &post.unit) {
                return Sight::Works;
            }
            let unit = org.units.get(&post.unit);
            let own = unit.is_some_and(|u| u.tenant == *tenant || u.tier == xiaoneng_pack::Tier::City);
            if own && ["supervision", "leader"].iter().any(|r| post.has_role(r)) {
                sight = Sight::Watches;
            }
        }
        sight
    }
}

/// Personal values as those see them who do not work on the case.
fn masked(fields: &Fields) -> Fields {
    use xiaoneng_casework::Value;
    let mask = |value: &Value| match value {
        Value::Sealed { masked, .. } if !masked.is_empty() => Value::Text(masked.clone()),
        Value::Sealed { .. } => Value::Text("（不显示）".to_owned()),
        other => other.clone(),
    };
    fields.iter().map(|(id, value)| (id.clone(), mask(value))).collect()
}

/// Did the unit have the case, and not give it straight back? What was sent to the wrong unit is no longer its
/// business, and least of all where the matter is about that unit.
fn had_it(case: &Case, unit: &str) -> bool {
    let way: Vec<&Name> = case.route.iter().chain([&case.unit]).collect();
    let returned = way.windows(3).any(|w| **w[1] == *unit && w[0] == w[2]);
    !returned && case.route.iter().any(|u| **u == *unit)
}
