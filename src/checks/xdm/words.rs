//! The rules on IHE_XDM archives: their words.

use crate::finding::{Rule, Severity};
use crate::text::text;

const XDM: &str = "IHE ITI TF-2, 3.32 (XDM) ; CI-SIS, volet Échange de documents de santé";

/// README.TXT is absent.
pub(super) static README: Rule = Rule::fixed(
    "XDM-README",
    Severity::Error,
    text(
        "README.TXT est à la racine de l'archive",
        "README.TXT is at the root of the archive",
    ),
    text(
        "La norme XDM l'exige : il dit qui envoie et avec quel logiciel.",
        "The XDM standard requires it: it says who sends and with which software.",
    ),
    text("Ajouter README.TXT à la racine.", "Add README.TXT at the root."),
    XDM,
);

/// INDEX.HTM is absent.
pub(super) static INDEX: Rule = Rule::fixed(
    "XDM-INDEX",
    Severity::Error,
    text(
        "INDEX.HTM est à la racine de l'archive",
        "INDEX.HTM is at the root of the archive",
    ),
    text(
        "C'est la page qu'ouvre un destinataire sans logiciel adapté.",
        "It is the page that a receiver without fitting software opens.",
    ),
    text("Ajouter INDEX.HTM à la racine.", "Add INDEX.HTM at the root."),
    XDM,
);

/// INDEX.HTM is not well-formed or misses its link or sender.
pub(super) static INDEX_CONTENT: Rule = Rule::fixed(
    "XDM-INDEX-CONTENT",
    Severity::Warning,
    text(
        "INDEX.HTM est du XHTML bien formé, nomme l'émetteur et renvoie à README.TXT",
        "INDEX.HTM is well-formed XHTML, names the sender and links to README.TXT",
    ),
    text(
        "Sans lien ni émetteur la page n'aide pas le destinataire.",
        "Without link or sender the page does not help the receiver.",
    ),
    text(
        "Ajouter <a href=\"README.TXT\"> et l'émetteur avec son identifiant national.",
        "Add <a href=\"README.TXT\"> and the sender with its national id.",
    ),
    "CI-SIS, volet Échange ; archives officielles d'exemple",
);

/// README.TXT misses a section or its line ends are not CRLF.
pub(super) static README_CONTENT: Rule = Rule::fixed(
    "XDM-README-CONTENT",
    Severity::Warning,
    text(
        "README.TXT a ses quatre sections et des fins de ligne CRLF",
        "README.TXT has its four sections and CRLF line ends",
    ),
    text(
        "Émetteur, application, instructions et arborescence sont ce que le destinataire y cherche.",
        "Sender, application, instructions and tree are what the receiver looks for.",
    ),
    text(
        "Écrire les sections Emetteur, Application de l'émetteur, Instructions et Arborescence, en CRLF.",
        "Write the sections Emetteur, Application de l'émetteur, Instructions and Arborescence, with CRLF.",
    ),
    "CI-SIS, volet Échange ; archives officielles d'exemple",
);

/// No IHE_XDM folder, or a folder in it that is no SUBSETnn.
pub(super) static FOLDER: Rule = Rule::fixed(
    "XDM-FOLDER",
    Severity::Error,
    text(
        "Les lots sont dans IHE_XDM/SUBSETnn",
        "The sets are in IHE_XDM/SUBSETnn",
    ),
    text(
        "Le destinataire cherche les métadonnées à cet endroit précis.",
        "The receiver looks for the metadata at this very place.",
    ),
    text(
        "Créer IHE_XDM/SUBSET01 à la racine de l'archive.",
        "Make IHE_XDM/SUBSET01 at the root of the archive.",
    ),
    XDM,
);

/// METADATA.XML is absent from a SUBSET.
pub(super) static METADATA: Rule = Rule::fixed(
    "XDM-METADATA",
    Severity::Error,
    text(
        "Chaque SUBSET contient METADATA.XML",
        "Every SUBSET has METADATA.XML",
    ),
    text(
        "Sans métadonnées les documents du lot ne peuvent être intégrés.",
        "Without metadata the documents of the set cannot be integrated.",
    ),
    text(
        "Ajouter METADATA.XML au SUBSET.",
        "Add METADATA.XML to the SUBSET.",
    ),
    XDM,
);

/// A name in lower case.
pub(super) static NAME_CASE: Rule = Rule::fixed(
    "XDM-NAME-CASE",
    Severity::Error,
    text("Les noms sont en majuscules", "Names are in upper case"),
    text(
        "Les noms suivent ISO 9660 niveau 1 ; un système sensible à la casse ne trouverait pas le fichier.",
        "Names follow ISO 9660 level 1; a case-sensitive system would not find the file.",
    ),
    text(
        "Écrire le nom en majuscules, dans l'archive et dans URI.",
        "Write the name in upper case, in the archive and in URI.",
    ),
    XDM,
);

/// A name that is no 8.3 name.
pub(super) static NAME_LENGTH: Rule = Rule::fixed(
    "XDM-NAME-8-3",
    Severity::Warning,
    text(
        "Les noms ont au plus 8 caractères et une extension de 3, parmi A-Z, 0-9 et _",
        "Names have at most 8 characters and an extension of 3, out of A-Z, 0-9 and _",
    ),
    text(
        "ISO 9660 niveau 1 n'en permet pas d'autres ; des lecteurs courants les acceptent pourtant.",
        "ISO 9660 level 1 allows no others; common readers accept them though.",
    ),
    text(
        "Raccourcir le nom (DOC0001.XML).",
        "Shorten the name (DOC0001.XML).",
    ),
    XDM,
);

