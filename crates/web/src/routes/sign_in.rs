//! `/sign-in`: name and password; `/sign-out`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;
use xiaoneng_office::SignInError;

use crate::app::{App, Frame};
use crate::fault::Fault;
use crate::form::Form;
use crate::query::Query;
use crate::session::{COOKIE, Officer, cookie, same};
use crate::ui;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: String,
}

pub async fn get(State(app): State<App>, Query(asked): Query<Asked>) -> Response {
    page(&app, StatusCode::OK, "", &asked.next, None)
}

pub async fn post(State(app): State<App>, form: Form) -> Response {
    let (name, next) = (form.get("name").to_owned(), form.get("next").to_owned());
    match app.office.sign_in(&name, form.get("password")).await {
        Ok((token, _)) => {
            let secure = if app.base_url.starts_with("https://") { "; Secure" } else { "" };
            let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200{secure}");
            ([(header::SET_COOKIE, cookie)], Redirect::to(&inside(&next))).into_response()
        }
        Err(SignInError::Office(error)) => Fault::Office(error).page(&app, None),
        Err(error) => page(&app, StatusCode::UNAUTHORIZED, &name, &next, Some(error.to_string())),
    }
}

/// `POST /sign-out`
pub async fn sign_out(State(app): State<App>, officer: Officer, headers: HeaderMap, form: Form) -> Response {
    if !same(form.get("csrf"), &officer.csrf) {
        return Fault::Forbidden("页面已经过期，请刷新后再试".to_owned()).page(&app, Some(&officer));
    }
    if let Some(cookie) = cookie(&headers)
        && let Err(error) = app.office.sign_out(cookie).await
    {
        return Fault::Office(error).page(&app, Some(&officer));
    }
    let gone = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    ([(header::SET_COOKIE, gone)], Redirect::to("/")).into_response()
}

/// Only a path of our own.
fn inside(next: &str) -> String {
    // Browsers drop tabs from an address: "/\t/elsewhere" would lead there.
    let fine =
        next.starts_with('/') && !next.starts_with("//") && !next.contains(|c: char| c == '\\' || c.is_control());
    if fine { next.to_owned() } else { "/desk".to_owned() }
}

fn page(app: &App, status: StatusCode, name: &str, next: &str, error: Option<String>) -> Response {
    let content = html! {
        (ui::head("登录", "工作人员用本人账号登录。办事群众不需要登录，直接查事项、查进度。", html! {}))
        form class="form narrow" method="post" action="/sign-in" {
            @if let Some(error) = &error { p class="err" role="alert" { (error) } }
            input type="hidden" name="next" value=(next);
            div class="fld" { label for="f-name" { "用户名" } input class="in" id="f-name" name="name" value=(name) autocomplete="username" required autofocus maxlength="100"; }
            div class="fld" { label for="f-password" { "口令" } input class="in" id="f-password" name="password" type="password" autocomplete="current-password" required maxlength="200"; }
            (ui::button(ui::Button::Primary, "登录", None))
        }
        @if let Some(demo) = &app.demo {
            section {
                h2 { "演示账号" }
                p { "口令都是 " code { (demo.password) } "。演示数据由程序生成，人名都是虚构的。" }
                table class="t stackable" {
                    caption class="vh" { "演示账号" }
                    thead { tr { th scope="col" { "用户名" } th scope="col" { "可以试什么" } } }
                    tbody { @for (login, what) in &demo.logins { tr { td data-l="用户名" { code { (login) } } td data-l="可以试什么" { (what) } } } }
                }
            }
        }
    };
    (status, app.page(&Frame::public("登录", ""), None, content)).into_response()
}
