//! Products of integrations whose name does not identify them: `[products]` in `aem-ims-lint.toml`.

use std::fmt;

use globset::{GlobBuilder, GlobMatcher};

use super::Integration;
use super::catalog::{Product, product_of_name};
use crate::patterns::PatternIndex;

/// The product of integrations with a certain name or PID.
#[derive(Clone, Debug, Default)]
pub struct ProductNames {
    names: Vec<(GlobMatcher, Product)>,
    index: PatternIndex,
}

impl ProductNames {
    /// Pairs of a pattern on names and PIDs (`*` and `?` as in a shell, capitals do not count) and a product.
    ///
    /// # Errors
    /// An invalid pattern or product.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ProductError> {
        let mut names = Vec::new();
        for (pattern, product) in pairs {
            let glob = GlobBuilder::new(pattern).case_insensitive(true).build();
            let glob = glob.map_err(|error| ProductError::Pattern(pattern.to_owned(), error))?;
            let known = Product::from_name(product).or_else(|| product_of_name(product));
            let known = known.ok_or_else(|| ProductError::Unknown(product.to_owned()))?;
            names.push((glob.compile_matcher(), known));
        }
        let index = PatternIndex::new(names.iter().map(|(glob, _)| [glob.glob().glob()]), true);
        Ok(Self { names, index })
    }

    /// Assigns the product to every integration that matches a pattern.
    pub(super) fn apply(&self, integrations: &mut [Integration]) {
        if self.names.is_empty() {
            return;
        }
        for integration in integrations {
            let own = [integration.name.as_deref(), integration.location.pid.as_deref()];
            let first = own.into_iter().flatten().filter_map(|name| self.first(name)).min_by_key(|(at, _)| *at);
            if let Some((_, product)) = first {
                integration.product = Some(product);
            }
        }
    }

    /// The first pattern that matches `name`: its number and product.
    fn first(&self, name: &str) -> Option<(usize, Product)> {
        let candidates = self.index.candidates(name).into_iter().filter_map(|at| Some((at, self.names.get(at)?)));
        candidates.filter(|(_, (glob, _))| glob.is_match(name)).map(|(at, (_, product))| (at, *product)).next()
    }
}

/// Why an entry of `[products]` cannot be used.
#[derive(Clone, Debug)]
pub enum ProductError {
    /// This pattern is not valid.
    Pattern(String, globset::Error),
    /// There is no such product.
    Unknown(String),
}

impl fmt::Display for ProductError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pattern(pattern, error) => {
                write!(f, "`{pattern}` in [products] is not a valid pattern: {}", error.kind())
            }
            Self::Unknown(product) => write!(
                f,
                "`{product}` in [products] is not a valid product; use one of Launch, Target, Analytics, Smart Tags, \
                 Brand Portal, Stock, I/O Events, Campaign, Experience Platform, Cloud Manager or Dynamic Media"
            ),
        }
    }
}
