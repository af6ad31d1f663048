//! The case-file document: a summary that stands alone on the first page, then what was said.

use super::{NoteReader, note_reader::PlacementText, warnings};
use crate::{
    clinic::Subject,
    report::document::{BlockList, ReportBlock, line, plain, strong},
};

pub(super) fn blocks(reader: &NoteReader<'_>) -> BlockList {
    let session = reader.session;
    let mut blocks = BlockList::default();
    blocks.heading(1, super::title(session));
    warnings(reader, &mut blocks);
    reader.put_meeting(&mut blocks, false);
    blocks.heading(2, "Summary");
    for name in ["key_question", "review_scope", "scope"] {
        reader.put_short(&mut blocks, "The question", name);
    }
    reader.put_what_happened(&mut blocks, true);
    reader.put_placements(&mut blocks, true);
    put_decisions(reader, &mut blocks);
    reader.put_actions(&mut blocks, "Who does what", false);
    blocks.push(ReportBlock::PageBreak);
    blocks.heading(2, "Details");
    reader.put_people(&mut blocks);
    let mut details = reader.details();
    // The stages are parts of the details.
    for block in &mut details.0 {
        if let ReportBlock::Heading { level, .. } = block {
            *level = (*level + 1).min(3);
        }
    }
    blocks.0.append(&mut details.0);
    reader.put_sources(&mut blocks);
    blocks.paragraph([
        strong("What this is: "),
        plain(super::whole_note::what_it_is(session.template())),
    ]);
    if session.template().about.subject() == Subject::Case {
        blocks.heading(2, "Signed");
        reader.put_sign_off(&mut blocks, &["Case holder", "Manager", "Facilitator"]);
    }
    blocks.without_empty()
}

/// Puts what was decided on one line, and the reasons.
pub(super) fn put_decisions(reader: &NoteReader<'_>, blocks: &mut BlockList) {
    let mut runs = Vec::new();
    for (name, item) in
        [("Response", "response_level"), ("Referral", "referral"), ("Review", "review_date")]
    {
        if let Some(answer) = reader.answer(item) {
            let gap = if runs.is_empty() { "" } else { "  " };
            let answer = line(answer);
            let stop = if answer.ends_with(['.', '?', '!']) { "" } else { "." };
            runs.push(strong(format!("{gap}{name}:")));
            runs.push(plain(format!(" {answer}{stop}")));
        }
    }
    if !runs.is_empty() {
        blocks.push(ReportBlock::Paragraph(runs));
    }
    reader.put_short(blocks, "Reasons", "rationale");
}

/// The placements in words, for a sentence.
pub(super) fn placed_in_words(placements: &[PlacementText]) -> String {
    placements.iter().map(|one| one.outcome.as_str()).collect::<Vec<_>>().join("; ")
}
