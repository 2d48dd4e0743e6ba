//! The words of a text as the rules for reports read them: tokens put together again, with what stands between.

use super::pairs::{self, Marked};
use crate::span::Span;
use crate::stage::lexicon::{self, Role};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;

/// A word: `U.S.-led` is one, and so is `Erdogan’s`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub(crate) span: Span,
    /// Its sentence, counted from 0.
    pub(crate) sentence: u32,
    /// What stands between the word before and this one.
    pub(crate) gap: Gap,
    pub(crate) role: Role,
    /// The innermost stretch between marks that it is in, counted from 1; 0 outside.
    pub(crate) inside: u32,
}

/// The punctuation between two words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Gap(u8);

impl Gap {
    pub(crate) const COMMA: Self = Self(1);
    pub(crate) const STOP: Self = Self(2);
    pub(crate) const COLON: Self = Self(4);
    pub(crate) const DASH: Self = Self(8);
    pub(crate) const OPEN: Self = Self(16);
    pub(crate) const CLOSE: Self = Self(32);
    pub(crate) const MARK: Self = Self(64);

    fn of(c: char) -> Self {
        match c {
            ',' => Self::COMMA,
            '?' | '!' | '…' => Self::STOP,
            ':' | ';' => Self::COLON,
            '-' | '–' | '—' | '―' | '/' | '|' => Self::DASH,
            '(' | '[' | '{' => Self::OPEN,
            ')' | ']' | '}' => Self::CLOSE,
            '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '‹' | '›' | '‘' | '’' | '‚' | '\'' | '`' => {
                Self::MARK
            }
            _ => Self(0),
        }
    }

    /// Whether one of these is there.
    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether there is only white space, or a full stop of an abbreviation.
    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// The parts of stretches between marks with the number of their stretch, in order of start.
pub(super) fn numbered(marked: &[Marked]) -> Vec<(Span, u32)> {
    let mut parts: Vec<(Span, u32)> = Vec::new();
    for (number, marked) in (1..).zip(marked) {
        parts.extend(marked.spans.iter().map(|&span| (span, number)));
    }
    parts.sort_by_key(|(span, _)| (span.start, Reverse(span.end)));
    parts
}

/// The words of a text in order.
pub(crate) struct Words<'t> {
    pub(crate) text: &'t str,
    pub(crate) list: Vec<Word>,
}

impl<'t> Words<'t> {
    /// The words of a text, with the stretches between its marks.
    pub(crate) fn of_text(text: &'t str, sentences: &[Span], tokens: &[Span]) -> Self {
        Self::new(text, sentences, tokens, &numbered(&pairs::find(text, sentences)))
    }

    /// Puts tokens together; `inside` are the stretches between marks, each with its number, in order of start.
    pub(crate) fn new(text: &'t str, sentences: &[Span], tokens: &[Span], inside: &[(Span, u32)]) -> Self {
        let mut list: Vec<Word> = Vec::with_capacity(tokens.len());
        let mut gap = Gap::default();
        let mut joins = false;
        let (mut sentence, mut next, mut nest) = (0, 0, Vec::<(Span, u32)>::new());
        for &token in tokens {
            let Some(c) = token.of(text).chars().next() else { continue };
            if c.is_alphanumeric() {
                match list.last_mut() {
                    Some(word) if joins && !sentence_ends(sentences, sentence, token) => word.span.end = token.end,
                    _ => {
                        while sentence_ends(sentences, sentence, token) {
                            sentence += 1;
                        }
                        while let Some(&stretch) = inside.get(next).filter(|s| s.0.start <= token.start) {
                            nest.push(stretch);
                            next += 1;
                        }
                        while nest.last().is_some_and(|s| s.0.end <= token.start) {
                            nest.pop();
                        }
                        let inside = nest.last().map_or(0, |s| s.1);
                        let sentence = u32::try_from(sentence).unwrap_or(u32::MAX);
                        list.push(Word { span: token, sentence, gap, role: Role::Other, inside });
                    }
                }
                gap = Gap::default();
                joins = false;
            } else {
                let touches = list.last().is_some_and(|w| w.span.end == token.start) && gap.is_none();
                let time =
                    c == ':' && list.last().is_some_and(|w| w.span.of(text).ends_with(|c: char| c.is_ascii_digit()));
                let joiner = time || matches!(c, '-' | '\'' | '’' | '.' | '&' | '/' | '_' | '@');
                joins = touches && joiner && text[token.end..].starts_with(char::is_alphanumeric);
                if joins {
                    continue;
                }
                let behind = &text[token.end..];
                if let Some(word) = list.last_mut().filter(|_| touches && c == '.')
                    && is_abbreviation(word.span.of(text))
                    && (behind.trim_start_matches(' ').starts_with(char::is_alphanumeric) || completes(behind))
                {
                    word.span.end = token.end;
                    continue;
                }
                if completes(&text[token.start..]) {
                    continue;
                }
                gap = Gap(gap.0 | Gap::of(c).0);
            }
        }
        let mut before = None;
        for word in &mut list {
            let own = word.span.of(text);
            // "Calling it …" at the head of a sentence reports as "calling" does.
            let opens = before != Some(word.sentence) && own.ends_with("ing");
            word.role = if opens { lexicon::role(&own.to_lowercase()) } else { lexicon::role(own) };
            before = Some(word.sentence);
        }
        Self { text, list }
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn get(&self, i: usize) -> &'t str {
        self.list[i].span.of(self.text)
    }

