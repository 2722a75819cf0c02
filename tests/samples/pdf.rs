//! Builds small PDFs from the descriptions of `testcases/evidence/pdf`.

use std::collections::BTreeMap;
use std::path::Path;

use lopdf::encryption::{EncryptionState, EncryptionVersion, Permissions};
use serde::Deserialize;

/// The conforming PDF that cases depart from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    header: String,
    comment: bool,
    trailer: String,
    tail: String,
    objects: BTreeMap<String, String>,
    streams: BTreeMap<String, Stream>,
}

/// A stream object.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    dictionary: String,
    data: String,
}

/// One replacement of text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    object: Option<u32>,
    part: Option<String>,
    find: String,
    replace: String,
}

/// A case: what departs from the base, and what must be found.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// PDF/A-1 is asked.
    #[serde(default = "yes")]
    pub required: bool,
    /// Rules that the case shows to hold.
    pub conform: Vec<String>,
    /// Rule to severity.
    pub expect: BTreeMap<String, String>,
    comment: Option<bool>,
    encrypted: Option<String>,
    keep: Option<f64>,
    shift: usize,
    edits: Vec<Edit>,
    set: BTreeMap<String, String>,
    streams: BTreeMap<String, Stream>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/evidence/pdf")
}

/// Every case of `cases.toml`.
pub fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(folder().join("cases.toml")).unwrap();
    toml::from_str::<Cases>(&text).unwrap().case
}

impl Base {
    /// Reads `base.toml`.
    pub fn read() -> Self {
        toml::from_str(&std::fs::read_to_string(folder().join("base.toml")).unwrap()).unwrap()
    }
}

impl Case {
    /// The bytes of the PDF.
    pub fn build(&self, base: &Base) -> Vec<u8> {
        let mut base = base.clone();
        base.comment = self.comment.unwrap_or(base.comment);
        base.objects.extend(self.set.clone());
        base.streams.extend(self.streams.clone());
        for edit in &self.edits {
            edit.apply(&mut base, &self.name);
        }
        let mut bytes = write(&base, self.shift);
        if let Some(password) = &self.encrypted {
            bytes = encrypt(&bytes, password);
        }
        if let Some(keep) = self.keep {
            bytes.truncate((bytes.len() as f64 * keep) as usize);
        }
        bytes
    }
}

impl Edit {
    fn apply(&self, base: &mut Base, case: &str) {
        let mut targets: Vec<&mut String> = match (&self.object, self.part.as_deref()) {
            (Some(number), None) => {
                let number = number.to_string();
                let mut targets: Vec<&mut String> = base.objects.get_mut(&number).into_iter().collect();
                if let Some(stream) = base.streams.get_mut(&number) {
                    targets.extend([&mut stream.dictionary, &mut stream.data]);
                }
                targets
            }
            (None, Some("header")) => vec![&mut base.header],
            (None, Some("trailer")) => vec![&mut base.trailer],
            (None, Some("tail")) => vec![&mut base.tail],
            other => panic!("{case}: edit of {other:?}"),
        };
        let target = targets
            .iter_mut()
            .find(|target| target.contains(&self.find))
            .unwrap_or_else(|| panic!("{case}: '{}' not found", self.find));
        **target = target.replacen(&self.find, &self.replace, 1);
    }
}

/// A PDF with the given lines of text (Latin-1 letters), and a picture when asked.
pub fn with_text(lines: &str, picture: bool) -> Vec<u8> {
    let mut base = Base::read();
    let shown: String = lines
        .lines()
        .map(|line| {
            let bytes: String = line
                .chars()
                .map(|character| match u32::from(character) {
                    code @ 0..=0xFF => format!("{code:02x}"),
                    _ => "3f".to_owned(),
                })
                .collect();
            format!("<{bytes}> Tj 0 -14 Td ")
        })
        .collect();
    let image = if picture {
        "q 10 0 0 10 72 600 cm /I1 Do Q"
    } else {
        ""
    };
    base.streams.insert(
        "4".to_owned(),
        Stream {
            dictionary: String::new(),
            data: format!("BT /F1 12 Tf 1 0 0 rg 72 700 Td {shown} ET {image}"),
        },
    );
    write(&base, 0)
}

/// Writes the file; `shift` is added to every offset of the cross-reference table.
fn write(base: &Base, shift: usize) -> Vec<u8> {
    let mut bytes = base.header.clone().into_bytes();
    if base.comment {
        bytes.extend(b"%\xe2\xe3\xcf\xd3\n");
    }
    let mut bodies: BTreeMap<u32, String> = base
        .objects
        .iter()
        .map(|(number, body)| (number.parse().unwrap(), body.clone()))
        .collect();
    for (number, stream) in &base.streams {
        let Stream { dictionary, data } = stream;
        bodies.insert(
            number.parse().unwrap(),
            format!(
                "<< {dictionary} /Length {} >>\nstream\n{data}\nendstream",
                data.len()
            ),
        );
    }
    let mut offsets = BTreeMap::new();
    for (number, body) in &bodies {
        offsets.insert(*number, bytes.len() + shift);
        bytes.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
    }
    let size = bodies.keys().max().unwrap() + 1;
    let table = bytes.len() + shift;
    bytes.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
    for number in 1..size {
        match offsets.get(&number) {
            Some(offset) => bytes.extend(format!("{offset:010} 00000 n \n").bytes()),
            None => bytes.extend(b"0000000000 00000 f \n"),
        }
    }
    bytes.extend(
        format!(
            "trailer\n<< /Size {size} {} >>\nstartxref\n{table}\n{}",
            base.trailer, base.tail
        )
        .bytes(),
    );
    bytes
}

fn encrypt(bytes: &[u8], password: &str) -> Vec<u8> {
    let mut document = lopdf::Document::load_mem(bytes).unwrap();
    let state = EncryptionState::try_from(EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: password,
        key_length: 128,
        permissions: Permissions::PRINTABLE,
    })
    .unwrap();
    document.encrypt(&state).unwrap();
    let mut out = Vec::new();
    document.save_to(&mut out).unwrap();
    out
}
