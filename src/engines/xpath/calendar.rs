//! Dates, times, their parts, and durations: lexical forms, components, arithmetic on the proleptic Gregorian calendar.

use std::cmp::Ordering;
use std::fmt::Write as _;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// The types of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CalendarKind {
    /// `xs:dateTime`.
    DateTime,
    /// `xs:date`.
    Date,
    /// `xs:time`.
    Time,
    /// `xs:gYear`.
    Year,
    /// `xs:gYearMonth`.
    YearMonth,
    /// `xs:gMonth`.
    Month,
    /// `xs:gMonthDay`.
    MonthDay,
    /// `xs:gDay`.
    Day,
}

impl CalendarKind {
    /// The name of the type.
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::DateTime => "xs:dateTime",
            Self::Date => "xs:date",
            Self::Time => "xs:time",
            Self::Year => "xs:gYear",
            Self::YearMonth => "xs:gYearMonth",
            Self::Month => "xs:gMonth",
            Self::MonthDay => "xs:gMonthDay",
            Self::Day => "xs:gDay",
        }
    }

    const fn has_year(self) -> bool {
        matches!(self, Self::DateTime | Self::Date | Self::Year | Self::YearMonth)
    }

    const fn has_month(self) -> bool {
        matches!(
            self,
            Self::DateTime | Self::Date | Self::YearMonth | Self::Month | Self::MonthDay
        )
    }

    const fn has_day(self) -> bool {
        matches!(self, Self::DateTime | Self::Date | Self::MonthDay | Self::Day)
    }

    const fn has_time(self) -> bool {
        matches!(self, Self::DateTime | Self::Time)
    }

    /// Whether values of the kind are ordered (the parts only compare for equality).
    pub(super) const fn is_ordered(self) -> bool {
        matches!(self, Self::DateTime | Self::Date | Self::Time)
    }
}

/// A point of the calendar; the fields a kind lacks hold those of 1972-12-31T00:00:00, as the specification compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Year as XML Schema 1.1 and the official tool count it: 0 is the year before 1.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second with its fraction, below 60.
    pub second: Decimal,
    /// Minutes east of Greenwich, when a zone is written.
    pub zone: Option<i16>,
}

/// Furthest year handled, so that no arithmetic overflows.
const FURTHEST_YEAR: i64 = 100_000_000;

fn days_in_month(year: i64, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

/// Days since 1970-01-01. Howard Hinnant's algorithm.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse: year, month, day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

fn small(value: i64) -> u8 {
    u8::try_from(value).unwrap_or(0)
}

/// Reads fixed fields from the left of a text.
struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn digits(&mut self, count: usize) -> Option<u8> {
        let (head, rest) = self.0.split_at_checked(count)?;
        if !head.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.0 = rest;
        head.parse().ok()
    }

    fn take(&mut self, symbol: char) -> Option<()> {
        self.0 = self.0.strip_prefix(symbol)?;
        Some(())
    }

    fn year(&mut self) -> Option<i64> {
        let (negative, digits) = match self.0.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, self.0),
        };
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let (year, rest) = digits.split_at_checked(length)?;
        if length < 4 || (length > 4 && year.starts_with('0')) {
            return None;
        }
        self.0 = rest;
        let year: i64 = year.parse().ok()?;
        (year <= FURTHEST_YEAR).then_some(if negative { -year } else { year })
    }

    fn second(&mut self) -> Option<Decimal> {
        let whole = self.digits(2)?;
        let mut second = Decimal::from(whole);
        if self.take('.').is_some() {
            let length = self.0.bytes().take_while(u8::is_ascii_digit).count();
            let (fraction, rest) = self.0.split_at_checked(length)?;
            if length == 0 {
                return None;
            }
            // Beyond a picosecond nothing is kept.
            let kept = fraction.get(..length.min(12))?;
            second += Decimal::from_str_exact(&format!("0.{kept}")).ok()?;
            self.0 = rest;
        }
        Some(second)
    }

    #[expect(
        clippy::option_option,
        reason = "a right text may have a zone or none; a wrong one is neither"
    )]
    fn zone(&mut self) -> Option<Option<i16>> {
        if self.0.is_empty() {
            return Some(None);
        }
        if self.0 == "Z" {
            return Some(Some(0));
        }
        let sign = match self.0.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        self.0 = self.0.get(1..)?;
        let hours = i16::from(self.digits(2)?);
        self.take(':')?;
        let minutes = i16::from(self.digits(2)?);
        let total = hours * 60 + minutes;
        (self.0.is_empty() && minutes < 60 && total <= 14 * 60).then_some(Some(sign * total))
    }
}

