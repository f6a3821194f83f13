//! Configuration folders, and the run modes in their names.

use super::FileContext;
use super::package::installer_run_modes;

/// The run modes in the name of a folder that is called `config` or `install`; `None` for other folders.
pub fn folder_run_modes(name: &str) -> Option<impl Iterator<Item = &str>> {
    let mut parts = name.split('.');
    matches!(parts.next(), Some("config" | "install")).then(|| parts.filter(|mode| !mode.is_empty()))
}

impl FileContext {
    /// Run modes in the names of folders around this file: those of the packages around it, outermost first, then those
    /// of the nearest folder of configurations. [`super::deployment`] evaluates them.
    pub fn run_modes(&self) -> Vec<String> {
        let mut modes = self.outer_run_modes.clone();
        let path = self.repository_path.as_deref().unwrap_or_else(|| self.inner_path());
        modes.extend(installer_run_modes(path));
        modes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::SourcePath;

    #[test]
    fn run_modes_are_those_of_the_packages_and_of_the_nearest_folder() {
        let at = |path: &str| {
            let repository_path = path.split_once("jcr_root/").map(|(_, rest)| rest.to_owned());
            FileContext { path: SourcePath::file(path), repository_path, ..FileContext::default() }
        };
        let mut context = at("jcr_root/apps/x/config.author.prod/sub/a.b.C.config");
        context.outer_run_modes = vec!["cloud".to_owned()];
        assert_eq!(context.run_modes(), ["cloud", "author", "prod"]);
        assert_eq!(at("aem/crx-quickstart/install.publish/a.b.C.config").run_modes(), ["publish"]);
        assert!(at("jcr_root/apps/x/configuration.author/a.config").run_modes().is_empty());
    }
}
