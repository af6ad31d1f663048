//! Checks of the dates and the status of an entry, and of the entry that it replaces.

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
                format!("The review was due on {}.", show_date(entry.review_by)),
                "Check the text against its sources, then set `reviewed` and `review_by`.",
            ));
        }
        if entry.review_by <= entry.reviewed {
            self.problems.push(self.file.source.error(
                "review-order",
                self.line_of("review_by"),
                "`review_by` is not after `reviewed`.",
                "Set `review_by` to the date by which the entry must be reviewed.",
            ));
        }
        let place = self.line_of("superseded_by");
        if entry.status == Status::Superseded && entry.superseded_by.is_empty() {
            self.problems.push(self.file.source.error(
                "no-successor",
                self.line_of("status"),
                "The entry is superseded but does not say what replaced it.",
                "List the new entries in `superseded_by`, or set `status` to `withdrawn`.",
            ));
        }
        if entry.status == Status::Current && !entry.superseded_by.is_empty() {
            self.problems.push(self.file.source.error(
                "current-with-successor",
                place.clone(),
                "The entry is current but says what replaced it.",
                "Set `status` to `superseded`, or empty `superseded_by`.",
            ));
        }
        for successor in &entry.superseded_by {
            if self.entry_of(successor).is_none() || *successor == entry.id {
                let advice = self.near_id(successor);
                self.problems.push(self.file.source.error(
                    "unknown-successor",
                    place.clone(),
                    format!("There is no other entry `{successor}`."),
                    advice,
                ));
            }
        }
        if entry.nations.is_empty() && !self.line_of("nations").is_empty() {
            self.problems.push(self.file.source.warning(
                "empty-value",
                self.line_of("nations"),
                "The entry does not apply in any nation.",
                "List at least one nation, or UK.",
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
                format!("There is no built-in entry `{}` to replace.", self.entry.id),
                "Remove `overlays`, or set `id` to that of the built-in entry.".to_owned(),
            ),
            (Some(now), Some(then)) if now.version == *then => return,
            (Some(now), Some(_)) => (
                "overlay-changed",
                "The built-in entry that this one replaces has changed since.".to_owned(),
                format!(
                    "Compare the two, then set `overlays = \"{}\"` and add the pack again.",
                    now.version
                ),
            ),
        };
        self.problems.push(self.file.source.warning(code, place, message, advice));
    }
}
