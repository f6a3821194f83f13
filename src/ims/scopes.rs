//! The scopes of an OAuth Server-to-Server credential by product, which replace the metascopes of a JWT credential.
//! Each list has its source.
//!
//! The page of the credential in the Adobe Developer Console is the authority; these lists are what is known without
//! it.

use super::catalog::{Product, product_of_metascope};
use super::model::{FieldName, FieldState, Integration, IntegrationKind};

/// How good a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Adobe publishes the list, or a program of Adobe requests it.
    Published,
    /// Several public third-party clients request it, and Adobe publishes no list.
    Seen,
}

/// The scopes of one product or API.
#[derive(Debug, PartialEq, Eq)]
pub struct ScopeSet {
    /// Whose.
    pub product: Product,
    /// The metascope that they replace, if not all of the product; its first set also applies if there are none.
    pub metascope: Option<&'static str>,
    /// The scopes.
    pub scopes: &'static [&'static str],
    /// How good the source is.
    pub certainty: Certainty,
    /// The source, as shown after "source:".
    pub source: &'static str,
}

impl ScopeSet {
    fn replaces(&self, metascope: &str) -> bool {
        product_of_metascope(metascope) == Some(self.product) && self.metascope.is_none_or(|own| own == metascope)
    }
}

const ROLES: &str = "additional_info.roles";
const JOB: &str = "additional_info.job_function";
const CONTEXT: &str = "additional_info.projectedProductContext";

/// Every set. Brand Portal, Stock, Audience Manager, AEM Guides, Forms conversion: no source lists theirs.
pub static SCOPE_SETS: &[ScopeSet] = &[
    ScopeSet {
        product: Product::SmartTags,
        metascope: None,
        scopes: &["read_pc.dma_smart_content", "openid", "AdobeID", CONTEXT],
        certainty: Certainty::Published,
        source: "\"Troubleshooting smart tags for OAuth credentials\" of AEM 6.5",
    },
    ScopeSet {
        product: Product::IoEvents,
        metascope: Some("ent_adobeio_sdk"),
        scopes: &["openid", "AdobeID", "adobeio_api", ROLES, CONTEXT],
        certainty: Certainty::Published,
        source: "\"Asset Compute HTTP API\", which lists metascopes and scopes side by side",
    },
    ScopeSet {
        product: Product::IoEvents,
        metascope: Some("event_receiver_api"),
        scopes: &["openid", "AdobeID", "event_receiver", "event_receiver_api"],
        certainty: Certainty::Published,
        source: "\"Asset Compute HTTP API\", which lists metascopes and scopes side by side",
    },
    ScopeSet {
        product: Product::AssetCompute,
        metascope: None,
        scopes: &["openid", "AdobeID", "asset_compute", "read_organizations"],
        certainty: Certainty::Published,
        source: "\"Asset Compute HTTP API\", which lists metascopes and scopes side by side",
    },
    ScopeSet {
        product: Product::Launch,
        metascope: None,
        scopes: &["AdobeID", "openid", "read_organizations", JOB, CONTEXT, ROLES],
        certainty: Certainty::Published,
        source: "Adobe's reactor-uploader, which requests these",
    },
    ScopeSet {
        product: Product::Target,
        metascope: None,
        scopes: &["openid", "AdobeID", "target_sdk", CONTEXT, "read_organizations"],
        certainty: Certainty::Seen,
        source: "seven public clients, which request these; Adobe publishes no list",
    },
    ScopeSet {
        product: Product::Analytics,
        metascope: None,
        scopes: &["openid", "AdobeID", "read_organizations", CONTEXT],
        certainty: Certainty::Published,
        source: "Adobe's documentation of the Analytics 2.0 API (GetCredentialsOAuth2.js)",
    },
    ScopeSet {
        product: Product::CloudManager,
        metascope: None,
        scopes: &["openid", "AdobeID", "read_organizations", CONTEXT, "read_pc.dma_aem_ams"],
        certainty: Certainty::Published,
        source: "Adobe's aio-cli-plugin-cloudmanager, which requires these",
    },
    ScopeSet {
        product: Product::ExperiencePlatform,
        metascope: None,
        scopes: &["openid", "AdobeID", "read_organizations", CONTEXT, "session"],
        certainty: Certainty::Published,
        source: "Adobe's Experience Platform documentation",
    },
    ScopeSet {
        product: Product::Campaign,
        metascope: None,
        scopes: &[
            "openid",
            "AdobeID",
            "campaign_sdk",
            "campaign_config_server_general",
            "deliverability_service_general",
            CONTEXT,
        ],
        certainty: Certainty::Seen,
        source: "three public clients, which request these; Adobe publishes no list",
    },
    ScopeSet {
        product: Product::UserManagement,
        metascope: None,
        scopes: &["openid", "AdobeID", "user_management_sdk"],
        certainty: Certainty::Published,
        source: "the sample in Adobe's User Management API documentation",
    },
    ScopeSet {
        product: Product::Commerce,
        metascope: None,
        scopes: &["openid", "AdobeID", CONTEXT, "commerce.accs"],
        certainty: Certainty::Published,
        source: "Adobe's Commerce documentation and SDK, which requires these",
    },
];

/// The scopes of an integration, if a source lists them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownScopes {
    /// The union of what its products need, in the order of [`SCOPE_SETS`].
    pub scopes: Vec<&'static str>,
    /// Where they come from.
    pub sets: Vec<&'static ScopeSet>,
    /// Metascopes without a source for their scopes.
    pub unknown: Vec<String>,
}

