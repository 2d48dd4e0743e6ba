//! From sources to items: the bytes of one article each, with their place.

use super::open::{explain, peek, unpack};
use super::sources::Found;
use super::{Place, Shape, Source};
use std::io::{BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The bytes of one article, not yet understood, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Where it comes from.
    pub place: Place,
    /// The id for an article that does not bring its own.
    pub id: String,
    /// What was read.
    pub raw: Result<Raw, String>,
}

/// Bytes as they stand in the source, unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    /// The text of an article.
    Text(Vec<u8>),
    /// A JSON object.
    Json(Vec<u8>),
}

impl Item {
    /// How many bytes it holds.
    pub fn len(&self) -> usize {
        match &self.raw {
            Ok(Raw::Text(bytes) | Raw::Json(bytes)) => bytes.len(),
            Err(_) => 0,
        }
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The items of all sources, in order.
///
/// `limit` is the size in bytes beyond which an article is not read but an error. `position` counts the
/// bytes taken from the disk, for a progress bar.
pub fn read(
    sources: impl Iterator<Item = Found>,
    limit: usize,
    position: &Arc<AtomicU64>,
) -> impl Iterator<Item = Item> {
    let position = Arc::clone(position);
    sources.flat_map(move |found| match found {
        Found::Source(source) => items(&source, limit, &position),
        Found::Unreadable(place, message) => one(place, String::new(), Err(message)),
        Found::LeftOut(_) => Box::new(std::iter::empty()),
    })
}

type Items = Box<dyn Iterator<Item = Item> + Send>;

fn one(place: Place, id: String, raw: Result<Raw, String>) -> Items {
    Box::new(std::iter::once(Item { place, id, raw }))
}

/// How many bytes tell what kind of file it is.
const HEAD: usize = 64;

/// What to say of a file whose name does not say what it is, and whose first bytes show that it is no plain text.
fn no_text(head: &[u8]) -> Option<&'static str> {
    let starts = |with: &[u8]| head.get(..with.len()).is_some_and(|h| h.eq_ignore_ascii_case(with));
    let list = head.strip_prefix(b"[").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{"));
    if starts(b"{") {
        Some(
            "this looks like JSON lines, but its name does not end in .jsonl: rename it, or hand it over on standard input",
        )
    } else if list {
        Some("this looks like a JSON list; an object a line is read, as jq -c '.[]' makes it, from .jsonl")
    } else if starts(b"%PDF") || starts(b"<!doctype") || starts(b"<html") || starts(b"PK\x03\x04") {
        Some("this looks like a web page, a PDF or an office file; take its text out into .txt or .jsonl")
    } else {
        None
    }
}

fn items(source: &Source, limit: usize, position: &Arc<AtomicU64>) -> Items {
    let whole = Place { source: source.name.clone(), line: None };
    let counted = |inner| Counted { inner, position: Arc::clone(position) };
    let opened = source.open().and_then(|raw| unpack(counted(raw)));
    let (head, reader) = match opened.and_then(|reader| peek(reader, HEAD)) {
        Ok(opened) => opened,
        Err(e) => return one(whole, source.stem.clone(), Err(explain(&e))),
    };
    let head = head.trim_ascii_start();
    let refused = match source.shape {
        Shape::Unknown => no_text(head),
        Shape::Lines if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") => {
            Some("JSON lines in UTF-16 are not read; turn the file into UTF-8, as iconv does")
        }
        Shape::Text | Shape::Lines => None,
    };
    if let Some(message) = refused {
        return one(whole, source.stem.clone(), Err(message.to_owned()));
    }
    match source.shape {
        Shape::Text | Shape::Unknown => one(whole, source.stem.clone(), text(reader, limit).map(Raw::Text)),
        Shape::Lines => Box::new(Lines { reader, source: source.clone(), limit, line: 0, blank: true, ended: false }),
    }
}

fn text(reader: impl BufRead, limit: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    match reader.take(limit as u64 + 1).read_to_end(&mut bytes) {
        Err(e) => Err(explain(&e)),
        Ok(n) if n > limit => Err(too_long(limit)),
        Ok(_) => Ok(bytes),
    }
}

fn too_long(limit: usize) -> String {
    format!("longer than {limit} bytes as it stands in its file, four times what --max-article allows")
}

/// Counts what passes through.
struct Counted<R> {
    inner: R,
    position: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.position.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// The lines of a JSONL source that are not blank.
struct Lines<R> {
    reader: R,
    source: Source,
    limit: usize,
    line: u64,
    /// Nothing but blank lines so far.
    blank: bool,
    ended: bool,
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while !self.ended {
            self.line += 1;
            let raw = match line(&mut self.reader, self.limit) {
                Ok(Line::End) => {
                    self.ended = true;
                    if !self.blank {
                        return None;
                    }
                    Err("no article in it: the file is empty".to_owned())
                }
                Ok(Line::TooLong) => Err(too_long(self.limit)),
                Ok(Line::Whole(bytes)) => {
                    if bytes.iter().all(|b| b.is_ascii_whitespace()) || bytes == b"\xEF\xBB\xBF" {
                        continue;
                    }
                    Ok(Raw::Json(bytes))
                }
                Err(e) => {
                    self.ended = true;
                    Err(explain(&e))
                }
            };
            self.blank = false;
            let line = Some(self.line);
            let id = format!("{}:{}", self.source.stem, self.line);
            return Some(Item { place: Place { source: self.source.name.clone(), line }, id, raw });
        }
        None
    }
}

/// A line of a stream.
pub(crate) enum Line {
    Whole(Vec<u8>),
    /// Read to its end, but not kept.
    TooLong,
    End,
}

/// The next line, without its end, in memory for `limit` bytes at most.
pub(crate) fn line(reader: &mut impl BufRead, limit: usize) -> std::io::Result<Line> {
    let mut bytes = Vec::new();
    let mut length = 0;
    loop {
        let block = match reader.fill_buf() {
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if block.is_empty() && length == 0 {
            return Ok(Line::End);
        }
        let end = block.iter().position(|&b| b == b'\n');
        let part = &block[..end.unwrap_or(block.len())];
        length += part.len() + usize::from(end.is_some());
        if length <= limit {
            bytes.extend_from_slice(part);
        } else {
            bytes = Vec::new();
        }
        let (used, last) = (part.len() + usize::from(end.is_some()), end.is_some() || block.is_empty());
        reader.consume(used);
        if last {
            return Ok(if length <= limit { Line::Whole(bytes) } else { Line::TooLong });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, limit: usize) -> Vec<(u64, Result<String, String>)> {
        let source = Source { name: "a.jsonl".into(), path: None, stem: "a".into(), shape: Shape::Lines };
        Lines {
            reader: std::io::BufReader::with_capacity(4, text.as_bytes()),
            source,
            limit,
            line: 0,
            blank: true,
            ended: false,
        }
        .map(|item| {
            let raw = item.raw.map(|raw| match raw {
                Raw::Text(b) | Raw::Json(b) => String::from_utf8(b).expect("UTF-8"),
            });
            (item.place.line.expect("a line"), raw)
        })
        .collect()
    }

    #[test]
    fn blank_lines_count_but_are_no_articles() {
        assert_eq!(
            lines("{1}\n\n  \n{22222}\n{3}", 99),
            [(1, Ok("{1}".into())), (4, Ok("{22222}".into())), (5, Ok("{3}".into()))]
        );
    }

    #[test]
    fn a_line_over_the_limit_costs_itself_alone() {
        assert_eq!(
            lines("{1}\n{22222222222}\n{3}\n", 8),
            [(1, Ok("{1}".into())), (2, Err(too_long(8))), (3, Ok("{3}".into()))]
        );
    }

    #[test]
    fn an_empty_file_is_said_to_be_empty() {
        assert_eq!(lines("", 8).len(), 1);
        assert!(lines("\n \n", 8)[0].1.is_err());
    }
}
