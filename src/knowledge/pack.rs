//! A pack: what it says about itself, and which of its files are read.

use std::borrow::Cow;

use jiff::civil::Date;

use super::{BUNDLED_PACK, Nation};
use crate::text::{Problem, SourceFile, clean, toml_file::TomlFile};

/// The largest entry that is read. The longest one bundled has about 10 KB.
pub(super) const MAX_ENTRY_BYTES: u64 = 1024 * 1024;
const MAX_ID_LEN: usize = 60;

/// What a pack says about itself in `pack.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack {
    /// A short name.
    pub id: String,
    /// One line.
    pub title: String,
    /// The pack's own version.
    pub version: String,
    /// Who answers for the content.
    pub publisher: String,
    /// Under which terms the content may be used.
    pub licence: String,
    /// Where its procedures hold.
    pub nation: Option<Nation>,
    /// When it must be looked at again.
    pub review_by: Option<Date>,
}

impl Pack {
    /// Whether it is the pack that is part of the program.
    pub fn is_bundled(&self) -> bool {
        self.id == BUNDLED_PACK
    }

    /// Whether the date by which it must be looked at again has passed.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.review_by.is_some_and(|due| due < today)
    }

    /// Who answers for the content, or the pack's own name.
    pub(super) fn answerable(&self) -> &str {
        [&self.publisher, &self.title, &self.id]
            .into_iter()
            .find(|name| !name.is_empty())
            .map_or("unknown", String::as_str)
    }
}

/// Whether a pack may have this id, which is also the name of its folder.
pub(super) fn is_pack_id(id: &str) -> bool {
    let valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    id.len() <= MAX_ID_LEN
        && id != BUNDLED_PACK
        && id.bytes().all(valid)
        && id.bytes().next().is_some_and(|first| first != b'-')
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
    None,
}

pub(super) fn role_of(name: &str) -> FileRole {
    match name {
        "pack.toml" => FileRole::Pack,
        "thesaurus.toml" => FileRole::Thesaurus,
        "wording.toml" => FileRole::Wording,
        _ if is_documentation(name) || name.starts_with('.') => FileRole::None,
        _ if name.ends_with(".md") => FileRole::Entry,
        _ => FileRole::None,
    }
}

/// Files that tell authors about the pack.
pub(super) fn is_documentation(name: &str) -> bool {
    matches!(name, "README.md" | "COVERAGE.md" | "LICENCE.md" | "CHANGELOG.md")
}

/// Parses TOML of a pack, which starts at byte `offset` of `file`.
pub(super) fn read_toml<'t>(
    file: &SourceFile,
    text: &'t str,
    offset: usize,
    problems: &mut Vec<Problem>,
) -> Option<TomlFile<'t>> {
    let parsed = TomlFile::parse(file.clone(), text, offset);
    let advice = "Write one `key = \"value\"` on each line, as in knowledge/README.md.";
    parsed
        .map_err(|error| {
            let summary = "This is not valid TOML";
            problems.push(error.to_problem(file, "toml-syntax", summary, advice));
        })
        .ok()
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
    let nation = fields.has("nation");
    let review_by = fields.has("review_by");
    Pack {
        id: id.unwrap_or_default(),
        title: fields.text("title").unwrap_or_default(),
        version: fields.text("version").unwrap_or_default(),
        publisher: fields.text_if_any("publisher").unwrap_or_default(),
        licence: fields.text_if_any("licence").unwrap_or_default(),
        nation: nation.then(|| fields.term("nation", Nation::NAMES)).flatten(),
        review_by: review_by.then(|| fields.date("review_by")).flatten(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Pack, Vec<Problem>) {
        let mut problems = Vec::new();
        let file = PackFile::new("pack.toml", "pack.toml", text, &mut problems);
        let pack = read_pack(&file, &mut problems);
        (pack, problems)
    }

    #[test]
    fn a_pack_says_who_answers_for_it_where_it_holds_and_until_when() {
        let (pack, problems) = read(
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
                read(&format!("id = \"{id}\"\ntitle = \"T\"\nversion = \"1\"\n"));
            assert_eq!(pack.id, "", "{id}");
            assert!(problems.iter().any(Problem::is_error), "{id}");
        }
        assert!(!is_pack_id(BUNDLED_PACK) && !is_pack_id(&"a".repeat(61)));
    }
}
