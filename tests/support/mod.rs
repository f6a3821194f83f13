//! Hand-made reports, so that writing can be tested separately from finding.

#![allow(dead_code)] // each test binary uses a part of it

use std::sync::Arc;

use aem_ims_lint::format::{Document, Node, Property, Span, Text, Value, ValueType};
use aem_ims_lint::ims::catalog::Product;
use aem_ims_lint::ims::model::{EnvironmentVerdict, Placeholder, TokenVerdict};
use aem_ims_lint::ims::{
    AuthType, Capture, Confidence, Environment, Evidence, Field, FieldName, FieldState, Integration, IntegrationKind,
    Location, Model, Reference, SourceFile,
};
use aem_ims_lint::report::{self, Options, Report, ReportFormat, Stats};
use aem_ims_lint::repository::{FileContext, Package, PackageId, Pid};
use aem_ims_lint::rules::{
    Effect, Finding, Level, Meta, Migration, Phase, Related, SettledBy, Step, StepRank, Suppressed,
};
use aem_ims_lint::source::{Incident, IncidentKind, SourcePath};
use clap::ValueEnum;

pub static JWT: Meta = Meta {
    id: "jwt-credential",
    level: Level::Error,
    summary: "The integration authenticates with a Service Account (JWT) credential",
    security_severity: "8.0",
    confidence: Confidence::High,
    cwe: &[1391],
    migration: Migration::Integration,
    rank: StepRank::First,
    settled_by: SettledBy::AllFields,
    effect: Effect::Broken,
    docs: " ## What it does\n\n Finds IMS integrations that still use a `JWT` credential.\n\n ## How to fix\n\n ```text\n auth.token.provider.authorization.grants=\"client_credentials\"\n ```\n",
};
pub static SECRET: Meta = Meta {
    id: "plaintext-secret",
    level: Level::Warning,
    summary: "A client secret or private key in plain text",
    security_severity: "9.1",
    confidence: Confidence::High,
    cwe: &[798, 312],
    migration: Migration::No,
    rank: StepRank::Later,
    settled_by: SettledBy::Nothing,
    effect: Effect::None,
    docs: " ## What it does\n\n Finds secrets in plain text.\n",
};

/// A `.config` file with a JWT provider; the client secret is on the last line.
pub const CONFIG: &str = "name=\"adobe-ims-launch\"\nauth.access.token.request=\"https://ims-na1.adobelogin.com/ims/exchange/jwt\"\nauth.token.provider.client.id=\"0123456789abcdef0123456789abcdef\"\nauth.ims.client.secret=\"p8e-PLANTED-secret-0001\"\n";

/// One file in a test: its path and its text.
pub struct TestFile {
    pub path: SourcePath,
    pub text: String,
}

impl TestFile {
    pub fn new(path: SourcePath, text: impl Into<String>) -> Self {
        Self { path, text: text.into() }
    }

    fn context(&self) -> FileContext {
        let package = (!self.path.entries.is_empty()).then(|| {
            let mut package = Package::new(SourcePath::file(self.path.input.clone()), None, None);
            package.id = Some(PackageId { group: "acme".into(), name: "all".into(), version: "1.0".into() });
            Arc::new(package)
        });
        FileContext { path: self.path.clone(), package, ..FileContext::default() }
    }

    fn document(&self) -> Document {
        let mut properties = Vec::new();
        let mut offset = 0;
        for line in self.text.split_inclusive('\n') {
            if let Some((name, value)) = line.trim_end().split_once("=\"") {
                let start = offset + name.len() + 2;
                let name = name.trim_start();
                let value = value.trim_end_matches('"');
                let span = Span::new(start, start + value.len());
                properties.push(Property {
                    name: name.to_owned(),
                    name_span: Span::new(start - 2 - name.len(), start - 2),
                    value_type: ValueType::String,
                    multiple: false,
                    values: vec![Value { text: value.to_owned(), span }],
                    span,
                });
            }
            offset += line.len();
        }
        let factory = "com.adobe.granite.auth.oauth.accesstoken.provider";
        let node = Node {
            path: "/apps/system/config/x.config".into(),
            pid: Some(Pid::factory(factory, "x")),
            properties,
            ..Node::default()
        };
        Document { nodes: vec![node], ..Document::default() }
    }

    /// The place of each of `values` in the text.
    pub fn locate(&self, values: &[&str]) -> Vec<Location> {
        let document = self.document();
        let text = Text::utf8(self.text.as_bytes());
        let file = Arc::new(SourceFile { context: self.context(), format: "felix-config", ..SourceFile::default() });
        let capture = Capture::new(&text, file, &document);
        let node = &document.nodes[0];
        let locate = |value: &&str| {
            let start = self.text.find(value).expect("the value is in the text");
            let span = Span::new(start, start + value.len());
            let property = node.properties.iter().find(|p| p.span.start <= start && span.end <= p.span.end);
            capture.span(node, property, span)
        };
        values.iter().map(locate).collect()
    }
}

