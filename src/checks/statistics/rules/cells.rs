//! What is wrong with a cell, a column or the whole shape of a statistics file.

use super::{error, info, warning};
use crate::finding::Rule;
use crate::text::text;

/// The first row is data.
pub(in crate::checks::statistics) static HEADER: Rule = error(
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
pub(in crate::checks::statistics) static NO_ROWS: Rule = error(
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
pub(in crate::checks::statistics) static LAYOUT: Rule = info(
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
pub(in crate::checks::statistics) static COLUMN: Rule = error(
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
pub(in crate::checks::statistics) static EMPTY: Rule = error(
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
pub(in crate::checks::statistics) static VALUE: Rule = error(
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
pub(in crate::checks::statistics) static COUNT: Rule = error(
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
pub(in crate::checks::statistics) static NEGATIVE: Rule = error(
    "STAT-NEGATIVE",
    text("Les nombres ne sont pas négatifs", "Counts are not negative"),
    text(
        "Un nombre négatif vient d'une correction ou d'un calcul faux.",
        "A negative number comes from a correction or a wrong computation.",
    ),
    text("Corriger l'extraction.", "Correct the extraction."),
);

/// A FINESS of the wrong shape.
pub(in crate::checks::statistics) static FINESS: Rule = error(
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
pub(in crate::checks::statistics) static FINESS_KEY: Rule = warning(
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
pub(in crate::checks::statistics) static RPPS: Rule = error(
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
pub(in crate::checks::statistics) static RPPS_KEY: Rule = warning(
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
pub(in crate::checks::statistics) static TYPE_KEY: Rule = error(
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
