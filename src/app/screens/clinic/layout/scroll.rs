//! How far the form must be scrolled so that the focus is in view.

use super::{FormLayout, FormRole, Placed, list_of};
use crate::app::screens::clinic::{control::ControlId, controls::slot_of, state::ClinicScreen};

impl ClinicScreen {
    /// Scrolls as little as needed so that the focus is in view, with what stands above it and what is wrong with
    /// it. When the focus moves or the form gets another width, its question stays in its row of the screen. A placement that is revealed stands
    /// at the top, with its picture whole.
    pub fn scroll_to_focus(&mut self, columns: usize, height: usize) {
        let layout = self.layout(columns);
        let Some(one) = layout.controls.iter().find(|one| self.controls[one.at].id == self.focus)
        else {
            return;
        };
        let now = (self.focus.clone(), columns);
        if let Some(seen) = self.seen.replace(now.clone()).filter(|seen| *seen != now)
            && let Some(before) = self.line_before_it_moved(seen)
        {
            let row = before.saturating_sub(self.top);
            self.top = one.line.saturating_sub(row);
        }
        let mut last = one.line + one.height;
        let (mut first, is_pinned) = self.first_with_focus(&layout, one, height);
        if one.height > height
            && let Some((row, _)) = one.cursor
        {
            // Long text is scrolled by its caret, not by its first line; what is said about it is at the edge.
            first = (one.line + row).saturating_sub(1);
            last = one.line + row + 1 + advice_lines(one).min(height.saturating_sub(1));
        }
        if is_pinned {
            self.top = first;
        } else if last > self.top + height {
            // With what comes next in view, where there is room for it.
            self.top = (last - height).max(one.line.saturating_sub(height / 3));
        }
        self.top = self.top.min(first);
        if !is_pinned {
            self.top = self.top.min(layout.height.saturating_sub(height));
        }
    }

    /// The line of the focused control while another one had the focus, in a form of so many columns.
    fn line_before_it_moved(&mut self, (seen, columns): (ControlId, usize)) -> Option<usize> {
        self.controls.iter().find(|control| control.id == seen)?;
        let is_here = seen == self.focus;
        let focus = std::mem::replace(&mut self.focus, seen);
        let editor = if is_here { None } else { self.editor.take() };
        let layout = self.layout(columns);
        self.focus = focus;
        self.editor = editor.or(self.editor.take());
        let before = layout.controls.iter().find(|one| self.controls[one.at].id == self.focus)?;
        // What was folded away had no place of its own.
        (before.height > 0).then_some(before.line)
    }

    /// The first line that belongs into view with the focused control, and whether it goes to the top: where
    /// placements are revealed, what is placed and its picture; else the headings right above it.
    fn first_with_focus(&self, layout: &FormLayout, one: &Placed, height: usize) -> (usize, bool) {
        let fits = |line: usize| one.line + one.height <= line + height;
        let slot = slot_of(&self.focus);
        let line_of = |wanted: &dyn Fn(&ControlId) -> bool| {
            let of = |placed: &&Placed| {
                placed.height > 0
                    && slot.is_some()
                    && slot_of(&self.controls[placed.at].id) == slot
                    && wanted(&self.controls[placed.at].id)
            };
            layout.controls.iter().find(of).map(|placed| placed.line)
        };
        if let Some(picture) = line_of(&|id| matches!(id, ControlId::Picture(_))) {
            let words = line_of(&|id| matches!(id, ControlId::Reading(_)));
            let whole = words.into_iter().chain([picture]).find(|line| fits(*line));
            // Rather the picture whole and a list that goes on below than the list without its picture.
            let in_part = one.cursor.filter(|(row, _)| one.line + row < picture + height);
            if let Some(line) = whole.or(in_part.map(|_| picture)) {
                return (line, true);
            }
        }
        let mut first = one.line;
        let list = list_of(&self.focus);
        for above in layout.controls[..one.at].iter().rev() {
            // The rows of a list share one heading.
            if list.is_some() && list_of(&self.controls[above.at].id) == list {
                continue;
            }
            if self.controls[above.at].takes_focus() && above.height > 0 && above.line < one.line {
                break;
            }
            if above.height > 0 && !self.controls[above.at].takes_focus() {
                if !fits(above.line) {
                    break;
                }
                first = above.line;
            }
        }
        let has_above = layout.controls[..one.at]
            .iter()
            .any(|above| above.height > 0 && self.controls[above.at].takes_focus());
        if !has_above && fits(0) {
            first = 0;
        }
        (first, false)
    }
}

fn advice_lines(placed: &Placed) -> usize {
    placed.pieces.iter().filter(|piece| piece.role == FormRole::Advice).count()
}
