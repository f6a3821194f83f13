//! Hand-made tar archives and gzip data.
#![allow(clippy::unwrap_used)]

use std::io::Write;

use tar::{EntryType, Header};

/// The header of a member.
pub fn header(name: &[u8], kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(0o644);
    header.set_cksum();
    header
}

/// A member: its header and its padded data.
pub fn member(header: &Header, data: &[u8]) -> Vec<u8> {
    let mut out = header.as_bytes().to_vec();
    out.extend(data);
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

pub fn file(name: &str, data: impl AsRef<[u8]>) -> Vec<u8> {
    let data = data.as_ref();
    if name.len() > 100 {
        let long = member(
            &header(b"././@LongLink", EntryType::GNULongName, name.len() as u64 + 1),
            &[name.as_bytes(), b"\0"].concat(),
        );
        return [long, member(&header(&name.as_bytes()[..100], EntryType::Regular, data.len() as u64), data)].concat();
    }
    member(&header(name.as_bytes(), EntryType::Regular, data.len() as u64), data)
}

/// A symbolic or hard link.
pub fn link(name: &str, kind: EntryType, target: &str) -> Vec<u8> {
    let mut header = header(name.as_bytes(), kind, 0);
    header.set_link_name_literal(target).unwrap();
    header.set_cksum();
    member(&header, b"")
}

/// Members and the end of the archive.
pub fn archive(members: &[Vec<u8>]) -> Vec<u8> {
    [members.concat(), vec![0; 1024]].concat()
}

pub fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}
