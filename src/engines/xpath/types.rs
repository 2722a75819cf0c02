//! The atomic types, and casts between them (XQuery 1.0 and XPath 2.0 Functions and Operators, section 17).

use std::borrow::Cow;
use std::str::FromStr as _;
use std::sync::Arc;

use base64::Engine as _;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use super::calendar::{Calendar, CalendarKind, Duration, DurationKind};
use super::error::{Result, XPathError};
use super::lexer::{is_name_character, is_ncname};
use super::value::Atomic;

/// A target of casts and of sequence types.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum AtomicType {
    AnyAtomic,
    Untyped,
    String,
    /// A type derived from `xs:string`, by its rule.
    Text(TextKind),
    Uri,
    Boolean,
    Decimal,
    /// `xs:integer` and the types derived from it: least and greatest value.
    Integer(i64, i64),
    Float,
    Double,
    QName,
    Calendar(CalendarKind),
    Duration(DurationKind),
    HexBinary,
    Base64Binary,
}

/// Types derived from `xs:string`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextKind {
    NormalizedString,
    Token,
    Language,
    NameToken,
    Name,
    NoColonName,
}

/// The types by local name in the XML Schema namespace.
const TYPES: [(&str, AtomicType); 45] = [
    ("anyAtomicType", AtomicType::AnyAtomic),
    ("untypedAtomic", AtomicType::Untyped),
    ("string", AtomicType::String),
    ("normalizedString", AtomicType::Text(TextKind::NormalizedString)),
    ("token", AtomicType::Text(TextKind::Token)),
    ("language", AtomicType::Text(TextKind::Language)),
    ("NMTOKEN", AtomicType::Text(TextKind::NameToken)),
    ("Name", AtomicType::Text(TextKind::Name)),
    ("NCName", AtomicType::Text(TextKind::NoColonName)),
    ("ID", AtomicType::Text(TextKind::NoColonName)),
    ("IDREF", AtomicType::Text(TextKind::NoColonName)),
    ("ENTITY", AtomicType::Text(TextKind::NoColonName)),
    ("anyURI", AtomicType::Uri),
    ("boolean", AtomicType::Boolean),
    ("decimal", AtomicType::Decimal),
    ("integer", AtomicType::Integer(i64::MIN, i64::MAX)),
    ("long", AtomicType::Integer(i64::MIN, i64::MAX)),
    ("int", AtomicType::Integer(i32::MIN as i64, i32::MAX as i64)),
    ("short", AtomicType::Integer(i16::MIN as i64, i16::MAX as i64)),
    ("byte", AtomicType::Integer(i8::MIN as i64, i8::MAX as i64)),
    ("nonNegativeInteger", AtomicType::Integer(0, i64::MAX)),
    ("positiveInteger", AtomicType::Integer(1, i64::MAX)),
    ("nonPositiveInteger", AtomicType::Integer(i64::MIN, 0)),
    ("negativeInteger", AtomicType::Integer(i64::MIN, -1)),
    ("unsignedLong", AtomicType::Integer(0, i64::MAX)),
    ("unsignedInt", AtomicType::Integer(0, u32::MAX as i64)),
    ("unsignedShort", AtomicType::Integer(0, u16::MAX as i64)),
    ("unsignedByte", AtomicType::Integer(0, u8::MAX as i64)),
    ("float", AtomicType::Float),
    ("double", AtomicType::Double),
    ("QName", AtomicType::QName),
    ("dateTime", AtomicType::Calendar(CalendarKind::DateTime)),
    ("date", AtomicType::Calendar(CalendarKind::Date)),
    ("time", AtomicType::Calendar(CalendarKind::Time)),
    ("gYear", AtomicType::Calendar(CalendarKind::Year)),
    ("gYearMonth", AtomicType::Calendar(CalendarKind::YearMonth)),
    ("gMonth", AtomicType::Calendar(CalendarKind::Month)),
    ("gMonthDay", AtomicType::Calendar(CalendarKind::MonthDay)),
    ("gDay", AtomicType::Calendar(CalendarKind::Day)),
    ("duration", AtomicType::Duration(DurationKind::Any)),
    ("yearMonthDuration", AtomicType::Duration(DurationKind::YearMonth)),
    ("dayTimeDuration", AtomicType::Duration(DurationKind::DayTime)),
    ("hexBinary", AtomicType::HexBinary),
    ("base64Binary", AtomicType::Base64Binary),
    ("NOTATION", AtomicType::QName),
];

/// The namespace of the types.
pub(super) const SCHEMA_NAMESPACE: &str = "http://www.w3.org/2001/XMLSchema";

