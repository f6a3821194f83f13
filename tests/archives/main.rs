//! Source trees, packages and archives, including hostile ones.

#[path = "../common/mod.rs"]
mod common;
#[path = "../program/mod.rs"]
mod program;
#[path = "../project/mod.rs"]
mod project;

mod bounds;
mod containers;
#[cfg(unix)]
mod export_script;
mod hostile;
mod names;
mod packages;
mod packed;
mod source_archive;
mod source_invariants;
mod source_tree;
