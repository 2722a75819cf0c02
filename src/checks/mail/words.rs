//! The rules on MSSanté mails: their words.

use crate::finding::{Rule, Severity};
use crate::text::text;

/// The mail has no header.
pub(super) static UNREADABLE: Rule = Rule::fixed(
    "MAIL-UNREADABLE",
    Severity::Error,
    text("Le courriel se lit (RFC 5322)", "The mail can be read (RFC 5322)"),
    text(
        "Sans en-têtes ce n'est pas la source d'un courriel.",
        "Without headers it is not the source of a mail.",
    ),
    text(
        "Déposer la source complète du message (.eml).",
        "File the whole source of the message (.eml).",
    ),
    "RFC 5322",
);

/// Too many MIME parts or levels.
pub(super) static LIMIT: Rule = Rule::fixed(
    "MAIL-LIMIT",
    Severity::Error,
    text(
        "Le nombre et l'imbrication des parties MIME restent sous la limite",
        "The number and nesting of MIME parts stay under the limit",
    ),
    text(
        "Au-delà de la limite le reste du courriel n'est pas lu.",
        "Beyond the limit the rest of the mail is not read.",
    ),
    text(
        "Envoyer un message multipart/mixed simple.",
        "Send a plain multipart/mixed message.",
    ),
    "conforme, limites de lecture",
);

/// A part whose transfer encoding is broken.
pub(super) static TRANSFER: Rule = Rule::fixed(
    "MAIL-TRANSFER",
    Severity::Error,
    text("Chaque partie se décode entièrement", "Every part decodes wholly"),
    text(
        "Une pièce jointe abîmée ne peut être ni ouverte ni intégrée.",
        "A damaged attachment can be neither opened nor integrated.",
    ),
    text(
        "Réencoder la pièce en base64 (RFC 2045).",
        "Encode the part in base64 again (RFC 2045).",
    ),
    "RFC 2045, 6.8",
);

/// Message-ID absent or malformed.
pub(super) static MESSAGE_ID: Rule = Rule::fixed(
    "MAIL-MESSAGE-ID",
    Severity::Error,
    text(
        "Message-ID est présent et bien formé",
        "Message-ID is present and well formed",
    ),
    text(
        "Il relie le message à ses accusés et à ses réponses.",
        "It links the message to its receipts and answers.",
    ),
    text(
        "Message-ID: <identifiant-unique@domaine>.",
        "Message-ID: <unique-id@domain>.",
    ),
    "MSS/va1.12 (ECO.2.2.1) ; RFC 5322, 3.6.4",
);

/// A reply or replacement without In-Reply-To or References.
pub(super) static REPLY: Rule = Rule::fixed(
    "MAIL-REPLY",
    Severity::Warning,
    text(
        "Une réponse ou un remplacement cite le message d'origine",
        "A reply or a replacement names the first message",
    ),
    text(
        "Le destinataire rattache ainsi les messages entre eux.",
        "That is how the receiver links the messages.",
    ),
    text(
        "Ajouter In-Reply-To et References avec le Message-ID d'origine.",
        "Add In-Reply-To and References with the first Message-ID.",
    ),
    "MSS/va1.08 (ECO.2.2.2) ; RFC 5322, 3.6.4",
);

/// The subject has not its prefix or not the patient's name.
pub(super) static SUBJECT: Rule = Rule::fixed(
    "MAIL-SUBJECT",
    Severity::Error,
    text(
        "L'objet est XDM/1.0/DDM+libellé NOM prénom [JJ/MM/AAAA]",
        "The subject is XDM/1.0/DDM+label NAME given [DD/MM/YYYY]",
    ),
    text(
        "Le préfixe déclenche l'intégration, les traits permettent le tri par un humain.",
        "The prefix starts the integration, the traits let a person sort.",
    ),
    text(
        "Reprendre le nom et le premier prénom de naissance du CDA après le libellé.",
        "Put the birth name and the first given name of the CDA after the label.",
    ),
    "MSS/CONF.25 (ECO.2.1.3)",
);

/// The label of the subject is not that of the document.
pub(super) static SUBJECT_LABEL: Rule = Rule::fixed(
    "MAIL-SUBJECT-LABEL",
    Severity::Warning,
    text(
        "Le libellé de l'objet est celui du type de document, ou « N documents »",
        "The label of the subject is that of the document type, or 'N documents'",
    ),
    text(
        "Le lecteur sait ainsi ce qu'il reçoit.",
        "So the reader knows what arrives.",
    ),
    text(
        "code/@displayName du CDA, coupé à 40 caractères.",
        "code/@displayName of the CDA, cut at 40 characters.",
    ),
    "MSS/CONF.25 (ECO.2.1.3)",
);

