//! A folder packed into any container, or into nested ones, is read like the folder.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::common::*;
use crate::packed::{archive, file, gzip, header, link, member};
use aem_ims_lint::ims::literals;
use aem_ims_lint::source::{self, Limits, Options, Outcome};
use tar::EntryType;

/// A file, and what its place shows.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone)]
struct Seen {
    repository_path: Option<String>,
    package: Option<String>,
    run_modes: Vec<String>,
    bytes: Vec<u8>,
}

fn see(file: source::File<'_>) -> Option<Seen> {
    Some(Seen {
        repository_path: file.context.repository_path.clone(),
        package: file.context.package.as_ref().and_then(|package| Some(package.id.as_ref()?.to_string())),
        run_modes: file.context.outer_run_modes.clone(),
        bytes: file.bytes.to_vec(),
    })
}

fn properties(name: &str) -> String {
    format!("<properties><entry key=\"group\">g</entry><entry key=\"name\">{name}</entry></properties>")
}

/// A collected folder: dumps, a configuration folder, nested unpacked packages, a package, and files that are not read.
fn content() -> Vec<(String, Vec<u8>)> {
    let inner = package("inner", vec![Entry::deflated("jcr_root/apps/x/a.xml", marked("inner"))]).bytes();
    let long = format!("{}/status.txt", "folder".repeat(40));
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("status-Configurations.txt", marked("dump").into()),
        ("launchpad/config/com/example.config", marked("config").into()),
        ("logs/error.log", vec![b'x'; 100_000]),
        ("logs/access.log.gz", gzip(marked("log").as_bytes())),
        ("logs/old.7z", b"7z\xbc\xaf\x27\x1c".to_vec()),
        ("export/META-INF/vault/properties.xml", properties("export").into()),
        ("export/META-INF/vault/filter.xml", marked("filter").into()),
        ("export/jcr_root/apps/x/config.author/b.xml", marked("b").into()),
        ("export/jcr_root/apps/x/install.publish/p/META-INF/vault/properties.xml", properties("deep").into()),
        ("export/jcr_root/apps/x/install.publish/p/jcr_root/apps/c.xml", marked("c").into()),
        ("export/jcr_root/content/dam/asset.zip", Zip::new(vec![Entry::stored("d.xml", marked("asset"))]).bytes()),
        ("export/jcr_root/content/dam/asset.tgz", gzip(&archive(&[file("d.xml", marked("asset"))]))),
        ("packages/inner.zip", inner),
        ("checkout/pom.xml", marked("pom").into()),
        ("checkout/target/e.xml", marked("built").into()),
        ("checkout/.git/f.xml", marked("git").into()),
        (&long, marked("long").into()),
    ];
    files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect()
}

fn as_tar() -> Vec<u8> {
    archive(&content().iter().map(|(name, bytes)| file(name, bytes)).collect::<Vec<_>>())
}

