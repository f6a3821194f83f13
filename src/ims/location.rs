//! Locations that outlive the file they point into.
//!
//! Rules and reports never see a file's bytes: everything they may show is captured here while the file is in memory,
//! without anything that must not be shown. So memory depends on what is found, not on what is read, and no report can
//! leak a secret.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, MatchKind};
use sha2::{Digest, Sha256};

pub use super::excerpt::Excerpt;
use super::line_hash::{self, LineHash};
use super::pieces::Pieces;
use super::{disclosure, excerpt, names, secrets};
use crate::bounded::char_floor;
use crate::format::traits::{FlatLines, Origin, Stores, Traits};
use crate::format::{Document, Node, Position, Property, Span, Text, traits_of};
use crate::repository::{FileContext, Package, Pid};
use crate::source::SourcePath;

/// Largest file whose checksum reports have: a larger one is an export, which no tool holds against a checksum, and the
/// checksum would take as long as the search.
const LARGEST_HASHED: usize = 64 << 20;
/// Largest text, in bytes, whose lines are all hashed, so that equal ones can be numbered.
const HASH_ALL: usize = 4 << 20;
/// Bytes around an excerpt in which secrets are looked for that begin or end outside it.
const MARGIN: usize = 512;
/// How many of the last locations are remembered.
const REMEMBERED: usize = 16;
/// Maximum total length of secrets that are searched for in the rest of their file, in bytes; a normal file has a few
/// hundred.
const MAX_REPEATED: usize = 1 << 20;
/// Shortest secret that is also masked where it occurs a second time.
const SHORTEST_REPEATED: usize = 6;

/// The file of a location, shared by all locations in that file.
#[derive(Debug, Default)]
pub struct SourceFile {
    /// Everything known from its location.
    pub context: FileContext,
    /// Name of the format it was read as.
    pub format: &'static str,
    /// Its name, or that of a folder below the given path, identifies it as a template to be copied and filled in.
    pub is_template: bool,
    /// SHA-256 of its bytes, known once a location was captured in it; not for files that were converted to UTF-8.
    pub sha256: OnceLock<[u8; 32]>,
}

/// A location in a file, with everything that reports may show.
#[derive(Clone, Debug)]
pub struct Location {
    /// The file.
    pub file: Arc<SourceFile>,
    /// JCR path of the node, if any.
    pub jcr_path: Option<Arc<str>>,
    /// PID of the configuration, if the node is one.
    pub pid: Option<Arc<str>>,
    /// Name of the property, if the location refers to one.
    pub property: Option<Arc<str>>,
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// The lines around the location, without secrets.
    pub excerpt: Arc<Excerpt>,
    /// Hash of the line that it begins on.
    pub line_hash: LineHash,
}

impl Location {
    /// Whether the filter of its package covers the node; `None` outside packages and if unknown. A node that is not
    /// covered may still be installed ([`crate::repository::Package::covers`]).
    pub fn is_covered(&self) -> Option<bool> {
        self.in_package(|package, path| package.covers(path)).flatten()
    }

    /// Whether its package keeps an existing node unchanged.
    pub fn is_kept_existing(&self) -> bool {
        self.in_package(|package, path| package.keeps_existing(path)).unwrap_or(false)
    }

    /// The answer of `ask` for the node in its package.
    pub(super) fn in_package<T>(&self, ask: impl FnOnce(&Package, &str) -> T) -> Option<T> {
        let context = &self.file.context;
        let package = context.package.as_ref()?;
        let path = self.jcr_path.as_deref().map(Cow::Borrowed).or_else(|| context.jcr_path().map(Cow::Owned));
        path.filter(|path| path.starts_with('/')).map(|path| ask(package, &path))
    }

    /// The whole of a file that is not text, or of which nothing can be shown.
    pub fn of_file(file: Arc<SourceFile>) -> Self {
        let start = Position { line: 1, column: 1, utf16_column: 1, offset: 0 };
        Self {
            file,
            jcr_path: None,
            pid: None,
            property: None,
            start,
            end: start,
            excerpt: Arc::default(),
            line_hash: LineHash::default(),
        }
    }

