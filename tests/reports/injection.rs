//! Hostile names, values and labels in every format, each checked by a parser from outside this project.

#![allow(clippy::unwrap_used)]

use aem_ims_lint::ims::{AuthType, Environment, IntegrationKind, Model, Reference};
use aem_ims_lint::report::inventory::{self, InventoryFormat};
use aem_ims_lint::report::{Configuration, Options, Report, ReportFormat, Stats, escape};
use aem_ims_lint::repository::{System, SystemKind};
use aem_ims_lint::rules::{Phase, Related, Step, Suppressed};
use aem_ims_lint::source::{Incident, IncidentKind, SourcePath};
use clap::ValueEnum;
use quick_xml::XmlVersion;
use regex::Regex;
use serde_json::Value;

use crate::support::{JWT, SECRET, TestFile, finding, formats, integration, render};

/// Hostile texts for file names, values and labels.
fn hostile() -> Vec<String> {
    let fixed = [
        "a\nb",
        "a\rb",
        "a\r\nb",
        "\u{1b}[31mred\u{1b}[0m",
        "\u{1b}]0;title\u{7}",
        "\u{1b}]8;;https://evil.example/\u{1b}\\x",
        "\u{9b}31m",
        "\u{202e}gnirts\u{2066}x",
        "\u{200b}\u{feff}\u{2028}\u{2029}\u{85}",
        "x%0A::error::y",
        "%",
        "%25%0D",
        "\n::error file=x::pwned",
        "::error::pwned",
        "::set-output name=x::y",
        "##[error]pwned",
        "##vso[task.setvariable variable=x]y",
        "\n##vso[task.complete result=Failed;]x",
        "##teamcity[message text='x']",
        "section_start:0:x\r\u{1b}[0K",
        "a|b||c",
        "| a | b |\n|---|---|",
        "a`b``c```",
        "`",
        "*a* _b_ **c** ~~d~~ # e",
        "[text](https://evil.example) ![img](x)",
        "https://evil.example/ @user #1 :smile: $x$",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\"><svg/onload=alert(1)>'",
        "</style></script><!-- -->",
        "]]><!ENTITY x SYSTEM \"file:///etc/passwd\">&x;&amp;",
        "=cmd()",
        "+1+1",
        "-1-1",
        "@SUM(A1)",
        "\t=cmd()",
        "a,b;c\"d\"",
        "'quoted'",
        "a;b]c:d,e",
        "nul\0x",
        "\u{fffd}\u{fffe}\u{ffff}",
        "\u{1}0\u{1}:9:9",
        "{0} {{}} %s",
        "\\u0041 \\n \\",
        "😀 日本 é",
        " leading and trailing ",
        "www.evil.example/phish WWW.evil.example",
        "http://evil.example ftp://evil.example someone@evil.example",
        "\\[click\\](https://evil.example)",
        "a;=cmd()|';+1;-1; @x;\u{ff1d}y",
        "\"; =cmd()",
        "x ::error::pwned x ::add-mask::pwned",
        "x ##vso[task.setvariable variable=x]y ##teamcity[message text='x'] ##[error]pwned",
        "x section_start:0:pwned x section_end:0:pwned",
    ];
    let mut all: Vec<String> = fixed.iter().map(|&text| text.to_owned()).collect();
    all.push("x".repeat(10_000));
    all.push("\u{1b}".repeat(10_000));
    all
}

