//! Cutting a file into the lines of one document each, so that no more than one is in memory.

use crate::input::decode::decode;
use crate::input::items::{Line, line};
use crate::input::open::explain;
use std::io::BufRead;

/// The lines of one document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The number of its first line, from 1.
    pub(super) line: u64,
    /// The lines, decoded.
    pub(super) text: String,
    /// What they were decoded from when it is not UTF-8.
    pub(super) encoding: Option<&'static str>,
}

impl Block {
    /// Its lines with their numbers in the file, without line ends.
    pub(super) fn lines(&self) -> impl Iterator<Item = (u64, &str)> {
        (self.line..).zip(self.text.lines())
    }
}

/// What is wrong with a document, and in which line where there is one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) line: Option<u64>,
    pub(super) message: String,
}

impl Flaw {
    pub(super) fn at(line: u64, message: impl Into<String>) -> Self {
        Self { line: Some(line), message: message.into() }
    }

    pub(super) fn whole(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into() }
    }
}

/// The documents of a stream.
pub(super) struct Blocks<R> {
    reader: R,
    /// Whether a line begins a document.
    begins: fn(&[u8]) -> bool,
    /// Bytes beyond which a document is an error.
    limit: usize,
    /// Whether a blank document is one; else it is passed over.
    blank: bool,
    /// Lines read so far.
    read: u64,
    /// The line that began the next document.
    next: Vec<u8>,
    ended: bool,
}

impl<R: BufRead> Blocks<R> {
    pub(super) fn new(reader: R, begins: fn(&[u8]) -> bool, limit: usize, blank: bool) -> Self {
        Self { reader, begins, limit, blank, read: 0, next: Vec::new(), ended: false }
    }

    /// The lines up to the next that begins a document; `None` in place of them when they are too long to keep.
    fn gather(&mut self) -> Result<(u64, Option<Vec<u8>>), Flaw> {
        let mut bytes = std::mem::take(&mut self.next);
        let first = if bytes.is_empty() { self.read + 1 } else { self.read };
        let mut whole = true;
        loop {
            let next = match line(&mut self.reader, self.limit) {
                Ok(Line::End) => {
                    self.ended = true;
                    break;
                }
                Ok(Line::Whole(next)) => Some(next),
                Ok(Line::TooLong) => None,
                Err(e) => {
                    self.ended = true;
                    return Err(Flaw::at(self.read + 1, explain(&e)));
                }
            };
            self.read += 1;
            let Some(mut next) = next else {
                whole = false;
                continue;
            };
            next.push(b'\n');
            if (self.begins)(&next) && self.read > first {
                self.next = next;
                break;
            }
            whole &= bytes.len() + next.len() <= self.limit;
            if whole {
                bytes.extend_from_slice(&next);
            } else {
                bytes = Vec::new();
            }
        }
        Ok((first, whole.then_some(bytes)))
    }
}

impl<R: BufRead> Iterator for Blocks<R> {
    type Item = Result<Block, Flaw>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let (line, bytes) = match self.gather() {
                Ok(found) => found,
                Err(flaw) => return Some(Err(flaw)),
            };
            let Some(bytes) = bytes else {
                let message =
                    format!("a document of more than {} bytes; mark where its articles begin, or split it", self.limit);
                return Some(Err(Flaw::at(line, message)));
            };
            if !self.blank && bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Some(match decode(&bytes) {
                Ok((text, encoding)) => Ok(Block { line, text, encoding }),
                Err(message) => Err(Flaw::at(line, message)),
            });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str, limit: usize) -> Vec<Result<(u64, String), u64>> {
        Blocks::new(text.as_bytes(), |line| line.starts_with(b"#"), limit, false)
            .map(|b| b.map(|b| (b.line, b.text)).map_err(|f| f.line.expect("a line")))
            .collect()
    }

    #[test]
    fn a_document_begins_at_its_mark_and_at_the_head_of_the_file() {
        assert_eq!(
            blocks("a\nb\n\n#1\nc\n#2\n", 99),
            [Ok((1, "a\nb\n\n".into())), Ok((4, "#1\nc\n".into())), Ok((6, "#2\n".into()))]
        );
        assert_eq!(blocks("#1\na", 99), [Ok((1, "#1\na\n".into()))]);
        assert_eq!(blocks("\n \n", 99), []);
    }

    #[test]
    fn a_document_over_the_limit_costs_itself_alone() {
        assert_eq!(
            blocks("#1\na\n#2\naaaa\nbbbb\n#3\nc\n", 8),
            [Ok((1, "#1\na\n".into())), Err(3), Ok((6, "#3\nc\n".into()))]
        );
        assert_eq!(blocks("#1\naaaaaaaaaaaaaaaa\n#2\nb\n", 8), [Err(1), Ok((3, "#2\nb\n".into()))]);
    }
}
