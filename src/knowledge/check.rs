//! The lint: everything an author should know about a pack before it is used.
//!
//! It reads and reports; it never changes a file.

use std::path::Path;

use jiff::civil::Date;

use super::{
    Entry, Library, Pack, Status,
    bundled::bundled_files,
    document::{CHECK, Target, footnote_keys, link_targets},
    fields::nearest,
    folder::{Importing, folder_files, list, pack_of, read_files},
    front_matter::split,
    pack::{PackFile, Role, is_documentation, is_pack_id, role_of},
};
use crate::text::{Problem, show_date};

/// Words the opening answer may have.
const LONGEST_ANSWER: usize = 90;
/// Words a whole entry should have, at least and at most.
const BODY_WORDS: std::ops::RangeInclusive<usize> = 250..=900;

/// Everything wrong with the bundled knowledge.
pub fn check_bundled(today: Date) -> Vec<Problem> {
    let mut problems = Vec::new();
    let files = bundled_files(&mut problems);
    check_files(&files, problems, today)
}

/// Everything wrong with the packs installed in a folder, which need not be there.
pub fn check_installed(shelf: &Path, today: Date) -> Vec<Problem> {
    let library = Library::with_packs(shelf);
    let mut problems: Vec<Problem> = Vec::new();
    for pack in library.packs().iter().filter(|pack| !pack.is_bundled()) {
        let files = folder_files(&shelf.join(&pack.id), &mut Vec::new());
        problems.extend(check_files(&files, Vec::new(), today));
    }
    // What is wrong between packs, and with the shelf itself.
    for problem in library.problems() {
        if !problems.contains(problem) {
            problems.push(problem.clone());
        }
    }
    problems
}

/// Everything wrong with the pack in a folder, or with one file of it.
pub fn check_path(path: &Path, today: Date) -> Vec<Problem> {
    let mut problems = Vec::new();
    if path.is_dir() {
        let files = own_files(path, today, &mut problems);
        return check_files(&files, problems, today);
    }
    // An entry is checked among its neighbours, which it may link to.
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let files = own_files(folder, today, &mut problems);
    let wanted = format!("{}/{name}", folder.display().to_string().trim_end_matches(['/', '\\']));
    let known = files.iter().any(|file| file.source.name() == wanted);
    let mut found = check_files(&files, problems, today);
    found.retain(|problem| problem.file == wanted);
    if !known && found.is_empty() {
        let message = "there is no such file in a pack";
        let advice = "name a folder of entries, or one of its `.md` or `.toml` files";
        found.push(Problem::of_file(
            &path.display().to_string(),
            crate::text::Severity::Error,
            "unreadable",
            message,
            advice,
        ));
    }
    found
}

/// The files of a pack as its authors keep it; those of a partnership's own may be documents.
fn own_files(folder: &Path, today: Date, problems: &mut Vec<Problem>) -> Vec<PackFile> {
    let paths = list(folder, problems);
    let pack = pack_of(&paths).filter(|pack| is_pack_id(&pack.id));
    let bundled = Library::bundled();
    let importing = pack.as_ref().map(|pack| Importing { pack, today, bundled: &bundled });
    let mut ignored = Vec::new();
    let files = read_files(&paths, importing.as_ref(), &mut ignored);
    // Who checks a pack knows of the files that tell authors about it.
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
    if let Some(pack) = pack.filter(|pack| pack.is_overdue(today)) {
        problems.extend(overdue(pack, files));
    }
    for file in files.iter().filter(|file| role_of(&file.name) == Role::Entry) {
        let id = file.name.trim_end_matches(".md");
        if let (Some(entry), Some(parts)) = (library.entry(id), split(&file.text)) {
            let mut check = Check {
                file,
                entry,
                library: &library,
                bundled: bundled.as_ref(),
                body_at: parts.body.start,
                problems: &mut problems,
            };
            check.standing(today);
            check.sources();
            check.links();
            match &bundled {
                Some(bundled) => check.overlay(bundled),
                // A partnership writes its procedures as it sees fit.
                None => check.length(),
            }
        }
    }
    problems.sort_by(|a, b| (&a.file, a.span.start).cmp(&(&b.file, b.span.start)));
    problems
}

fn overdue(pack: &Pack, files: &[PackFile]) -> Option<Problem> {
    let file = files.iter().find(|file| role_of(&file.name) == Role::Pack)?;
    let at = file.text.find("review_by")?;
    let due = show_date(pack.review_by?);
    Some(file.source.warning(
        "review-overdue",
        at..at + "review_by".len(),
        format!("the review of the pack was due by {due}"),
        "look through its procedures, set `review_by`, and add it again",
    ))
}

struct Check<'a> {
    file: &'a PackFile,
    entry: &'a Entry,
    library: &'a Library,
    /// For an entry of a partnership's own pack, what it stands beside.
    bundled: Option<&'a Library>,
    body_at: usize,
    problems: &'a mut Vec<Problem>,
}

