//! The searcher: an index, and the data to answer queries from it.

use std::{
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Instant,
};

use tantivy::{DocSet, TERMINATED, Term, schema::IndexRecordOption};

use super::{
    Counts, Filters, Hit, Options, Results,
    compounds::IndexLookup,
    expand::{ExpandedQuery, Expander},
    facets::FacetGroups,
    index::{BODY, GONE, SectionIndex},
    phrases::PhraseIndex,
    query::{named_nations, parse},
    rank::{CountedUnit, Ranked, Workspace, each_in_a_row, rank, rarity},
    snippet::Marker,
    title_boost::{TitleCache, boost_titles},
    token::words,
    topics::SectionTopic,
    vocabulary::Vocabulary,
};
use crate::{
    knowledge::{Entry, IN_SHORT, Library, Nation, Status, Thesaurus},
    text::fold,
};

/// An entry whose score is below this part of the best one's is not worth a line.
const MIN_SCORE_SHARE: f32 = 0.05;

/// An answer is close if its score, less where it lacks words typed, is this part of what those weigh
/// together. Set on one half of `tests/queries-scope.tsv` and held on the other.
const MIN_CLOSE: f32 = 0.136;
/// Added to what the words weigh, as part of what the rarest word weighs: a query of common words weighs
/// next to nothing.
const CLOSE_ALLOWANCE: f32 = 1.3;

/// How much an entry counts that does not hold where the reader works, or in the nation that the query
/// names: it comes after every one that does and answers half as well.
const ELSEWHERE: f32 = 0.5;

/// Unknown words of a query that are looked at when it found nothing.
const MAX_REPLACED_WORDS: usize = 4;
/// Queries that are tried as suggestions for a query without hits.
const MAX_TRIED: usize = 8;
/// Bytes of a text that may still be meant for a title.
const MAX_TITLE_LEN: usize = 120;
/// Share of letters in which a title may differ from what was typed for it.
const MAX_TITLE_DISTANCE: f64 = 0.4;

/// Answers queries over one library; may be shared between threads.
pub struct Searcher {
    index: Option<SectionIndex>,
    entries: Arc<[Entry]>,
    /// Where the reader works.
    home: Nation,
    packs: Vec<String>,
    thesaurus: Thesaurus,
    expander: Expander,
    vocabulary: OnceLock<Vocabulary>,
    facet_groups: OnceLock<FacetGroups>,
    /// One for each thread that counts. `None` while another query uses them; a second query at the
    /// same time makes its own.
    workspaces: Mutex<Option<Vec<Workspace>>>,
    names: TitleCache,
    phrases: OnceLock<PhraseIndex>,
    notice: Option<String>,
}

impl Searcher {
    /// Opens the index of a library from `cache`, building it first if need be; without a folder
    /// that can be written it is kept in memory, and [`Self::notice`] says so.
    pub fn open(library: &Library, cache: Option<&Path>) -> Self {
        let (index, notice) = match SectionIndex::of(library, cache) {
            Ok((index, notice)) => (Some(index), notice),
            // In memory only a lack of memory is left to go wrong.
            Err(error) => (
                None,
                Some(format!("Search is not working ({error}). Restart caseclinic to try again.")),
            ),
        };
        Self {
            packs: library.packs().iter().map(|pack| pack.id.clone()).collect(),
            home: library.home(),
            notice,
            ..Self::over(index, library.shared_entries(), library.thesaurus().clone())
        }
    }

    /// Answers from an index that holds these entries.
    pub(super) fn over(
        index: Option<SectionIndex>,
        entries: Arc<[Entry]>,
        thesaurus: Thesaurus,
    ) -> Self {
        Self {
            index,
            home: Nation::England,
            packs: Vec::new(),
            expander: Expander::new(&thesaurus),
            thesaurus,
            vocabulary: OnceLock::new(),
            facet_groups: OnceLock::new(),
            workspaces: Mutex::new(None),
            names: TitleCache::new(entries.len()),
            phrases: OnceLock::new(),
            entries,
            notice: None,
        }
    }

    /// The same, counting on so many threads.
    #[cfg(test)]
    pub(super) fn counting_on(self, threads: usize) -> Self {
        let workspaces = |index| (0..threads).map(|_| Workspace::new(index)).collect();
        *self.workspaces.lock().expect("nobody searches") = self.index.as_ref().map(workspaces);
        self
    }

    /// What a person should know about the state of the index, if anything.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// Reads what the first search for an unfinished word would have to wait for.
    pub fn warm_up(&self) {
        if let Some(index) = &self.index {
            self.vocabulary(index);
            self.facet_groups();
        }
    }

