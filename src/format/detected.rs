//! Finding the format of a file. What that has decoded and parsed is used again when the file is read.

use std::cell::OnceCell;
use std::ops::Deref;

use super::envelope::{self, Inside};
use super::json::KeptTree;
use super::traits::Origin;
use super::{Document, FORMATS, Format, Input, MAX_CONFIGURATION, Reading, Text, embedded, wide};

/// A file whose format is not known yet. All formats that are asked share its text, and the tree of its text.
#[derive(Debug)]
pub struct RawFile<'a> {
    input: Input<'a>,
    text: OnceCell<Text<'a>>,
}

impl<'a> RawFile<'a> {
    /// The file, of which nothing has been decoded.
    pub fn new(input: Input<'a>) -> Self {
        Self { input, text: OnceCell::new() }
    }

    /// The text as UTF-8.
    pub(super) fn text(&self) -> &Text<'a> {
        self.text.get_or_init(|| Text::utf8(self.input.bytes))
    }

    /// Whether the bytes contain `word`.
    pub(super) fn contains(&self, word: &[u8]) -> bool {
        memchr::memmem::find(self.input.bytes, word).is_some()
    }

    /// The tree that a format asked for, if it is that of `text`.
    pub(super) fn into_tree(self, text: &str) -> Option<KeptTree> {
        self.text.into_inner()?.into_tree(text)
    }
}

impl<'a> Deref for RawFile<'a> {
    type Target = Input<'a>;

    fn deref(&self) -> &Input<'a> {
        &self.input
    }
}

/// A file with its format.
pub struct Detected<'a> {
    /// The format.
    pub format: &'static dyn Format,
    /// The decoded text. Every span of a document is a range of it.
    pub text: Text<'a>,
    /// The file.
    pub input: Input<'a>,
    /// The content, if the file is an envelope.
    inside: Option<Inside>,
}

/// The format of a file, or `None` if no format recognises it.
pub fn detect<'a>(input: &Input<'a>) -> Option<Detected<'a>> {
    let is_large = input.bytes.len() > MAX_CONFIGURATION;
    let wide = wide::decode(input.bytes);
    let raw = RawFile::new(*input);
    let narrow = wide.as_ref().map(|text| RawFile::new(Input { bytes: text.as_str().as_bytes(), ..*input }));
    let plain = narrow.as_ref().unwrap_or(&raw);
    let seen = |format: &dyn Format| if format.traits().own_encoding { &raw } else { plain };
    let may_be = |format: &dyn Format| !(is_large && format.traits().is_small);
    let found = FORMATS.iter().copied().find(|format| may_be(*format) && format.recognises(seen(*format)));
    let is_known = found.is_some_and(|format| format.traits().origin != Origin::AnyProgram);
    let inside = if is_known { None } else { envelope::detect(plain) };
    let format = inside.as_ref().map(|inside| inside.format).or(found)?;
    let decoded = (wide.is_none() || format.traits().own_encoding).then(|| format.decode(input));
    let text = decoded.as_ref().or(wide.as_ref())?;
    let inside = inside.and_then(|found| envelope::inside(format, plain, text, Some(found)));
    let tree = narrow.unwrap_or(raw).into_tree(text.as_str());
    let text = decoded.or(wide)?.with_tree(tree);
    Some(Detected { format, text, input: *input, inside })
}

impl<'a> Detected<'a> {
    /// A file that is known to be of `format`.
    pub fn of(format: &'static dyn Format, input: &Input<'a>) -> Self {
        let wide = if format.traits().own_encoding { None } else { wide::decode(input.bytes) };
        Self::with_text(format, input, wide.unwrap_or_else(|| format.decode(input)))
    }

    /// A file of `format` that has been decoded.
    pub(super) fn with_text(format: &'static dyn Format, input: &Input<'a>, text: Text<'a>) -> Self {
        let mut file = Self { format, text, input: *input, inside: None };
        file.inside = envelope::inside(format, &RawFile::new(file.narrow().unwrap_or(*input)), &file.text, None);
        file
    }

    /// The file in UTF-8, if it is text in a wide encoding.
    fn narrow(&self) -> Option<Input<'_>> {
        let is_wide = self.text.is_wide() && !self.format.traits().own_encoding;
        is_wide.then(|| Input { bytes: self.text.as_str().as_bytes(), ..self.input })
    }

    /// Reads the file, with the content embedded in its values: repoinit statements, and files in a content tree.
    pub fn read(&self, reading: Reading) -> Document {
        embedded::read(self, reading)
    }

    /// [`Self::read`] without embedded content.
    pub fn read_file(&self, reading: Reading) -> Document {
        let narrow = self.narrow();
        let refused = narrow.and_then(|_| wide::refused(self.format, &self.input, reading));
        refused.unwrap_or_else(|| match &self.inside {
            Some(inside) => inside.read(self.input.limits, reading),
            None => self.format.read(&narrow.unwrap_or(self.input), &self.text, reading),
        })
    }

    /// Frees what only makes another reading of the file fast.
    pub fn forget_trees(&mut self) {
        self.text.forget_tree();
        if let Some(inside) = &mut self.inside {
            inside.tree = None;
        }
    }
}
