//! The output of `inspect`: every file of a supported format, with its nodes, properties and positions.

use std::io::{self, Write};

use serde::Serialize;

use super::configuration::{Account, JsonConfiguration};
use super::totals::counted;
use super::wrap::wrapped_lines;
use super::{Configuration, Stats, escape, log, text};
use crate::format::{Detected, Document, Node, Problem, Property, Reading, Text, Value};
use crate::ims::disclosure;
use crate::source::{Incident, IncidentKind};

/// Replaces a value that must not be shown.
const REDACTED: &str = "<redacted>";
/// Overhead of an allocation.
const ALLOCATION: usize = 16;

/// `inspect --format`
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum InspectFormat {
    /// A readable tree
    Text,
    /// One JSON document
    Json,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Inspection {
    /// Files of a supported format, in path order.
    pub files: Vec<InspectedFile>,
    /// What could not be read.
    pub incidents: Vec<Incident>,
    /// Counts.
    pub stats: Stats,
    /// The configuration in use.
    pub configuration: Option<Configuration>,
}

/// A file with its content as read.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InspectedFile {
    path: String,
    format: &'static str,
    jcr_path: Option<String>,
    pid: Option<String>,
    factory_pid: Option<String>,
    run_modes: Vec<String>,
    loads: bool,
    nodes: Vec<InspectedNode>,
    problem: Option<InspectedProblem>,
    /// The limit, if a part of the file was not read.
    #[serde(skip)]
    limit: Option<Incident>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct InspectedNode {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pid: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    run_modes: Vec<String>,
    line: u32,
    column: u32,
    properties: Vec<InspectedProperty>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct InspectedProperty {
    name: String,
    #[serde(rename = "type")]
    value_type: &'static str,
    multiple: bool,
    values: Vec<String>,
    line: u32,
    column: u32,
}

#[derive(Clone, Debug, Serialize)]
struct InspectedProblem {
    message: String,
    line: u32,
    column: u32,
}

impl InspectedFile {
    /// Reads a file and keeps what `inspect` shows.
    pub fn read(file: &Detected<'_>, reading: Reading, redact: bool) -> Self {
        let Detected { format, text, .. } = file;
        let context = file.input.context;
        let document = file.read(reading);
        let loads = match reading {
            Reading::Aem => document.loads(),
            Reading::Tolerant => file.read(Reading::Aem).loads(),
        };
        let problem = document.problem.as_ref().or(document.limit.as_ref()).map(|p| problem(text, p));
        let pid = document.pid.clone();
        Self {
            path: context.path.to_string(),
            format: format.id(),
            jcr_path: document.jcr_path.clone(),
            factory_pid: pid.as_ref().and_then(|pid| pid.factory.clone()),
            pid: pid.map(|pid| pid.to_string()),
            run_modes: context.run_modes(),
            loads,
            nodes: nodes(text, &document, redact),
            problem,
            limit: document.limit.as_ref().map(|limit| {
                let position = text.position(limit.offset);
                let path = context.path.clone();
                Incident::new(IncidentKind::Limit, path, limit.message.clone()).at(position.line, position.column)
            }),
        }
    }

    /// The limit, if a part of the file was not read.
    pub fn limit(&self) -> Option<&Incident> {
        self.limit.as_ref()
    }

    /// Its size in bytes.
    pub fn bytes(&self) -> usize {
        let property = |one: &InspectedProperty| {
            let values: usize = one.values.iter().map(|value| size_of_val(value) + ALLOCATION + value.len()).sum();
            size_of_val(one) + 2 * ALLOCATION + one.name.len() + values
        };
        let node = |one: &InspectedNode| {
            let pid = one.pid.as_ref().map_or(0, |pid| pid.len() + ALLOCATION);
            let properties: usize = one.properties.iter().map(property).sum();
            size_of_val(one) + 2 * ALLOCATION + one.path.len() + pid + properties
        };
        size_of::<Self>() + self.path.len() + self.nodes.iter().map(node).sum::<usize>()
    }
}

fn problem(text: &Text<'_>, problem: &Problem) -> InspectedProblem {
    let position = text.position(problem.offset);
    InspectedProblem {
        message: disclosure::sentence(&problem.message).into_owned(),
        line: position.line,
        column: position.column,
    }
}

fn nodes(text: &Text<'_>, document: &Document, redact: bool) -> Vec<InspectedNode> {
    let show = |node: &Node| {
        let start = text.position(node.name_span.start);
        InspectedNode {
            path: node.path.clone(),
            pid: node.pid.as_ref().map(ToString::to_string),
            run_modes: node.run_modes.clone(),
            line: start.line,
            column: start.column,
            properties: node.properties.iter().map(|p| property(text, p, redact)).collect(),
        }
    };
    document.nodes.iter().map(show).collect()
}

fn property(text: &Text<'_>, property: &Property, redact: bool) -> InspectedProperty {
    let start = text.position(property.span.start);
    let value = |value: &Value| if redact { shown(property, value) } else { value.text.clone() };
    let name = if redact && !disclosure::is_name(&property.name) { REDACTED } else { &property.name };
    InspectedProperty {
        name: name.to_owned(),
        value_type: property.value_type.name(),
        multiple: property.multiple,
        values: property.values.iter().map(value).collect(),
        line: start.line,
        column: start.column,
    }
}

fn shown(property: &Property, value: &Value) -> String {
    let hidden = disclosure::hidden_in_value(property, value);
    match hidden.as_slice() {
        [all] if value.text[all.range()].len() == value.text.trim().len() => REDACTED.to_owned(),
        parts => disclosure::mask(&value.text, parts).into_owned(),
    }
}

/// Writes an inspection. `width` is that of the terminal in columns.
///
/// # Errors
/// Whatever `out` returns.
pub fn write(format: InspectFormat, inspection: &Inspection, width: usize, out: &mut dyn Write) -> io::Result<()> {
    match format {
        InspectFormat::Text => log::safe_lines(out, |out| wrapped_lines(out, width, |out| write_text(inspection, out))),
        InspectFormat::Json => json(inspection, out),
    }
}

fn json(inspection: &Inspection, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Root<'a> {
        schema: &'static str,
        configuration: Option<JsonConfiguration<'a>>,
        files: &'a [InspectedFile],
        incidents: Vec<serde_json::Value>,
    }
    let incident = |one: &Incident| serde_json::json!({ "kind": one.kind.id(), "path": one.path.to_string(), "message": one.message });
    let incidents = inspection.incidents.iter().map(incident).collect();
    let configuration = Account::of_inspection(inspection).json();
    let root = Root { schema: "aem-ims-lint/inspect/v1", configuration, files: &inspection.files, incidents };
    escape::write_json(&root, out)
}

fn write_text(inspection: &Inspection, out: &mut dyn Write) -> io::Result<()> {
    for file in &inspection.files {
        text_file(file, out)?;
    }
    text::not_read(&inspection.incidents, out)?;
    let nodes: usize = inspection.files.iter().map(|f| f.nodes.len()).sum();
    let files = counted(inspection.files.len() as u64, "file");
    let (nodes, incidents) = (counted(nodes as u64, "node"), inspection.incidents.len() as u64);
    let incomplete =
        if incidents > 0 { format!("; incomplete: {} not read", counted(incidents, "place")) } else { String::new() };
    text::account(&Account::of_inspection(inspection), out)?;
    writeln!(out, "{files}, {nodes}{incomplete}")
}

fn text_file(file: &InspectedFile, out: &mut dyn Write) -> io::Result<()> {
    let line = |text: &str| escape::line(text).into_owned();
    writeln!(out, "{} ({})", line(&file.path), file.format)?;
    for (what, value) in [("jcr path", &file.jcr_path), ("pid", &file.pid)] {
        if let Some(value) = value {
            writeln!(out, "  {what}: {}", line(value))?;
        }
    }
    if !file.run_modes.is_empty() {
        writeln!(out, "  run modes: {}", line(&file.run_modes.join(", ")))?;
    }
    if !file.loads {
        writeln!(out, "  AEM does not load this file in its current form")?;
    }
    if let Some(problem) = &file.problem {
        writeln!(out, "  problem at {}:{}: {}", problem.line, problem.column, line(&problem.message))?;
    }
    for node in &file.nodes {
        let name = node.pid.as_ref().filter(|pid| file.pid.as_ref() != Some(pid)).unwrap_or(&node.path);
        writeln!(out, "  {}", if name.is_empty() { "/".into() } else { line(name) })?;
        for property in &node.properties {
            let values: Vec<_> = property.values.iter().map(|v| format!("\"{}\"", line(v))).collect();
            let values = if property.multiple { format!("[{}]", values.join(", ")) } else { values.concat() };
            let kind =
                if property.value_type == "String" { String::new() } else { format!(" {{{}}}", property.value_type) };
            writeln!(out, "    {}:{}\t{}{kind} = {values}", property.line, property.column, line(&property.name))?;
        }
    }
    Ok(())
}
