use super::*;

#[test]
fn values_are_set() {
    check(
        FELIX,
        &[
            ("a=\"1\"\r\nb=\"2\"", &[set("a", "x=y \"z\\\n")], "a=\"x\\=y\\ \\\"z\\\\\\n\"\r\nb=\"2\""),
            ("a=\"1\"\n", &[set("A", "2")], "a=\"2\"\n"),
            ("a = T\"1\"\n", &[set("a", "2")], "a = \"2\"\n"),
            ("a=I\"1\"\n", &[set("a", "2")], "a=\"2\"\n"),
            ("a=[ \\\r\n  \"1\", \\\r\n  ]\r\n", &[set("a", "2")], "a=\"2\"\r\n"),
            ("a=\"1\"\na=\"2\"\n", &[set("a", "3")], "a=\"1\"\na=\"3\"\n"),
            ("a=[] b=\"2\"\n", &[set("a", "1")], "a=\"1\"\n b=\"2\"\n"),
            ("a=[] b=\"2\"\n", &[set("a", "1"), remove("b")], "a=\"1\"\n"),
            ("a=[]# c\n", &[set("a", "1")], "a=\"1\" # c\n"),
            ("a=[] b=[] # c\n", &[set("a", "1"), remove("b")], "a=\"1\" # c\n"),
            ("a=\"1\nx\" # c\n", &[set("a", "3")], "a=\"3\" # c\n"),
        ],
    );
}

/// The blanks before the comment were removed with the pair, and the result was `"1"# c`.
#[test]
fn a_comment_behind_a_removed_pair_is_kept_apart_from_a_new_value() {
    let changes = [set("a", "1"), remove("b")];
    check(
        FELIX,
        &[
            ("a=[]b=[] # c\n", &changes, "a=\"1\" # c\n"),
            ("a=[]b=[]# c\n", &changes, "a=\"1\" # c\n"),
            ("a=[]b=[] b=[] # c\n", &changes, "a=\"1\" # c\n"),
            ("a=[] b=[]# c\n", &changes, "a=\"1\" # c\n"),
        ],
    );
}

/// AEM treats U+2028 as white space before a comment; a person sees a part of the value.
#[test]
fn a_comment_behind_white_space_of_java_alone_gets_a_line() {
    check(
        FELIX,
        &[
            ("a=[]\u{2028}# c\n", &[set("a", "1")], "a=\"1\"\n\u{2028}# c\n"),
            ("a=[]\u{2028}\n", &[set("a", "1")], "a=\"1\"\u{2028}\n"),
        ],
    );
}

/// A new pair replaced a list directly followed by a comment: `b="1"# c`.
#[test]
fn a_comment_behind_a_removed_list_is_kept_apart_from_a_new_pair() {
    let changes = [remove("a"), remove("b"), set("c", "1")];
    check(
        FELIX,
        &[
            ("a=[]# c\n", &changes, "c=\"1\" # c\n"),
            ("a=[] # c\n", &changes, "c=\"1\" # c\n"),
            ("a=[]b=[] # c\n", &changes, "c=\"1\" # c\n"),
            ("a=[]\nb=[]# c\n", &changes, "c=\"1\"\n# c\n"),
        ],
    );
}

#[test]
fn pairs_are_added_behind_the_last_one() {
    check(
        FELIX,
        &[
            ("", &[set("a", "1"), set("b", "2")], "a=\"1\"\nb=\"2\"\n"),
            ("# c\r\n", &[set("a", "1")], "# c\r\na=\"1\"\r\n"),
            ("# c\n # d", &[set("a", "1")], "# c\n # d\na=\"1\""),
            ("a=\"1\"", &[set("b", "2")], "a=\"1\"\nb=\"2\""),
            ("a=\"1\" # c\r\n\r\n# d\r\n", &[set("b", "2")], "a=\"1\" # c\r\nb=\"2\"\r\n\r\n# d\r\n"),
            ("a=[\"1\"] b=\"2\"\n", &[remove("b"), set("c", "3")], "a=[\"1\"]\nc=\"3\"\n"),
            ("a=\"1\"\nb=\"2\"", &[remove("a"), remove("b"), set("c", "3"), set("d", "4")], "c=\"3\"\nd=\"4\""),
            ("a=\"1\"\r\n", &[list("b", &["x", "y"])], "a=\"1\"\r\nb=[ \\\r\n  \"x\", \\\r\n  \"y\", \\\r\n  ]\r\n"),
        ],
    );
}

