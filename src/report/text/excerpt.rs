//! The source line of a finding, with a marker under the location.

use annotate_snippets::renderer::Renderer;
use annotate_snippets::{AnnotationKind, Group, Level as Severity, Snippet};

use unicode_width::UnicodeWidthStr;

use crate::findings::Finding;
use crate::format::Span;
use crate::report::escape;
use crate::rules::Level;

/// Whether the line adds information to the message: a finding about a whole file points at its first character, which
/// does not.
pub(super) fn is_telling(finding: &Finding) -> bool {
    let (excerpt, start) = (&finding.location.excerpt, finding.location.start);
    let whole_file = start.line == 1 && start.column == 1 && excerpt.highlighted().chars().nth(1).is_none();
    excerpt.first_line > 0 && !whole_file
}

/// The line that a finding begins on.
#[derive(Debug)]
pub(super) struct Excerpt {
    severity: Severity<'static>,
    number: usize,
    source: String,
    mark: Span,
}

impl Excerpt {
    /// The line that `finding` begins on.
    pub(super) fn of(finding: &Finding) -> Self {
        let excerpt = &finding.location.excerpt;
        let before = excerpt.text.get(..excerpt.highlight.start).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = excerpt.line();
        let in_line = |at: usize| at.saturating_sub(start).min(line.len());
        let mark = Span { start: in_line(excerpt.highlight.start), end: in_line(excerpt.highlight.end) };
        let (source, mark) = escape::lines(line, mark);
        let severity = match finding.level {
            Level::Error => Severity::ERROR,
            Level::Warning => Severity::WARNING,
            Level::Note => Severity::NOTE,
        };
        Self { severity, number: excerpt.first_line as usize + before.matches('\n').count(), source, mark }
    }

    /// Whether a text fits after the marker, in `width` columns.
    pub(super) fn has_room(&self, before: &str, text: &str, width: usize) -> bool {
        let side = self.number.to_string().len() + " | ".len();
        let marked = self.source.get(..self.mark.end).unwrap_or(&self.source);
        side + marked.width() + " ".len() + before.len() + escape::line(text).width() <= width
    }

    /// The line, and below it the marker with its `label`.
    pub(super) fn lines(&self, label: &str, renderer: &Renderer) -> Vec<String> {
        let mark = AnnotationKind::Primary.span(self.mark.range());
        let mark = if label.is_empty() { mark } else { mark.label(escape::line(label).into_owned()) };
        let snippet = Snippet::source(self.source.as_str()).line_start(self.number).annotation(mark);
        let rendered = renderer.render(&[Group::with_level(self.severity.clone()).element(snippet)]);
        rendered.lines().filter(|line| !is_bar(line)).map(str::to_owned).collect()
    }
}

/// Whether the line contains only the bar at the side of the source.
fn is_bar(line: &str) -> bool {
    let mut in_code = false;
    line.chars().all(|c| {
        let is_code = in_code || c == '\u{1b}';
        in_code = is_code && c != 'm';
        is_code || c == '|' || c.is_whitespace()
    })
}
