//! Hostile and historical archives. Nothing that AEM would install is missed, nothing crashes, and everything that was
//! not read is reported.
#![allow(clippy::unwrap_used)]

use aem_ims_lint::ims::literals;
use aem_ims_lint::source::{self, Limits, Options};

use crate::common::*;

const FILE: &str = "jcr_root/apps/x/.content.xml";

fn two() -> Vec<Entry> {
    vec![Entry::deflated("META-INF/vault/filter.xml", "<workspaceFilter/>"), Entry::deflated(FILE, marked("a"))]
}

/// The archive is read like the plain one: one file, and nothing is reported.
fn assert_plain(zip: &Zip, what: &str) {
    let outcome = read_bytes("p.zip", zip.bytes());
    assert_eq!(incidents(&outcome), [""; 0], "{what}");
    assert_eq!(ambiguous(&outcome), [""; 0], "{what}");
    assert_eq!(paths(&outcome), [format!("p.zip!/{FILE}")], "{what}");
    assert_eq!(outcome.results[0].1, marked("a"), "{what}");
}

/// The change that a test makes to an entry before it is written.
type Change = fn(&mut Entry);

#[test]
fn unusual_but_sound_archives_read_like_any_other() {
    let fake_end = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    let streamed = || two().into_iter().map(Entry::streamed).collect::<Vec<_>>();
    assert_plain(&Zip::new(two()), "plain");
    assert_plain(&Zip::new(streamed()), "data descriptors");
    assert_plain(&Zip::new(streamed()).with(|zip| zip.descriptor_signature = false), "descriptors without signature");
    assert_plain(&Zip::new(two().into_iter().map(|e| e.with(|e| e.zip64 = true)).collect()), "zip64 fields");
    assert_plain(
        &Zip::new(two()).with(|zip| zip.prefix = b"#!/bin/sh\nexec java\n".repeat(9)),
        "prefix, fixed offsets",
    );
    assert_plain(
        &Zip::new(two()).with(|zip| {
            zip.prefix = vec![7; 70_000];
            zip.fixed_offsets = false;
        }),
        "prefix, offsets from the archive's start",
    );
    assert_plain(&Zip::new(two()).with(|zip| zip.suffix = vec![b' '; 100]), "suffix");
    assert_plain(&Zip::new(two()).with(|zip| zip.comment = b"made by hand".to_vec()), "comment");
    assert_plain(&Zip::new(two()).with(|zip| zip.comment = b"PK\x05\x06x".to_vec()), "comment with an end signature");
    assert_plain(&Zip::new(two()).with(|zip| zip.comment = fake_end.clone()), "comment with an empty end record");
    assert_plain(&Zip::new(two()).with(|zip| zip.declared_entries = Some(1)), "too low a count");
    assert_plain(&Zip::new(two().into_iter().map(|e| e.with(|e| e.extra = vec![0xfe, 0xca, 0, 0])).collect()), "extra");
    assert_plain(
        &Zip::new(two().into_iter().map(|e| e.with(|e| e.external = 0o120_777 << 16)).collect()),
        "symbolic links",
    );
    let mut stored = two();
    stored[1] = Entry::stored(FILE, marked("a"));
    assert_plain(&Zip::new(stored.clone()), "stored");
    stored[1].flags |= 8;
    assert_plain(&Zip::new(stored), "stored with descriptor");
    let mut entries = two();
    entries.insert(0, Entry::stored("jcr_root/", ""));
    entries.push(Entry::stored("jcr_root/apps/", "data in a directory"));
    entries.push(Entry::stored("jcr_root/apps/x", "a file where a folder is"));
    assert_plain(&Zip::new(entries), "directories with data, file and folder of one name");
}

#[test]
fn every_copy_of_a_duplicate_is_read_and_reported() {
    let mut entries = two();
    entries.push(Entry::deflated("jcr_root//apps/x/.content.xml", marked("b")));
    entries.push(Entry::stored(FILE, marked("c")));
    let outcome = read_bytes("p.zip", Zip::new(entries).bytes());
    let copies: Vec<&str> = outcome.results.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(copies.len(), 3);
    for tag in ["a", "b", "c"] {
        assert!(copies.contains(&marked(tag).as_str()), "{tag}");
    }
    // Two entries with the same name keep the order of the archive.
    let same: Vec<_> =
        outcome.results.iter().filter(|(path, _)| path.entries[0] == FILE).map(|(_, text)| text.clone()).collect();
    assert_eq!(same, [marked("a"), marked("c")]);
    assert_eq!(ambiguous(&outcome).len(), 1);
    assert!(ambiguous(&outcome)[0].contains("3 files with this name"), "{:?}", ambiguous(&outcome));
    assert_eq!(incidents(&outcome), [""; 0]);
}

