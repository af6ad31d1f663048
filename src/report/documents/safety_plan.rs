//! The safety plan that a family, a child and a school hold: by place and time of day, in short words.
//! Reasons, risks and the other children stay in the note.

use super::{NoteReader, warnings};
use crate::{
    clinic::RowId,
    report::document::{BlockList, line, plain, strong},
};

/// Words of ours, and the question that they stand for.
type Part = (&'static str, &'static str);

/// The rows under each place, and what goes on in the same row.
const PARTS: [(Part, Option<Part>); 4] = [
    (("What the adults do", "adults_do"), Some(("If they are ill or away", "adults_cover"))),
    (("What you do", "child_does"), Some(("When it gets hard", "what_helps"))),
    (("What you chose", "child_chose"), None),
    (("What stays good", "good_stays"), None),
];

pub(super) fn blocks(reader: &NoteReader<'_>) -> BlockList {
    let mut blocks = BlockList::default();
    blocks.heading(1, "Our safety plan");
    warnings(reader, &mut blocks);
    let review = reader.answer("review_date").unwrap_or("no date yet: ask for one");
    blocks.paragraph([strong("We look at this plan again on: "), plain(review)]);
    let facts = [("Who leads the plan", "plan_lead"), ("When they are away", "plan_cover")];
    for (name, item) in facts {
        reader.put_short(&mut blocks, name, item);
    }
    blocks.heading(2, "Who you can ring");
    let mut ring = vec![["Someone is in danger now".to_owned(), "999".to_owned()]];
    for (name, item) in [
        ("By day", "ring_day"),
        ("At night and at weekends", "ring_night"),
        ("The adult you want to go to", "child_trusts"),
        ("How you can say you need someone", "child_signal"),
        ("Who asks you how it is", "check_ins"),
    ] {
        if let Some(answer) = reader.answer(item) {
            ring.push([name.to_owned(), answer.to_owned()]);
        }
    }
    ring.push([
        "A child who wants to talk: Childline, free, day and night".to_owned(),
        "0800 1111".to_owned(),
    ]);
    blocks.table(["When", "Who"], ring);
    blocks.heading(2, "The plan");
    for row in places(reader) {
        let kind = reader.in_row("place_kind", row).unwrap_or("Another place");
        let moment = reader.in_row("place_moment", row).unwrap_or_default();
        let parts = PARTS.into_iter().filter_map(|((own, item), more)| {
            let more = more.and_then(|(name, item)| Some((name, reader.in_row(item, row)?)));
            match (reader.in_row(item, row), more) {
                (None, None) => None,
                (Some(text), None) => Some([own.to_owned(), text.to_owned()]),
                (None, Some((name, text))) => Some([name.to_owned(), text.to_owned()]),
                (Some(text), Some((name, more))) => {
                    let more = format!("{} {name}: {more}", sentence(text));
                    Some([own.to_owned(), more])
                }
            }
        });
        blocks.table([&line(kind), &line(moment)], parts.collect());
    }
    blocks.heading(2, "If it happens anyway");
    if let Some(answer) = reader.answer("if_it_happens") {
        blocks.say(answer);
    }
    blocks.heading(2, "In the child’s own words");
    for (name, item) in
        [("What I want you to know", "child_voice"), ("What others may be told", "child_told")]
    {
        if let Some(answer) = reader.answer(item) {
            blocks.paragraph([strong(format!("{name}: ")), plain(line(answer))]);
        }
    }
    blocks.heading(2, "We agree to this plan");
    reader.put_sign_off(
        &mut blocks,
        &["Child or young person", "Parent or carer", "Who leads the plan"],
    );
    blocks.without_empty()
}

/// A text that ends as a sentence does.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    let stop = if text.ends_with(['.', '!', '?', '”']) { "" } else { "." };
    format!("{text}{stop}")
}

/// The places in the order they were written.
fn places(reader: &NoteReader<'_>) -> Vec<RowId> {
    reader.session.rows("place").to_vec()
}
