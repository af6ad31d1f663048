//! The files of a pack: which of them are read, and what they hold. That is entries, a thesaurus and
//! what the pack says about itself.
//!
//! The file of an entry has its front matter between two `+++` lines, then the text. What was read
//! before and has not changed may be handed over as it was; what comes out is the same as if the
//! file had been read again.

use std::{borrow::Cow, collections::HashSet, ops::Range};

use sha2::{Digest, Sha256};

use super::{
    AgeBand, BUNDLED_PACK, Entry, Kind, Nation, Pack, Placement, SameWords, Setting, Source,
    Status, Thesaurus, ThesaurusStep,
    content::{Edition, is_id},
};
use crate::text::{
    Problem, SourceFile, clean,
    toml_file::{TableReader, TomlFile},
};

/// The largest entry that is read. The longest one bundled has about 10 KB.
pub(super) const MAX_ENTRY_BYTES: u64 = 1024 * 1024;
const MAX_ID_LEN: usize = 60;
/// The file that holds the editions of a pack.
pub(super) const EDITIONS_FILE: &str = "editions.toml";
/// The file that says whom to call in an emergency.
pub(super) const URGENT_FILE: &str = "urgent.toml";

/// Whether a pack may have this id, which is also the name of its folder.
pub(super) fn is_pack_id(id: &str) -> bool {
    is_id(id)
        && id != BUNDLED_PACK
        && !id.is_empty()
        && id.len() <= MAX_ID_LEN
        && !id.starts_with('-')
}

/// A file of a pack, already cleaned.
pub(super) struct PackFile {
    /// Without its folder.
    pub(super) name: String,
    pub(super) text: String,
    pub(super) source: SourceFile,
}

impl PackFile {
    /// `path` is how the reader should see it.
    pub(super) fn new(path: &str, name: &str, raw: &str, problems: &mut Vec<Problem>) -> Self {
        let text = clean(raw);
        let changed = matches!(text, Cow::Owned(_));
        if let Some((at, c)) = raw.char_indices().find(|&(_, c)| changed && is_hidden(c)) {
            problems.push(SourceFile::new(path, raw).warning(
                "hidden-character",
                at..at + c.len_utf8(),
                format!("An invisible character (U+{:04X}) is left out.", c as u32),
                "Delete the character. Invisible characters can hide what a text says.",
            ));
        }
        Self {
            name: name.to_owned(),
            source: SourceFile::new(path, &text),
            text: text.into_owned(),
        }
    }
}

fn is_hidden(c: char) -> bool {
    let mut buffer = [0; 4];
    let one: &str = c.encode_utf8(&mut buffer);
    !matches!(c, '\n' | '\r' | '\t') && clean(one) != *one
}

/// What a file is to a pack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FileRole {
    Entry,
    Pack,
    Thesaurus,
    Wording,
    Editions,
    Urgent,
    None,
}

pub(super) fn role_of(name: &str) -> FileRole {
    match name {
        "pack.toml" => FileRole::Pack,
        "thesaurus.toml" => FileRole::Thesaurus,
        "wording.toml" => FileRole::Wording,
        EDITIONS_FILE => FileRole::Editions,
        URGENT_FILE => FileRole::Urgent,
        _ if is_documentation(name) || name.starts_with('.') => FileRole::None,
        _ if name.ends_with(".md") => FileRole::Entry,
        _ => FileRole::None,
    }
}

/// Files that tell authors about the pack.
pub(super) fn is_documentation(name: &str) -> bool {
    matches!(name, "README.md" | "COVERAGE.md" | "LICENCE.md" | "CHANGELOG.md")
}

/// A pack, read.
#[derive(Default)]
pub(super) struct ReadPack {
    pub(super) pack: Pack,
    /// In the order of their files.
    pub(super) entries: Vec<Entry>,
    pub(super) thesaurus: Thesaurus,
    pub(super) editions: Vec<Edition>,
    pub(super) problems: Vec<Problem>,
    /// The same for two packs exactly if their files are.
    pub(super) content_hash: String,
}

