//! Tables of facts about Adobe IMS in AEM: products, metascopes, service users, PIDs. Each with its source.

/// A product that AEM integrates with through IMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::VariantArray, strum::IntoStaticStr)]
#[strum(serialize_all = "title_case")]
#[allow(missing_docs)] // the names are the documentation; `name` gives the spelling
pub enum Product {
    #[strum(serialize = "Launch (Tags)")]
    Launch,
    Target,
    Analytics,
    SmartTags,
    BrandPortal,
    Stock,
    #[strum(serialize = "I/O Events")]
    IoEvents,
    #[strum(serialize = "Automated Forms Conversion")]
    FormsConversion,
    Campaign,
    ExperiencePlatform,
    CloudManager,
    #[strum(serialize = "AEM as a Cloud Service")]
    AemCloudService,
    DynamicMedia,
    #[strum(serialize = "AEM Guides")]
    Guides,
    AssetCompute,
    Commerce,
    AppBuilder,
    UserManagement,
    #[strum(serialize = "PDF Services")]
    PdfServices,
    #[strum(serialize = "other")]
    Other,
}

impl Product {
    /// The usual name.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The product with the name `name`, as in [`Self::name`] or by one of [`PRODUCT_WORDS`].
    pub fn from_name(name: &str) -> Option<Self> {
        let name = squeeze(name);
        product_in(PRODUCT_WORDS, |word| name.contains(word))
    }
}

/// The product of the first text of `table` that `is` the one.
pub fn product_in(table: &[(&str, Product)], is: impl Fn(&str) -> bool) -> Option<Product> {
    table.iter().find(|(text, _)| is(text)).map(|&(_, product)| product)
}

/// Lower-case letters and digits of `text`: how names of properties and products are compared leniently.
pub fn squeeze(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    }
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Words in names and titles of IMS configurations, squeezed; the first that occurs wins, so the longer come first.
///
/// Source: the cloud solutions of the Adobe IMS configuration console and the names in Adobe's how-to pages
/// (`Adobe Launch`, `Adobe Stock`, `Adobe Brand Portal`, `adobe-ims-similaritysearch`, `AdobeIOEvents`, …).
pub static PRODUCT_WORDS: &[(&str, Product)] = &[
    ("similaritysearch", Product::SmartTags),
    ("smarttag", Product::SmartTags),
    ("smartcontent", Product::SmartTags),
    ("autotag", Product::SmartTags),
    ("brandportal", Product::BrandPortal),
    ("mediaportal", Product::BrandPortal),
    ("formsconversion", Product::FormsConversion),
    ("flamingo", Product::FormsConversion),
    ("adobeioevents", Product::IoEvents),
    ("ioevents", Product::IoEvents),
    ("eventproxy", Product::IoEvents),
    ("cloudmanager", Product::CloudManager),
    ("experienceplatform", Product::ExperiencePlatform),
    ("dynamicmedia", Product::DynamicMedia),
    ("dtmreactor", Product::Launch),
    ("adobelaunch", Product::Launch),
    ("launch", Product::Launch),
    ("adobetarget", Product::Target),
    ("imstarget", Product::Target),
    ("targetims", Product::Target),
    ("testandtarget", Product::Target),
    ("adobestock", Product::Stock),
    ("imsstock", Product::Stock),
    ("stockims", Product::Stock),
    ("analytics", Product::Analytics),
    ("campaign", Product::Campaign),
];

/// Words that name a product only as whole words, because they are common inside longer words.
static STANDALONE_WORDS: &[(&str, Product)] = &[("target", Product::Target), ("stock", Product::Stock)];

/// The product that the name or title of an IMS configuration refers to.
pub fn product_of_name(name: &str) -> Option<Product> {
    Product::from_name(name).or_else(|| {
        let words = || name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        product_in(STANDALONE_WORDS, |word| words().any(|w| w.eq_ignore_ascii_case(word)))
    })
}

