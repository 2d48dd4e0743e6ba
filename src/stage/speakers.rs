//! Speakers: the words that the network takes for a quote's source, as the scheme has them, and the chain they belong to.
//!
//! Where the network sees no source, the words beside the cue may name one by rule, without a score. Where they do not, there is
//! none: an honest `None` beats a guess.

mod phrase;

use crate::model::config::Calibration;
use crate::record::{self, Chain, Entity, Label, Mention, MentionKind, Quote, QuoteKind, Speaker};
use crate::span::Span;
use crate::stage::lexicon::{self, Role};
use crate::stage::quotes::is_mark;
use crate::stage::quotes::words::{Gap, Words};

/// How speakers are found.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// As the product's scheme has them; rules look for those that the network does not see.
    pub own: bool,
    /// Makes their scores honest.
    pub calibration: Calibration,
}

/// Ties the speakers of quotes to their chains, and looks for those that are missing.
///
/// `sentences`, `tokens` and `entities` are those of the stages before; `quotes` are in order of their first span.
pub fn attribute(
    text: &str,
    sentences: &[Span],
    tokens: &[Span],
    entities: &[Entity],
    quotes: &mut [Quote],
    chains: &[Chain],
    How { own, calibration }: How,
) {
    let scene = Scene::new(text, sentences, tokens, entities, chains);
    let mut sources: Vec<(Span, Source)> = Vec::new();
    for i in 0..quotes.len() {
        let seen = quotes[i].speaker.take().map(|s| (s.span, s.score));
        let source = match seen {
            Some((span, score)) if !own => Some((span.into(), score)),
            _ if own => scene.source(&quotes[..i], &quotes[i], seen, &sources),
            _ => None,
        };
        let Some((source, score)) = source else { continue };
        if let Some(cue) = &quotes[i].cue {
            sources.push((cue.span, source));
        }
        let Source { mut span, name } = source;
        if own {
            span.end += scene.behind_nickname(span);
        }
        let chain = scene.chain(span).or_else(|| scene.chain(name));
        let score = score.map(|p| record::score(calibration.apply(p)));
        quotes[i].speaker = Some(Speaker { score, ..Speaker::new(text, span, chain) });
    }
}

/// Below this probability the rules are believed, not the network, where both see another source.
const DOUBT: f64 = 0.8;

/// The words that name a source.
#[derive(Debug, Clone, Copy)]
struct Source {
    span: Span,
    /// The name behind it in apposition ("the mayor, Ann Lee, said"), else the same.
    name: Span,
}

impl From<Span> for Source {
    fn from(span: Span) -> Self {
        Self { span, name: span }
    }
}

/// What the rules look at.
struct Scene<'a> {
    words: Words<'a>,
    entities: &'a [Entity],
    chains: &'a [Chain],
    /// All mentions with the chain of each, in order of start.
    mentions: Vec<(&'a Mention, usize)>,
}

impl<'a> Scene<'a> {
    fn new(text: &'a str, sentences: &[Span], tokens: &[Span], entities: &'a [Entity], chains: &'a [Chain]) -> Self {
        let words = Words::of_text(text, sentences, tokens);
        let mut mentions: Vec<(&Mention, usize)> = Vec::new();
        for (number, chain) in chains.iter().enumerate() {
            mentions.extend(chain.mentions.iter().map(|m| (m, number)));
        }
        mentions.sort_by_key(|(m, _)| (m.span.start, m.span.end));
        Self { words, entities, chains, mentions }
    }

    /// Whether quote, cue and source stand side by side: “…,” said Ann; “…,” Ann said.
    fn adjoin(&self, quote: &Quote, source: Span) -> bool {
        let Some(cue) = quote.cue.as_ref().map(|cue| cue.span) else { return false };
        let next = |a: Span, b: Span| {
            a.end <= b.start && !self.words.text[a.end..b.start].contains(|c: char| c.is_alphanumeric() || c == '\n')
        };
        quote.spans.iter().any(|part| {
            let part = part.span;
            next(part, cue) && next(cue, source) || next(part, source) && next(source, cue)
        })
    }

