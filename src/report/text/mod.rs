//! Findings for users, grouped by file: message, source line, and new help. Long lists of steps, or steps that several
//! findings share, are shown once after the findings.

mod advice;
mod excerpt;
mod shared;

use std::io::{self, Write};

use annotate_snippets::Renderer;

use self::advice::{Advice, MOST_LINES};
use self::excerpt::Excerpt;
use self::shared::Shared;
use super::configuration::Account;
use super::totals::{self, Totals, counted};
use super::wrap::{hanging, wrapped};
use super::{Options, Report, escape};
use crate::findings::Finding;
use crate::ims::Location;
use crate::rules::Level;
use crate::source::Incident;

/// What to do about unreadable files.
const NOT_READ_HELP: &str =
    "help: these were not checked; fix them, `exclude` them, or accept that with --allow-incomplete";
/// Where to find more information.
const MORE: &str = "`aem-ims-lint explain RULE` describes a rule; --explain-all shows all help next to each finding";
/// Indentation of the lines below the first one of a finding.
const INDENT: &str = "    ";
/// As wide as [`INDENT`].
const INDENT_WIDTH: usize = 4;
/// Maximum width of an excerpt, in columns.
const WIDEST: usize = 160;

/// Writes the report.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<&Finding> = totals::shown(report, options).collect();
    let advice = match options.explain_all {
        true => Advice::in_full(&findings),
        false => Advice::in_brief(report, &findings),
    };
    let mut page = Page::new(options, out);
    let mut last: Option<&Location> = None;
    for (index, finding) in findings.iter().enumerate() {
        let location = &finding.location;
        if last.is_none_or(|last| last.path() != location.path()) {
            page.header(location)?;
            last = None;
        }
        let same_place = last.is_some_and(|last| (last.start, last.end) == (location.start, location.end));
        page.finding(finding, !same_place, advice.beside(index))?;
        last = Some(location);
    }
    page.shared(&advice.shared)?;
    page.incidents(report)?;
    if !findings.is_empty() && !options.explain_all {
        page.paragraph(MORE)?;
    }
    if let Some(sentence) = Account::of(report).sentence() {
        page.paragraph(&sentence)?;
    }
    systems(report, page.out)?;
    page.summary(&Totals::of(report).summary(report))
}

/// Which systems were found, and why.
pub(super) fn systems(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if let Some(sentence) = super::systems::sentence(report) {
        writeln!(out, "{}", escape::line(&sentence))?;
    }
    for reason in super::systems::reasons(report) {
        writeln!(out, "  {}", escape::line(&reason))?;
    }
    Ok(())
}

/// What could not be read, one line for each path.
pub(super) fn not_read(incidents: &[Incident], out: &mut dyn Write) -> io::Result<()> {
    incidents.iter().try_for_each(|incident| {
        let path = incident.path.to_string();
        writeln!(out, "not read: {}: {}", escape::line(&path), escape::line(&incident.message))
    })
}

/// The configuration in use and what it hides.
pub(super) fn account(account: &Account<'_>, out: &mut dyn Write) -> io::Result<()> {
    account.sentence().map_or(Ok(()), |sentence| writeln!(out, "{}", escape::line(&sentence)))
}

/// The ANSI colour of a level.
pub(super) fn color(level: Level) -> &'static str {
    match level {
        Level::Error => "1;31",
        Level::Warning => "1;33",
        Level::Note => "1;36",
    }
}

/// A page of text that is being written.
struct Page<'a> {
    options: &'a Options,
    renderer: Renderer,
    out: &'a mut dyn Write,
}

impl<'a> Page<'a> {
    fn new(options: &'a Options, out: &'a mut dyn Write) -> Self {
        let renderer = if options.color { Renderer::styled() } else { Renderer::plain() };
        let mut page = Self { options, renderer, out };
        page.renderer = page.renderer.clone().term_width(page.width());
        page
    }

    /// The width for excerpts.
    fn width(&self) -> usize {
        self.options.width.clamp(40, WIDEST) - INDENT_WIDTH
    }

    /// The line above the findings of one file.
    fn header(&mut self, location: &Location) -> io::Result<()> {
        let path = location.path().to_string();
        let package = location.file.context.package.as_ref().and_then(|p| p.id.as_ref());
        let package = package.map(|id| format!(" (package {})", escape::line(&id.to_string()))).unwrap_or_default();
        let name = self.paint("1;4", &escape::line(&path));
        hanging(&name, &package, INDENT_WIDTH, self.options.width, self.out)
    }

