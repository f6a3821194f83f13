//! Names of the variables of Cloud Manager.
//!
//! Sources: AEM as a Cloud Service, "Configuring OSGi" (form, length, reserved beginnings); `EnvVarAnalyserTask` of
//! adobe/aemanalyser-maven-plugin, which runs by default and makes the build fail (error) or says so (warning). Adobe's
//! page itself uses a name with a hyphen, so that is a warning and no more.

use super::Weight;
use crate::ims::disclosure;

/// Prefixes for which the analyser fails a build.
const REFUSED_BEGINNINGS: [&str; 2] = ["INTERNAL_", "ADOBE_"];
/// "Customer-set variables that start with these prefixes are ignored"; the analyser does not know this one.
const IGNORED_BEGINNING: &str = "CONST_";
/// The folder of secrets on an instance of AEM as a Cloud Service, which is not part of a name.
const SECRETS_FOLDER: &str = "customer-secrets/";
const SHORTEST: usize = 2;
const LONGEST: usize = 100;

/// What is wrong with the name of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameFault {
    /// `INTERNAL_…` and `ADOBE_…` are Adobe's.
    Reserved,
    /// Shorter than two characters or longer than a hundred.
    Length,
    /// Not `[a-zA-Z_][a-zA-Z_0-9]*`.
    Form,
    /// It begins with `customer-secrets/`.
    Folder,
    /// `CONST_…` is ignored.
    Ignored,
}

impl NameFault {
    /// Its effect.
    pub fn weight(self) -> Weight {
        match self {
            Self::Reserved | Self::Length => Weight::Breaks,
            Self::Form | Self::Folder | Self::Ignored => Weight::Doubtful,
        }
    }

    /// The end of a sentence that begins with the variable.
    pub fn what(self) -> &'static str {
        match self {
            Self::Reserved => "begins with `INTERNAL_` or `ADOBE_`, which Adobe reserves: the build fails",
            Self::Length => "does not have 2 to 100 characters: the build fails",
            Self::Form => "is not valid: a name has only letters, digits and `_`, and does not begin with a digit",
            Self::Folder => "begins with `customer-secrets/`, which is not part of a name",
            Self::Ignored => "begins with `CONST_`, which Adobe reserves: Cloud Manager ignores it",
        }
    }
}

/// What is shown of the name of a variable.
pub fn shown(name: &str) -> &str {
    let own = name.strip_prefix(SECRETS_FOLDER).unwrap_or(name);
    if disclosure::is_variable(own) { name } else { disclosure::MASK }
}

/// Everything that is wrong with the name of a variable, as the analyser counts; `secret` of a secret one.
pub fn faults(name: &str, secret: bool) -> Vec<NameFault> {
    let mut faults = Vec::new();
    let folder = name.strip_prefix(SECRETS_FOLDER).filter(|_| secret);
    faults.extend(folder.map(|_| NameFault::Folder));
    let name = folder.unwrap_or(name);
    if REFUSED_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) {
        faults.push(NameFault::Reserved);
    }
    // The analyser counts as Java does.
    if !(SHORTEST..=LONGEST).contains(&name.encode_utf16().count()) {
        faults.push(NameFault::Length);
    }
    let mut characters = name.bytes();
    let first = |b: u8| b.is_ascii_alphabetic() || b == b'_';
    if !(characters.next().is_some_and(first) && characters.all(|b| first(b) || b.is_ascii_digit())) {
        faults.push(NameFault::Form);
    }
    if name.starts_with(IGNORED_BEGINNING) {
        faults.push(NameFault::Ignored);
    }
    faults.sort();
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cloud_manager_takes() {
        for name in ["ACME_ID", "_x", "a1", "AEM_HOST", "INTERNAL", "adobe_x", &"A".repeat(100)] {
            assert!(faults(name, true).is_empty(), "{name}");
        }
    }

    #[test]
    fn names_that_it_does_not() {
        for (name, secret, expected) in [
            ("ADOBE_X", true, vec![NameFault::Reserved]),
            ("INTERNAL_X", false, vec![NameFault::Reserved]),
            ("A", false, vec![NameFault::Length]),
            ("", false, vec![NameFault::Length, NameFault::Form]),
            ("server-api-key", true, vec![NameFault::Form]),
            ("1A", true, vec![NameFault::Form]),
            ("CONST_X", true, vec![NameFault::Ignored]),
            ("customer-secrets/ACME", true, vec![NameFault::Folder]),
            ("customer-secrets/ADOBE_X", true, vec![NameFault::Reserved, NameFault::Folder]),
            ("customer-secrets/ACME", false, vec![NameFault::Form]),
        ] {
            assert_eq!(faults(name, secret), expected, "{name}");
        }
        assert_eq!(faults(&"A".repeat(101), true), [NameFault::Length]);
    }
}
