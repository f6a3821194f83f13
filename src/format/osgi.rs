//! Shared by the formats of OSGi configurations: where such files are, and the document they become.

use super::{Document, Input, Node, Problem, Property, Reading};
use crate::repository::pid::ConfigName;
use crate::repository::platform_name::repository_name;
use crate::repository::{Container, FileContext, Pid};

/// The location of a file, as far as OSGi configurations are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConfigurationPlace {
    /// In a configuration folder of a repository.
    Repository,
    /// In the store of an instance's Configuration Admin, `launchpad/config`.
    InstanceStore,
    /// In a folder named like a configuration folder, outside a repository.
    Loose,
    /// Anywhere else.
    Elsewhere,
}

/// Determines the location of a file from its parent folders.
pub(crate) fn place(context: &FileContext) -> ConfigurationPlace {
    let path = context.repository_path.as_deref().unwrap_or_else(|| context.inner_path());
    let in_repository = context.repository_path.is_some() || context.container == Container::Package;
    if !in_repository && path.contains("launchpad/config/") {
        return ConfigurationPlace::InstanceStore;
    }
    match path.split('/').rev().skip(1).any(is_config_folder) {
        true if in_repository => ConfigurationPlace::Repository,
        true => ConfigurationPlace::Loose,
        false => ConfigurationPlace::Elsewhere,
    }
}

/// Whether the file is in an instance's own store.
pub(crate) fn is_instance_store(context: &FileContext) -> bool {
    place(context) == ConfigurationPlace::InstanceStore
}

/// Whether Felix' `FilePersistenceManager` wrote the file: it contains the PID.
pub(crate) fn is_of_instance_store(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"service.pid=\"").any(|at| at == 0 || bytes[at - 1] == b'\n')
}

/// `config`, `install`, and the same with run modes.
fn is_config_folder(name: &str) -> bool {
    ["config", "install"]
        .iter()
        .any(|known| name.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

/// Whether a file name without its extension can be a PID: the name of a Java class or package, possibly followed by a
/// sub-name.
pub(crate) fn looks_like_pid(stem: &str) -> bool {
    let class = stem.split(['~', '-']).next().unwrap_or_default();
    let segments = class.split('.').count();
    let identifier =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '%'));
    segments >= 3 && class.split('.').all(identifier)
}

/// Whether the part of a PID before its sub-name ends like the name of a Java class.
pub(crate) fn looks_like_class(stem: &str) -> bool {
    let class = stem.split(['~', '-']).next().unwrap_or_default();
    class.rsplit('.').next().is_some_and(|name| name.starts_with(|c: char| c.is_uppercase()))
}

