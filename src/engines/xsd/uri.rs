//! The lexical space of `xs:anyURI`: a URI reference of RFC 3986 once the characters that a URI cannot hold have
//! been escaped (XML Linking, section 5.4), the space among them, as xmllint and Xerces do.

/// Whether `text` is a URI reference.
pub(super) fn is_reference(text: &str) -> bool {
    let escaped: Vec<u8> = text
        .chars()
        .map(|character| match character {
            ' ' | '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`' => b'_',
            '!'..='~' => u8::try_from(character).unwrap_or(b'_'),
            _ => b'_',
        })
        .collect();
    let (rest, fragment) = split(&escaped, b'#');
    let (hierarchy, query) = split(rest, b'?');
    let extra = |bytes: &[u8], allowed: &[u8]| characters(bytes, allowed);
    if fragment.is_some_and(|fragment| !extra(fragment, b"/?[]"))
        || query.is_some_and(|query| !extra(query, b"/?[]"))
    {
        return false;
    }
    if let Some(after) = scheme(hierarchy) {
        is_hierarchy(after)
    } else {
        // A relative reference: its first segment holds no colon.
        let first = hierarchy.split(|&byte| byte == b'/').next().unwrap_or_default();
        !first.contains(&b':') && is_hierarchy(hierarchy)
    }
}

/// The two sides of the first `mark`.
fn split(bytes: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    match bytes.iter().position(|&byte| byte == mark) {
        Some(at) => (bytes.get(..at).unwrap_or_default(), bytes.get(at + 1..)),
        None => (bytes, None),
    }
}

/// What follows the colon of a scheme, when there is one.
fn scheme(bytes: &[u8]) -> Option<&[u8]> {
    let (name, rest) = split(bytes, b':');
    let rest = rest?;
    let mut name = name.iter();
    (name.next()?.is_ascii_alphabetic()
        && name.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)))
    .then_some(rest)
}

/// A path, with an authority when it begins with two slashes.
fn is_hierarchy(bytes: &[u8]) -> bool {
    let Some(after) = bytes.strip_prefix(b"//") else {
        return characters(bytes, b"/");
    };
    let authority = after.split(|&byte| byte == b'/').next().unwrap_or_default();
    let path = after.get(authority.len()..).unwrap_or_default();
    is_authority(authority) && characters(path, b"/")
}

fn is_authority(bytes: &[u8]) -> bool {
    let host_port = match bytes.iter().rposition(|&byte| byte == b'@') {
        Some(at) => {
            if bytes
                .get(..at)
                .is_none_or(|user| !characters(user, b"") || user.contains(&b'@'))
            {
                return false;
            }
            bytes.get(at + 1..).unwrap_or_default()
        }
        None => bytes,
    };
    if let Some(literal) = host_port.strip_prefix(b"[") {
        let (address, rest) = split(literal, b']');
        return rest.is_some_and(is_port) && characters(address, b"");
    }
    let (host, port) = split(host_port, b':');
    characters(host, b"")
        && !host.contains(&b'@')
        && port.is_none_or(|port| port.iter().all(u8::is_ascii_digit))
}

fn is_port(bytes: &[u8]) -> bool {
    match bytes {
        [] => true,
        [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// Whether every byte is a `pchar` of RFC 3986, a whole percent escape, or one of `allowed`.
fn characters(bytes: &[u8], allowed: &[u8]) -> bool {
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        rest = match (byte, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => after,
            (b'%', _) => return false,
            _ if byte.is_ascii_alphanumeric()
                || b"-._~!$&'()*+,;=:@".contains(byte)
                || allowed.contains(byte) =>
            {
                tail
            }
            _ => return false,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_documents() {
        for good in [
            "",
            "tel:0147150000",
            "mailto:dr.dupont@exemple.mssante.fr",
            "#id-1",
            "http://exemple.fr:8080/a%20b?x=1#é",
            "../a/b",
            "urn:oid:1.2.3",
            "//host/a:b",
            "http://[::1]/",
            "a/b:c",
            "tel:01 47",
        ] {
            assert!(is_reference(good), "{good}");
        }
        for bad in ["1:2", "a%zz", "http://h:8x/", ":x", "a#b#c"] {
            assert!(!is_reference(bad), "{bad}");
        }
    }
}