#[test]
fn the_same_bytes_twice_are_not_ambiguous() {
    let entries = vec![two().remove(1), Entry::stored(FILE, marked("a")), Entry::stored(FILE, marked("a"))];
    assert_eq!(ambiguous(&read_bytes("p.zip", Zip::new(entries).bytes())), [""; 0]);
}

#[test]
fn names_with_one_checksum_are_two_names() {
    // The CRC-32 of both names is the same.
    let names = ["jcr_root/apps/vmiqwhbqz.xml", "jcr_root/apps/jsqzuhrhp.xml"];
    let mut entries = vec![two().remove(1)];
    entries.extend(names.map(|name| Entry::stored(name, marked(name))));
    let outcome = read_bytes("p.zip", Zip::new(entries.clone()).bytes());
    assert_eq!((paths(&outcome).len(), ambiguous(&outcome)), (3, vec![]));
    // A repeated name among them is detected.
    entries.push(Entry::stored(names[0], marked("again")));
    let told = ambiguous(&read_bytes("p.zip", Zip::new(entries).bytes()));
    assert_eq!(told.len(), 1);
    assert!(told[0].contains(names[0]) && told[0].contains("2 files with this name"), "{told:?}");
}

/// Names are stored and checked in blocks of some thousands.
#[test]
fn among_ten_thousand_entries_every_name_is_kept_and_a_repeat_is_seen() {
    let name = |number: usize| match number % 3 {
        0 => format!("jcr_root/apps/x/{number}.xml").into_bytes(),
        1 => format!("jcr_root/apps/x/\u{e9}{number}.xml").into_bytes(),
        // Valid only in code page 437, where it is an e with an accent.
        _ => [b"jcr_root/apps/x/\x82", number.to_string().as_bytes(), b".xml"].concat(),
    };
    let mut entries: Vec<Entry> = (0..10_000).map(|number| Entry::stored(name(number), "<a/>")).collect();
    for number in [0, 4095, 4096, 8191, 8192, 9998] {
        entries[number] = Entry::stored(name(number), marked(&number.to_string()));
    }
    entries[9999] = Entry::stored(name(4096), marked("again"));
    let outcome = read_bytes("p.zip", Zip::new(entries).bytes());
    let mut found: Vec<String> = outcome.results.iter().map(|(path, _)| path.entries[0].clone()).collect();
    found.sort();
    let mut expected: Vec<String> =
        [(0, ""), (4095, ""), (4096, "é"), (4096, "é"), (8191, "é"), (8192, "é"), (9998, "é")]
            .map(|(number, accent)| format!("jcr_root/apps/x/{accent}{number}.xml"))
            .to_vec();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(ambiguous(&outcome).len(), 1, "{:?}", ambiguous(&outcome));
    assert!(ambiguous(&outcome)[0].contains("é4096.xml"), "{:?}", ambiguous(&outcome));
}

#[test]
fn duplicates_of_what_is_never_read_say_nothing() {
    let entries = vec![two().remove(1), Entry::stored("jcr_root/a.png", "1"), Entry::stored("jcr_root/a.png", "2")];
    assert_eq!(ambiguous(&read_bytes("p.zip", Zip::new(entries).bytes())), [""; 0]);
}