impl ReadPack {
    /// Reads a pack of these files. `problems` holds what is wrong already.
    pub(super) fn of(files: &[PackFile], problems: Vec<Problem>) -> Self {
        let mut reader = PackReader::new(problems);
        files.iter().for_each(|file| drop(reader.take(file)));
        reader.finish()
    }

    /// The same as the pack of that id, whatever its own files say.
    pub(super) fn named(mut self, id: &str) -> Self {
        self.entries.iter_mut().for_each(|entry| id.clone_into(&mut entry.pack));
        id.clone_into(&mut self.pack.id);
        if self.pack.title.is_empty() {
            id.clone_into(&mut self.pack.title);
        }
        self
    }
}

/// Reads a pack whose files are handed over by name.
pub(super) struct PackReader {
    whole: Sha256,
    ids: HashSet<String>,
    read: ReadPack,
}

impl PackReader {
    /// With what is wrong already.
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        let read = ReadPack { problems, ..ReadPack::default() };
        Self { whole: Sha256::new(), ids: HashSet::new(), read }
    }

    /// Reads a file. An entry without a fault is shown with the hash of its file.
    pub(super) fn take(&mut self, file: &PackFile) -> Option<(String, &Entry)> {
        let hash = format!("{:x}", Sha256::digest(file.text.as_bytes()));
        add_hash(&mut self.whole, &file.name, &hash);
        let problems = self.read.problems.len();
        match role_of(&file.name) {
            FileRole::Entry if self.take_entry(file, &hash[..12]) => {
                let faultless = self.read.problems.len() == problems;
                return self.read.entries.last().filter(|_| faultless).map(|entry| (hash, entry));
            }
            FileRole::Pack => self.read.pack = read_pack(file, &mut self.read.problems),
            FileRole::Thesaurus => {
                self.read.thesaurus = read_thesaurus(file, &mut self.read.problems);
            }
            FileRole::Editions => {
                self.read.editions = read_editions(file, &mut self.read.problems);
            }
            FileRole::Entry | FileRole::Wording | FileRole::Urgent | FileRole::None => {}
        }
        None
    }

    /// Takes over an entry without a fault as it was read from the file of its name, which had
    /// that hash; unless there is one of its id, so that the file must be read to say so.
    pub(super) fn take_over(&mut self, hash: &str, entry: Entry) -> bool {
        let new = self.ids.insert(entry.id.clone());
        if new {
            add_hash(&mut self.whole, &format!("{}.md", entry.id), hash);
            self.read.entries.push(entry);
        }
        new
    }

    /// What is wrong so far.
    pub(super) fn problems(&mut self) -> &mut Vec<Problem> {
        &mut self.read.problems
    }

    pub(super) fn finish(self) -> ReadPack {
        let mut read = self.read;
        read.content_hash = content_hash(self.whole);
        for entry in &mut read.entries {
            entry.pack.clone_from(&read.pack.id);
        }
        read
    }

    /// Whether there is one more entry.
    fn take_entry(&mut self, file: &PackFile, version: &str) -> bool {
        let problems = &mut self.read.problems;
        let entry = read_entry(&file.source, &file.text, version.to_owned(), problems);
        let Some(entry) = entry else { return false };
        let id_line = file.text.find("id =").unwrap_or(0);
        let id_place = id_line..id_line + file.text[id_line..].find('\n').unwrap_or(0);
        let id = &entry.id;
        if file.name.strip_suffix(".md") != Some(id) {
            let place = id_place.clone();
            let message = format!("The id `{id}` is not the same as the file name.");
            let advice = format!("Rename the file to `{id}.md`, or change the id to match.");
            problems.push(file.source.error("id-file-name", place, message, advice));
        }
        if !self.ids.insert(id.clone()) {
            let message = format!("Another file already has the id `{id}`. This one is ignored.");
            let advice = "Give each entry its own id.";
            problems.push(file.source.error("duplicate-id", id_place, message, advice));
            return false;
        }
        self.read.entries.push(entry);
        true
    }
}

/// Adds the hash of a part to that of the whole, with the name of the part.
pub(super) fn add_hash(whole: &mut Sha256, name: &str, hash: &str) {
    whole.update(name.as_bytes());
    whole.update([0]);
    whole.update(hash.as_bytes());
}

