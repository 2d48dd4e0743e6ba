//! What stretches between marks look like by rule: a reporting word near them, or their place, makes them quotes.

use super::pairs::Marked;
use super::words::{Gap, Words};
use crate::record::{QuoteKind, QuoteStatus};
use crate::span::Span;
use crate::stage::lexicon::Role;

/// How far from a quote its cue may stand, in words.
const REACH: usize = 60;

/// How long the words may be that interrupt a quotation.
const INTERRUPTION: usize = 25;

/// A stretch between marks, with the words it holds and those that its cue may be among.
struct Unit {
    marked: Marked,
    /// The number of the stretch around it, 0 for none.
    parent: u32,
    first: usize,
    /// The word behind its last part.
    behind: usize,
    /// The cue that interrupts it.
    cue: Option<usize>,
}

/// A stretch between marks, or several that a cue interrupts.
#[derive(Debug)]
pub(super) struct Stretch {
    /// Its parts in order, marks included (bytes).
    pub(super) spans: Vec<Span>,
    pub(super) status: QuoteStatus,
    /// Whether the rules take it for a quote, and of which kind they would take it.
    pub(super) quoted: bool,
    pub(super) kind: QuoteKind,
    pub(super) cue: Option<Span>,
    /// Whether it stands inside another one.
    pub(super) nested: bool,
    /// Whether it looks like a title, a term or a nickname.
    pub(super) name: bool,
}

/// The stretches that hold words, in order, with what the rules say of them.
pub(super) fn find(words: &Words<'_>, marked: Vec<Marked>) -> Vec<Stretch> {
    let units = join(words, units(words, marked));
    units.into_iter().filter_map(|unit| judge(words, unit)).collect()
}

fn units(words: &Words<'_>, marked: Vec<Marked>) -> Vec<Unit> {
    let mut nest: Vec<(usize, u32)> = Vec::new();
    let mut units = Vec::with_capacity(marked.len());
    for (number, marked) in (1..).zip(marked) {
        let start = marked.spans[0].start;
        let last = marked.spans[marked.spans.len() - 1];
        while nest.last().is_some_and(|n| n.0 <= start) {
            nest.pop();
        }
        let parent = nest.last().map_or(0, |n| n.1);
        nest.push((last.end, number));
        let first = words.of(marked.spans[0]).start;
        let behind = words.of(last).end;
        units.push(Unit { marked, parent, first, behind, cue: None });
    }
    units
}

/// Makes one of the parts of quotations that their cue interrupts: “…”, he said, “…”.
fn join(words: &Words<'_>, units: Vec<Unit>) -> Vec<Unit> {
    let mut joined: Vec<Unit> = Vec::with_capacity(units.len());
    // The last stretch at each depth: a stretch goes on with the one before it in the same surroundings.
    let mut latest: std::collections::HashMap<u32, usize> = std::collections::HashMap::new();
    for unit in units {
        if let Some(&before) = latest.get(&unit.parent)
            && let Some(cue) = interruption(words, &joined[before], &unit)
        {
            let whole = &mut joined[before];
            whole.cue = whole.cue.or(Some(cue));
            whole.behind = unit.behind;
            whole.marked.spans.extend(unit.marked.spans);
            if unit.marked.status != QuoteStatus::Closed {
                whole.marked.status = unit.marked.status;
            }
            continue;
        }
        latest.insert(unit.parent, joined.len());
        joined.push(unit);
    }
    joined
}

