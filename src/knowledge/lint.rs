//! The lint: everything an author should know about a pack before it is used.
//!
//! It reads and reports; it never changes a file.

mod duplicates;
mod figures;
mod length;
mod passages;
mod references;
mod status;
#[cfg(test)]
mod tests;
mod wording;
mod wordlist;

use std::path::Path;

use jiff::civil::Date;

use super::{
    Entry, Library, Pack, Source,
    bundled::bundled_files,
    folder::{folder_files, list, pack_of, read_files},
    import::{DOCUMENT_KEY, ImportContext},
    pack::{FileRole, PackFile, is_documentation, is_pack_id, role_of},
    pack_reader::split,
};
use crate::text::{Problem, show_date};
use passages::Passages;

pub use wording::labels_in;

/// Everything wrong with the bundled knowledge.
pub fn check_bundled(today: Date) -> Vec<Problem> {
    let mut problems = Vec::new();
    let files = bundled_files(&mut problems);
    let mut problems = check_files(&files, problems, today);
    problems.extend(wordlist::check_bundled_words());
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
        let message = "There is no such file in a pack.";
        let advice = "Give a folder of entries, or one of its `.md` or `.toml` files.";
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
    let is_bundled = |id: &str| bundled.entry(id).is_some();
    let importing =
        pack.as_ref().map(|pack| ImportContext { pack, today, is_bundled: &is_bundled });
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
                body_at: parts.body.start,
                problems: &mut problems,
            };
            check.standing(today);
            check.sources();
            let passages = Passages::of_markdown(&entry.body);
            check.links(&passages);
            check.wording(&passages);
            check.figures(&passages);
            check.summary();
            check.twins();
            check.answer();
            match &bundled {
                Some(bundled) => check.overlay(bundled),
                // A partnership writes its procedures as it sees fit.
                None => check.length(),
            }
        }
    }
    wordlist::check_words(files, &library, bundled.as_ref(), &mut problems);
    problems.sort_by(|a, b| (&a.file, a.span.start).cmp(&(&b.file, b.span.start)));
    problems
}

fn overdue(pack: &Pack, files: &[PackFile]) -> Option<Problem> {
    let file = files.iter().find(|file| role_of(&file.name) == FileRole::Pack)?;
    let at = file.text.find("review_by")?;
    let due = show_date(pack.review_by?);
    Some(file.source.warning(
        "review-overdue",
        at..at + "review_by".len(),
        format!("The review of this pack was due on {due}."),
        "Review its procedures, set a new `review_by`, and add the pack again.",
    ))
}

struct Check<'a> {
    file: &'a PackFile,
    entry: &'a Entry,
    library: &'a Library,
    /// For an entry of a partnership's own pack, the bundled library.
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
}
