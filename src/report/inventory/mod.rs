//! The inventory: every integration, what uses it, what is missing and what to do next.

mod matrix;
mod row;
mod table;

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeSeq, Serializer};

pub(super) use self::matrix::{JsonMatrix, Matrix, NOT_THERE};
pub(super) use self::row::{Row, environments, rows};
use super::configuration::{Account, JsonConfiguration};
use super::totals::Totals;
use super::wrap::wrapped_lines;
use super::{Report, csv, escape, html, json, log, markdown};

/// `inventory --format`
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum InventoryFormat {
    /// A readable table
    Table,
    /// One JSON document
    Json,
    /// Comma-separated values
    Csv,
    /// A Markdown table
    Markdown,
    /// One self-contained HTML page, suitable for printing
    Html,
}

/// Names the format of [`InventoryFormat::Json`] and its major version.
pub const SCHEMA: &str = "aem-ims-lint/inventory/v1";

/// Writes integrations by systems, with the status of each in each system. JSON and HTML always contain both this and
/// the list.
///
/// # Errors
/// As [`write()`].
pub fn write_matrix(format: InventoryFormat, report: &Report, width: usize, out: &mut dyn Write) -> io::Result<()> {
    match format {
        InventoryFormat::Table => log::safe_lines(out, |out| matrix::write_text(report, width, out)),
        InventoryFormat::Csv => matrix::write_csv(report, out),
        InventoryFormat::Markdown => {
            writeln!(out, "# Adobe IMS integrations by system\n")?;
            matrix::write_markdown(report, out)?;
            markdown::incidents(report, usize::MAX, out)
        }
        InventoryFormat::Json | InventoryFormat::Html => write(format, report, width, out),
    }
}

/// Writes the inventory. `width` is that of the terminal in columns.
///
/// # Errors
/// Whatever `out` returns; a closed pipe arrives as [`io::ErrorKind::BrokenPipe`].
pub fn write(format: InventoryFormat, report: &Report, width: usize, out: &mut dyn Write) -> io::Result<()> {
    match format {
        InventoryFormat::Table => {
            log::safe_lines(out, |out| wrapped_lines(out, width, |out| table::write(report, width, out)))
        }
        InventoryFormat::Json => escape::write_json(&document(report), out),
        InventoryFormat::Csv => write_csv(report, out),
        InventoryFormat::Markdown => {
            writeln!(out, "# Adobe IMS integrations\n")?;
            markdown::configuration(report, out)?;
            if Matrix::of(report).systems.len() > 1 {
                matrix::write_markdown(report, out)?;
            }
            markdown::inventory(report, usize::MAX, out)?;
            markdown::incidents(report, usize::MAX, out)
        }
        InventoryFormat::Html => html::write_inventory(report, out),
    }
}

/// An inventory.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct JsonInventory<'a> {
    /// `aem-ims-lint/inventory/v1`.
    schema: &'static str,
    /// What wrote this.
    tool: json::JsonTool,
    /// Counts.
    summary: json::JsonSummary,
    /// The totals as a sentence.
    totals: String,
    /// The AEM edition that the project is for.
    target: json::JsonTarget<'a>,
    /// The projects and instances found, sorted by name.
    systems: Vec<json::JsonSystem<'a>>,
    /// The configuration in use and what it hides; `null` if there is none.
    configuration: Option<JsonConfiguration<'a>>,
    /// Each integration in each system.
    matrix: JsonMatrix,
    /// All integrations.
    #[cfg_attr(test, schemars(with = "Vec<InventoryEntry>"))]
    integrations: InventoryEntries<'a>,
    /// What could not be read.
    incidents: Vec<json::JsonIncident<'a>>,
}

/// An integration of an inventory.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct InventoryEntry<'a> {
    /// The same fields as in the report of `check`.
    #[serde(flatten)]
    integration: json::JsonIntegration<'a>,
    /// `jwt`, `oauthComplete`, `oauthIncomplete`, `oauthBroken`, `notInForce`, `userCredentials`, `byReference` or
    /// `unknown`.
    status: &'static str,
    /// Properties that are missing.
    missing: Vec<String>,
    /// What to do next.
    next_step: String,
}

/// The entries of a report, each created while it is written.
#[derive(Debug)]
struct InventoryEntries<'a>(&'a Report);

impl Serialize for InventoryEntries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for (integration, row) in self.0.integrations_in_full().zip(row::in_order(self.0)) {
            list.serialize_element(&InventoryEntry {
                integration: json::integration(self.0, &integration),
                status: row.status.id(),
                missing: row.missing,
                next_step: row.next_step,
            })?;
        }
        list.end()
    }
}

fn document(report: &Report) -> JsonInventory<'_> {
    JsonInventory {
        schema: SCHEMA,
        tool: json::tool(),
        summary: json::summary(report),
        totals: Totals::of(report).inventory(),
        target: json::target(report),
        systems: json::systems(report),
        configuration: Account::of(report).json(),
        matrix: Matrix::of(report).json(),
        integrations: InventoryEntries(report),
        incidents: report.incidents.iter().map(json::incident).collect(),
    }
}

/// Names of the columns of the tables.
pub(super) const COLUMNS: [&str; 11] = [
    "Product",
    "Name",
    "Kind",
    "Authentication",
    "Environments",
    "Where",
    "Referenced by",
    "Missing",
    "Next step",
    "Confidence",
    "System",
];

fn write_csv(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    csv::begin(&COLUMNS, out)?;
    for row in rows(report) {
        csv::row(&row.cells(), out)?;
    }
    Ok(())
}
