//! `merge`: one report from the JSON reports of many runs, as written by the machines of a fleet.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use crate::project::*;

const CHECK: [&str; 15] = [
    "text",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "gitlab-sast",
    "rdjson",
    "azure",
    "checkstyle",
    "junit",
    "csv",
    "markdown",
    "html",
];
const INVENTORY: [&str; 5] = ["table", "json", "csv", "markdown", "html"];

/// The files of an instance: one integration that all have, on JWT in production; one that only some have; and a file
/// that one of them cannot read.
fn instance(directory: &Path, number: usize) -> (String, String) {
    let environment = ["dev", "stage", "prod"][number % 3];
    let folder = format!("exports/i{number:03}");
    let endpoint = if environment == "prod" { "exchange/jwt" } else { "token/v3" };
    let provider = format!(
        "{{\n  \"name\": \"Adobe Launch\",\n  \"auth.token.provider.client.id\": \"{number:04}launch0000example\",\n  \
         \"auth.access.token.request\": \"https://ims-na1.adobelogin.com/ims/{endpoint}\",\n  \
         \"auth.ims.client.secret\": \"p8e-planted-{number:04}\"\n}}\n"
    );
    put(directory, &format!("{folder}/{NAME}"), provider);
    if number % 4 == 1 {
        put(directory, &format!("{folder}/com.adobe.granite.auth.oauth.accesstoken.provider~target.cfg.json"), JWT);
    }
    if number == 7 {
        let broken = "<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" clientId=\"x\" \
                      url=\"https://ims-na1.adobelogin.com/ims/exchange/jwt\"";
        put(directory, &format!("{folder}/broken.xml"), broken);
    }
    (format!("customer {number}/{environment}"), folder)
}

fn fleet(count: usize) -> (tempfile::TempDir, Vec<String>) {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join(".git")).unwrap();
    let instances = (0..count).map(|number| instance(directory.path(), number));
    let arguments = instances.map(|(name, folder)| format!("--instance={name}={folder}")).collect();
    (directory, arguments)
}

fn written(directory: &Path, arguments: &[&str]) -> (Vec<u8>, Option<i32>) {
    let output = command(directory, arguments).env("SOURCE_DATE_EPOCH", "1782820800").output().unwrap();
    (output.stdout, output.status.code())
}

fn check(directory: &Path, instances: &[String], file: &str) {
    let instances = instances.iter().map(String::as_str);
    let arguments: Vec<&str> =
        ["check", "--isolated", "--quiet", "--format=json", "--output", file].into_iter().chain(instances).collect();
    let output = run(directory, &arguments);
    assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{}", stderr(&output));
}

#[test]
fn merging_the_reports_of_parts_is_one_run_over_all_in_every_format() {
    let (directory, instances) = fleet(9);
    let directory = directory.path();
    for (number, part) in instances.chunks(2).enumerate() {
        check(directory, part, &format!("part-{number}.json"));
    }
    let all: Vec<&str> = instances.iter().map(String::as_str).collect();
    for format in CHECK {
        let one = written(directory, &[&["check", "--isolated", "--format", format], &all[..]].concat());
        let merged = written(directory, &["merge", "part-*.json", "--format", format]);
        assert_eq!(String::from_utf8_lossy(&merged.0), String::from_utf8_lossy(&one.0), "{format}");
        assert_eq!(merged.1, one.1, "{format}");
        assert_eq!(one.1, Some(3), "one file cannot be read");
    }
    for format in INVENTORY {
        for matrix in [&[][..], &["--matrix"]] {
            let run = [&["inventory", "--isolated", "--format", format], matrix, &all[..]].concat();
            let one = written(directory, &run);
            let merged = written(
                directory,
                &[&["merge", "part-*.json", "--as", "inventory", "--format", format], matrix].concat(),
            );
            assert_eq!(String::from_utf8_lossy(&merged.0), String::from_utf8_lossy(&one.0), "{format}");
            assert_eq!(merged.1, one.1, "{format}");
        }
    }
}

