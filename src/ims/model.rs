//! The integration model: what the rules judge.

use std::sync::Arc;

use jiff::civil::Date;

use super::Location;
use super::catalog::Product;
use super::validity::placeholder::Near;
use super::validity::{Fault, variable};
use crate::repository::System;

/// What kind of thing an integration is stored as.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
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
    /// A step of a workflow that asks for a token.
    WorkflowStep,
    /// A replication agent that takes its token from an access token provider.
    ReplicationAgent,
    /// A host of ACS AEM Commons Content Sync that uses the client of ACS AEM Commons Adobe I/O.
    ContentSyncHost,
    /// Any other node with IMS evidence and a credential property.
    Generic,
    /// A kind declared in `aem-ims-lint.toml`, with its name.
    Declared(String),
}

impl Kind {
    /// The stable name used in reports.
    pub fn id(&self) -> &str {
        match self {
            Self::AccessTokenProvider => "accessTokenProvider",
            Self::AcsCommonsAdobeIo => "acsCommonsAdobeIo",
            Self::AioWorkspace => "aioWorkspace",
            Self::Stock => "stock",
            Self::Launch => "launch",
            Self::Target => "target",
            Self::Analytics => "analytics",
            Self::SmartTags => "smartTags",
            Self::BrandPortal => "brandPortal",
            Self::DynamicMedia => "dynamicMedia",
            Self::ServiceCredentials => "serviceCredentials",
            Self::DeveloperConsoleProject => "developerConsoleProject",
            Self::AioContext => "aioContext",
            Self::Guides => "guides",
            Self::CredentialFile => "credentialFile",
            Self::WorkflowStep => "workflowStep",
            Self::ReplicationAgent => "replicationAgent",
            Self::ContentSyncHost => "contentSyncHost",
            Self::Generic => "generic",
            Self::Declared(name) => name,
        }
    }
}

/// How an integration authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum AuthType {
    /// Service Account (JWT).
    Jwt,
    /// OAuth Server-to-Server.
    OAuth,
    /// A user's or company's own sign-in.
    UserCredentials,
    /// Nothing in the node tells.
    #[default]
    Unknown,
}

impl AuthType {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::OAuth => "oauth",
            Self::UserCredentials => "userCredentials",
            Self::Unknown => "unknown",
        }
    }
}

/// How sure a verdict is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Confidence {
    /// A hint.
    Low,
    /// Inferred from documented facts.
    Medium,
    /// A documented shape.
    #[default]
    High,
}

impl Confidence {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The fields that IMS integrations have, whatever their properties are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the names are the documentation; `id` gives the stable spelling
pub enum FieldName {
    ClientId,
    ClientSecret,
    Scopes,
    OrgId,
    /// The effective token URL.
    TokenEndpoint,
    Grant,
    /// JWT claims as a whole.
    Claims,
    /// The `iss` claim.
    Issuer,
    Metascopes,
    KeyPairAlias,
    PrivateKey,
    TechnicalAccount,
    /// A property that names the authentication type itself.
    AuthType,
    UserName,
    Password,
    RelaxedTls,
    /// The name of the token validator that the product needs.
    TokenValidator,
}

impl FieldName {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::ClientId => "clientId",
            Self::ClientSecret => "clientSecret",
            Self::Scopes => "scopes",
            Self::OrgId => "orgId",
            Self::TokenEndpoint => "tokenEndpoint",
            Self::Grant => "grant",
            Self::Claims => "claims",
            Self::Issuer => "issuer",
            Self::Metascopes => "metascopes",
            Self::KeyPairAlias => "keyPairAlias",
            Self::PrivateKey => "privateKey",
            Self::TechnicalAccount => "technicalAccount",
            Self::AuthType => "authType",
            Self::UserName => "userName",
            Self::Password => "password",
            Self::RelaxedTls => "relaxedTls",
            Self::TokenValidator => "tokenValidator",
        }
    }

    /// Whether values of this field are secrets and never shown.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::ClientSecret | Self::PrivateKey | Self::Password)
    }
}

