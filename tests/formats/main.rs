//! The formats compared with their reference implementations, and the selection of files to parse.

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
