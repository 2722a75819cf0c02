//! Structures in the abstract notation of the standard: `MSH [{SFT}] EVN PID [PV1] ORDER( ORC OBR ) { OBX [{PRT}] }`.
//! `[ ]` is optional, `{ }` repeats, `NAME( )` groups.

use std::collections::BTreeMap;

/// An element of a structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A segment.
    Segment {
        /// Its name.
        name: String,
        /// May be absent.
        optional: bool,
        /// May repeat.
        repeats: bool,
    },
    /// A group.
    Group {
        /// Its name; empty for an anonymous one.
        name: String,
        /// May be absent.
        optional: bool,
        /// May repeat.
        repeats: bool,
        /// What it holds, in order.
        items: Vec<Item>,
    },
}

impl Item {
    /// May it be absent.
    pub fn optional(&self) -> bool {
        match self {
            Self::Segment { optional, .. } | Self::Group { optional, .. } => *optional,
        }
    }

    /// May it repeat.
    pub fn repeats(&self) -> bool {
        match self {
            Self::Segment { repeats, .. } | Self::Group { repeats, .. } => *repeats,
        }
    }

    /// Whether a segment of that name may stand somewhere in it.
    pub fn holds(&self, segment: &str) -> bool {
        match self {
            Self::Segment { name, .. } => name == segment,
            Self::Group { items, .. } => items.iter().any(|item| item.holds(segment)),
        }
    }

    /// The first segment that must be there when the item is.
    pub fn first_required(&self) -> Option<&str> {
        match self {
            Self::Segment { name, .. } => Some(name),
            Self::Group { items, .. } => items
                .iter()
                .find(|item| !item.optional())
                .or_else(|| items.first())
                .and_then(Item::first_required),
        }
    }
}

/// A structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grammar {
    /// Its elements, in order.
    items: Vec<Item>,
    /// The rank of each segment among the elements: see [`Grammar::rank`].
    ranks: BTreeMap<String, Option<usize>>,
}

impl Grammar {
    /// The structure made of these elements.
    pub fn new(items: Vec<Item>) -> Self {
        let mut ranks = BTreeMap::new();
        rank(&items, &mut 0, false, &mut ranks);
        Self { items, ranks }
    }

    /// Its elements, in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The place of the segments of a name in the order of the structure: one for all those of a repeating group; none
    /// for a name that may stand in several places, or in none.
    pub fn rank(&self, segment: &str) -> Option<usize> {
        self.ranks.get(segment).copied().flatten()
    }

    /// Reads the notation; the error says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let spaced = text
            .replace('[', " [ ")
            .replace(']', " ] ")
            .replace('{', " { ")
            .replace('}', " } ")
            .replace('(', "( ")
            .replace(')', " ) ");
        let tokens: Vec<&str> = spaced.split_whitespace().collect();
        let mut at = 0;
        let items = sequence(&tokens, &mut at, None, 0)?;
        Ok(Self::new(items))
    }

    /// Whether a segment of that name may stand somewhere in the message.
    pub fn holds(&self, segment: &str) -> bool {
        self.items.iter().any(|item| item.holds(segment))
    }
}

fn rank(items: &[Item], next: &mut usize, inside: bool, ranks: &mut BTreeMap<String, Option<usize>>) {
    for item in items {
        if !inside {
            *next += 1;
        }
        match item {
            Item::Segment { name, .. } => {
                let own = *next;
                ranks
                    .entry(name.clone())
                    .and_modify(|known| {
                        if *known != Some(own) {
                            *known = None;
                        }
                    })
                    .or_insert(Some(own));
            }
            Item::Group { items, repeats, .. } => rank(items, next, inside || *repeats, ranks),
        }
    }
}

/// Structures nest a few levels; more is a fault of the profile.
const DEEPEST: usize = 16;

fn sequence(tokens: &[&str], at: &mut usize, close: Option<&str>, depth: usize) -> Result<Vec<Item>, String> {
    if depth > DEEPEST {
        return Err("the structure nests too deeply".to_owned());
    }
    let mut items = Vec::new();
    loop {
        let Some(token) = tokens.get(*at).copied() else {
            return match close {
                None => Ok(items),
                Some(close) => Err(format!("'{close}' is missing")),
            };
        };
        *at += 1;
        match token {
            "[" | "{" => {
                let close = if token == "[" { "]" } else { "}" };
                let inner = sequence(tokens, at, Some(close), depth + 1)?;
                items.push(wrap(inner, token == "[", token == "{"));
            }
            _ if close == Some(token) => return Ok(items),
            "]" | "}" | ")" => return Err(format!("'{token}' closes nothing")),
            _ => match token.strip_suffix('(') {
                Some(name) => items.push(Item::Group {
                    name: name.to_owned(),
                    optional: false,
                    repeats: false,
                    items: sequence(tokens, at, Some(")"), depth + 1)?,
                }),
                None if token.len() == 3 => items.push(Item::Segment {
                    name: token.to_owned(),
                    optional: false,
                    repeats: false,
                }),
                None => return Err(format!("'{token}' is no segment")),
            },
        }
    }
}

fn wrap(mut inner: Vec<Item>, makes_optional: bool, makes_repeat: bool) -> Item {
    if inner.len() == 1 {
        let mut item = inner.remove(0);
        match &mut item {
            Item::Segment {
                optional, repeats, ..
            }
            | Item::Group {
                optional, repeats, ..
            } => {
                *optional |= makes_optional;
                *repeats |= makes_repeat;
            }
        }
        return item;
    }
    Item::Group {
        name: String::new(),
        optional: makes_optional,
        repeats: makes_repeat,
        items: inner,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notation_is_read() {
        let grammar = Grammar::parse("MSH [{SFT}] ORDER( ORC [OBR] ) { OBX [{PRT}] }").unwrap();
        assert_eq!(grammar.items.len(), 4);
        assert!(grammar.items[1].optional() && grammar.items[1].repeats());
        assert_eq!(grammar.items[2].first_required(), Some("ORC"));
        assert!(grammar.items[3].repeats() && grammar.items[3].holds("PRT"));
    }

    #[test]
    fn faults_are_said() {
        for (text, part) in [
            ("MSH [PID", "']' is missing"),
            ("MSH ]", "closes nothing"),
            ("MSHX", "no segment"),
        ] {
            assert!(Grammar::parse(text).unwrap_err().contains(part), "{text}");
        }
    }
}
