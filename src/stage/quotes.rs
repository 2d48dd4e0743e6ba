//! Quotes: what stands between marks by rule, and reported clauses by a plain one.
//!
//! Marks decide where a direct or mixed quote begins and ends; a reporting word near it decides whether it is
//! one at all. The rules know no probability, so their quotes carry no score.

mod indirect;
mod marks;
mod pairs;
mod reports;
pub(crate) mod words;

use crate::record::{Extra, Quote, QuoteKind, QuoteStatus, TextSpan};
use crate::span::Span;
use std::cmp::Reverse;
use words::Words;

/// Finds the quotes of a text (bytes), without their speakers and without scores.
///
/// `sentences` and `tokens` are those of the stages before. The time is linear in the length of the text.
pub fn find(text: &str, sentences: &[Span], tokens: &[Span]) -> Vec<Quote> {
    let marked = pairs::find(text, sentences);
    let words = Words::new(text, sentences, tokens, &words::numbered(&marked));
    let mut found = reports::find(&words, marked);
    let clauses = indirect::find(&words, &found);
    found.extend(clauses);
    found.sort_by_key(|f| (f.spans[0].start, f.spans.last().map(|s| Reverse(s.end))));
    let quotes = (1..).zip(found).map(|(n, found)| Quote {
        id: format!("Q{n}"),
        kind: found.kind,
        status: found.status,
        spans: found.spans.into_iter().map(|span| TextSpan::new(text, span)).collect(),
        cue: found.cue.map(|span| TextSpan::new(text, span)),
        speaker: None,
        score: None,
        extra: Extra::new(),
    });
    quotes.collect()
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
}