/// What stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldState {
    /// A literal value.
    Present,
    /// A value that is filled in elsewhere.
    Placeholder(Placeholder),
    /// A value protected by AEM's CryptoSupport: `{<hex>}`.
    Encrypted,
    /// A mask such as `********`: a value was there and is not shown.
    Hidden,
    /// The property is there and blank.
    Empty,
    /// There is no such property.
    Missing,
}

/// Who fills in a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Placeholder {
    /// `$[secret:NAME]`; `default` when a literal default stands in clear behind it.
    Secret {
        /// A non-empty `;default=` directive is there.
        default: bool,
    },
    /// `$[env:NAME]`; `default` as above.
    Env {
        /// A non-empty `;default=` directive is there.
        default: bool,
    },
    /// `$[prop:NAME]` or `$[conf:NAME]`.
    Property,
    /// `${name}` or `${{name}}`, filled by the build.
    Build,
    /// Text that asks a person to fill it in: `<OrgID>`, `REPLACE_ME`, `changeme`, `xxx…`.
    Template,
    /// One of [`crate::ims::waiting::PLACEHOLDERS`], which a migration leaves where only a person knows the value.
    Waiting,
    /// Nearly `$[secret:NAME]`: AEM uses the text as it stands.
    Misspelt,
}

impl FieldState {
    /// Something stands there: a value, a placeholder that something fills in, or an encrypted value.
    pub fn is_filled(self) -> bool {
        !matches!(self, Self::Empty | Self::Missing | Self::Placeholder(Placeholder::Waiting))
    }

    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Placeholder(_) => "placeholder",
            Self::Encrypted => "encrypted",
            Self::Hidden => "hidden",
            Self::Empty => "empty",
            Self::Missing => "missing",
        }
    }
}

/// A field of an integration.
#[derive(Clone, Debug)]
pub struct Field {
    /// Which one.
    pub name: FieldName,
    /// What stands there.
    pub state: FieldState,
    /// The property that holds it in this kind of integration, also when it is missing: what a message tells to add.
    pub property: Arc<str>,
    /// The value(s), joined with `, `; `None` for secrets and for fields without a value.
    pub value: Option<String>,
    /// Where it is; `None` when missing.
    pub location: Option<Box<Location>>,
    /// How it is written, where a migration rewrites a part of it.
    pub written: Option<Written>,
    /// The variables that its placeholders are filled from.
    pub variables: Vec<Variable>,
    /// What is wrong with its value, the worst first.
    pub faults: Vec<Fault>,
    /// The placeholder that its value was meant to be.
    pub near: Option<Near>,
}

/// A key of a configuration that its component does not know, and that is nearly one which it does.
#[derive(Clone, Debug)]
pub struct MisspeltKey {
    /// As it is written.
    pub written: String,
    /// The key that was meant.
    pub meant: &'static str,
    /// Where.
    pub location: Location,
}

/// The end of a credential.
#[derive(Clone, Debug)]
pub struct Expiry {
    /// The last day, in UTC.
    pub day: Date,
    /// What ends: "the certificate of the credential".
    pub what: &'static str,
    /// Where it says so.
    pub location: Location,
}

/// A variable of a `$[secret:NAME]` or `$[env:NAME]` placeholder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Cloud Manager keeps it as a secret, not as a plain variable.
    pub secret: bool,
}

impl Variable {
    /// Its name as reports show it: what may be no name but a secret is masked.
    pub fn shown(&self) -> &str {
        variable::shown(&self.name)
    }
}

/// How the property of a field is written, as far as a migration has to know beyond the field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// A token URL as it stands in the file, before an endpoint or a default is put into it.
    Url(String),
    /// Each value of a property of JWT claims.
    Claims(Vec<ClaimItem>),
}

/// What one value of a property of JWT claims holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimItem {
    /// The `iss` claim and nothing else: OAuth keeps it.
    Issuer,
    /// The `iss` claim among others.
    IssuerAmongOthers,
    /// Only claims of a JWT.
    Other,
    /// A placeholder: nobody sees what it holds.
    Opaque,
}

/// Something that the program which reads an integration demands, and does not find.
#[derive(Clone, Debug)]
pub struct Unmet {
    /// The property that should hold it.
    pub property: String,
    /// What is wrong, a clause: "`scopes` is a text and not a list".
    pub what: String,
    /// What to do, a sentence.
    pub advice: String,
    /// Where; `None` when the property is missing.
    pub location: Option<Box<Location>>,
}

