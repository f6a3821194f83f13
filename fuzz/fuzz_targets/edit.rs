//! Edits of configurations: none of what AEM and a person read alike comes out wrong.
#![no_main]

use aem_ims_lint::format::cfg_json::CfgJson;
use aem_ims_lint::format::docview::Docview;
use aem_ims_lint::format::edit::{Change, Item, apply, replacements, verify};
use aem_ims_lint::format::felix_config::FelixConfig;
use aem_ims_lint::format::{Format, Input, Node, Reading};
use aem_ims_lint::repository::FileContext;
use aem_ims_lint::source::{Limits, SourcePath};

/// Length of the choices before the file.
const CHOICES: usize = 16;

const FORMATS: [(&dyn Format, &str); 3] = [
    (&CfgJson, "apps/a/config/a.b.C~d.cfg.json"),
    (&FelixConfig, "apps/a/config/a.b.C-d.config"),
    (&Docview, "apps/a/config/.content.xml"),
];

const VALUES: [&str; 8] =
    ["", "x", "a=b \"c\"", "<&'\n\r\t>", "\\[{,]}", "\u{1}\u{85}\u{2028}é😀", "# // /* */", "$[secret:a]"];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((choices, bytes)) = data.split_at_checked(CHOICES) else { return };
    let (format, path) = FORMATS[usize::from(choices[0]) % FORMATS.len()];
    let context = FileContext {
        path: SourcePath::file(format!("jcr_root/{path}")),
        repository_path: Some(path.to_owned()),
        ..FileContext::default()
    };
    let limits = Limits::default();
    let input = Input { context: &context, bytes, limits: &limits };
    let text = format.decode(&input);
    let document = format.read(&input, &text, Reading::Tolerant);
    if document.nodes.is_empty() {
        return;
    }
    let node = usize::from(choices[1]) % document.nodes.len();
    let changes: Vec<Change> =
        choices[2..].chunks_exact(2).filter_map(|c| change(&document.nodes[node], c[0], c[1])).collect();
    let Ok(replacements) = replacements(format.id(), &text, &document, node, &changes) else { return };
    let Ok(after) = apply(&text, bytes, &replacements) else { return };
    // What AEM does not load or reads otherwise before the edit says nothing about the edit.
    if verify(format, &input, bytes, node, &[]).is_ok() {
        assert_eq!(verify(format, &input, &after, node, &changes), Ok(()), "{:?}", String::from_utf8_lossy(&after));
    }
});

/// A change of one of the node's properties, or of a new one.
fn change(node: &Node, what: u8, value: u8) -> Option<Change> {
    let index = usize::from(what >> 3);
    let property = node.properties.get(index);
    let name = property.map_or_else(|| format!("new.key{index}"), |property| property.name.clone());
    let text = VALUES[usize::from(value) % VALUES.len()].to_owned();
    match what & 7 {
        0 | 1 => Some(Change::Remove { name }),
        2 | 3 => Some(Change::Set { name, value: text }),
        4 | 5 => {
            let count = property.map_or(0, |property| property.values.len());
            let mut items: Vec<Item> = (0..count).filter(|&i| i >= 8 || value >> i & 1 == 1).map(Item::Kept).collect();
            items.insert(usize::from(value) % (items.len() + 1), Item::New(text));
            if what & 1 == 1 {
                items.reverse();
            }
            Some(Change::SetList { name, items })
        }
        _ => None,
    }
}
