//! The lint: everything an author should know about a pack before it is used.
//!
//! It reads and reports; it never changes a file.

mod editions;
mod figures;
mod notes;
mod passages;
#[cfg(test)]
mod tests;
mod thesaurus;

use std::{
    ops::{Range, RangeInclusive},
    path::Path,
};

use jiff::civil::Date;

use super::{
    Entry, Library, Pack, Source, Status,
    document::{CHECK, Target, footnote_keys, link_targets, sections},
    folder::{folder_files, list, pack_of, read_files},
    import::{DOCUMENT_KEY, ImportContext},
    library::bundled_files,
    pack_reader::{FileRole, PackFile, is_documentation, is_pack_id, role_of, split},
    urgent::check_calls,
};
use crate::text::{
    Problem, Severity, fold, show_date,
    toml_file::nearest_name,
    wording::{BUNDLED_WORDING, WORDING_FILE, Wording},
};
use editions::EditionList;
pub use notes::{NoteCounts, count_notes};
use passages::Passages;
use thesaurus::check_stems;

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
/// Words the opening answer may have.
const MAX_ANSWER_LEN: usize = 90;
/// Words a whole entry should have, at least and at most.
const BODY_WORDS: RangeInclusive<usize> = 250..=900;
/// Characters that a summary may have: a list of hits shows no more.
const MAX_SUMMARY_LEN: usize = 200;

/// Everything wrong with the bundled knowledge.
pub fn check_bundled(today: Date) -> Vec<Problem> {
    let mut problems = Vec::new();
    let files = bundled_files(&mut problems);
    let mut problems = check_files(&files, problems, today);
    let library = Library::bundled();
    let knows = |id: &str| library.entry(id).is_some();
    problems.extend(Wording::check(WORDING_FILE, BUNDLED_WORDING, &knows));
    problems
}

/// Everything wrong with the packs installed in a folder, which need not be there.
pub fn check_installed(store: &Path, today: Date) -> Vec<Problem> {
    let library = Library::with_packs(store);
    let mut problems: Vec<Problem> = Vec::new();
    for pack in library.packs().iter().filter(|pack| !pack.is_bundled()) {
        let files = folder_files(&store.join(&pack.id), &mut Vec::new());
        problems.extend(check_files(&files, Vec::new(), today));
    }
    // Problems between packs, and with the pack store itself.
    for problem in library.problems() {
        if !problems.contains(problem) {
            problems.push(problem.clone());
        }
    }
    problems
}

/// Everything wrong with the pack in a folder, or with one file of it. `program` is the file of this
/// program, which is started again to read PDF files.
pub fn check_path(path: &Path, today: Date, program: Option<&Path>) -> Vec<Problem> {
    let mut problems = Vec::new();
    if path.is_dir() {
        let files = own_files(path, today, program, &mut problems);
        return check_files(&files, problems, today);
    }
    // An entry is checked among its neighbours, which it may link to.
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let files = own_files(folder, today, program, &mut problems);
    let wanted = format!("{}/{name}", folder.display().to_string().trim_end_matches(['/', '\\']));
    let known = files.iter().any(|file| file.source.name() == wanted);
    let mut found = check_files(&files, problems, today);
    found.retain(|problem| problem.file == wanted);
    if !known && found.is_empty() {
        let (file, code) = (path.display(), "unreadable");
        let message = "There is no such file in a pack.";
        let advice = "Give a folder of entries, or one of its `.md` or `.toml` files.";
        found.push(Problem::of_file(file, Severity::Error, code, message, advice));
    }
    found
}

/// The files of a pack as its authors keep it; those of a partnership's own may be documents.
fn own_files(
    folder: &Path,
    today: Date,
    program: Option<&Path>,
    problems: &mut Vec<Problem>,
) -> Vec<PackFile> {
    let paths = list(folder, problems);
    let pack = pack_of(&paths).filter(|pack| is_pack_id(&pack.id));
    let bundled = Library::bundled();
    let is_bundled = |id: &str| bundled.entry(id).is_some();
    let importing =
        pack.as_ref().map(|pack| ImportContext { pack, today, is_bundled: &is_bundled, program });
    let mut ignored = Vec::new();
    let files = read_files(&paths, importing.as_ref(), &mut ignored);
    // Authors need no warning about their own documentation.
    ignored.retain(|problem| {
        let name = Path::new(&problem.file).file_name().unwrap_or_default();
        problem.code != "ignored-file" || !is_documentation(&name.to_string_lossy())
    });
    problems.extend(ignored);
    files
}

