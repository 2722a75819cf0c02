//! One folder per rule under `testcases/evidence/hl7v2`: each says, from conform base messages and small edits, what
//! the rule finds and what it leaves alone. A fault is one finding: no case may raise another error.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use conforme::checks::{
    Check as _, Context, Judged, Options, Outcome, SetCheck as _, hl7v2::Hl7v2, hl7v2::sets::Hl7v2Set,
};
use conforme::engines::hl7v2::{MessageTree, ParseLimits, parse, write_xml};
use conforme::evidence::Evidence;
use conforme::finding::{Finding, Severity};
use conforme::limits::Limits;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// Base message, a file of `_bases` without its extension.
    pub(crate) base: String,
    /// Values to write, by path (`PID-8`, `OBX[2]-5.1`); in the order of the file.
    #[serde(default)]
    pub(crate) set: Vec<[String; 2]>,
    /// Segments to take out (`TXA[1]`).
    #[serde(default)]
    pub(crate) delete: Vec<String>,
    /// Segments to add after another (`["OBX[1]", "ZZZ|1"]`).
    #[serde(default)]
    pub(crate) insert: Vec<[String; 2]>,
    /// Segments to move after another.
    #[serde(default, rename = "move")]
    pub(crate) moved: Vec<[String; 2]>,
    /// Replacements in the CDA before it is encoded.
    #[serde(default)]
    pub(crate) cda: Vec<[String; 2]>,
    /// Replacements in the whole text; `\r` is a segment end.
    #[serde(default)]
    pub(crate) replace: Vec<[String; 2]>,
    /// Replacements in the bytes, in hexadecimal.
    #[serde(default)]
    pub(crate) bytes: Vec<[String; 2]>,
    /// Other base messages that follow in the same file, after their own edits.
    #[serde(default)]
    pub(crate) then: Vec<Case>,
    /// Written in XML encoding.
    #[serde(default)]
    pub(crate) xml: bool,
    /// A profile file of `_profiles`, given as by `--profile`.
    pub(crate) profile: Option<String>,
    /// Steps asked of the messages.
    #[serde(default)]
    pub(crate) steps: Vec<String>,
    /// Limit on segments.
    pub(crate) segments: Option<u32>,
    /// What the rule says: a severity, or nothing at all.
    pub(crate) expect: Option<Severity>,
    /// Where: the logical place of the finding.
    pub(crate) path: Option<String>,
    /// Line of the finding.
    pub(crate) line: Option<u32>,
    /// How many findings of the rule (1 unless said).
    pub(crate) count: Option<usize>,
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testcases/evidence/hl7v2")
}

fn numbers(path: &str) -> Option<(String, usize, Vec<usize>)> {
    let (segment, rest) = path.split_once('-').unwrap_or((path, ""));
    let (name, occurrence) = match segment.split_once('[') {
        Some((name, occurrence)) => (name, occurrence.trim_end_matches(']').parse().ok()?),
        None => (segment, 1),
    };
    let rest = rest.replace('[', ".r").replace(']', "");
    let mut levels = Vec::new();
    for part in rest.split('.').filter(|part| !part.is_empty()) {
        match part.strip_prefix('r') {
            Some(repetition) => levels.push(1000 + repetition.parse::<usize>().ok()?),
            None => levels.push(part.parse().ok()?),
        }
    }
    Some((name.to_owned(), occurrence, levels))
}

fn index_of(segments: &[String], place: &str) -> usize {
    let (name, occurrence, _) = numbers(place).unwrap_or_else(|| panic!("{place}"));
    segments
        .iter()
        .enumerate()
        .filter(|(_, segment)| segment.starts_with(&name))
        .nth(occurrence - 1)
        .unwrap_or_else(|| panic!("no segment {place}"))
        .0
}

fn set_piece(text: &str, separator: char, number: usize, change: impl FnOnce(&str) -> String) -> String {
    let mut pieces: Vec<String> = text.split(separator).map(str::to_owned).collect();
    while pieces.len() < number {
        pieces.push(String::new());
    }
    pieces[number - 1] = change(&pieces[number - 1]);
    pieces.join(&separator.to_string())
}

fn set(segment: &str, levels: &[usize], value: &str) -> String {
    let offset = usize::from(!segment.starts_with("MSH"));
    let (repetition, rest): (usize, Vec<usize>) = match levels.get(1) {
        Some(level) if *level > 1000 => (level - 1000, levels[2..].to_vec()),
        _ => (0, levels[1..].to_vec()),
    };
    set_piece(segment, '|', levels[0] + offset, |field| {
        if repetition == 0 && rest.is_empty() {
            return value.to_owned();
        }
        set_piece(field, '~', repetition.max(1), |repetition| {
            match rest.as_slice() {
                [] => value.to_owned(),
                [component] => set_piece(repetition, '^', *component, |_| value.to_owned()),
                [component, subcomponent, ..] => set_piece(repetition, '^', *component, |component| {
                    set_piece(component, '&', *subcomponent, |_| value.to_owned())
                }),
            }
        })
    })
}

