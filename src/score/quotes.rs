//! Quotes: content, kind, cue and speaker, end to end and over the quotes found.

use super::faults::{Fault, FaultKind, Item};
use super::matching::{align, shared};
use super::measure::{Measure, Of};
use super::speakers::{self, Form, Speakers, Verdict};
use super::{Confidence, Counts, Options, Outcome, QuoteSet};
use crate::record::{Annotation, Quote, QuoteKind};
use crate::span::{Offsets, Span};
use std::collections::BTreeSet;

// The columns; those of the three kinds and of the speakers follow.
const WHOLE: usize = 0;
const EXACT: usize = 1;
const OVERLAP: usize = 2;
const FOUND: usize = 3;
const KIND: usize = 4;
const CUE: usize = 5;
const CUE_FOUND: usize = 6;
const FIRST_KIND: usize = 7;
const FIRST_VERDICT: usize = FIRST_KIND + 2 * KINDS.len();
const FIRST_FORM: usize = FIRST_VERDICT + 2 * speakers::VERDICTS;

const KINDS: [QuoteKind; 3] = [QuoteKind::Direct, QuoteKind::Mixed, QuoteKind::Indirect];

/// Keys and titles of the kinds: exact, then overlap.
const KIND_NAMES: [(&str, &str); 6] = [
    ("direct.exact", "direct: exact"),
    ("direct.overlap", "direct: characters"),
    ("mixed.exact", "mixed: exact"),
    ("mixed.overlap", "mixed: characters"),
    ("indirect.exact", "indirect: exact"),
    ("indirect.overlap", "indirect: characters"),
];

/// The same of the speakers: end to end, then of the quotes found.
const VERDICT_NAMES: [(&str, &str); 2 * speakers::VERDICTS] = [
    ("speaker.chain", "speaker: same chain"),
    ("speaker.chain.found", "  of the quotes found"),
    ("speaker.name", "speaker: same name"),
    ("speaker.name.found", "  of the quotes found"),
    ("speaker.span", "speaker: same span"),
    ("speaker.span.found", "  of the quotes found"),
    ("speaker.overlap", "speaker: overlap by half"),
    ("speaker.overlap.found", "  of the quotes found"),
];

/// The same by the form of the gold speaker.
const FORM_NAMES: [(&str, &str); 2 * Form::ALL.len()] = [
    ("form.name", "same chain, a name"),
    ("form.name.found", "  of the quotes found"),
    ("form.nominal", "same chain, a nominal"),
    ("form.nominal.found", "  of the quotes found"),
    ("form.pronoun", "same chain, a pronoun"),
    ("form.pronoun.found", "  of the quotes found"),
    ("form.none", "no speaker"),
    ("form.none.found", "  of the quotes found"),
];

pub(super) fn measures() -> Vec<Measure> {
    let mut measures = vec![
        Measure::column("whole", "content, kind, cue, speaker", WHOLE),
        Measure::column("exact", "content exact", EXACT),
        Measure::column("overlap", "content, characters", OVERLAP),
        Measure::column("found", "found: overlap by half", FOUND),
    ];
    let list = |names: &[(&'static str, &'static str)], first: usize, of: fn(usize) -> Of| -> Vec<Measure> {
        (first..).zip(names).map(|(c, &(key, title))| Measure::new(key, title, of(c))).collect()
    };
    measures.extend(list(&KIND_NAMES, FIRST_KIND, Of::Column));
    measures.push(Measure::new("kind", "kind, of the quotes found", Of::Share(KIND)));
    measures.push(Measure::column("cue", "cue exact", CUE));
    measures.push(Measure::column("cue.found", "  of the quotes found", CUE_FOUND));
    let share_when_found = |c: usize| if c % 2 == FIRST_VERDICT % 2 { Of::Column(c) } else { Of::Share(c) };
    measures.extend(list(&VERDICT_NAMES, FIRST_VERDICT, share_when_found));
    measures.extend(list(&FORM_NAMES, FIRST_FORM, Of::Share));
    measures
}

/// A quote as it is scored.
struct Content<'a> {
    /// Its fragments in code points, sorted, those that touch or overlap made one.
    spans: Vec<Span>,
    /// From the start of the first to the end of the last.
    extent: Span,
    quote: &'a Quote,
}

