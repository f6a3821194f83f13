//! Annotated source for people.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level as Severity, Origin, Renderer, Snippet};

use super::configuration::Account;
use super::totals::{self, Totals};
use super::{Options, Report, escape};
use crate::findings::Finding;
use crate::ims::Location;
use crate::rules::Level;

/// What to do about what could not be read.
const NOT_READ_HELP: &str =
    "help: findings in these are missing; mend them, `exclude` them, or accept that with --allow-incomplete";

/// Writes the report.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if options.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(options.width.max(40)).hyperlink(options.hyperlinks);
    let style = Style { color: options.color };
    let mut last = None;
    for finding in totals::shown(report, options) {
        let path = finding.location.path();
        if last != Some(path) {
            header(&finding.location, style, out)?;
            last = Some(path);
        }
        let mut places = Places::default();
        let rendered = renderer.render(&[group(finding, &mut places)]);
        writeln!(out, "{}\n", places.resolve(&rendered))?;
    }
    for incident in &report.incidents {
        let position = incident.position.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        let path = incident.path.to_string();
        let what = style.paint("1;33", &format!("not read[{}]", incident.kind.id()));
        writeln!(out, "{what}: {}{position}: {}", escape::line(&path), escape::line(&incident.message))?;
    }
    if !report.incidents.is_empty() {
        if !options.allow_incomplete {
            writeln!(out, "{NOT_READ_HELP}")?;
        }
        writeln!(out)?;
    }
    if let Some(sentence) = Account::of(report).sentence() {
        writeln!(out, "{}", escape::line(&sentence))?;
    }
    systems(report, out)?;
    writeln!(out, "{}", style.paint("1", &Totals::of(report).summary(report)))
}

/// Which systems were told apart, and why.
pub(super) fn systems(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if let Some(sentence) = super::systems::sentence(report) {
        writeln!(out, "{}", escape::line(&sentence))?;
    }
    for reason in super::systems::reasons(report) {
        writeln!(out, "  {}", escape::line(&reason))?;
    }
    Ok(())
}

/// The line above the findings of one file.
fn header(location: &Location, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let path = location.path().to_string();
    let package = location.file.context.package.as_ref().and_then(|p| p.id.as_ref());
    let package = package.map(|id| format!(" (package {})", escape::line(&id.to_string()))).unwrap_or_default();
    writeln!(out, "{}{package}", style.paint("1;4", &escape::line(&path)))
}

fn group<'a>(finding: &'a Finding, places: &mut Places) -> Group<'a> {
    let severity = match finding.level {
        Level::Error => Severity::ERROR,
        Level::Warning => Severity::WARNING,
        Level::Note => Severity::NOTE,
    };
    let mut title = severity.primary_title(escape::line(&finding.message)).id(finding.rule.id);
    if let Some(url) = escape::link(&finding.url) {
        title = title.id_url(escape::line(url));
    }
    let mut group = place(Group::with_title(title), &finding.location, &finding.label, true, places);
    for related in &finding.related {
        group = group.element(Severity::NOTE.message(escape::line(&related.message)));
        group = place(group, &related.location, "", false, places);
    }
    if let Some(suppressed) = &finding.suppressed {
        group = group.element(Severity::NOTE.message(format!("suppressed: {}", escape::line(&suppressed.reason))));
    }
    for step in finding.help() {
        group = group.element(Severity::HELP.message(escape::line(&step).into_owned()));
    }
    if !finding.url.is_empty() {
        group = group.element(Severity::HELP.message(format!("see {}", escape::line(&finding.url))));
    }
    group
}

/// The findings' places while they are rendered.
///
/// `annotate-snippets` works out line and column from the source it is given; where that is a window of a long line,
/// they are not those of the file. So a path goes in as a mark, and [`Places::resolve`] puts the real place there. The
/// mark has a control character, which nothing that comes from the input still has at that point.
#[derive(Default)]
struct Places(Vec<String>);

impl Places {
    const MARK: char = '\u{1}';

    fn mark(&mut self, location: &Location) -> String {
        let path = location.path().to_string();
        self.0.push(format!("{}:{}:{}", escape::line(&path), location.start.line, location.start.column));
        format!("{}{}{}", Self::MARK, self.0.len() - 1, Self::MARK)
    }

    fn resolve(&self, rendered: &str) -> String {
        let mut out = String::with_capacity(rendered.len() + 64);
        for (index, part) in rendered.split(Self::MARK).enumerate() {
            match part.parse().ok().and_then(|number: usize| self.0.get(number)) {
                Some(place) if index % 2 == 1 => out.push_str(place),
                _ if index == 0 => out.push_str(part),
                _ => out.push_str(part.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit())),
            }
        }
        out
    }
}

/// A place: where it is, and the source lines if there are any.
fn place<'a>(group: Group<'a>, location: &Location, label: &str, primary: bool, places: &mut Places) -> Group<'a> {
    let path = places.mark(location);
    let excerpt = &location.excerpt;
    if excerpt.first_line == 0 {
        return group.element(Origin::path(path));
    }
    let (source, span) = escape::lines(&excerpt.text, excerpt.highlight);
    let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let annotation = kind.span(span.range());
    let annotation = if label.is_empty() { annotation } else { annotation.label(escape::line(label).into_owned()) };
    let snippet = Snippet::source(source).line_start(excerpt.first_line as usize).path(path);
    group.element(snippet.fold(!primary).annotation(annotation))
}

/// Colours, or none.
#[derive(Clone, Copy)]
struct Style {
    color: bool,
}

impl Style {
    fn paint(self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
