//! Lines: which line breaks end a sentence and which only wrap a paragraph.

use super::word::{is_closer, is_item, is_stop};
use crate::span::Span;

/// A line wider than this was not wrapped by hand or by a mailer.
const WIDEST: usize = 120;

/// A paragraph narrower than this is a list.
const NARROWEST: usize = 40;

/// How much shorter than the rules of wrapping demand a line may be.
const SLACK: usize = 16;

/// A line that is not blank, without the white space around it.
#[derive(Debug)]
struct Line<'t> {
    span: Span,
    text: &'t str,
    width: usize,
    /// A blank line or a new page stands before it.
    apart: bool,
}

/// Whether the character breaks lines.
const fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut apart = true;
    let mut start = 0;
    for raw in text.split_inclusive(is_break) {
        let span = Span::new(start, start + raw.len());
        start = span.end;
        let inner = span.trim(text);
        if inner.is_empty() {
            // The "\n" of "\r\n" is no line of its own.
            apart |= !(raw == "\n" && text[..span.start].ends_with('\r'));
        } else {
            let words = inner.of(text);
            lines.push(Line { span: inner, text: words, width: words.chars().count(), apart });
            apart = raw.ends_with(['\u{c}', '\u{2029}']);
        }
    }
    lines
}

/// Whether the line ends like a sentence.
fn is_final(line: &str) -> bool {
    line.trim_end_matches(is_closer).ends_with(|c| is_stop(c) || c == ':' || c == ';')
}

/// Whether the line seems to go on in the next one: that begins small, or is a bracket before the full
/// stop, and this one does not end.
fn carries(line: &Line, next: &Line) -> bool {
    let begun = next.text.starts_with(char::is_lowercase) || next.text.starts_with('(') && next.text.ends_with(").");
    let byline = next.text.strip_prefix("by ").is_some_and(|name| name.starts_with(char::is_uppercase));
    let address = ["http", "www."].iter().any(|a| next.text.starts_with(a));
    begun && !byline && !address && !is_final(line.text) && !is_item(next.text)
}

/// The parts of the text between breaks that end a sentence, in order.
pub(super) fn paragraphs(text: &str) -> Vec<Span> {
    let lines = lines(text);
    // Is the text wrapped? Then many of its lines begin within a sentence.
    let breaks = || lines.windows(2).filter(|p| !p[1].apart && p[0].width <= WIDEST && !is_item(p[1].text));
    let wrapped = breaks().filter(|p| dangles(&p[0], &p[1])).count() * 4 > breaks().count();
    let mut spans: Vec<Span> = Vec::new();
    for block in lines.chunk_by(|_, next| !next.apart) {
        let widest = block.iter().map(|l| l.width).max().unwrap_or(0);
        let wrapped = wrapped && (NARROWEST..=WIDEST).contains(&widest);
        let mut before: Option<&Line> = None;
        for line in block {
            let joins = before.is_some_and(|b| if wrapped { wraps(b, line, widest) } else { dangles(b, line) });
            match spans.last_mut() {
                Some(last) if joins => last.end = line.span.end,
                _ => spans.push(line.span),
            }
            before = Some(line);
        }
    }
    spans
}

/// Whether a break in a wrapped paragraph only wraps: the next line's first word had no room in this one.
fn wraps(line: &Line, next: &Line, widest: usize) -> bool {
    let first = next.text.split_whitespace().next().map_or(0, |w| w.chars().count());
    carries(line, next) || line.width + 1 + first + SLACK > widest && !is_item(next.text)
}

/// Whether a paragraph without wrapping has a stray break within a sentence here; not so behind a few
/// words, which are a heading or an item of a list.
fn dangles(line: &Line, next: &Line) -> bool {
    carries(line, next) && line.text.split_whitespace().nth(3).is_some()
}
