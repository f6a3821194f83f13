//! PIDs and factory PIDs, and how they are derived from the names of files and nodes.

use std::fmt;

use crate::suggest::typing_errors;

/// The persistent identity of an OSGi configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid {
    /// The factory PID, when this is a factory configuration.
    pub factory: Option<String>,
    /// The factory configuration's sub-name, or the whole PID of a singleton.
    pub name: String,
}

impl Pid {
    /// A singleton configuration.
    pub fn singleton(pid: impl Into<String>) -> Self {
        Self { factory: None, name: pid.into() }
    }

    /// A factory configuration.
    pub fn factory(factory: impl Into<String>, name: impl Into<String>) -> Self {
        Self { factory: Some(factory.into()), name: name.into() }
    }

    /// The factory PID of a factory configuration, or else the PID: the identifier of the component.
    pub fn component(&self) -> &str {
        self.factory.as_deref().unwrap_or(&self.name)
    }

    /// The PID that the Sling installer gives to the configuration file called `file_name`
    /// (`ConfigTaskCreator#checkConfiguration`).
    pub fn from_file_name(file_name: &str) -> Self {
        ConfigName::of_file(file_name).installed
    }

    /// The PID of a `sling:OsgiConfig` node. It has no extension, but an ending like that of a configuration file is
    /// still removed (`ConfigTaskCreator#checkConfiguration` cannot distinguish nodes from files).
    pub fn from_node_name(node_name: &str) -> Self {
        ConfigName::of_file(node_name).installed
    }

    /// The identity written as `factory~name` or as a plain PID (Configurator JSON, feature model): only `~` counts.
    pub fn from_identity(identity: &str) -> Self {
        match identity.split_once('~') {
            Some((factory, name)) if !factory.is_empty() => Self::factory(factory, name),
            _ => Self::singleton(identity),
        }
    }
}

impl fmt::Display for Pid {
    /// `factory~name`, or the PID.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.factory {
            Some(factory) => write!(f, "{factory}~{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// How a configuration's name separates the factory PID from the sub-name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileNameForm {
    /// No separator: `a.b.C.config`.
    Singleton,
    /// `a.b.C~name.config`.
    Tilde,
    /// `a.b.C-name.config`.
    Hyphen,
    /// `a.b.C.0a1b2c3d-0000-1111-2222-0123456789ab.config`, as instances write it; the installer reads it as a factory
    /// configuration.
    Uuid,
    /// The same with upper-case hexadecimal digits: the installer splits at the first hyphen inside the UUID.
    UpperCaseUuid,
    /// `a.b.C.1234567890.config`, as the user interface writes it: for the installer a singleton with that whole name.
    DotNumber,
}

impl FileNameForm {
    /// Whether the installer reads the file as something other than a configuration of the factory in its name.
    pub fn is_misread(self) -> bool {
        matches!(self, Self::UpperCaseUuid | Self::DotNumber)
    }
}

/// The PID in the name of a configuration file or node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigName {
    /// The PID under which AEM installs it.
    pub installed: Pid,
    /// The PID that the name seems to show; differs from `installed` only if [`FileNameForm::is_misread`].
    pub meant: Pid,
    /// The form of the name.
    pub form: FileNameForm,
}

/// The extensions of configuration files in the order in which the installer tries them (`ConfigTaskCreator.EXTENSIONS`).
const EXTENSIONS: [&str; 4] = [".config", ".properties", ".cfg", ".cfg.json"];

impl ConfigName {
    /// Reads a path or a URL of the installer (`launchpad:a.config`): only the part after the last slash or, without
    /// one, after the first colon counts (`ConfigTaskCreator#getResourceId`).
    pub fn of_url(url: &str) -> Self {
        match url.rfind(['/', '\\']) {
            Some(at) => Self::of_file(&url[at + 1..]),
            None => Self::of_file(url.split_once(':').map_or(url, |(_, rest)| rest)),
        }
    }

