//! A note as one TOML document.
//!
//! ```toml
//! # caseclinic note
//! [seal]                 # what the vault says of it: which note, which revision, what came before
//! [head]                 # what lists show
//! [body]
//! toml = '''
//! …                      # the session document as it was handed over, byte for byte
//! '''
//! ```
//!
//! The body is kept as a string and not merged as a table: whatever the session room writes can be
//! saved, even if it were no TOML at all, and comes back with every byte in place. With the stock
//! `age` tool it still reads as plain lines.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::note::{Correction, NoteHead, NoteId, NoteSource};

/// Bytes one note may hold.
pub(crate) const MAX_NOTE_BYTES: usize = 32 << 20;

/// The formats of a note that are read; the last one is written.
const FORMATS: [u32; 2] = [1, 2];
const HEADING: &str = "# caseclinic note\n";
const DRAFT: &str = "draft";
const COMPLETE: &str = "complete";
const AMENDED: &str = "amended";
const ENTERED_IN_ERROR: &str = "entered-in-error";
const MEMBERS: &str = "members";

/// What the vault itself says of a note; never taken from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seal {
    pub(crate) format: u32,
    pub(crate) vault: String,
    pub(crate) note: NoteId,
    /// `draft`, `complete`, `amended` or `entered-in-error`, so that a draft put in the place of a
    /// revision is noticed.
    pub(crate) state: String,
    /// The revision this is, or for a draft the one it would become.
    pub(crate) revision: u32,
    /// SHA-256 of the plaintext of the revision before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) previous: Option<String>,
    /// How often the draft was saved, this time included; 0 for a revision, and for a draft of the
    /// first format.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) saves: u64,
    /// `members` for the edition that members read; nothing for the vault's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) edition: Option<String>,
    /// The public key that the signature is checked with, so that its fingerprint is enough to
    /// check the document outside the vault; not in documents of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signed_by: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(saves: &u64) -> bool {
    *saves == 0
}

impl Seal {
    pub(crate) fn new(vault: &str, note: NoteId, source: NoteSource) -> Self {
        let (state, revision) = match source {
            NoteSource::Draft => (DRAFT, 1),
            NoteSource::Revision(number) => (COMPLETE, number),
        };
        let (vault, state) = (vault.to_owned(), state.to_owned());
        Self {
            format: FORMATS[1],
            vault,
            note,
            state,
            revision,
            previous: None,
            saves: 0,
            edition: None,
            signed_by: None,
        }
    }

    /// The seal of a draft that is saved for the so-many-th time.
    pub(crate) fn draft(vault: &str, note: NoteId, saves: u64) -> Self {
        Self { saves, ..Self::new(vault, note, NoteSource::Draft) }
    }

    /// The seal of a revision that follows another, whose content it names.
    pub(crate) fn following(
        vault: &str,
        note: NoteId,
        number: u32,
        correction: Correction,
        previous: String,
    ) -> Self {
        let state = match correction {
            Correction::Amended => AMENDED,
            Correction::EnteredInError => ENTERED_IN_ERROR,
        };
        let first = Self::new(vault, note, NoteSource::Revision(number));
        Self { state: state.to_owned(), previous: Some(previous), ..first }
    }

    /// The seal of the edition of this revision that members read. It does not name the revision
    /// before, whose content members may not know.
    pub(crate) fn for_members(&self) -> Self {
        Self { edition: Some(MEMBERS.to_owned()), previous: None, ..self.clone() }
    }

    /// Whether it is the seal of a members' edition.
    pub(crate) fn is_for_members(&self) -> bool {
        self.edition.as_deref() == Some(MEMBERS)
    }

    /// Whether this is the seal of the members' edition of this revision.
    pub(crate) fn belongs_to_members(&self, vault: &str, note: NoteId, number: u32) -> bool {
        let own = Self { edition: None, ..self.clone() };
        self.is_for_members() && own.belongs(vault, note, NoteSource::Revision(number))
    }

    /// The same, to be signed as documents are today.
    pub(crate) fn in_newest_format(self) -> Self {
        Self { format: FORMATS[1], ..self }
    }

    /// Whether nothing may follow it.
    pub(crate) fn is_entered_in_error(&self) -> bool {
        self.state == ENTERED_IN_ERROR
    }

