//! How a configuration is stored: in a repository, in a folder, or with its run modes in the content.

use crate::format::traits::RunModes;
use crate::format::{Input, Node, Property, traits_of};
use crate::repository::FileContext;
use crate::repository::install::folder_run_modes;

/// How a configuration is stored, as far as this determines where it is in force.
#[derive(Clone, Debug, Default)]
pub struct Storage {
    pub(super) place: StoragePlace,
    /// Run modes of the packages around the file.
    pub(super) outer_run_modes: Vec<String>,
    /// The known component that the name refers to: under a different PID, nothing reads the configuration.
    pub(super) component: Option<&'static str>,
    /// Properties of types that the JCR installer does not support.
    pub(super) lost_on_instances: Vec<String>,
    /// Hash of the configuration's properties.
    pub digest: u64,
}

/// Types of properties of a `sling:OsgiConfig` node that the JCR installer takes (`ConfigNodeConverter`).
const TAKEN: [&str; 5] = ["String", "Date", "Double", "Long", "Boolean"];

/// Maximum number of properties that are listed.
const MOST_LOST: usize = 20;

#[derive(Clone, Debug, Default)]
pub(super) enum StoragePlace {
    /// In a repository.
    Repository {
        /// Path of the file below `jcr_root`.
        file: String,
        /// JCR path of the node.
        node: String,
        form: NodeForm,
    },
    /// Outside a repository, in a folder that is named like a configuration folder, with these run modes.
    Folder(Option<String>),
    /// The content contains its run modes.
    Declared,
    /// Run modes do not apply to it.
    #[default]
    Elsewhere,
}

/// What a configuration is in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeForm {
    /// The whole file.
    File,
    /// The root node of an XML file.
    Root,
    /// A node below the root of an XML file.
    Nested,
}

impl Storage {
    /// How `node` is stored, with the known `component` that it configures, if any.
    pub fn of(input: &Input<'_>, format: &str, node: &Node, component: Option<&'static str>, digest: u64) -> Self {
        let context = input.context;
        let run_modes = traits_of(format).map_or(RunModes::OfFolder, |traits| traits.run_modes);
        let is_docview = run_modes == RunModes::OfNodes;
        let place = if node.pid.is_none() { StoragePlace::Elsewhere } else { place(context, run_modes, node) };
        let is_lost = |property: &&Property| {
            is_docview && !property.name.contains(':') && !TAKEN.contains(&property.value_type.name())
        };
        let lost = node.properties.iter().filter(is_lost).take(MOST_LOST).map(|property| property.name.clone());
        let lost_on_instances = if node.pid.is_some() { lost.collect() } else { Vec::new() };
        Self { place, outer_run_modes: context.outer_run_modes.clone(), component, lost_on_instances, digest }
    }

    /// Marks that run modes do not apply to it.
    pub(in crate::ims) fn release(&mut self) {
        self.place = StoragePlace::Elsewhere;
    }

    /// Whether run modes determine where it is in force.
    pub fn is_placed(&self) -> bool {
        !matches!(self.place, StoragePlace::Elsewhere)
    }
}

/// The nodes below the root of AEM's repository. Anything else in a `jcr_root` was exported from a node below the root
/// (`vlt export` writes no `META-INF`, and paths relative to the node), so its location is unknown.
const ROOTS: [&str; 15] = [
    "apps",
    "libs",
    "conf",
    "content",
    "etc",
    "home",
    "var",
    "tmp",
    "bin",
    "system",
    "oak:index",
    "_oak_index",
    "jcr:system",
    "_jcr_system",
    "META-INF",
];

/// Whether a file of a repository was exported from a node below its root: it is not at a location that AEM has, nor in
/// a package, nor in a Maven source tree for one.
fn is_cut_out(context: &FileContext, file: &str) -> bool {
    let has_package = context.package.as_ref().is_some_and(|package| package.filter_size() > 0);
    let is_source = || {
        let path = context.inner_path();
        let above = path.len().saturating_sub(file.len());
        path.get(..above).is_some_and(|folders| folders.split('/').any(|folder| folder == "src"))
    };
    !has_package && !file.split('/').next().is_some_and(|root| ROOTS.contains(&root)) && !is_source()
}

fn place(context: &FileContext, run_modes: RunModes, node: &Node) -> StoragePlace {
    match (run_modes, &context.repository_path) {
        (RunModes::Declared, _) => StoragePlace::Declared,
        (RunModes::DeclaredOrFolder, _) if !node.run_modes.is_empty() => StoragePlace::Declared,
        (_, Some(file)) if !is_cut_out(context, file) => {
            let form = match (run_modes == RunModes::OfNodes, node.parent) {
                (false, _) => NodeForm::File,
                (true, None) => NodeForm::Root,
                (true, Some(_)) => NodeForm::Nested,
            };
            StoragePlace::Repository { file: file.clone(), node: node.path.clone(), form }
        }
        (_, Some(_) | None) => {
            let path = context.inner_path();
            let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
            let folder = folders.split('/').rev().find(|folder| folder_run_modes(folder).is_some());
            folder.map_or(StoragePlace::Elsewhere, |folder| {
                StoragePlace::Folder(folder.split_once('.').map(|(_, run_modes)| run_modes.to_owned()))
            })
        }
    }
}