impl AtomicType {
    pub(super) fn from_name(namespace: &str, local: &str) -> Option<Self> {
        if namespace != SCHEMA_NAMESPACE {
            return None;
        }
        TYPES
            .iter()
            .find(|(name, _)| *name == local)
            .map(|(_, found)| *found)
    }

    fn name(self) -> &'static str {
        TYPES
            .iter()
            .find(|(_, found)| *found == self)
            .map_or("type", |(name, _)| name)
    }

    /// `instance of`: values of types derived from `xs:string` and `xs:integer` are known as strings and integers.
    pub(super) fn accepts(self, value: &Atomic<'_>) -> bool {
        match (self, value) {
            (Self::AnyAtomic, _)
            | (Self::Untyped, Atomic::Untyped(_))
            | (Self::String, Atomic::String(_))
            | (Self::Uri, Atomic::Uri(_))
            | (Self::Boolean, Atomic::Boolean(_))
            | (Self::Decimal, Atomic::Decimal(_) | Atomic::Integer(_))
            | (Self::Float, Atomic::Float(_))
            | (Self::Double, Atomic::Double(_))
            | (Self::QName, Atomic::QName(_))
            | (Self::HexBinary, Atomic::HexBinary(_))
            | (Self::Base64Binary, Atomic::Base64Binary(_))
            | (Self::Integer(i64::MIN, i64::MAX), Atomic::Integer(_))
            | (Self::Duration(DurationKind::Any), Atomic::Duration(..)) => true,
            (Self::Calendar(kind), Atomic::Calendar(found, _)) => kind == *found,
            (Self::Duration(kind), Atomic::Duration(found, _)) => kind == *found,
            _ => false,
        }
    }
}

/// Removes leading, trailing and repeated white space, as most types want before their lexical form.
pub(super) fn collapse(text: &str) -> Cow<'_, str> {
    let space = |character: char| matches!(character, ' ' | '\t' | '\r' | '\n');
    let trimmed = text.trim_matches(space);
    let mut previous = false;
    let clean = trimmed.chars().all(|character| {
        let repeated = previous && space(character);
        previous = space(character);
        !repeated && (!space(character) || character == ' ')
    });
    if clean {
        return Cow::Borrowed(trimmed);
    }
    Cow::Owned(
        trimmed
            .split(space)
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// Casts a value to a type.
///
/// # Errors
/// `FORG0001` for a lexical form outside the type, `XPTY0004` for types that do not cast, `FOCA0002`, `FOCA0003`,
/// `FOCA0001` for numbers outside the range.
pub(super) fn cast<'a>(value: &Atomic<'a>, target: AtomicType) -> Result<Atomic<'a>> {
    let refused = || {
        XPathError::type_error(format!(
            "{} cannot be cast to xs:{}",
            value.type_name(),
            target.name()
        ))
    };
    match target {
        AtomicType::AnyAtomic => Ok(value.clone()),
        AtomicType::Untyped => Ok(Atomic::Untyped(value.to_text())),
        AtomicType::String => Ok(Atomic::String(value.to_text())),
        AtomicType::Text(kind) => text(kind, value.to_text()),
        AtomicType::Uri => match value {
            Atomic::Uri(_) => Ok(value.clone()),
            _ => match value.as_text() {
                Some(text) => Ok(Atomic::Uri(Cow::Owned(collapse(text).into_owned()))),
                None => Err(refused()),
            },
        },
        AtomicType::Boolean => match value {
            Atomic::Boolean(_) => Ok(value.clone()),
            Atomic::Integer(number) => Ok(Atomic::Boolean(*number != 0)),
            Atomic::Decimal(number) => Ok(Atomic::Boolean(!number.is_zero())),
            Atomic::Float(number) => Ok(Atomic::Boolean(*number != 0.0 && !number.is_nan())),
            Atomic::Double(number) => Ok(Atomic::Boolean(*number != 0.0 && !number.is_nan())),
            _ => lexical(value, target, |text| match text {
                "true" | "1" => Some(Atomic::Boolean(true)),
                "false" | "0" => Some(Atomic::Boolean(false)),
                _ => None,
            }),
        },
        AtomicType::Integer(least, greatest) => integer(value, least, greatest, target),
        AtomicType::Decimal => decimal(value, target),
        AtomicType::Double => match value {
            Atomic::Double(_) => Ok(value.clone()),
            Atomic::Boolean(flag) => Ok(Atomic::Double(f64::from(u8::from(*flag)))),
            _ => match to_double(value) {
                Some(number) => Ok(Atomic::Double(number)),
                None => lexical(value, target, |text| parse_double(text).map(Atomic::Double)),
            },
        },
        AtomicType::Float => match value {
            Atomic::Float(_) => Ok(value.clone()),
            Atomic::Boolean(flag) => Ok(Atomic::Float(f32::from(u8::from(*flag)))),
            _ => match to_double(value) {
                Some(number) => Ok(Atomic::Float(number as f32)),
                None => lexical(value, target, |text| parse_float(text).map(Atomic::Float)),
            },
        },
        AtomicType::QName => match value {
            Atomic::QName(_) => Ok(value.clone()),
            _ => Err(refused()),
        },
        AtomicType::Calendar(kind) => match value {
            Atomic::Calendar(found, point) => {
                let fits = *found == kind
                    || (*found == CalendarKind::DateTime)
                    || (*found == CalendarKind::Date && kind != CalendarKind::Time);
                if fits {
                    Ok(Atomic::Calendar(kind, Arc::new(point.narrowed(kind))))
                } else {
                    Err(refused())
                }
            }
            _ => lexical(value, target, |text| {
                Calendar::parse(kind, text).map(|point| Atomic::Calendar(kind, Arc::new(point)))
            }),
        },
        AtomicType::Duration(kind) => match value {
            Atomic::Duration(_, duration) => {
                let mut duration = *duration;
                match kind {
                    DurationKind::Any => {}
                    DurationKind::YearMonth => duration.seconds = Decimal::ZERO,
                    DurationKind::DayTime => duration.months = 0,
                }
                Ok(Atomic::Duration(kind, duration))
            }
            _ => lexical(value, target, |text| {
                Duration::parse(kind, text).map(|duration| Atomic::Duration(kind, duration))
            }),
        },
        AtomicType::HexBinary => match value {
            Atomic::HexBinary(bytes) | Atomic::Base64Binary(bytes) => {
                Ok(Atomic::HexBinary(Arc::clone(bytes)))
            }
            _ => lexical(value, target, |text| {
                parse_hex(text).map(|bytes| Atomic::HexBinary(bytes.into()))
            }),
        },
        AtomicType::Base64Binary => match value {
            Atomic::HexBinary(bytes) | Atomic::Base64Binary(bytes) => {
                Ok(Atomic::Base64Binary(Arc::clone(bytes)))
            }
            _ => lexical(value, target, |text| {
                let packed: String = text.chars().filter(|character| *character != ' ').collect();
                let decoded = base64::engine::general_purpose::STANDARD.decode(packed).ok()?;
                Some(Atomic::Base64Binary(decoded.into()))
            }),
        },
    }
}

