//! The formats, against what their originals read, and the choice of what is read at all.

#[path = "../common/mod.rs"]
mod common;
#[path = "../exports/mod.rs"]
mod exports;

mod conformance_deployment;
mod conformance_exports;
mod conformance_filter;
mod conformance_osgi;
mod conformance_values;
mod conformance_xml;
mod console_fixtures;
mod exports_by_name;
mod exports_of_any_bytes;
mod hidden;
mod prefilter;
mod xml_spans;
