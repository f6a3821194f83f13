//! The rules, their pages, the documentation, and the order of the stages.

mod architecture;
mod docs;
mod fixtures;
mod pages;
