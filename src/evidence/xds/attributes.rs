//! The table of metadata: where each stands in ebRIM, how many are wanted (`testcases/xds/attributes.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

use super::model::ObjectKind;

static TABLE: &str = include_str!("../../../testcases/xds/attributes.toml");

/// Which kind of ebRIM construct carries a metadatum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributeKind {
    /// A slot of the object.
    Slot,
    /// A classification with a code.
    Classification,
    /// A classification that describes an author.
    Author,
    /// An external identifier.
    Identifier,
}

/// Which object carries a metadatum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributeObject {
    /// The submission set.
    SubmissionSet,
    /// A document entry.
    Document,
}

/// One metadatum.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// Who carries it.
    pub object: AttributeObject,
    /// Its name in IHE's texts.
    pub name: String,
    /// How it is carried.
    pub kind: AttributeKind,
    /// The scheme of a classification or an identifier.
    #[serde(default)]
    pub scheme: String,
    /// How many at least.
    #[serde(default = "one")]
    pub min: usize,
    /// How many at most.
    pub max: Option<usize>,
    /// How many values a slot takes at most.
    pub values: Option<usize>,
    /// The table of codes it takes its code from.
    pub value_set: Option<String>,
    /// Its absence from an archive sent by mail is a warning only.
    #[serde(default)]
    pub warned_in_archive: bool,
    /// Its absence from a request is a warning only: the repository fills it in.
    #[serde(default)]
    pub warned_in_request: bool,
    /// Only an archive carries it.
    #[serde(default)]
    pub archive_only: bool,
}

const fn one() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    attribute: Vec<Attribute>,
}

static ATTRIBUTES: LazyLock<Vec<Attribute>> =
    // The table is part of the binary; a test reads it.
    LazyLock::new(|| {
        toml::from_str::<Table>(TABLE)
            .map(|table| table.attribute)
            .unwrap_or_default()
    });

/// The metadata of a kind of object, in the order of the table.
pub fn of(object: AttributeObject) -> impl Iterator<Item = &'static Attribute> {
    ATTRIBUTES
        .iter()
        .filter(move |attribute| attribute.object == object)
}

/// The scheme of a metadatum of a kind of object.
pub fn scheme(kind: ObjectKind, name: &str) -> Option<&'static str> {
    let object = match kind {
        ObjectKind::Package => AttributeObject::SubmissionSet,
        ObjectKind::Document => AttributeObject::Document,
        ObjectKind::Association => return None,
    };
    of(object)
        .find(|attribute| attribute.name == name && !attribute.scheme.is_empty())
        .map(|attribute| attribute.scheme.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        assert!(
            toml::from_str::<Table>(TABLE).is_ok(),
            "{:?}",
            toml::from_str::<Table>(TABLE).err()
        );
        assert_eq!(of(AttributeObject::SubmissionSet).count(), 6);
        assert_eq!(of(AttributeObject::Document).count(), 20);
        assert!(
            scheme(ObjectKind::Document, "typeCode")
                .is_some_and(|scheme| scheme.starts_with("urn:uuid:f0306f51"))
        );
    }
}
