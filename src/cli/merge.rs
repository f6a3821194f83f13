//! `aem-ims-lint merge`: one report from the JSON reports of many runs.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use walkdir::WalkDir;

use super::args::{Color, FAIL_ON, FailOn, day, one_of, time};
use super::{Failure, Outcome, formats, glob, output};
use crate::config::Config;
use crate::findings::baseline::{Baseline, Compared};
use crate::paths::slashed;
use crate::report::inventory::{self, InventoryFormat};
use crate::report::merge::{Merge, ReportLabel};
use crate::report::{self, Report, ReportFormat};
use crate::source::IncidentKind;

/// Arguments of `merge`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Reports of `check --format json`, folders with reports (every `*.json` below), and glob patterns
    #[arg(value_name = "REPORT")]
    pub reports: Vec<PathBuf>,

    /// Treat the report as one of the instance NAME, such as `prod/author`, unless it names one (repeatable)
    #[arg(long = "instance", value_name = "NAME=REPORT", value_parser = labelled)]
    pub instances: Vec<(String, PathBuf)>,

    /// Treat the report as one of the project NAME, unless it names one (repeatable)
    #[arg(long = "name", value_name = "NAME=REPORT", value_parser = labelled)]
    pub names: Vec<(String, PathBuf)>,

    /// What to write: a report of findings, or the inventory
    #[arg(long = "as", value_enum, value_name = "KIND", default_value_t = MergedKind::Check)]
    pub kind: MergedKind,

    /// Format: one of `check`, or with `--as inventory` one of `inventory` [default: text, table]
    #[arg(long, short, value_name = "FORMAT")]
    pub format: Option<String>,

    /// Write to FILE instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Write an additional report (repeatable); `inventory-html=FILE` is an inventory
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = extra)]
    pub extra: Vec<(MergedFormat, PathBuf)>,

    /// With --as inventory: show a table of integrations by systems
    #[arg(long)]
    pub matrix: bool,

    /// Lowest level that causes exit code 1; not for an inventory
    #[arg(long, value_parser = one_of(FAIL_ON), value_name = "LEVEL", default_value = "error")]
    pub fail_on: FailOn,

    /// Do not fail if a report is broken or incomplete
    #[arg(long)]
    pub allow_incomplete: bool,

    /// Only findings that are not in this baseline count
    ///
    /// The one for parts of a fleet is named where they are scanned. This one knows also what comes of comparing instances.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Write the findings of the merged report into FILE as a baseline
    ///
    /// They do not count in this run.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub write_baseline: Option<PathBuf>,

    /// Levels and `[[ignore]]` of this `aem-ims-lint.toml` for what comes of comparing instances
    ///
    /// For all else settings count where the parts are scanned.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Also show suppressed findings, marked as such
    #[arg(long)]
    pub show_suppressed: bool,

    /// Name of this report, if there are several for one commit (SARIF `automationDetails.id`)
    #[arg(long, value_name = "NAME")]
    pub category: Option<String>,

    /// The date shown in an inventory, such as 2026-03-01 [default: today in UTC]
    #[arg(long, value_name = "DATE")]
    pub today: Option<jiff::civil::Date>,

    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub color: Color,

    /// Print nothing; use the exit code or --report
    #[arg(long, short)]
    pub quiet: bool,
}

/// `--as`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MergedKind {
    /// A report, as from `check`
    Check,
    /// A list, as from `inventory`
    Inventory,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergedFormat {
    /// A report, as from `check`.
    Check(ReportFormat),
    /// A list, as from `inventory`.
    Inventory(InventoryFormat),
}

fn labelled(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !name.trim().is_empty() && !path.is_empty() => Ok((name.trim().into(), path.into())),
        _ => Err("write NAME=REPORT, such as prod/author=prod-author.json".to_owned()),
    }
}

fn extra(text: &str) -> Result<(MergedFormat, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("write FORMAT=FILE, such as inventory-html=overview.html")?;
    if file.is_empty() {
        return Err("the file name is missing after `=`".into());
    }
    let format = match format.strip_prefix("inventory-") {
        Some(format) => MergedFormat::Inventory(formats::format_called(format)?),
        None => MergedFormat::Check(formats::format_called(format)?),
    };
    Ok((format, file.into()))
}

/// Merges and reports.
///
/// # Errors
/// Wrong arguments; output that cannot be written.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let format = args.format()?;
    let day = day(args.today)?;
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?;
    let config = args.config.as_deref().map(Config::read).transpose()?;
    let mut selection = config.as_ref().map(|config| config.selection(&[], day)).unwrap_or_default();
    selection.suppressions.today = day;
    let mut merge = Merge::new(args.tells_all(format));
    if let Some(configuration) = config.as_ref().and_then(Config::in_force) {
        merge.configured(configuration);
    }
    for (path, label) in args.inputs()? {
        let shown = slashed(&path);
        match File::open(&path) {
            Ok(file) => merge.add(&shown, label.as_ref(), BufReader::with_capacity(64 << 10, file)),
            Err(error) => {
                merge.refuse(IncidentKind::Unreadable, &shown, &format!("this report cannot be read: {error}"))
            }
        }
    }
    let mut report = Report { day, ..merge.finish(&selection) };
    args.compare(&mut report, baseline)?;
    for (format, file) in &args.extra {
        args.write(*format, &report, Some(file))?;
    }
    if !args.quiet || args.output.is_some() {
        args.write(format, &report, args.output.as_deref())?;
    }
    let fail_on = if args.kind == MergedKind::Inventory { FailOn(None) } else { args.fail_on };
    Ok(fail_on.outcome(&report, args.allow_incomplete))
}

