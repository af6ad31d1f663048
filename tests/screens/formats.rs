//! Every stage of every format with its worked example, as text at 80x24: what they say. How a
//! clinic looks, at both sizes and with style, is tested in `clinic.rs`.
//!
//! A folder for each format; a stage with placements is kept before and after they are shown.

use caseclinic::app::{Code, ControlId};

use super::stage::{Stage, keep_text};

/// Goes on by Tab until the focus is on such a control; false if the stage has none further down.
fn go_to(stage: &mut Stage, wanted: impl Fn(&ControlId) -> bool) -> bool {
    loop {
        let clinic = stage.model.clinic.as_ref().expect("it is open");
        if wanted(&clinic.focus) {
            return true;
        }
        let before = clinic.focus.clone();
        stage.press(Code::Tab);
        if stage.model.clinic.as_ref().is_some_and(|clinic| clinic.focus == before) {
            return false;
        }
    }
}

/// The number of the open stage, from 1.
fn stage_number(stage: &Stage) -> usize {
    stage.model.clinic.as_ref().expect("it is open").session.stage() + 1
}

fn keep(format: &str, name: &str, stage: &mut Stage) {
    stage.model.notice = None;
    keep_text(format, &format!("{name}-80x24"), stage);
}

/// Shows the placements that wait for it, keeps a picture of them, and agrees.
fn place(format: &str, name: &str, stage: &mut Stage) {
    while go_to(stage, |id| matches!(id, ControlId::Reveal(_))) {
        stage.press(Code::Enter);
        keep(format, &format!("{name}-revealed"), stage);
        assert!(go_to(stage, |id| matches!(id, ControlId::Agreed(_))));
        stage.type_in("3");
        assert!(go_to(stage, |id| matches!(id, ControlId::Basis(_))));
        stage.type_in("Repeated, and secret.");
    }
}

/// Walks a worked example from its first stage to its last.
fn walk(format: &str) {
    let mut stage = Stage::practising(format);
    let stages = stage.model.clinic.as_ref().map_or(0, |one| one.session.template().stages.len());
    for number in 1..=stages {
        assert_eq!(stage_number(&stage), number, "{format}");
        let name = format!("stage-{number}");
        keep(format, &name, &mut stage);
        place(format, &name, &mut stage);
        stage.press(Code::PageDown);
    }
}

macro_rules! formats {
    ($($test:ident: $format:literal),* $(,)?) => {
        $(
            #[test]
            fn $test() {
                walk($format);
            }
        )*

        #[test]
        fn no_format_is_left_out() {
            let bundled = caseclinic::clinic::bundled_templates();
            let ids: Vec<&str> = bundled.iter().map(|one| one.id).collect();
            assert_eq!(ids, [$($format),*]);
        }
    };
}

formats! {
    the_peer_case_clinic_stage_by_stage: "peer-case-clinic",
    the_quick_consultation_stage_by_stage: "quick-consultation",
    the_follow_up_clinic_stage_by_stage: "follow-up-clinic",
    the_safety_plan_stage_by_stage: "safety-plan",
    reflective_supervision_stage_by_stage: "reflective-supervision",
    group_supervision_stage_by_stage: "group-supervision",
    the_framework_audit_stage_by_stage: "framework-audit",
    the_ng55_baseline_stage_by_stage: "ng55-baseline",
    the_workforce_pulse_stage_by_stage: "workforce-pulse",
}
