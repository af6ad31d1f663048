//! A clinic as everybody in the meeting may see it, on a shared screen or a projector: the stage, the
//! clock, and the question that is asked now, with space around it. No tabs, no list, no guidance;
//! what may identify somebody is shown as dots.

use crate::{
    app::{
        Area, ClinicScreen, Control, ControlId, ControlKind, FormPiece, FormRole, Model, slot_of,
    },
    clinic::{ItemType, Sensitivity},
    text::width,
    tui::{canvas::Canvas, theme::StyleRole, views::form::style_role_of},
};

/// What stands for a letter that others may not see.
const DOT: &str = "•";

pub(super) fn draw(canvas: &mut Canvas<'_>, model: &Model, clinic: &ClinicScreen) {
    let layout = model.layout();
    stage(canvas, model, clinic, layout.place());
    canvas.put_rule(layout.rule());
    let area = layout.clinic(false).form;
    let laid_out = clinic.layout(usize::from(area.width));
    let is_here = |at: usize| is_shown(clinic, &clinic.controls()[at]);
    let shown: Vec<_> = laid_out.controls.iter().filter(|placed| is_here(placed.at)).collect();
    let Some(first) = shown.iter().map(|placed| placed.line).min() else { return };
    let last = shown.iter().map(|placed| placed.line + placed.height).max().unwrap_or(first);
    let height = usize::from(area.height);
    // An empty row after each, where there is room: it is read from the other side of a room.
    let spread = if 2 * (last - first) <= height { 2 } else { 1 };
    let focused = shown.iter().find(|placed| clinic.controls()[placed.at].id == clinic.focus);
    let cursor = focused.and_then(|placed| {
        placed.cursor.map(|(line, column)| (spread * (placed.line + line - first), column))
    });
    let top = cursor.map_or(0, |(row, _)| (row + 1).saturating_sub(height));
    for placed in shown {
        let control = &clinic.controls()[placed.at];
        let is_private = is_private(clinic, control);
        let identifying = if is_quoted(clinic, control) {
            clinic.identifying_words(&control.label)
        } else {
            Vec::new()
        };
        for piece in placed.pieces.iter() {
            let row = spread * (placed.line + piece.line - first);
            let row = row.checked_sub(top).filter(|row| *row < height);
            if let (Some(row), Some(text)) = (row, text_of(piece, is_private, &identifying)) {
                canvas.put(area, row, piece.column, &text, style_role_of(piece.role));
            }
        }
    }
    if let Some((row, column)) = cursor {
        canvas.point(area, row - top, column);
    }
}

/// The stage and how time stands.
fn stage(canvas: &mut Canvas<'_>, model: &Model, clinic: &ClinicScreen, area: Area) {
    let session = &clinic.session;
    let stages = &session.template().stages;
    let here = session.stage();
    let title = stages.get(here).map_or("", |stage| stage.title.show(session.language()));
    let title = format!("{} of {}  {title}", here + 1, stages.len());
    canvas.put(area, 0, 1, &title, StyleRole::Heading);
    let time = super::time(model, clinic, false);
    let columns: usize = time.iter().map(|(text, _)| width(text)).sum();
    let mut column = usize::from(area.width).saturating_sub(columns + 1);
    for (text, role) in time {
        column = canvas.put(area, 0, column, &text, role);
    }
}

/// The control that has the focus, and what is read or looked at with it.
fn is_shown(clinic: &ClinicScreen, control: &Control) -> bool {
    let is_read = matches!(control.id, ControlId::Reading(_) | ControlId::Picture(_));
    let slot = slot_of(&clinic.focus);
    control.id == clinic.focus || (is_read && slot.is_some() && slot_of(&control.id) == slot)
}

/// Whether an answer is about who somebody is.
fn is_private(clinic: &ClinicScreen, control: &Control) -> bool {
    let ControlId::Answer(slot) = &control.id else { return false };
    let place = clinic.session.template().item(&slot.item);
    matches!(control.kind, ControlKind::Text { .. })
        && place.is_some_and(|place| place.item.sensitivity == Some(Sensitivity::Identifier))
}

/// Whether a control repeats what somebody wrote: the behaviour above its placement, or an answer that
/// cannot be changed here.
fn is_quoted(clinic: &ClinicScreen, control: &Control) -> bool {
    let ControlId::Reading(slot) = &control.id else { return false };
    let place = clinic.session.template().item(&slot.item);
    place.is_some_and(|place| place.item.kind != ItemType::Display)
}

/// A text as others may read it: what may identify somebody stands as dots.
pub(super) fn masked(clinic: &ClinicScreen, text: &str) -> String {
    dotted(text, &clinic.identifying_words(text))
}

/// A piece of the form as others may read it.
fn text_of(piece: &FormPiece, is_private: bool, identifying: &[&str]) -> Option<String> {
    let is_hidden = match piece.role {
        FormRole::Identifier => true,
        FormRole::Answer | FormRole::Wording => is_private,
        // Repeats the words it is about.
        FormRole::Advice => return None,
        _ => false,
    };
    Some(if is_hidden {
        piece.text.split(' ').map(dots).collect::<Vec<_>>().join(" ")
    } else {
        dotted(&piece.text, identifying)
    })
}

fn dots(word: &str) -> String {
    DOT.repeat(width(word))
}

/// A text with these words as dots.
fn dotted(text: &str, identifying: &[&str]) -> String {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let is_named = |word: &str| {
        !bare(word).is_empty() && identifying.iter().any(|other| bare(other) == bare(word))
    };
    let words =
        text.split(' ').map(|word| if is_named(word) { dots(word) } else { word.to_owned() });
    words.collect::<Vec<_>>().join(" ")
}
