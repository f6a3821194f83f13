//! `aem-ims-lint check`: findings.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueEnum;

use super::args::{Color, ConfidenceArg, FailOn, ScanArgs};
use super::outputs::Outputs;
use super::{Failure, Outcome, editing, output};
use crate::findings::baseline::{Baseline, Compared};
use crate::migrate::files;
use crate::migrate::fixes::{self, Fixes};
use crate::report::configuration::Account;
use crate::report::totals::counted;
use crate::report::{self, Report, ReportFormat};
use crate::scan::{self, Request};

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub scan: ScanArgs,

    /// Format of the report on standard output or in --output
    #[arg(long, short, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,

    /// Write the report to FILE instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// One more report: FORMAT=FILE, as often as needed
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = extra_report)]
    pub reports: Vec<(ReportFormat, PathBuf)>,

    /// Lowest level that makes the exit code 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    pub fail_on: FailOn,

    /// Leave out findings that are less sure
    #[arg(long, value_enum, value_name = "CONFIDENCE")]
    pub min_confidence: Option<ConfidenceArg>,

    /// Baseline: only findings that are not in FILE count
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Write the present findings into FILE as a baseline; they do not count in this run
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub write_baseline: Option<PathBuf>,

    /// Take findings that are fixed out of the --baseline file
    #[arg(long, requires = "baseline", conflicts_with = "min_confidence")]
    pub update_baseline: bool,

    /// Show suppressed findings too, marked as such, where a format leaves them out
    #[arg(long)]
    pub show_suppressed: bool,

    /// Make the edits that settle findings and need no human choice, then report what is left
    #[arg(long)]
    pub fix: bool,

    /// With --fix: edit also where git has changes that are not committed
    #[arg(long, requires = "fix")]
    pub force: bool,

    /// Names this run among several over one commit (SARIF `automationDetails.id`)
    #[arg(long, value_name = "NAME")]
    pub category: Option<String>,

    /// Colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub color: Color,

    /// Nothing on standard output; the exit code and --report files tell
    #[arg(long, short)]
    pub quiet: bool,
}

fn extra_report(text: &str) -> Result<(ReportFormat, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("write FORMAT=FILE, such as sarif=aem-ims-lint.sarif")?;
    let format = ReportFormat::from_str(format, true).map_err(|_| {
        let known: Vec<_> = ReportFormat::value_variants()
            .iter()
            .filter_map(|f| f.to_possible_value())
            .map(|v| v.get_name().to_owned())
            .collect();
        format!("`{format}` is no format; there are {}", known.join(", "))
    })?;
    if file.is_empty() {
        return Err("the file name is missing after `=`".into());
    }
    Ok((format, PathBuf::from(file)))
}

/// Scans and reports.
///
/// # Errors
/// Wrong arguments or configuration; output that cannot be written.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let mut request = args.scan.request(args.min_confidence)?;
    let outputs = Outputs::watch(&mut request, args.outputs(), args.sources())?;
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose().map_err(Failure::Usage)?;
    let mut report = args.scan.run(|| scan::scan(&request))?;
    outputs.check()?;
    let scanned = started.elapsed();
    if args.fix && args.make_edits(&report, baseline.as_ref(), &request)? {
        report = args.scan.run(|| scan::scan(&request))?;
    }
    args.compare(&mut report, baseline, &request)?;
    if args.writes(ReportFormat::Sarif) {
        fixes::attach(&mut report.findings, &report.model, &request.given_names(), &request.source.limits);
    }

    let log = matches!(args.format, ReportFormat::Text | ReportFormat::Github | ReportFormat::Azure);
    output::tell_account(&Account::of(&report), args.quiet || log && args.output.is_none());
    for (format, file) in &args.reports {
        write(*format, &report, Some(file), &args.options(*format, Some(file)))?;
    }
    if !args.quiet || args.output.is_some() {
        let file = args.output.as_deref();
        write(args.format, &report, file, &args.options(args.format, file))?;
    }
    let nothing = args.scan.tell_recognition(&report, false);
    args.scan.tell_timings(&report.stats, started, scanned);
    Ok(if nothing { Outcome::Incomplete } else { args.fail_on.outcome(&report, args.scan.allow_incomplete) })
}

impl Args {
    /// The files that are written, but for those that --fix edits.
    fn outputs(&self) -> impl Iterator<Item = &Path> {
        let updated = self.baseline.iter().filter(|_| self.update_baseline);
        let reports = self.reports.iter().map(|(_, file)| file);
        self.output.iter().chain(&self.write_baseline).chain(updated).chain(reports).map(PathBuf::as_path)
    }

