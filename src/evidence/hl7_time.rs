//! HL7 time stamps (`AAAAMMJJ[hh[mm[ss[.s]]]][±hhmm]`) and their conversion to the UTC of XDS metadata.

use jiff::civil::DateTime;

/// A time stamp, as precise as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    /// The first instant it may mean, in UTC when an offset was given, else local.
    instant: DateTime,
    /// How many digits were written, fraction and offset apart: 4, 6, 8, 10, 12 or 14.
    digits: usize,
    /// An offset was written.
    zoned: bool,
}

impl Timestamp {
    /// Reads a time stamp of HL7 v2, v3 or XDS; none when it is not one (13th month, odd number of digits...).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let sign = text.find(['+', '-']);
        let (stamp, offset) = sign.map_or((text, None), |at| {
            (text.get(..at).unwrap_or_default(), text.get(at..))
        });
        let stamp = stamp.split('.').next().unwrap_or_default();
        let digits = stamp.len();
        if !matches!(digits, 4 | 6 | 8 | 10 | 12 | 14) || !stamp.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let field = |from: usize, default: i8| -> Option<i8> {
            stamp
                .get(from..from + 2)
                .map_or(Some(default), |digits| digits.parse().ok())
        };
        let year: i16 = stamp.get(..4)?.parse().ok()?;
        // A leap second is read as the second before it.
        let second = field(12, 0)?.min(59);
        let local = DateTime::new(
            year,
            field(4, 1)?,
            field(6, 1)?,
            field(8, 0)?,
            field(10, 0)?,
            second,
            0,
        )
        .ok()?;
        let minutes = match offset {
            Some(offset) => offset_minutes(offset)?,
            None => 0,
        };
        // An offset on a date without hours means nothing: the day is what was written.
        let shift = if digits > 8 { minutes } else { 0 };
        let instant = local
            .checked_sub(jiff::Span::new().try_minutes(shift).ok()?)
            .ok()?;
        Some(Self {
            instant,
            digits,
            zoned: offset.is_some(),
        })
    }

    /// The value that XDS metadata want: UTC, no offset, same precision.
    pub fn utc(&self) -> String {
        let all = self.instant.strftime("%Y%m%d%H%M%S").to_string();
        all.get(..self.digits).unwrap_or_default().to_owned()
    }

    /// Whether an offset was written.
    pub fn zoned(&self) -> bool {
        self.zoned
    }

    /// Whether both may be the same instant, at the precision of the coarser one.
    pub fn agrees(&self, other: &Self) -> bool {
        let common = self.digits.min(other.digits);
        self.utc().get(..common) == other.utc().get(..common)
    }

    /// The instant as a sortable number of fields, for order comparisons at the coarser precision.
    pub fn not_after(&self, other: &Self) -> bool {
        let common = self.digits.min(other.digits);
        self.utc().get(..common) <= other.utc().get(..common)
    }
}

/// Minutes of an offset `±hh`, `±hhmm` or `±hh:mm`, at most 14 hours.
fn offset_minutes(offset: &str) -> Option<i64> {
    let (sign, rest) = match offset.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, offset.strip_prefix('+')?),
    };
    let digits: String = rest.chars().filter(|c| *c != ':').collect();
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..4).map_or(Some(0), |minutes| minutes.parse().ok())?;
    let total = hours * 60 + minutes;
    (total <= 14 * 60 && minutes < 60).then_some(sign * total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Option<String> {
        Timestamp::parse(text).map(|stamp| stamp.utc())
    }

    #[test]
    fn offsets_become_utc() {
        assert_eq!(utc("20240104160527+0100").as_deref(), Some("20240104150527"));
        assert_eq!(utc("20240101003000+0200").as_deref(), Some("20231231223000"));
        assert_eq!(utc("202401041605-0330").as_deref(), Some("202401041935"));
        assert_eq!(utc("20240104+0100").as_deref(), Some("20240104"));
        assert_eq!(utc("20240104160527.123+0100").as_deref(), Some("20240104150527"));
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in [
            "",
            "2024-01-04",
            "20241304",
            "20240230",
            "2024010",
            "20240104160527+9900",
            "2024+x",
            "é0240104",
        ] {
            assert_eq!(utc(text), None, "{text}");
        }
    }

    #[test]
    fn comparison_is_at_the_coarser_precision() {
        let stamp = |text| Timestamp::parse(text).unwrap();
        assert!(stamp("20240104").agrees(&stamp("20240104160527+0100")));
        assert!(!stamp("20240104150528").agrees(&stamp("20240104160527+0100")));
        assert!(stamp("20240104").not_after(&stamp("2024010410")));
    }
}
