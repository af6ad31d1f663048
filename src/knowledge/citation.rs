//! The citation of an entry, and its review in words.

use super::{BUNDLED_PACK, Entry, Status};
use crate::text::show_date;

impl Entry {
    /// When the text was last checked against its sources; for a document that became an entry, when
    /// and from which file.
    pub fn checked(&self) -> String {
        match (self.imported, &self.imported_from) {
            (None, _) => format!("checked {}", show_date(self.reviewed)),
            (Some(on), None) => format!("imported on {}, not checked", show_date(on)),
            (Some(on), Some(from)) => {
                format!("imported on {} from {from}, not checked", show_date(on))
            }
        }
    }

    /// When the text was last checked, and when it must be checked again: “checked 21 Nov 2026,
    /// review due 21 Nov 2027”.
    pub fn review_dates(&self) -> String {
        format!("{}, review due {}", self.checked(), show_date(self.review_by))
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
    out.push_str(&format!(", {}).", entry.checked()));
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
