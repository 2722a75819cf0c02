//! The rules of statistics files.

use crate::finding::{Rule, Severity};
use crate::text::{Text, text};

const SOURCE: &str = "REM TBB/va1.01 à TBB/va1.05 ; conforme, docs/statistics.md";

const fn error(id: &'static str, title: Text, why: Text, fix: Text) -> Rule {
    Rule::fixed(id, Severity::Error, title, why, fix, SOURCE)
}

const fn warning(id: &'static str, title: Text, why: Text, fix: Text) -> Rule {
    Rule::fixed(id, Severity::Warning, title, why, fix, SOURCE)
}

const fn info(id: &'static str, title: Text, why: Text, fix: Text) -> Rule {
    Rule::fixed(id, Severity::Info, title, why, fix, SOURCE)
}

/// The first row is data.
pub(super) static HEADER: Rule = error(
    "STAT-HEADER",
    text(
        "Une ligne de titres nomme les colonnes",
        "A header row names the columns",
    ),
    text(
        "Sans titres, personne ne sait ce que comptent les nombres.",
        "Without headers nobody knows what the numbers count.",
    ),
    text("Ajouter la ligne de titres.", "Add the header row."),
);

/// No data row.
pub(super) static NO_ROWS: Rule = error(
    "STAT-NO-ROWS",
    text(
        "Le fichier contient des lignes de données",
        "The file holds data rows",
    ),
    text(
        "Une extraction vide ne prouve rien.",
        "An empty extraction proves nothing.",
    ),
    text(
        "Refaire l'extraction sur la période du scénario.",
        "Extract again over the period of the scenario.",
    ),
);

/// A layout that the reader does not know.
pub(super) static LAYOUT: Rule = info(
    "STAT-LAYOUT",
    text(
        "Disposition inconnue ou tableau croisé",
        "Unknown layout or pivot table",
    ),
    text(
        "Aucune exigence ne fixe les colonnes : le fichier peut être juste, mais il faut dire ce que portent ses colonnes.",
        "No requirement fixes the columns: the file may be right, but what its columns hold must be told.",
    ),
    text(
        "Indiquer les colonnes avec --map colonne=champ, ou exporter une ligne par enregistrement.",
        "Tell the columns with --map column=field, or export one record a row.",
    ),
);

/// A column that the indicator needs is missing.
pub(super) static COLUMN: Rule = error(
    "STAT-COLUMN",
    text(
        "Les colonnes de l'indicateur sont présentes",
        "The columns of the indicator are there",
    ),
    text(
        "L'exigence demande cette ventilation : sans la colonne, l'indicateur ne se recalcule pas.",
        "The requirement asks for this breakdown: without the column the indicator cannot be recomputed.",
    ),
    text(
        "Ajouter la colonne à l'extraction.",
        "Add the column to the extraction.",
    ),
);

/// An empty cell.
pub(super) static EMPTY: Rule = error(
    "STAT-EMPTY",
    text(
        "Pas de cellule vide dans une ventilation",
        "No empty cell in a breakdown",
    ),
    text(
        "Une ligne dont le site, le canal ou le nombre manque ne se rattache à rien.",
        "A row whose site, channel or number is missing belongs to nothing.",
    ),
    text(
        "Compléter la cellule, ou écrire « Total » si la ligne est un cumul.",
        "Fill the cell, or write 'Total' if the row is an aggregate.",
    ),
);

/// A word that no list knows.
pub(super) static VALUE: Rule = error(
    "STAT-VALUE",
    text(
        "Les valeurs des ventilations sont connues",
        "Values of breakdowns are known",
    ),
    text(
        "Un canal, un statut ou un résultat inconnu ne se compte nulle part.",
        "An unknown channel, status or result is counted nowhere.",
    ),
    text(
        "Employer une des valeurs de la documentation.",
        "Use one of the documented values.",
    ),
);

