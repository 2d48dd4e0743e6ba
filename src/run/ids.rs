//! Which ids a run has used, and where.

use crate::input::Place;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Ids seen so far, each with its place.
///
/// This is the one thing in a run that grows with its length: some 30 bytes an article, and the names of
/// the files. Ids are kept as 64-bit hashes; two of ten million differ and collide with a chance of 3 in a million.
#[derive(Default)]
pub struct Ids {
    places: HashMap<u64, (u32, u64)>,
    sources: Vec<Box<str>>,
}

impl Ids {
    /// Takes an id for a place.
    ///
    /// # Errors
    /// The place that has it already.
    pub fn take(&mut self, id: &str, place: &Place) -> Result<(), Place> {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        if self.sources.last().is_none_or(|s| **s != *place.source) {
            self.sources.push(place.source.as_str().into());
        }
        let here = (self.sources.len() as u32 - 1, place.line.unwrap_or(0));
        match self.places.entry(hasher.finish()) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(here);
                Ok(())
            }
            std::collections::hash_map::Entry::Occupied(taken) => {
                let (source, line) = *taken.get();
                let source = self.sources[source as usize].to_string();
                Err(Place { source, line: (line > 0).then_some(line) })
            }
        }
    }
}
