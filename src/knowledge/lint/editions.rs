//! Editions: which entries rest on a replaced edition, and whether the records agree.

use jiff::civil::Date;

use super::Check;
use crate::{
    knowledge::{
        Entry, Status,
        content::Edition,
        library::bundled_editions,
        pack_reader::{EDITIONS_FILE, PackFile, read_editions},
    },
    text::{Problem, show_date, toml_file::nearest_name},
};

/// How often an edition is replaced at most.
const MAX_SUCCESSORS: usize = 50;

/// The editions that entries of a pack may name.
pub(super) struct EditionList {
    /// The pack's own first. Those of the program follow for a partnership's own pack.
    all: Vec<Edition>,
    /// How many are the pack's own.
    own: usize,
}

impl EditionList {
    /// The editions of a pack of these files.
    pub(super) fn of(files: &[PackFile], is_local: bool) -> Self {
        let of_file = files.iter().filter(|file| file.name == EDITIONS_FILE);
        // What is wrong with the file was reported when the pack was read.
        let mut all: Vec<Edition> =
            of_file.flat_map(|file| read_editions(file, &mut Vec::new())).collect();
        let own = all.len();
        if is_local {
            all.extend_from_slice(bundled_editions());
        }
        Self { all, own }
    }

    fn get(&self, id: &str) -> Option<&Edition> {
        self.all.iter().find(|edition| edition.id == id)
    }

    /// What to do about an id that no edition has.
    fn near(&self, id: &str) -> String {
        match nearest_name(id, self.all.iter().map(|edition| edition.id.as_str())) {
            Some(name) => format!("Did you mean `{name}`?"),
            None => format!("Add it to `{EDITIONS_FILE}`."),
        }
    }

    /// Reports what is wrong between the pack's own editions, and notes those that nothing uses.
    pub(super) fn check(&self, files: &[PackFile], entries: &[Entry], problems: &mut Vec<Problem>) {
        let Some(file) = files.iter().find(|file| file.name == EDITIONS_FILE) else { return };
        let cited = entries.iter().flat_map(|entry| &entry.sources);
        let cited = cited.filter_map(|source| source.edition.as_ref());
        let next = self.all.iter().filter_map(|edition| edition.replaced_by.as_ref());
        let used: Vec<&String> = cited.chain(next).collect();
        for edition in &self.all[..self.own] {
            let line = format!("id = \"{}\"", edition.id);
            let at = file.text.find(&line).unwrap_or(0);
            let place = at..at + line.len();
            match edition.replaced_by.as_ref().map(|id| (id, self.get(id))) {
                Some((id, None)) => {
                    let message =
                        format!("`{}` is replaced by `{id}`, which is not listed.", edition.id);
                    let (code, advice, place) = ("unknown-edition", self.near(id), place.clone());
                    problems.push(file.source.error(code, place, message, advice));
                }
                Some((id, Some(next))) if !is_later(next, edition) => {
                    let message =
                        format!("`{id}` cannot replace `{}`, which is later.", edition.id);
                    let advice = "Check `in_force_from` and `year` of both, and `replaced_by`.";
                    let (code, place) = ("edition-order", place.clone());
                    problems.push(file.source.error(code, place, message, advice));
                }
                _ => {}
            }
            if !used.contains(&&edition.id) {
                let message = format!("No entry uses the edition `{}`.", edition.id);
                let advice = "Name it in a source with `edition`, or remove the record.";
                problems.push(file.source.note("unused-edition", place, message, advice));
            }
        }
    }
}

/// The edition in force today in place of this one; `None` if this one has not been replaced.
fn in_place_of<'e>(all: &'e [Edition], replaced: &'e Edition, today: Date) -> Option<&'e Edition> {
    let next = |edition: &Edition| {
        let id = edition.replaced_by.as_ref()?;
        let next = all.iter().find(|next| next.id == *id)?;
        next.in_force_from.as_ref().is_none_or(|from| *from <= today).then_some(next)
    };
    let later = std::iter::successors(next(replaced), |edition| next(edition));
    // Editions that replace each other in a circle are reported elsewhere.
    later.take(MAX_SUCCESSORS).last()
}

/// Whether an edition can take the place of another, as far as dates and years say.
fn is_later(next: &Edition, edition: &Edition) -> bool {
    match (&next.in_force_from, &edition.in_force_from) {
        (Some(next), Some(before)) => next > before,
        _ => next.id != edition.id && next.year >= edition.year,
    }
}

