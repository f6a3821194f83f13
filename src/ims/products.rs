//! Products of integrations whose name does not identify them: `[products]` in `aem-ims-lint.toml`.

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
    /// A message about an invalid pattern or product.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, String> {
        let mut names = Vec::new();
        for (pattern, product) in pairs {
            let glob = GlobBuilder::new(pattern).case_insensitive(true).build();
            let glob =
                glob.map_err(|error| format!("`{pattern}` in [products] is not a valid pattern: {}", error.kind()))?;
            let known = Product::from_name(product).or_else(|| product_of_name(product));
            let known = known.ok_or_else(|| unknown(product))?;
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

fn unknown(product: &str) -> String {
    format!(
        "`{product}` in [products] is not a valid product; use one of Launch, Target, Analytics, Smart Tags, Brand \
         Portal, Stock, I/O Events, Campaign, Experience Platform, Cloud Manager or Dynamic Media"
    )
}
