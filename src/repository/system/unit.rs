//! Units: the smallest things that are never divided between systems, such as a package or a source tree.

use super::Roots;
use crate::repository::{Container, FileContext};

/// The kind of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitForm {
    /// A source tree.
    Project,
    /// A content package, bundle or feature archive.
    Package,
    /// What the web console or another program printed about an instance, or the instance's own store of
    /// configurations.
    Dump,
    /// Other files in the same folder.
    Folder,
}

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit {
    /// The folder, archive or file, as reports spell it.
    pub path: String,
    /// What it is.
    pub form: UnitForm,
    /// The project whose source tree contains it.
    pub inside: Option<String>,
    /// The git work tree that contains it: units of different work trees are never one system.
    pub git: Option<String>,
}

/// Endings of the path of a module's content in the layouts of Maven projects.
const MODULE_CONTENT: [&str; 3] = ["/src/main/content", "/src/content", "/src/main"];

impl Unit {
    /// The unit of a file. `is_dump` says whether its format is printed by an instance; `roots` returns where source
    /// trees begin.
    pub fn of(context: &FileContext, is_dump: bool, mut roots: impl FnMut(&str) -> Roots) -> Self {
        let path = &context.path;
        let around = roots(folder_of(&path.input));
        let unit = |path: String, form| Self { path, form, inside: around.project.clone(), git: around.git.clone() };
        if !path.entries.is_empty() {
            let (path, form) = in_archive(context, is_dump);
            return unit(path, form);
        }
        if let Some(base) = launchpad(&path.input) {
            return unit(base.to_owned(), UnitForm::Dump);
        }
        if let Some(folder) = printers(&path.input).filter(|_| is_dump || around.project.is_none()) {
            return unit(if folder.is_empty() { "." } else { folder }.to_owned(), UnitForm::Dump);
        }
        if is_dump {
            return unit(path.input.clone(), UnitForm::Dump);
        }
        if let Some(root) = &around.project {
            return unit(root.clone(), UnitForm::Project);
        }
        let (path, form) = loose(context);
        unit(path, form)
    }
}

/// The folder of a path; empty for the current directory.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| if folder.is_empty() { "/" } else { folder })
}

/// The folder of the instance whose store of configurations contains the file.
fn launchpad(path: &str) -> Option<&str> {
    let at = ["crx-quickstart/launchpad/config/", "launchpad/config/"].iter().find_map(|store| path.find(store))?;
    let is_whole = at == 0 || path.as_bytes().get(at - 1) == Some(&b'/');
    is_whole.then(|| path[..at].trim_end_matches('/')).map(|base| if base.is_empty() { "." } else { base })
}

/// The folder of the dump, if the file is the output of one of its printers: the web console numbers them, and puts
/// JSON output into a subfolder.
fn printers(path: &str) -> Option<&str> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let number = name.as_bytes().get(..4)?;
    let is_printer = number[..3].iter().all(u8::is_ascii_digit) && number[3] == b'_' && name.len() > 4;
    let above = folder.strip_suffix("json").filter(|above| above.is_empty() || above.ends_with('/'));
    is_printer.then(|| above.map_or(folder, |above| above.trim_end_matches('/')))
}

/// A file of a tree without a `pom.xml`.
fn loose(context: &FileContext) -> (String, UnitForm) {
    let path = context.path.input.as_str();
    let above = match path.find("/jcr_root/") {
        _ if path.starts_with("jcr_root/") => Some(""),
        Some(at) => Some(&path[..at]),
        None => None,
    };
    if let Some(above) = above {
        // Modules of one Maven project are next to each other.
        let module = MODULE_CONTENT.iter().find_map(|end| {
            let module = above.strip_suffix(end).or_else(|| (above == &end[1..]).then_some(""))?;
            Some(module)
        });
        return match module {
            Some(module) => (folder_of(module).to_owned(), UnitForm::Project),
            None => (above.to_owned(), UnitForm::Folder),
        };
    }
    let folder = folder_of(path);
    let name = folder.rsplit('/').next().unwrap_or(folder);
    let is_of_configurations = crate::repository::install::folder_run_modes(name).is_some();
    (if is_of_configurations { folder_of(folder) } else { folder }.to_owned(), UnitForm::Folder)
}

