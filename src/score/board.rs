//! From articles to the report.

use super::{Counts, Layer, Measure, Of, Options, Score, bootstrap};
use crate::error::{Error, Kind, Result};
use crate::record::{Annotation, Record};
use serde::Serialize;

/// Gathers the counts of articles; a few hundred bytes for each.
pub struct Board {
    options: Options,
    rows: Vec<Row>,
    /// Layers with an item anywhere in gold.
    seen: Vec<Layer>,
    /// Layers that some gold record declares complete.
    declared: Vec<Layer>,
}

struct Row {
    id: String,
    /// Whether the record itself names its layers; then only those are here.
    declared: bool,
    counts: Vec<(Layer, Vec<Counts>)>,
}

/// Everything that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How many articles there were.
    pub articles: Articles,
    /// The layers that were scored.
    pub layers: Vec<LayerReport>,
    /// Layers that gold has but this version does not score.
    pub unscored: Vec<Layer>,
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
    /// The scores; the main one first.
    pub lines: Vec<Line>,
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
    /// The support; `None` for a mean of other scores.
    pub counts: Option<Counts>,
    /// The scores.
    pub score: Score,
    /// Their 95 % intervals; `None` with fewer than two articles, or where no draw had anything to score.
    pub interval: Interval,
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

impl Board {
    /// An empty board.
    ///
    /// # Errors
    /// [`Kind::Usage`] for options that do not go together ([`Options::check`]).
    pub fn new(options: Options) -> Result<Self> {
        options.check()?;
        Ok(Self { options, rows: Vec::new(), seen: Vec::new(), declared: Vec::new() })
    }

    /// Scores one article; without a prediction everything in gold is missed.
    ///
    /// The prediction has to be of the same text.
    ///
    /// # Errors
    /// [`Kind::Format`] when `meta.layers` of the gold record is no list of names.
    pub fn add(&mut self, gold: &Record, predicted: Option<&Annotation>) -> Result<()> {
        let nothing = Annotation::default();
        let predicted = predicted.unwrap_or(&nothing);
        let declared = declared(gold)?;
        for layer in Layer::ALL {
            note(&mut self.seen, layer, layer.is_in(&gold.annotation));
            note(&mut self.declared, layer, declared.as_ref().is_some_and(|d| d.contains(&layer)));
        }
        let wanted = self.options.layers.as_ref().or(declared.as_ref());
        let counts = Layer::ALL
            .into_iter()
            .filter(|layer| layer.is_scored() && wanted.is_none_or(|w| w.contains(layer)))
            .map(|layer| (layer, layer.count(&gold.text, &gold.annotation, predicted, &self.options)))
            .collect();
        self.rows.push(Row { id: gold.id.clone(), declared: wanted.is_some(), counts });
        Ok(())
    }

    /// Sums up, with intervals from so many bootstrap draws (0: none).
    pub fn report(mut self, seed: u64, draws: usize) -> Report {
        // By id, so that the order of the files does not change which articles a draw takes.
        self.rows.sort_by(|a, b| a.id.cmp(&b.id));
        let mut layers = Vec::new();
        for layer in Layer::ALL {
            let in_file = self.seen.contains(&layer);
            let rows: Vec<Counts> = (self.rows.iter())
                .filter(|row| row.declared || in_file)
                .flat_map(|row| row.counts.iter().filter(|(l, _)| *l == layer).flat_map(|(_, counts)| counts))
                .copied()
                .collect();
            if !rows.is_empty() {
                layers.push(report(layer, &layer.measures(&self.options), &rows, seed, draws));
            }
        }
        let unscored = if self.options.layers.is_some() {
            Vec::new()
        } else {
            let all = if self.declared.is_empty() { &self.seen } else { &self.declared };
            all.iter().copied().filter(|l| !l.is_scored()).collect()
        };
        Report { articles: Articles { scored: self.rows.len(), ..Articles::default() }, layers, unscored }
    }
}

/// Keeps a sorted list of layers.
fn note(layers: &mut Vec<Layer>, layer: Layer, is: bool) {
    if is && !layers.contains(&layer) {
        layers.push(layer);
        layers.sort();
    }
}

/// `meta.layers` of a gold record; names that are no layer are passed over.
fn declared(gold: &Record) -> Result<Option<Vec<Layer>>> {
    let Some(value) = gold.meta.get("layers") else { return Ok(None) };
    let names = value.as_array().and_then(|list| list.iter().map(|v| v.as_str()).collect::<Option<Vec<_>>>());
    match names {
        Some(names) => Ok(Some(names.into_iter().filter_map(Layer::from_name).collect())),
        None => {
            let message = format!("meta.layers of article {:?} should be a list of names, not {value}", gold.id);
            Err(Error::new(Kind::Format, message))
        }
    }
}

fn report(layer: Layer, measures: &[Measure], rows: &[Counts], seed: u64, draws: usize) -> LayerReport {
    let width = layer_width(measures);
    let articles = rows.len() / width;
    let mut sums = vec![Counts::default(); width];
    for (i, counts) in rows.iter().enumerate() {
        sums[i % width] += *counts;
    }
    let drawn = if articles < 2 { Vec::new() } else { bootstrap::draws(rows, width, seed, draws) };
    let lines = measures.iter().map(|measure| {
        let scores: Vec<Score> = drawn.iter().map(|columns| measure.score(columns)).collect();
        let interval = |part: fn(&Score) -> Option<f64>| bootstrap::interval(scores.iter().filter_map(part).collect());
        Line {
            key: measure.key,
            title: measure.title,
            is_share: matches!(measure.of, Of::Share(_)),
            counts: match measure.of {
                Of::Column(c) | Of::Share(c) => Some(sums[c]),
                Of::Mean(_) => None,
            },
            score: measure.score(&sums),
            interval: Interval {
                precision: interval(|s| s.precision),
                recall: interval(|s| s.recall),
                f1: interval(|s| s.f1),
            },
        }
    });
    LayerReport { layer, articles, lines: lines.collect() }
}

/// The number of columns that the measures of a layer read; each is read by one at least.
fn layer_width(measures: &[Measure]) -> usize {
    let last = |of: &Of| match of {
        Of::Column(c) | Of::Share(c) => *c,
        Of::Mean(columns) => columns.iter().copied().max().unwrap_or(0),
    };
    measures.iter().map(|m| last(&m.of)).max().map_or(1, |last| last + 1)
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
