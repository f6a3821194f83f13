//! Converts the items of a JSON report to the model, with everything that reports show of them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use strum::VariantArray;

use super::invalid::InvalidReport;
use crate::findings::Suppressed;
use crate::format::{Position, Span};
use crate::ims::catalog::Product;
use crate::ims::inline::InlineIgnore;
use crate::ims::line_hash::LineHash;
use crate::ims::model::{Cause, Environment, EnvironmentVerdict, Evidence, Placeholder, Reference, TokenVerdict};
use crate::ims::target::{DecidedTarget, Target};
use crate::ims::{
    AuthType, Confidence, Excerpt, Field, FieldName, FieldState, Integration, IntegrationKind, Location, SourceFile,
};
use crate::report::json::{
    JsonComment, JsonEnvironmentVerdict, JsonField, JsonFileFix, JsonFinding, JsonFix, JsonIncident, JsonIntegration,
    JsonLocation, JsonPosition, JsonReplacement, JsonSource, JsonSystem, JsonTarget,
};
use crate::repository::{FileContext, Package, PackageId, SourcePath, System, SystemKind};
use crate::rules::{self, FileFix, Finding, Fix, FixReplacement, Level, Phase, Related, Rule, Step};
use crate::source::{Incident, IncidentKind};

/// Maximum accepted line number: higher ones would leave no room for counting.
const LAST_LINE: u32 = u32::MAX / 2;
/// Maximum number of files, packages, excerpts and names that are kept for sharing.
const REMEMBERED: usize = 8 << 10;

/// The message for a word that this version does not know.
fn unknown(what: &'static str, word: &str) -> InvalidReport {
    InvalidReport::UnknownWord(what, word.to_owned())
}

/// The value of `T` that reports call `word`.
fn one_of<T: Copy + VariantArray>(
    what: &'static str,
    word: &str,
    id: impl Fn(T) -> &'static str,
) -> Result<T, InvalidReport> {
    one_among(what, word, T::VARIANTS, id)
}

fn service_of(word: &str) -> Result<&'static str, InvalidReport> {
    one_among("service", word, &["author", "publish", "preview"], |one| one)
}

fn one_among<T: Copy>(
    what: &'static str,
    word: &str,
    all: &[T],
    id: impl Fn(T) -> &'static str,
) -> Result<T, InvalidReport> {
    all.iter().copied().find(|one| id(*one) == word).ok_or_else(|| unknown(what, word))
}

fn environment(word: &str) -> Result<Environment, InvalidReport> {
    let (service, stage) = word.split_once('/').unwrap_or((word, ""));
    let service = service_of(service)?;
    Ok(Environment { service, stage: stage.to_owned() })
}

fn environments(words: Vec<String>) -> Result<Vec<Environment>, InvalidReport> {
    all(words, |word| environment(&word))
}

/// The rule called `id`.
pub(super) fn rule(id: &str) -> Result<&'static dyn Rule, InvalidReport> {
    rules::by_id(id).ok_or_else(|| unknown("rule", id))
}

/// An edition of AEM.
pub(super) fn target(edition: JsonTarget<'static>) -> Result<DecidedTarget, InvalidReport> {
    let target = one_of("edition of AEM", &edition.edition, Target::id)?;
    Ok(DecidedTarget { target, because: edition.because.into_owned() })
}

/// A system and its edition.
pub(super) fn system(one: JsonSystem<'static>) -> Result<(System, DecidedTarget), InvalidReport> {
    let kind = one_of("kind of system", &one.kind, SystemKind::id)?;
    let service = one.service.as_deref().map(service_of).transpose()?;
    let system = System {
        name: one.name.into_owned(),
        kind,
        label: one.label.map(Cow::into_owned),
        environment: one.environment.map(Cow::into_owned),
        service,
        because: one.because.into_owned(),
        paths: one.paths.into_owned(),
        ..System::default()
    };
    Ok((system, target(one.target)?))
}

/// An incident of a merged report.
pub(super) fn incident(one: JsonIncident<'static>) -> Result<Incident, InvalidReport> {
    let kind = one_of("kind of incident", &one.kind, IncidentKind::id)?;
    let input = if one.input.is_empty() { one.path } else { one.input.into_owned() };
    let path = SourcePath { input, entries: one.entries.into_owned() };
    Ok(Incident { path, position: one.line.zip(one.column), kind, message: one.message.into_owned() })
}

