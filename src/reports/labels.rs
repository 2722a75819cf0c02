//! The words of the reports that are not in the record: headings, labels, counts. One catalogue, French first.

use std::collections::BTreeMap;

use crate::finding::Severity;
use crate::text::{Language, Text};
use crate::verdict::Verdict;

/// Declares the labels, and the list of all of them that the test walks.
macro_rules! labels {
    ($($name:ident = $fr:literal, $en:literal;)*) => {
        $(pub(super) static $name: Text = Text::fixed($fr, $en);)*
        #[cfg(test)]
        const ALL: &[(&str, &Text)] = &[$((stringify!($name), &$name)),*];
    };
}

labels! {
    REPORT_TITLE = "Preuve de conformité", "Proof of conformity";
    IDENTITY = "Identité du dossier", "Dossier identity";
    SUMMARY = "Synthèse", "Summary";
    CONTENTS = "Sommaire", "Contents";
    SKIP = "Aller au contenu", "Skip to content";
    VERDICT = "Verdict", "Verdict";
    PRODUCT = "Produit", "Product";
    VENDOR = "Éditeur", "Vendor";
    DSR_SHORT = "DSR", "DSR";
    PROFILES = "Profils", "Profiles";
    PROFILE = "Profil", "Profile";
    REFERENTIAL = "Référentiel (REM)", "Referential (REM)";
    REFERENTIAL_SHORT = "REM", "REM";
    RECONSTRUCTION = "reconstitution embarquée, sans valeur officielle", "embedded reconstruction, without official value";
    SCOPE_ONLY = "périmètre publié seul, identifiants propres à l'outil", "published scope alone, identifiers of the tool";
    OFFICIAL = "classeur fourni", "workbook given";
    REFERENTIAL_HASH = "SHA-256 du référentiel", "SHA-256 of the referential";
    MANIFEST_HASH = "SHA-256 du manifeste", "SHA-256 of the manifest";
    TOOL = "Outil", "Tool";
    PARTIAL = "Rapport partiel", "Partial report";
    COUNTS = "Décompte", "Counts";
    REQUIREMENTS = "Exigences", "Requirements";
    RECOMMENDATIONS = "Préconisations", "Recommendations";
    SCENARIOS = "Scénarios", "Scenarios";
    PROOFS = "Preuves", "Proofs";
    FINDINGS = "Constats", "Findings";
    FILES = "Fichiers", "Files";
    TOTAL = "Total", "Total";
    REQUIREMENT = "Exigence", "Requirement";
    RECOMMENDATION = "Préconisation", "Recommendation";
    SCENARIO = "Scénario", "Scenario";
    PROOF = "Preuve", "Proof";
    FILE = "Fichier", "File";
    TITLE = "Intitulé", "Title";
    SECTION = "Section", "Section";
    NATURE = "Nature", "Nature";
    SIZE = "Taille", "Size";
    KIND = "Nature du fichier", "Kind of file";
    SEVERITY = "Gravité", "Severity";
    RULE = "Règle", "Rule";
    LINE = "Ligne", "Line";
    COLUMN = "Colonne", "Column";
    MESSAGE = "Message", "Message";
    PROOF_VERDICT = "Verdict de la preuve", "Verdict of the proof";
    REASON = "Motif", "Reason";
    BLOCKING = "Ce qui bloque", "What blocks";
    NOTHING_BLOCKS = "Rien ne bloque : aucune exigence n'est non conforme, manquante ou non évaluée.",
        "Nothing blocks: no requirement is non-conform, missing or not evaluated.";
    HUMAN_NEEDED = "Ce qui demande un examen humain", "What needs a human";
    NO_HUMAN_NEEDED = "Aucune preuve n'attend d'examen humain.", "No proof awaits a human.";
    MATRIX = "Exigences par section et profil", "Requirements by section and profile";
    MATRIX_CAPTION = "Verdicts par section (lignes) et par profil (colonnes)", "Verdicts by section (rows) and profile (columns)";
    TABLE_CAPTION = "Toutes les exigences, dans l'ordre du REM", "Every requirement, in the order of the REM";
    COUNTS_CAPTION = "Nombre d'exigences, de préconisations, de scénarios et de preuves par verdict",
        "Number of requirements, recommendations, scenarios and proofs by verdict";
    DETAIL = "Détail par exigence et par preuve", "Detail by requirement and proof";
    ANNEX = "Annexes", "Annexes";
    PACKS = "Jeux de règles", "Rule packs";
    PACKS_CAPTION = "Jeux de règles chargés", "Rule packs loaded";
    NO_PACK = "Aucun jeu de règles chargé : seules les règles de l'outil ont servi.", "No rule pack loaded: only the rules of the tool served.";
    VERSION = "Version", "Version";
    RULES = "Règles", "Rules";
    VALUE_SETS = "Jeux de valeurs", "Value sets";
    CODES = "Codes", "Codes";
    RULES_BROKEN = "Règles enfreintes", "Rules broken";
    NO_RULE_BROKEN = "Aucune règle enfreinte.", "No rule broken.";
    WAIVERS = "Dérogations", "Waivers";
    NO_WAIVER = "Aucune dérogation.", "No waiver.";
    WAIVERS_CAPTION = "Dérogations du dossier, utilisées ou non", "Waivers of the dossier, used or not";
    SCOPE = "Portée", "Scope";
    AUTHORITY = "Autorité", "Authority";
    DATE = "Date", "Date";
    EXPIRY = "Échéance", "Expiry";
    USED = "Constats acceptés", "Findings accepted";
    UNUSED = "inutilisée", "unused";
    REVIEWS = "Décisions d'examen", "Review decisions";
    NO_REVIEW = "Aucune décision d'examinateur.", "No decision of an examiner.";
    REVIEWS_CAPTION = "Décisions des examinateurs", "Decisions of examiners";
    EXAMINER = "Examinateur", "Examiner";
    DECISION = "Décision", "Decision";
    COMMENT = "Commentaire", "Comment";
    ACCEPTED = "acceptée", "accepted";
    REFUSED = "refusée", "refused";
    TO_COMPLETE = "à compléter", "to complete";
    STALE = "périmée : les pièces ont changé depuis", "stale: the evidence changed since";
    METHOD = "Méthode", "Method";
    METHOD_TEXT = "Chaque fichier du dossier est reconnu à son contenu, puis contrôlé par les règles de l'outil et des jeux de règles chargés. Une erreur rend la preuve non conforme ; un avertissement ou une information ne bloque jamais. Le verdict d'une exigence est le pire de ceux de ses scénarios, celui d'un scénario le pire de ceux de ses preuves. Une préconisation est rapportée sans jamais bloquer. Un contrôle qui n'a pas pu s'exécuter ne compte jamais comme conforme, et aucune machine ne déclare conforme ce que seul un humain peut juger.",
        "Every file of the dossier is recognised by its content, then checked by the rules of the tool and of the packs loaded. An error makes the proof non-conform; a warning or an information never blocks. The verdict of a requirement is the worst of its scenarios, that of a scenario the worst of its proofs. A recommendation is reported and never blocks. A check that could not run never counts as conform, and no machine declares conform what only a human can judge.";
    OFFLINE_TEXT = "Le contrôle s'est fait hors ligne : rien des pièces n'a quitté la machine. Les mêmes entrées donnent le même rapport, octet pour octet.",
        "The check ran offline: nothing of the evidence left the machine. The same input gives the same report, byte for byte.";
    LEGEND = "Légende des verdicts", "Legend of verdicts";
    NOT_CHECKED = "Ce qui n'a pas été contrôlé", "What was not checked";
    ALL_CHECKED = "Aucun contrôle n'a manqué.", "No check was missing.";
    FILES_TITLE = "Contrôle de pièces seules", "Check of files alone";
    FILES_JUDGED = "Pièces contrôlées, dans l'ordre donné", "Files checked, in the order given";
    FILES_DETAIL = "Détail par pièce", "Detail by file";
    ALL_FILES = "Fichiers du dossier", "Files of the dossier";
    FILES_CAPTION = "Tous les fichiers du dossier, par chemin", "Every file of the dossier, by path";
    DOSSIER_FINDINGS = "Constats sur le dossier lui-même", "Findings on the dossier itself";
    PLACE = "Emplacement", "Place";
    EXPECTED = "Attendu", "Expected";
    FOUND = "Trouvé", "Found";
    WHY = "Pourquoi", "Why";
    FIX = "Comment corriger", "How to fix";
    SOURCE = "Source", "Source";
    COUNTS_AGAINST = "Compte pour", "Counts against";
    SCHEMA_TEST = "Test Schematron", "Schematron test";
    AUTHOR_TEXT = "Texte de la règle", "Text of the rule";
    HL7_CODE = "Erreur HL7 (0357)", "HL7 error (0357)";
    PACK = "Jeu de règles", "Rule pack";
    VERIFIED = "Vérifié par la machine", "Verified by the machine";
    TO_LOOK_AT = "À examiner", "To look at";
    NOT_EVALUATED = "Non évalué", "Not evaluated";
    NO_PROOF = "Aucune preuve demandée.", "No proof asked.";
    COMMAND = "Rejouer", "Run again";
    COPY = "Copier", "Copy";
    COPIED = "Copié", "Copied";
    DOWNLOAD_CSV = "Télécharger le tableau des preuves (CSV)", "Download the table of proofs (CSV)";
    FILTERS = "Filtrer", "Filter";
    SEARCH = "Rechercher", "Search";
    ANY = "Tous", "All";
    RESET = "Tout afficher", "Show all";
    SHOWN = "exigences affichées", "requirements shown";
    OPEN_ALL = "Tout déplier", "Expand all";
    CLOSE_ALL = "Tout replier", "Collapse all";
    BACK_TO_TOP = "Haut de page", "Top of page";
    SHOW_ALL_HINT = "(--max-per-rule 0 pour tout afficher)", "(--max-per-rule 0 shows all)";
    OCCURRENCES = "occurrences", "occurrences";
    MEASURES = "Valeurs recalculées", "Recomputed values";
    SUPPRESSED = "dérogé", "waived";
    REMARK = "Remarque", "Remark";
    PIECES = "Pièces", "Evidence";
    LINK_TO_THIS = "Lien vers", "Link to";
    EVIDENCE_WARNING = "Ce rapport cite des extraits des pièces : le traiter avec les mêmes précautions qu'elles, ou le produire avec --redact.",
        "This report quotes the evidence: handle it with the same care, or make it with --redact.";
}

