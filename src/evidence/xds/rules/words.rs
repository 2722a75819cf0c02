//! The rules on metadata alone: their words. The code that checks them is in the files beside this one.

use crate::finding::{Rule, Severity};
use crate::text::text;

const IHE: &str = "IHE ITI TF-3, 4.2 (métadonnées de documents) ; ebRIM 3.0";
const FRENCH: &str = "CI-SIS, volet Partage de documents de santé ; volet Échange de documents de santé";

/// Not a SubmitObjectsRequest.
pub static ROOT: Rule = Rule::fixed(
    "XDS-ROOT",
    Severity::Error,
    text(
        "Les métadonnées sont un SubmitObjectsRequest ebRIM 3.0",
        "The metadata are an ebRIM 3.0 SubmitObjectsRequest",
    ),
    text(
        "Sans cette racine et sa RegistryObjectList, dans leurs espaces de noms, aucun destinataire ne reconnaît les métadonnées.",
        "Without this root and its RegistryObjectList, in their namespaces, no receiver recognises the metadata.",
    ),
    text(
        "Produire {urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0}SubmitObjectsRequest / {…rim:3.0}RegistryObjectList.",
        "Produce {urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0}SubmitObjectsRequest / {…rim:3.0}RegistryObjectList.",
    ),
    IHE,
);

/// The metadata are not well-formed XML.
pub static WELL_FORMED: Rule = Rule::fixed(
    "XDS-WELL-FORMED",
    Severity::Error,
    text(
        "Les métadonnées sont du XML bien formé, sans DOCTYPE",
        "The metadata are well-formed XML without DOCTYPE",
    ),
    text(
        "Des métadonnées illisibles rendent tout le lot inexploitable.",
        "Metadata that cannot be read make the whole lot useless.",
    ),
    text(
        "Corriger le XML à l'endroit indiqué.",
        "Correct the XML at the place shown.",
    ),
    "XML 1.0",
);

/// Children in an order that the ebRIM schema forbids.
pub static ORDER: Rule = Rule::fixed(
    "XDS-EBRIM-ORDER",
    Severity::Warning,
    text(
        "Les enfants d'un objet ebRIM suivent l'ordre du schéma",
        "The children of an ebRIM object follow the order of the schema",
    ),
    text(
        "Le schéma ebRIM veut Slot, Name, Description, Classification puis ExternalIdentifier ; un destinataire qui valide le schéma refuserait ce lot. Presque toutes les archives officielles dévient : avertissement.",
        "The ebRIM schema wants Slot, Name, Description, Classification, then ExternalIdentifier; a receiver that validates would refuse the lot. Nearly all official archives deviate: a warning.",
    ),
    text("Écrire tous les Slot d'abord.", "Write all Slots first."),
    "ebRIM 3.0, rim.xsd",
);

/// Not exactly one submission set.
pub static SUBMISSION_SET: Rule = Rule::fixed(
    "XDS-SUBMISSION-SET",
    Severity::Error,
    text("Un lot de soumission et un seul", "Exactly one submission set"),
    text(
        "Le lot (RegistryPackage classé a54d6aa5-…) porte l'émetteur, le patient et l'horodatage de l'envoi.",
        "The set (RegistryPackage classified a54d6aa5-…) carries the sender, the patient and the time of the sending.",
    ),
    text(
        "Déclarer un RegistryPackage avec la classification urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd.",
        "Declare one RegistryPackage with the classification urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd.",
    ),
    IHE,
);

/// No document entry.
pub static NO_DOCUMENT: Rule = Rule::fixed(
    "XDS-NO-DOCUMENT",
    Severity::Error,
    text(
        "Le lot décrit au moins un document",
        "The set describes at least one document",
    ),
    text(
        "Un lot sans ExtrinsicObject n'annonce rien.",
        "A set without ExtrinsicObject announces nothing.",
    ),
    text(
        "Ajouter une fiche (ExtrinsicObject) par document.",
        "Add an entry (ExtrinsicObject) per document.",
    ),
    IHE,
);

