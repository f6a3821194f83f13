//! Edits as a unified diff that `git apply` takes.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::{ChangeTag, DiffOp};

use super::files::Edited;
use super::git;

/// Lines shown around a change.
const CONTEXT: usize = 3;

/// Writes the diff of `file`. A file of whose lines the diff would show a secret is named and left out, unless `redact`
/// is off; the result says whether it was written.
///
/// # Errors
/// Whatever `out` returns.
pub fn write(file: &Edited, redact: bool, out: &mut dyn Write) -> io::Result<bool> {
    let (before, after) = (lines(file.before.as_deref().unwrap_or_default()), lines(&file.after));
    let hunks = similar::group_diff_ops(difference(&before, &after), CONTEXT);
    if redact && hunks.iter().flatten().any(|op| shows(op, file)) {
        return Ok(false);
    }
    header(file, out)?;
    if hunks.is_empty() {
        return Ok(true);
    }
    let (old, new) = (name("a/", &file.path()), name("b/", &file.new_path()));
    let old = if file.before.is_some() { old } else { "/dev/null".to_owned() };
    writeln!(out, "--- {}\n+++ {}", tabbed(&old), tabbed(&new))?;
    for hunk in &hunks {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
        let old = first.old_range().start..last.old_range().end;
        let new = first.new_range().start..last.new_range().end;
        writeln!(out, "@@ -{} +{} @@", range(old), range(new))?;
        for (tag, lines) in hunk.iter().flat_map(|op| op.iter_slices(&before, &after)) {
            let sign = match tag {
                ChangeTag::Equal => b' ',
                ChangeTag::Delete => b'-',
                ChangeTag::Insert => b'+',
            };
            for line in lines {
                out.write_all(&[sign])?;
                out.write_all(line)?;
                if !line.ends_with(b"\n") {
                    out.write_all(b"\n\\ No newline at end of file\n")?;
                }
            }
        }
    }
    Ok(true)
}

/// The lines as git counts them: whatever the encoding, one ends with each byte LF and nowhere else.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

/// What makes `after` of `before`. Of the algorithms of the crate only this one becomes a part of the program.
fn difference(before: &[&[u8]], after: &[&[u8]]) -> Vec<DiffOp> {
    let mut hook = Compact::new(Replace::new(Capture::new()), before, after);
    let Ok(()) = myers::diff(&mut hook, before, 0..before.len(), after, 0..after.len());
    hook.into_inner().into_inner().into_ops()
}

/// Whether a line that `op` shows holds a secret.
fn shows(op: &DiffOp, file: &Edited) -> bool {
    let within = |lines: &[usize], range: std::ops::Range<usize>| {
        let first = lines.partition_point(|line| *line < range.start);
        lines.get(first).is_some_and(|line| *line < range.end)
    };
    within(&file.secret_lines.0, op.old_range()) || within(&file.secret_lines.1, op.new_range())
}

fn header(file: &Edited, out: &mut dyn Write) -> io::Result<()> {
    let (old, new) = (file.path(), file.new_path());
    writeln!(out, "diff --git {} {}", name("a/", &old), name("b/", &new))?;
    if file.before.is_none() {
        writeln!(out, "new file mode 100644")?;
    }
    if file.rename.is_some() {
        writeln!(out, "rename from {}\nrename to {}", name("", &old), name("", &new))?;
    }
    Ok(())
}

/// `7,5`; a range of one line is its number, one of none the line before it.
fn range(lines: std::ops::Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => (lines.start + 1).to_string(),
        count => format!("{},{count}", lines.start + 1),
    }
}

/// The path below the root of the work tree it lies in, quoted as git quotes it.
fn name(prefix: &str, path: &Path) -> String {
    let path = git::path_in_work_tree(path);
    let text = format!("{prefix}{path}");
    let plain = |b: u8| (0x20..0x7f).contains(&b) && b != b'"' && b != b'\\';
    if text.bytes().all(plain) {
        return text;
    }
    let mut quoted = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            byte if plain(byte) => quoted.push(char::from(byte)),
            // Writing into a string cannot fail.
            byte => drop(write!(quoted, "\\{byte:03o}")),
        }
    }
    quoted.push('"');
    quoted
}

/// A name with blanks ends in a tab, by which git knows that it is over.
fn tabbed(name: &str) -> String {
    if name.contains(' ') && !name.starts_with('"') { format!("{name}\t") } else { name.to_owned() }
}
