//! X.509 certificates and revocation lists: what they say, and whether one was signed by another.
//!
//! RSA (PKCS #1 v1.5 and PSS) and ECDSA (P-256, P-384) signatures are verified; other algorithms are named and left
//! unverified.

mod der;
mod name;
mod rsa;
mod signature;

use base64::Engine as _;
use x509_cert::certificate::Certificate as Parsed;
use x509_cert::crl::CertificateList;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};
use x509_cert::time::Time;

pub use name::same_name;
pub use signature::{Hash, Scheme, Signature};

use der::first_element;

/// Most blocks read in one PEM file.
const BLOCKS: usize = 10_000;

const RSA_KEY: &str = "1.2.840.113549.1.1.1";
const EC_KEY: &str = "1.2.840.10045.2.1";

/// Why a block is no certificate nor list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum X509Error {
    /// The base64 of a PEM block is broken.
    #[error("PEM block {0}: broken base64")]
    Base64(usize),
    /// The DER cannot be parsed.
    #[error("block {0}: {1}")]
    Der(usize, String),
    /// A PEM block that never ends.
    #[error("PEM block {0} never ends")]
    Cut(usize),
    /// Nothing of X.509 in the file.
    #[error("no certificate and no revocation list")]
    Nothing,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// RSA with the size of its modulus in bits.
    Rsa(u64),
    /// Elliptic curve, with the size of its points in bits and its OID.
    Curve(u64, String),
    /// Another algorithm, by its OID.
    Other(String),
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rsa(bits) => write!(f, "RSA {bits}"),
            Self::Curve(bits, _) => write!(f, "EC {bits}"),
            Self::Other(oid) => f.write_str(oid),
        }
    }
}

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Subject, as RFC 4514 writes it.
    pub subject: String,
    /// Issuer.
    pub issuer: String,
    /// Serial number, hexadecimal lower case.
    pub serial: String,
    /// Start of validity, `2024-01-31T12:00:00Z`.
    pub not_before: String,
    /// End of validity.
    pub not_after: String,
    /// Public key.
    pub key: Key,
    /// Signature algorithm: a known name, or its OID.
    pub algorithm: String,
    /// Basic constraints say that it is an authority.
    pub authority: bool,
    /// Key usages by their names in RFC 5280; none when the extension is absent.
    pub usages: Option<Vec<&'static str>>,
    /// The parts of the subject: OID of the attribute, and its value.
    pub subject_parts: Vec<(String, String)>,
    scheme: Option<Scheme>,
    signed: Vec<u8>,
    signature: Vec<u8>,
    public_key: Vec<u8>,
}

/// A revocation list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList {
    /// Issuer.
    pub issuer: String,
    /// Date of the list.
    pub this_update: String,
    /// Date of the next one.
    pub next_update: Option<String>,
    /// Serial numbers revoked and the dates, sorted.
    pub revoked: Vec<(String, String)>,
    /// Signature algorithm.
    pub algorithm: String,
    scheme: Option<Scheme>,
    signed: Vec<u8>,
    signature: Vec<u8>,
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// Certificates in order.
    pub certificates: Vec<Certificate>,
    /// Revocation lists in order.
    pub lists: Vec<RevocationList>,
    /// A private key is in the file.
    pub private_key: bool,
    /// Blocks that cannot be read.
    pub faults: Vec<X509Error>,
}

/// Reads PEM blocks, or one DER certificate or list.
pub fn read(bytes: &[u8]) -> Contents {
    let mut contents = Contents::default();
    if bytes.first() == Some(&0x30) {
        block(bytes, 1, None, &mut contents);
    } else {
        pem(&String::from_utf8_lossy(bytes), &mut contents);
    }
    let nothing = contents.certificates.is_empty() && contents.lists.is_empty();
    if nothing && contents.faults.is_empty() {
        contents.faults.push(X509Error::Nothing);
    }
    contents
}

fn pem(text: &str, contents: &mut Contents) {
    let mut rest = text;
    for number in 1..=BLOCKS {
        let Some((_, after)) = rest.split_once("-----BEGIN ") else {
            return;
        };
        let Some((label, body)) = after.split_once("-----") else {
            contents.faults.push(X509Error::Cut(number));
            return;
        };
        let Some((data, after)) = body.split_once("-----END ") else {
            contents.faults.push(X509Error::Cut(number));
            return;
        };
        rest = after;
        if label.ends_with("PRIVATE KEY") {
            contents.private_key = true;
            continue;
        }
        if !matches!(
            label,
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CRL"
        ) {
            continue;
        }
        let data: String = data.split_whitespace().collect();
        match base64::engine::general_purpose::STANDARD.decode(data) {
            Ok(der) => block(&der, number, Some(label), contents),
            Err(_) => contents.faults.push(X509Error::Base64(number)),
        }
    }
}

fn block(der: &[u8], number: usize, label: Option<&str>, contents: &mut Contents) {
    if label != Some("X509 CRL") {
        match Parsed::from_der(der) {
            Ok(parsed) => {
                contents.certificates.extend(certificate(&parsed, der));
                return;
            }
            Err(error) if label.is_some() => {
                contents.faults.push(X509Error::Der(number, error.to_string()));
                return;
            }
            Err(_) => {}
        }
    }
    match CertificateList::<x509_cert::certificate::Rfc5280>::from_der(der) {
        Ok(parsed) => contents.lists.extend(list(&parsed, der)),
        Err(error) => contents.faults.push(X509Error::Der(number, error.to_string())),
    }
}

