//! From articles to the report.

use super::measure::{Measure, Of, Support};
use super::tally::{Confusion, Tally};
use super::{Counts, Fault, FaultKind, Layer, Options, Outcome, Reliability, Score, Toll, bootstrap, quotes};
use crate::error::{Error, Kind, Result};
use crate::record::{Annotation, Record};
use serde::Serialize;
use std::collections::HashSet;

/// Gathers the counts of articles; some two thousand bytes for each and for each prediction.
pub struct Board {
    options: Options,
    rows: Vec<Row>,
    /// Layers with an item anywhere in gold.
    seen: Vec<Layer>,
    has_classes: bool,
    /// One for each prediction.
    tallies: Vec<Tallies>,
}

/// What is counted of one prediction; which layers of undeclared articles are scored is known only at the end.
#[derive(Default)]
struct Tallies {
    declared: Tally,
    undeclared: Tally,
}

/// The errors of one article, by layer.
#[derive(Debug, Default, PartialEq)]
pub struct ArticleFaults {
    /// Whether these layers are scored for sure; else only those are that have an item anywhere in gold
    /// ([`LayerReport::is_in_gold`]).
    pub is_declared: bool,
    /// The errors.
    pub layers: Vec<(Layer, Vec<Fault>)>,
}

struct Row {
    id: String,
    /// Whether the record itself names its layers; then only those are here.
    is_declared: bool,
    /// The columns of each layer, those of one prediction behind those of the other.
    counts: Vec<(Layer, Vec<Counts>)>,
}

/// Everything that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How many articles there were.
    pub articles: Articles,
    /// Whether two predictions were compared.
    pub is_comparison: bool,
    /// The layers that were scored.
    pub layers: Vec<LayerReport>,
    /// Whether any gold quote says of which class it is, without which [`QuoteSet::Speech`](super::QuoteSet::Speech)
    /// leaves none out.
    pub has_classes: bool,
    /// How often names of a gold label met a predicted label of the first prediction; `None` for no name.
    pub confusion: Confusion,
    /// How far the scores of the first prediction can be relied on.
    pub reliability: Vec<Reliability>,
}

/// Numbers of articles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Articles {
    /// Articles on the board.
    pub scored: usize,
    /// Gold articles without prediction, by id; whether they are among the scored is the caller's choice.
    pub missing: Vec<String>,
    /// Predicted articles without gold, by id; never scored.
    pub extra: Vec<String>,
}

/// The scores of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerReport {
    /// Which.
    pub layer: Layer,
    /// Articles whose gold has the layer.
    pub articles: usize,
    /// Whether gold has an item of it anywhere; without one, only articles that declare the layer are scored.
    pub is_in_gold: bool,
    /// The scores; the main one first.
    pub lines: Vec<Line>,
    /// The kinds of error that occur, with what they cost each prediction.
    pub errors: Vec<(FaultKind, Vec<Toll>)>,
    /// Items of gold and of each prediction by the measure of errors: what the cost of errors is a share of.
    pub items: Vec<f64>,
}

/// One measure of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its key in JSON.
    pub key: &'static str,
    /// Its name in the table.
    pub title: &'static str,
    /// Whether precision, recall and F1 are one and the same share.
    pub is_share: bool,
    /// The support.
    pub support: Support,
    /// The scores.
    pub score: Score,
    /// Their 95 % intervals; `None` with fewer than two articles, or where no draw had anything to score.
    pub interval: Interval,
    /// The second prediction.
    pub second: Option<Second>,
}

/// A second prediction, by the same measure, and how it differs from the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Second {
    /// Its support.
    pub support: Support,
    /// Its scores.
    pub score: Score,
    /// Their intervals.
    pub interval: Interval,
    /// Its F1 less that of the first.
    pub difference: Option<f64>,
    /// The interval of the difference.
    pub difference_interval: Option<(f64, f64)>,
    /// How probable a difference of this size, either way, would be if the two were as good as each other.
    pub p: Option<f64>,
}

/// Intervals of a [`Score`], lower end first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Interval {
    /// Of precision.
    pub precision: Option<(f64, f64)>,
    /// Of recall.
    pub recall: Option<(f64, f64)>,
    /// Of F1.
    pub f1: Option<(f64, f64)>,
}

impl Interval {
    fn of(scores: &[Score]) -> Self {
        let part = |part: fn(&Score) -> Option<f64>| bootstrap::interval(scores.iter().filter_map(part).collect());
        Self { precision: part(|s| s.precision), recall: part(|s| s.recall), f1: part(|s| s.f1) }
    }
}

impl Board {
    /// An empty board.
    ///
    /// # Errors
    /// [`Kind::Usage`] for options that do not go together ([`Options::check`]).
    pub fn new(options: Options) -> Result<Self> {
        options.check()?;
        Ok(Self { options, rows: Vec::new(), seen: Vec::new(), has_classes: false, tallies: Vec::new() })
    }

