//! The rules across files: their words.

use crate::finding::{Rule, Severity};
use crate::text::text;

/// A file speaks of another document than the others.
pub(super) static DOCUMENT: Rule = Rule::fixed(
    "COHERENCE-DOCUMENT",
    Severity::Error,
    text(
        "Les fichiers d'une même preuve parlent du même document",
        "The files of one proof speak of the same document",
    ),
    text(
        "Message, archive, métadonnées et document doivent retracer un seul envoi.",
        "Message, archive, metadata and document must trace one sending.",
    ),
    text(
        "Déposer les traces d'un même envoi : l'identifiant unique du document est partout le même.",
        "File the traces of one sending: the unique id of the document is the same everywhere.",
    ),
    "INTRA/va1.01, INTRA/va1.02, DOC/va1.20",
);

/// One document, two patients.
pub(super) static PATIENT: Rule = Rule::fixed(
    "COHERENCE-PATIENT",
    Severity::Error,
    text(
        "Un même document a le même INS dans tous les fichiers",
        "One document has the same INS in all files",
    ),
    text(
        "Un INS qui change en route verse le document au mauvais dossier.",
        "An INS that changes on the way puts the document in the wrong record.",
    ),
    text(
        "Vérifier la reprise de l'INS dans chaque flux.",
        "Check how the INS is carried over in each flow.",
    ),
    "INTRA/va1.01 ; INS/va1.61",
);

/// One document, two types.
pub(super) static TYPE: Rule = Rule::fixed(
    "COHERENCE-TYPE",
    Severity::Error,
    text(
        "Un même document a le même type dans tous les fichiers",
        "One document has the same type in all files",
    ),
    text(
        "Un type qui change en route change les droits et le classement.",
        "A type that changes on the way changes rights and filing.",
    ),
    text(
        "Reprendre ClinicalDocument/code dans chaque flux.",
        "Carry ClinicalDocument/code over in each flow.",
    ),
    "INTRA/va1.01",
);

/// One document id, two contents.
pub(super) static CONTENT: Rule = Rule::fixed(
    "COHERENCE-CONTENT",
    Severity::Error,
    text(
        "Un même identifiant désigne les mêmes octets dans tous les fichiers",
        "One id names the same bytes in all files",
    ),
    text(
        "Deux contenus sous un identifiant rendent le document contestable.",
        "Two contents under one id make the document contestable.",
    ),
    text(
        "Ne pas régénérer le document entre deux flux, ou lui donner un nouvel identifiant.",
        "Do not generate the document again between two flows, or give it a new id.",
    ),
    "INTRA/va1.01",
);

/// A mask lost on the way.
pub(super) static CONFIDENTIALITY: Rule = Rule::fixed(
    "COHERENCE-CONFIDENTIALITY",
    Severity::Error,
    text(
        "Les restrictions d'accès d'un document se retrouvent dans les métadonnées",
        "The access restrictions of a document are found in the metadata",
    ),
    text(
        "Un masquage perdu montre le document à qui ne doit pas le voir.",
        "A lost mask shows the document to those who must not see it.",
    ),
    text(
        "Reporter MASQUE_PS, INVISIBLE_PATIENT et INVISIBLE_REPRESENTANTS_LEGAUX dans confidentialityCode.",
        "Carry MASQUE_PS, INVISIBLE_PATIENT and INVISIBLE_REPRESENTANTS_LEGAUX over to confidentialityCode.",
    ),
    "DOC/va1.20, INTRA/va1.02",
);

/// A masked document sent to those it is masked from.
pub(super) static RECIPIENT: Rule = Rule::fixed(
    "COHERENCE-RECIPIENT",
    Severity::Error,
    text(
        "Un document masqué n'est pas envoyé à qui il est masqué",
        "A masked document is not sent to those it is masked from",
    ),
    text(
        "INVISIBLE_PATIENT interdit l'envoi au patient, MASQUE_PS l'envoi aux professionnels.",
        "INVISIBLE_PATIENT forbids sending to the patient, MASQUE_PS to professionals.",
    ),
    text(
        "Ne pas envoyer ce courriel à ces destinataires.",
        "Do not send this mail to these addressees.",
    ),
    "DOC/va1.20, INTRA/va1.02",
);

