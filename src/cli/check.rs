//! `aem-ims-lint check`: findings.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::args::{CONFIDENCES, Color, EDITS, FAIL_ON, FailOn, JUDGEMENT, OUTPUT, ScanArgs, one_of, time};
use super::outputs::Outputs;
use super::{Failure, Outcome, editing, formats, output};
use crate::findings::baseline::{Baseline, Compared};
use crate::ims::Confidence;
use crate::migrate::files;
use crate::migrate::fixes::{self, Fixes};
use crate::report::configuration::Account;
use crate::report::totals::counted;
use crate::report::{self, PathBase, Report, ReportFormat};
use crate::scan::{self, Request};

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub scan: ScanArgs,

    /// Format of the report [default: from the name of the --output file, or else text]
    #[arg(long, short, value_enum, help_heading = OUTPUT)]
    pub format: Option<ReportFormat>,

    /// Write the report to FILE instead of standard output
    #[arg(long, short, value_name = "FILE", help_heading = OUTPUT)]
    pub output: Option<PathBuf>,

    /// Write an additional report (repeatable)
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = formats::extra_report, help_heading = OUTPUT)]
    pub reports: Vec<(ReportFormat, PathBuf)>,

    /// Lowest level that causes exit code 1
    #[arg(long, value_parser = one_of(FAIL_ON), value_name = "LEVEL", default_value = "error", help_heading = JUDGEMENT)]
    pub fail_on: FailOn,

    /// Hide findings below this confidence
    #[arg(long, value_parser = one_of(CONFIDENCES), value_name = "CONFIDENCE", help_heading = JUDGEMENT, hide_short_help = true)]
    pub min_confidence: Option<Confidence>,

    /// Ignore findings that are in this baseline
    #[arg(long, value_name = "FILE", help_heading = JUDGEMENT)]
    pub baseline: Option<PathBuf>,

    /// Write the current findings to FILE as a baseline
    ///
    /// They do not count in this run.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline", help_heading = JUDGEMENT)]
    pub write_baseline: Option<PathBuf>,

    /// Remove fixed findings from the --baseline file
    #[arg(long, requires = "baseline", conflicts_with = "min_confidence", help_heading = JUDGEMENT, hide_short_help = true)]
    pub update_baseline: bool,

    /// Also show suppressed findings, marked as such
    #[arg(long, help_heading = OUTPUT, hide_short_help = true)]
    pub show_suppressed: bool,

    /// Show all help next to each finding (text)
    ///
    /// Without this, each finding shows only help not shown before, and long lists of steps appear once after the
    /// findings.
    #[arg(long, help_heading = OUTPUT)]
    pub explain_all: bool,

    /// Show counts by rule and what --fix can fix, instead of the findings (text)
    #[arg(long, conflicts_with = "explain_all", help_heading = OUTPUT)]
    pub statistics: bool,

    /// Apply safe fixes, then report the remaining findings
    #[arg(long, help_heading = EDITS)]
    pub fix: bool,

    /// Edit even if git has uncommitted changes
    #[arg(long, requires = "fix", help_heading = EDITS)]
    pub force: bool,

    /// Show paths relative to DIR in CI formats and SARIF [default: top of the git work tree]
    #[arg(long, value_name = "DIR", help_heading = OUTPUT)]
    pub path_base: Option<PathBuf>,

    /// Name of this run, if there are several for one commit (SARIF)
    #[arg(long, value_name = "NAME", help_heading = OUTPUT, hide_short_help = true)]
    pub category: Option<String>,

    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto, help_heading = OUTPUT, hide_short_help = true)]
    pub color: Color,

    /// Print nothing; use the exit code or --report
    #[arg(long, short, help_heading = OUTPUT)]
    pub quiet: bool,
}

/// Scans and reports.
///
/// # Errors
/// Wrong arguments or configuration; output that cannot be written.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let started = Instant::now();
    args.refuse_statistics()?;
    let mut request = args.scan.request(args.min_confidence)?;
    let outputs = Outputs::watch(&mut request, args.outputs(), args.sources())?;
    let scene = Scene { base: args.base(&request)?, time: time()? };
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?;
    let mut report = args.scan.run(|| scan::scan(&request))?;
    outputs.check()?;
    let scanned = started.elapsed();
    if args.fix && args.make_edits(&report, baseline.as_ref(), &request)? {
        report = args.scan.run(|| scan::scan(&request))?;
    }
    args.compare(&mut report, baseline, &request)?;
    let has_fixes = [ReportFormat::Sarif, ReportFormat::Json, ReportFormat::Jsonl];
    if args.statistics || has_fixes.iter().any(|format| args.writes(*format)) {
        fixes::attach(&mut report.findings, &report.landscape, &request.given_names(), &request.source.limits);
    }

    let own_format = args.format();
    let log = matches!(own_format, ReportFormat::Text | ReportFormat::Github | ReportFormat::Azure);
    output::tell_account(&Account::of(&report), args.quiet || log && args.output.is_none());
    let tells = !matches!(own_format, ReportFormat::Concise | ReportFormat::Github | ReportFormat::Azure);
    output::tell_systems(&report, args.quiet || tells);
    let write = |format: ReportFormat, file: Option<&Path>| {
        output::write(file, |out| report::write(format, &report, &args.options(format, file, &scene), out))
    };
    for (format, file) in &args.reports {
        write(*format, Some(file))?;
    }
    if !args.quiet || args.output.is_some() {
        write(own_format, args.output.as_deref())?;
    }
    if !args.quiet {
        args.scan.tell_recognition(&report);
    }
    let nothing = args.scan.fails_on_nothing(&report, false);
    args.scan.tell_timings(&report.stats, (started, scanned));
    Ok(if nothing { Outcome::Incomplete } else { args.fail_on.outcome(&report, args.scan.allow_incomplete) })
}

