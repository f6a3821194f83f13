use super::*;

#[test]
fn values_are_set() {
    check(
        JSON,
        &[
            ("{\"a\": \"1\"}", &[set("a", "2")], "{\"a\": \"2\"}"),
            ("{\"a\": \"1\"}", &[set("A", "x\"\\\n\u{1}")], "{\"a\": \"x\\\"\\\\\\n\\u0001\"}"),
            ("{\"a\" :1, \"b\": {\"c\": 2}}", &[set("a", "2"), set("b", "")], "{\"a\" :\"2\", \"b\": \"\"}"),
            ("{\"a\": \"1\", \"a\": \"2\"}", &[set("a", "3")], "{\"a\": \"1\", \"a\": \"3\"}"),
            ("{\"a:Integer\": 1}", &[set("a", "x")], "{\"a\": \"x\"}"),
            ("{\"a:String\": 1}", &[set("a", "x")], "{\"a:String\": \"x\"}"),
            ("{\"a:String[]\": [1]}", &[set("a", "x")], "{\"a\": \"x\"}"),
            ("{\"\\u0061:Long\": 1}", &[set("a", "x")], "{\"a\": \"x\"}"),
            ("{\":configurator:a:Long\": 1}", &[set("a", "x")], "{\":configurator:a:Long\": \"x\"}"),
        ],
    );
}

/// Without its type, the last of two equal keys no longer hid the first, and AEM did not load the file.
#[test]
fn members_hidden_by_a_key_that_loses_its_type_go() {
    check(
        JSON,
        &[
            ("{\"a:Integer\": 1, \"b\": 2, \"a:Integer\": 3}", &[set("a", "x")], "{\"b\": 2, \"a\": \"x\"}"),
            ("{\"a:String\": \"1\", \"a:String\": \"2\"}", &[list("a", &["0"])], "{\"a\": [\"2\"]}"),
            (
                "{\"a:String\": \"1\", \"a:String\": \"2\"}",
                &[set("a", "x")],
                "{\"a:String\": \"1\", \"a:String\": \"x\"}",
            ),
        ],
    );
}

#[test]
fn members_are_added_behind_the_last_one() {
    check(
        JSON,
        &[
            ("{}", &[set("a", "1"), set("b", "2")], "{\n  \"a\": \"1\",\n  \"b\": \"2\"\n}"),
            ("{}\r", &[set("a", "1")], "{\r  \"a\": \"1\"\r}\r"),
            ("{\r\n}\r\n", &[set("a", "1")], "{\r\n  \"a\": \"1\"\r\n}\r\n"),
            ("{ // c\n}", &[set("a", "1")], "{ // c\n  \"a\": \"1\"\n}"),
            ("{ /* c */ }", &[set("a", "1")], "{ /* c */\n  \"a\": \"1\"\n}"),
            ("{\"a\": 1 // one\r\n}", &[set("b", "2")], "{\"a\": 1, // one\r\n  \"b\": \"2\"\r\n}"),
            ("{\"a\":1}", &[set("b", "2")], "{\"a\":1, \"b\":\"2\"}"),
            ("{\"a\":1,\"b\":2}", &[set("c", "3")], "{\"a\":1,\"b\":2,\"c\":\"3\"}"),
            ("{\n\t\"a\": 1 // one\n}\n", &[set("b", "2")], "{\n\t\"a\": 1, // one\n\t\"b\": \"2\"\n}\n"),
            ("{\n  \"a\": 1\n  // end\n}", &[set("b", "2")], "{\n  \"a\": 1,\n  \"b\": \"2\"\n  // end\n}"),
            ("{\n  \"a\": 1 /* x */ }", &[set("b", "2")], "{\n  \"a\": 1,\n  \"b\": \"2\" /* x */ }"),
            ("{\r\n  \"a\": 1 /* x */\r\n}", &[set("b", "2")], "{\r\n  \"a\": 1, /* x */\r\n  \"b\": \"2\"\r\n}"),
            ("{\n  \"a\": 1\n}", &[list("b", &["x", "y"])], "{\n  \"a\": 1,\n  \"b\": [\"x\", \"y\"]\n}"),
        ],
    );
}

