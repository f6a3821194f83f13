//! Files that a run has to write. None of them may be a scanned file, or be reached through a symbolic link in the
//! scanned tree, because the author of that link would choose which file is overwritten.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::Failure;
use crate::paths::{slashed, work_tree};
use crate::scan::Request;
use crate::source::Watched;

/// Maximum number of links in one path, as in operating systems.
const MAX_LINKS: usize = 40;
/// How much of a file is read from each end to recognise a report.
const LOOK: u64 = 4 << 10;

/// The outputs of a run.
#[derive(Debug)]
pub struct Outputs {
    watched: Arc<Watched>,
}

impl Outputs {
    /// Lets the scan of `request` check for the files `outputs`; `-` is standard output. `sources` are files that the
    /// run itself reads: the configuration, a list of files, a baseline.
    ///
    /// # Errors
    /// A file behind a link in the scanned tree, or one that the run itself reads.
    pub fn watch<'a>(
        request: &mut Request,
        outputs: impl IntoIterator<Item = &'a Path>,
        sources: impl IntoIterator<Item = &'a Path>,
    ) -> Result<Self, Failure> {
        let outputs: Vec<&Path> = outputs.into_iter().filter(|output| output.as_os_str() != "-").collect();
        let trees = if outputs.is_empty() { Vec::new() } else { trees(request) };
        let configuration = request.configuration.as_ref().map(|configuration| PathBuf::from(&configuration.path));
        let sources: Vec<PathBuf> = sources.into_iter().map(Path::to_path_buf).chain(configuration).collect();
        for output in &outputs {
            let shown = output.display();
            if let Some(link) = link_on_the_way(output, &trees) {
                let link = link.display();
                return Err(Failure::Usage(format!(
                    "`{shown}` is not written, because the symbolic link `{link}` in the scanned tree would determine \
                     which file is overwritten; use a path without links"
                )));
            }
            if sources.iter().any(|source| same_file::is_same_file(source, output).unwrap_or(false)) {
                return Err(Failure::Usage(format!(
                    "`{shown}` is not written, because this run reads its configuration, baseline or list of files \
                     from it; use another file"
                )));
            }
        }
        let watched = Arc::new(Watched::new(outputs));
        request.source.watched = Arc::clone(&watched);
        Ok(Self { watched })
    }

    /// Refuses to overwrite a scanned file. A report of an earlier run may be overwritten.
    ///
    /// # Errors
    /// The file.
    pub fn check(&self) -> Result<(), Failure> {
        match self.watched.read().find(|path| !is_own(path)) {
            None => Ok(()),
            Some(path) => Err(Failure::Usage(format!(
                "`{}` is not written, because it is one of the scanned files and not a report of aem-ims-lint; use \
                 another file",
                path.display()
            ))),
        }
    }
}

/// The trees whose links are not trusted: the work trees of all inputs, and the inputs themselves, with links resolved.
fn trees(request: &Request) -> Vec<String> {
    let given = request.given.iter().map(|(name, _)| Path::new(name));
    let mut trees: Vec<String> = Vec::new();
    for input in request.inputs.iter().map(PathBuf::as_path).chain(given) {
        let parent = || input.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = if input.is_dir() { input } else { parent() };
        let tree = work_tree(folder).or_else(|| folder.canonicalize().ok());
        trees.extend(tree.map(|tree| slashed(&tree)));
    }
    trees.sort();
    trees.dedup();
    trees
}

/// The first link in one of the `trees` that leads to `path`.
fn link_on_the_way(path: &Path, trees: &[String]) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    let mut rest: VecDeque<OsString> = parts(&absolute).collect();
    let (mut at, mut links) = (PathBuf::new(), 0);
    while let Some(part) = rest.pop_front() {
        if part == ".." {
            at.pop();
            continue;
        }
        let next = at.join(part);
        let Ok(target) = next.read_link() else {
            at = next;
            continue;
        };
        if is_in(&next, trees) {
            return Some(next);
        }
        links += 1;
        if links > MAX_LINKS {
            return None;
        }
        if target.is_absolute() {
            at = PathBuf::new();
        }
        parts(&target).rev().for_each(|part| rest.push_front(part));
    }
    None
}

fn parts(path: &Path) -> impl DoubleEndedIterator<Item = OsString> {
    path.components().filter(|part| *part != Component::CurDir).map(|part| part.as_os_str().to_owned())
}

fn is_in(path: &Path, trees: &[String]) -> bool {
    let path = slashed(path);
    let below = |tree: &String| path.strip_prefix(tree.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'));
    trees.iter().any(below)
}

/// Markers at the beginning of a report, in the formats that a scan reads.
const MARKS: &[&str] = &[
    "\"aem-ims-lint/",
    "https://json.schemastore.org/sarif-2.1.0.json",
    "<testsuites name=\"aem-ims-lint\"",
    "<checkstyle version=\"10.0\">",
];

/// Whether the file is empty or a report, inventory, plan or baseline of an earlier run.
fn is_own(path: &Path) -> bool {
    let Ok((head, tail)) = ends(path) else { return false };
    if matches!(head.trim(), "" | "[]") || MARKS.iter().any(|mark| head.contains(mark)) {
        return true;
    }
    // GitLab issues, and the readable formats, which are recognised by their last line.
    let issues = head.starts_with('[')
        && ["\"description\"", "\"check_name\"", "\"fingerprint\""].iter().all(|key| head.contains(key));
    issues || tail.lines().last().is_some_and(is_last_line)
}

/// Whether a readable report ends with this line, or it looks like a line of a list of findings.
fn is_last_line(line: &str) -> bool {
    let counts = line.starts_with("no findings in ")
        || line.starts_with("no IMS integrations")
        || line.starts_with("nothing to migrate");
    let number =
        line.split(' ').next().is_some_and(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()));
    let what = line.split(' ').nth(1).unwrap_or_default();
    let counted = ["error", "warning", "note", "integration", "file"].iter().any(|known| what.starts_with(known));
    let finding = [": error[", ": warning[", ": note[", " not-read["].iter().any(|level| line.contains(level));
    counts || number && counted || finding
}

/// The beginning and the end of a file.
fn ends(path: &Path) -> std::io::Result<(String, String)> {
    let mut file = File::open(path)?;
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    Read::by_ref(&mut file).take(LOOK).read_to_end(&mut head)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LOOK)))?;
    file.take(LOOK).read_to_end(&mut tail)?;
    Ok((String::from_utf8_lossy(&head).into_owned(), String::from_utf8_lossy(&tail).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_known_and_nothing_else() {
        for line in [
            "6 errors, 2 warnings in 5 of 1204 files",
            "no findings in 2 files",
            "14 integrations: 6 JWT",
            "a.xml:1:2: error[jwt-credential] x",
        ] {
            assert!(is_last_line(line), "{line}");
        }
        for line in ["}", "", "12", "key=1 error", "</jcr:root>", "errors 2"] {
            assert!(!is_last_line(line), "{line}");
        }
    }
}
