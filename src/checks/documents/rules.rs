//! The rules on documents.

use crate::finding::{Rule, Severity};
use crate::text::text;

const SOURCE: &str = "REM, preuves documentaires";

pub(super) static READABLE: Rule = Rule::fixed(
    "DOC-READABLE",
    Severity::Error,
    text("Le document peut être ouvert", "The document can be opened"),
    text(
        "Un document qui ne s'ouvre pas ne prouve rien.",
        "A document that does not open proves nothing.",
    ),
    text(
        "Enregistrer le document à nouveau, de préférence en PDF.",
        "Save the document again, preferably as PDF.",
    ),
    SOURCE,
);

pub(super) static LOCKED: Rule = Rule::fixed(
    "DOC-PASSWORD",
    Severity::Error,
    text(
        "Le document s'ouvre sans mot de passe",
        "The document opens without a password",
    ),
    text(
        "L'examinateur n'a pas le mot de passe : la pièce est comme absente.",
        "The examiner has no password: the piece is as good as absent.",
    ),
    text("Retirer la protection.", "Remove the protection."),
    SOURCE,
);

pub(super) static MACROS: Rule = Rule::fixed(
    "DOC-MACROS",
    Severity::Warning,
    text("Le document n'a pas de macros", "The document has no macros"),
    text(
        "Les macros sont bloquées sur les postes d'examen, et rien ne les justifie dans une preuve.",
        "Macros are blocked on examination computers, and nothing justifies them in a proof.",
    ),
    text(
        "Enregistrer sans macros, ou en PDF.",
        "Save without macros, or as PDF.",
    ),
    SOURCE,
);

pub(super) static NO_WORDS: Rule = Rule::fixed(
    "DOC-BLANK",
    Severity::Error,
    text("Le document n'est pas vide", "The document is not empty"),
    text(
        "Ni mot ni image : la pièce a sans doute été enregistrée avant d'être remplie.",
        "Neither words nor pictures: the piece was probably saved before it was filled in.",
    ),
    text("Déposer le document rempli.", "File the completed document."),
    SOURCE,
);

pub(super) static CONTROL: Rule = Rule::fixed(
    "TEXT-CONTROL",
    Severity::Warning,
    text(
        "Le texte n'a pas de caractères de contrôle",
        "The text has no control characters",
    ),
    text(
        "Des caractères de contrôle montrent un fichier binaire, abîmé, ou une copie d'écran de terminal mal enregistrée.",
        "Control characters show a binary or damaged file, or a terminal capture badly saved.",
    ),
    text(
        "Exporter le texte à nouveau, en UTF-8.",
        "Export the text again, in UTF-8.",
    ),
    SOURCE,
);

pub(super) static JSON: Rule = Rule::fixed(
    "JSON-SYNTAX",
    Severity::Error,
    text("Le JSON est bien formé", "The JSON is well formed"),
    text(
        "Un JSON mal formé ne peut pas venir d'un échange réussi.",
        "Malformed JSON cannot come from a successful exchange.",
    ),
    text(
        "Déposer le message tel qu'il a été échangé, entier.",
        "File the message as it was exchanged, whole.",
    ),
    "RFC 8259",
);

pub(super) static UNKNOWN: Rule = Rule::fixed(
    "DOC-UNKNOWN",
    Severity::Warning,
    text("Le format du fichier est connu", "The file's format is known"),
    text(
        "Un format inconnu ne peut être ni contrôlé ni ouvert à coup sûr par l'examinateur.",
        "An unknown format can be neither checked nor surely opened by the examiner.",
    ),
    text(
        "Déposer la pièce dans un format courant (PDF, PNG, MP4, CSV, XML, texte).",
        "File the piece in a common format (PDF, PNG, MP4, CSV, XML, text).",
    ),
    SOURCE,
);

pub(super) static EMPTY: Rule = Rule::fixed(
    "DOC-EMPTY",
    Severity::Error,
    text("Le fichier n'est pas vide", "The file is not empty"),
    text(
        "Un fichier de zéro octet vient d'un export ou d'un transfert raté.",
        "A file of zero bytes comes from a failed export or transfer.",
    ),
    text("Déposer le fichier à nouveau.", "File it again."),
    SOURCE,
);
