//! Notes: what is not wrong with an entry but could be better. They are counted for each pack, and
//! listed only if somebody asks for them, so that they can be worked off one by one.

use std::{fmt, ops::Range, path::Path};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde_json::{Value, json};

use super::{CHECK, Check, Entry, Status, footnote_keys, sections};
use crate::{
    knowledge::{Kind, document::options},
    text::{Problem, Severity, counted},
};

/// The beginning of headings of pitfalls, in small letters.
const PITFALLS: &str = "pitfall";
/// How a pitfall begins.
const WARNING_WORDS: [&str; 5] = ["Do not", "Don't", "Don’t", "Avoid", "Never"];

/// The codes of notes, in the order they are counted, each with what one and what several are called.
const NOTES: [(&str, &str, &str); 6] = [
    ("unchecked", "unchecked statement", "unchecked statements"),
    ("no-address", "source without an address", "sources without an address"),
    ("old-figure", "figure older than three years", "figures older than three years"),
    ("pitfall-as-advice", "pitfall worded as advice", "pitfalls worded as advice"),
    ("unused-edition", "edition that no entry uses", "editions that no entry uses"),
    (
        "not-urgent",
        "entry that may need the emergency line",
        "entries that may need the emergency line",
    ),
];

/// How many notes of each kind a folder has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteCounts {
    /// The name of the folder.
    pub folder: String,
    /// The codes of its notes, each with how many there are.
    pub counts: Vec<(&'static str, usize)>,
}

impl NoteCounts {
    /// The form machines read.
    pub fn to_json(&self) -> Value {
        let counts = self.counts.iter().map(|(code, count)| ((*code).to_owned(), json!(count)));
        json!({ "folder": self.folder, "counts": counts.collect::<serde_json::Map<_, _>>() })
    }
}

impl fmt::Display for NoteCounts {
    /// In one line: “knowledge: 3 unchecked statements, 1 source without an address”.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |code| NOTES.iter().find(|(known, ..)| *known == code);
        let counts = self.counts.iter().map(|&(code, count)| match named(code) {
            Some((_, one, many)) => counted(count, one, many),
            None => format!("{count} {code}"),
        });
        write!(f, "{}: {}", self.folder, counts.collect::<Vec<_>>().join(", "))
    }
}

/// Counts the notes among the problems, for each folder that has any.
pub fn count_notes(problems: &[Problem]) -> Vec<NoteCounts> {
    let mut folders: Vec<NoteCounts> = Vec::new();
    for problem in problems.iter().filter(|problem| problem.is_note()) {
        let folder = Path::new(&problem.file).parent().and_then(Path::file_name);
        let folder = folder.map_or_else(|| ".".into(), |name| name.to_string_lossy());
        let at = folders.iter().position(|known| known.folder == folder).unwrap_or_else(|| {
            folders.push(NoteCounts { folder: folder.into_owned(), counts: Vec::new() });
            folders.len() - 1
        });
        let counts = &mut folders[at].counts;
        match counts.iter_mut().find(|(code, _)| *code == problem.code) {
            Some((_, count)) => *count += 1,
            None => counts.push((problem.code, 1)),
        }
    }
    let order = |code: &str| NOTES.iter().position(|(known, ..)| *known == code);
    folders.iter_mut().for_each(|one| one.counts.sort_by_key(|(code, _)| order(code)));
    folders
}

impl Check<'_> {
    /// Notes every statement that is marked as not checked against its source.
    pub(super) fn unchecked_statements(&mut self) {
        for (key, range) in footnote_keys(&self.entry.body) {
            if key == CHECK {
                let message = "This statement is not yet checked against the current source.";
                let advice = "Check it, then put the footnote of its source for `[^check]`.";
                let place = self.in_file(&range);
                self.problems.push(self.file.source.note("unchecked", place, message, advice));
            }
        }
    }

    /// Names pitfalls worded as advice: shown alone, such as in a list of hits, they would read as what
    /// to do. In a pack of a partnership it is a note only.
    pub(super) fn pitfalls(&mut self) {
        for (range, behind_lead) in items_below(&self.entry.body, PITFALLS) {
            let item = &self.entry.body[range.clone()];
            if warns(item) || warns(&self.entry.body[behind_lead..range.end]) {
                continue;
            }
            let code = "pitfall-as-advice";
            let end = item.find('\n').unwrap_or(item.len());
            let place = self.in_file(&(range.start..range.start + end));
            let message = "This pitfall could be read as advice.";
            let advice = "Begin with “Do not”, “Avoid” or “Never”, also behind a bold lead.";
            let severity = if self.bundled.is_some() { Severity::Note } else { Severity::Warning };
            let problem = self.file.source.problem(severity, code, place, message, advice);
            self.problems.push(problem);
        }
    }

    /// Notes an entry whose opening answer sends people to the police or to social care the same day,
    /// and that does not say at its top whom to call.
    pub(super) fn urgency(&mut self) {
        let Entry { kind, status, urgent, .. } = self.entry;
        let may_be_urgent = matches!(kind, Kind::Practice | Kind::Guidance)
            && *status == Status::Current
            && self.bundled.is_none();
        if *urgent || !may_be_urgent {
            return;
        }
        let opening = sections(self.entry).into_iter().next().map(|section| section.text);
        if opening.is_some_and(|text| text.split(['.', '\n']).any(is_urgent)) {
            let place = self.first_line();
            let message = "The opening sends people to the police or social care the same day.";
            let advice = "If people open this entry under pressure, set `urgent = true`.";
            self.problems.push(self.file.source.note("not-urgent", place, message, advice));
        }
    }

    /// Notes every source that readers cannot look up. A document is at hand where it was taken from.
    pub(super) fn sources_without_address(&mut self) {
        if self.is_document() {
            return;
        }
        for source in self.entry.sources.iter().filter(|source| source.url.is_none()) {
            let quoted = format!("\"{}\"", source.key);
            let at = self.file.text[..self.body_at].find(&quoted).unwrap_or(0);
            let message = format!("The source `{}` has no address.", source.key);
            let advice = "Add its `url`, if it can be read anywhere.";
            let place = at..at + quoted.len();
            self.problems.push(self.file.source.note("no-address", place, message, advice));
        }
    }
}

