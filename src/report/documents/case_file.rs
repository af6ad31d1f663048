//! The case-file document: a summary that stands alone on the first page, then what was said.

use super::{NoteReader, note_reader::PlacementText, warnings};
use crate::{
    clinic::Subject,
    report::document::{BlockList, ReportBlock, plain, strong},
};

pub(super) fn blocks(reader: &NoteReader<'_>) -> BlockList {
    let session = reader.session;
    let mut blocks = BlockList::default();
    blocks.heading(1, super::title(session));
    warnings(session, &mut blocks);
    reader.put_meeting(&mut blocks);
    blocks.heading(2, "Summary");
    for name in ["key_question", "review_scope", "scope"] {
        reader.put(&mut blocks, "The question", name);
    }
    reader.put_what_happened(&mut blocks);
    reader.put_placements(&mut blocks, true);
    decisions(reader, &mut blocks);
    reader.put_actions(&mut blocks, "Who does what");
    blocks.paragraph([
        strong("What this is: "),
        plain(super::whole_note::what_it_is(session.template())),
    ]);
    blocks.push(ReportBlock::PageBreak);
    blocks.heading(2, "Details");
    let mut details = reader.details();
    // The stages are parts of the details.
    for block in &mut details.0 {
        if let ReportBlock::Heading { level, .. } = block {
            *level = (*level + 1).min(3);
        }
    }
    blocks.0.append(&mut details.0);
    reader.put_sources(&mut blocks);
    if session.template().about.subject() == Subject::Case {
        blocks.heading(2, "Signed");
        reader.put_sign_off(&mut blocks, &["Case holder", "Manager", "Facilitator"]);
    }
    blocks.without_empty()
}

/// What was decided, with the reasons.
pub(super) fn decisions(reader: &NoteReader<'_>, blocks: &mut BlockList) {
    for (name, item) in [
        ("Response", "response_level"),
        ("Referral", "referral"),
        ("Reasons for the response", "rationale"),
        ("Review date", "review_date"),
    ] {
        reader.put(blocks, name, item);
    }
}

/// The placements in words, for a sentence.
pub(super) fn placed_in_words(placements: &[PlacementText]) -> String {
    placements.iter().map(|one| one.outcome.as_str()).collect::<Vec<_>>().join("; ")
}