impl Calendar {
    /// Reads the lexical form of a kind, white space already removed at both ends.
    pub(super) fn parse(kind: CalendarKind, text: &str) -> Option<Self> {
        let mut reader = Reader(text);
        let mut value = Self {
            year: 1972,
            month: 12,
            day: 31,
            hour: 0,
            minute: 0,
            second: Decimal::ZERO,
            zone: None,
        };
        match kind {
            CalendarKind::Year => value.year = reader.year()?,
            CalendarKind::YearMonth | CalendarKind::Date | CalendarKind::DateTime => {
                value.year = reader.year()?;
                reader.take('-')?;
                value.month = reader.digits(2)?;
                if kind != CalendarKind::YearMonth {
                    reader.take('-')?;
                    value.day = reader.digits(2)?;
                }
            }
            CalendarKind::Month => {
                reader.take('-')?;
                reader.take('-')?;
                value.month = reader.digits(2)?;
            }
            CalendarKind::MonthDay => {
                reader.take('-')?;
                reader.take('-')?;
                value.month = reader.digits(2)?;
                reader.take('-')?;
                value.day = reader.digits(2)?;
            }
            CalendarKind::Day => {
                for _ in 0..3 {
                    reader.take('-')?;
                }
                value.day = reader.digits(2)?;
            }
            CalendarKind::Time => {}
        }
        if kind == CalendarKind::DateTime {
            reader.take('T')?;
        }
        let mut midnight = false;
        if kind.has_time() {
            value.hour = reader.digits(2)?;
            reader.take(':')?;
            value.minute = reader.digits(2)?;
            reader.take(':')?;
            value.second = reader.second()?;
            midnight = value.hour == 24 && value.minute == 0 && value.second.is_zero();
            if midnight {
                value.hour = 0;
            }
        }
        value.zone = reader.zone()?;
        if kind == CalendarKind::YearMonth || kind == CalendarKind::Month {
            value.day = 1;
        }
        if kind == CalendarKind::Year {
            (value.month, value.day) = (1, 1);
        }
        let valid = (1..=12).contains(&value.month)
            && value.day >= 1
            && value.day <= days_in_month(value.year, value.month)
            && value.hour < 24
            && value.minute < 60
            && value.second < Decimal::from(60);
        if !valid {
            return None;
        }
        if midnight && kind == CalendarKind::DateTime {
            value = value.plus_seconds(Decimal::from(86_400))?;
        }
        Some(value)
    }

    /// The canonical lexical form.
    pub(super) fn to_text(&self, kind: CalendarKind) -> String {
        let mut text = String::new();
        if kind.has_year() {
            let sign = if self.year < 0 { "-" } else { "" };
            let _ = write!(text, "{sign}{:04}", self.year.abs());
        } else if !kind.has_time() {
            text.push('-');
        }
        if kind.has_month() {
            let _ = write!(text, "-{:02}", self.month);
        } else if kind == CalendarKind::Day {
            text.push('-');
        }
        if kind.has_day() {
            let _ = write!(text, "-{:02}", self.day);
        }
        if kind == CalendarKind::DateTime {
            text.push('T');
        }
        if kind.has_time() {
            let second = self.second.normalize();
            let pad = if second < Decimal::TEN { "0" } else { "" };
            let _ = write!(text, "{:02}:{:02}:{pad}{second}", self.hour, self.minute);
        }
        match self.zone {
            Some(0) => text.push('Z'),
            Some(zone) => {
                let sign = if zone < 0 { '-' } else { '+' };
                let _ = write!(text, "{sign}{:02}:{:02}", zone.abs() / 60, zone.abs() % 60);
            }
            None => {}
        }
        text
    }

