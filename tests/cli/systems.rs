//! Systems are independent: findings of one never depend on another.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Entry, package};
use crate::project::{JWT, NAME, assert_code, project, put, report, run, stderr, stdout};

const PROVIDER: &str = "com.adobe.granite.auth.oauth.accesstoken.provider";
const CUSTOMIZER: &str = "com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl";

/// A provider called `name`, as a `.config` file.
fn provider(name: &str, oauth: bool) -> String {
    let own = if oauth {
        "auth.access.token.request=\"https://ims-na1.adobelogin.com/ims/token/v3\"\n\
         auth.token.provider.authorization.grants=\"client_credentials\"\n\
         auth.token.provider.orgId=\"EXAMPLE0000@AdobeOrg\"\n\
         auth.token.provider.scope=\"openid,AdobeID,read_organizations\"\n\
         auth.token.provider.default.claims=[\"\\\"iss\\\":\\\"EXAMPLE0000@AdobeOrg\\\"\"]\n"
    } else {
        "auth.access.token.request=\"https://ims-na1.adobelogin.com/ims/exchange/jwt\"\n\
         auth.token.provider.keypair.alias=\"acme\"\n"
    };
    format!(
        "name=\"{name}\"\nauth.token.provider.client.id=\"0000example\"\ntoken.request.customizer.type=\"acme\"\n{own}"
    )
}

fn customizer() -> String {
    "customizer.type=\"acme\"\nauth.ims.client.secret=\"{00112233445566778899aabbccddeeff}\"\n".to_owned()
}

/// A file in the store of the web console, by PID and content.
fn stored(pid: &str, content: &str) -> (String, String) {
    (format!("apps/system/config/{pid}.config"), content.to_owned())
}

fn zip(directory: &Path, path: &str, files: &[(String, String)]) {
    let entries = files.iter().map(|(path, text)| Entry::deflated(format!("jcr_root/{path}"), text));
    put(directory, path, package("export", entries.collect()).bytes());
}

/// A dump of the web console of `.config` files: PID, factory, content.
fn dump(configurations: &[(&str, &str, &str)]) -> String {
    let mut text = format!("*** Configurations:\nStatus: {} configurations available\n\n", configurations.len());
    for (pid, factory, content) in configurations {
        text += &format!("PID = {pid}\n  Factory PID = {factory}\n  BundleLocation = ?\n");
        for line in content.lines() {
            let (key, value) = line.split_once('=').unwrap();
            text += &format!("  {key} = {}\n", value.replace("\\\"", "'").replace('"', "").replace('\'', "\""));
        }
        text += "\n";
    }
    text + "\n"
}

fn inventory(directory: &Path, args: &[&str]) -> Value {
    let output = run(directory, &[&["inventory", "--format", "json"], args].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)))
}

/// Each integration as `system: name auth verdict`.
fn integrations(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let one = |one: &Value| {
        let parts = ["name", "auth", "verdict"].map(|key| text(&one[key]));
        format!("{}: {}", text(&one["system"]), parts.join(" "))
    };
    report["integrations"].as_array().unwrap().iter().map(one).collect()
}

fn names(report: &Value) -> Vec<&str> {
    report["systems"].as_array().unwrap().iter().map(|system| system["name"].as_str().unwrap()).collect()
}

fn says(report: &Value, rule: &str) -> bool {
    report["findings"].as_array().unwrap().iter().any(|finding| finding["rule"] == rule)
}

/// The exports of two environments: OAuth on dev, and JWT with the same name on prod.
fn dev_and_prod() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let new = stored(&format!("{PROVIDER}~new"), &provider("Adobe Launch", true));
    zip(directory.path(), "author-dev.zip", &[new, stored(&format!("{CUSTOMIZER}~a"), &customizer())]);
    let old = stored(&format!("{PROVIDER}~old"), &provider("Adobe Launch", false));
    zip(directory.path(), "author-prod.zip", &[old]);
    directory
}

