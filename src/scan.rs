//! One scan from paths to a report: the walk through the stages.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::budget::{self, Held, Ledger, Room};
use crate::findings::{self, Selection};
use crate::format::traits::{Loading, Origin};
use crate::format::{self, Document, Format, Input, Problem, Reading, Text, quiet};
use crate::ims::catalog::pid;
use crate::ims::{self, Extract, Knowledge};
use crate::paths::label;
use crate::report::inspect::{InspectedFile, Inspection};
use crate::report::{Configuration, Recognition, Report};
use crate::rules::{self, Finding};
use crate::source::{self, File, Incident, IncidentKind, Markers, SourcePath};
use crate::strands;

/// What to scan, and with which settings.
#[derive(Debug, Default)]
pub struct Request {
    /// Files and directories.
    pub inputs: Vec<PathBuf>,
    /// Bytes that come from elsewhere (standard input), each with the file name to read them under.
    pub given: Vec<(String, Vec<u8>)>,
    /// How to read them.
    pub source: source::Options,
    /// What recognisers need beside the files.
    pub knowledge: Knowledge,
    /// Which findings to report, and at which level.
    pub selection: Selection,
    /// The configuration that all this was read from, for the report.
    pub configuration: Option<Configuration>,
}

impl Request {
    /// The names of files that did not come from disk.
    pub fn given_names(&self) -> Vec<String> {
        self.given.iter().map(|(name, _)| name.clone()).collect()
    }
}

/// What one file came to.
struct Examined {
    extract: Option<Held<Extract>>,
    incidents: Vec<Incident>,
    broken_without_evidence: bool,
    /// The user named the file, and no format takes it.
    unrecognised: bool,
}

/// Scans everything the request names, as one scan: references resolve across all inputs.
pub fn scan(request: &Request) -> Report {
    let inputs = request.inputs.iter().map(|path| label(path)).collect();
    let knowledge = Knowledge { inputs, ..request.knowledge.clone() };
    let markers = ims::literals::markers(&knowledge.kinds);
    let (room, ledger) = (Room::new(budget::NODES), Ledger::new(budget::FOUND));
    let known = Arc::new(AtomicBool::new(false));
    let options = source::Options { recognised: Some(Arc::clone(&known)), ..request.source.clone() };
    let visit = |file: File<'_>| examine(file, request, &knowledge, &markers, (&room, &ledger, &known));
    let mut outcome = source::read_with(&request.inputs, &options, &markers, &visit);
    for (name, bytes) in &request.given {
        outcome.append(source::read_bytes(name, bytes.clone(), &options, &markers, &visit));
    }

    let mut stats = outcome.stats;
    let mut incidents = outcome.incidents;
    let mut extracts = Vec::new();
    let any = known.load(Ordering::Relaxed) || outcome.stats.packages > 0;
    let mut recognition = Recognition { any, unrecognised: Vec::new(), skipped: outcome.skipped };
    for (path, examined) in outcome.results {
        if examined.unrecognised {
            recognition.unrecognised.push(path.to_string());
        }
        stats.broken_without_evidence += u64::from(examined.broken_without_evidence);
        incidents.extend(examined.incidents);
        extracts.extend(examined.extract.and_then(Held::take));
    }
    recognition.sort();
    mask(&mut incidents);
    incidents.extend(no_room(&ledger));
    incidents.sort();
    incidents.dedup();

    let mut landscape = ims::landscape_of(extracts, outcome.ambiguous, &knowledge);
    if request.selection.suppressions.ignore_comments {
        landscape.models_mut().iter_mut().for_each(|model| model.ignores.clear());
    }
    let findings = rules::judge_all(&mut landscape);
    let (findings, effects) = findings::select(findings, &landscape, &request.selection);
    incidents.extend(unknown_coverage(&landscape, &findings));
    incidents.extend(beyond_combinations(&landscape));
    incidents.sort();
    Report {
        landscape,
        findings,
        incidents,
        stats,
        configuration: request.configuration.clone(),
        effects,
        day: knowledge.today,
        recognition,
        details: None,
    }
}

