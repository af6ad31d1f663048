//! The controls of one placement: collecting, revealed, second round, agreed. Everything shown
//! here comes from [`RatingView`], the only function of `clinic` that reads a placement.

use std::cmp::Ordering;

use super::chat_round;
use super::control::{Control, ControlId, ControlKind, Pick};
use crate::{
    clinic::{
        Bar, Field, Outcome, PlacementMethod, RatingState, RatingView, RoundView, Session, Slot,
        Value, rating_view,
    },
    text::{clean_line, shorten},
};

/// As much of a behaviour's description as reminds people which one is meant.
const MAX_COLUMNS: usize = 160;

pub(crate) fn controls(
    session: &Session,
    field: &Field,
    view: &RatingView,
    out: &mut Vec<Control>,
) {
    let slot = &field.slot;
    out.push(Control::heading_of(field));
    if let Some(words) = behaviour(session, slot) {
        let id = ControlId::Reading(slot.clone());
        out.push(Control::reading(id, words).depth(1));
    }
    picture(slot, view, out);
    match view.state {
        RatingState::Collecting | RatingState::SecondRound => {
            collecting(session, slot, view, out);
        }
        RatingState::Revealed => {
            let first = view.first.as_ref().filter(|first| first.flagged);
            let id = ControlId::SecondRound(slot.clone());
            let again = Control::button(id, "Place again (second round)");
            match &view.second {
                Some(_) => agreed(slot, view, out),
                None if first.is_some_and(|first| first.spread > 1) => {
                    out.push(again.hint("First, hear the views from both ends."));
                    agreed(slot, view, out);
                }
                None if first.is_some() => {
                    out.push(again.hint("First, people on both sides explain their views."));
                    agreed(slot, view, out);
                }
                // Where views lie close together, agreeing is what comes next.
                None => {
                    agreed(slot, view, out);
                    out.push(again.hint("Use this if the discussion has changed anyone’s view."));
                }
            }
        }
        RatingState::Agreed => {
            agreed(slot, view, out);
            let basis = ControlId::Basis(slot.clone());
            let basis = Control::text(basis, "Reasons for this placement", &view.basis, false)
                .hint("Name what was worrying and what is known. Do not describe the act.");
            out.push(Control { required: true, ..basis });
            dissent(slot, view, out);
        }
    }
}

/// What is being placed, in the words of its row: the first text answered there.
pub(super) fn behaviour(session: &Session, slot: &Slot) -> Option<String> {
    let row = slot.row?;
    let group = session.template().item(&slot.item)?.rows_of?;
    let first = session
        .template()
        .items()
        .into_iter()
        .find(|place| place.rows_of == Some(group) && place.item.kind.is_text())?;
    match session.answer(&Slot::in_row(&first.item.id, row)) {
        Some(Value::Text(text)) if !text.trim().is_empty() => {
            Some(shorten(&clean_line(text), MAX_COLUMNS))
        }
        _ => None,
    }
}

/// Which of several is being placed: “behaviour 1 of 2”.
pub(super) fn placed_row(session: &Session, slot: &Slot) -> Option<String> {
    rating_view(session, slot)?;
    let group = session.template().item(&slot.item)?.rows_of?;
    let rows = session.rows_within(group, session.parent_row(slot.row?));
    let at = rows.iter().position(|row| Some(*row) == slot.row).filter(|_| rows.len() > 1)?;
    let name = session.template().item(group)?.item.text.show(session.language());
    Some(format!("{} {} of {}", name.to_lowercase(), at + 1, rows.len()))
}

/// What is said before anybody places.
const SEEN_LATER: &str = "Nothing is shown until everyone is ready.";

/// What will be seen of whom, said before it is.
const WHAT_REVEAL_SHOWS: &str = "Everyone will see how many people chose each stage, and not who. In a \
     small group others may guess. The encrypted note keeps each person’s choice; only an export \
     with people’s roles shows it.";

/// What the facilitator says and does, for each way of placing.
fn instructions(way: PlacementMethod) -> &'static str {
    match way {
        PlacementMethod::PassTheKeyboard => {
            "Say: “I will pass the keyboard round. Turn the screen towards you and choose alone.” Then \
             press Enter on each person in turn."
        }
        PlacementMethod::Cards => {
            "Say: “Choose the number of a stage. Show it on a card, or with your fingers. Three, two, \
             one, show.” Then press Enter on each person and type their number."
        }
        PlacementMethod::VideoCall => {
            "Say: “Send me your number in a private chat, to me alone.” Or: “Hold up your fingers on \
             three, two, one.” Then press Enter on each person and type their number. Or make a code: \
             then not even you see what anyone chose."
        }
        PlacementMethod::RoundTheTable => {
            "Ask one person at a time. Press Enter on each person and type what they say."
        }
    }
}

