//! XML reports: Checkstyle, and JUnit in the form that test runners write.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};

use super::configuration::Account;
use super::{Options, Report, escape, totals};
use crate::findings::Finding;
use crate::rules::Level;
use crate::source::Incident;

type Out<'a> = Writer<&'a mut dyn Write>;

/// Checkstyle: findings by file.
pub(super) fn checkstyle(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    document(element("checkstyle", &[("version", "10.0")]), out, |writer| {
        let findings: Vec<&Finding> = totals::shown(report, options).collect();
        for of_file in findings.chunk_by(|a, b| a.location.path() == b.location.path()) {
            let path = of_file.first().map(|finding| options.base.path(finding.location.path()).to_string());
            within(element("file", &[("name", path.unwrap_or_default())]), writer, |writer| {
                of_file.iter().try_for_each(|finding| checkstyle_finding(finding, writer))
            })?;
        }
        for incident in &report.incidents {
            let path = options.base.path(&incident.path).to_string();
            within(element("file", &[("name", path)]), writer, |writer| {
                let message = format!("Not read: {}", incident.message);
                let source = format!("not-read.{}", incident.kind.id());
                checkstyle_error(incident.position.unwrap_or((1, 1)), "error", &message, &source, writer)
            })?;
        }
        checkstyle_configuration(report, options, writer)
    })
}

/// The configuration in use: an entry if it or a comment hides something, otherwise an XML comment.
fn checkstyle_configuration(report: &Report, options: &Options, writer: &mut Out<'_>) -> io::Result<()> {
    let account = Account::of(report);
    let Some(sentence) = account.sentence() else { return Ok(()) };
    if !account.hides() {
        // Two hyphens would end the comment.
        let text = format!(" {} ", escape::line(&sentence).replace("--", "- -"));
        return writer.write_event(Event::Comment(BytesText::from_escaped(text)));
    }
    within(element("file", &[("name", options.base.input(account.path()))]), writer, |writer| {
        checkstyle_error((1, 1), "info", &sentence, "configuration", writer)
    })
}

fn checkstyle_finding(finding: &Finding, writer: &mut Out<'_>) -> io::Result<()> {
    let severity = match totals::level(finding) {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "info",
    };
    let start = finding.location.start;
    checkstyle_error((start.line, start.column), severity, &totals::message(finding), finding.rule.id, writer)
}

fn checkstyle_error(
    (line, column): (u32, u32),
    severity: &str,
    message: &str,
    source: &str,
    writer: &mut Out<'_>,
) -> io::Result<()> {
    let (line, column, source) = (line.to_string(), column.to_string(), format!("{}.{source}", env!("CARGO_PKG_NAME")));
    let attributes =
        [("line", &*line), ("column", &*column), ("severity", severity), ("message", message), ("source", &*source)];
    writer.write_event(Event::Empty(element("error", &attributes)))
}

/// JUnit: one suite per file on disk, one case per finding. A finding that `--fail-on` fails is a failure, other
/// findings pass with their text as output, and suppressed findings are skipped. Incidents are errors unless they are
/// accepted.
pub(super) fn junit(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<&Finding> = totals::shown(report, options).collect();
    let (incidents, account) = (report.incidents.len(), Account::of(report).sentence());
    let errors = if options.allow_incomplete { 0 } else { incidents };
    let clean = findings.is_empty() && incidents == 0;
    let tests = findings.len() + incidents + usize::from(clean) + account.iter().count();
    let counts = [("tests", tests), ("failures", failures(&findings, options)), ("errors", errors)];
    document(counted("testsuites", env!("CARGO_PKG_NAME"), &counts), out, |writer| {
        for suite in findings.chunk_by(|a, b| a.location.path().input == b.location.path().input) {
            junit_suite(suite, options, writer)?;
        }
        if incidents > 0 {
            let counts = [("tests", incidents), ("failures", 0), ("errors", errors)];
            within(counted("testsuite", "not read", &counts), writer, |writer| {
                report.incidents.iter().try_for_each(|incident| junit_incident(incident, options, writer))
            })?;
        }
        let one_pass = [("tests", 1), ("failures", 0), ("errors", 0)];
        if clean {
            let case = [("name", "no findings"), ("classname", env!("CARGO_PKG_NAME"))];
            within(counted("testsuite", env!("CARGO_PKG_NAME"), &one_pass), writer, |writer| {
                writer.write_event(Event::Empty(element("testcase", &case)))
            })?;
        }
        let Some(sentence) = account else { return Ok(()) };
        let case = [("name", "configuration"), ("classname", env!("CARGO_PKG_NAME"))];
        within(counted("testsuite", "configuration", &one_pass), writer, |writer| {
            within(element("testcase", &case), writer, |writer| system_out(&escape::line(&sentence), writer))
        })
    })
}