/// The first 32 hexadecimal digits of the hash of a whole.
pub(super) fn content_hash(whole: Sha256) -> String {
    format!("{:.32x}", whole.finalize())
}

const FENCE: &str = "+++";

const KEYS: [&str; 18] = [
    "id",
    "title",
    "kind",
    "summary",
    "aliases",
    "nations",
    "settings",
    "ages",
    "continuum",
    "status",
    "superseded_by",
    "urgent",
    "reviewed",
    "review_by",
    "overlays",
    "imported",
    "imported_from",
    "sources",
];

const SOURCE_KEYS: [&str; 9] =
    ["key", "title", "publisher", "year", "url", "edition", "part", "part_url", "history"];

/// Where the parts of an entry's file stand, in bytes.
pub(super) struct Parts {
    pub(super) front: Range<usize>,
    pub(super) body: Range<usize>,
}

/// Finds the front matter and the body.
pub(super) fn split(text: &str) -> Option<Parts> {
    let start = FENCE.len() + 1;
    if !text.starts_with(FENCE) || text.as_bytes().get(FENCE.len()) != Some(&b'\n') {
        return None;
    }
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == FENCE {
            return Some(Parts { front: start..at, body: at + line.len()..text.len() });
        }
        at += line.len();
    }
    None
}

impl Entry {
    /// Reads the text of an entry's file, and reports what is wrong with it. `name` is the path to
    /// show. Returns no entry if a value that has no default is missing or wrong.
    pub fn read(name: &str, text: &str) -> (Option<Self>, Vec<Problem>) {
        let mut problems = Vec::new();
        let entry = read_entry(&SourceFile::new(name, text), text, String::new(), &mut problems);
        (entry, problems)
    }
}

/// Reads one entry. Returns `None` if a value that has no default (id, title, kind, status, dates)
/// is missing or wrong.
pub(super) fn read_entry(
    file: &SourceFile,
    text: &str,
    version: String,
    problems: &mut Vec<Problem>,
) -> Option<Entry> {
    let Some(parts) = split(text) else {
        let (message, advice) = if text.starts_with("---\n") {
            (
                "The front matter is YAML. An entry needs TOML, between two `+++` lines.",
                "Write `title = \"…\"` for `title: …`. Or put a `pack.toml` next to the file, \
                 and the file is added as a document.",
            )
        } else {
            (
                "The file does not start with front matter between two `+++` lines.",
                "knowledge/README.md shows the form of an entry.",
            )
        };
        let place = 0..text.find('\n').unwrap_or(text.len());
        problems.push(file.error("no-front-matter", place, message, advice));
        return None;
    };
    let front = read_toml(file, &text[parts.front.clone()], parts.front.start, problems)?;
    let mut fields = front.reader(problems);
    fields.only(&KEYS);

    let id = fields.text("id").filter(|id| {
        let valid = is_id(id);
        if !valid {
            let message = format!("`{id}` cannot be an id.");
            fields.fail_in("id", "bad-id", message, "Use small letters, digits and hyphens.");
        }
        valid
    });
    let title = fields.text("title");
    let kind = fields.term::<Kind>("kind", Kind::NAMES);
    let summary = fields.text("summary");
    let aliases = fields.texts("aliases").into_iter().map(|(alias, _)| alias).collect();
    let nations = fields.terms::<Nation>("nations", Nation::NAMES);
    let settings = fields.terms::<Setting>("settings", Setting::NAMES);
    let ages = fields.terms::<AgeBand>("ages", AgeBand::NAMES);
    let continuum = fields.terms::<Placement>("continuum", Placement::NAMES);
    let status = fields.term::<Status>("status", Status::NAMES);
    let superseded_by = fields.texts("superseded_by").into_iter().map(|(id, _)| id).collect();
    let urgent = fields.is_set("urgent");
    let reviewed = fields.date("reviewed");
    let review_by = fields.date("review_by");
    let overlays = fields.text_if_any("overlays");
    let imported = if fields.has("imported") { fields.date("imported") } else { None };
    let imported_from = fields.text_if_any("imported_from");
    let sources = fields.tables("sources", read_source);

    Some(Entry {
        id: id?,
        title: title?,
        kind: kind?,
        summary: summary?,
        aliases,
        nations,
        settings,
        ages,
        continuum,
        status: status?,
        superseded_by,
        urgent,
        reviewed: reviewed?,
        review_by: review_by?,
        sources,
        body: text[parts.body].to_owned().into(),
        version,
        // Set when all files of the pack have been read.
        pack: String::new(),
        overlays,
        imported,
        imported_from,
    })
}

