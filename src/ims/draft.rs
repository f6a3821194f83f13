//! Builds an integration from a node.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::catalog::Product;
use super::deployment::{Deployed, DeployedParts, Storage};
use super::disclosure;
use super::fields;
use super::model::{
    AuthType, Confidence, Contest, Environment, Evidence, Expiry, Field, FieldName, FieldState, Integration,
    IntegrationKind, LoadingVerdict, MisspeltKey, Partner, Reference, Scope, Unmet, UserManagementReader,
};
use super::subject::Subject;
use super::systems;
use super::validity::{certificate, keys};
use super::{Extract, Location};
use crate::format::Property;

/// An integration of one file, with the data needed for joining.
#[derive(Debug)]
pub struct FoundIntegration {
    /// The integration.
    pub integration: Integration,
    /// Names under which others may refer to it: name, title, sub-name, PID.
    pub names: Vec<String>,
    /// It has no IMS evidence of its own: it is an integration only when a secret partner of IMS belongs to it.
    pub pending: bool,
    /// Hash of the node's properties: equal for a source file and its copy in a built package.
    pub digest: u64,
    /// Hash of the content common to a file and a dump of it.
    pub content: u64,
    /// How it is stored.
    pub storage: Storage,
}

impl Deployed for FoundIntegration {
    fn parts(&mut self) -> DeployedParts<'_> {
        let one = &mut self.integration;
        DeployedParts {
            location: &one.location,
            storage: &mut self.storage,
            run_modes: &mut one.run_modes,
            environments: &mut one.environments,
            verdicts: &mut one.verdicts,
            contests: &mut one.contests,
        }
    }

    fn rename(&mut self, pid: &str) {
        let one = &mut self.integration;
        if one.location.pid.as_deref() == Some(pid) {
            return;
        }
        let pid: Arc<str> = pid.into();
        let fields = one.fields.iter_mut().filter_map(|field| field.location.as_deref_mut());
        let evidence = one.evidence.iter_mut().map(|evidence| &mut evidence.location);
        let references = one.references.iter_mut().map(|reference| &mut reference.location);
        let all = fields.chain(evidence).chain(references).chain([&mut one.location]);
        all.filter(|location| location.pid.is_some()).for_each(|location| location.pid = Some(Arc::clone(&pid)));
    }
}

/// The configuration that holds the client secret of an access token provider.
#[derive(Debug)]
pub struct SecretPartner {
    /// `customizer.type`.
    pub customizer: Option<String>,
    /// The client secret, missing when the configuration has none.
    pub secret: Field,
    /// The configuration.
    pub location: Location,
    /// Run modes of its location.
    pub run_modes: Vec<String>,
    /// As in [`FoundIntegration::digest`].
    pub digest: u64,
    /// As in [`FoundIntegration::content`].
    pub content: u64,
    /// How it is stored.
    pub storage: Storage,
    /// Where it is in force.
    pub environments: Vec<Environment>,
    /// How AEM handles it differently than expected.
    pub verdicts: Vec<LoadingVerdict>,
    /// Configurations of the same PID that are in force at the same time.
    pub contests: Vec<Contest>,
    /// Misspelt keys.
    pub misspelt_keys: Vec<MisspeltKey>,
}

impl SecretPartner {
    /// The configuration `subject` with this secret.
    pub fn new(subject: Subject<'_>, customizer: Option<&str>, secret: Field) -> Self {
        let digest = digest(subject);
        Self {
            customizer: customizer.map(str::to_owned),
            secret,
            location: subject.location(),
            run_modes: run_modes(subject),
            digest,
            content: systems::content(subject.node),
            storage: storage(subject, digest),
            environments: Vec::new(),
            verdicts: Vec::new(),
            contests: Vec::new(),
            misspelt_keys: misspelt_keys(subject),
        }
    }

    /// Whether a provider that is in force in `environment` gets its secret from here. Without run modes, it applies
    /// everywhere.
    pub fn is_in_force(&self, environment: &Environment) -> bool {
        self.to_partner_scope().contains(environment)
    }

    /// The data that the provider keeps.
    pub fn to_partner(&self) -> Partner {
        Partner {
            location: self.location.clone(),
            secret: self.secret.clone(),
            scope: self.to_partner_scope(),
            verdicts: self.verdicts.clone(),
            contests: self.contests.clone(),
        }
    }

    fn to_partner_scope(&self) -> Scope {
        let out = self.verdicts.iter().any(|verdict| verdict.kind.keeps_out());
        Scope::new(self.storage.is_placed() || out, &self.environments)
    }
}

impl Deployed for SecretPartner {
    fn parts(&mut self) -> DeployedParts<'_> {
        DeployedParts {
            location: &self.location,
            storage: &mut self.storage,
            run_modes: &mut self.run_modes,
            environments: &mut self.environments,
            verdicts: &mut self.verdicts,
            contests: &mut self.contests,
        }
    }

    fn rename(&mut self, pid: &str) {
        let pid: Arc<str> = pid.into();
        let secret = self.secret.location.as_deref_mut();
        let all = secret.into_iter().chain([&mut self.location]);
        all.filter(|location| location.pid.is_some()).for_each(|location| location.pid = Some(Arc::clone(&pid)));
    }
}

