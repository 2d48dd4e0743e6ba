//! What a record has no place for, in numbers.

use std::fmt;
use std::ops::AddAssign;

/// How many items of the input are not in the records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Entities that overlap one that stays.
    pub entities: u64,
    /// Mentions whose span another chain has, or that have no word.
    pub mentions: u64,
    /// Chains of which no mention is left.
    pub chains: u64,
    /// Quotes without content.
    pub quotes: u64,
}

impl AddAssign for LeftOut {
    fn add_assign(&mut self, more: Self) {
        self.entities += more.entities;
        self.mentions += more.mentions;
        self.chains += more.chains;
        self.quotes += more.quotes;
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entities, mentions, chains, quotes } = self;
        write!(f, "{entities} entities, {mentions} mentions, {chains} chains, {quotes} quotes")
    }
}