#[test]
fn an_entry_that_the_directory_hides_is_read_and_reported() {
    for (position, streamed) in [(0, false), (1, false), (2, false), (0, true), (1, true), (2, true)] {
        let mut entries = two();
        let mut hidden =
            Entry::deflated("jcr_root/apps/hidden.xml", marked("hidden")).with(|entry| entry.listed = false);
        if streamed {
            hidden = hidden.streamed();
        }
        entries.insert(position, hidden);
        let outcome = read_bytes("p.zip", Zip::new(entries).bytes());
        assert_eq!(
            paths(&outcome),
            ["p.zip!/jcr_root/apps/hidden.xml".to_owned(), format!("p.zip!/{FILE}")],
            "{position}"
        );
        assert_eq!(outcome.results[0].1, marked("hidden"));
        assert_eq!(ambiguous(&outcome).len(), 1, "{position} {streamed}: {:?}", ambiguous(&outcome));
        assert!(
            ambiguous(&outcome)[0]
                .starts_with("p.zip!/jcr_root/apps/hidden.xml: the archive's directory does not list")
        );
        assert_eq!(incidents(&outcome), [""; 0]);
    }
}

#[test]
fn an_archive_in_front_of_another_is_read_too() {
    let first = Zip::new(vec![Entry::deflated("jcr_root/apps/first.xml", marked("first"))]).bytes();
    for fixed in [true, false] {
        let zip = Zip::new(two()).with(|zip| {
            zip.prefix = first.clone();
            zip.fixed_offsets = fixed;
        });
        let outcome = read_bytes("p.zip", zip.bytes());
        assert_eq!(paths(&outcome), ["p.zip!/jcr_root/apps/first.xml".to_owned(), format!("p.zip!/{FILE}")]);
        assert_eq!(ambiguous(&outcome).len(), 1);
    }
}

#[test]
fn a_forged_end_record_in_the_comment_hides_nothing() {
    let decoy = Zip::new(vec![Entry::stored("jcr_root/decoy.xml", "<a/>")]).bytes();
    let zip = Zip::new(two()).with(|zip| zip.comment = decoy);
    let outcome = read_bytes("p.zip", zip.bytes());
    assert!(paths(&outcome).contains(&format!("p.zip!/{FILE}")), "{:?}", paths(&outcome));
    assert!(!ambiguous(&outcome).is_empty());
}

#[test]
fn names_that_disagree_are_both_looked_at() {
    let marked_as = |listed: &str, local: &str| {
        let entry = Entry::deflated(listed, marked("a")).with(|entry| entry.local_name = Some(local.into()));
        read_bytes("p.zip", Zip::new(vec![Entry::stored("jcr_root/.content.xml", "<a/>"), entry]).bytes())
    };
    let outcome = marked_as("jcr_root/harmless.png", FILE);
    assert_eq!(paths(&outcome), [format!("p.zip!/{FILE}")]);
    assert_eq!(ambiguous(&outcome).len(), 1);
    let outcome = marked_as(FILE, "jcr_root/harmless.png");
    assert_eq!(paths(&outcome), [format!("p.zip!/{FILE}")]);
    assert_eq!(ambiguous(&outcome).len(), 1);
    let outcome = marked_as("jcr_root/a.xml", "jcr_root/b.xml");
    assert_eq!(paths(&outcome), ["p.zip!/jcr_root/a.xml", "p.zip!/jcr_root/b.xml"]);
    assert_eq!(ambiguous(&marked_as("jcr_root/a.png", "jcr_root/b.png")), [""; 0]);
}

#[test]
fn wrong_sizes_and_checksums_cost_no_content() {
    let lies: [(&str, Change); 3] = [
        ("too small", |entry| entry.directory_size = Some(3)),
        ("too large", |entry| entry.directory_size = Some(1_000_000)),
        ("zero", |entry| entry.directory_size = Some(0)),
    ];
    for (what, lie) in lies {
        let entries = vec![two().remove(1).with(lie)];
        let outcome = read_bytes("p.zip", Zip::new(entries).bytes());
        assert_eq!(outcome.results.len(), 1, "{what}");
        assert_eq!(outcome.results[0].1, marked("a"), "{what}");
        assert_eq!(incidents(&outcome), [""; 0], "{what}");
        assert!(ambiguous(&outcome).iter().any(|a| a.contains("bytes for this file, but it has")), "{what}");
    }
    let outcome = read_bytes("p.zip", Zip::new(vec![two().remove(1).with(|entry| entry.crc ^= 1)]).bytes());
    assert_eq!(outcome.results.len(), 1);
    assert_eq!(
        incidents(&outcome),
        [format!("broken-archive p.zip!/{FILE}: its checksum does not match; the available data was read")]
    );
}

