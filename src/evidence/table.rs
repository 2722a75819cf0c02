//! Tables as evidence: which file holds one, and what the table engine says of it as findings with a place.
//!
//! In a table the line of a [`Place`] is the row and its column the rank of the cell, both from 1; the path is the
//! cell of the sheet (`Feuil1!B12`), `ligne 12, colonne « FINESS »` in a text, `$[11].finess` in JSON.

use super::{Evidence, Kind};
use crate::engines::table::{Problem, ProblemKind, TableError, column_letters};
use crate::finding::{Finding, Place, Rule, Severity};
use crate::text::{Text, text};

const SOURCE: &str = "conforme, docs/statistics.md";

/// The table cannot be opened or read to its end.
pub static OPEN: Rule = Rule::fixed(
    "TABLE-OPEN",
    Severity::Error,
    text(
        "Le tableau doit pouvoir être lu jusqu'au bout",
        "The table must be readable to its end",
    ),
    text(
        "Un fichier coupé, chiffré ou mal formé ne prouve rien : l'examinateur ne pourra pas l'ouvrir non plus.",
        "A file that is cut, encrypted or malformed proves nothing: the examiner cannot open it either.",
    ),
    text(
        "Refaire l'extraction et rouvrir le fichier avant de le déposer.",
        "Extract again, and open the file before filing it.",
    ),
    SOURCE,
);

/// Another encoding than UTF-8.
pub static ENCODING: Rule = Rule::fixed(
    "TABLE-ENCODING",
    Severity::Info,
    text("Encodage autre que UTF-8", "Another encoding than UTF-8"),
    text(
        "Le fichier a été lu, mais un autre outil peut montrer des accents faux.",
        "The file was read, but another tool may show wrong accents.",
    ),
    text("Exporter de préférence en UTF-8.", "Export as UTF-8 preferably."),
    SOURCE,
);

/// Control characters.
pub static CONTROL: Rule = Rule::fixed(
    "TABLE-CONTROL",
    Severity::Error,
    text(
        "Pas de caractère de contrôle dans les cellules",
        "No control character in the cells",
    ),
    text(
        "Un octet nul vient d'un fichier abîmé ou d'un encodage mal annoncé.",
        "A NUL byte comes from a damaged file or a wrongly announced encoding.",
    ),
    text("Refaire l'extraction.", "Extract again."),
    SOURCE,
);

/// A row of another width.
pub static RAGGED: Rule = Rule::fixed(
    "TABLE-RAGGED",
    Severity::Error,
    text(
        "Toutes les lignes ont le même nombre de colonnes",
        "All rows have the same number of columns",
    ),
    text(
        "Une cellule de trop ou de moins décale les valeurs : un nombre se lit sous un autre titre.",
        "A cell too many or too few shifts the values: a number reads under another header.",
    ),
    text(
        "Mettre entre guillemets les valeurs qui contiennent le séparateur, compléter les cellules vides.",
        "Quote the values that hold the separator, write the empty cells.",
    ),
    SOURCE,
);

/// Several separators in one file.
pub static SEPARATOR: Rule = Rule::fixed(
    "TABLE-SEPARATOR",
    Severity::Error,
    text("Un seul séparateur dans le fichier", "One separator in the file"),
    text(
        "Des lignes séparées autrement se lisent comme une seule cellule.",
        "Rows separated otherwise read as one cell.",
    ),
    text(
        "Garder un seul séparateur, le point-virgule de préférence.",
        "Keep one separator, the semicolon preferably.",
    ),
    SOURCE,
);

/// Text after a closing quote.
pub static QUOTE: Rule = Rule::fixed(
    "TABLE-QUOTE",
    Severity::Error,
    text(
        "Les guillemets entourent la cellule entière",
        "Quotes enclose the whole cell",
    ),
    text(
        "Un guillemet isolé dans une valeur change les limites des cellules.",
        "A lone quote in a value changes the limits of the cells.",
    ),
    text(
        "Doubler les guillemets à l'intérieur d'une valeur.",
        "Double the quotes inside a value.",
    ),
    "RFC 4180, section 2",
);

