//! What AEM does with files that a person can read, through the formats themselves.

use crate::format::{self, Input, Reading};
use crate::ims::model::{AuthType, LoadingProblem};
use crate::ims::systems::SystemPart;
use crate::ims::{Integration, Knowledge};
use crate::repository::FileContext;
use crate::source::{Limits, SourcePath};

/// The integrations of a file with this text.
fn read(path: &str, text: &str) -> Vec<Integration> {
    let context = FileContext {
        path: SourcePath::file(path),
        repository_path: path.split_once("jcr_root/").map(|(_, rest)| rest.to_owned()),
        ..FileContext::default()
    };
    let limits = Limits::default();
    let input = Input { context: &context, bytes: text.as_bytes(), limits: &limits };
    let file = format::detect(&input).expect("a format");
    let document = file.format.read(&input, &file.text, Reading::Tolerant);
    let extract = crate::ims::recognise(&input, Some((&file, &document)), &Knowledge::default());
    crate::ims::join(SystemPart { extracts: vec![extract], ..SystemPart::default() }, &Knowledge::default())
        .integrations
}

fn kinds(path: &str, text: &str) -> Vec<LoadingProblem> {
    let found = read(path, text);
    assert_eq!(found.len(), 1, "{path}: {found:#?}");
    found[0].verdicts.iter().map(|verdict| verdict.kind).collect()
}

const PROVIDER: &str = "com.adobe.granite.auth.oauth.accesstoken.provider";
const GOOD: &str = "auth.access.token.request=\"https://ims-na1.adobelogin.com/ims/exchange/jwt\"\n";

#[test]
fn a_file_that_aem_loads_as_it_is_has_no_verdict() {
    assert_eq!(kinds(&format!("jcr_root/apps/acme/config/{PROVIDER}-acme.config"), GOOD), []);
    let json = "{\"auth.access.token.request\": \"https://ims-na1.adobelogin.com/ims/exchange/jwt\"}";
    assert_eq!(kinds(&format!("jcr_root/apps/acme/osgiconfig/config.author/{PROVIDER}~acme.cfg.json"), json), []);
    let docview = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" \
                   xmlns:sling=\"http://sling.apache.org/jcr/sling/1.0\" jcr:primaryType=\"sling:OsgiConfig\" \
                   auth.access.token.request=\"https://ims-na1.adobelogin.com/ims/exchange/jwt\"/>";
    assert_eq!(kinds(&format!("jcr_root/apps/acme/config/{PROVIDER}-acme.xml"), docview), []);
}

#[test]
fn an_unescaped_equals_sign_makes_aem_refuse_the_file() {
    let text = format!("{GOOD}auth.token.provider.client.id=\"a=b\"\n");
    assert_eq!(kinds(&format!("jcr_root/apps/acme/config/{PROVIDER}-acme.config"), &text), [LoadingProblem::Rejected]);
}

#[test]
fn a_random_number_behind_a_dot_is_no_factory_configuration() {
    let found = kinds(&format!("jcr_root/apps/system/config/{PROVIDER}.1234567890.config"), GOOD);
    assert_eq!(found, [LoadingProblem::FileName]);
}

#[test]
fn configurations_elsewhere_are_not_installed() {
    for folder in ["conf/acme/config", "apps/acme/settings"] {
        let found = kinds(&format!("jcr_root/{folder}/{PROVIDER}-acme.config"), GOOD);
        assert_eq!(found, [LoadingProblem::NotInstalled], "{folder}");
    }
}

#[test]
fn a_docview_that_filevault_takes_for_a_plain_file_is_not_installed() {
    let docview = "<jcr:root xmlns:jcr='http://www.jcp.org/jcr/1.0' xmlns:sling='http://sling.apache.org/jcr/sling/1.0' \
                   jcr:primaryType='sling:OsgiConfig' \
                   auth.access.token.request='https://ims-na1.adobelogin.com/ims/exchange/jwt'/>";
    let found = kinds(&format!("jcr_root/apps/acme/config/{PROVIDER}-acme.xml"), docview);
    assert_eq!(found, [LoadingProblem::NotInstalled]);
}

