//! MIME messages and packages: headers decoded, parts with the exact bytes they carry.
//!
//! The grammar is read by the crate `mail-parser`; what it would repair silently (base64 that is not, text turned into
//! another charset) is decoded again here, because a hash is of bytes and an examiner must know of damage.

mod transfer;

use mail_parser::{Address, HeaderName, MessageParser, MessagePart, MimeHeaders as _, PartType};

pub use transfer::Transfer;

/// A header field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// Name as written.
    pub name: String,
    /// Value: unfolded, encoded words decoded.
    pub value: String,
    /// Line of the name, from 1.
    pub line: u32,
}

/// A mailbox of an address field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// The label before the address.
    pub label: Option<String>,
    /// The address.
    pub address: String,
}

/// A part that is not a multipart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// `type/subtype`, lower case; `text/plain` when nothing is said.
    pub media_type: String,
    /// `charset` parameter.
    pub charset: Option<String>,
    /// File name, RFC 2231 and RFC 2047 decoded.
    pub name: Option<String>,
    /// `Content-ID` without angle brackets.
    pub id: Option<String>,
    /// How the bytes are encoded for transfer.
    pub transfer: Transfer,
    /// The bytes carried.
    pub bytes: Vec<u8>,
    /// The transfer encoding could not be decoded to its end.
    pub damaged: bool,
    /// `disposition` is `attachment`, or the part has a file name.
    pub attachment: bool,
    /// Line where the headers of the part start, from 1.
    pub line: u32,
    /// How many multiparts it is in.
    pub depth: u32,
}

/// A message or a package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Header fields, in order.
    pub headers: Vec<Header>,
    /// Media type of the whole.
    pub media_type: String,
    /// `report-type` parameter of a multipart/report.
    pub report_type: Option<String>,
    /// The parts, in order, multiparts left out.
    pub parts: Vec<Part>,
    /// Deepest nesting of multiparts.
    pub depth: u32,
    /// More parts than the limit: the rest was left out.
    pub truncated: bool,
    from: Vec<Mailbox>,
    to: Vec<Mailbox>,
    copies: Vec<Mailbox>,
}

/// Limits on a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MimeLimits {
    /// Most parts.
    pub parts: u32,
    /// Parts nested deeper than this are left out.
    pub depth: u32,
}

/// Whether `text` is a date of RFC 5322 (`Thu, 04 Jan 2024 16:10:00 +0100`).
pub fn is_date(text: &str) -> bool {
    mail_parser::DateTime::parse_rfc822(text).is_some_and(|date| date.is_valid())
}

impl Message {
    /// Reads a message; none when there is no header at all.
    pub fn parse(bytes: &[u8], limits: MimeLimits) -> Option<Self> {
        let before = leading(bytes);
        let skipped = bytes.get(..before).unwrap_or_default();
        let bytes = bytes.get(before..)?;
        let message = MessageParser::default().parse(bytes)?;
        let root = message.parts.first().filter(|root| !root.headers.is_empty())?;
        let lines = LineStarts::new(bytes, skipped);
        let mut read = Self {
            headers: headers(root, bytes, &lines),
            media_type: media_type(root),
            report_type: root
                .content_type()
                .and_then(|content| content.attribute("report-type"))
                .map(str::to_lowercase),
            from: mailboxes(message.from()),
            to: mailboxes(message.to()),
            copies: mailboxes(message.cc())
                .into_iter()
                .chain(mailboxes(message.bcc()))
                .collect(),
            ..Self::default()
        };
        let mut depths = vec![0_u32; message.parts.len()];
        for (index, part) in message.parts.iter().enumerate() {
            let depth = depths.get(index).copied().unwrap_or(0);
            if let PartType::Multipart(children) = &part.body {
                for child in children {
                    if let Some(slot) = depths.get_mut(*child as usize) {
                        *slot = depth + 1;
                    }
                }
                read.depth = read.depth.max(depth + 1);
                continue;
            }
            if depth > limits.depth || read.parts.len() >= limits.parts as usize {
                read.truncated = true;
                continue;
            }
            read.parts.push(leaf(part, bytes, &lines, depth));
        }
        Some(read)
    }

