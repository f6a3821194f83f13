//! Packages, packages in packages, bundles and other archives.

use aem_ims_lint::ims::literals;
use aem_ims_lint::repository::Container;
use aem_ims_lint::source::{self, Options};

use crate::common::*;

#[test]
fn a_package_tells_its_identity_and_its_repository_paths() {
    let zip = package("demo", vec![Entry::deflated("jcr_root/apps/x/.content.xml", marked("a"))]);
    let outcome = source::read_bytes("dist/demo.zip", zip.bytes(), &Options::default(), &literals::known(), &|file| {
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
    let outcome = source::read_bytes("all.zip", outer.bytes(), &Options::default(), &literals::known(), &|file| {
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

#[test]
fn bundles_give_their_configurations_and_initial_content() {
    let manifest = "Manifest-Version: 1.0\r\nBundle-SymbolicName: com.example.core\r\nSling-Initial-Content: SLING-INF/content;overwrite:=true;path:=/apps/e\r\n xample\r\n";
    let bundle = Zip::new(vec![
        Entry::stored("META-INF/MANIFEST.MF", manifest),
        Entry::deflated("OSGI-INF/configurator/c.json", marked("c")),
        Entry::deflated("OSGI-INF/configurator/sub/d.json", marked("d")),
        Entry::deflated("SLING-INF/content/config/e.json", marked("e")),
        Entry::deflated("META-INF/maven/x/pom.properties", marked("f")),
        Entry::stored("lib/inner.zip", package("inner", vec![Entry::stored("jcr_root/g.xml", marked("g"))]).bytes()),
    ]);
    let outer = package("all", vec![Entry::stored("jcr_root/apps/x/install.author/core.jar", bundle.bytes())]);
    let outcome = source::read_bytes("all.zip", outer.bytes(), &Options::default(), &literals::known(), &|file| {
        Some((file.context.container, file.context.repository_path.clone(), file.context.outer_run_modes.clone()))
    });
    let core = "all.zip!/jcr_root/apps/x/install.author/core.jar";
    assert_eq!(
        paths(&outcome),
        [
            format!("{core}!/OSGI-INF/configurator/c.json"),
            format!("{core}!/SLING-INF/content/config/e.json"),
            format!("{core}!/lib/inner.zip!/jcr_root/g.xml"),
        ]
    );
    let author = vec!["author".to_owned()];
    assert_eq!(outcome.results[0].1, (Container::Bundle, None, author.clone()));
    assert_eq!(
        outcome.results[1].1,
        (Container::Bundle, Some("apps/example/config/e.json".to_owned()), author.clone())
    );
    assert_eq!(outcome.results[2].1, (Container::Package, Some("g.xml".to_owned()), author));
}

#[test]
fn feature_archives_and_status_dumps_are_entered() {
    let far = Zip::new(vec![
        Entry::stored("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nFeature-Archive-Version: 1\n"),
        Entry::stored("g/a/1/a-1.slingosgifeature", marked("feature")),
        Entry::stored("g/p/1/p-1.zip", package("p", vec![Entry::stored("jcr_root/p.xml", marked("p"))]).bytes()),
    ]);
    assert_eq!(
        paths(&read_bytes("a.far", far.bytes())),
        ["a.far!/g/a/1/a-1.slingosgifeature", "a.far!/g/p/1/p-1.zip!/jcr_root/p.xml"]
    );
    let status = Zip::new(vec![
        Entry::deflated("001_Bundles.txt", marked("bundles")),
        Entry::deflated("012_Configurations.txt", marked("configurations")),
        Entry::deflated("index.json", "[]"),
    ]);
    assert_eq!(paths(&read_bytes("status.zip", status.bytes())), ["status.zip!/012_Configurations.txt"]);
}

#[test]
fn what_is_no_content_is_not_entered() {
    let asset = Zip::new(vec![
        Entry::deflated("jcr_root.xml", marked("asset")),
        Entry::deflated("x/jcr_root/a.xml", marked("a")),
    ]);
    let broken_asset =
        Zip::new(vec![Entry::deflated("photo.xml", marked("x")).with(|entry| entry.packed = vec![0xff; 9])]);
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    let zip = package(
        "all",
        vec![
            Entry::stored("jcr_root/content/dam/asset.zip", asset.bytes()),
            Entry::deflated("jcr_root/content/dam/broken.zip", broken_asset.bytes()),
            Entry::deflated("jcr_root/content/dam/truncated.zip", &broken_asset.bytes()[..40]),
            Entry::stored("jcr_root/apps/lib.jar", pointer),
            Entry::stored("jcr_root/.vlt", Zip::new(vec![Entry::stored("jcr_root/old.xml", marked("old"))]).bytes()),
            Entry::stored("jcr_root/apps/.vlt/x.xml", marked("x")),
            Entry::stored("__MACOSX/jcr_root/._x.zip", "\0\x05\x16\x07\0"),
            Entry::stored(
                "jcr_root/content/plain.jar",
                Zip::new(vec![Entry::stored("META-INF/MANIFEST.MF", "A: b\n"), Entry::stored("x.xml", marked("x"))])
                    .bytes(),
            ),
        ],
    );
    let outcome = read_bytes("all.zip", zip.bytes());
    assert_eq!(paths(&outcome), [""; 0]);
    assert_eq!(
        incidents(&outcome),
        ["broken-archive all.zip!/jcr_root/content/dam/truncated.zip: nothing in this archive can be read"]
    );
    assert_eq!(ambiguous(&outcome), [""; 0]);
    assert_eq!(outcome.stats.packages, 1);
}

#[test]
fn metadata_of_a_package_are_the_last_in_its_directory() {
    let properties = |name: &str| {
        format!("<properties><entry key=\"name\">{name}</entry><entry key=\"packageType\">mixed</entry></properties>")
    };
    let filter = |root: &str| format!("<workspaceFilter><filter root=\"{root}\"/></workspaceFilter>");
    let zip = Zip::new(vec![
        Entry::deflated("META-INF/vault/properties.xml", properties("first")),
        Entry::deflated("META-INF/vault/filter.xml", filter("/apps/first")),
        Entry::deflated("META-INF/vault/sub/properties.xml", properties("last")),
        Entry::deflated("META-INF/vault/sub/filter.xml", filter("/apps/last")),
        Entry::deflated("jcr_root/a.xml", marked("a")),
    ]);
    let outcome = source::read_bytes("p.zip", zip.bytes(), &Options::default(), &literals::known(), &|file| {
        file.context.package.clone()
    });
    let package = &outcome.results[0].1;
    assert_eq!(package.id.as_ref().unwrap().name, "last");
    assert_eq!(package.package_type.as_deref(), Some("mixed"));
    assert_eq!((package.covers("/apps/last/x"), package.covers("/apps/first/x")), (Some(true), Some(false)));
}
