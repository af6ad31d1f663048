//! What members read of a completed note: the session without removed text, and without who
//! placed what.
//!
//! Promises: no text that was typed and then removed or replaced is in it, in the audit trail
//! neither; no placement that nobody revealed is in it; a revealed one is a count, and a differing
//! view names nobody, unless its holder asked to be named; everything else reads as in the whole
//! session. What is not known to stand is left out.

use std::collections::BTreeSet;

use super::engine::shown_action;
use super::form::enablement::is_enabled;
use super::rating::{NOBODY, Rating, RatingState, Round};
use super::session::{Change, HANDED_OVER, IMPORTED, JUMPED, Session};
use super::template::ItemType;
use super::template::value::{RowId, Slot};

/// The item of the audit trail that records how the note ended.
const STATUS: &str = "status";

/// Returns the session as members read it.
pub fn members_edition(session: &Session) -> Session {
    let mut edition = session.clone();
    let is_asked = |slot: &Slot| is_enabled(session, slot);
    // What is no longer asked is not shown in the note either.
    edition.answers.retain(|one| is_asked(&one.slot));
    edition.calculated.retain(|one| is_asked(&one.slot));
    edition.matrix.retain(|one| is_asked(&one.slot));
    edition.matrix_reasons.retain(|one| is_asked(&one.slot));
    edition.actions.retain(|one| is_asked(&Slot::once(&one.item)));
    edition.ratings.retain(|one| is_asked(&one.slot) && one.state != RatingState::Collecting);
    for rating in &mut edition.ratings {
        let order = step_order(session, &rating.slot);
        without_names(rating, &order);
    }
    let standing = standing(&edition);
    edition.audit.iter_mut().for_each(|change| keep_standing(change, &standing));
    edition.history.forget();
    edition.watched_names.clear();
    edition
}

/// The codes of a rating's steps in the order of the continuum.
fn step_order(session: &Session, slot: &Slot) -> Vec<String> {
    let place = session.template.item(&slot.item);
    let place = place.filter(|place| place.item.kind == ItemType::Rating);
    let options = place.map_or(&[][..], |place| &place.item.options);
    options.iter().map(|option| option.code.clone()).collect()
}

fn without_names(rating: &mut Rating, order: &[String]) {
    let is_open = rating.state == RatingState::SecondRound;
    counted(&mut rating.first, order);
    if let Some(second) = &mut rating.second {
        if is_open {
            second.placed.clear();
        }
        counted(second, order);
    }
    for dissent in rating.dissent.iter_mut().filter(|dissent| !dissent.attributed) {
        dissent.participant = NOBODY;
    }
}

/// Leaves of a round how many chose what: the order of placements says nothing.
fn counted(round: &mut Round, order: &[String]) {
    let step = |code: &str| order.iter().position(|one| one == code).unwrap_or(order.len());
    round.placed.sort_by(|a, b| {
        let (a, b) = (a.code.code(), b.code.code());
        step(a).cmp(&step(b)).then_with(|| a.cmp(b))
    });
    for one in &mut round.placed {
        one.participant = NOBODY;
        // In their own words, which may tell who they are.
        one.reason = None;
    }
}

/// The content of the note, as lines of the audit trail say it: item, row and text.
type Standing = BTreeSet<(String, Option<RowId>, String)>;

fn standing(session: &Session) -> Standing {
    let mut standing = Standing::new();
    let mut add = |item: String, row: Option<RowId>, text: String| {
        standing.insert((item, row, text));
    };
    let given = session.answers.iter().map(|one| &**one);
    for one in given.chain(&session.calculated) {
        add(one.slot.item.clone(), one.slot.row, one.value.plain());
    }
    for cell in &session.matrix {
        let (slot, column) = (&cell.slot, cell.column.title().to_lowercase());
        let item = format!("{}.{}.{column}", slot.item, cell.domain);
        if let Some(known) = cell.sureness {
            add(format!("{item}.sureness"), slot.row, known.title().to_owned());
        }
        add(item, slot.row, cell.evidence.clone());
    }
    for one in &session.matrix_reasons {
        add(format!("{}.reason", one.slot.item), one.slot.row, one.value.plain());
    }
    for rating in &session.ratings {
        let slot = &rating.slot;
        add(format!("{}.basis", slot.item), slot.row, rating.basis.clone());
        if let Some(outcome) = &rating.outcome {
            add(slot.item.clone(), slot.row, outcome.code().to_owned());
        }
    }
    for action in &session.actions {
        add(format!("action {}", action.id.0), None, shown_action(&action.details));
    }
    for one in session.earlier.iter().flat_map(|earlier| &earlier.actions) {
        add(format!("earlier action {}", one.id.0), None, shown_action(&one.details));
    }
    for one in &session.citations {
        add("citation".to_owned(), None, format!("{} {}", one.id, one.version));
    }
    for one in &session.amendments {
        add("amendment".to_owned(), None, one.text.clone());
    }
    for one in &session.shares {
        add("shared with".to_owned(), None, format!("{}, key {}", one.with, one.key));
    }
    add(STATUS.to_owned(), None, session.status.title().to_owned());
    standing
}

