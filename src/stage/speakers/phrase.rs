//! The noun phrase before or behind a verb, without a parser: up to the next word that cannot be in one.

use super::{Scene, Source};
use crate::record::Label;
use crate::span::Span;
use crate::stage::lexicon::{self, Role};
use crate::stage::quotes::words::Gap;

/// How long a noun phrase may be, in words.
const LONGEST: usize = 18;

/// How many commas may stand between a source and its verb.
const APPOSITIONS: usize = 4;

impl Scene<'_> {
    /// The noun phrase that begins at a word.
    pub(super) fn forward(&self, first: usize) -> Option<Span> {
        let words = &self.words;
        if first >= words.len() {
            return None;
        }
        let opener = words.lower(first);
        if lexicon::is_subject_pronoun(&opener) {
            return Some(words.list[first].span);
        }
        if opener == "that"
            || lexicon::is_function_word(&opener)
            || lexicon::is_calendar(&opener)
            || opener.ends_with("ly")
        {
            return None;
        }
        let mut end = first;
        let mut person = false;
        for i in first..words.len().min(first + LONGEST) {
            let inside = self.entity(i);
            let within = i > first && inside.is_some() && self.entity(i - 1).map(|e| e.span) == inside.map(|e| e.span);
            if i > first && !within {
                let lower = words.lower(i);
                let of = lower == "of" && !person;
                let title = person && lexicon::is_title(&lower) && !words.is_capital(i);
                let verb = matches!(words.list[i].role, Role::Say | Role::Speak | Role::According) && lower != "report";
                if !words.together(first, i) || !self.plain(i) || words.list[i].inside != words.list[first].inside {
                    break;
                }
                let past = lower.ends_with("ed") && i > first + 1 && !words.is_capital(i);
                if past || !of && (lexicon::is_function_word(&lower) || verb || lexicon::is_calendar(&lower)) || title {
                    break;
                }
            }
            person = inside.is_some_and(|e| e.label == Label::Per) && !is_possessive(words.get(i));
            end = i;
        }
        self.cut(first, end)
    }

    /// The source behind "according to": of "a report by X", X.
    pub(super) fn publisher(&self, first: usize) -> Option<Span> {
        let words = &self.words;
        let span = self.forward(first)?;
        let mut range = first..words.len().min(first + 6);
        let Some(noun) = range.find(|&i| is_document(&words.lower(i))) else { return Some(span) };
        let mut range = (noun + 1..words.len().min(noun + 4)).take_while(|&i| words.together(i, noun) && self.plain(i));
        let by = range.find(|&i| matches!(words.get(i), "by" | "from"));
        by.and_then(|by| self.forward(by + 1)).or(Some(span))
    }

    /// The noun phrase before a verb, over adverbs, brackets and appositions.
    pub(super) fn backward(&self, verb: usize) -> Option<Source> {
        let words = &self.words;
        let mut end = verb;
        for _ in 0..APPOSITIONS * 4 {
            let i = end.checked_sub(1)?;
            if !words.together(i, verb) || verb - i > 40 || words.list[i].inside != words.list[verb].inside {
                return None;
            }
            let gap = words.list[end].gap;
            let lower = words.lower(i);
            let named = self.entity(i).is_some_and(|e| e.label != Label::Date);
            if gap.has(Gap::CLOSE) {
                end = (end.saturating_sub(20)..end).rev().find(|&i| words.list[i].gap.has(Gap::OPEN))?;
            } else if gap.has(Gap::COMMA) || gap.has(Gap::DASH) {
                let head = self.apposition(end, verb)?;
                if head == end {
                    return self.titled(end, verb);
                }
                end = head;
            } else if !gap.is_none() && !gap.has(Gap::OPEN) {
                return None;
            } else if lexicon::is_before_verb(&lower) && !named
                || matches!(&*lower, "who" | "which") && words.list[i].gap.has(Gap::COMMA)
            {
                end = i;
            } else if matches!(&*lower, "who" | "which") {
                return self.phrase(i).map(Source::from);
            } else {
                return self.phrase(end).map(Source::from);
            }
        }
        None
    }

    /// The head that ends before a comma; of "the mayor, Ann Lee, said" the mayor.
    pub(super) fn titled(&self, end: usize, verb: usize) -> Option<Source> {
        let words = &self.words;
        let name = self.phrase(end)?;
        let first = words.of(name).start;
        let entity = self.entity(end - 1).filter(|e| e.span.end >= words.list[end - 1].span.end);
        let alone = entity.is_some_and(|e| match e.label {
            Label::Per => (first..end).all(|i| words.is_capital(i) || words.list[i].span.start >= e.span.start),
            Label::Org => e.span.start == name.start,
            _ => false,
        });
        if alone && first > 0 && words.together(first - 1, verb) && words.list[first].gap.has(Gap::COMMA) {
            let mut before = first;
            if words.list[first].gap.has(Gap::CLOSE) {
                before = (first.saturating_sub(20)..first).rev().find(|&i| words.list[i].gap.has(Gap::OPEN))?;
            }
            let title = self.phrase(before).filter(|t| {
                let first = words.of(*t).start;
                let governed = first > 0
                    && words.together(first - 1, first)
                    && self.plain(first)
                    && lexicon::is_function_word(&words.lower(first - 1));
                (lexicon::is_determiner(&words.lower(first)) || is_possessive(words.get(first))) && !governed
            });
            if let Some(span) = title {
                return Some(Source { span, name });
            }
        }
        Some(name.into())
    }

    /// Steps over the stretch between two commas that ends before a word: the word it begins with, or `end` itself
    /// when the stretch is the head.
    fn apposition(&self, end: usize, verb: usize) -> Option<usize> {
        let words = &self.words;
        let mut first = end - 1;
        while first > 0 && words.together(first - 1, verb) && end - first < 30 {
            let gap = words.list[first].gap;
            if gap.has(Gap::COMMA) || gap.has(Gap::DASH) || gap.has(Gap::COLON) {
                break;
            }
            first -= 1;
        }
        let comma = words.list[first].gap;
        let opener = words.lower(first);
        let starts = first == 0 || !words.together(first - 1, first);
        let adds = lexicon::is_determiner(&opener)
            || lexicon::is_function_word(&opener)
            || lexicon::is_title(&opener) && !words.is_capital(first)
            || opener.ends_with("ing")
            || opener.ends_with("ed")
            || words.get(first).starts_with(char::is_lowercase)
            || words.get(first).starts_with(char::is_numeric)
            || (first..end).any(|i| is_possessive(words.get(i))) && words.get(end - 1).starts_with(char::is_lowercase);
        if !adds || starts {
            return Some(end);
        }
        (comma.has(Gap::COMMA) || comma.has(Gap::DASH)).then_some(first)
    }

    /// The noun phrase that ends before a word.
    fn phrase(&self, end: usize) -> Option<Span> {
        let words = &self.words;
        let last = end.checked_sub(1)?;
        let lower = words.lower(last);
        if lexicon::is_subject_pronoun(&lower) {
            return (lower != "who").then(|| words.list[last].span);
        }
        if lexicon::is_function_word(&lower) || lexicon::is_calendar(&lower) {
            return None;
        }
        let mut first = last;
        // Where a preposition stands: what is before it is the head.
        let mut heads: Vec<usize> = Vec::new();
        while first > 0 && last - first < LONGEST {
            let i = first - 1;
            let entity = self.entity(first);
            let within = entity.is_some_and(|e| e.span.overlaps(words.list[i].span));
            if !words.together(i, first) || words.list[i].inside != words.list[last].inside {
                break;
            }
            if within {
                first = i;
                continue;
            }
            if !self.plain(first) {
                break;
            }
            let lower = words.lower(i);
            if lexicon::is_determiner(&lower) {
                first = i;
                let before = i.checked_sub(1).filter(|&b| words.together(b, i) && self.plain(i));
                match before {
                    Some(b) if is_link(words.get(b)) => continue,
                    _ => break,
                }
            }
            if is_link(&lower) && words.get(i) == lower {
                let noun = i.checked_sub(1).filter(|&b| words.together(b, i) && self.plain(i));
                let Some(noun) = noun else { break };
                let lower = words.lower(noun);
                if lexicon::is_function_word(&lower) || words.reports(noun) || lower.ends_with("ing") {
                    break;
                }
                heads.push(i);
                first = noun;
                continue;
            }
            let verbal = lexicon::is_function_word(&lower)
                || lexicon::is_calendar(&lower)
                || words.reports(i)
                || lexicon::is_finite(&lower)
                || lower.len() > 4 && lower.ends_with("ly")
                || lexicon::is_subject_pronoun(&lower);
            if verbal {
                break;
            }
            first = i;
        }
        // "officials in Washington", "Ann Lee of Oslo": the head; "the mayor of Oslo": all of it.
        let mut last = last;
        for &at in heads.iter().rev() {
            let name = self.entity(at - 1).is_some_and(|e| e.label == Label::Per) && !is_possessive(words.get(at - 1));
            if at > first && (name || words.get(at) != "of" && words.get(at) != "for") {
                last = at - 1;
                break;
            }
        }
        self.cut(first, last)
    }

    /// The phrase from one word to another, with the full stop of an abbreviation and without a possessive.
    fn cut(&self, first: usize, last: usize) -> Option<Span> {
        let words = &self.words;
        let mut end = words.list[last].span.end;
        if let Some(entity) = self.entity(last) {
            let tail = entity.span.end.max(words.list[last].span.start);
            let possessive = is_possessive(words.get(last));
            if entity.span.end > end || possessive {
                end = tail;
            }
        }
        let start =
            self.entity(first).map_or(words.list[first].span.start, |e| e.span.start.min(words.list[first].span.start));
        (start < end).then(|| Span::new(start, end))
    }
}

fn is_document(lower: &str) -> bool {
    matches!(
        lower,
        "statement"
            | "report"
            | "reports"
            | "estimates"
            | "figures"
            | "numbers"
            | "data"
            | "release"
            | "research"
            | "study"
            | "poll"
            | "survey"
            | "statistics"
            | "analysis"
    )
}

fn is_link(word: &str) -> bool {
    matches!(word, "of" | "for" | "from" | "at" | "in" | "with")
}

fn is_possessive(word: &str) -> bool {
    word.ends_with("'s") || word.ends_with("’s") || word.ends_with("s'") || word.ends_with("s’")
}
