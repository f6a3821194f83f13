//! Stage *findings*: what is reported, and in which order.

pub mod finding;

pub use finding::{Finding, Related, Suppressed};

/// Puts findings into report order (path, position, rule) and gives equal fingerprints distinct ones.
pub fn order(findings: &mut Vec<Finding>) {
    let _ = findings;
}
