//! The list of hashes: one line per file, `<sha256>  <path>`, as `sha256sum` writes and reads them.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::{MANIFEST, SIGNATURE, SealError};
use crate::evidence::hex;

/// A file and its hash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path relative to the sealed folder, `/` between folders.
    pub path: String,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// Hashes every file of a folder but the seal itself, sorted by path.
///
/// # Errors
/// When something cannot be read, is a link, or has a name that is no text.
pub fn entries(folder: &Path) -> Result<Vec<Entry>, SealError> {
    let mut entries = Vec::new();
    for item in walkdir::WalkDir::new(folder)
        .follow_links(false)
        .sort_by_file_name()
    {
        let item = item.map_err(|error| SealError::Read {
            path: error.path().unwrap_or(folder).display().to_string(),
            // Links are not followed, so that no loop is met: what fails is the system.
            source: error
                .into_io_error()
                .unwrap_or_else(|| std::io::ErrorKind::Other.into()),
        })?;
        if item.depth() == 0 || item.file_type().is_dir() {
            continue;
        }
        let path = relative(folder, item.path())?;
        if path == MANIFEST || path == SIGNATURE {
            continue;
        }
        if !item.file_type().is_file() {
            return Err(SealError::Link(path));
        }
        entries.push(Entry {
            sha256: hash(item.path())?,
            path,
        });
    }
    entries.sort();
    Ok(entries)
}

fn relative(folder: &Path, path: &Path) -> Result<String, SealError> {
    let own = path.strip_prefix(folder).unwrap_or(path);
    let parts: Option<Vec<&str>> = own
        .components()
        .map(|component| component.as_os_str().to_str())
        .collect();
    parts
        .map(|parts| parts.join("/"))
        .ok_or_else(|| SealError::Name(own.display().to_string()))
}

/// Hashes a file as a stream: a video need not fit into memory.
fn hash(path: &Path) -> Result<String, SealError> {
    let failed = |source| SealError::Read {
        path: path.display().to_string(),
        source,
    };
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 16];
    loop {
        let read = file.read(&mut buffer).map_err(failed)?;
        match buffer.get(..read) {
            Some(bytes) if !bytes.is_empty() => hasher.update(bytes),
            _ => break,
        }
    }
    Ok(hex(&hasher.finalize()))
}

/// The text of the list.
pub fn render(entries: &[Entry]) -> String {
    let mut text = String::new();
    for entry in entries {
        // As GNU coreutils do: a line whose name is escaped starts with a backslash.
        let escaped = entry
            .path
            .replace('\\', "\\\\")
            .replace('\n', "\\n")
            .replace('\r', "\\r");
        let mark = if escaped == entry.path { "" } else { "\\" };
        let _ = writeln!(text, "{mark}{}  {escaped}", entry.sha256);
    }
    text
}

/// Reads a list; the number of the first line that is none of `sha256sum`.
///
/// # Errors
/// The line, from 1.
pub fn parse(text: &str) -> Result<Vec<Entry>, usize> {
    text.lines()
        .enumerate()
        .map(|(index, line)| parse_line(line).ok_or(index + 1))
        .collect()
}

fn parse_line(line: &str) -> Option<Entry> {
    let (escaped, line) = match line.strip_prefix('\\') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (sha256, rest) = line.split_at_checked(64)?;
    if !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    // Two spaces for text mode, a space and a star for binary mode.
    let path = rest.strip_prefix("  ").or_else(|| rest.strip_prefix(" *"))?;
    let path = if escaped { unescape(path)? } else { path.to_owned() };
    (!path.is_empty()).then(|| Entry {
        path,
        sha256: sha256.to_ascii_lowercase(),
    })
}

fn unescape(path: &str) -> Option<String> {
    let mut plain = String::with_capacity(path.len());
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            plain.push(match characters.next()? {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            });
        } else {
            plain.push(character);
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_list() {
        let entries: Vec<Entry> = ["a b.xml", "é/ç.pdf", "x\\y", "two\nlines", " lead", "*star"]
            .into_iter()
            .map(|path| Entry {
                path: path.to_owned(),
                sha256: "0f".repeat(32),
            })
            .collect();
        assert_eq!(parse(&render(&entries)), Ok(entries));
    }

    #[test]
    fn what_is_no_list_is_refused_at_its_line() {
        let good = format!("{}  a\n", "0f".repeat(32));
        assert_eq!(parse(&format!("{good}zz  b\n")), Err(2));
        assert_eq!(parse(&format!("{good}{}\n", "0f".repeat(32))), Err(2));
        assert_eq!(parse("é"), Err(1));
    }
}
