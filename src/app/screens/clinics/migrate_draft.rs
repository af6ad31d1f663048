//! A draft whose format has a newer version: saying so, saying what would change, and doing it.
//!
//! Never by itself. The draft stays as it is until a copy of it is kept and Enter was pressed on
//! what changes; the new version is then saved as any other change of the form.

use crate::{
    app::{Agree, ClinicScreen, ConfirmIntent, Dialog, Model, VaultRequest},
    clinic::{Moved, preview},
    services::RequestError,
};

/// One line, when such a draft is opened.
pub(crate) fn tell_of(model: &mut Model, screen: &ClinicScreen) {
    let Some(newer) = &screen.newer else { return };
    let said = format!(
        "This draft uses version {} of its meeting format. Version {} is now available. F12: see what would change.",
        screen.session.template().about.version,
        newer.about.version
    );
    let before = model.notice.take();
    let is_error = before.as_ref().is_some_and(|notice| notice.is_error);
    let said = before.map_or(said.clone(), |notice| format!("{} {said}", notice.text));
    if is_error { model.warn(said) } else { model.show_notice(said) }
}

pub(crate) fn ask(model: &mut Model) {
    let Some(moved) = moved(model) else { return };
    let mut lines = vec![format!(
        "The draft uses version {}. Version {} is now available. Nothing changes unless you press Enter.",
        moved.from, moved.to
    )];
    lines.extend(moved.sentences());
    let id = model.clinic.as_ref().and_then(|clinic| clinic.note);
    lines.extend(id.map(|id| {
        format!(
            "The draft as it is now is kept in the trash for 30 days. To restore it: \
             `caseclinic clinic trash --swap --restore {id}`"
        )
    }));
    model.dialog = Some(Dialog::Agree(Agree {
        title: format!("Update this draft to version {}?", moved.to),
        lines,
        top: 0,
        purpose: ConfirmIntent::MoveToNewer,
    }));
}

/// Enter was pressed: the draft is saved as it is, and a copy of that kept.
pub(crate) fn agreed(model: &mut Model) {
    if let Some(id) = model.clinic.as_ref().and_then(|clinic| clinic.note) {
        model.save_now();
        model.request(VaultRequest::KeepDraft(id));
    }
}

/// A copy is kept: the draft moves. Without one nothing happens.
pub(crate) fn kept(model: &mut Model, kept: Result<(), RequestError>) {
    if let Err(why) = kept {
        return model
            .warn(format!("The draft was not updated because no copy of it could be kept. {why}"));
    }
    let now = model.now;
    let Some(moved) = moved(model) else { return };
    if let Some(clinic) = &mut model.clinic {
        clinic.moved(moved.session, now);
        model.show_notice(format!(
            "The draft now uses version {}. The earlier draft is kept in the trash for 30 days.",
            moved.to
        ));
    }
    model.save_now();
}

/// The draft in its newer version, or a sentence why it stays.
fn moved(model: &mut Model) -> Option<Moved> {
    let now = model.now;
    let clinic = model.clinic.as_ref()?;
    let Some(newer) = clinic.newer.as_ref().filter(|_| clinic.note.is_some()) else {
        model.show_notice("There is no newer version of this meeting format.");
        return None;
    };
    if !clinic.unfinished.is_empty() {
        model.show_notice("An answer here is not finished. Finish or clear it, then press F12.");
        return None;
    }
    match preview(&clinic.session, newer, now) {
        Ok(moved) => Some(moved),
        Err(refused) => {
            model.warn(refused.to_string());
            None
        }
    }
}