/// A required slot is absent or empty.
pub static SLOT: Rule = Rule::fixed(
    "XDS-SLOT",
    Severity::Error,
    text(
        "Chaque métadonnée obligatoire portée par un Slot est présente et renseignée",
        "Every required metadatum carried by a slot is present and filled",
    ),
    text(
        "Le destinataire range, vérifie et affiche le document d'après ces métadonnées.",
        "The receiver files, checks and shows the document by these metadata.",
    ),
    text("Ajouter le Slot avec sa valeur.", "Add the slot with its value."),
    FRENCH,
);

/// A slot name twice on one object, or too many values.
pub static SLOT_REPEATED: Rule = Rule::fixed(
    "XDS-SLOT-REPEATED",
    Severity::Error,
    text(
        "Un Slot n'apparaît qu'une fois et n'a que les valeurs permises",
        "A slot appears once and has no more values than allowed",
    ),
    text(
        "Avec deux Slots du même nom, chaque destinataire choisit le sien.",
        "With two slots of one name every receiver picks its own.",
    ),
    text(
        "Regrouper ou supprimer les valeurs en trop.",
        "Group or remove the values in excess.",
    ),
    IHE,
);

/// A value longer than ebRIM allows.
pub static VALUE_LENGTH: Rule = Rule::fixed(
    "XDS-VALUE-LENGTH",
    Severity::Error,
    text(
        "Aucune valeur de Slot ne dépasse 256 caractères",
        "No slot value exceeds 256 characters",
    ),
    text(
        "Les registres tronquent ou refusent les valeurs plus longues.",
        "Registries cut or refuse longer values.",
    ),
    text(
        "Raccourcir la valeur ou la répartir selon la norme.",
        "Shorten the value or split it as the standard says.",
    ),
    "ebRIM 3.0, LongName",
);

/// A required classification is absent or repeated.
pub static CLASSIFICATION: Rule = Rule::fixed(
    "XDS-CLASSIFICATION",
    Severity::Error,
    text(
        "Chaque code obligatoire est présent, le nombre de fois permis",
        "Every required code is present, as often as allowed",
    ),
    text(
        "Type, classe, format, confidentialité, secteur et cadre d'exercice décident qui voit le document et où il est rangé.",
        "Type, class, format, confidentiality, sector and practice setting decide who sees the document and where it is filed.",
    ),
    text(
        "Porter la Classification du schéma indiqué.",
        "Carry the classification of the scheme shown.",
    ),
    FRENCH,
);

/// A classification without code, coding scheme or name.
pub static CODE: Rule = Rule::fixed(
    "XDS-CODE",
    Severity::Error,
    text(
        "Une classification porte un code, son codingScheme et son libellé",
        "A classification carries a code, its codingScheme and its label",
    ),
    text(
        "Un code sans système ne veut rien dire ; sans libellé il ne peut être affiché.",
        "A code without a system means nothing; without a label it cannot be shown.",
    ),
    text(
        "Renseigner nodeRepresentation, le Slot codingScheme et Name.",
        "Fill nodeRepresentation, the slot codingScheme and Name.",
    ),
    IHE,
);

/// A code outside of its value set.
pub static VALUE_SET: Rule = Rule::fixed(
    "XDS-VALUE-SET",
    Severity::Warning,
    text(
        "Le code appartient à son jeu de valeurs",
        "The code belongs to its value set",
    ),
    text(
        "Un code hors du jeu de valeurs peut être refusé par le destinataire ; les jeux évoluent, d'où l'avertissement.",
        "A code outside of the value set may be refused by the receiver; the sets evolve, hence a warning.",
    ),
    text(
        "Choisir un code du jeu de valeurs en vigueur.",
        "Choose a code of the value set in force.",
    ),
    "NOS, JDV_J06, JDV_J08",
);

