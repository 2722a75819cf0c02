//! "Did you mean": the nearest known name to a mistyped one.

use super::normalise::fold;

/// The candidate nearest to `wanted` by edit distance on folded words, when it is near enough to be meant: at most a
/// third of its letters differ, or one contains the other.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(wanted);
    if wanted.is_empty() {
        return None;
    }
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let folded = fold(candidate);
            let distance = distance(&wanted, &folded);
            let longest = wanted.chars().count().max(folded.chars().count());
            let contained = wanted.chars().count() >= 3
                && (folded.contains(&wanted) || (folded.len() >= 3 && wanted.contains(&folded)));
            (distance * 3 <= longest || contained).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edit distance with transposition (optimal string alignment), in characters. Inputs are capped: names are short.
fn distance(left: &str, right: &str) -> usize {
    const LONGEST: usize = 128;
    let left: Vec<char> = left.chars().take(LONGEST).collect();
    let right: Vec<char> = right.chars().take(LONGEST).collect();
    let width = right.len() + 1;
    let mut before_previous = vec![0_usize; width];
    let mut previous: Vec<usize> = (0..width).collect();
    let mut last_left = None;
    for (row, &from) in left.iter().enumerate() {
        let mut current = Vec::with_capacity(width);
        current.push(row + 1);
        let mut last_right = None;
        for (column, &to) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&previous, column) + usize::from(from != to))
                .min(at(&previous, column + 1) + 1)
                .min(at(&current, column) + 1);
            if last_left == Some(to) && last_right == Some(from) {
                best = best.min(at(&before_previous, column.saturating_sub(1)) + 1);
            }
            current.push(best);
            last_right = Some(to);
        }
        before_previous = std::mem::replace(&mut previous, current);
        last_left = Some(from);
    }
    previous.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distances() {
        for (left, right, wanted) in [
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("acb", "abc", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(left, right), wanted, "{left} {right}");
        }
    }

    #[test]
    fn names() {
        let names = ["HOP-DPI-Va1", "HOP-PFI-Va1", "BIO-SGL-Va1"];
        assert_eq!(nearest("hop-pif-va1", names), Some("HOP-PFI-Va1"));
        assert_eq!(nearest("BIO-SGL", names), Some("BIO-SGL-Va1"));
        assert_eq!(nearest("zzzzzzzz", names), None);
        assert_eq!(nearest("", names), None);
    }
}
