//! From what a reader found to a record that keeps the rules of the format.

use super::{Converted, LeftOut, mentions, reports};
use crate::record::{
    Annotation, Chain, Entity, Extra, Label, Mention, MentionKind, Quote, Record, Sentence, Speaker, TextSpan,
};
use crate::span::Span;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// A document as its reader leaves it: spans in bytes, in any order.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The id, when the document brings one.
    pub(super) id: Option<String>,
    pub(super) text: String,
    /// What the text was decoded from when it is not UTF-8.
    pub(super) encoding: Option<&'static str>,
    pub(super) meta: Extra,
    pub(super) sentences: Vec<Span>,
    pub(super) entities: Vec<(Span, Label)>,
    /// Entities with a gap, which is no part of them, from the first word to the last.
    pub(super) fragmented: Vec<(Span, Label)>,
    pub(super) chains: Vec<DraftChain>,
    pub(super) quotes: Vec<DraftQuote>,
    /// What the reader itself has left out.
    pub(super) left_out: LeftOut,
}

/// A chain; the label of most entities in it when it has none of its own.
#[derive(Debug, Default)]
pub(super) struct DraftChain {
    pub(super) label: Option<Label>,
    /// The kind goes by the words where the format does not tell it.
    pub(super) mentions: Vec<(Span, Option<MentionKind>)>,
}

/// A report: content, cue and source as annotated.
#[derive(Debug)]
pub(super) struct DraftQuote {
    pub(super) content: Vec<Span>,
    pub(super) cue: Option<Span>,
    pub(super) source: Option<Span>,
}

impl Draft {
    /// Names the layers that may be scored, where it is not simply those with an item.
    pub(super) fn layers(&mut self, names: &[&str]) {
        self.meta.insert("layers".to_owned(), names.iter().copied().map(Value::from).collect());
    }

    /// The record: trimmed, sorted and numbered.
    pub(super) fn finish(self, id: String) -> Converted {
        let Self { text, encoding, mut meta, sentences, entities, fragmented, chains, quotes, mut left_out, .. } = self;
        if let Some(name) = encoding {
            meta.insert("encoding".to_owned(), name.into());
        }
        let entities = outermost(&text, entities, fragmented, &mut left_out);
        let chains = link(&text, chains, &entities, &mut left_out);
        let quotes = report(&text, quotes, &chains, &mut left_out);
        let sentences = sentences.into_iter().map(|span| Sentence { span: span.trim(&text), extra: Extra::new() });
        let annotation = Annotation { sentences: sentences.collect(), entities, chains, quotes };
        Converted { record: Record { id, text, meta, annotation, extra: Extra::new() }, left_out }
    }
}

/// Entities do not overlap: of those that do the longest stays, of equals the first; one with a gap yields to all others.
fn outermost(
    text: &str,
    whole: Vec<(Span, Label)>,
    fragmented: Vec<(Span, Label)>,
    left_out: &mut LeftOut,
) -> Vec<Entity> {
    let by_length = |found: Vec<(Span, Label)>| {
        let mut found: Vec<_> = found.into_iter().map(|(span, label)| (span.trim(text), label)).collect();
        found.sort_by_key(|(span, _)| (Reverse(span.len()), span.start));
        found
    };
    let mut kept: BTreeMap<Span, Label> = BTreeMap::new();
    for (span, label) in by_length(whole).into_iter().chain(by_length(fragmented)) {
        let behind = kept.range(span..).next().is_none_or(|(next, _)| !next.overlaps(span));
        let before = kept.range(..span).next_back().is_none_or(|(last, _)| !last.overlaps(span));
        if !span.is_empty() && behind && before {
            kept.insert(span, label);
        } else if kept.get(&span) != Some(&label) {
            left_out.entities += 1;
        }
    }
    let entities = (1..).zip(kept).map(|(n, (span, label))| Entity {
        id: format!("E{n}"),
        span,
        text: span.of(text).to_owned(),
        label,
        score: None,
        extra: Extra::new(),
    });
    entities.collect()
}

