//! Opening files, compressed or not.

use std::io::{self, BufRead, BufReader, Cursor, Read};

/// A stream of bytes that may be handed to another thread.
pub type Input = Box<dyn BufRead + Send>;

/// The endings of compressed files.
pub const COMPRESSED: [&str; 2] = ["gz", "zst"];

/// A buffered reader of the plain content of `raw`.
///
/// Gzip and zstd are seen by the first bytes, whatever the name; several members or frames behind each other
/// count as one stream.
///
/// # Errors
/// When the first bytes cannot be read or the decoder cannot be set up.
pub fn unpack(raw: impl Read + Send + 'static) -> io::Result<Input> {
    let (head, raw) = peek(BufReader::with_capacity(1 << 16, raw), 4)?;
    let plain: Input = if head.starts_with(&[0x1f, 0x8b]) {
        Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(raw)))
    } else if head == [0x28, 0xb5, 0x2f, 0xfd] {
        Box::new(BufReader::new(zstd::stream::read::Decoder::with_buffer(raw)?))
    } else {
        Box::new(raw)
    };
    Ok(plain)
}

/// Steps over a byte order mark of UTF-8.
///
/// # Errors
/// When the first bytes cannot be read.
pub fn without_mark(input: Input) -> io::Result<Input> {
    let (head, mut input) = peek(input, 3)?;
    if head == [0xef, 0xbb, 0xbf] {
        input.consume(3);
    }
    Ok(Box::new(input))
}

/// The first `n` bytes (fewer at the end of the stream), and a reader that still has them.
///
/// # Errors
/// When they cannot be read.
pub(super) fn peek<R: BufRead>(mut reader: R, n: usize) -> io::Result<(Vec<u8>, impl BufRead + use<R>)> {
    let mut head = Vec::new();
    reader.by_ref().take(n as u64).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(reader)))
}

/// What to say of a read error: decoders have many names for a file that was cut short.
pub fn explain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            format!("the compressed file is cut short ({error})")
        }
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::Other => {
            format!("the compressed file is damaged ({error})")
        }
        io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}
