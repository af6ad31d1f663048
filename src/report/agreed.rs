//! What a completed clinic agreed: where the group placed the behaviour, what it decided, and who does what.
//!
//! Promises as [`ReportDocument`](super::ReportDocument): all text is cleaned and on one line, nothing is in it that is not
//! revealed, and a differing view carries the role of its holder only, unless they asked for more.

use crate::{
    clinic::{FieldKind, Outcome, RatingView, Session, form},
    text::{clean_line, show_date},
};

/// Items that hold a decision, with their names here.
const DECISIONS: [(&str, &str); 3] =
    [("response_level", "Response"), ("referral", "Referral"), ("review_date", "Review")];
/// The item that says who looks after those who were there.
const SUPPORT: &str = "support_needed";

/// What a completed clinic agreed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreed {
    /// Where the behaviours were placed, in order.
    pub placements: Vec<AgreedPlacement>,
    /// What was decided: its name and the answer.
    pub decisions: Vec<(&'static str, String)>,
    /// Who does what, in order of the date, without a date last.
    pub actions: Vec<AgreedAction>,
    /// What support people need, if somebody wrote it down.
    pub support: Option<String>,
}

/// Where one behaviour was placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreedPlacement {
    /// The step, or why there is none.
    pub outcome: String,
    /// What it rests on, or blank.
    pub basis: String,
    /// Who sees it differently.
    pub differing: Vec<String>,
}

/// Something that somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreedAction {
    /// By when, or `no date`.
    pub by: String,
    /// The role that owns it, or blank.
    pub owner: String,
    /// Its agency, or blank.
    pub agency: String,
    /// What is done.
    pub what: String,
    /// How people will know, or blank.
    pub measure: String,
}

impl Agreed {
    /// Whether nothing was agreed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns what the session agreed.
    pub fn of(session: &Session) -> Self {
        let mut agreed = Self::default();
        let stages = 0..session.template().stages.len();
        for field in stages.flat_map(|stage| form(session, stage)) {
            let answer = || line(field.shown.as_deref().unwrap_or_default());
            let item = field.slot.item.as_str();
            if let FieldKind::Rating(view) = &field.kind {
                agreed.placements.push(placement(view));
            } else if !field.answered {
            } else if let Some((_, name)) = DECISIONS.iter().find(|(id, _)| *id == item) {
                agreed.decisions.push((name, answer()));
            } else if item == SUPPORT {
                agreed.support = Some(answer());
            }
        }
        let mut actions: Vec<_> = session.actions().iter().map(|one| &one.details).collect();
        actions.sort_by_key(|details| (details.by.is_none(), details.by));
        agreed.actions = actions
            .into_iter()
            .map(|details| AgreedAction {
                by: details.by.map_or_else(|| "no date".to_owned(), show_date),
                owner: line(&details.owner),
                agency: line(&details.agency),
                what: line(&details.what),
                measure: line(&details.measure),
            })
            .collect();
        agreed
    }
}

fn placement(view: &RatingView) -> AgreedPlacement {
    let outcome = match &view.outcome {
        None => "Not agreed".to_owned(),
        Some(Outcome::Placed(code)) => {
            let step = view.steps.iter().find(|bar| bar.code == *code);
            line(step.map_or(code, |bar| bar.text.as_str()))
        }
        Some(Outcome::NoAgreement) => "No agreement".to_owned(),
        Some(Outcome::NotEnoughInformation) => "Not enough information".to_owned(),
    };
    let differing = view.dissent.iter().map(|one| line(&one.who)).collect();
    AgreedPlacement { outcome, basis: line(&view.basis), differing }
}

fn line(text: &str) -> String {
    clean_line(text).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::{bundled_template, practice_session};

    #[test]
    fn the_worked_case_hands_over_its_decisions_and_actions_in_order() {
        let one = bundled_template("peer-case-clinic").expect("the format");
        let template = one.parse().expect("it is sound");
        let now = "2026-11-22T10:00:00Z".parse().expect("a time");
        let session =
            practice_session(&template, one.example_file, one.example, now).expect("it plays");
        let agreed = Agreed::of(&session);
        assert!(!agreed.placements.is_empty());
        let names: Vec<&str> = agreed.decisions.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["Response", "Referral", "Review"]);
        assert_eq!(agreed.actions.len(), session.actions().len());
        assert!(agreed.actions.iter().all(|one| !one.what.is_empty() && !one.by.is_empty()));
    }
}
