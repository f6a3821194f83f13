use super::*;
use crate::format::ValueType;
use crate::repository::Pid;
use crate::source::{Limits, SourcePath};

const NS: &str = "xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" xmlns:sling=\"http://sling.apache.org/jcr/sling/1.0\"";

fn context(path: &str) -> FileContext {
    FileContext {
        path: SourcePath::file(format!("jcr_root/{path}")),
        repository_path: Some(path.to_owned()),
        ..FileContext::default()
    }
}

fn read(path: &str, text: &str, reading: Reading) -> Document {
    let context = context(path);
    let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
    let decoded = Docview.decode(&input);
    Docview.read(&input, &decoded, reading)
}

fn paths(document: &Document) -> Vec<&str> {
    document.nodes.iter().map(|node| node.path.as_str()).collect()
}

#[test]
fn osgi_configurations_stand_alone_and_nested() {
    let text = format!("<jcr:root {NS} jcr:primaryType=\"sling:OsgiConfig\" a=\"{{Long}}1\"/>");
    let document = read("apps/x/config/a.b.C-one.xml", &text, Reading::Aem);
    assert_eq!(document.pid, Some(Pid::factory("a.b.C", "one")));
    assert_eq!(document.jcr_path.as_deref(), Some("/apps/x/config/a.b.C-one"));
    assert_eq!(document.nodes[0].property("a").unwrap().value_type, ValueType::Long);

    let text = format!(
        "<jcr:root {NS} jcr:primaryType=\"sling:Folder\"><a.b.C_x007e_two jcr:primaryType=\"sling:OsgiConfig\"/></jcr:root>"
    );
    let document = read("apps/x/config/.content.xml", &text, Reading::Aem);
    assert_eq!(document.pid, None);
    assert_eq!(document.nodes[1].pid, Some(Pid::factory("a.b.C", "two")));
    assert_eq!(document.nodes[1].path, "/apps/x/config/a.b.C~two");
}

#[test]
fn a_root_of_another_name_is_named_by_its_element() {
    let text = format!("<sling:x {NS} a=\"1\"/>");
    let document = read("apps/x.xml", &text, Reading::Aem);
    assert_eq!(paths(&document), ["/apps/sling:x"]);
    assert_eq!(&text[document.nodes[0].name_span.range()], "sling:x");
    let text = format!("<jcr:root {NS} a=\"1\"><b c=\"2\"><d e=\"3\"/></b></jcr:root>");
    assert_eq!(paths(&read(".content.xml", &text, Reading::Aem)), ["/", "/b", "/b/d"]);
    let text = format!("<jcr:root {NS} a=\"1\"/><jcr:root {NS} b=\"2\"/>");
    assert_eq!(paths(&read("apps/x.xml", &text, Reading::Tolerant)), ["/apps/x", "/apps/jcr:root"]);
}

#[test]
fn an_index_cannot_be_negative() {
    let text = format!("<jcr:root {NS} a=\"1\"><b_x005b_-1_x005d_ c=\"2\"/></jcr:root>");
    assert_eq!(
        read("x/.content.xml", &text, Reading::Aem).problem.map(|problem| problem.offset),
        text.find("b_x005b_")
    );
    assert_eq!(read("x/.content.xml", &text, Reading::Tolerant).problem, None);
    let text = format!("<jcr:root {NS} a=\"1\"/>");
    for (name, offset) in [("x/a[-1].xml", Some(text.len())), ("x/a[2].xml", None), ("x/_sling_a.xml", None)] {
        assert_eq!(read(name, &text, Reading::Aem).problem.map(|problem| problem.offset), offset, "{name}");
    }
}

#[test]
fn properties_that_read_alike_are_told_apart() {
    let text = "<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" xmlns:sling=\"urn:x\" xmlns:sling2=\"urn:y\" \
                xmlns:my=\"urn:z\" my:a=\"1\" sling:a=\"2\" sling2:a=\"3\"/>";
    let document = read("x/.content.xml", text, Reading::Aem);
    let names: Vec<&str> = document.nodes[0].properties.iter().map(|property| property.name.as_str()).collect();
    assert_eq!(names, ["my:a", "sling2:a", "{urn:y}a"]);
}

#[test]
fn elements_without_property_are_ordering_hints() {
    let text = format!("<jcr:root {NS} a=\"1\"><hint><inner b=\"2\"/></hint><c d=\"3\"/></jcr:root>");
    assert_eq!(paths(&read("x/.content.xml", &text, Reading::Aem)), ["/x", "/x/c"]);
    assert_eq!(paths(&read("x/.content.xml", &text, Reading::Tolerant)), ["/x", "/x/hint", "/x/hint/inner", "/x/c"]);
}

