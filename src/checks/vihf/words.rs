//! The rules on VIHF assertions: their words.

use crate::finding::{Rule, Severity};
use crate::text::text;

const VIHF: &str = "CI-SIS, volet Transport synchrone et VIHF ; guide d'intégration DMP";

/// The certificate of the signature cannot be used.
pub(super) static CERTIFICATE: Rule = Rule::fixed(
    "VIHF-CERTIFICATE",
    Severity::Error,
    text(
        "Le certificat de la signature se lit et était valide à l'émission",
        "The certificate of the signature can be read and was valid at issue",
    ),
    text(
        "Le serveur refuse une assertion signée avec un certificat illisible, échu ou pas encore valide.",
        "The server refuses an assertion signed with a certificate that is unreadable, expired or not yet valid.",
    ),
    text(
        "Signer avec un certificat en cours de validité et le joindre entier dans KeyInfo.",
        "Sign with a certificate in its validity period and join it whole in KeyInfo.",
    ),
    VIHF,
);

/// The signature value is not that of the certificate.
pub(super) static SIGNATURE_VALUE: Rule = Rule::fixed(
    "VIHF-SIGNATURE-VALUE",
    Severity::Error,
    text(
        "La valeur de signature est celle de la clé du certificat joint",
        "The signature value is that of the key of the certificate joined",
    ),
    text(
        "Une valeur fausse montre une assertion fabriquée ou une trace modifiée.",
        "A wrong value shows a forged assertion or an edited trace.",
    ),
    text(
        "Déposer la trace telle qu'envoyée, signée avec la clé du certificat de KeyInfo.",
        "File the trace as sent, signed with the key of the certificate in KeyInfo.",
    ),
    "W3C XML Signature 1.1, 3.2.2 ; CI-SIS, volet Transport synchrone et VIHF",
);

/// Not exactly one assertion in the security header.
pub(super) static PLACE: Rule = Rule::fixed(
    "VIHF-PLACE",
    Severity::Error,
    text(
        "La requête porte une assertion et une seule, dans soap:Header/wsse:Security",
        "The request carries exactly one assertion, in soap:Header/wsse:Security",
    ),
    text(
        "Le serveur y lit qui demande et à quel titre.",
        "The server reads there who asks and in what capacity.",
    ),
    text(
        "Placer l'assertion SAML 2.0 dans l'en-tête de sécurité.",
        "Put the SAML 2.0 assertion in the security header.",
    ),
    VIHF,
);

/// Version, ID or IssueInstant missing.
pub(super) static ASSERTION: Rule = Rule::fixed(
    "VIHF-ASSERTION",
    Severity::Error,
    text(
        "L'assertion est en SAML 2.0, avec ID et IssueInstant",
        "The assertion is SAML 2.0, with ID and IssueInstant",
    ),
    text(
        "Sans eux elle n'est ni datée ni signable.",
        "Without them it is neither dated nor signable.",
    ),
    text(
        "Version=\"2.0\", ID et IssueInstant.",
        "Version=\"2.0\", ID and IssueInstant.",
    ),
    VIHF,
);

/// A required attribute is absent, empty or malformed.
pub(super) static ATTRIBUTE: Rule = Rule::fixed(
    "VIHF-ATTRIBUTE",
    Severity::Error,
    text(
        "Chaque attribut obligatoire du VIHF est présent et bien formé",
        "Every required attribute of the VIHF is present and well formed",
    ),
    text(
        "Le serveur décide de l'accès d'après ces attributs.",
        "The server decides on access by these attributes.",
    ),
    text(
        "Renseigner l'attribut dans le format indiqué.",
        "Fill the attribute in the format shown.",
    ),
    VIHF,
);

/// An unexpected version of the VIHF.
pub(super) static VERSION: Rule = Rule::fixed(
    "VIHF-VERSION",
    Severity::Error,
    text(
        "VIHF_Version vaut 3.0 ou 4.0 pour le DMP, 2.0 pour le ROR",
        "VIHF_Version is 3.0 or 4.0 for the DMP, 2.0 for the ROR",
    ),
    text(
        "Les textes donnent 4.0, leurs exemples 3.0 : les deux sont admis.",
        "The texts say 4.0, their examples 3.0: both are accepted.",
    ),
    text(
        "Vérifier la version demandée par le service.",
        "Check the version that the service wants.",
    ),
    VIHF,
);

