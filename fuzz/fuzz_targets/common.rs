//! What every target does with a file: read it both ways and hold the spans against the text.

use aem_ims_lint::format::{self, Input, Reading};
use aem_ims_lint::repository::FileContext;
use aem_ims_lint::source::{Limits, SourcePath};

/// Reads `data` as a file of each of the names, as whatever format it is found to be.
pub fn read_as(names: &[&str], data: &[u8]) {
    let limits = Limits::default();
    for name in names {
        let context = FileContext {
            path: SourcePath::file(*name),
            repository_path: name.strip_prefix("jcr_root/").map(str::to_owned),
            ..FileContext::default()
        };
        let input = Input { context: &context, bytes: data, limits: &limits };
        let Some(file) = format::detect(&input) else { continue };
        let text = &file.text;
        for reading in [Reading::Tolerant, Reading::Aem] {
            let document = file.read(reading);
            let length = text.as_str().len();
            for (index, node) in document.nodes.iter().enumerate() {
                assert!(node.parent.is_none_or(|parent| parent < index), "parents come before children");
                for property in &node.properties {
                    assert!(text.as_str().get(property.span.range()).is_some(), "{:?} of {length}", property.span);
                    assert!(text.as_str().get(property.name_span.range()).is_some(), "{:?}", property.name_span);
                    for value in &property.values {
                        assert!(text.as_str().get(value.span.range()).is_some(), "{:?} of {length}", value.span);
                    }
                }
            }
            if let Some(problem) = document.problem.or(document.limit) {
                assert!(text.position(problem.offset).line >= 1);
            }
        }
    }
}
