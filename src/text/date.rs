//! Dates as people type them, and times as people here read them.

use std::cell::OnceCell;

use jiff::{
    Span, Timestamp, ToSpan as _, Zoned,
    civil::{Date, Weekday},
    tz::TimeZone,
};

use super::clean::clean_line;

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

/// What can be written as a date: the advice for every text that [`parse_coming_date`] does not read.
pub const DATE_FORMS: &str =
    "Write it like 4 Dec, 4 Dec 2026, 4/12/2026, next Friday, in 2 weeks or tomorrow.";

/// Years before and after today in which a date of a meeting, an action or a record can lie. What lies
/// outside is a mistyped year.
const MAX_YEARS_AWAY: i16 = 100;

/// Most days, weeks, months or years that a date can be written ahead.
const MAX_AHEAD: i64 = 600;

/// Reads what [`parse_date`] reads, and dates as people say them: `4 Dec`, `Friday`, `next Friday`,
/// `in 2 weeks`, `tomorrow`. A day without a year, and a weekday, are the first from `today` on;
/// with `next`, a weekday is that of next week, from Monday on. A date more than a hundred years
/// away is none.
pub fn parse_coming_date(text: &str, today: Date) -> Option<Date> {
    read_date(text, today).filter(|date| is_near(*date, today))
}

/// Returns why [`parse_coming_date`] does not read a text: it is not a date, or is too far away.
pub fn why_no_date(text: &str, today: Date) -> String {
    why_too_far(text, today)
        .unwrap_or_else(|| format!("“{}” is not a date. {DATE_FORMS}", clean_line(text.trim())))
}

/// Returns the advice for a date that is too far away; `None` for any other text.
pub fn why_too_far(text: &str, today: Date) -> Option<String> {
    let date = read_date(text, today).filter(|date| !is_near(*date, today))?;
    let day = show_date(date);
    Some(format!("{day} is more than {MAX_YEARS_AWAY} years away. Check the year."))
}

fn is_near(date: Date, today: Date) -> bool {
    (date.year() - today.year()).abs() <= MAX_YEARS_AWAY
}

fn read_date(text: &str, today: Date) -> Option<Date> {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    if let Some(date) = parse_date(&text) {
        return Some(date);
    }
    let filler = ["", "on", "by", "the", "of", "in", "time", "from", "now"];
    let words = text.split([' ', ',']).map(|word| word.trim_end_matches(['’', '\'']));
    let words: Vec<&str> = words.filter(|word| !filler.contains(word)).collect();
    match words.as_slice() {
        ["today"] => Some(today),
        ["tomorrow"] => today.tomorrow().ok(),
        ["yesterday"] => today.yesterday().ok(),
        ["day", "after", "tomorrow"] => today.tomorrow().ok()?.tomorrow().ok(),
        ["next", unit] if weekday(unit).is_none() => ahead(today, 1, unit),
        ["next", day] => {
            let monday = today.nth_weekday(1, Weekday::Monday).ok()?;
            weekday_from(monday, weekday(day)?)
        }
        ["this" | "coming", day] | [day] if weekday(day).is_some() => {
            weekday_from(today.tomorrow().ok()?, weekday(day)?)
        }
        [day, "week"] if weekday(day).is_some() => {
            weekday_from(today.tomorrow().ok()?, weekday(day)?)?.checked_add(1.week()).ok()
        }
        // A weekday that does not fit its date shows that one of the two is mistyped.
        [day, rest @ ..] if weekday(day).is_some() => {
            let date = read_date(&rest.join(" "), today)?;
            (date.weekday() == weekday(day)?).then_some(date)
        }
        [number, unit] if count(number).is_some() && span(1, unit).is_some() => {
            ahead(today, count(number)?, unit)
        }
        [one] => {
            let parts: Vec<&str> = one.split(['/', '.', '-']).collect();
            let [day, month] = parts.as_slice() else { return None };
            day_of_year(day, month, today)
        }
        [day, month] => day_of_year(day, month, today).or_else(|| day_of_year(month, day, today)),
        [one, other, year] => {
            let read = |day, month| parse_date(&format!("{day} {month} {year}"));
            read(one, other).or_else(|| read(other, one))
        }
        _ => None,
    }
}

/// A day and a month without a year: the first from today on.
fn day_of_year(day: &str, month: &str, today: Date) -> Option<Date> {
    let is_month = |text: &str| {
        text.parse::<u8>().is_ok()
            || text.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(text))
            || text == "sept"
    };
    // Four years hold every day of a year.
    (today.year()..=today.year().saturating_add(4))
        .filter(|_| is_month(month))
        .filter_map(|year| parse_date(&format!("{day} {month} {year}")))
        .find(|date| *date >= today)
}

fn weekday(word: &str) -> Option<Weekday> {
    const DAYS: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    let found = DAYS.iter().find(|(name, _)| word.len() >= 3 && name.starts_with(word));
    found.map(|(_, day)| *day)
}

/// The first such weekday from `date` on.
fn weekday_from(date: Date, weekday: Weekday) -> Option<Date> {
    if date.weekday() == weekday { Some(date) } else { date.nth_weekday(1, weekday).ok() }
}