/// Casts from a string or an untyped value by its lexical form.
fn lexical<'a>(
    value: &Atomic<'a>,
    target: AtomicType,
    parse: impl FnOnce(&str) -> Option<Atomic<'a>>,
) -> Result<Atomic<'a>> {
    let (Atomic::String(text) | Atomic::Untyped(text)) = value else {
        let detail = format!("{} cannot be cast to xs:{}", value.type_name(), target.name());
        return Err(XPathError::type_error(detail));
    };
    parse(&collapse(text)).ok_or_else(|| {
        XPathError::invalid_value(format!("'{}' is not an xs:{}", shorten(text), target.name()))
    })
}

/// Cuts a quotation in an error message.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn text(kind: TextKind, text: Cow<'_, str>) -> Result<Atomic<'_>> {
    let value = match kind {
        TextKind::NormalizedString => text.replace(['\t', '\r', '\n'], " "),
        _ => collapse(&text).into_owned(),
    };
    let valid = match kind {
        TextKind::NormalizedString | TextKind::Token => true,
        TextKind::Language => {
            let mut parts = value.split('-');
            let sized = |part: &str| (1..=8).contains(&part.len());
            parts
                .next()
                .is_some_and(|part| sized(part) && part.bytes().all(|byte| byte.is_ascii_alphabetic()))
                && parts.all(|part| sized(part) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        }
        TextKind::NameToken => {
            !value.is_empty()
                && value
                    .chars()
                    .all(|character| character == ':' || is_name_character(character))
        }
        TextKind::Name => {
            let bare = value.replace(':', "_");
            is_ncname(&bare)
        }
        TextKind::NoColonName => is_ncname(&value),
    };
    if valid {
        Ok(Atomic::String(Cow::Owned(value)))
    } else {
        let name = AtomicType::Text(kind).name();
        Err(XPathError::invalid_value(format!(
            "'{}' is not an xs:{name}",
            shorten(&value)
        )))
    }
}

