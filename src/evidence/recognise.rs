//! What a file is, from its first bytes, and for a zip archive its last ones: its directory stands there. The name
//! only decides between readings that the bytes leave open.

use super::Kind;

/// Recognises a file from its first and last bytes (`head` and `tail`, at most [`super::HEAD_BYTES`] each), its size and
/// its name.
pub fn recognise(head: &[u8], tail: &[u8], size: u64, name: &str) -> Kind {
    if size == 0 {
        return Kind::Empty;
    }
    let extension = name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_lowercase())
        .unwrap_or_default();
    if let Some(kind) = by_signature(head, tail) {
        return kind;
    }
    // Before the text is decoded: a message with a stray NUL or another binary byte is a message with a fault.
    if is_message(head) {
        return Kind::Hl7v2;
    }
    let text = decode(head);
    let Some(text) = text else {
        if let Some(kind) = by_header_block(head) {
            return kind;
        }
        return if matches!(extension.as_str(), "der" | "cer" | "crt" | "crl") && head.first() == Some(&0x30) {
            Kind::Certificate
        } else {
            Kind::Unknown
        };
    };
    if soap_trace(&text, tail) {
        return Kind::Soap;
    }
    by_text(&text, &extension)
}

/// A capture of one SOAP message: the lines of HTTP or of a log before an envelope that ends the file.
fn soap_trace(text: &str, tail: &[u8]) -> bool {
    const NAMESPACES: [&str; 2] = [
        "http://schemas.xmlsoap.org/soap/envelope/",
        "http://www.w3.org/2003/05/soap-envelope",
    ];
    let start = match text.char_indices().nth(4096) {
        Some((end, _)) => text.get(..end).unwrap_or_default(),
        None => text,
    };
    let envelope = start
        .match_indices("Envelope")
        .find_map(|(at, _)| start.get(..at)?.rfind('<'));
    let before = envelope.and_then(|at| start.get(..at)).unwrap_or_default();
    !before.trim().is_empty()
        && !before.trim_start().starts_with('<')
        && !before.to_ascii_lowercase().contains("multipart/")
        && NAMESPACES.iter().any(|namespace| start.contains(namespace))
        && tail.trim_ascii_end().ends_with(b"Envelope>")
        && !is_mail(text)
}

/// Whether a name says that an HL7 v2 message is meant.
pub fn is_message_name(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| {
        ["hl7", "er7"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// A message header with the usual field separator, after what may stand before it (MLLP, byte order mark, blanks).
fn is_message(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
    let start = head.iter().take_while(|byte| blank(byte)).count();
    let head = head.get(start..).unwrap_or_default();
    [b"MSH|", b"FHS|", b"BHS|"]
        .iter()
        .any(|name| head.starts_with(*name))
}

/// Binary formats, by their signature.
fn by_signature(head: &[u8], tail: &[u8]) -> Option<Kind> {
    let starts = |signature: &[u8]| head.starts_with(signature);
    let at = |offset: usize, signature: &[u8]| {
        head.get(offset..offset + signature.len())
            .is_some_and(|bytes| bytes == signature)
    };
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        return Some(zip_kind(head, tail));
    }
    let start = head.get(..1024).unwrap_or(head);
    if memchr::memmem::find(start, b"%PDF-").is_some() {
        return Some(Kind::Pdf);
    }
    if starts(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Some(if contains(head, b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t") {
            Kind::Office
        } else {
            Kind::Workbook
        });
    }
    let image = starts(b"\x89PNG\r\n\x1a\n")
        || starts(b"\xFF\xD8\xFF")
        || starts(b"GIF87a")
        || starts(b"GIF89a")
        || starts(b"II*\0")
        || starts(b"MM\0*")
        || (starts(b"RIFF") && at(8, b"WEBP"))
        || (starts(b"BM") && at(6, &[0, 0, 0, 0]));
    if image {
        return Some(Kind::Image);
    }
    let video = (at(4, b"ftyp") && !at(8, b"heic") && !at(8, b"avif"))
        || starts(b"\x1A\x45\xDF\xA3")
        || (starts(b"RIFF") && at(8, b"AVI "))
        || starts(b"\x30\x26\xB2\x75\x8E\x66\xCF\x11")
        || starts(b"OggS")
        || starts(b"\0\0\x01\xBA")
        || at(4, b"moov")
        || at(4, b"mdat");
    if video {
        return Some(Kind::Video);
    }
    None
}

/// The names that zip headers give in `bytes`: their signature, where the length of the name stands, where the name.
fn zip_names<'a>(
    bytes: &'a [u8],
    signature: &'a [u8; 4],
    length_at: usize,
    name_at: usize,
) -> impl Iterator<Item = String> + 'a {
    bytes
        .windows(4)
        .enumerate()
        .filter(move |(_, window)| window == signature)
        .filter_map(move |(start, _)| {
            let length = match bytes.get(start + length_at..start + length_at + 2) {
                Some(&[low, high]) => usize::from(u16::from_le_bytes([low, high])),
                _ => return None,
            };
            let name = bytes.get(start + name_at..start + name_at + length)?;
            Some(String::from_utf8_lossy(name).replace('\\', "/"))
        })
}

