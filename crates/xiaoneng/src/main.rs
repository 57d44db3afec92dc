//! `xiaoneng`: the house at the command line.
//!
//! `main` reads what was typed, hands it to one function under [`commands`], and turns what comes back
//! into an exit code: 0 done, 1 a fault was found or the request was refused, 2 it was typed wrongly.

mod cli;
mod commands;
mod data;
mod demo;
mod lines;
mod output;
mod packs;
mod rules;
mod serve;
mod when;
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    let typed: Vec<_> = std::env::args_os().collect();
    let (json, result) = match cli::read(&typed) {
        Ok(cli) => (cli.json, commands::run(&cli)),
        Err(stop) => (typed.iter().any(|word| word == "--json"), Err(stop)),
    };
    output::finish(json, result)
}
