//! The plan of a migration and its edits.

#[path = "../common/mod.rs"]
mod common;
#[path = "../migration/mod.rs"]
mod migration;

mod advice;
mod edits;
mod plans;
mod properties;
