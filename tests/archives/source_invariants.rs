//! Invariants for any input: the location of a file, the number of threads and other broken files do not change the
//! result.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use aem_ims_lint::ims::literals;
use aem_ims_lint::source::{self, Options, Outcome};

use crate::common::*;

/// What the place of a file shows, independent of its container.
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

fn read_zip(name: &str, bytes: Vec<u8>) -> Outcome<Seen> {
    source::read_bytes(name, bytes, &Options::default(), &literals::known(), &see)
}

fn content() -> Vec<(String, String)> {
    let mut files = vec![
        ("META-INF/vault/properties.xml".to_owned(),
         "<properties><entry key=\"group\">g</entry><entry key=\"name\">n</entry><entry key=\"version\">1</entry></properties>".to_owned()),
        ("META-INF/vault/filter.xml".to_owned(), "<workspaceFilter><filter root=\"/apps\"/></workspaceFilter>".to_owned()),
        ("META-INF/vault/definition/.content.xml".to_owned(), marked("definition")),
    ];
    for n in 0..40 {
        files.push((format!("jcr_root/apps/x/config.author/a{n}.xml"), marked(&n.to_string())));
        files.push((format!("jcr_root/content/page{n}/.content.xml"), format!("<plain n=\"{n}\"/>")));
    }
    files
}

fn zipped(streamed: bool) -> Vec<u8> {
    let entry = |(name, text): (String, String)| {
        let entry = Entry::deflated(name, text);
        if streamed { entry.streamed() } else { entry }
    };
    Zip::new(content().into_iter().map(entry).collect()).bytes()
}

