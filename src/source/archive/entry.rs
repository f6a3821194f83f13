//! One entry of an archive: reading it, and noticing where the archive says two things about it.

use std::collections::HashMap;

use super::kind::Role;
use super::{Open, has_archive_extension, is_magic};
use crate::source::IncidentKind;
use crate::source::inflate::{InflateError, inflate_declared, inflate_prefix, inflate_streaming};
use crate::source::reading::{Buffers, Reading};
use crate::source::section::Section;
use crate::source::zip::{Entry, LocalHeader};

/// Read beside the header at once: names that differ a little in length, and extra fields.
const HEADER_ROOM: u64 = 160;
/// Read of an entry that may be an archive: enough to inflate its first bytes.
const PROBE: u64 = 512;
/// Below this, a ratio says nothing.
const RATIO_FREE: u64 = 1 << 20;
/// A deflate stream is at most this much longer than what it holds, and then some.
const DEFLATE_OVERHEAD: u64 = 1 << 20;

/// What an entry turned out to be, beside a file.
pub(super) enum Found {
    /// An archive.
    Inner(Inner),
    /// A file of a size that is not the declared one.
    Unpredictable(Unpredictable),
}

/// An archive that is an entry of another.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) index: u32,
    /// Offset of its data.
    pub(super) data: u64,
    /// Their length.
    pub(super) packed: u64,
    /// Declared length when inflated.
    size: u64,
    method: u16,
    /// The archive around it ends before this one does.
    pub(super) cut: bool,
}

impl Inner {
    /// Whether it can be read where it lies.
    pub(super) fn in_place(&self) -> bool {
        self.method == 0
    }

    /// Memory that it takes up when it is read.
    pub(super) fn memory(&self) -> u64 {
        if self.in_place() { 0 } else { self.size }
    }
}

/// A file whose data have to be inflated step by step.
pub(super) struct Unpredictable {
    index: u32,
    data: u64,
    names: Vec<String>,
}

/// Reads an entry in its role: hands it over, or says what it found instead.
pub(super) fn read(
    reading: &Reading<'_>,
    open: &Open,
    index: u32,
    mut role: Role,
    buffers: &mut Buffers,
) -> Option<Found> {
    let entry = &open.directory.entries[index as usize];
    let name = open.directory.name(entry);
    let section = &open.container.section;
    let limits = &reading.options.limits;
    let Buffers { packed: buffer, plain, inflater } = buffers;
    let telling = |role| role == Role::File || role == Role::Probe && has_archive_extension(name);
    let incident = |kind, message: String| {
        reading.incident(kind, open.container.path.entry(name), message);
    };

    let wanted = match role {
        Role::File => entry.packed.min(limits.max_entry_bytes.saturating_add(DEFLATE_OVERHEAD)),
        Role::Probe => PROBE,
        Role::Check => 0,
    };
    let mut names = vec![name.to_owned()];
    let data = match entry.data {
        Some(data) => data,
        None => {
            let len = HEADER_ROOM + name.len() as u64;
            let bytes = match section.read(entry.header, len, buffer) {
                Ok(bytes) => bytes,
                Err(error) => {
                    incident(IncidentKind::Unreadable, error.to_string());
                    return None;
                }
            };
            let Some(header) = LocalHeader::parse(bytes) else {
                if telling(role) {
                    incident(IncidentKind::BrokenArchive, "its local header is missing".to_owned());
                }
                return None;
            };
            if let Some(other) = disagreement(name, entry, &header) {
                let alias_role = other.alias.as_deref().map(|alias| open.kind.role(alias));
                if telling(role) || alias_role == Some(Role::File) {
                    reading.ambiguous(open.context(name), other.message);
                }
                // An entry that shares the header of another one is no second reading of that one.
                if alias_role == Some(Role::File) && !other.alias.as_deref().is_some_and(|alias| open.lists(alias)) {
                    if role != Role::File {
                        names.clear();
                    }
                    role = Role::File;
                    names.extend(other.alias);
                }
            }
            entry.header + header.len
        }
    };
    if role == Role::Check {
        return None;
    }
    if entry.encrypted {
        if telling(role) {
            incident(IncidentKind::Encrypted, "encrypted; AEM refuses an archive that holds such an entry".to_owned());
        }
        return None;
    }
    if !matches!(entry.method, 0 | 8) {
        if telling(role) {
            let method = rawzip::CompressionMethod::new(entry.method);
            incident(
                IncidentKind::UnsupportedMethod,
                format!("compressed with {method}, which neither AEM nor this program reads"),
            );
        }
        return None;
    }
    let wanted = if role == Role::File { entry.packed.min(limits.max_entry_bytes + DEFLATE_OVERHEAD) } else { wanted };
    let packed = match section.read(data, wanted.min(entry.packed), buffer) {
        Ok(packed) => packed,
        Err(error) => {
            incident(IncidentKind::Unreadable, error.to_string());
            return None;
        }
    };
    let mut start = [0; 4];
    let start = match entry.method {
        0 => &packed[..packed.len().min(4)],
        _ => {
            let len = inflate_prefix(packed, &mut start);
            &start[..len]
        }
    };
    if is_magic(start) && entry.packed > 4 {
        let available = section.len().saturating_sub(data);
        return Some(Found::Inner(Inner {
            index,
            data,
            packed: entry.packed.min(available),
            size: entry.size,
            method: entry.method,
            cut: entry.cut || entry.packed > available,
        }));
    }
    if role == Role::Probe {
        return None;
    }
    if entry.cut || (packed.len() as u64) < wanted.min(entry.packed) {
        incident(IncidentKind::BrokenArchive, "the archive ends before this entry does".to_owned());
        return None;
    }
    let size = if entry.method == 0 { entry.packed } else { entry.size };
    if size > limits.max_entry_bytes {
        incident(IncidentKind::Limit, too_large(limits.max_entry_bytes));
        return None;
    }
    if size > RATIO_FREE && size > entry.packed.saturating_mul(limits.max_ratio) {
        incident(IncidentKind::Limit, exceeds_ratio(limits.max_ratio));
        return None;
    }
    if entry.method == 0 {
        deliver(reading, open, index, &names, packed);
        return None;
    }
    let whole = packed.len() as u64 == entry.packed;
    match whole.then(|| inflate_declared(inflater, packed, size as usize, plain)).flatten() {
        Some(len) => {
            deliver(reading, open, index, &names, &plain[..len]);
            None
        }
        None => Some(Found::Unpredictable(Unpredictable { index, data, names })),
    }
}