/// Metascopes of Service Account (JWT) credentials.
///
/// Source: Adobe Developer Console documentation, "JWT metascopes"; `ent_aemforms_sdk` and `ent_aem_cloud_*` from the
/// AEM Forms and AEM as a Cloud Service documentation; all of `ent_reactor_*` from AdobeDocs/adobeio-auth, JWT/Scopes.md.
pub static METASCOPES: &[(&str, Product)] = &[
    ("ent_marketing_sdk", Product::Target),
    ("ent_analytics_bulk_ingest_sdk", Product::Analytics),
    ("ent_reactor_sdk", Product::Launch),
    ("ent_reactor_admin_sdk", Product::Launch),
    ("ent_reactor_it_admin_sdk", Product::Launch),
    ("ent_reactor_developer_sdk", Product::Launch),
    ("ent_reactor_approver_sdk", Product::Launch),
    ("ent_reactor_publisher_sdk", Product::Launch),
    ("ent_reactor_extension_developer_sdk", Product::Launch),
    ("ent_campaign_sdk", Product::Campaign),
    ("ent_dataservices_sdk", Product::ExperiencePlatform),
    ("ent_stocksearch_sdk", Product::Stock),
    ("ent_smartcontent_sdk", Product::SmartTags),
    ("ent_brand_portal_sdk", Product::BrandPortal),
    ("ent_cloudmgr_sdk", Product::CloudManager),
    ("ent_adobeio_sdk", Product::IoEvents),
    ("event_receiver_api", Product::IoEvents),
    ("asset_compute_meta", Product::AssetCompute),
    ("ent_aemforms_sdk", Product::FormsConversion),
    ("ent_aem_cloud_api", Product::AemCloudService),
    ("ent_aem_cloud_sdk", Product::AemCloudService),
    ("ent_user_sdk", Product::UserManagement),
    ("ent_gdpr_sdk", Product::Other),
    ("ent_documentcloud_sdk", Product::Other),
    ("ent_sensei_image_sdk", Product::Other),
    ("ent_places_sdk", Product::Other),
    ("ent_ccas_sdk", Product::Other),
    ("ent_default_sdk", Product::Other),
    ("creative_sdk", Product::Other),
];

/// The product of a metascope, given bare (`ent_marketing_sdk`) or as a claim (`https://…/s/ent_marketing_sdk`).
pub fn product_of_metascope(metascope: &str) -> Option<Product> {
    let bare = metascope.rsplit('/').next().unwrap_or(metascope).trim();
    product_in(METASCOPES, |known| known.eq_ignore_ascii_case(bare))
}

/// The product of several metascopes. Many credentials may also use I/O Events, so every other product takes
/// precedence; of those, the first in the order of [`METASCOPES`].
pub fn product_of_metascopes<'a>(metascopes: impl Iterator<Item = &'a str>) -> Option<Product> {
    leading(metascopes.filter_map(product_of_metascope))
}

/// The product that leads among several that metascopes speak of, as in [`product_of_metascopes`].
pub fn leading(products: impl Iterator<Item = Product>) -> Option<Product> {
    let rank = |product: &Product| match product {
        Product::Other => usize::MAX,
        Product::IoEvents => usize::MAX - 1,
        product => METASCOPES.iter().position(|(_, known)| known == product).unwrap_or(usize::MAX),
    };
    products.min_by_key(rank)
}

/// Whether `text` is a metascope: one of [`METASCOPES`], or of their form (`ent_…_sdk`, `ent_…_api`).
pub fn is_metascope(text: &str) -> bool {
    let bare = text.trim().rsplit('/').next().unwrap_or("");
    let word = bare.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let formed = bare.starts_with("ent_") && (bare.ends_with("_sdk") || bare.ends_with("_api"));
    word && (formed || product_of_metascope(bare).is_some())
}

/// Scopes of OAuth Server-to-Server credentials that belong to one product.
///
/// Source: "Smart Tags OAuth configuration" (`read_pc.dma_smart_content`), Target API documentation (`target_sdk`),
/// `adobe/aio-lib-java` README (`adobeio_api`).
pub static SCOPES: &[(&str, Product)] = &[
    ("read_pc.dma_smart_content", Product::SmartTags),
    ("target_sdk", Product::Target),
    ("read_pc.dma_aem_ams", Product::CloudManager),
    ("asset_compute", Product::AssetCompute),
    ("commerce.accs", Product::Commerce),
    ("user_management_sdk", Product::UserManagement),
    ("adobeio_api", Product::IoEvents),
];

