//! Marks of origin: what an export shows about the instance that it was taken from.
//!
//! Sources: `SlingSettingsPrinter` (apache/sling-org-apache-sling-settings) writes `Sling ID` and `Run Modes`, the printer
//! *System Properties* of the Felix web console `sling.run.modes`, AEM's *Product Information* the version, and
//! `com.day.cq.commons.impl.ExternalizerImpl` has the domain of the author (Adobe, "Externalizing URLs").

/// The PID of the component with the domains of the environment.
pub const EXTERNALIZER: &str = "com.day.cq.commons.impl.ExternalizerImpl";

/// What a file shows about the instance that it was taken from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Unique for each instance; clones keep it.
    pub sling_id: Option<String>,
    /// The active run modes.
    pub run_modes: Vec<String>,
    /// The author address of the environment that the content comes from.
    pub author_domain: Option<String>,
    /// The version of AEM, such as `6.5.21.0`.
    pub version: Option<String>,
}

impl Marks {
    /// The marks in the text of a status dump: of any section, as text or as lines of JSON.
    pub fn of_text(text: &str) -> Self {
        let mut marks = Self::default();
        for line in text.lines().take(MOST_LINES) {
            let line = line.trim().trim_start_matches('"').trim_end_matches(',').trim_end_matches('"').trim();
            if let Some(id) = line.strip_prefix("Sling ID = ") {
                marks.sling_id.get_or_insert_with(|| kept(id));
            } else if let Some(modes) = line.strip_prefix("Run Modes = ").or(line.strip_prefix("sling.run.modes = ")) {
                if marks.run_modes.is_empty() {
                    let modes = modes.trim_start_matches('[').trim_end_matches(']').split(',').map(str::trim);
                    marks.run_modes = modes.filter(|mode| !mode.is_empty()).take(MOST_MODES).map(kept).collect();
                }
            } else if let Some(version) = line.strip_prefix("Adobe Experience Manager (") {
                marks.version.get_or_insert_with(|| kept(version.split(')').next().unwrap_or_default()));
            }
        }
        marks
    }

    /// The author's address among the values of `externalizer.domains`.
    pub fn author_domain<'a>(mut domains: impl Iterator<Item = &'a str>) -> Option<String> {
        let domain = domains.find_map(|domain| domain.trim().trim_start_matches('[').strip_prefix("author "))?;
        let domain = domain.trim().trim_end_matches(']');
        let is_address = domain.contains('.') && !domain.contains("$[") && !domain.contains("localhost");
        is_address.then(|| kept(domain))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds the values that are still unknown.
    pub fn add(&mut self, other: &Self) {
        let take = |own: &mut Option<String>, other: &Option<String>| {
            if own.is_none() {
                own.clone_from(other);
            }
        };
        take(&mut self.sling_id, &other.sling_id);
        take(&mut self.author_domain, &other.author_domain);
        take(&mut self.version, &other.version);
        if self.run_modes.is_empty() {
            self.run_modes.clone_from(&other.run_modes);
        }
    }

    /// Whether both can belong to one instance.
    pub fn agrees(&self, other: &Self) -> bool {
        let alike = |one: &Option<String>, other: &Option<String>| one.is_none() || other.is_none() || one == other;
        alike(&self.sling_id, &other.sling_id) && alike(&self.author_domain, &other.author_domain)
    }
}

/// Maximum number of lines of a file that are read; a complete status dump has some hundred thousand.
const MOST_LINES: usize = 1_000_000;
/// Maximum number of run modes that are kept.
const MOST_MODES: usize = 64;

/// Marks are labels, so their length is limited.
fn kept(text: &str) -> String {
    text.trim().chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_of_a_dump_tell_the_instance() {
        let text = "Apache Sling Settings\n\nSling ID = 0c1d-1\nRun Modes = [prod, author, crx3]\n\
                    Installed Products\n  Adobe Experience Manager (6.5.21.0)\n";
        let marks = Marks::of_text(text);
        assert_eq!(marks.sling_id.as_deref(), Some("0c1d-1"));
        assert_eq!(marks.run_modes, ["prod", "author", "crx3"]);
        assert_eq!(marks.version.as_deref(), Some("6.5.21.0"));
        assert_eq!(Marks::of_text("[\n    \"Sling ID = 1\",\n]\n").sling_id.as_deref(), Some("1"));
    }

    #[test]
    fn the_domain_of_the_author_is_one_of_the_externalizer() {
        let of = |value| Marks::author_domain([value].into_iter());
        assert_eq!(of("author https://author.acme.com").as_deref(), Some("https://author.acme.com"));
        assert_eq!(of("publish https://www.acme.com"), None);
        assert_eq!(of("author http://localhost:4502"), None);
        assert_eq!(of("author $[env:X]"), None);
    }
}
