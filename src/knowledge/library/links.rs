//! Links between entries: what else to read with an entry.
//!
//! Each text is scanned once for its links only: parsing all of them as Markdown takes too long.

use std::collections::HashMap;

use super::Library;
use crate::knowledge::{Entry, Status, Target, document};

/// Entries offered beside another.
const MAX_RELATED: usize = 5;

/// The places of the entries that lead to an entry, by its id.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    to: HashMap<String, Vec<usize>>,
}

impl Links {
    fn of(entries: &[Entry]) -> Self {
        let mut to: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, entry) in entries.iter().enumerate() {
            for id in ids_in(&entry.body).filter(|id| *id != entry.id) {
                match to.get_mut(id) {
                    // One text may lead there twice.
                    Some(places) if places.last() == Some(&at) => {}
                    Some(places) => places.push(at),
                    None => drop(to.insert(id.to_owned(), vec![at])),
                }
            }
        }
        Self { to }
    }
}

/// Where the links of a text lead, as far as it can be an entry.
fn ids_in(body: &str) -> impl Iterator<Item = &str> {
    body.split("](").skip(1).filter_map(|rest| {
        let target = &rest[..rest.find([')', '#', ' ', '\n'])?];
        let id = target.strip_suffix(".md").unwrap_or(target);
        let is_id = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        (!id.is_empty() && id.bytes().all(is_id)).then_some(id)
    })
}

impl Library {
    /// Looks through every text for its links, so that the first entry shown need not wait for it.
    pub fn warm_up(&self) {
        self.links();
    }

    fn links(&self) -> &Links {
        self.links.get_or_init(|| Links::of(&self.entries))
    }

    /// What to read beside an entry, each once: what it leads to, then what leads to it, and last
    /// whatever is no longer in force.
    pub fn related(&self, entry: &Entry) -> Vec<&Entry> {
        let document = document(entry);
        let onward = document.links.iter().filter_map(|link| match &link.target {
            Target::Entry(id) => self.entry(id),
            Target::Web(_) => None,
        });
        first_of(entry, onward.chain(self.leading_to(entry)))
    }

    /// The entries that lead to one without being named by it: what its own text cannot say.
    pub fn also_read(&self, entry: &Entry) -> Vec<&Entry> {
        let named: Vec<&str> = ids_in(&entry.body).collect();
        first_of(entry, self.leading_to(entry).filter(|one| !named.contains(&one.id.as_str())))
    }

    /// The entries that lead to one, by title.
    fn leading_to(&self, entry: &Entry) -> impl Iterator<Item = &Entry> {
        let places = self.links().to.get(&entry.id).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|at| self.entries.get(*at))
    }
}

fn first_of<'a>(entry: &Entry, found: impl Iterator<Item = &'a Entry>) -> Vec<&'a Entry> {
    let mut related: Vec<&Entry> = Vec::new();
    for other in found {
        if other.id != entry.id && related.iter().all(|one| one.id != other.id) {
            related.push(other);
        }
    }
    related.sort_by_key(|one| one.status != Status::Current);
    related.truncate(MAX_RELATED);
    related
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::knowledge::{SAMPLE, library_of};

    fn file(id: &str, links: &[&str]) -> (String, String) {
        let words: String = links.iter().map(|to| format!("See [it]({to}). ")).collect();
        let text = SAMPLE
            .replace("id = \"one\"", &format!("id = \"{id}\""))
            .replace("First response", &format!("Title {id}"))
            .replace("Listen.", &words);
        (format!("{id}.md"), text)
    }

    fn library(files: &[(String, String)]) -> Library {
        let files: Vec<(&str, &str)> =
            files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        library_of(&files)
    }

    fn ids<'a>(entries: &[&'a Entry]) -> Vec<&'a str> {
        entries.iter().map(|entry| entry.id.as_str()).collect()
    }

    #[test]
    fn related_entries_stand_once_each_and_superseded_ones_last() {
        let mut files = vec![
            file("one", &["two", "old.md#part", "two", "one", "https://a.b", "nowhere"]),
            file("two", &["one"]),
            file("old", &[]),
            file("three", &["one", "one"]),
        ];
        files[2].1 = files[2].1.replace("\"current\"", "\"withdrawn\"");
        let library = library(&files);
        let one = library.entry("one").expect("it is there");
        assert_eq!(ids(&library.related(one)), ["two", "three", "old"]);
        assert_eq!(ids(&library.also_read(one)), ["three"]);
    }

    #[test]
    fn at_most_five_are_offered() {
        let names: Vec<String> = (0..9).map(|at| format!("e{at}")).collect();
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        let files: Vec<_> = all.iter().map(|id| file(id, &all)).collect();
        let library = library(&files);
        let first = library.entry("e0").expect("it is there");
        assert_eq!(ids(&library.related(first)), ["e1", "e2", "e3", "e4", "e5"]);
        assert!(library.also_read(first).is_empty());
    }

    #[test]
    fn looking_for_links_alone_finds_those_that_reading_finds() {
        for entry in Library::bundled().entries() {
            let read: BTreeSet<String> = document(entry)
                .links
                .into_iter()
                .filter_map(|link| match link.target {
                    Target::Entry(id) => Some(id),
                    Target::Web(_) => None,
                })
                .collect();
            let found: BTreeSet<String> = ids_in(&entry.body).map(str::to_owned).collect();
            assert_eq!(found, read, "{}", entry.id);
        }
    }
}
