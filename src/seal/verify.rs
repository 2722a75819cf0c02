//! Checking a seal: every file as it was, none more, none less, and the signature of whom it should be.

use std::collections::BTreeMap;
use std::path::Path;

use super::{MANIFEST, PublicKey, SIGNATURE, SealError, entries, parse};
use crate::text::Text;

/// Something that is not as sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// There is no list of hashes.
    NoManifest,
    /// A line of the list is unreadable.
    Line(usize),
    /// The content changed since.
    Changed(String),
    /// Not in the list.
    Added(String),
    /// In the list, not in the folder.
    Removed(String),
    /// The signature is not of the key it names, or the list changed since.
    WrongSignature,
    /// The signature is of another key than the one expected.
    OtherKey {
        /// The key that signed.
        signed_by: String,
    },
    /// A key was given but nothing is signed.
    NotSigned,
}

impl Fault {
    /// The words for people.
    pub fn text(&self) -> Text {
        match self {
            Self::NoManifest => Text::new(
                format!("{MANIFEST} manque : ce répertoire n'est pas scellé"),
                format!("{MANIFEST} is missing: this folder is not sealed"),
            ),
            Self::Line(line) => Text::new(
                format!("{MANIFEST}:{line}: ligne illisible"),
                format!("{MANIFEST}:{line}: unreadable line"),
            ),
            Self::Changed(path) => Text::new(
                format!("{path} : modifié depuis le scellé"),
                format!("{path}: changed since the seal"),
            ),
            Self::Added(path) => Text::new(
                format!("{path} : ajouté depuis le scellé"),
                format!("{path}: added since the seal"),
            ),
            Self::Removed(path) => Text::new(
                format!("{path} : retiré depuis le scellé"),
                format!("{path}: removed since the seal"),
            ),
            Self::WrongSignature => Text::new(
                format!("{SIGNATURE} : la signature ne correspond pas à {MANIFEST}"),
                format!("{SIGNATURE}: the signature does not match {MANIFEST}"),
            ),
            Self::OtherKey { signed_by } => Text::new(
                format!("{SIGNATURE} : signé par une autre clé ({signed_by})"),
                format!("{SIGNATURE}: signed by another key ({signed_by})"),
            ),
            Self::NotSigned => Text::new(
                format!("{SIGNATURE} manque : le scellé n'est pas signé"),
                format!("{SIGNATURE} is missing: the seal is not signed"),
            ),
        }
    }
}

/// What was verified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// What is not as sealed, sorted by path.
    pub faults: Vec<Fault>,
    /// Files whose hash is as sealed.
    pub intact: usize,
    /// The key that signed, when the signature is right. It proves who sealed only if the reader knows the key.
    pub signed_by: Option<String>,
}

/// Checks the seal of a folder; with `key`, the signature must be of that key.
///
/// # Errors
/// When a file cannot be read, or the folder holds links.
pub fn verify(folder: &Path, key: Option<&PublicKey>) -> Result<Verification, SealError> {
    let mut verification = Verification::default();
    let Some(list) = read(&folder.join(MANIFEST))? else {
        verification.faults.push(Fault::NoManifest);
        return Ok(verification);
    };
    let sealed = match parse(&list) {
        Ok(sealed) => sealed,
        Err(line) => {
            verification.faults.push(Fault::Line(line));
            return Ok(verification);
        }
    };
    let sealed: BTreeMap<String, String> = sealed
        .into_iter()
        .map(|entry| (entry.path, entry.sha256))
        .collect();
    let found: BTreeMap<String, String> = entries(folder)?
        .into_iter()
        .map(|entry| (entry.path, entry.sha256))
        .collect();
    for (path, sha256) in &found {
        match sealed.get(path) {
            Some(hash) if hash == sha256 => verification.intact += 1,
            Some(_) => verification.faults.push(Fault::Changed(path.clone())),
            None => verification.faults.push(Fault::Added(path.clone())),
        }
    }
    for path in sealed.keys().filter(|path| !found.contains_key(*path)) {
        verification.faults.push(Fault::Removed(path.clone()));
    }
    match read(&folder.join(SIGNATURE))? {
        Some(signature) => signed(&list, &signature, key, &mut verification),
        None if key.is_some() => verification.faults.push(Fault::NotSigned),
        None => {}
    }
    Ok(verification)
}

fn signed(list: &str, signature: &str, key: Option<&PublicKey>, verification: &mut Verification) {
    let Some(named) =
        PublicKey::parse(signature).filter(|named| named.recognises(list.as_bytes(), signature))
    else {
        verification.faults.push(Fault::WrongSignature);
        return;
    };
    if key.is_some_and(|key| *key != named) {
        verification.faults.push(Fault::OtherKey {
            signed_by: named.short(),
        });
    } else {
        verification.signed_by = Some(named.short());
    }
}

/// A small text file; none when it is not there. What is no text is read as such, and will match nothing.
fn read(path: &Path) -> Result<Option<String>, SealError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(SealError::Read {
            path: path.display().to_string(),
            source,
        }),
    }
}
