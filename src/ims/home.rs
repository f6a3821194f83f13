//! Where a value lives: who reads it there, and so what fills its placeholders and which advice fits.
//!
//! Sources: AEM as a Cloud Service, "Configuring OSGi" (`$[env:…]` and `$[secret:…]` in OSGi configurations only); README
//! of Felix' `configadmin-plugins/interpolation` (the plugin works on ConfigurationAdmin, not on content); AEM 6.5,
//! "Encryption Support for Configuration Properties"; `aio-lib-core-config` (the readers of `.aio` and `.env` know no
//! `$[…]`).

use super::location::Location;
use super::target::Target;
use crate::format::traits::Stores;
use crate::format::traits_of;

/// What kind of place a value stands in, whatever the edition of AEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// An OSGi configuration.
    Osgi,
    /// A node of the repository.
    JcrNode,
    /// `.aio` and its like.
    AioFile,
    /// `.env`.
    DotEnv,
    /// JSON that holds a credential, of the Developer Console or of one's own.
    CredentialJson,
    /// A properties file.
    BundleProperties,
    /// A workflow of a continuous integration.
    CiWorkflow,
    /// Nothing tells.
    Unknown,
}

/// A [`Place`] in an edition of AEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Home {
    /// An OSGi configuration of AEM as a Cloud Service.
    CloudServiceOsgi,
    /// An OSGi configuration of AEM 6.5 or AMS.
    InstanceOsgi,
    /// An OSGi configuration of AEM 6.5 LTS.
    LtsOsgi,
    /// An OSGi configuration of an edition that is not known.
    AnyOsgi,
    /// A node of the repository.
    JcrNode,
    /// `.aio` and its like.
    AioFile,
    /// `.env`.
    DotEnv,
    /// JSON that holds a credential.
    CredentialJson,
    /// A properties file.
    BundleProperties,
    /// A workflow of a continuous integration.
    CiWorkflow,
    /// Nothing tells.
    Unknown,
}

/// Who fills in `$[secret:NAME]` and `$[env:NAME]` in a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interpolation {
    /// AEM does.
    Works,
    /// Only where a plugin was added and set up.
    NeedsPlugin,
    /// No source tells.
    NotKnown,
    /// Nobody: the text is used as it stands.
    Never,
}

/// Who decrypts a value that CryptoSupport has protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decryption {
    /// The instance whose key protected it.
    Works,
    /// Every environment has a key of its own, so that a value in code is readable in none of them, or in one.
    OwnKeyEach,
    /// Some components do so themselves.
    SomeComponents,
    /// Nobody.
    Never,
    /// No source tells.
    NotKnown,
}

impl Place {
    /// The place of a value in a file called `file` of the format called `format`; `osgi` when its node is an OSGi
    /// configuration, `content` when it has a path in the repository.
    pub fn new(format: &str, file: &str, osgi: bool, content: bool) -> Self {
        match traits_of(format).map(|traits| traits.stores) {
            _ if osgi => Self::Osgi,
            Some(Stores::Configurations) => Self::Osgi,
            Some(Stores::CommandLine | Stores::Settings) if is_dotenv(file) => Self::DotEnv,
            Some(Stores::CommandLine) => Self::AioFile,
            Some(Stores::Credentials) => Self::CredentialJson,
            Some(Stores::Settings) => Self::BundleProperties,
            Some(Stores::Content) if content => Self::JcrNode,
            Some(Stores::Content) if file.ends_with(".json") => Self::CredentialJson,
            Some(Stores::Content | Stores::Other) | None => Self::Unknown,
        }
    }

    /// The place of a location.
    pub fn of(location: &Location) -> Self {
        let content = location.jcr_path.as_deref().is_some_and(|path| path.starts_with('/'));
        Self::new(location.file.format, location.file.context.file_name(), location.pid.is_some(), content)
    }

    /// Whether AEM stores the value: as it is written, without the syntax that the readers of other files know.
    pub fn is_aem(self) -> bool {
        matches!(self, Self::Osgi | Self::JcrNode)
    }
}

fn is_dotenv(file: &str) -> bool {
    file == ".env" || file.starts_with(".env.") || file.ends_with(".env")
}

impl Home {
    /// `place` in the edition `target`.
    pub fn new(place: Place, target: Target) -> Self {
        match (place, target) {
            (Place::Osgi, Target::CloudService) => Self::CloudServiceOsgi,
            (Place::Osgi, Target::V65) => Self::InstanceOsgi,
            (Place::Osgi, Target::V65Lts) => Self::LtsOsgi,
            (Place::Osgi, Target::Unknown) => Self::AnyOsgi,
            (Place::JcrNode, _) => Self::JcrNode,
            (Place::AioFile, _) => Self::AioFile,
            (Place::DotEnv, _) => Self::DotEnv,
            (Place::CredentialJson, _) => Self::CredentialJson,
            (Place::BundleProperties, _) => Self::BundleProperties,
            (Place::CiWorkflow, _) => Self::CiWorkflow,
            (Place::Unknown, _) => Self::Unknown,
        }
    }