fn as_zip() -> Vec<u8> {
    Zip::new(content().into_iter().map(|(name, bytes)| Entry::deflated(name, bytes)).collect()).bytes()
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// What was seen, by the path in the packed folder.
fn by_path(outcome: &Outcome<Seen>, root: &str) -> BTreeMap<String, Seen> {
    let within = |path: &str| path.replace("!/", "/").strip_prefix(root).unwrap().trim_start_matches('/').to_owned();
    outcome.results.iter().map(|(path, seen)| (within(&path.to_string()), seen.clone())).collect()
}

#[test]
fn a_folder_is_seen_alike_whatever_it_is_packed_with() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    for (name, bytes) in content() {
        write(&tree.join(name), &bytes);
    }
    let plain = source::read_with(std::slice::from_ref(&tree), &Options::default(), &literals::known(), &see);
    let expected = by_path(&plain, &tree.to_string_lossy());
    assert_eq!(incidents(&plain), [""; 0]);
    assert_eq!(expected.len(), 8, "{:?}", expected.keys());
    let deep = &expected["export/jcr_root/apps/x/install.publish/p/jcr_root/apps/c.xml"];
    assert_eq!((deep.package.as_deref(), &deep.run_modes[..]), (Some("g:deep:"), &["publish".to_owned()][..]));
    let (tar, zip) = (as_tar(), as_zip());
    let stored = |name: &str, bytes: &[u8]| Zip::new(vec![Entry::stored(name, bytes)]).bytes();
    let deflated = |name: &str, bytes: &[u8]| Zip::new(vec![Entry::deflated(name, bytes)]).bytes();
    let tgz = gzip(&tar);
    let packed: Vec<(&str, Vec<u8>, &str)> = vec![
        ("a.tar", tar.clone(), ""),
        ("a.tgz", tgz.clone(), ""),
        ("a.tar.gz", tgz.clone(), ""),
        ("a.zip", zip.clone(), ""),
        ("a.zip.gz", gzip(&zip), "a.zip"),
        ("a.tgz.gz", gzip(&tgz), "a.tgz"),
        ("zip of zip.zip", stored("b/i.zip", &zip), "b/i.zip"),
        ("zip of deflated zip.zip", deflated("b/i.zip", &zip), "b/i.zip"),
        ("zip of tgz.zip", deflated("i.tgz", &tgz), "i.tgz"),
        ("zip of tar.zip", deflated("i.tar", &tar), "i.tar"),
        ("tar of zip.tar", archive(&[file("i.zip", &zip)]), "i.zip"),
        ("tgz of tgz.tgz", gzip(&archive(&[file("i.tgz", &tgz)])), "i.tgz"),
        ("tgz of zip.tgz", gzip(&archive(&[file("i.zip", &zip)])), "i.zip"),
        // The first bytes identify the kind.
        ("without extension", tgz.clone(), ""),
        ("renamed.bin", tar.clone(), ""),
    ];
    for (name, bytes, within) in packed {
        let path = folder.path().join(name).join(name);
        write(&path, &bytes);
        let root = format!("{}/{within}", path.to_string_lossy());
        for input in [path.clone(), path.parent().unwrap().to_path_buf()] {
            let outcome = source::read_with(&[input], &Options::default(), &literals::known(), &see);
            assert_eq!(incidents(&outcome), [""; 0], "{name}");
            assert_eq!(ambiguous(&outcome), [""; 0], "{name}");
            assert_eq!(by_path(&outcome, &root), expected, "{name}");
            let counts = |stats: source::Stats| (stats.packages, stats.skipped_directories, stats.archives_not_read);
            assert_eq!(counts(outcome.stats), counts(plain.stats), "{name}");
        }
    }
}

#[test]
fn a_packed_file_is_seen_as_the_file() {
    let text = marked("dump");
    for name in ["status-Configurations.txt.gz", "a.config.gz", "x.cfg.json.GZ"] {
        let outcome = read_bytes(name, gzip(text.as_bytes()));
        assert_eq!(incidents(&outcome), [""; 0]);
        assert_eq!(paths(&outcome), [format!("{name}!/{}", &name[..name.len() - 3])]);
        assert_eq!(outcome.results[0].1, text);
    }
    // A file given explicitly is read whatever its name; a browser may have saved it without its extension.
    assert_eq!(paths(&read_bytes("dump.gz", gzip(b"PID = a"))), ["dump.gz!/dump"]);
    assert_eq!(paths(&read_bytes("dump.txt", gzip(text.as_bytes()))), ["dump.txt!/dump.txt"]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.gz"), gzip(text.as_bytes())).unwrap();
    std::fs::write(folder.path().join("notes.txt.gz"), gzip(text.as_bytes())).unwrap();
    let outcome = source::read_with(&[folder.path().to_path_buf()], &Options::default(), &literals::known(), &see);
    assert_eq!(outcome.results.len(), 1);
}

#[test]
fn the_number_of_threads_changes_nothing_about_containers() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.tgz"), gzip(&as_tar())).unwrap();
    std::fs::write(folder.path().join("b.tar"), as_tar()).unwrap();
    std::fs::write(folder.path().join("c.tgz"), &gzip(&as_tar())[..900]).unwrap();
    let limits = Limits { max_nested_bytes: 20_000, ..Limits::default() };
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let options = Options { limits, ..Options::default() };
        let outcome =
            pool.install(|| source::read_with(&[folder.path().to_path_buf()], &options, &literals::known(), &see));
        let told = (incidents(&outcome), ambiguous(&outcome), outcome.stats);
        (outcome.results, told)
    };
    let one = run(1);
    assert!(!one.1.0.is_empty());
    for threads in [2, 4] {
        assert_eq!(run(threads), one, "{threads} threads");
    }
}

