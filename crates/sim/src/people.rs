//! Who can sign in to the demonstration: one password for all, and a few logins worth naming.

use serde::Serialize;
use xiaoneng_casework::Name;
use xiaoneng_office::{Office, hash_password};
use xiaoneng_pack::{Org, Tier, World};
use xiaoneng_store::Credential;

use crate::{SHOWCASE, SHOWCASE_PROCEDURE, SimError};

/// The password of every invented officer. A demonstration only.
pub const PASSWORD: &str = "demo-2015";

/// Someone to sign in as, and what he can show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Login {
    /// The sign-in name.
    pub officer: Name,
    /// His (invented) name.
    pub name: String,
    /// Unit and post.
    pub post: String,
    /// What to look at.
    pub shows: &'static str,
}

/// The logins worth naming: the showcase's way through window, review, check and signature; those who watch.
pub fn logins(world: &World) -> Vec<Login> {
    let org = &world.org;
    let shown = world.items.values().find(|i| &*i.tenant == SHOWCASE && &*i.procedure == SHOWCASE_PROCEDURE);
    let town = shown.and_then(|i| i.intake.first());
    let bureau = shown.map(|i| &i.unit);
    let mut logins = Vec::new();
    let mut add = |post: Option<&xiaoneng_pack::Post>, shows: &'static str| {
        let Some(post) = post else { return };
        let Some(officer) = post.a.as_ref().and_then(|a| org.officers.get(a)) else { return };
        let unit = org.units.get(&post.unit).map_or("", |u| &u.title);
        let post = format!("{unit}{}", post.title);
        logins.push(Login { officer: officer.id.clone(), name: officer.name.clone(), post, shows });
    };
    let of = |unit: Option<&Name>, role: &str| unit.and_then(|u| org.posts_with(u, role).next());
    add(of(town, "window"), "宅基地收件、一次性告知、受理、送达");
    add(of(town, "handler"), "宅基地乡镇初审、暂停计时");
    add(of(bureau, "checker"), "宅基地县级审核、退回乡镇");
    add(of(bureau, "head"), "宅基地签发，成批签发和退回；批准离岗");
    add(of(bureau, "handler"), "县级承办、用印");
    add(anywhere(org, "supervision", Tier::City), "全市红黄灯，点开到办件");
    add(in_tenant(org, "supervision", SHOWCASE), "民和县红黄灯和违反制度的记录");
    add(in_tenant(org, "reform", SHOWCASE), "权力清单：列入、调整、下放、取消");
    add(anywhere(org, "rules", Tier::City), "规则：差别、对在办件的影响、施行");
    add(in_tenant(org, "it", SHOWCASE), "重置口令、看系统状况");
    logins
}

fn anywhere<'a>(org: &'a Org, role: &str, tier: Tier) -> Option<&'a xiaoneng_pack::Post> {
    org.posts.values().find(|p| p.has_role(role) && org.units.get(&p.unit).is_some_and(|u| u.tier == tier))
}

fn in_tenant<'a>(org: &'a Org, role: &str, tenant: &str) -> Option<&'a xiaoneng_pack::Post> {
    org.posts.values().find(|p| p.has_role(role) && org.units.get(&p.unit).is_some_and(|u| &*u.tenant == tenant))
}

/// Give every invented officer the demonstration's password; real ones are left alone.
pub async fn give_passwords(office: &Office) -> Result<usize, SimError> {
    let hash = hash_password(PASSWORD)?;
    let mut given = 0;
    for officer in office.world.org.officers.values().filter(|o| o.demo) {
        let tenant = office.tenant_of(&officer.unit);
        let credential =
            Credential { officer: officer.id.to_string(), password_hash: hash.clone(), failed: 0, locked_until: None };
        let put = office.store.credential_put(&tenant.as_ref().into(), credential).await;
        put.map_err(xiaoneng_office::OfficeError::from)?;
        given += 1;
    }
    Ok(given)
}