/// A report in which everything that can come from the input is `text`.
fn report(text: &str) -> Report {
    let source = format!("before {text}\nname=\"{text}\"\nvalue=\"https://x.example/{text}\"\nafter {text}\n");
    let tree = TestFile::new(SourcePath::file(format!("{text}/{text}.config")), source.clone());
    let nested = SourcePath::file(text).entry(format!("jcr_root/{text}")).entry(format!("/{text}"));
    let nested = TestFile::new(nested, source);
    let value = format!("https://x.example/{text}");
    let mut location = tree.locate(&[&value]).remove(0);
    location.jcr_path = Some(format!("/conf/{text}").into());
    location.pid = Some(text.into());
    location.property = Some(text.into());
    let other = nested.locate(&[&value]).remove(0);

    let mut first = finding(&JWT, location.clone());
    first.message = format!("{text} in `{text}` and {text}.");
    first.label = text.to_owned().into();
    first.notes = vec![text.to_owned()];
    first.steps = vec![Step::new(Phase::Files, format!("set `{text}` to `{text}`")).led()];
    first.url = text.to_owned().into();
    first.related = vec![Related { message: text.to_owned(), location: other.clone() }];
    first.integration = Some(0);
    first.environments = vec![Environment { service: "author", stage: text.to_owned() }];
    first.fingerprint = text.to_owned();
    let mut second = first.clone();
    second.rule = &SECRET;
    second.location = other.clone();
    second.suppressed = Some(Suppressed { in_source: false, reason: text.to_owned() });

    let mut used = integration(text, AuthType::Jwt, &location);
    used.kind = IntegrationKind::Declared(text.to_owned());
    used.run_modes = vec![text.to_owned()];
    used.environments = vec![Environment { service: "publish", stage: text.to_owned() }];
    used.auto_provisioned = Some(text.to_owned());
    used.referenced_by = vec![1];
    let mut user = integration(text, AuthType::Unknown, &other);
    user.references.push(Reference { target: text.to_owned(), location: other.clone(), resolved: vec![] });
    used.copies.push(other);

    let path = SourcePath::file(text).entry(text);
    Report {
        landscape: Model { system: system(text), integrations: vec![used, user], ..Model::default() }.into(),
        findings: vec![first, second],
        incidents: vec![Incident::new(IncidentKind::Malformed, path, text).at(2, 3)],
        stats: Stats { inputs: 1, packages: 1, files: 2, bytes: 9, excluded: 1, ..Stats::default() },
        configuration: Some(Configuration {
            path: format!("{text}/{text}.toml"),
            found: true,
            sets: vec!["exclude".into()],
        }),
        ..Report::default()
    }
}

fn system(text: &str) -> System {
    let (name, label, because) = (text.to_owned(), Some(text.to_owned()), text.to_owned());
    let (environment, paths) = (Some(text.to_owned()), vec![text.to_owned()]);
    System { name, label, because, environment, paths, kind: SystemKind::Instance, ..System::default() }
}

fn options(text: &str) -> Options {
    Options { show_suppressed: true, category: Some(text.to_owned()), ..Options::default() }
}

/// Runs `check` over the output of `format` for every hostile text.
fn each(format: ReportFormat, check: impl Fn(&str, &Report, &str)) {
    for text in hostile() {
        let report = report(&text);
        let out = render(format, &report, &options(&text));
        no_raw_controls(&out, &text);
        check(&out, &report, &text);
    }
}

/// No character remains that controls a terminal, an editor or a log viewer; CSV ends its records with CR LF.
fn no_raw_controls(out: &str, text: &str) {
    // The byte order mark of CSV is its first character.
    let out = out.strip_prefix('\u{feff}').unwrap_or(out).replace("\r\n", "\n");
    let found = out.chars().find(|&c| c != '\n' && c != '\t' && escape::is_unsafe(c));
    assert_eq!(found, None, "{text:?} left {found:?}");
}

#[test]
fn json_is_one_document_with_the_texts_as_they_are() {
    each(ReportFormat::Json, |out, report, text| {
        let json: Value = serde_json::from_str(out).unwrap();
        assert_eq!(json["findings"][0]["message"], report.findings[0].message, "{text:?}");
        assert_eq!(json["findings"][0]["location"]["input"], report.findings[0].location.path().input);
        assert_eq!(json["integrations"][0]["kind"], *text);
        assert_eq!(json["incidents"][0]["message"], *text);
    });
}

#[test]
fn json_lines_are_one_document_each() {
    each(ReportFormat::Jsonl, |out, report, text| {
        let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let types: Vec<&str> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
        let expected = ["summary", "finding", "finding", "integration", "integration", "incident"];
        assert_eq!(types, expected, "{text:?}");
        assert_eq!(lines[1]["message"], report.findings[0].message);
    });
}