    /// How many bytes of a name follow a nickname that a name ends with: Joe “Shorty” Green.
    fn behind_nickname(&self, name: Span) -> usize {
        let rest = &self.words.text[name.end..];
        let Some(mark) = rest.chars().next().filter(|&c| is_mark(c) && name.of(self.words.text).contains(is_mark))
        else {
            return 0;
        };
        let last = rest[mark.len_utf8()..].strip_prefix(' ').unwrap_or("");
        let word = last.find(|c: char| !c.is_alphanumeric()).unwrap_or(last.len());
        if last.starts_with(char::is_uppercase) { mark.len_utf8() + 1 + word } else { 0 }
    }

    /// Without the time that a line of a live report begins with.
    fn behind_time(&self, span: Span) -> Span {
        let inner = span.of(self.words.text);
        let rest = inner.trim_start_matches(|c: char| !c.is_alphabetic());
        let time = inner[..inner.len() - rest.len()].contains(':') && !rest.is_empty();
        if time { Span::new(span.end - rest.len(), span.end) } else { span }
    }

    /// The name before "who" or "which".
    fn before_relative(&self, span: Span) -> Option<Span> {
        let relative = matches!(span.of(self.words.text), "who" | "which" | "that" | "whom");
        let at = self.entities.partition_point(|e| e.span.end <= span.start).checked_sub(1).filter(|_| relative)?;
        let name = self.entities[at].span;
        matches!(self.words.text[name.end..span.start].trim(), "" | ",").then_some(name)
    }

    /// Whether a source is the "it" of "it was reported", "it has been said".
    fn is_nobody(&self, source: Span, cue: Span) -> bool {
        let between = if source.end < cue.start { &self.words.text[source.end..cue.start] } else { "" };
        let passive = |w: &str| matches!(w, "is" | "was" | "has" | "had" | "been" | "also" | "later" | "being");
        source.of(self.words.text).eq_ignore_ascii_case("it")
            && between.split_whitespace().count() > 0
            && between.split_whitespace().all(passive)
    }

    /// Whether the word before a cue is who was told: a heading's "…, court told".
    fn hears(&self, cue: Span) -> bool {
        let (words, at) = (&self.words, self.words.of(cue).start);
        let heard = |i: usize| matches!(&*words.lower(i), "court" | "jury" | "inquest" | "inquiry" | "tribunal");
        let last = at + 1 >= words.len() || !words.together(at, at + 1) || !words.list[at + 1].gap.is_none();
        at > 0 && at < words.len() && words.get(at) == "told" && last && words.together(at - 1, at) && heard(at - 1)
    }

    /// The source of a cue: beside it, or that of the verb before, which "adding" and "and said" share.
    fn beside(&self, cue: Span, quote: &Quote, sources: &[(Span, Source)]) -> Option<Source> {
        let words = &self.words;
        let at = words.of(cue).start;
        if at >= words.len() {
            return None;
        }
        if words.list[at].role == Role::According {
            return self.publisher(words.of(cue).end).map(Source::from);
        }
        let next = at + 1;
        let behind_quote = quote.spans.iter().any(|s| s.span.end <= cue.start);
        let open = at == 0 || !words.together(at - 1, at) || !words.list[at].gap.is_none();
        let joined = next < words.len() && words.list[next].gap.is_none() && words.together(at, next);
        // "told Reuters": what follows is who hears it.
        let addressed =
            matches!(words.get(at), "told" | "tells" | "tell" | "telling" | "informed" | "assured" | "reminded");
        if behind_quote
            && open
            && joined
            && !addressed
            && let Some(span) = self.forward(next)
        {
            return Some(span.into());
        }
        let before = if at > 0 && words.together(at - 1, at) { words.lower(at - 1) } else { "".into() };
        if matches!(&*before, "is" | "are" | "was" | "were" | "be" | "been" | "being") {
            let mut range = (next..words.len().min(at + 10)).take_while(|&i| words.together(at, i));
            return range.find(|&i| words.get(i) == "by").and_then(|i| self.forward(i + 1)).map(Source::from);
        }
        let shared = words.get(at).ends_with("ing")
            || matches!(&*before, "and" | "but" | "also" | "later" | "then" | "which" | "that");
        let beside = || self.backward(at);
        if shared && words.list[at].gap.is_none() && matches!(&*before, "also" | "later" | "then") {
            return beside().or_else(|| self.earlier(at, sources));
        }
        if shared { self.earlier(at, sources).or_else(beside) } else { beside().or_else(|| self.earlier(at, sources)) }
    }

