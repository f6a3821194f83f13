//! `aem-ims-lint migrate`: the plan, and the edits.

use std::io::Write;
use std::path::PathBuf;

use super::args::{EDITS, OUTPUT, ScanArgs};
use super::{Failure, Outcome, editing, formats, output};
use crate::migrate::files::{self, Edits, Left};
use crate::migrate::write::Written;
use crate::migrate::{Plan, diff};
use crate::report::configuration::Account;
use crate::report::migration::{self, MigrationFormat};
use crate::report::totals::counted;
use crate::report::{Report, escape};
use crate::scan;

/// Arguments of `migrate`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0; 1 if --diff or --write could not show or edit something; 2 invalid arguments or \
    configuration, or nothing written because the work tree is not clean or the scan is incomplete; 3 incomplete scan \
    (unless --allow-incomplete)."
)]
pub struct Args {
    #[command(flatten)]
    pub scan: ScanArgs,

    /// Format of the plan
    #[arg(long, short, value_enum, help_heading = OUTPUT)]
    pub format: Option<MigrationFormat>,

    /// Write the plan or the diff to FILE instead of standard output
    #[arg(long, short, value_name = "FILE", help_heading = OUTPUT)]
    pub output: Option<PathBuf>,

    /// Show the edits as a unified diff that `git apply` takes
    #[arg(long, conflicts_with_all = ["write", "format"], help_heading = EDITS)]
    pub diff: bool,

    /// Apply the edits instead of showing the plan
    #[arg(long, conflicts_with_all = ["format", "output"], help_heading = EDITS)]
    pub write: bool,

    /// With --write: edit even if git has uncommitted changes
    #[arg(long, requires = "write", help_heading = EDITS)]
    pub force: bool,

    /// With --diff: show lines that may contain a secret
    #[arg(long, requires = "diff", help_heading = OUTPUT)]
    pub no_redact: bool,
}

/// Scans, plans, and shows or applies the edits. A plan has no findings: the exit code is 0, or 3 for an incomplete
/// scan. With `--diff` and `--write` it is 1 if something could not be edited or shown.
///
/// # Errors
/// Wrong arguments or configuration; output or files that cannot be written.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let (request, report, times) = args.scan.scanned(args.output.as_deref(), scan::scan)?;
    let mut plan = Plan::new(&report.landscape, &report.findings);
    let configurations = plan.edits().flat_map(|entry| &entry.changes.configurations);
    let added = plan.edits().filter_map(|entry| entry.changes.added.as_ref());
    let edits = files::edit(configurations, added, &request.given_names(), &request.source.limits);
    plan.leave_to_people(&report.landscape, &edits.left);

    let format = args.format.or_else(|| formats::of_name(args.output.as_deref())).unwrap_or(MigrationFormat::Text);
    let text = format == MigrationFormat::Text && args.output.is_none();
    output::tell_account(&Account::of(&report), text && !args.diff && !args.write);
    let mut all_edited = edits.left.is_empty();
    if args.diff {
        all_edited &= args.show(&edits)?;
    } else if args.write {
        let written = editing::put_in_place(&edits.files, &report, args.scan.allow_incomplete, args.force)?;
        all_edited &= written.left.is_empty();
        args.tell_written(&plan, &edits, &written, &report)?;
    } else {
        let file = args.output.as_deref();
        output::write(file, |out| migration::write(format, &report, &plan, &edits, output::width(file), out))?;
        all_edited = true;
    }
    args.scan.tell_recognition(&report);
    args.scan.tell_timings(&report.stats, times);
    if args.scan.fails_on_nothing(&report, false) {
        return Ok(Outcome::Incomplete);
    }
    Ok(match report.is_complete() || args.scan.allow_incomplete {
        false => Outcome::Incomplete,
        true if all_edited => Outcome::Clean,
        true => Outcome::Findings,
    })
}

impl Args {
    /// Writes the diff and returns whether all of it could be shown.
    fn show(&self, edits: &Edits) -> Result<bool, Failure> {
        let to_terminal = self.output.as_ref().is_none_or(|file| file.as_os_str() == "-");
        let (mut all, mut shown) = (true, Vec::new());
        for file in &edits.files {
            let mut text = Vec::new();
            if !diff::write(file, !self.no_redact, &mut text)? {
                all = false;
                output::tell(&format!(
                    "not shown in the diff: {}: its lines may contain a secret; --no-redact shows them, and --write \
                     applies the edits without showing them",
                    file.label
                ));
            } else if to_terminal && !is_harmless(&text) {
                all = false;
                output::tell(&format!(
                    "not shown in the diff: {}: its lines contain control characters or commands of a CI system; use \
                     --output FILE to write them",
                    file.label
                ));
            } else {
                shown.append(&mut text);
            }
        }
        output::write(self.output.as_deref(), |out| out.write_all(&shown))?;
        if edits.files.is_empty() {
            output::tell("nothing to edit; the plan (without --diff) lists the other steps");
        }
        tell_left(&edits.left);
        Ok(all)
    }

    /// Reports what was written and what is left to do by hand.
    fn tell_written(&self, plan: &Plan, edits: &Edits, written: &Written<'_>, report: &Report) -> Result<(), Failure> {
        let mut out = output::stdout();
        for file in &written.files {
            let label = escape::line(&file.label);
            match (&file.before, &file.rename) {
                (None, _) => writeln!(out, "added    {label}")?,
                (Some(_), Some(name)) => writeln!(out, "renamed  {label} to {}", escape::line(name))?,
                (Some(_), None) => writeln!(out, "edited   {label}")?,
            }
        }
        for entry in plan.edits() {
            let Some(integration) = entry.subject(&report.landscape) else { continue };
            let path = integration.location.path().to_string();
            for (placeholder, property) in entry.waiting() {
                writeln!(out, "fill in  {placeholder} in `{}`, {}", escape::line(property), escape::line(&path))?;
            }
            for variable in entry.changes.new_variables() {
                let kind = if variable.secret { "secret" } else { "environment variable" };
                writeln!(out, "set      the {kind} `{}` in Cloud Manager", escape::line(&variable.name))?;
            }
        }
        let total = match written.files.len() as u64 {
            0 if edits.files.is_empty() => "nothing to edit".to_owned(),
            count => format!("{} written", counted(count, "file")),
        };
        let others = match (plan.entries.len() - plan.edits().count()) as u64 {
            0 => String::new(),
            count => format!("; {} not edited", counted(count, "integration")),
        };
        writeln!(out, "{total}{others}; the plan (without --write) lists the other steps")?;
        out.flush()?;
        tell_left(edits.left.iter().chain(&written.left));
        Ok(())
    }
}

fn tell_left<'a>(all: impl IntoIterator<Item = &'a Left>) {
    for left in all {
        output::tell(&format!("not edited: {}: {}", left.label, left.reason));
    }
}

/// Whether every line is plain text to a terminal and a CI system.
fn is_harmless(diff: &[u8]) -> bool {
    let text = String::from_utf8_lossy(diff);
    text.split('\n').all(|line| {
        // The sign in front does not stop a CI system from treating the rest as a command.
        let line = line.strip_suffix('\r').unwrap_or(line);
        let line = line.get(1..).unwrap_or_default().replace('\t', " ");
        escape::line(&line) == line
    })
}
