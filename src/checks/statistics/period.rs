//! Periods as vendors write them: months, years, days, ranges, and roles ("mois courant").

use jiff::civil::Date;

use super::data::{data, fold};

/// A period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Period {
    /// Not broken down by time: a total.
    Whole,
    /// One day.
    Day(Date),
    /// One month, as months since year 0.
    Month(i32),
    /// Any other range, both days included.
    Range(Date, Date),
    /// One calendar year.
    Year(i16),
    /// The last month of the file, told by its role.
    CurrentMonth,
    /// The year of the last month.
    CurrentYear,
    /// The year before.
    PreviousYear,
}

/// The month of a date, as months since year 0.
pub(super) fn month_of(date: Date) -> i32 {
    i32::from(date.year()) * 12 + i32::from(date.month()) - 1
}

/// `AAAA-MM` of a month since year 0.
pub(super) fn month_name(month: i32) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// First day of a month since year 0.
pub(super) fn first_day(month: i32) -> Option<Date> {
    Date::new(
        i16::try_from(month.div_euclid(12)).ok()?,
        i8::try_from(month.rem_euclid(12) + 1).ok()?,
        1,
    )
    .ok()
}

impl Period {
    /// The month it lies in, when it lies in one.
    pub(super) fn month(self) -> Option<i32> {
        match self {
            Self::Day(date) => Some(month_of(date)),
            Self::Month(month) => Some(month),
            Self::Range(start, end) if month_of(start) == month_of(end) => Some(month_of(start)),
            _ => None,
        }
    }

    /// First and last day, for periods with dates.
    pub(super) fn days(self) -> Option<(Date, Date)> {
        match self {
            Self::Day(date) => Some((date, date)),
            Self::Month(month) => {
                let first = first_day(month)?;
                Some((first, first.last_of_month()))
            }
            Self::Range(start, end) => Some((start, end)),
            Self::Year(year) => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
            Self::Whole | Self::CurrentMonth | Self::CurrentYear | Self::PreviousYear => None,
        }
    }

    /// A range in its simplest form: a whole month, a whole year, one day.
    pub(super) fn range(start: Date, end: Date) -> Self {
        if start == end {
            Self::Day(start)
        } else if start.day() == 1 && end == start.last_of_month() {
            Self::Month(month_of(start))
        } else if start.day() == 1
            && start.month() == 1
            && end.year() == start.year()
            && (end.month(), end.day()) == (12, 31)
        {
            Self::Year(start.year())
        } else {
            Self::Range(start, end)
        }
    }

    /// The period as people write it, the same in both languages.
    pub(super) fn name(self) -> String {
        match self {
            Self::Whole => "total".to_owned(),
            Self::Day(date) => date.to_string(),
            Self::Month(month) => month_name(month),
            Self::Range(start, end) => format!("{start}/{end}"),
            Self::Year(year) => year.to_string(),
            Self::CurrentMonth => "mois courant".to_owned(),
            Self::CurrentYear => "année en cours".to_owned(),
            Self::PreviousYear => "année précédente".to_owned(),
        }
    }
}

/// Words that a period is dressed with.
const FILLERS: [&str; 8] = ["du", "au", "de", "a", "le", "annee", "mois", "from"];

/// Reads a period in any of its writings; `None` when it is none.
pub(super) fn parse(text: &str) -> Option<Period> {
    let folded = fold(text);
    if let Some(role) = data().roles.get(&folded) {
        return match role.as_str() {
            "current_month" => Some(Period::CurrentMonth),
            "current_year" => Some(Period::CurrentYear),
            _ => Some(Period::PreviousYear),
        };
    }
    let tokens: Vec<&str> = folded
        .split(' ')
        .filter(|token| !FILLERS.contains(token))
        .collect();
    match tokens.as_slice() {
        [] => None,
        [one] => single(one),
        [first, second] => month_and_year(first, second)
            .or_else(|| month_and_year(second, first))
            .or_else(|| part_of_year(first, second))
            .or_else(|| part_of_year(second, first)),
        _ => {
            let start = date_at(&tokens, 0)?;
            // Two dates are a range; anything else after a date is a time of day.
            match date_at(&tokens, 3) {
                Some(end) if tokens.len() == 6 => Some(Period::range(start, end)),
                _ => Some(Period::Day(start)),
            }
        }
    }
}

/// The date in three words from `from`; `05t10` is the fifth day and an hour.
fn date_at(tokens: &[&str], from: usize) -> Option<Date> {
    let word = |rank: usize| tokens.get(from + rank).copied();
    let last = word(2)?;
    let day = if last.contains('t') {
        last.split('t').next()?
    } else {
        last
    };
    date(word(0)?, word(1)?, last).or_else(|| date(word(0)?, word(1)?, day))
}

/// A month without its year: a name or a number.
pub(super) fn parse_month(text: &str) -> Option<i8> {
    let folded = fold(text);
    let number = folded.trim_start_matches('m');
    data()
        .months
        .get(&folded)
        .copied()
        .or_else(|| number.parse().ok())
        .filter(|month| (1..=12).contains(month))
}

