//! 离岗: leaves and their public notices.

use jiff::Timestamp;
use serde::Serialize;
use xiaoneng_casework::{Away, Fields, Name, acting_in, standing_in};
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
    /// Why, in neutral words; empty for a short while.
    pub why: String,
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
    /// He was named to stand in there for a time (临时顶岗).
    pub named: bool,
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
        let away = self.away(tenant).await?;
        let facts = self.facts(&away, 0);
        let org = &self.world.org;
        let name = |id: &Name| org.officers.get(id).map_or(id.to_string(), |o| o.name.clone());
        // Who stands in is said as it is now: his deputy may have fallen ill since.
        let stand_ins = |officer: &str| {
            let own = org.posts_of_officer(officer).filter(|p| p.is_a(officer));
            own.map(|p| (p.title.clone(), acting_in(p, &facts).map(name))).collect::<Vec<_>>()
        };
        let shown = |row: NoticeRow| {
            let officer = row.body_json["officer"].as_str().unwrap_or_default().to_owned();
            LeaveNotice { stand_in: stand_ins(&officer), ..notice(row, now) }
        };
        Ok(self.store.notices(&filter).await?.rows.into_iter().map(shown).collect())
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
                named: false,
            }
        };
        let mut posts: Vec<PostView> = self.world.org.posts_of_officer(officer).map(view).collect();
        // Named to stand in for a time: he acts there while both A and B are out.
        let facts = self.facts(&away, 0);
        let named = away.iter().filter(|a| &*a.officer == officer);
        for post in named.filter_map(|a| self.world.org.posts.get(a.stands_in.as_ref()?)) {
            posts.push(PostView {
                post: post.id.clone(),
                title: post.title.clone(),
                unit: post.unit.clone(),
                is_a: false,
                acting: standing_in(post, officer, &facts).is_ok(),
                other: post.a.clone(),
                other_out: post.a.as_deref().is_some_and(out),
                named: true,
            });
        }
        Ok(posts)
    }
}

fn notice(row: NoticeRow, now: Timestamp) -> LeaveNotice {
    let text = |key: &str| row.body_json[key].as_str().unwrap_or_default().to_owned();
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
        why: text("why"),
        stand_in: Vec::new(),
    }
}
