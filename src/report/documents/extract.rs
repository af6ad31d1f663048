//! The record extract: half a page for the child's own file, to paste or to attach.

use super::{NoteReader, case_file, warnings};
use crate::{
    report::document::{BlockList, plain, strong},
    text::show_date,
};

pub(super) fn blocks(reader: &NoteReader<'_>) -> BlockList {
    let session = reader.session;
    let mut blocks = BlockList::default();
    blocks.heading(1, format!("Record of a consultation: {}", session.case_key()));
    warnings(reader, &mut blocks);
    let format = session.template().about.title.show(session.language());
    blocks.say(&format!("{format}, {}. Present: {}.", reader.day(), reader.people().join("; ")));
    reader.put_short(&mut blocks, "The question", "key_question");
    reader.put_placements(&mut blocks, false);
    case_file::put_decisions(reader, &mut blocks);
    let actions = reader.actions();
    if !actions.is_empty() {
        blocks.paragraph([strong("Actions")]);
        blocks.list(actions.into_iter().map(|action| {
            let by = action.details.by.map_or_else(|| "no date".to_owned(), show_date);
            format!(
                "{} ({}, by {by})",
                action.details.what.trim(),
                super::note_reader::owner(action)
            )
        }));
    }
    blocks.paragraph([
        strong("What this is: "),
        plain(
            "A consultation, not a referral and not an assessment. Responsibility for the case has \
             not changed. The full note is kept by the person who ran the meeting.",
        ),
    ]);
    blocks.without_empty()
}
