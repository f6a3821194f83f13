//! For JWT configurations of any shape, in each format that is edited: migrating and reading again gives an OAuth
//! Server-to-Server integration without missing fields, and every unrelated property is unchanged.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use aem_ims_lint::format::{self, Input, Reading, ValueType};
use aem_ims_lint::ims::model::Placeholder;
use aem_ims_lint::ims::target::Target;
use aem_ims_lint::ims::{AuthType, FieldName, FieldState, Knowledge};
use aem_ims_lint::migrate::{Plan, files, write};
use aem_ims_lint::report::Report;
use aem_ims_lint::repository::FileContext;
use aem_ims_lint::scan::{self, Request};
use aem_ims_lint::source::{Limits, SourcePath};
use proptest::prelude::*;

const FOLDER: &str = "jcr_root/apps/acme/config";
const PROVIDER: &str = "com.adobe.granite.auth.oauth.accesstoken.provider";
const CUSTOMIZER: &str = "com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl";
const WORKSPACE: &str = "com.adobe.aio.aem.workspace.internal.WorkspaceSupplierImpl";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Json,
    Felix,
    Docview,
}

impl Shape {
    fn extension(self) -> &'static str {
        match self {
            Self::Json => ".cfg.json",
            Self::Felix => ".config",
            Self::Docview => ".xml",
        }
    }
}

#[derive(Clone, Debug)]
enum Values {
    One(String),
    Many(Vec<String>),
}

/// The layout of a file.
#[derive(Clone, Debug)]
struct Layout {
    shape: Shape,
    crlf: bool,
    comments: bool,
    final_newline: bool,
    indent: usize,
}

fn escape_json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn escape_felix(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if matches!(c, '\\' | '"' | '=' | ' ') {
            out.push('\\');
        }
        out.push(c);
    }
    out + "\""
}

fn escape_docview(values: &Values) -> String {
    let text = match values {
        Values::One(value) => format::docview_value::format(&[value], false, None),
        Values::Many(values) => {
            format::docview_value::format(&values.iter().map(String::as_str).collect::<Vec<_>>(), true, None)
        }
    };
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// Writes a configuration.
fn file(layout: &Layout, properties: &[(String, Values)]) -> String {
    let indent = " ".repeat(layout.indent);
    let mut text = match layout.shape {
        Shape::Json => {
            let member = |(name, values): &(String, Values)| {
                let value = match values {
                    Values::One(value) => escape_json(value),
                    Values::Many(values) => {
                        format!("[{}]", values.iter().map(|v| escape_json(v)).collect::<Vec<_>>().join(", "))
                    }
                };
                format!("{indent}{}: {value}", escape_json(name))
            };
            let comment = if layout.comments { "// mine, \"not\" yours\n" } else { "" };
            let members: Vec<String> = properties.iter().map(member).collect();
            let separator = if layout.comments { ", // mine\n" } else { ",\n" };
            format!("{comment}{{\n{}\n}}\n", members.join(separator))
        }
        Shape::Felix => {
            let pair = |(name, values): &(String, Values)| {
                let value = match values {
                    Values::One(value) => escape_felix(value),
                    Values::Many(values) => {
                        let items: Vec<String> =
                            values.iter().map(|v| format!("  {}, \\\n", escape_felix(v))).collect();
                        format!("[ \\\n{}  ]", items.concat())
                    }
                };
                let comment = if layout.comments { "# mine = not yours\n" } else { "" };
                format!("{comment}{name}={value}\n")
            };
            properties.iter().map(pair).collect()
        }
        Shape::Docview => {
            let attribute =
                |(name, values): &(String, Values)| format!("\n{indent}{name}=\"{}\"", escape_docview(values));
            let comment = if layout.comments { "<!-- mine -->\n" } else { "" };
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{comment}<jcr:root xmlns:sling=\"http://sling.apache.org/jcr/sling/1.0\" \
                 xmlns:jcr=\"http://www.jcp.org/jcr/1.0\"\n{indent}jcr:primaryType=\"sling:OsgiConfig\"{}/>\n",
                properties.iter().map(attribute).collect::<String>()
            )
        }
    };
    if !layout.final_newline {
        text.truncate(text.trim_end().len());
    }
    if layout.crlf { text.replace('\n', "\r\n") } else { text }
}

/// The properties as AEM stores them, by name.
fn stored(path: &Path) -> Vec<(String, ValueType, bool, Vec<String>)> {
    let bytes = fs::read(path).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    let context = FileContext {
        path: SourcePath::file(format!("{FOLDER}/{name}")),
        repository_path: Some(format!("apps/acme/config/{name}")),
        ..FileContext::default()
    };
    let limits = Limits::default();
    let input = Input { context: &context, bytes: &bytes, limits: &limits };
    let format = format::detect(&input).unwrap().format;
    let document = format.read(&input, &format.decode(&input), Reading::Aem);
    assert!(document.loads(), "{:?}\n{}", document.problem, String::from_utf8_lossy(&bytes));
    let properties = document.nodes[0].properties.iter();
    let mut all: Vec<_> = properties
        .map(|p| (p.name.clone(), p.value_type, p.multiple, p.texts().map(str::to_owned).collect()))
        .collect();
    all.sort_by(|a: &(String, ValueType, bool, Vec<String>), b| a.0.cmp(&b.0));
    all
}

