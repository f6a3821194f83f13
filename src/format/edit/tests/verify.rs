//! What the verification of an edited file refuses.

use super::*;

const NS: &str = "xmlns:jcr=\"http://www.jcp.org/jcr/1.0\"";

/// Why `after` is not `before` with `a` set to `2` in node number `node`.
fn reason(kind: EditedFormat, before: &str, after: &str, node: usize) -> Option<String> {
    let (context, limits) = (context(kind), Limits::default());
    let input = Input { context: &context, bytes: before.as_bytes(), limits: &limits };
    let changes = [Change::Set { name: "a".to_owned(), value: "2".to_owned() }];
    verify(kind.0, &input, after.as_bytes(), node, &changes).err().map(|refusal| refusal.0)
}

#[test]
fn a_file_with_an_error_is_neither_edited_nor_made() {
    let says = |before, after| reason(FELIX, before, after, 0).unwrap_or_default();
    let (good, bad) = ("a=\"1\"\n", "a=\"2\"\nwhat\n");
    assert_eq!(reason(FELIX, good, "a=\"2\"\n", 0), None);
    assert!(says(bad, "a=\"2\"\n").contains("it has an error"));
    assert!(says(good, bad).contains("there is an error"));
}

#[test]
fn a_file_that_only_a_person_can_read_is_not_made() {
    let says = reason(JSON, "{\"a\": \"1\"}", "{'a': '2'}", 0).unwrap_or_default();
    assert!(says.contains("AEM would not load"), "{says}");
}

#[test]
fn the_right_one_of_two_nodes_with_one_name_is_looked_at() {
    let file = |a: &str| format!("<jcr:root {NS}><b a=\"1\"/><b a=\"{a}\"/></jcr:root>");
    assert_eq!(reason(DOCVIEW, &file("1"), &file("2"), 2), None);
}

#[test]
fn other_nodes_and_properties_stay() {
    let file = |inside: &str| format!("<jcr:root {NS} x=\"1\">{inside}</jcr:root>");
    let says = |after: &str| reason(DOCVIEW, &file("<b a=\"1\" c=\"3\"/><d e=\"4\"/>"), &file(after), 1);
    assert_eq!(says("<b a=\"2\" c=\"3\"/><d e=\"4\"/>"), None);
    for (after, expected) in [
        ("<b a=\"2\" c=\"3\"/>", "there are other nodes"),
        ("<b a=\"2\" c=\"3\"/><d e=\"5\"/>", "another node has changed"),
        ("<b a=\"2\" c=\"3\"/><f e=\"4\"/>", "another node has changed"),
        ("<b a=\"2\" c=\"3\"><d e=\"4\"/></b>", "another node has changed"),
        ("<b a=\"2\" c=\"5\"/><d e=\"4\"/>", "not those that are wanted"),
        ("<b a=\"2\"/><d e=\"4\"/>", "not those that are wanted"),
        ("<b a=\"1\" c=\"3\"/><d e=\"4\"/>", "not those that are wanted"),
    ] {
        let says = says(after).unwrap_or_default();
        assert!(says.contains(expected), "{after}: {says}");
    }
}
