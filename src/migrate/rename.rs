//! The file name that AEM reads as the intended factory configuration.

use crate::ims::Location;
use crate::ims::model::{LoadingProblem, LoadingVerdict};
use crate::repository::pid::corrected_name;

/// The name that the file at `location`, a configuration of `component`, should have: "Replace dot (.) with hyphen (-)
/// as a prefix to the `<randomnumber>`" ("Configure OAuth for Smart Tags"). `None` if the name is correct.
pub(super) fn of(location: &Location, verdicts: &[LoadingVerdict], component: &str) -> Option<String> {
    let misread = verdicts.iter().any(|verdict| verdict.kind == LoadingProblem::FileName);
    misread.then(|| corrected_name(location.path().file_name(), component)).flatten()
}
