use super::*;
use crate::repository::Pid;

fn texts(document: &Document) -> Vec<(String, String, Vec<String>)> {
    let of_node = |node: &Node| {
        let property = |property: &Property| {
            (node.path.clone(), property.name.clone(), property.texts().map(str::to_owned).collect())
        };
        node.properties.iter().map(property).collect::<Vec<_>>()
    };
    document.nodes.iter().flat_map(of_node).collect()
}

fn expected(properties: &[(&str, &str, &[&str])]) -> Vec<(String, String, Vec<String>)> {
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    properties.iter().map(|(path, name, values)| ((*path).to_owned(), (*name).to_owned(), owned(values))).collect()
}

#[test]
fn paths_and_properties_become_nodes() {
    let text = "# a comment\n\
                create service user x with path system/x\n\
                set ACL for x\n    allow jcr:read on /conf # set properties on /conf/no\nend\n\
                register nodetypes\n<<===\nset properties on /conf/none\n set a to b\nend\n===>>\n\
                create path (sling:Folder) /conf/acme(nt:unstructured)/cloudconfigs\r\n\
                create path /conf/acme/a.b.C~x(sling:OsgiConfig mixin mix:title, mix:x)\n\
                set  properties\ton /conf/acme/a.b.C~x, /conf/other\n\
                    set url to https://a.example/b\n\
                    set quoted{String} to \"a, \\\"b\\\" \\\\c # d\"\n\
                    set many{Long[]} to 1, 2\n\
                    default url to ignored\n\
                    default more to x, y\n\
                end\n\
                ensure nodes /conf/acme/page with properties\n\n  set one to two\nend\n";
    for reading in [Reading::Tolerant, Reading::Aem] {
        let document = read(text, reading);
        assert_eq!(document.problem, None);
        let common = |path| {
            [
                (path, "url", ["https://a.example/b"].as_slice()),
                (path, "quoted", &["a, \"b\" \\c # d"]),
                (path, "many", &["1", "2"]),
                (path, "more", &["x", "y"]),
            ]
        };
        let mut all = vec![("/conf/acme/a.b.C~x", PRIMARY_TYPE, ["sling:OsgiConfig"].as_slice())];
        all.extend(common("/conf/acme/a.b.C~x"));
        all.extend(common("/conf/other"));
        all.push(("/conf/acme/page", "one", &["two"]));
        assert_eq!(texts(&document), expected(&all));
        let node = &document.nodes[0];
        assert_eq!(node.pid, Some(Pid::factory("a.b.C", "x")));
        assert_eq!(node.property("many").map(|many| (many.value_type, many.multiple)), Some((ValueType::Long, true)));
        let shown = |span: Span| &text[span.range()];
        assert_eq!(shown(node.name_span), "/conf/acme/a.b.C~x(sling:OsgiConfig".split('(').next().unwrap());
        let quoted = node.property("quoted").unwrap();
        assert_eq!((shown(quoted.name_span), shown(quoted.span)), ("quoted", "a, \\\"b\\\" \\\\c # d"));
        assert_eq!(node.property("many").map(|many| shown(many.span)), Some("1, 2"));
    }
}

#[test]
fn a_later_statement_overrides_and_types_belong_to_their_segment() {
    let text = "set properties on /a/b\nset x to 1\nset jcr:primaryType{Name} to sling:OsgiConfig\nend\n\
                set properties on /a/b/\nset x to 2\nend\n\
                create path (sling:OsgiConfig) /a/c\nset properties on /a/c\nset y to 1\nend\n\
                create path /d(sling:OsgiConfig)/e with properties\nset z to 1\nend\n";
    let document = read(text, Reading::Aem);
    let found: Vec<_> = document.nodes.iter().map(|node| (node.path.as_str(), node.pid.is_some())).collect();
    assert_eq!(found, [("/a/b", true), ("/a/c", true), ("/d/e", false)]);
    assert_eq!(document.nodes[0].text("x"), Some("2"));
}

#[test]
fn a_line_that_is_none_costs_the_exact_reading_everything() {
    for (text, nodes) in [
        ("set properties on /a\nset x to 1\nnonsense\nset y to 2\nend\n", 1),
        ("set properties on /a\nset x to 1\n", 1),
        ("set properties on /a\nset x 1\nset y to 1\nend\n", 1),
        ("set properties on /a\n\"x\" to 1\nset y to 1\nend\n", 1),
    ] {
        let document = read(text, Reading::Tolerant);
        assert_eq!((document.nodes.len(), document.problem.is_some()), (nodes, true), "{text}");
        assert!(read(text, Reading::Aem).nodes.is_empty(), "{text}");
    }
}

#[test]
fn nothing_is_made_of_other_texts() {
    for text in ["", "set properties", "set properties on", "create path", "create path /a", "to set properties on /a"]
    {
        assert!(read(text, Reading::Tolerant).nodes.is_empty(), "{text}");
    }
    // It neither ends in the middle of a character nor runs forever.
    for text in [
        "set properties on é\nset é{ü to \"ß",
        "create path (",
        "create path /ä(",
        "<<===é",
        "#é",
        "set properties on /a\r\rset x to y\rend",
    ] {
        read(text, Reading::Tolerant);
    }
}

#[test]
fn a_memory_limit_is_where_the_first_path_reached_it() {
    let paths: Vec<String> = (0..999).map(|number| format!("/conf/{number:03}")).collect();
    let text = format!("set properties on {}\n  set a to {}\nend\n", paths.join(","), "x".repeat(200_000));
    let document = read(&text, Reading::Tolerant);
    let offset = document.limit.unwrap().offset;
    assert!(text[offset..].starts_with(&paths[document.nodes.len()]), "{}", &text[offset..offset + 9]);
}
