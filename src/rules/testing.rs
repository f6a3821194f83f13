//! Hand-built models for the unit tests of the rules.

use std::sync::Arc;

use crate::format::Position;
use crate::ims::catalog::Product;
use crate::ims::model::{LoadingProblem, LoadingVerdict};
use crate::ims::target::{DecidedTarget, Target};
use crate::ims::validity::{Fault, Weight};
use crate::ims::{
    AuthType, Environment, Evidence, Excerpt, Field, FieldName, FieldState, Integration, IntegrationKind, LineHash,
    Location, Model, Reference, SourceFile,
};
use crate::repository::FileContext;
use crate::rules::{Finding, Level, Rule};
use crate::source::SourcePath;

/// The factory PID of IMS configurations.
pub(crate) const PROVIDER: &str = "com.adobe.granite.auth.oauth.accesstoken.provider";

/// A place in `file`.
pub(crate) fn location(file: &str, property: Option<&str>) -> Location {
    let at = |column: u32| Position { line: 3, column, utf16_column: column, offset: u64::from(column) };
    // Distinct properties stand at distinct places.
    let column = property.map_or(1, |p| p.bytes().fold(2u32, |sum, byte| sum * 3 % 9_973 + u32::from(byte)));
    let context = FileContext { path: SourcePath::file(file), ..FileContext::default() };
    Location {
        file: Arc::new(SourceFile { context, format: "felix-config", ..SourceFile::default() }),
        jcr_path: None,
        pid: None,
        property: property.map(Into::into),
        start: at(column),
        end: at(column + 1),
        excerpt: Arc::new(Excerpt::default()),
        line_hash: LineHash::default(),
    }
}

/// An integration of `kind` in `file`, without fields.
pub(crate) fn integration(kind: IntegrationKind, auth: AuthType, file: &str) -> Integration {
    Integration { auth, ..Integration::new(file.to_owned(), kind, location(file, None)) }
}

impl Integration {
    /// Sets a field to a literal value, or to empty or missing (`None`).
    pub(crate) fn with(mut self, name: FieldName, property: &str, value: Option<&str>) -> Self {
        let state = match value {
            None => FieldState::Missing,
            Some("") => FieldState::Empty,
            Some(_) => FieldState::Present,
        };
        let shown = value.filter(|v| !v.is_empty() && !name.is_secret()).map(str::to_owned);
        let file = self.location.path().input.clone();
        let location = value.map(|_| Box::new(location(&file, Some(property))));
        self.fields.retain(|f| f.name != name);
        self.fields.push(Field {
            name,
            state,
            property: property.into(),
            value: shown,
            location,
            written: None,
            variables: Vec::new(),
            faults: Vec::new(),
            near: None,
        });
        self
    }

    /// Changes the state of a field that is there.
    pub(crate) fn in_state(mut self, name: FieldName, state: FieldState) -> Self {
        for field in self.fields.iter_mut().filter(|f| f.name == name) {
            field.state = state;
        }
        self
    }

    /// Finds a fault in a field that is there.
    pub(crate) fn with_fault(mut self, name: FieldName, fault: Fault) -> Self {
        for field in self.fields.iter_mut().filter(|f| f.name == name) {
            field.faults.push(fault.clone());
        }
        if self.field(name).is_none() {
            self = self.with(name, name.id(), Some("x"));
            return self.with_fault(name, fault);
        }
        self
    }

    /// Puts it in force on author and publish in `stages`.
    pub(crate) fn on(mut self, stages: &[&str]) -> Self {
        let of = |service: &'static str| stages.iter().map(move |s| Environment { service, stage: (*s).to_owned() });
        self.environments = of("author").chain(of("publish")).collect();
        self.run_modes = stages.iter().map(|s| (*s).to_owned()).collect();
        self
    }

    /// Adds evidence for JWT at `property`.
    pub(crate) fn jwt_evidence(mut self, property: &str) -> Self {
        let location = location(&self.location.path().input, Some(property));
        self.evidence.push(Evidence { auth: AuthType::Jwt, text: format!("`{property}`"), location });
        self
    }

    /// Names another integration, number `resolved` of the model.
    pub(crate) fn naming(mut self, target: &str, resolved: Vec<usize>) -> Self {
        let location = location(&self.location.path().input, Some("imsConfigId"));
        self.references.push(Reference { target: target.to_owned(), location, resolved });
        self
    }
}

