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

/// What one file tells of the AEM edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The edition.
    pub target: Target,
    /// Why, as in [`DecidedTarget::because`].
    pub because: String,
    /// How much it counts beside other hints.
    pub weight: u8,
}

/// What the user said, or else what the hints say together.
pub fn decide(asked: Target, hints: &[Hint]) -> DecidedTarget {
    if asked != Target::Unknown {
        return DecidedTarget { target: asked, because: "`--target`".to_owned() };
    }
    let best = hints.iter().rev().max_by_key(|hint| hint.weight);
    best.map_or_else(DecidedTarget::default, |hint| DecidedTarget {
        target: hint.target,
        because: hint.because.clone(),
    })
}
