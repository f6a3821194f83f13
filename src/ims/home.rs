//! Where a value is stored: what reads it there, and so what replaces its placeholders and which advice applies.
//!
//! Every sentence about where to store a secret or another value uses [`Home`], so no advice suggests
//! `$[secret:NAME]` or a protected value in a file that AEM never reads.
//!
//! Sources: AEM as a Cloud Service, "Configuring OSGi" (`$[env:…]` and `$[secret:…]` in OSGi configurations only); README
//! of Felix' `configadmin-plugins/interpolation` (the plugin works on ConfigurationAdmin, not on content); AEM 6.5,
//! "Encryption Support for Configuration Properties"; `aio-lib-core-config` (the readers of `.aio` and `.env` know no
//! `$[…]`).

use super::location::Location;
use super::target::Target;
use crate::format::traits::Stores;
use crate::format::traits_of;

/// The kind of place that contains a value, independent of the AEM edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValuePlace {
    /// An OSGi configuration.
    Osgi,
    /// A node of the repository.
    JcrNode,
    /// `.aio` and similar files.
    AioFile,
    /// `.env`.
    DotEnv,
    /// JSON with a credential, from the Developer Console or custom.
    CredentialJson,
    /// A file of properties or settings.
    BundleProperties,
    /// YAML for a tool: a connector, the configuration of an application.
    YamlFile,
    /// A CI workflow.
    CiWorkflow,
    /// Unknown.
    Unknown,
}

/// Everything that is known about a [`ValuePlace`] in an edition of AEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home {
    /// "an OSGi configuration of AEM 6.5"
    pub name: &'static str,
    /// What replaces `$[secret:NAME]` and `$[env:NAME]`.
    pub interpolation: Interpolation,
    /// What decrypts a value protected by CryptoSupport.
    pub decryption: Decryption,
    /// Whether Cloud Manager provides the variables for its placeholders, if known.
    pub has_cloud_manager: bool,
    /// How to store a secret there: "as `$[secret:NAME]` …", after "`property`: ".
    pub secret: &'static str,
    /// How several scopes are written there.
    pub scopes: ScopeForm,
}

/// How several scopes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeForm {
    /// `openid,AdobeID`
    Commas,
    /// `["openid","AdobeID"]`
    List,
}

impl ScopeForm {
    /// "separated by commas"
    pub fn words(self) -> &'static str {
        match self {
            Self::Commas => "separated by commas",
            Self::List => "as a list",
        }
    }

    /// `scopes` as they are written.
    pub fn write(self, scopes: &[&str]) -> String {
        match self {
            Self::Commas => scopes.join(","),
            Self::List => format!("[\"{}\"]", scopes.join("\",\"")),
        }
    }
}

/// Who fills in `$[secret:NAME]` and `$[env:NAME]` in a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interpolation {
    /// AEM does.
    Works,
    /// Only with a plugin that was installed and configured.
    NeedsPlugin,
    /// Not documented.
    NotKnown,
    /// Nothing: the text is used literally.
    Never,
}

/// What decrypts a value protected by CryptoSupport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decryption {
    /// The instance whose key protected it.
    Works,
    /// Every environment has its own key, so that at most one environment can read a value in code.
    OwnKeyEach,
    /// Some components do so themselves.
    SomeComponents,
    /// Nobody.
    Never,
    /// Not documented.
    NotKnown,
}

/// Files and folders for CI workflows.
const WORKFLOWS: &[&str] = &[
    ".github/workflows/",
    ".circleci/",
    ".gitlab-ci.yml",
    "bitbucket-pipelines.yml",
    "azure-pipelines.yml",
    ".travis.yml",
];

impl ValuePlace {
    /// The place of a value in the file at `path` of the format called `format`; `osgi` when its node is an OSGi
    /// configuration, `content` when it has a path in the repository.
    pub fn new(format: &str, path: &str, osgi: bool, content: bool) -> Self {
        let file = path.rsplit('/').next().unwrap_or(path);
        match traits_of(format).map(|traits| traits.stores) {
            _ if osgi => Self::Osgi,
            Some(Stores::Configurations) => Self::Osgi,
            Some(Stores::CommandLine | Stores::Settings) if is_dotenv(file) => Self::DotEnv,
            Some(Stores::CommandLine) => Self::AioFile,
            Some(Stores::Credentials) => Self::CredentialJson,
            Some(Stores::Settings) => Self::BundleProperties,
            Some(Stores::Documents) if is_workflow(path) => Self::CiWorkflow,
            Some(Stores::Documents) => Self::YamlFile,
            Some(Stores::Content) if content => Self::JcrNode,
            Some(Stores::Content) if file.ends_with(".json") => Self::CredentialJson,
            Some(Stores::Content | Stores::Other) | None => Self::Unknown,
        }
    }

    /// The place of a location.
    pub fn of(location: &Location) -> Self {
        let content = location.jcr_path.as_deref().is_some_and(|path| path.starts_with('/'));
        let path = location.file.context.path.to_string();
        Self::new(location.file.format, &path, location.pid.is_some(), content)
    }

