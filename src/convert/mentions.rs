//! The kind of a mention by its words, for formats that do not tell it.

use crate::record::MentionKind;
use crate::span::Span;
use std::collections::HashSet;

/// Tells the kinds of the mentions of a text.
pub(super) struct Kinds<'t> {
    text: &'t str,
    /// The words of the text, gathered once: it may have thousands of mentions.
    words: HashSet<&'t str>,
}

impl<'t> Kinds<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, words: text.split(|c: char| !c.is_alphanumeric() && c != '-').collect() }
    }

    /// Pronoun, name or nominal.
    ///
    /// A name has a capital or a figure in every word but articles and particles. A capital proves nothing in one word
    /// that also stands in the text with a small letter.
    pub(super) fn of(&self, span: Span) -> MentionKind {
        let words: Vec<&str> = span.of(self.text).split_whitespace().map(bare).collect();
        if words.len() <= 2 && words.iter().all(|w| is_pronoun(w)) {
            return MentionKind::Pronoun;
        }
        let content: Vec<&str> = words.into_iter().filter(|w| !w.is_empty() && !is_small(w)).collect();
        let capital = |w: &&str| w.chars().any(char::is_uppercase);
        let is_name = content.iter().any(capital)
            && content.iter().all(|w| capital(w) || w.starts_with(|c: char| c.is_ascii_digit()))
            && !matches!(content[..], [word] if self.is_common(word));
        if is_name { MentionKind::Name } else { MentionKind::Nominal }
    }

    /// Whether a word with one capital also stands in the text without it.
    fn is_common(&self, word: &str) -> bool {
        let mut rest = word.chars();
        rest.next();
        let inside = rest.as_str();
        !inside.is_empty()
            && inside.chars().all(char::is_lowercase)
            && self.words.contains(word.to_lowercase().as_str())
    }
}

fn bare(word: &str) -> &str {
    let word = word.trim_matches(|c| ".,;:!?()[]\"“”'‘’".contains(c));
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

fn is_small(word: &str) -> bool {
    const SMALL: &[&str] = &[
        "the", "a", "an", "of", "and", "for", "&", "de", "da", "do", "dos", "das", "du", "del", "della", "di", "la",
        "le", "les", "el", "al", "al-", "bin", "ibn", "ben", "bint", "abu", "van", "von", "der", "den", "ter", "ten",
        "zu", "-", "–",
    ];
    SMALL.contains(&word) || matches!(word, "The" | "A" | "An")
}

fn is_pronoun(word: &str) -> bool {
    const PRONOUNS: &[&str] = &[
        "i",
        "me",
        "my",
        "mine",
        "myself",
        "we",
        "us",
        "our",
        "ours",
        "ourselves",
        "you",
        "your",
        "yours",
        "yourself",
        "yourselves",
        "he",
        "him",
        "his",
        "himself",
        "she",
        "her",
        "hers",
        "herself",
        "it",
        "its",
        "itself",
        "they",
        "them",
        "their",
        "theirs",
        "themselves",
        "themself",
        "this",
        "that",
        "these",
        "those",
        "who",
        "whom",
        "whose",
        "which",
        "what",
        "one",
        "ones",
        "oneself",
        "here",
        "there",
        "everyone",
        "everybody",
        "someone",
        "somebody",
        "anyone",
        "anybody",
        "nobody",
        "none",
        "each",
        "both",
        "all",
        "another",
        "other",
        "others",
        "some",
        "many",
        "several",
        "such",
        "same",
        "thee",
        "thou",
        "thy",
        "thine",
        "ye",
    ];
    !matches!(word, "US" | "IT" | "WHO") && PRONOUNS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_go_by_the_words() {
        for (text, expected) in [
            ("she", MentionKind::Pronoun),
            ("Themselves", MentionKind::Pronoun),
            ("US", MentionKind::Name),
            ("Ann Lee’s", MentionKind::Name),
            ("the Bank of Oslo", MentionKind::Name),
            ("the mayor", MentionKind::Nominal),
            ("Mayor of the town", MentionKind::Nominal),
            ("10", MentionKind::Nominal),
        ] {
            assert_eq!(Kinds::new(text).of(Span::new(0, text.len())), expected, "{text}");
        }
        let text = "Police came. The police left Oslo.";
        let kinds = Kinds::new(text);
        assert_eq!(kinds.of(Span::new(0, 6)), MentionKind::Nominal);
        assert_eq!(kinds.of(Span::new(29, 33)), MentionKind::Name);
    }
}