/// A cell cut for its length.
pub static LONG: Rule = Rule::fixed(
    "TABLE-LONG-CELL",
    Severity::Warning,
    text("Cellule trop longue", "Cell too long"),
    text(
        "Seul le début de la cellule a été lu.",
        "Only the beginning of the cell was read.",
    ),
    text(
        "Vérifier les guillemets et les fins de ligne.",
        "Check the quotes and line ends.",
    ),
    SOURCE,
);

/// Merged cells.
pub static MERGED: Rule = Rule::fixed(
    "TABLE-MERGED",
    Severity::Warning,
    text(
        "Pas de cellules fusionnées dans les données",
        "No merged cells in the data",
    ),
    text(
        "Seule la première cellule d'une fusion porte la valeur ; elle a été répétée dans les autres.",
        "Only the first cell of a merge holds the value; it was repeated in the others.",
    ),
    text(
        "Défusionner et répéter la valeur sur chaque ligne.",
        "Unmerge and repeat the value on each row.",
    ),
    SOURCE,
);

/// A formula without a stored result, or an error value.
pub static FORMULA: Rule = Rule::fixed(
    "TABLE-FORMULA",
    Severity::Error,
    text("Les formules portent leur résultat", "Formulas hold their result"),
    text(
        "Le fichier ne contient pas le résultat de la formule : le nombre déposé n'existe pas.",
        "The file does not hold the result of the formula: the number filed does not exist.",
    ),
    text(
        "Recalculer, puis coller les valeurs.",
        "Recalculate, then paste the values.",
    ),
    SOURCE,
);

/// A nested JSON value.
pub static NESTED: Rule = Rule::fixed(
    "TABLE-JSON-NESTED",
    Severity::Error,
    text("Les enregistrements JSON sont à plat", "JSON records are flat"),
    text(
        "Une liste ou un objet n'est pas une cellule.",
        "A list or an object is no cell.",
    ),
    text("Écrire une clé par valeur.", "Write one key per value."),
    SOURCE,
);

/// A header that comes twice.
pub static DUPLICATE_HEADER: Rule = Rule::fixed(
    "TABLE-HEADER-DUPLICATE",
    Severity::Error,
    text(
        "Chaque titre de colonne n'apparaît qu'une fois",
        "Each column header comes once",
    ),
    text(
        "Deux colonnes de même titre : laquelle fait foi ?",
        "Two columns of one header: which one counts?",
    ),
    text(
        "Renommer ou retirer l'une des deux.",
        "Rename or remove one of them.",
    ),
    SOURCE,
);

/// A limit of the reader.
pub static LIMIT: Rule = Rule::fixed(
    "TABLE-LIMIT",
    Severity::Warning,
    text(
        "Tableau au-delà des limites de lecture",
        "Table beyond the limits of the reader",
    ),
    text(
        "La suite du tableau n'a pas été lue.",
        "The rest of the table was not read.",
    ),
    text(
        "Déposer un fichier plus petit, par année par exemple.",
        "File a smaller table, by year for instance.",
    ),
    "conforme, docs/limits.md",
);

/// The rules of this module.
pub fn rules() -> Vec<&'static Rule> {
    vec![
        &OPEN,
        &ENCODING,
        &CONTROL,
        &RAGGED,
        &SEPARATOR,
        &QUOTE,
        &LONG,
        &MERGED,
        &FORMULA,
        &NESTED,
        &DUPLICATE_HEADER,
        &LIMIT,
    ]
}

/// The number of a LOINC exchange file (`LOINC_1_export_chapitres_20220131.csv` is 1), by its name.
pub fn loinc_exchange_file(name: &str) -> Option<u8> {
    let rest = name.get(..6).filter(|head| head.eq_ignore_ascii_case("LOINC_"))?;
    let mut after = name.get(rest.len()..)?.chars();
    let digit = after.next()?.to_digit(10)?;
    (after.next() == Some('_') && (1..=6).contains(&digit)).then_some(digit as u8)
}

/// Makes places of one table.
#[derive(Debug, Clone)]
pub struct Locator {
    file: String,
    kind: Kind,
    sheet: Option<String>,
    headers: Vec<String>,
}

