//! The controls of one placement: collecting, revealed, second round, agreed. Everything shown
//! here comes from [`RatingView`], the one read function of the clinic room.

use super::control::{Control, ControlId, ControlKind, Pick};
use crate::{
    clinic::{
        Bar, Field, ItemType, Outcome, RatingState, RatingView, RoundView, Session, Slot, Value,
        WayOfPlacing,
    },
    text::{clean_line, shorten},
};

/// As much of a behaviour's description as reminds people which one is meant.
const MOST_COLUMNS: usize = 160;

/// Adds the controls of a placement.
pub(super) fn controls(
    session: &Session,
    field: &Field,
    view: &RatingView,
    out: &mut Vec<Control>,
) {
    let slot = &field.slot;
    let id = ControlId::Heading(format!("{slot:?}"));
    let heading = Control::new(id, &field.label, ControlKind::Heading);
    out.push(Control { hint: field.hint.clone(), problem: field.problem.clone(), ..heading });
    if let Some(words) = behaviour(session, slot) {
        let id = ControlId::Reading(slot.clone());
        out.push(Control::new(id, words, ControlKind::Reading).depth(1));
    }
    if let Some(first) = &view.first {
        picture(session, slot, "First round", first, out);
    }
    if let Some(second) = &view.second {
        picture(session, slot, "Second round", second, out);
    }
    match view.state {
        RatingState::Collecting | RatingState::SecondRound => {
            collecting(session, slot, view, out);
        }
        RatingState::Revealed => {
            if view.second.is_none() {
                out.push(
                    Control::button(
                        ControlId::SecondRound(slot.clone()),
                        "Place again, privately (second round)",
                    )
                    .hint("After those furthest apart have explained."),
                );
            }
            agreed(slot, view, out);
        }
        RatingState::Agreed => {
            agreed(slot, view, out);
            let basis = ControlId::Basis(slot.clone());
            out.push(
                Control::text(basis, "What this rests on", &view.basis, false)
                    .hint("Qualities of the behaviour and what is known, not the act."),
            );
            dissent(slot, view, out);
        }
    }
}

/// What is being placed, in the words of its row: the first text answered there.
fn behaviour(session: &Session, slot: &Slot) -> Option<String> {
    let row = slot.row?;
    let group = session.template().item(&slot.item)?.rows_of?;
    let first = session.template().items().into_iter().find(|place| {
        place.rows_of == Some(group) && matches!(place.item.kind, ItemType::Text | ItemType::String)
    })?;
    match session.answer(&Slot::in_row(&first.item.id, row)) {
        Some(Value::Text(text)) if !text.trim().is_empty() => {
            Some(shorten(&clean_line(text), MOST_COLUMNS))
        }
        _ => None,
    }
}

fn collecting(session: &Session, slot: &Slot, view: &RatingView, out: &mut Vec<Control>) {
    if view.state == RatingState::Collecting {
        let options = WayOfPlacing::ALL.map(|way| Pick {
            code: way.title().to_owned(),
            text: way.title().to_owned(),
            definition: String::new(),
            chosen: session.placing() == way,
        });
        let kind = ControlKind::Pick { options: options.to_vec(), many: false, in_a_row: false };
        out.push(Control::new(ControlId::WayOfPlacing, "How placements are taken", kind));
    }
    let round = if view.state == RatingState::SecondRound { "again" } else { "first" };
    let id = ControlId::Heading(format!("{slot:?} ready"));
    let label =
        format!("Everyone places it privately {round}: {} of {} ready", view.ready, view.asked);
    let heading = Control::new(id, label, ControlKind::Heading).depth(1);
    out.push(
        heading.hint(
            "Enter passes the keyboard to that person. Nothing is shown until all are ready.",
        ),
    );
    for one in session.participants().iter().filter(|one| one.present && places(session, &one.role))
    {
        let waiting = view.waiting.contains(&one.id);
        let state = if waiting { "still to place" } else { "ready" };
        let label = format!("{} {} · {state}", if waiting { "·" } else { "✓" }, one.label);
        out.push(Control::button(ControlId::Place(slot.clone(), one.id), label).depth(1));
    }
    // A behaviour further down the stage does not ask a second time.
    let asks = out.iter().any(|control| control.id == ControlId::AddParticipant);
    if view.asked < 2 && !asks {
        let hint = "Too few are named yet who place it. Roles and professions, no names.";
        out.push(Control::button(ControlId::AddParticipant, "Say who is here").hint(hint).depth(1));
    }
    if view.asked > 0 {
        let label = "Show all placements together";
        out.push(Control::button(ControlId::Reveal(slot.clone()), label));
    }
}

