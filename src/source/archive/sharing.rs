//! Records of a directory that refer to the same entry under several names, which is read once.

use std::collections::HashMap;

use super::kind::{Planned, Role};
use crate::source::zip::{ArchiveEntry, Directory, Packing};

/// Marks planned entries with the same bytes as an earlier file. Returns those with a different name, grouped by the
/// earlier file, because that name is relevant too.
pub(super) fn mark(directory: &Directory, plan: &mut [Planned]) -> HashMap<u32, Vec<u32>> {
    let entry = |planned: &Planned| &directory.entries[planned.index as usize];
    let (mut shared, mut again) = (HashMap::new(), Vec::new());
    // Most archives are sorted and contain no such records.
    if plan.is_sorted_by(|one, next| entry(one).start < entry(next).start) {
        return shared;
    }
    let has_data = |entry: &ArchiveEntry| entry.listed() && !matches!(entry.packing(), Packing::NoData(_));
    let files = (0..plan.len()).filter(|&at| plan[at].role == Role::File && has_data(entry(&plan[at])));
    let mut files: Vec<usize> = files.collect();
    files.sort_by_key(|&at| identity(entry(&plan[at])));
    for same in files.chunk_by(|&a, &b| identity(entry(&plan[a])) == identity(entry(&plan[b]))) {
        let [first, others @ ..] = same else { continue };
        let first = plan[*first].index;
        let mut names: Vec<u32> = others.iter().map(|&at| plan[at].index).collect();
        // Distinct names, each with its first entry.
        let name = |index: &u32| directory.name(*index);
        names.sort_by(|a, b| name(a).cmp(name(b)));
        names.dedup_by(|a, b| name(a) == name(b));
        names.retain(|index| name(index) != name(&first));
        names.sort_unstable();
        again.extend_from_slice(others);
        if !names.is_empty() {
            shared.insert(first, names);
        }
    }
    again.into_iter().for_each(|at| plan[at].role = Role::Shared);
    shared
}

/// Fields that are equal for two records of the same bytes.
fn identity(entry: &ArchiveEntry) -> (u64, u64, u64, u16, bool, Option<u32>) {
    (entry.start, entry.packed, entry.size, entry.method, entry.encrypted(), entry.crc())
}