/// Converts each item. The list gets no spare capacity: a merged report has millions of such lists, most of them short.
fn all<T, U>(items: Vec<T>, convert: impl FnMut(T) -> Result<U, InvalidReport>) -> Result<Vec<U>, InvalidReport> {
    let mut converted = Vec::with_capacity(items.len());
    for item in items.into_iter().map(convert) {
        converted.push(item?);
    }
    Ok(converted)
}

fn shrunk<T>(mut items: Vec<T>) -> Vec<T> {
    items.shrink_to_fit();
    items
}

/// What is known for `key`, or else is made for it.
fn shared<K: Eq + Hash, V>(known: &mut HashMap<K, Arc<V>>, key: K, make: impl FnOnce(&K) -> V) -> Arc<V> {
    Arc::clone(known.entry(key).or_insert_with_key(|key| Arc::new(make(key))))
}

/// Converts items to those of the model; common parts of them are in memory once.
#[derive(Default)]
pub(super) struct Converter {
    nothing: Arc<Excerpt>,
    names: HashSet<Arc<str>>,
    /// Steps and labels that many findings share. They live as long as the program, which ends soon.
    texts: HashSet<&'static str>,
    files: HashMap<FileKey, Arc<SourceFile>>,
    packages: HashMap<String, Arc<Package>>,
    excerpts: HashMap<ExcerptKey, Arc<Excerpt>>,
}

/// Text, highlighted bytes, first line, and whether it is verbatim.
type ExcerptKey = (Cow<'static, str>, (u64, u64), u32, bool);

type FileKey = (String, Vec<String>, Enclosing);

/// The package that contains a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Enclosing {
    None,
    /// One without an id, such as a source tree; its coverage is known.
    Nameless,
    Named(String),
}

impl Converter {
    /// Ends the sharing within one report.
    pub(super) fn next_report(&mut self) {
        self.files.clear();
        self.packages.clear();
        self.excerpts.clear();
    }

    /// Drops the shared items if there are too many: a report may contain a whole fleet. Later items are then just not
    /// shared with them.
    fn forget(&mut self) {
        if self.files.len() + self.packages.len() + self.excerpts.len() > REMEMBERED {
            self.next_report();
        }
        if self.names.len() > REMEMBERED {
            self.names.clear();
        }
    }

    fn name(&mut self, text: Cow<'_, str>) -> Arc<str> {
        if let Some(known) = self.names.get(&*text) {
            return Arc::clone(known);
        }
        let name: Arc<str> = text.into();
        self.names.insert(Arc::clone(&name));
        name
    }

