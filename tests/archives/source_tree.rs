//! Directory trees: what is skipped, what is reported, and the place of each file.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use aem_ims_lint::ims::literals;
use aem_ims_lint::repository::{Container, FileContext};
use aem_ims_lint::source::{self, Options, Outcome};

use crate::common::*;

fn write(root: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn read(inputs: &[PathBuf]) -> Outcome<FileContext> {
    source::read_with(inputs, &Options::default(), &literals::known(), &|file| Some(file.context.clone()))
}

/// Paths below `root`.
fn below(root: &Path, outcome: &Outcome<FileContext>) -> Vec<String> {
    let root = format!("{}/", root.display());
    paths(outcome).into_iter().map(|path| path.strip_prefix(&root).unwrap_or(&path).to_owned()).collect()
}

#[test]
fn build_output_and_its_like_are_skipped_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for name in ["pom.xml", "a/pom.xml"] {
        write(root, name, "<project/>");
    }
    for name in [
        "a/src/x.xml",
        "a/target/x.xml",
        "b/target/x.xml",
        ".git/x.xml",
        "a/node_modules/m/x.json",
        "c/.vlt/x.xml",
        "c/.svn/x.xml",
    ] {
        write(root, name, marked("x"));
    }
    let outcome = read(&[root.to_path_buf()]);
    let found: Vec<String> = below(root, &outcome).into_iter().filter(|path| !path.ends_with("pom.xml")).collect();
    assert_eq!(found, ["a/src/x.xml", "b/target/x.xml"]);
    assert_eq!(outcome.stats.skipped_directories, 5);
    let all = source::read_with(
        &[root.to_path_buf()],
        &Options { include_skipped: true, ..Options::default() },
        &literals::known(),
        &|_| Some(()),
    );
    assert_eq!((all.results.len() - outcome.results.len(), all.stats.skipped_directories), (5, 0));
    let named = read(&[root.join("a/target")]);
    assert_eq!(below(root, &named), ["a/target/x.xml"]);
}

#[test]
fn files_know_their_package_and_repository_path() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("ui.apps/src/main/content");
    write(&root, "META-INF/vault/properties.xml", "<properties><entry key=\"name\">app</entry></properties>");
    write(&root, "META-INF/vault/filter.xml", "<workspaceFilter><filter root=\"/apps/old\"/></workspaceFilter>");
    write(&root, "META-INF/vault/filter-vlt.xml", "<workspaceFilter><filter root=\"/apps/x\"/></workspaceFilter>");
    write(&root, "jcr_root/apps/x/.content.xml", marked("x"));
    write(folder.path(), "ui.content/jcr_root/content/.content.xml", marked("y"));
    write(folder.path(), "loose/config/a.xml", marked("z"));
    let outcome = read(&[folder.path().to_path_buf()]);
    let by_name = |end: &str| &outcome.results.iter().find(|(path, _)| path.to_string().ends_with(end)).unwrap().1;
    let packaged = by_name("apps/x/.content.xml");
    assert_eq!(packaged.repository_path.as_deref(), Some("apps/x/.content.xml"));
    assert_eq!(packaged.container, Container::Package);
    let package = packaged.package.as_ref().unwrap();
    assert_eq!(package.id.as_ref().unwrap().to_string(), ":app:");
    assert_eq!((package.covers("/apps/x"), package.covers("/apps/old")), (Some(true), Some(false)));
    assert!(package.path.input.ends_with("ui.apps/src/main/content"));
    let bare = by_name("content/.content.xml");
    let bare = if bare.package.is_some() { by_name("ui.content/jcr_root/content/.content.xml") } else { bare };
    assert_eq!((bare.repository_path.as_deref(), bare.container), (Some("content/.content.xml"), Container::Tree));
    assert_eq!(by_name("loose/config/a.xml").repository_path, None);
    assert_eq!(outcome.stats.packages, 1);
    // A part given alone keeps its place, and its package keeps its name.
    for part in ["jcr_root/apps/x/.content.xml", "jcr_root/apps/x", "jcr_root"] {
        let outcome = read(&[root.join(part)]);
        let context = &outcome.results[0].1;
        assert_eq!(context.repository_path.as_deref(), Some("apps/x/.content.xml"), "{part}");
        assert_eq!(context.package.as_ref().unwrap().path, package.path, "{part}");
    }
}

