//! The plan in Markdown, for a ticket or a pull request.

use std::io::{self, Write};

use super::{EntryView, View, detail};
use crate::report::{escape, markdown};

/// Writes the plan.
pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Migration to OAuth Server-to-Server\n\n{}.\n", escape::markdown_message(&view.summary()))?;
    markdown::configuration(view.report, out)?;
    for entry in &view.entries {
        self::entry(entry, out)?;
    }
    if !view.elsewhere.is_empty() {
        writeln!(out, "## Elsewhere\n")?;
    }
    for elsewhere in view.elsewhere {
        let place = format!("{}:{}", elsewhere.location.path(), elsewhere.location.start.line);
        writeln!(out, "- [ ] {} {}", escape::markdown_message(&elsewhere.message), escape::markdown_code(&place))?;
        for step in &elsewhere.help {
            writeln!(out, "  - {}", escape::markdown_message(step))?;
        }
    }
    if !view.elsewhere.is_empty() {
        writeln!(out)?;
    }
    for (title, items) in view.lists() {
        list(title, &items, out)?;
    }
    markdown::incidents(view.report, usize::MAX, out)
}

fn entry(view: &EntryView<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## {}\n", escape::markdown_message(&view.title))?;
    let environments = if view.environments.is_empty() { String::new() } else { format!(", {}", view.environments) };
    writeln!(
        out,
        "{}: **{}**. {}{}\n",
        view.status.label(),
        view.entry.course.label(),
        escape::markdown_code(&view.place),
        escape::markdown(&environments)
    )?;
    for (phase, steps) in view.phases() {
        writeln!(out, "### {}\n", phase.label())?;
        for step in steps {
            writeln!(out, "- [ ] {}", escape::markdown_message(&step.text))?;
            if let Some(command) = step.command() {
                writeln!(out, "  ```sh")?;
                for line in command.lines() {
                    writeln!(out, "  {}", escape::line(line).replace('`', "'"))?;
                }
                writeln!(out, "  ```")?;
            }
            for one in step.details() {
                writeln!(out, "  - {}", escape::markdown_message(&detail(one)))?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn list(title: &str, items: &[String], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## {title}\n")?;
    for item in items {
        writeln!(out, "- {}", escape::markdown_message(item))?;
    }
    writeln!(out)
}