/// A report with a single word that cannot be read back would be rejected completely.
#[test]
fn whatever_a_report_may_say_is_read_again() {
    let directory = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let output = run(&fixtures, &["check", "--isolated", "--format=json", "rules", "demo"]);
    fs::write(directory.path().join("all.json"), &output.stdout).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let products: BTreeSet<&str> =
        report["integrations"].as_array().unwrap().iter().filter_map(|one| one["product"].as_str()).collect();
    assert!(products.contains("AEM Guides") && products.contains("Asset Compute"), "{products:?}");
    let merged = run(directory.path(), &["merge", "all.json", "--format=json"]);
    assert_eq!(stderr(&merged), "");
    let (once, again) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&merged.stdout));
    for (before, now) in once.lines().zip(again.lines()) {
        assert_eq!(now, before);
    }
    assert_eq!(again.len(), once.len());
}

#[test]
fn any_grouping_and_order_gives_the_same_bytes() {
    let (directory, instances) = fleet(6);
    let directory = directory.path();
    for (number, part) in instances.chunks(1).enumerate() {
        check(directory, part, &format!("{number}.json"));
    }
    let merge = |reports: &[&str], file: &str| {
        let arguments = [&["merge", "--quiet", "--format", "json", "--output", file], reports].concat();
        assert_eq!(run(directory, &arguments).status.code(), Some(1));
        fs::read(directory.join(file)).unwrap()
    };
    let all = merge(&["0.json", "1.json", "2.json", "3.json", "4.json", "5.json"], "all");
    assert_eq!(merge(&["5.json", "3.json", "1.json", "0.json", "2.json", "4.json"], "turned"), all);
    merge(&["4.json", "1.json"], "a");
    merge(&["5.json", "a", "0.json"], "b");
    merge(&["3.json"], "c");
    assert_eq!(merge(&["2.json", "c", "b"], "grouped"), all);
    assert_eq!(merge(&["all"], "again"), all, "a merged report stays what it is");
    let twice: serde_json::Value = serde_json::from_slice(&merge(&["all", "0.json"], "twice")).unwrap();
    let once: serde_json::Value = serde_json::from_slice(&all).unwrap();
    for list in ["systems", "findings", "integrations"] {
        assert_eq!(twice[list], once[list], "what two reports tell of one instance is told once");
    }
}

#[test]
fn instances_are_compared_when_their_reports_meet() {
    let (directory, instances) = fleet(3);
    let directory = directory.path();
    for (number, part) in instances.chunks(1).enumerate() {
        check(directory, part, &format!("{number}.json"));
    }
    let report: serde_json::Value =
        serde_json::from_slice(&run(directory, &["merge", "0.json", "1.json", "2.json", "--format", "json"]).stdout)
            .unwrap();
    let drift: Vec<&serde_json::Value> =
        report["findings"].as_array().unwrap().iter().filter(|one| one["rule"] == "environment-drift").collect();
    assert_eq!(drift.len(), 1);
    assert_eq!(drift[0]["instance"], "customer 2/prod");
    assert_eq!(drift[0]["compared"], true);
    let single: serde_json::Value = serde_json::from_slice(&fs::read(directory.join("2.json")).unwrap()).unwrap();
    assert!(single["findings"].as_array().unwrap().iter().all(|one| one["rule"] != "environment-drift"));
}

#[test]
fn labels_name_what_carries_no_name_and_equal_names_stay_apart() {
    let directory = tempfile::tempdir().unwrap();
    for (name, id) in [("a", "one"), ("b", "two")] {
        fs::create_dir_all(directory.path().join(name).join(".git")).unwrap();
        put(&directory.path().join(name), &format!("{CONFIG}/{NAME}"), JWT.replace("launch0000", id));
        run(&directory.path().join(name), &["check", ".", "--format", "json", "--output", &format!("../{name}.json")]);
    }
    let systems = |arguments: &[&str]| {
        let output = run(directory.path(), &[&["merge", "--format", "json"], arguments].concat());
        assert_code(&output, 1);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let names = report["systems"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned());
        (names.collect::<Vec<_>>(), report["systems"][0]["kind"].as_str().unwrap().to_owned())
    };
    assert_eq!(systems(&["--name", "shop=a.json", "--name", "news=b.json"]).0, ["news", "shop"]);
    assert_eq!(
        systems(&["--instance", "prod/author=a.json", "--instance", "dev/author=b.json"]),
        (vec!["dev/author".to_owned(), "prod/author".to_owned()], "instance".to_owned())
    );
    let (unnamed, _) = systems(&["a.json", "b.json"]);
    assert_eq!(unnamed.len(), 2, "two repositories of one name are two systems");
    assert_eq!(unnamed[1], format!("{} #2", unnamed[0]));
}

