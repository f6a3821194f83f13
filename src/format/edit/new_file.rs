//! New files.

use std::collections::HashSet;

use super::json::quoted;
use super::{Refusal, docview, felix, is_plain_name};
use crate::format::docview::JCR_NAMESPACE;
use crate::format::traits::Editor;
use crate::format::{docview_value, iso9075, traits_of};

/// A new file of the format `cfg-json`, `felix-config` or `docview` (a `sling:OsgiConfig`) with String properties
/// (`line_end` as in a neighbouring file).
///
/// # Errors
/// When the format is any other, or a property cannot have its name.
pub fn new_file(format: &str, properties: &[(&str, &str)], line_end: &str) -> Result<String, Refusal> {
    let editor = traits_of(format).and_then(|traits| traits.editor);
    let mut names = HashSet::new();
    for (name, _) in properties {
        let colon = name.contains(':') && editor != Some(Editor::Felix);
        if !is_plain_name(name) || colon || *name == "xmlns" || !names.insert(name.to_ascii_lowercase()) {
            return Err(Refusal::new(format!("a new configuration cannot have a property under the name `{name}`")));
        }
    }
    match editor {
        Some(Editor::CfgJson) => Ok(json(properties, line_end)),
        Some(Editor::Felix) => {
            let pair = |(name, value): &(&str, &str)| {
                format!("{}=\"{}\"{line_end}", felix::escaped(name), felix::escaped(value))
            };
            Ok(properties.iter().map(pair).collect())
        }
        Some(Editor::Docview) => Ok(docview(properties, line_end)),
        None => Err(Refusal::new(format!(
            "files of the format {format} cannot be made: ask for `cfg-json`, `felix-config` or `docview`"
        ))),
    }
}

fn json(properties: &[(&str, &str)], line_end: &str) -> String {
    let member = |(name, value): &(&str, &str)| format!("{line_end}  {}: {}", quoted(name), quoted(value));
    let members: Vec<String> = properties.iter().map(member).collect();
    format!("{{{}{line_end}}}{line_end}", members.join(","))
}

fn docview(properties: &[(&str, &str)], line_end: &str) -> String {
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{line_end}");
    let sling = "http://sling.apache.org/jcr/sling/1.0";
    out.push_str(&format!("<jcr:root xmlns:sling=\"{sling}\" xmlns:jcr=\"{JCR_NAMESPACE}\"{line_end}"));
    out.push_str("    jcr:primaryType=\"sling:OsgiConfig\"");
    for (name, value) in properties {
        let value = docview::escaped(&docview_value::format(&[value], false, None), '"', true);
        out.push_str(&format!("{line_end}    {}=\"{value}\"", iso9075::encode(name)));
    }
    format!("{out}/>{line_end}")
}
