//! `aem-ims-lint completions SHELL` and the manual page.

use clap::Command;
use clap_complete::Shell;

use super::args::{Words, one_of};
use super::{Failure, Outcome, output};

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell to generate completions for
    #[arg(value_parser = one_of(SHELLS))]
    pub shell: Shell,
}

const SHELLS: Words<Shell> = &[
    ("bash", "GNU Bash", Shell::Bash),
    ("zsh", "Z shell", Shell::Zsh),
    ("fish", "fish", Shell::Fish),
    ("powershell", "PowerShell", Shell::PowerShell),
    ("elvish", "Elvish", Shell::Elvish),
];

/// Prints the completions of `command` for a shell.
///
/// # Errors
/// Output that cannot be written.
pub fn run(args: &Args, mut command: Command) -> Result<Outcome, Failure> {
    // Written to memory first, because the generator panics if it cannot write.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, "aem-ims-lint", &mut text);
    output::print(|out| out.write_all(&text))
}

/// Prints the manual page of `command` and of its sub-commands.
///
/// # Errors
/// Output that cannot be written.
pub fn man(command: Command) -> Result<Outcome, Failure> {
    output::print(|out| {
        let visible: Vec<Command> = command.get_subcommands().filter(|sub| !sub.is_hide_set()).cloned().collect();
        let codes = exit_status(&command);
        let page = clap_mangen::Man::new(command);
        page.render_title(out)?;
        page.render_name_section(out)?;
        page.render_synopsis_section(out)?;
        page.render_options_section(out)?;
        out.write_all(codes.as_bytes())?;
        // The list of sub-commands would refer to pages that do not exist; each has its sections here.
        for sub in visible {
            let name = format!("aem-ims-lint {}", sub.get_name());
            let codes = exit_status(&sub);
            let page = clap_mangen::Man::new(sub.bin_name(name.clone()));
            writeln!(out, ".SH \"{}\"", name.to_uppercase())?;
            page.render_synopsis_section(out)?;
            page.render_description_section(out)?;
            page.render_options_section(out)?;
            out.write_all(codes.as_bytes())?;
        }
        Ok(())
    })
}

/// The section on exit codes, which is at the end of help texts.
fn exit_status(command: &Command) -> String {
    let text = command.get_after_help().map(|text| text.to_string().replace('-', "\\-"));
    text.map_or_else(String::new, |text| format!(".SH \"EXIT STATUS\"\n{text}\n"))
}
