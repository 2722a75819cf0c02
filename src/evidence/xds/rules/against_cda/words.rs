//! The words of the rules that compare metadata with the CDA header they come from.

use crate::finding::{Rule, Severity};
use crate::text::text;

const LINK: &str =
    "CI-SIS, annexe Liens entre les métadonnées XDS et l'en-tête CDA ; archives officielles d'exemple";

/// The uniqueId differs from `id (root, ou root^extension)`.
pub(super) static UNIQUE_ID: Rule = Rule::fixed(
    "XDS-CDA-ID",
    Severity::Error,
    text(
        "uniqueId dit la même chose que le CDA",
        "UniqueId says the same as the CDA",
    ),
    text(
        "Le destinataire dédoublonne et remplace les documents par cet identifiant.",
        "The receiver deduplicates and replaces documents by this id.",
    ),
    text(
        "Recopier id (root, ou root^extension) de l'en-tête CDA.",
        "Copy id (root, or root^extension) of the CDA header.",
    ),
    LINK,
);

/// The typeCode differs from `code`.
pub(super) static TYPE: Rule = Rule::fixed(
    "XDS-CDA-TYPE",
    Severity::Error,
    text(
        "typeCode dit la même chose que le CDA",
        "TypeCode says the same as the CDA",
    ),
    text(
        "Le type décide du classement et des droits d'accès.",
        "The type decides where the document goes and who may read it.",
    ),
    text("Recopier code de l'en-tête CDA.", "Copy code of the CDA header."),
    LINK,
);

/// The the label of the type differs from `code/@displayName`.
pub(super) static TYPE_LABEL: Rule = Rule::fixed(
    "XDS-CDA-TYPE-LABEL",
    Severity::Warning,
    text(
        "Le libellé du type dit la même chose que le CDA",
        "The label of the type says the same as the CDA",
    ),
    text(
        "Le lecteur verrait deux noms pour un même document.",
        "The reader would see two names for one document.",
    ),
    text(
        "Recopier code/@displayName de l'en-tête CDA.",
        "Copy code/@displayName of the CDA header.",
    ),
    LINK,
);

/// The the title differs from `title`.
pub(super) static TITLE: Rule = Rule::fixed(
    "XDS-CDA-TITLE",
    Severity::Error,
    text(
        "Le titre dit la même chose que le CDA",
        "The title says the same as the CDA",
    ),
    text(
        "Le titre affiché dans la liste doit être celui du document.",
        "The title shown in the list must be that of the document.",
    ),
    text(
        "Recopier title de l'en-tête CDA.",
        "Copy title of the CDA header.",
    ),
    LINK,
);

/// The creationTime differs from `effectiveTime (converti en UTC)`.
pub(super) static CREATION: Rule = Rule::fixed(
    "XDS-CDA-CREATION-TIME",
    Severity::Error,
    text(
        "creationTime dit la même chose que le CDA",
        "CreationTime says the same as the CDA",
    ),
    text(
        "L'ordre des versions d'un document repose sur cette date.",
        "The order of the versions of a document rests on this time.",
    ),
    text(
        "Recopier effectiveTime (converti en UTC) de l'en-tête CDA.",
        "Copy effectiveTime (converti en UTC) of the CDA header.",
    ),
    LINK,
);

/// The languageCode differs from `languageCode/@code`.
pub(super) static LANGUAGE: Rule = Rule::fixed(
    "XDS-CDA-LANGUAGE",
    Severity::Error,
    text(
        "languageCode dit la même chose que le CDA",
        "LanguageCode says the same as the CDA",
    ),
    text(
        "La langue annoncée doit être celle du document.",
        "The language announced must be that of the document.",
    ),
    text(
        "Recopier languageCode/@code de l'en-tête CDA.",
        "Copy languageCode/@code of the CDA header.",
    ),
    LINK,
);

/// The confidentialityCode differs from `confidentialityCode`.
pub(super) static CONFIDENTIALITY: Rule = Rule::fixed(
    "XDS-CDA-CONFIDENTIALITY",
    Severity::Error,
    text(
        "confidentialityCode dit la même chose que le CDA",
        "ConfidentialityCode says the same as the CDA",
    ),
    text(
        "Une confidentialité perdue rendrait visible un document restreint.",
        "A lost confidentiality would make a restricted document visible.",
    ),
    text(
        "Recopier confidentialityCode de l'en-tête CDA.",
        "Copy confidentialityCode of the CDA header.",
    ),
    LINK,
);

