//! `caseclinic clinic due`: dates that have come. A case is to be looked at again, or somebody is to
//! decide whether a note is still needed.

use std::io::Write;

use jiff::{Zoned, civil::Date};
use serde_json::json;

use super::Done;
use crate::{
    cli::output::{NOTHING_FOUND, OK},
    report::due::reviews_due,
    text::{clean_line, show_date},
    vault::{NoteHead, NoteId, Retention, Vault},
};

/// Prints what is due, the earliest first.
pub(super) fn due(vault: &Vault, as_json: bool, out: &mut dyn Write, err: &mut dyn Write) -> Done {
    let today = Zoned::now().date();
    let rows = vault.list()?;
    let reviews = reviews_due(&rows, today);
    let mut cases: Vec<(NoteId, Date, &NoteHead)> = rows
        .iter()
        .filter(|row| reviews.contains(&row.id))
        .filter_map(|row| row.head.as_ref().ok().map(|head| (row.id, head)))
        .filter_map(|(id, head)| Some((id, head.next_review?, head)))
        .collect();
    cases.sort_by_key(|(_, day, _)| *day);
    let mut due: Vec<(NoteId, Date, Retention)> = vault
        .retentions()?
        .into_iter()
        .filter_map(|(id, kept)| Some((id, kept.review.filter(|day| *day <= today)?, kept)))
        .collect();
    due.sort_by_key(|(_, day, _)| *day);
    if as_json {
        let cases: Vec<_> = cases
            .iter()
            .map(|(id, day, head)| {
                json!({
                    "id": id.to_string(),
                    "review": day.to_string(),
                    "case_key": head.case_key,
                    "about": head.subject().code(),
                    "title": head.title,
                })
            })
            .collect();
        let notes: Vec<_> = due
            .iter()
            .map(|(id, day, kept)| {
                json!({
                    "id": id.to_string(),
                    "review": day.to_string(),
                    "class": kept.class,
                    "hold": kept.hold.as_ref().map(|hold| &hold.reason),
                })
            })
            .collect();
        writeln!(out, "{}", json!({ "schema": 1, "due": notes, "reviews": cases }))?;
        return Ok(OK);
    }
    for (id, day, head) in &cases {
        let (key, title) = (clean_line(&head.case_key), clean_line(&head.title));
        writeln!(out, "{id}  {}  review due: {key}, {title}", show_date(*day))?;
    }
    for (id, day, kept) in &due {
        let head = rows.iter().find(|row| row.id == *id).and_then(|row| row.head.as_ref().ok());
        let key = head.map_or(String::new(), |head| clean_line(&head.case_key));
        let class = kept.class.as_deref().map(|class| format!(", {}", clean_line(class)));
        let hold = if kept.hold.is_some() { ", on legal hold" } else { "" };
        let class = class.unwrap_or_default();
        writeln!(out, "{id}  {}  keep or erase? {key}{class}{hold}", show_date(*day))?;
    }
    if due.is_empty() && cases.is_empty() {
        writeln!(
            err,
            "No reviews are due. Case reviews are set in the meeting. To set when to decide whether a \
             note is still needed: `caseclinic clinic keep NOTE --review DATE`."
        )?;
        return Ok(NOTHING_FOUND);
    }
    Ok(OK)
}