/// The product that a list of OAuth scopes (separated by commas or blanks) belongs to.
pub fn product_of_scopes(scopes: &str) -> Option<Product> {
    let listed = |known: &str| words_of_scopes(scopes).any(|word| word == known);
    let product = product_in(SCOPES, listed);
    let of_aem = || words_of_scopes(scopes).any(is_scope_of_aem_api).then_some(Product::AemCloudService);
    product.or_else(of_aem)
}

/// The scopes in a list that is separated by commas or blanks, or is JSON.
pub fn words_of_scopes(scopes: &str) -> impl Iterator<Item = &str> {
    scopes.split([',', ' ', '"', '[', ']']).filter(|word| !word.is_empty())
}

/// Whether a scope is one of an OpenAPI-based API of AEM as a Cloud Service, as `aem.folders` and
/// `aem.fragments.management` are. Document Authoring is a service of its own.
///
/// Source: public clients of these APIs; "OAuth API authentication" of AEM Forms (`aem.document`, `read_pc.dma_aem_cloud`).
pub fn is_scope_of_aem_api(scope: &str) -> bool {
    (scope.starts_with("aem.") && scope != "aem.document_authoring") || scope == "read_pc.dma_aem_cloud"
}

/// Token validators (`auth.token.validator.type`) of one product. Source: "Smart Tags OAuth configuration".
pub static VALIDATORS: &[(&str, Product)] = &[("adobe-ims-similaritysearch", Product::SmartTags)];

/// What names of IMS configurations and validators that AEM ships begin with.
pub const ADOBE_IMS_PREFIX: &str = "adobe-ims-";

/// Service users whose key stores hold the keys of Service Account credentials.
///
/// Source: Adobe's how-to pages of each product (step "configure the key store"), default system users of AEM.
pub static KEY_STORE_OWNERS: &[(&str, Product)] = &[
    ("target-imsconfig-service", Product::Target),
    ("stock-imsconfig-service", Product::Stock),
    ("dtm-reactor-imsconfig-service", Product::Launch),
    ("brandportal-imsconfig-service", Product::BrandPortal),
    ("bp-imsconfig-service", Product::BrandPortal),
    ("flamingo-imsconfig-service", Product::FormsConversion),
    ("eventproxy-service", Product::IoEvents),
    ("dam-update-service", Product::SmartTags),
];

/// PIDs that this crate knows, by purpose.
pub mod pid {
    /// An Adobe IMS integration (or any other provider of access tokens). Source: metatype.
    pub const ACCESS_TOKEN_PROVIDER: &str = "com.adobe.granite.auth.oauth.accesstoken.provider";
    /// Its client secret. Source: metatype.
    pub const REQUEST_CUSTOMIZER: &str = "com.adobe.granite.auth.ims.impl.IMSAccessTokenRequestCustomizerImpl";
    /// ACS AEM Commons. Source: `IntegrationConfiguration.java` of Adobe-Consulting-Services/acs-aem-commons.
    pub const ACS_COMMONS: &str = "com.adobe.acs.commons.adobeio.service.impl.IntegrationServiceImpl";
    /// I/O Events. Source: `WorkspaceConfig.java` of adobe/aio-lib-java.
    pub const AIO_WORKSPACE: &str = "com.adobe.aio.aem.workspace.internal.WorkspaceSupplierImpl";
    /// Adobe Stock. Source: metatype.
    pub const STOCK: &str = "com.day.cq.dam.stock.integration.impl.configuration.StockConfigurationImpl";
    /// AEM Guides. Source: "Configure microservices" of AEM Guides.
    pub const GUIDES: &str = "com.adobe.aem.guides.eventing.ImsConfiguratorService";
    /// Sling content distribution with a token. Source: metatype.
    pub const DISTRIBUTION_SECRET: &str =
        "com.adobe.granite.distribution.core.impl.transport.AccessTokenDistributionTransportSecretProvider";

