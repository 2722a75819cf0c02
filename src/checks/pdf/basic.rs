//! What any PDF filed as a proof must be: readable to the end by anyone, and safe to open.

use crate::checks::Outcome;
use crate::engines::pdf::{Pdf, Protection};
use crate::evidence::Evidence;
use crate::finding::{Place, Rule, Severity};
use crate::text::{Text, text};

use super::Reading;
use super::profile::PDFA_1;

/// A PDF whose objects cannot be read.
pub(super) static READABLE: Rule = Rule::fixed(
    "PDF-READABLE",
    Severity::Error,
    text("Le PDF peut être lu", "The PDF can be read"),
    text(
        "Un PDF illisible ne prouve rien : ni l'examinateur ni le destinataire ne pourront l'ouvrir.",
        "A PDF that cannot be read proves nothing: neither the examiner nor the addressee will open it.",
    ),
    text(
        "Produire le fichier à nouveau et vérifier qu'il s'ouvre avant de le déposer.",
        "Produce the file again and make sure it opens before filing it.",
    ),
    "ISO 32000-1, 7.5",
);

/// A PDF that asks for a password.
pub(super) static LOCKED: Rule = Rule::fixed(
    "PDF-PASSWORD",
    Severity::Error,
    text(
        "Le PDF s'ouvre sans mot de passe",
        "The PDF opens without a password",
    ),
    text(
        "L'examinateur n'a pas le mot de passe : la pièce est comme absente.",
        "The examiner has no password: the piece is as good as absent.",
    ),
    text(
        "Déposer le PDF sans chiffrement.",
        "File the PDF without encryption.",
    ),
    "ISO 32000-1, 7.6",
);

static ENCRYPTED: Rule = Rule::fixed(
    "PDF-ENCRYPTED",
    Severity::Warning,
    text("Le PDF n'est pas chiffré", "The PDF is not encrypted"),
    text(
        "Un chiffrement par mot de passe vide s'ouvre partout mais peut interdire l'impression, la copie ou l'extraction.",
        "Encryption with an empty password opens everywhere but may forbid printing, copying or extraction.",
    ),
    text(
        "Produire le PDF sans restriction de droits.",
        "Produce the PDF without permission restrictions.",
    ),
    "ISO 32000-1, 7.6",
);

static HEADER: Rule = Rule::fixed(
    "PDF-HEADER",
    Severity::Warning,
    text("Le PDF commence par %PDF-", "The PDF starts with %PDF-"),
    text(
        "Des octets devant l'en-tête trahissent un mauvais décodage ou un fichier recollé ; certains lecteurs le refusent.",
        "Bytes before the header betray a bad decoding or a pasted file; some readers refuse it.",
    ),
    text(
        "Retirer ce qui précède %PDF- (marque d'ordre des octets, en-têtes HTTP ou MIME).",
        "Remove what comes before %PDF- (byte order mark, HTTP or MIME headers).",
    ),
    "ISO 32000-1, 7.5.2",
);

static TRUNCATED: Rule = Rule::fixed(
    "PDF-TRUNCATED",
    Severity::Error,
    text("Le PDF est complet", "The PDF is complete"),
    text(
        "Sans marque de fin ni table des objets, le fichier a été coupé : des pages peuvent manquer.",
        "Without an end mark nor a table of objects the file was cut: pages may be missing.",
    ),
    text(
        "Transférer ou produire le fichier à nouveau, et comparer sa taille avec l'original.",
        "Transfer or produce the file again and compare its size with the original.",
    ),
    "ISO 32000-1, 7.5.5",
);

static REPAIRED: Rule = Rule::fixed(
    "PDF-XREF",
    Severity::Warning,
    text(
        "La table des objets du PDF est juste",
        "The PDF's table of objects is right",
    ),
    text(
        "La table de références croisées ne désigne pas les objets : le PDF a été modifié sans être réécrit, chaque lecteur le répare à sa façon.",
        "The cross-reference table does not point at the objects: the PDF was changed without being rewritten, each reader repairs it in its own way.",
    ),
    text("Enregistrer le PDF à nouveau.", "Save the PDF again."),
    "ISO 32000-1, 7.5.4",
);

static PAGES: Rule = Rule::fixed(
    "PDF-PAGES",
    Severity::Error,
    text("Le PDF a au moins une page", "The PDF has at least one page"),
    text(
        "Un PDF sans page ne montre rien.",
        "A PDF without a page shows nothing.",
    ),
    text("Produire le PDF à nouveau.", "Produce the PDF again."),
    "ISO 32000-1, 7.7.3",
);

