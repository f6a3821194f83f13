//! The value of a docview attribute: FileVault `DocViewProperty2`.
//!
//! ```text
//! prop  := [ "{" type "}" ] ( value | "[" [ value { "," value } ] "]" )
//! ```
//!
//! with `\` escapes. The automaton works on UTF-16 code units, as the original does: `\uXXXX` is one unit, and FileVault
//! writes every character outside the Basic Multilingual Plane as two of them.

use std::ops::Range;

use super::ValueType;
use crate::repository::platform_name::hex_digit;

/// The type of a type prefix that a value can have: one of the names of `javax.jcr.PropertyType`, or FileVault's own
/// `BinaryRef`.
fn type_of_prefix(name: &str) -> Option<ValueType> {
    name.parse().ok().filter(|value_type: &ValueType| value_type.is_jcr())
}

/// The type that `javax.jcr.PropertyType#valueFromName` knows under this name; `undefined` is a String.
pub fn type_named(name: &str) -> Option<ValueType> {
    match name {
        "undefined" => Some(ValueType::String),
        _ => type_of_prefix(name).filter(|value_type| *value_type != ValueType::BinaryRef),
    }
}

/// A parsed attribute value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocviewValue {
    /// The type written in braces; `None` when there is none or `undefined`.
    pub value_type: Option<ValueType>,
    /// Written with `[`.
    pub multiple: bool,
    /// The values with their byte ranges in the attribute's value; exactly one unless `multiple`.
    pub values: Vec<(String, Range<usize>)>,
}

impl DocviewValue {
    /// A single value that is written unchanged.
    pub(super) fn plain(text: &str) -> Self {
        Self { value_type: None, multiple: false, values: vec![(text.to_owned(), 0..text.len())] }
    }
}

/// Why FileVault rejects a value, and at which byte of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    /// What is wrong.
    pub message: &'static str,
    /// Byte offset in the attribute's value.
    pub offset: usize,
}

/// The states of `DocViewProperty2#parse`, with their one-letter names there: b, a, t, v, e, u.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Begin,
    AfterType,
    Type,
    Value,
    Escape,
    Unicode,
}

/// Parses an attribute's value as `DocViewProperty2#parse` does, after XML's own references are resolved.
pub fn parse(value: &str) -> Result<DocviewValue, ValueError> {
    // Most values are plain: in a single value, only a leading brace or bracket and backslashes are special.
    if !value.starts_with(['{', '[']) && !value.contains('\\') {
        return Ok(DocviewValue::plain(value));
    }
    let mut parser = Parser::default();
    for (offset, c) in value.char_indices() {
        parser.offset = offset;
        parser.next = offset + c.len_utf8();
        let last = parser.next == value.len();
        let mut units = [0; 2];
        for &mut unit in c.encode_utf16(&mut units) {
            parser.step(unit, last)?;
        }
    }
    Ok(parser.finish(value.len()))
}

#[derive(Default)]
struct Parser {
    state: State,
    value_type: Option<ValueType>,
    multiple: bool,
    /// `None` until a value is pushed or `\0` marks an empty value as present.
    values: Option<Vec<(String, Range<usize>)>>,
    units: Vec<u16>,
    start: usize,
    code: i32,
    digits: u8,
    offset: usize,
    next: usize,
}

impl Parser {
    fn step(&mut self, unit: u16, last: bool) -> Result<(), ValueError> {
        let ascii = u8::try_from(unit).unwrap_or(0);
        match (self.state, ascii) {
            (State::Begin, b'{') => self.state = State::Type,
            (State::Type, b'}') => {
                self.value_type = self.take_type()?;
                self.start = self.next;
                self.state = State::AfterType;
            }
            (State::Type, _) => self.units.push(unit),
            (State::Begin | State::AfterType, b'[') => {
                self.multiple = true;
                self.start = self.next;
                self.state = State::Value;
            }
            (State::Begin | State::AfterType | State::Value, b'\\') => self.state = State::Escape,
            (State::Value, b',') if self.multiple => self.push(self.offset),
            (State::Value, b']') if self.multiple && last => {
                if !self.units.is_empty() || self.values.is_some() {
                    self.push(self.offset);
                }
            }
            (State::Escape, b'u') => {
                self.state = State::Unicode;
                (self.code, self.digits) = (0, 0);
            }
            (State::Escape, b'0') => {
                self.state = State::Value;
                self.values.get_or_insert_default();
            }
            (State::Unicode, _) => self.unicode_digit(unit)?,
            (State::Begin | State::AfterType | State::Value | State::Escape, _) => {
                self.units.push(unit);
                self.state = State::Value;
            }
        }
        Ok(())
    }

    fn take_type(&mut self) -> Result<Option<ValueType>, ValueError> {
        let name = self.take_text();
        if name == "undefined" {
            return Ok(None);
        }
        let error = ValueError { message: "unknown property type in braces", offset: self.offset };
        type_of_prefix(&name).map(Some).ok_or(error)
    }

