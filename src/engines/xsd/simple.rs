//! Simple types: variety, facets, and whether a text is a value (XML Schema 1.0, part 2, section 4).

use std::borrow::Cow;
use std::cmp::Ordering;

use regex::Regex;

use super::arena::{Arena, Id};
use super::builtin::{Builtin, WhiteSpace};
use super::decimal::Decimal;
use super::lexical;
use super::types::Type;

/// A simple type definition.
#[derive(Debug)]
pub(super) struct SimpleType {
    /// Atomic, list or union.
    pub(super) variety: Variety,
    /// How white space is treated.
    pub(super) white_space: WhiteSpace,
    /// The facets added at this step of derivation; those of the base apply too.
    pub(super) facets: Vec<Facet>,
}

/// What the values are made of.
#[derive(Debug, Clone)]
pub(super) enum Variety {
    /// One value of a built-in type, the nearest in the derivation.
    Atomic(Builtin),
    /// Items of another type, separated by spaces.
    List(Id<Type>),
    /// A value of the first member type that accepts it.
    Union(Vec<Id<Type>>),
}

/// A constraint on the values.
#[derive(Debug)]
pub(super) enum Facet {
    /// Exactly this many characters, bytes or items.
    Length(usize),
    /// At least this many.
    MinLength(usize),
    /// At most this many.
    MaxLength(usize),
    /// One of these patterns (those of one step are alternatives).
    Pattern(Vec<(String, Regex)>),
    /// One of these values.
    Enumeration(Vec<String>),
    /// A bound, and the orders of value to bound that satisfy it.
    Bound {
        /// Name of the facet.
        name: &'static str,
        /// The bound, as written.
        value: String,
        /// Whether a value equal to the bound is in.
        inclusive: bool,
        /// Whether values are below the bound.
        upper: bool,
    },
    /// At most this many significant digits.
    TotalDigits(usize),
    /// At most this many digits after the point.
    FractionDigits(usize),
}

impl Facet {
    /// The name of the facet in a schema.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Length(_) => "length",
            Self::MinLength(_) => "minLength",
            Self::MaxLength(_) => "maxLength",
            Self::Pattern(_) => "pattern",
            Self::Enumeration(_) => "enumeration",
            Self::Bound { name, .. } => name,
            Self::TotalDigits(_) => "totalDigits",
            Self::FractionDigits(_) => "fractionDigits",
        }
    }

    /// What the facet asks for, as a user reads it.
    fn expected(&self) -> String {
        match self {
            Self::Length(count)
            | Self::MinLength(count)
            | Self::MaxLength(count)
            | Self::TotalDigits(count)
            | Self::FractionDigits(count) => format!("{} {count}", self.name()),
            Self::Pattern(patterns) => patterns
                .iter()
                .map(|(source, _)| source.as_str())
                .collect::<Vec<_>>()
                .join(" | "),
            Self::Enumeration(values) => values.join(", "),
            Self::Bound { name, value, .. } => format!("{name} {value}"),
        }
    }
}

/// Why a text is not a value of a simple type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleFault {
    /// The facet that refuses it; none when the text is not in the lexical space of the type.
    pub facet: Option<&'static str>,
    /// What the facet or the type wants.
    pub expected: String,
}

/// What a check of a value needs from the place where the value stands.
pub(super) trait Bindings {
    /// The namespace bound to a prefix, empty for the default one.
    fn namespace(&self, prefix: &str) -> Option<String>;
}

/// The text with its white space treated.
pub(super) fn normalize(text: &str, white_space: WhiteSpace) -> Cow<'_, str> {
    let spaces = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    match white_space {
        WhiteSpace::Replace if text.contains(['\t', '\n', '\r']) => {
            Cow::Owned(text.replace(['\t', '\n', '\r'], " "))
        }
        WhiteSpace::Preserve | WhiteSpace::Replace => Cow::Borrowed(text),
        WhiteSpace::Collapse => {
            let trimmed = text.trim_matches(spaces);
            let plain = !trimmed.contains(['\t', '\n', '\r']) && !trimmed.contains("  ");
            if plain {
                Cow::Borrowed(trimmed)
            } else {
                Cow::Owned(
                    trimmed
                        .split(spaces)
                        .filter(|part| !part.is_empty())
                        .collect::<Vec<_>>()
                        .join(" "),
                )
            }
        }
    }
}

