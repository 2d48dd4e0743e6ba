//! Brackets around tokens, as `(3`, `3)`, `(3)`, `(1|(2)`, `(e1-person-1(e2-place)`: CoNLL-2012 and CorefUD.

use std::collections::HashMap;

/// A bracket: what stands in it, and whether it opens, closes or does both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bracket<'c> {
    opens: bool,
    content: &'c str,
    closes: bool,
}

/// The brackets of a cell.
fn brackets(cell: &str) -> Result<Vec<Bracket<'_>>, String> {
    let mut found = Vec::new();
    let mut rest = cell;
    while !rest.is_empty() {
        if let Some(next) = rest.strip_prefix('|') {
            rest = next;
            continue;
        }
        let inner = rest.strip_prefix('(');
        let from = inner.unwrap_or(rest);
        let end = from.find(['(', ')', '|']).unwrap_or(from.len());
        let closes = from[end..].starts_with(')');
        let bracket = Bracket { opens: inner.is_some(), content: &from[..end], closes };
        if bracket.content.is_empty() || !bracket.opens && !closes {
            return Err(format!("{cell:?} is no list of brackets, as (3, 3) or (3)|(4"));
        }
        found.push(bracket);
        rest = &from[end + usize::from(closes)..];
    }
    Ok(found)
}

/// A pair of brackets: its first and last token, what stood in the opening one, and the key in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pair<'c> {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) content: &'c str,
    pub(super) key: &'c str,
}

/// Pairs brackets over the tokens of a document; those of one key nest.
#[derive(Default)]
pub(super) struct Pairing<'c> {
    open: HashMap<&'c str, Vec<(usize, &'c str, u64)>>,
    pairs: Vec<Pair<'c>>,
}

impl<'c> Pairing<'c> {
    /// Reads the cell of a token; `key` finds in a bracket's content what its partner shares.
    ///
    /// # Errors
    /// A sentence on a cell that has no such form, or closes what is not open.
    pub(super) fn read(
        &mut self,
        cell: &'c str,
        token: usize,
        line: u64,
        key: impl Fn(&'c str) -> &'c str,
    ) -> Result<(), String> {
        for Bracket { opens, content, closes } in brackets(cell)? {
            let key = key(content);
            if opens {
                self.open.entry(key).or_default().push((token, content, line));
            }
            if closes {
                let open = self.open.get_mut(key).and_then(Vec::pop);
                let (first, content, _) =
                    open.ok_or_else(|| format!("{key}) closes what no ({key} before it opens"))?;
                self.pairs.push(Pair { first, last: token, content, key });
            }
        }
        Ok(())
    }

    /// The pairs, by their first token, the longer first.
    ///
    /// # Errors
    /// The line of the first bracket that nothing closes, and a sentence on it.
    pub(super) fn finish(mut self) -> Result<Vec<Pair<'c>>, (u64, String)> {
        let left = self.open.into_values().flatten().min_by_key(|&(token, content, _)| (token, content));
        if let Some((_, content, line)) = left {
            return Err((line, format!("({content} is opened here and never closed")));
        }
        self.pairs.sort_by_key(|p| (p.first, std::cmp::Reverse(p.last)));
        Ok(self.pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[&'static str]) -> Result<Vec<(usize, usize, &'static str)>, String> {
        let mut pairing = Pairing::default();
        for (token, cell) in cells.iter().enumerate() {
            pairing.read(cell, token, token as u64 + 1, |c| c.split('-').next().unwrap_or(c))?;
        }
        let pairs = pairing.finish().map_err(|(line, message)| format!("{line}: {message}"))?;
        Ok(pairs.into_iter().map(|p| (p.first, p.last, p.content)).collect())
    }

    #[test]
    fn both_spellings_pair() {
        let pairs = Ok(vec![(0, 3, "1"), (1, 2, "3"), (1, 1, "2")]);
        assert_eq!(read(&["(1", "(2)|(3", "3)", "1)"]), pairs);
        assert_eq!(read(&["(1", "(2)(3", "3)", "1)"]), pairs);
        let pairs = Ok(vec![(0, 2, "e1-person-1"), (1, 2, "e1-person"), (1, 1, "e2-place")]);
        assert_eq!(read(&["(e1-person-1", "(e1-person(e2-place)", "e1)e1)"]), pairs);
    }

    #[test]
    fn what_does_not_pair_is_said() {
        assert!(read(&["(1", "1)|1)"]).expect_err("extra").contains("1) closes what no (1"));
        assert!(read(&["(2)", "(1"]).expect_err("open").starts_with("2: (1 is opened"));
        for cell in ["1", "()", ")", "(1)2", "1)("] {
            assert!(read(&[cell]).is_err(), "{cell}");
        }
    }
}
