//! Secrets in every property that contains one, in every file format: none of them may appear in any output.
//!
//! Every planted secret contains the word `PLANTED` and a number; no other text of the files does.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Output;

use aem_ims_lint::report::ReportFormat;
use aem_ims_lint::report::inventory::InventoryFormat;
use clap::ValueEnum;

use crate::program::command;

const OSGI: &str = "jcr_root/apps/acme/osgiconfig/config";
const CONF: &str = "jcr_root/conf/acme/settings/cloudconfigs";
const ETC: &str = "jcr_root/etc/cloudservices";
const XMLNS: &str = "xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" xmlns:sling=\"http://sling.apache.org/jcr/sling/1.0\" \
                     xmlns:cq=\"http://www.day.com/jcr/cq/1.0\" xmlns:nt=\"http://www.jcp.org/jcr/nt/1.0\"";
const JWT: &str = "https://ims-na1.adobelogin.com/ims/exchange/jwt";

/// A page of a cloud service with the given attributes.
fn page(attributes: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<jcr:root {XMLNS} jcr:primaryType=\"cq:Page\">\n  \
         <jcr:content jcr:primaryType=\"cq:PageContent\"\n    {attributes}/>\n</jcr:root>\n"
    )
}

/// Path and text of every file.
fn files() -> Vec<(String, String)> {
    let provider = "com.adobe.granite.auth.oauth.accesstoken.provider";
    let customizer = "com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl";
    let mut files = vec![
        (
            format!("{OSGI}/{customizer}~a.cfg.json"),
            "{\n  // auth.ims.client.secret: \"PLANTED01\"\n  \"customizer.type\": \"a\",\n  \"auth.ims.client.secret\": \"p8e-PLANTED02-x\"\n}\n".to_owned(),
        ),
        (
            format!("{OSGI}/{customizer}-b.config"),
            "# auth.ims.client.secret=\"PLANTED03\"\nauth.ims.client.secret=\"p8e-PLANTED\\ 04\\=\\\"x\"\ncustomizer.type=\"b\"\n".to_owned(),
        ),
        (
            format!("{OSGI}/{customizer}~c.cfg.json"),
            "{\n  \"customizer.type\": \"c\",\n  \"auth.ims.client.secret\": \"$[secret:NAME;default=PLANTED05]\"\n}\n".to_owned(),
        ),
        (
            format!("{OSGI}/{customizer}~d.cfg.json"),
            "{ \"auth.ims.client.secret\": \"$[env:NAME;default=PLANTED06]\", \"customizer.type\": \"d\" }\n".to_owned(),
        ),
        (
            format!("{OSGI}/com.adobe.granite.auth.oauth.provider~x.cfg.json"),
            "{ \"oauth.config.id\": \"ims\", \"oauth.client.id\": \"x\", \"oauth.client.secret\": \"PLANTED07\" }\n".to_owned(),
        ),
        (
            format!("{OSGI}/com.adobe.granite.auth.ims.impl.IMSProviderImpl.config"),
            "oauth.provider.ims.service.token=\"PLANTED08\"\noauth.provider.ims.service.token.client.secret=\"PLANTED09\"\noauth.provider.ims.service.token.client.id=\"x\"\n".to_owned(),
        ),
        (
            format!("{OSGI}/com.adobe.acs.commons.adobeio.service.impl.IntegrationServiceImpl.xml"),
            format!(
                "<jcr:root {XMLNS} jcr:primaryType=\"sling:OsgiConfig\"\n    endpoint=\"{JWT}\"\n    clientId=\"x\"\n    clientSecret=\"PLANTED10\"\n    \
                 privateKey=\"-----BEGIN RSA PRIVATE KEY-----&#xa;PLANTED11&#xa;-----END RSA PRIVATE KEY-----\"\n    amcOrgId=\"x@AdobeOrg\"/>\n"
            ),
        ),
        (
            format!("{OSGI}/com.adobe.aio.aem.workspace.internal.WorkspaceSupplierImpl.cfg.json"),
            "{ \"aio.client.secret\": \"PLANTED12\",\n  \"aio.encoded.pkcs8\": \"PLANTED13\",\n  \"aio.api.key\": \"x\", \"aio.meta.scopes\": \"/s/ent_adobeio_sdk\" }\n".to_owned(),
        ),
        (
            format!("{OSGI}/{provider}~a.cfg.json"),
            format!("{{\n  \"name\": \"a\",\n  \"auth.access.token.request\": \"{JWT}\",\n  \"token.request.customizer.type\": \"a\",\n  \"auth.token.provider.client.secret\": \"PLANTED14\",\n  \"auth.token.provider.client.id\": \"x\"\n}}\n"),
        ),
        (
            format!("{OSGI}/com.acme.ims.Client.cfg"),
            format!("# password = PLANTED15\nendpoint = {JWT}\nclientId = x\nclientSecret = PLANTED\\u0031\\u0036\napi.password = PLANTED17\n"),
        ),
        (
            format!("{OSGI}/com.acme.ims.Other.config"),
            format!("endpoint=\"{JWT}\"\nclient_secrets=[ \\\n  \"PLANTED18\", \\\n  \"PLANTED19\", \\\n]\nproxy=\"https://user:PLANTED20@proxy.example/\"\n"),
        ),
        (
            format!("{OSGI}/com.acme.ims.Broken.cfg.json"),
            format!("{{\n  \"endpoint\": \"{JWT}\",\n  \"clientSecret\": \"PLANTED21\",\n  \"privateKey\": \"PLANTED22\n"),
        ),
        (
            format!("{OSGI}/com.acme.ims.Broken.config"),
            format!("endpoint=\"{JWT}\"\nclientSecret=\"PLANTED23\n"),
        ),
        (
            format!("{OSGI}/com.acme.ims.Xml.xml"),
            format!("<jcr:root {XMLNS} jcr:primaryType=\"sling:OsgiConfig\"\n  endpoint=\"{JWT}\"\n  clientSecret=\"PLANTED24\"\n  <password>PLANTED25</password>\n"),
        ),
        (
            format!("{CONF}/dtm-reactor/.content.xml"),
            page("sling:resourceType=\"cq/dtm-reactor/components/conf/page\" imsConfigId=\"a\"\n    archivePassword=\"PLANTED26\" archiveEncrypted=\"{Boolean}true\""),
        ),
        (
            format!("{CONF}/dmscene7/.content.xml"),
            page("sling:resourceType=\"dam/components/scene7/dmscene7page\" cq:cloudservicename=\"dmscene7\" email=\"a@b.example\"\n    password=\"PLANTED27\"\n    previewServerToken=\"eyJPLANTED28000.eyJPLANTED28000.PLANTED28000\""),
        ),
        (
            format!("{ETC}/testandtarget/x/.content.xml"),
            page("sling:resourceType=\"cq/analytics/components/testandtargetpage\" cq:cloudservicename=\"testandtarget\" connectedWhen=\"email\"\n    email=\"a@b.example\"\n    password=\"PLANTED29\" accountOptions=\"PLANTED30\""),
        ),
        (
            format!("{ETC}/sitecatalyst/x/.content.xml"),
            page("sling:resourceType=\"cq/analytics/components/sitecatalystpage\" connectedWhen=\"username\" company=\"x\" username=\"x\"\n    secret=\"PLANTED31\" password=\"\\{PLANTED32}\""),
        ),
        (
            format!("{ETC}/smarttagging/x/.content.xml"),
            page("serviceUrl=\"https://x.example\" authServerUrl=\"https://ims-na1.adobelogin.com\" apiKey=\"x\" techAcctId=\"x@techacct.adobe.com\"\n    orgId=\"x@AdobeOrg\" clientSecret=\"PLANTED33\""),
        ),
        (
            "jcr_root/etc/replication/agents.author/x/.content.xml".to_owned(),
            page("accessTokenProviderName=\"a\" transportUri=\"https://x.example\" transportUser=\"x\"\n    transportPassword=\"PLANTED34\""),
        ),
        (
            "credentials/service.json".to_owned(),
            "{ \"ok\": true, \"integration\": {\n  \"imsEndpoint\": \"ims-na1.adobelogin.com\", \"metascopes\": \"ent_aem_cloud_api\",\n  \"technicalAccount\": { \"clientId\": \"cm-p1-e1\",\n    \"clientSecret\": \"PLANTED35\" },\n  \"org\": \"x@AdobeOrg\",\n  \"privateKey\": \"-----BEGIN RSA PRIVATE KEY-----\\nPLANTED36\\n-----END RSA PRIVATE KEY-----\",\n  \"publicKey\": \"x\" }, \"statusCode\": 200 }\n".to_owned(),
        ),
        (
            "console.json".to_owned(),
            "{ \"project\": { \"id\": \"1\", \"name\": \"x\", \"org\": { \"ims_org_id\": \"x@AdobeOrg\" }, \"workspace\": { \"details\": { \"credentials\": [\n  { \"id\": \"1\", \"name\": \"x\", \"integration_type\": \"service\", \"jwt\": { \"client_id\": \"x\",\n    \"client_secret\": \"PLANTED37\", \"meta_scopes\": [\"ent_reactor_sdk\"] } },\n  { \"id\": \"2\", \"name\": \"y\", \"integration_type\": \"oauth_server_to_server\", \"oauth_server_to_server\": { \"client_id\": \"y\",\n    \"client_secrets\": [\"PLANTED38\"], \"scopes\": [\"openid\"] } } ] } } } }\n".to_owned(),
        ),
        (
            ".aio".to_owned(),
            "{ \"ims\": { \"contexts\": { \"x\": { \"client_id\": \"x\",\n  \"client_secret\": \"PLANTED39\",\n  \"private_key\": [\"-----BEGIN PRIVATE KEY-----\",\n    \"PLANTED40\", \"-----END PRIVATE KEY-----\"],\n  \"meta_scopes\": [\"ent_cloudmgr_sdk\"], \"ims_org_id\": \"x@AdobeOrg\", \"technical_account_id\": \"x@techacct.adobe.com\" } } } }\n".to_owned(),
        ),
        (
            ".env".to_owned(),
            "AIO_ims_contexts_x_client__id=x\nAIO_ims_contexts_x_client__secret=PLANTED41\nAIO_ims_contexts_x_private__key=\"PLANTED42\"\nAIO_ims_contexts_x_meta__scopes='[\"ent_cloudmgr_sdk\"]'\n".to_owned(),
        ),
        (
            "keys/private.key".to_owned(),
            "-----BEGIN PRIVATE KEY-----\nPLANTED43\n-----END PRIVATE KEY-----\n".to_owned(),
        ),
    ];
    // The same in the formats with many configurations in one file.
    let custom = |number: u32| {
        format!("{{ \"endpoint\": \"{JWT}\", \"clientId\": \"x\",\n \"clientSecret\": \"PLANTED{number}\" }}")
    };
    files.push((
        "features/x.json".to_owned(),
        format!("{{ \"id\": \"a:b:1\", \"configurations\": {{ \"com.acme.ims.Feature\": {} }} }}\n", custom(44)),
    ));
    files.push((
        "provisioning/x.txt".to_owned(),
        format!("[feature name=x]\n\n[configurations]\n  com.acme.ims.Prov\n    endpoint=\"{JWT}\"\n    clientSecret=\"PLANTED45\"\n"),
    ));
    files.push((
        "jcr_root/apps/acme/ims.infinity.json".to_owned(),
        format!("{{ \"jcr:primaryType\": \"nt:unstructured\", \"client\": {} }}\n", custom(46)),
    ));
    files.push((
        "status/Configurations.txt".to_owned(),
        format!("*** Configurations:\n\nPID = com.acme.ims.Status\n  BundleLocation = x\n  clientSecret = PLANTED47\n  endpoint = {JWT}\n  service.pid = com.acme.ims.Status\n"),
    ));
    files
}

