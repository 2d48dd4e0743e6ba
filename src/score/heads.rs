//! The head word of a mention, found by rule, so that a mention with a wider or narrower border can still match.

use crate::span::Span;

/// Words that end the part of a mention in which its head is: prepositions, conjunctions, relative words.
const ENDS: [&str; 31] = [
    "about", "after", "against", "among", "and", "around", "as", "at", "before", "between", "but", "by", "during",
    "for", "from", "in", "into", "near", "of", "on", "or", "over", "that", "to", "under", "where", "which", "who",
    "whom", "whose", "with",
];

/// The last word before the first preposition, conjunction, relative word, comma, colon, dash or bracket of a
/// mention (bytes): "the **mayor** of Oslo", "Mayor Ann **Lee**", "**Lee**, 43". Without possessive 's.
///
/// The rule is the scorer's own and no part of what annotates, so that a change there does not move scores.
pub(super) fn head(text: &str, span: Span) -> Span {
    let mention = span.of(text);
    let mut head = span;
    let mut is_first = true;
    for word in mention.split_whitespace() {
        let start = word.as_ptr() as usize - mention.as_ptr() as usize;
        let ends = |c: char| matches!(c, '(' | '[' | '–' | '—') || word == "-";
        let is_end = ENDS.contains(&word.to_lowercase().as_str()) || word.starts_with(ends);
        if is_end && !is_first {
            break;
        }
        let inner = bare(word);
        if !inner.is_empty() {
            let start = span.start + start + (inner.as_ptr() as usize - word.as_ptr() as usize);
            head = Span::new(start, start + inner.len());
            is_first = false;
        }
        if word.ends_with([',', ';', ':', '–', '—']) {
            break;
        }
    }
    head
}

/// The word without marks around it and without possessive 's.
fn bare(word: &str) -> &str {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_stands_before_what_follows_it() {
        for (mention, expected) in [
            ("the mayor of Oslo", "mayor"),
            ("Mayor Ann Lee", "Lee"),
            ("“Zoë’s”", "Zoë"),
            ("Lee, 43, a doctor", "Lee"),
            ("the man who left", "man"),
            ("of it", "it"),
            ("she", "she"),
            ("the port – once busy", "port"),
            ("…", "…"),
        ] {
            let text = format!("é {mention} é");
            assert_eq!(head(&text, Span::new(3, 3 + mention.len())).of(&text), expected);
        }
    }
}
