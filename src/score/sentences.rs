//! Sentences: whole spans, and the cuts between them.

use super::faults::{Fault, FaultKind, Item};
use super::matching::{groups, shared};
use super::measure::Measure;
use super::{Counts, Outcome};
use crate::record::Sentence;
use crate::span::Span;

pub(super) fn measures() -> Vec<Measure> {
    vec![Measure::column("spans", "spans", 0), Measure::column("boundaries", "boundaries", 1)]
}

/// White space at the ends of a span does not count. A boundary is the end of a sentence, but for the end of the text,
/// where everybody is right.
pub(super) fn score(text: &str, gold: &[Sentence], predicted: &[Sentence]) -> Outcome {
    let spans = |sentences: &[Sentence]| {
        let mut spans: Vec<Span> = sentences.iter().map(|s| s.span.trim(text)).filter(|s| !s.is_empty()).collect();
        spans.sort();
        spans
    };
    let last = text.trim_end().len();
    let ends = |spans: &[Span]| {
        let mut ends: Vec<usize> = spans.iter().map(|s| s.end).filter(|&end| end < last).collect();
        ends.sort();
        ends
    };
    let (gold, predicted) = (spans(gold), spans(predicted));
    let (gold_ends, predicted_ends) = (ends(&gold), ends(&predicted));
    let counts = vec![
        Counts::of(shared(&gold, &predicted), predicted.len(), gold.len()),
        Counts::of(shared(&gold_ends, &predicted_ends), predicted_ends.len(), gold_ends.len()),
    ];
    Outcome { counts, faults: faults(&gold, &predicted), ..Outcome::default() }
}

/// Sentences that overlap hang together; what hangs together is one error, unless it is one sentence on both sides.
fn faults(gold: &[Span], predicted: &[Span]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (golds, predictions) in groups(gold, predicted) {
        let (golds, predictions) = (&gold[golds], &predicted[predictions]);
        if golds == predictions {
            continue;
        }
        let right = shared(golds, predictions); // only where sentences of one side overlap, which breaks the format
        let kind = match (golds.len(), predictions.len()) {
            (_, 0) => FaultKind::Missed,
            (0, _) => FaultKind::Invented,
            (1, 2..) => FaultKind::Split,
            (2.., 1) => FaultKind::Merged,
            _ => FaultKind::Boundary,
        };
        let side = |spans: &[Span]| {
            let end = spans.iter().map(|s| s.end).max()?;
            Some(Item { span: Span::new(spans[0].start, end), is: None })
        };
        let cost = (golds.len() + predictions.len() - 2 * right) as f64;
        faults.push(Fault::new(kind, cost, side(golds), side(predictions)));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Extra;

    fn sentences(spans: &[(usize, usize)]) -> Vec<Sentence> {
        spans.iter().map(|&(start, end)| Sentence { span: Span::new(start, end), extra: Extra::new() }).collect()
    }

    #[test]
    fn a_false_sentence_does_not_help() {
        let text = "Aa. Bb. Cc. Dd. ";
        let all = sentences(&[(0, 3), (4, 7), (8, 11), (12, 16)]);
        let cuts = |gold: &[Sentence], predicted: &[Sentence]| score(text, gold, predicted).counts[1];
        assert_eq!(cuts(&all[..3], &all[..2]), Counts::of(2, 2, 3));
        let false_one = [&all[..2], &all[3..]].concat();
        assert_eq!(cuts(&all[..3], &false_one), Counts::of(2, 2, 3)); // it ends with the text
    }

    #[test]
    fn one_wrong_cut_spoils_two_spans_but_one_boundary() {
        //          0123456789012345678
        let text = "No. 5 won. It was. So";
        let gold = sentences(&[(0, 10), (11, 18), (19, 21)]);
        // "No. " is cut off, with its blank: two predicted spans for one gold span.
        let predicted = sentences(&[(0, 4), (4, 10), (11, 18), (19, 21)]);
        let [spans, cuts] = score(text, &gold, &predicted).counts[..] else { panic!("two columns") };
        assert_eq!(spans, Counts::of(2, 4, 3));
        assert_eq!(cuts, Counts::of(2, 3, 2)); // gold ends 10, 18; predicted 3, 10, 18
        let faults = score(text, &gold, &predicted).faults;
        assert_eq!(faults.iter().map(|f| (f.kind, f.cost)).collect::<Vec<_>>(), [(FaultKind::Split, 3.0)]);
        assert_eq!(score(text, &gold, &gold).faults, []);
        assert_eq!(score(text, &gold, &gold).counts, [Counts::of(3, 3, 3), Counts::of(2, 2, 2)]);
        assert_eq!(score(text, &gold, &[]).counts, [Counts::of(0, 0, 3), Counts::of(0, 0, 2)]);
    }
}
