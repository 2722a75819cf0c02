//! A chain of certificates and its revocation lists, gathered from all the files of a proof.

use crate::checks::{Context, Judged, Outcome};
use crate::engines::x509::{self, Certificate, RevocationList, Signature};
use crate::finding::Place;
use crate::text::{Text, text};

use super::rules;

/// A certificate and the file it comes from.
struct Filed<'a> {
    file: &'a str,
    certificate: Certificate,
}

impl Filed<'_> {
    fn place(&self) -> Place {
        Place::file(self.file).path(&self.certificate.subject)
    }
}

pub(super) fn judge(files: &[Judged<'_>], parameters: &toml::Table, context: &Context<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let (mut filed, mut lists): (Vec<Filed<'_>>, Vec<RevocationList>) = (Vec::new(), Vec::new());
    for file in files {
        // A file that cannot be read has its own findings.
        let Ok(bytes) = file.evidence.bytes(context.limits.file_bytes) else {
            continue;
        };
        let contents = x509::read(&bytes);
        lists.extend(contents.lists);
        filed.extend(contents.certificates.into_iter().map(|certificate| Filed {
            file: file.evidence.path(),
            certificate,
        }));
    }
    for one in &filed {
        links(one, &filed, &mut outcome);
        day(one, parameters, &mut outcome);
        if !one.certificate.authority {
            revocation(one, &filed, &lists, parameters, &mut outcome);
        }
    }
    revoked_ones(&filed, &lists, parameters, &mut outcome);
    usages(&filed, parameters, &mut outcome);
    outcome
}

/// The issuer of a certificate is there, is an authority, and signed it.
fn links(one: &Filed<'_>, all: &[Filed<'_>], outcome: &mut Outcome) {
    let certificate = &one.certificate;
    let issuers: Vec<&Filed<'_>> = all
        .iter()
        .filter(|other| other.certificate.subject == certificate.issuer)
        .collect();
    if issuers.is_empty() {
        outcome.findings.push(
            rules::CHAIN
                .at(
                    one.place(),
                    Text::new(
                        format!("l'émetteur n'est pas déposé : {}", certificate.issuer),
                        format!("the issuer is not filed: {}", certificate.issuer),
                    ),
                )
                .expected(&certificate.issuer),
        );
        return;
    }
    // An authority may have several certificates under one name.
    let answers: Vec<Signature> = issuers
        .iter()
        .map(|issuer| certificate.signed_by(&issuer.certificate))
        .collect();
    let subject = &certificate.subject;
    if answers.contains(&Signature::Right) {
        outcome.verified.push(Text::new(
            format!(
                "signature de {subject} vérifiée avec la clé de {}",
                certificate.issuer
            ),
            format!(
                "signature of {subject} verified with the key of {}",
                certificate.issuer
            ),
        ));
    } else if answers.contains(&Signature::Unverified) {
        outcome.verified.push(Text::new(
            format!(
                "signature de {subject} non vérifiée ici ({})",
                certificate.algorithm
            ),
            format!(
                "signature of {subject} not verified here ({})",
                certificate.algorithm
            ),
        ));
        outcome.to_review.push(Text::new(
            format!("vérifier la signature de {subject} ({})", certificate.algorithm),
            format!("verify the signature of {subject} ({})", certificate.algorithm),
        ));
    } else {
        outcome.findings.push(rules::SIGNATURE.at(
            one.place(),
            Text::new(
                format!("la signature n'est pas celle de {}", certificate.issuer),
                format!("the signature is not that of {}", certificate.issuer),
            ),
        ));
    }
    if !certificate.self_issued() && !issuers.iter().any(|issuer| issuer.certificate.authority) {
        outcome.findings.push(rules::AUTHORITY.at(
            one.place(),
            Text::new(
                format!("l'émetteur n'est pas une autorité : {}", certificate.issuer),
                format!("the issuer is not an authority: {}", certificate.issuer),
            ),
        ));
    }
}

/// Valid on the day that the binding declares.
fn day(one: &Filed<'_>, parameters: &toml::Table, outcome: &mut Outcome) {
    let Some(day) = parameters.get("date").and_then(toml::Value::as_str) else {
        return;
    };
    let certificate = &one.certificate;
    let from = certificate.not_before.get(..10).unwrap_or_default();
    let to = certificate.not_after.get(..10).unwrap_or_default();
    if day < from || day > to {
        outcome.findings.push(
            rules::DAY
                .at(
                    one.place(),
                    Text::new(
                        format!("valable du {from} au {to}, non le {day}"),
                        format!("valid from {from} to {to}, not on {day}"),
                    ),
                )
                .expected(day)
                .found(format!("{from} – {to}")),
        );
    }
}

