//! One entry of an archive: reads it and detects contradictory information about it.

use std::io::Read;
use std::ops::Range;

use super::form::Form;
use super::kind::{EntryKind, Planned, Role};
use super::{HEAD, OpenArchive, has_archive_extension, may_be_prefixed};
use crate::source::gzip::{self, Gunzip};
use crate::source::inflate::{
    InflateError, inflate_declared, inflate_declared_piecewise, inflate_prefix, inflate_streaming, room_for,
};
use crate::source::memory::Buffer;
use crate::source::reading::{Buffers, SourceReading};
use crate::source::section::{Section, Window};
use crate::source::zip::{ArchiveEntry, LocalHeader, NoData, Packing};
use crate::source::{self, IncidentKind};

/// Bytes read together with the header, for slightly longer names and extra fields.
const HEADER_ROOM: u64 = 160;
/// Bytes read of an entry that may be an archive: enough to inflate its first bytes.
const PROBE: u64 = 1 << 10;
/// The same for gzip data, whose header may contain names.
const GZIP_PROBE: u64 = 4 << 10;
/// Below this size, the ratio is not checked.
const RATIO_FREE: u64 = 1 << 20;
/// Entries of up to this many stored bytes that follow each other are read together: one system call per entry costs as
/// much as reading it.
const SMALL: u64 = 16 << 10;
/// Maximum gap between two of them: a local header, a data descriptor, a skipped entry.
const GAP: u64 = 4 << 10;
/// Data of up to this many bytes are read together with their header.
const AT_ONCE: u64 = 256 << 10;
/// Upper bound for the overhead of a deflate stream.
const DEFLATE_OVERHEAD: u64 = 1 << 20;

const CUT: &str = "the archive ends before this entry does";

/// What an entry turned out to be, other than a plain file.
pub(super) enum Found {
    /// An archive.
    Inner(Inner),
    /// A file whose size differs from the declared one.
    Unpredictable(Located),
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
    packing: Packing,
    /// The form shown by its first bytes.
    pub(super) form: Option<Form>,
    /// The archive around it ends before this one does.
    pub(super) cut: bool,
}

impl Inner {
    /// Identifies entries that are the same bytes.
    pub(super) fn identity(&self) -> (u64, u64, u64, Packing) {
        (self.data, self.packed, self.size, self.packing)
    }

    /// Whether it can be read in place.
    pub(super) fn in_place(&self) -> bool {
        self.packing == Packing::Stored
    }

    /// Whether its length is unknown, so that it cannot be planned.
    pub(super) fn is_gzip(&self) -> bool {
        self.packing == Packing::Gzip
    }

    /// Whether it is a compressed tar archive, which counts as one file.
    pub(super) fn is_packed_tar(&self) -> bool {
        self.is_gzip() && self.form == Some(Form::Tar)
    }

    /// Memory needed to read it.
    pub(super) fn memory(&self) -> u64 {
        if self.in_place() { 0 } else { self.size }
    }
}

/// Whether `next` follows `entry` so closely that both are read together.
pub(super) fn is_near(entry: &ArchiveEntry, next: &ArchiveEntry) -> bool {
    let end = entry.start.saturating_add(entry.packed);
    entry.packed <= SMALL && next.start.checked_sub(end).is_some_and(|gap| gap <= GAP)
}

/// The range that is read for adjacent entries, from the header of the `first` to the end of the `last`.
pub(super) fn extent(first: &ArchiveEntry, last: &ArchiveEntry, name: &str) -> Range<u64> {
    let room = HEADER_ROOM + name.len() as u64 + last.packed.min(SMALL);
    first.start..last.start.saturating_add(room)
}

/// Reads an entry in its role: passes it on, or returns what it found instead.
pub(super) fn read(
    reading: &SourceReading<'_>,
    open: &OpenArchive,
    planned: Planned,
    window: Window<'_>,
    buffers: &mut Buffers,
) -> Option<Found> {
    let Planned { index, role, .. } = planned;
    if role == Role::Shared {
        return None;
    }
    let access = Access::new(reading, open, index, window);
    let located = access.locate(role, &mut buffers.packed)?;
    if located.role == Role::Check || !access.is_readable(located.role) {
        return None;
    }
    let held = reading.place(access.memory(located.role));
    let found = access.read(located, buffers);
    if held.is_some() {
        buffers.free();
    }
    found
}

