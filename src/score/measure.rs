//! Numbers of the report: a name each, and how they come from the columns of their layer.

use super::{Counts, Score};

/// A number of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Measure {
    /// Its key in JSON and for a minimum, unique in the layer.
    pub key: &'static str,
    /// Its name in the table.
    pub title: &'static str,
    pub of: Of,
}

/// How many items a score is computed from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Support {
    /// Right items; `None` where they are not one number.
    pub right: Option<f64>,
    /// Predicted items.
    pub predicted: f64,
    /// Gold items.
    pub gold: f64,
}

impl From<Counts> for Support {
    fn from(Counts { right, predicted, gold }: Counts) -> Self {
        Self { right: Some(right), predicted, gold }
    }
}

/// Where a [`Measure`] finds its score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Of {
    /// Precision, recall and F1 of one column.
    Column(usize),
    /// One share, of a column whose predicted and gold items are the same.
    Share(usize),
    /// Precision of one column, recall of the next: where right is not the same number from both sides.
    Sides(usize),
    /// The plain mean over those that have any item at all; its support is that of the column.
    Mean(Vec<Self>, usize),
    /// The plain mean over those columns of which gold has an item.
    InGold(Vec<usize>),
}

impl Measure {
    pub(super) const fn new(key: &'static str, title: &'static str, of: Of) -> Self {
        Self { key, title, of }
    }

    pub(super) const fn column(key: &'static str, title: &'static str, column: usize) -> Self {
        Self::new(key, title, Of::Column(column))
    }
}

impl Of {
    pub(super) fn score(&self, columns: &[Counts]) -> Score {
        match self {
            Self::Column(c) | Self::Share(c) => columns[*c].score(),
            Self::Sides(c) => {
                let (precision, recall) = (columns[*c].score().precision, columns[*c + 1].score().recall);
                let f1 = match (precision, recall) {
                    (None, None) => None,
                    (Some(p), Some(r)) if p + r > 0.0 => Some(2.0 * p * r / (p + r)),
                    _ => Some(0.0),
                };
                Score { precision, recall, f1 }
            }
            Self::Mean(of, _) => {
                mean(of.iter().map(|of| of.score(columns)).filter(|s| s.f1.is_some())).unwrap_or_default()
            }
            Self::InGold(of) => {
                let in_gold = of.iter().map(|&c| columns[c]).filter(|c| c.gold > 0.0);
                let all = || of.iter().map(|&c| columns[c]).fold(Counts::default(), |sum, c| sum + c);
                mean(in_gold.map(Counts::score)).unwrap_or_else(|| all().score())
            }
        }
    }

    /// What it is computed from.
    pub(super) fn support(&self, columns: &[Counts]) -> Support {
        let without_right = |predicted, gold| Support { right: None, predicted, gold };
        match self {
            Self::Column(c) | Self::Share(c) => Support::from(columns[*c]),
            Self::Sides(c) => without_right(columns[*c].predicted, columns[*c + 1].gold),
            Self::Mean(_, c) => without_right(columns[*c].predicted, columns[*c].gold),
            Self::InGold(of) => {
                let all = of.iter().fold(Counts::default(), |sum, &c| sum + columns[c]);
                without_right(all.predicted, all.gold)
            }
        }
    }
}

/// The plain mean of scores; a part without value is 0 there.
fn mean(scores: impl Iterator<Item = Score>) -> Option<Score> {
    let scores: Vec<Score> = scores.collect();
    let part = |part: fn(&Score) -> Option<f64>| {
        let sum: f64 = scores.iter().map(|s| part(s).unwrap_or(0.0)).sum();
        (!scores.is_empty()).then(|| sum / scores.len() as f64)
    };
    (!scores.is_empty()).then(|| Score {
        precision: part(|s| s.precision),
        recall: part(|s| s.recall),
        f1: part(|s| s.f1),
    })
}
