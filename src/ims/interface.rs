//! Nodes that only look like a configuration: dialogs, wizards, forms, templates, translations, policies, test
//! resources.
//!
//! Their properties and values contain the same words as configurations (`clientSecret`, `imsConfig`, URLs of IMS), but
//! they are never integrations.

use super::subject::relative;
use crate::format::{Document, Node};

/// Node types of user interfaces and of other nodes that configure nothing. Source: CQ and Sling node types.
static TYPES: &[&str] = &[
    "cq:Widget",
    "cq:WidgetCollection",
    "cq:Dialog",
    "cq:Panel",
    "cq:TabPanel",
    "cq:Component",
    "cq:Template",
    "cq:EditConfig",
    "cq:EditListenersConfig",
    "cq:InplaceEditingConfig",
    "cq:ClientLibraryFolder",
    "cq:WorkflowModel",
    "sling:MessageEntry",
    "oak:QueryIndexDefinition",
    "dam:Asset",
    "dam:AssetContent",
];

/// Node types of Oak that hold content, users and groups; the others hold policies, versions and indexes.
static HOLDERS: &[&str] = &[
    "rep:root",
    "rep:AuthorizableFolder",
    "rep:User",
    "rep:SystemUser",
    "rep:Group",
    "rep:system",
    "rep:Unstructured",
];

/// Beginnings of resource types of user interfaces and forms, without search path.
static RESOURCE_TYPES: &[&str] = &[
    "granite/ui/",
    "cq/gui/",
    "cq/adobeims-configuration/",
    "dam/gui/",
    "fd/af/",
    "fd/afaddon/",
    "fd/fm/",
    "core/fd/",
    "core/wcm/components/form/",
    "wcm/foundation/components/form/",
    "foundation/components/form/",
    "commerce/gui/",
    "wcm/core/content/",
];

/// Node names below which everything is a user interface, a translation or a policy.
static NAMES: &[&str] = &[
    "cq:dialog",
    "cq:design_dialog",
    "cq:editConfig",
    "cq:childEditConfig",
    "dialog",
    "design_dialog",
    "i18n",
    "clientlibs",
    "clientlib",
    "rep:policy",
    "rep:repoPolicy",
    "granite:data",
    "oak:index",
];

/// By node: whether it or a node above it is one of these.
pub fn mark(document: &Document) -> Vec<bool> {
    let mut marks: Vec<bool> = Vec::with_capacity(document.nodes.len());
    for node in &document.nodes {
        let inherited = match node.parent {
            Some(parent) => marks.get(parent).copied().unwrap_or(false),
            None => node.path.split('/').any(|segment| NAMES.contains(&segment)),
        };
        marks.push(inherited || is_interface(node));
    }
    marks
}

fn is_interface(node: &Node) -> bool {
    if node.pid.is_some() {
        return false;
    }
    let primary = node.text("jcr:primaryType").unwrap_or("");
    let message = node.property("jcr:mixinTypes").is_some_and(|p| p.texts().any(|t| t == "sling:Message"));
    let resource_type = node.text("sling:resourceType").map_or("", relative);
    message
        || primary.starts_with("rep:") && !HOLDERS.contains(&primary)
        || TYPES.contains(&primary)
        || NAMES.contains(&node.name())
        || RESOURCE_TYPES.iter().any(|prefix| resource_type.starts_with(prefix))
}

/// Consecutive folders whose files are inputs of tests, by the conventions of Maven and Jest.
static TEST_FOLDERS: &[&str] = &["src/test/", "__fixtures__/", "__tests__/", "__mocks__/", "__testfixtures__/"];

/// Whether `path`, relative to the given path, is a test resource.
pub fn is_test_resource(path: &str) -> bool {
    TEST_FOLDERS
        .iter()
        .any(|folder| path.match_indices(folder).any(|(at, _)| at == 0 || path.as_bytes()[at - 1] == b'/'))
}

/// Words in the name of a template file.
static TEMPLATES: &[&str] = &["example", "sample", "template", "dist", "skeleton"];
/// Names of folders with template files.
static TEMPLATE_FOLDERS: &[&str] =
    &["example", "examples", "sample", "samples", "template", "templates", "skeleton", "skeletons"];

/// Whether `path`, relative to the given path, is a template that a person copies and fills in, by its name or by that of
/// a folder.
pub fn is_template(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", &path));
    file.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| TEMPLATES.contains(&word))
        || folders.split('/').any(|folder| TEMPLATE_FOLDERS.contains(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_told_by_words_and_whole_folders() {
        for path in [".env.example", ".aio.sample", "examples/.env", "app/Templates/basic/.env", "config.yml.dist"] {
            assert!(is_template(path), "{path}");
        }
        for path in [".env", "distribution.env", "examples-of-acme/.env", "dist/.env", "acme/config.yml"] {
            assert!(!is_template(path), "{path}");
        }
    }

    #[test]
    fn test_resources_are_whole_folders() {
        assert!(is_test_resource("core/src/test/resources/workspace.jwt.properties"));
        assert!(is_test_resource("test/__fixtures__/valid.config.json"));
        assert!(!is_test_resource("oursrc/test/x.json"));
        assert!(!is_test_resource("src/main/content/jcr_root/apps/acme/config/x.cfg.json"));
    }
}
