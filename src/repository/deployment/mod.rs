//! In which environments a configuration file is in force, and under which PID.
//!
//! There are two implementations: the Cloud Manager build ([`cloud`]), which converts packages into a feature model and
//! analyses it, and an instance of AEM 6.5 ([`instance`]), whose JCR installer watches folders. Both are pure functions
//! of a path; `tests/conformance` contains the results of the reference implementations.

pub mod cloud;
pub mod instance;

/// The services of AEM.
pub const SERVICES: [&str; 2] = ["author", "publish"];

/// The environment types of AEM as a Cloud Service.
pub const STAGES: [&str; 4] = ["dev", "stage", "prod", "rde"];
