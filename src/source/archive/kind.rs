//! The kind of an archive, from its content, and which of its entries are relevant.

use std::collections::HashSet;
use std::sync::Arc;

use super::form::Form;
use super::layout::Layout;
use super::{Container as Archive, entry};
use crate::repository::binary::meant_path;
use crate::repository::filter::effort::Effort;
use crate::repository::{Container, Package, encoded_name};
use crate::source::manifest::{InitialContent, Manifest};
use crate::source::zip::{ArchiveEntry, Directory};
use crate::source::{SourcePath, names};

/// Largest metadata file (`MANIFEST.MF`, `properties.xml`) that is read.
pub(super) const MAX_METADATA: u64 = 4 << 20;

/// The kinds of archives that are read.
#[derive(Debug)]
pub(super) enum EntryKind {
    /// A content package.
    Package,
    /// An OSGi bundle with its initial content and its folders of Configurator files.
    Bundle { content: Vec<InitialContent>, configurator: Vec<String>, limited: Option<String> },
    /// A feature archive.
    FeatureArchive,
    /// A status dump of the Felix web console.
    Status,
    /// An archive that the content loader unpacks into this folder of the repository.
    Unpacked(String),
    /// A packed folder.
    Loose(Layout),
    /// One packed file.
    Single {
        /// The user gave it explicitly.
        named: bool,
    },
}

/// What to do with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It is read.
    File,
    /// Its first bytes are checked: it may be an archive.
    Probe,
    /// Only its local header is compared with the directory.
    Check,
    /// It has the same bytes as another entry and is read with that one.
    Shared,
}

impl EntryKind {
    /// The kind of an archive; `None` for those that are not read.
    pub(super) fn of(archive: &Archive, form: Form, directory: &Directory, inflated: &mut u64) -> Option<Self> {
        // AEM does not install tar and gzip archives: inside content they are plain files.
        let is_entered = archive.named || archive.handed_on;
        match form {
            Form::Zip => {}
            Form::Tar => return is_entered.then(|| Self::loose(archive, directory, inflated)),
            Form::Gzip => return is_entered.then_some(Self::Single { named: archive.named }),
        }
        let is_in_root = |name: &str| name.split('/').find(|segment| !segment.is_empty()) == Some("jcr_root");
        if directory.names().any(is_in_root) {
            return Some(Self::Package);
        }
        // The name of the manifest is case-insensitive (`java.util.jar.JarFile#getManifest`).
        let manifest = last(directory, |name| name.eq_ignore_ascii_case("META-INF/MANIFEST.MF"))
            .and_then(|entry| entry::read_small(&archive.section, entry, MAX_METADATA))
            .inspect(|bytes| *inflated += bytes.len() as u64)
            .map(|bytes| Manifest::parse(&bytes));
        let is_program = manifest.is_some();
        let unpacked =
            archive.unpacked.clone().map(|target| InitialContent { path: String::new(), target, encoded: false });
        match manifest {
            Some(manifest) if manifest.is_bundle() => Some(Self::Bundle {
                // Unpacked content takes precedence.
                content: manifest.initial_content().into_iter().chain(unpacked).collect(),
                configurator: manifest.configurator_folders(),
                limited: manifest.limited(),
            }),
            Some(manifest) if manifest.is_feature_archive() => Some(Self::FeatureArchive),
            // A package without content is still a package according to its metadata.
            _ if directory.metadata().any(|(name, _)| name.starts_with("META-INF/vault/")) => Some(Self::Package),
            _ => match &archive.unpacked {
                Some(folder) => Some(Self::Unpacked(folder.clone())),
                None if directory.names().any(is_status_configuration) => Some(Self::Status),
                // A JAR with a manifest is a program, not a packed folder.
                None if archive.named || archive.handed_on && !is_program => {
                    Some(Self::loose(archive, directory, inflated))
                }
                None => None,
            },
        }
    }

    fn loose(archive: &Archive, directory: &Directory, inflated: &mut u64) -> Self {
        Self::Loose(Layout::of(&archive.section, &archive.path, directory, inflated))
    }

    /// The part of its metadata that exceeds the limits.
    pub(super) fn limited(&self) -> Option<&String> {
        match self {
            Self::Bundle { limited, .. } => limited.as_ref(),
            Self::Loose(layout) => layout.limited.as_ref(),
            _ => None,
        }
    }