#[test]
fn sarif_has_valid_uris_and_no_links() {
    let uri = Regex::new(r"^(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$").unwrap();
    let link = Regex::new(r"(?:^|[^\\])\[[^\]]*[^\\]\]\(").unwrap();
    each(ReportFormat::Sarif, |out, _, text| {
        let json: Value = serde_json::from_str(out).unwrap();
        let results = json["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), 2, "{text:?}");
        for result in results {
            let location = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            let location = location.as_str().unwrap();
            let location = location.strip_prefix("file://").unwrap_or(location);
            assert!(uri.is_match(location), "{text:?} gave {location}");
            let message = result["message"]["text"].as_str().unwrap();
            assert!(!link.is_match(message) && !message.contains("]("), "{text:?}: {message}");
            let markdown = result["message"]["markdown"].as_str().unwrap();
            no_autolinks(markdown, text);
        }
        assert_eq!(results[1]["suppressions"][0]["status"], "accepted");
    });
}

#[test]
fn gitlab_is_one_array_with_unique_fingerprints() {
    each(ReportFormat::Gitlab, |out, _, text| {
        let issues: Vec<Value> = serde_json::from_str(out).unwrap();
        assert_eq!(issues.len(), 4, "{text:?}");
        let mut fingerprints: Vec<&str> = issues.iter().map(|i| i["fingerprint"].as_str().unwrap()).collect();
        fingerprints.sort_unstable();
        fingerprints.dedup();
        assert_eq!(fingerprints.len(), 4);
    });
}

/// How the runner parses a line (`actions/runner`, ActionCommand.cs): `::` at its start, or `##[` anywhere.
#[test]
fn github_runs_no_other_commands() {
    let command =
        Regex::new(r"^::(error|warning|notice) file=([^,:]*),line=\d+(?:,[a-zA-Z]+=\d+)*,title=[a-z() -]+::(.*)$")
            .unwrap();
    each(ReportFormat::Github, |out, report, text| {
        let mut commands: Vec<&str> = out.lines().filter(|line| line.trim_start().starts_with("::")).collect();
        assert_eq!(commands.len(), 4, "{text:?}\n{out}");
        assert_eq!(out.lines().count(), 5, "{text:?}");
        assert!(commands.pop().unwrap().starts_with("::notice title=configuration::configuration `"), "{text:?}");
        assert!(!out.contains("##["), "{text:?}");
        for line in &commands {
            let parts = command.captures(line).unwrap_or_else(|| panic!("{text:?} gave {line}"));
            assert!(!decode(&parts[3]).lines().any(|l| l.trim_start().starts_with("::")), "{text:?}");
        }
        let paths: Vec<String> = commands.iter().map(|line| decode(&command.captures(line).unwrap()[2])).collect();
        let expected: Vec<String> = report.findings.iter().map(|f| f.location.path().to_string()).collect();
        let lost = |path: &String| {
            path.contains("%1B")
                || path.contains("%23")
                || path.contains("%0")
                || path.contains("%E")
                || path.contains("%C")
        };
        assert!(expected.iter().zip(&paths).all(|(a, b)| a == b || lost(b)), "{text:?}: {paths:?}");
    });
}

/// Decodes a property like the runner.
fn decode(text: &str) -> String {
    text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
}

/// How the agent parses a line: the first `##vso[` anywhere in it.
#[test]
fn azure_runs_no_other_commands() {
    let command = Regex::new(
        r"^##vso\[task\.logissue type=(?:error|warning);sourcepath=[^;\]]*;(?:linenumber=\d+;columnnumber=\d+;)?code=[a-z-]+\]",
    )
    .unwrap();
    each(ReportFormat::Azure, |out, _, text| {
        assert_eq!(out.matches("##vso[").count(), 3, "{text:?}\n{out}");
        assert_eq!(out.lines().count(), 5, "{text:?}");
        for line in out.lines().take(3) {
            assert!(command.is_match(line), "{text:?} gave {line}");
        }
        assert!(!out.contains("##["));
    });
}

fn xml_elements(out: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(out);
    let mut names = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(element) | quick_xml::events::Event::Empty(element) => {
                names.push(element.name().as_ref().to_owned());
                for attribute in element.attributes() {
                    let value = attribute.unwrap().normalized_value(XmlVersion::Explicit1_0).unwrap().into_owned();
                    assert!(!value.chars().any(char::is_control));
                }
            }
            quick_xml::events::Event::Eof => return names,
            quick_xml::events::Event::CData(_) | quick_xml::events::Event::DocType(_) => panic!("forged markup"),
            _ => {}
        }
    }
}

#[test]
fn checkstyle_has_no_other_elements() {
    each(ReportFormat::Checkstyle, |out, _, text| {
        let expected = ["checkstyle", "file", "error", "file", "error", "file", "error", "file", "error"];
        assert_eq!(xml_elements(out), expected, "{text:?}");
    });
}

#[test]
fn junit_has_no_other_elements() {
    each(ReportFormat::Junit, |out, _, text| {
        let names = xml_elements(out);
        assert_eq!(names.iter().filter(|name| *name == "testcase").count(), 4, "{text:?}");
        assert_eq!(names.iter().filter(|name| *name == "failure").count(), 1, "{text:?}");
        assert_eq!(names.iter().filter(|name| *name == "skipped").count(), 1, "{text:?}");
        assert_eq!(names.iter().filter(|name| *name == "error").count(), 1, "{text:?}");
    });
}