/// The line of the last kept pair ended within a removed list, and the comment after it followed the new pair.
#[test]
fn a_comment_behind_a_removed_list_of_more_lines_stays_on_its_line() {
    let changes = [remove("b"), set("c", "1")];
    check(
        FELIX,
        &[
            ("a=[] b=[ \\\n  ] # d\n", &changes, "a=[] # d\nc=\"1\"\n"),
            ("a=[] b=[ \\\n  ]# d\n", &changes, "a=[] # d\nc=\"1\"\n"),
            ("a=[]b=[ \\\n  ]b=[ \\\n  ] # d\n# e\n", &changes, "a=[]# d\nc=\"1\"\n# e\n"),
            ("a=[]\nb=[ \\\n  ] # d\n", &changes, "a=[]\nc=\"1\"\n# d\n"),
        ],
    );
}

#[test]
fn pairs_are_removed_with_their_lines() {
    let three = "# x\na=\"1\"\n# y\nb=[ \\\n  \"2\", \\\n  ]\n# z\nc=\"3\"";
    check(
        FELIX,
        &[
            (three, &[remove("a")], "# x\n# y\nb=[ \\\n  \"2\", \\\n  ]\n# z\nc=\"3\""),
            (three, &[remove("b")], "# x\na=\"1\"\n# y\n# z\nc=\"3\""),
            (three, &[remove("c")], "# x\na=\"1\"\n# y\nb=[ \\\n  \"2\", \\\n  ]\n# z"),
            ("a=\"1\"\nb=\"2\"\nc=\"3\"", &[remove("b"), remove("c")], "a=\"1\""),
            ("a=\"1\"\n", &[remove("a")], ""),
            ("a=\"1\"\nb=\"2\"\na=\"3\"\n", &[remove("a")], "b=\"2\"\n"),
            ("a=[\"1\"] b=\"2\" # c\n", &[remove("a")], "b=\"2\" # c\n"),
            ("a=[\"1\"] b=[\"2\"] c=\"3\"\n", &[remove("b")], "a=[\"1\"] c=\"3\"\n"),
            ("\n  a=\"1\" # c\nb=\"2\"\n", &[remove("a")], "\n  # c\nb=\"2\"\n"),
            ("a=\"1\" # c\nb=\"2\"\n", &[remove("a")], "# c\nb=\"2\"\n"),
            // A comment in the first line is dropped up to the next LF.
            ("a=\"1\" # c", &[remove("a")], " # c"),
            ("a=\"1\"\n# c\rb=\"2\"\n", &[remove("a")], " # c\rb=\"2\"\n"),
            ("# c\na=\"1\"", &[remove("a")], "# c\n"),
        ],
    );
}

