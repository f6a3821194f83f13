//! XML reports: Checkstyle, and JUnit in the form that test runners write.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::configuration::Account;
use super::{Options, Report, escape, totals};
use crate::findings::Finding;
use crate::rules::Level;
use crate::source::Incident;

type Out<'a> = Writer<&'a mut dyn Write>;

/// Checkstyle: findings by file.
pub(super) fn checkstyle(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = begin(out)?;
    writer.write_event(Event::Start(element("checkstyle", &[("version", "10.0")])))?;
    let findings: Vec<&Finding> = totals::shown(report, options).collect();
    for of_file in findings.chunk_by(|a, b| a.location.path() == b.location.path()) {
        let path = of_file.first().map(|finding| options.base.path(finding.location.path()).to_string());
        let path = path.unwrap_or_default();
        writer.write_event(Event::Start(element("file", &[("name", &path)])))?;
        for finding in of_file {
            checkstyle_error(finding, &mut writer)?;
        }
        writer.write_event(Event::End(BytesEnd::new("file")))?;
    }
    for incident in &report.incidents {
        let (line, column) = incident.position.unwrap_or((1, 1));
        writer
            .write_event(Event::Start(element("file", &[("name", &options.base.path(&incident.path).to_string())])))?;
        let attributes = [
            ("line", line.to_string()),
            ("column", column.to_string()),
            ("severity", "error".to_owned()),
            ("message", format!("Not read: {}", incident.message)),
            ("source", format!("{}.not-read.{}", env!("CARGO_PKG_NAME"), incident.kind.id())),
        ];
        writer.write_event(Event::Empty(element("error", &attributes)))?;
        writer.write_event(Event::End(BytesEnd::new("file")))?;
    }
    checkstyle_configuration(report, options, &mut writer)?;
    writer.write_event(Event::End(BytesEnd::new("checkstyle")))?;
    end(writer)
}

/// The configuration in use: an entry if it or a comment hides something, otherwise an XML comment.
fn checkstyle_configuration(report: &Report, options: &Options, writer: &mut Out<'_>) -> io::Result<()> {
    let account = Account::of(report);
    let Some(sentence) = account.sentence() else { return Ok(()) };
    if !account.hides() {
        // Two hyphens would end the comment.
        let text = format!(" {} ", escape::xml(&sentence).replace("--", "- -"));
        return writer.write_event(Event::Comment(BytesText::from_escaped(text)));
    }
    let path = account.configuration().map_or(".", |configuration| configuration.path.as_str());
    writer.write_event(Event::Start(element("file", &[("name", options.base.input(path))])))?;
    let source = concat!(env!("CARGO_PKG_NAME"), ".configuration");
    let attributes =
        [("line", "1"), ("column", "1"), ("severity", "info"), ("message", sentence.as_str()), ("source", source)];
    writer.write_event(Event::Empty(element("error", &attributes)))?;
    writer.write_event(Event::End(BytesEnd::new("file")))
}

fn checkstyle_error(finding: &Finding, writer: &mut Out<'_>) -> io::Result<()> {
    let severity = match totals::level(finding) {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "info",
    };
    let start = finding.location.start;
    let attributes = [
        ("line", start.line.to_string()),
        ("column", start.column.to_string()),
        ("severity", severity.to_owned()),
        ("message", totals::message(finding).into_owned()),
        ("source", format!("{}.{}", env!("CARGO_PKG_NAME"), finding.rule.id)),
    ];
    writer.write_event(Event::Empty(element("error", &attributes)))
}

