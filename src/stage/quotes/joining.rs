//! One list of the stretches between marks and the reports that the network finds, in which every report stands once.

use super::Found;
use super::reports::{Evidence, Report, View};
use super::stretches::Stretch;
use crate::record::{QuoteKind, QuoteStatus};
use crate::span::Span;

/// The shortest clause outside marks that is worth a quote beside a quote in marks, in letters.
const SHORTEST: usize = 12;

/// How sure the network must be to drop what the rules take for a quote, and to take what they would drop.
const NO_QUOTE: f32 = 0.9;
const A_QUOTE: f32 = 0.8;

/// Joins stretches and reports. With `whole` the content of a report is one quote, whatever stands in marks.
pub(super) fn join(text: &str, evidence: Option<&Evidence<'_>>, stretches: Vec<Stretch>, whole: bool) -> Vec<Found> {
    let reports = evidence.map(Evidence::reports).unwrap_or_default();
    if whole {
        return contents(text, reports, &stretches);
    }
    let mut found: Vec<Found> = stretches
        .into_iter()
        .filter_map(|stretch| {
            let view = evidence.and_then(|e| e.view(&stretch.spans[..1]));
            quoted(text, &reports, stretch, view)
        })
        .collect();
    let mut direct = parts(&found, |f| f.kind == QuoteKind::Direct);
    direct.sort();
    let mut marked = parts(&found, |_| true);
    marked.sort();
    found.extend(reports.into_iter().filter_map(|report| clause(text, report, &direct, &marked)));
    found
}

fn parts(found: &[Found], which: impl Fn(&Found) -> bool) -> Vec<Span> {
    found.iter().filter(|f| which(f)).flat_map(|f| f.spans.iter().copied()).collect()
}

/// A stretch as a quote, if it is one, with its cue and source.
fn quoted(text: &str, reports: &[Report], stretch: Stretch, view: Option<View>) -> Option<Found> {
    let Stretch { spans, status, quoted, mut kind, cue } = stretch;
    let mut score = None;
    if let Some(View { kinds: [none, direct, mixed], .. }) = view {
        if if quoted { none > NO_QUOTE } else { none > 1.0 - A_QUOTE } {
            return None;
        }
        if direct.max(mixed) > A_QUOTE {
            kind = if direct > mixed { QuoteKind::Direct } else { QuoteKind::Mixed };
        }
        score = Some(1.0 - none);
    } else if !quoted {
        return None;
    }
    let letters = letters(text, &spans);
    let reported = |r: &&Report| 2 * shared(text, &r.content, &spans) > letters;
    let at = |cue: Span| reports.iter().find(|r| r.cue.overlaps(cue));
    let seen = view.as_ref().and_then(|v| v.cue);
    let by_cue = seen.and_then(|cue| at(cue.span));
    let report = by_cue.or_else(|| reports.iter().filter(reported).min_by_key(|r| distance(r.cue, spans[0])));
    let report = report.or_else(|| cue.and_then(at));
    let own = view.and_then(|v| v.source);
    let source = match (report.and_then(|r| r.source), own) {
        (Some(a), Some(b)) => Some(if b.score > a.score { b } else { a }),
        (a, b) => a.or(b),
    };
    let outside = |span: Span| !spans.iter().any(|s| s.contains(span));
    let cue = report.map(|r| r.cue).or(seen.map(|c| c.span)).or(cue).filter(|&cue| outside(cue));
    let source = source.filter(|s| outside(s.span));
    Some(Found { kind, status: Some(status), spans, cue, source, score })
}

/// The content of a report outside direct quotes, unless it is mostly in marks.
fn clause(text: &str, report: Report, direct: &[Span], marked: &[Span]) -> Option<Found> {
    let spans: Vec<Span> =
        report.content.iter().flat_map(|&part| without(part, direct)).filter_map(|part| tidy(text, part)).collect();
    let (all, inside) = (letters(text, &spans), shared(text, marked, &spans));
    let left = spans.len() < report.content.len() || spans != report.content;
    if all == 0 || 2 * inside >= all || left && all < SHORTEST {
        return None;
    }
    let Report { cue, source, score, .. } = report;
    Some(Found { kind: QuoteKind::Indirect, status: None, spans, cue: Some(cue), source, score: Some(score) })
}

/// The contents of reports as they are; their kind goes by the letters that stand in marks.
fn contents(text: &str, reports: Vec<Report>, stretches: &[Stretch]) -> Vec<Found> {
    let mut marked: Vec<Span> = stretches.iter().flat_map(|s| s.spans.iter().copied()).collect();
    marked.sort();
    let quote = |report: Report| {
        let Report { cue, content: spans, source, score } = report;
        let (all, inside) = (letters(text, &spans), shared(text, &marked, &spans));
        let kind = match () {
            () if inside == 0 => QuoteKind::Indirect,
            () if 10 * inside >= 9 * all => QuoteKind::Direct,
            () => QuoteKind::Mixed,
        };
        let status = (inside > 0).then_some(QuoteStatus::Closed);
        let score = Some(score);
        (all > 0).then_some(Found { kind, status, spans, cue: Some(cue), source, score })
    };
    reports.into_iter().filter_map(quote).collect()
}

/// The parts of a span that none of the others covers; `others` in order.
fn without(span: Span, others: &[Span]) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut at = span.start;
    let from = others.partition_point(|o| o.end <= span.start);
    for other in others[from..].iter().take_while(|o| o.start < span.end) {
        if at < other.start {
            parts.push(Span::new(at, other.start));
        }
        at = at.max(other.end);
    }
    if at < span.end {
        parts.push(Span::new(at, span.end));
    }
    parts
}

/// Without blanks, commas and full stops at its ends.
fn tidy(text: &str, span: Span) -> Option<Span> {
    let inner = span.of(text);
    let loose = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '.' | '—' | '–');
    let start = span.start + inner.len() - inner.trim_start_matches(loose).len();
    let end = span.end - (inner.len() - inner.trim_end_matches(loose).len());
    let tidy = (start < end).then(|| Span::new(start, end))?;
    // The full stop of an abbreviation belongs to it.
    Some(if text[tidy.end..span.end].starts_with('.') && is_short(tidy.of(text)) { Span::new(start, tidy.end + 1) } else { tidy })
}

fn is_short(text: &str) -> bool {
    let word = text.rsplit(|c: char| c.is_whitespace()).next().unwrap_or("");
    word.contains('.') || matches!(word, "Inc" | "Jr" | "Sr" | "Co" | "Corp" | "Ltd")
}

/// Letters and digits in spans.
fn letters(text: &str, spans: &[Span]) -> usize {
    spans.iter().map(|s| s.of(text).chars().filter(|c| c.is_alphanumeric()).count()).sum()
}

/// Letters and digits that both lists cover; `one` in order of start, and it may nest.
fn shared(text: &str, one: &[Span], two: &[Span]) -> usize {
    let mut sum = 0;
    for span in two {
        let mut at = span.start;
        for other in one.iter().skip_while(|o| o.end <= span.start).take_while(|o| o.start < span.end) {
            let part = Span::new(other.start.max(at), other.end.min(span.end).max(other.start.max(at)));
            sum += letters(text, &[part]);
            at = at.max(part.end);
        }
    }
    sum
}

fn distance(a: Span, b: Span) -> usize {
    if a.end <= b.start { b.start - a.end } else { a.start.saturating_sub(b.end) }
}