    /// One digit of `\uXXXX` in Java's `int` arithmetic, where a non-digit counts as -1.
    fn unicode_digit(&mut self, unit: u16) -> Result<(), ValueError> {
        self.code = (self.code << 4).wrapping_add(hex_digit(unit));
        self.digits += 1;
        if self.digits < 4 {
            return Ok(());
        }
        self.state = State::Value;
        let error = ValueError { message: "\\u without four hexadecimal digits", offset: self.offset };
        self.units.push(u16::try_from(self.code).map_err(|_| error)?);
        Ok(())
    }

    fn take_text(&mut self) -> String {
        let text = String::from_utf16_lossy(&self.units);
        self.units.clear();
        text
    }

    fn push(&mut self, end: usize) {
        let text = self.take_text();
        let range = self.start..end;
        self.start = self.next;
        self.values.get_or_insert_default().push((text, range));
    }

    fn finish(mut self, end: usize) -> DocviewValue {
        if !self.multiple {
            let text = self.take_text();
            // In an unterminated `{type`, the text after the brace is the value.
            let start = if self.state == State::Type { 1 } else { self.start };
            let values = vec![(text, start.min(end)..end)];
            return DocviewValue { value_type: self.value_type, multiple: false, values };
        }
        if !self.units.is_empty() {
            self.push(end);
        }
        DocviewValue { value_type: self.value_type, multiple: true, values: self.values.unwrap_or_default() }
    }
}

/// Writes values as FileVault does (`DocViewProperty2#formatValue`).
///
/// `value_type` is `None` for a property whose name implies its type (`jcr:primaryType`) or that has no type; text in
/// such a property is escaped like a String.
pub fn format(values: &[&str], multiple: bool, value_type: Option<ValueType>) -> String {
    let mut formatted = String::new();
    if let Some(other) = value_type.filter(|other| *other != ValueType::String) {
        formatted.push_str(&format!("{{{}}}", other.name()));
    }
    let escapes = matches!(value_type, None | Some(ValueType::String | ValueType::Name | ValueType::Path));
    if multiple {
        formatted.push('[');
    }
    for (i, value) in values.iter().enumerate() {
        if values.len() == 1 && value.is_empty() {
            formatted.push_str("\\0");
            break;
        }
        if i > 0 {
            formatted.push(',');
        }
        if escapes { escape(value, multiple, &mut formatted) } else { formatted.push_str(value) }
    }
    if multiple {
        formatted.push(']');
    }
    formatted
}

/// `DocViewProperty2#escape`.
fn escape(value: &str, multiple: bool, out: &mut String) {
    for (i, c) in value.char_indices() {
        match c {
            '\\' => out.push_str("\\\\"),
            ',' if multiple => out.push_str("\\,"),
            '[' | '{' if i == 0 && !multiple => {
                out.push('\\');
                out.push(c);
            }
            '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' => out.push(c),
            _ => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(value: &str) -> Vec<String> {
        parse(value).unwrap().values.into_iter().map(|v| v.0).collect()
    }

    #[test]
    fn arrays_and_their_edges() {
        assert_eq!(texts("[]"), [""; 0]);
        assert_eq!(texts("["), [""; 0]);
        assert_eq!(texts("[\\0]"), [""]);
        assert_eq!(texts("[,]"), ["", ""]);
        assert_eq!(texts("[a,]"), ["a", ""]);
        assert_eq!(texts("[a,"), ["a"]);
        assert_eq!(texts("[a]b"), ["a]b"]);
        assert_eq!(texts("[[x],[y]]"), ["[x]", "[y]"]);
        assert_eq!(texts("[a, b]"), ["a", " b"]);
    }

    #[test]
    fn types_and_escapes() {
        let value = parse("{Long}5").unwrap();
        assert_eq!((value.value_type, value.multiple), (Some(ValueType::Long), false));
        assert_eq!(texts("{String}{Long}5"), ["{Long}5"]);
        assert_eq!(texts("{Long"), ["Long"]);
        assert_eq!(texts("\\ud83d\\ude00"), ["😀"]);
        assert_eq!(texts("\\u1zzz"), ["\u{EEF}"]);
        assert_eq!(texts("\\n"), ["n"]);
        assert!(parse("{long}5").is_err());
        assert!(parse("\\uzzzz").is_err());
    }

    #[test]
    fn ranges_name_the_escaped_text() {
        let value = "{String}[a\\,b,\\u0041]";
        let ranges: Vec<&str> = parse(value).unwrap().values.into_iter().map(|v| &value[v.1]).collect();
        assert_eq!(ranges, ["a\\,b", "\\u0041"]);
        let value = "{Long}5";
        assert_eq!(&value[parse(value).unwrap().values[0].1.clone()], "5");
    }
}