/// The cue between two parts of one quotation.
fn interruption(words: &Words<'_>, one: &Unit, two: &Unit) -> Option<usize> {
    let last = *one.marked.spans.last()?;
    let (from, to) = (one.behind, two.first);
    if from >= to || to - from > INTERRUPTION || to >= words.len() || !leads(words, one) && one.cue.is_none() {
        return None;
    }
    let between = &words.text[last.end..two.marked.spans[0].start];
    let inner = last.of(words.text).trim_end_matches(is_mark).trim_end();
    let pauses =
        inner.ends_with([',', '?', '!', '—', '–', '-', '…']) || between.trim_start().starts_with([',', '—', '–']);
    let tail = between.trim_end();
    let resumes = tail.ends_with([',', ';', '—', '–']) || tail.ends_with(['.', ':']) && words.is_first(two.first);
    if !pauses || !resumes || between.contains(['\n', '\r']) || !words.together(from, to - 1) {
        return None;
    }
    if tail.ends_with('.') && cue_after(words, two, true).is_some() {
        return None;
    }
    let relative = |i: usize| i > from && matches!(words.get(i - 1), "who" | "which" | "whom");
    let mut cues = (from..to).filter(|&i| words.reports(i) && !relative(i));
    let cue = cues.next().filter(|_| cues.next().is_none())?;
    let fits = words.list[cue].role != Role::Call && words.list[cue].inside == one.parent;
    (fits && !(tail.ends_with(':') && cue + 1 == to)).then_some(cue)
}

/// Whether a stretch begins its sentence, or stands directly behind the dateline: OSLO (Reuters) — “…
fn leads(words: &Words<'_>, unit: &Unit) -> bool {
    let first = unit.first;
    first < words.len()
        && (words.is_first(first) || words.list[first].gap.has(Gap::DASH) && follows_dateline(words, first))
}

/// How many words a dateline may have.
const DATELINE: usize = 8;

/// Whether there are only capitals and numbers between the head of the line and a word.
pub(super) fn follows_dateline(words: &Words<'_>, first: usize) -> bool {
    let head = (first.saturating_sub(DATELINE)..first).find(|&i| words.is_first(i) && words.together(i, first - 1));
    let heads_line = |i: usize| {
        let before = words.text[..words.list[i].span.start].trim_end_matches([' ', '\u{a0}', '\t']);
        before.is_empty() || before.ends_with(['\n', '\r'])
    };
    head.is_some_and(|head| {
        let named = |i: usize| words.is_capital(i) || words.get(i).starts_with(char::is_numeric);
        heads_line(head) && words.together(head, first) && (head..first).all(named)
    })
}

