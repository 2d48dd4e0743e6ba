//! Names: exact, by span, by overlap, by label, and the schemes of SemEval 2013.

use super::matching::{align, overlap, shared};
use super::{Counts, Measure, Of, Options};
use crate::record::{Entity, Label};
use crate::span::Span;

/// A name as it is scored; sorted by place, then label.
type Name = (Span, Label);

// The columns; the labels follow.
const EXACT: usize = 0;
const SPAN: usize = 1;
const OVERLAP: usize = 2;
const LABEL: usize = 3;
const PARTIAL: usize = 4;
const TYPE: usize = 5;
const FIRST_LABEL: usize = 6;

pub(super) fn measures(options: &Options) -> Vec<Measure> {
    let labels = options.labels();
    let mut measures = vec![
        Measure::column("exact", "exact: span and label", EXACT),
        Measure {
            key: "macro",
            title: "exact, mean over labels",
            of: Of::Mean((FIRST_LABEL..FIRST_LABEL + labels.len()).collect()),
        },
        Measure::column("span", "span only", SPAN),
        Measure::column("overlap", "overlap by half, label", OVERLAP),
        Measure { key: "label_given_span", title: "label, given the span", of: Of::Share(LABEL) },
        Measure::column("semeval.strict", "SemEval strict", EXACT),
        Measure::column("semeval.exact", "SemEval exact", SPAN),
        Measure::column("semeval.partial", "SemEval partial", PARTIAL),
        Measure::column("semeval.type", "SemEval type", TYPE),
    ];
    let label = |(i, label): (usize, &Label)| Measure::column(label.name(), label.name(), FIRST_LABEL + i);
    measures.extend(labels.iter().enumerate().map(label));
    measures
}

pub(super) fn count(gold: &[Entity], predicted: &[Entity], options: &Options) -> Vec<Counts> {
    let names = |entities: &[Entity]| {
        let mut names: Vec<Name> =
            entities.iter().filter_map(|e| options.label(e.label).map(|label| (e.span, label))).collect();
        names.sort();
        names
    };
    let spans = |names: &[Name]| names.iter().map(|n| n.0).collect::<Vec<Span>>();
    let (gold, predicted) = (names(gold), names(predicted));
    let (gold_spans, predicted_spans) = (spans(&gold), spans(&predicted));
    let all = |right: f64| Counts::new(right, predicted.len() as f64, gold.len() as f64);

    let exact = shared(&gold, &predicted);
    let span = shared(&gold_spans, &predicted_spans);
    let lenient = align(&gold_spans, &predicted_spans, |g, p| half_weight(gold[g], predicted[p]));
    let semeval = align(&gold_spans, &predicted_spans, |g, p| weight(gold[g], predicted[p]));
    let partial = semeval.iter().map(|&(g, p)| if gold[g].0 == predicted[p].0 { 1.0 } else { 0.5 }).sum();
    let same_label = semeval.iter().filter(|&&(g, p)| gold[g].1 == predicted[p].1).count();

    let mut columns = vec![
        all(exact as f64),
        all(span as f64),
        all(lenient.len() as f64),
        Counts::of(exact, span, span),
        all(partial),
        all(same_label as f64),
    ];
    for label in options.labels() {
        let with = |names: &[Name]| names.iter().filter(|n| n.1 == label).map(|n| n.0).collect::<Vec<Span>>();
        let (gold, predicted) = (with(&gold), with(&predicted));
        columns.push(Counts::of(shared(&gold, &predicted), predicted.len(), gold.len()));
    }
    columns
}

/// What a pair is worth when names that overlap are paired (Segura-Bedmar and others, SemEval-2013 task 9.1,
/// leave open which pairs to make): most of all that equal names meet, then equal spans, then that many pairs
/// are made, then that labels agree; the rest is decided by how much the two share.
fn weight(gold: Name, predicted: Name) -> f64 {
    let level = |n: i32, is: bool| if is { 2f64.powi(n) } else { 0.0 };
    let same_span = gold.0 == predicted.0;
    let same_label = gold.1 == predicted.1;
    let both = overlap(gold.0, predicted.0) as f64;
    level(40, same_span && same_label)
        + level(30, same_span)
        + level(20, true)
        + level(10, same_label)
        + both / (gold.0.len() + predicted.0.len()) as f64
}

/// The same for pairs of one label that share at least half of the longer one; 0 for others.
fn half_weight(gold: Name, predicted: Name) -> f64 {
    let longer = gold.0.len().max(predicted.0.len());
    let fits = gold.1 == predicted.1 && 2 * overlap(gold.0, predicted.0) >= longer;
    if fits { weight(gold, predicted) } else { 0.0 }
}