#[test]
fn what_cannot_be_read_is_an_incident_and_costs_nothing_else() {
    let broken: [(&str, Change); 6] = [
        ("encrypted", |entry| entry.flags |= 1),
        ("unsupported-method", |entry| entry.method = 12),
        ("unsupported-method", |entry| entry.method = 93),
        ("unsupported-method", |entry| entry.method = 9),
        ("broken-archive", |entry| entry.packed = vec![0xff; 20]),
        ("broken-archive", |entry| entry.packed.truncate(10)),
    ];
    for (kind, break_it) in broken {
        let entries = vec![
            Entry::deflated("jcr_root/a.xml", marked("a")),
            Entry::deflated("jcr_root/b.xml", marked("b")).with(break_it),
            Entry::deflated("jcr_root/b.png", marked("b")).with(break_it),
            Entry::deflated("jcr_root/c.xml", marked("c")),
        ];
        let outcome = read_bytes("p.zip", Zip::new(entries).bytes());
        assert_eq!(paths(&outcome), ["p.zip!/jcr_root/a.xml", "p.zip!/jcr_root/c.xml"], "{kind}");
        assert_eq!(outcome.incidents.len(), 1, "{kind}: {:?}", incidents(&outcome));
        assert!(
            incidents(&outcome)[0].starts_with(&format!("{kind} p.zip!/jcr_root/b.xml: ")),
            "{:?}",
            incidents(&outcome)
        );
    }
}

#[test]
fn any_name_is_a_label() {
    let long = format!("jcr_root/{}.xml", "a".repeat(60_000));
    let deep = format!("jcr_root/{}x.xml", "a/".repeat(5_000));
    let names: Vec<Vec<u8>> = [
        &b"../../etc/passwd.xml"[..],
        b"/jcr_root/absolute.xml",
        b"C:\\windows\\x.xml",
        b"jcr_root\\back\\slash.xml",
        b"jcr_root/nul\0.xml",
        b"jcr_root/new\nline.xml",
        b"jcr_root/\x1b[31m.xml",
        b"jcr_root/caf\x82.xml",
        b"jcr_root/caf\xe9\xff.xml",
        b"JCR_ROOT/a.xml",
        b"jcr_root/A.xml",
        b"jcr_root/a.xml",
        b".xml",
        long.as_bytes(),
        deep.as_bytes(),
    ]
    .iter()
    .map(|name| name.to_vec())
    .collect();
    let entries: Vec<Entry> =
        names.iter().map(|name| Entry::deflated(name, marked("a"))).chain([Entry::deflated("", "empty")]).collect();
    let outcome = read_bytes("p.zip", Zip::new(entries).bytes());
    assert_eq!(outcome.results.len(), names.len());
    assert_eq!(incidents(&outcome), [""; 0]);
    assert!(paths(&outcome).contains(&"p.zip!/jcr_root/café.xml".to_owned()));
    assert!(paths(&outcome).contains(&"p.zip!/../../etc/passwd.xml".to_owned()));
}

fn limited(zip: Vec<u8>, change: impl FnOnce(&mut Limits)) -> source::Outcome<String> {
    let mut options = Options::default();
    change(&mut options.limits);
    source::read_bytes("p.zip", zip, &options, &literals::known(), &|file| {
        Some(String::from_utf8_lossy(file.bytes).into_owned())
    })
}

