//! Distinguished names, compared with the text that other formats write.

use std::collections::BTreeMap;

use x509_cert::name::Name;

/// The short names of attributes that texts use, several for some (RFC 4514, RFC 4519, and what libraries write).
const SHORT_NAMES: [(&str, &str); 26] = [
    ("CN", "2.5.4.3"),
    ("SN", "2.5.4.4"),
    ("SURNAME", "2.5.4.4"),
    ("SERIALNUMBER", "2.5.4.5"),
    ("C", "2.5.4.6"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("S", "2.5.4.8"),
    ("SP", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("T", "2.5.4.12"),
    ("TITLE", "2.5.4.12"),
    ("G", "2.5.4.42"),
    ("GN", "2.5.4.42"),
    ("GIVENNAME", "2.5.4.42"),
    ("INITIALS", "2.5.4.43"),
    ("DNQ", "2.5.4.46"),
    ("DNQUALIFIER", "2.5.4.46"),
    ("ORGANIZATIONIDENTIFIER", "2.5.4.97"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("E", "1.2.840.113549.1.9.1"),
    ("EMAIL", "1.2.840.113549.1.9.1"),
    ("EMAILADDRESS", "1.2.840.113549.1.9.1"),
];

/// OID and value of every attribute of a name, in order.
pub(super) fn parts(name: &Name) -> Vec<(String, String)> {
    name.as_ref()
        .as_ref()
        .iter()
        .flat_map(|relative| relative.as_ref().iter())
        .map(|attribute| (attribute.oid.to_string(), text(attribute.value.value())))
        .collect()
}

/// The value of an attribute as text: UTF-8 or ASCII, else Latin-1 (TeletexString).
fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.iter().copied().map(char::from).collect())
}

/// Whether `written` (`CN=x,O=y` or `/O=y/CN=x`) names the same subject as the parts of a certificate, whatever their
/// order, their case and white space. None when the text cannot be taken apart.
pub fn same_name(parts: &[(String, String)], written: &str) -> Option<bool> {
    let fold = |value: &str| {
        value
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    let mut wanted: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (oid, value) in parts {
        *wanted.entry((oid.clone(), fold(value))).or_default() += 1;
    }
    let mut found: BTreeMap<(String, String), usize> = BTreeMap::new();
    for part in split(written) {
        let (key, value) = part.split_once('=')?;
        let key = key.trim().to_uppercase();
        let key = key.strip_prefix("OID.").unwrap_or(&key);
        let oid = SHORT_NAMES
            .iter()
            .find(|(short, _)| *short == key)
            .map_or(key, |(_, oid)| *oid);
        let value = unescape(value.trim());
        *found.entry((oid.to_owned(), fold(&value))).or_default() += 1;
    }
    Some(wanted == found)
}

/// The parts of a written name: separated by `,`, `;` or `+`, or by `/` when it starts with one. A `\\` protects the next
/// character, quotes protect all between them.
fn split(written: &str) -> Vec<String> {
    let written = written.trim();
    let (body, separators): (&str, &[char]) = match written.strip_prefix('/') {
        Some(body) => (body, &['/']),
        None => (written, &[',', ';', '+']),
    };
    let mut parts = vec![String::new()];
    let (mut escaped, mut quoted) = (false, false);
    for character in body.chars() {
        let separator = !escaped && !quoted && separators.contains(&character);
        quoted ^= character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        if separator {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// The value without its quotes and escapes.
fn unescape(value: &str) -> String {
    let inner = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value);
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let hexadecimal = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = hexadecimal {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else if let Some((&next, after)) = after.split_first() {
            bytes.push(next);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_whatever_their_order() {
        let parts: Vec<(String, String)> = [
            ("2.5.4.6", "FR"),
            ("2.5.4.10", "Hôpital d'essai, site A"),
            ("2.5.4.42", "Camille"),
            ("2.5.4.3", "899700000013"),
        ]
        .map(|(oid, value)| (oid.to_owned(), value.to_owned()))
        .to_vec();
        for same in [
            "C=FR, O=Hôpital d'essai\\, site A, G=Camille, CN=899700000013",
            "CN=899700000013,GN=camille,O=\"Hôpital d'essai, site A\",c=FR",
            "/C=FR/O=Hôpital d'essai, site A/GIVENNAME=Camille/CN=899700000013",
            "2.5.4.3=899700000013;OID.2.5.4.42=Camille;O=H\\C3\\B4pital d'essai\\, site A;C=FR",
        ] {
            assert_eq!(same_name(&parts, same), Some(true), "{same}");
        }
        assert_eq!(same_name(&parts, "C=FR, CN=899700000013"), Some(false));
        assert_eq!(same_name(&parts, "Dr Camille"), None);
    }
}
