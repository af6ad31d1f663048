//! Text pasted into a clinic: what does not fit a field goes in only if somebody says so.

use super::buttons::after_key;
use crate::app::{ChoiceIntent, Choose, Dialog, Effect, Model};

/// So that a long text can be told in pages.
const BYTES_OF_A_PAGE: usize = 3000;

/// Takes pasted text.
pub(crate) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let now = model.now;
    let Some(clinic) = &mut model.clinic else { return Vec::new() };
    if clinic.guidance.open {
        clinic.guidance.query.insert(text);
        return clinic.guidance.ask();
    }
    if clinic.placing.is_some() {
        return Vec::new();
    }
    if let Some(part) = clinic.editor.as_ref().and_then(|editor| editor.part_that_fits(text)) {
        ask_about_paste(model, text, part);
        return Vec::new();
    }
    let taken = clinic.paste(text, now);
    after_key(model, taken).unwrap_or_default()
}

/// A text that does not fit goes in only if somebody says so, and never with half a word at its end.
fn ask_about_paste(model: &mut Model, text: &str, part: String) {
    let pages = |text: &str| text.len().div_ceil(BYTES_OF_A_PAGE);
    if part.trim().is_empty() {
        model.warn("This field is full. Nothing was added.");
        return;
    }
    model.dialog = Some(Dialog::Choose(Choose {
        title: "This is too long for one field".to_owned(),
        text: format!(
            "The text is about {} pages, and about {} fit here. Notes work best with the main points \
             in a few words. Keep documents in the child’s record.",
            pages(text),
            pages(&part)
        ),
        options: vec!["Add nothing".into(), "Add the beginning, up to a whole word".into()],
        chosen: 0,
        purpose: ChoiceIntent::PastePart(part),
    }));
}

/// Puts in the part that fits.
pub(crate) fn paste_part(model: &mut Model, part: &str) -> Vec<Effect> {
    let now = model.now;
    let Some(clinic) = &mut model.clinic else { return Vec::new() };
    let taken = clinic.paste(part, now);
    after_key(model, taken).unwrap_or_default()
}
