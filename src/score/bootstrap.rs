//! How far a score could lie from the truth: the bootstrap over articles.
//!
//! Articles are drawn, not items, because the items of one article err together. A draw takes as many
//! articles as there are, with replacement, and sums their counts; the interval holds the middle 95 % of the
//! scores of all draws (percentile interval: Efron and Tibshirani, An Introduction to the Bootstrap, 1993,
//! chapter 13). Draw `d` depends on the seed and on `d` alone, so the number of threads changes nothing, and
//! two predictions for the same articles are drawn alike, which makes their difference a paired one.

use super::Counts;
use rayon::prelude::*;

/// The share of draws between the ends of an interval.
pub const CONFIDENCE: f64 = 0.95;

/// A small generator of random numbers: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
pub struct Random(u64);

impl Random {
    /// The sequence that belongs to a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The sequence of one draw.
    fn of_draw(seed: u64, draw: u64) -> Self {
        Self(Self(seed).next_u64() ^ Self(!draw).next_u64())
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to and without `n` (0 for `n` = 0), by the high half of a product.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next_u64()) * n as u128) >> 64) as usize
    }
}

/// The summed counts of each draw.
///
/// `rows` holds `width` counts of each article, one article behind the other.
pub fn draws(rows: &[Counts], width: usize, seed: u64, draws: usize) -> Vec<Vec<Counts>> {
    let articles = rows.len() / width;
    let draw = |times: &mut Vec<u32>, draw: usize| {
        times.fill(0);
        let mut random = Random::of_draw(seed, draw as u64);
        for _ in 0..articles {
            times[random.below(articles)] += 1;
        }
        let mut sums = vec![Counts::default(); width];
        for (row, &times) in rows.chunks_exact(width).zip(times.iter()).filter(|(_, times)| **times > 0) {
            for (sum, counts) in sums.iter_mut().zip(row) {
                *sum += *counts * f64::from(times);
            }
        }
        sums
    };
    (0..draws).into_par_iter().map_init(|| vec![0; articles], draw).collect()
}

/// The middle 95 % of the values (between neighbours by linear interpolation); `None` without any.
pub fn interval(mut values: Vec<f64>) -> Option<(f64, f64)> {
    if values.is_empty() {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = share * (values.len() - 1) as f64;
        let (low, high) = (values[place.floor() as usize], values[place.ceil() as usize]);
        low + (high - low) * place.fract()
    };
    Some((at((1.0 - CONFIDENCE) / 2.0), at((1.0 + CONFIDENCE) / 2.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix_gives_the_published_numbers() {
        // The first outputs for the seed 1234567 of the reference program (prng.di.unimi.it/splitmix64.c).
        let mut random = Random::new(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| random.next_u64()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn an_interval_cuts_two_and_a_half_percent_off_each_end() {
        // 0 … 200: 2.5 % of 200 is 5, from either end.
        let (low, high) = interval((0..=200).rev().map(f64::from).collect()).expect("201 values");
        assert!((low - 5.0).abs() < 1e-9 && (high - 195.0).abs() < 1e-9, "{low}–{high}");
        assert_eq!(interval(vec![3.0]), Some((3.0, 3.0)));
        assert_eq!(interval(vec![]), None);
    }

    #[test]
    fn a_draw_takes_as_many_articles_as_there_are() {
        let rows = [Counts::new(1.0, 2.0, 3.0); 50];
        for sums in draws(&rows, 1, 1, 20) {
            assert_eq!(sums, [Counts::new(50.0, 100.0, 150.0)]);
        }
        let rows: Vec<Counts> = (0..50).map(|i| Counts::new(f64::from(i), 0.0, 0.0)).collect();
        assert_ne!(draws(&rows, 1, 1, 2)[0], draws(&rows, 1, 1, 2)[1]);
        assert_ne!(draws(&rows, 1, 1, 1), draws(&rows, 1, 2, 1));
    }
}