impl<'a> Content<'a> {
    fn new(offsets: &Offsets, quote: &'a Quote) -> Self {
        let mut list: Vec<Span> =
            quote.spans.iter().map(|s| offsets.span_to_chars(s.span)).filter(|s| !s.is_empty()).collect();
        list.sort_unstable();
        let mut spans: Vec<Span> = Vec::new();
        for next in list {
            match spans.last_mut() {
                Some(last) if next.start <= last.end => last.end = last.end.max(next.end),
                _ => spans.push(next),
            }
        }
        let end = |span: Option<&Span>, f: fn(&Span) -> usize| span.map_or(0, f);
        let extent = Span::new(end(spans.first(), |s| s.start), end(spans.last(), |s| s.end));
        Self { spans, extent, quote }
    }

    /// A list in an order that does not depend on the one in which it came.
    fn sorted(offsets: &Offsets, quotes: impl Iterator<Item = &'a Quote>) -> Vec<Self> {
        let mut items: Vec<Self> = quotes.map(|q| Self::new(offsets, q)).collect();
        let speaker = |q: &Quote| q.speaker.as_ref().map(|s| (s.span, s.chain.clone(), s.name.clone()));
        items.sort_by_cached_key(|i| (i.extent, i.spans.clone(), i.quote.kind, cue(i.quote), speaker(i.quote)));
        items
    }

    /// The quote from its first fragment to its last.
    fn item(&self) -> Item {
        let spans = || self.quote.spans.iter().map(|s| s.span);
        let start = spans().map(|s| s.start).min().unwrap_or(0);
        let end = spans().map(|s| s.end).max().unwrap_or(start);
        Item::new(Span::new(start, end), "kind", name(self.quote.kind))
    }

    /// What lists are sorted by first; equal where the content is.
    fn place(&self) -> (Span, &[Span]) {
        (self.extent, &self.spans)
    }

    fn chars(&self) -> usize {
        self.spans.iter().map(|s| s.len()).sum()
    }

    /// The characters that both cover.
    fn overlap(&self, other: &Self) -> usize {
        let pairs = self.spans.iter().flat_map(|a| other.spans.iter().map(move |b| (a, b)));
        pairs.map(|(a, b)| super::matching::overlap(*a, *b)).sum()
    }
}

const fn name(kind: QuoteKind) -> &'static str {
    match kind {
        QuoteKind::Direct => "direct",
        QuoteKind::Mixed => "mixed",
        QuoteKind::Indirect => "indirect",
    }
}

fn cue(quote: &Quote) -> Option<Span> {
    quote.cue.as_ref().map(|c| c.span)
}

fn speaker(quote: &Quote) -> Option<Span> {
    quote.speaker.as_ref().map(|s| s.span)
}

/// Pairs gold and predicted quotes one to one, so that most characters overlap in all. A pair shares at least half
/// of the shorter one.
fn pair(gold: &[Content], predicted: &[Content]) -> Vec<(usize, usize)> {
    let extents = |items: &[Content]| items.iter().map(|i| i.extent).collect::<Vec<_>>();
    // What decides between pairings of equal overlap must never add up to a whole character.
    let least = 1.0 / (gold.len().min(predicted.len()) + 1) as f64;
    align(&extents(gold), &extents(predicted), |g, p| {
        let (g, p) = (&gold[g], &predicted[p]);
        let both = g.overlap(p);
        if both == 0 || 2 * both < g.chars().min(p.chars()) {
            return 0.0;
        }
        let tie = |worth: f64, is: bool| if is { worth * least } else { 0.0 };
        both as f64
            + tie(0.5, g.spans == p.spans)
            + tie(0.25, g.quote.kind == p.quote.kind)
            + tie(0.125, speaker(g.quote) == speaker(p.quote))
    })
}

/// The key by which gold in the manner of PolNeAR tells reports of speech and writing from other attributions.
const CLASS: &str = "attribution_cue_class";

/// Whether any of the gold quotes says of which class it is.
pub(super) fn has_classes(gold: &[Quote]) -> bool {
    gold.iter().any(|quote| quote.extra.contains_key(CLASS))
}

