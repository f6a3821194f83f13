//! `aem-ims-lint.toml`.
