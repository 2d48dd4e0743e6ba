//! One pass of the network over an article: numbers for every word, whatever the article's length.

use super::Model;
use super::engine::{Rows, Window};
use super::features::{Alphabet, Gap, shape};
use super::window::slide;
use crate::error::{Error, Kind, Result};
use crate::span::Span;
use tokenizers::InputSequence;

/// What the network says of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The words, in bytes: the tokens that the vocabulary has pieces for.
    pub words: Vec<Span>,
    /// `[words, 19]` Scores of the tags of the entity head, before any softmax.
    pub entities: Rows,
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
    /// Reads a text, one window at a time, in an annotation scheme by its number.
    ///
    /// # Errors
    /// [`Kind::Model`] when the tokenizer or the engine fails.
    pub fn read(&self, text: &str, tokens: &[Span], scheme: i32) -> Result<Reading> {
        let pieces = self.pieces(text, tokens)?;
        let tags = self.config.heads.entities.tags.len();
        let mut values = Vec::with_capacity(pieces.words.len() * tags);
        let mut each = |window: &Window, keep: std::ops::Range<usize>| {
            let [rows] = <[Rows; 1]>::try_from(self.engine.run(window, &[&self.config.heads.entities.output])?)
                .map_err(|_| Error::new(Kind::Model, "the engine gave another number of outputs"))?;
            if rows.depth != tags || rows.values.len() != tags * window.first.len() {
                return Err(Error::new(Kind::Model, "the entity head has another size than config.json says"));
            }
            values.extend_from_slice(&rows.values[keep.start * tags..keep.end * tags]);
            Ok(())
        };
        self.windows(text, &pieces, scheme, &mut each)?;
        Ok(Reading { words: pieces.words, entities: Rows { values, depth: tags } })
    }

    /// Calls `each` with every window of a text and the range of its words to keep; for benchmarks and tests.
    ///
    /// # Errors
    /// [`Kind::Model`] when the tokenizer fails, and what `each` returns.
    pub fn each_window(
        &self,
        text: &str,
        tokens: &[Span],
        scheme: i32,
        each: &mut dyn FnMut(&Window, std::ops::Range<usize>) -> Result<()>,
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
        scheme: i32,
        each: &mut dyn FnMut(&Window, std::ops::Range<usize>) -> Result<()>,
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
    read: &std::ops::Range<usize>,
    scheme: i32,
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
