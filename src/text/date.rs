//! Dates as people type them, and times as people here read them.

use std::cell::OnceCell;

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};

/// The time zone that times are shown in. It is handed in like the clock, and stored times stay in
/// UTC.
#[derive(Clone, Debug)]
pub struct LocalTime(OnceCell<TimeZone>);

impl LocalTime {
    /// Returns the time zone of this computer. It is read when a time is first shown: reading it
    /// walks the folder of all time zones.
    pub const fn of_system() -> Self {
        Self(OnceCell::new())
    }

    /// Returns the given time zone.
    pub fn in_zone(zone: TimeZone) -> Self {
        Self(OnceCell::from(zone))
    }

    /// Returns the date and time here.
    pub fn zoned(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.0.get_or_init(TimeZone::system).clone())
    }

    /// Returns the day here.
    pub fn day(&self, at: Timestamp) -> Date {
        self.zoned(at).date()
    }

    /// Returns the time of day here: `14:05`.
    pub fn time(&self, at: Timestamp) -> String {
        self.zoned(at).strftime("%H:%M").to_string()
    }

    /// Returns the day and the time here: `21 Nov 2026, 14:05`.
    pub fn moment(&self, at: Timestamp) -> String {
        self.zoned(at).strftime("%-d %b %Y, %H:%M").to_string()
    }
}

impl Default for LocalTime {
    /// Returns UTC.
    fn default() -> Self {
        Self::in_zone(TimeZone::UTC)
    }
}

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
    fn a_time_is_shown_as_the_clocks_here_show_it_in_winter_and_in_summer() {
        let zone = TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").expect("the zone of London");
        let here = LocalTime::in_zone(zone);
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        assert_eq!(here.moment(at("2026-11-22T23:30:00Z")), "22 Nov 2026, 23:30");
        assert_eq!(here.moment(at("2026-06-22T23:30:00Z")), "23 Jun 2026, 00:30");
        assert_eq!(here.time(at("2026-06-22T09:05:00Z")), "10:05");
        assert_eq!(Some(here.day(at("2026-06-22T23:30:00Z"))), Date::new(2026, 6, 23).ok());
        assert_eq!(LocalTime::default().time(at("2026-06-22T09:05:00Z")), "09:05");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "soon", "31/02/2026", "1/2", "3 Foo 2026", "11/2026", "1/1/1/1"] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }
}
