//! Places in a text, and the units in which they are counted.

use serde::{Deserialize, Serialize};

/// A stretch of a text, half-open: `start` is in it, `end` is not.
///
/// Inside the program the unit is always the **byte** of UTF-8, on character
/// boundaries; in JSON it is the **code point** ([`Offsets`] converts).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First position of the stretch.
    pub start: usize,
    /// First position behind the stretch.
    pub end: usize,
}

impl Span {
    /// A span from `start` up to and without `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// How long the span is, in its own unit.
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether the two share at least one position; touching is not sharing.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether all of `other` lies inside this span.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The text under a span of bytes.
    ///
    /// # Panics
    /// If the span does not lie in `text` on character boundaries.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// The span without white space at its ends (bytes).
    pub fn trim(self, text: &str) -> Self {
        let inner = self.of(text);
        let start = self.start + (inner.len() - inner.trim_start().len());
        Self::new(start, start + inner.trim().len())
    }
}

/// Converts between bytes and code points of one text.
///
/// A mark every 64 bytes keeps the table small (a sixteenth of the text) and each look-up short.
pub struct Offsets<'t> {
    text: &'t str,
    /// Code points that begin before byte `i * STEP`; empty for ASCII, where the units agree.
    before: Vec<u32>,
}

const STEP: usize = 64;

/// Bytes that begin a code point.
fn starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| (b & 0xC0) != 0x80).count()
}

impl<'t> Offsets<'t> {
    /// Counts the text once, O(length).
    pub fn new(text: &'t str) -> Self {
        let mut before = Vec::new();
        if !text.is_ascii() {
            let mut sum = 0;
            for block in text.as_bytes().chunks(STEP) {
                before.push(sum as u32);
                sum += starts(block);
            }
        }
        Self { text, before }
    }

    /// The code point that begins at a byte offset (a character boundary, at most the text's length).
    pub fn to_chars(&self, byte: usize) -> usize {
        if self.before.is_empty() {
            return byte;
        }
        let block = (byte / STEP).min(self.before.len() - 1);
        self.before[block] as usize + starts(&self.text.as_bytes()[block * STEP..byte])
    }

    /// A span of bytes in code points.
    pub fn span_to_chars(&self, span: Span) -> Span {
        Span::new(self.to_chars(span.start), self.to_chars(span.end))
    }

    /// The byte at which a code point begins; the length of the text for the one behind the last;
    /// `None` beyond that.
    pub fn to_bytes(&self, chars: usize) -> Option<usize> {
        if self.before.is_empty() {
            return (chars <= self.text.len()).then_some(chars);
        }
        let block = self.before.partition_point(|&n| n as usize <= chars) - 1;
        let mut left = chars - self.before[block] as usize;
        for (i, b) in self.text.as_bytes()[block * STEP..].iter().enumerate() {
            if (b & 0xC0) != 0x80 {
                if left == 0 {
                    return Some(block * STEP + i);
                }
                left -= 1;
            }
        }
        (left == 0).then_some(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_agree_with_the_standard_library() {
        for text in ["", "plain", "“é💩” – cafe\u{301}", &"ab“c”💩é\u{301}\r\n".repeat(50)] {
            let offsets = Offsets::new(text);
            let mut chars = 0;
            for (byte, _) in text.char_indices() {
                assert_eq!(offsets.to_chars(byte), chars);
                assert_eq!(offsets.to_bytes(chars), Some(byte));
                chars += 1;
            }
            assert_eq!(offsets.to_chars(text.len()), chars);
            assert_eq!(offsets.to_bytes(chars), Some(text.len()));
            assert_eq!(offsets.to_bytes(chars + 1), None);
        }
    }

    #[test]
    fn touching_is_not_sharing() {
        assert!(!Span::new(0, 3).overlaps(Span::new(3, 5)));
        assert!(Span::new(0, 4).overlaps(Span::new(3, 5)));
        assert_eq!(Span::new(0, 6).trim("\u{a0} ab "), Span::new(3, 5));
    }
}
