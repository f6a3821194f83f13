//! Edits on their way to the disk, for the commands that make them.

use super::Failure;
use crate::migrate::files::Edited;
use crate::migrate::write;
use crate::report::Report;

/// Writes `files`, unless the scan was incomplete or what is there could not be brought back.
///
/// # Errors
/// Why nothing, or not everything, was written.
pub fn put_in_place(files: &[Edited], report: &Report, allow_incomplete: bool, force: bool) -> Result<(), Failure> {
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
    files.iter().try_for_each(|file| write::write(file).map_err(Failure::Usage))
}
