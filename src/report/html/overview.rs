//! The inventory as a page for meetings: what was scanned, the matrix of integrations by systems, then the list.

use std::io::{self, Write};

use super::parts::{self, inventory_row};
use super::{cards, filters, foot, head, integration_cards};
use crate::report::inventory::{self, Matrix, NOT_THERE};
use crate::report::totals::{Totals, counted};
use crate::report::{Report, escape};

/// Maximum number of inputs that the page names.
const MOST_INPUTS: usize = 12;
/// Maximum number of systems whose names are horizontal in the table header.
const FEW_SYSTEMS: usize = 6;
/// Maximum number of cells on a page; a larger matrix lists its systems.
const MOST_CELLS: usize = 100_000;
/// The key fact for the meeting. The date is that of `jwt-credential`.
const JWT: &str = "JWT is the Service Account credential that Adobe has shut down, on 2026-03-01 at the latest: an \
    integration on JWT gets no token until it is migrated to OAuth Server-to-Server.";

/// Writes the inventory as a page of its own.
pub(in crate::report) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let totals = Totals::of(report);
    head("Adobe IMS integrations: inventory", &totals.inventory(), report, out)?;
    scanned(report, out)?;
    writeln!(out, "<p>{JWT}</p>")?;
    cards(&integration_cards(&totals), out)?;
    filters(report, &[], out)?;
    writeln!(out, "</header>\n<main>")?;
    matrix(report, out)?;
    list(report, None, out)?;
    foot(report, Some(super::SCRIPT), out)
}

/// When the page was created, and from which inputs.
fn scanned(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let day = report.day.map(|day| format!("As of {day}. ")).unwrap_or_default();
    let paths: Vec<&str> =
        report.landscape.inhabited().flat_map(|model| &model.system.paths).map(String::as_str).collect();
    let shown: Vec<String> =
        paths.iter().take(MOST_INPUTS).map(|path| format!("<code>{}</code>", escape::html(path))).collect();
    let more = paths.len().saturating_sub(MOST_INPUTS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let found = if shown.is_empty() { String::new() } else { format!(": integrations in {}{more}", shown.join(", ")) };
    let inputs = counted(report.stats.inputs, "input");
    writeln!(out, "<p class=\"soft\">{day}{inputs}, {}{found}.</p>", counted(report.stats.files, "file"))
}

fn matrix(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let matrix = Matrix::of(report);
    if matrix.rows.is_empty() {
        return Ok(());
    }
    let many = if matrix.systems.len() > FEW_SYSTEMS { " many" } else { "" };
    writeln!(out, "<section class=\"overview\">\n<h2>Status of each integration</h2>")?;
    writeln!(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Integrations by systems\">")?;
    write!(out, "<table class=\"matrix{many}\">\n<thead><tr><th scope=\"col\">Integration</th>")?;
    let has_columns = matrix.has_columns() && matrix.systems.len() * matrix.rows.len() <= MOST_CELLS;
    if has_columns {
        for model in report.landscape.models().iter().filter(|model| !model.integrations.is_empty()) {
            let edition = model.target.target.label().unwrap_or_default();
            let name = escape::html(&model.system.name);
            write!(out, "<th scope=\"col\"><span>{name}<br><small>{edition}</small></span></th>")?;
        }
    } else {
        write!(out, "<th scope=\"col\">Systems</th>")?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for row in &matrix.rows {
        write!(out, "<tr><th scope=\"row\">{}</th>", escape::html_message(&row.title()))?;
        if !has_columns {
            write!(out, "<td>{}</td>", escape::html(&matrix.by_verdict(row)))?;
        }
        for column in (0..matrix.systems.len()).filter(|_| has_columns) {
            match row.cells.get(&column) {
                None => write!(out, "<td class=\"soft\">{NOT_THERE}</td>")?,
                Some(cell) => {
                    let (status, label, detail) = (cell.status().id(), cell.label(), escape::html(&cell.detail()));
                    let detail = if detail.is_empty() { detail } else { format!("<br><small>{detail}</small>") };
                    write!(out, "<td><span class=\"status {status}\">{label}</span>{detail}</td>")?;
                }
            }
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>\n</section>")
}

/// The list of all integrations, those that need work first. The column headers are buttons that sort.
pub(super) fn list(report: &Report, sentence: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let rows = inventory::rows(report);
    if rows.is_empty() {
        return writeln!(out, "<h2>Integrations</h2>\n<p>No IMS integrations were found.</p>");
    }
    writeln!(out, "<section data-section=\"integrations\">\n<h2>Integrations</h2>")?;
    if let Some(sentence) = sentence {
        writeln!(out, "<p class=\"soft\">{}.</p>", escape::html(sentence))?;
    }
    writeln!(out, "<table class=\"list\">\n<thead><tr>")?;
    for column in parts::COLUMNS {
        write!(out, "<th scope=\"col\"><button type=\"button\">{column}</button></th>")?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for row in &rows {
        inventory_row(row, out)?;
    }
    writeln!(out, "</tbody>\n</table>\n</section>")
}
