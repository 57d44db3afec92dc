//! Who: divisions, units, posts, officers.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::{IndexMap, Name};

/// The organisation of one city: its divisions, units, posts and who stands in them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Org {
    /// 行政区划 by code (GB/T 2260).
    pub divisions: IndexMap<Name, Division>,
    /// 单位 by id (`630222-zrzy`).
    pub units: IndexMap<Name, Unit>,
    /// 岗位 by id (`630222-zrzy.window`).
    pub posts: IndexMap<Name, Post>,
    /// 人员 by id.
    pub officers: IndexMap<Name, Officer>,
    /// Places in `posts` of each unit's posts; see [`Org::index`].
    #[serde(skip)]
    of_unit: IndexMap<Name, Vec<usize>>,
    /// Places in `posts` of the posts in which each officer stands.
    #[serde(skip)]
    of_officer: IndexMap<Name, Vec<usize>>,
    /// Places in `posts` of the posts with each role, by jurisdiction.
    #[serde(skip)]
    of_tenant: IndexMap<Name, IndexMap<Name, Vec<usize>>>,
}

/// The tier of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// 省
    Province,
    /// 市
    City,
    /// 县区
    County,
    /// 乡镇街道
    Township,
}

/// 行政区划.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Division {
    /// `630222`, `630222100`.
    pub code: Name,
    /// 民和回族土族自治县
    pub name: String,
    /// 民和县
    pub short: String,
    /// `province`, `city`, `county`, `town`, `township`, `ethnic_township`, `subdistrict`, `other`.
    pub level: String,
    /// The division above.
    pub parent: Option<Name>,
}

/// 单位.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// `630222-zrzy`
    pub id: Name,
    /// 民和县自然资源局
    pub title: String,
    /// Its division.
    pub division: Name,
    /// The tenant (city or county division code) that owns its cases.
    pub tenant: Name,
    /// Tier.
    pub tier: Tier,
    /// The unit above, if any.
    pub parent: Option<Name>,
    /// Office telephone; demo numbers are labelled so.
    pub phone: String,
    /// Address.
    pub address: String,
    /// Opening hours in words.
    pub hours: String,
    /// Close of business (民法典 203 II): the last second of a due day; `None`: 24:00.
    pub closes: Option<Time>,
    /// It stands for the government of its jurisdiction: above the other units of it.
    pub government: bool,
    /// A calendar layer of its own (open on Saturdays, a clinic without holidays).
    pub calendar: Option<Name>,
}

/// 岗位: a post has an A and a B.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Post {
    /// `630222-zrzy.window`
    pub id: Name,
    /// 窗口岗
    pub title: String,
    /// Its unit.
    pub unit: Name,
    /// `window`, `handler`, `checker`, `head`, `supervision`, `appraisal`, `leader`, `reform`, `it`.
    pub roles: Vec<Name>,
    /// The officer who holds the post (A岗).
    pub a: Option<Name>,
    /// His deputy (B岗).
    pub b: Option<Name>,
    /// Acts of this post that need A's own licence (B cannot sign them).
    pub own_licence: bool,
}

/// 人员.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Officer {
    /// Also the sign-in name.
    pub id: Name,
    /// Name.
    pub name: String,
    /// Home unit.
    pub unit: Name,
    /// Made by the seeded generator, no real person.
    pub demo: bool,
}

impl Org {
    /// Posts of a unit with a role, in order.
    pub fn posts_with<'a>(&'a self, unit: &str, role: &str) -> impl Iterator<Item = &'a Post> {
        self.posts_of(unit).filter(move |p| p.has_role(role))
    }

    /// Posts of a unit, in order.
    pub fn posts_of<'a>(&'a self, unit: &str) -> impl Iterator<Item = &'a Post> {
        self.of_unit.get(unit).into_iter().flatten().map(|place| &self.posts[*place])
    }

    /// Posts in which an officer is A or B.
    pub fn posts_of_officer<'a>(&'a self, officer: &str) -> impl Iterator<Item = &'a Post> {
        self.of_officer.get(officer).into_iter().flatten().map(|place| &self.posts[*place])
    }

    /// Posts with a role in a jurisdiction, in order.
    pub fn posts_of_tenant<'a>(&'a self, tenant: &str, role: &str) -> impl Iterator<Item = &'a Post> {
        let places = self.of_tenant.get(tenant).and_then(|roles| roles.get(role));
        places.into_iter().flatten().map(|place| &self.posts[*place])
    }

    /// The unit to which a review of this unit's decision goes within its own jurisdiction: the unit above, where
    /// that belongs to the same jurisdiction, else its government. `None` for the government itself: the one
    /// above it keeps its own cases, and is reached by a message.
    pub fn above(&self, unit: &str) -> Option<&Unit> {
        let unit = self.units.get(unit)?;
        let parent = unit.parent.as_ref().and_then(|p| self.units.get(p)).filter(|p| p.tenant == unit.tenant);
        parent.or_else(|| self.units.values().find(|u| u.government && u.tenant == unit.tenant && u.id != unit.id))
    }

    /// The unit above in whichever jurisdiction: its own bureau one tier up, or for a government the one above it.
    pub fn tier_above(&self, unit: &str) -> Option<&Unit> {
        let own = self.units.get(unit)?;
        own.parent.as_ref().and_then(|p| self.units.get(p)).or_else(|| self.above(unit))
    }

    /// Is it directly under that unit: of the same line one tier down, or its subordinate in the jurisdiction?
    pub fn is_below(&self, unit: &Unit, upper: &str) -> bool {
        let is = |above: Option<&Unit>| above.is_some_and(|a| &*a.id == upper);
        is(self.tier_above(&unit.id)) || is(self.above(&unit.id))
    }

    /// Remember where each unit's and each officer's posts stand: every decision asks. The loader calls it once,
    /// whoever changes `posts` calls it again.
    pub fn index(&mut self) {
        self.of_unit.clear();
        self.of_officer.clear();
        self.of_tenant.clear();
        for (place, post) in self.posts.values().enumerate() {
            self.of_unit.entry(post.unit.clone()).or_default().push(place);
            if let Some(unit) = self.units.get(&post.unit) {
                let roles = self.of_tenant.entry(unit.tenant.clone()).or_default();
                for role in &post.roles {
                    roles.entry(role.clone()).or_default().push(place);
                }
            }
            for officer in post.a.iter().chain(&post.b) {
                let places = self.of_officer.entry(officer.clone()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
    }
}

impl Post {
    /// Has this post the role?
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|r| &**r == role)
    }

    /// Is this officer the post's A?
    pub fn is_a(&self, officer: &str) -> bool {
        self.a.as_deref() == Some(officer)
    }

    /// Is this officer the post's B?
    pub fn is_b(&self, officer: &str) -> bool {
        self.b.as_deref() == Some(officer)
    }
}