    /// Suppresses what the baseline knows, and writes the baselines that were asked for.
    fn compare(&self, report: &mut Report, baseline: Option<Baseline>, request: &Request) -> Result<(), Failure> {
        let scanned = scanned(request);
        if let Some(file) = &self.write_baseline {
            let baseline = Baseline::of(&report.findings, file);
            baseline.write(file).map_err(Failure::Usage)?;
            baseline.apply(&mut report.findings, &scanned);
            self.tell(&format!("{} findings written to the baseline `{}`", baseline.len(), file.display()));
        }
        let (Some(file), Some(baseline)) = (&self.baseline, baseline) else { return Ok(()) };
        let Compared { known, fixed, elsewhere, left } = baseline.apply(&mut report.findings, &scanned);
        let (update, complete) = (self.update_baseline, report.is_complete());
        if update && complete {
            left.write(file).map_err(Failure::Usage)?;
        }
        let end = match (update, complete) {
            (true, true) => " and taken out",
            (true, false) => "; left as it is, because the scan is incomplete",
            (false, _) if fixed > 0 => "; --update-baseline takes them out",
            (false, _) => "",
        };
        let unread = if elsewhere > 0 { format!(", {elsewhere} in files not scanned") } else { String::new() };
        self.tell(&format!("baseline `{}`: {known} known findings{unread}, {fixed} fixed{end}", file.display()));
        Ok(())
    }

    /// Files that are read beside what is scanned, and not written.
    fn sources(&self) -> impl Iterator<Item = &Path> {
        let baseline = self.baseline.iter().filter(|_| !self.update_baseline);
        self.scan.sources().chain(baseline.map(PathBuf::as_path))
    }

    /// Whether one of the reports is in `format`.
    fn writes(&self, format: ReportFormat) -> bool {
        let on_output = self.format == format && (!self.quiet || self.output.is_some());
        on_output || self.reports.iter().any(|(extra, _)| *extra == format)
    }

    /// Makes the edits that need no human choice, but for what the baseline knows; whether any were made.
    fn make_edits(&self, report: &Report, baseline: Option<&Baseline>, request: &Request) -> Result<bool, Failure> {
        let mut findings = report.findings.clone();
        if let Some(baseline) = baseline {
            baseline.apply(&mut findings, &scanned(request));
        }
        let fixes = Fixes::new(&report.model);
        let settled: Vec<_> = findings.iter().filter_map(|finding| fixes.changes_for(finding)).collect();
        let edits = files::edit(settled.iter().flatten(), [], &request.given_names(), &request.source.limits);
        for left in &edits.left {
            self.tell(&format!("not edited: {}: {}", left.label, left.reason));
        }
        if edits.files.is_empty() {
            self.tell("nothing to fix without a human choice; `aem-ims-lint migrate` has the whole plan");
            return Ok(false);
        }
        let written = editing::put_in_place(&edits.files, report, self.scan.allow_incomplete, self.force)?;
        for left in &written.left {
            self.tell(&format!("not edited: {}: {}", left.label, left.reason));
        }
        let files = counted(written.files.len() as u64, "file");
        if written.left.is_empty() {
            self.tell(&format!("edited {files} for {}", counted(settled.len() as u64, "finding")));
        } else {
            let names: Vec<&str> = written.files.iter().map(|file| file.label.as_str()).collect();
            self.tell(&format!("edited {files} of {}: {}", edits.files.len(), names.join(", ")));
        }
        Ok(!written.files.is_empty())
    }

    fn tell(&self, message: &str) {
        if !self.quiet {
            output::tell(message);
        }
    }

    fn options(&self, format: ReportFormat, file: Option<&Path>) -> report::Options {
        let to_terminal = file.is_none_or(|f| f.as_os_str() == "-");
        let color = matches!(format, ReportFormat::Text | ReportFormat::Concise)
            && if to_terminal { self.color.enabled() } else { self.color == Color::Always };
        report::Options {
            color,
            hyperlinks: color && to_terminal,
            width: output::width(),
            show_suppressed: self.show_suppressed,
            allow_incomplete: self.scan.allow_incomplete,
            category: self.category.clone(),
        }
    }
}

/// Everything that was scanned, by the name it has in reports.
fn scanned(request: &Request) -> Vec<PathBuf> {
    let given = request.given.iter().map(|(name, _)| PathBuf::from(name));
    request.inputs.iter().cloned().chain(given).collect()
}

fn write(format: ReportFormat, report: &Report, file: Option<&Path>, options: &report::Options) -> Result<(), Failure> {
    let mut out = output::open(file)?;
    report::write(format, report, options, &mut out)?;
    out.flush()?;
    Ok(())
}
