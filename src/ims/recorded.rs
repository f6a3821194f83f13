//! What a report of an earlier run has recorded, as the model has it.

use super::catalog::Product;
use super::model::{AuthType, Confidence, FieldName, Integration, Kind};
use super::{Location, SourceFile};
use crate::repository::Package;

impl Integration {
    /// The integration `id` at `location`, of which nothing more is known yet.
    pub fn recorded(id: String, location: Location) -> Self {
        Self {
            id,
            system: 0,
            kind: Kind::Generic,
            product: None,
            name: None,
            auth: AuthType::Unknown,
            confidence: Confidence::High,
            evidence: Vec::new(),
            fields: Vec::new(),
            location,
            secret_partner: None,
            customizer: None,
            unlinked: None,
            references: Vec::new(),
            referenced_by: Vec::new(),
            run_modes: Vec::new(),
            environments: Vec::new(),
            auto_provisioned: None,
            verdicts: Vec::new(),
            misspelt_keys: Vec::new(),
            expiries: Vec::new(),
            contests: Vec::new(),
            partners: Vec::new(),
            outcomes: Vec::new(),
            copies: Vec::new(),
            unmet: Default::default(),
        }
    }
}

impl Kind {
    /// The kind whose [`Kind::id`] is `id`; any other is one that a configuration declares.
    pub fn from_id(id: &str) -> Self {
        let known = [
            Self::AccessTokenProvider,
            Self::AcsCommonsAdobeIo,
            Self::AioWorkspace,
            Self::Stock,
            Self::Launch,
            Self::Target,
            Self::Analytics,
            Self::SmartTags,
            Self::BrandPortal,
            Self::DynamicMedia,
            Self::ServiceCredentials,
            Self::DeveloperConsoleProject,
            Self::AioContext,
            Self::Guides,
            Self::CredentialFile,
            Self::WorkflowStep,
            Self::ReplicationAgent,
            Self::ContentSyncHost,
            Self::Generic,
        ];
        known.into_iter().find(|kind| kind.id() == id).unwrap_or_else(|| Self::Declared(id.to_owned()))
    }
}

impl FieldName {
    /// Every field.
    pub const ALL: &'static [Self] = &[
        Self::ClientId,
        Self::ClientSecret,
        Self::Scopes,
        Self::OrgId,
        Self::TokenEndpoint,
        Self::Grant,
        Self::Claims,
        Self::Issuer,
        Self::Metascopes,
        Self::KeyPairAlias,
        Self::PrivateKey,
        Self::TechnicalAccount,
        Self::AuthType,
        Self::UserName,
        Self::Password,
        Self::RelaxedTls,
        Self::TokenValidator,
    ];
}

impl Product {
    /// Every product.
    pub const ALL: &'static [Self] = &[
        Self::Launch,
        Self::Target,
        Self::Analytics,
        Self::SmartTags,
        Self::BrandPortal,
        Self::Stock,
        Self::IoEvents,
        Self::FormsConversion,
        Self::Campaign,
        Self::ExperiencePlatform,
        Self::CloudManager,
        Self::AemCloudService,
        Self::DynamicMedia,
        Self::Other,
    ];
}

impl Location {
    /// Takes down whether the package covers the node, as [`Location::is_covered`] tells it from then on.
    pub fn record_coverage(&self, covered: Option<bool>) {
        self.in_package(|package: &Package, path| package.record(path, covered));
    }
}

impl SourceFile {
    /// A file of which a report tells where it lies.
    pub fn recorded(context: crate::repository::FileContext) -> Self {
        Self { context, ..Self::default() }
    }
}
