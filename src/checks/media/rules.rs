//! The rules on pictures and videos.

use crate::finding::{Rule, Severity};
use crate::text::text;

/// What the REM asks of a demonstration.
const SOURCE: &str = "REM, preuves de démonstration (vidéo, capture d'écran)";

pub(super) static READABLE: Rule = Rule::fixed(
    "MEDIA-READABLE",
    Severity::Error,
    text(
        "L'image ou la vidéo peut être lue",
        "The picture or video can be read",
    ),
    text(
        "Une pièce que personne n'ouvre ne prouve rien.",
        "A piece that nobody can open proves nothing.",
    ),
    text(
        "Enregistrer à nouveau dans un format courant (PNG, JPEG, MP4) et l'ouvrir avant de la déposer.",
        "Save it again in a common format (PNG, JPEG, MP4) and open it before filing.",
    ),
    SOURCE,
);

pub(super) static TRUNCATED: Rule = Rule::fixed(
    "MEDIA-TRUNCATED",
    Severity::Error,
    text(
        "L'image ou la vidéo est complète",
        "The picture or video is complete",
    ),
    text(
        "Le fichier s'arrête avant la fin de son contenu : transfert interrompu, ou enregistrement arrêté avant l'écriture de son index (boîte « moov » d'un MP4).",
        "The file stops before the end of its content: an interrupted transfer, or a recording stopped before its index (an MP4's 'moov' box) was written.",
    ),
    text(
        "Transférer le fichier à nouveau, ou refaire l'enregistrement et l'arrêter proprement.",
        "Transfer the file again, or redo the recording and stop it properly.",
    ),
    SOURCE,
);

pub(super) static CHECKSUM: Rule = Rule::fixed(
    "MEDIA-CHECKSUM",
    Severity::Error,
    text(
        "Les sommes de contrôle de l'image sont justes",
        "The picture's checksums are right",
    ),
    text(
        "Des octets ont changé depuis l'écriture du fichier : copie abîmée ou retouche à la main.",
        "Bytes changed since the file was written: a damaged copy or an edit by hand.",
    ),
    text("Déposer le fichier d'origine.", "File the original."),
    "PNG (ISO/IEC 15948), 5.3",
);

pub(super) static BLANK: Rule = Rule::fixed(
    "MEDIA-BLANK",
    Severity::Error,
    text("L'image montre quelque chose", "The picture shows something"),
    text(
        "Tous les pixels ont la même couleur : la capture a manqué son écran.",
        "All pixels have the same colour: the screenshot missed its screen.",
    ),
    text("Refaire la capture.", "Take the screenshot again."),
    SOURCE,
);

pub(super) static SMALL: Rule = Rule::fixed(
    "MEDIA-SMALL",
    Severity::Warning,
    text(
        "L'image est assez grande pour être lue",
        "The picture is large enough to be read",
    ),
    text(
        "Sur une image de moins de 200 × 100 pixels, un examinateur ne lit ni un nom ni un matricule.",
        "On a picture of less than 200 × 100 pixels an examiner reads neither a name nor a number.",
    ),
    text(
        "Déposer la capture en taille réelle, non une vignette.",
        "File the screenshot in full size, not a thumbnail.",
    ),
    SOURCE,
);

pub(super) static NO_PICTURE: Rule = Rule::fixed(
    "MEDIA-NO-PICTURE",
    Severity::Error,
    text("La vidéo a une piste d'images", "The video has a picture track"),
    text(
        "Le fichier ne contient que du son, ou rien : il ne démontre rien à l'écran.",
        "The file holds sound only, or nothing: it demonstrates nothing on screen.",
    ),
    text("Refaire l'enregistrement de l'écran.", "Record the screen again."),
    SOURCE,
);

pub(super) static SHORT: Rule = Rule::fixed(
    "MEDIA-SHORT",
    Severity::Warning,
    text(
        "La vidéo dure assez longtemps pour montrer un scénario",
        "The video lasts long enough to show a scenario",
    ),
    text(
        "Moins de deux secondes : l'enregistrement a sans doute été arrêté trop tôt.",
        "Less than two seconds: the recording was probably stopped too early.",
    ),
    text(
        "Vérifier la vidéo et la refaire au besoin.",
        "Look at the video and redo it if needed.",
    ),
    SOURCE,
);