/// Not a whole number.
pub(super) static COUNT: Rule = error(
    "STAT-COUNT",
    text("Les nombres sont des entiers", "Counts are whole numbers"),
    text(
        "Un document ne se compte pas par moitié.",
        "A document is not counted by half.",
    ),
    text(
        "Écrire un entier, sans texte.",
        "Write a whole number without text.",
    ),
);

/// A negative count.
pub(super) static NEGATIVE: Rule = error(
    "STAT-NEGATIVE",
    text("Les nombres ne sont pas négatifs", "Counts are not negative"),
    text(
        "Un nombre négatif vient d'une correction ou d'un calcul faux.",
        "A negative number comes from a correction or a wrong computation.",
    ),
    text("Corriger l'extraction.", "Correct the extraction."),
);

/// A FINESS of the wrong shape.
pub(super) static FINESS: Rule = error(
    "STAT-FINESS",
    text("Un FINESS a neuf caractères", "A FINESS has nine characters"),
    text(
        "Le site n'est pas identifiable ; un zéro de tête a pu disparaître dans un tableur.",
        "The site cannot be identified; a spreadsheet may have dropped a leading zero.",
    ),
    text(
        "Écrire les neuf caractères, en texte.",
        "Write the nine characters, as text.",
    ),
);

/// A FINESS whose key is wrong.
pub(super) static FINESS_KEY: Rule = warning(
    "STAT-FINESS-KEY",
    text("La clé du FINESS est juste", "The key of the FINESS is right"),
    text(
        "Une clé fausse signale une faute de frappe ou un numéro d'essai.",
        "A wrong key tells of a typing error or a test number.",
    ),
    text(
        "Vérifier le numéro dans le répertoire FINESS.",
        "Check the number in the FINESS directory.",
    ),
);

/// An RPPS of the wrong shape.
pub(super) static RPPS: Rule = error(
    "STAT-RPPS",
    text("Un RPPS a onze chiffres", "An RPPS has eleven digits"),
    text(
        "Le professionnel n'est pas identifiable.",
        "The professional cannot be identified.",
    ),
    text(
        "Écrire les onze chiffres, en texte.",
        "Write the eleven digits, as text.",
    ),
);

/// An RPPS whose key is wrong.
pub(super) static RPPS_KEY: Rule = warning(
    "STAT-RPPS-KEY",
    text("La clé du RPPS est juste", "The key of the RPPS is right"),
    text(
        "Une clé fausse signale une faute de frappe ou un numéro d'essai.",
        "A wrong key tells of a typing error or a test number.",
    ),
    text(
        "Vérifier le numéro dans l'annuaire santé.",
        "Check the number in the national directory.",
    ),
);

/// A LOINC code whose check digit is wrong.
pub(super) static TYPE_KEY: Rule = error(
    "STAT-TYPE-KEY",
    text(
        "Le chiffre de contrôle du code LOINC est juste",
        "The check digit of the LOINC code is right",
    ),
    text(
        "Ce code n'existe pas : le type de document est faux.",
        "This code does not exist: the document type is wrong.",
    ),
    text("Corriger le code.", "Correct the code."),
);