fn scanned(directory: &Path, target: Target) -> Report {
    let knowledge = Knowledge { target, ..Knowledge::default() };
    scan::scan(&Request { inputs: vec![directory.to_path_buf()], knowledge, ..Request::default() })
}

/// Migrates everything in `directory`; returns the number of written files.
fn migrated(directory: &Path, target: Target) -> usize {
    let report = scanned(directory, target);
    let plan = Plan::new(&report.landscape, &report.findings);
    let configurations = plan.edits().flat_map(|entry| &entry.changes.configurations);
    let added = plan.edits().filter_map(|entry| entry.changes.added.as_ref());
    let edits = files::edit(configurations, added, &[], &Limits::default());
    assert_eq!(edits.left, []);
    for file in &edits.files {
        write::write(file).unwrap();
    }
    edits.files.len()
}

/// Properties that a migration may touch.
const OURS: &[&str] = &[
    "auth.token.provider.authorization.grants",
    "auth.access.token.request",
    "auth.token.provider.endpoint",
    "auth.token.provider.scope",
    "auth.token.provider.orgId",
    "auth.token.provider.default.claims",
    "auth.token.provider.keypair.alias",
    "auth.token.provider.client.id",
    "token.request.customizer.type",
    "aio.oauth.scopes",
    "aio.meta.scopes",
    "aio.encoded.pkcs8",
    "aio.client.secret",
    "aio.ims.org.id",
    "aio.api.key",
];

fn others(all: Vec<(String, ValueType, bool, Vec<String>)>) -> Vec<(String, ValueType, bool, Vec<String>)> {
    all.into_iter().filter(|(name, ..)| !OURS.contains(&name.as_str())).collect()
}

/// Whether the field is filled, or contains a placeholder for a person to replace.
fn is_settled(state: FieldState) -> bool {
    state.is_filled() || state == FieldState::Placeholder(Placeholder::Waiting)
}

fn layout() -> impl Strategy<Value = Layout> {
    let shape = prop_oneof![Just(Shape::Json), Just(Shape::Felix), Just(Shape::Docview)];
    (shape, any::<bool>(), any::<bool>(), any::<bool>(), 0_usize..6).prop_map(
        |(shape, crlf, comments, final_newline, indent)| Layout { shape, crlf, comments, final_newline, indent },
    )
}

/// Properties unrelated to the migration.
fn unrelated() -> impl Strategy<Value = Vec<(String, Values)>> {
    let text = "[ -~é😀]{0,24}";
    let values = prop_oneof![
        text.prop_map(Values::One),
        prop::collection::vec("[!-~é][ -~é😀]{0,12}", 2..4).prop_map(Values::Many)
    ];
    prop::collection::vec(values, 0..5).prop_map(|all| {
        all.into_iter().enumerate().map(|(index, values)| (format!("acme.property{index}"), values)).collect()
    })
}

fn one(name: &str, value: &str) -> Option<(String, Values)> {
    Some((name.to_owned(), Values::One(value.to_owned())))
}

