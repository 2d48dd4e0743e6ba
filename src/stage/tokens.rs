//! Tokens: the words that the network reads.

use crate::span::Span;
use unicode_categories::UnicodeCategories;

/// Cuts the sentences of a text into tokens (bytes), in order: at white space, and every character of
/// punctuation and every Chinese one is a token of its own. None reaches over the end of its sentence.
///
/// These are the tokens of `BertNormalizer` and `BertPreTokenizer` in `tokenizers`. The network was trained to give one answer
/// for each of them and finds its word pieces inside them; cut the text another way and its answers
/// belong to other words. So this uses the same table of punctuation (`unicode_categories`) as that crate.
pub fn split(text: &str, sentences: &[Span]) -> Vec<Span> {
    let mut tokens = Vec::new();
    for sentence in sentences {
        let mut open = None;
        for (i, c) in sentence.of(text).char_indices() {
            let at = sentence.start + i;
            let space = c.is_whitespace();
            let alone = is_punctuation(c) || is_chinese(c);
            if space || alone {
                tokens.extend(open.take().map(|start| Span::new(start, at)));
            }
            if alone {
                tokens.push(Span::new(at, at + c.len_utf8()));
            } else if !space && open.is_none() {
                open = Some(at);
            }
        }
        tokens.extend(open.map(|start| Span::new(start, sentence.end)));
    }
    tokens
}

/// ASCII punctuation and symbols, and the Unicode categories P.
fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() || c.is_punctuation()
}

/// The blocks of Chinese characters, as `BertNormalizer` has them.
fn is_chinese(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{2A6DF}'
        | '\u{2A700}'..='\u{2B73F}' | '\u{2B740}'..='\u{2B81F}' | '\u{2B920}'..='\u{2CEAF}' | '\u{2F800}'..='\u{2FA1F}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokenizers::normalizers::BertNormalizer;
    use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
    use tokenizers::{Normalizer, OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer};

    fn theirs(text: &str) -> Vec<Span> {
        let mut pre = PreTokenizedString::from(text);
        let chinese_alone = BertNormalizer::new(false, true, Some(false), false);
        pre.normalize(|s| chinese_alone.normalize(s)).expect("it never fails");
        BertPreTokenizer.pre_tokenize(&mut pre).expect("it never fails");
        let splits = pre.get_splits(OffsetReferential::Original, OffsetType::Byte);
        splits.into_iter().map(|(_, (start, end), _)| Span::new(start, end)).collect()
    }

    #[test]
    fn cuts_like_the_tokenizer_of_the_network() {
        let mut all: String = (0..=0x2_ffff_u32).filter_map(char::from_u32).flat_map(|c| ['x', c]).collect();
        all.push_str(" “It’s over,” she said—at 5 p.m. on Jan. 3… (U.S.-led) a@b.com $5.50 naïve\u{301} 你好。\r\n💩 ");
        assert_eq!(split(&all, &[Span::new(0, all.len())]), theirs(&all));
        assert_eq!(split("", &[]), []);
    }

    #[test]
    fn no_token_reaches_over_a_sentence() {
        let text = "One.Two three";
        let words: Vec<_> = split(text, &[Span::new(0, 4), Span::new(4, 13)]).iter().map(|t| t.of(text)).collect();
        assert_eq!(words, ["One", ".", "Two", "three"]);
        let glued = split("ab", &[Span::new(0, 1), Span::new(1, 2)]);
        assert_eq!(glued, [Span::new(0, 1), Span::new(1, 2)]);
    }
}
