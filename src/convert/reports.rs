//! The kind of a quote by the marks of its text, and its spans as the format has them.

use crate::record::QuoteKind;
use crate::span::Span;
use crate::stage::{quotes, sentences};

/// The outermost stretches between quotation marks (bytes), marks included, in order.
pub(super) fn marked(text: &str) -> Vec<Span> {
    let mut end = 0;
    let mut parts = quotes::marked(text, &sentences::split(text));
    parts.sort_by_key(|s| (s.start, std::cmp::Reverse(s.end)));
    parts.retain(|part| {
        let outer = part.start >= end;
        end = end.max(part.end);
        outer
    });
    parts
}

/// Letters and digits: what counts when stretches are compared.
fn letters(text: &str, span: Span) -> usize {
    if span.is_empty() { 0 } else { span.of(text).chars().filter(|c| c.is_alphanumeric()).count() }
}

/// The kind and the spans of a report with this content.
///
/// Direct: nine tenths of its letters and digits stand between marks; mixed: some do; else indirect. A stretch between
/// marks does not count when the cue or the source is in it, or when four fifths of it are no content: then it is a
/// report inside somebody's quotation. Marks that touch the content belong to it; a leading "that" does not, unless the
/// quote is direct. Stretches that touch are one.
pub(super) fn kind(text: &str, mut content: Vec<Span>, marked: &[Span], outside: &[Span]) -> (QuoteKind, Vec<Span>) {
    let common = |a: Span, b: Span| Span::new(a.start.max(b.start), a.end.min(b.end));
    content.sort();
    let total: usize = content.iter().map(|&s| letters(text, s)).sum();
    let mut inside = 0;
    let last = content.iter().map(|s| s.end).max().unwrap_or(0);
    let from = content.first().map_or(0, |first| marked.partition_point(|m| m.end <= first.start));
    for &marks in marked[from..].iter().take_while(|m| m.start < last) {
        let shared: usize = content.iter().map(|&s| letters(text, common(s, marks))).sum();
        if shared == 0 || shared * 5 < letters(text, marks) || outside.iter().any(|&o| marks.contains(o)) {
            continue;
        }
        inside += shared;
        for span in content.iter_mut().filter(|s| s.overlaps(marks)) {
            if marks.start < span.start && letters(text, Span::new(marks.start, span.start)) == 0 {
                span.start = marks.start;
            }
            if span.end < marks.end && letters(text, Span::new(span.end, marks.end)) == 0 {
                span.end = marks.end;
            }
        }
    }
    let kind = match inside {
        0 => QuoteKind::Indirect,
        _ if inside * 10 >= total * 9 => QuoteKind::Direct,
        _ => QuoteKind::Mixed,
    };
    if kind != QuoteKind::Direct
        && let Some(first) = content.first_mut()
        && first.of(text).get(..5).is_some_and(|that| that.eq_ignore_ascii_case("that "))
    {
        *first = Span::new(first.start + 5, first.end).trim(text);
    }
    (kind, merge(content))
}

fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans.into_iter().filter(|s| !s.is_empty()) {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, content: &[&str], outside: &[&str], expected: QuoteKind, spans: &[&str]) {
        let find = |part: &&str| {
            let start = text.find(*part).expect("a part of the text");
            Span::new(start, start + part.len())
        };
        let outside: Vec<Span> = outside.iter().map(find).collect();
        let (kind, found) = kind(text, content.iter().map(find).collect(), &marked(text), &outside);
        let found: Vec<&str> = found.iter().map(|s| s.of(text)).collect();
        assert_eq!((kind, &found[..]), (expected, spans));
    }

    #[test]
    fn kinds_go_by_the_marks() {
        check("“It is over,” she said.", &["It is over"], &["said", "she"], QuoteKind::Direct, &["“It is over,”"]);
        check(
            "She said that it was “over” by noon.",
            &["that it was “over” by noon"],
            &["said", "She"],
            QuoteKind::Mixed,
            &["it was “over” by noon"],
        );
        check("She said that it was over.", &["that it was over"], &["said"], QuoteKind::Indirect, &["it was over"]);
        check("“It is,” she said, “over.”", &["It is", "over"], &["said"], QuoteKind::Direct, &["“It is,”", "“over.”"]);
    }

    #[test]
    fn a_report_in_somebodys_quotation_is_not_in_marks_of_its_own() {
        let text = "“He told me that it was over,” she said.";
        check(text, &["that it was over"], &["told", "He"], QuoteKind::Indirect, &["it was over"]);
    }
}