    /// The home of a value at `location`.
    pub fn of(location: &Location, target: Target) -> Self {
        Self::new(Place::of(location), target)
    }

    /// Who fills in `$[secret:NAME]` and `$[env:NAME]`.
    pub fn interpolation(self) -> Interpolation {
        match self {
            Self::CloudServiceOsgi | Self::AnyOsgi => Interpolation::Works,
            Self::InstanceOsgi => Interpolation::NeedsPlugin,
            Self::LtsOsgi | Self::CiWorkflow | Self::Unknown => Interpolation::NotKnown,
            Self::JcrNode | Self::AioFile | Self::DotEnv | Self::CredentialJson | Self::BundleProperties => {
                Interpolation::Never
            }
        }
    }

    /// Who decrypts a value that CryptoSupport has protected.
    pub fn decryption(self) -> Decryption {
        match self {
            Self::CloudServiceOsgi => Decryption::OwnKeyEach,
            Self::InstanceOsgi | Self::LtsOsgi | Self::AnyOsgi => Decryption::Works,
            Self::JcrNode => Decryption::SomeComponents,
            Self::AioFile | Self::DotEnv | Self::CredentialJson | Self::BundleProperties => Decryption::Never,
            Self::CiWorkflow | Self::Unknown => Decryption::NotKnown,
        }
    }

    /// Whether Cloud Manager gives the variables of its placeholders, as far as is known.
    pub fn has_cloud_manager(self) -> bool {
        matches!(self, Self::CloudServiceOsgi | Self::AnyOsgi)
    }

    /// "an OSGi configuration of AEM 6.5"
    pub fn name(self) -> &'static str {
        match self {
            Self::CloudServiceOsgi => "an OSGi configuration of AEM as a Cloud Service",
            Self::InstanceOsgi => "an OSGi configuration of AEM 6.5",
            Self::LtsOsgi => "an OSGi configuration of AEM 6.5 LTS",
            Self::AnyOsgi => "an OSGi configuration",
            Self::JcrNode => "a node of the repository",
            Self::AioFile => "a file of the `aio` command line",
            Self::DotEnv => "a `.env` file",
            Self::CredentialJson => "a JSON file",
            Self::BundleProperties => "a properties file",
            Self::CiWorkflow => "a workflow",
            Self::Unknown => "this file",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_the_name_and_the_node_decide() {
        for (format, file, osgi, content, place) in [
            ("cfg-json", "x.cfg.json", true, false, Place::Osgi),
            ("docview", "x.xml", true, true, Place::Osgi),
            ("docview", ".content.xml", false, true, Place::JcrNode),
            ("sling-get", "acme.json", false, true, Place::JcrNode),
            ("sling-get", "config.json", false, false, Place::CredentialJson),
            ("developer-console", "console.json", false, false, Place::CredentialJson),
            ("service-credentials", "x.json", false, false, Place::CredentialJson),
            ("aio", ".aio", false, false, Place::AioFile),
            ("aio", ".env", false, false, Place::DotEnv),
            ("aio", ".env.prod", false, false, Place::DotEnv),
            ("properties", "workspace.properties", false, false, Place::BundleProperties),
            ("archive", "x.zip", false, false, Place::Unknown),
        ] {
            assert_eq!(Place::new(format, file, osgi, content), place, "{format} {file}");
        }
    }

    #[test]
    fn only_osgi_configurations_depend_on_the_edition() {
        for target in [Target::CloudService, Target::V65, Target::V65Lts, Target::Unknown] {
            for place in [Place::JcrNode, Place::AioFile, Place::DotEnv, Place::CredentialJson] {
                let home = Home::new(place, target);
                assert_eq!(home, Home::new(place, Target::Unknown));
                assert_eq!(home.interpolation(), Interpolation::Never, "{place:?}");
            }
        }
        let of = |target| Home::new(Place::Osgi, target).interpolation();
        assert_eq!(of(Target::CloudService), Interpolation::Works);
        assert_eq!(of(Target::Unknown), Interpolation::Works);
        assert_eq!(of(Target::V65), Interpolation::NeedsPlugin);
        assert_eq!(of(Target::V65Lts), Interpolation::NotKnown);
    }

    #[test]
    fn protected_values_belong_to_one_instance() {
        let of = |place, target| Home::new(place, target).decryption();
        assert_eq!(of(Place::Osgi, Target::CloudService), Decryption::OwnKeyEach);
        assert_eq!(of(Place::Osgi, Target::V65), Decryption::Works);
        assert_eq!(of(Place::DotEnv, Target::V65), Decryption::Never);
        assert_eq!(of(Place::JcrNode, Target::V65), Decryption::SomeComponents);
    }
}