    /// Scores one article with its prediction, or with two that are to be compared; without a prediction everything in
    /// gold is missed. Gives the errors of the first.
    ///
    /// The predictions have to be of the same text, and as many for every article.
    ///
    /// # Errors
    /// [`Kind::Format`] when `meta.layers` of the gold record is no list of layers, its `gap` is not as it should be, or
    /// quotes are scored and a speaker of either side has a chain that is not there.
    pub fn add(&mut self, gold: &Record, predicted: &[Option<&Annotation>]) -> Result<ArticleFaults> {
        let nothing = Annotation::default();
        let declared = declared(gold)?;
        self.has_classes |= quotes::has_classes(&gold.annotation.quotes);
        for layer in Layer::ALL {
            if layer.is_in(gold) && !self.seen.contains(&layer) {
                self.seen.push(layer);
            }
        }
        self.tallies.resize_with(predicted.len(), Tallies::default);
        let wanted = self.options.layers.as_ref().or(declared.as_ref());
        let is_declared = wanted.is_some();
        let mut row = Row { id: gold.id.clone(), is_declared, counts: Vec::new() };
        let mut faults = ArticleFaults { is_declared, layers: Vec::new() };
        for layer in Layer::ALL.into_iter().filter(|layer| wanted.is_none_or(|w| w.contains(layer))) {
            if layer == Layer::Quotes {
                check_speakers(&gold.id, "gold", &gold.annotation)?;
            }
            let mut columns = Vec::new();
            for (place, predicted) in predicted.iter().enumerate() {
                let predicted = predicted.unwrap_or(&nothing);
                if layer == Layer::Quotes {
                    let side = if place == 0 { "the prediction" } else { "the second prediction" };
                    check_speakers(&gold.id, side, predicted)?;
                }
                let outcome: Outcome = layer.score(gold, predicted, &self.options)?;
                let Tallies { declared, undeclared } = &mut self.tallies[place];
                if is_declared { declared } else { undeclared }.add(layer, gold, &outcome);
                columns.extend(outcome.counts);
                if place == 0 {
                    faults.layers.push((layer, outcome.faults));
                }
            }
            row.counts.push((layer, columns));
        }
        self.rows.push(row);
        Ok(faults)
    }

    /// Sums up, with intervals from so many bootstrap draws (0: none).
    pub fn report(mut self, seed: u64, draws: usize) -> Report {
        // By id, so that the order of the files does not change which articles a draw takes.
        self.rows.sort_by(|a, b| a.id.cmp(&b.id));
        let merged = |Tallies { mut declared, undeclared }| {
            declared.merge(undeclared, &self.seen);
            declared
        };
        let tallies: Vec<Tally> = self.tallies.into_iter().map(merged).collect();
        let mut layers = Vec::new();
        for layer in Layer::ALL {
            let is_in_gold = self.seen.contains(&layer);
            let rows: Vec<&[Counts]> = (self.rows.iter())
                .filter(|row| row.is_declared || is_in_gold)
                .flat_map(|row| row.counts.iter().filter(|(l, _)| *l == layer).map(|(_, counts)| counts.as_slice()))
                .collect();
            if !rows.is_empty() {
                let lines = lines(&layer.measures(&self.options), &rows, tallies.len(), seed, draws);
                let errors = lines.iter().find(|line| line.key == layer.measure_of_errors());
                let items = errors.map(|line| vec![Some(line.support), line.second.map(|s| s.support)]);
                let items = items.into_iter().flatten().flatten().map(|c| c.predicted + c.gold).collect();
                let (articles, errors) = (rows.len(), errors_of(layer, &tallies));
                layers.push(LayerReport { layer, articles, is_in_gold, lines, errors, items });
            }
        }
        let first = tallies.first();
        Report {
            articles: Articles { scored: self.rows.len(), ..Articles::default() },
            is_comparison: tallies.len() > 1,
            layers,
            has_classes: self.has_classes,
            confusion: first.map_or_else(Confusion::new, |tally| tally.confusion.clone()),
            reliability: first.map_or_else(Vec::new, Tally::reliability),
        }
    }
}

fn errors_of(layer: Layer, tallies: &[Tally]) -> Vec<(FaultKind, Vec<Toll>)> {
    let mut kinds: Vec<FaultKind> = tallies.iter().flat_map(|tally| tally.kinds(layer)).collect();
    kinds.sort();
    kinds.dedup();
    let tolls = |kind| tallies.iter().map(|t| t.toll(layer, kind).cloned().unwrap_or_default()).collect();
    kinds.into_iter().map(|kind| (kind, tolls(kind))).collect()
}

/// `meta.layers` of a gold record.
fn declared(gold: &Record) -> Result<Option<Vec<Layer>>> {
    let Some(value) = gold.meta.get("layers") else { return Ok(None) };
    let layers = value.as_array().and_then(|list| list.iter().map(|v| Layer::from_name(v.as_str()?)).collect());
    match layers {
        Some(layers) => Ok(Some(layers)),
        None => {
            let names = Layer::ALL.map(Layer::name).join(", ");
            let message =
                format!("meta.layers of article {:?} should be a list of some of {names}, not {value}", gold.id);
            Err(Error::new(Kind::Format, message))
        }
    }
}