/// The healthcareFacilityTypeCode differs from `componentOf/encompassingEncounter/location/healthCareFacility/code`.
pub(super) static FACILITY: Rule = Rule::fixed(
    "XDS-CDA-FACILITY",
    Severity::Error,
    text(
        "healthcareFacilityTypeCode dit la même chose que le CDA",
        "HealthcareFacilityTypeCode says the same as the CDA",
    ),
    text(
        "Le secteur d'activité sert aux droits d'accès.",
        "The sector of activity is used for access rights.",
    ),
    text(
        "Recopier componentOf/encompassingEncounter/location/healthCareFacility/code de l'en-tête CDA.",
        "Copy componentOf/encompassingEncounter/location/healthCareFacility/code of the CDA header.",
    ),
    LINK,
);

/// The practiceSettingCode differs from `documentationOf[1]/…/standardIndustryClassCode`.
pub(super) static PRACTICE: Rule = Rule::fixed(
    "XDS-CDA-PRACTICE",
    Severity::Error,
    text(
        "practiceSettingCode dit la même chose que le CDA",
        "PracticeSettingCode says the same as the CDA",
    ),
    text(
        "Le cadre d'exercice sert au tri des documents.",
        "The practice setting is used to sort documents.",
    ),
    text(
        "Recopier documentationOf[1]/…/standardIndustryClassCode de l'en-tête CDA.",
        "Copy documentationOf[1]/…/standardIndustryClassCode of the CDA header.",
    ),
    LINK,
);

/// The serviceStartTime and serviceStopTime differs from `documentationOf[1]/serviceEvent/effectiveTime (en UTC)`.
pub(super) static SERVICE_TIME: Rule = Rule::fixed(
    "XDS-CDA-SERVICE-TIME",
    Severity::Error,
    text(
        "serviceStartTime et serviceStopTime dit la même chose que le CDA",
        "ServiceStartTime and serviceStopTime says the same as the CDA",
    ),
    text(
        "La date de l'acte est celle que le lecteur cherche.",
        "The time of the act is the one the reader looks for.",
    ),
    text(
        "Recopier documentationOf[1]/serviceEvent/effectiveTime (en UTC) de l'en-tête CDA.",
        "Copy documentationOf[1]/serviceEvent/effectiveTime (en UTC) of the CDA header.",
    ),
    LINK,
);

/// The eventCodeList differs from `serviceEvent/code (et ses translation)`.
pub(super) static EVENTS: Rule = Rule::fixed(
    "XDS-CDA-EVENTS",
    Severity::Warning,
    text(
        "eventCodeList dit la même chose que le CDA",
        "EventCodeList says the same as the CDA",
    ),
    text(
        "Les actes servent à retrouver le document.",
        "The acts serve to find the document.",
    ),
    text(
        "Recopier serviceEvent/code (et ses translation) de l'en-tête CDA.",
        "Copy serviceEvent/code (et ses translation) of the CDA header.",
    ),
    LINK,
);

/// The patientId differs from `recordTarget/patientRole/id`.
pub(super) static PATIENT: Rule = Rule::fixed(
    "XDS-CDA-PATIENT",
    Severity::Error,
    text(
        "patientId dit la même chose que le CDA",
        "PatientId says the same as the CDA",
    ),
    text(
        "Un document rattaché à un autre patient que celui qu'il décrit met deux personnes en danger.",
        "A document attached to another patient than the one it describes endangers two people.",
    ),
    text(
        "Recopier recordTarget/patientRole/id de l'en-tête CDA.",
        "Copy recordTarget/patientRole/id of the CDA header.",
    ),
    LINK,
);

/// The sourcePatientId differs from `recordTarget/patientRole/id`.
pub(super) static SOURCE_PATIENT: Rule = Rule::fixed(
    "XDS-CDA-SOURCE-PATIENT",
    Severity::Error,
    text(
        "sourcePatientId dit la même chose que le CDA",
        "SourcePatientId says the same as the CDA",
    ),
    text(
        "L'identifiant local permet à l'émetteur de retrouver le patient.",
        "The local id lets the sender find the patient.",
    ),
    text(
        "Recopier recordTarget/patientRole/id de l'en-tête CDA.",
        "Copy recordTarget/patientRole/id of the CDA header.",
    ),
    LINK,
);

