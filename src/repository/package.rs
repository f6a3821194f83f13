//! The metadata of a content package.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};

use super::filter::effort::{Effort, Unknown};
use super::filter::{Filter, FilterError};
use super::install::folder_run_modes;
use crate::bounded::char_floor;
use crate::repository::SourcePath;

/// `group:name:version` of `META-INF/vault/properties.xml`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId {
    /// The `group` property, possibly empty.
    pub group: String,
    /// The `name` property.
    pub name: String,
    /// The `version` property, possibly empty.
    pub version: String,
}

impl PackageId {
    /// The identity written as `group:name:version`.
    pub fn parse(text: &str) -> Self {
        let (group, rest) = text.split_once(':').unwrap_or(("", text));
        let (name, version) = rest.rsplit_once(':').unwrap_or((rest, ""));
        Self { group: group.to_owned(), name: name.to_owned(), version: version.to_owned() }
    }
}

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.group, self.name, self.version)
    }
}

/// A content package, as an archive or exploded in a tree.
#[derive(Debug, Default)]
pub struct Package {
    /// The archive or directory that contains `jcr_root`.
    pub path: SourcePath,
    /// Identity from `properties.xml`, if present.
    pub id: Option<PackageId>,
    /// `application`, `content`, `container` or `mixed`, when declared.
    pub package_type: Option<String>,
    /// Whether the package manager of an instance built it: such a package has a build count, or names who wrapped it.
    pub is_exported: bool,
    filter_xml: Option<Vec<u8>>,
    /// Whether its coverage comes from a report instead of a filter.
    is_recorded: bool,
    filter: OnceLock<Option<Filter>>,
    /// The cost limit of all filters of a scan.
    effort: Arc<Effort>,
    /// Why one of the questions below could not be answered.
    unknown: OnceLock<Unknown>,
    /// Cached answers.
    answers: Mutex<HashMap<String, Option<bool>>>,
}

/// Maximum length of a name, group or version that is kept: they are labels.
const LONGEST_ID: usize = 1 << 10;

/// The package types that FileVault knows (`PackageType`); any other value counts as none
/// (`PackagePropertiesImpl#getPackageType`).
const PACKAGE_TYPES: [&str; 4] = ["application", "content", "container", "mixed"];

impl Package {
    /// A package at `path`, with the bytes of `properties.xml` and `filter.xml`, if it has them.
    pub fn new(path: SourcePath, properties: Option<&[u8]>, filter: Option<&[u8]>) -> Self {
        let mut package = Self { path, filter_xml: filter.map(<[u8]>::to_vec), ..Self::default() };
        if let Some(properties) = properties {
            package.read_properties(properties);
        }
        package
    }

    /// A package from a report; [`Self::record`] sets its coverage.
    pub fn recorded(id: Option<PackageId>) -> Self {
        Self { id, is_recorded: true, ..Self::default() }
    }

    /// Records whether it covers the node at `path`.
    pub fn record(&self, path: &str, covered: Option<bool>) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), covered);
    }

    /// Size of its filter in bytes, which stay in memory.
    pub fn filter_size(&self) -> usize {
        self.filter_xml.as_ref().map_or(0, Vec::len)
    }

    /// Drops its filter: its coverage is then unknown.
    pub fn forget_filter(&mut self) {
        self.filter_xml = None;
    }

    /// The same package, with a filter that shares the effort budget of all filters.
    #[must_use]
    pub fn sharing(self, effort: Arc<Effort>) -> Self {
        Self { effort, ..self }
    }

    /// The filter of the package, if FileVault accepts it. Parsed on first use.
    fn filter(&self) -> Option<&Filter> {
        let parse = || {
            let read = Filter::parse_with(self.filter_xml.as_deref()?, Arc::clone(&self.effort));
            read.inspect_err(|error| {
                if let FilterError::Unknown(unknown) = error {
                    self.unknown.get_or_init(|| *unknown);
                }
            })
            .ok()
        };
        self.filter.get_or_init(parse).as_ref()
    }

    /// Why it is unknown whether the filter covers some node, if deciding that would have cost too much.
    pub fn unknown_coverage(&self) -> Option<Unknown> {
        self.unknown.get().copied()
    }

    /// Whether the filter covers the node at `path`; `None` if there is no filter that could answer.
    ///
    /// This is worth a note, but never a reason to skip a finding: content that is not covered may still be installed.
    /// A filter without roots installs everything, missing ancestors of a root are created, and below a root new nodes
    /// are created without checking the filter (FileVault `Importer`, `DocViewImporter#addNode`).
    pub fn covers(&self, path: &str) -> Option<bool> {
        if self.is_recorded {
            return self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(path).copied().flatten();
        }
        let filter = self.filter()?;
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = answers.get(path) {
            return *answer;
        }
        let answer = if filter.is_empty() || filter.is_ancestor(path) {
            Some(true)
        } else {
            filter.decide(path).inspect_err(|unknown| _ = self.unknown.set(*unknown)).ok()
        };
        answers.insert(path.to_owned(), answer);
        answer
    }

    /// Whether an existing node at `path` stays unchanged when the package is installed.
    pub fn keeps_existing(&self, path: &str) -> bool {
        self.filter().is_some_and(|filter| filter.keeps_existing(path))
    }

    fn read_properties(&mut self, xml: &[u8]) {
        let mut id = PackageId { group: String::new(), name: String::new(), version: String::new() };
        for (key, mut value) in properties(xml) {
            value.truncate(char_floor(&value, LONGEST_ID));
            match key.as_str() {
                "group" => id.group = value,
                "name" => id.name = value,
                "version" => id.version = value,
                "buildCount" | "lastWrapped" | "lastWrappedBy" => self.is_exported = true,
                "packageType" => {
                    let value = value.trim().to_ascii_lowercase();
                    self.package_type = PACKAGE_TYPES.contains(&value.as_str()).then_some(value);
                }
                _ => {}
            }
        }
        self.id = (!id.name.is_empty()).then_some(id);
    }
}

