//! What an import says of a workbook: every oddity with a stable code, a place, a remedy; the same oddity told once.

use serde::Serialize;

use crate::finding::Severity;
use crate::text::{Text, text};

/// A kind of oddity.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable identifier.
    pub id: &'static str,
    /// `Error` means that something was lost or contradicts itself.
    pub severity: Severity,
    /// What it is, said when it is met several times.
    pub title: Text,
    /// What to do about it.
    pub remedy: Text,
}

macro_rules! codes {
    ($($name:ident $severity:ident $title_fr:literal $title_en:literal $remedy_fr:literal $remedy_en:literal;)*) => {
        $(pub(super) static $name: Code = Code {
            id: stringify!($name),
            severity: Severity::$severity,
            title: text($title_fr, $title_en),
            remedy: text($remedy_fr, $remedy_en),
        };)*
        /// Every code, for the documentation.
        pub static CODES: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    FORMAT_XLS Info "classeur au format .xls" "workbook in .xls format"
        "rien à faire ; le format .xlsx est celui des fichiers publiés" "nothing to do; published files are .xlsx";
    FORMAT_ODS Info "classeur au format .ods" "workbook in .ods format"
        "rien à faire ; le format .xlsx est celui des fichiers publiés" "nothing to do; published files are .xlsx";
    LIMITS Info "classeur bien plus grand qu’un REM connu" "workbook far larger than any known REM"
        "vérifier que le fichier est bien un REM" "check that the file really is a REM";
    NO_ROWS Warning "aucune exigence sous les en-têtes" "no requirement under the headers"
        "vérifier que le classeur est complet" "check that the workbook is complete";
    SHEET_BY_HEADERS Warning "feuille reconnue par ses en-têtes et non par son nom" "sheet recognised by its headers, not by its name"
        "renommer la feuille comme dans le fichier publié, ou préciser --sheet" "rename the sheet as in the published file, or give --sheet";
    HEADER_ROW Warning "en-têtes ailleurs qu’en ligne 1" "headers elsewhere than on row 1"
        "supprimer les lignes au-dessus des en-têtes" "remove the rows above the headers";
    HEADER_SYNONYM Info "en-tête écrit autrement que dans ce modèle" "header written otherwise than in this layout"
        "rien à faire" "nothing to do";
    HEADER_DUPLICATE Warning "en-tête présent deux fois" "header present twice"
        "supprimer ou renommer la colonne en trop ; la première est lue" "remove or rename the extra column; the first is read";
    COLUMN_UNKNOWN Info "colonne inconnue, non lue" "unknown column, not read"
        "rien à faire" "nothing to do";
    COLUMN_DROPPED Info "colonne de notes internes écartée sans être lue" "internal-note column dropped unread"
        "rien à faire" "nothing to do";
    COLUMN_ABSENT Info "colonne du modèle absente" "column of the layout absent"
        "rien à faire si la colonne a été retirée volontairement" "nothing to do if the column was removed on purpose";
    MERGED_CELLS Warning "cellules fusionnées : la valeur du haut est reprise" "merged cells: the value above is used"
        "défusionner les cellules et recopier la valeur" "unmerge the cells and copy the value";
    ROW_NO_ID Error "ligne sans identifiant d’exigence, écartée" "row without requirement identifier, left out"
        "remplir l’identifiant de l’exigence" "fill in the requirement identifier";
    ROW_SHIFTED Error "ligne décalée (reste du modèle de fichier), écartée" "shifted row (left over from the file template), left out"
        "supprimer la ligne d’exemple" "delete the sample row";
    ID_NOT_TEXT Error "identifiant saisi comme nombre, date ou formule, ligne écartée" "identifier typed as a number, date or formula, row left out"
        "mettre la cellule au format texte et retaper l’identifiant" "format the cell as text and type the identifier again";
    ID_TRIMMED Warning "blancs autour d’un identifiant, retirés" "blanks around an identifier, removed"
        "retirer les blancs et espaces insécables" "remove blanks and non-breaking spaces";
    ID_GRAMMAR Warning "identifiant d’une forme inhabituelle" "identifier of an unusual form"
        "comparer avec le fichier publié" "compare with the published file";
    ID_RELATIVE Warning "identifiant relatif, complété par son exigence" "relative identifier, completed from its requirement"
        "écrire l’identifiant entier" "write the whole identifier";
    REQ_CONFLICT Error "exigence présente avec des contenus différents ; les deux sont gardés" "requirement present with different contents; both are kept"
        "garder une seule version de l’exigence" "keep one version of the requirement";
    REQ_NO_STATEMENT Warning "exigence sans énoncé" "requirement without statement"
        "compléter l’énoncé" "fill in the statement";
    NATURE_FROM_TEXT Info "nature lue dans l’énoncé (DOIT ou PEUT)" "nature read from the statement (DOIT or PEUT)"
        "rien à faire" "nothing to do";
    NATURE_UNKNOWN Warning "nature inconnue : traitée comme une exigence" "unknown nature: handled as an obligation"
        "préciser EXIGENCE ou PRECONISATION" "state EXIGENCE or PRECONISATION";
    PROFILE_EMPTY Warning "exigence sans profil" "requirement without profile"
        "compléter le profil ; sans lui l’exigence vaut pour tous" "fill in the profile; without it the requirement is for all";
    PROFILE_UNKNOWN Warning "profil absent du catalogue de ce DSR" "profile absent from the catalogue of this DSR"
        "vérifier l’orthographe du profil" "check the spelling of the profile";
    CONDITIONAL_UNKNOWN Warning "caractère conditionnel non renseigné (---)" "conditional character not filled in (---)"
        "préciser OUI ou NON" "state OUI or NON";
    DSR_UNKNOWN Warning "DSR inconnu du catalogue" "DSR unknown to the catalogue"
        "vérifier la colonne REM" "check the REM column";
    SEVERAL_DSR Info "classeur de plusieurs DSR" "workbook of several DSRs"
        "choisir le DSR avec --dsr" "choose the DSR with --dsr";
    SCENARIO_NO_ID Warning "scénario sans identifiant, fabriqué" "scenario without identifier, made up"
        "compléter l’identifiant du scénario" "fill in the scenario identifier";
    SCENARIO_NO_PROOF Warning "scénario sans preuve" "scenario without proof"
        "vérifier que la preuve n’a pas été perdue" "check that the proof has not been lost";
    SCENARIO_ELSEWHERE Warning "scénario numéroté sous une autre exigence" "scenario numbered under another requirement"
        "vérifier l’identifiant du scénario" "check the scenario identifier";
    PROOF_NO_ID Warning "preuve sans identifiant, fabriqué" "proof without identifier, made up"
        "compléter l’identifiant de la preuve" "fill in the proof identifier";
    PROOF_NO_TEXT Warning "preuve sans texte" "proof without text"
        "compléter le texte de la preuve" "fill in the text of the proof";
    PROOF_PLACEHOLDER Warning "preuve non définie (TBD)" "proof not defined (TBD)"
        "demander à l’auteur ce qu’il attend" "ask the author what is expected";
    PROOF_ELSEWHERE Warning "preuve numérotée sous un autre scénario" "proof numbered under another scenario"
        "vérifier l’identifiant de la preuve" "check the proof identifier";
    PROOF_ORDER Warning "numérotation des preuves trouée ou désordonnée" "gap or disorder in the numbering of proofs"
        "vérifier qu’aucune preuve ne manque" "check that no proof is missing";
    PROOF_SHARED Info "même preuve demandée à plusieurs endroits" "same proof asked for in several places"
        "une seule pièce répond à tous" "one file answers all";
    PROOF_ID_REUSED Warning "identifiant de preuve repris sous un autre scénario" "proof identifier used again under another scenario"
        "vérifier qu’une même pièce répond aux deux" "check that one file answers both";
    PROOF_ID_CONFLICT Error "même identifiant de preuve et même scénario, avec un autre texte" "same proof identifier and scenario, with another text"
        "donner à chaque preuve son identifiant" "give each proof its own identifier";
    PROOF_REFERENCE Info "preuve qui renvoie à une autre" "proof that points to another one"
        "déposer l’une des preuves du groupe suffit" "filing one of the proofs of the group is enough";
    PROOF_OVERFLOW Warning "onzième preuve débordée sur les colonnes suivantes, remise en place" "eleventh proof written over the next columns, put back"
        "rien à faire ; les valeurs de ces colonnes sont perdues pour la ligne" "nothing to do; the values of those columns are lost for the row";
    OBSOLETE Info "exigence obsolète, non demandée aux éditeurs" "obsolete requirement, not asked of vendors"
        "rien à faire" "nothing to do";
    EXTRA_SHEET Info "autre feuille non lue" "other sheet, not read"
        "rien à faire" "nothing to do";
    CELL_ERROR Warning "cellule en erreur, lue comme vide" "cell in error, read as empty"
        "corriger la formule" "correct the formula";
}

/// One place of an oddity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Occurrence {
    /// Cell (`B12`), empty when the oddity is of the whole sheet.
    pub cell: String,
    /// What was seen there.
    pub detail: Text,
}

