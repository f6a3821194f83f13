use super::*;

const NS: &str = "xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" xmlns:sling=\"http://sling.apache.org/jcr/sling/1.0\"";

/// A docview of one configuration with these attributes.
fn configuration(attributes: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<jcr:root {NS}\n    jcr:primaryType=\"sling:OsgiConfig\"{attributes}/>\n"
    )
}

fn check_attributes(table: &[(&str, &[Change], &str)]) {
    for (attributes, changes, expected) in table {
        let edited = edit(DOCVIEW, &configuration(attributes), changes);
        assert_eq!(edited, Ok(configuration(expected)), "{attributes:?} with {changes:?}");
    }
}

#[test]
fn attributes_are_changed() {
    check_attributes(&[
        (" a=\"1\"", &[set("A", "x<\"'&\n")], " a=\"x&lt;&quot;'&amp;&#10;\""),
        (" a='1'", &[set("a", "x<\"'&\n")], " a='x&lt;\"&apos;&amp;&#10;'"),
        (" a = \"{Long}1\"", &[set("a", "{x}, [y\\")], " a = \"\\{x}, [y\\\\\""),
        (" a=\"{Name}1\"", &[set("a", "1")], " a=\"1\""),
        (" a=\"{String}1\"", &[set("a", "1")], " a=\"{String}1\""),
        (" a=\"[x,\\u0079]\"", &[list("a", &["1", "n,m", ""])], " a=\"[y,n\\,m,]\""),
        (" a=\"[x]\"", &[list("a", &[""])], " a=\"[\\0]\""),
        (" a=\"[x]\"", &[set("a", "")], " a=\"\\0\""),
        (" a=\"x\"", &[list("a", &["0"])], " a=\"[x]\""),
        ("", &[set("a", "1"), set("b~c", "2")], "\n    a=\"1\"\n    b_x007e_c=\"2\""),
        ("\r\n\ta=\"1\"", &[set("jcr:title", "T")], "\r\n\ta=\"1\"\r\n\tjcr:title=\"T\""),
        ("\n    a=\"1\"\n    b=\"2\"", &[remove("a")], "\n    b=\"2\""),
        ("\n    a=\"1\"\n    b=\"2\"", &[remove("b")], "\n    a=\"1\""),
        ("\n  a=\"1\" b=\"2\" ", &[remove("a"), remove("b"), set("c", "3")], "\n    c=\"3\" "),
        (" a=\"1\" _x0061_=\"2\"", &[set("a", "3")], " a=\"3\" _x0061_=\"2\""),
        (" a=\"1\" _x0061_=\"2\"", &[remove("a")], ""),
    ]);
}

#[test]
fn nested_configurations_are_found() {
    let text = format!(
        "<jcr:root {NS} jcr:primaryType=\"sling:Folder\"><!-- <x/> -->\n\
         \x20 <a.b.C_x007e_one jcr:primaryType=\"sling:OsgiConfig\" a=\"1\"/>\n\
         \x20 <a.b.C_x007e_two jcr:primaryType=\"sling:OsgiConfig\" a=\"1\"></a.b.C_x007e_two>\n</jcr:root>"
    );
    let edited = edit_bytes(DOCVIEW, text.as_bytes(), 2, &[set("a", "2"), set("b", "3")]).unwrap();
    let expected = text.replace("a=\"1\"></", "a=\"2\" b=\"3\"></");
    assert_eq!(String::from_utf8(edited).unwrap(), expected);
    assert!(edit_bytes(DOCVIEW, text.as_bytes(), 3, &[set("a", "2")]).is_err());

    let bare = text.replace(" jcr:primaryType=\"sling:OsgiConfig\"", "");
    let edited = edit_bytes(DOCVIEW, bare.as_bytes(), 1, &[remove("a"), set("b", "2")]).unwrap();
    assert_eq!(String::from_utf8(edited).unwrap(), bare.replace("one a=\"1\"", "one b=\"2\""));
    let says = edit_bytes(DOCVIEW, bare.as_bytes(), 1, &[remove("a")]).unwrap_err().to_string();
    assert!(says.contains("left without properties"), "{says}");
    let root = format!("<jcr:root {NS} a=\"1\"/>");
    assert_eq!(edit(DOCVIEW, &root, &[remove("a")]), Ok(format!("<jcr:root {NS}/>")));

    let hidden =
        text.replace("<a.b.C_x007e_two", "<x><a.b.C_x007e_two").replace("</a.b.C_x007e_two>", "</a.b.C_x007e_two></x>");
    assert!(edit_bytes(DOCVIEW, hidden.as_bytes(), 3, &[set("a", "2")]).unwrap_err().0.contains("import"));
}

#[test]
fn encodings_are_kept() {
    let declared = |encoding: &str| configuration(" a=\"1é\" b=\"2\"").replace("UTF-8", encoding);
    let edited = |bytes: &[u8]| edit_bytes(DOCVIEW, bytes, 0, &[set("b", "ü€")]).unwrap();

    let text = format!("\u{feff}{}", declared("UTF-8"));
    assert_eq!(edited(text.as_bytes()), text.replace("b=\"2\"", "b=\"ü€\"").into_bytes());

    let text = declared("UTF-16");
    for big_endian in [true, false] {
        let encode = |text: &str| -> Vec<u8> {
            let bytes = |unit: u16| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
        };
        assert_eq!(edited(&encode(&text)), encode(&text.replace("b=\"2\"", "b=\"ü€\"")));
    }

    for label in ["ISO-8859-1", "windows-1252"] {
        let text = declared(label);
        let encode = |text: &str| -> Vec<u8> { text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect() };
        assert_eq!(edited(&encode(&text)), encode(&text.replace("b=\"2\"", "b=\"&#252;&#8364;\"")));
        let ascii = text.replace('é', "e");
        assert_eq!(edited(ascii.as_bytes()), ascii.replace("b=\"2\"", "b=\"&#252;&#8364;\"").into_bytes());
    }

    let mut broken = declared("UTF-8").into_bytes();
    let at = broken.iter().position(|&byte| byte == 0xC3).unwrap();
    broken.remove(at);
    assert!(edit_bytes(DOCVIEW, &broken, 0, &[set("b", "3")]).is_err());
}

#[test]
fn what_cannot_be_edited_is_refused() {
    let change = [set("a", "2")];
    assert!(refused(DOCVIEW, &format!("<!DOCTYPE jcr:root>{}", &configuration("")[39..]), &change).contains("DOCTYPE"));
    for text in [
        configuration(" a=\"1\" a=\"2\""),
        configuration(" a=\"{long}1\""),
        configuration(" a=\"<\""),
        configuration(" a=\"1\" b=2"),
        configuration(" a=\"1\" x:b=\"2\""),
        configuration(" a=\"1\"").replace("/>", ">"),
        configuration(" a=\"1\" A=\"2\""),
    ] {
        refused(DOCVIEW, &text, &change);
    }
    let says = refused(DOCVIEW, &configuration(" a=\"{long}1\""), &change);
    assert!(says.contains("(line 2)"), "{says}");
    let text = configuration(" a=\"1\"");
    for name in ["jcr:primaryType", "sling:", "cq:title", "xmlns", "xmlns:x", "a:b:c"] {
        refused(DOCVIEW, &text, &[set(name, "2")]);
    }
    // A comment that mentions one is not a declaration.
    let comment = text.replace("<jcr:root", "<!-- <!DOCTYPE x> --><jcr:root");
    assert!(edit(DOCVIEW, &comment, &change).is_ok());
}
