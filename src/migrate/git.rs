//! The git status of the files to edit.
//!
//! The work tree may be untrusted, and its configuration and attributes can name programs to run: filters, a file
//! system monitor, hooks, transports. So `git` is used only for what it can answer from its own files (the index, the
//! last commit, attributes). Whether a file has changed since it was added is checked here, by its hash.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rayon::prelude::*;

use super::git_blob;
use crate::paths::{for_programs, slashed};

/// Maximum number of files that a message names.
const NAMED: usize = 3;

/// Settings that a repository's own configuration cannot override: nothing is run, fetched or written.
const SETTINGS: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.untrackedCache=false",
    "core.sshCommand=false",
    "core.askPass=",
    "credential.helper=",
    "protocol.allow=never",
    "submodule.recurse=false",
    "diff.external=",
];

/// Why files must not be edited. Its text says what to do, without the full stop.
#[derive(Debug)]
pub enum GitError {
    /// The work tree has uncommitted changes: some of the files, and how many more there are.
    Uncommitted {
        /// Paths of the files.
        named: Vec<String>,
        /// How many others there are.
        more: usize,
    },
    /// A file cannot be found.
    Unreadable(PathBuf, io::Error),
    /// Git cannot be run.
    NotRun(io::Error),
    /// Git does not say, with the reason.
    NoAnswer(String),
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uncommitted { named, more } => {
                let more = if *more > 0 { format!(" and {more} more") } else { String::new() };
                write!(
                    f,
                    "the git work tree has uncommitted changes ({}{more}): commit or stash them, so that these edits \
                     can be reviewed and undone, or use --force",
                    named.join(", ")
                )
            }
            Self::Unreadable(path, error) => write!(f, "cannot read `{}`: {error}", path.display()),
            Self::NotRun(error) => write!(
                f,
                "cannot run git to check whether the work tree is clean ({error}): install git, or use --force"
            ),
            Self::NoAnswer(why) => {
                write!(f, "git cannot tell whether the work tree is clean ({why}): fix that, or use --force")
            }
        }
    }
}

/// The root of the work tree of `path`, with symbolic links resolved: the nearest parent folder with `.git`.
fn work_tree(path: &Path) -> Option<PathBuf> {
    crate::paths::work_tree(folder_of(path))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The folder `.git` of the work tree of `folder`, if it is a folder.
pub(super) fn git_folder(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(".git")).find(|git| git.is_dir())
}

