//! What the command line asks to read: paths, patterns, lists of paths, standard input.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::{Failure, glob};
use crate::bounded;
use crate::paths::{is_behind_link, label, slashed};
use crate::repository::system::InstanceLabel;
use crate::source::{self, Limits};

/// Largest archive that is read from standard input, where it has to be held in memory.
const LARGEST_ARCHIVE: u64 = 256 << 20;
/// Largest list of files, and the most paths in it.
const LARGEST_LIST: u64 = 64 << 20;
const MOST_PATHS: usize = 1_000_000;

/// Paths on disk, and the name to read standard input under when it is asked for.
#[derive(Debug)]
pub struct Inputs {
    /// Files and directories that exist.
    pub paths: Vec<PathBuf>,
    /// Symbolic links that a pattern fits and that are not followed.
    pub links: Vec<PathBuf>,
    /// The instances that paths are said to come from.
    pub labels: Vec<InstanceLabel>,
    stdin: Option<String>,
}

impl Inputs {
    /// The inputs that the arguments name: `paths`, those of `instances` and those listed in `files_from`; the current
    /// directory without any.
    ///
    /// # Errors
    /// A path that does not exist, a pattern that nothing fits, a list that cannot be read, standard input without a name
    /// or asked for twice.
    pub fn new(
        paths: &[PathBuf],
        instances: &[(String, PathBuf)],
        files_from: Option<&Path>,
        stdin_filename: Option<&str>,
    ) -> Result<Self, Failure> {
        let mut named: Vec<Named> = paths.iter().cloned().map(Named::typed).collect();
        let of_instance =
            |(name, path): &(String, PathBuf)| Named { of: Some(name.clone()), ..Named::typed(path.clone()) };
        named.extend(instances.iter().map(of_instance));
        if let Some(list) = files_from {
            named.extend(listed(list)?);
        } else if named.is_empty() && stdin_filename.is_none() {
            named.push(Named::typed(PathBuf::from(".")));
        }
        let mut inputs = Self { paths: Vec::new(), links: Vec::new(), labels: Vec::new(), stdin: None };
        let mut taken = files_from.is_some_and(is_stdin);
        for Named { path, shown, of } in named {
            let first = inputs.paths.len();
            if is_stdin(&path) {
                if std::mem::replace(&mut taken, true) {
                    return usage("standard input can be read only once: name `-` once, or --files-from a file".into());
                }
                let name = stdin_filename.ok_or_else(nameless)?;
                inputs.stdin = Some(slashed(Path::new(name)));
                inputs.label(of.as_deref(), [slashed(Path::new(name))]);
            } else if path.symlink_metadata().is_ok() {
                inputs.paths.push(path);
            } else if let Some(found) = glob::expand(&path, &shown)? {
                inputs.paths.extend(found.paths);
                inputs.links.extend(found.links);
            } else {
                return usage(format!("{shown} does not exist; check the path, or the directory you run in"));
            }
            let found: Vec<String> = inputs.paths[first..].iter().map(|path| label(path)).collect();
            inputs.label(of.as_deref(), found);
        }
        if stdin_filename.is_some() && inputs.stdin.is_none() {
            return usage("--stdin-filename names what `-` reads, and there is no `-` among the paths: add it".into());
        }
        Ok(inputs)
    }

    /// Takes note that `paths` are said to come from the instance `of`.
    fn label(&mut self, of: Option<&str>, paths: impl IntoIterator<Item = String>) {
        let Some(name) = of else { return };
        match self.labels.iter_mut().find(|label| label.name == name) {
            Some(label) => label.paths.extend(paths),
            None => {
                let mut label = InstanceLabel::new(name, "`--instance`");
                label.paths.extend(paths);
                self.labels.push(label);
            }
        }
    }

    /// Where the configuration is looked for: at the first path, else where standard input is said to come from.
    pub fn first(&self) -> &Path {
        let stdin = || self.stdin.as_deref().map(Path::new);
        self.paths.first().map(PathBuf::as_path).or_else(stdin).unwrap_or(Path::new("."))
    }

    /// Standard input with its name, where it is asked for; as much as a file may have by `limits`, or an archive.
    ///
    /// # Errors
    /// Standard input that cannot be read, or is too large.
    pub fn standard_input(&self, limits: &Limits) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let Some(name) = &self.stdin else { return Ok(Vec::new()) };
        match read_input(std::io::stdin().lock(), name, limits.max_entry_bytes) {
            Ok(bytes) => Ok(vec![(name.clone(), bytes)]),
            Err(error) if error.kind() == ErrorKind::FileTooLarge => usage(format!(
                "cannot read `{name}` from standard input: {error}; write it to a file and name that, or raise \
                 --max-entry-bytes"
            )),
            Err(error) => usage(format!("cannot read standard input: {error}")),
        }
    }
}