    /// Reads a MIME package that may lack its headers (an MTOM request as captured): starts at the HTTP request line,
    /// at the headers, or at the first boundary.
    pub fn parse_package(bytes: &[u8], limits: MimeLimits) -> Option<Self> {
        let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let first_text = String::from_utf8_lossy(first);
        let line = first_text.trim();
        if let Some(boundary) = line.strip_prefix("--") {
            let mut whole =
                format!("Content-Type: multipart/related; boundary=\"{boundary}\"\r\n\r\n").into_bytes();
            whole.extend_from_slice(bytes);
            return Self::parse(&whole, limits);
        }
        let http = line.starts_with("HTTP/") || line.ends_with("HTTP/1.1") || line.ends_with("HTTP/1.0");
        let start = if http { first.len() + 1 } else { 0 };
        Self::parse(bytes.get(start..)?, limits)
    }

    /// The first header field with this name, case aside.
    pub fn header(&self, name: &str) -> Option<&Header> {
        self.headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
    }

    /// The mailboxes of `From`.
    pub fn from(&self) -> &[Mailbox] {
        &self.from
    }

    /// The mailboxes of `To`, `Cc` and `Bcc`.
    pub fn recipients(&self) -> impl Iterator<Item = &Mailbox> {
        self.to.iter().chain(&self.copies)
    }
}

/// What a program that saved the message wrote before its headers: a byte order mark, blank lines.
fn leading(bytes: &[u8]) -> usize {
    let mark = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let blank = bytes
        .iter()
        .skip(mark)
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count();
    mark + blank
}

fn headers(part: &MessagePart<'_>, bytes: &[u8], lines: &LineStarts) -> Vec<Header> {
    part.headers
        .iter()
        .map(|header| {
            let raw = bytes
                .get(header.offset_start as usize..header.offset_end as usize)
                .unwrap_or_default();
            let written = bytes
                .get(header.offset_field as usize..header.offset_start as usize)
                .map(|name| {
                    String::from_utf8_lossy(name)
                        .trim_end_matches([':', ' ', '\t'])
                        .trim()
                        .to_owned()
                });
            let decoded = match (&header.name, header.value.as_text()) {
                (HeaderName::Subject, Some(text)) => text.to_owned(),
                _ => unfold(raw),
            };
            Header {
                name: written.unwrap_or_else(|| header.name.as_str().to_owned()),
                value: decoded.trim().to_owned(),
                line: lines.line(header.offset_field as usize),
            }
        })
        .collect()
}