impl Check<'_> {
    /// The line of the front matter that sets `key`.
    fn line_of(&self, key: &str) -> std::ops::Range<usize> {
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

    fn standing(&mut self, today: Date) {
        let entry = self.entry;
        if entry.is_overdue(today) {
            self.problems.push(self.file.source.warning(
                "review-overdue",
                self.line_of("review_by"),
                format!("the review was due by {}", show_date(entry.review_by)),
                "check the text against its sources, then set `reviewed` and `review_by`",
            ));
        }
        if entry.review_by <= entry.reviewed {
            self.problems.push(self.file.source.error(
                "review-order",
                self.line_of("review_by"),
                "`review_by` is not after `reviewed`",
                "set the date by which the entry must be looked at again",
            ));
        }
        let place = self.line_of("superseded_by");
        if entry.status == Status::Superseded && entry.superseded_by.is_empty() {
            self.problems.push(self.file.source.error(
                "no-successor",
                self.line_of("status"),
                "a superseded entry does not say what took its place",
                "name the entries in `superseded_by`, or set the status to withdrawn",
            ));
        }
        if entry.status == Status::Current && !entry.superseded_by.is_empty() {
            self.problems.push(self.file.source.error(
                "current-with-successor",
                place.clone(),
                "a current entry names what took its place",
                "set the status to superseded, or empty `superseded_by`",
            ));
        }
        for successor in &entry.superseded_by {
            if !self.is_entry(successor) || *successor == entry.id {
                let advice = self.near_id(successor);
                self.problems.push(self.file.source.error(
                    "unknown-successor",
                    place.clone(),
                    format!("`{successor}` is no other entry"),
                    advice,
                ));
            }
        }
        if entry.nations.is_empty() && !self.line_of("nations").is_empty() {
            self.problems.push(self.file.source.warning(
                "empty-value",
                self.line_of("nations"),
                "the entry holds in no nation",
                "name at least one nation, or UK",
            ));
        }
    }

    fn sources(&mut self) {
        let notes = footnote_keys(&self.entry.body);
        let known: Vec<&str> = self.entry.sources.iter().map(|s| s.key.as_str()).collect();
        for (key, range) in &notes {
            if key != CHECK && !known.contains(&key.as_str()) {
                let advice = match nearest(key, known.iter().copied()) {
                    Some(name) => format!("did you mean `[^{name}]`?"),
                    None => "add the source to the front matter, or write `[^check]`".to_owned(),
                };
                self.problems.push(self.file.source.error(
                    "unknown-source",
                    self.body_at + range.start..self.body_at + range.end,
                    format!("the footnote `[^{key}]` has no source"),
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
                    format!("two sources have the key `{key}`"),
                    "give each source a key of its own",
                ));
            } else if !notes.iter().any(|(note, _)| note == key) {
                self.problems.push(self.file.source.warning(
                    "unused-source",
                    place,
                    format!("no footnote uses the source `{key}`"),
                    format!("write `[^{key}]` where it is the source, or take it out"),
                ));
            }
            seen.push(key);
        }
        if self.entry.sources.is_empty() && self.bundled.is_none() {
            self.problems.push(self.file.source.warning(
                "no-source",
                0..3,
                "the entry names no source",
                "add a `[[sources]]` table for what it rests on",
            ));
        }
    }

    fn links(&mut self) {
        for (target, range) in link_targets(&self.entry.body) {
            let Target::Entry(id) = target else { continue };
            if !self.is_entry(&id) {
                let advice = self.near_id(&id);
                self.problems.push(self.file.source.error(
                    "dead-link",
                    self.body_at + range.start..self.body_at + range.end,
                    format!("the link leads to `{id}`, which is no entry"),
                    advice,
                ));
            }
        }
    }

    fn length(&mut self) {
        let sections = super::sections(self.entry);
        let answer = sections.first().map_or(0, |section| words(&section.text));
        let start = self.body_at + leading_blank(&self.entry.body);
        let place = start..start + self.entry.body.trim_start().find('\n').unwrap_or(0);
        if answer == 0 {
            self.problems.push(self.file.source.error(
                "no-answer",
                place.clone(),
                "the entry does not begin with an answer",
                "write one to three sentences before the first heading",
            ));
        } else if answer > LONGEST_ANSWER {
            self.problems.push(self.file.source.warning(
                "long-answer",
                place.clone(),
                format!("the opening answer has {answer} words"),
                format!("say it in at most {LONGEST_ANSWER}; move the rest under a heading"),
            ));
        }
        let all: usize =
            sections.iter().map(|section| words(&section.heading) + words(&section.text)).sum();
        if !BODY_WORDS.contains(&all) {
            self.problems.push(self.file.source.warning(
                "length",
                place,
                format!("the entry has {all} words"),
                format!("{} to {} are asked for", BODY_WORDS.start(), BODY_WORDS.end()),
            ));
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
                format!("there is no bundled entry `{}` to overlay", self.entry.id),
                "take `overlays` out, or set the id to that of the bundled entry".to_owned(),
            ),
            (Some(now), Some(then)) if now.version == *then => return,
            (Some(now), Some(_)) => (
                "overlay-changed",
                "the bundled entry it takes the place of has changed since".to_owned(),
                format!(
                    "compare the two, then set `overlays = \"{}\"` and add the pack again",
                    now.version
                ),
            ),
        };
        self.problems.push(self.file.source.warning(code, place, message, advice));
    }

    fn is_entry(&self, id: &str) -> bool {
        let bundled = self.bundled.is_some_and(|bundled| bundled.entry(id).is_some());
        bundled || self.library.entry(id).is_some()
    }

    fn near_id(&self, id: &str) -> String {
        match self.library.nearest_ids(id).as_slice() {
            [] => "use the id of an entry in this pack".to_owned(),
            [one, ..] => format!("did you mean `{one}`?"),
        }
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

fn leading_blank(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

#[cfg(test)]
mod tests;
