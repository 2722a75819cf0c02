//! What is judged in a value because of its data type, prepared once from the types of a profile.

use std::collections::BTreeMap;

/// What is judged of a value or of one of its components.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// A date, with a time or without (TS, DTM).
    Instant,
    /// A date without time (DT).
    Date,
    /// A rank: digits alone (SI).
    Rank,
    /// A number (NM).
    Number,
    /// An assigning authority (HD).
    Authority,
    /// An identifier with its authority (EI); whole values only.
    Entity,
    /// A code with its system (CE, CWE, CNE); whole values only.
    Coded,
}

impl Judged {
    fn of_value(name: &str) -> Option<Self> {
        match name {
            "EI" => Some(Self::Entity),
            "CE" | "CWE" | "CNE" => Some(Self::Coded),
            _ => Self::of_component(name),
        }
    }

    fn of_component(name: &str) -> Option<Self> {
        Some(match name {
            "TS" | "DTM" => Self::Instant,
            "DT" => Self::Date,
            "SI" => Self::Rank,
            "NM" => Self::Number,
            "HD" => Self::Authority,
            _ => return None,
        })
    }
}

/// What is judged in the values of a type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValueType {
    /// Of the value as a whole.
    pub whole: Option<Judged>,
    /// Of its components, the first one first, up to the last one that is judged.
    pub components: Vec<Option<Judged>>,
}

impl ValueType {
    /// The type named `name`; `types` are the component types of composite types.
    pub fn of(name: &str, types: &BTreeMap<String, Vec<String>>) -> Self {
        let whole = Judged::of_value(name);
        // The components of an authority are judged together.
        let components = types.get(name).filter(|_| whole != Some(Judged::Authority));
        let mut components: Vec<_> = components
            .into_iter()
            .flatten()
            .map(|component| Judged::of_component(component))
            .collect();
        let judged = components
            .iter()
            .rposition(Option::is_some)
            .map_or(0, |last| last + 1);
        components.truncate(judged);
        Self { whole, components }
    }

    /// Whether nothing is judged in such a value.
    pub fn is_free(&self) -> bool {
        self.whole.is_none() && self.components.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_judged_as_a_whole_and_by_its_components() {
        let list = |names: &str| names.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let types = BTreeMap::from([
            ("CX".to_owned(), list("ST ST ID HD ID HD DT ST")),
            ("CE".to_owned(), list("ST ST ID")),
            ("HD".to_owned(), list("IS ST ID")),
            ("EI".to_owned(), list("ST IS ST ID")),
        ]);
        let of = |name: &str| ValueType::of(name, &types);
        assert_eq!(of("CX").whole, None);
        assert_eq!(
            of("CX").components,
            [
                None,
                None,
                None,
                Some(Judged::Authority),
                None,
                Some(Judged::Authority),
                Some(Judged::Date)
            ]
        );
        assert_eq!(
            (of("CE").whole, of("CE").components.len()),
            (Some(Judged::Coded), 0)
        );
        assert_eq!(
            (of("HD").whole, of("HD").components.len()),
            (Some(Judged::Authority), 0)
        );
        assert_eq!(of("EI").whole, Some(Judged::Entity));
        assert!(of("ST").is_free() && of("-").is_free() && !of("TS").is_free());
    }
}
