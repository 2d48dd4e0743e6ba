//! What a run writes: records and errors, a line each, in input order.
//!
//! Every line goes out in one write, straight to the file, in the order of the items. So whenever the program
//! is killed, the files hold a beginning of what an undisturbed run writes, but for one torn last line, and
//! [`Output::resume`] finds the place by reading the input again beside them.

use super::manifest::Counts;
use crate::error::{Error, Kind, Result};
use crate::input::Place;
use crate::input::items::Item;
use crate::record::Record;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::iter::Peekable;
use std::path::Path;

/// The records of a run.
pub const ANNOTATIONS: &str = "annotations.jsonl";
/// What went wrong, an article or source a line.
pub const ERRORS: &str = "errors.jsonl";

/// A line of `errors.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The file.
    pub source: String,
    /// The line in it, from 1.
    pub line: Option<u64>,
    /// The article, as far as it is known.
    pub id: Option<String>,
    /// What went wrong, and what to do.
    pub error: String,
}

impl Failure {
    /// What went wrong at a place.
    pub fn new(place: &Place, id: Option<String>, error: String) -> Self {
        Self { source: place.source.clone(), line: place.line, id, error }
    }

    /// As a line of `errors.jsonl`.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| unreachable!("strings and numbers always serialise"))
    }
}

/// The two files of an output folder; [`Output::resume`] puts both at their ends.
pub struct Output {
    annotations: File,
    errors: File,
}

/// What of a record already written has to be known again.
#[derive(Deserialize)]
struct Written {
    id: String,
    text: String,
    sentences: Vec<serde::de::IgnoredAny>,
    entities: Vec<serde::de::IgnoredAny>,
    chains: Vec<serde::de::IgnoredAny>,
    quotes: Vec<serde::de::IgnoredAny>,
}

impl Output {
    /// Opens the files of a folder, and makes what is missing.
    ///
    /// # Errors
    /// [`Kind::Io`]; [`Kind::Usage`] when another run is writing there.
    pub fn open(folder: &Path) -> Result<Self> {
        let file = |name: &str| {
            let path = folder.join(name);
            let options = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path);
            options.map_err(|e| Error::new(Kind::Io, format!("cannot open {} for writing", path.display())).with(e))
        };
        let output = Self { annotations: file(ANNOTATIONS)?, errors: file(ERRORS)? };
        match output.annotations.try_lock() {
            // Some file systems have no locks; then two runs at once are the user's care.
            Ok(()) | Err(std::fs::TryLockError::Error(_)) => Ok(output),
            Err(std::fs::TryLockError::WouldBlock) => {
                Err(Error::new(Kind::Usage, format!("another run is writing to {}", folder.display())))
            }
        }
    }

    /// Writes a record.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub fn record(&mut self, mut line: String) -> Result<()> {
        line.push('\n');
        self.annotations.write_all(line.as_bytes()).map_err(|e| cannot_write(ANNOTATIONS, e))
    }

    /// Writes an error.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub fn failure(&mut self, failure: &Failure) -> Result<()> {
        let line = failure.to_json() + "\n";
        self.errors.write_all(line.as_bytes()).map_err(|e| cannot_write(ERRORS, e))
    }

    /// Empties both files.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub fn clear(&mut self) -> Result<()> {
        cut(&mut self.annotations, 0).and_then(|()| cut(&mut self.errors, 0)).map_err(|e| cannot_write(ANNOTATIONS, e))
    }

    /// Puts all of it on the disk.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub fn sync(&self) -> Result<()> {
        self.annotations.sync_all().and_then(|()| self.errors.sync_all()).map_err(|e| cannot_write(ANNOTATIONS, e))
    }

    /// Goes through what is written, beside the items it came from, and cuts off what is torn.
    ///
    /// Takes from `items` those that are done; `parse` gives the record of an article that can be read, and `done`
    /// hears of each record that is there. Returns what is there in numbers.
    ///
    /// After a power cut one file may be ahead of the other: what follows the first item that neither has is cut
    /// off and comes again. That holds for the same input only; where it is not `known` to be the same (standard
    /// input), lines that are not those of the items are an error, and nothing is cut.
    ///
    /// # Errors
    /// [`Kind::Usage`] as said; [`Kind::Io`].
    pub fn resume(
        &mut self,
        known: bool,
        items: &mut Peekable<impl Iterator<Item = Item>>,
        parse: impl Fn(&Item) -> Option<Record>,
        mut done: impl FnMut(&str, &Place),
    ) -> Result<Counts> {
        let mut records = Tail::new(&mut self.annotations, ANNOTATIONS)?;
        let mut failures = Tail::new(&mut self.errors, ERRORS)?;
        let mut counts = Counts::default();
        while records.line.is_some() || failures.line.is_some() {
            let Some(item) = items.peek() else { break };
            let failed = failures.parsed::<Failure>()?;
            if failed.is_some_and(|f| (&f.source, f.line) == (&item.place.source, item.place.line)) {
                counts += Counts::error();
                failures.advance()?;
            } else if let Some(written) =
                records.parsed::<Written>()?.filter(|w| parse(item).is_some_and(|r| r.id == w.id && r.text == w.text))
            {
                done(&written.id, &item.place);
                counts += written.counts();
                records.advance()?;
            } else {
                break;
            }
            items.next();
        }
        let left = [&records, &failures].into_iter().find(|tail| tail.line.is_some() && !known);
        if let Some(Tail { number, name, .. }) = left {
            let message = format!(
                "line {number} of {name} is not what the input has there; was it written from other input? (--restart starts over)"
            );
            return Err(Error::new(Kind::Usage, message));
        }
        let (whole, errors) = (records.whole, failures.whole);
        cut(&mut self.annotations, whole).map_err(|e| cannot_write(ANNOTATIONS, e))?;
        cut(&mut self.errors, errors).map_err(|e| cannot_write(ERRORS, e))?;
        Ok(counts)
    }
}

