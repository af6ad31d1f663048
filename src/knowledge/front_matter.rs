//! From an entry's file to an [`Entry`]: the front matter between two `+++` lines, then the text.

use std::ops::Range;

use super::{AgeBand, Entry, Kind, Nation, Placement, Setting, Source, Status, pack::read_toml};
use crate::text::{Problem, SourceFile, toml_file::TableReader};

const FENCE: &str = "+++";

const KEYS: [&str; 15] = [
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
    "reviewed",
    "review_by",
    "overlays",
    "sources",
];

const SOURCE_KEYS: [&str; 5] = ["key", "title", "publisher", "year", "url"];

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

    let id = fields.text("id");
    let id = id.filter(|id| {
        let valid = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
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
    let reviewed = fields.date("reviewed");
    let review_by = fields.date("review_by");
    let overlays = fields.text_if_any("overlays");
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
        reviewed: reviewed?,
        review_by: review_by?,
        sources,
        body: text[parts.body].to_owned().into(),
        version,
        // Set when all files of the pack have been read.
        pack: String::new(),
        overlays,
    })
}

fn read_source(mut fields: TableReader<'_>) -> Option<Source> {
    fields.only(&SOURCE_KEYS);
    let key = fields.text("key");
    let title = fields.text("title");
    let publisher = fields.text("publisher");
    let year = fields.year_if_any("year");
    let url = fields.text_if_any("url");
    let url = url.filter(|url| {
        let valid = url.starts_with("https://") || url.starts_with("http://");
        if !valid {
            let message = "The address does not start with `https://`.";
            fields.fail_in("url", "bad-url", message, "Write the whole address, or remove `url`.");
        }
        valid
    });
    Some(Source { key: key?, title: title?, publisher: publisher?, year, url })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::library::SAMPLE;

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
}
