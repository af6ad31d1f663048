//! Figures that were measured somewhere: a share, a rate, a count of people. Each needs its source
//! beside it.

use std::ops::Range;

use jiff::civil::Date;

use super::{Check, footnote_keys, passages::Passages};

/// A count of people from here on is a figure from a study, not what somebody saw.
const MIN_LARGE_COUNT: u64 = 100;
/// Years after which a figure says of when it is.
const MAX_FIGURE_YEARS: i16 = 3;
const NUMBERS: [&str; 14] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve",
    "twenty", "hundred", "thousand",
];
/// Of whom or what populations are made.
const POPULATIONS: [&str; 22] = [
    "adolescents",
    "adults",
    "boys",
    "callers",
    "cases",
    "children",
    "families",
    "girls",
    "incidents",
    "offences",
    "parents",
    "people",
    "pupils",
    "referrals",
    "reports",
    "respondents",
    "staff",
    "students",
    "teenagers",
    "under-18s",
    "victims",
    "women",
];
/// Behind "5 in 10", these make it a pace and not a share.
const TIMES: [&str; 6] = ["minutes", "hours", "days", "weeks", "months", "years"];

/// One word with the punctuation around it.
struct BareWord<'a> {
    start: usize,
    whole: &'a str,
    /// Small letters, without punctuation other than `%`.
    bare: String,
}

impl BareWord<'_> {
    /// Its bytes of the text, without punctuation.
    fn bare_at(&self) -> Range<usize> {
        let bare = bare(self.whole);
        let before = self.whole.len() - self.whole.trim_start_matches(punctuation).len();
        self.start + before..self.start + before + bare.len()
    }

    fn is_digits(&self) -> bool {
        self.bare.starts_with(|c: char| c.is_ascii_digit())
    }

    fn is_number(&self) -> bool {
        (self.is_digits() && !self.is_year()) || NUMBERS.contains(&self.bare.as_str())
    }

    fn is_year(&self) -> bool {
        is_year(&self.bare)
    }

    /// Whether it is a year or holds one, as in `2013-14`.
    fn says_year(&self) -> bool {
        self.bare.split(|c: char| !c.is_ascii_digit()).any(is_year)
    }

    /// Whether a sentence or clause goes on behind it.
    fn goes_on(&self) -> bool {
        !self.whole.ends_with([',', ';', ':', '.', '?', '!', ')'])
    }

    fn is_large(&self) -> bool {
        // Numbers to ring begin with 0.
        let plain = self.bare.replace(',', "");
        !self.is_year()
            && !plain.starts_with('0')
            && plain.parse().is_ok_and(|n: u64| n >= MIN_LARGE_COUNT)
    }
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && (word.starts_with("19") || word.starts_with("20"))
}

/// The first figure in a text.
fn figure_in(text: &str) -> Option<Range<usize>> {
    let words = words_of(text);
    (0..words.len()).find_map(|at| {
        // The second half of a telephone number is not a figure.
        let goes_on = at > 0 && words[at - 1].is_digits() && words[at - 1].goes_on();
        let count = |words| if goes_on { None } else { count(words) };
        let length = share(&words[at..]).or_else(|| count(&words[at..]))?;
        Some(words[at].bare_at().start..words[at + length - 1].bare_at().end)
    })
}

fn words_of(text: &str) -> Vec<BareWord<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    for part in text.split_inclusive(char::is_whitespace) {
        let whole = part.trim_end();
        if !whole.is_empty() {
            words.push(BareWord { start: at, whole, bare: bare(whole).to_lowercase() });
        }
        at += part.len();
    }
    words
}

/// A word without punctuation other than `%`.
fn bare(word: &str) -> &str {
    word.trim_matches(punctuation)
}

fn punctuation(c: char) -> bool {
    !c.is_alphanumeric() && c != '%'
}

