//! What goes out: results on stdout, what went wrong on stderr (with `--json`, as `{"error"}` on stdout).

use std::io::{self, IsTerminal, StdoutLock, Write};
use std::process::ExitCode;

use serde::Serialize;

/// How a command ended that ended in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All is well.
    Done,
    /// It did its work and found a fault, which it has told.
    Found,
}

impl End {
    /// A fault was found, or not.
    pub fn found(fault: bool) -> Self {
        if fault { End::Found } else { End::Done }
    }
}

/// Why a command stopped. The text says what was asked, where, and the way out, in Chinese.
#[derive(Debug)]
pub enum Stop {
    /// It was typed wrongly: exit code 2.
    Usage(String),
    /// It was refused, or cannot be: exit code 1.
    Refused(String),
    /// Help or the version was asked for.
    Told(String),
    /// The output could not be written.
    Output(io::Error),
}

/// What a command answers.
pub type Ended = Result<End, Stop>;

impl Stop {
    /// Refused, for this reason.
    pub fn refused(text: impl Into<String>) -> Self {
        Stop::Refused(text.into())
    }

    /// Typed wrongly.
    pub fn usage(text: impl Into<String>) -> Self {
        Stop::Usage(text.into())
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Output(error)
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Self {
        Stop::Output(error.into())
    }
}

/// Tells what is to be told, and gives the exit code.
pub fn finish(json: bool, result: Ended) -> ExitCode {
    let (code, text) = match result {
        Ok(End::Done) => return ExitCode::SUCCESS,
        Ok(End::Found) => return ExitCode::from(1),
        // Whoever reads our output has seen enough (`| head`): nothing is wrong.
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Err(Stop::Output(error)) => {
            let _ = writeln!(io::stderr(), "错误：结果写不出去：{error}。请检查磁盘空间，或者换一个输出的地方");
            return ExitCode::from(1);
        }
        Err(Stop::Told(text)) => {
            let _ = write!(io::stdout(), "{text}");
            return ExitCode::SUCCESS;
        }
        Err(Stop::Usage(text)) => (2, text),
        Err(Stop::Refused(text)) => (1, text),
    };
    if json {
        let _ = writeln!(io::stdout(), "{}", serde_json::json!({ "error": text }));
    } else {
        let _ = writeln!(io::stderr(), "错误：{text}");
    }
    ExitCode::from(code)
}

/// Stdout, locked and buffered.
pub fn out() -> io::BufWriter<StdoutLock<'static>> {
    io::BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// One JSON value on stdout: on a terminal spread out for reading, else on one line.
pub fn json(value: &impl Serialize) -> Result<(), Stop> {
    let mut out = out();
    if io::stdout().is_terminal() {
        serde_json::to_writer_pretty(&mut out, value)?;
    } else {
        serde_json::to_writer(&mut out, value)?;
    }
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

/// A text on stdout.
pub fn text(text: &str) -> Result<(), Stop> {
    let mut out = out();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        writeln!(out)?;
    }
    out.flush()?;
    Ok(())
}

/// A remark beside the result, on stderr.
pub fn remark(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// A bar on stderr, if that is a terminal.
pub struct Bar {
    title: String,
    shown: Option<usize>,
}

impl Bar {
    /// A bar with a title.
    pub fn new(title: impl Into<String>) -> Self {
        Bar { title: title.into(), shown: None }
    }

    /// So many are done, of so many.
    pub fn set(&mut self, done: usize, all: usize) {
        const WIDTH: usize = 30;
        if !io::stderr().is_terminal() {
            return;
        }
        let percent = (done * 100).checked_div(all).unwrap_or(100).min(100);
        if self.shown == Some(percent) && done < all {
            return;
        }
        self.shown = Some(percent);
        let full = percent * WIDTH / 100;
        let (bar, rest) = ("█".repeat(full), "░".repeat(WIDTH - full));
        let end = if done >= all { "\n" } else { "" };
        let _ = write!(io::stderr(), "\r{} {bar}{rest} {percent:3}%  {done}/{all}{end}", self.title);
    }
}

/// Letters in colour, where someone looks at them and does not mind.
#[derive(Clone, Copy, Debug)]
pub struct Paint(bool);

impl Paint {
    /// In colour on a terminal, unless `NO_COLOR` is set.
    pub fn of_stdout() -> Self {
        Paint(io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()))
    }

    fn code(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// What matters most.
    pub fn bold(self, text: &str) -> String {
        self.code("1", text)
    }

    /// What is beside the point.
    pub fn faint(self, text: &str) -> String {
        self.code("2", text)
    }

    /// A light's colour; other words as they are.
    pub fn light(self, light: &str, text: &str) -> String {
        match light {
            "green" => self.code("32", text),
            "yellow" => self.code("33", text),
            "red" => self.code("1;31", text),
            "paused" => self.code("36", text),
            _ => text.to_owned(),
        }
    }
}

/// Columns that a text takes on a terminal: Chinese characters take two.
pub fn width(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            '\0'..='\u{1f}' => 0,
            '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' => 2,
            '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' => 2,
            '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}' => 2,
            _ => 1,
        })
        .sum()
}

/// A text filled up with blanks to so many columns.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// A text cut to so many columns.
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if width(&kept) + width(c.encode_utf8(&mut [0; 4])) + 1 > columns {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

/// Rows under a heading; each column as wide as it needs, at most as wide as it may be.
pub fn grid(heading: &[&str], widest: &[usize], rows: &[Vec<String>]) -> String {
    let column = |i: usize| {
        let cells = rows.iter().map(|row| width(&row[i]));
        cells.chain([width(heading[i])]).max().unwrap_or(0).min(widest[i])
    };
    let columns: Vec<usize> = (0..heading.len()).map(column).collect();
    let line = |cells: Vec<String>| {
        let cells: Vec<String> = cells.iter().zip(&columns).map(|(c, w)| pad(&cut(c, *w), *w)).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    let mut text = line(heading.iter().map(|h| (*h).to_owned()).collect());
    text += &line(columns.iter().map(|w| "-".repeat(*w)).collect());
    for row in rows {
        text += &line(row.clone());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_with_chinese_in_them() {
        let rows = vec![vec!["XK-42-1".to_owned(), "行政许可法".to_owned()], vec!["x".to_owned(), "长".repeat(9)]];
        let shown = grid(&["编号", "法律"], &[10, 12], &rows);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[2], "XK-42-1  行政许可法");
        assert_eq!(lines[3], "x        长长长长长…");
        assert_eq!(cut("abc", 3), "abc");
    }
}
