//! Quotes: what stands between marks is found by rule, what is reported and by whom by the network.
//!
//! The rules say where a stretch between marks begins and ends, exactly; the network, whether somebody is quoted in it, and
//! which clauses, cues and sources belong together. Both are joined into one list in which every report stands once.

mod joining;
mod marks;
mod pairs;
mod reports;
mod stretches;
pub(crate) mod words;

use crate::model::config::QuoteHead;
use crate::model::pairing::Pairing;
use crate::model::reading::QuoteReading;
use crate::record::{Extra, Quote, QuoteKind, QuoteStatus, Speaker, TextSpan, score};
use crate::span::Span;
use reports::{Evidence, Source};
use std::cmp::Reverse;
use words::Words;

/// What the quotes of a text are found with.
pub struct Sources<'a> {
    /// The text's words (bytes) and what the quote head says of them.
    pub words: &'a [Span],
    /// What the quote head says.
    pub reading: &'a QuoteReading,
    /// The pairing score.
    pub pairing: &'a Pairing,
    /// Calibration.
    pub head: &'a QuoteHead,
}

/// Finds the quotes of a text (bytes) and the words that name their sources.
///
/// `sentences` and `tokens` are those of the stages before. With `whole`, as other schemes have it, the content of a report
/// is one quote, whatever stands in marks. The time is linear in the length of the text.
pub fn find(text: &str, sentences: &[Span], tokens: &[Span], sources: &Sources<'_>, whole: bool) -> Vec<Quote> {
    let marked = pairs::find(text, sentences);
    let words = Words::new(text, sentences, tokens, &words::numbered(&marked));
    let evidence = Evidence { words: sources.words, reading: sources.reading, pairing: sources.pairing };
    let stretches = stretches::find(&words, marked);
    let mut found = joining::join(text, evidence, stretches, whole);
    found.sort_by_key(|f| (f.spans[0].start, f.spans.last().map(|s| Reverse(s.end))));
    let quotes = (1..).zip(found).map(|(n, found)| Quote {
        id: format!("Q{n}"),
        kind: found.kind,
        status: found.status,
        spans: found.spans.into_iter().map(|span| TextSpan::new(text, span)).collect(),
        cue: found.cue.map(|span| TextSpan::new(text, span)),
        speaker: found.source.map(|source| Speaker {
            score: Some(score(sources.head.speakers.apply(f64::from(source.score)))),
            ..Speaker::new(text, source.span, None)
        }),
        score: found.score.map(|p| score(sources.head.calibration.apply(f64::from(p)))),
        extra: Extra::new(),
    });
    quotes.collect()
}

/// Whether a word is a quotation mark, or half of one.
pub(crate) fn is_mark(word: &str) -> bool {
    word.starts_with(stretches::is_mark)
}

/// The stretches between quotation marks (bytes), marks included: a part for each paragraph, nested ones too.
pub(crate) fn marked(text: &str, sentences: &[Span]) -> Vec<Span> {
    pairs::find(text, sentences).into_iter().flat_map(|marked| marked.spans).collect()
}

/// A quote before it gets its number.
#[derive(Debug)]
struct Found {
    kind: QuoteKind,
    status: Option<QuoteStatus>,
    spans: Vec<Span>,
    cue: Option<Span>,
    source: Option<Source>,
    /// Uncalibrated; `None` where only the rules know of it.
    score: Option<f32>,
}
