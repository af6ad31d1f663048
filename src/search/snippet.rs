//! The part of a text that covers most of what was sought, and where it matches.

use std::ops::Range;

use super::{
    expand::ExpandedQuery,
    token::{Beginning, stem, words},
};

/// Characters of a snippet, about two lines of a preview.
const LENGTH: usize = 180;

/// What to mark in a text: for each unit, the runs of stems that may stand for it.
pub(super) struct Marker {
    runs: Vec<Run>,
    /// How the stems begin, to stem only what may match.
    beginnings: Vec<Beginning>,
}

struct Run {
    unit: usize,
    stems: Vec<String>,
    /// A typed word counts for more than what stands for it.
    worth: f32,
}

struct Match {
    place: Range<usize>,
    unit: usize,
    worth: f32,
}

impl Marker {
    pub(super) fn new(sought: &ExpandedQuery) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        let all_stop = sought.units.iter().all(|unit| unit.weight < 1.0);
        for (at, unit) in sought.units.iter().enumerate() {
            if unit.weight < 1.0 && !all_stop {
                continue;
            }
            for alternative in &unit.alternatives {
                runs.push(Run {
                    unit: at,
                    stems: alternative.stems.clone(),
                    worth: unit.weight * alternative.weight,
                });
            }
        }
        let beginnings =
            runs.iter().flat_map(|run| &run.stems).map(|stem| Beginning::of(stem)).collect();
        Self { runs, beginnings }
    }

    fn matches(&self, text: &str) -> Vec<Match> {
        let words: Vec<_> = words(text)
            .map(|word| {
                let near = self.beginnings.contains(&Beginning::of(&word.text));
                (word.place, if near { stem(&word.text) } else { String::new() })
            })
            .collect();
        let mut matches = Vec::new();
        for at in 0..words.len() {
            if words[at].1.is_empty() {
                continue;
            }
            for run in &self.runs {
                let hit = words.get(at..at + run.stems.len()).is_some_and(|window| {
                    window.iter().zip(&run.stems).all(|((_, word), stem)| word == stem)
                });
                if hit {
                    let end = words[at + run.stems.len() - 1].0.end;
                    let place = words[at].0.start..end;
                    matches.push(Match { place, unit: run.unit, worth: run.worth });
                }
            }
        }
        matches
    }

    /// The places in `text` that match, in order and apart.
    pub(super) fn highlights(&self, text: &str) -> Vec<Range<usize>> {
        joined(self.matches(text).into_iter().map(|found| found.place))
    }

    /// One line of about [`LENGTH`] characters of `text`, and the places in it that match. A pitfall
    /// begins with “Avoid”: alone it would read as advice.
    pub(super) fn snippet(&self, text: &str, is_pitfall: bool) -> (String, Vec<Range<usize>>) {
        let text = text.replace('\n', " ");
        let matches = self.matches(&text);
        let (start, end) = window(&text, &matches);
        let says_so = ["Avoid ", "Do not "].iter().any(|word| text[start..].starts_with(word));
        let mut snippet = match start {
            _ if is_pitfall && !says_so => "Avoid: ".to_owned(),
            0 => String::new(),
            _ => "…".to_owned(),
        };
        let shift = snippet.len();
        snippet.push_str(&text[start..end]);
        if end < text.trim_end().len() {
            snippet.push('…');
        }
        let inside = matches
            .into_iter()
            .map(|found| found.place)
            .filter(|place| place.start >= start && place.end <= end)
            .map(|place| place.start - start + shift..place.end - start + shift);
        (snippet, joined(inside))
    }
}

/// The stretch that covers most; the earliest of those.
fn window(text: &str, matches: &[Match]) -> (usize, usize) {
    let mut best = (0.0, 0);
    for (at, first) in matches.iter().enumerate() {
        let limit = first.place.start + LENGTH;
        let mut covered: Vec<(usize, f32)> = Vec::new();
        for found in matches[at..].iter().take_while(|found| found.place.end <= limit) {
            match covered.iter_mut().find(|(unit, _)| *unit == found.unit) {
                // A second occurrence breaks a tie, no more.
                Some((_, worth)) => *worth = worth.max(found.worth) + 0.01,
                None => covered.push((found.unit, found.worth)),
            }
        }
        let worth: f32 = covered.iter().map(|(_, worth)| worth).sum();
        if worth > best.0 + 0.001 {
            best = (worth, first.place.start);
        }
    }
    // A little of what comes before helps reading, and the beginning of a sentence most.
    let mut start = best.1.saturating_sub(LENGTH / 4);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    if start > 0 {
        let lead = &text[start..best.1];
        start += match lead.rfind(". ") {
            Some(stop) => stop + 2,
            None => lead.find(' ').map_or(0, |space| space + 1),
        };
    }
    let mut end = text[start..].char_indices().nth(LENGTH).map_or(text.len(), |(at, _)| start + at);
    if end < text.len() {
        end = text[start..end]
            .rfind(' ')
            .filter(|space| *space > LENGTH / 2)
            .map_or(end, |s| start + s);
    }
    let kept = text[start..end].trim_end().len();
    (start, start + kept)
}

fn joined(places: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = places.collect();
    places.sort_by_key(|place| (place.start, place.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(places.len());
    for place in places {
        match apart.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => apart.push(place),
        }
    }
    apart
}
