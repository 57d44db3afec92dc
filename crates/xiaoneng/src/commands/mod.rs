//! One command a file. Each takes what was typed and answers how it ended.

use crate::cli::{Cli, Command};
use crate::output::{Ended, Stop};
use crate::{demo, serve};

mod bench;
mod calendar;
mod calendar_show;
mod check;
mod check_against;
mod check_impact;
mod docs;
mod doctor;
mod due;
mod due_lines;
mod due_text;
mod limits;
mod limits_text;
mod rebuild;
mod scenarios;
mod search;

/// Does what was typed.
pub fn run(cli: &Cli) -> Ended {
    match &cli.command {
        Command::Demo(args) => demo::run(cli, args),
        Command::Serve(args) => serve::run(cli, args),
        Command::Check(args) => check::run(cli, args),
        Command::Calendar(args) => calendar::run(cli, args),
        Command::Due(args) => due::run(cli, args),
        Command::Limits(args) => limits::run(cli, args),
        Command::Search(args) => search::run(cli, args),
        Command::Scenarios(args) => scenarios::run(cli, args),
        Command::Docs(args) => docs::run(cli, args),
        Command::Rebuild(args) => rebuild::run(cli, args),
        Command::Doctor(args) => doctor::run(cli, args),
        Command::Bench(args) => bench::run(cli, args),
        Command::Import(_) => later("import（导入清单）"),
        Command::Export(_) => later("export（导出清单）"),
        Command::Report(_) => later("report（报表）"),
        Command::Verify(_) => later("verify（验证回执和存证账）"),
    }
}

fn later(what: &str) -> Ended {
    Err(Stop::refused(format!("{what}属于后面的阶段，现在还没有做")))
}
