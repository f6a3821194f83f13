//! The lines of a model: `ModelReader`.

use std::collections::{HashMap, HashSet};

use super::{Configuration, lines};
use crate::format::{MAX_VALUES, Problem, Reading, Span, too_many_values};
use crate::repository::Pid;

/// The content of a model.
#[derive(Debug, Default)]
pub(super) struct Model {
    /// The variables of every feature.
    pub(super) features: Vec<HashMap<String, String>>,
    pub(super) configurations: Vec<Configuration>,
    /// The lines of each repoinit section, with its run modes.
    pub(super) repoinit: Vec<(Vec<String>, Vec<Span>)>,
    pub(super) limit: Option<Problem>,
}

/// A section of a feature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Section {
    Feature,
    Variables,
    Artifacts,
    Settings,
    Configurations,
    /// The body of a configuration.
    Body,
    /// `[:repoinit]`
    Repoinit,
    /// A section of another kind (`[:name]`), whose text is irrelevant here.
    Additional,
    /// An unknown section; only the tolerant reading continues there.
    #[default]
    Unknown,
}

/// The sections by name, and the parameters that each one allows.
const SECTIONS: [(&str, Section, Option<&[&str]>); 5] = [
    ("feature", Section::Feature, Some(&["name", "type", "version"])),
    ("variables", Section::Variables, None),
    ("artifacts", Section::Artifacts, Some(&["runModes", "startLevel"])),
    ("settings", Section::Settings, Some(&["runModes"])),
    ("configurations", Section::Configurations, Some(&["runModes"])),
];

/// The section whose text is repoinit.
const REPOINIT: &str = ":repoinit";

/// Parameters of a configuration and their values (`ModelConstants`).
const CONFIGURATION: [(&str, [&str; 2]); 2] = [("format", ["felixca", "properties"]), ("mode", ["overwrite", "merge"])];

#[derive(Default)]
struct ModelReader<'t> {
    text: &'t str,
    is_exact: bool,
    model: Model,
    section: Section,
    run_modes: Vec<String>,
    names: HashSet<&'t str>,
    known: HashSet<(usize, Vec<String>, Pid)>,
    artifacts: HashSet<(usize, Vec<String>, i32)>,
    /// The last configuration is not finished.
    open: bool,
    /// A comment with nothing after it.
    comment: Option<usize>,
}

/// Reads a complete model.
///
/// # Errors
/// In the exact reading, where `ModelReader` throws; the other reading recovers.
pub(super) fn read(text: &str, reading: Reading) -> Result<Model, Problem> {
    let mut reader = ModelReader { text, is_exact: reading == Reading::Aem, ..ModelReader::default() };
    for (count, line) in lines(text).enumerate() {
        if count >= MAX_VALUES {
            reader.model.limit = Some(too_many_values(line.start));
            return Ok(reader.model);
        }
        reader.line(line)?;
    }
    if let Some(offset) = reader.comment {
        reader.refuse(offset, "a comment is not allowed at the end of the file")?;
    }
    Ok(reader.model)
}

impl<'t> ModelReader<'t> {
    /// An error in the exact reading, ignored in the other.
    fn refuse(&self, offset: usize, message: &str) -> Result<(), Problem> {
        if self.is_exact { Err(Problem::new(offset, message)) } else { Ok(()) }
    }

    fn line(&mut self, line: Span) -> Result<(), Problem> {
        let text = &self.text[line.range()];
        if self.section == Section::Repoinit && !text.starts_with('[') {
            if let Some((_, lines)) = self.model.repoinit.last_mut() {
                lines.push(line);
            }
            return Ok(());
        }
        if text.is_empty() {
            if self.section != Section::Additional && std::mem::take(&mut self.open) {
                self.section = Section::Configurations;
            }
            return Ok(());
        }
        if text.starts_with('#') {
            if self.open {
                self.body(line);
            } else if self.section != Section::Additional {
                self.comment.get_or_insert(line.start);
            }
            return Ok(());
        }
        if self.model.features.is_empty() && !text.starts_with(super::FEATURE) {
            return self.refuse(line.start, "a model must begin with a feature");
        }
        if text.starts_with('[') {
            return self.header(line, text);
        }
        match self.section {
            Section::Variables => {
                let pair = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
                match pair.filter(|(name, value)| !name.is_empty() && !value.is_empty()) {
                    Some((name, value)) => {
                        let variables = self.model.features.last_mut();
                        variables.and_then(|known| known.insert(name.to_owned(), value.to_owned()));
                    }
                    None => self.refuse(line.start, "a variable needs a name and a value")?,
                }
            }
            Section::Configurations => self.configuration(line, text)?,
            Section::Body => self.body(line),
            Section::Feature | Section::Artifacts => self.comment = None,
            Section::Settings | Section::Repoinit | Section::Additional | Section::Unknown => {}
        }
        Ok(())
    }