/// The sourcePatientInfo (birth name, first given name, date, sex) differs from `recordTarget/patientRole/patient`.
pub(super) static TRAITS: Rule = Rule::fixed(
    "XDS-CDA-TRAITS",
    Severity::Error,
    text(
        "sourcePatientInfo (nom et premier prénom de naissance, date, sexe) dit la même chose que le CDA",
        "SourcePatientInfo (birth name, first given name, date, sex) says the same as the CDA",
    ),
    text(
        "Les traits confirment l'identité ; une différence la met en doute.",
        "The traits confirm the identity; a difference casts doubt on it.",
    ),
    text(
        "Recopier recordTarget/patientRole/patient de l'en-tête CDA.",
        "Copy recordTarget/patientRole/patient of the CDA header.",
    ),
    LINK,
);

/// The sourcePatientInfo (names used, given names, birth place) differs from `recordTarget/patientRole/patient`.
pub(super) static OTHER_TRAITS: Rule = Rule::fixed(
    "XDS-CDA-OTHER-TRAITS",
    Severity::Warning,
    text(
        "sourcePatientInfo (noms utilisés, prénoms, lieu de naissance) dit la même chose que le CDA",
        "SourcePatientInfo (names used, given names, birth place) says the same as the CDA",
    ),
    text(
        "Les autres traits aident au rapprochement d'identité.",
        "The other traits help to match identities.",
    ),
    text(
        "Recopier recordTarget/patientRole/patient de l'en-tête CDA.",
        "Copy recordTarget/patientRole/patient of the CDA header.",
    ),
    LINK,
);

/// The legalAuthenticator differs from `legalAuthenticator/assignedEntity`.
pub(super) static LEGAL: Rule = Rule::fixed(
    "XDS-CDA-LEGAL-AUTHENTICATOR",
    Severity::Error,
    text(
        "legalAuthenticator dit la même chose que le CDA",
        "LegalAuthenticator says the same as the CDA",
    ),
    text(
        "Le responsable du document engage sa responsabilité : ce doit être lui.",
        "The legal authenticator is liable for the document: it must be them.",
    ),
    text(
        "Recopier legalAuthenticator/assignedEntity de l'en-tête CDA.",
        "Copy legalAuthenticator/assignedEntity of the CDA header.",
    ),
    LINK,
);

/// The the authors differs from `author/assignedAuthor`.
pub(super) static AUTHORS: Rule = Rule::fixed(
    "XDS-CDA-AUTHORS",
    Severity::Error,
    text(
        "Les auteurs dit la même chose que le CDA",
        "The authors says the same as the CDA",
    ),
    text(
        "Les auteurs gardent un droit d'accès au document dans le DMP.",
        "Authors keep access to the document in the DMP.",
    ),
    text(
        "Recopier author/assignedAuthor de l'en-tête CDA.",
        "Copy author/assignedAuthor of the CDA header.",
    ),
    LINK,
);

/// The institution, role and specialty of the author differs from `author (representedOrganization, functionCode, code)`.
pub(super) static AUTHOR_DETAIL: Rule = Rule::fixed(
    "XDS-CDA-AUTHOR-DETAIL",
    Severity::Warning,
    text(
        "Institution, rôle et spécialité de l'auteur dit la même chose que le CDA",
        "Institution, role and specialty of the author says the same as the CDA",
    ),
    text(
        "Ces précisions sont affichées au lecteur.",
        "These details are shown to the reader.",
    ),
    text(
        "Recopier author (representedOrganization, functionCode, code) de l'en-tête CDA.",
        "Copy author (representedOrganization, functionCode, code) of the CDA header.",
    ),
    LINK,
);

