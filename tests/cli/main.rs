//! The commands and flags, as a person or a script uses them.

#[path = "../project/mod.rs"]
mod project;

mod baseline;
mod bounds;
mod commands;
mod config;
mod habits;
mod outputs;
mod suppressions;
mod version;
