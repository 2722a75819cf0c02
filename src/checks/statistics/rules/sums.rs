//! What is wrong when the numbers of a statistics file are recomputed.

use super::error;
use crate::finding::Rule;
use crate::text::text;

/// A key comes twice.
pub(in crate::checks::statistics) static DUPLICATE: Rule = error(
    "STAT-DUPLICATE",
    text(
        "Une seule ligne par ventilation et période",
        "One row for each breakdown and period",
    ),
    text(
        "Deux lignes pour la même chose : laquelle fait foi ?",
        "Two rows for the same thing: which one counts?",
    ),
    text(
        "Garder une ligne, ou additionner.",
        "Keep one row, or add them up.",
    ),
);

/// A total is not the sum of its parts.
pub(in crate::checks::statistics) static TOTAL: Rule = error(
    "STAT-TOTAL",
    text(
        "Un total est la somme de ses parties",
        "A total is the sum of its parts",
    ),
    text(
        "Total = qualifiée + non qualifiée, tentatives = réussites + échecs, total d'un canal = somme des types : sinon l'un des nombres est faux.",
        "Total = qualified + not qualified, attempts = successes + failures, total of a channel = sum of types: else one of the numbers is wrong.",
    ),
    text(
        "Recalculer le total à partir du détail.",
        "Recompute the total from the detail.",
    ),
);

/// The months do not add up to the year.
pub(in crate::checks::statistics) static YEAR: Rule = error(
    "STAT-YEAR",
    text(
        "Le cumul d'une période est la somme de ses mois",
        "The aggregate of a period is the sum of its months",
    ),
    text("Le mois ou l'année est faux.", "The month or the year is wrong."),
    text(
        "Recalculer le cumul à partir des mois.",
        "Recompute the aggregate from the months.",
    ),
);

/// A part is larger than the whole.
pub(in crate::checks::statistics) static BOUND: Rule = error(
    "STAT-BOUND",
    text(
        "Une partie ne dépasse pas le tout",
        "A part is not more than the whole",
    ),
    text(
        "Plus de dossiers que de documents, ou un numérateur au-dessus du dénominateur : un des nombres est faux.",
        "More dossiers than documents, or a numerator above its denominator: one of the numbers is wrong.",
    ),
    text("Vérifier les deux nombres.", "Check both numbers."),
);

/// A declared rate differs from its ratio.
pub(in crate::checks::statistics) static RATE: Rule = error(
    "STAT-RATE",
    text(
        "Un taux déclaré est celui que donnent ses nombres",
        "A declared rate is what its numbers give",
    ),
    text(
        "Le taux est recalculé ; il doit concorder à une demi-unité de sa dernière décimale.",
        "The rate is recomputed; it must agree within half a unit of its last decimal.",
    ),
    text("Recalculer le taux.", "Recompute the rate."),
);

/// A rate that is no rate.
pub(in crate::checks::statistics) static RATE_RANGE: Rule = error(
    "STAT-RATE-RANGE",
    text(
        "Un taux est un nombre entre 0 et 100 %",
        "A rate is a number between 0 and 100 %",
    ),
    text(
        "Hors de ces bornes, le calcul est faux.",
        "Outside these bounds the computation is wrong.",
    ),
    text("Recalculer le taux.", "Recompute the rate."),
);

/// A denominator of zero.
pub(in crate::checks::statistics) static DENOMINATOR: Rule = error(
    "STAT-DENOMINATOR",
    text("Un dénominateur n'est pas nul", "A denominator is not zero"),
    text(
        "Aucun taux ne se calcule sur une population vide.",
        "No rate can be computed over an empty population.",
    ),
    text(
        "Retirer la ligne ou étendre la période.",
        "Remove the row or extend the period.",
    ),
);
