//! The rules on what the files of a proof hold together.

use crate::finding::{Rule, Severity};
use crate::text::text;

const SOURCE: &str = "REM, scénario et preuve (ce que la preuve demande de déposer)";

pub(super) static COUNT: Rule = Rule::fixed(
    "CONTENT-COUNT",
    Severity::Error,
    text(
        "Les fichiers contiennent tout ce que la preuve demande",
        "The files hold everything that the proof asks for",
    ),
    text(
        "Il manque des documents, des messages, des courriels, des soumissions ou des PDF : une partie du scénario n'est pas montrée.",
        "Documents, messages, mails, submissions or PDFs are lacking: part of the scenario is not shown.",
    ),
    text(
        "Déposer ce qui manque, dans le dossier de la preuve ou dans son archive zip.",
        "File what is lacking, in the folder of the proof or in its zip archive.",
    ),
    SOURCE,
);

pub(super) static LEVEL: Rule = Rule::fixed(
    "CONTENT-LEVEL",
    Severity::Error,
    text(
        "Un document CDA est du niveau que la preuve demande",
        "A CDA document is of the level that the proof asks for",
    ),
    text(
        "Le scénario distingue le CDA R2 de niveau 1 (PDF encapsulé) et de niveau 3 (contenu structuré).",
        "The scenario tells CDA R2 level 1 (embedded PDF) from level 3 (structured content).",
    ),
    text(
        "Déposer un document du niveau demandé.",
        "File a document of the level asked for.",
    ),
    SOURCE,
);

pub(super) static TYPE: Rule = Rule::fixed(
    "CONTENT-TYPE",
    Severity::Error,
    text(
        "Un document est du type que la preuve demande",
        "A document is of the type that the proof asks for",
    ),
    text(
        "Le scénario porte sur un type de document (code LOINC) ; un autre document ne le montre pas.",
        "The scenario is about one type of document (LOINC code); another document does not show it.",
    ),
    text("Déposer un document de ce type.", "File a document of this type."),
    SOURCE,
);

pub(super) static RESTRICTION: Rule = Rule::fixed(
    "CONTENT-RESTRICTION",
    Severity::Error,
    text(
        "La restriction de visibilité du scénario est portée",
        "The visibility restriction of the scenario is carried",
    ),
    text(
        "Le scénario demande un document masqué aux professionnels ou non visible par le patient ; ni le message, ni le document, ni les métadonnées ne le disent.",
        "The scenario asks for a document hidden from professionals or from the patient; neither message, document nor metadata say so.",
    ),
    text(
        "Déposer le message du scénario, et la soumission qui porte le même code de confidentialité.",
        "File the message of the scenario, and the submission that carries the same confidentiality code.",
    ),
    SOURCE,
);

pub(super) static REPLACEMENT: Rule = Rule::fixed(
    "CONTENT-REPLACEMENT",
    Severity::Error,
    text(
        "Un document dit quel document il remplace",
        "A document says which document it replaces",
    ),
    text(
        "Le scénario corrige un document déjà envoyé : le nouveau porte l'identifiant de celui qu'il annule et remplace.",
        "The scenario corrects a document already sent: the new one carries the identifier of the one that it cancels and replaces.",
    ),
    text(
        "Déposer le document corrigé, avec relatedDocument typeCode=RPLC.",
        "File the corrected document, with relatedDocument typeCode=RPLC.",
    ),
    SOURCE,
);

pub(super) static PDF: Rule = Rule::fixed(
    "CONTENT-PDF",
    Severity::Error,
    text(
        "Le PDF déposé est celui qui a été transmis",
        "The PDF filed is the one that was transmitted",
    ),
    text(
        "La preuve demande le PDF reçu ou joint : octet pour octet celui du message, de l'archive ou du document déposés avec elle.",
        "The proof asks for the PDF received or attached: byte for byte the one of the message, archive or document filed with it.",
    ),
    text(
        "Extraire le PDF de l'envoi et le déposer tel quel.",
        "Take the PDF out of the transmission and file it as it is.",
    ),
    SOURCE,
);

pub(super) fn rules() -> Vec<&'static Rule> {
    vec![&COUNT, &LEVEL, &TYPE, &RESTRICTION, &REPLACEMENT, &PDF]
}
