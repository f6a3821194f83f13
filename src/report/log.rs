//! Lines that are safe in the log of a CI system.

use std::io::{self, Write};

use super::escape;
use super::lines::each_line;

/// Runs `write` with a writer for readable text: none of its lines contains a command of a CI system, regardless of
/// wrapping and of the text before it. Formats that write such commands do not use it.
///
/// # Errors
/// Whatever `write` or the underlying writer returns.
pub fn safe_lines(out: &mut dyn Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    each_line(out, escape::log_line, write)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn safe(text: &str) -> String {
        let mut out = Vec::new();
        safe_lines(&mut out, |lines| {
            // Byte by byte, because a formatter may write that way.
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
