//! The changes needed in an integration's configurations.
//!
//! Only documented transformations: the OAuth form of an access token provider is that of "Configure OAuth for Smart
//! Tags" (AEM 6.5 and 6.5 LTS), that of an I/O Events workspace is that of `WorkspaceConfig.java` in
//! adobe/aio-lib-java. Existing values are kept, so a migrated integration needs no changes.

use super::secret_name::secret_name;
use crate::format::edit::{Change, Item};
use crate::ims::catalog::{VALIDATORS, pid};
use crate::ims::endpoint::{CLIENT_CREDENTIALS, HOST_PROPERTY, REQUEST_PROPERTY, TOKEN_HOST, TOKEN_URL, jwt_to_token};
use crate::ims::home::Home;
use crate::ims::model::Placeholder;
use crate::ims::scopes::KnownScopes;
use crate::ims::target::Target;
use crate::ims::{
    AuthType, ClaimItem, Field, FieldName, FieldState, Integration, IntegrationKind, Location, Variable, Written,
    disclosure, endpoint, waiting,
};
use crate::rules::words;

const SECRET: &str = "auth.ims.client.secret";

pub(super) const CUSTOMIZER: &str = "token.request.customizer.type";

/// The changes in one configuration.
#[derive(Clone, Debug)]
pub struct ConfigurationChange {
    /// The configuration.
    pub location: Location,
    /// The changes by property.
    pub edits: Vec<PropertyEdit>,
    /// The correct name of its file.
    pub rename: Option<String>,
}

/// The change to one property.
#[derive(Clone, Debug)]
pub struct PropertyEdit {
    /// The field it holds.
    pub field: FieldName,
    /// The value now, if it may be shown; `None` if there is none.
    pub old: Option<String>,
    /// The value afterwards; `None` if there is none.
    pub new: Option<String>,
    /// The change in the file.
    pub change: Change,
    /// What you have to do before it works.
    pub needs: Needs,
}

/// What you have to do for a change to work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// Compare the value with the Adobe Developer Console: its source is not Adobe's.
    Comparison,
    /// Replace this placeholder with a value.
    Value(&'static str),
    /// Set this variable in Cloud Manager.
    Variable(Variable),
}

/// A configuration to add.
#[derive(Clone, Debug)]
pub struct NewConfiguration {
    /// The configuration next to which it belongs.
    pub beside: Location,
    /// The name of its file.
    pub file_name: String,
    /// Its properties.
    pub properties: Vec<(&'static str, String)>,
    /// What you have to do for it.
    pub needs: Needs,
}

/// All changes for one integration.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Changes in existing configurations.
    pub configurations: Vec<ConfigurationChange>,
    /// The configuration to add.
    pub added: Option<NewConfiguration>,
    /// Changes to make by hand, one sentence each.
    pub by_hand: Vec<String>,
}

impl Changes {
    /// Whether there are no changes.
    pub fn is_empty(&self) -> bool {
        self.configurations.is_empty() && self.added.is_none() && self.by_hand.is_empty()
    }

    /// All edits.
    pub fn edits(&self) -> impl Iterator<Item = &PropertyEdit> {
        self.configurations.iter().flat_map(|configuration| &configuration.edits)
    }

    /// What each value needs, with its property.
    pub(super) fn needs(&self) -> impl Iterator<Item = (&Needs, &str)> {
        let edits = self.edits().map(|edit| (&edit.needs, edit.property()));
        edits.chain(self.added.iter().map(|new| (&new.needs, SECRET)))
    }

    /// The variables to set for it in Cloud Manager, each once: those that its files already use and new ones.
    pub fn variables(&self, integration: &Integration) -> Vec<Variable> {
        let removed = |name| self.edits().any(|edit| edit.field == name && edit.new.is_none());
        let there = integration.fields.iter().filter(|field| !removed(field.name)).flat_map(|f| f.variables.clone());
        let mut all: Vec<Variable> = there.chain(self.new_variables()).collect();
        all.sort();
        all.dedup();
        all
    }