/// The issuer is not the subject of a certificate.
pub(super) static ISSUER: Rule = Rule::fixed(
    "VIHF-ISSUER",
    Severity::Error,
    text(
        "Issuer est le sujet (DN) du certificat, au format X509SubjectName",
        "Issuer is the subject (DN) of the certificate, in the format X509SubjectName",
    ),
    text(
        "Il désigne la carte ou le certificat qui atteste de l'identité.",
        "It names the card or certificate that vouches for the identity.",
    ),
    text(
        "Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName\" et le DN du certificat.",
        "Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName\" and the DN of the certificate.",
    ),
    VIHF,
);

/// The signature is absent or does not cover the assertion.
pub(super) static SIGNATURE: Rule = Rule::fixed(
    "VIHF-SIGNATURE",
    Severity::Error,
    text(
        "L'assertion est signée, la signature la couvre et porte son certificat",
        "The assertion is signed, the signature covers it and carries its certificate",
    ),
    text(
        "Une assertion non signée peut être fabriquée par n'importe qui.",
        "An assertion without signature can be made by anyone.",
    ),
    text(
        "ds:Signature fille de l'assertion, Reference URI=\"#ID\", transformations enveloped-signature et exc-c14n, X509Certificate.",
        "ds:Signature child of the assertion, Reference URI=\"#ID\", transforms enveloped-signature and exc-c14n, X509Certificate.",
    ),
    "VIHF ; XML Signature 1.1",
);

/// SHA-1 in the signature.
pub(super) static ALGORITHM: Rule = Rule::fixed(
    "VIHF-SIGNATURE-ALGORITHM",
    Severity::Warning,
    text(
        "La signature n'utilise pas SHA-1",
        "The signature does not use SHA-1",
    ),
    text("SHA-1 n'est plus sûr.", "SHA-1 is no longer safe."),
    text("rsa-sha256 et sha256.", "rsa-sha256 and sha256."),
    "VIHF ; RGS",
);

/// The digest is not that of the assertion.
pub(super) static DIGEST: Rule = Rule::fixed(
    "VIHF-DIGEST",
    Severity::Error,
    text(
        "L'empreinte signée est celle de l'assertion",
        "The digest that is signed is that of the assertion",
    ),
    text(
        "L'assertion a été modifiée après sa signature, ou la trace a été retouchée.",
        "The assertion was changed after it was signed, or the trace was touched.",
    ),
    text(
        "Déposer la trace brute, sans mise en forme.",
        "File the raw trace, without reformatting.",
    ),
    "XML Signature 1.1",
);

/// Conditions or times that do not hold together.
pub(super) static CONDITIONS: Rule = Rule::fixed(
    "VIHF-CONDITIONS",
    Severity::Warning,
    text(
        "Les dates de l'assertion sont cohérentes et AudienceRestriction est absente",
        "The times of the assertion hold together and AudienceRestriction is absent",
    ),
    text(
        "Une assertion hors de sa période est refusée.",
        "An assertion outside of its period is refused.",
    ),
    text(
        "NotBefore ≤ IssueInstant < NotOnOrAfter, AuthnInstant ≤ IssueInstant.",
        "NotBefore ≤ IssueInstant < NotOnOrAfter, AuthnInstant ≤ IssueInstant.",
    ),
    VIHF,
);

/// NameID is no national identifier of a person.
pub(super) static NAME_ID: Rule = Rule::fixed(
    "VIHF-NAME-ID",
    Severity::Error,
    text(
        "NameID est l'identifiant national de l'utilisateur, jamais générique",
        "NameID is the national identifier of the user, never a generic one",
    ),
    text(
        "La traçabilité des accès repose sur la personne authentifiée.",
        "The trace of accesses rests on the person who authenticated.",
    ),
    text(
        "8 et le RPPS (11 chiffres), 0 et l'ADELI (9), ou structure/identifiant local nominatif.",
        "8 and the RPPS (11 digits), 0 and the ADELI (9), or structure/personal local identifier.",
    ),
    "DMP/AIRS.06 ; VIHF",
);

/// The RPPS fails its check digit.
pub(super) static RPPS_KEY: Rule = Rule::fixed(
    "VIHF-RPPS-KEY",
    Severity::Warning,
    text("Le RPPS a une clé juste", "The RPPS has a right check digit"),
    text(
        "Une clé fausse est le plus souvent une faute de saisie ou un numéro de test.",
        "A wrong digit is mostly a typing fault or a test number.",
    ),
    text(
        "Vérifier le numéro dans l'annuaire santé.",
        "Check the number in the health directory.",
    ),
    "Annuaire santé (clé de Luhn)",
);

