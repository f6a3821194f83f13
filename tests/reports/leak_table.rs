//! A table of secrets, each in every format, next to a finding and on its line, under names that no list contains: none
//! of them appears in any output of any command.
//!
//! Every secret contains `Zq`; nothing else in the files or in the output of the program does.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use aem_ims_lint::report::ReportFormat;
use aem_ims_lint::report::inventory::InventoryFormat;
use aem_ims_lint::report::migration::MigrationFormat;
use clap::ValueEnum;
use rayon::prelude::*;

use crate::program::command;

const JWT: &str = "https://ims-na1.adobelogin.com/ims/exchange/jwt";
const PROVIDER: &str = "com.adobe.granite.auth.oauth.accesstoken.provider";
const XMLNS: &str = "xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" xmlns:sling=\"http://sling.apache.org/jcr/sling/1.0\" \
                     xmlns:cq=\"http://www.day.com/jcr/cq/1.0\"";

/// Names and values of properties.
const SECRETS: &[(&str, &str)] = &[
    // Names documented by vendors.
    ("auth.ims.client.secret", "p8e-Zq1Zq1Zq1"),
    ("clientSecret", "Zq2"),
    ("aio.encoded.pkcs8", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7Zq3Zq3Zq3Zq3Zq3Zq3Zq3Zq3"),
    ("privateKey", "-----BEGIN PRIVATE KEY-----\nMIIEZq4\n-----END PRIVATE KEY-----"),
    ("AIO_runtime_auth", "00000000-0000-4000-8000-000000000000:Zq5Zq5Zq5Zq5Zq5Zq5Zq5Zq5"),
    ("auth", "Zq6-not-a-real-key"),
    // Names used by other systems.
    ("SERVICE_PASS", "Zq7!pass word"),
    ("AZURE_STORAGE_KEY", "Zq8+/Zq8=="),
    (
        "storage.connection",
        "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=Zq9==;EndpointSuffix=core.example",
    ),
    ("sas.url", "https://acme.blob.core.example/c?sv=2020&sig=Zq10"),
    ("slack.webhook.url", "https://hooks.slack.com/services/T000/B000/Zq11"),
    ("notification.endpoint", "https://user:Zq12@hooks.example.com/in/Zq12?token=Zq12#Zq12"),
    ("proxy", "http://Zq13:p@ss/Zq13@proxy.example:3128/"),
    ("jdbc.url", "jdbc:mysql://root:Zq14@db.example/x?password=Zq14"),
    ("Authorization", "Bearer Zq15.abc"),
    ("header", "Basic Zq16Zq16Zq16"),
    ("signing", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQPGBZq17\n-----END PGP PRIVATE KEY BLOCK-----"),
    ("session.cookie", "JSESSIONID=Zq18"),
    ("x-functions-key", "Zq19"),
    ("sendgrid.apiKey", "SG.Zq20"),
    ("vault.secret.id", "Zq21"),
    ("license", "Zq22-ZQZQ"),
    // Unexpected names.
    ("kennwort", "Zq23"),
    ("acme.tartalom", "Zq24"),
    ("mot_de_passe", "Zq25"),
    ("pin", "Zq26"),
    ("x", "Zq27"),
    // Placeholders with defaults.
    ("acme.value", "$[secret:X;default=Zq28]"),
    ("acme.other", "$[env:X;default=Zq29]"),
    ("title", "$[secret:X;type=String;default=Zq30;more=Zq30]"),
    ("acme.open", "$[secret:X;default=Zq31"),
    // Secrets in strings that are JSON, and in names and titles.
    ("json", "{\"client_id\":\"0000example\",\"client_secret\":\"Zq32\",\"deep\":{\"y\":[\"Zq32\"]}}"),
    ("namespaces", "[{\"name\":\"acme\",\"auth\":\"Zq33\"}]"),
    ("name", "p8e-Zq34Zq34Zq34"),
    ("jcr:title", "token Bearer Zq35x"),
    ("scope", "eyJZq36Zq36Zq36.eyJZq36Zq36Zq36.Zq36Zq36Zq36"),
    ("description", "the password is Zq37"),
    ("acme.hex", "{0123456789abcdef0123456789abcdefZq38}"),
    ("ftp", "ftp://Zq39:Zq39@files.example/"),
    ("auth.token.provider.default.claims", "\"client_secret\":\"Zq40\""),
];

/// `text` as a JSON string.
fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\n', "&#xa;")
}

fn felix(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('=', "\\=").replace('\n', "\\n")
}

fn line(text: &str) -> String {
    text.replace('\n', "\\n")
}

/// A name as XML and environment variables require it.
fn plain(name: &str) -> String {
    name.replace([':', '.', '-'], "_")
}

/// Path and text of every file with the secret number `n`: next to a finding, before and after it, on its line, in a
/// comment, in an overridden value, in a broken file.
fn files(n: usize, name: &str, value: &str) -> Vec<(String, String)> {
    let osgi = format!("jcr_root/apps/a{n}/config");
    let (key, text) = (json(name), json(value));
    let (attribute, xml_value) = (plain(name), xml(value));
    let flat = line(value);
    let request = format!("\"auth.access.token.request\": \"{JWT}\"");
    let page = "jcr:primaryType=\"cq:Page\">\n  <jcr:content jcr:primaryType=\"cq:PageContent\"";
    vec![
        (
            format!("{osgi}/{PROVIDER}~lines.cfg.json"),
            format!(
                "{{\n  {key}: {text},\n  {request},\n  \"other\": {text},\n  \"auth.token.provider.client.id\": \"0000example\",\n  \"last\": {text}\n}}\n"
            ),
        ),
        (
            format!("{osgi}/{PROVIDER}~one.cfg.json"),
            format!(
                "{{{key}:{text},{request},\"b\":{text},\"auth.token.provider.client.id\":\"0000example\",\"c\":{text}}}"
            ),
        ),
        (
            format!("{osgi}/{PROVIDER}~comments.cfg.json"),
            format!(
                "{{\n  // {flat}\n  {request}, // {name}: {flat}\n  /* {flat} */\n  \"auth.token.provider.client.id\": \"0000example\"\n}}\n"
            ),
        ),
        (
            format!("{osgi}/{PROVIDER}~twice.cfg.json"),
            format!(
                "{{\n  \"acme\": {text},\n  {request},\n  \"acme\": \"true\",\n  {key}: {text},\n  {key}: \"true\"\n}}\n"
            ),
        ),
        (
            format!("{osgi}/{PROVIDER}~broken.cfg.json"),
            format!(
                "{{\n  {key}: {text},\n  {request},\n  {key} {text}\n  \"auth.token.provider.client.id\": \"0000example\n {flat}\n"
            ),
        ),
        (
            format!("{osgi}/{PROVIDER}-felix.config"),
            format!(
                "# {flat}\n{}=\"{}\"\nauth.access.token.request=\"{JWT}\"\nother=\"{}\"\nauth.token.provider.client.id=\"0000example\"\n",
                name.replace(':', "_"),
                felix(value),
                felix(value)
            ),
        ),
        (
            format!("{osgi}/com.acme.ims.Flat{n}.cfg"),
            format!("{name} = {flat}\nendpoint = {JWT}\nother = {flat}\nclientId = 0000example\n! {flat}\n"),
        ),
        (
            format!("{osgi}/com.acme.ims.Xml{n}.xml"),
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- {} -->\n<jcr:root {XMLNS} jcr:primaryType=\"sling:OsgiConfig\"\n    {attribute}=\"{xml_value}\"\n    endpoint=\"{JWT}\"\n    other=\"{xml_value}\"\n    clientId=\"0000example\"/>\n",
                xml_value.replace("--", "- -")
            ),
        ),
        (
            format!("jcr_root/conf/a{n}/settings/cloudconfigs/ims/.content.xml"),
            format!(
                "<jcr:root {XMLNS} {page} {attribute}=\"{xml_value}\" endpoint=\"{JWT}\" b=\"{xml_value}\" clientId=\"0000example\"/>\n</jcr:root>\n"
            ),
        ),
        (
            format!("jcr_root/conf/a{n}/system.xml"),
            format!(
                "<sv:node xmlns:sv=\"http://www.jcp.org/jcr/sv/1.0\" sv:name=\"ims\">\n<sv:property sv:name=\"a\" sv:type=\"String\"><sv:value>{xml_value}</sv:value></sv:property>\n<sv:property sv:name=\"endpoint\" sv:type=\"String\"><sv:value>{JWT}</sv:value></sv:property>\n<sv:property sv:name=\"clientId\" sv:type=\"String\"><sv:value>0000example</sv:value></sv:property>\n<sv:property sv:name=\"b\" sv:type=\"String\"><sv:value>{xml_value}</sv:value></sv:property>\n</sv:node>\n"
            ),
        ),
        (
            format!("env/{n}/.env"),
            format!(
                "{}={flat}\nAIO_ims_contexts_x_client__id=0000example\nB='{flat}'\nAIO_ims_contexts_x_meta__scopes='[\"ent_cloudmgr_sdk\"]'\n# {flat}\n{}=\"{value}\"\n",
                plain(name),
                plain(name)
            ),
        ),
        (
            format!("aio/{n}/.aio"),
            format!(
                "{{ {key}: {text},\n \"ims\": {{ \"contexts\": {{ \"x\": {{ \"client_id\": \"0000example\",\n  {key}: {text},\n  \"meta_scopes\": [\"ent_cloudmgr_sdk\"], \"other\": {text} }} }} }},\n \"runtime\": {{ \"namespace\": \"acme\", \"auth\": {text} }} }}\n"
            ),
        ),
        (
            format!("console/{n}.json"),
            format!(
                "{{ \"project\": {{ \"id\": \"1\", \"name\": \"x\", \"org\": {{ \"ims_org_id\": \"0000EXAMPLE@AdobeOrg\" }}, \"workspace\": {{ \"details\": {{ \"credentials\": [\n  {{ \"id\": \"1\", \"name\": \"x\", \"integration_type\": \"service\", \"jwt\": {{ \"client_id\": \"0000example\",\n    {key}: {text}, \"meta_scopes\": [\"ent_reactor_sdk\"] }} }} ],\n \"runtime\": {{ \"namespaces\": [ {{ \"name\": \"acme\", \"auth\": {text} }} ] }} }} }} }} }}\n"
            ),
        ),
        (
            format!("features/{n}.json"),
            format!(
                "{{ \"id\": \"a:b:1\", \"variables\": {{ \"v\": {text} }}, \"configurations\": {{\n \"com.acme.ims.Feature{n}\": {{ {key}: {text},\n \"endpoint\": \"{JWT}\",\n \"clientId\": \"0000example\", \"z\": {text} }} }} }}\n"
            ),
        ),
        (
            format!("provisioning/{n}.txt"),
            format!(
                "[feature name=x]\n\n[configurations]\n  com.acme.ims.Prov{n}\n    {}=\"{}\"\n    endpoint=\"{JWT}\"\n    other=\"{}\"\n    clientId=\"0000example\"\n",
                name.replace(':', "_"),
                felix(value),
                felix(value)
            ),
        ),
        (
            format!("jcr_root/apps/a{n}/ims.infinity.json"),
            format!(
                "{{ \"jcr:primaryType\": \"nt:unstructured\", {key}: {text},\n\"client\": {{ {key}: {text}, \"endpoint\": \"{JWT}\", \"clientId\": \"0000example\", \"z\": [{text}] }} }}\n"
            ),
        ),
        (
            format!("status/{n}/Configurations.txt"),
            format!(
                "*** Configurations:\n\nPID = com.acme.ims.Status{n}\n  BundleLocation = {flat}\n  {name} = {flat}\n  endpoint = {JWT}\n  other = {flat}\n  clientId = 0000example\n  service.pid = com.acme.ims.Status{n}\n"
            ),
        ),
    ]
}