/// A year alone.
pub(super) fn parse_year(text: &str) -> Option<i16> {
    let folded = fold(text);
    let digits = folded.trim_start_matches("annee ").trim();
    (digits.len() == 4).then(|| digits.parse().ok()).flatten()
}

fn number<T: std::str::FromStr>(token: &str) -> Option<T> {
    token
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| token.parse().ok())
        .flatten()
}

fn year(token: &str) -> Option<i16> {
    match token.len() {
        4 => number(token),
        2 => number::<i16>(token).map(|short| 2000 + short),
        _ => None,
    }
}

fn single(token: &str) -> Option<Period> {
    let part = |from: usize, to: usize| token.get(from..to).unwrap_or_default();
    match token.len() {
        4 => number(token).map(Period::Year),
        6 => month_and_year(part(4, 6), part(0, 4)),
        // A day, with its time of day or without.
        8 | 12 | 14 if token.bytes().all(|byte| byte.is_ascii_digit()) => {
            date(part(0, 4), part(4, 6), part(6, 8)).map(Period::Day)
        }
        // The number of a day in a spreadsheet, whose format was lost.
        5 => number(token).and_then(serial_day).map(Period::Day),
        _ => None,
    }
}

/// The day a spreadsheet writes as this number: days since 30 December 1899.
fn serial_day(days: i32) -> Option<Date> {
    let years = data().years;
    Date::new(1899, 12, 30)
        .ok()?
        .checked_add(jiff::Span::new().try_days(days).ok()?)
        .ok()
        .filter(|date| (years.first..=years.last).contains(&date.year()))
}

fn month_and_year(month: &str, of: &str) -> Option<Period> {
    let named = data().months.get(month).copied();
    // Two numbers of two digits could be anything.
    if named.is_none() && of.len() != 4 {
        return None;
    }
    let month = named.or_else(|| number(month.trim_start_matches('m')))?;
    (1..=12)
        .contains(&month)
        .then(|| year(of).map(|year| Period::Month(i32::from(year) * 12 + i32::from(month) - 1)))?
}

/// A quarter (`T1`, `Q1`) or a half (`S1`) of a year.
fn part_of_year(part: &str, of: &str) -> Option<Period> {
    let year: i16 = (of.len() == 4).then(|| number(of)).flatten()?;
    let rank: i8 = number(part.get(1..)?)?;
    let (first, last) = match (part.chars().next()?, rank) {
        ('t' | 'q', 1..=4) => (rank * 3 - 2, rank * 3),
        ('s', 1..=2) => (rank * 6 - 5, rank * 6),
        _ => return None,
    };
    let start = Date::new(year, first, 1).ok()?;
    let end = Date::new(year, last, 1).ok()?.last_of_month();
    Some(Period::range(start, end))
}

/// Year first or year last; the month may be a name.
fn date(first: &str, month: &str, last: &str) -> Option<Date> {
    let (of_year, day) = if first.len() == 4 {
        (first, last)
    } else {
        (last, first)
    };
    let month = data().months.get(month).copied().or_else(|| number(month))?;
    Date::new(year(of_year).filter(|_| of_year.len() == 4)?, month, number(day)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> String {
        parse(text).map_or("-".to_owned(), Period::name)
    }

    #[test]
    fn months_in_many_writings() {
        for text in [
            "2022-03",
            "03/2022",
            "mars 2022",
            "Mars 2022",
            "2022/03",
            "202203",
            "3/2022",
            "mars-22",
            "2022-M03",
            "01/03/2022 - 31/03/2022",
            "du 01/03/2022 au 31/03/2022",
            "2022-03-01 2022-03-31",
        ] {
            assert_eq!(name(text), "2022-03", "{text}");
        }
        assert_eq!(name("février 2021"), "2021-02");
        assert_eq!(name("Août 2021"), "2021-08");
        assert_eq!(name("juil. 2021"), "2021-07");
    }

    #[test]
    fn other_periods() {
        assert_eq!(name("2022"), "2022");
        assert_eq!(name("année 2022"), "2022");
        assert_eq!(name("2022-03-05"), "2022-03-05");
        assert_eq!(name("05/03/2022 14:05"), "2022-03-05");
        assert_eq!(name("2022-03-05T14:05:10Z"), "2022-03-05");
        assert_eq!(name("20220305140510"), "2022-03-05");
        assert_eq!(name("44625"), "2022-03-05");
        assert_eq!(name("2022-03-05 14:05:10"), "2022-03-05");
        assert_eq!(name("T1 2022"), "2022-01-01/2022-03-31");
        assert_eq!(name("2023 S2"), "2023-07-01/2023-12-31");
        assert_eq!(name("Mois courant"), "mois courant");
        assert_eq!(name("Année précédente"), "année précédente");
        assert_eq!(name("01/01/2022 - 31/12/2022"), "2022");
    }

    #[test]
    fn what_is_no_period() {
        for text in [
            "",
            "DMP",
            "2022-13",
            "32/01/2022",
            "120459876",
            "12/22",
            "x 2022",
            "12345",
            "99999",
            "20221305140510",
        ] {
            assert_eq!(name(text), "-", "{text}");
        }
        assert_eq!(parse_month("3"), Some(3));
        assert_eq!(parse_month("Déc"), Some(12));
        assert_eq!(parse_month("13"), None);
    }
}
