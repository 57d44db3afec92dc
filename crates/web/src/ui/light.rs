//! 灯: a shape as well as a colour. Round in time, triangle near, square late, bars paused, check met,
//! hollow square missed.

use jiff::Timestamp;
use maud::{Markup, html};
use xiaoneng_casework::{ClockView, Light};

use super::say::limit_words;

/// The light alone, for beside its words: hidden from screen readers, which read the words.
///
/// ```
/// use xiaoneng_casework::Light;
/// let html = xiaoneng_web::ui::light(Light::Yellow).into_string();
/// assert!(html.contains("lt-yellow") && html.contains("aria-hidden"));
/// ```
pub fn light(light: Light) -> Markup {
    html! {
        svg class={ "lt lt-" (light.id()) } viewBox="0 0 12 12" aria-hidden="true" focusable="false" { (shape(light)) }
    }
}

/// The light where no words stand beside it: it says its own.
pub fn light_with_title(light: Light) -> Markup {
    html! {
        svg class={ "lt lt-" (light.id()) } viewBox="0 0 12 12" role="img" aria-label=(light.title()) {
            title { (light.title()) }
            (shape(light))
        }
    }
}

fn shape(light: Light) -> Markup {
    html! {
        @match light {
            Light::Green => circle cx="6" cy="6" r="5" {},
            Light::Yellow => path d="M6 .5 11.8 11H.2z" {},
            Light::Red => path d="M1 1h10v10H1z" {},
            Light::Paused => path d="M1.5 1h3.2v10H1.5zM7.3 1h3.2v10H7.3z" {},
            Light::Met => path d="M1 6.5 4.5 10 11 2" {},
            Light::Missed => path d="M1.5 1.5h9v9h-9z" {},
        }
    }
}

/// A light and words of your own: `limit_text(Light::Red, "超期 2 个工作日")`.
pub fn limit_text(kind: Light, words: &str) -> Markup {
    html! { span class={ "limit " (kind.id()) } { (light(kind)) span { (words) } } }
}

/// 办理时限 of a clock: its light and its words.
pub fn limit(view: &ClockView, now: Timestamp) -> Markup {
    limit_text(view.light, &limit_words(view, now))
}