fn count(word: &str) -> Option<i64> {
    const WORDS: [&str; 12] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    let number = match word {
        "a" | "an" => Some(1),
        word => match WORDS.iter().position(|one| *one == word) {
            Some(at) => Some(at as i64 + 1),
            None => word.parse().ok(),
        },
    };
    number.filter(|number| (0..=MAX_AHEAD).contains(number))
}

fn span(number: i64, unit: &str) -> Option<Span> {
    Some(match unit.trim_end_matches('s') {
        "day" => number.days(),
        "week" => number.weeks(),
        "fortnight" => (2 * number).weeks(),
        "month" => number.months(),
        "year" => number.years(),
        _ => return None,
    })
}

fn ahead(today: Date, number: i64, unit: &str) -> Option<Date> {
    today.checked_add(span(number, unit)?).ok()
}

/// A date with its weekday, to check what was typed: `Fri 4 Dec 2026`.
pub fn show_day(date: Date) -> String {
    date.strftime("%a %-d %b %Y").to_string()
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
    fn a_date_is_read_as_people_say_it_and_shown_with_its_weekday() {
        // A Monday.
        let today = Date::constant(2026, 11, 30);
        for (text, expected) in [
            ("today", "Mon 30 Nov 2026"),
            ("Tomorrow", "Tue 1 Dec 2026"),
            ("the day after tomorrow", "Wed 2 Dec 2026"),
            ("Friday", "Fri 4 Dec 2026"),
            ("on Fri.", "Fri 4 Dec 2026"),
            ("this friday", "Fri 4 Dec 2026"),
            ("next Friday", "Fri 11 Dec 2026"),
            ("next Monday", "Mon 7 Dec 2026"),
            ("monday", "Mon 7 Dec 2026"),
            ("Friday week", "Fri 11 Dec 2026"),
            ("next week", "Mon 7 Dec 2026"),
            ("next month", "Wed 30 Dec 2026"),
            ("in 2 weeks", "Mon 14 Dec 2026"),
            ("in two weeks’ time", "Mon 14 Dec 2026"),
            ("2 weeks", "Mon 14 Dec 2026"),
            ("in a fortnight", "Mon 14 Dec 2026"),
            ("in 10 days", "Thu 10 Dec 2026"),
            ("in 3 months", "Sun 28 Feb 2027"),
            ("in a year", "Tue 30 Nov 2027"),
            ("4 Dec", "Fri 4 Dec 2026"),
            ("4th of December", "Fri 4 Dec 2026"),
            ("December 4", "Fri 4 Dec 2026"),
            ("Fri 4 Dec", "Fri 4 Dec 2026"),
            ("Friday 4 December 2026", "Fri 4 Dec 2026"),
            ("Dec 4, 2026", "Fri 4 Dec 2026"),
            ("4th of December 2026", "Fri 4 Dec 2026"),
            ("4/12", "Fri 4 Dec 2026"),
            ("1 Nov", "Mon 1 Nov 2027"),
            ("29 Feb", "Tue 29 Feb 2028"),
            ("2026-11-03", "Tue 3 Nov 2026"),
        ] {
            let shown = parse_coming_date(text, today).map(show_day);
            assert_eq!(shown.as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "soon",
            "Thursday 4 Dec 2026",
            "31/02",
            "in 9999 weeks",
            "in 2 moons",
            "next",
            "week",
            "4",
            "13/13",
            "four",
            "on",
            "4 Dec 2",
            "4 D",
            "-1 days",
        ] {
            assert_eq!(parse_coming_date(text, today), None, "{text}");
        }
        // On a Saturday, next week begins on the day after tomorrow.
        let saturday = Date::constant(2026, 12, 5);
        let shown = parse_coming_date("next Friday", saturday).map(show_day);
        assert_eq!(shown.as_deref(), Some("Fri 11 Dec 2026"));
    }

    #[test]
    fn a_date_more_than_a_hundred_years_away_is_refused_with_a_sentence() {
        let today = Date::constant(2026, 11, 30);
        for (text, shown) in [
            ("4 Dec 1900", "4 Dec 1900"),
            ("2999-12-04", "4 Dec 2999"),
            ("31/12/9999", "31 Dec 9999"),
        ] {
            assert_eq!(parse_coming_date(text, today), None, "{text}");
            let why = format!("{shown} is more than 100 years away. Check the year.");
            assert_eq!(why_no_date(text, today), why);
        }
        for text in ["4 Dec 1926", "4 Dec 2126", "in 100 years"] {
            assert!(parse_coming_date(text, today).is_some(), "{text}");
        }
        let why = why_no_date(" soon\x1b ", today);
        assert_eq!(why, format!("“soon” is not a date. {DATE_FORMS}"));
    }

    #[test]
    fn every_form_that_the_advice_names_is_read() {
        let forms = DATE_FORMS.trim_start_matches("Write it like ").trim_end_matches('.');
        for form in forms.replace(" or ", ", ").split(", ") {
            assert!(parse_coming_date(form, Date::constant(2026, 11, 30)).is_some(), "{form}");
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