    /// Path of the file, entries included.
    pub fn path(&self) -> &SourcePath {
        &self.file.context.path
    }
}

impl Default for Location {
    /// The whole of a file of which nothing is known.
    fn default() -> Self {
        Self::of_file(Arc::default())
    }
}

/// Captures locations of one document.
#[derive(Debug)]
pub struct Capture<'a> {
    text: &'a Text<'a>,
    file: Arc<SourceFile>,
    traits: Option<Traits>,
    document: &'a Document,
    /// Every name and value, when first asked for.
    pieces: OnceCell<Pieces>,
    /// Finds secrets of the document elsewhere in the text.
    repeated: OnceCell<Repeated>,
    /// Hashes of all lines, for texts up to [`HASH_ALL`].
    hashes: OnceCell<Vec<LineHash>>,
    /// The last line hashed of a larger text.
    last_hash: Cell<(u32, u64)>,
    /// The names of the last node.
    last_node: RefCell<Option<NodeNames>>,
    /// The last locations by their span: most are asked for several times.
    last: RefCell<VecDeque<(Span, Location)>>,
}

/// What the locations in one node have in common.
#[derive(Clone, Debug)]
struct NodeNames {
    path: Arc<str>,
    pid: Option<(Pid, Arc<str>)>,
}

impl<'a> Capture<'a> {
    /// A capture of `document`, which was read of `text`. `disclosure` decides what it shows.
    pub fn new(text: &'a Text<'a>, file: Arc<SourceFile>, document: &'a Document) -> Self {
        Self {
            text,
            traits: traits_of(file.format),
            file,
            document,
            pieces: OnceCell::new(),
            repeated: OnceCell::new(),
            hashes: OnceCell::new(),
            last_hash: Cell::new((0, 0)),
            last_node: RefCell::default(),
            last: RefCell::default(),
        }
    }

    /// The file that is captured.
    pub fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// Whether values of the file are part of `what`.
    pub fn stores(&self, what: Stores) -> bool {
        self.traits.is_some_and(|traits| traits.stores == what)
    }

    /// Whether any program may have written such a file.
    pub fn is_of_any_program(&self) -> bool {
        self.traits.is_some_and(|traits| traits.origin == Origin::AnyProgram)
    }

    /// The node itself: its name.
    pub fn node(&self, node: &Node) -> Location {
        self.span(node, None, node.name_span)
    }

    /// A property's value.
    pub fn property(&self, node: &Node, property: &Property) -> Location {
        self.span(node, Some(property), property.span)
    }

    /// One value of a property.
    pub fn value(&self, node: &Node, property: &Property, index: usize) -> Location {
        let span = property.values.get(index).map_or(property.span, |v| v.span);
        self.span(node, Some(property), span)
    }

    /// Any span of the document.
    pub fn span(&self, node: &Node, property: Option<&Property>, span: Span) -> Location {
        let NodeNames { path, pid } = self.names_of(node);
        Location {
            jcr_path: (!path.is_empty()).then_some(path),
            pid: pid.map(|(_, shown)| shown),
            property: property.map(|p| names::shared(&p.name)),
            ..self.at(span)
        }
    }

    fn names_of(&self, node: &Node) -> NodeNames {
        let mut last = self.last_node.borrow_mut();
        let is_last =
            |last: &NodeNames| *last.path == *node.path && last.pid.as_ref().map(|(pid, _)| pid) == node.pid.as_ref();
        if let Some(known) = last.as_ref().filter(|last| is_last(last)) {
            return known.clone();
        }
        let pid = node.pid.as_ref().map(|pid| (pid.clone(), pid.to_string().into()));
        last.insert(NodeNames { path: node.path.as_str().into(), pid }).clone()
    }

