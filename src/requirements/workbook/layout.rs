//! Which layout a sheet has: chosen from the set of its headers (`requirements/layouts.toml`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::headers::{self, Field, Recognised};

/// How the rows of a layout carry scenarios and proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LayoutKind {
    /// One row per (requirement, scenario), numbered proof columns.
    Wide,
    /// One row per (requirement, scenario, proof).
    ProofPerRow,
    /// One row per (requirement, scenario), all proofs in one cell.
    ProofCell,
    /// Requirements alone.
    Requirements,
    /// End-to-end scenarios.
    Steps,
}

/// A layout.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Layout {
    pub(super) id: String,
    pub(super) kind: LayoutKind,
    pub(super) sheets: Vec<String>,
    pub(super) headers: BTreeSet<Field>,
    #[serde(default = "requirement_id")]
    pub(super) required: Vec<Field>,
    #[serde(default)]
    pub(super) overflow: Vec<Field>,
    /// How this layout writes a header, when it is not the usual way.
    #[serde(default)]
    names: BTreeMap<Field, String>,
    #[serde(default)]
    pub(super) columns: Option<usize>,
    #[serde(default)]
    pub(super) wave: Option<u8>,
}

impl Layout {
    /// The rank, among the forms of a header, of the one that this layout uses.
    pub(super) fn rank_at_home(&self, field: Field) -> usize {
        self.names
            .get(&field)
            .and_then(|name| headers::recognise(name))
            .map_or(0, |found| found.rank)
    }
}

fn requirement_id() -> Vec<Field> {
    vec![Field::RequirementId]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutTable {
    layout: Vec<Layout>,
}

static LAYOUTS: LazyLock<Vec<Layout>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "embedded data, parsed by a test")]
    // invariant: the embedded table parses; the tests of this file prove it.
    let table: LayoutTable = toml::from_str(include_str!("../../../requirements/layouts.toml"))
        .expect("requirements/layouts.toml");
    table.layout
});

/// Rows searched for headers.
pub(super) const HEADER_ROWS: u32 = 20;

/// Least likeness (0 to 1000) between a row of headers and a layout.
const LEAST: u32 = 500;

/// Least number of known headers that make a row of headers.
const LEAST_HEADERS: usize = 3;

/// One row of cells, column from 0.
pub(super) type HeaderCells = Vec<(u32, String)>;

/// A row of headers and the layout nearest to it.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) layout: &'static Layout,
    /// Row of the headers, from 0.
    pub(super) row: u32,
    /// Likeness, 0 to 1000.
    pub(super) score: u32,
    /// The cells, in order.
    pub(super) cells: HeaderCells,
    /// What each cell is.
    pub(super) recognised: Vec<Option<Recognised>>,
    /// Required headers that are absent, as usually written.
    pub(super) missing: Vec<String>,
}

impl Candidate {
    /// True when the sheet can be read.
    pub(super) fn readable(&self) -> bool {
        self.missing.is_empty() && self.score >= LEAST
    }

    /// True when every cell is known, and they are the headers of the layout: no row below is looked at.
    pub(super) fn is_whole(&self) -> bool {
        self.readable() && self.score == 1_000 && self.recognised.iter().all(Option::is_some)
    }

    fn rank(&self) -> (bool, u32, usize) {
        (
            self.readable(),
            self.score,
            self.recognised.iter().flatten().count(),
        )
    }
}

/// The better of two rows of headers of one sheet; the first one when they are equal.
pub(super) fn better(best: Option<Candidate>, next: Option<Candidate>) -> Option<Candidate> {
    match (best, next) {
        (Some(best), Some(next)) if next.rank() > best.rank() => Some(next),
        (best, next) => best.or(next),
    }
}