fn write_tree(root: &Path) {
    for (name, text) in content() {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

#[test]
fn a_zip_its_exploded_tree_and_the_same_nested_are_seen_alike() {
    let folder = tempfile::tempdir().unwrap();
    let exploded = folder.path().join("exploded.zip");
    write_tree(&exploded);
    let tree = source::read_with(std::slice::from_ref(&exploded), &Options::default(), &literals::known(), &see);
    let zip = read_zip("p.zip", zipped(false));
    let by_path = |outcome: &Outcome<Seen>| -> BTreeMap<String, Seen> {
        outcome
            .results
            .iter()
            .map(|(path, seen)| (path.to_string().rsplit_once(".zip").unwrap().1.replace("!/", "/"), seen.clone()))
            .collect()
    };
    assert_eq!(zip.results.len(), 41);
    assert_eq!(by_path(&tree), by_path(&zip));
    assert_eq!((tree.stats.packages, zip.stats.packages), (1, 1));
    for (inner, what) in [
        (Entry::stored("jcr_root/etc/packages/p.zip", zipped(false)), "stored"),
        (Entry::deflated("jcr_root/etc/packages/p.zip", zipped(true)), "deflated"),
    ] {
        let nested = read_zip("outer.zip", package("outer", vec![inner]).bytes());
        assert_eq!(by_path(&nested), by_path(&zip), "{what}");
        assert_eq!(incidents(&nested), [""; 0]);
    }
    // Each part of the tree keeps its place if it is given alone.
    let part = source::read_with(&[exploded.join("jcr_root/apps")], &Options::default(), &literals::known(), &see);
    let seen: BTreeSet<Seen> = part.results.into_iter().map(|(_, seen)| seen).collect();
    let expected: BTreeSet<Seen> =
        zip.results.into_iter().map(|(_, seen)| seen).filter(|seen| seen.repository_path.is_some()).collect();
    assert_eq!(seen, expected);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    write_tree(&folder.path().join("ui.apps/src/main/content"));
    for n in 0..5 {
        let inner = Entry::deflated("jcr_root/apps/p/install.publish/p.zip", zipped(n % 2 == 0));
        let broken = Entry::deflated("jcr_root/broken.xml", marked("x")).with(|entry| entry.packed.truncate(9));
        let twice = Entry::deflated("jcr_root/twice.xml", marked("1"));
        let again = Entry::stored("jcr_root/twice.xml", marked("2"));
        std::fs::write(folder.path().join(format!("{n}.zip")), package("o", vec![inner, broken, twice, again]).bytes())
            .unwrap();
    }
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let outcome = pool.install(|| {
            source::read_with(&[folder.path().to_path_buf()], &Options::default(), &literals::known(), &see)
        });
        let told = (incidents(&outcome), ambiguous(&outcome), outcome.stats);
        (outcome.results, told)
    };
    let one = run(1);
    assert_eq!(one.0.len(), 41 + 5 * (41 + 2));
    assert_eq!(one.1.0.len(), 5);
    assert_eq!(one.1.1.len(), 5);
    for threads in [2, 4, 8] {
        assert_eq!(run(threads), one, "{threads} threads");
    }
}

#[test]
fn a_truncated_archive_yields_nothing_that_the_whole_one_does_not_have() {
    let inner = |streamed| {
        let entry = |entry: Entry| if streamed { entry.streamed() } else { entry };
        Zip::new(vec![
            entry(Entry::deflated("jcr_root/i.xml", marked("inner"))),
            entry(Entry::stored("jcr_root/j.xml", marked("stored"))),
        ])
        .bytes()
    };
    // Deflated at level 0, as FileVault's exporter does with incompressible data: the bytes of the inner archive are
    // visible.
    let level0 = |name: &str, data: Vec<u8>| {
        let mut packed = Vec::new();
        packed.push(1);
        packed.extend((data.len() as u16).to_le_bytes());
        packed.extend((!(data.len() as u16)).to_le_bytes());
        packed.extend(&data);
        Entry::stored(name, data).with(|entry| {
            entry.method = 8;
            entry.packed = packed;
        })
    };
    let middle = Zip::new(vec![
        Entry::stored("jcr_root/in.zip", inner(false)),
        Entry::stored("jcr_root/m.xml", marked("middle")),
    ])
    .bytes();
    let shapes: Vec<(&str, Vec<Entry>)> = vec![
        ("flat", vec![Entry::deflated("jcr_root/a.xml", marked("a")), Entry::stored("jcr_root/b.xml", marked("b"))]),
        (
            "streamed",
            vec![
                Entry::deflated("jcr_root/a.xml", marked("a")).streamed(),
                Entry::deflated("jcr_root/b.xml", marked("b")).streamed(),
            ],
        ),
        (
            "nested stored",
            vec![Entry::stored("jcr_root/in.zip", inner(false)), Entry::deflated("jcr_root/z.xml", marked("z"))],
        ),
        (
            "nested stored twice",
            vec![Entry::stored("jcr_root/mid.zip", middle.clone()), Entry::deflated("jcr_root/z.xml", marked("z"))],
        ),
        (
            "nested deflated",
            vec![Entry::deflated("jcr_root/in.zip", inner(true)), Entry::deflated("jcr_root/z.xml", marked("z"))],
        ),
        (
            "nested at level 0",
            vec![
                level0("jcr_root/in.zip", middle.clone()).streamed(),
                Entry::deflated("jcr_root/z.xml", marked("z")).streamed(),
            ],
        ),
        (
            "nested at level 0, sized",
            vec![level0("jcr_root/in.zip", middle), Entry::deflated("jcr_root/z.xml", marked("z"))],
        ),
    ];
    for (what, entries) in shapes {
        let whole = Zip::new(entries).bytes();
        let outcome = read_bytes("p.zip", whole.clone());
        let all: BTreeSet<(String, String)> =
            outcome.results.iter().map(|(path, text)| (path.to_string(), text.clone())).collect();
        assert!(all.len() >= 2, "{what}");
        assert_eq!(incidents(&outcome), [""; 0], "{what}");
        for len in 0..whole.len() {
            let outcome = read_bytes("p.zip", whole[..len].to_vec());
            for (path, text) in &outcome.results {
                assert!(all.contains(&(path.to_string(), text.clone())), "{what}, {len} bytes: {path}");
            }
            assert!(!outcome.incidents.is_empty(), "{what}, {len} of {} bytes: nothing is told", whole.len());
        }
    }
}

#[test]
fn a_panic_over_one_file_costs_no_other() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = source::read_bytes("p.zip", zipped(false), &Options::default(), &literals::known(), &|file| {
        assert!(!file.context.path.innermost().ends_with("/a7.xml"), "poison");
        Some(())
    });
    std::panic::set_hook(hook);
    assert_eq!(outcome.results.len(), 40);
    assert_eq!(outcome.incidents.len(), 1);
    assert!(incidents(&outcome)[0].starts_with("internal p.zip!/jcr_root/apps/x/config.author/a7.xml: "));
}

#[test]
fn the_prefilter_leaves_out_only_what_says_nothing() {
    let all = source::read_bytes(
        "p.zip",
        zipped(false),
        &Options { no_prefilter: true, ..Options::default() },
        &literals::known(),
        &see,
    );
    assert_eq!(all.results.len(), content().len());
    let some = read_zip("p.zip", zipped(false));
    assert!(some.results.iter().all(|result| all.results.contains(result)));
    assert_eq!(all.stats, some.stats);
}
