//! The rules on certificates.

use crate::finding::{Rule, Severity};
use crate::text::text;

const RFC: &str = "RFC 5280";
const REM: &str = "RFC 5280; REM, SSI/IE.43 (certificat, chaîne, révocation)";

pub(super) static READABLE: Rule = Rule::fixed(
    "CERT-READABLE",
    Severity::Error,
    text("Le certificat peut être lu", "The certificate can be read"),
    text(
        "Un bloc PEM ou DER abîmé ne peut être ni vérifié ni installé.",
        "A damaged PEM or DER block can be neither verified nor installed.",
    ),
    text(
        "Exporter le certificat à nouveau, en PEM ou en DER.",
        "Export the certificate again, as PEM or DER.",
    ),
    RFC,
);

pub(super) static PRIVATE_KEY: Rule = Rule::fixed(
    "CERT-PRIVATE-KEY",
    Severity::Warning,
    text("Aucune clé privée n'est déposée", "No private key is filed"),
    text(
        "Une clé privée transmise est compromise : il faut révoquer son certificat.",
        "A private key that was sent is compromised: its certificate must be revoked.",
    ),
    text(
        "Retirer la clé du dossier et révoquer le certificat.",
        "Remove the key from the dossier and revoke the certificate.",
    ),
    RFC,
);

pub(super) static KEY: Rule = Rule::fixed(
    "CERT-KEY",
    Severity::Error,
    text("La clé est assez longue", "The key is long enough"),
    text(
        "Une clé RSA de moins de 2048 bits ou une courbe de moins de 256 bits ne protège plus.",
        "An RSA key below 2048 bits or a curve below 256 bits no longer protects.",
    ),
    text(
        "Faire émettre un certificat avec une clé plus longue.",
        "Have a certificate issued with a longer key.",
    ),
    "RGS, annexe B1",
);

pub(super) static ALGORITHM: Rule = Rule::fixed(
    "CERT-ALGORITHM",
    Severity::Warning,
    text(
        "La signature du certificat n'utilise ni MD5 ni SHA-1",
        "The certificate's signature uses neither MD5 nor SHA-1",
    ),
    text(
        "Ces fonctions admettent des collisions : un faux certificat pourrait porter la même signature.",
        "These functions admit collisions: a forged certificate could carry the same signature.",
    ),
    text(
        "Faire émettre un certificat signé en SHA-256.",
        "Have a certificate issued that is signed with SHA-256.",
    ),
    "RGS, annexe B1",
);

pub(super) static DATES: Rule = Rule::fixed(
    "CERT-DATES",
    Severity::Error,
    text(
        "La validité commence avant de finir",
        "Validity starts before it ends",
    ),
    text(
        "Un certificat qui finit avant de commencer n'est jamais valable.",
        "A certificate that ends before it starts is never valid.",
    ),
    text(
        "Faire émettre le certificat à nouveau.",
        "Have the certificate issued again.",
    ),
    RFC,
);

pub(super) static CHAIN: Rule = Rule::fixed(
    "CERT-CHAIN",
    Severity::Error,
    text("La chaîne est complète", "The chain is complete"),
    text(
        "Sans l'autorité qui l'a émis, un certificat ne peut pas être vérifié.",
        "Without the authority that issued it a certificate cannot be verified.",
    ),
    text(
        "Déposer aussi les certificats des autorités, jusqu'à la racine.",
        "File the certificates of the authorities too, up to the root.",
    ),
    REM,
);

pub(super) static SIGNATURE: Rule = Rule::fixed(
    "CERT-SIGNATURE",
    Severity::Error,
    text(
        "Chaque certificat est signé par son émetteur",
        "Each certificate is signed by its issuer",
    ),
    text(
        "Le nom de l'émetteur est le bon, sa signature ne l'est pas : le certificat a été altéré, ou l'autorité a changé de clé.",
        "The issuer's name is right, its signature is not: the certificate was altered, or the authority changed its key.",
    ),
    text(
        "Déposer l'autorité qui a vraiment signé le certificat.",
        "File the authority that really signed the certificate.",
    ),
    REM,
);

pub(super) static AUTHORITY: Rule = Rule::fixed(
    "CERT-AUTHORITY",
    Severity::Error,
    text(
        "L'émetteur est une autorité de certification",
        "The issuer is a certification authority",
    ),
    text(
        "Seul un certificat d'autorité (basicConstraints CA) peut en émettre d'autres.",
        "Only an authority's certificate (basicConstraints CA) may issue others.",
    ),
    text(
        "Utiliser un certificat émis par une autorité.",
        "Use a certificate issued by an authority.",
    ),
    RFC,
);

pub(super) static BOTH: Rule = Rule::fixed(
    "CERT-BOTH",
    Severity::Error,
    text(
        "Le scénario montre un certificat en vigueur et un certificat révoqué",
        "The scenario shows a certificate in force and a revoked one",
    ),
    text(
        "Sans certificat révoqué, rien ne montre que le produit vérifie la révocation ; sans certificat en vigueur, rien ne montre qu'il accepte les autres.",
        "Without a revoked certificate nothing shows that the product checks revocation; without one in force nothing shows that it accepts the others.",
    ),
    text(
        "Déposer les deux certificats, leur chaîne et la liste de révocation qui contient l'un des deux.",
        "File both certificates, their chain and the revocation list that holds one of them.",
    ),
    REM,
);

pub(super) static REVOKED: Rule = Rule::fixed(
    "CERT-REVOKED",
    Severity::Error,
    text(
        "Le certificat n'est pas révoqué",
        "The certificate is not revoked",
    ),
    text(
        "La liste de révocation déposée contient ce certificat.",
        "The revocation list that is filed holds this certificate.",
    ),
    text(
        "Déposer un certificat en cours de validité.",
        "File a certificate that is in force.",
    ),
    REM,
);

pub(super) static NO_LIST: Rule = Rule::fixed(
    "CERT-NO-LIST",
    Severity::Error,
    text(
        "La liste de révocation est donnée",
        "The revocation list is given",
    ),
    text(
        "La preuve demande de montrer que le certificat n'est pas révoqué ; hors ligne, seule la liste le montre.",
        "The proof wants to show that the certificate is not revoked; offline only the list shows it.",
    ),
    text(
        "Déposer la liste de révocation (CRL) de l'autorité émettrice.",
        "File the revocation list (CRL) of the issuing authority.",
    ),
    REM,
);

pub(super) static DAY: Rule = Rule::fixed(
    "CERT-VALIDITY",
    Severity::Error,
    text(
        "Le certificat est valable au jour déclaré",
        "The certificate is valid on the declared day",
    ),
    text(
        "Un certificat expiré ou pas encore valable est refusé par tous.",
        "A certificate that has expired or is not yet valid is refused by everybody.",
    ),
    text(
        "Déposer un certificat en cours de validité.",
        "File a certificate that is in force.",
    ),
    REM,
);

pub(super) static USAGE: Rule = Rule::fixed(
    "CERT-USAGE",
    Severity::Error,
    text(
        "Le certificat a l'usage demandé",
        "The certificate has the usage asked for",
    ),
    text(
        "Un certificat de chiffrement ne sert pas à s'authentifier ni à signer.",
        "An encryption certificate serves neither to authenticate nor to sign.",
    ),
    text(
        "Déposer le certificat du bon usage.",
        "File the certificate of the right usage.",
    ),
    RFC,
);
