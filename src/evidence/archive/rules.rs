//! The rules every archive is read under, an IHE_XDM one, a zip of proofs or a whole dossier.

use crate::finding::{Rule, Severity};
use crate::text::text;

const SOURCE: &str = "PKWARE APPNOTE 6.3 ; IHE ITI TF-2 3.32 (XDM), contraintes Z01, Z08 à Z10, Z14";

/// The bytes are not a zip archive, or its directory cannot be read.
pub static UNREADABLE: Rule = Rule::fixed(
    "ZIP-UNREADABLE",
    Severity::Error,
    text("L'archive zip se lit", "The zip archive can be read"),
    text(
        "Un répertoire central absent, tronqué ou incohérent : le destinataire ne pourra pas ouvrir l'archive.",
        "A central directory that is absent, cut or inconsistent: the receiver cannot open the archive.",
    ),
    text(
        "Reconstruire l'archive et vérifier son transfert (mode binaire, taille complète).",
        "Build the archive again and check its transfer (binary mode, whole size).",
    ),
    SOURCE,
);

/// A member name that could be written outside of the folder it is extracted to.
pub static UNSAFE_NAME: Rule = Rule::fixed(
    "ZIP-UNSAFE-NAME",
    Severity::Error,
    text(
        "Aucun nom absolu, « .. », barre oblique inverse ou lettre de lecteur",
        "No absolute name, '..', backslash or drive letter",
    ),
    text(
        "Extraire un tel membre pourrait écraser un fichier hors du dossier choisi : il n'est pas lu.",
        "Extracting such a member could overwrite a file outside the chosen folder: it is not read.",
    ),
    text(
        "N'enregistrer que des noms relatifs, séparés par « / ».",
        "Store relative names only, separated by '/'.",
    ),
    SOURCE,
);

/// Two members with the same name, case aside.
pub static DUPLICATE: Rule = Rule::fixed(
    "ZIP-DUPLICATE",
    Severity::Error,
    text(
        "Chaque membre a un nom unique, sans égard à la casse",
        "Every member has a name of its own, case aside",
    ),
    text(
        "Selon le logiciel, l'un ou l'autre membre serait lu : le contenu vérifié ne serait pas le contenu reçu.",
        "Depending on the software one or the other member would be read: what is verified would not be what is received.",
    ),
    text(
        "Supprimer ou renommer le doublon.",
        "Remove or rename the duplicate.",
    ),
    SOURCE,
);

/// An encrypted member.
pub static ENCRYPTED: Rule = Rule::fixed(
    "ZIP-ENCRYPTED",
    Severity::Error,
    text("Aucun membre n'est chiffré", "No member is encrypted"),
    text(
        "Un membre chiffré ne peut être ni vérifié ni intégré ; la messagerie sécurisée protège déjà l'envoi.",
        "An encrypted member can be neither verified nor integrated; secure mail already protects the sending.",
    ),
    text(
        "Reconstruire l'archive sans mot de passe.",
        "Build the archive without a password.",
    ),
    SOURCE,
);

/// A symbolic link or another special file.
pub static SYMLINK: Rule = Rule::fixed(
    "ZIP-SYMLINK",
    Severity::Error,
    text(
        "Aucun lien symbolique ni fichier spécial",
        "No symbolic link or special file",
    ),
    text(
        "Un lien peut désigner n'importe quel fichier de la machine qui l'extrait : il n'est pas suivi.",
        "A link can point at any file of the machine that extracts it: it is not followed.",
    ),
    text("Enregistrer le fichier lui-même.", "Store the file itself."),
    SOURCE,
);

/// A compression method other than stored or deflated.
pub static METHOD: Rule = Rule::fixed(
    "ZIP-METHOD",
    Severity::Error,
    text(
        "Les membres sont stockés ou compressés par deflate",
        "Members are stored or deflated",
    ),
    text(
        "Les autres méthodes (bzip2, LZMA, zstd...) ne sont pas lues par tous les logiciels de santé.",
        "Other methods (bzip2, LZMA, zstd...) are not read by all health software.",
    ),
    text(
        "Compresser avec la méthode deflate.",
        "Compress with the deflate method.",
    ),
    SOURCE,
);