/// What a zip archive holds, by the names in its local headers at the start and in its directory at the end.
fn zip_kind(head: &[u8], tail: &[u8]) -> Kind {
    let names: Vec<String> = zip_names(head, b"PK\x03\x04", 26, 30)
        .chain(zip_names(tail, b"PK\x01\x02", 28, 46))
        .collect();
    let any = |test: &dyn Fn(&str) -> bool| names.iter().any(|name| test(name));
    let metadata = |name: &str| {
        name.rsplit('/')
            .next()
            .is_some_and(|last| last.eq_ignore_ascii_case("METADATA.XML"))
    };
    if any(&|name| name.to_uppercase().contains("IHE_XDM/")) || any(&metadata) {
        return Kind::Xdm;
    }
    if any(&|name| name == "mimetype") {
        if contains(head, b"opendocument.spreadsheet") {
            return Kind::Workbook;
        }
        if contains(head, b"opendocument") {
            return Kind::Office;
        }
    }
    if any(&|name| name.starts_with("xl/")) {
        return Kind::Workbook;
    }
    if any(&|name| name.starts_with("word/") || name.starts_with("ppt/")) {
        return Kind::Office;
    }
    if any(&|name| name == "[Content_Types].xml") {
        return if contains(head, b"spreadsheetml") {
            Kind::Workbook
        } else {
            Kind::Office
        };
    }
    Kind::Zip
}

/// Text formats, by what the text says.
fn by_text(text: &str, extension: &str) -> Kind {
    let trimmed = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n', '\u{b}']);
    if trimmed.starts_with("MSH") || trimmed.starts_with("FHS|") || trimmed.starts_with("BHS|") {
        return Kind::Hl7v2;
    }
    if trimmed.starts_with('<') {
        return xml_kind(trimmed);
    }
    if trimmed.starts_with("-----BEGIN CERTIFICATE")
        || trimmed.starts_with("-----BEGIN X509 CRL")
        || (trimmed.contains("-----BEGIN CERTIFICATE-----") && !trimmed.contains("\nFrom:"))
    {
        return Kind::Certificate;
    }
    if is_jwt(trimmed) {
        return Kind::Jwt;
    }
    if (trimmed.starts_with('{') || trimmed.starts_with('[')) && looks_json(trimmed, extension) {
        return Kind::Json;
    }
    if is_mail(trimmed) {
        return Kind::Mail;
    }
    if let Some(kind) = mime_package(trimmed) {
        return kind;
    }
    // An HL7 dump whose first segments were lost or that a log prefix hides is still HL7 for its reader.
    if text.lines().take(50).any(|line| line.starts_with("MSH|^~")) {
        return Kind::Hl7v2;
    }
    if is_csv(trimmed, extension) {
        return Kind::Csv;
    }
    match extension {
        "hl7" | "er7" => Kind::Hl7v2,
        "eml" => Kind::Mail,
        "csv" => Kind::Csv,
        _ => Kind::Text,
    }
}

/// How a page of HTML begins, after `<`.
const HTML: &str = "!doctype html";

