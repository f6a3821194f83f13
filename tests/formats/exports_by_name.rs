//! The export and credential formats on hand-written files: the content, its positions, and what is ignored.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::fmt::Write;
use std::fs;
use std::path::Path;

use aem_ims_lint::format::{Format, Reading};
use aem_ims_lint::repository::{Container, FileContext};
use aem_ims_lint::source::{Limits, SourcePath};
use insta::assert_snapshot;

use crate::exports::*;

fn fixture(path: &str) -> (FileContext, Vec<u8>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats");
    (file(path), fs::read(root.join(path)).unwrap())
}

/// The document as text: nodes, properties, and for each value its source text if that differs.
fn summary(path: &str, reading: Reading) -> String {
    let (context, bytes) = fixture(path);
    summary_of(&context, &bytes, reading)
}

fn summary_of(context: &FileContext, bytes: &[u8], reading: Reading) -> String {
    let (id, text, document) = read(context, bytes, reading);
    let mut out = format!("{id}\n");
    for node in &document.nodes {
        let pid = node.pid.as_ref().map(|pid| format!(" pid {pid}")).unwrap_or_default();
        let modes = if node.run_modes.is_empty() { String::new() } else { format!(" {:?}", node.run_modes) };
        writeln!(out, "{:?}{pid}{modes} at {:?}", node.path, &text[node.name_span.range()]).unwrap();
        for property in &node.properties {
            let many = if property.multiple { "[]" } else { "" };
            write!(out, "  {} {}{many} =", property.name, property.value_type.name()).unwrap();
            for value in &property.values {
                let source = &text[value.span.range()];
                write!(out, " {:?}", value.text).unwrap();
                if source != value.text {
                    write!(out, " <{source:?}>").unwrap();
                }
            }
            out.push('\n');
        }
    }
    for (label, problem) in [("problem", document.problem), ("limit", document.limit)] {
        if let Some(problem) = problem {
            writeln!(out, "{label} {}: {}", problem.offset, problem.message).unwrap();
        }
    }
    out
}

