//! Writes edits to disk, for the commands that apply them.

use super::Failure;
use crate::migrate::files::Edited;
use crate::migrate::write::{self, Written};
use crate::report::Report;

/// Writes `files`, unless the scan was incomplete or the current contents could not be restored. Files that cannot be
/// written are listed.
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
            "nothing was written, because the scan is incomplete and related files may be missing; use \
             --allow-incomplete to write anyway"
                .into(),
        ));
    }
    if !force {
        write::check(files).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    Ok(write::write_all(files))
}
