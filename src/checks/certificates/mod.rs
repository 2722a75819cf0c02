//! X.509 certificates and revocation lists: readable, strong enough, and a chain that holds together. No clock is
//! asked: validity is compared with the date that the binding declares, or only told.

mod chain;
mod rules;

use crate::checks::{Check, Context, Judged, Outcome, SetCheck};
use crate::engines::x509::{self, Certificate, Key};
use crate::evidence::{Evidence, Kind};
use crate::finding::{Place, Rule};
use crate::text::{Text, text};

/// Smallest RSA modulus, in bits (RGS, annexe B1: until the end of 2030).
const RSA_BITS: u64 = 2048;
/// Smallest elliptic curve, in bits.
const CURVE_BITS: u64 = 256;

/// The check on one file of certificates.
#[derive(Debug)]
pub struct CertificateCheck;

impl Check for CertificateCheck {
    fn id(&self) -> &'static str {
        "certificate"
    }

    fn accepts(&self, kind: Kind) -> bool {
        kind == Kind::Certificate
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![
            &rules::READABLE,
            &rules::PRIVATE_KEY,
            &rules::KEY,
            &rules::ALGORITHM,
            &rules::DATES,
        ]
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let Some(bytes) = outcome.bytes_of(evidence, context.limits.file_bytes) else {
            return outcome;
        };
        let contents = x509::read(&bytes);
        let place = || Place::file(evidence.path());
        for fault in &contents.faults {
            outcome.findings.push(rules::READABLE.at(
                place(),
                Text::new(
                    format!("certificat ou liste illisible : {fault}"),
                    format!("certificate or list cannot be read: {fault}"),
                ),
            ));
        }
        if contents.private_key {
            outcome.findings.push(rules::PRIVATE_KEY.at(
                place(),
                text(
                    "une clé privée est dans le fichier",
                    "a private key is in the file",
                ),
            ));
        }
        for certificate in &contents.certificates {
            judge(certificate, evidence, &mut outcome);
        }
        for list in &contents.lists {
            let count = list.revoked.len();
            let next = list.next_update.as_deref().unwrap_or("-");
            outcome.verified.push(Text::new(
                format!(
                    "liste de révocation de {} du {}, prochaine {next}, {count} révoqué(s)",
                    list.issuer, list.this_update
                ),
                format!(
                    "revocation list of {} of {}, next {next}, {count} revoked",
                    list.issuer, list.this_update
                ),
            ));
        }
        outcome
    }
}

fn judge(certificate: &Certificate, evidence: &Evidence, outcome: &mut Outcome) {
    let subject = &certificate.subject;
    let place = || Place::file(evidence.path()).path(subject);
    let weak = match &certificate.key {
        Key::Rsa(bits) => *bits < RSA_BITS,
        Key::Curve(bits, _) => *bits < CURVE_BITS,
        Key::Other(_) => false,
    };
    if weak {
        outcome.findings.push(
            rules::KEY
                .at(
                    place(),
                    Text::new(
                        format!("clé {} trop courte : {subject}", certificate.key),
                        format!("key {} too short: {subject}", certificate.key),
                    ),
                )
                .expected(format!("RSA {RSA_BITS}, EC {CURVE_BITS}"))
                .found(certificate.key.to_string()),
        );
    }
    // Nobody relies on the signature that a root puts on itself.
    let old = certificate.algorithm.starts_with("md5") || certificate.algorithm.starts_with("sha1");
    if old && !certificate.self_issued() {
        outcome.findings.push(
            rules::ALGORITHM
                .at(
                    place(),
                    Text::new(
                        format!("signé en {} : {subject}", certificate.algorithm),
                        format!("signed with {}: {subject}", certificate.algorithm),
                    ),
                )
                .found(&certificate.algorithm),
        );
    }
    if certificate.not_after <= certificate.not_before {
        outcome.findings.push(
            rules::DATES
                .at(
                    place(),
                    text(
                        "la fin de validité précède son début",
                        "validity ends before it starts",
                    ),
                )
                .found(format!("{} – {}", certificate.not_before, certificate.not_after)),
        );
    }
    let usages = certificate
        .usages
        .as_ref()
        .map_or_else(|| "-".to_owned(), |usages| usages.join(", "));
    outcome.verified.push(Text::new(
        format!(
            "certificat {subject}, émis par {}, n° {}, valable du {} au {}, clé {}, usages {usages}",
            certificate.issuer,
            certificate.serial,
            certificate.not_before,
            certificate.not_after,
            certificate.key
        ),
        format!(
            "certificate {subject}, issued by {}, serial {}, valid from {} to {}, key {}, usages {usages}",
            certificate.issuer,
            certificate.serial,
            certificate.not_before,
            certificate.not_after,
            certificate.key
        ),
    ));
}

/// The check on a chain of certificates.
///
/// `parameters.date` (`2024-01-31`): the day on which every certificate must be valid; `parameters.usages`: key
/// usages that the first certificate must have; `parameters.revocation` (true): a revocation list must be given;
/// `parameters.revoked`: how many revoked certificates the scenario wants beside those in force.
#[derive(Debug)]
pub struct CertificateChainCheck;

impl SetCheck for CertificateChainCheck {
    fn id(&self) -> &'static str {
        "certificate-chain"
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![
            &rules::CHAIN,
            &rules::SIGNATURE,
            &rules::AUTHORITY,
            &rules::REVOKED,
            &rules::BOTH,
            &rules::NO_LIST,
            &rules::DAY,
            &rules::USAGE,
        ]
    }

    fn opens_archives(&self) -> bool {
        true
    }

    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, context: &Context<'_>) -> Outcome {
        chain::judge(files, parameters, context)
    }
}