fn read_source(mut fields: TableReader<'_>) -> Option<Source> {
    fields.only(&SOURCE_KEYS);
    let key = fields.text("key");
    let edition = fields.text_if_any("edition");
    let part = fields.text_if_any("part");
    let part_url = web_address(&mut fields, "part_url");
    let history = fields.is_set("history");
    // Together with an edition, these would say the same twice; alone, they would say nothing.
    let (others, message, advice): (&[&str], _, _) = match edition {
        Some(_) => (
            &["title", "publisher", "year", "url"],
            "comes from the edition",
            "Remove this line. `part` and `part_url` are for a part of the edition.",
        ),
        None => (
            &["part", "part_url", "history"],
            "needs an edition",
            "Add `edition`, or remove this line.",
        ),
    };
    for other in others {
        if fields.has(other) {
            fields.fail_in(other, "edition-twice", format!("`{other}` {message}."), advice);
        }
    }
    // What an edition says is filled in when the library knows all of them.
    let (title, publisher, year, url) = match edition {
        Some(_) => (Some(String::new()), Some(String::new()), None, None),
        None => (
            fields.text("title"),
            fields.text("publisher"),
            fields.year_if_any("year"),
            web_address(&mut fields, "url"),
        ),
    };
    Some(Source {
        key: key?,
        title: title?,
        publisher: publisher?,
        year,
        url,
        edition,
        part,
        part_url,
        history,
    })
}

/// The address under `key`, which may be missing.
fn web_address(fields: &mut TableReader<'_>, key: &str) -> Option<String> {
    fields.text_if_any(key).filter(|url| {
        let valid = url.starts_with("https://") || url.starts_with("http://");
        if !valid {
            let message = "The address does not start with `https://`.";
            let advice = format!("Write the whole address, or remove `{key}`.");
            fields.fail_in(key, "bad-url", message, advice);
        }
        valid
    })
}

/// Parses TOML of a pack, which starts at byte `offset` of `file`.
pub(super) fn read_toml<'t>(
    file: &SourceFile,
    text: &'t str,
    offset: usize,
    problems: &mut Vec<Problem>,
) -> Option<TomlFile<'t>> {
    let parsed = TomlFile::parse(file.clone(), text, offset);
    if let Err(error) = &parsed {
        let summary = "This is not valid TOML";
        let advice = "Write one `key = \"value\"` on each line, as in knowledge/README.md.";
        problems.push(error.to_problem(file, "toml-syntax", summary, advice));
    }
    parsed.ok()
}

pub(super) fn read_pack(file: &PackFile, problems: &mut Vec<Problem>) -> Pack {
    let Some(toml) = read_toml(&file.source, &file.text, 0, problems) else {
        return Pack::default();
    };
    let mut fields = toml.reader(problems);
    fields.only(&["id", "title", "version", "publisher", "licence", "nation", "review_by"]);
    let id = fields.text("id").filter(|id| {
        let valid = id == BUNDLED_PACK || is_pack_id(id);
        if !valid {
            let message = format!("`{id}` cannot be the id of a pack.");
            let advice = "Use small letters, digits and hyphens, at most 60.";
            fields.fail_in("id", "bad-id", message, advice);
        }
        valid
    });
    Pack {
        id: id.unwrap_or_default(),
        title: fields.text("title").unwrap_or_default(),
        version: fields.text("version").unwrap_or_default(),
        publisher: fields.text_if_any("publisher").unwrap_or_default(),
        licence: fields.text_if_any("licence").unwrap_or_default(),
        nation: if fields.has("nation") { fields.term("nation", Nation::NAMES) } else { None },
        review_by: if fields.has("review_by") { fields.date("review_by") } else { None },
    }
}

