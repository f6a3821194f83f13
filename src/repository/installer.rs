//! What the OSGi installer of an instance reports about its configuration files: which file of a PID is installed.
//!
//! Grammar: `OsgiInstallerWebConsolePlugin#printConfiguration` (apache/sling-org-apache-sling-installer-console), which
//! `/system/console/status-osgi-installer.txt` and the entry `NNN_OSGi_Installer.txt` of a status zip contain. In the
//! section *Processed Resources*, a group of files with the same PID begins with `* ID: DIGEST/PRIORITY, URL, STATE,
//! ERROR`, the file that takes precedence, followed by `  - DIGEST/PRIORITY, URL, STATE, ERROR` for each other one. The id
//! of a factory configuration may be followed by a line break and its alias. URLs of files in the repository are
//! `jcrinstall:` and the path of the node.
//!
//! The plugin's own page, `/system/console/osgi-installer`, has a table per section and type, with the rows `ID`,
//! `DIGEST/PRIORITY`, `URL`, `STATE`, `ERROR`; the first cell is empty for the other files of a group (`service` of the same
//! class). Text copied from it, or made from its HTML, has a tab between two cells, of which mail programs make blanks.

use std::collections::HashMap;
use std::sync::Arc;

/// The first line of the list.
pub const TITLE: &str = "Apache Sling OSGi Installer";
/// Name of the section with the files that the installer has processed.
const PROCESSED: &str = "Processed Resources";
/// Names of all sections; each is followed by a line of hyphens.
const SECTIONS: [&str; 3] = ["Active Resources", PROCESSED, "Untransformed Resources"];
/// Prefix of the URL of a file in the repository.
const REPOSITORY: &str = "jcrinstall:";
/// `ResourceState` of the OSGi installer, and the variant of `INSTALLED` that the printer derives.
const STATES: [&str; 6] = ["INSTALLED", "EXCLUDED", "IGNORED", "INSTALL", "UNINSTALLED", "UNINSTALL"];
/// Maximum number of files that are kept; an instance has a few thousand.
const MAX_FILES: usize = 100_000;
/// Maximum length of a URL.
const MAX_URL: usize = 1024;

/// What happened to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstallerVerdict {
    /// Its configuration is in force.
    Installed,
    /// The file at this URL is in force for its PID.
    Superseded(Arc<str>),
}

/// What the OSGi installer reports about the files in the repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstallerState {
    /// Keyed by the path of the node.
    files: HashMap<String, InstallerVerdict>,
    /// Whether there are more files than are kept.
    pub is_cut: bool,
}

impl InstallerState {
    /// The list in the text of a status dump; empty if it contains none.
    pub fn of_text(text: &str) -> Self {
        let mut state = Self::default();
        let Some(start) = memchr::memmem::find(text.as_bytes(), TITLE.as_bytes()) else { return state };
        let (mut is_list, mut is_processed) = (false, false);
        let mut group = Group::default();
        for written in text[start..].lines() {
            let line = written.trim();
            if line == TITLE || line.starts_with("*** ") {
                is_list = line == TITLE;
                is_processed = false;
            } else if let Some(section) = SECTIONS.iter().find(|section| is_list && is_heading(line, section)) {
                is_processed = *section == PROCESSED;
            } else if !is_processed {
                continue;
            } else if let Some((id, file)) = row(written) {
                if !id.is_empty() {
                    state.add(&mut group);
                    group.first = file;
                } else if let Some(file) = file {
                    group.others.push(file);
                }
            } else if line.starts_with("* ") {
                state.add(&mut group);
                group.is_open = true;
                group.first = resource(line);
            } else if let Some(file) = line.strip_prefix("- ").and_then(resource) {
                group.others.push(file);
            } else if group.is_open && group.first.is_none() {
                // The alias of a factory configuration is on the next line.
                group.first = resource(line);
            }
            if state.files.len() + group.others.len() > MAX_FILES {
                state.is_cut = true;
                return state;
            }
        }
        state.add(&mut group);
        state
    }

    fn add(&mut self, group: &mut Group<'_>) {
        let Group { first: Some((winner, "INSTALLED")), others, .. } = std::mem::take(group) else { return };
        let winner_url: Arc<str> = winner.into();
        for (url, _) in others {
            if let Some(path) = url.strip_prefix(REPOSITORY) {
                self.files.insert(path.to_owned(), InstallerVerdict::Superseded(Arc::clone(&winner_url)));
            }
        }
        if let Some(path) = winner.strip_prefix(REPOSITORY) {
            self.files.insert(path.to_owned(), InstallerVerdict::Installed);
        }
    }

    /// The verdict on the file at the absolute `path`.
    pub fn of(&self, path: &str) -> Option<&InstallerVerdict> {
        self.files.get(path)
    }

    /// Whether there are no verdicts.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Adds another list of the same instance.
    pub fn add_list(&mut self, other: Self) {
        self.files.extend(other.files);
        self.is_cut |= other.is_cut;
    }

    /// Memory used, in bytes.
    pub fn cost(&self) -> usize {
        self.files.keys().map(|path| path.len() + PER_FILE).sum()
    }
}

/// Memory for a file without its path, in bytes.
const PER_FILE: usize = 128;

/// Files with one PID.
#[derive(Default)]
struct Group<'t> {
    is_open: bool,
    /// URL and state of the file that takes precedence.
    first: Option<(&'t str, &'t str)>,
    others: Vec<(&'t str, &'t str)>,
}

/// Whether a line is the heading of a section: in the page, the type of its resources follows.
fn is_heading(line: &str, section: &str) -> bool {
    line.strip_prefix(section).is_some_and(|rest| rest.is_empty() || rest.starts_with(" - "))
}

