//! Reading the export and credential formats.

#![allow(dead_code)] // each test binary uses a part of it

use aem_ims_lint::format::{self, Document, Format, Input, Reading};
use aem_ims_lint::repository::FileContext;
use aem_ims_lint::source::{Limits, SourcePath};

pub fn file(name: &str) -> FileContext {
    FileContext { path: SourcePath::file(name), ..FileContext::default() }
}

pub fn detect(context: &FileContext, bytes: &[u8]) -> Option<&'static dyn Format> {
    format::detect(&Input { context, bytes, limits: &Limits::default() }).map(|file| file.format)
}

pub fn read(context: &FileContext, bytes: &[u8], reading: Reading) -> (&'static str, String, Document) {
    let limits = Limits::default();
    let input = Input { context, bytes, limits: &limits };
    let file = format::detect(&input).unwrap_or_else(|| panic!("no format for {}", context.path));
    let document = file.read(reading);
    (file.format.id(), file.text.as_str().to_owned(), document)
}