#[test]
fn each_limit_names_the_entry_and_itself_and_the_rest_is_read() {
    let big = format!("{}{}", marked("big"), " ".repeat(3 << 20));
    let zip = || {
        Zip::new(vec![
            Entry::deflated("jcr_root/a.xml", marked("a")),
            Entry::deflated("jcr_root/big.xml", &big),
            Entry::deflated("jcr_root/liar.xml", &big).with(|entry| entry.directory_size = Some(100)),
            Entry::deflated("jcr_root/z.xml", marked("z")),
        ])
        .bytes()
    };
    let rest = ["p.zip!/jcr_root/a.xml", "p.zip!/jcr_root/z.xml"];
    let outcome = limited(zip(), |limits| limits.max_entry_bytes = 1 << 20);
    assert_eq!(paths(&outcome), rest);
    assert_eq!(outcome.incidents.len(), 2);
    assert!(
        incidents(&outcome).iter().all(|i| i.starts_with("limit p.zip!/jcr_root/") && i.contains("--max-entry-bytes"))
    );
    let outcome = limited(zip(), |limits| limits.max_ratio = 10);
    assert_eq!(paths(&outcome), rest);
    assert!(
        incidents(&outcome).iter().all(|i| i.starts_with("limit ") && i.contains("--max-ratio")),
        "{:?}",
        incidents(&outcome)
    );
    let outcome = limited(zip(), |limits| limits.max_total_bytes = 1000);
    assert_eq!(paths(&outcome), ["p.zip!/jcr_root/a.xml"]);
    assert!(incidents(&outcome)[0].contains("--max-total-bytes"));
    let outcome = limited(zip(), |limits| limits.max_entries = 2);
    assert!(paths(&outcome).contains(&rest[0].to_owned()));
    assert!(incidents(&outcome)[0].contains("more than 2 entries"), "{:?}", incidents(&outcome));
    let outcome = limited(zip(), |limits| limits.max_name_bytes = "jcr_root/a.xml".len() + 1);
    assert_eq!(paths(&outcome), rest[..1]);
    let told = "limit p.zip: not read to its end: the names of its entries need more than 15 bytes";
    assert!(incidents(&outcome)[0].starts_with(told), "{:?}", incidents(&outcome));
}

#[test]
fn nesting_ends_at_its_limit() {
    let mut zip = Zip::new(vec![Entry::deflated(FILE, marked("core"))]).bytes();
    for level in 0..13 {
        let inner = if level % 2 == 0 {
            Entry::stored("jcr_root/inner.zip", &zip)
        } else {
            Entry::deflated("jcr_root/inner.zip", &zip)
        };
        zip = Zip::new(vec![Entry::deflated("jcr_root/a.xml", marked(&level.to_string())), inner]).bytes();
    }
    let outcome = read_bytes("p.zip", zip.clone());
    assert_eq!(outcome.results.len(), 9);
    assert_eq!(outcome.incidents.len(), 1);
    assert!(incidents(&outcome)[0].contains("more than 8 deep"), "{:?}", incidents(&outcome));
    let outcome = limited(zip.clone(), |limits| limits.max_depth = 20);
    assert_eq!(outcome.results.len(), 14);
    assert_eq!(incidents(&outcome), [""; 0]);
    let outcome = limited(zip, |limits| limits.max_nested_bytes = 100);
    assert!(incidents(&outcome)[0].contains("--max-nested-bytes"), "{:?}", incidents(&outcome));
}

#[test]
fn a_nested_archive_that_lies_about_its_size_is_still_read() {
    let inner = Zip::new(two()).bytes();
    for declared in [0, 10, 1 << 20] {
        let outer =
            Zip::new(vec![Entry::deflated("jcr_root/in.zip", &inner).with(|e| e.directory_size = Some(declared))]);
        let outcome = read_bytes("p.zip", outer.bytes());
        assert_eq!(paths(&outcome), [format!("p.zip!/jcr_root/in.zip!/{FILE}")], "{declared}");
    }
}

#[test]
fn entries_that_share_their_data_stop_at_what_the_archive_can_hold() {
    let zeros = Entry::deflated("jcr_root/zero0.xml", vec![0_u8; 8 << 20]).with(|entry| entry.data.clear());
    let mut entries = vec![zeros.clone()];
    entries.extend((1..50).map(|n| {
        zeros.clone().with(|entry| {
            entry.name = format!("jcr_root/zero{n}.xml").into_bytes();
            entry.shares = Some(0);
        })
    }));
    let bytes = Zip::new(entries).bytes();
    let outcome =
        source::read_bytes("p.zip", bytes, &Options::default(), &literals::known(), &|file| Some(file.bytes.len()));
    // The archive may inflate to its length times the ratio, and to at least 64 MiB.
    assert_eq!(outcome.results.len(), 8);
    assert_eq!(outcome.results[0].1, 8 << 20);
    assert_eq!(outcome.incidents.len(), 1);
    assert!(incidents(&outcome)[0].contains("--max-ratio"), "{:?}", incidents(&outcome));
}

