//! One pass of the network over an article: numbers for every word, whatever the article's length.

use super::Model;
use super::engine::{Rows, Window};
use super::features::{Alphabet, Gap, shape};
use super::pairing::{Field, TAGS, Vector, WIDTH};
use super::window::slide;
use crate::error::{Error, Kind, Result};
use crate::span::Span;
use std::ops::Range;
use tokenizers::InputSequence;

/// What the network says of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The words, in bytes: the tokens that the vocabulary has pieces for.
    pub words: Vec<Span>,
    /// `[words, 19]` Scores of the tags of the entity head, before any softmax.
    pub entities: Rows,
    /// What the quote head says, where it was asked.
    pub quotes: Option<QuoteReading>,
}

/// Tags of cues: none, `B-` and `I-` of reports, `B-` and `I-` of other attributions.
pub const CUE_TAGS: usize = 5;

/// What the quote head says of the words of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QuoteReading {
    /// `[words]` Probabilities of the cue tags.
    pub cues: Vec<[f32; CUE_TAGS]>,
    /// The words as what is seen from an anchor.
    pub field: Field,
    /// Words that may be anchors, in order, with their vectors as an anchor and as a closing mark: few, so that a long
    /// text does not fill the memory.
    anchors: Vec<(usize, [Vector; 2])>,
}

/// The least probability of a cue that makes a word an anchor.
const CUE: f32 = 0.05;

impl QuoteReading {
    /// A word's vectors as an anchor and as a closing mark; `None` where it is neither a mark nor likely to be a cue.
    pub fn anchor(&self, word: usize) -> Option<&[Vector; 2]> {
        self.anchors.binary_search_by_key(&word, |a| a.0).ok().map(|at| &self.anchors[at].1)
    }

    /// Adds a word; `new_line`: a line begins with it.
    fn push(&mut self, row: &[f32], is_mark: bool, new_line: bool) {
        let (scores, vectors) = row.split_at(CUE_TAGS);
        let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = scores.iter().map(|x| (x - top).exp()).sum();
        let cues: [f32; CUE_TAGS] = std::array::from_fn(|t| (scores[t] - top).exp() / sum);
        let (tags, vectors) = vectors.split_at(TAGS);
        let (vectors, _) = vectors.as_chunks::<WIDTH>();
        if is_mark || 1.0 - cues[0] >= CUE {
            self.anchors.push((self.cues.len(), [vectors[1], vectors[2]]));
        }
        let line = self.field.lines.last().copied().unwrap_or(0) + u32::from(new_line);
        self.cues.push(cues);
        self.field.words.push(vectors[0]);
        self.field.tags.push(std::array::from_fn(|t| tags[t]));
        self.field.lines.push(line);
    }
}

const CLS: i32 = 101;
const SEP: i32 = 102;

/// The pieces of a text, p of them, and its words, w of them.
struct Pieces {
    /// `[p]` Vocabulary.
    ids: Vec<i32>,
    /// `[w + 1]` The first piece of each word, then p.
    first: Vec<usize>,
    words: Vec<Span>,
}

impl Model {
    /// Reads a text, one window at a time, in an annotation scheme by its numbers. The quote head is asked when `is_mark`
    /// is given, which says whether a word is a quotation mark.
    ///
    /// # Errors
    /// [`Kind::Model`] when the tokenizer or the engine fails.
    pub fn read(
        &self,
        text: &str,
        tokens: &[Span],
        scheme: [i32; 2],
        is_mark: Option<&dyn Fn(&str) -> bool>,
    ) -> Result<Reading> {
        let pieces = self.pieces(text, tokens)?;
        let heads = &self.config.heads;
        let tags = heads.entities.tags.len();
        let outputs = [heads.entities.output.as_str(), heads.quotes.output.as_str()];
        let outputs = &outputs[..if is_mark.is_some() { 2 } else { 1 }];
        let mut values = Vec::with_capacity(pieces.words.len() * tags);
        let mut quotes = is_mark.map(|_| QuoteReading::default());
        let mut at = 0;
        let mut each = |window: &Window, keep: Range<usize>| {
            let rows = self.engine.run(window, outputs)?;
            let depths = [tags, CUE_TAGS + TAGS + 3 * WIDTH];
            let fits = |(rows, depth): (&Rows, &usize)| {
                rows.depth == *depth && rows.values.len() == depth * window.first.len()
            };
            if rows.len() != outputs.len() || !rows.iter().zip(&depths).all(fits) {
                return Err(Error::new(Kind::Model, "a head has another size than config.json says"));
            }
            values.extend_from_slice(&rows[0].values[keep.start * tags..keep.end * tags]);
            if let (Some(quotes), Some(is_mark)) = (&mut quotes, is_mark) {
                for row in rows[1].values.chunks_exact(rows[1].depth).skip(keep.start).take(keep.len()) {
                    let word = pieces.words[at];
                    let before = at.checked_sub(1).map(|before| &text[pieces.words[before].end..word.start]);
                    quotes.push(row, is_mark(word.of(text)), Gap::of(before) == Gap::Line);
                    at += 1;
                }
            }
            Ok(())
        };
        self.windows(text, &pieces, scheme, &mut each)?;
        Ok(Reading { words: pieces.words, entities: Rows { values, depth: tags }, quotes })
    }

