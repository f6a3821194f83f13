//! Descriptions of the rules in SARIF.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::log::Message;
use crate::findings::Finding;
use crate::ims::Confidence;
use crate::rules::{Level, Meta, RULES};

/// Maximum length of `fullDescription` in GitHub, in characters.
const FULL_DESCRIPTION: usize = 1024;

/// All rules, including those without results, and the index of each.
pub(super) struct RuleTable {
    pub(super) list: Vec<ReportingDescriptor>,
    index: HashMap<&'static str, usize>,
}

impl RuleTable {
    /// The rules of the catalogue, and any other rules of `findings`.
    pub(super) fn new(findings: &[&Finding]) -> Self {
        let mut table = Self { list: Vec::new(), index: HashMap::new() };
        let catalogue = RULES.iter().map(|rule| rule.meta());
        for meta in catalogue.chain(findings.iter().map(|finding| finding.rule)) {
            let next = table.list.len();
            if *table.index.entry(meta.id).or_insert(next) == next {
                table.list.push(descriptor(meta));
            }
        }
        table
    }

    pub(super) fn index(&self, id: &str) -> usize {
        self.index.get(id).copied().unwrap_or_default()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReportingDescriptor {
    id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    short_description: Message,
    full_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    help: Message,
    default_configuration: Value,
    properties: Value,
}

fn descriptor(meta: &Meta) -> ReportingDescriptor {
    let markdown = markdown(meta);
    let precision = match meta.confidence {
        Confidence::High => "very-high",
        Confidence::Medium => "high",
        Confidence::Low => "medium",
    };
    let severity = match meta.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "recommendation",
    };
    ReportingDescriptor {
        id: meta.id,
        // An id of one word would differ from its name only in case, which SARIF validators treat as equal.
        name: meta.id.contains('-').then(|| pascal_case(meta.id)),
        short_description: Message::text(sentence(meta.summary)),
        full_description: Message::text(full_description(&markdown).unwrap_or_else(|| sentence(meta.summary))),
        help_uri: meta.page(),
        help: Message { text: plain(&markdown), markdown: Some(markdown) },
        default_configuration: json!({ "level": meta.level.id() }),
        properties: json!({
            "precision": precision,
            "problem.severity": severity,
            "security-severity": meta.security_severity,
            "tags": tags(meta),
        }),
    }
}

fn tags(meta: &Meta) -> Vec<String> {
    let own = ["security", "aem", "adobe-ims"].map(str::to_owned);
    own.into_iter().chain(meta.cwe.iter().map(|number| format!("external/cwe/cwe-{number:03}"))).collect()
}

/// The documentation, without the space that a doc comment has before every line.
fn markdown(meta: &Meta) -> String {
    let lines: Vec<&str> = meta.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    let text = lines.join("\n").trim().to_owned();
    if text.is_empty() { sentence(meta.summary) } else { text }
}

/// Markdown as plain text: without heading marks and fences.
fn plain(markdown: &str) -> String {
    let lines = markdown.lines().filter(|line| !line.trim_start().starts_with("```"));
    let lines: Vec<&str> = lines.map(|line| line.trim_start_matches('#').trim_start_matches(' ')).collect();
    lines.join("\n").replace('`', "")
}

/// The first paragraph that is not a heading.
fn full_description(markdown: &str) -> Option<String> {
    let paragraph = markdown.split("\n\n").map(str::trim).find(|p| !p.is_empty() && !p.starts_with('#'));
    let paragraph = paragraph.or_else(|| {
        let mut lines = markdown.lines().skip_while(|line| line.starts_with('#') || line.is_empty());
        lines.next()
    })?;
    let text = paragraph.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "");
    let cut: String = text.chars().take(FULL_DESCRIPTION - 1).collect();
    Some(sentence(&cut))
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{}.", text.trim_end_matches([':', ','])) }
}

/// `jwt-credential` as `JwtCredential`.
fn pascal_case(id: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
    };
    id.split('-').map(word).collect()
}
