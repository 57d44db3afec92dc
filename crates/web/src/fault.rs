//! What goes wrong, as a page: what it is, and the way out. The log has its own words.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;
use xiaoneng_office::{ActError, OfficeError};

use crate::app::{App, Frame};
use crate::session::Officer;
use crate::ui;

/// A fault on its way to a page.
#[derive(Debug)]
pub enum Fault {
    /// Not there, or not for this reader's eyes: the same words for both.
    NotFound(String),
    /// Not his to do.
    Forbidden(String),
    /// The request itself is wrong.
    Bad(String),
    /// Too large.
    TooLarge(String),
    /// The office cannot.
    Office(OfficeError),
}

impl From<OfficeError> for Fault {
    fn from(error: OfficeError) -> Self {
        Fault::Office(error)
    }
}

impl From<xiaoneng_store::StoreError> for Fault {
    fn from(error: xiaoneng_store::StoreError) -> Self {
        Fault::Office(error.into())
    }
}

impl From<ActError> for Fault {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Office(error) => Fault::Office(error),
            ActError::NotFound(what) => Fault::NotFound(format!("没有{what}。请核对编号")),
            other => Fault::Bad(other.to_string()),
        }
    }
}

impl Fault {
    fn parts(&self) -> (StatusCode, &'static str, String) {
        match self {
            Fault::NotFound(words) => (StatusCode::NOT_FOUND, "没有找到", words.clone()),
            Fault::Forbidden(words) => (StatusCode::FORBIDDEN, "不能查看或办理", words.clone()),
            Fault::Bad(words) => (StatusCode::BAD_REQUEST, "请求有误", words.clone()),
            Fault::TooLarge(words) => (StatusCode::PAYLOAD_TOO_LARGE, "太大了", words.clone()),
            Fault::Office(error) => {
                tracing::error!(%error, "the office cannot");
                // What somebody else's write stands against is a conflict; the rest is ours to mend.
                if let OfficeError::Superseded(_) = error {
                    return (StatusCode::CONFLICT, "没有写入", error.to_string());
                }
                let conflict = matches!(
                    error,
                    OfficeError::Store(
                        xiaoneng_store::StoreError::KeyReused { .. } | xiaoneng_store::StoreError::Taken { .. }
                    )
                );
                let status = if conflict { StatusCode::CONFLICT } else { StatusCode::SERVICE_UNAVAILABLE };
                let words = match error {
                    OfficeError::Store(xiaoneng_store::StoreError::Full { .. }) => {
                        "磁盘已满，这一次没有写入任何内容。请信息岗腾出空间，再重新提交（重复提交不会办两次）"
                    }
                    OfficeError::Store(xiaoneng_store::StoreError::KeyReused { .. }) => {
                        "这张表单已经用别的内容提交过。请刷新页面，重新填写"
                    }
                    OfficeError::Store(xiaoneng_store::StoreError::Taken { .. }) => "编号已被占用，请换一个",
                    OfficeError::Store(_) => {
                        "数据库这会儿不能应答，没有写入任何内容。请稍后用同一页面再提交（重复提交不会办两次）"
                    }
                    _ => "系统出了问题，没有写入任何内容。请信息岗运行 xiaoneng doctor 查看",
                };
                (status, if conflict { "没有写入" } else { "暂时不能办理" }, words.to_owned())
            }
        }
    }

    /// As a whole page.
    pub fn page(&self, app: &App, officer: Option<&Officer>) -> Response {
        let (status, title, words) = self.parts();
        let content = html! {
            (ui::head(title, &words, html! {}))
            p { a href=(if officer.is_some() { "/desk" } else { "/" }) { "返回" (if officer.is_some() { "工作台" } else { "首页" }) } }
        };
        let frame = Frame {
            section: if officer.is_some() { ui::Section::Desk } else { ui::Section::Public },
            ..Frame::public(title, "")
        };
        (status, app.page(&frame, officer, content)).into_response()
    }
}

/// A route's answer: a page, or a fault that becomes one.
pub type Answer = Result<Response, Fault>;

/// Turn a route's answer into a response.
pub fn answer(app: &App, officer: Option<&Officer>, answer: Answer) -> Response {
    answer.unwrap_or_else(|fault| fault.page(app, officer))
}