/// A required external identifier is absent, empty or repeated.
pub static IDENTIFIER: Rule = Rule::fixed(
    "XDS-IDENTIFIER",
    Severity::Error,
    text(
        "Chaque identifiant externe obligatoire est présent, une fois",
        "Every required external identifier is present, once",
    ),
    text(
        "Sans identifiant unique ni patient, le document ne peut être ni dédoublonné ni rattaché.",
        "Without unique id or patient the document can be neither deduplicated nor attached.",
    ),
    text(
        "Ajouter l'ExternalIdentifier du schéma indiqué.",
        "Add the ExternalIdentifier of the scheme shown.",
    ),
    IHE,
);

/// A document entry of another type than stable document.
pub static OBJECT_TYPE: Rule = Rule::fixed(
    "XDS-OBJECT-TYPE",
    Severity::Error,
    text(
        "objectType est celui d'un document stable",
        "objectType is that of a stable document",
    ),
    text(
        "Un autre type est celui d'un document à la demande ou inconnu.",
        "Another type is that of an on-demand document or unknown.",
    ),
    text(
        "objectType=\"urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1\".",
        "objectType=\"urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1\".",
    ),
    IHE,
);

/// An entry that is not approved.
pub static STATUS: Rule = Rule::fixed(
    "XDS-STATUS",
    Severity::Error,
    text(
        "Le statut d'une fiche soumise est Approved",
        "The status of a submitted entry is Approved",
    ),
    text(
        "Un document soumis ne peut être déjà déprécié.",
        "A submitted document cannot be deprecated already.",
    ),
    text(
        "status=\"urn:oasis:names:tc:ebxml-regrep:StatusType:Approved\".",
        "status=\"urn:oasis:names:tc:ebxml-regrep:StatusType:Approved\".",
    ),
    IHE,
);

/// A document is not linked to the submission set.
pub static HAS_MEMBER: Rule = Rule::fixed(
    "XDS-HAS-MEMBER",
    Severity::Error,
    text(
        "Chaque fiche est rattachée au lot par une association HasMember « Original »",
        "Every entry is linked to the set by a HasMember association 'Original'",
    ),
    text(
        "Sans cette association le document n'appartient pas à l'envoi.",
        "Without this association the document is no part of the sending.",
    ),
    text(
        "Une Association HasMember du lot vers la fiche, avec SubmissionSetStatus = Original.",
        "One HasMember association from the set to the entry, with SubmissionSetStatus = Original.",
    ),
    IHE,
);

/// An association that points at nothing.
pub static ASSOCIATION_TARGET: Rule = Rule::fixed(
    "XDS-ASSOCIATION-TARGET",
    Severity::Error,
    text(
        "Une association désigne des objets du lot",
        "An association points at objects of the set",
    ),
    text(
        "Une association dont la source ou la cible n'existe pas fait refuser le lot.",
        "An association whose source or target does not exist makes the set refused.",
    ),
    text(
        "Corriger sourceObject ou targetObject.",
        "Correct sourceObject or targetObject.",
    ),
    IHE,
);

/// objectType of an association misused.
pub static ASSOCIATION_OBJECT_TYPE: Rule = Rule::fixed(
    "XDS-ASSOCIATION-OBJECT-TYPE",
    Severity::Info,
    text(
        "objectType d'une association est absent ou celui d'une association",
        "objectType of an association is absent or that of an association",
    ),
    text(
        "« Original » est une valeur de SubmissionSetStatus ; les archives officielles la mettent aussi ici.",
        "'Original' is a value of SubmissionSetStatus; the official archives put it here as well.",
    ),
    text(
        "Retirer l'attribut objectType.",
        "Remove the attribute objectType.",
    ),
    IHE,
);

/// Two objects with one id, or an id that is no URN.
pub static IDS: Rule = Rule::fixed(
    "XDS-IDS",
    Severity::Warning,
    text(
        "Chaque objet a un identifiant propre, en urn:uuid",
        "Every object has an id of its own, as urn:uuid",
    ),
    text(
        "Deux objets de même identifiant se confondent à l'enregistrement.",
        "Two objects with one id are confused when registered.",
    ),
    text(
        "Donner à chaque objet son urn:uuid.",
        "Give every object its urn:uuid.",
    ),
    IHE,
);

