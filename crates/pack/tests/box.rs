//! The packs in the repository's box.

use xiaoneng_pack::{World, load_with_warnings, transition_table};

fn world() -> World {
    let (world, faults) = load_with_warnings(&xiaoneng_packbox::sources());
    let errors: Vec<String> = faults.errors().map(|f| f.to_string()).collect();
    assert!(errors.is_empty(), "{}\n共 {} 个错误", errors.join("\n"), errors.len());
    world.expect("a world without errors")
}

#[test]
fn the_packs_in_the_box_have_no_fault() {
    let world = world();
    assert!(world.items.len() > 100, "{} items", world.items.len());
    assert!(world.org.posts.values().all(|post| post.a.is_some() && post.b.is_some()));
    // No fault of function is found because every item was looked up in a list, not because there is none.
    let singles = world.items.values().filter(|item| item.holds.is_empty());
    assert!(singles.into_iter().all(|item| world.powers.iter().any(|p| p.code == item.power)));
}

#[test]
fn a_resident_who_wants_to_build_a_house_finds_the_homestead() {
    let world = world();
    for words in ["盖房", "我想在村里盖房子", "宅基地", "民和 盖房", "zjd", "建房"] {
        let found = world.search_items(words, 5);
        let (best, _) = found.first().unwrap_or_else(|| panic!("nothing for {words}"));
        assert!(best.code.ends_with("-zjd"), "{words} found {} {}", best.code, best.title);
    }
    let (best, _) = world.search_items("630222-zjd", 1)[0];
    assert_eq!(&*best.code, "630222-zjd");
    assert!(world.search_items("民和 盖房", 5)[0].0.code.starts_with("630222"));
    assert!(world.search_items("量子力学xyz", 5).is_empty());
    assert!(world.search_items("  ", 5).is_empty());
    assert_eq!(world.search_items("盖房", 3), world.search_items("盖房", 3));
}

#[test]
fn every_procedure_fits_on_a_screen() {
    for procedure in world().procedures.values() {
        let table = transition_table(procedure);
        for line in table.lines() {
            let columns: usize = line.chars().map(|c| if c > '\u{2e7f}' { 2 } else { 1 }).sum();
            assert!(columns <= 100, "{columns} columns: {line}");
        }
        for action in procedure.actions.values() {
            let title: String = action.title.chars().take(4).collect();
            assert!(table.contains(&title), "{title} is missing:\n{table}");
        }
        println!("{table}");
    }
}

#[test]
fn the_nine_duties_are_two_on_power_four_on_matters_three_on_people() {
    use xiaoneng_pack::{Duty, Group, Strategy};
    let world = world();
    let duties = &world.duties;
    for (word, duty, title) in Duty::ALL {
        assert_eq!(duties.of(duty).map(|r| &*r.title), Some(title), "{word}");
        assert!(duties.of(duty).is_some_and(|r| !r.strategies.is_empty()), "{word} does nothing");
    }
    let count = |group: Group| duties.rules.iter().filter(|r| r.group == group).count();
    assert_eq!((count(Group::Power), count(Group::Matters), count(Group::People)), (2, 4, 3));
    assert!(Strategy::ALL.iter().all(|(_, s, _)| duties.runs(*s)));
    assert!(duties.finding.as_ref().is_some_and(|f| world.procedures.contains_key(&f.procedure)));
}

#[test]
fn every_post_has_its_duties_and_every_unit_a_leader_in_charge() {
    let world = world();
    for post in world.org.posts.values() {
        assert!(!world.duties.of_post(post).is_empty(), "{} has no duties", post.id);
    }
    for unit in world.org.units.keys() {
        assert!(world.duties.charge.contains_key(unit), "nobody has charge of {unit}");
    }
}

#[test]
fn the_machine_opens_findings_and_nothing_against_anybody() {
    let world = world();
    let accountability = &world.procedures["accountability"];
    assert!(accountability.opened_by_law().is_none(), "a named person opens it");
    let opened =
        |p: &xiaoneng_pack::Procedure| p.children.values().any(|c| c.procedure.as_deref() == Some("accountability"));
    assert!(world.procedures.values().all(|p| !opened(p)), "nor does any case open it as its child");
    let finding = &world.procedures["finding"];
    assert!(!finding.actions["pursue"].from.contains(&"open".into()), "only after an answer, or its absence on record");
    assert!(finding.actions["pursue"].needs.contains(&"accountability-number".into()));
}
