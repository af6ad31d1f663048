//! Entries for a calendar (RFC 5545): an all-day event for each open action with a date, and one
//! for the review.
//!
//! Promises: nothing of the case but its key is in an entry, because calendars are shared; an entry
//! keeps its UID, so that a later file changes it and adds none.

use jiff::{civil::Date, tz::TimeZone};

use crate::{clinic::ActionStatus, report::formats::WriteError, text::clean_line};

use super::NoteEdition;

/// Bytes of the longest line, without its end.
const MAX_LINE: usize = 75;

/// Returns the contents of a calendar file. A calendar without an entry is none.
pub(super) fn write(note: &NoteEdition<'_>) -> Result<Vec<u8>, WriteError> {
    let actions = note.actions().into_iter().filter(|one| one.details.status == ActionStatus::Open);
    let actions = actions.filter_map(|action| Some((action, action.details.by?)));
    let actions =
        actions.map(|(action, day)| (format!("action-{}", action.id.0), day, "action due"));
    let review = note.review().map(|day| ("review".to_owned(), day, "review"));
    let events: Vec<(String, Date, &str)> = actions.chain(review).collect();
    if events.is_empty() {
        let why = "this note has no open action with a date and no review date".to_owned();
        return Err(WriteError { format: "calendar", why });
    }
    let session = &note.session;
    let stamp = session.updated().to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    let practice = if session.is_practice() { " (practice)" } else { "" };
    let mut out = String::new();
    push(&mut out, "BEGIN:VCALENDAR");
    push(&mut out, "VERSION:2.0");
    push(&mut out, "PRODID:-//caseclinic//caseclinic//EN");
    push(&mut out, "CALSCALE:GREGORIAN");
    push(&mut out, "METHOD:PUBLISH");
    for (name, day, what) in events {
        let summary = format!("{}: {what}{practice}", clean_line(session.case_key()));
        push(&mut out, "BEGIN:VEVENT");
        push(&mut out, &format!("UID:{}-{name}@caseclinic", session.id()));
        push(&mut out, &format!("DTSTAMP:{stamp}"));
        push(&mut out, &format!("DTSTART;VALUE=DATE:{}", day.strftime("%Y%m%d")));
        push(&mut out, &format!("SUMMARY:{}", escape(&summary)));
        push(&mut out, "CLASS:PRIVATE");
        // The day stays free for meetings.
        push(&mut out, "TRANSP:TRANSPARENT");
        push(&mut out, "END:VEVENT");
    }
    push(&mut out, "END:VCALENDAR");
    Ok(out.into_bytes())
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | ';' | ',') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Adds a line, folded where it is longer than the format allows.
fn push(out: &mut String, line: &str) {
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > MAX_LINE {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out.push_str("\r\n");
}
