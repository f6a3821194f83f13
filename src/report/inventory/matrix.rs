//! Each integration in each system: where the same application works and where it does not.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::ims::applications::applications;
use crate::ims::{AuthType, Integration};
use crate::report::totals::Status;
use crate::report::{Report, csv, escape, text};
use crate::repository::System;

/// Maximum number of systems with their own column. With more systems, a row lists the systems by status.
const MOST_COLUMNS: usize = 200;
/// Maximum width of the first column of the terminal table.
const WIDEST: usize = 48;
/// Shown where a system does not have the integration.
pub(in crate::report) const NOT_THERE: &str = "not there";

/// The status of an integration in a system.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Cell<'r> {
    pub(in crate::report) integration: &'r Integration,
}

impl Cell<'_> {
    /// The stable name used in reports.
    pub(in crate::report) fn id(self) -> &'static str {
        match self.integration.auth {
            AuthType::OAuth => self.integration.token_verdict().id(),
            _ => Status::of(self.integration).id(),
        }
    }

    /// The name shown to users.
    pub(in crate::report) fn label(self) -> &'static str {
        match self.integration.auth {
            AuthType::OAuth => self.integration.token_verdict().label(),
            _ => Status::of(self.integration).label(),
        }
    }

    /// The class that colours it.
    pub(in crate::report) fn status(self) -> Status {
        Status::of(self.integration)
    }

    /// Where it differs between the environments of its system: `broken in author: prod`.
    pub(in crate::report) fn detail(self) -> String {
        super::row::differing_verdicts(self.integration)
    }
}

/// An application in all systems.
#[derive(Debug)]
pub(in crate::report) struct MatrixRow<'r> {
    pub(in crate::report) product: &'static str,
    pub(in crate::report) name: String,
    /// Its status, by column number.
    pub(in crate::report) cells: BTreeMap<usize, Cell<'r>>,
}

/// Integrations by systems.
#[derive(Debug)]
pub(in crate::report) struct Matrix<'r> {
    /// The columns.
    pub(in crate::report) systems: Vec<&'r System>,
    /// The rows, those that need work first.
    pub(in crate::report) rows: Vec<MatrixRow<'r>>,
}

impl<'r> Matrix<'r> {
    /// The matrix of a report.
    pub(in crate::report) fn of(report: &'r Report) -> Self {
        let landscape = &report.landscape;
        let mut columns = BTreeMap::new();
        let mut systems = Vec::new();
        for (number, model) in landscape.models().iter().enumerate().filter(|(_, model)| !model.integrations.is_empty())
        {
            columns.insert(number, systems.len());
            systems.push(&model.system);
        }
        let row = |members: Vec<(usize, usize)>| {
            let cells = members.iter().filter_map(|(system, index)| {
                Some((*columns.get(system)?, Cell { integration: landscape.integration(*system, *index)? }))
            });
            let cells: BTreeMap<usize, Cell<'r>> = cells.collect();
            let first = cells.values().next()?.integration;
            let product = first.product.map_or("", |product| product.name());
            Some(MatrixRow { product, name: name(first), cells })
        };
        let mut rows: Vec<MatrixRow<'r>> = applications(landscape).into_iter().filter_map(row).collect();
        rows.sort_by(|a, b| (a.worst(), a.product, &a.name).cmp(&(b.worst(), b.product, &b.name)));
        Self { systems, rows }
    }

    /// Whether each system has a column.
    pub(in crate::report) fn has_columns(&self) -> bool {
        self.systems.len() <= MOST_COLUMNS
    }

    fn heads(&self) -> Vec<&str> {
        if self.has_columns() {
            self.systems.iter().map(|system| system.name.as_str()).collect()
        } else {
            vec!["Systems"]
        }
    }

    fn labels(&self, row: &MatrixRow<'_>) -> Vec<String> {
        if !self.has_columns() {
            return vec![self.by_verdict(row)];
        }
        let label = |column| row.cells.get(&column).map_or(NOT_THERE, |cell| cell.label()).to_owned();
        (0..self.systems.len()).map(label).collect()
    }

    /// `works: a, b; JWT: c`.
    pub(in crate::report) fn by_verdict(&self, row: &MatrixRow<'_>) -> String {
        let mut groups: BTreeMap<Status, (&str, Vec<&str>)> = BTreeMap::new();
        for (column, cell) in &row.cells {
            let name = self.systems.get(*column).map_or("", |system| system.name.as_str());
            groups.entry(cell.status()).or_insert((cell.label(), Vec::new())).1.push(name);
        }
        let group = |(label, names): &(&str, Vec<&str>)| format!("{label}: {}", names.join(", "));
        groups.values().map(group).collect::<Vec<_>>().join("; ")
    }

    /// The JSON form.
    pub(in crate::report) fn json(&self) -> JsonMatrix {
        let cell = |(column, cell): (&usize, &Cell<'_>)| JsonMatrixCell {
            system: self.systems.get(*column).map_or("", |system| system.name.as_str()).to_owned(),
            verdict: cell.id(),
            integration: cell.integration.id.clone(),
        };
        let row = |row: &MatrixRow<'_>| JsonMatrixRow {
            product: Some(row.product).filter(|product| !product.is_empty()),
            name: row.name.clone(),
            cells: row.cells.iter().map(cell).collect(),
        };
        JsonMatrix {
            systems: self.systems.iter().map(|system| system.name.clone()).collect(),
            rows: self.rows.iter().map(row).collect(),
        }
    }
}

