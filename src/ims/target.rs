//! The AEM edition of a project.

use crate::repository::FileContext;
use crate::repository::system::without_comments;
use crate::source::Literal;

/// An AEM edition.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, strum::IntoStaticStr, strum::VariantArray,
)]
pub enum Target {
    /// AEM as a Cloud Service.
    #[strum(serialize = "aemaacs")]
    CloudService,
    /// AEM 6.5 and AMS.
    #[strum(serialize = "6.5")]
    V65,
    /// AEM 6.5 LTS.
    #[strum(serialize = "6.5-lts")]
    V65Lts,
    /// Unknown: messages mention all editions.
    #[default]
    #[strum(serialize = "unknown")]
    Unknown,
}

impl Target {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        self.into()
    }
}

/// A target and why it was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DecidedTarget {
    /// The edition.
    pub target: Target,
    /// "`--target`", "`aem-sdk-api` in pom.xml", …; empty when unknown.
    pub because: String,
}

/// A hint about the AEM edition from one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The edition.
    pub target: Target,
    /// Why, as in [`DecidedTarget::because`].
    pub because: &'static str,
    /// Its weight: the hint with the highest weight is used.
    pub weight: u8,
}

/// Signs of an edition in `pom.xml`, without comments.
///
/// `aem-sdk-api` and `aemanalyser-maven-plugin` belong to AEM as a Cloud Service (Adobe, "AEM Project Structure" and
/// "AEM Analyser Maven Plugin"). Projects for both editions have the uber-jar in a profile beside them.
static POM_SIGNS: &[(&str, Target, &str, u8)] = &[
    (">aem-sdk-api<", Target::CloudService, "`aem-sdk-api` in pom.xml", 90),
    (">aemanalyser-maven-plugin<", Target::CloudService, "`aemanalyser-maven-plugin` in pom.xml", 80),
    (">uber-jar<", Target::V65, "`uber-jar` in pom.xml", 70),
];

/// What a `pom.xml` with such a sign has in it.
pub static LITERALS: &[Literal] = &[
    Literal::only_in(&["pom.xml"], POM_SIGNS[0].0),
    Literal::only_in(&["pom.xml"], POM_SIGNS[1].0),
    Literal::only_in(&["pom.xml"], POM_SIGNS[2].0),
];

/// Whether a location is specific to the edition, or projects for the other may have it too.
struct Sure(bool);

impl DecidedTarget {
    /// Whether the edition is known only by a convention, which projects for another edition may also follow.
    pub fn is_guess(&self) -> bool {
        PLACE_SIGNS.iter().any(|(_, _, _, because, _, sure)| *because == self.because && !sure.0)
    }
}

/// Conventions of places. `.cfg.json` in `osgiconfig` is the archetype's for AEM as a Cloud Service; `/apps/system/config`
/// is where the console of 6.5 writes, which is read-only in the cloud. Pages below `/etc/cloudservices` tell nothing: projects
/// for AEM as a Cloud Service carry them along.
static PLACE_SIGNS: &[(&str, &str, Target, &str, u8, Sure)] = &[
    ("/osgiconfig/", ".cfg.json", Target::CloudService, "`.cfg.json` files in `osgiconfig`", 40, Sure(false)),
    ("apps/system/config/", "", Target::V65, "configurations in `/apps/system/config`", 30, Sure(true)),
];

/// The hint from a `pom.xml`.
pub fn hints_of_pom(pom: &str) -> Vec<Hint> {
    let pom = without_comments(pom);
    let mut hints: Vec<Hint> = POM_SIGNS
        .iter()
        .filter(|(sign, ..)| pom.contains(sign))
        .map(|&(_, target, because, weight)| Hint { target, because, weight })
        .collect();
    // The uber-jar of 6.5 LTS has versions 6.6.x.
    if let Some(hint) = hints.iter_mut().find(|hint| hint.target == Target::V65)
        && uber_jar_version(&pom).is_some_and(|version| version.starts_with("6.6"))
    {
        *hint = Hint { target: Target::V65Lts, because: "`uber-jar` 6.6 in pom.xml", weight: hint.weight };
    }
    hints
}

/// Whether a `pom.xml` brings the bundle that fills in `$[env:…]` and `$[secret:…]` on an instance of one's own.
pub fn brings_interpolation(pom: &str) -> bool {
    without_comments(pom).contains(">org.apache.felix.configadmin.plugin.interpolation<")
}

