//! Cues and contents as the product's scheme has them: the head of a cue; no addressee, and no "that" between the parts of a
//! content.

use crate::span::Span;
use crate::stage::lexicon;

/// How far behind its cue an infinitive may begin, in words: "urged the embassy of the country to reconsider".
const ADDRESSEE: usize = 12;

/// The content of a cue as the scheme has it: "asked the embassy *to reconsider*", "accused him of *lying*", "said that *it was late*,
/// and that *it was full*".
pub(super) fn own(text: &str, cue: Span, content: Vec<Span>) -> Vec<Span> {
    let mut parts = Vec::with_capacity(content.len());
    for (number, span) in content.into_iter().enumerate() {
        let mut span = span;
        if number == 0 && cue.end <= span.start && text[cue.end..span.start].trim().is_empty() {
            span.start += addressee(cue.of(text), span.of(text)).unwrap_or(0);
        }
        if text[..span.start].trim_end().ends_with("that") {
            while let Some(at) = span.of(text).find(" and that ") {
                parts.push(Span::new(span.start, span.start + at));
                span.start += at + " and that ".len();
            }
        }
        parts.push(span);
    }
    parts
}

/// The head of a cue: without auxiliaries, punctuation at its ends; empty when nothing is left.
pub(super) fn head(text: &str, cue: Span) -> Span {
    let auxiliary =
        |w: &str| matches!(w, "was" | "were" | "is" | "are" | "has" | "have" | "had" | "been" | "be" | "also" | "did");
    let letters = |c: char| c.is_alphanumeric();
    let inner = cue.of(text).trim_start_matches(|c| !letters(c));
    let start = cue.end - inner.len();
    let mut head = Span::new(start, start + inner.trim_end_matches(|c| !letters(c)).len());
    while let Some((first, _)) = head.of(text).split_once(' ').filter(|(first, _)| auxiliary(first)) {
        head.start += first.len() + 1;
    }
    if auxiliary(head.of(text)) {
        // "was reported", of which only the first word was seen.
        let rest = text[head.end..].strip_prefix(' ').unwrap_or("");
        let word = rest.find(|c| !letters(c)).unwrap_or(rest.len());
        head = Span::new(head.end + usize::from(word > 0), head.end + usize::from(word > 0) + word);
    }
    head
}

/// Where the content begins behind those who are asked, ordered, accused, in bytes.
fn addressee(cue: &str, clause: &str) -> Option<usize> {
    let cue = cue.to_lowercase();
    let to = ["ask", "urg", "order", "advis", "instruct", "told", "tell", "invit", "direct", "begg", "command", "warn"];
    if cue.starts_with("accus") {
        return ahead(clause, " of ").map(|at| at + " of ".len());
    }
    if clause.starts_with("to ") || !to.iter().any(|stem| cue.starts_with(stem)) {
        return None;
    }
    ahead(clause, " to ").map(|at| at + 1)
}

/// Where a word stands before any verb, comma or "that".
fn ahead(clause: &str, word: &str) -> Option<usize> {
    let at = clause.find(word)?;
    let verb = |w: &str| lexicon::is_finite(w) || w.ends_with("ed") || matches!(w, "that" | "if" | "whether");
    let plain = |w: &str| !w.ends_with(',') && !verb(&w.to_lowercase());
    let mut before = clause[..at].split_whitespace();
    (before.clone().count() <= ADDRESSEE && before.all(plain)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let (before, rest) = text.split_once('<').expect("a cue");
        let (cue, rest) = rest.split_once('>').expect("its end");
        let text = format!("{before}{cue}{rest}");
        let cue = Span::new(before.len(), before.len() + cue.len());
        let that = text[cue.end..].starts_with(" that ");
        let content = Span::new(cue.end + if that { 6 } else { 1 }, text.len());
        own(&text, cue, vec![content]).iter().map(|s| s.of(&text)).collect::<Vec<_>>().join(" + ")
    }

    #[test]
    fn cues_are_heads() {
        for (text, cue, head) in [
            ("It was reported", "was", "reported"),
            ("He has also said: No", "has also said:", "said"),
            ("Smith: No", ":", ""),
            ("according to him", "according to", "according to"),
        ] {
            let start = text.find(cue).expect("a cue");
            assert_eq!(super::head(text, Span::new(start, start + cue.len())).of(text), head);
        }
    }

    #[test]
    fn content_begins_behind_those_who_are_addressed() {
        for (text, content) in [
            ("He <urged> the embassy to reconsider", "to reconsider"),
            ("He <asked> to leave", "to leave"),
            ("He <told> police the man wanted to leave", "police the man wanted to leave"),
            ("He <accused> the network of violating its franchise", "violating its franchise"),
            ("He <said> that it was late and that it was full", "it was late + it was full"),
            ("He <said> it was late and that was all", "it was late and that was all"),
        ] {
            assert_eq!(shown(text), content);
        }
    }
}
