//! `aem-ims-lint` finds Adobe IMS integrations in AEM projects, content packages and repository exports that still
//! authenticate with a Service Account (JWT) credential, and OAuth Server-to-Server ones that are incomplete.
//!
//! The data flows in one direction; no stage uses a later one. The source stage uses the types of [`repository`], so
//! that comes before it:
//!
//! | stage | turns |
//! |---|---|
//! | [`source`] | paths into bytes: trees, packages, packages in packages, standard input |
//! | [`repository`] | a file's path into its JCR path, run modes, package and PID |
//! | [`mod@format`] | bytes into configuration nodes with typed values and exact spans |
//! | [`ims`] | nodes into integrations: product, auth type, fields, references, environments |
//! | [`rules`] | integrations into findings, one file per rule |
//! | [`findings`] | findings into what is reported: levels, suppressions, fingerprints, order |
//! | [`migrate`] | integrations and findings into a plan, and into edits of files |
//! | [`report`] | findings, inventory and plan into text, SARIF, JSON and the formats of the CI systems |
//!
//! [`scan::scan`] goes from paths to findings; [`cli`] is the command line around it, which runs migrations
//! and writes reports. [`config`] is `aem-ims-lint.toml`.

mod bounded;
pub mod cli;
pub mod config;
pub mod findings;
pub mod format;
pub mod ims;
pub mod migrate;
pub mod paths;
pub mod patterns;
pub mod report;
pub mod repository;
pub mod rules;
pub mod scan;
pub mod source;
pub mod suggest;
