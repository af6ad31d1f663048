//! What may be seen of a placement: the one place that reads it for showing, and a small picture of
//! how many stood at each step, round beside round.
//!
//! Promises: before the reveal nothing here tells what anyone chose, how many chose what, or who
//! came first; what a second round holds stays hidden until it is revealed too. The
//! picture is made of a [`RatingView`], so it shows nothing that is not revealed; what is drawn
//! needs no colour and stays within seventy-two columns with the continuum as it is bundled; what
//! is said tells the same in sentences.

use super::{Dissent, Outcome, PlacementMethod, Rating, RatingState, Round};
use crate::clinic::session::{Participant, Session, place_of};
use crate::clinic::template::value::{ParticipantId, Slot};
use crate::clinic::template::{Item, ItemType, OptionDef};
use crate::text::width;

/// Dots of the longest bar: of more people than this, the other bars are drawn in proportion.
const MAX_DOTS: usize = 8;
/// The text beside the dashed line.
const LINE: &str = "problematic / abusive";
/// The same where there is little room.
const FEW_DOTS: usize = 5;
/// Columns of the dots of one round, so that numbers stand in one column in most pictures.
const MIN_BAR: usize = 11;

/// What may be seen of a rating now.
#[derive(Clone, Debug, PartialEq)]
pub struct RatingView {
    /// How far it has come.
    pub state: RatingState,
    /// The continuum: code, shown text and definition, in order; then what stands outside it.
    pub steps: Vec<Bar>,
    /// The step of the continuum that the line (problematic | abusive) comes after.
    pub line_after: Option<usize>,
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
    /// When flagged: the lowest and the highest placement, by code; both are heard first.
    pub ends: Option<(String, String)>,
    /// Who placed it where, in the order people were added.
    pub placements: Vec<(ParticipantId, String)>,
    /// Reasons that were sent with placements, beside the code of the step: in the order of the
    /// continuum and then of the alphabet, so that they tell nobody who wrote them.
    pub reasons: Vec<(String, String)>,
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
        line_after: item
            .line_after
            .as_ref()
            .and_then(|line| steps.iter().position(|bar| bar.code == *line)),
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
    let code = |at: usize| steps[at].code.clone();
    RoundView {
        distribution,
        median: middle.map(|(low, high)| (code(low), code(high))),
        spread,
        flagged,
        across_line,
        ends: lowest.zip(highest).filter(|_| flagged).map(|(low, high)| (code(low), code(high))),
        placements: round
            .placed
            .iter()
            .map(|one| (one.participant, one.code.code().to_owned()))
            .collect(),
        reasons: reasons(steps, round),
        early: round.early.clone(),
        asked: round.asked as usize,
        way: round.way,
    }
}

fn reasons(steps: &[Bar], round: &Round) -> Vec<(String, String)> {
    let mut reasons: Vec<(usize, &str)> = round
        .placed
        .iter()
        .filter_map(|one| {
            let step = steps.iter().position(|bar| bar.code == one.code.code())?;
            Some((step, one.reason.as_ref()?.code()))
        })
        .collect();
    reasons.sort_unstable();
    reasons.into_iter().map(|(step, why)| (steps[step].code.clone(), why.to_owned())).collect()
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

impl RoundView {
    /// Says how views lie to each other; none if nobody chose a stage. One stage apart is a split
    /// between the two, and never far apart. “Everyone” is everyone who was asked.
    pub fn spread_sentence(&self) -> Option<String> {
        let (lowest, highest) = self.range()?;
        Some(match (self.spread, self.chose_a_stage(), self.asked()) {
            (0, 1, 1) => format!("One person placed it, at {lowest}."),
            (0, chosen, asked) if chosen == asked => "Everyone chose the same stage.".to_owned(),
            (0, chosen, asked) => {
                let placed = self.placements.len();
                let what = if placed > chosen { "chose a stage" } else { "placed" };
                match chosen {
                    1 => format!("1 of {asked} {what}, at {lowest}."),
                    _ => format!("{chosen} of {asked} {what}; all {chosen} chose {lowest}."),
                }
            }
            (1, ..) => format!("Views are split between {lowest} and {highest}."),
            _ => format!("Views are far apart, from {lowest} to {highest}."),
        })
    }

    /// Whether several people were asked, and all of them chose one stage.
    pub fn is_unanimous(&self) -> bool {
        self.spread == 0 && self.asked() > 1 && self.chose_a_stage() == self.asked()
    }

    /// The lowest and the highest stage that was chosen, in words; none if nobody chose a stage.
    pub fn range(&self) -> Option<(&str, &str)> {
        let is_chosen = |bar: &&Bar| bar.count > 0 && !bar.exclusive;
        let mut chosen = self.distribution.iter().filter(is_chosen);
        let lowest = chosen.next()?.text.as_str();
        Some((lowest, chosen.next_back().map_or(lowest, |bar| &bar.text)))
    }

    /// How many chose a stage of the continuum.
    pub fn chose_a_stage(&self) -> usize {
        self.distribution.iter().filter(|bar| !bar.exclusive).map(|bar| bar.count).sum()
    }

    /// How many were asked; everyone who placed was.
    fn asked(&self) -> usize {
        self.asked.max(self.placements.len())
    }
}

/// Where people stood, before and after they talked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingPicture {
    /// The rounds that are shown, in order.
    pub rounds: Vec<&'static str>,
    /// The steps of the continuum in order, then what stands outside it, if anyone chose it.
    pub lines: Vec<PictureLine>,
    /// The step that the line (problematic | abusive) comes after.
    pub line_after: Option<usize>,
}

