//! Wildcards: `xs:any` and `xs:anyAttribute` (XML Schema 1.0, part 1, section 3.10).

use std::collections::BTreeSet;

/// What is done with what a wildcard lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Process {
    /// It must be declared, and valid.
    Strict,
    /// It is validated when it is declared.
    Lax,
    /// It is not looked at.
    Skip,
}

/// Which namespaces a wildcard lets in; an empty namespace is the absence of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NamespaceSet {
    /// All.
    Any,
    /// All but this one and the absence of one.
    Not(String),
    /// These.
    Only(BTreeSet<String>),
}

/// A wildcard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wildcard {
    /// Which namespaces it lets in.
    pub(super) namespaces: NamespaceSet,
    /// What is done with what it lets in.
    pub(super) process: Process,
}

impl NamespaceSet {
    /// Reads the attribute `namespace` of a wildcard in a schema of `target` namespace.
    pub(super) fn parse(text: &str, target: &str) -> Self {
        match text.trim() {
            "##any" => Self::Any,
            "##other" => Self::Not(target.to_owned()),
            list => Self::Only(
                list.split_whitespace()
                    .map(|item| match item {
                        "##targetNamespace" => target.to_owned(),
                        "##local" => String::new(),
                        other => other.to_owned(),
                    })
                    .collect(),
            ),
        }
    }

    /// Whether names of `namespace` are let in.
    pub(super) fn allows(&self, namespace: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Not(excluded) => !namespace.is_empty() && namespace != excluded,
            Self::Only(list) => list.contains(namespace),
        }
    }

    /// What both let in (attribute groups of one type).
    pub(super) fn intersection(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Any, set) | (set, Self::Any) => set.clone(),
            (Self::Only(left), right) => {
                Self::Only(left.iter().filter(|one| right.allows(one)).cloned().collect())
            }
            (left, Self::Only(right)) => {
                Self::Only(right.iter().filter(|one| left.allows(one)).cloned().collect())
            }
            // Two different negations cannot be written as one: the first edition calls that an error; the first wins.
            (Self::Not(left), Self::Not(_)) => Self::Not(left.clone()),
        }
    }

    /// What either lets in (a type and its base, by extension).
    pub(super) fn union(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => Self::Any,
            (Self::Only(left), Self::Only(right)) => Self::Only(left.union(right).cloned().collect()),
            (Self::Not(left), Self::Not(right)) if left == right => Self::Not(left.clone()),
            // Everything but the absence of a namespace, which no set of XSD 1.0 writes otherwise.
            (Self::Not(_), Self::Not(_)) => Self::Not(String::new()),
            (Self::Not(excluded), Self::Only(list)) | (Self::Only(list), Self::Not(excluded)) => {
                match (list.contains(excluded), list.contains("")) {
                    (true, true) => Self::Any,
                    (true, false) => Self::Not(String::new()),
                    (false, _) => Self::Not(excluded.clone()),
                }
            }
        }
    }

    /// How the set is told to a user.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Any => "*".to_owned(),
            Self::Not(excluded) if excluded.is_empty() => "##other".to_owned(),
            Self::Not(excluded) => format!("{{not {excluded}}}*"),
            Self::Only(list) => list
                .iter()
                .map(|one| format!("{{{one}}}*"))
                .collect::<Vec<_>>()
                .join(", "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(list: &[&str]) -> NamespaceSet {
        NamespaceSet::Only(list.iter().map(|&one| one.to_owned()).collect())
    }

    #[test]
    fn sets_of_namespaces() {
        let other = NamespaceSet::parse("##other", "urn:a");
        assert!(other.allows("urn:b") && !other.allows("urn:a") && !other.allows(""));
        let list = NamespaceSet::parse("##local ##targetNamespace urn:c", "urn:a");
        assert!(list.allows("") && list.allows("urn:a") && list.allows("urn:c") && !list.allows("urn:b"));
        assert_eq!(other.intersection(&list), only(&["urn:c"]));
        assert_eq!(other.union(&only(&["urn:a", ""])), NamespaceSet::Any);
        assert_eq!(other.union(&only(&["urn:c"])), other);
        assert_eq!(
            only(&["urn:a"]).union(&only(&["urn:b"])),
            only(&["urn:a", "urn:b"])
        );
        assert_eq!(NamespaceSet::Any.intersection(&list), list);
    }
}
