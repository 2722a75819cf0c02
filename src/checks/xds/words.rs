//! The rules on XDS messages in SOAP: their words.

use crate::finding::{Rule, Severity};
use crate::text::text;

const ITI_41: &str = "IHE ITI TF-2, 3.41 (Provide and Register Document Set-b) et Appendice V ; CI-SIS, volet Transport synchrone";

/// The message cannot be read as a SOAP envelope.
pub(super) static ENVELOPE: Rule = Rule::fixed(
    "XDS-SOAP-ENVELOPE",
    Severity::Error,
    text(
        "La trace contient une enveloppe SOAP bien formée",
        "The trace holds a well-formed SOAP envelope",
    ),
    text(
        "Une trace tronquée ou réécrite ne prouve rien.",
        "A cut or rewritten trace proves nothing.",
    ),
    text(
        "Déposer le message tel qu'envoyé, en-têtes MIME compris s'il est en MTOM.",
        "File the message as sent, MIME headers included when it is MTOM.",
    ),
    ITI_41,
);

/// wsa:Action is not that of a submission.
pub(super) static ACTION: Rule = Rule::fixed(
    "XDS-SOAP-ACTION",
    Severity::Warning,
    text(
        "wsa:Action est celle de la transaction",
        "wsa:Action is that of the transaction",
    ),
    text(
        "Le serveur aiguille le message d'après cette action.",
        "The server routes the message by this action.",
    ),
    text(
        "wsa:Action = urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b.",
        "wsa:Action = urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b.",
    ),
    ITI_41,
);

/// A document without entry, or an entry without document.
pub(super) static DOCUMENT: Rule = Rule::fixed(
    "XDS-SOAP-DOCUMENT",
    Severity::Error,
    text(
        "Chaque fiche a son Document, et chaque Document sa fiche",
        "Every entry has its Document, and every Document its entry",
    ),
    text(
        "Une fiche sans contenu ou un contenu sans fiche fait rejeter le lot entier.",
        "An entry without content or content without entry makes the whole set refused.",
    ),
    text(
        "Document/@id doit être l'id de l'ExtrinsicObject.",
        "Document/@id must be the id of the ExtrinsicObject.",
    ),
    ITI_41,
);

/// The content of a document cannot be found or decoded.
pub(super) static PART: Rule = Rule::fixed(
    "XDS-SOAP-PART",
    Severity::Error,
    text(
        "Le contenu de chaque Document se retrouve et se décode",
        "The content of every Document is found and decodes",
    ),
    text(
        "Un xop:Include sans partie MIME ou un base64 abîmé perd le document.",
        "A xop:Include without MIME part or damaged base64 loses the document.",
    ),
    text(
        "Joindre la partie MIME dont le Content-ID est celui de xop:Include/@href, ou un base64 complet.",
        "Join the MIME part whose Content-ID is that of xop:Include/@href, or complete base64.",
    ),
    "IHE ITI TF-2, 3.41 ; XOP 1.0",
);

/// More MIME parts or levels than the limit.
pub(super) static LIMIT: Rule = Rule::fixed(
    "XDS-SOAP-LIMIT",
    Severity::Error,
    text(
        "Le nombre et l'imbrication des parties MIME restent sous la limite",
        "The number and nesting of MIME parts stay under the limit",
    ),
    text(
        "Au-delà de la limite, le reste du message n'est pas lu.",
        "Beyond the limit the rest of the message is not read.",
    ),
    text("Déposer le message tel qu'envoyé.", "File the message as sent."),
    "conforme, limites de lecture",
);

/// Every rule of the family itself.
pub(super) fn rules() -> Vec<&'static Rule> {
    vec![&ENVELOPE, &ACTION, &DOCUMENT, &PART, &LIMIT]
}
