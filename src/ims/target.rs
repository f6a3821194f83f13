//! Which AEM a project is for.

/// An AEM edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Target {
    /// AEM as a Cloud Service.
    CloudService,
    /// AEM 6.5 and AMS.
    V65,
    /// AEM 6.5 LTS.
    V65Lts,
    /// Not known: messages speak of each.
    #[default]
    Unknown,
}

/// A target and why it was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DecidedTarget {
    /// The edition.
    pub target: Target,
    /// "`--target`", "`aem-sdk-api` in pom.xml", …; empty when unknown.
    pub because: String,
}
