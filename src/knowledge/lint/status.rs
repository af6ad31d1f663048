//! Whether an entry says truly what it is worth: its dates, its status and what it stands in for.

use jiff::civil::Date;

use super::Check;
use crate::{
    knowledge::{Library, Status},
    text::show_date,
};

impl Check<'_> {
    pub(super) fn standing(&mut self, today: Date) {
        let entry = self.entry;
        if entry.is_overdue(today) {
            self.problems.push(self.file.source.warning(
                "review-overdue",
                self.line_of("review_by"),
                format!("the review was due by {}", show_date(entry.review_by)),
                "check the text against its sources, then set `reviewed` and `review_by`",
            ));
        }
        if entry.review_by <= entry.reviewed {
            self.problems.push(self.file.source.error(
                "review-order",
                self.line_of("review_by"),
                "`review_by` is not after `reviewed`",
                "set the date by which the entry must be looked at again",
            ));
        }
        let place = self.line_of("superseded_by");
        if entry.status == Status::Superseded && entry.superseded_by.is_empty() {
            self.problems.push(self.file.source.error(
                "no-successor",
                self.line_of("status"),
                "a superseded entry does not say what took its place",
                "name the entries in `superseded_by`, or set the status to withdrawn",
            ));
        }
        if entry.status == Status::Current && !entry.superseded_by.is_empty() {
            self.problems.push(self.file.source.error(
                "current-with-successor",
                place.clone(),
                "a current entry names what took its place",
                "set the status to superseded, or empty `superseded_by`",
            ));
        }
        for successor in &entry.superseded_by {
            if self.entry_of(successor).is_none() || *successor == entry.id {
                let advice = self.near_id(successor);
                self.problems.push(self.file.source.error(
                    "unknown-successor",
                    place.clone(),
                    format!("`{successor}` is no other entry"),
                    advice,
                ));
            }
        }
        if entry.nations.is_empty() && !self.line_of("nations").is_empty() {
            self.problems.push(self.file.source.warning(
                "empty-value",
                self.line_of("nations"),
                "the entry holds in no nation",
                "name at least one nation, or UK",
            ));
        }
    }

    /// Whether the bundled entry that this one takes the place of is still the one it was written
    /// against.
    pub(super) fn overlay(&mut self, bundled: &Library) {
        let place = self.line_of("overlays");
        let (code, message, advice) = match (bundled.entry(&self.entry.id), &self.entry.overlays) {
            // `pack add` notes the version where the author did not.
            (_, None) => return,
            (None, Some(_)) => (
                "overlays-nothing",
                format!("there is no bundled entry `{}` to overlay", self.entry.id),
                "take `overlays` out, or set the id to that of the bundled entry".to_owned(),
            ),
            (Some(now), Some(then)) if now.version == *then => return,
            (Some(now), Some(_)) => (
                "overlay-changed",
                "the bundled entry it takes the place of has changed since".to_owned(),
                format!(
                    "compare the two, then set `overlays = \"{}\"` and add the pack again",
                    now.version
                ),
            ),
        };
        self.problems.push(self.file.source.warning(code, place, message, advice));
    }
}
