//! Time grows in proportion to the input, for every command and every format.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use aem_ims_lint::config::Config;
use aem_ims_lint::findings::baseline::Baseline;
use aem_ims_lint::format::Reading;
use aem_ims_lint::migrate::files::{self, Edits};
use aem_ims_lint::migrate::{Plan, diff, fixes, write};
use aem_ims_lint::report::inspect::{self, InspectFormat};
use aem_ims_lint::report::inventory::{self, InventoryFormat};
use aem_ims_lint::report::migration::{self, MigrationFormat};
use aem_ims_lint::report::{self, Options, Report, ReportFormat};
use aem_ims_lint::scan::{self, Request, scan};
use clap::ValueEnum;
use tempfile::TempDir;

use crate::common::growth;
use crate::{alone, linear};

/// The number of items of each kind: so few that a test takes a second or two, and eight times as many.
const FEW: usize = 20;
const MANY: usize = 8 * FEW;

fn scanned(package: Vec<u8>) -> impl FnMut() {
    move || {
        let request = Request { given: vec![("a.zip".to_owned(), package.clone())], ..Request::default() };
        let report = scan(&request);
        assert!(report.stats.files > 0 && report.incidents.is_empty(), "{:?}", report.incidents);
    }
}

fn grows_with(what: &str, package: growth::Package, items: usize) {
    linear::assert_linear(what, scanned(package(items)), scanned(package(8 * items)));
}

#[test]
fn time_grows_with_entries_integrations_references_and_suppressions() {
    let _turn = alone();
    // One that must fail, to show that the check works.
    let step = |sum: u64, n: u64| std::hint::black_box(sum ^ n).wrapping_mul(31);
    let square = |n: u64| move || assert!((0..n * n).fold(1, step) > 0);
    let judged = std::panic::catch_unwind(|| linear::assert_linear("a square", square(500), square(4_000)));
    assert!(judged.is_err(), "a square was taken for linear");
    grows_with("pages", growth::pages, 2_000);
    grows_with("integrations", growth::integrations, 80);
    grows_with("namesakes", growth::namesakes, 80);
    grows_with("references", growth::references, 80);
    grows_with("suppressions", growth::suppressions, 80);
    grows_with("archives in archives", growth::nested, 100);
    grows_with("records that share a header", growth::shared, 1_000);
    grows_with("signatures outside the directory", growth::signatures, 4_000);
    grows_with("patterns of a filter", growth::patterns, 250);
}

/// Files on disk, with the requested number of items.
type Project = fn(usize) -> Vec<(String, String)>;

/// A directory in memory if the system has one. On a disk, flushing a file also writes data of other programs, and that
/// time is attributed to this process.
fn directory() -> TempDir {
    let in_memory = Path::new("/dev/shm");
    let made = if in_memory.is_dir() { tempfile::tempdir_in(in_memory) } else { tempfile::tempdir() };
    made.or_else(|_| tempfile::tempdir()).unwrap()
}

