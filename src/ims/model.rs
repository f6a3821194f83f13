//! The integration model, which the rules check.

mod environment;
mod field;

pub use environment::{
    Cause, Contest, Environment, EnvironmentVerdict, LoadingProblem, LoadingVerdict, Partner, Scope, TokenVerdict,
};
pub use field::{ClaimItem, Expiry, Field, FieldName, FieldState, MisspeltKey, Placeholder, Variable, Written};

use jiff::civil::Date;
use strum::{AsRefStr, EnumIter, IntoStaticStr, VariantArray};

use super::Location;
use super::catalog::Product;
use crate::repository::System;

/// The kind of an integration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, EnumIter, AsRefStr)]
#[strum(serialize_all = "camelCase")]
pub enum IntegrationKind {
    /// OSGi factory `com.adobe.granite.auth.oauth.accesstoken.provider`: an Adobe IMS integration of AEM 6.5.
    AccessTokenProvider,
    /// ACS AEM Commons Adobe I/O (`…adobeio.service.impl.IntegrationServiceImpl`): JWT only.
    AcsCommonsAdobeIo,
    /// I/O Events for AEM (`com.adobe.aio.aem.workspace.internal.WorkspaceSupplierImpl`).
    AioWorkspace,
    /// Adobe Stock (`com.day.cq.dam.stock.integration.impl.configuration.StockConfigurationImpl`).
    Stock,
    /// Launch (Tags) cloud configuration.
    Launch,
    /// Target cloud configuration.
    Target,
    /// Analytics cloud configuration.
    Analytics,
    /// Legacy Smart Tags cloud service with its own Service Account.
    SmartTags,
    /// Brand Portal cloud configuration.
    BrandPortal,
    /// Dynamic Media cloud configuration: a user credential, never IMS.
    DynamicMedia,
    /// AEM as a Cloud Service credentials of the AEM Developer Console.
    ServiceCredentials,
    /// A workspace exported from the Adobe Developer Console.
    DeveloperConsoleProject,
    /// An IMS context of the `aio` command line.
    AioContext,
    /// AEM Guides (`com.adobe.aem.guides.eventing.ImsConfiguratorService`).
    Guides,
    /// A file or variables with one credential, read by an application, a tool or a script.
    CredentialFile,
    /// A workflow step that requests a token.
    WorkflowStep,
    /// A replication agent that gets its token from an access token provider.
    ReplicationAgent,
    /// A host of ACS AEM Commons Content Sync that uses the client of ACS AEM Commons Adobe I/O.
    ContentSyncHost,
    /// Any other node with IMS evidence and a credential property.
    #[default]
    Generic,
    /// A kind declared in `aem-ims-lint.toml`, with its name.
    #[strum(transparent)]
    Declared(String),
}

impl IntegrationKind {
    /// The stable name used in reports.
    pub fn id(&self) -> &str {
        self.as_ref()
    }
}

/// How an integration authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum AuthType {
    /// Service Account (JWT).
    Jwt,
    /// OAuth Server-to-Server.
    #[strum(serialize = "oauth")]
    OAuth,
    /// A user's or company's own credential.
    UserCredentials,
    /// Unknown.
    #[default]
    Unknown,
}

impl AuthType {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        self.into()
    }
}

/// The confidence of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum Confidence {
    /// A hint.
    Low,
    /// Inferred from documented facts.
    Medium,
    /// A documented form.
    #[default]
    High,
}

impl Confidence {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        self.into()
    }
}

/// The program that reads a credential file for the User Management API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
pub enum UserManagementReader {
    /// Adobe's User Sync, for which the file is a connector.
    #[strum(serialize = "User Sync connector")]
    UserSync,
    /// A program that reads its settings as Adobe's samples do.
    #[strum(serialize = "User Management API client")]
    Client,
}

/// A requirement of the program which reads an integration that is not met.
#[derive(Clone, Debug)]
pub struct Unmet {
    /// What is wrong, as a clause: "`scopes` is a text and not a list".
    pub what: String,
    /// What to do, a sentence.
    pub advice: String,
    /// Where; `None` when the property is missing.
    pub location: Option<Box<Location>>,
}

/// Evidence.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What it is evidence for.
    pub auth: AuthType,
    /// A clause for users, such as "`auth.access.token.request` is the JWT exchange endpoint".
    pub text: String,
    /// Where it is written.
    pub location: Location,
}

/// A reference from one integration to another.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The text, such as `Adobe Launch`.
    pub target: String,
    /// Where it is written.
    pub location: Location,
    /// Indices into [`Model::integrations`] of what it refers to; empty if that was not found.
    pub resolved: Vec<usize>,
}

/// A configuration with a client secret that the provider next to it does not refer to.
#[derive(Clone, Debug)]
pub struct UnlinkedSecret {
    /// Its `customizer.type`, which the provider's `token.request.customizer.type` should be.
    pub customizer: String,
    /// The client secret.
    pub secret: Field,
    /// The configuration.
    pub location: Location,
}

