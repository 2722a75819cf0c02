//! What was moved in a list that should rise.

/// Places of a heaviest non-decreasing sequence of `(value, weight)`: what is left out is what was moved.
pub(super) fn longest_rise(items: &[(usize, usize)]) -> Vec<usize> {
    let mut best: Vec<(usize, Option<usize>)> = Vec::new();
    let length =
        |best: &[(usize, Option<usize>)], place: usize| best.get(place).map_or(0, |(length, _)| *length);
    for (place, (value, weight)) in items.iter().enumerate() {
        let previous = (0..place)
            .filter(|before| items.get(*before).is_some_and(|(earlier, _)| earlier <= value))
            .max_by_key(|before| length(&best, *before));
        let own = previous.map_or(0, |before| length(&best, before)) + weight;
        best.push((own, previous));
    }
    let mut at = (0..best.len()).max_by_key(|place| (length(&best, *place), usize::MAX - place));
    let mut kept = Vec::new();
    while let Some(place) = at {
        kept.push(place);
        at = best.get(place).and_then(|(_, previous)| *previous);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(values: &[usize]) -> Vec<usize> {
        longest_rise(&values.iter().map(|value| (*value, 1)).collect::<Vec<_>>())
    }

    #[test]
    fn what_was_moved_is_left_out() {
        assert_eq!(kept(&[0, 1, 2]).len(), 3);
        let rise = kept(&[0, 5, 1, 2, 3]);
        assert!(!rise.contains(&1) && rise.len() == 4);
        assert_eq!(kept(&[]).len(), 0);
        assert_eq!(kept(&[1, 0]).len(), 1);
        assert_eq!(longest_rise(&[(3, 1), (1, 5), (2, 1)]), [2, 1]);
    }
}
