//! Worked examples: whole ones load, broken ones are named.

use super::*;
use crate::clinic::{
    Against, ConstraintSeverity, Language, RatingState, SessionEffect, bundled_template,
    bundled_templates, check_template, completion, form, formats, from_document, rating_view,
    summary, to_document,
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
        let problems = check_template(one.file, one.text, Against::default());
        assert!(problems.is_empty(), "{}", problems[0]);
        assert_eq!(one.parse().expect("a template").about.id, one.id);
    }
}

#[test]
fn every_bundled_template_can_be_started_and_says_what_it_is_for() {
    let formats = formats(Language::En);
    assert_eq!(formats.len(), bundled_templates().len());
    for format in &formats {
        assert!(bundled_template(&format.id).is_some());
        assert!(!format.purpose.is_empty() && !format.audience.is_empty(), "{}", format.id);
    }
    assert!(bundled_template("nonsense").is_none());
}

#[test]
fn where_a_child_may_be_in_danger_no_stage_is_left_before_it_is_said_what_is_done() {
    let mut asked = 0;
    for (template, _) in bundled() {
        let items = template.items();
        for place in items.iter().filter(|place| place.item.required) {
            let gate = &template.stages[place.stage].gate;
            for question in place.item.enable_when.iter().map(|one| &one.question) {
                let opens =
                    items.iter().any(|at| at.item.id == *question && at.item.opens.is_some());
                if opens && gate.contains(question) {
                    assert!(
                        gate.contains(&place.item.id),
                        "{} {}",
                        template.about.id,
                        place.item.id
                    );
                    asked += 1;
                }
            }
        }
    }
    assert!(asked >= 6, "{asked} questions of danger");
}

#[test]
fn every_stage_of_a_bundled_template_can_be_led_by_reading_it_out() {
    for (template, _) in bundled() {
        for stage in &template.stages {
            let at = format!("{} {}", template.about.id, stage.id);
            let script = stage.script.as_ref().unwrap_or_else(|| panic!("{at}: no script"));
            let words = script.en.split_whitespace().count();
            assert!((40..=220).contains(&words), "{at}: {words} words");
            let led = stage.role.is_some() || template.roles.is_empty();
            assert!(led, "{at}: nobody leads it");
            assert!((2..=8).contains(&stage.kb.len()), "{at}: {} entries", stage.kb.len());
        }
        assert!(!template.about.sources.is_empty(), "{}", template.about.id);
    }
}

#[test]
fn where_a_case_is_talked_about_danger_is_asked_first_and_can_not_be_passed_over() {
    for (template, _) in bundled() {
        let case = ["child_role", "placement", "what_happened", "risk_now"];
        if !case.iter().any(|id| template.item(id).is_some()) {
            continue;
        }
        let first = &template.stages[0];
        assert_eq!(first.items[0].id, "immediate_safety", "{}", template.about.id);
        assert_eq!(
            first.gate,
            ["immediate_safety", "immediate_safety_done"],
            "{}",
            template.about.id
        );
        assert!(!first.skippable, "{}", template.about.id);
        let opens = first.items[0].opens.as_ref().expect("it opens the entry");
        assert_eq!(opens.entry, "immediate-safety");
    }
}

#[test]
fn where_risk_is_asked_need_and_strength_are_asked_beside_it() {
    for (template, _) in bundled() {
        let place = |id: &str| template.item(id).map(|place| (place.stage, place.item.required));
        assert_eq!(place("risk_now"), place("need_now"), "{}", template.about.id);
        assert_eq!(place("risk_now"), place("strength_now"), "{}", template.about.id);
    }
}

#[test]
fn an_id_means_the_same_kind_of_answer_in_every_template() {
    let mut known: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    for (template, _) in bundled() {
        for place in template.items() {
            let item = place.item;
            let id = &template.about.id;
            let codes: Vec<String> = item.options.iter().map(|one| one.code.clone()).collect();
            let kind = format!("{:?}", item.kind);
            let (first, seen) =
                known.entry(item.id.clone()).or_insert_with(|| (kind.clone(), codes.clone()));
            assert_eq!(*first, kind, "{id}: {}", item.id);
            // A shorter list of the same codes counts together; a code of its own would not.
            let fits = codes.iter().all(|code| seen.contains(code))
                || seen.iter().all(|code| codes.contains(code));
            assert!(fits, "{id}: {}: {codes:?} beside {seen:?}", item.id);
        }
    }
}

#[test]
fn the_peer_case_clinic_has_eight_stages_in_ninety_minutes() {
    let (template, _) = bundled().remove(0);
    let minutes: Vec<u32> = template.stages.iter().map(|stage| stage.minutes).collect();
    assert_eq!(minutes, [8, 10, 15, 10, 15, 15, 12, 5]);
    assert_eq!(template.about.minutes, 90);
    let behaviours = template.item("behaviour").expect("the group").item;
    assert_eq!(behaviours.max_occurs, Some(2));
    let quiet: Vec<_> =
        template.stages.iter().filter(|s| !s.advice_allowed).map(|s| &*s.id).collect();
    assert_eq!(quiet, ["case", "behaviour", "placement", "reflection"]);
}

/// The ratings that wait to be revealed.
fn waiting(session: &Session) -> Vec<Slot> {
    let slots = completion(session).into_iter().map(|missing| missing.slot);
    slots.filter(|slot| rating_view(session, slot).is_some()).collect()
}

