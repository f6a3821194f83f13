//! Stage *ims*: turns nodes into integrations and joins them with related data.

#[doc(hidden)]
pub mod api_access;
pub(crate) mod applications;
#[doc(hidden)]
pub mod catalog;
pub(crate) mod claims;
mod copies;
pub(crate) mod deployment;
pub(crate) mod disclosure;
pub(crate) mod draft;
pub(crate) mod endpoint;
mod excerpt;
pub(crate) mod fields;
pub(crate) mod graph;
mod here;
pub(crate) mod home;
#[doc(hidden)]
pub mod inline;
pub(crate) mod interface;
#[doc(hidden)]
pub mod kinds;
pub(crate) mod landscape;
pub(crate) mod libraries;
pub(crate) mod line_hash;
#[doc(hidden)]
pub mod literals;
pub mod location;
pub(crate) mod memory;
pub mod model;
mod names;
mod pieces;
#[doc(hidden)]
pub mod products;
mod provisioning;
#[doc(hidden)]
pub mod recognise;
mod recorded;
pub(crate) mod scopes;
pub(crate) mod secrets;
pub(crate) mod subject;
mod systems;
#[doc(hidden)]
pub mod target;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod unlinked;
#[doc(hidden)]
pub mod validity;
mod variable_lists;
pub(crate) mod verdicts;
pub(crate) mod waiting;

pub use deployment::BeyondCombinations;
pub use landscape::Landscape;
pub use line_hash::LineHash;
pub use location::{Capture, Excerpt, Location, SourceFile};
pub use model::{
    AuthType, ClaimItem, Confidence, Environment, Evidence, Field, FieldName, FieldState, Integration, IntegrationKind,
    Model, Reference, Variable, Written,
};

use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::Date;

use crate::format::traits::Stores;
use crate::format::{Detected, Document, Format, Input, Node, Problem};
use crate::repository::deployment::instance::InstallerSettings;
use crate::repository::installer::InstallerState;
use crate::repository::system::{InstanceLabel, Marks};
use crate::repository::{FileContext, Pid};
use deployment::deployed;
use draft::{FoundIntegration, SecretPartner};
use model::{AmbiguousEntry, SecretHolder};
use subject::Scene;
use systems::SystemPart;

/// The results from one file: candidates that `join` completes with data from other files.
#[derive(Debug, Default)]
pub struct Extract {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Whether an instance printed the file: it is not a repository file, and may repeat the content of another file.
    pub is_dump: bool,
    /// What the file shows about its instance.
    pub marks: Marks,
    /// Secrets, endpoints and keys of this file.
    pub model: Model,
    /// Integrations, references not yet resolved.
    pub found: Vec<FoundIntegration>,
    /// Configurations that hold the client secret of an access token provider.
    pub partners: Vec<SecretPartner>,
    /// What the file shows about the AEM edition.
    pub hints: Vec<target::Hint>,
    /// Whether the file mentions the plugin that replaces `$[…]` on an instance.
    pub interpolation_plugin: bool,
    /// Comments that suppress findings.
    pub ignores: Vec<inline::InlineIgnore>,
    /// Where reading the file stopped, because what was found needs too much memory.
    pub limit: Option<Problem>,
    /// Memory for all of it, including later stages, in bytes.
    pub bytes: usize,
    /// Settings of the JCR installer, with where they are.
    pub settings: Vec<(Location, InstallerSettings)>,
    /// What the OSGi installer of the instance says of its files.
    pub installer: InstallerState,
}

impl Extract {
    /// Whether nothing was found in the file.
    pub fn is_empty(&self) -> bool {
        let Model { libraries, unexported, variables, api_access, .. } = &self.model;
        let nothing = libraries.is_empty()
            && unexported.is_empty()
            && variables.is_empty()
            && api_access.is_empty()
            && self.hints.is_empty()
            && !self.interpolation_plugin
            && self.ignores.is_empty()
            && self.settings.is_empty()
            && self.installer.is_empty();
        nothing && self.marks.is_empty() && !self.has_evidence() && self.found.is_empty()
    }

    /// Adds a secret outside an integration that `holder` contains, if it has a value.
    fn add_secret(&mut self, holder: &str, field: Field) {
        if field.state.is_filled() {
            self.model.secrets.push(SecretHolder { holder: holder.to_owned(), field });
        }
    }

    /// Whether the file shows evidence of IMS, so that its unread part may matter.
    pub fn has_evidence(&self) -> bool {
        let model = &self.model;
        let nothing = model.secrets.is_empty() && model.endpoints.is_empty() && model.keys.is_empty();
        !nothing || !self.partners.is_empty() || self.found.iter().any(|found| !found.pending)
    }
}

