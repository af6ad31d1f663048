//! The searcher: an index with all that is needed to answer from it.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
    time::Instant,
};

use tantivy::Term;

use super::{
    Counts, Hit, Options, Results,
    close::{Names, raise_close},
    expand::{Expander, Sought},
    index::{BODY, SectionIndex},
    query::parse,
    rank::{Ranked, rank},
    snippet::Marker,
    token::words,
    vocabulary::Vocabulary,
};
use crate::{
    knowledge::{Entry, Library, Status, Thesaurus},
    text::fold,
};

/// An entry whose score is below this part of the best one's is not worth a line.
const FAINTEST: f32 = 0.05;

/// Unknown words of a query that are looked at when it found nothing.
const REPLACED: usize = 4;
/// Queries tried before they are offered instead of one that found nothing.
const TRIED: usize = 8;
/// Bytes of a text that may still be meant for a title.
const LONGEST_TITLE: usize = 120;
/// Share of letters in which a title may differ from what was typed for it.
const FARTHEST_TITLE: f64 = 0.4;

/// Answers queries over one library; may be shared between threads.
pub struct Searcher {
    index: Option<SectionIndex>,
    entries: Arc<[Entry]>,
    packs: Vec<String>,
    thesaurus: Thesaurus,
    expander: Expander,
    vocabulary: OnceLock<Vocabulary>,
    names: Names,
    notice: Option<String>,
}

impl Searcher {
    /// Opens the index of a library from `cache`, building it first if need be; without a folder
    /// that can be written it is kept in memory, and [`Self::notice`] says so.
    pub fn open(library: &Library, cache: Option<&Path>) -> Self {
        let (index, notice) = match SectionIndex::of(library, cache) {
            Ok((index, notice)) => (Some(index), notice),
            // In memory only a lack of memory is left to go wrong.
            Err(error) => {
                (None, Some(format!("{error}. Searching finds nothing; restart to try again.")))
            }
        };
        Self {
            index,
            entries: library.shared_entries(),
            packs: library.packs().iter().map(|pack| pack.id.clone()).collect(),
            thesaurus: library.thesaurus().clone(),
            expander: Expander::new(library.thesaurus()),
            vocabulary: OnceLock::new(),
            names: Names::new(library.entries().len()),
            notice,
        }
    }

    /// What a person should know about the state of the index, if anything.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// Reads what the first search for an unfinished word would have to wait for.
    pub fn warm_up(&self) {
        if let Some(index) = &self.index {
            self.vocabulary(index);
        }
    }

    fn vocabulary(&self, index: &SectionIndex) -> &Vocabulary {
        self.vocabulary.get_or_init(|| Vocabulary::new(&index.written, &self.thesaurus))
    }

    /// Answers a query; an empty one, and one of filters only, has no hits.
    pub fn search(&self, text: &str, options: &Options) -> Results {
        let start = Instant::now();
        let mut results = Results { query: text.to_owned(), ..Results::default() };
        if let Some(index) = &self.index {
            self.fill(&mut results, index, text, options);
        }
        results.took = start.elapsed();
        results
    }

    /// What to search for instead of a text that finds nothing, the nearest first: the text with
    /// an unknown word replaced, or the title of an entry. Each finds something.
    pub fn nearest(&self, text: &str, options: &Options, most: usize) -> Vec<String> {
        let Some(index) = &self.index else { return Vec::new() };
        let vocabulary =
            self.vocabulary.get_or_init(|| Vocabulary::new(&index.written, &self.thesaurus));
        let mut near: Vec<(f64, String)> = Vec::new();
        for word in words(text).filter(|word| !vocabulary.knows(&word.text)).take(REPLACED) {
            near.extend(vocabulary.nearest(&word.text, most).into_iter().map(|(far, known)| {
                let (before, after) = (&text[..word.place.start], &text[word.place.end..]);
                (far, format!("{before}{known}{after}"))
            }));
        }
        let typed = fold(text.trim());
        if (4..=LONGEST_TITLE).contains(&typed.len()) {
            near.extend(self.entries.iter().filter_map(|entry| {
                let far = 1.0 - strsim::normalized_levenshtein(&typed, &fold(&entry.title));
                (far <= FARTHEST_TITLE).then(|| (far, entry.title.clone()))
            }));
        }
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut found = Vec::new();
        let finding = Options { limit: 1, typing: false, ..options.clone() };
        for (_, text) in near.into_iter().take(TRIED) {
            if found.len() < most
                && !found.contains(&text)
                && self.search(&text, &finding).total > 0
            {
                found.push(text);
            }
        }
        found
    }

