//! Lines that end in the log of a CI system.

use std::io::{self, Write};

use super::escape;

/// A writer of text for people: none of its lines begins with, or holds, a command of a CI system, wherever a text was
/// wrapped and whatever came before it. Formats that write such commands themselves do without.
pub struct SafeLines<'w> {
    out: &'w mut dyn Write,
    line: Vec<u8>,
}

impl<'w> SafeLines<'w> {
    /// Lines for `out`. The last one is written when [`SafeLines::end`] is called.
    pub fn new(out: &'w mut dyn Write) -> Self {
        Self { out, line: Vec::new() }
    }

    /// Writes what was written without a line end.
    ///
    /// # Errors
    /// Whatever the writer behind returns.
    pub fn end(mut self) -> io::Result<()> {
        self.pass()
    }

    fn pass(&mut self) -> io::Result<()> {
        let text = String::from_utf8_lossy(&self.line);
        self.out.write_all(escape::log_line(&text).as_bytes())?;
        self.line.clear();
        Ok(())
    }
}

impl Write for SafeLines<'_> {
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

/// Runs `write` with a writer of safe lines.
///
/// # Errors
/// Whatever `write` or the writer behind returns.
pub fn safe_lines(out: &mut dyn Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut lines = SafeLines::new(out);
    write(&mut lines)?;
    lines.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn safe(text: &str) -> String {
        let mut out = Vec::new();
        safe_lines(&mut out, |lines| {
            // Byte by byte, as a formatter may.
            text.as_bytes().iter().try_for_each(|byte| lines.write_all(&[*byte]))
        })
        .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_line_is_a_command() {
        assert_eq!(safe("a ::error::b\n  c\n"), "a ::error::b\n  c\n");
        assert_eq!(safe("x\n  ::error::b\n::add-mask::y"), "x\n  \\u{3a}:error::b\n\\u{3a}:add-mask::y");
        assert_eq!(safe("a ##[group]x\n##vso[y]\n"), "a #\\u{23}[group]x\n#\\u{23}vso[y]\n");
        assert_eq!(safe(" section_start:1:x\nsection_end:1:x"), " section_start\\u{3a}1:x\nsection_end\\u{3a}1:x");
        assert_eq!(
            safe("##teamcity[x]\n\u{1b}[31m::é\u{1b}[0m\n"),
            "#\\u{23}teamcity[x]\n\u{1b}[31m\\u{3a}:é\u{1b}[0m\n"
        );
    }
}
