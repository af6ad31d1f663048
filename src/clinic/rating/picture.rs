//! A placement as a small picture: how many stood at each step, round beside round.
//!
//! Promises: it is made of a [`RatingView`], so it shows nothing that is not revealed; what is
//! drawn needs no colour and stays narrower than sixty columns with the continuum as it is bundled;
//! what is said tells the same in sentences.

use super::{Outcome, RatingView, RoundView};
use crate::text::width;

/// Dots of the longest bar: of more people than this, the other bars are drawn in proportion.
const MAX_DOTS: usize = 8;
/// Columns of one round: its dots, a blank and a number of two digits.
const COLUMNS: usize = MAX_DOTS + 3;

/// Where people stood, before and after they talked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingPicture {
    /// The rounds that are shown, in order.
    pub rounds: Vec<&'static str>,
    /// The steps of the continuum in order, then what stands outside it, if anyone chose it.
    pub lines: Vec<PictureLine>,
}

/// One step of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureLine {
    /// The step's words.
    pub step: String,
    /// How many stood there in each round.
    pub counts: Vec<usize>,
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
        let line = |(at, step): (usize, &super::Bar)| {
            let count = |round: &RoundView| round.distribution.get(at).map_or(0, |bar| bar.count);
            let counts: Vec<usize> = shown.iter().map(|(_, round)| count(round)).collect();
            let agreed = self.outcome == Some(Outcome::Placed(step.code.clone()));
            let is_shown = !step.exclusive || counts.iter().any(|count| *count > 0);
            is_shown.then(|| PictureLine { step: step.text.clone(), counts, agreed })
        };
        Some(RatingPicture {
            rounds: shown.iter().map(|(name, _)| *name).collect(),
            lines: self.steps.iter().enumerate().filter_map(line).collect(),
        })
    }
}

impl RatingPicture {
    /// The bar of a count: a dot for each person, and the number.
    pub fn bar(&self, count: usize) -> String {
        let most = self.lines.iter().flat_map(|line| &line.counts).copied().max().unwrap_or(0);
        match count {
            0 => "·".to_owned(),
            _ if most <= MAX_DOTS => format!("{} {count}", "●".repeat(count)),
            _ => format!("{} {count}", "●".repeat((count * MAX_DOTS).div_ceil(most))),
        }
    }

    /// Drawn in text: a head, and a line for each step.
    pub fn drawn(&self) -> Vec<String> {
        let widest = self.lines.iter().map(|line| width(&line.step)).max().unwrap_or(0);
        let row = |name: &str, cells: &mut dyn Iterator<Item = String>, mark: &str| {
            let mut text = format!("{}{name}", " ".repeat(widest.saturating_sub(width(name))));
            for cell in cells {
                let blank = COLUMNS.saturating_sub(width(&cell));
                text.push_str(&format!("  {cell}{}", " ".repeat(blank)));
            }
            text.push_str(mark);
            text.trim_end().to_owned()
        };
        let mut heads = self.rounds.iter().map(|name| (*name).to_owned());
        let mut drawn = vec![row("", &mut heads, "")];
        for line in &self.lines {
            let mut bars = line.counts.iter().map(|count| self.bar(*count));
            drawn.push(row(&line.step, &mut bars, if line.agreed { "  ◂ agreed" } else { "" }));
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
        let drawn = play.view().picture().expect("a picture").drawn();
        assert_eq!(
            drawn,
            [
                "               First round  Second round",
                "      Typical  ·            ·",
                "Inappropriate  ● 1          ·",
                "  Problematic  ●● 2         ●●● 3        ◂ agreed",
                "      Abusive  ● 1          ● 1",
                "      Violent  ·            ·",
            ]
        );
        let said = play.view().picture().expect("a picture").said();
        assert_eq!(said[2], "Problematic: 2 in the first round, 3 in the second round.");
        assert_eq!(said[4], "Violent: nobody in the first round, nobody in the second round.");
        assert_eq!(said[5], "Agreed: Problematic.");
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
        let drawn = play.view().picture().expect("a picture").drawn();
        assert!(drawn.iter().all(|line| width(line) < 60), "{drawn:#?}");
        assert!(drawn.iter().any(|line| line.ends_with("●●●●●●●● 29")), "{drawn:#?}");
        assert!(drawn.last().is_some_and(|line| line.ends_with("● 1")), "{drawn:#?}");
    }
}
