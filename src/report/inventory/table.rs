//! The inventory for a terminal: a line of short facts for each integration, with longer ones below it.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::{Row, rows};
use crate::report::configuration::Account;
use crate::report::totals::Totals;
use crate::report::wrap::wrapped;
use crate::report::{Report, escape, text};

/// Maximum width of a column in the first line, in terminal columns.
const WIDEST: usize = 40;
/// Names of the columns in the lines below the first one.
const DETAILS: [&str; 5] = ["product", "name", "auth", "kind", "in"];
/// Indentation of the lines below the first one.
const INDENT: &str = "    ";

/// Writes the table.
pub(super) fn write(report: &Report, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let rows = rows(report);
    if !rows.is_empty() {
        let head = ["PRODUCT", "NAME", "AUTHENTICATION", "KIND", "ENVIRONMENTS"].map(str::to_owned);
        let cells: Vec<[String; 5]> = rows.iter().map(first_line).collect();
        let widths: [usize; 5] = std::array::from_fn(|column| {
            let all = std::iter::once(&head).chain(&cells);
            all.map(|cells| cells[column].width()).max().unwrap_or_default().min(WIDEST)
        });
        let fitting = fitting(&widths, width);
        writeln!(out, "{}", columns(&head, &widths[..fitting]))?;
        for (row, cells) in rows.iter().zip(&cells) {
            writeln!(out, "{}", columns(cells, &widths[..fitting]))?;
            for (label, cell) in DETAILS.iter().zip(cells).skip(fitting) {
                detail(label, cell, width, out)?;
            }
            details(row, width, out)?;
        }
        writeln!(out)?;
    }
    text::not_read(&report.incidents, out)?;
    text::account(&Account::of(report), out)?;
    text::systems(report, out)?;
    writeln!(out, "{}", Totals::of(report).inventory())
}

fn first_line(row: &Row) -> [String; 5] {
    let cell = |text: &str| if text.is_empty() { "-".to_owned() } else { escape::line(text).into_owned() };
    [cell(row.product), cell(&row.name), cell(&row.authentication()), cell(&row.kind), cell(&row.environments)]
}

/// How many columns fit into the `width` of the terminal; the others become lines below.
fn fitting(widths: &[usize; 5], width: usize) -> usize {
    let ends = widths.iter().scan(0, |end, width| {
        *end += width + 2;
        Some(*end)
    });
    ends.take_while(|end| *end <= width.saturating_add(2)).count().max(2)
}

fn columns(cells: &[String; 5], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        line.push_str(cell);
        line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
    }
    line.trim_end().to_owned()
}

fn details(row: &Row, width: usize, out: &mut dyn Write) -> io::Result<()> {
    detail("system", &row.shown_system, width, out)?;
    detail("where", &row.place, width, out)?;
    detail("used by", &row.referenced_by.join(", "), width, out)?;
    detail("missing", &row.missing.join(", "), width, out)?;
    detail("next", &row.next_step, width, out)
}

fn detail(label: &str, text: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    if text.is_empty() { Ok(()) } else { wrapped(&format!("{INDENT}{label:<8} "), text, width, out) }
}
