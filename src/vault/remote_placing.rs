//! Placing from other places: a code for one round of placing, and the sealed placements that people
//! send back in the chat of a call.
//!
//! The code names the public key of the round. A placement is sealed to that key as a standard age
//! file in its text form (armour), so it can stand in any chat: whoever reads the chat sees who sent
//! a block, and not what is in it: the length of a block does not depend on it. The key of a round is made where the keys of a vault are held (a process of its own) and ends with
//! [`PlacingRound`]: after that no block of the round opens any more.

use std::{fmt, io, str::FromStr};

use age::x25519;
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use super::keys::{
    seal::{self, NotOpened},
    secret_keys::{KeyPlace, Keys},
};
use crate::text::clean_line;

/// The most people of one round, and the most steps of a continuum.
pub const MAX_IN_A_ROUND: usize = 99;
/// Bytes of a reason: what is left of a block of equal length.
pub const MAX_REASON_BYTES: usize = 140;
/// Bytes of a placement before it is sealed, its padding included.
const PLAIN_BYTES: usize = 192;
/// The first line of a placement before it is sealed.
const KIND: &str = "caseclinic placement 1";
/// Hexadecimal digits that tell one continuum from another.
const CONTINUUM_DIGITS: usize = 6;
/// Bytes of a pasted chat, and of one block in it, that are looked at.
const MAX_CHAT_BYTES: usize = 1 << 20;
const MAX_BLOCK_BYTES: usize = 4096;
/// Characters of a block that is short enough: six of them are less than four kilobytes.
const SHORT_BLOCK: usize = 680;
const MAX_TRIES: usize = 100;
/// Characters of a line of armour.
const ARMOUR_COLUMNS: usize = 64;
const BEGIN: &str = "BEGIN AGE ENCRYPTED FILE";
const END: &str = "END AGE ENCRYPTED FILE";

/// What people need to place in one round from another place. Shown as `5-1f09ac-age1…`: how many
/// steps, which continuum, and the public key of the round with its checksum.
#[derive(Clone, PartialEq, Eq)]
pub struct PlacingCode {
    steps: usize,
    continuum: String,
    recipient: x25519::Recipient,
}

/// Why a text is not a placing code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotAPlacingCode {
    /// It has another shape.
    #[error(
        "This is not a placing code. A code looks like 5-1f09ac-age1… and is about 70 characters long."
    )]
    Shape,
    /// Its key has a wrong checksum.
    #[error("This placing code is incomplete or has a wrong character.")]
    Checksum,
}

impl PlacingCode {
    /// How many steps there are to choose from; they are numbered from 1.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Whether these are the steps that are chosen from, by their codes, in order.
    pub fn is_of<'a>(&self, steps: impl IntoIterator<Item = &'a str>) -> bool {
        self.continuum == continuum(steps)
    }

    /// Seals a placement so that only the round opens it; text to paste into a chat.
    pub fn seal(&self, placement: &SentPlacement) -> io::Result<String> {
        let (plain, key) = (placement.padded(), std::slice::from_ref(&self.recipient));
        let mut block = armoured(&seal::seal_to(key, &plain)?);
        // To every file age adds a line of random length, which says nothing. A short one is taken.
        for _ in 0..MAX_TRIES {
            if block.len() <= SHORT_BLOCK {
                break;
            }
            block = armoured(&seal::seal_to(key, &plain)?);
        }
        Ok(block)
    }
}

impl fmt::Display for PlacingCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { steps, continuum, recipient } = self;
        write!(out, "{steps}-{continuum}-{recipient}")
    }
}

impl fmt::Debug for PlacingCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl FromStr for PlacingCode {
    type Err = NotAPlacingCode;

    /// A chat may have put space around it, or broken it over lines.
    fn from_str(text: &str) -> Result<Self, NotAPlacingCode> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let [steps, continuum, key] = text
            .splitn(3, '-')
            .collect::<Vec<_>>()
            .try_into()
            .map_err(|_| NotAPlacingCode::Shape)?;
        let steps = steps.parse().ok().filter(|steps| (1..=MAX_IN_A_ROUND).contains(steps));
        let steps = steps.ok_or(NotAPlacingCode::Shape)?;
        let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if continuum.len() != CONTINUUM_DIGITS || !continuum.chars().all(is_digit) {
            return Err(NotAPlacingCode::Shape);
        }
        let recipient = key.parse().map_err(|_| NotAPlacingCode::Checksum)?;
        Ok(Self { steps, continuum: continuum.to_owned(), recipient })
    }
}

