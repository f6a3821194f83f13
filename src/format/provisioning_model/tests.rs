use super::*;
use crate::format::Value;
use crate::repository::FileContext;
use crate::source::{Limits, SourcePath};

fn document(text: &str, reading: Reading) -> Document {
    let context = FileContext { path: SourcePath::file("model.txt"), ..FileContext::default() };
    let limits = Limits::default();
    let input = Input { context: &context, bytes: text.as_bytes(), limits: &limits };
    assert!(ProvisioningModel.recognises(&RawFile::new(input)), "{text}");
    ProvisioningModel.read(&input, &Text::utf8(text.as_bytes()), reading)
}

/// `pid name=value` of every property, in both readings, which have to agree.
fn both(text: &str) -> Vec<String> {
    let [aem, tolerant] = [Reading::Aem, Reading::Tolerant].map(|reading| {
        let document = document(text, reading);
        assert_eq!(document.problem, None, "{reading:?} {text}");
        let lines = document.nodes.iter().flat_map(|node| {
            let pid = node.pid.as_ref().unwrap();
            node.properties.iter().map(move |p| format!("{pid} {}={}", p.name, p.texts().collect::<Vec<_>>().join("|")))
        });
        lines.collect::<Vec<_>>()
    });
    assert_eq!(aem, tolerant);
    aem
}

#[test]
fn an_empty_line_ends_a_configuration() {
    let text = "# c\n[feature name=f]\n[configurations]\nx.Y-z\n  a=\"1\"\n  # b=\"2\"\n  c=[ \\\n   \"3\", \\\n   \"4\"]\n \
                \nx.Z~n\r\n  d=\"e\r\n  f\"";
    assert_eq!(both(text), ["x.Y~z a=1", "x.Y~z c=3|4", "x.Z~n d=e\nf"]);
    let nodes = document(text, Reading::Aem).nodes;
    assert_eq!(nodes[0].pid, Some(Pid::factory("x.Y", "z")));
    assert_eq!(nodes[1].pid, Some(Pid::singleton("x.Z~n")), "only a hyphen separates");
    assert_eq!(&text[nodes[0].name_span.range()], "x.Y-z");
}

#[test]
fn run_modes_are_those_of_the_section() {
    let text =
        "[feature name=f]\n[configurations runModes=prod,author]\na\n x=\"1\"\n\n[configurations]\na\n x=\"2\"\n";
    let nodes = document(text, Reading::Aem).nodes;
    assert_eq!(nodes[0].run_modes, ["author", "prod"]);
    assert!(nodes[1].run_modes.is_empty());
}

#[test]
fn variables_are_filled_in_and_point_at_where_they_are_used() {
    let text =
        "[feature name=f]\n[configurations]\na\n x=\"<${v}>\"\n y=\"$${v} ${none}\"\n\n[variables]\n v=1${w}\n w=2\n";
    assert_eq!(both(text), ["a x=<12>", "a y=$${v} ${none}"]);
    let document = document(text, Reading::Tolerant);
    let Value { span, .. } = document.nodes[0].property("x").unwrap().values[0];
    assert_eq!(&text[span.range()], "<${v}>");
}

#[test]
fn variables_in_variables_are_filled_in_behind_the_first_character() {
    for (variables, value) in [
        ("v=abc${w}\n w=2", "abc2"),
        ("v=é${w}é\n w=2", "é2é"),
        ("v=${w}\n w=2", "${w}"),
        ("v=a${w}b${w}\n w=${x}\n x=9", "a${x}b${x}"),
        ("v=a${w}b\n w=-${x}\n x=9", "a-9b"),
    ] {
        let text = format!("[feature name=f]\n[variables]\n {variables}\n[configurations]\na\n x=\"${{v}}\"\n");
        assert_eq!(both(&text), [format!("a x={value}")], "{variables}");
    }
}

#[test]
fn what_variables_add_is_counted() {
    let text = "[feature name=f]\n[variables]\n v=abc${w}\n w=2\n[configurations]\na\n x=\"${v}\"\n";
    let model = reader::read(text, Reading::Aem).unwrap();
    let read = |mut added| {
        let document = body::read(text, &model.configurations[0], &model.features[0], Reading::Aem, &mut added);
        (document.nodes[0].properties[0].first().map(str::to_owned), added)
    };
    assert_eq!(read(5), (Some("abc2".to_owned()), 5 + "abc${w}".len() + "abc2".len()));
    assert_eq!(read(16 << 20).0.as_deref(), Some("${v}"));
}

