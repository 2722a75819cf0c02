//! The calendar of the schemes: dates that a manifest declares against the rules of the ministerial orders.
//!
//! Data in `requirements/calendar.toml`. What the public documents do not say is not judged.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::finding::{Finding, Place, Rule, Severity};
use crate::text::{Text, text};

const SOURCE: &str = "Webinaire Hôpital 2021 ; présentation vague 2, juin 2024";

/// An order too old when the proofs are filed.
pub static ORDER_AGE: Rule = Rule::fixed(
    "DOSSIER-CALENDAR-ORDER-AGE",
    Severity::Error,
    text(
        "La commande précède le dépôt des preuves de 120 jours au plus",
        "The order precedes the filing of the proofs by 120 days at most",
    ),
    text(
        "Au-delà de 120 jours calendaires la commande n'est plus financée, et le fournisseur doit en informer son client.",
        "Beyond 120 calendar days the order is no longer financed, and the supplier must tell the client.",
    ),
    text(
        "Déposer plus tôt, ou faire signer une nouvelle commande.",
        "File earlier, or have a new order signed.",
    ),
    SOURCE,
);

/// An order older than the scheme.
pub static ORDER_EARLY: Rule = Rule::fixed(
    "DOSSIER-CALENDAR-ORDER-EARLY",
    Severity::Error,
    text(
        "La commande suit la publication de l'arrêté",
        "The order follows the publication of the ministerial order",
    ),
    text(
        "Une commande passée avant la publication n'ouvre aucun financement.",
        "An order placed before the publication opens no financing.",
    ),
    text("Vérifier la date de la commande.", "Check the date of the order."),
    SOURCE,
);

/// Dates that cannot follow each other so.
pub static SEQUENCE: Rule = Rule::fixed(
    "DOSSIER-CALENDAR-SEQUENCE",
    Severity::Error,
    text(
        "Les dates se suivent dans l'ordre des étapes",
        "The dates follow the order of the steps",
    ),
    text(
        "Extraction, dépôt, référencement, vérification d'aptitude : une étape ne précède pas celle dont elle dépend.",
        "Extraction, filing, referencing, aptitude verification: a step does not precede the one it depends on.",
    ),
    text(
        "Corriger la date fausse dans [dates].",
        "Correct the wrong date in [dates].",
    ),
    SOURCE,
);

/// After the closing of the wave.
pub static CLOSED: Rule = Rule::fixed(
    "DOSSIER-CALENDAR-CLOSED",
    Severity::Warning,
    text(
        "La date précède la clôture de la vague",
        "The date precedes the closing of the wave",
    ),
    text(
        "Après la clôture annoncée, la demande n'est plus recevable, sauf prolongation publiée depuis.",
        "After the announced closing the request is no longer receivable, unless it was extended since.",
    ),
    text(
        "Vérifier le calendrier en vigueur du couloir.",
        "Check the calendar in force for the corridor.",
    ),
    SOURCE,
);

/// Every rule of the calendar.
pub fn rules() -> Vec<&'static Rule> {
    vec![&ORDER_AGE, &ORDER_EARLY, &SEQUENCE, &CLOSED]
}

/// What a manifest declares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dates {
    /// Order signed by the client.
    pub order: Option<Date>,
    /// Extraction of the statistics.
    pub extraction: Option<Date>,
    /// Filing of the complete set of proofs.
    pub filing: Option<Date>,
    /// Publication of the referencing.
    pub referencing: Option<Date>,
    /// Signature of the VA by the client.
    pub va: Option<Date>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Calendar {
    order_days_before_filing: i32,
    wave: Vec<Wave>,
}

/// What is known of a wave.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wave {
    wave: u8,
    #[serde(default, deserialize_with = "optional_day")]
    published: Option<Date>,
    source: String,
    #[serde(default)]
    closing: Vec<Closing>,
    #[serde(default, deserialize_with = "days")]
    steps: Vec<Date>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Closing {
    corridor: String,
    #[serde(deserialize_with = "day")]
    date: Date,
}

/// A date written `YYYY-MM-DD`.
pub(super) fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    String::deserialize(deserializer)?
        .parse()
        .map_err(serde::de::Error::custom)
}

/// A date that may be left out.
pub(super) fn optional_day<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Date>, D::Error> {
    day(deserializer).map(Some)
}

fn days<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Date>, D::Error> {
    Vec::<String>::deserialize(deserializer)?
        .iter()
        .map(|text| text.parse().map_err(serde::de::Error::custom))
        .collect()
}

#[expect(
    clippy::expect_used,
    reason = "embedded data, read by the tests of this module"
)]
fn calendar() -> &'static Calendar {
    // invariant: the file is part of the binary and the tests read it.
    static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
        toml::from_str(include_str!("../../requirements/calendar.toml")).expect("calendar.toml")
    });
    &CALENDAR
}

/// Dates of the steps of a wave that come after `day`, soonest first: what `explain` shows.
pub fn steps_after(wave: u8, day: Date) -> Vec<Date> {
    calendar()
        .wave
        .iter()
        .filter(|known| known.wave == wave)
        .flat_map(|known| &known.steps)
        .filter(|step| **step > day)
        .copied()
        .collect()
}

