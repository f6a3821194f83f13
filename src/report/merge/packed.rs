//! Details of integrations that only the JSON formats show: evidence, locations of fields, causes. They are most of a
//! report and are needed again only when such a format is written, so they are kept in memory compressed.

use std::borrow::Cow;
use std::fmt;

use libdeflater::{CompressionLvl, Compressor, Decompressor};

use super::convert::Converter;
use super::invalid::InvalidReport;
use crate::ims::{Integration, Model};
use crate::report::json::JsonIntegration;

/// Number of bytes compressed together: large enough for good compression, small enough to unpack for one integration.
const BLOCK: usize = 256 << 10;

/// Packs integrations. One packer serves all reports, because a compressor takes more memory than the packed data of a
/// report.
pub(super) struct Packer {
    compressor: Compressor,
    /// JSON values in sequence, not compressed yet.
    open: Vec<u8>,
    /// The buffer for the compressed values.
    room: Vec<u8>,
}

impl Packer {
    pub(super) fn new() -> Self {
        Self { compressor: Compressor::new(CompressionLvl::default()), open: Vec::new(), room: Vec::new() }
    }

    /// Drops the values that are not packed yet: they are from a report that was not merged.
    pub(super) fn clear(&mut self) {
        self.open.clear();
    }

    /// Adds the next integration of the system with the packed data `packed`.
    pub(super) fn push(&mut self, one: &JsonIntegration<'_>, packed: &mut Packed) -> Result<(), InvalidReport> {
        serde_json::to_writer(&mut self.open, one).map_err(|error| InvalidReport::Compression(error.to_string()))?;
        if self.open.len() >= BLOCK { self.pack(packed) } else { Ok(()) }
    }

    /// Packs the remaining values into `packed`.
    pub(super) fn pack(&mut self, packed: &mut Packed) -> Result<(), InvalidReport> {
        if self.open.is_empty() {
            return Ok(());
        }
        self.room.resize(self.compressor.deflate_compress_bound(self.open.len()), 0);
        let failed = |error: libdeflater::CompressionError| InvalidReport::Compression(error.to_string());
        let length = self.compressor.deflate_compress(&self.open, &mut self.room).map_err(failed)?;
        let bytes = self.room.get(..length).unwrap_or_default().into();
        packed.blocks.push(Block { bytes, length: self.open.len() });
        self.open.clear();
        Ok(())
    }
}

/// The integrations of a system, packed in the order of the model.
#[derive(Default)]
pub(super) struct Packed {
    blocks: Vec<Block>,
}

struct Block {
    bytes: Box<[u8]>,
    /// Length of the unpacked data.
    length: usize,
}

impl Packed {
    fn iter(&self) -> impl Iterator<Item = JsonIntegration<'static>> {
        let mut decompressor = Decompressor::new();
        self.blocks.iter().flat_map(move |block| {
            let mut text = vec![0; block.length];
            let length = decompressor.deflate_decompress(&block.bytes, &mut text).unwrap_or_default();
            let values = serde_json::Deserializer::from_slice(text.get(..length).unwrap_or_default());
            values.into_iter().map_while(Result::ok).collect::<Vec<_>>()
        })
    }
}

/// The integrations of a merged report with all details, by index of their system.
#[derive(Default)]
pub struct Details {
    pub(super) systems: Vec<Packed>,
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "details of {} systems", self.systems.len())
    }
}

impl Details {
    /// The integrations of `model`, which has the index `system`, with all details.
    pub(in crate::report) fn of<'r>(
        &'r self,
        system: usize,
        model: &'r Model,
    ) -> Box<dyn Iterator<Item = Cow<'r, Integration>> + 'r> {
        let mut packed = self.systems.get(system).map(Packed::iter);
        let mut converter = Converter::default();
        Box::new(model.integrations.iter().map(move |brief| {
            let full = packed.as_mut().and_then(Iterator::next);
            match full.and_then(|one| converter.integration(one).ok()) {
                Some(full) => Cow::Owned(linked(full, brief)),
                None => Cow::Borrowed(brief),
            }
        }))
    }
}

/// The integration with its links in the landscape, which are in `brief`.
fn linked(mut full: Integration, brief: &Integration) -> Integration {
    full.system = brief.system;
    full.referenced_by.clone_from(&brief.referenced_by);
    for (reference, known) in full.references.iter_mut().zip(&brief.references) {
        reference.resolved.clone_from(&known.resolved);
    }
    full
}