#[test]
fn the_integration_of_prod_is_not_deleted_for_one_of_dev() {
    let directory = dev_and_prod();
    let found = report(directory.path(), &[]);
    assert_eq!(names(&found), ["author-dev.zip", "author-prod.zip"]);
    assert!(says(&found, "jwt-credential") && !says(&found, "duplicate-provider"));
    let plan = stdout(&run(directory.path(), &["migrate", "--format", "json"]));
    let plan: Value = serde_json::from_str(&plan).unwrap();
    let courses: Vec<&str> =
        plan["entries"].as_array().unwrap().iter().map(|one| one["course"].as_str().unwrap()).collect();
    assert!(!courses.is_empty() && !courses.contains(&"delete"), "{courses:?}");
    // On one instance, the same two are a JWT configuration and its replacement.
    let one = report(directory.path(), &["--instance", "prod/author=*.zip"]);
    assert!(says(&one, "duplicate-provider"));
}

#[test]
fn a_secret_of_one_instance_is_not_that_of_another() {
    let directory = tempfile::tempdir().unwrap();
    let pid = |factory: &str, number: u32| format!("{factory}.5e0b7a6e-1111-4222-8333-44445555000{number}");
    let oauth = provider("Acme", true);
    let (one, two) = (pid(PROVIDER, 1), pid(PROVIDER, 2));
    put(directory.path(), "a/status.txt", dump(&[(&one, PROVIDER, &oauth)]));
    let secret = pid(CUSTOMIZER, 3);
    put(directory.path(), "b/status.txt", dump(&[(&secret, CUSTOMIZER, &customizer()), (&two, PROVIDER, &oauth)]));
    let found = inventory(directory.path(), &[]);
    assert_eq!(integrations(&found), ["a/status.txt: Acme oauth incomplete", "b/status.txt: Acme oauth works"]);
}

#[test]
fn an_export_and_a_dump_of_one_instance_are_one_integration_with_two_places() {
    let directory = tempfile::tempdir().unwrap();
    let (oauth, old) = (provider("Acme", true), provider("Old", false));
    let files = [
        stored(&format!("{PROVIDER}-1590"), &oauth),
        stored(&format!("{PROVIDER}-1591"), &old),
        stored(&format!("{CUSTOMIZER}-1592"), &customizer()),
    ];
    zip(directory.path(), "author.zip", &files);
    let printed = [("1", PROVIDER, oauth.as_str()), ("2", PROVIDER, &old), ("3", CUSTOMIZER, &customizer())]
        .map(|(number, factory, content)| (format!("{factory}.5e0b7a6e-{number}"), factory, content.to_owned()));
    let printed: Vec<_> =
        printed.iter().map(|(pid, factory, content)| (pid.as_str(), *factory, content.as_str())).collect();
    put(directory.path(), "status-Configurations.txt", dump(&printed));
    for args in [&[][..], &["--instance", "prod/author=."]] {
        let found = inventory(directory.path(), args);
        assert_eq!(found["systems"].as_array().unwrap().len(), 1, "{found:#}");
        assert_eq!(found["integrations"].as_array().unwrap().len(), 2, "{found:#}");
        for integration in found["integrations"].as_array().unwrap() {
            assert_eq!(integration["copies"].as_array().unwrap().len(), 1);
            assert!(integration["location"]["path"].as_str().unwrap().starts_with("author.zip!/"));
        }
    }
}

#[test]
fn an_instance_that_the_user_names_is_its_environment() {
    let directory = tempfile::tempdir().unwrap();
    let folder = |mode: &str, oauth| (format!("apps/acme/{mode}/{PROVIDER}~acme.config"), provider("Acme", oauth));
    let secret = (format!("apps/acme/config/{CUSTOMIZER}~a.config"), customizer());
    zip(directory.path(), "x/1.zip", &[folder("config.author.prod", true), folder("config.author.dev", false)]);
    zip(directory.path(), "x/2.zip", &[secret]);
    let args = ["--instance", "prod/author=x/1.zip", "--instance", "prod/author=x/2.*"];
    let found = inventory(directory.path(), &args);
    assert_eq!(names(&found), ["prod/author"]);
    let system = &found["systems"][0];
    assert_eq!((&system["label"], &system["kind"]), (&"prod/author".into(), &"instance".into()));
    assert_eq!((&system["environment"], &system["service"]), (&"prod".into(), &"author".into()));
    let of = |auth: &str| {
        let all = found["integrations"].as_array().unwrap();
        all.iter().find(|one| one["auth"] == auth).unwrap().clone()
    };
    let oauth = of("oauth");
    assert_eq!(oauth["environments"], serde_json::json!(["author/prod"]));
    assert_eq!((&oauth["instance"], &oauth["verdict"]), (&"prod/author".into(), &"works".into()));
    // A configuration for dev is not in force on prod, and not an error there.
    assert_eq!(of("jwt")["verdict"], "notInForce");
    let checked = report(directory.path(), &args);
    assert_eq!(checked["summary"]["findings"]["error"], 0, "{checked:#}");
    assert_eq!(checked["findings"][0]["instance"], "prod/author");
}

