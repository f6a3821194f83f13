//! `ambiguous-entry`.

use super::{Finding, Phase, Rule, pages, rule};
use crate::ims::{Model, model};

rule! {
    /// ## What it does
    ///
    /// Reports archives that contain two entries with the same name, an entry that the archive's directory does not
    /// list, or entries that differ between the directory and the local headers. Every version is scanned and its
    /// findings are reported.
    ///
    /// ## Why is this bad
    ///
    /// Tools disagree about such an archive: AEM's package manager reads the directory and takes the last entry, a
    /// streaming reader takes the first or the last entry in the data. The entry that a review or a scanner sees may
    /// not be the one that is installed.
    ///
    /// ## Example
    ///
    /// Flagged, the listing of a package:
    ///
    /// ```text
    /// jcr_root/apps/acme/config/com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json   (OAuth)
    /// jcr_root/apps/acme/config/com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json   (JWT)
    /// ```
    ///
    /// Fixed: the package rebuilt from its sources, with one entry for each name.
    ///
    /// ## How to fix
    ///
    /// Rebuild the package with the FileVault package plugin or the package manager. This applies to AEM 6.5, AEM 6.5
    /// LTS and AEM as a Cloud Service. Do not install an archive that was extended or patched by hand.
    ///
    /// ## References
    ///
    /// * <https://jackrabbit.apache.org/filevault/overview.html>
    pub AmbiguousEntry {
        id: "ambiguous-entry",
        level: Warning,
        summary: "The archive contains two versions of one file, or hides one",
        severity: "4.0",
        confidence: High,
        cwe: [436],
    }
}

impl Rule for AmbiguousEntry {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let finding = |entry: &model::AmbiguousEntry| {
            let message = format!("{}.", entry.message.trim_end_matches('.'));
            Finding::new(&Self::META, entry.location.clone(), message)
                .label("ambiguous entry")
                .step(Phase::Files, "Rebuild the package from its sources.")
                .url(pages::FILEVAULT)
        };
        model.ambiguous.iter().map(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::model;
    use crate::rules::testing::{check, check_one, jwt_provider, location};

    #[test]
    fn flagged() {
        let entry = model::AmbiguousEntry {
            message: "The archive holds it twice".to_owned(),
            location: location("a.zip", None),
        };
        let findings = check(&AmbiguousEntry, &Model { ambiguous: vec![entry], ..Model::default() });
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "The archive holds it twice.");
    }

    #[test]
    fn clean() {
        assert!(check_one(&AmbiguousEntry, jwt_provider("acme")).is_empty());
    }
}
