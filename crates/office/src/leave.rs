//! 离岗: leaves and their public notices.

use jiff::Timestamp;
use serde::Serialize;
use xiaoneng_casework::{Away, Fields, Name};
use xiaoneng_store::{NoticeFilter, NoticeRow};

use crate::{ActError, Done, Intake, Office, OfficeError, Who, office::tenant_id};

/// A leave notice as the public sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeaveNotice {
    /// The unit.
    pub unit: Name,
    /// The officer's name.
    pub officer: String,
    /// Where (neutral).
    pub place: String,
    /// Since.
    pub since: Timestamp,
    /// Announced return, as the place writes it.
    pub until: String,
    /// The office's telephone.
    pub phone: String,
    /// Post and who stands in.
    pub stand_in: Vec<(String, Option<String>)>,
    /// The announced time has passed.
    pub late: bool,
}

/// A post as someone who stands in it sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PostView {
    /// Its id.
    pub post: Name,
    /// 窗口岗
    pub title: String,
    /// Its unit.
    pub unit: Name,
    /// He is its A.
    pub is_a: bool,
    /// He acts in it now: as A, or as B for an A who is out.
    pub acting: bool,
    /// The other one.
    pub other: Option<Name>,
    /// The other one is out.
    pub other_out: bool,
}

impl Office {
    /// Ask for leave, or step out (`action` is `step-out` or `ask`).
    pub async fn leave(&self, action: &str, officer: &Name, mut fields: Fields, key: String) -> Result<Done, ActError> {
        let org = &self.world.org;
        let who = org.officers.get(officer).ok_or_else(|| ActError::NotFound(format!("“{officer}”这个人员")))?;
        fields.insert("officer".into(), (&**officer).into());
        self.open(Intake {
            action: action.into(),
            item: None,
            procedure: Some("leave".into()),
            unit: Some(who.unit.clone()),
            intake: None,
            title: Some(format!("离岗：{}", who.name)),
            fields,
            reason: None,
            attachments: Vec::new(),
            effective_at: None,
            who: Who::Officer(officer.clone()),
            key,
        })
        .await
    }

    /// Leave notices shown now, the newest first, at most 200.
    pub async fn leave_notices(&self, tenant: &Name, unit: Option<&Name>) -> Result<Vec<LeaveNotice>, OfficeError> {
        let now = self.now();
        let filter = NoticeFilter {
            kind: Some("leave".to_owned()),
            unit: unit.map(ToString::to_string),
            at: Some(now),
            limit: 200,
            ..NoticeFilter::new(tenant_id(tenant))
        };
        Ok(self.store.notices(&filter).await?.rows.into_iter().map(|row| notice(row, now)).collect())
    }

    /// The posts in which an officer stands, and whether he acts in them now.
    pub async fn posts_of(&self, tenant: &Name, officer: &str) -> Result<Vec<PostView>, OfficeError> {
        let away = self.away(tenant).await?;
        let out = |id: &str| away.iter().any(|a: &Away| a.out && &*a.officer == id);
        let view = |p: &xiaoneng_pack::Post| {
            let is_a = p.is_a(officer);
            let other = if is_a { p.b.clone() } else { p.a.clone() };
            let other_out = other.as_deref().is_some_and(out);
            let acting = !out(officer) && (is_a || other.is_none() || (other_out && !p.own_licence));
            PostView {
                post: p.id.clone(),
                title: p.title.clone(),
                unit: p.unit.clone(),
                is_a,
                acting,
                other,
                other_out,
            }
        };
        Ok(self.world.org.posts_of_officer(officer).map(view).collect())
    }
}

fn notice(row: NoticeRow, now: Timestamp) -> LeaveNotice {
    let text = |key: &str| row.body_json[key].as_str().unwrap_or_default().to_owned();
    let stand_in = row.body_json["stand-in"].as_array().into_iter().flatten();
    let until = text("until");
    let returns = until.parse().ok().and_then(|u| xiaoneng_casework::PLACE.to_timestamp(u).ok());
    LeaveNotice {
        unit: row.unit.into(),
        officer: text("officer-name"),
        place: text("where"),
        since: row.shown_from,
        late: returns.is_some_and(|r| now > r),
        until,
        phone: text("phone"),
        stand_in: stand_in
            .map(|s| (s["post"].as_str().unwrap_or_default().to_owned(), s["officer"].as_str().map(str::to_owned)))
            .collect(),
    }
}