/// The items of lists below headings with this word, each with the place behind its bold lead, or that
/// of its beginning if it has none.
fn items_below(body: &str, word: &str) -> Vec<(Range<usize>, usize)> {
    let mut items: Vec<(Range<usize>, usize)> = Vec::new();
    let (mut in_heading, mut is_below, mut at_start, mut in_lead) = (false, false, false, false);
    for (event, range) in Parser::new_ext(body, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. }) => (in_heading, is_below) = (true, false),
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Text(text) if in_heading => is_below |= text.to_lowercase().contains(word),
            Event::Start(Tag::Item) if is_below => {
                let start = range.start;
                items.push((range, start));
                at_start = true;
            }
            Event::Start(Tag::Strong) => in_lead = at_start,
            Event::End(TagEnd::Strong) if in_lead => {
                in_lead = false;
                if let Some((_, behind)) = items.last_mut() {
                    *behind = range.end;
                }
            }
            Event::Text(_) => at_start = false,
            _ => {}
        }
    }
    items
}

/// Whether a text, without the marks it begins with, begins as a pitfall does.
fn warns(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphabetic());
    WARNING_WORDS.iter().any(|words| {
        text.strip_prefix(words).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}

/// Whether a sentence names 999, or asks to turn to the police or social care the same day.
fn is_urgent(sentence: &str) -> bool {
    let words: Vec<String> = sentence
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let follows = |pairs: &[(&str, &str)]| {
        words.windows(2).any(|two| pairs.contains(&(two[0].as_str(), two[1].as_str())))
    };
    has(&["999"])
        || (has(&["call", "ring", "contact", "refer", "tell"])
            && (has(&["police"]) || follows(&[("social", "care"), ("social", "work")]))
            && (has(&["today", "tonight"]) || follows(&[("same", "day")])))
}

#[cfg(test)]
mod tests {
    use super::{PITFALLS, is_urgent, items_below, warns};

    #[test]
    fn a_pitfall_warns_at_its_beginning_or_behind_its_lead() {
        let body = "## What helps\n\n- Promise it.\n\n## Common pitfalls\n\n- Do not wait.\n\
                    - **Secrets.** Avoid promises.\n- **Never alone:** plan it.\n\
                    - **Promises.** Keep them.\n- Wait.\n- Avoidance helps.\n  - Don’t stop.\n\n\
                    ## Next\n\n- Go on.\n";
        let items = items_below(body, PITFALLS);
        let calm: Vec<&str> = items
            .iter()
            .filter(|(range, behind)| {
                !warns(&body[range.clone()]) && !warns(&body[*behind..range.end])
            })
            .map(|(range, _)| body[range.clone()].lines().next().unwrap_or_default())
            .collect();
        assert_eq!(items.len(), 7);
        assert_eq!(calm, ["- **Promises.** Keep them.", "- Wait.", "- Avoidance helps."]);
    }

    #[test]
    fn a_sentence_that_sends_people_to_somebody_the_same_day_is_urgent() {
        for (sentence, urgent) in [
            ("Call 999 if anyone is in danger", true),
            ("Contact social work or the police today", true),
            ("Refer the same day for social care", true),
            ("Check with the police that it is safe to tell them now", false),
            ("Leave the facts to the police and talk about today", false),
            ("Guidance asks every worker to tell social care at once", false),
        ] {
            assert_eq!(is_urgent(sentence), urgent, "{sentence}");
        }
    }
}
