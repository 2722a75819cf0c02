//! Keys: ed25519, one line of text each, so that they can be read, copied and compared.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

/// First word of a secret key.
const SECRET: &str = "conforme-ed25519-secret";
/// First word of a public key.
const PUBLIC: &str = "conforme-ed25519-public";
/// First word of a signature.
const SIGNED: &str = "conforme-ed25519-signature";

/// What signs. Its bytes are wiped when it is dropped.
pub struct SecretKey(SigningKey);

/// What recognises a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Makes a new key from the randomness of the operating system.
///
/// # Errors
/// When the operating system gives none.
pub fn generate() -> Result<SecretKey, std::io::Error> {
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(std::io::Error::other)?;
    Ok(SecretKey(SigningKey::from_bytes(&seed)))
}

impl SecretKey {
    /// Reads a key; none when the text is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = word(text, SECRET)?.try_into().ok()?;
        Some(Self(SigningKey::from_bytes(&bytes)))
    }

    /// The text of the key: to be kept secret.
    pub fn render(&self) -> String {
        format!("{SECRET} {}\n", STANDARD.encode(self.0.to_bytes()))
    }

    /// The key that recognises signatures of this one.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs: the text of a detached signature, which names the public key.
    pub fn sign(&self, message: &[u8]) -> String {
        format!(
            "{}{SIGNED} {}\n",
            self.public().render(),
            STANDARD.encode(self.0.sign(message).to_bytes())
        )
    }
}

impl PublicKey {
    /// Reads a key; none when the text is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = word(text, PUBLIC)?.try_into().ok()?;
        VerifyingKey::from_bytes(&bytes).ok().map(Self)
    }

    /// The text of the key.
    pub fn render(&self) -> String {
        format!("{PUBLIC} {}\n", self.short())
    }

    /// The key in base 64.
    pub fn short(&self) -> String {
        STANDARD.encode(self.0.to_bytes())
    }

    /// True when `signature` (the text of [`SecretKey::sign`]) is of this key over `message`.
    pub fn recognises(&self, message: &[u8], signature: &str) -> bool {
        word(signature, SIGNED)
            .and_then(|bytes| <[u8; 64]>::try_from(bytes).ok())
            .is_some_and(|bytes| {
                self.0
                    .verify_strict(message, &Signature::from_bytes(&bytes))
                    .is_ok()
            })
    }
}

/// The bytes after a first word, on the line that starts with it.
fn word(text: &str, first: &str) -> Option<Vec<u8>> {
    text.lines().find_map(|line| {
        let rest = line.trim().strip_prefix(first)?.strip_prefix(' ')?;
        STANDARD.decode(rest.trim()).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_recognised_by_its_key_alone() {
        let key = SecretKey::parse(&generate().unwrap().render()).unwrap();
        let signature = key.sign(b"list");
        let public = PublicKey::parse(&key.public().render()).unwrap();
        assert!(public.recognises(b"list", &signature));
        assert!(!public.recognises(b"lisT", &signature));
        assert!(!generate().unwrap().public().recognises(b"list", &signature));
        assert_eq!(PublicKey::parse(&signature), Some(public));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert!(SecretKey::parse("conforme-ed25519-secret AAAA").is_none());
        assert!(PublicKey::parse("ssh-ed25519 AAAA").is_none());
        assert!(PublicKey::parse(&generate().unwrap().render()).is_none());
    }
}