/// The word for a decision; an unknown one is shown as it stands.
pub(crate) fn decision(word: &str, language: Language) -> &str {
    match word {
        "accepted" => ACCEPTED.get(language),
        "refused" => REFUSED.get(language),
        "to_complete" => TO_COMPLETE.get(language),
        other => other,
    }
}

/// The words for where a REM comes from.
pub(super) fn referential_source(source: &str) -> &'static Text {
    match source {
        "official" => &OFFICIAL,
        "scope" => &SCOPE_ONLY,
        _ => &RECONSTRUCTION,
    }
}

/// The word for a severity.
pub(super) fn severity(severity: Severity) -> Text {
    match severity {
        Severity::Error => Text::fixed("erreur", "error"),
        Severity::Warning => Text::fixed("avertissement", "warning"),
        Severity::Info => Text::fixed("information", "info"),
    }
}

/// What a verdict means, for the legend.
pub(super) fn meaning(verdict: Verdict) -> Text {
    match verdict {
        Verdict::NotApplicable => Text::fixed(
            "ne concerne pas ce dossier : autre profil, ou écarté avec un motif",
            "does not concern this dossier: another profile, or set aside with a reason",
        ),
        Verdict::Conform => Text::fixed(
            "tout ce qui est demandé a été vérifié et tient",
            "everything asked was verified and holds",
        ),
        Verdict::Waived => Text::fixed(
            "tient, à des fautes près qu'une dérogation accepte",
            "holds, but for faults that a waiver accepts",
        ),
        Verdict::ToReview => Text::fixed(
            "la machine a vérifié ce qu'elle peut, un humain doit regarder",
            "the machine verified what it can, a human must look",
        ),
        Verdict::NotEvaluated => Text::fixed("un contrôle n'a pas pu s'exécuter", "a check could not run"),
        Verdict::Missing => Text::fixed("rien n'a été déposé", "nothing was filed"),
        Verdict::NonConform => Text::fixed("au moins une erreur", "at least one error"),
    }
}