impl Check<'_> {
    /// Reports sources that name an unknown edition, and those of a current entry that rest on one
    /// that has been replaced.
    pub(super) fn editions(&mut self, today: Date) {
        for source in &self.entry.sources {
            let Some(id) = &source.edition else { continue };
            let front = &self.file.text[..self.body_at];
            let key = front.find(&format!("\"{}\"", source.key)).unwrap_or(0);
            let quoted = format!("\"{id}\"");
            let at = front[key..].find(&quoted).map_or(key, |at| key + at);
            let place = at..at + quoted.len();
            let Some(edition) = self.editions.get(id) else {
                let message = format!("There is no edition `{id}`.");
                let (code, advice) = ("unknown-edition", self.editions.near(id));
                self.problems.push(self.file.source.error(code, place, message, advice));
                continue;
            };
            if source.history || self.entry.status != Status::Current {
                continue;
            }
            let Some(now) = in_place_of(&self.editions.all, edition, today) else { continue };
            let since = now
                .in_force_from
                .map_or_else(String::new, |from| format!(", in force from {}", show_date(from)));
            let message =
                format!("“{}” has been replaced by “{}”{since}.", edition.title, now.title);
            let advice = format!(
                "Check the text against the new edition, then write `edition = \"{}\"`. If the \
                 text is about what the old one said, add `history = true`.",
                now.id
            );
            self.problems.push(self.file.source.warning("old-edition", place, message, advice));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{
        knowledge::{Library, SAMPLE, library_of, lint::check_path},
        text::Severity,
    };

    const EDITIONS: &str = "[[edition]]\nid = \"guide-2024\"\ntitle = \"Guide 2024\"\n\
        publisher = \"Us\"\nnations = [\"England\"]\nyear = 2024\nurl = \"https://example.org/24\"\n\
        replaced_by = \"guide-2026\"\n\n[[edition]]\nid = \"guide-2026\"\ntitle = \"Guide 2026\"\n\
        publisher = \"Us\"\nnations = [\"England\"]\nyear = 2026\nin_force_from = 2026-09-01\n";

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    /// The sample, with these lines in place of what its second source says.
    fn citing(lines: &str) -> String {
        let (before, rest) = SAMPLE.split_once("title = \"Source B\"").expect("a source");
        let (_, after) = rest.split_once("+++").expect("the end of the front matter");
        format!("{before}{lines}\n+++{after}{}", "word ".repeat(260))
    }

    /// The codes of what `check` says on a day about a folder of these files, without the notes on
    /// sources and statements; each with the text that it points at.
    fn checked(files: &[(&str, &str)], today: &str) -> Vec<(&'static str, String)> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("a file in it");
        }
        let problems = check_path(folder.path(), date(today), None).into_iter();
        let own = problems.filter(|one| {
            !["unchecked", "no-address"].contains(&one.code)
                && (one.severity == Severity::Note) == (one.code == "unused-edition")
        });
        own.map(|one| {
            let text = fs::read_to_string(&one.file).expect("the file");
            (one.code, text[one.span].to_owned())
        })
        .collect()
    }

    #[test]
    fn a_source_takes_title_publisher_year_and_address_from_its_edition() {
        let text = citing("edition = \"guide-2024\"\npart = \"part five\"");
        let library = library_of(&[("one.md", &text), (EDITIONS_FILE, EDITIONS)]);
        assert_eq!(library.problems(), []);
        let source = &library.entry("one").expect("an entry").sources[1];
        assert_eq!(source.title, "Guide 2024, part five");
        assert_eq!((source.publisher.as_str(), source.year), ("Us", Some(2024)));
        assert_eq!(source.url.as_deref(), Some("https://example.org/24"));
        let part_url = "https://example.org/24/5";
        let with_address = citing(&format!("edition = \"guide-2024\"\npart_url = \"{part_url}\""));
        let library_with = library_of(&[("one.md", &with_address), (EDITIONS_FILE, EDITIONS)]);
        let source = &library_with.entry("one").expect("an entry").sources[1];
        assert_eq!((source.title.as_str(), source.url.as_deref()), ("Guide 2024", Some(part_url)));
        let citation = crate::knowledge::citation(library.entry("one").expect("an entry"));
        assert!(citation.contains("Guide 2024, part five, Us, 2024, https://example.org/24"));
    }

    #[test]
    fn an_entry_that_rests_on_an_edition_replaced_by_now_is_named() {
        let rests = citing("edition = \"guide-2024\"");
        let with =
            |text: &str, day: &str| checked(&[("one.md", text), (EDITIONS_FILE, EDITIONS)], day);
        assert_eq!(with(&rests, "2026-08-31"), [], "not in force yet");
        let named = [("old-edition", "\"guide-2024\"".to_owned())];
        assert_eq!(with(&rests, "2026-09-01"), named);
        assert_eq!(with(&citing("edition = \"guide-2024\"\nhistory = true"), "2026-11-30"), []);
        let past = rests.replace("\"current\"", "\"withdrawn\"");
        assert_eq!(with(&past, "2026-11-30"), []);
        let third = format!("{EDITIONS}replaced_by = \"guide-2027\"\n\n")
            + &EDITIONS[EDITIONS.find("[[edition]]\nid = \"guide-2026\"").expect("it")..]
                .replace("2026", "2027");
        let problems = checked(&[("one.md", &rests), (EDITIONS_FILE, &third)], "2027-10-01");
        assert_eq!(problems, named, "named once, however many have followed");
    }

    #[test]
    fn unknown_unused_and_contradicting_records_are_named() {
        let rests = citing("edition = \"guide-2026\"");
        for (text, editions, expected) in [
            (citing("edition = \"guide-2025\""), EDITIONS.to_owned(), "unknown-edition"),
            (
                rests.clone(),
                EDITIONS.replace("by = \"guide-2026\"", "by = \"guide-26\""),
                "unknown-edition",
            ),
            (rests.clone(), EDITIONS.replace("year = 2024", "year = 2027"), "edition-order"),
            (rests.clone(), EDITIONS.replace("\"guide-2024\"", "\"guide-2026\""), "duplicate-id"),
            (rests.clone(), EDITIONS.replace("title", "titel"), "missing-key"),
            (rests.clone(), EDITIONS.to_owned(), "unused-edition"),
            (citing("edition = \"guide-2026\"\nyear = 2026"), EDITIONS.to_owned(), "edition-twice"),
            (
                citing("title = \"B\"\npublisher = \"B\"\nhistory = true"),
                EDITIONS.to_owned(),
                "edition-twice",
            ),
        ] {
            let found = checked(&[("one.md", &text), (EDITIONS_FILE, &editions)], "2026-08-01");
            let codes: Vec<_> = found.iter().map(|(code, _)| *code).collect();
            assert!(codes.contains(&expected), "{expected} is not in {codes:?}");
        }
        let circle = format!("{EDITIONS}replaced_by = \"guide-2024\"\n");
        let found = checked(&[("one.md", &rests), (EDITIONS_FILE, &circle)], "2026-11-30");
        assert!(found.iter().any(|(code, _)| *code == "edition-order"), "{found:?}");
    }

    #[test]
    fn a_pack_may_have_its_own_editions_and_use_the_bundled_ones() {
        let bundled = &bundled_editions()[0];
        let about = "id = \"northmoor\"\ntitle = \"N\"\nversion = \"1\"\n";
        let both = citing(&format!(
            "edition = \"guide-2026\"\n\n[[sources]]\nkey = \"c\"\nedition = \"{}\"\nhistory = true",
            bundled.id
        ));
        let store = tempfile::tempdir().expect("a temporary folder");
        let pack = store.path().join("northmoor");
        fs::create_dir(&pack).expect("a folder");
        let both = both.replace("Listen.", "Listen.[^c]");
        let files = [("pack.toml", about), ("one.md", &both), (EDITIONS_FILE, EDITIONS)];
        for (name, text) in files {
            fs::write(pack.join(name), text).expect("a file in it");
        }
        let library = Library::with_packs(store.path());
        assert_eq!(library.problems(), []);
        let titles = library.entry("one").expect("an entry").sources.iter().map(|one| &one.title);
        assert_eq!(titles.collect::<Vec<_>>(), ["Source A", "Guide 2026", bundled.title.as_str()]);
        let unused = ("unused-edition", "id = \"guide-2024\"".to_owned());
        assert_eq!(checked(&files, "2026-11-30"), [unused]);
    }
}
