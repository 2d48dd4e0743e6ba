//! Words between white space, taken apart into letters and marks.

use crate::span::Span;

/// A word with its punctuation: `“(Inc.)”` is a core in a head and a tail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'t> {
    pub(super) span: Span,
    /// Opening marks.
    pub(super) head: &'t str,
    /// What is left, with commas and the like.
    pub(super) core: &'t str,
    /// Marks that end a sentence and marks that close, references to notes among them.
    pub(super) tail: &'t str,
    /// Core and tail.
    pub(super) body: &'t str,
}

/// What kind of mark may end a sentence behind a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    None,
    Period,
    /// Several full stops, or the sign.
    Ellipsis,
    /// A question or exclamation mark, or a full stop that has no other use.
    Mark,
}

impl<'t> Word<'t> {
    fn new(text: &'t str, span: Span) -> Self {
        let whole = span.of(text);
        let body = whole.trim_start_matches(is_opener);
        // Some close a quotation with the wrong mark: "over.“".
        let is_mark = |c: char| is_stop(c) || is_closer(c) || c == '“' || c.is_whitespace();
        let without_marks = |s: &'t str| s.trim_end_matches(is_mark);
        let mut core = without_marks(without_notes(body));
        // "[...]", "[.]": the bracket goes with what it holds.
        if core.len() < body.len() {
            core = without_marks(core.strip_suffix('[').unwrap_or(core));
        }
        let head = &whole[..whole.len() - body.len()];
        Self { span, head, core, tail: body[core.len()..].trim_start(), body }
    }

    /// What ends the word.
    pub(super) fn stop(&self) -> Stop {
        if self.tail.contains(|c| is_stop(c) && !matches!(c, '.' | '…')) {
            Stop::Mark
        } else if self.tail.contains('…') || self.tail.matches('.').nth(1).is_some() {
            Stop::Ellipsis
        } else if self.tail.contains('.') {
            Stop::Period
        } else {
            Stop::None
        }
    }

    /// The first letter or digit: it says how the word begins.
    pub(super) fn initial(&self) -> Option<char> {
        self.core.chars().find(|c| c.is_alphanumeric())
    }

    /// The core without commas and the like.
    pub(super) fn bare(&self) -> &'t str {
        self.core.trim_matches(|c: char| !c.is_alphanumeric())
    }

    /// Whether a quotation ends with the word.
    pub(super) fn unquotes(&self) -> bool {
        self.tail.contains(['"', '”', '“', '’', '\'', '»'])
    }

    /// Whether the word is a dash.
    pub(super) fn is_dash(&self) -> bool {
        !self.core.is_empty() && self.core.chars().all(|c| matches!(c, '-' | '–' | '—' | '―'))
    }

    /// Whether a reference to a note belongs to the word: "martyr. [1]", "consultation.11 12".
    fn takes_note(&self, note: &str) -> bool {
        self.tail.ends_with(|c: char| c.is_ascii_digit()) || note.starts_with('[') && self.stop() != Stop::None
    }
}

/// Whether the character may end a sentence.
pub(super) const fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '‼' | '⁉' | '⁇' | '।' | '॥' | '。' | '．' | '！' | '？' | '؟')
}

/// Whether the character closes something, so that it belongs to the word and the stop before it.
pub(super) const fn is_closer(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | '›' | ')' | ']' | '}' | '」' | '』' | '*' | '_')
}

/// Whether the character opens something before a word.
const fn is_opener(c: char) -> bool {
    let quote = matches!(c, '"' | '\'' | '“' | '‘' | '„' | '‚' | '«' | '‹' | '「' | '『');
    quote || matches!(c, '(' | '[' | '{' | '*' | '_' | '¿' | '¡') || is_bullet(c)
}

/// Whether the character stands before items of a list and means nothing else.
pub(super) const fn is_bullet(c: char) -> bool {
    matches!(c, '•' | '⁃' | '‣' | '▪' | '·')
}

/// The word without references to notes behind its stop: "martyr.[1][2]", "consultation.11".
fn without_notes(word: &str) -> &str {
    let is_note = |c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | ',' | '-' | '–' | ' ');
    let rest = word.trim_end_matches(is_note);
    let before = rest.trim_end_matches(|c| is_stop(c) || is_closer(c));
    let bracket = word.ends_with(']') && word[rest.len()..].trim_start().starts_with('[');
    // A number behind a number or a letter or two is no reference: "3.11", "v.2".
    let letters = before.ends_with(char::is_alphabetic) && before.chars().nth(2).is_some();
    let noted = bracket || letters || rest.ends_with(").");
    if rest.ends_with(is_stop) && noted { rest } else { word }
}

/// A word with its marks is no longer than this when more marks that stand alone come behind it.
const LONGEST: usize = 200;

