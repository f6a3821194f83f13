//! Arguments that several sub-commands share, and the request built from them.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use clap::builder::RangedU64ValueParser;
use jiff::civil::Date;
use jiff::{Timestamp, tz::Offset};

use super::inputs::Inputs;
use super::{Failure, Outcome, output, progress};
use crate::config::Config;
use crate::config::effective::Given;
use crate::findings::Selection;
use crate::ims::{Confidence, target::Target};
use crate::paths::{PathPatterns, label};
use crate::report::{Report, Stats};
use crate::rules::{self, Level};
use crate::scan::{self, Request};
use crate::source::{Limits, Options};

/// The headings of flags in help texts. They are set on each flag, because `next_help_heading` would also apply to
/// later flags.
pub const INPUT: &str = "Input";
/// What is found and what counts.
pub const JUDGEMENT: &str = "Configuration";
/// What is shown, and where.
pub const OUTPUT: &str = "Output";
/// What is changed.
pub const EDITS: &str = "Edits";
const LIMITS: &str = "Limits";

/// What to read and how.
#[derive(Debug, clap::Args)]
pub struct ScanArgs {
    /// Files, folders, packages, patterns such as `**/target/*.zip`; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Treat PATH as an export of one instance; NAME is environment/service, such as prod/author, or any text
    /// (repeatable)
    #[arg(long = "instance", help_heading = INPUT, value_name = "NAME=PATH", value_parser = instance)]
    pub instances: Vec<(String, PathBuf)>,

    /// Read additional paths from FILE, one per line or NUL-terminated
    #[arg(long, help_heading = INPUT, value_name = "FILE")]
    pub files_from: Option<PathBuf>,

    /// File name for standard input; determines its format and location
    #[arg(long, help_heading = INPUT, value_name = "PATH", hide_short_help = true)]
    pub stdin_filename: Option<String>,

    /// Exclude files and folders, with .gitignore patterns (repeatable)
    ///
    /// Patterns are relative to the working directory and apply in addition to those of the configuration. Paths given
    /// on the command line are always read.
    #[arg(long, help_heading = INPUT, value_name = "GLOB")]
    pub exclude: Vec<String>,

    /// Exclude files that git ignores
    #[arg(long, help_heading = INPUT)]
    pub respect_gitignore: bool,

    /// Also read build output, version control and dependency folders
    #[arg(long, help_heading = INPUT, hide_short_help = true)]
    pub include_skipped: bool,

    /// Use this configuration instead of searching for `aem-ims-lint.toml` from the first path upwards
    #[arg(long, help_heading = JUDGEMENT, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,

    /// Do not use a configuration file
    #[arg(long, help_heading = JUDGEMENT)]
    pub isolated: bool,

    /// Ignore suppression comments in the scanned files
    #[arg(long, help_heading = JUDGEMENT)]
    pub ignore_comments: bool,

    /// Set the level of a rule: error, warning, note or off (repeatable)
    ///
    /// Overrides the levels in the configuration, for all files.
    #[arg(long = "rule", help_heading = JUDGEMENT, value_name = "ID=LEVEL", value_parser = rule_level)]
    pub rules: Vec<(String, Option<Level>)>,

    /// The AEM edition of the project
    #[arg(long, help_heading = JUDGEMENT, value_enum, value_name = "AEM")]
    pub target: Option<TargetArg>,

    /// Use this date to check certificates and suppressions [default: today in UTC]
    #[arg(long, help_heading = JUDGEMENT, value_name = "DATE", hide_short_help = true)]
    pub today: Option<Date>,

    /// Do not fail if something could not be read
    #[arg(long, help_heading = JUDGEMENT)]
    pub allow_incomplete: bool,

    /// Exit with 3 if nothing was recognised: no content package, configuration, export or credential file
    #[arg(long, help_heading = JUDGEMENT, hide_short_help = true)]
    pub fail_on_nothing: bool,

    /// Number of threads, at most 256; 0 means one per core
    #[arg(long, help_heading = LIMITS, hide_short_help = true, value_name = "N", default_value_t = 0, value_parser = RangedU64ValueParser::<usize>::new().range(..=256))]
    pub threads: usize,

    #[command(flatten)]
    pub limits: LimitArgs,

    /// Parse every file with a relevant name, regardless of its content
    #[arg(long, hide = true)]
    pub no_prefilter: bool,

    /// Do not show a progress bar
    #[arg(long, help_heading = OUTPUT, hide_short_help = true)]
    pub no_progress: bool,

