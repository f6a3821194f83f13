//! Edits as a unified diff for `git apply`.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::{ChangeTag, DiffOp};

use super::files::Edited;
use super::git;

/// Lines shown around a change.
const CONTEXT: usize = 3;

/// Writes the diff of `file`. Unless `redact` is off, context lines that must not be shown are omitted. A change that
/// needs them, or that contains such lines, is not shown at all. Returns whether the diff was written.
///
/// # Errors
/// Whatever `out` returns.
pub fn write(file: &Edited, redact: bool, out: &mut dyn Write) -> io::Result<bool> {
    let (before, after) = (lines(file.before.as_deref().unwrap_or_default()), lines(&file.after));
    let ops = difference(&before, &after);
    let none = (Vec::new(), Vec::new());
    let Some(hunks) = hunks(&ops, if redact { &file.hidden_lines } else { &none }) else { return Ok(false) };
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

/// The lines as git counts them: in any encoding, a line ends with each LF byte and nowhere else.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

/// The changes from `before` to `after`. Only this algorithm of the crate is compiled in.
fn difference(before: &[&[u8]], after: &[&[u8]]) -> Vec<DiffOp> {
    let mut hook = Compact::new(Replace::new(Capture::new()), before, after);
    let Ok(()) = myers::diff(&mut hook, before, 0..before.len(), after, 0..after.len());
    hook.into_inner().into_inner().into_ops()
}

/// The changes with the lines around them: as many as [`CONTEXT`], and none of `hidden`. `None` if a change itself has
/// such a line, or if no line can follow it: git treats a change without following lines as one at the end of the file.
fn hunks(ops: &[DiffOp], hidden: &(Vec<usize>, Vec<usize>)) -> Option<Vec<Vec<DiffOp>>> {
    let within = |lines: &[usize], range: std::ops::Range<usize>| {
        let first = lines.partition_point(|line| *line < range.start);
        lines.get(first).is_some_and(|line| *line < range.end)
    };
    let is_hidden = |line: usize| within(&hidden.0, line..line + 1);
    let mut hunks: Vec<Vec<DiffOp>> = Vec::new();
    let mut open: Vec<DiffOp> = Vec::new();
    for (index, op) in ops.iter().enumerate() {
        let DiffOp::Equal { old_index, new_index, len } = *op else {
            if within(&hidden.0, op.old_range()) || within(&hidden.1, op.new_range()) {
                return None;
            }
            open.push(*op);
            continue;
        };
        let equal =
            |from: usize, len: usize| DiffOp::Equal { old_index: old_index + from, new_index: new_index + from, len };
        let (first, last) = (index == 0, index + 1 == ops.len());
        let after = (0..len).take(CONTEXT).take_while(|at| !is_hidden(old_index + at)).count();
        let before = (0..len).rev().take(CONTEXT).take_while(|at| !is_hidden(old_index + at)).count();
        if !first && !last && after + before >= len {
            open.push(*op);
            continue;
        }
        if !first {
            if after == 0 {
                return None;
            }
            open.push(equal(0, after));
            hunks.push(std::mem::take(&mut open));
        }
        if !last && before > 0 {
            open.push(equal(len - before, before));
        }
    }
    if !open.is_empty() {
        hunks.push(open);
    }
    Some(hunks)
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

/// `7,5`; a range of one line is its number, an empty range is the line before it.
fn range(lines: std::ops::Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => (lines.start + 1).to_string(),
        count => format!("{},{count}", lines.start + 1),
    }
}

/// The path below the root of its work tree, quoted as git quotes it.
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

/// A name with spaces ends with a tab, which tells git where it ends.
fn tabbed(name: &str) -> String {
    if name.contains(' ') && !name.starts_with('"') { format!("{name}\t") } else { name.to_owned() }
}