impl Args {
    fn format(&self) -> Result<MergedFormat, Failure> {
        let format = match (self.kind, self.format.as_deref()) {
            (MergedKind::Check, None) => Ok(MergedFormat::Check(ReportFormat::Text)),
            (MergedKind::Check, Some(text)) => formats::format_called(text).map(MergedFormat::Check),
            (MergedKind::Inventory, None) => Ok(MergedFormat::Inventory(InventoryFormat::Table)),
            (MergedKind::Inventory, Some(text)) => formats::format_called(text).map(MergedFormat::Inventory),
        };
        format.map_err(Failure::Usage)
    }

    /// Whether one of the formats contains everything about an integration.
    fn tells_all(&self, format: MergedFormat) -> bool {
        use MergedFormat::{Check, Inventory};
        let extra = self.extra.iter().map(|(format, _)| *format);
        extra.chain([format]).any(|format| {
            matches!(format, Check(ReportFormat::Json | ReportFormat::Jsonl) | Inventory(InventoryFormat::Json))
        })
    }

    /// The reports to merge, each once, with their names.
    fn inputs(&self) -> Result<Vec<(PathBuf, Option<ReportLabel>)>, Failure> {
        let written: Vec<&Path> =
            self.output.iter().chain(self.extra.iter().map(|(_, file)| file)).map(PathBuf::as_path).collect();
        let mut all: Vec<(PathBuf, Option<ReportLabel>)> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let labelled = |all: &[(String, PathBuf)], label: fn(String) -> ReportLabel| {
            all.iter().map(|(name, path)| (path.clone(), Some(label(name.clone())))).collect::<Vec<_>>()
        };
        let named = labelled(&self.instances, ReportLabel::Instance).into_iter();
        let named = named.chain(labelled(&self.names, ReportLabel::Project));
        for (path, label) in named.chain(self.reports.iter().map(|path| (path.clone(), None))) {
            for path in reports(&path)? {
                let is_output = written.iter().any(|output| same_file::is_same_file(output, &path).unwrap_or(false));
                if !is_output && seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
                    all.push((path, label.clone()));
                }
            }
        }
        if all.is_empty() {
            return Err(Failure::Usage(
                "no reports to merge: pass files written by `aem-ims-lint check --format json`".to_owned(),
            ));
        }
        Ok(all)
    }

    /// Suppresses what a baseline knows of.
    fn compare(&self, report: &mut Report, baseline: Option<Baseline>) -> Result<(), Failure> {
        let paths = report.landscape.inhabited().flat_map(|model| &model.system.paths);
        let scanned: Vec<PathBuf> = paths.map(PathBuf::from).collect();
        let told = if let Some(file) = &self.write_baseline {
            let written = Baseline::of(&report.findings, file);
            written.write(file)?;
            written.apply(&mut report.findings, &scanned);
            format!("{} findings written to the baseline `{}`", written.len(), file.display())
        } else if let (Some(file), Some(baseline)) = (&self.baseline, baseline) {
            let Compared { known, .. } = baseline.apply(&mut report.findings, &scanned);
            format!("baseline `{}`: {known} known findings", file.display())
        } else {
            return Ok(());
        };
        if !self.quiet {
            output::tell(&told);
        }
        Ok(())
    }

    fn write(&self, format: MergedFormat, report: &Report, file: Option<&Path>) -> Result<(), Failure> {
        match format {
            MergedFormat::Check(format) => {
                let options = self.options(format, file)?;
                output::write(file, |out| report::write(format, report, &options, out))?;
            }
            MergedFormat::Inventory(format) => {
                let write = if self.matrix { inventory::write_matrix } else { inventory::write };
                output::write(file, |out| write(format, report, output::width(file), out))?;
            }
        }
        Ok(())
    }

    fn options(&self, format: ReportFormat, file: Option<&Path>) -> Result<report::Options, Failure> {
        let (color, hyperlinks) = self.color.styles(format, file);
        Ok(report::Options {
            color,
            hyperlinks,
            width: output::width(file),
            fail_on: self.fail_on.0,
            show_suppressed: self.show_suppressed,
            allow_incomplete: self.allow_incomplete,
            category: self.category.clone(),
            time: time()?,
            ..report::Options::default()
        })
    }
}

/// The files of an argument: the file itself, every `*.json` below a folder, or the matches of a pattern.
fn reports(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if path.is_dir() {
        let files = WalkDir::new(path).sort_by_file_name().into_iter();
        let files = files.map(|entry| entry.map_err(|error| Failure::Usage(format!("cannot list a folder: {error}"))));
        let files: Vec<_> = files.collect::<Result<_, _>>()?;
        let is_report = |entry: &walkdir::DirEntry| {
            entry.file_type().is_file() && entry.path().extension().is_some_and(|extension| extension == "json")
        };
        return Ok(files.into_iter().filter(is_report).map(walkdir::DirEntry::into_path).collect());
    }
    let shown = format!("`{}`", path.display());
    if path.symlink_metadata().is_ok() {
        return Ok(vec![path.to_path_buf()]);
    }
    match glob::expand(path, &shown)? {
        Some(found) => Ok(found.paths),
        None => Err(Failure::Usage(format!("{shown} does not exist; check the path and the current directory"))),
    }
}