/// The outermost package around a file, or the part of a plain archive that it belongs to.
fn in_archive(context: &FileContext, is_dump: bool) -> (String, UnitForm) {
    let path = &context.path;
    let mut archive = path.input.clone();
    for (number, entry) in path.entries.iter().enumerate() {
        let is_in_repository = entry.split('/').rev().skip(1).any(|folder| folder == "jcr_root");
        if is_in_repository {
            return (archive, UnitForm::Package);
        }
        if number + 1 < path.entries.len() {
            archive = format!("{archive}!/{entry}");
            continue;
        }
        if matches!(context.container, Container::Bundle | Container::FeatureArchive | Container::Package) {
            return (archive, UnitForm::Package);
        }
        if let Some(base) = launchpad(entry) {
            let base = if base == "." { archive } else { format!("{archive}!/{base}") };
            return (base, UnitForm::Dump);
        }
        let printers = printers(entry);
        let folder = printers.unwrap_or_else(|| entry.rsplit_once('/').map_or("", |(folder, _)| folder));
        let base = if folder.is_empty() { archive.clone() } else { format!("{archive}!/{folder}") };
        return match (printers.is_some(), is_dump) {
            (true, _) => (base, UnitForm::Dump),
            (false, true) => (format!("{archive}!/{entry}"), UnitForm::Dump),
            (false, false) => (base, UnitForm::Folder),
        };
    }
    (archive, UnitForm::Package)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::SourcePath;

    fn unit(input: &str, entries: &[&str], is_dump: bool) -> (String, UnitForm) {
        let path = entries.iter().fold(SourcePath::file(input), |path, entry| path.entry(*entry));
        let container = if entries.is_empty() { Container::Tree } else { Container::Archive };
        let context = FileContext { path, container, ..FileContext::default() };
        let unit = Unit::of(&context, is_dump, |_| Roots::default());
        (unit.path, unit.form)
    }

    #[test]
    fn a_package_is_one_whatever_lies_in_it() {
        let is = |path: &str, form| (path.to_owned(), form);
        let nested = ["jcr_root/apps/a/install/b.zip", "jcr_root/apps/a/config/x.config"];
        assert_eq!(unit("d/all.zip", &nested, false), is("d/all.zip", UnitForm::Package));
        let ticket = ["author1/configuration-status.zip", "012_Configurations.txt"];
        let inner = "ticket.zip!/author1/configuration-status.zip";
        assert_eq!(unit("ticket.zip", &ticket, true), is(inner, UnitForm::Dump));
        assert_eq!(unit("s.zip", &["041_Sling_Settings.txt"], false), is("s.zip", UnitForm::Dump));
        assert_eq!(unit("s.zip", &["prod/a.txt"], true), is("s.zip!/prod/a.txt", UnitForm::Dump));
    }

    #[test]
    fn loose_files_are_units_by_their_folder() {
        let is = |path: &str, form| (path.to_owned(), form);
        let module = "acme/ui.config/src/main/content/jcr_root/apps/acme/config/x.config";
        assert_eq!(unit(module, &[], false), is("acme", UnitForm::Project));
        assert_eq!(unit("a/jcr_root/apps/x/config/x.config", &[], false), is("a", UnitForm::Folder));
        assert_eq!(unit("a/config.author/x.config", &[], false), is("a", UnitForm::Folder));
        assert_eq!(
            unit("prod/status-Configurations.txt", &[], true),
            is("prod/status-Configurations.txt", UnitForm::Dump)
        );
        for (path, folder) in
            [("s/012_Configurations.txt", "s"), ("s/json/012_Configurations.json", "s"), ("012_C.txt", ".")]
        {
            assert_eq!(unit(path, &[], true), is(folder, UnitForm::Dump));
        }
        assert_eq!(unit("p/crx-quickstart/launchpad/config/a/b.config", &[], false), is("p", UnitForm::Dump));
    }
}
