use super::*;
use crate::repository::{Pid, SourcePath};
use crate::source::Limits;

/// PID and path of a node, and its properties: the value, and how it is written.
type Shown = (Option<Pid>, String, Vec<(String, String)>);

/// The content embedded in a file.
fn embedded(path: &str, text: &str, reading: Reading) -> Vec<Shown> {
    let context = FileContext {
        path: SourcePath::file(path),
        repository_path: path.split_once("jcr_root/").map(|(_, path)| path.to_owned()),
        ..FileContext::default()
    };
    let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
    let file = detect(&input).unwrap();
    let own = file.format.read(&input, &file.text, reading).nodes.len();
    let document = read(&file, reading);
    let property = |p: &Property| (p.first().unwrap_or_default().to_owned(), file.text.slice(p.span).to_owned());
    let nodes = document.nodes.into_iter().skip(own);
    nodes.map(|node| (node.pid, node.path, node.properties.iter().map(property).collect())).collect()
}

fn pair(a: &str, b: &str) -> (String, String) {
    (a.to_owned(), b.to_owned())
}

const BOTH: [Reading; 2] = [Reading::Tolerant, Reading::Aem];

#[test]
fn scripts_of_repoinit_become_nodes_in_every_format() {
    let pid = "jcr_root/apps/a/config/org.apache.sling.jcr.repoinit.RepositoryInitializer~a";
    for (extension, text, secret) in [
        (
            ".cfg.json",
            r#"{"scripts": ["create path /x", "set properties on /conf/a\n  set s to \"é\\\\x\"\nend"]}"#,
            r"é\\\\x",
        ),
        (".config", "scripts=[\"set properties on /conf/a\n  set s to \\\"é\\\\\\\\x\\\"\nend\"]\n", r"é\\\\x"),
        (
            ".xml",
            "<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" jcr:primaryType=\"sling:OsgiConfig\" \
             scripts=\"[set properties on /conf/a&#10;  set s to &quot;é\\\\\\\\\\\\\\\\x&quot;&#10;end]\"/>",
            r"é\\\\\\\\x",
        ),
    ] {
        for reading in BOTH {
            let found = embedded(&format!("{pid}{extension}"), text, reading);
            let value = if extension == ".xml" { r"é\\x" } else { r"é\x" };
            assert_eq!(found, [(None, "/conf/a".to_owned(), vec![pair(value, secret)])], "{extension}");
        }
    }
}

#[test]
fn a_broken_script_is_told_and_loses_only_itself() {
    let path = "jcr_root/apps/a/config/org.apache.sling.jcr.repoinit.RepositoryInitializer~a.cfg.json";
    let text =
        r#"{"scripts": ["set properties on /a\nset x to y\nnonsense\nend", "set properties on /b\nset x to y\nend"]}"#;
    let paths = |reading| embedded(path, text, reading).into_iter().map(|node| node.1).collect::<Vec<_>>();
    assert_eq!((paths(Reading::Tolerant).len(), paths(Reading::Aem)), (2, vec!["/b".to_owned()]));
}

#[test]
fn a_file_written_out_in_a_tree_is_read_under_its_name() {
    let docview = |data: &str| {
        format!(
            "<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" jcr:primaryType=\"sling:Folder\"><a.b.C-d.config \
             jcr:primaryType=\"nt:file\"><jcr:content jcr:primaryType=\"nt:resource\" jcr:data=\"{data}\"/>\
             </a.b.C-d.config></jcr:root>"
        )
    };
    let expected = |value: &str, written: &str| {
        [(Some(Pid::factory("a.b.C", "d")), "/apps/config/a.b.C-d.config".to_owned(), vec![pair(value, written)])]
    };
    for reading in BOTH {
        let found = embedded("jcr_root/apps/config/.content.xml", &docview("url=&quot;x\\\\=y&quot;&#xA;"), reading);
        assert_eq!(found, expected("x=y", "x\\\\=y"));
        let json = r#"{"jcr:primaryType": "sling:Folder", "a.b.C-d.config": {"jcr:primaryType": "nt:file",
            "jcr:content": {"jcr:primaryType": "nt:resource", "jcr:data": "url=\"\u0078\"\n"}}}"#;
        let path = "x/SLING-INF/config.json";
        let found = embedded(path, json, reading);
        assert_eq!(found.iter().map(|node| &node.2).collect::<Vec<_>>(), [&vec![pair("x", "\\u0078")]]);
        assert_eq!(found[0].0, Some(Pid::factory("a.b.C", "d")));
    }
    assert!(embedded("jcr_root/apps/config/.content.xml", &docview("nonsense"), Reading::Aem).is_empty());
}

#[test]
fn what_cannot_be_followed_stands_where_the_value_does() {
    let text = Text::utf8(b"aGVsbG8=");
    let value = Value { text: "hello".to_owned(), span: Span::new(0, 8) };
    assert_eq!(aligned(text.as_str(), &value).source(Span::new(1, 3)), Span::new(0, 8));
    let text = Text::utf8("\"ä\\uD83D\\uDE00&#x20AC;x\"".as_bytes());
    let value = Value { text: "ä😀€x".to_owned(), span: Span::new(1, 24) };
    let aligned = aligned(text.as_str(), &value);
    assert_eq!(aligned.text(), value.text);
    assert_eq!(text.slice(aligned.source(Span::new(6, 9))), "&#x20AC;");
    assert_eq!(text.slice(aligned.source(Span::new(9, 10))), "x");
}

#[test]
fn models_hold_repoinit_as_text_and_as_lines() {
    let expected = [(None, "/conf/a".to_owned(), vec![pair("b\"c", "b\\\\\\\"c")])];
    for (name, text) in [
        (
            "x.slingosgifeature",
            r#"{"id": "a:b:1", "repoinit:TEXT|true": "set properties on /conf/a\nset s to \"b\\\"c\"\nend"}"#,
        ),
        (
            "x.slingosgifeature",
            r#"{"id": "a:b:1", "repoinit:TEXT|true": ["set properties on /conf/a", "set s to \"b\\\"c\"", "end"]}"#,
        ),
    ] {
        for reading in BOTH {
            let context = FileContext { path: SourcePath::file(name), ..FileContext::default() };
            let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
            let Detected { format, text: decoded, .. } = detect(&input).unwrap();
            let nodes = format.read(&input, &decoded, reading).nodes;
            let property = |p: &Property| pair(p.first().unwrap(), decoded.slice(p.span));
            let found: Vec<_> = nodes
                .into_iter()
                .map(|n| (n.pid, n.path, n.properties.iter().map(property).collect::<Vec<_>>()))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }
    let model = "[feature name=a]\n[:repoinit runModes=author]\n  set properties on /conf/a\n\n   set s to b # [x\nend\n\
                 [configurations]\n  a.b.C\n    x=\"y\"\n";
    for reading in BOTH {
        let context = FileContext { path: SourcePath::file("x.txt"), ..FileContext::default() };
        let input = Input { context: &context, bytes: model.as_bytes(), limits: &Limits::default() };
        let document = detect(&input).unwrap().format.read(&input, &Text::utf8(model.as_bytes()), reading);
        assert_eq!((document.problem, document.nodes.len()), (None, 2));
        let node = &document.nodes[1];
        assert_eq!((node.path.as_str(), &node.run_modes), ("/conf/a", &vec!["author".to_owned()]));
        assert_eq!(&model[node.properties[0].span.range()], "b");
    }
}