/// Why something is believed.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What it speaks for.
    pub auth: AuthType,
    /// One clause for people, such as "`auth.access.token.request` is the JWT exchange endpoint".
    pub text: String,
    /// Where it is written.
    pub location: Location,
}

/// A name that one integration gives for another.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The text, such as `Adobe Launch`.
    pub target: String,
    /// Where it is written.
    pub location: Location,
    /// Indices into [`Model::integrations`] of what it names; empty when it is not in what was scanned.
    pub resolved: Vec<usize>,
}

/// An environment that a configuration is in force in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Environment {
    /// `author`, `publish` or `preview`; empty where it is not known which of them an instance is.
    pub service: &'static str,
    /// `dev`, `stage`, `prod`, `rde`, or another run mode that occurs; empty where it is not known of an instance.
    pub stage: String,
}

impl std::fmt::Display for Environment {
    /// `author/prod`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Of an instance one of the two may not be known.
        match (self.service, self.stage.as_str()) {
            ("", stage) => f.write_str(stage),
            (service, "") => f.write_str(service),
            (service, stage) => write!(f, "{service}/{stage}"),
        }
    }
}

/// Where AEM and a person differ about a configuration.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What AEM does.
    pub kind: VerdictKind,
    /// Why, in one sentence.
    pub message: String,
    /// The properties that are lost, for [`VerdictKind::KeysDropped`].
    pub keys: Vec<String>,
    /// Where.
    pub location: Location,
}

impl Verdict {
    /// What AEM does with the configuration at `location`, and why.
    pub fn new(kind: VerdictKind, message: impl Into<String>, location: Location) -> Self {
        Self { kind, message: message.into(), keys: Vec::new(), location }
    }
}

/// Whether an integration gets a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenVerdict {
    /// Nothing speaks against it.
    Works,
    /// The files do not tell: a user's sign-in, a reference to something that was not scanned.
    Unknown,
    /// It lacks something that a token request needs.
    Incomplete,
    /// Adobe IMS or AEM cannot use what is there.
    Broken,
    /// No configuration of it is in force.
    NotInForce,
}

impl TokenVerdict {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Unknown => "unknown",
            Self::Incomplete => "incomplete",
            Self::Broken => "broken",
            Self::NotInForce => "notInForce",
        }
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotInForce => "not in force",
            other => other.id(),
        }
    }
}

/// What an integration comes to in one environment.
#[derive(Clone, Debug)]
pub struct EnvironmentVerdict {
    /// The environment; `None` where run modes say nothing, or where it is nowhere in force.
    pub environment: Option<Environment>,
    /// Whether it gets a token there.
    pub verdict: TokenVerdict,
    /// Why it gets none: the gravest first.
    pub causes: Vec<Cause>,
}

/// Why an integration gets no token.
#[derive(Clone, Debug)]
pub struct Cause {
    /// The rule that says so.
    pub rule: &'static str,
    /// What is wrong: the message of its finding.
    pub message: String,
    /// The file and the property.
    pub location: Location,
}

/// What AEM does with a configuration that a person can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VerdictKind {
    /// AEM refuses the file.
    Rejected,
    /// AEM loads the file without some of its keys.
    KeysDropped,
    /// AEM never looks at this place, or imports the file as something else.
    NotInstalled,
    /// The file name is not read as the factory instance it means.
    FileName,
    /// AEM as a Cloud Service installs the file, an instance of AEM 6.5 would not; which of them it is for is not known.
    NotOnInstances,
    /// It is in force on a local AEM SDK only.
    SdkOnly,
    /// The name of its folder is encoded, so that editions read it differently.
    EncodedName,
    /// The filter of the package does not cover it.
    NotCovered,
    /// The filter of the package keeps what is there already.
    Merged,
    /// The instance has other run modes, or another configuration of the PID fits them better.
    OtherRunModes,
}

impl VerdictKind {
    /// Whether the configuration is nowhere in force because of it.
    pub fn keeps_out(self) -> bool {
        match self {
            Self::Rejected | Self::NotInstalled | Self::FileName | Self::SdkOnly | Self::OtherRunModes => true,
            Self::KeysDropped | Self::NotOnInstances | Self::EncodedName | Self::NotCovered | Self::Merged => false,
        }
    }
}