impl KnownScopes {
    /// Those of the credential that `integration` uses: by its metascopes, else by its product.
    pub fn of(integration: &Integration) -> Self {
        let metascopes = integration.field(FieldName::Metascopes).filter(|field| field.state.is_filled());
        match (metascopes, &integration.kind, integration.product) {
            (Some(field), ..) if field.state == FieldState::Present => {
                Self::of_metascopes(field.value.as_deref().unwrap_or_default())
            }
            // A placeholder says nothing.
            (Some(_), ..) => Self::default(),
            // What a workspace asks for that names no metascope (`WorkspaceConfig.java` of adobe/aio-lib-java).
            (None, IntegrationKind::AioWorkspace, _) => Self::of_metascopes("ent_adobeio_sdk"),
            (None, _, Some(product)) => Self::of_sets(SCOPE_SETS.iter().filter(|set| set.product == product).take(1)),
            (None, _, None) => Self::default(),
        }
    }

    /// Those that take the place of the metascopes in `text`: bare or as claims, separated by commas or blanks.
    pub fn of_metascopes(text: &str) -> Self {
        let separator = |c: char| c.is_whitespace() || matches!(c, ',' | '"' | '[' | ']');
        let bare = |word: &str| word.rsplit('/').next().unwrap_or(word).to_ascii_lowercase();
        let asked: Vec<String> = text.split(separator).filter(|word| !word.is_empty()).map(bare).collect();
        let is_asked = |set: &&ScopeSet| asked.iter().any(|word| set.replaces(word));
        let mut known = Self::of_sets(SCOPE_SETS.iter().filter(is_asked));
        let is_unknown = |word: &&String| !known.sets.iter().any(|set| set.replaces(word));
        known.unknown = asked.iter().filter(is_unknown).cloned().collect();
        known
    }

    fn of_sets(sets: impl Iterator<Item = &'static ScopeSet>) -> Self {
        let mut known = Self { sets: sets.collect(), ..Self::default() };
        for scope in known.sets.iter().flat_map(|set| set.scopes) {
            if !known.scopes.contains(scope) {
                known.scopes.push(scope);
            }
        }
        known
    }

    /// Whether they are all that the credential needs.
    pub fn is_complete(&self) -> bool {
        !self.scopes.is_empty() && self.unknown.is_empty()
    }

    /// Whether every source is Adobe's.
    pub fn is_published(&self) -> bool {
        self.sets.iter().all(|set| set.certainty == Certainty::Published)
    }

    /// As one text, as a token request has them.
    pub fn joined(&self) -> String {
        self.scopes.join(",")
    }

    /// "Target (source: …) and Smart Tags (source: …)"; empty where nothing is known.
    pub fn origin(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for (at, set) in self.sets.iter().enumerate() {
            let again = self.sets[..at].iter().any(|other| other.product == set.product && other.source == set.source);
            if !again {
                parts.push(format!("{} (source: {})", set.product.name(), set.source));
            }
        }
        match parts.as_slice() {
            [head @ .., last] if !head.is_empty() => format!("{} and {last}", head.join(", ")),
            _ => parts.concat(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::catalog::METASCOPES;

    #[test]
    fn metascopes_of_several_products_give_the_union() {
        let known =
            KnownScopes::of_metascopes("/s/ent_adobeio_sdk, https://ims-na1.adobelogin.com/s/ent_marketing_sdk");
        assert!(known.is_complete());
        assert_eq!(known.scopes.iter().filter(|scope| **scope == "openid").count(), 1);
        for scope in ["adobeio_api", "target_sdk", ROLES, "read_organizations"] {
            assert!(known.scopes.contains(&scope), "{scope}");
        }
        assert!(known.origin().starts_with("I/O Events (source: \"Asset Compute HTTP API\""));
        assert!(known.origin().contains(" and Target (source: seven public clients"));
    }

    #[test]
    fn a_metascope_without_a_source_leaves_the_list_incomplete() {
        let known = KnownScopes::of_metascopes("ent_reactor_sdk,ent_stocksearch_sdk");
        assert!(!known.is_complete() && known.scopes.contains(&"read_organizations"));
        assert_eq!(known.unknown, ["ent_stocksearch_sdk"]);
        assert!(!KnownScopes::of_metascopes("").is_complete());
        assert_eq!(KnownScopes::of_metascopes("").origin(), "");
    }

    #[test]
    fn every_set_is_one_of_known_metascopes() {
        for set in SCOPE_SETS {
            let replaced = METASCOPES.iter().filter(|(metascope, _)| set.replaces(metascope)).count();
            assert_eq!(replaced == 0, set.product == Product::Commerce, "{set:?}");
            assert!(set.metascope.is_none() || replaced == 1, "{set:?}");
            assert!(set.scopes.contains(&"openid") && set.scopes.contains(&"AdobeID"), "{set:?}");
        }
    }

    /// Some metascopes of Launch (Tags) were known to have scopes, but no product.
    #[test]
    fn regression_every_metascope_of_launch_tells_its_product_and_scopes() {
        for role in ["", "admin_", "it_admin_", "developer_", "approver_", "publisher_", "extension_developer_"] {
            let metascope = format!("ent_reactor_{role}sdk");
            assert_eq!(product_of_metascope(&metascope), Some(Product::Launch), "{metascope}");
            let known = KnownScopes::of_metascopes(&metascope);
            assert!(known.is_complete() && known.scopes.contains(&JOB), "{metascope}");
        }
    }
}
