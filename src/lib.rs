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
//!
//! # As a library
//!
//! The modules listed below are the public interface: [`scan`] with its [`scan::Request`], the [`report::Report`] that
//! it returns, [`findings`], [`rules`], [`ims::model`], [`config`], and [`source::Options`] with [`source::Limits`]. All
//! other modules are for the program and its tests; they change without notice.
//!
//! ```
//! use aem_ims_lint::report::{self, Options, ReportFormat};
//! use aem_ims_lint::scan::{Request, scan};
//!
//! let path = "apps/acme/config/com.adobe.granite.auth.oauth.accesstoken.provider~acme.cfg.json";
//! let content = r#"{ "name": "acme", "auth.access.token.request": "https://ims-na1.adobelogin.com/ims/exchange/jwt" }"#;
//! let request = Request { given: vec![(path.to_owned(), content.into())], ..Request::default() };
//! let report = scan(&request);
//!
//! let finding = &report.findings[0];
//! assert_eq!(finding.rule.id, "jwt-credential");
//! assert_eq!((finding.location.start.line, finding.location.path().to_string()), (1, path.to_owned()));
//!
//! let mut sarif = Vec::new();
//! report::write(ReportFormat::Sarif, &report, &Options::default(), &mut sarif)?;
//! assert!(String::from_utf8(sarif)?.contains("\"ruleId\": \"jwt-credential\""));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// Tests have dependencies of their own, and the allocator for musl is used by the program alone.
#![cfg_attr(not(any(test, target_env = "musl")), warn(unused_crate_dependencies))]

mod bounded;
mod budget;
#[doc(hidden)]
pub mod cli;
pub mod config;
pub mod findings;
#[doc(hidden)]
pub mod format;
pub mod ims;
#[doc(hidden)]
pub mod migrate;
#[doc(hidden)]
pub mod paths;
#[doc(hidden)]
pub mod patterns;
pub mod report;
#[doc(hidden)]
pub mod repository;
pub mod rules;
pub mod scan;
pub mod source;
mod strands;
#[doc(hidden)]
pub mod suggest;
