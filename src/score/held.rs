//! A record that waits for those of the other sides.

use crate::error::{Error, Kind, Result};
use crate::record::Record;

/// As it was read while it is the latest of its side, for most often its partners come next; then as compressed JSON, a
/// tenth of the size.
pub(super) enum Held {
    Whole(Box<Record>),
    Packed(Vec<u8>),
}

impl Held {
    /// Makes it small.
    pub(super) fn pack(&mut self) -> Result<()> {
        if let Self::Whole(record) = self {
            *self = Self::Packed(zstd::encode_all(record.to_json().as_bytes(), 1).map_err(failed)?);
        }
        Ok(())
    }

    /// The record again.
    pub(super) fn unpack(self) -> Result<Record> {
        match self {
            Self::Whole(record) => Ok(*record),
            Self::Packed(bytes) => {
                let json = zstd::decode_all(bytes.as_slice()).map_err(failed)?;
                Record::from_json(&String::from_utf8_lossy(&json))
            }
        }
    }
}

fn failed(cause: std::io::Error) -> Error {
    Error::new(Kind::Io, "a record that waits for its partner cannot be compressed").with(cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Extra, Sentence};
    use crate::span::Span;

    #[test]
    fn what_is_packed_is_small_and_the_same() {
        let text = "Zoë met Ann. ".repeat(500);
        let mut record = Record { id: "a".to_owned(), text, ..Record::default() };
        let sentence = |n: usize| Sentence { span: Span::new(14 * n, 14 * n + 13), extra: Extra::new() };
        record.annotation.sentences = (0..500).map(sentence).collect();
        let mut held = Held::Whole(Box::new(record.clone()));
        held.pack().expect("memory");
        assert!(matches!(&held, Held::Packed(bytes) if bytes.len() < record.text.len()));
        assert_eq!(held.unpack().expect("the record"), record);
    }
}
