//! Where things are in a pack of the ANS tool; the facts are in `testcases/packs/testcontenucda.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::text::Text;

static LAYOUT_TOML: &str = include_str!("../../testcases/packs/testcontenucda.toml");

/// Where things are in a pack.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Identifier of packs laid out like this.
    pub id: String,
    markers: Vec<String>,
    content: Vec<String>,
    ignored: Vec<String>,
    ignored_extensions: Vec<String>,
    /// The root schema of the XSD.
    pub xsd: String,
    /// The folder whose files are the schematrons of models.
    pub models: String,
    /// The schematrons that run on every document, in order.
    #[serde(rename = "profile")]
    pub profiles: Vec<Profile>,
}

/// A schematron that runs on every document.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its path in the pack.
    pub file: String,
    fr: String,
    en: String,
}

impl Profile {
    /// Its name for people.
    pub fn label(&self) -> Text {
        Text::new(self.fr.clone(), self.en.clone())
    }
}

/// The layout of TestContenuCDA.
pub(super) fn test_contenu_cda() -> &'static Layout {
    static LAYOUT: LazyLock<Layout> = LazyLock::new(|| {
        #[expect(
            clippy::expect_used,
            reason = "invariant: the embedded file is read by a test of this module"
        )]
        toml::from_str(LAYOUT_TOML).expect("testcontenucda.toml is right")
    });
    &LAYOUT
}

impl Layout {
    /// The folder inside `paths` (ending with `/`, or empty) that is a pack of this layout.
    pub fn root<'a>(&self, paths: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
        let marker = self.markers.first()?;
        paths
            .clone()
            .filter_map(|path| {
                let lower = path.to_lowercase();
                let end = lower.len().checked_sub(marker.len())?;
                let inside =
                    lower.ends_with(marker.as_str()) && (end == 0 || lower.get(..end)?.ends_with('/'));
                // Lower case may change the length of exotic letters: the prefix is then not a boundary.
                inside.then(|| path.get(..end).map(str::to_owned))?
            })
            .find(|root| {
                let root = root.to_lowercase();
                self.markers.iter().all(|marker| {
                    let wanted = format!("{root}{marker}");
                    paths.clone().any(|path| path.to_lowercase().starts_with(&wanted))
                })
            })
    }

    /// Whether a file of the pack can change a verdict.
    pub fn matters(&self, path: &str) -> bool {
        let starts = |prefixes: &[String]| prefixes.iter().any(|prefix| path.starts_with(prefix.as_str()));
        let extension = path
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_lowercase());
        starts(&self.content)
            && !starts(&self.ignored)
            && !extension.is_some_and(|extension| self.ignored_extensions.contains(&extension))
    }

    /// Whether a file is a schematron that runs by itself: a profile or a model.
    pub fn is_entry(&self, path: &str) -> bool {
        self.profiles.iter().any(|profile| profile.file == path)
            || path
                .strip_prefix(self.models.as_str())
                .is_some_and(|name| !name.contains('/') && name.to_lowercase().ends_with(".sch"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_at_any_depth() {
        let layout = test_contenu_cda();
        let paths = [
            "x/README.md",
            "x/TestContenuCDA/schematrons/profils/IHE.sch",
            "x/TestContenuCDA/jeuxDeValeurs/JDV.xml",
        ];
        assert_eq!(
            layout.root(paths.iter().copied()),
            Some("x/TestContenuCDA/".to_owned())
        );
        assert_eq!(layout.root(paths.iter().copied().take(2)), None);
        assert_eq!(
            layout.root(["schematrons/profils/IHE.sch", "jeuxDeValeurs/a.xml"].into_iter()),
            Some(String::new())
        );
    }

    #[test]
    fn programs_do_not_count() {
        let layout = test_contenu_cda();
        assert!(layout.matters("schematrons/include/a.sch") && layout.matters("jeuxDeValeurs/a.xml"));
        assert!(!layout.matters("schematrons/moteur/saxon.xsl") && !layout.matters("ExemplesCDA/a.xml"));
        assert!(layout.is_entry("schematrons/CI-SIS_VAC_2023.01.sch"));
        assert!(layout.is_entry("schematrons/profils/IHE.sch"));
        assert!(!layout.is_entry("schematrons/include/a.sch"));
    }
}
