//! Who approves a leave goes by its length, as far as the unit has the posts.

use jiff::{Timestamp, civil::DateTime};
use xiaoneng_casework::{Actor, Command, Facts, Fields, Name, Opening, PLACE, Terms, Verb, decide};
use xiaoneng_pack::World;

const UNIT: &str = "630222-zrzy";

/// The city, with a section head and a deputy head in the bureau.
fn with_posts(roles: &[(&str, &str)]) -> World {
    let mut world = World::clone(&xiaoneng_packbox::world());
    for (post, role) in roles {
        world.org.posts.get_mut(*post).expect("a post").roles.push((*role).into());
    }
    world.org.index();
    world
}

/// The post that is asked, where `officer` wants to be away from and until then.
fn asked(world: &World, officer: &str, from: &str, until: &str) -> Name {
    let procedure = &world.procedures["leave"];
    let mut fields = Fields::new();
    for (id, value) in [("officer", officer), ("where", "会场"), ("why", "开会"), ("start", from), ("until", until)]
    {
        fields.insert(id.into(), value.into());
    }
    let opening = Opening {
        number: "630222-20150820-00001".into(),
        tenant: "630222".into(),
        procedure: "leave".into(),
        rules: world.version.clone(),
        item: None,
        title: "离岗".to_owned(),
        unit: UNIT.into(),
        intake: UNIT.into(),
        standing: false,
        terms: Terms::default(),
        track: None,
        parent: None,
    };
    let verb = Verb::Open { action: "ask".into(), opening: Box::new(opening) };
    let command = Command { verb, fields, reason: None, attachments: Vec::new(), effective_at: None };
    let actor = Actor::Officer { id: officer.into(), post: None };
    let now: DateTime = "2015-08-20T08:00".parse().expect("a date and time");
    let at: Timestamp = PLACE.to_timestamp(now).expect("in range");
    let facts = Facts { world, away: &[], ids: 1 << 20 };
    let decision = decide(procedure, &"leave-1".into(), None, &command, &actor, &facts, at).expect("may ask");
    decision.case.holder.expect("somebody is asked")
}

#[test]
fn half_a_day_is_the_section_heads_three_days_the_deputys_and_more_the_heads() {
    let mut world = with_posts(&[("630222-zrzy.checker", "section"), ("630222-zrzy.handler", "deputy-head")]);
    // A clerk who is nobody's deputy.
    world.org.posts.get_mut("630222-zrzy.window").expect("a window").a = Some("mh-scjg-window".into());
    world.org.index();
    let clerk = |from: &str, until: &str| asked(&world, "mh-scjg-window", from, until);
    assert_eq!(&*clerk("2015-08-21T08:30", "2015-08-21T12:30"), "630222-zrzy.checker");
    assert_eq!(&*clerk("2015-08-21T08:30", "2015-08-21T12:31"), "630222-zrzy.handler");
    assert_eq!(&*clerk("2015-08-21T08:30", "2015-08-24T08:30"), "630222-zrzy.handler");
    assert_eq!(&*clerk("2015-08-21T08:30", "2015-08-24T08:31"), "630222-zrzy.head");
}

#[test]
fn nobody_is_asked_about_his_own_leave_nor_is_his_deputy() {
    let world = with_posts(&[("630222-zrzy.checker", "section")]);
    let own = asked(&world, "mh-zrzy-checker", "2015-08-21T08:30", "2015-08-21T10:00");
    // The section head himself, who is also the head's deputy: neither post may approve, the jurisdiction's leader does.
    assert!(own.starts_with("630222-zfb."), "{own}");
    let clerk = asked(&world, "mh-zrzy-window", "2015-08-21T08:30", "2015-08-21T10:00");
    assert_eq!(&*clerk, "630222-zrzy.checker");
}

#[test]
fn a_unit_without_these_posts_asks_its_head() {
    let world = with_posts(&[]);
    assert_eq!(&*asked(&world, "mh-zrzy-window", "2015-08-21T08:30", "2015-08-21T10:00"), "630222-zrzy.head");
}
