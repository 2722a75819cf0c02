//! The rules of LOINC exchange files.

use crate::finding::{Rule, Severity};
use crate::text::{Text, text};

const SOURCE: &str = "REM BIO-SGL-Va1, LOI/va1.01 à LOI/va1.07";

const fn rule(id: &'static str, severity: Severity, title: Text, why: Text, fix: Text) -> Rule {
    Rule::fixed(id, severity, title, why, fix, SOURCE)
}

/// The name of the file.
pub(super) static NAME: Rule = rule(
    "LOINC-NAME",
    Severity::Error,
    text(
        "Le fichier porte le nom prescrit et une date",
        "The file has the prescribed name and a date",
    ),
    text(
        "L'outil qui importe le fichier le reconnaît à son nom : LOINC_n_objet_AAAAMMJJ.csv.",
        "The tool that imports the file knows it by its name: LOINC_n_object_YYYYMMDD.csv.",
    ),
    text("Renommer le fichier.", "Rename the file."),
);

/// The separator.
pub(super) static SEPARATOR: Rule = rule(
    "LOINC-SEPARATOR",
    Severity::Error,
    text(
        "Le séparateur est le point-virgule",
        "The separator is the semicolon",
    ),
    text(
        "Le format prescrit le caractère ASCII 59.",
        "The format prescribes ASCII character 59.",
    ),
    text("Exporter avec des points-virgules.", "Export with semicolons."),
);

/// The number of columns.
pub(super) static COLUMNS: Rule = rule(
    "LOINC-COLUMNS",
    Severity::Error,
    text(
        "Le fichier a exactement les colonnes prescrites",
        "The file has exactly the prescribed columns",
    ),
    text(
        "Les colonnes se lisent par leur rang : une de trop ou de moins décale toutes les suivantes.",
        "Columns are read by their rank: one too many or too few shifts all that follow.",
    ),
    text(
        "Écrire toutes les colonnes, vides s'il le faut.",
        "Write all columns, empty if need be.",
    ),
);

/// The order of the columns.
pub(super) static ORDER: Rule = rule(
    "LOINC-ORDER",
    Severity::Error,
    text(
        "Les colonnes sont dans l'ordre prescrit",
        "The columns are in the prescribed order",
    ),
    text(
        "Les colonnes se lisent par leur rang, non par leur titre.",
        "Columns are read by their rank, not their title.",
    ),
    text("Remettre les colonnes dans l'ordre.", "Put the columns in order."),
);

/// A required cell is empty.
pub(super) static REQUIRED: Rule = rule(
    "LOINC-REQUIRED",
    Severity::Error,
    text(
        "Les cellules obligatoires sont remplies",
        "Required cells are filled",
    ),
    text(
        "Sans code ni libellé, la ligne ne se transcode pas.",
        "Without code and label the row cannot be transcoded.",
    ),
    text("Remplir la cellule.", "Fill the cell."),
);

/// The file holds no row.
pub(super) static NO_ROWS: Rule = rule(
    "LOINC-NO-ROWS",
    Severity::Error,
    text("Le fichier contient des lignes", "The file holds rows"),
    text(
        "Un catalogue vide ne se transcode pas.",
        "An empty catalogue cannot be transcoded.",
    ),
    text("Refaire l'export.", "Export again."),
);

/// A code that says two things.
pub(super) static CONSISTENCY: Rule = rule(
    "LOINC-CONSISTENCY",
    Severity::Error,
    text(
        "Un code garde le même libellé et le même chapitre",
        "A code keeps one label and one chapter",
    ),
    text(
        "Un sous-chapitre sous deux chapitres, ou un code sous deux libellés, n'a pas de sens sûr.",
        "A sub-chapter under two chapters, or a code under two labels, has no certain meaning.",
    ),
    text(
        "Corriger la ligne qui s'écarte des autres.",
        "Correct the row that differs from the others.",
    ),
);

/// A row that comes twice.
pub(super) static DUPLICATE: Rule = rule(
    "LOINC-DUPLICATE",
    Severity::Error,
    text("Une ligne n'apparaît qu'une fois", "A row comes once"),
    text(
        "Deux lignes de même clé : laquelle importer ?",
        "Two rows of one key: which one to import?",
    ),
    text("Retirer la ligne en trop.", "Remove the extra row."),
);

/// What is written is no LOINC code.
pub(super) static SHAPE: Rule = rule(
    "LOINC-SHAPE",
    Severity::Error,
    text(
        "Un code LOINC s'écrit chiffres, tiret, chiffre de contrôle",
        "A LOINC code is digits, a dash, a check digit",
    ),
    text(
        "Cette valeur n'est pas un code LOINC.",
        "This value is no LOINC code.",
    ),
    text(
        "Écrire le code, par exemple 718-7.",
        "Write the code, 718-7 for instance.",
    ),
);

