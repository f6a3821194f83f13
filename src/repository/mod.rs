//! Derives the JCR path, run modes, package and PID of a file from its path.

pub mod binary;
pub mod deployment;
pub mod encoded_name;
pub mod filter;
pub mod install;
pub mod installer;
pub mod jcr_path;
pub mod package;
pub mod pid;
pub mod platform_name;
pub mod source_path;
pub mod system;

pub use filter::Filter;
pub use package::{Package, PackageId};
pub use pid::Pid;
pub use source_path::SourcePath;
pub use system::{System, SystemKind};

use std::sync::Arc;

/// The kind of container that directly contains a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Container {
    /// A directory tree, or a file given on the command line.
    #[default]
    Tree,
    /// A FileVault content package (an archive with `jcr_root/`, or the same exploded).
    Package,
    /// An OSGi bundle (`META-INF/MANIFEST.MF` with `Bundle-SymbolicName`).
    Bundle,
    /// A Sling feature archive (`.far`).
    FeatureArchive,
    /// Any other archive that is read, such as a web console status dump.
    Archive,
}

/// Everything known about a file from its location. Built once per file by the source stage.
#[derive(Clone, Debug, Default)]
pub struct FileContext {
    /// Where the file was read from.
    pub path: SourcePath,
    /// Its container.
    pub container: Container,
    /// The package it belongs to, if any.
    pub package: Option<Arc<Package>>,
    /// Path below the nearest `jcr_root`, as spelled on disk or in the archive, without a leading slash; for
    /// Sling-Initial-Content the path that the bundle header maps the entry to. `None` outside a repository.
    pub repository_path: Option<String>,
    /// Run modes of the folders of the containing packages, outermost first (`install.author` of an embedded package).
    /// The file's own folder is not included.
    pub outer_run_modes: Vec<String>,
    /// Whether it was reached through a symbolic link in the scanned tree, so that its bytes are at another path.
    pub behind_link: bool,
    /// Whether the Felix Configurator reads it, according to the manifest of the bundle.
    pub configurator: bool,
}
