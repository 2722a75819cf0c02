//! How timestamps and fields are written.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde::Deserialize;

use crate::text::Text;

/// A field and its patterns.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) id: String,
    pub(super) name: Text,
    pub(super) patterns: Vec<Regex>,
}

/// The whole table.
#[derive(Debug)]
pub(super) struct Formats {
    timestamps: Vec<Regex>,
    pub(super) fields: Vec<Field>,
}

/// Year (zero when the format has none), month, day, hour, minute, second.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment([u32; 6]);

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [year, month, day, hour, minute, second] = self.0;
        if year > 0 {
            write!(f, "{year:04}-")?;
        }
        write!(f, "{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    timestamp: Vec<TimestampRow>,
    field: Vec<FieldRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimestampRow {
    #[expect(dead_code, reason = "an example for the reader of the table")]
    name: String,
    pattern: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldRow {
    id: String,
    name: Text,
    patterns: Vec<String>,
}

pub(super) static FORMATS: LazyLock<Formats> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "embedded data, read by a test")]
    // invariant: the tests below read the embedded table and compile its patterns.
    read(include_str!("../../../testcases/logs/logs.toml")).expect("testcases/logs/logs.toml")
});

fn read(text: &str) -> Result<Formats, Box<dyn std::error::Error>> {
    let table: Table = toml::from_str(text)?;
    let compile = |patterns: &[String]| -> Result<Vec<Regex>, regex::Error> {
        patterns.iter().map(|pattern| Regex::new(pattern)).collect()
    };
    let timestamps: Vec<String> = table.timestamp.into_iter().map(|row| row.pattern).collect();
    Ok(Formats {
        timestamps: compile(&timestamps)?,
        fields: table
            .field
            .into_iter()
            .map(|row| {
                Ok(Field {
                    patterns: compile(&row.patterns)?,
                    id: row.id,
                    name: row.name,
                })
            })
            .collect::<Result<_, regex::Error>>()?,
    })
}

impl Formats {
    /// The first timestamp of a line, if what it says is a date and a time.
    pub(super) fn moment(&self, line: &str) -> Option<Moment> {
        self.timestamps
            .iter()
            .find_map(|pattern| pattern.captures(line).and_then(|found| moment(&found)))
    }
}

fn moment(found: &Captures<'_>) -> Option<Moment> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    const MONTHS_IN_FRENCH: [&str; 12] = [
        "jan", "fev", "mar", "avr", "mai", "jui", "jul", "aou", "sep", "oct", "nov", "dec",
    ];
    let number = |name: &str| {
        found
            .name(name)
            .and_then(|value| value.as_str().parse::<u32>().ok())
    };
    let month = match found.name("b") {
        Some(name) => {
            let known = |months: &[&str]| months.iter().position(|month| *month == name.as_str());
            let index = known(&MONTHS).or_else(|| known(&MONTHS_IN_FRENCH))?;
            u32::try_from(index).ok()? + 1
        }
        None => number("m")?,
    };
    let moment = [
        number("y").unwrap_or(0),
        month,
        number("d")?,
        number("h")?,
        number("i")?,
        number("s").unwrap_or(0),
    ];
    let [_, month, day, hour, minute, second] = moment;
    let possible =
        (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 61;
    possible.then_some(Moment(moment))
}

#[cfg(test)]
mod tests {
    use super::FORMATS;

    #[test]
    fn timestamps_in_many_writings() {
        for line in [
            "2024-01-31t12:00:00.123z info",
            "[2024-01-31 12:00:00,123] info",
            "31/01/2024 12:00:00 envoi",
            "31/01/2024 a 12h00",
            "msh|^~\\&|a|b|c|d|20240131120000||adt",
            "10.0.0.1 - - [31/jan/2024:12:00:00 +0100] get",
            "jan 31 12:00:00 serveur",
        ] {
            let moment = FORMATS.moment(line).unwrap_or_else(|| panic!("{line}"));
            assert!(moment.to_string().ends_with("01-31 12:00:00"), "{line}: {moment}");
        }
        for line in ["version 4.2.1", "matricule 277076322082910", "2024-13-45 99:00"] {
            assert_eq!(FORMATS.moment(line), None, "{line}");
        }
    }
}
