//! The best one-to-one pairing of two lists.

/// Pairs rows with columns one to one so that the sum of their weights is largest.
///
/// Gives the column of every row; pairs of weight 0 or less are not made. The Hungarian algorithm with
/// potentials (Kuhn 1955, Munkres 1957), O(n²·m) for n the shorter side.
pub fn best(rows: usize, columns: usize, weight: impl Fn(usize, usize) -> f64) -> Vec<Option<usize>> {
    if rows <= columns {
        return wide(rows, columns, &weight);
    }
    let mut paired = vec![None; rows];
    for (column, row) in wide(columns, rows, &|column, row| weight(row, column)).into_iter().enumerate() {
        if let Some(row) = row {
            paired[row] = Some(column);
        }
    }
    paired
}

/// The same for no more rows than columns.
fn wide(rows: usize, columns: usize, weight: &dyn Fn(usize, usize) -> f64) -> Vec<Option<usize>> {
    let weight = |row, column| weight(row, column).max(0.0);
    // Row and column 0 are the sentinels of the algorithm; real ones count from 1.
    let (mut row_price, mut column_price) = (vec![0.0; rows + 1], vec![0.0; columns + 1]);
    let mut owner = vec![0; columns + 1];
    let mut came_from = vec![0; columns + 1];
    for row in 1..=rows {
        owner[0] = row;
        let mut column = 0;
        let mut slack = vec![f64::INFINITY; columns + 1];
        let mut seen = vec![false; columns + 1];
        while owner[column] != 0 {
            seen[column] = true;
            let (from, mut step, mut next) = (owner[column], f64::INFINITY, 0);
            for c in 1..=columns {
                if seen[c] {
                    continue;
                }
                let cost = -weight(from - 1, c - 1) - row_price[from] - column_price[c];
                if cost < slack[c] {
                    slack[c] = cost;
                    came_from[c] = column;
                }
                if slack[c] < step {
                    step = slack[c];
                    next = c;
                }
            }
            for c in 0..=columns {
                if seen[c] {
                    row_price[owner[c]] += step;
                    column_price[c] -= step;
                } else {
                    slack[c] -= step;
                }
            }
            column = next;
        }
        while column != 0 {
            owner[column] = owner[came_from[column]];
            column = came_from[column];
        }
    }
    let mut paired = vec![None; rows];
    for (column, &row) in owner.iter().enumerate().skip(1) {
        if row > 0 && weight(row - 1, column - 1) > 0.0 {
            paired[row - 1] = Some(column - 1);
        }
    }
    paired
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_trying_everything() {
        fn try_all(weights: &[Vec<f64>], row: usize, taken: u32) -> f64 {
            let Some(line) = weights.get(row) else { return 0.0 };
            (0..line.len())
                .filter(|c| taken & (1 << c) == 0)
                .map(|c| line[c] + try_all(weights, row + 1, taken | 1 << c))
                .fold(try_all(weights, row + 1, taken), f64::max)
        }
        let mut random = crate::score::bootstrap::Random::new(7);
        for _ in 0..500 {
            let (rows, columns) = (random.below(6), random.below(6));
            let weights: Vec<Vec<f64>> =
                (0..rows).map(|_| (0..columns).map(|_| random.below(5) as f64).collect()).collect();
            let paired = best(rows, columns, |r, c| weights[r][c]);
            let sum: f64 = paired.iter().enumerate().filter_map(|(r, c)| c.map(|c| weights[r][c])).sum();
            assert_eq!(sum, try_all(&weights, 0, 0), "{weights:?}");
            let mut columns: Vec<_> = paired.iter().flatten().collect();
            columns.sort();
            columns.dedup();
            assert_eq!(columns.len(), paired.iter().flatten().count(), "a column was used twice");
        }
    }
}
