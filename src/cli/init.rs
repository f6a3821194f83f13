//! `aem-ims-lint init`: writes a configuration to start with.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use super::{Failure, Outcome, output};
use crate::config::FILE_NAME;
use crate::rules::RULES;

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to write it to, usually the top of the project
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
}

/// Writes a configuration in which everything is explained and commented out.
///
/// # Errors
/// If it already exists, or cannot be written.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let path = args.folder.join(FILE_NAME);
    let shown = path.display();
    // Neither an existing file nor the target of a link is overwritten.
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(|error| {
        Failure::Usage(match error.kind() {
            ErrorKind::AlreadyExists => format!("`{shown}` already exists; `aem-ims-lint config` shows what it sets"),
            _ => format!("cannot write `{shown}`: {error}"),
        })
    })?;
    file.write_all(template().as_bytes())?;
    output::tell(&format!("wrote `{shown}`; remove the `#` in front of the settings you want"));
    Ok(Outcome::Clean)
}

fn template() -> String {
    let mut text = String::from(BEGINNING);
    let width = RULES.iter().map(|rule| rule.meta().id.len()).max().unwrap_or(0);
    for meta in RULES.iter().map(|rule| rule.meta()) {
        let setting = format!("{} = \"{}\"", meta.id, meta.level.id());
        text += &format!("# {setting:0$}  # {1}\n", width + 12, meta.summary);
    }
    text + END
}

const BEGINNING: &str = r#"# Settings of aem-ims-lint for this project. The file is searched for from the scanned path up to the top of the git work
# tree. Every line is a default or an example: remove the `#` in front to set it.

# The AEM edition of the project: "aemaacs", "6.5", "6.5-lts", or "auto" to detect it from the project.
# target = "auto"

# Files and folders to exclude, with .gitignore patterns without `!`, relative to the folder of this file.
# exclude = ["it.tests", "**/samples"]

# Level of each rule: "error", "warning", "note" or "off".
[rules]
"#;

const END: &str = r#"
# Different levels for some files; the last match applies.
# [[overrides]]
# paths = ["ui.config/**/config.author.dev/**"]
# rules = { stage-ims-host = "off" }

# A finding to suppress. All given settings must match: path, jcr-path, pid, name.
# [[ignore]]
# rule = "jwt-credential"
# path = "ui.config/**/*~legacy.cfg.json"
# reason = "switched off with release 12"
# until = 2026-12-31

# Limits on what is read; a configuration in the scanned tree can only lower them.
# [limits]
# max-depth = 8

# Products of integrations, by a pattern for their name or PID.
# [products]
# "acme-*" = "Target"
"#;

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything in the template can be enabled unchanged.
    #[test]
    fn every_line_of_the_template_is_a_setting_or_prose() {
        let set: String = template()
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(setting) if setting.starts_with('[') || setting.contains(" = ") => format!("{setting}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        for text in [template(), set.clone()] {
            let path = folder.path().join(FILE_NAME);
            std::fs::write(&path, text).unwrap();
            crate::config::Config::read(&path).unwrap();
        }
        assert!(set.contains("\n[limits]\n") && set.contains("\nuntil = "), "{set}");
    }
}
