//! Where a source tree begins.

/// The roots of the source tree around a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roots {
    /// The top of its git work tree.
    pub git: Option<String>,
    /// The folder of the `pom.xml` that is not a module of another.
    pub project: Option<String>,
}

/// What a `pom.xml` says about other modules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pom {
    /// Its own `artifactId`.
    pub artifact: Option<String>,
    /// The `artifactId` of its parent.
    pub parent: Option<String>,
    /// The folder of its parent, relative to its own: `..` by default.
    pub parent_folder: Option<String>,
    /// The folders of its modules, including those in profiles.
    pub modules: Vec<String>,
}

impl Pom {
    /// Parses a `pom.xml`. A malformed file is parsed as far as possible.
    pub fn parse(text: &str) -> Self {
        let text = without_comments(text);
        let (before, parent, behind) = match elements(&text, "parent").next() {
            Some((start, end, inner)) => (&text[..start], Some(inner), &text[end..]),
            None => (text.as_str(), None, ""),
        };
        let first = |text: &str, name: &str| elements(text, name).next().map(|(_, _, inner)| inner.trim().to_owned());
        let folder = |path: String| {
            let path = path.replace('\\', "/");
            path.strip_suffix("pom.xml").map_or_else(|| path.clone(), |folder| folder.trim_end_matches('/').to_owned())
        };
        let own = [before, behind].into_iter().find_map(|text| first(head(text), "artifactId"));
        Self {
            artifact: own,
            parent: parent.and_then(|parent| first(parent, "artifactId")),
            parent_folder: parent.map(|parent| first(parent, "relativePath").map_or_else(|| "..".to_owned(), folder)),
            modules: elements(&text, "module").map(|(_, _, inner)| folder(inner.trim().to_owned())).collect(),
        }
    }
}

/// The part of a `pom.xml` before its dependencies and plugins, which name other artifacts.
fn head(text: &str) -> &str {
    let ends = ["<dependencies", "<dependencyManagement", "<build", "<profiles", "<modules"];
    &text[..ends.iter().filter_map(|end| text.find(end)).min().unwrap_or(text.len())]
}

/// The elements called `name` without attributes: start, end and inner text.
fn elements<'t>(text: &'t str, name: &str) -> impl Iterator<Item = (usize, usize, &'t str)> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(&open)?;
        let inner = start + open.len();
        let length = text[inner..].find(&close)?;
        at = inner + length + close.len();
        Some((start, at, &text[inner..inner + length]))
    })
}

/// `xml` without comments; a comment without an end extends to the end of the text.
pub fn without_comments(xml: &str) -> String {
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some((before, comment)) = rest.split_once("<!--") {
        out.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pom_names_its_parent_and_its_modules() {
        let pom = Pom::parse(
            "<project><parent><groupId>g</groupId><artifactId>acme</artifactId></parent><artifactId>acme.all</artifactId>
             <dependencies><dependency><artifactId>x</artifactId></dependency></dependencies></project>",
        );
        assert_eq!((pom.artifact.as_deref(), pom.parent.as_deref()), (Some("acme.all"), Some("acme")));
        assert_eq!(pom.parent_folder.as_deref(), Some(".."));
        let pom = Pom::parse(
            "<project><artifactId>acme</artifactId><!-- <module>old</module> --><modules><module>core</module>
             <module>../ui/pom.xml</module></modules></project>",
        );
        assert_eq!(pom.modules, ["core", "../ui"]);
        assert_eq!(pom.parent_folder, None);
        let pom =
            Pom::parse("<project><parent><artifactId>p</artifactId><relativePath>../p/pom.xml</relativePath></parent>");
        assert_eq!(pom.parent_folder.as_deref(), Some("../p"));
    }
}