/// One step of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureLine {
    /// The step's words.
    pub step: String,
    /// How many stood there in each round.
    pub counts: Vec<usize>,
    /// The middle of the newest round is here, or between this step and its neighbour.
    pub middle: bool,
    /// The group agreed on it.
    pub agreed: bool,
}

impl RatingView {
    /// The picture; none before the first reveal.
    pub fn picture(&self) -> Option<RatingPicture> {
        let shown = [("First round", &self.first), ("Second round", &self.second)];
        let shown: Vec<(&'static str, &RoundView)> =
            shown.into_iter().filter_map(|(name, round)| Some((name, round.as_ref()?))).collect();
        if shown.is_empty() {
            return None;
        }
        let median = shown.last().and_then(|(_, newest)| newest.median.as_ref());
        let line = |(at, step): (usize, &Bar)| {
            let count = |round: &RoundView| round.distribution.get(at).map_or(0, |bar| bar.count);
            let counts: Vec<usize> = shown.iter().map(|(_, round)| count(round)).collect();
            let agreed = self.outcome == Some(Outcome::Placed(step.code.clone()));
            let is_shown = !step.exclusive || counts.iter().any(|count| *count > 0);
            let middle = median.is_some_and(|(low, high)| [low, high].contains(&&step.code));
            is_shown.then(|| PictureLine { step: step.text.clone(), counts, middle, agreed })
        };
        Some(RatingPicture {
            rounds: shown.iter().map(|(name, _)| *name).collect(),
            lines: self.steps.iter().enumerate().filter_map(line).collect(),
            line_after: self.line_after,
        })
    }
}

impl RatingPicture {
    /// The bar of a count in a document: a dot for each person, and the number.
    pub fn bar(&self, count: usize) -> String {
        match count {
            0 => "·".to_owned(),
            _ => format!("{} {count}", "●".repeat(self.dots(count, MAX_DOTS))),
        }
    }

    fn most(&self) -> usize {
        self.lines.iter().flat_map(|line| &line.counts).copied().max().unwrap_or(0)
    }

    /// How many dots stand for so many people, if no bar may have more than `longest`.
    fn dots(&self, count: usize, longest: usize) -> usize {
        match self.most() {
            most if most <= longest => count,
            most => (count * longest).div_ceil(most),
        }
    }

    /// Drawn in text: a head if there are two rounds, a row for each step, and a dashed line where the continuum
    /// turns from problematic to abusive. In fewer `columns` dots and words stand closer together.
    pub fn drawn(&self, columns: usize) -> Vec<String> {
        let roomy = self.drawn_as(true, columns);
        let fits = roomy.iter().all(|line| width(line) <= columns);
        if fits { roomy } else { self.drawn_as(false, columns) }
    }

