//! The cases of `testcases/evidence/exchange/<rule>/expected.toml`: a sound archive, mail or request of
//! `testcases/evidence/exchange-base`, a few edits, and whether the rule is then broken.
//!
//! Nothing binary is kept: the archive is built from its texts after the edits, hashes and base64 are filled in, so
//! that a case breaks the one thing it names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use conforme::checks::{Context, Judged, Options, Outcome, judge_set};
use conforme::engines::xml::{Document, ParseOptions, canonicalise};
use conforme::evidence::Evidence;
use conforme::evidence::element::Element;
use conforme::finding::Severity;
use conforme::limits::Limits;
use serde::Deserialize;
use sha2::Digest as _;

use crate::support::zip::{Entry, write};

const FAMILIES: [&str; 6] = ["ZIP-", "XDM-", "XDS-", "MAIL-", "VIHF-", "COHERENCE-"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    breaks: Vec<Case>,
    keeps: Vec<Case>,
}

/// One case: a file, or several for a rule across files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) base: String,
    #[serde(default)]
    pub(crate) edits: Vec<Edit>,
    #[serde(default)]
    pub(crate) severity: Option<Severity>,
    /// Other rules that the same fault breaks.
    #[serde(default)]
    pub(crate) also: Vec<String>,
    /// How many findings of the rule the fault gives: one fault, one finding, unless said.
    #[serde(default = "once")]
    pub(crate) times: usize,
    #[serde(default)]
    pub(crate) files: Vec<File>,
    #[serde(default)]
    pub(crate) parameters: toml::Table,
}

const fn once() -> usize {
    1
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) base: String,
    #[serde(default)]
    pub(crate) edits: Vec<Edit>,
}

/// One change of the base.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    /// The text to change: a file of the base.
    pub(crate) file: String,
    /// What is replaced, everywhere; must be there.
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    /// Applied after hashes and base64 are filled in.
    #[serde(default)]
    pub(crate) after: bool,
    /// The member leaves the archive.
    #[serde(default)]
    pub(crate) remove: bool,
    /// The member takes this full name in the archive.
    pub(crate) rename: Option<String>,
    /// A new member, with this content.
    pub(crate) add: Option<String>,
    /// A new member that is itself an archive.
    #[serde(default)]
    pub(crate) add_archive: bool,
}

/// The texts of one case while it is built.
struct Builder {
    texts: BTreeMap<String, String>,
    members: Vec<(String, String)>,
    edits: Vec<Edit>,
    pdf: Vec<u8>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/evidence")
}

fn base64(bytes: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    lines.join("\r\n")
}

impl Builder {
    fn new(edits: &[Edit]) -> Self {
        let base = folder().join("exchange-base");
        let mut texts = BTreeMap::new();
        for entry in std::fs::read_dir(&base).unwrap() {
            let path = entry.unwrap().path();
            if let Ok(text) = std::fs::read_to_string(&path) {
                texts.insert(path.file_name().unwrap().to_string_lossy().into_owned(), text);
            }
        }
        let member = |name: &str| (name.to_owned(), name.rsplit('/').next().unwrap().to_owned());
        let members = [
            "README.TXT",
            "INDEX.HTM",
            "IHE_XDM/SUBSET01/METADATA.XML",
            "IHE_XDM/SUBSET01/DOC0001.XML",
        ];
        let mut builder = Self {
            texts,
            members: members.into_iter().map(member).collect(),
            edits: edits.to_vec(),
            pdf: std::fs::read(base.join("body.pdf")).unwrap(),
        };
        for edit in edits.iter().filter(|edit| !edit.after) {
            builder.edit(edit);
        }
        // Variants that cases add to the archive: another type of document, another patient.
        let derived = [
            ("DOC2.XML", "DOC0001.XML", "11502-2", "18748-4"),
            ("DOC3.XML", "DOC0001.XML", "279035121518989", "277076322082910"),
            (
                "METADATA2.XML",
                "METADATA.XML",
                "279035121518989",
                "277076322082910",
            ),
        ];
        for (name, from, old, new) in derived {
            let text = builder.texts[from].replace(old, new);
            builder.texts.insert(name.to_owned(), text);
        }
        builder
    }

