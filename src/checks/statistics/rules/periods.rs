//! What is wrong with the periods of a statistics file.

use super::error;
use crate::finding::Rule;
use crate::text::text;

/// A period that cannot be read or makes no sense.
pub(in crate::checks::statistics) static PERIOD: Rule = error(
    "STAT-PERIOD",
    text(
        "Chaque ligne a une période lisible et possible",
        "Each row has a readable and possible period",
    ),
    text(
        "Une date impossible ou absurde place le nombre dans aucune période.",
        "An impossible or absurd date puts the number in no period.",
    ),
    text("Écrire le mois en AAAA-MM.", "Write the month as YYYY-MM."),
);

/// A period after the extraction.
pub(in crate::checks::statistics) static FUTURE: Rule = error(
    "STAT-PERIOD-FUTURE",
    text(
        "Aucune période après la date d'extraction",
        "No period after the date of extraction",
    ),
    text(
        "On ne compte pas ce qui n'a pas eu lieu.",
        "What has not happened is not counted.",
    ),
    text(
        "Refaire l'extraction, ou corriger la date déclarée.",
        "Extract again, or correct the declared date.",
    ),
);

/// A month is missing between two others.
pub(in crate::checks::statistics) static GAP: Rule = error(
    "STAT-PERIOD-GAP",
    text(
        "Les mois se suivent sans trou",
        "Months follow each other without gap",
    ),
    text(
        "Un mois absent rend faux le total de l'année ; un mois sans document s'écrit zéro.",
        "A missing month makes the total of the year wrong; a month without document is written zero.",
    ),
    text("Ajouter le mois manquant.", "Add the missing month."),
);

/// Two periods overlap.
pub(in crate::checks::statistics) static OVERLAP: Rule = error(
    "STAT-PERIOD-OVERLAP",
    text("Les périodes ne se chevauchent pas", "Periods do not overlap"),
    text(
        "Les jours communs sont comptés deux fois.",
        "The days in common are counted twice.",
    ),
    text("Découper en mois entiers.", "Cut into whole months."),
);

/// Current month, current year and previous year are not all there.
pub(in crate::checks::statistics) static COVERAGE: Rule = error(
    "STAT-PERIOD-COVERAGE",
    text(
        "Mois courant, année en cours et année précédente sont couverts",
        "Current month, current year and previous year are covered",
    ),
    text(
        "L'exigence demande ces trois périodes au moins.",
        "The requirement asks for these three periods at least.",
    ),
    text(
        "Étendre l'extraction à toute l'année précédente.",
        "Extend the extraction to the whole previous year.",
    ),
);
