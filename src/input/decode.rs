//! From bytes to text. The text is never changed afterwards.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

/// Decodes bytes, without a byte order mark; with the name of the encoding when it is not UTF-8.
///
/// UTF-8 is tried first. A byte order mark decides otherwise; then a detector guesses (chardetng, the one of
/// Firefox). Text that is UTF-8 but for a broken sequence is damaged, not foreign: guessing would turn it
/// into mojibake without a word.
///
/// # Errors
/// A sentence that says why it is no text.
pub fn decode(bytes: &[u8]) -> Result<(String, Option<&'static str>), String> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes).filter(|(e, _)| *e != UTF_8) {
        let text = encoding
            .decode_without_bom_handling_and_without_replacement(&bytes[mark..])
            .ok_or_else(|| format!("its byte order mark says {}, but it does not decode as that", encoding.name()))?;
        return Ok((text.into_owned(), Some(encoding.name())));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Some(at) = bytes.iter().position(|&b| b == 0) {
        return Err(format!("this is not text: a zero byte at {at}"));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => readable(text).map(|()| (text.to_owned(), None)),
        Err(error) if damaged(bytes) => Err(format!(
            "this is UTF-8 with a broken character at byte {} (cut off, or damaged on the way); if it is meant to be in another encoding, turn it into UTF-8",
            error.valid_up_to()
        )),
        Err(_) => {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            let encoding = detector.guess(None, Utf8Detection::Deny);
            let text = encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| {
                format!("this is not text: neither UTF-8 nor {}, the likeliest other", encoding.name())
            })?;
            readable(&text)?;
            Ok((text.into_owned(), Some(encoding.name())))
        }
    }
}

/// Whether bytes that are not UTF-8 were meant to be.
fn damaged(bytes: &[u8]) -> bool {
    // Whole characters of two bytes or more; beginnings of such; bytes that fit nowhere.
    let (mut whole, mut begun, mut stray) = (0, 0, 0);
    let mut rest = bytes;
    while !rest.is_empty() {
        let (good, error_len) = match std::str::from_utf8(rest) {
            Ok(_) => (rest.len(), Some(0)),
            Err(e) => (e.valid_up_to(), e.error_len()),
        };
        whole += rest[..good].iter().filter(|&&b| b >= 0xC0).count();
        rest = &rest[good..];
        match error_len {
            None => {
                begun += 1;
                break;
            }
            Some(0) => {}
            Some(n) if n > 1 => begun += 1,
            Some(_) => stray += 1,
        }
        rest = &rest[error_len.unwrap_or(0)..];
    }
    whole > begun + stray || (stray == 0 && begun > 0)
}

/// Text may hold a stray control character; when one in ten is one, it is something else.
fn readable(text: &str) -> Result<(), String> {
    let controls = text.bytes().filter(|b| b.is_ascii_control() && !b"\t\n\r\x0C\x1B\x08".contains(b)).count();
    if controls * 10 > text.len() {
        return Err("this is not text: full of control characters".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn encodings_are_recognised() {
        let text = "Müller said “yes” – naïve café, coûts élevés.";
        assert_eq!(decode(text.as_bytes()), Ok((text.to_owned(), None)));
        assert_eq!(decode(&[b"\xEF\xBB\xBF", text.as_bytes()].concat()), Ok((text.to_owned(), None)));
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
        assert_eq!(decode(&bytes), Ok((text.to_owned(), Some("windows-1252"))));
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&utf16), Ok((text.to_owned(), Some("UTF-16LE"))));
    }

    #[test]
    fn half_a_character_is_damage() {
        for bytes in [
            &b"caf\xC3"[..],
            b"\xE2\x82",
            b"It cost \xE2\x82 10.",
            "“é” and é".as_bytes().split_last().map_or(&[], |s| s.1),
        ] {
            let message = decode(bytes).expect_err("damaged");
            assert!(message.contains("broken character"), "{message}");
        }
    }

    #[test]
    fn binary_is_no_text() {
        assert!(decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").is_err());
        assert!(decode(&[1, 2, 3, 4, 5, 6, 14, 15]).is_err());
    }
}