    /// Any span of the text, whatever it belongs to.
    pub fn at(&self, span: Span) -> Location {
        if self.text.is_the_file() && self.text.as_str().len() <= LARGEST_HASHED {
            self.file.sha256.get_or_init(|| Sha256::digest(self.text.as_str().as_bytes()).into());
        }
        let mut last = self.last.borrow_mut();
        if let Some((_, known)) = last.iter().find(|(known, _)| *known == span) {
            return known.clone();
        }
        let start = self.text.position(span.start);
        let mut excerpt = excerpt::cut(self.text.as_str(), span, start.line, &|range, own| self.hidden_in(range, own));
        if let Some((_, same)) = last.iter().find(|(_, other)| other.excerpt.text == excerpt.text) {
            excerpt.text = Arc::clone(&same.excerpt.text);
        }
        let location = Location {
            file: Arc::clone(&self.file),
            jcr_path: None,
            pid: None,
            property: None,
            start,
            end: self.text.position(span.end),
            excerpt: Arc::new(excerpt),
            line_hash: self.line_hash(span.start, start),
        };
        if last.len() == REMEMBERED {
            last.pop_front();
        }
        last.push_back((span, location.clone()));
        location
    }

    fn line_hash(&self, offset: usize, position: Position) -> LineHash {
        let text = self.text.as_str();
        if text.len() <= HASH_ALL {
            let hashes = self.hashes.get_or_init(|| line_hash::of_lines(text));
            return hashes.get(position.line as usize - 1).copied().unwrap_or_default();
        }
        let (line, hash) = self.last_hash.get();
        if line == position.line {
            return LineHash { hash, occurrence: 1 };
        }
        let before = &text.as_bytes()[..offset.min(text.len())];
        let start = memchr::memrchr2(b'\n', b'\r', before).map_or(0, |at| at + 1);
        let hash = line_hash::of_line(text.get(start..).unwrap_or(""));
        self.last_hash.set((position.line, hash));
        LineHash { hash, occurrence: 1 }
    }

    /// What is not shown of the whole text: sorted, without overlaps.
    pub fn hidden(&self) -> Vec<Span> {
        self.hidden_in(Span::new(0, self.text.as_str().len()), true)
    }

    /// What is not shown of `range`: of `own` lines and of their neighbours.
    fn hidden_in(&self, range: Span, own: bool) -> Vec<Span> {
        let text = self.text.as_str();
        let pieces = self.pieces.get_or_init(|| Pieces::of(text, self.document));
        // In flat files nothing tells a value from the rest of one that goes on.
        let all_values = !own && is_flat(self.file.format, text);
        let mut hidden = pieces.hidden_in(text, self.document, range, all_values);
        let repeated = match self.repeated.get_or_init(|| self.repeated_secrets()) {
            Repeated::None => None,
            Repeated::TooMany => return vec![range],
            Repeated::Known(repeated) => Some(repeated),
        };
        if let Some(repeated) = repeated {
            let from = char_floor(text, range.start.saturating_sub(MARGIN));
            let to = char_floor(text, range.end + MARGIN);
            let around = text.get(from..to).unwrap_or("");
            let places = repeated.find_iter(around).map(|m| Span::new(from + m.start(), from + m.end()));
            hidden.extend(places.filter(|place| place.start < range.end && range.start < place.end));
        }
        disclosure::merge(hidden)
    }

    fn repeated_secrets(&self) -> Repeated {
        let properties = self.document.nodes.iter().flat_map(|node| &node.properties);
        let secret = properties.filter(|property| secrets::is_secret_name(&property.name));
        let texts = secret.flat_map(|property| &property.values).flat_map(|value| {
            let written = self.text.as_str().get(value.span.range()).unwrap_or("");
            [written, value.text.as_str()]
        });
        let parts = |text: &'a str| {
            let hidden = disclosure::hidden("secret", text).into_iter();
            hidden.map(move |part| text[part.range()].trim())
        };
        let mut values: BTreeSet<&str> = BTreeSet::new();
        let mut bytes = 0;
        for value in texts.flat_map(parts).filter(|value| (SHORTEST_REPEATED..=MARGIN).contains(&value.len())) {
            bytes += if values.insert(value) { value.len() } else { 0 };
            if bytes > MAX_REPEATED {
                return Repeated::TooMany;
            }
        }
        if values.is_empty() {
            return Repeated::None;
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(values);
        automaton.map_or(Repeated::TooMany, Repeated::Known)
    }
}