/// A document that the law wants sent somewhere, in a message that does not ask for it.
pub(super) static OBLIGATION: Rule = Rule::fixed(
    "COHERENCE-OBLIGATION",
    Severity::Warning,
    text(
        "Un document sous obligation est adressé à tous ceux que la loi désigne",
        "A document under obligation is addressed to all those whom the law names",
    ),
    text(
        "L'article L. 1111-15 dit quels documents alimentent le DMP et partent par MSSanté aux professionnels et au patient ; un masquage lève l'envoi à celui qu'il vise.",
        "Article L. 1111-15 says which documents are fed to the DMP and sent by MSSanté to professionals and to the patient; a mask lifts the sending to the one it aims at.",
    ),
    text(
        "Porter Y dans DESTDMP, DESTMSSANTEPS ou DESTMSSANTEPAT, ou dire pourquoi non.",
        "Put Y in DESTDMP, DESTMSSANTEPS or DESTMSSANTEPAT, or say why not.",
    ),
    "Article L. 1111-15 du code de la santé publique, arrêté du 26 avril 2022 modifié le 23 mai 2024",
);

/// Two mails with one Message-ID.
pub(super) static MESSAGE_ID: Rule = Rule::fixed(
    "COHERENCE-MESSAGE-ID",
    Severity::Error,
    text(
        "Chaque courriel a un Message-ID unique",
        "Every mail has a Message-ID of its own",
    ),
    text(
        "Deux messages de même identifiant se confondent dans les accusés.",
        "Two messages with one id are confused in receipts.",
    ),
    text("Engendrer un identifiant par envoi.", "Make an id per sending."),
    "MSS/va1.12 (ECO.2.2.1)",
);

/// A read receipt of a mail that is not there.
pub(super) static RECEIPT: Rule = Rule::fixed(
    "COHERENCE-RECEIPT",
    Severity::Warning,
    text(
        "Un accusé de lecture répond à un des courriels déposés",
        "A read receipt answers one of the mails filed",
    ),
    text(
        "Un accusé d'un autre message ne prouve rien de celui-ci.",
        "A receipt of another message proves nothing of this one.",
    ),
    text(
        "Déposer le courriel d'origine et l'accusé dont Original-Message-ID est son Message-ID.",
        "File the first mail, and the receipt whose Original-Message-ID is its Message-ID.",
    ),
    "RFC 8098, 3.2.5 ; CI-SIS, volet Transmission par messagerie",
);

/// An INS that may be a real person's.
pub(super) static REAL_PATIENT: Rule = Rule::fixed(
    "COHERENCE-REAL-PATIENT",
    Severity::Warning,
    text(
        "Les preuves n'emploient que des identités de test",
        "Proofs use test identities only",
    ),
    text(
        "Un matricule valide sous un OID de production peut être celui d'une personne : ne pas le transmettre.",
        "A valid matricule under a production OID may be somebody's: do not send it.",
    ),
    text(
        "Refaire la preuve avec une identité de test nationale (OID .10 ou .11).",
        "Make the proof again with a national test identity (OID .10 or .11).",
    ),
    "Référentiel INS, ANS ; RGPD",
);

/// One file filed several times.
pub(super) static SAME_FILE: Rule = Rule::fixed(
    "COHERENCE-SAME-FILE",
    Severity::Info,
    text(
        "Un fichier déposé pour plusieurs preuves est signalé",
        "A file filed for several proofs is pointed out",
    ),
    text(
        "Ce peut être voulu (un formulaire répond à plusieurs preuves) ou une erreur de dépôt.",
        "It may be meant (one form answers several proofs) or a mistake.",
    ),
    text(
        "Vérifier que ce fichier répond à chacune des preuves.",
        "Check that this file answers each of the proofs.",
    ),
    "Convention de dépôt",
);

/// Every rule of the family.
pub(super) fn rules() -> Vec<&'static Rule> {
    vec![
        &DOCUMENT,
        &PATIENT,
        &TYPE,
        &CONTENT,
        &CONFIDENTIALITY,
        &RECIPIENT,
        &OBLIGATION,
        &MESSAGE_ID,
        &RECEIPT,
        &REAL_PATIENT,
        &SAME_FILE,
    ]
}
