//! The order and number of segments (rules `STR-…`): one finding per cause.
//!
//! The message is walked along its structure. A segment that fits nowhere is told once and left out; a segment that
//! is missing here but comes later is told once, as out of order; a group that is missing is told by its first
//! segment; what a cut message should have had after its end is not told at all.

use crate::engines::hl7v2::{Fault as SyntaxFault, MessageRef, SegmentRef};
use crate::text::Text;

use super::judgement::{Fault, Judgement};
use super::order::longest_rise;
use super::profile::{Grammar, Item};

/// Judges the structure of the message, when its profile knows it.
pub(super) fn judge(judgement: &mut Judgement<'_>) {
    let profile = judgement.profile;
    let Some(structure) = profile.structure(&judgement.kind, &judgement.event) else {
        return;
    };
    let all: Vec<SegmentRef<'_>> = judgement.message.segments().collect();
    let moved = moved(&structure.grammar, &all);
    let rule = structure.rule.as_str();
    for segment in &moved {
        let name = segment.name();
        let message = Text::new(
            format!("le segment {name} n'est pas à sa place"),
            format!("the segment {name} is not in its place"),
        );
        judgement.report(
            Fault::new(rule, segment.whole(), message)
                .severity(structure.order_severity)
                .code("100"),
        );
    }
    let segments: Vec<SegmentRef<'_>> = all
        .into_iter()
        .filter(|segment| !moved.iter().any(|one| one.rank() == segment.rank()))
        .collect();
    let mut walk = Walk {
        segments: &segments,
        at: 0,
        missing: Vec::new(),
        stray: Vec::new(),
    };
    walk.sequence(structure.grammar.items(), &mut Vec::new());
    while walk.at < segments.len() {
        walk.stray.push(walk.at);
        walk.at += 1;
    }
    let Walk { missing, stray, .. } = walk;
    let mut explained = Vec::new();
    for &index in &stray {
        let Some(segment) = segments.get(index).copied() else {
            continue;
        };
        let name = segment.name();
        // A hole and a segment of that name elsewhere are one fault: out of place.
        if let Some(place) = missing.iter().position(|(wanted, _)| wanted == name)
            && !explained.contains(&place)
        {
            explained.push(place);
            let message = Text::new(
                format!("le segment {name} n'est pas à sa place"),
                format!("the segment {name} is not in its place"),
            );
            judgement.report(
                Fault::new(rule, segment.whole(), message)
                    .severity(structure.order_severity)
                    .code("100"),
            );
            continue;
        }
        let known = structure.grammar.holds(name);
        if name.starts_with('Z') && !known {
            let message = Text::new(
                format!("segment local {name} : ignoré"),
                format!("local segment {name}: ignored"),
            );
            judgement.report(Fault::new("STR-Z", segment.whole(), message));
            continue;
        }
        let message = if known {
            Text::new(
                format!("le segment {name} n'est pas attendu ici, ou l'est une seule fois"),
                format!("the segment {name} is not expected here, or only once"),
            )
        } else {
            Text::new(
                format!("le segment {name} n'existe pas dans la structure de ce message"),
                format!("the segment {name} is not part of the structure of this message"),
            )
        };
        judgement.report(
            Fault::new(rule, segment.whole(), message)
                .severity(structure.order_severity)
                .code("100"),
        );
        // What does not belong in the message is not judged inside.
        if !known {
            judgement.explained.push((segment.rank(), 0));
        }
    }
    let mut at_end = false;
    for (place, (name, before)) in missing.iter().enumerate() {
        let end = *before >= segments.len();
        let elsewhere = moved.iter().any(|segment| segment.is(name));
        if elsewhere
            || explained.contains(&place)
            || misread(judgement, name)
            || (end && (at_end || judgement.cut))
        {
            continue;
        }
        at_end |= end;
        let anchor = segments
            .get(before.saturating_sub(1))
            .or_else(|| segments.last())
            .copied();
        let Some(anchor) = anchor else { continue };
        let message = if end {
            Text::new(
                format!(
                    "le message s'arrête après {} : le segment {name} manque",
                    anchor.name()
                ),
                format!(
                    "the message stops after {}: the segment {name} is missing",
                    anchor.name()
                ),
            )
        } else {
            Text::new(
                format!("le segment {name} manque après {}", anchor.name()),
                format!("the segment {name} is missing after {}", anchor.name()),
            )
        };
        judgement.report(
            Fault::new(rule, anchor.whole(), message)
                .expected(name.clone())
                .code("100"),
        );
    }
}

