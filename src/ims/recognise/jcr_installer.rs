//! The settings of the Sling JCR installer if a project deploys them: which folders instances watch.
//!
//! Properties: `JcrInstaller.Configuration` of apache/sling-org-apache-sling-installer-provider-jcr.

use regex::Regex;

use super::{Extract, Literal, Lures, Recogniser, Subject};
use crate::repository::deployment::instance::InstallerSettings;

const PID: &str = "org.apache.sling.installer.provider.jcr.impl.JcrInstaller";
const DEPTH: &str = "sling.jcrinstall.folder.max.depth";
const FOLDERS: &str = "sling.jcrinstall.folder.name.regexp";

/// Maximum accepted depth of watched folders.
const DEEPEST: usize = 100;

/// The installer.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "jcr_installer",
    words: "Which folders of configurations an instance watches",
    lures: Lures::Literals(&[Literal::new("jcrinstall")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if subject.component() != Some(PID) {
        return false;
    }
    let mut settings = InstallerSettings::default();
    if let Some(depth) = subject.text(DEPTH).and_then(|text| text.parse().ok()).filter(|depth| *depth <= DEEPEST) {
        settings.depth = depth;
    }
    // If the Rust engine does not support the pattern, the default names apply.
    settings.folder_pattern = subject.text(FOLDERS).and_then(|text| Regex::new(&format!("^(?:{text})$")).ok());
    found.settings.push((subject.location(), settings));
    true
}
