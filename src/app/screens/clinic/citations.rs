//! Citing guidance in the open clinic.

use super::apply_event::apply_event;
use crate::{
    app::{Effect, Model},
    clinic::Event,
};

/// Cites an entry in the open clinic, pinned to its version; citing it again takes it out.
pub(crate) fn cite(model: &mut Model, id: &str) -> Vec<Effect> {
    let entry = model.library.as_ref().and_then(|library| library.entry(id)).cloned();
    let Some(entry) = entry else { return Vec::new() };
    let Some(clinic) = &model.clinic else {
        model.warn("No clinic is open to cite this in. Press Ctrl-N in Search to start one.");
        return Vec::new();
    };
    let cited =
        clinic.session.citations().iter().any(|one| one.id == id && one.version == entry.version);
    let (event, said) = if cited {
        (Event::CitationRemoved { id: entry.id }, "Citation removed from the note.")
    } else {
        let event =
            Event::EntryCited { id: entry.id, title: entry.title.clone(), version: entry.version };
        (event, "Cited in the note, with its version.")
    };
    let effects = apply_event(model, event);
    if model.notice.is_none() {
        model.show_notice(said);
    }
    effects
}
