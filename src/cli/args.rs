//! Arguments that several sub-commands share, and the request built from them.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, RangedU64ValueParser, TypedValueParser};
use jiff::civil::Date;
use jiff::{Timestamp, tz::Offset};

use super::inputs::Inputs;
use super::outputs::Outputs;
use super::{Failure, Outcome, output, progress};
use crate::config::Config;
use crate::config::LimitSettings;
use crate::config::effective::Given;
use crate::findings::Selection;
use crate::ims::{Confidence, target::Target};
use crate::paths::{PathPatterns, label};
use crate::report::{Report, ReportFormat, Stats};
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
    #[arg(long, help_heading = JUDGEMENT, value_name = "AEM", value_parser = one_of(TARGETS))]
    pub target: Option<Target>,

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

impl LimitArgs {
    fn settings(&self) -> LimitSettings {
        let Self { max_entry_bytes, max_total_bytes, max_nested_bytes, max_entries, max_depth, max_ratio, max_nesting } =
            *self;
        LimitSettings {
            max_entry_bytes,
            max_total_bytes,
            max_nested_bytes,
            max_entries,
            max_depth,
            max_ratio,
            max_nesting,
        }
    }
}

/// What an option accepts: words, with their meaning and their value.
pub type Words<T> = &'static [(&'static str, &'static str, T)];

/// Accepts one of `words`.
pub fn one_of<T: Copy + Send + Sync>(words: Words<T>) -> impl TypedValueParser<Value = T> {
    let all = words.iter().map(|(word, meaning, _)| PossibleValue::new(*word).help(*meaning));
    PossibleValuesParser::new(all).try_map(|text| {
        let known = words.iter().find(|(word, ..)| *word == text);
        known.map(|(.., value)| *value).ok_or("not one of the words")
    })
}

/// `--target`
const TARGETS: Words<Target> = &[
    ("aemaacs", "AEM as a Cloud Service", Target::CloudService),
    ("6.5", "AEM 6.5 and AMS", Target::V65),
    ("6.5-lts", "AEM 6.5 LTS", Target::V65Lts),
    ("auto", "Detect from the project", Target::Unknown),
];

/// `--min-confidence`
pub const CONFIDENCES: Words<Confidence> = &[
    ("low", "Also hints", Confidence::Low),
    ("medium", "Inferred from documented facts", Confidence::Medium),
    ("high", "Only documented forms", Confidence::High),
];

/// `--fail-on`
pub const FAIL_ON: Words<FailOn> = &[
    ("error", "Only errors", FailOn(Some(Level::Error))),
    ("warning", "Errors and warnings", FailOn(Some(Level::Warning))),
    ("note", "Any finding", FailOn(Some(Level::Note))),
    ("never", "Findings never cause a failure", FailOn(None)),
];

/// The lowest level that causes a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailOn(pub Option<Level>);

impl FailOn {
    /// The effect of a report on the exit code.
    pub fn outcome(self, report: &Report, allow_incomplete: bool) -> Outcome {
        let fails = |level| report.findings.iter().any(|f| f.suppressed.is_none() && f.level >= level);
        if !report.is_complete() && !allow_incomplete {
            Outcome::Incomplete
        } else if self.0.is_some_and(fails) {
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

    /// Runs `scan` for a command with one output, which is neither read nor written to by mistake. Returns also when the
    /// command started, and how long the scan took.
    ///
    /// # Errors
    /// Wrong arguments or configuration; an output that must not be written.
    pub fn scanned<T: Send>(
        &self,
        output: Option<&Path>,
        scan: impl FnOnce(&Request) -> T + Send,
    ) -> Result<(Request, T, (Instant, Duration)), Failure> {
        let started = Instant::now();
        let mut request = self.request(None)?;
        let outputs = Outputs::watch(&mut request, output, self.sources())?;
        let scanned = self.run(|| scan(&request))?;
        outputs.check()?;
        Ok((request, scanned, (started, started.elapsed())))
    }

    /// Prints, if requested, how much was read and how long it took: `scanned` is the part of the time since `started`
    /// that the scan took.
    pub fn tell_timings(&self, stats: &Stats, (started, scanned): (Instant, Duration)) {
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
    pub fn request(&self, min_confidence: Option<Confidence>) -> Result<Request, Failure> {
        let inputs = self.inputs()?;
        let config = self.config(&inputs)?;
        let mut knowledge = config.knowledge();
        // The command line overrides the configuration.
        knowledge.instances.splice(0..0, inputs.labels.iter().cloned());
        if let Some(target) = self.target {
            knowledge.target = target;
        }
        let day = day(self.today)?;
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
        if let Some((target, ..)) = TARGETS.iter().find(|(.., target)| self.target == Some(*target)) {
            given.insert("target".into(), format!("\"{target}\""));
        }
        if !self.exclude.is_empty() {
            let all: Vec<String> = self.exclude.iter().map(|pattern| format!("{pattern:?}")).collect();
            given.insert("exclude".into(), format!("[{}]", all.join(", ")));
        }
        for (rule, level) in &self.rules {
            given.insert(format!("rules.{rule}"), format!("\"{}\"", level.map_or("off", Level::id)));
        }
        for (key, value, _) in self.limits.settings().beside(&Limits::default()) {
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
        self.limits.settings().apply(&mut limits);
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
            progress: Some(progress::counter()),
            ..Options::default()
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
pub fn day(given: Option<Date>) -> Result<Option<Date>, Failure> {
    if given.is_some() {
        return Ok(given);
    }
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
    /// Whether a report in `format` to `file` has colours, and whether it has links.
    pub fn styles(self, format: ReportFormat, file: Option<&Path>) -> (bool, bool) {
        let to_terminal = file.is_none_or(|file| file.as_os_str() == "-");
        let color = matches!(format, ReportFormat::Text | ReportFormat::Concise)
            && if to_terminal { self.enabled() } else { self == Self::Always };
        (color, color && to_terminal)
    }

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
