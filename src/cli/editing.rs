//! Edits on their way to the disk, for the commands that make them.

use super::Failure;
use crate::migrate::files::Edited;
use crate::migrate::write::{self, Written};
use crate::report::Report;

/// Writes `files`, unless the scan was incomplete or what is there could not be brought back. What can be written is, and
/// the rest is named.
///
/// # Errors
/// Why nothing was written.
pub fn put_in_place<'a>(
    files: &'a [Edited],
    report: &Report,
    allow_incomplete: bool,
    force: bool,
) -> Result<Written<'a>, Failure> {
    if !report.is_complete() && !allow_incomplete {
        return Err(Failure::Usage(
            "nothing is written: the scan is incomplete, so what belongs together may not be known; \
             --allow-incomplete writes all the same"
                .into(),
        ));
    }
    if !force {
        write::check(files).map_err(Failure::Usage)?;
    }
    Ok(write::write_all(files))
}