/// What the rules say of a stretch; `None` where it holds no words.
fn judge(words: &Words<'_>, unit: Unit) -> Option<Stretch> {
    let (first, behind) = (unit.first, unit.behind);
    if first >= behind {
        return None;
    }
    let text = words.text;
    let (start, end) = (unit.marked.spans[0].start, unit.marked.spans[unit.marked.spans.len() - 1].end);
    let leads = leads(words, &unit);
    let before = cue_before(words, &unit);
    let prior = text[..start].trim_end().chars().next_back();
    let after = cue_after(words, &unit, leads || prior == Some(':'));
    let cue = match (unit.cue, before, after) {
        (Some(cue), ..) => Some(cue),
        (_, Some(b), Some(a)) if words.list[a].role == Role::According && first - b > 4 => Some(a),
        (_, b, a) if leads => a.or(b),
        (_, b, a) => b.or(a),
    };
    let role = cue.map(|i| words.list[i].role);
    let speech = matches!(role, Some(Role::Say | Role::Speak));
    let opening = text[unit.marked.spans[0].start..].trim_start_matches(is_mark).chars().next()?;
    let starts_high = opening.is_uppercase() || matches!(opening, '[' | '…' | '.') || opening.is_numeric();
    let inner = text[..end].trim_end_matches(is_mark).trim_end().chars().next_back();
    let outer = text[end..].chars().find(|c| *c != ' ');
    let ends_low = inner.is_some_and(|c| ",.?!…—–-".contains(c));
    let ends = ends_low || outer.is_none_or(|c| ",.;:?!\n\r)–—".contains(c));
    let long = behind - first >= 3;
    // Behind a comma, a whole sentence in marks is a quotation even where no verb of the lists stands.
    let sentence = unit.parent == 0 && starts_high && opening != '.' && behind - first >= 5 && ends;
    let adjacent = (!leads)
        .then(|| first - 1)
        .filter(|&i| words.list[first].gap == Gap::MARK && words.list[i].inside == unit.parent);
    let adjacent_role = adjacent.filter(|&i| words.reports(i)).map(|i| words.list[i].role);
    let direct = if leads {
        let cue_follows = after.is_some_and(|a| a - behind <= 1);
        ends || cue_follows || unit.cue.is_some()
    } else if prior == Some(':') {
        true
    } else if prior.is_some_and(|c| ",—–".contains(c)) {
        let near = before.is_some_and(|b| first - b <= 6 && (b + 1 == first || words.get(b + 1) != "that"));
        speech && (near || starts_high && long) || prior == Some(',') && sentence && !is_title_case(words, &unit)
    } else if matches!(adjacent_role, Some(Role::Say | Role::Speak))
        || before.is_some_and(|b| addressed(words, b, first))
    {
        true
    } else {
        speech && starts_high && long && ends_low && adjacent.is_none_or(|i| words.get(i) != "that")
    };
    let whole = leads && (behind >= words.len() || !words.together(behind - 1, behind));
    let name = cue.is_some_and(|cue| is_name(words, &unit, cue));
    let quoted = match (cue, direct) {
        (Some(_), true) => true,
        (Some(_), false) => !name,
        (None, true) if unit.parent > 0 => false,
        (None, true) if leads => {
            let sentence = ends_low || outer.is_some_and(|c| ".?!".contains(c));
            let spoken =
                starts_high && unit.marked.status == QuoteStatus::Closed && inner.is_some_and(|c| ".?!…".contains(c));
            whole && (spoken || long) && (spoken || sentence && behind - first >= 4 || !is_title_case(words, &unit))
                || unit.marked.spans.len() > 1
        }
        (None, true) => long && (starts_high || behind - first >= 4) && !is_title_case(words, &unit),
        (None, false) => false,
    };
    let kind = if direct { QuoteKind::Direct } else { QuoteKind::Mixed };
    let cue = cue.map(|i| cue_span(words, i));
    Some(Stretch {
        spans: unit.marked.spans,
        status: unit.marked.status,
        quoted,
        kind,
        cue,
        nested: unit.parent > 0,
        name,
    })
}

/// "told me", "asked reporters" directly before a stretch.
fn addressed(words: &Words<'_>, cue: usize, first: usize) -> bool {
    let hearer = |i: usize| {
        let lower = words.lower(i);
        words.is_capital(i)
            || lower == "reporters"
            || matches!(&*lower, "me" | "us" | "him" | "her" | "them" | "you" | "it")
    };
    let hears = matches!(words.get(cue), "told" | "tells" | "telling" | "asked" | "asks" | "asking" | "informed");
    hears && first - cue <= 3 && (cue + 1..first).all(|i| hearer(i) && words.list[i].gap.is_none())
}

/// The cue as the format has it: the verb, or "according to".
pub(super) fn cue_span(words: &Words<'_>, i: usize) -> Span {
    let span = words.list[i].span;
    match words.list[i].role {
        Role::According if words.get(i) != "Per" => Span::new(span.start, words.list[i + 1].span.end),
        _ => span,
    }
}

/// The nearest reporting word before a stretch, in its sentence or in the line that ends in a colon before it.
fn cue_before(words: &Words<'_>, unit: &Unit) -> Option<usize> {
    let first = unit.first;
    let from = if leads(words, unit) {
        let before = words.text[..unit.marked.spans[0].start].trim_end();
        first.checked_sub(1).filter(|_| before.ends_with(':'))?
    } else {
        first - 1
    };
    (from.saturating_sub(REACH)..=from)
        .rev()
        .take_while(|&i| words.together(i, from))
        .find(|&i| words.list[i].inside == unit.parent && words.reports(i))
}