#[test]
fn bytes_from_elsewhere_take_their_place_from_their_name() {
    let name = "ui.config/src/main/content/jcr_root/apps/x/config.author/a.cfg.json";
    let outcome = source::read_bytes(name, b"{}".to_vec(), &Options::default(), &literals::known(), &|file| {
        Some(file.context.clone())
    });
    assert_eq!(paths(&outcome), [name]);
    assert_eq!(outcome.results[0].1.repository_path.as_deref(), Some("apps/x/config.author/a.cfg.json"));
}

#[test]
fn overlapping_inputs_are_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "a/x.xml", marked("x"));
    write(root, "a/b/y.xml", marked("y"));
    write(root, "pom.xml", "");
    write(root, "target/z.xml", marked("z"));
    let inputs = [root.to_path_buf(), root.join("a/b"), root.join("a/b/"), root.join("a/x.xml"), root.join("target")];
    let found: Vec<String> = below(root, &read(&inputs)).into_iter().filter(|path| path != "pom.xml").collect();
    assert_eq!(found, ["a/b/y.xml", "a/x.xml", "target/z.xml"]);
}

#[test]
fn what_only_looks_like_an_archive_or_is_a_program_is_left_alone_in_a_tree() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    write(root, "lib.jar", pointer);
    write(root, "__MACOSX/._x.zip", b"\0\x05\x16\x07 AppleDouble");
    write(root, "empty.zip", "");
    write(root, ".vlt", Zip::new(vec![Entry::deflated("jcr_root/one.xml", marked("x"))]).bytes());
    write(
        root,
        "plain.jar",
        Zip::new(vec![
            Entry::stored("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n"),
            Entry::deflated("x.xml", marked("x")),
        ])
        .bytes(),
    );
    write(root, "package.bin", Zip::new(vec![Entry::deflated("jcr_root/one.xml", marked("x"))]).bytes());
    fs::create_dir(root.join("folder.zip")).unwrap();
    fs::create_dir(root.join(".content.xml")).unwrap();
    let outcome = read(&[root.to_path_buf()]);
    assert_eq!(below(root, &outcome), ["package.bin!/jcr_root/one.xml"]);
    assert_eq!(incidents(&outcome), [""; 0]);
}

#[test]
fn what_is_named_as_an_archive_must_be_one() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "text.zip", "no archive");
    let outcome = read(&[root.join("text.zip")]);
    assert_eq!(outcome.incidents.len(), 1);
    assert!(
        incidents(&outcome)[0].ends_with("text.zip: nothing in this archive can be read"),
        "{:?}",
        incidents(&outcome)
    );
    let prefixed = |entries| Zip::new(entries).with(|zip| zip.prefix = b"#!/bin/sh\n\0".to_vec()).bytes();
    let inner = prefixed(vec![Entry::deflated("jcr_root/in.xml", marked("x"))]);
    let outer = vec![Entry::stored("jcr_root/a.zip", &inner), Entry::deflated("jcr_root/b.zip", &inner)];
    fs::remove_file(root.join("text.zip")).unwrap();
    write(root, "prefixed.zip", prefixed(outer));
    let outcome = read(&[root.to_path_buf()]);
    assert_eq!(
        below(root, &outcome),
        ["prefixed.zip!/jcr_root/a.zip!/jcr_root/in.xml", "prefixed.zip!/jcr_root/b.zip!/jcr_root/in.xml"]
    );
    assert_eq!(incidents(&outcome), [""; 0]);
}