/// The message of a case, before it is put in another encoding.
pub(crate) fn text_of(case: &Case) -> String {
    let base = std::fs::read_to_string(root().join("_bases").join(format!("{}.hl7", case.base)))
        .unwrap_or_else(|error| panic!("base {}: {error}", case.base));
    let mut cda = std::fs::read_to_string(root().join("_bases/cda.xml")).unwrap();
    for [from, to] in &case.cda {
        assert!(cda.contains(from.as_str()), "the CDA has no '{from}'");
        cda = cda.replace(from.as_str(), to);
    }
    let mut segments: Vec<String> = base
        .split(['\r', '\n'])
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    for [place, value] in &case.set {
        let index = index_of(&segments, place);
        let (_, _, levels) = numbers(place).unwrap();
        segments[index] = set(&segments[index], &levels, value);
    }
    for [after, segment] in &case.insert {
        let index = index_of(&segments, after);
        segments.insert(index + 1, segment.clone());
    }
    for [what, after] in &case.moved {
        let index = index_of(&segments, what);
        let segment = segments.remove(index);
        let index = index_of(&segments, after);
        segments.insert(index + 1, segment);
    }
    for place in &case.delete {
        let index = index_of(&segments, place);
        segments.remove(index);
    }
    let mut text = segments.join("\r") + "\r";
    text = text.replace("{{cda}}", &STANDARD.encode(&cda));
    // Of a case in XML encoding, replacements are those of the XML.
    for [from, to] in case.replace.iter().filter(|_| !case.xml) {
        assert!(text.contains(from.as_str()), "the message has no '{from}'");
        text = text.replacen(from.as_str(), to, 1);
    }
    for next in &case.then {
        text.push_str(&text_of(next));
    }
    text
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    (0..digits.len() / 2)
        .map(|index| u8::from_str_radix(&digits[index * 2..index * 2 + 2], 16).unwrap())
        .collect()
}

fn replaced(bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    match bytes.windows(from.len().max(1)).position(|window| window == from) {
        _ if from.is_empty() => [to, &bytes].concat(),
        Some(at) => [&bytes[..at], to, &bytes[at + from.len()..]].concat(),
        None => panic!("the message has no bytes {from:02X?}"),
    }
}

fn judge(case: &Case) -> Vec<Finding> {
    let mut bytes = text_of(case).into_bytes();
    for [from, to] in &case.bytes {
        bytes = if from == "end" {
            [bytes.as_slice(), &unhex(to)].concat()
        } else {
            replaced(bytes, &unhex(from), &unhex(to))
        };
    }
    if case.xml {
        let parsed = parse(&bytes, &ParseLimits::default());
        let tree = MessageTree::of(parsed.message(0).unwrap());
        bytes = write_xml(&tree, &tree.segments[0].fields[8][0][2][0]).into_bytes();
        for [from, to] in &case.replace {
            bytes = String::from_utf8(bytes)
                .unwrap()
                .replace(from.as_str(), to)
                .into_bytes();
        }
    }
    let mut limits = Limits::default();
    if let Some(segments) = case.segments {
        limits.hl7_segments = segments;
    }
    let options = Options {
        hl7_profile: case
            .profile
            .as_ref()
            .map(|profile| root().join("_profiles").join(profile).display().to_string()),
        ..Options::default()
    };
    let context = Context::new(&limits, &options);
    let evidence = Evidence::memory("message.hl7", bytes);
    let mut outcome: Outcome = Hl7v2.run(&evidence, &context);
    assert!(outcome.not_evaluated.is_empty(), "{:?}", outcome.not_evaluated);
    if !case.steps.is_empty() {
        let judged = [Judged {
            evidence: &evidence,
            outcome: &outcome,
        }];
        let steps = case.steps.iter().cloned().map(toml::Value::String).collect();
        let parameters = toml::Table::from_iter([("steps".to_owned(), toml::Value::Array(steps))]);
        let more = Hl7v2Set.run(&judged, &parameters, &context);
        outcome.extend(more);
    }
    // Documents are judged by their own checks, tested elsewhere.
    outcome
        .findings
        .retain(|finding| finding.rule.starts_with("HL7-"));
    outcome.findings
}