    pub(super) fn container(&self) -> Container {
        match self {
            Self::Package => Container::Package,
            Self::Bundle { .. } => Container::Bundle,
            Self::FeatureArchive => Container::FeatureArchive,
            Self::Status | Self::Loose(_) | Self::Single { .. } | Self::Unpacked(_) => Container::Archive,
        }
    }

    /// Where an entry belongs in the repository. Empty segments of names do not count (FileVault `ZipArchive#open`).
    pub(super) fn repository_path(&self, name: &str) -> Option<String> {
        let path = match self {
            Self::Loose(layout) => layout.place(name).repository_path,
            Self::Package => {
                let segments: Vec<&str> = name.split('/').filter(|segment| !segment.is_empty()).collect();
                let root = segments.iter().rposition(|segment| *segment == "jcr_root")?;
                Some(segments[root + 1..].join("/"))
            }
            Self::Bundle { content, .. } => initial_content_path(content, name),
            Self::Unpacked(folder) => Some(names::joined(folder, name)),
            Self::FeatureArchive | Self::Status | Self::Single { .. } => None,
        };
        path.map(meant_path)
    }

    /// The folder that Sling's content loader creates from the archive `name` in initial content (`ZipReader`).
    pub(super) fn unpacked(&self, name: &str) -> Option<String> {
        let Self::Bundle { content, .. } = self else { return None };
        let path = initial_content_path(content, name)?;
        let stem = |extension: &str| path.strip_suffix(extension).map(str::to_owned);
        stem(".zip").or_else(|| stem(".jar"))
    }

    /// Run modes of the installer folders around an entry's package.
    pub(super) fn run_modes(&self, name: &str) -> Vec<String> {
        if let Self::Loose(layout) = self { layout.place(name).run_modes } else { Vec::new() }
    }

    /// Whether an entry is a file of the Felix Configurator.
    pub(super) fn is_configurator(&self, name: &str) -> bool {
        let Self::Bundle { configurator, .. } = self else { return false };
        name.rsplit_once('/').is_some_and(|(folder, file)| {
            file.ends_with(".json") && configurator.iter().any(|configurator| configurator == folder)
        })
    }

    /// The same kind, with filters that share the effort budget of all filters.
    pub(super) fn sharing(self, effort: &Arc<Effort>) -> Self {
        match self {
            Self::Loose(layout) => Self::Loose(layout.sharing(effort)),
            other => other,
        }
    }

    /// Number of unpacked packages in it.
    pub(super) fn packed_packages(&self) -> usize {
        if let Self::Loose(layout) = self { layout.package_count() } else { 0 }
    }

    /// What to do with each entry.
    pub(super) fn plan<'d>(
        &self,
        directory: &'d Directory,
        looks: Vec<Vec<NameLook>>,
        include_skipped: bool,
    ) -> ReadingPlan<'d> {
        let mut plan = Vec::with_capacity(directory.entries.len());
        let (mut skipped_folders, mut foreign) = (HashSet::new(), 0);
        for ((index, entry), look) in (0..).zip(&directory.entries).zip(looks.into_iter().flatten()) {
            let is_folder = look.ends_as_folder && entry.size == 0 && entry.packed == 0;
            let layout = if let Self::Loose(layout) = self { Some(layout) } else { None };
            let skipped = layout.filter(|_| !include_skipped).and_then(|layout| layout.skipped(directory.name(index)));
            if let Some(folder) = skipped {
                skipped_folders.insert(folder);
                continue;
            }
            if !is_folder && (include_skipped || !look.ignored) {
                foreign += u64::from(layout.is_some() && names::is_foreign_archive(directory.name(index)));
                let role = self.role_of(|| directory.name(index), look.candidacy);
                plan.push(Planned { index, role, name_hash: look.hash });
            }
        }
        ReadingPlan { plan, skipped_folders, foreign }
    }

    /// What to do with an entry of this name.
    pub(super) fn role(&self, name: &str) -> Role {
        self.role_of(|| name, Candidacy::of(name))
    }

    fn role_of<'a>(&self, name: impl Fn() -> &'a str, candidacy: Candidacy) -> Role {
        let name = || name().trim_end_matches('/');
        let wanted = match self {
            Self::Package | Self::FeatureArchive | Self::Loose(_) | Self::Unpacked(_) => candidacy == Candidacy::File,
            Self::Single { named } => *named || candidacy == Candidacy::File,
            Self::Bundle { content, .. } => {
                self.is_configurator(name())
                    || candidacy == Candidacy::File && initial_content_path(content, name()).is_some()
            }
            Self::Status => is_status_configuration(name()) || tells_origin(name()),
        };
        match candidacy {
            _ if wanted => Role::File,
            Candidacy::Archive => Role::Probe,
            Candidacy::File if names::may_be_archive(name()) => Role::Probe,
            Candidacy::File | Candidacy::None => Role::Check,
        }
    }
}

