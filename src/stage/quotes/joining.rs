//! One list of the stretches between marks and the reports that the network finds, in which every report stands once.

use super::Found;
use super::content;
use super::reports::{Evidence, Report, View};
use super::stretches::Stretch;
use crate::model::config::Reports;
use crate::record::{QuoteKind, QuoteStatus};
use crate::span::Span;

/// The shortest clause outside marks that is worth a quote beside a quote in marks, in letters.
const SHORTEST: usize = 12;

/// How sure the network must be to drop what the rules take for a quote, and to take what they would drop.
const NO_QUOTE: f32 = 0.9;
const A_QUOTE: f32 = 0.8;
/// How sure it must be of another kind than the rules'.
const OTHER_KIND: f32 = 0.8;

/// How far from its cue a quote may stand, in bytes: as far as the network sees, in words of twice the usual length.
const FAR: usize = 12 * crate::model::pairing::REACH;

/// How sure the network must be of a source in another line where there is no cue: who spoke last may not speak now.
const ELSEWHERE: f32 = 0.6;

/// What the word of the rules is worth beside the probabilities of the network: of a cue right behind the marks, of another.
const ADJOINING: f32 = 1.0;
const RULED: f32 = 0.5;

/// Joins stretches and reports, as a scheme has them.
pub(super) fn join(
    text: &str,
    evidence: Option<&Evidence<'_>>,
    stretches: Vec<Stretch>,
    scheme: Reports,
) -> Vec<Found> {
    let mut reports = evidence.map(Evidence::reports).unwrap_or_default();
    let marks = cover(stretches.iter().flat_map(|s| s.spans.iter().copied()).collect());
    if scheme == Reports::Whole {
        return contents(text, reports, &marks);
    }
    for report in &mut reports {
        report.cue = content::head(text, report.cue);
        report.content = content::own(text, report.cue, std::mem::take(&mut report.content));
    }
    // A colon alone is no cue.
    reports.retain(|r| !r.cue.is_empty());
    reports.dedup_by(|later, earlier| {
        let same = later.cue.overlaps(earlier.cue);
        if same && later.score > earlier.score {
            std::mem::swap(later, earlier);
        }
        same
    });
    once(&mut reports);
    let mut found: Vec<Found> =
        stretches.into_iter().filter_map(|stretch| quoted(text, evidence, &reports, stretch)).collect();
    if scheme == Reports::Marked {
        return found.into_iter().flat_map(apart).collect();
    }
    let is_direct = |f: &&Found| f.kind == QuoteKind::Direct;
    let direct = cover(found.iter().filter(is_direct).flat_map(|f| f.spans.iter().copied()).collect());
    found.extend(reports.into_iter().filter_map(|report| clause(text, report, &direct, &marks)));
    found
}

/// Gives a run of content that two cues claim to the nearer one.
fn once(reports: &mut [Report]) {
    for i in 1..reports.len() {
        let (before, from) = reports.split_at_mut(i);
        let Report { cue, content, .. } = &from[0];
        let Some(earlier) = before.last_mut().filter(|r| r.content.len() > 1) else { continue };
        earlier.content.retain(|run| !(run.start >= cue.end && content.contains(run)));
    }
}

/// Adds a report that the text's layout shows, unless it is there; those inside it who lack a source get its.
pub(super) fn add(text: &str, report: Found, found: &mut Vec<Found>) {
    let clause = report.spans[0];
    let (all, mut there) = (letters(text, &report.spans), false);
    for quote in found.iter_mut().filter(|f| f.spans.iter().all(|s| clause.contains(*s))) {
        quote.source = quote.source.or(report.source);
        there |= 5 * letters(text, &quote.spans) > 4 * all;
    }
    if !there {
        found.push(report);
    }
}

