//! The rules on the dossier itself.

use crate::finding::{Rule, Severity};
use crate::text::text;

const SOURCE: &str = "conforme, docs/dossier.md";

/// The manifest is not TOML, has an unknown key, a wrong type or lacks a required key.
pub static MANIFEST_FAULT: Rule = Rule::fixed(
    "DOSSIER-MANIFEST",
    Severity::Error,
    text(
        "Le manifeste dossier.toml est exact",
        "The manifest dossier.toml is right",
    ),
    text(
        "Le manifeste dit contre quel DSR et quels profils juger ; une clé mal écrite serait ignorée sans bruit.",
        "The manifest says which DSR and profiles to judge against; a misspelt key would be ignored in silence.",
    ),
    text(
        "Corriger la ligne indiquée ; `conforme init` écrit un manifeste exact.",
        "Mend the line shown; `conforme init` writes a right manifest.",
    ),
    SOURCE,
);

/// A proof declared or filed that the REM does not know.
pub static PROOF_UNKNOWN: Rule = Rule::fixed(
    "DOSSIER-PROOF-UNKNOWN",
    Severity::Error,
    text(
        "Toute preuve déposée existe dans le REM",
        "Every filed proof exists in the REM",
    ),
    text(
        "Un nom de dossier ou un identifiant inexact fait manquer la preuve que le vendeur croit avoir déposée.",
        "A wrong folder name or identifier makes the proof that the vendor believes filed go missing.",
    ),
    text(
        "Renommer selon l'identifiant de preuve du REM, « / » écrit « _ ».",
        "Rename after the proof identifier of the REM, '/' written '_'.",
    ),
    SOURCE,
);

/// A proof filed that the chosen profiles do not ask for.
pub static PROOF_NOT_ASKED: Rule = Rule::fixed(
    "DOSSIER-PROOF-NOT-ASKED",
    Severity::Info,
    text(
        "Les preuves déposées sont demandées par les profils choisis",
        "Filed proofs are asked for by the chosen profiles",
    ),
    text(
        "Une preuve d'un autre profil ou d'une exigence obsolète n'est pas jugée.",
        "A proof of another profile or of an obsolete requirement is not judged.",
    ),
    text(
        "Choisir le profil, ou retirer la preuve.",
        "Choose the profile, or take the proof away.",
    ),
    SOURCE,
);

/// A file that belongs to no proof.
pub static FILE_UNUSED: Rule = Rule::fixed(
    "DOSSIER-FILE-UNUSED",
    Severity::Warning,
    text(
        "Tout fichier du dossier sert une preuve",
        "Every file of the dossier serves a proof",
    ),
    text(
        "Un fichier hors des dossiers de preuve n'est pas jugé : soit il est superflu, soit une preuve manque.",
        "A file outside the proof folders is not judged: either it is superfluous, or a proof is missing.",
    ),
    text(
        "Le déplacer sous preuves/<identifiant>/, ou le déclarer par [[proof]].",
        "Move it under preuves/<identifier>/, or declare it by [[proof]].",
    ),
    SOURCE,
);

/// A pattern of the manifest that matches no file.
pub static PATTERN_EMPTY: Rule = Rule::fixed(
    "DOSSIER-PATTERN-EMPTY",
    Severity::Error,
    text("Les fichiers déclarés existent", "Declared files exist"),
    text(
        "Le manifeste annonce des fichiers que le dossier n'a pas.",
        "The manifest announces files that the dossier does not have.",
    ),
    text(
        "Corriger le chemin, ou ajouter le fichier.",
        "Mend the path, or add the file.",
    ),
    SOURCE,
);

/// A path of the manifest that leaves the dossier.
pub static PATH_OUTSIDE: Rule = Rule::fixed(
    "DOSSIER-PATH-OUTSIDE",
    Severity::Error,
    text(
        "Les chemins restent dans le dossier",
        "Paths stay inside the dossier",
    ),
    text(
        "Un dossier doit se suffire : un chemin absolu ou qui remonte par « .. » ne voyage pas avec lui.",
        "A dossier must stand alone: an absolute path, or one that climbs by '..', does not travel with it.",
    ),
    text(
        "Copier le fichier dans le dossier.",
        "Copy the file into the dossier.",
    ),
    SOURCE,
);