    fn drawn_as(&self, is_roomy: bool, columns: usize) -> Vec<String> {
        let padded = |text: &str, columns: usize| {
            format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
        };
        let (longest, between, least) =
            if is_roomy { (MAX_DOTS, " ", MIN_BAR) } else { (FEW_DOTS, "", FEW_DOTS) };
        let dots = |count: usize| match count {
            0 => "·".to_owned(),
            count => vec!["■"; self.dots(count, longest)].join(between),
        };
        let steps = self.lines.iter().map(|line| width(&line.step)).max().unwrap_or(0);
        let dot_columns = width(&dots(self.most())).max(least);
        let digits = self.most().to_string().len();
        let cell = |count: usize| {
            let number = if count == 0 { String::new() } else { count.to_string() };
            format!("{}  {number:>digits$}", padded(&dots(count), dot_columns))
        };
        let cell_columns = dot_columns + 2 + digits;
        let row = |step: &str, cells: &[String], mark: &str| {
            let cells: String =
                cells.iter().map(|cell| format!("  {}", padded(cell, cell_columns))).collect();
            format!("{}{cells}{mark}", padded(step, steps)).trim_end().to_owned()
        };
        let mut drawn = Vec::new();
        if self.rounds.len() > 1 {
            let name = |round: &&str| match round.split_once(' ') {
                Some((first, _)) if !is_roomy => first.to_owned(),
                _ => (*round).to_owned(),
            };
            drawn.push(row("", &self.rounds.iter().map(name).collect::<Vec<_>>(), ""));
        }
        for (at, line) in self.lines.iter().enumerate() {
            let mark = match (line.middle, line.agreed) {
                (true, true) if is_roomy => "  ◂ middle, agreed",
                (_, true) => "  ◂ agreed",
                (true, false) => "  ◂ middle",
                (false, false) => "",
            };
            let cells: Vec<String> = line.counts.iter().map(|count| cell(*count)).collect();
            drawn.push(row(&line.step, &cells, mark));
            if self.line_after == Some(at) {
                let wide = steps + self.rounds.len() * (cell_columns + 2);
                let dashes = wide.min(columns.saturating_sub(width(LINE) + 1));
                drawn.push(format!("{} {LINE}", "┄".repeat(dashes)));
            }
        }
        drawn
    }