#[test]
fn members_are_removed_with_their_lines() {
    check(
        JSON,
        &[
            ("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n", &[remove("a")], "{\n  \"b\": 2,\n  \"c\": 3\n}\n"),
            ("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n", &[remove("b")], "{\n  \"a\": 1,\n  \"c\": 3\n}\n"),
            ("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n", &[remove("c")], "{\n  \"a\": 1,\n  \"b\": 2\n}\n"),
            ("{\n  \"a\": 1,\n  \"b\": 2\n}\n", &[remove("a"), remove("b")], "{\n}\n"),
            ("{\"a\": 1, \"b\": 2, \"c\": 3}", &[remove("a")], "{\"b\": 2, \"c\": 3}"),
            ("{\"a\": 1, \"b\": 2, \"c\": 3}", &[remove("b")], "{\"a\": 1, \"c\": 3}"),
            ("{ \"a\": 1, \"b\": 2, \"c\": 3 }", &[remove("c")], "{ \"a\": 1, \"b\": 2 }"),
            ("{\"a\": 1}", &[remove("a")], "{}"),
            ("{ \"a\": 1\n}", &[remove("a")], "{\n}"),
            ("{\"a\": 1, \"b\": 2, \"a\": 3}", &[remove("a")], "{\"b\": 2}"),
            ("{ \"a\": 1\n, \"b\": 2\n, \"c\": 3\n}", &[remove("b")], "{ \"a\": 1\n, \"c\": 3\n}"),
            ("{ \"a\": 1\n, \"b\": 2\n}", &[remove("a")], "{ \"b\": 2\n}"),
        ],
    );
}

#[test]
fn comments_stay() {
    check(
        JSON,
        &[
            (
                "{\n  // of a\n  \"a\": 1, // one\n  /* of b */\n  \"b\": 2 // two\n}",
                &[remove("b")],
                "{\n  // of a\n  \"a\": 1 // one\n  /* of b */\n  // two\n}",
            ),
            (
                "{\n  // of a\n  \"a\": 1, // one\n  /* of b */\n  \"b\": 2 // two\n}",
                &[remove("a"), set("c", "3")],
                "{\n  // of a\n  // one\n  /* of b */\n  \"b\": 2, // two\n  \"c\": \"3\"\n}",
            ),
            ("{/* x */\"a\": 1,/* y */\"b\": 2}", &[remove("a")], "{/* x */ /* y */\"b\": 2}"),
            ("{\"a\": 1 /* x */, /* y */ \"b\": 2}", &[remove("b")], "{\"a\": 1 /* x */ /* y */ }"),
            ("{\"a\": 1 // x\n}", &[remove("a")], "{// x\n}"),
            (
                "{ \"a\": 1 // one\n, \"b\": 2 // two\n, \"c\": 3 // three\n}",
                &[remove("b")],
                "{ \"a\": 1 // one\n// two\n, \"c\": 3 // three\n}",
            ),
            (
                "{\n  \"a\": 1, // one\n  \"b\": 2, // two\n  \"c\": 3 // three\n}",
                &[remove("b")],
                "{\n  \"a\": 1, // one\n  // two\n  \"c\": 3 // three\n}",
            ),
            (
                "{\n  \"a\": 1, // one\n  \"b\": 2 // two\n}",
                &[remove("b"), set("c", "3")],
                "{\n  \"a\": 1, // one\n  \"c\": \"3\"\n  // two\n}",
            ),
            ("{\"a\": /* v */ 1}", &[set("a", "2")], "{\"a\": /* v */ \"2\"}"),
            (
                "{\"a\": [\n  \"x\", // one\n  \"y\" // two\n]}",
                &[list("a", &["1", "z"])],
                "{\"a\": [\n  // one\n  \"y\", // two\n  \"z\"\n]}",
            ),
            (
                "{\"a\": [\n  \"x\", // one\n  \"y\", // two\n  \"z\" // three\n]}",
                &[list("a", &["0", "n", "2"])],
                "{\"a\": [\n  \"x\", // one\n  \"n\",\n  // two\n  \"z\" // three\n]}",
            ),
            (
                "{\"a\": [\n  \"x\", // one\n  \"y\", // two\n  \"z\" // three\n]}",
                &[list("a", &["0", "2"])],
                "{\"a\": [\n  \"x\", // one\n  // two\n  \"z\" // three\n]}",
            ),
        ],
    );
}