#[test]
fn a_few_entries_that_share_their_data_are_all_read() {
    let mut entries = two();
    entries.push(entries[1].clone().with(|entry| {
        entry.name = b"jcr_root/apps/x/alias.xml".to_vec();
        entry.shares = Some(1);
    }));
    let outcome = read_bytes("p.zip", Zip::new(entries).bytes());
    assert_eq!(outcome.results.len(), 2);
    assert_eq!(ambiguous(&outcome).len(), 1);
}

#[test]
fn an_archive_without_a_directory_gives_what_is_whole() {
    for streamed in [false, true] {
        let entries: Vec<Entry> =
            two().into_iter().map(|entry| if streamed { entry.streamed() } else { entry }).collect();
        let outcome = read_bytes("p.zip", Zip::new(entries).with(|zip| zip.directory = false).bytes());
        assert_eq!(paths(&outcome), [format!("p.zip!/{FILE}")]);
        assert_eq!(outcome.results[0].1, marked("a"));
        assert_eq!(incidents(&outcome).len(), 1);
        assert!(incidents(&outcome)[0].contains("no central directory"));
    }
}

#[test]
fn what_is_no_archive_is_said_where_one_is_named() {
    let outcome = read_bytes("p.zip", b"this is not a zip".to_vec());
    assert_eq!(incidents(&outcome).len(), 1, "{:?}", incidents(&outcome));
    assert!(incidents(&outcome)[0].starts_with("broken-archive p.zip: "), "{:?}", incidents(&outcome));
    let empty = read_bytes("p.zip", Zip::new(vec![]).bytes());
    assert_eq!(incidents(&empty), [""; 0]);
    let wrapped = Zip::new(vec![Entry::deflated("pkg/jcr_root/apps/x/.content.xml", marked("a"))]);
    let outcome = read_bytes("p.zip", wrapped.bytes());
    assert_eq!(paths(&outcome), ["p.zip!/pkg/jcr_root/apps/x/.content.xml"]);
    assert_eq!(outcome.stats.packages, 0);
}

#[test]
fn seventy_thousand_entries() {
    let entries =
        (0..70_000).map(|n| Entry::stored(format!("jcr_root/content/{n}.xml"), "<a/>")).chain(two()).collect();
    let outcome = read_bytes("p.zip", Zip::new(entries).bytes());
    assert_eq!(incidents(&outcome), [""; 0]);
    assert_eq!(ambiguous(&outcome), [""; 0]);
    assert_eq!(outcome.results.len(), 1);
    assert_eq!(outcome.stats.files, 70_002);
}

#[test]
fn damaged_archives_of_every_kind_end_without_a_panic() {
    let inner = Zip::new(two().into_iter().map(Entry::streamed).collect()).bytes();
    let manifest = "Bundle-SymbolicName: a\nSling-Initial-Content: c;path:=/apps\n";
    let bundle =
        Zip::new(vec![Entry::stored("META-INF/MANIFEST.MF", manifest), Entry::deflated("c/a.json", marked("a"))]);
    let whole = Zip::new(vec![
        Entry::deflated("META-INF/vault/properties.xml", "<properties><entry key=\"name\">n</entry></properties>"),
        Entry::stored("jcr_root/a.zip", &inner),
        Entry::deflated("jcr_root/b.zip", &inner).streamed(),
        Entry::stored("jcr_root/c.jar", bundle.bytes()).with(|entry| entry.zip64 = true),
        Entry::deflated(FILE, marked("a")),
    ])
    .with(|zip| zip.comment = b"a comment".to_vec())
    .bytes();
    // A custom generator, so that a failure can be reproduced (Knuth, MMIX).
    let mut state = 20_260_301_u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut undamaged = 0;
    for _ in 0..3_000 {
        let mut bytes = whole.clone();
        for _ in 0..=random(4) {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes[at] = random(256) as u8,
                1 => bytes[at] ^= 1 << random(8),
                2 => bytes.truncate(at.max(1)),
                _ => {
                    let from = random(bytes.len());
                    let len = random(64).min(bytes.len() - from.max(at));
                    bytes.copy_within(from..from + len, at);
                }
            }
        }
        let outcome = read_bytes("p.zip", bytes);
        undamaged += usize::from(outcome.results.len() == 4 && outcome.incidents.is_empty());
        assert!(outcome.incidents.iter().all(|incident| incident.kind.id() != "internal"));
    }
    assert!(undamaged < 2_000, "the damage is none");
}