/// The checksum does not fit the content.
pub static CHECKSUM: Rule = Rule::fixed(
    "ZIP-CHECKSUM",
    Severity::Error,
    text(
        "Le CRC-32 de chaque membre est celui de son contenu",
        "The CRC-32 of every member is that of its content",
    ),
    text(
        "Un CRC faux signale un contenu abîmé ou modifié après coup.",
        "A wrong CRC tells of content that is damaged or was changed afterwards.",
    ),
    text(
        "Reconstruire l'archive à partir des fichiers d'origine.",
        "Build the archive again from the original files.",
    ),
    SOURCE,
);

/// The content has not the size its header says.
pub static SIZE: Rule = Rule::fixed(
    "ZIP-SIZE",
    Severity::Error,
    text(
        "Chaque membre a la taille annoncée",
        "Every member has the size it announces",
    ),
    text(
        "Une taille fausse trahit un membre tronqué ou une archive conçue pour saturer la mémoire : la lecture s'arrête à la taille annoncée.",
        "A wrong size betrays a cut member or an archive made to fill the memory: reading stops at the announced size.",
    ),
    text("Reconstruire l'archive.", "Build the archive again."),
    SOURCE,
);

/// The local header contradicts the central directory.
pub static HEADERS: Rule = Rule::fixed(
    "ZIP-HEADERS",
    Severity::Error,
    text(
        "Répertoire central et en-têtes locaux disent la même chose",
        "Central directory and local headers say the same",
    ),
    text(
        "Deux logiciels liraient deux archives différentes selon l'en-tête qu'ils croient.",
        "Two programs would read two different archives, depending on the header they believe.",
    ),
    text(
        "Reconstruire l'archive avec un outil courant.",
        "Build the archive again with a common tool.",
    ),
    SOURCE,
);

/// More members than the limit.
pub static ENTRIES: Rule = Rule::fixed(
    "ZIP-LIMIT-ENTRIES",
    Severity::Error,
    text(
        "Le nombre de membres reste sous la limite",
        "The number of members stays under the limit",
    ),
    text(
        "Une archive de centaines de milliers de membres épuise qui l'ouvre ; seuls les premiers sont lus.",
        "An archive of hundreds of thousands of members exhausts whoever opens it; only the first ones are read.",
    ),
    text(
        "Répartir les fichiers en plusieurs archives.",
        "Split the files over several archives.",
    ),
    "conforme, limites de lecture",
);

/// More bytes once expanded than the limit.
pub static EXPANDED: Rule = Rule::fixed(
    "ZIP-LIMIT-SIZE",
    Severity::Error,
    text(
        "La taille décompressée reste sous la limite",
        "The expanded size stays under the limit",
    ),
    text(
        "Une petite archive peut se décompresser en téraoctets ; ce qui dépasse n'est pas lu.",
        "A small archive can expand to terabytes; what exceeds is not read.",
    ),
    text(
        "Alléger l'archive, ou relever la limite si elle est légitime.",
        "Make the archive smaller, or raise the limit if it is legitimate.",
    ),
    "conforme, limites de lecture (50 Mo par défaut)",
);

/// A member that expands too much for its compressed size.
pub static RATIO: Rule = Rule::fixed(
    "ZIP-LIMIT-RATIO",
    Severity::Error,
    text(
        "Aucun membre ne se décompresse démesurément",
        "No member expands beyond measure",
    ),
    text(
        "Un taux de compression de plusieurs centaines est celui d'une bombe, non d'un document.",
        "A compression ratio of several hundreds is that of a bomb, not of a document.",
    ),
    text(
        "Retirer le membre ou le remplacer par le vrai document.",
        "Remove the member or put the real document.",
    ),
    "conforme, limites de lecture (200 au-delà de 1 Mo par défaut)",
);

/// Every rule of archives.
pub fn rules() -> Vec<&'static Rule> {
    vec![
        &UNREADABLE,
        &UNSAFE_NAME,
        &DUPLICATE,
        &ENCRYPTED,
        &SYMLINK,
        &METHOD,
        &CHECKSUM,
        &SIZE,
        &HEADERS,
        &ENTRIES,
        &EXPANDED,
        &RATIO,
    ]
}