fn integer<'a>(value: &Atomic<'a>, least: i64, greatest: i64, target: AtomicType) -> Result<Atomic<'a>> {
    let too_large = || XPathError::new("FOCA0003", "integer outside 64 bits");
    let number = match value {
        Atomic::Integer(number) => *number,
        Atomic::Boolean(flag) => i64::from(*flag),
        Atomic::Decimal(number) => number.trunc().to_i64().ok_or_else(too_large)?,
        Atomic::Double(_) | Atomic::Float(_) => {
            let number = to_double(value).unwrap_or(f64::NAN);
            if !number.is_finite() {
                return Err(XPathError::new("FOCA0002", "NaN and infinities are no integers"));
            }
            number.trunc().to_i64().ok_or_else(too_large)?
        }
        _ => {
            let mut overflow = false;
            let parsed = lexical(value, target, |text| {
                let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
                if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    return None;
                }
                let number = text.parse::<i64>();
                overflow = number.is_err();
                Some(Atomic::Integer(number.unwrap_or(0)))
            })?;
            match parsed {
                Atomic::Integer(_) if overflow => return Err(too_large()),
                Atomic::Integer(number) => number,
                other => return Ok(other),
            }
        }
    };
    if (least..=greatest).contains(&number) {
        Ok(Atomic::Integer(number))
    } else {
        Err(XPathError::invalid_value(format!(
            "{number} is not an xs:{}",
            target.name()
        )))
    }
}

fn decimal<'a>(value: &Atomic<'a>, target: AtomicType) -> Result<Atomic<'a>> {
    let too_large = || XPathError::new("FOCA0001", "decimal outside 28 digits");
    Ok(Atomic::Decimal(match value {
        Atomic::Decimal(number) => *number,
        Atomic::Integer(number) => Decimal::from(*number),
        Atomic::Boolean(flag) => Decimal::from(u8::from(*flag)),
        Atomic::Double(number) => finite(*number)?
            .and_then(Decimal::from_f64)
            .ok_or_else(too_large)?,
        Atomic::Float(number) => {
            finite(f64::from(*number))?;
            Decimal::from_f32(*number).ok_or_else(too_large)?
        }
        _ => {
            let mut overflow = false;
            let parsed = lexical(value, target, |text| {
                if !is_decimal(text) {
                    return None;
                }
                let number = parse_decimal(text);
                overflow = number.is_none();
                Some(Atomic::Decimal(number.unwrap_or_default()))
            })?;
            if overflow {
                return Err(too_large());
            }
            return Ok(parsed);
        }
    }))
}

fn finite(number: f64) -> Result<Option<f64>> {
    if number.is_finite() {
        Ok(Some(number))
    } else {
        Err(XPathError::new("FOCA0002", "NaN and infinities are no decimals"))
    }
}

/// Whether a text is digits with at most one point, and a sign.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    !(whole.is_empty() && fraction.is_empty())
        && whole
            .bytes()
            .chain(fraction.bytes())
            .all(|byte| byte.is_ascii_digit())
}

/// Reads digits and a point; none beyond 28 digits before the point, rounded after.
pub(super) fn parse_decimal(text: &str) -> Option<Decimal> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let text = text.strip_suffix('.').unwrap_or(text);
    Decimal::from_str(text).ok()
}

/// The lexical form of `xs:double`.
pub(super) fn parse_double(text: &str) -> Option<f64> {
    match text {
        "INF" | "+INF" => return Some(f64::INFINITY),
        "-INF" => return Some(f64::NEG_INFINITY),
        "NaN" => return Some(f64::NAN),
        _ => {}
    }
    numeric_form(text).then(|| text.parse().ok())?
}

fn parse_float(text: &str) -> Option<f32> {
    match text {
        "INF" | "+INF" => return Some(f32::INFINITY),
        "-INF" => return Some(f32::NEG_INFINITY),
        "NaN" => return Some(f32::NAN),
        _ => {}
    }
    numeric_form(text).then(|| text.parse().ok())?
}

/// Decimal digits with an optional exponent: what Rust reads too, its words (`inf`, `nan`) left out.
fn numeric_form(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    is_decimal(mantissa) && !exponent.is_empty() && exponent.bytes().all(|byte| byte.is_ascii_digit())
}

fn parse_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text
        .chars()
        .map(|character| character.to_digit(16))
        .collect::<Option<_>>()?;
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let pairs = digits.chunks_exact(2).map(|pair| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    pairs.collect()
}

/// A number as a double; none for what is not a number.
pub(super) fn to_double(value: &Atomic<'_>) -> Option<f64> {
    match value {
        Atomic::Integer(number) => Some(*number as f64),
        Atomic::Decimal(number) => number.to_string().parse().ok(),
        Atomic::Float(number) => Some(f64::from(*number)),
        Atomic::Double(number) => Some(*number),
        _ => None,
    }
}