fn plant(root: &Path) {
    for (path, text) in files() {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    // One more in UTF-16, where a search for bytes does not find it.
    let text = page(
        "sling:resourceType=\"x\" authServerUrl=\"https://ims-na1.adobelogin.com/ims/exchange/jwt\" clientSecret=\"PLANTED48\"",
    );
    let text = text.replace("UTF-8", "UTF-16");
    let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    fs::create_dir_all(root.join("jcr_root/apps/wide")).unwrap();
    fs::write(root.join("jcr_root/apps/wide/.content.xml"), bytes).unwrap();
}

fn run(root: &Path, arguments: &[&str]) -> (Output, String) {
    let output = command(root, arguments).env("RUST_BACKTRACE", "1").output().unwrap();
    let all = format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output, all)
}

fn assert_nothing_planted(output: &str, what: &str) {
    for line in output.lines() {
        if let Some(at) = line.find("PLANTED") {
            let around: String = line[..at].chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect();
            panic!("{what} shows {around}{}", &line[at..(at + 9).min(line.len())]);
        }
    }
}

#[test]
fn there_are_at_least_forty_and_each_is_unique() {
    let root = tempfile::tempdir().unwrap();
    plant(root.path());
    let all: String = files().into_iter().map(|(_, text)| text).collect();
    let mut numbers: Vec<&str> = all.split("PLANTED").skip(1).map(|rest| rest.get(..2).unwrap_or("")).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert!(numbers.len() >= 40, "{numbers:?}");
}

