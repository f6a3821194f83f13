//! Systems: what belongs together. Everything found in a scan belongs to exactly one of them, and secrets, references,
//! duplicates, copies, run modes, the AEM edition and every advice are decided inside one.

/// What kind of thing a system is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum SystemKind {
    /// A repository or Maven project, with the packages built from it.
    #[default]
    Project,
    /// What was exported from one author or publish instance of one environment.
    Instance,
}

impl SystemKind {
    /// The stable name used in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Instance => "instance",
        }
    }
}

/// A project or an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct System {
    /// What reports call it; no two systems of a scan have the same name.
    pub name: String,
    /// Which of several systems of one name it is, where a merge of reports had to tell them apart.
    pub number: Option<u32>,
    /// What it is.
    pub kind: SystemKind,
    /// The name that the user gave it.
    pub label: Option<String>,
    /// The environment of an instance, such as `prod`, where that is known.
    pub environment: Option<String>,
    /// `author`, `publish` or `preview`, where that is known of an instance.
    pub service: Option<&'static str>,
    /// Why these files are one system: a clause for people.
    pub because: String,
    /// The folders, archives and files that belong to it, as they were named.
    pub paths: Vec<String>,
}

impl System {
    /// What reports call an instance; `None` for a project.
    pub fn instance(&self) -> Option<&str> {
        (self.kind == SystemKind::Instance).then_some(self.name.as_str())
    }
}
