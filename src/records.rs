//! Files of annotation records: JSON lines, plain or compressed, or the folder of a run.

use crate::error::{Error, Kind, Result};
use crate::input::open::{Input, unpack, without_mark};
use crate::record::Record;
use serde_json::value::RawValue;
use serde_jsonlines::{JsonLinesReader, JsonLinesWriter};
use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

/// What a run writes its records to, inside its folder.
pub const NAMES: [&str; 3] = ["annotations.jsonl", "annotations.jsonl.gz", "annotations.jsonl.zst"];

/// The file that holds the records: `path` itself, or the annotations in it when it is a folder.
///
/// # Errors
/// [`Kind::Io`] when it is a folder without annotations.
pub fn file(path: &Path) -> Result<PathBuf> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    NAMES.iter().map(|name| path.join(name)).find(|p| p.is_file()).ok_or_else(|| {
        let message = format!("{} is a folder without {}; name a file of records", path.display(), NAMES[0]);
        Error::new(Kind::Io, message)
    })
}

/// Opens a file, or standard input for `-`, and undoes gzip and zstd.
///
/// The compression is seen by the first bytes, whatever the name; a byte order mark is skipped.
///
/// # Errors
/// [`Kind::Io`] when the file cannot be opened or read.
pub fn open(path: &Path) -> Result<Input> {
    let failed = |e: io::Error| Error::new(Kind::Io, format!("{} cannot be read", path.display())).with(e);
    let raw: Box<dyn Read + Send> =
        if path == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(path).map_err(failed)?) };
    unpack(raw).and_then(without_mark).map_err(failed)
}

/// The records of a file in order, offsets in bytes.
///
/// Blank lines are skipped. After an error nothing follows.
pub struct Reader {
    lines: JsonLinesReader<Input>,
    path: PathBuf,
    line: usize,
    failed: bool,
}

/// Reads the records of a file, of standard input (`-`) or of a run's folder.
///
/// # Errors
/// [`Kind::Io`] when there is nothing to open. Each item may be an error of its own, which names file and line.
pub fn read(path: &Path) -> Result<Reader> {
    let path = file(path)?;
    Ok(Reader { lines: JsonLinesReader::new(open(&path)?), path, line: 0, failed: false })
}

impl Reader {
    /// The line of the record that came last, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The file that is read.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Steps over white space, counting line ends.
    fn skip_blank(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.lines.get_mut().fill_buf()?;
            let blank = buffer.iter().take_while(|b| b.is_ascii_whitespace()).count();
            self.line += buffer[..blank].iter().filter(|&&b| b == b'\n').count();
            let done = blank < buffer.len() || buffer.is_empty();
            self.lines.get_mut().consume(blank);
            if done {
                return Ok(());
            }
        }
    }

    fn record(&mut self) -> Result<Option<Record>> {
        let json = self.skip_blank().and_then(|()| self.lines.read::<Box<RawValue>>());
        self.line += 1;
        match json {
            Ok(None) => Ok(None),
            Ok(Some(json)) => match Record::from_json(json.get()) {
                Ok(record) => Ok(Some(record)),
                Err(e) => Err(self.error(e.kind(), &e.chain())),
            },
            Err(e) if e.get_ref().is_some_and(|cause| cause.is::<serde_json::Error>()) => {
                let hint = if e.kind() == io::ErrorKind::UnexpectedEof { " (is the file cut short?)" } else { "" };
                Err(self.error(Kind::Format, &format!("no annotation record: {e}{hint}")))
            }
            Err(e) => Err(self.error(Kind::Io, &format!("cannot be read: {e}"))),
        }
    }

    /// An error at this line; a line of JSON has no lines of its own.
    fn error(&self, kind: Kind, message: &str) -> Error {
        let message = message.replace(" at line 1 column ", " at column ");
        Error::new(kind, format!("{}:{}: {message}", self.path.display(), self.line))
    }
}