    /// Seconds since 1970-01-01T00:00:00Z; without zone, as if written in `implicit` (minutes east).
    pub(super) fn seconds(&self, implicit: i16) -> Decimal {
        let days = days_from_civil(self.year, i64::from(self.month), i64::from(self.day));
        let minutes = (days * 24 + i64::from(self.hour)) * 60 + i64::from(self.minute)
            - i64::from(self.zone.unwrap_or(implicit));
        Decimal::from(minutes) * Decimal::from(60) + self.second
    }

    pub(super) fn compare(&self, other: &Self, implicit: i16) -> Ordering {
        self.seconds(implicit).cmp(&other.seconds(implicit))
    }

    /// The same zone, seconds later. None beyond the furthest year.
    pub(super) fn plus_seconds(&self, seconds: Decimal) -> Option<Self> {
        let local = Self {
            zone: Some(0),
            ..self.clone()
        }
        .seconds(0)
        .checked_add(seconds)?;
        let whole = local.floor();
        let fraction = local - whole;
        let whole = whole.to_i64()?;
        let (year, month, day) = civil_from_days(whole.div_euclid(86_400));
        let rest = whole.rem_euclid(86_400);
        (year.abs() <= FURTHEST_YEAR).then(|| Self {
            year,
            month: small(month),
            day: small(day),
            hour: small(rest / 3600),
            minute: small(rest / 60 % 60),
            second: Decimal::from(rest % 60) + fraction,
            zone: self.zone,
        })
    }

    /// Months later, the day cut to the length of the month.
    pub(super) fn plus_months(&self, months: i64) -> Option<Self> {
        let total = self
            .year
            .checked_mul(12)?
            .checked_add(i64::from(self.month) - 1)?
            .checked_add(months)?;
        let year = total.div_euclid(12);
        if year.abs() > FURTHEST_YEAR {
            return None;
        }
        let month = small(total.rem_euclid(12) + 1);
        Some(Self {
            year,
            month,
            day: self.day.min(days_in_month(year, month)),
            ..self.clone()
        })
    }

    /// The same instant written in another zone, or without zone.
    pub(super) fn with_zone(&self, zone: Option<i16>) -> Option<Self> {
        match (self.zone, zone) {
            (Some(old), Some(new)) => {
                let moved = self.plus_seconds(Decimal::from((i64::from(new) - i64::from(old)) * 60))?;
                Some(Self { zone, ..moved })
            }
            _ => Some(Self { zone, ..self.clone() }),
        }
    }

    /// What a cast keeps: the fields of the kind, the rest as the specification fills it.
    pub(super) fn narrowed(&self, kind: CalendarKind) -> Self {
        let mut value = self.clone();
        if !kind.has_time() {
            (value.hour, value.minute, value.second) = (0, 0, Decimal::ZERO);
        }
        if !kind.has_year() {
            value.year = 1972;
        }
        if !kind.has_month() {
            value.month = if kind == CalendarKind::Year { 1 } else { 12 };
        }
        if !kind.has_day() {
            value.day = if kind == CalendarKind::Time { 31 } else { 1 };
        }
        value
    }
}

/// The types of durations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DurationKind {
    /// `xs:duration`.
    Any,
    /// `xs:yearMonthDuration`.
    YearMonth,
    /// `xs:dayTimeDuration`.
    DayTime,
}

impl DurationKind {
    /// The name of the type.
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::Any => "xs:duration",
            Self::YearMonth => "xs:yearMonthDuration",
            Self::DayTime => "xs:dayTimeDuration",
        }
    }
}

/// A duration: months and seconds, of the same sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration {
    /// Months.
    pub months: i64,
    /// Seconds with their fraction.
    pub seconds: Decimal,
}