#[test]
fn no_report_shows_a_secret() {
    let root = tempfile::tempdir().unwrap();
    plant(root.path());
    for format in ReportFormat::value_variants() {
        let name = format.to_possible_value().unwrap().get_name().to_owned();
        let (output, all) = run(root.path(), &["check", ".", "--format", &name, "--verbose"]);
        assert!(matches!(output.status.code(), Some(1 | 3)), "{name}: {all}");
        assert_nothing_planted(&all, &name);
    }
    for format in InventoryFormat::value_variants() {
        let name = format.to_possible_value().unwrap().get_name().to_owned();
        let (_, all) = run(root.path(), &["inventory", ".", "--format", &name]);
        assert_nothing_planted(&all, &format!("inventory {name}"));
    }
}

#[test]
fn inspect_shows_secrets_only_when_asked() {
    let root = tempfile::tempdir().unwrap();
    plant(root.path());
    for reading in ["tolerant", "aem"] {
        for format in ["text", "json"] {
            let (_, all) = run(root.path(), &["inspect", ".", "--reading", reading, "--format", format]);
            assert_nothing_planted(&all, &format!("inspect {format}, {reading} reading"));
        }
    }
    let (_, all) = run(root.path(), &["inspect", ".", "--format", "json", "--no-redact"]);
    assert!(all.matches("PLANTED").count() >= 30, "the files are read:\n{all}");
}