/// How many words make the share or rate that the words begin with.
fn share(words: &[BareWord<'_>]) -> Option<usize> {
    let first = words.first()?;
    let bare = |at: usize| words.get(at).map_or("", |word| word.bare.as_str());
    if first.is_digits() && first.bare.contains('%') {
        return Some(1);
    }
    if !first.is_number() {
        return None;
    }
    if matches!(bare(1), "%" | "percent") {
        return Some(2);
    }
    if bare(1) == "per" && bare(2) == "cent" {
        return Some(3);
    }
    let joint = match (bare(1), bare(2)) {
        ("in" | "of", "every") => 3,
        ("out", "of") => 3,
        ("in", _) => 2,
        _ => return None,
    };
    let whole = words.get(joint)?;
    // "Two in one" is not a share.
    let is_share = !matches!(whole.bare.as_str(), "one" | "1")
        && first.goes_on()
        && whole.is_number()
        && !TIMES.contains(&bare(joint + 1));
    is_share.then_some(joint + 1)
}

/// How many words make the large count of people that the words begin with.
fn count(words: &[BareWord<'_>]) -> Option<usize> {
    let first = words.first()?;
    let next = words.get(1).map_or("", |word| word.bare.as_str());
    let large = first.is_large()
        || (first.is_number() && matches!(next, "hundred" | "thousand" | "million"));
    if !large {
        return None;
    }
    // The word that ends the clause is still part of it.
    let reach = words.iter().take(5).position(|word| !word.goes_on()).map_or(5, |at| at + 1);
    let of_whom = words.iter().take(reach).skip(1).take_while(|word| !word.is_digits());
    let at = of_whom.map(|word| word.bare.as_str()).position(|word| POPULATIONS.contains(&word))?;
    Some(at + 2)
}

impl Check<'_> {
    /// Figures of the body without a footnote or check mark in the same passage.
    pub(super) fn figures(&mut self, passages: &Passages) {
        if self.is_document() {
            return;
        }
        for passage in passages.iter().filter(|passage| !passage.has_note && !passage.is_heading) {
            let Some(range) = figure_in(passages.words(passage)) else { continue };
            let start = self.body_at + passage.range.start;
            let place = start + range.start..start + range.end;
            let figure: Vec<&str> = self.file.text[place.clone()].split_whitespace().collect();
            let message = format!("The figure “{}” has no footnote beside it.", figure.join(" "));
            let advice =
                "Add `[^key]` of its source in the same sentence, item or row, or `[^check]`.";
            self.problems.push(self.file.source.warning("bare-figure", place, message, advice));
        }
    }
}

impl Check<'_> {
    /// Notes figures whose sources are all older than three years, if nothing since the heading says
    /// of which year they are.
    pub(super) fn old_figures(&mut self, passages: &Passages, today: Date) {
        if self.is_document() {
            return;
        }
        let notes = footnote_keys(&self.entry.body);
        let mut has_year = false;
        for passage in passages.iter() {
            let words = passages.words(passage);
            has_year &= !passage.is_heading;
            has_year |= words_of(words).iter().any(BareWord::says_year);
            let cited = notes.iter().filter(|(_, at)| passage.range.contains(&at.start));
            let sources =
                cited.map(|(key, _)| self.entry.sources.iter().find(|one| one.key == *key));
            // Nobody knows the age of a figure whose source has no year.
            let years: Option<Vec<i16>> = sources.map(|source| source?.year).collect();
            let newest = years.and_then(|years| years.into_iter().max());
            let old = newest.filter(|year| today.year() - year > MAX_FIGURE_YEARS && !has_year);
            let (Some(year), Some(range)) = (old, figure_in(words)) else { continue };
            let start = self.body_at + passage.range.start;
            let place = start + range.start..start + range.end;
            let figure: Vec<&str> = self.file.text[place.clone()].split_whitespace().collect();
            let message =
                format!("The figure “{}” is from {year} and does not say so.", figure.join(" "));
            let advice = "Say of which year it is, or look for a newer figure.";
            self.problems.push(self.file.source.note("old-figure", place, message, advice));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_rates_and_large_counts_are_figures() {
        for (text, figure) in [
            ("about 30% of them", "30%"),
            ("some 4.92 % more", "4.92 %"),
            ("(52 per cent)", "52 per cent"),
            ("one in ten children", "one in ten"),
            ("Roughly 5 in 100, they say", "5 in 100"),
            ("two out of three", "two out of three"),
            ("over 30,396 young people", "30,396 young people"),
            ("2.4 million children", "2.4 million children"),
            ("of 700 referred children", "700 referred children"),
        ] {
            let found = figure_in(text).map(|range| &text[range]);
            assert_eq!(found, Some(figure), "{text}");
        }
    }

    #[test]
    fn years_ages_numbers_to_ring_and_paces_are_no_figures() {
        for none in [
            "Year 9, under 13",
            "call 999 or 0800 1111 children know",
            "NG55 in 2016",
            "one in the room",
            "never two in one record",
            "in 2021 children said",
            "5 in 10 minutes",
            "12 children and 3 adults",
            "in 1992, 10 in all",
            "phone 101, people answer",
        ] {
            assert_eq!(figure_in(none), None, "{none}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_figure_is_a_place_in_any_text(text in "([0-9,.%(é]{0,4}| in | of | cases|ten|per cent|\u{a0}){0,12}") {
            if let Some(range) = figure_in(&text) {
                proptest::prop_assert!(text.get(range).is_some_and(|figure| !figure.is_empty()));
            }
        }
    }
}
