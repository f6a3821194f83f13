use proptest::prelude::*;

use super::*;

fn tolerant(text: &str) -> Tree<'_> {
    parse(text, Dialect::TOLERANT, 100)
}

/// The members of the root as `key=scalar`, in order.
fn members(tree: &Tree<'_>) -> Vec<String> {
    let root = tree.root().expect("a root");
    root.members().map(|m| format!("{}={}", m.key().unwrap_or_default(), m.scalar().unwrap_or("…"))).collect()
}

#[test]
fn spans_are_those_of_the_raw_text() {
    let text = r#" { "k\u0065y" : [ "a\"b", -1.5e3, true, null, {} ] }"#;
    let tree = parse(text, Dialect::STRICT, 100);
    assert_eq!(tree.problem, None);
    let array = tree.root().unwrap().get("key").unwrap();
    assert_eq!(&text[array.key_span().range()], "k\\u0065y");
    let raw: Vec<&str> = array.elements().map(|e| &text[e.span().range()]).collect();
    assert_eq!(raw, ["a\\\"b", "-1.5e3", "true", "null", "{}"]);
    assert_eq!(&text[array.span().range()], r#"[ "a\"b", -1.5e3, true, null, {} ]"#);
}

#[test]
fn duplicate_keys_stay_and_the_last_one_counts() {
    let tree = parse(r#"{"a":1,"b":2,"a":3}"#, Dialect::STRICT, 100);
    assert_eq!(members(&tree), ["a=1", "b=2", "a=3"]);
    assert_eq!(tree.root().unwrap().get("a").unwrap().scalar(), Some("3"));
}

#[test]
fn an_equals_sign_is_a_colon_for_people_only() {
    let told = |dialect| parse(r#"{"a"="b"}"#, dialect, 100).problem.map(|problem| (problem.offset, problem.message));
    assert_eq!(told(Dialect::STRICT), Some((4, "a colon is missing after the key".to_owned())));
    assert_eq!(told(Dialect::TOLERANT), Some((4, "`=` stands where `:` is expected".to_owned())));
    assert_eq!(members(&tolerant(r#"{"a"="b"}"#)), ["a=b"]);
}

#[test]
fn strict_refuses_what_json_does_not_have() {
    let refused = [
        ("", 0),
        ("{'a':1}", 1),
        ("{\"a\":1,}", 7),
        ("[1,]", 3),
        ("{\"a\":01}", 6),
        ("{\"a\":1.}", 5),
        ("{\"a\":NaN}", 5),
        ("{\"a\":\"x\ny\"}", 7),
        ("{\"a\":\"\\x\"}", 7),
        ("{\"a\":\"\\u00g0\"}", 7),
        ("{\"a\":1 // c\n}", 7),
        ("{\"a\" 1}", 5),
        ("{\"a\":1} x", 8),
        ("\u{feff}{}", 0),
        ("{\"a\":1", 6),
        ("{\"a\":\"x", 5),
        ("[1}", 2),
        ("[,1]", 1),
        ("{\"a\":-}", 5),
        ("['a']", 1),
        ("[\"\\'\"]", 3),
        ("{\"a\"=1}", 4),
    ];
    for (text, offset) in refused {
        let problem = parse(text, Dialect::STRICT, 100).problem;
        assert_eq!(problem.map(|p| p.offset), Some(offset), "{text:?}");
    }
}

#[test]
fn what_stands_before_an_error_stays() {
    let tree = parse(r#"{"a":1,"b":{"c":2,"d":nope,"e":5}}"#, Dialect::STRICT, 100);
    assert_eq!(tree.root().unwrap().get("b").unwrap().get("c").unwrap().scalar(), Some("2"));
    assert!(tree.problem.is_some());
}

#[test]
fn comments_are_removed_as_felix_does() {
    let table: &[(&str, &str)] = &[
        ("/**/1", "1"),
        ("/*/1*/2", "1*/2"),
        ("1//", "1"),
        ("a/b", "a/b"),
        ("/ /", "/ "),
        ("http://x", "http:"),
        ("*/", "*"),
        ("/\"a\"*1", "\"a\"*/1"),
        ("// /* \nx */", "\nx *"),
        ("/* a *//b\nc", "\nc"),
    ];
    for (text, expected) in table {
        assert_eq!(strip_comments(text).unwrap().text, *expected, "{text:?}");
    }
    assert!(strip_comments("no comment").is_none());
}

#[test]
fn a_comment_inside_a_number_joins_its_parts() {
    let text = "// é\n{\"a\": 1/* x */2, /* y */ \"b\" : \"https://z\" // end\n}";
    let tree = parse(text, Dialect::FELIX, 100);
    assert_eq!(tree.problem, None);
    assert_eq!(members(&tree), ["a=12", "b=https://z"]);
    let root = tree.root().unwrap();
    assert_eq!(&text[root.get("a").unwrap().span().range()], "1/* x */2");
    assert_eq!(&text[root.get("b").unwrap().span().range()], "https://z");
    assert_eq!(&text[root.get("b").unwrap().key_span().range()], "b");
}

#[test]
fn felix_never_reaches_text_after_the_root() {
    assert_eq!(parse("{\"a\":1} xx", Dialect::FELIX, 100).problem, None);
}

#[test]
fn tolerant_takes_what_people_write() {
    let text = "\u{feff}{ // c\n 'a': 'it\"s', # d\n \"b\": \"x\ty\", /* e */ \"c\": [1,2,],\n}";
    let tree = tolerant(text);
    assert_eq!(tree.problem, None);
    assert_eq!(members(&tree), ["a=it\"s", "b=x\ty", "c=…"]);
    assert_eq!(members(&tolerant("\"a\":\"1\",\"b\":\"2\"")), ["a=1", "b=2"]);
}

#[test]
fn a_broken_member_does_not_cost_its_neighbours() {
    let table: &[(&str, &[&str])] = &[
        ("{\"a\":\"1\"\n\"b\":\"2\"}", &["a=1", "b=2"]),
        ("{\"a\":\"1,\n\"b\":\"2\"}", &["a=1", "b=2"]),
        ("{\"a\":,\"b\":\"2\"}", &["b=2"]),
        ("{\"a\"\n\"b\":\"2\"}", &["b=2"]),
        ("{\"a\":$[secret:x],\"b\":2}", &["a=$[secret:x]", "b=2"]),
        ("{a:1, b : two, \"c\"=3}", &["a=1", "b=two", "c=3"]),
        ("{\"a\":2020-01-01,\"b\":trueish}", &["a=2020-01-01", "b=trueish"]),
        ("{\"a\":\"C:\\x\",\"b\":2}", &["a=C:x", "b=2"]),
        ("{\"a\":[1,2},\"b\":2}", &["a=…", "b=2"]),
        ("{\"a\":1,,\"b\":2", &["a=1", "b=2"]),
        ("{\"a\":1]}, \"b\":2}", &["a=1"]),
        ("{\"a\":1],\"b\":2}", &["a=1", "b=2"]),
        ("{\"a\":[{\"x\":1],\"b\":2}", &["a=…", "b=2"]),
        ("{\"a\":nope\n\"b\":2}", &["a=nope", "b=2"]),
        ("{\"a\":$[env:X;default=[y,z]],\"b\":2}", &["a=$[env:X;default=[y,z]]", "b=2"]),
        ("{\"a\":\u{a0}1,\"b\":2}", &["a=1", "b=2"]),
        ("{\"a\":\"x\n\"b\":\"y\nz\"}", &["a=x", "b=y\nz"]),
    ];
    for (text, expected) in table {
        let tree = tolerant(text);
        assert_eq!(members(&tree), *expected, "{text:?}");
        assert!(tree.problem.is_some(), "{text:?}");
    }
}

#[test]
fn a_broken_element_does_not_cost_its_neighbours() {
    let table: &[(&str, &[&str])] =
        &[("[1,,2]", &["1", "2"]), ("[[{\"a\":1],2]", &["…", "2"]), ("[{\"a\":1],2},3]", &["…", "2", "3"])];
    for (text, expected) in table {
        let tree = tolerant(text);
        let elements: Vec<_> = tree.root().unwrap().elements().map(|json| json.scalar().unwrap_or("…")).collect();
        assert_eq!(elements, *expected, "{text}");
        assert!(tree.problem.is_some(), "{text}");
    }
}

#[test]
fn strings_run_over_lines_where_the_dialect_lets_them() {
    let tree = tolerant("{\"a\":\"x\ny\",\"b\":'it\\'s'}");
    assert_eq!(tree.problem, None);
    assert_eq!(members(&tree), ["a=x\ny", "b=it's"]);
}

#[test]
fn numbers_are_read_with_sign_and_exponent() {
    let numbers = ["0", "-0", "10", "1.25", "1e5", "1e15", "1e+15", "2E-10", "-1.5e3"];
    let text = format!("[{}]", numbers.join(", "));
    let tree = parse(&text, Dialect::STRICT, 10);
    assert_eq!(tree.problem, None);
    let elements = tree.root().unwrap().elements();
    let read: Vec<_> = elements.map(|json| (json.scalar().unwrap(), &text[json.span().range()])).collect();
    assert_eq!(read, numbers.map(|number| (number, number)));
}

#[test]
fn brackets_in_strings_that_are_nested_too_deep_do_not_count() {
    let tree = parse("{\"a\":[\"]}\\\"]\"],\"b\":1}", Dialect::STRICT, 1);
    assert_eq!(tree.problem, None);
    assert_eq!(tree.limit.as_ref().map(|limit| limit.offset), Some(5));
    assert_eq!(members(&tree), ["b=1"]);
}

#[test]
fn positions_behind_a_start_and_comments_are_those_of_the_text() {
    let text = "é {/* c */\"k\": 1/**/2, x";
    let tree = parse_from(text, 3, Dialect::FELIX, 10);
    let member = tree.root().unwrap().get("k").unwrap();
    assert_eq!((&text[member.key_span().range()], &text[member.span().range()]), ("k", "1/**/2"));
    assert_eq!(tree.problem.as_ref().map(|problem| problem.offset), text.find('x'));
}

/// How `hjson-parse.js` reads them.
#[test]
fn hjson_strings_need_no_quotes() {
    let table: &[(&str, &[&str])] = &[
        ("{a: 1 x\nb: 1 # c\nc: true//d\nd: null , e: 'x'\n}", &["a=1 x", "b=1", "c=true", "d=null", "e=x"]),
        ("a: '''x'''", &["a=x"]),
        ("a: ''' x\ny'''", &["a=x\ny"]),
        ("a: ''' \r\n   x\r\n    y\r\n   '''\nb: 1", &["a=x\n y", "b=1"]),
        ("{\n a: '''x\n     y\n  z'''}", &["a=x\n y\nz"]),
        ("é: '''\n   x\n    y'''", &["é=x\n y"]),
        ("😀: '''\n    x\n     y'''", &["😀=x\n y"]),
        ("a: '''\n   x\n    '''", &["a=x\n "]),
        ("a: '''\n\n'''", &["a="]),
        ("a: '''x\ry\r\nz'''", &["a=xy\nz"]),
        ("a: ''' '''", &["a="]),
    ];
    for (text, expected) in table {
        let tree = parse(text, Dialect::HJSON, 10);
        assert_eq!(tree.problem, None, "{text:?}");
        assert_eq!(members(&tree), *expected, "{text:?}");
    }
}

#[test]
fn surrogate_escapes_combine() {
    let tree = parse(r#"["\ud83d\ude00","\ud83dx","\ude00","\ud83d\ud83d\ude00"]"#, Dialect::STRICT, 100);
    let texts: Vec<&str> = tree.root().unwrap().elements().filter_map(Json::as_str).collect();
    assert_eq!(texts, ["😀", "\u{fffd}x", "\u{fffd}", "\u{fffd}😀"]);
}

#[test]
fn deep_nesting_is_a_limit_and_costs_only_itself() {
    let deep = format!("{{\"a\":{}{},\"b\":1}}", "[".repeat(100_000), "]".repeat(100_000));
    for dialect in [Dialect::STRICT, Dialect::FELIX, Dialect::TOLERANT] {
        let tree = parse(&deep, dialect, 1000);
        assert_eq!(tree.problem, None);
        assert_eq!(tree.limit.as_ref().map(|p| p.offset), Some(5 + 999));
        assert_eq!(tree.root().unwrap().get("b").unwrap().scalar(), Some("1"));
    }
    assert!(parse(&"{\"a\":".repeat(100_000), Dialect::TOLERANT, usize::MAX).problem.is_some());
}

#[test]
fn hostile_texts_take_linear_time() {
    let n = 200_000;
    for unit in ["\"", "\"\\\"\n", "\\\"\n", "{\"", "]", "[}", "'\"\n", "\"\r", "/*", "{\"a\"\n", ":", "[\"x\n"] {
        let text = unit.repeat(n);
        assert!(parse(&text, Dialect::TOLERANT, 10_000).problem.is_some(), "{unit:?}");
    }
}

/// Any dialect, also those that no format uses.
fn dialects() -> impl Strategy<Value = Dialect> {
    let comments =
        prop_oneof![Just(Comments::None), Just(Comments::Felix), Just(Comments::Inline), Just(Comments::Slashes)];
    let used = prop_oneof![
        Just(Dialect::STRICT),
        Just(Dialect::FELIX),
        Just(Dialect::TOLERANT),
        Just(Dialect::HJSON),
        Just(Dialect::of_export(Reading::Aem)),
    ];
    let any = (comments, any::<[bool; 8]>()).prop_map(|(comments, flags)| {
        let [byte_order_mark, single_quotes, control_characters, trailing_commas, rest @ ..] = flags;
        let [implicit_object, hjson, ignore_trailing, recover] = rest;
        Dialect {
            comments,
            byte_order_mark,
            single_quotes,
            control_characters,
            trailing_commas,
            implicit_object,
            hjson,
            ignore_trailing,
            recover,
        }
    });
    prop_oneof![used, any]
}

/// JSON, here and there with something that only some dialects accept.
fn json_like() -> impl Strategy<Value = String> {
    let gap = || {
        let odd =
            prop::sample::select(vec!["/* ] */", "// }\n", "# c\n", "\u{a0}", "/", ",", "'", "\u{1}", "}", "x", "\""]);
        prop_oneof![60 => Just(""), 20 => Just(" "), 10 => Just("\n\t"), 1 => odd]
    };
    let plain = vec!["1", "-0.5e3", "true", "null", "\"\"", "\"a/b\"", "\"\\u00e9\\\"\"", "\"//\"", "\"/*\"", "\"'\""];
    let odd = vec!["'a'", "\"it\\'s\"", "\"x\ty\"", "\"x\ny\"", "nope", "1x", "1 x", "'''m'''", "\"\\x\"", "01"];
    let scalar = prop_oneof![20 => prop::sample::select(plain), 1 => prop::sample::select(odd)];
    let value = scalar.prop_map(str::to_owned).prop_recursive(5, 30, 4, move |inner| {
        let key = prop_oneof![30 => Just("\"k\""), 30 => Just("\"a\\n\""), 1 => Just("k"), 1 => Just("'k'"), 1 => Just("\"k\tl\"")];
        let entry = (gap(), key, gap(), inner, gap());
        (any::<bool>(), prop::collection::vec(entry, 0..4), gap()).prop_map(|(is_object, entries, last)| {
            let entries = entries.iter().map(|(before, key, colon, value, after)| match is_object {
                true => format!("{before}{key}{colon}:{value}{after}"),
                false => format!("{before}{value}{after}"),
            });
            let entries: Vec<String> = entries.collect();
            let (open, close) = if is_object { ('{', '}') } else { ('[', ']') };
            format!("{open}{}{last}{close}", entries.join(","))
        })
    });
    let mark = prop_oneof![6 => Just(""), 1 => Just("\u{feff}")];
    (mark, gap(), value, gap()).prop_map(|(mark, before, value, after)| format!("{mark}{before}{value}{after}"))
}

#[test]
fn a_tree_without_anything_tolerated_is_that_of_every_dialect() {
    let kept = |text: &str, dialect| {
        let kept = tolerant(text).kept(Dialect::TOLERANT, 100);
        kept.tree(text, dialect, 100).is_some()
    };
    for text in ["{\"a\": [1, \"b//c\\n\", {}]}", "[\n\t]\n", "{\"a\": tru"] {
        assert_eq!(kept(text, Dialect::STRICT), !text.ends_with("tru"), "{text}");
        assert!(kept(text, Dialect::TOLERANT), "{text}");
    }
    for text in ["{'a': 1}", "[1,]", "[1] // c", "[\"\t\"]", "[\"\\'\"]", "\"a\": 1", "# c\n[1]", "1", "\u{feff}[]"] {
        assert!(!kept(text, Dialect::FELIX), "{text}");
    }
    assert!(kept("\u{feff}[]", Dialect::of_export(Reading::Aem)));
    let nested = parse("[[]]", Dialect::TOLERANT, 1).kept(Dialect::TOLERANT, 1);
    assert!(nested.tree("[[]]", Dialect::STRICT, 2).is_none() && nested.tree("[[]]", Dialect::STRICT, 1).is_some());
}

proptest! {
    #[test]
    fn a_kept_tree_is_the_tree_of_the_other_dialect(
        text in prop_oneof![4 => json_like(), 1 => "[\\[\\]{}:,\"'\\\\/*#a1\n\r \u{e9}-]{0,40}"],
        own in dialects(),
        others in prop::collection::vec(dialects(), 4),
        depth in 1usize..6,
    ) {
        let kept = parse(&text, own, depth).kept(own, depth);
        for other in others {
            let Some(tree) = kept.tree(&text, other, depth) else { continue };
            let expected = parse(&text, other, depth);
            prop_assert_eq!(&tree.parsed.items, &expected.parsed.items, "{:?} in {:?}", own, other);
            prop_assert_eq!((tree.problem, tree.limit), (expected.problem, expected.limit), "{:?} in {:?}", own, other);
        }
    }

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC*|[\\[\\]{}:,\"'\\\\/*#a1\n\r \u{e9}-]{0,80}", depth in 1usize..6) {
        for dialect in [Dialect::STRICT, Dialect::FELIX, Dialect::TOLERANT] {
            let tree = parse(&text, dialect, depth);
            for item in &tree.parsed.items {
                prop_assert!(text.get(item.scalar.span.range()).is_some());
                prop_assert!(item.key.as_ref().is_none_or(|key| text.get(key.span.range()).is_some()));
            }
        }
    }

    #[test]
    fn strings_survive(value in "\\PC*|[\u{0}-\u{20}\"\\\\/\u{ffff}\u{10ffff}]*") {
        let text = serde_json::json!({ "k": value }).to_string();
        for dialect in [Dialect::STRICT, Dialect::FELIX, Dialect::TOLERANT] {
            let tree = parse(&text, dialect, 10);
            let member = tree.root().unwrap().get("k").unwrap();
            prop_assert_eq!(member.as_str(), Some(value.as_str()));
            let raw = format!("\"{}\"", &text[member.span().range()]);
            prop_assert_eq!(serde_json::from_str::<String>(&raw).unwrap(), value.clone());
        }
    }
}