    /// Whether AEM stores the value: as it is written, without the syntax that the readers of other files know.
    pub fn is_aem(self) -> bool {
        matches!(self, Self::Osgi | Self::JcrNode)
    }
}

fn is_workflow(path: &str) -> bool {
    WORKFLOWS.iter().any(|place| match place.strip_suffix('/') {
        Some(folder) => path.starts_with(place) || path.contains(&format!("/{folder}/")),
        None => path.rsplit('/').next() == Some(place),
    })
}

fn is_dotenv(file: &str) -> bool {
    file == ".env" || file.starts_with(".env.") || file.ends_with(".env")
}

impl Home {
    /// An OSGi configuration of AEM as a Cloud Service.
    pub const CLOUD_SERVICE_OSGI: Self = Self {
        name: "an OSGi configuration of AEM as a Cloud Service",
        interpolation: Interpolation::Works,
        decryption: Decryption::OwnKeyEach,
        has_cloud_manager: true,
        secret: "as `$[secret:NAME]` with the value set in Cloud Manager",
        scopes: ScopeForm::Commas,
    };

    /// An OSGi configuration of AEM 6.5 or AMS.
    pub const INSTANCE_OSGI: Self = Self {
        name: "an OSGi configuration of AEM 6.5",
        interpolation: Interpolation::NeedsPlugin,
        decryption: Decryption::Works,
        has_cloud_manager: false,
        secret: "protected with CryptoSupport (`{…}`) or set on the instance, never in plain text",
        scopes: ScopeForm::Commas,
    };

    /// An OSGi configuration of AEM 6.5 LTS.
    pub const LTS_OSGI: Self = Self {
        name: "an OSGi configuration of AEM 6.5 LTS",
        interpolation: Interpolation::NotKnown,
        ..Self::INSTANCE_OSGI
    };

    /// An OSGi configuration of an unknown edition.
    pub const ANY_OSGI: Self = Self {
        name: "an OSGi configuration",
        interpolation: Interpolation::Works,
        decryption: Decryption::Works,
        has_cloud_manager: true,
        secret: "as `$[secret:NAME]` on AEM as a Cloud Service, protected with CryptoSupport (`{…}`) on AEM 6.5",
        scopes: ScopeForm::Commas,
    };

    const JCR_NODE: Self = Self {
        name: "a node of the repository",
        interpolation: Interpolation::Never,
        decryption: Decryption::SomeComponents,
        has_cloud_manager: false,
        secret: "entered in the product's console on the instance, and not in a package",
        scopes: ScopeForm::Commas,
    };

    /// A file whose reader uses every value literally.
    const PLAIN_FILE: Self = Self {
        name: "a file",
        interpolation: Interpolation::Never,
        decryption: Decryption::Never,
        has_cloud_manager: false,
        secret: "in a file that is not in the repository, or in the secret store of the environment that runs it",
        scopes: ScopeForm::Commas,
    };

    const AIO_FILE: Self = Self {
        name: "a file of the `aio` command line",
        secret: "in the user's configuration (`aio config:set`) or in an environment variable, not in a file of the \
    repository",
        scopes: ScopeForm::List,
        ..Self::PLAIN_FILE
    };

    const DOT_ENV: Self = Self {
        name: "a `.env` file",
        secret: "in a `.env` file that is not in the repository (`.gitignore`), or in the secret store of the environment \
    that runs it",
        scopes: ScopeForm::List,
        ..Self::PLAIN_FILE
    };

    const CREDENTIAL_JSON: Self = Self { name: "a JSON file", scopes: ScopeForm::List, ..Self::PLAIN_FILE };

    const BUNDLE_PROPERTIES: Self = Self { name: "a settings file", ..Self::PLAIN_FILE };

    const YAML_FILE: Self = Self { name: "a YAML file", scopes: ScopeForm::List, ..Self::PLAIN_FILE };

    const CI_WORKFLOW: Self = Self {
        name: "a workflow",
        interpolation: Interpolation::NotKnown,
        decryption: Decryption::NotKnown,
        has_cloud_manager: false,
        secret: "as a CI secret (GitHub: `${{ secrets.NAME }}`)",
        scopes: ScopeForm::Commas,
    };

    const UNKNOWN: Self = Self {
        name: "this file",
        interpolation: Interpolation::NotKnown,
        decryption: Decryption::NotKnown,
        has_cloud_manager: false,
        secret: "where it cannot be read, never in plain text",
        scopes: ScopeForm::Commas,
    };

    /// The home of a value in such a place.
    pub fn new(place: ValuePlace, target: Target) -> Self {
        match (place, target) {
            (ValuePlace::Osgi, Target::CloudService) => Self::CLOUD_SERVICE_OSGI,
            (ValuePlace::Osgi, Target::V65) => Self::INSTANCE_OSGI,
            (ValuePlace::Osgi, Target::V65Lts) => Self::LTS_OSGI,
            (ValuePlace::Osgi, Target::Unknown) => Self::ANY_OSGI,
            (ValuePlace::JcrNode, _) => Self::JCR_NODE,
            (ValuePlace::AioFile, _) => Self::AIO_FILE,
            (ValuePlace::DotEnv, _) => Self::DOT_ENV,
            (ValuePlace::CredentialJson, _) => Self::CREDENTIAL_JSON,
            (ValuePlace::BundleProperties, _) => Self::BUNDLE_PROPERTIES,
            (ValuePlace::YamlFile, _) => Self::YAML_FILE,
            (ValuePlace::CiWorkflow, _) => Self::CI_WORKFLOW,
            (ValuePlace::Unknown, _) => Self::UNKNOWN,
        }
    }

