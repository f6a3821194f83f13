//! A whole scan of a tar archive or of gzip data, as they are or with what a mutation broke mended: checksums of tar headers,
//! and the gzip data around an archive.
#![no_main]

use std::io::Write;

use aem_ims_lint::scan::{Request, scan};
use aem_ims_lint::source::{Limits, Options};

const BLOCK: usize = 512;
const SUM: std::ops::Range<usize> = 148..156;
const SIZE: std::ops::Range<usize> = 124..136;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((&shape, data)) = data.split_first() else { return };
    let mended = mend(data.to_vec());
    let (name, bytes) = match shape % 6 {
        0 => ("a.tar", data.to_vec()),
        1 => ("a.tar", mended),
        2 => ("a.tgz", gzip(&mended)),
        3 => ("a.tgz", data.to_vec()),
        4 => ("a.txt.gz", gzip(data)),
        _ => ("a.tgz", gzip(&gzip(&mended))),
    };
    let limits =
        Limits { max_entry_bytes: 1 << 20, max_nested_bytes: 4 << 20, max_total_bytes: 16 << 20, ..Limits::default() };
    let source = Options { limits, ..Options::default() };
    let report = scan(&Request { given: vec![(name.to_owned(), bytes)], source, ..Request::default() });
    let internal = report.incidents.iter().find(|i| i.kind.id() == "internal");
    assert!(internal.is_none(), "{internal:?}");
});

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Memory takes everything.
    let _ = encoder.write_all(data);
    encoder.finish().unwrap_or_default()
}

/// Gives every header the checksum that it ought to have.
fn mend(mut tar: Vec<u8>) -> Vec<u8> {
    let mut at = 0;
    while let Some(block) = tar.get_mut(at..at + BLOCK) {
        at += BLOCK;
        if block.iter().all(|&byte| byte == 0) {
            continue;
        }
        block[SUM].fill(b' ');
        let sum: u32 = block.iter().copied().map(u32::from).sum();
        block[SUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let size = block[SIZE]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0_usize, |size, &digit| size.saturating_mul(8).saturating_add(usize::from(digit - b'0')));
        at = at.saturating_add(size.checked_next_multiple_of(BLOCK).unwrap_or(usize::MAX));
    }
    tar
}