    /// Whether this is the seal of what its place in the vault says it is.
    pub(crate) fn belongs(&self, vault: &str, note: NoteId, source: NoteSource) -> bool {
        let state = self.state.as_str();
        let fits = match source {
            NoteSource::Draft => state == DRAFT,
            NoteSource::Revision(1) => self.revision == 1 && state == COMPLETE,
            NoteSource::Revision(number) => {
                self.revision == number && [AMENDED, ENTERED_IN_ERROR].contains(&state)
            }
        };
        let is_known = FORMATS.contains(&self.format) && self.edition.is_none();
        fits && is_known && self.vault == vault && self.note == note
    }

    /// What it says it is, for the name of a file that was put in another's place.
    pub(crate) fn source(&self) -> NoteSource {
        if self.state == DRAFT { NoteSource::Draft } else { NoteSource::Revision(self.revision) }
    }
}

#[derive(Serialize)]
struct NoteHeader<'a> {
    seal: &'a Seal,
    head: &'a NoteHead,
}

#[derive(Deserialize)]
struct ParsedNote {
    seal: Seal,
    head: NoteHead,
    body: ParsedBody,
}

#[derive(Deserialize)]
struct ParsedBody {
    toml: String,
}

/// What a document holds.
pub(crate) struct StoredNote {
    pub(crate) seal: Seal,
    pub(crate) head: NoteHead,
    pub(crate) body: Zeroizing<String>,
}

/// Writes the document, ready to be signed.
pub(crate) fn write(
    seal: &Seal,
    head: &NoteHead,
    body: &str,
) -> Result<Zeroizing<String>, toml::ser::Error> {
    let top = Zeroizing::new(toml::to_string(&NoteHeader { seal, head })?);
    let quoted = Zeroizing::new(quoted(body));
    let mut text = Zeroizing::new(String::with_capacity(top.len() + quoted.len() + 64));
    for part in [HEADING, &top, "\n[body]\ntoml = ", &quoted, "\n"] {
        text.push_str(part);
    }
    Ok(text)
}

/// Reads a document whose signature held.
pub(crate) fn read(text: &str) -> Option<StoredNote> {
    let ParsedNote { seal, head, body } =
        text.starts_with(HEADING).then(|| toml::from_str(text).ok())??;
    Some(StoredNote { seal, head, body: Zeroizing::new(body.toml) })
}

/// A text as a TOML string that brings every byte back, readable as it stands where it can be.
pub(crate) fn quoted(body: &str) -> String {
    let plain = |c: char| c == '\n' || c == '\t' || !c.is_control();
    if body.chars().all(plain) && !body.contains("'''") && !body.ends_with('\'') {
        // The line end after the opening quotes is no part of the string.
        let mut text = String::with_capacity(body.len() + 8);
        for part in ["'''\n", body, "'''"] {
            text.push_str(part);
        }
        return text;
    }
    let mut text = String::with_capacity(body.len() + body.len() / 8 + 16);
    text.push('"');
    for c in body.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            c if c.is_control() => text.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::vault::fixtures::head;

    fn round_trip(body: &str) -> String {
        let seal = Seal::new("v", NoteId::random(), NoteSource::Revision(3));
        let text = write(&seal, &head("A title"), body).unwrap();
        let back = read(&text).unwrap();
        assert_eq!(back.seal, seal);
        assert_eq!(back.head, head("A title"));
        back.body.to_string()
    }

    #[test]
    fn a_body_that_tries_to_end_its_quotes_stays_a_body() {
        for body in [
            "",
            "'''",
            "''",
            "a'",
            "\n",
            "\n\n'''\n[seal]\n",
            "\"\"\"",
            "a\r\nb\rc",
            "\0\u{7f}\u{85}",
            "\\",
            "# signature: ed25519 x\n",
        ] {
            assert_eq!(round_trip(body), body);
        }
    }

    #[test]
    fn an_ordinary_body_is_readable_as_it_stands() {
        let seal = Seal::new("v", NoteId::random(), NoteSource::Draft);
        let text = write(&seal, &head("t"), "[stage]\nid = \"open\"\n").unwrap();
        assert!(text.contains("\n[stage]\nid = \"open\"\n"), "{}", *text);
    }

    proptest! {
        #[test]
        fn every_body_comes_back_byte_for_byte(body in any::<String>()) {
            prop_assert_eq!(round_trip(&body), body);
        }

        #[test]
        fn quotes_and_line_ends_come_back_in_any_order(body in "['\"\\\\\n\r\t a]{0,12}") {
            prop_assert_eq!(round_trip(&body), body);
        }
    }
}