impl Iterator for Reader {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let next = self.record().transpose();
        self.failed = matches!(next, Some(Err(_)));
        next
    }
}

/// The same records with their lines, read by a thread of its own, a few ahead.
///
/// # Errors
/// As [`read`].
pub fn read_ahead(path: &Path) -> Result<impl Iterator<Item = Result<(usize, Record)>> + use<>> {
    let mut reader = read(path)?;
    let (sender, receiver) = mpsc::sync_channel(64);
    std::thread::spawn(move || {
        while let Some(next) = reader.next() {
            let line = reader.line();
            if sender.send(next.map(|record| (line, record))).is_err() {
                break;
            }
        }
    });
    Ok(receiver.into_iter())
}

/// Writes records as JSON lines, offsets in code points.
pub struct Writer<W: Write>(JsonLinesWriter<W>);

impl<W: Write> Writer<W> {
    /// A writer to `to`, which should be buffered.
    pub fn new(to: W) -> Self {
        Self(JsonLinesWriter::new(to))
    }

    /// Writes one record and its line end.
    ///
    /// # Errors
    /// [`Kind::Io`] when the bytes cannot be written.
    pub fn write(&mut self, record: &Record) -> Result<()> {
        let failed = |e: io::Error| Error::new(Kind::Io, format!("{:?} cannot be written", record.id)).with(e);
        let json = RawValue::from_string(record.to_json()).map_err(|e| failed(e.into()))?;
        self.0.write(&json).map_err(failed)
    }

    /// Hands the inner writer on, so that the caller can flush or finish it.
    pub fn into_inner(self) -> W {
        self.0.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"id":"a","text":"“Ann” left.","entities":[{"start":1,"end":4,"text":"Ann","label":"PER"}]}"#;

    fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("the folder can be written");
        (folder, path)
    }

    fn ids(path: &Path) -> Vec<String> {
        read(path).expect("it opens").map(|r| r.expect("a record").id).collect()
    }

    #[test]
    fn plain_gzip_zstd_mark_and_folder_read_the_same() {
        let text = format!("\u{feff}{LINE}\r\n\n{}", LINE.replace("\"a\"", "\"b\""));
        let (_keep, plain) = written("x.jsonl", text.as_bytes());
        assert_eq!(ids(&plain), ["a", "b"]);
        assert_eq!(
            read(&plain).expect("opens").next().expect("one").expect("good").annotation.entities[0].span.start,
            3
        );

        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text.as_bytes()).expect("memory");
        let (_keep, path) = written("x.jsonl.gz", &gz.finish().expect("memory"));
        assert_eq!(ids(&path), ["a", "b"]);

        let (keep, path) = written("annotations.jsonl.zst", &zstd::encode_all(text.as_bytes(), 1).expect("memory"));
        assert_eq!(ids(&path), ["a", "b"]);
        assert_eq!(ids(keep.path()), ["a", "b"]);
    }

    #[test]
    fn errors_name_file_and_line() {
        let half = &LINE[..LINE.len() - 9];
        for (text, line, says) in [
            (format!("{LINE}\n\n{half}"), 3, "cut short"),
            (format!("{LINE}\n[1]\n{LINE}"), 2, "no annotation record"),
            (LINE.replace("\"end\":4", "\"end\":40"), 1, "outside the text of 11 code points"),
            (LINE.replace("PER", "GPE"), 1, "unknown variant `GPE`"),
        ] {
            let (_keep, path) = written("x.jsonl", text.as_bytes());
            let error = read(&path).expect("it opens").find_map(Result::err).expect("an error");
            let message = error.to_string();
            assert!(message.contains(&format!("x.jsonl:{line}: ")) && message.contains(says), "{message}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let record = Record::from_json(LINE).expect("a record");
        let mut writer = Writer::new(Vec::new());
        writer.write(&record).expect("memory");
        let (_keep, path) = written("x.jsonl", &writer.into_inner());
        assert_eq!(read(&path).expect("it opens").next().expect("one").expect("good"), record);
    }
}
