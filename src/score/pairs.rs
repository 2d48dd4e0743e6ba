//! Which predictions belong to which gold article.

use super::held::Held;
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

/// The ids of articles that do not stand on all sides, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unpaired {
    /// In gold, without prediction; of two predictions, without one of them.
    pub missing: Vec<String>,
    /// Predicted, without gold; they cannot be scored.
    pub extra: Vec<String>,
}

/// Records with their lines, as they come.
type Records<'a> = Box<dyn Iterator<Item = Result<(usize, Record)>> + 'a>;

/// Gold, or a prediction, while it is read.
pub struct Side<'a> {
    name: String,
    records: Option<Records<'a>>,
    lines: BTreeMap<String, usize>,
    /// Articles that gold has too.
    paired: usize,
    /// The id that came last.
    latest: Option<String>,
}

/// The records of one article, gold first, as far as they have come.
type Slots = Vec<Option<Held>>;

impl<'a> Side<'a> {
    /// Records with their lines, and a name for errors.
    pub fn new(name: impl Into<String>, records: impl Iterator<Item = Result<(usize, Record)>> + 'a) -> Self {
        Self { name: name.into(), records: Some(Box::new(records)), lines: BTreeMap::new(), paired: 0, latest: None }
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

    fn has_ended(&self) -> bool {
        self.records.is_none()
    }

    /// The id that came first.
    fn first(&self) -> Option<&String> {
        self.lines.iter().min_by_key(|(_, line)| **line).map(|(id, _)| id)
    }
}

/// Calls `each` with every gold record and its predictions, by id, in whatever order the sides come.
///
/// All sides are read in step, so that no more is held than the orders differ, and that compressed. With [`Missing::Count`] a prediction
/// may be `None`.
///
/// # Errors
/// Those of the readers and of `each`; [`Kind::Format`] for ids that stand twice and texts that differ;
/// [`Kind::Input`] for gold without prediction under [`Missing::Refuse`], and when no two articles pair.
pub fn pair<'a>(
    gold: Side<'a>,
    predictions: Vec<Side<'a>>,
    missing: Missing,
    mut each: impl FnMut(&Record, &[Option<Record>]) -> Result<()>,
) -> Result<Unpaired> {
    let mut sides: Vec<Side> = std::iter::once(gold).chain(predictions).collect();
    let mut waiting: BTreeMap<String, Slots> = BTreeMap::new();
    let mut unpaired = Unpaired::default();
    while !sides.iter().all(Side::has_ended) {
        for place in 0..sides.len() {
            if sides[place].has_ended() {
                continue;
            }
            let latest = sides[place].latest.take().and_then(|id| waiting.get_mut(&id)?[place].as_mut());
            latest.map_or(Ok(()), Held::pack)?;
            let settled: Vec<String> = match sides[place].next()? {
                Some(record) => {
                    let id = record.id.clone();
                    let slots = waiting.entry(id.clone()).or_insert_with(|| sides.iter().map(|_| None).collect());
                    slots[place] = Some(Held::Whole(Box::new(record)));
                    sides[place].latest = Some(id.clone());
                    if is_settled(slots, &sides) { vec![id] } else { Vec::new() }
                }
                // What waited for this side alone waits no longer.
                None => {
                    waiting.iter().filter(|(_, slots)| is_settled(slots, &sides)).map(|(id, _)| id.clone()).collect()
                }
            };
            for id in settled {
                let Some(slots) = waiting.remove(&id) else { continue };
                let records: Vec<Option<Record>> =
                    slots.into_iter().map(|slot| slot.map(Held::unpack).transpose()).collect::<Result<_>>()?;
                let [Some(gold), predicted @ ..] = records.as_slice() else {
                    unpaired.extra.push(id);
                    continue;
                };
                for (side, predicted) in sides[1..].iter().zip(predicted) {
                    if let Some(predicted) = predicted {
                        same_text(gold, predicted).map_err(|e| placed(e, &gold.id, [&sides[0], side]))?;
                    }
                }
                for (side, _) in sides[1..].iter_mut().zip(predicted).filter(|(_, predicted)| predicted.is_some()) {
                    side.paired += 1;
                }
                let is_missing = predicted.iter().any(Option::is_none);
                if !is_missing || missing == Missing::Count {
                    each(gold, predicted).map_err(|e| placed(e, &gold.id, &sides))?;
                }
                if is_missing {
                    unpaired.missing.push(id);
                }
            }
        }
    }
    unpaired.extra.sort();
    unpaired.missing.sort();
    check(&sides, missing, &unpaired)?;
    Ok(unpaired)
}

/// What breaks the format, with the places where the sides have the article.
fn placed<'s, 'a: 's>(error: Error, id: &str, sides: impl IntoIterator<Item = &'s Side<'a>>) -> Error {
    if error.kind() != Kind::Format {
        return error;
    }
    let place = |side: &Side| side.lines.get(id).map(|line| format!("{}:{line}", side.name));
    let places: Vec<String> = sides.into_iter().filter_map(place).collect();
    Error::new(Kind::Format, format!("{}: {}", places.join(", "), error.chain()))
}

/// Whether nothing more can come that matters: a record from every side that goes on, or no gold any more.
fn is_settled(slots: &Slots, sides: &[Side]) -> bool {
    let is_extra = slots[0].is_none() && sides[0].has_ended();
    is_extra || slots.iter().zip(sides).all(|(slot, side)| slot.is_some() || side.has_ended())
}

/// Whether what was paired can be scored.
fn check(sides: &[Side], missing: Missing, unpaired: &Unpaired) -> Result<()> {
    let [gold, predictions @ ..] = sides else { return Ok(()) };
    if let Some(side) = predictions.iter().find(|side| side.paired == 0) {
        let message = match (gold.first(), side.first()) {
            (Some(a), Some(b)) => {
                format!("no article is in both: {} has ids like {a:?}, {} like {b:?}", gold.name, side.name)
            }
            (None, _) => format!("{} holds no records", gold.name),
            (_, None) => format!("{} holds no records", side.name),
        };
        return Err(Error::new(Kind::Input, message));
    }
    if missing == Missing::Refuse && !unpaired.missing.is_empty() {
        let message = format!(
            "{} of {} gold articles have no prediction: {}; predict them, or say with --missing whether to count all \
             their items as missed (count) or to leave them out (skip)",
            unpaired.missing.len(),
            gold.lines.len(),
            some(unpaired.missing.iter()),
        );
        return Err(Error::new(Kind::Input, message));
    }
    Ok(())
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
