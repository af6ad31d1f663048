//! Buttons of a form, and what follows a key in it: adding and removing, naming who is here, completing.

use super::{
    apply_event::{KEY, apply_event, apply_outcome, offer_missing},
    chat_placing,
    keys::Taken,
    rating_controls::behaviour,
};
use crate::{
    app::{
        Ask, ChoiceIntent, Choose, ClinicScreen, Dialog, Model, Placing,
        dialogs::prompts::{DissentChoice, REMOVAL_STAYS_ON_RECORD, Removal},
        screens::clinic::{control::ControlId, controls::earlier_people},
    },
    clinic::{
        ActionDetails, ConstraintSeverity, Event, Missing, RatingState, Role, completion,
        hidden_answers, rating_view,
    },
    report::{NoteScan, scan_note},
};

/// Does what follows a key or a paste in the form; false if the form had no use for it.
pub(crate) fn after_key(model: &mut Model, taken: Taken) -> bool {
    match taken {
        Taken::No => return false,
        Taken::Moved => {}
        Taken::Applied(outcome) => apply_outcome(model, outcome),
        Taken::Pressed(id) => pressed(model, id),
        Taken::TypedOn(id, letter) => typed_on(model, id, letter),
        Taken::Cut => model.warn("This field is full. The end of your text was left out."),
        Taken::Said(why) => model.show_notice(why),
    }
    true
}

/// Does what a button says.
fn pressed(model: &mut Model, id: ControlId) {
    match id {
        ControlId::AddRow(slot) => add(model, Event::row_added(&slot)),
        ControlId::AddAction(item) => {
            add(model, Event::ActionAdded { item, details: ActionDetails::default() });
        }
        ControlId::AddParticipant => model.dialog = Some(Dialog::Ask(Ask::who_is_here(""))),
        ControlId::AddEarlierPeople => {
            let clinic = model.clinic.as_ref();
            let people = clinic.map(|clinic| earlier_people(&clinic.session)).unwrap_or_default();
            let labels = people.into_iter().map(|one| one.label.clone()).collect();
            people_named(model, labels);
        }
        ControlId::RemoveDissent(slot, participant) => {
            apply_event(model, Event::DissentWithdrawn { slot, participant });
        }
        ControlId::RemoveRow(..) | ControlId::RemoveAction(_) | ControlId::RemoveParticipant(_) => {
            if let Some(what) = Removal::of(&id) {
                let clinic = model.clinic.as_ref().filter(|clinic| !clinic.reads_only);
                let session = clinic.map(|clinic| &clinic.session);
                if let Some(why) = session.and_then(|one| what.refusal(one, model.now)) {
                    return model.warn(why.to_string());
                }
                let (options, purpose) = (["Keep it", "Remove it"], ChoiceIntent::Remove(what));
                model.offer("Remove this?", REMOVAL_STAYS_ON_RECORD, options, purpose);
            }
        }
        ControlId::Place(slot, participant) => {
            let now = model.now;
            if let Some(clinic) = &mut model.clinic
                && let Some(view) = rating_view(&clinic.session, &slot)
            {
                let people = clinic.session.participants();
                let who = people.iter().find(|one| one.id == participant);
                let behaviour = behaviour(&clinic.session, &slot).unwrap_or_default();
                clinic.placing = Some(Placing {
                    slot,
                    behaviour,
                    participant,
                    who: who.map_or(String::new(), |one| one.label.clone()),
                    steps: view.steps,
                    again: view.state == RatingState::SecondRound,
                    way: clinic.session.placing(),
                    opened: now,
                    chosen: None,
                    checked_until: None,
                });
            }
        }
        ControlId::PlacingCode(slot) => chat_placing::code_pressed(model, slot),
        ControlId::Chat(_) => {
            model.show_notice("Copy the whole chat of the call, then paste it here as usual.");
        }
        ControlId::Reveal(slot) => {
            apply_event(model, Event::PlacementsRevealed { slot, reason: None });
        }
        ControlId::SecondRound(slot) => {
            apply_event(model, Event::SecondRoundOpened { slot: slot.clone() });
            if let Some(clinic) = &mut model.clinic
                && let Some(view) = rating_view(&clinic.session, &slot)
                && let Some(first) = view.waiting.first()
            {
                clinic.focus_on(ControlId::Place(slot, *first));
            }
        }
        ControlId::AddDissent(slot) => ask_dissent(model, DissentChoice::Who { slot }),
        ControlId::ChangeDissent(slot, who) => {
            ask_dissent(model, DissentChoice::Where { slot, who });
        }
        ControlId::Complete => ask_completion(model),
        _ => {}
    }
}

