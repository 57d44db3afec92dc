//! 环节图: the states of a procedure drawn from left to right, those passed filled, the present one lit.
//!
//! Layers are the fewest steps from the beginning; an action that leads back is drawn below, dotted. The drawing
//! says nothing that the list under it does not say in words.

use maud::{Markup, PreEscaped, html};
use xiaoneng_casework::Case;
use xiaoneng_pack::{Name, Procedure};

/// A box, and the gaps between boxes, in pixels.
const BOX: (i32, i32) = (116, 34);
const GAP: (i32, i32) = (44, 16);
/// Room above and below.
const MARGIN: i32 = 8;
/// Room below for what leads back.
const BELOW: i32 = 26;

struct Placed<'a> {
    name: &'a Name,
    layer: usize,
    x: i32,
    y: i32,
}

/// The drawing; `case` lights it, without one it shows the procedure alone.
pub fn state_map(procedure: &Procedure, case: Option<&Case>) -> Markup {
    let placed = place(procedure);
    let width = placed.iter().map(|p| p.x + BOX.0).max().unwrap_or(0) + MARGIN;
    let height = placed.iter().map(|p| p.y + BOX.1).max().unwrap_or(0) + MARGIN + BELOW;
    let visited: Vec<&str> = case.map_or(Vec::new(), |case| passed(procedure, case));
    let now = case.map(|c| &*c.state);
    let title = match now {
        Some(now) => format!("{}的环节图，现在在“{}”", procedure.title, procedure.state_title(now)),
        None => format!("{}的环节图", procedure.title),
    };
    html! {
        div class="map" tabindex="0" role="region" aria-label=(title) {
            svg role="img" aria-label=(title) width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } {
                @for (from, to, ahead) in edges(procedure, &placed) { (edge(from, to, ahead)) }
                @for p in &placed {
                    @let state = &procedure.states[p.name];
                    @let class = if now == Some(&**p.name) { "now" } else if visited.contains(&&**p.name) { "done" } else { "next" };
                    g class={ (class) @if state.end { " end" } } {
                        rect x=(p.x) y=(p.y) width=(BOX.0) height=(BOX.1) rx="4" {}
                        text x=(p.x + BOX.0 / 2) y=(p.y + BOX.1 / 2 + 5) text-anchor="middle" { (short(&state.title)) }
                        title { (state.title) }
                    }
                }
            }
        }
    }
}

/// At most seven characters fit in a box.
fn short(title: &str) -> String {
    if title.chars().count() <= 7 { title.to_owned() } else { title.chars().take(6).chain(['…']).collect() }
}

/// States in which the case has stood.
fn passed<'a>(procedure: &'a Procedure, case: &'a Case) -> Vec<&'a str> {
    let to = |action: &Name| procedure.actions.get(action).and_then(|a| a.to.as_deref());
    case.acts.iter().filter_map(|act| to(&act.action)).collect()
}

/// How many steps each state is from the beginning; what cannot be reached comes last.
fn layers(procedure: &Procedure) -> Vec<usize> {
    let mut layers = vec![usize::MAX; procedure.states.len()];
    let mut open: Vec<usize> = Vec::new();
    let place = |name: &Name| procedure.states.get_index_of(name);
    for to in procedure.opening_actions().filter_map(|(_, a)| a.to.as_ref()).filter_map(place) {
        layers[to] = 0;
        open.push(to);
    }
    let mut next = 0;
    while next < open.len() {
        let (at, state) = (open[next], procedure.states.get_index(open[next]).map(|(name, _)| name));
        next += 1;
        let leads = |a: &&xiaoneng_pack::Action| state.is_some_and(|s| a.from.contains(s));
        for to in procedure.actions.values().filter(leads).filter_map(|a| a.to.as_ref()).filter_map(place) {
            if layers[to] == usize::MAX {
                layers[to] = layers[at] + 1;
                open.push(to);
            }
        }
    }
    let last = layers.iter().filter(|l| **l != usize::MAX).max().map_or(0, |l| l + 1);
    layers.into_iter().map(|l| if l == usize::MAX { last } else { l }).collect()
}

fn place(procedure: &Procedure) -> Vec<Placed<'_>> {
    let layers = layers(procedure);
    let tallest = (0..=layers.iter().copied().max().unwrap_or(0))
        .map(|l| layers.iter().filter(|x| **x == l).count())
        .max()
        .unwrap_or(1) as i32;
    let mut used: Vec<i32> = vec![0; layers.iter().max().map_or(1, |l| l + 1)];
    let step = BOX.1 + GAP.1;
    procedure
        .states
        .keys()
        .zip(&layers)
        .map(|(name, layer)| {
            let of_layer = layers.iter().filter(|l| *l == layer).count() as i32;
            // A short layer stands in the middle.
            let top = MARGIN + (tallest - of_layer) * step / 2;
            let y = top + used[*layer] * step;
            used[*layer] += 1;
            Placed { name, layer: *layer, x: MARGIN + *layer as i32 * (BOX.0 + GAP.0), y }
        })
        .collect()
}

/// Each pair of states that an action joins, once.
fn edges<'p, 'a>(procedure: &Procedure, placed: &'p [Placed<'a>]) -> Vec<(&'p Placed<'a>, &'p Placed<'a>, bool)> {
    let mut out: Vec<(&Placed, &Placed, bool)> = Vec::new();
    let find = |name: &Name| placed.iter().find(|p| p.name == name);
    for action in procedure.actions.values() {
        let Some(to) = action.to.as_ref().and_then(find) else { continue };
        for from in action.from.iter().filter_map(find) {
            let known = out.iter().any(|(a, b, _)| a.name == from.name && b.name == to.name);
            if from.name != to.name && !known {
                out.push((from, to, to.layer > from.layer));
            }
        }
    }
    out
}

fn edge(from: &Placed, to: &Placed, ahead: bool) -> Markup {
    let (w, h) = BOX;
    let path = if ahead {
        let (x1, y1, x2, y2) = (from.x + w, from.y + h / 2, to.x - 5, to.y + h / 2);
        let bend = (x2 - x1) / 2;
        format!("M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}", x1 + bend, x2 - bend)
    } else if from.layer == to.layer {
        let (x, y1, y2) = (from.x + w / 2, from.y, to.y);
        if y2 > y1 { format!("M{x} {}L{x} {}", y1 + h, y2 - 5) } else { format!("M{x} {y1}L{x} {}", y2 + h + 5) }
    } else {
        let (x1, y1, x2, y2) = (from.x + w / 2, from.y + h, to.x + w / 2, to.y + h + 5);
        let low = y1.max(y2) + BELOW;
        format!("M{x1} {y1}C{x1} {low} {x2} {low} {x2} {y2}")
    };
    html! {
        path class=(if ahead { "ahead" } else { "back" }) d=(path) {}
        (head(to, ahead, from))
    }
}

/// The arrow's head, at the box it leads to.
fn head(to: &Placed, ahead: bool, from: &Placed) -> Markup {
    let (w, h) = BOX;
    let points = if ahead {
        let (x, y) = (to.x, to.y + h / 2);
        format!("{x},{y} {},{} {},{}", x - 6, y - 3, x - 6, y + 3)
    } else if from.layer == to.layer && to.y > from.y {
        let (x, y) = (to.x + w / 2, to.y);
        format!("{x},{y} {},{} {},{}", x - 3, y - 6, x + 3, y - 6)
    } else {
        let (x, y) = (to.x + w / 2, to.y + h);
        format!("{x},{y} {},{} {},{}", x - 3, y + 6, x + 3, y + 6)
    };
    PreEscaped(format!("<polygon points=\"{points}\"/>"))
}