fn csv_records(out: &str, text: &str) -> Vec<csv::StringRecord> {
    assert!(out.ends_with("\r\n"));
    let records: Vec<csv::StringRecord> = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(out.as_bytes())
        .records()
        .map(Result::unwrap)
        .collect();
    let is_formula = |field: &str| field.len() > 1 && field.starts_with(['=', '+', '-', '@', '\t', '\r', '＝']);
    for field in records.iter().flatten() {
        assert!(!is_formula(field), "{text:?} gave the formula {field}");
    }
    // How the clipboard and spreadsheets of many locales split fields.
    for delimiter in [b';', b'\t'] {
        let mut reader = csv::ReaderBuilder::new();
        let reader = reader.has_headers(false).flexible(true).delimiter(delimiter).from_reader(out.as_bytes());
        for field in
            reader.into_records().map(Result::unwrap).flat_map(|r| r.iter().map(str::to_owned).collect::<Vec<_>>())
        {
            let bare = field.trim_start_matches(['"', ' ']);
            // A quote without its other half takes the next record with it.
            let torn = field.starts_with(['\r', '\n']);
            assert!(torn || (!is_formula(&field) && !is_formula(bare)), "{text:?} gave the formula {field}");
        }
    }
    records
}

#[test]
fn csv_has_no_other_rows_and_no_formulas() {
    each(ReportFormat::Csv, |out, _, text| {
        let records = csv_records(out, text);
        assert_eq!(records.len(), 5, "{text:?}");
        assert_eq!(out.lines().count(), 5, "each record on one line");
    });
}

/// Only tags that the reports write themselves, with attributes that cannot run anything.
fn only_own_tags(out: &str, text: &str) {
    let tag = Regex::new(r"<[^>]*>?").unwrap();
    let own = Regex::new(concat!(
        r#"^</?(?:html|head|title|body|header|main|footer|section|article|h1|h2|h3|p|ul|li|b|br|i|span|code|pre|mark|details"#,
        r#"|summary|table|thead|tbody|tr|th|td|form|label|select|option|input|button|output|a|meta|style|script|div|small)"#,
        r#"(?:\s+(?:class|id|lang|charset|name|content|http-equiv|data-[a-z]+|hidden|value|type|autocomplete|scope|href|rel|title|tabindex|role|aria-label)"#,
        r#"(?:="[^"<>]*")?)*>$|^<!DOCTYPE html>$"#,
    ))
    .unwrap();
    for found in tag.find_iter(out) {
        assert!(own.is_match(found.as_str()), "{text:?} gave {}", found.as_str());
        let link = found.as_str().split_once("href=\"").map(|(_, rest)| rest);
        assert!(link.is_none_or(|href| href.starts_with("https://") || href.starts_with('#')), "{text:?}");
    }
}

#[test]
fn html_has_only_its_own_tags_and_one_script() {
    let script = Regex::new(r"(?s)<(script|style)>.*?</(?:script|style)>").unwrap();
    each(ReportFormat::Html, |out, _, text| {
        assert_eq!(out.matches("<script").count(), 1, "{text:?}");
        only_own_tags(&script.replace_all(out, "<$1></$1>"), text);
        assert_eq!(out.matches("<article ").count(), 2);
        assert_eq!(out.matches("<tr ").count(), 2);
    });
}