/// The word for several findings of a severity.
pub(super) fn severities(severity: Severity) -> Text {
    match severity {
        Severity::Error => Text::fixed("erreurs", "errors"),
        Severity::Warning => Text::fixed("avertissements", "warnings"),
        Severity::Info => Text::fixed("informations", "infos"),
    }
}

/// A number with its thousands separated: narrow no-break space in French, comma in English.
pub(super) fn number(language: Language, value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(match language {
                Language::Fr => '\u{202f}',
                Language::En => ',',
            });
        }
        grouped.push(digit);
    }
    grouped
}

/// A number of bytes, in the unit that reads best.
pub(super) fn size(language: Language, bytes: u64) -> String {
    let units = match language {
        Language::Fr => ["o", "Ko", "Mo", "Go"],
        Language::En => ["B", "KB", "MB", "GB"],
    };
    let mut unit = 0;
    let mut tenths = bytes.saturating_mul(10);
    while tenths >= 10_240 && unit + 1 < units.len() {
        tenths /= 1024;
        unit += 1;
    }
    let name = units.get(unit).copied().unwrap_or_default();
    let point = match language {
        Language::Fr => ',',
        Language::En => '.',
    };
    if unit == 0 || tenths >= 1000 {
        format!("{}\u{a0}{name}", number(language, tenths / 10))
    } else {
        format!("{}{point}{}\u{a0}{name}", tenths / 10, tenths % 10)
    }
}

