//! Raises entries whose title, or one of whose aliases, says as a whole what was typed as a whole.
//!
//! An alias is what somebody would type. Counting its words among those of all the others loses
//! that they belong together.

use super::{
    expand::Sought,
    rank::Ranked,
    token::{Beginning, is_stop_word, stem, words},
};
use crate::knowledge::Entry;

/// How much a title or alias that says just what was typed raises an entry.
const CLOSE: f32 = 2.5;
/// How much a stop word of an alias counts; small words matter where everything is small words.
const STOP: f32 = 0.25;
/// Only so many of the best are looked at: one that is close has been found by its words already.
const LOOKED_AT: usize = 30;

/// `weights` are those of the units sought.
pub(super) fn raise_close(
    ranked: &mut [Ranked],
    entries: &[Entry],
    sought: &Sought,
    weights: &[f32],
) {
    let whole: f32 = weights.iter().sum();
    if whole <= 0.0 {
        return;
    }
    let beginnings: Vec<Beginning> = sought
        .units
        .iter()
        .flat_map(|unit| &unit.alternatives)
        .flat_map(|alternative| &alternative.stems)
        .map(|stem| Beginning::of(stem))
        .collect();
    ranked.sort_unstable_by(|a, b| b.score.total_cmp(&a.score));
    for found in ranked.iter_mut().take(LOOKED_AT) {
        let Some(entry) = entries.get(found.entry) else { continue };
        let closest = std::iter::once(&entry.title)
            .chain(&entry.aliases)
            .map(|name| closeness(name, sought, &beginnings, weights, whole))
            .fold(0.0, f32::max);
        found.score *= 1.0 + CLOSE * closest;
    }
}

/// 1 if the name and what was typed cover each other, 0 if they share nothing.
fn closeness(
    name: &str,
    sought: &Sought,
    beginnings: &[Beginning],
    weights: &[f32],
    whole: f32,
) -> f32 {
    let stems: Vec<(String, f32)> = words(name)
        .map(|word| {
            let near = beginnings.contains(&Beginning::of(&word.text));
            let stem = if near { stem(&word.text) } else { String::new() };
            (stem, if is_stop_word(&word.text) { STOP } else { 1.0 })
        })
        .collect();
    let mut covered = vec![false; stems.len()];
    let mut typed = 0.0;
    for (unit, weight) in sought.units.iter().zip(weights) {
        let mut best: f32 = 0.0;
        for alternative in unit.alternatives.iter().filter(|known| !known.broader) {
            let runs = stems.windows(alternative.stems.len().max(1));
            for (at, _) in runs.enumerate().filter(|(_, run)| {
                run.iter().zip(&alternative.stems).all(|((stem, _), sought)| stem == sought)
            }) {
                covered[at..at + alternative.stems.len()].fill(true);
                best = best.max(alternative.weight);
            }
        }
        typed += weight * best;
    }
    let said: f32 = stems.iter().map(|(_, weight)| weight).sum();
    let meant: f32 =
        stems.iter().zip(covered).filter(|(_, hit)| *hit).map(|((_, weight), _)| weight).sum();
    (typed / whole) * (meant / said.max(f32::EPSILON))
}