/// Another configuration of the same PID, as specific as this one, so that it is open which of the two is in force.
#[derive(Clone, Debug)]
pub struct Contest {
    /// The other one.
    pub other: Location,
    /// Both hold the same properties and values, so that it does not matter.
    pub same_content: bool,
    /// Where both count.
    pub environments: Vec<Environment>,
}

/// A configuration that holds the client secret of a provider.
#[derive(Clone, Debug)]
pub struct Partner {
    /// The configuration.
    pub location: Location,
    /// The client secret, missing when the configuration has none.
    pub secret: Field,
    /// `customizer.type`.
    pub customizer: Option<String>,
    /// Where it is in force.
    pub scope: Scope,
    /// What AEM does with it that a person would not expect.
    pub verdicts: Vec<Verdict>,
    /// Configurations of the same PID that are in force at the same time.
    pub contests: Vec<Contest>,
}

/// Where a configuration is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Run modes say nothing about it: wherever what needs it is.
    Everywhere,
    /// In these environments, which may be none.
    In(Vec<Environment>),
}

impl Scope {
    /// That of a configuration whose place decides, or not, and which is then in force in `environments`.
    pub fn new(placed: bool, environments: &[Environment]) -> Self {
        if placed { Self::In(environments.to_vec()) } else { Self::Everywhere }
    }

    /// Whether it is in force in `environment`.
    pub fn contains(&self, environment: &Environment) -> bool {
        match self {
            Self::Everywhere => true,
            Self::In(environments) => environments.contains(environment),
        }
    }
}

/// A configuration with a client secret that a provider beside it does not ask for.
#[derive(Clone, Debug)]
pub struct UnlinkedSecret {
    /// Its `customizer.type`, which the provider's `token.request.customizer.type` should be.
    pub customizer: String,
    /// The client secret.
    pub secret: Field,
    /// The configuration.
    pub location: Location,
}

/// An IMS integration and everything known of it.
#[derive(Clone, Debug)]
pub struct Integration {
    /// Stable within a scan of the same input: kind, PID or JCR path, and file.
    pub id: String,
    /// Number of its system in the [`super::Landscape`].
    pub system: usize,
    /// What it is stored as.
    pub kind: Kind,
    /// Which product it serves.
    pub product: Option<Product>,
    /// Its own name: `name` or title of a provider, the node name of a cloud configuration.
    pub name: Option<String>,
    /// How it authenticates.
    pub auth: AuthType,
    /// How sure kind and auth type are.
    pub confidence: Confidence,
    /// Why.
    pub evidence: Vec<Evidence>,
    /// The fields this kind has, missing ones included, each name at most once.
    pub fields: Vec<Field>,
    /// The node.
    pub location: Location,
    /// The other configuration that holds the client secret, when it was found.
    pub secret_partner: Option<Location>,
    /// The name by which a provider asks for that other configuration (`token.request.customizer.type`).
    pub customizer: Option<String>,
    /// A configuration beside a provider that holds its secret, but for the name by which to ask for it.
    pub unlinked: Option<Box<UnlinkedSecret>>,
    /// What it names.
    pub references: Vec<Reference>,
    /// Indices into [`Model::integrations`] of those that name it.
    pub referenced_by: Vec<usize>,
    /// Run modes of its folder and of the packages around it, sorted; empty for every environment.
    pub run_modes: Vec<String>,
    /// Where it is in force; empty when run modes say nothing about it (content, credential files), or when it is nowhere
    /// in force, as [`Self::verdicts`] then say.
    pub environments: Vec<Environment>,
    /// Why Adobe, not the customer, is believed to own it.
    pub auto_provisioned: Option<String>,
    /// What AEM does with it that a person would not expect.
    pub verdicts: Vec<Verdict>,
    /// Keys of its configurations that are nearly known ones.
    pub misspelt_keys: Vec<MisspeltKey>,
    /// What the program that reads it demands beyond what Adobe IMS does.
    pub unmet: Vec<Unmet>,
    /// When its credential ends.
    pub expiries: Vec<Expiry>,
    /// Configurations of the same PID that are in force at the same time.
    pub contests: Vec<Contest>,
    /// Every configuration that may hold its client secret, [`Self::secret_partner`] first.
    pub partners: Vec<Partner>,
    /// Whether it gets a token, for each environment that it is in force in. The rules fill it in.
    pub outcomes: Vec<EnvironmentVerdict>,
    /// Other places with the same configuration, such as the built package of a source file.
    pub copies: Vec<Location>,
}

