//! Dependencies that sign JWTs: the code that uses them may contain what no configuration shows.
//!
//! Sources: README of adobe/jwt-auth and adobe/aio-lib-ims-jwt, which support only Service Account credentials; the
//! Java libraries are those of <https://jwt.io/libraries>, which many others use too.

use std::sync::Arc;

use super::location::{Capture, Location, SourceFile};
use super::model::Library;
use crate::format::json::{self, Dialect, Json};
use crate::format::{Document, Input, Node, Span, Text};
use crate::source::Literal;

/// Packages of npm that get tokens for Service Account (JWT) credentials.
const NPM: &[&str] = &["@adobe/jwt-auth", "@adobe/aio-lib-ims-jwt", "@adobe/aio-lib-core-ims-jwt"];

/// Artifacts of Maven that sign JWTs, for Adobe or for others.
const MAVEN: &[&str] = &["jjwt", "jjwt-api", "jjwt-impl", "java-jwt", "nimbus-jose-jwt", "jose4j"];

/// What a file that names one has in it.
pub static LITERALS: &[Literal] = &[
    Literal::only_in(&["package.json"], "jwt-auth"),
    Literal::only_in(&["package.json"], "ims-jwt"),
    Literal::only_in(&["pom.xml"], ">jjwt"),
    Literal::only_in(&["pom.xml"], ">java-jwt<"),
    Literal::only_in(&["pom.xml"], ">nimbus-jose-jwt<"),
    Literal::only_in(&["pom.xml"], ">jose4j<"),
];

/// Members of `package.json` that list packages.
const LISTS: [&str; 4] = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/// The libraries that a `package.json` or `pom.xml` names.
pub fn of_file(input: &Input<'_>) -> Vec<Library> {
    let name = input.context.file_name();
    if !matches!(name, "package.json" | "pom.xml") {
        return Vec::new();
    }
    let text = Text::utf8(input.bytes);
    let found = match name {
        "package.json" => of_package(text.as_str(), input.limits.max_nesting),
        _ => of_pom(text.as_str()),
    };
    let context = input.context.clone();
    let file = Arc::new(SourceFile { context, format: "dependencies", ..SourceFile::default() });
    let document = Document::default();
    let capture = Capture::new(&text, file, &document);
    let place = |span| -> Location { capture.span(&Node::default(), None, span) };
    found
        .into_iter()
        .map(|(name, span)| Library { name, of_adobe: NPM.contains(&name), location: place(span) })
        .collect()
}

fn of_package(text: &str, max_nesting: usize) -> Vec<(&'static str, Span)> {
    let tree = json::parse(text, Dialect::TOLERANT, max_nesting);
    let lists = tree.root().into_iter().flat_map(|root| LISTS.iter().filter_map(move |list| root.get(list)));
    let known = |member: Json<'_>| {
        let name = NPM.iter().find(|name| member.key() == Some(**name))?;
        Some((*name, member.key_span()))
    };
    lists.flat_map(Json::members).filter_map(known).collect()
}

/// One location per artifact is enough.
fn of_pom(text: &str) -> Vec<(&'static str, Span)> {
    let place = |artifact: &&'static str| {
        let at = text.find(&format!("<artifactId>{artifact}</artifactId>"))? + "<artifactId>".len();
        Some((*artifact, Span::new(at, at + artifact.len())))
    };
    MAVEN.iter().filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_named() {
        let package = r#"{"name": "@adobe/jwt-auth", "devDependencies": {"@adobe/jwt-auth": "1"}, "jest": {"x": 1}}"#;
        let found = of_package(package, 64);
        assert_eq!(found.len(), 1);
        assert_eq!(&package[found[0].1.range()], "@adobe/jwt-auth");
        let pom = "<dependency><groupId>com.auth0</groupId><artifactId>java-jwt</artifactId></dependency>";
        assert_eq!(of_pom(pom).iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["java-jwt"]);
    }
}
