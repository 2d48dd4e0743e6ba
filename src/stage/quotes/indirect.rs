//! Indirect reports by the plainest rule: a reporting verb and the clause behind it, or before it.

use super::Found;
use super::reports::{cue_span, follows_dateline, is_mark};
use super::words::{Gap, Word, Words};
use crate::record::QuoteKind;
use crate::span::Span;
use crate::stage::lexicon::{self, Role};

/// How long a sentence may be that the rule reads, in words.
const LONGEST: usize = 120;

/// The shortest clause worth a report.
const SHORTEST: usize = 3;

/// The reported clauses outside the marks.
pub(super) fn find(words: &Words<'_>, quotes: &[Found]) -> Vec<Found> {
    let mut marked: Vec<Span> = quotes.iter().flat_map(|q| q.spans.iter().copied()).collect();
    marked.sort_by_key(|s| (s.start, std::cmp::Reverse(s.end)));
    let mut direct_cues: Vec<Span> =
        quotes.iter().filter(|q| q.kind == QuoteKind::Direct).filter_map(|q| q.cue).collect();
    direct_cues.sort();
    let mut found = Vec::new();
    let mut first = 0;
    while first < words.len() {
        let behind = (first..words.len()).find(|&i| !words.together(first, i)).unwrap_or(words.len());
        if behind - first <= LONGEST {
            sentence(words, first, behind, &direct_cues, &mut found);
        }
        first = behind;
    }
    found.retain(|f| is_mostly_plain(words, f.spans[0], &marked));
    found
}

fn sentence(words: &Words<'_>, first: usize, behind: usize, direct: &[Span], found: &mut Vec<Found>) {
    for cue in first..behind {
        let word = words.list[cue];
        if word.role == Role::Other || !words.reports(cue) || word.inside != 0 {
            continue;
        }
        if direct.binary_search(&cue_span(words, cue)).is_ok() {
            continue;
        }
        let clause = match word.role {
            Role::According => according(words, first, behind, cue),
            Role::Say | Role::Speak => {
                behind_verb(words, behind, cue).or_else(|| before_verb(words, first, behind, cue))
            }
            Role::Call | Role::Other => None,
        };
        if let Some((a, b)) = clause {
            let mut spans = vec![Span::new(start(words, a), end(words, a, b - 1))];
            let rest = if b <= cue { rest(words, behind, cue) } else { None };
            if rest.is_none() && b - a < SHORTEST {
                continue;
            }
            if let Some(rest) = rest {
                spans.push(Span::new(start(words, rest), end(words, rest, behind - 1)));
            }
            found.push(Found { kind: QuoteKind::Indirect, status: None, spans, cue: Some(cue_span(words, cue)) });
        }
    }
}

/// Where a clause begins: with the quotation marks that open before its first word.
fn start(words: &Words<'_>, first: usize) -> usize {
    words.text[..words.list[first].span.start].trim_end_matches(is_mark).len()
}

/// "X said [that] CLAUSE"; up to the end of the sentence, or to the next participle that reports.
fn behind_verb(words: &Words<'_>, behind: usize, cue: usize) -> Option<(usize, usize)> {
    let reach = (cue + 9).min(behind);
    let that = (cue + 1..reach)
        .take_while(|&i| !words.list[i].gap.has(Gap::COLON) && !words.reports(i))
        .find(|&i| words.get(i) == "that");
    let say = words.list[cue].role == Role::Say;
    let verb = words.get(cue);
    let start = match that {
        Some(that) if that == cue + 1 || say || is_addressed(verb) => that + 1,
        _ if !say || cue + 1 >= behind => return None,
        _ if is_addressed(verb) => addressee_end(words, behind, cue + 1)?,
        _ => cue + 1,
    };
    if start >= behind {
        return None;
    }
    let next = words.list[start];
    if start == cue + 1 && (!next.gap.is_none() || next.inside != 0) {
        return None;
    }
    let opener = words.lower(start);
    let stops = lexicon::is_calendar(&opener)
        || matches!(
            &*opener,
            "in" | "on"
                | "at"
                | "to"
                | "by"
                | "of"
                | "with"
                | "from"
                | "about"
                | "as"
                | "against"
                | "during"
                | "so"
                | "for"
                | "and"
                | "or"
                | "but"
        );
    if that.is_none() && stops {
        return None;
    }
    let end = (start + 1..behind).find(|&i| goes_on(words, start, behind, i)).unwrap_or(behind);
    let clause = that.is_some()
        || !lexicon::takes_noun(verb)
        || (start + 1..end.min(start + 16)).any(|i| lexicon::is_finite(&words.lower(i)));
    clause.then_some((start, end))
}

/// Whether the sentence leaves a reported clause at a word: ", saying", "and argued", "; …", ", but X said".
fn goes_on(words: &Words<'_>, start: usize, behind: usize, i: usize) -> bool {
    let Word { gap, inside, role, .. } = words.list[i];
    if inside != 0 {
        return gap.has(Gap::COLON) && words.list[i - 1].inside == 0;
    }
    let reports = |i: usize| i < behind && words.list[i].inside == 0 && words.reports(i);
    match words.get(i) {
        "and" => i > start + 1 && reports(i + 1) && words.list[i + 1].role != Role::According,
        "but" => gap.has(Gap::COMMA) && (i + 1..behind.min(i + 7)).any(reports),
        word => {
            let participle = role != Role::Other && word.ends_with("ing") || role == Role::According;
            gap.has(Gap::COMMA) && participle && reports(i) || gap.has(Gap::COLON) && i > start + 2
        }
    }
}