/// The first reporting word behind a stretch: at once, or at the end of the clause.
fn cue_after(words: &Words<'_>, unit: &Unit, leads: bool) -> Option<usize> {
    let behind = unit.behind;
    if behind >= words.len() || words.list[behind].inside != unit.parent {
        return None;
    }
    let last = unit.marked.spans[unit.marked.spans.len() - 1];
    let between = &words.text[last.end..words.list[behind].span.start];
    if between.contains(['\n', '\r', '.', ':', ';']) {
        return None;
    }
    let own = words.together(behind - 1, behind);
    let inner = last.of(words.text).trim_end_matches(is_mark).trim_end();
    if !own && !inner.ends_with([',', '?', '!', '…', '-', '—', '–']) {
        return None;
    }
    let pauses = inner.ends_with([',', '?', '!', '—', '–', '…']) || between.contains([',', '—', '–']);
    let reach = (behind + REACH / 2).min(words.len());
    let mut range = (behind..reach).take_while(|&i| words.together(i, behind));
    let cue = range.find(|&i| words.list[i].inside == unit.parent && words.reports(i))?;
    let role = words.list[cue].role;
    let near = cue - behind <= 12 && (behind + 1..=cue).all(|i| !words.list[i].gap.has(Gap::STOP));
    let final_ = cue + 1 >= words.len()
        || !words.together(cue, cue + 1)
        || !words.list[cue + 1].gap.is_none()
        || matches!(words.get(cue + 1), "in" | "on" | "at" | "after" | "during" | "to" | "of" | "when" | "as");
    let pauses = pauses || (cue.saturating_sub(4).max(behind + 1)..cue).any(|i| words.list[i].gap.has(Gap::COMMA));
    let fits = match role {
        Role::According => true,
        Role::Call => false,
        _ if leads => near && (own || final_ || cue == behind),
        _ => near && pauses && (final_ || matches!(words.get(cue), "told" | "tells")),
    };
    fits.then_some(cue)
}

/// Words in marks that only name something: a title, a nickname, a term that is introduced.
fn is_name(words: &Words<'_>, unit: &Unit, cue: usize) -> bool {
    let (first, behind) = (unit.first, unit.behind);
    let before = (!leads(words, unit)).then(|| first - 1);
    let introduced = before.is_some_and(|i| {
        matches!(
            &*words.lower(i),
            "named"
                | "dubbed"
                | "nicknamed"
                | "titled"
                | "entitled"
                | "so-called"
                | "known"
                | "film"
                | "book"
                | "song"
                | "novel"
                | "series"
                | "album"
                | "word"
                | "term"
                | "phrase"
                | "operation"
        )
    });
    let nick = before.is_some_and(|i| words.is_capital(i) && words.list[first].gap == Gap::MARK)
        && behind < words.len()
        && words.is_capital(behind)
        && words.list[behind].gap == Gap::MARK
        && behind - first <= 3;
    // "a process called “…”"
    let termed = before == Some(cue)
        && words.list[cue].role == Role::Call
        && cue >= 2
        && matches!(&*words.lower(cue - 2), "a" | "an")
        && !words.is_capital(cue - 1);
    let called = words.list[cue].role == Role::Call || before == Some(cue);
    introduced || termed || nick || !called && behind - first >= 2 && is_title_case(words, unit)
}

fn is_title_case(words: &Words<'_>, unit: &Unit) -> bool {
    let mut range = unit.first..unit.behind.min(unit.first + 30);
    let ends = words.text[..unit.marked.spans[0].end].trim_end_matches(is_mark).ends_with(['.', '!', '?']);
    !ends
        && words.is_capital(unit.first)
        && range.all(|i| words.is_capital(i) || words.get(i).len() <= 3 || words.get(i).starts_with(char::is_numeric))
}

/// The characters that are quotation marks.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '＂' | '‘' | '’' | '‚' | '‛' | '\'' | '`' | '«' | '»' | '‹' | '›')
}
