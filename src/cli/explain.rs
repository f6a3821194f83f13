//! `aem-ims-lint rules` and `aem-ims-lint explain RULE`.

use clap::ValueEnum;
use serde_json::json;

use super::{Failure, Outcome, output};
use crate::report::wrap;
use crate::rules::{self, Meta, RULES};

/// Arguments of `rules`.
#[derive(Debug, clap::Args)]
pub struct RulesArgs {
    /// Format of the list
    #[arg(long, short, value_enum, default_value_t = RulesFormat::Text)]
    pub format: RulesFormat,
}

/// `rules --format`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// A table
    Text,
    /// One JSON array
    Json,
}

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The rule's id, such as `jwt-credential`
    pub rule: String,
}

/// Lists the rules.
///
/// # Errors
/// Output that cannot be written.
pub fn rules(args: &RulesArgs) -> Result<Outcome, Failure> {
    let columns = output::width(None);
    output::print(|out| match args.format {
        RulesFormat::Text => {
            let width = RULES.iter().map(|rule| rule.meta().id.len()).max().unwrap_or(0);
            for meta in RULES.iter().map(|rule| rule.meta()) {
                let line = format!("{:width$}  {:7}  {}", meta.id, meta.level.id(), meta.summary);
                writeln!(out, "{}", wrap::rewrapped(&line, columns))?;
            }
            Ok(())
        }
        RulesFormat::Json => {
            let list: Vec<_> = RULES.iter().map(|rule| describe(rule.meta())).collect();
            serde_json::to_writer_pretty(&mut *out, &list)?;
            writeln!(out)
        }
    })
}

fn describe(meta: &Meta) -> serde_json::Value {
    json!({
        "id": meta.id,
        "level": meta.level.id(),
        "summary": meta.summary,
        "confidence": meta.confidence.id(),
        "securitySeverity": meta.security_severity,
        "cwe": meta.cwe,
        "docs": meta.markdown(),
    })
}

/// Prints a rule's documentation.
///
/// # Errors
/// A rule that does not exist; output that cannot be written.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let rule = rules::by_id(&args.rule).ok_or_else(|| Failure::Usage(unknown(&args.rule)))?;
    let meta = rule.meta();
    let page = format!("# {}\n\n{} ({} by default)\n\n{}\n", meta.id, meta.summary, meta.level.id(), meta.markdown());
    let columns = output::width(None);
    let page = if columns < usize::MAX { wrap::markdown(&page, columns) } else { page };
    output::print(|out| out.write_all(page.as_bytes()))
}

fn unknown(id: &str) -> String {
    format!("there is no rule `{id}`; {}", hint(id))
}

/// The rule that `id` was probably meant to be, or how to list all rules.
pub fn hint(id: &str) -> String {
    super::hint(id, RULES.iter().map(|rule| rule.meta().id), "aem-ims-lint rules")
}
