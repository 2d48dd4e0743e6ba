//! Which marks belong together: nested, over paragraphs, mismatched, or lost.

use super::marks::{self, Family, Mark};
use crate::record::QuoteStatus;
use crate::span::Span;
use crate::stage::lexicon::{self, Role};

/// A stretch of text between marks, in one part for each paragraph it runs over.
#[derive(Debug)]
pub(super) struct Marked {
    /// Its parts in order, marks included.
    pub(super) spans: Vec<Span>,
    pub(super) status: QuoteStatus,
}

/// How deep quotations may nest before the sum of their lengths is limited to a multiple of the text's.
const DEPTH: usize = 4;
const SPARE: usize = 4 << 20;

/// How many lines a quotation may be wrapped over where lines are not paragraphs.
const WRAPPED: usize = 40;

/// All stretches between marks, in order, the longer first at the same start; they nest or lie apart.
pub(super) fn find(text: &str, sentences: &[Span]) -> Vec<Marked> {
    let mut state = Pairing { text, sentences, ..Pairing::default() };
    let mut end = 0;
    for paragraph in marks::paragraphs(text) {
        state.paragraph(paragraph, end);
        end = paragraph.end;
    }
    let mut found = state.found;
    found.sort_by_key(|m| (m.spans[0].start, std::cmp::Reverse(m.spans[0].end)));
    let mut ends: Vec<usize> = Vec::new();
    let mut spare = SPARE + 16 * text.len();
    found.retain(|marked| {
        let (first, last) = (marked.spans[0], marked.spans[marked.spans.len() - 1]);
        while ends.last().is_some_and(|&end| end <= first.start) {
            ends.pop();
        }
        let cost = if ends.len() < DEPTH { 0 } else { last.end - first.start };
        let fits = cost <= spare;
        if fits {
            spare -= cost;
            ends.push(last.end);
        }
        fits
    });
    found
}

/// A mark that waits for its partner.
struct Open<'t> {
    start: usize,
    sign: &'t str,
    family: Family,
    begins: bool,
    gaps: usize,
    /// The quotation of an earlier paragraph that goes on here.
    link: Option<Link>,
}

#[derive(Clone, Copy)]
struct Link {
    marked: usize,
    /// The line before was only wrapped: the part there grows, no new one begins.
    wrapped: bool,
}

/// A mark that no paragraph so far has closed.
struct Carried<'t> {
    sign: &'t str,
    family: Family,
    marked: usize,
    lines: usize,
}

#[derive(Default)]
struct Pairing<'t, 's> {
    text: &'t str,
    sentences: &'s [Span],
    found: Vec<Marked>,
    open: Vec<Open<'t>>,
    /// Where in `open` the marks of each family are.
    places: [Vec<usize>; 3],
    carried: Vec<Carried<'t>>,
}