impl Access<'_> {
    fn read(&self, located: Located, buffers: &mut Buffers) -> Option<Found> {
        let Access { reading, entry, .. } = *self;
        let Buffers { packed: buffer, plain, inflater, .. } = buffers;
        if entry.packing() == Packing::Gzip {
            return self.look_into_gzip(located, buffer);
        }
        let limits = &reading.options.limits;
        let size = if entry.method == 0 { entry.packed } else { entry.size };
        if located.role == Role::File && !entry.cut() {
            if size > RATIO_FREE && size > entry.packed.saturating_mul(limits.max_ratio) {
                return Some(Found::Unpredictable(located));
            }
            if size > limits.max_entry_bytes {
                self.incident(IncidentKind::Limit, too_large(limits.max_entry_bytes));
                return None;
            }
        }
        let wanted = self.wanted(located.role);
        let packed = match &located.fetched {
            Some(range) if (range.len() as u64) >= wanted => &buffer[range.start..range.start + wanted as usize],
            _ => self.section_read(located.data, wanted, buffer)?,
        };
        if located.role == Role::Probe || entry.cut() {
            return self.probe(&located, packed);
        }
        if (packed.len() as u64) < wanted {
            self.incident(IncidentKind::BrokenArchive, CUT);
            return None;
        }
        let whole = packed.len() as u64 == entry.packed;
        let room = room_for(size as usize);
        if entry.method != 0 && plain.len() < room {
            plain.resize(room, 0);
        }
        let bytes = match entry.method {
            0 => packed,
            _ => match whole.then(|| inflate_declared(inflater, packed, size as usize, plain)).flatten() {
                Some(len) => &plain[..len],
                None => return Some(Found::Unpredictable(located)),
            },
        };
        if bytes.len() > 4
            && let Some(form) = Form::of(bytes)
        {
            return Some(Found::Inner(self.inner(&located, Some(form))));
        }
        self.deliver(&located, bytes);
        None
    }
}

/// An entry that is being read.
struct Access<'a> {
    reading: &'a SourceReading<'a>,
    open: &'a OpenArchive,
    index: u32,
    entry: &'a ArchiveEntry,
    name: &'a str,
    /// The data that was already read.
    window: Window<'a>,
}

/// Where the data of an entry is, and its names.
pub(super) struct Located {
    index: u32,
    role: Role,
    /// Offset of the data.
    data: u64,
    /// The part of the data that was read with the header.
    fetched: Option<Range<usize>>,
    /// The name in the local header, if it differs and is relevant.
    alias: Option<String>,
    /// Whether the name in the directory is relevant.
    own_name: bool,
}

impl<'a> Access<'a> {
    fn new(reading: &'a SourceReading<'a>, open: &'a OpenArchive, index: u32, window: Window<'a>) -> Self {
        let (entry, name) = (&open.directory.entries[index as usize], open.directory.name(index));
        Self { reading, open, index, entry, name, window }
    }
}