fn read_thesaurus(file: &PackFile, problems: &mut Vec<Problem>) -> Thesaurus {
    let mut thesaurus = Thesaurus::default();
    let Some(toml) = read_toml(&file.source, &file.text, 0, problems) else { return thesaurus };
    let mut fields = toml.reader(problems);
    fields.only(&["same", "instead", "broader"]);
    thesaurus.same = fields.tables("same", |mut group| {
        group.only(&["words", "beside", "not_beside"]);
        let words = phrases(&mut group, "words");
        if words.len() < 2 {
            let message = "A group needs at least two words that mean the same.";
            group.fail("lonely-word", message, "Add the other words, or remove the group.");
            return None;
        }
        let (beside, not_beside) = neighbours(&mut group);
        Some(SameWords { words, beside, not_beside })
    });
    thesaurus.instead = read_steps(&mut fields, "instead");
    thesaurus.broader = read_steps(&mut fields, "broader");
    thesaurus
}

/// Reads the editions of a pack, and reports what is wrong with them.
pub(super) fn read_editions(file: &PackFile, problems: &mut Vec<Problem>) -> Vec<Edition> {
    let Some(toml) = read_toml(&file.source, &file.text, 0, problems) else { return Vec::new() };
    let mut fields = toml.reader(problems);
    fields.only(&["edition"]);
    let mut seen: Vec<String> = Vec::new();
    fields.tables("edition", |mut fields| {
        fields.only(&[
            "id",
            "title",
            "publisher",
            "nations",
            "year",
            "url",
            "in_force_from",
            "replaced_by",
        ]);
        let id = fields.text("id");
        let title = fields.text("title");
        let publisher = fields.text("publisher");
        let nations = fields.terms::<Nation>("nations", Nation::NAMES);
        let year = fields.year_if_any("year");
        let url = web_address(&mut fields, "url");
        let in_force_from =
            if fields.has("in_force_from") { fields.date("in_force_from") } else { None };
        let replaced_by = fields.text_if_any("replaced_by");
        let id = id.filter(|id| {
            let wrong = match (is_id(id), seen.contains(id)) {
                (false, _) => Some(("bad-id", "Use small letters, digits and hyphens.")),
                (_, true) => Some(("duplicate-id", "Give each edition its own id.")),
                _ => None,
            };
            if let Some((code, advice)) = wrong {
                fields.fail_in("id", code, format!("`{id}` cannot be the id here."), advice);
            }
            wrong.is_none()
        })?;
        seen.push(id.clone());
        Some(Edition {
            id,
            title: title?,
            publisher: publisher?,
            nations,
            year,
            url,
            in_force_from,
            replaced_by,
        })
    })
}

fn read_steps(fields: &mut TableReader<'_>, key: &str) -> Vec<ThesaurusStep> {
    fields.tables(key, |mut step| {
        step.only(&["words", "also", "beside", "not_beside"]);
        let words = phrases(&mut step, "words");
        let also = phrases(&mut step, "also");
        if words.is_empty() || also.is_empty() {
            let message =
                "This table needs `words` (what people type) and `also` (what is searched too).";
            step.fail("lonely-word", message, "Add what is missing, or remove the table.");
            return None;
        }
        let (beside, not_beside) = neighbours(&mut step);
        Some(ThesaurusStep { words, also, beside, not_beside })
    })
}

/// Reads which words a group needs beside it, and which it must not have.
fn neighbours(fields: &mut TableReader<'_>) -> (Vec<String>, Vec<String>) {
    let mut words = |key| if fields.has(key) { phrases(fields, key) } else { Vec::new() };
    (words("beside"), words("not_beside"))
}

