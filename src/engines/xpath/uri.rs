//! Addresses: RFC 3986 reference resolution.

use super::error::{Result, XPathError};

/// The parts of an address.
struct Parts<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

fn split(address: &str) -> Parts<'_> {
    let (rest, fragment) = match address.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (address, None),
    };
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let (scheme, rest) = match rest.split_once(':') {
        Some((scheme, after))
            if scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme
                    .chars()
                    .all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character)) =>
        {
            (Some(scheme), after)
        }
        _ => (None, rest),
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(after) => {
            let end = after.find('/').unwrap_or(after.len());
            (after.get(..end), after.get(end..).unwrap_or_default())
        }
        None => (None, rest),
    };
    Parts {
        scheme,
        authority,
        path,
        query,
        fragment,
    }
}

/// Removes `.` and `..` segments.
fn without_dots(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.split('/').skip(usize::from(absolute)).collect();
    let count = segments.len();
    for (index, segment) in segments.into_iter().enumerate() {
        let last = index + 1 == count;
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    format!("{}{}", if absolute { "/" } else { "" }, kept.join("/"))
}

/// Resolves a reference against an absolute base.
///
/// # Errors
/// `FORG0002` when either is no address.
pub(super) fn resolve(base: &str, reference: &str) -> Result<String> {
    let bad = |text: &str| {
        text.contains([' ', '<', '>', '"', '{', '}', '|', '\\', '^', '`']) || text.contains("##")
    };
    let reference_parts = split(reference);
    if bad(reference) || reference.starts_with(':') {
        return Err(XPathError::new(
            "FORG0002",
            format!("'{reference}' is no address"),
        ));
    }
    if reference_parts.scheme.is_some() {
        return Ok(reference.to_owned());
    }
    let base_parts = split(base);
    let Some(scheme) = base_parts.scheme else {
        return Err(XPathError::new(
            "FORG0002",
            format!("'{base}' is no absolute address"),
        ));
    };
    if bad(base) {
        return Err(XPathError::new("FORG0002", format!("'{base}' is no address")));
    }
    let mut query = reference_parts.query;
    let (authority, path) = if reference_parts.authority.is_some() {
        (reference_parts.authority, without_dots(reference_parts.path))
    } else if reference_parts.path.is_empty() {
        query = query.or(base_parts.query);
        (base_parts.authority, base_parts.path.to_owned())
    } else if reference_parts.path.starts_with('/') {
        (base_parts.authority, without_dots(reference_parts.path))
    } else {
        let folder = base_parts
            .path
            .rfind('/')
            .and_then(|at| base_parts.path.get(..=at));
        let folder = folder.unwrap_or(if base_parts.authority.is_some() { "/" } else { "" });
        (
            base_parts.authority,
            without_dots(&format!("{folder}{}", reference_parts.path)),
        )
    };
    let mut address = format!("{scheme}:");
    if let Some(authority) = authority {
        address.push_str("//");
        address.push_str(authority);
    }
    address.push_str(&path);
    for (mark, part) in [('?', query), ('#', reference_parts.fragment)] {
        if let Some(part) = part {
            address.push(mark);
            address.push_str(part);
        }
    }
    Ok(address)
}
