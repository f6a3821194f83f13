//! Hosts of Content Sync of ACS AEM Commons: with `authType="oauth"` they use the client of ACS AEM Commons Adobe I/O.
//!
//! Source: `contentsync/configure/.content.xml` and `SyncHostConfiguration.java` of Adobe-Consulting-Services/acs-aem-commons.

use super::{AuthType, Confidence, Draft, Extract, IntegrationKind, Literal, Lures, Recogniser, Subject};
use crate::ims::catalog::pid;

const ENTRY: &str = "acs-commons/components/utilities/contentsync/configure/configurehostentry";
const AUTH: &str = "authType";

/// A host entry.
pub(super) static RECOGNISER: Recogniser = Recogniser {
    name: "content_sync",
    words: "Hosts of Content Sync of ACS AEM Commons",
    lures: Lures::Literals(&[Literal::new("contentsync")]),
    recognise,
};

fn recognise(subject: Subject<'_>, found: &mut Extract) -> bool {
    if subject.resource_type() != Some(ENTRY) || subject.is_interface() {
        return false;
    }
    if subject.text(AUTH).is_some_and(|text| text.trim().eq_ignore_ascii_case("oauth")) {
        Draft::new(subject, IntegrationKind::ContentSyncHost)
            .auth(AuthType::Unknown, Confidence::High)
            .name(subject.text("name").or(subject.text("host")))
            .refers_to(pid::ACS_COMMONS, AUTH)
            .evidence_at(AuthType::Unknown, "`authType` is `oauth`: the client of ACS AEM Commons Adobe I/O", AUTH)
            .add_to(found);
    }
    true
}
