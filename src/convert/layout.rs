//! Laying tokens out as English text, for formats that have no text of their own.
//!
//! `docs/convert.md` states the rules.

use crate::span::Span;
use std::borrow::Cow;

/// Tokens laid out.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) text: String,
    /// Where each token stands (bytes), by sentence.
    pub(super) tokens: Vec<Vec<Span>>,
}

/// Lays out the sentences of a document; no sentence is empty.
pub(super) fn lay_out(sentences: &[Vec<&str>]) -> Layout {
    let mut layout = Layout { text: String::new(), tokens: Vec::with_capacity(sentences.len()) };
    let mut marks = Marks::default();
    // Nothing comes between the token before and the next one.
    let mut glued = false;
    for (n, sentence) in sentences.iter().enumerate() {
        let mut row = Vec::with_capacity(sentence.len());
        for (i, &raw) in sentence.iter().enumerate() {
            let token = written(raw);
            let sides = marks.sides(sentence, i, &token);
            let gap = match i {
                0 if n == 0 || glued => "",
                0 if is_line(sentences, n) => "\n",
                0 => " ",
                _ if sides.left || glued => "",
                _ => " ",
            };
            layout.text += gap;
            let start = layout.text.len();
            layout.text += &token;
            row.push(Span::new(start, layout.text.len()));
            glued = sides.right;
        }
        // Only an opening mark holds on to the next sentence.
        glued &= sentence.len() > 1 && sentence.last() == Some(&"\"");
        layout.tokens.push(row);
    }
    layout
}

/// A token as it stands in a text: the Penn Treebank and OntoNotes spell some otherwise.
fn written(token: &str) -> Cow<'_, str> {
    Cow::Borrowed(match token {
        "-LRB-" => "(",
        "-RRB-" => ")",
        "-LSB-" => "[",
        "-RSB-" => "]",
        "-LCB-" => "{",
        "-RCB-" => "}",
        "``" | "''" => "\"",
        "/." => ".",
        "/?" => "?",
        _ => token,
    })
}

/// To which sides a token clings.
struct Sides {
    left: bool,
    right: bool,
}

/// The marks that are open: whether the next one of a kind opens or closes.
#[derive(Default)]
struct Marks {
    double: bool,
    single: bool,
    underscore: bool,
}

impl Marks {
    fn sides(&mut self, sentence: &[&str], i: usize, token: &str) -> Sides {
        let before = i.checked_sub(1).map(|b| sentence[b]);
        let after = sentence.get(i + 1).copied().unwrap_or("");
        let cannot = token == "not" && before.is_some_and(|b| b.eq_ignore_ascii_case("can"));
        match token {
            "\"" => {
                let raw = sentence[i];
                let opens = raw == "``" || raw != "''" && (!self.double || i == 0);
                self.double = opens;
                Sides { left: !opens, right: opens }
            }
            "'" | "`" => {
                let plural = before.is_some_and(|b| b.ends_with(['s', 'x', 'z', 'S', 'X', 'Z']));
                let opens = token == "`" || !self.single && !plural && !after.is_empty();
                if opens || self.single {
                    self.single = opens;
                }
                Sides { left: !opens, right: opens }
            }
            "_" => {
                self.underscore = !self.underscore;
                Sides { left: !self.underscore, right: self.underscore }
            }
            "$" | "#" | "£" | "€" => Sides { left: false, right: after.starts_with(|c: char| c.is_numeric()) },
            _ => Sides { left: cannot || clings_left(token), right: clings_right(token) },
        }
    }
}

fn clings_left(token: &str) -> bool {
    const MARKS: &[&str] = &[
        ",", ".", ";", ":", "!", "?", "%", ")", "]", "}", "…", "”", "’", "...", "?!", "!!", "??", "!?", "'s", "'S",
        "’s", "n't", "N'T", "n’t", "'re", "'ve", "'ll", "'d", "'m", "'RE", "'VE", "'LL", "'D", "'M", "’re", "’ve",
        "’ll", "’d", "’m",
    ];
    MARKS.contains(&token)
}

fn clings_right(token: &str) -> bool {
    matches!(token, "(" | "[" | "{" | "“" | "‘" | "¥" | "US$" | "A$" | "C$" | "HK$" | "NZ$" | "S$")
}

/// Whether a sentence begins a line: behind a heading, and wherever it or the one before has no end mark.
fn is_line(sentences: &[Vec<&str>], n: usize) -> bool {
    n == 1 || !is_closed(&sentences[n - 1]) || !is_closed(&sentences[n])
}

/// Whether a sentence ends as sentences do, and not as headings, datelines and rows of tables.
fn is_closed(sentence: &[&str]) -> bool {
    let Some(last) = sentence.last() else { return false };
    let bare = last.trim_end_matches(['\'', '"', '”', '’', ')', ']']);
    bare.ends_with(['.', '!', '?', '…', ':', ';', ','])
        || matches!(*last, "\"" | "''" | "”" | "'") && sentence.len() > 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(lines: &str) -> String {
        let sentences: Vec<Vec<&str>> = lines.split('\n').map(|l| l.split(' ').collect()).collect();
        let layout = lay_out(&sentences);
        for (sentence, row) in sentences.iter().zip(&layout.tokens) {
            for (token, span) in sentence.iter().zip(row) {
                assert_eq!(span.of(&layout.text), written(token));
            }
        }
        layout.text
    }

    #[test]
    fn tokens_stand_as_english_has_them() {
        for (tokens, laid_out) in [
            ("Ann , aged 40 , left .", "Ann, aged 40, left."),
            ("`` It 's over , '' she said .", "\"It's over,\" she said."),
            ("\" Yes , \" he said , \" we can not . \"", "\"Yes,\" he said, \"we cannot.\""),
            ("The workers ' party did n't pay $ 10 .", "The workers' party didn't pay $10."),
            ("He left -LRB- twice -RRB- /.", "He left (twice)."),
            ("A ' quoted ' word", "A 'quoted' word"),
            ("Issue # and # 5", "Issue # and #5"),
            ("10 % of US$ 5", "10% of US$5"),
        ] {
            assert_eq!(text(tokens), laid_out);
        }
    }

    #[test]
    fn what_has_no_end_mark_is_a_line() {
        assert_eq!(
            text("Ferry sinks\nOSLO 2026-11-20\nThe ferry sank .\nNobody drowned .\nA 1 2\nB 2 3"),
            "Ferry sinks\nOSLO 2026-11-20\nThe ferry sank. Nobody drowned.\nA 1 2\nB 2 3"
        );
        // A mark that the sentence split left alone belongs to the next sentence.
        assert_eq!(text("Head\nHe left . \"\nIt is over . \""), "Head\nHe left. \"It is over.\"");
    }
}