/// A symbolic link.
pub static LINK: Rule = Rule::fixed(
    "DOSSIER-LINK",
    Severity::Warning,
    text(
        "Le dossier ne contient pas de lien symbolique",
        "The dossier holds no symbolic link",
    ),
    text(
        "Un lien peut sortir du dossier ou tourner en rond : il n'est pas suivi, son contenu n'est pas jugé.",
        "A link can leave the dossier or go round in circles: it is not followed, its content not judged.",
    ),
    text(
        "Remplacer le lien par une copie du fichier.",
        "Replace the link with a copy of the file.",
    ),
    SOURCE,
);

/// A file name that is not UTF-8.
pub static NAME: Rule = Rule::fixed(
    "DOSSIER-NAME",
    Severity::Warning,
    text("Les noms de fichier sont en UTF-8", "File names are UTF-8"),
    text(
        "Un nom mal codé change d'une machine à l'autre ; il est montré avec des signes de remplacement.",
        "A badly coded name changes from machine to machine; it is shown with replacement signs.",
    ),
    text("Renommer le fichier.", "Rename the file."),
    SOURCE,
);

/// A file or folder that cannot be read.
pub static UNREADABLE: Rule = Rule::fixed(
    "DOSSIER-UNREADABLE",
    Severity::Error,
    text(
        "Tout fichier du dossier est lisible",
        "Every file of the dossier can be read",
    ),
    text(
        "Ce qui ne se lit pas ne se juge pas.",
        "What cannot be read cannot be judged.",
    ),
    text(
        "Rétablir les droits de lecture ou le fichier.",
        "Restore the read permission or the file.",
    ),
    SOURCE,
);

/// Too many files, too deep, too large.
pub static LIMIT: Rule = Rule::fixed(
    "DOSSIER-LIMIT",
    Severity::Error,
    text(
        "Le dossier tient dans les limites",
        "The dossier keeps within the limits",
    ),
    text(
        "Les limites protègent la machine d'une archive piégée ; au-delà, le reste n'est pas lu.",
        "The limits protect the machine from a booby-trapped archive; beyond them the rest is not read.",
    ),
    text(
        "Réduire le dossier, ou le décompresser et vérifier le dossier.",
        "Reduce the dossier, or unpack it and check the folder.",
    ),
    "conforme, docs/limits.md",
);

/// Limits that the user changed: whoever reads the report must know.
pub static LIMITS_CHANGED: Rule = Rule::fixed(
    "DOSSIER-LIMITS-CHANGED",
    Severity::Info,
    text("Des limites ont été changées", "Limits were changed"),
    text(
        "Un verdict rendu sous d'autres limites que celles par défaut doit se lire avec elles.",
        "A verdict given under other limits than the default ones is to be read with them.",
    ),
    text(
        "Rien à corriger ; vérifier sans --limit pour le verdict par défaut.",
        "Nothing to correct; check without --limit for the default verdict.",
    ),
    "conforme, docs/limits.md",
);

/// The run was stopped before its end.
pub static INTERRUPTED: Rule = Rule::fixed(
    "DOSSIER-INTERRUPTED",
    Severity::Warning,
    text("Le contrôle est allé à son terme", "The check ran to its end"),
    text(
        "Interrompu (Ctrl-C), le contrôle a laissé des fichiers sans les juger : cet enregistrement est partiel et ne prouve rien d'eux.",
        "Interrupted (Ctrl-C), the check left files without judging them: this record is partial and proves nothing of them.",
    ),
    text("Relancer le contrôle.", "Run the check again."),
    "conforme, docs/dossier.md",
);

