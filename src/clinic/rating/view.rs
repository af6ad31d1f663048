//! What may be seen of a placement: the one place that reads it for showing.
//!
//! Promises: before the reveal nothing here tells what anyone chose, how many chose what, or who
//! came first; what a second round holds stays hidden until it is revealed too.

use super::{Dissent, Outcome, PlacementMethod, Rating, RatingState, Round};
use crate::clinic::session::{Participant, Session, place_of};
use crate::clinic::template::value::{ParticipantId, Slot};
use crate::clinic::template::{Item, ItemType, OptionDef};

/// What may be seen of a rating now.
#[derive(Clone, Debug, PartialEq)]
pub struct RatingView {
    /// How far it has come.
    pub state: RatingState,
    /// The continuum: code, shown text and definition, in order; then what stands outside it.
    pub steps: Vec<Bar>,
    /// How many have placed in the round that is open; 0 when none is.
    pub ready: usize,
    /// How many are asked in the round that is open; 0 when none is.
    pub asked: usize,
    /// Who is still to place, in the order people were added.
    pub waiting: Vec<ParticipantId>,
    /// Round one, once it is revealed.
    pub first: Option<RoundView>,
    /// Round two, once it is revealed.
    pub second: Option<RoundView>,
    /// What the group concluded.
    pub outcome: Option<Outcome>,
    /// What the conclusion rests on.
    pub basis: String,
    /// Differing views.
    pub dissent: Vec<DissentView>,
}

/// One step and how many chose it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The option's code.
    pub code: String,
    /// Its text.
    pub text: String,
    /// What it means, or blank.
    pub definition: String,
    /// Stands outside the continuum, as "not enough information" does.
    pub exclusive: bool,
    /// How many chose it; 0 in [`RatingView::steps`].
    pub count: usize,
}

/// A revealed round.
#[derive(Clone, Debug, PartialEq)]
pub struct RoundView {
    /// Every step with its count.
    pub distribution: Vec<Bar>,
    /// The middle placement: two codes when it lies between two steps.
    pub median: Option<(String, String)>,
    /// Steps between the lowest and the highest placement.
    pub spread: usize,
    /// Two steps apart or more, or on both sides of the line.
    pub flagged: bool,
    /// Placements lie on both sides of the line (problematic | abusive).
    pub across_line: bool,
    /// When flagged: who is furthest from the median and speaks first.
    pub outliers: Vec<ParticipantId>,
    /// Who placed it where, in the order people were added.
    pub placements: Vec<(ParticipantId, String)>,
    /// Why it was shown before everyone was ready.
    pub early: Option<String>,
    /// How many were asked.
    pub asked: usize,
    /// How it was taken; none in a note that kept it for the whole meeting only.
    pub way: Option<PlacementMethod>,
}

/// A differing view as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DissentView {
    /// The participant.
    pub participant: ParticipantId,
    /// The part in the meeting; with the profession when they asked for it.
    pub who: String,
    /// The placement's code.
    pub placement: String,
    /// Why.
    pub reason: String,
    /// They asked to be named by their profession.
    pub attributed: bool,
}

/// What may be seen of the rating in `slot`; None when the template has no such rating. The one
/// place that reads placements for showing.
pub fn rating_view(session: &Session, slot: &Slot) -> Option<RatingView> {
    let place = place_of(session, slot).filter(|place| place.item.kind == ItemType::Rating)?;
    let item = place.item;
    let steps = bars(session, item);
    let blank = Rating::new(slot.clone());
    let rating = session.rating(slot).unwrap_or(&blank);
    let open = rating.open_round();
    let waiting = open.map(|round| waiting(session, round)).unwrap_or_default();
    let ready = open.map_or(0, |round| round.placed.len());
    let shown_first = rating.state != RatingState::Collecting;
    let shown_second = matches!(rating.state, RatingState::Revealed | RatingState::Agreed);
    let second = rating.second.as_ref().filter(|_| shown_second);
    Some(RatingView {
        state: rating.state,
        ready,
        asked: ready + waiting.len(),
        waiting,
        first: shown_first.then(|| round_view(item, &steps, &rating.first)),
        second: second.map(|round| round_view(item, &steps, round)),
        outcome: rating.outcome.clone(),
        basis: rating.basis.clone(),
        dissent: rating.dissent.iter().map(|one| dissent_view(session, one)).collect(),
        steps,
    })
}