fn fails(finding: &Finding, options: &Options) -> bool {
    finding.suppressed.is_none() && options.fail_on.is_some_and(|level| finding.level >= level)
}

fn failures(findings: &[&Finding], options: &Options) -> usize {
    findings.iter().filter(|finding| fails(finding, options)).count()
}

fn junit_suite(findings: &[&Finding], options: &Options, writer: &mut Out<'_>) -> io::Result<()> {
    let name = findings.first().map(|finding| finding.location.path().input.as_str()).unwrap_or_default();
    let skipped = findings.iter().filter(|f| f.suppressed.is_some()).count();
    let counts =
        [("tests", findings.len()), ("failures", failures(findings, options)), ("errors", 0), ("skipped", skipped)];
    within(counted("testsuite", name, &counts), writer, |writer| {
        findings.iter().try_for_each(|finding| junit_case(finding, options, writer))
    })
}

fn junit_case(finding: &Finding, options: &Options, writer: &mut Out<'_>) -> io::Result<()> {
    let location = &finding.location;
    let path = location.path().to_string();
    let (line, column) = (location.start.line, location.start.column);
    let case = [
        ("name", format!("{} at {path}:{line}:{column}", finding.rule.id)),
        ("classname", path),
        ("file", location.path().input.clone()),
        ("line", line.to_string()),
    ];
    within(element("testcase", &case), writer, |writer| {
        if let Some(suppressed) = &finding.suppressed {
            return writer.write_event(Event::Empty(element("skipped", &[("message", &suppressed.reason)])));
        }
        let page = (!finding.url.is_empty()).then(|| format!("See {}", finding.url));
        let steps = finding.help().chain(page.map(Cow::Owned)).map(|step| escape::line(&step).into_owned());
        let body = steps.collect::<Vec<_>>().join("\n");
        if fails(finding, options) {
            let attributes = [("message", finding.message.as_str()), ("type", finding.level.id())];
            return text_element(element("failure", &attributes), &body, writer);
        }
        system_out(&format!("{}: {}\n{body}", finding.level.id(), escape::line(&finding.message)), writer)
    })
}

fn junit_incident(incident: &Incident, options: &Options, writer: &mut Out<'_>) -> io::Result<()> {
    let path = incident.path.to_string();
    let attributes = [("message", incident.message.as_str()), ("type", incident.kind.id())];
    within(element("testcase", &[("name", path.as_str()), ("classname", "not read")]), writer, |writer| {
        match options.allow_incomplete {
            false => writer.write_event(Event::Empty(element("error", &attributes))),
            true => system_out(&escape::line(&incident.message), writer),
        }
    })
}

/// Writes a document with this root element.
fn document(
    root: BytesStart<'_>,
    out: &mut dyn Write,
    content: impl FnOnce(&mut Out<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    within(root, &mut writer, content)?;
    writer.into_inner().write_all(b"\n")
}

/// Writes an element with this content.
fn within(
    element: BytesStart<'_>,
    writer: &mut Out<'_>,
    content: impl FnOnce(&mut Out<'_>) -> io::Result<()>,
) -> io::Result<()> {
    writer.write_event(Event::Start(element.borrow()))?;
    content(writer)?;
    writer.write_event(Event::End(element.to_end()))
}

/// An element whose attribute values contain no characters that XML 1.0 forbids.
fn element<'a, V: AsRef<str>>(name: &'a str, attributes: &[(&str, V)]) -> BytesStart<'a> {
    let mut element = BytesStart::new(name);
    for (key, value) in attributes {
        element.push_attribute((*key, escape::line(value.as_ref()).as_ref()));
    }
    element
}

/// An element with a name and counts.
fn counted<'a>(tag: &'a str, name: &str, counts: &[(&str, usize)]) -> BytesStart<'a> {
    let mut element = element(tag, &[("name", name)]);
    for (what, count) in counts {
        element.push_attribute((*what, count.to_string().as_str()));
    }
    element
}

/// An element with text; the only control character in the text may be LF.
fn text_element(element: BytesStart<'_>, text: &str, writer: &mut Out<'_>) -> io::Result<()> {
    within(element, writer, |writer| writer.write_event(Event::Text(BytesText::new(text))))
}

fn system_out(text: &str, writer: &mut Out<'_>) -> io::Result<()> {
    text_element(BytesStart::new("system-out"), text, writer)
}
