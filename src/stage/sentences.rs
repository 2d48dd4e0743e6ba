//! Sentences: a text cut by rules.
//!
//! First the lines: `layout` says which line breaks end a paragraph. Inside a paragraph `word` takes
//! the words apart, and the rules here say behind which of them a sentence ends, with the help of the
//! lists in `tables`.

mod layout;
mod tables;
mod word;

use crate::span::Span;
use tables::Abbreviation;
use word::{Stop, Word};

/// How long a bracket may be whose full stops end no sentence, in words.
const BRACKET: usize = 60;

/// How far the rules look for the next word with a letter, in words.
const AHEAD: usize = 8;

/// Cuts a text into its sentences (bytes), in order.
///
/// Everything but white space lies in a sentence, and every sentence begins and ends with something
/// else than white space. The time is linear in the length of the text.
pub fn split(text: &str) -> Vec<Span> {
    let mut sentences = Vec::new();
    for paragraph in layout::paragraphs(text) {
        let words = word::words(text, paragraph);
        let closes = brackets(&words);
        // The first word of the sentence, the last mark of an item, the end of a bracket within.
        let (mut first, mut item, mut held) = (0, 0, 0);
        for i in 0..words.len() {
            if i > first {
                held = held.max(closes[i]);
            }
            if marks_item(&words, first, i) && !words[first].head.starts_with(word::is_bullet) {
                item = i;
            }
            let last = i + 1 == words.len();
            if last || begins_item(&words, item, i + 1) || i >= held && ends(&words, &closes, first, i) {
                sentences.push(Span::new(words[first].span.start, words[i].span.end));
                (first, item, held) = (i + 1, i + 1, 0);
            }
        }
    }
    sentences
}

/// For each word that opens a bracket, the word that closes it; else 0.
fn brackets(words: &[Word]) -> Vec<usize> {
    let mut closes = vec![0; words.len()];
    let mut open = Vec::new();
    for (i, word) in words.iter().enumerate() {
        for c in word.head.chars().chain(word.body.chars()) {
            match c {
                '(' | '[' => open.push(i),
                ')' | ']' => {
                    if let Some(o) = open.pop().filter(|o| i - o <= BRACKET) {
                        closes[o] = closes[o].max(i);
                    }
                }
                _ => {}
            }
        }
    }
    closes
}

/// Whether word `i` marks an item: at the beginning of the sentence, behind its bullet or a colon.
fn marks_item(words: &[Word], first: usize, i: usize) -> bool {
    let place = i == first || i == first + 1 && words[first].core.is_empty() || words[i - 1].core.ends_with(':');
    place && word::marker(words[i].body).is_some()
}

/// Whether word `next` begins the item behind that of word `last` in a list that runs on in one line:
/// "1. Bread 2. Butter".
fn begins_item(words: &[Word], last: usize, next: usize) -> bool {
    let (there, here) = (&words[last], &words[next]);
    if there.head.starts_with(word::is_bullet) && here.head.starts_with(word::is_bullet) {
        return true;
    }
    match (word::marker(there.body), word::marker(here.body)) {
        (Some(m), Some(n)) => n.number == m.number + 1 && n.style == m.style && next > last + 1,
        _ => false,
    }
}

