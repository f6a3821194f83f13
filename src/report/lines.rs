//! A writer that transforms each line.

use std::borrow::Cow;
use std::io::{self, Write};

/// Runs `write` with a writer that applies `turn` to each line, without its end. A last line without an end is written
/// after `write` has returned.
///
/// # Errors
/// Whatever `write` or the underlying writer returns.
pub(super) fn each_line(
    out: &mut dyn Write,
    turn: impl Fn(&str) -> Cow<'_, str>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut lines = Lines { out, turn, line: Vec::new() };
    write(&mut lines)?;
    lines.pass()
}

struct Lines<'w, T> {
    out: &'w mut dyn Write,
    turn: T,
    line: Vec<u8>,
}

impl<T: Fn(&str) -> Cow<'_, str>> Lines<'_, T> {
    fn pass(&mut self) -> io::Result<()> {
        let (line, end) = self.line.strip_suffix(b"\n").map_or((self.line.as_slice(), ""), |line| (line, "\n"));
        self.out.write_all((self.turn)(&String::from_utf8_lossy(line)).as_bytes())?;
        self.out.write_all(end.as_bytes())?;
        self.line.clear();
        Ok(())
    }
}

impl<T: Fn(&str) -> Cow<'_, str>> Write for Lines<'_, T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.pass()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
