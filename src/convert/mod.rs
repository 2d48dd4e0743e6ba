//! From the field's formats to records: CoNLL-2003, CoNLL-2012, CoNLL-U, brat standoff, Citron's JSON.
//!
//! ```text
//! file --blocks--> Block (the lines of a document) --a file for each format--> Draft --draft--> Record
//! ```
//!
//! One document is in memory at a time. What is wrong with one is an error with its place, and the rest goes on.
//! `docs/convert.md` says what becomes of what.

mod blocks;
mod brackets;
mod brat;
mod citron;
mod conll2003;
mod conll2012;
mod conllu;
mod draft;
mod groups;
mod labels;
mod layout;
mod left_out;
mod mentions;
mod reports;
mod tags;

pub use labels::Labels;
pub use left_out::LeftOut;
pub use tags::Tagging;

use crate::input::open::{explain, unpack, without_mark};
use crate::input::sources::{self, Found, ending};
use crate::input::{Place, Shape, Source};
use crate::record::Record;
use crate::run::ids::Ids;
use crate::run::output::Failure;
use blocks::{Block, Blocks, Flaw};
use draft::Draft;
use std::path::{Path, PathBuf};

/// Bytes of a file beyond which one document is an error.
pub const LONGEST: usize = 64 << 20;

/// A format with annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// CoNLL-2003 columns.
    Conll2003,
    /// CoNLL-2012 columns.
    Conll2012,
    /// CoNLL-U, with CorefUD's `Entity=`.
    Conllu,
    /// brat standoff.
    Brat,
    /// The JSON of Citron.
    Citron,
}

impl Format {
    /// The endings of the files that are read from a folder.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Conll2003 => &["conll", "bio", "iob", "iob2", "tsv", "txt"],
            Self::Conll2012 => &["conll", "v4_gold_conll", "v4_auto_conll", "gold_conll"],
            Self::Conllu => &["conllu"],
            Self::Brat => &["ann"],
            Self::Citron => &["json", "jsonl"],
        }
    }

    fn reads(self, path: &Path) -> bool {
        ending(path).is_some_and(|e| self.endings().contains(&e.as_str()))
    }
}

/// What a reader has to know besides the file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The labels of the files in ours.
    pub labels: Labels,
    /// How the tags of CoNLL-2003 mark names; `None` reads all schemes, and checks none.
    pub tagging: Option<Tagging>,
}

/// A document converted.
#[derive(Debug)]
pub struct Converted {
    /// What became of it.
    pub record: Record,
    /// What the record has no place for.
    pub left_out: LeftOut,
}

/// The records of files and folders, in order; what cannot be converted is a failure, with its place.
///
/// Folders are walked by the bytes of their names, and files with the format's endings read, also `.gz` and `.zst`. A file
/// named as an input is always read; `-` is standard input.
pub fn read(inputs: &[PathBuf], format: Format, options: &Options) -> impl Iterator<Item = Result<Converted, Failure>> {
    let mut ids = Ids::default();
    let walk = sources::walk_for(inputs, None, move |path| format.reads(path).then_some(Shape::Text));
    walk.flat_map(move |found| -> Documents<'_> {
        match found {
            Found::Source(source) => documents(source, format, options),
            Found::Unreadable(place, message) => Box::new(std::iter::once((place, Err((None, message))))),
            Found::LeftOut(_) => Box::new(std::iter::empty()),
        }
    })
    .map(move |(place, converted)| {
        let (id, message) = match converted {
            Ok(converted) => match ids.take(&converted.record.id, &place) {
                Ok(()) => return Ok(converted),
                Err(first) => {
                    (Some(converted.record.id), format!("its id is already used, by the document at {first}"))
                }
            },
            Err(failed) => failed,
        };
        Err(Failure::new(&place, id, message))
    })
}

/// The id as far as it is known, and what is wrong.
type Failed = (Option<String>, String);
type Documents<'o> = Box<dyn Iterator<Item = (Place, Result<Converted, Failed>)> + 'o>;

/// The documents of a file.
fn documents(source: Source, format: Format, options: &Options) -> Documents<'_> {
    let whole = |message| -> Documents<'_> {
        let place = Place { source: source.name.clone(), line: None };
        Box::new(std::iter::once((place, Err((None, message)))))
    };
    if source.path.is_none() && format == Format::Brat {
        return whole("brat standoff is two files, so it cannot come from stdin".to_owned());
    }
    let reader = match source.open().and_then(unpack).and_then(without_mark) {
        Ok(reader) => reader,
        Err(e) => return whole(explain(&e)),
    };
    let lines = source.path.as_deref().is_none_or(|p| ending(p).as_deref() == Some("jsonl"));
    let begins: fn(&[u8]) -> bool = match format {
        Format::Conll2003 => conll2003::begins,
        Format::Conll2012 => conll2012::begins,
        Format::Conllu => conllu::begins,
        Format::Citron if lines => |_| true,
        Format::Brat | Format::Citron => |_| false,
    };
    let mut header = conllu::Header::default();
    let mut parse = move |block: &Block, path: &Path| match format {
        Format::Conll2003 => conll2003::read(block, options),
        Format::Conll2012 => conll2012::read(block, options),
        Format::Conllu => conllu::read(block, options, &mut header),
        Format::Brat => brat::read(block, path, options, LONGEST),
        Format::Citron => citron::read(block),
    };
    let stem = stem(&source, format);
    // Documents so far, those that failed among them.
    let mut number = 0;
    // An annotation file of brat without a line is an article in which nothing was found.
    let blocks = Blocks::new(reader, begins, LONGEST, format == Format::Brat);
    Box::new(blocks.filter_map(move |block| {
        let path = source.path.as_deref().unwrap_or(Path::new("-"));
        let read = block.and_then(|block| match parse(&block, path) {
            Ok(draft) => Ok(draft.map(|draft| (block.line, draft))),
            Err(flaw) => Err(Flaw { line: flaw.line.or(Some(block.line)), ..flaw }),
        });
        let read = read.transpose()?;
        number += 1;
        let default = if number == 1 { stem.clone() } else { format!("{stem}:{number}") };
        let (line, converted) = match read {
            Err(flaw) => (flaw.line, Err((None, flaw.message))),
            Ok((line, draft)) => (Some(line), finish(draft, default)),
        };
        Some((Place { source: source.name.clone(), line }, converted))
    }))
}

fn finish(mut draft: Draft, default_id: String) -> Result<Converted, Failed> {
    let id = draft.id.take().unwrap_or(default_id);
    if draft.text.trim().is_empty() {
        return Err((Some(id), "there is no text in it".to_owned()));
    }
    Ok(draft.finish(id))
}

/// What the ids of a file's documents begin with: an ending that is none of the format's stays.
fn stem(source: &Source, format: Format) -> String {
    match source.path.as_deref() {
        Some(path) if !format.reads(path) => match ending(path) {
            Some(ending) => format!("{}.{ending}", source.stem),
            None => source.stem.clone(),
        },
        _ => source.stem.clone(),
    }
}
