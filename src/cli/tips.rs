//! What a flag or command that does not exist was meant to be.
//!
//! Other tools have names for what this one calls differently. Where none is known, the nearest name is proposed only if
//! it can be a misspelling: `--ignore` is no misspelling of `--force`.

use clap::error::{ContextKind, ContextValue};

use crate::suggest::nearest;

/// Flags that people try, and what they want.
const FLAGS: &[(&[&str], &str)] = &[
    (
        &["--ignore", "--ignore-rule", "--disable", "--disable-rule", "--skip", "--skip-rule", "--off", "--allow"],
        "to switch a rule off: '--rule ID=off'; one finding: `[[ignore]]` in aem-ims-lint.toml",
    ),
    (&["--suppress"], "to suppress one finding: `[[ignore]]` in aem-ims-lint.toml, or a comment at the place"),
    (
        &["--rules", "--select", "--enable", "--severity", "--set", "--level"],
        "to set the level of a rule: '--rule ID=LEVEL'",
    ),
    (&["--ignore-path", "--ignore-pattern", "--exclude-path", "--exclude-dir"], "to leave out files: '--exclude GLOB'"),
    (&["--gitignore", "--use-gitignore"], "to leave out what git ignores: '--respect-gitignore'"),
    (&["--no-ignore"], "nothing is left out because git ignores it unless '--respect-gitignore' says so"),
    (&["--include", "--recursive", "-r", "-R"], "folders are read whole; name the paths to read"),
    (&["--no-config", "--no-configuration"], "to look for no configuration: '--isolated'"),
    (&["--out", "--output-file", "--out-file", "--outfile"], "to write into a file: '--output FILE'"),
    (&["--output-format", "--reporter", "--formatter", "--type"], "to choose the format: '--format FORMAT'"),
    (&["--json"], "to choose the format: '--format json'"),
    (&["--sarif"], "to choose the format: '--format sarif'"),
    (&["--html"], "to choose the format: '--format html'"),
    (&["--csv"], "to choose the format: '--format csv'"),
    (&["--junit"], "to choose the format: '--format junit'"),
    (&["--jobs", "-j", "--parallel", "--workers"], "to choose the number of threads: '--threads N'"),
    (&["--no-color", "--no-colour", "--no-colors"], "to switch colours off: '--color never'"),
    (&["--exit-zero", "--no-fail", "--soft-fail"], "to end with 0 whatever is found: '--fail-on never'"),
    (
        &["--strict", "--error-on-warnings", "--max-warnings", "--deny", "--fail-level"],
        "to fail on warnings: '--fail-on warning'",
    ),
    (&["--silent"], "to print nothing: '--quiet'"),
    (&["--debug"], "to hear more: '--verbose'"),
    (&["--dry-run"], "`migrate` shows the plan, and its edits with '--diff', without writing anything"),
    (&["--fix", "--apply"], "to make edits: 'aem-ims-lint migrate --write', or 'aem-ims-lint check --fix'"),
    (&["--write"], "to make edits: 'aem-ims-lint check --fix', or 'aem-ims-lint migrate --write'"),
    (&["--diff"], "to see edits: 'aem-ims-lint migrate --diff'"),
    (&["--list-rules"], "to list the rules: 'aem-ims-lint rules'"),
    (&["--explain"], "to read about a rule: 'aem-ims-lint explain RULE'"),
    (&["--init"], "to write a configuration: 'aem-ims-lint init'"),
    (&["--stats", "--statistic", "--summary"], "to count the findings: 'aem-ims-lint check --statistics'"),
    (&["--stdin"], "to read standard input: the path `-` and '--stdin-filename PATH'"),
    (&["--date", "--now"], "to judge by another day: '--today DATE'"),
];

/// Commands that people try, and what they want.
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

/// Puts the tip that leads to what was meant in the place of clap's.
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
            // It would show the flag that was proposed.
            error.remove(ContextKind::Usage);
            // What people meant is told instead of how to pass a path that begins with a hyphen.
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
