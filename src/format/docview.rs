//! Docview XML: FileVault's enhanced document view of a node tree, one element per node, one attribute per property.
//!
//! `.content.xml` holds the node of its folder; another `x.xml` that looks like a docview holds the node `x` (FileVault
//! `Importer#prepare`, `DocViewParser`, `DocViewSAXHandler`). `sling:OsgiConfig` nodes are OSGi configurations wherever
//! they are.

mod builder;
mod names;

pub use names::{JCR_NAMESPACE, NAMESPACES};
pub(super) use names::{canonical, canonical_value, qualified_name};

use super::quiet::Outline;
use super::traits::{CommentSyntax, Editor, Loading, RunModes, Stores, Traits};
use super::xml::{self, Element, dtd::Dtd};
use super::{Document, Format, Input, Problem, RawFile, Reading, Text};
use crate::repository::FileContext;

/// Number of characters that FileVault examines to detect a docview.
const SNIFFED_CHARACTERS: usize = 1024;

/// Docviews that FileVault recognises as such.
#[derive(Clone, Copy, Debug)]
pub struct Docview;

/// Docviews that only a person recognises: FileVault imports the file as an `nt:file`, so its nodes are never created.
#[derive(Clone, Copy, Debug)]
pub struct UnrecognisedDocview;

impl Format for Docview {
    fn traits(&self) -> Traits {
        Traits {
            run_modes: RunModes::OfNodes,
            own_encoding: true,
            outline: Some(Outline::Elements),
            ..Traits::read_by_aem("docview", Stores::Content, CommentSyntax::Xml, Some(Editor::Docview))
        }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        input.context.is_dot_content_xml() || has_xml_extension(input.context) && is_docview(input.bytes)
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        builder::read(input, text, reading)
    }
}

impl Format for UnrecognisedDocview {
    fn traits(&self) -> Traits {
        Traits {
            loading: Loading::ImportedOtherwise,
            run_modes: RunModes::OfNodes,
            own_encoding: true,
            outline: Some(Outline::Elements),
            ..Traits::read_by_aem("unrecognised-docview", Stores::Content, CommentSyntax::Xml, None)
        }
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        has_xml_extension(input.context)
            && ["jcr:root", JCR_NAMESPACE, "primaryType"]
                .iter()
                .any(|mark| xml::encoding::may_contain(input.bytes, mark))
            && looks_like_docview(&xml::encoding::decode(input.bytes), input.limits.max_nesting)
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        match reading {
            Reading::Tolerant => builder::read(input, text, reading),
            Reading::Aem => Document {
                jcr_path: input.context.jcr_path(),
                problem: Some(Problem::new(
                    0,
                    "FileVault does not recognise this file as a docview and imports it as a plain file: \
                     '<jcr:root' and \"http://www.jcp.org/jcr/1.0\" in double quotes must stand in its first 1024 characters",
                )),
                ..Document::default()
            },
        }
    }
}

fn has_xml_extension(context: &FileContext) -> bool {
    context.file_name().ends_with(".xml")
}

/// Whether FileVault treats a `*.xml` file other than `.content.xml` as a docview (`DocViewParser#isDocView`): by two
/// strings in its first 1024 characters, read as UTF-8.
pub fn is_docview(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(SNIFFED_CHARACTERS * 4)];
    let mut units = 0;
    let head: String = String::from_utf8_lossy(head)
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= SNIFFED_CHARACTERS
        })
        .collect();
    head.contains("<jcr:root") && head.contains("\"http://www.jcp.org/jcr/1.0\"")
}

/// Whether a person recognises the file as a docview: its root element is `jcr:root` by namespace or, unbound, by name,
/// or it has a primary type as `Session#exportDocumentView` writes it.
fn looks_like_docview(text: &Text<'_>, max_depth: usize) -> bool {
    let dtd = Dtd::default();
    let root = xml::first_element(text, &dtd, max_depth);
    root.is_some_and(|root| {
        is_jcr_root(&root) || root.attributes.iter().any(|attribute| attribute.name.is(JCR_NAMESPACE, "primaryType"))
    })
}

fn is_jcr_root(element: &Element<'_>) -> bool {
    element.name.is(JCR_NAMESPACE, "root") || element.name.uri.is_none() && element.name.qualified == "jcr:root"
}

#[cfg(test)]
mod tests;
