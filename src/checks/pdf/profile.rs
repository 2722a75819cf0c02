//! The lists of `testcases/pdf/pdfa-1.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// What ISO 19005-1 allows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    /// Action types allowed.
    pub(super) actions: Vec<String>,
    /// Named actions allowed.
    pub(super) named_actions: Vec<String>,
    /// Annotation types allowed.
    pub(super) annotations: Vec<String>,
    /// Action types that are dangerous in any PDF.
    pub(super) dangerous_actions: Vec<String>,
    /// Document information keys and their XMP property (expanded name).
    pub(super) information: BTreeMap<String, String>,
}

/// The profile of PDF/A-1.
pub(super) static PDFA_1: LazyLock<Profile> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the embedded table is parsed by a test")]
    toml::from_str(include_str!("../../../testcases/pdf/pdfa-1.toml"))
        // invariant: the file is embedded and covered by the test below.
        .expect("testcases/pdf/pdfa-1.toml")
});

#[cfg(test)]
mod tests {
    #[test]
    fn the_embedded_table_is_read() {
        assert!(super::PDFA_1.actions.iter().any(|action| action == "URI"));
        assert_eq!(super::PDFA_1.information.len(), 8);
    }
}
