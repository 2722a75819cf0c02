//! The limits by name: what `--limit` sets and `docs/limits.md` lists.

use super::Limits;
use crate::text::Text;

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes; K, M and G multiply by 1,024.
    Bytes,
    /// Things.
    Count,
}

/// A limit as users know it.
#[derive(Debug)]
pub struct Limit {
    /// Its name: `archive-bytes`.
    pub name: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// What it bounds.
    pub title: Text,
    read: fn(&Limits) -> u64,
    write: fn(&mut Limits, u64) -> Option<()>,
}

/// Why a limit cannot be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitError {
    /// Not of the form `name=value`.
    Form,
    /// No limit of this name.
    Name(String),
    /// Not a number, zero, or too large.
    Value(String),
}

impl LimitError {
    /// What people read, with the remedy.
    pub fn message(&self, written: &str) -> Text {
        match self {
            Self::Form => Text::new(
                format!("--limit {written} : écrire NOM=VALEUR, par exemple archive-bytes=100M"),
                format!("--limit {written}: write NAME=VALUE, for example archive-bytes=100M"),
            ),
            Self::Name(name) => {
                let names: Vec<&str> = TABLE.iter().map(|limit| limit.name).collect();
                let names = names.join(", ");
                Text::new(
                    format!("limite « {name} » inconnue ; limites connues : {names}"),
                    format!("unknown limit '{name}'; known limits: {names}"),
                )
            }
            Self::Value(value) => Text::new(
                format!(
                    "--limit {written} : « {value} » n'est pas un nombre entier positif (K, M, G admis pour les octets)"
                ),
                format!(
                    "--limit {written}: '{value}' is no positive whole number (K, M, G allowed for bytes)"
                ),
            ),
        }
    }
}

macro_rules! limit {
    ($name:literal, $field:ident, $unit:ident, $fr:literal, $en:literal) => {
        Limit {
            name: $name,
            unit: Unit::$unit,
            title: crate::text::text($fr, $en),
            read: |limits| u64::try_from(limits.$field).unwrap_or(u64::MAX),
            write: |limits, value| {
                limits.$field = value.try_into().ok()?;
                Some(())
            },
        }
    };
}

/// Every limit, in the order of the documentation.
#[rustfmt::skip]
pub static TABLE: &[Limit] = &[
    limit!("file-bytes", file_bytes, Bytes, "fichier lu en mémoire", "file read whole into memory"),
    limit!("xml-depth", xml_depth, Count, "profondeur des éléments XML", "XML element depth"),
    limit!("xml-attributes", xml_attributes, Count, "attributs d'un élément XML", "attributes on one XML element"),
    limit!("archive-entries", archive_entries, Count, "membres d'une archive", "members of an archive"),
    limit!("archive-bytes", archive_bytes, Bytes, "taille d'une archive une fois ouverte", "expanded size of an archive"),
    limit!("archive-ratio", archive_ratio, Count, "taux d'expansion d'un membre", "expansion ratio of a member"),
    limit!("archive-ratio-from", archive_ratio_from, Bytes, "taille à partir de laquelle le taux est jugé", "size from which the ratio is judged"),
    limit!("nested-bytes", nested_bytes, Bytes, "tout ce qu'un fichier contient, conteneurs ouverts", "all that one file holds, containers opened"),
    limit!("nesting", nesting, Count, "conteneurs imbriqués", "nesting of containers"),
    limit!("mime-parts", mime_parts, Count, "parties d'un message MIME", "parts of a MIME message"),
    limit!("mime-depth", mime_depth, Count, "profondeur d'un message MIME", "depth of a MIME message"),
    limit!("hl7-segments", hl7_segments, Count, "segments d'un fichier HL7 v2", "segments of an HL7 v2 file"),
    limit!("pdf-bytes", pdf_bytes, Bytes, "PDF dont les objets sont lus", "PDF whose objects are read"),
    limit!("pdf-nodes", pdf_nodes, Count, "valeurs visitées dans un PDF", "values visited in one PDF"),
    limit!("pdf-decoded-bytes", pdf_decoded_bytes, Bytes, "flux d'un PDF une fois décodés", "streams of one PDF once decoded"),
    limit!("workbook-bytes", workbook_bytes, Bytes, "parties XML d'un classeur", "XML parts of a workbook"),
    limit!("workbook-cells", workbook_cells, Count, "cellules d'une feuille", "cells of a sheet"),
    limit!("workbook-dense-cells", workbook_dense_cells, Count, "cellules d'une feuille .ods ou .xls", "cells of a sheet of .ods or .xls"),
    limit!("table-rows", table_rows, Count, "lignes d'un tableau", "rows of a table"),
    limit!("table-columns", table_columns, Count, "colonnes d'un tableau", "columns of a table"),
    limit!("table-cell-characters", table_cell_characters, Count, "caractères d'une cellule", "characters of a cell"),
    limit!("xpath-steps", xpath_steps, Count, "pas d'évaluation d'un test XPath", "evaluation steps of an XPath test"),
    limit!("findings-per-file", findings_per_file, Count, "constats gardés pour un fichier", "findings kept for one file"),
    limit!("dossier-files", dossier_files, Count, "fichiers d'un dossier", "files of a dossier"),
    limit!("dossier-depth", dossier_depth, Count, "profondeur d'un dossier", "depth of a dossier"),
    limit!("dossier-bytes", dossier_bytes, Bytes, "taille d'un dossier zip une fois ouvert", "expanded size of a zip dossier"),
    limit!("dossier-ratio", dossier_ratio, Count, "taux d'expansion d'un membre d'un dossier zip", "expansion ratio of a member of a zip dossier"),
];