/// Whether every speaker's chain is there.
fn check_speakers(id: &str, side: &str, annotation: &Annotation) -> Result<()> {
    let chains: HashSet<&String> = annotation.chains.iter().map(|chain| &chain.id).collect();
    let mut ids = annotation.quotes.iter().filter_map(|q| Some((q, q.speaker.as_ref()?.chain.as_ref()?)));
    match ids.find(|(_, chain)| !chains.contains(chain)) {
        None => Ok(()),
        Some((quote, chain)) => {
            let message = format!(
                "article {id:?} in {side}: the speaker of quote {:?} is of chain {chain:?}, which is not among its chains; \
                 add the chain or make it null",
                quote.id
            );
            Err(Error::new(Kind::Format, message))
        }
    }
}

fn lines(measures: &[Measure], rows: &[&[Counts]], predictions: usize, seed: u64, draws: usize) -> Vec<Line> {
    let width = rows.first().map_or(0, |row| row.len()) / predictions;
    let mut sums = vec![Counts::default(); width * predictions];
    for row in rows {
        for (sum, counts) in sums.iter_mut().zip(*row) {
            *sum += *counts;
        }
    }
    let drawn = if rows.len() < 2 { Vec::new() } else { bootstrap::draws(rows, seed, draws) };
    let swapped = if predictions < 2 { Vec::new() } else { swapped(rows, &sums, seed, draws) };
    let line = |measure: &Measure| {
        let of = |all: &[Counts], place: usize| measure.of.score(&all[place * width..(place + 1) * width]);
        let scores = |place: usize| drawn.iter().map(|all| of(all, place)).collect::<Vec<Score>>();
        let support = |place: usize| measure.of.support(&sums[place * width..(place + 1) * width]);
        let difference = |all: &[Counts]| Some(of(all, 1).f1? - of(all, 0).f1?);
        let second = || {
            let found = difference(&sums);
            let at_least = |d: f64| swapped.iter().filter(|all| difference(all).is_some_and(|s| s.abs() >= d)).count();
            Second {
                support: support(1),
                score: of(&sums, 1),
                interval: Interval::of(&scores(1)),
                difference: found,
                difference_interval: bootstrap::interval(drawn.iter().filter_map(|all| difference(all)).collect()),
                // What was found is one of the swaps; the margin is for sums in another order.
                p: found
                    .filter(|_| !swapped.is_empty())
                    .map(|d| (1 + at_least(d.abs() - 1e-12)) as f64 / (1 + swapped.len()) as f64),
            }
        };
        Line {
            key: measure.key,
            title: measure.title,
            is_share: matches!(measure.of, Of::Share(_)),
            support: support(0),
            score: of(&sums, 0),
            interval: Interval::of(&scores(0)),
            second: (predictions > 1).then(second),
        }
    };
    measures.iter().map(line).collect()
}

/// Sums in which a coin decided for each article which prediction is the first.
fn swapped(rows: &[&[Counts]], sums: &[Counts], seed: u64, draws: usize) -> Vec<Vec<Counts>> {
    let width = sums.len() / 2;
    let change = |row: &&[Counts]| -> Vec<Counts> { (0..width).map(|c| row[width + c] + row[c] * -1.0).collect() };
    let changes: Vec<Vec<Counts>> = rows.iter().map(change).collect();
    let changes: Vec<&[Counts]> = changes.iter().map(Vec::as_slice).collect();
    let apply = |change: Vec<Counts>| {
        let first = sums[..width].iter().zip(&change).map(|(&sum, &change)| sum + change);
        let second = sums[width..].iter().zip(&change).map(|(&sum, &change)| sum + change * -1.0);
        first.chain(second).collect()
    };
    bootstrap::coins(&changes, seed, draws).into_iter().map(apply).collect()
}

impl Report {
    /// A score by its name: `LAYER.STAT` for the main measure of the layer, or `LAYER.MEASURE.STAT`, where STAT is
    /// `precision`, `recall` or `f1`.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a name that the report does not have; it lists those that are there.
    pub fn find(&self, name: &str) -> Result<Option<f64>> {
        let unknown = |what: String| Err(Error::new(Kind::Usage, format!("no score is called {name:?}: {what}")));
        let (layer, rest) = name.split_once('.').unwrap_or((name, ""));
        let Some(layer) = self.layers.iter().find(|l| l.layer.name() == layer) else {
            let there: Vec<_> = self.layers.iter().map(|l| l.layer.name()).collect();
            return unknown(format!("scored are {}", there.join(", ")));
        };
        let (measure, stat) = rest.rsplit_once('.').unwrap_or(("", rest));
        let line = layer.lines.iter().find(|l| l.key == measure);
        let Some(line) = line.or_else(|| layer.lines.first().filter(|_| measure.is_empty())) else {
            let there: Vec<_> = layer.lines.iter().map(|l| l.key).collect();
            return unknown(format!("{} has {}", layer.layer.name(), there.join(", ")));
        };
        match stat {
            "precision" => Ok(line.score.precision),
            "recall" => Ok(line.score.recall),
            "f1" => Ok(line.score.f1),
            _ => unknown("it has to end in .precision, .recall or .f1".to_owned()),
        }
    }
}
