//! The front matter that wikis write: YAML between two `---` lines, of which a title, a summary,
//! tags and a date are taken over.
//!
//! It is read line by line, not as YAML in full: a value that is neither a text nor a list of texts
//! is left out, and every key that is left out is named, for it may say that a page is a draft.

use jiff::civil::Date;

use super::{ImportIssue, about::first_date};

const FENCE: &str = "---";
/// Other names wikis have for the same things.
const SUMMARY: [&str; 4] = ["summary", "description", "abstract", "excerpt"];
const TAGS: [&str; 4] = ["tags", "keywords", "aliases", "categories"];
const DATE: [&str; 6] = ["date", "updated", "modified", "lastmod", "last_modified", "reviewed"];
const REVIEW: [&str; 5] = ["review_by", "review_date", "next_review", "review-date", "next-review"];
const MAX_TAGS: usize = 25;

/// What a document says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct YamlFields {
    pub(super) title: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) tags: Vec<String>,
    /// When it was last written, as it says.
    pub(super) date: Option<Date>,
    /// When it must be reviewed, as it says.
    pub(super) review: Option<Date>,
    /// Keys that are not taken over.
    pub(super) left_out: Vec<String>,
}

/// The front matter of a text, and the text behind it. A text without any is left as it is.
pub(super) fn read(text: &str) -> Result<(YamlFields, &str), ImportIssue> {
    let Some(rest) = text.strip_prefix(FENCE).and_then(|rest| rest.strip_prefix('\n')) else {
        return Ok((YamlFields::default(), text));
    };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if matches!(line.trim_end(), FENCE | "...") && at > 0 {
            return Ok((YamlFields::of(&rest[..at]), &rest[at + line.len()..]));
        }
        if !may_stand(line) {
            break;
        }
        at += line.len();
    }
    // A rule across the page looks the same, unless what stands below it is a key of a wiki.
    let first = rest.lines().next().and_then(key_of);
    if first.is_none_or(|(key, _)| !is_known(&key.to_ascii_lowercase())) {
        return Ok((YamlFields::default(), text));
    }
    let message = "The front matter that starts with `---` has no end.";
    let advice = "Write `---` on a line of its own after the front matter.";
    Err(ImportIssue::new("no-front-matter", message, advice))
}

/// Whether a line may be part of front matter: blank, a remark, a key, or what belongs to one.
fn may_stand(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with([' ', '\t', '#', '-']) || key_of(line).is_some()
}

impl YamlFields {
    fn of(front: &str) -> Self {
        let mut about = Self::default();
        let mut lines = front.lines().peekable();
        while let Some(line) = lines.next() {
            let Some((key, first)) = key_of(line) else { continue };
            let mut more = Vec::new();
            while let Some(line) = lines.next_if(|line| key_of(line).is_none()) {
                more.push(line.trim());
            }
            if !about.take(&key.to_ascii_lowercase(), &values(first, &more)) {
                about.left_out.push(key.to_owned());
            }
        }
        about
    }

    fn take(&mut self, key: &str, values: &[String]) -> bool {
        let one = match values {
            [one] => Some(one.clone()),
            _ => None,
        };
        if key == "title" {
            self.title = one;
            return self.title.is_some();
        }
        if SUMMARY.contains(&key) {
            self.summary = self.summary.take().or(one);
            return self.summary.is_some();
        }
        if TAGS.contains(&key) {
            // Some wikis write them in one line.
            let tags = values.iter().flat_map(|tag| tag.split(','));
            let tags = tags.map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty());
            self.tags.extend(tags);
            self.tags.truncate(MAX_TAGS);
            return true;
        }
        if DATE.contains(&key) {
            let date = one.and_then(|text| text.get(..10)?.parse().ok());
            // Of several the last day it was written on.
            self.date = self.date.max(date);
            return date.is_some();
        }
        if REVIEW.contains(&key) {
            self.review = one.and_then(|text| first_date(&text));
            return self.review.is_some();
        }
        false
    }
}