/// Whether people in this role are asked to place.
fn places(session: &Session, role: &str) -> bool {
    session.template().role(role).is_none_or(|role| role.places)
}

fn picture(session: &Session, slot: &Slot, title: &str, round: &RoundView, out: &mut Vec<Control>) {
    let widest = round.distribution.iter().map(|bar| bar.text.chars().count()).max().unwrap_or(0);
    let mut lines: Vec<String> = round
        .distribution
        .iter()
        .filter(|bar| !bar.exclusive || bar.count > 0)
        .map(|bar| format!("{:>widest$}  {} {}", bar.text, "●".repeat(bar.count), count(bar)))
        .collect();
    if let Some((low, high)) = &round.median {
        let name = |code: &String| text_of(&round.distribution, code);
        let median = if low == high {
            name(low)
        } else {
            format!("between {} and {}", name(low), name(high))
        };
        lines.push(format!("Median: {median}. Spread: {}.", steps(round.spread)));
    }
    if round.flagged {
        let line = if round.across_line { ", on both sides of problematic | abusive" } else { "" };
        let who: Vec<String> = round.outliers.iter().map(|id| session.name_of(*id, true)).collect();
        lines.push(format!("Views are far apart{line}."));
        if !who.is_empty() {
            lines.push(format!("First to explain, before anyone else speaks: {}.", who.join("; ")));
        }
    }
    if let Some(reason) = &round.early {
        lines.push(format!("Shown before everyone was ready: {reason}"));
    }
    let id = ControlId::Heading(format!("{slot:?} {title}"));
    out.push(Control::new(id, title, ControlKind::Picture(lines)).depth(1));
}

fn count(bar: &Bar) -> String {
    if bar.count == 0 { "·".to_owned() } else { bar.count.to_string() }
}

fn steps(spread: usize) -> String {
    if spread == 1 { "1 step".to_owned() } else { format!("{spread} steps") }
}

fn text_of(bars: &[Bar], code: &str) -> String {
    bars.iter().find(|bar| bar.code == code).map_or(code.to_owned(), |bar| bar.text.clone())
}

fn agreed(slot: &Slot, view: &RatingView, out: &mut Vec<Control>) {
    let now = view.outcome.as_ref();
    let mut options: Vec<Pick> = view
        .steps
        .iter()
        .filter(|step| !step.exclusive)
        .map(|step| Pick {
            code: step.code.clone(),
            text: step.text.clone(),
            definition: step.definition.clone(),
            chosen: now == Some(&Outcome::Placed(step.code.clone())),
        })
        .collect();
    for (outcome, text) in [
        (Outcome::NoAgreement, "No agreement (makes an action)"),
        (Outcome::NotEnoughInformation, "Not enough information"),
    ] {
        options.push(Pick {
            code: outcome.code().to_owned(),
            text: text.to_owned(),
            definition: String::new(),
            chosen: now == Some(&outcome),
        });
    }
    let kind = ControlKind::Pick { options, many: false, in_a_row: false };
    let control = Control::new(ControlId::Agreed(slot.clone()), "Agreed placement", kind);
    out.push(Control { required: true, ..control });
}

fn dissent(slot: &Slot, view: &RatingView, out: &mut Vec<Control>) {
    for one in &view.dissent {
        let place = text_of(&view.steps, &one.placement);
        let id = ControlId::Heading(format!("{slot:?} dissent {}", one.participant.0));
        let lines = vec![format!("{} would place it at {place}: {}", one.who, one.reason)];
        out.push(Control::new(id, "A differing view", ControlKind::Picture(lines)).depth(1));
        let id = ControlId::RemoveDissent(slot.clone(), one.participant);
        out.push(Control::button(id, "Take this view back").depth(1));
    }
    out.push(Control::button(ControlId::AddDissent(slot.clone()), "Add a differing view").hint(
        "Kept with its reason, by part in the meeting only, unless the person asks otherwise.",
    ));
}

/// The outcome a code of the agreed placement stands for.
pub(super) fn outcome(code: &str) -> Outcome {
    match code {
        "no_agreement" => Outcome::NoAgreement,
        "not_enough_information" => Outcome::NotEnoughInformation,
        code => Outcome::Placed(code.to_owned()),
    }
}