fn certificate(parsed: &Parsed, der: &[u8]) -> Option<Certificate> {
    let tbs = parsed.tbs_certificate();
    let spki = tbs.subject_public_key_info();
    let public_key = spki.subject_public_key.as_bytes().unwrap_or_default().to_vec();
    let key = match spki.algorithm.oid.to_string().as_str() {
        RSA_KEY => Key::Rsa(rsa::modulus_bits(&public_key)),
        EC_KEY => {
            let curve = spki
                .algorithm
                .parameters
                .as_ref()
                .and_then(|parameters| parameters.decode_as::<x509_cert::spki::ObjectIdentifier>().ok());
            let curve = curve.map(|oid| oid.to_string()).unwrap_or_default();
            Key::Curve(signature::curve_bits(&curve, &public_key), curve)
        }
        other => Key::Other(other.to_owned()),
    };
    let basic: Option<(bool, BasicConstraints)> = tbs.get_extension().ok().flatten();
    let usage: Option<(bool, KeyUsage)> = tbs.get_extension().ok().flatten();
    Some(Certificate {
        subject: tbs.subject().to_string(),
        issuer: tbs.issuer().to_string(),
        serial: crate::engines::hex::lower(tbs.serial_number().as_bytes()),
        not_before: date(&tbs.validity().not_before),
        not_after: date(&tbs.validity().not_after),
        key,
        algorithm: signature::name(parsed.signature_algorithm()),
        scheme: Scheme::of(parsed.signature_algorithm()),
        subject_parts: name::parts(tbs.subject()),
        authority: basic.is_some_and(|(_, basic)| basic.ca),
        usages: usage.map(|(_, usage)| usage_names(usage)),
        signed: first_element(der)?.to_vec(),
        signature: parsed.signature().as_bytes().unwrap_or_default().to_vec(),
        public_key,
    })
}

fn list(parsed: &CertificateList, der: &[u8]) -> Option<RevocationList> {
    let tbs = &parsed.tbs_cert_list;
    let mut revoked: Vec<(String, String)> = tbs
        .revoked_certificates
        .iter()
        .flatten()
        .map(|entry| {
            (
                crate::engines::hex::lower(entry.serial_number.as_bytes()),
                date(&entry.revocation_date),
            )
        })
        .collect();
    revoked.sort();
    Some(RevocationList {
        issuer: tbs.issuer.to_string(),
        this_update: date(&tbs.this_update),
        next_update: tbs.next_update.as_ref().map(date),
        revoked,
        algorithm: signature::name(&parsed.signature_algorithm),
        scheme: Scheme::of(&parsed.signature_algorithm),
        signed: first_element(der)?.to_vec(),
        signature: parsed.signature.as_bytes().unwrap_or_default().to_vec(),
    })
}

impl Certificate {
    /// Issuer and subject are the same.
    pub fn self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    /// Whether `issuer` signed this certificate.
    pub fn signed_by(&self, issuer: &Self) -> Signature {
        issuer.verify(self.scheme, &self.signed, &self.signature)
    }

    /// Whether `signature` is the one that the key of this certificate puts on `signed`.
    pub fn verify(&self, scheme: Option<Scheme>, signed: &[u8], signature: &[u8]) -> Signature {
        signature::verify(scheme, &self.key, &self.public_key, signed, signature)
    }
}

impl RevocationList {
    /// Whether `issuer` signed this list.
    pub fn signed_by(&self, issuer: &Certificate) -> Signature {
        issuer.verify(self.scheme, &self.signed, &self.signature)
    }

    /// When the certificate of this serial number was revoked.
    pub fn revocation(&self, serial: &str) -> Option<&str> {
        let index = self
            .revoked
            .binary_search_by(|(revoked, _)| revoked.as_str().cmp(serial))
            .ok()?;
        self.revoked.get(index).map(|(_, date)| date.as_str())
    }
}

fn usage_names(usage: KeyUsage) -> Vec<&'static str> {
    [
        (usage.digital_signature(), "digitalSignature"),
        (usage.non_repudiation(), "nonRepudiation"),
        (usage.key_encipherment(), "keyEncipherment"),
        (usage.data_encipherment(), "dataEncipherment"),
        (usage.key_agreement(), "keyAgreement"),
        (usage.key_cert_sign(), "keyCertSign"),
        (usage.crl_sign(), "cRLSign"),
    ]
    .into_iter()
    .filter_map(|(set, name)| set.then_some(name))
    .collect()
}

fn date(time: &Time) -> String {
    time.to_date_time().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbage_is_told_and_never_panics() {
        assert_eq!(read(b"hello").faults, [X509Error::Nothing]);
        assert!(matches!(
            read(b"\x30\x84\xff\xff\xff\xff").faults[..],
            [X509Error::Der(1, _)]
        ));
        assert_eq!(
            read(b"-----BEGIN CERTIFICATE-----\n*-----END CERTIFICATE-----").faults,
            [X509Error::Base64(1)]
        );
        assert_eq!(
            read(b"-----BEGIN CERTIFICATE-----\nMII").faults,
            [X509Error::Cut(1)]
        );
    }
}
