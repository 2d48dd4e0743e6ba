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

/// How many draws are summed up in one reading of the articles' counts, which are too many for a cache.
const TOGETHER: usize = 16;

/// The summed counts of each draw; `rows` are those of the articles, all of one width.
pub fn draws(rows: &[&[Counts]], seed: u64, draws: usize) -> Vec<Vec<Counts>> {
    weighted(rows, draws, |draw, take| {
        let mut random = Random::of_draw(seed, draw);
        for _ in 0..rows.len() {
            take(random.below(rows.len()));
        }
    })
}

/// The summed counts of each draw of a coin for every article: those where it fell on heads.
///
/// For a paired test by randomization (Noreen, Computer-Intensive Methods for Testing Hypotheses, 1989): with the
/// differences of two predictions as rows this is what swapping them in these articles changes.
pub fn coins(rows: &[&[Counts]], seed: u64, draws: usize) -> Vec<Vec<Counts>> {
    weighted(rows, draws, |draw, take| {
        let mut random = Random::of_draw(seed, draw);
        for article in 0..rows.len() {
            if random.next_u64() >> 63 == 1 {
                take(article);
            }
        }
    })
}

/// Sums rows, each as often as its draw takes it.
fn weighted(rows: &[&[Counts]], draws: usize, draw: impl Fn(u64, &mut dyn FnMut(usize)) + Sync) -> Vec<Vec<Counts>> {
    let distinct = Distinct::new(rows);
    let block = |first: usize| {
        let mut times = vec![[0_u32; TOGETHER]; rows.len()];
        let draws = first as u64..;
        for (d, number) in (0..TOGETHER).zip(draws) {
            draw(number, &mut |article| times[article][d] += 1);
        }
        let mut sums = vec![vec![0.0; distinct.width]; TOGETHER];
        for (row, times) in distinct.numbers.chunks_exact(distinct.width).zip(&times) {
            for (sums, &times) in sums.iter_mut().zip(times).filter(|(_, times)| **times > 0) {
                for (sum, number) in sums.iter_mut().zip(row) {
                    *sum += number * f64::from(times);
                }
            }
        }
        sums.iter().map(|sums| distinct.counts(sums)).collect::<Vec<_>>()
    };
    let firsts: Vec<usize> = (0..draws).step_by(TOGETHER).collect();
    let mut all: Vec<Vec<Counts>> = firsts.into_par_iter().flat_map_iter(block).collect();
    all.truncate(draws);
    all
}

/// The numbers of all rows, those that are the same in every row only once: most measures share what was predicted and
/// what gold has.
struct Distinct {
    /// Row behind row.
    numbers: Vec<f64>,
    width: usize,
    /// Where each number of a row has gone.
    place: Vec<usize>,
}

impl Distinct {
    fn new(rows: &[&[Counts]]) -> Self {
        let of = |row: &[Counts], i: usize| match (row[i / 3], i % 3) {
            (counts, 0) => counts.right,
            (counts, 1) => counts.predicted,
            (counts, _) => counts.gold,
        };
        // The first number that is the same as this one in all rows so far.
        let mut same = vec![0; 3 * rows.first().map_or(0, |row| row.len())];
        for row in rows {
            if same.iter().enumerate().any(|(i, &first)| of(row, i) != of(row, first)) {
                let before = same.clone();
                let first = |i: usize| (0..i).find(|&j| before[j] == before[i] && of(row, j) == of(row, i));
                same = (0..same.len()).map(|i| first(i).unwrap_or(i)).collect();
            }
        }
        let kept: Vec<usize> = (0..same.len()).filter(|&i| same[i] == i).collect();
        let numbers = rows.iter().flat_map(|row| kept.iter().map(|&i| of(row, i))).collect();
        let place = same.iter().map(|first| kept.partition_point(|i| i < first)).collect();
        Self { numbers, width: kept.len(), place }
    }

    /// The columns again.
    fn counts(&self, numbers: &[f64]) -> Vec<Counts> {
        let of = |place: &[usize]| Counts::new(numbers[place[0]], numbers[place[1]], numbers[place[2]]);
        self.place.chunks_exact(3).map(of).collect()
    }
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
        let one = [Counts::new(1.0, 2.0, 3.0)];
        let rows = [&one[..]; 50];
        let all = draws(&rows, 1, 20);
        assert_eq!(all.len(), 20);
        assert!(all.iter().all(|sums| *sums == [Counts::new(50.0, 100.0, 150.0)]));
        let numbers: Vec<[Counts; 1]> = (0..50).map(|i| [Counts::new(f64::from(i), 0.0, 0.0)]).collect();
        let rows: Vec<&[Counts]> = numbers.iter().map(|n| &n[..]).collect();
        assert_ne!(draws(&rows, 1, 2)[0], draws(&rows, 1, 2)[1]);
        assert_ne!(draws(&rows, 1, 1), draws(&rows, 2, 1));
        // A longer run begins like a shorter one.
        assert_eq!(draws(&rows, 1, 20)[..5], draws(&rows, 1, 5));
    }

    #[test]
    fn a_coin_takes_half_of_the_articles() {
        let one = [Counts::new(1.0, 0.0, 0.0)];
        let rows = [&one[..]; 100];
        let sum: f64 = coins(&rows, 1, 1000).iter().map(|sums| sums[0].right).sum();
        // 100,000 tosses: a standard deviation is 158.
        assert!((sum - 50_000.0).abs() < 600.0, "{sum}");
    }
}
