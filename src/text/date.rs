//! Dates as people type them.

use jiff::civil::Date;

/// The months, in order, in small letters.
pub(super) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads `2026-11-21`, `21/11/2026`, `21.11.26`, `21 Nov 2026` or `21 November 2026`. Day before
/// month, as in the United Kingdom; two digits of a year mean this century.
pub fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Ok(date) = text.parse::<Date>() {
        return Some(date);
    }
    let parts: Vec<&str> =
        text.split(|c: char| "/.- ,".contains(c)).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    let day = day.trim_end_matches(char::is_alphabetic).parse::<i8>().ok()?;
    let month = month.parse::<i8>().ok().or_else(|| {
        let name = month.to_lowercase();
        MONTHS.iter().position(|month| name.starts_with(&month[..3])).map(|at| at as i8 + 1)
    })?;
    let year = match (year.parse::<i16>().ok()?, year.len()) {
        (short, 2) => 2000 + short,
        (full, 4) => full,
        _ => return None,
    };
    Date::new(year, month, day).ok()
}

/// A date as a person reads it: `21 Nov 2026`.
pub fn show_date(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_ways_to_write_a_date_are_understood() {
        let expected = Date::new(2026, 11, 3).ok();
        for text in ["2026-11-03", "3/11/2026", "03.11.26", "3 Nov 2026", "3rd November 2026"] {
            assert_eq!(parse_date(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "soon", "31/02/2026", "1/2", "3 Foo 2026", "11/2026", "1/1/1/1"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
