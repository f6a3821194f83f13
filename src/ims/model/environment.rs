//! Where a configuration is in force, what prevents that, and whether it gets a token there.

use super::super::Location;
use super::Field;

/// An environment in which a configuration is in force.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Environment {
    /// `author`, `publish` or `preview`; empty if unknown for an instance.
    pub service: &'static str,
    /// `dev`, `stage`, `prod`, `rde`, or another run mode that occurs; empty if unknown for an instance.
    pub stage: String,
}

impl std::fmt::Display for Environment {
    /// `author/prod`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // One of the two may be unknown for an instance.
        match (self.service, self.stage.as_str()) {
            ("", stage) => f.write_str(stage),
            (service, "") => f.write_str(service),
            (service, stage) => write!(f, "{service}/{stage}"),
        }
    }
}

/// How AEM handles a configuration differently than expected.
#[derive(Clone, Debug)]
pub struct LoadingVerdict {
    /// How AEM handles it.
    pub kind: LoadingProblem,
    /// Why, in one sentence.
    pub message: String,
    /// The properties that are lost, for [`LoadingProblem::KeysDropped`].
    pub keys: Vec<String>,
    /// Where.
    pub location: Location,
}

impl LoadingVerdict {
    /// How AEM handles the configuration at `location`, and why.
    pub fn new(kind: LoadingProblem, message: impl Into<String>, location: Location) -> Self {
        Self { kind, message: message.into(), keys: Vec::new(), location }
    }
}

/// Whether an integration gets a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::VariantArray, strum::IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub enum TokenVerdict {
    /// No evidence against it.
    Works,
    /// The files do not show it: a user's sign-in, a reference to something that was not scanned.
    Unknown,
    /// Something that a token request needs is missing.
    Incomplete,
    /// It has a value that Adobe IMS or AEM cannot use.
    Broken,
    /// No configuration of it is in force.
    NotInForce,
}

impl TokenVerdict {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        self.into()
    }

    /// The name shown to users.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotInForce => "not in force",
            other => other.id(),
        }
    }
}

/// The verdict for an integration in one environment.
#[derive(Clone, Debug)]
pub struct EnvironmentVerdict {
    /// The environment; `None` if run modes do not apply, or if it is not in force anywhere.
    pub environment: Option<Environment>,
    /// Whether it gets a token there.
    pub verdict: TokenVerdict,
    /// Why it gets no token, most severe first.
    pub causes: Vec<Cause>,
}

/// Why an integration gets no token.
#[derive(Clone, Debug)]
pub struct Cause {
    /// The rule.
    pub rule: &'static str,
    /// What is wrong: the message of its finding.
    pub message: String,
    /// The file and the property.
    pub location: Location,
}

/// How AEM handles a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LoadingProblem {
    /// AEM rejects the file.
    Rejected,
    /// AEM loads the file without some of its keys.
    KeysDropped,
    /// AEM never reads this location, or imports the file as something else.
    NotInstalled,
    /// The file name is not read as the factory instance it means.
    FileName,
    /// AEM as a Cloud Service installs the file, but an instance of AEM 6.5 would not; it is unknown for which of them
    /// it is.
    NotOnInstances,
    /// It is in force on a local AEM SDK only.
    SdkOnly,
    /// The name of its folder is encoded, so that editions read it differently.
    EncodedName,
    /// The filter of the package does not cover it.
    NotCovered,
    /// The filter of the package keeps an existing configuration.
    Merged,
    /// The instance has other run modes, or another configuration of the PID fits them better.
    OtherRunModes,
}

impl LoadingProblem {
    /// Whether the configuration is not in force anywhere because of it.
    pub fn keeps_out(self) -> bool {
        match self {
            Self::Rejected | Self::NotInstalled | Self::FileName | Self::SdkOnly | Self::OtherRunModes => true,
            Self::KeysDropped | Self::NotOnInstances | Self::EncodedName | Self::NotCovered | Self::Merged => false,
        }
    }
}

/// Another configuration of the same PID, equally specific, so that it is unclear which of the two is in force.
#[derive(Clone, Debug)]
pub struct Contest {
    /// The other one.
    pub other: Location,
    /// Whether both have the same properties and values, so that it does not matter.
    pub same_content: bool,
    /// Where both apply.
    pub environments: Vec<Environment>,
}

/// A configuration that holds the client secret of a provider.
#[derive(Clone, Debug)]
pub struct Partner {
    /// The configuration.
    pub location: Location,
    /// The client secret, missing when the configuration has none.
    pub secret: Field,
    /// Where it is in force.
    pub scope: Scope,
    /// How AEM handles it differently than expected.
    pub verdicts: Vec<LoadingVerdict>,
    /// Configurations of the same PID that are in force at the same time.
    pub contests: Vec<Contest>,
}

/// Where a configuration is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Run modes do not apply: it is in force wherever it is needed.
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
