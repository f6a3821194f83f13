//! Which bytes are worth parsing.

/// Whether a file that could not be parsed to its end shows evidence of IMS, so that the unread rest may matter.
pub fn has_ims_evidence(bytes: &[u8]) -> bool {
    let _ = bytes;
    false
}
