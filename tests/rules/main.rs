//! The rules, their pages, the documentation, and the order of the stages.

#[path = "../program/mod.rs"]
mod program;

mod architecture;
mod docs;
mod fixtures;
mod package;
mod pages;
mod picture;
