//! The obligation of article L. 1111-15: which document goes to the DMP, to professionals, to the patient.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::text::Text;

/// A document under the obligation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obligation {
    /// Stable name.
    pub id: String,
    /// The document.
    pub label: Text,
    /// In which cases.
    #[serde(default)]
    pub note: Text,
    /// LOINC type codes that stand for it.
    pub types: Vec<String>,
    /// In force from this day, when later than the others.
    #[serde(default, deserialize_with = "super::calendar::optional_day")]
    pub in_force: Option<Date>,
    /// Fed to the DMP.
    pub dmp: bool,
    /// Sent by MSSanté to the other professionals.
    pub mss_professional: bool,
    /// Sent by MSSanté to the patient.
    pub mss_patient: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    source: String,
    document: Vec<Obligation>,
}

#[expect(
    clippy::expect_used,
    reason = "embedded data, read by the tests of this module"
)]
fn table() -> &'static Table {
    // invariant: the file is part of the binary and the tests read it.
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        toml::from_str(include_str!("../../requirements/obligations.toml")).expect("obligations.toml")
    });
    &TABLE
}

/// All documents, in the order of the order.
pub fn obligations() -> &'static [Obligation] {
    &table().document
}

/// The legal text.
pub fn source() -> &'static str {
    &table().source
}

/// The documents that a LOINC type code may be: several when the law tells cases apart that the code does not.
pub fn for_type(code: &str) -> Vec<&'static Obligation> {
    obligations()
        .iter()
        .filter(|document| document.types.iter().any(|known| known == code))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::check_digit;

    #[test]
    fn the_table_is_sound() {
        assert_eq!(obligations().len(), 13);
        for document in obligations() {
            assert!(document.dmp, "{}", document.id);
            assert!(!document.label.fr.is_empty() && !document.label.en.is_empty());
            for code in &document.types {
                assert!(check_digit::loinc(code), "{code}");
            }
        }
        assert!(source().contains("L. 1111-15"));
    }

    #[test]
    fn a_type_may_be_several_documents() {
        assert_eq!(for_type("11502-2").len(), 2);
        assert!(for_type("34874-8").iter().all(|document| document.mss_patient));
        assert!(
            for_type("60591-5")
                .iter()
                .all(|document| !document.mss_professional)
        );
        assert!(for_type("00000-0").is_empty());
    }
}