    fn fill(&self, results: &mut Results, index: &SectionIndex, text: &str, options: &Options) {
        let query = parse(text, &self.packs);
        if query.words.is_empty() {
            return;
        }
        let typing = options.typing && !text.ends_with(char::is_whitespace);
        let sought = self.expander.prepare(
            &query,
            &|| self.vocabulary(index),
            &|stem| is_indexed(index, stem),
            typing,
        );
        results.corrected = corrected(text, &sought);
        results.expanded = sought.expanded.clone();

        let filters = options.filters.clone().narrowed_by(query.filters);
        let (mut ranked, weights) =
            rank(index, self.entries.len(), &sought, &|_| true).unwrap_or_default();
        // Before a close title raises one far above the others, which are no fainter for it.
        let best = ranked.iter().map(|found| found.score).fold(0.0, f32::max);
        ranked.retain(|found| found.score >= best * FAINTEST);
        raise_close(&mut ranked, &self.entries, &self.names, &sought, &weights);
        let entries = ranked.iter().map(|found| &self.entries[found.entry]);
        results.counts = Counts::of(entries, &filters);
        ranked.retain(|found| filters.admit(&self.entries[found.entry]));
        self.sort(&mut ranked);
        results.total = ranked.len();
        let marker = Marker::new(&sought);
        results.hits = ranked
            .iter()
            .take(options.limit)
            .map(|found| self.hit(index, found, &marker))
            .collect();
    }

    /// Best first; whatever is no longer in force comes after everything that is.
    fn sort(&self, ranked: &mut [Ranked]) {
        ranked.sort_by(|a, b| {
            let past = |found: &Ranked| self.entries[found.entry].status != Status::Current;
            past(a).cmp(&past(b)).then(b.score.total_cmp(&a.score)).then(a.entry.cmp(&b.entry))
        });
    }

    fn hit(&self, index: &SectionIndex, found: &Ranked, marker: &Marker) -> Hit {
        let entry = &self.entries[found.entry];
        let (section, text) = index.section(found.section);
        let (snippet, highlights) = marker.snippet(&text);
        Hit {
            id: entry.id.clone(),
            title: entry.title.clone(),
            kind: entry.kind,
            section,
            status: entry.status,
            nations: entry.nations.clone(),
            pack: entry.pack.clone(),
            local: entry.is_local(),
            score: found.score,
            snippet,
            highlights,
            title_highlights: marker.highlights(&entry.title),
        }
    }
}

fn is_indexed(index: &SectionIndex, stem: &str) -> bool {
    let body = &index.fields[BODY];
    body.terms.doc_freq(&Term::from_field_text(body.field, stem)).is_ok_and(|count| count > 0)
}

/// The query with each misspelt word replaced, and everything else as it was typed.
fn corrected(text: &str, sought: &Sought) -> Option<String> {
    if sought.corrections.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut kept = 0;
    for word in words(text) {
        if let Some((_, meant)) = sought.corrections.iter().find(|(typed, _)| *typed == word.text) {
            out.push_str(&text[kept..word.place.start]);
            out.push_str(meant);
            kept = word.place.end;
        }
    }
    out.push_str(&text[kept..]);
    Some(out)
}
