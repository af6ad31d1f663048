//! The guidance pane: the entries worth a glance beside what is being written, those pinned to the
//! stage, and what is searched for beside the form. Beside the form each comes with the sentence
//! that answers.

use std::sync::Arc;

use crate::{
    app::{
        editor::Editor,
        effect::{Effect, SearchOrigin},
    },
    clinic::Session,
    knowledge::Library,
    search::{Filters, MAX_SUGGESTIONS, Passage, Results, Suggestion},
};

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
    /// What is being written in the form, and what was found for it.
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
    /// The sentence of it that answers; blank where the list is long.
    pub answer: String,
    /// Whether it follows what is being written.
    pub follows: bool,
}

impl Guidance {
    /// The rows: what was found; or what follows the writing, and then what the stage pins. While
    /// the form has the keys there are three at most, enough for a glance.
    pub fn rows(&self, session: &Session, library: &Library) -> Vec<GuidanceRow> {
        let row = |id: &str, answer: &str, follows: bool| {
            let entry = library.entry(id)?;
            let answer = match answer {
                "" if !self.open => &entry.summary,
                answer => answer,
            };
            Some(GuidanceRow {
                id: id.to_owned(),
                title: entry.title.clone(),
                cited: session.citations().iter().any(|one| one.id == id),
                answer: answer.to_owned(),
                follows,
            })
        };
        if let Some(results) = &self.results {
            return results.hits.iter().filter_map(|hit| row(&hit.id, "", false)).collect();
        }
        let following = &self.following.suggestions;
        let pinned =
            session.template().stages.get(session.stage()).map_or(&[][..], |stage| &stage.kb);
        let pinned = pinned.iter().filter(|id| following.iter().all(|one| one.id != **id));
        let followed = following.iter().filter_map(|one| row(&one.id, &one.answer, true));
        let rows = followed.chain(pinned.filter_map(|id| row(id, "", false)));
        rows.take(if self.open { usize::MAX } else { MAX_SUGGESTIONS }).collect()
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

/// What is being written, and what is worth a glance beside it.
#[derive(Default)]
pub struct Following {
    pub(super) passage: Passage,
    generation: u64,
    pub(super) suggestions: Vec<Suggestion>,
}

impl Following {
    /// Takes an answer, unless something else was written meanwhile.
    pub fn answered(&mut self, generation: u64, suggestions: Vec<Suggestion>) {
        if generation == self.generation {
            self.suggestions = suggestions;
        }
    }

    pub(super) fn ask(&mut self, passage: Passage) -> Vec<Effect> {
        if passage == self.passage {
            return Vec::new();
        }
        self.generation += 1;
        self.passage = passage;
        if self.passage.text.is_empty() {
            self.suggestions.clear();
            return Vec::new();
        }
        vec![Effect::Suggest { generation: self.generation, passage: self.passage.clone() }]
    }
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