/// Those present who place, and have not yet.
pub(in crate::clinic) fn waiting(session: &Session, round: &Round) -> Vec<ParticipantId> {
    let placed = |id| round.placed.iter().any(|one| one.participant == id);
    let all = session.participants().iter();
    all.filter(|one| may_place(session, one) && !placed(one.id)).map(|one| one.id).collect()
}

/// Whether they are present, in a part that places.
pub(in crate::clinic) fn may_place(session: &Session, one: &Participant) -> bool {
    one.present && session.template().role(&one.role).is_none_or(|role| role.places)
}

fn bars(session: &Session, item: &Item) -> Vec<Bar> {
    let bar = |option: &OptionDef| Bar {
        code: option.code.clone(),
        text: option.text.show(session.language()).to_owned(),
        definition: option
            .definition
            .as_ref()
            .map_or(String::new(), |words| words.show(session.language()).to_owned()),
        exclusive: option.exclusive,
        count: 0,
    };
    let (inside, outside): (Vec<_>, Vec<_>) = item.options.iter().partition(|one| !one.exclusive);
    inside.into_iter().chain(outside).map(bar).collect()
}

fn round_view(item: &Item, steps: &[Bar], round: &Round) -> RoundView {
    let step = |code: &str| steps.iter().position(|bar| bar.code == code && !bar.exclusive);
    let mut distribution = steps.to_vec();
    for bar in &mut distribution {
        bar.count = round.placed.iter().filter(|one| one.code.code() == bar.code).count();
    }
    let mut order: Vec<usize> =
        round.placed.iter().filter_map(|one| step(one.code.code())).collect();
    order.sort_unstable();
    let (lowest, highest) = (order.first().copied(), order.last().copied());
    let spread = highest.unwrap_or(0) - lowest.unwrap_or(0);
    let line = item.line_after.as_deref().and_then(step);
    let across_line = line.is_some_and(|line| {
        lowest.is_some_and(|low| low <= line) && highest.is_some_and(|high| high > line)
    });
    let flagged = spread >= 2 || across_line;
    let middle =
        (!order.is_empty()).then(|| (order[(order.len() - 1) / 2], order[order.len() / 2]));
    // Twice the distance, so that a median between two steps stays a whole number.
    let distance = |at: usize| middle.map_or(0, |(low, high)| (2 * at).abs_diff(low + high));
    let furthest = order.iter().map(|&at| distance(at)).max().unwrap_or(0);
    let is_outlier = |code: &str| step(code).is_some_and(|at| distance(at) == furthest);
    RoundView {
        distribution,
        median: middle.map(|(low, high)| (steps[low].code.clone(), steps[high].code.clone())),
        spread,
        flagged,
        across_line,
        outliers: round
            .placed
            .iter()
            .filter(|one| flagged && furthest > 0 && is_outlier(one.code.code()))
            .map(|one| one.participant)
            .collect(),
        placements: round
            .placed
            .iter()
            .map(|one| (one.participant, one.code.code().to_owned()))
            .collect(),
        early: round.early.clone(),
        asked: round.asked as usize,
        way: round.way,
    }
}

fn dissent_view(session: &Session, dissent: &Dissent) -> DissentView {
    DissentView {
        participant: dissent.participant,
        who: session.name_of(dissent.participant, dissent.attributed),
        placement: dissent.placement.clone(),
        reason: dissent.reason.clone(),
        attributed: dissent.attributed,
    }
}