#[test]
fn every_value_of_an_array_has_its_own_span() {
    let text = format!("<jcr:root {NS} a=\"{{String}}[o&amp;e,t\\,o,&#91;]\"/>");
    let document = read("x/.content.xml", &text, Reading::Aem);
    let property = document.nodes[0].property("a").unwrap();
    assert_eq!(&text[property.span.range()], "{String}[o&amp;e,t\\,o,&#91;]");
    let written: Vec<&str> = property.values.iter().map(|value| &text[value.span.range()]).collect();
    assert_eq!(written, ["o&amp;e", "t\\,o", "&#91;"]);
    assert_eq!(property.texts().collect::<Vec<_>>(), ["o&e", "t,o", "["]);
}

#[test]
fn prefixes_of_file_names_are_looked_up_in_the_file_and_then_in_the_instance() {
    let text = format!("<jcr:root {NS} a=\"1\"/>");
    let document = read("apps/x/_cq_dialog/.content.xml", &text, Reading::Aem);
    assert!(document.problem.is_some() && document.loads_anyway);
    assert_eq!(paths(&document), ["/apps/x/cq:dialog"]);
    let document = read("apps/x/_acme_dialog/.content.xml", &text, Reading::Aem);
    assert!(document.problem.is_some() && !document.loads_anyway && document.nodes.is_empty());
    let document = read("apps/x/_acme_dialog/.content.xml", &text, Reading::Tolerant);
    assert_eq!((document.problem, document.nodes.len()), (None, 1));
}

#[test]
fn names_are_told_by_their_namespace() {
    let text = "<j:root xmlns:j=\"http://www.jcp.org/jcr/1.0\" xmlns:jcr=\"http://example.com/x\" \
                j:primaryType=\"sling:OsgiConfig\" jcr:primaryType=\"other\" j_x003a_title=\"t\"/>";
    let document = read("apps/x/config/a.b.C.xml", text, Reading::Aem);
    let node = &document.nodes[0];
    assert_eq!(node.text("jcr:primaryType"), Some("sling:OsgiConfig"));
    assert_eq!(node.text("jcr2:primaryType"), Some("other"));
    assert_eq!(node.text("j:title"), Some("t"));
    assert_eq!(document.pid, Some(Pid::singleton("a.b.C")));
}

#[test]
fn the_first_of_two_equal_names_counts() {
    let text = format!("<jcr:root {NS} a=\"1\" _x0061_=\"2\" jcr:title=\"3\" jcr_x003a_title=\"4\"/>");
    let node = &read("x/.content.xml", &text, Reading::Aem).nodes[0];
    assert_eq!(node.properties.len(), 3);
    assert_eq!((node.text("a"), node.text("jcr:title"), node.text("{}jcr:title")), (Some("1"), Some("3"), Some("4")));
}

#[test]
fn unknown_types_end_the_file_for_aem_only() {
    let text = format!("<jcr:root {NS} a=\"1\"><b c=\"2\" d=\"{{Foo}}x\"/><e f=\"3\"/></jcr:root>");
    let document = read("x/.content.xml", &text, Reading::Aem);
    assert_eq!(paths(&document), ["/x"]);
    assert_eq!(&text[document.problem.unwrap().offset..][..3], "}x\"");
    let document = read("x/.content.xml", &text, Reading::Tolerant);
    assert_eq!(paths(&document), ["/x", "/x/b", "/x/e"]);
    assert_eq!(document.nodes[1].text("d"), Some("{Foo}x"));
}

#[test]
fn templates_are_read_past_their_directives() {
    let text = format!(
        "#set( $symbol = '#' )\n<jcr:root {NS}\n#if( $a == \"b\" )\n  one=\"1\"\n#end\n  two=\"${{x}}\">\n#if( $c )\n\
         <${{appId}} three=\"<p>&nbsp;</p>\"/>\n#end\n<cq:four five=\"5\"/></jcr:root>"
    );
    let document = read("x/.content.xml", &text, Reading::Tolerant);
    assert_eq!(document.problem, None);
    assert_eq!(paths(&document), ["/x", "/x/${appId}", "/x/cq:four"]);
    assert_eq!((document.nodes[0].text("one"), document.nodes[0].text("two")), (Some("1"), Some("${x}")));
    assert_eq!(document.nodes[1].text("three"), Some("<p>&nbsp;</p>"));
}

#[test]
fn truncated_files_keep_what_stands_before_the_end() {
    let text = format!("<jcr:root {NS} a=\"1\"><b c=\"2\"/><d e=\"3\" f=\"4");
    for reading in [Reading::Aem, Reading::Tolerant] {
        let document = read("x/.content.xml", &text, reading);
        assert!(document.problem.is_some());
        assert_eq!(document.nodes[1].text("c"), Some("2"));
    }
    let document = read("x/.content.xml", &text, Reading::Tolerant);
    assert_eq!(document.nodes[2].text("e"), Some("3"));
}