/// X-MSS-CODECDA is not the codes of the CDA documents.
pub(super) static CODE: Rule = Rule::fixed(
    "MAIL-X-MSS-CODECDA",
    Severity::Error,
    text(
        "X-MSS-CODECDA porte le code de chaque CDA joint, et n'existe pas sans CDA",
        "X-MSS-CODECDA carries the code of each CDA attached, and is absent without CDA",
    ),
    text(
        "Les opérateurs comptent et aiguillent les documents par cet en-tête.",
        "Operators count and route documents by this header.",
    ),
    text(
        "X-MSS-CODECDA: code,code dans l'ordre de l'archive.",
        "X-MSS-CODECDA: code,code in the order of the archive.",
    ),
    "MSS/CONF.15 (ECO.2.4.1)",
);

/// The codes are in another order than in the archive.
pub(super) static CODE_ORDER: Rule = Rule::fixed(
    "MAIL-X-MSS-CODECDA-ORDER",
    Severity::Warning,
    text(
        "X-MSS-CODECDA suit l'ordre de l'archive",
        "X-MSS-CODECDA follows the order of the archive",
    ),
    text(
        "Les codes vont avec les documents par leur rang.",
        "Codes go with documents by their rank.",
    ),
    text(
        "Ordonner les codes comme les documents.",
        "Order the codes like the documents.",
    ),
    "MSS/CONF.15 (ECO.2.4.1)",
);

/// X-MSS-INS does not say what the CDA documents say.
pub(super) static INS: Rule = Rule::fixed(
    "MAIL-X-MSS-INS",
    Severity::Error,
    text(
        "X-MSS-INS vaut O si le CDA porte l'INS et les quatre traits, N sinon, et n'existe pas sans CDA",
        "X-MSS-INS is O when the CDA has the INS and the four traits, N otherwise, and is absent without CDA",
    ),
    text(
        "Cet en-tête mesure l'usage de l'identité qualifiée : il doit être exact.",
        "This header measures the use of the qualified identity: it must be right.",
    ),
    text(
        "Calculer l'en-tête à partir du CDA joint.",
        "Compute the header from the CDA attached.",
    ),
    "MSS/CONF.14 (ECO.2.4.2)",
);

/// O on a test or waiting identity.
pub(super) static INS_TEST: Rule = Rule::fixed(
    "MAIL-X-MSS-INS-TEST",
    Severity::Warning,
    text(
        "X-MSS-INS = O est réservé aux identités qualifiées réelles en production",
        "X-MSS-INS = O is for real qualified identities in production",
    ),
    text(
        "O est juste sur des données de test ; sur un NIA les textes sont discutés.",
        "O is right on test data; for an NIA the texts are disputed.",
    ),
    text(
        "Rien à corriger sur un jeu de test.",
        "Nothing to correct on test data.",
    ),
    "MSS/CONF.14 (ECO.2.4.2)",
);

/// X-MSS-NIL is absent or empty.
pub(super) static NIL: Rule = Rule::fixed(
    "MAIL-X-MSS-NIL",
    Severity::Error,
    text(
        "X-MSS-NIL porte la référence du produit dans tous les courriels",
        "X-MSS-NIL carries the reference of the product in all mails",
    ),
    text(
        "Il identifie le logiciel émetteur référencé.",
        "It identifies the referenced sending software.",
    ),
    text(
        "X-MSS-NIL: référence Convergence du produit.",
        "X-MSS-NIL: Convergence reference of the product.",
    ),
    "MSS/CONF.16 (ECO.2.4.3)",
);

/// X-MSS-MES is neither absent nor FIN to a patient.
pub(super) static MES: Rule = Rule::fixed(
    "MAIL-X-MSS-MES",
    Severity::Error,
    text(
        "X-MSS-MES est absent, ou vaut FIN vers un patient",
        "X-MSS-MES is absent, or is FIN to a patient",
    ),
    text(
        "FIN clôt un échange avec un usager ; ailleurs il n'a pas de sens.",
        "FIN closes an exchange with a citizen; elsewhere it means nothing.",
    ),
    text(
        "Retirer l'en-tête, ou écrire exactement FIN.",
        "Drop the header, or write exactly FIN.",
    ),
    "ECO.2.2.8",
);