/// JUnit: one suite per file on disk, one case per finding. A finding that `--fail-on` fails is a failure, other
/// findings pass with their text as output, and suppressed findings are skipped. Incidents are errors unless they are
/// accepted.
pub(super) fn junit(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<&Finding> = totals::shown(report, options).collect();
    let suites: Vec<&[&Finding]> =
        findings.chunk_by(|a, b| a.location.path().input == b.location.path().input).collect();
    let failures = findings.iter().filter(|f| fails(f, options)).count();
    let errors = if options.allow_incomplete { 0 } else { report.incidents.len() };
    let account = Account::of(report).sentence();
    let clean = findings.is_empty() && report.incidents.is_empty();

    let mut writer = begin(out)?;
    let counts = [
        ("name", env!("CARGO_PKG_NAME").to_owned()),
        ("tests", (findings.len() + report.incidents.len() + usize::from(clean) + account.iter().count()).to_string()),
        ("failures", failures.to_string()),
        ("errors", errors.to_string()),
    ];
    writer.write_event(Event::Start(element("testsuites", &counts)))?;
    for suite in suites {
        junit_suite(suite, options, &mut writer)?;
    }
    if !report.incidents.is_empty() {
        let (count, errors) = (report.incidents.len().to_string(), errors.to_string());
        let counts = [("name", "not read"), ("tests", &count), ("failures", "0"), ("errors", &errors)];
        writer.write_event(Event::Start(element("testsuite", &counts)))?;
        for incident in &report.incidents {
            junit_incident(incident, options, &mut writer)?;
        }
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    if clean {
        let counts = [("name", env!("CARGO_PKG_NAME")), ("tests", "1"), ("failures", "0"), ("errors", "0")];
        writer.write_event(Event::Start(element("testsuite", &counts)))?;
        let case = [("name", "no findings"), ("classname", env!("CARGO_PKG_NAME"))];
        writer.write_event(Event::Empty(element("testcase", &case)))?;
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    if let Some(sentence) = account {
        let counts = [("name", "configuration"), ("tests", "1"), ("failures", "0"), ("errors", "0")];
        writer.write_event(Event::Start(element("testsuite", &counts)))?;
        let case = [("name", "configuration"), ("classname", env!("CARGO_PKG_NAME"))];
        writer.write_event(Event::Start(element("testcase", &case)))?;
        text_element(BytesStart::new("system-out"), "system-out", &escape::xml(&sentence), &mut writer)?;
        writer.write_event(Event::End(BytesEnd::new("testcase")))?;
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))?;
    end(writer)
}

fn fails(finding: &Finding, options: &Options) -> bool {
    finding.suppressed.is_none() && options.fail_on.is_some_and(|level| finding.level >= level)
}

fn junit_suite(findings: &[&Finding], options: &Options, writer: &mut Out<'_>) -> io::Result<()> {
    let name = findings.first().map(|finding| finding.location.path().input.as_str()).unwrap_or_default();
    let counts = [
        ("name", name.to_owned()),
        ("tests", findings.len().to_string()),
        ("failures", findings.iter().filter(|f| fails(f, options)).count().to_string()),
        ("errors", "0".to_owned()),
        ("skipped", findings.iter().filter(|f| f.suppressed.is_some()).count().to_string()),
    ];
    writer.write_event(Event::Start(element("testsuite", &counts)))?;
    for finding in findings {
        junit_case(finding, options, writer)?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuite")))
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
    writer.write_event(Event::Start(element("testcase", &case)))?;
    if let Some(suppressed) = &finding.suppressed {
        writer.write_event(Event::Empty(element("skipped", &[("message", &suppressed.reason)])))?;
    } else {
        let page = (!finding.url.is_empty()).then(|| format!("See {}", finding.url));
        let steps = finding.help().chain(page.map(Cow::Owned)).map(|step| escape::xml(&step).into_owned());
        let body = steps.collect::<Vec<_>>().join("\n");
        let (tag, attributes, body) = if fails(finding, options) {
            ("failure", vec![("message", finding.message.as_str()), ("type", finding.level.id())], body)
        } else {
            let text = format!("{}: {}\n{body}", finding.level.id(), escape::xml(&finding.message));
            ("system-out", Vec::new(), text)
        };
        text_element(element(tag, &attributes), tag, &body, writer)?;
    }
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

fn junit_incident(incident: &Incident, options: &Options, writer: &mut Out<'_>) -> io::Result<()> {
    let path = incident.path.to_string();
    let case = [("name", path.as_str()), ("classname", "not read")];
    writer.write_event(Event::Start(element("testcase", &case)))?;
    let attributes = [("message", incident.message.as_str()), ("type", incident.kind.id())];
    match options.allow_incomplete {
        false => writer.write_event(Event::Empty(element("error", &attributes)))?,
        true => text_element(BytesStart::new("system-out"), "system-out", &escape::xml(&incident.message), writer)?,
    }
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

fn begin(out: &mut dyn Write) -> io::Result<Out<'_>> {
    let mut writer = Writer::new_with_indent(out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    Ok(writer)
}

fn end(writer: Out<'_>) -> io::Result<()> {
    writer.into_inner().write_all(b"\n")
}

/// An element whose attribute values contain no characters that XML 1.0 forbids.
fn element<'a, V: AsRef<str>>(name: &'a str, attributes: &[(&str, V)]) -> BytesStart<'a> {
    let mut element = BytesStart::new(name);
    for (key, value) in attributes {
        element.push_attribute((*key, escape::xml(value.as_ref()).as_ref()));
    }
    element
}

/// An element with text; the only control character in the text may be LF.
fn text_element(start: BytesStart<'_>, name: &str, text: &str, writer: &mut Out<'_>) -> io::Result<()> {
    writer.write_event(Event::Start(start))?;
    writer.write_event(Event::Text(BytesText::new(text)))?;
    writer.write_event(Event::End(BytesEnd::new(name)))
}