    fn text(&mut self, text: Cow<'_, str>) -> &'static str {
        if let Some(known) = self.texts.get(&*text) {
            return known;
        }
        let text: &'static str = Box::leak(text.into_owned().into_boxed_str());
        self.texts.insert(text);
        text
    }

    fn file(&mut self, input: String, entries: Vec<String>, package: Enclosing) -> Arc<SourceFile> {
        let packages = &mut self.packages;
        let file = |(input, entries, package): &FileKey| {
            let package = match package {
                Enclosing::None => None,
                Enclosing::Nameless => Some(Arc::new(Package::recorded(None))),
                Enclosing::Named(id) => {
                    Some(shared(packages, id.clone(), |id| Package::recorded(Some(PackageId::parse(id)))))
                }
            };
            let path = SourcePath { input: input.clone(), entries: entries.clone() };
            // The package records coverage by this path.
            let repository_path = package.is_some().then(|| path.to_string());
            SourceFile::recorded(FileContext { path, package, repository_path, ..FileContext::default() })
        };
        shared(&mut self.files, (input, entries, package), file)
    }

    /// A location, with its excerpt if there is a source.
    fn place(
        &mut self,
        one: JsonLocation<'static>,
        source: Option<JsonSource<'static>>,
    ) -> Result<Location, InvalidReport> {
        let nameless = one.covered.map_or(Enclosing::None, |_| Enclosing::Nameless);
        let file =
            self.file(one.input.into_owned(), one.entries.into_owned(), one.package.map_or(nameless, Enclosing::Named));
        let mut location = Location {
            jcr_path: one.jcr_path.map(|text| self.name(text)),
            pid: one.pid.map(|text| self.name(text)),
            property: one.property.map(|text| self.name(text)),
            start: position(&one.start, one.start.column),
            end: position(&one.end, one.end.column),
            excerpt: Arc::clone(&self.nothing),
            ..Location::of_file(file)
        };
        location.record_coverage(one.covered);
        if let Some(source) = source {
            location.start.utf16_column = source.utf16_columns.0;
            location.end.utf16_column = source.utf16_columns.1;
            location.line_hash = line_hash(&source.line_hash).ok_or(InvalidReport::Malformed("line hash"))?;
            let digest = source.sha256.as_deref().map(|text| digest(text).ok_or(InvalidReport::Malformed("SHA-256")));
            if let Some(digest) = digest.transpose()? {
                location.file.sha256.get_or_init(|| digest);
            }
            location.excerpt = self.excerpt(source);
        }
        Ok(location)
    }

    fn excerpt(&mut self, source: JsonSource<'static>) -> Arc<Excerpt> {
        let key = (source.text, source.highlight, source.first_line, source.verbatim);
        shared(&mut self.excerpts, key, |(text, highlight, first_line, verbatim)| {
            let (start, end) = (highlight.0 as usize, highlight.1 as usize);
            let fits = start <= end && text.is_char_boundary(start) && text.is_char_boundary(end);
            let highlight = if fits { Span::new(start, end) } else { Span::default() };
            let first_line = LAST_LINE.min(*first_line);
            Excerpt { text: (**text).into(), highlight, first_line, redacted: !verbatim, ..Excerpt::default() }
        })
    }

    /// A comment that suppresses findings of comparisons.
    pub(super) fn comment(&mut self, one: JsonComment<'static>) -> Result<InlineIgnore, InvalidReport> {
        let until = one.until.map(|day| day.parse().map_err(|_| InvalidReport::Malformed("date")));
        Ok(InlineIgnore {
            rules: vec![rule(&one.rule)?.meta().id.to_owned()],
            reason: one.reason.into_owned(),
            until: until.transpose()?,
            fault: None,
            location: self.place(one.location, None)?,
            from: one.from,
            to: one.to.unwrap_or(u64::MAX),
            is_judged: true,
        })
    }

    /// A finding; its integration is resolved later.
    pub(super) fn finding(&mut self, one: JsonFinding<'static>) -> Result<Finding, InvalidReport> {
        self.forget();
        let meta = rule(&one.rule)?.meta();
        let location = self.place(one.location, one.source)?;
        let related = all(one.related, |related| {
            let location = self.place(related.location, related.source)?;
            Ok(Related { message: related.message.into_owned(), location })
        })?;
        let mut help = one.help;
        let steps = help.split_off(help.len().min(one.notes as usize));
        let label = one.label.map_or(meta.summary, |text| self.text(text)).into();
        let fix = one.fix.map(|fix| self.fix(fix));
        Ok(Finding {
            level: one_of("level", &one.level, Level::id)?,
            confidence: one_of("confidence", &one.confidence, Confidence::id)?,
            label,
            steps: all(steps, |text| Ok(Step::new(Phase::Files, self.text(text))))?,
            notes: all(help, |note| Ok(note.into_owned()))?,
            url: one.url.map_or("", |text| self.text(text)).into(),
            related,
            environments: environments(one.environments)?,
            fingerprint: one.fingerprint.into_owned(),
            suppressed: one
                .suppressed
                .map(|own| Suppressed { in_source: own.kind == "inSource", reason: own.reason.into_owned() }),
            fix,
            compared: one.compared,
            ..Finding::new(meta, location, one.message.into_owned())
        })
    }

    fn fix(&mut self, fix: JsonFix<'static>) -> Fix {
        let replacement = |one: JsonReplacement| FixReplacement {
            start: position(&one.start, one.utf16_columns.0),
            end: position(&one.end, one.utf16_columns.1),
            text: one.text,
        };
        let file = |one: JsonFileFix| FileFix {
            file: self.file(one.input, one.entries, Enclosing::None),
            replacements: one.replacements.into_iter().map(replacement).collect(),
        };
        Fix { description: fix.description.into_owned(), files: fix.files.into_iter().map(file).collect() }
    }

    /// An integration with all details; the integrations that it names are resolved later.
    pub(super) fn integration(&mut self, one: JsonIntegration<'static>) -> Result<Integration, InvalidReport> {
        self.forget();
        let product = one.product.as_deref().map(|name| one_of("product", name, Product::name)).transpose()?;
        let evidence = all(one.evidence, |one| {
            Ok(Evidence {
                auth: one_of("authentication", &one.auth, AuthType::id)?,
                text: one.text.into_owned(),
                location: self.place(one.location, None)?,
            })
        })?;
        let mut fields = all(one.fields.into_iter().collect(), |(name, field)| self.field(&name, field))?;
        fields.sort_by_key(|field| field.name);
        let references = all(one.references, |one| {
            Ok(Reference {
                target: one.target.into_owned(),
                location: self.place(one.location, None)?,
                resolved: Vec::new(),
            })
        })?;
        let outcomes = all(one.verdicts, |one| self.outcome(one))?;
        let secret_partner = one.secret_partner.map(|place| self.place(place, None)).transpose()?;
        Ok(Integration {
            kind: IntegrationKind::from_id(&one.kind),
            product,
            name: one.name.map(Cow::into_owned),
            auth: one_of("authentication", &one.auth, AuthType::id)?,
            confidence: one_of("confidence", &one.confidence, Confidence::id)?,
            evidence,
            fields,
            secret_partner,
            references,
            run_modes: shrunk(one.run_modes.into_owned()),
            environments: environments(one.environments)?,
            auto_provisioned: one.auto_provisioned.map(Cow::into_owned),
            outcomes,
            copies: all(one.copies, |one| self.place(one, None))?,
            ..Integration::new(one.id.into_owned(), IntegrationKind::Generic, self.place(one.location, one.source)?)
        })
    }

    fn outcome(&mut self, one: JsonEnvironmentVerdict<'static>) -> Result<EnvironmentVerdict, InvalidReport> {
        let causes = all(one.causes, |cause| {
            let location = self.place(cause.location, None)?;
            Ok(Cause { rule: rule(&cause.rule)?.meta().id, message: cause.message.into_owned(), location })
        })?;
        Ok(EnvironmentVerdict {
            causes,
            environment: one.environment.as_deref().map(environment).transpose()?,
            verdict: one_of("verdict", &one.verdict, TokenVerdict::id)?,
        })
    }

    fn field(&mut self, name: &str, one: JsonField<'static>) -> Result<Field, InvalidReport> {
        Ok(Field {
            name: one_of("field", name, FieldName::id)?,
            state: state(&one.state, one.placeholder.as_deref())?,
            property: self.name(one.property),
            value: one.value.map(Cow::into_owned),
            location: one.location.map(|place| self.place(place, None).map(Box::new)).transpose()?,
            written: None,
            variables: Vec::new(),
            faults: Vec::new(),
            near: None,
        })
    }
}

/// The parts of an integration that formats other than JSON show, and that are used to compare instances.
pub(super) fn brief(full: Integration) -> Integration {
    let is_oauth = full.auth == AuthType::OAuth;
    let is_told = |field: &Field| field.name == FieldName::ClientId || is_oauth && !field.state.is_filled();
    let fields = full.fields.into_iter().filter(is_told).map(|field| Field { location: None, ..field });
    let outcomes = full.outcomes.into_iter().map(|outcome| EnvironmentVerdict { causes: Vec::new(), ..outcome });
    Integration {
        fields: shrunk(fields.collect()),
        outcomes: shrunk(outcomes.collect()),
        evidence: Vec::new(),
        secret_partner: None,
        run_modes: Vec::new(),
        copies: Vec::new(),
        ..full
    }
}

fn state(state: &str, placeholder: Option<&str>) -> Result<FieldState, InvalidReport> {
    use Placeholder::{Build, Env, Misspelt, Property, Secret, Template, Waiting};
    if let Some(word) = placeholder.filter(|_| state == "placeholder") {
        let all = [Secret { default: false }, Env { default: false }, Property, Build, Template, Waiting, Misspelt];
        return one_among("placeholder", word, &all, Placeholder::id).map(FieldState::Placeholder);
    }
    use FieldState::{Empty, Encrypted, Hidden, Missing, Present};
    one_among("state of a field", state, &[Present, Encrypted, Hidden, Empty, Missing], FieldState::id)
}

fn position(one: &JsonPosition, utf16_column: u32) -> Position {
    Position { line: one.line.min(LAST_LINE), column: one.column, utf16_column, offset: one.offset }
}

fn line_hash(text: &str) -> Option<LineHash> {
    let (hash, occurrence) = text.split_once(':')?;
    Some(LineHash { hash: u64::from_str_radix(hash, 16).ok()?, occurrence: occurrence.parse().ok()? })
}

fn digest(text: &str) -> Option<[u8; 32]> {
    let bytes = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok());
    bytes.collect::<Option<Vec<u8>>>()?.try_into().ok()
}