/// Settings for recognisers: kinds and product names declared in `aem-ims-lint.toml`, the target.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// `--target`, or [`target::Target::Unknown`] to detect it from the project.
    pub target: target::Target,
    /// The paths given by the user, as [`crate::source::SourcePath::input`] spells them: their parent folders are not
    /// evidence about a file.
    pub inputs: HashSet<String>,
    /// Kinds of integrations that the user declared.
    pub kinds: kinds::Kinds,
    /// Products of integrations by name.
    pub products: products::ProductNames,
    /// The date for checking certificates.
    pub today: Option<Date>,
    /// Instances that the user named.
    pub instances: Vec<InstanceLabel>,
}

/// Finds the integrations of one file. `read` is the file with its format, and its tolerant reading; `None` for a file
/// without a format that is named like key material.
pub fn recognise(input: &Input<'_>, read: Option<(&Detected<'_>, &Document)>, knowledge: &Knowledge) -> Extract {
    let mut extract = Extract::default();
    let Some((detected, document)) = read else {
        extract.file = Arc::new(SourceFile { context: input.context.clone(), ..SourceFile::default() });
        extract.model.keys.extend(recognise::key_material_of_file(input.context));
        extract.model.libraries = libraries::of_file(input);
        if input.context.file_name() == "pom.xml" && input.context.path.entries.is_empty() {
            let pom = String::from_utf8_lossy(input.bytes);
            extract.hints = target::hints_of_pom(&pom);
            extract.interpolation_plugin = target::brings_interpolation(&pom);
        }
        if input.context.file_name().ends_with(".txt") {
            extract.marks = Marks::of_text(crate::format::plain_text(input.bytes).as_str());
            extract.hints.extend(target::hint_of_version(extract.marks.version.as_deref()));
        }
        return extract;
    };
    let Detected { format, text, .. } = detected;
    if interface::is_test_resource(below_inputs(&input.context.path.input, &knowledge.inputs)) {
        return extract;
    }
    let file = Arc::new(SourceFile {
        context: input.context.clone(),
        format: format.id(),
        is_template: is_template(input.context, &knowledge.inputs),
        ..SourceFile::default()
    });
    let capture = Capture::new(text, file, document);
    let scene = Scene::new(input, document, &capture, knowledge);
    extract.file = Arc::clone(capture.file());
    if systems::may_be_dump(input, *format) {
        (extract.marks, extract.installer) = systems::marks_of(text, *format, document);
        extract.hints.extend(target::hint_of_version(extract.marks.version.as_deref()));
        extract.is_dump = systems::has_content(document) || !extract.marks.is_empty() || !extract.installer.is_empty();
    }
    recognise::recognise(&scene, &mut extract);
    extract.bytes += extract.installer.cost();
    if extract.installer.is_cut {
        let message = "the list of the OSGi installer has more files than are read; the rest of it was not checked";
        extract.limit.get_or_insert_with(|| Problem::new(0, message.to_owned()));
    }
    extract.ignores = inline::capture(format.id(), text, document, &capture);
    let Extract { found, partners, .. } = &mut extract;
    let all = deployed(found).into_iter().chain(deployed(partners)).collect();
    verdicts::judge(detected, document, &capture, all);
    // Files that say nothing about IMS may not be read at all, so their places cannot count.
    if !extract.is_empty() {
        extract.hints.extend(target::hint_of_place(input.context));
    }
    extract
}

/// Assigns the PID of a known component to nodes that look like its configuration by name but whose type is not
/// `sling:OsgiConfig`: AEM stores them as content, which `verdicts` reports.
pub fn name_configurations(document: &mut Document, format: &dyn Format) {
    if format.traits().stores == Stores::Configurations {
        document.nodes.iter_mut().for_each(name_by_keys);
        return;
    }
    if !format.traits().is_docview() {
        return;
    }
    for node in document.nodes.iter_mut().filter(|node| node.pid.is_none()) {
        let pid = Pid::from_node_name(node.name());
        let known = catalog::pid::COMPONENTS.iter().find(|(component, _)| pid.component().starts_with(component));
        if known.is_some_and(|(_, keys)| keys.iter().any(|key| node.property(key).is_some())) {
            node.pid = Some(pid);
        }
    }
}

/// Gives a configuration that lost its PID that of the component whose keys it has, and the name of its file.
fn name_by_keys(node: &mut Node) {
    if node.pid.is_some() {
        return;
    }
    let count = |keys: &[&str]| keys.iter().filter(|key| node.property_ignore_case(key).is_some()).count();
    let best = catalog::pid::COMPONENTS.iter().map(|(component, keys)| (count(keys), *component)).max();
    if let Some((1.., component)) = best {
        node.pid = Some(Pid::factory(component, node.name()));
    }
}

