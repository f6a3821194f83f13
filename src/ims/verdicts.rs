//! Where AEM and a person differ about a configuration: the file is refused, loses keys, is not looked at, or is read
//! under another PID.

use super::draft::Found;
use super::location::Capture;
use super::model::{Verdict, VerdictKind};
use crate::format::{Document, Format, Input, Node, Reading, Span, Text};
use crate::repository::pid::ConfigName;

/// Formats that AEM itself reads; the others are exports and credential files.
const READ_BY_AEM: [&str; 6] = ["felix-config", "cfg-json", "cfg", "properties", "docview", "unrecognised-docview"];

/// Where installers look for configurations. Source: `JcrInstaller` of the Sling JCR installer.
const ROOTS: [&str; 2] = ["/apps/", "/libs/"];

/// Adds what AEM does with the file to every integration found in it.
pub fn judge(
    input: &Input<'_>,
    format: &dyn Format,
    text: &Text<'_>,
    tolerant: &Document,
    capture: &Capture<'_>,
    found: &mut [Found],
) {
    if found.is_empty() || !READ_BY_AEM.contains(&format.id()) {
        return;
    }
    let aem = format.read(input, text, Reading::Aem);
    for one in found {
        let location = &one.integration.location;
        let same = |node: &&Node| match (&location.pid, &node.pid) {
            (Some(pid), Some(own)) => *pid == own.to_string(),
            (None, None) => location.jcr_path.as_deref() == Some(node.path.as_str()),
            _ => false,
        };
        let Some(node) = tolerant.nodes.iter().find(same) else { continue };
        let mut verdicts = Vec::new();
        if let Some(problem) = &aem.problem {
            let kind = match format.id() {
                "unrecognised-docview" => VerdictKind::NotInstalled,
                _ => VerdictKind::Rejected,
            };
            let location = capture.span(node, None, Span::at(problem.offset));
            verdicts.push(Verdict { kind, message: problem.message.clone(), location });
        } else {
            verdicts.extend(loaded_otherwise(node, aem.nodes.iter().find(same), capture));
        }
        if node.pid.is_some() {
            verdicts.extend(place(input, node, capture));
        }
        if tolerant.pid.is_some() {
            verdicts.extend(file_name(input, node, capture));
        }
        one.integration.verdicts = verdicts;
    }
}

/// What AEM drops of a node that it loads.
fn loaded_otherwise(node: &Node, loaded: Option<&Node>, capture: &Capture<'_>) -> Option<Verdict> {
    let Some(loaded) = loaded else {
        let message = "AEM makes no such node of this file".to_owned();
        return Some(Verdict { kind: VerdictKind::NotInstalled, message, location: capture.node(node) });
    };
    let is_dropped = |name: &str| !name.contains(':') && loaded.property_ignore_case(name).is_none();
    let dropped: Vec<_> = node.properties.iter().filter(|property| is_dropped(&property.name)).collect();
    let first = dropped.first()?;
    let names: Vec<String> = dropped.iter().take(5).map(|property| format!("`{}`", property.name)).collect();
    let more = if dropped.len() > names.len() { " and more" } else { "" };
    Some(Verdict {
        kind: VerdictKind::KeysDropped,
        message: format!("AEM drops {}{more} when it loads this file", names.join(", ")),
        location: capture.property(node, first),
    })
}

/// Configurations count only in `config` and `install` folders below `/apps` and `/libs`.
fn place(input: &Input<'_>, node: &Node, capture: &Capture<'_>) -> Option<Verdict> {
    let path = format!("/{}", input.context.repository_path.as_deref()?);
    let message = if !ROOTS.iter().any(|root| path.starts_with(root)) {
        "the installer looks for configurations below `/apps` and `/libs` only"
    } else if !super::environments::is_in_configuration_folder(input.context) {
        "the installer looks for configurations in folders called `config` or `install` only"
    } else {
        return None;
    };
    Some(Verdict { kind: VerdictKind::NotInstalled, message: message.to_owned(), location: capture.node(node) })
}

/// Names that the installer reads as something else than the factory configuration they show.
fn file_name(input: &Input<'_>, node: &Node, capture: &Capture<'_>) -> Option<Verdict> {
    let name = ConfigName::of_file(input.context.path.file_name());
    name.form.is_misread().then(|| Verdict {
        kind: VerdictKind::FileName,
        message: format!("the installer reads this file as `{}`, not as `{}`", name.installed, name.meant),
        location: capture.node(node),
    })
}
