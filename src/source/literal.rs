//! Literals that select files. Each part of the program that searches files declares its literals; the selection is
//! built from all of them.

/// A text that occurs, in any case, in every file that its declarer can find something in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literal {
    text: &'static str,
    files: &'static [&'static str],
}

impl Literal {
    /// A lower-case text of letters, digits and `._:/-`. Every file is searched for it.
    pub const fn new(text: &'static str) -> Self {
        Self { text, files: &[] }
    }

    /// A text that is searched only in files whose name contains one of `files`; it may contain any characters.
    pub const fn only_in(files: &'static [&'static str], text: &'static str) -> Self {
        Self { text, files }
    }

    /// The text.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// Whether every file is searched for it.
    pub const fn is_everywhere(&self) -> bool {
        self.files.is_empty()
    }

    /// Texts of which a file name, without folders, contains one if the file is searched for it.
    pub(super) const fn files(&self) -> &'static [&'static str] {
        self.files
    }
}
