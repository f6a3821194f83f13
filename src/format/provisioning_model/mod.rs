//! The Sling provisioning model (`.txt`, `.model`): features with configurations for run modes.
//!
//! Semantics: `ModelReader` and `ModelResolveUtility` of apache/sling-org-apache-sling-provisioning-model. The body of
//! a configuration ends at an empty line; its lines are trimmed, comments removed and variables filled in before it is
//! read as Felix `.config` or as properties.

mod body;
mod reader;
#[cfg(test)]
mod tests;

use super::traits::{CommentSyntax, RunModes, Stores, Traits};
use super::{Document, Format, Input, Node, RawFile, Reading, Text, Value, embedded, java};
use crate::format::Span;
use crate::repository::Pid;

/// Start of the first line that is neither empty nor a comment.
const FEATURE: &str = "[feature ";

/// The Sling provisioning model.
#[derive(Debug)]
pub struct ProvisioningModel;

impl Format for ProvisioningModel {
    fn traits(&self) -> Traits {
        Traits {
            run_modes: RunModes::Declared,
            ..Traits::written("provisioning-model", Stores::Other, Some(CommentSyntax::Hash))
        }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        let name = input.context.file_name();
        if !name.ends_with(".txt") && !name.ends_with(".model") {
            return false;
        }
        let bytes = input.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input.bytes);
        let mut lines = bytes.split(|&byte| byte == b'\n' || byte == b'\r').map(<[u8]>::trim_ascii);
        let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#"));
        first.is_some_and(|line| line.starts_with(FEATURE.as_bytes()))
    }

    fn read(&self, _input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        let text = text.as_str();
        let model = match reader::read(text, reading) {
            Ok(model) => model,
            Err(problem) => return Document { problem: Some(problem), ..Document::default() },
        };
        let mut document = Document { limit: model.limit, ..Document::default() };
        let mut added = 0;
        for configuration in &model.configurations {
            let variables = &model.features[configuration.feature];
            let body = body::read(text, configuration, variables, reading, &mut added);
            document.problem = document.problem.or(body.problem);
            document.limit = document.limit.or(body.limit);
            document.nodes.extend(body.nodes.into_iter().map(|node| Node {
                path: configuration.pid.to_string(),
                pid: Some(configuration.pid.clone()),
                run_modes: configuration.run_modes.clone(),
                name_span: configuration.name,
                ..node
            }));
        }
        for (run_modes, lines) in &model.repoinit {
            let lines = lines.iter().map(|&span| Value { text: text[span.range()].to_owned(), span });
            embedded::append_lines(&mut document, text, lines, run_modes, reading);
        }
        document
    }
}

/// A configuration as written in the model.
#[derive(Debug)]
struct Configuration {
    /// Index of its feature.
    feature: usize,
    pid: Pid,
    /// Where it is named.
    name: Span,
    /// All of them must be active.
    run_modes: Vec<String>,
    /// `[format=properties]` instead of Felix' syntax.
    properties: bool,
    /// The trimmed lines of its body.
    lines: Vec<Span>,
}

/// The lines of `text` as `LineNumberReader` splits them, without what `String#trim` removes.
fn lines(text: &str) -> impl Iterator<Item = Span> + '_ {
    let mut start = text.len() - text.trim_start_matches('\u{feff}').len();
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let line = &rest[..length];
        let begin = start + line.len() - line.trim_start_matches(|c| c <= ' ').len();
        let span = Span::new(begin, begin + java::trim(line).len());
        start += length + if rest[length..].starts_with("\r\n") { 2 } else { 1 };
        Some(span)
    })
}
