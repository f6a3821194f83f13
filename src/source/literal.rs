//! Texts by which files are chosen. Who looks for something in files declares them; the choice is built of all of them.

/// A text that is in every file in which somebody finds something, in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literal {
    text: &'static str,
    files: &'static [&'static str],
}

impl Literal {
    /// Lower case, letters, digits and `._:/-`. It is looked for in every file.
    pub const fn new(text: &'static str) -> Self {
        Self { text, files: &[] }
    }

    /// Looked for only in files that have one of `files` in their name, where it may have any characters.
    pub const fn only_in(files: &'static [&'static str], text: &'static str) -> Self {
        Self { text, files }
    }

    /// The text.
    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// Whether it is looked for in every file.
    pub const fn is_everywhere(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether it is looked for in a file called `name`, without folders.
    pub fn concerns(&self, name: &str) -> bool {
        self.files.iter().any(|part| name.contains(part))
    }
}
