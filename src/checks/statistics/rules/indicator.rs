//! What an indicator asks of a statistics file, and what other files say against it.

use super::{error, info, warning};
use crate::finding::Rule;
use crate::text::text;

/// The volumes of the scenario are not there.
pub(in crate::checks::statistics) static VOLUME: Rule = error(
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
pub(in crate::checks::statistics) static VOLUME_TYPE: Rule = error(
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
pub(in crate::checks::statistics) static THRESHOLD: Rule = error(
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
pub(in crate::checks::statistics) static ELSEWHERE: Rule = info(
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
pub(in crate::checks::statistics) static CHANNEL: Rule = error(
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
pub(in crate::checks::statistics) static TARGET: Rule = error(
    "STAT-TARGET",
    text("La cible d'usage est atteinte", "The usage target is reached"),
    text(
        "Le taux réel, non arrondi, est comparé à la cible de la fenêtre ; il l'atteint à égalité.",
        "The real rate, not rounded, is compared with the target of the window; equality reaches it.",
    ),
    text("Voir la marge indiquée.", "See the margin given."),
);

/// An indicator that does not exist in the window.
pub(in crate::checks::statistics) static WINDOW: Rule = error(
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
pub(in crate::checks::statistics) static SERIES: Rule = error(
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
pub(in crate::checks::statistics) static EXPECTED: Rule = warning(
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
pub(in crate::checks::statistics) static INDICATOR_DSR: Rule = warning(
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
pub(in crate::checks::statistics) static DISAGREEMENT: Rule = error(
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
pub(in crate::checks::statistics) static RECOUNT: Rule = error(
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
