//! Better words, names to avoid, and what was found in the whole note before it is completed.

use super::update::{answer, apply_event};
use crate::{
    app::{
        Ask, Choose, Dialog, DialogIntent, Editor, Effect, FixOutcome, Model, NoteScan, scan_note,
    },
    clinic::{Event, Missing, Severity, completion},
};

/// The key that says how an answer is known.
const KEY: &str = " (F4)";

/// Puts better words in place of those at the caret.
pub(crate) fn better(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(clinic) = &mut model.clinic else { return Vec::new() };
    match clinic.better_words(now) {
        FixOutcome::Put(taken) => answer(model, taken).unwrap_or_default(),
        FixOutcome::Left(why) => {
            model.show_notice(why);
            Vec::new()
        }
        FixOutcome::Nothing => {
            model.show_notice("No wording suggestions in this field.");
            Vec::new()
        }
    }
}

/// Asks for names to look for. Those given before are not shown again: the screen may be shared.
pub(crate) fn ask_names(model: &mut Model) -> Vec<Effect> {
    let Some(clinic) = &model.clinic else { return Vec::new() };
    let known = match clinic.names().count() {
        0 => String::new(),
        1 => " 1 name is on the list already. Type - to clear it.".to_owned(),
        many => format!(" {many} names are on the list already. Type - to clear it."),
    };
    model.dialog = Some(Dialog::Ask(Ask {
        title: "Names to watch for (separate with commas)".to_owned(),
        text: format!(
            "Children, family, school, street. These names are underlined when someone types \
             them. The list is kept until you leave this clinic or the vault is locked, and is \
             never saved.{known}"
        ),
        answer: Editor::one_line(""),
        purpose: DialogIntent::NamesToAvoid,
    }));
    Vec::new()
}

/// The names are written.
pub(crate) fn names_written(model: &mut Model, list: &str) -> Vec<Effect> {
    let Some(clinic) = &mut model.clinic else { return Vec::new() };
    clinic.add_names(list);
    let count = clinic.names().count();
    model.show_notice(match count {
        0 => "The list of names to watch for is empty.".to_owned(),
        1 => "Watching for 1 name until you leave this clinic. The list is never saved.".to_owned(),
        many => format!(
            "Watching for {many} names until you leave this clinic. The list is never saved."
        ),
    });
    Vec::new()
}

/// Lists what is missing; if nothing is, asks whether to complete, with what was found in the note.
pub(crate) fn ask_completion(model: &mut Model) {
    let missing = model.clinic.as_ref().map(|clinic| completion(&clinic.session));
    let mut missing = missing.unwrap_or_default();
    missing.retain(|one| one.severity == Severity::Error);
    if !missing.is_empty() {
        return list_missing(model, missing);
    }
    let Some(found) = found(model) else { return };
    let columns = usize::from(model.size.dialog(70, 10).width.saturating_sub(4));
    let mut text =
        "A completed note can no longer be edited. You can add corrections.\n".to_owned();
    text.push_str(&found.lines(columns).join("\n"));
    let mut options = vec!["Not yet".into(), "Complete the clinic".into()];
    if !found.is_empty() {
        options.push("Go to the first of these".into());
    }
    model.dialog = Some(Dialog::Choose(Choose {
        title: "Complete the clinic?".to_owned(),
        text,
        options,
        chosen: 0,
        purpose: DialogIntent::Complete,
    }));
}

/// Lists what stands in the way of completing, to be gone to.
pub(crate) fn list_missing(model: &mut Model, missing: Vec<Missing>) {
    let options = missing.iter().map(|one| {
        format!("Stage {}: {}{}", one.stage + 1, one.message, if one.how_known { KEY } else { "" })
    });
    model.dialog = Some(Dialog::Choose(Choose {
        title: match missing.len() {
            1 => "1 answer still needed".to_owned(),
            many => format!("{many} answers still needed"),
        },
        text: "Enter: go to the selected one. The clinic is not completed yet.".to_owned(),
        options: options.collect(),
        chosen: 0,
        purpose: DialogIntent::GoToMissing(missing),
    }));
}

/// Goes to what is missing, and says what it is.
pub(crate) fn go_to_missing(model: &mut Model, missing: &Missing) -> Vec<Effect> {
    let here = model.clinic.as_ref().map(|clinic| clinic.session.stage());
    let mut effects = Vec::new();
    if here != Some(missing.stage) {
        effects = apply_event(model, Event::StageOpened { stage: missing.stage });
    }
    if let Some(clinic) = &mut model.clinic {
        clinic.focus_on_missing(missing);
    }
    if model.notice.is_none() {
        let key = if missing.how_known { KEY } else { "" };
        model.show_notice(format!("{}{key}", missing.sentence()));
    }
    effects
}

/// Goes to the first place that was found.
pub(crate) fn go_to_first(model: &mut Model) -> Vec<Effect> {
    let found = found(model);
    let Some(place) = found.as_ref().and_then(NoteScan::first) else { return Vec::new() };
    let effects = apply_event(model, Event::StageOpened { stage: place.stage });
    if let Some(clinic) = &mut model.clinic {
        clinic.go_to_place(place);
    }
    effects
}

fn found(model: &Model) -> Option<NoteScan> {
    let clinic = model.clinic.as_ref()?;
    Some(scan_note(&clinic.session, clinic.names(), model.today()))
}