/// One oddity, with all its places counted and the first ones kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind.
    pub code: &'static Code,
    /// Sheet; empty when the oddity is of the whole file.
    pub sheet: String,
    /// How many times.
    pub count: u64,
    /// The first places, at most [`KEPT`].
    pub occurrences: Vec<Occurrence>,
}

/// Places kept for one diagnostic; the others are counted.
pub const KEPT: usize = 20;

/// Places quoted in one message.
const QUOTED: usize = 5;

impl Diagnostic {
    /// The first cell, empty when the oddity is of the whole sheet.
    pub fn cell(&self) -> &str {
        self.occurrences
            .first()
            .map_or("", |occurrence| occurrence.cell.as_str())
    }

    /// The message: the detail when there is one place, a count and the first places otherwise.
    pub fn message(&self) -> Text {
        match self.occurrences.as_slice() {
            [] => self.code.title.clone(),
            [only] if self.count == 1 => Text::new(
                format!("{} : {}", self.code.title.fr, only.detail.fr),
                format!("{}: {}", self.code.title.en, only.detail.en),
            ),
            many => {
                let quote = |pick: fn(&Text) -> &str| {
                    many.iter()
                        .take(QUOTED)
                        .map(|place| {
                            if place.cell.is_empty() {
                                pick(&place.detail).to_owned()
                            } else {
                                format!("{} {}", place.cell, pick(&place.detail))
                            }
                        })
                        .collect::<Vec<_>>()
                        .join(" ; ")
                };
                let more = if self.count > QUOTED as u64 { " ; …" } else { "" };
                Text::new(
                    format!(
                        "{} ({} fois) : {}{more}",
                        self.code.title.fr,
                        self.count,
                        quote(|detail| &detail.fr)
                    ),
                    format!(
                        "{} ({} times): {}{more}",
                        self.code.title.en,
                        self.count,
                        quote(|detail| &detail.en)
                    ),
                )
            }
        }
    }
}

