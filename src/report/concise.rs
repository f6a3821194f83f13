//! One line per finding: `path:line:column: level[rule] message`.

use std::io::{self, Write};

use super::{Options, Report, escape, text, totals};

/// Writes the report.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for finding in totals::shown(report, options) {
        let (start, end) = if options.color {
            (format!("\u{1b}[{}m", text::color(finding.level)), "\u{1b}[0m")
        } else {
            (String::new(), "")
        };
        let location = &finding.location;
        let path = location.path().to_string();
        writeln!(
            out,
            "{}:{}:{}: {start}{}[{}]{end} {}{}",
            escape::line(&path),
            location.start.line,
            location.start.column,
            finding.level.id(),
            finding.rule.id,
            escape::line(&finding.message),
            if finding.suppressed.is_some() { " (suppressed)" } else { "" },
        )?;
    }
    for incident in &report.incidents {
        let position = incident.position.map(|(line, column)| format!("{line}:{column}:")).unwrap_or_default();
        let path = incident.path.to_string();
        let (path, message) = (escape::line(&path), escape::line(&incident.message));
        writeln!(out, "{path}:{position} not-read[{}] {message}", incident.kind.id())?;
    }
    Ok(())
}
