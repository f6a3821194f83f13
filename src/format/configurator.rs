//! Configurator resources: `OSGI-INF/configurator/*.json` in a bundle, a map from PIDs to configurations.
//!
//! [`Reading::Aem`] is `ConfigurationReaderImpl#readConfigurationResource` as the Felix Configurator calls it
//! (`org.apache.felix.configurator.impl.json.JSONUtil`): a configuration that it cannot read is left out, the others
//! stay.

use super::cfg_json::{self, CONFIGURATOR_PREFIX, Source};
use super::json::{self, Json};
use super::osgi;
use super::{Document, Format, Input, Node, Problem, Reading, Text};
use crate::repository::Pid;

/// Configurator resources.
#[derive(Debug)]
pub struct Configurator;

/// The folder of a bundle that holds configurations unless its manifest names another.
const FOLDER: &str = "OSGI-INF/configurator";

impl Format for Configurator {
    fn id(&self) -> &'static str {
        "configurator"
    }

    fn recognises(&self, input: &Input<'_>) -> bool {
        let path = input.context.path.innermost();
        let Some((folder, name)) = path.rsplit_once('/') else { return false };
        let in_folder = folder.strip_suffix(FOLDER).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        in_folder && name.ends_with(".json")
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        let tree = json::parse(text.as_str(), cfg_json::dialect(reading), input.limits.max_nesting);
        let (path, jcr_path) = osgi::path(input);
        let mut document = Document { jcr_path, ..Document::default() };
        match cfg_json::root(&tree, reading).and_then(|root| check_version(root, reading).map(|()| root)) {
            Ok(root) => {
                document.problem = tree.problem.clone();
                configurations(root, reading, &path, &mut document);
            }
            Err(problem) => document.problem = Some(problem),
        }
        document.limit = tree.limit;
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
            let problem = || Problem::new(member.key_span().start, format!("`{pid}` is no configuration"));
            document.problem.get_or_insert_with(problem);
            continue;
        }
        match cfg_json::configuration(member, reading, Source::Resource { bundle: true }) {
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