    fn body(&mut self, line: Span) {
        if let Some(configuration) = self.model.configurations.last_mut() {
            configuration.lines.push(line);
        }
    }

    /// `[section name=value …]`
    fn header(&mut self, line: Span, text: &'t str) -> Result<(), Problem> {
        if !self.is_exact {
            // `ModelReader` does not end the open configuration here: at the next empty line, it goes back to the section
            // of configurations.
            self.open = false;
        }
        if !text.ends_with(']') {
            self.refuse(line.start, "a section needs a closing bracket")?;
        }
        let inside = text[1..].trim_end_matches(']');
        let (name, parameters) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        let (section, allowed) = match SECTIONS.iter().find(|section| section.0 == name) {
            Some(&(_, section, allowed)) => (section, allowed),
            None if name == REPOINIT => (Section::Repoinit, None),
            None if name.starts_with(':') => (Section::Additional, None),
            None => {
                self.refuse(line.start, "a section of an unknown kind")?;
                (Section::Unknown, None)
            }
        };
        let parameters = self.parameters(line, parameters, allowed)?;
        self.section = section;
        self.comment = None;
        if section == Section::Feature {
            return self.feature(line, parameters.get("name").copied());
        }
        let run_modes = parameters.get("runModes").map(|names| names.split(',').map(|name| name.trim().to_owned()));
        self.run_modes = run_modes.into_iter().flatten().collect();
        // The order of run modes means nothing (`RunMode#getSortedRunModesArray`).
        self.run_modes.sort();
        if section == Section::Repoinit {
            self.model.repoinit.push((self.run_modes.clone(), Vec::new()));
        }
        if section == Section::Artifacts {
            let level = parameters.get("startLevel").map_or(Ok(0), |level| level.parse::<i32>());
            let Ok(level) = level else { return self.refuse(line.start, "a start level is a number") };
            let feature = self.model.features.len();
            if !self.artifacts.insert((feature, self.run_modes.clone(), level)) {
                self.refuse(line.start, "these artifacts were listed before")?;
            }
        }
        Ok(())
    }

    fn feature(&mut self, line: Span, name: Option<&'t str>) -> Result<(), Problem> {
        self.model.features.push(HashMap::new());
        self.run_modes.clear();
        match name {
            Some(name) if !self.names.insert(name) => self.refuse(line.start, "a feature of this name exists"),
            Some(_) => Ok(()),
            None => self.refuse(line.start, "a feature needs a name"),
        }
    }

    fn parameters(
        &self,
        line: Span,
        text: &'t str,
        allowed: Option<&[&str]>,
    ) -> Result<HashMap<&'t str, &'t str>, Problem> {
        let mut parameters = HashMap::new();
        for parameter in text.split(' ').map(str::trim).filter(|parameter| !parameter.is_empty()) {
            let Some((name, value)) = parameter.split_once('=') else {
                self.refuse(line.start, "a parameter needs a value")?;
                continue;
            };
            let name = name.trim();
            if allowed.is_some_and(|allowed| !allowed.contains(&name)) {
                self.refuse(line.start, "a parameter that does not belong here")?;
            }
            parameters.insert(name, value.trim());
        }
        Ok(parameters)
    }

    /// `pid [format=…]` or `factory-name`: the first hyphen separates.
    fn configuration(&mut self, line: Span, text: &'t str) -> Result<(), Problem> {
        let described = text.strip_suffix(']').and_then(|text| text.split_once('['));
        let (id, parameters) = described.map_or((text, ""), |(id, parameters)| (id.trim(), parameters.trim()));
        let allowed: Vec<&str> = CONFIGURATION.iter().map(|parameter| parameter.0).collect();
        let parameters = self.parameters(line, parameters, Some(&allowed))?;
        for (name, values) in CONFIGURATION {
            if parameters.get(name).is_some_and(|value| !values.contains(value)) {
                self.refuse(line.start, "a format or mode that configurations do not have")?;
            }
        }
        let pid = match id.split_once('-') {
            Some((factory, name)) => Pid::factory(factory, name),
            None => Pid::singleton(id),
        };
        let feature = self.model.features.len().saturating_sub(1);
        if !self.known.insert((feature, self.run_modes.clone(), pid.clone())) {
            self.refuse(line.start, "this configuration was given before")?;
        }
        self.comment = None;
        self.model.configurations.push(Configuration {
            feature,
            pid,
            name: Span::new(line.start, line.start + id.len()),
            run_modes: self.run_modes.clone(),
            properties: parameters.get("format") == Some(&"properties"),
            lines: Vec::new(),
        });
        self.section = Section::Body;
        self.open = true;
        Ok(())
    }
}
