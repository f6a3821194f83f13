//! `META-INF/vault/filter.xml`: which nodes a content package covers.
//!
//! The semantics are those of FileVault's `DefaultWorkspaceFilter`, `PathFilterSet` and `DefaultPathFilter`. A path is
//! contained when *any* filter contains it; within one filter the last matching pattern wins.

pub mod effort;
mod java_regex;
mod linear;
mod pattern;

use std::fmt;
use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use effort::{Effort, Unknown};

/// Maximum number of roots and patterns in one filter.
const MOST: usize = 10_000;
/// The newest version of the format that FileVault reads.
const SUPPORTED_VERSION: f64 = 1.0;
/// Values of `ImportMode`, case-insensitive.
const MODES: [&str; 5] = ["replace", "merge", "update", "merge_properties", "update_properties"];
/// Modes that keep an existing file unchanged (`FileArtifactHandler#accept`).
const KEEPING: [&str; 2] = ["merge", "merge_properties"];

/// A workspace filter.
#[derive(Debug, Default)]
pub struct Filter {
    roots: Vec<Root>,
    /// Number of roots and patterns.
    count: usize,
    /// The budget shared with the other filters of the scan.
    effort: Arc<Effort>,
}

#[derive(Debug, Default)]
struct Root {
    /// Without a slash at its end; empty for the root node.
    path: String,
    keeps_existing: bool,
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Pattern {
    include: bool,
    regex: pattern::Pattern,
}

/// Why a filter cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterError {
    /// FileVault rejects it.
    Refused(String),
    /// It costs too much to read.
    Unknown(Unknown),
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => f.write_str(why),
            Self::Unknown(unknown) => unknown.fmt(f),
        }
    }
}

impl std::error::Error for FilterError {}

impl From<Unknown> for FilterError {
    fn from(unknown: Unknown) -> Self {
        Self::Unknown(unknown)
    }
}

impl Filter {
    /// Reads a `filter.xml`. Fails if FileVault fails: one error makes the whole filter unusable.
    pub fn parse(xml: &[u8]) -> Result<Self, FilterError> {
        Self::parse_with(xml, Arc::default())
    }