impl Access<'_> {
    fn incident(&self, kind: IncidentKind, message: impl Into<String>) {
        self.reading.incident(kind, self.open.container.path.entry(self.name), message);
    }

    fn section_read<'b>(&'b self, offset: u64, len: u64, buffer: &'b mut Vec<u8>) -> Option<&'b [u8]> {
        if let Some(bytes) = self.window.get(offset, len) {
            return Some(bytes);
        }
        match self.open.container.section.read(offset, len, buffer) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.incident(IncidentKind::Unreadable, error.to_string());
                None
            }
        }
    }

    /// Whether to report an entry in this role that cannot be read.
    fn is_telling(&self, role: Role) -> bool {
        role == Role::File || role == Role::Probe && has_archive_extension(self.name)
    }

    /// Memory that reading it in a role takes up.
    fn memory(&self, role: Role) -> u64 {
        let plain = self.entry.size.min(self.reading.options.limits.max_entry_bytes);
        self.wanted(role) + if role == Role::File && self.entry.method != 0 { plain } else { 0 }
    }

    /// Number of stored bytes that are read for a role.
    fn wanted(&self, role: Role) -> u64 {
        let most = match role {
            Role::File => self.reading.options.limits.max_entry_bytes.saturating_add(DEFLATE_OVERHEAD),
            Role::Probe => PROBE,
            Role::Check | Role::Shared => 0,
        };
        most.min(self.entry.packed)
    }

    /// Finds the data, and compares the local header with the directory on the way.
    fn locate(&self, role: Role, buffer: &mut Vec<u8>) -> Option<Located> {
        let mut located = Located { index: self.index, role, data: 0, fetched: None, alias: None, own_name: true };
        if let Some(data) = self.entry.data() {
            located.data = data;
            return Some(located);
        }
        let room = HEADER_ROOM + self.name.len() as u64;
        let len = room + self.wanted(role).min(AT_ONCE);
        let bytes = self.section_read(self.entry.start, len, buffer)?;
        let Some(header) = LocalHeader::parse(bytes) else {
            if self.is_telling(role) {
                self.incident(IncidentKind::BrokenArchive, "its local header is missing");
            }
            return None;
        };
        located.data = self.entry.start + header.len;
        if !self.open.container.section.is_memory() && self.window.get(self.entry.start, len).is_none() {
            located.fetched = Some((header.len as usize).min(bytes.len())..bytes.len());
        }
        if let Some(other) = disagreement(self.name, self.entry, &header) {
            self.take_alias(other, &mut located);
        }
        Some(located)
    }

    fn take_alias(&self, other: Disagreement, located: &mut Located) {
        let alias_role = other.alias.as_deref().map(|alias| self.open.kind.role(alias));
        if self.is_telling(located.role) || alias_role == Some(Role::File) {
            self.reading.ambiguous(self.open.context(self.name), other.message);
        }
        // An entry that shares the header of another one is not read twice.
        let alias = other.alias.filter(|alias| alias_role == Some(Role::File) && !self.open.lists(alias));
        if alias.is_some() {
            located.own_name = located.role == Role::File;
            located.role = Role::File;
            located.alias = alias;
        }
    }

    fn is_readable(&self, role: Role) -> bool {
        let refused = |kind, message: &str| {
            if self.is_telling(role) {
                self.incident(kind, message);
            }
            false
        };
        match self.entry.packing() {
            _ if self.entry.encrypted() => {
                refused(IncidentKind::Encrypted, "encrypted; AEM rejects an archive with such an entry")
            }
            Packing::Stored | Packing::Deflated | Packing::Gzip => true,
            Packing::NoData(NoData::Sparse) => {
                let message = "stored as a sparse file, which this program does not support: unpack the archive";
                refused(IncidentKind::UnsupportedMethod, message)
            }
            Packing::NoData(NoData::Link) => {
                refused(IncidentKind::Unreadable, "a link to something outside this archive; it was not followed")
            }
            Packing::Other(method) => {
                let method = rawzip::CompressionMethod::new(method);
                let message = format!("compressed with {method}, which neither AEM nor this program supports");
                refused(IncidentKind::UnsupportedMethod, &message)
            }
        }
    }

    /// Checks the first bytes for an archive.
    fn probe(&self, located: &Located, packed: &[u8]) -> Option<Found> {
        let mut start = [0; HEAD];
        let start = match self.entry.method {
            0 => &packed[..packed.len().min(HEAD)],
            _ => {
                let len = inflate_prefix(packed, &mut start);
                &start[..len]
            }
        };
        let prefixed = located.role == Role::Probe && may_be_prefixed(self.name, start);
        let form = Form::of(start).filter(|_| self.entry.packed > 4);
        if form.is_some() || prefixed {
            return Some(Found::Inner(self.inner(located, form)));
        }
        if located.role == Role::File {
            self.incident(IncidentKind::BrokenArchive, CUT);
        }
        None
    }

    /// Looks at what is packed as gzip data: an archive, or a file, which is read on its own since its length is not known.
    fn look_into_gzip(&self, located: Located, buffer: &mut Vec<u8>) -> Option<Found> {
        let packed = self.section_read(located.data, GZIP_PROBE, buffer)?;
        let mut start = [0; HEAD];
        let (len, fault) = gzip::inflate_prefix(packed, &mut start);
        let start = &start[..len];
        let form = Form::of(start);
        if form.is_some() || may_be_prefixed(self.name, start) {
            return Some(Found::Inner(self.inner(&located, form)));
        }
        if located.role == Role::File {
            return Some(Found::Unpredictable(located));
        }
        if let Some(fault) = fault.filter(|_| has_archive_extension(self.name)) {
            self.incident(IncidentKind::BrokenArchive, fault.message());
        }
        None
    }

    fn inner(&self, located: &Located, form: Option<Form>) -> Inner {
        let available = self.open.container.section.len().saturating_sub(located.data);
        Inner {
            index: self.index,
            data: located.data,
            packed: self.entry.packed.min(available),
            size: self.entry.size,
            packing: self.entry.packing(),
            form,
            cut: self.entry.cut() || self.entry.packed > available,
        }
    }

    /// Reads a file that is packed as gzip data. Returns the number of bytes that it inflated to.
    fn gunzip(&self, located: &Located, limit: u64, refusal: impl Fn() -> String, plain: &mut Vec<u8>) -> u64 {
        let part = self.open.container.section.part(located.data, self.entry.packed);
        let mut gunzip = Gunzip::new(part.reader());
        plain.clear();
        let result = (&mut gunzip).take(limit.saturating_add(1)).read_to_end(plain);
        let fault = gunzip.fault;
        if let Err(error) = result {
            self.incident(IncidentKind::Unreadable, error.to_string());
        } else if plain.len() as u64 > limit {
            self.incident(IncidentKind::Limit, refusal());
        } else {
            if let Some(fault) = fault {
                self.incident(IncidentKind::BrokenArchive, fault.message());
            }
            if fault.is_none_or(gzip::GzipFault::is_whole) {
                self.deliver(located, plain);
            }
        }
        gunzip.made
    }

    /// Passes on a complete file under its names, and under those of other records of the same file.
    fn deliver(&self, located: &Located, bytes: &[u8]) {
        self.reading.count(&self.reading.counts.bytes, bytes.len() as u64);
        self.hand_over(located, bytes);
        for &index in self.open.shared.get(&self.index).into_iter().flatten() {
            let other = Access::new(self.reading, self.open, index, self.window);
            if let Some(located) = other.locate(Role::File, &mut Vec::new()) {
                other.hand_over(&located, bytes);
            }
        }
    }

    fn hand_over(&self, located: &Located, bytes: &[u8]) {
        let reading = self.reading;
        if self.entry.crc().is_some_and(|crc| crc != libdeflater::crc32(bytes)) {
            self.incident(IncidentKind::BrokenArchive, "its checksum does not match; the available data was read");
        }
        let own = located.own_name.then_some(self.name);
        for name in own.into_iter().chain(located.alias.as_deref()) {
            let path = || self.open.container.path.entry(name).to_string();
            let excluded = reading.has_exclusions() && reading.excludes(&path());
            if !excluded {
                let order = self.open.number << 32 | u64::from(self.index);
                match matches!(self.open.kind, EntryKind::Single { named: true }) {
                    true => {
                        let context = &self.open.context(name);
                        (reading.deliver)(source::File { context, bytes, matters: true, named: true }, order);
                    }
                    false => reading.choose(name, bytes, order, || self.open.context(name)),
                }
            }
        }
    }
}

