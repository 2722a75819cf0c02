//! The rules of PDF/A-1 that are verified, clause by clause of ISO 19005-1:2005.

use crate::finding::{Rule, Severity};
use crate::text::text;

/// Two languages, French first.
type Words = [&'static str; 2];

/// An error where PDF/A-1 is asked. `why` and `fix` say what breaks and what to do in the tool that makes the PDF.
const fn rule(id: &'static str, title: Words, why: Words, fix: Words, clause: &'static str) -> Rule {
    let [title_fr, title_en] = title;
    let [why_fr, why_en] = why;
    let [fix_fr, fix_en] = fix;
    Rule::fixed(
        id,
        Severity::Error,
        text(title_fr, title_en),
        text(why_fr, why_en),
        text(fix_fr, fix_en),
        clause,
    )
}

pub(super) static CLAIM: Rule = rule(
    "PDF-A-CLAIM",
    ["Le PDF se déclare PDF/A-1", "The PDF claims PDF/A-1"],
    [
        "Sans identification PDF/A dans ses métadonnées XMP, un PDF n'est pas PDF/A, quoi qu'il contienne. Les exemples officiels de CDA de niveau 1 ne la portent pas non plus : l'exigence vaut pour le dossier, non pour eux.",
        "Without a PDF/A identification in its XMP metadata a PDF is not PDF/A, whatever it holds. The official CDA level 1 examples lack it too: the requirement binds the dossier, not them.",
    ],
    [
        "Exporter au format PDF/A-1b (ou 1a) depuis l'outil qui produit le PDF.",
        "Export as PDF/A-1b (or 1a) from the tool that makes the PDF.",
    ],
    "ISO 19005-1, 6.7.11; CI-SIS, structuration minimale, corps non structuré",
);

pub(super) static PART: Rule = rule(
    "PDF-A-PART",
    [
        "La version de PDF/A est la partie 1",
        "The PDF/A version is part 1",
    ],
    [
        "Les parties 2, 3 et 4 autorisent ce que la partie 1 interdit (transparence, calques, pièces jointes) : un destinataire qui attend PDF/A-1 peut les refuser.",
        "Parts 2, 3 and 4 allow what part 1 forbids (transparency, layers, attachments): a receiver that expects PDF/A-1 may refuse them.",
    ],
    [
        "Exporter en PDF/A-1b, et non en PDF/A-2 ou 3.",
        "Export as PDF/A-1b, not PDF/A-2 or 3.",
    ],
    "ISO 19005-1, 6.7.11",
);

pub(super) static CONFORMANCE: Rule = rule(
    "PDF-A-CONFORMANCE",
    [
        "Le niveau de conformité PDF/A est A ou B",
        "The PDF/A conformance level is A or B",
    ],
    [
        "L'identification PDF/A demande la partie et le niveau ; sans niveau reconnu, elle est invalide.",
        "The PDF/A identification asks for the part and the level; without a known level it is invalid.",
    ],
    [
        "Écrire pdfaid:conformance = B (ou A).",
        "Write pdfaid:conformance = B (or A).",
    ],
    "ISO 19005-1, 6.7.11",
);

pub(super) static HEADER: Rule = rule(
    "PDF-A-HEADER",
    [
        "L'en-tête est au premier octet, suivi d'un commentaire binaire",
        "The header is at the first byte, followed by a binary comment",
    ],
    [
        "L'en-tête %PDF-1.n ouvre le fichier ; la deuxième ligne, quatre octets au-dessus de 127, le fait traiter comme binaire par les transports.",
        "The header %PDF-1.n opens the file; the second line, four bytes above 127, makes transports treat it as binary.",
    ],
    [
        "Produire le PDF à nouveau sans rien ajouter devant.",
        "Produce the PDF again with nothing added before it.",
    ],
    "ISO 19005-1, 6.1.2",
);

pub(super) static TRAILER_ID: Rule = rule(
    "PDF-A-ID",
    ["Le fichier a un identifiant ID", "The file has an ID"],
    [
        "L'identifiant de fichier du trailer est obligatoire en PDF/A.",
        "The file identifier of the trailer is mandatory in PDF/A.",
    ],
    [
        "Activer l'écriture de l'entrée ID du trailer.",
        "Turn on writing of the trailer's ID entry.",
    ],
    "ISO 19005-1, 6.1.3",
);

pub(super) static ENCRYPT: Rule = rule(
    "PDF-A-ENCRYPTED",
    ["Un PDF/A n'est pas chiffré", "A PDF/A is not encrypted"],
    [
        "Un document chiffré ne peut pas être conservé : PDF/A interdit tout chiffrement, même à mot de passe vide.",
        "An encrypted document cannot be preserved: PDF/A forbids any encryption, an empty password included.",
    ],
    [
        "Retirer la protection du PDF.",
        "Remove the protection of the PDF.",
    ],
    "ISO 19005-1, 6.1.3",
);

pub(super) static TRAILING: Rule = rule(
    "PDF-A-EOF",
    ["Rien ne suit la marque de fin", "Nothing follows the end mark"],
    [
        "Des octets après le dernier %%EOF n'appartiennent pas au document.",
        "Bytes after the last %%EOF do not belong to the document.",
    ],
    ["Retirer ce qui suit %%EOF.", "Remove what follows %%EOF."],
    "ISO 19005-1, 6.1.3",
);

pub(super) static COMPRESSED_OBJECTS: Rule = rule(
    "PDF-A-XREF",
    [
        "Les objets ne sont pas dans des flux compressés",
        "Objects are not in compressed streams",
    ],
    [
        "PDF/A-1 repose sur PDF 1.4 : ni flux de références croisées ni flux d'objets.",
        "PDF/A-1 rests on PDF 1.4: neither cross-reference streams nor object streams.",
    ],
    [
        "Produire le PDF en version 1.4, sans compression des objets.",
        "Produce the PDF in version 1.4 without object compression.",
    ],
    "ISO 19005-1, 6.1.4",
);

pub(super) static EXTERNAL: Rule = rule(
    "PDF-A-EXTERNAL",
    ["Les données sont dans le fichier", "The data are in the file"],
    [
        "Un flux dont les données sont dans un autre fichier ne s'affichera plus quand ce fichier aura disparu.",
        "A stream whose data are in another file stops showing when that file is gone.",
    ],
    [
        "Incorporer les données (entrées F, FFilter, FDecodeParms).",
        "Embed the data (entries F, FFilter, FDecodeParms).",
    ],
    "ISO 19005-1, 6.1.7",
);

pub(super) static FILTER: Rule = rule(
    "PDF-A-FILTER",
    ["Ni LZW ni filtre de chiffrement", "Neither LZW nor crypt filters"],
    [
        "La compression LZW et les filtres Crypt sont interdits en PDF/A-1.",
        "LZW compression and Crypt filters are forbidden in PDF/A-1.",
    ],
    ["Compresser avec Flate.", "Compress with Flate."],
    "ISO 19005-1, 6.1.10",
);

pub(super) static EMBEDDED: Rule = rule(
    "PDF-A-ATTACHMENT",
    [
        "Aucun fichier n'est joint dans le PDF",
        "No file is attached inside the PDF",
    ],
    [
        "PDF/A-1 interdit les fichiers incorporés : joindre un fichier demande PDF/A-3, que l'exigence n'accepte pas.",
        "PDF/A-1 forbids embedded files: attaching one takes PDF/A-3, which the requirement does not accept.",
    ],
    [
        "Retirer les pièces jointes du PDF.",
        "Remove the attachments of the PDF.",
    ],
    "ISO 19005-1, 6.1.11",
);

pub(super) static LAYERS: Rule = rule(
    "PDF-A-LAYERS",
    ["Le PDF n'a pas de calques", "The PDF has no layers"],
    [
        "Un contenu optionnel peut être masqué : deux lecteurs verraient deux documents.",
        "Optional content can be hidden: two readers would see two documents.",
    ],
    [
        "Aplatir les calques (OCProperties).",
        "Flatten the layers (OCProperties).",
    ],
    "ISO 19005-1, 6.1.13",
);

pub(super) static OUTPUT_INTENT: Rule = rule(
    "PDF-A-COLOUR",
    [
        "Les couleurs sont définies par un profil",
        "Colours are defined by a profile",
    ],
    [
        "Une couleur DeviceRGB, DeviceCMYK ou DeviceGray ne se reproduit pas à l'identique sans profil de sortie GTS_PDFA1 du même espace.",
        "A DeviceRGB, DeviceCMYK or DeviceGray colour cannot be reproduced without a GTS_PDFA1 output profile of the same space.",
    ],
    [
        "Ajouter un OutputIntent GTS_PDFA1 avec un profil ICC (sRGB pour DeviceRGB).",
        "Add a GTS_PDFA1 OutputIntent with an ICC profile (sRGB for DeviceRGB).",
    ],
    "ISO 19005-1, 6.2.2 and 6.2.3.3",
);

pub(super) static PROFILE: Rule = rule(
    "PDF-A-PROFILE",
    [
        "Le profil de sortie est un profil ICC valable",
        "The output profile is a valid ICC profile",
    ],
    [
        "Le profil de l'OutputIntent doit être un profil ICC version 2 de sortie ou d'écran, le même pour tous les OutputIntents.",
        "The OutputIntent's profile must be an ICC version 2 output or display profile, the same for all OutputIntents.",
    ],
    [
        "Incorporer un profil ICC version 2 (sRGB v2 par exemple).",
        "Embed an ICC version 2 profile (sRGB v2 for instance).",
    ],
    "ISO 19005-1, 6.2.2",
);

pub(super) static X_OBJECT: Rule = rule(
    "PDF-A-XOBJECT",
    [
        "Images et formulaires XObject sont simples",
        "Images and form XObjects are plain",
    ],
    [
        "PostScript, références à un autre PDF, OPI, images de remplacement et interpolation rendent l'affichage incertain.",
        "PostScript, references to another PDF, OPI, alternate images and interpolation make rendering uncertain.",
    ],
    [
        "Exporter en PDF/A-1 depuis l'outil d'origine, qui les remplace.",
        "Export as PDF/A-1 from the original tool, which replaces them.",
    ],
    "ISO 19005-1, 6.2.4 to 6.2.7",
);

pub(super) static TRANSFER: Rule = rule(
    "PDF-A-TRANSFER",
    ["Aucune fonction de transfert", "No transfer function"],
    [
        "TR et TR2 modifient les couleurs selon le périphérique.",
        "TR and TR2 change colours by device.",
    ],
    [
        "Retirer TR et TR2 des états graphiques.",
        "Remove TR and TR2 from graphics states.",
    ],
    "ISO 19005-1, 6.2.8",
);

pub(super) static FONT: Rule = rule(
    "PDF-A-FONT",
    ["Les polices sont incorporées", "Fonts are embedded"],
    [
        "Une police absente est remplacée à l'affichage : un résultat ou une unité peuvent devenir illisibles.",
        "A missing font is replaced when shown: a result or a unit may become unreadable.",
    ],
    [
        "Incorporer toutes les polices, y compris les 14 polices standard (Helvetica, Times, Courier...).",
        "Embed all fonts, the 14 standard ones included (Helvetica, Times, Courier...).",
    ],
    "ISO 19005-1, 6.3.4",
);

pub(super) static TRANSPARENCY: Rule = rule(
    "PDF-A-TRANSPARENCY",
    ["Aucune transparence", "No transparency"],
    [
        "Masques souples, groupes, modes de fusion et opacités sont interdits en PDF/A-1 : leur rendu varie d'un lecteur à l'autre.",
        "Soft masks, groups, blend modes and opacities are forbidden in PDF/A-1: readers render them differently.",
    ],
    [
        "Aplatir la transparence (souvent une image PNG à fond transparent ou une ombre).",
        "Flatten the transparency (often a PNG with a transparent background, or a shadow).",
    ],
    "ISO 19005-1, 6.4",
);

pub(super) static ANNOTATION: Rule = rule(
    "PDF-A-ANNOTATION",
    [
        "Les annotations sont permises, visibles et imprimées",
        "Annotations are allowed, visible and printed",
    ],
    [
        "Une annotation d'un type inconnu de PDF 1.4, cachée ou non imprimable, fait varier ce que voit le lecteur.",
        "An annotation of a type unknown to PDF 1.4, hidden or not printable, changes what the reader sees.",
    ],
    [
        "Poser le drapeau Print de chaque annotation (F = 4), sans Hidden, Invisible ni NoView.",
        "Set the Print flag of each annotation (F = 4), without Hidden, Invisible or NoView.",
    ],
    "ISO 19005-1, 6.5.2 and 6.5.3",
);

pub(super) static ACTION: Rule = rule(
    "PDF-A-ACTION",
    ["Aucune action interdite", "No forbidden action"],
    [
        "JavaScript, lancement de programme, son, film, import de données et actions déclenchées d'elles-mêmes (AA) sont interdits en PDF/A-1.",
        "JavaScript, starting programs, sound, movies, data import and self-triggered actions (AA) are forbidden in PDF/A-1.",
    ],
    [
        "Retirer les scripts et les actions du PDF.",
        "Remove scripts and actions from the PDF.",
    ],
    "ISO 19005-1, 6.6.1, 6.6.2 and 6.9",
);

pub(super) static METADATA: Rule = rule(
    "PDF-A-METADATA",
    [
        "Les métadonnées XMP sont lisibles en clair",
        "XMP metadata are readable in clear",
    ],
    [
        "Le catalogue porte un flux Metadata en XMP bien formé et sans filtre, pour être retrouvé sans outil.",
        "The catalog carries a Metadata stream of well-formed XMP without a filter, to be found without tools.",
    ],
    [
        "Écrire le paquet XMP non compressé et bien formé.",
        "Write the XMP packet uncompressed and well formed.",
    ],
    "ISO 19005-1, 6.7.2 and 6.7.9",
);

pub(super) static INFORMATION: Rule = rule(
    "PDF-A-INFO",
    [
        "Les informations du document et le XMP disent la même chose",
        "Document information and XMP say the same",
    ],
    [
        "Deux titres, deux auteurs ou deux dates : on ne sait plus lequel fait foi.",
        "Two titles, two authors or two dates: nobody knows which one counts.",
    ],
    [
        "Écrire les mêmes valeurs dans le dictionnaire Info et dans le XMP, ou retirer celles d'Info.",
        "Write the same values in the Info dictionary and the XMP, or remove those of Info.",
    ],
    "ISO 19005-1, 6.7.3",
);

pub(super) static FORM: Rule = rule(
    "PDF-A-FORM",
    [
        "Les formulaires ont une apparence figée",
        "Forms have a fixed appearance",
    ],
    [
        "NeedAppearances laisse le lecteur redessiner les champs ; un formulaire XFA remplace les pages.",
        "NeedAppearances lets the reader redraw the fields; an XFA form replaces the pages.",
    ],
    ["Aplatir le formulaire.", "Flatten the form."],
    "ISO 19005-1, 6.9",
);

pub(super) static TAGGED: Rule = rule(
    "PDF-A-TAGGED",
    ["Un PDF/A-1a est balisé", "A PDF/A-1a is tagged"],
    [
        "Le niveau A promet une structure (MarkInfo, StructTreeRoot) ; sans elle, la déclaration est fausse.",
        "Level A promises a structure (MarkInfo, StructTreeRoot); without it the claim is false.",
    ],
    [
        "Exporter un PDF balisé, ou déclarer le niveau B.",
        "Export a tagged PDF, or claim level B.",
    ],
    "ISO 19005-1, 6.8",
);

/// A sign, not a clause: conforming files are almost always of version 1.4.
pub(super) static VERSION: Rule = Rule::fixed(
    "PDF-A-VERSION",
    Severity::Warning,
    text(
        "La version du PDF est 1.4 au plus",
        "The PDF version is 1.4 at most",
    ),
    text(
        "PDF/A-1 décrit PDF 1.4 ; une version plus récente annonce souvent des fonctions interdites.",
        "PDF/A-1 describes PDF 1.4; a later version often announces forbidden features.",
    ),
    text("Exporter en PDF 1.4.", "Export as PDF 1.4."),
    "ISO 19005-1, 6.1.2 (sign, not a rule)",
);

/// Every rule of this file.
pub(super) fn rules() -> Vec<&'static Rule> {
    vec![
        &CLAIM,
        &PART,
        &CONFORMANCE,
        &HEADER,
        &TRAILER_ID,
        &ENCRYPT,
        &TRAILING,
        &COMPRESSED_OBJECTS,
        &EXTERNAL,
        &FILTER,
        &EMBEDDED,
        &LAYERS,
        &OUTPUT_INTENT,
        &PROFILE,
        &X_OBJECT,
        &TRANSFER,
        &FONT,
        &TRANSPARENCY,
        &ANNOTATION,
        &ACTION,
        &METADATA,
        &INFORMATION,
        &FORM,
        &TAGGED,
        &VERSION,
    ]
}