impl<'t> Pairing<'t, '_> {
    fn paragraph(&mut self, paragraph: Span, before: usize) {
        let marks = marks::scan(self.text, paragraph);
        let Some(first) = self.resume(paragraph, before, &marks) else { return };
        let ahead = Ahead::of(&marks);
        let mut free = paragraph.start;
        for (i, &mark) in marks.iter().enumerate().skip(first) {
            let closed = match mark.family {
                Family::Single => self.single(mark, ahead[i]),
                Family::Double | Family::Angle => self.double(mark, ahead[i], marks.get(i + 1), free),
            };
            if closed {
                free = mark.span.end;
            }
        }
        self.end(paragraph);
    }

    /// Takes up what earlier paragraphs left open; the index of the first mark that is not used up by it,
    /// or `None` when this line lies wholly inside a wrapped quotation.
    fn resume(&mut self, paragraph: Span, before: usize, marks: &[Mark<'t>]) -> Option<usize> {
        let carried = std::mem::take(&mut self.carried);
        let mut at = paragraph.start;
        let mut used = 0;
        for (carry, mark) in carried.iter().zip(marks) {
            if mark.span.start != at || mark.sign != carry.sign || !mark.faces_right {
                break;
            }
            self.push(*mark, Some(Link { marked: carry.marked, wrapped: false }));
            (at, used) = (mark.span.end, used + 1);
        }
        if used > 0 {
            return Some(used);
        }
        let Some(mut carry) = carried.into_iter().next_back() else { return Some(0) };
        let one_break = self.text[before..paragraph.start].bytes().filter(|&b| b == b'\n').count() == 1;
        let line = self.text[..before].bytes().rev().take(40).position(|b| b == b'\n').is_none();
        if !one_break || !line || carry.lines == WRAPPED {
            return Some(0);
        }
        match marks.iter().find(|m| m.family == carry.family) {
            None => {
                carry.lines += 1;
                self.carried.push(carry);
                // Marks of the other kind inside a wrapped line wait for the line that closes it.
                None
            }
            Some(mark) if mark.closes && !mark.faces_right => {
                let start = self.found[carry.marked].spans.last().map_or(paragraph.start, |s| s.start);
                let link = Some(Link { marked: carry.marked, wrapped: true });
                self.places[carry.family as usize].push(self.open.len());
                let (sign, family) = (carry.sign, carry.family);
                self.open.push(Open { start, sign, family, begins: true, gaps: 0, link });
                Some(0)
            }
            Some(_) => Some(0),
        }
    }

    fn push(&mut self, mark: Mark<'t>, link: Option<Link>) {
        self.places[mark.family as usize].push(self.open.len());
        let Mark { span, sign, family, begins, gaps, .. } = mark;
        self.open.push(Open { start: span.start, sign, family, begins, gaps, link });
    }

    fn top(&self, family: Family) -> Option<&Open<'t>> {
        self.places[family as usize].last().map(|&i| &self.open[i])
    }

    /// Deals with a double mark or guillemet; whether it closed something.
    fn double(&mut self, mark: Mark<'t>, ahead: Ahead, next: Option<&Mark<'t>>, free: usize) -> bool {
        let top = self.top(mark.family).map(|open| open.sign);
        if mark.digit && mark.sign == "\"" && mark.closes && (top.is_none() || self.is_inches(mark, ahead, next)) {
            return false;
        }
        let closes = match (mark.sign, top) {
            ("“" | "«" | "»" | "‹" | "›", Some(open)) => marks::pair(open, mark.sign),
            ("“" | "«" | "»" | "‹" | "›", None) => false,
            (_, top) => mark.closes && (top.is_some() || !mark.opens),
        };
        if !closes {
            if mark.opens {
                self.push(mark, None);
            }
            return false;
        }
        if top.is_some() {
            self.close(mark.family, mark);
            return true;
        }
        if self.top(Family::Single).is_some_and(|open| open.begins) {
            self.close(Family::Single, mark);
            return true;
        }
        mark.firm && self.orphan(mark, free)
    }

    /// 6'2" in a quotation, or a length that the quotation goes on behind.
    fn is_inches(&self, mark: Mark<'t>, ahead: Ahead, next: Option<&Mark<'t>>) -> bool {
        let before = self.text[..mark.span.start].trim_end_matches(|c: char| c.is_ascii_digit());
        let feet = before.ends_with(['\'', '’']) && ahead.closing_double;
        let goes_on = self.text[mark.span.end..].trim_start_matches(' ').starts_with(char::is_lowercase);
        let closed = next.is_some_and(|n| n.family == Family::Double && n.closes && !n.opens && !n.digit);
        feet || goes_on && closed
    }

    /// Deals with a single mark; whether it closed something.
    fn single(&mut self, mark: Mark<'t>, ahead: Ahead) -> bool {
        let last = |family: Family| self.places[family as usize].last().copied();
        if let (true, Some(open)) = (mark.closes, last(Family::Single)) {
            let shut = match mark.sign {
                "‘" => self.open[open].sign == "‚",
                _ if last(Family::Double) > Some(open) => mark.firm && !ahead.closing_double,
                _ => !(mark.doubtful && ahead.closing_single),
            };
            if shut {
                self.close(Family::Single, mark);
                return true;
            }
        }
        if mark.opens {
            self.push(mark, None);
        } else if mark.firm && !ahead.closing_double && last(Family::Single).is_none() && last(Family::Double).is_some()
        {
            self.close(Family::Double, mark);
            return true;
        }
        false
    }

    /// Pairs a mark with the innermost open one of a family; what lies open between them never closed.
    fn close(&mut self, family: Family, mark: Mark<'t>) {
        while let Some(open) = self.open.pop() {
            self.places[open.family as usize].pop();
            if open.family == family {
                let status =
                    if marks::pair(open.sign, mark.sign) { QuoteStatus::Closed } else { QuoteStatus::Repaired };
                if open.gaps < mark.gaps || open.link.is_some() {
                    self.record(&open, mark.span.end, status);
                }
                return;
            }
            if open.begins || open.family != Family::Single {
                self.record(&open, mark.span.start, QuoteStatus::Unclosed);
            }
        }
    }

    fn record(&mut self, open: &Open<'t>, end: usize, status: QuoteStatus) -> usize {
        let span = Span::new(open.start, end).trim(self.text);
        match open.link {
            Some(Link { marked, wrapped }) => {
                let known = &mut self.found[marked];
                match known.spans.last_mut() {
                    Some(last) if wrapped => last.end = last.end.max(span.end),
                    _ => known.spans.push(span),
                }
                known.status = status;
                marked
            }
            None => {
                self.found.push(Marked { spans: vec![span], status });
                self.found.len() - 1
            }
        }
    }

    /// A closing mark whose partner is lost: its sentence, as far as no other quotation has it.
    fn orphan(&mut self, mark: Mark<'t>, free: usize) -> bool {
        let sentence = self.sentences.partition_point(|s| s.end < mark.span.end);
        let start = self.sentences.get(sentence).map_or(free, |s| s.start.max(free));
        if start >= mark.span.start {
            return false;
        }
        let span = Span::new(start, mark.span.end).trim(self.text);
        let worth = span.of(self.text).split_whitespace().take(3).count() == 3;
        if worth {
            self.found.push(Marked { spans: vec![span], status: QuoteStatus::Repaired });
        }
        worth
    }

    /// Closes the paragraph over what is still open; an apostrophe that looked like a mark is forgotten.
    fn end(&mut self, paragraph: Span) {
        let mut ends = [paragraph.end; 3];
        let mut left = std::mem::take(&mut self.open);
        self.places.iter_mut().for_each(Vec::clear);
        left.retain(|open| open.begins || open.family != Family::Single);
        for open in left.iter().rev() {
            let end = std::mem::replace(&mut ends[open.family as usize], open.start);
            let marked = match open.link {
                Some(Link { marked, wrapped: true }) => marked,
                _ if Span::new(open.start, end).of(self.text).contains(char::is_alphanumeric) => {
                    self.record(open, end, QuoteStatus::Unclosed)
                }
                _ => continue,
            };
            if end == paragraph.end && !is_attributed(&self.text[open.start..end]) {
                let Open { sign, family, .. } = *open;
                self.carried.push(Carried { sign, family, marked, lines: 0 });
            }
        }
        self.carried.reverse();
    }
}

