//! The repeated parts of the page: a finding, source lines, a row of the inventory.

use std::io::{self, Write};

use super::{list, product};
use crate::findings::Finding;
use crate::ims::Excerpt;
use crate::report::inventory::{Row, environments};
use crate::report::{Report, escape};

/// A finding.
pub(super) fn finding(report: &Report, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let (level, rule) = (finding.level.id(), escape::html(finding.rule.id));
    let integration = finding.subject(&report.landscape);
    let suppressed = if finding.suppressed.is_some() { " suppressed" } else { "" };
    write!(out, "<article data-item class=\"{level}{suppressed}\" data-rule=\"|{rule}|\" data-level=\"|{level}|\"")?;
    if let Some(integration) = integration {
        write!(out, " data-product=\"|{}|\"", escape::html(product(integration.product)))?;
    }
    writeln!(out, " data-environment=\"{}\">", list(finding.environments.iter()))?;
    writeln!(out, "<p><span class=\"level\">{level}</span> <code>{rule}</code></p>")?;
    writeln!(out, "<h3>{}</h3>", escape::html_message(&finding.message))?;
    let start = finding.location.start;
    let path = escape::html(&finding.location.path().to_string());
    writeln!(out, "<p class=\"soft\"><code>{path}:{}:{}</code></p>", start.line, start.column)?;
    snippet(&finding.location.excerpt, out)?;
    steps(finding, out)?;
    for environments in environments(&finding.environments).split("; ").filter(|text| !text.is_empty()) {
        write!(out, "<span class=\"tag\">{}</span>", escape::html(environments))?;
    }
    if let Some(suppressed) = &finding.suppressed {
        writeln!(out, "<p class=\"soft\">Suppressed: {}</p>", escape::html(&suppressed.reason))?;
    }
    related(finding, out)?;
    writeln!(out, "</article>")
}

fn steps(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<ul class=\"help\">")?;
    for step in finding.help() {
        writeln!(out, "<li>{}</li>", escape::html_message(&step))?;
    }
    if let Some(url) = escape::link(&finding.url) {
        let url = escape::html(url);
        writeln!(out, "<li><a href=\"{url}\" rel=\"noreferrer\">{url}</a></li>")?;
    }
    writeln!(out, "</ul>")
}

fn related(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    if finding.related.is_empty() {
        return Ok(());
    }
    writeln!(out, "<details><summary>{} related</summary>", finding.related.len())?;
    for related in &finding.related {
        let start = related.location.start;
        let path = escape::html(&related.location.path().to_string());
        writeln!(out, "<p>{}<br>", escape::html_message(&related.message))?;
        writeln!(out, "<code class=\"soft\">{path}:{}:{}</code></p>", start.line, start.column)?;
        snippet(&related.location.excerpt, out)?;
    }
    writeln!(out, "</details>")
}

/// Source lines with line numbers and the location marked.
fn snippet(excerpt: &Excerpt, out: &mut dyn Write) -> io::Result<()> {
    if excerpt.first_line == 0 {
        return Ok(());
    }
    let (text, span) = escape::lines(&excerpt.text, excerpt.highlight);
    write!(out, "<pre class=\"snippet\">")?;
    let mut offset = 0;
    for (number, line) in (excerpt.first_line..).zip(text.split('\n')) {
        let within = |at: usize| at.clamp(offset, offset + line.len()) - offset;
        let (start, end) = (within(span.start), within(span.end));
        write!(out, "<span><i>{number}</i>{}", escape::markup(&line[..start]))?;
        if start < end {
            write!(out, "<mark>{}</mark>", escape::markup(&line[start..end]))?;
        }
        write!(out, "{}</span>", escape::markup(&line[end..]))?;
        offset += line.len() + 1;
    }
    writeln!(out, "</pre>")
}

/// The columns for an integration. Several facts share a column, so that none gets too narrow to read.
pub(super) const COLUMNS: [&str; 5] =
    ["Integration", "Authentication", "In force on", "Where", "Missing and next step"];

/// Maximum number of path segments shown; the full path is in the tooltip.
const SEGMENTS: usize = 2;

/// A row of the inventory.
pub(super) fn inventory_row(row: &Row, out: &mut dyn Write) -> io::Result<()> {
    let product = if row.product.is_empty() { product(None) } else { row.product };
    write!(
        out,
        "<tr data-item data-product=\"|{}|\" data-environment=\"{}\" data-status=\"|{}|\" data-system=\"|{}|\">",
        escape::html(product),
        list(row.environment_list.iter()),
        row.status.label(),
        escape::html(&row.system),
    )?;
    let name = if row.name.is_empty() { String::new() } else { format!("<b>{}</b><br>", escape::html(&row.name)) };
    let kind = if is_known(row.product) {
        String::new()
    } else {
        format!(" <span class=\"soft\">{}</span>", escape::html(&words(&row.kind)))
    };
    let sure = if row.confidence == "high" { String::new() } else { format!("<br>{} confidence", row.confidence) };
    let status =
        format!("<span class=\"status {}\">{}</span>{sure}", row.status.id(), escape::html(&row.authentication()));
    let used_by = labelled("used by ", &row.referenced_by);
    let system = match row.shown_system.as_str() {
        "" => String::new(),
        system => format!("<span class=\"tag\">{}</span><br>", escape::html(system)),
    };
    let place = format!(
        "{system}<code title=\"{}\">{}</code>{used_by}",
        escape::html(&row.place),
        escape::html(&shortened(&row.place)),
    );
    let next = format!("{}{}", escape::html_message(&row.next_step), labelled("missing: ", &row.missing));
    let sort = [format!("{product} {}", row.name), (row.status as u8).to_string()];
    let sort = sort.map(|key| format!(" data-sort=\"{}\"", escape::html(&key)));
    let cells = [
        (format!("{name}{}{kind}", escape::html(product)), sort[0].as_str(), ""),
        (status, sort[1].as_str(), ""),
        (escape::html(&row.environments), "", ""),
        (place, "", " class=\"where\""),
        (next, "", ""),
    ];
    for (column, (cell, sort, class)) in COLUMNS.iter().zip(cells) {
        write!(out, "<td data-label=\"{column}\"{class}{sort}>{cell}</td>")?;
    }
    writeln!(out, "</tr>")
}

/// Whether the product already says what the integration is.
fn is_known(product: &str) -> bool {
    !product.is_empty() && product != super::product(None)
}

/// The name of a kind in words: `access token provider`.
fn words(kind: &str) -> String {
    let mut text = String::new();
    for c in kind.chars() {
        if c.is_uppercase() {
            text.push(' ');
        }
        text.extend(c.to_lowercase());
    }
    text
}

/// The last segments of a path: `…/config.author.prod/x.cfg.json:1`.
fn shortened(path: &str) -> String {
    match path.rmatch_indices('/').nth(SEGMENTS - 1) {
        Some((slash, _)) if slash > 0 => format!("…{}", &path[slash..]),
        _ => path.to_owned(),
    }
}

fn labelled(label: &str, values: &[String]) -> String {
    if values.is_empty() {
        return String::new();
    }
    let values: Vec<String> = values.iter().map(|value| escape::html_message(value)).collect();
    format!("<p><span class=\"soft\">{label}</span>{}</p>", values.join(", "))
}