/// Two documents, or two sets, with one unique id.
pub static UNIQUE_ID: Rule = Rule::fixed(
    "XDS-UNIQUE-ID",
    Severity::Error,
    text(
        "uniqueId n'est celui d'aucune autre fiche du lot",
        "uniqueId is that of no other entry of the submission",
    ),
    text(
        "Le registre refuse deux fiches de même uniqueId ; le destinataire n'en garderait qu'une.",
        "The registry refuses two entries with one uniqueId; the receiver would keep only one.",
    ),
    text(
        "Donner à chaque document son propre identifiant (id du CDA), et ne le décrire qu'une fois.",
        "Give every document an identifier of its own (id of the CDA), and describe it only once.",
    ),
    IHE,
);

/// An internal reference that points elsewhere.
pub static DANGLING: Rule = Rule::fixed(
    "XDS-DANGLING-REFERENCE",
    Severity::Info,
    text(
        "registryObject et classifiedObject désignent l'objet qui les contient",
        "registryObject and classifiedObject point at the object they are in",
    ),
    text(
        "Une référence orpheline est ignorée par les destinataires connus : les archives officielles en contiennent.",
        "A dangling reference is ignored by the known receivers: official archives have some.",
    ),
    text(
        "Y mettre l'identifiant de l'objet parent.",
        "Put the id of the parent object.",
    ),
    IHE,
);

/// sourceId or uniqueId is no OID.
pub static OID: Rule = Rule::fixed(
    "XDS-OID",
    Severity::Error,
    text(
        "sourceId et uniqueId sont des OID d'au plus 64 caractères",
        "sourceId and uniqueId are OIDs of at most 64 characters",
    ),
    text(
        "Ces identifiants doivent être uniques au monde ; un OID mal formé est refusé.",
        "These ids must be unique in the world; a malformed OID is refused.",
    ),
    text(
        "Former un OID sous la racine de l'émetteur.",
        "Make an OID under the root of the sender.",
    ),
    IHE,
);

/// A time that is no DTM in UTC.
pub static TIME: Rule = Rule::fixed(
    "XDS-TIME",
    Severity::Error,
    text(
        "Les dates sont en AAAAMMJJhhmmss, UTC, sans décalage",
        "Times are YYYYMMDDhhmmss, UTC, without offset",
    ),
    text(
        "Un décalage ou un autre format fausse le tri des documents.",
        "An offset or another format distorts the order of documents.",
    ),
    text(
        "Convertir en UTC et ôter le décalage.",
        "Convert to UTC and drop the offset.",
    ),
    IHE,
);

/// The service ends before it starts.
pub static TIME_ORDER: Rule = Rule::fixed(
    "XDS-TIME-ORDER",
    Severity::Warning,
    text(
        "serviceStartTime ne suit pas serviceStopTime",
        "serviceStartTime is not after serviceStopTime",
    ),
    text(
        "Un acte qui finit avant de commencer trahit une erreur de conversion.",
        "An act that ends before it starts betrays a conversion error.",
    ),
    text("Corriger les deux dates.", "Correct the two times."),
    IHE,
);

/// A patient identifier that is no CX.
pub static PATIENT_ID: Rule = Rule::fixed(
    "XDS-PATIENT-ID",
    Severity::Error,
    text(
        "L'identifiant du patient est un CX : matricule INS (NH) ou identifiant local (PI)",
        "The patient identifier is a CX: matricule INS (NH) or local identifier (PI)",
    ),
    text(
        "Le destinataire rattache le document au patient par cet identifiant et son autorité.",
        "The receiver attaches the document to the patient by this identifier and its authority.",
    ),
    text(
        "Écrire matricule^^^&OID de l'INS&ISO^NH, ou identifiant^^^&OID&ISO^PI.",
        "Write matricule^^^&OID of the INS&ISO^NH, or identifier^^^&OID&ISO^PI.",
    ),
    FRENCH,
);

