//! Interviews and hearings as they are printed: each line begins with who speaks, a colon, and what is said, without marks.

use super::Found;
use super::reports::Source;
use crate::record::QuoteKind;
use crate::span::Span;
use std::collections::HashMap;

/// How long a label may be, in words, and how often one must come back for a text to be a transcript.
const LABEL: usize = 4;
const AGAIN: usize = 2;

/// What is said in the lines of a transcript, each with its speaker; nothing in other texts.
pub(super) fn find(text: &str) -> Vec<Found> {
    let mut at = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if let Some((label, said)) = line.split_once(": ") {
            let label = Span::new(start, start + label.len()).trim(text);
            let said = Span::new(start + line.len() - said.len(), at).trim(text);
            let end = said.of(text).trim_end_matches(['.', '?', '!', '…', ' ']).len();
            if is_label(label.of(text)) && end > 0 {
                lines.push((label, Span::new(said.start, said.start + end)));
            }
        }
    }
    let mut times: HashMap<&str, usize> = HashMap::new();
    for (label, _) in &lines {
        *times.entry(label.of(text)).or_default() += 1;
    }
    // Two who take turns; a list of "Photo: …" and "Source: …" is none.
    let turns = times.len() > 1 && times.values().any(|&n| n >= AGAIN);
    let quote = |(label, said): (Span, Span)| Found {
        kind: QuoteKind::Indirect,
        status: None,
        spans: vec![said],
        cue: None,
        source: Some(Source { span: label, score: None }),
        score: None,
    };
    if turns { lines.into_iter().map(quote).collect() } else { Vec::new() }
}

/// "Q", "SMITH", "MS. LEE": capitals alone.
fn is_label(label: &str) -> bool {
    let letters = label.chars().any(char::is_alphabetic);
    letters && !label.chars().any(char::is_lowercase) && label.split_whitespace().count() <= LABEL
}
