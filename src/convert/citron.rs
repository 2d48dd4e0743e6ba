//! The annotation format of Citron, the quote extractor of the BBC (`docs/data_format.md` in bbc/citron).
//!
//! An object has `text`, `quotes` (each with a `cue`, lists of `sources` and `contents`, and of `coreferences` of the
//! source) and `coreference_groups`; every span is `start`, `end` and `text`, counted in code points.

use super::blocks::{Block, Flaw};
use super::draft::{Draft, DraftChain, DraftQuote, hull};
use super::groups::groups;
use crate::span::{Offsets, Span};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    id: Value,
    text: String,
    #[serde(default)]
    quotes: Vec<Quote>,
    #[serde(default)]
    coreference_groups: Vec<Vec<Place>>,
}

#[derive(Deserialize)]
struct Quote {
    #[serde(default)]
    cue: Option<Place>,
    #[serde(default)]
    sources: Vec<Place>,
    contents: Vec<Place>,
    #[serde(default)]
    coreferences: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    start: usize,
    end: usize,
    #[serde(default)]
    text: Option<String>,
}

/// The document in a block.
///
/// # Errors
/// JSON of another form, or spans that do not fit the text.
pub(super) fn read(block: &Block) -> Result<Option<Draft>, Flaw> {
    let document: Document = serde_json::from_str(block.text.trim_end()).map_err(|e| {
        let message = e.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(m, _)| m);
        let line = block.line + (e.line() as u64).saturating_sub(1);
        Flaw::at(line, format!("no annotation of Citron ({{\"text\": …, \"quotes\": [{{\"cue\", \"sources\", \"contents\"}}]}}): {message}"))
    })?;
    let Document { id, text, quotes, coreference_groups } = document;
    let offsets = Offsets::new(&text);
    let place = |place: &Place| -> Result<Span, Flaw> {
        let span = offsets.to_bytes(place.start).zip(offsets.to_bytes(place.end)).filter(|(start, end)| start <= end);
        let (start, end) = span.ok_or_else(|| {
            let length = offsets.to_chars(text.len());
            Flaw::whole(format!("the span {}–{} is not in the text of {length} code points", place.start, place.end))
        })?;
        let there = &text[start..end];
        match &place.text {
            Some(own) if own != there => Err(Flaw::whole(format!(
                "the span {}–{} says {own:?}, but the text there is {there:?} (offsets count code points)",
                place.start, place.end
            ))),
            _ => Ok(Span::new(start, end)),
        }
    };
    let places = |list: &[Place]| list.iter().map(&place).collect::<Result<Vec<Span>, Flaw>>();

    let id = match id {
        Value::Null => None,
        Value::String(id) => Some(id),
        Value::Number(id) if !id.is_f64() => Some(id.to_string()),
        other => {
            let message =
                format!("the id must be a string or a whole number of 64 bits, not {other}; write it as a string");
            return Err(Flaw::whole(message));
        }
    };
    let mut draft = Draft { id, encoding: block.encoding, ..Draft::default() };
    let mut same = Vec::new();
    let mut tie = |mentions: &[Span]| {
        same.extend(mentions.first().into_iter().flat_map(|&first| mentions.iter().map(move |&m| (first, m))))
    };
    for group in &coreference_groups {
        tie(&places(group)?);
    }
    for quote in &quotes {
        let source = hull(&places(&quote.sources)?);
        if !quote.coreferences.is_empty() {
            let others = places(&quote.coreferences)?;
            tie(&source.into_iter().chain(others).collect::<Vec<_>>());
        }
        draft.quotes.push(DraftQuote {
            content: places(&quote.contents)?,
            cue: quote.cue.as_ref().map(&place).transpose()?,
            source,
        });
    }
    let chains = groups(same)
        .into_iter()
        .map(|mentions| DraftChain { label: None, mentions: mentions.into_iter().map(|span| (span, None)).collect() });
    draft.chains = chains.collect();
    draft.text = text;
    Ok(Some(draft))
}