/// Finds the secret values of a file elsewhere in its text.
#[derive(Debug)]
enum Repeated {
    /// It has none.
    None,
    Known(AhoCorasick),
    /// It has more than there is memory for: whatever the text is, it may be one of them.
    TooMany,
}

/// Whether the lines of a format are keys and values and nothing more.
fn is_flat(format: &str, text: &str) -> bool {
    match traits_of(format).map(|traits| traits.flat_lines) {
        Some(FlatLines::Always) => true,
        Some(FlatLines::UnlessJson) => !text.trim_start_matches('\u{feff}').trim_start().starts_with('{'),
        Some(FlatLines::Never) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::excerpt::MASK;
    use super::*;
    use crate::format::{Value, ValueType};

    fn property(text: &str, name: &str, value: &str) -> Property {
        let start = text.find(value).unwrap();
        let span = Span::new(start, start + value.len());
        let name_start = text[..start].rfind(name).unwrap_or(0);
        let name_end = if text[name_start..].starts_with(name) { name_start + name.len() } else { name_start };
        Property {
            name: name.to_owned(),
            name_span: Span::new(name_start, name_end),
            value_type: ValueType::String,
            multiple: false,
            values: vec![Value { text: value.to_owned(), span }],
            span,
        }
    }

    /// The location of `about` in a text of which a reader has found the properties given.
    fn capture(text: &str, properties: &[(&str, &str)], about: &str) -> Location {
        let properties = properties.iter().map(|(name, value)| property(text, name, value)).collect();
        let node = Node { path: "/conf/x".to_owned(), properties, ..Node::default() };
        let document = Document { nodes: vec![node.clone()], ..Document::default() };
        let text_of = Text::utf8(text.as_bytes());
        let capture = Capture::new(&text_of, Arc::default(), &document);
        let start = text.find(about).unwrap();
        capture.span(&node, None, Span::new(start, start + about.len()))
    }

    #[test]
    fn one_line_of_context_on_each_side() {
        let text = "one\r\ntwo\r\nthree\r\nfour\r\nfive";
        let names = ["one", "two", "three", "four", "five"].map(|value| ("name", value));
        let location = capture(text, &names, "three");
        assert_eq!(*location.excerpt.text, *"two\nthree\nfour");
        assert_eq!(location.excerpt.highlighted(), "three");
        assert_eq!(location.excerpt.first_line, 2);
        assert_eq!(location.excerpt.line(), "three");
        assert_eq!((location.start.line, location.start.column), (3, 1));
    }

    #[test]
    fn secrets_are_masked_in_the_line_and_beside_it() {
        let text = "id=\"abc\"\nclientSecret=\"s3cr3t-value\"\nscope=\"openid\" title=\"a s3cr3t-value\"\n";
        let properties = [("clientSecret", "s3cr3t-value"), ("scope", "openid"), ("title", "a s3cr3t-value")];
        let location = capture(text, &properties, "openid");
        let expected = format!("clientSecret=\"{MASK}\"\nscope=\"openid\" title=\"a {MASK}\"");
        assert_eq!(*location.excerpt.text, *expected);
        assert_eq!(location.excerpt.highlighted(), "openid");
        let location = capture(text, &properties, "s3cr3t-value");
        assert_eq!(location.excerpt.highlighted(), MASK);
        assert!(location.excerpt.redacted);
    }

    #[test]
    fn a_placeholder_is_shown_and_its_default_is_not() {
        let text = "a.password=\"$[secret:NAME]\"\nb.password=\"$[secret:NAME;default=hunter22]\"\nname=1\n";
        let properties =
            [("a.password", "$[secret:NAME]"), ("b.password", "$[secret:NAME;default=hunter22]"), ("name", "1")];
        let location = capture(text, &properties, "name=");
        assert_eq!(*location.excerpt.text, *format!("b.password=\"$[secret:NAME;default={MASK}]\"\nname=1"));
        let location = capture(text, &properties, "a.password");
        assert!(location.excerpt.text.starts_with("a.password=\"$[secret:NAME]\"\n"), "{}", location.excerpt.text);
    }

    #[test]
    fn nothing_of_comments_and_broken_lines_is_shown() {
        for line in [
            "# auth.ims.client.secret=\"tops3cret\"",
            "<!-- clientSecret=\"tops3cret\" -->",
            "password: tops3cret",
            "json=\"{&quot;client_secret&quot;:&quot;tops3cret&quot;}\"",
            r#"json="{\"client_secret\":\"tops3cret\"}""#,
            "url=\"https://user:tops3cret@example.com\"",
            "'privateKey' : 'tops3cret'",
            "aio.client.secret=T\"tops3cret\"",
            "it is tops3cret!",
        ] {
            let location = capture(&format!("{line}\nname=1"), &[("name", "1")], "name=1");
            assert!(location.excerpt.text.contains(MASK), "{}", location.excerpt.text);
            assert!(!location.excerpt.text.contains("tops3cret"), "{}", location.excerpt.text);
            assert!(location.excerpt.text.ends_with("\nname=1"), "{}", location.excerpt.text);
        }
    }

    #[test]
    fn pem_bodies_are_masked_line_by_line() {
        let text = "key=-----BEGIN RSA PRIVATE KEY-----\nMIIabc\nMIIdef\n-----END RSA PRIVATE KEY-----\nx=1\n";
        let location = capture(text, &[], "MIIabc");
        assert!(!location.excerpt.text.contains("MII"), "{}", location.excerpt.text);
        assert_eq!(location.excerpt.highlighted(), MASK);
    }

    #[test]
    fn a_file_with_a_megabyte_of_secrets_shows_nothing() {
        let secrets: Vec<String> = (0..40_000).map(|number| format!("s3cr3t-value-{number:016}")).collect();
        let lines: Vec<String> = secrets.iter().map(|secret| format!("password=\"{secret}\"\n")).collect();
        let text = format!("{}needle {}\n", lines.concat(), secrets[7]);
        let starts =
            lines.iter().scan(0, |at, line| Some(std::mem::replace(at, *at + line.len()) + "password=\"".len()));
        let value = |(start, secret): (usize, &String)| {
            let span = Span::new(start, start + secret.len());
            let value = Value { text: secret.clone(), span };
            let (name, name_span) = ("password".to_owned(), Span::at(0));
            Property { name, name_span, value_type: ValueType::String, multiple: false, values: vec![value], span }
        };
        let node = Node { properties: starts.zip(&secrets).map(value).collect(), ..Node::default() };
        let document = Document { nodes: vec![node], ..Document::default() };
        let text_of = Text::utf8(text.as_bytes());
        let capture = Capture::new(&text_of, Arc::default(), &document);
        let start = text.find("needle").unwrap();
        let location = capture.at(Span::new(start, start + "needle".len()));
        assert!(location.excerpt.redacted && !location.excerpt.text.contains("s3cr3t"), "{}", location.excerpt.text);
        assert_eq!((location.start.line, location.start.column), (40_001, 1));
    }

    #[test]
    fn a_very_long_line_is_shown_as_a_window() {
        let (before, after) = ("\"a\":[],".repeat(100_000), ",\"b\":{}".repeat(100_000));
        let text = format!("{before}\"name\":\"needle\"{after}");
        let location = capture(&text, &[("name", "needle")], "needle");
        let excerpt = &location.excerpt;
        assert_eq!(excerpt.highlighted(), "needle");
        assert!(excerpt.cut_start && excerpt.cut_end);
        assert_eq!(location.start.column, 700_009);
        assert!(excerpt.text.chars().count() <= 2 * (WINDOW_AND_MORE), "{}", excerpt.text);
    }

    /// Characters shown on each side of a value, with its own, the signs of a cut and a mask.
    const WINDOW_AND_MORE: usize = 120 + 16;

    #[test]
    fn a_file_of_one_line_shows_the_place_and_its_neighbours_keys() {
        let key = "A".repeat(2000);
        let text = format!(
            "{{\"name\":\"acme\",\"privateKey\":\"{key}\",\"scope\":\"openid\",\"password\":\"{key}\",\"title\":\"x\",\"id\":\"7\"}}"
        );
        let properties = [("name", "acme"), ("privateKey", &key), ("scope", "openid"), ("title", "x"), ("id", "7")];
        let mut location = capture(&text, &properties, "openid");
        assert!(!location.excerpt.text.contains("AAA"), "{}", location.excerpt.text);
        for shown in ["\"name\":\"acme\"", "\"privateKey\":\"********\"", "\"scope\":\"openid\"", "\"title\":\"x\""] {
            assert!(location.excerpt.text.contains(shown), "no {shown} in {}", location.excerpt.text);
        }
        location = capture(&text, &properties, "acme");
        assert!(location.excerpt.text.contains("\"scope\":\"openid\""), "{}", location.excerpt.text);
    }

    #[test]
    fn a_secret_that_begins_before_the_window_is_masked() {
        let secret = "s".repeat(3000);
        let text = format!("password=\"{secret}\" name=\"x\"");
        let location = capture(&text, &[("password", &secret)], "name");
        assert!(!location.excerpt.text.contains("sss"), "{}", location.excerpt.text);
    }

    #[test]
    fn a_long_value_is_cut_and_many_lines_too() {
        let value = "openid,".repeat(250);
        let text = format!("scope=\"{value}\"\nnext");
        let location = capture(&text, &[("scope", &value)], &value);
        assert!(location.excerpt.text.len() < 800 && location.excerpt.cut_end);
        assert!(location.excerpt.highlighted().starts_with("openid,openid"), "{}", location.excerpt.text);
        let text = "[\n".to_owned() + &"  1,\n".repeat(100) + "]\n";
        let location = capture(&text, &[], text.trim_end());
        assert!(location.excerpt.text.lines().count() <= 10);
    }

    proptest::proptest! {
        /// Whatever stands around a secret and whatever the location is about, no excerpt has any of the secret.
        #[test]
        fn no_excerpt_shows_a_secret(
            before in "[a-z=\"\\n\\r é]{0,300}",
            after in "[a-z=\"\\n\\r 😀]{0,300}",
            secret in "[A-Z]{8}([0-9\\n]{0,600}[A-Z]{8})?",
            about in 0_usize..1200,
            length in 0_usize..1200,
        ) {
            let text = format!("{before}{secret}{after}");
            let document = Document {
                nodes: vec![Node { properties: vec![property(&text, "password", &secret)], ..Node::default() }],
                ..Document::default()
            };
            let text_of = Text::utf8(text.as_bytes());
            let capture = Capture::new(&text_of, Arc::default(), &document);
            let excerpt = capture.at(Span::new(about, about + length)).excerpt;
            proptest::prop_assert!(!excerpt.text.contains(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()),
                "{:?}", excerpt.text);
            proptest::prop_assert!(excerpt.text.get(excerpt.highlight.range()).is_some());
        }
    }

    #[test]
    fn every_span_of_odd_text_gives_an_excerpt() {
        let text = "é\r\n\u{feff}😀=\"\\ud83d\"\r\r\nsecret=x\u{0}\u{1b}[31m\n\n";
        let text_of = Text::utf8(text.as_bytes());
        let document = Document::default();
        let capture = Capture::new(&text_of, Arc::default(), &document);
        for start in 0..=text.len() + 1 {
            for end in start..=text.len() + 2 {
                let location = capture.at(Span::new(start, end));
                assert!(location.excerpt.text.is_char_boundary(location.excerpt.highlight.end));
                assert!(location.excerpt.highlight.start <= location.excerpt.highlight.end);
            }
        }
    }

    #[test]
    fn names_that_are_secret_and_names_that_are_not() {
        for name in secrets::SECRET_PROPERTIES {
            assert!(secrets::is_secret_name(name), "{name}");
        }
        for name in ["clientSecret", "my.client-secret.value", "API_SECRET_KEY", "dbPassword2", "privateKeyPem"] {
            assert!(secrets::is_secret_name(name), "{name}");
        }
        for name in [
            "auth.token.provider.client.id",
            "auth.token.provider.keypair.alias",
            "tokenEndpoint",
            "auth.token.validator.type",
            "token.request.customizer.type",
            "privateKeyAlias",
            "apiKey",
            "client.secret.name",
            "cq:csrfToken",
        ] {
            assert!(!secrets::is_secret_name(name), "{name}");
        }
    }
}