    /// Reads the name of a file or node.
    pub fn of_file(name: &str) -> Self {
        let pid = without_extension(name);
        let factory = |at: usize, length: usize| Pid::factory(&pid[..at], &pid[at + length..]);
        if let Some(at) = uuid_dot(pid)
            && !pid[at..].contains(|c: char| c.is_ascii_uppercase())
        {
            return Self::same(factory(at, 1), FileNameForm::Uuid);
        }
        // Only the first separator of a kind counts, and a leading one never does.
        let (separator, form) = match pid.find('~') {
            Some(at) => (Some(at), FileNameForm::Tilde),
            None => (pid.find('-'), FileNameForm::Hyphen),
        };
        let installed = match separator {
            Some(at) if at > 0 => factory(at, 1),
            _ => Pid::singleton(pid),
        };
        if let Some(at) = uuid_dot(pid) {
            return Self { installed, meant: factory(at, 1), form: FileNameForm::UpperCaseUuid };
        }
        if installed.factory.is_some() {
            return Self::same(installed, form);
        }
        match number_dot(pid) {
            Some(at) => Self { installed, meant: factory(at, 1), form: FileNameForm::DotNumber },
            None => Self::same(installed, FileNameForm::Singleton),
        }
    }

    fn same(pid: Pid, form: FileNameForm) -> Self {
        Self { installed: pid.clone(), meant: pid, form }
    }
}

/// Maximum number of characters before a PID in a name that still resembles it: a dot, a blank, `_a_`.
const MOST_BEFORE: usize = 4;
/// Maximum number of typing errors in a PID that is still treated as the one it resembles.
const MOST_SLIPS: usize = 4;

/// Whether `component`, the part of a PID before its sub-name, looks like a misspelling of the component `known`:
/// different capitalisation, extra characters before or after it, a few typing errors.
pub fn resembles(component: &str, known: &str) -> bool {
    if component == known {
        return false;
    }
    let lower = component.to_lowercase();
    let wanted = known.to_lowercase();
    if let Some(at) = lower.find(&wanted) {
        // Text after a blank or another sign is not part of the PID.
        let behind = lower[at + wanted.len()..].chars().next();
        return lower[..at].chars().count() <= MOST_BEFORE && behind.is_none_or(|c| !c.is_alphanumeric());
    }
    // Short names resemble too many others.
    let most = MOST_SLIPS.min(wanted.len() / 10);
    typing_errors(&lower, &wanted, most).is_some()
}

/// The name that a file whose name shows the component `known`, or nearly so, needs so that the installer reads it as a
/// configuration of that component: the sub-name follows `-` in the older formats and `~` in `.cfg.json`. `None` if it
/// is already correct, or if no sub-name can be determined.
pub fn corrected_name(file_name: &str, known: &str) -> Option<String> {
    let extension = EXTENSIONS.iter().chain([&".xml"]).rev().find(|extension| file_name.ends_with(**extension))?;
    let stem = file_name.strip_suffix(extension)?;
    let lower = stem.to_lowercase();
    let behind = match lower.find(&known.to_lowercase()) {
        // Outside ASCII the lower-case text may have a different length.
        Some(at) => stem.get(at + known.len()..)?,
        None => {
            let at = stem.find(['~', '-'])?;
            Some(&stem[at..]).filter(|_| resembles(&stem[..at], known))?
        }
    };
    let sub_name = behind.trim_matches(|c: char| !c.is_alphanumeric());
    let separator = if *extension == ".cfg.json" { '~' } else { '-' };
    let new = match sub_name {
        "" => format!("{known}{extension}"),
        sub_name => format!("{known}{separator}{sub_name}{extension}"),
    };
    (new != file_name).then_some(new)
}

fn without_extension(name: &str) -> &str {
    EXTENSIONS.iter().find_map(|extension| name.strip_suffix(extension)).unwrap_or(name)
}

/// The offset of the dot before a UUID at the end.
fn uuid_dot(pid: &str) -> Option<usize> {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let dot = pid.rfind('.')?;
    let mut groups = pid[dot + 1..].split('-');
    let fits = GROUPS.iter().all(|&length| {
        groups.next().is_some_and(|group| group.len() == length && group.bytes().all(|b| b.is_ascii_hexdigit()))
    });
    (fits && groups.next().is_none()).then_some(dot)
}

