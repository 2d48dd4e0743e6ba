//! Scores: how far a prediction agrees with gold, and how sure that number is.
//!
//! A layer turns one article's two annotations into [`Counts`], always the same number of them in the same
//! order (its *columns*). Counts add, so a corpus is the sum of its articles and a bootstrap draw the sum of
//! the articles drawn. Measures read scores off summed columns. [`Board`] collects the articles and
//! [`Report`] is what comes out; [`pairs`] finds the prediction for a gold article, [`print`](mod@print)
//! writes the report down. `docs/evaluate.md` has the definitions.

pub mod assignment;
mod board;
pub mod bootstrap;
mod entities;
mod matching;
pub mod pairs;
pub mod print;
mod sentences;

pub use board::{Articles, Board, Interval, LayerReport, Line, Report};

use crate::error::{Error, Kind, Result};
use crate::record::{Annotation, Label};
use serde::Serialize;
use std::ops::{Add, AddAssign, Mul};

/// What a score is computed from: numbers of items.
///
/// They are whole but where a scheme gives half a point, or weighs by a share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Counts {
    /// Predicted items that answer a gold item.
    pub right: f64,
    /// All predicted items.
    pub predicted: f64,
    /// All gold items.
    pub gold: f64,
}

impl Counts {
    /// Right, predicted and gold items.
    pub const fn new(right: f64, predicted: f64, gold: f64) -> Self {
        Self { right, predicted, gold }
    }

    /// The same from whole numbers.
    pub const fn of(right: usize, predicted: usize, gold: usize) -> Self {
        Self::new(right as f64, predicted as f64, gold as f64)
    }

    /// Precision, recall and F1 of these counts.
    pub fn score(self) -> Score {
        let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
        Score {
            precision: share(self.right, self.predicted),
            recall: share(self.right, self.gold),
            f1: share(2.0 * self.right, self.predicted + self.gold),
        }
    }
}

impl Add for Counts {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.right + other.right, self.predicted + other.predicted, self.gold + other.gold)
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul<f64> for Counts {
    type Output = Self;
    fn mul(self, times: f64) -> Self {
        Self::new(self.right * times, self.predicted * times, self.gold * times)
    }
}

/// Three shares from 0 to 1; each is `None` where it would be nothing over nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Score {
    /// Right of predicted.
    pub precision: Option<f64>,
    /// Right of gold.
    pub recall: Option<f64>,
    /// The harmonic mean of both: twice right, of predicted and gold.
    pub f1: Option<f64>,
}

/// A layer of annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Sentences.
    Sentences,
    /// Names.
    Entities,
    /// Coreference.
    Chains,
    /// Quotes with their speakers.
    Quotes,
}

impl Layer {
    /// All layers, in the order of the format.
    pub const ALL: [Self; 4] = [Self::Sentences, Self::Entities, Self::Chains, Self::Quotes];

    /// The layer's key in a record.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sentences => "sentences",
            Self::Entities => "entities",
            Self::Chains => "chains",
            Self::Quotes => "quotes",
        }
    }

    /// The layer of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.name() == name)
    }

    /// Whether this version can score it.
    pub const fn is_scored(self) -> bool {
        matches!(self, Self::Sentences | Self::Entities)
    }

    /// Whether the annotation has an item of this layer.
    pub fn is_in(self, annotation: &Annotation) -> bool {
        match self {
            Self::Sentences => !annotation.sentences.is_empty(),
            Self::Entities => !annotation.entities.is_empty(),
            Self::Chains => !annotation.chains.is_empty(),
            Self::Quotes => !annotation.quotes.is_empty(),
        }
    }

    /// The measures of the layer; the first is its main one.
    fn measures(self, options: &Options) -> Vec<Measure> {
        match self {
            Self::Sentences => sentences::measures(),
            Self::Entities => entities::measures(options),
            Self::Chains | Self::Quotes => Vec::new(),
        }
    }

    /// The columns of one article.
    fn count(self, text: &str, gold: &Annotation, predicted: &Annotation, options: &Options) -> Vec<Counts> {
        match self {
            Self::Sentences => sentences::count(text, &gold.sentences, &predicted.sentences),
            Self::Entities => entities::count(&gold.entities, &predicted.entities, options),
            Self::Chains | Self::Quotes => Vec::new(),
        }
    }
}