/// Leaves in a line of the audit trail only what stands. That something changed, and when, stays.
fn keep_standing(change: &mut Change, standing: &Standing) {
    change.old = None;
    // Only the program writes these, and they hold no words of the meeting.
    if [JUMPED, HANDED_OVER, IMPORTED].contains(&change.item.as_str()) {
        return;
    }
    let text = change.new.clone().unwrap_or_default();
    let stands = standing.contains(&(change.item.clone(), change.row, text));
    if !stands {
        change.why = None;
        // How the note ended is nobody's; a reason for it may be.
        if change.item != STATUS {
            change.new = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::fixture::Play;
    use crate::clinic::{
        ActionDetails, Column, Event, Outcome, ParticipantId, Value, from_document, rating_view,
        to_document,
    };

    /// Words that are typed and then removed, in ways that take turns.
    const WORDS: usize = 500;

    fn word(at: usize) -> String {
        format!("takenback{at:04}")
    }

    /// Types a word somewhere and removes it, in the way that `at` stands for.
    fn take_back(play: &mut Play, at: usize) {
        let text = word(at);
        let row = play.session.rows("behaviour")[0];
        let typed = |item: &str, row: Option<RowId>, value: Option<&str>| Event::Answered {
            slot: Slot { item: item.into(), row },
            value: value.map(|text| Value::Text(text.into())),
        };
        // Further apart than one run of typing.
        play.wait(200);
        match at % 12 {
            0 => {
                play.did(typed("question", None, Some(&text)));
                play.did(typed("question", None, None));
            }
            1 => {
                play.did(typed("last_word", None, Some(&format!("Ask {text} again"))));
                play.wait(200);
                play.did(typed("last_word", None, Some("Ask again, please, and wait")));
            }
            2 => {
                play.did(typed("name", None, Some(&text)));
                play.did(Event::Undone);
            }
            3 => {
                play.did(typed("what", Some(row), Some(&text)));
                play.did(typed("what", Some(row), Some("-")));
            }
            4 => {
                play.did(Event::RowAdded { group: "behaviour".into() });
                let added = play.session.rows("behaviour")[1];
                play.did(typed("what", Some(added), Some(&text)));
                play.did(Event::RowRemoved { group: "behaviour".into(), row: added });
            }
            5 => {
                play.cell(Column::ALL[0], &text);
                play.cell(Column::ALL[0], "");
            }
            6 => {
                let (slot, reason) = (Slot::once("domains"), text);
                play.did(Event::MatrixReasonWritten { slot: slot.clone(), reason });
                play.did(Event::MatrixReasonWritten { slot, reason: String::new() });
            }
            7 => {
                let details = ActionDetails { what: text, ..ActionDetails::default() };
                play.did(Event::ActionAdded { item: "actions".into(), details });
                let id = play.session.actions().last().expect("an action").id;
                play.did(Event::ActionRemoved { id });
            }
            8 => {
                let role = "observer".to_owned();
                play.did(Event::ParticipantAdded { role: role.clone(), label: text });
                let id = play.session.participants().last().expect("somebody").id;
                play.did(Event::ParticipantRemoved { id });
            }
            9 => {
                let slot = play.slot();
                play.did(Event::BasisWritten { slot: slot.clone(), text });
                play.did(Event::BasisWritten { slot, text: String::new() });
            }
            10 => {
                let (slot, participant) = (play.slot(), play.who(1));
                play.did(Event::DissentRecorded {
                    slot: slot.clone(),
                    participant,
                    placement: "abusive".into(),
                    reason: text,
                    attributed: false,
                });
                play.did(Event::DissentWithdrawn { slot, participant });
            }
            _ => {
                play.did(Event::EntryCited {
                    id: text.clone(),
                    title: text.clone(),
                    version: "1".into(),
                });
                play.did(Event::CitationRemoved { id: text });
            }
        }
    }

    fn placed() -> Play {
        let mut play = Play::with_people(4);
        play.place(&["inappropriate", "problematic", "abusive", "problematic"]);
        play.reveal();
        play
    }

    #[test]
    fn members_find_none_of_five_hundred_words_that_were_taken_back_and_the_vault_finds_all() {
        let mut play = placed();
        (0..WORDS).for_each(|at| take_back(&mut play, at));
        let (whole, edition) =
            (to_document(&play.session), to_document(&members_edition(&play.session)));
        let missing = (0..WORDS).filter(|at| !whole.contains(&word(*at))).count();
        let leaked = (0..WORDS).filter(|at| edition.contains(&word(*at))).count();
        assert_eq!((missing, leaked), (0, 0));
        assert_eq!(from_document(&edition).as_ref(), Ok(&members_edition(&play.session)));
    }

    #[test]
    fn what_stands_is_all_there_and_its_line_of_the_trail_too() {
        let mut play = Play::with_people(2);
        play.fill();
        play.did(Event::ClinicCompleted { acknowledged: false });
        let amended =
            play.session.amend("social worker", "heard later", "It was not secret.", play.now);
        let session = amended.expect("amended");
        let edition = members_edition(&session);
        assert_eq!(edition.answers, session.answers);
        assert_eq!(edition.amendments(), session.amendments());
        assert_eq!(edition.matrix, session.matrix);
        assert_eq!(edition.actions(), session.actions());
        assert_eq!(edition.audit().len(), session.audit().len());
        let line =
            |text: &str| edition.audit().iter().any(|change| change.new.as_deref() == Some(text));
        assert!(line("What next?") && line("It was not secret.") && line("completed"));
        let reason = edition.audit().last().and_then(|change| change.why.clone());
        assert_eq!(reason.as_deref(), Some("heard later"));
    }

    #[test]
    fn placements_are_counts_and_only_who_asked_to_be_named_is() {
        let mut play = placed();
        let slot = play.slot();
        for (at, attributed) in [(2, false), (3, true)] {
            play.did(Event::DissentRecorded {
                slot: slot.clone(),
                participant: play.who(at),
                placement: "abusive".into(),
                reason: "It was secret.".into(),
                attributed,
            });
        }
        play.agree(Outcome::Placed("problematic".into()));
        let edition = members_edition(&play.session);
        let whole = play.view();
        let view = rating_view(&edition, &slot).expect("a rating");
        let (then, now) = (whole.first.expect("shown"), view.first.expect("shown"));
        assert_eq!(now.distribution, then.distribution);
        assert_eq!((now.median, now.spread, now.asked), (then.median, then.spread, then.asked));
        assert!(now.placements.iter().all(|(who, _)| *who == NOBODY));
        let steps: Vec<&str> = now.placements.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(steps, ["inappropriate", "problematic", "problematic", "abusive"]);
        let named: Vec<ParticipantId> = view.dissent.iter().map(|one| one.participant).collect();
        assert_eq!(named, [NOBODY, play.who(3)]);
        assert_eq!(view.outcome, whole.outcome);
    }

    #[test]
    fn a_placement_that_nobody_revealed_is_in_no_edition() {
        let mut play = Play::with_people(2);
        play.place(&["abusive", "typical"]);
        let edition = members_edition(&play.session);
        assert!(edition.ratings.is_empty());
        play.reveal();
        let slot = play.slot();
        play.did(Event::SecondRoundOpened { slot });
        play.place(&["violent"]);
        let edition = members_edition(&play.session);
        let second = edition.ratings[0].second.as_ref().expect("it is open");
        assert!(second.placed.is_empty());
    }

    #[test]
    fn what_is_no_longer_asked_is_not_handed_on() {
        let mut play = Play::with_people(2);
        play.answer("danger", Value::Boolean(true));
        play.answer("danger_done", Value::Text("The name of a child".into()));
        play.answer("danger", Value::Boolean(false));
        let edition = to_document(&members_edition(&play.session));
        assert!(!edition.contains("The name of a child"));
    }
}