impl Limit {
    /// The value in `limits`.
    pub fn of(&self, limits: &Limits) -> u64 {
        (self.read)(limits)
    }
}

impl Limits {
    /// Sets one limit from `name=value`.
    ///
    /// # Errors
    /// When the form, the name or the value is wrong; nothing is then changed.
    pub fn set(&mut self, written: &str) -> Result<(), LimitError> {
        let (name, value) = written.split_once('=').ok_or(LimitError::Form)?;
        let limit = TABLE
            .iter()
            .find(|limit| limit.name == name.trim())
            .ok_or_else(|| LimitError::Name(name.to_owned()))?;
        let wrong = || LimitError::Value(value.to_owned());
        let number = number(value.trim(), limit.unit).ok_or_else(wrong)?;
        (limit.write)(self, number).ok_or_else(wrong)
    }

    /// The limits that are not at their default: name and value.
    pub fn changed(&self) -> Vec<(&'static str, u64)> {
        let default = Self::default();
        TABLE
            .iter()
            .filter(|limit| limit.of(self) != limit.of(&default))
            .map(|limit| (limit.name, limit.of(self)))
            .collect()
    }
}

/// A positive whole number, with K, M or G after a number of bytes.
fn number(written: &str, unit: Unit) -> Option<u64> {
    let (digits, factor) = match written.char_indices().last()? {
        (end, letter) if unit == Unit::Bytes && letter.is_ascii_alphabetic() => {
            let power = match letter.to_ascii_uppercase() {
                'K' => 10,
                'M' => 20,
                'G' => 30,
                _ => return None,
            };
            (written.get(..end)?, 1_u64 << power)
        }
        _ => (written, 1),
    };
    let number: u64 = digits.parse().ok()?;
    number.checked_mul(factor).filter(|value| *value > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_set_by_name() {
        let mut limits = Limits::default();
        assert_eq!(limits.set("archive-bytes=100M"), Ok(()));
        assert_eq!(limits.set("nesting=3"), Ok(()));
        assert_eq!((limits.archive_bytes, limits.nesting), (100 << 20, 3));
        assert_eq!(limits.changed(), [("archive-bytes", 100 << 20), ("nesting", 3)]);
        assert!(Limits::default().changed().is_empty());
    }

    #[test]
    fn wrong_limits_are_refused_and_change_nothing() {
        let mut limits = Limits::default();
        for written in [
            "nesting",
            "depth=3",
            "nesting=",
            "nesting=0",
            "nesting=-1",
            "nesting=3M",
            "nesting=5000000000",
            "archive-bytes=99999999999999999999",
            "archive-bytes=1T",
            "archive-bytes=é",
        ] {
            let error = limits.set(written).expect_err(written);
            assert!(error.message(written).fr.len() > 20);
        }
        assert_eq!(limits, Limits::default());
    }

    #[test]
    fn every_limit_has_a_name() {
        let fields = format!("{:?}", Limits::default()).matches(": ").count();
        assert_eq!(TABLE.len(), fields, "a field of Limits is missing from the table");
    }
}