fn revocation(
    one: &Filed<'_>,
    all: &[Filed<'_>],
    lists: &[RevocationList],
    parameters: &toml::Table,
    outcome: &mut Outcome,
) {
    let certificate = &one.certificate;
    let wanted = parameters.get("revocation").and_then(toml::Value::as_bool) == Some(true);
    let of_issuer: Vec<&RevocationList> = lists
        .iter()
        .filter(|list| list.issuer == certificate.issuer)
        .collect();
    if of_issuer.is_empty() {
        if wanted {
            outcome.findings.push(rules::NO_LIST.at(
                one.place(),
                text(
                    "la liste de révocation de l'émetteur n'est pas déposée",
                    "the issuer's revocation list is not filed",
                ),
            ));
        } else {
            outcome.verified.push(Text::new(
                format!(
                    "révocation de {} non vérifiée : aucune liste déposée",
                    certificate.subject
                ),
                format!(
                    "revocation of {} not verified: no list filed",
                    certificate.subject
                ),
            ));
        }
        return;
    }
    for list in of_issuer {
        let wrong = all
            .iter()
            .filter(|other| other.certificate.subject == list.issuer)
            .map(|other| list.signed_by(&other.certificate))
            .collect::<Vec<_>>();
        if !wrong.is_empty() && wrong.iter().all(|answer| *answer == Signature::Wrong) {
            outcome.findings.push(rules::SIGNATURE.at(
                one.place(),
                Text::new(
                    format!("la liste de révocation n'est pas signée par {}", list.issuer),
                    format!("the revocation list is not signed by {}", list.issuer),
                ),
            ));
        }
        match list.revocation(&certificate.serial) {
            Some(date) if revoked_wanted(parameters) > 0 => outcome.verified.push(Text::new(
                format!("{} : révoqué le {date}", certificate.subject),
                format!("{}: revoked on {date}", certificate.subject),
            )),
            Some(date) => outcome.findings.push(
                rules::REVOKED
                    .at(
                        one.place(),
                        Text::new(
                            format!("certificat n° {} révoqué le {date}", certificate.serial),
                            format!("certificate {} revoked on {date}", certificate.serial),
                        ),
                    )
                    .found(&certificate.serial),
            ),
            None => outcome.verified.push(Text::new(
                format!(
                    "{} absent de la liste de révocation du {}",
                    certificate.subject, list.this_update
                ),
                format!(
                    "{} not in the revocation list of {}",
                    certificate.subject, list.this_update
                ),
            )),
        }
    }
}

/// How many revoked certificates the scenario wants, beside those in force.
fn revoked_wanted(parameters: &toml::Table) -> usize {
    parameters
        .get("revoked")
        .and_then(toml::Value::as_integer)
        .and_then(|wanted| usize::try_from(wanted).ok())
        .unwrap_or(0)
}

/// The scenario shows a certificate in force accepted and a revoked one refused: both are filed.
fn revoked_ones(
    all: &[Filed<'_>],
    lists: &[RevocationList],
    parameters: &toml::Table,
    outcome: &mut Outcome,
) {
    let wanted = revoked_wanted(parameters);
    let ends: Vec<&Filed<'_>> = all.iter().filter(|one| !one.certificate.authority).collect();
    let Some(first) = ends.first().filter(|_| wanted > 0 && !lists.is_empty()) else {
        return;
    };
    let revoked = ends
        .iter()
        .filter(|one| {
            lists.iter().any(|list| {
                list.issuer == one.certificate.issuer && list.revocation(&one.certificate.serial).is_some()
            })
        })
        .count();
    let in_force = ends.len() - revoked;
    if revoked < wanted || in_force == 0 {
        outcome.findings.push(
            rules::BOTH
                .at(
                    first.place(),
                    Text::new(
                        format!(
                            "{in_force} certificat(s) en vigueur et {revoked} révoqué(s) dans les pièces"
                        ),
                        format!("{in_force} certificate(s) in force and {revoked} revoked in the pieces"),
                    ),
                )
                .expected(format!("1 / {wanted}"))
                .found(format!("{in_force} / {revoked}")),
        );
    }
}

/// The usages that the binding asks of the end certificates.
fn usages(all: &[Filed<'_>], parameters: &toml::Table, outcome: &mut Outcome) {
    let asked = parameters.get("usages").and_then(toml::Value::as_array);
    for usage in asked.into_iter().flatten().filter_map(toml::Value::as_str) {
        for one in all.iter().filter(|one| !one.certificate.authority) {
            // Without the extension every usage is allowed (RFC 5280, 4.2.1.3).
            let Some(usages) = &one.certificate.usages else {
                continue;
            };
            if !usages.contains(&usage) {
                outcome.findings.push(
                    rules::USAGE
                        .at(
                            one.place(),
                            Text::new(
                                format!("le certificat n'a pas l'usage {usage}"),
                                format!("the certificate does not have the usage {usage}"),
                            ),
                        )
                        .expected(usage)
                        .found(usages.join(", ")),
                );
            }
        }
    }
}
