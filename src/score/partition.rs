//! How far two partitions of mentions into chains agree.
//!
//! Everything is read off one table: the sizes of the chains of both sides, and how many mentions each gold chain
//! shares with each predicted one. MUC: Vilain and others 1995. B³: Bagga and Baldwin 1998. CEAFφ4: Luo 2005. BLANC:
//! Luo, Pradhan, Recasens and Hovy 2014. LEA: Moosavi and Strube 2016.

use super::{Counts, assignment};

/// The two sides and what they share. Chains without mentions count for nothing.
pub(super) struct Table {
    /// Mentions of each gold chain.
    gold: Vec<usize>,
    /// Mentions of each predicted chain.
    predicted: Vec<usize>,
    /// What they share, sorted by gold chain, then predicted chain.
    cells: Vec<Cell>,
    /// Where the cells of each gold chain begin, and where the last end.
    rows: Vec<usize>,
    /// The predicted chain of each gold chain, one to one, so that the sum of φ4 is largest.
    pub(super) paired: Vec<Option<usize>>,
}

/// Mentions that a gold chain and a predicted chain have in common.
struct Cell {
    gold: usize,
    predicted: usize,
    mentions: usize,
}

/// The columns, in this order.
pub(super) const MENTIONS: usize = 0;
pub(super) const MUC: usize = 1;
/// Two columns: for precision and for recall.
pub(super) const B3: usize = 2;
pub(super) const CEAF: usize = 4;
/// Two columns: for precision and for recall.
pub(super) const LEA: usize = 5;
/// Two columns: links inside chains and links between chains.
pub(super) const BLANC: usize = 7;
pub(super) const WIDTH: usize = 9;

impl Table {
    /// From the sizes of both sides' chains and, for each mention that both have, its two chains.
    pub(super) fn new(gold: Vec<usize>, predicted: Vec<usize>, mut shared: Vec<(usize, usize)>) -> Self {
        shared.sort_unstable();
        let cells: Vec<Cell> = shared
            .chunk_by(|a, b| a == b)
            .map(|same| Cell { gold: same[0].0, predicted: same[0].1, mentions: same.len() })
            .collect();
        let rows = (0..=gold.len()).map(|g| cells.partition_point(|c| c.gold < g)).collect();
        let mut table = Self { gold, predicted, cells, rows, paired: Vec::new() };
        table.paired = table.pair();
        table
    }

    /// The columns of one article.
    pub(super) fn count(&self) -> [Counts; WIDTH] {
        let (g, p) = (&self.gold, &self.predicted);
        let all = |sizes: &[usize]| sizes.iter().sum::<usize>() as f64;
        let links = |sizes: &[usize]| sizes.iter().map(|&n| n.saturating_sub(1)).sum::<usize>() as f64;
        let pairs = |sizes: &[usize]| sizes.iter().map(|&n| pairs_of(n)).sum::<f64>();
        let chains = |sizes: &[usize]| sizes.iter().filter(|&&n| n > 0).count() as f64;
        let found = self.cells.iter().map(|c| c.mentions).sum::<usize>();

        let sum = |f: &dyn Fn(&Cell) -> f64| self.cells.iter().map(f).sum::<f64>();
        let square = |c: &Cell| (c.mentions * c.mentions) as f64;
        let ceaf = self.paired.iter().enumerate().filter_map(|(g, p)| Some(self.similarity(g, (*p)?))).sum();
        let inside = sum(&|c| pairs_of(c.mentions));
        // Pairs of mentions that both have, less those that one side or both link.
        let (mut of_gold, mut of_predicted) = (vec![0; g.len()], vec![0; p.len()]);
        for c in &self.cells {
            of_gold[c.gold] += c.mentions;
            of_predicted[c.predicted] += c.mentions;
        }
        let between = pairs_of(found) - pairs(&of_gold) - pairs(&of_predicted) + inside;
        [
            Counts::new(found as f64, all(p), all(g)),
            Counts::new((found - self.cells.len()) as f64, links(p), links(g)),
            Counts::new(sum(&|c| square(c) / p[c.predicted] as f64), all(p), 0.0),
            Counts::new(sum(&|c| square(c) / g[c.gold] as f64), 0.0, all(g)),
            Counts::new(ceaf, chains(p), chains(g)),
            Counts::new(sum(&|c| resolved(c, p[c.predicted], g[c.gold])), all(p), 0.0),
            Counts::new(sum(&|c| resolved(c, g[c.gold], p[c.predicted])), 0.0, all(g)),
            Counts::new(inside, pairs(p), pairs(g)),
            Counts::new(between, pairs_of(all(p) as usize) - pairs(p), pairs_of(all(g) as usize) - pairs(g)),
        ]
    }

    /// φ4: the mentions that two chains share, twice, of all mentions of both.
    fn similarity(&self, gold: usize, predicted: usize) -> f64 {
        let row = &self.cells[self.rows[gold]..self.rows[gold + 1]];
        let place = row.binary_search_by_key(&predicted, |c| c.predicted);
        place.map_or(0.0, |i| 2.0 * row[i].mentions as f64 / (self.gold[gold] + self.predicted[predicted]) as f64)
    }

    fn pair(&self) -> Vec<Option<usize>> {
        let mut paired = vec![None; self.gold.len()];
        for (golds, predictions) in self.islands() {
            let best =
                assignment::best(golds.len(), predictions.len(), |g, p| self.similarity(golds[g], predictions[p]));
            for (g, p) in best.into_iter().enumerate() {
                paired[golds[g]] = p.map(|p| predictions[p]);
            }
        }
        paired
    }

    /// The chains that hang together by shared mentions; nothing pairs across, and the assignment takes cubic time.
    fn islands(&self) -> Vec<(Vec<usize>, Vec<usize>)> {
        let mut island: Vec<usize> = (0..self.gold.len()).collect();
        let root = |island: &[usize], mut g: usize| {
            while island[g] != g {
                g = island[g];
            }
            g
        };
        let mut first = vec![None; self.predicted.len()];
        for c in &self.cells {
            let one = root(&island, c.gold);
            let other = root(&island, *first[c.predicted].get_or_insert(c.gold));
            island[one.max(other)] = one.min(other);
        }
        let mut islands = vec![(Vec::new(), Vec::new()); self.gold.len()];
        for g in 0..self.gold.len() {
            islands[root(&island, g)].0.push(g);
        }
        for (p, gold) in first.into_iter().enumerate() {
            if let Some(g) = gold {
                islands[root(&island, g)].1.push(p);
            }
        }
        islands.retain(|(_, predictions)| !predictions.is_empty());
        islands
    }
}

/// LEA: the mentions of a chain, weighed by the share of its links that one chain of the other side has too. A
/// chain of one is linked with itself.
fn resolved(cell: &Cell, own: usize, other: usize) -> f64 {
    match (own, other) {
        (1, 1) => 1.0,
        (1, _) => 0.0,
        _ => own as f64 * pairs_of(cell.mentions) / pairs_of(own),
    }
}

/// How many pairs there are of so many things.
fn pairs_of(n: usize) -> f64 {
    (n * n.saturating_sub(1) / 2) as f64
}
