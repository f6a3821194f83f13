//! What the formats have in common: how files are detected, and what a document says about its file.

use super::*;
use crate::source::SourcePath;

fn context(path: &str) -> FileContext {
    FileContext { path: SourcePath::file(path), ..FileContext::default() }
}

fn detected(path: &str, text: &str) -> Option<&'static str> {
    let context = context(path);
    let input = Input { context: &context, bytes: text.as_bytes(), limits: &Limits::default() };
    detect(&input).map(|file| file.format.id())
}

fn read(format: &dyn Format, context: &FileContext, text: &str, max_nesting: usize, reading: Reading) -> Document {
    let limits = Limits { max_nesting, ..Limits::default() };
    let input = Input { context, bytes: text.as_bytes(), limits: &limits };
    format.read(&input, &format.decode(&input), reading)
}

/// The format of a file, and how often it is parsed while it is detected and read.
fn parses(path: &str, bytes: &[u8], readings: &[Reading]) -> (&'static str, usize) {
    let context = context(path);
    let input = Input { context: &context, bytes, limits: &Limits::default() };
    let before = json::parser::PARSES.get();
    let file = detect(&input).unwrap_or_else(|| panic!("{path} has no format"));
    for reading in readings {
        assert!(!file.read(*reading).nodes.is_empty() || *reading == Reading::Aem, "{path}");
    }
    (file.format.id(), json::parser::PARSES.get() - before)
}

const CREDENTIALS: &str =
    r#"{"integration": {"imsEndpoint": "x", "metascopes": "y", "technicalAccount": {"a": [[1]]}}}"#;
const WORKSPACE: &str = r#"{"project": {"name": "p", "workspace": {"details": {"credentials": [
    {"name": "c", "integration_type": "service", "a": [{"b": [1, 2]}, {"b": [1, "x"]}]}]}}}}"#;
const CONTEXT: &str = r#"{"ims": {"contexts": {"c": {"client_id": "x"}}}}"#;
const FEATURE: &str = r#"{"id": "a:b:1", "bundles": [{"id": "c", "x": [[1]]}]}"#;
const CONTENT: &str = r#"  {"jcr:primaryType": "nt:folder", "a": {"b": [1, 2], "c": [1, "x"]}}"#;
const EXPORT: &str = r#"{"jcr:primaryType": "nam:rep:root", "a": {"jcr:primaryType": "nt:file", "b": "nt:file"}}"#;

#[test]
fn formats_have_stable_names() {
    assert_eq!(
        FORMATS.iter().map(|format| format.id()).collect::<Vec<_>>(),
        [
            "ini",
            "cfg-json",
            "felix-config",
            "properties",
            "configurator",
            "docview",
            "unrecognised-docview",
            "system-view",
            "initial-content-xml",
            "feature-model",
            "provisioning-model",
            "status-dump",
            "console-page",
            "web-console-json",
            "configuration-list",
            "environment-variables",
            "repo-settings",
            "repoinit",
            "service-credentials",
            "developer-console",
            "aio",
            "initial-content",
            "query-builder",
            "oak-export",
            "sling-get",
            "credential-json",
            "yaml",
            "copied-configuration",
        ]
    );
}

#[test]
fn name_and_content_tell_the_format() {
    let choices = |levels: usize| {
        let urls: Vec<String> = (0..levels).rev().map(|level| format!("\"/x.{level}.json\"")).collect();
        format!("\u{feff}[{}]", urls.join(","))
    };
    let jcr = "xmlns:jcr=\"http://www.jcp.org/jcr/1.0\"";
    let root = format!("<x:root {}/>", jcr.replace("jcr=", "x="));
    let view = "<sv:node xmlns:sv=\"http://www.jcp.org/jcr/sv/1.0\"/>";
    for (path, text, format) in [
        ("x.json", CREDENTIALS, Some("service-credentials")),
        ("x.txt", CREDENTIALS, None),
        ("x.json", WORKSPACE, Some("developer-console")),
        ("x.txt", WORKSPACE, None),
        ("x.json", "{\"a\": {\"project\": 1, \"technicalAccount\": {}}}", None),
        ("x.json", CONTEXT, Some("aio")),
        ("aio", CONTEXT, Some("aio")),
        ("x.txt", CONTEXT, None),
        ("x.json", "{\"ims\": {\"contexts\": {\"c\": {\"x\": 1}}}}", None),
        ("x.json", FEATURE, Some("feature-model")),
        ("x.txt", FEATURE, None),
        ("x.json", "{\"id\": \"a:b:1\", \"bundle\": []}", None),
        ("x.json", "{\"id\": \"a:b\", \"bundles\": []}", None),
        ("x.json", "{\"id\": \"a:b :1\", \"bundles\": []}", None),
        ("x.json", "{\"id\": \"x\", \"bundles\": []}", None),
        ("x.json", CONTENT, Some("sling-get")),
        ("x.txt", CONTENT, Some("sling-get")),
        ("x.json", EXPORT, Some("oak-export")),
        ("x.json", &choices(3), Some("sling-get")),
        ("x.json", &choices(6000), None),
        ("x.xml", &root, Some("unrecognised-docview")),
        ("x.xml", "<jcr:root/>", Some("unrecognised-docview")),
        ("x.xml", "<jcr:root xmlns:jcr=\"other\"/>", None),
        ("x.xml", "<x:y a=\"jcr:root\"/>", None),
        ("x.xml", "<a/>", None),
        ("x.txt", &root, None),
        ("x.xml", view, Some("system-view")),
        ("x.txt", view, None),
        ("x.xml", "<a b=\"http://www.jcp.org/jcr/sv/1.0\"/>", None),
        ("x.xml", "<node><name>a</name></node>", Some("initial-content-xml")),
        ("x.txt", "<node><name>a</name></node>", None),
        ("x.model", "[feature name=f]", Some("provisioning-model")),
        ("x.java", "[feature name=f]", None),
        ("x.txt", "PID = a\n  b = c\n", Some("status-dump")),
        ("x.txt", "set properties on /a\nset b to c\nend\n", Some("repoinit")),
        ("x.txt", "create path /a\n", None),
        ("x.txt", "PID = a\nb = c\n", None),
        ("some/a.b.C.json", "{}", None),
    ] {
        assert_eq!(detected(path, text), format, "{path} {text:.200}");
    }
}