/// Reads a file that does not have its declared size. Returns the number of bytes that it inflated to.
pub(super) fn read_unpredictable(
    reading: &Reading<'_>,
    open: &Open,
    found: &Unpredictable,
    left: u64,
    buffers: &mut Buffers,
) -> u64 {
    let entry = &open.directory.entries[found.index as usize];
    let name = open.directory.name(entry);
    let limits = &reading.options.limits;
    let path = || open.container.path.entry(name);
    let ratio_limit = entry.packed.saturating_mul(limits.max_ratio).max(RATIO_FREE);
    let limit = limits.max_entry_bytes.min(left).min(ratio_limit);
    let stored = limits.max_entry_bytes.saturating_add(DEFLATE_OVERHEAD).min(entry.packed);
    let packed = match open.container.section.read(found.data, stored, &mut buffers.packed) {
        Ok(packed) => packed,
        Err(error) => {
            reading.incident(IncidentKind::Unreadable, path(), error.to_string());
            return 0;
        }
    };
    let result = inflate_streaming(packed, limit, &mut buffers.plain);
    match result {
        Ok(_) => {
            let len = buffers.plain.len() as u64;
            if len != entry.size {
                let message = format!("the archive declares {} bytes for this file, but it holds {len}", entry.size);
                reading.ambiguous(open.context(name), message);
            }
            deliver(reading, open, found.index, &found.names, &buffers.plain);
        }
        Err(InflateError::TooLarge) => {
            let message = if limit == limits.max_entry_bytes {
                too_large(limit)
            } else if limit == ratio_limit {
                exceeds_ratio(limits.max_ratio)
            } else {
                "not read; the limit is --max-total-bytes".to_owned()
            };
            reading.incident(IncidentKind::Limit, path(), message);
        }
        Err(InflateError::Broken | InflateError::Truncated) => {
            reading.incident(IncidentKind::BrokenArchive, path(), "its data cannot be inflated");
        }
    }
    buffers.plain.len() as u64
}

fn too_large(limit: u64) -> String {
    format!("larger than {limit} bytes; raise --max-entry-bytes to read it")
}

fn exceeds_ratio(limit: u64) -> String {
    format!("inflates to more than {limit} times its stored size; raise --max-ratio to read it")
}

