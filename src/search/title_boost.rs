//! Raises entries whose title, or one of whose aliases, says as a whole what was typed as a whole.
//!
//! An alias is what somebody would type. Counting its words among those of all the others loses
//! that they belong together.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::OnceLock,
};

use super::{
    expand::ExpandedQuery,
    rank::{CountedUnit, Ranked},
    token::{Beginning, is_stop_word, stem, words},
};
use crate::knowledge::Entry;

/// How much a title or alias that says just what was typed raises an entry.
const MAX_BOOST: f32 = 2.5;
/// How much a stop word of an alias counts; small words matter where everything is small words.
const STOP: f32 = 0.25;
/// How many of the best hits are compared: an entry with a matching title is among them already.
const MAX_BOOSTED: usize = 30;

/// The titles and aliases of all entries; those of an entry are read when it is first looked at.
pub(super) struct TitleCache(Box<[OnceLock<Box<[Name]>>]>);

/// The words of a title or alias in order.
type Name = Box<[NameWord]>;

/// A word that is stemmed when a stem that begins like it is first sought: most never are.
struct NameWord {
    text: String,
    beginning: Beginning,
    stem: OnceLock<u64>,
    weight: f32,
}

impl NameWord {
    fn new(text: String) -> Self {
        let weight = if is_stop_word(&text) { STOP } else { 1.0 };
        Self { beginning: Beginning::of(&text), text, stem: OnceLock::new(), weight }
    }

    fn is(&self, sought: Stem) -> bool {
        self.beginning == sought.beginning
            && *self.stem.get_or_init(|| number(&stem(&self.text))) == sought.number
    }
}

#[derive(Clone, Copy)]
struct Stem {
    beginning: Beginning,
    number: u64,
}

impl Stem {
    fn new(stem: &str) -> Self {
        Self { beginning: Beginning::of(stem), number: number(stem) }
    }
}

/// Numbers for stems: names are compared far more often than they are read.
fn number(stem: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    stem.hash(&mut hasher);
    hasher.finish()
}

impl TitleCache {
    pub(super) fn new(entries: usize) -> Self {
        Self((0..entries).map(|_| OnceLock::new()).collect())
    }

    fn of(&self, place: usize, entry: &Entry) -> &[Name] {
        let read = |name: &String| words(name).map(|word| NameWord::new(word.text)).collect();
        self.0.get(place).map_or(&[], |names| {
            names.get_or_init(|| {
                std::iter::once(&entry.title).chain(&entry.aliases).map(read).collect()
            })
        })
    }
}

/// What may stand for a typed word, and what that word weighs.
struct WeightedUnit {
    weight: f32,
    alternatives: Vec<(Vec<Stem>, f32)>,
}

/// `counted` is what was counted of the units sought.
pub(super) fn boost_titles(
    ranked: &mut [Ranked],
    entries: &[Entry],
    names: &TitleCache,
    sought: &ExpandedQuery,
    counted: &[CountedUnit],
) {
    let whole: f32 = counted.iter().map(|unit| unit.in_title).sum();
    if whole <= 0.0 {
        return;
    }
    let wanted: Vec<WeightedUnit> = sought
        .units
        .iter()
        .zip(counted)
        .map(|(unit, counted)| {
            let known = unit.alternatives.iter().filter(|known| !known.broader);
            let alternatives = known
                .map(|known| {
                    (known.stems.iter().map(|stem| Stem::new(stem)).collect(), known.weight)
                })
                .collect();
            WeightedUnit { weight: counted.in_title, alternatives }
        })
        .collect();
    if ranked.len() > MAX_BOOSTED {
        ranked.select_nth_unstable_by(MAX_BOOSTED, |a, b| {
            b.score.total_cmp(&a.score).then(a.entry.cmp(&b.entry))
        });
    }
    for found in ranked.iter_mut().take(MAX_BOOSTED) {
        let Some(entry) = entries.get(found.entry) else { continue };
        let closest = names
            .of(found.entry, entry)
            .iter()
            .map(|name| closeness(name, &wanted, whole))
            .fold(0.0, f32::max);
        found.score *= 1.0 + MAX_BOOST * closest;
    }
}

/// 1 if the name and what was typed cover each other, 0 if they share nothing.
fn closeness(name: &[NameWord], wanted: &[WeightedUnit], whole: f32) -> f32 {
    let mut covered = vec![false; name.len()];
    let mut typed = 0.0;
    for unit in wanted {
        let mut best: f32 = 0.0;
        for (stems, weight) in &unit.alternatives {
            for (at, run) in name.windows(stems.len().max(1)).enumerate() {
                if run.iter().zip(stems).all(|(word, stem)| word.is(*stem)) {
                    covered[at..at + stems.len()].fill(true);
                    best = best.max(*weight);
                }
            }
        }
        typed += unit.weight * best;
    }
    let said: f32 = name.iter().map(|word| word.weight).sum();
    let meant: f32 =
        name.iter().zip(covered).filter(|(_, hit)| *hit).map(|(word, _)| word.weight).sum();
    (typed / whole) * (meant / said.max(f32::EPSILON))
}
