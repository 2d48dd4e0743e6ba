//! Reading articles: from arguments to sources, from sources to items, from items to records.
//!
//! ```text
//! arguments --sources::walk--> Source --items::read--> Item --article::parse--> Record
//! ```
//!
//! Every step is an iterator or a function of one item: nothing is collected, and what goes wrong is an
//! item of its own, with its place, so that the rest goes on.

pub mod article;
pub mod decode;
pub mod items;
pub mod open;
pub mod sources;

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

/// Where an article comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file as it is named to the user; `-` for standard input.
    pub source: String,
    /// The line in it, from 1; `None` for a file that is one article.
    pub line: Option<u64>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

/// A file or stream with articles in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// How it is named to the user.
    pub name: String,
    /// Where to open it; `None` for standard input.
    pub path: Option<PathBuf>,
    /// What the ids of its articles begin with: its path relative to the input root, without extension.
    pub stem: String,
    /// What is in it.
    pub shape: Shape,
}

impl Source {
    /// Its bytes as they lie there, packed or not.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match &self.path {
            None => Ok(Box::new(io::stdin())),
            Some(path) => Ok(Box::new(File::open(path)?)),
        }
    }
}

/// How articles lie in a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One article, the whole file.
    Text,
    /// One JSON object on each line.
    Lines,
    /// Named on the command line, and its ending says nothing: text, unless it looks like JSON.
    Unknown,
}