/// If the files were not found, the test would prove nothing.
#[test]
fn the_secrets_are_found() {
    let root = tempfile::tempdir().unwrap();
    plant(root.path());
    let (_, all) = run(root.path(), &["check", ".", "--format", "text"]);
    let masks = all.matches("********").count();
    assert!(masks >= 30, "{masks} masks in\n{all}");
    for rule in
        ["plaintext-secret", "secret-placeholder-default", "jwt-credential", "jwt-only-component", "user-credentials"]
    {
        assert!(all.contains(rule), "no {rule} in\n{all}");
    }
}

/// What an environment is called and which mapping a property stands in were masked, so that nobody saw what was meant.
#[test]
fn regression_names_of_mappings_and_environments_are_shown() {
    let root = tempfile::tempdir().unwrap();
    let api = "kind: \"API\"\nmetadata:\n  envTypes: [\"dev\", \"qa\"]\ndata:\n  allowedClientIDs:\n    author:\n      \
               - \"0000example\"\n";
    fs::write(root.path().join("api.yaml"), api).unwrap();
    let (_, shown) = run(root.path(), &["check", "--isolated", "--color=never", "."]);
    assert!(shown.contains("envTypes: [\"dev\", \"qa\"]"), "{shown}");
    let shared = "{\n  \"client_credentials\": {\n    \"client_id\": \"0000example\",\n    \"client_secret\": \
                  \"p8e-A1b2C3d4E5f6G7\"\n  },\n  \"service_account_credentials\": {\n    \"account_id\": \
                  \"0@techacct.adobe.com\",\n    \"a8f5f167f44f4964e6c998dee827110c\": {\"b\": \"x\"}\n  }\n}\n";
    fs::write(root.path().join("pdfservices-api-credentials.json"), shared).unwrap();
    let (_, shown) = run(root.path(), &["check", "--isolated", "--color=never", "--format=sarif", "."]);
    assert!(shown.contains("service_account_credentials"), "{shown}");
    assert!(!shown.contains("p8e-A1b2") && !shown.contains("a8f5f167f4"), "{shown}");
}
