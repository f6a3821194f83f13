//! The command line: one file per sub-command.
//!
//! Exit codes, the same for every format: 0 no findings at or above `--fail-on`, 1 findings, 2 invalid arguments or
//! configuration, 3 incomplete scan.

mod args;
mod check;
mod completions;
mod config;
mod editing;
mod explain;
mod formats;
mod glob;
mod init;
mod inputs;
mod inspect;
mod inventory;
mod merge;
mod migrate;
mod output;
mod outputs;
mod progress;
mod tips;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::config::ConfigError;
use crate::findings::baseline::BaselineError;

/// The outcome of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No findings at or above `--fail-on`, and everything was read.
    Clean,
    /// Findings at or above `--fail-on`.
    Findings,
    /// Something could not be read; takes precedence over findings.
    Incomplete,
}

/// Why a run failed: whose fault it is and what to do.
#[derive(Debug)]
pub enum Failure {
    /// Invalid arguments or configuration.
    Usage(String),
    /// Output could not be written.
    Output(std::io::Error),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<BaselineError> for Failure {
    fn from(error: BaselineError) -> Self {
        Self::Usage(error.to_string())
    }
}

#[derive(Debug, Parser)]
#[command(
    name = "aem-ims-lint",
    version = env!("AEM_IMS_LINT_VERSION"),
    about = "Finds Adobe IMS integrations of AEM that still use a Service Account (JWT) credential, and OAuth \
             Server-to-Server ones that are incomplete.",
    after_help = "Start with `aem-ims-lint check`, or `aem-ims-lint help COMMAND`.\n\nExit codes: 0 no findings at or \
    above --fail-on, 1 findings, 2 invalid arguments or configuration, 3 incomplete scan (unless --allow-incomplete).",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Report findings in source trees, content packages and exports
    Check(check::Args),
    /// List every integration: product, authentication, environments, references, what is missing
    Inventory(inventory::Args),
    /// Merge the JSON reports of many runs into one report or inventory
    Merge(merge::Args),
    /// Plan the migration to OAuth Server-to-Server, and show or apply its edits
    Migrate(migrate::Args),
    /// Show what was read: files, nodes, properties, positions, problems
    Inspect(inspect::Args),
    /// List the rules
    Rules(explain::RulesArgs),
    /// Explain a rule
    Explain(explain::Args),
    /// Print the settings in force and where each comes from
    Config(config::Args),
    /// Write a commented `aem-ims-lint.toml` to start with
    Init(init::Args),
    /// Print shell completions
    Completions(completions::Args),
    /// Print help for a command
    Help(HelpArgs),
    /// Print the version
    Version,
    /// Print the manual page
    #[command(hide = true)]
    Man,
}

/// Arguments of `help`.
#[derive(Debug, clap::Args)]
struct HelpArgs {
    /// The command
    command: Option<String>,
}

/// Prints the help of a command, as `--help` does, or of the program.
fn help(args: &HelpArgs) -> Result<Outcome, Failure> {
    let mut program = Cli::command();
    program.build();
    let command = match &args.command {
        None => Some(&mut program),
        Some(name) => program.find_subcommand_mut(name),
    };
    let Some(command) = command else {
        let name = args.command.as_deref().unwrap_or_default();
        let known: Vec<String> = program.get_subcommands().map(|command| command.get_name().to_owned()).collect();
        let hint = hint(name, known.iter().map(String::as_str), "aem-ims-lint help");
        return Err(Failure::Usage(format!("there is no command `{name}`; {hint}")));
    };
    let text = if args.command.is_some() { command.render_long_help() } else { command.render_help() };
    output::print(|out| write!(out, "{text}"))
}

/// Which of the `known` words was probably meant, or else how to list them.
fn hint<'k>(word: &str, known: impl Iterator<Item = &'k str>, list: &str) -> String {
    let near = crate::suggest::nearest(word, known);
    near.map_or_else(|| format!("`{list}` lists them"), |near| format!("did you mean `{near}`?"))
}

fn version() -> Result<Outcome, Failure> {
    output::print(|out| writeln!(out, "{} {}", env!("CARGO_PKG_NAME"), env!("AEM_IMS_LINT_VERSION")))
}

/// Prints help or the error in the arguments, which the message quotes.
fn refuse(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let (safe, _) = crate::report::escape::lines(&text, crate::format::Span::default());
    if !error.use_stderr() || safe == text {
        // A closed output cannot be reported.
        let _ = error.print();
    } else {
        output::complain(safe.strip_prefix("error: ").unwrap_or(&safe).trim_end());
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Parses the arguments and runs. Returns the exit code.
pub fn main() -> ExitCode {
    // The message of a panic may quote the input, including a secret, so only its location in this program is shown.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
        output::complain(&format!("internal error at {place}; please report it"));
    }));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&tips::improve(error)),
    };
    let result = match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Inventory(args) => inventory::run(&args),
        Command::Merge(args) => merge::run(&args),
        Command::Migrate(args) => migrate::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Rules(args) => explain::rules(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Help(args) => help(&args),
        Command::Version => version(),
        Command::Completions(args) => completions::run(&args, Cli::command()),
        Command::Man => completions::man(Cli::command()),
    };
    let message = match result {
        Ok(Outcome::Clean) => return ExitCode::SUCCESS,
        Ok(Outcome::Findings) => return ExitCode::from(1),
        Ok(Outcome::Incomplete) => return ExitCode::from(3),
        // The reader of a pipe has seen enough.
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Err(Failure::Output(error)) => format!("cannot write the output: {error}"),
        Err(Failure::Usage(message)) => message,
    };
    output::complain(&message);
    ExitCode::from(2)
}