/// Hands a whole file over under its names.
fn deliver(reading: &Reading<'_>, open: &Open, index: u32, names: &[String], bytes: &[u8]) {
    let entry = &open.directory.entries[index as usize];
    reading.count(&reading.bytes, bytes.len() as u64);
    let path = |name: &str| open.container.path.entry(name);
    if entry.crc.is_some_and(|crc| crc != libdeflater::crc32(bytes)) {
        reading.incident(
            IncidentKind::BrokenArchive,
            path(open.directory.name(entry)),
            "its checksum does not match; what is there was read",
        );
    }
    for name in names {
        let excluded = !reading.options.exclude.is_empty() && reading.excludes(&path(name).to_string());
        if !excluded && reading.selects(name, bytes) {
            (reading.deliver)(&open.context(name), open.number << 32 | u64::from(index), bytes);
        }
    }
}

struct Disagreement {
    /// The name in the local header, when it is another.
    alias: Option<String>,
    message: String,
}

/// What the local header of an entry says otherwise than the directory.
fn disagreement(name: &str, entry: &Entry, header: &LocalHeader<'_>) -> Option<Disagreement> {
    // Names that do not fit into the bytes at hand are compared as far as they go.
    let alias = header.label();
    if alias != name && !(header.cut_name && name.starts_with(&alias)) {
        let message =
            format!("the archive's directory and its local header name this entry differently; there it is `{alias}`");
        return Some(Disagreement { alias: Some(alias), message });
    }
    if header.method != entry.method {
        let message = "the archive's directory and its local header name different compression methods".to_owned();
        return Some(Disagreement { alias: None, message });
    }
    let (packed, size) = header.sizes;
    let differs = |local: u32, listed: u64| local != u32::MAX && u64::from(local) != listed;
    // With a descriptor the sizes follow the data, and writers put anything here.
    if !entry.descriptor && (differs(packed, entry.packed) || differs(size, entry.size)) {
        let message = "the archive's directory and its local header declare different sizes".to_owned();
        return Some(Disagreement { alias: None, message });
    }
    None
}

/// Reports files that the archive holds more than once, or does not list.
pub(super) fn report_duplicates(reading: &Reading<'_>, open: &Open) {
    let directory = &open.directory;
    let mut seen: HashMap<String, (u32, u32)> = HashMap::new();
    for &(index, role) in &open.plan {
        if role == Role::Check {
            continue;
        }
        let entry = &directory.entries[index as usize];
        let name = directory.name(entry);
        if !entry.listed() {
            // Without a directory nothing is hidden, and the archive is reported as broken.
            if directory.broken.is_none() && (role == Role::File || has_archive_extension(name)) {
                let message = "the archive's directory does not list this file; it is seen by those who read the archive as a stream";
                reading.ambiguous(open.context(name), message);
            }
            continue;
        }
        let key = name.split('/').filter(|segment| !segment.is_empty()).collect::<Vec<_>>().join("/");
        let count = seen.entry(key).or_insert((0, index));
        *count = (count.0 + 1, index);
    }
    for (count, index) in seen.into_values().filter(|(count, _)| *count > 1) {
        let name = directory.name(&directory.entries[index as usize]);
        reading.ambiguous(
            open.context(name),
            format!(
                "the archive holds {count} files of this name; AEM takes the last one of its directory, all were read"
            ),
        );
    }
}

/// Reads a small entry, such as a metadata file, without a report when that fails: it is read again in its role.
pub(super) fn read_small(section: &Section, entry: &Entry, limit: u64) -> Option<Vec<u8>> {
    if entry.encrypted || entry.cut || entry.packed > limit {
        return None;
    }
    let mut buffer = Vec::new();
    let data = match entry.data {
        Some(data) => data,
        None => entry.header + LocalHeader::parse(section.read(entry.header, HEADER_ROOM, &mut buffer).ok()?)?.len,
    };
    let packed = section.read(data, entry.packed, &mut buffer).ok()?;
    match entry.method {
        0 => Some(packed.to_vec()),
        8 => {
            let mut out = Vec::new();
            inflate_streaming(packed, limit, &mut out).ok()?;
            Some(out)
        }
        _ => None,
    }
}

/// The bytes of a nested archive; `None` when it does not inflate to its declared size.
pub(super) fn inflate_archive(open: &Open, archive: &Inner, buffers: &mut Buffers) -> Option<Section> {
    let part = open.container.section.part(archive.data, archive.packed);
    if archive.in_place() {
        return Some(part);
    }
    let mut plain = Vec::new();
    let packed = part.read(0, archive.packed, &mut buffers.packed).ok()?;
    let len = inflate_declared(&mut buffers.inflater, packed, archive.size as usize, &mut plain)?;
    plain.truncate(len);
    Some(Section::memory(plain))
}