#[test]
fn service_credentials_service_credentials_json() {
    let tolerant = summary("service-credentials/service-credentials.json", Reading::Tolerant);
    assert_snapshot!(tolerant, @r#"
    service-credentials
    "integration" at "integration"
      imsEndpoint String = "ims-na1.adobelogin.com"
      metascopes String = "ent_aem_cloud_api"
      technicalAccount.clientId String = "cm-p00001-e00002-integration-0"
      technicalAccount.clientSecret String = "p8e-invented-for-tests"
      email String = "00000000-0000-0000-0000-000000000000@techacct.adobe.com"
      id String = "0000AAAA0000BBBB@techacct.adobe.com"
      org String = "0000CCCC0000DDDD@AdobeOrg"
      privateKey String = "-----BEGIN RSA PRIVATE KEY-----\r\ninvented\r\n-----END RSA PRIVATE KEY-----\r\n" <"-----BEGIN RSA PRIVATE KEY-----\\r\\ninvented\\r\\n-----END RSA PRIVATE KEY-----\\r\\n">
      publicKey String = "-----BEGIN CERTIFICATE-----\r\ninvented\r\n-----END CERTIFICATE-----\r\n" <"-----BEGIN CERTIFICATE-----\\r\\ninvented\\r\\n-----END CERTIFICATE-----\\r\\n">
      certificateExpirationDate String = "2027-01-01T00:00:00.000Z"
    "#);
    assert_eq!(summary("service-credentials/service-credentials.json", Reading::Aem), tolerant);
}

#[test]
fn developer_console_workspace_json() {
    let tolerant = summary("developer-console/workspace.json", Reading::Tolerant);
    assert_snapshot!(tolerant, @r#"
    developer-console
    "project" at "project"
      id String = "1000"
      name String = "inventedProject"
      title String = "Invented project"
      org.id String = "2000"
      org.name String = "Invented"
      org.ims_org_id String = "0000CCCC0000DDDD@AdobeOrg"
      workspace.id String = "3000"
      workspace.name String = "Stage"
      workspace.details.services.0.code String = "InventedSDK"
      workspace.details.services.0.name String = "Invented API"
    "project/workspace/details/credentials/0" at "Old one"
      id String = "4001"
      name String = "Old one"
      integration_type String = "service"
      jwt.client_id String = "invented-client-1"
      jwt.client_secret String = "invented-secret-1"
      jwt.technical_account_id String = "0000AAAA@techacct.adobe.com"
      jwt.meta_scopes String[] = "ent_reactor_sdk" "ent_smartcontent_sdk"
    "project/workspace/details/credentials/1" at "New one"
      id String = "4002"
      name String = "New one"
      integration_type String = "oauth_server_to_server"
      oauth_server_to_server.client_id String = "invented-client-2"
      oauth_server_to_server.client_secrets String[] = "invented-secret-2"
      oauth_server_to_server.scopes String[] = "openid" "AdobeID"
    "#);
    assert_eq!(summary("developer-console/workspace.json", Reading::Aem), tolerant);
}

#[test]
fn aio_project_aio() {
    let tolerant = summary("aio/project.aio", Reading::Tolerant);
    assert_snapshot!(tolerant, @r#"
    aio
    "ims/contexts/old" at "old"
      client_id String = "invented-client-1"
      client_secret String = "invented, with a comma"
      meta_scopes String[] = "ent_cloudmgr_sdk"
      oauth_enabled Boolean = "false"
      private_key String = "-----BEGIN PRIVATE KEY-----\ninvented" <"\n          -----BEGIN PRIVATE KEY-----\n          invented\n          ">
    "ims/contexts/new" at "new"
      client_id String = "invented-client-2"
      client_secrets String[] = "invented-secret"
      scopes String[] = "openid"
      oauth_enabled Boolean = "true"
    "project" at "project"
    "project/workspace/details/credentials/0" at "Old one"
      id String = "4001"
      name String = "Old one"
      integration_type String = "service"
    "#);
    assert_eq!(summary("aio/project.aio", Reading::Aem), tolerant);
}

#[test]
fn aio_workspace_env() {
    let tolerant = summary("aio/workspace.env", Reading::Tolerant);
    assert_snapshot!(tolerant, @r#"
    aio
    "" at "AIO_runtime_namespace"
      runtime.namespace String = "1000-invented-stage"
    "ims/contexts/old_one" at "AIO_ims_contexts_Old__one_client__id"
      client_id String = "invented-client-1"
      client_secret String = "invented-secret-1"
      meta_scopes String[] = "ent_reactor_sdk" "ent_smartcontent_sdk"
      private_key String = "-----BEGIN PRIVATE KEY-----\ninvented\n-----END PRIVATE KEY-----\n" <"-----BEGIN PRIVATE KEY-----\ninvented\n-----END PRIVATE KEY-----\\n">
    "$ims/näme" at "AIO_$ims_näme_client__id"
      client_id String = "invented-client-2"
    "" at ""
      OTHER String = "x"
    "#);
    assert_eq!(summary("aio/workspace.env", Reading::Aem), tolerant);
}

#[test]
fn aio_config_json() {
    let tolerant = summary("aio/config.json", Reading::Tolerant);
    assert_snapshot!(tolerant, @r#"
    aio
    "" at ""
      client_id String = "invented-client-1"
      client_secret String = "invented-secret-1"
      technical_account_id String = "0000AAAA@techacct.adobe.com"
      ims_org_id String = "0000CCCC0000DDDD@AdobeOrg"
      meta_scopes String[] = "ent_cloudmgr_sdk"
      oauth_enabled Boolean = "false"
    "#);
    assert_eq!(summary("aio/config.json", Reading::Aem), tolerant);
}

#[test]
fn sling_get_dtm_reactor_tidy_infinity_json() {
    let tolerant = summary("sling-get/dtm-reactor.tidy.infinity.json", Reading::Tolerant);
    assert_snapshot!(tolerant, @r#"
    sling-get
    "dtm-reactor" at ""
      jcr:primaryType String = "cq:Page"
    "dtm-reactor/jcr:content" at "jcr:content"
      jcr:primaryType String = "cq:PageContent"
      jcr:title String = "Tags ü</b>" <"Tags \\u00fc<\\/b>">
      sling:resourceType String = "cq/dtm-reactor/components/conf/page"
      imsConfigId String = "Adobe Launch"
      cq:lastModified String = "Mon Jan 02 2017 10:00:00 GMT+0100"
      mixed String[] = "a" "1" "" <"null">
      :jcr:data Long = "1234"
      empty String[] =
    "dtm-reactor/jcr:content/production" at "production"
      environment String = "EN000"
    "#);
    assert_eq!(summary("sling-get/dtm-reactor.tidy.infinity.json", Reading::Aem), tolerant);
}

#[test]
fn sling_get_cut_infinity_json() {
    let tolerant = summary("sling-get/cut.infinity.json", Reading::Tolerant);
    assert_snapshot!(tolerant, @r#"
    sling-get
    problem 0: the export was cut: the tree was too large for the server, which lists 3 shallower addresses instead; export those, or raise json.maximumresults of the Sling GET servlet
    limit 0: the export was cut: the tree was too large for the server, which lists 3 shallower addresses instead; export those, or raise json.maximumresults of the Sling GET servlet
    "#);
    assert_eq!(summary("sling-get/cut.infinity.json", Reading::Aem), tolerant);
}

#[test]
fn oak_export_nodestates_json() {
    let tolerant = summary("oak-export/nodestates.json", Reading::Tolerant);
    assert_snapshot!(tolerant, @r#"
    oak-export
    "/" at ""
      jcr:primaryType Name = "rep:root"
      :childOrder Name[] = "conf"
    "/conf" at "conf"
      jcr:primaryType Name = "cq:Page"
      cq:lastModified Date = "2020-01-01T00:00:00.000Z"
      count Long = "5"
      title String = "abc:def"
      names Name[] =
      data Binary = "0123#4"
    "/conf/hidden" at "hidden"
      paths Path[] = "/a" "/b"
    "#);
    assert_eq!(summary("oak-export/nodestates.json", Reading::Aem), tolerant);
}

#[test]
fn status_dump_configuration_status_txt() {
    let tolerant = summary("status-dump/configuration-status.txt", Reading::Tolerant);
    assert_snapshot!(tolerant, @r#"
    status-dump
    "com.adobe.granite.auth.oauth.accesstoken.provider.0a1b2c3d-0000-1111-2222-0123456789ab" pid com.adobe.granite.auth.oauth.accesstoken.provider~0a1b2c3d-0000-1111-2222-0123456789ab at "com.adobe.granite.auth.oauth.accesstoken.provider.0a1b2c3d-0000-1111-2222-0123456789ab"
      auth.access.token.request String = "https://%s/ims/exchange/jwt"
      auth.token.provider.client.id String = "invented-client-1"
      auth.token.provider.default.claims String[] = "iss:\"0000CCCC@AdobeOrg\"" "sub:\"0000AAAA@techacct.adobe.com\""
      name String = "Adobe Launch"
      password String = "********"
    "org.example.Text" pid org.example.Text at "org.example.Text"
      text String = "first line\nsecond = line\n\n  third line"
    "#);
    assert_snapshot!(summary("status-dump/configuration-status.txt", Reading::Aem), @r#"
    status-dump
    "com.adobe.granite.auth.oauth.accesstoken.provider.0a1b2c3d-0000-1111-2222-0123456789ab" pid com.adobe.granite.auth.oauth.accesstoken.provider~0a1b2c3d-0000-1111-2222-0123456789ab at "com.adobe.granite.auth.oauth.accesstoken.provider.0a1b2c3d-0000-1111-2222-0123456789ab"
      auth.access.token.request String = "https://%s/ims/exchange/jwt"
      auth.token.provider.client.id String = "invented-client-1"
      auth.token.provider.default.claims String = "[iss:\"0000CCCC@AdobeOrg\", sub:\"0000AAAA@techacct.adobe.com\"]"
      name String = "Adobe Launch"
      password String = "********"
    "org.example.Text" pid org.example.Text at "org.example.Text"
      text String = "first line\nsecond = line\n\n  third line"
    "#);
}

#[test]
fn status_dump_status_configurations_json() {
    let tolerant = summary("status-dump/status-Configurations.json", Reading::Tolerant);
    assert_snapshot!(tolerant, @r#"
    status-dump
    "org.example.Text" pid org.example.Text at "org.example.Text"
      claims String[] = "iss:\"0000CCCC@AdobeOrg\"" <"iss:\\\"0000CCCC@AdobeOrg\\\"">
      text String = "first line\nsecond \\ line" <"first line\",\n\"second \\\\ line">
    "#);
    assert_snapshot!(summary("status-dump/status-Configurations.json", Reading::Aem), @r#"
    status-dump
    "org.example.Text" pid org.example.Text at "org.example.Text"
      claims String = "[iss:\"0000CCCC@AdobeOrg\"]" <"[iss:\\\"0000CCCC@AdobeOrg\\\"]">
      text String = "first line\nsecond \\ line" <"first line\",\n\"second \\\\ line">
    "#);
}

#[test]
fn feature_model_invented_slingosgifeature() {
    let tolerant = summary("feature-model/invented.slingosgifeature", Reading::Tolerant);
    assert_snapshot!(tolerant, @r#"
    feature-model
    "org.example.Inner" pid org.example.Inner at "org.example.Inner"
      flag Boolean = "true"
    "com.adobe.granite.auth.oauth.accesstoken.provider~launch" pid com.adobe.granite.auth.oauth.accesstoken.provider~launch at "com.adobe.granite.auth.oauth.accesstoken.provider~launch"
      name String = "Adobe Launch"
      auth.token.provider.conn.timeout Integer = "5000"
      auth.token.provider.default.claims String[] = "iss:\"0000CCCC@AdobeOrg\"" <"iss:\\\"0000CCCC@AdobeOrg\\\"">
    "org.example.Moded" pid org.example.Moded ["author", "prod"] at "org.example.Moded.runmodes.author.prod"
      a String = "b"
    "/conf" at "/conf"
      a String = "b"
    "org.example.InExtension" pid org.example.InExtension at "org.example.InExtension"
      n Long = "1"
    "#);
    assert_snapshot!(summary("feature-model/invented.slingosgifeature", Reading::Aem), @r#"
    feature-model
    "org.example.Inner" pid org.example.Inner at "org.example.Inner"
      flag Boolean = "true"
    "com.adobe.granite.auth.oauth.accesstoken.provider~launch" pid com.adobe.granite.auth.oauth.accesstoken.provider~launch at "com.adobe.granite.auth.oauth.accesstoken.provider~launch"
      name String = "Adobe Launch"
      auth.token.provider.conn.timeout Integer = "5000"
      auth.token.provider.default.claims String[] = "iss:\"0000CCCC@AdobeOrg\"" <"iss:\\\"0000CCCC@AdobeOrg\\\"">
    "org.example.Moded.runmodes.author.prod" pid org.example.Moded.runmodes.author.prod at "org.example.Moded.runmodes.author.prod"
      a String = "b"
    "/conf" at "/conf"
      a String = "b"
    "org.example.InExtension" pid org.example.InExtension at "org.example.InExtension"
      n Long = "1"
    "#);
}

#[test]
fn initial_content_launch_json() {
    let context = FileContext {
        container: Container::Bundle,
        repository_path: Some("conf/x/launch.json".into()),
        ..file("launch.json")
    };
    let bytes = fixture("initial-content/launch.json").1;
    let tolerant = summary_of(&context, &bytes, Reading::Tolerant);
    assert_snapshot!(tolerant, @r#"
    initial-content
    "/conf/x/launch" at ""
      jcr:primaryType Name = "cq:Page"
    "/conf/x/launch/jcr:content" at "jcr:content"
      imsConfigId String = "Adobe \"Launch\""
      target Path = "/content/x"
      jcr:created Date = "2012-01-01T10:00:00.000+01:00"
      changed Date = "2012-01-01T10:00:00.000+01:00"
    "#);
    let created = "  jcr:created Date = \"2012-01-01T10:00:00.000+01:00\"\n";
    assert_eq!(summary_of(&context, &bytes, Reading::Aem), tolerant.replace(created, ""), "the loader ignores it");
}

#[test]
fn provisioning_model_invented_txt() {
    let tolerant = summary("provisioning-model/invented.txt", Reading::Tolerant);
    assert_snapshot!(tolerant, @r#"
    provisioning-model
    "com.adobe.granite.auth.oauth.accesstoken.provider~launch" pid com.adobe.granite.auth.oauth.accesstoken.provider~launch at "com.adobe.granite.auth.oauth.accesstoken.provider-launch"
      name String = "Adobe Launch" <"Adobe\\ Launch">
      auth.access.token.request String = "https://ims-na1.adobelogin.com/ims/exchange/jwt" <"https://${host}/ims/exchange/jwt">
      auth.token.provider.default.claims String[] = "iss:\"0000CCCC@AdobeOrg\"" <"iss:\\\"0000CCCC@AdobeOrg\\\"">
    "org.example.Service" pid org.example.Service ["prod", "publish"] at "org.example.Service"
      key String = "a value"
      unknown String = "${elsewhere}"
    "#);
    assert_eq!(summary("provisioning-model/invented.txt", Reading::Aem), tolerant);
}

#[test]
fn names_alone_do_not_make_a_format() {
    let ours: [(&str, &str); 8] = [
        ("provider.json", r#"{"jcr:primaryType": "sling:OsgiConfig"}"#),
        ("deep.json", r#"{"a": {"jcr:primaryType" : "nt:unstructured"}}"#),
        ("page.infinity.json", r#"{"title": "x"}"#),
        (".aio", r#"{"project": {"name": "x"}}"#),
        ("console.json", r#"{"ims": {"contexts": {"x": {"client_id": "a"}}}}"#),
        ("config.json", r#"{"jwt-auth": {"client_id": "a"}}"#),
        (".env.local", "A=b\nAIO_x=y\n"),
        ("dump.txt", "PID = a\n  b = c\n"),
    ];
    for (name, text) in ours {
        assert!(detect(&file(name), text.as_bytes()).is_some(), "{name}");
    }
    let others: [(&str, &str); 20] = [
        ("package.json", r#"{"name": "x", "version": "1.0.0", "bundles": ["a"], "dependencies": {}}"#),
        ("tsconfig.json", r#"{"compilerOptions": {"target": "es5"}}"#),
        ("angular.json", r#"{"projects": {"x": {"id": "a:b:c", "configurations": {}}}}"#),
        ("en.json", r#"{"client_id": "Client id", "meta_scopes": "Scopes", "contexts": "Contexts"}"#),
        ("openapi.json", r#"{"openapi": "3.0.0", "x": {"example": {"jcr:primaryType": "cq:Page"}}}"#),
        ("schema.json", r#"{"properties": {"jcr:primaryType": {"type": "string"}}}"#),
        (
            "calls.postman_collection.json",
            r#"{"info": {"_postman_id": "1"}, "item": [{"jcr:primaryType": "cq:Page"}]}"#,
        ),
        ("form.json", r#"{"body": [{"key": "jcr:primaryType", "value": "nt:unstructured"}]}"#),
        ("quoted.json", r#"{"raw": "{\"jcr:primaryType\": \"cq:Page\"}"}"#),
        ("list.json", r#"["/a.json", "/b.json"]"#),
        ("urls.json", r#"["https://example.org/x.0.json"]"#),
        ("numbers.json", "[0, 1]"),
        ("model.json", r#"{":type": "cq/page", ":items": {"root": {}}}"#),
        ("credentials.json", r#"{"text": "\"technicalAccount\" \"imsEndpoint\" \"metascopes\""}"#),
        ("words.json", r#"{"technicalAccount": "a", "imsEndpoint": "b", "metascopes": "c"}"#),
        ("project.json", r#"{"project": 1, "workspace": 2, "credentials": 3, "integration_type": 4}"#),
        (
            "collection.json",
            r#"{"auth": [{"key": "client_id"}, {"key": "technical_account_id"}, {"key": "ims_org_id"}]}"#,
        ),
        (".env", "no variable\n"),
        ("notes.txt", "Status: done\nPID = see below\n"),
        ("readme.txt", "# notes\n[features]\n"),
    ];
    for (name, text) in others {
        assert_eq!(detect(&file(name), text.as_bytes()).map(Format::id), None, "{name}");
    }
    // The command line reads anything that is not an object as YAML, and apps have variables with any name.
    for (name, text) in [("x.aio", "not: an object"), (".env", "CLIENT_ID=x\nMY_AIO_X=1\n")] {
        assert_eq!(detect(&file(name), text.as_bytes()).map(Format::id), Some("aio"), "{name}");
    }
}

#[test]
fn a_repository_path_places_the_nodes() {
    let context = FileContext {
        container: Container::Package,
        repository_path: Some("conf/global/settings.1.json".into()),
        ..file("x")
    };
    let context = FileContext { path: SourcePath::file("jcr_root/conf/global/settings.1.json"), ..context };
    let text = br#"{"jcr:primaryType": "sling:Folder", "a": {"jcr:primaryType": "sling:Folder"}}"#;
    let (_, _, document) = read(&context, text, Reading::Tolerant);
    assert_eq!(document.jcr_path.as_deref(), Some("/conf/global/settings"));
    assert_eq!(document.nodes[1].path, "/conf/global/settings/a");
    assert_eq!(document.nodes[1].parent, Some(0));
}

#[test]
fn broken_files_keep_what_was_read() {
    let text = br#"{"jcr:primaryType": "cq:Page", "jcr:content": {"jcr:primaryType": "x", "a": 1, "b": "#;
    for reading in [Reading::Tolerant, Reading::Aem] {
        let (_, _, document) = read(&file("page.json"), text, reading);
        assert!(document.problem.is_some());
        assert_eq!(document.nodes[1].text("a"), Some("1"));
    }
    let bundle = FileContext { container: Container::Bundle, repository_path: Some("a.json".into()), ..file("a.json") };
    let (_, _, document) = read(&bundle, b"{'a': 1, 'b': }", Reading::Aem);
    assert!(document.problem.is_some() && document.nodes.is_empty(), "the loader writes nothing of a broken file");
    let (_, _, document) = read(&bundle, b"{'a': 1, 'b': }", Reading::Tolerant);
    assert_eq!(document.nodes[0].text("a"), Some("1"));
    let (_, _, document) = read(&bundle, b"[1]", Reading::Tolerant);
    assert_eq!(document.problem.map(|problem| problem.message).as_deref(), Some("a JSON object is expected"));
}

#[test]
fn a_feature_is_taken_whole_or_not_at_all() {
    let cases = [
        (r#"{"id": "a:b:1", "configurations": {"x": {"n:Integer": "no"}, "y": {"a": "b"}}}"#, false),
        (r#"{"id": "a:b:1", "configurations": {"x": {"n": null}, "y": {"a": "b"}}}"#, true),
        (r#"{"id": "a:b:1", "model-version": "2", "configurations": {"x": {}, "y": {"a": "b"}}}"#, false),
        (r#"{"configurations": {"x": {}, "y": {"a": "b"}}}"#, false),
        (r#"{"id": "a:b:1", "bundles": [{}], "configurations": {"x": {}, "y": {"a": "b"}}}"#, false),
        (r#"{"id": "a:b:1", "x:ODD": [], "configurations": {"x": {}, "y": {"a": "b"}}}"#, false),
    ];
    for (text, rest_is_taken) in cases {
        let context = file("x.slingosgifeature");
        let (_, _, document) = read(&context, text.as_bytes(), Reading::Aem);
        assert!(document.problem.is_some(), "{text}");
        assert_eq!(document.nodes.len(), usize::from(rest_is_taken), "{text}");
        let (_, _, document) = read(&context, text.as_bytes(), Reading::Tolerant);
        assert_eq!(document.nodes.last().and_then(|node| node.text("a")), Some("b"), "{text}");
    }
}

#[test]
fn a_variable_gives_the_run_modes_of_a_feature() {
    let text =
        br#"{"id": "a:b:1", "variables": {"provisioning.runmodes": "author,prod"}, "configurations": {"x": {}}}"#;
    let (_, _, document) = read(&file("x.json"), text, Reading::Tolerant);
    assert_eq!(document.nodes[0].run_modes, ["author", "prod"]);
}

#[test]
fn the_last_of_several_equal_members_counts() {
    let (_, _, document) =
        read(&file("a.infinity.json"), br#"{"jcr:primaryType": "x", "a": 1, "b": 2, "a": 3}"#, Reading::Tolerant);
    let names: Vec<&str> = document.nodes[0].properties.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["jcr:primaryType", "a", "b"]);
    assert_eq!(document.nodes[0].text("a"), Some("3"));
    let (_, _, document) = read(&file("x.env"), b"AIO_a=1\nAIO_A=2\n", Reading::Tolerant);
    assert_eq!(document.nodes[0].properties.len(), 1);
    assert_eq!(document.nodes[0].text("a"), Some("2"));
}

#[test]
fn deep_nesting_is_bounded() {
    let limits = Limits::default();
    let depth = 100_000;
    let nested = |open: &str, close: &str, inner: &str| format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
    let names = ["deep.infinity.json", "deep.aio", "deep.slingosgifeature"];
    for name in names {
        let text = nested(r#"{"a long name of a member":"#, "}", "1");
        let (_, _, document) = read(&file(name), text.as_bytes(), Reading::Tolerant);
        assert!(document.limit.is_some(), "{name}");
        assert!(document.nodes.len() <= limits.max_nesting, "{name}");
        let paths: usize = document.nodes.iter().map(|node| node.path.len()).sum();
        assert!(paths <= 256 << 20, "{name}: {paths}");
    }
}

#[test]
fn too_many_values_are_left_out() {
    let objects = format!(r#"{{"jcr:primaryType": "x", {}"b": {{}}}}"#, r#""a":{},"#.repeat(1_000_000));
    let pids = format!("Status: 1 configurations\n{}", "PID = a\n".repeat(1_000_001));
    let variables = "AIO_a=['']\n".repeat(300_000);
    for (name, text) in [("a.infinity.json", objects), ("a.txt", pids), ("a.env", variables)] {
        let (_, _, document) = read(&file(name), text.as_bytes(), Reading::Tolerant);
        let limit = document.limit.unwrap_or_else(|| panic!("{name}"));
        assert!(limit.message.contains("more than 250000 values"), "{name}");
        assert!(!document.nodes.is_empty());
    }
}
