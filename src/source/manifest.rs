//! `META-INF/MANIFEST.MF`: the headers that define what an archive is and where its content is installed.

/// Maximum number of clauses in one header: names of entries are compared with each of them.
const MAX_CLAUSES: usize = 256;

/// Main attributes of a JAR manifest, in order.
#[derive(Debug, Default)]
pub(super) struct Manifest(Vec<(String, String)>);

/// A clause of `Sling-Initial-Content`: files below `path` in the bundle are installed below `target` in the
/// repository.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InitialContent {
    /// Folder in the bundle, without slashes at its ends.
    pub(super) path: String,
    /// Repository path without slashes at its ends; empty for the root.
    pub(super) target: String,
    /// Names below `path` are URL-encoded.
    pub(super) encoded: bool,
}

impl Manifest {
    /// Reads the main section (JAR File Specification: lines are continued by a leading space, an empty line ends the
    /// section).
    ///
    /// To `java.util.jar.Manifest` a CR ends a line; to Felix (`BundleCache#getMainAttributes`) only one before a LF
    /// does. Where they differ, both readings are used.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let ends = |at: usize| bytes[at] == b'\n' || bytes[at] == b'\r';
        let lone = |at: &usize| bytes.get(at + 1) != Some(&b'\n');
        let mut headers = headers(bytes, |at| bytes[at] == b'\n');
        if memchr::memchr_iter(b'\r', bytes).any(|at| lone(&at)) {
            headers.extend(self::headers(bytes, ends));
        }
        Self(headers)
    }

    /// The values of a header; names are case-insensitive.
    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let same = move |(header, _): &&(String, String)| header.eq_ignore_ascii_case(name);
        self.0.iter().filter(same).map(|(_, value)| value.as_str())
    }

    /// Whether this is the manifest of an OSGi bundle.
    pub(super) fn is_bundle(&self) -> bool {
        self.all("Bundle-SymbolicName").next().is_some()
    }

    /// Whether this is the manifest of a Sling feature archive.
    pub(super) fn is_feature_archive(&self) -> bool {
        self.all("Feature-Archive-Version").next().is_some()
    }

    /// The clauses of `Sling-Initial-Content` (Sling `PathEntry`).
    pub(super) fn initial_content(&self) -> Vec<InitialContent> {
        self.all("Sling-Initial-Content")
            .flat_map(|header| clauses(header, ','))
            .take(MAX_CLAUSES)
            .map(|clause| {
                let mut parts = clauses(clause, ';');
                let path = trim_path(parts.next().unwrap_or_default());
                let target = parts.find_map(|part| directive(part, "path")).unwrap_or_default();
                InitialContent { path, target: trim_path(target), encoded: true }
            })
            .collect()
    }

    /// The header with too many clauses, if any.
    pub(super) fn limited(&self) -> Option<String> {
        let many = |name: &&str| self.all(name).flat_map(|header| header.split(',')).nth(MAX_CLAUSES).is_some();
        let name = ["Sling-Initial-Content", "Require-Capability"].into_iter().find(many)?;
        Some(format!("its manifest header {name} has more than {MAX_CLAUSES} clauses"))
    }

    /// Folders with Configurator JSON: `OSGI-INF/configurator`, or those that the bundle names in the `configurations`
    /// directive of its requirement on the `osgi.configurator` extender (Felix Configurator `Util#isConfigurerBundle`).
    pub(super) fn configurator_folders(&self) -> Vec<String> {
        let named = self.all("Require-Capability").flat_map(|header| clauses(header, ',')).find_map(|clause| {
            let mut parts = clauses(clause, ';');
            (parts.next()?.trim() == "osgi.extender" && clause.contains("osgi.configurator")).then_some(())?;
            let folders = parts.find_map(|part| directive(part, "configurations"))?;
            Some(folders.split(',').map(trim_path).filter(|folder| !folder.is_empty()).take(MAX_CLAUSES).collect())
        });
        named.unwrap_or_else(|| vec!["OSGI-INF/configurator".to_owned()])
    }
}

