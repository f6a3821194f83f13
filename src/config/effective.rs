//! `aem-ims-lint config`: the settings in force and where each comes from.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Config;
use crate::paths::slashed;
use crate::rules::RULES;
use crate::source::Limits;

/// Settings from the command line, by key (`target`, `limits.max-depth`), as TOML.
pub type Given = BTreeMap<String, String>;

/// Writes the effective configuration as TOML, with comments on where each value comes from.
///
/// # Errors
/// The error of `out`.
pub fn write(config: &Config, given: &Given, out: &mut dyn Write) -> io::Result<()> {
    let plain = |c: char| if c.is_control() { '?' } else { c };
    let file = config.path.as_deref().map(slashed);
    // It is used in comments, which must stay on one line.
    let file = file.map(|file| file.chars().map(plain).collect::<String>());
    match &file {
        Some(file) => writeln!(out, "# configuration file: {file}\n")?,
        None => writeln!(out, "# no configuration file\n")?,
    }
    let file = file.unwrap_or_default();
    let settings = &config.settings;
    let line = |out: &mut dyn Write, section: &str, key: &str, own: Option<String>, default: &str| {
        let full = if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") };
        match (given.get(&full), own) {
            (Some(value), _) => writeln!(out, "{key} = {value}  # command line"),
            (None, Some(value)) => writeln!(out, "{key} = {value}  # {file}"),
            (None, None) => writeln!(out, "{key} = {default}  # default"),
        }
    };
    let target = settings.target.map(|target| format!("\"{}\"", target.id()));
    line(out, "", "target", target, "\"auto\"")?;
    let exclude = (!settings.exclude.is_empty()).then(|| list(&settings.exclude));
    line(out, "", "exclude", exclude, "[]")?;

    writeln!(out, "\n[rules]")?;
    for meta in RULES.iter().map(|rule| rule.meta()) {
        let own = settings.rules.get(meta.id).map(|level| format!("\"{}\"", level.level().map_or("off", |l| l.id())));
        line(out, "rules", meta.id, own, &format!("\"{}\"", meta.level.id()))?;
    }

    writeln!(out, "\n[limits]")?;
    for (key, own, default) in config.settings.limits.beside(&Limits::default()) {
        let refused = own.is_some_and(|own| config.found && own > default);
        let note = if refused { format!("{default}  # default; {file} can only lower it") } else { String::new() };
        match (given.get(&format!("limits.{key}")), refused) {
            (None, true) => writeln!(out, "{key} = {note}")?,
            _ => line(out, "limits", key, own.map(|own| own.to_string()), &default.to_string())?,
        }
    }
    write_lists(config, &file, out)
}

/// Settings that only the file can contain.
fn write_lists(config: &Config, file: &str, out: &mut dyn Write) -> io::Result<()> {
    let settings = &config.settings;
    if !settings.products.is_empty() {
        writeln!(out, "\n[products]  # {file}")?;
        for (name, product) in &settings.products {
            writeln!(out, "{} = {}", quoted(name), quoted(product))?;
        }
    }
    for entry in settings.overrides.iter().map(toml::Spanned::get_ref) {
        writeln!(out, "\n[[overrides]]  # {file}\npaths = {}\n[overrides.rules]", list(&entry.paths))?;
        for (rule, level) in &entry.rules {
            writeln!(out, "{rule} = \"{}\"", level.level().map_or("off", |level| level.id()))?;
        }
    }
    for (entry, ignore) in settings.ignore.iter().zip(&config.ignores) {
        writeln!(out, "\n[[ignore]]  # {file}:{}", ignore.location.start.line)?;
        let entry = entry.get_ref();
        writeln!(out, "rule = {}", quoted(&entry.rule))?;
        let places = [("path", &entry.path), ("jcr-path", &entry.jcr_path), ("pid", &entry.pid), ("name", &entry.name)];
        for (key, value) in places.iter().filter_map(|(key, value)| Some((key, value.as_ref()?))) {
            writeln!(out, "{key} = {}", quoted(value))?;
        }
        writeln!(out, "reason = {}", quoted(&ignore.reason))?;
        if let Some(until) = ignore.until {
            writeln!(out, "until = {until}")?;
        }
    }
    for instance in &settings.instances {
        writeln!(
            out,
            "\n[[instances]]  # {file}\nname = {}\npaths = {}",
            quoted(&instance.name),
            list(&instance.paths)
        )?;
        if let Some(environment) = &instance.environment {
            writeln!(out, "environment = {}", quoted(environment))?;
        }
        if let Some(service) = instance.service {
            writeln!(out, "service = \"{}\"", service.id())?;
        }
        if let Some(edition) = instance.edition {
            writeln!(out, "edition = \"{}\"", edition.id())?;
        }
    }
    for kind in &settings.kinds {
        let kinds = BTreeMap::from([("kinds", [kind])]);
        let text = toml::to_string(&kinds).map_err(io::Error::other)?;
        let text = text.strip_prefix("[[kinds]]").unwrap_or(&text);
        write!(out, "\n[[kinds]]  # {file}{text}")?;
    }
    Ok(())
}

/// A TOML string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A TOML array of strings.
fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}
