//! How old somebody is: in a query (“boy 8”, “Y9”, “reception”), and the ages that a heading is
//! about (“Ten to twelve”, “Under-12s”).

use std::ops::RangeInclusive;

use super::token::words;

/// The oldest that is told from other numbers.
const MAX_YEARS: u8 = 18;
/// From so many years on a number behind a person is an age.
const MIN_YEARS: u8 = 2;
/// What else is counted: a heading with one of these words has numbers, not ages.
const COUNTED: &[&str] = &[
    "case", "days", "hour", "hours", "minute", "minutes", "month", "months", "people", "sessions",
    "step", "steps", "times", "week", "weeks",
];
const PERSONS: &[&str] = &[
    "boy", "brother", "child", "daughter", "girl", "kid", "lad", "lass", "pupil", "sister", "son",
    "student",
];
/// Words for children of an age.
const GROUPS: &[(&str, RangeInclusive<u8>)] = &[
    ("babies", 0..=1),
    ("nursery", 2..=4),
    ("preschool", 2..=4),
    ("reception", 4..=5),
    ("teenagers", 13..=17),
    ("toddler", 1..=3),
    ("toddlers", 1..=3),
];

/// What follows “reception” where it is not the first class of a school.
const DESK: &[&str] = &["area", "centre", "desk", "office", "order", "staff"];

/// The ages in years that a query names, each with the place of the word that says so.
pub(super) fn ages_in_query(words: &[&str]) -> Vec<(usize, RangeInclusive<u8>)> {
    let word = |at: Option<usize>| at.and_then(|at| words.get(at)).copied().unwrap_or_default();
    let mut ages: Vec<(usize, RangeInclusive<u8>)> = Vec::new();
    for (at, text) in words.iter().enumerate() {
        let is_desk = *text == "reception" && DESK.contains(&word(Some(at + 1)));
        if let Some((_, years)) = GROUPS.iter().find(|(group, _)| group == text && !is_desk) {
            ages.push((at, years.clone()));
        }
        let Some(number) = number(text) else { continue };
        let (before, after) = (word(at.checked_sub(1)), word(Some(at + 1)));
        let is_unit = ["year", "years", "yr", "yrs", "yo"].contains(&after) || after == "old";
        let follows_age =
            ["and", "or"].contains(&before) && ages.last().is_some_and(|(last, _)| last + 2 == at);
        if ["year", "yr"].contains(&before) && after != "old" {
            // Year 9 is for those who turn 14.
            ages.push((at, number + 4..=number + 5));
        } else if is_unit
            || ["age", "aged", "ages", "turning"].contains(&before)
            || (number >= MIN_YEARS && (PERSONS.contains(&before) || follows_age))
        {
            ages.push((at, number..=number));
        }
    }
    ages
}

/// Whether a word says only that it is about a child.
pub(super) fn is_person(word: &str) -> bool {
    PERSONS.contains(&word.strip_suffix('s').unwrap_or(word))
}

/// The ages in years that a heading is about.
pub(super) fn ages_in_heading(heading: &str) -> Vec<u8> {
    let words: Vec<String> = words(heading).map(|word| word.text).collect();
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let mut ages: Vec<u8> = Vec::new();
    for (_, years) in GROUPS.iter().filter(|(group, _)| words.iter().any(|word| word == group)) {
        ages.extend(years.clone());
    }
    for at in 0..words.len() {
        let Some(years) = number(word(at)) else { continue };
        let before = at.checked_sub(1).map_or("", word);
        let last = match word(at + 1) {
            "to" => number(word(at + 2)),
            // “5–9” is two words.
            next if is_digits(word(at)) && is_digits(next) => number(next),
            _ => None,
        };
        let is_counted = words.iter().any(|word| COUNTED.contains(&word.as_str()));
        if before == "under" {
            ages.extend(0..years);
        } else if let Some(last) = last.filter(|last| years < *last && !is_counted) {
            ages.extend(years..=last);
        } else if ["age", "ages", "aged", "at"].contains(&before)
            || (before == "and"
                && ages.last() == at.checked_sub(2).and_then(|at| number(word(at))).as_ref())
            || (word(at + 1) == "year" && word(at + 2).starts_with("old"))
        {
            ages.push(years);
        }
    }
    ages.sort_unstable();
    ages.dedup();
    ages
}

fn is_digits(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

/// A number of years, in digits or as a word; also “12s” and “fives”.
fn number(word: &str) -> Option<u8> {
    const NUMBERS: [&str; MAX_YEARS as usize + 1] = [
        "nought",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
    ];
    let one = word.strip_suffix('s').unwrap_or(word);
    let digits = one.parse().ok().filter(|years| *years <= MAX_YEARS);
    digits.or_else(|| NUMBERS.iter().position(|name| *name == one).map(|years| years as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_in_a_query_is_told_from_other_numbers() {
        let ages = |text: &str| {
            let words: Vec<&str> = text.split(' ').collect();
            ages_in_query(&words).into_iter().map(|(_, years)| years).collect::<Vec<_>>()
        };
        assert_eq!(ages("boy 8 and girl 5"), [8..=8, 5..=5]);
        assert_eq!(ages("pupils aged 5 and 7"), [5..=5, 7..=7]);
        assert_eq!(ages("eight year old"), [8..=8]);
        assert_eq!(ages("year 9 girl"), [13..=14]);
        assert_eq!(ages("boy in reception"), [4..=5]);
        for text in
            ["outcome 21", "2 boys", "section 17", "seven eyed model", "child 1", "reception desk"]
        {
            assert_eq!(ages(text), [], "{text}");
        }
    }

    #[test]
    fn headings_say_which_ages_they_are_about() {
        assert_eq!(ages_in_heading("Ten to twelve"), [10, 11, 12]);
        assert_eq!(ages_in_heading("Primary age: about five to nine"), [5, 6, 7, 8, 9]);
        assert_eq!(ages_in_heading("Babies, toddlers and under-fives"), [0, 1, 2, 3, 4]);
        assert_eq!(ages_in_heading("Under-12s").last(), Some(&11));
        assert_eq!(ages_in_heading("Case 4: brother and half-sister (ages 13 and 7)"), [7, 13]);
        assert_eq!(ages_in_heading("Two 15-year-olds who both agreed"), [15]);
        for heading in
            ["The eight steps", "Weeks two to twelve", "If there is only one bedroom", "AIM2"]
        {
            assert_eq!(ages_in_heading(heading), [] as [u8; 0], "{heading}");
        }
    }
}