impl Args {
    /// The files to write, except those that --fix edits.
    fn outputs(&self) -> impl Iterator<Item = &Path> {
        let updated = self.baseline.iter().filter(|_| self.update_baseline);
        let reports = self.reports.iter().map(|(_, file)| file);
        self.output.iter().chain(&self.write_baseline).chain(updated).chain(reports).map(PathBuf::as_path)
    }

    /// Suppresses the findings in the baseline, and writes the requested baselines.
    fn compare(&self, report: &mut Report, baseline: Option<Baseline>, request: &Request) -> Result<(), Failure> {
        let scanned = scanned(request);
        if let Some(file) = &self.write_baseline {
            let baseline = Baseline::of(&report.findings, file);
            baseline.write(file)?;
            baseline.apply(&mut report.findings, &scanned);
            self.tell(&format!("{} findings written to the baseline `{}`", baseline.len(), file.display()));
        }
        let (Some(file), Some(baseline)) = (&self.baseline, baseline) else { return Ok(()) };
        let Compared { known, fixed, elsewhere, left } = baseline.apply(&mut report.findings, &scanned);
        let (update, complete) = (self.update_baseline, report.is_complete());
        if update && complete {
            left.write(file)?;
        }
        let end = match (update, complete) {
            (true, true) => " and removed",
            (true, false) => "; not updated, because the scan is incomplete",
            (false, _) if fixed > 0 => "; --update-baseline removes them",
            (false, _) => "",
        };
        let unread = if elsewhere > 0 { format!(", {elsewhere} in files not scanned") } else { String::new() };
        self.tell(&format!("baseline `{}`: {known} known findings{unread}, {fixed} fixed{end}", file.display()));
        Ok(())
    }

    /// Files that are read in addition to what is scanned, and not written.
    fn sources(&self) -> impl Iterator<Item = &Path> {
        let baseline = self.baseline.iter().filter(|_| !self.update_baseline);
        self.scan.sources().chain(baseline.map(PathBuf::as_path))
    }

    /// The folder to which paths in CI formats are relative.
    fn base(&self, request: &Request) -> Result<PathBase, Failure> {
        let Some(folder) = &self.path_base else { return Ok(PathBase::of_repository(&request.inputs)) };
        let base = if folder.is_dir() { PathBase::folder(folder).ok() } else { None };
        let missing =
            || Failure::Usage(format!("--path-base `{}` is not a folder; use an existing one", folder.display()));
        base.ok_or_else(missing)
    }

    /// Statistics are only for the text format.
    fn refuse_statistics(&self) -> Result<(), Failure> {
        if !self.statistics || self.format() == ReportFormat::Text {
            return Ok(());
        }
        let message = "--statistics needs the format `text`: remove --format, or use the counts in the `summary` of \
        `--format json`";
        Err(Failure::Usage(message.into()))
    }

    /// Format of the report on standard output or in `--output`.
    fn format(&self) -> ReportFormat {
        let of_name = || formats::of_name(self.output.as_deref());
        self.format.or_else(of_name).unwrap_or(ReportFormat::Text)
    }

    /// Whether one of the reports is in `format`.
    fn writes(&self, format: ReportFormat) -> bool {
        let on_output = self.format() == format && (!self.quiet || self.output.is_some());
        on_output || self.reports.iter().any(|(extra, _)| *extra == format)
    }

    /// Applies safe fixes, except for findings in the baseline. Returns whether there were any.
    fn make_edits(&self, report: &Report, baseline: Option<&Baseline>, request: &Request) -> Result<bool, Failure> {
        let mut findings = report.findings.clone();
        if let Some(baseline) = baseline {
            baseline.apply(&mut findings, &scanned(request));
        }
        let fixes = Fixes::new(&report.landscape);
        let settled: Vec<_> = findings.iter().filter_map(|finding| fixes.changes_for(finding)).collect();
        let edits = files::edit(settled.iter().flatten(), [], &request.given_names(), &request.source.limits);
        for left in &edits.left {
            self.tell(&format!("not edited: {}: {}", left.label, left.reason));
        }
        if edits.files.is_empty() {
            self.tell("no safe fixes to apply; `aem-ims-lint migrate` shows the whole plan");
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

    fn options(&self, format: ReportFormat, file: Option<&Path>, scene: &Scene) -> report::Options {
        let (color, hyperlinks) = self.color.styles(format, file);
        report::Options {
            color,
            hyperlinks,
            width: output::width(file),
            explain_all: self.explain_all,
            statistics: self.statistics,
            show_suppressed: self.show_suppressed,
            fail_on: self.fail_on.0,
            time: scene.time.clone(),
            allow_incomplete: self.scan.allow_incomplete,
            base: scene.base.clone(),
            category: self.category.clone(),
        }
    }
}

/// Where and when a scan is made.
struct Scene {
    base: PathBase,
    time: String,
}

/// Everything that was scanned, by its name in reports.
fn scanned(request: &Request) -> Vec<PathBuf> {
    let given = request.given.iter().map(|(name, _)| PathBuf::from(name));
    request.inputs.iter().cloned().chain(given).collect()
}
