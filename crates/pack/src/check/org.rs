//! Posts have an A and a B; units name calendars that exist.

use crate::load::Draft;
use crate::load::log::Log;
use crate::text::help_for_name;

pub(super) fn check(draft: &Draft, log: &Log) {
    let org = &draft.org;
    if draft.calendar.national.is_some() {
        for (unit, place) in &draft.org_places.calendars {
            let Some(layer) = org.units.get(unit).and_then(|u| u.calendar.as_ref()) else { continue };
            if !draft.calendar.local.contains_key(layer) {
                let help = help_for_name(layer, "日历层", draft.calendar.local.keys().map(|k| &**k));
                log.error(place, "unknown-calendar", format!("没有“{layer}”这个日历层"), help);
            }
        }
    }
    if !log.is_read("officers") {
        return;
    }
    if org.officers.is_empty() {
        // The units are there, the people come with another pack.
        if let Some((_, place)) = draft.org_places.units.first() {
            let help = "加上有 officers.toml 的包（演示用 demo 包）";
            log.warn(place, "no-officers", format!("{} 个岗位都没有人", org.posts.len()), help);
        }
        return;
    }
    for post in org.posts.values() {
        let missing = match (&post.a, &post.b) {
            (None, None) => "A 岗和 B 岗",
            (None, _) => "A 岗",
            (_, None) => "B 岗",
            _ => continue,
        };
        let place = &draft.org_places.units[&post.unit];
        let message = format!("岗位“{}”（{}）没有{missing}", post.id, post.title);
        let help = format!("在 officers.toml 里写 [[stands]]，post = \"{}\"，a = \"…\"，b = \"…\"", post.id);
        log.error(place, "post-without-officer", message, help);
    }
}