/// The headers of the main section, whose lines end where `ends` says so; a CR before a LF belongs to it.
fn headers(bytes: &[u8], ends: impl Fn(usize) -> bool) -> Vec<(String, String)> {
    // Continued lines may split a character, so they are joined as bytes.
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let end = (start..bytes.len()).find(|&at| ends(at)).unwrap_or(bytes.len());
        let line = bytes[start..end].strip_suffix(b"\r").unwrap_or(&bytes[start..end]);
        let both = bytes[end..].starts_with(b"\r\n");
        start = end + 1 + usize::from(both);
        match (line.first(), lines.last_mut()) {
            (None, _) => break,
            (Some(b' '), Some(last)) => last.extend_from_slice(&line[1..]),
            _ => lines.push(line.to_vec()),
        }
    }
    let header = |line: Vec<u8>| {
        let line = String::from_utf8_lossy(&line);
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    lines.into_iter().filter_map(header).collect()
}

/// The value of `name:=value` or `name=value`, without quotes.
fn directive<'a>(part: &'a str, name: &str) -> Option<&'a str> {
    let rest = part.trim().strip_prefix(name)?.trim_start();
    let value = rest.strip_prefix(":=").or_else(|| rest.strip_prefix('='))?;
    Some(value.trim().trim_matches('"'))
}

/// Splits at `separator` outside double quotes.
fn clauses(header: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    header.split(move |character| {
        quoted ^= character == '"';
        !quoted && character == separator
    })
}

fn trim_path(path: &str) -> String {
    path.trim().trim_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continued_lines_are_joined_and_sections_end() {
        let manifest = Manifest::parse(
            b"Manifest-Version: 1.0\r\nBundle-Symbolic\r\n Name: a.b\r\nSling-Initial-Content: content;path:=/ap\r\n ps/x\r\n\r\nFeature-Archive-Version: 1\r\n",
        );
        assert!(manifest.is_bundle());
        assert!(!manifest.is_feature_archive());
        assert_eq!(
            manifest.initial_content(),
            [InitialContent { path: "content".to_owned(), target: "apps/x".to_owned(), encoded: true }]
        );
        assert_eq!(manifest.configurator_folders(), ["OSGI-INF/configurator"]);
    }

    /// Cases run against `java.util.jar.Manifest`.
    #[test]
    fn a_cr_ends_a_line() {
        for text in [
            "Manifest-Version: 1.0\rBundle-SymbolicName: x\rSling-Initial-Content: con\r tent;path:=/ap\r ps/x\r",
            "Manifest-Version: 1.0\rBundle-SymbolicName: x\r\nSling-Initial-Content: con\n tent;path:=/apps\r\n /x\r\r",
            "Manifest-Version: 1.0\r Bundle-Old: y\nBundle-SymbolicName: x\nSling-Initial-Content: content;path:=/apps/x",
            "Sling-Initial-Content: content;path:=/apps/x\rBundle-SymbolicName: x\r\rName: a\rX: y\r",
        ] {
            let manifest = Manifest::parse(text.as_bytes());
            assert!(manifest.is_bundle(), "{text:?}");
            let content = manifest.initial_content();
            let found = content.iter().any(|clause| (&*clause.path, &*clause.target) == ("content", "apps/x"));
            assert!(found, "{text:?}: {content:?}");
        }
        // Sections end at an empty line, however the line before ended.
        let manifest = Manifest::parse(b"A: b\r\rFeature-Archive-Version: 1\r");
        assert!(!manifest.is_feature_archive());
    }

    #[test]
    fn directives_are_found_among_others() {
        let manifest = Manifest::parse(
            b"Sling-Initial-Content: /a/b/;overwrite:=true;path:=\"/apps/x, y\" , c/d\nRequire-Capability: osgi.ee;filter:=\"(x=1)\",osgi.extender;filter:=\"(&(osgi.extender=osgi.configurator)(version>=1.0))\";configurations:=\"cfg/one, /two/\"\n",
        );
        let content = manifest.initial_content();
        assert_eq!((content[0].path.as_str(), content[0].target.as_str()), ("a/b", "apps/x, y"));
        assert_eq!((content[1].path.as_str(), content[1].target.as_str()), ("c/d", ""));
        assert_eq!(manifest.configurator_folders(), ["cfg/one", "two"]);
    }
}
