//! Fingerprints, which identify the same finding in two scans.
//!
//! A fingerprint consists of the rule, the identity of the configuration and the property. It does not contain line
//! numbers, the archive or the folder of the file, so a baseline stays valid when lines move or a package is rebuilt or
//! renamed. It contains the run modes, because the same PID under `config.dev` and `config.prod` has to be fixed twice.

use sha2::{Digest, Sha256};

use crate::ims::{Integration, Location};

/// Hexadecimal digits kept of the SHA-256.
const DIGITS: usize = 16;

/// The fingerprint of a finding that does not belong to an integration.
pub(super) fn of_location(rule: &str, location: &Location) -> String {
    let run_modes = location.file.context.outer_run_modes.join(".");
    hash(&[rule, "", &identity(location), "", &run_modes, location.property.as_deref().unwrap_or("")])
}

/// The fingerprint of a finding about `integration`.
pub(super) fn of_integration(rule: &str, integration: &Integration, property: Option<&str>) -> String {
    let run_modes = integration.run_modes.join(".");
    let name = integration.name.as_deref().unwrap_or("");
    let identity = identity(&integration.location);
    hash(&[rule, integration.kind.id(), &identity, name, &run_modes, property.unwrap_or("")])
}

/// Adds the name of a user-defined instance to a fingerprint: the same problem on dev and on prod has to be fixed
/// twice.
pub(super) fn of_instance(label: &str, fingerprint: &mut String) {
    *fingerprint = hash(&[label, fingerprint]);
}

/// The identity of a configuration, independent of its folder: the PID, or else the JCR path, or else the file name.
fn identity(location: &Location) -> String {
    let known = location.pid.as_ref().or(location.jcr_path.as_ref());
    known.map_or_else(|| location.path().file_name().to_owned(), |known| known.to_string())
}

/// Each part ends with a NUL, so that different lists of parts never give the same bytes.
fn hash(parts: &[&str]) -> String {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(part.as_bytes());
        sha.update([0]);
    }
    let mut hex: String = sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    hex.truncate(DIGITS);
    hex
}
