//! The entry that an imported text becomes: front matter from what is known, then the text.

use jiff::ToSpan;
use serde::Serialize;

use super::{
    ImportContext, ImportIssue,
    about::{review_date, take_title},
    model::{ImportedDocument, TooLarge},
    write::write as to_markdown,
    yaml::YamlFields,
};
use crate::{
    knowledge::{Block, Nation, pack_reader::MAX_ENTRY_BYTES, plain_text, read_markdown},
    text::{clean_capped, clean_line, fold, show_date},
};

const MAX_TITLE_LEN: usize = 120;
const MAX_SUMMARY_LEN: usize = 200;
const MAX_SLUG_LEN: usize = 60;
const MAX_TAG_LEN: usize = 60;
/// Blocks among which the summary is looked for.
const MAX_BLOCKS_BEFORE_SUMMARY: usize = 30;
const SPLIT: &str = "Split the file. An entry answers one question.";

/// The key of the source of an entry that was a document: the document.
pub(in crate::knowledge) const DOCUMENT_KEY: &str = "file";

#[derive(Serialize)]
struct FrontMatter<'a> {
    id: &'a str,
    title: &'a str,
    kind: &'a str,
    summary: &'a str,
    aliases: &'a [String],
    nations: [Nation; 1],
    settings: [&'a str; 1],
    ages: [&'a str; 1],
    continuum: [&'a str; 1],
    status: &'a str,
    superseded_by: [&'a str; 0],
    reviewed: String,
    review_by: String,
    imported: String,
    imported_from: &'a str,
    sources: [DocumentSource<'a>; 1],
}

#[derive(Serialize)]
struct DocumentSource<'a> {
    key: &'a str,
    title: String,
    publisher: &'a str,
    year: i16,
}

/// The id and the text of the entry.
pub(super) fn write(
    file: &str,
    mut document: ImportedDocument,
    about: &YamlFields,
    context: &ImportContext<'_>,
) -> Result<(String, String), ImportIssue> {
    let ImportContext { pack, today, is_bundled, .. } = *context;
    if let Some(why) = document.too_large {
        return Err(ImportIssue::new("too-large", why.message(), SPLIT));
    }
    let file = clean_line(file);
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem);
    let review = about.review.or_else(|| review_date(&document));
    let title = take_title(&mut document, about.title.as_deref());
    let title = short(&title.unwrap_or_else(|| stem.replace(['-', '_'], " ")), MAX_TITLE_LEN);
    let body = to_markdown(&document).ok_or_else(too_large)?;
    if !body.chars().any(char::is_alphanumeric) {
        let message = "There is no text in the file.";
        let advice = "Pictures and scans cannot be read. Add the document they were made from.";
        return Err(ImportIssue::new("no-text", message, advice));
    }
    let summary = match &about.summary {
        Some(summary) => short(summary, MAX_SUMMARY_LEN),
        None => first_words(&body, &title).unwrap_or_else(|| title.clone()),
    };
    let tags: Vec<String> = about.tags.iter().map(|tag| short(tag, MAX_TAG_LEN)).collect();
    let date = about.date.filter(|date| *date <= today);
    // A date that has passed is the pack's to answer for.
    let due = review.or(pack.review_by.filter(|due| *due > today));
    let slug = slug(stem);
    let mut id = match slug.strip_prefix(pack.id.as_str()) {
        Some(rest) if rest.is_empty() || rest.starts_with('-') => slug,
        _ => format!("{}-{slug}", pack.id),
    };
    while is_bundled(&id) {
        id.push_str("-local");
    }
    let dated = date.map(|date| format!(", dated {}", show_date(date))).unwrap_or_default();
    let front = FrontMatter {
        id: &id,
        title: &title,
        kind: "guidance",
        summary: &summary,
        aliases: &tags,
        nations: [pack.nation.unwrap_or(Nation::Uk)],
        settings: ["any"],
        ages: ["any"],
        continuum: ["any"],
        status: "current",
        superseded_by: [],
        reviewed: today.to_string(),
        review_by: due.unwrap_or_else(|| today.saturating_add(1.year())).to_string(),
        imported: today.to_string(),
        imported_from: &file,
        sources: [DocumentSource {
            key: DOCUMENT_KEY,
            title: format!("{title} ({file}{dated})"),
            publisher: pack.answerable(),
            year: date.unwrap_or(today).year(),
        }],
    };
    let front = toml::to_string(&front).map_err(|error| {
        let message = format!("The file could not be turned into an entry: {error}.");
        let advice = "Rename the file with plain letters, and add it again.";
        ImportIssue::new("unreadable", message, advice)
    })?;
    let text = format!("+++\n{front}+++\n\n{}\n", body.trim());
    if text.len() as u64 > MAX_ENTRY_BYTES {
        return Err(too_large());
    }
    Ok((id, text))
}

/// The first sentence of the text that says more than the title, or its first words if it does not
/// begin with sentences.
fn first_words(body: &str, title: &str) -> Option<String> {
    let folded = fold(title);
    let blocks = read_markdown(body).blocks;
    // What stands before the title of a page leads elsewhere.
    let is_title = |block: &Block| matches!(block, Block::Heading { spans, .. } if fold(&plain_text(spans)) == folded);
    let after = blocks.iter().position(is_title).filter(|at| at + 1 < blocks.len());
    let blocks = blocks.into_iter().skip(after.unwrap_or(0));
    let texts = blocks.filter_map(|block| match block {
        Block::Paragraph { spans } | Block::ListItem { spans, .. } | Block::Quote { spans } => {
            Some(plain_text(&spans))
        }
        Block::Code { lines, .. } => Some(lines.join(" ")),
        Block::Table { head, rows } => {
            let row = std::iter::once(head)
                .chain(rows)
                .find(|row| row.iter().any(|cell| !plain_text(cell).trim().is_empty()))?;
            let cells = row.iter().map(|cell| plain_text(cell));
            Some(cells.filter(|cell| !cell.trim().is_empty()).collect::<Vec<_>>().join(", "))
        }
        Block::Heading { .. } => None,
    });
    let says_more = |text: &String| {
        text.chars().any(char::is_alphanumeric) && !folded.contains(fold(text).trim())
    };
    let texts: Vec<String> = texts.filter(says_more).take(MAX_BLOCKS_BEFORE_SUMMARY).collect();
    // A cover, a list of contents or an address has no sentence.
    let is_sentence = |text: &&String| {
        text.trim_end().ends_with(['.', '!', '?', ':']) && text.split_whitespace().count() > 3
    };
    texts.iter().find(is_sentence).or(texts.first()).map(|text| first_sentence(text))
}

fn too_large() -> ImportIssue {
    ImportIssue::new("too-large", TooLarge::Text.message(), SPLIT)
}

fn first_sentence(text: &str) -> String {
    let text = clean_line(text);
    let end = text.match_indices(['.', '!', '?']).map(|(at, _)| at + 1);
    let end = end.into_iter().find(|&at| text[at..].starts_with(' ') && at > 20);
    short(end.map_or(text.as_str(), |end| &text[..end]), MAX_SUMMARY_LEN)
}

fn short(text: &str, longest: usize) -> String {
    let text = clean_line(text.trim());
    match clean_capped(&text, longest) {
        (text, false) => text,
        (text, true) => format!("{text}…"),
    }
}

/// A name of small letters, digits and hyphens; never empty.
pub(in crate::knowledge) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in fold(name).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && c != '\'' {
            slug.push('-');
        }
        if slug.len() >= MAX_SLUG_LEN {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "file".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::{Library, Pack, import::markdown};

    fn written(pack: &str, file: &str, body: &str) -> Result<(String, String), ImportIssue> {
        let pack = Pack { id: pack.into(), publisher: "Northmoor".into(), ..Pack::default() };
        let today = "2026-11-21".parse().expect("a date");
        let bundled = Library::bundled();
        let is_bundled = |id: &str| bundled.entry(id).is_some();
        let program = None;
        let context = ImportContext { pack: &pack, today, is_bundled: &is_bundled, program };
        write(file, markdown::read(body), &YamlFields::default(), &context)
    }

    fn entry(file: &str, body: &str) -> (String, String) {
        written("northmoor", file, body).expect("an entry")
    }

    #[test]
    fn an_entry_takes_its_title_from_the_heading_and_its_id_from_the_file() {
        let body =
            "## \"Our\" thresholds\n\nWe meet every week to decide. Then more.\n\n## Levels\n\nx";
        let (id, text) = entry("Thresholds 2026 (final).docx", body);
        assert_eq!(id, "northmoor-thresholds-2026-final");
        assert!(text.contains("title = '\"Our\" thresholds'"), "{text}");
        assert!(text.contains("summary = \"We meet every week to decide.\""), "{text}");
        assert!(text.contains("+++\n\nWe meet every week"), "{text}");
        assert!(text.contains("## Levels") && !text.contains("[^file]"), "{text}");
        assert!(text.contains("imported = \"2026-11-21\""), "{text}");
        assert!(text.contains("imported_from = \"Thresholds 2026 (final).docx\""), "{text}");
    }

    #[test]
    fn the_summary_is_the_first_sentence_behind_cover_and_contents() {
        let body = "# Our procedure\n\nNorthmoor\n\nContents\n\nAims 3\n\n## Aims\n\nWe act early. Then more.";
        let (_, text) = entry("a.docx", body);
        assert!(text.contains("summary = \"We act early. Then more.\""), "{text}");
        let (_, text) = entry("b.docx", "Northmoor\n\nDesk");
        assert!(text.contains("summary = \"Northmoor\""), "{text}");
    }

    #[test]
    fn a_name_that_says_nothing_still_makes_an_id() {
        assert_eq!(slug("Tŷ’r Plant"), "tyr-plant");
        assert_eq!(slug("../.."), "file");
        assert_eq!(entry("..txt", "words").0, "northmoor-file");
    }

    #[test]
    fn no_document_takes_the_place_of_a_bundled_entry_by_the_chance_of_its_name() {
        let id = written("safety", "planning.txt", "Our plan.").map(|(id, _)| id);
        assert_eq!(id, Ok("safety-planning-local".to_owned()));
        let id = written("first", "first-response.txt", "Our way.").map(|(id, _)| id);
        assert_eq!(id, Ok("first-response-local".to_owned()));
    }

    #[test]
    fn a_file_without_text_is_told_so() {
        let fault = written("northmoor", "scan.docx", "\n\n").err();
        assert_eq!(fault.map(|fault| fault.code), Some("no-text"));
    }
}