    /// Print how much was read and how long it took
    #[arg(long, short, help_heading = OUTPUT, hide_short_help = true)]
    pub verbose: bool,
}

/// Limits on what is read; reaching one makes the scan incomplete.
#[derive(Debug, clap::Args)]
pub struct LimitArgs {
    /// Maximum size of a file or inflated archive entry, in bytes; accepts K, M, G [default: 64M]
    #[arg(long, help_heading = LIMITS, hide_short_help = true, value_name = "SIZE", value_parser = size)]
    pub max_entry_bytes: Option<u64>,

    /// Maximum bytes inflated from one input [default: 64G]
    #[arg(long, help_heading = LIMITS, hide_short_help = true, value_name = "SIZE", value_parser = size)]
    pub max_total_bytes: Option<u64>,

    /// Maximum memory for compressed packages inside packages [default: 384M]
    #[arg(long, help_heading = LIMITS, hide_short_help = true, value_name = "SIZE", value_parser = size)]
    pub max_nested_bytes: Option<u64>,

    /// Maximum number of entries in an archive [default: 2000000]
    #[arg(long, help_heading = LIMITS, hide_short_help = true, value_name = "N")]
    pub max_entries: Option<u64>,

    /// Maximum nesting of packages, up to 64 [default: 8]
    #[arg(long, help_heading = LIMITS, hide_short_help = true, value_name = "N")]
    pub max_depth: Option<usize>,

    /// Maximum ratio of inflated to stored bytes of one entry [default: 1032]
    #[arg(long, help_heading = LIMITS, hide_short_help = true, value_name = "N")]
    pub max_ratio: Option<u64>,

    /// Maximum nesting of XML elements or JSON values [default: 10000]
    #[arg(long, help_heading = LIMITS, hide_short_help = true, value_name = "N")]
    pub max_nesting: Option<usize>,
}

/// `--target`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TargetArg {
    /// AEM as a Cloud Service
    Aemaacs,
    /// AEM 6.5 and AMS
    #[value(name = "6.5")]
    V65,
    /// AEM 6.5 LTS
    #[value(name = "6.5-lts")]
    V65Lts,
    /// Detect from the project
    Auto,
}

impl TargetArg {
    fn target(self) -> Target {
        match self {
            Self::Aemaacs => Target::CloudService,
            Self::V65 => Target::V65,
            Self::V65Lts => Target::V65Lts,
            Self::Auto => Target::Unknown,
        }
    }
}

/// `--min-confidence`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConfidenceArg {
    /// Also hints
    Low,
    /// Inferred from documented facts
    Medium,
    /// Only documented forms
    High,
}

impl From<ConfidenceArg> for Confidence {
    fn from(arg: ConfidenceArg) -> Self {
        match arg {
            ConfidenceArg::Low => Self::Low,
            ConfidenceArg::Medium => Self::Medium,
            ConfidenceArg::High => Self::High,
        }
    }
}

/// `--fail-on`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Only errors
    Error,
    /// Errors and warnings
    Warning,
    /// Any finding
    Note,
    /// Findings never cause a failure
    Never,
}

impl FailOn {
    /// The lowest level that causes a failure.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Error => Some(Level::Error),
            Self::Warning => Some(Level::Warning),
            Self::Note => Some(Level::Note),
            Self::Never => None,
        }
    }

    /// The effect of a report on the exit code.
    pub fn outcome(self, report: &Report, allow_incomplete: bool) -> Outcome {
        let fails = |level| report.findings.iter().any(|f| f.suppressed.is_none() && f.level >= level);
        if !report.is_complete() && !allow_incomplete {
            Outcome::Incomplete
        } else if self.level().is_some_and(fails) {
            Outcome::Findings
        } else {
            Outcome::Clean
        }
    }
}