/// The check digit is wrong.
pub(super) static CHECK_DIGIT: Rule = rule(
    "LOINC-CHECK-DIGIT",
    Severity::Error,
    text(
        "Le chiffre de contrôle du code LOINC est juste",
        "The check digit of the LOINC code is right",
    ),
    text(
        "Ce code n'existe pas : une faute de frappe.",
        "This code does not exist: a typing error.",
    ),
    text("Corriger le code.", "Correct the code."),
);

/// Several codes for one analysis.
pub(super) static SEVERAL: Rule = rule(
    "LOINC-SEVERAL",
    Severity::Error,
    text(
        "Une analyse a un seul code LOINC",
        "An analysis has one LOINC code",
    ),
    text(
        "Plusieurs codes pour une analyse : erreur bloquante à l'import, le résultat serait ambigu.",
        "Several codes for one analysis: a blocking error of the import, the result would be ambiguous.",
    ),
    text("Garder un seul code.", "Keep one code."),
);

/// A code outside the value set.
pub(super) static ABSENT: Rule = rule(
    "LOINC-ABSENT",
    Severity::Warning,
    text(
        "Le code est dans le jeu de valeurs « circuit de la biologie »",
        "The code is in the value set \"circuit de la biologie\"",
    ),
    text(
        "Erreur non bloquante à l'import : le code est gardé et signalé.",
        "A non-blocking error of the import: the code is kept and reported.",
    ),
    text(
        "Vérifier le code, ou la version du jeu de valeurs.",
        "Check the code, or the version of the value set.",
    ),
);

/// A word that the column does not know.
pub(super) static VALUE: Rule = rule(
    "LOINC-VALUE",
    Severity::Warning,
    text(
        "L'échelle est une de celles de LOINC",
        "The scale is one of LOINC's",
    ),
    text(
        "Une valeur inconnue peut venir d'une colonne décalée.",
        "An unknown value may come from a shifted column.",
    ),
    text("Écrire QN, ORD, NOM ou NAR.", "Write QN, ORD, NOM or NAR."),
);

/// Fewer rows than the scenario asks for.
pub(super) static MINIMUM: Rule = rule(
    "LOINC-MINIMUM",
    Severity::Warning,
    text(
        "L'export a l'étendue demandée par le scénario",
        "The export has the extent asked for by the scenario",
    ),
    text(
        "Le scénario demande au moins dix chapitres et dix analyses.",
        "The scenario asks for ten chapters and ten analyses at least.",
    ),
    text(
        "Exporter un catalogue plus complet.",
        "Export a fuller catalogue.",
    ),
);

/// A reference to something that the other file does not hold.
pub(super) static WANTED: Rule = Rule::fixed(
    "LOINC-WANTED",
    Severity::Error,
    text(
        "Le fichier d'échange que la preuve demande est déposé",
        "The exchange file that the proof asks for is filed",
    ),
    text(
        "La preuve nomme les fichiers attendus (LOINC_1 à LOINC_6) ; l'un d'eux n'est pas parmi les pièces.",
        "The proof names the files it wants (LOINC_1 to LOINC_6); one of them is not among the pieces.",
    ),
    text(
        "Déposer le fichier, nommé comme le dit l'exigence (LOINC_1_export_chapitres_AAAAMMJJ.csv...).",
        "File it, named as the requirement says (LOINC_1_export_chapitres_YYYYMMDD.csv...).",
    ),
    SOURCE,
);

pub(super) static REFERENCE: Rule = rule(
    "LOINC-REFERENCE",
    Severity::Error,
    text("Les fichiers se répondent", "The files answer each other"),
    text(
        "Une demande cite une analyse ou un chapitre que l'autre export ne décrit pas.",
        "A demand names an analysis or a chapter that the other export does not describe.",
    ),
    text(
        "Exporter les fichiers du même catalogue, le même jour.",
        "Export the files of one catalogue on one day.",
    ),
);

/// A transcoding that is not of the export.
pub(super) static TRANSCODING: Rule = rule(
    "LOINC-TRANSCODING",
    Severity::Error,
    text(
        "Le transcodage reprend les lignes de l'export",
        "The transcoding repeats the rows of the export",
    ),
    text(
        "Une ligne perdue, ajoutée ou changée au transcodage ne s'importe pas.",
        "A row lost, added or changed by the transcoding cannot be imported.",
    ),
    text(
        "Refaire le transcodage à partir de l'export.",
        "Transcode again from the export.",
    ),
);