#[test]
fn files_that_only_a_person_recognises() {
    let text = "<jcr:root xmlns:jcr='http://www.jcp.org/jcr/1.0' a='1'/>";
    let context = context("apps/x/y.xml");
    let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
    assert!(!Docview.recognises(&RawFile::new(input)) && UnrecognisedDocview.recognises(&RawFile::new(input)));
    let decoded = UnrecognisedDocview.decode(&input);
    let document = UnrecognisedDocview.read(&input, &decoded, Reading::Tolerant);
    assert_eq!(paths(&document), ["/apps/x/y"]);
    let document = UnrecognisedDocview.read(&input, &decoded, Reading::Aem);
    assert!(document.problem.is_some() && document.nodes.is_empty());
    assert_eq!(document.jcr_path.as_deref(), Some("/apps/x/y.xml"));

    // Without any declaration of the namespace, and in the form of JCR's own document view.
    let recognised = |bytes: &str| {
        let input = Input { context: &context, bytes: bytes.as_bytes(), limits: &Limits::default() };
        UnrecognisedDocview.recognises(&RawFile::new(input))
    };
    assert!(recognised("<jcr:root a='1'/>"));
    assert!(recognised("<ims xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" jcr:primaryType=\"nt:unstructured\"/>"));
    assert!(!recognised("<project xmlns=\"http://www.jcp.org/jcr/1.0\" primaryType=\"x\"/>"));
    assert!(!recognised("<workspaceFilter version=\"1.0\"/>"));
}

#[test]
fn a_less_than_sign_in_a_template_is_no_tag() {
    let text = format!("#if( $a < 3 )\n<jcr:root {NS} a=\"1\">#if( $b <= $c )<b c=\"2\"/>#end</jcr:root>");
    let document = read("x/.content.xml", &text, Reading::Tolerant);
    assert_eq!(document.problem, None);
    assert_eq!(paths(&document), ["/x", "/x/b"]);
}

#[test]
fn a_forgotten_quote_costs_one_element() {
    let text = format!("<jcr:root {NS} a=\"1\"><b c=\"2\" d=3\"/><e f=\"4\"/></jcr:root>");
    let document = read("x/.content.xml", &text, Reading::Tolerant);
    assert_eq!(document.nodes[1].text("c"), Some("2"));
    assert!(read("x/.content.xml", &text, Reading::Aem).problem.is_some());
}

#[test]
fn one_element_with_very_many_attributes() {
    let attributes: String = (0..100_000).map(|i| format!("a{i}=\"{i}\" ")).collect();
    let text = format!("<jcr:root {NS} {attributes}/>");
    let document = read("x/.content.xml", &text, Reading::Tolerant);
    assert_eq!(document.nodes[0].properties.len(), 100_000);
    assert_eq!(document.nodes[0].text("a99999"), Some("99999"));
    assert!(read("x/.content.xml", &text, Reading::Aem).problem.is_some());
}

#[test]
fn nesting_beyond_the_limit_keeps_the_nodes_before() {
    let text = format!("<jcr:root {NS} a=\"1\">{}", "<n a=\"1\">".repeat(100_000));
    for reading in [Reading::Aem, Reading::Tolerant] {
        let document = read("x/.content.xml", &text, reading);
        assert!(document.limit.is_some());
        assert!(document.nodes.len() > 9_000);
    }
}

#[test]
fn types_and_pids_come_from_the_namespace_of_jcr() {
    let other = format!("<jcr:root {NS} xmlns:x=\"urn:x\" x:primaryType=\"sling:OsgiConfig\"/>");
    let node = &read("apps/x/config/a.b.C.xml", &other, Reading::Aem).nodes[0];
    assert_eq!((node.pid.is_none(), node.properties[0].value_type), (true, ValueType::String));
    let node = |text: &str| read("apps/x/config/a.b.C.xml", text, Reading::Tolerant).nodes.remove(0);
    assert!(node("<jcr:root jcr:primaryType=\"sling:OsgiConfig\"/>").pid.is_some());
    assert!(node("<jcr:root x:primaryType=\"sling:OsgiConfig\"/>").pid.is_none());
}

#[test]
fn a_file_outside_a_repository_is_called_by_its_name() {
    let path = |file: &str| {
        let context = FileContext { path: SourcePath::file(file), ..FileContext::default() };
        let text = format!("<jcr:root {NS} a=\"1\"/>");
        let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
        Docview.read(&input, &Docview.decode(&input), Reading::Aem).nodes.remove(0).path
    };
    assert_eq!(path("x/config/.content.xml"), "/config");
    assert_eq!(path("x/a.b.C-one.xml"), "/a.b.C-one");
}
