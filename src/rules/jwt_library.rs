//! `jwt-library`.

use super::{Finding, Phase, Rule, rule, words};
use crate::ims::model::Library;
use crate::ims::{Confidence, Model};

rule! {
    /// ## What it does
    ///
    /// Notes libraries in `package.json` and `pom.xml` that get tokens for Service Account (JWT) credentials:
    /// `@adobe/jwt-auth` and `@adobe/aio-lib-ims-jwt`. General-purpose Java libraries that sign JWTs (`jjwt`,
    /// `java-jwt`, `nimbus-jose-jwt`, `jose4j`) are noted where the project has an Adobe IMS integration.
    ///
    /// ## Why is this bad
    ///
    /// Code may contain what no configuration shows: client id, key and metascopes. Adobe has shut down Service Account
    /// (JWT) credentials, so such code gets no token.
    ///
    /// ## Example
    ///
    /// Flagged, in `package.json`:
    ///
    /// ```text
    /// "dependencies": { "@adobe/jwt-auth": "^2.0.0" }
    /// ```
    ///
    /// Fixed: the dependency is removed, and the code requests its token with `grant_type=client_credentials`.
    ///
    /// ## How to fix
    ///
    /// Find the code that uses the library. If it signs a JWT for Adobe IMS, use an OAuth Server-to-Server credential
    /// instead and remove the library. Service credentials of AEM as a Cloud Service are still JWTs: leave those
    /// unchanged.
    ///
    /// ## References
    ///
    /// * <https://developer.adobe.com/developer-console/docs/guides/authentication/ServerToServerAuthentication/migration/>
    pub JwtLibrary {
        id: "jwt-library",
        level: Note,
        summary: "A library that signs JWTs: the code that uses it may contain a Service Account credential",
        severity: "0.5",
        confidence: Medium,
        cwe: [],
    }
}

impl Rule for JwtLibrary {
    fn check(&self, model: &Model) -> Vec<Finding> {
        let integrates = !model.integrations.is_empty();
        let finding = |library: &Library| {
            let name = words::code(library.name);
            let message = match library.of_adobe {
                true => format!("The library {name} gets tokens for Service Account (JWT) credentials."),
                false => format!("The library {name} signs JWTs, for Adobe IMS or for other services."),
            };
            let finding = Finding::new(&Self::META, library.location.clone(), message).label("signs JWTs").steps([(
                Phase::Files,
                "Find the code that uses it. Where it signs a JWT for Adobe IMS, send a client credentials request \
                 instead.",
            )]);
            if library.of_adobe { finding } else { finding.at_most(Confidence::Low) }
        };
        model.libraries.iter().filter(|library| library.of_adobe || integrates).map(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::model::Library;
    use crate::rules::testing::{check, location, model, oauth_provider};

    #[test]
    fn libraries_of_others_count_beside_an_integration_only() {
        let library = |name, of_adobe| Library { name, of_adobe, location: location("package.json", None) };
        let libraries = vec![library("@adobe/jwt-auth", true), library("java-jwt", false)];
        let alone = Model { libraries: libraries.clone(), ..Model::default() };
        assert_eq!(check(&JwtLibrary, &alone).len(), 1);
        let beside = Model { libraries, ..model(vec![oauth_provider("acme")]) };
        assert_eq!(check(&JwtLibrary, &beside).len(), 2);
    }
}