/// What could not be read may be quoted by the reason.
fn mask(incidents: &mut [Incident]) {
    for incident in incidents {
        if let Cow::Owned(masked) = ims::disclosure::sentence(&incident.message) {
            incident.message = masked;
        }
    }
}

/// Packages of which it would have cost too much to know whether they cover a node that the report tells of. All are asked
/// here, in the order of the report, so that an answer does not depend on who asks first.
fn unknown_coverage(landscape: &ims::Landscape, findings: &[Finding]) -> Vec<Incident> {
    let found = findings.iter().flat_map(|finding| {
        [&finding.location].into_iter().chain(finding.related.iter().map(|related| &related.location))
    });
    let unknown = found.chain(landscape.locations()).filter_map(|location| {
        let package = location.file.context.package.as_ref().filter(|_| location.is_covered().is_none())?;
        Some((&package.path, package.unknown_coverage()?))
    });
    let unknown: BTreeMap<_, _> = unknown.collect();
    let incident =
        |(path, why): (&SourcePath, _)| Incident::new(IncidentKind::Limit, path.clone(), format!("filter.xml: {why}"));
    unknown.into_iter().map(incident).collect()
}

/// Systems with more combinations of run modes than are looked at.
fn beyond_combinations(landscape: &ims::Landscape) -> Vec<Incident> {
    let beyond = landscape.models().iter().filter_map(|model| model.beyond_combinations.as_ref());
    let incident = |one: &ims::BeyondCombinations| {
        let message = format!(
            "too many combinations of run modes: only {} are checked, so it is unknown where this configuration and \
             those after it are in force; scan fewer folders in one run",
            one.most
        );
        let ims::Location { start, .. } = &one.location;
        Incident::new(IncidentKind::Limit, one.location.path().clone(), message).at(start.line, start.column)
    };
    beyond.map(incident).collect()
}

/// Reads one file: which format it is, what it holds, and whether all of it could be read.
fn examine(
    file: File<'_>,
    request: &Request,
    knowledge: &Knowledge,
    markers: &Markers,
    (room, ledger, known): (&Room, &Ledger<SourcePath, Extract>, &AtomicBool),
) -> Option<Examined> {
    let input = Input { context: file.context, bytes: file.bytes, limits: &request.source.limits };
    let place = room.enter(format::memory::of_file(file.bytes.len()));
    let detected = format::detect(&input);
    let is_known = detected.as_ref().is_some_and(|file| file.format.traits().origin != Origin::AnyProgram);
    known.fetch_or(is_known, Ordering::Relaxed);
    if !file.matters && !request.source.no_prefilter {
        // It was handed over only to know whether anything is recognised.
        return None;
    }
    let mut incidents = Vec::new();
    let mut broken_without_evidence = false;
    let extract = match detected {
        Some(mut detected) => {
            detected.text = without_quiet(detected.format, detected.text, file, markers);
            let mut document = detected.read(Reading::Tolerant);
            if detected.format.traits().loading == Loading::Never {
                detected.forget_trees();
            }
            ims::name_configurations(&mut document, detected.format);
            let extract = ims::recognise(&input, Some((&detected, &document)), knowledge);
            let text = &detected.text;
            let matters = extract.has_evidence() || markers.has_evidence(text.as_str()) || is_integration(&document);
            // What cannot matter is read only where the choice of files is put to the proof.
            if file.matters {
                incidents = incidents_of(&input, text, &document, extract.limit.as_ref(), matters);
            }
            broken_without_evidence = document.problem.is_some() && !matters;
            extract
        }
        None => ims::recognise(&input, None, knowledge),
    };
    drop(place);
    let unrecognised = file.named && !is_known && extract.is_empty();
    known.fetch_or(!extract.is_empty(), Ordering::Relaxed);
    let extract = (!extract.is_empty()).then(|| ledger.keep(&file.context.path, extract.bytes as u64, extract));
    let says_something = extract.is_some() || !incidents.is_empty() || broken_without_evidence || unrecognised;
    says_something.then_some(Examined { extract, incidents, broken_without_evidence, unrecognised })
}

