//! The stylesheet and the script, in the binary, with the hash that stands in their addresses.

/// The stylesheet's text.
pub const CSS: &str = concat!(include_str!("../../assets/app.css"), include_str!("../../assets/pages.css"));
/// The script's text.
pub const JS: &str = include_str!("../../assets/app.js");

/// A file served under an address that changes with its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// `/assets/app.0123abcd4567ef89.css`
    pub path: String,
    /// Media type, with the character set.
    pub media: &'static str,
    /// The text.
    pub body: &'static str,
}

/// The files that pages ask for: the stylesheet, the script, the letters' print stylesheet. They may be
/// kept for ever.
///
/// ```
/// let [css, js, letters] = xiaoneng_web::ui::assets::all();
/// assert!(css.path.starts_with("/assets/app.") && css.path.ends_with(".css"));
/// assert!(js.path.ends_with(".js"));
/// assert!(letters.path.starts_with("/assets/letters."));
/// ```
pub fn all() -> [Asset; 3] {
    [
        Asset { path: css_path(), media: "text/css; charset=utf-8", body: CSS },
        Asset { path: js_path(), media: "text/javascript; charset=utf-8", body: JS },
        Asset { path: letters_css_path(), media: "text/css; charset=utf-8", body: xiaoneng_letters::CSS },
    ]
}

/// Where the stylesheet is.
pub fn css_path() -> String {
    format!("/assets/app.{:016x}.css", const { short_hash(CSS.as_bytes()) })
}

/// Where the script is.
pub fn js_path() -> String {
    format!("/assets/app.{:016x}.js", const { short_hash(JS.as_bytes()) })
}

/// Where the letters' print stylesheet is: for [`xiaoneng_letters::document`].
pub fn letters_css_path() -> String {
    format!("/assets/letters.{:016x}.css", const { short_hash(xiaoneng_letters::CSS.as_bytes()) })
}

/// FNV-1a, 64 bits: tells versions of our own files apart, nothing more, and can be had at compile time.
const fn short_hash(bytes: &[u8]) -> u64 {
    let (mut hash, mut at) = (0xcbf2_9ce4_8422_2325_u64, 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stays_under_its_weight() {
        assert!(CSS.len() + JS.len() < 64 * 1024, "{} + {}", CSS.len(), JS.len());
    }

    #[test]
    fn the_stylesheet_asks_for_nothing_elsewhere() {
        assert!(
            !CSS.contains("http://")
                || CSS.matches("http://").count() == CSS.matches("http://www.w3.org/2000/svg").count()
        );
        assert!(!CSS.contains("@import"));
    }

    #[test]
    fn the_hash_follows_the_content() {
        assert_ne!(short_hash(b"a"), short_hash(b"b"));
        assert_eq!(short_hash(b""), 0xcbf2_9ce4_8422_2325);
    }
}