    /// [`Self::parse`] for one of several filters with a shared budget.
    pub fn parse_with(xml: &[u8], effort: Arc<Effort>) -> Result<Self, FilterError> {
        let (text, _, _) = encoding_rs::UTF_8.decode(xml);
        let mut reader = Reader::from_str(&text);
        let mut filter = Self { effort, ..Self::default() };
        let mut depth = 0_usize;
        let mut complete = false;
        loop {
            let event = reader.read_event().map_err(|error| FilterError::Refused(format!("malformed: {error}")))?;
            let (tag, opens) = match &event {
                Event::Start(tag) => (tag, true),
                Event::Empty(tag) => (tag, false),
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    complete |= depth == 0;
                    continue;
                }
                Event::Eof if complete => return Ok(filter),
                Event::Eof => return Err(FilterError::Refused("ends before its root element does".to_owned())),
                _ => continue,
            };
            filter.element(depth, tag)?;
            if opens {
                depth += 1;
            } else {
                complete |= depth == 0;
            }
        }
    }

    fn element(&mut self, depth: usize, tag: &BytesStart<'_>) -> Result<(), FilterError> {
        let qualified = tag.name();
        let name = qualified.as_ref();
        match depth {
            0 if name != "workspaceFilter" => Err(FilterError::Refused("<workspaceFilter> expected".to_owned())),
            0 => {
                let version = attribute(tag, "version")?;
                match version.trim().parse::<f64>() {
                    Ok(version) if version > SUPPORTED_VERSION => {
                        Err(FilterError::Refused(format!("version {version} is not supported")))
                    }
                    Err(_) if !version.is_empty() => Err(FilterError::Refused(format!("`{version}` is not a version"))),
                    _ => Ok(()),
                }
            }
            1 if name != "filter" => Err(FilterError::Refused("<filter> expected".to_owned())),
            1 => {
                let mode = attribute(tag, "mode")?;
                let known = mode.to_ascii_lowercase();
                if !mode.is_empty() && !MODES.contains(&known.as_str()) {
                    return Err(FilterError::Refused(format!("`{mode}` is not a mode")));
                }
                let path = attribute(tag, "root")?;
                self.count()?;
                let path = path.strip_suffix('/').unwrap_or(&path).to_owned();
                let keeps_existing = KEEPING.contains(&known.as_str());
                self.roots.push(Root { path, keeps_existing, patterns: Vec::new() });
                Ok(())
            }
            2 => self.pattern(name, tag),
            _ => Ok(()),
        }
    }

    fn pattern(&mut self, name: &str, tag: &BytesStart<'_>) -> Result<(), FilterError> {
        let include = match name {
            "include" => true,
            "exclude" => false,
            _ => return Err(FilterError::Refused("either <include> or <exclude> expected".to_owned())),
        };
        let pattern = attribute(tag, "pattern")?;
        if pattern.is_empty() {
            return Err(FilterError::Refused("a pattern must not be empty".to_owned()));
        }
        self.count()?;
        let regex = pattern::Pattern::read(&pattern, &self.effort)?;
        // Patterns for properties are a separate set and do not affect nodes.
        let of_properties = attribute(tag, "matchProperties")? == "true";
        if let Some(root) = self.roots.last_mut().filter(|_| !of_properties) {
            root.patterns.push(Pattern { include, regex });
        }
        Ok(())
    }

    /// Whether the filter has no roots at all; FileVault then installs everything.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    fn count(&mut self) -> Result<(), FilterError> {
        self.count += 1;
        if self.count > MOST { Err(Unknown::TooMany.into()) } else { Ok(()) }
    }

    /// Whether the node at `path` is contained. `None` if deciding costs too much.
    pub fn contains(&self, path: &str) -> Option<bool> {
        self.decide(path).ok()
    }

    /// Whether the node at `path` is contained.
    ///
    /// # Errors
    /// When it costs too much to decide.
    pub fn decide(&self, path: &str) -> Result<bool, Unknown> {
        self.effort.spend(self.roots.len() as u64)?;
        let mut undecided = None;
        for root in self.roots.iter().filter(|root| root.covers(path)) {
            match root.contains(path, &self.effort) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(unknown) => undecided = Some(unknown),
            }
        }
        undecided.map_or(Ok(false), Err)
    }

    /// Whether `path` is at or below one of the roots, whatever the patterns say.
    pub fn covers(&self, path: &str) -> bool {
        self.roots.iter().any(|root| root.covers(path))
    }

    /// Whether an existing node at `path` stays unchanged when the package is installed. The first root above it
    /// decides (`DefaultWorkspaceFilter#getImportMode`).
    pub fn keeps_existing(&self, path: &str) -> bool {
        self.roots.iter().find(|root| root.covers(path)).is_some_and(|root| root.keeps_existing)
    }

    /// Whether `path` is one of the roots or an ancestor of one.
    pub fn is_ancestor(&self, path: &str) -> bool {
        self.roots.iter().any(|root| root.is_ancestor(path))
    }
}

impl Root {
    fn covers(&self, path: &str) -> bool {
        match path.strip_prefix(self.path.as_str()) {
            Some(rest) => rest.is_empty() || rest.starts_with('/'),
            None => false,
        }
    }

    /// The last matching pattern decides; if none matches, the type of the first pattern determines the default.
    fn contains(&self, path: &str, effort: &Effort) -> Result<bool, Unknown> {
        for pattern in self.patterns.iter().rev() {
            if pattern.regex.matches(path, effort)? {
                return Ok(pattern.include);
            }
        }
        Ok(self.patterns.first().is_none_or(|first| !first.include))
    }

