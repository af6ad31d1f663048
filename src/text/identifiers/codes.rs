//! Codes of letters and digits (pupil numbers, National Insurance numbers, postcodes) and numbers of
//! digits alone (NHS numbers and telephone numbers).

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
/// Digits of an NHS number, by groups: whole, as printed, and as people break it.
const NHS_GROUPS: [&[usize]; 4] = [&[10], &[3, 3, 4], &[3, 7], &[6, 4]];

pub(super) fn find_codes(words: &TokenisedText<'_>, out: &mut Vec<FoundIdentifier>) {
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

pub(super) fn find_numbers(words: &TokenisedText<'_>, out: &mut Vec<FoundIdentifier>) {
    let mut at = 0;
    while at < words.tokens.len() {
        let found = if !words.is_number(at) || words.tokens[at].len() > 15 {
            None
        } else if let Some(end) = nhs_number(words, at) {
            Some((words.found(at..end, IdentifierKind::NhsNumber), end))
        } else {
            phone(words, at).map(|(start, end)| {
                let mut found = words.found(at..end, IdentifierKind::Phone);
                found.range.start = start;
                (found, end)
            })
        };
        at = found.as_ref().map_or(at + 1, |(_, end)| *end);
        out.extend(found.map(|(found, _)| found));
    }
}

/// The word after an NHS number that begins at `at`.
fn nhs_number(words: &TokenisedText<'_>, at: usize) -> Option<usize> {
    let groups = NHS_GROUPS.iter().find(|groups| {
        groups.iter().enumerate().all(|(nth, length)| {
            let here = at + nth;
            let joined =
                nth == 0 || matches!(words.gap(here - 1), " " | "-" | "\u{a0}" | "." | "–");
            words.is_number(here) && joined && words.word(here).len() == *length
        })
    })?;
    let end = at + groups.len();
    // Part of a longer number is none.
    let goes_on = |gap: &str| matches!(gap, "-" | "." | "–");
    let longer = words.is_number(end) && goes_on(words.gap(end - 1));
    let begun = at > 0 && words.is_number(at - 1) && goes_on(words.gap(at - 1));
    if longer || begun {
        return None;
    }
    let digits: Vec<u32> =
        (at..end).flat_map(|at| words.word(at).bytes()).map(|b| u32::from(b - b'0')).collect();
    let called = || words.called(at, 4, &["nhs", "chi"]);
    (is_checked(&digits) || called()).then_some(end)
}

/// Modulus 11 with weights from ten down to two, as NHS and CHI numbers are checked.
fn is_checked(digits: &[u32]) -> bool {
    let [first, rest @ ..] = digits else { return false };
    if digits.len() != 10 || rest.iter().all(|digit| digit == first) {
        return false;
    }
    let sum: u32 = digits.iter().take(9).zip((2..=10).rev()).map(|(digit, by)| digit * by).sum();
    let check = (11 - sum % 11) % 11;
    check == digits[9]
}

/// Where a telephone number begins, with its plus sign, and the word after it. National helplines
/// (0800, 0808, 03, 08, 09 and short ones) lead to nobody, and are left alone.
fn phone(words: &TokenisedText<'_>, at: usize) -> Option<(usize, usize)> {
    let start = words.tokens[at].start;
    let before = &words.text[..start];
    let first = words.word(at);
    if let Some(plus) = before.strip_suffix('+') {
        let (digits, end) = run(words, at, 15);
        let national = digits.strip_prefix("44").map(|rest| rest.trim_start_matches('0'));
        let fits = match national {
            Some(rest) => is_personal(rest),
            None => (9..=15).contains(&digits.len()),
        };
        return fits.then_some((plus.len(), end));
    }
    if before.ends_with(['.', ':', '/', '-', '£']) {
        return None;
    }
    let bracket = before.ends_with('(') && words.gap(at).starts_with(')');
    let start = if bracket { start - 1 } else { start };
    // Two digits may be a day, an hour or a month.
    if !first.starts_with('0') || (first.len() < 3 && !first.is_empty()) {
        return None;
    }
    let (digits, end) = run(words, at, 14);
    let rest = match digits.strip_prefix("0044") {
        Some(rest) => rest.trim_start_matches('0'),
        None => digits.strip_prefix('0')?,
    };
    is_personal(rest).then_some((start, end))
}

/// The digits from `at` on that may be one number, at most so many, and the word after them.
fn run(words: &TokenisedText<'_>, at: usize, most: usize) -> (String, usize) {
    let mut digits = words.word(at).to_owned();
    let mut end = at + 1;
    while words.is_number(end) {
        let joined = matches!(
            words.gap(end - 1),
            " " | "-" | "." | "\u{a0}" | "–" | " (" | ") " | ")" | "(" | " - "
        );
        let next = words.word(end);
        // A whole number needs nothing that follows.
        let whole = digits.starts_with('0') && digits.len() >= 11 && !digits.starts_with("00");
        if !joined || whole || digits.len() + next.len() > most {
            break;
        }
        digits.push_str(next);
        end += 1;
    }
    (digits, end)
}

/// Whether the digits after the zero are a landline or mobile number.
fn is_personal(rest: &str) -> bool {
    match rest.as_bytes().first() {
        Some(b'1') => matches!(rest.len(), 9 | 10),
        Some(b'2' | b'7') => rest.len() == 10,
        _ => false,
    }
}
