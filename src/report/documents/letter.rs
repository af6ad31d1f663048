//! The letter of advice after a panel or a consultation: what is advised, and the reasons, so that the
//! decision can be explained later.

use super::{NoteReader, case_file, warnings};
use crate::report::document::BlockList;

pub(super) fn blocks(reader: &NoteReader<'_>) -> BlockList {
    let session = reader.session;
    let mut blocks = BlockList::default();
    blocks.heading(1, format!("Letter of advice: {}", session.case_key()));
    warnings(reader, &mut blocks);
    blocks.say(&format!("Date: {}", reader.day()));
    blocks.say("To the case holder");
    blocks.say(
        "Thank you for bringing this to us. Here is what we understood, what we advise and why. You \
         know the children and we do not, so please tell us if we have misunderstood anything.",
    );
    blocks.heading(2, "Your question");
    reader.put(&mut blocks, "You asked", "key_question");
    reader.put_what_happened(&mut blocks, false);
    reader.put(&mut blocks, "What we still do not know", "not_known");
    blocks.heading(2, "How we see it");
    let placements = reader.placements();
    if !placements.is_empty() {
        blocks.say(&format!(
            "On the continuum of sexual behaviour we placed it as: {}. This is a shared word for the \
             behaviour. It is not a risk assessment and says nothing about who a child is.",
            case_file::placed_in_words(&placements)
        ));
    }
    for one in placements {
        if !one.basis.is_empty() {
            blocks.answer(&format!("Our reasons{}", one.number), None, Some(&one.basis));
        }
        for view in one.differing {
            blocks.answer("One of us sees it differently", None, Some(&view));
        }
    }
    for (name, item) in [
        ("What could lead to more harm", "risk_now"),
        ("What each child needs", "need_now"),
        ("What protects", "strength_now"),
        ("What else could explain it", "hypotheses"),
    ] {
        reader.put(&mut blocks, name, item);
    }
    blocks.heading(2, "What we advise");
    for (name, item) in [
        ("Response", "response_level"),
        ("Referral", "referral"),
        ("Advice", "advice_given"),
        ("Why we advise this", "rationale"),
        ("What would worry us more", "worry_more"),
        ("Please look at it again by", "review_date"),
    ] {
        reader.put(&mut blocks, name, item);
    }
    reader.put_actions(&mut blocks, "What was agreed", true);
    reader.put_sources(&mut blocks);
    blocks.heading(2, "The decision is yours");
    blocks.say(
        "This is advice from a consultation. It is not a referral and not an assessment, and \
         responsibility for the case stays with you and your manager. If a child may be in danger, \
         act first: call 999 or children’s social care, and do not wait for us.",
    );
    blocks.say("Yours sincerely");
    reader.put_sign_off(&mut blocks, &["For the group"]);
    blocks.without_empty()
}
