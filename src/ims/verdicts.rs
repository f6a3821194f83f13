//! Where AEM and a person differ about a configuration: files that AEM refuses, keys that it loses, names and places
//! that it reads otherwise.

use super::draft::Found;
use super::location::Capture;
use super::model::{Integration, Verdict, VerdictKind};
use super::target::Target;
use crate::format::{Document, Format, Input, Node, Reading, Span, Text};
use crate::repository::pid::{ConfigName, FileNameForm};

/// Formats whose files AEM installs as they are; of the others a verdict would say nothing about a repository.
const INSTALLED_FORMATS: [&str; 5] = ["docview", "unrecognised-docview", "felix-config", "cfg-json", "properties"];

/// Folders deeper than this are not watched (`sling.jcrinstall.folder.max.depth` of Sling's JCR installer).
const DEEPEST_FOLDER: usize = 4;

/// Most lost keys that are named.
const NAMED_KEYS: usize = 5;

/// A file that was read as a person reads it.
pub struct Reader<'a> {
    /// Its bytes and its place.
    pub input: &'a Input<'a>,
    /// Its format.
    pub format: &'a dyn Format,
    /// Its text.
    pub text: &'a Text<'a>,
    /// What a person sees.
    pub document: &'a Document,
    /// Makes locations in it.
    pub capture: &'a Capture<'a>,
}

impl Reader<'_> {
    /// Gives every OSGi configuration in `found`, which come from this file, what AEM makes of the file.
    pub fn judge(&self, found: &mut [Found]) {
        let mut configurations = found.iter_mut().map(|f| &mut f.integration).filter(|i| i.location.pid.is_some());
        if !INSTALLED_FORMATS.contains(&self.format.id()) || self.is_template() {
            return;
        }
        let Some(first) = configurations.next() else { return };
        let aem = self.format.read(self.input, self.text, Reading::Aem);
        for integration in std::iter::once(first).chain(configurations) {
            let node = self.document.nodes.iter().find(|node| is_of(node, integration));
            let Some(node) = node else { continue };
            let verdicts = [self.loading(node, &aem), self.name(node)];
            integration.verdicts.extend(verdicts.into_iter().flatten());
        }
    }

    /// What the build still fills in need not be what AEM reads.
    fn is_template(&self) -> bool {
        self.text.as_str().contains("${")
    }

    fn loading(&self, node: &Node, aem: &Document) -> Option<Verdict> {
        let problem = aem.problem.as_ref();
        // Under a misread name the node is there all the same, so its place in the file counts.
        let loaded = aem.nodes.iter().find(|other| other.path == node.path && !other.properties.is_empty());
        let Some(loaded) = loaded else {
            let problem = problem?;
            let kind = match self.format.id() {
                "unrecognised-docview" => VerdictKind::NotInstalled,
                _ => VerdictKind::Rejected,
            };
            let message = format!("AEM refuses the file: {}", problem.message);
            return Some(Verdict { kind, message, location: self.at(node, problem.offset) });
        };
        let lost: Vec<_> = node.properties.iter().filter(|p| loaded.property_ignore_case(&p.name).is_none()).collect();
        let first = lost.first()?;
        let names: Vec<String> = lost.iter().take(NAMED_KEYS).map(|p| format!("`{}`", p.name)).collect();
        let more = if lost.len() > NAMED_KEYS { " and others" } else { "" };
        let why = problem.map_or_else(String::new, |problem| format!(" ({})", problem.message));
        Some(Verdict {
            kind: VerdictKind::KeysDropped,
            message: format!("AEM loses {}{more}{why}", names.join(", ")),
            location: self.capture.property(node, first),
        })
    }

    fn at(&self, node: &Node, offset: usize) -> super::Location {
        let end = self.text.as_str().get(offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.capture.span(node, None, Span::new(offset, offset + end))
    }

    fn name(&self, node: &Node) -> Option<Verdict> {
        let name = ConfigName::of_file(node.path.rsplit('/').next()?);
        let message = match name.form {
            FileNameForm::DotNumber => format!(
                "AEM takes the name for the single configuration `{}`, not for one of the factory `{}`",
                name.installed,
                name.meant.component()
            ),
            FileNameForm::UpperCaseUuid => format!(
                "AEM splits the name inside the UUID and takes it for a configuration of the factory `{}`",
                name.installed.component()
            ),
            _ => return None,
        };
        Some(Verdict { kind: VerdictKind::FileName, message, location: self.capture.node(node) })
    }
}

fn is_of(node: &Node, integration: &Integration) -> bool {
    let Some(pid) = &node.pid else { return false };
    integration.location.jcr_path.as_deref() == Some(node.path.as_str())
        && integration.location.pid.as_deref() == Some(pid.to_string().as_str())
}

/// Adds a verdict to every configuration that lies where AEM does not install configurations from.
pub fn judge_places(integrations: &mut [Integration], target: Target) {
    for integration in integrations {
        let location = &integration.location;
        // Outside a repository nobody knows where the file will end up.
        if location.pid.is_none() || location.file.context.repository_path.is_none() {
            continue;
        }
        let Some(message) = location.jcr_path.as_deref().and_then(|path| not_installed(path, target)) else { continue };
        let location = location.clone();
        integration.verdicts.push(Verdict { kind: VerdictKind::NotInstalled, message, location });
    }
}

/// Why AEM does not install the configuration at `path`, if it does not.
///
/// Source: `FolderNameFilter` and `WatchedFolder` of Sling's JCR installer; AEM as a Cloud Service converts packages
/// while it deploys them and knows no depth.
fn not_installed(path: &str, target: Target) -> Option<String> {
    let mut segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    segments.pop();
    if !matches!(segments.first(), Some(&("apps" | "libs"))) {
        return Some("AEM installs configurations from `/apps` and `/libs` only".to_owned());
    }
    let watched = |segment: &&str| matches!(segment.split('.').next(), Some("config" | "install"));
    let Some(depth) = segments.iter().skip(1).position(watched) else {
        return Some("AEM installs configurations from folders called `config` or `install` only".to_owned());
    };
    (depth + 2 > DEEPEST_FOLDER && target != Target::CloudService).then(|| {
        format!(
            "AEM 6.5 looks for configuration folders in the first {DEEPEST_FOLDER} levels only, and this one is deeper"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watched_places() {
        for path in [
            "/apps/acme/config/a.b.C~x.cfg.json",
            "/apps/acme/config.author.prod/a.b.C~x.cfg.json",
            "/apps/acme/osgiconfig/config/a.b.C",
            "/apps/a/b/config/a.b.C.config",
            "/apps/acme/config/deeper/and/deeper/a.b.C.config",
            "/apps/system/config/a.b.C.config",
            "/libs/acme/install.author/a.b.C.config",
        ] {
            assert_eq!(not_installed(path, Target::V65), None, "{path}");
        }
    }

    #[test]
    fn places_that_are_not_watched() {
        for path in
            ["/conf/acme/config/a.b.C", "/etc/acme/config/a.b.C.config", "/apps/acme/osgi/a.b.C", "/config/a.b.C"]
        {
            assert!(not_installed(path, Target::CloudService).is_some(), "{path}");
        }
        let deep = "/apps/a/b/c/config/a.b.C.config";
        assert!(not_installed(deep, Target::V65).is_some());
        assert!(not_installed(deep, Target::Unknown).is_some());
        assert_eq!(not_installed(deep, Target::CloudService), None, "packages are converted whatever their depth");
    }
}