/// A patient address that is not the INS of the document.
pub(super) static PATIENT_ADDRESS: Rule = Rule::fixed(
    "MAIL-PATIENT-ADDRESS",
    Severity::Error,
    text(
        "L'adresse d'un patient est son matricule INS @patient.mssante.fr",
        "The address of a patient is the matricule INS @patient.mssante.fr",
    ),
    text(
        "Une autre adresse enverrait le document à une autre personne.",
        "Another address would send the document to another person.",
    ),
    text(
        "Former l'adresse avec le matricule INS qualifié du CDA.",
        "Make the address of the qualified matricule INS of the CDA.",
    ),
    "ECO.2.2.6",
);

/// Not exactly one IHE_XDM archive.
pub(super) static ARCHIVE: Rule = Rule::fixed(
    "MAIL-ARCHIVE",
    Severity::Error,
    text(
        "Un courriel de documents porte une archive IHE_XDM et une seule",
        "A mail of documents carries exactly one IHE_XDM archive",
    ),
    text(
        "L'archive est ce que le logiciel destinataire intègre.",
        "The archive is what the receiving software integrates.",
    ),
    text(
        "Joindre IHE_XDM.ZIP en application/zip.",
        "Attach IHE_XDM.ZIP as application/zip.",
    ),
    "MSS/CONF.23 (ECO.2.1.1)",
);

/// The archive has another name or media type.
pub(super) static ARCHIVE_NAME: Rule = Rule::fixed(
    "MAIL-ARCHIVE-NAME",
    Severity::Warning,
    text(
        "L'archive se nomme IHE_XDM.ZIP et est en application/zip",
        "The archive is called IHE_XDM.ZIP and is application/zip",
    ),
    text(
        "Certains logiciels cherchent la pièce par son nom.",
        "Some software looks for the attachment by its name.",
    ),
    text(
        "Nommer la pièce IHE_XDM.ZIP, type application/zip.",
        "Call the attachment IHE_XDM.ZIP, type application/zip.",
    ),
    "CI-SIS, volet Transmission par messagerie",
);

/// More than one set in the archive.
pub(super) static SUBSETS: Rule = Rule::fixed(
    "MAIL-SUBSETS",
    Severity::Error,
    text(
        "L'archive envoyée par MSSanté a un seul lot",
        "The archive sent by MSSanté has one set",
    ),
    text(
        "Le destinataire n'intègre que le premier.",
        "The receiver integrates the first one only.",
    ),
    text("Un SUBSET01 par archive.", "One SUBSET01 per archive."),
    "CI-SIS, volet Échange",
);

/// Not as many PDFs as CDA documents.
pub(super) static PDF_COUNT: Rule = Rule::fixed(
    "MAIL-PDF-COUNT",
    Severity::Error,
    text(
        "Chaque CDA de l'archive est aussi joint en PDF",
        "Every CDA of the archive is attached as a PDF too",
    ),
    text(
        "Un destinataire sans logiciel adapté lit le PDF.",
        "A receiver without fitting software reads the PDF.",
    ),
    text("Joindre un PDF par document.", "Attach one PDF per document."),
    "MSS/CONF.23 (ECO.2.1.1)",
);

/// The PDF of a level 1 CDA is not the one attached.
pub(super) static PDF_IDENTICAL: Rule = Rule::fixed(
    "MAIL-PDF-IDENTICAL",
    Severity::Error,
    text(
        "Le PDF joint est celui du CDA de niveau 1, octet pour octet",
        "The PDF attached is that of the level 1 CDA, byte for byte",
    ),
    text(
        "Deux versions d'un même document se contrediraient.",
        "Two versions of one document would contradict each other.",
    ),
    text(
        "Joindre le PDF embarqué dans le corps du CDA.",
        "Attach the PDF embedded in the body of the CDA.",
    ),
    "ECO.2.1.1, ECO.2.1.5",
);

/// The PDF beside a level 3 document is about somebody else.
pub(super) static PDF_TEXT: Rule = Rule::fixed(
    "MAIL-PDF-TEXT",
    Severity::Warning,
    text(
        "Le PDF joint à un CDA de niveau 3 porte le patient de ce CDA",
        "The PDF beside a level 3 CDA shows the patient of that CDA",
    ),
    text(
        "Le PDF est fait de l'en-tête et du corps du CDA ; celui d'un autre patient serait lu à la place.",
        "The PDF is made of the header and the body of the CDA; that of another patient would be read instead.",
    ),
    text(
        "Joindre le PDF fait de ce CDA.",
        "Attach the PDF made of this CDA.",
    ),
    "ECO.2.1.1, ECO.2.1.5 ; CONF.23",
);