#[test]
fn only_a_person_sees_that_a_section_ends_a_configuration() {
    let text = "[feature name=f]\n[artifacts]\n a/b/1\n[configurations]\na\n x=\"1\"\n[variables]\n\nb=2\n";
    let pids = |reading| document(text, reading).nodes.into_iter().map(|node| node.path).collect::<Vec<_>>();
    assert_eq!(pids(Reading::Aem), ["a", "b=2"]);
    assert_eq!(pids(Reading::Tolerant), ["a"]);
}

#[test]
fn a_model_of_too_many_lines_is_read_to_the_limit() {
    let text = format!("[feature name=f]\n[configurations]\na\n x=\"1\"\n{}", "\n".repeat(crate::format::MAX_VALUES));
    let document = document(&text, Reading::Aem);
    assert_eq!(document.nodes[0].text("x"), Some("1"));
    assert_eq!(document.limit.map(|limit| limit.offset), Some(text.len() - 4));
}

#[test]
fn variables_that_name_each_other_come_to_an_end() {
    let text = "[feature name=f]\n[variables]\n v=x${v}${v}\n[configurations]\na\n x=\"${v}\"\n";
    assert_eq!(both(text), ["a x=${v}"], "as it is written");
}

#[test]
fn bodies_may_be_properties() {
    let text = "[feature name=f]\n[configurations]\na [format=properties mode=merge]\n x = y z\n # c\n u:\\u00e4\n";
    assert_eq!(both(text), ["a x=y z", "a u=ä"]);
}

#[test]
fn special_configurations_hold_no_properties() {
    assert!(both("[feature name=f]\n[configurations]\n:web.xml\n <a b=\"c\"/>\n").is_empty());
}

#[test]
fn the_exact_reading_refuses_what_the_model_reader_refuses() {
    let head = "[feature name=f]\n";
    let bodies = [
        ("[configurations]\nx\n a=\"1\"\n\nx\n a=\"2\"\n", "given before"),
        ("[configurations]\nx [format=json]\n a=\"1\"\n", "format or mode"),
        ("[configurations]\nx [color=red]\n a=\"1\"\n", "does not belong"),
        ("[configurations]\nx\n a=\"1\"\n\n# end\n", "comment"),
        ("[configurations\nx\n a=\"1\"\n", "closing bracket"),
        ("[configurations runModes]\nx\n a=\"1\"\n", "needs a value"),
        ("[odd]\nthing\n[configurations]\nx\n a=\"1\"\n", "unknown kind"),
        ("[variables]\nnone=\n[configurations]\nx\n a=\"1\"\n", "variable"),
        ("[variables]\n=none\n[configurations]\nx\n a=\"1\"\n", "variable"),
        ("[variables]\nnone\n[configurations]\nx\n a=\"1\"\n", "variable"),
        ("[artifacts startLevel=x]\n[configurations]\nx\n a=\"1\"\n", "start level"),
        ("[artifacts]\n[artifacts]\n[configurations]\nx\n a=\"1\"\n", "listed before"),
        ("[feature name=f]\n[configurations]\nx\n a=\"1\"\n", "this name"),
        ("[feature type=t]\n[configurations]\nx\n a=\"1\"\n", "needs a name"),
    ];
    for (body, problem) in bodies {
        let text = format!("{head}{body}");
        let refused = document(&text, Reading::Aem);
        assert!(refused.nodes.is_empty(), "{text}");
        let message = refused.problem.unwrap_or_else(|| panic!("{text}")).message;
        assert!(message.contains(problem), "{text}: {message}");
        let seen = document(&text, Reading::Tolerant);
        assert_eq!(seen.nodes.first().and_then(|node| node.text("a")), Some("1"), "{text}");
    }
}

#[test]
fn a_broken_body_costs_only_itself() {
    let text = "[feature name=f]\n[configurations]\nx\n a=\"https://example.org/?b=c\"\n\ny\n d=\"e\"\n";
    let exact = document(text, Reading::Aem);
    let offset = exact.problem.unwrap().offset;
    assert!(text[..offset].ends_with("?b=c"), "{}", &text[..offset]);
    assert_eq!(exact.nodes[1].text("d"), Some("e"));
    let seen = document(text, Reading::Tolerant);
    assert_eq!(seen.nodes[0].text("a"), Some("https://example.org/?b=c"));
}

#[test]
fn a_body_with_too_many_variables_is_not_cut_silently() {
    let values = "${a}".repeat(1_000_001);
    let text = format!("[feature name=f]\n[variables]\na=b\n[configurations]\nc\n x=\"{values}\"\n");
    let limit = document(&text, Reading::Tolerant).limit.unwrap();
    assert!(text[limit.offset..].starts_with("${a}"), "{limit:?}");
}
