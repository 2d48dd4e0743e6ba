//! Opening files, compressed or not, by the ending of their name.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The endings of compressed files.
pub const COMPRESSED: [&str; 2] = ["gz", "zst"];

/// A buffered reader of the plain content of `raw`, unpacked as the ending of `path` says.
///
/// Several gzip members or zstd frames behind each other count as one stream.
///
/// # Errors
/// When the decoder cannot be set up.
pub fn unpack<'a>(path: &Path, raw: impl Read + Send + 'a) -> std::io::Result<Box<dyn BufRead + Send + 'a>> {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    Ok(match ending.as_deref() {
        Some("gz") => Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(raw))),
        Some("zst") => Box::new(BufReader::new(zstd::stream::read::Decoder::new(raw)?)),
        _ => Box::new(BufReader::with_capacity(1 << 16, raw)),
    })
}

/// What to say of a read error: decoders call a file that was cut short many names.
pub fn explain(path: &Path, error: &std::io::Error) -> String {
    let packed = path
        .extension()
        .is_some_and(|e| COMPRESSED.iter().any(|c| e.eq_ignore_ascii_case(c)));
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof if packed => {
            format!("the compressed file is cut short ({error}); what comes before the cut was read")
        }
        std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData | std::io::ErrorKind::Other if packed => {
            format!("the file does not unpack as its name says ({error})")
        }
        std::io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}