/// The name of the PDF has not the right shape.
pub(super) static PDF_NAME: Rule = Rule::fixed(
    "MAIL-PDF-NAME",
    Severity::Error,
    text(
        "Un PDF se nomme AAAAMMJJ_type_NOM_prénom.pdf",
        "A PDF is called YYYYMMDD_type_NAME_given.pdf",
    ),
    text(
        "Le nom permet de ranger la pièce sans l'ouvrir.",
        "The name lets one file the attachment without opening it.",
    ),
    text(
        "Date de l'acte, type (40 caractères au plus), nom et prénom de naissance, séparés par « _ ».",
        "Date of the act, type (40 characters at most), birth name and given name, separated by '_'.",
    ),
    "ECO.2.1.6",
);

/// The name of the PDF does not fit the document.
pub(super) static PDF_NAME_VALUES: Rule = Rule::fixed(
    "MAIL-PDF-NAME-VALUES",
    Severity::Warning,
    text(
        "La date, le nom et le prénom du PDF sont ceux du document",
        "Date, name and given name of the PDF are those of the document",
    ),
    text(
        "Un nom trompeur fait ranger la pièce au mauvais endroit.",
        "A misleading name has the attachment filed at the wrong place.",
    ),
    text(
        "Reprendre serviceEvent/effectiveTime/low et les traits du CDA.",
        "Take serviceEvent/effectiveTime/low and the traits of the CDA.",
    ),
    "ECO.2.1.6",
);

/// A text part that is not UTF-8.
pub(super) static CHARSET: Rule = Rule::fixed(
    "MAIL-CHARSET",
    Severity::Error,
    text(
        "Le texte du message est en UTF-8",
        "The text of the message is UTF-8",
    ),
    text(
        "Un autre jeu de caractères abîme les accents chez le destinataire.",
        "Another character set damages accents at the receiver's.",
    ),
    text(
        "Content-Type: text/plain; charset=UTF-8.",
        "Content-Type: text/plain; charset=UTF-8.",
    ),
    "ECO.2.2.3",
);

/// Documents of several patients.
pub(super) static ONE_PATIENT: Rule = Rule::fixed(
    "MAIL-ONE-PATIENT",
    Severity::Error,
    text(
        "Tout le courriel concerne un seul patient",
        "The whole mail concerns one patient",
    ),
    text(
        "Un document d'un autre patient divulguerait des données de santé.",
        "A document of another patient would disclose health data.",
    ),
    text("Un courriel par patient.", "One mail per patient."),
    "MSS/CONF.23",
);

/// The sender is no MSSanté mailbox.
pub(super) static FROM: Rule = Rule::fixed(
    "MAIL-FROM",
    Severity::Warning,
    text(
        "L'expéditeur est une boîte *.mssante.fr",
        "The sender is a *.mssante.fr mailbox",
    ),
    text(
        "Hors de l'espace de confiance le message est rejeté.",
        "Outside of the trusted space the message is refused.",
    ),
    text(
        "Envoyer depuis une boîte MSSanté.",
        "Send from an MSSanté mailbox.",
    ),
    "ECO.2.2.7",
);

/// The label of the sender has another shape.
pub(super) static FROM_LABEL: Rule = Rule::fixed(
    "MAIL-FROM-LABEL",
    Severity::Warning,
    text(
        "Le libellé de l'expéditeur est Titre_Prénom_NOM_Entité",
        "The label of the sender is Title_Given_NAME_Entity",
    ),
    text(
        "Le destinataire reconnaît l'expéditeur à ce libellé.",
        "The receiver knows the sender by this label.",
    ),
    text(
        "From: \"Dr_Prénom_NOM_Entité\" <adresse>.",
        "From: \"Dr_Given_NAME_Entity\" <address>.",
    ),
    "ECO.2.2.7",
);

/// More than 25 MB to a patient.
pub(super) static SIZE: Rule = Rule::fixed(
    "MAIL-SIZE",
    Severity::Error,
    text(
        "Un courriel vers Mon espace santé a au plus 25 Mo",
        "A mail to Mon espace santé has at most 25 MB",
    ),
    text("Au-delà, il est rejeté.", "Beyond, it is refused."),
    text(
        "Alléger ou répartir les pièces.",
        "Make the attachments smaller or split them.",
    ),
    "ECO.2.2.6 ; Mon espace santé",
);

