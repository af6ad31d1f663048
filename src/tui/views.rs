//! The screens, drawn from the model alone; nothing here changes it.

mod actions;
mod bars;
mod clinic;
mod clinics;
mod completed;
mod dialog;
mod form;
mod hand_over;
mod insight;
mod locked;
mod note;
mod page;
mod reader;
mod search;
mod settings;
mod vault;

use ratatui::Frame;

use super::{
    canvas::Canvas,
    theme::{StyleRole, Theme},
};
use crate::{
    app::{Area, MIN_SIZE, Model, Screen},
    text::wrap,
};

/// Draws the whole screen.
pub fn draw(frame: &mut Frame<'_>, model: &Model, theme: Theme) {
    let mut canvas = Canvas::new(frame.buffer_mut(), theme);
    if model.size.is_enough() {
        bars::top(&mut canvas, model);
        match model.screen {
            _ if model.is_covered() => cover(&mut canvas, model),
            Screen::Search => search::draw(&mut canvas, model),
            Screen::Reader => reader::draw(&mut canvas, model),
            Screen::Clinics => clinics::draw(&mut canvas, model),
            Screen::Clinic => clinic::draw(&mut canvas, model),
            Screen::Completed => completed::draw(&mut canvas, model),
            Screen::HandOver => hand_over::draw(&mut canvas, model),
            Screen::Note => note::draw(&mut canvas, model),
            Screen::Actions => actions::draw(&mut canvas, model),
            Screen::Insight => insight::draw(&mut canvas, model),
            Screen::Vault => vault::draw(&mut canvas, model),
            Screen::Settings => settings::draw(&mut canvas, model),
            Screen::Locked => locked::draw(&mut canvas, model),
        }
        if let Some(over) = model.dialog.as_ref().filter(|_| !model.is_covered()) {
            dialog::draw(&mut canvas, model, over);
        }
        // Last, so that a notice lies over everything.
        bars::bottom(&mut canvas, model);
    } else {
        ask_for_room(&mut canvas, model);
    }
    if let Some(position) = canvas.cursor {
        frame.set_cursor_position(position);
    }
}

/// In place of what only this person may see, while others see the screen.
fn cover(canvas: &mut Canvas<'_>, model: &Model) {
    let area = model.layout().body();
    canvas.put(area, 1, 3, "Others can see this screen.", StyleRole::Heading);
    let text = "What comes next is for you alone. To see it, press F6: the screen-share view ends.";
    for (row, line) in wrap(text, usize::from(area.width).saturating_sub(6)).into_iter().enumerate()
    {
        canvas.put(area, 3 + row, 3, &text[line], StyleRole::Text);
    }
    if model.dialog.is_some() {
        canvas.put(area, 6, 3, "Esc: back without answering.", StyleRole::Text);
    }
}

fn ask_for_room(canvas: &mut Canvas<'_>, model: &Model) {
    let area = Area { x: 0, y: 0, width: model.size.columns, height: model.size.rows };
    canvas.put(area, 0, 0, "Make the window larger:", StyleRole::Strong);
    let need = format!("at least {} by {}", MIN_SIZE.columns, MIN_SIZE.rows);
    canvas.put(area, 1, 0, &need, StyleRole::Text);
    let have = format!("(now {} by {})", model.size.columns, model.size.rows);
    canvas.put(area, 2, 0, &have, StyleRole::Quiet);
    canvas.put(area, 3, 0, "Ctrl-Q: save and quit", StyleRole::Quiet);
}