/// Whether a gold quote reports speech or writing.
fn is_speech(quote: &Quote) -> bool {
    quote.extra.get(CLASS).is_none_or(|class| class == "speech")
}

/// The quotes to score. Of the set "speech", gold quotes of another class are left out, and with them the predicted
/// ones that answer no other.
fn chosen<'a>(
    offsets: &Offsets,
    gold: &'a [Quote],
    predicted: &'a [Quote],
    set: QuoteSet,
) -> (Vec<Content<'a>>, Vec<Content<'a>>) {
    let all = |quotes: &'a [Quote]| Content::sorted(offsets, quotes.iter());
    if set == QuoteSet::All {
        return (all(gold), all(predicted));
    }
    let of_speech = |is: bool| Content::sorted(offsets, gold.iter().filter(|q| is_speech(q) == is));
    let (kept, left_out, mut predicted) = (of_speech(true), of_speech(false), all(predicted));
    let mut is_kept = vec![false; predicted.len()];
    for (_, p) in pair(&kept, &predicted) {
        is_kept[p] = true;
    }
    let rest: Vec<usize> = (0..predicted.len()).filter(|&p| !is_kept[p]).collect();
    let others = Content::sorted(offsets, rest.iter().map(|&p| predicted[p].quote));
    is_kept.fill(true);
    for (_, other) in pair(&left_out, &others) {
        is_kept[rest[other]] = false;
    }
    let mut is_kept = is_kept.into_iter();
    predicted.retain(|_| is_kept.next() == Some(true));
    (kept, predicted)
}

pub(super) fn score(text: &str, gold: &Annotation, predicted: &Annotation, options: &Options) -> Outcome {
    let offsets = Offsets::new(text);
    let speakers = Speakers::new(text, &offsets, &gold.chains, &predicted.chains);
    let (golds, predictions) = chosen(&offsets, &gold.quotes, &predicted.quotes, options.quotes);
    let places = pair(&golds, &predictions);
    let pairs: Vec<Pair> = (places.iter())
        .map(|&(g, p)| {
            let (g, p) = (&golds[g], &predictions[p]);
            Pair { gold: g, predicted: p, verdict: speakers.verdict(g.quote, p.quote) }
        })
        .collect();

    let of = |right: usize| Counts::of(right, predictions.len(), golds.len());
    let so_many = |f: &dyn Fn(&Pair) -> bool| pairs.iter().filter(|pair| f(pair)).count();
    let exact = |kind: Option<QuoteKind>| {
        let spans = |items: &[Content]| {
            let of_kind = items.iter().filter(|i| kind.is_none_or(|kind| i.quote.kind == kind));
            let mut spans: Vec<Vec<Span>> = of_kind.map(|i| i.spans.clone()).collect();
            spans.sort();
            spans
        };
        let (gold, predicted) = (spans(&golds), spans(&predictions));
        Counts::of(shared(&gold, &predicted), predicted.len(), gold.len())
    };
    let overlap = |kind: Option<QuoteKind>| {
        let is = |content: &Content| kind.is_none_or(|kind| content.quote.kind == kind);
        let chars = |items: &[Content]| items.iter().filter(|i| is(i)).map(Content::chars).sum();
        let both = pairs.iter().filter(|pair| is(pair.gold) && is(pair.predicted));
        Counts::of(both.map(|pair| pair.gold.overlap(pair.predicted)).sum(), chars(&predictions), chars(&golds))
    };
    let cues = |items: &mut dyn Iterator<Item = &Content>| items.filter(|i| i.quote.cue.is_some()).count();
    let right_cues = so_many(&|pair| pair.gold.quote.cue.is_some() && pair.has_cue());

    let mut columns = vec![
        of(so_many(&|pair| pair.is_right())),
        exact(None),
        overlap(None),
        of(pairs.len()),
        Counts::of(so_many(&|pair| pair.has_kind()), pairs.len(), pairs.len()),
        Counts::of(right_cues, cues(&mut predictions.iter()), cues(&mut golds.iter())),
        Counts::of(
            right_cues,
            cues(&mut pairs.iter().map(|pair| pair.predicted)),
            cues(&mut pairs.iter().map(|pair| pair.gold)),
        ),
    ];
    columns.extend(KINDS.iter().flat_map(|&kind| [exact(Some(kind)), overlap(Some(kind))]));
    for i in 0..speakers::VERDICTS {
        let right = so_many(&|pair| pair.verdict.all()[i]);
        columns.extend([of(right), Counts::of(right, pairs.len(), pairs.len())]);
    }
    for form in Form::ALL {
        let is = |quote: &Quote| speakers.form(quote) == form;
        let right = so_many(&|pair| is(pair.gold.quote) && pair.verdict.chain);
        let all = golds.iter().filter(|g| is(g.quote)).count();
        let found = so_many(&|pair| is(pair.gold.quote));
        columns.extend([Counts::of(right, all, all), Counts::of(right, found, found)]);
    }

    let alone = |contents: &[Content], found: BTreeSet<usize>| -> Vec<Item> {
        let left = contents.iter().enumerate().filter(|(place, _)| !found.contains(place));
        left.map(|(_, content)| content.item()).collect()
    };
    let mut faults: Vec<Fault> = pairs.iter().flat_map(Pair::faults).collect();
    faults.extend(alone(&golds, places.iter().map(|p| p.0).collect()).into_iter().map(Fault::missed));
    faults.extend(alone(&predictions, places.iter().map(|p| p.1).collect()).into_iter().map(Fault::invented));
    Outcome { counts: columns, faults, scores: confidence(&golds, &predictions, &pairs), ..Outcome::default() }
}