    /// The variables that the changes add.
    pub fn new_variables(&self) -> impl Iterator<Item = Variable> {
        self.needs().filter_map(|(needs, _)| match needs {
            Needs::Variable(variable) => Some(variable.clone()),
            _ => None,
        })
    }
}

impl PropertyEdit {
    /// The property.
    pub fn property(&self) -> &str {
        self.change.name()
    }
}

/// The changes in the configurations of `integration`; none for kinds whose OAuth form is not documented.
pub fn of(integration: &Integration, target: Target) -> Changes {
    let mut writer = Writer { integration, target, edits: Vec::new(), changes: Changes::default() };
    match integration.kind {
        IntegrationKind::AccessTokenProvider => writer.provider(),
        IntegrationKind::AioWorkspace => writer.workspace(),
        _ => {}
    }
    writer.finish()
}

struct Writer<'a> {
    integration: &'a Integration,
    target: Target,
    /// The changes in the integration's own configuration.
    edits: Vec<PropertyEdit>,
    changes: Changes,
}

impl Writer<'_> {
    fn provider(&mut self) {
        self.wait_for(FieldName::ClientId);
        self.grant();
        self.endpoint();
        self.scopes();
        self.organization();
        self.claims();
        self.remove(FieldName::KeyPairAlias);
        self.token_validator();
        self.partner();
    }

    fn workspace(&mut self) {
        self.wait_for(FieldName::ClientId);
        self.scopes();
        self.organization();
        self.remove(FieldName::Metascopes);
        self.remove(FieldName::PrivateKey);
        let secret = self.field(FieldName::ClientSecret).cloned().and_then(|field| self.secret(&field));
        self.edits.extend(secret);
    }

    fn finish(mut self) -> Changes {
        let one = self.integration;
        let component = (one.kind == IntegrationKind::AccessTokenProvider).then_some(pid::ACCESS_TOKEN_PROVIDER);
        let rename = component.and_then(|component| super::rename::of(&one.location, &one.verdicts, component));
        if !self.edits.is_empty() || rename.is_some() {
            let own = ConfigurationChange { location: self.integration.location.clone(), edits: self.edits, rename };
            self.changes.configurations.insert(0, own);
        }
        self.changes
    }

    fn field(&self, name: FieldName) -> Option<&Field> {
        self.integration.field(name)
    }

    /// A field that has to get a value.
    fn unfilled(&self, name: FieldName) -> Option<Field> {
        self.field(name).filter(|field| !field.state.is_filled()).cloned()
    }

    /// Sets the property of `field` to `value`.
    fn set(&mut self, field: &Field, value: impl Into<String>, needs: Needs) {
        self.edits.push(set(field, &field.property, value.into(), needs));
    }

    /// A field without a known value is left for you to fill in.
    fn wait_for(&mut self, name: FieldName) {
        let Some(field) = self.unfilled(name) else { return };
        if let Some(text) = waiting::placeholder(name) {
            self.set(&field, text, Needs::Value(text));
        }
    }

    fn remove(&mut self, name: FieldName) {
        let Some(field) = self.field(name).filter(|field| field.state.is_filled()).cloned() else { return };
        let old = if name.is_secret() { Some("<redacted>".to_owned()) } else { field.value };
        let change = Change::Remove { name: field.property.to_string() };
        self.edits.push(PropertyEdit { field: name, old, new: None, change, needs: Needs::Nothing });
    }

    fn grant(&mut self) {
        let Some(field) = self.field(FieldName::Grant).cloned() else { return };
        let is_right = field.value.as_deref().is_some_and(|value| value.contains(CLIENT_CREDENTIALS));
        match field.state {
            _ if is_right => {}
            FieldState::Placeholder(placeholder) if placeholder != Placeholder::Template => {
                self.variable_by_hand(&field, CLIENT_CREDENTIALS);
            }
            _ => self.set(&field, CLIENT_CREDENTIALS, Needs::Nothing),
        }
    }

    fn endpoint(&mut self) {
        let Some(field) = self.field(FieldName::TokenEndpoint).cloned() else { return };
        if &*field.property == HOST_PROPERTY && !field.state.is_filled() {
            self.set(&field, TOKEN_HOST, Needs::Nothing);
            // The URL lacked the host; the path still has to change.
            self.jwt_path_to_host(&field);
            return;
        }
        let written = match &field.written {
            Some(Written::Url(text)) => text.as_str(),
            _ => field.value.as_deref().unwrap_or_default(),
        };
        if !field.state.is_filled() {
            self.set(&field, TOKEN_URL, Needs::Nothing);
        } else if let Some(url) = jwt_to_token(written) {
            let old = Field { value: Some(written.to_owned()), ..field.clone() };
            self.set(&old, url, Needs::Nothing);
        } else if endpoint::kind_of(written) != endpoint::EndpointKind::Token && !field.variables.is_empty() {
            self.variable_by_hand(&field, TOKEN_URL);
        }
    }

    /// A request URL with `%s` whose host is missing.
    fn jwt_path_to_host(&mut self, host: &Field) {
        let Some(Written::Url(request)) = &host.written else { return };
        if let Some(url) = jwt_to_token(request) {
            let field = Field { value: Some(request.clone()), state: FieldState::Present, ..host.clone() };
            self.edits.push(set(&field, REQUEST_PROPERTY, url, Needs::Nothing));
        }
    }

    fn scopes(&mut self) {
        let Some(field) = self.unfilled(FieldName::Scopes) else { return };
        // If a migration has left it for you to fill in, the product's name does not help.
        let is_left = field.state == FieldState::Placeholder(Placeholder::Waiting)
            && self.field(FieldName::Metascopes).is_none_or(|metascopes| !metascopes.state.is_filled());
        let known = KnownScopes::of(self.integration);
        if known.is_complete() && !is_left {
            let needs = if known.is_published() { Needs::Nothing } else { Needs::Comparison };
            self.set(&field, known.joined(), needs);
        } else {
            self.wait_for(FieldName::Scopes);
        }
    }

    /// The organization id, if known: it is the issuer of the JWT.
    fn organization_id(&self) -> Option<String> {
        let whole = |text: &String| disclosure::is_whole(text);
        let text = |name| self.field(name).filter(|f| f.state.is_filled()).and_then(|f| f.value.clone()).filter(whole);
        text(FieldName::OrgId)
            .or_else(|| text(FieldName::Issuer).filter(|issuer| !issuer.contains(char::is_whitespace)))
    }

    fn organization(&mut self) {
        let Some(field) = self.unfilled(FieldName::OrgId) else { return };
        match self.organization_id() {
            Some(id) => self.set(&field, id, Needs::Nothing),
            None => self.wait_for(FieldName::OrgId),
        }
    }

    /// OAuth keeps only the `iss` claim.
    fn claims(&mut self) {
        let Some(field) = self.field(FieldName::Claims).cloned() else { return };
        let written = match &field.written {
            Some(Written::Claims(items)) => items.as_slice(),
            _ => &[],
        };
        let (id, needs) = match (self.organization_id(), waiting::placeholder(FieldName::OrgId)) {
            (Some(id), _) => (id, Needs::Nothing),
            (None, Some(text)) => (text.to_owned(), Needs::Value(text)),
            (None, None) => return,
        };
        let opaque = written.contains(&ClaimItem::Opaque);
        let items = kept_claims(written, &issuer(&id), opaque);
        if opaque {
            let property = &field.property;
            self.changes
                .by_hand
                .push(format!("`{property}`: keep only the `iss` claim in the value of the placeholder."));
        }
        let all_kept = items.len() == written.len() && items.iter().all(|item| matches!(item, Item::Kept(_)));
        if items.is_empty() || all_kept {
            return;
        }
        let needs = if items.iter().any(|item| matches!(item, Item::New(_))) { needs } else { Needs::Nothing };
        let old = field.value.clone().filter(|_| field.state.is_filled());
        let new = Some(issuer(&id)).filter(|_| !opaque);
        let change = Change::SetList { name: field.property.to_string(), items };
        self.edits.push(PropertyEdit { field: FieldName::Claims, old, new, change, needs });
    }

    /// A value that comes from a variable has to change there.
    fn variable_by_hand(&mut self, field: &Field, value: &str) {
        let names: Vec<String> = field.variables.iter().map(|variable| format!("`{}`", variable.shown())).collect();
        let from = if names.is_empty() { "the value of its placeholder".to_owned() } else { names.join(", ") };
        self.changes.by_hand.push(format!("`{}` gets its value elsewhere: set {from} to `{value}`.", field.property));
    }

    /// The client secret in the integration's own configuration, or in its partner.
    fn secret(&mut self, field: &Field) -> Option<PropertyEdit> {
        let home = Home::of(field.location.as_deref().unwrap_or(&self.integration.location), self.target);
        let (value, needs) = match (field.state, home) {
            (FieldState::Placeholder(Placeholder::Secret { default: true }), Home::CLOUD_SERVICE_OSGI)
            | (FieldState::Present, Home::CLOUD_SERVICE_OSGI) => self.cloud_secret(field),
            (state, Home::CLOUD_SERVICE_OSGI) if !state.is_filled() => self.cloud_secret(field),
            (state, _) if !state.is_filled() => {
                let text = waiting::placeholder(FieldName::ClientSecret)?;
                (text.to_owned(), Needs::Value(text))
            }
            (FieldState::Present, _) => {
                self.changes.by_hand.push(format!(
                    "{} is stored in plain text: replace it with a client secret of the OAuth credential, {}.",
                    place_of(field),
                    home.secret
                ));
                return None;
            }
            // Only the instance can read an encrypted value: it may be the secret of the JWT credential.
            (FieldState::Encrypted, Home::INSTANCE_OSGI | Home::LTS_OSGI | Home::ANY_OSGI)
                if self.integration.auth == AuthType::Jwt =>
            {
                self.changes.by_hand.push(format!(
                    "{}: replace the encrypted value with a client secret of the OAuth credential, protected with \
                     CryptoSupport on the instance.",
                    place_of(field)
                ));
                return None;
            }
            _ => return None,
        };
        let field = Field { value: field.state.is_filled().then(|| "<redacted>".to_owned()), ..field.clone() };
        Some(set(&field, &field.property, value, needs))
    }

    /// A placeholder for a secret variable of Cloud Manager.
    fn cloud_secret(&self, field: &Field) -> (String, Needs) {
        let known = field.variables.iter().find(|variable| variable.secret).map(|variable| variable.name.clone());
        let name = known.unwrap_or_else(|| secret_name(self.integration));
        (format!("$[secret:{name}]"), Needs::Variable(Variable { name, secret: true }))
    }

    /// The configuration that holds the client secret of a provider.
    fn partner(&mut self) {
        if let Some(unlinked) = &self.integration.unlinked {
            self.link(&unlinked.customizer);
            if let Some(secret) = self.secret(&unlinked.secret) {
                let location = unlinked.location.clone();
                self.changes.configurations.push(ConfigurationChange { location, edits: vec![secret], rename: None });
            }
            return;
        }
        let secret = self.field(FieldName::ClientSecret).cloned().and_then(|field| self.secret(&field));
        match (&self.integration.secret_partner, secret) {
            (None, Some(secret)) => self.new_partner(secret),
            (Some(location), secret) => {
                let verdicts = self.integration.partners.first().map_or(&[][..], |partner| &partner.verdicts);
                let rename = super::rename::of(location, verdicts, pid::REQUEST_CUSTOMIZER);
                let edits: Vec<PropertyEdit> = secret.into_iter().collect();
                if !edits.is_empty() || rename.is_some() {
                    let location = location.clone();
                    self.changes.configurations.push(ConfigurationChange { location, edits, rename });
                }
            }
            (None, None) => {}
        }
    }

    /// What Adobe documents for the product in addition to the fields of a token request.
    fn token_validator(&mut self) {
        let Some(field) = self.unfilled(FieldName::TokenValidator) else { return };
        let known = VALIDATORS.iter().find(|(_, product)| self.integration.product == Some(*product));
        if let Some((validator, _)) = known {
            self.set(&field, *validator, Needs::Nothing);
        }
    }

    /// The name by which the provider refers to its partner.
    fn link(&mut self, customizer: &str) {
        let change = Change::Set { name: CUSTOMIZER.to_owned(), value: customizer.to_owned() };
        let (old, new) = (None, Some(disclosure::value(CUSTOMIZER, customizer).into_owned()));
        self.edits.push(PropertyEdit { field: FieldName::ClientSecret, old, new, change, needs: Needs::Nothing });
    }

    /// A partner next to the provider. Not in a folder where an instance writes its own configurations: the partner is
    /// on the instance, and a second one would replace it.
    fn new_partner(&mut self, secret: PropertyEdit) {
        let location = &self.integration.location;
        let file = location.path().file_name();
        let extension = [".cfg.json", ".config", ".xml"].iter().find(|extension| file.ends_with(**extension));
        // A node inside another node's file has no file of its own, so no file can be added next to it.
        let extension = extension.filter(|_| file.starts_with(pid::ACCESS_TOKEN_PROVIDER));
        let on_instance =
            location.file.context.repository_path.as_deref().is_none_or(|p| p.starts_with("apps/system/"));
        let sub_name = location.pid.as_deref().and_then(|pid| pid.split_once('~')).map(|(_, name)| name.to_owned());
        let sub_name = sub_name.filter(|name| is_file_name(name) && !on_instance);
        let (Some(name), Some(extension), Some(value)) = (sub_name, extension, secret.new) else {
            self.changes.by_hand.push(format!(
                "The client secret belongs in a configuration of `{}` whose `customizer.type` equals the provider's \
                 `{CUSTOMIZER}`; none was found.",
                pid::REQUEST_CUSTOMIZER
            ));
            return;
        };
        let customizer = self.integration.customizer.clone().unwrap_or_else(|| {
            self.link(&name);
            name.clone()
        });
        let separator = if *extension == ".config" { '-' } else { '~' };
        self.changes.added = Some(NewConfiguration {
            beside: location.clone(),
            file_name: format!("{}{separator}{name}{extension}", pid::REQUEST_CUSTOMIZER),
            properties: vec![("customizer.type", customizer), (SECRET, value)],
            needs: secret.needs,
        });
    }
}