/// Whether the file is XML or HTML and therefore not in one of Felix' formats.
pub(crate) fn looks_like_markup(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

/// Extensions of configuration files (Sling installer `InternalResource.EXTENSIONS`).
pub(crate) const CONFIGURATION_EXTENSIONS: [&str; 4] = [".config", ".cfg", ".cfg.json", ".properties"];

/// The property that gives a node its type.
pub(crate) const PRIMARY_TYPE: &str = "jcr:primaryType";

/// The type of the nodes that are OSGi configurations.
const CONFIGURATION_TYPE: &str = "sling:OsgiConfig";

/// The PID of a node, when its primary type makes it an OSGi configuration: the installer takes it from the node's name.
pub(crate) fn pid_of_node(node: &Node) -> Option<Pid> {
    is_configuration(node.property(PRIMARY_TYPE)?).then(|| Pid::from_node_name(node.name()))
}

/// Whether a primary type is that of OSGi configurations.
pub(crate) fn is_configuration(primary_type: &Property) -> bool {
    primary_type.texts().any(|name| name == CONFIGURATION_TYPE)
}

/// The path of a node that is a whole file — its JCR path, or its file path outside a repository — and the JCR path.
pub(crate) fn path(input: &Input<'_>) -> (String, Option<String>) {
    let jcr_path = input.context.jcr_path();
    (jcr_path.clone().unwrap_or_else(|| input.context.inner_path().to_owned()), jcr_path)
}

/// The document of a file with one configuration.
pub(crate) fn configuration(
    input: &Input<'_>,
    reading: Reading,
    properties: Vec<Property>,
    problem: Option<Problem>,
) -> Document {
    let mut document = empty(input, reading);
    document.problem = problem;
    document.pid = stored_pid(input, &properties).unwrap_or(document.pid);
    document.nodes = vec![Node { path: path(input).0, pid: document.pid.clone(), properties, ..Node::default() }];
    document
}

/// The document of a file that AEM rejects.
pub(crate) fn refused(input: &Input<'_>, reading: Reading, problem: Problem) -> Document {
    Document { problem: Some(problem), ..empty(input, reading) }
}

fn empty(input: &Input<'_>, reading: Reading) -> Document {
    let name = input.context.file_name();
    let pid = match reading {
        // A colon, which FileVault never leaves in a file name, ends the scheme of an installer's URL.
        Reading::Aem => ConfigName::of_url(name).installed,
        // FileVault decodes `%7e` and the like on import; nobody means the code itself.
        Reading::Tolerant => {
            let name = repository_name(name);
            // `.json` is not an extension of configuration files, but a person sees what is meant.
            let meant = name.strip_suffix(".json").filter(|stem| !stem.ends_with(".cfg")).unwrap_or(&name);
            ConfigName::of_file(meant).meant
        }
    };
    Document { jcr_path: path(input).1, pid: Some(pid), ..Document::default() }
}

/// The PID that Felix' `FilePersistenceManager` wrote into the file, if the file is from its store: there, folders and
/// escapes in the name encode the PID. `Some(None)` for the list of a factory's configurations.
fn stored_pid(input: &Input<'_>, properties: &[Property]) -> Option<Option<Pid>> {
    if input.context.repository_path.is_some() {
        return None;
    }
    let text = |name: &str| properties.iter().find(|p| p.name == name).and_then(Property::first);
    if let (Some(_), Some(_)) = (text("factory.pid"), text("factory.pidList")) {
        return Some(None);
    }
    let pid = text("service.pid")?;
    Some(Some(match text("service.factoryPid") {
        Some(factory) => {
            let name = pid.strip_prefix(factory).and_then(|rest| rest.strip_prefix(['~', '.'])).unwrap_or(pid);
            Pid::factory(factory, name)
        }
        None => Pid::singleton(pid),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Limits, SourcePath};

    #[test]
    fn pids_have_three_segments_and_classes_a_capital() {
        for stem in ["a.b.C", "com.acme.Service~x", "com.acme.Service-x y", "a.b.C$Inner", "a.b_c.%7e"] {
            assert!(looks_like_pid(stem), "{stem}");
        }
        for stem in ["C", "b.C", "a..C", "a.b.", "a.b c.D", "messages_en.x"] {
            assert!(!looks_like_pid(stem), "{stem}");
        }
        assert!(looks_like_class("com.acme.Service~x"));
        assert!(!looks_like_class("com.acme.service~X"));
    }

    #[test]
    fn the_store_of_an_instance_is_known_by_its_folders() {
        let context = |path| FileContext { path: SourcePath::file(path), ..FileContext::default() };
        assert!(is_instance_store(&context("crx-quickstart/launchpad/config/a/b/C.config")));
        assert!(!is_instance_store(&context("ui.config/config/a.b.C.config")));
    }

    #[test]
    fn a_file_of_a_repository_has_the_path_it_has_there() {
        let of = |repository_path: Option<&str>| {
            let repository_path = repository_path.map(str::to_owned);
            let context =
                FileContext { path: SourcePath::file("x/a.b.C.config"), repository_path, ..FileContext::default() };
            path(&Input { context: &context, bytes: b"", limits: &Limits::default() })
        };
        let inside = "/apps/config/a.b.C.config".to_owned();
        assert_eq!(of(Some("apps/config/a.b.C.config")), (inside.clone(), Some(inside)));
        assert_eq!(of(None), ("x/a.b.C.config".to_owned(), None));
    }
}