/// Reads a file that does not have its declared size. Returns the number of bytes that it inflated to.
pub(super) fn read_unpredictable(
    reading: &SourceReading<'_>,
    open: &OpenArchive,
    located: &Located,
    left: u64,
    buffers: &mut Buffers,
) -> u64 {
    let access = Access::new(reading, open, located.index, Window::default());
    let entry = access.entry;
    let limits = &reading.options.limits;
    let ratio_limit = entry.packed.saturating_mul(limits.max_ratio).max(RATIO_FREE);
    let limit = limits.max_entry_bytes.min(left).min(ratio_limit);
    let refusal = || {
        if limit == limits.max_entry_bytes {
            too_large(limit)
        } else if limit == ratio_limit {
            exceeds_ratio(limits.max_ratio)
        } else {
            "not read; the limit is --max-total-bytes".to_owned()
        }
    };
    if entry.packing() == Packing::Gzip {
        return access.gunzip(located, limit, refusal, &mut buffers.plain);
    }
    let Some(packed) = access.section_read(located.data, access.wanted(Role::File), &mut buffers.packed) else {
        return 0;
    };
    match inflate_streaming(packed, limit, &mut buffers.plain) {
        Ok(_) => {
            let len = buffers.plain.len() as u64;
            if len != entry.size {
                let message = format!("the archive declares {} bytes for this file, but it has {len}", entry.size);
                reading.ambiguous(open.context(access.name), message);
            }
            access.deliver(located, &buffers.plain);
        }
        Err(InflateError::TooLarge) => {
            access.incident(IncidentKind::Limit, refusal());
        }
        Err(InflateError::Broken | InflateError::Truncated) => {
            access.incident(IncidentKind::BrokenArchive, "its data cannot be decompressed");
        }
    }
    buffers.plain.len() as u64
}

