//! Passages in the manner of GAP (Webster and others 2018): a pronoun and two names, either of which it may mean.

use super::Counts;
use super::heads::head;
use crate::error::{Error, Kind, Result};
use crate::record::{Chain, Record};
use crate::span::{Offsets, Span};
use serde::Deserialize;

/// The key `gap` of a record, offsets in code points.
#[derive(Deserialize)]
struct Passage {
    pronoun: Span,
    a: String,
    a_offset: usize,
    a_coref: bool,
    b: String,
    b_offset: usize,
    b_coref: bool,
}

const KEY: &str = "gap";

/// Whether the record has a passage.
pub(super) fn is_in(gold: &Record) -> bool {
    gold.extra.contains_key(KEY)
}

/// Pairs of the pronoun and a name that are coreferent (gold, predicted, both), as the official scorer counts them;
/// and whether the passage is right: A, B or neither. Nothing for a record without `gap`.
///
/// The prediction holds a pair when the pronoun's chain has another mention with the head of the name: "Mayor Ann Lee" is
/// Ann Lee, "Ann Lee's mother" is not.
pub(super) fn count(gold: &Record, predicted: &[Chain]) -> Result<[Counts; 2]> {
    let Some(value) = gold.extra.get(KEY) else { return Ok([Counts::default(); 2]) };
    let broken = |why: String| Error::new(Kind::Format, format!("gap of article {:?}: {why}", gold.id));
    let passage: Passage = Deserialize::deserialize(value).map_err(|e: serde_json::Error| broken(e.to_string()))?;
    let offsets = Offsets::new(&gold.text);
    let span = |start: usize, end: usize| match (offsets.to_bytes(start), offsets.to_bytes(end)) {
        (Some(start), Some(end)) if start < end => Ok(Span::new(start, end)),
        _ => Err(broken(format!("{start}–{end} does not lie in the text"))),
    };
    let name = |name: &str, start: usize| {
        let span = span(start, start + name.chars().count())?;
        let there = span.of(&gold.text);
        if there == name {
            Ok(span)
        } else {
            Err(broken(format!("{name:?} should stand at {start}, but there is {there:?}")))
        }
    };
    let pronoun = span(passage.pronoun.start, passage.pronoun.end)?;
    let names = [
        (name(&passage.a, passage.a_offset)?, passage.a_coref),
        (name(&passage.b, passage.b_offset)?, passage.b_coref),
    ];

    let chain = predicted.iter().find(|c| c.mentions.iter().any(|m| m.span == pronoun));
    let means = |name: Span| {
        let others = chain.iter().flat_map(|c| &c.mentions).filter(|m| m.span != pronoun);
        others.into_iter().any(|m| head(&gold.text, m.span) == head(&gold.text, name))
    };
    let verdicts = names.map(|(name, is)| (is, means(name)));
    let count = |f: fn(&(bool, bool)) -> bool| verdicts.iter().filter(|v| f(v)).count();
    Ok([
        Counts::of(count(|v| v.0 && v.1), count(|v| v.1), count(|v| v.0)),
        Counts::of(usize::from(count(|v| v.0 == v.1) == 2), 1, 1),
    ])
}
