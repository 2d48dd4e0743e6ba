//! What is said to be the same, two by two, as groups.

use std::collections::BTreeMap;

/// The groups that pairs tie together, directly or over others.
pub(super) fn groups<T: Ord + Copy>(same: impl IntoIterator<Item = (T, T)>) -> Vec<Vec<T>> {
    let mut group_of: BTreeMap<T, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<T>> = Vec::new();
    for (one, two) in same {
        let mut group = |item: T| {
            *group_of.entry(item).or_insert_with(|| {
                groups.push(vec![item]);
                groups.len() - 1
            })
        };
        let (mut from, mut to) = (group(one), group(two));
        if from == to {
            continue;
        }
        if groups[from].len() > groups[to].len() {
            std::mem::swap(&mut from, &mut to);
        }
        for item in std::mem::take(&mut groups[from]) {
            group_of.insert(item, to);
            groups[to].push(item);
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn pairs_tie_groups_together() {
        let mut found = groups([(1, 2), (3, 3), (4, 5), (2, 1), (5, 1)]);
        found.iter_mut().for_each(|group| group.sort_unstable());
        found.sort();
        assert_eq!(found, [vec![1, 2, 4, 5], vec![3]]);
    }
}