/// `path` relative to the root of its work tree, or unchanged outside a work tree; joined with `/`.
pub(super) fn path_in_work_tree(path: &Path) -> String {
    let inside = || {
        let root = work_tree(path)?;
        let folder = folder_of(path).canonicalize().ok()?;
        Some(folder.strip_prefix(&root).ok()?.join(path.file_name()?))
    };
    let path = inside().unwrap_or_else(|| path.to_path_buf());
    let names = path.components().filter(|part| matches!(part, std::path::Component::Normal(_)));
    names.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Rejects work trees with uncommitted changes, so that the edits can be reviewed and undone. Files outside a work tree
/// are accepted.
///
/// # Errors
/// What is not committed, or why git cannot tell.
pub(super) fn check_clean(files: &[PathBuf]) -> Result<(), GitError> {
    let mut trees: BTreeMap<PathBuf, HashSet<PathBuf>> = BTreeMap::new();
    for file in files {
        if let Some(root) = work_tree(file) {
            let real = file.canonicalize().map_err(|error| GitError::Unreadable(file.clone(), error))?;
            trees.entry(root).or_default().insert(real);
        }
    }
    for (root, files) in trees {
        let mut dirty: Vec<String> = changes(&root, &files)?.into_iter().collect();
        if !dirty.is_empty() {
            let more = dirty.len().saturating_sub(NAMED);
            dirty.truncate(NAMED);
            return Err(GitError::Uncommitted { named: dirty, more });
        }
    }
    Ok(())
}

/// A file that git tracks.
struct Tracked {
    /// Where it is on disk.
    path: PathBuf,
    /// Its name in messages.
    name: String,
    /// Its name in git.
    raw: Vec<u8>,
    mode: String,
    object: String,
    /// It is unchanged since it was added, and has no conflict.
    merged: bool,
    /// Git was told not to check whether it has changed.
    unwatched: Option<&'static str>,
    /// It may be missing on disk.
    sparse: bool,
}

impl Tracked {
    /// A line of `git ls-files --stage -v`: `H 100644 <object> 0\t<path>`.
    fn read(line: &[u8], root: &Path) -> Option<Self> {
        let tab = line.iter().position(|byte| *byte == b'\t')?;
        let (head, raw) = (std::str::from_utf8(&line[..tab]).ok()?, line[tab + 1..].to_vec());
        let mut words = head.split(' ');
        let (tag, mode, object, stage) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let sparse = tag.eq_ignore_ascii_case("s");
        let unwatched = match tag {
            _ if tag.chars().all(char::is_lowercase) => Some("assume-unchanged"),
            _ if sparse => Some("skip-worktree"),
            _ => None,
        };
        let name = String::from_utf8_lossy(&raw).into_owned();
        let (mode, object) = (mode.to_owned(), object.to_owned());
        Some(Self { path: on_disk(root, &raw)?, name, raw, mode, object, merged: stage == "0", unwatched, sparse })
    }

    /// Whether the file on disk differs from the one that was added.
    fn differs(&self) -> bool {
        let submodule = self.mode == "160000";
        !submodule && !git_blob::is(&self.path, &self.object)
    }
}

/// Uncommitted changes in tracked files, and in `files`, which have to be tracked.
fn changes(root: &Path, files: &HashSet<PathBuf>) -> Result<BTreeSet<String>, GitError> {
    let listed = ask(root, &["ls-files", "-z", "--stage", "-v", "--full-name"], &[])?;
    let lines = listed.split(|byte| *byte == 0).filter(|line| !line.is_empty());
    let tracked: Option<Vec<Tracked>> = lines.map(|line| Tracked::read(line, root)).collect();
    let tracked = tracked.ok_or_else(|| GitError::NoAnswer("its index cannot be read".to_owned()))?;

    let mut changes = staged(root, &tracked)?;
    let known: HashSet<&Path> = tracked.iter().map(|tracked| tracked.path.as_path()).collect();
    let unknown = files.iter().filter(|file| !known.contains(file.as_path()));
    changes.extend(unknown.map(|file| slashed(file.strip_prefix(root).unwrap_or(file))));
    let mut differing = Vec::new();
    let looked: Vec<(&Tracked, bool, bool)> = tracked
        .par_iter()
        .map(|tracked| (tracked, tracked.path.symlink_metadata().is_ok(), tracked.differs()))
        .collect();
    for (tracked, is_there, differs) in looked {
        match tracked.unwatched {
            _ if !tracked.merged => drop(changes.insert(tracked.name.clone())),
            _ if tracked.sparse && !is_there => {}
            // Git would not show the changes afterwards.
            Some(flag) if is_there => drop(changes.insert(format!("{}, which is {flag}", tracked.name))),
            _ if differs => differing.push(tracked),
            _ => {}
        }
    }
    let filtered = filtered(root, &differing)?;
    // Only a filter could tell whether it has changed. If it is not edited, that does not matter.
    let matters = |tracked: &&&Tracked| !filtered.contains(&tracked.raw) || files.contains(&tracked.path);
    changes.extend(differing.iter().filter(matters).map(|tracked| tracked.name.clone()));
    Ok(changes)
}

/// What was added but not committed. An exact rename is listed with its new name.
fn staged(root: &Path, tracked: &[Tracked]) -> Result<BTreeSet<String>, GitError> {
    if ask(root, &["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], &[]).is_err() {
        // Nothing is committed yet.
        return Ok(tracked.iter().map(|tracked| tracked.name.clone()).collect());
    }
    let options = ["--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv"];
    let arguments = [&["diff-index", "--cached"][..], &options, &["HEAD"]].concat();
    let raw = String::from_utf8_lossy(&ask(root, &arguments, &[])?).into_owned();
    // `:<mode> <mode> <object> <object> <status>`, then the path.
    let mut fields = raw.split('\0');
    let mut entries = Vec::new();
    while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
        let words: Vec<&str> = head.split(' ').collect();
        let [_, _, old, new, status] = words[..] else {
            return Err(GitError::NoAnswer("its answer cannot be read".to_owned()));
        };
        entries.push((status.to_owned(), old.to_owned(), new.to_owned(), path.to_owned()));
    }
    let added: HashSet<&String> = entries.iter().filter(|entry| entry.0 == "A").map(|entry| &entry.2).collect();
    let moved = |entry: &(String, String, String, String)| entry.0 == "D" && added.contains(&entry.1);
    Ok(entries.iter().filter(|entry| !moved(entry)).map(|entry| entry.3.clone()).collect())
}

/// The files that git would change on checkout or commit.
fn filtered(root: &Path, files: &[&Tracked]) -> Result<HashSet<Vec<u8>>, GitError> {
    if files.is_empty() {
        return Ok(HashSet::new());
    }
    let paths: Vec<u8> = files.iter().flat_map(|file| file.raw.iter().copied().chain([0])).collect();
    let arguments = ["check-attr", "-z", "--stdin", "filter", "ident", "working-tree-encoding"];
    let told = ask(root, &arguments, &paths)?;
    let fields: Vec<&[u8]> = told.split(|byte| *byte == 0).collect();
    let set = |value: &[u8]| value != b"unspecified" && value != b"unset";
    Ok(fields.chunks_exact(3).filter(|entry| set(entry[2])).map(|entry| entry[0].to_vec()).collect())
}

/// The output of `git`, with `input` on its standard input.
fn ask(root: &Path, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
    let root = for_programs(root);
    let mut command = Command::new("git");
    command.arg("-C").arg(&*root).arg("--work-tree").arg(&*root);
    command.args(["--no-pager", "--no-optional-locks", "--literal-pathspecs"]);
    command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    command.args(arguments);
    // Of another repository, or a program to run.
    let inherited = std::env::vars_os().map(|(name, _)| name);
    for name in inherited.filter(|name| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    command.envs([
        ("GIT_ALLOW_PROTOCOL", ""),
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("GIT_TERMINAL_PROMPT", "0"),
    ]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(GitError::NotRun)?;
    let stdin = child.stdin.take();
    let output = std::thread::scope(|scope| {
        // It may answer before it has read everything.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output()
    });
    let output = output.map_err(GitError::NotRun)?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(GitError::NoAnswer(why.lines().next().unwrap_or("it gave no reason").to_owned()));
    }
    Ok(output.stdout)
}

/// The path on disk for git's `raw`.
#[cfg(unix)]
fn on_disk(root: &Path, raw: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(root.join(std::ffi::OsStr::from_bytes(raw)))
}

/// The path on disk for git's `raw`.
#[cfg(not(unix))]
fn on_disk(root: &Path, raw: &[u8]) -> Option<PathBuf> {
    let mut path = root.to_path_buf();
    path.extend(std::str::from_utf8(raw).ok()?.split('/'));
    Some(path)
}
