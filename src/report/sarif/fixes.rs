//! Edits that fix a result (SARIF §3.55).

use serde::Serialize;

use super::log::{ArtifactLocation, Message, Region, artifact_location};
use crate::report::{PathBase, escape};
use crate::rules::{self, FileFix, FixReplacement};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fix {
    description: Message,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted_content: Option<Message>,
}

pub(super) fn fix(fix: &rules::Fix, base: &PathBase) -> Fix {
    Fix {
        description: Message::text(escape::sarif(&fix.description).into_owned()),
        artifact_changes: fix.files.iter().map(|file| change(file, base)).collect(),
    }
}

fn change(file: &FileFix, base: &PathBase) -> ArtifactChange {
    ArtifactChange {
        artifact_location: artifact_location(&file.file.context.path, base),
        replacements: file.replacements.iter().map(replacement).collect(),
    }
}

/// The inserted text is content of a file, so it is not escaped.
fn replacement(one: &FixReplacement) -> Replacement {
    Replacement {
        deleted_region: Region::new(one.start, one.end),
        inserted_content: (!one.text.is_empty()).then(|| Message::text(one.text.as_str())),
    }
}
