//! The citation of an entry, and its review in words.

use super::{BUNDLED_PACK, Entry, Status};
use crate::text::show_date;

impl Entry {
    /// When the text was last checked against its sources, and when it must be checked again: “checked
    /// 21 Nov 2026, review due 21 Nov 2027”.
    pub fn review_dates(&self) -> String {
        let (checked, due) = (show_date(self.reviewed), show_date(self.review_by));
        format!("checked {checked}, review due {due}")
    }
}

/// One line to paste into a record: title, pack, id and version, then the sources.
pub fn citation(entry: &Entry) -> String {
    let pack = if entry.pack.is_empty() { BUNDLED_PACK } else { &entry.pack };
    let mut out = format!("{} ({pack} {}, version {}", entry.title, entry.id, entry.version);
    if entry.status != Status::Current {
        out.push_str(", ");
        out.push_str(entry.status.name());
    }
    out.push_str(&format!(", checked {}).", show_date(entry.reviewed)));
    for (at, source) in entry.sources.iter().enumerate() {
        out.push_str(if at == 0 { " Sources: " } else { "; " });
        out.push_str(&format!("{}, {}, {}", source.title, source.publisher, source.dated()));
        if let Some(url) = &source.url {
            out.push_str(&format!(", {url}"));
        }
    }
    if !entry.sources.is_empty() {
        out.push('.');
    }
    out
}