/// A short mark of a continuum: the beginning of the hash of its codes.
fn continuum<'a>(steps: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for step in steps {
        hash.update(step.as_bytes());
        hash.update(b"\n");
    }
    let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    digits[..CONTINUUM_DIGITS].to_owned()
}

/// A placement as it is sent. A debug print shows who sent it and nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct SentPlacement {
    /// The number of the person in the list of those who place, from 1.
    pub person: usize,
    /// The number of the step, from 1.
    pub step: usize,
    /// Why, in one line of at most [`MAX_REASON_BYTES`]; empty if nothing is said.
    pub reason: Zeroizing<String>,
}

impl fmt::Debug for SentPlacement {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "[placed privately by {}]", self.person)
    }
}

impl SentPlacement {
    /// Whether a reason is short enough to be sent.
    pub fn fits(reason: &str) -> bool {
        clean_line(reason).len() <= MAX_REASON_BYTES
    }

    /// As text, with spaces behind it, so that no block tells by its length what is in it.
    fn padded(&self) -> Zeroizing<Vec<u8>> {
        let mut plain = Zeroizing::new(Vec::with_capacity(PLAIN_BYTES));
        let head = format!("{KIND}\n{} {}\n", self.person, self.step);
        let head = Zeroizing::new(head);
        plain.extend_from_slice(head.as_bytes());
        plain.extend_from_slice(Zeroizing::new(clean_line(&self.reason)).as_bytes());
        plain.resize(PLAIN_BYTES, b' ');
        plain
    }

    fn from_padded(plain: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(plain).ok().filter(|text| text.len() == PLAIN_BYTES)?;
        let (head, reason) = text.strip_prefix(KIND)?.strip_prefix('\n')?.split_once('\n')?;
        let (person, step) = head.split_once(' ')?;
        Some(Self {
            person: person.parse().ok()?,
            step: step.parse().ok()?,
            reason: Zeroizing::new(clean_line(reason.trim_end_matches(' '))),
        })
    }
}

/// Why a block in a chat is no placement of this round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlockFault {
    /// Its end is missing.
    CutOff,
    /// Its characters are not those that were sent.
    Altered,
    /// It was sealed to another code, or its beginning was altered.
    OtherCode,
    /// It opens, and holds something else than a placement of this round.
    NoPlacement,
}

/// One round of placing from other places. Its key ends with it.
pub struct PlacingRound {
    keys: Keys,
    code: PlacingCode,
}

impl PlacingRound {
    /// Makes the key of a round in which people choose from these steps.
    pub fn begin<'a>(
        place: &KeyPlace,
        steps: impl IntoIterator<Item = &'a str>,
    ) -> io::Result<Self> {
        let steps: Vec<&str> = steps.into_iter().collect();
        let keys = Keys::generate_in(place, "placing")?;
        let code = PlacingCode {
            steps: steps.len().clamp(1, MAX_IN_A_ROUND),
            continuum: continuum(steps),
            recipient: keys.recipient().clone(),
        };
        Ok(Self { keys, code })
    }

    /// The code to give to everyone who places.
    pub fn code(&self) -> &PlacingCode {
        &self.code
    }

    /// Every block in a chat, in its order; the same block twice counts once. Fails if the process that
    /// holds the key has ended.
    pub fn read_chat(&self, chat: &str) -> io::Result<Vec<Result<SentPlacement, BlockFault>>> {
        let (mut seen, mut read) = (Vec::new(), Vec::new());
        for block in blocks(chat) {
            if let Ok(sealed) = &block {
                if seen.contains(sealed) {
                    continue;
                }
                seen.push(sealed.clone());
            }
            read.push(match block {
                Ok(sealed) => self.open(&sealed)?,
                Err(fault) => Err(fault),
            });
        }
        Ok(read)
    }

    fn open(&self, sealed: &[u8]) -> io::Result<Result<SentPlacement, BlockFault>> {
        let plain = match self.keys.open(sealed) {
            Ok(plain) => plain,
            Err(NotOpened::WrongKey) => return Ok(Err(BlockFault::OtherCode)),
            Err(NotOpened::KeysGone) => return Err(io::Error::other(NotOpened::KeysGone)),
            Err(_) => return Ok(Err(BlockFault::Altered)),
        };
        let placement = SentPlacement::from_padded(&plain)
            .filter(|one| one.person > 0 && (1..=self.code.steps).contains(&one.step));
        Ok(placement.ok_or(BlockFault::NoPlacement))
    }
}