fn check_files(files: &[PackFile], problems: Vec<Problem>, today: Date) -> Vec<Problem> {
    let library = Library::from_files(files, problems);
    let mut problems = library.problems().to_vec();
    let pack = library.packs().iter().find(|pack| is_pack_id(&pack.id));
    let bundled = pack.map(|_| Library::bundled());
    let editions = EditionList::of(files, bundled.is_some());
    if let Some(pack) = pack.filter(|pack| pack.is_overdue(today)) {
        problems.extend(overdue(pack, files));
    }
    for file in files.iter().filter(|file| role_of(&file.name) == FileRole::Entry) {
        let id = file.name.trim_end_matches(".md");
        if let (Some(entry), Some(parts)) = (library.entry(id), split(&file.text)) {
            let mut check = Check {
                file,
                entry,
                library: &library,
                bundled: bundled.as_ref(),
                editions: &editions,
                body_at: parts.body.start,
                problems: &mut problems,
            };
            check.standing(today);
            check.editions(today);
            check.sources();
            let passages = Passages::of_markdown(&entry.body);
            check.links(&passages);
            check.wording(&passages);
            check.figures(&passages);
            check.old_figures(&passages, today);
            check.summary();
            check.twins();
            check.answer();
            check.unchecked_statements();
            check.sources_without_address();
            check.urgency();
            check.pitfalls();
            match &bundled {
                Some(bundled) => check.overlay(bundled),
                // A partnership writes its procedures as it sees fit.
                None => check.length(),
            }
        }
    }
    for file in files.iter().filter(|file| role_of(&file.name) == FileRole::Urgent) {
        check_calls(file, &mut problems);
    }
    let entries = bundled.iter().chain([&library]).map(Library::entries).collect::<Vec<_>>();
    for file in files.iter().filter(|file| role_of(&file.name) == FileRole::Thesaurus) {
        check_stems(file, library.thesaurus(), &entries, &mut problems);
    }
    editions.check(files, library.entries(), &mut problems);
    // The words of a pack may lead to its own entries and to the bundled ones.
    let libraries = bundled.iter().chain([&library]);
    let knows = |id: &str| libraries.clone().any(|library| library.entry(id).is_some());
    for file in files.iter().filter(|file| role_of(&file.name) == FileRole::Wording) {
        problems.extend(Wording::check(file.source.name(), &file.text, &knows));
    }
    problems.sort_by(|a, b| (&a.file, a.span.start).cmp(&(&b.file, b.span.start)));
    problems
}

fn overdue(pack: &Pack, files: &[PackFile]) -> Option<Problem> {
    let file = files.iter().find(|file| role_of(&file.name) == FileRole::Pack)?;
    let at = file.text.find("review_by")?;
    let place = at..at + "review_by".len();
    let message = format!("The review of this pack was due on {}.", show_date(pack.review_by?));
    let advice = "Review its procedures, set a new `review_by`, and add the pack again.";
    Some(file.source.warning("review-overdue", place, message, advice))
}

/// The labels in a text, by place, each with what to write instead. What is quoted counts too.
pub fn labels_in(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let found = Wording::bundled().find_in_guidance(text).into_iter();
    found.map(|advice| (advice.range, advice.instead)).collect()
}

struct Check<'a> {
    file: &'a PackFile,
    entry: &'a Entry,
    library: &'a Library,
    /// For an entry of a partnership's own pack, the bundled library.
    bundled: Option<&'a Library>,
    editions: &'a EditionList,
    body_at: usize,
    problems: &'a mut Vec<Problem>,
}