/// A number of the report: its name, and how it comes from the columns of its layer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Measure {
    /// Its key in JSON and for a minimum, unique in the layer.
    key: &'static str,
    /// Its name in the table.
    title: &'static str,
    of: Of,
}

/// Where a [`Measure`] finds its score.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Of {
    /// Precision, recall and F1 of one column.
    Column(usize),
    /// One share, of a column whose predicted and gold items are the same.
    Share(usize),
    /// The plain mean over those columns that have any item at all.
    Mean(Vec<usize>),
}

impl Measure {
    const fn column(key: &'static str, title: &'static str, column: usize) -> Self {
        Self { key, title, of: Of::Column(column) }
    }

    fn score(&self, columns: &[Counts]) -> Score {
        match &self.of {
            Of::Column(c) | Of::Share(c) => columns[*c].score(),
            Of::Mean(of) => {
                let scores: Vec<Score> =
                    of.iter().map(|&c| columns[c].score()).filter(|score| score.f1.is_some()).collect();
                let mean = |part: fn(&Score) -> Option<f64>| {
                    let sum: f64 = scores.iter().map(|s| part(s).unwrap_or(0.0)).sum();
                    (!scores.is_empty()).then(|| sum / scores.len() as f64)
                };
                Score { precision: mean(|s| s.precision), recall: mean(|s| s.recall), f1: mean(|s| s.f1) }
            }
        }
    }
}

/// Which labels are told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LabelSet {
    /// The nine labels of the format.
    #[default]
    Own,
    /// The four of CoNLL-2003, by the map in `docs/format.md`; dates and amounts are dropped.
    Conll,
}

impl LabelSet {
    /// What a label becomes; `None` drops its span.
    pub const fn map(self, label: Label) -> Option<Label> {
        match (self, label) {
            (Self::Own, label) => Some(label),
            (Self::Conll, Label::Date | Label::Money) => None,
            (Self::Conll, Label::Fac) => Some(Label::Loc),
            (Self::Conll, Label::Norp | Label::Product) => Some(Label::Misc),
            (Self::Conll, label) => Some(label),
        }
    }
}

/// What is scored; the default asks the gold records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Options {
    /// These layers, in every article, whatever the records say.
    pub layers: Option<Vec<Layer>>,
    /// The label set; both sides are mapped to it.
    pub labels: LabelSet,
    /// These labels only (of the label set); spans of others are dropped on both sides.
    pub only: Option<Vec<Label>>,
}

impl Options {
    /// The label under which an entity is scored; `None` leaves it out.
    pub fn label(&self, label: Label) -> Option<Label> {
        self.labels.map(label).filter(|l| self.only.as_ref().is_none_or(|only| only.contains(l)))
    }

    /// The labels that can occur, in the order of the format.
    pub fn labels(&self) -> Vec<Label> {
        Label::ALL.into_iter().filter(|&l| self.labels.map(l) == Some(l) && self.label(l).is_some()).collect()
    }

    /// Whether they go together.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a label that its label set does not have, and for a layer that cannot be scored yet.
    pub fn check(&self) -> Result<()> {
        let error = |message: String| Err(Error::new(Kind::Usage, message));
        if let Some(label) = self.only.iter().flatten().find(|l| self.labels.map(**l) != Some(**l)) {
            return error(format!("{} is not among the labels of CoNLL-2003: PER, ORG, LOC, MISC", label.name()));
        }
        if let Some(layer) = self.layers.iter().flatten().find(|l| !l.is_scored()) {
            return error(format!("this version scores sentences and entities, not {}", layer.name()));
        }
        Ok(())
    }
}