/// A JWT provider; everything optional is missing in some cases.
fn provider() -> impl Strategy<Value = Vec<(String, Values)>> {
    let request = prop_oneof![
        Just("https://%s/ims/exchange/jwt"),
        Just("https://ims-na1.adobelogin.com/ims/exchange/jwt/"),
        Just("https://$[env:HOST;default=ims-na1.adobelogin.com]/ims/exchange/v1/jwt"),
    ];
    let claims = prop_oneof![
        Just(vec!["\"iss\" : \"0000EXAMPLE@AdobeOrg\"", "\"https://ims-na1.adobelogin.com/s/ent_reactor_sdk\" : true"]),
        Just(vec!["sub:\"0000@techacct.adobe.com\"", "https://ims-na1.adobelogin.com/s/ent_marketing_sdk:true"]),
        Just(vec!["{\"iss\":\"0000EXAMPLE@AdobeOrg\",\"exp\":86400}", "aud:\"https://ims-na1.adobelogin.com/c/x\""]),
        Just(vec![]),
    ];
    let grant = prop::option::of(prop_oneof![
        Just("client_credentials"),
        Just("urn:ietf:params:oauth:grant-type:jwt-bearer"),
        Just("")
    ]);
    let parts = (request, claims, grant, any::<[bool; 5]>(), unrelated(), any::<prop::sample::Index>());
    parts.prop_map(|(request, claims, grant, some, unrelated, at)| {
        let if_some = |index: usize, name: &str, value: &str| one(name, value).filter(|_| some[index]);
        let mut all: Vec<(String, Values)> = [
            one("name", "Adobe Launch"),
            one("auth.access.token.request", request),
            one("auth.token.provider.endpoint", "ims-na1.adobelogin.com"),
            if_some(0, "auth.token.provider.client.id", "0000example"),
            if_some(1, "auth.token.provider.keypair.alias", "acme = key"),
            if_some(2, "auth.token.provider.scope", ""),
            if_some(3, "token.request.customizer.type", "acme"),
            if_some(4, "auth.token.provider.orgId", "0000EXAMPLE@AdobeOrg"),
            grant.and_then(|grant| one("auth.token.provider.authorization.grants", grant)),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !claims.is_empty() {
            let claims = claims.into_iter().map(str::to_owned).collect();
            all.push(("auth.token.provider.default.claims".to_owned(), Values::Many(claims)));
        }
        let at = at.index(all.len());
        all.splice(at..at, unrelated);
        all
    })
}

proptest! {
    // Each case writes files and scans them several times, so there are fewer cases than elsewhere: 192 by default.
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 4 * 3))]

    #[test]
    fn a_migrated_provider_is_an_oauth_one(
        layout in layout(),
        properties in provider(),
        with_partner in any::<bool>(),
        cloud in any::<bool>(),
    ) {
        let target = if cloud { Target::CloudService } else { Target::V65 };
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().join(FOLDER);
        fs::create_dir_all(&folder).unwrap();
        let separator = if layout.shape == Shape::Felix { '-' } else { '~' };
        let path = folder.join(format!("{PROVIDER}{separator}acme{}", layout.shape.extension()));
        fs::write(&path, file(&layout, &properties)).unwrap();
        if with_partner {
            let secret = [one("customizer.type", "acme"), one("auth.ims.client.secret", "")];
            let secret: Vec<_> = secret.into_iter().flatten().collect();
            let partner = folder.join(format!("{CUSTOMIZER}{separator}acme{}", layout.shape.extension()));
            fs::write(partner, file(&layout, &secret)).unwrap();
        }
        let before = others(stored(&path));

        migrated(directory.path(), target);
        prop_assert_eq!(others(stored(&path)), before);
        let report = scanned(directory.path(), target);
        let integration = report.landscape.integrations().next().unwrap();
        prop_assert_eq!(integration.auth, AuthType::OAuth);
        for name in [
            FieldName::ClientId, FieldName::ClientSecret, FieldName::Scopes, FieldName::OrgId, FieldName::Issuer,
            FieldName::TokenEndpoint, FieldName::Grant,
        ] {
            let state = integration.state(name);
            prop_assert!(is_settled(state), "{:?} is {:?}\n{}", name, state, fs::read_to_string(&path).unwrap());
        }
        for name in [FieldName::KeyPairAlias, FieldName::Metascopes, FieldName::TechnicalAccount] {
            prop_assert_eq!(integration.state(name), FieldState::Missing);
        }
        let jwt = report.findings.iter().filter(|finding| finding.rule.id.contains("jwt")).count();
        prop_assert_eq!(jwt, 0);
        prop_assert_eq!(migrated(directory.path(), target), 0, "writing twice changes nothing");
    }

    #[test]
    fn a_migrated_workspace_is_an_oauth_one(
        layout in layout(),
        some in any::<[bool; 5]>(),
        unrelated in unrelated(),
    ) {
        let if_some = |index: usize, name: &str, value: &str| one(name, value).filter(|_| some[index]);
        let mut properties: Vec<(String, Values)> = [
            if_some(0, "aio.api.key", "0000example"),
            if_some(1, "aio.meta.scopes", "/s/ent_adobeio_sdk"),
            if_some(2, "aio.oauth.scopes", " "),
            if_some(3, "aio.ims.org.id", "0000EXAMPLE@AdobeOrg"),
            if_some(4, "aio.client.secret", "$[secret:AIO]"),
            one("aio.encoded.pkcs8", "$[secret:PKCS8]"),
        ]
        .into_iter()
        .flatten()
        .collect();
        properties.extend(unrelated);
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().join(FOLDER);
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{WORKSPACE}{}", layout.shape.extension()));
        fs::write(&path, file(&layout, &properties)).unwrap();
        let before = others(stored(&path));

        migrated(directory.path(), Target::CloudService);
        prop_assert_eq!(others(stored(&path)), before);
        let report = scanned(directory.path(), Target::CloudService);
        let integration = report.landscape.integrations().next().unwrap();
        prop_assert_eq!(integration.auth, AuthType::OAuth);
        for name in [FieldName::ClientId, FieldName::ClientSecret, FieldName::Scopes, FieldName::OrgId] {
            prop_assert!(is_settled(integration.state(name)), "{:?}", name);
        }
        prop_assert_eq!(integration.state(FieldName::PrivateKey), FieldState::Missing);
        prop_assert_eq!(migrated(directory.path(), Target::CloudService), 0);
    }
}
