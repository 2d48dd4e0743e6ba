//! What the network says: cues, what each of them reports and who is its source; and what stretches between marks are.

use crate::model::config::QuoteHead;
use crate::model::pairing::{KINDS, Pairing, Seen, TAGS};
use crate::model::reading::{CUE_TAGS, QuoteReading};
use crate::span::Span;
use std::ops::Range;

/// A cue with what belongs to it (bytes).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Report {
    pub(super) cue: Span,
    /// In order; empty where the network finds none.
    pub(super) content: Vec<Span>,
    pub(super) source: Option<Source>,
    /// How likely the cue and the ends of the content are right, uncalibrated.
    pub(super) score: f32,
}

/// The words that name a source (bytes).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Source {
    pub(super) span: Span,
    /// How likely they begin here, uncalibrated; `None` where rules say so.
    pub(super) score: Option<f32>,
}

/// What the network sees in a stretch between marks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct View {
    /// Probabilities that it is no quote, a direct one, a mixed one.
    pub(super) kinds: [f32; KINDS],
    /// The likeliest cue.
    pub(super) cue: Option<Source>,
    pub(super) source: Option<Source>,
    seen: Seen,
}

/// The tags of cues: of reports, and of other attributions.
const REPORT: usize = 1;
const THOUGHT: usize = 3;
/// The roles of the pairing score: of a report its content, of a stretch its cue; and of both the source.
const FIRST: usize = 1;
const SOURCE: usize = 3;

/// How likely a source must be: as a cue's clause mostly names one, half is not asked for.
const SOURCE_LIKELY: f32 = 0.3;
/// How sure a report must be to be written.
const REPORT_LIKELY: f32 = 0.1;
/// How sure a further run of content must be.
const RUN_LIKELY: f32 = 0.3;
/// How likely a stretch's cue must be.
const CUE_LIKELY: f32 = 0.3;

/// What the network says of a text.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// The text.
    pub text: &'a str,
    /// The text's words (bytes).
    pub words: &'a [Span],
    /// What the quote head says of each.
    pub reading: &'a QuoteReading,
    /// Scores what words are to a cue or a stretch.
    pub pairing: &'a Pairing,
    /// Calibrates scores.
    pub head: &'a QuoteHead,
}

impl Evidence<'_> {
    /// The reports of a text, in order of their cues.
    pub(super) fn reports(&self) -> Vec<Report> {
        let cues = &self.reading.cues;
        let mut reports = Vec::new();
        let mut at = 0;
        while at < cues.len() {
            let first = at;
            at += 1;
            if !begins(&cues[first]) {
                continue;
            }
            while cues.get(at).is_some_and(goes_on)
                || at == first + 1 && self.is("according", first) && self.is("to", at)
            {
                at += 1;
            }
            reports.extend(self.report(first..at));
        }
        reports
    }

    fn is(&self, word: &str, at: usize) -> bool {
        self.words.get(at).is_some_and(|span| span.of(self.text).eq_ignore_ascii_case(word))
    }

    fn report(&self, cue: Range<usize>) -> Option<Report> {
        let vectors = self.reading.anchor(cue.start)?;
        let seen = self.pairing.report(&self.reading.field, (cue.start, &vectors[0]));
        let (content, sure) = self.joined(runs(&seen));
        let source = self.best(&seen, SOURCE, SOURCE_LIKELY);
        let score = self.reading.cues[cue.start][REPORT] * sure;
        let content = if score < REPORT_LIKELY { Vec::new() } else { content };
        Some(Report { cue: self.span(cue), content, source, score })
    }

    /// Runs as spans, those in one that only punctuation parts, without those that are in doubt beside a surer one; and how sure
    /// the least sure of them is.
    fn joined(&self, mut runs: Vec<(Range<usize>, f32)>) -> (Vec<Span>, f32) {
        let top = runs.iter().map(|r| r.1).fold(0.0, f32::max);
        runs.retain(|(_, sure)| *sure >= top.min(RUN_LIKELY));
        let least = runs.iter().map(|r| r.1).fold(top, f32::min);
        let several = runs.len() > 1;
        let mut spans: Vec<Span> = Vec::new();
        // A single word beside other runs is what is left of a clause that the network is not sure of.
        for (run, _) in runs.into_iter().filter(|(run, _)| !several || run.len() > 1) {
            let span = self.span(run);
            match spans.last_mut() {
                Some(last) if is_pause(&self.text[last.end..span.start]) => last.end = span.end,
                _ => spans.push(span),
            }
        }
        (spans, least)
    }

    /// What a stretch between marks is; `None` where its marks are not known to the network.
    pub(super) fn view(&self, stretch: &[Span]) -> Option<View> {
        let open = self.words.partition_point(|w| w.start < stretch[0].start);
        let close = self.words.partition_point(|w| w.end <= stretch[stretch.len() - 1].end).checked_sub(1)?;
        let [mut anchor, _] = *self.reading.anchor(open)?;
        let [_, closing] = self.reading.anchor(close)?;
        for (a, c) in anchor.iter_mut().zip(closing) {
            *a += c;
        }
        let seen = self.pairing.stretch(&self.reading.field, (open, &anchor));
        let (cue, source) = (self.best(&seen, FIRST, CUE_LIKELY), self.best(&seen, SOURCE, SOURCE_LIKELY));
        Some(View { kinds: self.pairing.kind(&anchor), cue, source, seen })
    }

    /// How likely a cue is that of a stretch.
    pub(super) fn likely(&self, view: &View, cue: Span) -> f32 {
        let word = self.words.partition_point(|w| w.start < cue.start);
        let tags = word.checked_sub(view.seen.first).and_then(|at| view.seen.tags.get(at));
        tags.map_or(0.0, |tags| tags[FIRST].exp())
    }

    /// The likeliest place of a role that has one place only.
    fn best(&self, seen: &Seen, role: usize, least: f32) -> Option<Source> {
        let (at, best) = seen.tags.iter().map(|t| t[role]).enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
        if best.exp() < least {
            return None;
        }
        let goes_on = |tags: &&[f32; TAGS]| {
            let others = (0..TAGS).filter(|&t| t != role + 1).map(|t| tags[t]);
            others.fold(f32::NEG_INFINITY, f32::max) < tags[role + 1]
        };
        let more = seen.tags[at + 1..].iter().take_while(goes_on).count();
        let first = seen.first + at;
        Some(Source { span: self.span(first..first + 1 + more), score: Some(best.exp()) })
    }

    fn span(&self, words: Range<usize>) -> Span {
        Span::new(self.words[words.start].start, self.words[words.end - 1].end)
    }
}

