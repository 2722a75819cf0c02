//! What conditions answered already, for one message: the same questions are asked by many statements.

use std::cell::Cell;

use crate::engines::hl7v2::SegmentRef;

/// The answers to the questions of a plan, for the message and for each of its segments.
#[derive(Debug)]
pub struct Answers {
    known: Vec<Cell<Option<bool>>>,
    segments: usize,
}

impl Answers {
    /// None yet to `questions` about a message of so many segments.
    pub fn new(questions: usize, segments: usize) -> Self {
        Self {
            known: vec![Cell::new(None); questions * (segments + 1)],
            segments,
        }
    }

    /// The answer to a question about a segment, or about the message; worked out once.
    pub(super) fn of(
        &self,
        question: usize,
        segment: Option<SegmentRef<'_>>,
        answer: impl FnOnce() -> bool,
    ) -> bool {
        let place = question * (self.segments + 1) + segment.map_or(0, |segment| segment.rank() + 1);
        let Some(known) = self.known.get(place) else {
            return answer();
        };
        known.get().unwrap_or_else(|| {
            let found = answer();
            known.set(Some(found));
            found
        })
    }
}