static BLANK: Rule = Rule::fixed(
    "PDF-BLANK",
    Severity::Warning,
    text(
        "Une page au moins du PDF montre quelque chose",
        "At least one page of the PDF shows something",
    ),
    text(
        "Aucune page ne contient de texte, de trait ou d'image : la pièce paraît vide.",
        "No page holds text, lines or images: the piece looks empty.",
    ),
    text(
        "Vérifier que le document s'affiche, puis le produire à nouveau.",
        "Make sure the document shows, then produce it again.",
    ),
    "ISO 32000-1, 8",
);

static ACTIVE: Rule = Rule::fixed(
    "PDF-ACTIVE",
    Severity::Warning,
    text(
        "Le PDF ne lance rien à l'ouverture",
        "The PDF runs nothing when opened",
    ),
    text(
        "JavaScript et actions qui lancent un programme sont dangereux pour le poste de l'examinateur et souvent bloqués.",
        "JavaScript and actions that start a program are dangerous for the examiner's computer and often blocked.",
    ),
    text(
        "Produire le PDF sans script ni action de lancement.",
        "Produce the PDF without scripts and launch actions.",
    ),
    "ISO 32000-1, 12.6",
);

/// Every rule of this file.
pub(super) fn rules() -> Vec<&'static Rule> {
    vec![
        &READABLE, &LOCKED, &ENCRYPTED, &HEADER, &TRUNCATED, &REPAIRED, &PAGES, &BLANK, &ACTIVE,
    ]
}

/// Judges what any PDF must be. `archive`: the rules of PDF/A-1 are judged too and say more of the header, the
/// encryption and the actions.
pub(super) fn judge(evidence: &Evidence, reading: &Reading, archive: bool, outcome: &mut Outcome) {
    let pdf = &reading.pdf;
    let place = || Place::file(evidence.path());
    let mut find = |rule: &Rule, message: Text| outcome.findings.push(rule.at(place(), message));
    if let Some(offset) = pdf.layout.header_offset.filter(|&offset| offset > 0 && !archive) {
        find(
            &HEADER,
            Text::new(
                format!("{offset} octet(s) précèdent %PDF-"),
                format!("{offset} byte(s) come before %PDF-"),
            ),
        );
    }
    if pdf.protection == Protection::Restricted && !archive {
        find(
            &ENCRYPTED,
            text(
                "le PDF est chiffré (mot de passe vide, droits restreints)",
                "the PDF is encrypted (empty password, restricted permissions)",
            ),
        );
    }
    if truncated(pdf) {
        find(
            &TRUNCATED,
            text(
                "le fichier s'arrête sans marque de fin %%EOF ni table des objets",
                "the file stops without an end mark %%EOF nor a table of objects",
            ),
        );
    } else if pdf.repaired && pdf.layout.header_offset == Some(0) {
        find(
            &REPAIRED,
            text(
                "la table de références croisées est fausse ; le PDF n'est lu qu'après réparation",
                "the cross-reference table is wrong; the PDF is read only after a repair",
            ),
        );
    }
    if pdf.pages == 0 {
        find(&PAGES, text("le PDF n'a aucune page", "the PDF has no page"));
        return;
    }
    let contents = &reading.contents;
    if contents.unread == 0 && contents.blank_pages.len() == pdf.pages {
        find(
            &BLANK,
            Text::new(
                format!("rien n'est dessiné sur les {} page(s)", pdf.pages),
                format!("nothing is drawn on the {} page(s)", pdf.pages),
            ),
        );
    }
    if !archive {
        active(evidence, reading, outcome);
    }
}

/// The file was cut: no end mark, and its table of objects had to be rebuilt.
pub(super) fn truncated(pdf: &Pdf) -> bool {
    pdf.repaired && !pdf.layout.end_mark
}

fn active(evidence: &Evidence, reading: &Reading, outcome: &mut Outcome) {
    for action in &reading.graph.actions {
        if PDFA_1.dangerous_actions.contains(&action.kind) {
            outcome.findings.push(
                ACTIVE
                    .at(
                        Place::file(evidence.path()).path(&action.object),
                        Text::new(
                            format!("le PDF contient une action {}", action.kind),
                            format!("the PDF holds a {} action", action.kind),
                        ),
                    )
                    .found(&action.kind),
            );
        }
    }
}
