//! Source trees, packages and archives, also hostile ones.

#[path = "../common/mod.rs"]
mod common;
#[path = "../project/mod.rs"]
mod project;

mod bounds;
mod hostile;
mod names;
mod packages;
mod source_archive;
mod source_invariants;
mod source_tree;