#[test]
fn lists_keep_what_is_kept() {
    check(
        JSON,
        &[
            ("{\"a\": [\"x\", \"\\u0079\"]}", &[list("a", &["1"])], "{\"a\": [\"\\u0079\"]}"),
            ("{\"a\": [\"x\", \"y\"]}", &[list("a", &["0", "n", "1"])], "{\"a\": [\"x\", \"n\", \"y\"]}"),
            ("{\"a\": [\"x\",\"y\"]}", &[list("a", &["n", "0", "1", "m"])], "{\"a\": [\"n\",\"x\",\"y\",\"m\"]}"),
            ("{\"a\": [\"x\", \"y\"]}", &[list("a", &["1", "0", "n"])], "{\"a\": [\"y\", \"x\", \"n\"]}"),
            ("{\"a\": [\"x\", \"y\"]}", &[list("a", &["n"])], "{\"a\": [\"n\"]}"),
            ("{\"a\": [\"x\", \"y\"]}", &[list("a", &["0", "0"])], "{\"a\": [\"x\", \"x\"]}"),
            ("{\"a\": [\"x\"\n, \"y\"]}", &[list("a", &["0", "n", "1"])], "{\"a\": [\"x\"\n,\n\"n\", \"y\"]}"),
            ("{\"a\": [\"x\",\n\n  \"y\"]}", &[list("a", &["0", "1", "n"])], "{\"a\": [\"x\",\n\n  \"y\",\n  \"n\"]}"),
            ("{\"a:String[]\": [1, \"y\"]}", &[list("a", &["0", "n"])], "{\"a:String[]\": [\"[1,\\\"y\\\"]\", \"n\"]}"),
            ("{\"a:String[]\": [1]}", &[list("a", &["0", "n"])], "{\"a:String[]\": [\"1\", \"n\"]}"),
            ("{\"a:String[]\": \"\"}", &[list("a", &["n"])], "{\"a:String[]\": [\"n\"]}"),
            ("{\"a\": [\"x\", \"y\"]}", &[list("a", &[])], "{\"a\": []}"),
            ("{\"a\": [ ]}", &[list("a", &["n", "m"])], "{\"a\": [\"n\", \"m\"]}"),
            ("{\"a\": [\n  ]}", &[list("a", &["n", "m"])], "{\"a\": [\n    \"n\",\n    \"m\"\n  ]}"),
            ("{\"a\": \"x\"}", &[list("a", &["0", "n"])], "{\"a\": [\"x\", \"n\"]}"),
            ("{\"a\": [1, 2]}", &[list("a", &["1"])], "{\"a\": [\"2\"]}"),
            ("{\"a:Integer[]\": [\"01\"]}", &[list("a", &["0"])], "{\"a\": [\"1\"]}"),
            ("{\"a:Collection<String>\": [\"x\"]}", &[list("a", &["n"])], "{\"a:Collection<String>\": [\"n\"]}"),
            ("{\"a:Collection<String>\": null}", &[list("a", &["n"])], "{\"a:Collection<String>\": [\"n\"]}"),
            ("{\"a:String[]\": \"x\"}", &[list("a", &["0", "n"])], "{\"a:String[]\": [\"x\", \"n\"]}"),
            (
                "{\"a\": [\r\n\t\"x\",\r\n\t\"y\"\r\n]}",
                &[list("a", &["0", "n"])],
                "{\"a\": [\r\n\t\"x\",\r\n\t\"n\"\r\n]}",
            ),
        ],
    );
}

#[test]
fn what_aem_does_not_take_is_refused() {
    let (unloaded, other) = ("AEM does not load it", "AEM reads other properties in it");
    let comment = "a comment that AEM sees differently";
    for (text, expected) in [
        ("{\"a\": 1,}", unloaded),
        ("\u{feff}{\"a\": 1}", unloaded),
        ("{\"a\": 1, \"b\": null}", unloaded),
        ("{\"a\": 1, \"A\": 2}", unloaded),
        ("{\"a\": 1, \"jcr:title\": \"x\"}", unloaded),
        ("{\"a\": 1 # c\n}", unloaded),
        ("{'a': 1}", unloaded),
        ("", unloaded),
        ("{\"a\": 1", "the text ends inside an object"),
        ("[]", "no root object"),
        ("{\"a\": 1, /*/ \"b\": 2, /**/ \"d\": 3}", other),
        ("{\"a\": 1 /* x *//* y */\n}", comment),
        ("{\"a\": 1 // x\r// y\n}", comment),
    ] {
        let says = refused(JSON, text, &[set("b", "2"), remove("a")]);
        assert!(says.contains(expected), "{text:?}: {says}");
    }
    refused(JSON, "{\"a\": 1}", &[set("b:String", "2")]);
    refused(JSON, "{\"\u{17f}\": 1}", &[set("s", "2")]);
    assert!(edit_bytes(JSON, b"{\"a\": \"\xff\"}", 0, &[set("a", "2")]).is_err());
}

/// After `/*/`, AEM is outside the comment again and reads `}`; the new member was put where AEM does not look.
#[test]
fn a_comment_that_aem_ends_at_its_beginning_is_refused() {
    let says = refused(JSON, "{\n  /*/} */\n}", &[set("a", "1")]);
    assert!(says.contains("a comment that AEM sees differently"), "{says}");
}
