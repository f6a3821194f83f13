//! The content of one OSGi configuration in a text file: copied from the OSGi Installer Configuration Printer or from a
//! repository browser. The file does not name the configuration, but its keys may reveal it.

use super::cfg_json::CfgJson;
use super::felix_config::FelixConfig;
use super::traits::{Stores, Traits};
use super::web_console_json::json_start;
use super::{Document, Format, Input, RawFile, Reading, Text};

/// One configuration without a PID.
#[derive(Debug)]
pub struct CopiedConfiguration;

/// Maximum length of a copy, in bytes.
const LONGEST: usize = 1 << 20;

impl Format for CopiedConfiguration {
    fn traits(&self) -> Traits {
        Traits::exported("copied-configuration", Stores::Configurations)
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        let name = input.context.file_name();
        if !name.ends_with(".txt") || input.bytes.len() > LONGEST {
            return false;
        }
        match json_start(input.bytes) {
            Some(b'{') => has_key(input.bytes, b'"'),
            Some(_) => false,
            None => is_felix(input.bytes),
        }
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        let mut document = match json_start(input.bytes) {
            Some(_) => CfgJson.read(input, text, reading),
            None => FelixConfig.read(input, text, reading),
        };
        (document.pid, document.jcr_path) = (None, None);
        for node in &mut document.nodes {
            (node.pid, node.path) = (None, stem(input).to_owned());
        }
        document
    }
}

fn stem<'a>(input: &Input<'a>) -> &'a str {
    let name = input.context.file_name();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a key of the JSON contains dots, as configuration keys do.
fn has_key(bytes: &[u8], quote: u8) -> bool {
    let head = &bytes[..bytes.len().min(1 << 12)];
    let mut pieces = head.split(|&byte| byte == quote).skip(1).step_by(2);
    pieces.any(|key| key.iter().filter(|&&byte| byte == b'.').count() >= 2 && key.iter().all(is_key))
}

/// Whether the first line that is not a comment is a key with a value in Felix syntax.
fn is_felix(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#")).unwrap_or_default();
    let Some(at) = first.iter().position(|&byte| byte == b'=') else { return false };
    let (key, value) = (&first[..at], &first[at + 1..]);
    let value = value.strip_prefix(b"B").unwrap_or(value);
    !key.is_empty() && key.iter().all(is_key) && matches!(value.first(), Some(b'"' | b'[' | b'('))
}

fn is_key(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::FileContext;
    use crate::source::{Limits, SourcePath};

    #[test]
    fn the_content_tells_the_syntax() {
        for (text, known) in [
            ("{\n \"auth.token.provider.title\": \"x\"}", true),
            ("# c\nauth.token.provider.title=\"x\"\n", true),
            ("\u{feff}a.b.c=[ \\\n  \"x\", \\\n  ]\n", true),
            ("{\"title\": \"x\"}", false),
            ("Dear all,\na = \"b\"\n", false),
            ("[\"a.b.c\"]", false),
        ] {
            let context = FileContext { path: SourcePath::file("x/target.txt"), ..FileContext::default() };
            let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
            assert_eq!(CopiedConfiguration.recognises(&RawFile::new(input)), known, "{text}");
            if known {
                let document = CopiedConfiguration.read(&input, &Text::utf8(text.as_bytes()), Reading::Tolerant);
                let (node, value) = (&document.nodes[0], &document.nodes[0].properties[0].values[0]);
                assert_eq!((node.path.as_str(), node.pid.is_none()), ("target", true));
                assert_eq!((value.text.as_str(), &text[value.span.range()]), ("x", "x"));
            }
        }
    }
}
