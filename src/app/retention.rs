//! What happens to a note after its meeting, as data: how long it is kept, discarding and bringing
//! back, erasing.

use jiff::{Timestamp, civil::Date};

use crate::vault::Retention;

/// What was said of how long a note is kept, in a few lines.
pub(super) fn in_words(kept: &Retention) -> String {
    let class = kept.class.as_deref().unwrap_or("not set");
    let review = kept.review.map_or_else(|| "not set".to_owned(), crate::text::show_date);
    let hold = kept.hold.as_ref().map_or_else(
        || "none".to_owned(),
        |hold| format!("since {}: {}", crate::text::show_date(day(hold.since)), hold.reason),
    );
    format!("Retention class: {class}\nRetention review date: {review}\nLegal hold: {hold}")
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(jiff::tz::TimeZone::system()).date()
}
