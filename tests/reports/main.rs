//! The formats of reports: what each shows, and what none of them shows.

#[path = "../program/mod.rs"]
mod program;
#[path = "../support/mod.rs"]
mod support;

mod injection;
mod json;
mod leak;
mod leak_table;
mod sarif;
mod text;
