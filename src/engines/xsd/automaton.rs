//! Content models as deterministic automata: Glushkov positions, then the subset construction. A model that obeys
//! "unique particle attribution" has one position per state and name; one that does not is still decided.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::arena::{Arena, Id};
use super::names::NameId;
use super::particle::{Particle, Term};
use super::types::Element;
use super::wildcard::Wildcard;

/// Most positions of one content model, counts expanded.
pub(super) const POSITION_LIMIT: usize = 2_000;
/// Most states of one automaton; only an ambiguous model comes near.
const STATE_LIMIT: usize = 20_000;
/// Most members of an `xs:all` group.
const ALL_LIMIT: usize = 64;

/// A compiled content model.
#[derive(Debug)]
pub(super) enum Automaton {
    /// Sequences and choices.
    States {
        /// The states; the first one is where reading begins.
        states: Vec<State>,
        /// What each position reads.
        leaves: Vec<Leaf>,
    },
    /// An `xs:all` group: members in any order.
    All {
        /// The members, and whether each must be there.
        members: Vec<(Id<Element>, bool)>,
        /// Whether the whole group may be absent.
        optional: bool,
    },
}

/// What a position of a content model reads.
#[derive(Debug, Clone)]
pub(super) enum Leaf {
    /// An element or what may stand in its place.
    Element(Id<Element>),
    /// Anything a wildcard lets in.
    Any(Wildcard),
}

/// A state of an automaton.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Next state by element name, sorted by name.
    named: Vec<(NameId, Id<Element>, u32)>,
    /// Next state by wildcard, for the other names: position of the wildcard, next state.
    wild: Vec<(u32, u32)>,
    /// The positions that may come next, in the order of the schema.
    next: Vec<u32>,
    /// Whether the content may end here.
    accepting: bool,
}

/// How far the reading of the content of an element has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// In a state of the automaton.
    At(u32),
    /// These members of an `xs:all` group have been seen.
    Seen(u64),
}

/// What reads a child element.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reading<'a> {
    /// An element declaration.
    Element(Id<Element>),
    /// A wildcard.
    Any(&'a Wildcard),
}

impl Automaton {
    /// Compiles a content model whose positions are within [`POSITION_LIMIT`].
    /// None when it would have too many states.
    pub(super) fn compile(particle: &Particle, elements: &Arena<Element>) -> Option<Self> {
        if let Term::All(parts) = &particle.term {
            let members: Vec<_> = parts
                .iter()
                .filter_map(|part| match part.term {
                    Term::Element(element) => Some((element, part.min > 0)),
                    _ => None,
                })
                .collect();
            return (members.len() <= ALL_LIMIT && members.len() == parts.len()).then_some(Self::All {
                members,
                optional: particle.min == 0,
            });
        }
        let mut positions = Positions::default();
        let whole = positions.particle(particle);
        positions.determinize(&whole, elements)
    }

    /// Where reading begins.
    pub(super) const fn start(&self) -> Progress {
        match self {
            Self::States { .. } => Progress::At(0),
            Self::All { .. } => Progress::Seen(0),
        }
    }

    fn state(&self, state: u32) -> Option<&State> {
        match self {
            Self::States { states, .. } => states.get(state as usize),
            Self::All { .. } => None,
        }
    }

    /// Reads a child: `name` when the schema knows it, in `namespace`. None when it may not stand here.
    pub(super) fn read(
        &self,
        progress: Progress,
        name: Option<NameId>,
        namespace: &str,
        elements: &Arena<Element>,
    ) -> Option<(Reading<'_>, Progress)> {
        match (self, progress) {
            (Self::States { leaves, .. }, Progress::At(at)) => {
                let state = self.state(at)?;
                let by_name = name.and_then(|name| {
                    let found = state.named.binary_search_by_key(&name, |entry| entry.0).ok()?;
                    state.named.get(found)
                });
                if let Some(&(_, element, next)) = by_name {
                    return Some((Reading::Element(element), Progress::At(next)));
                }
                state
                    .wild
                    .iter()
                    .find_map(|&(leaf, next)| match leaves.get(leaf as usize)? {
                        Leaf::Any(wildcard) if wildcard.namespaces.allows(namespace) => {
                            Some((Reading::Any(wildcard), Progress::At(next)))
                        }
                        _ => None,
                    })
            }
            (Self::All { members, .. }, Progress::Seen(seen)) => {
                let name = name?;
                members.iter().enumerate().find_map(|(index, (member, _))| {
                    let bit = 1_u64 << index;
                    let read = elements
                        .get(*member)
                        .substitutes
                        .iter()
                        .find(|&&element| elements.get(element).name == name)?;
                    (seen & bit == 0).then_some((Reading::Element(*read), Progress::Seen(seen | bit)))
                })
            }
            _ => None,
        }
    }