/// What to do with the entries of an archive, and what is skipped.
#[derive(Debug)]
pub(super) struct ReadingPlan<'d> {
    pub(super) plan: Vec<Planned>,
    /// Folders that a walk skips too.
    pub(super) skipped_folders: HashSet<&'d str>,
    /// Archives that are not read.
    pub(super) foreign: u64,
}

/// An entry to check.
#[derive(Clone, Copy, Debug)]
pub(super) struct Planned {
    pub(super) index: u32,
    pub(super) role: Role,
    /// Equal for names that FileVault treats as the same.
    pub(super) name_hash: u32,
}

/// What the name of an entry implies, in any archive.
#[derive(Clone, Copy, Debug)]
pub(super) struct NameLook {
    hash: u32,
    candidacy: Candidacy,
    ends_as_folder: bool,
    ignored: bool,
}

impl NameLook {
    pub(super) fn at(name: &str) -> Self {
        const MAY_BE_IGNORED: u8 = 1;
        const EMPTY_SEGMENT: u8 = 2;
        let told = names::tell_pairs(name, |one, two| {
            let dot = (one == b'.') & ((two == b'v') | (two == b's'));
            let ignored = dot | ((one == b'_') & (two == b'_'));
            (u8::from(ignored) * MAY_BE_IGNORED) | (u8::from((one == b'/') & (two == b'/')) * EMPTY_SEGMENT)
        });
        let ends_as_folder = name.ends_with('/');
        // Names may be crafted to have the same hash; that only costs time.
        let hash = match told & EMPTY_SEGMENT != 0 || ends_as_folder || name.starts_with('/') {
            true => libdeflater::crc32(without_empty_segments(name).as_bytes()),
            false => libdeflater::crc32(name.as_bytes()),
        };
        let ignored = told & MAY_BE_IGNORED != 0 && is_ignored(name);
        Self { hash, candidacy: Candidacy::of(name), ends_as_folder, ignored }
    }
}

/// A name as FileVault normalises it: empty segments are ignored (FileVault `ZipArchive#open`).
fn without_empty_segments(name: &str) -> String {
    name.split('/').filter(|segment| !segment.is_empty()).collect::<Vec<_>>().join("/")
}

/// What a file can be, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Candidacy {
    /// One of a supported format, or an archive.
    File,
    /// An archive.
    Archive,
    /// Neither.
    None,
}

impl Candidacy {
    fn of(name: &str) -> Self {
        let name = name.trim_end_matches('/');
        match names::is_candidate_name(name) {
            true => Self::File,
            false if names::may_be_archive(name) => Self::Archive,
            false => Self::None,
        }
    }
}

/// The package that an archive is.
pub(super) fn package(archive: &Archive, directory: &Directory, inflated: &mut u64) -> Package {
    let mut metadata = |file: &str| {
        // The last file of a name anywhere below META-INF/vault counts (FileVault `ZipArchive#open`).
        let entry = last(directory, |name| {
            name.strip_prefix("META-INF/vault/").is_some_and(|rest| rest.rsplit('/').next() == Some(file))
        })?;
        entry::read_small(&archive.section, entry, MAX_METADATA).inspect(|bytes| *inflated += bytes.len() as u64)
    };
    let path: SourcePath = archive.path.clone();
    Package::new(path, metadata("properties.xml").as_deref(), metadata("filter.xml").as_deref())
}

/// The last entry below `META-INF` whose name is `wanted`.
fn last(directory: &Directory, wanted: impl Fn(&str) -> bool) -> Option<&ArchiveEntry> {
    let entries = || directory.metadata().filter(|(name, _)| wanted(name)).map(|(_, entry)| entry);
    // Without a directory the local entries are all there is.
    entries().rfind(|entry| entry.listed()).or_else(|| entries().next_back())
}

