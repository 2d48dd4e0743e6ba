//! From an article of any length to windows that the encoder can read.

use std::ops::Range;

/// A stretch of words that is read at once, and the part of it whose numbers are taken from this reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slide {
    /// Words in the window.
    pub read: Range<usize>,
    /// Words whose numbers come from it; these ranges join without a gap.
    pub keep: Range<usize>,
}

/// Cuts a text into overlapping windows; `scripts/train/predict.py` does the same.
///
/// `first` `[w + 1]` holds the first piece of each word, then the number of all pieces. A window takes as many
/// whole words as fit into `room` pieces (one at least). The next begins at the first word that lies within
/// the last `overlap` pieces. Of the words that two windows share, those before the middle of the shared
/// pieces are kept from the first, the others from the second: each word is read with context on both sides.
pub fn slide(first: &[usize], room: usize, overlap: usize) -> Vec<Slide> {
    let words = first.len() - 1;
    let mut out = Vec::new();
    let (mut a, mut c) = (0, 0);
    while a < words {
        let b = (first.partition_point(|&p| p <= first[a] + room) - 1).max(a + 1).min(words);
        if b == words {
            out.push(Slide { read: a..b, keep: c..words });
            break;
        }
        let next = first.partition_point(|&p| p + overlap < first[b]).max(a + 1).min(b);
        let middle = (first[next] + first[b]).div_ceil(2);
        let d = first.partition_point(|&p| p < middle).max(next).max(c).min(b);
        out.push(Slide { read: a..b, keep: c..d });
        (a, c) = (next, d);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_kept_once_and_read_in_its_window() {
        let mut seed = 7_u64;
        for round in 0..200 {
            let mut first = vec![0];
            for _ in 0..round * 3 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // Now and then a word that is longer than the overlap, or than the window.
                let pieces = if (seed >> 33).is_multiple_of(50) { 40 } else { 1 + (seed >> 40) as usize % 4 };
                first.push(first[first.len() - 1] + pieces);
            }
            let windows = slide(&first, 30, 10);
            let mut at = 0;
            for w in &windows {
                assert_eq!(w.keep.start, at);
                at = w.keep.end;
                assert!(w.read.start <= w.keep.start && w.keep.end <= w.read.end);
                let pieces = first[w.read.end] - first[w.read.start];
                assert!(pieces <= 30 || w.read.len() == 1);
            }
            assert_eq!(at, first.len() - 1);
        }
    }

    #[test]
    fn the_overlap_is_shared_between_its_windows() {
        let first: Vec<usize> = (0..=20).collect();
        let windows = slide(&first, 12, 4);
        assert_eq!(windows, [Slide { read: 0..12, keep: 0..10 }, Slide { read: 8..20, keep: 10..20 }]);
    }
}
