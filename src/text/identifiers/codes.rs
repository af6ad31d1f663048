//! Codes of letters and digits: pupil numbers, National Insurance numbers, postcodes.

use super::{FoundIdentifier, IdentifierKind, TokenisedText};
use crate::text::tokens::Made;

/// The letters a pupil number is checked with, by their value: without I, O and S.
const PUPIL_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
/// Prefixes of National Insurance numbers that are not given out, whatever their letters.
const NO_PREFIX: [&str; 7] = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];
/// The letters with which postcodes begin.
const AREAS: &str = " AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG \
     DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW \
     KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA \
     SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO \
     ZE ";

pub(super) fn find(words: &TokenisedText<'_>, out: &mut Vec<FoundIdentifier>) {
    for (at, token) in words.tokens.iter().enumerate() {
        if token.made == Made::Digits || token.len() > 13 {
            continue;
        }
        let word = token.of(words.text);
        let found = if token.made == Made::Letters {
            insurance(words, at).map(|end| (end, IdentifierKind::NationalInsurance))
        } else if is_pupil_number(word) || (looks_like_upn(word) && words.called(at, 3, &["upn"])) {
            Some((at + 1, IdentifierKind::PupilNumber))
        } else if let Some(end) = insurance(words, at) {
            Some((end, IdentifierKind::NationalInsurance))
        } else {
            postcode(words, at).map(|end| (end, IdentifierKind::Postcode))
        };
        if let Some((end, kind)) = found {
            out.push(words.found(at..end, kind));
        }
    }
}

/// A letter, eleven digits, and a digit or letter.
fn looks_like_upn(word: &str) -> bool {
    let b = word.as_bytes();
    b.len() == 13
        && b[0].is_ascii_alphabetic()
        && b[1..12].iter().all(u8::is_ascii_digit)
        && b[12].is_ascii_alphanumeric()
}

/// The rule of the Department for Education: each character after the first by its place, summed,
/// modulo 23, is the first letter.
fn is_pupil_number(word: &str) -> bool {
    if !looks_like_upn(word) {
        return false;
    }
    let word = word.to_ascii_uppercase();
    let value = |b: u8| match b {
        b'0'..=b'9' => Some(usize::from(b - b'0')),
        letter => PUPIL_LETTERS.iter().position(|known| *known == letter),
    };
    let mut sum = 0;
    for (place, b) in word.bytes().enumerate().skip(1) {
        let Some(value) = value(b) else { return false };
        sum += value * (place + 1);
    }
    word.bytes().next() == Some(PUPIL_LETTERS[sum % 23])
}

/// Two letters, six digits in one or three groups, and a letter A to D; the last is not needed
/// where it is called a National Insurance number.
fn insurance(words: &TokenisedText<'_>, at: usize) -> Option<usize> {
    let first = words.word(at);
    let mut whole = String::with_capacity(9);
    let mut end = at;
    // At most: prefix, three pairs, suffix.
    while end < at + 5 && whole.len() < 9 {
        let word = words.word(end);
        let joined = end == at || matches!(words.gap(end - 1), " " | "-" | "\u{a0}");
        if word.is_empty() || !word.is_ascii() || !joined || whole.len() + word.len() > 9 {
            break;
        }
        whole.push_str(word);
        end += 1;
        if end == at + 1 && !(first.len() == 2 || first.len() >= 4) {
            return None;
        }
    }
    let whole = whole.to_ascii_uppercase();
    let b = whole.as_bytes();
    let has_suffix = b.len() == 9 && (b'A'..=b'D').contains(&b[8]);
    let called = || words.called(at, 5, &["ni", "nino", "insurance"]);
    // A word that follows may have been taken for a suffix.
    let whole_enough = has_suffix || (b.len() >= 8 && called());
    if !whole_enough {
        return None;
    }
    let prefix = b.get(..2)?.iter().all(|b| b.is_ascii_uppercase() && !b"DFIQUV".contains(b))
        && b[1] != b'O'
        && !NO_PREFIX.contains(&whole.get(..2)?);
    (prefix && b[2..8].iter().all(u8::is_ascii_digit)).then_some(end)
}

/// A district and what follows it, in one word or two: `LS1 4AP`, `ls14ap`.
fn postcode(words: &TokenisedText<'_>, at: usize) -> Option<usize> {
    let word = words.word(at);
    if !word.is_ascii() {
        return None;
    }
    if (2..=4).contains(&word.len()) && matches!(words.gap(at), " " | "  " | "\u{a0}") {
        let inward = words.word(at + 1);
        if is_district(word) && is_inward(inward) && !is_ordinal(inward) {
            return Some(at + 2);
        }
    }
    // Where a code key such as HERON-42 goes on behind a hyphen, it is none.
    let (district, inward) = word.split_at_checked(word.len().checked_sub(3)?)?;
    let whole = is_district(district) && is_inward(inward) && !is_ordinal(inward);
    whole.then_some(at + 1)
}

fn is_district(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let Some((area, rest)) = word.split_at_checked(letters) else { return false };
    let rest_fits = match rest.as_bytes() {
        [first] => first.is_ascii_digit(),
        [first, second] => first.is_ascii_digit() && second.is_ascii_alphanumeric(),
        _ => false,
    };
    rest_fits
        && (1..=2).contains(&letters)
        && AREAS.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(area))
}

fn is_inward(word: &str) -> bool {
    let letter = |b: &u8| b.is_ascii_alphabetic() && !b"CIKMOV".contains(&b.to_ascii_uppercase());
    match word.as_bytes() {
        [digit, one, two] => digit.is_ascii_digit() && letter(one) && letter(two),
        _ => false,
    }
}

/// `1st`, `2nd`, `3rd`, `4th` in small letters.
fn is_ordinal(word: &str) -> bool {
    ["st", "nd", "rd", "th"].iter().any(|ending| word.ends_with(ending))
}
