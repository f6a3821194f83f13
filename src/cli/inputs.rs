//! The inputs from the command line: paths, patterns, lists of paths, standard input.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::{Failure, glob};
use crate::bounded;
use crate::paths::{is_behind_link, label, slashed};
use crate::repository::system::InstanceLabel;
use crate::source::{self, Limits};

/// Maximum size of an archive from standard input, which has to be kept in memory.
const LARGEST_ARCHIVE: u64 = 256 << 20;
/// Maximum size of a list of files, and maximum number of paths in it.
const LARGEST_LIST: u64 = 64 << 20;
const MOST_PATHS: usize = 1_000_000;

/// Paths on disk, and the name of standard input if it is to be read.
#[derive(Debug)]
pub struct Inputs {
    /// Files and directories that exist.
    pub paths: Vec<PathBuf>,
    /// Symbolic links that match a pattern but are not followed.
    pub links: Vec<PathBuf>,
    /// The instances that the user gave for paths.
    pub labels: Vec<InstanceLabel>,
    stdin: Option<String>,
}

impl Inputs {
    /// The inputs from the arguments: `paths`, those of `instances` and those listed in `files_from`, or else the
    /// current directory.
    ///
    /// # Errors
    /// A path that does not exist, a pattern without matches, a list that cannot be read, standard input without a name
    /// or used twice.
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
                    return usage(
                        "standard input can be read only once: use `-` once, or use a file with \
                    --files-from"
                            .into(),
                    );
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
                return usage(format!("{shown} does not exist; check the path and the current directory"));
            }
            let found: Vec<String> = inputs.paths[first..].iter().map(|path| label(path)).collect();
            inputs.label(of.as_deref(), found);
        }
        if stdin_filename.is_some() && inputs.stdin.is_none() {
            return usage("--stdin-filename needs the path `-` (standard input): add it".into());
        }
        Ok(inputs)
    }

    /// Records that `paths` come from the instance `of`.
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

    /// Where the search for the configuration starts: at the first path, or else at the path given for standard input.
    pub fn first(&self) -> &Path {
        let stdin = || self.stdin.as_deref().map(Path::new);
        self.paths.first().map(PathBuf::as_path).or_else(stdin).unwrap_or(Path::new("."))
    }

    /// Standard input with its name, if it is to be read: a file within `limits`, or an archive.
    ///
    /// # Errors
    /// Standard input that cannot be read, or is too large.
    pub fn standard_input(&self, limits: &Limits) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let Some(name) = &self.stdin else { return Ok(Vec::new()) };
        match read_input(std::io::stdin().lock(), name, limits.max_entry_bytes) {
            Ok(bytes) => Ok(vec![(name.clone(), bytes)]),
            Err(error) if error.kind() == ErrorKind::FileTooLarge => usage(format!(
                "cannot read `{name}` from standard input: {error}; write it to a file and pass that, or raise \
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

/// A path and its name in messages: the path itself, or its line in the list if it must not be quoted.
struct Named {
    path: PathBuf,
    shown: String,
    /// The instance that the user gave for it.
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
        "standard input has no name: use --stdin-filename to set its path, such as --stdin-filename \
         ui.apps/src/main/content/jcr_root/apps/x/.content.xml"
            .into(),
    )
}

/// The paths in a list file: NUL-terminated if there is a NUL (`git ls-files -z`), or else one per line, ignoring blank
/// lines. Windows PowerShell writes lists as UTF-16.
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
        return usage(format!("the list of files `{list}` contains more than {MOST_PATHS} paths: use folders instead"));
    }
    // The author of a link chose the file, so its lines are counted but not shown.
    let quotes = is_stdin(list) || !is_behind_link(list);
    let place =
        |number: usize| format!("the path in line {} of `{}`, which is a symbolic link,", number + 1, list.display());
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

/// The path of these bytes; readable text if it is not a valid path.
#[cfg(unix)]
fn path_of(name: &[u8]) -> Result<PathBuf, String> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(PathBuf::from(std::ffi::OsStr::from_bytes(name)))
}

/// The path of these bytes; readable text if it is not a valid path.
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
