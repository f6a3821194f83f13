//! Suggestions for flags and commands that do not exist.
//!
//! Other tools use different names for the same flags. For an unknown name, the nearest flag is suggested only if it
//! can be a typing error: `--ignore` is not a typing error for `--force`.

use clap::error::{ContextKind, ContextValue};

use crate::suggest::nearest;

/// Flags that users try, and what they want.
const FLAGS: &[(&[&str], &str)] = &[
    (
        &["--ignore", "--ignore-rule", "--disable", "--disable-rule", "--skip", "--skip-rule", "--off", "--allow"],
        "to turn off a rule: '--rule ID=off'; one finding: `[[ignore]]` in aem-ims-lint.toml",
    ),
    (&["--suppress"], "to suppress one finding: `[[ignore]]` in aem-ims-lint.toml, or a comment in the file"),
    (
        &["--rules", "--select", "--enable", "--severity", "--set", "--level"],
        "to set the level of a rule: '--rule ID=LEVEL'",
    ),
    (&["--ignore-path", "--ignore-pattern", "--exclude-path", "--exclude-dir"], "to exclude files: '--exclude GLOB'"),
    (&["--gitignore", "--use-gitignore"], "to exclude files that git ignores: '--respect-gitignore'"),
    (&["--no-ignore"], "files that git ignores are read unless '--respect-gitignore' is given"),
    (&["--include", "--recursive", "-r", "-R"], "folders are read recursively; pass the paths to read"),
    (&["--no-config", "--no-configuration"], "to use no configuration file: '--isolated'"),
    (&["--out", "--output-file", "--out-file", "--outfile"], "to write to a file: '--output FILE'"),
    (&["--output-format", "--reporter", "--formatter", "--type"], "to choose the format: '--format FORMAT'"),
    (&["--json"], "to choose the format: '--format json'"),
    (&["--sarif"], "to choose the format: '--format sarif'"),
    (&["--html"], "to choose the format: '--format html'"),
    (&["--csv"], "to choose the format: '--format csv'"),
    (&["--junit"], "to choose the format: '--format junit'"),
    (&["--jobs", "-j", "--parallel", "--workers"], "to choose the number of threads: '--threads N'"),
    (&["--no-color", "--no-colour", "--no-colors"], "to turn off colours: '--color never'"),
    (&["--exit-zero", "--no-fail", "--soft-fail"], "to exit with 0 despite findings: '--fail-on never'"),
    (
        &["--strict", "--error-on-warnings", "--max-warnings", "--deny", "--fail-level"],
        "to fail on warnings: '--fail-on warning'",
    ),
    (&["--silent"], "to print nothing: '--quiet'"),
    (&["--debug"], "for more output: '--verbose'"),
    (&["--dry-run"], "`migrate` shows the plan, and its edits with '--diff', without writing anything"),
    (&["--fix", "--apply"], "to apply edits: 'aem-ims-lint migrate --write', or 'aem-ims-lint check --fix'"),
    (&["--write"], "to apply edits: 'aem-ims-lint check --fix', or 'aem-ims-lint migrate --write'"),
    (&["--diff"], "to see edits: 'aem-ims-lint migrate --diff'"),
    (&["--list-rules"], "to list the rules: 'aem-ims-lint rules'"),
    (&["--explain"], "to read about a rule: 'aem-ims-lint explain RULE'"),
    (&["--init"], "to write a configuration: 'aem-ims-lint init'"),
    (&["--stats", "--statistic", "--summary"], "to count the findings: 'aem-ims-lint check --statistics'"),
    (&["--stdin"], "to read standard input: the path `-` and '--stdin-filename PATH'"),
    (&["--date", "--now"], "to use a different date: '--today DATE'"),
];

/// Commands that users try, and what they want.
const COMMANDS: &[(&[&str], &str)] = &[
    (&["scan", "lint", "run", "test", "analyze", "analyse", "audit", "report"], "check"),
    (&["list", "ls", "show", "inventarise"], "inventory"),
    (&["fix", "upgrade", "convert"], "migrate"),
    (&["parse", "dump", "debug"], "inspect"),
    (&["rule"], "rules"),
    (&["describe", "docs", "doc", "why"], "explain"),
    (&["configuration", "settings"], "config"),
    (&["new", "create", "setup"], "init"),
    (&["completion"], "completions"),
];

/// Replaces clap's tip with ours.
pub fn improve(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::String(wrong)) = error.get(ContextKind::InvalidArg).cloned() {
        let suggested = match error.get(ContextKind::SuggestedArg) {
            Some(ContextValue::String(suggested)) => Some(suggested.clone()),
            _ => None,
        };
        let known = meant(FLAGS, wrong.split('=').next().unwrap_or(&wrong));
        let unlike = suggested.is_some_and(|suggested| nearest(&wrong, [&*suggested].into_iter()).is_none());
        if known.is_some() || unlike {
            error.remove(ContextKind::SuggestedArg);
            error.remove(ContextKind::Suggested);
            // It would show the suggested flag.
            error.remove(ContextKind::Usage);
            // The suggestion replaces the explanation of how to pass a path that begins with a hyphen.
            if let Some(tip) = known {
                error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.to_owned().into()]));
            }
        }
    }
    if let Some(ContextValue::String(wrong)) = error.get(ContextKind::InvalidSubcommand).cloned()
        && let Some(command) = meant(COMMANDS, &wrong)
    {
        error.remove(ContextKind::Suggested);
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![command.to_owned()]));
    }
    error
}

fn meant(known: &[(&[&str], &'static str)], wrong: &str) -> Option<&'static str> {
    known.iter().find(|(names, _)| names.contains(&wrong)).map(|(_, tip)| *tip)
}
