//! Quotation marks: which characters are some, which way they face, and where a paragraph ends.

use crate::span::Span;
use crate::stage::lexicon;

/// Marks that can stand for each other when one of a pair is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// “ ” „ ‟ " `` '' and doubled single marks.
    Double,
    /// ‘ ’ ‚ ‛ ' `
    Single,
    /// « » and ‹ ›
    Angle,
}

/// A quotation mark in its surroundings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark<'t> {
    pub(super) span: Span,
    pub(super) sign: &'t str,
    pub(super) family: Family,
    /// Text begins behind it, and none ends before it.
    pub(super) faces_right: bool,
    /// It may open a quotation here.
    pub(super) opens: bool,
    /// It may close one here.
    pub(super) closes: bool,
    /// Punctuation stands before it, as before a closing mark.
    pub(super) firm: bool,
    /// It could be the apostrophe of "workers’".
    pub(super) doubtful: bool,
    /// A quotation is likely to begin here, so that the mark counts even when it never closes.
    pub(super) begins: bool,
    /// A digit stands before it, as before inches.
    pub(super) digit: bool,
    /// How many of the stretches between marks before it hold letters or digits.
    pub(super) gaps: usize,
}

/// Whether two marks are a pair of some house style.
pub(super) fn pair(open: &str, close: &str) -> bool {
    matches!(
        (open, close),
        ("“" | "„" | "‟", "”")
            | ("„" | "‚‚", "“")
            | ("\"", "\"")
            | ("＂", "＂")
            | ("``" | "''", "''")
            | ("‘‘", "’’")
            | ("«" | "»", "»" | "«")
            | ("‹" | "›", "›" | "‹")
            | ("‘" | "‚" | "‛", "’")
            | ("‚", "‘")
            | ("'" | "`", "'")
    ) && (open != close || !matches!(open, "«" | "»" | "‹" | "›"))
}

fn family(c: char) -> Option<Family> {
    match c {
        '“' | '”' | '„' | '‟' | '"' | '＂' => Some(Family::Double),
        '‘' | '’' | '‚' | '‛' | '\'' | '`' => Some(Family::Single),
        '«' | '»' | '‹' | '›' => Some(Family::Angle),
        _ => None,
    }
}

fn breaks(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The lines of a text that hold more than white space, trimmed.
pub(super) fn paragraphs(text: &str) -> impl Iterator<Item = Span> {
    text.split(breaks).filter_map(move |line| {
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        let span = Span::new(start, start + line.len()).trim(text);
        (!span.is_empty()).then_some(span)
    })
}

/// The marks of one paragraph in order; apostrophes, elisions, feet and inches are left out.
pub(super) fn scan(text: &str, paragraph: Span) -> Vec<Mark<'_>> {
    let mut marks: Vec<Mark<'_>> = Vec::new();
    // A pair of single marks is one double mark only where such pairs open something.
    let (mut doubled, mut plain_single) = (false, false);
    let (mut at, mut gaps) = (paragraph.start, 0);
    while let Some(skip) = text[at..paragraph.end].find(|c| family(c).is_some()) {
        let start = at + skip;
        gaps += usize::from(text[at..start].contains(char::is_alphanumeric));
        let Some(c) = text[start..paragraph.end].chars().next() else { break };
        let mut end = start + c.len_utf8();
        at = end;
        let Some(mut family) = family(c) else { break };
        let before = text[paragraph.start..start].chars().next_back();
        let own = marks.last().filter(|m| m.span.end == start);
        let left_open = match (own, before) {
            (Some(mark), _) => mark.faces_right,
            (None, None) => true,
            (None, Some(b)) => b.is_whitespace() || "([{/–—―-".contains(b) && !word_dash(text, paragraph, start, b),
        };
        if matches!(c, '\'' | '’' | '‘' | '`' | '‚') && text[end..paragraph.end].starts_with(c) {
            let wide = end + c.len_utf8();
            let facing = left_open && text[wide..paragraph.end].starts_with(|n: char| n.is_alphanumeric());
            let two = match c {
                '`' | '‘' | '‚' => left_open,
                _ => doubled || c == '\'' && (facing || !plain_single && before.is_some_and(|b| !b.is_whitespace())),
            };
            if two {
                (family, end, at, doubled) = (Family::Double, wide, wide, true);
            }
        }
        let rest = &text[end..paragraph.end];
        let after = rest.chars().next();
        let beyond = rest.chars().take(8).find(|&n| self::family(n).is_none());
        let word_before = before.is_some_and(char::is_alphanumeric);
        if family == Family::Single
            && (word_before && after.is_some_and(char::is_alphanumeric) || !word_before && is_elided(rest, c))
        {
            continue;
        }
        let right_ends = beyond.is_none_or(|n| n.is_whitespace() || ",;:!?)]}".contains(n) || is_dash(n))
            || beyond == Some('.') && !rest.starts_with("..");
        let (faces_right, faces_left) = (left_open && !right_ends, !left_open && right_ends);
        let both = !faces_right && !faces_left;
        let (opens, closes) = match c {
            '„' | '‟' | '‚' => (true, false),
            '“' | '‘' | '`' | '‛' => (true, c == '“' || c == '‘'),
            '”' => (faces_right, true),
            '’' => (faces_right, !faces_right),
            '\'' if family == Family::Single => (faces_right, faces_left || both && word_before),
            _ => (faces_right || both, faces_left || both),
        };
        let digit = before.is_some_and(|b| b.is_ascii_digit());
        let plural = before.is_some_and(|b| matches!(b, 's' | 'S' | 'x' | 'z'));
        let dropped = text[paragraph.start..start].ends_with("in");
        marks.push(Mark {
            span: Span::new(start, end),
            sign: &text[start..end],
            family,
            faces_right,
            opens,
            closes,
            firm: before.is_some_and(|b| ",.?!…".contains(b)),
            doubtful: closes && word_before && (plural || dropped || digit) && rest.starts_with(' '),
            begins: c != '’' && begins(text, paragraph, start, own.is_some_and(|m| m.faces_right), beyond),
            digit,
            gaps,
        });
        plain_single |= c == '\'' && family == Family::Single && opens;
    }
    marks
}

fn is_dash(c: char) -> bool {
    matches!(c, '–' | '—' | '―')
}

/// A hyphen or slash with a letter before it is inside a word, not before one.
fn word_dash(text: &str, paragraph: Span, start: usize, dash: char) -> bool {
    let before = text[paragraph.start..start - dash.len_utf8()].chars().next_back();
    !is_dash(dash) && "-/".contains(dash) && before.is_some_and(char::is_alphanumeric)
}

/// ’90s, ’tis, rock ’n’ roll.
fn is_elided(rest: &str, mark: char) -> bool {
    let word: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric()).take(9).collect();
    let year = word.as_bytes();
    if year.len() >= 2 && year[..2].iter().all(u8::is_ascii_digit) {
        return &year[2..] == b"s" || year.len() == 2 && mark == '’';
    }
    lexicon::is_elision(&word.to_lowercase())
}

/// At the head of its paragraph or behind a comma, colon or another mark, and before a capital.
fn begins(text: &str, paragraph: Span, start: usize, in_mark: bool, next: Option<char>) -> bool {
    let before = text[paragraph.start..start].trim_end().chars().next_back();
    next.is_some_and(|n| n.is_uppercase() || n == '[' || n == '…')
        && (in_mark || before.is_none_or(|b| ",:;–—([".contains(b)))
}
