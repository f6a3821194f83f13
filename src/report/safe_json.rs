//! JSON that is plain text for a terminal and for the log of a CI system.

use super::escape::{is_plain, is_unsafe};

/// Writes JSON strings with unsafe characters escaped, in addition to those that JSON requires.
#[derive(Debug, Default)]
pub struct SafeJson<F>(pub F);

macro_rules! delegate {
    ($($name:ident($($arg:ident: $type:ty),*);)*) => {
        $(fn $name<W: ?Sized + std::io::Write>(&mut self, writer: &mut W $(, $arg: $type)*) -> std::io::Result<()> {
            self.0.$name(writer $(, $arg)*)
        })*
    };
}

impl<F: serde_json::ser::Formatter> serde_json::ser::Formatter for SafeJson<F> {
    fn write_string_fragment<W: ?Sized + std::io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> std::io::Result<()> {
        if is_plain(fragment) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        // A log treats `##[` as a command anywhere in a line.
        let opens = |rest: &str, at: usize| rest[..at].ends_with('#');
        while let Some((at, c)) = rest.char_indices().find(|&(at, c)| is_unsafe(c) || (c == '#' && opens(rest, at))) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    delegate! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }
}

/// A list whose items are made one by one while it is written, so that a report is never in memory twice.
#[derive(Debug)]
pub struct Lazy<F>(pub F);

impl<I: Iterator<Item: serde::Serialize>, F: Fn() -> I> serde::Serialize for Lazy<F> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Writes `value` as JSON over several lines, with a final line end.
///
/// # Errors
/// Whatever `out` returns.
pub fn write_json(value: &impl serde::Serialize, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let mut serializer =
        serde_json::Serializer::with_formatter(&mut *out, SafeJson(serde_json::ser::PrettyFormatter::new()));
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

/// Writes `value` as JSON on one line.
///
/// # Errors
/// Whatever `out` returns.
pub fn write_json_line(value: &impl serde::Serialize, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, SafeJson(serde_json::ser::CompactFormatter));
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_escapes_what_terminals_obey() {
        let mut out = Vec::new();
        write_json_line(&"a\u{9b}\u{202e}\"\u{1b}😀\u{e0001}", &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\"a\\u009b\\u202e\\\"\\u001b😀\\udb40\\udc01\"\n");
    }

    #[test]
    fn json_holds_no_command() {
        let mut out = Vec::new();
        write_json_line(&"##vso[x] ###[y] # ## z", &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.contains("##"), "{text}");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), "##vso[x] ###[y] # ## z");
    }
}