pub fn finding(rule: &'static Meta, location: Location) -> Finding {
    Finding {
        rule,
        level: rule.level,
        effect: None,
        confidence: rule.confidence,
        message: "The integration `adobe-ims-launch` of Launch (Tags) authenticates with a Service Account (JWT) credential in author/prod.".into(),
        label: "the JWT exchange endpoint".into(),
        steps: vec![
            Step::new(
                Phase::Files,
                "set `auth.access.token.request` to `https://ims-na1.adobelogin.com/ims/token/v3`",
            ),
            Step::new(Phase::Files, "add `auth.token.provider.authorization.grants` = `client_credentials`"),
        ],
        notes: Vec::new(),
        url: "https://experienceleague.adobe.com/en/docs/experience-manager-65/content/security/setting-up-ims-integrations-for-aem".into(),
        location,
        related: Vec::new(),
        system: Some(0),
        integration: None,
        compared: false,
        shared: Vec::new(),
        environments: vec![Environment { service: "author", stage: "prod".into() }],
        fingerprint: "00112233445566778899aabbccddeeff".into(),
        suppressed: None,
        fix: None,
    }
}

pub fn integration(name: &str, auth: AuthType, location: &Location) -> Integration {
    let field = |name, state, property: &str, value: Option<&str>| Field {
        name,
        state,
        property: property.into(),
        value: value.map(str::to_owned),
        location: (state != FieldState::Missing).then(|| Box::new(location.clone())),
        written: None,
        variables: Vec::new(),
        faults: Vec::new(),
        near: None,
    };
    Integration {
        product: Some(Product::Launch),
        name: Some(name.into()),
        auth,
        evidence: vec![Evidence { auth, text: "the endpoint says so".into(), location: location.clone() }],
        fields: vec![
            field(FieldName::ClientId, FieldState::Present, "auth.token.provider.client.id", Some("0123456789abcdef")),
            field(
                FieldName::ClientSecret,
                FieldState::Placeholder(Placeholder::Secret { default: false }),
                "auth.ims.client.secret",
                None,
            ),
            field(FieldName::Scopes, FieldState::Missing, "auth.token.provider.scope", None),
        ],
        run_modes: vec!["author".into(), "prod".into()],
        environments: vec![Environment { service: "author", stage: "prod".into() }],
        outcomes: vec![EnvironmentVerdict {
            environment: Some(Environment { service: "author", stage: "prod".into() }),
            verdict: if auth == AuthType::Jwt { TokenVerdict::Broken } else { TokenVerdict::Incomplete },
            causes: Vec::new(),
        }],
        ..Integration::new(
            format!("accessTokenProvider:{name}"),
            IntegrationKind::AccessTokenProvider,
            location.clone(),
        )
    }
}

/// A report with everything in it: a file in a tree and one in nested packages, related locations, a suppressed
/// finding, references, an incident.
pub fn sample() -> Report {
    let tree = TestFile::new(SourcePath::file("ui.config/src/config.author.prod/x.config"), CONFIG);
    let nested = SourcePath::file("dist/all.zip").entry("jcr_root/apps/pkg.zip").entry("jcr_root/apps/a b/x.config");
    let nested = TestFile::new(nested, CONFIG);
    let endpoint = "https://ims-na1.adobelogin.com/ims/exchange/jwt";
    let tree = tree.locate(&[endpoint, "p8e-PLANTED-secret-0001", "adobe-ims-launch"]);
    let nested = nested.locate(&[endpoint, "p8e-PLANTED-secret-0001"]);

    let mut jwt = finding(&JWT, tree[0].clone());
    jwt.related.push(Related { message: "the client secret is here".into(), location: tree[1].clone() });
    jwt.related.push(Related { message: "the same in the built package".into(), location: nested[0].clone() });
    jwt.integration = Some(0);
    let mut secret = finding(&SECRET, nested[1].clone());
    secret.message = "The client secret of `adobe-ims-launch` is stored in plain text.".into();
    secret.label = "a literal secret".into();
    secret.fingerprint = "ffeeddccbbaa99887766554433221100".into();
    let mut accepted = finding(&SECRET, tree[1].clone());
    accepted.suppressed = Some(Suppressed { in_source: true, reason: "a test system".into() });

    let mut launch = integration("adobe-ims-launch", AuthType::Jwt, &tree[0]);
    launch.referenced_by = vec![1];
    let mut user = integration("tags", AuthType::OAuth, &nested[0]);
    user.kind = IntegrationKind::Launch;
    user.references.push(Reference {
        target: "adobe-ims-launch".into(),
        location: nested[0].clone(),
        resolved: vec![0],
    });

    Report {
        landscape: Model { integrations: vec![launch, user], ..Model::default() }.into(),
        findings: vec![accepted, jwt, secret],
        incidents: vec![
            Incident::new(IncidentKind::Encrypted, SourcePath::file("dist/locked.zip"), "The entry is encrypted."),
            Incident::new(IncidentKind::Malformed, SourcePath::file("b/.content.xml"), "Not well-formed.").at(3, 7),
        ],
        stats: Stats { inputs: 2, packages: 3, files: 1204, bytes: 5_000_000, ..Stats::default() },
        ..Report::default()
    }
}

pub fn options() -> Options {
    Options::default()
}

pub fn render(format: ReportFormat, report: &Report, options: &Options) -> String {
    let mut out = Vec::new();
    report::write(format, report, options, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("reports are UTF-8")
}

pub fn formats() -> &'static [ReportFormat] {
    ReportFormat::value_variants()
}