    fn edit(&mut self, edit: &Edit) {
        if edit.remove {
            self.members.retain(|(_, text)| *text != edit.file);
        } else if let Some(name) = &edit.rename {
            for member in self.members.iter_mut().filter(|(_, text)| *text == edit.file) {
                member.0.clone_from(name);
            }
        } else if let Some(content) = &edit.add {
            let own = edit.file.clone();
            self.texts.entry(own.clone()).or_insert_with(|| content.clone());
            self.members.push((own.clone(), own));
        } else if edit.add_archive {
            self.members.push((edit.file.clone(), String::from("\0archive")));
        } else {
            let (from, to) = (edit.from.as_ref().unwrap(), edit.to.as_ref().unwrap());
            let text = self
                .texts
                .get_mut(&edit.file)
                .unwrap_or_else(|| panic!("no file {}", edit.file));
            let crlf = text.contains("\r\n");
            let own = |part: &str| {
                if crlf {
                    part.replace('\n', "\r\n")
                } else {
                    part.to_owned()
                }
            };
            assert!(text.contains(&own(from)), "'{from}' is not in {}", edit.file);
            *text = text.replace(&own(from), &own(to));
        }
    }

    /// The text of a file of the base, filled in.
    fn text(&self, name: &str) -> String {
        // The digest is that of all the rest: it comes last.
        let mut text = self.texts[name]
            .replace("{{digest}}", "\u{1}digest")
            .replace("{{signature}}", "@signature@");
        while let Some(start) = text.find("{{") {
            let end = start + text[start..].find("}}").unwrap();
            let words: Vec<&str> = text[start + 2..end].split(' ').collect();
            let value = match words.as_slice() {
                ["padding"] => "Vingt-six mégaoctets de texte.\r\n".repeat(26 * 1024 * 1024 / 32),
                ["text", file] => self.text(file),
                ["base64", file] => base64(&self.bytes(file)),
                ["sha1", file] => conforme::evidence::hex(&sha1::Sha1::digest(self.bytes(file))),
                ["size", file] => self.bytes(file).len().to_string(),
                other => panic!("{other:?}"),
            };
            text.replace_range(start..end + 2, &value);
        }
        if text.contains("\u{1}digest") {
            text = text.replace("\u{1}digest", "{{digest}}");
            text = text.replace("{{digest}}", &digest(&text));
        }
        if text.contains("@signature@") {
            text = text.replace("@signature@", "{{signature}}");
            text = text.replace("{{signature}}", &sign(&text));
        }
        for edit in self.edits.iter().filter(|edit| edit.after && edit.file == name) {
            let (from, to) = (edit.from.as_ref().unwrap(), edit.to.as_ref().unwrap());
            assert!(text.contains(from.as_str()), "'{from}' is not in {name}");
            text = text.replace(from.as_str(), to);
        }
        text
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        match name {
            "body.pdf" => self.pdf.clone(),
            "IHE_XDM.ZIP" => self.archive(),
            _ => self.text(name).into_bytes(),
        }
    }

    fn archive(&self) -> Vec<u8> {
        let entries: Vec<Entry> = self
            .members
            .iter()
            .map(|(name, text)| match text.as_str() {
                "\0archive" => Entry::new(name, write(&[Entry::new("X", "x")])),
                _ => Entry::new(name, self.text(text)),
            })
            .collect();
        write(&entries)
    }

    fn evidence(&self, base: &str) -> Evidence {
        let (name, bytes) = match base {
            "archive" => ("IHE_XDM.ZIP", self.archive()),
            "metadata" => ("METADATA.XML", self.bytes("METADATA.XML")),
            other => (other, self.bytes(other)),
        };
        Evidence::memory(name, bytes)
    }
}

/// A file of a base with edits `(file, from, to)`, as bytes.
pub(crate) fn built(base: &str, edits: &[(&str, &str, &str)]) -> Vec<u8> {
    let edits: Vec<Edit> = edits
        .iter()
        .map(|(file, from, to)| Edit {
            file: (*file).to_owned(),
            from: Some((*from).to_owned()),
            to: Some((*to).to_owned()),
            after: false,
            remove: false,
            rename: None,
            add: None,
            add_archive: false,
        })
        .collect();
    let evidence = Builder::new(&edits).evidence(base);
    evidence.bytes(u64::MAX).unwrap().as_ref().clone()
}

