//! Action slips: a page for each owner, with nothing of the case but its key.

use super::{NoteReader, note_reader::owner, warnings};
use crate::{
    report::document::{BlockList, ReportBlock},
    text::show_date,
};

pub(super) fn blocks(reader: &NoteReader<'_>) -> BlockList {
    let session = reader.session;
    let mut blocks = BlockList::default();
    let actions = reader.actions();
    let mut owners: Vec<String> = Vec::new();
    for action in &actions {
        let owner = owner(action);
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    for (at, name) in owners.iter().enumerate() {
        if at > 0 {
            blocks.push(ReportBlock::PageBreak);
        }
        blocks.heading(1, format!("Actions for: {name}"));
        warnings(reader, &mut blocks);
        blocks.say(&format!("Agreed on {} about {}.", reader.day(), session.case_key()));
        let rows = actions.iter().filter(|action| owner(action) == *name).map(|action| {
            let details = &action.details;
            let by = details.by.map_or_else(|| "no date".to_owned(), show_date);
            [details.what.clone(), by, details.measure.clone(), String::new()]
        });
        blocks.table(["What", "By", "How we will know", "Done on"], rows.collect());
        if let Some(review) = reader.answer("review_date") {
            blocks.say(&format!("We look at it together again on {review}."));
        }
        blocks.say(
            "If you cannot do it by the date, tell the person who ran the meeting before then.",
        );
    }
    blocks
}
