//! Who asks: the cookie of a session, and the token of its forms.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::{HeaderMap, header, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use xiaoneng_casework::Name;

use crate::app::{App, Service};

/// The cookie's name.
pub const COOKIE: &str = "xiaoneng";

/// An officer who has signed in.
#[derive(Clone, Debug)]
pub struct Officer {
    /// His id.
    pub id: Name,
    /// Where he belongs.
    pub tenant: Name,
    /// The token of his forms.
    pub csrf: String,
}

/// An officer, or nobody: pages that anyone may see.
#[derive(Clone, Debug)]
pub struct Maybe(pub Option<Officer>);

impl FromRequestParts<Service> for Maybe {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Self::Rejection> {
        let app = App::from_ref(service);
        let Some(cookie) = cookie(&parts.headers) else { return Ok(Maybe(None)) };
        // A store that cannot answer shows its fault on the page itself; here nobody is signed in.
        let session = app.office.session(cookie).await.ok().flatten();
        Ok(Maybe(session.map(|s| Officer { id: s.officer, tenant: s.tenant, csrf: s.csrf })))
    }
}

impl FromRequestParts<Service> for Officer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Self::Rejection> {
        let Ok(Maybe(officer)) = Maybe::from_request_parts(parts, service).await;
        let back = parts.uri.path_and_query().map_or("/desk", |p| p.as_str());
        officer.ok_or_else(|| Redirect::to(&format!("/sign-in?next={}", encode(back))).into_response())
    }
}

/// The session's cookie in a request.
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split(';')).find_map(|c| c.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Percent-encode a part of an address.
pub fn encode(text: &str) -> String {
    let safe = |b: u8| b.is_ascii_alphanumeric() || b"-_.~/".contains(&b);
    text.bytes().map(|b| if safe(b) { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Do two tokens agree? Takes the same time wherever they differ.
pub fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && !a.is_empty() && a.bytes().zip(b.bytes()).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}
