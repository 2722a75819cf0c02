//! Particles: what a content model is made of, before it becomes an automaton.

use std::sync::Arc;

use super::arena::Id;
use super::types::Element;
use super::wildcard::Wildcard;

/// A term and how often it occurs.
#[derive(Debug, Clone)]
pub(super) struct Particle {
    /// Fewest occurrences.
    pub(super) min: u32,
    /// Most occurrences; none for no limit.
    pub(super) max: Option<u32>,
    /// What occurs.
    pub(super) term: Term,
}

/// What a particle repeats.
#[derive(Debug, Clone)]
pub(super) enum Term {
    /// An element, or what may stand in its place.
    Element(Id<Element>),
    /// Any element of some namespaces.
    Any(Wildcard),
    /// All of these, in this order.
    Sequence(Vec<Arc<Particle>>),
    /// One of these.
    Choice(Vec<Arc<Particle>>),
    /// All of these, in any order, each at most once.
    All(Vec<Arc<Particle>>),
}

impl Particle {
    /// A term that occurs once.
    pub(super) const fn once(term: Term) -> Self {
        Self {
            min: 1,
            max: Some(1),
            term,
        }
    }

    /// How many positions the automaton of the particle has, counts expanded.
    pub(super) fn positions(&self) -> usize {
        let one = match &self.term {
            Term::Element(_) | Term::Any(_) => 1,
            Term::Sequence(parts) | Term::Choice(parts) | Term::All(parts) => parts
                .iter()
                .fold(0_usize, |total, part| total.saturating_add(part.positions())),
        };
        let copies = self.max.map_or(self.min.max(1), |max| max);
        one.saturating_mul(copies as usize)
    }

    /// Whether nothing at all can stand for the particle.
    pub(super) fn is_empty(&self) -> bool {
        match &self.term {
            Term::Element(_) | Term::Any(_) => false,
            Term::Sequence(parts) | Term::Choice(parts) | Term::All(parts) => {
                parts.iter().all(|part| part.is_empty())
            }
        }
    }
}