impl Locator {
    /// Places of `evidence`, in `sheet` for a workbook.
    pub fn new(evidence: &Evidence, sheet: Option<&str>) -> Self {
        Self {
            file: evidence.path().to_owned(),
            kind: evidence.kind(),
            sheet: sheet.map(str::to_owned),
            headers: Vec::new(),
        }
    }

    /// Tells the headers, once they are known.
    pub fn set_headers(&mut self, headers: Vec<String>) {
        self.headers = headers;
    }

    /// The header of a column, counted from 0; its letter or rank when it has none.
    pub fn header(&self, column: usize) -> String {
        match self.headers.get(column).filter(|header| !header.is_empty()) {
            Some(header) => header.clone(),
            None if self.sheet.is_some() => column_letters(column as u32),
            None => (column + 1).to_string(),
        }
    }

    /// The file as a whole.
    pub fn file(&self) -> Place {
        let place = Place::file(&self.file);
        match &self.sheet {
            Some(sheet) => place.path(sheet),
            None => place,
        }
    }

    /// A whole row, from 1.
    pub fn row(&self, row: u32) -> Place {
        if row == 0 {
            return self.file();
        }
        let place = Place {
            line: Some(row),
            ..Place::file(&self.file)
        };
        match (&self.sheet, self.kind) {
            (Some(sheet), _) => place.path(format!("{sheet}!{row}")),
            (None, Kind::Json) => place.path(format!("$[{}]", row - 1)),
            (None, _) => place.path(format!("ligne {row}")),
        }
    }

    /// A cell: row from 1, column from 0.
    pub fn cell(&self, row: u32, column: usize) -> Place {
        if row == 0 {
            return self.file();
        }
        let place = Place::file(&self.file).line_column(row, column as u32 + 1);
        match (&self.sheet, self.kind) {
            (Some(sheet), _) => place.path(format!("{sheet}!{}{row}", column_letters(column as u32))),
            (None, Kind::Json) => place.path(format!("$[{}].{}", row - 1, self.header(column))),
            (None, _) => place.path(format!("ligne {row}, colonne « {} »", self.header(column))),
        }
    }

    /// The finding for something odd that the engine met.
    pub fn problem(&self, problem: &Problem) -> Finding {
        let place = match problem.column {
            Some(column) => self.cell(problem.row, column.saturating_sub(1) as usize),
            None => self.row(problem.row),
        };
        match &problem.kind {
            ProblemKind::Encoding(name) => ENCODING
                .at(
                    place,
                    Text::new(format!("encodage {name}"), format!("{name} encoding")),
                )
                .expected("UTF-8")
                .found(*name),
            ProblemKind::ControlCharacter => CONTROL.at(
                place,
                Text::fixed("octet nul dans la cellule", "NUL byte in the cell"),
            ),
            ProblemKind::Ragged { expected, found } => RAGGED
                .at(
                    place,
                    Text::new(
                        format!("{found} colonnes au lieu de {expected}"),
                        format!("{found} columns instead of {expected}"),
                    ),
                )
                .expected(expected.to_string())
                .found(found.to_string()),
            ProblemKind::MixedSeparators { expected, found } => SEPARATOR
                .at(
                    place,
                    Text::new(
                        format!(
                            "ligne séparée par « {} », le reste du fichier par « {} »",
                            shown(*found),
                            shown(*expected)
                        ),
                        format!(
                            "row separated by '{}', the rest of the file by '{}'",
                            shown(*found),
                            shown(*expected)
                        ),
                    ),
                )
                .expected(shown(*expected))
                .found(shown(*found)),
            ProblemKind::TextAfterQuote => QUOTE.at(
                place,
                Text::fixed("texte après le guillemet fermant", "text after the closing quote"),
            ),
            ProblemKind::LongCell => LONG.at(place, Text::fixed("cellule coupée", "cell cut")),
            ProblemKind::Merged(range) => MERGED
                .at(
                    place,
                    Text::new(
                        format!("cellules fusionnées {range}"),
                        format!("merged cells {range}"),
                    ),
                )
                .found(range.as_str()),
            ProblemKind::Nested(key) => NESTED
                .at(
                    place,
                    Text::new(
                        format!("« {key} » contient une liste ou un objet"),
                        format!("'{key}' holds a list or an object"),
                    ),
                )
                .found(key.as_str()),
            ProblemKind::RepeatedKey(key) => DUPLICATE_HEADER
                .at(
                    place,
                    Text::new(
                        format!("la clé « {key} » apparaît deux fois"),
                        format!("the key '{key}' comes twice"),
                    ),
                )
                .found(key.as_str()),
        }
    }

