//! The guidance pane: the entries pinned to the stage, those that what is being said leads to, and
//! what is searched for beside the form. Each says why it is there.

use std::sync::Arc;

use crate::{
    app::{
        editor::Editor,
        effect::{Effect, SearchOrigin},
    },
    clinic::Session,
    knowledge::Library,
    search::{Filters, Hit, Results},
};

/// Entries that are shown.
const MAX_ENTRIES: usize = 3;
/// An entry that fewer of the words lead to is not shown.
const MIN_LEADING_WORDS: usize = 2;

/// The guidance pane.
#[derive(Default)]
pub struct Guidance {
    /// Whether it has the keys.
    pub open: bool,
    /// What is searched for.
    pub query: Editor,
    /// What was found, if anything was searched for.
    pub results: Option<Arc<Results>>,
    /// Which row is chosen.
    pub chosen: usize,
    /// What is being said in the form, and what was found for it.
    pub following: Following,
    generation: u64,
}

/// One row of the pane.
pub struct GuidanceRow {
    /// The entry.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether the note cites it.
    pub cited: bool,
    /// Why it is here, in a few words; blank for what the stage pins.
    pub why: String,
}

impl Guidance {
    /// The rows: what was found; or what is being said leads to, and then what the stage pins.
    pub fn rows(&self, session: &Session, library: &Library) -> Vec<GuidanceRow> {
        let found: Vec<(String, String)> = match &self.results {
            Some(results) => {
                let hits = results.hits.iter();
                hits.map(|hit| (hit.id.clone(), hit.section.clone())).collect()
            }
            None => {
                let stage = session.template().stages.get(session.stage());
                let pinned = stage.map_or(&[][..], |stage| &stage.kb);
                let heard = self.following.heard(pinned);
                heard.chain(pinned.iter().map(|id| (id.clone(), String::new()))).collect()
            }
        };
        found
            .into_iter()
            .filter_map(|(id, why)| {
                let entry = library.entry(&id)?;
                let cited = session.citations().iter().any(|one| one.id == id);
                Some(GuidanceRow { id, title: entry.title.clone(), cited, why })
            })
            .collect()
    }

    /// Asks for what is typed now.
    pub fn ask(&mut self) -> Vec<Effect> {
        self.generation += 1;
        self.chosen = 0;
        if self.query.is_blank() {
            self.results = None;
            return Vec::new();
        }
        vec![Effect::Search {
            generation: self.generation,
            text: self.query.text(),
            filters: Filters::default(),
            by: SearchOrigin::Guidance,
        }]
    }

    /// Takes an answer, unless a newer question was asked meanwhile.
    pub fn answered(&mut self, generation: u64, results: Arc<Results>) {
        if generation == self.generation {
            self.results = Some(results);
            self.chosen = 0;
        }
    }

    /// A new stage pins other entries; the search of the last one is over.
    pub(crate) fn stage_changed(&mut self) {
        self.query.set("");
        self.results = None;
        self.chosen = 0;
        self.generation += 1;
        self.following = Following::default();
    }
}

/// What is being said, and what was found for it.
#[derive(Default)]
pub struct Following {
    said: String,
    generation: u64,
    pub(super) results: Option<Arc<Results>>,
}

impl Following {
    /// Takes an answer, unless something else was said meanwhile.
    pub fn answered(&mut self, generation: u64, results: Arc<Results>) {
        if generation == self.generation {
            self.results = Some(results);
        }
    }

    /// The entries that what is said leads to, with the words that lead there; without those that
    /// are `pinned` beside it anyway.
    pub(crate) fn heard<'a>(
        &'a self,
        pinned: &'a [String],
    ) -> impl Iterator<Item = (String, String)> + 'a {
        let hits = self.results.iter().flat_map(|results| results.hits.iter());
        hits.filter(|hit| !pinned.contains(&hit.id))
            .filter_map(|hit| Some((hit.id.clone(), why(hit)?)))
            .take(MAX_ENTRIES)
    }

    pub(super) fn ask(&mut self, said: String) -> Vec<Effect> {
        if said == self.said {
            return Vec::new();
        }
        self.generation += 1;
        self.said = said;
        if self.said.is_empty() {
            self.results = None;
            return Vec::new();
        }
        vec![Effect::Search {
            generation: self.generation,
            text: self.said.clone(),
            filters: Filters::default(),
            by: SearchOrigin::Following,
        }]
    }
}

/// The words that lead to a hit, if there are enough of them.
fn why(hit: &Hit) -> Option<String> {
    let in_snippet = hit.highlights.iter().filter_map(|range| hit.snippet.get(range.clone()));
    let in_title = hit.title_highlights.iter().filter_map(|range| hit.title.get(range.clone()));
    let mut words: Vec<String> = Vec::new();
    for word in in_title.chain(in_snippet).map(str::to_lowercase) {
        let same = |known: &String| known.starts_with(&word) || word.starts_with(known.as_str());
        if !words.iter().any(same) {
            words.push(word);
        }
    }
    (words.len() >= MIN_LEADING_WORDS).then(|| words.join(", "))
}

/// Says which cited guidance is not what it was when it was cited, if any is not.
pub fn changed_guidance(session: &Session, library: &Library) -> Option<String> {
    let changed: Vec<String> = session
        .citations()
        .iter()
        .filter_map(|cited| match library.entry(&cited.id) {
            Some(entry) if entry.version == cited.version => None,
            Some(entry) => Some(format!("{} (changed)", entry.title)),
            None => Some(format!("{} (removed)", cited.title)),
        })
        .collect();
    let these = changed.join("; ");
    (!changed.is_empty())
        .then(|| format!("Guidance cited in this note has changed since: {these}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::{Event, Template, apply, bundled_templates};

    #[test]
    fn cited_guidance_that_has_changed_since_is_named() {
        let bundled = bundled_templates().first().expect("a template");
        let template = Template::parse(bundled.file, bundled.text).expect("it parses");
        let now = jiff::Timestamp::UNIX_EPOCH;
        let mut session = Session::start(template, uuid::Uuid::nil(), "HERON-42", false, now);
        let library = crate::knowledge::sample_library();
        let entry = library.entry("one").expect("an entry");
        let mut cite = |id: &str, version: &str| {
            let (id, title) = (id.to_owned(), format!("Title of {id}"));
            let event = Event::EntryCited { id, title, version: version.to_owned() };
            apply(&mut session, event, now).expect("cited");
            changed_guidance(&session, &library)
        };
        assert_eq!(cite("one", &entry.version), None);
        let said = cite("one", "0").expect("it changed");
        assert!(said.contains("First response (changed)"), "{said}");
        let said = cite("gone", "1").expect("it is gone");
        assert!(said.contains("Title of gone (removed)"), "{said}");
    }
}
