//! What the names of instances say: names given by the user, and names of files and folders.

use std::sync::LazyLock;

use crate::patterns::constant_regex;
use regex::Regex;

/// An environment and a service, if a name shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tier {
    /// `prod`, `stage`, `dev` or another one.
    pub environment: Option<String>,
    /// `author`, `publish` or `preview`.
    pub service: Option<&'static str>,
}

/// Words for services.
const SERVICES: [(&str, &str); 4] =
    [("author", "author"), ("publish", "publish"), ("publisher", "publish"), ("preview", "preview")];

/// Words for environments.
const ENVIRONMENTS: [(&str, &str); 16] = [
    ("dev", "dev"),
    ("development", "dev"),
    ("stage", "stage"),
    ("staging", "stage"),
    ("stg", "stage"),
    ("prod", "prod"),
    ("production", "prod"),
    ("prd", "prod"),
    ("rde", "rde"),
    ("qa", "qa"),
    ("uat", "uat"),
    ("int", "int"),
    ("test", "test"),
    ("preprod", "preprod"),
    ("sandbox", "sandbox"),
    ("local", "local"),
];

fn service(word: &str) -> Option<&'static str> {
    // Servers are numbered: `author1`, `author1useast1`.
    let word = word.to_ascii_lowercase();
    let numbered = |name: &str| {
        word.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    SERVICES.iter().find(|(name, _)| numbered(name)).map(|(_, service)| *service)
}

fn environment(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
    ENVIRONMENTS.iter().find(|(name, _)| *name == word).map(|(_, environment)| *environment)
}

impl Tier {
    /// What the user's name for an instance says: `prod/author`, or a single known word; empty for other names.
    pub fn of_label(label: &str) -> Self {
        let label = label.trim();
        match label.split_once('/').map(|(first, second)| (first.trim(), second.trim())) {
            Some((environment, name)) if service(name).is_some() => {
                Self { environment: named(environment), service: service(name) }
            }
            Some((name, environment)) if service(name).is_some() => {
                Self { environment: named(environment), service: service(name) }
            }
            Some(_) => Self::default(),
            None => Self { environment: environment(label).map(str::to_owned), service: service(label) },
        }
    }

    /// The words in the name of a file or folder: `author-prod-2026.zip`.
    pub fn of_name(name: &str) -> Self {
        let words = || name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let environment = words().find_map(environment).map(str::to_owned);
        Self { environment, service: words().find_map(service) }
    }

    /// What active run modes say.
    pub fn of_run_modes<'a>(modes: impl Iterator<Item = &'a str> + Clone) -> Self {
        let service =
            modes.clone().find_map(|mode| super::super::deployment::SERVICES.iter().find(|name| **name == mode));
        let environment = modes.clone().find_map(|mode| {
            ENVIRONMENTS.iter().find(|(name, canonical)| name == canonical && *name == mode).map(|(name, _)| *name)
        });
        Self { environment: environment.map(str::to_owned), service: service.copied() }
    }

    /// These values, completed by those of `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { environment: self.environment.or(other.environment), service: self.service.or(other.service) }
    }

    /// Whether both can be the same instance.
    pub fn agrees(&self, other: &Self) -> bool {
        let alike = |one: Option<&str>, other: Option<&str>| one.is_none() || other.is_none() || one == other;
        alike(self.environment.as_deref(), other.environment.as_deref()) && alike(self.service, other.service)
    }

    /// Whether both values are unknown.
    pub fn is_empty(&self) -> bool {
        self.environment.is_none() && self.service.is_none()
    }
}

fn named(environment: &str) -> Option<String> {
    (!environment.is_empty()).then(|| environment.to_owned())
}

/// Program and environment of AEM as a Cloud Service in a name: `p12345-e6789`.
pub fn cloud_environment(name: &str) -> Option<String> {
    static PATTERN: LazyLock<Regex> = LazyLock::new(|| constant_regex(r"(?:^|[^A-Za-z0-9])(p\d+-e\d+)(?:[^0-9]|$)"));
    let found = PATTERN.captures(name)?;
    found.get(1).map(|id| id.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(tier: Tier) -> String {
        format!("{}/{}", tier.environment.as_deref().unwrap_or("-"), tier.service.unwrap_or("-"))
    }

    #[test]
    fn labels_are_environment_and_service_or_any_text() {
        for (label, tier) in [
            ("prod/author", "prod/author"),
            ("author/prod", "prod/author"),
            ("kunde-a prod/publish", "kunde-a prod/publish"),
            ("prod", "prod/-"),
            ("author", "-/author"),
            ("server 1", "-/-"),
            ("a/b", "-/-"),
        ] {
            assert_eq!(shown(Tier::of_label(label)), tier, "{label}");
        }
    }

    #[test]
    fn names_of_files_say_something_in_passing() {
        for (name, tier) in [
            ("author-prod.zip", "prod/author"),
            ("acme-prod-author1useast1.tar.gz", "prod/author"),
            ("publish1_stage", "stage/publish"),
            ("com.acme.product-1.0.zip", "-/-"),
            ("authoring.zip", "-/-"),
        ] {
            assert_eq!(shown(Tier::of_name(name)), tier, "{name}");
        }
        assert_eq!(cloud_environment("author-p123-e456.adobeaemcloud.com").as_deref(), Some("p123-e456"));
        assert_eq!(cloud_environment("app1-e2"), None);
    }
}
