//! Configurator resources: `OSGI-INF/configurator/*.json` in a bundle, a map from PIDs to configurations.
//!
//! [`Reading::Aem`] is `ConfigurationReaderImpl#readConfigurationResource` as the Felix Configurator calls it
//! (`org.apache.felix.configurator.impl.json.JSONUtil`): a configuration that it cannot read is skipped, the others are
//! kept.

use super::cfg_json::{self, CONFIGURATOR_PREFIX, Source};
use super::json::Json;
use super::osgi;
use super::traits::{CommentSyntax, Stores, Traits};
use super::{Document, Format, Input, Node, Problem, RawFile, Reading, Text};
use crate::repository::Pid;

/// Configurator resources.
#[derive(Debug)]
pub struct Configurator;

/// Folder for configurations in a bundle, unless the manifest names another.
const FOLDER: &str = "OSGI-INF/configurator";

impl Format for Configurator {
    fn traits(&self) -> Traits {
        Traits::written("configurator", Stores::Configurations, Some(CommentSyntax::Json))
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        if input.context.configurator {
            return true;
        }
        let path = input.context.inner_path();
        let Some((folder, name)) = path.rsplit_once('/') else { return false };
        let in_folder = folder.strip_suffix(FOLDER).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        in_folder && name.ends_with(".json")
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        let tree = text.tree(cfg_json::dialect(reading), input.limits.max_nesting);
        let (path, jcr_path) = osgi::path(input);
        let mut document = Document { jcr_path, ..Document::default() };
        match cfg_json::root(&tree, reading).and_then(|root| check_version(root, reading).map(|()| root)) {
            Ok(root) => {
                document.problem = tree.problem.clone();
                configurations(root, reading, &path, &mut document);
            }
            Err(problem) => document.problem = Some(problem),
        }
        document.limit = tree.limit.clone();
        document
    }
}

/// Only version 1 is read (`verifyJsonResource`).
fn check_version(root: Json<'_>, reading: Reading) -> Result<(), Problem> {
    let Some(version) = root.get(":configurator:resource-version").filter(|_| reading == Reading::Aem) else {
        return Ok(());
    };
    match cfg_json::integer(version) {
        Some(1) => Ok(()),
        None if version.is_null() => Ok(()),
        _ => Err(Problem::new(version.span().start, "the version of the resource is not 1")),
    }
}

fn configurations(root: Json<'_>, reading: Reading, path: &str, document: &mut Document) {
    for (pid, member) in cfg_json::unique_members(root) {
        if pid.starts_with(CONFIGURATOR_PREFIX) {
            continue;
        }
        if !member.is_object() {
            let problem = || Problem::new(member.key_span().start, format!("`{pid}` is not a configuration"));
            document.problem.get_or_insert_with(problem);
            continue;
        }
        match cfg_json::configuration(member, reading, Source::Resource) {
            Ok(properties) => document.nodes.push(Node {
                path: path.to_owned(),
                pid: Some(Pid::from_identity(pid)),
                name_span: member.key_span(),
                properties,
                ..Node::default()
            }),
            Err(rejection) => {
                if rejection.whole_file {
                    document.nodes.clear();
                    document.problem = Some(rejection.problem);
                    return;
                }
                document.problem.get_or_insert(rejection.problem);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::FileContext;
    use crate::source::{Limits, SourcePath};

    fn read(version: &str) -> Document {
        let text = format!(r#"{{":configurator:resource-version": {version}, "a.b.C": {{"x": 1}}}}"#);
        let path = SourcePath::file("bundle.jar").entry("OSGI-INF/configurator/x.json");
        let context = FileContext { path, ..FileContext::default() };
        let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
        assert!(Configurator.recognises(&RawFile::new(input)));
        Configurator.read(&input, &Text::utf8(input.bytes), Reading::Aem)
    }

    #[test]
    fn resources_of_another_version_are_not_read() {
        for version in ["1", "null"] {
            assert_eq!(read(version).problem, None, "{version}");
            assert_eq!(read(version).nodes.len(), 1, "{version}");
        }
        for version in ["2", "\"x\""] {
            assert!(read(version).problem.is_some(), "{version}");
            assert!(read(version).nodes.is_empty(), "{version}");
        }
    }

    #[test]
    fn nodes_stand_where_their_configuration_does() {
        let node = &read("1").nodes[0];
        assert_eq!(node.path, "OSGI-INF/configurator/x.json");
        assert!(node.name_span.start > 0);
    }
}