#[test]
fn a_truncated_container_yields_nothing_that_the_whole_one_does_not_have() {
    let inner = Zip::new(vec![Entry::deflated("a.json", marked("inner"))]).bytes();
    let tar = archive(&[file("x.json", marked("x")), file("i.zip", &inner), file("z.json", marked("z"))]);
    let shapes = [("a.tar", tar.clone(), 97), ("a.tgz", gzip(&tar), 1), ("a.json.gz", gzip(marked("y").as_bytes()), 1)];
    for (name, whole, step) in shapes {
        let outcome = read_bytes(name, whole.clone());
        assert_eq!(incidents(&outcome), [""; 0], "{name}");
        let all: BTreeSet<_> = outcome.results.iter().map(|(path, text)| (path.to_string(), text.clone())).collect();
        // One of the two empty blocks at the end is sufficient.
        let end = if name == "a.tar" { whole.len() - 512 } else { whole.len() };
        for len in (0..end).step_by(step) {
            let outcome = read_bytes(name, whole[..len].to_vec());
            for (path, text) in &outcome.results {
                assert!(all.contains(&(path.to_string(), text.clone())), "{name}, {len} bytes: {path}");
            }
            assert!(!outcome.incidents.is_empty(), "{name}, {len} of {} bytes: nothing is told", whole.len());
        }
    }
}

#[test]
fn links_are_the_files_that_they_lead_to() {
    let tar = archive(&[
        link("first.json", EntryType::Symlink, "./config/a.json"),
        file("config/a.json", marked("a")),
        link("hard.json", EntryType::Link, "config/a.json"),
        link("config/up.json", EntryType::Symlink, "../config/a.json"),
        link("out.json", EntryType::Symlink, "../../etc/passwd"),
        link("gone.txt", EntryType::Link, "gone"),
        link("folder", EntryType::Symlink, "config"),
    ]);
    for (name, bytes) in [("a.tar", tar.clone()), ("a.tgz", gzip(&tar))] {
        let outcome = read_bytes(name, bytes);
        let expected = ["config/a.json", "config/up.json", "first.json", "hard.json"];
        assert_eq!(paths(&outcome), expected.map(|path| format!("{name}!/{path}")));
        assert!(outcome.results.iter().all(|(_, text)| *text == marked("a")));
        let message = "a link to something outside this archive; it was not followed";
        let told = ["gone.txt", "out.json"].map(|path| format!("unreadable {name}!/{path}: {message}"));
        assert_eq!(incidents(&outcome), told);
    }
}

/// Description, members, files that are read, incidents.
type Case<'a> = (&'a str, Vec<Vec<u8>>, &'a [&'a str], &'a [&'a str]);