impl Integration {
    /// Every place that a report tells of it.
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

    /// Whether it gets a token in every environment that it is in force in: the worst of [`Self::outcomes`].
    pub fn token_verdict(&self) -> TokenVerdict {
        self.outcomes.iter().map(|one| one.verdict).max().unwrap_or(TokenVerdict::Unknown)
    }

    /// Whether it gets a token wherever `other` is in force.
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

    /// Why it is not in force on the instance that it was found on, though nothing is wrong with it.
    pub fn idle(&self) -> Option<&Verdict> {
        self.verdicts.iter().find(|verdict| verdict.kind == VerdictKind::OtherRunModes)
    }

    /// The value of a field that is not secret.
    pub fn value(&self, name: FieldName) -> Option<&str> {
        self.field(name).and_then(|f| f.value.as_deref())
    }
}

/// A secret in a node that is no integration: the Admin Console sign-in configurations, a secret partner without a
/// provider.
#[derive(Clone, Debug)]
pub struct SecretHolder {
    /// What holds it, for messages: a PID or node type.
    pub holder: String,
    /// The secret; [`Field::location`] is always there.
    pub field: Field,
}

/// A dependency that signs JWTs.
#[derive(Clone, Debug)]
pub struct Library {
    /// Its name in the registry.
    pub name: &'static str,
    /// It is Adobe's and serves nothing but Service Account (JWT) credentials.
    pub of_adobe: bool,
    /// Where it is named.
    pub location: Location,
}

/// The JWT exchange endpoint in a configuration that is no known integration.
#[derive(Clone, Debug)]
pub struct StrayEndpoint {
    /// The URL as written.
    pub url: String,
    /// Where.
    pub location: Location,
}

/// The file of a configuration whose content an export leaves out.
#[derive(Clone, Debug)]
pub struct Unexported {
    /// The component that it configures.
    pub component: &'static str,
    /// The file.
    pub location: Location,
}

/// What Cloud Manager lists as the variables and secrets of an environment.
#[derive(Clone, Debug)]
pub struct VariableList {
    /// The variables, in the order of the list.
    pub variables: Vec<ListedVariable>,
    /// The list.
    pub location: Location,
}

/// A variable of a [`VariableList`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedVariable {
    /// Its name.
    pub name: String,
    /// It is a secret, not a plain variable.
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

/// An archive that holds two versions of one file, or hides one.
#[derive(Clone, Debug)]
pub struct AmbiguousEntry {
    /// What is ambiguous, in one sentence.
    pub message: String,
    /// The entry.
    pub location: Location,
}

impl Model {
    /// Whether it has neither lists of variables nor files without content.
    pub fn has_no_lists(&self) -> bool {
        self.variables.is_empty() && self.unexported.is_empty()
    }
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
    /// Which AEM the project is for, and why that is believed.
    pub target: super::target::DecidedTarget,
    /// The project brings the plugin that fills in `$[…]` on an instance of AEM 6.5.
    pub interpolation_plugin: bool,
    /// The day that certificates are judged by; nothing is said of their end without it.
    pub today: Option<Date>,
    /// A report has told of the system, whether or not it says what was found in it.
    pub told: bool,
    /// Comments that suppress findings, in order of their file.
    pub ignores: Vec<super::inline::InlineIgnore>,
}

impl Model {
    /// Whether nothing was found that a report could tell of.
    pub fn is_empty(&self) -> bool {
        let Self { integrations, secrets, endpoints, keys, ambiguous, told, .. } = self;
        !told
            && integrations.is_empty()
            && secrets.is_empty()
            && endpoints.is_empty()
            && keys.is_empty()
            && ambiguous.is_empty()
    }
}
