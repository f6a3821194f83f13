//! The plan for a terminal.

use std::io::{self, Write};

use super::{EntryView, View, detail};
use crate::report::configuration::Account;
use crate::report::wrap::wrapped;
use crate::report::{escape, text};

/// Writes the plan.
pub(super) fn write(view: &View<'_>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    for entry in &view.entries {
        self::entry(entry, width, out)?;
        writeln!(out)?;
    }
    for elsewhere in view.elsewhere {
        wrapped("", &elsewhere.message, width, out)?;
        let (path, line) = (elsewhere.location.path().to_string(), elsewhere.location.start.line);
        writeln!(out, "  where   {}:{line}", escape::line(&path))?;
        for step in &elsewhere.help {
            wrapped("  - ", step, width, out)?;
        }
        writeln!(out)?;
    }
    for (placeholder, property, place) in view.waiting() {
        writeln!(out, "to fill in: {placeholder} in `{}`, {}", escape::line(property), escape::line(place))?;
    }
    for left in view.left {
        wrapped("not edited: ", &format!("{}: {}.", left.label, left.reason), width, out)?;
    }
    text::not_read(&view.report.incidents, out)?;
    text::account(&Account::of(view.report), out)?;
    writeln!(out, "{}", view.summary())
}

fn entry(view: &EntryView<'_>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} [{}]: {}", escape::line(&view.title), view.status.label(), view.entry.course.label())?;
    writeln!(out, "  where   {}", escape::line(&view.place))?;
    if !view.environments.is_empty() {
        writeln!(out, "  in      {}", escape::line(&view.environments))?;
    }
    let mut number = 0;
    for (phase, steps) in view.phases() {
        writeln!(out, "  {}", phase.label())?;
        for step in steps {
            number += 1;
            wrapped(&format!("  {number:>3}. "), &step.text, width, out)?;
            // Not wrapped, so that it can be copied.
            for line in step.command().iter().flat_map(|command| command.lines()) {
                writeln!(out, "         {}", escape::line(line))?;
            }
            for one in step.details() {
                wrapped("         ", &detail(one), width, out)?;
            }
        }
    }
    Ok(())
}