/// The format code does not go with the model.
pub(super) static FORMAT: Rule = Rule::fixed(
    "XDS-CDA-FORMAT",
    Severity::Error,
    text(
        "formatCode est celui du modèle du document",
        "formatCode is that of the model of the document",
    ),
    text(
        "Le format dit au destinataire comment lire le corps : niveau 1 (PDF) ou volet structuré.",
        "The format tells the receiver how to read the body: level 1 (PDF) or a structured model.",
    ),
    text(
        "Prendre dans ASS_A11 le code du dernier templateId de modèle ; niveau 1 : urn:ihe:iti:xds-sd:pdf:2008.",
        "Take from ASS_A11 the code of the last model templateId; level 1: urn:ihe:iti:xds-sd:pdf:2008.",
    ),
    "NOS, ASS_A11-CorresModeleCDA-XdsFormatCode-CISIS",
);

/// The class does not go with the type.
pub(super) static CLASS: Rule = Rule::fixed(
    "XDS-CDA-CLASS",
    Severity::Warning,
    text(
        "classCode va avec le type du document",
        "classCode goes with the type of the document",
    ),
    text(
        "La classe est déduite du type ; la table complète (ASS_X04) n'est pas embarquée, seuls les couples observés le sont.",
        "The class follows from the type; the whole table (ASS_X04) is not embedded, only the pairs observed are.",
    ),
    text(
        "Prendre la classe que ASS_X04 donne au type.",
        "Take the class that ASS_X04 gives to the type.",
    ),
    "NOS, ASS_X04 ; couples observés dans les archives officielles",
);

/// The MIME type does not go with the content.
pub(super) static MIME: Rule = Rule::fixed(
    "XDS-CDA-MIME-TYPE",
    Severity::Error,
    text(
        "mimeType va avec le contenu du document",
        "mimeType goes with the content of the document",
    ),
    text(
        "Le destinataire choisit le lecteur par ce type.",
        "The receiver picks the viewer by this type.",
    ),
    text(
        "text/xml pour un CDA (application/xslt+xml admis pour un CDA auto-présentable), application/pdf pour un PDF.",
        "text/xml for a CDA (application/xslt+xml allowed for a self-presenting CDA), application/pdf for a PDF.",
    ),
    LINK,
);

/// A correction without a new version.
pub(super) static ACTION: Rule = Rule::fixed(
    "XDS-CDA-ACTION",
    Severity::Error,
    text(
        "Une action C (remplacement) va avec une nouvelle version du document",
        "An action C (replacement) goes with a new version of the document",
    ),
    text(
        "Le destinataire remplacerait un document qui n'a pas d'ancienne version.",
        "The receiver would replace a document that has no former version.",
    ),
    text(
        "Retirer le Slot urn:action:extraMetadataSlot, ou déclarer relatedDocument RPLC et une version supérieure à 1.",
        "Remove the slot urn:action:extraMetadataSlot, or declare relatedDocument RPLC and a version above 1.",
    ),
    LINK,
);

/// A replacement that the metadata do not announce.
pub(super) static REPLACEMENT: Rule = Rule::fixed(
    "XDS-CDA-REPLACEMENT",
    Severity::Warning,
    text(
        "Un document qui en remplace un autre est annoncé comme tel",
        "A document that replaces another is announced as such",
    ),
    text(
        "Sans action C (archive) ou association RPLC (DMP), le destinataire gardera les deux versions.",
        "Without action C (archive) or association RPLC (DMP) the receiver will keep both versions.",
    ),
    text(
        "Ajouter le Slot urn:action:extraMetadataSlot = C, ou l'association RPLC vers la fiche remplacée.",
        "Add the slot urn:action:extraMetadataSlot = C, or the RPLC association to the entry replaced.",
    ),
    LINK,
);

/// Every rule on metadata against the CDA header.
pub(in crate::evidence::xds::rules) fn rules() -> Vec<&'static Rule> {
    vec![
        &UNIQUE_ID,
        &TYPE,
        &TYPE_LABEL,
        &TITLE,
        &CREATION,
        &LANGUAGE,
        &CONFIDENTIALITY,
        &FACILITY,
        &PRACTICE,
        &SERVICE_TIME,
        &EVENTS,
        &PATIENT,
        &SOURCE_PATIENT,
        &TRAITS,
        &OTHER_TRAITS,
        &LEGAL,
        &AUTHORS,
        &AUTHOR_DETAIL,
        &FORMAT,
        &CLASS,
        &MIME,
        &ACTION,
        &REPLACEMENT,
    ]
}