/// Whether a key is one of those that are taken over.
fn is_known(key: &str) -> bool {
    key == "title" || [&SUMMARY[..], &TAGS, &DATE].iter().any(|names| names.contains(&key))
}

/// The key that a line sets, and what stands behind it.
fn key_of(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let of_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let is_key = key.starts_with(char::is_alphabetic) && key.chars().all(of_key);
    (is_key && (value.is_empty() || value.starts_with(char::is_whitespace)))
        .then(|| (key, value.trim()))
}

/// The texts of a value: what stands behind the key, and the lines below it.
fn values(first: &str, more: &[&str]) -> Vec<String> {
    let items: Vec<&str> = more.iter().filter_map(|line| line.strip_prefix("- ")).collect();
    if first.is_empty() && !items.is_empty() {
        return items.into_iter().map(text).filter(|text| !text.is_empty()).collect();
    }
    if let Some(inside) = first.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inside.split(',').map(text).filter(|text| !text.is_empty()).collect();
    }
    let is_block = matches!(first, "|" | ">" | "|-" | ">-" | "|+" | ">+");
    let lines = (!is_block).then_some(first).into_iter().chain(more.iter().copied());
    let whole = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let whole = if is_block { whole } else { text(&whole) };
    Some(whole).filter(|text| !text.is_empty()).into_iter().collect()
}

/// A text without quotation marks or comment.
fn text(raw: &str) -> String {
    let raw = raw.trim();
    if let Some(inside) = raw.strip_prefix('"').and_then(|rest| rest.rsplit_once('"')) {
        return inside.0.replace("\\\"", "\"").replace("\\\\", "\\");
    }
    if let Some(inside) = raw.strip_prefix('\'').and_then(|rest| rest.rsplit_once('\'')) {
        return inside.0.replace("''", "'");
    }
    let plain = raw.split_once(" #").map_or(raw, |(plain, _)| plain);
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_summary_tags_and_date_are_taken_and_other_keys_are_named() {
        let text = "---\n# from the wiki\nTitle: \"Duty \\\"desk\\\": whom to ring\"\n\
            description: >-\n  Ring first,\n  write later.\ntags:\n  - referral\n  - 'on call'\n\
            keywords: [MASH, \"front door\"] \ndate: 2025-03-01T10:00:00Z\nstatus: draft # not yet\n\
            nested:\n  key: value\n---\n\n# Duty\n\nText.\n";
        let (about, body) = read(text).expect("it ends");
        assert_eq!(about.title.as_deref(), Some("Duty \"desk\": whom to ring"));
        assert_eq!(about.summary.as_deref(), Some("Ring first, write later."));
        assert_eq!(about.tags, ["referral", "on call", "MASH", "front door"]);
        assert_eq!(about.date, Some("2025-03-01".parse().expect("a date")));
        assert_eq!(about.left_out, ["status", "nested"]);
        assert_eq!(body, "\n# Duty\n\nText.\n");
    }

    #[test]
    fn a_rule_across_the_page_is_no_front_matter() {
        for text in [
            "---\n\nNote well: this is text.\n\n---\n",
            "---\nWarning: ring 999.\nThen the desk.\n---\nMore.\n",
            "---\n---\ntext",
            "--- \nx",
            "---",
            "text\n---\n",
        ] {
            assert_eq!(read(text), Ok((YamlFields::default(), text)));
        }
    }

    #[test]
    fn front_matter_that_does_not_end_is_a_mistake() {
        let fault = read("---\ntitle: x\n\ntext").err();
        assert_eq!(fault.map(|fault| fault.code), Some("no-front-matter"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(front in "[-a-c:\\[\\]\"'|># \né0-9,]{0,80}", text in "\\PC{0,40}") {
            let _ = read(&format!("---\n{front}\n---\n{text}"));
            let _ = read(&format!("---\na: {text}\n{front}"));
        }
    }
}