fn plant(root: &Path) -> usize {
    let mut count = 0;
    for (n, (name, value)) in SECRETS.iter().enumerate() {
        for (path, text) in files(n, name, value) {
            assert!(text.contains("Zq"), "{path}");
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
            count += 1;
        }
    }
    count
}

fn run(root: &Path, arguments: &[&str]) -> String {
    let output = command(root, arguments).env("RUST_BACKTRACE", "1").output().unwrap();
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The lines that show a secret, limited to a readable number.
fn shown(output: &str, what: &str) -> Vec<String> {
    let around = |line: &str, at: usize| {
        let around: String = line[..at].chars().rev().take(100).collect();
        let (before, after) = (around.chars().rev(), line[at..].chars().take(40));
        format!("{what}: {}", before.chain(after).collect::<String>())
    };
    output
        .lines()
        .filter_map(|line| line.find("Zq").or_else(|| line.find("zq")).map(|at| around(line, at)))
        .take(5)
        .collect()
}

fn name(value: &impl ValueEnum) -> String {
    value.to_possible_value().unwrap().get_name().to_owned()
}

/// Every command in every format.
fn commands() -> Vec<Vec<String>> {
    let mut commands: Vec<Vec<String>> = Vec::new();
    let of = |words: &[&str], format: String| words.iter().map(|word| (*word).to_owned()).chain([format]).collect();
    commands.extend(ReportFormat::value_variants().iter().map(|f| of(&["check", ".", "-v", "--format"], name(f))));
    commands.extend(InventoryFormat::value_variants().iter().map(|f| of(&["inventory", ".", "--format"], name(f))));
    commands.extend(MigrationFormat::value_variants().iter().map(|f| of(&["migrate", ".", "--format"], name(f))));
    for target in ["aemaacs", "6.5"] {
        commands.push(of(&["migrate", ".", "--diff", "--target"], target.to_owned()));
    }
    for reading in ["tolerant", "aem"] {
        for format in ["text", "json"] {
            commands.push(of(&["inspect", ".", "--reading", reading, "--format"], format.to_owned()));
        }
    }
    commands
}

/// The secrets below `root` that any command shows; each command writes more than `least` bytes.
fn shown_below(root: &Path, least: usize) -> Vec<String> {
    let of_command = |command: &Vec<String>| {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let output = run(root, &words);
        assert!(output.len() > least, "{words:?}: {output}");
        shown(&output, &words.join(" "))
    };
    commands().par_iter().flat_map_iter(of_command).collect()
}

#[test]
fn no_secret_of_the_table_is_shown_by_any_command() {
    let root = tempfile::tempdir().unwrap();
    let count = plant(root.path());
    assert!(SECRETS.len() >= 40 && count >= 120, "{count}");
    let all = shown_below(root.path(), 1000);
    assert!(all.is_empty(), "{} lines:\n{}", all.len(), all.join("\n"));
}

/// If nothing were found, the test above would prove nothing.
#[test]
fn the_secrets_of_the_table_are_read() {
    let root = tempfile::tempdir().unwrap();
    plant(root.path());
    let inspected = run(root.path(), &["inspect", ".", "--no-redact"]);
    let concise = run(root.path(), &["check", ".", "--format", "concise"]);
    for (n, (_, value)) in SECRETS.iter().enumerate() {
        let number = &value[value.find("Zq").unwrap()..];
        let number = &number[..number[2..].find(|c: char| !c.is_ascii_digit()).map_or(number.len(), |end| end + 2)];
        assert!(inspected.contains(number), "{number} is in no file that is read");
        assert!(concise.contains(&format!("apps/a{n}/config/")), "nothing is found beside number {n}");
    }
}

/// `--write` and `--fix` report what they do, without the values that they move.
#[test]
fn no_secret_of_the_table_is_shown_while_files_are_edited() {
    for arguments in [&["migrate", ".", "--write"][..], &["check", ".", "--fix"]] {
        let root = tempfile::tempdir().unwrap();
        plant(root.path());
        let output = run(root.path(), &[arguments, &["--allow-incomplete"]].concat());
        assert!(output.contains("edited") || output.contains("no safe fixes to apply"), "{output}");
        assert_eq!(shown(&output, "editing"), [""; 0]);
    }
}

/// Invalid values of OAuth configurations that a rule reports and quotes: rule, property and value.
const FAULTS: &[(&str, &str, &str)] = &[
    ("oauth-invalid-token-endpoint", REQUEST, "https://user:Zq1@ims-na1.adobelogin.com/ims/tokn/Zq1?x=Zq1"),
    ("oauth-invalid-token-endpoint", REQUEST, "Zq2-geheim/ims/token/v3"),
    ("oauth-invalid-token-endpoint", REQUEST, "ftp://Zq3:Zq3@ims-na1.adobelogin.com/ims/token/v3"),
    ("oauth-invalid-token-endpoint", REQUEST, "$[secret:U;default=https://Zq4.example/ims/token/v3]"),
    ("oauth-invalid-grant", "auth.token.provider.authorization.grants", "p8e-Zq5Zq5Zq5 client_credentials"),
    ("oauth-invalid-grant", "auth.token.provider.authorization.grants", "$[secret:G;default=client_credential-Zq6]"),
    (
        "oauth-invalid-scope",
        "auth.token.provider.scope",
        "openid,https://user:Zq7@ims-na1.adobelogin.com/s/ent_reactor_sdk",
    ),
    (
        "oauth-invalid-scope",
        "auth.token.provider.scope",
        "$[secret:S;default=https://Zq8.adobelogin.com/s/ent_reactor_sdk]",
    ),
    ("misspelt-placeholder", "auth.token.provider.client.id", "${secret:p8e-Zq9Zq9Zq9}"),
    ("misspelt-placeholder", "auth.token.provider.client.id", "$[Secret:X;default=Zq10]"),
    ("variable-name", "auth.token.provider.client.id", "$[secret:Zq11/+/Zq11==]"),
    ("oauth-invalid-org-id", "auth.token.provider.orgId", "$[secret:O;default=Zq12]"),
];

const REQUEST: &str = "auth.access.token.request";

/// A rule quotes no more of a value than its excerpt shows, in findings, causes and steps.
#[test]
fn no_fault_of_a_value_quotes_a_secret() {
    let root = tempfile::tempdir().unwrap();
    for (n, (_, name, value)) in FAULTS.iter().enumerate() {
        let mut properties = serde_json::json!({
            REQUEST: "https://ims-na1.adobelogin.com/ims/token/v3",
            "auth.token.provider.authorization.grants": "client_credentials",
            "auth.token.provider.client.id": "0000example",
            "auth.token.provider.scope": "openid,AdobeID,target_sdk",
            "auth.token.provider.orgId": "0000EXAMPLE@AdobeOrg",
            "auth.token.provider.default.claims": ["\"iss\" : \"0000EXAMPLE@AdobeOrg\""],
            "token.request.customizer.type": format!("acme{n}"),
        });
        properties[*name] = serde_json::Value::from(*value);
        let folder = root.path().join(format!("apps/a{n}/config"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{PROVIDER}~acme{n}.cfg.json")), properties.to_string()).unwrap();
    }
    let concise = run(root.path(), &["check", ".", "--format", "concise", "--target", "aemaacs"]);
    for (n, (rule, ..)) in FAULTS.iter().enumerate() {
        let found = concise.lines().any(|line| line.contains(&format!("apps/a{n}/")) && line.contains(rule));
        assert!(found, "no {rule} in number {n}:\n{concise}");
    }
    let all = shown_below(root.path(), 100);
    assert!(all.is_empty(), "{} lines:\n{}", all.len(), all.join("\n"));
}