#[test]
fn an_instance_needs_a_name_and_a_path() {
    let directory = tempfile::tempdir().unwrap();
    for wrong in ["prod", "=x.zip", "prod=", "prod=missing.zip"] {
        let output = run(directory.path(), &["check", "--instance", wrong]);
        assert_code(&output, 2);
        assert!(!stderr(&output).is_empty());
    }
}

#[test]
fn the_configuration_names_instances() {
    let directory = dev_and_prod();
    let settings = "[[instances]]\nname = \"Kunde A\"\npaths = [\"author-prod.zip\"]\nenvironment = \"prod\"\n\
                    service = \"publish\"\nedition = \"6.5-lts\"\n";
    put(directory.path(), "aem-ims-lint.toml", settings);
    let found = report(directory.path(), &[]);
    assert_eq!(names(&found), ["Kunde A", "author-dev.zip"]);
    let system = &found["systems"][0];
    assert_eq!(system["target"]["edition"], "6.5-lts");
    assert_eq!((&system["environment"], &system["service"]), (&"prod".into(), &"publish".into()));
    assert_eq!(found["configuration"]["sets"], serde_json::json!(["instances"]));
    // The command line takes precedence.
    let other = report(directory.path(), &["--instance", "stage/author=author-prod.zip", "."]);
    assert!(names(&other).contains(&"stage/author"), "{other:#}");
    for (wrong, why) in [
        ("name = \"\"\npaths = [\"x\"]", "name is empty"),
        (
            "name = \"a\"\npaths = []",
            "paths is \
    missing",
        ),
    ] {
        put(directory.path(), "aem-ims-lint.toml", format!("[[instances]]\n{wrong}\n"));
        let output = run(directory.path(), &["check"]);
        assert_code(&output, 2);
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
    }
}

fn pom(artifact: &str, modules: &[&str], dependency: &str) -> String {
    let modules: String = modules.iter().map(|module| format!("<module>{module}</module>")).collect();
    format!(
        "<project><groupId>com.acme</groupId><artifactId>{artifact}</artifactId><modules>{modules}</modules>\
         <dependencies><dependency><artifactId>{dependency}</artifactId><version>6.5.0</version></dependency>\
         </dependencies></project>"
    )
}

#[test]
fn each_top_pom_is_a_project_of_its_own_edition() {
    let directory = tempfile::tempdir().unwrap();
    let place = "ui.config/src/main/content/jcr_root/apps/acme/config";
    for (repository, oauth, dependency) in [("a", true, "aem-sdk-api"), ("b", false, "uber-jar")] {
        put(directory.path(), &format!("{repository}/pom.xml"), pom(repository, &["ui.config"], dependency));
        put(directory.path(), &format!("{repository}/ui.config/pom.xml"), pom("ui.config", &[], "x"));
        let file = format!("{repository}/{place}/{PROVIDER}~{repository}.config");
        put(directory.path(), &file, provider("Adobe Launch", oauth));
    }
    // A package built by the project belongs to it, wherever it is.
    let built = (format!("apps/acme/config/{PROVIDER}~b.config"), provider("Adobe Launch", false));
    zip(directory.path(), "dist/b-1.0.zip", &[built]);
    let found = report(directory.path(), &[]);
    assert_eq!(names(&found), ["a", "b"]);
    let editions = [&found["systems"][0]["target"]["edition"], &found["systems"][1]["target"]["edition"]];
    assert_eq!(editions, ["aemaacs", "6.5"]);
    assert_eq!(found["target"]["edition"], "unknown");
    assert_eq!(found["systems"][1]["paths"], serde_json::json!(["b", "dist/b-1.0.zip"]));
    assert!(!says(&found, "duplicate-provider"));
    assert_eq!(found["integrations"].as_array().unwrap().len(), 2);
    assert_eq!(found["integrations"][0]["instance"], Value::Null);
    // Modules given one by one are still one project.
    let modules = report(directory.path(), &["a/ui.config", "b/ui.config"]);
    assert_eq!(names(&modules), ["a", "b"]);
}