    /// The same in sentences, for who hears it.
    pub fn said(&self) -> Vec<String> {
        let said = |line: &PictureLine| {
            let in_round = |(round, count): (&&str, &usize)| {
                let count = if *count == 0 { "nobody".to_owned() } else { count.to_string() };
                if self.rounds.len() == 1 {
                    return count;
                }
                format!("{count} in the {}", round.to_lowercase())
            };
            let counts: Vec<String> = self.rounds.iter().zip(&line.counts).map(in_round).collect();
            format!("{}: {}.", line.step, counts.join(", "))
        };
        let agreed = self.lines.iter().filter(|line| line.agreed);
        let agreed = agreed.map(|line| format!("Agreed: {}.", line.step));
        self.lines.iter().map(said).chain(agreed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::Event;
    use crate::clinic::fixture::Play;

    fn twice() -> Play {
        let mut play = Play::with_people(4);
        play.place(&["inappropriate", "problematic", "abusive", "problematic"]);
        play.reveal();
        let slot = play.slot();
        play.did(Event::SecondRoundOpened { slot });
        play.place(&["problematic", "problematic", "abusive", "problematic"]);
        play
    }

    #[test]
    fn before_and_after_stand_side_by_side_with_what_was_agreed() {
        let mut play = twice();
        play.reveal();
        play.agree(Outcome::Placed("problematic".into()));
        let picture = play.view().picture().expect("a picture");
        assert_eq!(
            picture.drawn(72),
            [
                "               First round     Second round",
                "Typical        ·               ·",
                "Inappropriate  ■            1  ·",
                "Problematic    ■ ■          2  ■ ■ ■        3  ◂ middle, agreed",
                "┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ problematic / abusive",
                "Abusive        ■            1  ■            1",
                "Violent        ·               ·",
            ]
        );
        // The line may reach as far as the words beside it leave room for.
        assert_eq!(
            picture.drawn(54),
            [
                "               First     Second",
                "Typical        ·         ·",
                "Inappropriate  ■      1  ·",
                "Problematic    ■■     2  ■■■    3  ◂ agreed",
                "┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ problematic / abusive",
                "Abusive        ■      1  ■      1",
                "Violent        ·         ·",
            ]
        );
        let said = picture.said();
        assert_eq!(said[2], "Problematic: 2 in the first round, 3 in the second round.");
        assert_eq!(said[4], "Violent: nobody in the first round, nobody in the second round.");
        assert_eq!(said[5], "Agreed: Problematic.");
    }

    #[test]
    fn one_stage_apart_is_a_split_between_the_two_and_never_far_apart() {
        for (codes, expected) in [
            (["abusive", "abusive"], "Everyone chose the same stage."),
            (["problematic", "abusive"], "Views are split between Problematic and Abusive."),
            (["inappropriate", "typical"], "Views are split between Typical and Inappropriate."),
            (["abusive", "inappropriate"], "Views are far apart, from Inappropriate to Abusive."),
            (["not_enough_information", "violent"], "1 of 2 chose a stage, at Violent."),
        ] {
            let mut play = Play::with_people(2);
            play.place(&codes);
            play.reveal();
            let first = play.view().first.expect("it is revealed");
            assert_eq!(first.spread_sentence().as_deref(), Some(expected), "{codes:?}");
        }
        let mut play = Play::with_people(2);
        play.place(&["not_enough_information", "not_enough_information"]);
        play.reveal();
        assert_eq!(play.view().first.expect("it is revealed").spread_sentence(), None);
    }

    #[test]
    fn everyone_is_everyone_who_was_asked() {
        let said = |people: usize, codes: &[&str]| {
            let mut play = Play::with_people(people);
            play.place(codes);
            let slot = play.slot();
            let reason = Some("Two had to leave".to_owned());
            play.did(Event::PlacementsRevealed { slot, reason });
            let first = play.view().first.expect("it is revealed");
            (first.spread_sentence().expect("a stage was chosen"), first.is_unanimous())
        };
        let alike = ["problematic"; 5];
        for (people, placed, sentence, is_unanimous) in [
            (5, 5, "Everyone chose the same stage.", true),
            (5, 4, "4 of 5 placed; all 4 chose Problematic.", false),
            (5, 1, "1 of 5 placed, at Problematic.", false),
            (1, 1, "One person placed it, at Problematic.", false),
        ] {
            assert_eq!(said(people, &alike[..placed]), (sentence.to_owned(), is_unanimous));
        }
        let with_doubt = ["abusive", "abusive", "not_enough_information"];
        assert_eq!(said(3, &with_doubt).0, "2 of 3 chose a stage; all 2 chose Abusive.");
    }

    #[test]
    fn a_round_that_is_not_revealed_is_in_no_picture() {
        let mut play = Play::with_people(2);
        play.place(&["typical", "abusive"]);
        assert_eq!(play.view().picture(), None);
        let play = twice();
        let picture = play.view().picture().expect("round one is shown");
        assert_eq!(picture.rounds, ["First round"]);
        assert_eq!(picture.said()[2], "Problematic: 2.");
        assert!(picture.lines.iter().all(|line| line.counts.len() == 1));
    }

    #[test]
    fn bars_of_a_large_group_stay_narrow_and_keep_their_numbers() {
        let mut play = Play::with_people(30);
        let codes: Vec<&str> =
            (0..30).map(|at| if at == 0 { "not_enough_information" } else { "abusive" }).collect();
        play.place(&codes);
        play.reveal();
        let slot = play.slot();
        play.did(Event::SecondRoundOpened { slot });
        play.place(&codes);
        play.reveal();
        let picture = play.view().picture().expect("a picture");
        for columns in [72, 54] {
            let drawn = picture.drawn(columns);
            assert!(drawn.iter().all(|line| width(line) <= columns), "{drawn:#?}");
            assert!(drawn.iter().any(|line| line.ends_with(" 29  ◂ middle")), "{drawn:#?}");
            assert!(drawn.last().is_some_and(|line| line.ends_with(" 1")), "{drawn:#?}");
        }
    }
}
