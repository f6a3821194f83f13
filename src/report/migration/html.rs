//! The plan as one self-contained page.

use std::io::{self, Write};

use super::{EntryView, View, detail};
use crate::report::totals::Status;
use crate::report::{escape, html};

/// Writes the page.
pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    html::head("Migration to OAuth Server-to-Server", &view.summary(), view.report, out)?;
    writeln!(out, "</header>\n<main>")?;
    for entry in &view.entries {
        self::entry(entry, out)?;
    }
    for elsewhere in view.elsewhere {
        let place = format!("{}:{}", elsewhere.location.path(), elsewhere.location.start.line);
        writeln!(out, "<article class=\"error\"><h3>{}</h3>", escape::html_message(&elsewhere.message))?;
        writeln!(out, "<p class=\"soft\"><code>{}</code></p>\n<ul>", escape::html(&place))?;
        for step in &elsewhere.help {
            writeln!(out, "<li>{}</li>", escape::html_message(step))?;
        }
        writeln!(out, "</ul></article>")?;
    }
    for (title, items) in view.lists() {
        list(title, &items, out)?;
    }
    html::foot(view.report, None, out)
}

fn entry(view: &EntryView<'_>, out: &mut dyn Write) -> io::Result<()> {
    let class = if view.status == Status::Jwt { "error" } else { "warning" };
    writeln!(out, "<article class=\"{class}\">\n<h3>{}</h3>", escape::html_message(&view.title))?;
    writeln!(
        out,
        "<p><span class=\"tag\">{}</span><span class=\"tag\">{}</span></p>",
        view.status.label(),
        view.entry.course.label()
    )?;
    writeln!(
        out,
        "<p class=\"soft\"><code>{}</code> {}</p>",
        escape::html(&view.place),
        escape::html(&view.environments)
    )?;
    for (phase, steps) in view.phases() {
        writeln!(out, "<h4>{}</h4>\n<ol>", phase.label())?;
        for step in steps {
            write!(out, "<li>{}", escape::html_message(&step.text))?;
            if let Some(command) = step.command() {
                write!(out, "<pre>{}</pre>", escape::html(command))?;
            }
            if !step.details().is_empty() {
                write!(out, "<ul>")?;
                for one in step.details() {
                    write!(out, "<li>{}</li>", escape::html_message(&detail(one)))?;
                }
                write!(out, "</ul>")?;
            }
            writeln!(out, "</li>")?;
        }
        writeln!(out, "</ol>")?;
    }
    writeln!(out, "</article>")
}

fn list(title: &str, items: &[String], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section><h2>{title}</h2>\n<ul>")?;
    for item in items {
        writeln!(out, "<li>{}</li>", escape::html_message(item))?;
    }
    writeln!(out, "</ul></section>")
}