/// The role is absent or incomplete.
pub(super) static ROLE: Rule = Rule::fixed(
    "VIHF-ROLE",
    Severity::Error,
    text(
        "subject:role donne la profession, et la spécialité pour médecins et pharmaciens",
        "subject:role gives the profession, and the specialty for physicians and pharmacists",
    ),
    text(
        "La matrice d'habilitation du DMP se lit avec ce rôle.",
        "The access matrix of the DMP is read with this role.",
    ),
    text(
        "hl7:Role de TRE_G15 (ou AUTOMATE), puis un second rôle pour les professions 10 et 21.",
        "hl7:Role of TRE_G15 (or AUTOMATE), then a second role for professions 10 and 21.",
    ),
    "VIHF ; NOS TRE_G15, TRE_R01, TRE_G05",
);

/// The authentication context is absent or unknown.
pub(super) static CONTEXT: Rule = Rule::fixed(
    "VIHF-AUTHENTICATION-CONTEXT",
    Severity::Warning,
    text(
        "AuthnContextClassRef est une classe SAML 2.0",
        "AuthnContextClassRef is a SAML 2.0 class",
    ),
    text(
        "Il dit comment l'utilisateur s'est authentifié.",
        "It says how the user authenticated.",
    ),
    text(
        "urn:oasis:names:tc:SAML:2.0:ac:classes:…",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:…",
    ),
    VIHF,
);

/// The patient of the assertion is malformed or another one.
pub(super) static PATIENT: Rule = Rule::fixed(
    "VIHF-PATIENT",
    Severity::Error,
    text(
        "resource-id est le CX du patient de la requête",
        "resource-id is the CX of the patient of the request",
    ),
    text(
        "L'accès serait accordé pour un autre patient.",
        "Access would be granted for another patient.",
    ),
    text(
        "INS^^^&OID&ISO^NH, égal au patientId de la soumission.",
        "INS^^^&OID&ISO^NH, equal to the patientId of the submission.",
    ),
    VIHF,
);

/// The purpose of use is absent or unknown.
pub(super) static PURPOSE: Rule = Rule::fixed(
    "VIHF-PURPOSE",
    Severity::Error,
    text(
        "purposeofuse vaut normal, bris_de_glace ou centre_15",
        "purposeofuse is normal, bris_de_glace or centre_15",
    ),
    text(
        "Le motif d'accès est tracé et contrôlé.",
        "The reason for access is recorded and controlled.",
    ),
    text(
        "PurposeOfUse code=\"normal\" codeSystem=\"1.2.250.1.213.1.1.4.248\".",
        "PurposeOfUse code=\"normal\" codeSystem=\"1.2.250.1.213.1.1.4.248\".",
    ),
    "VIHF ; NOS",
);

/// The assertion and the submission name two senders.
pub(super) static CONSISTENCY: Rule = Rule::fixed(
    "VIHF-CONSISTENCY",
    Severity::Error,
    text(
        "L'assertion et le lot de soumission désignent le même émetteur",
        "The assertion and the submission set name the same sender",
    ),
    text(
        "Le DMP rejette un lot dont l'auteur n'est pas l'utilisateur authentifié.",
        "The DMP refuses a set whose author is not the authenticated user.",
    ),
    text(
        "NameID = XCN.1 d'authorPerson, Identifiant_Structure = XON.10 d'authorInstitution.",
        "NameID = XCN.1 of authorPerson, Identifiant_Structure = XON.10 of authorInstitution.",
    ),
    "VIHF ; guide d'intégration DMP",
);

/// Two traces of the same user.
pub(super) static TWO_USERS: Rule = Rule::fixed(
    "VIHF-TWO-USERS",
    Severity::Error,
    text(
        "Deux traces de deux utilisateurs portent deux identifiants",
        "Two traces of two users carry two identifiers",
    ),
    text(
        "La preuve demande deux utilisateurs : un identifiant commun est celui d'un compte générique.",
        "The proof wants two users: a shared identifier is that of a generic account.",
    ),
    text(
        "Déposer deux messages émis par deux professionnels différents.",
        "File two messages sent by two different professionals.",
    ),
    "DMP/AIRS.06",
);

/// Every rule on one assertion.
pub(super) fn rules() -> Vec<&'static Rule> {
    vec![
        &PLACE,
        &ASSERTION,
        &ATTRIBUTE,
        &VERSION,
        &ISSUER,
        &SIGNATURE,
        &ALGORITHM,
        &DIGEST,
        &SIGNATURE_VALUE,
        &CERTIFICATE,
        &CONDITIONS,
        &NAME_ID,
        &RPPS_KEY,
        &ROLE,
        &CONTEXT,
        &PATIENT,
        &PURPOSE,
        &CONSISTENCY,
    ]
}
