//! The rules on tables.

use crate::finding::{Rule, Severity};
use crate::text::text;

const SOURCE: &str = "RFC 4180; REM, tableaux et extractions";

pub(super) static READABLE: Rule = Rule::fixed(
    "TABLE-READABLE",
    Severity::Error,
    text("Le tableau peut être lu en entier", "The table can be read whole"),
    text(
        "Un guillemet jamais fermé ou un classeur coupé font perdre les lignes qui suivent.",
        "A quote that never closes or a workbook that was cut lose the rows that follow.",
    ),
    text("Exporter le tableau à nouveau.", "Export the table again."),
    SOURCE,
);

pub(super) static LOCKED: Rule = Rule::fixed(
    "TABLE-PASSWORD",
    Severity::Error,
    text(
        "Le classeur s'ouvre sans mot de passe",
        "The workbook opens without a password",
    ),
    text(
        "L'examinateur n'a pas le mot de passe : la pièce est comme absente.",
        "The examiner has no password: the piece is as good as absent.",
    ),
    text("Retirer la protection.", "Remove the protection."),
    SOURCE,
);

pub(super) static HEADER: Rule = Rule::fixed(
    "TABLE-HEADER",
    Severity::Warning,
    text(
        "Le tableau s'ouvre sur des en-têtes",
        "The table opens with headers",
    ),
    text(
        "Sans noms de colonnes, ou avec deux colonnes du même nom, nul ne sait ce que les valeurs mesurent.",
        "Without column names, or with two columns of one name, nobody knows what the values measure.",
    ),
    text(
        "Écrire sur la première ligne un nom différent pour chaque colonne.",
        "Write a different name for each column on the first row.",
    ),
    SOURCE,
);

pub(super) static RAGGED: Rule = Rule::fixed(
    "TABLE-RAGGED",
    Severity::Warning,
    text(
        "Toutes les lignes ont autant de cellules",
        "All rows have the same number of cells",
    ),
    text(
        "Une ligne plus courte ou plus longue décale ses valeurs : séparateur dans un texte sans guillemets, ligne coupée, total ajouté à la main.",
        "A shorter or longer row shifts its values: a separator in unquoted text, a cut row, a total added by hand.",
    ),
    text(
        "Mettre entre guillemets les textes qui contiennent le séparateur.",
        "Quote texts that contain the separator.",
    ),
    SOURCE,
);

pub(super) static NO_ROWS: Rule = Rule::fixed(
    "TABLE-EMPTY",
    Severity::Error,
    text("Le tableau a des données", "The table has data"),
    text(
        "Un tableau sans ligne de données ne montre rien.",
        "A table without a data row shows nothing.",
    ),
    text("Déposer le tableau rempli.", "File the table with its data."),
    SOURCE,
);