    /// Components whose configurations are integrations or belong to one, each with properties that no other component
    /// has. Source: as above.
    pub static COMPONENTS: &[(&str, &[&str])] = &[
        (
            ACCESS_TOKEN_PROVIDER,
            &[
                "auth.access.token.request",
                "auth.token.provider.client.id",
                "auth.token.provider.authorization.grants",
                "auth.token.provider.keypair.alias",
                "token.request.customizer.type",
            ],
        ),
        (REQUEST_CUSTOMIZER, &["auth.ims.client.secret", "customizer.type"]),
        (ACS_COMMONS, &["techAccountId", "amcOrgId", "adobeLoginClaimKey"]),
        (AIO_WORKSPACE, &["aio.api.key", "aio.client.secret", "aio.oauth.scopes", "aio.encoded.pkcs8"]),
        (STOCK, &["imsConfig"]),
        (GUIDES, &["service.account.details"]),
    ];

    /// User sign-in through the Admin Console or another identity provider. It uses no Developer Console credential, so
    /// its authentication is not checked, but its plain-text secrets are reported. With the properties that contain
    /// them. Source: metatype of `com.adobe.granite.auth.ims` and `com.adobe.granite.auth.oauth`.
    pub static SIGN_IN: &[(&str, &[&str])] = &[
        ("com.adobe.granite.auth.oauth.provider", &["oauth.client.secret"]),
        (
            "com.adobe.granite.auth.ims.impl.IMSProviderImpl",
            &["oauth.provider.ims.service.token.client.secret", "oauth.provider.ims.service.token"],
        ),
        // Sign-in with OpenID Connect on publish. Source: "Open ID Connect support" of AEM as a Cloud Service.
        ("org.apache.sling.auth.oauth_client.impl.OidcConnectionImpl", &["clientSecret"]),
        ("org.apache.sling.auth.oauth_client.impl.OAuthConnectionImpl", &["clientSecret"]),
        ("org.apache.sling.auth.oauth_client.impl.OidcAuthenticationHandler", &[]),
        ("com.adobe.granite.auth.ims", &[]),
        ("com.adobe.granite.auth.ims.impl.ImsConfigProviderImpl", &[]),
        ("com.adobe.granite.auth.ims.impl.IMSInstanceCredentialsValidator", &[]),
        ("com.adobe.granite.auth.ims.impl.ExternalUserIdMappingProviderExtension", &[]),
        ("com.adobe.granite.auth.oauth.impl.DefaultTokenValidatorImpl", &[]),
        ("com.adobe.cq.dtm.reactor.impl.service.WebServiceImpl", &[]),
        ("com.adobe.acs.commons.adobeio.service.impl.EndpointServiceImpl", &[]),
    ];

    /// PIDs without credentials: logging, repository initialisation, service users.
    pub static UNRELATED_PREFIXES: &[&str] = &[
        "org.apache.sling.commons.log.",
        "org.apache.sling.jcr.repoinit.",
        "org.apache.sling.serviceusermapping.",
        "org.apache.sling.jcr.base.internal.LoginAdminWhitelist",
        "com.adobe.granite.auth.saml.",
        "org.apache.sling.security.",
        "com.adobe.granite.cors.",
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_found_in_names_without_mistaking_parts_of_other_words() {
        assert_eq!(product_of_name("Adobe Launch"), Some(Product::Launch));
        assert_eq!(product_of_name("adobe-ims-similaritysearch"), Some(Product::SmartTags));
        assert_eq!(product_of_name("IMS Target"), Some(Product::Target));
        assert_eq!(product_of_name("acme target"), Some(Product::Target));
        assert_eq!(product_of_name("targeted-offers"), None);
        assert_eq!(product_of_name("stockholm"), None);
        assert_eq!(product_of_name("Brand Portal prod"), Some(Product::BrandPortal));
    }

    #[test]
    fn metascopes_are_known_bare_and_as_claims() {
        assert_eq!(product_of_metascope("https://ims-na1.adobelogin.com/s/ent_reactor_sdk"), Some(Product::Launch));
        assert_eq!(product_of_metascope("/s/ent_adobeio_sdk"), Some(Product::IoEvents));
        assert!(is_metascope("ent_brandnew_sdk"));
        assert!(!is_metascope("openid"));
        assert!(!is_metascope("ent_ something_sdk"));
    }
}