#[test]
fn what_completes_each_other_is_one_system() {
    let directory = tempfile::tempdir().unwrap();
    zip(directory.path(), "apps.zip", &[stored(&format!("{PROVIDER}~a"), &provider("Acme", true))]);
    zip(directory.path(), "secrets.zip", &[stored(&format!("{CUSTOMIZER}~a"), &customizer())]);
    let found = inventory(directory.path(), &[]);
    assert_eq!(integrations(&found), ["apps.zip: Acme oauth works"]);
    // If two contain the same configuration, each is a separate system.
    zip(directory.path(), "other.zip", &[stored(&format!("{PROVIDER}~a"), &provider("Acme", true))]);
    let found = inventory(directory.path(), &[]);
    assert_eq!(names(&found), ["apps.zip", "other.zip", "secrets.zip"]);
    let because = found["systems"][0]["because"].as_str().unwrap();
    assert!(because.contains("`other.zip` has the configuration") && because.contains(PROVIDER), "{because}");
}

#[test]
fn an_instance_says_itself_which_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let settings = "*** Sling Settings:\nSling ID = 0c1d2e3f-1\nRun Modes = [prod, author, crx3]\n\n";
    let product = "*** Product Information:\nInstalled Products\n  Adobe Experience Manager (6.5.21.0)\n\n";
    let text = dump(&[("p.1", PROVIDER, &provider("Acme", false))]).replace("p.1", &format!("{PROVIDER}.1"));
    put(directory.path(), "status.txt", format!("{text}{product}{settings}"));
    let found = inventory(directory.path(), &[]);
    let system = &found["systems"][0];
    assert_eq!((&system["environment"], &system["service"]), (&"prod".into(), &"author".into()));
    assert_eq!(system["target"]["edition"], "6.5");
    assert_eq!(found["integrations"][0]["environments"], serde_json::json!(["author/prod"]));
}

#[test]
fn every_report_says_which_systems_were_told_apart() {
    let directory = dev_and_prod();
    let sentence = "2 systems: author-dev.zip, author-prod.zip; name them with --instance";
    for format in ["text", "markdown", "html", "sarif"] {
        let output = run(directory.path(), &["check", "--format", format]);
        assert!(stdout(&output).contains(sentence), "{format}: {}", stdout(&output));
        assert!(!stderr(&output).contains(sentence), "{format}");
    }
    for format in ["concise", "github"] {
        let output = run(directory.path(), &["check", "--format", format]);
        assert!(stderr(&output).contains(sentence), "{format}: {}", stderr(&output));
    }
    for format in ["table", "markdown", "html"] {
        assert!(stdout(&run(directory.path(), &["inventory", "--format", format])).contains(sentence), "{format}");
    }
    for (command, format) in [("check", "csv"), ("inventory", "csv"), ("check", "jsonl"), ("migrate", "json")] {
        let output = run(directory.path(), &[command, "--format", format]);
        assert!(stdout(&output).contains("author-prod.zip"), "{command} {format}");
    }
    let text = stdout(&run(directory.path(), &["check"]));
    assert!(text.contains("  author-prod.zip: instance prod/author"), "{text}");
    // A single project is not mentioned.
    put(directory.path(), "p/ui.config/src/main/content/jcr_root/apps/a/config/x~a.cfg.json", crate::project::JWT);
    assert!(!stdout(&run(directory.path(), &["check", "p"])).contains("system"));
}

/// A list of variables is where the user saved it, rarely in its project.
#[test]
fn a_list_of_variables_apart_is_that_of_the_only_system() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/variable-not-set/flagged/json");
    let text = |path: &str| std::fs::read_to_string(fixture.join(path)).unwrap();
    let directory = TempDir::new().unwrap();
    let folder = "jcr_root/apps/acme/osgiconfig/config";
    for component in [PROVIDER, CUSTOMIZER] {
        let file = format!("{folder}/{component}~acme.cfg.json");
        put(directory.path(), &format!("acme/ui.config/src/main/content/{file}"), text(&file));
    }
    put(directory.path(), "lists/variables.json", text("variables.json"));
    let report = report(directory.path(), &["acme", "lists"]);
    let found = report["findings"].as_array().unwrap();
    assert!(found.iter().any(|finding| finding["rule"] == "variable-not-set"), "{report:#}");
    assert_eq!(report["systems"].as_array().unwrap().len(), 1);
}

