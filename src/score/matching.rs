//! Which predicted item answers which gold item: one to one, and whatever their order.

use super::assignment;
use crate::span::Span;
use std::ops::Range;

/// How many items two sorted lists share; an item that stands twice on one side needs two on the other.
pub(super) fn shared<T: Ord>(gold: &[T], predicted: &[T]) -> usize {
    let (mut g, mut p, mut count) = (0, 0, 0);
    while g < gold.len() && p < predicted.len() {
        match gold[g].cmp(&predicted[p]) {
            std::cmp::Ordering::Less => g += 1,
            std::cmp::Ordering::Greater => p += 1,
            std::cmp::Ordering::Equal => (g, p, count) = (g + 1, p + 1, count + 1),
        }
    }
    count
}

/// The spans of two sorted lists that hang together by overlap, as ranges of both; touching is not overlapping.
pub(super) fn groups(gold: &[Span], predicted: &[Span]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut groups = Vec::new();
    let (mut g, mut p) = (0, 0);
    while g < gold.len() || p < predicted.len() {
        let (first_gold, first_predicted) = (g, p);
        let mut end = 0;
        loop {
            let next = match (gold.get(g), predicted.get(p)) {
                (Some(a), Some(b)) if a.start <= b.start => (&mut g, a),
                (_, Some(b)) => (&mut p, b),
                (Some(a), None) => (&mut g, a),
                (None, None) => break,
            };
            if end > 0 && next.1.start >= end {
                break;
            }
            end = end.max(next.1.end);
            *next.0 += 1;
        }
        groups.push((first_gold..g, first_predicted..p));
    }
    groups
}

/// Pairs of gold and predicted items (indices into the two lists) whose weights sum to the most.
///
/// Only spans that overlap are paired, each at most once, and only where `weight` is above 0. Both lists
/// must be sorted; then the sum does not depend on the order in which the items came.
pub(super) fn align(gold: &[Span], predicted: &[Span], weight: impl Fn(usize, usize) -> f64) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (golds, predictions) in groups(gold, predicted) {
        let (first_gold, first_predicted) = (golds.start, predictions.start);
        let score = |a: usize, b: usize| {
            let (a, b) = (first_gold + a, first_predicted + b);
            if gold[a].overlaps(predicted[b]) { weight(a, b) } else { 0.0 }
        };
        let best = assignment::best(golds.len(), predictions.len(), score);
        pairs.extend(best.iter().enumerate().filter_map(|(a, b)| b.map(|b| (first_gold + a, first_predicted + b))));
    }
    pairs
}

/// The number of positions that both spans cover.
pub(super) fn overlap(a: Span, b: Span) -> usize {
    a.end.min(b.end).saturating_sub(a.start.max(b.start))
}

/// Whether the two share at least half of the longer one.
pub(super) fn overlap_by_half(a: Span, b: Span) -> bool {
    2 * overlap(a, b) >= a.len().max(b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_shared_once() {
        assert_eq!(shared(&[1, 2, 2, 5], &[2, 3, 5, 5]), 2);
        assert_eq!(shared::<u8>(&[], &[1]), 0);
    }

    #[test]
    fn groups_pair_within_themselves() {
        let span = Span::new;
        // The second prediction covers two gold spans and gets one; touching is not overlapping.
        let gold = [span(0, 4), span(6, 9), span(10, 12), span(20, 22)];
        let predicted = [span(4, 6), span(6, 12), span(20, 22)];
        let by_size = |a: usize, b: usize| overlap(gold[a], predicted[b]) as f64;
        assert_eq!(align(&gold, &predicted, by_size), [(1, 1), (3, 2)]);
    }
}
