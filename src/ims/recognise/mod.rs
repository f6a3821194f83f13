//! Recognisers: one file per kind, asked in order; the first that claims a node gets it.

mod access_token_provider;
mod acs_commons;
mod aio_context;
mod aio_workspace;
mod api_access;
mod apps_action;
mod cloud_configuration;
mod content_sync;
mod credential_file;
mod declared;
mod developer_console;
mod generic;
mod guides;
mod jcr_installer;
mod key_store;
mod marketing_cloud;
mod pdf_services;
mod replication;
mod repo_settings;
mod secret_partner;
mod service_credentials;
mod sign_in;
mod smart_tags;
mod stock;
mod stray_secret;
mod unexported;
mod user_sync;
mod variable_list;

use super::Extract;
use super::draft::{Draft, field_of};
use super::memory::FileBudget;
use super::model::{AuthType, Confidence, FieldName, IntegrationKind};
use super::subject::{Scene, Subject};
use crate::budget::FOUND_IN_FILE;
use crate::format::Property;
use crate::source::Literal;

pub use key_store::of_file as key_material_of_file;
pub use service_credentials::is_cloud_service_client;
pub use stray_secret::LITERALS as STRAY_SECRETS;

/// How the files in which a recogniser may find something are selected.
#[derive(Clone, Copy, Debug)]
pub enum Lures {
    /// In a file without any of these literals it never finds anything.
    Literals(&'static [Literal]),
    /// The user declares them.
    Declared,
}

/// Recognises one kind of node. Each recogniser is one complete file; input files without any of its literals are not
/// even parsed.
pub struct Recogniser {
    /// The name of its file.
    pub name: &'static str,
    /// What it recognises, in words: a line without a full stop, Markdown allowed.
    pub words: &'static str,
    /// The literals it needs: in a file without any of them it finds nothing.
    pub lures: Lures,
    /// Examines a node and adds what it finds. Returns whether the node is of this kind, so that no other recogniser is
    /// asked.
    pub recognise: fn(Subject<'_>, &mut Extract) -> bool,
}

/// Every recogniser, in the order in which they are asked: first nodes known to be something else, then the known
/// kinds, then user-declared kinds, and last anything with evidence of IMS. A declaration may be part of the scanned
/// tree, so it cannot take a node away from a known kind.
pub static RECOGNISERS: &[&Recogniser] = &[
    &key_store::RECOGNISER,
    &jcr_installer::RECOGNISER,
    &variable_list::RECOGNISER,
    &api_access::RECOGNISER,
    &unexported::RECOGNISER,
    &repo_settings::RECOGNISER,
    &sign_in::RECOGNISER,
    &access_token_provider::RECOGNISER,
    &secret_partner::RECOGNISER,
    &acs_commons::RECOGNISER,
    &aio_workspace::RECOGNISER,
    &stock::RECOGNISER,
    &cloud_configuration::RECOGNISER,
    &marketing_cloud::RECOGNISER,
    &guides::RECOGNISER,
    &smart_tags::RECOGNISER,
    &replication::RECOGNISER,
    &content_sync::RECOGNISER,
    &service_credentials::RECOGNISER,
    &developer_console::RECOGNISER,
    &aio_context::RECOGNISER,
    &apps_action::RECOGNISER,
    &user_sync::RECOGNISER,
    &pdf_services::RECOGNISER,
    &credential_file::RECOGNISER,
    &declared::RECOGNISER,
    &generic::RECOGNISER,
];

/// Whether a property for a private key names a key file, which is not a secret. Source: README of adobe/aio-lib-ims
/// (`private_key`: the key, its file, or its lines).
fn names_key_file(property: &Property) -> bool {
    let Some(text) = property.first().map(str::trim).filter(|text| text.len() < 260 && !text.contains(['\n', ' ']))
    else {
        return false;
    };
    let begins = ["./", "../", "~/", "file:"].iter().any(|beginning| text.starts_with(beginning));
    begins || [".key", ".pem", ".pk8", ".p12", ".pfx"].iter().any(|extension| text.ends_with(extension))
}

/// Recognises everything in one document, up to the limit per file.
pub fn recognise(scene: &Scene<'_>, found: &mut Extract) {
    recognise_within(FileBudget::new(FOUND_IN_FILE), scene, found);
}

fn recognise_within(mut budget: FileBudget, scene: &Scene<'_>, found: &mut Extract) {
    for subject in scene.subjects() {
        RECOGNISERS.iter().any(|recogniser| (recogniser.recognise)(subject, found));
        if let Err(limit) = budget.count(found, subject.node.name_span.start) {
            found.limit = Some(limit);
            break;
        }
    }
    stray_secret::find(scene, found);
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Arc;

    use super::*;
    use crate::format::status_dump::StatusDump;
    use crate::format::{self, Format, Input, Reading, Text};
    use crate::ims::{Capture, Knowledge, SourceFile};
    use crate::repository::FileContext;
    use crate::source::{self, Limits, Markers, Options, SourcePath};

    /// What is found in a dump of three providers with a limit of `max` bytes.
    fn found_within(max: u64) -> Extract {
        let provider = |i: usize| {
            format!(
                "PID = com.adobe.granite.auth.oauth.accesstoken.provider.x{i}\n  auth.access.token.request = \
                 https://ims-na1.adobelogin.com/ims/exchange/jwt\n"
            )
        };
        let dump: String = (0..3).map(provider).collect();
        let context = FileContext { path: SourcePath::file("dump.txt"), ..FileContext::default() };
        let (limits, knowledge) = (Limits::default(), Knowledge::default());
        let input = Input { context: &context, bytes: dump.as_bytes(), limits: &limits };
        let text = Text::utf8(dump.as_bytes());
        let document = StatusDump.read(&input, &text, Reading::Tolerant);
        let capture = Capture::new(&text, Arc::default(), &document);
        let scene = Scene::new(&input, &document, &capture, &knowledge);
        let mut found = Extract::default();
        recognise_within(FileBudget::new(max), &scene, &mut found);
        found
    }

    #[test]
    fn a_file_is_left_where_what_is_found_in_it_takes_too_much() {
        let all = found_within(FOUND_IN_FILE);
        assert_eq!((all.found.len(), &all.limit), (3, &None));
        let some = found_within(all.bytes as u64 / 2);
        assert_eq!(some.found.len(), 2, "what was read before is kept");
        assert_eq!(
            some.limit.map(|limit| limit.offset),
            all.found[1].integration.location.start.offset.try_into().ok()
        );
    }

    /// The fixture files in which each recogniser found something, if files are selected by `markers`.
    fn found_in_fixtures(markers: &Markers) -> BTreeMap<&'static str, BTreeSet<String>> {
        let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let knowledge =
            Knowledge { inputs: [fixtures.to_string_lossy().replace('\\', "/")].into(), ..Knowledge::default() };
        let (options, limits) = (Options::default(), Limits::default());
        let outcome = source::read_with(&[fixtures], &options, markers, &|file| {
            let input = Input { context: file.context, bytes: file.bytes, limits: &limits };
            let detected = format::detect(&input).filter(|_| file.matters)?;
            let format = detected.format;
            let mut document = detected.read(Reading::Tolerant);
            crate::ims::name_configurations(&mut document, format);
            let source = SourceFile { context: file.context.clone(), format: format.id(), ..SourceFile::default() };
            let capture = Capture::new(&detected.text, Arc::new(source), &document);
            let scene = Scene::new(&input, &document, &capture, &knowledge);
            let mut names = BTreeSet::new();
            let mut found = Extract::default();
            for subject in scene.subjects() {
                let before = weight(&found);
                let claimed = RECOGNISERS.iter().find(|recogniser| (recogniser.recognise)(subject, &mut found));
                names.extend(claimed.filter(|_| weight(&found) > before).map(|recogniser| recogniser.name));
            }
            Some(names)
        });
        let mut all: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        for (path, names) in outcome.results {
            for name in names {
                all.entry(name).or_default().insert(path.to_string());
            }
        }
        all
    }