fn phrases(fields: &mut TableReader<'_>, key: &str) -> Vec<String> {
    let mut phrases: Vec<String> = Vec::new();
    for (phrase, span) in fields.texts(key) {
        if !phrase.chars().any(char::is_alphanumeric) {
            let message = format!("`{phrase}` has no word in it.");
            fields.fail_at("empty-value", span, message, "Remove it, or write the word.");
        } else if phrases.iter().any(|known| known.eq_ignore_ascii_case(&phrase)) {
            let message = format!("`{phrase}` is listed twice.");
            fields.fail_at("duplicate-word", span, message, "Remove one.");
        } else {
            phrases.push(phrase);
        }
    }
    phrases
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::SAMPLE;

    fn read(text: &str) -> (Option<Entry>, Vec<Problem>) {
        Entry::read("one.md", text)
    }

    #[test]
    fn a_whole_entry_is_read_without_a_problem() {
        let (entry, problems) = read(SAMPLE);
        assert_eq!(problems, []);
        let entry = entry.expect("the sample is whole");
        assert_eq!(entry.kind, Kind::Practice);
        assert_eq!(entry.sources.len(), 2);
        assert!(entry.body.starts_with("\nAnswer"));
    }

    #[test]
    fn a_misspelt_key_is_pointed_at_and_the_right_one_named() {
        let (entry, problems) = read(&SAMPLE.replace("aliases", "aliasses"));
        assert!(entry.is_some(), "the entry still works");
        assert_eq!((problems[0].code, problems[0].line, problems[0].column), ("unknown-key", 6, 1));
        assert!(problems[0].advice.contains("`aliases`"));
    }

    #[test]
    fn a_status_nobody_knows_is_never_taken_for_current() {
        let (entry, problems) = read(&SAMPLE.replace("\"current\"", "\"curent\""));
        assert_eq!(entry, None);
        assert_eq!(problems[0].code, "unknown-value");
        assert!(problems[0].advice.contains("`current`"));
    }

    #[test]
    fn every_field_of_the_wrong_type_is_reported_at_once() {
        let text = SAMPLE
            .replace("reviewed = 2026-11-21", "reviewed = true")
            .replace("nations = [\"UK\"]", "nations = \"UK\"")
            .replace("year = 2020", "year = \"2020\"");
        let (entry, problems) = read(&text);
        assert_eq!(entry, None);
        assert_eq!(problems.len(), 3, "{problems:#?}");
    }

    #[test]
    fn broken_front_matter_is_a_problem_with_a_place() {
        let (_, problems) = read("+++\nid = \n+++\ntext");
        assert_eq!((problems[0].code, problems[0].line), ("toml-syntax", 2));
        for text in ["", "text", "+++", "+++\n", "+++\nid = 1"] {
            let (entry, problems) = read(text);
            assert_eq!((entry, problems[0].code), (None, "no-front-matter"), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,80}", front in "[a-z=\\[\\]\"\n 0-9+#-]{0,80}") {
            let _ = read(&text);
            let _ = read(&format!("+++\n{front}\n+++\n{text}"));
        }
    }

    fn read_about(text: &str) -> (Pack, Vec<Problem>) {
        let mut problems = Vec::new();
        let file = PackFile::new("pack.toml", "pack.toml", text, &mut problems);
        let pack = read_pack(&file, &mut problems);
        (pack, problems)
    }

    #[test]
    fn a_pack_says_who_answers_for_it_where_it_holds_and_until_when() {
        let (pack, problems) = read_about(
            "id = \"northmoor\"\ntitle = \"Northmoor\"\nversion = \"3\"\npublisher = \"N\"\n\
             licence = \"internal\"\nnation = \"England\"\nreview_by = 2027-04-01\n",
        );
        assert_eq!(problems, []);
        assert_eq!(pack.nation, Some(Nation::England));
        assert!(pack.is_overdue("2027-04-02".parse().expect("a date")));
    }

    #[test]
    fn an_id_that_leads_elsewhere_is_refused() {
        for id in ["../../etc", "/tmp/x", "a b", "", "-x", ".hidden", "Ä"] {
            let (pack, problems) =
                read_about(&format!("id = \"{id}\"\ntitle = \"T\"\nversion = \"1\"\n"));
            assert_eq!(pack.id, "", "{id}");
            assert!(problems.iter().any(Problem::is_error), "{id}");
        }
        assert!(!is_pack_id(BUNDLED_PACK) && !is_pack_id(&"a".repeat(61)));
    }
}
