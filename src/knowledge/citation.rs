//! The citation of an entry.

use super::{BUNDLED_PACK, Entry, Status};
use crate::text::show_date;

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
