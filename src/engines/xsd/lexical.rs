//! Lexical checks of the built-in types: is this text, white space already treated, a value of the type?
//! XML Schema 1.0, part 2, section 3.

use super::builtin::Builtin;
use super::decimal::Decimal;
use super::{calendar, uri};

/// Whether `text` is in the lexical space of `builtin`. White space must have been treated before; the binding of
/// the prefix of a QName is not looked at here.
pub(super) fn is_valid(builtin: Builtin, text: &str) -> bool {
    match builtin {
        Builtin::AnySimpleType | Builtin::String | Builtin::NormalizedString | Builtin::Token => true,
        Builtin::Language => is_language(text),
        Builtin::Nmtoken => !text.is_empty() && text.chars().all(is_name_char),
        Builtin::XmlName => is_name(text),
        Builtin::NcName | Builtin::Id | Builtin::Idref | Builtin::Entity => is_nc_name(text),
        Builtin::Boolean => matches!(text, "true" | "false" | "1" | "0"),
        Builtin::Decimal => Decimal::parse(text).is_some(),
        Builtin::Float | Builtin::Double => floating(text).is_some(),
        Builtin::Duration => calendar::is_duration(text),
        Builtin::DateTime
        | Builtin::Time
        | Builtin::Date
        | Builtin::GYearMonth
        | Builtin::GYear
        | Builtin::GMonthDay
        | Builtin::GDay
        | Builtin::GMonth => calendar::is_valid(builtin, text),
        Builtin::HexBinary => {
            text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        }
        Builtin::Base64Binary => base64_length(text).is_some(),
        Builtin::AnyUri => uri::is_reference(text),
        Builtin::QName | Builtin::Notation => is_q_name(text),
        integer => is_integer(integer, text),
    }
}

/// Whether `text` is an integer in the range of one of the integer types.
fn is_integer(builtin: Builtin, text: &str) -> bool {
    if text.contains('.') {
        return false;
    }
    let Some(value) = Decimal::parse(text) else {
        return false;
    };
    let (low, high) = match builtin {
        Builtin::NonPositiveInteger => (None, Some("0")),
        Builtin::NegativeInteger => (None, Some("-1")),
        Builtin::Long => (Some("-9223372036854775808"), Some("9223372036854775807")),
        Builtin::Int => (Some("-2147483648"), Some("2147483647")),
        Builtin::Short => (Some("-32768"), Some("32767")),
        Builtin::Byte => (Some("-128"), Some("127")),
        Builtin::NonNegativeInteger => (Some("0"), None),
        Builtin::UnsignedLong => (Some("0"), Some("18446744073709551615")),
        Builtin::UnsignedInt => (Some("0"), Some("4294967295")),
        Builtin::UnsignedShort => (Some("0"), Some("65535")),
        Builtin::UnsignedByte => (Some("0"), Some("255")),
        Builtin::PositiveInteger => (Some("1"), None),
        _ => (None, None),
    };
    let bound = |text: Option<&'static str>| text.and_then(Decimal::parse);
    bound(low).is_none_or(|low| value >= low) && bound(high).is_none_or(|high| value <= high)
}

/// A floating point value: a decimal with an optional exponent, `INF`, `-INF` or `NaN`.
pub(super) fn floating(text: &str) -> Option<f64> {
    match text {
        "INF" => return Some(f64::INFINITY),
        "-INF" => return Some(f64::NEG_INFINITY),
        "NaN" => return Some(f64::NAN),
        _ => {}
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    Decimal::parse(mantissa)?;
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
    }
    text.strip_prefix('+').unwrap_or(text).parse().ok()
}

/// Number of bytes of a base64 text, spaces allowed between its characters; none when it is not base64.
pub(super) fn base64_length(text: &str) -> Option<usize> {
    let mut data = 0_usize;
    let mut padding = 0_usize;
    let mut last = 0_u8;
    for byte in text.bytes() {
        match byte {
            b' ' => {}
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => {
                data += 1;
                last = byte;
            }
            _ => return None,
        }
    }
    let whole = match (data % 4, padding) {
        (0, 0) => true,
        // The bits of the last character that no byte uses must be zero.
        (2, 2) => matches!(last, b'A' | b'Q' | b'g' | b'w'),
        (3, 1) => b"AEIMQUYcgkosw048".contains(&last),
        _ => false,
    };
    whole.then_some(data * 3 / 4)
}

fn is_language(text: &str) -> bool {
    text.split('-').enumerate().all(|(index, part)| {
        (1..=8).contains(&part.len())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || (index > 0 && byte.is_ascii_digit()))
    })
}

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_name_start) && chars.all(is_name_char)
}

/// Whether `text` is a name without a colon.
pub(super) fn is_nc_name(text: &str) -> bool {
    is_name(text) && !text.contains(':')
}

fn is_q_name(text: &str) -> bool {
    match text.split_once(':') {
        Some((prefix, local)) => is_nc_name(prefix) && is_nc_name(local),
        None => is_nc_name(text),
    }
}

/// `NameStartChar` of XML 1.0, fifth edition.
pub(super) fn is_name_start(character: char) -> bool {
    matches!(character,
        ':' | '_' | 'A'..='Z' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
        | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

/// `NameChar` of XML 1.0, fifth edition.
pub(super) fn is_name_char(character: char) -> bool {
    is_name_start(character)
        || matches!(character, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_lexical_space() {
        let good = [
            (Builtin::Language, "fr-FR"),
            (Builtin::Nmtoken, "1.2-a:b"),
            (Builtin::XmlName, "a:b"),
            (Builtin::NcName, "_é1"),
            (Builtin::Boolean, "1"),
            (Builtin::Decimal, "-.5"),
            (Builtin::Integer, "+007"),
            (Builtin::Byte, "-128"),
            (Builtin::UnsignedLong, "18446744073709551615"),
            (Builtin::Double, "-1.5E-3"),
            (Builtin::Double, "NaN"),
            (Builtin::HexBinary, "0aF0"),
            (Builtin::Base64Binary, "QQ=="),
            (Builtin::Base64Binary, "QU JD"),
            (Builtin::QName, "a:b"),
        ];
        for (builtin, text) in good {
            assert!(is_valid(builtin, text), "{} {text}", builtin.name());
        }
        let bad = [
            (Builtin::Language, "fr_FR"),
            (Builtin::Language, "abcdefghi"),
            (Builtin::Nmtoken, ""),
            (Builtin::Nmtoken, "a b"),
            (Builtin::XmlName, "1a"),
            (Builtin::NcName, "a:b"),
            (Builtin::Boolean, "TRUE"),
            (Builtin::Decimal, "1e3"),
            (Builtin::Decimal, "."),
            (Builtin::Integer, "1.0"),
            (Builtin::Byte, "128"),
            (Builtin::UnsignedByte, "-1"),
            (Builtin::PositiveInteger, "0"),
            (Builtin::Double, "1e"),
            (Builtin::Double, "inf"),
            (Builtin::HexBinary, "0a1"),
            (Builtin::Base64Binary, "QQ="),
            (Builtin::Base64Binary, "QR=="),
            (Builtin::Base64Binary, "Q=QQ"),
            (Builtin::QName, "a:b:c"),
        ];
        for (builtin, text) in bad {
            assert!(!is_valid(builtin, text), "{} {text}", builtin.name());
        }
    }
}
