//! The names in an exchange folder: people, machines, and files that carry their number and hash.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::vault::keys::sha256::{in_groups, sha256};

/// Digits of a fingerprint: 128 bits of a SHA-256.
const FINGERPRINT_DIGITS: usize = 32;
/// Digits that tell the machines of one person apart.
const DEVICE_DIGITS: usize = 8;
/// Digits of a SHA-256.
const HASH_DIGITS: usize = 64;

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c))
}

/// The beginning of the SHA-256 of a text, as short as people can read it to each other.
pub(crate) fn fingerprint_of(text: &str) -> String {
    let mut digits = sha256(text.as_bytes());
    digits.truncate(FINGERPRINT_DIGITS);
    digits
}

/// Digits in groups of four, in capitals, as people read them aloud.
pub(crate) fn spoken(digits: &str) -> String {
    in_groups(digits).to_uppercase()
}

/// The digits of a fingerprint that somebody typed: with or without spaces, in any case.
pub(crate) fn typed_digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let digits = digits.to_ascii_lowercase();
    is_hex(&digits, FINGERPRINT_DIGITS).then_some(digits)
}

/// A text is not a name that an exchange gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a name that an exchange gives")]
pub struct NoSuchName;

/// Somebody in an exchange: the fingerprint of both their public keys, so that nobody else can have it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonId(String);

impl PersonId {
    /// The person with these public keys, each in its one spelling.
    pub(crate) fn of_keys(signing: &str, recipient: &str) -> Self {
        Self(fingerprint_of(&format!("caseclinic:exchange-person\n{signing}\n{recipient}\n")))
    }

    /// As people read it aloud.
    pub fn spoken(&self) -> String {
        spoken(&self.0)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PersonId {
    type Error = NoSuchName;

    fn try_from(text: String) -> Result<Self, NoSuchName> {
        if is_hex(&text, FINGERPRINT_DIGITS) { Ok(Self(text)) } else { Err(NoSuchName) }
    }
}

impl From<PersonId> for String {
    fn from(person: PersonId) -> Self {
        person.0
    }
}

/// A machine of a person: the one writer of a folder of posts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Author {
    /// Whose machine.
    pub person: PersonId,
    /// Which of them.
    pub device: String,
}

impl Author {
    pub(crate) fn new(person: &PersonId, device: &str) -> Self {
        Self { person: person.clone(), device: device.to_owned() }
    }
}

/// The name of its folder.
impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.person, self.device)
    }
}

impl FromStr for Author {
    type Err = NoSuchName;

    fn from_str(text: &str) -> Result<Self, NoSuchName> {
        let (person, device) = text.split_once('-').ok_or(NoSuchName)?;
        let person = PersonId::try_from(person.to_owned())?;
        let device = is_hex(device, DEVICE_DIGITS).then(|| device.to_owned()).ok_or(NoSuchName)?;
        Ok(Self { person, device })
    }
}

impl TryFrom<String> for Author {
    type Error = NoSuchName;

    fn try_from(text: String) -> Result<Self, NoSuchName> {
        text.parse()
    }
}

impl From<Author> for String {
    fn from(author: Author) -> Self {
        author.to_string()
    }
}

/// The name of a file that never changes: its number, and the SHA-256 of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileName {
    /// Counted from 1.
    pub number: u64,
    /// SHA-256 of the encrypted file.
    pub sha256: String,
}

impl FileName {
    /// The name of these bytes.
    pub(crate) fn of(number: u64, bytes: &[u8]) -> Self {
        Self { number, sha256: sha256(bytes) }
    }

    /// Whether these are the bytes it names.
    pub(crate) fn fits(&self, bytes: &[u8]) -> bool {
        sha256(bytes) == self.sha256
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}-{}.age", self.number, self.sha256)
    }
}

impl FromStr for FileName {
    type Err = NoSuchName;

    /// Reads the one spelling of a name.
    fn from_str(text: &str) -> Result<Self, NoSuchName> {
        let (number, sha256) =
            text.strip_suffix(".age").and_then(|name| name.split_once('-')).ok_or(NoSuchName)?;
        let number = number.parse().map_err(|_| NoSuchName)?;
        let name = Self { number, sha256: sha256.to_owned() };
        let is_one = number > 0 && is_hex(sha256, HASH_DIGITS) && name.to_string() == text;
        if is_one { Ok(name) } else { Err(NoSuchName) }
    }
}

/// One post: whose, and its file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PostRef {
    /// The machine that wrote it.
    pub author: Author,
    /// Its file.
    pub name: FileName,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_spelling() {
        let name = FileName::of(17, b"bytes");
        let text = name.to_string();
        assert_eq!(text.parse(), Ok(name.clone()));
        assert!(name.fits(b"bytes") && !name.fits(b"other"));
        for wrong in [
            text.replace("000017", "17"),
            text.replace("000017", "000000"),
            text.replace("000017", "+00017"),
            text.to_uppercase(),
            text.replace(".age", " (1).age"),
            text.replace(".age", ".age.tmp"),
            format!("../{text}"),
            String::new(),
        ] {
            assert_eq!(wrong.parse::<FileName>(), Err(NoSuchName), "{wrong}");
        }
    }

    #[test]
    fn an_author_is_a_person_and_a_machine() {
        let person = PersonId::of_keys("a", "b");
        let author = Author::new(&person, "00ff00ff");
        assert_eq!(author.to_string().parse(), Ok(author.clone()));
        for wrong in ["", "-", "../x", &format!("{person}-"), &format!("{person}-00FF00FF")] {
            assert_eq!(wrong.parse::<Author>(), Err(NoSuchName), "{wrong}");
        }
        assert_ne!(person, PersonId::of_keys("b", "a"));
    }

    #[test]
    fn a_fingerprint_is_read_aloud_in_groups_and_typed_in_any_way() {
        let person = PersonId::of_keys("a", "b");
        let spoken = person.spoken();
        assert_eq!(spoken.split(' ').count(), 8);
        assert_eq!(typed_digits(&spoken), Some(person.to_string()));
        assert_eq!(
            typed_digits(&spoken.to_lowercase().replace(' ', "-")),
            Some(person.to_string())
        );
        assert_eq!(typed_digits(&spoken[1..]), None);
    }
}
