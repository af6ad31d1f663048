//! The picture of a placement as a table: a row for each step, a column for each round.

use std::fmt::Write as _;

use super::escape::inline;
use crate::clinic::RatingView;

/// Writes where people stood before and after they talked; nothing before the first reveal.
pub(super) fn table(view: &RatingView, out: &mut String) {
    let Some(picture) = view.picture() else { return };
    let _ = writeln!(out, "| Stage | {} | Outcome |", picture.rounds.join(" | "));
    let _ = writeln!(out, "|---|{}---|", "---|".repeat(picture.rounds.len()));
    for line in &picture.lines {
        let bars: Vec<String> = line.counts.iter().map(|count| picture.bar(*count)).collect();
        let agreed = if line.agreed { "agreed" } else { "" };
        let _ = writeln!(out, "| {} | {} | {agreed} |", inline(&line.step), bars.join(" | "));
    }
    out.push('\n');
}