pub(super) fn too_large(limit: u64) -> String {
    format!("larger than {limit} bytes; raise --max-entry-bytes to read it")
}

fn exceeds_ratio(limit: u64) -> String {
    format!("inflates to more than {limit} times its stored size; raise --max-ratio to read it")
}

struct Disagreement {
    /// The name in the local header, when it is another.
    alias: Option<String>,
    message: String,
}

/// How the local header of an entry differs from the directory.
fn disagreement(name: &str, entry: &ArchiveEntry, header: &LocalHeader<'_>) -> Option<Disagreement> {
    // Names that do not fit into the available bytes are compared only in part.
    let alias = (!header.is_called(name)).then(|| header.label());
    if let Some(alias) = alias.filter(|alias| alias != name && !(header.cut_name && name.starts_with(alias.as_str()))) {
        let message = format!(
            "the archive's directory and its local header have different names for this entry; there it is \
            `{alias}`"
        );
        return Some(Disagreement { alias: Some(alias), message });
    }
    let (packed, size) = header.sizes;
    let differs = |local: u32, listed: u64| local != u32::MAX && u64::from(local) != listed;
    let what = if header.method != entry.method {
        "compression methods"
    // With a descriptor the sizes follow the data, and writers put anything here.
    } else if !entry.descriptor() && (differs(packed, entry.packed) || differs(size, entry.size)) {
        "sizes"
    } else {
        return None;
    };
    let message = format!("the archive's directory and its local header have different {what}");
    Some(Disagreement { alias: None, message })
}

/// Reads a small entry, such as a metadata file, without reporting failures, because it is read again in its role.
pub(super) fn read_small(section: &Section, entry: &ArchiveEntry, limit: u64) -> Option<Vec<u8>> {
    if entry.encrypted() || entry.cut() || entry.packed > limit {
        return None;
    }
    let mut buffer = Vec::new();
    let data = match entry.data() {
        Some(data) => data,
        None => entry.start + LocalHeader::parse(section.read(entry.start, HEADER_ROOM, &mut buffer).ok()?)?.len,
    };
    let packed = section.read(data, entry.packed, &mut buffer).ok()?;
    match entry.packing() {
        Packing::Stored => Some(packed.to_vec()),
        Packing::Deflated => {
            let mut out = Vec::new();
            inflate_streaming(packed, limit, &mut out).ok()?;
            Some(out)
        }
        _ => None,
    }
}

/// The bytes of a nested archive; `None` when it does not inflate to its declared size.
pub(super) fn inflate_archive(part: &Section, archive: &Inner, buffers: &mut Buffers) -> Option<Section> {
    if archive.in_place() {
        return Some(part.clone());
    }
    if archive.is_gzip() {
        return None;
    }
    let size = usize::try_from(archive.size).ok()?;
    let mut plain = Buffer::spare(room_for(size));
    let len = if archive.packed > AT_ONCE {
        inflate_declared_piecewise(part.reader(), size, &mut plain[..=size])?
    } else {
        let packed = part.read(0, archive.packed, &mut buffers.packed).ok()?;
        inflate_declared(&mut buffers.inflater, packed, size, &mut plain)?
    };
    Some(Section::start_of(plain, len))
}