    /// Number of things found.
    fn weight(found: &Extract) -> usize {
        let model = &found.model;
        let places = model.secrets.len() + model.endpoints.len() + model.keys.len() + model.unexported.len();
        let lists = model.variables.len() + model.api_access.len() + found.settings.len();
        places + lists + found.found.len() + found.partners.len()
    }

    /// A recogniser is one file with its words, its literals and a fixture.
    #[test]
    fn every_recogniser_has_all_that_it_needs() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ims/recognise");
        let found = found_in_fixtures(&Markers::default());
        for recogniser in RECOGNISERS {
            let name = recogniser.name;
            assert!(
                folder.join(format!("{name}.rs")).is_file(),
                "`{name}` is not the name of a file in src/ims/recognise"
            );
            let words = recogniser.words;
            assert!(!words.trim().is_empty() && !words.ends_with('.'), "{name} has no words, or too many: {words:?}");
            match recogniser.lures {
                Lures::Literals(literals) => assert!(!literals.is_empty(), "{name} declares no literals"),
                // Its fixture is a project with a configuration file.
                Lures::Declared => continue,
            }
            assert!(
                found.contains_key(name),
                "{name} finds nothing in any file below fixtures: add one that it recognises"
            );
        }
    }

    /// Files without any of its literals are not read, so it may not find anything in them.
    #[test]
    fn no_recogniser_finds_anything_without_its_literals() {
        let all = found_in_fixtures(&Markers::default());
        for recogniser in RECOGNISERS {
            let Lures::Literals(literals) = recogniser.lures else { continue };
            let own = found_in_fixtures(&Markers::new(literals, &[], Some(&[]), &[]));
            let name = recogniser.name;
            let none = BTreeSet::new();
            let missed: Vec<_> = all.get(name).unwrap_or(&none).difference(own.get(name).unwrap_or(&none)).collect();
            assert!(missed.is_empty(), "{name} finds something in files without its literals: {missed:?}");
        }
    }
}
