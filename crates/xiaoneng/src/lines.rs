//! Questions a line at a time: millions of them, each answered on its own line.

use std::io::{self, BufRead, BufReader, StdinLock, Write};

/// The longest line that is read; what is longer is answered by an error, and the next line is read.
pub const LINE_MAX: usize = 1 << 20;

/// What a line says.
pub enum Line<'a> {
    /// Its bytes, without the line's end.
    Text(&'a [u8]),
    /// It is longer than [`LINE_MAX`].
    TooLong,
}

/// Stdin, locked and buffered.
pub fn stdin() -> BufReader<StdinLock<'static>> {
    BufReader::with_capacity(1 << 16, io::stdin().lock())
}

/// Hands over each line with its number from 1. Before it waits for more, the answers so far are sent off:
/// whoever asks line by line through a pipe gets each answer at once.
pub fn each<W: Write>(
    mut from: impl BufRead,
    out: &mut W,
    mut answer: impl FnMut(u64, Line<'_>, &mut W) -> io::Result<()>,
) -> io::Result<()> {
    let mut number = 0;
    // The beginning of a line whose end is not yet in the buffer.
    let mut begun: Vec<u8> = Vec::new();
    let mut too_long = false;
    loop {
        out.flush()?;
        let buffer = match from.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if buffer.is_empty() {
            break;
        }
        let mut rest = buffer;
        while let Some(end) = rest.iter().position(|b| *b == b'\n') {
            let (line, after) = (&rest[..end], &rest[end + 1..]);
            rest = after;
            number += 1;
            if too_long || begun.len() + line.len() > LINE_MAX {
                answer(number, Line::TooLong, out)?;
            } else if begun.is_empty() {
                answer(number, Line::Text(plain(number, line)), out)?;
            } else {
                begun.extend_from_slice(line);
                answer(number, Line::Text(plain(number, &begun)), out)?;
            }
            begun.clear();
            too_long = false;
        }
        too_long = too_long || begun.len() + rest.len() > LINE_MAX;
        if too_long {
            begun.clear();
        } else {
            begun.extend_from_slice(rest);
        }
        let read = buffer.len();
        from.consume(read);
    }
    if too_long {
        answer(number + 1, Line::TooLong, out)?;
    } else if !begun.is_empty() {
        answer(number + 1, Line::Text(plain(number + 1, &begun)), out)?;
    }
    out.flush()
}

/// Without what other systems add: a carriage return, a byte order mark, blanks around.
fn plain(number: u64, line: &[u8]) -> &[u8] {
    let line = if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
    line.trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8], buffer: usize) -> Vec<String> {
        let mut seen = Vec::new();
        let from = BufReader::with_capacity(buffer, text);
        each(from, &mut Vec::new(), |n, line, _| {
            seen.push(match line {
                Line::Text(text) => format!("{n}:{}", String::from_utf8_lossy(text)),
                Line::TooLong => format!("{n}!"),
            });
            Ok(())
        })
        .unwrap();
        seen
    }

    #[test]
    fn every_line_comes_once_whatever_the_buffer() {
        let text = b"\xef\xbb\xbfone\r\n two \n\nlast";
        for buffer in 1..20 {
            assert_eq!(lines(text, buffer), ["1:one", "2:two", "3:", "4:last"], "buffer of {buffer}");
        }
        assert_eq!(lines(b"", 8), [""; 0]);
        assert_eq!(lines(b"a\n", 8), ["1:a"]);
    }

    #[test]
    fn a_line_that_is_too_long_leaves_the_others() {
        let long = [b"a\n".to_vec(), vec![b'x'; LINE_MAX + 1], b"\nb\n".to_vec()].concat();
        assert_eq!(lines(&long, 1 << 16), ["1:a", "2!", "3:b"]);
    }
}
