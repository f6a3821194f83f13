//! The commands and flags, as used by people and scripts.

#[path = "../common/mod.rs"]
mod common;
#[path = "../program/mod.rs"]
mod program;
#[path = "../project/mod.rs"]
mod project;

mod baseline;
mod bounds;
mod commands;
mod config;
mod flags;
mod habits;
mod merge;
mod merge_repositories;
mod merge_settings;
mod outputs;
mod recipes;
mod recognition;
mod reports;
mod suppressions;
mod systems;
mod version;