/// A period that cannot be read or makes no sense.
pub(super) static PERIOD: Rule = error(
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
pub(super) static FUTURE: Rule = error(
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
pub(super) static GAP: Rule = error(
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
pub(super) static OVERLAP: Rule = error(
    "STAT-PERIOD-OVERLAP",
    text("Les périodes ne se chevauchent pas", "Periods do not overlap"),
    text(
        "Les jours communs sont comptés deux fois.",
        "The days in common are counted twice.",
    ),
    text("Découper en mois entiers.", "Cut into whole months."),
);

/// Current month, current year and previous year are not all there.
pub(super) static COVERAGE: Rule = error(
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

/// A key comes twice.
pub(super) static DUPLICATE: Rule = error(
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
pub(super) static TOTAL: Rule = error(
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
pub(super) static YEAR: Rule = error(
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
pub(super) static BOUND: Rule = error(
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
pub(super) static RATE: Rule = error(
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
pub(super) static RATE_RANGE: Rule = error(
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
pub(super) static DENOMINATOR: Rule = error(
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

/// The volumes of the scenario are not there.
pub(super) static VOLUME: Rule = error(
    "STAT-VOLUME",
    text(
        "Les volumes du scénario sont atteints, ni plus ni moins",
        "The volumes of the scenario are met, no more, no less",
    ),
    text(
        "Le scénario envoie dix documents par mois sur chaque canal (dix en tout ou dix de chaque type) : un autre nombre montre que le compteur ou le jeu d'essai est faux.",
        "The scenario sends ten documents a month on each channel (ten in all or ten of each type): another number shows that the counter or the test set is wrong.",
    ),
    text(
        "Rejouer le scénario, puis refaire l'extraction.",
        "Play the scenario again, then extract.",
    ),
);

/// A kind of document of the scenario is missing.
pub(super) static VOLUME_TYPE: Rule = error(
    "STAT-VOLUME-TYPE",
    text(
        "Les types de documents du scénario apparaissent",
        "The document types of the scenario appear",
    ),
    text(
        "Le scénario envoie des lettres de liaison et des comptes rendus opératoires.",
        "The scenario sends lettres de liaison and operative reports.",
    ),
    text(
        "Ajouter le type manquant à l'extraction.",
        "Add the missing type to the extraction.",
    ),
);

/// A number to reach is not.
pub(super) static THRESHOLD: Rule = error(
    "STAT-THRESHOLD",
    text("Le nombre demandé est atteint", "The number asked for is reached"),
    text(
        "Sont comptés les documents distincts, avec INS qualifiée et acceptés : une reprise ou un remplacement ne compte qu'une fois.",
        "Distinct documents with a qualified INS that were accepted are counted: a retry or a replacement counts once.",
    ),
    text(
        "Compléter les envois, puis refaire l'extraction.",
        "Complete the sendings, then extract again.",
    ),
);

/// Something that another proof shows.
pub(super) static ELSEWHERE: Rule = info(
    "STAT-ELSEWHERE",
    text(
        "Une partie de la condition se montre ailleurs",
        "A part of the condition is shown elsewhere",
    ),
    text(
        "Ces statistiques ne comptent pas tout ce que la condition demande : le reste relève d'une autre preuve.",
        "These statistics do not count all that the condition asks for: the rest is for another proof.",
    ),
    text(
        "Vérifier que l'autre preuve est au dossier.",
        "Check that the other proof is in the dossier.",
    ),
);

/// A channel of the scenario is missing.
pub(super) static CHANNEL: Rule = error(
    "STAT-CHANNEL",
    text(
        "Les canaux du scénario apparaissent",
        "The channels of the scenario appear",
    ),
    text(
        "Le scénario envoie chaque document vers le DMP, par MSSanté aux professionnels et au patient.",
        "The scenario sends each document to the DMP, by MSSanté to professionals and to the patient.",
    ),
    text(
        "Ajouter le canal manquant à l'extraction.",
        "Add the missing channel to the extraction.",
    ),
);

/// A target rate is not reached.
pub(super) static TARGET: Rule = error(
    "STAT-TARGET",
    text("La cible d'usage est atteinte", "The usage target is reached"),
    text(
        "Le taux réel, non arrondi, est comparé à la cible de la fenêtre ; il l'atteint à égalité.",
        "The real rate, not rounded, is compared with the target of the window; equality reaches it.",
    ),
    text("Voir la marge indiquée.", "See the margin given."),
);

/// An indicator that does not exist in the window.
pub(super) static WINDOW: Rule = error(
    "STAT-WINDOW",
    text(
        "L'indicateur existe dans la fenêtre",
        "The indicator exists in the window",
    ),
    text(
        "DS1.4 n'est ouvert qu'à partir de la fenêtre 2.",
        "DS1.4 is open from window 2 only.",
    ),
    text("Corriger la fenêtre.", "Correct the window."),
);

/// An indicator on which another one depends is missing.
pub(super) static SERIES: Rule = error(
    "STAT-SERIES",
    text(
        "Les indicateurs dont le bonus dépend sont présents",
        "The indicators on which the bonus depends are there",
    ),
    text(
        "Le bonus DS1.4 n'est versé que si DS1.1 et DS1.2 sont atteints.",
        "The DS1.4 bonus is paid only if DS1.1 and DS1.2 are reached.",
    ),
    text(
        "Ajouter les indicateurs manquants.",
        "Add the missing indicators.",
    ),
);

/// Dossiers are not counted.
pub(super) static EXPECTED: Rule = warning(
    "STAT-EXPECTED",
    text(
        "Ce que le DSR fait compter en plus est présent",
        "What the DSR wants counted besides is there",
    ),
    text(
        "BIO-SGL-Va1 fait aussi compter les dossiers ayant au moins un compte rendu transmis, par canal et sur les trois.",
        "BIO-SGL-Va1 also has the dossiers with at least one report sent counted, by channel and on all three.",
    ),
    text(
        "Ajouter ces nombres, ou les montrer dans le tableau de bord.",
        "Add these numbers, or show them in the dashboard.",
    ),
);

/// The indicator is not one of the DSR's.
pub(super) static INDICATOR_DSR: Rule = warning(
    "STAT-INDICATOR-DSR",
    text(
        "L'indicateur est demandé par le DSR",
        "The indicator is asked for by the DSR",
    ),
    text(
        "Le DSR déclaré ne demande pas cet indicateur.",
        "The declared DSR does not ask for this indicator.",
    ),
    text("Vérifier --indicator et --dsr.", "Check --indicator and --dsr."),
);

/// Two files disagree.
pub(super) static DISAGREEMENT: Rule = error(
    "STAT-DASHBOARD",
    text(
        "Le tableau de bord et l'extraction donnent les mêmes nombres",
        "Dashboard and extraction give the same numbers",
    ),
    text(
        "Chacun peut être juste en lui-même ; leur désaccord montre que l'un n'est pas calculé sur les mêmes données.",
        "Each may be right by itself; their disagreement shows that one is not computed on the same data.",
    ),
    text(
        "Refaire les deux exports au même moment.",
        "Export both at the same moment.",
    ),
);

/// The messages do not give the number of the file.
pub(super) static RECOUNT: Rule = error(
    "STAT-RECOUNT",
    text(
        "Les messages et archives déposés donnent le même nombre",
        "The filed messages and archives give the same number",
    ),
    text(
        "Quand le dossier contient les flux, ils sont recomptés : documents distincts, par type.",
        "When the dossier holds the flows, they are recounted: distinct documents, by type.",
    ),
    text(
        "Déposer tous les flux de la période, ou refaire l'extraction.",
        "File all flows of the period, or extract again.",
    ),
);

/// Every rule of one file alone.
pub(super) fn file_rules() -> Vec<&'static Rule> {
    vec![
        &HEADER,
        &NO_ROWS,
        &LAYOUT,
        &COLUMN,
        &EMPTY,
        &VALUE,
        &COUNT,
        &NEGATIVE,
        &FINESS,
        &FINESS_KEY,
        &RPPS,
        &RPPS_KEY,
        &TYPE_KEY,
        &PERIOD,
        &FUTURE,
        &GAP,
        &OVERLAP,
        &COVERAGE,
        &DUPLICATE,
        &TOTAL,
        &YEAR,
        &BOUND,
        &RATE,
        &RATE_RANGE,
        &DENOMINATOR,
        &VOLUME,
        &VOLUME_TYPE,
        &CHANNEL,
        &ELSEWHERE,
        &THRESHOLD,
        &TARGET,
        &WINDOW,
        &SERIES,
        &EXPECTED,
        &INDICATOR_DSR,
    ]
}