/// The texts of a case before hashes and base64 are filled in, and the list of the members of its archive.
pub(crate) fn texts(edits: &[Edit]) -> BTreeMap<String, String> {
    let mut builder = Builder::new(edits);
    for edit in edits.iter().filter(|edit| edit.after) {
        let text = builder.texts.get_mut(&edit.file).unwrap();
        *text = text.replace(edit.from.as_ref().unwrap(), edit.to.as_ref().unwrap());
    }
    let members: Vec<&str> = builder.members.iter().map(|(name, _)| name.as_str()).collect();
    builder
        .texts
        .insert("\u{ffff}members".to_owned(), members.join("\n"));
    builder.texts
}

/// The cases that break each rule.
pub(crate) fn faults_of() -> BTreeMap<String, Vec<Case>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder().join("exchange")).unwrap() {
        let path = entry.unwrap().path();
        let id = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path.join("expected.toml")).unwrap();
        let expected: Expected = toml::from_str(&text).unwrap_or_else(|error| panic!("{id}: {error}"));
        all.insert(id, expected.breaks);
    }
    all
}

/// The digest of the assertion in a text whose signature still has a placeholder: the signature is left out anyway.
fn digest(text: &str) -> String {
    let start = text.find("<soap:Envelope").unwrap_or(0);
    let end = text
        .find("</soap:Envelope>")
        .map_or(text.len(), |end| end + "</soap:Envelope>".len());
    let Ok(document) = Document::parse_text(&text[start..end], &ParseOptions::default()) else {
        return String::from("ZXNzYWk=");
    };
    let find = |name: &str| {
        Element::root(&document)
            .descendants()
            .find(|element| element.local() == name)
    };
    let Some(assertion) = find("Assertion") else {
        return String::from("ZXNzYWk=");
    };
    let signature: Vec<_> = find("Signature")
        .map(conforme::evidence::element::Element::node)
        .into_iter()
        .collect();
    let bytes = canonicalise(&document, assertion.node(), &signature, &[]);
    base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(bytes))
}

/// The signature of SignedInfo by the test key, whose certificate is `exchange-base/certificate.txt`.
fn sign(text: &str) -> String {
    use p256::ecdsa::signature::hazmat::PrehashSigner as _;
    let nothing = String::from("ZXNzYWk=");
    let start = text.find("<soap:Envelope").unwrap_or(0);
    let end = text
        .find("</soap:Envelope>")
        .map_or(text.len(), |end| end + "</soap:Envelope>".len());
    let Ok(document) = Document::parse_text(&text[start..end], &ParseOptions::default()) else {
        return nothing;
    };
    let Some(info) = Element::root(&document)
        .descendants()
        .find(|element| element.local() == "SignedInfo")
    else {
        return nothing;
    };
    let signed = canonicalise(&document, info.node(), &[], &[]);
    // A key of tests only, derived from words.
    let secret = sha2::Sha256::digest("conforme: essai de signature");
    let key = p256::ecdsa::SigningKey::from_slice(&secret).unwrap();
    let signature: p256::ecdsa::Signature = key.sign_prehash(&sha2::Sha256::digest(signed)).unwrap();
    base64::engine::general_purpose::STANDARD.encode(signature.to_bytes())
}

/// What the checks say of a case, our families only.
fn judge(rule: &str, case: &Case) -> Vec<(String, Severity)> {
    let (limits, options) = (Limits::default(), Options::default());
    let context = Context::new(&limits, &options);
    let outcome = if case.files.is_empty() {
        context.judge(&Builder::new(&case.edits).evidence(&case.base))
    } else {
        let judged: Vec<(Evidence, Outcome)> = case
            .files
            .iter()
            .enumerate()
            .map(|(index, file)| {
                let built = Builder::new(&file.edits).evidence(&file.base);
                let bytes = built.bytes(u64::MAX).unwrap().as_ref().clone();
                let evidence = Evidence::memory(format!("{index}/{}", built.name()), bytes);
                let outcome = context.judge(&evidence);
                (evidence, outcome)
            })
            .collect();
        let files: Vec<Judged<'_>> = judged
            .iter()
            .map(|(evidence, outcome)| Judged { evidence, outcome })
            .collect();
        let check = conforme::checks::set_checks()
            .iter()
            .find(|check| check.rules().iter().any(|listed| listed.id == rule))
            .unwrap_or_else(|| panic!("no check of several files has the rule {rule}"));
        judge_set(check.id(), &files, &case.parameters, &context)
    };
    outcome
        .findings
        .into_iter()
        .filter(|finding| FAMILIES.iter().any(|family| finding.rule.starts_with(family)))
        .map(|finding| (finding.rule, finding.severity))
        .collect()
}

