//! Dates that may be dates of birth.
//!
//! A date that is called one counts however it is written. Another counts only when it is whole,
//! with four digits of the year, and four to twenty-five years back: notes hold dates of the last
//! months and the next, and a day so long ago that is worth writing down is hardly ever another
//! one than that of a birth. Younger children's dates must be called what they are.

use jiff::civil::Date;

use super::{FoundIdentifier, IdentifierKind, TokenisedText};
use crate::text::{date::MONTHS, parse_date, tokens::Made};

const CALLED: [&str; 5] = ["born", "birth", "birthday", "dob", "birthdate"];
/// Words between "born" and the date.
const REACH: usize = 6;

pub(super) fn find(words: &TokenisedText<'_>, today: Date, out: &mut Vec<FoundIdentifier>) {
    let mut at = 0;
    while at < words.tokens.len() {
        let date = match words.tokens[at].made {
            Made::Letters => month_first(words, at),
            Made::Digits => numeric(words, at).or_else(|| day_first(words, at)),
            Made::Both => day_first(words, at),
        };
        let Some(date) = date else {
            at += 1;
            continue;
        };
        let called = is_called(words, at, date.end);
        let plausible = date.year.is_some_and(|year| {
            let since = today.year() - year;
            date.spelt_out && (4..=25).contains(&since)
        });
        if called || plausible {
            out.push(words.found(at..date.end, IdentifierKind::DateOfBirth));
        }
        at = date.end;
    }
}

/// A date among the words.
struct WrittenDate {
    /// The word after it.
    end: usize,
    /// None where only day and month are given.
    year: Option<i16>,
    /// Its year has four digits, and nothing else may be meant.
    spelt_out: bool,
}

fn is_called(words: &TokenisedText<'_>, at: usize, end: usize) -> bool {
    let before = words.called(at, REACH, &CALLED)
        // `b. 3.5.2012` and `d.o.b.`
        || words.called(at, 1, &["b"]) && !words.gap(at.saturating_sub(1)).contains('\n');
    let after = (end..end + 2).any(|at| {
        let word = words.word(at);
        !words.gap(at - 1).contains('\n') && CALLED.iter().any(|one| word.eq_ignore_ascii_case(one))
    });
    before || after
}

/// `3/5/2012`, `03.05.12`, `3-5-2012`, `2012-05-03`, `03 05 2012`.
fn numeric(words: &TokenisedText<'_>, at: usize) -> Option<WrittenDate> {
    let (one, two, three) = (words.word(at), words.word(at + 1), words.word(at + 2));
    let gap = words.gap(at);
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    if !is_number(two) || !is_number(three) || words.gap(at + 1) != gap {
        return None;
    }
    if !matches!(gap, "/" | "-" | "." | " " | " / ") {
        return None;
    }
    // A version or a list of numbers goes on.
    let goes_on =
        |at: usize, next: usize| gap != " " && words.gap(at) == gap && is_number(words.word(next));
    if goes_on(at + 2, at + 3) || (at > 0 && goes_on(at - 1, at - 1)) {
        return None;
    }
    let year_at = match (one.len(), two.len(), three.len()) {
        (4, 1..=2, 1..=2) => 0,
        (1..=2, 1..=2, 4 | 2) => 2,
        _ => return None,
    };
    // The reader of dates takes the day first.
    let text =
        if year_at == 0 { format!("{three}/{two}/{one}") } else { format!("{one}/{two}/{three}") };
    let date = parse_date(&text)?;
    let four = [one, three][year_at / 2].len() == 4;
    Some(WrittenDate { end: at + 3, year: Some(date.year()), spelt_out: four && gap != " " })
}

/// `3 May 2012`, `3rd of May 2012`, `3 May`.
fn day_first(words: &TokenisedText<'_>, at: usize) -> Option<WrittenDate> {
    let day = day(words.word(at))?;
    let month_at = if words.word(at + 1).eq_ignore_ascii_case("of") { at + 2 } else { at + 1 };
    let month = month(words.word(month_at))?;
    if !(at..month_at).all(|at| matches!(words.gap(at), " " | "-" | "\u{a0}" | ". ")) {
        return None;
    }
    written(words, day, month, month_at)
}

/// `May 3, 2012`, `May 3rd 2012`.
fn month_first(words: &TokenisedText<'_>, at: usize) -> Option<WrittenDate> {
    let month = month(words.word(at))?;
    let day = day(words.word(at + 1)).filter(|_| matches!(words.gap(at), " " | "\u{a0}"))?;
    written(words, day, month, at + 1)
}

/// With the year that follows the word at `last`, if one does.
fn written(words: &TokenisedText<'_>, day: i8, month: i8, last: usize) -> Option<WrittenDate> {
    let year = words.word(last + 1);
    let joined = matches!(words.gap(last), " " | ", " | "-" | "\u{a0}" | " '" | " ’");
    let number = year.parse::<i16>().ok().filter(|_| joined);
    match (number, year.len()) {
        (Some(year), 4) => {
            Date::new(year, month, day).ok()?;
            Some(WrittenDate { end: last + 2, year: Some(year), spelt_out: true })
        }
        (Some(short), 2) => {
            Some(WrittenDate { end: last + 2, year: Some(2000 + short), spelt_out: false })
        }
        _ => Some(WrittenDate { end: last + 1, year: None, spelt_out: false }),
    }
}

fn day(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = word.strip_prefix(digits)?;
    let plain = ["", "st", "nd", "rd", "th"].iter().any(|known| ending.eq_ignore_ascii_case(known));
    let day = digits.parse::<i8>().ok()?;
    (plain && (1..=31).contains(&day)).then_some(day)
}

fn month(word: &str) -> Option<i8> {
    if !(3..=9).contains(&word.len()) || !word.is_ascii() {
        return None;
    }
    let short = word.len() == 3 || word.eq_ignore_ascii_case("sept");
    let at = MONTHS.iter().position(|month| {
        month.eq_ignore_ascii_case(word)
            || (short && month.get(..word.len()).is_some_and(|s| s.eq_ignore_ascii_case(word)))
    })?;
    i8::try_from(at + 1).ok()
}
