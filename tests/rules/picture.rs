//! `docs/terminal.svg`, which the README shows, is what the program prints on a terminal.
//!
//! `UPDATE_DOCS=1 cargo test --test rules` draws it again.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use anstyle_svg::{Term, WIN10_CONSOLE};

use crate::program::command;

/// From here the paths are short enough to be read in a picture.
const FOLDER: &str = "fixtures/demo/ui.config/src/main/content";
const SHOWN: &str = "check jcr_root/apps/acme/config";
const COLUMNS: &str = "118";
/// What does not fit on a page is left out, and the picture says so.
const LINES: usize = 44;

#[test]
fn the_picture_shows_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut words: Vec<&str> = SHOWN.split(' ').collect();
    words.extend(["--isolated", "--color", "always"]);
    let output = command(&root.join(FOLDER), &words).env("COLUMNS", COLUMNS).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = printed.lines().collect();
    assert!(lines.len() > LINES, "{printed}");
    let summary = lines.last().unwrap();
    let shown = format!("$ aem-ims-lint {SHOWN}\n{}\n…\n\n{summary}", lines[..LINES].join("\n"));
    let drawn = Term::new().palette(WIN10_CONSOLE).render_svg(&shown);
    let picture = root.join("docs/terminal.svg");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&picture, drawn).unwrap();
    } else {
        assert!(fs::read_to_string(&picture).unwrap() == drawn, "run `UPDATE_DOCS=1 cargo test --test rules`");
    }
}