#[test]
fn what_an_archive_says_of_itself_costs_no_content() {
    let json = |name: &str| file(name, marked(name));
    let mut broken = file("b.json", marked("b"));
    broken[0] = b'x';
    let mut sparse = header(b"s.json", EntryType::GNUSparse, 0);
    sparse.set_cksum();
    let pax = |text: &str| member(&header(b"pax", EntryType::XHeader, text.len() as u64), text.as_bytes());
    let renamed = [pax("19 path=far/a.json\n"), json("short")].concat();
    let cases: Vec<Case<'_>> = vec![
        (
            "other members",
            vec![
                json("a.json"),
                member(&header(b"d/", EntryType::Directory, 0), b""),
                member(&header(b"p.json", EntryType::Fifo, 0), b""),
                json("c.json"),
            ],
            &["a.json", "c.json"],
            &[],
        ),
        (
            "a broken header",
            vec![json("a.json"), broken, json("c.json")],
            &["a.json", "c.json"],
            &["broken-archive a.tar: this archive is broken: a header is broken; the intact entries after it were \
                 read"],
        ),
        ("two archives", vec![json("a.json"), vec![0; 1024], json("c.json")], &["a.json", "c.json"], &[]),
        ("something behind the end", vec![json("a.json"), vec![0; 1024], vec![b'x'; 700]], &["a.json"], &[]),
        ("names in front", vec![json("./a.json"), json("/c.json")], &["a.json", "c.json"], &[]),
        ("a path of PAX", vec![renamed], &["far/a.json"], &[]),
        (
            "a sparse file",
            vec![member(&sparse, b""), json("c.json")],
            &["c.json"],
            &["unsupported-method a.tar!/s.json: stored as a sparse file, which this program does not support: \
                 unpack the archive"],
        ),
        (
            "a length of PAX that is too long",
            vec![[pax("29 size=99999999999999999999\n"), json("a.json")].concat(), json("c.json")],
            &["a.json", "c.json"],
            &[],
        ),
    ];
    for (what, members, expected, told) in cases {
        let outcome = read_bytes("a.tar", archive(&members));
        assert_eq!(paths(&outcome), expected.iter().map(|path| format!("a.tar!/{path}")).collect::<Vec<_>>(), "{what}");
        assert_eq!(incidents(&outcome), told, "{what}");
    }
    let twice = archive(&[file("a.json", marked("1")), file("b.json", "x"), file("a.json", marked("2"))]);
    let outcome = read_bytes("a.tar", twice);
    assert_eq!(outcome.results.len(), 2);
    assert_eq!(
        ambiguous(&outcome),
        ["a.tar!/a.json: the archive contains 2 files with this name; the last one is unpacked"]
    );
    let same = archive(&[file("a.json", marked("1")), file("a.json", marked("1"))]);
    assert_eq!(ambiguous(&read_bytes("a.tar", same)), [""; 0]);
}

#[test]
fn a_member_that_says_that_it_is_huge_takes_up_nothing() {
    let mut huge = header(b"a.json", EntryType::Regular, 0);
    huge.set_size(u64::MAX / 2);
    huge.set_cksum();
    let tar = [member(&huge, marked("x").as_bytes()), vec![0; 1024]].concat();
    for (name, bytes) in [("a.tar", tar.clone()), ("a.tgz", gzip(&tar))] {
        let outcome = read_bytes(name, bytes);
        assert_eq!(paths(&outcome), [""; 0]);
        assert!(!outcome.incidents.is_empty());
    }
}

fn limited(name: &str, bytes: Vec<u8>, change: impl FnOnce(&mut Limits)) -> Outcome<String> {
    let mut limits = Limits::default();
    change(&mut limits);
    let options = Options { limits, ..Options::default() };
    source::read_bytes(name, bytes, &options, &literals::known(), &|file| {
        Some(String::from_utf8_lossy(file.bytes).into_owned())
    })
}

#[test]
fn each_limit_holds_in_containers_and_the_rest_is_read() {
    let padding = vec![b' '; 100_000];
    let large = [marked("large").as_bytes(), &padding].concat();
    let tar = archive(&[file("a.json", &large), file("b.log", &padding), file("c.json", marked("c"))]);
    let tgz = gzip(&tar);
    for (name, bytes) in [("a.tar", tar), ("a.tgz", tgz.clone())] {
        let outcome = limited(name, bytes, |limits| limits.max_entry_bytes = 1_000);
        assert_eq!(paths(&outcome), [format!("{name}!/c.json")]);
        let told = format!("limit {name}!/a.json: larger than 1000 bytes; raise --max-entry-bytes to read it");
        assert_eq!(incidents(&outcome), [told]);
    }
    let outcome = limited("a.tgz", tgz.clone(), |limits| limits.max_nested_bytes = 9_000);
    assert_eq!(paths(&outcome), ["a.tgz!/c.json"]);
    assert!(incidents(&outcome)[0].contains("--max-nested-bytes"), "{:?}", incidents(&outcome));
    let outcome = limited("a.tgz", tgz, |limits| limits.max_total_bytes = 150_000);
    assert!(incidents(&outcome).iter().any(|told| told.contains("--max-total-bytes")), "{:?}", incidents(&outcome));
    let single = gzip(&large);
    let outcome = limited("a.json.gz", single.clone(), |limits| limits.max_entry_bytes = 1_000);
    assert_eq!(
        incidents(&outcome),
        ["limit a.json.gz!/a.json: larger than 1000 bytes; raise --max-entry-bytes to read it"]
    );
    assert_eq!(paths(&limited("a.json.gz", single, |_| {})), ["a.json.gz!/a.json"]);
}

