//! Dates and times as HL7 v2 writes them: `YYYY[MM[DD[HH[MM[SS[.S+]]]]]][+/-ZZZZ]`, on real calendar days.

/// How precise a value must be, or may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    /// DT: a day at most.
    Date,
    /// TS, DTM: down to fractions of a second, with a zone.
    Instant,
}

/// What is wrong with a date or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimestampFault {
    /// Not the pattern.
    Shape,
    /// A month, day, hour, minute, second or zone that does not exist.
    Calendar,
}

/// Checks a date or time.
pub(super) fn check(text: &str, precision: Precision) -> Result<(), TimestampFault> {
    let (moment, zone) = match text.find(['+', '-']) {
        Some(at) if precision == Precision::Instant => (text.get(..at), text.get(at + 1..)),
        _ => (Some(text), None),
    };
    let moment = moment.unwrap_or_default();
    let (digits, fraction) = match moment.split_once('.') {
        Some((digits, fraction)) => (digits, Some(fraction)),
        None => (moment, None),
    };
    let numeric = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let most = if precision == Precision::Date { 8 } else { 14 };
    if !numeric(digits) || digits.len() < 4 || digits.len() > most || !digits.len().is_multiple_of(2) {
        return Err(TimestampFault::Shape);
    }
    if fraction.is_some_and(|fraction| digits.len() != 14 || !numeric(fraction) || fraction.len() > 4) {
        return Err(TimestampFault::Shape);
    }
    if zone.is_some_and(|zone| !numeric(zone) || zone.len() != 4) {
        return Err(TimestampFault::Shape);
    }
    let pair = |text: &str, at: usize| text.get(at..at + 2).and_then(|pair| pair.parse::<i16>().ok());
    let year = digits
        .get(..4)
        .and_then(|year| year.parse::<i16>().ok())
        .unwrap_or(0);
    let month = pair(digits, 4).unwrap_or(1);
    let day = pair(digits, 6).unwrap_or(1);
    let real = i8::try_from(month)
        .ok()
        .zip(i8::try_from(day).ok())
        .is_some_and(|(month, day)| jiff::civil::Date::new(year, month, day).is_ok());
    let below = |at: usize, limit: i16| pair(digits, at).is_none_or(|value| value < limit);
    let zone_real = zone.is_none_or(|zone| {
        pair(zone, 0).is_some_and(|hours| hours <= 14) && pair(zone, 2).is_some_and(|minutes| minutes < 60)
    });
    if real && below(8, 24) && below(10, 60) && below(12, 60) && zone_real {
        Ok(())
    } else {
        Err(TimestampFault::Calendar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_and_calendar() {
        for good in [
            "2024",
            "202402",
            "20240229",
            "2024022923",
            "202402292359",
            "20240229235959.1234+0100",
            "20240229-0500",
        ] {
            assert_eq!(check(good, Precision::Instant), Ok(()), "{good}");
        }
        for shape in [
            "",
            "24",
            "2024022",
            "2024-02-29",
            "20240229T10",
            "202402292359591",
            "20240229.5",
            "20240229+01",
        ] {
            assert_eq!(
                check(shape, Precision::Instant),
                Err(TimestampFault::Shape),
                "{shape}"
            );
        }
        for calendar in [
            "20230229",
            "20241301",
            "2024010124",
            "202401012360",
            "20240100",
            "20240101+2500",
        ] {
            assert_eq!(
                check(calendar, Precision::Instant),
                Err(TimestampFault::Calendar),
                "{calendar}"
            );
        }
        assert_eq!(check("202402291200", Precision::Date), Err(TimestampFault::Shape));
        assert_eq!(check("20240229", Precision::Date), Ok(()));
    }
}