/// `path` relative to the input that it was found in.
fn below_inputs<'a>(path: &'a str, inputs: &HashSet<String>) -> &'a str {
    let above = path.rmatch_indices('/').map(|(at, _)| at);
    let input = std::iter::once(path.len()).chain(above).find(|&end| inputs.contains(&path[..end]));
    path[input.unwrap_or(0)..].trim_start_matches('/')
}

/// Whether a file is a template, by what is below the given paths. A path given by the user says nothing but by its last
/// part: a project in a folder called `examples` is not an example.
fn is_template(context: &FileContext, inputs: &HashSet<String>) -> bool {
    let path = &context.path;
    let below = match below_inputs(&path.input, inputs) {
        "" => path.input.rsplit('/').next().unwrap_or_default(),
        below => below,
    };
    let parts: Vec<&str> = std::iter::once(below).chain(path.entries.iter().map(String::as_str)).collect();
    interface::is_template(&parts.join("/"))
}

/// Everything found in a scan: the results of each system's files are joined, and never with those of another system.
/// `extracts` is in path order. `ambiguous` are the archive entries that hide others, with what is wrong with each.
pub fn landscape_of(extracts: Vec<Extract>, ambiguous: Vec<(FileContext, String)>, knowledge: &Knowledge) -> Landscape {
    let mut parts = systems::divide(extracts, ambiguous, &knowledge.instances);
    if parts.is_empty() {
        // The edition that the user says is told all the same.
        parts.push(SystemPart::default());
    }
    Landscape::new(parts.into_iter().map(|part| join(part, knowledge)).collect())
}

/// Joins the results of one system's files: secret partners, references, copies, environments. `extracts` is in path
/// order. `ambiguous` are the archive entries that hide others, with what is wrong with each.
fn join(part: SystemPart, knowledge: &Knowledge) -> Model {
    let SystemPart { system, extracts, ambiguous } = part;
    let mut all = Extract::default();
    for extract in extracts {
        all.found.extend(extract.found);
        all.partners.extend(extract.partners);
        all.hints.extend(extract.hints);
        all.interpolation_plugin |= extract.interpolation_plugin;
        all.ignores.extend(extract.ignores);
        all.settings.extend(extract.settings);
        all.installer.add_list(extract.installer);
        all.model.secrets.extend(extract.model.secrets);
        all.model.endpoints.extend(extract.model.endpoints);
        all.model.libraries.extend(extract.model.libraries);
        all.model.keys.extend(extract.model.keys);
        all.model.variables.extend(extract.model.variables);
        all.model.api_access.extend(extract.model.api_access);
        all.model.unexported.extend(extract.model.unexported);
    }
    copies::fold(&mut all, system.kind);
    let Extract {
        mut model, mut found, mut partners, hints, interpolation_plugin, ignores, settings, installer, ..
    } = all;
    model.interpolation_plugin = interpolation_plugin;
    model.today = knowledge.today;
    model.system = system;
    model.ignores = ignores;
    model.target = match model.system.edition.as_deref().and_then(target::Target::of_name) {
        Some(target) => target::DecidedTarget { target, because: "`edition` of the instance".to_owned() },
        None => target::decide(knowledge.target, &hints),
    };
    let of_archive =
        |(location, settings): (Location, _)| (deployment::archive_of(&location.file.context).to_owned(), settings);
    let installer =
        deployment::Installer { settings: settings.into_iter().map(of_archive).collect(), state: installer };
    model.beyond_combinations = deployment::decide(
        &mut [deployed(&mut found), deployed(&mut partners)],
        model.target.target,
        &installer,
        &model.system,
    );
    let (found, orphans) = graph::join_secrets(found, partners);
    model.secrets.extend(orphans);
    let (integrations, names): (Vec<_>, Vec<_>) = found.into_iter().map(|one| (one.integration, one.names)).unzip();
    model.integrations = integrations;
    knowledge.products.apply(&mut model.integrations);
    graph::resolve_references(&mut model.integrations, &names);
    graph::number_ids(&mut model.integrations);
    api_access::resolve(&mut model.integrations, &model.api_access);
    provisioning::mark(&mut model.integrations, model.target.target);
    model.ambiguous = ambiguous
        .into_iter()
        .map(|(context, message)| {
            let file = Arc::new(SourceFile { context, format: "archive", ..SourceFile::default() });
            AmbiguousEntry { message, location: Location::of_file(file) }
        })
        .collect();
    model
}