#[test]
fn a_bomb_in_a_bomb_ends() {
    let zeros = gzip(&vec![0; 70 << 20]);
    let outcome = read_bytes("a.json.gz", zeros.clone());
    assert!(incidents(&outcome)[0].contains("--max-entry-bytes"), "{:?}", incidents(&outcome));
    let outcome = limited("a.zip.gz", gzip(&[b"PK\x03\x04", &vec![0; 30 << 20][..]].concat()), |limits| {
        limits.max_nested_bytes = 1 << 20;
    });
    assert!(incidents(&outcome)[0].contains("--max-nested-bytes"), "{:?}", incidents(&outcome));
    let mut deep = marked("x").into_bytes();
    for _ in 0..20 {
        deep = gzip(&deep);
    }
    let outcome = read_bytes("a.json.gz.gz", deep);
    assert_eq!(outcome.results.len(), 0);
    assert!(incidents(&outcome)[0].contains("archives are nested more than 8 deep"), "{:?}", incidents(&outcome));
    // A stream of archives whose members are dropped at once.
    let logs: Vec<Vec<u8>> = (0..200).map(|n| file(&format!("{n}.log"), vec![b'x'; 200_000])).collect();
    let tgz = gzip(&[logs.concat(), archive(&[file("a.json", marked("x"))])].concat());
    let outcome = limited("a.tgz", tgz, |limits| limits.max_nested_bytes = 1 << 16);
    assert_eq!((paths(&outcome), incidents(&outcome)), (vec!["a.tgz!/a.json".to_owned()], vec![]));
    // Including the content of the gzip data.
    assert_eq!(outcome.stats.files, 202);
}

#[test]
fn archives_that_are_not_read_are_told_where_named_and_counted_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    for (name, magic) in [
        ("a.7z", &b"7z\xbc\xaf\x27\x1c\0"[..]),
        ("a.rar", b"Rar!\x1a\x07\x01\0"),
        ("a.tar.xz", b"\xfd7zXZ\0"),
        ("a.tar.bz2", b"BZh91AY&SY"),
        ("a.txt.zst", b"\x28\xb5\x2f\xfd"),
        ("backup", b"Rar!\x1a\x07\x01\0"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, magic).unwrap();
        let outcome = source::read_with(std::slice::from_ref(&path), &Options::default(), &literals::known(), &see);
        let told = incidents(&outcome);
        assert!(
            told.len() == 1 && told[0].starts_with("unsupported-method") && told[0].contains("unpack it ("),
            "{told:?}"
        );
        assert_eq!(incidents(&read_bytes(name, magic.to_vec())).len(), 1);
    }
    let outcome = source::read_with(&[folder.path().to_path_buf()], &Options::default(), &literals::known(), &see);
    assert_eq!((incidents(&outcome), outcome.stats.archives_not_read), (vec![], 6));
}

#[test]
fn damaged_containers_end_without_a_panic() {
    let tar = as_tar();
    let tgz = gzip(&tar);
    for (name, whole, step) in [("a.tar", tar, 211), ("a.tgz", tgz, 7)] {
        for at in (0..whole.len().min(20_000)).step_by(step) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0xff;
            let outcome = read_bytes(name, damaged);
            assert!(outcome.incidents.iter().all(|incident| incident.kind.id() != "internal"), "{name} at {at}");
        }
    }
}
