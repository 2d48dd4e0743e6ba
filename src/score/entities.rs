//! Names: exact, by span, by overlap, by label, and the schemes of SemEval 2013.

use super::faults::{Fault, FaultKind, Item};
use super::matching::{align, overlap, overlap_by_half, shared};
use super::measure::{Measure, Of};
use super::{Confidence, Counts, LabelPair, Options, Outcome};
use crate::record::{Entity, Label};
use crate::span::{Offsets, Span};

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
        Measure::new(
            "macro",
            "exact, mean over labels",
            Of::Mean((FIRST_LABEL..FIRST_LABEL + labels.len()).map(Of::Column).collect(), EXACT),
        ),
        Measure::column("span", "span only", SPAN),
        Measure::column("overlap", "overlap by half, label", OVERLAP),
        Measure::new("label_given_span", "label, given the span", Of::Share(LABEL)),
        Measure::column("semeval.strict", "SemEval strict", EXACT),
        Measure::column("semeval.exact", "SemEval exact", SPAN),
        Measure::column("semeval.partial", "SemEval partial", PARTIAL),
        Measure::column("semeval.type", "SemEval type", TYPE),
    ];
    let label = |(i, label): (usize, &Label)| Measure::column(label.name(), label.name(), FIRST_LABEL + i);
    measures.extend(labels.iter().enumerate().map(label));
    measures
}

pub(super) fn score(text: &str, gold: &[Entity], predicted: &[Entity], options: &Options) -> Outcome {
    let names = |entities: &[Entity]| {
        let mut names: Vec<Name> =
            entities.iter().filter_map(|e| options.label(e.label).map(|label| (e.span, label))).collect();
        names.sort();
        names
    };
    let spans = |names: &[Name]| names.iter().map(|n| n.0).collect::<Vec<Span>>();
    let scores = confidence(&names(gold), predicted, options);
    let (gold, predicted) = (names(gold), names(predicted));
    let (gold_spans, predicted_spans) = (spans(&gold), spans(&predicted));
    let all = |right: f64| Counts::new(right, predicted.len() as f64, gold.len() as f64);

    let exact = shared(&gold, &predicted);
    let span = shared(&gold_spans, &predicted_spans);
    let offsets = Offsets::new(text);
    let in_chars = |names: &[Name]| names.iter().map(|n| (offsets.span_to_chars(n.0), n.1)).collect::<Vec<Name>>();
    let (gold_chars, predicted_chars) = (in_chars(&gold), in_chars(&predicted));
    let lenient = align(&gold_spans, &predicted_spans, |g, p| half_weight(gold_chars[g], predicted_chars[p]));
    let semeval = align(&gold_spans, &predicted_spans, |g, p| weight(gold_chars[g], predicted_chars[p]));
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
    let (faults, labels) = faults(&gold, &predicted, &semeval);
    Outcome { counts: columns, faults, labels, scores }
}

/// What is wrong, and which label met which.
fn faults(gold: &[Name], predicted: &[Name], pairs: &[(usize, usize)]) -> (Vec<Fault>, Vec<LabelPair>) {
    let item = |name: Name| Item::new(name.0, "label", name.1.name());
    let (mut faults, mut labels) = (Vec::new(), Vec::new());
    let (mut gold_left, mut predicted_left) = (vec![true; gold.len()], vec![true; predicted.len()]);
    for &(g, p) in pairs {
        (gold_left[g], predicted_left[p]) = (false, false);
        let (g, p) = (gold[g], predicted[p]);
        labels.push((Some(g.1), Some(p.1)));
        let wrong = [(FaultKind::Boundary, g.0 != p.0), (FaultKind::Label, g.1 != p.1)];
        let kinds: Vec<FaultKind> = wrong.into_iter().filter(|(_, is)| *is).map(|(kind, _)| kind).collect();
        let cost = 2.0 / kinds.len() as f64;
        faults.extend(kinds.into_iter().map(|kind| Fault::new(kind, cost, Some(item(g)), Some(item(p)))));
    }
    for (&name, _) in gold.iter().zip(gold_left).filter(|(_, left)| *left) {
        labels.push((Some(name.1), None));
        faults.push(Fault::missed(item(name)));
    }
    for (&name, _) in predicted.iter().zip(predicted_left).filter(|(_, left)| *left) {
        labels.push((None, Some(name.1)));
        faults.push(Fault::invented(item(name)));
    }
    (faults, labels)
}

/// The scores of predicted names, each with whether gold has the same name.
fn confidence(gold: &[Name], predicted: &[Entity], options: &Options) -> Vec<Confidence> {
    let scored = predicted.iter().filter_map(|e| Some((e.score?, (e.span, options.label(e.label)?))));
    scored.map(|(score, name)| Confidence::new("entities", score, gold.binary_search(&name).is_ok())).collect()
}

/// What a pair is worth when names that overlap are paired (Segura-Bedmar and others, SemEval-2013 task 9.1,
/// leave open which pairs to make): most of all that equal names meet, then equal spans, then that many pairs
/// are made, then that labels agree; the rest is decided by how much the two share (in code points).
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
    let fits = gold.1 == predicted.1 && overlap_by_half(gold.0, predicted.0);
    if fits { weight(gold, predicted) } else { 0.0 }
}
