//! The one-page profile of a self-review: counts of answers by area, and what comes next.

use super::{NoteReader, warnings, whole_note};
use crate::report::document::BlockList;

pub(super) fn blocks(reader: &NoteReader<'_>) -> BlockList {
    let session = reader.session;
    let mut blocks = BlockList::default();
    blocks.heading(1, super::title(session));
    warnings(reader, &mut blocks);
    reader.put_meeting(&mut blocks, true);
    whole_note::put_answers_by_area(session, &mut blocks);
    reader.put_actions(&mut blocks, "What comes next", true);
    reader.put(&mut blocks, "Date of the next review", "review_date");
    blocks.say(whole_note::what_it_is(session.template()));
    blocks.without_empty()
}