#[test]
fn the_bytes_of_a_file_are_parsed_once() {
    let list = r#"{"items": [{"pid": "a.b~c", "properties": {"k": "v"}}]}"#;
    let variables = r#"[{"name": "A", "type": "string", "value": "x"}]"#;
    let urls = r#"["/content/x.1.json", "/content/x.0.json"]"#;
    let both = [Reading::Tolerant, Reading::Aem];
    for (id, text) in [
        ("service-credentials", CREDENTIALS),
        ("developer-console", WORKSPACE),
        ("aio", CONTEXT),
        ("feature-model", FEATURE),
        ("configuration-list", list),
        ("environment-variables", variables),
    ] {
        // Recognised with other configurations, so that there is a node.
        let text = text.replace("\"bundles\"", "\"configurations\": {\"a.b\": {}}, \"bundles\"");
        assert_eq!(parses("x.json", text.as_bytes(), &both), (id, 1), "{text}");
        assert_eq!(parses("x.json", format!("\u{feff}{text}").as_bytes(), &both[..1]), (id, 1), "{text}");
        assert_eq!(parses("x.json", &text.replace('}', ",}").into_bytes(), &both[..1]), (id, 1), "{text}");
        let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(parses("x.json", &utf16, &both), (id, 1), "{text}");
        if id != "feature-model" {
            // The envelope is parsed as well, if its words alone do not tell that it is not of the format.
            let count = if text.contains("integration") { 2 } else { 1 };
            assert_eq!(parses("x.json", format!("a line\n{text}\n").as_bytes(), &both), (id, count), "{text}");
        }
    }
    assert_eq!(parses("x.json", urls.as_bytes(), &[]), ("sling-get", 1));
    for (text, count) in [(r#"{"a": "b//c"}"#, 1), (r#"{"a": 1 /* b */}"#, 2), ("{\"a\": '1'}", 2)] {
        assert_eq!(parses("config/a.b.C.cfg.json", text.as_bytes(), &both), ("cfg-json", count), "{text}");
    }
}

#[test]
fn problems_and_limits_of_json_are_told() {
    for (format, text) in [
        (&service_credentials::ServiceCredentials as &dyn Format, CREDENTIALS),
        (&developer_console::DeveloperConsole, WORKSPACE),
        (&aio::Aio, CONTEXT),
        (&feature_model::FeatureModel, FEATURE),
        (&oak_export::OakExport, EXPORT),
        (&sling_get::SlingGet, CONTENT),
    ] {
        let read = |text: &str, nesting, reading| read(format, &context("x.json"), text, nesting, reading);
        for reading in [Reading::Aem, Reading::Tolerant] {
            let document = read(text, 100, reading);
            assert_eq!((document.problem, document.limit), (None, None), "{reading:?} {text}");
            assert!(read(text, 1, reading).limit.is_some(), "{reading:?} {text}");
        }
        let broken = format!("{}, \"z\" \"z\"", text.trim_end().trim_end_matches('}'));
        assert!(read(&broken, 100, Reading::Tolerant).problem.is_some(), "{broken}");
        if format.id() != "feature-model" {
            let marked = read(&format!("\u{feff}{text}"), 100, Reading::Aem);
            assert_eq!(marked.problem, None, "{text}");
        }
    }
}

#[test]
fn documents_tell_their_place_in_the_repository() {
    let place = |format: &dyn Format, path: &str, text: &str| {
        let context = FileContext { repository_path: Some(path.to_owned()), ..context(path) };
        read(format, &context, text, 100, Reading::Aem).jcr_path
    };
    for (format, path, text, expected) in [
        (&oak_export::OakExport as &dyn Format, "content/é/x.json", EXPORT, "/"),
        (&oak_export::OakExport, "content/é/x.json", "{\"jcr:primaryType\":\"nam:nt:file\"}", "/content/é/x"),
        (&sling_get::SlingGet, "content/é/x.infinity.json", CONTENT, "/content/é/x"),
        (&sling_get::SlingGet, "x.2.json", CONTENT, "/x"),
        (&properties::Properties, "apps/x/config/a.b.C.cfg", "a=b", "/apps/x/config/a.b.C.cfg"),
        (&configurator::Configurator, "apps/x.json", "{\"a.b.C\":{}}", "/apps/x.json"),
        (&initial_content::InitialContent, "apps/x.json", "{\"a\":1}", "/apps/x"),
    ] {
        assert_eq!(place(format, path, text).as_deref(), Some(expected), "{path} {text}");
    }
}

#[test]
fn an_export_that_was_cut_is_told() {
    for text in ["[\"/x.1.json\",\"/x.0.json\"]", "\u{feff}[\"/x.0.json\"]"] {
        let document = read(&sling_get::SlingGet, &context("x.json"), text, 100, Reading::Aem);
        assert!(document.limit.is_some_and(|limit| limit.message.contains("cut")), "{text}");
    }
}

#[test]
fn json_trees_become_nodes() {
    let document = read(&sling_get::SlingGet, &context("x.json"), CONTENT, 100, Reading::Aem);
    assert_eq!(document.nodes[0].name_span, Span::at(2));
    let types = |node: &Node| node.properties.iter().map(|property| property.value_type).collect::<Vec<_>>();
    assert_eq!(types(&document.nodes[1]), [ValueType::Long, ValueType::String]);

    let document = read(&oak_export::OakExport, &context("x.json"), EXPORT, 100, Reading::Aem);
    assert_eq!(types(&document.nodes[1]), [ValueType::Name, ValueType::String]);

    let document = read(&developer_console::DeveloperConsole, &context("x.json"), WORKSPACE, 100, Reading::Aem);
    assert_eq!(document.nodes.iter().map(|node| node.parent).collect::<Vec<_>>(), [None, Some(0)]);
    let credential = &document.nodes[1];
    let names: Vec<&str> = credential.properties.iter().map(|property| property.name.as_str()).collect();
    assert_eq!(names, ["name", "integration_type", "a.0.b", "a.1.b"]);
    assert_eq!(types(credential)[2..], [ValueType::Long, ValueType::String]);
    assert_eq!(&WORKSPACE[credential.name_span.range()], "c");
}

#[test]
fn comments_among_the_configurations_of_a_feature_are_no_configurations_to_a_person() {
    let text = "{\"id\":\"a:b:1\",\"configurations\":{\"#c\":{},\":configurator:x\":1,\"d.E\":{}}}";
    let pids = |reading| {
        let document = read(&feature_model::FeatureModel, &context("x.json"), text, 100, reading);
        assert_eq!(document.problem, None, "{reading:?}");
        document.nodes.into_iter().map(|node| node.path).collect::<Vec<_>>()
    };
    assert_eq!(pids(Reading::Tolerant), ["d.E"]);
    assert_eq!(pids(Reading::Aem), ["#c", "d.E"]);
}

#[test]
fn variables_of_the_command_line_have_names_and_spans() {
    let text = "AIO_A___B=[\"x\", \"y\"]\nAIO_ims_contexts_c_d=1\n";
    let document = read(&aio::Aio, &context(".env"), text, 100, Reading::Aem);
    assert_eq!(document.nodes.iter().map(|node| node.path.as_str()).collect::<Vec<_>>(), ["", "ims/contexts/c"]);
    let list = document.nodes[0].property("a__b").unwrap();
    let written = |span: Span| &text[span.range()];
    assert_eq!((written(list.name_span), written(list.span)), ("AIO_A___B", "[\"x\", \"y\"]"));
    assert_eq!(list.values.iter().map(|value| written(value.span)).collect::<Vec<_>>(), ["x", "y"]);
}

#[test]
fn values_of_the_command_line_are_counted_up_to_the_limit() {
    let half = format!("AIO_A=[{}1]\n", "1,".repeat(MAX_VALUES / 2 - 1));
    let limit = |rest: &str| {
        let document = read(&aio::Aio, &context(".env"), &format!("{half}{half}{rest}"), 100, Reading::Aem);
        document.limit.map(|limit| limit.offset)
    };
    assert_eq!(limit(""), None);
    assert_eq!(limit("AIO_B=1\nAIO_C=2\n"), Some(2 * half.len()));
}

#[test]
fn a_document_with_a_problem_loads_only_where_the_problem_is_not_of_aem() {
    let problem = Some(Problem::new(0, "x"));
    let document = |loads_anyway| Document { problem: problem.clone(), loads_anyway, ..Document::default() };
    assert!(!document(false).loads() && document(true).loads() && Document::default().loads());
}

#[test]
fn configurations_above_the_largest_size_are_not_read() {
    let most = "x".repeat(8 << 20);
    assert!(too_large(&most).is_none());
    let unread = too_large(&format!("{most}x")).unwrap();
    assert!(unread.limit.is_some_and(|limit| limit.message.contains("8 MiB")));
    assert!(unread.nodes.is_empty());
}