/// A zip dossier with a member that no careful reader opens.
pub static ARCHIVE: Rule = Rule::fixed(
    "DOSSIER-ZIP",
    Severity::Error,
    text(
        "L'archive du dossier est saine",
        "The archive of the dossier is sound",
    ),
    text(
        "Nom absolu ou qui remonte, doublon, membre chiffré ou abîmé : le membre n'est pas lu.",
        "An absolute or climbing name, a duplicate, an encrypted or damaged member: the member is not read.",
    ),
    text(
        "Refaire l'archive à partir du dossier.",
        "Make the archive anew from the folder.",
    ),
    SOURCE,
);

/// A file whose kind is not one the proof accepts.
pub static KIND: Rule = Rule::fixed(
    "DOSSIER-KIND",
    Severity::Error,
    text(
        "Le fichier est de la nature que la preuve demande",
        "The file is of the kind that the proof asks for",
    ),
    text(
        "La preuve demande un artefact précis ; un fichier d'une autre nature ne la fait pas.",
        "The proof asks for a given artefact; a file of another kind does not make it.",
    ),
    text(
        "Déposer l'artefact demandé (voir LISEZMOI.md du dossier de preuve).",
        "File the artefact asked for (see LISEZMOI.md in the proof folder).",
    ),
    SOURCE,
);

/// Fewer files than the proof asks for.
pub static COUNT: Rule = Rule::fixed(
    "DOSSIER-COUNT",
    Severity::Error,
    text("La preuve a tous ses fichiers", "The proof has all its files"),
    text(
        "Le scénario produit plusieurs fichiers, tous attendus.",
        "The scenario produces several files, all wanted.",
    ),
    text("Ajouter les fichiers manquants.", "Add the missing files."),
    SOURCE,
);

/// The same file filed for several proofs that each want their own.
pub static SHARED: Rule = Rule::fixed(
    "DOSSIER-SHARED",
    Severity::Info,
    text(
        "Un même fichier déposé pour plusieurs preuves est dit",
        "One file filed for several proofs is told",
    ),
    text(
        "C'est permis quand le REM renvoie d'une preuve à l'autre ; sinon c'est souvent une erreur de copie.",
        "Allowed where the REM refers from proof to proof; otherwise often a copying slip.",
    ),
    text(
        "Vérifier que le fichier répond bien à chacune des preuves.",
        "See that the file does answer each of the proofs.",
    ),
    SOURCE,
);

/// An oddity of the official workbook that the dossier brings.
pub static WORKBOOK: Rule = Rule::fixed(
    "REM-WORKBOOK",
    Severity::Warning,
    text(
        "Le classeur du REM se lit sans ambiguïté",
        "The REM workbook reads without ambiguity",
    ),
    text(
        "Une anomalie du classeur peut changer ce qui est demandé ; elle ne compte jamais contre le produit.",
        "An oddity of the workbook can change what is asked; it never counts against the product.",
    ),
    text(
        "Voir `conforme rem import` pour le détail.",
        "See `conforme rem import` for the detail.",
    ),
    SOURCE,
);

/// A byte-empty file.
pub static EMPTY: Rule = Rule::fixed(
    "DOSSIER-EMPTY-FILE",
    Severity::Error,
    text("Aucun fichier n'est vide", "No file is empty"),
    text(
        "Un fichier sans octet ne prouve rien ; souvent une copie interrompue.",
        "A file without a byte proves nothing; often an interrupted copy.",
    ),
    text("Déposer de nouveau le fichier.", "File it again."),
    SOURCE,
);

/// Every rule on the dossier.
pub fn rules() -> Vec<&'static Rule> {
    vec![
        &MANIFEST_FAULT,
        &PROOF_UNKNOWN,
        &PROOF_NOT_ASKED,
        &FILE_UNUSED,
        &PATTERN_EMPTY,
        &PATH_OUTSIDE,
        &LINK,
        &NAME,
        &UNREADABLE,
        &LIMIT,
        &LIMITS_CHANGED,
        &INTERRUPTED,
        &ARCHIVE,
        &KIND,
        &COUNT,
        &SHARED,
        &WORKBOOK,
        &EMPTY,
    ]
}
