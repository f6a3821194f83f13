//! Tables of facts about Adobe IMS in AEM: products, metascopes, PIDs, hosts, documentation pages. Each with its source.

/// A product that AEM integrates with through IMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the names are the documentation; `name` gives the spelling
pub enum Product {
    Launch,
    Target,
    Analytics,
    SmartTags,
    BrandPortal,
    Stock,
    IoEvents,
    FormsConversion,
    Campaign,
    ExperiencePlatform,
    CloudManager,
    AemCloudService,
    DynamicMedia,
    Other,
}

impl Product {
    /// The name people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Launch => "Launch (Tags)",
            Self::Target => "Target",
            Self::Analytics => "Analytics",
            Self::SmartTags => "Smart Tags",
            Self::BrandPortal => "Brand Portal",
            Self::Stock => "Stock",
            Self::IoEvents => "I/O Events",
            Self::FormsConversion => "Automated Forms Conversion",
            Self::Campaign => "Campaign",
            Self::ExperiencePlatform => "Experience Platform",
            Self::CloudManager => "Cloud Manager",
            Self::AemCloudService => "AEM as a Cloud Service",
            Self::DynamicMedia => "Dynamic Media",
            Self::Other => "other",
        }
    }
}