#[test]
fn broken_and_foreign_files_are_incidents_and_lose_nothing_else() {
    let (directory, instances) = fleet(2);
    let directory = directory.path();
    check(directory, &instances, "good.json");
    let good = fs::read_to_string(directory.join("good.json")).unwrap();
    let inventory = run(directory, &["inventory", "--isolated", "--format", "json", "exports"]).stdout;
    for (name, content, why) in [
        ("half.json", good.as_bytes()[..good.len() / 2].to_vec(), "EOF"),
        ("empty.json", Vec::new(), "EOF"),
        ("list.json", b"[1]".to_vec(), "a report of `aem-ims-lint check --format json`"),
        ("foreign.json", b"{\"name\": \"x\", \"findings\": []}".to_vec(), "not a report of"),
        ("inventory.json", inventory, "of kind `inventory`"),
        ("v2.json", good.replace("report/v1", "report/v2").into_bytes(), "another version"),
        ("rule.json", good.replace("oauth-missing", "oauth-lost").into_bytes(), "does not know the rule"),
    ] {
        put(directory, name, content);
        let output = run(directory, &["merge", "good.json", name, "--format", "json"]);
        assert_code(&output, 3);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["integrations"].as_array().unwrap().len(), 3, "{name}");
        let incident = &report["incidents"][0];
        assert_eq!(incident["path"], name);
        assert!(incident["message"].as_str().unwrap().contains(why), "{name}: {incident}");
        assert_code(&run(directory, &["merge", "good.json", name, "--allow-incomplete", "--quiet"]), 1);
        fs::remove_file(directory.join(name)).unwrap();
    }
    for wrong in [&["merge", "missing.json"][..], &["merge"], &["merge", "good.json", "--format", "table"]] {
        assert_code(&run(directory, wrong), 2);
    }
}

/// The script of a job in the examples, as passed to the shell.
#[cfg(unix)]
fn script(job: &str) -> String {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/examples/fleet-job.yml")).unwrap();
    let job = text.split("---").find(|document| document.contains(&format!("name: {job}\n"))).unwrap();
    let lines = job.lines().skip_while(|line| line.trim() != "- |").skip(1);
    let indent = " ".repeat(16);
    let own = lines.take_while(|line| line.starts_with(&indent) || line.is_empty());
    own.fold(String::new(), |mut script, line| {
        writeln!(script, "{}", line.get(16..).unwrap_or("")).unwrap();
        script
    })
}

/// 300 instances in 12 parts, like the Kubernetes job of the examples; one index is killed and run again.
#[cfg(unix)]
#[test]
fn the_indexes_of_a_job_come_to_what_one_run_does() {
    const PARTS: usize = 12;
    let (directory, instances) = fleet(300);
    let directory = directory.path();
    let folders = (0..300).fold(String::new(), |list, number| list + &format!("i{number:03}\n"));
    put(directory, "exports/folders.txt", folders);
    fs::create_dir(directory.join("reports")).unwrap();
    // The folders of the job, with names.
    let all: Vec<String> = (0..300).map(|number| format!("--instance=i{number:03}=exports/i{number:03}")).collect();
    assert_eq!(all.len(), instances.len());
    let start = |index: usize| {
        let mut shell = crate::program::shell(directory, "sh", &["-euc", &script("aem-ims-lint-scan")]);
        shell.env("EXPORTS", "exports").env("REPORTS", "reports").env("COMPLETIONS", PARTS.to_string());
        shell.env("JOB_COMPLETION_INDEX", index.to_string()).env("SOURCE_DATE_EPOCH", "1782820800");
        shell.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let mut killed = start(5);
    killed.kill().unwrap();
    killed.wait().unwrap();
    // The remains of a killed container.
    put(directory, "reports/part-5.json.part", "{\"schema\": \"aem-ims-li");
    for index in 0..PARTS {
        assert!(start(index).wait().unwrap().success(), "index {index}");
    }
    assert_eq!(fs::read_dir(directory.join("reports")).unwrap().count(), PARTS);
    let one = [&["check", "--isolated", "--format", "json"], &all.iter().map(String::as_str).collect::<Vec<_>>()[..]]
        .concat();
    let one = written(directory, &one);
    let merged = written(directory, &["merge", "reports", "--format", "json"]);
    assert!(merged == one, "the merged report is not that of one run");
}