impl MatrixRow<'_> {
    fn worst(&self) -> Option<Status> {
        self.cells.values().map(|cell| cell.status()).min()
    }

    /// Product and name.
    pub(in crate::report) fn title(&self) -> String {
        match (self.product, self.name.as_str()) {
            ("", name) => name.to_owned(),
            (product, "") => product.to_owned(),
            (product, name) => format!("{product} `{name}`"),
        }
    }
}

/// Its usual name: its own, or else its identifier in AEM.
fn name(integration: &Integration) -> String {
    let location = &integration.location;
    let name = integration.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let place = location.pid.as_deref().or(location.jcr_path.as_deref());
    name.or(place).map_or_else(|| location.path().to_string(), str::to_owned)
}

/// Each integration in each system.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct JsonMatrix {
    /// Names of the systems that have integrations.
    systems: Vec<String>,
    /// One for each integration, whether it is in one system or in several; those that need work first.
    rows: Vec<JsonMatrixRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonMatrixRow {
    /// The product it serves.
    product: Option<&'static str>,
    /// Its name, PID or JCR path.
    name: String,
    /// Its status in each system that has it; the other systems do not have it.
    cells: Vec<JsonMatrixCell>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct JsonMatrixCell {
    /// Name of the system.
    system: String,
    /// `jwt`, `works`, `incomplete`, `broken`, `notInForce`, `unknown`, `userCredentials` or `byReference`.
    verdict: &'static str,
    /// `id` of the integration there.
    integration: String,
}

/// Writes the matrix for a terminal. If the names of the systems do not fit, numbers replace them.
pub(super) fn write_text(report: &Report, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let matrix = Matrix::of(report);
    let titles: Vec<String> = matrix.rows.iter().map(|row| escape::line(&row.title()).into_owned()).collect();
    let first = titles.iter().map(|title| title.width()).max().unwrap_or_default().clamp(11, WIDEST);
    if !matrix.has_columns() {
        for (row, title) in matrix.rows.iter().zip(&titles) {
            writeln!(out, "{title}\n    {}", escape::line(&matrix.by_verdict(row)))?;
        }
    } else if !matrix.rows.is_empty() {
        let names: Vec<String> = matrix.systems.iter().map(|system| escape::line(&system.name).into_owned()).collect();
        let cells: Vec<Vec<String>> = matrix.rows.iter().map(|row| matrix.labels(row)).collect();
        let widths = |heads: &[String]| -> Vec<usize> {
            let column = |(column, head): (usize, &String)| {
                let cells = cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.width());
                cells.max().unwrap_or_default().max(head.width())
            };
            heads.iter().enumerate().map(column).collect()
        };
        let total: usize = first + widths(&names).iter().map(|width| width + 2).sum::<usize>();
        let numbers = |count: usize| (1..=count).map(|number| format!("[{number}]")).collect::<Vec<String>>();
        let heads = if total > width { numbers(names.len()) } else { names.clone() };
        if total > width {
            for (number, system) in heads.iter().zip(&names) {
                writeln!(out, "{number} {system}")?;
            }
            writeln!(out)?;
        }
        let widths = widths(&heads);
        line("INTEGRATION", first, &heads, &widths, out)?;
        for (title, row) in titles.iter().zip(&cells) {
            line(title, first, row, &widths, out)?;
        }
    }
    writeln!(out)?;
    text::not_read(&report.incidents, out)?;
    writeln!(out, "{}", crate::report::totals::Totals::of(report).inventory())
}

fn line(title: &str, first: usize, cells: &[String], widths: &[usize], out: &mut dyn Write) -> io::Result<()> {
    let mut text = format!("{title}{}", " ".repeat(first.saturating_sub(title.width())));
    for (cell, width) in cells.iter().zip(widths) {
        text += &format!("  {cell}{}", " ".repeat(width.saturating_sub(cell.width())));
    }
    writeln!(out, "{}", text.trim_end())
}

/// Writes the matrix as comma-separated values.
pub(super) fn write_csv(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let matrix = Matrix::of(report);
    let heads: Vec<&str> = ["Product", "Name"].into_iter().chain(matrix.heads()).collect();
    csv::row(&heads, out)?;
    for row in &matrix.rows {
        let start = [row.product.to_owned(), row.name.clone()];
        csv::row(&start.into_iter().chain(matrix.labels(row)).collect::<Vec<_>>(), out)?;
    }
    Ok(())
}

/// Writes the matrix as a Markdown table.
pub(super) fn write_markdown(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let matrix = Matrix::of(report);
    if matrix.rows.is_empty() {
        return writeln!(out, "No IMS integrations were found.\n");
    }
    let heads: Vec<String> = matrix.heads().into_iter().map(escape::markdown).collect();
    writeln!(out, "| Integration | {} |\n|---|{}", heads.join(" | "), "---|".repeat(heads.len()))?;
    for row in &matrix.rows {
        let cells: Vec<String> = matrix.labels(row).iter().map(|label| escape::markdown(label)).collect();
        writeln!(out, "| {} | {} |", escape::markdown_message(&row.title()), cells.join(" | "))?;
    }
    writeln!(out)
}