impl Check<'_> {
    /// The line of the front matter that sets `key`.
    fn line_of(&self, key: &str) -> Range<usize> {
        let mut at = 0;
        for line in self.file.text[..self.body_at].split_inclusive('\n') {
            let rest = line.trim_start().strip_prefix(key).unwrap_or_default();
            if rest.trim_start().starts_with('=') {
                return at..at + line.trim_end().len();
            }
            at += line.len();
        }
        0..0
    }

    /// The entry a link leads to: the pack's own before the bundled one.
    fn entry_of(&self, id: &str) -> Option<&Entry> {
        self.library.entry(id).or_else(|| self.bundled.and_then(|bundled| bundled.entry(id)))
    }

    fn near_id(&self, id: &str) -> String {
        let near = |library: &Library| library.nearest_ids(id).first().map(|one| (*one).to_owned());
        match near(self.library).or_else(|| self.bundled.and_then(near)) {
            Some(one) => format!("Did you mean `{one}`?"),
            None => "Use the id of an entry. `caseclinic list` shows them all.".to_owned(),
        }
    }

    /// Whether it is a document that was taken over: its words are those of its authors, and it is
    /// itself the source of what it says.
    fn is_document(&self) -> bool {
        let of_document = |source: &Source| source.key == DOCUMENT_KEY;
        self.bundled.is_some() && self.entry.sources.iter().any(of_document)
    }

    /// Checks the dates and the status.
    fn standing(&mut self, today: Date) {
        let entry = self.entry;
        let review_by = self.line_of("review_by");
        if entry.is_overdue(today) {
            let place = review_by.clone();
            let message = format!("The review was due on {}.", show_date(entry.review_by));
            let advice = "Check the text against its sources, then set `reviewed` and `review_by`.";
            self.problems.push(self.file.source.warning("review-overdue", place, message, advice));
        }
        if entry.review_by <= entry.reviewed && entry.imported.is_none() {
            let message = "`review_by` is not after `reviewed`.";
            let advice = "Set `review_by` to the date by which the entry must be reviewed.";
            self.problems.push(self.file.source.error("review-order", review_by, message, advice));
        }
        if entry.status == Status::Superseded && entry.superseded_by.is_empty() {
            let place = self.line_of("status");
            let message = "The entry is superseded but does not say what replaced it.";
            let advice = "List the new entries in `superseded_by`, or set `status` to `withdrawn`.";
            self.problems.push(self.file.source.error("no-successor", place, message, advice));
        }
        let place = self.line_of("superseded_by");
        if entry.status == Status::Current && !entry.superseded_by.is_empty() {
            let (code, place) = ("current-with-successor", place.clone());
            let message = "The entry is current but says what replaced it.";
            let advice = "Set `status` to `superseded`, or empty `superseded_by`.";
            self.problems.push(self.file.source.error(code, place, message, advice));
        }
        for successor in &entry.superseded_by {
            if self.entry_of(successor).is_none() || *successor == entry.id {
                let (code, place) = ("unknown-successor", place.clone());
                let message = format!("There is no other entry `{successor}`.");
                let advice = self.near_id(successor);
                self.problems.push(self.file.source.error(code, place, message, advice));
            }
        }
        let place = self.line_of("nations");
        if entry.nations.is_empty() && !place.is_empty() {
            let message = "The entry does not apply in any nation.";
            let advice = "List at least one nation, or UK.";
            self.problems.push(self.file.source.warning("empty-value", place, message, advice));
        }
    }

    /// Whether the bundled entry that this one takes the place of is still the one it was written
    /// against.
    fn overlay(&mut self, bundled: &Library) {
        let place = self.line_of("overlays");
        let (code, message, advice) = match (bundled.entry(&self.entry.id), &self.entry.overlays) {
            // `pack add` notes the version where the author did not.
            (_, None) => return,
            (None, Some(_)) => (
                "overlays-nothing",
                format!("There is no built-in entry `{}` to replace.", self.entry.id),
                "Remove `overlays`, or set `id` to that of the built-in entry.".to_owned(),
            ),
            (Some(now), Some(then)) if now.version == *then => return,
            (Some(now), Some(_)) => (
                "overlay-changed",
                "The built-in entry that this one replaces has changed since.".to_owned(),
                format!(
                    "Compare the two, then set `overlays = \"{}\"` and add the pack again.",
                    now.version
                ),
            ),
        };
        self.problems.push(self.file.source.warning(code, place, message, advice));
    }

    /// Checks that footnotes and sources belong to each other.
    fn sources(&mut self) {
        let notes = footnote_keys(&self.entry.body);
        let known: Vec<&str> = self.entry.sources.iter().map(|s| s.key.as_str()).collect();
        for (key, range) in &notes {
            if key != CHECK && !known.contains(&key.as_str()) {
                let (code, place) = ("unknown-source", self.in_file(range));
                let message = format!("The footnote `[^{key}]` has no source.");
                let advice = match nearest_name(key, known.iter().copied()) {
                    Some(name) => format!("Did you mean `[^{name}]`?"),
                    None => "Add the source to the front matter, or write `[^check]`.".to_owned(),
                };
                self.problems.push(self.file.source.error(code, place, message, advice));
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
                let (code, advice) = ("duplicate-source", "Give each source its own key.");
                let message = format!("Two sources have the key `{key}`.");
                self.problems.push(self.file.source.error(code, place, message, advice));
            } else if !notes.iter().any(|(note, _)| note == key) && !self.is_document() {
                let code = "unused-source";
                let message = format!("No footnote uses the source `{key}`.");
                let advice = format!(
                    "Add `[^{key}]` where the text uses this source, or remove the source."
                );
                self.problems.push(self.file.source.warning(code, place, message, advice));
            }
            seen.push(key);
        }
        if self.entry.sources.is_empty() {
            let message = "The entry has no sources.";
            let advice = "Add a `[[sources]]` table for each source.";
            self.problems.push(self.file.source.warning("no-source", 0..3, message, advice));
        }
    }

    /// Checks that links lead to entries, and say so where these are not in force.
    fn links(&mut self, passages: &Passages) {
        for (target, range) in link_targets(&self.entry.body) {
            let Target::Entry(id) = target else { continue };
            let place = self.in_file(&range);
            let Some(there) = self.entry_of(&id) else {
                let message = format!("This links to `{id}`, but there is no such entry.");
                let advice = self.near_id(&id);
                self.problems.push(self.file.source.error("dead-link", place, message, advice));
                continue;
            };
            if there.status != Status::Current
                && self.entry.status == Status::Current
                && !says_so(passages, range.start)
            {
                let (code, status) = ("link-to-superseded", there.status);
                let message = format!("This links to `{id}`, which is {status}.");
                let advice = match there.superseded_by.first() {
                    Some(next) => format!(
                        "Link to `{next}`, or say in the sentence that this entry is {status}."
                    ),
                    None => format!(
                        "Say in the sentence that this entry is {status}, or remove the link."
                    ),
                };
                self.problems.push(self.file.source.warning(code, place, message, advice));
            }
        }
    }

    /// Reports labels in the title, the summary and the body: words of the language guide that sum
    /// up a child by one part of their life, outside quotation marks, titles of sources and
    /// official names.
    fn wording(&mut self, passages: &Passages) {
        for (key, value) in [("title", &self.entry.title), ("summary", &self.entry.summary)] {
            let line = self.line_of(key);
            let own = Passages::of_line(value);
            for (range, instead) in own.iter().flat_map(|all| labels_in(own.words(all))) {
                let words = &value[range];
                let place = self.file.text[line.clone()]
                    .find(words)
                    .map_or(line.clone(), |at| line.start + at..line.start + at + words.len());
                self.label(place, words, instead);
            }
        }
        let titles = self.titles();
        for passage in passages.iter() {
            for (range, instead) in labels_in(passages.words(passage)) {
                let place = passage.range.start + range.start..passage.range.start + range.end;
                let in_title =
                    |title: &Range<usize>| title.start <= place.start && place.end <= title.end;
                if !titles.iter().any(in_title) {
                    self.label(self.in_file(&place), &self.entry.body[place], instead);
                }
            }
        }
    }

    /// Where the body names a source by its title or publisher.
    fn titles(&self) -> Vec<Range<usize>> {
        let names = self.entry.sources.iter().flat_map(|source| [&source.title, &source.publisher]);
        names
            .filter(|name| !name.is_empty())
            .flat_map(|name| self.entry.body.match_indices(name.as_str()))
            .map(|(at, name)| at..at + name.len())
            .collect()
    }

    fn label(&mut self, place: Range<usize>, words: &str, instead: &str) {
        let message = format!("“{words}” is a label that the language guide avoids.");
        let advice = format!("Write: {instead}. If you are quoting somebody, use quotation marks.");
        self.problems.push(self.file.source.warning("label", place, message, advice));
    }

    /// Reports an earlier entry with the same title and a common alias. An alias alone may lead to
    /// several entries.
    fn twins(&mut self) {
        let own = self.entry;
        let title = fold(&own.title);
        let bundled = self.bundled.map(Library::entries).unwrap_or_default();
        let earlier = self.library.entries().iter().filter(|other| other.id < own.id);
        let others = bundled.iter().filter(|other| other.id != own.id).chain(earlier);
        let twin = others
            .filter(|other| fold(&other.title) == title)
            .find_map(|other| Some((&other.id, shared_alias(own, other)?)));
        let Some((other, alias)) = twin else { return };
        let place = self.line_of("title");
        let message =
            format!("The entry `{other}` has the same title and the same alias “{alias}”.");
        let advice = match self.bundled.and_then(|bundled| bundled.entry(other)) {
            Some(_) => {
                "Give this entry its own title, or the id of the built-in entry to replace that one."
            }
            None => "Merge the two entries, or give each its own title.",
        };
        self.problems.push(self.file.source.warning("twin", place, message, advice));
    }

    /// Reports an opening answer that is missing or too long. An entry of a partnership's own pack
    /// needs none.
    fn answer(&mut self) {
        if self.is_document() {
            return;
        }
        let answer = sections(self.entry).first().map_or(0, |section| words(&section.text));
        let place = self.first_line();
        if answer == 0 && self.bundled.is_none() {
            let message = "The entry does not start with an answer.";
            let advice = "Write one to three sentences before the first heading.";
            self.problems.push(self.file.source.error("no-answer", place, message, advice));
        } else if answer > MAX_ANSWER_LEN {
            let message = format!("The opening answer has {answer} words.");
            let advice =
                format!("Use at most {MAX_ANSWER_LEN} words, and move the rest under a heading.");
            self.problems.push(self.file.source.warning("long-answer", place, message, advice));
        }
    }

    fn length(&mut self) {
        let sections = sections(self.entry);
        let all: usize =
            sections.iter().map(|section| words(&section.heading) + words(&section.text)).sum();
        if !BODY_WORDS.contains(&all) {
            let place = self.first_line();
            let message = format!("The entry has {all} words.");
            let advice = format!("Aim for {} to {} words.", BODY_WORDS.start(), BODY_WORDS.end());
            self.problems.push(self.file.source.warning("length", place, message, advice));
        }
    }

    fn summary(&mut self) {
        let length = self.entry.summary.chars().count();
        if length > MAX_SUMMARY_LEN {
            let place = self.line_of("summary");
            let message = format!("The summary has {length} characters.");
            let advice =
                format!("Use at most {MAX_SUMMARY_LEN} characters, and put the rest in the body.");
            self.problems.push(self.file.source.warning("long-summary", place, message, advice));
        }
    }

    /// The bytes of the file at which a part of the body stands.
    fn in_file(&self, part: &Range<usize>) -> Range<usize> {
        self.body_at + part.start..self.body_at + part.end
    }

    /// The line the text begins with.
    fn first_line(&self) -> Range<usize> {
        let text = self.entry.body.trim_start();
        let start = self.body_at + self.entry.body.len() - text.len();
        start..start + text.find('\n').unwrap_or(0)
    }
}

/// Whether the passage around a link tells that it leads to something no longer in force.
fn says_so(passages: &Passages, place: usize) -> bool {
    passages.at(place).is_some_and(|passage| {
        let words = passages.words(passage).to_lowercase();
        SAYS_SO.iter().any(|word| words.contains(word))
    })
}

fn shared_alias<'a>(one: &'a Entry, other: &Entry) -> Option<&'a str> {
    let others: Vec<String> = other.aliases.iter().map(|alias| fold(alias)).collect();
    one.aliases.iter().map(String::as_str).find(|alias| others.contains(&fold(alias)))
}

fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}