/// Names that FileVault never imports (`Importer#isExcluded`, `VaultSettings.createDefault`) and what macOS adds.
fn is_ignored(name: &str) -> bool {
    name.split('/').any(|segment| matches!(segment, ".vlt" | ".svn" | "__MACOSX") || segment.starts_with(".vlt-"))
}

/// The sections of a dump that identify its instance, such as `041_Sling_Settings.txt`, and the list of the OSGi installer.
fn tells_origin(name: &str) -> bool {
    ["_Sling_Settings.txt", "_System_Properties.txt", "_Product_Information.txt", "_OSGi_Installer.txt"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// `012_Configurations.txt` or `json/012_Configurations.json` (Felix Inventory `ZipConfigurationWriter`).
fn is_status_configuration(name: &str) -> bool {
    let file = name.strip_prefix("json/").unwrap_or(name);
    let Some((number, title)) = file.split_once('_') else { return false };
    number.len() == 3
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && (title.ends_with(".txt") || title.ends_with(".json"))
        && title.contains("onfiguration")
}

fn initial_content_path(content: &[InitialContent], name: &str) -> Option<String> {
    content.iter().find_map(|clause| {
        let rest = match clause.path.as_str() {
            "" => name,
            // A single file may be named (`BundleContentLoader#installFromPath`).
            path if name == path => path.rsplit('/').next()?,
            path => name.strip_prefix(path)?.strip_prefix('/')?,
        };
        // Names in a bundle are URL-encoded (Sling `BundleContentLoader`), those in an archive there are not.
        let rest = if clause.encoded { encoded_name::decoded_path(rest) } else { rest.to_owned() };
        Some(names::joined(&clause.target, &rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repository_paths_ignore_empty_segments() {
        let path = |name| EntryKind::Package.repository_path(name);
        assert_eq!(path("jcr_root/apps/x/.content.xml").as_deref(), Some("apps/x/.content.xml"));
        assert_eq!(path("/jcr_root//apps/x").as_deref(), Some("apps/x"));
        assert_eq!(path("jcr_root/../x").as_deref(), Some("../x"));
        assert_eq!(path("JCR_ROOT/x"), None);
        assert_eq!(path("META-INF/vault/filter.xml"), None);
    }

    #[test]
    fn initial_content_is_mapped_and_decoded() {
        let clause =
            |path: &str, target: &str| InitialContent { path: path.into(), target: target.into(), encoded: true };
        let content = [clause("SLING-INF/content", "apps/x"), clause("all", "")];
        let path = |name| initial_content_path(&content, name);
        assert_eq!(path("SLING-INF/content/a%3Ab/%c3%bc.json").as_deref(), Some("apps/x/a:b/ü.json"));
        assert_eq!(path("all/etc/x%2.json").as_deref(), Some("etc/x%2.json"));
        assert_eq!(path("SLING-INF/contents/x.json"), None);
        let single = [clause("SLING-INF/x.json", "apps")];
        assert_eq!(initial_content_path(&single, "SLING-INF/x.json").as_deref(), Some("apps/x.json"));
    }

    #[test]
    fn what_filevault_never_imports_is_ignored_at_any_depth() {
        for name in [".vlt", "a/.vlt", ".vlt-sync/b", "a/.svn/b", "__MACOSX/a", "ü/.vlt-x"] {
            assert!(is_ignored(name) && NameLook::at(name).ignored, "{name}");
        }
        for name in ["", "/", "a/.vltx", "a/b.vlt", ".content.xml", "a/_svn", "__MACOS/a"] {
            assert!(!is_ignored(name) && !NameLook::at(name).ignored, "{name}");
        }
    }

    #[test]
    fn names_that_filevault_takes_for_one_have_one_hash() {
        let hash = |name| NameLook::at(name).hash;
        for same in ["/a/b", "a/b/", "a//b", "//a///b//"] {
            assert_eq!(hash(same), hash("a/b"), "{same}");
        }
        assert_ne!(hash("ab"), hash("a/b"));
    }

    #[test]
    fn status_dumps_are_known_by_their_configurations() {
        assert!(is_status_configuration("012_Configurations.txt"));
        assert!(is_status_configuration("json/012_Configurations.json"));
        assert!(is_status_configuration("107_OSGi_Installer_Configuration_Printer.txt"));
        assert!(!is_status_configuration("001_Bundlelist.txt"));
        assert!(!is_status_configuration("photos/012_Configurations.txt"));
    }
}
