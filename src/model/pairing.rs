//! The pairing score of the quote head: what a word is to a cue, or to a stretch between quotation marks.
//!
//! As in `scripts/train/quotes.py`: what the word is to any cue, a layer over the sum of word, anchor and distance, of the word
//! and its two neighbours, and a bilinear term. Anchors are few, so this is plain loops on any engine.

use super::weights::Weights;
use crate::error::Result;
use std::ops::Range;

/// The size of a word's and an anchor's vector.
pub const WIDTH: usize = 128;
/// Tags: none, and `B-` and `I-` of two roles: of the first (content of a report, cue of a stretch), and of the source.
pub const TAGS: usize = 5;
/// Kinds of a stretch: no quote, direct, mixed.
pub const KINDS: usize = 3;
/// How far from its anchor a word may stand, in words.
pub const REACH: usize = 192;

/// Distances in words; a distance falls to the last of these that is not above it.
const STEPS: [usize; 15] = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 160];
/// Line ends between word and anchor that are told apart.
const LINES: usize = 3;

/// A vector.
pub type Vector = [f32; WIDTH];

/// The matrices of the pairing score.
pub struct Pairing {
    /// `[29]` By signed distance.
    distance: Vec<Vector>,
    /// `[7]` By signed number of line ends.
    lines: Vec<Vector>,
    report: Layer,
    stretch: Layer,
    kind: Vec<Vector>,
    kind_bias: Vec<f32>,
}

struct Layer {
    /// `[3 · 5]` What a word says of the word behind it, of itself, of the word before it.
    out: Vec<Vector>,
    bias: Vec<f32>,
    /// `[5, 128]` rows.
    pair: Vec<Vector>,
}

/// The words of a text as the pairing score sees them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Field {
    /// `[w]` Their vectors.
    pub words: Vec<Vector>,
    /// `[w]` Scores of what they are to any cue.
    pub tags: Vec<[f32; TAGS]>,
    /// `[w]` How many lines have begun up to each word.
    pub lines: Vec<u32>,
}

/// What words are to an anchor.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The first of the words.
    pub first: usize,
    /// Log-probabilities of the tags, a row for each word.
    pub tags: Vec<[f32; TAGS]>,
}

impl Pairing {
    /// Reads the matrices.
    ///
    /// # Errors
    /// [`crate::Kind::Model`] when one is missing or has another shape.
    pub fn read(weights: &Weights) -> Result<Self> {
        let name = |part: &str| format!("heads.quotes.{part}");
        let layer = |part: &str| -> Result<Layer> {
            Ok(Layer {
                out: weights.rows(&name(&format!("{part}.weight")), 3 * TAGS)?,
                bias: weights.get(&name(&format!("{part}.bias")), &[3 * TAGS])?,
                pair: weights.get(&name(&format!("{part}_pair")), &[TAGS, WIDTH, WIDTH])?.as_chunks().0.to_vec(),
            })
        };
        Ok(Self {
            distance: weights.rows(&name("distance.weight"), 2 * STEPS.len() - 1)?,
            lines: weights.rows(&name("lines.weight"), 2 * LINES + 1)?,
            report: layer("report")?,
            stretch: layer("stretch")?,
            kind: weights.rows(&name("kind.weight"), KINDS)?,
            kind_bias: weights.get(&name("kind.bias"), &[KINDS])?,
        })
    }

    /// What the words near a cue are to it: content or source. `anchor`: the cue's first word and its vector.
    pub fn report(&self, field: &Field, anchor: (usize, &Vector)) -> Seen {
        let mut seen = self.seen(&self.report, field, anchor);
        for (scores, own) in seen.tags.iter_mut().zip(&field.tags[seen.first..]) {
            for (score, own) in scores.iter_mut().zip(own) {
                *score += own;
            }
        }
        seen.normalised()
    }

    /// What the words near a stretch between marks are to it: cue or source. `anchor`: the opening mark, and the sum of the
    /// vectors of both marks.
    pub fn stretch(&self, field: &Field, anchor: (usize, &Vector)) -> Seen {
        self.seen(&self.stretch, field, anchor).normalised()
    }