fn shown(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            let place = finding.place.path.clone().unwrap_or_default();
            format!(
                "  {} {} {place} {}",
                finding.severity.as_str(),
                finding.rule,
                finding.message.en
            )
        })
        .collect();
    lines.join("\n") + "\n"
}

fn check(rule: &str, number: usize, case: &Case, faults: &mut Vec<String>) {
    let Ok(findings) = std::panic::catch_unwind(|| judge(case)) else {
        faults.push(format!(
            "{rule}, case {number}: the case cannot be made or the check panics\n"
        ));
        return;
    };
    let own: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.rule == format!("HL7-{rule}"))
        .collect();
    let mut complain =
        |what: String| faults.push(format!("{rule}, case {number}: {what}\n{}", shown(&findings)));
    let Some(severity) = case.expect else {
        if !own.is_empty() {
            complain("the rule should say nothing".to_owned());
        }
        if let Some(other) = findings
            .iter()
            .find(|finding| finding.severity == Severity::Error)
        {
            complain(format!("{} is an error in a conform case", other.rule));
        }
        return;
    };
    let wanted = case.count.unwrap_or(1);
    let matching: Vec<&&Finding> = own
        .iter()
        .filter(|finding| finding.severity == severity)
        .collect();
    if matching.len() != wanted {
        complain(format!(
            "{} findings of severity {}, {wanted} wanted",
            matching.len(),
            severity.as_str()
        ));
    }
    if let Some(path) = &case.path
        && !matching
            .iter()
            .any(|finding| finding.place.path.as_ref() == Some(path))
    {
        complain(format!("no finding at {path}"));
    }
    if let Some(line) = case.line
        && !matching.iter().any(|finding| finding.place.line == Some(line))
    {
        complain(format!("no finding on line {line}"));
    }
    if let Some(other) = findings
        .iter()
        .find(|finding| finding.severity == Severity::Error && finding.rule != format!("HL7-{rule}"))
    {
        complain(format!("{} is a second error for one fault", other.rule));
    }
    if own
        .iter()
        .any(|finding| finding.hl7_error.is_none() || finding.source.is_empty())
    {
        complain("a finding has no HL7 error code or no source".to_owned());
    }
}

/// The cases of every rule, by its identifier without the prefix.
fn all() -> BTreeMap<String, Vec<Case>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(root()).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with('_') {
            continue;
        }
        let text = std::fs::read_to_string(folder.join("expected.toml")).unwrap();
        let cases: Cases = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        all.insert(name.replace('_', "/"), cases.case);
    }
    all
}

/// The cases that break each rule.
pub(crate) fn faults_of() -> BTreeMap<String, Vec<Case>> {
    let mut all = all();
    for cases in all.values_mut() {
        cases.retain(|case| case.expect.is_some());
    }
    all
}

#[test]
fn every_rule_finds_its_fault_and_leaves_conform_messages_alone() {
    let mut faults = Vec::new();
    let mut covered: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    for (rule, cases) in all() {
        let entry = covered.entry(rule.clone()).or_default();
        for (number, case) in cases.iter().enumerate() {
            *if case.expect.is_some() {
                &mut entry.0
            } else {
                &mut entry.1
            } = true;
            check(&rule, number + 1, case, &mut faults);
        }
    }
    let known: BTreeSet<String> = Hl7v2
        .rules()
        .iter()
        .map(|rule| rule.id.trim_start_matches("HL7-").to_owned())
        .collect();
    for rule in &known {
        match covered.get(rule) {
            None => faults.push(format!("{rule}: no case at all\n")),
            Some((false, _)) => faults.push(format!("{rule}: no case with a fault\n")),
            Some((_, false)) => faults.push(format!("{rule}: no conform case\n")),
            Some((true, true)) => {}
        }
    }
    for rule in covered.keys().filter(|rule| !known.contains(*rule)) {
        faults.push(format!("{rule}: cases for a rule that does not exist\n"));
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.concat());
}

#[test]
fn base_messages_are_conform_in_both_encodings() {
    for entry in std::fs::read_dir(root().join("_bases")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "hl7") {
            continue;
        }
        let base = path.file_stem().unwrap().to_string_lossy().into_owned();
        for xml in [false, true] {
            let mut case: Case = toml::from_str(&format!("base = '{base}'")).unwrap();
            case.xml = xml;
            let findings = judge(&case);
            let bad: Vec<Finding> = findings
                .into_iter()
                .filter(|finding| finding.severity != Severity::Info)
                .collect();
            assert!(bad.is_empty(), "{base}, XML {xml}:\n{}", shown(&bad));
        }
    }
}