    /// The word in lower case, but for names that would look like pronouns.
    pub(crate) fn lower(&self, i: usize) -> Cow<'t, str> {
        let word = self.get(i);
        if matches!(word, "WHO" | "US" | "IT") || word.bytes().all(|b| b.is_ascii_lowercase()) {
            Cow::Borrowed(word)
        } else {
            Cow::Owned(word.to_lowercase())
        }
    }

    pub(crate) fn is_capital(&self, i: usize) -> bool {
        self.get(i).starts_with(char::is_uppercase)
    }

    /// The words that lie in a span.
    pub(crate) fn of(&self, span: Span) -> Range<usize> {
        let first = self.list.partition_point(|w| w.span.start < span.start);
        let behind = self.list.partition_point(|w| w.span.start < span.end);
        first..behind.max(first)
    }

    /// Whether two words stand in one sentence.
    pub(crate) fn together(&self, a: usize, b: usize) -> bool {
        self.list[a].sentence == self.list[b].sentence
    }

    /// Whether the word is the first of its sentence.
    pub(crate) fn is_first(&self, i: usize) -> bool {
        i == 0 || !self.together(i - 1, i)
    }

    /// Whether a word reports something, and is no noun or passive that looks like it.
    pub(crate) fn reports(&self, i: usize) -> bool {
        let role = self.list[i].role;
        if role == Role::Other {
            return false;
        }
        if role == Role::According {
            return if self.get(i) == "Per" { self.is_first(i) } else { i + 1 < self.len() && self.get(i + 1) == "to" };
        }
        let word = self.get(i);
        if i == 0 || !self.together(i - 1, i) {
            return !lexicon::is_ambiguous(word);
        }
        if !self.list[i].gap.is_none() {
            let after_mark = self.list[i].gap.has(Gap::MARK);
            return after_mark || word.ends_with("ing") || !lexicon::is_ambiguous(word);
        }
        let before = self.lower(i - 1);
        let next = (i + 1 < self.len() && self.together(i, i + 1)).then(|| self.get(i + 1));
        if matches!(
            &*before,
            "a" | "an"
                | "the"
                | "his"
                | "her"
                | "their"
                | "its"
                | "this"
                | "of"
                | "so"
                | "over"
                | "about"
                | "among"
                | "amongst"
                | "with"
                | "for"
                | "alleged"
        ) {
            return false;
        }
        if matches!(&*before, "is" | "are" | "was" | "were" | "be" | "been" | "being") {
            let named = matches!(word, "called" | "termed" | "labelled" | "branded" | "agreed");
            return !named && next != Some("to");
        }
        if matches!(word, "call" | "calls" | "called" | "calling") && matches!(next, Some("for" | "off" | "up")) {
            return false;
        }
        if lexicon::is_ambiguous(word) {
            let subject = lexicon::is_subject_pronoun(&before)
                || self.is_capital(i - 1)
                || matches!(&*before, "which" | "also" | "statement" | "people" | "police" | "letter" | "message");
            let plural = !word.ends_with('s') && before.len() > 3 && before.ends_with('s');
            return subject || plural || matches!(&*before, "yesterday" | "today");
        }
        true
    }
}

fn sentence_ends(sentences: &[Span], sentence: usize, token: Span) -> bool {
    sentences.get(sentence).is_some_and(|s| s.end <= token.start)
}

/// Whether a text begins with the second half of a compound; editors' systems part the two: "the U.S. -led coalition".
fn completes(text: &str) -> bool {
    ["-led ", "-backed ", "-based ", "-run ", "-held ", "-allied "].iter().any(|half| text.starts_with(half))
}

/// A short word with a full stop behind it that belongs to it.
fn is_abbreviation(word: &str) -> bool {
    let initial = word.chars().count() == 1 && word.starts_with(char::is_uppercase);
    let short = matches!(word, "Inc" | "Jr" | "Sr" | "Co" | "Corp" | "Ltd" | "St" | "Mr" | "Mrs" | "Ms" | "Dr" | "Gen");
    initial || short || word.contains('.') && word.len() <= 8
}
