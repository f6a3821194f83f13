//! `private-key-material`.

use std::collections::HashMap;

use super::{Finding, Phase, Rule, pages, rule, secrets, words};
use crate::ims::model::KeyMaterial;
use crate::ims::{Location, Model};
use crate::source::SourcePath;

rule! {
    /// ## What it does
    ///
    /// Reports key material in a repository or package: key stores of the service users that IMS integrations use
    /// (`/home/users/system/**/target-imsconfig-service/keystore` and the like). A private key inside a configuration
    /// or a credential file is reported by `plaintext-secret`. Key files without a connection to Adobe IMS are left to
    /// general secret scanners.
    ///
    /// ## Why is this bad
    ///
    /// The key signs JWTs on behalf of the technical account, and anyone who has the package has the key. A key store
    /// in a package also overwrites the one on the instance when it is installed. It is also a sign of a Service
    /// Account (JWT) integration: OAuth Server-to-Server needs no key.
    ///
    /// ## Example
    ///
    /// Flagged, in a content package:
    ///
    /// ```text
    /// jcr_root/home/users/system/cq:dtm/dtm-reactor-imsconfig-service/keystore/.content.xml
    /// ```
    ///
    /// Fixed: the path is removed from the package and from its `META-INF/vault/filter.xml`:
    ///
    /// ```xml
    /// <workspaceFilter version="1.0">
    ///   <filter root="/conf/acme"/>
    /// </workspaceFilter>
    /// ```
    ///
    /// ## How to fix
    ///
    /// 1. Remove the key from the repository and its history, and `/home/users/system/…/keystore` from the package's
    ///    filter.
    /// 2. The Adobe Developer Console no longer has a public key to delete: Adobe has converted every Service Account
    ///    (JWT) credential to an OAuth Server-to-Server one by 2026-03-01. If the key belongs to service credentials,
    ///    revoke it in the AEM Developer Console under Integrations > Technical Accounts.
    /// 3. Migrate the integration to OAuth Server-to-Server; then delete the key from the key store of the service user
    ///    (AEM 6.5, AEM 6.5 LTS: Tools > Security > Users; the same on AEM as a Cloud Service, on author).
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/migration/>
    pub PrivateKeyMaterial {
        id: "private-key-material",
        level: Error,
        summary: "The repository or package contains the key store of an IMS integration",
        severity: "9.1",
        confidence: High,
        cwe: [321, 798],
        migration: Elsewhere,
    }
}

impl Rule for PrivateKeyMaterial {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let mut configured: HashMap<&SourcePath, Vec<&Location>> = HashMap::new();
        for secret in secrets::all(model) {
            configured.entry(secret.location.path()).or_default().push(secret.location);
        }
        let is_configured = |key: &&KeyMaterial| {
            let in_file = configured.get(key.location.path()).into_iter().flatten();
            in_file.copied().any(|secret| overlap(secret, &key.location))
        };
        let finding = |key: &KeyMaterial| {
            let product = key.product.map_or_else(String::new, |product| format!(" for {}", product.name()));
            let message = format!("{}{product} can be read by anyone who has this file.", words::sentence(&key.what));
            Finding::new(&Self::META, key.location.clone(), message)
                .label("key material")
                .steps([
                    (Phase::Files, "Remove it from the repository and its history, and from the package's filter."),
                    (Phase::DeveloperConsole, secrets::PUBLIC_KEY),
                    (Phase::Files, "OAuth Server-to-Server needs no key: migrate the integration."),
                ])
                .url(pages::DEVELOPER_CONSOLE)
        };
        model.keys.iter().filter(|key| !is_configured(key)).map(finding).collect()
    }
}

/// Whether two locations in one file refer to the same text.
fn overlap(one: &Location, other: &Location) -> bool {
    one.start.offset <= other.end.offset && other.start.offset <= one.end.offset
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::FieldName;
    use crate::ims::catalog::Product;
    use crate::ims::model::KeyMaterial;
    use crate::rules::testing::{check, check_one, jwt_provider, location};

    fn key(location: Location) -> KeyMaterial {
        KeyMaterial {
            what: "key store of `target-imsconfig-service`".to_owned(),
            product: Some(Product::Target),
            location,
        }
    }

    #[test]
    fn flagged() {
        let model = Model { keys: vec![key(location("keystore/.content.xml", None))], ..Model::default() };
        let findings = check(&PrivateKeyMaterial, &model);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.starts_with("Key store of `target-imsconfig-service` for Target can be read"));
    }

    #[test]
    fn clean_when_the_key_is_a_field_of_an_integration() {
        let provider = jwt_provider("acme").with(FieldName::PrivateKey, "privateKey", Some("x"));
        let at = provider.field(FieldName::PrivateKey).unwrap().location.clone().unwrap();
        let model = Model { integrations: vec![provider], keys: vec![key(*at)], ..Model::default() };
        assert!(check(&PrivateKeyMaterial, &model).is_empty());
        assert!(check_one(&PrivateKeyMaterial, jwt_provider("acme")).is_empty());
    }

    #[test]
    fn flagged_when_another_field_of_its_file_is_a_secret() {
        let provider = jwt_provider("acme").with(FieldName::PrivateKey, "privateKey", Some("x"));
        let secret = provider.field(FieldName::PrivateKey).unwrap().location.clone().unwrap();
        for offset in [0, 100_000] {
            let mut at = secret.clone();
            (at.start.offset, at.end.offset) = (offset, offset + 1);
            let model = Model { integrations: vec![provider.clone()], keys: vec![key(*at)], ..Model::default() };
            assert_eq!(check(&PrivateKeyMaterial, &model).len(), 1, "{offset}");
        }
    }
}
