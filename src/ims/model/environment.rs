//! Where a configuration is in force, what stands in the way, and whether it gets a token there.

use super::super::Location;
use super::Field;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::VariantArray)]
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