/// The offset of the dot before a number at the end, if a class name seems to precede it.
fn number_dot(pid: &str) -> Option<usize> {
    let dot = pid.rfind('.')?;
    let number = &pid[dot + 1..];
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (digits && pid[..dot].contains('.')).then_some(dot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_file_names() {
        let uuid = "0a1b2c3d-0000-1111-2222-0123456789ab";
        let upper = uuid.to_ascii_uppercase();
        let table = [
            ("a.b.C.config".to_owned(), "a.b.C", "a.b.C", FileNameForm::Singleton),
            ("a.b.C~x-y.cfg.json".into(), "a.b.C~x-y", "a.b.C~x-y", FileNameForm::Tilde),
            ("a.b.C-x~y.cfg.json".into(), "a.b.C-x~y", "a.b.C-x~y", FileNameForm::Tilde),
            ("a.b.C-x-y.config".into(), "a.b.C~x-y", "a.b.C~x-y", FileNameForm::Hyphen),
            ("~x-y.config".into(), "~x-y", "~x-y", FileNameForm::Singleton),
            (format!("a.b.C.{uuid}.config"), "a.b.C~0a1b2c3d-0000-1111-2222-0123456789ab", "", FileNameForm::Uuid),
            (
                format!("a.b.C.{upper}.config"),
                "a.b.C.0A1B2C3D~0000-1111-2222-0123456789AB",
                "a.b.C~0A1B2C3D-0000-1111-2222-0123456789AB",
                FileNameForm::UpperCaseUuid,
            ),
            ("a.b.C.1575989812.config".into(), "a.b.C.1575989812", "a.b.C~1575989812", FileNameForm::DotNumber),
            ("a.1.config".into(), "a.1", "a.1", FileNameForm::Singleton),
        ];
        for (name, installed, meant, form) in table {
            let read = ConfigName::of_file(&name);
            let meant = if meant.is_empty() { installed } else { meant };
            assert_eq!((read.installed.to_string().as_str(), read.form), (installed, form), "{name}");
            assert_eq!(read.meant.to_string(), meant, "{name}");
            assert_eq!(read.form.is_misread(), read.installed != read.meant, "{name}");
        }
    }

    #[test]
    fn names_that_a_person_takes_for_a_component() {
        let known = "com.adobe.granite.auth.oauth.accesstoken.provider";
        for name in [
            "com.adobe.granite.auth.oauth.accesstoken.Provider",
            "com.adobe.granite.auth.oauth.accesstoken.provider_target",
            "com.adobe.granite.auth.oauth.accesstoken.provider ",
            ".com.adobe.granite.auth.oauth.accesstoken.provider",
            "_a_com.adobe.granite.auth.oauth.accesstoken.provider",
            "com.adobe.granite.auth.oauth.acesstoken.provider",
            "com.adobe.granite.auth.oauth.accesstokenprovider",
        ] {
            assert!(resembles(name, known), "{name}");
        }
        for name in [
            known,
            "com.adobe.granite.auth.oauth.provider",
            "com.adobe.cq.commerce.demandware.oauth.accesstoken.provider",
            "com.acme.com.adobe.granite.auth.oauth.accesstoken.provider",
        ] {
            assert!(!resembles(name, known), "{name}");
        }
    }

    #[test]
    fn the_right_name_for_a_file() {
        for (name, right) in [
            ("a.b.c.Dee.1590.config", Some("a.b.c.Dee-1590.config")),
            ("a.b.c.Dee_target.cfg.json", Some("a.b.c.Dee~target.cfg.json")),
            ("A.B.C.DEE~target.cfg.json", Some("a.b.c.Dee~target.cfg.json")),
            (" a.b.c.Dee-x.config", Some("a.b.c.Dee-x.config")),
            ("a.b.c.Dee..config", Some("a.b.c.Dee.config")),
            ("a.b.c.Dee.x.xml", Some("a.b.c.Dee-x.xml")),
            ("a.b.c.Dee-x.config", None),
            ("a.b.c.Dee~x.cfg.json", None),
            ("a.b.c.Other.x.config", None),
            (".content.xml", None),
        ] {
            assert_eq!(corrected_name(name, "a.b.c.Dee").as_deref(), right, "{name}");
        }
    }

    #[test]
    fn identities_have_only_the_tilde() {
        assert_eq!(Pid::from_identity("a-b~c~d"), Pid::factory("a-b", "c~d"));
        assert_eq!(Pid::from_identity("a-b"), Pid::singleton("a-b"));
    }

    #[test]
    fn a_sub_name_needs_a_factory() {
        assert_eq!(Pid::from_identity("~x").factory, None);
        assert_eq!(Pid::from_identity("a.B~x"), Pid::factory("a.B", "x"));
    }
}