    /// Calls `each` with every window of a text and the range of its words to keep; for benchmarks and tests.
    ///
    /// # Errors
    /// [`Kind::Model`] when the tokenizer fails, and what `each` returns.
    pub fn each_window(
        &self,
        text: &str,
        tokens: &[Span],
        scheme: [i32; 2],
        each: &mut dyn FnMut(&Window, Range<usize>) -> Result<()>,
    ) -> Result<()> {
        self.windows(text, &self.pieces(text, tokens)?, scheme, each)
    }

    /// Runs the network on one window; for benchmarks and tests.
    ///
    /// # Errors
    /// [`Kind::Model`] when the engine fails.
    pub fn run(&self, window: &Window, outputs: &[&str]) -> Result<Vec<Rows>> {
        self.engine.run(window, outputs)
    }

    fn windows(
        &self,
        text: &str,
        pieces: &Pieces,
        scheme: [i32; 2],
        each: &mut dyn FnMut(&Window, Range<usize>) -> Result<()>,
    ) -> Result<()> {
        let size = self.config.window;
        let alphabet = Alphabet::new(&self.config.words.alphabet, self.config.words.chars);
        for part in slide(&pieces.first, size.pieces - 2, size.overlap) {
            let window = window(text, pieces, &part.read, scheme, &alphabet, size.pieces - 2);
            each(&window, part.keep.start - part.read.start..part.keep.end - part.read.start)?;
        }
        Ok(())
    }

    fn pieces(&self, text: &str, tokens: &[Span]) -> Result<Pieces> {
        let mut pieces = Pieces { ids: Vec::new(), first: Vec::new(), words: Vec::new() };
        // In lots: the tokenizer's bookkeeping is many times the size of the text.
        for lot in tokens.chunks(1024) {
            let words: Vec<&str> = lot.iter().map(|t| t.of(text)).collect();
            let encoding = self
                .tokenizer
                .encode(InputSequence::PreTokenized(words.into()), false)
                .map_err(|e| Error::new(Kind::Model, "the tokenizer failed").with(e))?;
            let mut last = None;
            for (&id, word) in encoding.get_ids().iter().zip(encoding.get_word_ids()) {
                let Some(word) = *word else { continue };
                if last != Some(word) {
                    pieces.first.push(pieces.ids.len());
                    pieces.words.push(lot[word as usize]);
                    last = Some(word);
                }
                pieces.ids.push(id as i32);
            }
        }
        pieces.first.push(pieces.ids.len());
        Ok(pieces)
    }
}

/// A window over some words. Of a single word with more than `room` pieces (a hundred characters without a
/// vowel of vocabulary at most) only the first ones are read: its tag hangs on the first piece.
fn window(
    text: &str,
    pieces: &Pieces,
    read: &Range<usize>,
    scheme: [i32; 2],
    alphabet: &Alphabet,
    room: usize,
) -> Window {
    let (from, to) = (pieces.first[read.start], pieces.first[read.end]);
    let to = to.min(from + room);
    let none = read.len() as i32;
    let mut window = Window { scheme, ..Window::default() };
    window.ids.push(CLS);
    window.ids.extend_from_slice(&pieces.ids[from..to]);
    window.ids.push(SEP);
    window.word.push(none);
    for (number, word) in (0..).zip(read.clone()) {
        let (start, end) = (pieces.first[word], pieces.first[word + 1].min(to));
        window.first.push((start - from + 1) as i32);
        window.word.extend(std::iter::repeat_n(number, end - start));
        let span = pieces.words[word];
        let between = word.checked_sub(1).map(|before| &text[pieces.words[before].end..span.start]);
        window.shapes.push(shape(span.of(text), Gap::of(between)));
        alphabet.push(span.of(text), &mut window.chars);
    }
    window.word.push(none);
    window.shapes.push(0);
    alphabet.push("", &mut window.chars);
    window
}