fn collecting(session: &Session, slot: &Slot, view: &RatingView, out: &mut Vec<Control>) {
    let now = session.placing();
    // An older draft keeps the way it has.
    let ways = PlacementMethod::ALL.into_iter();
    let ways = ways.filter(|way| *way == now || PlacementMethod::OFFERED.contains(way));
    let options = ways.map(|way| Pick::new(way.title(), way.title(), way == now));
    let kind = ControlKind::one_of(options, false);
    let id = ControlId::PlacementMethod(slot.clone());
    out.push(Control::new(id, "How will people place it?", kind));
    let round = if view.state == RatingState::SecondRound { "Second round" } else { "Placements" };
    let id = ControlId::Readiness(slot.clone());
    let label = format!("{round}: {} of {} ready", view.ready, view.asked);
    let heading = Control::new(id, label, ControlKind::Heading).depth(1);
    let how = format!("{} {SEEN_LATER}", instructions(now));
    // A behaviour further down the stage does not ask a second time.
    let asks = out.iter().any(|control| control.id == ControlId::AddParticipant);
    let says_who = view.asked < 2 && !asks;
    let more = " Someone missing? Add them in the first stage (Ctrl-O).";
    out.push(heading.hint(if view.asked < 2 { how } else { format!("{how}{more}") }));
    for one in session.participants().iter().filter(|one| one.present && places(session, &one.role))
    {
        let waiting = view.waiting.contains(&one.id);
        let state = if waiting { "still to place" } else { "ready" };
        let label = format!("{} {} · {state}", if waiting { "·" } else { "✓" }, one.label);
        out.push(Control::button(ControlId::Place(slot.clone(), one.id), label).depth(1));
    }
    if now == PlacementMethod::VideoCall && view.asked > 0 {
        chat_round::offer(slot, out);
    }
    if says_who {
        let hint = "First add the people who will place it. Roles and professions only, no names.";
        out.push(Control::button(ControlId::AddParticipant, "Add a person").hint(hint).depth(1));
    }
    if view.asked > 0 {
        let label = "Reveal all placements";
        let reveal = Control::button(ControlId::Reveal(slot.clone()), label);
        out.push(reveal.hint(WHAT_REVEAL_SHOWS));
    }
}

/// Whether people in this role are asked to place.
fn places(session: &Session, role: &str) -> bool {
    session.template().role(role).is_none_or(|role| role.places)
}

/// Where everyone stood, before and after they talked, and what it says about the talk to come.
fn picture(slot: &Slot, view: &RatingView, out: &mut Vec<Control>) {
    let Some(picture) = view.picture() else { return };
    let rounds: Vec<&RoundView> = view.first.iter().chain(&view.second).collect();
    let mut lines = Vec::new();
    for (name, round) in picture.rounds.iter().zip(&rounds) {
        lines.extend(in_words(name, round));
    }
    if let Some(newest) = rounds.last().filter(|round| round.flagged) {
        lines.extend(invitation(view, newest));
    }
    let drawn = beside_picture(view);
    let mut said = picture.said();
    said.extend(lines);
    let aside = match rounds.as_slice() {
        [one] => format!("first round · {} of {} placed", one.placements.len(), one.asked),
        _ => String::new(),
    };
    let folded = rounds.last().map_or(String::new(), |newest| middle_of(newest));
    let kind = ControlKind::Picture { picture: Some(picture), drawn, said, aside, folded };
    let id = ControlId::Picture(slot.clone());
    out.push(Control::new(id, "Where everyone placed it", kind).depth(1));
}

/// What is said below the picture on a screen, where the middle is marked in it: what a second round changed, why
/// one was revealed early, and which views are heard first.
fn beside_picture(view: &RatingView) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, round) in [("first", &view.first), ("second", &view.second)] {
        if let Some(RoundView { early: Some(reason), placements, asked, .. }) = round {
            let placed = placements.len();
            lines.push(format!(
                "The {name} round was revealed when {placed} of {asked} people had placed it. Reason: {reason}"
            ));
        }
    }
    if let (Some(first), Some(second)) = (&view.first, &view.second) {
        lines.extend(Some(what_changed(first, second)).filter(|words| !words.is_empty()));
    }
    let Some(newest) = view.second.as_ref().or(view.first.as_ref()) else { return lines };
    lines.extend(reasons_sent(newest));
    if newest.flagged {
        let apart = newest.spread_sentence().unwrap_or_default();
        let invitation =
            invitation(view, newest).map_or(String::new(), |words| format!(" {words}"));
        lines.push(format!("! {apart}{invitation}"));
    } else if let Some(same) = newest.spread_sentence().filter(|_| newest.spread == 0) {
        let mark = if newest.is_unanimous() { "✓ " } else { "" };
        lines.push(format!("{mark}{same}"));
    }
    lines
}