/// A complete OAuth provider called `name`.
pub(crate) fn oauth_provider(name: &str) -> Integration {
    let file = format!("config/{PROVIDER}~{name}.cfg.json");
    let mut provider = integration(IntegrationKind::AccessTokenProvider, AuthType::OAuth, &file)
        .with(FieldName::ClientId, "auth.token.provider.client.id", Some("0000example"))
        .with(FieldName::Scopes, "auth.token.provider.scope", Some("openid,AdobeID"))
        .with(FieldName::OrgId, "auth.token.provider.orgId", Some("EXAMPLE0000@AdobeOrg"))
        .with(FieldName::Issuer, "auth.token.provider.default.claims", Some("EXAMPLE0000@AdobeOrg"))
        .with(FieldName::Grant, "auth.token.provider.authorization.grants", Some("client_credentials"))
        .with(
            FieldName::TokenEndpoint,
            "auth.access.token.request",
            Some("https://ims-na1.adobelogin.com/ims/token/v3"),
        )
        .with(FieldName::ClientSecret, "auth.ims.client.secret", Some("not-a-real-secret"))
        .in_state(FieldName::ClientSecret, FieldState::Encrypted);
    provider.name = Some(name.to_owned());
    provider.product = Some(Product::Launch);
    provider.location.pid = Some(format!("{PROVIDER}~{name}").into());
    provider.secret_partner = Some(location("config/partner.cfg.json", None));
    provider
}

/// A Service Account (JWT) provider called `name`.
pub(crate) fn jwt_provider(name: &str) -> Integration {
    let mut provider = oauth_provider(name)
        .with(FieldName::Grant, "auth.token.provider.authorization.grants", None)
        .with(FieldName::Scopes, "auth.token.provider.scope", None)
        .with(FieldName::OrgId, "auth.token.provider.orgId", None)
        .with(
            FieldName::TokenEndpoint,
            "auth.access.token.request",
            Some("https://ims-na1.adobelogin.com/ims/exchange/jwt"),
        )
        .with(FieldName::KeyPairAlias, "auth.token.provider.keypair.alias", Some("example-alias"))
        .with(FieldName::Claims, "auth.token.provider.default.claims", Some("\"iss\":\"EXAMPLE0000@AdobeOrg\""))
        .with(FieldName::Metascopes, "auth.token.provider.default.claims", Some("ent_reactor_sdk"))
        .jwt_evidence("auth.access.token.request");
    provider.auth = AuthType::Jwt;
    provider
}

/// A model of `integrations`.
pub(crate) fn model(integrations: Vec<Integration>) -> Model {
    Model { integrations, ..Model::default() }
}

/// The same model for an AEM edition.
pub(crate) fn model_for(target: Target, integrations: Vec<Integration>) -> Model {
    Model { target: DecidedTarget { target, because: "`--target`".to_owned() }, ..model(integrations) }
}

/// What people read below the message.
pub(crate) fn help(finding: &Finding) -> Vec<String> {
    finding.help().map(std::borrow::Cow::into_owned).collect()
}

/// What `rule` says about `model`.
pub(crate) fn check(rule: &dyn Rule, model: &Model) -> Vec<Finding> {
    rule.check(model)
}

/// What `rule` says about one integration.
pub(crate) fn check_one(rule: &dyn Rule, integration: Integration) -> Vec<Finding> {
    check(rule, &model(vec![integration]))
}

/// A provider with a verdict of `kind`.
pub(crate) fn provider_with(kind: LoadingProblem) -> Integration {
    let mut provider = oauth_provider("acme");
    let location = location("config/x.config", None);
    provider.verdicts.push(LoadingVerdict::new(kind, "AEM does something else.".to_owned(), location));
    provider
}

/// A fault of `field` is reported by `rule` as seriously as it weighs, unless the credential is a JWT one.
pub(crate) fn the_weight_decides(rule: &dyn Rule, field: FieldName) {
    for (weight, level) in
        [(Weight::Breaks, Level::Error), (Weight::Doubtful, Level::Warning), (Weight::Unusual, Level::Note)]
    {
        let fault = Fault::new(weight, "is wrong", "another");
        let findings = check_one(rule, oauth_provider("acme").with_fault(field, fault.clone()));
        assert_eq!(findings.iter().map(|finding| finding.level).collect::<Vec<_>>(), [level]);
        assert!(check_one(rule, jwt_provider("acme").with_fault(field, fault)).is_empty());
    }
    assert!(check_one(rule, oauth_provider("acme")).is_empty());
}
