//! Answers of `/bin/querybuilder.json` with `p.hits=full` or `p.hits=selective`: nodes with their paths.
//!
//! Grammar: Adobe's "Query Builder API" (experience-manager-65, query-builder-api): `success`, `results`, `total`,
//! `more`, `offset`, `hits`; a hit has `jcr:path`, and with `p.nodedepth` its children, as the Sling GET servlet writes
//! them.

use super::content_tree::{self, Member};
use super::json::{self, Json};
use super::sling_get;
use super::traits::{Stores, Traits};
use super::web_console_json::{HEAD, dialect, json_start};
use super::{Document, Format, Input, RawFile, Reading, Text};

/// The member that contains the path of a hit.
const PATH: &str = "jcr:path";

/// An answer of the query builder.
#[derive(Debug)]
pub struct QueryBuilder;

impl Format for QueryBuilder {
    fn traits(&self) -> Traits {
        Traits::exported("query-builder", Stores::Content)
    }

    fn recognises(&self, input: &RawFile<'_>) -> bool {
        // The list of hits is the last member, after a few short ones.
        let head = &input.bytes[..input.bytes.len().min(HEAD)];
        let contains = |needle: &[u8]| memchr::memmem::find(head, needle).is_some();
        json_start(input.bytes) == Some(b'{')
            && [&b"\"hits\""[..], b"\"success\"", b"\"results\""].iter().all(|member| contains(member))
            && (contains(b"\"jcr:path\"") || has_no_hits(head))
    }

    fn read(&self, input: &Input<'_>, text: &Text<'_>, reading: Reading) -> Document {
        json::read(input, text, dialect(reading), |root, document| {
            for hit in root.get("hits").into_iter().flat_map(Json::elements) {
                let path = hit.get(PATH).and_then(Json::as_str).filter(|path| path.starts_with('/'));
                let Some(path) = path else { continue };
                content_tree::read(hit, path.to_owned(), document, &|json| match json.key() {
                    Some(PATH) => Member::Nothing,
                    _ => sling_get::member(json, text),
                });
            }
        })
    }
}

/// Whether the list of hits is empty.
fn has_no_hits(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"\"hits\"").any(|at| {
        let rest = &bytes[at + "\"hits\"".len()..];
        let mut signs = [&b":"[..], b"[", b"]"].into_iter();
        signs.try_fold(rest, |rest, sign| rest.trim_ascii_start().strip_prefix(sign)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::{FileContext, Pid};
    use crate::source::Limits;

    #[test]
    fn hits_are_nodes_at_their_paths() {
        let text = r#"{"success": true, "results": 2, "total": 2, "more": false, "offset": 0, "hits": [
            {"jcr:path": "/apps/x/config/a.b.C~d", "jcr:primaryType": "sling:OsgiConfig", "k": "v"},
            {"name": "excerpt"},
            {"jcr:path": "/conf/x", "jcr:primaryType": "cq:Page", "jcr:content": {"title": "t"}}]}"#;
        let context = FileContext::default();
        let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
        assert!(QueryBuilder.recognises(&RawFile::new(input)));
        let document = QueryBuilder.read(&input, &Text::utf8(text.as_bytes()), Reading::Aem);
        let paths: Vec<_> = document.nodes.iter().map(|node| (node.path.as_str(), node.parent)).collect();
        assert_eq!(paths, [("/apps/x/config/a.b.C~d", None), ("/conf/x", None), ("/conf/x/jcr:content", Some(1))]);
        assert_eq!(document.nodes[0].pid, Some(Pid::factory("a.b.C", "d")));
        let value = &document.nodes[0].property("k").unwrap().values[0];
        assert_eq!(&text[value.span.range()], "v");
    }

    #[test]
    fn an_answer_without_hits_is_one() {
        for hits in ["[]", "[ ]", "[\n]"] {
            let text = format!("{{\"success\": true, \"results\": 0, \"hits\" : {hits}}}");
            let context = FileContext::default();
            let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
            assert!(QueryBuilder.recognises(&RawFile::new(input)), "{text}");
        }
    }
}