    pub(super) fn index(&self) -> Option<&SectionIndex> {
        self.index.as_ref()
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn phrases(&self) -> &PhraseIndex {
        self.phrases.get_or_init(|| PhraseIndex::new(&self.entries))
    }

    pub(super) fn expander(&self) -> &Expander {
        &self.expander
    }

    fn facet_groups(&self) -> &FacetGroups {
        self.facet_groups.get_or_init(|| FacetGroups::new(&self.entries))
    }

    fn vocabulary(&self, index: &SectionIndex) -> &Vocabulary {
        self.vocabulary.get_or_init(|| Vocabulary::new(&index.parts, &self.thesaurus))
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
        let vocabulary = self.vocabulary(index);
        let mut near: Vec<(f64, String)> = Vec::new();
        for word in
            words(text).filter(|word| !vocabulary.knows(&word.text)).take(MAX_REPLACED_WORDS)
        {
            near.extend(vocabulary.nearest(&word.text, most).into_iter().map(|(far, known)| {
                let (before, after) = (&text[..word.place.start], &text[word.place.end..]);
                (far, format!("{before}{known}{after}"))
            }));
        }
        let typed = fold(text.trim());
        if (4..=MAX_TITLE_LEN).contains(&typed.len()) {
            let letters = typed.chars().count();
            let near_in_length = |entry: &&Entry| {
                let length = entry.title.chars().count();
                length.abs_diff(letters) as f64 <= MAX_TITLE_DISTANCE * length.max(letters) as f64
            };
            near.extend(self.entries.iter().filter(near_in_length).filter_map(|entry| {
                let far = 1.0 - strsim::normalized_levenshtein(&typed, &fold(&entry.title));
                (far <= MAX_TITLE_DISTANCE).then(|| (far, entry.title.clone()))
            }));
        }
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut found = Vec::new();
        let finding = Options { limit: 1, typing: false, ..options.clone() };
        for (_, text) in near.into_iter().take(MAX_TRIED) {
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
            if query.filters != Filters::default() {
                let filters = options.filters.clone().narrowed_by(query.filters);
                self.list(results, &filters, options.limit);
            }
            return;
        }
        let typing = options.typing && !text.ends_with(char::is_whitespace);
        let sought = self.expander.prepare(
            &query,
            &|| self.vocabulary(index),
            &IndexLookup {
                has: &|stem| is_indexed(index, stem),
                has_in_a_row: &|stems| is_in_a_row(index, stems),
            },
            typing,
        );
        results.corrected = corrected(text, &sought);
        results.expanded = sought.expanded.clone();

        let filters = options.filters.clone().narrowed_by(query.filters);
        let (mut ranked, units) = self.rank(index, &sought);
        // Before titles are boosted: a boost must not make the other hits seem faint.
        let best = ranked.iter().map(|found| found.score).fold(0.0, f32::max);
        ranked.retain(|found| found.score >= best * MIN_SCORE_SHARE);
        boost_titles(&mut ranked, &self.entries, &self.names, &sought, &units);
        let first = ranked.iter().max_by(|a, b| a.score.total_cmp(&b.score));
        let whole: f32 = units.iter().map(|unit| unit.weight).sum();
        let is_number = sought.units.iter().all(|unit| unit.is_phone);
        let best = first.map_or(0.0, |first| first.score * first.covered.sqrt());
        let allowance = CLOSE_ALLOWANCE * rarity(self.entries.len(), 1);
        results.is_close = best >= MIN_CLOSE * (whole + allowance) || is_number;
        let nowhere = sought.units.iter().zip(&units).filter(|(_, counted)| !counted.is_found);
        results.not_found = nowhere.map(|(unit, _)| unit.text.clone()).collect();
        let facet_groups = self.facet_groups();
        let counts = facet_groups.count(ranked.iter().map(|found| found.entry));
        let alike = facet_groups.ones(&self.entries).zip(counts).filter(|(_, many)| *many > 0);
        results.counts = Counts::of_many(alike, &filters);
        let admitted = facet_groups.admitted(&self.entries, &filters);
        ranked.retain(|found| admitted[facet_groups.of(found.entry)]);
        results.total = ranked.len();
        let here = match (filters.nation, named_nations(&query.words).as_slice()) {
            (Some(nation), _) | (None, &[nation]) => Some(nation),
            (None, []) => Some(self.home),
            (None, _) => None,
        };
        self.best_first(&mut ranked, here, options.limit);
        let marker = Marker::new(&sought);
        results.hits = ranked.iter().map(|found| self.hit(index, found, &marker)).collect();
    }

    /// Lists the entries that filters admit, for a query that has nothing but filters.
    fn list(&self, results: &mut Results, filters: &Filters, limit: usize) {
        let mut admitted: Vec<&Entry> =
            self.entries.iter().filter(|entry| filters.admit(entry)).collect();
        let here = filters.nation.unwrap_or(self.home);
        admitted.sort_by_key(|entry| {
            let is_past = entry.status != Status::Current;
            (is_past, !here.is_among(&entry.nations), fold(&entry.title))
        });
        results.is_close = true;
        results.counts = Counts::of(self.entries.iter(), filters);
        results.total = admitted.len();
        let listed = admitted.into_iter().take(limit);
        results.hits = listed.map(Hit::of).collect();
    }

    fn rank(
        &self,
        index: &SectionIndex,
        sought: &ExpandedQuery,
    ) -> (Vec<Ranked>, Vec<CountedUnit>) {
        let kept = || self.workspaces.lock().unwrap_or_else(PoisonError::into_inner);
        let mut workspaces = kept().take().unwrap_or_else(|| Workspace::for_all(index));
        // An interrupted query leaves counts behind, so its buffers are not used again.
        let Ok(ranked) = rank(index, sought, &mut workspaces) else { return Default::default() };
        *kept() = Some(workspaces);
        ranked
    }

    /// The best so many, best first; whatever is no longer in force comes after everything that is,
    /// and what does not hold here after what does and answers half as well.
    fn best_first(&self, ranked: &mut Vec<Ranked>, here: Option<Nation>, limit: usize) {
        let facet_groups = self.facet_groups();
        if let Some(here) = here {
            let holds = facet_groups.holding(&self.entries, here);
            for found in ranked.iter_mut().filter(|found| !holds[facet_groups.of(found.entry)]) {
                found.score *= ELSEWHERE;
            }
        }
        let past = facet_groups.past(&self.entries);
        let past = |found: &Ranked| past[facet_groups.of(found.entry)];
        let better = |a: &Ranked, b: &Ranked| {
            past(a).cmp(&past(b)).then(b.score.total_cmp(&a.score)).then(a.entry.cmp(&b.entry))
        };
        if limit < ranked.len() {
            ranked.select_nth_unstable_by(limit, better);
            ranked.truncate(limit);
        }
        ranked.sort_unstable_by(better);
    }

    fn hit(&self, index: &SectionIndex, found: &Ranked, marker: &Marker) -> Hit {
        let entry = &self.entries[found.entry];
        let (section, text) = index.section(found.section);
        let text = if text.is_empty() { &entry.summary } else { &text };
        let is_pitfall = index.topics[found.section as usize] == Some(SectionTopic::Pitfalls);
        let (snippet, highlights) = marker.snippet(text, is_pitfall);
        Hit {
            section,
            score: found.score,
            snippet,
            highlights,
            title_highlights: marker.highlights(&entry.title),
            ..Hit::of(entry)
        }
    }
}

impl Hit {
    /// An entry as it is listed without words to find: with its summary.
    fn of(entry: &Entry) -> Self {
        Self {
            id: entry.id.clone(),
            title: entry.title.clone(),
            kind: entry.kind,
            section: IN_SHORT.to_owned(),
            status: entry.status,
            nations: entry.nations.clone(),
            pack: entry.pack.clone(),
            local: entry.is_local(),
            score: 0.0,
            snippet: entry.summary.clone(),
            highlights: Vec::new(),
            title_highlights: Vec::new(),
        }
    }
}

/// Whether the text of an entry has a stem.
fn is_indexed(index: &SectionIndex, stem: &str) -> bool {
    index.parts.iter().any(|part| {
        let body = &part.fields[BODY];
        let term = Term::from_field_text(body.field, stem);
        let Ok(Some(mut sections)) = body.terms.read_postings(&term, IndexRecordOption::Basic)
        else {
            return false;
        };
        let gone = |section: u32| part.entry_of.get(section as usize).is_none_or(|at| *at == GONE);
        while sections.doc() != TERMINATED && gone(sections.doc()) {
            sections.advance();
        }
        sections.doc() != TERMINATED
    })
}

/// Whether a field of an entry has stems in a row.
fn is_in_a_row(index: &SectionIndex, stems: &[String]) -> bool {
    // What cannot be read is not there.
    index.parts.iter().flat_map(|part| part.fields.iter().map(move |field| (part, field))).any(
        |(part, field)| {
            let mut is_found = false;
            let _ = each_in_a_row(field, stems, None, &mut |section, _| {
                is_found |= part.entry_of.get(section as usize).is_some_and(|at| *at != GONE);
                if is_found { TERMINATED } else { section + 1 }
            });
            is_found
        },
    )
}

/// The query with each misspelt word replaced, and everything else as it was typed.
fn corrected(text: &str, sought: &ExpandedQuery) -> Option<String> {
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