/// Whether the sentence that began with word `first` ends behind word `i`, by the marks.
fn ends(words: &[Word], closes: &[usize], first: usize, i: usize) -> bool {
    let word = &words[i];
    let stop = word.stop();
    // "then, [...] Lund": the stop leaves something out within a sentence.
    let within = word.core.is_empty() || word.core.ends_with([',', ';', ':']);
    if stop == Stop::None || within || marks_item(words, first, i) {
        return false;
    }
    // Nothing but marks behind it: they go with this sentence.
    let mut ahead = words[i + 1..].iter().zip(&closes[i + 1..]).take(AHEAD);
    let Some((next, &close, initial)) = ahead.find_map(|(w, c)| Some((w, c, w.initial()?))) else { return false };
    let behind = &words[i + 1..];
    // A citation behind a quotation, with its full stop: "… the end” (Smith 55)." A year behind a title:
    // "Viva Maria! (1965)".
    let cited = word.unquotes() && words[close].tail.contains(").");
    let dated = stop == Stop::Mark && next.head == "(" && initial.is_numeric();
    if close > 0 && (cited || dated) {
        return false;
    }
    let abbreviated = tables::abbreviation(word.core).is_some();
    // A dateline: "MOBILE, Ala. -- Two men".
    if stop == Stop::Period && abbreviated && behind[0].is_dash() {
        return false;
    }
    if initial.is_lowercase() {
        let mark = word::marker(next.body);
        let item = mark.is_some_and(|m| m.number == 1 || m.style.1.contains(')') && !next.head.contains('('));
        // "al-Qaeda", "iPhone", "((fr))French".
        let name = next.core.contains(char::is_uppercase) && !(word.unquotes() && next.head.is_empty());
        return item || stop != Stop::Ellipsis && !abbreviated && (name || is_careless(word, behind));
    }
    match stop {
        Stop::None => false,
        // With spaces between, three dots leave out words within a sentence, and four end one.
        Stop::Ellipsis => word.tail != ". . .",
        Stop::Mark if word.unquotes() && is_attribution(behind) => false,
        // "Yahoo! Mail".
        Stop::Mark => !tables::exclaims(word.core) || tables::starts_sentences(next.bare()),
        Stop::Period => period_ends(word, next, behind.get(1), initial, i - first),
    }
}

/// Whether a full sentence seems to end before a small letter, as careless writers have it: the word is
/// no name and too long for an abbreviation, and no speaker follows ("so? he asked").
fn is_careless(word: &Word, behind: &[Word]) -> bool {
    let least = if word.tail == "." { 4 } else { 2 };
    word.tail.chars().all(word::is_stop)
        && word.core.chars().all(char::is_lowercase)
        && word.core.chars().count() >= least
        && behind[0].initial().is_some()
        && !behind.iter().take(3).any(|w| tables::is_saying(w.bare()))
}

/// Whether a full stop before a word that does not begin small ends the sentence, which has `before`
/// words before this one.
fn period_ends(word: &Word, next: &Word, then: Option<&Word>, initial: char, before: usize) -> bool {
    let core = word.core.rsplit(['-', '–', '—', '/', '(', '"', '“', '‘', '$', '£', '€']).next().unwrap_or("");
    let digit = initial.is_numeric();
    // "J. A. Smith": a capital with a stop is no article.
    let article = !(is_letter(next.core) && next.tail.contains('.'));
    let starter = before > 0 && article && tables::starts_sentences(next.bare());
    if is_letter(core) {
        return starter;
    }
    match tables::abbreviation(core) {
        None => true,
        Some(Abbreviation::Bound) => false,
        Some(Abbreviation::Number) => !digit,
        Some(Abbreviation::Name) => !digit && starter,
        Some(Abbreviation::Last) => !digit,
        Some(Abbreviation::Time) => {
            let zone = tables::goes_on_time(next.bare()) || then.is_some_and(|t| t.bare() == "time");
            let elsewhere = digit && next.head.contains('(');
            // "At 5 a.m. Mr. Smith went": so soon nothing has been said.
            !zone && !elsewhere && (before > 2 || starter)
        }
    }
}

/// Whether the word is a single capital, as an initial is.
fn is_letter(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase) && chars.next().is_none()
}

/// Whether the words name the speaker of the quotation before them: "Smith asked."
fn is_attribution(words: &[Word]) -> bool {
    for (n, word) in words.iter().take(4).enumerate() {
        if n > 0 && tables::is_saying(word.bare()) {
            return true;
        }
        let plain = word.head.is_empty() && (word.tail.is_empty() || tables::abbreviation(word.core).is_some());
        let name = n > 0 || word.core == "I" || !tables::starts_sentences(word.bare());
        if !(plain && name && word.core.starts_with(char::is_uppercase)) {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests;