/// The layout nearest to a row of cells; `None` when it does not look like headers.
pub(super) fn candidate(row: u32, cells: HeaderCells, sheet: &str) -> Option<Candidate> {
    let recognised: Vec<Option<Recognised>> =
        cells.iter().map(|(_, cell)| headers::recognise(cell)).collect();
    let seen: BTreeSet<Field> = recognised
        .iter()
        .flatten()
        .map(|found| found.header.field)
        .collect();
    if seen.len() < LEAST_HEADERS {
        return None;
    }
    let mut best: Option<(&'static Layout, u32, (bool, u32))> = None;
    for layout in LAYOUTS.iter() {
        let common = layout
            .headers
            .iter()
            .filter(|header| seen.contains(header))
            .count();
        // Dice likeness of the two sets, in thousandths.
        let score = u32::try_from(2000 * common / (layout.headers.len() + seen.len())).unwrap_or(0);
        // Ties: the number of columns for families that differ by nothing else, then the expected sheet.
        let distance = layout.columns.map_or(0, |columns| columns.abs_diff(cells.len()));
        let tie = (
            layout.sheets.iter().any(|known| known == sheet),
            u32::MAX - u32::try_from(distance).unwrap_or(u32::MAX),
        );
        let family = layout.columns.is_some();
        let better = best.is_none_or(|(known, known_score, known_tie)| {
            if family && known.columns.is_some() {
                (tie.1, score) > (known_tie.1, known_score)
            } else {
                (score, tie) > (known_score, known_tie)
            }
        });
        if better {
            best = Some((layout, score, tie));
        }
    }
    let (layout, score, _) = best?;
    let missing = layout
        .required
        .iter()
        .filter(|required| !seen.contains(required) && !stands_in(**required, &seen))
        .map(|required| headers::usual(*required).to_owned())
        .collect();
    Some(Candidate {
        layout,
        row,
        score,
        cells,
        recognised,
        missing,
    })
}

/// The copy of the identifier in the pre-publication columns stands in for a missing one.
fn stands_in(required: Field, seen: &BTreeSet<Field>) -> bool {
    required == Field::RequirementId && seen.contains(&Field::RequirementCopy)
}

#[cfg(test)]
mod tests {
    use super::{LAYOUTS, candidate};

    /// The headers of each layout, as the files write them, must choose that layout.
    const ROWS: &[(&str, &str, &str)] = &[
        (
            "PUB31",
            "Exigences",
            "Exigence conditionnelle OUI/NON|Profil|ID Section|Section|Bloc|Fonction|Nature de l'exigence|N° exigence|Énoncé de l'exigence (DOIT) ou de la préconisation (PEUT)|N° scénario|Scénario de conformité|N° preuve 1|Preuve 1|N° preuve 2|Preuve 2",
        ),
        (
            "PUB34",
            "Exigences",
            "Périmètre|ID|Chapitre|Fonction|Exigence|Commentaire|Nature de l'exigence|Profil|N° scénario|Scénario de conformité|N° preuve 1|Preuve 1|Statut publication|VA N-1|Criticité|Ordre",
        ),
        (
            "PUB41",
            "Exigences",
            "Périmètre|ID|Chapitre|Fonction|Exigence|Commentaire|Nature de l'exigence|Profil|N° scénario|Scénario de conformité|N° preuve 1|Preuve 1|Statut publication|VA N-1|Criticité|Ordre|bon pour publication|référence exigence|référence cas de test|référence exigence socle|points de vérification|Note interne|Rem Ségur",
        ),
        (
            "CONV14",
            "Exigences",
            "Périmètre|ID|Chapitre|Fonction|Exigence|Commentaire|Profil|N° scénario|Scénario de conformité|N° preuve|Preuve|Profil historique|Criticité|Ordre",
        ),
        (
            "CONV11",
            "Exigences",
            "ID|Chapitre|Fonction|Exigence|Profil|N° scénario|Scénario de conformité|N° preuve|Preuve|Commentaire|Statut publication",
        ),
        (
            "VA2-18",
            "prepub_va2_avec_scenarios",
            "id exigence|arbitrage|REM|ID Section|reference|reference socle|profil|section|bloc|fonction|description|description socle|note interne REM|note interne SOCLE|ref scenario|scenario|preuve|id exigence socle",
        ),
        (
            "VA1-18",
            "prepub_avec_scenarios",
            "id exigence|arbitrage|REM|ID Section|reference|reference vague1|profil|section|bloc|fonction|Description vague 1|Description modifiée|note interne|ref scenario|scenario|preuve|id exigence socle|reference socle",
        ),
        (
            "VA1-18b",
            "prepub_avec_scenarios",
            "id exigence|REM|ID Section|reference|reference vague1|status|profil|section|bloc|fonction|description|description socle|note interne|ref scenario|scenario|preuve|id exigence socle|reference socle",
        ),
        (
            "PREPUB16",
            "prepub_avec_scenarios",
            "id exigence|arbitrage|REM|ID Section|reference|reference vague1|profil|section|bloc|fonction|Description vague 1|Description modifiée|ref scenario|scenario|preuve|id exigence socle|reference socle",
        ),
        (
            "PREPUB14",
            "prepub",
            "id exigence|REM|reference|reference vague1|status|profil|section|bloc|fonction|description|description socle|note interne|id exigence socle|reference socle",
        ),
        (
            "REMSC14",
            "REM_sc_all",
            "REQ_ID_REM|REQ_ID_SC|REM|ID Exigence rem|Section|Bloc|Fonction|Commentaire evol|REQ_VERSION_STATUS_SC|Picking|REQ_VERSION_STATUS_REM|REQ_VERSION_CUF_PROFIL|Description_rem|note interne",
        ),
        (
            "CONC11",
            "Feuil1",
            "ID Exigence|Profil|Section (Domaine)|Bloc|Fonction| Nature de l'exigence|Evolution|Commentaire ANS / DNS / CNAM|Enoncé de l'exigence - Itération #1|Ancien énoncé de l'exigence|Remarques éditeurs",
        ),
        (
            "CONC14",
            "export_final",
            "REM|ID Exigence|Profil|Domaine (Chantier)|Bloc|Fonction| Nature de l'exigence)  Préconisée & Obligatoire|Evolution|Commentaire ANS / DNS / CNAM|Enoncé de l'exigence - Itération #2|Ancien énoncé|Remarques|VERIF: id|VERIF: profil",
        ),
        (
            "SCN35",
            "scenarios",
            "Profil|Scénario|ref|Priorité|Situation|ref étape|no étape|Détail de l'étape|Exigence 1|Exigence 2|Critères vérifiés|Numéro de preuve 1|Preuve 1",
        ),
    ];

    #[test]
    fn each_layout_is_recognised_by_its_headers() {
        for (wanted, sheet, row) in ROWS {
            let cells = row
                .split('|')
                .enumerate()
                .map(|(column, cell)| (column as u32, cell.to_owned()))
                .collect();
            let found = candidate(0, cells, sheet).unwrap_or_else(|| panic!("{wanted}"));
            assert_eq!(found.layout.id, *wanted);
            assert!(found.readable(), "{wanted}: {} {:?}", found.score, found.missing);
        }
    }

    #[test]
    fn every_header_of_a_layout_is_known() {
        for layout in LAYOUTS.iter() {
            for header in layout
                .headers
                .iter()
                .chain(&layout.required)
                .chain(&layout.overflow)
            {
                assert!(
                    !super::headers::usual(*header).is_empty(),
                    "{}: {header:?}",
                    layout.id
                );
            }
        }
    }
}
