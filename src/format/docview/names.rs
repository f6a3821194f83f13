//! Names of nodes and properties: namespaces that AEM knows, and the grammar of JCR names.

use std::borrow::Cow;
use std::rc::Rc;

use crate::format::{ValueType, iso9075, xml};

/// The namespace of `jcr:root` and of JCR's own properties.
pub const JCR_NAMESPACE: &str = "http://www.jcp.org/jcr/1.0";

/// Namespaces of JCR, Jackrabbit, Sling and AEM with the prefixes under which every AEM registers them.
pub const NAMESPACES: &[(&str, &str)] = &[
    (JCR_NAMESPACE, "jcr"),
    ("http://www.jcp.org/jcr/nt/1.0", "nt"),
    ("http://www.jcp.org/jcr/mix/1.0", "mix"),
    ("http://www.jcp.org/jcr/sv/1.0", "sv"),
    ("internal", "rep"),
    ("http://jackrabbit.apache.org/oak/ns/1.0", "oak"),
    ("http://sling.apache.org/jcr/sling/1.0", "sling"),
    ("http://www.day.com/jcr/cq/1.0", "cq"),
    ("http://www.day.com/dam/1.0", "dam"),
    ("http://www.day.com/jcr/vault/1.0", "vlt"),
    ("http://www.day.com/crx/1.0", "crx"),
    ("http://www.adobe.com/jcr/granite/1.0", "granite"),
    (xml::XML_NAMESPACE, "xml"),
];

/// The qualified name of a node or property. It has the prefix that AEM registers for a namespace it knows, otherwise
/// the document's own prefix — with a number appended where AEM uses that prefix for another namespace, as Jackrabbit's
/// `NamespaceHelper#registerNamespace` does.
pub fn qualified_name(name: &xml::Name<'_>) -> String {
    let local = iso9075::decode(name.local());
    let mut qualified = match registered_prefix(name.prefix(), name.uri.as_deref()) {
        prefix if prefix.is_empty() => local.into_owned(),
        prefix => format!("{prefix}:{local}"),
    };
    qualified.shrink_to_fit();
    qualified
}

/// The prefix that AEM uses for the namespace that a document binds `prefix` to; `uri` is `None` if the document does
/// not bind it.
fn registered_prefix<'p>(prefix: &'p str, uri: Option<&str>) -> Cow<'p, str> {
    let Some(uri) = uri else { return prefix.into() };
    match NAMESPACES.iter().find(|(known, _)| *known == uri) {
        Some((_, registered)) => (*registered).into(),
        None if NAMESPACES.iter().any(|(_, known)| *known == prefix) => format!("{prefix}2").into(),
        None => prefix.into(),
    }
}

/// A name in the text of a document, with the prefix that AEM registers for its namespace, and the namespace if the
/// document binds its prefix. A name outside AEM's namespaces stays unchanged.
pub fn canonical<'n>(name: &'n str, reader: &xml::XmlReader<'_>) -> (Cow<'n, str>, Option<Rc<str>>) {
    let Some((prefix, local)) = name.split_once(':') else { return (name.into(), None) };
    let uri = reader.namespace(prefix);
    let known = uri.as_deref().and_then(|uri| NAMESPACES.iter().find(|(known, _)| *known == uri));
    let name = match known {
        Some((_, registered)) if *registered != prefix => format!("{registered}:{local}").into(),
        _ => name.into(),
    };
    (name, uri)
}

/// A value as the repository stores it: names, and the names in paths, are stored by namespace, whatever prefix the
/// document uses for it (`Session#setNamespacePrefix` in `DocViewImporter#startPrefixMapping`).
pub fn canonical_value(value_type: ValueType, text: String, reader: &xml::XmlReader<'_>) -> String {
    match value_type {
        ValueType::Name | ValueType::Path if text.contains(':') => {}
        _ => return text,
    }
    let names: Vec<_> = text.split('/').map(|name| canonical(name, reader).0).collect();
    names.join("/")
}

/// A node name without its same-name-sibling index, and the index (`DocViewSAXHandler#getNameAndIndex`). An index that
/// is not a number is removed as well.
pub fn name_and_index(name: &str) -> (&str, i64) {
    let Some(open) = name.rfind('[').filter(|&at| at > 0) else { return (name, 0) };
    let index = name[open + 1..].find(']').and_then(|length| name[open + 1..open + 1 + length].parse::<i32>().ok());
    (&name[..open], index.unwrap_or(0).into())
}

/// The prefix of a JCR name, empty for none, or what is wrong with the name (`NameParser` of jackrabbit-spi-commons).
/// `None` for a name in expanded form, which needs no prefix.
pub fn jcr_prefix(name: &str) -> Result<Option<&str>, Cow<'static, str>> {
    if matches!(name, "" | "." | "..") {
        return Err("not a name".into());
    }
    if let Some(close) = name.strip_prefix('{').and_then(|rest| rest.find('}')) {
        let uri = &name[1..=close];
        if uri.is_empty() || uri.contains(':') {
            return if name.len() == close + 2 { Err("no local name".into()) } else { Ok(None) };
        }
    }
    let illegal = |c: char| c != ' ' && c.is_whitespace() || matches!(c, '[' | ']' | '*' | '|' | '/');
    if let Some(c) = name.chars().find(|&c| illegal(c)) {
        return Err(format!("'{}' is not allowed in a name", c.escape_default()).into());
    }
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    if name.starts_with(':') || local.is_empty() || local.contains(':') {
        return Err("a name has one colon at most, between prefix and local name".into());
    }
    if local.starts_with(' ') || local.ends_with(' ') || prefix.contains(' ') {
        return Err("a name neither begins nor ends with a space".into());
    }
    Ok(Some(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_are_cut_off() {
        assert_eq!(name_and_index("a[2]"), ("a", 2));
        assert_eq!(name_and_index("a[x]"), ("a", 0));
        assert_eq!(name_and_index("a[-1]"), ("a", -1));
        assert_eq!(name_and_index("[2]"), ("[2]", 0));
        assert_eq!(name_and_index("a[b[3]c"), ("a[b", 3));
    }

    #[test]
    fn names_follow_the_jcr_grammar() {
        assert_eq!(jcr_prefix("cq:dialog"), Ok(Some("cq")));
        assert_eq!(jcr_prefix("dialog"), Ok(Some("")));
        assert_eq!(jcr_prefix("{http://example.com/}x"), Ok(None));
        assert_eq!(jcr_prefix("{x}y"), Ok(Some("")));
        for name in ["", ".", ":a", "a:", "a:b:c", "a|b", "a*", " a", "a ", "a\tb", "{http://example.com/}"] {
            assert!(jcr_prefix(name).is_err(), "{name}");
        }
    }
}