/// The text of a large export, of which readers go over what is of no interest.
fn without_quiet<'a>(format: &dyn Format, text: Text<'a>, file: File<'_>, markers: &Markers) -> Text<'a> {
    let outline = format.traits().outline.filter(|_| text.as_str().len() >= quiet::LARGE);
    // Where the path itself is of interest, everything in the file is.
    let outline = outline.filter(|_| !markers.may_matter(file.context.path.innermost(), b""));
    let Some(outline) = outline else { return text };
    let quiet = || {
        let places = markers.places(outline.syntax(), text.as_str())?;
        Some(quiet::subtrees(outline, text.as_str(), &places))
    };
    match strands::both(quiet, || text.prepare_positions()).0 {
        Some(quiet) => text.passing_over(quiet),
        None => text,
    }
}

/// Whether the name of the file says that it is an integration, whatever it holds: a checkout without symbolic links has
/// the name of another file in it.
fn is_integration(document: &Document) -> bool {
    document.pid.as_ref().is_some_and(|pid| pid::COMPONENTS.iter().any(|(known, _)| *known == pid.component()))
}

/// That there was no room for all that the files of a scan give.
fn no_room<T>(ledger: &Ledger<SourcePath, T>) -> Option<Incident> {
    let message = format!(
        "all files up to here need more than {} MiB of memory; this one and those after it are not in the report: scan \
         fewer files at a time",
        ledger.most >> 20
    );
    ledger.cut().map(|path| Incident::new(IncidentKind::Limit, path, message))
}

fn incidents_of(
    input: &Input<'_>,
    text: &Text<'_>,
    document: &Document,
    limit: Option<&Problem>,
    matters: bool,
) -> Vec<Incident> {
    let at = |kind, problem: &Problem| {
        let position = text.position(problem.offset);
        Incident::new(kind, input.context.path.clone(), problem.message.clone()).at(position.line, position.column)
    };
    let limit = document.limit.iter().chain(limit).map(|problem| at(IncidentKind::Limit, problem));
    let problem = document.problem.iter().filter(|_| matters).map(|problem| at(IncidentKind::Malformed, problem));
    limit.chain(problem).collect()
}

/// Runs `work` on a pool of `threads` threads; 0 takes one per core.
///
/// # Errors
/// When the operating system does not give the threads.
pub fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> io::Result<T> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| io::Error::other(format!("cannot start {threads} threads: {error}")))?;
    Ok(pool.install(work))
}

/// Reads everything the request names and keeps what there is to show; judges nothing.
pub fn inspect(request: &Request, reading: Reading, redact: bool) -> Inspection {
    let options = source::Options { no_prefilter: true, ..request.source.clone() };
    let (room, ledger) = (Room::new(budget::NODES), Ledger::new(budget::INSPECTED));
    let visit = |file: File<'_>| {
        let input = Input { context: file.context, bytes: file.bytes, limits: &options.limits };
        let _place = room.enter(format::memory::of_file(file.bytes.len()));
        let inspected = InspectedFile::read(&format::detect(&input)?, reading, redact);
        Some(ledger.keep(&file.context.path, inspected.bytes() as u64, inspected))
    };
    let mut outcome = source::read(&request.inputs, &options, &visit);
    for (name, bytes) in &request.given {
        outcome.append(source::read_bytes(name, bytes.clone(), &options, &Markers::default(), &visit));
    }
    let files: Vec<InspectedFile> = outcome.results.into_iter().filter_map(|(_, file)| file.take()).collect();
    let mut incidents = outcome.incidents;
    incidents.extend(files.iter().filter_map(InspectedFile::limit).cloned());
    incidents.extend(no_room(&ledger));
    mask(&mut incidents);
    incidents.sort();
    Inspection { stats: outcome.stats, configuration: request.configuration.clone(), files, incidents }
}
