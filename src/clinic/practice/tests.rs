//! Worked examples: whole ones load, broken ones are named.

use super::*;
use crate::clinic::{
    Effect, RatingState, bundled_templates, check_template, completion, form, from_document,
    rating_view, summary, to_document,
};

fn now() -> Timestamp {
    "2026-11-21T14:00:00Z".parse().expect("a time")
}

fn bundled() -> Vec<(Template, Session)> {
    let load = |one: &crate::clinic::BundledTemplate| {
        let template = Template::parse(one.file, one.text)
            .unwrap_or_else(|problems| panic!("{}", problems[0]));
        let session = practice_session(&template, one.example_file, one.example, now())
            .unwrap_or_else(|problem| panic!("{problem}"));
        (template, session)
    };
    bundled_templates().iter().map(load).collect()
}

#[test]
fn every_bundled_template_passes_the_check_and_carries_its_name() {
    for one in bundled_templates() {
        let problems = check_template(one.file, one.text, None);
        assert!(problems.is_empty(), "{}", problems[0]);
        let template = Template::parse(one.file, one.text).expect("a template");
        assert_eq!(template.about.id, one.id);
    }
}

#[test]
fn the_peer_case_clinic_has_nine_stages_in_seventy_five_minutes() {
    let (template, _) = bundled().remove(0);
    assert_eq!(template.stages.len(), 9);
    assert_eq!(template.about.minutes, 75);
    assert_eq!(template.stages[0].items[0].id, "immediate_safety");
    assert_eq!(template.stages[0].gate, ["immediate_safety"]);
    assert!(template.stages.iter().all(|stage| stage.script.is_some() && !stage.kb.is_empty()));
    let quiet: Vec<_> =
        template.stages.iter().filter(|s| !s.advice_allowed).map(|s| &*s.id).collect();
    assert_eq!(quiet, ["case", "behaviour", "clarify", "placement"]);
}

#[test]
fn a_worked_case_starts_at_stage_one_and_lacks_only_its_reveal() {
    for (_, session) in bundled() {
        assert!(session.is_practice());
        assert_eq!((session.stage(), session.participants().len()), (0, 6));
        let missing = completion(&session);
        assert_eq!(missing.len(), 1, "{missing:?}");
        assert_eq!(missing[0].slot.item, "placement");
        assert_eq!(from_document(&to_document(&session)), Ok(session));
    }
}

#[test]
fn a_worked_case_can_be_walked_to_its_end() {
    for (template, mut session) in bundled() {
        let mut did = |event| apply(&mut session, event, now()).unwrap_or_else(|r| panic!("{r}"));
        for _ in 0..4 {
            did(Event::StageFinished);
        }
        let slot = Slot::in_row("placement", session.rows("behaviour")[0]);
        let mut did = |event| apply(&mut session, event, now()).unwrap_or_else(|r| panic!("{r}"));
        did(Event::PlacementsRevealed { slot: slot.clone(), reason: None });
        let outcome = Outcome::Placed("problematic".into());
        did(Event::PlacementAgreed { slot: slot.clone(), outcome });
        did(Event::BasisWritten { slot: slot.clone(), text: "Repeated, with a promise.".into() });
        for _ in 4..template.stages.len() - 1 {
            did(Event::StageFinished);
        }
        assert_eq!(did(Event::ClinicCompleted { acknowledged: false }), [Effect::Complete]);
        let view = rating_view(&session, &slot).expect("a rating");
        assert_eq!(view.state, RatingState::Agreed);
        let round = view.first.expect("round one");
        assert!(round.flagged && round.across_line);
        assert_eq!(round.spread, 2);
        let line = summary(&session);
        assert_eq!(line.open_actions.len(), 3);
        assert_eq!(line.next_review, Some(jiff::civil::date(2027, 1, 15)));
    }
}

#[test]
fn every_stage_of_a_worked_case_has_something_to_show() {
    for (template, session) in bundled() {
        for stage in 0..template.stages.len() {
            let fields = form(&session, stage);
            assert!(fields.iter().any(|field| field.answered), "stage {stage}");
            let broken: Vec<_> = fields.iter().filter_map(|field| field.problem.as_ref()).collect();
            assert!(broken.len() <= 1, "{broken:?}");
        }
    }
}

#[test]
fn a_mistake_in_an_example_is_shown_where_it_is() {
    let (template, _) = bundled().remove(0);
    let head = "schema = 1\ntemplate = \"peer-case-clinic\"\ncase_key = \"OAK-10\"\n";
    let play = |rest: &str| {
        practice_session(&template, "x.toml", &format!("{head}{rest}"), now())
            .expect_err("a problem")
    };
    assert_eq!(play("[[answer]]\nitem = \"nothing\"\nvalue = 1\n").line, 4);
    assert_eq!(play("[[answer]]\nitem = \"what_happened\"\nrow = 5\nvalue = \"x\"\n").line, 4);
    assert_eq!(play("[[answer]]\nitem = \"confidence_before\"\nvalue = 9\n").code, "refused");
    assert_eq!(play("colour = 1\n").line, 4);
    let other = "schema = 1\ntemplate = \"other\"\ncase_key = \"OAK-10\"\n";
    let problem = practice_session(&template, "x.toml", other, now()).expect_err("a problem");
    assert_eq!((problem.code, problem.line), ("other-template", 2));
}