/// A raw value on one line.
fn unfold(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    text.split(['\r', '\n'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn media_type(part: &MessagePart<'_>) -> String {
    part.content_type().map_or_else(
        || "text/plain".to_owned(),
        |content| format!("{}/{}", content.ctype(), content.subtype().unwrap_or("*")).to_lowercase(),
    )
}

fn leaf(part: &MessagePart<'_>, bytes: &[u8], lines: &LineStarts, depth: u32) -> Part {
    let raw = bytes
        .get(part.offset_body as usize..part.offset_end as usize)
        .unwrap_or_default();
    let transfer = Transfer::of(part.content_transfer_encoding());
    let (content, damaged) = transfer.decode(raw);
    let disposition = part.content_disposition();
    let name = part.attachment_name().map(str::to_owned);
    Part {
        media_type: media_type(part),
        charset: part
            .content_type()
            .and_then(|content| content.attribute("charset"))
            .map(str::to_lowercase),
        attachment: name.is_some()
            || disposition.is_some_and(|found| found.ctype().eq_ignore_ascii_case("attachment")),
        name,
        id: part.content_id().map(|id| id.trim_matches(['<', '>']).to_owned()),
        transfer,
        bytes: content,
        damaged,
        line: lines.line(part.offset_header as usize),
        depth,
    }
}

fn mailboxes(address: Option<&Address<'_>>) -> Vec<Mailbox> {
    address
        .into_iter()
        .flat_map(|address| address.iter())
        .map(|found| Mailbox {
            label: found.name().map(str::to_owned),
            address: found.address().unwrap_or_default().trim().to_owned(),
        })
        .collect()
}

/// Where lines start, to turn offsets into line numbers.
struct LineStarts {
    starts: Vec<usize>,
    /// Lines before the first byte.
    before: usize,
}

impl LineStarts {
    fn new(bytes: &[u8], skipped: &[u8]) -> Self {
        let starts = bytes
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n')
            .map(|(at, _)| at + 1);
        Self {
            starts: std::iter::once(0).chain(starts).collect(),
            before: skipped.split(|byte| *byte == b'\n').count().saturating_sub(1),
        }
    }

    fn line(&self, offset: usize) -> u32 {
        let line = self.before + self.starts.partition_point(|start| *start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: MimeLimits = MimeLimits {
        parts: 100,
        depth: 20,
    };

    const MAIL: &str = "From: Dr <a@b.mssante.fr>\r\nTo: c@d.mssante.fr\r\nSubject: =?UTF-8?Q?XDM/1.0/DDM+R=C3=A9?=\r\n =?UTF-8?Q?sum=C3=A9?=\r\nX-MSS-INS: O\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nbonjour\r\n--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\naGVs\r\nbG8=\r\n--x--\r\n";

    #[test]
    fn a_mail_is_read() {
        let mail = Message::parse(MAIL.as_bytes(), LIMITS).unwrap();
        assert_eq!(mail.header("subject").unwrap().value, "XDM/1.0/DDM+Résumé");
        assert_eq!(mail.header("x-mss-ins").unwrap().value, "O");
        assert_eq!(mail.header("x-mss-ins").unwrap().line, 5);
        assert_eq!(mail.from()[0].address, "a@b.mssante.fr");
        assert_eq!(mail.recipients().count(), 1);
        assert_eq!(mail.parts.len(), 2);
        assert_eq!(mail.parts[0].bytes, b"bonjour");
        assert_eq!(mail.parts[1].name.as_deref(), Some("résumé.pdf"));
        assert_eq!(
            (mail.parts[1].bytes.as_slice(), mail.parts[1].damaged),
            (&b"hello"[..], false)
        );
        assert_eq!(mail.depth, 1);
    }

    #[test]
    fn what_stands_before_the_headers_is_skipped() {
        for before in ["\u{feff}", "\r\n", "\u{feff}\n\n"] {
            let mail = Message::parse(format!("{before}{MAIL}").as_bytes(), LIMITS).unwrap();
            assert_eq!(mail.headers[0].name, "From");
            let lines = before.matches('\n').count() as u32;
            assert_eq!(mail.header("x-mss-ins").unwrap().line, 5 + lines);
        }
    }

    #[test]
    fn base64_garbage_is_told() {
        let mail = MAIL.replace("bG8=", "b!!!~~");
        let mail = Message::parse(mail.as_bytes(), LIMITS).unwrap();
        assert!(mail.parts[1].damaged);
    }

    #[test]
    fn a_thousand_levels_are_bounded() {
        let mut mail =
            String::from("From: a@b\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=\"b0\"\r\n\r\n");
        for level in 0..1000 {
            let next = format!("multipart/mixed; boundary=\"b{}\"", level + 1);
            mail = [mail, format!("--b{level}\r\nContent-Type: {next}\r\n\r\n")].concat();
        }
        mail.push_str("--b1000\r\n\r\ntext\r\n");
        let mail = Message::parse(mail.as_bytes(), LIMITS).unwrap();
        assert!(mail.depth > 100 && mail.truncated, "{}", mail.depth);
    }

    #[test]
    fn a_package_without_headers_is_read() {
        let package = "--uuid:1\r\nContent-Type: application/xop+xml\r\nContent-ID: <root>\r\n\r\n<a/>\r\n--uuid:1\r\nContent-ID: <d@x>\r\nContent-Transfer-Encoding: binary\r\nContent-Type: text/xml\r\n\r\n<é/>\r\n--uuid:1--\r\n";
        for bytes in [
            package.to_owned(),
            format!(
                "POST /x HTTP/1.1\r\nContent-Type: multipart/related; boundary=\"uuid:1\"\r\n\r\n{package}"
            ),
        ] {
            let read = Message::parse_package(bytes.as_bytes(), LIMITS).unwrap();
            let ids: Vec<_> = read.parts.iter().map(|part| part.id.clone().unwrap()).collect();
            assert_eq!(ids, ["root", "d@x"]);
            assert_eq!(read.parts[1].bytes, "<é/>".as_bytes());
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>, at in 0_usize..600) {
            let _ = Message::parse(&bytes, LIMITS);
            let mut mail = MAIL.as_bytes().to_vec();
            let at = at % mail.len();
            mail.splice(at..at, bytes);
            let _ = Message::parse(&mail, LIMITS);
            let _ = Message::parse_package(&mail, LIMITS);
        }
    }
}
