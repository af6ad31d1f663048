//! From bytes to text: what a file says about its encoding is believed, and what it does not say is
//! guessed only where the guess cannot do harm unseen.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::ImportIssue;

/// Bytes at the beginning of a page in which it may say its encoding.
const HEAD: usize = 2048;
const SAVE_AS_UTF8: &str = "Save the file as UTF-8.";
/// What some programs put first.
const MARK: char = '\u{FEFF}';

/// A file's text, and how it was read if somebody should look whether that was right.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::knowledge) struct Decoded {
    pub(in crate::knowledge) text: String,
    /// The name of an encoding that was guessed.
    pub(in crate::knowledge) guessed: Option<&'static str>,
}

/// Text in UTF-8, in UTF-16 with its mark, or, if it can be nothing else, in Windows-1252.
pub(in crate::knowledge) fn decode(bytes: Vec<u8>) -> Result<Decoded, ImportIssue> {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        return by_name(&bytes[mark..], encoding);
    }
    match String::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => Err(no_text()),
        Ok(text) => Ok(Decoded { text, guessed: None }),
        Err(error) if error.as_bytes().iter().all(|byte| is_printable(*byte)) => {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(error.as_bytes());
            Ok(Decoded { text: text.into_owned(), guessed: Some("Windows-1252") })
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let message = format!(
                "The file is not UTF-8 text (byte {at}), UTF-16 or Windows-1252, and is ignored."
            );
            Err(ImportIssue::new("not-utf8", message, SAVE_AS_UTF8))
        }
    }
}

/// Text in UTF-8 and nothing else, as entries are written.
pub(in crate::knowledge) fn utf8(bytes: Vec<u8>) -> Result<String, ImportIssue> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let message = format!("The file is not UTF-8 text (byte {at}) and is ignored.");
        ImportIssue::new("not-utf8", message, SAVE_AS_UTF8)
    })?;
    if text.starts_with(MARK) {
        text.drain(..MARK.len_utf8());
    }
    Ok(text)
}

/// As [`decode`], for a page, which may name its encoding.
pub(super) fn decode_page(bytes: Vec<u8>) -> Result<Decoded, ImportIssue> {
    match named(&bytes) {
        Some(encoding) if Encoding::for_bom(&bytes).is_none() => by_name(&bytes, encoding),
        _ => decode(bytes),
    }
}

fn by_name(bytes: &[u8], encoding: &'static Encoding) -> Result<Decoded, ImportIssue> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    match text {
        Some(text) if !text.contains('\0') => {
            Ok(Decoded { text: text.into_owned(), guessed: None })
        }
        Some(_) => Err(no_text()),
        None => {
            let name = encoding.name();
            let message = format!("The file says that its encoding is {name}, but it is not.");
            Err(ImportIssue::new("bad-encoding", message, SAVE_AS_UTF8))
        }
    }
}

/// The encoding that a page names in its head.
fn named(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let (_, rest) = head.split_once("charset").or_else(|| head.split_once("encoding"))?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let label = rest.split(['"', '\'', '>', ';', '?', '/', ' ', '\n']).next()?;
    match Encoding::for_label(label.as_bytes())? {
        // A name that can be read at all is not in UTF-16.
        encoding if encoding == UTF_16LE || encoding == UTF_16BE => Some(UTF_8),
        encoding => Some(encoding),
    }
}

/// Whether Windows-1252 has a character of its own for a byte.
fn is_printable(byte: u8) -> bool {
    let unused = matches!(byte, 0x7F | 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
    matches!(byte, b'\t' | b'\n' | 0x0C | b'\r') || (byte >= b' ' && !unused)
}

fn no_text() -> ImportIssue {
    let message = "The file is not a text file, or it is UTF-16 without a byte order mark.";
    ImportIssue::new("not-text", message, SAVE_AS_UTF8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "Tŷ’r £5 café";

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        units.flat_map(bytes).collect()
    }

    fn sure(text: &str) -> Result<Decoded, ImportIssue> {
        Ok(Decoded { text: text.to_owned(), guessed: None })
    }

    #[test]
    fn utf_8_and_utf_16_are_told_by_their_marks_and_read_without_a_doubt() {
        assert_eq!(decode(SAID.into()), sure(SAID));
        assert_eq!(decode(format!("\u{FEFF}{SAID}").into()), sure(SAID));
        for little in [true, false] {
            assert_eq!(decode(utf16(SAID, little)), sure(SAID));
            assert_eq!(
                decode_page(utf16("<meta charset=utf-8>é", little)),
                sure("<meta charset=utf-8>é")
            );
        }
    }

    #[test]
    fn windows_1252_is_guessed_and_said() {
        let decoded = decode(b"\x93caf\xe9\x94 \x80 5".to_vec()).expect("text");
        assert_eq!(decoded.text, "“café” € 5");
        assert_eq!(decoded.guessed, Some("Windows-1252"));
    }

    #[test]
    fn a_page_is_read_as_it_names_itself() {
        for head in [
            "<meta charset=windows-1252>",
            "<META http-equiv=\"Content-Type\" content=\"text/html; charset=ISO-8859-1\">",
            "<?xml version=\"1.0\" encoding='iso-8859-15'?>",
        ] {
            let page = [head.as_bytes(), b"caf\xe9"].concat();
            assert_eq!(decode_page(page), sure(&format!("{head}café")));
        }
        let lying = [b"<meta charset=utf-8>".as_slice(), b"caf\xe9"].concat();
        assert_eq!(decode_page(lying).err().map(|fault| fault.code), Some("bad-encoding"));
        let silent = decode_page(b"<p>caf\xe9".to_vec()).expect("text");
        assert_eq!(silent.guessed, Some("Windows-1252"));
    }

    #[test]
    fn what_is_no_text_is_refused_with_a_sentence() {
        for (bytes, code) in [
            (b"a\0b".as_slice(), "not-text"),
            (b"\xff\xfe\0\xd8", "bad-encoding"),
            (b"\x89PNG\r\n\x1a\n\xff", "not-utf8"),
            (b"caf\xe9 \x9d", "not-utf8"),
            (b"\0c\0a\0f\0e\xff", "not-utf8"),
        ] {
            let fault = decode(bytes.to_vec()).err();
            assert_eq!(fault.map(|fault| fault.code), Some(code), "{bytes:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_decoding_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60)) {
            let _ = decode(bytes.clone());
            let _ = decode_page([b"<meta charset=".as_slice(), &bytes].concat());
        }
    }
}