/// An IMS integration and everything known about it.
#[derive(Clone, Debug, Default)]
pub struct Integration {
    /// Stable within a scan of the same input: kind, PID or JCR path, and file.
    pub id: String,
    /// Number of its system in the [`super::Landscape`].
    pub system: usize,
    /// Its kind.
    pub kind: IntegrationKind,
    /// Which product it serves.
    pub product: Option<Product>,
    /// Its own name: `name` or title of a provider, the node name of a cloud configuration.
    pub name: Option<String>,
    /// How it authenticates.
    pub auth: AuthType,
    /// The confidence of kind and auth type.
    pub confidence: Confidence,
    /// Why.
    pub evidence: Vec<Evidence>,
    /// The fields of this kind, including missing ones, each name at most once.
    pub fields: Vec<Field>,
    /// The node.
    pub location: Location,
    /// The other configuration, which contains the client secret, if found.
    pub secret_partner: Option<Location>,
    /// The name by which a provider refers to that other configuration (`token.request.customizer.type`).
    pub customizer: Option<String>,
    /// A configuration next to a provider that contains its secret but that it does not refer to.
    pub unlinked: Option<Box<UnlinkedSecret>>,
    /// What it refers to.
    pub references: Vec<Reference>,
    /// Indices into [`Model::integrations`] of those that refer to it.
    pub referenced_by: Vec<usize>,
    /// Run modes of its folder and of the packages around it, sorted; empty for every environment.
    pub run_modes: Vec<String>,
    /// Where it is in force; empty if run modes do not apply (content, credential files), or if it is not in force
    /// anywhere, as [`Self::verdicts`] then show.
    pub environments: Vec<Environment>,
    /// The evidence that Adobe, not the customer, owns it.
    pub auto_provisioned: Option<String>,
    /// How AEM handles it differently than expected.
    pub verdicts: Vec<LoadingVerdict>,
    /// Misspelt keys of its configurations.
    pub misspelt_keys: Vec<MisspeltKey>,
    /// What the program that reads it requires in addition to Adobe IMS.
    pub unmet: Vec<Unmet>,
    /// Properties that only a JWT credential needs and that are no fields: the file of its private key, which is no secret,
    /// the passphrase of that key, the dates of its public keys.
    pub jwt_settings: Vec<Box<str>>,
    /// The reader of a credential file for the User Management API.
    pub user_management: Option<UserManagementReader>,
    /// When its credential expires.
    pub expiries: Vec<Expiry>,
    /// Configurations of the same PID that are in force at the same time.
    pub contests: Vec<Contest>,
    /// Every configuration that may contain its client secret, [`Self::secret_partner`] first.
    pub partners: Vec<Partner>,
    /// Whether it gets a token, for each environment in which it is in force. The rules set this.
    pub outcomes: Vec<EnvironmentVerdict>,
    /// Other places with the same configuration, such as the built package of a source file.
    pub copies: Vec<Location>,
}

impl Integration {
    /// The integration `id`, stored as `kind` at `location`, without further data.
    pub fn new(id: String, kind: IntegrationKind, location: Location) -> Self {
        Self { id, kind, location, ..Self::default() }
    }

    /// Every location of it in a report.
    pub fn locations(&self) -> impl Iterator<Item = &Location> {
        let evidence = self.evidence.iter().map(|evidence| &evidence.location);
        let fields = self.fields.iter().filter_map(|field| field.location.as_deref());
        let references = self.references.iter().map(|reference| &reference.location);
        let partners = self.partners.iter().map(|partner| &partner.location);
        let others = self.secret_partner.iter().chain(&self.copies).chain(partners);
        [&self.location].into_iter().chain(evidence).chain(fields).chain(references).chain(others)
    }

    /// The field called `name`, if this kind has it.
    pub fn field(&self, name: FieldName) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// The state of a field; [`FieldState::Missing`] when this kind has no such field.
    pub fn state(&self, name: FieldName) -> FieldState {
        self.field(name).map_or(FieldState::Missing, |f| f.state)
    }

    /// Whether it gets a token in every environment in which it is in force: the worst of [`Self::outcomes`].
    pub fn token_verdict(&self) -> TokenVerdict {
        self.outcomes.iter().map(|one| one.verdict).max().unwrap_or(TokenVerdict::Unknown)
    }

    /// Whether it gets a token everywhere `other` is in force.
    pub fn works_where(&self, other: &Integration) -> bool {
        let fails = |one: &&EnvironmentVerdict| !matches!(one.verdict, TokenVerdict::Works | TokenVerdict::Unknown);
        let concerns = |one: &EnvironmentVerdict| match &one.environment {
            Some(environment) => other.environments.is_empty() || other.environments.contains(environment),
            None => true,
        };
        let covers =
            |environment: &Environment| self.environments.is_empty() || self.environments.contains(environment);
        !self.outcomes.iter().filter(fails).any(concerns) && other.environments.iter().all(covers)
    }