/// Reads standard input called `name`: an archive, which stays in memory, or a file of at most `largest` bytes.
fn read_input(mut input: impl Read, name: &str, largest: u64) -> std::io::Result<Vec<u8>> {
    let head = source::HEAD as u64;
    let start = bounded::all_of(input.by_ref().take(head), head)?;
    let limit = if source::is_archive(name, &start) { LARGEST_ARCHIVE.max(largest) } else { largest };
    bounded::all_of(start.chain(input), limit)
}

/// A path, and what messages call it: itself, or the line of the list that it stands in where that may not be quoted.
struct Named {
    path: PathBuf,
    shown: String,
    /// The instance that it is said to come from.
    of: Option<String>,
}

impl Named {
    fn typed(path: PathBuf) -> Self {
        Self { shown: format!("`{}`", path.display()), path, of: None }
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn usage<T>(message: String) -> Result<T, Failure> {
    Err(Failure::Usage(message))
}

fn nameless() -> Failure {
    Failure::Usage(
        "standard input has no name: say with --stdin-filename which file it is, such as --stdin-filename \
         ui.apps/src/main/content/jcr_root/apps/x/.content.xml"
            .into(),
    )
}

/// The paths in a list file: each ended by a NUL where there is one (`git ls-files -z`), else one per line, where blank
/// lines are nothing. Windows PowerShell writes lists as UTF-16.
fn listed(list: &Path) -> Result<Vec<Named>, Failure> {
    let read = if is_stdin(list) {
        bounded::all_of(std::io::stdin().lock(), LARGEST_LIST)
    } else {
        bounded::bytes_of(list, LARGEST_LIST)
    };
    let mut bytes =
        read.map_err(|error| Failure::Usage(format!("cannot read the list of files `{}`: {error}", list.display())))?;
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(&bytes) {
        bytes = encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned().into_bytes();
    }
    let by_nul = bytes.contains(&0);
    let lines = bytes.split(|byte| *byte == if by_nul { 0 } else { b'\n' });
    let names = lines.map(|line| if by_nul { line } else { line.strip_suffix(b"\r").unwrap_or(line) });
    let names = names.enumerate().filter(|(_, name)| !name.is_empty());
    if names.clone().nth(MOST_PATHS).is_some() {
        let list = list.display();
        return usage(format!("the list of files `{list}` names more than {MOST_PATHS} paths: name folders instead"));
    }
    // Whoever made a link chose the file: its lines are counted, not shown.
    let quotes = is_stdin(list) || !is_behind_link(list);
    let place =
        |number: usize| format!("the path in line {} of `{}`, to which a link leads,", number + 1, list.display());
    let named = |(number, name): (usize, &[u8])| match path_of(name) {
        Ok(path) if quotes => Ok(Named::typed(path)),
        Ok(path) => Ok(Named { path, shown: place(number), of: None }),
        Err(name) => Err(not_utf8(list, &if quotes { format!("`{name}`") } else { place(number) })),
    };
    names.map(named).collect()
}

fn not_utf8(list: &Path, place: &str) -> Failure {
    Failure::Usage(format!("the list of files `{}` is not UTF-8 at {place}; write it as UTF-8", list.display()))
}

/// The path of these bytes; what cannot be one, readable.
#[cfg(unix)]
fn path_of(name: &[u8]) -> Result<PathBuf, String> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(PathBuf::from(std::ffi::OsStr::from_bytes(name)))
}

/// The path of these bytes; what cannot be one, readable.
#[cfg(not(unix))]
fn path_of(name: &[u8]) -> Result<PathBuf, String> {
    let readable = || String::from_utf8_lossy(name).into_owned();
    std::str::from_utf8(name).map(PathBuf::from).map_err(|_| readable())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_input_without_an_end_is_not_read_to_it() {
        let endless = |start: &'static [u8], name: &str| {
            read_input(start.chain(std::io::repeat(b' ')), name, 1 << 20).unwrap_err().to_string()
        };
        assert_eq!(endless(b"{", "a.json"), "it is larger than 1 MiB");
        assert_eq!(endless(b"PK\x03\x04", "a"), "it is larger than 256 MiB");
        assert_eq!(read_input(&b"PK"[..], "a.zip", 0).unwrap(), b"PK");
        assert_eq!(read_input(&b"12345"[..], "a.json", 5).unwrap(), b"12345");
    }
}