#[test]
fn nothing_there_is_an_incident() {
    let outcome = read(&[PathBuf::from("no/such/place")]);
    assert_eq!(outcome.incidents.len(), 1);
    assert!(incidents(&outcome)[0].starts_with("unreadable no/such/place: "));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn links_within_the_tree_are_read_where_they_stand() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(root, "docs/notes.md", marked("x"));
        write(root, "shared/config/a.cfg.json", marked("x"));
        fs::create_dir_all(root.join("ui/jcr_root/apps/a/config")).unwrap();
        symlink("../../../../../docs/notes.md", root.join("ui/jcr_root/apps/a/config/b.cfg.json")).unwrap();
        symlink("../../../../shared/config", root.join("ui/jcr_root/apps/a/config.prod")).unwrap();
        let outcome = read(&[root.to_path_buf()]);
        let found = below(root, &outcome);
        let linked = ["ui/jcr_root/apps/a/config.prod/a.cfg.json", "ui/jcr_root/apps/a/config/b.cfg.json"];
        assert_eq!(found, ["shared/config/a.cfg.json", linked[0], linked[1]]);
        let places: Vec<_> =
            outcome.results.iter().map(|(_, c)| (c.repository_path.as_deref(), c.behind_link)).collect();
        assert_eq!(
            places,
            [(None, false), (Some("apps/a/config.prod/a.cfg.json"), true), (Some("apps/a/config/b.cfg.json"), true)]
        );
        assert_eq!((incidents(&outcome), outcome.stats.links_not_followed), (vec![], 0));
    }

    /// Links that were not followed were not reported.
    #[test]
    fn regression_links_that_are_not_followed_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("tree");
        write(folder.path(), "outside/secret.xml", marked("outside"));
        write(folder.path(), "outside/README", "text");
        write(folder.path(), "outside/package", Zip::new(vec![Entry::deflated("jcr_root/x.xml", marked("x"))]).bytes());
        write(&root, "a/x.xml", marked("x"));
        write(&root, "pom.xml", "");
        symlink("..", root.join("a/loop")).unwrap();
        symlink("loop.xml", root.join("loop.xml")).unwrap();
        symlink(folder.path().join("outside"), root.join("out")).unwrap();
        symlink(folder.path().join("outside"), root.join("target")).unwrap();
        symlink(folder.path().join("outside/secret.xml"), root.join("out.xml")).unwrap();
        symlink(folder.path().join("outside/README"), root.join("README")).unwrap();
        symlink(folder.path().join("outside/package"), root.join("package")).unwrap();
        symlink("nowhere", root.join("dangling.xml")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        let outcome = read(std::slice::from_ref(&root));
        assert_eq!(below(&root, &outcome), ["a/x.xml"]);
        let told: Vec<String> = outcome.incidents.iter().map(|i| i.path.file_name().to_owned()).collect();
        assert_eq!(told, ["dangling.xml", "loop.xml", "out", "out.xml", "package"]);
        assert!(incidents(&outcome)[2].contains("leaves the scanned tree"), "{:?}", incidents(&outcome));
        assert_eq!((outcome.stats.links_not_followed, outcome.stats.skipped_directories), (3, 1));
        // A link given explicitly is followed.
        assert_eq!(read(&[root.join("out")]).results.len(), 2);
    }

    #[test]
    fn links_that_lead_to_each_other_end() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(root, "a/x.xml", marked("x"));
        write(root, "b/y.xml", marked("y"));
        symlink("../b", root.join("a/b")).unwrap();
        symlink("../a", root.join("b/a")).unwrap();
        symlink(".", root.join("a/self")).unwrap();
        let outcome = read(&[root.to_path_buf()]);
        assert_eq!(below(root, &outcome), ["a/b/y.xml", "a/x.xml", "b/a/x.xml", "b/y.xml"]);
        assert_eq!(incidents(&outcome), [""; 0]);
        // `a/self`, and in the linked folders the way back and `self` again.
        assert_eq!(outcome.stats.links_not_followed, 4);
        // A path that is given and also reached through a link is read once.
        let both = read(&[root.to_path_buf(), root.join("a/b")]);
        assert_eq!(below(root, &both).iter().filter(|path| *path == "a/b/y.xml").count(), 1);
    }

    /// Sixty links in thirty folders give a billion paths.
    #[test]
    fn links_to_folders_with_links_are_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for level in 0..30 {
            fs::create_dir(root.join(format!("{level:02}"))).unwrap();
            for name in ["a", "b"] {
                symlink(format!("../{:02}", level + 1), root.join(format!("{level:02}/{name}"))).unwrap();
            }
        }
        write(root, "30/x.xml", marked("x"));
        let first = read(&[root.to_path_buf()]);
        assert_eq!(first.incidents.len(), 1, "{:?}", incidents(&first));
        assert!(incidents(&first)[0].contains("are behind symbolic links"), "{:?}", incidents(&first));
        let again = read(&[root.to_path_buf()]);
        assert_eq!((paths(&first), incidents(&first)), (paths(&again), incidents(&again)));
    }

    /// The queue of links found through links had no limit: it could contain all links of all linked folders.
    #[test]
    fn regression_links_that_wait_behind_links_count() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for level in 0..4 {
            fs::create_dir(root.join(level.to_string())).unwrap();
            for link in 0..if level == 3 { 0 } else { 500 } {
                symlink(format!("../{}", level + 1), root.join(format!("{level}/{link:03}"))).unwrap();
            }
        }
        let outcome = read(&[root.to_path_buf()]);
        assert_eq!(outcome.incidents.len(), 1, "{:?}", incidents(&outcome));
        // Some hundreds of those in `0` and `1` are followed; each of the others is counted.
        let left = outcome.stats.links_not_followed;
        assert!((50_000..150_000).contains(&left), "{left}");
    }

    /// The filter of a package was read through any link.
    #[test]
    fn regression_the_metadata_of_a_package_is_not_read_outside_the_tree() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("tree");
        let properties = "<properties><entry key=\"name\">app</entry></properties>";
        write(folder.path(), "outside.xml", properties);
        write(&root, "inside.xml", properties);
        for (package, target) in [("out", "../../../../outside.xml"), ("in", "../../../inside.xml")] {
            write(&root, &format!("{package}/jcr_root/apps/x/.content.xml"), marked("x"));
            fs::create_dir_all(root.join(package).join("META-INF/vault")).unwrap();
            symlink(target, root.join(package).join("META-INF/vault/properties.xml")).unwrap();
        }
        let outcome = read(std::slice::from_ref(&root));
        let id = |package: &str| {
            let end = format!("{package}/jcr_root/apps/x/.content.xml");
            let file = outcome.results.iter().find(|(path, _)| path.to_string().ends_with(&end)).unwrap();
            file.1.package.as_ref().unwrap().id.as_ref().map(ToString::to_string)
        };
        assert_eq!((id("in"), id("out")), (Some(":app:".to_owned()), None));
        assert_eq!(outcome.incidents.len(), 1, "{:?}", incidents(&outcome));
    }

    #[test]
    fn pipes_are_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe.xml");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for input in [folder.path().to_path_buf(), pipe] {
            let outcome = read(&[input]);
            assert_eq!(outcome.results.len(), 0);
            assert_eq!(outcome.incidents.len(), 1);
            assert!(incidents(&outcome)[0].ends_with("neither a file nor a directory; it was not opened"));
        }
    }

    #[test]
    fn unreadable_files_and_folders_cost_only_themselves() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(root, "a.xml", marked("a"));
        write(root, "closed.xml", marked("b"));
        write(root, "closed/c.xml", marked("c"));
        for name in ["closed.xml", "closed"] {
            fs::set_permissions(root.join(name), fs::Permissions::from_mode(0o000)).unwrap();
        }
        let readable_anyway = fs::File::open(root.join("closed.xml")).is_ok();
        let outcome = read(&[root.to_path_buf()]);
        fs::set_permissions(root.join("closed"), fs::Permissions::from_mode(0o700)).unwrap();
        // The superuser reads everything.
        if !readable_anyway {
            assert_eq!(below(root, &outcome), ["a.xml"]);
            assert_eq!(outcome.incidents.len(), 2);
        }
    }

    #[test]
    fn names_that_are_not_unicode_become_labels() {
        let folder = tempfile::tempdir().unwrap();
        for name in [&b"\xff.xml"[..], b"\xfe.xml"] {
            fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), marked("x")).unwrap();
        }
        let outcome = read(&[folder.path().to_path_buf()]);
        assert_eq!(below(folder.path(), &outcome), ["\u{fffd}.xml", "\u{fffd}.xml"]);
    }
}