/// A span is a mention of one chain: the first that has it keeps it.
fn link(text: &str, drafts: Vec<DraftChain>, entities: &[Entity], left_out: &mut LeftOut) -> Vec<Chain> {
    let kinds = mentions::Kinds::new(text);
    let mut taken: BTreeMap<Span, usize> = BTreeMap::new();
    let mut chains = Vec::with_capacity(drafts.len());
    for (number, draft) in drafts.into_iter().enumerate() {
        let mut list: Vec<Mention> = Vec::with_capacity(draft.mentions.len());
        for (span, kind) in draft.mentions {
            let span = span.trim(text);
            match taken.entry(span) {
                Entry::Vacant(free) if !span.is_empty() => {
                    free.insert(number);
                    let kind = kind.unwrap_or_else(|| kinds.of(span));
                    list.push(Mention { span, text: span.of(text).to_owned(), kind, extra: Extra::new() });
                }
                // The same mention twice.
                Entry::Occupied(owner) if *owner.get() == number => {}
                _ => left_out.mentions += 1,
            }
        }
        list.sort_by_key(|m| (m.span.start, Reverse(m.span.end)));
        if list.is_empty() {
            left_out.chains += 1;
        } else {
            let names = names(&list, entities);
            let label = draft.label.or_else(|| majority(names.iter().map(|e| e.label))).unwrap_or(Label::Misc);
            let name = name(&list, &names);
            chains.push(Chain { id: String::new(), label, name, mentions: list, extra: Extra::new() });
        }
    }
    chains.sort_by_key(|c| c.mentions.first().map(|m| (m.span.start, Reverse(m.span.end))));
    for (n, chain) in (1..).zip(&mut chains) {
        chain.id = format!("C{n}");
    }
    chains
}

/// The entities that name mentions are named by: of those in a mention the longest, of equals the last.
fn names<'e>(mentions: &[Mention], entities: &'e [Entity]) -> Vec<&'e Entity> {
    let inside = |span: Span| {
        let from = entities.partition_point(|e| e.span.start < span.start);
        entities[from..].iter().take_while(move |e| e.span.end <= span.end)
    };
    let named = mentions.iter().filter(|m| m.kind == MentionKind::Name);
    named.filter_map(|m| inside(m.span).max_by_key(|e| e.span.len())).collect()
}

/// The label that occurs most; of equals the one that comes first in the format.
pub(super) fn majority(labels: impl Iterator<Item = Label>) -> Option<Label> {
    let mut votes = [0_usize; Label::ALL.len()];
    labels.for_each(|label| votes[label as usize] += 1);
    let best = Label::ALL.into_iter().max_by_key(|&l| (votes[l as usize], Reverse(l)))?;
    (votes[best as usize] > 0).then_some(best)
}

/// The longest entity in a name mention; without entities the longest name mention; else the first nominal.
fn name(mentions: &[Mention], names: &[&Entity]) -> Option<String> {
    let of = |kind| mentions.iter().filter(move |m| m.kind == kind).map(|m| m.text.as_str());
    let name = longest(names.iter().map(|e| e.text.as_str()))
        .or_else(|| longest(of(MentionKind::Name)))
        .or_else(|| of(MentionKind::Nominal).next());
    name.map(str::to_owned)
}

/// Of equals the first.
fn longest<'t>(texts: impl Iterator<Item = &'t str>) -> Option<&'t str> {
    texts.min_by_key(|text| Reverse(text.chars().count()))
}

/// From the beginning of the first to the end of the last.
pub(super) fn hull(spans: &[Span]) -> Option<Span> {
    let start = spans.iter().map(|s| s.start).min()?;
    let end = spans.iter().map(|s| s.end).max()?;
    Some(Span::new(start, end))
}

/// Reports without content are left out.
fn report(text: &str, drafts: Vec<DraftQuote>, chains: &[Chain], left_out: &mut LeftOut) -> Vec<Quote> {
    if drafts.is_empty() {
        return Vec::new();
    }
    let marked = reports::marked(text);
    let chain_of: BTreeMap<Span, &Chain> =
        chains.iter().flat_map(|c| c.mentions.iter().map(move |m| (m.span, c))).collect();
    let part = |span: Span| Some(span.trim(text)).filter(|s| !s.is_empty());
    let mut quotes: Vec<Quote> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let (cue, source) = (draft.cue.and_then(part), draft.source.and_then(part));
        let outside: Vec<Span> = cue.iter().chain(&source).copied().collect();
        let (kind, spans) =
            reports::kind(text, draft.content.into_iter().filter_map(part).collect(), &marked, &outside);
        if spans.is_empty() {
            left_out.quotes += 1;
            continue;
        }
        quotes.push(Quote {
            id: String::new(),
            kind,
            status: None,
            spans: spans.into_iter().map(|span| TextSpan::new(text, span)).collect(),
            cue: cue.map(|span| TextSpan::new(text, span)),
            // Of the chain that has a mention at the same place.
            speaker: source.map(|span| Speaker::new(text, span, chain_of.get(&span).copied())),
            score: None,
            extra: Extra::new(),
        });
    }
    quotes.sort_by_key(|q| (q.spans.first().map(|s| s.span.start), q.spans.last().map(|s| Reverse(s.span.end))));
    for (n, quote) in (1..).zip(&mut quotes) {
        quote.id = format!("Q{n}");
    }
    quotes
}
