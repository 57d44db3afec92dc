//! Pages: server-rendered HTML, one action a file, routes that mirror addresses. Knows no SQL.

pub mod app;
mod choices;
mod fault;
mod form;
pub mod handbook;
mod query;
mod routes;
pub mod rulebook;
mod session;
pub mod ui;

pub use app::{App, Demo};
pub use routes::router;
pub use rulebook::Rulebook;
