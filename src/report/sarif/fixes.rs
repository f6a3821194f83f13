//! Edits that fix a result (SARIF §3.55).

use serde_json::{Value, json};

use super::log::{Region, artifact_location};
use crate::report::{PathBase, escape};
use crate::rules::{self, FileFix, FixReplacement};

pub(super) fn fix(fix: &rules::Fix, base: &PathBase) -> Value {
    json!({
        "description": { "text": escape::sarif(&fix.description) },
        "artifactChanges": fix.files.iter().map(|file| change(file, base)).collect::<Vec<_>>(),
    })
}

fn change(file: &FileFix, base: &PathBase) -> Value {
    json!({
        "artifactLocation": artifact_location(&file.file.context.path, base),
        "replacements": file.replacements.iter().map(replacement).collect::<Vec<_>>(),
    })
}

/// The inserted text is content of a file, so it is not escaped.
fn replacement(one: &FixReplacement) -> Value {
    let mut replacement = json!({ "deletedRegion": Region::new(one.start, one.end) });
    if !one.text.is_empty() {
        replacement["insertedContent"] = json!({ "text": one.text });
    }
    replacement
}