    /// The finding for what stopped the reading, and why the rest is not evaluated when a limit did.
    pub fn error(&self, error: &TableError) -> (Finding, Option<Text>) {
        match error {
            TableError::UnclosedQuote { line, column } => {
                let place = self.cell(*line, column.saturating_sub(1) as usize);
                let message = Text::fixed(
                    "guillemet jamais refermé : la suite du fichier est illisible",
                    "quote never closed: the rest of the file cannot be read",
                );
                (OPEN.at(place, message), None)
            }
            TableError::Json {
                line,
                column,
                message,
            } => {
                let place = Place::file(&self.file).line_column(*line, *column);
                let message = Text::new(
                    format!("JSON invalide ou coupé : {message}"),
                    format!("invalid or cut JSON: {message}"),
                );
                (OPEN.at(place, message), None)
            }
            TableError::NotRecords => {
                let message = Text::fixed(
                    "le document n'est pas une liste d'enregistrements",
                    "the document is no list of records",
                );
                (OPEN.at(self.file(), message), None)
            }
            TableError::Workbook(cause) => {
                let message = Text::new(
                    format!("classeur illisible : {cause}"),
                    format!("workbook cannot be read: {cause}"),
                );
                (OPEN.at(self.file(), message), None)
            }
            TableError::Encrypted => {
                let message = Text::fixed(
                    "classeur chiffré : le déposer sans mot de passe",
                    "encrypted workbook: file it without a password",
                );
                (OPEN.at(self.file(), message), None)
            }
            TableError::Limit { limit, what } => {
                let fr = match what {
                    crate::engines::table::LimitKind::Rows => "lignes",
                    crate::engines::table::LimitKind::Columns => "colonnes",
                    crate::engines::table::LimitKind::Cells => "cellules",
                    crate::engines::table::LimitKind::Bytes => "octets une fois décompressé",
                };
                let message = Text::new(
                    format!("plus de {limit} {fr} : la suite n'est pas lue"),
                    format!("more than {limit} {what}: the rest is not read"),
                );
                (LIMIT.at(self.file(), message.clone()), Some(message))
            }
        }
    }
}

fn shown(separator: char) -> String {
    match separator {
        '\t' => "tabulation".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exchange_files_are_known_by_their_name() {
        assert_eq!(
            loinc_exchange_file("LOINC_1_export_chapitres_20220131.csv"),
            Some(1)
        );
        assert_eq!(
            loinc_exchange_file("loinc_6_transcodage_demandes_20220131.csv"),
            Some(6)
        );
        assert_eq!(loinc_exchange_file("LOINC_7_x.csv"), None);
        assert_eq!(loinc_exchange_file("LOINC.csv"), None);
        assert_eq!(loinc_exchange_file("é"), None);
    }

    #[test]
    fn places_name_row_and_column() {
        let evidence = Evidence::memory("stats.csv", b"mois;nombre\n2022-01;10\n".to_vec());
        let mut locator = Locator::new(&evidence, None);
        locator.set_headers(vec!["mois".into(), "nombre".into()]);
        assert_eq!(
            locator.cell(2, 1).path.as_deref(),
            Some("ligne 2, colonne « nombre »")
        );
        assert_eq!(locator.cell(2, 1).column, Some(2));
        let sheet = Locator::new(&evidence, Some("Feuil1"));
        assert_eq!(sheet.cell(12, 27).path.as_deref(), Some("Feuil1!AB12"));
    }
}