impl Duration {
    /// Reads the lexical form of a kind.
    pub(super) fn parse(kind: DurationKind, text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let rest = rest.strip_prefix('P')?;
        let (date, time) = match rest.split_once('T') {
            Some((_, "")) => return None,
            Some((date, time)) => (date, time),
            None => (rest, ""),
        };
        if date.is_empty() && time.is_empty() {
            return None;
        }
        let (years, months, days) = (fields(date, "YMD")?, 12, 86_400);
        let clock = fields(time, "HMS")?;
        let at = |list: &[Option<Decimal>], index: usize| list.get(index).copied().flatten();
        let allowed = match kind {
            DurationKind::Any => true,
            DurationKind::YearMonth => at(&years, 2).is_none() && time.is_empty(),
            DurationKind::DayTime => at(&years, 0).is_none() && at(&years, 1).is_none(),
        };
        if !allowed {
            return None;
        }
        let zero = Decimal::ZERO;
        let whole = |value: Option<Decimal>| value.unwrap_or(zero);
        let total_months = whole(at(&years, 0))
            .checked_mul(Decimal::from(months))?
            .checked_add(whole(at(&years, 1)))?;
        let mut seconds = whole(at(&years, 2)).checked_mul(Decimal::from(days))?;
        for (index, unit) in [(0, 3600), (1, 60), (2, 1)] {
            seconds = seconds.checked_add(whole(at(&clock, index)).checked_mul(Decimal::from(unit))?)?;
        }
        let sign = if negative { -1 } else { 1 };
        Some(Self {
            months: total_months.to_i64()?.checked_mul(sign)?,
            seconds: seconds * Decimal::from(sign),
        })
    }

    /// The canonical lexical form.
    pub(super) fn to_text(self, kind: DurationKind) -> String {
        let negative = self.months < 0 || self.seconds < Decimal::ZERO;
        let months = self.months.unsigned_abs();
        let seconds = self.seconds.abs();
        let whole = seconds.floor().to_u128().unwrap_or(0);
        let second =
            (seconds - seconds.floor() + Decimal::from(u64::try_from(whole % 60).unwrap_or(0))).normalize();
        let mut text = String::from(if negative { "-P" } else { "P" });
        for (value, unit) in [
            (u128::from(months / 12), 'Y'),
            (u128::from(months % 12), 'M'),
            (whole / 86_400, 'D'),
        ] {
            if value > 0 {
                let _ = write!(text, "{value}{unit}");
            }
        }
        let (hours, minutes) = (whole / 3600 % 24, whole / 60 % 60);
        if hours > 0 || minutes > 0 || !second.is_zero() {
            text.push('T');
            for (value, unit) in [(hours, 'H'), (minutes, 'M')] {
                if value > 0 {
                    let _ = write!(text, "{value}{unit}");
                }
            }
            if !second.is_zero() {
                let _ = write!(text, "{second}S");
            }
        }
        if text.ends_with('P') {
            text.push_str(if kind == DurationKind::YearMonth {
                "0M"
            } else {
                "T0S"
            });
        }
        text
    }
}

/// Reads `1Y2M3D`: the numbers of the units in order, each at most once. Only seconds may have a fraction.
fn fields(text: &str, units: &str) -> Option<Vec<Option<Decimal>>> {
    let mut found = vec![None; units.len()];
    let mut rest = text;
    let mut next = 0;
    while !rest.is_empty() {
        let length = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || *byte == b'.')
            .count();
        let (number, after) = rest.split_at_checked(length)?;
        let unit = after.chars().next()?;
        let index = units.find(unit)?;
        let fraction_allowed =
            unit == 'S' && number.starts_with(|first: char| first.is_ascii_digit()) && !number.ends_with('.');
        if index < next || number.is_empty() || (number.contains('.') && !fraction_allowed) {
            return None;
        }
        *found.get_mut(index)? = Some(Decimal::from_str_exact(number).ok()?);
        next = index + 1;
        rest = after.get(1..)?;
    }
    Some(found)
}
