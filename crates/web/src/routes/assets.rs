//! `GET /assets/{file}`: stylesheets and the script, under addresses that change with their content.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use xiaoneng_letters::CSS;

use crate::ui::assets;

/// Where the letters' stylesheet is.
pub fn letters_path() -> String {
    let hash = CSS.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    format!("/assets/letters.{hash:016x}.css")
}

pub async fn get(Path(file): Path<String>) -> Response {
    let wanted = format!("/assets/{file}");
    let found = assets::all().into_iter().find(|a| a.path == wanted).map(|a| (a.media, a.body));
    let found = found.or_else(|| (wanted == letters_path()).then_some(("text/css; charset=utf-8", CSS)));
    match found {
        Some((media, body)) => {
            let headers = [(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, body).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
