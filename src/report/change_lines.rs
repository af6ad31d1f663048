//! The audit trail of a note as lines: what was typed and changed, and when.
//!
//! It is the vault's own: editions for members hold no removed text.

use crate::{
    clinic::{Change, Session},
    text::{LocalTime, clean_line, fold},
};

/// Parts of a session that change as the meeting goes on, without anybody having typed anything.
const MOVES: [&str; 6] = ["stage", "clock", "status", "template", "way of placing", "warning"];

/// Returns every change as one line, oldest first: when, what, from what to what, and why.
pub fn change_lines(session: &Session, local: &LocalTime) -> Vec<String> {
    session.audit().iter().map(|change| line(session, change, local)).collect()
}

/// Returns the changes that hold every word, each as one line. Small and capital letters and
/// accents do not matter, and a word may be part of a longer one.
pub fn find_changes(session: &Session, words: &str, local: &LocalTime) -> Vec<String> {
    let words: Vec<String> = words.split_whitespace().map(fold).collect();
    let holds = |change: &Change| {
        let texts = [&change.old, &change.new, &change.why].into_iter().flatten();
        let text = texts.map(|text| fold(text)).collect::<Vec<_>>().join("\n");
        words.iter().all(|word| text.contains(word))
    };
    let found = session.audit().iter().filter(|change| !words.is_empty() && holds(change));
    found.map(|change| line(session, change, local)).collect()
}

/// Returns whether the trail holds text that was typed and then changed or removed.
pub fn has_taken_back_text(session: &Session) -> bool {
    let is_text = |change: &Change| {
        let is_stage = session.template().stages.iter().any(|stage| stage.id == change.item);
        !is_stage && !MOVES.contains(&change.item.as_str())
    };
    let old = |change: &Change| change.old.as_ref().is_some_and(|text| !text.trim().is_empty());
    session.audit().iter().any(|change| is_text(change) && old(change))
}

fn line(session: &Session, change: &Change, local: &LocalTime) -> String {
    let at = local.moment(change.at);
    let (id, rest) = change.item.split_once('.').unwrap_or((&change.item, ""));
    let question =
        session.template().item(id).map(|place| place.item.text.show(session.language()));
    let what = question.map_or_else(
        || change.item.clone(),
        |question| {
            if rest.is_empty() { question.to_owned() } else { format!("{question} ({rest})") }
        },
    );
    let shown = |text: &Option<String>| match text {
        Some(text) => format!("“{}”", clean_line(text)),
        None => "nothing".to_owned(),
    };
    let why = change.why.as_ref().map(|why| format!(" ({})", clean_line(why))).unwrap_or_default();
    let (old, new) = (shown(&change.old), shown(&change.new));
    format!("{at}  {}: {old} → {new}{why}", clean_line(&what))
}
