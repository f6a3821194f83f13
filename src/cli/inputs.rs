//! What the command line asks to read: paths, patterns, lists of paths, standard input.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Failure, glob};
use crate::paths::{is_behind_link, slashed};

/// Paths on disk, and the name to read standard input under when it is asked for.
#[derive(Debug)]
pub struct Inputs {
    /// Files and directories that exist.
    pub paths: Vec<PathBuf>,
    /// Symbolic links that a pattern fits and that are not followed.
    pub links: Vec<PathBuf>,
    stdin: Option<String>,
}

impl Inputs {
    /// The inputs that the arguments name: `paths` and those listed in `files_from`; the current directory without any.
    ///
    /// # Errors
    /// A path that does not exist, a pattern that nothing fits, a list that cannot be read, standard input without a name
    /// or asked for twice.
    pub fn new(paths: &[PathBuf], files_from: Option<&Path>, stdin_filename: Option<&str>) -> Result<Self, Failure> {
        let mut named: Vec<Named> = paths.iter().cloned().map(Named::typed).collect();
        if let Some(list) = files_from {
            named.extend(listed(list)?);
        } else if named.is_empty() && stdin_filename.is_none() {
            named.push(Named::typed(PathBuf::from(".")));
        }
        let mut inputs = Self { paths: Vec::new(), links: Vec::new(), stdin: None };
        let mut taken = files_from.is_some_and(is_stdin);
        for Named { path, shown } in named {
            if is_stdin(&path) {
                if std::mem::replace(&mut taken, true) {
                    return usage("standard input can be read only once: name `-` once, or --files-from a file".into());
                }
                let name = stdin_filename.ok_or_else(nameless)?;
                inputs.stdin = Some(slashed(Path::new(name)));
            } else if path.symlink_metadata().is_ok() {
                inputs.paths.push(path);
            } else if let Some(found) = glob::expand(&path, &shown)? {
                inputs.paths.extend(found.paths);
                inputs.links.extend(found.links);
            } else {
                return usage(format!("{shown} does not exist; check the path, or the directory you run in"));
            }
        }
        if stdin_filename.is_some() && inputs.stdin.is_none() {
            return usage("--stdin-filename names what `-` reads, and there is no `-` among the paths: add it".into());
        }
        Ok(inputs)
    }

    /// Where the configuration is looked for: at the first path, else where standard input is said to come from.
    pub fn first(&self) -> &Path {
        let stdin = || self.stdin.as_deref().map(Path::new);
        self.paths.first().map(PathBuf::as_path).or_else(stdin).unwrap_or(Path::new("."))
    }

    /// Standard input with its name, where it is asked for.
    ///
    /// # Errors
    /// Standard input that cannot be read.
    pub fn standard_input(&self) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let Some(name) = &self.stdin else { return Ok(Vec::new()) };
        let mut bytes = Vec::new();
        match std::io::stdin().lock().read_to_end(&mut bytes) {
            Ok(_) => Ok(vec![(name.clone(), bytes)]),
            Err(error) => usage(format!("cannot read standard input: {error}")),
        }
    }
}

/// A path, and what messages call it: itself, or the line of the list that it stands in where that may not be quoted.
struct Named {
    path: PathBuf,
    shown: String,
}

impl Named {
    fn typed(path: PathBuf) -> Self {
        Self { shown: format!("`{}`", path.display()), path }
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
    let fault = |error| Failure::Usage(format!("cannot read the list of files `{}`: {error}", list.display()));
    let mut bytes = Vec::new();
    if is_stdin(list) {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(fault)?;
    } else {
        bytes = std::fs::read(list).map_err(fault)?;
    }
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(&bytes) {
        bytes = encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned().into_bytes();
    }
    let by_nul = bytes.contains(&0);
    let lines = bytes.split(|byte| *byte == if by_nul { 0 } else { b'\n' });
    let names = lines.map(|line| if by_nul { line } else { line.strip_suffix(b"\r").unwrap_or(line) });
    // Whoever made a link chose the file: its lines are counted, not shown.
    let quotes = is_stdin(list) || !is_behind_link(list);
    let place =
        |number: usize| format!("the path in line {} of `{}`, to which a link leads,", number + 1, list.display());
    let named = |(number, name): (usize, &[u8])| match path_of(name) {
        Ok(path) if quotes => Ok(Named::typed(path)),
        Ok(path) => Ok(Named { path, shown: place(number) }),
        Err(name) => Err(not_utf8(list, &if quotes { format!("`{name}`") } else { place(number) })),
    };
    names.enumerate().filter(|(_, name)| !name.is_empty()).map(named).collect()
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
