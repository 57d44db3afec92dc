//! The address of the matter as a QR code: a way there, no seal.

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

/// The code as one path; nothing if the text does not fit one.
pub(crate) fn qr(text: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return html! {} };
    let (width, colors) = (code.width(), code.to_colors());
    let mut d = String::new();
    for (n, _) in colors.iter().enumerate().filter(|(_, c)| **c == Color::Dark) {
        let _ = write!(d, "M{} {}h1v1h-1z", n % width, n / width); // Writing to a String does not fail.
    }
    html! {
        svg class="qr" viewBox={ "-2 -2 " (width + 4) " " (width + 4) } role="img" aria-label="查询二维码" shape-rendering="crispEdges" {
            path d=(d) fill="#000" {}
        }
    }
}
