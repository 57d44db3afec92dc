//! All addresses on one screen.

mod admin;
mod assets;
mod breaches;
mod card;
mod demo;
mod desk;
mod functions;
mod home;
mod item;
mod items;
mod law;
mod laws;
mod lists;
mod notices;
mod oversight;
mod passed;
mod posts;
mod sign_in;
mod track;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::{App, Service};
use crate::fault::Fault;
use crate::form::FORM_SIZE_MAX;
use crate::session::Maybe;

/// Most bytes of a form that anyone may send.
const OPEN_FORM_MAX: usize = 16 * 1024;

/// The service.
pub fn router(app: App) -> Router {
    set_press(&app);
    Router::new()
        .route("/", get(home::get))
        .route("/items", get(items::get))
        .route("/items/{code}", get(item::get))
        .route("/items/{code}/card", get(card::get))
        .route("/laws", get(laws::get))
        .route("/laws/{id}", get(law::get))
        .route("/track", get(track::get))
        .route("/notices", get(notices::get))
        .route("/lists/{register}", get(lists::get))
        .route("/sign-in", get(sign_in::get).post(sign_in::post).layer(DefaultBodyLimit::max(OPEN_FORM_MAX)))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/desk", get(desk::list::get))
        .route("/desk/batch", post(desk::batch::post))
        .route("/desk/intake", get(desk::intake::choose))
        .route("/desk/intake/{item}", get(desk::intake::get).post(desk::intake::post))
        .route("/desk/new", get(desk::open::choose))
        .route("/desk/new/{procedure}", get(desk::open::get).post(desk::open::post))
        .route("/desk/drafts", post(desk::drafts::post))
        .route("/desk/drafts/{id}/remove", post(desk::drafts::remove))
        .route("/desk/registers/{register}", get(desk::register::get).post(desk::register::post))
        .route("/desk/leave", get(desk::leave::get).post(desk::leave::post))
        .route("/desk/cases/{number}", get(desk::case::get))
        .route("/desk/cases/{number}/act/{action}", post(desk::act::post))
        .route("/desk/cases/{number}/hand-over", post(desk::hand_over::post))
        .route("/desk/cases/{number}/correct", post(desk::correct::post))
        .route("/desk/cases/{number}/letters/{event}", get(desk::letter::get))
        .route("/desk/cases/{number}/papers/{hash}", get(desk::paper::get))
        .route("/oversight", get(oversight::get))
        .route("/oversight/cases", get(oversight::cases))
        .route("/admin/packs", get(admin::packs::get))
        .route("/admin/packs/read", post(admin::packs::read).layer(DefaultBodyLimit::max(OPEN_FORM_MAX)))
        .route("/admin/packs/take-effect", post(admin::packs::take_effect).layer(DefaultBodyLimit::max(OPEN_FORM_MAX)))
        .route("/admin/packs/changes", get(admin::changes::get))
        .route("/admin/packs/cases", get(admin::cases::get))
        .route("/admin/packs/text", get(admin::text::get))
        .route("/oversight/posts", get(posts::get))
        .route("/oversight/functions", get(functions::get))
        .route("/oversight/breaches", get(breaches::get))
        .route("/demo/clock", post(demo::post).layer(DefaultBodyLimit::max(OPEN_FORM_MAX)))
        .route("/assets/{file}", get(assets::get))
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(FORM_SIZE_MAX))
        .layer(from_fn(guard))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(Service(app))
}

/// The office writes its letters through this service.
fn set_press(app: &App) {
    app.office.set_press(Arc::new(desk::letter::Printer::of(app)));
}

async fn not_found(State(app): State<App>, Maybe(officer): Maybe) -> Response {
    Fault::NotFound("没有这个页面。请从首页或工作台重新进入".to_owned()).page(&app, officer.as_ref())
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, "系统出了问题，没有写入任何内容。请稍后再试，或联系信息岗").into_response()
}

/// What holds for every request: forms only from our own pages, and headers that keep a page what it is.
async fn guard(mut request: Request, next: Next) -> Response {
    if *request.method() == Method::POST && !from_here(&request) {
        return (StatusCode::FORBIDDEN, "这张表单不是从本站页面提交的，已拒绝").into_response();
    }
    // What was done is said after our own forms; a link from elsewhere puts no words on an officer's page.
    let says = Query::<Vec<(String, String)>>::try_from_uri(request.uri())
        .is_ok_and(|q| q.iter().any(|(name, _)| name == "done"));
    if says
        && !referred_from_here(&request)
        && let Ok(bare) = request.uri().path().parse()
    {
        *request.uri_mut() = bare;
    }
    let asset = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let set = |headers: &mut axum::http::HeaderMap, name, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(
        headers,
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::REFERRER_POLICY, "same-origin");
    set(headers, header::X_FRAME_OPTIONS, "DENY");
    if !asset {
        set(headers, header::CACHE_CONTROL, "no-store");
    }
    response
}

/// A browser says where a form comes from; what says nothing (a script of the office's own) has no cookie to abuse.
fn from_here(request: &Request) -> bool {
    match (header_of(request, header::ORIGIN), header_of(request, header::HOST)) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, o)| o == host),
        (Some(_), None) => false,
    }
}

/// Did a page of our own lead here? A browser names it, also when our answer to its form sent it on.
fn referred_from_here(request: &Request) -> bool {
    let page =
        header_of(request, header::REFERER).and_then(|r| r.split_once("://")).and_then(|(_, r)| r.split('/').next());
    page.is_some() && page == header_of(request, header::HOST)
}

fn header_of(request: &Request, name: header::HeaderName) -> Option<&str> {
    request.headers().get(name).and_then(|v| v.to_str().ok())
}
