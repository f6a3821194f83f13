//! `aem-ims-lint` finds Adobe IMS integrations in AEM projects, content packages and repository exports that still
//! authenticate with a Service Account (JWT) credential, and OAuth Server-to-Server ones that are incomplete.
//!
//! The data goes one straight way; no stage looks back, and none names a later one. Places are what the source stage is
//! told in, so [`repository`] comes before it:
//!
//! | stage | module | turns |
//! |---|---|---|
//! | source | [`source`] | paths into bytes: trees, packages, packages in packages, standard input |
//! | place | [`repository`] | a file's path into its JCR path, run modes, package and PID |
//! | format | [`mod@format`] | bytes into configuration nodes with typed values and exact spans |
//! | meaning | [`ims`] | nodes into integrations: product, auth type, fields, references, environments |
//! | judgement | [`rules`] | integrations into findings, one file per rule |
//! | selection | [`findings`] | findings into what is reported: levels, suppressions, fingerprints, order |
//! | migration | [`migrate`] | integrations and findings into a plan, and into edits of files |
//! | telling | [`report`] | findings, inventory and plan into text, SARIF, JSON and the formats of the CI systems |
//!
//! [`scan::scan`] goes from paths to findings; [`cli`] is the command line around it, which has migrations made and
//! reports written. [`config`] is `aem-ims-lint.toml`.

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
