//! What stands in an address after its question mark.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::response::Response;
use serde::de::DeserializeOwned;

use crate::app::{App, Service};
use crate::fault::Fault;

/// As axum's own, but what cannot be read is answered by a page.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Service> for Query<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Self::Rejection> {
        let read = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        read.map(|query| Query(query.0)).map_err(|_| {
            Fault::Bad("地址里“?”后面的部分读不出来，请从页面上的链接或者表单进入".to_owned())
                .page(&App::from_ref(service), None)
        })
    }
}