#[test]
fn a_worked_case_starts_at_stage_one_and_lacks_nothing_but_a_reveal() {
    for (template, session) in bundled() {
        let id = &template.about.id;
        assert!(session.is_practice());
        assert_eq!(session.stage(), 0);
        let missing = completion(&session);
        assert_eq!(missing.len(), waiting(&session).len(), "{id}: {missing:?}");
        assert!(missing.len() <= 1, "{id}: {missing:?}");
        assert_eq!(from_document(&to_document(&session)), Ok(session), "{id}");
    }
}

#[test]
fn every_worked_case_can_be_walked_to_its_end() {
    for (template, mut session) in bundled() {
        let id = template.about.id.clone();
        let did = |session: &mut Session, event| {
            apply(session, event, now()).unwrap_or_else(|refusal| panic!("{id}: {refusal}"))
        };
        for stage in 0..template.stages.len() {
            for slot in waiting(&session) {
                if template.item(&slot.item).map(|place| place.stage) != Some(stage) {
                    continue;
                }
                did(&mut session, Event::PlacementsRevealed { slot: slot.clone(), reason: None });
                let outcome = Outcome::Placed("problematic".into());
                did(&mut session, Event::PlacementAgreed { slot: slot.clone(), outcome });
                did(&mut session, Event::BasisWritten { slot, text: "Repeated.".into() });
            }
            if stage + 1 < template.stages.len() {
                did(&mut session, Event::StageFinished);
            }
        }
        let ended = did(&mut session, Event::ClinicCompleted { acknowledged: false });
        assert_eq!(ended, [SessionEffect::Complete], "{id}");
    }
}

#[test]
fn the_worked_peer_case_shows_a_disagreement_and_leaves_actions_and_a_date() {
    let (_, mut session) = bundled().remove(0);
    assert_eq!(session.participants().len(), 6);
    let slot = Slot::in_row("placement", session.rows("behaviour")[0]);
    let reveal = Event::PlacementsRevealed { slot: slot.clone(), reason: None };
    apply(&mut session, reveal, now()).expect("revealed");
    let view = rating_view(&session, &slot).expect("a rating");
    assert_eq!(view.state, RatingState::Revealed);
    let round = view.first.expect("round one");
    assert!(round.flagged && round.across_line);
    assert_eq!(round.spread, 2);
    let line = summary(&session);
    assert_eq!(line.open_actions.len(), 3);
    assert_eq!(line.next_review, Some(jiff::civil::date(2027, 1, 15)));
}

#[test]
fn every_stage_of_a_worked_case_has_something_to_show() {
    for (template, session) in bundled() {
        for stage in 0..template.stages.len() {
            let fields = form(&session, stage);
            let id = &template.about.id;
            assert!(fields.iter().any(|field| field.answered), "{id} stage {stage}");
            let broken: Vec<_> = fields.iter().filter_map(|field| field.problem.as_ref()).collect();
            assert!(broken.len() <= 1, "{id}: {broken:?}");
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

/// A behaviour placed as abusive or violent does not go with “not now” unless the case holder and
/// their manager decide about a referral today.
#[test]
fn after_an_abusive_placement_a_referral_is_made_or_decided_today() {
    for id in ["peer-case-clinic", "quick-consultation", "follow-up-clinic"] {
        let at = bundled_templates().iter().position(|one| one.id == id).expect("bundled");
        let (_, mut session) = bundled().remove(at);
        let now = session.updated();
        let say = |session: &mut Session, item: &str, value| {
            let event = Event::Answered { slot: Slot::once(item), value: Some(value) };
            apply(session, event, now).is_ok()
        };
        assert!(say(&mut session, "referral", Value::Choice("not_now".into())), "{id}");
        let early = say(&mut session, "decide_today", Value::Boolean(true));
        assert!(!early, "{id}: asked before anything was placed");
        for slot in waiting(&session) {
            for event in [
                Event::PlacementsRevealed { slot: slot.clone(), reason: None },
                Event::PlacementAgreed {
                    slot: slot.clone(),
                    outcome: Outcome::Placed("abusive".into()),
                },
                Event::BasisWritten { slot, text: "Agreed for this test.".into() },
            ] {
                apply(&mut session, event, now).unwrap_or_else(|why| panic!("{id}: {why}"));
            }
        }
        let missing = |session: &Session| {
            let all = completion(session).into_iter();
            all.filter(|one| one.severity == ConstraintSeverity::Error)
                .filter(|one| one.slot.item.starts_with("decide_today"))
                .count()
        };
        assert_eq!(missing(&session), 1, "{id}: nobody has decided");
        assert!(say(&mut session, "decide_today", Value::Boolean(false)), "{id}");
        assert_eq!(missing(&session), 1, "{id}: not today does not complete");
        assert!(say(&mut session, "decide_today", Value::Boolean(true)), "{id}");
        let how = Value::Text("The manager, by five.".into());
        assert!(say(&mut session, "decide_today_how", how), "{id}");
        assert_eq!(missing(&session), 0, "{id}");
        assert!(say(&mut session, "referral", Value::Choice("now".into())), "{id}");
        assert_eq!(missing(&session), 0, "{id}: a referral needs no such decision");
    }
}
