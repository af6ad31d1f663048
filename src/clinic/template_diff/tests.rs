//! Two versions of the small template, and a draft on its way.

use super::*;
use crate::clinic::fixture::{Play, RICH, TEMPLATE};
use crate::clinic::{
    Column, Event, Outcome, RatingState, Session, Slot, Value, WhyMissing, apply, completion,
    from_document, rating_view, to_document,
};

/// The small template as version 2, with texts changed and something added at its end.
fn second(changes: &[(&str, &str)], end: &str) -> Template {
    let mut text = TEMPLATE.replacen("version = \"1\"", "version = \"2\"", 1);
    for (old, new) in changes {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    text.push_str(end);
    Template::parse("small.toml", &text).unwrap_or_else(|problems| panic!("{}", problems[0]))
}

fn first() -> Template {
    Template::parse("small.toml", TEMPLATE).expect("a template")
}

fn moved(play: &Play, to: &Template) -> Session {
    migrate(&play.session, to, play.now).unwrap_or_else(|refused| panic!("{refused}"))
}

#[test]
fn each_change_has_its_weight() {
    let changes = [
        ("text = \"Points\"", "text = \"Points, 1 to 5\"", Harmless),
        ("text = \"Share\"", "text = \"Share\", hint = \"In all\"", Harmless),
        ("title = \"Work\"", "title = \"Working\"", Harmless),
        (
            "code = \"b\", text = \"B\" }",
            "code = \"b\", text = \"B\" }, { code = \"c\", text = \"C\" }",
            Harmless,
        ),
        ("text = \"Share\"", "text = \"Share\", max = 1", ToConfirm),
        ("about = \"case\"", "about = \"supervision\"", ToConfirm),
        ("type = \"decimal\"", "type = \"decimal\", required = true", ToConfirm),
        ("type = \"string\"", "type = \"text\"", ToConfirm),
        ("gate = [\"danger\"]", "gate = []", ToConfirm),
        ("code = \"b\", text = \"B\"", "code = \"b\", text = \"Bee\"", ToConfirm),
        ("answer = [\"abusive\", \"violent\"]", "answer = [\"violent\"]", ToConfirm),
        ("line_after = \"problematic\"", "line_after = \"inappropriate\"", ToConfirm),
        ("places = false", "places = true", ToConfirm),
        ("id = \"points\"", "id = \"score\"", NeedsMigration),
        ("type = \"date\"", "type = \"boolean\"", NeedsMigration),
        ("code = \"b\"", "code = \"bee\"", NeedsMigration),
        ("for_each = \"behaviour\", ", "", NeedsMigration),
        ("code = \"family\"", "code = \"home\"", NeedsMigration),
    ];
    for (old, new, weight) in changes {
        let found = compare(&first(), &second(&[(old, new)], ""));
        let heaviest = found.iter().map(|one| one.weight).max();
        assert_eq!(heaviest, Some(weight), "{new}: {found:?}");
    }
    let only = compare(&first(), &second(&[], ""));
    assert_eq!(only.len(), 1, "the version itself: {only:?}");
}

#[test]
fn a_published_version_keeps_its_content() {
    let mut same = first();
    same.about.last_review = Some(jiff::civil::date(2026, 11, 1));
    assert!(check_revision("small.toml", &first(), &same).is_empty());
    same.stages[0].items[3].text = "Which question?".into();
    let problems = check_revision("small.toml", &first(), &same);
    assert_eq!(problems[0].code, "same-version");
    let mut draft = first();
    draft.about.status = TemplateStatus::Draft;
    assert!(check_revision("small.toml", &draft, &same).is_empty());
}

#[test]
fn a_change_that_costs_answers_asks_for_a_migration_until_there_is_one() {
    let renamed = [("id = \"points\"", "id = \"score\"")];
    let problems = check_revision("small.toml", &first(), &second(&renamed, ""));
    assert_eq!(problems[0].code, "needs-migration");
    let end = "\n[[migrate]]\nfrom = \"1\"\nrename = { points = \"score\" }\n";
    assert!(check_revision("small.toml", &first(), &second(&renamed, end)).is_empty());
    let end = "\n[[migrate]]\nfrom = \"1\"\ndrop = [\"points\"]\n";
    assert!(check_revision("small.toml", &first(), &second(&renamed, end)).is_empty());
}

#[test]
fn a_draft_moves_with_everything_in_it() {
    let mut play = Play::with_people(2);
    play.fill();
    play.did(Event::StageFinished);
    let to = second(&[("text = \"Points\"", "text = \"Points, 1 to 5\"")], "");
    let next = moved(&play, &to);
    assert_eq!((&next.answers, &next.ratings), (&play.session.answers, &play.session.ratings));
    assert_eq!((&next.matrix, &next.actions), (&play.session.matrix, &play.session.actions));
    assert_eq!((next.stage(), next.rows("behaviour")), (1, play.session.rows("behaviour")));
    assert_eq!((next.template(), next.leftovers().len()), (&to, 0));
    assert_eq!(completion(&next), []);
    let line = next.audit().iter().find(|line| line.item == "template").expect("a line");
    assert_eq!((line.old.as_deref(), line.new.as_deref()), (Some("small 1"), Some("small 2")));
    assert_eq!(play.session.template().about.version, "1", "the draft itself is as it was");
    assert_eq!(from_document(&to_document(&next)), Ok(next));
}

#[test]
fn renamed_items_and_codes_keep_their_answers() {
    let mut play = Play::with_people(2);
    play.answer("points", Value::Integer(4));
    play.answer("ticks", Value::Choices(vec!["a".into(), "b".into()]));
    let row = play.session.rows("behaviour")[0];
    play.answer_in("what", row, Value::Text("A game".into()));
    play.place(&["problematic"]);
    let changes = [
        ("id = \"points\"", "id = \"score\""),
        ("code = \"b\"", "code = \"bee\""),
        ("id = \"behaviour\"", "id = \"event\""),
        ("for_each = \"behaviour\"", "for_each = \"event\""),
        ("code = \"problematic\", text", "code = \"worrying\", text"),
        ("line_after = \"problematic\"", "line_after = \"worrying\""),
    ];
    let end = "\n[[migrate]]\nfrom = \"1\"\nrename = { points = \"score\", behaviour = \"event\" }\n\
               recode = { ticks = { b = \"bee\" }, placement = { problematic = \"worrying\" } }\n";
    let next = moved(&play, &second(&changes, end));
    assert_eq!(next.answer(&Slot::once("score")), Some(&Value::Integer(4)));
    let ticks = next.answer(&Slot::once("ticks"));
    assert_eq!(ticks, Some(&Value::Choices(vec!["a".into(), "bee".into()])));
    assert_eq!(next.rows("event"), [row]);
    assert_eq!(next.answer(&Slot::in_row("what", row)), Some(&Value::Text("A game".into())));
    let view = rating_view(&next, &Slot::in_row("placement", row)).expect("a rating");
    assert_eq!((view.state, view.ready, view.first), (RatingState::Collecting, 1, None));
    assert!(next.leftovers().is_empty());
    assert!(next.audit().iter().any(|line| line.why.as_deref() == Some("was “points”")));
}

#[test]
fn what_finds_no_place_stays_in_the_note_and_what_is_dropped_in_the_trail() {
    let mut play = Play::with_people(2);
    play.fill();
    play.answer("points", Value::Integer(4));
    play.answer("day", Value::Date(jiff::civil::date(2026, 2, 28)));
    play.answer("share", Value::Decimal(0.5));
    let changes = [
        ("id = \"points\"", "id = \"score\""),
        ("id = \"share\"", "id = \"part\""),
        ("type = \"date\"", "type = \"boolean\""),
        ("code = \"child\"", "code = \"girl\""),
        ("id = \"placement\"", "id = \"placed\""),
        ("question = \"placement\"", "question = \"placed\""),
    ];
    let end = "\n[[migrate]]\nfrom = \"1\"\ndrop = [\"share\"]\n";
    let next = moved(&play, &second(&changes, end));
    let told: Vec<(&str, &str)> =
        next.leftovers().iter().map(|one| (one.question.as_str(), one.text.as_str())).collect();
    assert!(told.contains(&("Points", "4")) && told.contains(&("Day", "28 Feb 2026")), "{told:?}");
    assert!(told.contains(&("Domains: child, risk", "something")), "{told:?}");
    let placed = told.iter().find(|(question, _)| *question == "Where does it sit?");
    let placed = placed.expect("the placement as a line").1;
    assert_eq!(placed, "first round: problematic 2; agreed: problematic; reasons: Repeated.");
    let dropped = next.audit().iter().find(|line| line.item == "share" && line.new.is_none());
    assert_eq!(dropped.and_then(|line| line.old.as_deref()), Some("0.5"));
    assert_eq!(from_document(&to_document(&next)), Ok(next));
}

#[test]
fn placements_in_the_making_hold_a_draft_back_rather_than_be_lost() {
    let mut play = Play::with_people(2);
    play.place(&["abusive"]);
    let changes = [
        ("id = \"placement\"", "id = \"placed\""),
        ("question = \"placement\"", "question = \"placed\""),
    ];
    let to = second(&changes, "");
    let refused = migrate(&play.session, &to, play.now);
    assert!(matches!(refused, Err(MigrationRefused::BeingPlaced { .. })));
    play.place(&["abusive", "abusive"]);
    play.reveal();
    play.agree(Outcome::NoAgreement);
    assert_eq!(moved(&play, &to).leftovers().len(), 1);
}

#[test]
fn only_drafts_move_and_only_to_a_version_of_their_template() {
    let mut play = Play::with_people(2);
    play.fill();
    let other = Template::parse("rich.toml", RICH).expect("a template");
    let to = |template: &Template, play: &Play| migrate(&play.session, template, play.now).err();
    assert!(matches!(to(&other, &play), Some(MigrationRefused::OtherTemplate { .. })));
    assert!(matches!(to(&first(), &play), Some(MigrationRefused::SameVersion { .. })));
    play.did(Event::ClinicCompleted { acknowledged: false });
    assert!(matches!(to(&second(&[], ""), &play), Some(MigrationRefused::Closed { .. })));
}

#[test]
fn rows_in_rows_move_and_new_ones_begin_as_the_template_says() {
    let mut play = Play::rich();
    let child = play.session.rows("child")[0];
    play.did(Event::RowAddedWithin { group: "place".into(), row: child });
    play.answer("consent", Value::Missing(WhyMissing::NotKnown));
    play.session.matrix.clear();
    play.did(Event::MatrixCellWritten {
        slot: Slot::in_row("domains", child),
        domain: "home".into(),
        column: Column::Need,
        evidence: "rest".into(),
    });
    let text = RICH.replacen("version = \"2\"", "version = \"3\"", 1).replacen(
        "{ id = \"key\",",
        "{ id = \"lang\", type = \"string\", text = \"Language\", sensitivity = \"none\", initial = \"English\" },\n  { id = \"key\",",
        1,
    );
    let to = Template::parse("rich.toml", &text).expect("a template");
    let next = moved(&play, &to);
    assert_eq!(next.rows_within("place", Some(child)).len(), 2);
    assert_eq!(next.answer(&Slot::once("lang")), Some(&Value::Text("English".into())));
    let consent = next.answer(&Slot::once("consent"));
    assert_eq!(consent, Some(&Value::Missing(WhyMissing::NotKnown)));
    assert_eq!(next.matrix, play.session.matrix);
    let flat = text
        .replacen(
            "type = \"group\", text = \"Place\", repeats = true, min_occurs = 1, max_occurs = 4,",
            "type = \"group\", text = \"Place\",",
            1,
        )
        .replacen("for_each = \"place\"", "for_each = \"child\"", 1)
        .replacen("version = \"3\"", "version = \"4\"", 1);
    let to =
        Template::parse("rich.toml", &flat).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let next = moved(&play, &to);
    assert!(next.rows("place").is_empty() && next.within.is_empty());
    let told: Vec<&str> = next.leftovers().iter().map(|one| one.question.as_str()).collect();
    assert_eq!(told, ["Where? (1 of 2)", "Where? (2 of 2)"]);
    assert_eq!(from_document(&to_document(&next)), Ok(next));
}

#[test]
fn a_migration_that_names_what_the_old_version_never_had_is_wrong() {
    let renamed = [("id = \"points\"", "id = \"score\"")];
    let cases = [
        ("rename = { point = \"score\" }", "points"),
        ("drop = [\"points\", \"sharing\"]", "share"),
        ("drop = [\"points\"]\nrecode = { ticks = { aa = \"a\" } }", "“a”"),
        ("rename = { points = \"score\", old = \"score\" }", "two items"),
        ("drop = [\"points\"]\nrename = { points = \"score\" }", "both"),
    ];
    for (entry, said) in cases {
        let end = format!("\n[[migrate]]\nfrom = \"1\"\n{entry}\n");
        let problems = check_revision("small.toml", &first(), &second(&renamed, &end));
        let found = problems.iter().filter(|one| one.code == "wrong-migration");
        let told: Vec<String> = found.map(ToString::to_string).collect();
        assert!(told.iter().any(|one| one.contains(said)), "{entry}: {told:?}");
    }
}

#[test]
fn what_an_item_may_have_become_is_offered_as_the_block_to_write() {
    let changes = [("id = \"points\"", "id = \"score\"")];
    let problems = check_revision("small.toml", &first(), &second(&changes, ""));
    let advice = &problems[0].advice;
    assert!(advice.contains("from = \"1\", rename = { points = \"score\" }"), "{advice}");
}

#[test]
fn a_version_is_later_number_by_number() {
    for (one, other) in
        [("2026.10", "2026.9"), ("2", "1.9"), ("1.1", "1"), ("2026.11b", "2026.11a")]
    {
        assert!(is_newer_version(one, other) && !is_newer_version(other, one), "{one} {other}");
    }
    assert!(!is_newer_version("3", "3"));
    let problems = check_revision("small.toml", &second(&[], ""), &first());
    assert_eq!(problems[0].code, "older-version");
}

#[test]
fn what_would_happen_is_said_of_the_very_copy_and_names_no_answer() {
    let mut play = Play::with_people(2);
    play.answer("points", Value::Integer(4));
    play.answer("name", Value::Text("Nobody’s business".into()));
    play.answer("share", Value::Decimal(0.5));
    play.answer("ticks", Value::Choices(vec!["b".into()]));
    let changes = [
        (
            "id = \"points\", type = \"scale\", text = \"Points\"",
            "id = \"score\", type = \"scale\", text = \"Score\"",
        ),
        ("id = \"share\"", "id = \"part\", required = true"),
        ("id = \"name\"", "id = \"line\""),
        ("code = \"b\"", "code = \"bee\""),
    ];
    let end = "\n[[migrate]]\nfrom = \"1\"\nrename = { points = \"score\" }\ndrop = [\"share\"]\n\
               recode = { ticks = { b = \"bee\" } }\n";
    let to = second(&changes, end);
    let moved = preview(&play.session, &to, play.now).expect("it moves");
    assert_eq!(moved.session, migrate(&play.session, &to, play.now).expect("it moves"));
    let said = moved.sentences().join("\n");
    for part in [
        "The answer to “Points” moves to “Score”.",
        "“Ticks” keeps its answer",
        "“One line” is no longer asked",
        "“Share” is removed by the newer version",
        "New question that needs an answer: “Share”.",
    ] {
        assert!(said.contains(part), "{part} is missing from\n{said}");
    }
    assert!(!said.contains("business"), "{said}");
}

#[test]
fn what_a_note_is_about_never_changes_with_a_version() {
    use crate::clinic::Subject;
    let play = Play::start();
    for from in Subject::EVERY {
        for to in Subject::EVERY {
            let mut session = play.session.clone();
            let template = std::sync::Arc::make_mut(&mut session.template);
            template.about.declared_subject = Some(from);
            let mut next = template.clone();
            next.about.version = "2".into();
            next.about.declared_subject = Some(to);
            let moved = preview(&session, &next, play.now);
            if from == to {
                assert_eq!(moved.expect("moves").session.template().about.subject(), from);
                continue;
            }
            let why = moved.expect_err("refused").to_string();
            assert!(why.contains(from.plural()) && why.contains(to.plural()), "{why}");
            // Nor by a template with another name that says it replaces this one.
            next.about.id = "another".into();
            next.about.replaces = vec!["small".into()];
            assert!(migrate(&session, &next, play.now).is_err());
        }
    }
}

/// The peer case clinic as it was with nine stages.
const NINE_STAGES: &str =
    include_str!("../../../tests/fixtures/templates/peer-case-clinic-2026.12.1.toml");

#[test]
fn a_draft_of_the_peer_clinic_with_nine_stages_moves_to_eight_and_loses_no_answer() {
    let old = Template::parse("old.toml", NINE_STAGES).expect("it is sound");
    let new = crate::clinic::bundled_template("peer-case-clinic").expect("it is bundled");
    let new = new.parse().expect("it is sound");
    let at = jiff::Timestamp::UNIX_EPOCH;
    let mut session = Session::start(old, uuid::Uuid::nil(), "HERON-42", false, at);
    let mut told = |event| drop(apply(&mut session, event, at).expect("it is taken"));
    for _ in 0..2 {
        told(Event::RowAdded { group: "behaviour".into() });
    }
    let rows = session.rows("behaviour").to_vec();
    let mut told = |slot: Slot, value: Value| {
        apply(&mut session, Event::Answered { slot, value: Some(value) }, at).expect("it fits");
    };
    let text = |words: &str| Value::Text(words.into());
    told(Slot::once("child_to_understand"), text("I want to play."));
    told(Slot::once("confidence_before"), Value::Integer(2));
    told(Slot::in_row("how_long", rows[0]), text("About six weeks."));
    told(Slot::in_row("what_happened", rows[2]), text("A third behaviour."));
    told(Slot::once("clarified"), text("Who was there."));
    for stage in 1..4 {
        let reason = format!("on to stage {stage}");
        apply(&mut session, Event::GateOverridden { reason }, at).expect("it goes on");
    }
    assert_eq!(session.template().stages[session.stage()].id, "clarify");

    let moved = migrate(&session, &new, at).expect("it moves");
    assert_eq!(moved.template().about.version, new.about.version);
    assert_eq!(moved.rows("behaviour").len(), 3, "a third behaviour stays");
    for slot in [
        Slot::once("child_to_understand"),
        Slot::once("confidence_before"),
        Slot::once("clarified"),
        Slot::in_row("what_happened", rows[2]),
    ] {
        assert!(moved.answer(&slot).is_some(), "{slot:?}");
        assert_eq!(moved.answer(&slot), session.answer(&slot), "{slot:?}");
    }
    let kept: Vec<&str> = moved.leftovers().iter().map(|one| one.text.as_str()).collect();
    assert_eq!(kept, ["About six weeks."]);
}
