//! `GET /assets/{file}`: stylesheets and the script, under addresses that change with their content.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::ui::assets;

pub async fn get(Path(file): Path<String>) -> Response {
    let wanted = format!("/assets/{file}");
    match assets::all().into_iter().find(|a| a.path == wanted) {
        Some(asset) => {
            let headers =
                [(header::CONTENT_TYPE, asset.media), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, asset.body).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
