//! Sling feature models: `.slingosgifeature`, the `.json` in feature archives and sources.
//!
//! Semantics: `FeatureJSONReader` and `JSONConstants` of apache/sling-org-apache-sling-feature. Configurations occur at
//! the root, in bundles and in the artifacts of extensions; the reader accepts a whole file or nothing. Of the
//! extension texts, only repoinit is read.

use super::cfg_json::{self, Source};
use super::json::{self, Json};
use super::traits::{CommentSyntax, RunModes, Stores, Traits};
use super::{Document, Format, Input, MAX_CONFIGURATION, Node, Problem, RawFile, Reading, Text, Value, embedded};
use crate::repository::Pid;

const ID: &str = "id";
const BUNDLES: &str = "bundles";
const CONFIGURATIONS: &str = "configurations";
const MODEL_VERSION: &str = "model-version";
const VARIABLES: &str = "variables";

/// First character of the name of a member that is a comment.
const COMMENT: char = '#';

/// Members of the root that are not extensions (`JSONConstants.FEATURE_KNOWN_PROPERTIES`).
const KNOWN: [&str; 18] = [
    ID,
    MODEL_VERSION,
    VARIABLES,
    BUNDLES,
    "framework-properties",
    CONFIGURATIONS,
    "prototype",
    "requirements",
    "capabilities",
    "title",
    "description",
    "vendor",
    "final",
    "complete",
    "license",
    "categories",
    "doc-url",
    "scm-info",
];

/// The content types of an extension (`ExtensionType`); the first one is the default.
const EXTENSION_TYPES: [&str; 3] = ["ARTIFACTS", "TEXT", "JSON"];

/// The extension whose text is repoinit (`Extension.EXTENSION_NAME_REPOINIT`).
const REPOINIT: &str = "repoinit";

/// Variable in which `ProvisioningToFeature` of the model converter stores the run modes of a whole feature.
const RUN_MODES_VARIABLE: &str = "provisioning.runmodes";
/// Separates a PID from run modes, by the same converter.
const RUN_MODES: &str = ".runmodes.";

/// A Sling feature model.
#[derive(Debug)]
pub struct FeatureModel;

impl Format for FeatureModel {
    fn traits(&self) -> Traits {
        Traits {
            run_modes: RunModes::DeclaredOrFolder,
            ..Traits::written("feature-model", Stores::Other, Some(CommentSyntax::Json))
        }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        let name = input.context.file_name();
        if name.ends_with(".slingosgifeature") {
            return true;
        }
        // A large file is an export, whatever the names in it.
        if input.bytes.len() > MAX_CONFIGURATION
            || !name.ends_with(".json")
            || !input.contains(b"\"id\"")
            || !(input.contains(b"\"configurations\"") || input.contains(b"\"bundles\""))
        {
            return false;
        }
        json::has_root(input, cfg_json::dialect(Reading::Tolerant), is_feature)
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        let tree = text.tree(cfg_json::dialect(reading), input.limits.max_nesting);
        let mut document = Document { limit: tree.limit.clone(), ..Document::default() };
        let result =
            cfg_json::root(&tree, reading).and_then(|root| feature(root, text.as_str(), reading, &mut document));
        match result {
            Ok(()) => document.problem = document.problem.or_else(|| tree.problem.clone()),
            Err(problem) => {
                document.nodes.clear();
                document.problem = Some(problem);
            }
        }
        document
    }
}

/// Whether the root has Maven coordinates as its id, and bundles or configurations.
fn is_feature(root: Json<'_>) -> bool {
    let coordinates = |id: &str| (3..=5).contains(&id.split(':').count()) && !id.contains(char::is_whitespace);
    let maven = |id: &str| coordinates(id) || id.starts_with("mvn:");
    root.get(ID).and_then(Json::as_str).is_some_and(maven)
        && (root.get(BUNDLES).is_some_and(Json::is_array) || root.get(CONFIGURATIONS).is_some_and(Json::is_object))
}

