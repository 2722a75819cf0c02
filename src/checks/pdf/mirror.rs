//! Document information and XMP must say the same (ISO 19005-1, 6.7.3).

use std::collections::BTreeMap;

use crate::engines::pdf::Xmp;
use crate::text::Text;

use super::profile::PDFA_1;

/// The entries of `information` that XMP says otherwise, or does not say.
pub(super) fn differences(information: &BTreeMap<String, String>, xmp: &Xmp) -> Vec<(String, Text)> {
    PDFA_1
        .information
        .iter()
        .filter_map(|(key, property)| {
            let ours = information.get(key)?.trim_matches(['\0', ' ']).trim();
            let theirs = xmp.properties.get(property).map(|value| value.trim());
            let date = key.ends_with("Date");
            let same = match theirs {
                Some(theirs) if date => same_instant(ours, theirs),
                Some(theirs) => ours == theirs,
                None => ours.is_empty(),
            };
            (!same).then(|| {
                let theirs = theirs.unwrap_or("-");
                let message = Text::new(
                    format!("Info dit « {ours} », XMP dit « {theirs} »"),
                    format!("Info says '{ours}', XMP says '{theirs}'"),
                );
                (key.clone(), message)
            })
        })
        .collect()
}

/// A date and time as far as it is given, and its offset from UTC in minutes when it is given.
#[derive(Debug, PartialEq, Eq)]
struct Moment {
    /// Year, month, day, hour, minute, second.
    civil: [i64; 6],
    offset: Option<i64>,
}

/// Compares a PDF date (`D:20240131120000+01'00'`) and an XMP date (`2024-01-31T12:00:00+01:00`).
fn same_instant(pdf: &str, xmp: &str) -> bool {
    match (moment(pdf.trim_start_matches("D:")), moment(xmp)) {
        (Some(a), Some(b)) => match (a.offset, b.offset) {
            (Some(x), Some(y)) if x != y => seconds(&a) - x * 60 == seconds(&b) - y * 60,
            _ => a.civil == b.civil,
        },
        _ => pdf == xmp,
    }
}

/// Reads both notations: digits in groups, then `Z` or a signed offset.
fn moment(text: &str) -> Option<Moment> {
    let (date, zone) = split_zone(text);
    let digits: Vec<i64> = date
        .chars()
        .take_while(|character| *character != '.')
        .filter_map(|character| character.to_digit(10).map(i64::from))
        .collect();
    if digits.len() < 4 || digits.len() > 14 {
        return None;
    }
    let number = |from: usize, length: usize| -> Option<i64> {
        let part = digits.get(from..from + length)?;
        Some(part.iter().fold(0, |value, digit| value * 10 + digit))
    };
    let offset = match zone.chars().next() {
        None => None,
        Some('Z') => Some(0),
        Some(sign) => {
            let zone: Vec<i64> = zone
                .chars()
                .filter_map(|character| character.to_digit(10).map(i64::from))
                .collect();
            let part = |at: usize| zone.get(at).copied().unwrap_or(0);
            let minutes = (part(0) * 10 + part(1)) * 60 + part(2) * 10 + part(3);
            Some(if sign == '-' { -minutes } else { minutes })
        }
    };
    Some(Moment {
        civil: [
            number(0, 4)?,
            number(4, 2).unwrap_or(1),
            number(6, 2).unwrap_or(1),
            number(8, 2).unwrap_or(0),
            number(10, 2).unwrap_or(0),
            number(12, 2).unwrap_or(0),
        ],
        offset,
    })
}

/// Splits the offset from the rest: it starts at `Z`, `+`, or a `-` after the time.
fn split_zone(text: &str) -> (&str, &str) {
    let from_time = text.find('T').unwrap_or(0);
    let zone = text
        .char_indices()
        .find(|&(at, character)| match character {
            'Z' | '+' => true,
            // In the XMP notation the hyphens before `T` separate the date.
            '-' => at > from_time && (from_time > 0 || !text.contains(':')) && at >= 8,
            _ => false,
        })
        .map_or(text.len(), |(at, _)| at);
    text.split_at(zone)
}

/// Seconds since 1 March of year 0, in the proleptic Gregorian calendar.
fn seconds(moment: &Moment) -> i64 {
    let [year, month, day, hour, minute, second] = moment.civil;
    let shifted = (month + 9) % 12;
    let year = year - shifted / 10;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (shifted * 306 + 5) / 10 + day - 1;
    ((days * 24 + hour) * 60 + minute) * 60 + second
}

#[cfg(test)]
mod tests {
    use super::same_instant;

    #[test]
    fn dates_are_compared_as_instants() {
        for (pdf, xmp, same) in [
            ("D:20240131120000+01'00'", "2024-01-31T12:00:00+01:00", true),
            ("D:20240131120000+01'00'", "2024-01-31T11:00:00Z", true),
            ("D:20240131120000Z", "2024-01-31T12:00:00Z", true),
            ("D:20240131120000-05'00'", "2024-01-31T12:00:00-05:00", true),
            ("D:20240131003000+01'00'", "2024-01-30T23:30:00Z", true),
            ("D:20240131120000+01'00'", "2024-01-31T12:00:00", true),
            ("D:20240131120000+01'00'", "2024-01-31T12:00:01+01:00", false),
            ("D:20240131120000+01'00'", "2024-02-01T12:00:00+01:00", false),
        ] {
            assert_eq!(same_instant(pdf, xmp), same, "{pdf} {xmp}");
        }
    }
}