/// Who is heard first while views are shown: both ends, named by what they chose and never by who
/// chose it.
fn invitation(view: &RatingView, round: &RoundView) -> Option<String> {
    let (low, high) = round.ends.as_ref().filter(|_| view.state == RatingState::Revealed)?;
    let (low, high) = (text_of(&round.distribution, low), text_of(&round.distribution, high));
    Some(format!(
        "Say: “Would someone who chose {low}, and someone who chose {high}, tell us what they saw? \
         The least senior first. We listen until they have finished.”"
    ))
}

/// What became of the views between two rounds. Where fewer chose a stage than before, nothing is said of how
/// close they are.
fn what_changed(first: &RoundView, second: &RoundView) -> String {
    let (Some(before), Some(now)) = (first.range(), second.range()) else { return String::new() };
    let (from, to) = (in_range(before), in_range(now));
    let nearness = match second.spread.cmp(&first.spread) {
        _ if second.chose_a_stage() < first.chose_a_stage() => format!(
            "{} chose a stage in the first round, {} in the second: views went {from}, now {to}.",
            first.chose_a_stage(),
            second.chose_a_stage()
        ),
        Ordering::Less => format!("✓ Closer: views went {from}, now {to}."),
        Ordering::Equal if before == now && before.0 == before.1 => {
            "The same stage was chosen in both rounds.".to_owned()
        }
        Ordering::Equal if before == now => format!("Views still go {to}."),
        Ordering::Equal => format!("As close as before: views went {from}, now {to}."),
        Ordering::Greater => format!("! Less close: views went {from}, now {to}."),
    };
    match (&first.median, &second.median) {
        (Some(before), Some(now)) if before == now => {
            format!("{nearness} The middle stayed at {}.", middle_words(second, now))
        }
        (Some(before), Some(now)) => format!(
            "{nearness} The middle moved from {} to {}.",
            middle_words(first, before),
            middle_words(second, now)
        ),
        _ => nearness,
    }
}

/// The stages between which views lie.
fn in_range((lowest, highest): (&str, &str)) -> String {
    if lowest == highest {
        format!("only to {lowest}")
    } else {
        format!("from {lowest} to {highest}")
    }
}

fn middle_words(round: &RoundView, (low, high): &(String, String)) -> String {
    let step = |code: &String| text_of(&round.distribution, code);
    if low == high { step(low) } else { format!("between {} and {}", step(low), step(high)) }
}

fn middle_of(round: &RoundView) -> String {
    match &round.median {
        Some(middle) => format!("Middle view: {}.", middle_words(round, middle)),
        None => "Nobody chose a stage.".to_owned(),
    }
}

fn in_words(name: &str, round: &RoundView) -> Vec<String> {
    let spread = round.spread_sentence().map_or(String::new(), |spread| format!(" {spread}"));
    let mut lines = vec![format!("{name}. {}{spread}", middle_of(round))];
    lines.extend(reasons_sent(round));
    if let Some(reason) = &round.early {
        let (placed, asked) = (round.placements.len(), round.asked);
        lines.push(format!(
            "Revealed early, when {placed} of {asked} people had placed it. Reason: {reason}"
        ));
    }
    lines
}

/// Reasons that came with placements, each with what was chosen and never with who wrote it.
fn reasons_sent(round: &RoundView) -> impl Iterator<Item = String> {
    round.reasons.iter().map(|(code, reason)| {
        format!("Reason given for {}: {reason}", text_of(&round.distribution, code))
    })
}

fn text_of(bars: &[Bar], code: &str) -> String {
    bars.iter().find(|bar| bar.code == code).map_or(code.to_owned(), |bar| bar.text.clone())
}

fn agreed(slot: &Slot, view: &RatingView, out: &mut Vec<Control>) {
    let now = view.outcome.as_ref();
    let steps = view.steps.iter().filter(|step| !step.exclusive).map(|step| Pick {
        code: step.code.clone(),
        text: step.text.clone(),
        definition: step.definition.clone(),
        chosen: now == Some(&Outcome::Placed(step.code.clone())),
    });
    let others = [
        (Outcome::NoAgreement, "No agreement (adds an action)"),
        (Outcome::NotEnoughInformation, "Not enough information"),
    ]
    .map(|(outcome, text)| Pick::new(outcome.code(), text, now == Some(&outcome)));
    let kind = ControlKind::one_of(steps.chain(others), false);
    let control = Control::new(ControlId::Agreed(slot.clone()), "Agreed placement", kind);
    out.push(Control { required: true, ..control });
}

