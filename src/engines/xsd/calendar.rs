//! The lexical space of dates, times and durations (XML Schema 1.0, part 2, sections 3.2.6 to 3.2.14).

use super::builtin::Builtin;

/// Whether `text` is a value of one of the eight date and time types.
pub(super) fn is_valid(builtin: Builtin, text: &str) -> bool {
    let mut reader = Reader { rest: text };
    let read = match builtin {
        Builtin::DateTime => reader.date().is_some() && reader.literal("T") && reader.time().is_some(),
        Builtin::Time => reader.time().is_some(),
        Builtin::Date => reader.date().is_some(),
        Builtin::GYearMonth => reader.year().is_some() && reader.literal("-") && reader.month().is_some(),
        Builtin::GYear => reader.year().is_some(),
        Builtin::GMonthDay => {
            reader.literal("--")
                && reader.month().is_some_and(|month| {
                    reader.literal("-") && reader.day().is_some_and(|day| day <= days_in(month, true))
                })
        }
        Builtin::GDay => reader.literal("---") && reader.day().is_some(),
        Builtin::GMonth => {
            // The first edition wrote `--MM--`; both spellings are read.
            let read = reader.literal("--") && reader.month().is_some();
            reader.literal("--");
            read
        }
        _ => false,
    };
    read && reader.zone() && reader.rest.is_empty()
}

/// Whether `text` is `[-]PnYnMnDTnHnMnS` with at least one part, and one after `T`.
pub(super) fn is_duration(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let Some(text) = text.strip_prefix('P') else {
        return false;
    };
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let parts = |mut rest: &str, units: &str, fraction: bool| -> Option<usize> {
        let mut count = 0;
        let mut units = units.chars();
        while !rest.is_empty() {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let (number, tail) = (rest.get(..end)?, rest.get(end..)?);
            let unit = tail.chars().next()?;
            units.find(|&known| known == unit)?;
            let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
            if whole.is_empty() || decimals.is_empty() || decimals.contains('.') {
                return None;
            }
            if number.contains('.') && !(fraction && unit == 'S') {
                return None;
            }
            rest = tail.get(unit.len_utf8()..)?;
            count += 1;
        }
        Some(count)
    };
    let Some(date) = parts(date, "YMD", false) else {
        return false;
    };
    match time.map(|time| parts(time, "HMS", true)) {
        None => date > 0,
        Some(Some(time)) => time > 0,
        Some(None) => false,
    }
}

fn days_in(month: u32, leap: bool) -> u32 {
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn literal(&mut self, literal: &str) -> bool {
        match self.rest.strip_prefix(literal) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn digits(&mut self) -> &'a str {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits
    }

    fn two(&mut self, low: u32, high: u32) -> Option<u32> {
        let digits = self.rest.get(..2)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.rest = self.rest.get(2..)?;
        digits.parse().ok().filter(|value| (low..=high).contains(value))
    }

    /// A year of at least four digits, never `0000`; gives whether it is a leap year.
    fn year(&mut self) -> Option<bool> {
        self.literal("-");
        let digits = self.digits();
        let padded = digits.len() > 4 && digits.starts_with('0');
        if digits.len() < 4 || padded || digits.bytes().all(|byte| byte == b'0') {
            return None;
        }
        // A leap year shows in the last four digits: 400 divides 10,000.
        let tail: u32 = digits.get(digits.len() - 4..)?.parse().ok()?;
        Some(tail.is_multiple_of(4) && (!tail.is_multiple_of(100) || tail.is_multiple_of(400)))
    }

    fn month(&mut self) -> Option<u32> {
        self.two(1, 12)
    }

    fn day(&mut self) -> Option<u32> {
        self.two(1, 31)
    }

    fn date(&mut self) -> Option<()> {
        let leap = self.year()?;
        let month = self.literal("-").then(|| self.month())??;
        let day = self.literal("-").then(|| self.day())??;
        (day <= days_in(month, leap)).then_some(())
    }

    fn time(&mut self) -> Option<()> {
        let hour = self.two(0, 24)?;
        let minute = self.literal(":").then(|| self.two(0, 59))??;
        let second = self.literal(":").then(|| self.two(0, 59))??;
        let mut zero = minute == 0 && second == 0;
        if self.literal(".") {
            let fraction = self.digits();
            if fraction.is_empty() {
                return None;
            }
            zero &= fraction.bytes().all(|byte| byte == b'0');
        }
        (hour < 24 || zero).then_some(())
    }

    /// An optional time zone: `Z` or an offset of at most 14 hours.
    fn zone(&mut self) -> bool {
        if self.rest.is_empty() || self.literal("Z") {
            return true;
        }
        if !(self.literal("+") || self.literal("-")) {
            return false;
        }
        let Some(hour) = self.two(0, 14) else { return false };
        self.literal(":") && self.two(0, 59).is_some_and(|minute| hour < 14 || minute == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times() {
        for (builtin, text) in [
            (Builtin::DateTime, "2024-02-29T23:59:59.5+01:00"),
            (Builtin::DateTime, "-0044-03-15T24:00:00"),
            (Builtin::Time, "00:00:00Z"),
            (Builtin::Date, "12024-12-31-14:00"),
            (Builtin::GYearMonth, "2024-02"),
            (Builtin::GYear, "1999Z"),
            (Builtin::GMonthDay, "--02-29"),
            (Builtin::GDay, "---31"),
            (Builtin::GMonth, "--12"),
        ] {
            assert!(is_valid(builtin, text), "{text}");
        }
        for (builtin, text) in [
            (Builtin::DateTime, "2023-02-29T00:00:00"),
            (Builtin::DateTime, "2024-02-29"),
            (Builtin::DateTime, "2024-02-29T24:00:01"),
            (Builtin::Date, "0000-01-01"),
            (Builtin::Date, "024-01-01"),
            (Builtin::Date, "2024-1-01"),
            (Builtin::Date, "2024-01-01+15:00"),
            (Builtin::GMonthDay, "--02-30"),
            (Builtin::GDay, "---32"),
            (Builtin::Time, "12:60:00"),
        ] {
            assert!(!is_valid(builtin, text), "{text}");
        }
    }

    #[test]
    fn durations() {
        for good in ["P1Y", "-P1Y2M3DT4H5M6.7S", "PT0S", "P0D"] {
            assert!(is_duration(good), "{good}");
        }
        for bad in [
            "P", "PT", "1Y", "P1S", "PT1.5H", "P1M1Y", "P1", "PT1.S", "P-1D", "P1YT",
        ] {
            assert!(!is_duration(bad), "{bad}");
        }
    }
}