/// A matricule INS of the wrong shape or with a wrong key.
pub static INS: Rule = Rule::fixed(
    "XDS-INS",
    Severity::Error,
    text(
        "Le matricule INS a 15 caractères et une clé juste",
        "The matricule INS has 15 characters and a right key",
    ),
    text(
        "Une clé fausse est presque toujours une faute de saisie : le document irait au mauvais patient.",
        "A wrong key is nearly always a typing fault: the document would go to the wrong patient.",
    ),
    text(
        "Reprendre le matricule rendu par le téléservice INSi.",
        "Take the matricule that the INSi service gave.",
    ),
    "Référentiel INS, ANS",
);

/// The withdrawn INS-C.
pub static INS_WITHDRAWN: Rule = Rule::fixed(
    "XDS-INS-WITHDRAWN",
    Severity::Error,
    text("L'INS-C n'est plus utilisé", "The INS-C is no longer used"),
    text(
        "L'INS calculé (1.2.250.1.213.1.4.2) est retiré : il ne doit plus circuler.",
        "The computed INS (1.2.250.1.213.1.4.2) is withdrawn: it must no longer be sent.",
    ),
    text(
        "Utiliser l'INS du téléservice (OID .8 ou .9).",
        "Use the INS of the service (OID .8 or .9).",
    ),
    "Référentiel INS, ANS",
);

/// A person or device that is no XCN.
pub static PERSON: Rule = Rule::fixed(
    "XDS-PERSON",
    Severity::Error,
    text(
        "Personnes et dispositifs sont des XCN complets",
        "People and devices are complete XCNs",
    ),
    text(
        "Le professionnel est reconnu par son identifiant national et son autorité ; un XCN incomplet est rejeté par le DMP.",
        "The professional is known by the national identifier and its authority; an incomplete XCN is refused by the DMP.",
    ),
    text(
        "Écrire id^nom^prénom^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS.",
        "Write id^family^given^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS.",
    ),
    FRENCH,
);

/// A type of identifier that does not go with the identifier.
pub static PERSON_TYPE: Rule = Rule::fixed(
    "XDS-PERSON-TYPE",
    Severity::Warning,
    text(
        "Le type d'identifiant (XCN.13) va avec l'identifiant",
        "The type of identifier (XCN.13) goes with the identifier",
    ),
    text(
        "IDNPS pour un professionnel, EI pour un employé, RI pour un dispositif, NH ou PI pour un patient.",
        "IDNPS for a professional, EI for an employee, RI for a device, NH or PI for a patient.",
    ),
    text("Corriger XCN.10 et XCN.13.", "Correct XCN.10 and XCN.13."),
    FRENCH,
);

/// A national identifier of the wrong shape.
pub static PERSON_ID: Rule = Rule::fixed(
    "XDS-PERSON-ID",
    Severity::Error,
    text(
        "L'identifiant national d'un professionnel a sa forme (PS_IdNat)",
        "The national identifier of a professional has its shape (PS_IdNat)",
    ),
    text(
        "8 et un RPPS de 11 chiffres, 0 et un ADELI de 9, ou une structure, « / » et un identifiant local ; hors RPPS, les archives officielles dévient : avertissement.",
        "8 and an RPPS of 11 digits, 0 and an ADELI of 9, or a structure, '/' and a local id; RPPS apart, official archives deviate: a warning.",
    ),
    text(
        "Reprendre l'identifiant de la carte CPS ou de l'annuaire santé.",
        "Take the identifier of the CPS card or of the health directory.",
    ),
    FRENCH,
);

/// An author without authorPerson.
pub static AUTHOR: Rule = Rule::fixed(
    "XDS-AUTHOR",
    Severity::Error,
    text(
        "Chaque auteur a un authorPerson",
        "Every author has an authorPerson",
    ),
    text(
        "Un auteur sans personne ni dispositif ne dit pas qui a écrit le document.",
        "An author without person or device does not say who wrote the document.",
    ),
    text("Ajouter le Slot authorPerson.", "Add the slot authorPerson."),
    FRENCH,
);

