//! Numbers of digits alone: NHS numbers and telephone numbers.

use super::{FoundIdentifier, IdentifierKind, TokenisedText};
use crate::text::tokens::Made;

/// Digits of an NHS number, by groups: whole, as printed, and as people break it.
const NHS_GROUPS: [&[usize]; 4] = [&[10], &[3, 3, 4], &[3, 7], &[6, 4]];

pub(super) fn find(words: &TokenisedText<'_>, out: &mut Vec<FoundIdentifier>) {
    let mut at = 0;
    while at < words.tokens.len() {
        let token = words.tokens[at];
        let found = if token.made != Made::Digits || token.len() > 15 {
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
            let is_number = words.tokens.get(here).is_some_and(|token| token.made == Made::Digits);
            let joined =
                nth == 0 || matches!(words.gap(here - 1), " " | "-" | "\u{a0}" | "." | "–");
            is_number && joined && words.word(here).len() == *length
        })
    })?;
    let end = at + groups.len();
    // Part of a longer number is none.
    let goes_on = |gap: &str| matches!(gap, "-" | "." | "–");
    let longer = words.tokens.get(end).is_some_and(|next| next.made == Made::Digits)
        && goes_on(words.gap(end - 1));
    let begun = at > 0 && words.tokens[at - 1].made == Made::Digits && goes_on(words.gap(at - 1));
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
    while words.tokens.get(end).is_some_and(|token| token.made == Made::Digits) {
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
