//! Sentences: whole spans, and the cuts between them.

use super::matching::shared;
use super::{Counts, Measure};
use crate::record::Sentence;
use crate::span::Span;

pub(super) fn measures() -> Vec<Measure> {
    vec![Measure::column("spans", "spans", 0), Measure::column("boundaries", "boundaries", 1)]
}

/// White space at the ends of a span does not count. A boundary is the end of every sentence but the last:
/// where the text begins and ends, everybody is right.
pub(super) fn count(text: &str, gold: &[Sentence], predicted: &[Sentence]) -> Vec<Counts> {
    let spans = |sentences: &[Sentence]| {
        let mut spans: Vec<Span> = sentences.iter().map(|s| s.span.trim(text)).filter(|s| !s.is_empty()).collect();
        spans.sort();
        spans
    };
    let ends = |spans: &[Span]| {
        let mut ends: Vec<usize> = spans.iter().map(|s| s.end).collect();
        ends.sort();
        ends.pop();
        ends
    };
    let (gold, predicted) = (spans(gold), spans(predicted));
    let (gold_ends, predicted_ends) = (ends(&gold), ends(&predicted));
    vec![
        Counts::of(shared(&gold, &predicted), predicted.len(), gold.len()),
        Counts::of(shared(&gold_ends, &predicted_ends), predicted_ends.len(), gold_ends.len()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Extra;

    fn sentences(spans: &[(usize, usize)]) -> Vec<Sentence> {
        spans.iter().map(|&(start, end)| Sentence { span: Span::new(start, end), extra: Extra::new() }).collect()
    }

    #[test]
    fn one_wrong_cut_spoils_two_spans_but_one_boundary() {
        //          0123456789012345678
        let text = "No. 5 won. It was. So";
        let gold = sentences(&[(0, 10), (11, 18), (19, 21)]);
        // "No. " is cut off, with its blank: two predicted spans for one gold span.
        let predicted = sentences(&[(0, 4), (4, 10), (11, 18), (19, 21)]);
        let [spans, cuts] = count(text, &gold, &predicted)[..] else { panic!("two columns") };
        assert_eq!(spans, Counts::of(2, 4, 3));
        assert_eq!(cuts, Counts::of(2, 3, 2)); // gold ends 10, 18; predicted 3, 10, 18
        assert_eq!(count(text, &gold, &gold), [Counts::of(3, 3, 3), Counts::of(2, 2, 2)]);
        assert_eq!(count(text, &gold, &[]), [Counts::of(0, 0, 3), Counts::of(0, 0, 2)]);
    }
}