/// An institution that is no XON.
pub static ORGANIZATION: Rule = Rule::fixed(
    "XDS-ORGANIZATION",
    Severity::Error,
    text(
        "Les institutions sont des XON avec leur identifiant national",
        "Institutions are XONs with their national identifier",
    ),
    text(
        "La structure est reconnue par son identifiant (FINESS, SIRET...) préfixé de son type.",
        "The structure is known by its identifier (FINESS, SIRET...) with the digit of its type.",
    ),
    text(
        "Écrire nom^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^identifiant.",
        "Write name^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^identifier.",
    ),
    FRENCH,
);

/// The set and an entry name two patients.
pub static PATIENT_MISMATCH: Rule = Rule::fixed(
    "XDS-PATIENT-MISMATCH",
    Severity::Error,
    text(
        "Le lot et toutes ses fiches concernent le même patient",
        "The set and all its entries concern one patient",
    ),
    text(
        "Un document d'un autre patient dans le lot serait versé au mauvais dossier.",
        "A document of another patient in the set would be put in the wrong record.",
    ),
    text(
        "Un lot par patient, avec le même patientId partout.",
        "One set per patient, with the same patientId everywhere.",
    ),
    IHE,
);

/// The hash is not that of the document.
pub static HASH: Rule = Rule::fixed(
    "XDS-HASH",
    Severity::Error,
    text(
        "hash est le SHA-1 des octets du document",
        "hash is the SHA-1 of the bytes of the document",
    ),
    text(
        "Un hash différent dit que le document a été modifié après la description : il est rejeté.",
        "Another hash says that the document was changed after it was described: it is refused.",
    ),
    text(
        "Recalculer le hash sur le fichier envoyé.",
        "Compute the hash again on the file that is sent.",
    ),
    IHE,
);

/// The size is not that of the document.
pub static SIZE: Rule = Rule::fixed(
    "XDS-SIZE",
    Severity::Error,
    text(
        "size est le nombre d'octets du document",
        "size is the number of bytes of the document",
    ),
    text(
        "Une taille différente dit que le document a été tronqué ou modifié.",
        "Another size says that the document was cut or changed.",
    ),
    text(
        "Recalculer la taille sur le fichier envoyé.",
        "Compute the size again on the file that is sent.",
    ),
    IHE,
);

/// A title longer than 128 characters.
pub static TITLE_LENGTH: Rule = Rule::fixed(
    "XDS-TITLE-LENGTH",
    Severity::Warning,
    text(
        "Le titre a au plus 128 caractères",
        "The title has at most 128 characters",
    ),
    text(
        "Les registres tronquent les titres plus longs.",
        "Registries cut longer titles.",
    ),
    text(
        "Raccourcir le titre du document.",
        "Shorten the title of the document.",
    ),
    IHE,
);

/// Every rule on metadata alone.
pub fn rules() -> Vec<&'static Rule> {
    vec![
        &ROOT,
        &WELL_FORMED,
        &ORDER,
        &SUBMISSION_SET,
        &NO_DOCUMENT,
        &SLOT,
        &SLOT_REPEATED,
        &VALUE_LENGTH,
        &CLASSIFICATION,
        &CODE,
        &VALUE_SET,
        &IDENTIFIER,
        &OBJECT_TYPE,
        &STATUS,
        &HAS_MEMBER,
        &ASSOCIATION_TARGET,
        &ASSOCIATION_OBJECT_TYPE,
        &IDS,
        &UNIQUE_ID,
        &DANGLING,
        &OID,
        &TIME,
        &TIME_ORDER,
        &PATIENT_ID,
        &INS,
        &INS_WITHDRAWN,
        &PERSON,
        &PERSON_TYPE,
        &PERSON_ID,
        &AUTHOR,
        &ORGANIZATION,
        &PATIENT_MISMATCH,
        &HASH,
        &SIZE,
        &TITLE_LENGTH,
    ]
}