fn rules_of(findings: &[(String, Severity)]) -> BTreeSet<String> {
    findings.iter().map(|(rule, _)| rule.clone()).collect()
}

/// Files that break nothing: what cases start from.
#[test]
fn the_bases_are_sound() {
    for (base, tolerated) in [
        ("archive", &[][..]),
        ("metadata", &[]),
        ("mail.eml", &["MAIL-X-MSS-INS-TEST"]),
        ("receipt.eml", &[]),
        ("soap.xml", &[]),
        ("mtom.txt", &[]),
    ] {
        let case = Case {
            name: base.to_owned(),
            base: base.to_owned(),
            edits: Vec::new(),
            severity: None,
            also: Vec::new(),
            times: 1,
            files: Vec::new(),
            parameters: toml::Table::new(),
        };
        let (limits, options) = (Limits::default(), Options::default());
        let outcome = Context::new(&limits, &options).judge(&Builder::new(&[]).evidence(base));
        let mut ours: Vec<String> = outcome
            .findings
            .iter()
            .filter(|finding| FAMILIES.iter().any(|family| finding.rule.starts_with(family)))
            .map(|finding| format!("{} {} {}", finding.rule, finding.place, finding.message.fr))
            .collect();
        ours.retain(|line| !tolerated.iter().any(|rule| line.starts_with(rule)));
        assert_eq!(ours, [""; 0], "{}", case.name);
        assert!(
            !outcome.facts.documents.is_empty() || base == "receipt.eml",
            "{base}"
        );
    }
}

/// Every rule of our families has a folder, and each of its cases says what it should.
#[test]
fn every_rule_has_cases_that_break_and_keep_it() {
    let mut wrong = Vec::new();
    let base: BTreeMap<&str, BTreeSet<String>> = [
        "archive",
        "metadata",
        "mail.eml",
        "receipt.eml",
        "soap.xml",
        "mtom.txt",
    ]
    .into_iter()
    .map(|name| {
        let file = [File {
            base: name.to_owned(),
            edits: Vec::new(),
        }];
        let builder = Builder::new(&file[0].edits);
        let (limits, options) = (Limits::default(), Options::default());
        let outcome = Context::new(&limits, &options).judge(&builder.evidence(name));
        (
            name,
            outcome.findings.into_iter().map(|finding| finding.rule).collect(),
        )
    })
    .collect();
    let rules = conforme::checks::rules();
    let ours = rules
        .iter()
        .filter(|rule| FAMILIES.iter().any(|family| rule.id.starts_with(family)));
    for rule in ours {
        let id = rule.id.as_ref();
        if crate::archive::COVERED.contains(&id) {
            continue;
        }
        let path = folder().join("exchange").join(id).join("expected.toml");
        let Ok(text) = std::fs::read_to_string(&path) else {
            wrong.push(format!("{id}: no cases"));
            continue;
        };
        let expected: Expected = toml::from_str(&text).unwrap_or_else(|error| panic!("{id}: {error}"));
        if expected.breaks.is_empty() || expected.keeps.is_empty() {
            wrong.push(format!("{id}: needs a case that breaks it and one that keeps it"));
        }
        for case in &expected.breaks {
            let found = judge(id, case);
            let mut wanted: BTreeSet<String> = case.also.iter().cloned().collect();
            wanted.insert(id.to_owned());
            let of_base = base.get(case.base.as_str()).cloned().unwrap_or_default();
            let broken: BTreeSet<String> = rules_of(&found)
                .into_iter()
                .filter(|found| !of_base.contains(found) || wanted.contains(found))
                .collect();
            if broken != wanted {
                wrong.push(format!(
                    "{id}, {}: wanted {wanted:?}, found {broken:?}",
                    case.name
                ));
            }
            let times = found.iter().filter(|(rule, _)| rule == id).count();
            if broken.contains(id) && times != case.times {
                wrong.push(format!("{id}, {}: {times} findings of one fault", case.name));
            }
            let severity = case.severity.unwrap_or(rule.severity);
            if broken.contains(id) && !found.contains(&(id.to_owned(), severity)) {
                wrong.push(format!("{id}, {}: not as {severity:?}: {found:?}", case.name));
            }
        }
        for case in &expected.keeps {
            let found = judge(id, case);
            if rules_of(&found).contains(id) {
                wrong.push(format!("{id}, {}: broken although it should hold", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
