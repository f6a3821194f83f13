//! One self-contained HTML page: totals, filters, findings with their source lines, inventory. It loads no external
//! resources, and its content security policy allows only its own script.

mod overview;
mod parts;

use std::collections::BTreeMap;
use std::io::{self, Write};

pub(super) use self::overview::write as write_inventory;
use self::parts::finding;
use super::configuration::Account;
use super::totals::{self, Status, Totals, capitalised};
use super::{Options, Report, escape, systems};
use crate::findings::Finding;
use crate::ims::Environment;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// `base64(sha256(…))` of the two, for the content security policy.
const STYLE_HASH: &str = "1mLUjArcypXpCr9WWHZUnm6WZPAokDAYJgh73yqbvZA=";
const SCRIPT_HASH: &str = "KcSmZNcdygsHaCSVSFaMuY7CMKnKWFAxEm+BTSJ/4Pk=";

/// Writes the report.
pub(super) fn write(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<&Finding> = totals::shown(report, options).collect();
    let totals = Totals::of(report);
    head("Adobe IMS integrations: findings", &totals.summary(report), report, out)?;
    cards(&finding_cards(&totals), out)?;
    filters(report, &findings, out)?;
    writeln!(out, "</header>\n<main>")?;
    if !findings.is_empty() {
        writeln!(out, "<section data-section=\"findings\">\n<h2>Findings</h2>")?;
        for f in &findings {
            finding(report, f, out)?;
        }
        writeln!(out, "</section>")?;
    }
    overview::list(report, Some(&totals.inventory()), out)?;
    foot(report, Some(SCRIPT), out)
}

pub(super) fn head(title: &str, sentence: &str, report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; \
         script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<header>\n<h1>{title}</h1>\n<p>{}.</p>",
        escape::html_message(&capitalised(sentence)),
    )?;
    if let Some(sentence) = Account::of(report).sentence() {
        writeln!(out, "<p class=\"soft\">{}.</p>", escape::html_message(&capitalised(&sentence)))?;
    }
    if let Some(sentence) = systems::sentence(report) {
        writeln!(out, "<p class=\"soft\">{}.</p>", escape::html(&sentence))?;
    }
    let reasons = systems::reasons(report);
    if !reasons.is_empty() {
        let reasons: Vec<String> = reasons.iter().map(|reason| format!("<li>{}</li>", escape::html(reason))).collect();
        writeln!(out, "<ul class=\"soft\">{}</ul>", reasons.concat())?;
    }
    if !report.is_complete() {
        writeln!(out, "<p class=\"bad\">The scan is incomplete: see <a href=\"#not-read\">what was not read</a>.</p>")?;
    }
    Ok(())
}

/// A count, what it counts, and the class that colours it.
type Card = (u64, &'static str, &'static str);

fn finding_cards(totals: &Totals) -> Vec<Card> {
    let mut cards = vec![
        (totals.errors, "errors", "error"),
        (totals.warnings, "warnings", "warning"),
        (totals.notes, "notes", "note"),
    ];
    cards.extend(integration_cards(totals));
    cards
}

fn integration_cards(totals: &Totals) -> Vec<Card> {
    let all = [
        (totals.auth.jwt, "on JWT", "error"),
        (totals.auth.oauth_broken, "OAuth, broken", "error"),
        (totals.auth.not_in_force, "OAuth, not in force", "error"),
        (totals.auth.oauth_incomplete, "OAuth, incomplete", "warning"),
        (totals.auth.user_credentials, "user credentials", "warning"),
        (totals.auth.by_reference, "by reference", ""),
        (totals.auth.unknown, "unknown", ""),
        (totals.auth.oauth_complete, "OAuth, complete", "good"),
    ];
    all.into_iter().filter(|card| card.0 > 0).collect()
}

fn cards(cards: &[Card], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<ul class=\"totals\">")?;
    for (count, what, class) in cards {
        writeln!(out, "<li class=\"{class}\"><b>{count}</b> {what}</li>")?;
    }
    writeln!(out, "</ul>")
}

/// The form is hidden until the script shows it.
fn filters(report: &Report, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    let integrations = || report.landscape.integrations();
    let systems = integrations().filter_map(|one| report.system_of(one)).map(|system| &system.name);
    writeln!(out, "<form id=\"filters\" class=\"filters\" hidden>")?;
    select("rule", "Rule", 1, findings.iter().map(|finding| finding.rule.id), out)?;
    select("level", "Level", 1, findings.iter().map(|finding| finding.level.id()), out)?;
    select("system", "System", 2, systems, out)?;
    select("product", "Product", 1, integrations().map(|one| product(one.product)), out)?;
    select("environment", "Environment", 1, integrations().flat_map(|one| &one.environments), out)?;
    select("status", "Authentication", 1, integrations().map(|one| Status::of(one).label()), out)?;
    writeln!(out, "<label>Text<input name=\"text\" type=\"search\" autocomplete=\"off\"></label>")?;
    writeln!(out, "<button type=\"reset\">Show all</button>\n<output></output>\n</form>")
}

fn select<T: ToString>(
    name: &str,
    label: &str,
    least: usize,
    values: impl Iterator<Item = T>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    values.for_each(|value| *counts.entry(value.to_string()).or_default() += 1);
    if counts.len() < least {
        return Ok(());
    }
    write!(out, "<label>{label}<select name=\"{name}\"><option value=\"\">all</option>")?;
    for (value, count) in counts {
        let value = escape::html(&value);
        write!(out, "<option value=\"{value}\">{value} ({count})</option>")?;
    }
    writeln!(out, "</select></label>")
}

fn product(product: Option<crate::ims::catalog::Product>) -> &'static str {
    product.unwrap_or(crate::ims::catalog::Product::Other).name()
}

/// Values in the form that the script searches: `|author/prod|publish/prod|`.
fn list<'a>(values: impl Iterator<Item = &'a Environment>) -> String {
    let values: Vec<String> = values.map(|value| escape::html(&value.to_string())).collect();
    if values.is_empty() { String::new() } else { format!("|{}|", values.join("|")) }
}

/// The end of a page. The script handles the filter form, if the page has one.
pub(super) fn foot(report: &Report, script: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    if !report.incidents.is_empty() {
        writeln!(out, "<section id=\"not-read\">\n<h2>Not read</h2>\n<ul>")?;
        for incident in &report.incidents {
            let position = incident.position.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
            let path = escape::html(&incident.path.to_string());
            writeln!(out, "<li><code>{path}{position}</code>: {}</li>", escape::html_message(&incident.message))?;
        }
        writeln!(out, "</ul>\n</section>")?;
    }
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    writeln!(out, "</main>\n<footer class=\"soft\">{name} {version}</footer>")?;
    if let Some(script) = script {
        writeln!(out, "<script>{script}</script>")?;
    }
    writeln!(out, "</body>\n</html>")
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_names_the_style_and_the_script() {
        let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()));
        assert_eq!(STYLE_HASH, hash(STYLE));
        assert_eq!(SCRIPT_HASH, hash(SCRIPT));
    }
}
