//! Whether two entries would be taken for one another.

use super::Check;
use crate::{knowledge::Entry, text::fold};

impl Check<'_> {
    /// Reports an earlier entry with the same title and a common alias. An alias alone may lead to
    /// several entries.
    pub(super) fn twins(&mut self) {
        let own = self.entry;
        let title = fold(&own.title);
        let bundled = self.bundled.map(super::super::library::Library::entries).unwrap_or_default();
        let earlier = self.library.entries().iter().filter(|other| other.id < own.id);
        let others = bundled.iter().filter(|other| other.id != own.id).chain(earlier);
        let twin = others
            .filter(|other| fold(&other.title) == title)
            .find_map(|other| Some((other, shared_alias(own, other)?)));
        if let Some((other, alias)) = twin {
            let advice = match self.bundled.and_then(|bundled| bundled.entry(&other.id)) {
                Some(_) => {
                    "Give this entry its own title, or the id of the built-in entry to replace that one."
                }
                None => "Merge the two entries, or give each its own title.",
            };
            self.problems.push(self.file.source.warning(
                "twin",
                self.line_of("title"),
                format!(
                    "The entry `{}` has the same title and the same alias “{alias}”.",
                    other.id
                ),
                advice,
            ));
        }
    }
}

fn shared_alias<'a>(one: &'a Entry, other: &Entry) -> Option<&'a str> {
    let others: Vec<String> = other.aliases.iter().map(|alias| fold(alias)).collect();
    one.aliases.iter().map(String::as_str).find(|alias| others.contains(&fold(alias)))
}
