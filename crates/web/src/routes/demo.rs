//! `POST /demo/clock`: the demonstration's clock goes on by an hour, a working day, a week.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::SignedDuration;
use xiaoneng_casework::PLACE;
use xiaoneng_office::OfficeTime;

use crate::app::App;
use crate::fault::{Answer, Fault, answer};
use crate::form::Form;
use crate::session::Maybe;

pub async fn post(State(app): State<App>, Maybe(officer): Maybe, headers: HeaderMap, form: Form) -> Response {
    let done = advance(&app, &headers, &form).await;
    answer(&app, officer.as_ref(), done)
}

async fn advance(app: &App, headers: &HeaderMap, form: &Form) -> Answer {
    let Some(demo) = &app.demo else {
        return Err(Fault::NotFound("只有演示可以拨时钟".to_owned()));
    };
    let now = app.office.now();
    let by = match form.get("step") {
        "hour" => SignedDuration::from_hours(1),
        "week" => SignedDuration::from_hours(24 * 7),
        "workday" => {
            // The same hour of the next working day.
            let today = PLACE.to_datetime(now);
            let known = app.office.world.calendar.known_on(today.date());
            let next = known.add_workdays(today.date(), 1).map_err(|e| Fault::Bad(e.to_string()))?;
            let then = PLACE.to_timestamp(next.to_datetime(today.time())).map_err(|e| Fault::Bad(e.to_string()))?;
            then.duration_since(now)
        }
        _ => return Err(Fault::Bad("请选一小时、一个工作日或一周".to_owned())),
    };
    // The calendar ends in 2035: the clock stops before it.
    if PLACE.to_datetime(now + by).year() > 2034 {
        return Err(Fault::Bad("演示的时钟最多拨到 2034 年".to_owned()));
    }
    demo.time.advance(by);
    (demo.moved)(demo.time.offset().as_millis() as i64);
    for tenant in app.office.tenants() {
        app.office.watch(&tenant).await?;
    }
    Ok(Redirect::to(&back(headers)).into_response())
}

/// The page the form was on; only its path, so that nobody is sent elsewhere.
fn back(headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER).and_then(|v| v.to_str().ok()).unwrap_or("/");
    let path = referer.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    path.filter(|p| !p.starts_with("//")).unwrap_or("/").to_owned()
}
