//! The words of all notes, for a search in memory. They are on the disk only sealed, as a cache
//! that may be deleted at any time.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use super::{
    Vault,
    cache::Cache,
    error::VaultError,
    layout,
    note::{NoteHead, NoteId, NoteSource},
    reading::file_of,
};

/// The words of one note, as they stand in its newest state.
pub struct NoteText {
    /// Which note.
    pub id: NoteId,
    /// Where it was read from.
    pub source: NoteSource,
    /// Its head.
    pub head: NoteHead,
    /// Its words.
    pub text: Zeroizing<String>,
}

/// Redacted.
impl std::fmt::Debug for NoteText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NoteText").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Wiped when dropped.
struct Words(Zeroizing<String>);

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

impl Vault {
    /// The words of every note that opens, newest state only. `words` takes them out of a body;
    /// `version` changes whenever it would take others, so that what was kept is read again.
    /// Only notes that changed since the last time are opened.
    pub fn texts(
        &self,
        version: u32,
        words: impl Fn(&str) -> String,
    ) -> Result<Vec<NoteText>, VaultError> {
        let rows = self.list()?;
        let mut cache: Cache<Words> =
            Cache::load(self.store.as_ref(), &self.place, &self.keys, layout::TEXTS, version);
        let now = Timestamp::now().as_nanosecond();
        let mut texts = Vec::with_capacity(rows.len());
        let mut there = std::collections::BTreeSet::new();
        for row in rows {
            let (id, source) = (row.id, row.source);
            let Ok(head) = row.head else { continue };
            let Ok(facts) = self.store.facts(&self.place.join(file_of(id, source))) else {
                continue;
            };
            there.insert(id);
            let text = match cache.get(id, source, &facts) {
                Some(words) => words.0.clone(),
                None => {
                    let Ok(read) = self.read(id, source) else { continue };
                    let text = Zeroizing::new(words(&read.document.body));
                    cache.keep(id, source, &facts, now, Words(text.clone()));
                    text
                }
            };
            texts.push(NoteText { id, source, head, text });
        }
        cache.retain(|id| there.contains(&id));
        cache.settle(self);
        Ok(texts)
    }
}