/// The id in a row of the page's table, and its URL and state; `None` if the line is not a row.
fn row(line: &str) -> Option<(&str, Option<(&str, &str)>)> {
    if !line.contains('\t') {
        return blank_row(line);
    }
    let mut cells = line.split('\t').map(str::trim);
    let (id, _digest, url, state) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    Some((id, known(url, state)))
}

/// The same with blanks between the cells: digest and priority show which one comes first.
fn blank_row(line: &str) -> Option<(&str, Option<(&str, &str)>)> {
    let is_digest = |word: &str| {
        let parts = word.split_once('/');
        parts.is_some_and(|(digest, priority)| !digest.is_empty() && priority.parse::<u32>().is_ok())
    };
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let id = if is_digest(first) { "" } else { first };
    if !id.is_empty() && !is_digest(words.next()?) {
        return None;
    }
    let url = words.next()?;
    // A version may come between them.
    Some((id, words.take(2).find_map(|state| known(url, state))))
}

/// A URL without the version that follows it for bundles, and its state, if that is one of the installer's.
fn known<'t>(url: &'t str, state: &str) -> Option<(&'t str, &'static str)> {
    let state = STATES.iter().find(|known| **known == state.trim_end_matches("(*)"))?;
    let url = url.split(" (").next().unwrap_or(url);
    (url.len() <= MAX_URL).then_some((url, state))
}

/// URL and state in `… DIGEST/PRIORITY, URL, STATE, ERROR`.
fn resource(line: &str) -> Option<(&str, &str)> {
    let mut parts = line.split(", ");
    let mut url = parts.next()?;
    for part in parts {
        if let Some(known) = known(url, part.trim_end_matches(',').trim()) {
            return Some(known);
        }
        url = part;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "*** OSGi Installer:\r\nApache Sling OSGi Installer\r\n===========================\r\n\
        Active Resources\r\n----------------\r\nConfigurations:\r\n\
        - a.Pending: 01/200, jcrinstall:/apps/a/config/a.Pending.config, INSTALL, \r\n\r\n\
        Processed Resources\r\n-------------------\r\nBundles:\r\n\
        * a.bundle: 0a/210, jcrinstall:/apps/a/install/b.jar (1.2.0), INSTALLED, \r\nConfigurations:\r\n\
        * a.B: 0a/210, jcrinstall:/apps/system/config/a.B.config, INSTALLED, \r\n\
        \x20 - 0b/202, jcrinstall:/apps/a/config.author/a.B.config, IGNORED, \r\n\
        \x20 - 0c/200, jcrinstall:/apps/a/config/a.B.config, IGNORED, ERROR, really\r\n\
        * a.C.x-1\na.C~x: 0d/200, jcrinstall:/apps/a/config/a.C~x.cfg.json, INSTALLED(*), \r\n\
        * a.D: 0e/50, launchpad:resources/config/a.D.config, INSTALLED, \r\n\
        \x20 - 0f/200, jcrinstall:/apps/a/config/a.D.config, INSTALL, \r\n\
        * a.E: 0e/50, jcrinstall:/apps/a/config/a.E.config, EXCLUDED, \r\n  : by the console\r\n\
        * a.F: 0e/50, jcrinstall:/apps/a/config/a.F.config, UNINSTALLED, \r\n\r\n\
        Untransformed Resources\r\n-----------------------\r\n- 0a/1, jcrinstall:/apps/a/config/a.G.config\r\n";

    #[test]
    fn the_first_file_of_a_group_is_in_force_when_it_is_installed() {
        let state = InstallerState::of_text(LIST);
        let superseded = |url: &str| Some(InstallerVerdict::Superseded(url.into()));
        for (path, verdict) in [
            ("/apps/system/config/a.B.config", Some(InstallerVerdict::Installed)),
            ("/apps/a/config.author/a.B.config", superseded("jcrinstall:/apps/system/config/a.B.config")),
            ("/apps/a/config/a.B.config", superseded("jcrinstall:/apps/system/config/a.B.config")),
            ("/apps/a/config/a.C~x.cfg.json", Some(InstallerVerdict::Installed)),
            ("/apps/a/config/a.D.config", superseded("launchpad:resources/config/a.D.config")),
            ("/apps/a/install/b.jar", Some(InstallerVerdict::Installed)),
            ("/apps/a/config/a.Pending.config", None),
            ("/apps/a/config/a.E.config", None),
            ("/apps/a/config/a.F.config", None),
            ("/apps/a/config/a.G.config", None),
        ] {
            assert_eq!(state.of(path), verdict.as_ref(), "{path}");
        }
    }

    #[test]
    fn other_sections_and_texts_say_nothing() {
        for text in [
            "",
            "* a: 0/1, jcrinstall:/apps/a, INSTALLED, ",
            "Processed Resources\n* a: 0/1, jcrinstall:/x, INSTALLED,",
        ] {
            assert!(InstallerState::of_text(text).is_empty(), "{text}");
        }
        let next = format!("{LIST}\n*** Notes:\nProcessed Resources\n* n: 0/1, jcrinstall:/apps/n, INSTALLED, \n");
        assert_eq!(InstallerState::of_text(&next), InstallerState::of_text(LIST));
    }

    #[test]
    fn a_list_is_cut_at_the_limit() {
        let line = |number: usize| format!("* a.{number}: 0/1, jcrinstall:/apps/a/config/{number}, INSTALLED, \n");
        let lines: String = (0..MAX_FILES + 2).map(line).collect();
        let state = InstallerState::of_text(&format!("{TITLE}\n{PROCESSED}\n{lines}"));
        assert!(state.is_cut && state.files.len() <= MAX_FILES + 1);
    }
}
