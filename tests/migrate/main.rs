//! The plan of a migration and its edits.

#[path = "../common/mod.rs"]
mod common;
#[path = "../migration/mod.rs"]
mod migration;
#[path = "../program/mod.rs"]
mod program;

mod advice;
mod edits;
mod plans;
mod properties;