/// XML by its root element and the namespaces it declares.
fn xml_kind(text: &str) -> Kind {
    let mut rest = text;
    let root = loop {
        let Some(start) = rest.find('<') else {
            return Kind::Xml;
        };
        let tag = rest.get(start + 1..).unwrap_or_default();
        let skip = if tag.starts_with("!--") {
            tag.find("-->").map(|end| end + 3)
        } else if tag.starts_with('?') {
            tag.find("?>").map(|end| end + 2)
        } else if tag
            .get(..HTML.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(HTML))
        {
            return Kind::Html;
        } else if tag.starts_with('!') {
            let subset = tag
                .find('[')
                .filter(|open| tag.find('>').is_none_or(|close| open < &close));
            match subset {
                Some(_) => tag.find("]>").map(|end| end + 2),
                None => tag.find('>').map(|end| end + 1),
            }
        } else {
            break tag;
        };
        match skip.and_then(|end| tag.get(end..)) {
            Some(after) => rest = after,
            None => return Kind::Xml,
        }
    };
    let end = root.find(['>', ' ', '\t', '\r', '\n', '/']).unwrap_or(root.len());
    let name = root.get(..end).unwrap_or_default();
    let local = name.rsplit(':').next().unwrap_or(name);
    let head = root
        .get(..root.find('>').unwrap_or(root.len()))
        .unwrap_or_default();
    match local {
        "ClinicalDocument" => Kind::Cda,
        "Envelope" if head.contains("soap") => Kind::Soap,
        "Assertion" if head.contains("SAML") => Kind::Saml,
        "SubmitObjectsRequest" | "ProvideAndRegisterDocumentSetRequest" | "RegistryObjectList" => {
            Kind::XdsMetadata
        }
        "html" | "HTML" => Kind::Html,
        "report" if root.contains("veraPDF") || root.contains("buildInformation") => Kind::ValidationReport,
        "detailedResult" | "ObservationsReport" | "validationReport" | "TestStepReport"
        | "SummaryResults" => Kind::ValidationReport,
        _ if head.contains("urn:hl7-org:v2xml") => Kind::Hl7v2Xml,
        _ if local.len() == 7 && local.chars().nth(3) == Some('_') && root.contains("<MSH>") => {
            Kind::Hl7v2Xml
        }
        _ => Kind::Xml,
    }
}

/// A mail or a package whose parts are binary: the text before the first byte that no text has.
fn by_header_block(head: &[u8]) -> Option<Kind> {
    let text: Vec<u8> = head.iter().copied().take_while(|byte| *byte != 0).collect();
    let text = String::from_utf8_lossy(&text);
    let text = text.trim_start_matches(['\u{feff}', '\r', '\n']);
    if !text.contains("\n\n") && !text.contains("\r\n\r\n") {
        return None;
    }
    is_mail(text).then_some(Kind::Mail).or_else(|| mime_package(text))
}

/// A header block of RFC 5322 with at least two well-known fields.
fn is_mail(text: &str) -> bool {
    const KNOWN: [&str; 14] = [
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
        "return-path",
        "received",
        "delivered-to",
        "reply-to",
        "x-mss-ins",
        "dkim-signature",
        "cc",
    ];
    let mut known = 0;
    for (number, line) in text.lines().enumerate() {
        if line.is_empty() || number > 200 {
            break;
        }
        if line.starts_with([' ', '\t']) && number > 0 {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else {
            if number == 0 && line.starts_with("From ") {
                continue;
            }
            return false;
        };
        if name.contains(' ') {
            return false;
        }
        if KNOWN.contains(&name.to_ascii_lowercase().as_str()) {
            known += 1;
        }
    }
    known >= 2
        && text.lines().any(|line| {
            line.to_ascii_lowercase().starts_with("from:")
                || line.to_ascii_lowercase().starts_with("subject:")
                || line.to_ascii_lowercase().starts_with("message-id:")
        })
}

/// A MIME package without mail headers: the body of an MTOM request, possibly with its HTTP headers.
fn mime_package(text: &str) -> Option<Kind> {
    let head: String = text.chars().take(4096).collect::<String>().to_ascii_lowercase();
    let package = (head.starts_with("--")
        || head.starts_with("post ")
        || head.starts_with("http/")
        || head.starts_with("content-type:")
        || head.starts_with("mime-version:"))
        && head.contains("content-type:");
    (package && (head.contains("xop+xml") || head.contains("soap+xml") || head.contains("multipart/related")))
        .then_some(Kind::Soap)
}

/// Three base64url parts, the first of which is a JSON object.
fn is_jwt(text: &str) -> bool {
    let token = text.trim().trim_start_matches("Bearer ");
    let parts: Vec<&str> = token.split('.').collect();
    let url_safe = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b'=')
    };
    (parts.len() == 3 || parts.len() == 5)
        && token.starts_with("eyJ")
        && parts.iter().all(|part| url_safe(part))
}

/// A JSON document, not a log that starts with a bracket.
fn looks_json(text: &str, extension: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next();
    let second = characters.find(|c| !c.is_whitespace());
    extension == "json"
        || match first {
            Some('{') => matches!(second, Some('"' | '}')),
            _ => matches!(second, Some('{' | '[' | ']' | '"')),
        }
}

