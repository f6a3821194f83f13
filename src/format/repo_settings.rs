//! `.repo`: settings of Adobe's command `repo`, which checks out content through FileVault packages.
//!
//! Source: `repo` in Adobe-Marketing-Cloud/tools: a shell script that reads `server=` and `credentials=user:password`
//! line by line. The password is stored in plain text.

use super::traits::{FlatLines, Stores, Traits};
use super::{Document, Format, Input, Node, Property, RawFile, Reading, Span, Text, Value, text};

/// Settings of the command `repo`.
#[derive(Debug)]
pub struct RepoSettings;

impl Format for RepoSettings {
    fn traits(&self) -> Traits {
        Traits {
            flat_lines: FlatLines::Always,
            is_small: true,
            ..Traits::written("repo-settings", Stores::Settings, None)
        }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        input.context.file_name() == ".repo"
    }

    fn read(&self, _input: &Input<'_>, text: &Text<'_>, _reading: Reading) -> Document {
        let mut properties: Vec<Property> = Vec::new();
        for (at, line) in text::lines(text.as_str(), '\n') {
            let written = line.trim_end();
            let Some((key, value)) = written.split_once('=').filter(|(key, _)| !key.trim_start().starts_with('#'))
            else {
                continue;
            };
            let name = key.trim().trim_start_matches('\u{feff}');
            if name.is_empty() || properties.iter().any(|other| other.name == name) {
                continue;
            }
            let name_start = at + key.find(name).unwrap_or(0);
            let span = Span::new(at + written.len() - value.len(), at + written.len());
            let name_span = Span::new(name_start, name_start + name.len());
            properties.push(Property::string(name, name_span, Value { text: value.to_owned(), span }));
        }
        let node = Node { path: ".repo".to_owned(), properties, ..Node::default() };
        Document { nodes: vec![node], ..Document::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::FileContext;
    use crate::source::{Limits, SourcePath};

    #[test]
    fn lines_are_settings() {
        let text = "# comment=x\nserver=http://localhost:4502\ncredentials=acme:0000=example\r\nforce\n";
        let context = FileContext { path: SourcePath::file("jcr_root/.repo"), ..FileContext::default() };
        let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
        assert!(RepoSettings.recognises(&RawFile::new(input)));
        let document = RepoSettings.read(&input, &Text::utf8(text.as_bytes()), Reading::Tolerant);
        let node = &document.nodes[0];
        assert_eq!(
            (node.text("server"), node.text("credentials")),
            (Some("http://localhost:4502"), Some("acme:0000=example"))
        );
        for property in &node.properties {
            assert_eq!(&text[property.span.range()], property.values[0].text);
            assert_eq!(&text[property.name_span.range()], property.name);
        }
    }
}