fn dissent(slot: &Slot, view: &RatingView, out: &mut Vec<Control>) {
    for one in &view.dissent {
        let place = text_of(&view.steps, &one.placement);
        let id = ControlId::Heading(format!("{slot:?} dissent {}", one.participant.0));
        let lines = vec![format!("{} would place it at {place}: {}", one.who, one.reason)];
        out.push(Control::new(id, "Differing view", ControlKind::lines(lines)).depth(1));
        let id = ControlId::ChangeDissent(slot.clone(), one.participant);
        out.push(Control::button(id, "Change this view").depth(1));
        let id = ControlId::RemoveDissent(slot.clone(), one.participant);
        out.push(Control::button(id, "Remove this view").depth(1));
    }
    out.push(Control::button(ControlId::AddDissent(slot.clone()), "Add a differing view").hint(
        "Recorded with the reason and the person’s role today. Add their profession only if they wish.",
    ));
}

/// The outcome a code of the agreed placement stands for.
pub(crate) fn outcome(code: &str) -> Outcome {
    match code {
        "no_agreement" => Outcome::NoAgreement,
        "not_enough_information" => Outcome::NotEnoughInformation,
        code => Outcome::Placed(code.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        app::ClinicScreen,
        clinic::{Event, bundled_template},
    };

    /// A round of so many asked, from the first of the continuum on.
    fn round(asked: usize, counts: [usize; 5]) -> RoundView {
        let texts = ["Typical", "Inappropriate", "Problematic", "Abusive", "Violent"];
        let bar = |(text, count): (&str, usize)| Bar {
            code: text.to_lowercase(),
            text: text.to_owned(),
            definition: String::new(),
            exclusive: false,
            count,
        };
        let (low, high) = (counts.iter().position(|n| *n > 0), counts.iter().rposition(|n| *n > 0));
        RoundView {
            reasons: Vec::new(),
            distribution: texts.into_iter().zip(counts).map(bar).collect(),
            median: None,
            spread: high.unwrap_or(0) - low.unwrap_or(0),
            flagged: false,
            across_line: false,
            ends: None,
            placements: Vec::new(),
            early: None,
            asked,
            way: None,
        }
    }

    #[test]
    fn what_changed_names_stages_and_claims_nothing_of_people_who_did_not_place_again() {
        let said = |before, now| what_changed(&round(5, before), &round(5, now));
        assert_eq!(
            said([2, 1, 1, 0, 1], [0, 0, 5, 0, 0]),
            "✓ Closer: views went from Typical to Violent, now only to Problematic."
        );
        assert_eq!(
            said([0, 0, 4, 1, 0], [0, 0, 4, 0, 0]),
            "5 chose a stage in the first round, 4 in the second: views went from Problematic to \
             Abusive, now only to Problematic."
        );
        assert_eq!(
            said([0, 0, 4, 1, 0], [0, 0, 3, 2, 0]),
            "Views still go from Problematic to Abusive."
        );
        assert_eq!(
            said([0, 0, 5, 0, 0], [0, 0, 5, 0, 0]),
            "The same stage was chosen in both rounds."
        );
    }

    #[test]
    fn every_placement_of_a_stage_with_several_behaviours_is_reached_in_turn() {
        let now = "2026-11-22T10:00:00Z".parse().expect("a time");
        let one = bundled_template("peer-case-clinic").expect("the format");
        let template = one.parse().expect("it is sound");
        let session = Session::start(template, uuid::Uuid::nil(), "HERON-42", false, now);
        let mut screen = ClinicScreen::open(None, session, now);
        let person = |label: &str| Event::ParticipantAdded {
            role: "consultant".to_owned(),
            label: label.to_owned(),
        };
        let reason = || "a test of the order".to_owned();
        let group = "behaviour".to_owned();
        for event in [person("nurse"), person("teacher"), Event::RowAdded { group }] {
            screen.apply_event(event, now).expect("it is taken");
        }
        for _ in 0..3 {
            screen
                .apply_event(Event::GateOverridden { reason: reason() }, now)
                .expect("it is taken");
        }
        let mut seen = vec![screen.focus.clone()];
        while screen.move_focus(true) {
            seen.push(screen.focus.clone());
            assert!(seen.len() < 100, "the focus goes round and round: {seen:?}");
        }
        let different: BTreeSet<_> = seen.iter().collect();
        assert_eq!(different.len(), seen.len(), "{seen:?}");
        let reveals = seen.iter().filter(|id| matches!(id, ControlId::Reveal(_))).count();
        assert_eq!(reveals, 2, "{seen:?}");
    }
}
