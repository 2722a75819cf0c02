//! Snapshots of every format, and what must hold of each whatever the record.

use conforme::reports::{Format, Options, render, render_validation};
use conforme::text::Language;

use crate::sample;

fn options(language: Language) -> Options {
    Options {
        language,
        ..Options::default()
    }
}

/// A record in a format, as text.
pub(crate) fn rendered(record: &conforme::record::Record, format: Format, options: &Options) -> String {
    let mut out = Vec::new();
    render(record, format, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn validated(format: Format, language: Language) -> String {
    let mut out = Vec::new();
    render_validation(&sample::validation(), format, &options(language), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const LANGUAGES: [(Language, &str); 2] = [(Language::Fr, "fr"), (Language::En, "en")];

#[test]
fn human() {
    for (language, code) in LANGUAGES {
        let text = rendered(&sample::record(), Format::Human, &options(language));
        insta::assert_snapshot!(format!("human_{code}"), text);
        insta::assert_snapshot!(
            format!("human_validation_{code}"),
            validated(Format::Human, language)
        );
    }
}

#[test]
fn junit() {
    let text = rendered(&sample::record(), Format::Junit, &options(Language::Fr));
    insta::assert_snapshot!(text);
    insta::assert_snapshot!(validated(Format::Junit, Language::En));
}

#[test]
fn html() {
    let text = rendered(&sample::record(), Format::Html, &options(Language::Fr));
    let start = text.find("<body>").unwrap();
    let end = text.find("<script>").unwrap();
    insta::assert_snapshot!(&text[start..end]);
}

#[test]
fn csv() {
    insta::assert_snapshot!(rendered(&sample::record(), Format::Csv, &options(Language::Fr)));
}

#[test]
fn sarif() {
    let mut options = options(Language::Fr);
    options.base = "referencement".to_owned();
    insta::assert_snapshot!(rendered(&sample::record(), Format::Sarif, &options));
}

#[test]
fn annotations() {
    for (language, code) in LANGUAGES {
        let record = sample::record();
        insta::assert_snapshot!(
            format!("github_{code}"),
            rendered(&record, Format::Github, &options(language))
        );
    }
    insta::assert_snapshot!(
        "gitlab",
        rendered(&sample::record(), Format::Gitlab, &options(Language::Fr))
    );
}

#[test]
fn markdown() {
    for (language, code) in LANGUAGES {
        let text = rendered(&sample::record(), Format::Markdown, &options(language));
        insta::assert_snapshot!(format!("markdown_{code}"), text);
    }
}

#[test]
fn jsonl_is_one_object_per_line() {
    let text = rendered(&sample::record(), Format::Jsonl, &options(Language::Fr));
    let types: Vec<String> = text
        .lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            value["type"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(types.first().map(String::as_str), Some("run"));
    assert_eq!(types.last().map(String::as_str), Some("summary"));
    for (name, count) in [("requirement", 8), ("proof", 8), ("evidence", 6), ("finding", 6)] {
        assert_eq!(
            types.iter().filter(|other| *other == name).count(),
            count,
            "{name}"
        );
    }
}

#[test]
fn json_is_the_record() {
    let record = sample::record();
    let text = rendered(&record, Format::Json, &options(Language::En));
    let read: conforme::record::Record = serde_json::from_str(&text).unwrap();
    assert_eq!(read, record);
}

#[test]
fn every_format_is_the_same_twice() {
    let record = sample::record_with(50);
    for format in Format::ALL {
        for (language, _) in LANGUAGES {
            let once = |record| {
                let mut out = Vec::new();
                render(record, format, &options(language), &mut out).map(|()| out)
            };
            let first = once(&record).unwrap();
            assert!(!first.is_empty(), "{format}");
            assert!(first == once(&record).unwrap(), "{format}");
        }
    }
}

/// What the evidence holds, and `--redact` must hide.
const VALUES: [&str; 4] = ["279035121518988", "OBX|1|ED", "alert(", "clé 89"];

#[test]
fn redacted_reports_hold_no_value_of_the_evidence() {
    let record = sample::record();
    for format in Format::ALL {
        let hidden = Options {
            redact: true,
            ..Options::default()
        };
        let mut out = Vec::new();
        render(&record, format, &hidden, &mut out).unwrap();
        let text = String::from_utf8_lossy(&out);
        for value in VALUES {
            assert!(!text.contains(value), "{format}: {value}");
        }
    }
}
