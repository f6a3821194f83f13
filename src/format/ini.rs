//! INI files of Python programs, as `configparser` reads them: `usermanagement.config` and `config.ini` of Adobe's samples
//! for the User Management API.
//!
//! Grammar: `configparser` of the Python standard library. `[section]`, then `key = value` or `key: value`; lines that begin
//! with `#` or `;` are comments; a line with a larger indentation continues the value; keys are compared in lower case.

use super::traits::{CommentSyntax, FlatLines, Origin, Stores, Traits};
use super::{
    Document, Format, Input, MAX_VALUES, Node, Property, RawFile, Reading, Span, Text, Value, text, too_many_values,
};

/// An INI file with a credential.
#[derive(Debug)]
pub struct Ini;

/// Extensions that such files have.
const EXTENSIONS: [&str; 4] = [".ini", ".config", ".cfg", ".conf"];
/// Words of which a file with a credential contains all.
const TELLING: [&[u8]; 2] = [b"tech_acct", b"client_secret"];

impl Format for Ini {
    fn traits(&self) -> Traits {
        Traits {
            origin: Origin::AnyProgram,
            flat_lines: FlatLines::Always,
            is_small: true,
            ..Traits::written("ini", Stores::Settings, Some(CommentSyntax::Hash))
        }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        let name = input.context.file_name();
        EXTENSIONS.iter().any(|extension| name.ends_with(extension))
            && TELLING.iter().all(|word| input.contains(word))
            && begins_with_section(input.bytes)
    }

    fn read(&self, _input: &Input<'_>, text: &Text<'_>, _reading: Reading) -> Document {
        let mut document = Document::default();
        let mut properties: Vec<Property> = Vec::new();
        let mut section = "";
        // The indentation of the last key, if the next line may continue its value.
        let mut open = None;
        // Empty lines are part of a value that continues after them.
        let mut blank = 0;
        for (at, line) in text::lines(text.as_str(), '\n') {
            let written = line.trim_end();
            let content = written.trim_start_matches('\u{feff}').trim_start();
            let indent = written.len() - content.len();
            if content.is_empty() || content.starts_with(['#', ';']) {
                blank += usize::from(content.is_empty());
                continue;
            }
            let skipped = std::mem::take(&mut blank);
            if let Some(property) = open.filter(|own| indent > *own).and_then(|_| properties.last_mut()) {
                for value in &mut property.values {
                    value.text.extend(std::iter::repeat_n('\n', skipped + 1));
                    value.text.push_str(content);
                    value.span.end = at + written.len();
                }
                property.span.end = at + written.len();
                continue;
            }
            if let Some((name, _)) = content.strip_prefix('[').and_then(|rest| rest.rsplit_once(']')) {
                (section, open) = (name, None);
                continue;
            }
            if properties.len() >= MAX_VALUES {
                document.limit = Some(too_many_values(at));
                break;
            }
            open = property(section, content, at + indent).map(|property| {
                properties.push(property);
                indent
            });
        }
        document.nodes.push(Node { properties, ..Node::default() });
        document
    }
}

/// The property in `content`, which is at the byte `at`; a key without a value has none.
fn property(section: &str, content: &str, at: usize) -> Option<Property> {
    let (key, value) = content.split_once(['=', ':'])?;
    let (name, value) = (key.trim_end(), value.trim_start());
    let span = Span::new(at + content.len() - value.len(), at + content.len());
    let property = || {
        let name_span = Span::new(at, at + name.len());
        let value = Value { text: value.to_owned(), span };
        Property::string(format!("{section}.{}", name.to_lowercase()), name_span, value)
    };
    (!name.is_empty()).then(property)
}

/// Whether the first line that says something is `[section]`.
fn begins_with_section(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let line = lines.find(|line| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b";"));
    line.is_some_and(|line| line.starts_with(b"[") && line.ends_with(b"]"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::FileContext;
    use crate::source::{Limits, SourcePath};

    const SAMPLE: &str = "\u{feff}# Adobe\n[server]\nhost = usermanagement.adobe.io\nIMS_Endpoint_JWT: /ims/exchange/jwt\r\n\n\
        [enterprise]\n  api_key=0000\n     more\n  ; no\n\n     still\n  client_secret =\n  tech_acct\n= x\nurl = a=b:c\n";

    fn read(name: &str, text: &str) -> Option<Document> {
        let context = FileContext { path: SourcePath::file(name), ..FileContext::default() };
        let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
        let is_ini = Ini.recognises(&RawFile::new(input));
        is_ini.then(|| Ini.read(&input, &Text::utf8(text.as_bytes()), Reading::Tolerant))
    }

    #[test]
    fn sections_are_part_of_names_and_indented_lines_of_values() {
        let document = read("a/usermanagement.config", SAMPLE).unwrap();
        let node = &document.nodes[0];
        for (name, value) in [
            ("server.host", "usermanagement.adobe.io"),
            ("server.ims_endpoint_jwt", "/ims/exchange/jwt"),
            ("enterprise.api_key", "0000\nmore\n\nstill"),
            ("enterprise.client_secret", ""),
            ("enterprise.url", "a=b:c"),
        ] {
            assert_eq!(node.text(name), Some(value), "{name}");
        }
        assert_eq!(node.properties.len(), 5);
        for property in &node.properties {
            let (written, value) = (&SAMPLE[property.name_span.range()], &property.values[0]);
            assert_eq!(property.name.split_once('.').unwrap().1, written.to_lowercase());
            let lines = SAMPLE[value.span.range()].lines().map(str::trim).filter(|line| *line != "; no");
            assert_eq!(lines.collect::<Vec<_>>().join("\n"), value.text);
        }
    }

    #[test]
    fn only_files_with_a_section_and_a_credential_are_read() {
        assert!(read("config.ini", SAMPLE).is_some());
        for (name, text) in [
            ("config.txt", SAMPLE),
            ("a.config", "tech_acct=\"x\"\nclient_secret=\"y\"\n"),
            ("a.ini", "[a]\ntech_acct = x\n"),
            ("a.ini", "x\n[a]\ntech_acct = x\nclient_secret = y\n"),
        ] {
            assert!(read(name, text).is_none(), "{name} {text}");
        }
    }
}
