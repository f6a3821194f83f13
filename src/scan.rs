//! One scan from paths to a report: the walk through the stages.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::findings::{self, Selection};
use crate::format::{self, Document, Input, Problem, Reading, Text};
use crate::ims::{self, Extract, Integration, Knowledge};
use crate::paths::label;
use crate::report::inspect::{InspectedFile, Inspection};
use crate::report::{Report, Stats};
use crate::rules::{self, Finding};
use crate::source::{self, File, Incident, IncidentKind, Markers, SourcePath, markers};

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
}

impl Request {
    /// The names of files that did not come from disk.
    pub fn given_names(&self) -> Vec<String> {
        self.given.iter().map(|(name, _)| name.clone()).collect()
    }
}

/// What one file came to.
struct Examined {
    extract: Option<Extract>,
    incidents: Vec<Incident>,
    broken_without_evidence: bool,
}

/// Scans everything the request names, as one scan: references resolve across all inputs.
pub fn scan(request: &Request) -> Report {
    let inputs = request.inputs.iter().map(|path| label(path)).collect();
    let knowledge = Knowledge { inputs, ..request.knowledge.clone() };
    let markers = Markers::new(knowledge.kinds.literals().as_deref());
    let visit = |file: File<'_>| examine(file, request, &knowledge);
    let mut outcome = source::read_with(&request.inputs, &request.source, &markers, &visit);
    for (name, bytes) in &request.given {
        outcome.append(source::read_bytes(name, bytes.clone(), &request.source, &markers, &visit));
    }

    let mut stats = stats(request, &outcome.stats);
    let mut incidents = outcome.incidents;
    let mut extracts = Vec::new();
    for (_, examined) in outcome.results {
        stats.broken_without_evidence += u64::from(examined.broken_without_evidence);
        incidents.extend(examined.incidents);
        extracts.extend(examined.extract);
    }
    incidents.sort();
    incidents.dedup();

    let model = ims::join(extracts, outcome.ambiguous, &knowledge);
    let findings = findings::select(rules::check(&model), &model, &request.selection);
    incidents.extend(unknown_coverage(&model, &findings));
    incidents.sort();
    Report { model, findings, incidents, stats }
}

/// Packages of which it would have cost too much to know whether they cover a node that the report tells of. All are asked
/// here, in the order of the report, so that an answer does not depend on who asks first.
fn unknown_coverage(model: &ims::Model, findings: &[Finding]) -> Vec<Incident> {
    let found = findings.iter().flat_map(|finding| {
        [&finding.location].into_iter().chain(finding.related.iter().map(|related| &related.location))
    });
    let unknown = found.chain(model.integrations.iter().flat_map(Integration::locations)).filter_map(|location| {
        let package = location.file.context.package.as_ref().filter(|_| location.is_covered().is_none())?;
        Some((&package.path, package.unknown_coverage()?))
    });
    let unknown: BTreeMap<_, _> = unknown.collect();
    let incident =
        |(path, why): (&SourcePath, _)| Incident::new(IncidentKind::Limit, path.clone(), format!("filter.xml: {why}"));
    unknown.into_iter().map(incident).collect()
}

fn stats(request: &Request, read: &source::Stats) -> Stats {
    Stats {
        inputs: (request.inputs.len() + request.given.len()) as u64,
        packages: read.packages,
        files: read.files,
        bytes: read.bytes,
        skipped_directories: read.skipped_directories,
        broken_without_evidence: 0,
    }
}

/// Reads one file: which format it is, what it holds, and whether all of it could be read.
fn examine(file: File<'_>, request: &Request, knowledge: &Knowledge) -> Option<Examined> {
    let input = Input { context: file.context, bytes: file.bytes, limits: &request.source.limits };
    let format = format::detect(&input);
    let mut incidents = Vec::new();
    let mut broken_without_evidence = false;
    let extract = match format {
        Some(format) => {
            let text = format.decode(&input);
            let document = format.read(&input, &text, Reading::Tolerant);
            let extract = ims::recognise(&input, Some((format, &text, &document)), knowledge);
            let matters = extract.has_evidence() || markers::has_ims_evidence(file.bytes);
            incidents = incidents_of(&input, &text, &document, matters);
            broken_without_evidence = document.problem.is_some() && !matters;
            extract
        }
        None => ims::recognise(&input, None, knowledge),
    };
    let extract = (!extract.is_empty()).then_some(extract);
    (extract.is_some() || !incidents.is_empty() || broken_without_evidence).then_some(Examined {
        extract,
        incidents,
        broken_without_evidence,
    })
}

fn incidents_of(input: &Input<'_>, text: &Text<'_>, document: &Document, matters: bool) -> Vec<Incident> {
    let at = |kind, problem: &Problem| {
        let position = text.position(problem.offset);
        Incident::new(kind, input.context.path.clone(), problem.message.clone()).at(position.line, position.column)
    };
    let limit = document.limit.iter().map(|problem| at(IncidentKind::Limit, problem));
    let problem = document.problem.iter().filter(|_| matters).map(|problem| at(IncidentKind::Malformed, problem));
    limit.chain(problem).collect()
}

/// Runs `work` on a pool of `threads` threads; 0 takes one per core.
///
/// # Errors
/// When the operating system does not give the threads.
pub fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> Result<T, String> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map(|pool| pool.install(work))
        .map_err(|error| format!("cannot start {threads} threads: {error}"))
}

/// Reads everything the request names and keeps what there is to show; judges nothing.
pub fn inspect(request: &Request, reading: Reading, redact: bool) -> Inspection {
    let options = source::Options { no_prefilter: true, ..request.source.clone() };
    let visit = |file: File<'_>| {
        let input = Input { context: file.context, bytes: file.bytes, limits: &options.limits };
        format::detect(&input).map(|format| InspectedFile::read(&input, format, reading, redact))
    };
    let mut outcome = source::read(&request.inputs, &options, &visit);
    for (name, bytes) in &request.given {
        outcome.append(source::read_bytes(name, bytes.clone(), &options, &Markers::default(), &visit));
    }
    Inspection {
        stats: stats(request, &outcome.stats),
        files: outcome.results.into_iter().map(|(_, file)| file).collect(),
        incidents: outcome.incidents,
    }
}
