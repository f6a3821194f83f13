//! Which files belong to which system: what [`crate::repository::system`] has to know of what was found in them.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Extract, Location, disclosure, secrets, variable_lists};
use crate::format::traits::{Origin, Stores};
use crate::format::{Document, Format, Input, Node, Text, traits_of};
use crate::repository::installer::InstallerState;
use crate::repository::system::marks::EXTERNALIZER;
use crate::repository::system::{self, Holding, InstanceLabel, Marks, Piece};
use crate::repository::{Container, FileContext, System};
use crate::source::Literal;
use crate::source::roots::RootFinder;

/// What a dump has in it that tells of its instance, as [`Marks`] and the list of the OSGi installer read it.
pub static LITERALS: &[Literal] = &[
    Literal::only_in(&[".txt"], "Sling ID = "),
    Literal::only_in(PAGES, "Sling ID = "),
    Literal::only_in(PAGES, "Sling&nbsp;ID&nbsp;=&nbsp;"),
    Literal::only_in(&[".txt"], "sling.run.modes = "),
    Literal::only_in(&[".txt"], "Adobe Experience Manager ("),
    Literal::only_in(&[".txt"], "jcrinstall:"),
    Literal::only_in(PAGES, "jcrinstall:"),
];
/// Pages that a browser saved.
const PAGES: &[&str] = &[".htm", ".xhtml", ".nfo"];

/// What the files of one system gave.
#[derive(Debug, Default)]
pub(super) struct SystemPart {
    pub(super) system: System,
    /// In path order.
    pub(super) extracts: Vec<Extract>,
    /// Archive entries that hide others, with what is wrong with each.
    pub(super) ambiguous: Vec<(FileContext, String)>,
}

/// Whether a file of this format may be one that an instance printed.
pub(super) fn may_be_dump(input: &Input<'_>, format: &dyn Format) -> bool {
    let context = input.context;
    let is_loose =
        matches!(context.container, Container::Tree | Container::Archive) && context.repository_path.is_none();
    is_loose && format.traits().origin.is_instance()
}

/// Whether there is a configuration or a node of the repository in a document.
pub(super) fn has_content(document: &Document) -> bool {
    document.nodes.iter().any(|node| node.pid.is_some() || node.property("jcr:primaryType").is_some())
}

/// Marks of origin in a dump, and the list of the OSGi installer. Pages of the console contain them, exports of content do
/// not.
pub(super) fn marks_of(text: &Text<'_>, format: &dyn Format, document: &Document) -> (Marks, InstallerState) {
    let (mut marks, installer) = match format.traits().stores {
        Stores::Content => (Marks::default(), InstallerState::default()),
        _ => {
            let printed = format.printed(text.as_str());
            (Marks::of_text(&printed), InstallerState::of_text(&printed))
        }
    };
    let is_externalizer = |node: &&Node| node.pid.as_ref().is_some_and(|pid| pid.to_string() == EXTERNALIZER);
    let domains = document.nodes.iter().find(is_externalizer).and_then(|node| node.property("externalizer.domains"));
    marks.author_domain = domains.and_then(|domains| Marks::author_domain(domains.texts()));
    (marks, installer)
}

/// Divides what was found into systems.
pub(super) fn divide(
    extracts: Vec<Extract>,
    ambiguous: Vec<(FileContext, String)>,
    labels: &[InstanceLabel],
) -> Vec<SystemPart> {
    let none = Marks::default();
    let files = extracts.iter().map(piece);
    let hidden =
        ambiguous.iter().map(|(context, _)| Piece { context, is_dump: false, holdings: Vec::new(), marks: &none });
    let pieces: Vec<Piece<'_>> = files.chain(hidden).collect();
    let mut finder = RootFinder::default();
    let systems = system::divide(&pieces, labels, |folder| finder.of(folder));
    drop(pieces);
    let count = extracts.len();
    let mut extracts: Vec<Option<Extract>> = extracts.into_iter().map(Some).collect();
    let mut ambiguous: Vec<Option<(FileContext, String)>> = ambiguous.into_iter().map(Some).collect();
    let parts = systems.into_iter().map(|(system, files)| {
        let (files, hidden): (Vec<usize>, Vec<usize>) = files.into_iter().partition(|&file| file < count);
        SystemPart {
            // Names of configurations may be quoted.
            system: System { because: disclosure::sentence(&system.because).into_owned(), ..system },
            extracts: files.into_iter().filter_map(|file| extracts[file].take()).collect(),
            ambiguous: hidden.into_iter().filter_map(|file| ambiguous[file - count].take()).collect(),
        }
    });
    variable_lists::assign(parts.collect())
}

fn piece(extract: &Extract) -> Piece<'_> {
    let mut holdings = Vec::new();
    for found in &extract.found {
        let one = &found.integration;
        hold(&mut holdings, &one.location, (found.digest, found.content), one.name.as_deref());
    }
    for partner in &extract.partners {
        let hashes = (partner.digest, partner.content);
        hold(&mut holdings, &partner.location, hashes, partner.customizer.as_deref());
    }
    let is_print = traits_of(extract.file.format).is_some_and(|traits| traits.origin == Origin::Printed);
    if !holdings.is_empty() && extract.is_dump && is_print {
        holdings.push(Holding {
            id: system::CONSOLE.to_owned(),
            place: None,
            digest: 0,
            content: 0,
            package: None,
            depth: 0,
        });
    }
    Piece { context: &extract.file.context, is_dump: extract.is_dump, holdings, marks: &extract.marks }
}

/// Adds everything that names a configuration: its PID or JCR path, and the name that others look it up by.
fn hold(holdings: &mut Vec<Holding>, location: &Location, (digest, content): (u64, u64), name: Option<&str>) {
    let context = &location.file.context;
    let component = location.pid.as_deref().map(component);
    let own = location.pid.as_deref().or(location.jcr_path.as_deref()).map(str::to_owned);
    let named = component.zip(name).map(|(component, name)| format!("{component} {}", name.trim()));
    let ids: BTreeSet<String> = own.into_iter().chain(named).collect();
    holdings.extend(ids.into_iter().map(|id| Holding {
        id,
        place: context.repository_path.clone(),
        digest,
        content,
        package: context.package.as_ref().and_then(|package| package.id.as_ref()).map(ToString::to_string),
        depth: context.path.entries.len(),
    }));
}

/// The component that a PID configures: of a factory configuration its factory.
pub(super) fn component(pid: &str) -> &str {
    let known = super::catalog::pid::COMPONENTS.iter().map(|(known, _)| *known).find(|known| pid.starts_with(known));
    known.unwrap_or_else(|| pid.split_once('~').map_or(pid, |(factory, _)| factory))
}

/// Names of properties that no person sets, and that one of a file and its dump has and the other has not.
const ADDED: [&str; 8] = ["service.", "felix.", "org.apache.", "jcr:", "sling:", "cq:last", "component.", ":"];

/// Hash of what a file and a dump of it both say: texts of everything but secrets, which dumps hide or encrypt.
pub(super) fn content(node: &Node) -> u64 {
    node.properties.iter().fold(0, |sum, property| {
        let name = property.name.to_ascii_lowercase();
        if ADDED.iter().any(|prefix| name.starts_with(prefix)) || secrets::is_secret_name(&property.name) {
            return sum;
        }
        let text = property.texts().collect::<Vec<_>>().join(", ");
        let text = text.trim();
        let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        text.split_whitespace().for_each(|word| word.hash(&mut hasher));
        sum ^ hasher.finish()
    })
}