    /// Whether the content may end here.
    pub(super) fn accepts(&self, progress: Progress) -> bool {
        match (self, progress) {
            (Self::States { .. }, Progress::At(at)) => self.state(at).is_some_and(|state| state.accepting),
            (Self::All { members, optional }, Progress::Seen(seen)) => {
                (seen == 0 && *optional)
                    || members
                        .iter()
                        .enumerate()
                        .all(|(index, (_, required))| !required || seen & (1 << index) != 0)
            }
            _ => false,
        }
    }

    /// What may come next, in the order of the schema.
    pub(super) fn expected(&self, progress: Progress) -> Vec<Leaf> {
        match (self, progress) {
            (Self::States { leaves, .. }, Progress::At(at)) => self
                .state(at)
                .map(|state| {
                    state
                        .next
                        .iter()
                        .filter_map(|&leaf| leaves.get(leaf as usize).cloned())
                        .collect()
                })
                .unwrap_or_default(),
            (Self::All { members, .. }, Progress::Seen(seen)) => members
                .iter()
                .enumerate()
                .filter(|(index, _)| seen & (1 << index) == 0)
                .map(|(_, (member, _))| Leaf::Element(*member))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The declaration that the model has anywhere for a name: used to go on after a misplaced child.
    pub(super) fn anywhere(&self, name: NameId, elements: &Arena<Element>) -> Option<Id<Element>> {
        let of = |element: Id<Element>| {
            elements
                .get(element)
                .substitutes
                .iter()
                .copied()
                .find(|&one| elements.get(one).name == name)
        };
        match self {
            Self::States { leaves, .. } => leaves.iter().find_map(|leaf| match leaf {
                Leaf::Element(element) => of(*element),
                Leaf::Any(_) => None,
            }),
            Self::All { members, .. } => members.iter().find_map(|(member, _)| of(*member)),
        }
    }
}

/// The positions that may begin and end a part of a model, and whether the part may be empty.
#[derive(Debug, Clone, Default)]
struct Fragment {
    nullable: bool,
    first: BTreeSet<u32>,
    last: BTreeSet<u32>,
}

#[derive(Debug, Default)]
struct Positions {
    leaves: Vec<Leaf>,
    follow: Vec<BTreeSet<u32>>,
}

impl Positions {
    fn leaf(&mut self, leaf: Leaf) -> Fragment {
        let position = u32::try_from(self.leaves.len()).unwrap_or(u32::MAX);
        self.leaves.push(leaf);
        self.follow.push(BTreeSet::new());
        Fragment {
            nullable: false,
            first: BTreeSet::from([position]),
            last: BTreeSet::from([position]),
        }
    }

    fn link(&mut self, from: &BTreeSet<u32>, to: &BTreeSet<u32>) {
        for &position in from {
            if let Some(follow) = self.follow.get_mut(position as usize) {
                follow.extend(to);
            }
        }
    }

    fn then(&mut self, left: Fragment, right: Fragment) -> Fragment {
        self.link(&left.last, &right.first);
        let mut first = left.first;
        if left.nullable {
            first.extend(&right.first);
        }
        let mut last = right.last;
        if right.nullable {
            last.extend(&left.last);
        }
        Fragment {
            nullable: left.nullable && right.nullable,
            first,
            last,
        }
    }

    fn particle(&mut self, particle: &Particle) -> Fragment {
        let mut whole = Fragment {
            nullable: true,
            ..Fragment::default()
        };
        let Some(max) = particle.max else {
            // min copies, the last of them repeated; or one optional repeated copy.
            for copy in 1..=particle.min.max(1) {
                let mut part = self.term(&particle.term);
                if copy == particle.min.max(1) {
                    let (last, first) = (part.last.clone(), part.first.clone());
                    self.link(&last, &first);
                    part.nullable |= particle.min == 0;
                }
                whole = self.then(whole, part);
            }
            return whole;
        };
        // min required copies, then nested optional ones: a(a(a)?)? so that the model stays deterministic.
        let mut copies: Vec<Fragment> = Vec::new();
        for _ in 0..max {
            copies.push(self.term(&particle.term));
        }
        let mut optional: Option<Fragment> = None;
        for (index, copy) in copies.into_iter().enumerate().rev() {
            let mut joined = match optional.take() {
                Some(rest) => self.then(copy, rest),
                None => copy,
            };
            if index >= particle.min as usize {
                joined.nullable = true;
            }
            optional = Some(joined);
        }
        optional.unwrap_or(whole)
    }

    fn term(&mut self, term: &Term) -> Fragment {
        match term {
            Term::Element(element) => self.leaf(Leaf::Element(*element)),
            Term::Any(wildcard) => self.leaf(Leaf::Any(wildcard.clone())),
            Term::Sequence(parts) | Term::All(parts) => {
                let mut whole = Fragment {
                    nullable: true,
                    ..Fragment::default()
                };
                for part in parts {
                    let part = self.particle(part);
                    whole = self.then(whole, part);
                }
                whole
            }
            Term::Choice(parts) => {
                // An empty choice accepts nothing.
                let mut whole = Fragment::default();
                for part in parts {
                    let part = self.particle(part);
                    whole.nullable |= part.nullable;
                    whole.first.extend(part.first);
                    whole.last.extend(part.last);
                }
                whole
            }
        }
    }

    fn determinize(self, whole: &Fragment, elements: &Arena<Element>) -> Option<Automaton> {
        // A subset is the set of positions just read; the start has read none.
        let mut states: Vec<State> = Vec::new();
        let mut numbers: HashMap<BTreeSet<u32>, u32> = HashMap::new();
        let mut waiting: Vec<(BTreeSet<u32>, BTreeSet<u32>)> = vec![(BTreeSet::new(), whole.first.clone())];
        numbers.insert(BTreeSet::new(), 0);
        let mut built = 0;
        while let Some((read, next)) = waiting.get(built).cloned() {
            built += 1;
            let mut named: BTreeMap<NameId, (Id<Element>, BTreeSet<u32>)> = BTreeMap::new();
            let mut wild: Vec<(u32, BTreeSet<u32>)> = Vec::new();
            for &position in &next {
                match self.leaves.get(position as usize)? {
                    Leaf::Element(head) => {
                        for &element in &elements.get(*head).substitutes {
                            named
                                .entry(elements.get(element).name)
                                .or_insert_with(|| (element, BTreeSet::new()))
                                .1
                                .insert(position);
                        }
                    }
                    Leaf::Any(wildcard) => {
                        let same = wild.iter_mut().find(|(known, _)| {
                            matches!(self.leaves.get(*known as usize), Some(Leaf::Any(other)) if other == wildcard)
                        });
                        match same {
                            Some((_, targets)) => {
                                targets.insert(position);
                            }
                            None => wild.push((position, BTreeSet::from([position]))),
                        }
                    }
                }
            }
            let mut number = |target: BTreeSet<u32>| -> Option<u32> {
                if let Some(&known) = numbers.get(&target) {
                    return Some(known);
                }
                let id = u32::try_from(waiting.len()).ok()?;
                if waiting.len() >= STATE_LIMIT {
                    return None;
                }
                let follow = target
                    .iter()
                    .filter_map(|&position| self.follow.get(position as usize))
                    .flatten()
                    .copied()
                    .collect();
                numbers.insert(target.clone(), id);
                waiting.push((target, follow));
                Some(id)
            };
            let mut state = State {
                accepting: if built == 1 {
                    whole.nullable
                } else {
                    read.iter().any(|position| whole.last.contains(position))
                },
                next: next.iter().copied().collect(),
                ..State::default()
            };
            for (name, (element, targets)) in named {
                state.named.push((name, element, number(targets)?));
            }
            for (leaf, targets) in wild {
                state.wild.push((leaf, number(targets)?));
            }
            states.push(state);
        }
        Some(Automaton::States {
            states,
            leaves: self.leaves,
        })
    }
}