/// Segments that stand out of the order of the structure, when only some were moved: what is not in the heaviest rising
/// sequence of ranks. Segments that may stand in several places have no rank, those of a repeating group have one.
fn moved<'p>(grammar: &Grammar, segments: &[SegmentRef<'p>]) -> Vec<SegmentRef<'p>> {
    // Runs of one rank count as one item, so that thousands of OBX stay cheap.
    let mut runs: Vec<(usize, Vec<SegmentRef<'p>>)> = Vec::new();
    for segment in segments {
        let Some(rank) = grammar.rank(segment.name()) else {
            continue;
        };
        match runs.last_mut() {
            Some((last, run)) if *last == rank => run.push(*segment),
            _ => runs.push((rank, vec![*segment])),
        }
    }
    if runs.len() > MOST_RUNS {
        return Vec::new();
    }
    let kept = longest_rise(
        &runs
            .iter()
            .map(|(rank, run)| (*rank, run.len()))
            .collect::<Vec<_>>(),
    );
    let lost = runs.iter().enumerate().filter(|(place, _)| !kept.contains(place));
    lost.flat_map(|(_, (_, run))| run.clone())
        // A second copy of a segment that stands in its place is too many, not moved.
        .filter(|segment| {
            let copies = segments
                .iter()
                .filter(|other| other.name() == segment.name())
                .count();
            copies == 1
        })
        .collect()
}

/// Beyond, order is told by the walk alone.
const MOST_RUNS: usize = 500;

/// How many required segments and groups the message lacks after its end.
pub(super) fn unfinished(grammar: &Grammar, message: MessageRef<'_>) -> usize {
    let segments: Vec<SegmentRef<'_>> = message.segments().collect();
    let mut walk = Walk {
        segments: &segments,
        at: 0,
        missing: Vec::new(),
        stray: Vec::new(),
    };
    walk.sequence(grammar.items(), &mut Vec::new());
    walk.missing
        .iter()
        .filter(|(_, before)| *before >= segments.len())
        .count()
}

/// Whether a segment of that name is in the file but could not be read as one: the bad line says so already.
fn misread(judgement: &Judgement<'_>, name: &str) -> bool {
    let parsed = judgement.message.parsed();
    if parsed.before_header().iter().any(|before| before == name) {
        return true;
    }
    parsed
        .issues()
        .iter()
        .filter(|issue| {
            issue.fault == SyntaxFault::BadLine && issue.message == Some(judgement.message.index())
        })
        .any(|issue| {
            let line = parsed
                .bytes()
                .get(issue.span.start..issue.span.end)
                .unwrap_or_default();
            let head: Vec<u8> = line
                .iter()
                .filter(|byte| !byte.is_ascii_whitespace())
                .take(4)
                .copied()
                .collect();
            let head = String::from_utf8_lossy(&head).to_ascii_uppercase();
            let same = name.chars().filter(|one| head.contains(*one)).count();
            head.starts_with(name) || same >= 2
        })
}

struct Walk<'w, 'p> {
    segments: &'w [SegmentRef<'p>],
    at: usize,
    /// Name of the missing segment, and the index of the segment that stands where it should be.
    missing: Vec<(String, usize)>,
    stray: Vec<usize>,
}

impl Walk<'_, '_> {
    fn current(&self) -> Option<&str> {
        self.segments.get(self.at).map(SegmentRef::name)
    }

    /// Walks along `items`; `after` holds what may come after them, outermost first.
    fn sequence<'g>(&mut self, items: &'g [Item], after: &mut Vec<&'g [Item]>) {
        for (index, item) in items.iter().enumerate() {
            let following = items.get(index + 1..).unwrap_or_default();
            self.item(item, following, after);
        }
    }

    fn item<'g>(&mut self, item: &'g Item, following: &'g [Item], after: &mut Vec<&'g [Item]>) {
        let mut count = 0;
        while let Some(name) = self.current() {
            if item.holds(name) {
                if count > 0 && !item.repeats() {
                    break;
                }
                // A group is entered by any of its segments, so that a missing first one is told as missing.
                if count == 0 && belongs_later(item, name, following) {
                    break;
                }
                match item {
                    Item::Segment { .. } => self.at += 1,
                    Item::Group { items, .. } => {
                        let before = self.at;
                        let repeat = item.repeats().then_some(std::slice::from_ref(item));
                        after.push(following);
                        after.extend(repeat);
                        self.sequence(items, after);
                        if repeat.is_some() {
                            after.pop();
                        }
                        after.pop();
                        if self.at == before {
                            break;
                        }
                    }
                }
                count += 1;
                continue;
            }
            if expected_later(name, following, after) {
                break;
            }
            // Fits nowhere from here: leave it out and look again.
            self.stray.push(self.at);
            self.at += 1;
        }
        if count == 0
            && !item.optional()
            && let Some(name) = item.first_required()
        {
            self.missing.push((name.to_owned(), self.at));
        }
    }
}

/// A group that holds `name` deep inside while an element that follows is exactly it: the following one is meant.
fn belongs_later(item: &Item, name: &str, following: &[Item]) -> bool {
    let starts = item.first_required() == Some(name) || matches!(item, Item::Segment { .. });
    !starts
        && item.optional()
        && following
            .iter()
            .any(|next| matches!(next, Item::Segment { name: own, .. } if own == name))
}

fn expected_later(name: &str, following: &[Item], after: &[&[Item]]) -> bool {
    following.iter().any(|item| item.holds(name))
        || after
            .iter()
            .any(|items| items.iter().any(|item| item.holds(name)))
}