    /// Why it is not in force on its instance, although nothing is wrong with it.
    pub fn idle(&self) -> Option<&LoadingVerdict> {
        self.verdicts.iter().find(|verdict| verdict.kind == LoadingProblem::OtherRunModes)
    }

    /// The value of a field that is not secret.
    pub fn value(&self, name: FieldName) -> Option<&str> {
        self.field(name).and_then(|f| f.value.as_deref())
    }
}

/// A secret in a node that is not an integration: the Admin Console sign-in configurations, a secret partner without a
/// provider.
#[derive(Clone, Debug)]
pub struct SecretHolder {
    /// What contains it, for messages: a PID or node type.
    pub holder: String,
    /// The secret; [`Field::location`] is always there.
    pub field: Field,
}

/// A dependency that signs JWTs.
#[derive(Clone, Debug)]
pub struct Library {
    /// Its name in the registry.
    pub name: &'static str,
    /// Whether it is Adobe's and supports only Service Account (JWT) credentials.
    pub of_adobe: bool,
    /// Where it is named.
    pub location: Location,
}

/// The JWT exchange endpoint in a configuration that is not recognised as an integration.
#[derive(Clone, Debug)]
pub struct StrayEndpoint {
    /// The URL as written.
    pub url: String,
    /// Where.
    pub location: Location,
}

/// The file of a configuration whose content is not in the export.
#[derive(Clone, Debug)]
pub struct Unexported {
    /// The component that it configures.
    pub component: &'static str,
    /// The file.
    pub location: Location,
}

/// The list of variables and secrets of an environment from Cloud Manager.
#[derive(Clone, Debug)]
pub struct VariableList {
    /// The variables, in the order of the list.
    pub variables: Vec<ListedVariable>,
    /// The address that names program and environment, where the list has it.
    pub link: Option<String>,
    /// It is the list of the environment that the system is, wherever it lies.
    pub of_system: bool,
    /// The stage whose list it is, where that is known of more than its path.
    pub stage: Option<String>,
    /// The list.
    pub location: Location,
}

/// A variable of a [`VariableList`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedVariable {
    /// Its name.
    pub name: String,
    /// Whether it is a secret rather than a plain variable.
    pub secret: bool,
    /// `author`, `publish` or `preview`; `None` for all of them.
    pub service: Option<String>,
}

/// A key store or private key in the repository.
#[derive(Clone, Debug)]
pub struct KeyMaterial {
    /// What it is: "key store of `target-imsconfig-service`", "PEM private key".
    pub what: String,
    /// The product whose service user owns it.
    pub product: Option<Product>,
    /// Where.
    pub location: Location,
}

/// An archive that contains two versions of one file, or hides one.
#[derive(Clone, Debug)]
pub struct AmbiguousEntry {
    /// What is ambiguous, in one sentence.
    pub message: String,
    /// The entry.
    pub location: Location,
}

/// Everything found in one system.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The system.
    pub system: System,
    /// The integrations, in order of their location.
    pub integrations: Vec<Integration>,
    /// Secrets outside integrations.
    pub secrets: Vec<SecretHolder>,
    /// Dependencies that sign JWTs.
    pub libraries: Vec<Library>,
    /// JWT endpoints outside integrations.
    pub endpoints: Vec<StrayEndpoint>,
    /// Key stores and keys.
    pub keys: Vec<KeyMaterial>,
    /// Ambiguous archive entries.
    pub ambiguous: Vec<AmbiguousEntry>,
    /// Files of configurations whose content an export leaves out.
    pub unexported: Vec<Unexported>,
    /// Lists of the variables of environments.
    pub variables: Vec<VariableList>,
    /// Lists of the clients that may call the OpenAPI-based APIs.
    pub api_access: Vec<super::api_access::ApiAccess>,
    /// The AEM edition of the project, and the evidence for it.
    pub target: super::target::DecidedTarget,
    /// Whether the project includes the plugin that replaces `$[…]` on an instance of AEM 6.5.
    pub interpolation_plugin: bool,
    /// The date for checking certificates; without it they are not checked.
    pub today: Option<Date>,
    /// A report has told of the system, whether or not it says what was found in it.
    pub told: bool,
    /// The first configuration for which it is unknown where it is in force.
    pub beyond_combinations: Option<super::deployment::BeyondCombinations>,
    /// Comments that suppress findings, in order of their file.
    pub ignores: Vec<super::inline::InlineIgnore>,
}

impl Model {
    /// Whether nothing was found that a report could tell of. Libraries that anyone may use and lists of variables alone
    /// are nothing.
    pub fn is_empty(&self) -> bool {
        !self.told
            && self.integrations.is_empty()
            && self.secrets.is_empty()
            && !self.libraries.iter().any(|library| library.of_adobe)
            && self.endpoints.is_empty()
            && self.keys.is_empty()
            && self.ambiguous.is_empty()
            && self.unexported.is_empty()
            && self.api_access.is_empty()
    }
}