/// Gathers oddities during an import.
#[derive(Debug, Clone, Default)]
pub(super) struct Diagnostics {
    sheet: String,
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Names the sheet of what follows.
    pub(super) fn sheet(&mut self, sheet: &str) {
        sheet.clone_into(&mut self.sheet);
    }

    /// Adds one place. The detail is made only while it is kept.
    pub(super) fn add(
        &mut self,
        code: &'static Code,
        cell: Option<(u32, u32)>,
        detail: impl FnOnce() -> Text,
    ) {
        if !self
            .list
            .iter()
            .any(|known| known.code.id == code.id && known.sheet == self.sheet)
        {
            self.list.push(Diagnostic {
                code,
                sheet: self.sheet.clone(),
                count: 0,
                occurrences: Vec::new(),
            });
        }
        let sheet = &self.sheet;
        let Some(known) = self
            .list
            .iter_mut()
            .find(|known| known.code.id == code.id && known.sheet == *sheet)
        else {
            return;
        };
        known.count += 1;
        if known.occurrences.len() < KEPT {
            let cell = cell.map(|(row, column)| address(row, column)).unwrap_or_default();
            known.occurrences.push(Occurrence {
                cell,
                detail: detail(),
            });
        }
    }

    /// The oddities, errors first, then in the order met.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        let rank = |severity: Severity| match severity {
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Info => 2,
        };
        self.list.sort_by_key(|diagnostic| rank(diagnostic.code.severity));
        self.list
    }
}

/// The address of a cell, row and column from 0: `(0, 27)` is `AB1`.
pub(super) fn address(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        if rest < 26 {
            break;
        }
        rest = rest / 26 - 1;
    }
    letters.reverse();
    format!(
        "{}{}",
        letters.into_iter().collect::<String>(),
        u64::from(row) + 1
    )
}

#[cfg(test)]
mod tests {
    use super::{CODES, address};

    #[test]
    fn addresses() {
        for (row, column, wanted) in [
            (0, 0, "A1"),
            (9, 25, "Z10"),
            (0, 26, "AA1"),
            (0, 27, "AB1"),
            (1, 701, "ZZ2"),
            (2, 702, "AAA3"),
        ] {
            assert_eq!(address(row, column), wanted);
        }
    }

    #[test]
    fn codes_are_unique_and_speak_both_languages() {
        let mut seen = std::collections::BTreeSet::new();
        for code in CODES {
            assert!(seen.insert(code.id));
            assert!(
                !code.title.fr.is_empty()
                    && !code.title.en.is_empty()
                    && !code.remedy.fr.is_empty()
                    && !code.remedy.en.is_empty()
            );
        }
    }
}
