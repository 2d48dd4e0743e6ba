//! "Strike kills ten: monitor": a heading that names its source behind a colon, as newspapers do without a verb.

use super::Found;
use super::reports::Source;
use super::words::Words;
use crate::record::QuoteKind;
use crate::span::Span;
use crate::stage::lexicon;

/// How long a source may be there, in words, and how short what it says.
const SOURCE: usize = 5;
const CLAUSE: usize = 4;

/// The report in the heading, the first sentence of a text, if it is one.
pub(super) fn find(words: &Words<'_>, sentences: &[Span]) -> Option<Found> {
    let heading = *sentences.first()?;
    let line = heading.of(words.text);
    let (clause, source) = line.rsplit_once(": ")?;
    let clause = Span::new(heading.start, heading.start + clause.len());
    let source = Span::new(heading.end - source.len(), heading.end).trim(words.text);
    let (said, by) = (words.of(clause), words.of(source));
    if said.len() < CLAUSE || by.is_empty() || by.len() > SOURCE || line.ends_with(['.', '?', '!']) {
        return None;
    }
    let speaks = lexicon::is_source(&words.lower(by.end - 1));
    let named = by.clone().all(|i| words.is_capital(i)) && said.clone().any(|i| !words.is_capital(i));
    let source = Some(Source { span: source, score: None }).filter(|_| speaks || named)?;
    let spans = vec![clause.trim(words.text)];
    Some(Found { kind: QuoteKind::Indirect, status: None, spans, cue: None, source: Some(source), score: None })
}