impl ScanArgs {
    /// Runs `work` on the requested threads, with a progress bar on a terminal.
    ///
    /// # Errors
    /// If the operating system cannot start the threads.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, Failure> {
        let show = !self.no_progress && !self.verbose && progress::is_wanted();
        progress::watched(show, || scan::with_threads(self.threads, work))
            .map_err(|error| Failure::Usage(error.to_string()))
    }

    /// Prints, if requested, how much was read and how long it took: `scanned` is the part of the time since `started`
    /// that the scan took.
    pub fn tell_timings(&self, stats: &Stats, started: Instant, scanned: Duration) {
        if self.verbose {
            output::timings(stats, scanned, started.elapsed());
        }
    }

    /// Prints on standard error which of the given files were not recognised, and whether anything was recognised at
    /// all; with -v, also which directories were skipped.
    pub fn tell_recognition(&self, report: &Report) {
        output::recognition(&report.recognition, self.verbose);
    }

    /// Whether the run fails because nothing was recognised: always if it `must` find something.
    pub fn fails_on_nothing(&self, report: &Report, must: bool) -> bool {
        !report.recognition.any && report.is_complete() && (must || self.fail_on_nothing)
    }

    /// The scan that these arguments request.
    ///
    /// # Errors
    /// A path that does not exist, a broken configuration file, standard input that cannot be read.
    pub fn request(&self, min_confidence: Option<ConfidenceArg>) -> Result<Request, Failure> {
        let inputs = self.inputs()?;
        let config = self.config(&inputs)?;
        let mut knowledge = config.knowledge();
        // The command line overrides the configuration.
        knowledge.instances.splice(0..0, inputs.labels.iter().cloned());
        if let Some(target) = self.target {
            knowledge.target = target.target();
        }
        let min_confidence = min_confidence.map(Confidence::from);
        let day = match self.today {
            Some(day) => Some(day),
            None => today()?,
        };
        knowledge.today = day;
        let mut selection = Selection { min_confidence, ..config.selection(&inputs.paths, day) };
        selection.forced = self.rules.iter().cloned().collect();
        selection.suppressions.ignore_comments = self.ignore_comments;
        let (mut source, configuration) = (self.source_options(&config)?, config.in_force());
        let given = inputs.standard_input(&source.limits)?;
        source.links = inputs.links.iter().map(|link| label(link)).collect();
        Ok(Request { source, inputs: inputs.paths, given, knowledge, selection, configuration })
    }

    /// The configuration that these arguments request, and the settings that they add.
    ///
    /// # Errors
    /// As [`Self::request`].
    pub fn configuration(&self) -> Result<(Config, Given), Failure> {
        let config = self.config(&self.inputs()?)?;
        let mut given = Given::new();
        if let Some(target) = self.target.and_then(|target| target.to_possible_value()) {
            given.insert("target".into(), format!("\"{}\"", target.get_name()));
        }
        if !self.exclude.is_empty() {
            let all: Vec<String> = self.exclude.iter().map(|pattern| format!("{pattern:?}")).collect();
            given.insert("exclude".into(), format!("[{}]", all.join(", ")));
        }
        for (rule, level) in &self.rules {
            given.insert(format!("rules.{rule}"), format!("\"{}\"", level.map_or("off", Level::id)));
        }
        let limits = &self.limits;
        for (key, value) in [
            ("max-entry-bytes", limits.max_entry_bytes),
            ("max-total-bytes", limits.max_total_bytes),
            ("max-nested-bytes", limits.max_nested_bytes),
            ("max-entries", limits.max_entries),
            ("max-depth", limits.max_depth.map(|n| n as u64)),
            ("max-ratio", limits.max_ratio),
            ("max-nesting", limits.max_nesting.map(|n| n as u64)),
        ] {
            given.extend(value.map(|value| (format!("limits.{key}"), value.to_string())));
        }
        Ok((config, given))
    }

    /// Files that these arguments read in addition to what is scanned.
    pub fn sources(&self) -> impl Iterator<Item = &Path> {
        self.files_from.iter().chain(&self.config).map(PathBuf::as_path)
    }

    fn inputs(&self) -> Result<Inputs, Failure> {
        Inputs::new(&self.paths, &self.instances, self.files_from.as_deref(), self.stdin_filename.as_deref())
    }

    fn config(&self, inputs: &Inputs) -> Result<Config, Failure> {
        if let Some(path) = &self.config {
            return Ok(Config::read(path)?);
        }
        if self.isolated {
            return Ok(Config::default());
        }
        let config = Config::find(inputs.first())?;
        for path in config.passed_over() {
            let path = path.display();
            output::tell(&format!(
                "`{path}` is not used, because it is not a regular file; use --config to select \
            another file"
            ));
        }
        if let Some(other) = config.another_for(&inputs.paths) {
            let used = config.path().map_or_else(|| "none".to_owned(), |path| format!("`{}`", path.display()));
            let other = other.display();
            output::tell(&format!("`{other}` is not used: only the configuration of the first path applies ({used})"));
        }
        Ok(config)
    }

    fn source_options(&self, config: &Config) -> Result<Options, Failure> {
        let mut limits = Limits::default();
        config.apply_limits(&mut limits);
        let args = &self.limits;
        fn set<T: Copy>(limit: &mut T, argument: Option<T>) {
            if let Some(value) = argument {
                *limit = value;
            }
        }
        set(&mut limits.max_entry_bytes, args.max_entry_bytes);
        set(&mut limits.max_total_bytes, args.max_total_bytes);
        set(&mut limits.max_nested_bytes, args.max_nested_bytes);
        set(&mut limits.max_entries, args.max_entries);
        set(&mut limits.max_depth, args.max_depth);
        set(&mut limits.max_ratio, args.max_ratio);
        set(&mut limits.max_nesting, args.max_nesting);
        let here = std::env::current_dir()?;
        let given = PathPatterns::new(&here, self.exclude.iter().map(String::as_str));
        let given = given.map_err(|error| Failure::Usage(format!("--exclude: {error}")))?;
        Ok(Options {
            limits: limits.capped(),
            include_skipped: self.include_skipped,
            no_prefilter: self.no_prefilter,
            exclude: config.exclude().clone(),
            left_out: given,
            respect_gitignore: self.respect_gitignore,
            watched: std::sync::Arc::default(),
            links: Vec::new(),
            progress: Some(progress::counter()),
            recognised: None,
        })
    }
}

