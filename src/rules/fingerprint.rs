//! Fingerprints: what makes two findings of two scans the same finding.
//!
//! A fingerprint is made of the rule, the identity of the configuration and the property. Line numbers are left out, and
//! so are the archive and the folder a file lies in: moving lines, rebuilding a package or renaming it keeps a baseline
//! valid. Run modes are part of it, because the same PID under `config.dev` and under `config.prod` are two things to fix.

use sha2::{Digest, Sha256};

use crate::ims::{Integration, Location};

/// Hexadecimal digits kept of the SHA-256.
const DIGITS: usize = 16;

/// The fingerprint of a finding that is about no integration.
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

/// Makes a fingerprint that of an instance which the user named: the same problem on dev and on prod is two things to fix.
pub(super) fn of_instance(label: &str, fingerprint: &mut String) {
    *fingerprint = hash(&[label, fingerprint]);
}

/// What names a configuration wherever its file lies: the PID, else the JCR path, else the file name.
fn identity(location: &Location) -> String {
    let known = location.pid.as_ref().or(location.jcr_path.as_ref());
    known.map_or_else(|| location.path().file_name().to_owned(), |known| known.to_string())
}

/// Every part is ended by a NUL, so that no two lists of parts give the same bytes.
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