/// Checks `text`, as it stands in the document, against the simple type `id`.
pub(super) fn check(
    types: &Arena<Type>,
    id: Id<Type>,
    text: &str,
    bindings: &dyn Bindings,
) -> Result<(), SimpleFault> {
    let definition = types.get(id);
    let Some(simple) = definition.simple() else {
        // Only simple types are checked here: the compiler refuses the others as types of values.
        return Ok(());
    };
    let value = normalize(text, simple.white_space);
    match &simple.variety {
        Variety::Atomic(builtin) => {
            let known = lexical::is_valid(*builtin, &value)
                && (!matches!(builtin, Builtin::QName | Builtin::Notation) || is_bound(&value, bindings));
            if !known {
                return Err(lexical_fault(builtin.name()));
            }
        }
        Variety::List(item) => {
            for part in value.split(' ').filter(|part| !part.is_empty()) {
                check(types, *item, part, bindings)?;
            }
        }
        Variety::Union(members) => {
            let mut last = None;
            let accepted = members.iter().any(|&member| {
                check(types, member, text, bindings)
                    .map_err(|fault| last = Some(fault))
                    .is_ok()
            });
            if !accepted {
                return Err(match (members.as_slice(), last) {
                    ([_], Some(fault)) => fault,
                    _ => lexical_fault(&union_label(types, id, members)),
                });
            }
        }
    }
    let mut step = Some(id);
    while let Some(current) = step {
        let definition = types.get(current);
        let Some(simple) = definition.simple() else {
            break;
        };
        for facet in &simple.facets {
            if !holds(types, facet, simple, &value) {
                return Err(SimpleFault {
                    facet: Some(facet.name()),
                    expected: facet.expected(),
                });
            }
        }
        step = definition.base.filter(|&base| base != current);
    }
    Ok(())
}

fn lexical_fault(expected: &str) -> SimpleFault {
    SimpleFault {
        facet: None,
        expected: expected.to_owned(),
    }
}

/// How the types of a union are told to a user.
fn union_label(types: &Arena<Type>, id: Id<Type>, members: &[Id<Type>]) -> String {
    let own = types.get(id).label();
    let members = members
        .iter()
        .map(|&member| types.get(member).label())
        .filter(|label| !label.is_empty())
        .collect::<Vec<_>>()
        .join(" | ");
    match (own.is_empty(), members.is_empty()) {
        (true, _) => members,
        (false, true) => own,
        (false, false) => format!("{own} ({members})"),
    }
}

fn is_bound(value: &str, bindings: &dyn Bindings) -> bool {
    value
        .split_once(':')
        .is_none_or(|(prefix, _)| bindings.namespace(prefix).is_some())
}

/// Whether a value whose lexical form is right satisfies a facet.
fn holds(types: &Arena<Type>, facet: &Facet, simple: &SimpleType, value: &str) -> bool {
    match facet {
        Facet::Length(length) => measure(simple, value).is_none_or(|found| found == *length),
        Facet::MinLength(length) => measure(simple, value).is_none_or(|found| found >= *length),
        Facet::MaxLength(length) => measure(simple, value).is_none_or(|found| found <= *length),
        Facet::Pattern(patterns) => patterns.iter().any(|(_, pattern)| pattern.is_match(value)),
        Facet::Enumeration(values) => values
            .iter()
            .any(|allowed| same_value(types, &simple.variety, allowed, value)),
        Facet::Bound {
            value: bound,
            inclusive,
            upper,
            ..
        } => match compare(&simple.variety, value, bound) {
            Some(Ordering::Equal) => *inclusive,
            Some(Ordering::Less) => *upper,
            Some(Ordering::Greater) => !*upper,
            None => false,
        },
        Facet::TotalDigits(count) => {
            Decimal::parse(value).is_none_or(|number| number.total_digits() <= *count)
        }
        Facet::FractionDigits(count) => {
            Decimal::parse(value).is_none_or(|number| number.fraction_digits() <= *count)
        }
    }
}

/// Length in items, bytes or characters; none for types whose length facets say nothing.
fn measure(simple: &SimpleType, value: &str) -> Option<usize> {
    match &simple.variety {
        Variety::List(_) => Some(value.split(' ').filter(|part| !part.is_empty()).count()),
        Variety::Atomic(Builtin::HexBinary) => Some(value.len() / 2),
        Variety::Atomic(Builtin::Base64Binary) => lexical::base64_length(value),
        Variety::Atomic(Builtin::QName | Builtin::Notation) | Variety::Union(_) => None,
        Variety::Atomic(_) => Some(value.chars().count()),
    }
}

/// Whether two texts are the same value: numbers and booleans compare by value, the rest by characters.
pub(super) fn same_value(types: &Arena<Type>, variety: &Variety, left: &str, right: &str) -> bool {
    if left == right {
        return true;
    }
    match variety {
        Variety::Atomic(Builtin::Boolean) => {
            let truth = |text: &str| matches!(text, "true" | "1");
            truth(left) == truth(right)
        }
        Variety::Atomic(_) => compare(variety, left, right) == Some(Ordering::Equal),
        Variety::List(item) => {
            let Some(item) = types.get(*item).simple() else {
                return false;
            };
            let parts = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
            let (left, right) = (parts(left), parts(right));
            left.len() == right.len()
                && left
                    .iter()
                    .zip(&right)
                    .all(|(left, right)| same_value(types, &item.variety, left, right))
        }
        Variety::Union(_) => false,
    }
}

/// The order of two numbers; none for the types without an order that this engine knows.
fn compare(variety: &Variety, left: &str, right: &str) -> Option<Ordering> {
    match variety {
        Variety::Atomic(builtin) if builtin.is_decimal() => {
            Some(Decimal::parse(left)?.cmp(&Decimal::parse(right)?))
        }
        Variety::Atomic(builtin) if builtin.is_floating() => {
            lexical::floating(left)?.partial_cmp(&lexical::floating(right)?)
        }
        _ => None,
    }
}
