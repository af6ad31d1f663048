//! The supervision record: what was decided, without what the worker said about themselves.

use super::{NoteReader, warnings};
use crate::report::document::BlockList;

pub(super) fn blocks(reader: &NoteReader<'_>) -> BlockList {
    let session = reader.session;
    let mut blocks = BlockList::default();
    blocks.heading(1, format!("Supervision record: {}", session.case_key()));
    warnings(reader, &mut blocks);
    reader.put_meeting(&mut blocks, true);
    blocks.heading(2, "Children");
    for (name, item) in [
        ("Is each child safe?", "children_safe"),
        ("What could lead to more harm", "risk_now"),
        ("What each child needs", "need_now"),
        ("What protects each child", "strength_now"),
        ("What is overdue", "overdue"),
    ] {
        reader.put(&mut blocks, name, item);
    }
    blocks.heading(2, "Decided");
    for (name, item) in [
        ("Reasons", "rationale"),
        ("Where we see it differently", "differs"),
        ("Support that was asked for", "support_kind"),
        ("Next supervision", "review_date"),
    ] {
        reader.put(&mut blocks, name, item);
    }
    reader.put_actions(&mut blocks, "Actions", true);
    blocks.say(
        "What the worker said about how the work affects them stays in the supervision note. It is \
         disclosed only where the law requires it, or where a child or an adult is at risk.",
    );
    reader.put_sign_off(&mut blocks, &["Worker", "Supervisor"]);
    blocks.without_empty()
}