fn on_disk(project: Project, items: usize) -> (TempDir, Request) {
    let directory = directory();
    for (path, text) in project(items) {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let inputs = vec![directory.path().to_path_buf()];
    (directory, Request { inputs, ..Request::default() })
}

/// Prepared data for few items and for eight times as many.
struct Pair<T> {
    few: T,
    many: T,
    _directories: [TempDir; 2],
}

impl<T> Pair<T> {
    fn new(project: Project, prepare: impl Fn(Request, &Path) -> T) -> Self {
        let ((few, first), (many, second)) = (on_disk(project, FEW), on_disk(project, MANY));
        Self { few: prepare(first, few.path()), many: prepare(second, many.path()), _directories: [few, many] }
    }

    /// Fails unless `work` on eight times as many items takes about eight times as long.
    #[track_caller]
    fn assert_linear(&self, what: &str, work: impl Fn(&T)) {
        linear::assert_linear(what, || work(&self.few), || work(&self.many));
    }
}

fn report_of(request: &Request) -> Report {
    let report = scan(request);
    assert!(report.incidents.is_empty(), "{:?}", report.incidents);
    report
}

/// Many items in one file, in every form that a single file can have, and in many files.
const PROJECTS: [(&str, Project); 7] = [
    ("docview", growth::docview),
    ("one line", growth::one_line),
    ("namesakes", growth::docview_of_namesakes),
    ("status dump", growth::status_dump),
    ("secrets", growth::secrets),
    ("comments", growth::comments),
    ("tree", growth::tree),
];

#[test]
fn check_grows_with_what_one_file_holds() {
    let _turn = alone();
    for (what, project) in PROJECTS {
        let pair = Pair::new(project, |request, _| request);
        pair.assert_linear(&format!("check, {what}"), |request| drop(report_of(request)));
    }
}

#[test]
fn check_grows_in_every_format() {
    let _turn = alone();
    let pair = Pair::new(growth::docview, |request, _| {
        let mut report = report_of(&request);
        fixes::attach(&mut report.findings, &report.landscape, &[], &request.source.limits);
        assert!(report.findings.len() >= FEW);
        report
    });
    for &format in ReportFormat::value_variants() {
        let write = |report: &Report| report::write(format, report, &Options::default(), &mut io::sink()).unwrap();
        pair.assert_linear(&format!("check {format:?}"), write);
    }
}

#[test]
fn fixes_of_one_file_grow_with_their_number() {
    let _turn = alone();
    Pair::new(growth::leftovers, |request, _| report_of(&request)).assert_linear("fixes", |report| {
        let mut findings = report.findings.clone();
        fixes::attach(&mut findings, &report.landscape, &[], &Request::default().source.limits);
        assert!(findings.iter().filter(|finding| finding.fix.is_some()).count() >= FEW);
    });
}

#[test]
fn inventory_grows_in_every_format() {
    let _turn = alone();
    let pair = Pair::new(growth::docview, |request, _| report_of(&request));
    for &format in InventoryFormat::value_variants() {
        let write = |report: &Report| inventory::write(format, report, 120, &mut io::sink()).unwrap();
        pair.assert_linear(&format!("inventory {format:?}"), write);
    }
}

#[test]
fn inspect_grows_in_every_format() {
    let _turn = alone();
    let pair = Pair::new(growth::docview, |request, _| request);
    for &format in InspectFormat::value_variants() {
        pair.assert_linear(&format!("inspect {format:?}"), |request| {
            let inspection = scan::inspect(request, Reading::Tolerant, true);
            inspect::write(format, &inspection, 80, &mut io::sink()).unwrap();
        });
    }
}

fn planned(report: &Report) -> (Plan, Edits) {
    let plan = Plan::new(&report.landscape, &report.findings);
    let configurations = plan.edits().flat_map(|entry| &entry.changes.configurations);
    let added = plan.edits().filter_map(|entry| entry.changes.added.as_ref());
    let edits = files::edit(configurations, added, &[], &Request::default().source.limits);
    assert!(edits.left.is_empty() && !edits.files.is_empty(), "{:?}", edits.left);
    (plan, edits)
}

#[test]
fn migrate_grows_in_every_format_and_with_diff_and_write() {
    let _turn = alone();
    for (what, project) in [("docview", growth::docview as Project), ("tree", growth::tree)] {
        let pair = Pair::new(project, |request, _| {
            let report = report_of(&request);
            let planned = planned(&report);
            (report, planned)
        });
        pair.assert_linear(&format!("plan, {what}"), |(report, _)| drop(planned(report)));
        for &format in MigrationFormat::value_variants() {
            pair.assert_linear(&format!("migrate {format:?}, {what}"), |(report, (plan, edits))| {
                migration::write(format, report, plan, edits, 120, &mut io::sink()).unwrap();
            });
        }
        pair.assert_linear(&format!("migrate --diff, {what}"), |(_, (_, edits))| {
            for file in &edits.files {
                diff::write(file, true, &mut io::sink()).unwrap();
            }
        });
        pair.assert_linear(&format!("migrate --write, {what}"), |(_, (_, edits))| {
            for file in &edits.files {
                write::write(file).unwrap();
                // Restores the previous state for the next attempt.
                match &file.before {
                    Some(before) => fs::write(file.path(), before).unwrap(),
                    None => fs::remove_file(file.path()).unwrap(),
                }
            }
        });
    }
}

#[test]
fn entries_of_the_configuration_grow_with_their_number() {
    let _turn = alone();
    let prepare = |request: Request, directory: &Path| {
        let findings = report_of(&request).findings.len();
        (request, directory.join("aem-ims-lint.toml"), findings)
    };
    for (what, project) in [
        ("names", growth::ignored_by_name as Project),
        ("patterns", growth::ignored_by_pattern),
        ("paths", growth::ignored_by_path),
        ("overrides", growth::overridden),
    ] {
        Pair::new(project, prepare).assert_linear(what, |(request, path, all): &(Request, PathBuf, usize)| {
            let config = Config::read(path).unwrap();
            let selection = config.selection(&request.inputs, None);
            let report = scan(&Request { inputs: request.inputs.clone(), selection, ..Request::default() });
            let left = report.findings.iter().filter(|one| one.suppressed.is_none() && one.level.id() == "error");
            assert!(left.count() < *all, "{what}");
        });
    }
}

#[test]
fn baselines_grow_with_their_number() {
    let _turn = alone();
    let prepare = |request: Request, directory: &Path| (report_of(&request), directory.join("baseline.json"));
    Pair::new(growth::docview_of_namesakes, prepare).assert_linear("baseline", |(report, path)| {
        Baseline::of(&report.findings, path).write(path).unwrap();
        let mut findings = report.findings.clone();
        let compared = Baseline::read(path).unwrap().apply(&mut findings, &[path.parent().unwrap().to_path_buf()]);
        assert_eq!((compared.known, compared.fixed), (findings.len(), 0));
    });
}

/// A directory with `count` repositories, each with five packages built from it.
fn repositories(count: usize) -> (TempDir, Request) {
    let directory = directory();
    for number in 0..count {
        let folder = directory.path().join(format!("r{number:03}"));
        fs::create_dir_all(folder.join(".git")).unwrap();
        for (path, content) in growth::repository(number, 5) {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }
    let inputs = vec![directory.path().to_path_buf()];
    (directory, Request { inputs, ..Request::default() })
}

#[test]
fn time_grows_with_repositories() {
    let _turn = alone();
    let ((_first, few), (_second, many)) = (repositories(8), repositories(8 * 8));
    let judged = |request: &Request, count: usize| {
        let report = report_of(request);
        let duplicates = report.findings.iter().filter(|one| one.rule.id == "duplicate-provider").count();
        assert_eq!((report.landscape.inhabited().count(), duplicates), (count, count / 4));
    };
    linear::assert_linear("repositories", || judged(&few, 8), || judged(&many, 8 * 8));
}