/// The property of a field, and its file.
fn place_of(field: &Field) -> String {
    let property = &field.property;
    field
        .location
        .as_ref()
        .map_or_else(|| format!("`{property}`"), |location| format!("`{property}` in {}", words::path(location.path())))
}

fn set(field: &Field, property: &str, value: String, needs: Needs) -> PropertyEdit {
    let shown = |text: &str| disclosure::field(field.name, property, text).into_owned();
    // The value of a secret must not be shown, but its new placeholder may.
    let new = if field.name.is_secret() { disclosure::value(property, &value).into_owned() } else { shown(&value) };
    let old = field.value.as_deref().filter(|_| field.state.is_filled());
    PropertyEdit {
        field: field.name,
        old: old.map(|old| if field.name.is_secret() { old.to_owned() } else { shown(old) }),
        new: Some(new),
        change: Change::Set { name: property.to_owned(), value },
        needs,
    }
}

/// The claim in the form that AEM documents.
fn issuer(id: &str) -> String {
    format!("\"iss\" : {}", serde_json::Value::from(id))
}

/// The claims to keep, and the `iss` claim if it is not the only one yet.
fn kept_claims(written: &[ClaimItem], issuer: &str, opaque: bool) -> Vec<Item> {
    let mut items = Vec::new();
    let mut has_issuer = opaque;
    for (index, item) in written.iter().enumerate() {
        match item {
            ClaimItem::Opaque => items.push(Item::Kept(index)),
            ClaimItem::Issuer => {
                items.push(Item::Kept(index));
                has_issuer = true;
            }
            ClaimItem::IssuerAmongOthers | ClaimItem::Other => {}
        }
    }
    if !has_issuer || (opaque && written.contains(&ClaimItem::IssuerAmongOthers)) {
        items.push(Item::New(issuer.to_owned()));
    }
    items
}

/// Whether a sub-name can be used unchanged in a file name.
fn is_file_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}
