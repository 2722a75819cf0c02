//! What the bytes of a PDF show before any parsing: header, marks of the end, cross-reference and object streams.

use memchr::memmem::{find, find_iter, rfind};

/// The layout of a PDF file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// Offset of `%PDF-`; none when there is none.
    pub header_offset: Option<usize>,
    /// Version of the header (`1.4`), empty when it cannot be read.
    pub version: String,
    /// The second line is a comment with at least four bytes above 127.
    pub binary_comment: bool,
    /// A `%%EOF` stands somewhere.
    pub end_mark: bool,
    /// Bytes after the last `%%EOF`, its own end of line not counted.
    pub trailing_bytes: usize,
    /// A `startxref` stands somewhere.
    pub start_xref: bool,
    /// How many cross-reference streams are declared.
    pub xref_streams: usize,
    /// How many object streams are declared.
    pub object_streams: usize,
}

impl Layout {
    /// Reads the layout of `bytes`.
    pub fn read(bytes: &[u8]) -> Self {
        let header_offset = find(bytes.get(..bytes.len().min(4096)).unwrap_or_default(), b"%PDF-");
        let header = header_offset
            .and_then(|offset| bytes.get(offset..))
            .unwrap_or_default();
        let version: String = header
            .iter()
            .skip(5)
            .take_while(|byte| byte.is_ascii_digit() || **byte == b'.')
            .take(8)
            .map(|&byte| char::from(byte))
            .collect();
        let end = rfind(bytes, b"%%EOF");
        let trailing = end.and_then(|end| bytes.get(end + 5..)).unwrap_or_default();
        let own_line_end = match trailing {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        Self {
            header_offset,
            version,
            binary_comment: binary_comment(header),
            end_mark: end.is_some(),
            trailing_bytes: trailing.len() - own_line_end,
            start_xref: rfind(bytes, b"startxref").is_some(),
            xref_streams: count_types(bytes, b"XRef"),
            object_streams: count_types(bytes, b"ObjStm"),
        }
    }
}

/// The comment that tells transports that the file is binary.
fn binary_comment(header: &[u8]) -> bool {
    let mut lines = header.splitn(2, |byte| matches!(byte, b'\r' | b'\n'));
    lines.next();
    let rest = lines.next().unwrap_or_default();
    let rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    match rest {
        [b'%', bytes @ ..] => bytes.len() >= 4 && bytes.iter().take(4).all(|byte| *byte > 127),
        _ => false,
    }
}

/// How many times `/Type /<name>` is written, whatever white space stands between.
fn count_types(bytes: &[u8], name: &[u8]) -> usize {
    find_iter(bytes, b"/Type")
        .filter(|at| {
            let rest = bytes.get(at + 5..).unwrap_or_default();
            let blanks = rest
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .take(16)
                .count();
            let value = rest
                .get(blanks..)
                .and_then(|value| value.strip_prefix(b"/"))
                .and_then(|value| value.strip_prefix(name));
            value.is_some_and(|after| !after.first().is_some_and(u8::is_ascii_alphanumeric))
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn the_head_and_the_end_are_read() {
        let layout = Layout::read(
            b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type /ObjStm>>\nstartxref\n0\n%%EOF\r\nxx",
        );
        assert_eq!(layout.header_offset, Some(0));
        assert_eq!(layout.version, "1.4");
        assert!(layout.binary_comment);
        assert_eq!(layout.trailing_bytes, 2);
        assert_eq!(layout.object_streams, 1);
        assert_eq!(layout.xref_streams, 0);
    }

    #[test]
    fn what_is_missing_is_told() {
        let layout = Layout::read(b"junk%PDF-1.7\r\n1 0 obj");
        assert_eq!(layout.header_offset, Some(4));
        assert!(!layout.binary_comment);
        assert!(!layout.end_mark);
        assert!(!layout.start_xref);
        assert_eq!(Layout::read(b"").header_offset, None);
    }
}
