//! Quotes: what stands between marks is found by rule, what is reported and by whom by the network.
//!
//! The rules say where a stretch between marks begins and ends, exactly; the network, whether somebody is quoted in it, and
//! which clauses, cues and sources belong together. Both are joined into one list in which every report stands once.

mod content;
mod heading;
mod joining;
mod marks;
mod pairs;
mod reports;
mod stretches;
mod transcript;
pub(crate) mod words;

use crate::model::config::Reports;
use crate::record::{Extra, Quote, QuoteKind, QuoteStatus, Speaker, TextSpan, score};
use crate::span::Span;
pub use reports::Evidence;
use reports::Source;
use std::cmp::Reverse;
pub(crate) use stretches::is_mark;
use words::Words;

/// Finds the quotes of a text (bytes) and the words that name their sources; the scores of these are not calibrated yet.
///
/// `sentences` and `tokens` are those of the stages before. Without evidence only the rules for what stands between marks
/// speak, and nothing has a score. `reports` is what the scheme takes for one quote. The time is linear in the length of
/// the text.
pub fn find(
    text: &str,
    sentences: &[Span],
    tokens: &[Span],
    evidence: Option<&Evidence<'_>>,
    reports: Reports,
) -> Vec<Quote> {
    let marked = pairs::find(text, sentences);
    let words = Words::new(text, sentences, tokens, &words::numbered(&marked));
    let stretches = stretches::find(&words, marked);
    let mut found = joining::join(text, evidence, stretches, reports);
    if reports == Reports::Parts {
        for report in heading::find(&words, sentences).into_iter().chain(transcript::find(text)) {
            joining::add(text, report, &mut found);
        }
    }
    found.sort_by_key(|f| (f.spans[0].start, f.spans.last().map(|s| Reverse(s.end))));
    let quotes = (1..).zip(found).map(|(n, found)| Quote {
        id: format!("Q{n}"),
        kind: found.kind,
        status: found.status,
        spans: found.spans.into_iter().map(|span| TextSpan::new(text, span)).collect(),
        cue: found.cue.map(|span| TextSpan::new(text, span)),
        speaker: found
            .source
            .map(|source| Speaker { score: source.score.map(f64::from), ..Speaker::new(text, source.span, None) }),
        score: found.score.zip(evidence).map(|(p, e)| score(e.head.calibration.apply(f64::from(p)))),
        extra: Extra::new(),
    });
    quotes.collect()
}

/// Whether a word is a quotation mark, or half of one.
pub(crate) fn begins_with_mark(word: &str) -> bool {
    word.starts_with(is_mark)
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
