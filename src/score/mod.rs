//! Scores: how far a prediction agrees with gold, how sure that number is, and what is wrong.
//!
//! A layer turns one article's two annotations into an outcome: [`Counts`], always the same number of them in the
//! same order (its *columns*), and its [`Fault`]s. Counts add, so a corpus is the sum of its articles and a bootstrap
//! draw the sum of the articles drawn. Measures read scores off summed columns. [`Board`] collects the articles and
//! [`Report`] is what comes out; [`pairs`] finds the predictions for a gold article, [`print`](mod@print)
//! writes the report down. `docs/evaluate.md` has the definitions.

pub mod assignment;
mod board;
pub mod bootstrap;
mod chains;
mod entities;
mod faults;
mod gap;
mod grid;
mod heads;
mod held;
mod matching;
mod measure;
pub mod pairs;
mod partition;
pub mod print;
mod quotes;
mod sentences;
mod speakers;
mod tally;

pub use board::{ArticleFaults, Articles, Board, Interval, LayerReport, Line, Report, Second};
pub use faults::{Fault, FaultKind, Item};
pub use measure::Support;
pub use tally::{Bin, Confusion, Reliability, Toll};

use crate::error::{Error, Kind, Result};
use crate::record::{Annotation, Label, Record};
use measure::Measure;
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

    /// Whether a gold record has something to score in this layer; of chains, a passage of GAP will do.
    pub fn is_in(self, gold: &Record) -> bool {
        let annotation = &gold.annotation;
        match self {
            Self::Sentences => !annotation.sentences.is_empty(),
            Self::Entities => !annotation.entities.is_empty(),
            Self::Chains => !annotation.chains.is_empty() || gap::is_in(gold),
            Self::Quotes => !annotation.quotes.is_empty(),
        }
    }

    /// The measures of the layer; the first is its main one.
    fn measures(self, options: &Options) -> Vec<Measure> {
        match self {
            Self::Sentences => sentences::measures(),
            Self::Entities => entities::measures(options),
            Self::Chains => chains::measures(),
            Self::Quotes => quotes::measures(),
        }
    }

    /// The key of the measure whose F1 the errors of the layer take down: what they cost adds up to what it lacks.
    pub const fn measure_of_errors(self) -> &'static str {
        match self {
            Self::Sentences => "spans",
            Self::Entities => "exact",
            Self::Chains => "resolved",
            Self::Quotes => "whole",
        }
    }

    /// Compares one article.
    fn score(self, gold: &Record, predicted: &Annotation, options: &Options) -> Result<Outcome> {
        let (text, annotation) = (&gold.text, &gold.annotation);
        Ok(match self {
            Self::Sentences => sentences::score(text, &annotation.sentences, &predicted.sentences),
            Self::Entities => entities::score(text, &annotation.entities, &predicted.entities, options),
            Self::Chains => chains::score(gold, predicted)?,
            Self::Quotes => quotes::score(text, annotation, predicted, options),
        })
    }
}

/// A gold label and the predicted one that it met; `None` for no name.
pub type LabelPair = (Option<Label>, Option<Label>);

/// What comes of comparing a layer of one article.
#[derive(Debug, Default)]
struct Outcome {
    /// The columns.
    counts: Vec<Counts>,
    /// What is wrong.
    faults: Vec<Fault>,
    /// The labels of names that answer each other.
    labels: Vec<LabelPair>,
    /// The scores that predicted items carry.
    scores: Vec<Confidence>,
}

/// What a prediction says of its own item, and whether it is right.
#[derive(Debug, Clone, Copy)]
struct Confidence {
    /// What has the score: "entities", "quotes" or "speakers".
    of: &'static str,
    score: f64,
    is_right: bool,
}

impl Confidence {
    const fn new(of: &'static str, score: f64, is_right: bool) -> Self {
        Self { of, score, is_right }
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

/// Which quotes are scored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum QuoteSet {
    /// Every one.
    #[default]
    All,
    /// Without those that gold calls attributions of another class than speech and writing
    /// (`attribution_cue_class`).
    Speech,
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
    /// These quotes only.
    pub quotes: QuoteSet,
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
    /// [`Kind::Usage`] for a label that its label set does not have.
    pub fn check(&self) -> Result<()> {
        let error = |message: String| Err(Error::new(Kind::Usage, message));
        if let Some(label) = self.only.iter().flatten().find(|l| self.labels.map(**l) != Some(**l)) {
            return error(format!("{} is not among the labels of CoNLL-2003: PER, ORG, LOC, MISC", label.name()));
        }
        Ok(())
    }
}
