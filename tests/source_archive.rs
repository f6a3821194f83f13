//! Packages, packages in packages, bundles and other archives.

mod common;

use aem_ims_lint::repository::Container;
use aem_ims_lint::source::{self, Markers, Options};
use common::*;

#[test]
fn a_package_tells_its_identity_and_its_repository_paths() {
    let zip = package("demo", vec![Entry::deflated("jcr_root/apps/x/.content.xml", marked("a"))]);
    let outcome = source::read_bytes("dist/demo.zip", zip.bytes(), &Options::default(), &Markers::default(), &|file| {
        Some(file.context.clone())
    });
    assert_eq!(incidents(&outcome), [""; 0]);
    let [(path, context)] = &outcome.results[..] else { panic!("{:?}", outcome.results) };
    assert_eq!(path.to_string(), "dist/demo.zip!/jcr_root/apps/x/.content.xml");
    assert_eq!(context.container, Container::Package);
    assert_eq!(context.repository_path.as_deref(), Some("apps/x/.content.xml"));
    assert_eq!(context.package.as_ref().unwrap().id.as_ref().unwrap().to_string(), "com.example:demo:1.0");
    assert_eq!((outcome.stats.packages, outcome.stats.files), (1, 3));
}

#[test]
fn run_modes_of_outer_folders_reach_the_inner_package() {
    let inner = package("inner", vec![Entry::deflated("jcr_root/apps/x/.content.xml", marked("a"))]);
    let middle = package("middle", vec![Entry::deflated("jcr_root/apps/y/install.prod/inner.zip", inner.bytes())]);
    let outer = package(
        "all",
        vec![Entry::stored("jcr_root/apps/x-packages/application/install.author/middle.zip", middle.bytes())],
    );
    let outcome = source::read_bytes("all.zip", outer.bytes(), &Options::default(), &Markers::default(), &|file| {
        Some((file.context.outer_run_modes.clone(), file.context.package.clone().unwrap().id.clone().unwrap().name))
    });
    assert_eq!(incidents(&outcome), [""; 0]);
    assert_eq!(
        paths(&outcome),
        [
            "all.zip!/jcr_root/apps/x-packages/application/install.author/middle.zip!/jcr_root/apps/y/install.prod/inner.zip!/jcr_root/apps/x/.content.xml"
        ]
    );
    assert_eq!(outcome.results[0].1, (vec!["author".to_owned(), "prod".to_owned()], "inner".to_owned()));
    assert_eq!(outcome.stats.packages, 3);
}
