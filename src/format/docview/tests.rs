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
