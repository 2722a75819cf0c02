//! Signature algorithms: their names, what they are made of, and the answer to "was this signed by that key?".

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use x509_cert::der::Encode as _;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::der::{element, elements};
use super::{Key, rsa};

const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";
const PSS: &str = "1.2.840.113549.1.1.10";

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1: verified, never recommended.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// The digest of `bytes`.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => sha1::Sha1::digest(bytes).to_vec(),
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    /// DigestInfo of RFC 8017, 9.2, up to the digest.
    pub(super) const fn digest_info(self) -> &'static [u8] {
        match self {
            Self::Sha1 => b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
            Self::Sha256 => b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
            Self::Sha384 => b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
            Self::Sha512 => b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
        }
    }

    fn of_oid(content: &[u8]) -> Option<Self> {
        match content {
            b"\x2b\x0e\x03\x02\x1a" => Some(Self::Sha1),
            b"\x60\x86\x48\x01\x65\x03\x04\x02\x01" => Some(Self::Sha256),
            b"\x60\x86\x48\x01\x65\x03\x04\x02\x02" => Some(Self::Sha384),
            b"\x60\x86\x48\x01\x65\x03\x04\x02\x03" => Some(Self::Sha512),
            _ => None,
        }
    }
}

/// How a signature is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(Hash),
    /// RSASSA-PSS with MGF1 on the same hash, and the length of its salt in bytes.
    RsaPss(Hash, usize),
    /// ECDSA; the two numbers in DER, as X.509 writes them.
    EcdsaDer(Hash),
    /// ECDSA; the two numbers one after the other, as XML signatures write them.
    EcdsaPlain(Hash),
}

/// The answer to "was this signed by that key?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// Yes.
    Right,
    /// No.
    Wrong,
    /// The algorithm is not verified here.
    Unverified,
}

impl Scheme {
    /// The scheme of an algorithm of X.509; none when it is not verified here.
    pub(super) fn of(algorithm: &AlgorithmIdentifierOwned) -> Option<Self> {
        Some(match algorithm.oid.to_string().as_str() {
            "1.2.840.113549.1.1.5" => Self::RsaPkcs1(Hash::Sha1),
            "1.2.840.113549.1.1.11" => Self::RsaPkcs1(Hash::Sha256),
            "1.2.840.113549.1.1.12" => Self::RsaPkcs1(Hash::Sha384),
            "1.2.840.113549.1.1.13" => Self::RsaPkcs1(Hash::Sha512),
            "1.2.840.10045.4.3.2" => Self::EcdsaDer(Hash::Sha256),
            "1.2.840.10045.4.3.3" => Self::EcdsaDer(Hash::Sha384),
            "1.2.840.10045.4.3.4" => Self::EcdsaDer(Hash::Sha512),
            PSS => {
                let (hash, salt) = pss_parameters(&algorithm.parameters.as_ref()?.to_der().ok()?)?;
                Self::RsaPss(hash, salt)
            }
            _ => return None,
        })
    }
}

/// Hash and salt length of RSASSA-PSS-params (RFC 4055, 3.1); none when the mask uses another hash.
fn pss_parameters(der: &[u8]) -> Option<(Hash, usize)> {
    let oid =
        |algorithm: &[u8]| element(element(algorithm)?.content).and_then(|oid| Hash::of_oid(oid.content));
    let (mut hash, mut mask, mut salt) = (Hash::Sha1, Hash::Sha1, 20_usize);
    for field in elements(element(der)?.content) {
        match field.tag {
            0xA0 => hash = oid(field.content)?,
            // maskGenAlgorithm: mgf1 and, in its parameters, the hash.
            0xA1 => mask = oid(element(element(field.content)?.content)?.rest)?,
            0xA2 => {
                let digits = element(field.content)?.content;
                salt = digits
                    .iter()
                    .try_fold(0_usize, |number, digit| {
                        number.checked_mul(256)?.checked_add(usize::from(*digit))
                    })
                    .filter(|salt| *salt <= 1024)?;
            }
            _ => {}
        }
    }
    (hash == mask).then_some((hash, salt))
}

/// Size of the points of a curve, by its OID, else by an uncompressed point (04 and two coordinates).
pub(super) fn curve_bits(curve: &str, point: &[u8]) -> u64 {
    match curve {
        P256 => 256,
        P384 => 384,
        "1.3.132.0.35" => 521,
        _ => (point.len().saturating_sub(1) as u64 / 2) * 8,
    }
}

/// Whether `signature` is the one that `key` puts on `signed`.
pub(super) fn verify(
    scheme: Option<Scheme>,
    key: &Key,
    public_key: &[u8],
    signed: &[u8],
    signature: &[u8],
) -> Signature {
    match (scheme, key) {
        (Some(Scheme::RsaPkcs1(hash)), Key::Rsa(_)) => rsa::pkcs1(public_key, hash, signed, signature),
        (Some(Scheme::RsaPss(hash, salt)), Key::Rsa(_)) => {
            rsa::pss(public_key, hash, salt, signed, signature)
        }
        (Some(Scheme::EcdsaDer(hash)), Key::Curve(_, curve)) => {
            ecdsa(curve, public_key, &hash.digest(signed), signature, true)
        }
        (Some(Scheme::EcdsaPlain(hash)), Key::Curve(_, curve)) => {
            ecdsa(curve, public_key, &hash.digest(signed), signature, false)
        }
        (None, _) | (_, Key::Other(_)) => Signature::Unverified,
        // A signature of one kind by a key of the other.
        _ => Signature::Wrong,
    }
}

fn ecdsa(curve: &str, public_key: &[u8], digest: &[u8], signature: &[u8], der: bool) -> Signature {
    let holds = match curve {
        P256 => {
            use p256::ecdsa::{Signature, VerifyingKey};
            let key = VerifyingKey::from_sec1_bytes(public_key);
            let signature = if der {
                Signature::from_der(signature)
            } else {
                Signature::from_slice(signature)
            };
            key.and_then(|key| key.verify_prehash(digest, &signature?))
        }
        P384 => {
            use p384::ecdsa::{Signature, VerifyingKey};
            let key = VerifyingKey::from_sec1_bytes(public_key);
            let signature = if der {
                Signature::from_der(signature)
            } else {
                Signature::from_slice(signature)
            };
            key.and_then(|key| key.verify_prehash(digest, &signature?))
        }
        _ => return Signature::Unverified,
    };
    match holds {
        Ok(()) => Signature::Right,
        Err(_) => Signature::Wrong,
    }
}

/// The name of an algorithm: a known one, or its OID.
pub(super) fn name(algorithm: &AlgorithmIdentifierOwned) -> String {
    let oid = algorithm.oid.to_string();
    match oid.as_str() {
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        PSS => "RSASSA-PSS",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        other => other,
    }
    .to_owned()
}