fn uber_jar_version(pom: &str) -> Option<&str> {
    let (_, behind) = pom.split_once(">uber-jar<")?;
    let (dependency, _) = behind.split_once("</dependency>")?;
    let (_, version) = dependency.split_once("<version>")?;
    version.split('<').next().map(str::trim)
}

/// The hint from the location of a file.
pub fn hint_of_place(context: &FileContext) -> Option<Hint> {
    let path = context.repository_path.as_deref()?;
    PLACE_SIGNS
        .iter()
        .find(|(folder, extension, ..)| path.contains(folder) && path.ends_with(extension))
        .map(|&(_, _, target, because, weight, _)| Hint { target, because, weight })
}

/// The edition for the version that an instance prints: 6.6 is 6.5 LTS, and versions of AEM as a Cloud Service are
/// years.
pub fn hint_of_version(version: Option<&str>) -> Option<Hint> {
    let version = version?;
    let target = match version.split('.').next()?.parse::<u32>().ok()? {
        6 if version.starts_with("6.6") || version.to_ascii_uppercase().contains("LTS") => Target::V65Lts,
        6 => Target::V65,
        2018.. => Target::CloudService,
        _ => return None,
    };
    Some(Hint { target, because: "the version that the instance prints", weight: 95 })
}

impl Target {
    /// Its usual name; `None` if unknown.
    pub fn label(self) -> Option<&'static str> {
        match self {
            Self::CloudService => Some("AEM as a Cloud Service"),
            Self::V65 => Some("AEM 6.5"),
            Self::V65Lts => Some("AEM 6.5 LTS"),
            Self::Unknown => None,
        }
    }

    /// The edition that `--target` calls `name`.
    pub fn of_name(name: &str) -> Option<Self> {
        match name {
            "aemaacs" => Some(Self::CloudService),
            "6.5" => Some(Self::V65),
            "6.5-lts" => Some(Self::V65Lts),
            _ => None,
        }
    }
}

/// The edition given by the user, or else by the hint with the highest weight.
pub fn decide(asked: Target, hints: &[Hint]) -> DecidedTarget {
    if asked != Target::Unknown {
        return DecidedTarget { target: asked, because: "`--target`".to_owned() };
    }
    let best = hints.iter().rev().max_by_key(|hint| hint.weight);
    best.map_or_else(DecidedTarget::default, |hint| DecidedTarget {
        target: hint.target,
        because: hint.because.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poms_tell_the_edition() {
        let dependency = |artifact: &str, version: &str| {
            format!("<dependency><artifactId>{artifact}</artifactId><version>{version}</version></dependency>")
        };
        let decided = |pom: &str| decide(Target::Unknown, &hints_of_pom(pom));
        let cloud = decided(&(dependency("uber-jar", "6.5.0") + &dependency("aem-sdk-api", "x")));
        assert_eq!((cloud.target, cloud.because.as_str()), (Target::CloudService, "`aem-sdk-api` in pom.xml"));
        assert_eq!(decided(&dependency("uber-jar", "6.5.17")).target, Target::V65);
        assert_eq!(decided(&dependency("uber-jar", "6.6.0")).target, Target::V65Lts);
        assert_eq!(decided(&format!("<!-- {} -->", dependency("aem-sdk-api", "x"))).target, Target::Unknown);
        assert_eq!(decided("<project/>"), DecidedTarget::default());
    }

    #[test]
    fn conventions_are_guesses() {
        let by = |because: &str| DecidedTarget { target: Target::V65, because: because.to_owned() }.is_guess();
        assert!(by("`.cfg.json` files in `osgiconfig`"));
        assert!(!by("configurations in `/apps/system/config`") && !by("`--target`") && !by("`uber-jar` in pom.xml"));
    }

    #[test]
    fn cloud_services_that_were_carried_along_tell_no_edition() {
        let context = FileContext {
            repository_path: Some("etc/cloudservices/sitecatalyst/acme/.content.xml".to_owned()),
            ..FileContext::default()
        };
        assert_eq!(hint_of_place(&context), None);
    }

    #[test]
    fn what_the_user_says_counts() {
        let hints = hints_of_pom("<artifactId>aem-sdk-api</artifactId>");
        assert_eq!(decide(Target::V65, &hints).target, Target::V65);
    }
}