fn storage(subject: Subject<'_>, digest: u64) -> Storage {
    let scene = subject.scene;
    Storage::of(scene.input, scene.capture.file().format, subject.node, subject.known_component(), digest)
}

/// An integration that is being built.
#[must_use]
pub struct Draft<'a> {
    subject: Subject<'a>,
    found: FoundIntegration,
}

impl<'a> Draft<'a> {
    /// An integration stored in `subject`.
    pub fn new(subject: Subject<'a>, kind: IntegrationKind) -> Self {
        let location = subject.location();
        let stored = location.pid.clone().or_else(|| location.jcr_path.clone()).unwrap_or_default();
        let id = format!("{}:{stored}@{}", kind.id(), location.path());
        let integration = Integration {
            run_modes: run_modes(subject),
            misspelt_keys: misspelt_keys(subject),
            expiries: expiries(subject),
            ..Integration::new(id, kind, location)
        };
        let names = Vec::new();
        let digest = digest(subject);
        let storage = storage(subject, digest);
        Self {
            subject,
            found: FoundIntegration {
                integration,
                names,
                pending: false,
                digest,
                content: systems::content(subject.node),
                storage,
            },
        }
    }

    /// How it authenticates, and with which confidence.
    pub fn auth(mut self, auth: AuthType, confidence: Confidence) -> Self {
        self.found.integration.auth = auth;
        self.found.integration.confidence = confidence;
        self
    }

    /// The first known product.
    pub fn product(mut self, products: impl IntoIterator<Item = Option<Product>>) -> Self {
        self.found.integration.product = products.into_iter().flatten().next();
        self
    }

    /// The evidence that Adobe owns it.
    pub fn auto_provisioned(mut self, reason: Option<String>) -> Self {
        self.found.integration.auto_provisioned = reason;
        self
    }

    /// Its own name.
    pub fn name(mut self, name: Option<&str>) -> Self {
        self.found.integration.name = name.map(|name| fields::shorten(&disclosure::name(name)));
        self
    }

    /// The program that reads the file, after which it is called.
    pub fn user_management(mut self, reader: UserManagementReader) -> Self {
        self.found.integration.user_management = Some(reader);
        self.name(Some(reader.into()))
    }

    /// A name under which others may refer to it.
    pub fn known_as(mut self, name: Option<&str>) -> Self {
        self.found.names.extend(name.map(str::to_owned));
        self
    }

    /// Its PID as a name, with every separator between factory PID and sub-name that occurs.
    pub fn known_as_pid(mut self) -> Self {
        if let Some(pid) = &self.subject.node.pid {
            match &pid.factory {
                Some(factory) => {
                    let spelled = ["~", "-", "."].map(|separator| format!("{factory}{separator}{}", pid.name));
                    self.found.names.extend(spelled);
                }
                None => self.found.names.push(pid.name.clone()),
            }
        }
        self
    }

    /// Evidence at `location`.
    pub fn evidence(mut self, auth: AuthType, text: impl Into<String>, location: Location) -> Self {
        self.found.integration.evidence.push(Evidence { auth, text: text.into(), location });
        self
    }

    /// Evidence in the node as a whole.
    pub fn evidence_of_node(self, auth: AuthType, text: impl Into<String>) -> Self {
        let location = self.found.integration.location.clone();
        self.evidence(auth, text, location)
    }

    /// Evidence in a property of this node, when it has that property.
    pub fn evidence_at(self, auth: AuthType, text: impl Into<String>, property: &str) -> Self {
        let subject = self.subject;
        match subject.property(property) {
            Some(property) => self.evidence(auth, text, subject.location_of(property)),
            None => self,
        }
    }

    /// As [`Self::evidence_at`], with a text that begins with the property: what it `says`.
    pub fn shown_by(self, auth: AuthType, property: &str, says: &str) -> Self {
        self.evidence_at(auth, format!("`{property}` {says}"), property)
    }

