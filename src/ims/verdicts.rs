//! Where AEM and a person differ about a configuration: the file is refused, loses keys, is not looked at, or is read
//! under another PID.

use super::draft::Found;
use super::location::{Capture, Location};
use super::model::{Verdict, VerdictKind};
use super::target::Target;
use crate::format::{self, Document, Format, Input, Node, Property, Reading, Span, Text};
use crate::repository::Installation;
use crate::repository::pid::ConfigName;

/// Formats that AEM itself reads; the others are exports and credential files.
const READ_BY_AEM: [&str; 5] = ["felix-config", "cfg-json", "properties", "docview", "unrecognised-docview"];

/// A verdict that holds for one edition only.
#[derive(Debug)]
pub struct EditionVerdict {
    /// It holds for AEM as a Cloud Service, and else for instances of one's own.
    cloud_service: bool,
    verdict: Verdict,
}

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
    let aem = format::read(format, input, text, Reading::Aem);
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
            let location = at_problem(node, problem.offset, text, capture);
            verdicts.push(Verdict { kind, message: problem.message.clone(), location });
        } else {
            // A configuration that is written out in a tree lies at the path of its file, which is a node too.
            let there = || aem.nodes.iter().filter(|other| other.path == node.path);
            let loaded = there().find(|other| other.pid == node.pid).or_else(|| there().next());
            verdicts.extend(loaded_otherwise(node, loaded, capture));
        }
        if node.pid.is_some() {
            let (everywhere, of_edition) = place(input, node, capture);
            verdicts.extend(everywhere);
            one.edition_verdict = of_edition;
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

/// Whether nobody looks at the place; and what only one of instance and Cloud Manager build leaves out.
fn place(input: &Input<'_>, node: &Node, capture: &Capture<'_>) -> (Option<Verdict>, Option<EditionVerdict>) {
    let verdict = |message: String| Verdict { kind: VerdictKind::NotInstalled, message, location: capture.node(node) };
    match input.context.installation() {
        Installation::Installed | Installation::Unknown => (None, None),
        Installation::NotInstalled(why) => (Some(verdict(format!("AEM does not install it: {why}"))), None),
        Installation::BuildOnly(why) => {
            let verdict = verdict(format!("instances do not install it: {why}"));
            (None, Some(EditionVerdict { cloud_service: false, verdict }))
        }
        Installation::InstanceOnly(why) => {
            let verdict = verdict(format!("the Cloud Manager build leaves it out: {why}"));
            (None, Some(EditionVerdict { cloud_service: true, verdict }))
        }
    }
}

/// Where the problem is: at the value it stands in or right behind, else at its offset.
fn at_problem(node: &Node, offset: usize, text: &Text<'_>, capture: &Capture<'_>) -> Location {
    let before = node.properties.iter().filter(|p| p.name_span.start <= offset).max_by_key(|p| p.name_span.start);
    let right_behind = |p: &&Property| {
        let between = text.slice(Span::new(p.span.end, offset.max(p.span.end)));
        between.len() < 200 && !between.contains(char::is_alphanumeric)
    };
    match before.filter(right_behind) {
        Some(property) => capture.property(node, property),
        None => capture.span(node, None, Span::at(offset)),
    }
}

/// Adds the verdicts that count for the edition.
pub fn settle(found: &mut [Found], target: Target) {
    for one in found {
        if let Some(EditionVerdict { cloud_service, verdict }) = one.edition_verdict.take()
            && cloud_service == (target == Target::CloudService)
        {
            one.integration.verdicts.push(verdict);
        }
    }
}

/// Names that the installer reads as something else than the factory configuration they show.
fn file_name(input: &Input<'_>, node: &Node, capture: &Capture<'_>) -> Option<Verdict> {
    let name = ConfigName::of_file(input.context.file_name());
    name.form.is_misread().then(|| Verdict {
        kind: VerdictKind::FileName,
        message: format!("the installer reads this file as `{}`, not as `{}`", name.installed, name.meant),
        location: capture.node(node),
    })
}
