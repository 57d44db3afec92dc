//! Pages and API: one action a file, routes mirror URLs; knows no SQL.

pub mod ui;