/// At least two lines that all have the same number of the same separator.
fn is_csv(text: &str, extension: &str) -> bool {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(20)
        .collect();
    let complete = if lines.len() == 20 {
        lines.len()
    } else {
        lines.len().saturating_sub(usize::from(!text.ends_with('\n')))
    };
    let considered = lines.get(..complete.max(2).min(lines.len())).unwrap_or_default();
    if considered.is_empty() || extension == "log" {
        return false;
    }
    [';', '\t', ','].iter().any(|&separator| {
        let counts: Vec<usize> = considered
            .iter()
            .map(|line| line.matches(separator).count())
            .collect();
        let first = counts.first().copied().unwrap_or(0);
        let steady = first > 0 && counts.iter().all(|&count| count == first);
        match (extension, separator) {
            ("csv", _) => first > 0,
            (_, ',') => steady && first > 1 && considered.len() > 2,
            _ => steady && considered.len() > 1,
        }
    })
}

/// The head as text: UTF-8 (possibly cut in a character), UTF-16 with a byte order mark, or an 8-bit Latin charset
/// when there is no control character in it.
fn decode(head: &[u8]) -> Option<String> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(head)
        && encoding != encoding_rs::UTF_8
    {
        return Some(encoding.decode(head).0.into_owned());
    }
    let odd_zero = |parity: usize| {
        head.iter()
            .skip(parity)
            .step_by(2)
            .take(64)
            .filter(|&&byte| byte == 0)
            .count()
    };
    if head.contains(&0) {
        if head.len() < 4 {
            return None;
        }
        if odd_zero(1) * 4 > head.len().min(128) && odd_zero(0) == 0 {
            return Some(encoding_rs::UTF_16LE.decode(head).0.into_owned());
        }
        if odd_zero(0) * 4 > head.len().min(128) && odd_zero(1) == 0 {
            return Some(encoding_rs::UTF_16BE.decode(head).0.into_owned());
        }
        return None;
    }
    match std::str::from_utf8(head) {
        Ok(text) => Some(text.to_owned()),
        Err(error) if error.error_len().is_none() => head
            .get(..error.valid_up_to())
            .and_then(|valid| std::str::from_utf8(valid).ok())
            .map(str::to_owned),
        Err(_) => {
            let control = head
                .iter()
                .filter(|&&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1C))
                .count();
            (control == 0).then(|| {
                encoding_rs::WINDOWS_1252
                    .decode_without_bom_handling(head)
                    .0
                    .into_owned()
            })
        }
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8], name: &str) -> Kind {
        recognise(bytes, bytes, bytes.len() as u64, name)
    }

    #[test]
    fn content_decides_not_the_name() {
        assert_eq!(kind(b"MSH|^~\\&|A|B\r", "x.xml"), Kind::Hl7v2);
        assert_eq!(kind(b"\x0bMSH|^~\\&|A|B\r\x1c\r", "x"), Kind::Hl7v2);
        assert_eq!(
            kind(
                b"<?xml version='1.0'?>\n<!-- c -->\n<ClinicalDocument xmlns='urn:hl7-org:v3'/>",
                "x.hl7"
            ),
            Kind::Cda
        );
        assert_eq!(kind(b"MSH|^~\\&|A\0B\r", "x"), Kind::Hl7v2);
        assert_eq!(kind(b"%PDF-1.4\n", "x.txt"), Kind::Pdf);
        assert_eq!(kind(b"\xff\xfe<\0a\0/\0>\0", "x.txt"), Kind::Xml);
        assert_eq!(kind(b"", "x.pdf"), Kind::Empty);
        assert_eq!(kind(b"\x00\x01\x02", "x"), Kind::Unknown);
    }

    #[test]
    fn texts_are_told_apart() {
        assert_eq!(
            kind(b"From: a@b\r\nTo: c@d\r\nSubject: x\r\n\r\nbody", "x.txt"),
            Kind::Mail
        );
        assert_eq!(kind(b"mois;nombre\n2022-01;10\n", "x.txt"), Kind::Csv);
        assert_eq!(
            kind("mois;intitulé\n2022-01;été\n".as_bytes(), "x.csv"),
            Kind::Csv
        );
        assert_eq!(kind(b"2022-01-01 12:00:00 INFO started\n", "x.log"), Kind::Text);
        assert_eq!(kind(b"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "x"), Kind::Jwt);
        assert_eq!(kind(b"[{\"a\": 1}]", "x"), Kind::Json);
        assert_eq!(kind(b"-----BEGIN CERTIFICATE-----\nMII", "x"), Kind::Certificate);
    }
}
