//! How far a mention reaches over its entity: the article, the title, and what stands before the title.

use crate::record::{Entity, Label};
use crate::span::Span;
use crate::stage::lexicon;
use crate::stage::quotes::words::Words;

/// How many words a mention may begin before its entity.
const WIDEST: usize = 8;

/// The span of the mention of each entity.
pub(super) fn mentions(words: &Words<'_>, entities: &[Entity], chain_of: &[Option<usize>]) -> Vec<Span> {
    let mut spans = Vec::with_capacity(entities.len());
    for (i, entity) in entities.iter().enumerate() {
        let first = words.of(entity.span).start;
        let start = if first >= words.len() || words.list[first].span.start > entity.span.end {
            entity.span.start
        } else if words.list[first].span.start != entity.span.start {
            // The entity begins inside a word ("anti-Brexit"), so nothing before it belongs to it.
            entity.span.start
        } else if entity.label == Label::Per {
            title(words, entities, chain_of, i, first)
        } else {
            article(words, entity.span.start, first)
        };
        spans.push(Span::new(start.min(entity.span.start), entity.span.end));
    }
    spans
}

/// "the" directly before a name.
fn article(words: &Words<'_>, start: usize, first: usize) -> usize {
    match first.checked_sub(1) {
        Some(before) if joined(words, first) && matches!(words.get(before), "the" | "The" | "THE") => {
            words.list[before].span.start
        }
        _ => start,
    }
}

/// Only a space stands between a word and the one before it.
fn joined(words: &Words<'_>, i: usize) -> bool {
    let gap = &words.text[words.list[i - 1].span.end..words.list[i].span.start];
    words.together(i - 1, i) && matches!(gap, " " | "  " | "\u{a0}" | ". ")
}

/// A title before a person, with what modifies it: "the Turkish President", "former prime minister".
fn title(words: &Words<'_>, entities: &[Entity], chain_of: &[Option<usize>], i: usize, first: usize) -> usize {
    let own = entities[i].span;
    let is_title = |at: usize| lexicon::is_title(&words.lower(at));
    if first == 0 || !joined(words, first) || !is_title(first - 1) {
        return own.start;
    }
    let mut start = words.list[first - 1].span.start;
    let mut other = i;
    let mut at = first - 1;
    while at > 0 && first - at < WIDEST && joined(words, at) {
        let word = words.list[at - 1];
        let lower = words.lower(at - 1);
        while other > 0 && entities[other - 1].span.start >= word.span.end {
            other -= 1;
        }
        let inside = other > 0 && entities[other - 1].span.overlaps(word.span);
        if inside {
            let entity = &entities[other - 1];
            let person =
                entity.label == Label::Per && !words.get(at - 1).ends_with("'s") && !words.get(at - 1).ends_with("’s");
            // An entity that has no mention of its own must not be the longest name in this one.
            let longer = chain_of[other - 1].is_none() && entity.span.len() >= own.len();
            if person || longer || entity.label == Label::Date {
                break;
            }
            let Some(begin) = words.of(entity.span).next() else { break };
            if begin >= at || words.list[begin].span.start < entity.span.start {
                break;
            }
            at = begin;
            start = entity.span.start.min(words.list[begin].span.start);
            continue;
        }
        if lexicon::is_determiner(&lower) && lower != "that" {
            start = word.span.start;
            break;
        }
        let verbal = lexicon::is_function_word(&lower) || words.reports(at - 1) || lower.ends_with("ed");
        let modifier = is_title(at - 1)
            || words.is_capital(at - 1) && !words.is_first(at - 1)
            || matches!(&*lower, "former" | "foreign" | "prime" | "vice" | "first" | "senior" | "retired" | "acting")
            || words.is_first(at - 1) && words.is_capital(at - 1);
        if verbal && lower != "retired" {
            break;
        }
        at -= 1;
        // A plain word belongs to the mention when a determiner or title follows before it: "the porn actress".
        if modifier {
            start = word.span.start;
        }
    }
    start
}