/// An archive in the archive.
pub(super) static NESTED_ARCHIVE: Rule = Rule::fixed(
    "XDM-NESTED-ARCHIVE",
    Severity::Error,
    text(
        "L'archive ne contient pas d'autre archive",
        "The archive has no other archive in it",
    ),
    text(
        "Aucun destinataire n'ouvre une archive dans l'archive ; c'est aussi la forme d'une bombe. Elle n'est pas ouverte.",
        "No receiver opens an archive in the archive; it is also the shape of a bomb. It is not opened.",
    ),
    text(
        "Mettre les documents eux-mêmes dans le SUBSET.",
        "Put the documents themselves in the SUBSET.",
    ),
    XDM,
);

/// More than one SUBSET.
pub(super) static SEVERAL_SUBSETS: Rule = Rule::fixed(
    "XDM-SEVERAL-SUBSETS",
    Severity::Info,
    text(
        "Une archive envoyée par MSSanté n'a qu'un SUBSET",
        "An archive sent by MSSanté has one SUBSET",
    ),
    text(
        "XDM en permet plusieurs, la messagerie MSSanté un seul : le courriel serait en erreur.",
        "XDM allows several, MSSanté mail one only: the mail would be in error.",
    ),
    text("Envoyer un lot par archive.", "Send one set per archive."),
    XDM,
);

/// A file that no entry declares.
pub(super) static UNDECLARED: Rule = Rule::fixed(
    "XDM-UNDECLARED",
    Severity::Error,
    text(
        "Tout fichier d'un SUBSET est décrit par une fiche",
        "Every file of a SUBSET is described by an entry",
    ),
    text(
        "Un fichier sans fiche sera perdu à l'intégration.",
        "A file without entry will be lost when integrated.",
    ),
    text(
        "Ajouter sa fiche à METADATA.XML, ou le retirer (METADATA.XML et *.XSL sont admis).",
        "Add its entry to METADATA.XML, or remove it (METADATA.XML and *.XSL are allowed).",
    ),
    XDM,
);

/// A URI that is no file of the SUBSET.
pub(super) static URI: Rule = Rule::fixed(
    "XDM-URI",
    Severity::Error,
    text(
        "Chaque URI désigne un fichier du même SUBSET, et un seul document",
        "Every URI is a file of the same SUBSET, and of one document only",
    ),
    text(
        "Un document annoncé mais absent est perdu pour le patient.",
        "A document announced but absent is lost for the patient.",
    ),
    text(
        "Corriger URI (nom simple, même casse) ou ajouter le fichier.",
        "Correct URI (plain name, same case) or add the file.",
    ),
    XDM,
);

/// An autorun file.
pub(super) static AUTORUN: Rule = Rule::fixed(
    "XDM-AUTORUN",
    Severity::Warning,
    text("Pas de lancement automatique", "No autorun file"),
    text(
        "Un AUTORUN.INF lance un programme chez le destinataire : les antivirus bloquent l'archive.",
        "An AUTORUN.INF starts a program at the receiver's: antivirus software blocks the archive.",
    ),
    text("Retirer AUTORUN.INF.", "Remove AUTORUN.INF."),
    XDM,
);

/// The style sheet of a document is not in the SUBSET.
pub(super) static STYLESHEET: Rule = Rule::fixed(
    "XDM-STYLESHEET",
    Severity::Warning,
    text(
        "La feuille de style citée par un document est dans le SUBSET",
        "The style sheet that a document names is in the SUBSET",
    ),
    text(
        "Le document ne s'affichera pas comme l'émetteur l'a voulu.",
        "The document will not be shown as its sender wants.",
    ),
    text(
        "Joindre la feuille de style (*.XSL) ou ôter l'instruction xml-stylesheet.",
        "Join the style sheet (*.XSL) or drop the xml-stylesheet instruction.",
    ),
    "CI-SIS, volet Échange",
);

/// Documents of several patients.
pub(super) static ONE_PATIENT: Rule = Rule::fixed(
    "XDM-ONE-PATIENT",
    Severity::Error,
    text(
        "Tous les documents de l'archive concernent un seul patient",
        "All documents of the archive concern one patient",
    ),
    text(
        "Une archive à deux patients verserait un document au mauvais dossier.",
        "An archive of two patients would put a document in the wrong record.",
    ),
    text("Une archive par patient.", "One archive per patient."),
    "MSS/CONF.23 ; volet Échange",
);

/// A document that is no CDA.
pub(super) static NOT_CDA: Rule = Rule::fixed(
    "XDM-DOCUMENT-TYPE",
    Severity::Warning,
    text(
        "Les documents de l'archive sont des CDA R2",
        "The documents of the archive are CDA R2 documents",
    ),
    text(
        "Le volet Échange transporte des CDA (niveau 1 ou 3) ; le PDF va en pièce jointe du courriel.",
        "The Échange volume carries CDA documents (level 1 or 3); the PDF goes as an attachment of the mail.",
    ),
    text(
        "Mettre le document en CDA R2 niveau 1.",
        "Wrap the document in a level 1 CDA R2.",
    ),
    "CI-SIS, volet Échange",
);

/// Every rule of the family itself.
pub(super) fn rules() -> Vec<&'static Rule> {
    vec![
        &README,
        &INDEX,
        &INDEX_CONTENT,
        &README_CONTENT,
        &FOLDER,
        &METADATA,
        &NAME_CASE,
        &NAME_LENGTH,
        &NESTED_ARCHIVE,
        &SEVERAL_SUBSETS,
        &UNDECLARED,
        &URI,
        &AUTORUN,
        &STYLESHEET,
        &ONE_PATIENT,
        &NOT_CDA,
    ]
}
