//! The file name that AEM reads as the factory configuration it means.

use crate::ims::Integration;
use crate::ims::model::VerdictKind;

/// The name that the file of `integration` should have: "Replace dot (.) with hyphen (-) as a prefix to the
/// `<randomnumber>`" ("Configure OAuth for Smart Tags"). `None` where the name is right.
pub(super) fn of(integration: &Integration) -> Option<String> {
    if !integration.verdicts.iter().any(|verdict| verdict.kind == VerdictKind::FileName) {
        return None;
    }
    let pid = integration.location.pid.as_deref()?;
    let (factory, name) = pid.split_once('~')?;
    let old = integration.location.path().file_name();
    let extension = old.strip_prefix(factory)?.strip_prefix('.')?.strip_prefix(name)?;
    Some(format!("{factory}-{name}{extension}"))
}