/// Whether there are only commas, dashes and the like between two words of a sentence.
fn is_pause(between: &str) -> bool {
    between.chars().all(|c| matches!(c, ' ' | ',' | ';' | '-' | '–' | '—' | '(' | ')' | '’' | '\''))
}

/// Whether a cue of a report begins at a word.
fn begins(tags: &[f32; CUE_TAGS]) -> bool {
    tags[REPORT] + tags[THOUGHT] > 0.5 && tags[REPORT] > tags[THOUGHT]
}

/// Whether the cue before a word goes on with it.
fn goes_on(tags: &[f32; CUE_TAGS]) -> bool {
    (0..CUE_TAGS).all(|t| tags[t] <= tags[REPORT + 1])
}

/// The likeliest stretches of content, each with how sure it is: the lesser probability of its two ends.
fn runs(seen: &Seen) -> Vec<(Range<usize>, f32)> {
    // 0 outside, 1 first, 2 further words; only what is outside may not be followed by further words.
    let scores = |tags: &[f32; TAGS]| [tags[0].max(tags[SOURCE]).max(tags[SOURCE + 1]), tags[FIRST], tags[FIRST + 1]];
    let mut best = [0.0, f32::NEG_INFINITY, f32::NEG_INFINITY];
    let mut from: Vec<[usize; 3]> = Vec::with_capacity(seen.tags.len());
    for tags in &seen.tags {
        let any = (1..3).fold(0, |a, b| if best[b] > best[a] { b } else { a });
        let inside = if best[2] > best[1] { 2 } else { 1 };
        let word = scores(tags);
        from.push([any, any, inside]);
        best = [best[any] + word[0], best[any] + word[1], best[inside] + word[2]];
    }
    let mut state = (1..3).fold(0, |a, b| if best[b] > best[a] { b } else { a });
    let mut states = vec![0; seen.tags.len()];
    for (slot, back) in states.iter_mut().zip(&from).rev() {
        *slot = state;
        state = back[state];
    }
    let mut runs: Vec<(Range<usize>, f32)> = Vec::new();
    for (at, &state) in states.iter().enumerate() {
        let sure = scores(&seen.tags[at])[state].exp();
        let word = seen.first + at;
        match (state, runs.last_mut()) {
            (1, _) => runs.push((word..word + 1, sure)),
            (2, Some((run, _))) => run.end += 1,
            (0, Some((run, least))) if run.end == word => *least = least.min(sure),
            _ => {}
        }
    }
    runs
}
