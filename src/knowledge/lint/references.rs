//! Whether what an entry refers to is there: sources and other entries.

use super::{Check, passages::Passages};
use crate::{
    knowledge::{
        Status,
        document::{CHECK, Target, footnote_keys, link_targets},
    },
    text::toml_file::nearest_name,
};

/// Words that tell a reader that what they are led to is not in force; beginnings will do.
const SAYS_SO: [&str; 8] = [
    "supersed",
    "withdrawn",
    "replac",
    "no longer",
    "out of date",
    "former",
    "earlier",
    "previous",
];

impl Check<'_> {
    pub(super) fn sources(&mut self) {
        let notes = footnote_keys(&self.entry.body);
        let known: Vec<&str> = self.entry.sources.iter().map(|s| s.key.as_str()).collect();
        for (key, range) in &notes {
            if key != CHECK && !known.contains(&key.as_str()) {
                let advice = match nearest_name(key, known.iter().copied()) {
                    Some(name) => format!("Did you mean `[^{name}]`?"),
                    None => "Add the source to the front matter, or write `[^check]`.".to_owned(),
                };
                self.problems.push(self.file.source.error(
                    "unknown-source",
                    self.body_at + range.start..self.body_at + range.end,
                    format!("The footnote `[^{key}]` has no source."),
                    advice,
                ));
            }
        }
        let mut seen: Vec<&str> = Vec::new();
        let mut from = 0;
        for key in known {
            let place = self.file.text[from..self.body_at]
                .find(&format!("\"{key}\""))
                .map_or(0..0, |at| from + at..from + at + key.len() + 2);
            from = place.end.max(from);
            if seen.contains(&key) {
                self.problems.push(self.file.source.error(
                    "duplicate-source",
                    place,
                    format!("Two sources have the key `{key}`."),
                    "Give each source its own key.",
                ));
            } else if !notes.iter().any(|(note, _)| note == key) {
                self.problems.push(self.file.source.warning(
                    "unused-source",
                    place,
                    format!("No footnote uses the source `{key}`."),
                    format!(
                        "Add `[^{key}]` where the text uses this source, or remove the source."
                    ),
                ));
            }
            seen.push(key);
        }
        if self.entry.sources.is_empty() {
            self.problems.push(self.file.source.warning(
                "no-source",
                0..3,
                "The entry has no sources.",
                "Add a `[[sources]]` table for each source.",
            ));
        }
    }

    pub(super) fn links(&mut self, passages: &Passages) {
        for (target, range) in link_targets(&self.entry.body) {
            let Target::Entry(id) = target else { continue };
            let place = self.body_at + range.start..self.body_at + range.end;
            match self.entry_of(&id) {
                None => {
                    let advice = self.near_id(&id);
                    self.problems.push(self.file.source.error(
                        "dead-link",
                        place,
                        format!("This links to `{id}`, but there is no such entry."),
                        advice,
                    ));
                }
                Some(there) if there.status != Status::Current => {
                    if self.entry.status == Status::Current && !says_so(passages, range.start) {
                        let status = there.status.name();
                        let advice = match there.superseded_by.first() {
                            Some(next) => format!(
                                "Link to `{next}`, or say in the sentence that this entry is {status}."
                            ),
                            None => format!(
                                "Say in the sentence that this entry is {status}, or remove the link."
                            ),
                        };
                        self.problems.push(self.file.source.warning(
                            "link-to-superseded",
                            place,
                            format!("This links to `{id}`, which is {status}."),
                            advice,
                        ));
                    }
                }
                Some(_) => {}
            }
        }
    }
}

/// Whether the passage around a link tells that it leads to something no longer in force.
fn says_so(passages: &Passages, place: usize) -> bool {
    passages.at(place).is_some_and(|passage| {
        let words = passages.words(passage).to_lowercase();
        SAYS_SO.iter().any(|word| words.contains(word))
    })
}
