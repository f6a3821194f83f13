//! Stage *rules*: integrations become findings. One file per rule; [`RULES`] is the list.

pub mod meta;

pub use meta::{Level, Meta, Rule};

/// Every rule, in the order of the catalogue.
pub static RULES: &[&dyn Rule] = &[];

/// The rule called `id`.
pub fn by_id(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().copied().find(|rule| rule.meta().id == id)
}

/// Every finding of every rule, unordered, at its default level.
pub fn check(model: &crate::ims::Model) -> Vec<crate::findings::Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        rule.check(model, &mut findings);
    }
    findings
}
