//! What an uncased vocabulary loses: the shape of a word, the space before it, and its characters.
//!
//! `scripts/train/data.py` defines the same; `tests/reference.rs` compares.

/// What stands between a word and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Nothing.
    Joined = 0,
    /// White space.
    Space = 1,
    /// White space with a line feed, or the beginning of the text.
    Line = 2,
}

impl Gap {
    /// The gap that a stretch of text is; `None` before the first word.
    pub fn of(between: Option<&str>) -> Self {
        match between {
            Some("") => Self::Joined,
            Some(space) if !space.contains('\n') => Self::Space,
            _ => Self::Line,
        }
    }
}

/// The number of a word's shape: 1 + 3 · class + gap (0 stands for no word).
///
/// Classes: 0 lower, 1 title, 2 capital (one letter), 3 upper, 4 mixed, 5 digits, 6 year (four digits),
/// 7 digits and letters, 8 ASCII punctuation, 9 other.
pub fn shape(word: &str, gap: Gap) -> i32 {
    let (mut upper, mut lower, mut digits, mut length) = (0, 0, 0, 0);
    for c in word.chars() {
        upper += i32::from(c.is_uppercase());
        lower += i32::from(c.is_lowercase());
        digits += i32::from(c.is_numeric());
        length += 1;
    }
    let first = word.chars().next();
    let class = if upper + lower + digits == 0 {
        if first.is_some_and(|c| c.is_ascii()) { 8 } else { 9 }
    } else if digits > 0 {
        match (upper + lower, digits == length && length == 4) {
            (0, true) => 6,
            (0, false) => 5,
            _ => 7,
        }
    } else if upper == 0 {
        0
    } else if lower == 0 {
        if upper == 1 { 2 } else { 3 }
    } else if upper == 1 && first.is_some_and(char::is_uppercase) {
        1
    } else {
        4
    };
    1 + 3 * class + gap as i32
}

/// The characters that the network knows, each with its number.
#[derive(Debug, Clone)]
pub struct Alphabet {
    /// Sorted by character.
    numbers: Vec<(char, i32)>,
    /// Characters of a word that are looked at.
    length: usize,
}

impl Alphabet {
    /// An alphabet in its order, and how many characters of a word count.
    pub fn new(characters: &str, length: usize) -> Self {
        let mut numbers: Vec<_> = (2..).zip(characters.chars()).map(|(n, c)| (c, n)).collect();
        numbers.sort_unstable();
        Self { numbers, length }
    }

    /// Appends the numbers of a word's first characters, filled up with 0; 1 for a character out of the alphabet.
    pub fn push(&self, word: &str, out: &mut Vec<i32>) {
        let end = out.len() + self.length;
        out.extend(
            word.chars()
                .take(self.length)
                .map(|c| self.numbers.binary_search_by_key(&c, |&(c, _)| c).map_or(1, |i| self.numbers[i].1)),
        );
        out.resize(end, 0);
    }
}