/// Each part of a quote as a quote of its own.
fn apart(found: Found) -> impl Iterator<Item = Found> {
    let Found { kind, status, spans, cue, source, score } = found;
    spans.into_iter().map(move |span| Found { kind, status, spans: vec![span], cue, source, score })
}

/// What spans cover together: spans in order that lie apart.
fn cover(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut apart: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match apart.last_mut().filter(|last| span.start <= last.end) {
            Some(last) => last.end = last.end.max(span.end),
            None => apart.push(span),
        }
    }
    apart
}

/// A stretch as a quote, if it is one, with its cue and source.
fn quoted(text: &str, evidence: Option<&Evidence<'_>>, reports: &[Report], stretch: Stretch) -> Option<Found> {
    let Stretch { spans, status, quoted, mut kind, cue: ruled, nested, name } = stretch;
    // Of quotations in quotations the network has seen next to nothing: the rules speak alone.
    let view = evidence.filter(|_| !nested).and_then(|e| e.view(&spans[..1]));
    let mut score = None;
    if let Some(View { kinds: [none, direct, mixed], .. }) = view {
        if name && !quoted || none > if quoted { NO_QUOTE } else { 1.0 - A_QUOTE } {
            return None;
        }
        if direct.max(mixed) > OTHER_KIND {
            kind = if direct > mixed { QuoteKind::Direct } else { QuoteKind::Mixed };
        }
        score = Some(1.0 - none);
    } else if !quoted {
        return None;
    }
    let cue =
        cue_of(text, evidence.zip(view.as_ref()), if nested { &[] } else { near(reports, &spans) }, &spans, ruled);
    let report = cue.and_then(|cue| {
        let at = reports.partition_point(|r| r.cue.end <= cue.start);
        reports.get(at).filter(|r| r.cue.overlaps(cue))
    });
    let cue = report.map(|r| r.cue).or(cue);
    let sources = report.and_then(|r| r.source).into_iter().chain(view.and_then(|v| v.source));
    let source = sources
        .filter(|source| !spans.iter().any(|s| s.contains(source.span)))
        .filter(|source| cue.is_some() || source.score > Some(ELSEWHERE) || is_beside(text, &spans, source.span))
        .max_by(|a, b| a.score.unwrap_or(0.0).total_cmp(&b.score.unwrap_or(0.0)));
    Some(Found { kind, status: Some(status), spans, cue, source, score })
}

/// The cue of a stretch: the one for which most speaks of the stretch as the network sees it, the reports that hold it, and
/// the rules.
fn cue_of(
    text: &str,
    view: Option<(&Evidence<'_>, &View)>,
    reports: &[Report],
    stretch: &[Span],
    ruled: Option<Span>,
) -> Option<Span> {
    let letters = letters(text, stretch);
    let holding: Vec<&Report> = reports.iter().filter(|r| 2 * shared(text, &r.content, stretch) > letters).collect();
    let votes = |cue: Span| {
        let seen = view.map_or(0.0, |(evidence, view)| evidence.likely(view, cue));
        let held = holding.iter().find(|r| r.cue.overlaps(cue)).map_or(0.0, |r| r.score);
        let rule = match ruled.filter(|r| r.overlaps(cue)) {
            Some(_) if stretch.iter().any(|part| adjoins(text, *part, cue)) => ADJOINING,
            Some(_) => RULED,
            None => 0.0,
        };
        seen + held + rule
    };
    let seen = view.and_then(|(_, view)| view.cue).map(|c| content::head(text, c.span)).filter(|c| !c.is_empty());
    let cues = ruled.into_iter().chain(seen).chain(holding.iter().map(|r| r.cue));
    let fits = |cue: &Span| !stretch.iter().any(|s| s.contains(*cue)) && is_beside(text, stretch, *cue);
    cues.filter(fits).map(|cue| (votes(cue), cue)).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, cue)| cue)
}

