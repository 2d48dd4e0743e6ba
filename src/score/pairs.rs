//! Which prediction belongs to which gold article.

use crate::error::{Error, Kind, Result};
use crate::record::Record;
use std::collections::BTreeMap;

/// What to do about gold articles that have no prediction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Missing {
    /// Nothing is scored; the error names them.
    #[default]
    Refuse,
    /// All their items count as missed.
    Count,
    /// They are left out.
    Skip,
}

/// The ids of articles on one side only, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unpaired {
    /// In gold, without prediction.
    pub missing: Vec<String>,
    /// Predicted, without gold; they cannot be scored.
    pub extra: Vec<String>,
}

/// A side of the comparison while it is read.
struct Side<I> {
    name: String,
    records: Option<I>,
    lines: BTreeMap<String, usize>,
    waiting: BTreeMap<String, Record>,
}

impl<I: Iterator<Item = Result<(usize, Record)>>> Side<I> {
    fn new(name: &str, records: I) -> Self {
        Self { name: name.to_owned(), records: Some(records), lines: BTreeMap::new(), waiting: BTreeMap::new() }
    }

    /// The next record, after a check that its id is new.
    fn next(&mut self) -> Result<Option<Record>> {
        let Some((line, record)) = self.records.as_mut().and_then(Iterator::next).transpose()? else {
            self.records = None;
            return Ok(None);
        };
        if let Some(first) = self.lines.insert(record.id.clone(), line) {
            let message = format!(
                "{}: the article {:?} stands on line {first} and again on line {line}; ids have to be unique",
                self.name, record.id
            );
            return Err(Error::new(Kind::Format, message));
        }
        Ok(Some(record))
    }
}

/// Calls `each` with every gold record and its prediction, by id, in whatever order the two sides come.
///
/// Both sides are read in step, so that no more is held than the orders differ. The items carry their line; the
/// names of the sides stand in errors. With [`Missing::Count`] gold records without a prediction come last, with `None`.
///
/// # Errors
/// Those of the two readers and of `each`; [`Kind::Format`] for ids that stand twice and texts that differ;
/// [`Kind::Input`] for gold without prediction under [`Missing::Refuse`], and when no two articles pair.
pub fn pair(
    gold: (&str, impl Iterator<Item = Result<(usize, Record)>>),
    predicted: (&str, impl Iterator<Item = Result<(usize, Record)>>),
    missing: Missing,
    mut each: impl FnMut(&Record, Option<&Record>) -> Result<()>,
) -> Result<Unpaired> {
    let (mut gold, mut predicted) = (Side::new(gold.0, gold.1), Side::new(predicted.0, predicted.1));
    let mut paired = 0;
    let mut both = |gold: &Record, predicted: &Record| {
        paired += 1;
        same_text(gold, predicted)?;
        each(gold, Some(predicted))
    };
    let mut unpaired = Unpaired::default();
    while gold.records.is_some() || predicted.records.is_some() {
        if let Some(record) = gold.next()? {
            match predicted.waiting.remove(&record.id) {
                Some(other) => both(&record, &other)?,
                None => drop(gold.waiting.insert(record.id.clone(), record)),
            }
        }
        if let Some(record) = predicted.next()? {
            match gold.waiting.remove(&record.id) {
                Some(other) => both(&other, &record)?,
                None if gold.records.is_some() => drop(predicted.waiting.insert(record.id.clone(), record)),
                None => unpaired.extra.push(record.id),
            }
        }
    }
    unpaired.extra.extend(predicted.waiting.into_keys());
    unpaired.extra.sort();

    if paired == 0 {
        let message = match (first(&gold.lines), first(&predicted.lines)) {
            (Some(a), Some(b)) => {
                format!("no article is in both: {} has ids like {a:?}, {} like {b:?}", gold.name, predicted.name)
            }
            (None, _) => format!("{} holds no records", gold.name),
            (_, None) => format!("{} holds no records", predicted.name),
        };
        return Err(Error::new(Kind::Input, message));
    }
    if missing == Missing::Refuse && !gold.waiting.is_empty() {
        let message = format!(
            "{} of {} gold articles have no prediction: {}; predict them, or say with --missing whether to count all \
             their items as missed (count) or to leave them out (skip)",
            gold.waiting.len(),
            gold.lines.len(),
            some(gold.waiting.keys()),
        );
        return Err(Error::new(Kind::Input, message));
    }
    for (id, record) in gold.waiting {
        if missing == Missing::Count {
            each(&record, None)?;
        }
        unpaired.missing.push(id);
    }
    Ok(unpaired)
}

fn first(lines: &BTreeMap<String, usize>) -> Option<&String> {
    lines.iter().min_by_key(|(_, line)| **line).map(|(id, _)| id)
}

/// The first few of some ids, for a message.
pub fn some<'a>(ids: impl ExactSizeIterator<Item = &'a String>) -> String {
    const SHOWN: usize = 3;
    let more = if ids.len() > SHOWN { ", …" } else { "" };
    ids.take(SHOWN).cloned().collect::<Vec<_>>().join(", ") + more
}

/// Whether both records annotate the same text.
///
/// # Errors
/// [`Kind::Format`] that shows the first difference.
fn same_text(gold: &Record, predicted: &Record) -> Result<()> {
    if gold.text == predicted.text {
        return Ok(());
    }
    let place = gold.text.chars().zip(predicted.text.chars()).take_while(|(a, b)| a == b).count();
    let near = |text: &str| {
        let from = place.saturating_sub(15);
        let part: String = text.chars().skip(from).take(place - from + 15).collect();
        format!("{part:?} ({} code points in all)", text.chars().count())
    };
    let message = format!(
        "the texts of article {:?} differ at code point {place}: in gold {}, in the prediction {}",
        gold.id,
        near(&gold.text),
        near(&predicted.text)
    );
    Err(Error::new(Kind::Format, message))
}