impl fmt::Debug for PlacingRound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PlacingRound({})", self.code)
    }
}

/// Whether a text holds a block, whole or not.
pub fn has_block(text: &str) -> bool {
    text.contains(BEGIN)
}

/// A sealed placement in the text form of age.
fn armoured(sealed: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(sealed);
    let mut block = format!("-----{BEGIN}-----\n");
    for line in text.as_bytes().chunks(ARMOUR_COLUMNS) {
        block.extend(line.iter().map(|byte| char::from(*byte)));
        block.push('\n');
    }
    block.push_str(&format!("-----{END}-----\n"));
    block
}

/// The blocks of a chat. Chats quote, indent and break lines, and make dashes of hyphens: only the
/// words of the marks and the characters between them count.
fn blocks(chat: &str) -> Vec<Result<Vec<u8>, BlockFault>> {
    let mut end = chat.len().min(MAX_CHAT_BYTES);
    while !chat.is_char_boundary(end) {
        end -= 1;
    }
    let mut parts = chat[..end].split(BEGIN);
    parts.next();
    parts.map(block).collect()
}

fn block(part: &str) -> Result<Vec<u8>, BlockFault> {
    let (body, _) = part.split_once(END).ok_or(BlockFault::CutOff)?;
    let is_dash = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let is_space = |c: char| {
        c.is_whitespace()
            || matches!(c, '>' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    };
    let body = body.trim_matches(|c| is_dash(c) || is_space(c));
    let body: String = body.chars().filter(|c| !is_space(*c)).collect();
    if body.len() > MAX_BLOCK_BYTES {
        return Err(BlockFault::Altered);
    }
    BASE64_STANDARD.decode(body).map_err(|_| BlockFault::Altered)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const STEPS: [&str; 5] = ["typical", "inappropriate", "problematic", "abusive", "violent"];

    fn round() -> PlacingRound {
        PlacingRound::begin(&KeyPlace::ThisProcess, STEPS).unwrap()
    }

    fn placement(person: usize, step: usize, reason: &str) -> SentPlacement {
        SentPlacement { person, step, reason: Zeroizing::new(reason.to_owned()) }
    }

    fn code(round: &PlacingRound) -> PlacingCode {
        round.code().to_string().parse().unwrap()
    }

    #[test]
    fn what_six_people_send_comes_back_from_the_chat_in_at_most_four_kilobytes() {
        let round = round();
        let sent: Vec<_> = (1..=6)
            .map(|person| placement(person, person % 5 + 1, &"r".repeat(23 * (person - 1))))
            .collect();
        let blocks: Vec<String> = sent.iter().map(|one| code(&round).seal(one).unwrap()).collect();
        assert!(sent.iter().all(|one| one.padded().len() == PLAIN_BYTES), "one length for all");
        assert!(blocks.concat().len() <= 4096, "{}", blocks.concat().len());
        let chat: String = blocks
            .iter()
            .enumerate()
            .map(|(at, block)| format!("Person {at}  10:4{at}\nmine:\n{block}\nthanks!\n"))
            .collect();
        let read: Vec<_> =
            round.read_chat(&chat).unwrap().into_iter().map(Result::unwrap).collect();
        assert_eq!(read, sent);
        assert!(!chat.contains("rrr"), "nothing can be read in the chat");
    }

    #[test]
    fn a_chat_may_quote_indent_and_break_lines_and_make_dashes_of_hyphens() {
        let round = round();
        let one = placement(2, 4, "worried about the age gap – and that it goes on");
        let block = code(&round).seal(&one).unwrap();
        let one_line = block.replace('\n', " ");
        let quoted: String = block.lines().map(|line| format!("> \u{a0}{line}\r\n")).collect();
        let dashes = block.replace("-----", "—–\u{2212}");
        let broken: String = block
            .chars()
            .map(|c| if c == 'A' { "A\u{200b}".into() } else { c.to_string() })
            .collect();
        for chat in [&block, &one_line, &quoted, &dashes] {
            assert_eq!(round.read_chat(chat).unwrap(), [Ok(one.clone())], "{chat}");
        }
        let broken = broken.replace("A\u{200b}GE", "AGE");
        assert_eq!(round.read_chat(&broken).unwrap(), [Ok(one.clone())], "{broken}");
        let twice = format!("{block}{quoted}");
        assert_eq!(round.read_chat(&twice).unwrap(), [Ok(one)], "the same block twice");
    }

    #[test]
    fn a_block_that_is_cut_altered_or_of_another_round_is_named() {
        let round = round();
        let block = code(&round).seal(&placement(1, 1, "")).unwrap();
        let read = |chat: &str| round.read_chat(chat).unwrap();
        let cut = &block[..block.len() / 2];
        assert_eq!(read(cut), [Err(BlockFault::CutOff)]);
        assert_eq!(read(&format!("{cut}{block}")).len(), 2, "the next one is read all the same");
        let other = PlacingRound::begin(&KeyPlace::ThisProcess, STEPS).unwrap();
        let late = code(&other).seal(&placement(1, 1, "")).unwrap();
        assert_eq!(read(&late), [Err(BlockFault::OtherCode)]);
        let strange = seal::seal_to(&[round.keys.recipient().clone()], b"something else").unwrap();
        assert_eq!(read(&armoured(&strange)), [Err(BlockFault::NoPlacement)]);
        let step = code(&round).seal(&placement(1, 6, "")).unwrap();
        assert_eq!(read(&step), [Err(BlockFault::NoPlacement)], "there is no sixth step");
        // Every character of the body, changed to another one of its alphabet.
        let whole = read(&block);
        for (at, byte) in block.bytes().enumerate().skip(BEGIN.len() + 11) {
            if !byte.is_ascii_alphanumeric() || at > block.len() - END.len() - 12 {
                continue;
            }
            let mut changed = block.clone().into_bytes();
            changed[at] = if byte == b'A' { b'B' } else { b'A' };
            let changed = read(&String::from_utf8(changed).unwrap());
            assert!(matches!(changed[..], [Err(_)]), "{at}: {changed:?}");
        }
        assert!(matches!(whole[..], [Ok(_)]));
    }

    #[test]
    fn a_code_with_a_wrong_character_is_refused() {
        let round = round();
        let shown = round.code().to_string();
        assert!(shown.len() < 80 && code(&round) == *round.code(), "{shown}");
        assert!(round.code().is_of(STEPS) && !round.code().is_of(["typical", "abusive"]));
        let broken: String = format!("  {}\n{}", &shown[..20], &shown[20..]);
        assert_eq!(broken.parse(), Ok(round.code().clone()), "broken by a chat");
        for (at, byte) in shown.bytes().enumerate().skip(14) {
            let other = if byte == b'q' { 'p' } else { 'q' };
            let wrong = format!("{}{other}{}", &shown[..at], &shown[at + 1..]);
            assert!(wrong.parse::<PlacingCode>().is_err(), "{wrong}");
        }
        for wrong in ["", "age1", "5-1f09ac", "0-1f09ac-age1x", "500-1f09ac-age1x", "five-1f09ac-x"]
        {
            assert!(wrong.parse::<PlacingCode>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_block_does_not_show_what_is_in_it_in_a_debug_print() {
        assert_eq!(format!("{:?}", placement(3, 5, "why")), "[placed privately by 3]");
    }

    #[test]
    fn an_endless_chat_is_read_to_a_limit() {
        let round = round();
        let chat = format!("-----{BEGIN}-----\n{}", "A".repeat(3 << 20));
        assert_eq!(round.read_chat(&chat).unwrap(), [Err(BlockFault::CutOff)]);
        let chat = format!("-----{BEGIN}-----\n{}\n-----{END}-----", "A".repeat(100_000));
        assert_eq!(round.read_chat(&chat).unwrap(), [Err(BlockFault::Altered)]);
        assert!(round.read_chat("no block here").unwrap().is_empty());
    }
}