/// Whether a cue is the first word behind a stretch.
fn adjoins(text: &str, stretch: Span, cue: Span) -> bool {
    stretch.end <= cue.start && !text[stretch.end..cue.start].contains(|c: char| c.is_alphanumeric() || c == '\n')
}

/// Whether a cue stands in a line with some part of a stretch and not whole sentences away, or before it in the line that ends
/// in a colon.
fn is_beside(text: &str, stretch: &[Span], cue: Span) -> bool {
    stretch.iter().any(|part| {
        let before = cue.end <= part.start;
        let between = if before { &text[cue.end..part.start] } else { &text[part.end.min(cue.start)..cue.start] };
        let stops = between.matches(['.', '!', '?']).count();
        !between.contains('\n') && stops < 2 || before && between.trim_end().ends_with(':')
    })
}

/// The reports whose cues are not too far from a stretch to hold it.
fn near<'r>(reports: &'r [Report], stretch: &[Span]) -> &'r [Report] {
    let (start, end) = (stretch[0].start.saturating_sub(FAR), stretch[stretch.len() - 1].end + FAR);
    &reports[reports.partition_point(|r| r.cue.start < start)..reports.partition_point(|r| r.cue.start < end)]
}

/// The content of a report outside direct quotes, unless it is mostly in marks. What is reported inside a direct quote stays
/// inside it.
fn clause(text: &str, report: Report, direct: &[Span], marks: &[Span]) -> Option<Found> {
    let around = |spans: &[Span]| spans.get(spans.partition_point(|s| s.end <= report.cue.start)).copied();
    let within = around(direct).filter(|s| s.contains(report.cue));
    let parts: Vec<Span> = match within {
        Some(quote) => report.content.iter().filter(|part| quote.contains(**part)).copied().collect(),
        None => report.content.iter().flat_map(|&part| without(part, direct)).collect(),
    };
    let spans: Vec<Span> = parts.into_iter().filter_map(|part| tidy(text, part)).collect();
    let inside = if within.is_some() { 0 } else { shared(text, marks, &spans) };
    let (all, left) = (letters(text, &spans), spans != report.content);
    if spans.iter().all(|s| !s.of(text).contains(char::is_whitespace)) || 2 * inside >= all || left && all < SHORTEST {
        return None;
    }
    let Report { cue, source, score, .. } = report;
    Some(Found { kind: QuoteKind::Indirect, status: None, spans, cue: Some(cue), source, score: Some(score) })
}

/// The contents of reports as they are; their kind goes by the letters that stand in marks.
fn contents(text: &str, reports: Vec<Report>, marks: &[Span]) -> Vec<Found> {
    let quote = |report: Report| {
        let Report { cue, content: spans, source, score } = report;
        let (all, inside) = (letters(text, &spans), shared(text, marks, &spans));
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
    Some(if text[tidy.end..span.end].starts_with('.') && is_short(tidy.of(text)) {
        Span::new(start, tidy.end + 1)
    } else {
        tidy
    })
}

fn is_short(text: &str) -> bool {
    let word = text.rsplit(|c: char| c.is_whitespace()).next().unwrap_or("");
    word.contains('.') || matches!(word, "Inc" | "Jr" | "Sr" | "Co" | "Corp" | "Ltd")
}

/// Letters and digits in spans.
fn letters(text: &str, spans: &[Span]) -> usize {
    spans.iter().map(|s| s.of(text).chars().filter(|c| c.is_alphanumeric()).count()).sum()
}

/// Letters and digits that both lists cover; the spans of each are in order and lie apart.
fn shared(text: &str, one: &[Span], two: &[Span]) -> usize {
    let overlap = |span: &Span| {
        let from = one.partition_point(|o| o.end <= span.start);
        let others = one[from..].iter().take_while(|o| o.start < span.end);
        let parts: Vec<Span> = others.map(|o| Span::new(o.start.max(span.start), o.end.min(span.end))).collect();
        letters(text, &parts)
    };
    two.iter().map(overlap).sum()
}