/// Whether a stretch ends like a quotation with its speaker behind it (", she said."): the mark between them is lost,
/// and the next paragraph is not a part of it.
fn is_attributed(text: &str) -> bool {
    let mut from = text.len().saturating_sub(120);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let Some((_, clause)) = text[from..].rsplit_once([',', '?', '!', '…']) else { return false };
    let mut words = clause.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.clone().count() <= 8 && words.any(|w| matches!(lexicon::role(w), Role::Say | Role::Speak))
}

/// What follows a mark in its paragraph.
#[derive(Debug, Clone, Copy, Default)]
struct Ahead {
    /// Some double mark that can close.
    closing_double: bool,
    /// A single mark that closes for certain, and before one that opens.
    closing_single: bool,
}

impl Ahead {
    fn of(marks: &[Mark<'_>]) -> Vec<Self> {
        let mut ahead = vec![Self::default(); marks.len()];
        let mut now = Self::default();
        for (mark, slot) in marks.iter().zip(&mut ahead).rev() {
            *slot = now;
            match mark.family {
                Family::Double => now.closing_double |= mark.closes && !mark.faces_right,
                Family::Single if mark.faces_right => now.closing_single = false,
                Family::Single => now.closing_single |= mark.closes && !mark.doubtful,
                Family::Angle => {}
            }
        }
        ahead
    }
}