    /// Probabilities that a stretch is no quote, a direct one, a mixed one.
    pub fn kind(&self, anchor: &Vector) -> [f32; KINDS] {
        let mut scores: [f32; KINDS] = std::array::from_fn(|k| {
            self.kind_bias[k] + self.kind[k].iter().zip(anchor).map(|(w, a)| w * a.max(0.0)).sum::<f32>()
        });
        log_softmax(&mut scores);
        scores.map(f32::exp)
    }

    fn seen(&self, layer: &Layer, field: &Field, (at, anchor): (usize, &Vector)) -> Seen {
        let range: Range<usize> = at.saturating_sub(REACH)..(at + REACH + 1).min(field.words.len());
        let bent: [Vector; TAGS] = std::array::from_fn(|tag| {
            let mut sum = [0.0; WIDTH];
            for (a, row) in anchor.iter().zip(&layer.pair[tag * WIDTH..(tag + 1) * WIDTH]) {
                add(&mut sum, row, *a);
            }
            sum
        });
        let mut tags = vec![[0.0; TAGS]; range.len()];
        for (i, word) in range.clone().enumerate() {
            let vector = &field.words[word];
            let distance = &self.distance[bucket(word, at)];
            let lines = &self.lines[line_bucket(field.lines[word], field.lines[at])];
            let mut hidden = [0.0; WIDTH];
            for k in 0..WIDTH {
                hidden[k] = (vector[k] + anchor[k] + distance[k] + lines[k]).max(0.0);
            }
            for t in 0..TAGS {
                let out = |of: usize| layer.bias[of * TAGS + t] + dot(&layer.out[of * TAGS + t], &hidden);
                if let Some(behind) = tags.get_mut(i + 1) {
                    behind[t] += out(0);
                }
                tags[i][t] += out(1) + dot(&bent[t], vector);
                if let Some(before) = i.checked_sub(1).and_then(|i| tags.get_mut(i)) {
                    before[t] += out(2);
                }
            }
        }
        Seen { first: range.start, tags }
    }
}

impl Seen {
    /// With log-probabilities in place of scores.
    fn normalised(mut self) -> Self {
        self.tags.iter_mut().for_each(|scores| log_softmax(scores));
        self
    }
}

/// The row of a distance.
fn bucket(word: usize, anchor: usize) -> usize {
    let size = STEPS.partition_point(|&step| step <= word.abs_diff(anchor)) - 1;
    if word < anchor { STEPS.len() - 1 - size } else { STEPS.len() - 1 + size }
}

/// The row of a number of line ends.
fn line_bucket(word: u32, anchor: u32) -> usize {
    let size = (word.abs_diff(anchor) as usize).min(LINES);
    if word < anchor { LINES - size } else { LINES + size }
}

fn add(sum: &mut Vector, row: &Vector, factor: f32) {
    for (s, r) in sum.iter_mut().zip(row) {
        *s += factor * r;
    }
}

/// In eight sums side by side, so that the compiler may use vector instructions.
fn dot(a: &Vector, b: &Vector) -> f32 {
    let mut sums = [0.0; 8];
    for (a, b) in a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0) {
        for i in 0..8 {
            sums[i] += a[i] * b[i];
        }
    }
    sums.iter().sum()
}

/// Scores to log-probabilities, in place.
pub(crate) fn log_softmax(scores: &mut [f32]) {
    let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum = scores.iter().map(|x| (x - top).exp()).sum::<f32>().ln() + top;
    for score in scores {
        *score -= sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_fall_into_their_buckets() {
        let row = |word, anchor| bucket(word, anchor) as isize - 14;
        assert_eq!([row(9, 9), row(10, 9), row(8, 9), row(14, 9), row(209, 9), row(9, 209)], [0, 1, -1, 4, 14, -14]);
        assert_eq!([line_bucket(2, 2), line_bucket(9, 2), line_bucket(1, 2)], [3, 6, 2]);
    }
}
