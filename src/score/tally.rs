//! What is counted over all articles beside the scores: kinds of error, labels that met, how sure the prediction was.

use super::{Confidence, Fault, FaultKind, LabelPair, Layer, Outcome};
use crate::record::Record;
use std::collections::BTreeMap;

/// The errors of one kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Toll {
    /// How many.
    pub errors: usize,
    /// What they cost, in sixths of an item: a pair can be wrong in two, three or four ways, and whole numbers add up
    /// to the same in any order.
    sixths: u64,
    /// One of them: "gold → predicted", with the id of its article before it.
    pub example: (String, String),
}

/// The scores of one sort of predicted items, in tenths.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// What has the scores: "entities", "quotes" or "speakers".
    pub of: &'static str,
    /// From 0 to 0.1, and so on; 1 is in the last.
    pub bins: [Bin; 10],
}

/// Predicted items whose score lies in one tenth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bin {
    /// How many.
    pub items: usize,
    /// How many are right.
    pub right: usize,
    /// The sum of their scores, in millionths, so that it does not depend on the order.
    score: u64,
}

impl Bin {
    /// The mean score.
    pub fn score(self) -> Option<f64> {
        (self.items > 0).then(|| self.score as f64 / 1e6 / self.items as f64)
    }

    /// The share that is right.
    pub fn share_right(self) -> Option<f64> {
        (self.items > 0).then(|| self.right as f64 / self.items as f64)
    }

    fn merge(&mut self, other: Self) {
        self.items += other.items;
        self.right += other.right;
        self.score += other.score;
    }
}

impl Reliability {
    /// How far score and share right lie apart, on average over items (expected calibration error: Naeini, Cooper and
    /// Hauskrecht 2015).
    pub fn error(&self) -> Option<f64> {
        let items: usize = self.bins.iter().map(|bin| bin.items).sum();
        let gap = |bin: &Bin| Some((bin.score()? - bin.share_right()?).abs() * bin.items as f64);
        (items > 0).then(|| self.bins.iter().filter_map(gap).sum::<f64>() / items as f64)
    }
}

/// How often names of a gold label met a predicted label.
pub type Confusion = BTreeMap<LabelPair, usize>;

/// The counts of one prediction.
#[derive(Debug, Default)]
pub(super) struct Tally {
    errors: BTreeMap<(Layer, FaultKind), Toll>,
    pub(super) confusion: Confusion,
    scores: BTreeMap<(Layer, &'static str), [Bin; 10]>,
}

impl Tally {
    pub(super) fn add(&mut self, layer: Layer, gold: &Record, outcome: &Outcome) {
        for fault in &outcome.faults {
            self.errors.entry((layer, fault.kind)).or_default().add(gold, fault);
        }
        for &labels in &outcome.labels {
            *self.confusion.entry(labels).or_default() += 1;
        }
        for &Confidence { of, score, is_right } in &outcome.scores {
            let bins = self.scores.entry((layer, of)).or_default();
            let score_in_millionths = (score.clamp(0.0, 1.0) * 1e6).round() as u64;
            let one = Bin { items: 1, right: usize::from(is_right), score: score_in_millionths };
            bins[((score * 10.0) as usize).min(9)].merge(one);
        }
    }

    /// Takes over what another counted in these layers.
    pub(super) fn merge(&mut self, other: Self, layers: &[Layer]) {
        for ((layer, kind), toll) in other.errors.into_iter().filter(|((layer, _), _)| layers.contains(layer)) {
            self.errors.entry((layer, kind)).or_default().merge(toll);
        }
        for (labels, n) in other.confusion.into_iter().filter(|_| layers.contains(&Layer::Entities)) {
            *self.confusion.entry(labels).or_default() += n;
        }
        for (key, bins) in other.scores.into_iter().filter(|((layer, _), _)| layers.contains(layer)) {
            let own = self.scores.entry(key).or_default();
            own.iter_mut().zip(bins).for_each(|(own, bin)| own.merge(bin));
        }
    }

    /// The errors of one kind.
    pub(super) fn toll(&self, layer: Layer, kind: FaultKind) -> Option<&Toll> {
        self.errors.get(&(layer, kind))
    }

    pub(super) fn kinds(&self, layer: Layer) -> impl Iterator<Item = FaultKind> + '_ {
        self.errors.keys().filter(move |(l, _)| *l == layer).map(|(_, kind)| *kind)
    }

    /// The reliability of the scores.
    pub(super) fn reliability(&self) -> Vec<Reliability> {
        self.scores.iter().map(|(&(_, of), &bins)| Reliability { of, bins }).collect()
    }
}

impl Toll {
    /// What they cost: items of gold and prediction spoilt ([`Fault::cost`]).
    pub fn items(&self) -> f64 {
        self.sixths as f64 / 6.0
    }

    /// Counts one more; the example is that of the first article by id.
    fn add(&mut self, gold: &Record, fault: &Fault) {
        if self.errors == 0 || gold.id < self.example.0 {
            self.example = (gold.id.clone(), fault.sketch(&gold.text));
        }
        self.errors += 1;
        self.sixths += (fault.cost * 6.0).round() as u64;
    }

    fn merge(&mut self, other: Self) {
        if self.errors == 0 || other.example.0 < self.example.0 {
            self.example = other.example;
        }
        self.errors += other.errors;
        self.sixths += other.sixths;
    }
}