    fn is_ancestor(&self, path: &str) -> bool {
        path == "/" || self.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// The value of an attribute; empty if it is missing (like `Element#getAttribute`).
fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<String, FilterError> {
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| FilterError::Refused(format!("malformed: {error}")))?;
        if attribute.key.as_ref() == name {
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| FilterError::Refused(format!("malformed: {error}")))?;
            return Ok(value.into_owned());
        }
    }
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_filters_take_in_what_earlier_ones_exclude() {
        let filter = Filter::parse(
            br#"<workspaceFilter version="1.0">
                <filter root="/conf/x"><exclude pattern="/conf/x/settings(/.*)?"/></filter>
                <filter root="/conf/x/settings/y/"/>
            </workspaceFilter>"#,
        )
        .unwrap();
        assert_eq!(filter.contains("/conf/x/settings"), Some(false));
        assert_eq!(filter.contains("/conf/x/settings/y/z"), Some(true));
        assert_eq!(filter.contains("/conf/xy"), Some(false));
        assert!(filter.is_ancestor("/conf"));
        assert!(!filter.is_ancestor("/con"));
    }

    #[test]
    fn a_pattern_that_backtracks_without_end_decides_nothing() {
        let filter = Filter::parse(
            br#"<workspaceFilter><filter root="/a"><include pattern="/a/(?=(b+)+c)(b|b)*\1c"/></filter></workspaceFilter>"#,
        )
        .unwrap();
        let path = format!("/a/{}", "b".repeat(200));
        assert_ne!(filter.contains(&path), Some(true));
    }

    #[test]
    fn broken_filters_are_refused() {
        for xml in
            ["", "<workspaceFilter>", "<workspaceFilter version='2.0'/>", "<workspaceFilter version='x'/>", "plain"]
        {
            assert!(Filter::parse(xml.as_bytes()).is_err(), "{xml}");
        }
        for pattern in ["(", "[a", "\\y", "*"] {
            let xml =
                format!("<workspaceFilter><filter root='/a'><include pattern='{pattern}'/></filter></workspaceFilter>");
            assert!(Filter::parse(xml.as_bytes()).is_err(), "{pattern}");
        }
    }

    #[test]
    fn the_last_pattern_that_matches_decides() {
        let filter = Filter::parse(
            br#"<workspaceFilter><filter root="/a"><exclude pattern="/a/b.*"/><include pattern="/a/b/c.*"/><exclude pattern=".*/d"/></filter>
                <filter root="/i"><include pattern="/i/.*"/></filter></workspaceFilter>"#,
        )
        .unwrap();
        let expected =
            [("/a", true), ("/a/b", false), ("/a/b/c", true), ("/a/b/c/d", false), ("/i", false), ("/i/x", true)];
        for (path, contained) in expected {
            assert_eq!(filter.contains(path), Some(contained), "{path}");
        }
    }

    #[test]
    fn the_mode_of_the_first_root_above_a_node_decides_whether_it_is_replaced() {
        let filter = Filter::parse(
            br#"<workspaceFilter>
                <filter root="/a/merged" mode="Merge"/><filter root="/a" mode="replace"/>
                <filter root="/a/late" mode="merge"/><filter root="/p" mode="merge_properties"/>
                <filter root="/u" mode="update"/><filter root="/up" mode="update_properties"/><filter root="/n"/>
            </workspaceFilter>"#,
        )
        .unwrap();
        for (path, keeps) in [
            ("/a/merged/x", true),
            ("/a/merged", true),
            ("/a/mergedx", false),
            ("/a/late/x", false),
            ("/p/x", true),
            ("/u/x", false),
            ("/up/x", false),
            ("/n/x", false),
            ("/elsewhere", false),
        ] {
            assert_eq!(filter.keeps_existing(path), keeps, "{path}");
        }
    }

    #[test]
    fn a_filter_of_too_many_patterns_is_not_read() {
        let of = |count: usize| {
            let patterns = "<include pattern='/a/.*'/>".repeat(count);
            Filter::parse(
                format!("<workspaceFilter><filter root='/a'>{patterns}</filter></workspaceFilter>").as_bytes(),
            )
        };
        assert!(of(MOST - 1).is_ok());
        assert_eq!(of(MOST).unwrap_err(), FilterError::Unknown(Unknown::TooMany));
        let roots = format!("<workspaceFilter>{}</workspaceFilter>", "<filter root='/a'/>".repeat(MOST + 1));
        let read = Filter::parse(roots.as_bytes());
        assert_eq!(read.unwrap_err(), FilterError::Unknown(Unknown::TooMany));
    }
}