    /// The home of a value at `location`.
    pub fn of(location: &Location, target: Target) -> Self {
        Self::new(ValuePlace::of(location), target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_the_name_and_the_node_decide() {
        for (format, file, osgi, content, place) in [
            ("cfg-json", "x.cfg.json", true, false, ValuePlace::Osgi),
            ("docview", "x.xml", true, true, ValuePlace::Osgi),
            ("docview", ".content.xml", false, true, ValuePlace::JcrNode),
            ("sling-get", "acme.json", false, true, ValuePlace::JcrNode),
            ("sling-get", "config.json", false, false, ValuePlace::CredentialJson),
            ("developer-console", "console.json", false, false, ValuePlace::CredentialJson),
            ("service-credentials", "x.json", false, false, ValuePlace::CredentialJson),
            ("aio", ".aio", false, false, ValuePlace::AioFile),
            ("aio", ".env", false, false, ValuePlace::DotEnv),
            ("aio", ".env.prod", false, false, ValuePlace::DotEnv),
            ("properties", "workspace.properties", false, false, ValuePlace::BundleProperties),
            ("yaml", ".github/workflows/deploy.yml", false, false, ValuePlace::CiWorkflow),
            ("yaml", "acme/.github/workflows/deploy.yml", false, false, ValuePlace::CiWorkflow),
            ("yaml", "acme/bitbucket-pipelines.yml", false, false, ValuePlace::CiWorkflow),
            ("yaml", "connector-umapi.yml", false, false, ValuePlace::YamlFile),
            ("archive", "x.zip", false, false, ValuePlace::Unknown),
        ] {
            assert_eq!(ValuePlace::new(format, file, osgi, content), place, "{format} {file}");
        }
    }

    #[test]
    fn only_osgi_configurations_depend_on_the_edition() {
        for target in [Target::CloudService, Target::V65, Target::V65Lts, Target::Unknown] {
            for place in [ValuePlace::JcrNode, ValuePlace::AioFile, ValuePlace::DotEnv, ValuePlace::CredentialJson] {
                let home = Home::new(place, target);
                assert_eq!(home, Home::new(place, Target::Unknown));
                assert_eq!(home.interpolation, Interpolation::Never, "{place:?}");
            }
        }
        let of = |target| Home::new(ValuePlace::Osgi, target).interpolation;
        assert_eq!(of(Target::CloudService), Interpolation::Works);
        assert_eq!(of(Target::Unknown), Interpolation::Works);
        assert_eq!(of(Target::V65), Interpolation::NeedsPlugin);
        assert_eq!(of(Target::V65Lts), Interpolation::NotKnown);
    }

    #[test]
    fn only_where_aem_reads_is_its_syntax_advised() {
        let aem = [Home::CLOUD_SERVICE_OSGI, Home::INSTANCE_OSGI, Home::LTS_OSGI, Home::ANY_OSGI];
        let others = [
            Home::JCR_NODE,
            Home::AIO_FILE,
            Home::DOT_ENV,
            Home::CREDENTIAL_JSON,
            Home::BUNDLE_PROPERTIES,
            Home::YAML_FILE,
            Home::CI_WORKFLOW,
            Home::UNKNOWN,
        ];
        let speaks_aem = |home: &Home| home.secret.contains("$[") || home.secret.contains("CryptoSupport");
        assert!(aem.iter().all(speaks_aem));
        assert!(!others.iter().any(speaks_aem));
        assert!(Home::CLOUD_SERVICE_OSGI.secret.starts_with("as `$[secret:NAME]` with the value set in Cloud Manager"));
        assert_eq!(Home::INSTANCE_OSGI.secret, Home::LTS_OSGI.secret);
    }

    #[test]
    fn scopes_are_written_as_their_reader_wants_them() {
        let write = |home: Home| home.scopes.write(&["openid", "AdobeID"]);
        assert_eq!(write(Home::CLOUD_SERVICE_OSGI), "openid,AdobeID");
        assert_eq!(write(Home::AIO_FILE), r#"["openid","AdobeID"]"#);
    }

    #[test]
    fn protected_values_belong_to_one_instance() {
        let of = |place, target| Home::new(place, target).decryption;
        assert_eq!(of(ValuePlace::Osgi, Target::CloudService), Decryption::OwnKeyEach);
        assert_eq!(of(ValuePlace::Osgi, Target::V65), Decryption::Works);
        assert_eq!(of(ValuePlace::DotEnv, Target::V65), Decryption::Never);
        assert_eq!(of(ValuePlace::JcrNode, Target::V65), Decryption::SomeComponents);
    }
}