/// The current time, or `SOURCE_DATE_EPOCH` if set, for reproducible runs.
fn now() -> Result<Timestamp, Failure> {
    let Ok(seconds) = std::env::var("SOURCE_DATE_EPOCH") else { return Ok(Timestamp::now()) };
    let time = seconds.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.ok_or_else(|| {
        Failure::Usage(format!(
            "SOURCE_DATE_EPOCH is `{seconds}`, which is not a number of seconds \
    since 1970"
        ))
    })
}

/// The date in UTC on which suppressions and certificates are checked.
pub fn today() -> Result<Option<Date>, Failure> {
    Ok(Some(Offset::UTC.to_datetime(now()?).date()))
}

/// The time in UTC, such as `2026-06-30T12:00:00`.
///
/// # Errors
/// An invalid `SOURCE_DATE_EPOCH`.
pub fn time() -> Result<String, Failure> {
    Ok(Offset::UTC.to_datetime(now()?).strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

/// `--rule`: ID=LEVEL.
fn rule_level(text: &str) -> Result<(String, Option<Level>), String> {
    let (id, level) = text.split_once('=').ok_or("write ID=LEVEL, such as relaxed-tls=off")?;
    if rules::by_id(id).is_none() {
        return Err(format!("there is no rule `{id}`; {}", super::explain::hint(id)));
    }
    let level = match level {
        "off" => None,
        "note" => Some(Level::Note),
        "warning" => Some(Level::Warning),
        "error" => Some(Level::Error),
        other => return Err(format!("`{other}` is not a valid level; use error, warning, note or off")),
    };
    Ok((id.to_owned(), level))
}

/// `prod/author=exports/prod.zip`
fn instance(text: &str) -> Result<(String, PathBuf), String> {
    const FORM: &str = "write NAME=PATH, such as prod/author=exports/author-prod.zip";
    let (name, path) = text.split_once('=').ok_or(FORM)?;
    match (name.trim(), path) {
        ("", _) => Err(format!("the name is missing before `=`; {FORM}")),
        (_, "") => Err(format!("the path is missing after `=`; {FORM}")),
        (name, path) => Ok((name.to_owned(), PathBuf::from(path))),
    }
}

/// Sizes such as `64M`.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match &text[digits.len()..].to_ascii_uppercase()[..] {
        "" => 1,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1u64 << 30,
        unit => return Err(format!("`{unit}` is not a valid unit; use K, M or G")),
    };
    let number: u64 = digits.parse().map_err(|_| format!("`{digits}` is not a whole number"))?;
    number.checked_mul(factor).ok_or_else(|| "too large".into())
}

/// `--color`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Default)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Whether standard output gets colours. Unless the flag is given, `NO_COLOR` (with any value,
    /// <https://no-color.org>) applies first, then `FORCE_COLOR` and `CLICOLOR_FORCE`.
    pub fn enabled(self) -> bool {
        let value = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let forced = |name| value(name).is_some_and(|value| value != "0");
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if value("NO_COLOR").is_some() => false,
            Self::Auto if forced("FORCE_COLOR") || forced("CLICOLOR_FORCE") => true,
            Self::Auto => std::io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_take_units() {
        assert_eq!(size("64M"), Ok(64 << 20));
        assert_eq!(size("7"), Ok(7));
        assert_eq!(size("2gib"), Ok(2 << 30));
        assert!(size("1T").is_err());
        assert!(size("x").is_err());
        assert!(size("99999999999999G").is_err());
    }
}
