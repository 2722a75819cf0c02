//! The numbers of a French company in written answers: SIRET and intra-community VAT, with their keys.

use std::sync::LazyLock;

use regex::Regex;

use crate::checks::Outcome;
use crate::evidence::check_digit::luhn;
use crate::finding::{Place, Rule, Severity};
use crate::text::{Text, text};

use super::Document;

static SIRET: Rule = Rule::fixed(
    "QUESTION-SIRET",
    Severity::Error,
    text("Le numéro SIRET est juste", "The SIRET number is right"),
    text(
        "Un SIRET compte 14 chiffres dont la clé de Luhn est juste : un chiffre faux désigne un autre établissement, ou aucun.",
        "A SIRET has 14 digits with a right Luhn key: a wrong digit names another establishment, or none.",
    ),
    text(
        "Recopier le SIRET de l'avis SIRENE.",
        "Copy the SIRET from the SIRENE notice.",
    ),
    "INSEE, structure du numéro SIRET",
);

static VAT: Rule = Rule::fixed(
    "QUESTION-VAT",
    Severity::Error,
    text(
        "Le numéro de TVA intracommunautaire est juste",
        "The intra-community VAT number is right",
    ),
    text(
        "FR, deux chiffres de clé calculés sur le SIREN, puis le SIREN : la clé ne correspond pas.",
        "FR, two key digits computed from the SIREN, then the SIREN: the key does not match.",
    ),
    text(
        "Recopier le numéro de TVA de l'entreprise.",
        "Copy the company's VAT number.",
    ),
    "CGI, article 286 ter; INSEE",
);

/// Both rules.
pub(super) fn rules() -> [&'static Rule; 2] {
    [&SIRET, &VAT]
}

#[expect(clippy::expect_used, reason = "constant patterns, compiled by the tests")]
// invariant: constant patterns.
static SIRET_AFTER_NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bsiret\b[^\d\n]{0,30}((?:\d ?){9,20})").expect("SIRET pattern"));
#[expect(clippy::expect_used, reason = "constant patterns, compiled by the tests")]
// invariant: constant patterns.
static VAT_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bfr ?(\d{2}) ?(\d{3}) ?(\d{3}) ?(\d{3})\b").expect("VAT pattern"));

/// Judges every SIRET and VAT number of the documents.
pub(super) fn judge(documents: &[Document<'_>], outcome: &mut Outcome) {
    for document in documents {
        for number in SIRET_AFTER_NAME
            .captures_iter(&document.folded)
            .filter_map(|found| found.get(1))
        {
            let digits: String = number.as_str().split_whitespace().collect();
            report(
                digits.len() == 14 && luhn(&digits),
                &SIRET,
                "SIRET",
                &digits,
                document,
                outcome,
            );
        }
        for found in VAT_NUMBER.captures_iter(&document.folded) {
            let part = |index| found.get(index).map_or("", |part| part.as_str());
            let key: u64 = part(1).parse().unwrap_or(u64::MAX);
            let siren = [part(2), part(3), part(4)].concat();
            let right = siren
                .parse::<u64>()
                .is_ok_and(|siren| (12 + 3 * (siren % 97)) % 97 == key);
            let shown = format!("FR{}{siren}", part(1));
            report(right, &VAT, "TVA", &shown, document, outcome);
        }
    }
}

fn report(
    right: bool,
    rule: &Rule,
    name: &str,
    number: &str,
    document: &Document<'_>,
    outcome: &mut Outcome,
) {
    if right {
        outcome.verified.push(Text::new(
            format!("{name} {number} : clé juste"),
            format!("{name} {number}: right key"),
        ));
    } else {
        outcome.findings.push(
            rule.at(
                Place::file(document.path).path(name),
                Text::new(
                    format!("{name} {number} : longueur ou clé fausse"),
                    format!("{name} {number}: wrong length or key"),
                ),
            )
            .found(number),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        assert!(luhn("73282932000074"));
        assert!(!luhn("73282932000075"));
        assert!(SIRET_AFTER_NAME.is_match("siret : 732 829 320 00074"));
        assert!(VAT_NUMBER.is_match("tva fr 44 732 829 320"));
    }
}