/// A header field that may stand once stands several times.
pub(super) static HEADER_REPEATED: Rule = Rule::fixed(
    "MAIL-HEADER-REPEATED",
    Severity::Error,
    text(
        "Chaque en-tête d'identification est écrit une seule fois",
        "Every identifying header is written once",
    ),
    text(
        "Un destinataire lirait l'une ou l'autre des valeurs, sans que rien ne dise laquelle.",
        "A receiver would read one or the other value, and nothing says which.",
    ),
    text("Garder la bonne valeur seule.", "Keep the right value alone."),
    "RFC 5322, 3.6 ; ECO.2.4",
);

/// Date absent or malformed.
pub(super) static DATE: Rule = Rule::fixed(
    "MAIL-DATE",
    Severity::Warning,
    text(
        "Date est présente et bien formée",
        "Date is present and well formed",
    ),
    text(
        "Sans date d'envoi la trace ne se rattache à aucune séance d'essai.",
        "Without a sending date the trace belongs to no test session.",
    ),
    text(
        "Date: jour, JJ mois AAAA hh:mm:ss +hhmm (mois en anglais).",
        "Date: day, DD month YYYY hh:mm:ss +hhmm.",
    ),
    "RFC 5322, 3.6.1",
);

/// No addressee, or one outside of MSSanté.
pub(super) static RECIPIENT: Rule = Rule::fixed(
    "MAIL-RECIPIENT",
    Severity::Warning,
    text(
        "Les destinataires sont des boîtes MSSanté",
        "The addressees are MSSanté mailboxes",
    ),
    text(
        "Hors de l'espace de confiance, un opérateur refuse le message.",
        "Outside of the trusted space an operator refuses the message.",
    ),
    text(
        "Envoyer à une adresse en mssante.fr.",
        "Send to an address in mssante.fr.",
    ),
    "Référentiel socle MSSanté",
);

/// A read receipt is asked for at a place where none can arrive.
pub(super) static RECEIPT_REQUEST: Rule = Rule::fixed(
    "MAIL-RECEIPT-REQUEST",
    Severity::Warning,
    text(
        "Disposition-Notification-To est une boîte MSSanté",
        "Disposition-Notification-To is an MSSanté mailbox",
    ),
    text(
        "L'accusé de lecture n'arriverait à personne.",
        "The read receipt would arrive nowhere.",
    ),
    text(
        "Y mettre l'adresse de l'expéditeur.",
        "Put the address of the sender there.",
    ),
    "RFC 8098, 2.1 ; CI-SIS, volet Transmission par messagerie",
);

/// A read receipt that is not built as one.
pub(super) static RECEIPT: Rule = Rule::fixed(
    "MAIL-RECEIPT",
    Severity::Error,
    text(
        "Un accusé de lecture est un multipart/report complet",
        "A read receipt is a complete multipart/report",
    ),
    text(
        "L'expéditeur ne saurait pas lequel de ses messages a été lu ou refusé.",
        "The sender would not know which message was read or refused.",
    ),
    text(
        "report-type=disposition-notification, parties texte et message/disposition-notification avec Disposition, Final-Recipient et Original-Message-ID.",
        "report-type=disposition-notification, parts text and message/disposition-notification with Disposition, Final-Recipient and Original-Message-ID.",
    ),
    "CI-SIS, volet Transmission par messagerie ; RFC 8098",
);

/// Every rule of the family.
pub(super) fn rules() -> Vec<&'static Rule> {
    vec![
        &UNREADABLE,
        &LIMIT,
        &TRANSFER,
        &MESSAGE_ID,
        &REPLY,
        &SUBJECT,
        &SUBJECT_LABEL,
        &CODE,
        &CODE_ORDER,
        &INS,
        &INS_TEST,
        &NIL,
        &MES,
        &PATIENT_ADDRESS,
        &ARCHIVE,
        &ARCHIVE_NAME,
        &SUBSETS,
        &PDF_COUNT,
        &PDF_IDENTICAL,
        &PDF_TEXT,
        &PDF_NAME,
        &PDF_NAME_VALUES,
        &CHARSET,
        &ONE_PATIENT,
        &FROM,
        &FROM_LABEL,
        &SIZE,
        &HEADER_REPEATED,
        &DATE,
        &RECIPIENT,
        &RECEIPT_REQUEST,
        &RECEIPT,
    ]
}