/// The words of a paragraph. Marks that stand alone (`. . .`, a closing quotation mark) go with the word
/// before; a full stop without a blank behind it ends a word.
pub(super) fn words(text: &str, paragraph: Span) -> Vec<Word<'_>> {
    let mut words: Vec<Word> = Vec::new();
    let mut quoted = false;
    let mut at = paragraph.start;
    for raw in paragraph.of(text).split_inclusive(char::is_whitespace) {
        let span = Span::new(at, at + raw.len()).trim(text);
        at += raw.len();
        if span.is_empty() {
            continue;
        }
        let piece = span.of(text);
        let note = piece.len() <= 5 && piece.trim_matches(['[', ']']).bytes().all(|b| b.is_ascii_digit());
        let marks = piece.chars().all(|c| is_stop(c) || is_closer(c) || c == '[' && piece.len() > 1)
            && (quoted || !piece.starts_with('"'));
        quoted ^= piece.matches('"').count() % 2 == 1;
        match words.last_mut() {
            Some(last) if last.span.len() < LONGEST && (marks || note && last.takes_note(piece)) => {
                *last = Word::new(text, Span::new(last.span.start, span.end));
            }
            _ => {
                let mut from = span.start;
                for cut in missing_blanks(piece) {
                    words.push(Word::new(text, Span::new(from, span.start + cut)));
                    from = span.start + cut;
                }
                words.push(Word::new(text, Span::new(from, span.end)));
            }
        }
    }
    words
}

/// Where a sentence begins inside a word, because the blank behind a full stop is missing: "over.She".
fn missing_blanks(piece: &str) -> Vec<usize> {
    let mut cuts = Vec::new();
    let mut chars = piece.char_indices().peekable();
    let address = piece.contains(['@', '/', '\\']) || piece.starts_with("www.");
    // How many small letters or digits stand before the stop: "No.Smith" and "A.Smith" are names.
    let mut known = 0;
    while let Some((_, c)) = chars.next() {
        if !is_stop(c) {
            known = if c.is_lowercase() || c.is_ascii_digit() { known + 1 } else { 0 };
            continue;
        }
        while chars.next_if(|&(_, n)| is_stop(n) || is_closer(n)).is_some() {}
        let Some(&(at, next)) = chars.peek() else { break };
        let mut letters = piece[at..].trim_start_matches(is_opener).chars();
        let capital = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
        // Scripts whose full stop is wide write no blank.
        let wide = !matches!(c, '.' | '!' | '?' | '…') && next.is_alphabetic();
        if wide || !address && known > 1 && capital {
            cuts.push(at);
        }
        known = 0;
    }
    cuts
}

/// The mark of a list's item: its number, and the style that the items of one list share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marker<'t> {
    pub(super) number: usize,
    /// The kind of number ('1', 'a', 'A' or 'i') and what stands behind it.
    pub(super) style: (char, &'t str),
}

const ROMAN: [&str; 10] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"];

/// The word as the mark of an item ("2.", "b)", "(iii)"), if it is one.
pub(super) fn marker(word: &str) -> Option<Marker<'_>> {
    let body = word.trim_start_matches(is_opener);
    let core = body.trim_end_matches(['.', ')']);
    let tail = &body[core.len()..];
    let with = |number, kind| Some(Marker { number, style: (kind, tail) });
    match core.as_bytes() {
        _ if tail.is_empty() => None,
        [b'0'..=b'9'] | [b'1'..=b'9', b'0'..=b'9'] => with(core.parse().ok()?, '1'),
        [b @ b'a'..=b'z'] => with(usize::from(b - b'a') + 1, 'a'),
        [b @ b'A'..=b'Z'] if tail.contains(')') => with(usize::from(b - b'A') + 1, 'A'),
        _ => with(ROMAN.iter().position(|r| *r == core)? + 1, 'i'),
    }
}

/// Whether a line begins an item of a list.
pub(super) fn is_item(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or("");
    matches!(word, "-" | "–" | "—" | "*" | "o" | ">" | "+") || word.starts_with(is_bullet) || marker(word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(&str, &str, &str)> {
        words(text, Span::new(0, text.len())).iter().map(|w| (w.head, w.core, w.tail)).collect()
    }

    #[test]
    fn words_come_apart() {
        assert_eq!(parts("“(Acme Inc.)”, [...]"), [("“(", "Acme", ""), ("", "Inc.)”,", "[...]")]);
        assert_eq!(parts("over. . . . \"He\""), [("", "over", ". . . ."), ("\"", "He", "\"")]);
        assert_eq!(
            parts("end.[1][2] and end.11 12 x"),
            [("", "end", ".[1][2]"), ("", "and", ""), ("", "end", ".11 12"), ("", "x", "")]
        );
        assert_eq!(
            parts("over.She U.S.Army a@b.Com"),
            [("", "over", "."), ("", "She", ""), ("", "U.S.Army", ""), ("", "a@b.Com", "")]
        );
    }

    #[test]
    fn items_are_counted() {
        let read = |word| marker(word).map(|m| (m.number, m.style));
        assert_eq!(read("12."), Some((12, ('1', "."))));
        assert_eq!(read("(c)"), Some((3, ('a', ")"))));
        assert_eq!(read("iv)"), Some((4, ('i', ")"))));
        assert_eq!(read("B."), None);
        assert_eq!(read("2019."), None);
        assert!(is_item("• Bread") && is_item("- Bread") && !is_item("Bread"));
    }
}