/// The scores of predicted quotes, each with whether gold has a quote of the same content, and of the speakers of
/// quotes found, each with whether the chain is right.
fn confidence(gold: &[Content], predicted: &[Content], pairs: &[Pair]) -> Vec<Confidence> {
    let scored = predicted.iter().filter_map(|p| Some((p, p.quote.score?)));
    let is_right = |p: &Content| gold.binary_search_by(|g| g.place().cmp(&p.place())).is_ok();
    let quotes = scored.map(|(p, score)| Confidence::new("quotes", score, is_right(p)));
    let speaker = |pair: &Pair| {
        let score = pair.predicted.quote.speaker.as_ref()?.score?;
        Some(Confidence::new("speakers", score, pair.verdict.chain))
    };
    quotes.chain(pairs.iter().filter_map(speaker)).collect()
}

/// A gold quote and the predicted one that answers it.
struct Pair<'a> {
    gold: &'a Content<'a>,
    predicted: &'a Content<'a>,
    verdict: Verdict,
}

impl Pair<'_> {
    fn has_content(&self) -> bool {
        self.gold.spans == self.predicted.spans
    }

    fn has_kind(&self) -> bool {
        self.gold.quote.kind == self.predicted.quote.kind
    }

    /// Whether the cue is right; where gold has none, any is.
    fn has_cue(&self) -> bool {
        self.gold.quote.cue.is_none() || cue(self.gold.quote) == cue(self.predicted.quote)
    }

    fn is_right(&self) -> bool {
        self.has_content() && self.has_kind() && self.has_cue() && self.verdict.chain
    }

    /// What is wrong, shared out.
    fn faults(&self) -> Vec<Fault> {
        let wrong = [
            (FaultKind::Boundary, self.has_content()),
            (FaultKind::Kind, self.has_kind()),
            (FaultKind::Cue, self.has_cue()),
            (FaultKind::Speaker, self.verdict.chain),
        ];
        let kinds: Vec<FaultKind> = wrong.into_iter().filter(|(_, is)| !is).map(|(kind, _)| kind).collect();
        let cost = 2.0 / kinds.len() as f64;
        let side = |content: &Content, kind: FaultKind| match kind {
            FaultKind::Cue => cue(content.quote).map(|span| Item { span, is: None }),
            FaultKind::Speaker => (content.quote.speaker.as_ref())
                .map(|s| Item { span: s.span, is: s.name.clone().map(|name| ("name", name.into())) }),
            _ => Some(content.item()),
        };
        let fault = |kind| Fault::new(kind, cost, side(self.gold, kind), side(self.predicted, kind));
        kinds.into_iter().map(fault).collect()
    }
}
