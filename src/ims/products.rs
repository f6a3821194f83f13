//! Products of integrations whose name does not tell: `[products]` in `aem-ims-lint.toml`.

use globset::{GlobBuilder, GlobMatcher};

use super::Integration;
use super::catalog::{Product, product_of_name};

/// Which product integrations of a certain name or PID serve.
#[derive(Clone, Debug, Default)]
pub struct ProductNames {
    names: Vec<(GlobMatcher, Product)>,
}

impl ProductNames {
    /// Pairs of a pattern on names and PIDs (`*` and `?` as in a shell, capitals do not count) and a product.
    ///
    /// # Errors
    /// A sentence that names the pattern or product that there is not.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, String> {
        let mut names = Vec::new();
        for (pattern, product) in pairs {
            let glob = GlobBuilder::new(pattern).case_insensitive(true).build();
            let glob = glob.map_err(|error| format!("`{pattern}` in [products] is no pattern: {}", error.kind()))?;
            let known = Product::from_name(product).or_else(|| product_of_name(product));
            let known = known.ok_or_else(|| unknown(product))?;
            names.push((glob.compile_matcher(), known));
        }
        Ok(Self { names })
    }

    /// Gives every integration that a pattern fits its product.
    pub(super) fn apply(&self, integrations: &mut [Integration]) {
        if self.names.is_empty() {
            return;
        }
        for integration in integrations {
            let own = [integration.name.as_deref(), integration.location.pid.as_deref()];
            let fits = |glob: &GlobMatcher| own.iter().flatten().any(|name| glob.is_match(name));
            if let Some((_, product)) = self.names.iter().find(|(glob, _)| fits(glob)) {
                integration.product = Some(*product);
            }
        }
    }
}

fn unknown(product: &str) -> String {
    format!(
        "`{product}` in [products] is no product; there are Launch, Target, Analytics, Smart Tags, Brand Portal, \
             Stock, I/O Events, Campaign, Experience Platform, Cloud Manager and Dynamic Media"
    )
}