/// Judges the dates declared in `file` (the manifest) for a DSR of this wave and corridor. Dates that are not
/// declared are not judged.
pub fn check(file: &str, wave: u8, corridor: &str, dates: &Dates) -> Vec<Finding> {
    let mut findings = Vec::new();
    let place = |key: &str| Place::file(file).path(format!("dates.{key}"));
    let most = calendar().order_days_before_filing;
    if let (Some(order), Some(filing)) = (dates.order, dates.filing) {
        let days = days_between(order, filing);
        if days > most {
            findings.push(
                ORDER_AGE
                    .at(
                        place("order"),
                        Text::new(
                            format!("commande du {order}, dépôt du {filing} : {days} jours"),
                            format!("order of {order}, filing of {filing}: {days} days"),
                        ),
                    )
                    .expected(format!("≤ {most}"))
                    .found(days.to_string()),
            );
        }
    }
    if let Some(known) = calendar().wave.iter().find(|known| known.wave == wave) {
        if let (Some(order), Some(published)) = (dates.order, known.published)
            && order < published
        {
            findings.push(
                with_source(
                    ORDER_EARLY.at(
                        place("order"),
                        Text::new(
                            format!("commande du {order}, arrêté publié le {published}"),
                            format!("order of {order}, ministerial order published on {published}"),
                        ),
                    ),
                    known,
                )
                .expected(format!("≥ {published}"))
                .found(order.to_string()),
            );
        }
        for closing in known
            .closing
            .iter()
            .filter(|closing| closing.corridor == corridor)
        {
            for (key, date) in [("filing", dates.filing), ("va", dates.va)] {
                let Some(date) = date.filter(|date| *date > closing.date) else {
                    continue;
                };
                findings.push(
                    with_source(
                        CLOSED.at(
                            place(key),
                            Text::new(
                                format!("{date}, après la clôture annoncée du {}", closing.date),
                                format!("{date}, after the announced closing of {}", closing.date),
                            ),
                        ),
                        known,
                    )
                    .expected(format!("≤ {}", closing.date))
                    .found(date.to_string()),
                );
            }
        }
    }
    sequence(&place, dates, &mut findings);
    findings
}

fn with_source(mut finding: Finding, wave: &Wave) -> Finding {
    finding.source.clone_from(&wave.source);
    finding
}

/// Calendar days from `from` to `to`; negative when `to` comes first.
fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// Each step after the one it depends on.
fn sequence(place: &dyn Fn(&str) -> Place, dates: &Dates, findings: &mut Vec<Finding>) {
    let steps = [
        ("extraction", dates.extraction, "filing", dates.filing),
        ("filing", dates.filing, "referencing", dates.referencing),
        ("order", dates.order, "va", dates.va),
        ("referencing", dates.referencing, "va", dates.va),
    ];
    for (before, first, after, second) in steps {
        if let (Some(first), Some(second)) = (first, second)
            && second < first
        {
            findings.push(
                SEQUENCE
                    .at(
                        place(after),
                        Text::new(
                            format!("{after} ({second}) précède {before} ({first})"),
                            format!("{after} ({second}) precedes {before} ({first})"),
                        ),
                    )
                    .expected(format!("≥ {first}"))
                    .found(second.to_string()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn rules_of(wave: u8, dates: &Dates) -> Vec<String> {
        check("dossier.toml", wave, "Hôpital", dates)
            .into_iter()
            .map(|finding| finding.rule)
            .collect()
    }

    #[test]
    fn a_dossier_in_time_has_no_finding() {
        let dates = Dates {
            order: Some(date(2022, 1, 10)),
            extraction: Some(date(2022, 4, 1)),
            filing: Some(date(2022, 5, 10)),
            referencing: Some(date(2022, 6, 1)),
            va: Some(date(2022, 9, 1)),
        };
        assert_eq!(rules_of(1, &dates), Vec::<String>::new());
        assert_eq!(rules_of(1, &Dates::default()), Vec::<String>::new());
        assert_eq!(
            steps_after(1, date(2022, 6, 1)),
            [date(2022, 7, 15), date(2022, 10, 15)]
        );
    }

    #[test]
    fn the_order_is_at_most_120_days_old() {
        let filed = |filing| Dates {
            order: Some(date(2022, 1, 1)),
            filing: Some(filing),
            ..Dates::default()
        };
        assert_eq!(rules_of(1, &filed(date(2022, 5, 1))), Vec::<String>::new());
        assert_eq!(
            rules_of(1, &filed(date(2022, 5, 2))),
            ["DOSSIER-CALENDAR-ORDER-AGE"]
        );
        assert_eq!(
            rules_of(2, &filed(date(2022, 5, 2))),
            ["DOSSIER-CALENDAR-ORDER-AGE"]
        );
    }

    #[test]
    fn each_other_rule_breaks() {
        let early = Dates {
            order: Some(date(2021, 8, 10)),
            ..Dates::default()
        };
        assert_eq!(rules_of(1, &early), ["DOSSIER-CALENDAR-ORDER-EARLY"]);
        assert_eq!(rules_of(2, &early), Vec::<String>::new());
        let late = Dates {
            filing: Some(date(2023, 1, 1)),
            ..Dates::default()
        };
        assert_eq!(rules_of(1, &late), ["DOSSIER-CALENDAR-CLOSED"]);
        let backwards = Dates {
            extraction: Some(date(2022, 5, 2)),
            filing: Some(date(2022, 5, 1)),
            referencing: Some(date(2022, 4, 1)),
            va: Some(date(2022, 3, 1)),
            ..Dates::default()
        };
        assert_eq!(rules_of(1, &backwards), ["DOSSIER-CALENDAR-SEQUENCE"; 3]);
    }
}