/// Where a clause ends, with the brackets and marks that close what it opens.
fn end(words: &Words<'_>, first: usize, last: usize) -> usize {
    let from = words.list[last].span.end;
    let span = Span::new(words.list[first].span.start, from);
    let behind = words.list.get(last + 1).map_or(words.text.len(), |w| w.span.start);
    let tail = &words.text[from..behind];
    let inner = span.of(words.text);
    let count = |set: &[char]| inner.chars().filter(|c| set.contains(c)).count();
    let mut end = from;
    for (at, c) in tail.char_indices().take(4) {
        let closes = match c {
            ')' => count(&['(']) > count(&[')']),
            ']' => count(&['[']) > count(&[']']),
            '”' => count(&['“']) > count(&['”']),
            '"' => count(&['"']) % 2 == 1,
            '’' | '\'' => words.list[last].inside != 0,
            '.' | ',' | '?' | '!' => continue,
            _ => break,
        };
        if closes {
            end = from + at + c.len_utf8();
        }
    }
    end
}

/// Verbs that name the hearer first.
fn is_addressed(verb: &str) -> bool {
    matches!(verb, "told" | "tells" | "tell" | "telling" | "informed" | "assured" | "warned" | "warns" | "warning")
}

/// The word behind "him", "reporters", "Sky News".
fn addressee_end(words: &Words<'_>, behind: usize, from: usize) -> Option<usize> {
    let mut i = from;
    if lexicon::is_determiner(&words.lower(i)) {
        i += 1;
    }
    while i < behind && words.is_capital(i) && words.list[i].gap.is_none() {
        i += 1;
    }
    (i < behind)
        .then(|| if i == from || i == from + 1 && lexicon::is_determiner(&words.lower(from)) { i + 1 } else { i })
}

/// "CLAUSE, X said."
fn before_verb(words: &Words<'_>, first: usize, behind: usize, cue: usize) -> Option<(usize, usize)> {
    let last = cue + 1 == behind
        || words.list[cue + 1].gap.has(Gap::COMMA)
        || lexicon::is_calendar(&words.lower(cue + 1))
        || matches!(words.get(cue + 1), "in" | "on" | "at" | "after" | "during");
    let comma = (first + 1..cue).rev().find(|&i| words.list[i].gap.has(Gap::COMMA))?;
    let passive = matches!(words.get(cue - 1), "be" | "been" | "was" | "were" | "is" | "are" | "identity" | "only");
    let near = cue - comma <= 8 && (behind - cue <= 8 || rest(words, behind, cue).is_some());
    (last && near && !passive && words.list[cue].role == Role::Say)
        .then(|| (behind_dateline(words, first, comma), comma))
}

/// The first word behind the dateline that a sentence begins with, or of the sentence.
fn behind_dateline(words: &Words<'_>, first: usize, behind: usize) -> usize {
    let dash = (first + 1..behind).find(|&i| words.list[i].gap.has(Gap::DASH));
    dash.filter(|&i| follows_dateline(words, i)).unwrap_or(first)
}

/// Where a clause goes on that its cue interrupts: "A, X said, B".
fn rest(words: &Words<'_>, behind: usize, cue: usize) -> Option<usize> {
    let named = if words.list[cue].role == Role::According { cue + 3 } else { cue + 1 };
    let start = (named..behind.min(named + 8)).find(|&i| words.list[i].gap.has(Gap::COMMA))?;
    let relative = matches!(words.get(start), "who" | "which" | "whose" | "and" | "but" | "with" | "while");
    let finite = (start..behind.min(start + 12)).any(|i| lexicon::is_finite(&words.lower(i)));
    let plain = (start..behind).all(|i| words.list[i].role == Role::Other && words.list[i].inside == 0);
    (finite && plain && !relative && behind - start >= SHORTEST).then_some(start)
}

/// "According to X, CLAUSE" and "CLAUSE, according to X".
fn according(words: &Words<'_>, first: usize, behind: usize, cue: usize) -> Option<(usize, usize)> {
    if cue > first + 1 {
        return Some((behind_dateline(words, first, cue), cue));
    }
    let comma = (cue + 3..behind).find(|&i| words.list[i].gap.has(Gap::COMMA))?;
    Some((comma, behind))
}

/// Whether less than half of a clause stands in marks that are quotes of their own.
fn is_mostly_plain(words: &Words<'_>, clause: Span, marked: &[Span]) -> bool {
    let from = marked.partition_point(|s| s.start < clause.start);
    let (mut sum, mut end) = (0, clause.start);
    for span in marked[from..].iter().take_while(|s| s.start < clause.end) {
        let start = span.start.max(end);
        let stop = span.end.min(clause.end);
        if start < stop {
            sum += words.text[start..stop].len();
            end = stop;
        }
    }
    let across = marked[..from].last().is_some_and(|s| s.end > clause.start);
    !across && 2 * sum < clause.len()
}