    /// The source of a quote and its score: what the network sees, in the words of the rules where both mean the same; what the
    /// rules see where the network sees nothing, or is in doubt.
    fn source(
        &self,
        before: &[Quote],
        quote: &Quote,
        seen: Option<(Span, Option<f64>)>,
        sources: &[(Span, Source)],
    ) -> Option<(Source, Option<f64>)> {
        if quote.cue.as_ref().is_some_and(|cue| self.hears(cue.span)) {
            return None;
        }
        let ruled = quote.cue.as_ref().and_then(|cue| self.beside(cue.span, quote, sources));
        let Some((span, score)) = seen else {
            let floating = || if quote.cue.is_none() { self.floating(before, quote) } else { None };
            return ruled.or_else(floating).map(|source| (source, None));
        };
        let span = self.before_relative(span).unwrap_or_else(|| self.own(span));
        if quote.cue.as_ref().is_some_and(|cue| self.is_nobody(span, cue.span)) {
            return ruled.filter(|rule| rule.span != span).map(|rule| (rule, None));
        }
        match ruled {
            Some(rule) if rule.span.overlaps(span) => Some((rule, score)),
            Some(rule) if self.adjoin(quote, rule.span) => Some((rule, None)),
            Some(rule) if score.is_none_or(|p| p < DOUBT) => Some((rule, None)),
            _ => Some((span.into(), score)),
        }
    }

    /// A source as the product's scheme has it: whole names, and nothing behind the head: no apposition, no "of …" behind a
    /// person's name.
    fn own(&self, span: Span) -> Span {
        let mut own = self.behind_time(span);
        let from = self.entities.partition_point(|e| e.span.end <= span.start);
        let inside = &self.entities[from..from + self.entities[from..].partition_point(|e| e.span.start < span.end)];
        for entity in inside {
            own = Span::new(own.start.min(entity.span.start), own.end.max(entity.span.end));
        }
        let inner = own.of(self.words.text);
        let cut = inner.find([',', '(', ';', '—', '–']).unwrap_or(inner.len());
        own = Span::new(own.start, own.start + inner[..cut].trim_end().len());
        let person = inside.iter().find(|e| e.label == Label::Per && own.contains(e.span));
        match person.map(|p| p.span.end) {
            Some(end)
                if !self.words.text[end..].starts_with(['\'', '’'])
                    && !self.words.text[end..own.end].contains(" and ") =>
            {
                Span::new(own.start, end)
            }
            _ => own,
        }
    }

    /// The source of the nearest verb before, in the same sentence; else the subject of the sentence.
    fn earlier(&self, at: usize, sources: &[(Span, Source)]) -> Option<Source> {
        let words = &self.words;
        let same = |other: Span| {
            let other = words.of(other).start;
            other < at && words.together(other, at) && words.list[other].inside == words.list[at].inside
        };
        let known = sources.iter().rev().take(8).find(|(other, _)| same(*other)).map(|s| s.1);
        known.or_else(|| self.subject(at))
    }

    /// The first person or organisation, or pronoun, that the sentence of a word speaks of before the word; else the
    /// noun phrase that it begins with.
    fn subject(&self, at: usize) -> Option<Source> {
        let words = &self.words;
        let first = (at.saturating_sub(60)..=at).rev().take_while(|&i| words.together(i, at)).last()?;
        for i in first..at {
            if words.list[i].inside != words.list[at].inside {
                continue;
            }
            let lower = words.lower(i);
            if matches!(&*lower, "he" | "she" | "they" | "it") {
                return Some(words.list[i].span.into());
            }
            let Some((mention, chain)) = self.mention_at(words.list[i].span.start) else { continue };
            let speaks = matches!(self.chains[chain].label, Label::Per | Label::Org);
            let owner = words.text[mention.span.end..].starts_with(['\'', '’']);
            let object = i > first && {
                let before = words.lower(i - 1);
                words.list[i].gap.is_none()
                    && lexicon::is_function_word(&before)
                    && !matches!(&*before, "and" | "but" | "while" | "as" | "that" | "after" | "when")
            };
            if speaks && !owner && !object && mention.kind == MentionKind::Name {
                let behind = words.of(mention.span).end;
                let comma = behind < at && words.together(behind, at) && words.list[behind].gap.has(Gap::COMMA);
                let titled = if comma { self.titled(behind, at) } else { None };
                let own = titled.filter(|t| t.name == mention.span);
                return Some(own.unwrap_or(mention.span.into()));
            }
        }
        let outside = words.list[first].inside == words.list[at].inside && first < at;
        let noun = outside && lexicon::is_determiner(&words.lower(first));
        noun.then(|| self.forward(first)).flatten().filter(|s| s.end < words.list[at].span.start).map(Source::from)
    }