#[test]
fn markdown_has_only_its_own_rows_and_markup() {
    let own_links = Regex::new(r#"<a href="[^"]*">"#).unwrap();
    each(ReportFormat::Markdown, |out, _, text| {
        let without_arrows = out.replace("&#", "&");
        only_own_tags(&without_arrows, text);
        let rows: Vec<&str> = out.lines().filter(|line| line.starts_with('|')).collect();
        // Three tables: findings, paths not read, integrations; each with a header and a separator line.
        assert!(out.len() < 1 << 20);
        assert!(rows.len() == 2 + 2 + 2 + 1 + 2 + 2 || out.contains("Not shown in this summary: "), "{text:?}");
        for row in rows {
            let cells = row.matches('|').count() - 1;
            assert!([4, 2, inventory_columns()].contains(&cells), "{text:?} gave {cells} cells: {row}");
            assert!(!row.contains('`') && !row.contains("](") && !row.contains("://evil"), "{text:?}: {row}");
            no_autolinks(&own_links.replace_all(row, ""), text);
        }
    });
}

/// Texts that GitHub turns into links: also after decoding references, but not across elements.
fn no_autolinks(markdown: &str, text: &str) {
    let plain = markdown.replace("&#58;", ":").replace("&#64;", "@").replace("&#46;", ".");
    let link = Regex::new(r"(?i)www\.|[a-z]+://|[a-z0-9._+-]@|@[a-z0-9-]+").unwrap();
    let found = link.find(&plain);
    assert!(found.is_none(), "{text:?} gave {found:?} in {markdown}");
}

fn inventory_columns() -> usize {
    11
}

#[test]
fn text_formats_hold_only_their_own_lines() {
    for format in [ReportFormat::Text, ReportFormat::Concise] {
        each(format, |out, _, text| {
            for line in out.lines() {
                assert!(!line.trim_start().starts_with("::error") && !line.starts_with("::set"), "{text:?}: {line}");
            }
            assert!(!out.contains("##vso[") && !out.contains("##[") && !out.contains("##teamcity["), "{text:?}");
        });
    }
    each(ReportFormat::Concise, |out, _, text| assert_eq!(out.lines().count(), 3, "{text:?}"));
}

#[test]
fn colours_and_links_are_the_only_terminal_sequences() {
    let link = Regex::new(r"\x1b\]8;;([^\x1b]*)\x1b").unwrap();
    let own = Regex::new(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b\x07]*\x1b\\").unwrap();
    for text in hostile() {
        for format in [ReportFormat::Text, ReportFormat::Concise] {
            let options = Options { color: true, hyperlinks: true, ..options(&text) };
            let out = render(format, &report(&text), &options);
            no_raw_controls(&own.replace_all(&out, ""), &text);
            let linked: Vec<&str> = link.captures_iter(&out).map(|c| c.get(1).unwrap().as_str()).collect();
            assert!(linked.iter().all(|url| url.is_empty()), "{text:?} is linked: {linked:?}");
        }
    }
}

#[test]
fn the_inventory_is_as_safe() {
    for text in hostile() {
        let report = report(&text);
        for &format in InventoryFormat::value_variants() {
            let mut out = Vec::new();
            inventory::write(format, &report, 100, &mut out).unwrap();
            let out = String::from_utf8(out).unwrap();
            no_raw_controls(&out, &text);
            match format {
                InventoryFormat::Json => {
                    let json: Value = serde_json::from_str(&out).unwrap();
                    assert_eq!(json["integrations"][0]["name"], text);
                }
                InventoryFormat::Csv => assert_eq!(csv_records(&out, &text).len(), 3),
                InventoryFormat::Html => assert_eq!(out.matches("<script").count(), 1),
                InventoryFormat::Markdown => {
                    only_own_tags(&out.replace("&#", "&"), &text);
                    no_autolinks(&out, &text);
                }
                InventoryFormat::Table => {
                    assert!(out.lines().all(|line| !line.trim_start().starts_with("::")), "{text:?}\n{out}");
                    assert!(!out.contains("##vso[") && !out.contains("##["));
                }
            }
        }
    }
}

/// A command of GitHub Actions, Azure Pipelines, GitLab or TeamCity at the start of a line.
fn no_commands(out: &str, what: &str) {
    let command = Regex::new(r"(?m)^\s*(?:::[^:\s]|section_(?:start|end):|##[a-z]*\[)|##[a-z]*\[").unwrap();
    let found = command.find(out);
    assert!(found.is_none(), "{what}: {found:?} in\n{out}");
}

/// A text was made safe before it was wrapped, and one of its words then started a line.
#[test]
fn no_line_is_a_command_at_any_width() {
    let tries = |text: &String| ["::", "##", "section_"].iter().any(|command| text.contains(command));
    for text in hostile().into_iter().filter(tries) {
        let report = report(&text);
        for width in 40..160 {
            let mut out = Vec::new();
            inventory::write(InventoryFormat::Table, &report, width, &mut out).unwrap();
            no_commands(&String::from_utf8(out).unwrap(), &format!("{text:?} at {width}"));
        }
        for format in [ReportFormat::Text, ReportFormat::Concise] {
            for width in [40, 79, 120] {
                let out = render(format, &report, &Options { width, ..options(&text) });
                no_commands(&out, &format!("{text:?} in {format:?}"));
            }
        }
        for format in [
            ReportFormat::Json,
            ReportFormat::Jsonl,
            ReportFormat::Sarif,
            ReportFormat::Gitlab,
            ReportFormat::GitlabSast,
            ReportFormat::Rdjson,
        ] {
            no_commands(&render(format, &report, &options(&text)), &format!("{text:?} in {format:?}"));
        }
    }
}

#[test]
fn every_format_is_tested_here() {
    assert_eq!(formats().len(), 15);
    assert_eq!(InventoryFormat::value_variants().len(), 5);
}