#[test]
fn a_plain_json_extension_is_read_and_not_installed() {
    let json = "{\"name\": \"x\", \"auth.access.token.request\": \"https://ims-na1.adobelogin.com/ims/exchange/jwt\"}";
    let path = format!("jcr_root/apps/acme/config/{PROVIDER}~acme.json");
    assert_eq!(kinds(&path, json), [LoadingProblem::NotInstalled]);
    let found = read(&path, json);
    assert_eq!(found[0].location.pid.as_deref(), Some(format!("{PROVIDER}~acme").as_str()));
}

#[test]
fn dotted_names_have_their_roles_in_nodes_that_are_no_configurations() {
    let docview = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<jcr:root xmlns:jcr=\"http://www.jcp.org/jcr/1.0\" \
                   xmlns:nt=\"http://www.jcp.org/jcr/nt/1.0\" jcr:primaryType=\"nt:unstructured\" \
                   auth.token.provider.client.id=\"0000example\" \
                   auth.access.token.request=\"https://ims-na1.adobelogin.com/ims/exchange/jwt\"/>";
    let found = read(&format!("jcr_root/apps/acme/config/{PROVIDER}-acme.xml"), docview);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].auth, crate::ims::AuthType::Jwt);
}

#[test]
fn run_modes_of_a_provisioning_model_reach_the_environments() {
    let model = |modes: &str| format!("[feature name=x]\n\n[configurations{modes}]\n  {PROVIDER}-m\n    {GOOD}");
    let services = |modes: &str| {
        let found = read("model.txt", &model(modes));
        let mut services: Vec<&str> = found[0].environments.iter().map(|e| e.service).collect();
        services.dedup();
        services
    };
    assert_eq!(services(" runModes=author"), ["author"]);
    assert_eq!(services(""), ["author", "publish"]);
}

#[test]
fn a_workspace_in_a_properties_file_is_known_by_its_keys() {
    for separator in ["_", "."] {
        let text = "aio_api_key=0000example\naio_encoded_pkcs8=invented\n".replace('_', separator);
        let found = read("core/src/main/resources/workspace.properties", &text);
        assert_eq!((found.len(), &found[0].kind), (1, &crate::ims::IntegrationKind::AioWorkspace), "{separator}");
        assert_eq!(found[0].auth, crate::ims::AuthType::Jwt);
    }
}

/// The plan named a passphrase that was not there, and left the dates of the public keys of a download.
#[test]
fn regression_what_only_a_jwt_credential_needs_is_known_where_it_is_there() {
    let settings = |path: &str, text: &str| {
        let found = read(path, text);
        assert_eq!((found.len(), found[0].auth), (1, AuthType::Jwt), "{text}");
        found[0].jwt_settings.iter().map(|name| name.to_string()).collect::<Vec<_>>()
    };
    let connector = |more: &str| {
        let text = "enterprise:\n  org_id: 0000@AdobeOrg\n  client_id: '0000'\n  client_secret: ${X}\n  \
                    tech_acct_id: 0000@techacct.adobe.com\n  priv_key_path: private.key\n";
        settings("connector-umapi.yml", &format!("{text}{more}"))
    };
    assert_eq!(connector(""), ["enterprise.priv_key_path"]);
    for name in ["priv_key_pass", "secure_priv_key_pass_key"] {
        let all = ["enterprise.priv_key_path".to_owned(), format!("enterprise.{name}")];
        assert_eq!(connector(&format!("  {name}: umapi\n")), all);
    }
    let download = r#"{"API_KEY": "0000", "CLIENT_SECRET": "${X}", "ORG_ID": "0000@AdobeOrg",
        "TECHNICAL_ACCOUNT_ID": "0000@techacct.adobe.com", "PUBLIC_KEYS_WITH_EXPIRY": {"0011": "09/06/2025"}}"#;
    assert_eq!(settings("service-account.json", download), ["PUBLIC_KEYS_WITH_EXPIRY"]);
    let old = r#"{"client_id": "0000", "client_secret": "${X}", "token_exchange_url": "https://ims-na1.adobelogin.com/x",
        "jwt_payload": {"sub": "0000@techacct.adobe.com", "iss": "0000@AdobeOrg"}, "meta_scopes": ["ent_cloudmgr_sdk"]}"#;
    assert_eq!(settings("config.json", old), ["jwt_payload", "token_exchange_url"]);
}