/// `vlt export` writes paths below the exported node and no `META-INF`; a folder of Maven sources starts at the root.
#[test]
fn only_what_was_exported_from_below_the_root_may_lie_anywhere() {
    let directory = project();
    let rules = |path: &str| -> Vec<String> {
        put(directory.path(), &format!("{path}/{NAME}"), JWT);
        let report = report(directory.path(), &[path.split('/').next().unwrap()]);
        report["findings"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap().to_owned()).collect()
    };
    let not_installed = "config-not-installed".to_owned();
    assert!(!rules("out/jcr_root").contains(&not_installed));
    assert!(!rules("out2/jcr_root/acme/config").contains(&not_installed));
    assert!(rules("ui.apps/src/main/content/jcr_root/acme/config").contains(&not_installed));
}

/// A dump of a provider whose secret comes from a variable, and a list without that variable.
fn environment(directory: &Path, dump: &str, list: &str, link: Option<&str>) {
    let secret = "customizer.type=acme\nauth.ims.client.secret=$[secret:ACME_SECRET]\n";
    let provider = provider("Acme", true);
    put(
        directory,
        dump,
        self::dump(&[
            (&format!("{PROVIDER}~acme"), PROVIDER, &provider),
            (&format!("{CUSTOMIZER}~acme"), CUSTOMIZER, secret),
        ]),
    );
    let variables = r#"[{"name": "OTHER", "type": "secretString", "value": "****"}]"#;
    let text = match link {
        Some(link) => {
            format!(r#"{{"_links": {{"self": {{"href": "{link}"}}}}, "_embedded": {{"variables": {variables}}}}}"#)
        }
        None => variables.to_owned(),
    };
    put(directory, list, text);
}

/// The systems with a missing variable.
fn not_set(directory: &Path, arguments: &[&str]) -> Vec<String> {
    let report = report(directory, arguments);
    let findings = report["findings"].as_array().unwrap().iter();
    let mut systems: Vec<String> = findings
        .filter(|finding| finding["rule"] == "variable-not-set")
        .map(|finding| finding["system"].as_str().unwrap().to_owned())
        .collect();
    systems.sort();
    systems
}

#[test]
fn a_list_of_variables_is_that_of_the_systems_of_its_environment() {
    let both = ["a/author-p1000-e2000.txt", "a/author-p1000-e3000.txt"];
    let cloud = ["--target", "aemaacs", "a", "lists"];
    // Assigned by the address in the list.
    let directory = TempDir::new().unwrap();
    for dump in both {
        let link = Some("/api/program/1000/environment/3000/variables");
        environment(directory.path(), dump, "lists/variables.json", link);
    }
    assert_eq!(not_set(directory.path(), &cloud), [both[1]]);
    // Assigned by the name of the list.
    let directory = TempDir::new().unwrap();
    for dump in both {
        environment(directory.path(), dump, "lists/e2000-variables.json", None);
    }
    assert_eq!(not_set(directory.path(), &cloud), [both[0]]);
    // Nothing shows the system of the list.
    let directory = TempDir::new().unwrap();
    for dump in both {
        environment(directory.path(), dump, "lists/variables.json", None);
    }
    assert!(not_set(directory.path(), &cloud).is_empty());
}

#[test]
fn a_list_of_variables_is_assigned_by_label() {
    let directory = TempDir::new().unwrap();
    for dump in ["one.txt", "two.txt"] {
        environment(directory.path(), dump, "v.json", None);
    }
    let labels = ["--instance", "prod/author=one.txt", "--instance", "stage/author=two.txt"];
    let inputs = ["--target", "aemaacs", "one.txt", "two.txt", "v.json"];
    let with = |label: &'static str| [&labels[..], &["--instance", label], &inputs].concat();
    assert_eq!(not_set(directory.path(), &with("prod=v.json")), ["prod/author"]);
    assert_eq!(not_set(directory.path(), &with("stage/author=v.json")), ["stage/author"]);
}

/// The status page of the OSGi installer: the first file of each list is installed, the others are not.
fn installer(groups: &[&[&str]]) -> String {
    let mut text = "*** OSGi Installer:\nApache Sling OSGi Installer\n===========================\nActive Resources\n\
                    ----------------\n\nProcessed Resources\n-------------------\nConfigurations:\n"
        .to_owned();
    for group in groups {
        for (number, path) in group.iter().enumerate() {
            let (begin, state) = if number == 0 { ("* pid: ", "INSTALLED") } else { ("  - ", "IGNORED") };
            text += &format!("{begin}0a{number}/200, jcrinstall:/{path}, {state}, \n");
        }
    }
    text + "\nUntransformed Resources\n-----------------------\n"
}

#[test]
fn the_osgi_installer_of_an_instance_says_which_file_of_a_pid_is_in_force() {
    let directory = tempfile::tempdir().unwrap();
    let file = |folder: &str, name: &str| format!("apps/acme/{folder}/{PROVIDER}{name}");
    let (old, new) = (file("config", "-acme.config"), file("config", "~acme.cfg.json"));
    let oauth = serde_json::json!({
        "name": "acme", "auth.token.provider.client.id": "0000example", "token.request.customizer.type": "acme",
        "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/token/v3",
        "auth.token.provider.authorization.grants": "client_credentials",
    });
    let files = [(old.clone(), provider("acme", false)), (new.clone(), oauth.to_string())];
    zip(directory.path(), "prod/author.zip", &files);
    let in_force = |args: &[&str]| {
        let found = report(directory.path(), args);
        let all = found["integrations"].as_array().unwrap().clone();
        let used: Vec<String> = all
            .iter()
            .filter(|one| !one["environments"].as_array().unwrap().is_empty())
            .map(|one| one["auth"].as_str().unwrap().to_owned())
            .collect();
        (used, says(&found, "duplicate-configuration"), found["systems"].as_array().unwrap().len())
    };
    // Without the list, either may be in force.
    assert_eq!(in_force(&[]), (vec!["jwt".to_owned(), "oauth".to_owned()], true, 1));
    put(directory.path(), "prod/status-osgi-installer.txt", installer(&[&[&new, &old]]));
    assert_eq!(in_force(&[]), (vec!["oauth".to_owned()], false, 1));
    put(directory.path(), "prod/status-osgi-installer.txt", installer(&[&[&old, &new]]));
    assert_eq!(in_force(&[]), (vec!["jwt".to_owned()], false, 1));
    assert_eq!(in_force(&["--instance", "prod/author=prod"]), (vec!["jwt".to_owned()], false, 1));
    // The installed file may be one that is not in the package.
    let other = file("config.author", "-acme.config");
    put(directory.path(), "prod/status-osgi-installer.txt", installer(&[&[&other, &old, &new]]));
    assert_eq!(in_force(&[]), (vec![], false, 1));
    let text = stdout(&run(directory.path(), &["check"]));
    let unwrapped = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let says = format!("the OSGi installer of this instance uses `/{other}` for the same PID instead");
    assert!(unwrapped.contains(&says), "{text}");
    // The list of another instance is not relevant here.
    std::fs::create_dir(directory.path().join("dev")).unwrap();
    std::fs::rename(
        directory.path().join("prod/status-osgi-installer.txt"),
        directory.path().join("dev/status-osgi-installer.txt"),
    )
    .unwrap();
    assert_eq!(in_force(&[]).0, ["jwt", "oauth"]);
}

#[test]
fn the_list_of_the_osgi_installer_is_read_in_a_status_zip_in_utf_16_and_in_a_page() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str| format!("apps/acme/config/{PROVIDER}{name}.config");
    let (old, new) = (file("-acme"), file(".acme"));
    let text = installer(&[&[&new, &old]]);
    let untitled = text.strip_prefix("*** OSGi Installer:\n").unwrap().to_owned();
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let zipped = crate::common::Zip::new(vec![Entry::deflated("019_OSGi_Installer.txt", &untitled)]).bytes();
    let page = |blank: &str| {
        let lines = untitled.replace(' ', blank);
        format!(
            "<!DOCTYPE html>\n<html><head><title>OSGi Installer</title></head><body><pre>\n{lines}</pre></body></html>"
        )
    };
    for (name, bytes) in [
        ("status-osgi-installer.txt", wide),
        ("configuration-status.zip", zipped),
        ("status-osgi-installer.html", page("&nbsp;").into_bytes()),
        ("OSGi Installer.htm", page("\u{a0}").into_bytes()),
        ("OSGi Installer.nfo", page("&#160;").into_bytes()),
    ] {
        let folder = directory.path().join(name.replace('.', "-"));
        std::fs::create_dir(&folder).unwrap();
        zip(&folder, "author.zip", &[(old.clone(), provider("acme", false)), (new.clone(), provider("acme", true))]);
        put(&folder, name, bytes);
        let found = report(&folder, &["--instance", "prod/author=."]);
        assert!(!says(&found, "duplicate-configuration"), "{name}: {found}");
        let jwt = found["integrations"].as_array().unwrap().iter().find(|one| one["auth"] == "jwt").unwrap();
        assert_eq!(jwt["environments"], serde_json::json!([]), "{name}");
    }
}

