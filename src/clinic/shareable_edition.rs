//! What may be handed to somebody outside: the note without the answers whose questions ask for
//! identifiers or special-category information, and without who placed what.
//!
//! Promises: everything of [`members_edition`](super::members_edition); no answer, cell, reason or
//! action of an item that its template marks `identifier` or `special_category`, and no text of
//! which the template says nothing, is in it; each is named in the list of what was left out. Free
//! text stays, so somebody has to read it before it is handed over.

use super::members_edition::members_edition;
use super::session::Session;
use super::template::{Item, Sensitivity};

/// Returns the note as it may be shared, and what was left out of it, by its questions in order.
pub fn shareable_edition(session: &Session) -> (Session, Vec<String>) {
    let mut edition = members_edition(session);
    let mut left_out = Vec::new();
    let items: Vec<Item> = session.template().items().iter().map(|one| one.item.clone()).collect();
    for item in items.iter().filter(|item| is_withheld(item)) {
        if remove(&mut edition, item) {
            left_out.push(item.text.show(session.language()).to_owned());
        }
    }
    for person in &mut edition.participants {
        person.label.clear();
    }
    for rating in &mut edition.ratings {
        rating.dissent.iter_mut().for_each(|view| view.attributed = false);
    }
    if let Some(earlier) = &mut edition.earlier {
        // The beginning of a description, and reasons, whose questions may be withheld.
        for one in &mut earlier.placements {
            one.about.clear();
            one.basis.clear();
        }
        let is_told = |id: &str| !items.iter().any(|item| item.id == id && is_withheld(item));
        earlier.scales.retain(|one| is_told(&one.item));
    }
    let mut clear = |count: usize, name: &str| {
        if count > 0 {
            left_out.push(name.to_owned());
        }
    };
    clear(edition.leftovers.len(), "Answers to questions no longer asked");
    clear(edition.amendments.len(), "Corrections: ask the sender for them");
    clear(edition.shares.len(), "With whom the note was shared");
    edition.leftovers.clear();
    edition.amendments.clear();
    edition.shares.clear();
    clear(edition.handed_over().count(), "Which documents of the note were handed over");
    edition.audit.clear();
    (edition, left_out)
}

fn is_withheld(item: &Item) -> bool {
    matches!(item.sensitivity, Some(Sensitivity::Identifier | Sensitivity::SpecialCategory))
}

/// Removes what was written for an item. Returns whether there was anything.
fn remove(edition: &mut Session, item: &Item) -> bool {
    let id = item.id.as_str();
    let size = |edition: &Session| {
        let answers = edition.answers.iter().filter(|one| one.slot.item == id).count();
        let reasons = edition.ratings.iter().filter(|one| {
            one.slot.item == id && (!one.basis.is_empty() || !one.dissent.is_empty())
        });
        answers
            + reasons.count()
            + edition.calculated.iter().filter(|one| one.slot.item == id).count()
            + edition.matrix.iter().filter(|one| one.slot.item == id).count()
            + edition.matrix_reasons.iter().filter(|one| one.slot.item == id).count()
            + edition.actions.iter().filter(|one| one.item == id).count()
    };
    let before = size(edition);
    edition.answers.retain(|one| one.slot.item != id);
    edition.calculated.retain(|one| one.slot.item != id);
    edition.matrix.retain(|one| one.slot.item != id);
    edition.matrix_reasons.retain(|one| one.slot.item != id);
    edition.actions.retain(|one| one.item != id);
    for rating in edition.ratings.iter_mut().filter(|one| one.slot.item == id) {
        rating.basis.clear();
        rating.dissent.clear();
    }
    before > size(edition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::{bundled_templates, practice_session, to_document};

    #[test]
    fn no_withheld_answer_of_a_worked_example_is_in_its_shareable_edition() {
        let now = "2026-11-22T10:00:00Z".parse().expect("a time");
        for one in bundled_templates() {
            let template = one.parse().expect("it is sound");
            let session =
                practice_session(&template, one.example_file, one.example, now).expect("it plays");
            let withheld: Vec<String> = session
                .answers
                .iter()
                .filter(|answer| {
                    let place = session.template().item(&answer.slot.item);
                    place.is_some_and(|place| is_withheld(place.item))
                })
                .map(|answer| answer.value.plain())
                .filter(|text| text.len() > 12)
                .collect();
            let (edition, left_out) = shareable_edition(&session);
            assert_eq!(withheld.is_empty(), left_out.is_empty(), "{}", template.about.id);
            let written = to_document(&edition);
            for text in withheld {
                assert!(!written.contains(&text), "{}: {text}", template.about.id);
            }
        }
    }
}