    fn finding(&mut self, finding: &Finding, with_excerpt: bool, help: &[impl AsRef<str>]) -> io::Result<()> {
        let level = finding.level.id();
        let start = finding.location.start;
        let position = format!("  {}:{} ", start.line, start.column);
        let rule = finding.rule.id;
        let title = format!("{level}[{}]", self.linked(rule, &finding.url));
        let first = format!("{position}{}: ", self.paint(color(finding.level), &title));
        hanging(&first, &finding.message, INDENT_WIDTH, self.options.width, self.out)?;
        let mut help = help.iter().map(AsRef::as_ref).peekable();
        if with_excerpt && excerpt::is_telling(finding) {
            let excerpt = Excerpt::of(finding);
            let first = help.next_if(|first| excerpt.has_room("help: ", first, self.width()));
            let first = first.map(|first| format!("help: {first}"));
            // It only rephrases the message, so it can be omitted.
            let own = Some(&*finding.label).filter(|label| excerpt.has_room("", label, self.width()));
            for line in excerpt.lines(first.as_deref().or(own).unwrap_or_default(), &self.renderer) {
                writeln!(self.out, "{INDENT}{line}")?;
            }
        }
        let most = if self.options.explain_all { usize::MAX } else { MOST_LINES };
        for related in finding.related.iter().take(most) {
            let path = related.location.path().to_string();
            let start = related.location.start;
            self.remark("note", &format!("{}: {path}:{}:{}", related.message, start.line, start.column))?;
        }
        if let Some(more) = finding.related.len().checked_sub(most).filter(|more| *more > 0) {
            self.remark("note", &format!("and {}", counted(more as u64, "more place")))?;
        }
        if let Some(suppressed) = &finding.suppressed {
            self.remark("note", &format!("suppressed: {}", suppressed.reason))?;
        }
        help.try_for_each(|line| self.remark("help", line))
    }

    /// A line below a finding.
    fn remark(&mut self, kind: &str, text: &str) -> io::Result<()> {
        let first = format!("{INDENT}= {}: ", self.paint("1", kind));
        wrapped(&first, text, self.options.width, self.out)
    }

    /// The steps that are shown once.
    fn shared(&mut self, shared: &[Shared]) -> io::Result<()> {
        let width = self.options.width;
        for steps in shared {
            writeln!(self.out)?;
            let heading = self.paint("1", &escape::line(&steps.heading));
            hanging(&format!("{heading} "), &format!("(for {})", steps.names), INDENT_WIDTH, width, self.out)?;
            for (number, (who, step)) in steps.steps.iter().enumerate() {
                let who = who.as_ref().map(|who| format!("(for {who}) ")).unwrap_or_default();
                wrapped(&format!("{:>3}. ", number + 1), &format!("{who}{step}"), width, self.out)?;
            }
            for page in &steps.pages {
                wrapped("     ", &format!("see {page}"), width, self.out)?;
            }
        }
        Ok(())
    }

    /// What could not be read, and the lines between the findings and the summary.
    fn incidents(&mut self, report: &Report) -> io::Result<()> {
        if !report.findings.is_empty() || !report.incidents.is_empty() {
            writeln!(self.out)?;
        }
        for incident in &report.incidents {
            let position = incident.position.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
            let kind = incident.kind.id();
            let first = format!("{}: ", self.paint("1;33", &format!("not read[{kind}]")));
            let text = format!("{}{position}: {}", incident.path, incident.message);
            hanging(&first, &text, INDENT_WIDTH, self.options.width, self.out)?;
        }
        if !report.incidents.is_empty() && !self.options.allow_incomplete {
            self.paragraph(NOT_READ_HELP)?;
        }
        if !report.incidents.is_empty() {
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn paragraph(&mut self, text: &str) -> io::Result<()> {
        hanging("", text, INDENT_WIDTH, self.options.width, self.out)
    }

    fn summary(&mut self, text: &str) -> io::Result<()> {
        let (start, end) = if self.options.color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
        let mut lines = Vec::new();
        hanging(start, text, INDENT_WIDTH, self.options.width, &mut lines)?;
        let lines = String::from_utf8_lossy(&lines);
        writeln!(self.out, "{}{end}", lines.trim_end_matches('\n'))
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.options.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// `text` as a link to the page, if the terminal supports links.
    fn linked(&self, text: &str, url: &str) -> String {
        match escape::link(url).filter(|_| self.options.hyperlinks) {
            Some(url) => format!("\u{1b}]8;;{}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\", escape::line(url)),
            None => text.to_owned(),
        }
    }
}
