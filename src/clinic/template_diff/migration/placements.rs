//! Ratings on their way to a new version: whole, or as a line, or not at all.

use super::{MigrationRefused, Moving};
use crate::clinic::rating::{Outcome, Private, Rating, RatingState, Round};
use crate::clinic::session::place_of;
use crate::clinic::template::ItemType;

pub(super) fn migrate(moving: &mut Moving<'_>) -> Result<(), MigrationRefused> {
    for rating in &moving.from.ratings {
        let dropped = moving.is_dropped(&rating.slot);
        let moved = moved(moving, rating).filter(|_| !dropped);
        if let Some(moved) = moved {
            moving.next.ratings.push(moved);
            continue;
        }
        if rating.open_round().is_some_and(|round| !round.placed.is_empty()) {
            let question = moving.question(&rating.slot);
            return Err(MigrationRefused::BeingPlaced { question });
        }
        let text = rating_text(rating);
        if text.is_empty() {
            continue;
        }
        if dropped {
            moving.leave_out(&rating.slot, text);
        } else {
            moving.keep_leftover(&rating.slot, moving.question(&rating.slot), text);
        }
    }
    Ok(())
}

/// The rating with the names of the new version, if every one of them is there.
fn moved(moving: &Moving<'_>, rating: &Rating) -> Option<Rating> {
    let slot = moving.slot(&rating.slot);
    let place = place_of(&moving.next, &slot).filter(|at| at.item.kind == ItemType::Rating)?;
    let code = |code: &str| {
        let code = moving.code(&slot.item, code);
        place.item.options.iter().any(|one| one.code == code).then_some(code)
    };
    let round = |round: &Round| {
        let mut moved = round.clone();
        for placed in &mut moved.placed {
            placed.code = Private::new(&code(placed.code.code())?);
        }
        Some(moved)
    };
    let mut next = rating.clone();
    next.first = round(&rating.first)?;
    next.second = match &rating.second {
        Some(second) => Some(round(second)?),
        None => None,
    };
    if let Some(Outcome::Placed(placed)) = &rating.outcome {
        next.outcome = Some(Outcome::Placed(code(placed)?));
    }
    for dissent in &mut next.dissent {
        dissent.placement = code(&dissent.placement)?;
    }
    next.slot = slot.clone();
    Some(next)
}

/// What of a revealed rating can be kept as text: counts and conclusions, never who.
fn rating_text(rating: &Rating) -> String {
    let mut parts = Vec::new();
    if rating.state != RatingState::Collecting {
        let rounds =
            [("first round", Some(&rating.first)), ("second round", rating.second.as_ref())];
        for (name, round) in rounds {
            let Some(round) = round.filter(|round| !round.placed.is_empty()) else { continue };
            let mut counts: Vec<(&str, usize)> = Vec::new();
            for placed in &round.placed {
                let code = placed.code.code();
                match counts.iter_mut().find(|(known, _)| *known == code) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((code, 1)),
                }
            }
            counts.sort_unstable();
            let counts: Vec<String> =
                counts.into_iter().map(|(code, count)| format!("{code} {count}")).collect();
            parts.push(format!("{name}: {}", counts.join(", ")));
        }
    }
    if let Some(outcome) = &rating.outcome {
        parts.push(format!("agreed: {}", outcome.code()));
    }
    if !rating.basis.trim().is_empty() {
        parts.push(format!("reasons: {}", rating.basis.trim()));
    }
    for dissent in &rating.dissent {
        parts.push(format!("differing view: {}, {}", dissent.placement, dissent.reason.trim()));
    }
    parts.join("; ")
}