impl Written {
    fn counts(&self) -> Counts {
        Counts::of(&self.text, [self.sentences.len(), self.entities.len(), self.chains.len(), self.quotes.len()])
    }
}

/// Cuts a file off and goes to its end.
fn cut(file: &mut File, length: u64) -> std::io::Result<()> {
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length)).map(|_| ())
}

fn cannot_write(name: &str, error: std::io::Error) -> Error {
    Error::new(Kind::Io, format!("cannot write {name}; what is written stays, and the same command goes on"))
        .with(error)
}

/// The whole lines of a file, one at a time.
struct Tail<'f> {
    reader: BufReader<&'f mut File>,
    name: &'static str,
    /// The line at hand, with its line end.
    line: Option<String>,
    number: u64,
    /// Bytes up to and without the line at hand.
    whole: u64,
}

impl<'f> Tail<'f> {
    fn new(file: &'f mut File, name: &'static str) -> Result<Self> {
        file.seek(SeekFrom::Start(0)).map_err(|e| unreadable(name, e))?;
        let mut tail = Self { reader: BufReader::new(file), name, line: None, number: 0, whole: 0 };
        tail.advance()?;
        Ok(tail)
    }

    fn advance(&mut self) -> Result<()> {
        self.whole += self.line.as_ref().map_or(0, String::len) as u64;
        self.number += 1;
        let mut bytes = Vec::new();
        self.reader.by_ref().read_until(b'\n', &mut bytes).map_err(|e| unreadable(self.name, e))?;
        // A torn line may end within a character.
        self.line = match bytes.last() {
            Some(b'\n') => Some(String::from_utf8(bytes).map_err(|e| {
                Error::new(
                    Kind::Usage,
                    format!("line {} of {} is not UTF-8 (--restart starts over)", self.number, self.name),
                )
                .with(e)
            })?),
            _ => None,
        };
        Ok(())
    }

    fn parsed<T: for<'de> Deserialize<'de>>(&self) -> Result<Option<T>> {
        self.line.as_deref().map(serde_json::from_str).transpose().map_err(|e| {
            let message =
                format!("line {} of {} is not from this program (--restart starts over)", self.number, self.name);
            Error::new(Kind::Usage, message).with(e)
        })
    }
}

fn unreadable(name: &str, error: std::io::Error) -> Error {
    Error::new(Kind::Io, format!("cannot read {name}")).with(error)
}