/// The page of the installer has tables; people copy it, and quote or number its text.
#[test]
fn the_list_of_the_osgi_installer_is_read_as_its_own_page_copied_quoted_and_numbered() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str| format!("apps/acme/config/{PROVIDER}{name}.config");
    let (old, new) = (file("-acme"), file(".acme"));
    let text = installer(&[&[&new, &old]]);
    let each = |line: &dyn Fn(usize, &str) -> String| -> String {
        text.lines().enumerate().map(|(at, written)| line(at, written) + "\r\n").collect()
    };
    let row = |cells: [&str; 5]| format!("<tr>{}</tr>", cells.map(|cell| format!("<td>{cell}</td>")).concat());
    let urls = [&old, &new].map(|path| format!("jcrinstall:/{path}"));
    let page = format!(
        "<html><body><div id='main'><h1>OSGi Installer</h1></div><p class='statline'>Apache Sling OSGi Installer</p>\
         <div class='ui-widget-header'>\n<span>Processed Resources - Configurations</span></div>\n\
         <table class='nicetable'><tbody>\n<tr><th>Entity ID</th><th>Digest/Priority</th><th>URL (Version)</th>\
         <th>State</th><th>Error</th></tr>{}{}</tbody></table></body></html>",
        row(["pid", "0a/200", &urls[1], "INSTALLED<br/>10:00:00:000 2026-Mar-02", ""]),
        row(["", "0b/200", &urls[0], "IGNORED", ""]),
    );
    let copied = format!(
        "Adobe Experience Manager Web Console\nApache Sling OSGi Installer\nProcessed Resources - Configurations\n\
         Entity ID\tDigest/Priority\tURL (Version)\tState\tError\npid\t0a/200\t{}\tINSTALLED\n\
         10:00:00:000 2026-Mar-02\t\n\t0b/200\t{}\tIGNORED\t\n",
        urls[1], urls[0]
    );
    for (name, content) in [
        ("osgi-installer.html", page),
        ("mailed.txt", copied.replace('\t', "   ")),
        ("osgi-installer.txt", copied),
        ("quoted.txt", each(&|_, line| format!("> {line}"))),
        ("numbered.txt", each(&|at, line| format!("{:>6}\t{line}", at + 1))),
        ("status-osgi-installer.log", text.replace(' ', "\u{a0}")),
    ] {
        let folder = directory.path().join(name.replace('.', "-"));
        std::fs::create_dir(&folder).unwrap();
        zip(&folder, "author.zip", &[(old.clone(), provider("acme", false)), (new.clone(), provider("acme", true))]);
        put(&folder, name, content);
        let found = report(&folder, &["--instance", "prod/author=."]);
        assert!(!says(&found, "duplicate-configuration"), "{name}: {found}");
        let jwt = found["integrations"].as_array().unwrap().iter().find(|one| one["auth"] == "jwt").unwrap();
        assert_eq!(jwt["environments"], serde_json::json!([]), "{name}");
    }
}

/// A page with a title but without a configuration was treated as a dump, and its marks of the instance were ignored.
#[test]
fn regression_the_settings_page_of_an_instance_with_its_title_tells_the_instance() {
    let directory = tempfile::tempdir().unwrap();
    let dumped = dump(&[(&format!("{PROVIDER}.5e0b7a6e-1111-4222-8333-444455550001"), PROVIDER, &provider("a", true))]);
    put(directory.path(), "export/status-Configurations.txt", dumped);
    let settings =
        "*** Sling Settings:\nApache Sling Settings\n\nSling ID = 0c1d-1\nRun Modes = [prod, author, crx3]\n";
    put(directory.path(), "export/status-slingsettings.txt", settings);
    let found = report(directory.path(), &[]);
    let systems = found["systems"].as_array().unwrap();
    assert_eq!(
        (systems.len(), &systems[0]["environment"], &systems[0]["service"]),
        (1, &"prod".into(), &"author".into())
    );
}