/// Run modes of the installer folder around the node at `repository_path`: `author` and `prod` for
/// `apps/x/install.author.prod/y.zip`. Empty if the folder has none, or if there is no such folder.
///
/// The folder is the innermost one called `install` or `config` (`FolderNameFilter` of the Sling JCR installer).
pub fn installer_run_modes(repository_path: &str) -> Vec<String> {
    let folders = repository_path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.rsplit('/').find_map(folder_run_modes).into_iter().flatten().map(str::to_owned).collect()
}

/// The entries of a `java.util.Properties` XML document, in order. Reads as far as the document is well-formed.
fn properties(xml: &[u8]) -> Vec<(String, String)> {
    // FileVault's own writer produces UTF-8; a byte order mark may say otherwise.
    let (text, _, _) = encoding_rs::UTF_8.decode(xml);
    let mut reader = Reader::from_str(&text);
    let mut entries = Vec::new();
    let mut current: Option<(String, String)> = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) if tag.name().as_ref() == "entry" => {
                let key = tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == "key");
                let key = key.and_then(|key| key.normalized_value(XmlVersion::Implicit1_0).ok());
                current = key.map(|key| (key.into_owned(), String::new()));
            }
            Ok(Event::Text(text)) => append(&mut current, &text.xml10_content()),
            Ok(Event::CData(text)) => append(&mut current, &text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => match reference.resolve_char_ref() {
                Ok(Some(character)) => append(&mut current, character.encode_utf8(&mut [0; 4])),
                _ => append(&mut current, quick_xml::escape::resolve_predefined_entity(&reference).unwrap_or_default()),
            },
            Ok(Event::End(_)) => entries.extend(current.take()),
            Ok(Event::Eof) | Err(_) => return entries,
            Ok(_) => {}
        }
    }
}

fn append(entry: &mut Option<(String, String)>, text: &str) {
    if let Some((_, value)) = entry {
        value.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_xml_tells_identity_and_type() {
        let xml = br#"<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">
<properties><comment>FileVault Package Properties</comment>
<entry key="name">my &amp; <![CDATA[<app>]]>&#46;all</entry>
<entry key="group">com.example</entry><entry key="version"/>
<entry key="packageType">Container</entry>
</properties>"#;
        let package = Package::new(SourcePath::file("a.zip"), Some(xml), None);
        assert_eq!(package.id.unwrap().to_string(), "com.example:my & <app>.all:");
        assert_eq!(package.package_type.as_deref(), Some("container"));
    }

    #[test]
    fn broken_or_foreign_properties_tell_what_they_can() {
        let package = Package::new(SourcePath::default(), Some(b"<properties><entry key='name'>x</entry><entry"), None);
        assert_eq!(package.id.unwrap().name, "x");
        let package =
            Package::new(SourcePath::default(), Some(b"<properties><entry key='packageType'>zip</entry>"), None);
        assert_eq!((package.id, package.package_type), (None, None));
        let utf16: Vec<u8> = [0xfeff_u16]
            .into_iter()
            .chain("<properties><entry key=\"name\">\u{fc}</entry></properties>".encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(Package::new(SourcePath::default(), Some(&utf16), None).id.unwrap().name, "\u{fc}");
    }

    #[test]
    fn a_filter_gives_a_note_only_where_it_is_sure() {
        let covers = |filter: Option<&str>, path: &str| {
            Package::new(SourcePath::default(), None, filter.map(str::as_bytes)).covers(path)
        };
        let filter = r#"<workspaceFilter><filter root="/apps/x/y"><exclude pattern=".*z"/></filter></workspaceFilter>"#;
        assert_eq!(covers(Some(filter), "/apps/x/y/a"), Some(true));
        assert_eq!(covers(Some(filter), "/apps/x"), Some(true));
        assert_eq!(covers(Some(filter), "/apps/x/y/z"), Some(false));
        assert_eq!(covers(Some(filter), "/apps/xx"), Some(false));
        assert_eq!(covers(Some("<workspaceFilter/>"), "/apps/x"), Some(true));
        assert_eq!(covers(Some("<workspaceFilter"), "/apps/x"), None);
        assert_eq!(covers(None, "/apps/x"), None);
    }

    #[test]
    fn run_modes_come_from_the_installer_folder() {
        assert_eq!(installer_run_modes("apps/x-packages/application/install.author/y.zip"), ["author"]);
        assert_eq!(installer_run_modes("apps/x/install.author.prod/20/y.jar"), ["author", "prod"]);
        assert_eq!(installer_run_modes("apps/x/config.publish/y.zip"), ["publish"]);
        assert!(installer_run_modes("apps/x.author/install/y.zip").is_empty());
        assert!(installer_run_modes("apps/installer.author/y.zip").is_empty());
        assert!(installer_run_modes("apps/x/install.author").is_empty());
        assert!(installer_run_modes("install.author").is_empty());
    }
}