/// A number and its noun. French counts 0 and 1 in the singular, English only 1.
pub(super) fn count(language: Language, value: u64, one: &Text, many: &Text) -> String {
    let singular = match language {
        Language::Fr => value < 2,
        Language::En => value == 1,
    };
    let noun = if singular { one } else { many };
    format!("{}\u{a0}{}", number(language, value), noun.get(language))
}

/// How many findings of each severity, the gravest first: « 2 erreurs », « 0 avertissement », « 1 information ».
pub(super) fn findings_by_severity(language: Language, findings: &BTreeMap<String, u64>) -> Vec<String> {
    [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .map(|each| {
            let value = findings.get(each.as_str()).copied().unwrap_or(0);
            count(language, value, &severity(each), &severities(each))
        })
        .collect()
}

/// « 3 constats ».
pub(super) fn findings(language: Language, value: u64) -> String {
    count(
        language,
        value,
        &Text::fixed("constat", "finding"),
        &Text::fixed("constats", "findings"),
    )
}

/// « 3 autres ».
pub(super) fn more(language: Language, value: u64) -> String {
    count(
        language,
        value,
        &Text::fixed("autre", "more"),
        &Text::fixed("autres", "more"),
    )
}

/// « 3 fichiers ».
pub(crate) fn files(language: Language, value: u64) -> String {
    count(
        language,
        value,
        &Text::fixed("fichier", "file"),
        &Text::fixed("fichiers", "files"),
    )
}

/// The mark before a colon: French puts a no-break space there.
pub(super) const fn colon(language: Language) -> &'static str {
    match language {
        Language::Fr => "\u{a0}:",
        Language::En => ":",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_is_in_both_languages() {
        for (name, label) in super::ALL {
            assert!(
                !label.fr.trim().is_empty() && !label.en.trim().is_empty(),
                "{name}"
            );
            assert!(!label.fr.contains('\''.to_string().repeat(2).as_str()), "{name}");
        }
    }

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(number(Language::Fr, 12_345_678), "12\u{202f}345\u{202f}678");
        assert_eq!(number(Language::En, 1_234), "1,234");
        assert_eq!(number(Language::En, 12), "12");
        assert_eq!(findings(Language::Fr, 0), "0\u{a0}constat");
        assert_eq!(findings(Language::En, 0), "0\u{a0}findings");
        assert_eq!(findings(Language::En, 1), "1\u{a0}finding");
        assert_eq!(size(Language::Fr, 1536), "1,5\u{a0}Ko");
        assert_eq!(size(Language::En, 12), "12\u{a0}B");
        assert_eq!(size(Language::Fr, 250 << 20), "250\u{a0}Mo");
    }
}
