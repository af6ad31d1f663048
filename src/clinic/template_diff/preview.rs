//! What moving a draft to a new version does to it, in sentences, before anything is done.
//!
//! Promises: it is read from the very copy that would be kept, so what is said is what happens; it
//! names questions and never repeats an answer.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::migration::{MigrationRefused, migrate};
use crate::clinic::form::enablement::is_enabled;
use crate::clinic::session::{LeftoverReason, Session, slots};
use crate::clinic::template::Template;

/// A draft in its new version, and where everything in it went.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The copy in its new version.
    pub session: Session,
    /// The version it had.
    pub from: String,
    /// The version it has.
    pub to: String,
    /// How many answers, placements, cells and actions move.
    pub carried: usize,
    /// Questions that are another one now: the old wording and the new one.
    pub renamed: Vec<(String, String)>,
    /// Questions whose options are called otherwise now.
    pub recoded: Vec<String>,
    /// Questions whose answers find no place and are kept as lines at the end of the note.
    pub kept_as_lines: Vec<String>,
    /// Questions whose answers are left out because the new version says so.
    pub left_out: Vec<String>,
    /// Questions that are new and have to be answered.
    pub to_answer: Vec<String>,
}

/// Moves a copy of the draft to `to`, and says where everything went.
pub fn preview(session: &Session, to: &Template, at: Timestamp) -> Result<Moved, MigrationRefused> {
    let next = migrate(session, to, at)?;
    let old = session.template();
    let title = |template: &Template, id: &str| {
        let found = template.item(id).map(|place| place.item.text.show(session.language()));
        found.unwrap_or(id).to_owned()
    };
    let steps = super::steps(old, to);
    let held = held(session);
    let called = |id: &str| steps.rename.get(id).map_or(id, String::as_str).to_owned();
    let renamed = steps.rename.iter().filter(|(was, _)| held.contains(was.as_str()));
    let recoded = |id: &&&str| {
        let codes = steps.recode.get(&called(id));
        codes.is_some_and(|codes| !codes.is_empty()) && next.template().item(&called(id)).is_some()
    };
    let before = session.leftovers().len();
    let lines = next.leftovers().iter().skip(before);
    let lines = lines.filter(|one| one.because == LeftoverReason::NewVersion);
    let dropped = steps.drop.iter().filter(|id| held.contains(id.as_str()));
    let known = |id: &str| old.item(id).is_some() || steps.rename.values().any(|new| new == id);
    let new = to.items().into_iter().filter(|place| place.item.required && !known(&place.item.id));
    let asked = new.filter(|place| slots(&next, place).iter().any(|slot| is_enabled(&next, slot)));
    Ok(Moved {
        from: old.about.version.clone(),
        to: to.about.version.clone(),
        carried: next.answers.len() + next.ratings.len() + next.matrix.len() + next.actions.len(),
        renamed: renamed.map(|(was, is)| (title(old, was), title(to, is))).collect(),
        recoded: held.iter().filter(recoded).map(|id| title(old, id)).collect(),
        kept_as_lines: lines.map(|one| one.question.clone()).collect(),
        left_out: dropped.map(|id| title(old, id)).collect(),
        to_answer: asked.map(|place| title(to, &place.item.id)).collect(),
        session: next,
    })
}

impl Moved {
    /// What happens, a sentence each.
    pub fn sentences(&self) -> Vec<String> {
        let mut said = vec![match self.carried {
            0 if self.kept_as_lines.is_empty() && self.left_out.is_empty() => {
                "Nothing has been answered yet.".to_owned()
            }
            0 => "No answer can be moved to the newer version.".to_owned(),
            1 => "1 answer or action moves to the newer version.".to_owned(),
            many => format!("{many} answers and actions move to the newer version."),
        }];
        for (was, is) in &self.renamed {
            said.push(if was == is {
                format!("“{was}” keeps its answer. Only its name in the file changes.")
            } else {
                format!("The answer to “{was}” moves to “{is}”.")
            });
        }
        said.extend(
            self.recoded.iter().map(|text| {
                format!("“{text}” keeps its answer. One of its options has a new name.")
            }),
        );
        said.extend(self.kept_as_lines.iter().map(|text| {
            format!("“{text}” is no longer asked in this form. The answer is kept at the end of the note.")
        }));
        said.extend(self.left_out.iter().map(|text| {
            format!("“{text}” is removed by the newer version. The encrypted note still keeps the answer, in its record of changes, which is not part of the note you read or export.")
        }));
        said.extend(
            self.to_answer
                .iter()
                .map(|text| format!("New question that needs an answer: “{text}”.")),
        );
        said
    }
}

/// The items that hold something.
fn held(session: &Session) -> BTreeSet<&str> {
    let answers = session.answers.iter().map(|one| one.slot.item.as_str());
    let ratings = session.ratings.iter().map(|one| one.slot.item.as_str());
    let cells = session.matrix.iter().map(|one| one.slot.item.as_str());
    let actions = session.actions.iter().map(|one| one.item.as_str());
    answers.chain(ratings).chain(cells).chain(actions).collect()
}