    /// As [`Self::shown_by`], for each of `properties` that has a value.
    pub fn shown_by_each<'p>(self, auth: AuthType, properties: impl IntoIterator<Item = &'p str>, says: &str) -> Self {
        let subject = self.subject;
        let filled = properties.into_iter().filter(|property| subject.is_filled(property));
        filled.fold(self, |draft, property| draft.shown_by(auth, property, says))
    }

    /// The field `name`, held in the first filled of `properties`; missing from the first of them otherwise.
    pub fn field(mut self, name: FieldName, properties: &[impl AsRef<str>]) -> Self {
        self.found.integration.fields.push(field_of(self.subject, name, properties));
        self
    }

    /// The field `name` if one of `properties` exists.
    pub fn optional(self, name: FieldName, properties: &[impl AsRef<str>]) -> Self {
        let there = properties.iter().any(|property| self.subject.property(property.as_ref()).is_some());
        if there { self.field(name, properties) } else { self }
    }

    /// A field made elsewhere.
    pub fn with(mut self, field: Field) -> Self {
        self.found.integration.fields.push(field);
        self
    }

    /// The name of another integration in the first filled of `properties`.
    pub fn reference(self, properties: &[impl AsRef<str>]) -> Self {
        let held = |name: &str| self.subject.property(name).filter(|property| names_something(property));
        match properties.iter().find_map(|name| held(name.as_ref())) {
            Some(property) => {
                let target = disclosure::name(property.first().unwrap_or_default().trim());
                self.refers_to(&target, &property.name)
            }
            None => self,
        }
    }

    /// The integration `target`, which `property` implies without naming it.
    pub fn refers_to(mut self, target: &str, property: &str) -> Self {
        if let Some(property) = self.subject.property(property) {
            let location = self.subject.location_of(property);
            self.found.integration.references.push(Reference {
                target: target.to_owned(),
                location,
                resolved: Vec::new(),
            });
        }
        self
    }

    /// Only a JWT credential needs the properties called `names`, which are no fields.
    pub fn jwt_settings<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Self {
        let shown = |name| fields::shorten(&disclosure::name(name)).into();
        self.found.integration.jwt_settings.extend(names.into_iter().map(shown));
        self
    }

    /// A requirement of the program which reads `property` that is not met: `what` is wrong (a clause), and what to do
    /// about it.
    pub fn unmet(mut self, property: &str, what: impl Into<String>, advice: impl Into<String>) -> Self {
        let location = self.subject.property(property).map(|held| Box::new(self.subject.location_of(held)));
        self.found.integration.unmet.push(Unmet { what: what.into(), advice: advice.into(), location });
        self
    }

    /// The integration so far.
    pub fn peek(&self) -> &Integration {
        &self.found.integration
    }

    /// The end, in what was found.
    pub fn add_to(self, extract: &mut Extract) {
        extract.found.push(self.finish());
    }

    /// The end.
    pub fn finish(mut self) -> FoundIntegration {
        // What a list has room for beyond its items is as much as half of it.
        let FoundIntegration { integration, names, .. } = &mut self.found;
        integration.fields.shrink_to_fit();
        integration.evidence.shrink_to_fit();
        integration.references.shrink_to_fit();
        names.shrink_to_fit();
        self.found
    }
}

/// The field `name` of a node, held in the first filled of `properties`, else in the first that is there at all.
pub fn field_of(subject: Subject<'_>, name: FieldName, properties: &[impl AsRef<str>]) -> Field {
    let there = || properties.iter().filter_map(|property| subject.property(property.as_ref()));
    let best = there().find(|p| fields::state_of(p).is_filled()).or_else(|| there().next());
    match best {
        Some(property) => fields::field(subject.scene.capture, subject.node, name, property),
        None => fields::missing(name, properties.first().map_or("", AsRef::as_ref)),
    }
}

/// Whether a property names something, and not a placeholder that nobody can follow.
fn names_something(property: &Property) -> bool {
    matches!(fields::state_of(property), FieldState::Present)
}

/// The misspelt keys of a configuration.
pub fn misspelt_keys(subject: Subject<'_>) -> Vec<MisspeltKey> {
    let Some(component) = keys::components().find(|pid| subject.configures(pid).is_some()) else { return Vec::new() };
    let properties = &subject.node.properties;
    let present: Vec<&str> = properties.iter().map(|property| property.name.as_str()).collect();
    let misspelt = keys::misspelt(component, &present).into_iter();
    misspelt
        .map(|(at, meant)| MisspeltKey {
            written: fields::shorten(&properties[at].name),
            meant,
            location: subject.location_of(&properties[at]),
        })
        .collect()
}

/// When the credential in a node expires: the date from AEM as a Cloud Service, or else that of its certificates.
fn expiries(subject: Subject<'_>) -> Vec<Expiry> {
    const SAID: &str = "certificateexpirationdate";
    let properties = || subject.node.properties.iter();
    let said = properties().filter(|property| property.name.to_ascii_lowercase().ends_with(SAID));
    let said = said.filter_map(|property| Some((certificate::day(property.first()?)?, property)));
    let certificates = properties().filter_map(|p| Some((p.texts().filter_map(certificate::last_day).min()?, p)));
    let first = said.chain(certificates).min_by_key(|(day, _)| *day);
    let expiry = |(day, property)| Expiry { day, location: subject.location_of(property) };
    first.map(expiry).into_iter().collect()
}

/// Run modes of a node from content and location, sorted.
pub fn run_modes(subject: Subject<'_>) -> Vec<String> {
    let mut modes = subject.scene.input.context.run_modes();
    modes.extend(subject.node.run_modes.iter().cloned());
    modes.sort();
    modes.dedup();
    modes
}

/// Hash of all properties of a node, whatever their order.
pub fn digest(subject: Subject<'_>) -> u64 {
    subject.node.properties.iter().fold(0, |sum, property| {
        let mut hasher = DefaultHasher::new();
        property.name.hash(&mut hasher);
        for value in property.texts() {
            value.hash(&mut hasher);
        }
        sum ^ hasher.finish()
    })
}
