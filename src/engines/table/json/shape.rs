//! Where the list of records of a JSON document is.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::broken;
use crate::engines::table::TableError;

/// Where the records are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// The document is the list.
    List,
    /// The document is an object, of which this member is the list.
    Member(String),
    /// Records follow each other, one a line.
    Lines,
}

/// Finds the list; an object with several lists of records, or with none, is no table.
pub(super) fn shape(text: &str) -> Result<Shape, TableError> {
    if text.starts_with('[') {
        return Ok(Shape::List);
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let first = deserializer
        .deserialize_any(FirstVisitor)
        .map_err(|error| broken(&error))?;
    let alone = deserializer.end().is_ok();
    match first {
        First::Object { lists, flat } => match <[String; 1]>::try_from(lists) {
            Ok([name]) if alone => Ok(Shape::Member(name)),
            _ if !alone && flat => Ok(Shape::Lines),
            _ => not_records(text),
        },
        First::Other => not_records(text),
    }
}

/// JSON of another shape, or broken JSON.
fn not_records(text: &str) -> Result<Shape, TableError> {
    Err(match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => TableError::NotRecords,
        Err(error) => broken(&error),
    })
}

/// The first value of the document.
enum First {
    /// An object: its members that are lists of records, and whether it holds scalars alone.
    Object { lists: Vec<String>, flat: bool },
    /// Anything else.
    Other,
}

struct FirstVisitor;

impl<'de> Visitor<'de> for FirstVisitor {
    type Value = First;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<First, A::Error> {
        let mut lists = Vec::new();
        let mut flat = true;
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match map.next_value::<Member>()? {
                Member::Scalar => {}
                Member::Records => {
                    lists.push(key.into_owned());
                    flat = false;
                }
                Member::Object | Member::OtherList => flat = false,
            }
        }
        Ok(First::Object { lists, flat })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<First, A::Error> {
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(First::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<First, E> {
        Ok(First::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<First, E> {
        Ok(First::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<First, E> {
        Ok(First::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<First, E> {
        Ok(First::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<First, E> {
        Ok(First::Other)
    }

    fn visit_unit<E>(self) -> Result<First, E> {
        Ok(First::Other)
    }
}

/// What a member of the object holds.
enum Member {
    Scalar,
    Object,
    Records,
    OtherList,
}

impl<'de> serde::Deserialize<'de> for Member {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MemberVisitor)
    }
}

struct MemberVisitor;

impl<'de> Visitor<'de> for MemberVisitor {
    type Value = Member;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Member, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Member::Object)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Member, A::Error> {
        // One value of another kind makes it no list of records; so does having none.
        let mut records = 0_u32;
        let mut others = 0_u32;
        while let Some(is_record) = sequence.next_element::<IsRecord>()? {
            if is_record.0 {
                records = records.saturating_add(1);
            } else {
                others = others.saturating_add(1);
            }
        }
        Ok(if records > 0 && others == 0 {
            Member::Records
        } else {
            Member::OtherList
        })
    }

    fn visit_bool<E>(self, _: bool) -> Result<Member, E> {
        Ok(Member::Scalar)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Member, E> {
        Ok(Member::Scalar)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Member, E> {
        Ok(Member::Scalar)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Member, E> {
        Ok(Member::Scalar)
    }

    fn visit_str<E>(self, _: &str) -> Result<Member, E> {
        Ok(Member::Scalar)
    }

    fn visit_unit<E>(self) -> Result<Member, E> {
        Ok(Member::Scalar)
    }
}

/// Whether a value is an object.
struct IsRecord(bool);

impl<'de> serde::Deserialize<'de> for IsRecord {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(MemberVisitor)
            .map(|member| Self(matches!(member, Member::Object)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_found() {
        let found = |text: &str| shape(text).ok();
        assert_eq!(found("[{}]"), Some(Shape::List));
        assert_eq!(
            found(r#"{"titre": "x", "colonnes": ["a"], "lignes": [{"a": 1}, {"a": 2}]}"#),
            Some(Shape::Member("lignes".to_owned()))
        );
        assert_eq!(found("{\"a\": 1}\n{\"a\": 2}\n"), Some(Shape::Lines));
        for text in [
            r#"{"a": 1}"#,
            r#"{"a": [{"x": 1}], "b": [{"x": 1}]}"#,
            r#"{"a": [1, 2]}"#,
            r#"{"a": []}"#,
            "12",
        ] {
            assert_eq!(shape(text), Err(TableError::NotRecords), "{text}");
        }
        assert!(matches!(shape("{\"a\":"), Err(TableError::Json { .. })));
    }
}