fn feature(root: Json<'_>, text: &str, reading: Reading, document: &mut Document) -> Result<(), Problem> {
    let modes = root.get(VARIABLES).and_then(|variables| variables.get(RUN_MODES_VARIABLE)).and_then(Json::as_str);
    let modes: Vec<String> = modes.into_iter().flat_map(|modes| modes.split(',')).map(str::to_owned).collect();
    let mut reader = FeatureReader { reading, modes, document };
    reader.demand(root.get(ID).and_then(Json::as_str).is_some(), root, "a feature needs an id")?;
    let version = root.get(MODEL_VERSION);
    reader.demand(
        version.is_none_or(|version| version.as_str() == Some("1")),
        version.unwrap_or(root),
        "a model version that Sling does not know",
    )?;
    for member in root.members() {
        match member.key().unwrap_or_default() {
            CONFIGURATIONS => reader.configurations(member)?,
            BUNDLES => reader.artifacts(member)?,
            name if KNOWN.contains(&name) || name.starts_with(COMMENT) => {}
            name => {
                let (own, kind) = name.split_once(':').unwrap_or((name, EXTENSION_TYPES[0]));
                let kind = kind.split('|').next().unwrap_or(kind);
                reader.demand(EXTENSION_TYPES.contains(&kind), member, "an extension of an unknown type")?;
                if kind == EXTENSION_TYPES[0] {
                    reader.artifacts(member)?;
                } else if own == REPOINIT && kind == EXTENSION_TYPES[1] {
                    reader.repoinit(member, text);
                }
            }
        }
    }
    Ok(())
}

struct FeatureReader<'d> {
    reading: Reading,
    /// Run modes of the whole feature.
    modes: Vec<String>,
    document: &'d mut Document,
}

impl FeatureReader<'_> {
    /// Checks where the reader throws: an error in the exact reading, ignored in the other.
    fn demand(&self, met: bool, json: Json<'_>, message: &str) -> Result<(), Problem> {
        if met || self.reading == Reading::Tolerant { Ok(()) } else { Err(Problem::new(json.span().start, message)) }
    }

    /// Bundles, or the artifacts of an extension: each one is an id, or an object that may contain configurations.
    fn artifacts(&mut self, list: Json<'_>) -> Result<(), Problem> {
        self.demand(list.is_array(), list, "a list of artifacts is expected")?;
        for artifact in list.elements() {
            let plain = artifact.as_str().is_some();
            self.demand(plain || artifact.is_object(), artifact, "an artifact is an id or an object")?;
            let named = plain || artifact.get(ID).and_then(Json::as_str).is_some();
            self.demand(named, artifact, "an artifact needs an id")?;
            if let Some(configurations) = artifact.get(CONFIGURATIONS) {
                self.configurations(configurations)?;
            }
        }
        Ok(())
    }

    fn configurations(&mut self, configurations: Json<'_>) -> Result<(), Problem> {
        self.demand(configurations.is_object(), configurations, "configurations are an object")?;
        for (key, object) in cfg_json::unique_members(configurations) {
            let comment = self.reading == Reading::Tolerant && key.starts_with(COMMENT);
            if key.starts_with(cfg_json::CONFIGURATOR_PREFIX) || comment {
                continue;
            }
            self.demand(object.is_object(), object, "a configuration is an object")?;
            if !object.is_object() {
                continue;
            }
            match cfg_json::configuration(object, self.reading, Source::Resource) {
                Ok(properties) => {
                    let (pid, run_modes) = self.identity(key);
                    self.document.nodes.push(Node {
                        path: pid.to_string(),
                        pid: Some(pid),
                        run_modes,
                        name_span: object.key_span(),
                        properties,
                        ..Node::default()
                    });
                }
                Err(rejection) if rejection.silent => {
                    self.document.problem.get_or_insert(rejection.problem);
                }
                // Any complaint of the configuration reader rejects the whole feature.
                Err(rejection) => return Err(rejection.problem),
            }
        }
        Ok(())
    }

    /// A text, or its lines.
    fn repoinit(&mut self, text: Json<'_>, source: &str) {
        let value = |json: Json<'_>| Some(Value { text: json.as_str()?.to_owned(), span: json.span() });
        let values = value(text).into_iter().chain(text.elements().filter_map(value));
        embedded::append_lines(self.document, source, values, &self.modes, self.reading);
    }

    /// PID and run modes of a configuration. Run modes in the PID are a convention of the model converter, which Sling
    /// itself treats as part of the name.
    fn identity(&self, key: &str) -> (Pid, Vec<String>) {
        match key.split_once(RUN_MODES) {
            Some((pid, modes)) if self.reading == Reading::Tolerant && !pid.is_empty() => {
                (Pid::from_identity(pid), modes.split('.').map(str::to_owned).collect())
            }
            _ => (Pid::from_identity(key), self.modes.clone()),
        }
    }
}