#[test]
fn lists_keep_what_is_kept() {
    let written = "a=[ \\\r\n  \"x\", \\\r\n  \"\\y\", \\\r\n  ]\r\n";
    check(
        FELIX,
        &[
            (written, &[list("a", &["1"])], "a=[ \\\r\n  \"\\y\", \\\r\n  ]\r\n"),
            (written, &[list("a", &["0"])], "a=[ \\\r\n  \"x\", \\\r\n  ]\r\n"),
            (
                written,
                &[list("a", &["0", "1", "n"])],
                "a=[ \\\r\n  \"x\", \\\r\n  \"\\y\", \\\r\n  \"n\", \\\r\n  ]\r\n",
            ),
            (
                written,
                &[list("a", &["n", "0", "m", "1"])],
                "a=[ \\\r\n  \"n\", \\\r\n  \"x\", \\\r\n  \"m\", \\\r\n  \"\\y\", \\\r\n  ]\r\n",
            ),
            (written, &[list("a", &["n", "m"])], "a=[ \\\r\n  \"n\", \\\r\n  \"m\", \\\r\n  ]\r\n"),
            (written, &[list("a", &[])], "a=[ \\\r\n  ]\r\n"),
            ("a=[ \\\r\n  ]\r\n", &[list("a", &["n"])], "a=[ \\\r\n  \"n\", \\\r\n  ]\r\n"),
            ("a=[ \\\n\t\"x\" \\\n\t]\n", &[list("a", &["0", "n"])], "a=[ \\\n\t\"x\", \\\n\t\"n\" \\\n\t]\n"),
            ("a=(\"x\",\"y\",)\n", &[list("a", &["0", "n"])], "a=(\"x\",\"n\",)\n"),
            ("a=T[,\"x\", ,\"y\"]\n", &[list("a", &["0"])], "a=T[,\"x\"]\n"),
            ("a=[\"x\", ,\"y\"]\n", &[list("a", &["0", "1", "n"])], "a=[\"x\", ,\"y\", \"n\"]\n"),
            ("a=[\"x\",,\"y\"]\n", &[list("a", &["0", "n", "1"])], "a=[\"x\", \"n\",,\"y\"]\n"),
            ("a=[\"x\",,]\n", &[list("a", &["0", "n"])], "a=[\"x\", \"n\",,]\n"),
            ("a=[\"x\",\"y\",\"z\"]\n", &[list("a", &["1"])], "a=[\"y\"]\n"),
            ("a=[\"x\",\"y\"]\n", &[list("a", &["0", "0"])], "a=[\"x\",\"x\"]\n"),
            ("a=[ \\\n  \"x\" ]\n", &[list("a", &[])], "a=[ \\\n  ]\n"),
            ("a=[ \"x\"\t\\\n  ]\n", &[list("a", &[])], "a=[ \\\n  ]\n"),
            ("a=[\"x\", \"y\"]\n", &[list("a", &["1", "0"])], "a=[\"y\", \"x\"]\n"),
            ("a=[]\n", &[list("a", &["n", "m"])], "a=[\"n\", \"m\"]\n"),
            ("a=\"x\"\n", &[list("a", &["0", "n"])], "a=[ \\\n  \"x\", \\\n  \"n\", \\\n  ]\n"),
            ("a=I[\"1\",\"2\"]\n", &[list("a", &["1"])], "a=[ \\\n  \"2\", \\\n  ]\n"),
        ],
    );
}

#[test]
fn what_aem_reads_otherwise_is_refused() {
    let (dropped, other) = ("AEM does not read all of it", "AEM reads other properties in it");
    let plain = "something is written right behind a value";
    for (text, expected) in [
        ("a=\"b=c\"\n", dropped),
        ("a=true\n", dropped),
        ("\"a\"=\"1\"\n", dropped),
        ("a=\"1\"\n// c\n", dropped),
        ("a=[\"x\" # c\n]\n", dropped),
        ("a=I\"x\"\n", dropped),
        ("# c", dropped),
        ("\u{feff}a=\"1\"\n", other),
        ("a=\"1\" b=\"2\"\n", other),
        ("# c\ra=\"1\"\n", other),
        ("b=\"2\"\na=\"1\"# c\n", plain),
        ("a=\"1\"# c\nb=\"2\"\na=\"1\"\n", plain),
    ] {
        let says = refused(FELIX, text, &[set("c", "2"), remove("a")]);
        assert!(says.contains(expected), "{text:?}: {says}");
    }
    let says = refused(FELIX, "b=\"2\"\n\na=\"1\"# c\n", &[set("c", "2")]);
    assert!(says.contains("(line 3)"), "{says}");
    refused(FELIX, "a=\"1\"\nA=\"2\"\n", &[set("a", "3")]);
    assert_eq!(edit(FELIX, "a=\"1\"\nA=\"2\"\n", &[remove("a")]).as_deref(), Ok(""));
}

#[test]
fn control_characters_are_written_as_their_numbers() {
    assert_eq!(crate::format::edit::felix::escaped("\u{1}\u{1f} \u{7f}"), "\\u0001\\u001f\\ \u{7f}");
}