    /// The longest mention that begins at a byte.
    fn mention_at(&self, start: usize) -> Option<(&'a Mention, usize)> {
        let from = self.mentions.partition_point(|(m, _)| m.span.start < start);
        self.mentions[from..].iter().take_while(|(m, _)| m.span.start == start).last().copied()
    }

    /// The speaker of a quotation without a cue: who speaks before it in its paragraph, or before its colon.
    fn floating(&self, before: &[Quote], quote: &Quote) -> Option<Source> {
        let text = self.words.text;
        let start = quote.spans.first()?.span.start;
        let first = self.words.of(quote.spans[0].span).start;
        let last = first.checked_sub(1)?;
        let previous = self.words.list[last];
        let gap = &text[previous.span.end..start];
        if quote.kind != QuoteKind::Direct {
            return None;
        }
        if gap.trim().starts_with(':') {
            let sentence = (first.saturating_sub(12)..first).rev().take_while(|&i| self.words.together(i, last)).last();
            let name = self.mention_at(self.words.list[sentence?].span.start).map(|(m, _)| m.span);
            return name.filter(|m| m.end == previous.span.end).map(Source::from).or_else(|| self.subject(last));
        }
        if gap.contains(['\n', '\r']) {
            return None;
        }
        let ended = |q: &&Quote| q.kind != QuoteKind::Indirect && q.spans.iter().all(|s| s.span.end <= start);
        let near = before.iter().rev().take(4).find(ended).filter(|q| {
            let between = &text[q.spans.last().map_or(0, |s| s.span.end)..start];
            !between.contains(['\n', '\r']) && between.len() < 200
        });
        match near {
            Some(q) => q.speaker.as_ref().map(|s| s.span.into()),
            None => self.subject(last),
        }
    }

    /// The chain of a noun phrase: of the mention that is it, holds it, ends it, or begins it.
    fn chain(&self, span: Span) -> Option<&'a Chain> {
        let from = self.mentions.partition_point(|(m, _)| m.span.start < span.start);
        let wide = self.mentions[from.saturating_sub(8)..from].iter().rev();
        let holds = wide.filter(|(m, _)| m.span.contains(span)).map(|(m, c)| (m.span, *c));
        let upto = from + self.mentions[from..].partition_point(|(m, _)| m.span.start < span.end);
        let inner: Vec<(Span, usize)> = self.mentions[from..upto].iter().map(|(m, c)| (m.span, *c)).collect();
        let equal = inner.iter().copied().find(|(m, _)| *m == span);
        let ends = || inner.iter().copied().find(|(m, _)| m.end == span.end && !self.behind_preposition(span, *m));
        let person = || {
            let begins = inner.iter().copied().find(|(m, _)| m.start == span.start && m.end < span.end);
            begins.filter(|(m, c)| {
                let rest = &self.words.text[m.end..span.end];
                self.chains[*c].label == Label::Per && !rest.starts_with(['\'', '’'])
            })
        };
        let (_, number) = equal.or_else(|| holds.into_iter().next()).or_else(ends).or_else(person)?;
        Some(&self.chains[number])
    }

    /// "a spokesman for Shell" is not Shell.
    fn behind_preposition(&self, phrase: Span, mention: Span) -> bool {
        let words = self.words.of(Span::new(phrase.start, mention.start));
        words.rev().take(6).any(|i| matches!(self.words.get(i), "of" | "for" | "from" | "at" | "in" | "with" | "by"))
    }

    /// The entity that a word lies in.
    fn entity(&self, i: usize) -> Option<&'a Entity> {
        let span = self.words.list[i].span;
        let at = self.entities.partition_point(|e| e.span.end <= span.start);
        self.entities.get(at).filter(|e| e.span.overlaps(span))
    }

    fn plain(&self, i: usize) -> bool {
        self.words.list[i].gap.is_none()
    }
}
