//! The export and credential formats over hand-written files: what is read, where it is, and what is left alone.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use aem_ims_lint::format::{self, Document, Format, Input, Reading, Text};
use aem_ims_lint::repository::{Container, FileContext};
use aem_ims_lint::source::{Limits, SourcePath};
use insta::assert_snapshot;

fn file(name: &str) -> FileContext {
    FileContext { path: SourcePath::file(name), ..FileContext::default() }
}

fn detect(context: &FileContext, bytes: &[u8]) -> Option<&'static dyn Format> {
    format::detect(&Input { context, bytes, limits: &Limits::default() })
}

fn read(context: &FileContext, bytes: &[u8], reading: Reading) -> (&'static str, String, Document) {
    let limits = Limits::default();
    let input = Input { context, bytes, limits: &limits };
    let format = format::detect(&input).unwrap_or_else(|| panic!("no format for {}", context.path));
    let text: Text<'_> = format.decode(&input);
    let document = format.read(&input, &text, reading);
    (format.id(), text.as_str().to_owned(), document)
}

fn fixture(path: &str) -> (FileContext, Vec<u8>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats");
    (file(path), fs::read(root.join(path)).unwrap())
}

/// The document as text: nodes, properties, and for each value the source it comes from where that differs.
fn summary(path: &str, reading: Reading) -> String {
    let (context, bytes) = fixture(path);
    summary_of(&context, &bytes, reading)
}

fn summary_of(context: &FileContext, bytes: &[u8], reading: Reading) -> String {
    let (id, text, document) = read(context, bytes, reading);
    let mut out = format!("{id}\n");
    for node in &document.nodes {
        let pid = node.pid.as_ref().map(|pid| format!(" pid {pid}")).unwrap_or_default();
        let modes = if node.run_modes.is_empty() { String::new() } else { format!(" {:?}", node.run_modes) };
        writeln!(out, "{:?}{pid}{modes} at {:?}", node.path, &text[node.name_span.range()]).unwrap();
        for property in &node.properties {
            let many = if property.multiple { "[]" } else { "" };
            write!(out, "  {} {}{many} =", property.name, property.value_type.name()).unwrap();
            for value in &property.values {
                let source = &text[value.span.range()];
                write!(out, " {:?}", value.text).unwrap();
                if source != value.text {
                    write!(out, " <{source:?}>").unwrap();
                }
            }
            out.push('\n');
        }
    }
    for (label, problem) in [("problem", document.problem), ("limit", document.limit)] {
        if let Some(problem) = problem {
            writeln!(out, "{label} {}: {}", problem.offset, problem.message).unwrap();
        }
    }
    out
}

#[test]
fn print() {
    for path in [
        "service-credentials/service-credentials.json",
        "developer-console/workspace.json",
        "aio/project.aio",
        "aio/workspace.env",
        "aio/config.json",
        "sling-get/dtm-reactor.tidy.infinity.json",
        "sling-get/cut.infinity.json",
        "oak-export/nodestates.json",
        "status-dump/configuration-status.txt",
        "status-dump/status-Configurations.json",
    ] {
        println!("===== {path}\n{}", summary(path, Reading::Tolerant));
    }
    let context = FileContext {
        container: Container::Bundle,
        repository_path: Some("conf/x/launch.json".into()),
        ..file("launch.json")
    };
    for r in [Reading::Tolerant, Reading::Aem] {
        println!("{}", summary_of(&context, &fixture("initial-content/launch.json").1, r));
    }
}