/// Does what a button says, and has the letter that was typed on it be the first of the answer: who
/// types there has begun to write.
fn typed_on(model: &mut Model, id: ControlId, letter: char) {
    if id == ControlId::AddParticipant {
        model.dialog = Some(Dialog::Ask(Ask::who_is_here(letter.encode_utf8(&mut [0; 4]))));
        return;
    }
    pressed(model, id);
    let now = model.now;
    if let Some(clinic) = model.clinic.as_mut().filter(|clinic| clinic.is_typing()) {
        let taken = clinic.paste(letter.encode_utf8(&mut [0; 4]), now);
        after_key(model, taken);
    }
}

/// Adds something, and moves the focus to its first question.
fn add(model: &mut Model, event: Event) {
    let ids = |clinic: &ClinicScreen| -> Vec<ControlId> {
        clinic.controls().iter().map(|control| control.id.clone()).collect()
    };
    let before = model.clinic.as_ref().map_or_else(Vec::new, ids);
    apply_event(model, event);
    if let Some(clinic) = &mut model.clinic {
        clinic.focus_on_added(&before);
    }
}

fn ask_dissent(model: &mut Model, choice: DissentChoice) {
    let Some(clinic) = &model.clinic else { return };
    if clinic.session.participants().is_empty() {
        return model.warn("First add who is here, in the first stage.");
    }
    model.dialog = Some(Dialog::Choose(Choose::dissent(choice, &clinic.session)));
}

/// Returns the people that a text names: one a line, or separated by semicolons.
pub(crate) fn people_of(text: &str) -> Vec<String> {
    let names = text.split(['\n', '\r', ';']).map(str::trim);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// People were named. The role of each is asked for, so that the note never holds a role that nobody
/// chose.
pub(crate) fn people_named(model: &mut Model, mut labels: Vec<String>) {
    let Some(clinic) = model.clinic.as_ref().filter(|_| !labels.is_empty()) else { return };
    let label = labels.remove(0);
    let (session, roles) = (&clinic.session, &clinic.session.template().roles);
    if roles.is_empty() {
        return;
    }
    if let [only] = roles.as_slice() {
        // There is nothing to choose.
        let role = only.id.clone();
        return add_participant(model, role, label, labels);
    }
    let title = |role: &Role| role.title.show(session.language()).to_owned();
    let ids = roles.iter().map(|role| role.id.clone()).collect();
    let mut text = match labels.len() {
        0 => label.clone(),
        more => format!("{label} (then {more} more)"),
    };
    let earlier = earlier_people(session);
    let before = earlier.iter().find(|one| one.label == label);
    if let Some(role) = before.and_then(|one| session.template().role(&one.role)) {
        text.push_str(&format!("\nLast time: {}.", title(role)));
    }
    let purpose = ChoiceIntent::ParticipantPart(label, ids, labels);
    let choose = Choose::new("What is their role today?", text, roles.iter().map(title), purpose);
    model.dialog = Some(Dialog::Choose(choose.selected(None)));
}

/// Puts somebody with their role on the list, and asks for that of the next.
pub(crate) fn add_participant(model: &mut Model, role: String, label: String, next: Vec<String>) {
    apply_event(model, Event::ParticipantAdded { role, label });
    let is_listed = |id: &ControlId| *id == ControlId::Heading("participants".to_owned());
    let clinic = model.clinic.as_ref();
    if clinic.is_some_and(|open| open.controls().iter().all(|control| !is_listed(&control.id))) {
        model.show_outcome("Added. Everyone is listed in the first stage (Ctrl-O) under “Who is here”. You can add more people there.");
    }
    people_named(model, next);
}

/// Lists what is missing; if nothing is, asks whether to complete, with what was found in the note.
pub(crate) fn ask_completion(model: &mut Model) {
    if model.clinic.as_ref().is_some_and(|clinic| clinic.unread().is_some()) {
        return go_to_unread(model);
    }
    let missing = model.clinic.as_ref().map(|clinic| completion(&clinic.session));
    let mut missing = missing.unwrap_or_default();
    missing.retain(|one| one.severity == ConstraintSeverity::Error);
    if !missing.is_empty() {
        return offer_missing(model, missing);
    }
    let Some(found) = found(model) else { return };
    let columns = usize::from(model.layout().dialog(70, 10).width.saturating_sub(4));
    let mut text =
        "A completed note can no longer be edited. You can add corrections.\n".to_owned();
    text.push_str(&found.lines(columns).join("\n"));
    let mut options = vec!["Not yet", "Complete the clinic"];
    if !found.is_empty() {
        options.push("Go to the first of these");
    }
    model.offer("Complete the clinic?", text, options, ChoiceIntent::Complete);
}

/// Goes to the next answer still needed, from the focus on and through the stages one has been in; from
/// the last of them to the first.
pub(crate) fn go_to_next_missing(model: &mut Model) {
    let Some(clinic) = &model.clinic else { return };
    let session = &clinic.session;
    let mut missing = completion(session);
    missing
        .retain(|one| one.severity == ConstraintSeverity::Error && one.stage <= session.furthest());
    let here = (session.stage(), clinic.place_of_focus());
    let place = |one: &Missing| {
        let at = if one.stage == here.0 { clinic.place_of_missing(one) } else { 0 };
        (one.stage, at)
    };
    let next = missing.iter().find(|one| place(one) > here).or(missing.first()).cloned();
    match next {
        Some(one) => go_to_missing(model, &one),
        None => model.show_notice("Nothing more is needed in the stages so far."),
    }
}

/// Goes to what is missing, and says what it is.
pub(crate) fn go_to_missing(model: &mut Model, missing: &Missing) {
    let here = model.clinic.as_ref().map(|clinic| clinic.session.stage());
    if here != Some(missing.stage) {
        apply_event(model, Event::StageOpened { stage: missing.stage });
    }
    if let Some(clinic) = &mut model.clinic {
        clinic.focus_on_missing(missing);
    }
    let key = if missing.how_known { KEY } else { "" };
    model.show_outcome(format!("{}{key}", missing.sentence()));
}

/// Goes to the first text that could not be read as an answer, if there is one.
pub(crate) fn go_to_unread(model: &mut Model) {
    let Some(unread) = model.clinic.as_ref().and_then(ClinicScreen::unread) else { return };
    apply_event(model, Event::StageOpened { stage: unread.stage });
    if let Some(clinic) = &mut model.clinic {
        clinic.focus_on(unread.control);
    }
    model.show_outcome(format!("{} Correct it, or clear it.", unread.sentence));
}

/// Goes to the first place that was found.
pub(crate) fn go_to_first(model: &mut Model) {
    let found = found(model);
    let Some(finding) = found.as_ref().and_then(NoteScan::first) else { return };
    apply_event(model, Event::StageOpened { stage: finding.stage });
    if let Some(clinic) = &mut model.clinic {
        clinic.go_to_finding(finding);
    }
}

fn found(model: &Model) -> Option<NoteScan> {
    let clinic = model.clinic.as_ref()?;
    Some(scan_note(&clinic.session, clinic.names(), model.today()))
}

/// Keeps the answers whose questions no longer apply, as lines of the note, and asks again to
/// complete it.
pub(crate) fn keep_hidden(model: &mut Model) {
    let hidden = model.clinic.as_ref().map(|clinic| hidden_answers(&clinic.session));
    for answer in hidden.unwrap_or_default() {
        apply_event(model, Event::HiddenAnswerKept { slot: answer.slot });
    }
    apply_event(model, Event::ClinicCompleted { acknowledged: false });
}
